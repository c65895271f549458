package deskpolicy_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	. "github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/effort"
)

// placesInGroups are places that the bindings and groups of TestCompareInGroups name, and
// one workspace and one group that they do not.
var placesInGroups = func() (places []Ticket) {
	for _, w := range []WorkspaceID{"", "it", "legal", "other"} {
		for _, g := range []GroupID{"", "billing", "refunds", "apac", "emea", "other"} {
			for _, assignee := range []AgentID{"", "riya", "bob"} {
				places = append(places, Ticket{Account: "acme", Workspace: w, Group: g, Assignee: assignee}, Ticket{Account: "acme", Workspace: w, Group: g, Assignee: assignee, Confidential: true})
			}
		}
	}
	return places
}()

// TestCompareInGroups checks Compare of agents whose roles are held in groups and workspaces
// against every place that these distinguish, with few bindings and with the same ones
// repeated, which are found by an index.
func TestCompareInGroups(t *testing.T) {
	effort.Checks(t, 100, 1000, 10_000)
	role := func(name string, view, reply, confidential, canned Scope) Role {
		return roleNamed(t, name, TicketView.At(view), TicketReply.At(reply), TicketConfidential.At(confidential), CannedResponseUse.At(canned))
	}
	roles := []Role{
		role("Viewers", Anything, Assigned, Assigned, Anything), role("Members", InGroup, InGroup, InGroup, InGroup),
		role("Takers", Assigned|GroupQueue, Unrouted, InGroup, Anything), role("Queue", Unassigned, GroupQueue, Anything, InGroup),
	}
	scopes := []Scope{Anything, Anything, InGroup, ScopeGroup, Unassigned, Assigned}
	binding := rapid.Custom(func(t *rapid.T) Binding {
		return Binding{
			Role: rapid.SampledFrom(roles).Draw(t, "role"), TicketScope: rapid.SampledFrom(scopes).Draw(t, "scope"),
			Workspace: rapid.SampledFrom([]WorkspaceID{AccountWide, OpenWorkspaces, Everywhere, "it", "legal"}).Draw(t, "workspace"),
			Group:     rapid.SampledFrom([]GroupID{"", "billing", "refunds", "apac"}).Draw(t, "group"),
		}
	})
	groups := rapid.MapOfN(rapid.SampledFrom([]GroupID{"billing", "refunds", "apac", "emea"}), rapid.SampledFrom([]Access{View, Edit}), 0, 4)
	agent := rapid.Custom(func(t *rapid.T) *Agent {
		a := riya(rapid.SliceOfN(binding, 1, 3).Draw(t, "bindings")...)
		a.Groups = groups.Draw(t, "groups")
		return a
	})
	orderings := make(map[Ordering]int)
	rapid.Check(t, func(t *rapid.T) {
		before, after := agent.Draw(t, "before"), agent.Draw(t, "after")
		if rapid.Bool().Draw(t, "widened") {
			after.Bindings, after.Groups = append(slices.Clone(before.Bindings), binding.Draw(t, "more")), before.Groups
		}
		var gained, lost bool
		for _, ticket := range placesInGroups {
			canned := CannedResponse{Account: "acme", Workspace: ticket.Workspace, Group: ticket.Group}
			for _, allows := range []func(*Agent) bool{
				func(a *Agent) bool { return Authorize(a, TicketView, &ticket).Allowed() },
				func(a *Agent) bool { return Authorize(a, TicketReply, &ticket).Allowed() },
				func(a *Agent) bool { return Authorize(a, TicketConfidential, &ticket).Allowed() },
				func(a *Agent) bool { return Authorize(a, CannedResponseUse, &canned).Allowed() },
			} {
				was, is := allows(before), allows(after)
				gained, lost = gained || is && !was, lost || was && !is
			}
		}
		want := map[[2]bool]Ordering{{false, false}: OrderingEqual, {true, false}: OrderingWider, {false, true}: OrderingNarrower, {true, true}: OrderingIncomparable}[[2]bool{gained, lost}]
		orderings[want]++
		often := func(a *Agent) *Agent {
			many := *a
			many.Bindings = slices.Repeat(a.Bindings, 70)
			return &many
		}
		for _, pair := range [][2]*Agent{{before, after}, {often(before), after}, {before, often(after)}, {often(before), often(after)}} {
			c := Compare(pair[0], pair[1])
			require.Equal(t, want, c.Ordering())
			for d := range c.Gained() {
				require.True(t, d.Allowed.Authorize().Allowed() && !d.Denied.Authorize().Allowed(), d)
			}
			require.Equal(t, sentences(Compare(before, after).Gained()), sentences(c.Gained()))
		}
	})
	if effort.Short() {
		return
	}
	for _, ordering := range []Ordering{OrderingEqual, OrderingWider, OrderingNarrower, OrderingIncomparable} {
		assert.Greater(t, orderings[ordering], 2, "%v", orderings)
	}
}

