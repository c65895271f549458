//go:build !without

package main

import "github.com/deskpolicy/deskpolicy"

func (q question) agent() *deskpolicy.Agent {
	return &deskpolicy.Agent{
		ID:       deskpolicy.AgentID(q.Who),
		Account:  deskpolicy.Account{ID: "acme"},
		Bindings: []deskpolicy.Binding{{Role: deskpolicy.AgentRole.Role(), Workspace: deskpolicy.AccountWide, TicketScope: deskpolicy.ScopeGroup}},
		Groups:   map[deskpolicy.GroupID]deskpolicy.Access{deskpolicy.GroupID(q.Group): deskpolicy.Edit},
	}
}

func (t ticket) ticket() *deskpolicy.Ticket {
	return &deskpolicy.Ticket{ID: deskpolicy.TicketID(t.ID), Account: "acme", Group: deskpolicy.GroupID(t.Group), Assignee: deskpolicy.AgentID(t.Assignee)}
}

// decide decides whether the agent may reply to the ticket.
func decide(q question) deskpolicy.Decision {
	return deskpolicy.Authorize(q.agent(), deskpolicy.TicketReply, q.Ticket.ticket())
}

// list returns the tickets that the agent may view.
func list(q question) (visible []ticket) {
	filter := deskpolicy.FilterFor(q.agent(), deskpolicy.TicketView)
	for _, t := range q.Tickets {
		if filter.Match(t.ticket()) {
			visible = append(visible, t)
		}
	}
	return visible
}
