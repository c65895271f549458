package helpdesk

import (
	"fmt"
	"strings"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/strictjson"
)

func (h *helpdesk) readRole(v *strictjson.Value) {
	account := h.accountOf(v)
	name := strictjson.As(v.Required("name"), printable)
	role, err := account.newRole(v, name)
	if account.record.ID == "" || name == "" {
		return // it was refused
	}
	if err != nil {
		v.Refuse(err)
	} else {
		h.roles[account.record.ID] = append(h.roles[account.record.ID], role)
	}
	account.roles.set(name, role)
	h.resources.set(fmt.Sprintf("role:%s/%s", account.record.ID, name), role)
}

// newRole returns the custom role with that name: a clone [R15], or one with its own permissions.
func (a account) newRole(v *strictjson.Value, name string) (deskpolicy.Role, error) {
	if original := v.Optional("clone"); original.Present() {
		role, err := deskpolicy.CloneRole(strictjson.As(original, a.role), a.record.ID, name)
		return role, err
	}
	level := deskpolicy.ScopeRestricted // the least, if no level is given [R17]
	if given := v.Optional("level"); given.Present() {
		level = strictjson.AsText[deskpolicy.Scope](given)
	}
	permissions := strictjson.List(v.Required("permissions"), func(v *strictjson.Value) deskpolicy.Permission {
		return strictjson.As(v, permissionAt(level))
	})
	return deskpolicy.NewRole(a.record.ID, name, deskpolicy.NewPermissions(permissions...), nil)
}

// permissionAt parses permissions such as "ticket.reply@group", or "ticket.reply" at the level.
func permissionAt(level deskpolicy.Scope) func(string) (deskpolicy.Permission, error) {
	return func(text string) (deskpolicy.Permission, error) {
		p, err := (*deskpolicy.Vocabulary)(nil).ParsePermission(text)
		if !strings.Contains(text, "@") {
			p.Scope = level
		}
		return p, err
	}
}

// rolesIn reads a list of role names.
func (a account) rolesIn(v *strictjson.Value) []deskpolicy.Role {
	return strictjson.List(v, func(v *strictjson.Value) deskpolicy.Role { return strictjson.As(v, a.role) })
}

// role returns the account's custom role with that name, or the built-in one.
func (a account) role(name string) (deskpolicy.Role, error) {
	if role, err := a.roles.find(name); err == nil {
		return role, nil
	}
	return deskpolicy.BuiltInRole(name)
}
