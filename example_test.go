package deskpolicy_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/deskpolicy/deskpolicy"
)

// Authorize decides whether an agent can reply to a ticket.
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
	fmt.Println(d) // for the operator
	if deskpolicy.CanView(agent, ticket) {
		fmt.Println(d.ViewerMessage()) // for the agent who asked
	} else {
		fmt.Println(d.UserMessage()) // the same if there is no such ticket
	}

	// Output:
	// false view_only
	// denied: role "Agent" has the permission, but reaches this for viewing only
	// You can view this, but you cannot change it.
}

// A handler gives the same answer for a hidden ticket as for a ticket that does not exist.
func ExampleAuthorize() {
	tickets := map[deskpolicy.TicketID]*deskpolicy.Ticket{
		"4711": {ID: "4711", Account: "acme", Assignee: "bob"},
	}
	open := func(agent *deskpolicy.Agent, id deskpolicy.TicketID) string {
		ticket := tickets[id] // nil for an unknown ID; Authorize denies it
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

// A program tells a user that something cannot be done only if the user can view the thing.
func ExampleCanView() {
	riya := &deskpolicy.Agent{
		ID: "riya", Account: deskpolicy.Account{ID: "acme"},
		Bindings: []deskpolicy.Binding{{Role: deskpolicy.AgentRole.Role(), Workspace: deskpolicy.AccountWide, TicketScope: deskpolicy.ScopeGroup}},
		Groups:   map[deskpolicy.GroupID]deskpolicy.Access{"refunds": deskpolicy.View},
	}
	for _, ticket := range []deskpolicy.Ticket{
		{ID: "4711", Account: "acme", Group: "refunds"},
		{ID: "4712", Account: "acme", Group: "board"},
	} {
		switch d := deskpolicy.Authorize(riya, deskpolicy.TicketReply, &ticket); {
		case d.Allowed():
			fmt.Println(ticket.ID, "reply sent")
		case deskpolicy.CanView(riya, &ticket):
			fmt.Println(ticket.ID, "403", d.ViewerMessage())
		default:
			fmt.Println(ticket.ID, "404", d.UserMessage())
		}
	}

	// Output:
	// 4711 403 You can view this, but you cannot change it.
	// 4712 404 This does not exist, or you do not have access to it.
}

// NewRole returns a custom role. These interns read all conversations, but reply only to their own.
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

	_, err = deskpolicy.NewRole("acme", "Kiosk", deskpolicy.NewPermissions(deskpolicy.PeopleView.At(deskpolicy.ScopeGroup)), nil)
	fmt.Println(err)

	// Output:
	// allowed: role "Interns" reaches everything here
	// denied: role "Interns" has the permission, but its scope (restricted) does not reach this
	// deskpolicy: role "Kiosk": people.view takes no scope; hold it at global
}

// DecodeRoles reads the custom roles of an account from a file.
func ExampleDecodeRoles() {
	roles, err := deskpolicy.DecodeRoles([]byte(`{
		"version": 1,
		"account": "acme",
		"built_in": ["Account Administrator", "Agent"],
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
		if role.BuiltIn() {
			continue
		}
		for p := range role.Permissions().All() {
			fmt.Println(role, p)
		}
	}

	// An invalid file yields no roles, and the error lists every problem.
	_, err = deskpolicy.DecodeRoles([]byte(`{
		"version": 1,
		"account": "acme",
		"roles": [
			{"name": "interns", "permissions": ["conversation.veiw@global"]},
			{"name": "INTERNS", "permissions": ["people.view@group"], "inherits": "Agent"}
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
	// line 6: roles[1].permissions[0]: permission "people.view@group": people.view takes no scope; write "people.view"
	// line 6: roles[1].inherits: unknown key
}

// A RoleSet holds the current roles of an account. UpdateBindings replaces the roles of an
// agent with their current versions.
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

// ParsePermission reads a permission as files write it: an action and a scope.
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

// CloneRole copies a built-in role into a custom one.
func ExampleCloneRole() {
	role, err := deskpolicy.CloneRole(deskpolicy.SupervisorRole.Role(), "acme", "Shift Lead")
	fmt.Println(role, err)
	fmt.Println(role.BuiltIn(), role.Permissions() == deskpolicy.SupervisorRole.Role().Permissions())

	// Output:
	// Shift Lead <nil>
	// false true
}

// Minus returns the permissions that one role has and another role lacks.
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

// An Invoice is a resource type of the host application.
type Invoice struct {
	Account deskpolicy.AccountID
	Team    deskpolicy.GroupID
}

func (i Invoice) Attributes() deskpolicy.Attributes {
	return deskpolicy.Attributes{Account: i.Account, Group: i.Team}
}

// The range of an action's number determines the access that it needs: View or Edit.
const (
	InvoiceView   deskpolicy.Action[Invoice] = deskpolicy.FirstHostView + iota
	InvoicePrint  deskpolicy.Action[Invoice] = deskpolicy.FirstHostView + iota
	InvoiceRefund deskpolicy.Action[Invoice] = deskpolicy.FirstHostEdit
)

// A host application defines its own actions and resource types, and grants the actions by roles.
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

	// A vocabulary gives the actions names, for logs and files.
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
	// allowed: role "Refunds" reaches this through its group
	// denied: role "Refunds" has the permission, but its scope (group) does not reach this
	// deskpolicy: unknown action "invoice.refnud" (did you mean "invoice.refund"?)
	// invoice.refund
}

// A Request holds an action and a resource that are known only at run time, such as those
// of a web request.
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

// Err returns a denial as an error that matches ErrDenied.
func ExampleDecision_Err() {
	err := deskpolicy.Authorize(&deskpolicy.Agent{ID: "riya", Account: deskpolicy.Account{ID: "acme"}}, deskpolicy.TicketView, &deskpolicy.Ticket{Account: "acme"}).Err()
	fmt.Println(errors.Is(err, deskpolicy.ErrDenied))
	fmt.Println(err)

	// Output:
	// true
	// deskpolicy: denied: the subject holds no role in this account
}

// A shared agent is a CRM user who works on the tickets of their customers.
func ExampleSharedAgent() {
	acme := deskpolicy.Account{ID: "acme", Integrated: true}
	sam := deskpolicy.NewSharedAgent("sam", acme, deskpolicy.CRMUser{
		ID:          "u-17",
		Sees:        deskpolicy.TerritoryRecords,
		Territories: []deskpolicy.TerritoryID{"emea"},
	})
	customer := &deskpolicy.Contact{ID: "c-1", Account: "acme", CRM: deskpolicy.CRMRecord{Territory: "emea"}}
	stranger := &deskpolicy.Contact{ID: "c-2", Account: "acme", CRM: deskpolicy.CRMRecord{Territory: "apac"}}

	for _, ticket := range []*deskpolicy.Ticket{
		{ID: "1", Account: "acme", Requester: customer},
		{ID: "2", Account: "acme", Requester: stranger},
		{ID: "3", Account: "acme", Requester: stranger, Mentions: map[deskpolicy.AgentID]bool{"sam": true}},
		{ID: "4", Account: "acme", Requester: stranger, Assignee: "sam"}, // an invalid state: shared agents cannot be assigned tickets
	} {
		fmt.Println(ticket.ID, deskpolicy.Authorize(sam, deskpolicy.TicketReply, ticket).Reason)
	}

	// Nothing can be assigned to a shared agent, not even by the account administrator.
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
	// denied: nothing can be assigned to a shared agent
}

// An answer of the CRM that lists IDs counts for a while.
func ExampleCRMVisibility() {
	acme := deskpolicy.Account{ID: "acme", Integrated: true}
	answered := time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)
	sam := deskpolicy.NewSharedAgent("sam", acme, deskpolicy.CRMUser{
		ID: "u-17",
		Visibility: deskpolicy.CRMVisibility{
			Contacts: map[deskpolicy.ContactID]deskpolicy.Access{"c-1": deskpolicy.View},
			AsOf:     answered,
			MaxAge:   15 * time.Minute,
		},
	})
	ticket := &deskpolicy.Ticket{ID: "1", Account: "acme", Requester: &deskpolicy.Contact{ID: "c-1", Account: "acme"}}

	for _, after := range []time.Duration{-time.Minute, 0, 14 * time.Minute, 15 * time.Minute} {
		sam.Now = answered.Add(after)
		d := deskpolicy.Authorize(sam, deskpolicy.TicketReply, ticket)
		fmt.Printf("%s %v", sam.Now.Format(time.TimeOnly), d.Reason)
		if !d.Until().IsZero() {
			fmt.Printf(" until %s", d.Until().Format(time.TimeOnly))
		}
		fmt.Println()
	}

	// Output:
	// 08:59:00 out_of_scope until 09:00:00
	// 09:00:00 allowed_contact until 09:15:00
	// 09:14:00 allowed_contact until 09:15:00
	// 09:15:00 out_of_scope
}

// An administrator gives the vendor's support engineers access for a week.
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
	// denied: a support engineer cannot export data, whatever the role
	// revoked <nil>
	// denied: the support grant was revoked
}

// A SupportAccessLog shows who has access, who last used it when, and who had access before.
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

	// AuthorizeAndLogSupport decides and logs in one step. Store the log afterwards.
	var log deskpolicy.SupportAccessLog
	session := grant.Session(eve, acme, now.Add(time.Hour))
	deskpolicy.AuthorizeAndLogSupport(&log, session, deskpolicy.TicketView, &deskpolicy.Ticket{Account: "acme"})
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
			if e.AllowedCount > 0 {
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
	// {"version":1,"entries":[{"account":"acme","grant":"g1","engineer":"eve","engineer_name":"Eve Novak","engineer_email":"eve@vendor.example","last_active":"2026-11-02T13:00:00Z","allowed":1}]} <nil>
	// who has access
	// - Eve Novak eve@vendor.example active: 2026-11-02 13:00:00 access: active
	// - Zoe Haas zoe@vendor.example active: not yet access: active
	// after revoking: 0 <nil>
	// - Eve Novak eve@vendor.example active: 2026-11-02 13:00:00 access: revoked
	// - Zoe Haas zoe@vendor.example active: not yet access: revoked
}

// Compare returns what an agent gains and loses by a change of roles and groups.
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
		fmt.Println("-", d, "such as:", d.Denied.Authorize().Reason)
		break
	}

	// Output:
	// incomparable
	// + report.view@global
	// - ticket.view@global such as: out_of_scope
}

