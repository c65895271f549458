package deskpolicy_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/deskpolicy/deskpolicy"
)

// May this agent reply to this ticket?
func Example() {
	agent := &deskpolicy.Agent{
		ID:      "riya",
		Account: deskpolicy.Account{ID: "acme"},
		Bindings: []deskpolicy.Binding{{
			Role:        deskpolicy.AgentRole.Role(),
			Workspace:   deskpolicy.AccountWide,
			TicketScope: deskpolicy.ScopeGroup,
		}},
		Groups: map[deskpolicy.GroupID]deskpolicy.Access{"billing": deskpolicy.Edit, "refunds": deskpolicy.View},
	}
	ticket := &deskpolicy.Ticket{Account: "acme", Group: "refunds", Assignee: "bob"}

	d := deskpolicy.Authorize(agent, deskpolicy.TicketReply, ticket)
	fmt.Println(d.Allowed(), d.Reason)
	fmt.Println(d)               // for the operator
	fmt.Println(d.UserMessage()) // for the requester

	// Output:
	// false view_only
	// denied: role "Agent" reaches this for viewing only
	// This does not exist, or you do not have access to it.
}

// A handler that answers what is hidden and what is absent alike.
func ExampleAuthorize() {
	tickets := map[deskpolicy.TicketID]*deskpolicy.Ticket{
		"4711": {ID: "4711", Account: "acme", Assignee: "bob"},
	}
	open := func(agent *deskpolicy.Agent, id deskpolicy.TicketID) string {
		ticket := tickets[id] // nil if there is none, which Authorize denies
		if d := deskpolicy.Authorize(agent, deskpolicy.TicketView, ticket); !d.Allowed() {
			return "404 " + d.UserMessage()
		}
		return "200 ticket " + string(ticket.ID)
	}

	restricted := deskpolicy.Binding{Role: deskpolicy.AgentRole.Role(), Workspace: deskpolicy.AccountWide, TicketScope: deskpolicy.ScopeRestricted}
	riya := &deskpolicy.Agent{ID: "riya", Account: deskpolicy.Account{ID: "acme"}, Bindings: []deskpolicy.Binding{restricted}}
	bob := &deskpolicy.Agent{ID: "bob", Account: deskpolicy.Account{ID: "acme"}, Bindings: []deskpolicy.Binding{restricted}}
	fmt.Println(open(bob, "4711"))
	fmt.Println(open(riya, "4711"))

	// Output:
	// 200 ticket 4711
	// 404 This does not exist, or you do not have access to it.
}

