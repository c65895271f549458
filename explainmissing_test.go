package deskpolicy_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	. "github.com/deskpolicy/deskpolicy"
)

// Why a ticket is not in somebody's list; or that it is not the policy that leaves it out.
func TestExplainMissing(t *testing.T) {
	me := riya(wide(AgentRole(), Group))
	for name, c := range map[string]struct {
		ticket  Ticket
		reason  Reason
		missing bool
	}{
		"of a group of mine":     {ticketOf("billing", ""), AllowedGroup, false},
		"of another group":       {ticketOf("apac", ""), OutOfScope, true},
		"of another account":     {Ticket{Account: "initech"}, OtherAccount, true},
		"in another workspace":   {Ticket{Account: "acme", Workspace: "it"}, OtherWorkspace, true},
		"mine, in another group": {ticketOf("apac", "riya"), AllowedAssigned, false},
	} {
		t.Run(name, func(t *testing.T) {
			why, missing := ExplainMissing(me, TicketView, &c.ticket)
			assert.Equal(t, c.reason, why.Decision.Reason)
			assert.Equal(t, c.missing, missing)
		})
	}
	why, missing := ExplainMissing(owner(), AgentEdit, bob()) // one by one only
	assert.True(t, why.Decision.Allowed())
	assert.True(t, missing)
	why, missing = ExplainMissing[Ticket](me, TicketView, nil)
	assert.Equal(t, WrongResource, why.Decision.Reason)
	assert.True(t, missing)
}
