package admin

import (
	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/examples/service/internal/roster"
)

// saveRole saves what a preview showed.
func saveRole(v *visit) (string, error) {
	before, err := parsePermissions(v.PostFormValue("before"))
	if err != nil {
		return "", err
	}
	after, err := parsePermissions(v.PostFormValue("after"))
	if err != nil {
		return "", err
	}
	name := v.PostFormValue("role")
	if name == "" {
		name = v.PostFormValue("name")
		return link("role", "role", name), v.Changes.CreateRole(v.Context(), name, after, "")
	}
	return link("role", "role", name), v.Changes.UpdateRole(v.Context(), name, before, after)
}

// cloneRole clones a role, without what a custom role cannot hold.
func cloneRole(v *visit) (string, error) {
	from, err := v.role(v.PostFormValue("from"))
	if err != nil {
		return "", err
	}
	name := v.PostFormValue("name")
	clone, err := deskpolicy.CloneRole(from, v.desk.Account.ID, name)
	if err != nil {
		return "", roster.Refusal(err.Error())
	}
	return link("role", "role", name), v.Changes.CreateRole(v.Context(), name, clone.Permissions(), from.Name())
}

func deleteRole(v *visit) (string, error) {
	return "roles", v.Changes.DeleteRole(v.Context(), v.PostFormValue("role"))
}
