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
	for kind := FixKind(0); kind <= HoldRole+1; kind++ {
		kinds = append(kinds, kind.String())
	}
	assert.Equal(t, []string{
		"none", "become_shared_agent", "reactivate", "reactivate_in_crm", "connect_crm", "obtain_grant", "upgrade_plan",
		"be_assigned", "be_mentioned", "see_customer", "join_group", "widen_scope", "hold_role", "unknown",
	}, kinds)
	var parties []string
	for party := Party(0); party <= PartyPlanOwner+1; party++ {
		parties = append(parties, party.String())
	}
	assert.Equal(t, []string{"nobody", "manager", "colleague", "crm_owner", "account_administrator", "plan_owner", "unknown"}, parties)
	assert.Equal(t, "change nothing (nobody)", Remedy{{}}.String())
}

// As JSON a fix has what it changes, and leaves out what it does not.
func TestFixJSON(t *testing.T) {
	for want, fix := range map[string]Fix{
		`{"kind":"none","by":"nobody"}`:                                       {},
		`{"kind":"reactivate","by":"manager","recipient":true}`:               {Kind: Reactivate, Recipient: true},
		`{"kind":"be_mentioned","by":"colleague","second":true}`:              {Kind: BeMentioned, Second: true},
		`{"kind":"see_customer","by":"crm_owner","access":"edit"}`:            {Kind: SeeCustomer, Access: Edit},
		`{"kind":"connect_crm","by":"account_administrator"}`:                 {Kind: ConnectCRM},
		`{"kind":"upgrade_plan","by":"plan_owner","features":"attachments"}`:  {Kind: UpgradePlan, Features: Attachments},
		`{"kind":"join_group","by":"manager","group":"apac","access":"view"}`: {Kind: JoinGroup, Group: "apac", Access: View},
		`{"kind":"hold_role","by":"manager","role":"Agent","workspace":"it","ticket_scope":"group"}`: {
			Kind: HoldRole, Binding: Binding{AgentRole(), "it", Group},
		},
	} {
		text, err := json.Marshal(fix)
		require.NoError(t, err)
		assert.Equal(t, want, string(text))
	}
}

// A host's actions that read who is to have a ticket, and a conversation.
const (
	peek     Action[Assignment] = HostViews + iota
	peekChat Action[Transfer]   = HostViews + iota
)