// A difference in a group that a role is held in elsewhere ends the search for one.
func TestCoversInAGroupOfElsewhere(t *testing.T) {
	elsewhere := wide(custom(t, TicketView.At(ScopeRestricted)).Role, ScopeRestricted)
	elsewhere.Workspace, elsewhere.Group = "it", "billing"
	viewer := wide(custom(t, TicketView.At(ScopeGroup)).Role, ScopeGroup)
	lead, agent := riya(elsewhere, wide(viewer.Role, ScopeRestricted)), bob(elsewhere, viewer)
	for range 70 { // so that both have an index
		lead.Bindings, agent.Bindings = append(lead.Bindings, elsewhere), append(agent.Bindings, elsewhere)
	}
	agent.Groups = map[GroupID]Access{"billing": View}
	lead.Groups, lead.Bindings = nil, append(lead.Bindings, custom(t, AgentEdit.At(Anything)))
	check(t, lead, AgentEdit, *agent, BeyondAuthority)
	lead.Bindings, lead.Groups = append(lead.Bindings, viewer), agent.Groups
	check(t, lead, AgentEdit, *agent, AllowedAll)
}

// Where a role is held in one group only, what it takes out of the group to another group of the
// subject's makes a difference that no resource of the other group shows (A50).
func TestCompareWhereRolesTakeThings(t *testing.T) {
	route := roleNamed(t, "Router", TicketView.At(InGroup), TicketRoute.At(InGroup))
	in := func(who *Agent, groups ...GroupID) *Agent {
		who.Bindings, who.Groups = []Binding{{Role: route, Workspace: AccountWide, TicketScope: ScopeGlobal, Group: "billing"}}, make(map[GroupID]Access)
		for _, group := range groups {
			who.Groups[group] = Edit
		}
		return who
	}
	lead, more := in(riya(), "billing"), in(riya(), "billing", "refunds")
	assert.False(t, Covers(lead, in(riya(), "billing", "refunds")))
	assert.True(t, Covers(more, lead))
	assert.Equal(t, OrderingWider, Compare(lead, more).Ordering())
	moves := &TicketAssignment{Ticket: ticketOf("billing", ""), Group: AgentGroup{"refunds", "acme"}}
	assert.Equal(t, OutOfScope, Authorize(lead, TicketRoute, moves).Reason)
	assert.Equal(t, AllowedGroup, Authorize(more, TicketRoute, moves).Reason)
}

// One permission covers another only by the relations that its holder can have.
func TestCompareWhatOneLacks(t *testing.T) {
	edits := AgentEdit.At(ScopeGlobal)
	bound := Binding{Role: roleNamed(t, "Colleague", TicketView.At(ScopeGlobal), edits), Workspace: AccountWide, TicketScope: SameCompany}
	wider := func(before, after Subject) {
		t.Helper()
		assert.Equal(t, OrderingWider, Compare(before, after).Ordering())
	}

	// By a ticket scope.
	check(t, riya(bound), AgentEdit, *bob(bound), BeyondAuthority) // whose company can become any
	inCompany := riya(bound)
	inCompany.Company = "c1"
	wider(riya(bound), inCompany)

	// By Anything, where that reaches only what the subject has a part in (A61).
	customer := func(company CompanyID) *Customer {
		return &Customer{ID: "carla", Account: acme, Company: company, Bindings: []Binding{wide(roleNamed(t, "Guest", TicketView.At(ScopeGlobal)), ScopeGlobal)}}
	}
	wider(customer(""), customer("c1"))

	// A role that only an account with a CRM has.
	alone, connected := riya(custom(t, RoleView.At(ScopeGlobal))), riya(custom(t, RoleView.At(ScopeGlobal)))
	alone.Account.Integrated, connected.Account.Integrated = false, true
	wider(alone, connected)
}
