// List makes the condition of a list of tickets, and prints its arguments.
package main

import (
	"fmt"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/sqlfilter"
)

func main() {
	riya := &deskpolicy.Agent{
		ID:       "riya",
		Account:  deskpolicy.Account{ID: "acme"},
		Bindings: []deskpolicy.Binding{{Role: deskpolicy.AgentRole(), Workspace: deskpolicy.AccountWide, TicketScope: deskpolicy.Restricted}},
	}
	tickets := sqlfilter.Table[deskpolicy.Ticket]{
		Name:      "tickets",
		ID:        sqlfilter.Integer("id"),
		Account:   sqlfilter.Text("account"),
		Workspace: sqlfilter.Text("workspace"),
		Group:     sqlfilter.Text("team"),
		Assignee:  sqlfilter.Text("assignee"),
	}
	condition, err := sqlfilter.Where(deskpolicy.FilterFor(riya, deskpolicy.TicketView), tickets, sqlfilter.PostgreSQL)
	if err != nil {
		panic(err)
	}
	_, args := condition.SQL(1)
	fmt.Printf("%q\n", args)
}
