package policytest_test

import (
	"flag"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/effort"
	"github.com/deskpolicy/deskpolicy/policytest"
)

// A program's desk.
var (
	interns = role("Interns", deskpolicy.TicketView.At(deskpolicy.ScopeGroup), deskpolicy.TicketReply.At(deskpolicy.ScopeRestricted))
	leads   = role("Team Leads",
		deskpolicy.TicketView.At(deskpolicy.ScopeGlobal), deskpolicy.TicketReply.At(deskpolicy.ScopeGroup), deskpolicy.TicketAssign.At(deskpolicy.ScopeGroup),
		deskpolicy.TicketBeAssigned.At(deskpolicy.ScopeGroup), deskpolicy.AgentRoleAssign.At(deskpolicy.ScopeGlobal), invoicePrint.At(deskpolicy.ScopeGroup))

	helpdesk = policytest.Desk{
		Account: deskpolicy.Account{
			ID: "globex", Plan: deskpolicy.Plan{Features: deskpolicy.AllFeatures}, Integrated: true, OpenWorkspaces: []deskpolicy.WorkspaceID{"emea"},
		},
		Roles:                []deskpolicy.Role{interns, leads},
		Groups:               []deskpolicy.GroupID{"refunds", "returns"},
		RestrictedWorkspaces: []deskpolicy.WorkspaceID{"legal"},
		People:               []deskpolicy.AgentID{"rita", "omar"},
		HostActions: []policytest.HostAction{
			policytest.NewHostAction(invoicePrint, "invoice.print", newInvoice),
			policytest.NewHostAction(ticketArchive, "ticket.archive", nil),
		},
	}
)

// An invoice is a resource of the host application.
type invoice struct{ at deskpolicy.Attributes }

func (i invoice) Attributes() deskpolicy.Attributes { return i.at }

func newInvoice(at deskpolicy.Attributes) invoice { return invoice{at} }

const (
	invoicePrint  deskpolicy.Action[invoice]           = deskpolicy.FirstHostView
	ticketArchive deskpolicy.Action[deskpolicy.Ticket] = deskpolicy.FirstHostEdit
)

func role(name string, permissions ...deskpolicy.Permission) deskpolicy.Role {
	r, err := deskpolicy.NewRole("globex", name, deskpolicy.NewPermissions(permissions...), nil)
	if err != nil {
		panic(err)
	}
	return r
}

// draws returns n values of a generator.
func draws[T any](g *rapid.Generator[T], n int) (drawn []T) {
	for seed := range n {
		drawn = append(drawn, g.Example(seed))
	}
	return drawn
}

// share returns the fraction of the values that have the property.
func share[T any](of []T, property func(T) bool) float64 {
	n := 0
	for _, v := range of {
		if property(v) {
			n++
		}
	}
	return float64(n) / float64(len(of))
}

func allowed(r deskpolicy.Request) bool { return r.Authorize().Allowed() }

func TestRequests(t *testing.T) {
	for name, c := range map[string]struct {
		desk policytest.Desk
		host int // how many actions of its own it has
	}{"the zero desk": {policytest.Desk{}, 0}, "a desk of one's own": {helpdesk, 2}} {
		t.Run(name, func(t *testing.T) {
			requests := draws(c.desk.Requests(), effort.Of(6_000, 30_000, 30_000))
			assert.InDelta(t, 0.5, share(requests, allowed), 0.05, "about half are allowed")
			assert.InDelta(t, 0.04, share(requests, malformed), 0.02, "few are malformed")

			if effort.Short() {
				return // there are too few for the rare ones
			}
			reasons, asked, permitted := map[deskpolicy.Reason]int{}, map[deskpolicy.ActionID]int{}, map[deskpolicy.ActionID]bool{}
			for _, r := range requests {
				d := r.Authorize()
				reasons[d.Reason]++
				asked[r.Action]++
				permitted[r.Action] = permitted[r.Action] || d.Allowed()
			}
			for reason := range deskpolicy.Reasons() {
				if reason != deskpolicy.Undecided { // which nothing is decided for
					assert.NotZero(t, reasons[reason], "%v is met", reason)
				}
			}
			for action := range deskpolicy.Actions() {
				assert.GreaterOrEqual(t, asked[action], 10, "%v is asked for", action)
				if name == "the zero desk" { // which has people for every action
					assert.True(t, permitted[action], "%v is allowed at times", action)
				}
			}
			assert.Len(t, asked, len(slices.Collect(deskpolicy.Actions()))+c.host+2, "the library's, the host's, and two that do not exist")
		})
	}
}

