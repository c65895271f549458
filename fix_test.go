package deskpolicy_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	. "github.com/deskpolicy/deskpolicy"
)

// Every kind of fix and every FixOwner has a name, and a remedy prints who can carry it out.
func TestFixNames(t *testing.T) {
	var kinds []string
	for kind := FixKind(0); kind <= FixWidenLimit+1; kind++ {
		kinds = append(kinds, kind.String())
	}
	assert.Equal(t, []string{
		"none", "make_shared_agent", "reactivate", "reactivate_in_crm", "connect_crm", "create_support_grant", "upgrade_plan",
		"assign", "mention", "add_participant", "unassign", "route", "not_confidential", "customer_access", "group_access", "widen_scope", "assign_role", "widen_limit", "unknown",
	}, kinds)
	var names []string
	for by := FixOwner(0); by <= FixOwnerPlanOwner+1; by++ {
		names = append(names, by.String())
	}
	assert.Equal(t, []string{"nobody", "administrator", "colleague", "crm_owner", "account_administrator", "plan_owner", "unknown"}, names)
	assert.Equal(t, "change nothing (by no one)", Remedy{{}}.String())
}

// A fix is printed as an instruction.
func TestFixText(t *testing.T) {
	for want, fix := range map[string]Fix{
		`mention the recipient in it`:                                        {Kind: FixMention, ForRecipient: true},
		`mention the agent in the second ticket`:                             {Kind: FixMention, ForSecond: true},
		`make the agent a participant of it with view access`:                {Kind: FixAddParticipant, Access: View},
		`make the agent a participant of the second ticket with edit access`: {Kind: FixAddParticipant, ForSecond: true, Access: Edit},
		`take it off its assignee`:                                           {Kind: FixUnassign},
		`take the second ticket off its assignee`:                            {Kind: FixUnassign, ForSecond: true},
		`route it to group "apac"`:                                           {Kind: FixRoute, Group: "apac"},
		`give the agent edit access to the second customer in the CRM`:       {Kind: FixCustomerAccess, ForSecond: true, Access: Edit},

		`widen limit 2 of the delegate to include ticket.reply@restricted`:     {Kind: FixWidenLimit, Limit: 2, Permission: TicketReply.At(Assigned)},
		`widen limit 1 of the delegate to hold in workspace "it"`:              {Kind: FixWidenLimit, Limit: 1, Binding: Binding{Workspace: "it"}},
		`widen limit 1 of the delegate to be in force at 2026-11-04 12:00:00Z`: {Kind: FixWidenLimit, Limit: 1, Binding: Binding{Window: NewWindow(day(4), day(5))}},
	} {
		assert.Equal(t, want, fix.String())
	}
}

// JSON has the fields that the fix changes and leaves out the others.
func TestFixJSON(t *testing.T) {
	for want, fix := range map[string]Fix{
		`{"kind":"none","by":"nobody"}`:                                                {},
		`{"kind":"reactivate","by":"administrator","recipient":true}`:                  {Kind: FixReactivate, ForRecipient: true},
		`{"kind":"mention","by":"colleague","second":true}`:                            {Kind: FixMention, ForSecond: true},
		`{"kind":"add_participant","by":"colleague","recipient":true,"access":"view"}`: {Kind: FixAddParticipant, ForRecipient: true, Access: View},
		`{"kind":"unassign","by":"administrator"}`:                                     {Kind: FixUnassign},
		`{"kind":"route","by":"administrator","group":"apac"}`:                         {Kind: FixRoute, Group: "apac"},
		`{"kind":"customer_access","by":"crm_owner","access":"edit"}`:                  {Kind: FixCustomerAccess, Access: Edit},
		`{"kind":"connect_crm","by":"account_administrator"}`:                          {Kind: FixConnectCRM},
		`{"kind":"upgrade_plan","by":"plan_owner","features":"attachments"}`:           {Kind: FixUpgradePlan, Features: FeatureAttachments},
		`{"kind":"group_access","by":"administrator","group":"apac","access":"view"}`:  {Kind: FixGroupAccess, Group: "apac", Access: View},
		`{"kind":"assign_role","by":"administrator","role":"Agent","workspace":"it","ticket_scope":"group"}`: {
			Kind: FixAssignRole, Binding: Binding{Role: AgentRole.Role(), Workspace: "it", TicketScope: ScopeGroup},
		},
		`{"kind":"widen_limit","by":"administrator","limit":2,"permission":"ticket.reply@restricted"}`: {Kind: FixWidenLimit, Limit: 2, Permission: TicketReply.At(Assigned)},
		`{"kind":"widen_limit","by":"administrator","limit":1,"window":"2026-11-04T12:00:00Z/2026-11-05T12:00:00Z"}`: {
			Kind: FixWidenLimit, Limit: 1, Binding: Binding{Window: NewWindow(day(4), day(5))},
		},
	} {
		text, err := json.Marshal(fix)
		require.NoError(t, err)
		assert.Equal(t, want, string(text))
	}
}

