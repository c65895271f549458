package policytest_test

import (
	"flag"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/policytest"
)

// A desk where agents read and answer tickets.
var ticketDesk = policytest.Desk{
	SubjectKinds: policytest.Agents,
	Actions:      []deskpolicy.ActionID{deskpolicy.TicketView.ID(), deskpolicy.TicketReply.ID()},
	Roles:        []deskpolicy.Role{deskpolicy.AgentRole.Role(), deskpolicy.TicketCollaboratorRole.Role()},
}

func policy(r deskpolicy.Request) bool { return r.Authorize().Allowed() }

// but returns the policy with a bug: the other answer where the bug is.
func but(bug func(deskpolicy.Request, deskpolicy.Decision) bool) func(deskpolicy.Request) bool {
	return func(r deskpolicy.Request) bool { return policy(r) != bug(r, r.Authorize()) }
}

func forReason(reasons ...deskpolicy.Reason) func(deskpolicy.Request, deskpolicy.Decision) bool {
	return func(_ deskpolicy.Request, d deskpolicy.Decision) bool { return slices.Contains(reasons, d.Reason) }
}

func agree(desk policytest.Desk, legacy func(deskpolicy.Request) bool, known ...policytest.KnownDifference) func(*recorder) {
	return func(t *recorder) { policytest.Agree(t, desk, legacy, known...) }
}

func TestAgree(t *testing.T) {
	t.Run("with itself", func(t *testing.T) {
		for _, desk := range []policytest.Desk{{}, helpdesk, ticketDesk} {
			passes(t, agree(desk, policy))
		}
	})
	t.Run("in both directions", func(t *testing.T) {
		message := fails(t, agree(ticketDesk, but(forReason(deskpolicy.ViewOnly, deskpolicy.AllowedGroup))))
		assert.Regexp(t, `^the program and the policy differ: on \d+ of \d+ requests
 +\d+  policy allows, legacy denies for allowed_group
 +\d+  legacy allows, policy denies for view_only

policy allows, legacy denies for allowed_group: agent "\w+" is allowed ticket\.(view|reply) on ticket "1"(?s:.*)
  allowed: role "[\w ]+" reaches this through its group (?s:.*)
  To reproduce, specify -run="TestIt" -rapid.seed=\d+

legacy allows, policy denies for view_only: agent "\w+" is denied ticket.\w+ on ticket "1"
  agent "\w+" of account "acme"(?s:.*)
  Ticket\{ID: "1"(?s:.*)
  denied: role "[\w ]+" has the permission, but reaches this for viewing only (?s:.*)
  To reproduce, specify -run="TestIt" -rapid.seed=\d+$`, message)
	})
	t.Run("of many sorts", func(t *testing.T) {
		message := fails(t, agree(policytest.Desk{}, func(r deskpolicy.Request) bool { return !policy(r) }))
		tally, examples, _ := strings.Cut(message, "\n\n")
		sorts := strings.Split(tally, "\n")[1:]
		require.Greater(t, len(sorts), 8+2, "more than are shrunk")
		for _, line := range sorts {
			_, sort, _ := strings.Cut(strings.TrimSpace(line), "  ")
			assert.Contains(t, "\n"+examples, "\n"+sort+": ", "there is an example of each")
		}
	})
	t.Run("the host's own", func(t *testing.T) {
		message := fails(t, agree(helpdesk, but(func(r deskpolicy.Request, d deskpolicy.Decision) bool {
			return r.Action == invoicePrint.ID() && d.Reason == deskpolicy.AllowedGroup
		})))
		assert.Contains(t, message, "is allowed invoice.print on host")
	})
	t.Run("malformed requests are not put to it", func(t *testing.T) {
		asked := 0
		passes(t, agree(policytest.Desk{}, func(r deskpolicy.Request) bool {
			require.NotNil(t, r.Subject)
			require.NotNil(t, r.Resource)
			require.NotEqual(t, deskpolicy.OutcomeMalformed, r.Authorize().Reason.Outcome())
			asked++
			return policy(r)
		}))
		require.Greater(t, asked, 400)
	})
	t.Run("a function that panics", func(t *testing.T) {
		message := fails(t, agree(ticketDesk, func(deskpolicy.Request) bool { panic("no such permission") }))
		assert.Contains(t, message, "no such permission")
		assert.Contains(t, message, "agree_test.go")
	})
}

// A failure in the test itself is not reported as a difference.
func TestAgreeInABrokenTest(t *testing.T) {
	require.PanicsWithValue(t, "no name", func() { policytest.Agree(&nameless{}, ticketDesk, policy) })
}

type nameless struct{ recorder }

func (*nameless) Name() string { panic("no name") }

