package deskpolicy_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	. "github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/effort"
	"github.com/deskpolicy/deskpolicy/internal/oracle"
	"github.com/deskpolicy/deskpolicy/internal/worlds"
)

// said returns the remedies as text, a line each.
func said(remedies []Remedy) string {
	var lines []string
	for _, remedy := range remedies {
		lines = append(lines, remedy.String())
	}
	return strings.Join(lines, "\n")
}

// TestRemedies lists the remedies of single denials.
func TestRemedies(t *testing.T) {
	agent := wide(AgentRole.Role(), ScopeGroup)
	gone := riya(wide(AgentRole.Role(), ScopeRestricted))
	gone.Deactivated, gone.Account.Plan.Features = true, 0
	apac, inIT, inHR := ticketOf("apac", "bob"), ticketOf("apac", "bob"), ticketOf("apac", "bob")
	inIT.Workspace, inHR.Workspace = "it", "hr"
	oursInIT := inIT
	oursInIT.Group = "billing"
	chat := chatOf("apac", "bob")
	chats := custom(t, ConversationView.At(ScopeGroup), ConversationView.At(ScopeRestricted), ConversationReply.At(ScopeGlobal))
	fresh, stale := sam(), sam()
	fresh.CRM.Sees, stale.CRM.Sees = 0, 0
	fresh.CRM.Visibility = CRMVisibility{Contacts: map[ContactID]Access{"c-2": Edit}, AsOf: day(4), MaxAge: time.Hour}
	stale.CRM.Visibility = CRMVisibility{Contacts: map[ContactID]Access{"c-1": Edit}, Companies: map[CompanyID]Access{"k": Edit}, AsOf: day(4).Add(-2 * time.Hour), MaxAge: time.Hour}
	fresh.Now, stale.Now = day(4), day(4)
	company := Company{ID: "k", Account: "acme"}
	unknownUser := sam()
	unknownUser.CRM.ID = ""
	everything := sam()
	everything.Deactivated, everything.CRM.Deactivated, everything.Account.Integrated, everything.Account.Plan.Features = true, true, false, 0
	stranger := CRMOnlyUser{Account: Account{ID: "acme"}, CRM: CRMUser{ID: "u", Deactivated: true, Sees: OwnRecords}}
	foreign := from(&Contact{ID: "c-9", Account: "initech"})
	both := TicketPair{ticketOf("apac", "bob"), ticketOf("emea", "bob")}
	for _, c := range []struct {
		name    string
		request Request
		offered []Role
		want    string
	}{
		{"several ways", ask(riya(agent), TicketReply, apac), nil, `assign it to the agent (by an administrator)
give the agent edit access in group "apac" (by an administrator)
widen the agent's ticket scope for role "Agent" account-wide to global (by an administrator)`},
		{"several gates", ask(gone, TicketAttach, apac), []Role{AgentRole.Role()}, `reactivate the agent (by an administrator) and move to a plan with attachments (by the plan owner) and assign it to the agent (by an administrator)
reactivate the agent (by an administrator) and move to a plan with attachments (by the plan owner) and widen the agent's ticket scope for role "Agent" account-wide to global (by an administrator)
reactivate the agent (by an administrator) and move to a plan with attachments (by the plan owner) and give the agent edit access in group "apac" (by an administrator) and widen the agent's ticket scope for role "Agent" account-wide to group (by an administrator)`},
		{"in a workspace", ask(riya(agent), TicketView, inHR), []Role{AgentRole.Role()}, `give the agent the role "Agent" in workspace "hr", tickets at global (by an administrator)
assign it to the agent (by an administrator) and give the agent the role "Agent" in workspace "hr", tickets at restricted (by an administrator)
give the agent view access in group "apac" (by an administrator) and give the agent the role "Agent" in workspace "hr", tickets at group (by an administrator)`},
		{"the least role", ask(riya(), TicketView, apac), []Role{AccountAdministratorRole.Role(), TicketCollaboratorRole.Role(), SharedAgentRole.Role(), foreignRole(t), {}}, `give the agent the role "Ticket Collaborator" account-wide, tickets at global (by an administrator)
assign it to the agent (by an administrator) and give the agent the role "Account Administrator" account-wide, tickets at restricted (by the account administrator)
give the agent view access in group "apac" (by an administrator) and give the agent the role "Ticket Collaborator" account-wide, tickets at group (by an administrator)`},
		{"a role to be assigned", ask(riya(custom(t, TicketDelete.At(ScopeRestricted))), TicketDelete, apac), []Role{AgentRole.Role()},
			`assign it to the agent (by an administrator) and give the agent the role "Agent" account-wide, tickets at restricted (by an administrator)`},
		{"none of the roles", ask(riya(), TicketPurge, apac), []Role{AgentRole.Role()}, ``},
		{"a chat", ask(riya(chats), ConversationView, chat), []Role{AgentRole.Role()}, `assign it to the agent (by an administrator)
give the agent view access in group "apac" (by an administrator)`},
		{"beyond tickets", ask(riya(custom(t, ReportView.At(ScopeGroup))), ReportView, Report{Account: "acme", Team: "apac"}), []Role{SupervisorRole.Role()},
			`give the agent view access in group "apac" (by an administrator)
give the agent the role "Supervisor" account-wide, tickets at restricted (by an administrator)`},
		{"two tickets", ask(riya(wide(AgentRole.Role(), ScopeGroup)), TicketMerge, both), []Role{AgentRole.Role()}, `widen the agent's ticket scope for role "Agent" account-wide to global (by an administrator)
assign it to the agent (by an administrator) and assign the second ticket to the agent (by an administrator)
assign it to the agent (by an administrator) and give the agent edit access in group "emea" (by an administrator)
assign the second ticket to the agent (by an administrator) and give the agent edit access in group "apac" (by an administrator)
give the agent edit access in group "apac" (by an administrator) and give the agent edit access in group "emea" (by an administrator)`},
		{"a shared agent", ask(sam(), TicketReply, from(customer("apac"))), nil, `mention the agent in it (by a colleague)
give the agent view access to the customer in the CRM (by the CRM owner)
widen the agent's ticket scope for role "Shared Agent" account-wide to global (by an administrator)`},
		{"a requester of another account", ask(sam(), TicketReply, foreign), nil, `mention the agent in it (by a colleague)
widen the agent's ticket scope for role "Shared Agent" account-wide to global (by an administrator)`},
		{"a contact", ask(sam(), ContactEdit, *customer("apac")), nil, `give the agent edit access to the customer in the CRM (by the CRM owner)`},
		{"an answer that is fresh", ask(fresh, ContactView, *customer("apac")), nil, `give the agent view access to the customer in the CRM (by the CRM owner)`},
		{"an answer that is stale", ask(stale, CompanyView, company), nil, `give the agent view access to the customer in the CRM (by the CRM owner)`},
		{"two contacts", ask(sam(custom(t, ContactMerge.At(ScopeGlobal))), ContactMerge, ContactPair{*customer("apac"), *customer("apac")}), nil,
			`give the agent edit access to the customer in the CRM (by the CRM owner) and give the agent edit access to the second customer in the CRM (by the CRM owner)`},
		{"no CRM user", ask(unknownUser, TicketReply, from(customer("emea"))), nil, ``},
		{"every gate", ask(everything, TicketAttach, from(customer("emea"))), nil,
			`reactivate the agent (by an administrator) and reactivate the agent in the CRM (by the CRM owner) and connect the desk to the CRM (by the account administrator) and move to a plan with attachments (by the plan owner)`},
		{"no agent, and no role for one", ask(&stranger, TicketReply, from(customer("apac"))), nil, ``},
		{"no agent", ask(&stranger, TicketReply, from(customer("apac"))), []Role{SharedAgentRole.Role()}, `make the CRM user a shared agent (by the CRM owner) and reactivate the agent in the CRM (by the CRM owner) and connect the desk to the CRM (by the account administrator) and mention the agent in it (by a colleague)
make the CRM user a shared agent (by the CRM owner) and reactivate the agent in the CRM (by the CRM owner) and connect the desk to the CRM (by the account administrator) and give the agent view access to the customer in the CRM (by the CRM owner)
make the CRM user a shared agent (by the CRM owner) and reactivate the agent in the CRM (by the CRM owner) and connect the desk to the CRM (by the account administrator) and widen the agent's ticket scope for role "Shared Agent" account-wide to global (by an administrator)`},
		{"forbidden once live", ask(gone, RoleUpdate, newRole(t, "Tier 2")), nil, ``},
		{"another agent's", ask(riya(), TicketNoteEditOwn, Note{apac, "bob"}), nil, ``},
		{"one's own", ask(riya(), TicketNoteEditOwn, Note{ticketOf("billing", ""), "riya"}), []Role{AgentRole.Role()}, `give the agent the role "Agent" account-wide, tickets at group (by an administrator)
assign it to the agent (by an administrator) and give the agent the role "Agent" account-wide, tickets at restricted (by an administrator)`},
		{"two tickets, without a role", ask(riya(), TicketMerge, TicketPair{ticketOf("emea", "bob"), ticketOf("apac", "bob")}), []Role{AgentRole.Role()}, `give the agent the role "Agent" account-wide, tickets at global (by an administrator)
assign it to the agent (by an administrator) and assign the second ticket to the agent (by an administrator) and give the agent the role "Agent" account-wide, tickets at restricted (by an administrator)
assign it to the agent (by an administrator) and give the agent edit access in group "apac" (by an administrator) and give the agent the role "Agent" account-wide, tickets at group (by an administrator)
assign the second ticket to the agent (by an administrator) and give the agent edit access in group "emea" (by an administrator) and give the agent the role "Agent" account-wide, tickets at group (by an administrator)
give the agent edit access in group "apac" (by an administrator) and give the agent edit access in group "emea" (by an administrator) and give the agent the role "Agent" account-wide, tickets at group (by an administrator)`},
		{"two tickets, without a role and the other way round", ask(riya(), TicketMerge, both), []Role{AgentRole.Role()}, `give the agent the role "Agent" account-wide, tickets at global (by an administrator)
assign it to the agent (by an administrator) and assign the second ticket to the agent (by an administrator) and give the agent the role "Agent" account-wide, tickets at restricted (by an administrator)
assign it to the agent (by an administrator) and give the agent edit access in group "emea" (by an administrator) and give the agent the role "Agent" account-wide, tickets at group (by an administrator)
assign the second ticket to the agent (by an administrator) and give the agent edit access in group "apac" (by an administrator) and give the agent the role "Agent" account-wide, tickets at group (by an administrator)
give the agent edit access in group "apac" (by an administrator) and give the agent edit access in group "emea" (by an administrator) and give the agent the role "Agent" account-wide, tickets at group (by an administrator)`},
		{"two tickets, one in an open workspace", ask(riya(wide(TicketCollaboratorRole.Role(), ScopeGlobal)), TicketMerge, TicketPair{ticketOf("billing", "bob"), oursInIT}), []Role{AgentRole.Role(), AdministratorRole.Role()}, `give the agent the role "Agent" in open workspaces, tickets at group (by an administrator)
give the agent the role "Agent" account-wide, tickets at group (by an administrator) and give the agent the role "Agent" in workspace "it", tickets at group (by an administrator)
assign it to the agent (by an administrator) and assign the second ticket to the agent (by an administrator) and give the agent the role "Agent" in open workspaces, tickets at restricted (by an administrator)
assign it to the agent (by an administrator) and give the agent the role "Agent" account-wide, tickets at restricted (by an administrator) and give the agent the role "Agent" in workspace "it", tickets at group (by an administrator)
assign the second ticket to the agent (by an administrator) and give the agent the role "Agent" account-wide, tickets at group (by an administrator) and give the agent the role "Agent" in workspace "it", tickets at restricted (by an administrator)
assign it to the agent (by an administrator) and assign the second ticket to the agent (by an administrator) and give the agent the role "Agent" account-wide, tickets at restricted (by an administrator) and give the agent the role "Agent" in workspace "it", tickets at restricted (by an administrator)`},
		{"two tickets for an engineer", ask(at(granted(t, SupportGrantTerms{Roles: []Role{TicketCollaboratorRole.Role()}}), noon), TicketMerge, TicketPair{ticketOf("emea", "bob"), inIT}), []Role{AgentRole.Role(), AdministratorRole.Role()}, `create a support grant with role "Agent" in workspace "it" (by the account administrator)`},
		{"two customers", ask(sam(custom(t, ContactMerge.At(ScopeGlobal))), ContactMerge, ContactPair{*customer("apac"), *customer("apac")}), nil, `give the agent edit access to the customer in the CRM (by the CRM owner) and give the agent edit access to the second customer in the CRM (by the CRM owner)`},
		{"a new agent with groups", ask(riya(custom(t, AgentCreate.At(ScopeGlobal))), AgentCreate, Agent{ID: "nina", Account: Account{ID: "acme"}, Groups: map[GroupID]Access{"billing": View}}), []Role{AdministratorRole.Role()},
			`give the agent the role "Administrator" account-wide, tickets at restricted (by an administrator)`},
		{"a time entry", ask(riya(agent), TimeView, TimeEntry{apac, "bob"}), []Role{AgentRole.Role()}, `assign it to the agent (by an administrator)
give the agent view access in group "apac" (by an administrator)
widen the agent's ticket scope for role "Agent" account-wide to global (by an administrator)`},
	} {
		t.Run(c.name, func(t *testing.T) {
			remedies := Remedies(Explain(c.request), c.offered...)
			assert.Equal(t, c.want, said(remedies))
			for _, remedy := range remedies {
				verify(t, c.request, remedy)
			}
		})
	}
}