// A team lead can give only the permissions that they have. MissingAuthority yields the rest.
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
	// denied: this takes authority that the subject does not have
	// tess lacks contact.view@restricted
	// tess lacks contact.create@global
	// tess lacks contact.edit@restricted
	// tess lacks people.view
	// tess lacks profile.edit_own@global
}

// Explain shows why an agent cannot reply to a ticket, and Remedies returns what would allow it.
func ExampleExplain() {
	agent := &deskpolicy.Agent{
		ID: "riya", Account: deskpolicy.Account{ID: "acme"},
		Bindings: []deskpolicy.Binding{{Role: deskpolicy.AgentRole.Role(), Workspace: deskpolicy.AccountWide, TicketScope: deskpolicy.ScopeGroup}},
		Groups:   map[deskpolicy.GroupID]deskpolicy.Access{"refunds": deskpolicy.View},
	}
	ticket := &deskpolicy.Ticket{ID: "4711", Account: "acme", Group: "refunds", Assignee: "bob"}

	why := deskpolicy.Explain(deskpolicy.NewRequest(agent, deskpolicy.TicketReply, ticket))
	fmt.Print(why)
	for _, remedy := range deskpolicy.Remedies(why, slices.Collect(agent.Account.BuiltInRoles())...) {
		fmt.Println("-", remedy)
	}

	// Output:
	// denied: role "Agent" has the permission, but reaches this for viewing only [B11 P:FD-adv]
	// ticket.reply on ticket "4711", by agent "riya"
	//   passed  request, account, subject, guardrails, plan, roles
	//   denied  at reach: view_only [B11 P:FD-adv]
	//   group   view access to "refunds"
	//   role    "Agent" account-wide, tickets at group: view_only at group
	// - give the agent edit access in group "refunds" (by an administrator)
	// - widen the agent's ticket scope for role "Agent" account-wide to global (by an administrator)
}

