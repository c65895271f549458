package deskpolicy_test

import (
	"fmt"

	"github.com/deskpolicy/deskpolicy"
)

// A Task is a host's resource that hangs on a ticket. It has an owner, and can be assigned.
type Task struct {
	Ticket   deskpolicy.Ticket
	Owner    deskpolicy.AgentID
	Assignee deskpolicy.AgentID
}

// Attributes implements [deskpolicy.Resource]. Its zero value also says that tasks are on
// tickets and can be assigned, which filters depend on.
func (t Task) Attributes() deskpolicy.Attributes {
	return deskpolicy.Attributes{
		Account: t.Ticket.Account, Workspace: t.Ticket.Workspace, Group: t.Ticket.Group,
		Requester: t.Ticket.Requester, Participants: t.Ticket.Participants, CCs: t.Ticket.CCs, Mentions: t.Ticket.Mentions,
		OnTicket: true, Confidential: t.Ticket.Confidential,
		Assignable: true, Assignee: t.Assignee, Owner: t.Owner,
	}
}

const (
	TaskView    deskpolicy.Action[Task] = deskpolicy.FirstHostView
	TaskEditOwn deskpolicy.Action[Task] = deskpolicy.FirstHostOwn // of the Owner, within reach
)

// A host's own type says all that the rules look at. Do not start from the attributes of a
// library's type: with them, the type counts as that one.
func ExampleAttributes() {
	names, err := deskpolicy.NewVocabulary(
		deskpolicy.NewHostAction(TaskView, "task.view"), deskpolicy.NewHostAction(TaskEditOwn, "task.edit_own"),
	)
	if err != nil {
		panic(err)
	}
	teams, err := deskpolicy.NewRole("acme", "Field", deskpolicy.NewPermissions(
		TaskView.At(deskpolicy.Assigned|deskpolicy.GroupQueue), TaskEditOwn.At(deskpolicy.InGroup),
	), names)
	if err != nil {
		panic(err)
	}
	riya := &deskpolicy.Agent{
		ID: "riya", Account: deskpolicy.Account{ID: "acme"},
		Groups:   map[deskpolicy.GroupID]deskpolicy.Access{"north": deskpolicy.Edit},
		Bindings: []deskpolicy.Binding{{Role: teams, Workspace: deskpolicy.AccountWide, TicketScope: deskpolicy.ScopeGlobal}},
	}
	ticket := deskpolicy.Ticket{Account: "acme", Group: "north", Assignee: "bob"}

	waiting := Task{Ticket: ticket, Owner: "riya"}
	fmt.Println(deskpolicy.Authorize(riya, TaskView, &waiting).Reason)
	fmt.Println(deskpolicy.Authorize(riya, TaskEditOwn, &waiting).Reason)
	bobs := Task{Ticket: ticket, Owner: "bob", Assignee: "bob"}
	fmt.Println(deskpolicy.Authorize(riya, TaskView, &bobs).Reason)
	fmt.Println(deskpolicy.Authorize(riya, TaskEditOwn, &bobs).Reason)
	for clause := range deskpolicy.FilterFor(riya, TaskView).NoneConfidential().Clauses() {
		for condition := range clause.Conditions() {
			fmt.Println(condition.Kind, condition.IDs)
		}
	}
	// Output:
	// allowed_queue
	// allowed_own
	// out_of_scope
	// not_own
	// workspace []
	// assignee [riya]
	// workspace []
	// group [north]
	// unassigned []
}
