package admin

import (
	"errors"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/deskhttp"
	"github.com/deskpolicy/deskpolicy/examples/service/internal/roster"
)

func showPeople(v *visit) (view, error) {
	if err := v.askForPeople(); err != nil {
		return view{}, err
	}
	return view{peoplePage, "People", peopleView{v.visiblePeople(), sees(v, deskpolicy.ContactView), sees(v, deskpolicy.ContactEdit)}}, nil
}

// peopleView is the people of the desk. Customers are many: they are found by their contact IDs.
type peopleView struct {
	People                      []roster.Person
	SeesCustomers, MayAdmitThem bool
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
	row := bindingRow{Binding: b, Held: b.Window.Holds(v.now), MayTake: v.mayOnRole(deskpolicy.AgentRoleRemove, p, b)}
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
	p, err := v.named(v.who(v.Form))
	if err != nil {
		return view{}, err
	}
	if err := roster.AskToView(v.Context(), p, nil); err != nil {
		return view{}, err
	}
	data := personView{
		Person: p, Roles: slices.Collect(v.desk.Roles.All()), Workspaces: v.workspaces(), AllGroups: v.desk.Groups, Scopes: scopes, Now: v.now, Keys: v.desk.KeysOf(p.Who()),
		MayActivate:   p.Deactivated() && v.may(p, roster.Activate),
		MayDeactivate: !p.Deactivated() && v.may(p, roster.Deactivate),
	}
	for _, b := range p.Bindings() {
		data.Bindings = append(data.Bindings, v.bindingRow(p, b))
	}
	for _, role := range data.Roles { // the forms are there if any of what they offer is allowed
		data.MayGive = data.MayGive || v.mayOnRole(deskpolicy.AgentRoleAssign, p, deskpolicy.Binding{Role: role, Workspace: deskpolicy.AccountWide, TicketScope: deskpolicy.ScopeRestricted})
	}
	if p.Contact != nil {
		return view{personPage, p.Name, data}, nil
	}
	for _, g := range v.desk.Groups {
		membership := deskpolicy.GroupMembership{Member: p.Subject, Group: deskpolicy.AgentGroup{ID: g.ID, Account: v.desk.Account.ID}, Access: deskpolicy.View}
		data.MayGroup = data.MayGroup || deskpolicy.Authorize(v.subject, deskpolicy.AgentGroupAssign, &membership).Allowed()
		data.Groups = append(data.Groups, groupRow{g, p.Groups()[g.ID]})
	}
	return view{personPage, p.Name, data}, nil
}

// who returns who the form names: the customer, if it has both.
func (v *visit) who(form url.Values) roster.Who {
	if customer := strings.TrimSpace(form.Get("customer")); customer != "" {
		return roster.Who{Customer: deskpolicy.ContactID(customer)}
	}
	return roster.Who{Person: deskpolicy.AgentID(form.Get("person"))}
}

// named returns the person or the customer, or deskhttp.ErrNotFound.
func (v *visit) named(who roster.Who) (roster.Person, error) {
	if who.Customer != "" {
		return v.Records.Customer(v.Context(), v.desk, who.Customer)
	}
	p, found := v.desk.Person(who.Person)
	if !found {
		return p, deskhttp.ErrNotFound
	}
	return p, nil
}

// may reports whether the subject may do one of the actions to the person.
func (v *visit) may(p roster.Person, on roster.Actions) bool {
	if p.Contact != nil {
		return deskpolicy.Authorize(v.subject, on.Contact, p.Contact).Allowed()
	}
	if shared := p.Shared(); shared != nil {
		return deskpolicy.Authorize(v.subject, on.SharedAgent, shared).Allowed()
	}
	return deskpolicy.Authorize(v.subject, on.Agent, p.Agent()).Allowed()
}

// mayOnRole reports whether the subject may do the action on a role of the person. A customer's roles
// are part of its contact's record.
func (v *visit) mayOnRole(action deskpolicy.Action[deskpolicy.RoleAssignment], p roster.Person, b deskpolicy.Binding) bool {
	if p.Contact != nil {
		return deskpolicy.Authorize(v.subject, deskpolicy.ContactEdit, p.Contact).Allowed()
	}
	return deskpolicy.Authorize(v.subject, action, &deskpolicy.RoleAssignment{Holder: p.Subject, Binding: b}).Allowed()
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
		Who: v.who(v.PostForm), Role: v.PostFormValue("role"),
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

// ofPerson returns the page of who a form names.
func (v *visit) ofPerson() string { return personLink(v.who(v.PostForm)) }

// personLink returns the page of the person or the customer.
func personLink(who roster.Who) string {
	if who.Customer != "" {
		return link("person", "customer", string(who.Customer))
	}
	return link("person", "person", string(who.Person))
}

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
	return v.ofPerson(), v.Changes.Activate(v.Context(), v.who(v.PostForm))
}

func deactivate(v *visit) (string, error) {
	return v.ofPerson(), v.Changes.Deactivate(v.Context(), v.who(v.PostForm))
}

func admit(v *visit) (string, error) {
	return v.ofPerson(), v.Changes.Admit(v.Context(), v.who(v.PostForm).Customer)
}

func setCompany(v *visit) (string, error) {
	return v.ofPerson(), v.Changes.SetCompany(v.Context(), v.who(v.PostForm).Customer, deskpolicy.CompanyID(strings.TrimSpace(v.PostFormValue("company"))))
}
