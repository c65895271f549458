package main

import "github.com/deskpolicy/deskpolicy"

// A reach is the scopes at which a person holds an action in a place, as bits. It is
// computed from roles and bindings beforehand for every engine except the library.
type reach uint8

const (
	restricted reach = 1 << iota
	group
	global
)

// held maps each place and action to the person's reach.
type held [places][64]reach

// held returns the reaches of the person, without actions that the kind of subject or the
// plan forbids. A deactivated person holds nothing.
func (h *helpdesk) held(who int) (all held) {
	p := &h.people[who]
	if p.deactivated || p.crm.deactivated || p.kind == nonAgent {
		return held{}
	}
	for _, b := range p.bindings {
		role := h.roles[b.role]
		permissions := role.Permissions()
		for in := range places {
			if !b.heldIn(in) {
				continue
			}
			for i := range acts {
				a := &acts[i]
				if a.barred[p.kind] || !a.planned() {
					continue
				}
				all[in][i] |= a.reach(p.kind, permissions.Scope(a.id), b.scope)
			}
		}
	}
	return all
}

// heldIn reports whether the binding's role is held in the place.
func (b binding) heldIn(in place) bool {
	switch b.place {
	case accountWide:
		return in == outside
	case inOpen:
		return in != legal
	}
	return b.place == in
}

// reach returns the reach of a person of the kind by a permission at the scope within the
// ticket scope.
func (a *act) reach(kind subjectKind, scope, within deskpolicy.Scope) (r reach) {
	if kind == sharedAgent && (a.on == aContact || a.on.ticketLike()) {
		return a.sharedReach(scope, within)
	}
	for n, s := range ladder {
		if scope.Covers(s) && (!a.on.ticketLike() || within.Covers(s)) {
			r |= 1 << n
		}
	}
	return r
}

// sharedReach returns the reach of a shared agent on contacts and tickets. There, restricted
// stands for what it reaches at any ticket scope, and nothing is assigned to it.
func (a *act) sharedReach(scope, within deskpolicy.Scope) (r reach) {
	switch {
	case scope.Covers(deskpolicy.ScopeGlobal) && (a.on == aContact || within != deskpolicy.ScopeGlobal):
		return restricted
	case scope.Covers(deskpolicy.ScopeGlobal):
		return restricted | group | global
	case scope.Covers(deskpolicy.ScopeGroup) && a.on != aContact:
		return group
	}
	return 0
}

// ladder has the scopes of the questions, narrowest first. Each covers those before it.
var ladder = [...]deskpolicy.Scope{deskpolicy.ScopeRestricted, deskpolicy.ScopeGroup, deskpolicy.ScopeGlobal}
