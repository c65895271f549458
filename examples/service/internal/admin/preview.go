package admin

import (
	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/deskhttp"
	"github.com/deskpolicy/deskpolicy/examples/service/internal/roster"
)

// previewView says what saving a role would do.
type previewView struct {
	Name          string
	New           bool
	Before, After string // permissions, one a line
	Ordering      deskpolicy.Ordering
	Gained, Lost  []deskpolicy.Permission
	Warnings      []deskpolicy.RoleWarning
	People        []impact
}

// An impact is what a change of roles does to a person, a key or support access.
type impact struct {
	Name         string
	Ordering     deskpolicy.Ordering
	Gained, Lost []deskpolicy.Difference // the first ones
	More         int                     // how many differences there are beside these
}

const shownDifferences = 12

// previewRole shows what saving the form of a role would change, for the role and for everybody
// who holds it. It changes nothing.
func previewRole(v *visit) (view, error) {
	name := v.PostFormValue("role")
	isNew := name == ""
	if isNew {
		name = v.PostFormValue("name")
	}
	before, err := v.roleBefore(name, isNew)
	if err != nil {
		return view{}, err
	}
	permissions, err := permissionsFrom(v)
	if err != nil {
		return view{}, err
	}
	after, err := deskpolicy.NewRole(v.desk.Account.ID, name, permissions, nil)
	if err != nil {
		return view{}, roster.Refusal(err.Error())
	}
	changed, err := v.desk.Roles.With(after)
	if err != nil {
		return view{}, roster.Refusal(err.Error())
	}
	data := previewView{Name: name, New: isNew, Before: permissionLines(before.Permissions().All()), After: permissionLines(permissions.All()), Ordering: deskpolicy.OrderingEqual}
	for _, change := range v.desk.Roles.Diff(changed) {
		data.Ordering, data.Warnings = change.Ordering(), change.Warnings()
		data.Gained, data.Lost = collect(change.Gained()), collect(change.Lost())
	}
	data.People, err = v.impacts(name, changed)
	return view{previewPage, "Save " + name + "?", data}, err
}

// roleBefore asks whether the subject may save the role, and returns it as it is, which has to
// be what the form was made from.
func (v *visit) roleBefore(name string, isNew bool) (deskpolicy.Role, error) {
	if isNew {
		role, err := deskpolicy.NewRole(v.desk.Account.ID, name, deskpolicy.Permissions{}, nil)
		if err != nil {
			return role, roster.Refusal(err.Error())
		}
		return role, deskhttp.Authorize(v.Context(), deskpolicy.RoleCreate, &role)
	}
	role, err := v.role(name)
	if err != nil {
		return role, err
	}
	if err := deskhttp.Authorize(v.Context(), deskpolicy.RoleUpdate, &role); err != nil {
		return role, err
	}
	seen, err := parsePermissions(v.PostFormValue("before"))
	if err == nil && seen != role.Permissions() {
		err = roster.ErrStale
	}
	return role, err
}

func collect(permissions deskpolicy.Permissions) (all []deskpolicy.Permission) {
	for p := range permissions.All() {
		all = append(all, p)
	}
	return all
}

// impacts returns what the changed roles do to those who hold the role now, and to their keys.
func (v *visit) impacts(role string, changed deskpolicy.RoleSet) (impacts []impact, err error) {
	customers, err := v.Records.CustomersWith(v.Context(), v.desk, role)
	for _, person := range append(v.desk.Holders(role), customers...) {
		impacts = append(impacts, v.impactOn(person.Name, person.Subject, changed)...)
		for _, key := range v.desk.KeysOf(person.Who()) {
			asking, _ := v.desk.Asking(key)
			impacts = append(impacts, v.impactOn("key "+key.Name+" of "+person.Name, asking.Subject, changed)...)
		}
	}
	for _, grant := range v.desk.Grants {
		for _, engineer := range grant.Engineers() {
			session := grant.Session(engineer, v.desk.Account, v.now)
			impacts = append(impacts, v.impactOn("support access "+string(grant.ID())+" of "+engineer.Name, session, changed)...)
		}
	}
	return impacts, err
}

func (v *visit) impactOn(name string, subject deskpolicy.Subject, changed deskpolicy.RoleSet) (impacts []impact) {
	for _, affected := range deskpolicy.Impact(v.desk.Roles, changed, subject) {
		impacts = append(impacts, newImpact(name, affected.Comparison))
	}
	return impacts
}

func newImpact(name string, c deskpolicy.Comparison) impact {
	i := impact{Name: name, Ordering: c.Ordering()}
	for d := range c.Gained() {
		i.add(&i.Gained, d)
	}
	for d := range c.Lost() {
		i.add(&i.Lost, d)
	}
	return i
}

// add adds the difference to one of the lists, unless there are many already.
func (i *impact) add(to *[]deskpolicy.Difference, d deskpolicy.Difference) {
	if len(*to) < shownDifferences {
		*to = append(*to, d)
	} else {
		i.More++
	}
}
