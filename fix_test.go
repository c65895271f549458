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

// Every kind of fix and every party has its name, and a remedy says who it is.
func TestFixNames(t *testing.T) {
	var kinds []string
	for kind := FixKind(0); kind <= FixHoldRole+1; kind++ {
		kinds = append(kinds, kind.String())
	}
	assert.Equal(t, []string{
		"none", "become_shared_agent", "reactivate", "reactivate_in_crm", "connect_crm", "obtain_grant", "upgrade_plan",
		"be_assigned", "be_mentioned", "see_customer", "join_group", "widen_scope", "hold_role", "unknown",
	}, kinds)
	var parties []string
	for party := FixedBy(0); party <= FixedByPlanOwner+1; party++ {
		parties = append(parties, party.String())
	}
	assert.Equal(t, []string{"nobody", "manager", "colleague", "crm_owner", "account_administrator", "plan_owner", "unknown"}, parties)
	assert.Equal(t, "change nothing (nobody)", Remedy{{}}.String())
}

// As JSON a fix has what it changes, and leaves out what it does not.
func TestFixJSON(t *testing.T) {
	for want, fix := range map[string]Fix{
		`{"kind":"none","by":"nobody"}`:                                       {},
		`{"kind":"reactivate","by":"manager","recipient":true}`:               {Kind: FixReactivate, ForRecipient: true},
		`{"kind":"be_mentioned","by":"colleague","second":true}`:              {Kind: FixBeMentioned, ForSecond: true},
		`{"kind":"see_customer","by":"crm_owner","access":"edit"}`:            {Kind: FixSeeCustomer, Access: Edit},
		`{"kind":"connect_crm","by":"account_administrator"}`:                 {Kind: FixConnectCRM},
		`{"kind":"upgrade_plan","by":"plan_owner","features":"attachments"}`:  {Kind: FixUpgradePlan, Features: FeatureAttachments},
		`{"kind":"join_group","by":"manager","group":"apac","access":"view"}`: {Kind: FixJoinGroup, Group: "apac", Access: View},
		`{"kind":"hold_role","by":"manager","role":"Agent","workspace":"it","ticket_scope":"group"}`: {
			Kind: FixHoldRole, Binding: Binding{AgentRole.Role(), "it", ScopeGroup},
		},
	} {
		text, err := json.Marshal(fix)
		require.NoError(t, err)
		assert.Equal(t, want, string(text))
	}
}

// A host's actions that read who is to have a ticket, and a conversation.
const (
	peek     Action[TicketAssignment]       = FirstHostView + iota
	peekChat Action[ConversationAssignment] = FirstHostView + iota
)

