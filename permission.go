package deskpolicy

import (
	"iter"
	"math/bits"
)

// A Permission is leave to do one action to the resources within one scope. What
// the action of [ActionID.Scopes] needs no scope for is held at Global. The zero
// Permission, and one with an unknown action or scope, permits nothing.
type Permission struct {
	Action ActionID
	Scope  Scope
}

// String returns the permission as "ticket.reply@group" or, if the action needs no
// scope, as "agent.edit".
func (p Permission) String() string { return p.named(p.Action.String()) }

// named returns the permission with that name for its action.
func (p Permission) named(action string) string {
	if p.Scope == ScopeGlobal && p.Action.scopeless() {
		return action
	}
	return action + "@" + p.Scope.String()
}

// Permissions is a set of permissions. What a wider scope reaches, a narrower
// one need not repeat: a set that has ticket.reply@global has
// ticket.reply@group, and one that has that has ticket.reply@restricted. Only
// a conversation's group scope does not include the restricted one (A9).
//
// Permissions form a lattice: Union is the join, Intersect the meet, Covers
// the order, Minus the difference. The zero value is the empty set. A
// Permissions is immutable, comparable with ==, and safe to share.
type Permissions struct {
	// at has a bit per action for each scope. It is closed downwards: whoever
	// has a bit has the bits of the scopes that it includes.
	at [scopes][actionSpace / 64]uint64
}

// NewPermissions returns the set of the given permissions.
func NewPermissions(permissions ...Permission) Permissions {
	var set Permissions
	for _, p := range permissions {
		set.add(p)
	}
	return set
}

// Has reports whether the set permits what p does.
func (s Permissions) Has(p Permission) bool {
	return p.Scope.Valid() && s.levels(p.Action).has(p.Scope)
}

// Covers reports whether the set permits all that other does.
func (s Permissions) Covers(other Permissions) bool { return s.covers(&other) }

// covers is Covers: as sets are closed downwards, the one that covers another has its bits.
func (s *Permissions) covers(other *Permissions) bool {
	for i := range scopes {
		for j, wanted := range &other.at[i] {
			if wanted&^s.at[i][j] != 0 {
				return false
			}
		}
	}
	return true
}

// Empty reports whether the set permits nothing.
func (s Permissions) Empty() bool { return s == Permissions{} }

// Union returns what s or other permits.
func (s Permissions) Union(other Permissions) Permissions {
	for i := range s.at {
		for j := range s.at[i] {
			s.at[i][j] |= other.at[i][j]
		}
	}
	return s
}

// Intersect returns what both s and other permit: of ticket.reply@global and
// ticket.reply@group, the latter.
func (s Permissions) Intersect(other Permissions) Permissions {
	for i := range s.at {
		for j := range s.at[i] {
			s.at[i][j] &= other.at[i][j]
		}
	}
	return s
}

// Minus returns the least set that together with other covers s: the
// permissions of s that other does not cover, each at its own scope.
func (s Permissions) Minus(other Permissions) Permissions {
	var rest Permissions
	for p := range s.All() {
		if !other.Has(p) {
			rest.add(p)
		}
	}
	return rest
}

// All yields the permissions of the set by action, in the vocabulary's order,
// each at its widest scope. A conversation permission that is held at Group and
// at Restricted, neither of which includes the other, is yielded at both.
func (s Permissions) All() iter.Seq[Permission] {
	return func(yield func(Permission) bool) {
		for word := range s.at[0] {
			for left := s.at[ScopeRestricted-1][word] | s.at[ScopeGroup-1][word]; left != 0; left &= left - 1 {
				id := ActionID(word*64 + bits.TrailingZeros64(left))
				if !yieldWidest(id, s.levels(id), yield) {
					return
				}
			}
		}
	}
}

// yieldWidest yields the permissions to do the action at those of the levels
// that no wider one includes.
func yieldWidest(id ActionID, have levels, yield func(Permission) bool) bool {
	for s := ScopeGlobal; s > 0; s-- {
		if !have.has(s) {
			continue
		}
		if !yield(id.At(s)) {
			return false
		}
		have &^= included(id, s)
	}
	return true
}

// included returns the levels that holding the action at scope s comes to.
func included(id ActionID, s Scope) levels {
	if s == ScopeGroup && id.literalGroup() {
		return 1 << ScopeGroup
	}
	return levels(1<<(s+1) - 1<<ScopeRestricted)
}

// add adds a permission and all that it includes.
func (s *Permissions) add(p Permission) {
	if !p.Action.Valid() || !p.Scope.Valid() {
		return
	}
	for scope, all := ScopeRestricted, included(p.Action, p.Scope); scope <= ScopeGlobal; scope++ {
		if all.has(scope) {
			s.at[scope-1][p.Action/64] |= 1 << (p.Action % 64)
		}
	}
}

// levels returns the scopes at which the set has the action.
func (s *Permissions) levels(id ActionID) levels {
	if id >= actionSpace {
		return 0
	}
	word, bit := id/64, id%64
	return levels(s.at[0][word]>>bit&1<<ScopeRestricted |
		s.at[1][word]>>bit&1<<ScopeGroup |
		s.at[2][word]>>bit&1<<ScopeGlobal)
}
