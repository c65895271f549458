package deskpolicy

import "math/bits"

// A Scope says how far a permission reaches: Restricted < Group < Global.
// The zero Scope reaches nothing.
type Scope uint8

const (
	// ScopeRestricted reaches what is assigned to the subject itself [R20].
	ScopeRestricted Scope = 1 + iota
	// ScopeGroup reaches what belongs to the subject's groups, as far as each
	// allows. For tickets it also reaches what Restricted does; for
	// conversations it is literally the groups' own (A9, [R19]).
	ScopeGroup
	// ScopeGlobal reaches everything in the account or workspace [R18].
	ScopeGlobal
)

const scopes = int(ScopeGlobal)

var scopeNames = [...]string{"none", "restricted", "group", "global"}

// parseScope returns the scope that text names: "restricted", "group" or "global".
func parseScope(text string) (Scope, error) {
	i, err := parseName("scope", text, scopeNames[1:])
	return Scope(i + 1), err
}

// MarshalText returns the scope's name; an error for a number that is no scope.
func (s Scope) MarshalText() ([]byte, error) { return textOf("scope", scopeNames[:], s) }

// UnmarshalText sets s to the scope that text names; "none" is the zero Scope. The
// error quotes the text and suggests the nearest name.
func (s *Scope) UnmarshalText(text []byte) (err error) {
	i, err := parseName("scope", string(text), scopeNames[:])
	*s = Scope(max(i, 0))
	return err
}

// Valid reports whether s is Restricted, Group or Global.
func (s Scope) Valid() bool { return ScopeRestricted <= s && s <= ScopeGlobal }

// String returns the scope's name; "none" for the zero Scope, "unknown" outside the three.
func (s Scope) String() string { return nameOf(scopeNames[:], s) }

// An Access is what a subject may do with a thing within its reach: NoAccess < View < Edit.
type Access uint8

const (
	// NoAccess is the zero Access.
	NoAccess Access = iota
	// View allows reading, and what leaves the thing as it is.
	View
	// Edit allows changing, and includes View.
	Edit
)

var accessNames = [...]string{"none", "view", "edit"}

// MarshalText returns the access's name; an error for a number that is no Access.
func (a Access) MarshalText() ([]byte, error) { return textOf("access", accessNames[:], a) }

// UnmarshalText sets a to the access that text names: "none", "view" or "edit". The
// error quotes the text and suggests the nearest name.
func (a *Access) UnmarshalText(text []byte) error {
	i, err := parseName("access", string(text), accessNames[:])
	*a = Access(max(i, 0))
	return err
}

// String returns the access's name, or "unknown" outside the three.
func (a Access) String() string { return nameOf(accessNames[:], a) }

// known returns a, or NoAccess for a number that is no Access.
func (a Access) known() Access {
	if a > Edit {
		return NoAccess
	}
	return a
}

// levels are scopes as bits, 1<<Restricted and so on.
type levels uint8

// upTo returns the levels of l that are not above s; none if s is no scope.
func (l levels) upTo(s Scope) levels {
	if !s.Valid() {
		return 0
	}
	return l & (1<<(s+1) - 1)
}

// has reports whether scope s is among the levels.
func (l levels) has(s Scope) bool { return l&(1<<s) != 0 }

// widest returns the highest scope among the levels, or the zero Scope.
func (l levels) widest() Scope {
	return Scope(bits.Len8(uint8(l) >> ScopeRestricted))
}

// grounds are the ways in which a permission reaches a resource, as bits. Each
// level is one, and shared agents have some besides.
type grounds uint8

const (
	byHolder  grounds = 1 << ScopeRestricted // it is assigned to the subject or, if it is never assigned, the subject's own
	byGroup   grounds = 1 << ScopeGroup      // through the group that has it, as far as that allows
	byAll     grounds = 1 << ScopeGlobal     // whatever it is
	byMention grounds = 2 << ScopeGlobal     // the subject is mentioned in it
	byContact grounds = 4 << ScopeGlobal     // the subject sees its requester in the CRM: to see the contact is to work on its tickets (A6)
	byRecord  grounds = 8 << ScopeGlobal     // the subject sees it in the CRM, as far as that allows
)

// grounds returns the ways in which the levels of a permission reach the kind of
// resource, for the kind of subject.
func (l levels) grounds(q *question) grounds {
	if q.who.crm != nil {
		return l.sharedGrounds(q)
	}
	return grounds(l)
}

// reach returns what the levels of a permission let the subject do with the
// resource, and on which ground: the first that is enough for the action.
func (l levels) reach(q *question) (access Access, ground Reason) {
	by := l.grounds(q)
	switch {
	case by&byAll != 0:
		return Edit, AllowedAll
	case by&byRecord != 0:
		access, ground = q.crmAccess(), AllowedContact
	case by&byGroup != 0:
		access, ground = q.groupAccess(), AllowedGroup
	}
	switch {
	case access >= q.rule.need:
	case by&byHolder != 0 && (q.isAssignee() || q.createsUnowned()):
		return Edit, q.what.heldBy()
	case by&byMention != 0 && q.what.mentions[q.who.id]:
		return Edit, AllowedMentioned
	case by&byContact != 0 && q.crmAccess() != NoAccess:
		return Edit, AllowedContact
	}
	return access, ground
}
