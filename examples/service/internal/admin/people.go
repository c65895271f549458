package admin

import (
	"errors"
	"slices"
	"time"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/deskhttp"
	"github.com/deskpolicy/deskpolicy/examples/service/internal/roster"
)

func showPeople(v *visit) (view, error) {
	if err := v.askForPeople(); err != nil {
		return view{}, err
	}
	return view{peoplePage, "People", v.visiblePeople()}, nil
}

// personView is a person with the forms to change what they may do.
type personView struct {
	roster.Person
	Bindings                   []bindingRow
	Groups                     []groupRow
	Roles                      []deskpolicy.Role // to give
	Workspaces                 []choice
	AllGroups                  []roster.Group
	Scopes                     []deskpolicy.Scope
	Now                        time.Time
	MayActivate, MayDeactivate bool
	MayGive, MayGroup          bool
	Keys                       []roster.Key // that act for the person
}

// A bindingRow is a role that the person holds.
type bindingRow struct {
	deskpolicy.Binding
	Held    bool      // whether it is held now
	Turns   time.Time // when that changes, or zero
	When    string    // the window, for forms; "" for always
	MayTake bool
}

func (v *visit) bindingRow(p roster.Person, b deskpolicy.Binding) bindingRow {
	taken := deskpolicy.RoleAssignment{Holder: p.Subject, Binding: b}
	row := bindingRow{Binding: b, Held: b.Window.Holds(v.now), MayTake: deskpolicy.Authorize(v.subject, deskpolicy.AgentRoleRemove, &taken).Allowed()}
	if text, err := b.Window.MarshalText(); err == nil && b.Window != (deskpolicy.Window{}) {
		row.When = string(text)
	}
	for _, at := range []time.Time{b.Window.Until(), b.Window.From()} {
		if at.After(v.now) {
			row.Turns = at
		}
	}
	return row
}

// A groupRow is the person's access to a group.
type groupRow struct {
	roster.Group
	Access deskpolicy.Access
}

// scopes are the ticket scopes that the forms offer.
var scopes = []deskpolicy.Scope{
	deskpolicy.ScopeRestricted, deskpolicy.ScopeGroup, deskpolicy.GroupQueue | deskpolicy.Assigned, deskpolicy.InGroup, deskpolicy.ScopeGlobal,
}

func showPerson(v *visit) (view, error) {
	p, found := v.desk.Person(deskpolicy.AgentID(v.FormValue("person")))
	if !found {
		return view{}, deskhttp.ErrNotFound
	}
	if err := roster.AskToView(v.Context(), p, nil); err != nil {
		return view{}, err
	}
	data := personView{
		Person: p, Roles: slices.Collect(v.desk.Roles.All()), Workspaces: v.workspaces(), AllGroups: v.desk.Groups, Scopes: scopes, Now: v.now, Keys: v.desk.KeysOf(p.ID),
		MayActivate:   p.Deactivated() && v.may(p, deskpolicy.AgentEdit, deskpolicy.SharedAgentEdit),
		MayDeactivate: !p.Deactivated() && v.may(p, deskpolicy.AgentDeactivate, deskpolicy.SharedAgentEdit),
	}
	for _, b := range p.Bindings() {
		data.Bindings = append(data.Bindings, v.bindingRow(p, b))
	}
	for _, role := range data.Roles { // the forms are there if any of what they offer is allowed
		given := deskpolicy.RoleAssignment{Holder: p.Subject, Binding: deskpolicy.Binding{Role: role, Workspace: deskpolicy.AccountWide, TicketScope: deskpolicy.ScopeRestricted}}
		data.MayGive = data.MayGive || deskpolicy.Authorize(v.subject, deskpolicy.AgentRoleAssign, &given).Allowed()
	}
	for _, g := range v.desk.Groups {
		membership := deskpolicy.GroupMembership{Member: p.Subject, Group: deskpolicy.AgentGroup{ID: g.ID, Account: v.desk.Account.ID}, Access: deskpolicy.View}
		data.MayGroup = data.MayGroup || deskpolicy.Authorize(v.subject, deskpolicy.AgentGroupAssign, &membership).Allowed()
		data.Groups = append(data.Groups, groupRow{g, p.Groups()[g.ID]})
	}
	return view{personPage, p.Name, data}, nil
}

