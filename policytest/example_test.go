package policytest_test

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/policytest"
)

// A printer is a TB that prints what a *testing.T would report.
type printer struct{}

func (printer) Helper()                           {}
func (printer) Logf(format string, args ...any)   { fmt.Printf(format+"\n", args...) }
func (printer) Errorf(format string, args ...any) { fmt.Printf(format+"\n", args...) }

// A failed assertion prints the decision and an explanation.
func ExampleAssertAllowed() {
	t := printer{}
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
	// agent "ana" is denied ticket.reply on ticket "7":
	//   denied: role "Agent" has the permission, but reaches this for viewing only [B11 P:FD-adv]
	//   ticket.reply on ticket "7", by agent "ana"
	//     passed  request, account, subject, guardrails, plan, roles
	//     denied  at reach: view_only [B11 P:FD-adv]
	//     group   view access to "refunds"
	//     role    "Agent" account-wide, tickets at group: view_only at group
}

// MatrixText shows what a role allows, for review.
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
	// # What roles allow. Each cell is an answer of Authorize; what is not listed is denied.
	// #
	// # An agent holds the role account-wide, at ticket scope global, group or restricted;
	// # a shared agent has it from the CRM, a support engineer by a support grant.
	// #
	// #   all         everything outside of workspaces
	// #   group:edit  everything in groups that the holder may edit
	// #   group:view  everything in groups that the holder may view or edit
	// #   assigned    what is assigned to the holder
	// #   queue       what is in groups that the holder may edit, and assigned to nobody
	// #   unassigned  what is assigned to nobody
	// #   unrouted    what is assigned to nobody and in no group
	// #   own         what the holder owns or wrote; own:assigned: what the holder wrote on tickets assigned to them
	// #   requested   what the holder asked for
	// #   part:edit   where the holder takes part and may edit
	// #   part:view   where the holder takes part and may view or edit
	// #   mentioned   where the holder is mentioned
	// #   customer    what customers of the holder requested
	// #   company     what people of the holder's company requested
	// #   contact     contacts that the shared agent sees in the CRM, and their tickets
	// #   lesser      people who hold nothing; peer: who hold the same; owner: account administrators;
	// #               for support grants and role assignments: those that give what such people hold
	// #   self        the holder
	// #   custom      custom roles
	// #   built-in    built-in roles
	//
	// role "Interns" of "acme"
	//                                global              group                   restricted          shared                           support
	//   ticket.view                  group:view+assigned group:view+assigned     assigned            group:view                       assigned
	//   ticket.reply                 assigned            assigned                assigned            -                                assigned
	//   conversation.view            all                 all                     all                 -                                all
	//   session.login                all                 all                     all                 all                              all
	//   portal.login                 all                 all                     all                 all                              all
}

// The test fails if the roles no longer allow what was reviewed.
func ExampleAssertMatrix() {
	var t *testing.T // the test's
	roles := []deskpolicy.Role{deskpolicy.AgentRole.Role(), deskpolicy.SupervisorRole.Role()}

	policytest.AssertMatrix(t, "testdata/roles.matrix", roles...)
}

// Agree and AgreeList compare a program's existing permission function and list query with the
// policy.
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

// A program checks its own properties on requests of its desk.
func ExampleDesk() {
	var t *testing.T // the test's
	desk := policytest.Desk{Groups: []deskpolicy.GroupID{"billing", "refunds"}}
	requests := desk.Requests()
	rapid.Check(t, func(t *rapid.T) {
		request := requests.Draw(t, "request")
		if got := request.Authorize(); got != deskpolicy.Explain(request).Decision {
			t.Errorf("Explain returns another decision: %s", policytest.DescribeRequest(request))
		}
	})
}