// The smallest difference is small: one role, no more groups than it takes, a bare ticket.
func TestAgreeShrinks(t *testing.T) {
	if flag.Lookup("rapid.shrinktime").Value.String() == "0s" {
		t.Skip("nothing is to be shrunk")
	}
	var smallest deskpolicy.Request
	fails(t, agree(ticketDesk, but(func(r deskpolicy.Request, d deskpolicy.Decision) bool {
		if d.Reason == deskpolicy.OtherWorkspace {
			smallest = r
		}
		return d.Reason == deskpolicy.OtherWorkspace
	})))
	agent, ticket := smallest.Subject.(*deskpolicy.Agent), smallest.Resource.(*deskpolicy.Ticket)
	assert.Len(t, agent.Bindings, 1)
	assert.Empty(t, agent.Groups)
	assert.Equal(t, deskpolicy.Account{ID: "acme", Plan: agent.Account.Plan, Integrated: true, OpenWorkspaces: agent.Account.OpenWorkspaces, Administrators: agent.Account.Administrators}, agent.Account)
	assert.Empty(t, ticket.Group)
	assert.Empty(t, ticket.Mentions)
	assert.Nil(t, ticket.Requester)
}

// A difference that other draws do not find again is reported as first found.
func TestAgreeOnce(t *testing.T) {
	said := false
	message := fails(t, agree(ticketDesk, but(func(_ deskpolicy.Request, d deskpolicy.Decision) bool {
		if said || d.Reason != deskpolicy.ViewOnly {
			return false
		}
		said = true
		return true
	})))
	assert.Contains(t, message, "on 1 of ")
	assert.Contains(t, message, "legacy allows, policy denies for view_only: ")
	assert.NotContains(t, message, "To reproduce")
}

func TestKnown(t *testing.T) {
	bug := but(forReason(deskpolicy.Deactivated, deskpolicy.ViewOnly))
	deactivated := policytest.KnownDifference{Reason: deskpolicy.Deactivated, Because: "accounts were closed elsewhere"}
	viewOnly := policytest.KnownDifference{Reason: deskpolicy.ViewOnly, Action: deskpolicy.TicketReply.ID()}

	t.Run("are counted", func(t *testing.T) {
		logs := passes(t, agree(ticketDesk, bug, deactivated, viewOnly)).logs
		require.Len(t, logs, 2)
		assert.Regexp(t, `^ +[1-9]\d* of \d+ requests: legacy allows, policy denies for deactivated: accounts were closed elsewhere$`, logs[0])
		assert.Regexp(t, `^ +[1-9]\d* of \d+ requests: legacy allows, policy denies for view_only on ticket.reply$`, logs[1])
	})
	t.Run("are not others", func(t *testing.T) {
		message := fails(t, agree(ticketDesk, bug, deactivated))
		assert.Contains(t, message, "view_only")
		assert.NotContains(t, message, "deactivated")
		other := policytest.KnownDifference{Reason: deskpolicy.ViewOnly, Action: deskpolicy.TicketView.ID()}
		assert.Contains(t, fails(t, agree(ticketDesk, bug, deactivated, other)), "view_only")
	})
	t.Run("of any reason", func(t *testing.T) {
		bug := but(func(r deskpolicy.Request, _ deskpolicy.Decision) bool { return r.Action == deskpolicy.TicketReply.ID() })
		logs := passes(t, agree(ticketDesk, bug, policytest.KnownDifference{Action: deskpolicy.TicketReply.ID()})).logs
		assert.Regexp(t, `^ +[1-9]\d* of \d+ requests: differing on ticket.reply$`, logs[0])
	})
	t.Run("rare ones are looked for", func(t *testing.T) {
		bug := but(func(r deskpolicy.Request, d deskpolicy.Decision) bool {
			return r.Action == deskpolicy.ContactMerge.ID() && d.Reason == deskpolicy.AllowedContact
		})
		rare := policytest.KnownDifference{Reason: deskpolicy.AllowedContact, Action: deskpolicy.ContactMerge.ID()}
		logs := passes(t, agree(policytest.Desk{}, bug, rare)).logs
		assert.Regexp(t, `^ +[1-9]\d* of \d+ requests: policy allows, legacy denies for allowed_contact on contact.merge$`, logs[0])
	})
	t.Run("that occur no longer", func(t *testing.T) {
		gone := policytest.KnownDifference{Reason: deskpolicy.OtherAccount, Because: "one account only"}
		require.Equal(t, `known differences no longer occur; remove them:
  legacy allows, policy denies for other_account: one account only`,
			fails(t, agree(ticketDesk, bug, deactivated, viewOnly, gone)))
	})
	t.Run("that say nothing", func(t *testing.T) {
		require.Equal(t, "a known difference has neither Reason nor Action, so it would cover everything; set one of them",
			fails(t, agree(ticketDesk, policy, policytest.KnownDifference{Because: "whatever"})))
	})
}

