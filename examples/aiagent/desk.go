package main

import (
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/deskpolicy/deskpolicy"
)

// A desk is what the tools work on.
type desk struct {
	agents  map[string]*deskpolicy.Agent
	tickets map[string]*deskpolicy.Ticket
}

func newDesk() *desk {
	acme := deskpolicy.Account{ID: "acme"}
	return &desk{
		agents: map[string]*deskpolicy.Agent{"riya": {
			ID: "riya", Account: acme,
			Groups: map[deskpolicy.GroupID]deskpolicy.Access{"billing": deskpolicy.Edit},
			Bindings: []deskpolicy.Binding{{
				Role: deskpolicy.AgentRole.Role(), Workspace: deskpolicy.AccountWide, TicketScope: deskpolicy.ScopeGroup,
			}},
		}},
		tickets: map[string]*deskpolicy.Ticket{
			"7": {ID: "7", Account: "acme", Group: "billing", Assignee: "riya"},
			"8": {ID: "8", Account: "acme", Group: "billing", Assignee: "tom"},
			"9": {ID: "9", Account: "acme", Group: "legal", Assignee: "tom"},
		},
	}
}

// A key is a row of the host's table of keys. Every key has an end, in the window of its limit.
type key struct {
	limit   deskpolicy.Limit
	revoked bool // the row stays, so that records of the key can be read
}

var keys = map[string]key{"tk-1": {limit: deskpolicy.Limit{
	Permissions: deskpolicy.NewPermissions(
		deskpolicy.TicketView.At(deskpolicy.Assigned),
		deskpolicy.TicketNotePrivate.At(deskpolicy.Assigned),
	),
	Workspaces: []deskpolicy.WorkspaceID{deskpolicy.AccountWide},
	Window:     deskpolicy.NewWindow(now, now.Add(8*time.Hour)),
}}}

// errUnauthorized is the answer to a key that is not in force, before anything is asked.
var errUnauthorized = errors.New("401 Unauthorized")

// delegateOf returns the subject for a request with the key at an instant. It is made anew for
// each request, of the agent as it is then, so that what the agent loses the key loses.
func delegateOf(agent *deskpolicy.Agent, id string, at time.Time) (*deskpolicy.Delegate, error) {
	k, found := keys[id]
	if !found || k.revoked || agent == nil || agent.Deactivated || !k.limit.Window.Holds(at) {
		return nil, errUnauthorized
	}
	asking := *agent
	asking.Now = at
	return deskpolicy.NewDelegate(&asking, deskpolicy.Actor{Kind: deskpolicy.ActorAI, Issuer: "acme", ID: id}, k.limit), nil
}

// A tool is one that the server offers, as by the Model Context Protocol, with the action that a
// call of it is.
type tool struct {
	name    string
	request func(d *desk, by deskpolicy.Subject, ticket *deskpolicy.Ticket) deskpolicy.Request
}

// onTicket returns a tool for an action on a ticket.
func onTicket(name string, action deskpolicy.Action[deskpolicy.Ticket]) tool {
	return tool{name, func(_ *desk, by deskpolicy.Subject, ticket *deskpolicy.Ticket) deskpolicy.Request {
		return deskpolicy.NewRequest(by, action, ticket)
	}}
}

var tools = []tool{
	onTicket("get_ticket", deskpolicy.TicketView),
	onTicket("add_note", deskpolicy.TicketNotePrivate),
	onTicket("reply", deskpolicy.TicketReply),
	{"assign_role", func(d *desk, by deskpolicy.Subject, _ *deskpolicy.Ticket) deskpolicy.Request {
		riya := d.agents["riya"]
		return deskpolicy.NewRequest(by, deskpolicy.AgentRoleAssign, &deskpolicy.RoleAssignment{Holder: riya, Binding: riya.Bindings[0]})
	}},
}

// listTools returns the tools that the subject may call for the ticket: what an MCP server
// answers to tools/list. ActionsOn says which actions those are, so that a tool that would be
// refused is not offered.
func (d *desk) listTools(by deskpolicy.Subject, ticket *deskpolicy.Ticket) (listed []tool) {
	may := make(map[deskpolicy.ActionID]bool)
	for id, decision := range deskpolicy.ActionsOn(by, ticket, nil) {
		may[id.ID()] = decision.Allowed()
	}
	for _, t := range tools {
		if may[t.request(d, by, ticket).Action] {
			listed = append(listed, t)
		}
	}
	return listed
}

// call decides one call, and writes what the model is told, why, and the record.
func (d *desk) call(w io.Writer, by deskpolicy.Subject, c call) {
	for _, t := range tools {
		if t.name != c.tool {
			continue
		}
		request := t.request(d, by, d.tickets[c.ticket])
		decision := request.Authorize()
		fmt.Fprintf(w, "  %s(%s): %s\n", c.tool, c.ticket, request.UserMessage(decision))
		if !decision.Allowed() {
			fmt.Fprintf(w, "    why:    %v\n", decision)
		}
		fmt.Fprintf(w, "    record: %v\n", request.AuditRecord(decision))
	}
}
