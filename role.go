package deskpolicy

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/deskpolicy/deskpolicy/internal/legible"
)

// A Role is a named set of permissions. It is either built in or a custom role of one
// account.
//
// A Role is immutable and safe for concurrent use. The zero Role permits nothing.
// Two Roles are == only if one is a copy of the other; [Role.Equal] compares their contents.
type Role struct {
	def *roleDef
}

// A roleDef is the contents of a Role. It does not change once a Role points to it.
type roleDef struct {
	name        string
	account     AccountID // empty for a built-in role
	permissions Permissions
	permits     bool // whether permissions is not empty
	hosts       bool // whether it has a host's action
}

// maxRoleName is the maximum length of a role's name in characters.
const maxRoleName = 100

// NewRole returns a custom role of the account with the given permissions [R6].
//
// The error lists every problem:
//
//   - The account ID is empty.
//   - The name is blank, is longer than 100 characters, or begins or ends with a space.
//   - The name contains an invisible character: one that does not print, a
//     Default_Ignorable_Code_Point of Unicode, or a blank other than a plain space.
//   - A permission is for logging in, which every role permits that permits anything.
//   - A permission has a narrower scope than Global, but its action takes no scope (A34).
//   - A permission is for a host's action that the Vocabulary does not name, so that
//     [RoleSet.Encode] could not write the role. With a nil Vocabulary, that is not checked.
//
// The name can be that of a built-in role: [NewRoleSet] compares it with the names of the
// roles that the account offers [R14] (A67).
//
// Names in different Unicode normalization forms look alike but are different names:
// the host must normalize what its users type.
//
// To change a role, call NewRole with the same account and name and the new permissions.
// A built-in role cannot be changed [S21]: it has no account, so NewRole returns an error.
func NewRole(account AccountID, name string, permissions Permissions, v *Vocabulary) (Role, error) {
	var wrong problems
	wrong.add(checkAccount(account, name), checkName(name))
	for p := range permissions.All() {
		if problem := v.checkCustom(p); problem != nil {
			wrong.add(fmt.Errorf("deskpolicy: role %.100q: %w", name, problem))
		}
	}
	if err := wrong.err(); err != nil {
		return Role{}, err
	}
	return Role{newRoleDef(name, account, permissions)}, nil
}

// CloneRole returns a custom role of the account with the permissions of r [R15]. The errors
// are those of [NewRole].
//
// Those of an administrator include making roles, which counts in a custom role only if
// [Account.RoleAuthors] says so [R9], and every action that a host can define: [RoleSet.Encode] fails for
// the numbers that its vocabulary does not name.
func CloneRole(r Role, account AccountID, name string) (Role, error) {
	return NewRole(account, name, r.Permissions(), nil)
}

// takenNames maps the folded names of one account's roles to the roles that have them, in
// words.
type takenNames map[string]string

// add adds the name of a custom role. It returns an error if the name is taken.
func (t takenNames) add(name string) error {
	folded := legible.Fold(name)
	if earlier, taken := t[folded]; taken {
		return fmt.Errorf("deskpolicy: role %q: the name is taken by %s; choose another name", name, earlier)
	}
	t[folded] = fmt.Sprintf("role %q", name)
	return nil
}

// offer adds the names of a built-in role, before those of custom roles. It returns an
// error if the role was added already.
func (t takenNames) offer(role Role) error {
	by := fmt.Sprintf("the built-in role %q", role.Name())
	if _, twice := t[legible.Fold(role.Name())]; twice {
		return fmt.Errorf("deskpolicy: %s is offered twice; offer it once", by)
	}
	t[legible.Fold(role.Name())] = by
	for _, other := range aliases {
		if string(other.role) == role.Name() {
			t[legible.Fold(other.alias)] = by
		}
	}
	return nil
}

// Name returns the name of the role, which is unique in the account's [RoleSet].
func (r Role) Name() string {
	if r.def == nil {
		return ""
	}
	return r.def.name
}

// Account returns the account that a custom role belongs to, or "" for a built-in role.
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

// covers reports whether r permits everything that other does.
func (r Role) covers(other Role) bool {
	if r == other || r.def == nil || other.def == nil {
		return r == other || other.Permissions().Empty()
	}
	return r.def.permissions.covers(&other.def.permissions)
}

// BuiltIn reports whether r is a built-in role, which can be viewed and cloned but not
// changed [S21]. See [Account.BuiltInRoles].
func (r Role) BuiltIn() bool { return r.def != nil && r.def.account == "" }

// Equal reports whether r and other have the same account, name and permissions.
func (r Role) Equal(other Role) bool {
	return r.Account() == other.Account() && r.Name() == other.Name() && r.Permissions() == other.Permissions()
}

// String returns the name of the role.
func (r Role) String() string { return r.Name() }

func newRoleDef(name string, account AccountID, permissions Permissions) *roleDef {
	hosts := [actionSpace - FirstHostOwn]Scope(permissions.at[FirstHostOwn:]) != [actionSpace - FirstHostOwn]Scope{}
	return &roleDef{name, account, permissions, !permissions.Empty(), hosts}
}

// scope returns the scope, closed, at which the role permits the action. A role that
// permits anything permits an action of class anyRole at every scope.
func (d *roleDef) scope(id ActionID) Scope { return d.scopeBy(id, id.info()) }

// scopeBy is scope for an action whose rule is known.
func (d *roleDef) scopeBy(id ActionID, rule *actionInfo) Scope {
	switch {
	case rule.class&anyRole == 0:
		return d.permissions.scope(id)
	case d.permits:
		return everyRelation
	}
	return 0
}

// checkCustom returns an error if a custom role cannot hold the permission.
func (v *Vocabulary) checkCustom(p Permission) error {
	switch name := v.Name(p.Action); {
	case p.Action.info().class&anyRole != 0:
		return fmt.Errorf("a role cannot hold %s, which any role that permits something allows; remove it", name)
	case p.Scope != ScopeGlobal && p.Action.scopeless():
		return fmt.Errorf("%s takes no scope; hold it at global", name)
	case v != nil && p.Action.IsHost() && v.index(p.Action) < 0:
		return fmt.Errorf("the vocabulary does not name %s; name it there", name)
	}
	return nil
}

func checkAccount(account AccountID, name string) error {
	if account == "" {
		return fmt.Errorf("deskpolicy: role %.100q: the account ID is empty; give the account that the role belongs to", name)
	}
	return nil
}

// checkName returns an error if a custom role cannot have the name. The error quotes at
// most 100 characters of the name, so that the errors for a file do not outgrow the file.
func checkName(name string) error {
	switch {
	case len(name) > utf8.UTFMax*maxRoleName: // too long whatever its characters are
		return longName(name)
	case strings.TrimSpace(name) == "":
		return fmt.Errorf("deskpolicy: role %.100q: the name is blank; give the role a name", name)
	case strings.TrimSpace(name) != name:
		return fmt.Errorf("deskpolicy: role %.100q: the name begins or ends with a space; remove it", name)
	case strings.ContainsFunc(name, legible.Hidden):
		return fmt.Errorf("deskpolicy: role %.100q: the name contains an invisible character; remove it", name)
	case utf8.RuneCountInString(name) > maxRoleName:
		return longName(name)
	}
	return nil
}

func longName(name string) error {
	return fmt.Errorf("deskpolicy: role %.100q...: the name is longer than %d characters; shorten it", name, maxRoleName)
}
