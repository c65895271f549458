package deskpolicy

import (
	"cmp"
	"iter"
	"strings"
)

// A Permission permits one action within one scope. If the action takes no scope, the
// Scope is Anything: see [ActionID.Relations]. A Permission with an unknown action or scope is
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

// Permissions is a set of permissions: a scope for each action. A permission at one scope
// includes the same permission at every scope that it covers: a set with
// ticket.reply@global also has ticket.reply@group and ticket.reply@restricted.
//
// Permissions form a lattice: Union is the join, Intersect the meet, Covers the order
// and Minus the difference. The zero value is the empty set. Permissions are immutable,
// comparable with ==, and safe for concurrent use.
type Permissions struct {
	at [actionSpace]Scope // closed
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
	return p.Scope.Valid() && p.Scope.closed()&^s.scope(p.Action) == 0
}

// Scope returns the scope at which s permits the action; the zero Scope if it does not.
func (s Permissions) Scope(id ActionID) Scope { return s.scope(id).reduced() }

// Covers reports whether s permits everything that other does.
func (s Permissions) Covers(other Permissions) bool { return s.covers(&other) }

// covers is Covers without copying the sets.
func (s *Permissions) covers(other *Permissions) bool {
	for id, wanted := range &other.at {
		if wanted&^s.at[id] != 0 {
			return false
		}
	}
	return true
}

// Empty reports whether s permits nothing.
func (s Permissions) Empty() bool { return s == Permissions{} }

// Equal reports whether the sets are the same, as == does. Packages that compare values, such
// as go-cmp, use it.
func (s Permissions) Equal(other Permissions) bool { return s == other }

// Union returns everything that s or other permits.
func (s Permissions) Union(other Permissions) Permissions {
	s.include(&other, actionSpace)
	return s
}

// include adds everything that other permits of the actions below the number space.
func (s *Permissions) include(other *Permissions, space int) {
	from := other.at[:space]
	for id, more := range from {
		s.at[id] |= more
	}
}

// Intersect returns the largest set that both s and other cover. The intersection of
// ticket.reply@global and ticket.reply@group is ticket.reply@group.
func (s Permissions) Intersect(other Permissions) Permissions {
	for id := range s.at {
		s.at[id] &= other.at[id]
	}
	return s
}

// Minus returns the smallest set that, together with other, covers s.
func (s Permissions) Minus(other Permissions) Permissions {
	for id := range s.at {
		s.at[id] = (s.at[id] &^ other.at[id]).closed()
	}
	return s
}

// All yields the permissions of s, one for each action, in the order of the vocabulary.
func (s Permissions) All() iter.Seq[Permission] {
	return func(yield func(Permission) bool) {
		for id, scope := range &s.at {
			if scope != 0 && !yield(ActionID(id).At(scope.reduced())) {
				return
			}
		}
	}
}

// String returns the permissions by name, in the order of All, such as
// "ticket.view@group, ticket.reply@restricted"; "none" for the empty set. An action of the host has
// its number.
func (s Permissions) String() string {
	var names []string
	for p := range s.All() {
		names = append(names, p.String())
	}
	return cmp.Or(strings.Join(names, ", "), "none")
}

// add adds p and every permission that it includes. It ignores an invalid p.
func (s *Permissions) add(p Permission) {
	if p.Action.Valid() {
		s.at[p.Action] |= p.Scope.closed()
	}
}

// scope returns the scope at which s permits the action, closed.
func (s *Permissions) scope(id ActionID) Scope {
	if id >= actionSpace {
		return 0
	}
	return s.at[id]
}