// TestRemediesOfRelations lists the remedies for roles and ticket scopes with relations that
// have no level.
func TestRemediesOfRelations(t *testing.T) {
	ours, apac, free, chat := ticketOf("billing", "bob"), ticketOf("apac", "bob"), ticketOf("", ""), chatOf("apac", "bob")
	seen := ticketOf("apac", "bob")
	seen.Participants = map[AgentID]Access{"riya": View}
	with := func(scope Scope, permissions ...Permission) *Agent {
		b := custom(t, permissions...)
		b.TicketScope = scope
		return riya(b)
	}
	groups := with(ScopeGlobal, TicketReply.At(GroupQueue))
	groups.Groups = map[GroupID]Access{"": Edit, "view": View}
	for i := range 12 {
		groups.Groups[GroupID(fmt.Sprintf("g%02d", i))] = Edit
	}
	routed := ""
	for i := range 10 {
		routed += fmt.Sprintf("route it to group \"g%02d\" (by an administrator)\n", i)
	}
	both := custom(t, TicketReply.At(ScopeGlobal))
	mentioned, inGroup := both, both
	mentioned.TicketScope, inGroup.TicketScope = Mentioned, InGroup
	for _, c := range []struct {
		name    string
		request Request
		want    string
	}{
		{"mentioned", ask(with(ScopeGlobal, TicketReply.At(Mentioned)), TicketReply, apac), `mention the agent in it (by a colleague)`},
		{"mentioned in a chat", ask(with(0, ConversationReply.At(Mentioned)), ConversationReply, chat), `mention the agent in it (by a colleague)`},
		{"mentioned by the ticket scope", ask(with(Mentioned, TicketReply.At(ScopeGlobal)), TicketReply, apac), `mention the agent in it (by a colleague)
widen the agent's ticket scope for role "Custom" account-wide to global (by an administrator)
give the agent edit access in group "apac" (by an administrator) and widen the agent's ticket scope for role "Custom" account-wide to in_group|assigned|mentioned (by an administrator)`},
		{"participating, to view", ask(with(ScopeGlobal, TicketView.At(Participating)), TicketView, apac), `make the agent a participant of it with view access (by a colleague)`},
		{"participating, to reply", ask(with(ScopeGlobal, TicketReply.At(Participating)), TicketReply, seen), `make the agent a participant of it with edit access (by a colleague)`},
		{"the queue of a group", ask(with(ScopeGlobal, TicketReply.At(GroupQueue)), TicketReply, ours), `take it off its assignee (by an administrator)`},
		{"the queue of another group", ask(with(ScopeGlobal, TicketReply.At(GroupQueue)), TicketReply, apac), `take it off its assignee (by an administrator) and route it to group "billing" (by an administrator)
take it off its assignee (by an administrator) and give the agent edit access in group "apac" (by an administrator)`},
		{"one of many groups", ask(groups, TicketReply, free), strings.TrimSuffix(routed, "\n")},
		{"unassigned", ask(with(0, ConversationReply.At(Unassigned)), ConversationReply, chat), `take it off its assignee (by an administrator)`},
		{"unrouted", ask(with(ScopeGlobal, TicketReply.At(Unrouted)), TicketReply, ticketOf("", "bob")), `take it off its assignee (by an administrator)`},
		{"never unrouted", ask(with(ScopeGlobal, TicketReply.At(Unrouted)), TicketReply, ours), ``},
		{"requested", ask(with(ScopeGlobal, TicketReply.At(Requested|SameCompany|MyCustomers)), TicketReply, from(customer("apac"))), ``},
		{"a relation each", ask(with(InGroup, TicketReply.At(Mentioned)), TicketReply, apac), `mention the agent in it (by a colleague) and give the agent edit access in group "apac" (by an administrator)
mention the agent in it (by a colleague) and widen the agent's ticket scope for role "Custom" account-wide to in_group|mentioned (by an administrator)`},
		{"two ticket scopes", ask(riya(mentioned, inGroup), TicketReply, apac), `mention the agent in it (by a colleague)
give the agent edit access in group "apac" (by an administrator)
widen the agent's ticket scope for role "Custom" account-wide to global (by an administrator)`},
		{"of the recipient", ask(riya(wide(AgentRole.Role(), ScopeGlobal)), TicketAssign, TicketAssignment{Ticket: apac, To: bob(custom(t, TicketBeAssigned.At(Mentioned|Participating)))}),
			`mention the recipient in it (by a colleague)
make the recipient a participant of it with edit access (by a colleague)`},
		{"never assigned", ask(with(ScopeGlobal, ReportView.At(Mentioned|Unassigned)), ReportView, Report{Account: "acme"}), ``},
	} {
		t.Run(c.name, func(t *testing.T) {
			remedies := Remedies(Explain(c.request), SharedAgentRole.Role())
			assert.Equal(t, c.want, said(remedies))
			for _, remedy := range remedies {
				verify(t, c.request, remedy)
			}
		})
	}
}

