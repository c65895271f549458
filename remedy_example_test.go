package deskpolicy_test

import (
	"fmt"
	"time"

	"github.com/deskpolicy/deskpolicy"
)

// printRemedies prints what would allow it.
func printRemedies[R deskpolicy.Resource](subject deskpolicy.Subject, action deskpolicy.Action[R], resource *R, roles ...deskpolicy.Role) {
	for _, remedy := range deskpolicy.Remedies(deskpolicy.Explain(deskpolicy.NewRequest(subject, action, resource)), roles...) {
		fmt.Println(remedy)
	}
}

// agentWith is an agent of acme's who holds the role account-wide.
func agentWith(role deskpolicy.Role, scope deskpolicy.Scope) *deskpolicy.Agent {
	return &deskpolicy.Agent{
		ID: "riya", Account: deskpolicy.Account{ID: "acme"},
		Bindings: []deskpolicy.Binding{{Role: role, Workspace: deskpolicy.AccountWide, TicketScope: scope}},
	}
}

// sharedIn is a shared agent of acme's whose CRM user sees its own records.
func sharedIn() *deskpolicy.SharedAgent {
	account := deskpolicy.Account{ID: "acme", Integrated: true}
	return deskpolicy.NewSharedAgent("sam", account, deskpolicy.CRMUser{ID: "u-17", Scope: deskpolicy.ScopeRestricted})
}

// Of the roles on offer, the least that suffices, where and as far as it takes.
func ExampleRemedies_holdRole() {
	agent := &deskpolicy.Agent{ID: "riya", Account: deskpolicy.Account{ID: "acme"}}
	printRemedies(agent, deskpolicy.TicketReply, &deskpolicy.Ticket{Account: "acme", Workspace: "hr", Assignee: "riya"})
	printRemedies(agent, deskpolicy.SettingsManage, &deskpolicy.Settings{Account: "acme"})
	// Output:
	// hold role "Agent" in workspace "hr", tickets at restricted (the agent's manager)
	// hold role "Administrator" account-wide, tickets at restricted (the agent's manager)
}

// Be assigned, join the group, or see more: any of the three.
func ExampleRemedies_beAssigned() {
	agent := agentWith(deskpolicy.AgentRole.Role(), deskpolicy.ScopeGroup)
	printRemedies(agent, deskpolicy.TicketReply, &deskpolicy.Ticket{Account: "acme", Group: "refunds", Assignee: "bob"})
	// Output:
	// be assigned (the agent's manager)
	// join group "refunds" with edit (the agent's manager)
	// widen the ticket scope of role "Agent" account-wide to global (the agent's manager)
}

// Being in the group for viewing only is not enough to reply.
func ExampleRemedies_joinGroup() {
	agent := agentWith(deskpolicy.AgentRole.Role(), deskpolicy.ScopeGroup)
	agent.Groups = map[deskpolicy.GroupID]deskpolicy.Access{"refunds": deskpolicy.View}
	printRemedies(agent, deskpolicy.TicketReply, &deskpolicy.Ticket{Account: "acme", Group: "refunds", Assignee: "bob"})
	// Output:
	// join group "refunds" with edit (the agent's manager)
	// widen the ticket scope of role "Agent" account-wide to global (the agent's manager)
}

// One fix is not always enough.
func ExampleRemedies_widenScope() {
	agent := agentWith(deskpolicy.AgentRole.Role(), deskpolicy.ScopeRestricted)
	printRemedies(agent, deskpolicy.TicketMerge, &deskpolicy.TicketPair{
		From: deskpolicy.Ticket{Account: "acme", Assignee: "riya"}, Into: deskpolicy.Ticket{Account: "acme", Group: "refunds"},
	}, deskpolicy.AgentRole.Role())
	// Output:
	// be assigned (the second) (the agent's manager)
	// widen the ticket scope of role "Agent" account-wide to global (the agent's manager)
	// join group "refunds" with edit (the agent's manager) and widen the ticket scope of role "Agent" account-wide to group (the agent's manager)
}