// The fixes of a remedy are in their order, whichever part of the request each is
// for, and so are the remedies.
func TestRemediesAreInOrder(t *testing.T) {
	gone, me := bob(), riya(wide(AgentRole(), Global))
	me.Deactivated, gone.Deactivated = true, true
	takesAll := TicketBeAssigned.At(Global)
	newcomer, halfway := riya(), riya(wide(roleNamed(t, "Taker", takesAll), Group))
	viewer := bob(wide(AgentRole(), Group))
	viewer.Groups = map[GroupID]Access{"apac": View}
	for _, c := range []struct {
		name    string
		denial  Explanation
		offered []Role
		want    string
	}{
		{"who asks before the recipient", why(me, TicketAssign, Assignment{Ticket: ticketOf("", ""), To: gone}), []Role{AgentRole()},
			`be reactivated (the agent's manager) and recipient: be reactivated (the agent's manager) and recipient: hold role "Agent" account-wide, tickets at restricted (the agent's manager)`},
		{"the kind before whom it is of", why(riya(), TicketAssign, Assignment{Ticket: ticketOf("", "riya"), To: gone}), []Role{AgentRole()}, `recipient: be reactivated (the agent's manager) and hold role "Agent" account-wide, tickets at restricted (the agent's manager) and recipient: hold role "Agent" account-wide, tickets at restricted (the agent's manager)`},
		{"groups by name", why(riya(wide(AgentRole(), Group)), TicketMerge, TicketPair{ticketOf("emea", "bob"), ticketOf("apac", "bob")}), []Role{AgentRole()}, `widen the ticket scope of role "Agent" account-wide to global (the agent's manager)
be assigned (the agent's manager) and be assigned (the second) (the agent's manager)
be assigned (the agent's manager) and join group "apac" with edit (the agent's manager)
be assigned (the second) (the agent's manager) and join group "emea" with edit (the agent's manager)
join group "apac" with edit (the agent's manager) and join group "emea" with edit (the agent's manager)`},
		{"groups before access", why(halfway, peek, Assignment{Ticket: ticketOf("sales", ""), To: halfway, Group: AgentGroup{"refunds", "acme"}}), []Role{roleNamed(t, "Peeker", Permission{peek.ID(), Group})}, `be assigned (the agent's manager) and join group "refunds" with edit (the agent's manager) and hold role "Peeker" account-wide, tickets at restricted (the agent's manager)
be assigned (the agent's manager) and widen the ticket scope of role "Taker" account-wide to global (the agent's manager) and hold role "Peeker" account-wide, tickets at restricted (the agent's manager)
join group "refunds" with edit (the agent's manager) and join group "sales" with view (the agent's manager) and hold role "Peeker" account-wide, tickets at group (the agent's manager)
join group "sales" with view (the agent's manager) and widen the ticket scope of role "Taker" account-wide to global (the agent's manager) and hold role "Peeker" account-wide, tickets at group (the agent's manager)`},
		{"access before roles", why(newcomer, peekChat, Transfer{Conversation: chatOf("sales", "bob"), To: newcomer}), []Role{
			roleNamed(t, "Peeker", Permission{peekChat.ID(), Group}), roleNamed(t, "A", ConversationReply.At(Group)), roleNamed(t, "B", ConversationReply.At(Restricted)),
		}, `be assigned (the agent's manager) and hold role "B" account-wide, tickets at restricted (the agent's manager) and hold role "Peeker" account-wide, tickets at restricted (the agent's manager)
join group "sales" with view (the agent's manager) and hold role "B" account-wide, tickets at restricted (the agent's manager) and hold role "Peeker" account-wide, tickets at restricted (the agent's manager)
join group "sales" with edit (the agent's manager) and hold role "A" account-wide, tickets at restricted (the agent's manager) and hold role "Peeker" account-wide, tickets at restricted (the agent's manager)`},
		{"who asks before the recipient, of remedies", why(riya(wide(AgentRole(), Group)), TicketAssign, Assignment{Ticket: ticketOf("apac", ""), To: viewer}), []Role{AgentRole()}, `be assigned (the agent's manager) and recipient: join group "apac" with edit (the agent's manager)
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
	merge := TicketMerge.At(Global)
	offered := []Role{
		roleNamed(t, "C", merge, DashboardManage.At(Global)), roleNamed(t, "A", merge, CannedResponseManage.At(Global)), roleNamed(t, "B", merge, AppManage.At(Global)),
	}
	takes := wide(roleNamed(t, "Taker", TicketBeAssigned.At(Global)), Restricted)
	for _, groups := range [][2]GroupID{{"apac", "emea"}, {"emea", "apac"}} {
		e := why(riya(takes), TicketMerge, TicketPair{ticketOf(groups[0], "bob"), ticketOf(groups[1], "bob")})
		var keys []string
		for _, remedy := range Remedies(e, offered...) {
			key := fmt.Sprint(len(remedy))
			for _, f := range remedy {
				key += fmt.Sprintf(" %02d %t %q %q %d %q", f.Kind, f.Second, f.Binding.Role.Name(), f.Binding.Workspace, f.Binding.TicketScope, f.Group)
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
	p, q := roleNamed(t, "P", TicketBeAssigned.At(Global), CannedResponseManage.At(Global)), roleNamed(t, "Q", TicketAssign.At(Global), DashboardManage.At(Global))
	both := []Permission{TicketBeAssigned.At(Global), TicketAssign.At(Global)}
	pPlus, qPlus := roleNamed(t, "P+", append(both, CannedResponseManage.At(Global))...), roleNamed(t, "Q+", append(both, DashboardManage.At(Global))...)
	inIT, also := ticketOf("", "bob"), ticketOf("", "bob")
	inIT.Workspace, also.Workspace = "it", "it"
	taker, worker := roleNamed(t, "Taker", TicketBeAssigned.At(Group)), roleNamed(t, "Worker", TicketReply.At(Group), TicketBeAssigned.At(Global))
	merge := TicketMerge.At(Global)
	here, more := roleNamed(t, "Here", merge, CannedResponseManage.At(Global)), roleNamed(t, "More", merge, CannedResponseManage.At(Global), TicketView.At(Global))
	other, admin := roleNamed(t, "Other", merge, DashboardManage.At(Global)), roleNamed(t, "Admins", merge, DashboardManage.At(Global), SettingsManage.At(Global))
	for _, c := range []struct {
		name    string
		denial  Explanation
		offered []Role
		want    string
	}{
		{"what is of the recipient is no less than what is of who asks", why(riya(), TicketAssign, Assignment{Ticket: ticketOf("", "riya"), To: bob()}), []Role{p, q, pPlus, qPlus}, `hold role "P+" account-wide, tickets at restricted (the agent's manager) and recipient: hold role "P" account-wide, tickets at restricted (the agent's manager)
hold role "P+" account-wide, tickets at restricted (the agent's manager) and recipient: hold role "Q+" account-wide, tickets at restricted (the agent's manager)
hold role "Q" account-wide, tickets at restricted (the agent's manager) and recipient: hold role "P" account-wide, tickets at restricted (the agent's manager)
hold role "Q" account-wide, tickets at restricted (the agent's manager) and recipient: hold role "Q+" account-wide, tickets at restricted (the agent's manager)`},
		{"there, and not everywhere", why(riya(), TicketMerge, TicketPair{inIT, also}), []Role{AgentRole(), AdministratorRole()}, `hold role "Agent" in workspace "it", tickets at global (the agent's manager)
be assigned (the agent's manager) and be assigned (the second) (the agent's manager) and hold role "Agent" in workspace "it", tickets at restricted (the agent's manager)`},
		{"everywhere, for two workspaces", why(riya(), TicketMerge, TicketPair{inIT, ticketOf("", "bob")}), []Role{AgentRole(), AdministratorRole()}, `hold role "Administrator" account-wide, tickets at global (the agent's manager)
hold role "Agent" account-wide, tickets at global (the agent's manager) and hold role "Agent" in workspace "it", tickets at global (the agent's manager)
be assigned (the agent's manager) and be assigned (the second) (the agent's manager) and hold role "Administrator" account-wide, tickets at restricted (the agent's manager)
be assigned (the agent's manager) and hold role "Agent" account-wide, tickets at global (the agent's manager) and hold role "Agent" in workspace "it", tickets at restricted (the agent's manager)
be assigned (the second) (the agent's manager) and hold role "Agent" account-wide, tickets at restricted (the agent's manager) and hold role "Agent" in workspace "it", tickets at global (the agent's manager)
be assigned (the agent's manager) and be assigned (the second) (the agent's manager) and hold role "Agent" account-wide, tickets at restricted (the agent's manager) and hold role "Agent" in workspace "it", tickets at restricted (the agent's manager)`},
		{"in its workspace each", why(riya(Binding{here, "it", Restricted}), TicketMerge, TicketPair{inIT, ticketOf("", "bob")}), []Role{more, other}, `widen the ticket scope of role "Here" in workspace "it" to global (the agent's manager) and hold role "More" account-wide, tickets at global (the agent's manager)
widen the ticket scope of role "Here" in workspace "it" to global (the agent's manager) and hold role "Other" account-wide, tickets at global (the agent's manager)
hold role "More" account-wide, tickets at global (the agent's manager) and hold role "Other" in workspace "it", tickets at global (the agent's manager)
hold role "Other" account-wide, tickets at global (the agent's manager) and hold role "Other" in workspace "it", tickets at global (the agent's manager)`},
		{"of an administrative role no less", why(riya(Binding{here, "it", Restricted}, wide(other, Restricted)), TicketMerge, TicketPair{inIT, ticketOf("", "bob")}), []Role{more, admin}, `hold role "Admins" account-wide, tickets at global (the agent's manager)
widen the ticket scope of role "Here" in workspace "it" to global (the agent's manager) and widen the ticket scope of role "Other" account-wide to global (the agent's manager)
widen the ticket scope of role "Here" in workspace "it" to global (the agent's manager) and hold role "More" account-wide, tickets at global (the agent's manager)
widen the ticket scope of role "Other" account-wide to global (the agent's manager) and hold role "Admins" in workspace "it", tickets at global (the agent's manager)
hold role "Admins" in workspace "it", tickets at global (the agent's manager) and hold role "More" account-wide, tickets at global (the agent's manager)`},
		{"another role, and not more of a larger one", why(riya(wide(SupervisorRole(), Restricted)), TicketReply, ticketOf("apac", "bob")), []Role{AgentRole()}, `be assigned (the agent's manager)
hold role "Agent" account-wide, tickets at global (the agent's manager)
join group "apac" with edit (the agent's manager) and hold role "Agent" account-wide, tickets at group (the agent's manager)`},
		{"one role, as wide as the ticket and its assignee take", why(riya(wide(taker, Group)), TicketReply, ticketOf("refunds", "bob")), []Role{worker}, `be assigned (the agent's manager) and hold role "Worker" account-wide, tickets at global (the agent's manager)
join group "refunds" with edit (the agent's manager) and hold role "Worker" account-wide, tickets at group (the agent's manager)
be assigned (the agent's manager) and join group "refunds" with edit (the agent's manager) and hold role "Worker" account-wide, tickets at restricted (the agent's manager)`},
		{"one role, as wide as the first of two takes", why(riya(), TicketMerge, TicketPair{ticketOf("billing", "bob"), ticketOf("apac", "bob")}), []Role{AgentRole()}, `hold role "Agent" account-wide, tickets at global (the agent's manager)
be assigned (the second) (the agent's manager) and hold role "Agent" account-wide, tickets at group (the agent's manager)
join group "apac" with edit (the agent's manager) and hold role "Agent" account-wide, tickets at group (the agent's manager)
be assigned (the agent's manager) and be assigned (the second) (the agent's manager) and hold role "Agent" account-wide, tickets at restricted (the agent's manager)`},
		{"one role, as wide as the second of two takes", why(riya(), TicketMerge, TicketPair{ticketOf("apac", "bob"), ticketOf("billing", "bob")}), []Role{AgentRole()}, `hold role "Agent" account-wide, tickets at global (the agent's manager)
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
	for _, nobody := range []Subject{nil, (*Agent)(nil), &Agent{}, &NonAgent{}} {
		same, _ := fixed(nobody, nil, Fix{Kind: Reactivate}, Fix{Kind: JoinGroup, Group: "apac", Access: Edit})
		assert.Equal(t, nobody, same)
	}

	user := &NonAgent{Account: Account{ID: "acme", Plan: Plan{Features: Attachments}}, CRM: CRMUser{ID: "u", Deactivated: true}}
	subject, _ := fixed(user, nil, Fix{Kind: ConnectCRM}, Fix{Kind: ReactivateInCRM}, Fix{Kind: UpgradePlan, Features: Collaboration})
	assert.Equal(t, &NonAgent{
		Account: Account{ID: "acme", Plan: Plan{Features: Attachments | Collaboration}, Integrated: true}, CRM: CRMUser{ID: "u"},
	}, subject)

	full := make([]Binding, 1, 2)
	me := riya(full...)
	me.Bindings = full
	first, _ := fixed(me, nil, Fix{Kind: HoldRole, Binding: wide(AgentRole(), Group)})
	_, _ = fixed(me, nil, Fix{Kind: HoldRole, Binding: wide(SupervisorRole(), Group)})
	assert.Equal(t, wide(AgentRole(), Group), first.(*Agent).Bindings[1], "the bindings of each are its own")
	assert.Equal(t, Binding{}, full[:2][1])
}

// Of the bindings that are alike it is the widest that is widened, and of equals the first.
func TestApplyWidensTheWidest(t *testing.T) {
	const unknown = Global + 1
	for _, c := range []struct{ before, after []Scope }{
		{[]Scope{Restricted, Group, Restricted}, []Scope{Restricted, Global, Restricted}},
		{[]Scope{Group, Restricted}, []Scope{Global, Restricted}},
		{[]Scope{Group, Group}, []Scope{Global, Group}},
		{[]Scope{Restricted, Group}, []Scope{Restricted, Global}},
		{[]Scope{unknown, Restricted}, []Scope{unknown, Global}},
		{[]Scope{unknown, 0}, []Scope{Global, 0}},
		{nil, nil},
	} {
		me, want := riya(), riya()
		for i := range c.before {
			me.Bindings = append(me.Bindings, wide(AgentRole(), c.before[i]))
			want.Bindings = append(want.Bindings, wide(AgentRole(), c.after[i]))
		}
		others := []Binding{wide(SupervisorRole(), Global), {AgentRole(), "it", Global}}
		me.Bindings, want.Bindings = append(me.Bindings, others...), append(want.Bindings, others...)
		widened, _ := fixed(me, nil, Fix{Kind: WidenScope, Binding: wide(AgentRole(), Global)})
		assert.Equal(t, want, widened, "%v", c.before)
	}
}

// A grant that is obtained is from now on, for as long as grants are, and has the
// roles and the workspaces of all the fixes, each once.
func TestApplyObtainsAGrant(t *testing.T) {
	obtain := func(role Role, workspace WorkspaceID) Fix {
		return Fix{Kind: ObtainGrant, Binding: Binding{Role: role, Workspace: workspace}}
	}
	subject, resource := fixed(at(Grant{}, noon), ticketOf("", ""), Fix{Kind: BeAssigned},
		obtain(AgentRole(), AccountWide), obtain(AgentRole(), "it"), obtain(SupervisorRole(), "hr"))
	session := subject.(*SupportSession)
	grant := session.Grant()
	assert.Equal(t, eve, session.Engineer())
	assert.Equal(t, noon, session.Now())
	assert.Equal(t, AccountID("acme"), grant.Account())
	assert.Equal(t, GrantID("requested"), grant.ID())
	assert.Equal(t, noon, grant.Start())
	assert.Equal(t, noon.Add(DefaultGrantLife), grant.End())
	assert.Equal(t, []Role{AgentRole(), SupervisorRole()}, grant.Roles())
	assert.Equal(t, map[WorkspaceID][]Role{"it": nil, "hr": nil}, grant.Workspaces())
	assert.Equal(t, session.ID(), resource.(*Ticket).Assignee)
}

// A user of whom the CRM says what they see is told of the one customer besides,
// but for an answer that is too old: that has nothing else.
func TestApplyShowsCustomers(t *testing.T) {
	answer := Visible{Contacts: map[ContactID]Access{"c-2": Edit}, Limit: time.Hour}
	old := answer
	old.Age = time.Hour
	see := Fix{Kind: SeeCustomer, Access: View}
	for _, c := range []struct {
		answer Visible
		of     Resource
		want   Visible
	}{
		{answer, *customer("apac"), Visible{Contacts: map[ContactID]Access{"c-1": View, "c-2": Edit}, Limit: time.Hour}},
		{old, *customer("apac"), Visible{Contacts: map[ContactID]Access{"c-1": View}, Limit: time.Nanosecond}},
		{answer, Company{ID: "k", Account: "acme"}, Visible{Contacts: answer.Contacts, Companies: map[CompanyID]Access{"k": View}, Limit: time.Hour}},
		{old, Company{ID: "k", Account: "acme"}, Visible{Companies: map[CompanyID]Access{"k": View}, Limit: time.Nanosecond}},
		{answer, Report{Account: "acme"}, answer},
	} {
		shared := sam()
		shared.CRM.Scope, shared.CRM.Visible = 0, c.answer
		subject, _ := fixed(shared, c.of, see)
		assert.Equal(t, c.want, subject.(*SharedAgent).CRM.Visible)
		assert.Equal(t, map[ContactID]Access{"c-2": Edit}, shared.CRM.Visible.Contacts, "what was given stays as it is")
	}

	seen := map[CRMUserID]Access{"u-sam": View}
	_, pair := fixed(sam(), ContactPair{*customer("apac"), *customer("emea")}, Fix{Kind: SeeCustomer, Access: View, Second: true})
	assert.Nil(t, pair.(*ContactPair).From.CRM.Team)
	assert.Equal(t, seen, pair.(*ContactPair).Into.CRM.Team)
	_, pair = fixed(sam(), ContactPair{*customer("apac"), *customer("emea")}, see)
	assert.Equal(t, seen, pair.(*ContactPair).From.CRM.Team)
	assert.Nil(t, pair.(*ContactPair).Into.CRM.Team)
	_, company := fixed(sam(), Company{ID: "k"}, Fix{Kind: SeeCustomer, Access: View, Second: true})
	assert.Equal(t, &Company{ID: "k"}, company, "it has no second")
}

// Who is assigned a thing has it, and nobody has the second of what is one.
func TestApplyAssigns(t *testing.T) {
	given := Transfer{Conversation: chatOf("", "bob"), To: bob()}
	_, chat := fixed(riya(), chatOf("", "bob"), Fix{Kind: BeAssigned})
	assert.Equal(t, AgentID("riya"), chat.(*Conversation).Assignee)
	_, transfer := fixed(riya(), given, Fix{Kind: BeAssigned})
	assert.Equal(t, AgentID("riya"), transfer.(*Transfer).Conversation.Assignee)
	_, chat = fixed(riya(), chatOf("", "bob"), Fix{Kind: BeAssigned, Second: true})
	assert.Equal(t, AgentID("bob"), chat.(*Conversation).Assignee)
	_, ticket := fixed(riya(), ticketOf("", "bob"), Fix{Kind: BeAssigned, Second: true})
	assert.Equal(t, AgentID("bob"), ticket.(*Ticket).Assignee)
}
