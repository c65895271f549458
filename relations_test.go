package deskpolicy_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	. "github.com/deskpolicy/deskpolicy"
)

// everyTicket returns a ticket for every way in which the agent "riya", with the contact
// "c-riya" and the company "m-riya", can stand to one.
func everyTicket() (tickets []Ticket) {
	for _, workspace := range []WorkspaceID{"", "it", "hr"} {
		for _, group := range []GroupID{"", "billing", "refunds", "apac"} {
			for _, assignee := range []AgentID{"", "riya", "bob"} {
				for _, takesPart := range []Access{NoAccess, View, Edit} {
					for bits := range 16 {
						ticket := Ticket{ID: "4711", Account: "acme", Workspace: workspace, Group: group, Assignee: assignee}
						ticket.Participants = map[AgentID]Access{"riya": takesPart}
						ticket.Mentions = map[AgentID]bool{"riya": bits&1 != 0}
						if bits&14 != 0 {
							requester := Contact{ID: "c-2", Account: "acme"}
							if bits&2 != 0 {
								requester.ID = "c-riya"
							}
							if bits&4 != 0 {
								requester.Company = "m-riya"
							}
							if bits&8 != 0 {
								requester.Owner = "riya"
							}
							ticket.Requester = &requester
						}
						tickets = append(tickets, ticket)
					}
				}
			}
		}
	}
	return tickets
}

// scopeGen draws scopes: the levels, and sets of any relations.
var scopeGen = rapid.Custom(func(t *rapid.T) (s Scope) {
	if rapid.Bool().Draw(t, "named") {
		return rapid.SampledFrom([]Scope{0, ScopeRestricted, ScopeGroup, ScopeShared, ScopeGlobal}).Draw(t, "level")
	}
	for range rapid.IntRange(1, 4).Draw(t, "relations") {
		s |= Scope(1) << rapid.IntRange(0, 9).Draw(t, "relation")
	}
	return s
})

// relatedGen draws agents with riya's ID, whose roles have scopes of any relations.
var relatedGen = rapid.Custom(func(t *rapid.T) *Agent {
	me := riya()
	for range rapid.IntRange(1, 3).Draw(t, "bindings") {
		role := must(NewRole("acme", "R", NewPermissions(
			TicketView.At(scopeGen.Draw(t, "view")), TicketReply.At(scopeGen.Draw(t, "reply")), TicketNotePrivate.At(scopeGen.Draw(t, "note")),
		), nil))
		workspace := rapid.SampledFrom([]WorkspaceID{AccountWide, "it", Everywhere}).Draw(t, "workspace")
		me.Bindings = append(me.Bindings, Binding{role, workspace, scopeGen.Draw(t, "ticket scope")})
	}
	me.Groups = map[GroupID]Access{}
	for _, group := range []GroupID{"billing", "refunds"} {
		me.Groups[group] = rapid.SampledFrom([]Access{NoAccess, View, Edit}).Draw(t, "access")
	}
	if rapid.Bool().Draw(t, "asks") {
		me.Contact = "c-riya"
	}
	if rapid.Bool().Draw(t, "works at") {
		me.Company = "m-riya"
	}
	return me
})

// TestCompareRelations holds Compare against all tickets, for agents whose roles and ticket
// scopes are sets of any relations (A48).
func TestCompareRelations(t *testing.T) {
	tickets := everyTicket()
	var orderings [4]int
	rapid.Check(t, func(t *rapid.T) {
		before, after := relatedGen.Draw(t, "before"), relatedGen.Draw(t, "after")
		gained, lost := map[ActionID]bool{}, map[ActionID]bool{}
		for i := range tickets {
			for _, action := range []Action[Ticket]{TicketView, TicketReply, TicketNotePrivate} {
				was, is := Authorize(before, action, &tickets[i]).Allowed(), Authorize(after, action, &tickets[i]).Allowed()
				if is && !was {
					gained[action.ID()] = true
				}
				if was && !is {
					lost[action.ID()] = true
				}
			}
		}
		c := Compare(before, after)
		found := func(differences func(func(Difference) bool)) map[ActionID]bool {
			found := map[ActionID]bool{}
			for d := range differences {
				replays(t, d)
				if d.Permission.Action != SessionLogin.ID() {
					found[d.Permission.Action] = true
				}
			}
			return found
		}
		require.Equal(t, gained, found(c.Gained()), "%+v\n%+v", before, after)
		require.Equal(t, lost, found(c.Lost()), "%+v\n%+v", before, after)
		orderings[c.Ordering()]++
	})
	for ordering, n := range orderings {
		if n == 0 {
			t.Logf("no two agents were %v", Ordering(ordering))
		}
	}
}

// relatedSharedGen draws shared agents with riya's ID.
var relatedSharedGen = rapid.Custom(func(t *rapid.T) *SharedAgent {
	agent := relatedGen.Draw(t, "agent")
	sees := rapid.SampledFrom([]CRMRecords{0, OwnRecords, AllRecords}).Draw(t, "sees")
	return &SharedAgent{ID: agent.ID, Account: acme, Bindings: agent.Bindings, Groups: agent.Groups, CRM: CRMUser{ID: "u-riya", Sees: sees}}
})

// TestFilterRelations holds filters against all tickets.
func TestFilterRelations(t *testing.T) {
	tickets := everyTicket()
	for i, seen := 0, 0; i < len(tickets); i++ {
		if r := tickets[i].Requester; r != nil {
			if seen++; seen%2 == 0 {
				r.CRM.Owner = "u-riya"
			}
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		var who Subject = relatedGen.Draw(t, "agent")
		if rapid.Bool().Draw(t, "shared") {
			who = relatedSharedGen.Draw(t, "shared agent")
		}
		for _, action := range []Action[Ticket]{TicketView, TicketReply, TicketNotePrivate} {
			f := FilterFor(who, action)
			for i := range tickets {
				if d := Authorize(who, action, &tickets[i]); d.Allowed() != f.Match(&tickets[i]) {
					t.Fatalf("%v by %+v on %+v: %v\n%v", action, who, tickets[i], d, f)
				}
			}
		}
	})
}

// TestFilterSize holds the number of clauses of one binding, for all pairs of closed scopes.
func TestFilterSize(t *testing.T) {
	closed := closedScopes()
	require.Len(t, closed, 513)
	me, most := riya(), 0
	me.Contact, me.Company = "c-riya", "m-riya"
	for _, scope := range closed {
		role := must(NewRole("acme", "R", NewPermissions(TicketView.At(scope)), nil))
		for _, bound := range closed {
			me.Bindings = []Binding{{role, AccountWide, bound}}
			n := 0
			for range FilterFor(me, TicketView).Clauses() {
				n++
			}
			most = max(most, n)
		}
	}
	t.Logf("at most %d clauses", most)
	require.LessOrEqual(t, most, 18+9) // a participant can be in CC instead
}

// closedScopes returns every scope that reaches something else than the others do.
func closedScopes() (scopes []Scope) {
	for s := Scope(0); s < Anything; s++ {
		includes := s
		if s&Unassigned != 0 {
			includes |= GroupQueue | Unrouted
		}
		if s&InGroup != 0 {
			includes |= GroupQueue
		}
		if includes == s {
			scopes = append(scopes, s)
		}
	}
	return append(scopes, Anything)
}