// A shared agent gets in by being mentioned, or by seeing the requester in the CRM.
func ExampleRemedies_beMentioned() {
	contact := &deskpolicy.Contact{ID: "c1", Account: "acme"}
	printRemedies(sharedIn(), deskpolicy.TicketReply, &deskpolicy.Ticket{Account: "acme", Requester: contact})
	// Output:
	// be mentioned (a colleague)
	// get access to the customer in the CRM: view (an owner in the CRM)
	// widen the ticket scope of role "Shared Agent" account-wide to global (the agent's manager)
}

// What a shared agent may do with a contact is up to the CRM.
func ExampleRemedies_seeCustomer() {
	printRemedies(sharedIn(), deskpolicy.ContactEdit, &deskpolicy.Contact{ID: "c1", Account: "acme"})
	// Output:
	// get access to the customer in the CRM: edit (an owner in the CRM)
}

// Whoever is gone comes back first.
func ExampleRemedies_reactivate() {
	agent := agentWith(deskpolicy.AgentRole.Role(), deskpolicy.ScopeGlobal)
	agent.Deactivated = true
	printRemedies(agent, deskpolicy.TicketAttach, &deskpolicy.Ticket{Account: "acme"})
	// Output:
	// be reactivated (the agent's manager) and move to a plan with attachments (the plan's owner)
}

// A shared agent lives by its user in the CRM, and by the connection.
func ExampleRemedies_connectCRM() {
	shared := sharedIn()
	shared.CRM.Deactivated, shared.Account.Integrated = true, false
	printRemedies(shared, deskpolicy.TicketReply, &deskpolicy.Ticket{Account: "acme", Mentions: map[deskpolicy.AgentID]bool{"sam": true}})
	// Output:
	// be reactivated in the CRM (an owner in the CRM) and connect desk and CRM (the account administrator)
}

// What the account has not paid for.
func ExampleRemedies_upgradePlan() {
	agent := agentWith(deskpolicy.AgentRole.Role(), deskpolicy.ScopeGlobal)
	printRemedies(agent, deskpolicy.TicketCollaborate, &deskpolicy.Ticket{Account: "acme"})
	// Output:
	// move to a plan with collaboration (the plan's owner)
}

// A user of the CRM could work on the desk as a shared agent.
func ExampleRemedies_becomeSharedAgent() {
	user := sharedIn()
	nora := &deskpolicy.CRMOnlyUser{Account: user.Account, CRM: user.CRM}
	printRemedies(nora, deskpolicy.ContactView, &deskpolicy.Contact{ID: "c1", Account: "acme", CRM: deskpolicy.CRMRecord{Owner: "u-17"}})
	// Output:
	// become a shared agent (an owner in the CRM)
}

// A support engineer needs a grant; nothing revives one that has expired.
func ExampleRemedies_obtainGrant() {
	session := deskpolicy.SupportGrant{}.Session(deskpolicy.SupportEngineer{ID: "eve"}, deskpolicy.Account{ID: "acme"}, time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC))
	printRemedies(session, deskpolicy.SettingsManage, &deskpolicy.Settings{Account: "acme", Workspace: "it"})
	// Output:
	// obtain a grant of role "Administrator" in workspace "it" (the account administrator)
}

// A lead is told only of what a lead may do.
func ExampleRemediesBy() {
	agent := agentWith(deskpolicy.AgentRole.Role(), deskpolicy.ScopeRestricted)
	ticket := &deskpolicy.Ticket{ID: "4711", Account: "acme", Assignee: "bob"}
	lead := agentWith(deskpolicy.AgentRole.Role(), deskpolicy.ScopeGlobal)
	lead.ID = "lea"

	why := deskpolicy.Explain(deskpolicy.NewRequest(agent, deskpolicy.TicketReply, ticket))
	fmt.Println(deskpolicy.Remedies(why))
	fmt.Println(deskpolicy.RemediesBy(lead, why))
	// Output:
	// [be assigned (the agent's manager) widen the ticket scope of role "Agent" account-wide to global (the agent's manager)]
	// [be assigned (the agent's manager)]
}
