package deskpolicy

import (
	"iter"
	"math/bits"
)

// A Permission permits one action within one scope. If the action takes no scope, the
// Scope is Global: see [ActionID.Scopes]. A Permission with an unknown action or scope is
// invalid and permits nothing. The zero Permission is invalid.
type Permission struct {
	Action ActionID
	Scope  Scope
}

// String returns the permission as text, such as "ticket.reply@group" or, if the action
// takes no scope, "agent.edit".
func (p Permission) String() string { return p.withAction(p.Action.String()) }

// withAction returns the permission as text, with the given name for its action.
func (p Permission) withAction(action string) string {
	if p.Scope == ScopeGlobal && p.Action.scopeless() {
		return action
	}
	return action + "@" + p.Scope.String()
}

// Permissions is a set of permissions. A permission at one scope includes the same
// permission at narrower scopes: a set with ticket.reply@global also has
// ticket.reply@group and ticket.reply@restricted. Conversations are the exception: there
// Group does not include Restricted (A9).
//
// Permissions form a lattice: Union is the join, Intersect the meet, Covers the order
// and Minus the difference. The zero value is the empty set. Permissions are immutable,
// comparable with ==, and safe for concurrent use.
type Permissions struct {
	// at has a bit per action for each scope. It is closed downwards: if it has the bit
	// of a scope, it also has the bits of the scopes that the scope includes.
	at [scopes][actionSpace / 64]uint64
}

// NewPermissions returns the set of the given permissions. It ignores invalid permissions.
func NewPermissions(permissions ...Permission) Permissions {
	var set Permissions
	for _, p := range permissions {
		set.add(p)
	}
	return set
}

// Has reports whether s permits everything that p does. It returns false for an invalid p.
func (s Permissions) Has(p Permission) bool {
	return p.Scope.Valid() && s.levels(p.Action).has(p.Scope)
}

// Covers reports whether s permits everything that other does.
func (s Permissions) Covers(other Permissions) bool { return s.covers(&other) }

// covers is Covers without copying the sets. Sets are closed downwards, so a set covers
// another if it has all of its bits.
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

// Empty reports whether s permits nothing.
func (s Permissions) Empty() bool { return s == Permissions{} }

// Union returns everything that s or other permits.
func (s Permissions) Union(other Permissions) Permissions {
	for i := range s.at {
		for j := range s.at[i] {
			s.at[i][j] |= other.at[i][j]
		}
	}
	return s
}

// Intersect returns everything that both s and other permit. The intersection of
// ticket.reply@global and ticket.reply@group is ticket.reply@group.
func (s Permissions) Intersect(other Permissions) Permissions {
	for i := range s.at {
		for j := range s.at[i] {
			s.at[i][j] &= other.at[i][j]
		}
	}
	return s
}

// Minus returns the permissions of s that other does not cover, each at its widest
// scope in s. It is the smallest set that, together with other, covers s.
func (s Permissions) Minus(other Permissions) Permissions {
	var rest Permissions
	for p := range s.All() {
		if !other.Has(p) {
			rest.add(p)
		}
	}
	return rest
}

// All yields the permissions of s by action, in the order of the vocabulary, each at
// its widest scope. It yields a conversation permission at both Group and Restricted if
// s has both, because neither includes the other (A9).
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

// yieldWidest yields the permissions to do the action at each level in have that no wider
// level in have includes. It returns false if yield does.
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

// included returns the levels that a permission to do the action at scope s includes.
func included(id ActionID, s Scope) levels {
	if s == ScopeGroup && id.literalGroup() {
		return 1 << ScopeGroup
	}
	return levels(1<<(s+1) - 1<<ScopeRestricted)
}

// add adds p and every permission that it includes. It ignores an invalid p.
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

// levels returns the scopes at which s permits the action.
func (s *Permissions) levels(id ActionID) levels {
	if id >= actionSpace {
		return 0
	}
	word, bit := id/64, id%64
	return levels(s.at[0][word]>>bit&1<<ScopeRestricted |
		s.at[1][word]>>bit&1<<ScopeGroup |
		s.at[2][word]>>bit&1<<ScopeGlobal)
}
