package deskpolicy

import (
	"errors"
	"fmt"
	"strings"
)

// A Role is a name and its permissions: a built-in one, or a custom one of an
// account.
//
// A Role is immutable and safe to share. The zero Role permits nothing.
// Two Roles are == if they are copies of the same one.
type Role struct {
	def *roleDef
}

// roleDef is what a Role stands for. It never changes once a Role points to it.
type roleDef struct {
	name           string
	account        AccountID // whose custom role it is; empty for a built-in one
	permissions    Permissions
	administrative bool
}

// NewRole returns a custom role of the account with the permissions. [R6]
//
// The name must not be empty, nor begin or end with a space, nor be a
// built-in role's in upper or lower case [R14]; [DistinctNames] compares it with
// the account's other roles. A permission that no custom role may hold is an
// error, which names each [R9].
func NewRole(account AccountID, name string, permissions Permissions) (Role, error) {
	err := errors.Join(checkOwner(account, name), checkName(name))
	for p := range permissions.Minus(customisable()).All() {
		err = errors.Join(err, fmt.Errorf("deskpolicy: role %q: no custom role may hold %v", name, p))
	}
	if err != nil {
		return Role{}, err
	}
	return Role{define(name, account, permissions)}, nil
}

// Clone returns a custom role of the account with r's permissions, less those
// that no custom role may hold, which it returns as dropped [R15]. Neither
// role changes with the other. The errors are those of [NewRole].
func (r Role) Clone(account AccountID, name string) (clone Role, dropped Permissions, err error) {
	dropped = r.Permissions().Minus(customisable())
	clone, err = NewRole(account, name, r.Permissions().Intersect(customisable()))
	return clone, dropped, err
}

// DistinctNames returns an error for each role whose name is that of a role
// before it, in upper or lower case, in the same account [R14].
func DistinctNames(roles ...Role) error {
	type key struct {
		account AccountID
		folded  string
	}
	var err error
	first := make(map[key]string)
	for _, role := range roles {
		k := key{role.Account(), strings.ToLower(role.Name())}
		if earlier, taken := first[k]; taken {
			err = errors.Join(err, fmt.Errorf("deskpolicy: role %q: the name is taken by role %q", role.Name(), earlier))
			continue
		}
		first[k] = role.Name()
	}
	return err
}

// Name returns the role's name, unique in its account.
func (r Role) Name() string {
	if r.def == nil {
		return ""
	}
	return r.def.name
}

// Account returns the account whose custom role r is, "" for a built-in role.
func (r Role) Account() AccountID {
	if r.def == nil {
		return ""
	}
	return r.def.account
}

// Permissions returns what the role permits.
func (r Role) Permissions() Permissions {
	if r.def == nil {
		return Permissions{}
	}
	return r.def.permissions
}

// BuiltIn reports whether r is one of the [BuiltInRoles]. They can be viewed
// and cloned, never changed [S21].
func (r Role) BuiltIn() bool { return r.def != nil && r.def.account == "" }

// String returns the role's name.
func (r Role) String() string { return r.Name() }

func define(name string, account AccountID, permissions Permissions) *roleDef {
	return &roleDef{name, account, permissions, administers(permissions)}
}

// administers reports whether the permissions make an administrator's role: one
// that configures the desk as a whole, and not only a team's part of it.
func administers(permissions Permissions) bool {
	for p := range permissions.All() {
		if p.Scope == Global && p.Action.info().category.administers() {
			return true
		}
	}
	return false
}

// customisable returns the permissions that custom roles may hold: everything
// but the authoring of roles [R9].
func customisable() Permissions { return everything.Minus(roleAuthoring) }

func checkOwner(account AccountID, name string) error {
	if account == "" {
		return fmt.Errorf("deskpolicy: role %q: a custom role belongs to an account", name)
	}
	return nil
}

func checkName(name string) error {
	switch {
	case strings.TrimSpace(name) == "":
		return fmt.Errorf("deskpolicy: role %q: a role has a name", name)
	case strings.TrimSpace(name) != name:
		return fmt.Errorf("deskpolicy: role %q: the name begins or ends with a space", name)
	}
	for _, builtIn := range builtIns {
		if strings.EqualFold(name, builtIn.Name()) {
			return fmt.Errorf("deskpolicy: role %q: the name is taken by the built-in role %q", name, builtIn.Name())
		}
	}
	return nil
}