// may reports whether the subject may do an action to the person.
func (v *visit) may(p roster.Person, onAgent deskpolicy.Action[deskpolicy.Agent], onShared deskpolicy.Action[deskpolicy.SharedAgent]) bool {
	if shared := p.Shared(); shared != nil {
		return deskpolicy.Authorize(v.subject, onShared, shared).Allowed()
	}
	return deskpolicy.Authorize(v.subject, onAgent, p.Agent()).Allowed()
}

// workspaces returns where a role can be held.
func (v *visit) workspaces() []choice {
	places := []choice{
		{Value: string(deskpolicy.AccountWide), Text: "outside of workspaces"}, {Value: string(deskpolicy.OpenWorkspaces), Text: "outside and in open ones"},
		{Value: string(deskpolicy.Everywhere), Text: "everywhere"},
	}
	for _, w := range v.desk.Workspaces {
		places = append(places, choice{Value: string(w.ID), Text: w.Name})
	}
	return places
}

// holding returns the role of a person that a form names.
func (v *visit) holding() (roster.Holding, error) {
	h := roster.Holding{
		Person: deskpolicy.AgentID(v.PostFormValue("person")), Role: v.PostFormValue("role"),
		Workspace: deskpolicy.WorkspaceID(v.PostFormValue("workspace")), Group: deskpolicy.GroupID(v.PostFormValue("group")),
	}
	if err := h.Scope.UnmarshalText([]byte(v.PostFormValue("scope"))); err != nil {
		return h, roster.Refusal(err.Error())
	}
	if text := v.PostFormValue("window"); text != "" {
		if err := h.Window.UnmarshalText([]byte(text)); err != nil {
			return h, roster.Refusal(err.Error())
		}
	}
	return h, nil
}

// ofPerson returns the page of the person that a form names.
func (v *visit) ofPerson() string { return link("person", "person", v.PostFormValue("person")) }

func giveRole(v *visit) (string, error) {
	h, err := v.holding()
	if err != nil {
		return "", err
	}
	start, startErr := v.instant("start")
	end, endErr := v.instant("end")
	if err := errors.Join(startErr, endErr); err != nil {
		return "", err
	}
	h.Window = deskpolicy.NewWindow(start, end)
	return v.ofPerson(), v.Changes.GiveRole(v.Context(), h)
}

func takeRole(v *visit) (string, error) {
	h, err := v.holding()
	if err != nil {
		return "", err
	}
	return v.ofPerson(), v.Changes.TakeRole(v.Context(), h)
}

func setScope(v *visit) (string, error) {
	h, err := v.holding()
	if err != nil {
		return "", err
	}
	var to deskpolicy.Scope
	if err := to.UnmarshalText([]byte(v.PostFormValue("to"))); err != nil {
		return "", roster.Refusal(err.Error())
	}
	return v.ofPerson(), v.Changes.SetScope(v.Context(), h, to)
}

func setGroup(v *visit) (string, error) {
	var access deskpolicy.Access
	if err := access.UnmarshalText([]byte(v.PostFormValue("access"))); err != nil {
		return "", roster.Refusal(err.Error())
	}
	return v.ofPerson(), v.Changes.SetGroup(v.Context(), deskpolicy.AgentID(v.PostFormValue("person")), deskpolicy.GroupID(v.PostFormValue("group")), access)
}

func activate(v *visit) (string, error) {
	return v.ofPerson(), v.Changes.Activate(v.Context(), deskpolicy.AgentID(v.PostFormValue("person")))
}

func deactivate(v *visit) (string, error) {
	return v.ofPerson(), v.Changes.Deactivate(v.Context(), deskpolicy.AgentID(v.PostFormValue("person")))
}