// The recipient of an assignment can need fixes, and so can the subject.
func TestRemediesOfRecipients(t *testing.T) {
	me, helper := riya(wide(AgentRole.Role(), ScopeGlobal)), bob(wide(TicketCollaboratorRole.Role(), ScopeGlobal))
	viewer := bob(wide(AgentRole.Role(), ScopeGroup))
	viewer.Groups = map[GroupID]Access{"apac": View}
	gone := bob()
	gone.Deactivated = true
	apac, chat := ticketOf("apac", ""), chatOf("apac", "")
	self, asleep := riya(), riya()
	asleep.Deactivated = true
	gives := riya(custom(t, ConversationAssign.At(ScopeGlobal)))
	for _, c := range []struct {
		name    string
		request Request
		want    string
	}{
		{"a role", ask(me, TicketAssign, TicketAssignment{Ticket: apac, To: helper}), `give the recipient the role "Agent" account-wide, tickets at restricted (by an administrator)`},
		{"a group that they view", ask(me, TicketAssign, TicketAssignment{Ticket: apac, To: viewer}), `give the recipient edit access in group "apac" (by an administrator)
widen the recipient's ticket scope for role "Agent" account-wide to global (by an administrator)`},
		{"another group", ask(me, TicketAssign, TicketAssignment{Ticket: ticketOf("billing", ""), To: viewer, Group: AgentGroup{"apac", "acme"}}), `give the recipient edit access in group "apac" (by an administrator)
widen the recipient's ticket scope for role "Agent" account-wide to global (by an administrator)`},
		{"life and a role", ask(me, TicketAssign, TicketAssignment{Ticket: apac, To: gone}),
			`reactivate the recipient (by an administrator) and give the recipient the role "Agent" account-wide, tickets at restricted (by an administrator)`},
		{"both", ask(riya(wide(AgentRole.Role(), ScopeRestricted)), TicketAssign, TicketAssignment{Ticket: ticketOf("", "riya"), To: helper}), `give the recipient the role "Agent" account-wide, tickets at restricted (by an administrator)`},
		{"both without a role", ask(riya(), TicketAssign, TicketAssignment{Ticket: apac, To: bob()}), `give the agent the role "Agent" account-wide, tickets at global (by an administrator) and give the recipient the role "Agent" account-wide, tickets at restricted (by an administrator)
assign it to the agent (by an administrator) and give the agent the role "Agent" account-wide, tickets at restricted (by an administrator) and give the recipient the role "Agent" account-wide, tickets at restricted (by an administrator)
give the agent edit access in group "apac" (by an administrator) and give the agent the role "Agent" account-wide, tickets at group (by an administrator) and give the recipient the role "Agent" account-wide, tickets at restricted (by an administrator)`},
		{"both without a group", ask(riya(wide(AgentRole.Role(), ScopeGroup)), TicketAssign, TicketAssignment{Ticket: apac, To: viewer}), `assign it to the agent (by an administrator) and give the recipient edit access in group "apac" (by an administrator)
assign it to the agent (by an administrator) and widen the recipient's ticket scope for role "Agent" account-wide to global (by an administrator)
give the agent edit access in group "apac" (by an administrator) and give the recipient edit access in group "apac" (by an administrator)
give the agent edit access in group "apac" (by an administrator) and widen the recipient's ticket scope for role "Agent" account-wide to global (by an administrator)
give the recipient edit access in group "apac" (by an administrator) and widen the agent's ticket scope for role "Agent" account-wide to global (by an administrator)
widen the agent's ticket scope for role "Agent" account-wide to global (by an administrator) and widen the recipient's ticket scope for role "Agent" account-wide to global (by an administrator)`},
		{"oneself", ask(self, TicketAssign, TicketAssignment{Ticket: apac, To: self}), `give the agent the role "Agent" account-wide, tickets at global (by an administrator)
assign it to the agent (by an administrator) and give the agent the role "Agent" account-wide, tickets at restricted (by an administrator)
give the agent edit access in group "apac" (by an administrator) and give the agent the role "Agent" account-wide, tickets at group (by an administrator)`},
		{"oneself, once live", ask(asleep, TicketAssign, TicketAssignment{Ticket: apac, To: asleep}), `reactivate the agent (by an administrator) and give the agent the role "Agent" account-wide, tickets at global (by an administrator)
reactivate the agent (by an administrator) and assign it to the agent (by an administrator) and give the agent the role "Agent" account-wide, tickets at restricted (by an administrator)
reactivate the agent (by an administrator) and give the agent edit access in group "apac" (by an administrator) and give the agent the role "Agent" account-wide, tickets at group (by an administrator)`},
		{"a chat", ask(gives, ConversationAssign, ConversationAssignment{Conversation: chat, To: bob()}), `give the recipient the role "Support Agent" account-wide, tickets at restricted (by an administrator)`},
		{"an engineer never", ask(me, TicketAssign, TicketAssignment{Ticket: apac, To: at(granted(t, SupportGrantTerms{}), noon)}), ``},
		{"a CRM user never", ask(me, TicketAssign, TicketAssignment{Ticket: apac, To: &CRMOnlyUser{Account: acme, CRM: sam().CRM}}), ``},
		{"a shared agent never", ask(riya(), TicketAssign, TicketAssignment{Ticket: apac, To: sam()}), ``},
	} {
		t.Run(c.name, func(t *testing.T) {
			remedies := Remedies(Explain(c.request), AgentRole.Role(), SupportAgentRole.Role())
			assert.Equal(t, c.want, said(remedies))
			for _, remedy := range remedies {
				verify(t, c.request, remedy)
			}
		})
	}
}

