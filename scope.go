package deskpolicy

import "math/bits"

// A Scope says how far a permission reaches: ScopeRestricted < ScopeGroup < ScopeGlobal.
// The zero Scope reaches nothing.
type Scope uint8

const (
	// ScopeRestricted reaches what is assigned to the subject [R20].
	ScopeRestricted Scope = 1 + iota
	// ScopeGroup reaches what belongs to the subject's groups, with the subject's access
	// to each group. On tickets it includes ScopeRestricted; on conversations it does not
	// (A9, [R19]).
	ScopeGroup
	// ScopeGlobal reaches everything in the account or workspace [R18].
	ScopeGlobal
)

const scopes = int(ScopeGlobal)

var scopeNames = [...]string{"none", "restricted", "group", "global"}

// parseScope returns the scope with the name "restricted", "group" or "global".
func parseScope(text string) (Scope, error) {
	i, err := parseName("scope", text, scopeNames[1:])
	return Scope(i + 1), err
}

// MarshalText returns the scope's name. It returns an error if s is not a Scope.
func (s Scope) MarshalText() ([]byte, error) { return textOf("scope", scopeNames[:], s) }

// UnmarshalText sets s to the scope that text names; "none" is the zero Scope. For an
// unknown name it returns an error that quotes the text and suggests the nearest name.
func (s *Scope) UnmarshalText(text []byte) (err error) {
	i, err := parseName("scope", string(text), scopeNames[:])
	*s = Scope(max(i, 0))
	return err
}

// Valid reports whether s is ScopeRestricted, ScopeGroup or ScopeGlobal.
func (s Scope) Valid() bool { return ScopeRestricted <= s && s <= ScopeGlobal }

// String returns the scope's name; "none" for the zero Scope, "unknown" if s is not a Scope.
func (s Scope) String() string { return nameOf(scopeNames[:], s) }

// An Access says what a subject may do with a thing that it reaches: NoAccess < View <
// Edit. The zero Access is NoAccess.
type Access uint8

const (
	// NoAccess is the zero Access.
	NoAccess Access = iota
	// View allows reading a thing, and other actions that do not change it.
	View
	// Edit allows changing a thing, and includes View.
	Edit
)

var accessNames = [...]string{"none", "view", "edit"}

// MarshalText returns the name of a. It returns an error if a is not an Access.
func (a Access) MarshalText() ([]byte, error) { return textOf("access", accessNames[:], a) }

// UnmarshalText sets a to the access that text names: "none", "view" or "edit". For an
// unknown name it returns an error that quotes the text and suggests the nearest name.
func (a *Access) UnmarshalText(text []byte) error {
	i, err := parseName("access", string(text), accessNames[:])
	*a = Access(max(i, 0))
	return err
}

// String returns the name of a; "unknown" if a is not an Access.
func (a Access) String() string { return nameOf(accessNames[:], a) }

// known returns a, or NoAccess if a is not an Access.
func (a Access) known() Access {
	if a > Edit {
		return NoAccess
	}
	return a
}

// levels is a set of scopes: the bit 1<<s is set if s is in it.
type levels uint8

// upTo returns the levels of l that are not above s; none if s is not a Scope.
func (l levels) upTo(s Scope) levels {
	if !s.Valid() {
		return 0
	}
	return l & (1<<(s+1) - 1)
}

// has reports whether s is in l.
func (l levels) has(s Scope) bool { return l&(1<<s) != 0 }

// widest returns the widest scope in l; the zero Scope if l is empty.
func (l levels) widest() Scope {
	return Scope(bits.Len8(uint8(l) >> ScopeRestricted))
}

// grounds is a set of ways to reach a resource by a permission. Each level is one; shared
// agents have others as well.
type grounds uint8

const (
	byHolder  grounds = 1 << ScopeRestricted // it is assigned to the subject or, if its kind is never assigned, belongs to the subject
	byGroup   grounds = 1 << ScopeGroup      // the subject has enough access to its group
	byAll     grounds = 1 << ScopeGlobal     // every resource is reached
	byMention grounds = 2 << ScopeGlobal     // it mentions the subject
	byContact grounds = 4 << ScopeGlobal     // the subject sees its requester in the CRM; View is enough to edit the contact's tickets (A6)
	byRecord  grounds = 8 << ScopeGlobal     // the subject sees it in the CRM, with enough access
)

// grounds returns the grounds on which the levels of a permission can reach the question's
// kind of resource for its kind of subject.
func (l levels) grounds(q *question) grounds {
	if q.who.crm != nil {
		return l.sharedGrounds(q)
	}
	return grounds(l)
}

// reach returns the access to the resource that the levels of a permission give the
// subject, and its ground: the first that gives enough access for the action.
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