// The fixes of a remedy are in their order, whichever part of the request each is
// for, and so are the remedies.
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
		{"who asks before the recipient", why(me, TicketAssign, TicketAssignment{Ticket: ticketOf("", ""), To: gone}), []Role{AgentRole.Role()},
			`be reactivated (the agent's manager) and recipient: be reactivated (the agent's manager) and recipient: hold role "Agent" account-wide, tickets at restricted (the agent's manager)`},
		{"the kind before whom it is of", why(riya(), TicketAssign, TicketAssignment{Ticket: ticketOf("", "riya"), To: gone}), []Role{AgentRole.Role()}, `recipient: be reactivated (the agent's manager) and hold role "Agent" account-wide, tickets at restricted (the agent's manager) and recipient: hold role "Agent" account-wide, tickets at restricted (the agent's manager)`},
		{"groups by name", why(riya(wide(AgentRole.Role(), ScopeGroup)), TicketMerge, TicketPair{ticketOf("emea", "bob"), ticketOf("apac", "bob")}), []Role{AgentRole.Role()}, `widen the ticket scope of role "Agent" account-wide to global (the agent's manager)
be assigned (the agent's manager) and be assigned (the second) (the agent's manager)
be assigned (the agent's manager) and join group "apac" with edit (the agent's manager)
be assigned (the second) (the agent's manager) and join group "emea" with edit (the agent's manager)
join group "apac" with edit (the agent's manager) and join group "emea" with edit (the agent's manager)`},
		{"groups before access", why(halfway, peek, TicketAssignment{Ticket: ticketOf("sales", ""), To: halfway, Group: AgentGroup{"refunds", "acme"}}), []Role{roleNamed(t, "Peeker", Permission{peek.ID(), ScopeGroup})}, `be assigned (the agent's manager) and join group "refunds" with edit (the agent's manager) and hold role "Peeker" account-wide, tickets at restricted (the agent's manager)
be assigned (the agent's manager) and widen the ticket scope of role "Taker" account-wide to global (the agent's manager) and hold role "Peeker" account-wide, tickets at restricted (the agent's manager)
join group "refunds" with edit (the agent's manager) and join group "sales" with view (the agent's manager) and hold role "Peeker" account-wide, tickets at group (the agent's manager)
join group "sales" with view (the agent's manager) and widen the ticket scope of role "Taker" account-wide to global (the agent's manager) and hold role "Peeker" account-wide, tickets at group (the agent's manager)`},
		{"access before roles", why(newcomer, peekChat, ConversationAssignment{Conversation: chatOf("sales", "bob"), To: newcomer}), []Role{
			roleNamed(t, "Peeker", Permission{peekChat.ID(), ScopeGroup}), roleNamed(t, "A", ConversationReply.At(ScopeGroup)), roleNamed(t, "B", ConversationReply.At(ScopeRestricted)),
		}, `be assigned (the agent's manager) and hold role "B" account-wide, tickets at restricted (the agent's manager) and hold role "Peeker" account-wide, tickets at restricted (the agent's manager)
join group "sales" with view (the agent's manager) and hold role "B" account-wide, tickets at restricted (the agent's manager) and hold role "Peeker" account-wide, tickets at restricted (the agent's manager)
join group "sales" with edit (the agent's manager) and hold role "A" account-wide, tickets at restricted (the agent's manager) and hold role "Peeker" account-wide, tickets at restricted (the agent's manager)`},
		{"who asks before the recipient, of remedies", why(riya(wide(AgentRole.Role(), ScopeGroup)), TicketAssign, TicketAssignment{Ticket: ticketOf("apac", ""), To: viewer}), []Role{AgentRole.Role()}, `be assigned (the agent's manager) and recipient: join group "apac" with edit (the agent's manager)
be assigned (the agent's manager) and recipient: widen the ticket scope of role "Agent" account-wide to global (the agent's manager)
join group "apac" with edit (the agent's manager) and recipient: join group "apac" with edit (the agent's manager)
join group "apac" with edit (the agent's manager) and recipient: widen the ticket scope of role "Agent" account-wide to global (the agent's manager)
recipient: join group "apac" with edit (the agent's manager) and widen the ticket scope of role "Agent" account-wide to global (the agent's manager)
widen the ticket scope of role "Agent" account-wide to global (the agent's manager) and recipient: widen the ticket scope of role "Agent" account-wide to global (the agent's manager)`},
	} {
		t.Run(c.name, func(t *testing.T) {
			assert.Equal(t, c.want, said(Remedies(c.denial, c.offered...)))
		})
	}
}

// However many there are, the fewest fixes come first, and of as many they come by
// kind, by whom and what they change, and by how far.
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

// why explains the decision.
func why[R Resource](subject Subject, action Action[R], resource R) Explanation {
	return Explain(NewRequest(subject, action, &resource))
}

