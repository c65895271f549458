package deskpolicy

import (
	"fmt"
	"slices"
	"strings"
)

// A Scope is a set of relations between a subject and a resource. A permission reaches a
// resource if any relation of its scope holds; combine relations with |. The zero Scope
// reaches nothing.
//
// A relation holds with an access: InGroup and GroupQueue with that of the subject in the
// group, Participating with that which the ticket gives, and MyCustomers, on a contact or a
// company, with that which the CRM gives. All others hold with Edit.
//
// Some relations include others: Anything includes all; InGroup and Unassigned include
// GroupQueue; Unassigned includes Unrouted. Scopes that include the same relations are
// alike, but == compares only what is written: see [Scope.Covers].
//
// docs/scopes.md has a table of the relations, and says the rules of other helpdesks with them.
type Scope uint16

const (
	// InGroup holds for what is in one of the subject's groups [R19].
	InGroup Scope = 1 << iota
	// Assigned holds for what is assigned to the subject [R20]. If the type is never
	// assigned, it holds for what the subject owns or wrote. For an action that creates a
	// resource, it also holds if the resource will have no owner (A34).
	Assigned
	// GroupQueue holds for what is in one of the subject's groups and assigned to nobody.
	GroupQueue
	// Unassigned holds for what is assigned to nobody. Unassigned, GroupQueue and Unrouted
	// hold only for types that can be assigned.
	Unassigned
	// Unrouted holds for what is assigned to nobody and in no group.
	Unrouted
	// Requested holds for what the subject asked for: the requester is the subject's own
	// contact.
	Requested
	// Participating holds for what the subject takes part in, as a participant or in CC.
	Participating
	// Mentioned holds for what mentions the subject [S15].
	Mentioned
	// MyCustomers holds for the contacts and companies that the subject sees, and for what
	// these contacts requested. A shared agent sees what the CRM shows it [S16]; an agent
	// sees the customers that it owns on the desk.
	MyCustomers
	// SameCompany holds for what somebody of the subject's company requested.
	SameCompany
	// Anything holds for every resource [R18]. On contacts and companies, a shared agent
	// reaches no more by it than what it sees in the CRM and what it owns [S36] [S37].
	Anything

	everyRelation = Anything<<1 - 1
)

// Sets of relations that have a name of their own.
const (
	// ScopeRestricted reaches what is assigned to the subject [R20].
	ScopeRestricted = Assigned
	// ScopeGroup also reaches what is in the subject's groups.
	ScopeGroup = Assigned | InGroup
	// ScopeShared reaches what a shared agent reaches at any ticket scope [S13] (A8).
	ScopeShared = Mentioned | MyCustomers | InGroup
	// ScopeGlobal reaches everything [R18].
	ScopeGlobal = Anything
)

// relationNames has the names of the relations, in the order of their bits. Anything is
// written as the set "global".
var relationNames = [...]string{
	"in_group", "assigned", "group_queue", "unassigned", "unrouted", "requested", "participating", "mentioned", "my_customers", "same_company",
}

// namedScopes has the sets with names of their own, narrowest first.
var namedScopes = [...]struct {
	name  string
	scope Scope
}{
	{"restricted", ScopeRestricted}, {"group", ScopeGroup}, {"shared", ScopeShared}, {"global", ScopeGlobal},
}

// scopeNames returns the names that a scope is written with: first those of sets.
func scopeNames() (names []string) {
	for _, set := range namedScopes {
		names = append(names, set.name)
	}
	return append(names, relationNames[:]...)
}

// Valid reports whether s has a relation, and nothing that is not a relation.
func (s Scope) Valid() bool { return s != 0 && s&^everyRelation == 0 }

// Covers reports whether s reaches everything that other reaches.
func (s Scope) Covers(other Scope) bool { return other.closed()&^s.closed() == 0 }

// closed returns s with the relations that its relations include; 0 if s is not valid.
func (s Scope) closed() Scope {
	if s > everyRelation {
		return 0
	}
	return scopeForms[s].closed
}

