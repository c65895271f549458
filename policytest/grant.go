package policytest

import (
	"slices"
	"time"

	"pgregory.net/rapid"

	"github.com/deskpolicy/deskpolicy"
)

// SupportGrants returns a generator of support grants that an account administrator made: for a
// nanosecond, a week or almost 30 days. Some of them were extended or revoked.
func (d Desk) SupportGrants() *rapid.Generator[deskpolicy.SupportGrant] {
	return gen(d, func(t *rapid.T, w *fullDesk) deskpolicy.SupportGrant { return w.grant(t) })
}

// SupportSessions returns a generator of support engineers who act under a support grant, mostly
// close to its start, its end or its revocation.
func (d Desk) SupportSessions() *rapid.Generator[*deskpolicy.SupportSession] {
	return gen(d, func(t *rapid.T, w *fullDesk) *deskpolicy.SupportSession { return w.session(t) })
}

// SupportGrantInstants returns a generator of instants at which to test the support grant: its
// start, its end and its revocation, and a nanosecond and a minute before and after each.
func SupportGrantInstants(g deskpolicy.SupportGrant) *rapid.Generator[time.Time] {
	return rapid.Custom(func(t *rapid.T) time.Time {
		edge := pick(t, g.Start(), g.End(), g.RevokedAt())
		if edge.IsZero() {
			edge = g.Start()
		}
		return edge.Add(pick[time.Duration](t, 0, -1, +1, time.Minute, -time.Minute))
	})
}

// eve is the support engineer that the support grants name.
var eve = deskpolicy.SupportEngineer{ID: "eve", Name: "Eve Novak", Email: "eve@vendor.example"}

// grant draws a support grant of the desk's account.
func (w *fullDesk) grant(t *rapid.T) deskpolicy.SupportGrant {
	start := w.Now.Add(pick(t, 0, 1, time.Hour))
	terms := deskpolicy.SupportGrantTerms{
		ID: "g", Start: start, End: start.Add(pick[time.Duration](t, deskpolicy.DefaultSupportGrantDuration, 1, 30*24*time.Hour-2*time.Hour)),
		Roles: w.grantRoles(t, 1), Workspaces: map[deskpolicy.WorkspaceID][]deskpolicy.Role{}, Engineers: []deskpolicy.SupportEngineer{eve},
	}
	for _, id := range w.everyWorkspace() {
		if rapid.Bool().Draw(t, "granted") {
			terms.Workspaces[id] = w.grantRoles(t, 0)
		}
	}
	g, _, err := deskpolicy.NewSupportGrant(w.owner, terms, w.Now)
	g = must(g, err)
	if rarely(t, 2) {
		g, _, err = deskpolicy.ExtendSupportGrant(w.owner, g, g.End().Add(1), w.Now, nil)
	}
	if rarely(t, 2) {
		g, _, err = deskpolicy.RevokeSupportGrant(w.owner, must(g, err), pick(t, g.Start().Add(time.Hour), g.Start(), g.End().Add(-1), g.End()))
	}
	return must(g, err)
}

// grantRoles draws roles that a support grant of the account can give.
func (w *fullDesk) grantRoles(t *rapid.T, least int) []deskpolicy.Role {
	role := rapid.Custom(func(t *rapid.T) deskpolicy.Role {
		if r := w.role(t); r.BuiltIn() || r.Account() == w.Account.ID && w.firstOfName(r) {
			return r
		}
		return w.simplest
	})
	return rapid.SliceOfN(role, least, 2).Draw(t, "roles")
}

// firstOfName reports whether the role is the first of the desk's roles with its name: a support
// grant cannot give two roles with the same name.
func (w *fullDesk) firstOfName(role deskpolicy.Role) bool {
	first := slices.IndexFunc(w.Roles, func(r deskpolicy.Role) bool { return r.Name() == role.Name() })
	return first < 0 || w.Roles[first].Equal(role)
}

// everyWorkspace returns the open workspaces and the restricted ones.
func (w *fullDesk) everyWorkspace() []deskpolicy.WorkspaceID {
	return append(w.Account.OpenWorkspaces[:len(w.Account.OpenWorkspaces):len(w.Account.OpenWorkspaces)], w.RestrictedWorkspaces...)
}

// session draws a support engineer under a support grant: at its start, or close to one of its
// edges.
func (w *fullDesk) session(t *rapid.T) *deskpolicy.SupportSession {
	g, engineer := w.grant(t), eve
	at := g.Start()
	switch {
	case rarely(t, 6):
		at = pick(t, time.Time{}, time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC))
	case rapid.Bool().Draw(t, "at an edge"):
		at = SupportGrantInstants(g).Draw(t, "at")
	}
	if rarely(t, 6) {
		engineer.ID = pick[deskpolicy.SupportEngineerID](t, "", "zoe")
	}
	if rarely(t, 5) {
		g = deskpolicy.SupportGrant{}
	}
	account := w.account(t)
	return g.Session(engineer, account, at)
}
