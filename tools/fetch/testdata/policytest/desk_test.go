package main

import (
	"testing"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/policytest"
)

func TestDesk(t *testing.T) {
	riya := &deskpolicy.Agent{ID: "riya", Account: deskpolicy.Account{ID: "acme"}}
	ticket := &deskpolicy.Ticket{ID: "1", Account: "acme", Assignee: "riya"}
	policytest.AssertDenied(t, deskpolicy.NewRequest(riya, deskpolicy.TicketReply, ticket), deskpolicy.NoRole)
}
