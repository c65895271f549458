package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/strictjson"
)

// A question is what the program decides, and how the table shows it.
type question struct {
	who, on, source string
	request         deskpolicy.Request
}

// load returns the questions of a file that describes a helpdesk. It refuses
// one with any mistake in it, and reports them all.
func load(data []byte) ([]question, error) {
	return strictjson.Decode(data, strictjson.Limits{Bytes: 1 << 20, Depth: 8}, readHelpdesk)
}

// A helpdesk is what agents, resources and questions refer to.
type helpdesk struct {
	accounts  *register[account]
	agents    *register[agent]
	resources *register[deskpolicy.Resource] // by type and ID, as in "ticket:4711"
	roles     []deskpolicy.Role
}

type account struct {
	record     deskpolicy.Account
	workspaces *register[deskpolicy.WorkspaceID]
	groups     *register[deskpolicy.GroupID]
	roles      *register[deskpolicy.Role] // its custom ones
}

type agent struct {
	record  deskpolicy.Agent
	name    string
	account account
}

// readHelpdesk reads the sections in the order in which they refer to each
// other; in the file they may be in any.
func readHelpdesk(root *strictjson.Value) []question {
	h := &helpdesk{
		accounts:  newRegister[account]("account"),
		agents:    newRegister[agent]("agent"),
		resources: newRegister[deskpolicy.Resource]("resource"),
	}
	for role := range deskpolicy.BuiltInRoles() {
		h.resources.put("role:"+role.Name(), role)
	}
	for v := range root.Required("accounts").Elements() {
		h.readAccount(v)
	}
	roles := root.Optional("roles")
	for v := range roles.Elements() {
		h.readRole(v)
	}
	if err := deskpolicy.DistinctNames(h.roles...); err != nil {
		roles.Refuse(err)
	}
	for v := range root.Required("agents").Elements() {
		h.readAgent(v)
	}
	h.readResources(root.Optional("resources"))
	return strictjson.List(root.Required("questions"), h.readQuestion)
}

func (h *helpdesk) readAccount(v *strictjson.Value) {
	a := account{
		workspaces: newRegister[deskpolicy.WorkspaceID]("workspace"),
		groups:     newRegister[deskpolicy.GroupID]("group"),
		roles:      newRegister[deskpolicy.Role]("role"),
	}
	a.record = deskpolicy.Account{
		ID:         deskpolicy.AccountID(strictjson.As(v.Required("id"), identifier)),
		Plan:       readPlan(v.Required("plan")),
		Workspaces: newIDs(v.Optional("open_workspaces"), a.workspaces),
	}
	newIDs(v.Optional("restricted_workspaces"), a.workspaces)
	newIDs(v.Optional("groups"), a.groups)
	h.accounts.add("", v.Required("id"), a)

	h.resources.put(fmt.Sprintf("account:%s", a.record.ID), a.record)
	for id, workspace := range a.workspaces.byID {
		h.resources.put(fmt.Sprintf("workspace:%s/%s", a.record.ID, id), deskpolicy.Workspace{ID: workspace, Account: a.record.ID})
	}
}

func readPlan(v *strictjson.Value) deskpolicy.Plan {
	plan := deskpolicy.Plan{Name: strictjson.As(v.Required("name"), printable)}
	for feature := range v.Required("features").Elements() {
		plan.Features |= strictjson.As(feature, deskpolicy.ParseFeature)
	}
	return plan
}

func (h *helpdesk) readRole(v *strictjson.Value) {
	account := h.accountOf(v)
	name := strictjson.As(v.Required("name"), printable)
	role, err := account.newRole(v, name)
	if account.record.ID == "" || name == "" {
		return // as it was refused
	}
	if err != nil {
		v.Refuse(err)
	} else {
		h.roles = append(h.roles, role)
	}
	account.roles.put(name, role)
	h.resources.put(fmt.Sprintf("role:%s/%s", account.record.ID, name), role)
}