func malformed(r deskpolicy.Request) bool {
	return r.Authorize().Reason.Outcome() == deskpolicy.OutcomeMalformed
}

// Generators draw the desk's own roles, groups, workspaces and people.
func TestRequestsAreAimed(t *testing.T) {
	requests := draws(helpdesk.Requests(), 5_000)
	held, own, located, mine, at, grouped, groups := 0, 0, 0, 0, 0, 0, 0
	for _, r := range requests {
		agent, ok := r.Subject.(*deskpolicy.Agent)
		if !ok {
			continue
		}
		for _, b := range agent.Bindings {
			held++
			if b.Role == interns || b.Role == leads {
				own++
			}
			if b.Workspace != deskpolicy.AccountWide {
				located++
				if b.Workspace == "emea" || b.Workspace == "legal" || b.Workspace == deskpolicy.OpenWorkspaces {
					mine++
				}
			}
		}
		if ticket, ok := r.Resource.(*deskpolicy.Ticket); ok && ticket.Group != "" {
			grouped++
			if slices.Contains(helpdesk.Groups, ticket.Group) {
				groups++
			}
		}
		if agent.ID == "rita" {
			at++
		}
	}
	assert.Greater(t, float64(own)/float64(held), 0.8, "roles")
	assert.Greater(t, float64(mine)/float64(located), 0.4, "workspaces")
	assert.Greater(t, float64(groups)/float64(grouped), 0.6, "groups")
	assert.Greater(t, float64(at)/float64(len(requests)), 0.3, "people")
}

func TestDeskActions(t *testing.T) {
	desk := helpdesk
	desk.Actions = []deskpolicy.ActionID{deskpolicy.TicketReply.ID(), invoicePrint.ID()}
	for _, r := range draws(desk.Requests(), 1_000) {
		if !malformed(r) {
			assert.Contains(t, desk.Actions, r.Action)
		}
	}
}

func TestDeskAsking(t *testing.T) {
	for kind, want := range map[policytest.SubjectKinds]string{
		policytest.Agents:                                 "*deskpolicy.Agent",
		policytest.SharedAgents:                           "*deskpolicy.SharedAgent",
		policytest.CRMOnlyUsers:                           "*deskpolicy.CRMOnlyUser",
		policytest.SupportSessions:                        "*deskpolicy.SupportSession",
		policytest.Customers:                              "*deskpolicy.Customer",
		policytest.Delegates:                              "*deskpolicy.Delegate",
		policytest.Agents | policytest.SharedAgents:       "*deskpolicy.Agent *deskpolicy.SharedAgent",
		policytest.CRMOnlyUsers | policytest.SharedAgents: "*deskpolicy.CRMOnlyUser *deskpolicy.SharedAgent",
		0: "*deskpolicy.Agent *deskpolicy.CRMOnlyUser *deskpolicy.Customer *deskpolicy.Delegate *deskpolicy.SharedAgent *deskpolicy.SupportSession",
	} {
		var kinds []string
		for _, s := range draws(policytest.Desk{SubjectKinds: kind}.Subjects(), 200) {
			kinds = append(kinds, fmt.Sprintf("%T", s))
		}
		slices.Sort(kinds)
		assert.Equal(t, want, strings.Join(slices.Compact(kinds), " "))
	}
}

