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
		Bindings: []deskpolicy.Binding{{Role: deskpolicy.AgentRole.Role(), Workspace: deskpolicy.AccountWide, TicketScope: deskpolicy.ScopeRestricted}},
	}
	tickets := sqlfilter.Table[deskpolicy.Ticket]{
		Name: "tickets",

		NoneConfidential: true,

		ID:        sqlfilter.IntegerColumn("id"),
		Account:   sqlfilter.TextColumn("account"),
		Workspace: sqlfilter.TextColumn("workspace"),
		Group:     sqlfilter.TextColumn("team"),
		Assignee:  sqlfilter.TextColumn("assignee"),
	}
	condition, err := sqlfilter.Where(deskpolicy.FilterFor(riya, deskpolicy.TicketView), tickets, sqlfilter.PostgreSQL)
	if err != nil {
		panic(err)
	}
	_, args := condition.SQL(1)
	fmt.Printf("%q\n", args)
}
