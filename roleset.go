package deskpolicy

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
)

// A RoleSet holds the roles that one account offers: its custom roles, and all, some or
// none of the built-in roles (A67). Their names are distinct [R14].
//
// A product with roles of its own offers no built-in role. Their names are then free for
// its own roles, and nothing that is given a RoleSet, or the roles of one, speaks of them.
// A built-in role that is held but not offered still permits what it does.
//
// A RoleSet is immutable and safe for concurrent use; [RoleSet.With] and
// [RoleSet.Without] return a new set. The zero RoleSet has no account and no roles.
type RoleSet struct {
	account AccountID
	roles   []Role // sorted by name
}

// NewRoleSet returns the set of the given roles: custom roles of the account, and the
// built-in roles that it offers. [Account.BuiltInRoles] yields all of those.
//
// The error lists every problem: an empty account ID, each custom role of another account,
// and each name that is taken, ignoring case and the number of spaces between words: by an
// earlier role or, for a custom role, as another name of a built-in role that is offered
// (see [BuiltInRole]) [R14].
func NewRoleSet(account AccountID, roles ...Role) (RoleSet, error) {
	var wrong problems
	if account == "" {
		wrong.add(errors.New("deskpolicy: role set: the account ID is empty; give the account that the roles belong to"))
	}
	for _, role := range roles {
		if account != "" && role.Account() != account && !role.BuiltIn() && !wrong.full() {
			wrong.add(fmt.Errorf("deskpolicy: role %q is not a custom role of account %.*q; leave it out", role.Name(), maxQuoted, account))
		}
	}
	taken := make(takenNames)
	for _, role := range roles {
		if role.BuiltIn() {
			wrong.add(taken.offer(role))
		}
	}
	for _, role := range roles {
		if !role.BuiltIn() {
			wrong.add(taken.add(role.Name()))
		}
	}
	if err := wrong.err(); err != nil {
		return RoleSet{}, err
	}
	return sortedRoleSet(account, slices.Clone(roles)), nil
}

// sortedRoleSet returns the set of the roles, which the caller has checked. It sorts the
// slice in place and keeps it.
func sortedRoleSet(account AccountID, roles []Role) RoleSet {
	slices.SortFunc(roles, byName)
	return RoleSet{account, roles}
}

// String returns the account and the names of the roles.
func (s RoleSet) String() string {
	return fmt.Sprintf("roles of account %q: %q", s.account, namesOf(s.roles))
}

// Account returns the account of the roles, or "" for the zero RoleSet.
func (s RoleSet) Account() AccountID { return s.account }

// All yields the roles, custom and built-in, sorted by name. Pass them to [Remedies], so
// that it gives only roles that the account offers.
func (s RoleSet) All() iter.Seq[Role] { return slices.Values(s.roles) }

// Role returns the role with exactly that name. For another name of a built-in role, such
// as "Owner", it returns the role if the set offers it: see [BuiltInRole]. The error quotes
// an unknown name and suggests the nearest.
//
// Role can be passed to [DecodeSupportGrant].
func (s RoleSet) Role(name string) (Role, error) {
	if i, found := s.index(name); found {
		return s.roles[i], nil
	}
	if role := aliased(name); role != (Role{}) && slices.Contains(s.roles, role) {
		return role, nil
	}
	return Role{}, &unknownName{kind: "role", text: name, names: stringsOf(s.roles)}
}

// With returns the set with the role added. It replaces a custom role that has exactly the
// same name, if the role is a custom one. The errors are those of [NewRoleSet]: a name that
// differs from another only in case is an error.
func (s RoleSet) With(role Role) (RoleSet, error) {
	others := slices.Clone(s.roles)
	if i, found := s.index(role.Name()); found && others[i].Account() == role.Account() {
		others = slices.Delete(others, i, i+1)
	}
	return NewRoleSet(s.account, append(others, role)...)
}

// Without returns the set without the role with exactly that name. The error quotes an
// unknown name and suggests the nearest. [RoleSet.UpdateBindings] on the new set drops
// the bindings that hold the role, if it is a custom role.
func (s RoleSet) Without(name string) (RoleSet, error) {
	i, found := s.index(name)
	if !found {
		_, err := parseOne("role", name, s.roles)
		return RoleSet{}, err
	}
	return RoleSet{s.account, slices.Delete(slices.Clone(s.roles), i, i+1)}, nil
}

// UpdateBindings returns the bindings with the custom roles of the account replaced by
// the roles of the same name in s. It leaves out a binding whose role is not in s.
// Other bindings are unchanged. UpdateBindings does not modify its argument.
func (s RoleSet) UpdateBindings(bindings []Binding) []Binding {
	var updated []Binding
	for _, b := range bindings {
		if account := b.Role.Account(); account != "" && account == s.account {
			if b.Role = s.like(b.Role); b.Role == (Role{}) {
				continue
			}
		}
		updated = append(updated, b)
	}
	return updated
}

// like returns the role of the set that has the role's name and is custom or built-in as
// the role is, or the zero Role.
func (s RoleSet) like(role Role) Role {
	if i, found := s.index(role.Name()); found && s.roles[i].BuiltIn() == role.BuiltIn() {
		return s.roles[i]
	}
	return Role{}
}

func (s RoleSet) index(name string) (int, bool) {
	return slices.BinarySearchFunc(s.roles, name, func(role Role, name string) int { return strings.Compare(role.Name(), name) })
}

func byName(a, b Role) int { return strings.Compare(a.Name(), b.Name()) }