func ticketID(t deskpolicy.Ticket) deskpolicy.TicketID { return t.ID }

// filtered is the correct list.
func filtered(by deskpolicy.Subject, stored []deskpolicy.Ticket) (ids []deskpolicy.TicketID) {
	f := deskpolicy.FilterFor(by, deskpolicy.TicketView)
	for _, t := range stored {
		if f.Match(&t) {
			ids = append(ids, t.ID)
		}
	}
	return ids
}

type listTickets = func(deskpolicy.Subject, []deskpolicy.Ticket) []deskpolicy.TicketID

func agreeList(list listTickets, known ...policytest.KnownDifference) func(*recorder) {
	return func(t *recorder) {
		policytest.AgreeList(t, policytest.Desk{}, deskpolicy.TicketView, ticketID, list, known...)
	}
}

func TestAgreeList(t *testing.T) {
	t.Run("with filters", func(t *testing.T) {
		passes(t, agreeList(filtered))
		passes(t, func(t *recorder) {
			policytest.AgreeList(t, helpdesk, invoicePrint, func(i invoice) deskpolicy.GroupID { return i.at.Group },
				func(by deskpolicy.Subject, stored []invoice) (ids []deskpolicy.GroupID) {
					f := deskpolicy.FilterFor(by, invoicePrint)
					for _, i := range stored {
						if f.Match(&i) {
							ids = append(ids, i.at.Group)
						}
					}
					return ids
				})
		})
	})
	t.Run("that shows everything of the account", func(t *testing.T) {
		message := fails(t, agreeList(func(by deskpolicy.Subject, stored []deskpolicy.Ticket) (ids []deskpolicy.TicketID) {
			for _, t := range stored {
				if t.Account == "acme" {
					ids = append(ids, t.ID)
				}
			}
			return ids
		}))
		assert.Contains(t, message, "the list shows, policy denies for out_of_scope: ")
		assert.Contains(t, message, `is denied ticket.view on ticket "`) // "1" if it was shrunk
	})
	t.Run("that forgets the groups", func(t *testing.T) {
		forgetful := func(by deskpolicy.Subject, stored []deskpolicy.Ticket) []deskpolicy.TicketID {
			return slices.DeleteFunc(filtered(by, stored), func(id deskpolicy.TicketID) bool {
				i := slices.IndexFunc(stored, func(t deskpolicy.Ticket) bool { return t.ID == id })
				return deskpolicy.Authorize(by, deskpolicy.TicketView, &stored[i]).Reason == deskpolicy.AllowedGroup
			})
		}
		message := fails(t, agreeList(forgetful))
		assert.Contains(t, message, "policy allows, the list leaves out for allowed_group: ")
		assert.Contains(t, message, "  policy allows, the list leaves out for allowed_group")
		passes(t, agreeList(forgetful, policytest.KnownDifference{Reason: deskpolicy.AllowedGroup}))
	})
	t.Run("that shows something twice", func(t *testing.T) {
		message := fails(t, agreeList(func(by deskpolicy.Subject, stored []deskpolicy.Ticket) []deskpolicy.TicketID {
			ids := filtered(by, stored)
			return append(ids, ids...)
		}, policytest.KnownDifference{Action: deskpolicy.TicketView.ID()})) // which tolerates other decisions only
		assert.Regexp(t, `(?m)^ +\d+  the list shows a resource twice$`, message)
		assert.Contains(t, message, "the list shows a resource twice: ")
	})
	t.Run("that shows what is not stored", func(t *testing.T) {
		message := fails(t, agreeList(func(by deskpolicy.Subject, stored []deskpolicy.Ticket) []deskpolicy.TicketID {
			return append(filtered(by, stored), "4711")
		}))
		assert.Contains(t, message, "the list shows a resource that is not stored: ")
	})
	t.Run("of what has no IDs", func(t *testing.T) {
		most := 0
		passes(t, func(t *recorder) {
			policytest.AgreeList(t, policytest.Desk{}, deskpolicy.ArticleEdit,
				func(a deskpolicy.Article) deskpolicy.AgentID { return a.Author },
				func(by deskpolicy.Subject, stored []deskpolicy.Article) (ids []deskpolicy.AgentID) {
					most = max(most, len(stored))
					f := deskpolicy.FilterFor(by, deskpolicy.ArticleEdit)
					for _, a := range stored {
						if f.Match(&a) {
							ids = append(ids, a.Author)
						}
					}
					return ids
				})
		})
		assert.Greater(t, most, 1)
	})
	t.Run("with a known difference of any reason", func(t *testing.T) {
		message := fails(t, agreeList(filtered, policytest.KnownDifference{Action: deskpolicy.TicketView.ID()}))
		assert.True(t, strings.HasSuffix(message, "differing on ticket.view"), message)
	})
}
