package worlds

import (
	"maps"
	"slices"

	"pgregory.net/rapid"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/oracle"
)

// DrawActing draws who acts for the agent when the action is asked about: mostly within one to
// four limits that permit it, each of which may lack something, and rarely nobody.
func DrawActing(t *rapid.T, s *oracle.Agent, action string) *oracle.Acting {
	acts := &oracle.Acting{
		Kind: rapid.SampledFrom([]string{"key", "ai", "person", "integration", "person"}).Draw(t, "actor"),
		ID:   "k",
	}
	limits := rapid.SampledFrom([]int{1, 2, 1, 3, 4}).Draw(t, "limits")
	switch rapid.IntRange(0, 63).Draw(t, "incomplete") {
	case 60:
		acts.Kind = "nobody"
	case 61:
		acts.ID = ""
	case 62:
		limits = 0
	case 63:
		limits = deskpolicy.MaxLimits + 1
	}
	for range limits {
		acts.Limits = append(acts.Limits, drawLimit(t, s, limitedTo(action)))
	}
	return acts
}

// limitedTo returns the permissions that a limit for the action has: those that the parts of a
// request take, and what is confidential.
func limitedTo(action string) (names []string) {
	names = []string{"ticket.view", "ticket.confidential"}
	a := oracle.Actions[action]
	if a == nil || !oracle.Grantable(action) {
		return names
	}
	switch a.Kind {
	case "ticket_assignment":
		names = append(names, "ticket.route")
	case "conversation_assignment":
		names = append(names, "conversation.route")
	}
	return append(names, action)
}

// drawLimit draws a limit that has the permissions at anything, everywhere and always, or lacks
// some of that.
func drawLimit(t *rapid.T, s *oracle.Agent, names []string) oracle.Limit {
	l := oracle.Limit{May: map[string]oracle.Held{}, Workspaces: []string{"**"}}
	for _, name := range names {
		l.May[name] = oracle.Actions[name].Takes(oracle.ScopeOf("global"))
	}
	one := names[len(names)-1]
	switch rapid.SampledFrom([]string{"nothing", "reach", "place", "reach", "reach of secrets", "nothing", "permission", "role", "time", "nothing"}).Draw(t, "limit lacks") {
	case "reach":
		l.May[one] = oracle.Actions[one].Takes(oracle.ScopeOf(DrawScope(t, "limit's scope")))
	case "reach of secrets":
		l.May["ticket.confidential"] = oracle.ScopeOf(DrawScope(t, "limit's scope of secrets"))
	case "permission":
		delete(l.May, rapid.SampledFrom(names).Draw(t, "limit's permission"))
	case "role":
		l.May = mayLike(t, s)
	case "place":
		l.Workspaces = rapid.SliceOfN(rapid.SampledFrom(Holds), 0, 2).Draw(t, "limit's workspaces")
	case "time":
		l.From, l.Until = drawDays(t, "limit")
	}
	return l
}

// mayLike returns the permissions of one of the agent's roles, but for a host's whose numbers
// have no names.
func mayLike(t *rapid.T, s *oracle.Agent) map[string]oracle.Held {
	roles := []*oracle.Role{{}}
	for _, b := range s.Bindings {
		if b.Role != nil {
			roles = append(roles, b.Role)
		}
	}
	may := maps.Clone(rapid.SampledFrom(roles).Draw(t, "limit like role").May)
	maps.DeleteFunc(may, func(name string, _ oracle.Held) bool { return oracle.Actions[name] == nil })
	return may
}

// drawDays draws the days of a window.
func drawDays(t *rapid.T, label string) (from, until int) {
	days := []int{0, 3, 5, 0, 4, 2, 8, 6, -1}
	return rapid.SampledFrom(days).Draw(t, label+" from"), rapid.SampledFrom(days).Draw(t, label+" until")
}

// delegate builds who acts for the agent.
func (b Builder) delegate(m *oracle.Agent) *deskpolicy.Delegate {
	d := &deskpolicy.Delegate{Principal: b.newSubject(m), Actor: deskpolicy.Actor{Issuer: "acme", ID: m.Acts.ID}}
	d.Actor.Kind = deskpolicy.ActorKind(1 + slices.Index([]string{"key", "integration", "ai", "person"}, m.Acts.Kind))
	for _, l := range m.Acts.Limits {
		limit := deskpolicy.Limit{Permissions: buildPermissions(l.May), Window: deskpolicy.NewWindow(Day(l.From), Day(l.Until))}
		for _, workspace := range l.Workspaces {
			limit.Workspaces = append(limit.Workspaces, deskpolicy.WorkspaceID(workspace))
		}
		d.Limits = append(d.Limits, limit)
	}
	return d
}