// Host actions that view a ticket assignment and a conversation assignment.
const (
	peek     Action[TicketAssignment]       = FirstHostView + iota
	peekChat Action[ConversationAssignment] = FirstHostView + iota
)

// The fixes of a remedy are in order, whichever part of the request they are for, and so
// are the remedies.
func TestRemediesAreInOrder(t *testing.T) {
	gone, me := bob(), riya(wide(AgentRole.Role(), ScopeGlobal))
	me.Deactivated, gone.Deactivated = true, true
	takesAll := TicketBeAssigned.At(ScopeGlobal)
	newcomer, halfway := riya(), riya(wide(roleNamed(t, "Taker", takesAll), ScopeGroup))
	viewer := bob(wide(AgentRole.Role(), ScopeGroup))
	viewer.Groups = map[GroupID]Access{"apac": View}
	for _, c := range []struct {
		name    string
		denial  Explanation
		offered []Role
		want    string
	}{
		{"the subject before the recipient", why(me, TicketAssign, TicketAssignment{Ticket: ticketOf("", ""), To: gone}), []Role{AgentRole.Role()},
			`reactivate the agent (by an administrator) and reactivate the recipient (by an administrator) and give the recipient the role "Agent" account-wide, tickets at restricted (by an administrator)`},
		{"the kind before the recipient", why(riya(), TicketAssign, TicketAssignment{Ticket: ticketOf("", "riya"), To: gone}), []Role{AgentRole.Role()}, `reactivate the recipient (by an administrator) and give the agent the role "Agent" account-wide, tickets at restricted (by an administrator) and give the recipient the role "Agent" account-wide, tickets at restricted (by an administrator)`},
		{"groups by name", why(riya(wide(AgentRole.Role(), ScopeGroup)), TicketMerge, TicketPair{ticketOf("emea", "bob"), ticketOf("apac", "bob")}), []Role{AgentRole.Role()}, `widen the agent's ticket scope for role "Agent" account-wide to global (by an administrator)
assign it to the agent (by an administrator) and assign the second ticket to the agent (by an administrator)
assign it to the agent (by an administrator) and give the agent edit access in group "apac" (by an administrator)
assign the second ticket to the agent (by an administrator) and give the agent edit access in group "emea" (by an administrator)
give the agent edit access in group "apac" (by an administrator) and give the agent edit access in group "emea" (by an administrator)`},
		{"groups before access", why(halfway, peek, TicketAssignment{Ticket: ticketOf("sales", ""), To: halfway, Group: AgentGroup{"refunds", "acme"}}), []Role{roleNamed(t, "Peeker", Permission{peek.ID(), ScopeGroup})}, `assign it to the agent (by an administrator) and give the agent edit access in group "refunds" (by an administrator) and give the agent the role "Peeker" account-wide, tickets at restricted (by an administrator)
assign it to the agent (by an administrator) and widen the agent's ticket scope for role "Taker" account-wide to global (by an administrator) and give the agent the role "Peeker" account-wide, tickets at restricted (by an administrator)
give the agent edit access in group "refunds" (by an administrator) and give the agent view access in group "sales" (by an administrator) and give the agent the role "Peeker" account-wide, tickets at group (by an administrator)
give the agent view access in group "sales" (by an administrator) and widen the agent's ticket scope for role "Taker" account-wide to global (by an administrator) and give the agent the role "Peeker" account-wide, tickets at group (by an administrator)`},
		{"access before roles", why(newcomer, peekChat, ConversationAssignment{Conversation: chatOf("sales", "bob"), To: newcomer}), []Role{
			roleNamed(t, "Peeker", Permission{peekChat.ID(), ScopeGroup}), roleNamed(t, "A", ConversationReply.At(InGroup)), roleNamed(t, "B", ConversationReply.At(ScopeRestricted)),
		}, `assign it to the agent (by an administrator) and give the agent the role "B" account-wide, tickets at restricted (by an administrator) and give the agent the role "Peeker" account-wide, tickets at restricted (by an administrator)
give the agent view access in group "sales" (by an administrator) and give the agent the role "B" account-wide, tickets at restricted (by an administrator) and give the agent the role "Peeker" account-wide, tickets at restricted (by an administrator)
give the agent edit access in group "sales" (by an administrator) and give the agent the role "A" account-wide, tickets at restricted (by an administrator) and give the agent the role "Peeker" account-wide, tickets at restricted (by an administrator)`},
		{"the subject before the recipient, among remedies", why(riya(wide(AgentRole.Role(), ScopeGroup)), TicketAssign, TicketAssignment{Ticket: ticketOf("apac", ""), To: viewer}), []Role{AgentRole.Role()}, `assign it to the agent (by an administrator) and give the recipient edit access in group "apac" (by an administrator)
assign it to the agent (by an administrator) and widen the recipient's ticket scope for role "Agent" account-wide to global (by an administrator)
give the agent edit access in group "apac" (by an administrator) and give the recipient edit access in group "apac" (by an administrator)
give the agent edit access in group "apac" (by an administrator) and widen the recipient's ticket scope for role "Agent" account-wide to global (by an administrator)
give the recipient edit access in group "apac" (by an administrator) and widen the agent's ticket scope for role "Agent" account-wide to global (by an administrator)
widen the agent's ticket scope for role "Agent" account-wide to global (by an administrator) and widen the recipient's ticket scope for role "Agent" account-wide to global (by an administrator)`},
	} {
		t.Run(c.name, func(t *testing.T) {
			assert.Equal(t, c.want, said(Remedies(c.denial, c.offered...)))
		})
	}
}