// newRole returns the custom role with that name: a clone [R15], or one of its own.
func (a account) newRole(v *strictjson.Value, name string) (deskpolicy.Role, error) {
	if original := v.Optional("clone"); original.Present() {
		role, _, err := strictjson.As(original, a.role).Clone(a.record.ID, name) // what is dropped only the original may do [R9]
		return role, err
	}
	level := deskpolicy.Restricted // the least, where nothing else is said [R17]
	if given := v.Optional("level"); given.Present() {
		level = strictjson.As(given, deskpolicy.ParseScope)
	}
	permissions := strictjson.List(v.Required("permissions"), func(v *strictjson.Value) deskpolicy.Permission {
		return strictjson.As(v, permissionAt(level))
	})
	return deskpolicy.NewRole(a.record.ID, name, deskpolicy.PermissionsOf(permissions...))
}

// permissionAt reads permissions such as "ticket.reply@group", or "ticket.reply"
// at the level.
func permissionAt(level deskpolicy.Scope) func(string) (deskpolicy.Permission, error) {
	return func(text string) (deskpolicy.Permission, error) {
		name, at, given := strings.Cut(text, "@")
		action, err := deskpolicy.ParseAction(name)
		if !given {
			return action.At(level), err
		}
		scope, scopeErr := deskpolicy.ParseScope(at)
		return action.At(scope), errors.Join(err, scopeErr)
	}
}

func (h *helpdesk) readAgent(v *strictjson.Value) {
	a := agent{account: h.accountOf(v)}
	a.record = deskpolicy.Agent{
		ID:          deskpolicy.AgentID(strictjson.As(v.Required("id"), identifier)),
		Account:     a.account.record,
		Deactivated: v.Optional("deactivated").Bool(),
		Bindings:    strictjson.List(v.Required("bindings"), a.account.readBinding),
		Groups:      a.account.readGroups(v.Optional("groups")),
	}
	a.name = string(a.record.ID)
	if name := v.Optional("name"); name.Present() {
		a.name = strictjson.As(name, printable)
	}
	h.agents.add("", v.Required("id"), a)
	h.resources.put(fmt.Sprintf("agent:%s", a.record.ID), a.record)
}

func (a account) readBinding(v *strictjson.Value) deskpolicy.Binding {
	return deskpolicy.Binding{
		Role:        strictjson.As(v.Required("role"), a.role),
		Workspace:   strictjson.As(v.Required("workspace"), a.workspaceOrWide),
		TicketScope: strictjson.As(v.Required("ticket_scope"), deskpolicy.ParseScope),
	}
}

func (a account) readGroups(v *strictjson.Value) map[deskpolicy.GroupID]deskpolicy.Access {
	groups := make(map[deskpolicy.GroupID]deskpolicy.Access)
	for key, access := range v.Members() {
		group, err := a.groups.find(key)
		if err != nil {
			access.Refuse(err)
		}
		groups[group] = strictjson.As(access, deskpolicy.ParseAccess)
	}
	return groups
}

// role returns the account's custom role of that name, or the built-in one.
func (a account) role(name string) (deskpolicy.Role, error) {
	if role, err := a.roles.find(name); err == nil {
		return role, nil
	}
	return deskpolicy.BuiltInRole(name)
}

func (a account) workspaceOrWide(id string) (deskpolicy.WorkspaceID, error) {
	if id == string(deskpolicy.AccountWide) {
		return deskpolicy.AccountWide, nil
	}
	return a.workspaces.find(id)
}

func (h *helpdesk) readQuestion(v *strictjson.Value) question {
	who, on := strictjson.As(v.Required("who"), h.agents.find), v.Required("on")
	q := question{
		who:    who.name,
		on:     on.Text(),
		source: strictjson.As(v.Required("source"), printable),
		request: deskpolicy.Request{
			Subject:  &who.record,
			Action:   strictjson.As(v.Required("may"), deskpolicy.ParseAction),
			Resource: strictjson.As(on, h.resources.find),
		},
	}
	if q.request.Resource != nil && q.request.Decide().Reason == deskpolicy.WrongResource {
		on.Refuse(fmt.Errorf("%v cannot be asked about %q", q.request.Action, q.on))
	}
	return q
}

// accountOf returns the account that v names as its own.
func (h *helpdesk) accountOf(v *strictjson.Value) account {
	return strictjson.As(v.Required("account"), h.accounts.find)
}