// Each generator draws its edge cases.
func TestGenerators(t *testing.T) {
	desk := policytest.Desk{}
	some := func(t *testing.T, what string, met bool) {
		t.Helper()
		assert.True(t, met, what)
	}
	t.Run("agents", func(t *testing.T) {
		agents := draws(desk.Agents(), 2_000)
		some(t, "deactivated", share(agents, func(a *deskpolicy.Agent) bool { return a.Deactivated }) > 0)
		some(t, "without roles", share(agents, func(a *deskpolicy.Agent) bool { return len(a.Bindings) == 0 }) > 0)
		some(t, "with three roles", share(agents, func(a *deskpolicy.Agent) bool { return len(a.Bindings) == 3 }) > 0)
		some(t, "with a zero role", share(agents, func(a *deskpolicy.Agent) bool {
			return slices.ContainsFunc(a.Bindings, func(b deskpolicy.Binding) bool { return b.Role == deskpolicy.Role{} })
		}) > 0)
		some(t, "of another account", share(agents, func(a *deskpolicy.Agent) bool { return a.Account.ID == "not-acme" }) > 0)
		some(t, "of no account", share(agents, func(a *deskpolicy.Agent) bool { return a.Account.ID == "" }) > 0)
	})
	t.Run("bindings", func(t *testing.T) {
		bindings := draws(desk.Bindings(), 2_000)
		for _, workspace := range []deskpolicy.WorkspaceID{deskpolicy.AccountWide, deskpolicy.OpenWorkspaces, "it", "hr", "elsewhere", ""} {
			some(t, string(workspace), share(bindings, func(b deskpolicy.Binding) bool { return b.Workspace == workspace }) > 0)
		}
		for _, scope := range []deskpolicy.Scope{0, deskpolicy.ScopeRestricted, deskpolicy.ScopeGroup, deskpolicy.ScopeShared, deskpolicy.ScopeGlobal, 1 << 15} {
			some(t, scope.String(), share(bindings, func(b deskpolicy.Binding) bool { return b.TicketScope == scope }) > 0)
		}
		noon := time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC) // the desk's default
		held := func(at time.Time) float64 {
			return share(bindings, func(b deskpolicy.Binding) bool { return b.Window != deskpolicy.Window{} && b.Window.Holds(at) })
		}
		some(t, "a window that holds", held(noon) > 0)
		some(t, "a window that held before", held(noon.Add(-1)) > 0)
		for relation := deskpolicy.InGroup; relation <= deskpolicy.Anything; relation <<= 1 {
			some(t, relation.String(), share(bindings, func(b deskpolicy.Binding) bool { return b.TicketScope&relation != 0 }) > 0)
		}
	})
	t.Run("group access", func(t *testing.T) {
		groups := draws(desk.GroupAccess(), 2_000)
		for access := deskpolicy.NoAccess; access <= deskpolicy.Edit+1; access++ {
			some(t, access.String(), share(groups, func(g map[deskpolicy.GroupID]deskpolicy.Access) bool {
				a, in := g["billing"]
				return in && a == access
			}) > 0)
		}
		some(t, "none", share(groups, func(g map[deskpolicy.GroupID]deskpolicy.Access) bool { return g == nil }) > 0)
		some(t, "nobody's", share(groups, func(g map[deskpolicy.GroupID]deskpolicy.Access) bool { _, in := g[""]; return in }) > 0)
	})
	t.Run("accounts", func(t *testing.T) {
		accounts := draws(desk.Accounts(), 1_000)
		some(t, "without features", share(accounts, func(a deskpolicy.Account) bool { return a.Plan.Features == 0 }) > 0)
		some(t, "not connected", share(accounts, func(a deskpolicy.Account) bool { return !a.Integrated }) > 0)
		some(t, "without administrators", share(accounts, func(a deskpolicy.Account) bool { return len(a.Administrators) == 0 }) > 0)
	})
	t.Run("permissions and custom roles", func(t *testing.T) {
		some(t, "none", share(draws(desk.Permissions(), 200), deskpolicy.Permissions.Empty) > 0)
		for _, r := range draws(helpdesk.CustomRoles(), 200) {
			require.Equal(t, deskpolicy.AccountID("globex"), r.Account())
		}
		only := policytest.Desk{Actions: []deskpolicy.ActionID{deskpolicy.SessionLogin.ID()}}
		some(t, "what no custom role may hold is left out", only.Permissions().Example(1).Empty())
	})
	t.Run("the CRM", func(t *testing.T) {
		users, asks := draws(desk.CRMUsers(), 2_000), time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC) // Desk.Now, if it is zero
		some(t, "deactivated", share(users, func(u deskpolicy.CRMUser) bool { return u.Deactivated }) > 0)
		some(t, "nobody", share(users, func(u deskpolicy.CRMUser) bool { return u.ID == "" }) > 0)
		some(t, "a hierarchy", share(users, func(u deskpolicy.CRMUser) bool { return len(u.Hierarchy) > 0 }) > 0)
		some(t, "an answer just fresh", share(users, func(u deskpolicy.CRMUser) bool {
			return u.Visibility.MaxAge > 0 && asks.Equal(u.Visibility.AsOf.Add(u.Visibility.MaxAge-1))
		}) > 0)
		some(t, "an answer just stale", share(users, func(u deskpolicy.CRMUser) bool {
			return u.Visibility.MaxAge > 0 && asks.Equal(u.Visibility.AsOf.Add(u.Visibility.MaxAge))
		}) > 0)
		some(t, "an answer of the future", share(users, func(u deskpolicy.CRMUser) bool { return asks.Before(u.Visibility.AsOf) }) > 0)
		records := draws(desk.CRMRecords(), 500)
		some(t, "owned by the user", share(records, func(r deskpolicy.CRMRecord) bool { return r.Owner == users[0].ID }) > 0)
		some(t, "with a team", share(records, func(r deskpolicy.CRMRecord) bool { return len(r.Team) > 0 }) > 0)
	})
	t.Run("subjects by kind", func(t *testing.T) {
		some(t, "a shared agent with other roles", share(draws(desk.SharedAgents(), 200), func(a *deskpolicy.SharedAgent) bool {
			return len(a.Bindings) > 0 && a.Bindings[0].Role != deskpolicy.SharedAgentRole.Role()
		}) > 0)
		some(t, "somebody of the CRM", share(draws(desk.CRMOnlyUsers(), 200), func(a *deskpolicy.CRMOnlyUser) bool { return a.CRM.ID != "" }) > 0)
	})
	t.Run("resources without a subject", func(t *testing.T) {
		some(t, "tickets", share(draws(desk.Tickets(), 200), func(k *deskpolicy.Ticket) bool { return k.Account == "acme" && k.Group == "billing" }) > 0)
		some(t, "conversations", share(draws(desk.Conversations(), 200), func(c *deskpolicy.Conversation) bool { return c.Assignee != "" }) > 0)
		some(t, "contacts", share(draws(desk.Contacts(), 200), func(c *deskpolicy.Contact) bool { return c.CRM.Owner != "" }) > 0)
	})
}

