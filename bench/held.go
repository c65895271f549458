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
				for _, scope := range []deskpolicy.Scope{deskpolicy.ScopeRestricted, deskpolicy.ScopeGroup, deskpolicy.ScopeGlobal} {
					if permissions.Has(a.id.At(scope)) && (!a.on.ticketLike() || scope <= b.scope) {
						all[in][i] |= 1 << (scope - deskpolicy.ScopeRestricted)
					}
				}
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
