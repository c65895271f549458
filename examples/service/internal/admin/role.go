package admin

import (
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/deskhttp"
	"github.com/deskpolicy/deskpolicy/examples/service/internal/roster"
)

// roleView is a role with the form to change it.
type roleView struct {
	Name                         string
	New, BuiltIn                 bool
	MayEdit, MayClone, MayDelete bool
	Before                       string // the permissions as they are, one a line
	Warnings                     []deskpolicy.RoleWarning
	Holders                      []roster.Person
	Categories                   []categoryForm
}

// A categoryForm has the permissions of a category, in a role editor.
type categoryForm struct {
	Name    string
	Held    int
	Actions []actionForm
}

// An actionForm has a choice for each relation by which an action can reach something.
type actionForm struct {
	Name    deskpolicy.ActionID
	Scope   string // that is held, or ""
	Choices []choice
}

// A choice is a relation. Text is what it is called; an action without a scope is only allowed.
type choice struct {
	Value, Text string
	Checked     bool
}

func showRole(v *visit) (view, error) {
	if v.FormValue("new") != "" {
		return showNewRole(v)
	}
	role, err := v.role(v.FormValue("role"))
	if err != nil {
		return view{}, err
	}
	if err := deskhttp.Authorize(v.Context(), deskpolicy.RoleView, &role); err != nil {
		return view{}, err
	}
	allowed := func(a deskpolicy.Action[deskpolicy.Role]) bool {
		return deskpolicy.Authorize(v.subject, a, &role).Allowed()
	}
	return view{rolePage, role.Name(), roleView{
		Name: role.Name(), BuiltIn: role.BuiltIn(),
		MayEdit: allowed(deskpolicy.RoleUpdate), MayClone: allowed(deskpolicy.RoleClone), MayDelete: allowed(deskpolicy.RoleDelete),
		Before: permissionLines(role.Permissions().All()), Warnings: role.Warnings(), Holders: v.desk.Holders(role.Name()),
		Categories: categoryForms(role.Permissions()),
	}}, nil
}

// showNewRole shows the form of a role that does not exist yet.
func showNewRole(v *visit) (view, error) {
	role, err := deskpolicy.NewRole(v.desk.Account.ID, "new", deskpolicy.Permissions{}, nil)
	if err != nil {
		return view{}, err
	}
	err = deskhttp.Authorize(v.Context(), deskpolicy.RoleCreate, &role)
	return view{rolePage, "New role", roleView{New: true, MayEdit: true, Categories: categoryForms(deskpolicy.Permissions{})}}, err
}

// role returns the account's role with the name.
func (v *visit) role(name string) (deskpolicy.Role, error) {
	role, err := v.desk.Roles.Role(name)
	if err != nil {
		return role, deskhttp.ErrNotFound
	}
	return role, nil
}

// permissionLines returns the permissions as text, one a line.
func permissionLines(permissions iter.Seq[deskpolicy.Permission]) string {
	var text strings.Builder
	for p := range permissions {
		fmt.Fprintln(&text, p)
	}
	return text.String()
}

// categoryForms returns the form for a custom role with the permissions.
func categoryForms(held deskpolicy.Permissions) (forms []categoryForm) {
	for _, category := range categories() {
		form := categoryForm{Name: category}
		for _, action := range actionsOf(category) {
			scope := held.Scope(action)
			if scope != 0 {
				form.Held++
			}
			if relations := action.Relations(); relations != 0 || scope != 0 {
				form.Actions = append(form.Actions, newActionForm(action, relations, scope))
			}
		}
		forms = append(forms, form)
	}
	return slices.DeleteFunc(forms, func(f categoryForm) bool { return len(f.Actions) == 0 })
}

func newActionForm(action deskpolicy.ActionID, relations, held deskpolicy.Scope) actionForm {
	form := actionForm{Name: action}
	if held != 0 {
		form.Scope = held.String()
	}
	if relations == deskpolicy.Anything {
		form.Choices = []choice{{Value: relations.String(), Text: "allowed", Checked: held != 0}}
		return form
	}
	for relation := deskpolicy.InGroup; relation <= deskpolicy.Anything; relation <<= 1 {
		if relations&relation != 0 {
			text := relation.String()
			if relation == deskpolicy.Assigned {
				text = "assigned" // which is also the set restricted
			}
			form.Choices = append(form.Choices, choice{text, strings.ReplaceAll(text, "_", " "), held&relation != 0})
		}
	}
	return form
}

// permissionsFrom returns the permissions that the form of a role has.
func permissionsFrom(v *visit) (deskpolicy.Permissions, error) {
	var permissions []deskpolicy.Permission
	for action := range deskpolicy.Actions() {
		var scope deskpolicy.Scope
		for _, text := range v.PostForm[action.String()] {
			var relation deskpolicy.Scope
			if err := relation.UnmarshalText([]byte(text)); err != nil {
				return deskpolicy.Permissions{}, roster.Refusal(err.Error())
			}
			scope |= relation
		}
		if scope != 0 {
			permissions = append(permissions, action.At(scope))
		}
	}
	return deskpolicy.NewPermissions(permissions...), nil
}

// parsePermissions reads what permissionLines wrote.
func parsePermissions(text string) (deskpolicy.Permissions, error) {
	var permissions []deskpolicy.Permission
	for _, line := range strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' }) { // a browser sends both
		p, err := (*deskpolicy.Vocabulary)(nil).ParsePermission(line)
		if err != nil {
			return deskpolicy.Permissions{}, roster.Refusal(err.Error())
		}
		permissions = append(permissions, p)
	}
	return deskpolicy.NewPermissions(permissions...), nil
}
