package deskpolicy_test

import (
	"fmt"

	"github.com/deskpolicy/deskpolicy"
)

// A customer reaches what it requested and what it is in CC of.
func ExampleCustomer() {
	carla := &deskpolicy.Customer{
		ID: "c-1", Company: "initech", Account: deskpolicy.Account{ID: "acme"},
		Bindings: []deskpolicy.Binding{{
			Role: deskpolicy.CustomerRole.Role(), Workspace: deskpolicy.AccountWide, TicketScope: deskpolicy.Anything,
		}},
	}

	own := &deskpolicy.Contact{ID: "c-1", Account: "acme", Company: "initech"}
	colleague := &deskpolicy.Contact{ID: "c-2", Account: "acme", Company: "initech"}

	for _, ticket := range []*deskpolicy.Ticket{
		{ID: "1", Account: "acme", Requester: own},
		{ID: "2", Account: "acme", Requester: colleague, CCs: map[deskpolicy.ContactID]deskpolicy.Access{"c-1": deskpolicy.View}},
		{ID: "3", Account: "acme", Requester: colleague},
	} {
		view := deskpolicy.Authorize(carla, deskpolicy.TicketView, ticket)
		reply := deskpolicy.Authorize(carla, deskpolicy.TicketReply, ticket)
		note := deskpolicy.Authorize(carla, deskpolicy.TicketNotePrivate, ticket)
		fmt.Println(ticket.ID, view.Reason, reply.Reason, note.Reason)
	}

	// Output:
	// 1 allowed_requested allowed_requested not_for_customers
	// 2 allowed_participating view_only not_for_customers
	// 3 out_of_scope out_of_scope not_for_customers
}

// What a company shares is a role. Whatever the role, no customer gets at another company's
// tickets, or at what is inside the desk.
func ExampleCustomer_company() {
	keyUser, err := deskpolicy.NewRole("acme", "Key User", deskpolicy.NewPermissions(
		deskpolicy.TicketView.At(deskpolicy.Requested|deskpolicy.SameCompany),
		deskpolicy.TicketReply.At(deskpolicy.Requested|deskpolicy.SameCompany),
	), nil)
	if err != nil {
		panic(err)
	}
	colleagues := deskpolicy.Ticket{Account: "acme", Requester: &deskpolicy.Contact{ID: "c-2", Account: "acme", Company: "initech"}}
	others := deskpolicy.Ticket{Account: "acme", Requester: &deskpolicy.Contact{ID: "c-3", Account: "acme", Company: "hooli"}}

	for _, role := range []deskpolicy.Role{
		deskpolicy.CustomerRole.Role(), deskpolicy.CompanyCustomerRole.Role(), keyUser, deskpolicy.AccountAdministratorRole.Role(),
	} {
		customer := &deskpolicy.Customer{
			ID: "c-1", Company: "initech", Account: deskpolicy.Account{ID: "acme"},
			Bindings: []deskpolicy.Binding{{Role: role, Workspace: deskpolicy.AccountWide, TicketScope: deskpolicy.Anything}},
		}
		fmt.Printf("%v: %v %v, %v, %v\n", role,
			deskpolicy.Authorize(customer, deskpolicy.TicketView, &colleagues).Reason,
			deskpolicy.Authorize(customer, deskpolicy.TicketReply, &colleagues).Reason,
			deskpolicy.Authorize(customer, deskpolicy.TicketView, &others).Reason,
			deskpolicy.Authorize(customer, deskpolicy.TicketAssign, &deskpolicy.TicketAssignment{Ticket: colleagues}).Reason)
	}

	// Output:
	// Customer: out_of_scope out_of_scope, out_of_scope, not_for_customers
	// Company Customer: allowed_company out_of_scope, out_of_scope, not_for_customers
	// Key User: allowed_company allowed_company, out_of_scope, not_for_customers
	// Account Administrator: allowed_company allowed_company, out_of_scope, not_for_customers
}

// An agent asks for help by its own contact, with a second binding.
func ExampleCustomer_agent() {
	tom := &deskpolicy.Agent{
		ID: "tom", Account: deskpolicy.Account{ID: "acme"}, Contact: "c-9",
		Bindings: []deskpolicy.Binding{
			{Role: deskpolicy.AgentRole.Role(), Workspace: deskpolicy.AccountWide, TicketScope: deskpolicy.ScopeRestricted},
			{Role: deskpolicy.CustomerRole.Role(), Workspace: deskpolicy.AccountWide, TicketScope: deskpolicy.Anything},
		},
	}
	own := &deskpolicy.Ticket{Account: "acme", Requester: &deskpolicy.Contact{ID: "c-9", Account: "acme"}}
	assigned := &deskpolicy.Ticket{Account: "acme", Assignee: "tom"}

	for _, ticket := range []*deskpolicy.Ticket{own, assigned} {
		fmt.Println(
			deskpolicy.Authorize(tom, deskpolicy.TicketReply, ticket).Reason,
			deskpolicy.Authorize(tom, deskpolicy.TicketNotePrivate, ticket).Reason)
	}

	// Output:
	// allowed_requested out_of_scope
	// allowed_assigned allowed_assigned
}

// A Survey is a resource type of the host.
type Survey struct {
	Account deskpolicy.AccountID
	Of      *deskpolicy.Contact
}

// Attributes implements [deskpolicy.Resource].
func (s Survey) Attributes() deskpolicy.Attributes {
	return deskpolicy.Attributes{Account: s.Account, Requester: s.Of}
}

// The first two are in the ranges for customers: for reading, and for changing something.
const (
	SurveyView   deskpolicy.Action[Survey] = deskpolicy.FirstHostPublicView
	SurveyAnswer deskpolicy.Action[Survey] = deskpolicy.FirstHostPublicEdit
	SurveyDelete deskpolicy.Action[Survey] = deskpolicy.FirstHostEdit
)

// A host opens actions of its own to customers by their numbers.
func ExampleCustomer_host() {
	role, err := deskpolicy.NewRole("acme", "Surveyed", deskpolicy.NewPermissions(
		SurveyView.At(deskpolicy.Anything), SurveyAnswer.At(deskpolicy.Requested), SurveyDelete.At(deskpolicy.Anything),
	), nil)
	if err != nil {
		panic(err)
	}
	carla := &deskpolicy.Customer{
		ID: "c-1", Account: deskpolicy.Account{ID: "acme"},
		Bindings: []deskpolicy.Binding{{Role: role, Workspace: deskpolicy.AccountWide}},
	}
	own := &Survey{"acme", &deskpolicy.Contact{ID: "c-1", Account: "acme"}}
	others := &Survey{"acme", &deskpolicy.Contact{ID: "c-2", Account: "acme"}}

	fmt.Println(deskpolicy.Authorize(carla, SurveyView, own).Reason, deskpolicy.Authorize(carla, SurveyView, others).Reason)
	fmt.Println(deskpolicy.Authorize(carla, SurveyAnswer, own).Reason, deskpolicy.Authorize(carla, SurveyDelete, own).Reason)

	// Output:
	// allowed_requested out_of_scope
	// allowed_requested not_for_customers
}