// Of roles that would do, and of places and ways to hold them, the remedies have
// those that permit the least.
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
		{"what is of the recipient is no less than what is of who asks", why(riya(), TicketAssign, TicketAssignment{Ticket: ticketOf("", "riya"), To: bob()}), []Role{p, q, pPlus, qPlus}, `hold role "P+" account-wide, tickets at restricted (the agent's manager) and recipient: hold role "P" account-wide, tickets at restricted (the agent's manager)
hold role "P+" account-wide, tickets at restricted (the agent's manager) and recipient: hold role "Q+" account-wide, tickets at restricted (the agent's manager)
hold role "Q" account-wide, tickets at restricted (the agent's manager) and recipient: hold role "P" account-wide, tickets at restricted (the agent's manager)
hold role "Q" account-wide, tickets at restricted (the agent's manager) and recipient: hold role "Q+" account-wide, tickets at restricted (the agent's manager)`},
		{"there, and not everywhere", why(riya(), TicketMerge, TicketPair{inIT, also}), []Role{AgentRole.Role(), AdministratorRole.Role()}, `hold role "Agent" in workspace "it", tickets at global (the agent's manager)
be assigned (the agent's manager) and be assigned (the second) (the agent's manager) and hold role "Agent" in workspace "it", tickets at restricted (the agent's manager)`},
		{"everywhere, for two workspaces", why(riya(), TicketMerge, TicketPair{inIT, ticketOf("", "bob")}), []Role{AgentRole.Role(), AdministratorRole.Role()}, `hold role "Administrator" account-wide, tickets at global (the agent's manager)
hold role "Agent" account-wide, tickets at global (the agent's manager) and hold role "Agent" in workspace "it", tickets at global (the agent's manager)
be assigned (the agent's manager) and be assigned (the second) (the agent's manager) and hold role "Administrator" account-wide, tickets at restricted (the agent's manager)
be assigned (the agent's manager) and hold role "Agent" account-wide, tickets at global (the agent's manager) and hold role "Agent" in workspace "it", tickets at restricted (the agent's manager)
be assigned (the second) (the agent's manager) and hold role "Agent" account-wide, tickets at restricted (the agent's manager) and hold role "Agent" in workspace "it", tickets at global (the agent's manager)
be assigned (the agent's manager) and be assigned (the second) (the agent's manager) and hold role "Agent" account-wide, tickets at restricted (the agent's manager) and hold role "Agent" in workspace "it", tickets at restricted (the agent's manager)`},
		{"in its workspace each", why(riya(Binding{here, "it", ScopeRestricted}), TicketMerge, TicketPair{inIT, ticketOf("", "bob")}), []Role{more, other}, `widen the ticket scope of role "Here" in workspace "it" to global (the agent's manager) and hold role "More" account-wide, tickets at global (the agent's manager)
widen the ticket scope of role "Here" in workspace "it" to global (the agent's manager) and hold role "Other" account-wide, tickets at global (the agent's manager)
hold role "More" account-wide, tickets at global (the agent's manager) and hold role "Other" in workspace "it", tickets at global (the agent's manager)
hold role "Other" account-wide, tickets at global (the agent's manager) and hold role "Other" in workspace "it", tickets at global (the agent's manager)`},
		{"of an administrative role no less", why(riya(Binding{here, "it", ScopeRestricted}, wide(other, ScopeRestricted)), TicketMerge, TicketPair{inIT, ticketOf("", "bob")}), []Role{more, admin}, `hold role "Admins" account-wide, tickets at global (the agent's manager)
widen the ticket scope of role "Here" in workspace "it" to global (the agent's manager) and widen the ticket scope of role "Other" account-wide to global (the agent's manager)
widen the ticket scope of role "Here" in workspace "it" to global (the agent's manager) and hold role "More" account-wide, tickets at global (the agent's manager)
widen the ticket scope of role "Other" account-wide to global (the agent's manager) and hold role "Admins" in workspace "it", tickets at global (the agent's manager)
hold role "Admins" in workspace "it", tickets at global (the agent's manager) and hold role "More" account-wide, tickets at global (the agent's manager)`},
		{"another role, and not more of a larger one", why(riya(wide(SupervisorRole.Role(), ScopeRestricted)), TicketReply, ticketOf("apac", "bob")), []Role{AgentRole.Role()}, `be assigned (the agent's manager)
hold role "Agent" account-wide, tickets at global (the agent's manager)
join group "apac" with edit (the agent's manager) and hold role "Agent" account-wide, tickets at group (the agent's manager)`},
		{"one role, as wide as the ticket and its assignee take", why(riya(wide(taker, ScopeGroup)), TicketReply, ticketOf("refunds", "bob")), []Role{worker}, `be assigned (the agent's manager) and hold role "Worker" account-wide, tickets at global (the agent's manager)
join group "refunds" with edit (the agent's manager) and hold role "Worker" account-wide, tickets at group (the agent's manager)
be assigned (the agent's manager) and join group "refunds" with edit (the agent's manager) and hold role "Worker" account-wide, tickets at restricted (the agent's manager)`},
		{"one role, as wide as the first of two takes", why(riya(), TicketMerge, TicketPair{ticketOf("billing", "bob"), ticketOf("apac", "bob")}), []Role{AgentRole.Role()}, `hold role "Agent" account-wide, tickets at global (the agent's manager)
be assigned (the second) (the agent's manager) and hold role "Agent" account-wide, tickets at group (the agent's manager)
join group "apac" with edit (the agent's manager) and hold role "Agent" account-wide, tickets at group (the agent's manager)
be assigned (the agent's manager) and be assigned (the second) (the agent's manager) and hold role "Agent" account-wide, tickets at restricted (the agent's manager)`},
		{"one role, as wide as the second of two takes", why(riya(), TicketMerge, TicketPair{ticketOf("apac", "bob"), ticketOf("billing", "bob")}), []Role{AgentRole.Role()}, `hold role "Agent" account-wide, tickets at global (the agent's manager)
be assigned (the agent's manager) and hold role "Agent" account-wide, tickets at group (the agent's manager)
join group "apac" with edit (the agent's manager) and hold role "Agent" account-wide, tickets at group (the agent's manager)
be assigned (the agent's manager) and be assigned (the second) (the agent's manager) and hold role "Agent" account-wide, tickets at restricted (the agent's manager)`},
	} {
		t.Run(c.name, func(t *testing.T) {
			assert.Equal(t, c.want, said(Remedies(c.denial, c.offered...)))
		})
	}
}