// Remedies are sorted by the number of fixes, then by kind, by what the fixes change, and by
// how far.
func TestManyRemediesAreInOrder(t *testing.T) {
	merge := TicketMerge.At(ScopeGlobal)
	offered := []Role{
		roleNamed(t, "C", merge, DashboardManage.At(ScopeGlobal)), roleNamed(t, "A", merge, CannedResponseManage.At(ScopeGlobal)), roleNamed(t, "B", merge, AppManage.At(ScopeGlobal)),
	}
	takes := wide(roleNamed(t, "Taker", TicketBeAssigned.At(ScopeGlobal)), ScopeRestricted)
	for _, groups := range [][2]GroupID{{"apac", "emea"}, {"emea", "apac"}} {
		e := why(riya(takes), TicketMerge, TicketPair{ticketOf(groups[0], "bob"), ticketOf(groups[1], "bob")})
		var keys []string
		for _, remedy := range Remedies(e, offered...) {
			key := fmt.Sprint(len(remedy))
			for _, f := range remedy {
				key += fmt.Sprintf(" %02d %t %q %q %d %q", f.Kind, f.ForSecond, f.Binding.Role.Name(), f.Binding.Workspace, f.Binding.TicketScope, f.Group)
			}
			keys = append(keys, key)
		}
		assert.Len(t, keys, 15)
		assert.IsIncreasing(t, keys)
	}
}

// why returns the explanation of the decision.
func why[R Resource](subject Subject, action Action[R], resource R) Explanation {
	return Explain(NewRequest(subject, action, &resource))
}