// RemediesBy checks the fixes of the recipient against the recipient, not the subject.
func TestRemediesByOfRecipients(t *testing.T) {
	lead := riya(custom(t, AgentEdit.At(ScopeGlobal)), wide(AgentRole.Role(), ScopeGlobal))
	me, gone := bob(wide(AgentRole.Role(), ScopeGlobal)), bob(wide(AgentRole.Role(), ScopeGlobal))
	gone.ID, gone.Deactivated = "gone", true
	request := ask(me, TicketAssign, TicketAssignment{Ticket: ticketOf("apac", ""), To: gone})
	assert.Equal(t, `reactivate the recipient (by an administrator)`, said(RemediesBy(lead, Explain(request), everyBuiltIn...)))
	me.Bindings = append(me.Bindings, inOpen(AdministratorRole.Role(), ScopeGlobal))
	assert.Equal(t, `reactivate the recipient (by an administrator)`, said(RemediesBy(lead, Explain(request), everyBuiltIn...)), "the subject's own roles do not matter")
	gone.Bindings = []Binding{inOpen(AdministratorRole.Role(), ScopeGlobal)}
	assert.Empty(t, RemediesBy(lead, Explain(request), everyBuiltIn...), "who may do more than she")
	assert.NotEmpty(t, Remedies(Explain(request), everyBuiltIn...))
}

// An administrator gets a kind of fix only if they are allowed the action for it.
func TestRemediesByWhoMay(t *testing.T) {
	may := func(but ActionID) *Agent {
		var held []Permission
		for id := range Actions() {
			if id != but && grantable(id) {
				held = append(held, id.At(ScopeGlobal))
			}
		}
		return riya(custom(t, held...))
	}
	agent := wide(AgentRole.Role(), ScopeGroup)
	gone, poor := bob(agent), bob(wide(AgentRole.Role(), ScopeGlobal))
	gone.Deactivated, poor.Account.Plan.Features = true, 0
	asleep, unconnected := sam(), sam()
	asleep.Deactivated, unconnected.Account.Integrated = true, false
	stranger := &CRMOnlyUser{Account: acme, CRM: CRMUser{ID: "u", Sees: OwnRecords}}
	chats := custom(t, ConversationView.At(ScopeRestricted), ConversationReply.At(ScopeRestricted))
	inSales := func(agent *Agent) *Agent {
		agent.Groups = map[GroupID]Access{"sales": Edit}
		return agent
	}
	for _, c := range []struct {
		fix     string
		action  ActionID
		request Request
	}{
		{"connect the desk to the CRM", AccountManage.ID(), ask(unconnected, TicketView, from(customer("emea")))},
		{"move to a plan", BillingManage.ID(), ask(poor, TicketAttach, ticketOf("", ""))},
		{"create a support grant", SupportGrantCreate.ID(), ask(at(SupportGrant{}, noon), TicketView, ticketOf("", ""))},
		{"mention the agent", TicketMention.ID(), ask(sam(), TicketReply, from(customer("apac")))},
		{"mention the agent", TicketMention.ID(), ask(stranger, TicketReply, from(customer("apac")))},
		{"reactivate the agent", SharedAgentEdit.ID(), ask(asleep, TicketView, from(customer("emea")))},
		{"reactivate the agent", AgentEdit.ID(), ask(gone, TicketView, ticketOf("", "bob"))},
		{"access in group", AgentGroupAssign.ID(), ask(bob(agent), TicketReply, ticketOf("apac", ""))},
		{"ticket scope for role", AgentScopeEdit.ID(), ask(bob(agent), TicketReply, ticketOf("apac", ""))},
		{"ticket scope for role", AgentScopeEdit.ID(), ask(stranger, TicketReply, from(customer("apac")))},
		{"give the agent the role", AgentRoleAssign.ID(), ask(bob(), TicketReply, ticketOf("apac", ""))},
		{"assign it to the agent", TicketAssign.ID(), ask(bob(agent), TicketReply, ticketOf("apac", ""))},
		{"assign it to the agent", ConversationAssign.ID(), ask(bob(chats), ConversationReply, chatOf("apac", ""))},
		{"mention the agent", TicketMention.ID(), ask(bob(custom(t, TicketReply.At(Mentioned))), TicketReply, ticketOf("apac", ""))},
		{"mention the agent", ConversationNotePrivate.ID(), ask(bob(custom(t, ConversationReply.At(Mentioned))), ConversationReply, chatOf("apac", ""))},
		{"a participant", TicketPropertiesEdit.ID(), ask(bob(custom(t, TicketReply.At(Participating))), TicketReply, ticketOf("apac", ""))},
		{"a participant", ConversationAssign.ID(), ask(bob(custom(t, ConversationReply.At(Participating))), ConversationReply, chatOf("apac", ""))},
		{"off its assignee", TicketAssign.ID(), ask(bob(custom(t, TicketReply.At(Unassigned))), TicketReply, ticketOf("apac", "ann"))},
		{"off its assignee", ConversationAssign.ID(), ask(bob(custom(t, ConversationReply.At(Unassigned))), ConversationReply, chatOf("apac", "ann"))},
		{"route it", TicketRoute.ID(), ask(inSales(bob(custom(t, TicketReply.At(GroupQueue)))), TicketReply, ticketOf("apac", ""))},
		{"route it", ConversationRoute.ID(), ask(inSales(bob(custom(t, ConversationReply.At(GroupQueue)))), ConversationReply, chatOf("apac", ""))},
	} {
		t.Run(c.fix, func(t *testing.T) {
			assert.Contains(t, said(RemediesBy(may(0), Explain(c.request), everyBuiltIn...)), c.fix)
			assert.NotContains(t, said(RemediesBy(may(c.action), Explain(c.request), everyBuiltIn...)), c.fix)
		})
	}
}

// A fix cannot give more than the administrator's own authority.
func TestRemediesByWhoHas(t *testing.T) {
	replies := custom(t, TicketReply.At(ScopeGroup))
	narrow := replies
	narrow.TicketScope = ScopeRestricted
	ticket := ticketOf("apac", "")
	for _, c := range []struct {
		fix string
		by  *Agent
		of  *Agent
	}{
		{"access in group", riya(custom(t, AgentGroupAssign.At(ScopeGlobal)), replies), bob(replies)},
		{"ticket scope for role", riya(custom(t, AgentScopeEdit.At(ScopeGlobal)), narrow), bob(narrow)},
		{"give the agent the role", riya(custom(t, AgentRoleAssign.At(ScopeGlobal))), bob()},
	} {
		explained := Explain(ask(c.of, TicketReply, ticket))
		assert.NotContains(t, said(RemediesBy(c.by, explained, everyBuiltIn...)), c.fix)
		c.by.Bindings = append(c.by.Bindings, inOpen(AdministratorRole.Role(), ScopeGlobal))
		assert.Contains(t, said(RemediesBy(c.by, explained, everyBuiltIn...)), c.fix)
	}
}

// A fix that assigns the resource requires only that the agent can take it.
func TestRemediesByWhoTakesNothing(t *testing.T) {
	lead := riya(custom(t, TicketAssign.At(ScopeGlobal), ConversationAssign.At(ScopeGlobal)))
	replies := bob(custom(t, TicketReply.At(ScopeRestricted), TicketBeAssigned.At(ScopeRestricted), ConversationReply.At(ScopeRestricted), ConversationView.At(ScopeRestricted)))
	assert.Equal(t, `assign it to the agent (by an administrator)`, said(RemediesBy(lead, Explain(ask(replies, TicketReply, ticketOf("apac", ""))), everyBuiltIn...)))
	assert.Equal(t, `assign it to the agent (by an administrator)`, said(RemediesBy(lead, Explain(ask(replies, ConversationReply, chatOf("apac", ""))), everyBuiltIn...)))
	views := bob(custom(t, ConversationView.At(ScopeRestricted)))
	assert.Empty(t, said(Remedies(Explain(ask(views, ConversationView, chatOf("apac", ""))), TicketCollaboratorRole.Role())))
	takes := custom(t, ConversationReply.At(ScopeRestricted)).Role
	assert.Equal(t, `assign it to the agent (by an administrator) and give the agent the role "Custom" account-wide, tickets at restricted (by an administrator)`,
		said(Remedies(Explain(ask(views, ConversationView, chatOf("apac", ""))), takes)))
}