// Support grants and sessions are drawn close to their start and end.
func TestGrants(t *testing.T) {
	desk := policytest.Desk{}
	grants := draws(desk.SupportGrants(), 1_000)
	for name, met := range map[string]func(deskpolicy.SupportGrant) bool{
		"for a nanosecond": func(g deskpolicy.SupportGrant) bool { return g.End().Sub(g.Start()) == 1 },
		"for a week": func(g deskpolicy.SupportGrant) bool {
			return g.End().Sub(g.Start()) == deskpolicy.DefaultSupportGrantDuration
		},
		"extended": func(g deskpolicy.SupportGrant) bool {
			return g.End().Sub(g.Start()) == deskpolicy.DefaultSupportGrantDuration+1
		},
		"revoked at start":  func(g deskpolicy.SupportGrant) bool { return g.RevokedAt().Equal(g.Start()) },
		"with a workspace":  func(g deskpolicy.SupportGrant) bool { return len(g.Workspaces()) == 1 },
		"without workspace": func(g deskpolicy.SupportGrant) bool { return len(g.Workspaces()) == 0 },
	} {
		assert.NotZero(t, share(grants, met), name)
	}

	statuses := map[string]bool{}
	for seed, g := range grants {
		statuses[g.Status(policytest.SupportGrantInstants(g).Example(seed)).String()] = true
	}
	for _, status := range []string{"scheduled", "active", "expired", "revoked"} {
		assert.True(t, statuses[status], status)
	}
	revoked := grants[slices.IndexFunc(grants, func(g deskpolicy.SupportGrant) bool {
		return g.RevokedAt().Equal(g.Start().Add(time.Hour)) && g.End().Sub(g.Start()) > time.Hour
	})]
	at := draws(policytest.SupportGrantInstants(revoked), 500)
	for _, edge := range []time.Time{revoked.Start(), revoked.RevokedAt(), revoked.End()} {
		for _, ns := range []time.Duration{-1, 0, +1} {
			assert.True(t, slices.ContainsFunc(at, edge.Add(ns).Equal), "%d ns from %v", ns, edge)
		}
	}
	assert.NotPanics(t, func() { policytest.SupportGrantInstants(deskpolicy.SupportGrant{}).Example(1) }, "without a grant")

	sessions := draws(desk.SupportSessions(), 2_000)
	active := share(sessions, func(s *deskpolicy.SupportSession) bool {
		return s.Grant().Status(s.Now()) == deskpolicy.SupportGrantActive
	})
	assert.InDelta(t, 0.6, active, 0.2)
	for name, met := range map[string]func(*deskpolicy.SupportSession) bool{
		"at no instant":    func(s *deskpolicy.SupportSession) bool { return s.Now().IsZero() },
		"by nobody":        func(s *deskpolicy.SupportSession) bool { return s.Engineer().ID == "" },
		"by another":       func(s *deskpolicy.SupportSession) bool { return s.Engineer().ID == "zoe" },
		"without a grant":  func(s *deskpolicy.SupportSession) bool { return s.Grant().ID() == "" },
		"the last instant": func(s *deskpolicy.SupportSession) bool { return s.Now().Equal(s.Grant().End().Add(-1)) },
	} {
		assert.NotZero(t, share(sessions, met), name)
	}
}