// Among the roles that are enough, and the workspaces and scopes to hold them, the remedies
// have those that permit the least.
func TestRemediesPermitTheLeast(t *testing.T) {
	p, q := roleNamed(t, "P", TicketBeAssigned.At(ScopeGlobal), CannedResponseManage.At(ScopeGlobal)), roleNamed(t, "Q", TicketAssign.At(ScopeGlobal), DashboardManage.At(ScopeGlobal))
	both := []Permission{TicketBeAssigned.At(ScopeGlobal), TicketAssign.At(ScopeGlobal)}
	pPlus, qPlus := roleNamed(t, "P+", append(both, CannedResponseManage.At(ScopeGlobal))...), roleNamed(t, "Q+", append(both, DashboardManage.At(ScopeGlobal))...)
	inIT, also := ticketOf("", "bob"), ticketOf("", "bob")
	inIT.Workspace, also.Workspace = "it", "it"
	taker, worker := roleNamed(t, "Taker", TicketBeAssigned.At(ScopeGroup)), roleNamed(t, "Worker", TicketReply.At(ScopeGroup), TicketBeAssigned.At(ScopeGlobal))
	merge := TicketMerge.At(ScopeGlobal)
	here, more := roleNamed(t, "Here", merge, CannedResponseManage.At(ScopeGlobal)), roleNamed(t, "More", merge, CannedResponseManage.At(ScopeGlobal), TicketView.At(ScopeGlobal))
	other, admin := roleNamed(t, "Other", merge, DashboardManage.At(ScopeGlobal)), roleNamed(t, "Admins", merge, DashboardManage.At(ScopeGlobal), SettingsManage.At(ScopeGlobal))
	for _, c := range []struct {
		name    string
		denial  Explanation
		offered []Role
		want    string
	}{
		{"a fix for the recipient is not smaller than one for the subject", why(riya(), TicketAssign, TicketAssignment{Ticket: ticketOf("", "riya"), To: bob()}), []Role{p, q, pPlus, qPlus}, `give the agent the role "P+" account-wide, tickets at restricted (by an administrator) and give the recipient the role "P" account-wide, tickets at restricted (by an administrator)
give the agent the role "P+" account-wide, tickets at restricted (by an administrator) and give the recipient the role "Q+" account-wide, tickets at restricted (by an administrator)
give the agent the role "Q" account-wide, tickets at restricted (by an administrator) and give the recipient the role "P" account-wide, tickets at restricted (by an administrator)
give the agent the role "Q" account-wide, tickets at restricted (by an administrator) and give the recipient the role "Q+" account-wide, tickets at restricted (by an administrator)`},
		{"there, and not everywhere", why(riya(), TicketMerge, TicketPair{inIT, also}), []Role{AgentRole.Role(), AdministratorRole.Role()}, `give the agent the role "Agent" in workspace "it", tickets at global (by an administrator)
assign it to the agent (by an administrator) and assign the second ticket to the agent (by an administrator) and give the agent the role "Agent" in workspace "it", tickets at restricted (by an administrator)`},
		{"in open workspaces, for two of them", why(riya(), TicketMerge, TicketPair{inIT, ticketOf("", "bob")}), []Role{AgentRole.Role(), AdministratorRole.Role()}, `give the agent the role "Agent" in open workspaces, tickets at global (by an administrator)
give the agent the role "Agent" account-wide, tickets at global (by an administrator) and give the agent the role "Agent" in workspace "it", tickets at global (by an administrator)
assign it to the agent (by an administrator) and assign the second ticket to the agent (by an administrator) and give the agent the role "Agent" in open workspaces, tickets at restricted (by an administrator)
assign it to the agent (by an administrator) and give the agent the role "Agent" account-wide, tickets at global (by an administrator) and give the agent the role "Agent" in workspace "it", tickets at restricted (by an administrator)
assign the second ticket to the agent (by an administrator) and give the agent the role "Agent" account-wide, tickets at restricted (by an administrator) and give the agent the role "Agent" in workspace "it", tickets at global (by an administrator)
assign it to the agent (by an administrator) and assign the second ticket to the agent (by an administrator) and give the agent the role "Agent" account-wide, tickets at restricted (by an administrator) and give the agent the role "Agent" in workspace "it", tickets at restricted (by an administrator)`},
		{"in its workspace each", why(riya(Binding{Role: here, Workspace: "it", TicketScope: ScopeRestricted}), TicketMerge, TicketPair{inIT, ticketOf("", "bob")}), []Role{more, other}, `give the agent the role "More" in open workspaces, tickets at global (by an administrator)
give the agent the role "Other" in open workspaces, tickets at global (by an administrator)
widen the agent's ticket scope for role "Here" in workspace "it" to global (by an administrator) and give the agent the role "More" account-wide, tickets at global (by an administrator)
widen the agent's ticket scope for role "Here" in workspace "it" to global (by an administrator) and give the agent the role "Other" account-wide, tickets at global (by an administrator)
give the agent the role "More" account-wide, tickets at global (by an administrator) and give the agent the role "Other" in workspace "it", tickets at global (by an administrator)
give the agent the role "Other" account-wide, tickets at global (by an administrator) and give the agent the role "Other" in workspace "it", tickets at global (by an administrator)`},
		{"in open workspaces, of the smaller roles", why(riya(Binding{Role: here, Workspace: "it", TicketScope: ScopeRestricted}, wide(other, ScopeRestricted)), TicketMerge, TicketPair{inIT, ticketOf("", "bob")}), []Role{more, admin}, `give the agent the role "Admins" in open workspaces, tickets at global (by an administrator)
give the agent the role "More" in open workspaces, tickets at global (by an administrator)
widen the agent's ticket scope for role "Here" in workspace "it" to global (by an administrator) and widen the agent's ticket scope for role "Other" account-wide to global (by an administrator)
widen the agent's ticket scope for role "Here" in workspace "it" to global (by an administrator) and give the agent the role "More" account-wide, tickets at global (by an administrator)
widen the agent's ticket scope for role "Other" account-wide to global (by an administrator) and give the agent the role "Admins" in workspace "it", tickets at global (by an administrator)
give the agent the role "Admins" in workspace "it", tickets at global (by an administrator) and give the agent the role "More" account-wide, tickets at global (by an administrator)`},
		{"another role, and not more of a larger one", why(riya(wide(SupervisorRole.Role(), ScopeRestricted)), TicketReply, ticketOf("apac", "bob")), []Role{AgentRole.Role()}, `assign it to the agent (by an administrator)
give the agent the role "Agent" account-wide, tickets at global (by an administrator)
give the agent edit access in group "apac" (by an administrator) and give the agent the role "Agent" account-wide, tickets at group (by an administrator)`},
		{"one role, as wide as the ticket and its assignee take", why(riya(wide(taker, ScopeGroup)), TicketReply, ticketOf("refunds", "bob")), []Role{worker}, `assign it to the agent (by an administrator) and give the agent the role "Worker" account-wide, tickets at global (by an administrator)
give the agent edit access in group "refunds" (by an administrator) and give the agent the role "Worker" account-wide, tickets at group (by an administrator)
assign it to the agent (by an administrator) and give the agent edit access in group "refunds" (by an administrator) and give the agent the role "Worker" account-wide, tickets at restricted (by an administrator)`},
		{"one role, as wide as the first of two takes", why(riya(), TicketMerge, TicketPair{ticketOf("billing", "bob"), ticketOf("apac", "bob")}), []Role{AgentRole.Role()}, `give the agent the role "Agent" account-wide, tickets at global (by an administrator)
assign the second ticket to the agent (by an administrator) and give the agent the role "Agent" account-wide, tickets at group (by an administrator)
give the agent edit access in group "apac" (by an administrator) and give the agent the role "Agent" account-wide, tickets at group (by an administrator)
assign it to the agent (by an administrator) and assign the second ticket to the agent (by an administrator) and give the agent the role "Agent" account-wide, tickets at restricted (by an administrator)`},
		{"one role, as wide as the second of two takes", why(riya(), TicketMerge, TicketPair{ticketOf("apac", "bob"), ticketOf("billing", "bob")}), []Role{AgentRole.Role()}, `give the agent the role "Agent" account-wide, tickets at global (by an administrator)
assign it to the agent (by an administrator) and give the agent the role "Agent" account-wide, tickets at group (by an administrator)
give the agent edit access in group "apac" (by an administrator) and give the agent the role "Agent" account-wide, tickets at group (by an administrator)
assign it to the agent (by an administrator) and assign the second ticket to the agent (by an administrator) and give the agent the role "Agent" account-wide, tickets at restricted (by an administrator)`},
	} {
		t.Run(c.name, func(t *testing.T) {
			assert.Equal(t, c.want, said(Remedies(c.denial, c.offered...)))
		})
	}
}