// With many roles that are enough, Remedies does not compare every combination with every
// other, which would take fifty times as long.
func TestRemediesOfManyRoles(t *testing.T) {
	var roles []Role
	for id := range Actions() {
		if (len(roles) < 11 || id == TicketBeAssigned.ID()) && id != TicketMerge.ID() {
			roles = append(roles, roleNamed(t, "Role "+id.String(), TicketMerge.At(ScopeGlobal), scoped(id, ScopeRestricted)))
		}
	}
	inHR := ticketOf("emea", "bob")
	inHR.Workspace = "hr"
	assert.Len(t, Remedies(Explain(ask(riya(), TicketMerge, TicketPair{ticketOf("apac", "bob"), inHR})), roles...), MaxRemedies, "of 625")
}

// If there are more than MaxRemedies, the first in order are returned.
func TestMaxRemedies(t *testing.T) {
	outside, inHR := ticketOf("apac", "bob"), ticketOf("emea", "bob")
	inHR.Workspace = "hr"
	request := ask(riya(), TicketMerge, TicketPair{outside, inHR})
	roles := incomparable(t, TicketMerge.ID(), 30)
	var all []Remedy
	for _, one := range roles {
		for _, other := range roles {
			pair := Remedy{
				{Kind: FixAssignRole, Binding: Binding{Role: one, Workspace: AccountWide, TicketScope: ScopeGlobal}},
				{Kind: FixAssignRole, Binding: Binding{Role: other, Workspace: "hr", TicketScope: ScopeGlobal}},
			}
			if other.Name() < one.Name() {
				slices.Reverse(pair)
			}
			all = append(all, pair)
		}
	}
	slices.SortStableFunc(all, func(a, b Remedy) int {
		return cmp.Or(
			strings.Compare(a[0].Binding.Role.Name(), b[0].Binding.Role.Name()), strings.Compare(string(a[0].Binding.Workspace), string(b[0].Binding.Workspace)),
			strings.Compare(a[1].Binding.Role.Name(), b[1].Binding.Role.Name()),
		)
	})
	assert.Equal(t, said(all[:MaxRemedies]), said(Remedies(Explain(request), roles...)))
	assert.Len(t, Remedies(Explain(request), roles[:3]...), 9*9, "if there are fewer, they are all")
	slices.Reverse(roles)
	assert.Equal(t, said(all[:MaxRemedies]), said(Remedies(Explain(request), roles...)), "in whatever order they are offered")
}

// A remedy is larger than another if each fix of the other is within a different fix of it.
func TestRemediesOfTwoRoles(t *testing.T) {
	ours, inHR := ticketOf("billing", "riya"), ticketOf("billing", "riya")
	inHR.Workspace = "hr"
	desk, office := roleNamed(t, "Desk", TicketMerge.At(ScopeRestricted), TicketReply.At(ScopeRestricted)), roleNamed(t, "Office", TicketMerge.At(ScopeRestricted), SettingsManage.At(ScopeGlobal))
	request := ask(riya(), TicketMerge, TicketPair{ours, inHR})
	assert.Equal(t, `give the agent the role "Desk" account-wide, tickets at restricted (by an administrator) and give the agent the role "Desk" in workspace "hr", tickets at restricted (by an administrator)
give the agent the role "Desk" account-wide, tickets at restricted (by an administrator) and give the agent the role "Office" in workspace "hr", tickets at restricted (by an administrator)
give the agent the role "Desk" in workspace "hr", tickets at restricted (by an administrator) and give the agent the role "Office" account-wide, tickets at restricted (by an administrator)
give the agent the role "Office" account-wide, tickets at restricted (by an administrator) and give the agent the role "Office" in workspace "hr", tickets at restricted (by an administrator)`, said(Remedies(Explain(request), desk, office)))
}

// Remedies does not write to the spare capacity of the lists of bindings.
func TestRemediesKeepTheRoles(t *testing.T) {
	held := append(make([]Binding, 0, 2), wide(TicketCollaboratorRole.Role(), ScopeGlobal))
	helper := bob(held...)
	request := ask(riya(wide(AgentRole.Role(), ScopeGlobal)), TicketAssign, TicketAssignment{Ticket: ticketOf("apac", ""), To: helper})
	assert.NotEmpty(t, Remedies(Explain(request), everyBuiltIn...))
	assert.Zero(t, held[:2][1])
}

// Without offered roles, one remedy can use the Shared Agent role for a shared agent and
// the agents' roles for a recipient.
func TestRemediesOfferToEach(t *testing.T) {
	roleless := sam()
	roleless.Bindings = nil
	ticket := from(customer("apac"))
	for _, c := range []struct {
		name    string
		request Request
		want    string
	}{
		{"both", ask(sam(custom(t, TicketAssign.At(ScopeShared))), TicketAssign, TicketAssignment{Ticket: ticket, To: bob()}), `mention the agent in it (by a colleague) and give the recipient the role "Agent" account-wide, tickets at restricted (by an administrator)
give the agent view access to the customer in the CRM (by the CRM owner) and give the recipient the role "Agent" account-wide, tickets at restricted (by an administrator)`},
		{"a role that permits it", ask(roleless, TicketReply, ticket), `give the agent the role "Shared Agent" account-wide, tickets at global (by an administrator)
mention the agent in it (by a colleague) and give the agent the role "Shared Agent" account-wide, tickets at restricted (by an administrator)
give the agent view access to the customer in the CRM (by the CRM owner) and give the agent the role "Shared Agent" account-wide, tickets at restricted (by an administrator)`},
		{"none that permits it", ask(roleless, TicketDelete, ticket), ``},
	} {
		t.Run(c.name, func(t *testing.T) {
			remedies := Remedies(Explain(c.request), everyBuiltIn...)
			assert.Equal(t, c.want, said(remedies))
			for _, remedy := range remedies {
				verify(t, c.request, remedy)
			}
		})
	}
}

// A support engineer needs a new support grant to get in or to be allowed more.
func TestRemediesOfSessions(t *testing.T) {
	desk := granted(t, SupportGrantTerms{Roles: []Role{AgentRole.Role()}})
	hr, inIT := ticketOf("", ""), ticketOf("", "")
	hr.Workspace, inIT.Workspace = "hr", "it"
	poor := desk.Session(eve, Account{ID: "acme"}, noon)
	for _, c := range []struct {
		name    string
		request Request
		want    string
	}{
		{"no grant", ask(at(SupportGrant{}, noon), TicketView, ticketOf("", "")), `create a support grant with role "Agent" account-wide (by the account administrator)`},
		{"a wider role", ask(at(desk, noon), SettingsManage, Settings{Account: "acme"}), `create a support grant with role "Administrator" account-wide (by the account administrator)`},
		{"a workspace", ask(at(desk, noon), TicketReply, hr), `create a support grant with role "Agent" in workspace "hr" (by the account administrator)`},
		{"two workspaces", ask(at(desk, noon), TicketMerge, TicketPair{ticketOf("", ""), hr}),
			`create a support grant with role "Agent" in workspace "hr" (by the account administrator)`},
		{"two workspaces, one of them granted", ask(at(granted(t, SupportGrantTerms{Roles: []Role{AgentRole.Role()}, Workspaces: map[WorkspaceID][]Role{"it": nil}}), noon), TicketMerge, TicketPair{inIT, hr}),
			`create a support grant with role "Agent" in workspace "hr" (by the account administrator) and create a support grant with role "Agent" in workspace "it" (by the account administrator)`},
		{"a feature", ask(poor, TicketAttach, ticketOf("", "")), `move to a plan with attachments (by the plan owner)`},
		{"a feature and a workspace", ask(poor, TicketAttach, hr),
			`create a support grant with role "Agent" in workspace "hr" (by the account administrator) and move to a plan with attachments (by the plan owner)`},
		{"never", ask(at(SupportGrant{}, noon), DataExport, acme), ``},
		{"to another agent", ask(at(granted(t, SupportGrantTerms{}), noon), TicketAssign, TicketAssignment{Ticket: ticketOf("", ""), To: bob()}),
			`give the recipient the role "Agent" account-wide, tickets at restricted (by an administrator)`},
	} {
		t.Run(c.name, func(t *testing.T) {
			remedies := Remedies(Explain(c.request), AgentRole.Role(), AdministratorRole.Role(), SupportAgentRole.Role())
			assert.Equal(t, c.want, said(remedies))
			for _, remedy := range remedies {
				verify(t, c.request, remedy)
				subject, _ := remedy.Apply(c.request.Subject, c.request.Resource)
				for _, fix := range remedy {
					if fix.Kind == FixCreateSupportGrant {
						assert.Zero(t, fix.Binding.TicketScope, "of a grant there is none")
					}
				}
				session := subject.(*SupportSession)
				assert.Equal(t, SupportGrantActive, session.Grant().Status(noon))
				assert.Equal(t, eve, session.Engineer())
			}
		})
	}
}

