package main

import "github.com/deskpolicy/deskpolicy"

// acme is the account, with its plan.
var acme = deskpolicy.Account{ID: "acme", Plan: deskpolicy.Plan{Features: deskpolicy.AllFeatures}}

// A roleSet holds the roles that replace the legacy roles.
type roleSet struct{ agent, contractor, supervisor, admin deskpolicy.Role }

// contractor returns the only role without a built-in counterpart, with the given permission.
func contractor(views deskpolicy.Permission) deskpolicy.Role {
	role, err := deskpolicy.NewRole("acme", "Contractor", deskpolicy.NewPermissions(views), nil)
	if err != nil {
		panic(err)
	}
	return role
}

func rolesWith(contractor deskpolicy.Role) roleSet {
	return roleSet{deskpolicy.AgentRole.Role(), contractor, deskpolicy.SupervisorRole.Role(), deskpolicy.AdministratorRole.Role()}
}

var (
	// legacyRoles give contractors the least: they view tickets that are assigned to them.
	legacyRoles = rolesWith(contractor(deskpolicy.TicketView.At(deskpolicy.ScopeRestricted)))
	// newRoles let contractors view their groups' tickets, because the shadow step showed that they do.
	newRoles = rolesWith(contractor(deskpolicy.TicketView.At(deskpolicy.ScopeGroup)))
)

// A step is one deployment of the migration.
type step struct {
	title string
	mode  mode
	roles roleSet
}

// A desk holds the agents. The service always stored their groups, scopes and deactivation, but the
// legacy checker ignores them.
type desk struct{ ana, bob, cem, sue, adam *deskpolicy.Agent }

func newDesk(r roleSet) desk {
	agent := func(id deskpolicy.AgentID, role deskpolicy.Role, scope deskpolicy.Scope, groups map[deskpolicy.GroupID]deskpolicy.Access) *deskpolicy.Agent {
		return &deskpolicy.Agent{ID: id, Account: acme, Groups: groups, Bindings: []deskpolicy.Binding{
			{Role: role, Workspace: deskpolicy.AccountWide, TicketScope: scope},
		}}
	}
	type groups = map[deskpolicy.GroupID]deskpolicy.Access
	d := desk{
		ana:  agent("ana", r.agent, deskpolicy.ScopeGroup, groups{"billing": deskpolicy.Edit, "refunds": deskpolicy.View}),
		bob:  agent("bob", r.agent, deskpolicy.ScopeRestricted, nil),
		cem:  agent("cem", r.contractor, deskpolicy.ScopeGroup, groups{"billing": deskpolicy.View}),
		sue:  agent("sue", r.supervisor, deskpolicy.ScopeGroup, groups{"billing": deskpolicy.Edit}),
		adam: agent("adam", r.admin, deskpolicy.ScopeGlobal, nil),
	}
	d.bob.Deactivated = true
	return d
}

// day returns the requests of one day.
func (d desk) day() []deskpolicy.Request {
	billing := &deskpolicy.Ticket{ID: "4711", Account: "acme", Group: "billing"}
	refunds := &deskpolicy.Ticket{ID: "4712", Account: "acme", Group: "refunds"}
	sales := &deskpolicy.Ticket{ID: "4713", Account: "acme", Group: "sales"}
	bobs := &deskpolicy.Ticket{ID: "4714", Account: "acme", Assignee: "bob"}
	foreign := &deskpolicy.Ticket{ID: "9001", Account: "globex", Group: "billing"}
	return []deskpolicy.Request{
		ask(d.ana, deskpolicy.TicketView, billing),
		ask(d.ana, deskpolicy.TicketReply, billing),
		ask(d.ana, deskpolicy.TicketView, refunds),
		ask(d.ana, deskpolicy.TicketReply, refunds),
		ask(d.ana, deskpolicy.TicketView, sales),
		ask(d.ana, deskpolicy.TicketView, foreign),
		ask(d.ana, deskpolicy.TicketNoteEditAny, &deskpolicy.Note{Ticket: *billing, Author: "sue"}),
		ask(d.ana, deskpolicy.ContactEdit, &deskpolicy.Contact{ID: "emil", Account: "acme"}),
		ask(d.bob, deskpolicy.TicketReply, bobs),
		ask(d.cem, deskpolicy.TicketView, billing),
		ask(d.cem, deskpolicy.TicketView, refunds),
		ask(d.cem, deskpolicy.TicketReply, billing),
		ask(d.sue, deskpolicy.TicketAssign, &deskpolicy.TicketAssignment{Ticket: *billing, To: d.ana}),
		ask(d.sue, deskpolicy.TicketPurge, billing),
		ask(d.sue, deskpolicy.ReportView, &deskpolicy.Report{Account: "acme"}),
		ask(d.adam, deskpolicy.SettingsManage, &deskpolicy.Settings{Account: "acme"}),
		ask(d.adam, deskpolicy.BillingManage, &acme),
		ask(d.adam, deskpolicy.AgentRoleAssign, &deskpolicy.RoleAssignment{Holder: d.adam, Binding: deskpolicy.Binding{
			Role: deskpolicy.AccountAdministratorRole.Role(), Workspace: deskpolicy.AccountWide, TicketScope: deskpolicy.ScopeGlobal,
		}}),
	}
}

func ask[R deskpolicy.Resource](who deskpolicy.Subject, action deskpolicy.Action[R], on *R) deskpolicy.Request {
	resource, _ := any(on).(deskpolicy.Resource)
	return deskpolicy.Request{Subject: who, Action: action.ID(), Resource: resource}
}