// fixed returns the subject and the resource with the fixes applied.
func fixed(subject Subject, resource Resource, fixes ...Fix) (Subject, Resource) {
	return Remedy(fixes).Apply(subject, resource)
}

// Apply changes the subject, by one fix or by several, and never the original.
func TestApplyToSubjects(t *testing.T) {
	for _, nobody := range []Subject{nil, (*Agent)(nil), &Agent{}, &CRMOnlyUser{}} {
		same, _ := fixed(nobody, nil, Fix{Kind: FixReactivate}, Fix{Kind: FixGroupAccess, Group: "apac", Access: Edit})
		assert.Equal(t, nobody, same)
	}

	user := &CRMOnlyUser{Account: Account{ID: "acme", Plan: Plan{Features: FeatureAttachments}}, CRM: CRMUser{ID: "u", Deactivated: true}}
	subject, _ := fixed(user, nil, Fix{Kind: FixConnectCRM}, Fix{Kind: FixReactivateInCRM}, Fix{Kind: FixUpgradePlan, Features: FeatureCollaboration})
	assert.Equal(t, &CRMOnlyUser{
		Account: Account{ID: "acme", Plan: Plan{Features: FeatureAttachments | FeatureCollaboration}, Integrated: true}, CRM: CRMUser{ID: "u"},
	}, subject)

	full := make([]Binding, 1, 2)
	me := riya(full...)
	me.Bindings = full
	first, _ := fixed(me, nil, Fix{Kind: FixAssignRole, Binding: wide(AgentRole.Role(), ScopeGroup)})
	_, _ = fixed(me, nil, Fix{Kind: FixAssignRole, Binding: wide(SupervisorRole.Role(), ScopeGroup)})
	assert.Equal(t, wide(AgentRole.Role(), ScopeGroup), first.(*Agent).Bindings[1], "the results share no bindings")
	assert.Equal(t, Binding{}, full[:2][1])
}

