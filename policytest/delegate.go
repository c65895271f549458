package policytest

import (
	"fmt"

	"pgregory.net/rapid"

	"github.com/deskpolicy/deskpolicy"
)

// Delegates returns a generator of delegates of agents, shared agents and customers.
func (d Desk) Delegates() *rapid.Generator[*deskpolicy.Delegate] {
	return gen(d, func(t *rapid.T, w *fullDesk) *deskpolicy.Delegate { return w.delegate(t) })
}

// delegate draws a delegate, mostly with limits that let through what its principal may.
func (w *fullDesk) delegate(t *rapid.T) *deskpolicy.Delegate {
	d := &deskpolicy.Delegate{Principal: w.principal(t), Actor: deskpolicy.Actor{
		Kind: pick(t, deskpolicy.ActorKey, deskpolicy.ActorIntegration, deskpolicy.ActorAI, deskpolicy.ActorPerson), Issuer: "acme", ID: "k-1",
	}}
	if rarely(t, 7) {
		return d
	}
	held := holdingOf(d.Principal)
	for range pick(t, 1, 1, 1, 2, 3) {
		d.Limits = append(d.Limits, w.limit(t, held))
	}
	return d
}

// principal draws the subject that a delegate acts for, of the kinds that the desk has.
func (w *fullDesk) principal(t *rapid.T) deskpolicy.Subject {
	switch kind := pick(t, Agents, Agents, SharedAgents, Customers); {
	case kind == SharedAgents && !w.NoSharedAgents:
		return w.sharedAgent(t, w.personID(t))
	case kind == Customers:
		return w.customer(t)
	}
	return w.agent(t, w.personID(t))
}

// limit draws a limit: mostly of all that the roles of the principal permit.
func (w *fullDesk) limit(t *rapid.T, held holding) (l deskpolicy.Limit) {
	l.Permissions, l.Window = w.permissions(t), w.window(t)
	near := rarely(t, 2)
	for _, b := range held.bindings {
		for p := range b.Role.Permissions().All() {
			if near {
				p.Scope = deskpolicy.Assigned
			}
			l.Permissions = l.Permissions.Union(deskpolicy.NewPermissions(p))
		}
	}
	if rarely(t, 3) {
		l.Permissions = w.permissions(t)
	}
	l.Workspaces = append(l.Workspaces, w.heldIn(t))
	if !w.NoWorkspaces && !rarely(t, 2) {
		l.Workspaces = append(l.Workspaces, deskpolicy.Everywhere)
	}
	return l
}

// describeDelegate describes who acts, for which principal and within which limits.
func describeDelegate(d *deskpolicy.Delegate) string {
	text := fmt.Sprintf("%v for %s", d.Actor, describeSubject(d.Principal))
	for _, limit := range d.Limits {
		text += fmt.Sprintf("; limit %v", limit)
	}
	return text
}
