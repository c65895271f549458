package deskpolicy

// A Scope says how far a permission reaches: Restricted < Group < Global.
// The zero Scope reaches nothing.
type Scope uint8

const (
	// Restricted reaches what is assigned to the subject itself [R20].
	Restricted Scope = 1 + iota
	// Group reaches what belongs to the subject's groups, as far as each
	// allows. For tickets it also reaches what Restricted does; for
	// conversations it is literally the groups' own (A9, [R19]).
	Group
	// Global reaches everything in the account or workspace [R18].
	Global
)

const scopes = int(Global)

var scopeNames = [...]string{"none", "restricted", "group", "global"}

// ParseScope returns the scope that text names: "restricted", "group" or "global".
func ParseScope(text string) (Scope, error) {
	i, err := parseName("scope", text, scopeNames[1:])
	return Scope(i + 1), err
}

// Valid reports whether s is Restricted, Group or Global.
func (s Scope) Valid() bool { return Restricted <= s && s <= Global }

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

// ParseAccess returns the access that text names: "none", "view" or "edit".
func ParseAccess(text string) (Access, error) {
	i, err := parseName("access", text, accessNames[:])
	return Access(max(i, 0)), err
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
	for s := Global; s > 0; s-- {
		if l.has(s) {
			return s
		}
	}
	return 0
}

// reach returns what the levels of a permission let the subject do with the
// resource, and on which ground: the first of all, group and assigned that is
// enough for the action.
func (l levels) reach(q *question) (access Access, ground Reason) {
	shared := q.who.crm != nil
	switch {
	case shared && q.what.kind.customer() && q.action != ContactCreate.ID():
		return q.crmAccess(), AllowedContact
	case l.has(Global):
		return Edit, AllowedAll
	case shared && q.what.kind.ticketLike():
		return l.sharedReach(q)
	}
	if l.has(Group) {
		access, ground = q.groupAccess(), AllowedGroup
	}
	if access < q.rule.need && l.has(Restricted) && q.isAssignee() {
		access, ground = Edit, q.what.heldBy()
	}
	return access, ground
}