// Interns read all conversations, and answer in those that they have taken up.
func ExampleNewRole() {
	interns, err := deskpolicy.NewRole("acme", "Interns", deskpolicy.NewPermissions(
		deskpolicy.ConversationView.At(deskpolicy.ScopeGlobal),
		deskpolicy.ConversationReply.At(deskpolicy.ScopeRestricted),
	), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	intern := &deskpolicy.Agent{
		ID: "ines", Account: deskpolicy.Account{ID: "acme"},
		Bindings: []deskpolicy.Binding{{Role: interns, Workspace: deskpolicy.AccountWide}},
	}
	chat := &deskpolicy.Conversation{Account: "acme", Assignee: "bob"}
	fmt.Println(deskpolicy.Authorize(intern, deskpolicy.ConversationView, chat))
	fmt.Println(deskpolicy.Authorize(intern, deskpolicy.ConversationReply, chat))

	_, err = deskpolicy.NewRole("acme", "Second Owner", deskpolicy.NewPermissions(deskpolicy.RoleUpdate.At(deskpolicy.ScopeGlobal)), nil)
	fmt.Println(err)

	// Output:
	// allowed: role "Interns" reaches everything here
	// denied: role "Interns" has the permission, but does not reach this: its scope is restricted
	// deskpolicy: role "Second Owner": a custom role cannot hold role.custom.update; remove it
}

// The roles of an account, in a file.
func ExampleDecodeRoles() {
	roles, err := deskpolicy.DecodeRoles([]byte(`{
		"version": 1,
		"account": "acme",
		"roles": [
			{"name": "Interns", "permissions": ["conversation.view@global", "conversation.reply@restricted"]},
			{"name": "Night Shift", "level": "group", "permissions": ["ticket.view", "ticket.reply"]}
		]
	}`), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for role := range roles.All() {
		for p := range role.Permissions().All() {
			fmt.Println(role, p)
		}
	}

	// Whatever is wrong with a file is reported at once, and then nothing is read.
	_, err = deskpolicy.DecodeRoles([]byte(`{
		"version": 1,
		"account": "acme",
		"roles": [
			{"name": "interns", "permissions": ["conversation.veiw@global"]},
			{"name": "INTERNS", "permissions": ["role.custom.create@global"], "inherits": "Agent"}
		]
	}`), nil)
	fmt.Println(err)

	// Output:
	// Interns conversation.view@global
	// Interns conversation.reply@restricted
	// Night Shift ticket.view@group
	// Night Shift ticket.reply@group
	// line 5: roles[0].permissions[0]: unknown action "conversation.veiw" (did you mean "conversation.view"?)
	// line 6: roles[1].name: role "INTERNS": the name is taken by role "interns"; choose another name
	// line 6: roles[1].permissions[0]: a custom role cannot hold role.custom.create; remove it
	// line 6: roles[1].inherits: unknown key
}

// Who holds a role holds it as it is in the account's set.
func ExampleRoleSet() {
	interns, err := deskpolicy.NewRole("acme", "Interns", deskpolicy.NewPermissions(deskpolicy.ConversationView.At(deskpolicy.ScopeGlobal)), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	before, err := deskpolicy.NewRoleSet("acme", interns)
	if err != nil {
		fmt.Println(err)
		return
	}
	intern := &deskpolicy.Agent{
		ID: "ines", Account: deskpolicy.Account{ID: "acme"},
		Bindings: []deskpolicy.Binding{{Role: interns, Workspace: deskpolicy.AccountWide}},
	}

	replying := interns.Permissions().Union(deskpolicy.NewPermissions(deskpolicy.ConversationReply.At(deskpolicy.ScopeRestricted)))
	changed, err := deskpolicy.NewRole(interns.Account(), interns.Name(), replying, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	after, err := before.With(changed)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, change := range before.Diff(after) {
		fmt.Println(change.Name, "becomes", change.Ordering())
		for p := range change.Gained().All() {
			fmt.Println("gains", p)
		}
	}

	chat := &deskpolicy.Conversation{Account: "acme", Assignee: "ines"}
	fmt.Println(deskpolicy.Authorize(intern, deskpolicy.ConversationReply, chat).Reason)
	intern.Bindings = after.UpdateBindings(intern.Bindings)
	fmt.Println(deskpolicy.Authorize(intern, deskpolicy.ConversationReply, chat).Reason)

	_, err = after.Role("Intern")
	fmt.Println(err)

	// Output:
	// Interns becomes wider
	// gains conversation.reply@restricted
	// no_permission
	// allowed_assigned
	// deskpolicy: unknown role "Intern" (did you mean "Interns"?)
}

// A permission as it is written, and how it is written.
func ExampleVocabulary_ParsePermission() {
	var v *deskpolicy.Vocabulary // with the library's actions only
	p, err := v.ParsePermission("ticket.reply@group")
	fmt.Println(p == deskpolicy.TicketReply.At(deskpolicy.ScopeGroup), p, err)
	p, err = v.ParsePermission("ticket.reply")
	fmt.Println(p, err)
	_, err = v.ParsePermission("ticket.rpely@grop")
	fmt.Println(err)

	// Output:
	// true ticket.reply@group <nil>
	// ticket.reply@restricted <nil>
	// deskpolicy: unknown action "ticket.rpely" (did you mean "ticket.reply"?)
	// deskpolicy: unknown scope "grop" (did you mean "group"?)
}

// A clone has what custom roles may hold, and says what it had to leave.
func ExampleCloneRole() {
	role, dropped, err := deskpolicy.CloneRole(deskpolicy.AccountAdministratorRole.Role(), "acme", "Deputy")
	fmt.Println(role, err)
	for p := range dropped.All() {
		if !p.Action.IsHost() {
			fmt.Println("dropped", p)
		}
	}

	// Output:
	// Deputy <nil>
	// dropped role.custom.create
	// dropped role.custom.update
	// dropped role.custom.delete
	// dropped role.custom.clone
}

// What does one role permit that another does not?
func ExamplePermissions_Minus() {
	supervisor, agent := deskpolicy.SupervisorRole.Role().Permissions(), deskpolicy.AgentRole.Role().Permissions()
	fmt.Println("supervisors cover agents:", supervisor.Covers(agent))
	for p := range supervisor.Minus(agent).All() {
		if p.Action.Category() == "operations" || p.Action.Category() == "analytics" {
			fmt.Println(p)
		}
	}

	// Output:
	// supervisors cover agents: true
	// report.view@global
	// report.create@global
	// report.edit@global
	// report.schedule@global
	// report.export@global
	// dashboard.view@global
	// dashboard.manage@group
	// assignment_rule.manage@group
}

// An Invoice is a resource of this program's own.
type Invoice struct {
	Account deskpolicy.AccountID
	Team    deskpolicy.GroupID
}

func (i Invoice) Attributes() deskpolicy.Attributes {
	return deskpolicy.Attributes{Account: i.Account, Group: i.Team}
}

// The actions on it. The range says what each needs.
const (
	InvoiceView   deskpolicy.Action[Invoice] = deskpolicy.FirstHostView + iota
	InvoicePrint  deskpolicy.Action[Invoice] = deskpolicy.FirstHostView + iota
	InvoiceRefund deskpolicy.Action[Invoice] = deskpolicy.FirstHostEdit
)

// A program adds actions and resources of its own, which roles grant and
// Authorize decides like the library's.
func Example_hostActions() {
	refunds, err := deskpolicy.NewRole("acme", "Refunds", deskpolicy.NewPermissions(
		InvoiceView.At(deskpolicy.ScopeGlobal),
		InvoiceRefund.At(deskpolicy.ScopeGroup),
	), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	riya := &deskpolicy.Agent{
		ID: "riya", Account: deskpolicy.Account{ID: "acme"},
		Bindings: []deskpolicy.Binding{{Role: refunds, Workspace: deskpolicy.AccountWide}},
		Groups:   map[deskpolicy.GroupID]deskpolicy.Access{"billing": deskpolicy.Edit},
	}
	fmt.Println(deskpolicy.Authorize(riya, InvoiceRefund, &Invoice{"acme", "billing"}))
	fmt.Println(deskpolicy.Authorize(riya, InvoiceRefund, &Invoice{"acme", "sales"}))

	// Names travel in a vocabulary, for where they are read or written.
	vocabulary, err := deskpolicy.NewVocabulary(
		deskpolicy.NewHostAction(InvoiceView, "invoice.view"),
		deskpolicy.NewHostAction(InvoicePrint, "invoice.print"),
		deskpolicy.NewHostAction(InvoiceRefund, "invoice.refund"),
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = vocabulary.ParseAction("invoice.refnud")
	fmt.Println(err)
	request := deskpolicy.NewRequest(riya, InvoiceRefund, &Invoice{"acme", "sales"})
	request.Vocabulary = vocabulary
	fmt.Println(request.AuditRecord(request.Authorize()).Action)

	// Output:
	// allowed: role "Refunds" reaches it through its group
	// denied: role "Refunds" has the permission, but does not reach this: its scope is group
	// deskpolicy: unknown action "invoice.refnud" (did you mean "invoice.refund"?)
	// invoice.refund
}

// The same question from a wire format, where types are names.
func ExampleRequest() {
	var v *deskpolicy.Vocabulary // with the library's actions only
	action, err := v.ParseAction("ticket.assign")
	if err != nil {
		fmt.Println(err)
		return
	}
	binding := deskpolicy.Binding{Role: deskpolicy.AgentRole.Role(), Workspace: deskpolicy.AccountWide, TicketScope: deskpolicy.ScopeGlobal}
	riya := &deskpolicy.Agent{ID: "riya", Account: deskpolicy.Account{ID: "acme"}, Bindings: []deskpolicy.Binding{binding}}
	helper := &deskpolicy.Agent{ID: "hugo", Account: deskpolicy.Account{ID: "acme"}}

	request := deskpolicy.Request{
		Subject:  riya,
		Action:   action,
		Resource: deskpolicy.TicketAssignment{Ticket: deskpolicy.Ticket{Account: "acme"}, To: helper},
	}
	answer, err := json.Marshal(request.Authorize())
	fmt.Println(string(answer), err)

	// Output:
	// {"allowed":false,"outcome":"not_granted","reason":"ineligible_target"} <nil>
}

// A denial as an error.
func ExampleDecision_Err() {
	err := deskpolicy.Authorize(&deskpolicy.Agent{ID: "riya", Account: deskpolicy.Account{ID: "acme"}}, deskpolicy.TicketView, &deskpolicy.Ticket{Account: "acme"}).Err()
	fmt.Println(errors.Is(err, deskpolicy.ErrDenied))
	fmt.Println(err)

	// Output:
	// true
	// deskpolicy: denied: the subject holds no role
}

// A sales person of the CRM works on the tickets of her customers.
func ExampleSharedAgent() {
	acme := deskpolicy.Account{ID: "acme", Integrated: true}
	sam := deskpolicy.NewSharedAgent("sam", acme, deskpolicy.CRMUser{
		ID:          "u-17",
		Scope:       deskpolicy.ScopeGroup,
		Territories: []deskpolicy.TerritoryID{"emea"},
	})
	customer := &deskpolicy.Contact{ID: "c-1", Account: "acme", CRM: deskpolicy.CRMRecord{Territory: "emea"}}
	stranger := &deskpolicy.Contact{ID: "c-2", Account: "acme", CRM: deskpolicy.CRMRecord{Territory: "apac"}}

	for _, ticket := range []*deskpolicy.Ticket{
		{ID: "1", Account: "acme", Requester: customer},
		{ID: "2", Account: "acme", Requester: stranger},
		{ID: "3", Account: "acme", Requester: stranger, Mentions: map[deskpolicy.AgentID]bool{"sam": true}},
		{ID: "4", Account: "acme", Requester: stranger, Assignee: "sam"}, // which the desk should never have done
	} {
		fmt.Println(ticket.ID, deskpolicy.Authorize(sam, deskpolicy.TicketReply, ticket).Reason)
	}

	// Whoever asks, and whatever the roles: nothing is assigned to a shared agent.
	owner := &deskpolicy.Agent{ID: "olga", Account: acme, Bindings: []deskpolicy.Binding{{
		Role: deskpolicy.AccountAdministratorRole.Role(), Workspace: deskpolicy.AccountWide, TicketScope: deskpolicy.ScopeGlobal,
	}}}
	toSam := &deskpolicy.TicketAssignment{Ticket: deskpolicy.Ticket{Account: "acme"}, To: sam}
	fmt.Println(deskpolicy.Authorize(owner, deskpolicy.TicketAssign, toSam))

	// Output:
	// 1 allowed_contact
	// 2 out_of_scope
	// 3 allowed_mentioned
	// 4 out_of_scope
	// denied: nothing is assigned to a shared agent
}

// An administrator lets the vendor's support engineers in for a week.
func ExampleNewSupportGrant() {
	acme := deskpolicy.Account{ID: "acme"}
	olga := &deskpolicy.Agent{ID: "olga", Account: acme, Bindings: []deskpolicy.Binding{{
		Role: deskpolicy.AccountAdministratorRole.Role(), Workspace: deskpolicy.AccountWide, TicketScope: deskpolicy.ScopeGlobal,
	}}}
	eve := deskpolicy.SupportEngineer{ID: "eve", Name: "Eve Novak", Email: "eve@vendor.example"}
	now := time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC)
	grant, event, err := deskpolicy.NewSupportGrant(olga, deskpolicy.SupportGrantTerms{
		ID:        "g1",
		Roles:     []deskpolicy.Role{deskpolicy.AdministratorRole.Role()},
		Engineers: []deskpolicy.SupportEngineer{eve},
	}, now)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(event.Action, "by", event.By, "until", grant.End())

	session := grant.Session(eve, acme, now)
	d := deskpolicy.Authorize(session, deskpolicy.SettingsManage, &deskpolicy.Settings{Account: "acme"})
	fmt.Println(d, "until", d.Until())
	fmt.Println(deskpolicy.Authorize(session, deskpolicy.DataExport, &acme))

	grant, _, err = deskpolicy.RevokeSupportGrant(olga, grant, now.Add(time.Hour))
	fmt.Println(grant.Status(now.Add(time.Hour)), err)
	fmt.Println(deskpolicy.Authorize(grant.Session(eve, acme, now.Add(time.Hour)), deskpolicy.SessionLogin, &acme))

	// Output:
	// support_grant.create by olga until 2026-11-09 12:00:00 +0000 UTC
	// allowed: role "Administrator" reaches everything here until 2026-11-09 12:00:00 +0000 UTC
	// denied: a support engineer does not export data, whatever the role
	// revoked <nil>
	// denied: the grant was revoked
}

// An administrator sees who has access, who has come, and later who had it.
func ExampleSupportAccessLog() {
	acme := deskpolicy.Account{ID: "acme"}
	olga := &deskpolicy.Agent{ID: "olga", Account: acme, Bindings: []deskpolicy.Binding{{
		Role: deskpolicy.AccountAdministratorRole.Role(), Workspace: deskpolicy.AccountWide, TicketScope: deskpolicy.ScopeGlobal,
	}}}
	eve := deskpolicy.SupportEngineer{ID: "eve", Name: "Eve Novak", Email: "eve@vendor.example"}
	zoe := deskpolicy.SupportEngineer{ID: "zoe", Name: "Zoe Haas", Email: "zoe@vendor.example"}
	now := time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC)
	grant, _, err := deskpolicy.NewSupportGrant(olga, deskpolicy.SupportGrantTerms{
		ID: "g1", Roles: []deskpolicy.Role{deskpolicy.AgentRole.Role()}, Engineers: []deskpolicy.SupportEngineer{eve, zoe},
	}, now)
	if err != nil {
		fmt.Println(err)
		return
	}

	// Decide and log in one step, and store the log.
	var log deskpolicy.SupportAccessLog
	session := grant.Session(eve, acme, now.Add(time.Hour))
	deskpolicy.AuthorizeAndLog(&log, session, deskpolicy.TicketView, &deskpolicy.Ticket{Account: "acme"})
	stored, err := json.Marshal(log)
	fmt.Println(string(stored), err)

	var read deskpolicy.SupportAccessLog
	if err := json.Unmarshal(stored, &read); err != nil {
		fmt.Println(err)
		return
	}
	show := func(entries []deskpolicy.SupportAccessEntry) {
		for _, e := range entries {
			lastActive := "not yet"
			if e.Uses > 0 {
				lastActive = e.LastActive.Format(time.DateTime)
			}
			fmt.Println("-", e.Engineer.Name, e.Engineer.Email, "active:", lastActive, "access:", e.Status)
		}
	}
	fmt.Println("who has access")
	show(read.WhoHasAccess(now.Add(2*time.Hour), grant))

	ended, _, err := deskpolicy.RevokeSupportGrant(olga, grant, now.Add(3*time.Hour))
	fmt.Println("after revoking:", len(read.WhoHasAccess(now.Add(3*time.Hour), ended)), err)
	show(read.Entries(now.Add(3*time.Hour), ended))

	// Output:
	// {"version":1,"entries":[{"account":"acme","grant":"g1","engineer":"eve","engineer_name":"Eve Novak","engineer_email":"eve@vendor.example","last_active":"2026-11-02T13:00:00Z","uses":1}]} <nil>
	// who has access
	// - Eve Novak eve@vendor.example active: 2026-11-02 13:00:00 access: active
	// - Zoe Haas zoe@vendor.example active: not yet access: active
	// after revoking: 0 <nil>
	// - Eve Novak eve@vendor.example active: 2026-11-02 13:00:00 access: revoked
	// - Zoe Haas zoe@vendor.example active: not yet access: revoked
}

// What would change for an agent who is to see reports, and the tickets of one group only?
func ExampleCompare() {
	before := &deskpolicy.Agent{
		ID: "riya", Account: deskpolicy.Account{ID: "acme"},
		Bindings: []deskpolicy.Binding{{Role: deskpolicy.TicketCollaboratorRole.Role(), Workspace: deskpolicy.AccountWide, TicketScope: deskpolicy.ScopeGlobal}},
	}
	after := *before
	after.Bindings = []deskpolicy.Binding{{Role: deskpolicy.AnalyticsCollaboratorRole.Role(), Workspace: deskpolicy.AccountWide, TicketScope: deskpolicy.ScopeGroup}}
	after.Groups = map[deskpolicy.GroupID]deskpolicy.Access{"billing": deskpolicy.View}

	c := deskpolicy.Compare(before, &after)
	fmt.Println(c.Ordering())
	for d := range c.Gained() {
		fmt.Println("+", d)
	}
	for d := range c.Lost() {
		fmt.Println("-", d, "as in", d.Denied.Authorize().Reason)
		break
	}

	// Output:
	// incomparable
	// + report.view@global
	// - ticket.view@global as in out_of_scope
}

// A team lead may appoint within the team, and give what the lead has.
func ExampleMissingAuthority() {
	lead, err := deskpolicy.NewRole("acme", "Team Lead", deskpolicy.NewPermissions(
		deskpolicy.TicketView.At(deskpolicy.ScopeGroup),
		deskpolicy.TicketReply.At(deskpolicy.ScopeGroup),
		deskpolicy.AgentRoleAssign.At(deskpolicy.ScopeGlobal),
	), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	acme := deskpolicy.Account{ID: "acme", Plan: deskpolicy.Plan{Features: deskpolicy.FeatureCustomRoles}}
	tess := &deskpolicy.Agent{
		ID: "tess", Account: acme,
		Bindings: []deskpolicy.Binding{{Role: lead, Workspace: deskpolicy.AccountWide, TicketScope: deskpolicy.ScopeGroup}},
		Groups:   map[deskpolicy.GroupID]deskpolicy.Access{"billing": deskpolicy.Edit},
	}
	bob := &deskpolicy.Agent{ID: "bob", Account: acme}
	deputy := deskpolicy.Binding{Role: lead, Workspace: deskpolicy.AccountWide, TicketScope: deskpolicy.ScopeRestricted}

	fmt.Println(deskpolicy.Authorize(tess, deskpolicy.AgentRoleAssign, &deskpolicy.RoleAssignment{Holder: bob, Binding: deputy}))

	sales := deskpolicy.Binding{Role: deskpolicy.RestrictedUserRole.Role(), Workspace: deskpolicy.AccountWide}
	more := &deskpolicy.RoleAssignment{Holder: bob, Binding: sales}
	fmt.Println(deskpolicy.Authorize(tess, deskpolicy.AgentRoleAssign, more))
	for d := range deskpolicy.MissingAuthority(deskpolicy.NewRequest(tess, deskpolicy.AgentRoleAssign, more)) {
		fmt.Println("tess lacks", d)
	}

	// Output:
	// allowed: role "Team Lead" reaches everything here
	// denied: it exceeds the subject's own authority
	// tess lacks contact.view@restricted
	// tess lacks contact.create@global
	// tess lacks contact.edit@restricted
	// tess lacks people.view
	// tess lacks profile.edit_own@global
}

// Why may this agent not reply to this ticket, and what would help?
func ExampleExplain() {
	agent := &deskpolicy.Agent{
		ID: "riya", Account: deskpolicy.Account{ID: "acme"},
		Bindings: []deskpolicy.Binding{{Role: deskpolicy.AgentRole.Role(), Workspace: deskpolicy.AccountWide, TicketScope: deskpolicy.ScopeGroup}},
		Groups:   map[deskpolicy.GroupID]deskpolicy.Access{"refunds": deskpolicy.View},
	}
	ticket := &deskpolicy.Ticket{ID: "4711", Account: "acme", Group: "refunds", Assignee: "bob"}

	why := deskpolicy.Explain(deskpolicy.NewRequest(agent, deskpolicy.TicketReply, ticket))
	fmt.Print(why)
	for _, remedy := range deskpolicy.Remedies(why) {
		fmt.Println("-", remedy)
	}

	// Output:
	// denied: role "Agent" reaches this for viewing only [S18 B11 P:FD-adv]
	// ticket.reply on ticket "4711", by agent "riya"
	//   passed  request, account, subject, guardrails, plan, roles
	//   denied  reach: view_only [S18 B11 P:FD-adv]
	//   group   "refunds": view
	//   role    "Agent" account-wide, tickets at group: view_only at group
	// - join group "refunds" with edit (the agent's manager)
	// - widen the ticket scope of role "Agent" account-wide to global (the agent's manager)
}

// A remedy can be tried out, without changing anybody.
func ExampleRemedy_Apply() {
	agent := &deskpolicy.Agent{ID: "riya", Account: deskpolicy.Account{ID: "acme"}, Deactivated: true}
	ticket := &deskpolicy.Ticket{ID: "4711", Account: "acme", Group: "refunds"}
	request := deskpolicy.Request{Subject: agent, Action: deskpolicy.TicketReply.ID(), Resource: ticket}

	remedy := deskpolicy.Remedies(deskpolicy.Explain(request), deskpolicy.AgentRole.Role())[0]
	fmt.Println(remedy)
	request.Subject, request.Resource = remedy.Apply(agent, ticket)
	fmt.Println(request.Authorize())
	fmt.Println(deskpolicy.Authorize(agent, deskpolicy.TicketReply, ticket))

	// Output:
	// be reactivated (the agent's manager) and hold role "Agent" account-wide, tickets at global (the agent's manager)
	// allowed: role "Agent" reaches everything here
	// denied: the agent is deactivated
}

// An access review: who may delete this ticket?
func ExampleWhoCan() {
	account := deskpolicy.Account{ID: "acme"}
	as := func(id deskpolicy.AgentID, role deskpolicy.Role, scope deskpolicy.Scope) *deskpolicy.Agent {
		return &deskpolicy.Agent{ID: id, Account: account, Bindings: []deskpolicy.Binding{{Role: role, Workspace: deskpolicy.AccountWide, TicketScope: scope}}}
	}
	ticket := &deskpolicy.Ticket{Account: "acme", Assignee: "sue"}

	everybody := []deskpolicy.Subject{
		as("sue", deskpolicy.SupervisorRole.Role(), deskpolicy.ScopeRestricted),
		as("adam", deskpolicy.AdministratorRole.Role(), deskpolicy.ScopeGlobal),
		as("tim", deskpolicy.TicketCollaboratorRole.Role(), deskpolicy.ScopeGlobal),
	}
	for _, admission := range deskpolicy.WhoCan(deskpolicy.TicketDelete, ticket, everybody...) {
		fmt.Println(admission.Subject.(*deskpolicy.Agent).ID, admission.Decision)
	}

	// Output:
	// adam allowed: role "Administrator" reaches everything here
	// sue allowed: role "Supervisor" reaches it, as it is assigned to the subject
}

// A line of an audit trail.
func ExampleRequest_AuditRecord() {
	agent := &deskpolicy.Agent{ID: "riya", Account: deskpolicy.Account{ID: "acme"}}
	ticket := &deskpolicy.Ticket{ID: "4711", Account: "acme"}

	request := deskpolicy.NewRequest(agent, deskpolicy.TicketReply, ticket)
	record := request.AuditRecord(request.Authorize())
	record.At = time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC)
	record.Library = "" // for the sake of this example
	line, err := json.Marshal(record.Redacted())
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(string(line))

	// Output:
	// {"library":"","at":"2026-11-02T12:00:00Z","subject_kind":"agent","subject":"riya","account":"acme","action":"ticket.reply","resource_kind":"ticket","resource_id":"4711","allowed":false,"outcome":"not_granted","reason":"no_role"}
}