// A support grant gives only one of two roles with the same name.
func TestGrantsOfRolesWithOneName(t *testing.T) {
	role := func(permissions ...deskpolicy.Permission) deskpolicy.Role {
		r, err := deskpolicy.NewRole("acme", "Interns", deskpolicy.NewPermissions(permissions...), nil)
		require.NoError(t, err)
		return r
	}
	before, after := role(deskpolicy.TicketView.At(deskpolicy.ScopeGroup)), role(deskpolicy.TicketView.At(deskpolicy.ScopeGlobal))
	given := map[deskpolicy.Role]bool{}
	for _, g := range draws(policytest.Desk{Account: deskpolicy.Account{ID: "acme"}, Roles: []deskpolicy.Role{before, after}}.SupportGrants(), 300) {
		for _, r := range g.Roles() {
			given[r] = true
		}
	}
	assert.True(t, given[before])
	assert.False(t, given[after])
}

// ResourcesNear draws the same resources for one action as Requests for all.
func TestResourcesFor(t *testing.T) {
	rita := &deskpolicy.Agent{
		ID: "rita", Account: helpdesk.Account, Groups: map[deskpolicy.GroupID]deskpolicy.Access{"refunds": deskpolicy.View, "returns": deskpolicy.Edit},
		Bindings: []deskpolicy.Binding{{Role: leads, Workspace: deskpolicy.AccountWide, TicketScope: deskpolicy.ScopeGroup}},
	}
	tickets := draws(policytest.ResourcesNear(helpdesk, rita, deskpolicy.TicketReply), 2_000)
	reasons := map[deskpolicy.Reason]int{}
	for _, ticket := range tickets {
		reasons[deskpolicy.Authorize(rita, deskpolicy.TicketReply, ticket).Reason]++
	}
	for _, reason := range []deskpolicy.Reason{
		deskpolicy.AllowedGroup, deskpolicy.AllowedAssigned, deskpolicy.ViewOnly, deskpolicy.OutOfScope, deskpolicy.OtherWorkspace, deskpolicy.OtherAccount,
	} {
		assert.Greater(t, reasons[reason], 20, "%v", reason)
	}
	invoices := draws(policytest.ResourcesNear(helpdesk, rita, invoicePrint), 100)
	assert.NotZero(t, share(invoices, func(i *invoice) bool { return i.at.Group == "returns" }))
	assert.NotNil(t, policytest.ResourcesNear(helpdesk, (*deskpolicy.SharedAgent)(nil), deskpolicy.ContactMerge).Example(1))
}

