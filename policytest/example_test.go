package policytest_test

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/policytest"
)

// A printing test stands for a *testing.T, and prints what it is told.
type printing struct{}

func (printing) Helper()                           {}
func (printing) Logf(format string, args ...any)   { fmt.Printf(format+"\n", args...) }
func (printing) Errorf(format string, args ...any) { fmt.Printf(format+"\n", args...) }

// An assertion fails with a sentence and what the policy found.
func ExampleAssertAllowed() {
	t := printing{}
	agent := &deskpolicy.Agent{
		ID:      "ana",
		Account: deskpolicy.Account{ID: "acme"},
		Bindings: []deskpolicy.Binding{{
			Role:        deskpolicy.AgentRole.Role(),
			Workspace:   deskpolicy.AccountWide,
			TicketScope: deskpolicy.ScopeGroup,
		}},
		Groups: map[deskpolicy.GroupID]deskpolicy.Access{"billing": deskpolicy.Edit, "refunds": deskpolicy.View},
	}
	bill := &deskpolicy.Ticket{ID: "4", Account: "acme", Group: "billing"}
	refund := &deskpolicy.Ticket{ID: "7", Account: "acme", Group: "refunds"}

	policytest.AssertAllowed(t, deskpolicy.NewRequest(agent, deskpolicy.TicketReply, bill))
	policytest.AssertDenied(t, deskpolicy.NewRequest(agent, deskpolicy.TicketReply, refund), deskpolicy.ViewOnly)

	policytest.AssertAllowed(t, deskpolicy.NewRequest(agent, deskpolicy.TicketReply, refund))

	// Output:
	// agent "ana" may not ticket.reply on ticket "7":
	//   denied: role "Agent" reaches this for viewing only [S18 B11 P:FD-adv]
	//   ticket.reply on ticket "7", by agent "ana"
	//     passed  request, account, subject, guardrails, plan, roles
	//     denied  at reach: view_only [S18 B11 P:FD-adv]
	//     group   view access to "refunds"
	//     role    "Agent" account-wide, tickets at group: view_only at group
}

// What a role comes to, for review.
func ExampleMatrixText() {
	interns, err := deskpolicy.NewRole("acme", "Interns", deskpolicy.NewPermissions(
		deskpolicy.TicketView.At(deskpolicy.ScopeGroup),
		deskpolicy.TicketReply.At(deskpolicy.ScopeRestricted),
		deskpolicy.ConversationView.At(deskpolicy.ScopeGlobal),
	), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(policytest.MatrixText(interns))

	// Output:
	// # What roles come to. Each cell is what Authorize answers; what is not here is denied.
	// #
	// # An agent holds the role account-wide, at ticket scope global, group or restricted;
	// # a shared agent as the CRM gives it; a support engineer by a grant.
	// #
	// #   all         everything that is outside of workspaces
	// #   group:edit  what the groups have in which the holder may edit
	// #   group:view  what the groups have in which the holder may view, or edit
	// #   assigned    what is assigned to the holder
	// #   own         what the holder owns or wrote; own:assigned is what they wrote on such a ticket
	// #   mentioned   where the shared agent is mentioned
	// #   contact     whom the shared agent sees in the CRM, and their tickets
	// #   lesser      people who hold nothing, peer: who hold the same, owner: account administrators;
	// #               of grants and roles to give, those with what these hold
	// #   self        the holder, of people
	// #   custom      custom roles
	// #   built-in    built-in roles
	// #   open        besides, what is in the open workspaces of the account
	//
	// role "Interns" of "acme"
	//                                global              group                   restricted          shared                           support
	//   ticket.view                  group:view+assigned group:view+assigned     assigned            group:view+mentioned+contact     assigned
	//   ticket.reply                 assigned            assigned                assigned            group:edit+mentioned+contact     assigned
	//   conversation.view            all                 all                     all                 -                                all
	//   session.login                all                 all                     all                 all                              all
}

// A test that fails when roles come to something else than what was reviewed.
func ExampleAssertMatrix() {
	var t *testing.T // the test's
	roles := []deskpolicy.Role{deskpolicy.AgentRole.Role(), deskpolicy.SupervisorRole.Role()}

	policytest.AssertMatrix(t, "testdata/roles.matrix", roles...)
}

// The permission function and the list query that a program had before are compared
// with the policy.
func ExampleAgree() {
	var t *testing.T // the test's
	roles := []deskpolicy.Role{deskpolicy.AgentRole.Role(), deskpolicy.SupervisorRole.Role()}
	legacyMay := func(deskpolicy.Request) bool { return false }                                       // the program's own
	listTickets := func(deskpolicy.Subject, []deskpolicy.Ticket) []deskpolicy.TicketID { return nil } // and its query
	id := func(t deskpolicy.Ticket) deskpolicy.TicketID { return t.ID }

	desk := policytest.Desk{
		Roles:        roles,
		Groups:       []deskpolicy.GroupID{"billing", "refunds"},
		Actions:      []deskpolicy.ActionID{deskpolicy.TicketView.ID(), deskpolicy.TicketReply.ID()},
		SubjectKinds: policytest.Agents,
	}
	policytest.Agree(t, desk, legacyMay)
	policytest.AgreeList(t, desk, deskpolicy.TicketView, id, listTickets)
}

// Properties of a program's own are checked on what its desk is asked.
func ExampleDesk() {
	var t *testing.T // the test's
	desk := policytest.Desk{Groups: []deskpolicy.GroupID{"billing", "refunds"}}
	requests := desk.Requests()
	rapid.Check(t, func(t *rapid.T) {
		request := requests.Draw(t, "request")
		if got := request.Authorize(); got != deskpolicy.Explain(request).Decision {
			t.Errorf("decided otherwise when explained: %s", policytest.DescribeRequest(request))
		}
	})
}