// Apply tries a remedy on copies of the agent and the ticket.
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
	// reactivate the agent (by an administrator) and give the agent the role "Agent" account-wide, tickets at global (by an administrator)
	// allowed: role "Agent" reaches everything here
	// denied: the agent or customer is deactivated
}

// WhoCan lists the agents who can delete a ticket, for an access review.
func ExampleWhoCan() {
	account := deskpolicy.Account{ID: "acme"}
	as := func(id deskpolicy.AgentID, role deskpolicy.Role, scope deskpolicy.Scope) *deskpolicy.Agent {
		return &deskpolicy.Agent{ID: id, Account: account, Bindings: []deskpolicy.Binding{{Role: role, Workspace: deskpolicy.AccountWide, TicketScope: scope}}}
	}
	ticket := &deskpolicy.Ticket{Account: "acme", Assignee: "sue"}

	agents := []deskpolicy.Subject{
		as("sue", deskpolicy.SupervisorRole.Role(), deskpolicy.ScopeRestricted),
		as("adam", deskpolicy.AdministratorRole.Role(), deskpolicy.ScopeGlobal),
		as("tim", deskpolicy.TicketCollaboratorRole.Role(), deskpolicy.ScopeGlobal),
	}
	for _, admission := range deskpolicy.WhoCan(deskpolicy.TicketDelete, ticket, agents...) {
		fmt.Println(admission.Subject.(*deskpolicy.Agent).ID, admission.Decision)
	}

	// Output:
	// adam allowed: role "Administrator" reaches everything here
	// sue allowed: role "Supervisor" reaches this because it is assigned to the subject
}

