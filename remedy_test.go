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

// What would help, case by case.
func TestRemedies(t *testing.T) {
	agent := wide(AgentRole(), Group)
	gone := riya(wide(AgentRole(), Restricted))
	gone.Deactivated, gone.Account.Plan.Features = true, 0
	apac, inIT, inHR := ticketOf("apac", "bob"), ticketOf("apac", "bob"), ticketOf("apac", "bob")
	inIT.Workspace, inHR.Workspace = "it", "hr"
	oursInIT := inIT
	oursInIT.Group = "billing"
	chat := chatOf("apac", "bob")
	chats := custom(t, ConversationView.At(Group), ConversationView.At(Restricted), ConversationReply.At(Global))
	fresh, stale := sam(), sam()
	fresh.CRM.Scope, stale.CRM.Scope = 0, 0
	fresh.CRM.Visible = Visible{Contacts: map[ContactID]Access{"c-2": Edit}, Limit: time.Hour}
	stale.CRM.Visible = Visible{Contacts: map[ContactID]Access{"c-1": Edit}, Companies: map[CompanyID]Access{"k": Edit}, Age: 2 * time.Hour, Limit: time.Hour}
	company := Company{ID: "k", Account: "acme"}
	nobodys := sam()
	nobodys.CRM.ID = ""
	everything := sam()
	everything.Deactivated, everything.CRM.Deactivated, everything.Account.Integrated, everything.Account.Plan.Features = true, true, false, 0
	stranger := NonAgent{Account: Account{ID: "acme"}, CRM: CRMUser{ID: "u", Deactivated: true, Scope: Restricted}}
	foreign := from(&Contact{ID: "c-9", Account: "initech"})
	both := TicketPair{ticketOf("apac", "bob"), ticketOf("emea", "bob")}
	for _, c := range []struct {
		name    string
		request Request
		offered []Role
		want    string
	}{
		{"several ways", ask(riya(agent), TicketReply, apac), nil, `be assigned (the agent's manager)
join group "apac" with edit (the agent's manager)
widen the ticket scope of role "Agent" account-wide to global (the agent's manager)`},
		{"several gates", ask(gone, TicketAttach, apac), []Role{AgentRole()}, `be reactivated (the agent's manager) and move to a plan with attachments (the plan's owner) and be assigned (the agent's manager)
be reactivated (the agent's manager) and move to a plan with attachments (the plan's owner) and widen the ticket scope of role "Agent" account-wide to global (the agent's manager)
be reactivated (the agent's manager) and move to a plan with attachments (the plan's owner) and join group "apac" with edit (the agent's manager) and widen the ticket scope of role "Agent" account-wide to group (the agent's manager)`},
		{"in a workspace", ask(riya(agent), TicketView, inHR), []Role{AgentRole()}, `hold role "Agent" in workspace "hr", tickets at global (the agent's manager)
be assigned (the agent's manager) and hold role "Agent" in workspace "hr", tickets at restricted (the agent's manager)
join group "apac" with view (the agent's manager) and hold role "Agent" in workspace "hr", tickets at group (the agent's manager)`},
		{"the least role", ask(riya(), TicketView, apac), []Role{AccountAdministratorRole(), TicketCollaboratorRole(), SharedAgentRole(), foreignRole(t), {}}, `hold role "Ticket Collaborator" account-wide, tickets at global (the agent's manager)
be assigned (the agent's manager) and hold role "Account Administrator" account-wide, tickets at restricted (the account administrator)
join group "apac" with view (the agent's manager) and hold role "Ticket Collaborator" account-wide, tickets at group (the agent's manager)`},
		{"a role to be assigned", ask(riya(custom(t, TicketDelete.At(Restricted))), TicketDelete, apac), []Role{AgentRole()},
			`be assigned (the agent's manager) and hold role "Agent" account-wide, tickets at restricted (the agent's manager)`},
		{"none of the roles", ask(riya(), TicketPurge, apac), []Role{AgentRole()}, ``},
		{"a chat", ask(riya(chats), ConversationView, chat), []Role{AgentRole()}, `be assigned (the agent's manager)
join group "apac" with view (the agent's manager)`},
		{"beyond tickets", ask(riya(custom(t, ReportView.At(Group))), ReportView, Report{Account: "acme", Team: "apac"}), []Role{SupervisorRole()},
			`join group "apac" with view (the agent's manager)
hold role "Supervisor" account-wide, tickets at restricted (the agent's manager)`},
		{"two tickets", ask(riya(wide(AgentRole(), Group)), TicketMerge, both), []Role{AgentRole()}, `widen the ticket scope of role "Agent" account-wide to global (the agent's manager)
be assigned (the agent's manager) and be assigned (the second) (the agent's manager)
be assigned (the agent's manager) and join group "emea" with edit (the agent's manager)
be assigned (the second) (the agent's manager) and join group "apac" with edit (the agent's manager)
join group "apac" with edit (the agent's manager) and join group "emea" with edit (the agent's manager)`},
		{"a shared agent", ask(sam(), TicketReply, from(customer("apac"))), nil, `be mentioned (a colleague)
get access to the customer in the CRM: view (an owner in the CRM)
widen the ticket scope of role "Shared Agent" account-wide to global (the agent's manager)`},
		{"a requester of another account", ask(sam(), TicketReply, foreign), nil, `be mentioned (a colleague)
widen the ticket scope of role "Shared Agent" account-wide to global (the agent's manager)`},
		{"a contact", ask(sam(), ContactEdit, *customer("apac")), nil, `get access to the customer in the CRM: edit (an owner in the CRM)`},
		{"an answer that is fresh", ask(fresh, ContactView, *customer("apac")), nil, `get access to the customer in the CRM: view (an owner in the CRM)`},
		{"an answer that is stale", ask(stale, CompanyView, company), nil, `get access to the customer in the CRM: view (an owner in the CRM)`},
		{"two contacts", ask(sam(custom(t, ContactMerge.At(Global))), ContactMerge, ContactPair{*customer("apac"), *customer("apac")}), nil,
			`get access to the customer in the CRM: edit (an owner in the CRM) and get access to the customer in the CRM: edit (the second) (an owner in the CRM)`},
		{"nobody in the CRM", ask(nobodys, TicketReply, from(customer("emea"))), nil, ``},
		{"every gate", ask(everything, TicketAttach, from(customer("emea"))), nil,
			`be reactivated (the agent's manager) and be reactivated in the CRM (an owner in the CRM) and connect desk and CRM (the account administrator) and move to a plan with attachments (the plan's owner)`},
		{"no agent", ask(&stranger, TicketReply, from(customer("apac"))), nil, `become a shared agent (an owner in the CRM) and be reactivated in the CRM (an owner in the CRM) and connect desk and CRM (the account administrator) and be mentioned (a colleague)
become a shared agent (an owner in the CRM) and be reactivated in the CRM (an owner in the CRM) and connect desk and CRM (the account administrator) and get access to the customer in the CRM: view (an owner in the CRM)
become a shared agent (an owner in the CRM) and be reactivated in the CRM (an owner in the CRM) and connect desk and CRM (the account administrator) and widen the ticket scope of role "Shared Agent" account-wide to global (the agent's manager)`},
		{"forbidden once live", ask(gone, RoleUpdate, newRole(t, "Tier 2")), nil, ``},
		{"somebody else's", ask(riya(), TicketNoteEditOwn, Note{apac, "bob"}), nil, ``},
		{"one's own", ask(riya(), TicketNoteEditOwn, Note{ticketOf("billing", ""), "riya"}), []Role{AgentRole()}, `hold role "Agent" account-wide, tickets at group (the agent's manager)
be assigned (the agent's manager) and hold role "Agent" account-wide, tickets at restricted (the agent's manager)`},
		{"two tickets, without a role", ask(riya(), TicketMerge, TicketPair{ticketOf("emea", "bob"), ticketOf("apac", "bob")}), []Role{AgentRole()}, `hold role "Agent" account-wide, tickets at global (the agent's manager)
be assigned (the agent's manager) and be assigned (the second) (the agent's manager) and hold role "Agent" account-wide, tickets at restricted (the agent's manager)
be assigned (the agent's manager) and join group "apac" with edit (the agent's manager) and hold role "Agent" account-wide, tickets at group (the agent's manager)
be assigned (the second) (the agent's manager) and join group "emea" with edit (the agent's manager) and hold role "Agent" account-wide, tickets at group (the agent's manager)
join group "apac" with edit (the agent's manager) and join group "emea" with edit (the agent's manager) and hold role "Agent" account-wide, tickets at group (the agent's manager)`},
		{"two tickets, without a role and the other way round", ask(riya(), TicketMerge, both), []Role{AgentRole()}, `hold role "Agent" account-wide, tickets at global (the agent's manager)
be assigned (the agent's manager) and be assigned (the second) (the agent's manager) and hold role "Agent" account-wide, tickets at restricted (the agent's manager)
be assigned (the agent's manager) and join group "emea" with edit (the agent's manager) and hold role "Agent" account-wide, tickets at group (the agent's manager)
be assigned (the second) (the agent's manager) and join group "apac" with edit (the agent's manager) and hold role "Agent" account-wide, tickets at group (the agent's manager)
join group "apac" with edit (the agent's manager) and join group "emea" with edit (the agent's manager) and hold role "Agent" account-wide, tickets at group (the agent's manager)`},
		{"two tickets, one in a restricted workspace", ask(riya(wide(TicketCollaboratorRole(), Global)), TicketMerge, TicketPair{ticketOf("billing", "bob"), oursInIT}), []Role{AgentRole(), AdministratorRole()}, `hold role "Administrator" account-wide, tickets at group (the agent's manager)
hold role "Agent" account-wide, tickets at group (the agent's manager) and hold role "Agent" in workspace "it", tickets at group (the agent's manager)
be assigned (the agent's manager) and be assigned (the second) (the agent's manager) and hold role "Administrator" account-wide, tickets at restricted (the agent's manager)
be assigned (the agent's manager) and hold role "Agent" account-wide, tickets at restricted (the agent's manager) and hold role "Agent" in workspace "it", tickets at group (the agent's manager)
be assigned (the second) (the agent's manager) and hold role "Agent" account-wide, tickets at group (the agent's manager) and hold role "Agent" in workspace "it", tickets at restricted (the agent's manager)
be assigned (the agent's manager) and be assigned (the second) (the agent's manager) and hold role "Agent" account-wide, tickets at restricted (the agent's manager) and hold role "Agent" in workspace "it", tickets at restricted (the agent's manager)`},
		{"two tickets for an engineer", ask(at(granted(t, Terms{Roles: []Role{TicketCollaboratorRole()}}), noon), TicketMerge, TicketPair{ticketOf("emea", "bob"), inIT}), []Role{AgentRole(), AdministratorRole()}, `obtain a grant of role "Agent" in workspace "it" (the account administrator)`},
		{"two customers", ask(sam(custom(t, ContactMerge.At(Global))), ContactMerge, ContactPair{*customer("apac"), *customer("apac")}), nil, `get access to the customer in the CRM: edit (an owner in the CRM) and get access to the customer in the CRM: edit (the second) (an owner in the CRM)`},
		{"a time entry", ask(riya(agent), TimeView, TimeEntry{apac, "bob"}), []Role{AgentRole()}, `be assigned (the agent's manager)
join group "apac" with view (the agent's manager)
widen the ticket scope of role "Agent" account-wide to global (the agent's manager)`},
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

// Whoever is to receive something may need a remedy, and the one who gives it too.
func TestRemediesOfRecipients(t *testing.T) {
	me, helper := riya(wide(AgentRole(), Global)), bob(wide(TicketCollaboratorRole(), Global))
	viewer := bob(wide(AgentRole(), Group))
	viewer.Groups = map[GroupID]Access{"apac": View}
	gone := bob()
	gone.Deactivated = true
	apac, chat := ticketOf("apac", ""), chatOf("apac", "")
	self, asleep := riya(), riya()
	asleep.Deactivated = true
	gives := riya(custom(t, ConversationAssign.At(Global)))
	for _, c := range []struct {
		name    string
		request Request
		want    string
	}{
		{"a role", ask(me, TicketAssign, Assignment{Ticket: apac, To: helper}), `recipient: hold role "Agent" account-wide, tickets at restricted (the agent's manager)`},
		{"a group that they view", ask(me, TicketAssign, Assignment{Ticket: apac, To: viewer}), `recipient: join group "apac" with edit (the agent's manager)
recipient: widen the ticket scope of role "Agent" account-wide to global (the agent's manager)`},
		{"another group", ask(me, TicketAssign, Assignment{Ticket: ticketOf("billing", ""), To: viewer, Group: AgentGroup{"apac", "acme"}}), `recipient: join group "apac" with edit (the agent's manager)
recipient: widen the ticket scope of role "Agent" account-wide to global (the agent's manager)`},
		{"life and a role", ask(me, TicketAssign, Assignment{Ticket: apac, To: gone}),
			`recipient: be reactivated (the agent's manager) and recipient: hold role "Agent" account-wide, tickets at restricted (the agent's manager)`},
		{"both", ask(riya(wide(AgentRole(), Restricted)), TicketAssign, Assignment{Ticket: ticketOf("", "riya"), To: helper}), `recipient: hold role "Agent" account-wide, tickets at restricted (the agent's manager)`},
		{"both without a role", ask(riya(), TicketAssign, Assignment{Ticket: apac, To: bob()}), `hold role "Agent" account-wide, tickets at global (the agent's manager) and recipient: hold role "Agent" account-wide, tickets at restricted (the agent's manager)
be assigned (the agent's manager) and hold role "Agent" account-wide, tickets at restricted (the agent's manager) and recipient: hold role "Agent" account-wide, tickets at restricted (the agent's manager)
join group "apac" with edit (the agent's manager) and hold role "Agent" account-wide, tickets at group (the agent's manager) and recipient: hold role "Agent" account-wide, tickets at restricted (the agent's manager)`},
		{"both without a group", ask(riya(wide(AgentRole(), Group)), TicketAssign, Assignment{Ticket: apac, To: viewer}), `be assigned (the agent's manager) and recipient: join group "apac" with edit (the agent's manager)
be assigned (the agent's manager) and recipient: widen the ticket scope of role "Agent" account-wide to global (the agent's manager)
join group "apac" with edit (the agent's manager) and recipient: join group "apac" with edit (the agent's manager)
join group "apac" with edit (the agent's manager) and recipient: widen the ticket scope of role "Agent" account-wide to global (the agent's manager)
recipient: join group "apac" with edit (the agent's manager) and widen the ticket scope of role "Agent" account-wide to global (the agent's manager)
widen the ticket scope of role "Agent" account-wide to global (the agent's manager) and recipient: widen the ticket scope of role "Agent" account-wide to global (the agent's manager)`},
		{"oneself", ask(self, TicketAssign, Assignment{Ticket: apac, To: self}), `hold role "Agent" account-wide, tickets at global (the agent's manager)
be assigned (the agent's manager) and hold role "Agent" account-wide, tickets at restricted (the agent's manager)
join group "apac" with edit (the agent's manager) and hold role "Agent" account-wide, tickets at group (the agent's manager)`},
		{"oneself, once live", ask(asleep, TicketAssign, Assignment{Ticket: apac, To: asleep}), `be reactivated (the agent's manager) and hold role "Agent" account-wide, tickets at global (the agent's manager)
be reactivated (the agent's manager) and be assigned (the agent's manager) and hold role "Agent" account-wide, tickets at restricted (the agent's manager)
be reactivated (the agent's manager) and join group "apac" with edit (the agent's manager) and hold role "Agent" account-wide, tickets at group (the agent's manager)`},
		{"a chat", ask(gives, ConversationAssign, Transfer{Conversation: chat, To: bob()}), `recipient: hold role "Support Agent" account-wide, tickets at restricted (the agent's manager)`},
		{"an engineer never", ask(me, TicketAssign, Assignment{Ticket: apac, To: at(granted(t, Terms{}), noon)}), ``},
		{"a CRM user never", ask(me, TicketAssign, Assignment{Ticket: apac, To: &NonAgent{Account: acme, CRM: sam().CRM}}), ``},
		{"a shared agent never", ask(riya(), TicketAssign, Assignment{Ticket: apac, To: sam()}), ``},
	} {
		t.Run(c.name, func(t *testing.T) {
			remedies := Remedies(Explain(c.request), AgentRole(), SupportAgentRole())
			assert.Equal(t, c.want, said(remedies))
			for _, remedy := range remedies {
				verify(t, c.request, remedy)
			}
		})
	}
}

// Who gives somebody a ticket and who gets it are judged each for themselves.
func TestRemediesByOfRecipients(t *testing.T) {
	lead := riya(custom(t, AgentEdit.At(Global)), wide(AgentRole(), Global))
	me, gone := bob(wide(AgentRole(), Global)), bob(wide(AgentRole(), Global))
	gone.ID, gone.Deactivated = "gone", true
	request := ask(me, TicketAssign, Assignment{Ticket: ticketOf("apac", ""), To: gone})
	assert.Equal(t, `recipient: be reactivated (the agent's manager)`, said(RemediesBy(lead, Explain(request))))
	me.Bindings = append(me.Bindings, wide(AdministratorRole(), Global))
	assert.Equal(t, `recipient: be reactivated (the agent's manager)`, said(RemediesBy(lead, Explain(request))), "whoever asks")
	gone.Bindings = []Binding{wide(AdministratorRole(), Global)}
	assert.Empty(t, RemediesBy(lead, Explain(request)), "who may do more than she")
	assert.NotEmpty(t, Remedies(Explain(request)))
}

// An administrator is told of what they may do, each kind of fix by its own action.
func TestRemediesByWhoMay(t *testing.T) {
	may := func(but ActionID) *Agent {
		var held []Permission
		for id := range Actions() {
			if id != but && grantable(id) {
				held = append(held, id.At(Global))
			}
		}
		return riya(custom(t, held...))
	}
	agent := wide(AgentRole(), Group)
	gone, poor := bob(agent), bob(wide(AgentRole(), Global))
	gone.Deactivated, poor.Account.Plan.Features = true, 0
	asleep, unconnected := sam(), sam()
	asleep.Deactivated, unconnected.Account.Integrated = true, false
	stranger := &NonAgent{Account: acme, CRM: CRMUser{ID: "u", Scope: Restricted}}
	chats := custom(t, ConversationView.At(Restricted), ConversationReply.At(Restricted))
	for _, c := range []struct {
		fix     string
		action  ActionID
		request Request
	}{
		{"connect desk and CRM", AccountManage.ID(), ask(unconnected, TicketView, from(customer("emea")))},
		{"move to a plan", BillingManage.ID(), ask(poor, TicketAttach, ticketOf("", ""))},
		{"obtain a grant", GrantCreate.ID(), ask(at(Grant{}, noon), TicketView, ticketOf("", ""))},
		{"be mentioned", TicketMention.ID(), ask(sam(), TicketReply, from(customer("apac")))},
		{"be mentioned", TicketMention.ID(), ask(stranger, TicketReply, from(customer("apac")))},
		{"be reactivated", SharedAgentEdit.ID(), ask(asleep, TicketView, from(customer("emea")))},
		{"be reactivated", AgentEdit.ID(), ask(gone, TicketView, ticketOf("", "bob"))},
		{"join group", AgentGroupAssign.ID(), ask(bob(agent), TicketReply, ticketOf("apac", ""))},
		{"widen the ticket scope", AgentScopeEdit.ID(), ask(bob(agent), TicketReply, ticketOf("apac", ""))},
		{"widen the ticket scope", AgentScopeEdit.ID(), ask(stranger, TicketReply, from(customer("apac")))},
		{"hold role", AgentRoleAssign.ID(), ask(bob(), TicketReply, ticketOf("apac", ""))},
		{"be assigned", TicketAssign.ID(), ask(bob(agent), TicketReply, ticketOf("apac", ""))},
		{"be assigned", ConversationAssign.ID(), ask(bob(chats), ConversationReply, chatOf("apac", ""))},
	} {
		t.Run(c.fix, func(t *testing.T) {
			assert.Contains(t, said(RemediesBy(may(0), Explain(c.request))), c.fix)
			assert.NotContains(t, said(RemediesBy(may(c.action), Explain(c.request))), c.fix)
		})
	}
}

// What a fix would give has to be the administrator's to give.
func TestRemediesByWhoHas(t *testing.T) {
	replies := custom(t, TicketReply.At(Group))
	narrow := replies
	narrow.TicketScope = Restricted
	ticket := ticketOf("apac", "")
	for _, c := range []struct {
		fix string
		by  *Agent
		of  *Agent
	}{
		{"join group", riya(custom(t, AgentGroupAssign.At(Global)), replies), bob(replies)},
		{"widen the ticket scope", riya(custom(t, AgentScopeEdit.At(Global)), narrow), bob(narrow)},
		{"hold role", riya(custom(t, AgentRoleAssign.At(Global))), bob()},
	} {
		explained := Explain(ask(c.of, TicketReply, ticket))
		assert.NotContains(t, said(RemediesBy(c.by, explained)), c.fix)
		c.by.Bindings = append(c.by.Bindings, wide(AdministratorRole(), Global))
		assert.Contains(t, said(RemediesBy(c.by, explained)), c.fix)
	}
}

// To give work to somebody takes no more than that they can take it.
func TestRemediesByWhoTakesNothing(t *testing.T) {
	lead := riya(custom(t, TicketAssign.At(Global), ConversationAssign.At(Global)))
	replies := bob(custom(t, TicketReply.At(Restricted), TicketBeAssigned.At(Restricted), ConversationReply.At(Restricted), ConversationView.At(Restricted)))
	assert.Equal(t, `be assigned (the agent's manager)`, said(RemediesBy(lead, Explain(ask(replies, TicketReply, ticketOf("apac", ""))))))
	assert.Equal(t, `be assigned (the agent's manager)`, said(RemediesBy(lead, Explain(ask(replies, ConversationReply, chatOf("apac", ""))))))
	views := bob(custom(t, ConversationView.At(Restricted)))
	assert.Empty(t, said(Remedies(Explain(ask(views, ConversationView, chatOf("apac", ""))), TicketCollaboratorRole())))
	takes := custom(t, ConversationReply.At(Restricted)).Role
	assert.Equal(t, `be assigned (the agent's manager) and hold role "Custom" account-wide, tickets at restricted (the agent's manager)`,
		said(Remedies(Explain(ask(views, ConversationView, chatOf("apac", ""))), takes)))
}

// Many roles that suffice, one of which is enough to be assigned things, are not
// weighed each with each in every way that there is: that takes fifty times as long.
func TestRemediesOfManyRoles(t *testing.T) {
	var roles []Role
	for id := range Actions() {
		if (len(roles) < 11 || id == TicketBeAssigned.ID()) && id != TicketMerge.ID() {
			roles = append(roles, roleNamed(t, "Role "+id.String(), TicketMerge.At(Global), scoped(id, Restricted)))
		}
	}
	inHR := ticketOf("emea", "bob")
	inHR.Workspace = "hr"
	assert.Len(t, Remedies(Explain(ask(riya(), TicketMerge, TicketPair{ticketOf("apac", "bob"), inHR})), roles...), MaxRemedies, "of 625")
}

// Of more remedies than there may be, it is the first in their order.
func TestMaxRemedies(t *testing.T) {
	outside, inHR := ticketOf("apac", "bob"), ticketOf("emea", "bob")
	inHR.Workspace = "hr"
	request := ask(riya(), TicketMerge, TicketPair{outside, inHR})
	roles := incomparable(t, TicketMerge.ID(), 30)
	var all []Remedy
	for _, one := range roles {
		for _, other := range roles {
			pair := Remedy{
				{Kind: HoldRole, Binding: Binding{one, AccountWide, Global}},
				{Kind: HoldRole, Binding: Binding{other, "hr", Global}},
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

// Of two remedies the one is larger if each fix of the other is within one of its
// own, and no two within the same.
func TestRemediesOfTwoRoles(t *testing.T) {
	ours, inHR := ticketOf("billing", "riya"), ticketOf("billing", "riya")
	inHR.Workspace = "hr"
	desk, office := roleNamed(t, "Desk", TicketMerge.At(Restricted), TicketReply.At(Restricted)), roleNamed(t, "Office", TicketMerge.At(Restricted), SettingsManage.At(Global))
	request := ask(riya(), TicketMerge, TicketPair{ours, inHR})
	assert.Equal(t, `hold role "Desk" account-wide, tickets at restricted (the agent's manager) and hold role "Desk" in workspace "hr", tickets at restricted (the agent's manager)
hold role "Desk" account-wide, tickets at restricted (the agent's manager) and hold role "Office" in workspace "hr", tickets at restricted (the agent's manager)
hold role "Desk" in workspace "hr", tickets at restricted (the agent's manager) and hold role "Office" account-wide, tickets at restricted (the agent's manager)
hold role "Office" account-wide, tickets at restricted (the agent's manager) and hold role "Office" in workspace "hr", tickets at restricted (the agent's manager)`, said(Remedies(Explain(request), desk, office)))
}

// Nothing is written behind the lists that people's roles are in.
func TestRemediesKeepTheRoles(t *testing.T) {
	held := append(make([]Binding, 0, 2), wide(TicketCollaboratorRole(), Global))
	helper := bob(held...)
	request := ask(riya(wide(AgentRole(), Global)), TicketAssign, Assignment{Ticket: ticketOf("apac", ""), To: helper})
	assert.NotEmpty(t, Remedies(Explain(request)))
	assert.Zero(t, held[:2][1])
}

// Without any on offer shared agents are offered their own role, and agents theirs,
// in one and the same remedy.
func TestRemediesOfferToEach(t *testing.T) {
	roleless := sam()
	roleless.Bindings = nil
	ticket := from(customer("apac"))
	for _, c := range []struct {
		name    string
		request Request
		want    string
	}{
		{"both", ask(sam(custom(t, TicketAssign.At(Restricted))), TicketAssign, Assignment{Ticket: ticket, To: bob()}), `be mentioned (a colleague) and recipient: hold role "Agent" account-wide, tickets at restricted (the agent's manager)
get access to the customer in the CRM: view (an owner in the CRM) and recipient: hold role "Agent" account-wide, tickets at restricted (the agent's manager)`},
		{"a role that permits it", ask(roleless, TicketReply, ticket), `hold role "Shared Agent" account-wide, tickets at global (the agent's manager)
be mentioned (a colleague) and hold role "Shared Agent" account-wide, tickets at restricted (the agent's manager)
get access to the customer in the CRM: view (an owner in the CRM) and hold role "Shared Agent" account-wide, tickets at restricted (the agent's manager)`},
		{"none that permits it", ask(roleless, TicketDelete, ticket), ``},
	} {
		t.Run(c.name, func(t *testing.T) {
			remedies := Remedies(Explain(c.request))
			assert.Equal(t, c.want, said(remedies))
			for _, remedy := range remedies {
				verify(t, c.request, remedy)
			}
		})
	}
}

// A support engineer is let in, or further, by another grant.
func TestRemediesOfSessions(t *testing.T) {
	desk := granted(t, Terms{Roles: []Role{AgentRole()}})
	hr, inIT := ticketOf("", ""), ticketOf("", "")
	hr.Workspace, inIT.Workspace = "hr", "it"
	poor := desk.Session(eve, Account{ID: "acme"}, noon)
	for _, c := range []struct {
		name    string
		request Request
		want    string
	}{
		{"no grant", ask(at(Grant{}, noon), TicketView, ticketOf("", "")), `obtain a grant of role "Agent" account-wide (the account administrator)`},
		{"a wider role", ask(at(desk, noon), SettingsManage, Settings{Account: "acme"}), `obtain a grant of role "Administrator" account-wide (the account administrator)`},
		{"a workspace", ask(at(desk, noon), TicketReply, hr), `obtain a grant of role "Agent" in workspace "hr" (the account administrator)`},
		{"two workspaces", ask(at(desk, noon), TicketMerge, TicketPair{ticketOf("", ""), hr}),
			`obtain a grant of role "Agent" in workspace "hr" (the account administrator)`},
		{"two workspaces, one of them granted", ask(at(granted(t, Terms{Roles: []Role{AgentRole()}, Workspaces: map[WorkspaceID][]Role{"it": nil}}), noon), TicketMerge, TicketPair{inIT, hr}),
			`obtain a grant of role "Agent" in workspace "hr" (the account administrator) and obtain a grant of role "Agent" in workspace "it" (the account administrator)`},
		{"a feature", ask(poor, TicketAttach, ticketOf("", "")), `move to a plan with attachments (the plan's owner)`},
		{"a feature and a workspace", ask(poor, TicketAttach, hr),
			`obtain a grant of role "Agent" in workspace "hr" (the account administrator) and move to a plan with attachments (the plan's owner)`},
		{"never", ask(at(Grant{}, noon), DataExport, acme), ``},
		{"to somebody else", ask(at(granted(t, Terms{}), noon), TicketAssign, Assignment{Ticket: ticketOf("", ""), To: bob()}),
			`recipient: hold role "Agent" account-wide, tickets at restricted (the agent's manager)`},
	} {
		t.Run(c.name, func(t *testing.T) {
			remedies := Remedies(Explain(c.request), AgentRole(), AdministratorRole(), SupportAgentRole())
			assert.Equal(t, c.want, said(remedies))
			for _, remedy := range remedies {
				verify(t, c.request, remedy)
				subject, _ := remedy.Apply(c.request.Subject, c.request.Resource)
				for _, fix := range remedy {
					if fix.Kind == ObtainGrant {
						assert.Zero(t, fix.Binding.TicketScope, "of a grant there is none")
					}
				}
				session := subject.(*SupportSession)
				assert.Equal(t, StatusActive, session.Grant().Status(noon))
				assert.Equal(t, eve, session.Engineer())
			}
		})
	}
}

// An administrator is told only of what they could do themselves.
func TestRemediesBy(t *testing.T) {
	me := riya(wide(AgentRole(), Restricted))
	apac := ticketOf("apac", "bob")
	lead := func(permissions ...Permission) *Agent {
		agent := bob(custom(t, append(permissions, TicketView.At(Global), TicketReply.At(Global))...), wide(AgentRole(), Global))
		agent.ID = "lead"
		agent.Groups = map[GroupID]Access{"apac": Edit}
		return agent
	}
	elsewhere := bob(wide(AgentRole(), Group), custom(t, AgentRoleAssign.At(Global), AgentGroupAssign.At(Global)))
	gone := riya(wide(AgentRole(), Global))
	gone.Deactivated = true
	lost, apart, poor := sam(), sam(), riya(wide(AgentRole(), Global))
	lost.Deactivated, apart.Account.Integrated = true, false
	poor.Account.Plan = Plan{}
	boss := &Agent{ID: "olga", Account: acme, Bindings: []Binding{wide(AccountAdministratorRole(), Global)}}
	for _, c := range []struct {
		name    string
		by      Subject
		request Request
		want    string
	}{
		{"nobody", nil, ask(me, TicketReply, apac), ``},
		{"who may assign", lead(TicketAssign.At(Global)), ask(me, TicketReply, apac), `be assigned (the agent's manager)`},
		{"who may not", bob(), ask(me, TicketReply, apac), ``},
		{"who may widen", lead(AgentScopeEdit.At(Global)), ask(me, TicketReply, apac), `be assigned (the agent's manager)
widen the ticket scope of role "Agent" account-wide to global (the agent's manager)`},
		{"who may give roles", lead(AgentRoleAssign.At(Global)), ask(riya(), TicketReply, apac),
			`hold role "Agent" account-wide, tickets at global (the agent's manager)
be assigned (the agent's manager) and hold role "Agent" account-wide, tickets at restricted (the agent's manager)`},
		{"who may widen and put into groups", lead(AgentScopeEdit.At(Global), AgentGroupAssign.At(Global)), ask(me, TicketReply, apac), `be assigned (the agent's manager)
widen the ticket scope of role "Agent" account-wide to global (the agent's manager)
join group "apac" with edit (the agent's manager) and widen the ticket scope of role "Agent" account-wide to group (the agent's manager)`},
		{"who covers each of two fixes, and not both", elsewhere, ask(&Agent{ID: "nina", Account: acme}, TicketReply, apac),
			`be assigned (the agent's manager) and hold role "Agent" account-wide, tickets at restricted (the agent's manager)`},
		{"oneself", &Agent{ID: "riya", Account: acme, Bindings: boss.Bindings}, ask(me, TicketReply, apac), `be assigned (the agent's manager)`},
		{"who may edit agents", boss, ask(gone, TicketReply, apac), `be reactivated (the agent's manager)`},
		{"who may not edit agents", lead(), ask(gone, TicketReply, apac), ``},
		{"who may edit shared agents", boss, ask(lost, TicketReply, from(customer("emea"))), `be reactivated (the agent's manager)`},
		{"who may connect", boss, ask(apart, TicketReply, from(customer("emea"))), `connect desk and CRM (the account administrator)`},
		{"who may not connect", lead(), ask(apart, TicketReply, from(customer("emea"))), ``},
		{"who may pay", boss, ask(poor, TicketAttach, apac), `move to a plan with attachments (the plan's owner)`},
		{"who may not pay", lead(), ask(poor, TicketAttach, apac), ``},
		{"who may mention", lead(TicketMention.At(Global)), ask(sam(), TicketReply, from(customer("apac"))), `be mentioned (a colleague)
get access to the customer in the CRM: view (an owner in the CRM)`},
		{"who may not widen, of a CRM user", bob(), ask(&NonAgent{Account: acme, CRM: sam().CRM}, TicketReply, from(customer("apac"))),
			`become a shared agent (an owner in the CRM) and get access to the customer in the CRM: view (an owner in the CRM)`},
		{"who reaches nothing", bob(), ask(sam(), TicketReply, from(customer("apac"))), `get access to the customer in the CRM: view (an owner in the CRM)`},
		{"who may let engineers in", boss, ask(at(Grant{}, noon), TicketReply, apac), `obtain a grant of role "Agent" account-wide (the account administrator)`},
		{"who may not let engineers in", lead(), ask(at(Grant{}, noon), TicketReply, apac), ``},
		{"who may hand over chats", boss, ask(riya(custom(t, ConversationView.At(Restricted), ConversationReply.At(Global))), ConversationView, chatOf("", "")),
			`be assigned (the agent's manager)`},
		{"who may change the recipient", boss, ask(riya(wide(AgentRole(), Global)), TicketAssign, Assignment{Ticket: apac, To: bob(wide(TicketCollaboratorRole(), Global))}),
			`recipient: hold role "Agent" account-wide, tickets at restricted (the agent's manager)`},
	} {
		t.Run(c.name, func(t *testing.T) {
			offered := []Role{AgentRole()}
			assert.Equal(t, c.want, said(RemediesBy(c.by, Explain(c.request), offered...)))
		})
	}
}

// Whoever may give roles and not widen them gives a larger one, if that is all there is.
func TestRemediesByGivingMore(t *testing.T) {
	lead := bob(wide(SupervisorRole(), Global), custom(t, AgentRoleAssign.At(Global)))
	lead.ID = "lead"
	me := &Agent{ID: "nina", Account: acme, Bindings: []Binding{wide(AgentRole(), Restricted)}}
	ticket := ticketOf("", "")
	e := Explain(NewRequest(me, TicketReply, &ticket))
	assert.Equal(t, `be assigned (the agent's manager)
widen the ticket scope of role "Agent" account-wide to global (the agent's manager)`, said(Remedies(e, AgentRole(), SupervisorRole())))
	assert.Equal(t, `be assigned (the agent's manager)
hold role "Supervisor" account-wide, tickets at global (the agent's manager)`, said(RemediesBy(lead, e, AgentRole(), SupervisorRole())))
}

// What an administrator is told of, Authorize lets them do.
func TestRemediesByAreAllowed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q := worlds.AgentRequests.Draw(t, "request")
		b := worlds.Build(q)
		me, isAgent := b.Subject.(*Agent)
		if !isAgent || me == nil || slices.Contains(me.Account.Workspaces, AccountWide) { // which no workspace is called
			return
		}
		boss := worlds.Build(oracle.Request{Subject: worlds.DrawAgent(t, rapid.SampledFrom([]string{"boss", "boss", "riya"}).Draw(t, "boss ID"), rapid.Custom(func(t *rapid.T) oracle.Binding {
			return worlds.DrawBinding(t, []*oracle.Role{worlds.BuiltIns[0], worlds.BuiltIns[1], worlds.BuiltIns[2]}, "boss")
		}), "boss"), Action: "ticket.view"}).Subject
		e := Explain(b.Request())
		all := Remedies(e)
		for _, remedy := range RemediesBy(boss, e) {
			verify(t, b.Request(), remedy)
			require.True(t, slices.ContainsFunc(all, func(r Remedy) bool { return under(r, remedy) }), "%v", remedy)
			subject, _ := remedy.Apply(b.Subject, b.Resource.Value)
			for _, f := range remedy {
				if f.Recipient {
					continue
				}
				switch f.Kind {
				case HoldRole:
					require.True(t, Authorize(boss, AgentRoleAssign, &Appointment{b.Subject, f.Binding}).Allowed(), "%v", f)
					require.True(t, Authorize(boss, AgentRoleAssign, &Appointment{subject, f.Binding}).Allowed(), "%v", f)
				case WidenScope:
					require.True(t, Authorize(boss, AgentScopeEdit, &Appointment{b.Subject, f.Binding}).Allowed(), "%v", f)
				case JoinGroup:
					require.True(t, Authorize(boss, AgentGroupAssign, &Membership{b.Subject, AgentGroup{f.Group, me.Account.ID}, f.Access}).Allowed(), "%v", f)
				}
			}
		}
	})
}

// A fix says what it is and who could carry it out, and one that makes no sense changes nothing.
func TestFixes(t *testing.T) {
	parties := map[FixKind]Party{
		0: 0, BecomeSharedAgent: PartyCRMOwner, Reactivate: PartyManager, ReactivateInCRM: PartyCRMOwner, ConnectCRM: PartyAccountAdministrator,
		ObtainGrant: PartyAccountAdministrator, UpgradePlan: PartyPlanOwner, BeAssigned: PartyManager, BeMentioned: PartyColleague,
		SeeCustomer: PartyCRMOwner, JoinGroup: PartyManager, WidenScope: PartyManager, HoldRole: PartyManager, HoldRole + 1: 0,
	}
	for kind, party := range parties {
		assert.Equal(t, party, Fix{Kind: kind}.By(), kind)
	}
	assert.Equal(t, "change nothing", Fix{}.String())
	assert.Equal(t, "change nothing", Remedy{}.String())
	assert.Equal(t, PartyAccountAdministrator, Fix{Kind: HoldRole, Binding: wide(AccountAdministratorRole(), Restricted)}.By())

	subjects := []Subject{nil, (*Agent)(nil), riya(), sam(), &NonAgent{Account: acme, CRM: CRMUser{ID: "u"}}, at(granted(t, Terms{}), noon), &NonAgent{}}
	resources := []Resource{
		nil, (*Ticket)(nil), Ticket{}, &Ticket{}, Conversation{}, Contact{}, &Company{}, Report{}, ContactPair{}, TicketPair{}, Note{}, TimeEntry{},
		Assignment{}, Transfer{}, Assignment{To: riya()},
	}
	for kind := FixKind(0); kind <= HoldRole+1; kind++ {
		for _, second := range []bool{false, true} {
			for _, recipient := range []bool{false, true} {
				for _, subject := range subjects {
					for _, resource := range resources {
						before := fmt.Sprintf("%#v %#v", subject, resource)
						fix := Fix{Kind: kind, Second: second, Recipient: recipient, Binding: wide(AgentRole(), Group), Group: "g", Access: Edit, Features: AllFeatures}
						Remedy{fix}.Apply(subject, resource)
						require.Equal(t, before, fmt.Sprintf("%#v %#v", subject, resource), fix)
					}
				}
			}
		}
	}
}

// Applying changes copies, of what was a value and of what was a pointer.
func TestApply(t *testing.T) {
	me, ticket := riya(wide(AgentRole(), Group)), ticketOf("apac", "bob")
	assigned := Remedy{{Kind: BeAssigned}}
	_, byValue := assigned.Apply(me, ticket)
	_, byPointer := assigned.Apply(me, &ticket)
	assert.Equal(t, AgentID("riya"), byValue.(*Ticket).Assignee)
	assert.Equal(t, byValue, byPointer)
	assert.Equal(t, AgentID("bob"), ticket.Assignee)

	self := Assignment{Ticket: ticket, To: me}
	subject, resource := Remedy{{Kind: JoinGroup, Group: "apac", Access: Edit}}.Apply(me, &self)
	assert.Same(t, subject, resource.(*Assignment).To, "one and the same")
	assert.Same(t, me, self.To)
	report := &Report{Account: "acme"}
	_, same := assigned.Apply(me, report)
	assert.Same(t, report, same)
}

// A fix changes what it is about, and leaves what was there besides.
func TestApplyKeepsTheRest(t *testing.T) {
	apply := func(subject Subject, resource Resource, remedy ...Fix) (Subject, Resource) {
		return Remedy(remedy).Apply(subject, resource)
	}
	upgrade := Fix{Kind: UpgradePlan, Features: CustomRoles}
	poor := riya()
	poor.Account.Plan.Features = Attachments
	subject, _ := apply(poor, nil, upgrade)
	assert.Equal(t, Attachments|CustomRoles, subject.(*Agent).Account.Plan.Features)
	subject, _ = apply(&NonAgent{Account{ID: "acme"}, CRMUser{ID: "u", Deactivated: true}}, nil, upgrade, Fix{Kind: ReactivateInCRM})
	assert.Equal(t, &NonAgent{Account{ID: "acme", Plan: Plan{Features: CustomRoles}}, CRMUser{ID: "u"}}, subject)
	for _, nobody := range []Subject{nil, (*Agent)(nil), &NonAgent{}} {
		subject, _ = apply(nobody, nil, upgrade)
		assert.Equal(t, nobody, subject)
	}

	// Bindings are added to a copy, and of those with the role the widest is widened, the first of several.
	held := append(make([]Binding, 0, 2), wide(AgentRole(), Group))
	more := riya()
	more.Bindings = held
	apply(more, nil, Fix{Kind: HoldRole, Binding: wide(SupervisorRole(), Global)})
	assert.Equal(t, Binding{}, held[:2][1])
	restricted, group, unscoped, global := wide(AgentRole(), Restricted), wide(AgentRole(), Group), wide(AgentRole(), 9), wide(AgentRole(), Global)
	inIT := Binding{AgentRole(), "it", Group}
	for _, c := range []struct{ before, after []Binding }{
		{[]Binding{restricted, group, unscoped, group, inIT}, []Binding{restricted, global, unscoped, group, inIT}},
		{[]Binding{group, restricted}, []Binding{global, restricted}},
		{[]Binding{inIT}, []Binding{inIT}},
	} {
		subject, _ = apply(riya(c.before...), nil, Fix{Kind: WidenScope, Binding: global})
		assert.Equal(t, c.after, subject.(*Agent).Bindings)
	}

	// A grant is of each role once, and of the workspaces that need naming.
	visitor := at(Grant{}, noon)
	subject, _ = apply(visitor, nil, Fix{Kind: ObtainGrant, Binding: wide(AgentRole(), 0)}, Fix{Kind: ObtainGrant, Binding: Binding{Role: AgentRole(), Workspace: "it"}})
	grant := subject.(*SupportSession).Grant()
	assert.Equal(t, GrantID("requested"), grant.ID())
	assert.Equal(t, []time.Time{noon, noon.Add(DefaultGrantLife)}, []time.Time{grant.Start(), grant.End()})
	assert.Equal(t, []Role{AgentRole()}, grant.Roles())
	assert.Equal(t, map[WorkspaceID][]Role{"it": nil}, grant.Workspaces())

	// What the CRM said of others stays, while it counts.
	user := sam()
	user.CRM.Scope = 0
	user.CRM.Visible = Visible{Contacts: map[ContactID]Access{"c-2": Edit}, Limit: time.Hour}
	see := Fix{Kind: SeeCustomer, Access: View}
	subject, _ = apply(user, customer("apac"), see)
	assert.Equal(t, Visible{Contacts: map[ContactID]Access{"c-1": View, "c-2": Edit}, Limit: time.Hour}, subject.(*SharedAgent).CRM.Visible)
	subject, _ = apply(user, Company{ID: "k"}, see)
	assert.Equal(t, Visible{Contacts: map[ContactID]Access{"c-2": Edit}, Companies: map[CompanyID]Access{"k": View}, Limit: time.Hour}, subject.(*SharedAgent).CRM.Visible)
	second := see
	second.Second = true
	subject, _ = apply(user, Company{ID: "k"}, second)
	assert.Equal(t, user.CRM.Visible, subject.(*SharedAgent).CRM.Visible, "a company has no second part")
	_, resource := apply(sam(), ContactPair{*customer("emea"), *customer("apac")}, second)
	assert.Nil(t, resource.(*ContactPair).From.CRM.Team)
	assert.Equal(t, map[CRMUserID]Access{"u-sam": View}, resource.(*ContactPair).Into.CRM.Team)

	// A conversation has no second part either.
	chat := chatOf("apac", "ann")
	for fix, assignee := range map[Fix]AgentID{
		{Kind: BeAssigned}: "riya", {Kind: BeAssigned, Recipient: true}: "bob", {Kind: BeAssigned, Second: true}: "ann",
	} {
		_, resource = apply(riya(), Transfer{Conversation: chat, To: bob()}, fix)
		assert.Equal(t, assignee, resource.(*Transfer).Conversation.Assignee, fix)
	}
}

// BenchmarkExplain explains a denial, with all remedies, to an agent with five
// bindings who could be given any of nine roles.
func BenchmarkExplain(b *testing.B) {
	agent := riya(wide(AgentRole(), Group), wide(TicketCollaboratorRole(), Restricted), Binding{SupervisorRole(), "it", Global},
		wide(SupportAgentRole(), Global), wide(SalesUserRole(), Global))
	offered := slices.Collect(OfferedRoles())[:9]
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
