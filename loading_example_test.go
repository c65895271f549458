package deskpolicy_test

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/deskpolicy/deskpolicy"
)

// An agentRow is what a statement returns about an agent.
type agentRow struct {
	id       string
	active   bool
	bindings []bindingRow
	groups   map[string]string // the access to each: "view" or "edit"
}

// A bindingRow is a role that the agent holds.
type bindingRow struct{ role, workspace, ticketScope, window, group string }

// toRow returns the row to store for a binding.
func toRow(b deskpolicy.Binding) (bindingRow, error) {
	ticketScope, err := b.TicketScope.MarshalText()
	window, windowErr := b.Window.MarshalText()
	return bindingRow{b.Role.Name(), string(b.Workspace), string(ticketScope), string(window), string(b.Group)}, errors.Join(err, windowErr)
}

// binding returns the binding of the row. With an error, it permits nothing on tickets, or nothing at all.
func (r bindingRow) binding(roles deskpolicy.RoleSet) (deskpolicy.Binding, error) {
	role, err := roles.Role(r.role)
	b := deskpolicy.Binding{Role: role, Workspace: deskpolicy.WorkspaceID(r.workspace), Group: deskpolicy.GroupID(r.group)}
	return b, errors.Join(err, b.TicketScope.UnmarshalText([]byte(r.ticketScope)), b.Window.UnmarshalText([]byte(r.window)))
}

// agent returns the agent of the row, who asks now. With an error, the agent can do less than they should, never more.
func (r agentRow) agent(account deskpolicy.Account, roles deskpolicy.RoleSet, now time.Time) (*deskpolicy.Agent, error) {
	agent := &deskpolicy.Agent{
		ID: deskpolicy.AgentID(r.id), Account: account, Deactivated: !r.active, Now: now,
		Groups: make(map[deskpolicy.GroupID]deskpolicy.Access),
	}
	var wrong error
	for _, row := range r.bindings {
		b, err := row.binding(roles)
		agent.Bindings, wrong = append(agent.Bindings, b), errors.Join(wrong, err)
	}
	for id, text := range r.groups {
		var access deskpolicy.Access // NoAccess if the text is unknown
		wrong = errors.Join(wrong, access.UnmarshalText([]byte(text)))
		agent.Groups[deskpolicy.GroupID(id)] = access
	}
	return agent, wrong
}

// A roleCache keeps the roles of one account, decoded from the text that the database has.
type roleCache struct {
	mutex sync.Mutex
	text  string
	roles deskpolicy.RoleSet
}

// get returns the roles that the text has. With an error, it returns the last that could be read, or none.
func (c *roleCache) get(text string) (deskpolicy.RoleSet, error) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if text == c.text {
		return c.roles, nil
	}
	roles, err := deskpolicy.DecodeRoles([]byte(text), nil)
	if err == nil {
		c.text, c.roles = text, roles
	}
	return c.roles, err
}

// Load an agent, with their roles, from rows. See docs/loading.md.
func Example_loading() {
	column := `{
		"version": 1,
		"account": "acme",
		"roles": [{"name": "Night Shift", "permissions": ["ticket.view@group", "ticket.reply@group"]}]
	}`
	acme := deskpolicy.Account{ID: "acme"}
	now := time.Date(2026, 11, 2, 23, 0, 0, 0, time.UTC) // time.Now()

	var cache roleCache
	roles, err := cache.get(column)
	fmt.Println(roles, err)

	ines := agentRow{
		id: "ines", active: true,
		bindings: []bindingRow{{"Night Shift", "**", "group", "2026-11-02T21:00:00Z/2026-11-03T05:00:00Z", ""}},
		groups:   map[string]string{"billing": "edit", "sales": "admin"},
	}
	agent, err := ines.agent(acme, roles, now)
	fmt.Println(err)
	for _, group := range []deskpolicy.GroupID{"billing", "sales"} {
		fmt.Println(deskpolicy.Authorize(agent, deskpolicy.TicketReply, &deskpolicy.Ticket{Account: "acme", Group: group}))
	}
	fmt.Println(toRow(agent.Bindings[0]))

	kept, err := cache.get(`{"version": 1, "account": "acme", "roles": [{"name": "Night Shift", "permissions": ["ticket.veiw"]}]}`)
	fmt.Println(kept, err)

	// Output:
	// roles of account "acme": ["Night Shift"] <nil>
	// deskpolicy: unknown access "admin"; write one of none, view, edit
	// allowed: role "Night Shift" reaches this through its group
	// denied: role "Night Shift" has the permission, but its scope (group) does not reach this
	// {Night Shift ** group 2026-11-02T21:00:00Z/2026-11-03T05:00:00Z } <nil>
	// roles of account "acme": ["Night Shift"] line 1: roles[0].permissions[0]: unknown action "ticket.veiw" (did you mean "ticket.view"?)
}
