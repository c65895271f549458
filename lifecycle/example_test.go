package lifecycle_test

import (
	"errors"
	"fmt"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/lifecycle"
)

// emily answers tickets on the desk, and was added to the CRM.
var emily = lifecycle.Person{
	Address:         "emily.dean@example.com",
	Desk:            lifecycle.AgentRecord,
	CRM:             lifecycle.Active,
	Integration:     lifecycle.Active,
	AssignedTickets: 3,
	Bindings: []deskpolicy.Binding{
		{Role: deskpolicy.AgentRole.Role(), Workspace: deskpolicy.AccountWide, TicketScope: deskpolicy.ScopeGlobal},
	},
}

// Emily should become a shared agent. Deleting her agent would unassign her tickets; moving it to a
// dummy address keeps them, and frees her address for the shared agent.
func Example() {
	changes, err := lifecycle.Plan(emily, lifecycle.DeleteAgent{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(changes[0], "-> tickets unassigned:", changes[0].UnassignedTickets)
	for _, warning := range changes[0].Warnings {
		fmt.Println("to avoid it:", warning.Advice())
	}

	changes, err = lifecycle.Plan(emily,
		lifecycle.ChangeAddress{To: "emily.dean_placeholder@example.com", AddressIsFree: true},
		lifecycle.DeactivateInCRM{},
		lifecycle.ActivateInCRM{},
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, change := range changes {
		fmt.Println(change, "->", change.Person.Desk, "with warnings:", len(change.Warnings))
	}

	// Output:
	// delete the agent -> tickets unassigned: 3
	// to avoid it: give the agent a dummy address instead of deleting it
	// change the address -> nobody with warnings: 0
	// deactivate in the CRM -> nobody with warnings: 0
	// activate in the CRM -> shared agent with warnings: 0
}

// A plan is all or nothing: if an event is refused, the error says what to do.
func ExamplePlan() {
	shared := []deskpolicy.Binding{
		{Role: deskpolicy.SharedAgentRole.Role(), Workspace: deskpolicy.AccountWide, TicketScope: deskpolicy.ScopeRestricted},
	}
	_, err := lifecycle.Plan(emily, lifecycle.EditAgent{ByAddress: "admin@example.com", Bindings: shared})
	fmt.Println("only through the CRM:", errors.Is(err, lifecycle.ErrOnlyViaCRM))

	_, err = lifecycle.Plan(emily, lifecycle.DeleteAgent{}, lifecycle.PurgeContact{})
	fmt.Println(err)

	// Output:
	// only through the CRM: true
	// lifecycle: "emily.dean@example.com": cannot purge the contact: the desk has a contact at the address; convert it, delete it or change its address
}
