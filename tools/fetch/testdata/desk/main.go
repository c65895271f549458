// Desk authorizes, filters and prints.
package main

import (
	"fmt"

	"github.com/deskpolicy/deskpolicy"
)

func main() {
	riya := &deskpolicy.Agent{
		ID:       "riya",
		Account:  deskpolicy.Account{ID: "acme"},
		Bindings: []deskpolicy.Binding{{Role: deskpolicy.AgentRole.Role(), Workspace: deskpolicy.AccountWide, TicketScope: deskpolicy.ScopeRestricted}},
	}
	mine := &deskpolicy.Ticket{ID: "1", Account: "acme", Assignee: "riya"}
	other := &deskpolicy.Ticket{ID: "2", Account: "acme", Assignee: "bob"}
	list := deskpolicy.FilterFor(riya, deskpolicy.TicketView)
	for _, ticket := range []*deskpolicy.Ticket{mine, other} {
		decision := deskpolicy.Authorize(riya, deskpolicy.TicketReply, ticket)
		fmt.Println(ticket.ID, decision.Allowed(), list.Match(ticket))
	}
}