// FixWidenScope widens the widest binding of the role in the workspace, the first of equals.
func TestApplyWidensTheWidest(t *testing.T) {
	const unknown = Scope(1 << 15)
	for _, c := range []struct{ before, after []Scope }{
		{[]Scope{ScopeRestricted, ScopeGroup, ScopeRestricted}, []Scope{ScopeRestricted, ScopeGlobal, ScopeRestricted}},
		{[]Scope{ScopeGroup, ScopeRestricted}, []Scope{ScopeGlobal, ScopeRestricted}},
		{[]Scope{ScopeGroup, ScopeGroup}, []Scope{ScopeGlobal, ScopeGroup}},
		{[]Scope{ScopeRestricted, ScopeGroup}, []Scope{ScopeRestricted, ScopeGlobal}},
		{[]Scope{unknown, ScopeRestricted}, []Scope{unknown, ScopeGlobal}},
		{[]Scope{unknown, 0}, []Scope{ScopeGlobal, 0}},
		{nil, nil},
	} {
		me, want := riya(), riya()
		for i := range c.before {
			me.Bindings = append(me.Bindings, wide(AgentRole.Role(), c.before[i]))
			want.Bindings = append(want.Bindings, wide(AgentRole.Role(), c.after[i]))
		}
		others := []Binding{wide(SupervisorRole.Role(), ScopeGlobal), {Role: AgentRole.Role(), Workspace: "it", TicketScope: ScopeGlobal}}
		me.Bindings, want.Bindings = append(me.Bindings, others...), append(want.Bindings, others...)
		widened, _ := fixed(me, nil, Fix{Kind: FixWidenScope, Binding: wide(AgentRole.Role(), ScopeGlobal)})
		assert.Equal(t, want, widened, "%v", c.before)
	}
}