// ActionsOn decides every action on a ticket, to show the buttons that work. Attaching files and
// collaborating need features that this account's plan does not have.
func ExampleActionsOn() {
	agent := &deskpolicy.Agent{
		ID: "riya", Account: deskpolicy.Account{ID: "acme"},
		Bindings: []deskpolicy.Binding{{Role: deskpolicy.TicketCollaboratorRole.Role(), Workspace: deskpolicy.AccountWide, TicketScope: deskpolicy.ScopeGlobal}},
	}
	ticket := &deskpolicy.Ticket{Account: "acme", Assignee: "sue"}

	for action, decision := range deskpolicy.ActionsOn(agent, ticket, nil) {
		if decision.Allowed() {
			fmt.Println(action)
		}
	}

	// Output:
	// ticket.view
	// ticket.note.private
	// ticket.mention
	// ticket.print
	// ticket.watch
	// ticket.forward
}

// AuditRecord returns a record of a decision for an audit log.
func ExampleRequest_AuditRecord() {
	agent := &deskpolicy.Agent{ID: "riya", Account: deskpolicy.Account{ID: "acme"}}
	ticket := &deskpolicy.Ticket{ID: "4711", Account: "acme"}

	request := deskpolicy.NewRequest(agent, deskpolicy.TicketReply, ticket)
	record := request.AuditRecord(request.Authorize())
	record.At = time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC)
	record.Library = "" // changes with every release
	line, err := json.Marshal(record.Redacted())
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(string(line))

	// Output:
	// {"library":"","at":"2026-11-02T12:00:00Z","subject_kind":"agent","subject":"riya","account":"acme","action":"ticket.reply","resource_kind":"ticket","resource_id":"4711","allowed":false,"outcome":"not_granted","reason":"no_role"}
}