// fixed returns the subject and the resource once the fixes are made.
func fixed(subject Subject, resource Resource, fixes ...Fix) (Subject, Resource) {
	return Remedy(fixes).Apply(subject, resource)
}

// What is fixed of whom, by itself and one after the other.
func TestApplyToSubjects(t *testing.T) {
	for _, nobody := range []Subject{nil, (*Agent)(nil), &Agent{}, &CRMOnlyUser{}} {
		same, _ := fixed(nobody, nil, Fix{Kind: FixReactivate}, Fix{Kind: FixJoinGroup, Group: "apac", Access: Edit})
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
	first, _ := fixed(me, nil, Fix{Kind: FixHoldRole, Binding: wide(AgentRole.Role(), ScopeGroup)})
	_, _ = fixed(me, nil, Fix{Kind: FixHoldRole, Binding: wide(SupervisorRole.Role(), ScopeGroup)})
	assert.Equal(t, wide(AgentRole.Role(), ScopeGroup), first.(*Agent).Bindings[1], "the bindings of each are its own")
	assert.Equal(t, Binding{}, full[:2][1])
}

// Of the bindings that are alike it is the widest that is widened, and of equals the first.
func TestApplyWidensTheWidest(t *testing.T) {
	const unknown = ScopeGlobal + 1
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
		others := []Binding{wide(SupervisorRole.Role(), ScopeGlobal), {AgentRole.Role(), "it", ScopeGlobal}}
		me.Bindings, want.Bindings = append(me.Bindings, others...), append(want.Bindings, others...)
		widened, _ := fixed(me, nil, Fix{Kind: FixWidenScope, Binding: wide(AgentRole.Role(), ScopeGlobal)})
		assert.Equal(t, want, widened, "%v", c.before)
	}
}

