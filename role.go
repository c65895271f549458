package deskpolicy

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/deskpolicy/deskpolicy/internal/legible"
)

// A Role is a name and its permissions: a built-in one, or a custom one of an
// account.
//
// A Role is immutable and safe to share. The zero Role permits nothing.
// Two Roles are == if they are copies of the same one; Equal compares what they say.
type Role struct {
	def *roleDef
}

// roleDef is what a Role stands for. It never changes once a Role points to it.
type roleDef struct {
	name           string
	account        AccountID // whose custom role it is; empty for a built-in one
	permissions    Permissions
	administrative bool
	permits        bool // anything at all
}

// maxRoleName is how many characters a role's name may have.
const maxRoleName = 100

// NewRole returns a custom role of the account with the permissions. [R6]
//
// The name must not be empty or longer than 100 characters, begin or end with a
// space, have a character that does not show (Unicode's Default_Ignorable_Code_Point,
// or a blank), nor be a built-in role's or one of its other names in upper or lower case
// and with another number of spaces between words [R14];  [NewRoleSet] compares it with
// the account's other roles. Names in different normalisation forms of Unicode are
// different names, which look alike: a host normalises what its users type. A permission
// that no custom role may hold is an error [R9], and so is one at less than Global whose
// action takes no scope (A34): each is named, a host's as v calls it. A nil Vocabulary knows
// the library's names only.
//
// To change a role, make it again with its account, its name and other permissions.
// Of a built-in role that is an error: it belongs to no account [S21].
func NewRole(account AccountID, name string, permissions Permissions, v *Vocabulary) (Role, error) {
	var wrong problems
	wrong.add(checkOwner(account, name), checkName(name))
	for p := range permissions.All() {
		if problem := v.refuses(p); problem != nil {
			wrong.add(fmt.Errorf("deskpolicy: role %.100q: %w", name, problem))
		}
	}
	if err := wrong.err(); err != nil {
		return Role{}, err
	}
	return Role{define(name, account, permissions)}, nil
}

// CloneRole returns a custom role of the account with r's permissions, less those
// that no custom role may hold, which it returns as dropped [R15]. Neither
// role changes with the other. The errors are those of [NewRole].
func CloneRole(r Role, account AccountID, name string) (clone Role, dropped Permissions, err error) {
	dropped = r.Permissions().Minus(customisable)
	clone, err = NewRole(account, name, r.Permissions().Intersect(customisable), nil)
	return clone, dropped, err
}

// takenNames are the names of one account's roles, each by how it is folded.
type takenNames map[string]string

// take makes the name a taken one. One that is taken is an error.
func (t takenNames) take(name string) error {
	folded := legible.Fold(name)
	if earlier, taken := t[folded]; taken {
		return fmt.Errorf("deskpolicy: role %q: the name is taken by role %q", name, earlier)
	}
	t[folded] = name
	return nil
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

// covers reports whether r permits all that the other does.
func (r Role) covers(other Role) bool {
	if r == other || r.def == nil || other.def == nil {
		return r == other || other.Permissions().Empty()
	}
	return r.def.permissions.covers(&other.def.permissions)
}

// BuiltIn reports whether r is a built-in role: see [Account.BuiltInRoles]. They can be viewed
// and cloned, never changed [S21].
func (r Role) BuiltIn() bool { return r.def != nil && r.def.account == "" }

// Administrative reports whether r is an administrator's role: one that
// configures the desk as a whole. Held [AccountWide], such a role reaches into
// the account's open workspaces.
func (r Role) Administrative() bool { return r.def != nil && r.def.administrative }

// EqualAuthority reports whether the roles have the same account, name and permissions.
func (r Role) Equal(other Role) bool {
	return r.Account() == other.Account() && r.Name() == other.Name() && r.Permissions() == other.Permissions()
}

// String returns the role's name.
func (r Role) String() string { return r.Name() }

func define(name string, account AccountID, permissions Permissions) *roleDef {
	return &roleDef{name, account, permissions, administers(permissions), !permissions.Empty()}
}

// administers reports whether the permissions make an administrator's role: one
// that configures the desk as a whole, and not only a team's part of it.
func administers(permissions Permissions) bool {
	for p := range permissions.All() {
		if p.Scope == ScopeGlobal && p.Action.info().category.administers() {
			return true
		}
	}
	return false
}

// levels returns the scopes at which the role has what the action needs, if it
// needs nothing in particular all of them.
func (d *roleDef) levels(id ActionID) levels {
	if id.info().class&anyRole == 0 {
		return d.permissions.levels(id)
	}
	if !d.permits {
		return 0
	}
	return included(id, ScopeGlobal)
}

// customisable is what custom roles may hold: everything but the authoring of
// roles [R9].
var customisable = everything.Minus(roleAuthoring)

// refuses returns why no custom role may hold the permission, nil if one may.
func (v *Vocabulary) refuses(p Permission) error {
	switch name := v.Name(p.Action); {
	case p.Action.info().class&anyRole != 0:
		return fmt.Errorf("no role holds %s: every role that permits anything is enough for it", name)
	case !customisable.Has(p):
		return fmt.Errorf("no custom role may hold %s", v.PermissionName(p))
	case p.Scope != ScopeGlobal && p.Action.scopeless():
		return fmt.Errorf("%s takes no scope, and is held at global", name)
	}
	return nil
}

func checkOwner(account AccountID, name string) error {
	if account == "" {
		return fmt.Errorf("deskpolicy: role %.100q: a custom role belongs to an account", name)
	}
	return nil
}

// checkName reports a name that no custom role can have. It quotes no more of it
// than such a name may have, lest the problems of a file be many times its size.
func checkName(name string) error {
	switch {
	case len(name) > utf8.UTFMax*maxRoleName: // there is no need to look at each character
		return longName(name)
	case strings.TrimSpace(name) == "":
		return fmt.Errorf("deskpolicy: role %.100q: a role has a name", name)
	case strings.TrimSpace(name) != name:
		return fmt.Errorf("deskpolicy: role %.100q: the name begins or ends with a space", name)
	case strings.ContainsFunc(name, legible.Hidden):
		return fmt.Errorf("deskpolicy: role %.100q: the name has a character that does not show", name)
	case utf8.RuneCountInString(name) > maxRoleName:
		return longName(name)
	}
	if builtIn, taken := builtInNames[legible.Fold(name)]; taken {
		return fmt.Errorf("deskpolicy: role %q: the name is taken by the built-in role %q", name, builtIn)
	}
	return nil
}

func longName(name string) error {
	return fmt.Errorf("deskpolicy: role %.100q...: the name is longer than %d characters", name, maxRoleName)
}

var builtInNames = func() takenNames {
	names := make(takenNames)
	for _, role := range builtIns {
		names[legible.Fold(role.Name())] = role.Name()
	}
	for alias, role := range aliases {
		names[legible.Fold(alias)] = role.Name()
	}
	return names
}()