// RemediesBy returns only what the administrator is allowed to do.
func TestRemediesBy(t *testing.T) {
	me := riya(wide(AgentRole.Role(), ScopeRestricted))
	apac := ticketOf("apac", "bob")
	lead := func(permissions ...Permission) *Agent {
		agent := bob(custom(t, append(permissions, TicketView.At(ScopeGlobal), TicketReply.At(ScopeGlobal))...), wide(AgentRole.Role(), ScopeGlobal))
		agent.ID = "lead"
		agent.Groups = map[GroupID]Access{"apac": Edit}
		return agent
	}
	elsewhere := bob(wide(AgentRole.Role(), ScopeGroup), custom(t, AgentRoleAssign.At(ScopeGlobal), AgentGroupAssign.At(ScopeGlobal)))
	gone := riya(wide(AgentRole.Role(), ScopeGlobal))
	gone.Deactivated = true
	lost, apart, poor := sam(), sam(), riya(wide(AgentRole.Role(), ScopeGlobal))
	lost.Deactivated, apart.Account.Integrated = true, false
	poor.Account.Plan = Plan{}
	boss := &Agent{ID: "olga", Account: acme, Bindings: []Binding{inOpen(AccountAdministratorRole.Role(), ScopeGlobal)}}
	for _, c := range []struct {
		name    string
		by      Subject
		request Request
		want    string
	}{
		{"no administrator", nil, ask(me, TicketReply, apac), ``},
		{"who may assign", lead(TicketAssign.At(ScopeGlobal)), ask(me, TicketReply, apac), `assign it to the agent (by an administrator)`},
		{"who may not", bob(), ask(me, TicketReply, apac), ``},
		{"who may widen", lead(AgentScopeEdit.At(ScopeGlobal)), ask(me, TicketReply, apac), `assign it to the agent (by an administrator)
widen the agent's ticket scope for role "Agent" account-wide to global (by an administrator)`},
		{"who may give roles", lead(AgentRoleAssign.At(ScopeGlobal)), ask(riya(), TicketReply, apac),
			`give the agent the role "Agent" account-wide, tickets at global (by an administrator)
assign it to the agent (by an administrator) and give the agent the role "Agent" account-wide, tickets at restricted (by an administrator)`},
		{"who may widen and put into groups", lead(AgentScopeEdit.At(ScopeGlobal), AgentGroupAssign.At(ScopeGlobal)), ask(me, TicketReply, apac), `assign it to the agent (by an administrator)
widen the agent's ticket scope for role "Agent" account-wide to global (by an administrator)
give the agent edit access in group "apac" (by an administrator) and widen the agent's ticket scope for role "Agent" account-wide to group (by an administrator)`},
		{"who covers each of two fixes, and not both", elsewhere, ask(&Agent{ID: "nina", Account: acme}, TicketReply, apac),
			`assign it to the agent (by an administrator) and give the agent the role "Agent" account-wide, tickets at restricted (by an administrator)`},
		{"oneself", &Agent{ID: "riya", Account: acme, Bindings: boss.Bindings}, ask(me, TicketReply, apac), `assign it to the agent (by an administrator)`},
		{"who may edit agents", boss, ask(gone, TicketReply, apac), `reactivate the agent (by an administrator)`},
		{"who may not edit agents", lead(), ask(gone, TicketReply, apac), ``},
		{"who may edit shared agents", boss, ask(lost, TicketReply, from(customer("emea"))), `reactivate the agent (by an administrator)`},
		{"who may connect", boss, ask(apart, TicketReply, from(customer("emea"))), `connect the desk to the CRM (by the account administrator)`},
		{"who may not connect", lead(), ask(apart, TicketReply, from(customer("emea"))), ``},
		{"who may pay", boss, ask(poor, TicketAttach, apac), `move to a plan with attachments (by the plan owner)`},
		{"who may not pay", lead(), ask(poor, TicketAttach, apac), ``},
		{"who may mention", lead(TicketMention.At(ScopeGlobal)), ask(sam(), TicketReply, from(customer("apac"))), `mention the agent in it (by a colleague)
give the agent view access to the customer in the CRM (by the CRM owner)`},
		{"who may not widen, of a CRM user", bob(), ask(&CRMOnlyUser{Account: acme, CRM: sam().CRM}, TicketReply, from(customer("apac"))),
			`make the CRM user a shared agent (by the CRM owner) and give the agent view access to the customer in the CRM (by the CRM owner)`},
		{"who reaches nothing", bob(), ask(sam(), TicketReply, from(customer("apac"))), `give the agent view access to the customer in the CRM (by the CRM owner)`},
		{"who may let engineers in", boss, ask(at(SupportGrant{}, noon), TicketReply, apac), `create a support grant with role "Agent" account-wide (by the account administrator)`},
		{"who may not let engineers in", lead(), ask(at(SupportGrant{}, noon), TicketReply, apac), ``},
		{"who may hand over chats", boss, ask(riya(custom(t, ConversationView.At(ScopeRestricted), ConversationReply.At(ScopeGlobal))), ConversationView, chatOf("", "")),
			`assign it to the agent (by an administrator)`},
		{"who may change the recipient", boss, ask(riya(wide(AgentRole.Role(), ScopeGlobal)), TicketAssign, TicketAssignment{Ticket: apac, To: bob(wide(TicketCollaboratorRole.Role(), ScopeGlobal))}),
			`give the recipient the role "Agent" account-wide, tickets at restricted (by an administrator)`},
	} {
		t.Run(c.name, func(t *testing.T) {
			offered := []Role{AgentRole.Role()}
			if _, outside := c.request.Subject.(*CRMOnlyUser); outside {
				offered = append(offered, SharedAgentRole.Role())
			}
			assert.Equal(t, c.want, said(RemediesBy(c.by, Explain(c.request), offered...)))
		})
	}
}

// An administrator who can give roles and not widen them gets a remedy with a larger role.
func TestRemediesByGivingMore(t *testing.T) {
	lead := bob(wide(SupervisorRole.Role(), ScopeGlobal), custom(t, AgentRoleAssign.At(ScopeGlobal)))
	lead.ID = "lead"
	me := &Agent{ID: "nina", Account: acme, Bindings: []Binding{wide(AgentRole.Role(), ScopeRestricted)}}
	ticket := ticketOf("", "")
	e := Explain(NewRequest(me, TicketReply, &ticket))
	assert.Equal(t, `assign it to the agent (by an administrator)
widen the agent's ticket scope for role "Agent" account-wide to global (by an administrator)`, said(Remedies(e, AgentRole.Role(), SupervisorRole.Role())))
	assert.Equal(t, `assign it to the agent (by an administrator)
give the agent the role "Supervisor" account-wide, tickets at global (by an administrator)`, said(RemediesBy(lead, e, AgentRole.Role(), SupervisorRole.Role())))
}