// A support grant that a remedy obtains starts now, has the default duration, and has the
// roles and the workspaces of all fixes, each once.
func TestApplyObtainsAGrant(t *testing.T) {
	obtain := func(role Role, workspace WorkspaceID) Fix {
		return Fix{Kind: FixCreateSupportGrant, Binding: Binding{Role: role, Workspace: workspace}}
	}
	subject, resource := fixed(at(SupportGrant{}, noon), ticketOf("", ""), Fix{Kind: FixAssign},
		obtain(AgentRole.Role(), AccountWide), obtain(AgentRole.Role(), "it"), obtain(SupervisorRole.Role(), "hr"))
	session := subject.(*SupportSession)
	grant := session.Grant()
	assert.Equal(t, eve, session.Engineer())
	assert.Equal(t, noon, session.Now())
	assert.Equal(t, AccountID("acme"), grant.Account())
	assert.Equal(t, SupportGrantID("requested"), grant.ID())
	assert.Equal(t, noon, grant.Start())
	assert.Equal(t, noon.Add(DefaultSupportGrantDuration), grant.End())
	assert.Equal(t, []Role{AgentRole.Role(), SupervisorRole.Role()}, grant.Roles())
	assert.Equal(t, map[WorkspaceID][]Role{"it": nil, "hr": nil}, grant.Workspaces())
	assert.Equal(t, session.ID(), resource.(*Ticket).Assignee)
}

// FixCustomerAccess adds the customer to the CRM's answer for the user. An answer that does not
// count is replaced, by one that counts for the shared agent's instant only.
func TestApplyShowsCustomers(t *testing.T) {
	answer := CRMVisibility{Contacts: map[ContactID]Access{"c-2": Edit}, AsOf: day(4), MaxAge: time.Hour}
	old, future := answer, answer
	old.AsOf, future.AsOf = day(4).Add(-time.Hour), day(4).Add(1)
	see := Fix{Kind: FixCustomerAccess, Access: View}
	for _, c := range []struct {
		answer CRMVisibility
		of     Resource
		want   CRMVisibility
	}{
		{answer, *customer("apac"), CRMVisibility{Contacts: map[ContactID]Access{"c-1": View, "c-2": Edit}, AsOf: day(4), MaxAge: time.Hour}},
		{old, *customer("apac"), CRMVisibility{Contacts: map[ContactID]Access{"c-1": View}, AsOf: day(4), MaxAge: time.Nanosecond}},
		{future, *customer("apac"), CRMVisibility{Contacts: map[ContactID]Access{"c-1": View}, AsOf: day(4), MaxAge: time.Nanosecond}},
		{answer, Company{ID: "k", Account: "acme"}, CRMVisibility{Contacts: answer.Contacts, Companies: map[CompanyID]Access{"k": View}, AsOf: day(4), MaxAge: time.Hour}},
		{old, Company{ID: "k", Account: "acme"}, CRMVisibility{Companies: map[CompanyID]Access{"k": View}, AsOf: day(4), MaxAge: time.Nanosecond}},
		{answer, Report{Account: "acme"}, answer},
	} {
		shared := sam()
		shared.CRM.Sees, shared.CRM.Visibility, shared.Now = 0, c.answer, day(4)
		subject, _ := fixed(shared, c.of, see)
		assert.Equal(t, c.want, subject.(*SharedAgent).CRM.Visibility)
		assert.Equal(t, map[ContactID]Access{"c-2": Edit}, shared.CRM.Visibility.Contacts, "the original is unchanged")
		shared.Now = time.Time{}
		subject, _ = fixed(shared, c.of, see)
		assert.Equal(t, c.answer, subject.(*SharedAgent).CRM.Visibility, "at no instant, no answer counts")
	}

	seen := map[CRMUserID]Access{"u-sam": View}
	_, pair := fixed(sam(), ContactPair{*customer("apac"), *customer("emea")}, Fix{Kind: FixCustomerAccess, Access: View, ForSecond: true})
	assert.Nil(t, pair.(*ContactPair).From.CRM.Team)
	assert.Equal(t, seen, pair.(*ContactPair).Into.CRM.Team)
	_, pair = fixed(sam(), ContactPair{*customer("apac"), *customer("emea")}, see)
	assert.Equal(t, seen, pair.(*ContactPair).From.CRM.Team)
	assert.Nil(t, pair.(*ContactPair).Into.CRM.Team)
	_, company := fixed(sam(), Company{ID: "k"}, Fix{Kind: FixCustomerAccess, Access: View, ForSecond: true})
	assert.Equal(t, &Company{ID: "k"}, company, "a company has no second part")
}

