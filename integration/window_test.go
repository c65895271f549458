package integration

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/thresholds"
)

// TestWindows compares pages with the matched rows, for agents who see more in one
// workspace than in another, where PostgreSQL first scans a few of the newest rows of
// those workspaces.
func TestWindows(t *testing.T) {
	for _, l := range []layout{
		{name: "integers", ids: "integer", mentions: "none", crm: "none", times: true},
		{name: "text", ids: "text", mentions: "table", crm: "none"},
	} {
		t.Run(l.name, func(t *testing.T) {
			on := postgres(t, "auto")
			on.tables(t, l)
			n := namesOf(l)
			n.accounts, n.workspaces, n.groups, n.agents = n.accounts[:1], n.workspaces[:2], n.groups[:2], n.agents[:2]
			looked, newest := thresholds.Looked, thresholds.Newest
			t.Cleanup(func() { thresholds.Looked, thresholds.Newest = looked, newest })
			thresholds.Looked = 0
			var count tally
			rapid.Check(t, func(rt *rapid.T) {
				w := drawDataset(rt, l, n)
				on.fill(t, l, w)
				var seqs []int
				var tickets []deskpolicy.Ticket
				for _, r := range w.things {
					seqs, tickets = append(seqs, r.seq), append(tickets, w.ticket(l, r))
				}
				for range 12 {
					thresholds.Newest = rapid.IntRange(1, 20).Draw(rt, "newest")
					agree(testDB{rt, on, l, &count}, drawAgentOfPlaces(rt, n), deskpolicy.TicketView, describeTickets[deskpolicy.Ticket](l, ""), seqs, tickets)
				}
			})
			t.Log(count)
		})
	}
}

// drawAgentOfPlaces draws an agent with a different scope in each place.
func drawAgentOfPlaces(t *rapid.T, n names) *deskpolicy.Agent {
	a := &deskpolicy.Agent{
		ID: deskpolicy.AgentID(n.agents[0]), Account: deskpolicy.Account{ID: deskpolicy.AccountID(n.accounts[0]), Plan: deskpolicy.Plan{Features: deskpolicy.AllFeatures}},
		Groups: drawAccesses[deskpolicy.GroupID](t, n.groups, n.groups, "groups"),
	}
	for _, w := range n.workspaces {
		a.Bindings = append(a.Bindings, deskpolicy.Binding{Role: deskpolicy.AgentRole.Role(), Workspace: deskpolicy.WorkspaceID(w), TicketScope: drawScope(t)})
	}
	a.Bindings = append(a.Bindings, deskpolicy.Binding{Role: deskpolicy.AgentRole.Role(), Workspace: deskpolicy.AccountWide, TicketScope: drawScope(t)})
	for i := range a.Bindings {
		j := rapid.IntRange(0, i).Draw(t, "order")
		a.Bindings[i], a.Bindings[j] = a.Bindings[j], a.Bindings[i]
	}
	a.Bindings = a.Bindings[:rapid.IntRange(1, len(a.Bindings)).Draw(t, "bindings")]
	return a
}

func drawScope(t *rapid.T) deskpolicy.Scope {
	return rapid.SampledFrom([]deskpolicy.Scope{deskpolicy.ScopeRestricted, deskpolicy.ScopeGroup, deskpolicy.ScopeGlobal}).Draw(t, "scope")
}
