package deskpolicy

import "slices"

// A RoleChange is what becomes of one custom role from one set to another. The
// zero RoleChange changes nothing.
type RoleChange struct {
	Name   string
	Before Role // the zero Role if the role is added
	After  Role // the zero Role if the role is removed
}

// Added reports whether the role is a new one.
func (c RoleChange) Added() bool { return c.Before == Role{} && c.After != Role{} }

// Removed reports whether there is no such role any more.
func (c RoleChange) Removed() bool { return c.After == Role{} && c.Before != Role{} }

// Gained returns what the role permits after the change and did not before,
// each permission at the scope that it has now.
func (c RoleChange) Gained() Permissions { return c.After.Permissions().Minus(c.Before.Permissions()) }

// Lost returns what the role permitted before the change and does not after it,
// each permission at the scope that it had.
func (c RoleChange) Lost() Permissions { return c.Before.Permissions().Minus(c.After.Permissions()) }

// Ordering returns how what the role permits after the change stands to what it
// did before: Wider if it permits all of that, and more.
func (c RoleChange) Ordering() Ordering { return c.Before.Permissions().Compare(c.After.Permissions()) }

// BecomesAdministrative reports whether the role becomes an administrator's, which held
// [AccountWide] reaches into the open workspaces with everything that it permits:
// see [Role.Administrative].
func (c RoleChange) BecomesAdministrative() bool {
	return c.After.Administrative() && !c.Before.Administrative()
}

// Warnings returns the warnings of the role as it becomes that it did not have
// before: see [Role.Warnings].
func (c RoleChange) Warnings() []RoleWarning {
	before := c.Before.Warnings()
	return slices.DeleteFunc(c.After.Warnings(), func(w RoleWarning) bool { return slices.Contains(before, w) })
}

// Diff returns what changes from s to the set after it, sorted by name: roles
// that are added, roles that are removed, and roles of the same name with other
// permissions. A role under another name is one that is removed and one that is
// added. The accounts are not compared.
func (s RoleSet) Diff(after RoleSet) []RoleChange {
	either := slices.Concat(s.roles, after.roles)
	slices.SortFunc(either, byName)
	var changes []RoleChange
	for _, role := range slices.CompactFunc(either, sameName) {
		c := RoleChange{role.Name(), s.find(role.Name()), after.find(role.Name())}
		if c.Added() || c.Removed() || c.Ordering() != EqualAuthority {
			changes = append(changes, c)
		}
	}
	return changes
}

func sameName(a, b Role) bool { return a.Name() == b.Name() }
