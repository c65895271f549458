package deskpolicy_test

import (
	"fmt"
	"slices"
	"time"

	"github.com/deskpolicy/deskpolicy"
)

// printRemedies prints the remedies of the denied request, with the given roles or all the
// built-in ones.
func printRemedies[R deskpolicy.Resource](subject deskpolicy.Subject, action deskpolicy.Action[R], resource *R, roles ...deskpolicy.Role) {
	if len(roles) == 0 {
		roles = slices.Collect(deskpolicy.Account{ID: "acme", Integrated: true}.BuiltInRoles())
	}
	for _, remedy := range deskpolicy.Remedies(deskpolicy.Explain(deskpolicy.NewRequest(subject, action, resource)), roles...) {
		fmt.Println(remedy)
	}
}

// agentWith returns an agent of acme who holds the role account-wide.
func agentWith(role deskpolicy.Role, scope deskpolicy.Scope) *deskpolicy.Agent {
	return &deskpolicy.Agent{
		ID: "riya", Account: deskpolicy.Account{ID: "acme"},
		Bindings: []deskpolicy.Binding{{Role: role, Workspace: deskpolicy.AccountWide, TicketScope: scope}},
	}
}

// sharedIn returns a shared agent of acme whose CRM user sees only the records they own.
func sharedIn() *deskpolicy.SharedAgent {
	account := deskpolicy.Account{ID: "acme", Integrated: true}
	return deskpolicy.NewSharedAgent("sam", account, deskpolicy.CRMUser{ID: "u-17", Sees: deskpolicy.OwnRecords})
}

// The smallest role that is enough, in the workspace and at the ticket scope that are needed.
func ExampleRemedies_holdRole() {
	agent := &deskpolicy.Agent{ID: "riya", Account: deskpolicy.Account{ID: "acme"}}
	printRemedies(agent, deskpolicy.TicketReply, &deskpolicy.Ticket{Account: "acme", Workspace: "hr", Assignee: "riya"})
	printRemedies(agent, deskpolicy.SettingsManage, &deskpolicy.Settings{Account: "acme"})
	// Output:
	// give the agent the role "Agent" in workspace "hr", tickets at restricted (by an administrator)
	// give the agent the role "Administrator" account-wide, tickets at restricted (by an administrator)
}

// Any of three fixes allows the reply.
func ExampleRemedies_beAssigned() {
	agent := agentWith(deskpolicy.AgentRole.Role(), deskpolicy.ScopeGroup)
	printRemedies(agent, deskpolicy.TicketReply, &deskpolicy.Ticket{Account: "acme", Group: "refunds", Assignee: "bob"})
	// Output:
	// assign it to the agent (by an administrator)
	// give the agent edit access in group "refunds" (by an administrator)
	// widen the agent's ticket scope for role "Agent" account-wide to global (by an administrator)
}

// View access to the group is not enough to reply.
func ExampleRemedies_joinGroup() {
	agent := agentWith(deskpolicy.AgentRole.Role(), deskpolicy.ScopeGroup)
	agent.Groups = map[deskpolicy.GroupID]deskpolicy.Access{"refunds": deskpolicy.View}
	printRemedies(agent, deskpolicy.TicketReply, &deskpolicy.Ticket{Account: "acme", Group: "refunds", Assignee: "bob"})
	// Output:
	// give the agent edit access in group "refunds" (by an administrator)
	// widen the agent's ticket scope for role "Agent" account-wide to global (by an administrator)
}

// One fix is not always enough.
func ExampleRemedies_widenScope() {
	agent := agentWith(deskpolicy.AgentRole.Role(), deskpolicy.ScopeRestricted)
	printRemedies(agent, deskpolicy.TicketMerge, &deskpolicy.TicketPair{
		From: deskpolicy.Ticket{Account: "acme", Assignee: "riya"}, Into: deskpolicy.Ticket{Account: "acme", Group: "refunds"},
	}, deskpolicy.AgentRole.Role())
	// Output:
	// assign the second ticket to the agent (by an administrator)
	// widen the agent's ticket scope for role "Agent" account-wide to global (by an administrator)
	// give the agent edit access in group "refunds" (by an administrator) and widen the agent's ticket scope for role "Agent" account-wide to group (by an administrator)
}