// A grant that is obtained is from now on, for as long as grants are, and has the
// roles and the workspaces of all the fixes, each once.
func TestApplyObtainsAGrant(t *testing.T) {
	obtain := func(role Role, workspace WorkspaceID) Fix {
		return Fix{Kind: FixObtainSupportGrant, Binding: Binding{Role: role, Workspace: workspace}}
	}
	subject, resource := fixed(at(SupportGrant{}, noon), ticketOf("", ""), Fix{Kind: FixBeAssigned},
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

// A user of whom the CRM says what they see is told of the one customer besides,
// but for an answer that is too old: that has nothing else.
func TestApplyShowsCustomers(t *testing.T) {
	answer := CRMVisibility{Contacts: map[ContactID]Access{"c-2": Edit}, MaxAge: time.Hour}
	old := answer
	old.Age = time.Hour
	see := Fix{Kind: FixSeeCustomer, Access: View}
	for _, c := range []struct {
		answer CRMVisibility
		of     Resource
		want   CRMVisibility
	}{
		{answer, *customer("apac"), CRMVisibility{Contacts: map[ContactID]Access{"c-1": View, "c-2": Edit}, MaxAge: time.Hour}},
		{old, *customer("apac"), CRMVisibility{Contacts: map[ContactID]Access{"c-1": View}, MaxAge: time.Nanosecond}},
		{answer, Company{ID: "k", Account: "acme"}, CRMVisibility{Contacts: answer.Contacts, Companies: map[CompanyID]Access{"k": View}, MaxAge: time.Hour}},
		{old, Company{ID: "k", Account: "acme"}, CRMVisibility{Companies: map[CompanyID]Access{"k": View}, MaxAge: time.Nanosecond}},
		{answer, Report{Account: "acme"}, answer},
	} {
		shared := sam()
		shared.CRM.Scope, shared.CRM.Visibility = 0, c.answer
		subject, _ := fixed(shared, c.of, see)
		assert.Equal(t, c.want, subject.(*SharedAgent).CRM.Visibility)
		assert.Equal(t, map[ContactID]Access{"c-2": Edit}, shared.CRM.Visibility.Contacts, "what was given stays as it is")
	}

	seen := map[CRMUserID]Access{"u-sam": View}
	_, pair := fixed(sam(), ContactPair{*customer("apac"), *customer("emea")}, Fix{Kind: FixSeeCustomer, Access: View, ForSecond: true})
	assert.Nil(t, pair.(*ContactPair).From.CRM.Team)
	assert.Equal(t, seen, pair.(*ContactPair).Into.CRM.Team)
	_, pair = fixed(sam(), ContactPair{*customer("apac"), *customer("emea")}, see)
	assert.Equal(t, seen, pair.(*ContactPair).From.CRM.Team)
	assert.Nil(t, pair.(*ContactPair).Into.CRM.Team)
	_, company := fixed(sam(), Company{ID: "k"}, Fix{Kind: FixSeeCustomer, Access: View, ForSecond: true})
	assert.Equal(t, &Company{ID: "k"}, company, "it has no second")
}

// Who is assigned a thing has it, and nobody has the second of what is one.
func TestApplyAssigns(t *testing.T) {
	given := ConversationAssignment{Conversation: chatOf("", "bob"), To: bob()}
	_, chat := fixed(riya(), chatOf("", "bob"), Fix{Kind: FixBeAssigned})
	assert.Equal(t, AgentID("riya"), chat.(*Conversation).Assignee)
	_, transfer := fixed(riya(), given, Fix{Kind: FixBeAssigned})
	assert.Equal(t, AgentID("riya"), transfer.(*ConversationAssignment).Conversation.Assignee)
	_, chat = fixed(riya(), chatOf("", "bob"), Fix{Kind: FixBeAssigned, ForSecond: true})
	assert.Equal(t, AgentID("bob"), chat.(*Conversation).Assignee)
	_, ticket := fixed(riya(), ticketOf("", "bob"), Fix{Kind: FixBeAssigned, ForSecond: true})
	assert.Equal(t, AgentID("bob"), ticket.(*Ticket).Assignee)
}