func TestPanics(t *testing.T) {
	require.PanicsWithValue(t, "policytest: NewHostAction does not know how to make a policytest_test.invoice; give it place", func() {
		policytest.NewHostAction(invoicePrint, "invoice.print", nil)
	})
	twice := policytest.NewHostAction(invoicePrint, "invoice.print", newInvoice)
	require.Panics(t, func() { policytest.Desk{HostActions: []policytest.HostAction{twice, twice}}.Requests() })
	require.PanicsWithValue(t, "policytest: host(256) is not a known action; add it to Desk.HostActions with NewHostAction", func() {
		policytest.Desk{Actions: []deskpolicy.ActionID{invoicePrint.ID()}}.Requests()
	})
}

// A failing property shrinks to a small request.
func TestShrinking(t *testing.T) {
	effort.Checks(t, 500, 100, 100) // rapid takes a fifth of them with -short
	shrinking := flag.Lookup("rapid.shrinktime")
	was := shrinking.Value.String()
	require.NoError(t, shrinking.Value.Set("10m")) // until it finds nothing smaller, however busy the machine is
	t.Cleanup(func() { require.NoError(t, shrinking.Value.Set(was)) })
	for name, planted := range map[string]struct {
		desk  policytest.Desk
		bug   func(deskpolicy.Request, deskpolicy.Decision) bool
		small func(*testing.T, deskpolicy.Request)
	}{
		"an agent who views a group": {
			ticketDesk,
			func(_ deskpolicy.Request, d deskpolicy.Decision) bool { return d.Reason == deskpolicy.ViewOnly },
			func(t *testing.T, r deskpolicy.Request) {
				agent := r.Subject.(*deskpolicy.Agent)
				assert.LessOrEqual(t, len(agent.Bindings), 2)
				assert.LessOrEqual(t, len(agent.Groups), 2)
				assert.Equal(t, deskpolicy.AccountID("acme"), agent.Account.ID)
			},
		},
		"a shared agent who is mentioned": {
			policytest.Desk{SubjectKinds: policytest.SharedAgents},
			func(_ deskpolicy.Request, d deskpolicy.Decision) bool { return d.Reason == deskpolicy.AllowedMentioned },
			func(t *testing.T, r deskpolicy.Request) {
				shared := r.Subject.(*deskpolicy.SharedAgent)
				assert.LessOrEqual(t, len(shared.Bindings), 2)
				assert.LessOrEqual(t, len(shared.Groups), 1)
			},
		},
		"a grant that has expired": {
			policytest.Desk{SubjectKinds: policytest.SupportSessions},
			func(_ deskpolicy.Request, d deskpolicy.Decision) bool { return d.Reason == deskpolicy.GrantExpired },
			func(t *testing.T, r deskpolicy.Request) {
				g := r.Subject.(*deskpolicy.SupportSession).Grant()
				assert.Len(t, g.Roles(), 1)
				assert.Empty(t, g.Workspaces())
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			requests := rapid.SliceOf(planted.desk.Requests())
			var last deskpolicy.Request
			record(func(r *recorder) {
				defer func() { _ = recover() }() // by which rapid ends a test
				rapid.Check(r, func(t *rapid.T) {
					for _, q := range requests.Draw(t, "requests") {
						if planted.bug(q, q.Authorize()) {
							last = q
							t.Fatalf("found")
						}
					}
				})
			})
			require.NotNil(t, last.Subject, "it is found")
			planted.small(t, last)
		})
	}
}