// The other fixes of a ticket or a conversation change one field, and keep the maps of the
// original.
func TestApplyRelates(t *testing.T) {
	ticket, chat := ticketOf("apac", "bob"), chatOf("apac", "bob")
	ticket.Mentions, ticket.Participants = map[AgentID]bool{"ann": true}, map[AgentID]Access{"riya": View}
	chat.Mentions, chat.Participants = ticket.Mentions, ticket.Participants
	for _, c := range []struct {
		fix    Fix
		change func(*Ticket)
	}{
		{Fix{Kind: FixMention}, func(t *Ticket) { t.Mentions = map[AgentID]bool{"ann": true, "riya": true} }},
		{Fix{Kind: FixAddParticipant, Access: Edit}, func(t *Ticket) { t.Participants = map[AgentID]Access{"riya": Edit} }},
		{Fix{Kind: FixUnassign}, func(t *Ticket) { t.Assignee = "" }},
		{Fix{Kind: FixRoute, Group: "billing"}, func(t *Ticket) { t.Group = "billing" }},
		{Fix{Kind: FixUnassign, ForSecond: true}, func(*Ticket) {}},
	} {
		want := ticket
		c.change(&want)
		_, changed := fixed(riya(), ticket, c.fix)
		assert.Equal(t, &want, changed, c.fix)
		_, chatted := fixed(riya(), chat, c.fix)
		got := chatted.(*Conversation)
		assert.Equal(t, [...]any{want.Group, want.Assignee, want.Mentions, want.Participants}, [...]any{got.Group, got.Assignee, got.Mentions, got.Participants}, c.fix)
	}
	assert.Equal(t, map[AgentID]bool{"ann": true}, ticket.Mentions)
	assert.Equal(t, map[AgentID]Access{"riya": View}, ticket.Participants)
}

// FixAssign changes the assignee. For the second of a single resource it changes nothing.
func TestApplyAssigns(t *testing.T) {
	given := ConversationAssignment{Conversation: chatOf("", "bob"), To: bob()}
	_, chat := fixed(riya(), chatOf("", "bob"), Fix{Kind: FixAssign})
	assert.Equal(t, AgentID("riya"), chat.(*Conversation).Assignee)
	_, transfer := fixed(riya(), given, Fix{Kind: FixAssign})
	assert.Equal(t, AgentID("riya"), transfer.(*ConversationAssignment).Conversation.Assignee)
	_, chat = fixed(riya(), chatOf("", "bob"), Fix{Kind: FixAssign, ForSecond: true})
	assert.Equal(t, AgentID("bob"), chat.(*Conversation).Assignee)
	_, ticket := fixed(riya(), ticketOf("", "bob"), Fix{Kind: FixAssign, ForSecond: true})
	assert.Equal(t, AgentID("bob"), ticket.(*Ticket).Assignee)
}
