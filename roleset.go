package deskpolicy

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
)

// A RoleSet is the custom roles of one account, with distinct names [R14].
//
// It is immutable and safe to share: a change gives another set. The zero
// RoleSet has no roles and is of no account.
type RoleSet struct {
	account AccountID
	roles   []Role // by name
}

// NewRoleSet returns the set of the account's custom roles. The error names
// everything that is wrong: no account, each role that is built in, of another
// account or the zero Role, and each name that is taken: by a role before it, in upper or lower case
// and with any number of spaces between words [R14].
func NewRoleSet(account AccountID, roles ...Role) (RoleSet, error) {
	var wrong problems
	if account == "" {
		wrong.add(errors.New("deskpolicy: a set of roles is of an account"))
	}
	for _, role := range roles {
		if account != "" && role.Account() != account && !wrong.full() {
			wrong.add(fmt.Errorf("deskpolicy: role %q is no custom role of account %.*q", role.Name(), maxQuoted, account))
		}
	}
	taken := make(takenNames)
	for _, role := range roles {
		wrong.add(taken.take(role.Name()))
	}
	if err := wrong.err(); err != nil {
		return RoleSet{}, err
	}
	return setOf(account, slices.Clone(roles)), nil
}

// setOf returns the set of roles that have been checked; they become its own.
func setOf(account AccountID, roles []Role) RoleSet {
	slices.SortFunc(roles, byName)
	return RoleSet{account, roles}
}

// String returns the account and the names of its roles.
func (s RoleSet) String() string {
	return fmt.Sprintf("roles of account %q: %q", s.account, namesOf(s.roles))
}

// Account returns the account whose roles they are, "" for the zero RoleSet.
func (s RoleSet) Account() AccountID { return s.account }

// All yields the roles, sorted by name.
func (s RoleSet) All() iter.Seq[Role] { return slices.Values(s.roles) }

// Role returns the role of that exact name: the custom role, or the built-in
// one by any of its names. The error quotes the name and suggests the nearest.
//
// It is what [DecodeSupportGrant] finds an account's roles by.
func (s RoleSet) Role(name string) (Role, error) {
	if role := s.find(name); role != (Role{}) {
		return role, nil
	}
	if role, err := BuiltInRole(name); err == nil {
		return role, nil
	}
	return Role{}, &unknownName{"role", name, stringsOf(builtIns, s.roles)}
}

// With returns the set with the role added, or in the place of the one of
// exactly its name. The errors are those of [NewRoleSet]: a name that differs
// from another's in upper and lower case only is one.
func (s RoleSet) With(role Role) (RoleSet, error) {
	others := slices.Clone(s.roles)
	if i, found := s.index(role.Name()); found {
		others = slices.Delete(others, i, i+1)
	}
	return NewRoleSet(s.account, append(others, role)...)
}

// Without returns the set without the role of that exact name. If there is none,
// the error quotes the name and suggests the nearest. What becomes of those who
// hold the role, Rebind says.
func (s RoleSet) Without(name string) (RoleSet, error) {
	i, found := s.index(name)
	if !found {
		_, err := parseOne("custom role", name, s.roles)
		return RoleSet{}, err
	}
	return RoleSet{s.account, slices.Delete(slices.Clone(s.roles), i, i+1)}, nil
}

// UpdateBindings returns the bindings as they are under the set: each with a custom role
// of its account has the set's role of that name, and is left out if there is
// none. All other bindings stay as they are, and so does what was given.
func (s RoleSet) UpdateBindings(bindings []Binding) []Binding {
	var rebound []Binding
	for _, b := range bindings {
		if account := b.Role.Account(); account != "" && account == s.account {
			if b.Role = s.find(b.Role.Name()); b.Role == (Role{}) {
				continue
			}
		}
		rebound = append(rebound, b)
	}
	return rebound
}

// find returns the custom role of that name, or the zero Role.
func (s RoleSet) find(name string) Role {
	if i, found := s.index(name); found {
		return s.roles[i]
	}
	return Role{}
}

func (s RoleSet) index(name string) (int, bool) {
	return slices.BinarySearchFunc(s.roles, name, func(role Role, name string) int { return strings.Compare(role.Name(), name) })
}

func byName(a, b Role) int { return strings.Compare(a.Name(), b.Name()) }