// A shared agent reaches a ticket that mentions them, or whose requester they see in the CRM.
func ExampleRemedies_beMentioned() {
	contact := &deskpolicy.Contact{ID: "c1", Account: "acme"}
	printRemedies(sharedIn(), deskpolicy.TicketReply, &deskpolicy.Ticket{Account: "acme", Requester: contact})
	// Output:
	// mention the agent in it (by a colleague)
	// give the agent view access to the customer in the CRM (by the CRM owner)
	// widen the agent's ticket scope for role "Shared Agent" account-wide to global (by an administrator)
}

// The CRM decides what a shared agent can do with a contact.
func ExampleRemedies_seeCustomer() {
	printRemedies(sharedIn(), deskpolicy.ContactEdit, &deskpolicy.Contact{ID: "c1", Account: "acme"})
	// Output:
	// give the agent edit access to the customer in the CRM (by the CRM owner)
}

// A deactivated agent must be reactivated first.
func ExampleRemedies_reactivate() {
	agent := agentWith(deskpolicy.AgentRole.Role(), deskpolicy.ScopeGlobal)
	agent.Deactivated = true
	printRemedies(agent, deskpolicy.TicketAttach, &deskpolicy.Ticket{Account: "acme"})
	// Output:
	// reactivate the agent (by an administrator) and move to a plan with attachments (by the plan owner)
}

// A shared agent needs an active CRM user and a desk that is connected to the CRM.
func ExampleRemedies_connectCRM() {
	shared := sharedIn()
	shared.CRM.Deactivated, shared.Account.Integrated = true, false
	printRemedies(shared, deskpolicy.TicketReply, &deskpolicy.Ticket{Account: "acme", Mentions: map[deskpolicy.AgentID]bool{"sam": true}})
	// Output:
	// reactivate the agent in the CRM (by the CRM owner) and connect the desk to the CRM (by the account administrator)
}

// The account's plan lacks the feature.
func ExampleRemedies_upgradePlan() {
	agent := agentWith(deskpolicy.AgentRole.Role(), deskpolicy.ScopeGlobal)
	printRemedies(agent, deskpolicy.TicketCollaborate, &deskpolicy.Ticket{Account: "acme"})
	// Output:
	// move to a plan with collaboration (by the plan owner)
}

// A CRM-only user can become a shared agent.
func ExampleRemedies_becomeSharedAgent() {
	user := sharedIn()
	nora := &deskpolicy.CRMOnlyUser{Account: user.Account, CRM: user.CRM}
	printRemedies(nora, deskpolicy.ContactView, &deskpolicy.Contact{ID: "c1", Account: "acme", CRM: deskpolicy.CRMRecord{Owner: "u-17"}})
	// Output:
	// make the CRM user a shared agent (by the CRM owner)
}

// A support engineer needs a new support grant; an expired one stays expired.
func ExampleRemedies_obtainGrant() {
	session := deskpolicy.SupportGrant{}.Session(deskpolicy.SupportEngineer{ID: "eve"}, deskpolicy.Account{ID: "acme"}, time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC))
	printRemedies(session, deskpolicy.SettingsManage, &deskpolicy.Settings{Account: "acme", Workspace: "it"})
	// Output:
	// create a support grant with role "Administrator" in workspace "it" (by the account administrator)
}

// A lead gets only the remedies that they are allowed to carry out.
func ExampleRemediesBy() {
	agent := agentWith(deskpolicy.AgentRole.Role(), deskpolicy.ScopeRestricted)
	ticket := &deskpolicy.Ticket{ID: "4711", Account: "acme", Assignee: "bob"}
	lead := agentWith(deskpolicy.AgentRole.Role(), deskpolicy.ScopeGlobal)
	lead.ID = "lea"

	why := deskpolicy.Explain(deskpolicy.NewRequest(agent, deskpolicy.TicketReply, ticket))
	fmt.Println(deskpolicy.Remedies(why))
	fmt.Println(deskpolicy.RemediesBy(lead, why))
	// Output:
	// [assign it to the agent (by an administrator) widen the agent's ticket scope for role "Agent" account-wide to global (by an administrator)]
	// [assign it to the agent (by an administrator)]
}