// Authorize allows the administrator every fix of RemediesBy.
func TestRemediesByAreAllowed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q := worlds.AgentRequests.Draw(t, "request")
		b := worlds.Build(q)
		me, isAgent := b.Subject.(*Agent)
		if !isAgent || me == nil || slices.Contains(me.Account.OpenWorkspaces, AccountWide) { // no workspace has that ID
			return
		}
		boss := worlds.Build(oracle.Request{Subject: worlds.DrawAgent(t, rapid.SampledFrom([]string{"boss", "boss", "riya"}).Draw(t, "boss ID"), rapid.Custom(func(t *rapid.T) oracle.Binding {
			return worlds.DrawBinding(t, []*oracle.Role{worlds.BuiltIns[0], worlds.BuiltIns[1], worlds.BuiltIns[2]}, "boss")
		}), "boss"), Action: "ticket.view"}).Subject
		e := Explain(b.Request())
		all := Remedies(e, everyBuiltIn...)
		for _, remedy := range RemediesBy(boss, e, everyBuiltIn...) {
			verify(t, b.Request(), remedy)
			require.True(t, slices.ContainsFunc(all, func(r Remedy) bool { return under(r, remedy) }), "%v", remedy)
			subject, _ := remedy.Apply(b.Subject, b.Resource.Value)
			for _, f := range remedy {
				if f.ForRecipient {
					continue
				}
				switch f.Kind {
				case FixAssignRole:
					require.True(t, Authorize(boss, AgentRoleAssign, &RoleAssignment{b.Subject, f.Binding}).Allowed(), "%v", f)
					require.True(t, Authorize(boss, AgentRoleAssign, &RoleAssignment{subject, f.Binding}).Allowed(), "%v", f)
				case FixWidenScope:
					require.True(t, Authorize(boss, AgentScopeEdit, &RoleAssignment{b.Subject, f.Binding}).Allowed(), "%v", f)
				case FixGroupAccess:
					require.True(t, Authorize(boss, AgentGroupAssign, &GroupMembership{b.Subject, AgentGroup{f.Group, me.Account.ID}, f.Access}).Allowed(), "%v", f)
				}
			}
		}
	})
}

// A fix names who can carry it out, and never changes its arguments.
func TestFixes(t *testing.T) {
	parties := map[FixKind]FixOwner{
		0: 0, FixMakeSharedAgent: FixOwnerCRMOwner, FixReactivate: FixOwnerAdministrator, FixReactivateInCRM: FixOwnerCRMOwner, FixConnectCRM: FixOwnerAccountAdministrator,
		FixCreateSupportGrant: FixOwnerAccountAdministrator, FixUpgradePlan: FixOwnerPlanOwner, FixAssign: FixOwnerAdministrator, FixMention: FixOwnerColleague,
		FixAddParticipant: FixOwnerColleague, FixUnassign: FixOwnerAdministrator, FixRoute: FixOwnerAdministrator,
		FixCustomerAccess: FixOwnerCRMOwner, FixGroupAccess: FixOwnerAdministrator, FixWidenScope: FixOwnerAdministrator, FixAssignRole: FixOwnerAdministrator, FixWidenLimit: FixOwnerAdministrator, FixWidenLimit + 1: 0,
	}
	for kind, party := range parties {
		assert.Equal(t, party, Fix{Kind: kind}.By(), kind)
	}
	assert.Equal(t, "change nothing", Fix{}.String())
	assert.Equal(t, "change nothing", Remedy{}.String())
	assert.Equal(t, FixOwnerAccountAdministrator, Fix{Kind: FixAssignRole, Binding: inOpen(AccountAdministratorRole.Role(), ScopeRestricted)}.By())

	subjects := []Subject{nil, (*Agent)(nil), riya(), sam(), &CRMOnlyUser{Account: acme, CRM: CRMUser{ID: "u"}}, at(granted(t, SupportGrantTerms{}), noon), &CRMOnlyUser{}}
	resources := []Resource{
		nil, (*Ticket)(nil), Ticket{}, &Ticket{}, Conversation{}, Contact{}, &Company{}, Report{}, ContactPair{}, TicketPair{}, Note{}, TimeEntry{},
		TicketAssignment{}, ConversationAssignment{}, TicketAssignment{To: riya()},
	}
	for kind := FixKind(0); kind <= FixAssignRole+1; kind++ {
		for _, second := range []bool{false, true} {
			for _, recipient := range []bool{false, true} {
				for _, subject := range subjects {
					for _, resource := range resources {
						before := fmt.Sprintf("%#v %#v", subject, resource)
						fix := Fix{Kind: kind, ForSecond: second, ForRecipient: recipient, Binding: wide(AgentRole.Role(), ScopeGroup), Group: "g", Access: Edit, Features: AllFeatures}
						Remedy{fix}.Apply(subject, resource)
						require.Equal(t, before, fmt.Sprintf("%#v %#v", subject, resource), fix)
					}
				}
			}
		}
	}
}

// Apply changes copies, of values and of pointers.
func TestApply(t *testing.T) {
	me, ticket := riya(wide(AgentRole.Role(), ScopeGroup)), ticketOf("apac", "bob")
	assigned := Remedy{{Kind: FixAssign}}
	_, byValue := assigned.Apply(me, ticket)
	_, byPointer := assigned.Apply(me, &ticket)
	assert.Equal(t, AgentID("riya"), byValue.(*Ticket).Assignee)
	assert.Equal(t, byValue, byPointer)
	assert.Equal(t, AgentID("bob"), ticket.Assignee)

	self := TicketAssignment{Ticket: ticket, To: me}
	subject, resource := Remedy{{Kind: FixGroupAccess, Group: "apac", Access: Edit}}.Apply(me, &self)
	assert.Same(t, subject, resource.(*TicketAssignment).To, "one and the same")
	assert.Same(t, me, self.To)
	report := &Report{Account: "acme"}
	_, same := assigned.Apply(me, report)
	assert.Same(t, report, same)
}

// A fix changes only what it is about.
func TestApplyKeepsTheRest(t *testing.T) {
	apply := func(subject Subject, resource Resource, remedy ...Fix) (Subject, Resource) {
		return Remedy(remedy).Apply(subject, resource)
	}
	upgrade := Fix{Kind: FixUpgradePlan, Features: FeatureCustomRoles}
	poor := riya()
	poor.Account.Plan.Features = FeatureAttachments
	subject, _ := apply(poor, nil, upgrade)
	assert.Equal(t, FeatureAttachments|FeatureCustomRoles, subject.(*Agent).Account.Plan.Features)
	subject, _ = apply(&CRMOnlyUser{Account: Account{ID: "acme"}, CRM: CRMUser{ID: "u", Deactivated: true}}, nil, upgrade, Fix{Kind: FixReactivateInCRM})
	assert.Equal(t, &CRMOnlyUser{Account: Account{ID: "acme", Plan: Plan{Features: FeatureCustomRoles}}, CRM: CRMUser{ID: "u"}}, subject)
	for _, nobody := range []Subject{nil, (*Agent)(nil), &CRMOnlyUser{}} {
		subject, _ = apply(nobody, nil, upgrade)
		assert.Equal(t, nobody, subject)
	}

	// Bindings are added to a copy, and the widest binding of the role is widened, the first of equals.
	held := append(make([]Binding, 0, 2), wide(AgentRole.Role(), ScopeGroup))
	more := riya()
	more.Bindings = held
	apply(more, nil, Fix{Kind: FixAssignRole, Binding: wide(SupervisorRole.Role(), ScopeGlobal)})
	assert.Equal(t, Binding{}, held[:2][1])
	restricted, group, unscoped, global := wide(AgentRole.Role(), ScopeRestricted), wide(AgentRole.Role(), ScopeGroup), wide(AgentRole.Role(), 1<<15), wide(AgentRole.Role(), ScopeGlobal)
	inIT := Binding{Role: AgentRole.Role(), Workspace: "it", TicketScope: ScopeGroup}
	for _, c := range []struct{ before, after []Binding }{
		{[]Binding{restricted, group, unscoped, group, inIT}, []Binding{restricted, global, unscoped, group, inIT}},
		{[]Binding{group, restricted}, []Binding{global, restricted}},
		{[]Binding{inIT}, []Binding{inIT}},
	} {
		subject, _ = apply(riya(c.before...), nil, Fix{Kind: FixWidenScope, Binding: global})
		assert.Equal(t, c.after, subject.(*Agent).Bindings)
	}

	// A support grant has each role once, and the workspaces that are not account-wide.
	visitor := at(SupportGrant{}, noon)
	subject, _ = apply(visitor, nil, Fix{Kind: FixCreateSupportGrant, Binding: wide(AgentRole.Role(), 0)}, Fix{Kind: FixCreateSupportGrant, Binding: Binding{Role: AgentRole.Role(), Workspace: "it"}})
	grant := subject.(*SupportSession).Grant()
	assert.Equal(t, SupportGrantID("requested"), grant.ID())
	assert.Equal(t, []time.Time{noon, noon.Add(DefaultSupportGrantDuration)}, []time.Time{grant.Start(), grant.End()})
	assert.Equal(t, []Role{AgentRole.Role()}, grant.Roles())
	assert.Equal(t, map[WorkspaceID][]Role{"it": nil}, grant.Workspaces())

	// The CRM's answers for other customers stay while they are valid.
	user := sam()
	user.CRM.Sees = 0
	user.CRM.Visibility = CRMVisibility{Contacts: map[ContactID]Access{"c-2": Edit}, AsOf: day(4), MaxAge: time.Hour}
	user.Now = day(4)
	see := Fix{Kind: FixCustomerAccess, Access: View}
	subject, _ = apply(user, customer("apac"), see)
	assert.Equal(t, CRMVisibility{Contacts: map[ContactID]Access{"c-1": View, "c-2": Edit}, AsOf: day(4), MaxAge: time.Hour}, subject.(*SharedAgent).CRM.Visibility)
	subject, _ = apply(user, Company{ID: "k"}, see)
	assert.Equal(t, CRMVisibility{Contacts: map[ContactID]Access{"c-2": Edit}, Companies: map[CompanyID]Access{"k": View}, AsOf: day(4), MaxAge: time.Hour}, subject.(*SharedAgent).CRM.Visibility)
	second := see
	second.ForSecond = true
	subject, _ = apply(user, Company{ID: "k"}, second)
	assert.Equal(t, user.CRM.Visibility, subject.(*SharedAgent).CRM.Visibility, "a company has no second part")
	_, resource := apply(sam(), ContactPair{*customer("emea"), *customer("apac")}, second)
	assert.Nil(t, resource.(*ContactPair).From.CRM.Team)
	assert.Equal(t, map[CRMUserID]Access{"u-sam": View}, resource.(*ContactPair).Into.CRM.Team)

	// A conversation has no second part either.
	chat := chatOf("apac", "ann")
	for fix, assignee := range map[Fix]AgentID{
		{Kind: FixAssign}: "riya", {Kind: FixAssign, ForRecipient: true}: "bob", {Kind: FixAssign, ForSecond: true}: "ann",
	} {
		_, resource = apply(riya(), ConversationAssignment{Conversation: chat, To: bob()}, fix)
		assert.Equal(t, assignee, resource.(*ConversationAssignment).Conversation.Assignee, fix)
	}
}