// reduced returns s without the relations that others of its relations include. This is
// the form in which a scope is shown: the named sets are in it.
func (s Scope) reduced() Scope { return scopeForms[s&everyRelation].reduced }

// scopeForms has the two forms of each scope, because a decision needs several.
var scopeForms = func() (forms [everyRelation + 1]struct{ closed, reduced Scope }) {
	for s := range Scope(len(forms)) {
		forms[s].closed, forms[s].reduced = s.close(), s.reduce()
	}
	return forms
}()

// close computes closed.
func (s Scope) close() Scope {
	switch {
	case s&Anything != 0:
		return everyRelation
	case s&Unassigned != 0:
		return s | GroupQueue | Unrouted
	case s&InGroup != 0:
		return s | GroupQueue
	}
	return s
}

// reduce computes reduced.
func (s Scope) reduce() Scope {
	if s&Anything != 0 {
		return Anything
	}
	if s&Unassigned != 0 {
		s &^= GroupQueue | Unrouted
	}
	if s&InGroup != 0 {
		s &^= GroupQueue
	}
	return s
}

// first returns one of the relations of s, which is not zero.
func (s Scope) first() Scope { return s & -s }

// String returns the scope's name, such as "group", or the names of its relations, such as
// "assigned|unassigned"; "none" for the zero Scope, "unknown" if s is not valid.
func (s Scope) String() string {
	switch {
	case s == 0:
		return "none"
	case !s.Valid():
		return "unknown"
	}
	s = s.reduced()
	for _, set := range namedScopes {
		if s == set.scope {
			return set.name
		}
	}
	var names []string
	for i, name := range relationNames {
		if s&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return strings.Join(names, "|")
}

// MarshalText returns the same text as [Scope.String]. It returns an error if s is not
// valid and not zero.
func (s Scope) MarshalText() ([]byte, error) {
	if s != 0 && !s.Valid() {
		return nil, fmt.Errorf("deskpolicy: no scope has the number %d", uint16(s))
	}
	return []byte(s.String()), nil
}

// UnmarshalText sets s to the scope that text names: a set, such as "group", a relation,
// such as "unassigned", or several, such as "group|unassigned"; "none" is the zero Scope.
// If it returns an error, s is zero. The error quotes an unknown name and suggests the
// nearest, or names the part that another part includes.
func (s *Scope) UnmarshalText(text []byte) (err error) {
	if *s = 0; string(text) == "none" {
		return nil
	}
	*s, err = parseScope(string(text))
	return err
}

// parseScope returns the scope that text names; see [Scope.UnmarshalText]. It does not
// accept "none".
func parseScope(text string) (s Scope, err error) {
	var parts []Scope
	for name := range strings.SplitSeq(text, "|") {
		part, err := parseScopePart(name)
		if err != nil {
			return 0, err
		}
		if slices.ContainsFunc(parts, func(other Scope) bool { return part.Covers(other) || other.Covers(part) }) {
			return 0, fmt.Errorf("deskpolicy: scope %.*q: %q includes another part, or is included in one; write only the wider", maxQuoted, text, name)
		}
		parts, s = append(parts, part), s|part
	}
	return s, nil
}

// parseScopePart returns the set or the relation with the name.
func parseScopePart(name string) (Scope, error) {
	for _, set := range namedScopes {
		if name == set.name {
			return set.scope, nil
		}
	}
	if i := slices.Index(relationNames[:], name); i >= 0 {
		return 1 << i, nil
	}
	return 0, &unknownName{kind: "scope", text: name, few: scopeNames()}
}

// An Access says what a subject may do with a thing that it reaches: NoAccess < View <
// Edit. The zero Access is NoAccess.
type Access uint8

const (
	// NoAccess is the zero Access.
	NoAccess Access = iota
	// View allows reading a thing, and other actions that do not change what it says, such as
	// private notes and mentions: see [ActionID.RequiredAccess].
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
