package admin

import (
	"slices"
	"strings"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/deskhttp"
)

// rolesView is a matrix of roles and the actions of a category.
type rolesView struct {
	Category, Query string
	Categories      []string
	Actions         []deskpolicy.ActionID
	Roles           []roleRow
	MayCreate       bool
}

// A roleRow is a row of the matrix. A cell is the scope of an action, or "".
type roleRow struct {
	Name    string
	Href    string
	BuiltIn bool
	Holders int
	Cells   []string
}

func showRoles(v *visit) (view, error) {
	filter, err := deskhttp.FilterFor(v.Context(), deskpolicy.RoleView)
	if err != nil {
		return view{}, err
	}
	if filter.Kind() == deskpolicy.FilterNone {
		return view{}, deskhttp.ErrNotFound
	}
	data := rolesView{Category: v.FormValue("category"), Query: v.FormValue("q"), Categories: categories(), MayCreate: mayCreate(v)}
	if !slices.Contains(data.Categories, data.Category) {
		data.Category = data.Categories[0]
	}
	data.Actions = actionsOf(data.Category)
	holders := v.countHolders()
	for role := range v.desk.Roles.All() {
		if filter.Match(&role) && strings.Contains(strings.ToLower(role.Name()), strings.ToLower(data.Query)) {
			data.Roles = append(data.Roles, newRoleRow(role, data.Actions, holders[role.Name()]))
		}
	}
	return view{rolesPage, "Roles", data}, nil
}

func newRoleRow(role deskpolicy.Role, actions []deskpolicy.ActionID, holders int) roleRow {
	row := roleRow{Name: role.Name(), Href: link("role", "role", role.Name()), BuiltIn: role.BuiltIn(), Holders: holders}
	permissions := role.Permissions()
	for _, action := range actions {
		cell := ""
		if scope := permissions.Scope(action); scope != 0 {
			cell = scope.String()
			if action.Relations() == deskpolicy.Anything {
				cell = "yes" // it takes no scope
			}
		}
		row.Cells = append(row.Cells, cell)
	}
	return row
}

// countHolders returns how many people hold each role.
func (v *visit) countHolders() map[string]int {
	count := make(map[string]int)
	for _, person := range v.desk.People {
		counted := make(map[string]bool)
		for _, b := range person.Bindings() {
			if name := b.Role.Name(); !counted[name] {
				counted[name] = true
				count[name]++
			}
		}
	}
	return count
}

// categories returns the categories of the actions that a role editor shows.
func categories() (names []string) {
	for action := range deskpolicy.Actions() {
		if c := action.Category(); len(names) == 0 || names[len(names)-1] != c {
			names = append(names, c)
		}
	}
	return names
}

func actionsOf(category string) (actions []deskpolicy.ActionID) {
	for action := range deskpolicy.Actions() {
		if action.Category() == category {
			actions = append(actions, action)
		}
	}
	return actions
}

// mayCreate reports whether the subject may create a role.
func mayCreate(v *visit) bool {
	role, err := deskpolicy.NewRole(v.desk.Account.ID, "new", deskpolicy.Permissions{}, nil)
	return err == nil && deskpolicy.Authorize(v.subject, deskpolicy.RoleCreate, &role).Allowed()
}