// BenchmarkExplain explains a denial, with all remedies, to an agent with five
// bindings who could be given any of nine roles.
func BenchmarkExplain(b *testing.B) {
	agent := riya(wide(AgentRole.Role(), ScopeGroup), wide(TicketCollaboratorRole.Role(), ScopeRestricted), Binding{Role: SupervisorRole.Role(), Workspace: "it", TicketScope: ScopeGlobal},
		wide(SupportAgentRole.Role(), ScopeGlobal), wide(SalesUserRole.Role(), ScopeGlobal))
	offered := rolesOfAgents()[:9]
	for _, ticket := range []Ticket{ticketOf("apac", "bob"), ticketOf("refunds", "bob")} {
		b.Run(Authorize(agent, TicketReply, &ticket).Reason.String(), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Remedies(Explain(NewRequest(agent, TicketReply, &ticket)), offered...)
			}
		})
	}
	newcomer, ticket := riya(agent.Bindings[1:]...), ticketOf("apac", "bob")
	b.Run("no_permission", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			Remedies(Explain(NewRequest(newcomer, TicketReply, &ticket)), offered...)
		}
	})
}

// Many ways to merge two confidential tickets have parts in common, which are tried once.
func TestRemediesOfTwoConfidential(t *testing.T) {
	roles := []Role{
		roleNamed(t, "Clears", TicketConfidential.At(Anything), TicketMerge.At(InGroup)),
		roleNamed(t, "Both", TicketMerge.At(InGroup|Assigned|Mentioned), TicketConfidential.At(ScopeGroup)),
		roleNamed(t, "Merges", TicketMerge.At(InGroup)),
	}
	secret := ticketOf("apac", "")
	secret.Confidential = true
	why := Explain(NewRequest(riya(), TicketMerge, &TicketPair{secret, secret}))
	assert.NotEmpty(t, Remedies(why, roles...))
	assert.Less(t, testing.AllocsPerRun(1, func() { Remedies(why, roles...) }), 1_000_000.0)
}

// However many roles are enough for what is confidential, Remedies tries about as many
// combinations, where all would be eighty times as many for three times the roles. Those that
// it returns are remedies, and the ones with the fewest fixes are among them.
func TestRemediesOfManyConfidential(t *testing.T) {
	effort.Alone(t)
	secret := secretOf("apac", "bob")
	for name, c := range map[string]struct {
		request Request
		halved  bool
		fewest  int // fixes
	}{
		"replies by one role":          {NewRequest(riya(), TicketReply, &secret), false, 1},
		"replies by two roles":         {NewRequest(riya(), TicketReply, &secret), true, 2},
		"an assignment by one role":    {secretAssignment(), false, 2},
		"an assignment by several":     {secretAssignment(), true, 3},
		"a merge by one role":          {NewRequest(riya(), TicketMerge, &TicketPair{secret, secret}), false, 1},
		"a merge by two roles":         {NewRequest(riya(), TicketMerge, &TicketPair{secret, secret}), true, 2},
		"a support engineer's replies": {NewRequest(at(SupportGrant{}, noon), TicketReply, &secret), true, 2},
	} {
		t.Run(name, func(t *testing.T) {
			work := make(map[int]float64)
			for _, n := range []int{10, 30, 100} {
				why, roles := Explain(c.request), clearing(t, n, c.halved, TicketReply.ID(), TicketAssign.ID(), TicketRoute.ID(), TicketMerge.ID())
				work[n] = testing.AllocsPerRun(1, func() { Remedies(why, roles...) })
				found := Remedies(why, roles...)
				require.NotEmpty(t, found)
				require.Len(t, found[0], c.fewest, "%v", found[0])
				for _, remedy := range found {
					verify(t, c.request, remedy)
				}
				if last := found[len(found)-1]; n == 100 && !c.halved { // as many as there are roles
					require.Len(t, found, MaxRemedies)
					require.Len(t, last, c.fewest, "%v", last)
				}
			}
			t.Log(work)
			assert.LessOrEqual(t, work[30], 6*work[10])
			assert.LessOrEqual(t, work[100], 6*work[30])
			assert.Less(t, work[100], 1_000_000.0)
		})
	}
}

// RemediesBy tries the combinations of what the administrator is allowed to do, however many
// others there are.
func TestRemediesByOfManyConfidential(t *testing.T) {
	secret, roles := secretOf("apac", "bob"), clearing(t, 100, true, TicketReply.ID())
	last := roles[98:]
	lead := bob(wide(last[0], ScopeGlobal), wide(last[1], ScopeGlobal), custom(t, AgentRoleAssign.At(ScopeGlobal)))
	lead.ID = "lead"
	why := Explain(NewRequest(&Agent{ID: "nina", Account: acme}, TicketReply, &secret))
	assert.Equal(t, `give the agent the role "Role 0098" account-wide, tickets at global (by an administrator) and give the agent the role "Role 0099" account-wide, tickets at global (by an administrator)`, said(RemediesBy(lead, why, roles...)))
}

// A key that assigns a ticket to its principal has the principal's remedies: they are one person.
func TestRemediesOfAKeyForItsPrincipal(t *testing.T) {
	me := riya(custom(t, TicketAssign.At(ScopeGlobal)))
	takes := roleNamed(t, "Taker", TicketBeAssigned.At(ScopeGlobal))
	key := keyWith(me, Limit{Permissions: NewPermissions(TicketAssign.At(ScopeGlobal)), Workspaces: []WorkspaceID{Everywhere}})
	to := &TicketAssignment{Ticket: Ticket{Account: "acme"}, To: me}
	own, keys := Remedies(Explain(NewRequest(me, TicketAssign, to)), takes), Remedies(Explain(NewRequest(key, TicketAssign, to)), takes)
	require.NotEmpty(t, own)
	assert.Equal(t, own, keys)
	verify(t, NewRequest(key, TicketAssign, to), keys[0])
	subject, resource := keys[0].Apply(key, to)
	assert.Same(t, subject.(*Delegate).Principal, resource.(*TicketAssignment).To)
}
