package cedaroracle

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/cedarexport"
	"github.com/deskpolicy/deskpolicy/internal/worlds"
)

// A desk of roles for TestRolesHeldInGroups.
var (
	replier   = roleOf("Replier", deskpolicy.TicketReply.At(deskpolicy.Anything), deskpolicy.ReportView.At(deskpolicy.Anything), deskpolicy.ContactView.At(deskpolicy.Anything), deskpolicy.SettingsManage.At(deskpolicy.Anything))
	member    = roleOf("Member", deskpolicy.TicketReply.At(deskpolicy.InGroup), deskpolicy.ConversationReply.At(deskpolicy.InGroup))
	queue     = roleOf("Queue", deskpolicy.TicketReply.At(deskpolicy.GroupQueue|deskpolicy.Unrouted))
	asker     = roleOf("Asker", deskpolicy.TicketReply.At(deskpolicy.Requested))
	answerer  = roleOf("Answerer", deskpolicy.TicketReply.At(deskpolicy.Anything))
	cleared   = roleOf("Cleared", deskpolicy.TicketConfidential.At(deskpolicy.Anything))
	mover     = roleOf("Mover", deskpolicy.TicketAssign.At(deskpolicy.InGroup), deskpolicy.TicketRoute.At(deskpolicy.InGroup), deskpolicy.TicketMove.At(deskpolicy.Anything))
	taker     = roleOf("Taker", deskpolicy.TicketBeAssigned.At(deskpolicy.Anything), deskpolicy.ConversationReply.At(deskpolicy.Anything))
	lead      = roleOf("Lead", deskpolicy.AgentRoleAssign.At(deskpolicy.Anything), deskpolicy.AgentRoleRemove.At(deskpolicy.Anything), deskpolicy.AgentScopeEdit.At(deskpolicy.Anything), deskpolicy.AgentEdit.At(deskpolicy.Anything), deskpolicy.AgentCreate.At(deskpolicy.Anything), deskpolicy.AgentGroupAssign.At(deskpolicy.Anything))
	profiler  = roleOf("Profiler", deskpolicy.ProfileEditOwn.At(deskpolicy.Assigned))
	inspector = roleOf("Inspector", worlds.HostActions["host.inspect"].At(deskpolicy.Anything))
	contacts  = roleOf("Contacts", deskpolicy.ContactView.At(deskpolicy.Anything))
	admin     = deskpolicy.AdministratorRole.Role()
	boss      = deskpolicy.AccountAdministratorRole.Role()
)

func roleOf(name string, permissions ...deskpolicy.Permission) deskpolicy.Role {
	role, err := deskpolicy.NewRole("acme", name, deskpolicy.NewPermissions(permissions...), nil)
	if err != nil {
		panic(err)
	}
	return role
}

// in binds the role account-wide, in the group, at every ticket scope.
func in(group deskpolicy.GroupID, role deskpolicy.Role) deskpolicy.Binding {
	return deskpolicy.Binding{Role: role, Workspace: deskpolicy.AccountWide, Group: group, TicketScope: deskpolicy.Anything}
}

// at changes where the binding is held.
func at(w deskpolicy.WorkspaceID, b deskpolicy.Binding) deskpolicy.Binding {
	b.Workspace = w
	return b
}

// within changes the ticket scope of the binding.
func within(scope deskpolicy.Scope, b deskpolicy.Binding) deskpolicy.Binding {
	b.TicketScope = scope
	return b
}

func agentOf(id deskpolicy.AgentID, bindings ...deskpolicy.Binding) *deskpolicy.Agent {
	account := deskpolicy.Account{
		ID: "acme", Integrated: true, Plan: deskpolicy.Plan{Features: deskpolicy.AllFeatures},
		OpenWorkspaces: []deskpolicy.WorkspaceID{"it"}, Administrators: []deskpolicy.AgentID{"tom"},
	}
	return &deskpolicy.Agent{ID: id, Account: account, Bindings: bindings, Contact: "c1"}
}

func riya(bindings ...deskpolicy.Binding) *deskpolicy.Agent { return agentOf("riya", bindings...) }
func tom(bindings ...deskpolicy.Binding) *deskpolicy.Agent  { return agentOf("tom", bindings...) }

// editing puts the agent into groups where it can edit.
func editing(a *deskpolicy.Agent, groups ...deskpolicy.GroupID) *deskpolicy.Agent {
	a.Groups = make(map[deskpolicy.GroupID]deskpolicy.Access)
	for _, group := range groups {
		a.Groups[group] = deskpolicy.Edit
	}
	return a
}

func ticketIn(group deskpolicy.GroupID) deskpolicy.Ticket {
	return deskpolicy.Ticket{ID: "t1", Account: "acme", Group: group, Assignee: "ann"}
}

func inWorkspace(w deskpolicy.WorkspaceID, t deskpolicy.Ticket) deskpolicy.Ticket {
	t.Workspace = w
	return t
}

func confidential(t deskpolicy.Ticket) deskpolicy.Ticket {
	t.Confidential = true
	return t
}

func assigned(t deskpolicy.Ticket, to *deskpolicy.Agent, group deskpolicy.GroupID) deskpolicy.TicketAssignment {
	a := deskpolicy.TicketAssignment{Ticket: t}
	if to != nil {
		a.To = to
	}
	if group != "" {
		a.Group = deskpolicy.AgentGroup{ID: group, Account: "acme"}
	}
	return a
}

func giving(to *deskpolicy.Agent, b deskpolicy.Binding) deskpolicy.RoleAssignment {
	return deskpolicy.RoleAssignment{Holder: to, Binding: b}
}

// ask returns the question whether the subject may do the action on the resource.
func ask[R deskpolicy.Resource](by deskpolicy.Subject, action deskpolicy.Action[R], on R) worlds.Question {
	return worlds.Question{Subject: by, Action: action.ID(), Resource: worlds.On(&on)}
}

// A role that is held in a group counts for what that group has, and for nothing else (A49).
func TestRolesHeldInGroups(t *testing.T) {
	exporter, err := cedarexport.New(worlds.HostVocabulary, replier, member, queue, asker, cleared, mover, taker, lead, profiler, inspector, contacts)
	require.NoError(t, err)
	e, err := newEngine(exporter)
	require.NoError(t, err)

	chat := deskpolicy.Conversation{ID: "k1", Account: "acme", Group: "billing", Assignee: "ann"}
	mine := ticketIn("billing")
	mine.Requester = &deskpolicy.Contact{ID: "c1", Account: "acme"}
	free := ticketIn("billing")
	free.Assignee = ""
	unrouted := ticketIn("")
	unrouted.Assignee = ""
	viewer := riya(in("billing", member))
	viewer.Groups = map[deskpolicy.GroupID]deskpolicy.Access{"billing": deskpolicy.View}
	shared := deskpolicy.NewSharedAgent("shay", tom().Account, deskpolicy.CRMUser{ID: "u1"})
	shared.Bindings = []deskpolicy.Binding{within(deskpolicy.Assigned, in("billing", replier))}
	mentioned := ticketIn("billing")
	mentioned.Mentions = map[deskpolicy.AgentID]bool{"shay": true}
	toSales := ticketIn("sales")
	toSales.Workspace = "it"

	for what, c := range map[string]struct {
		q    worlds.Question
		want deskpolicy.Reason
	}{
		// What a role reaches.
		"a ticket of the group":              {ask(riya(in("billing", replier)), deskpolicy.TicketReply, ticketIn("billing")), deskpolicy.AllowedAll},
		"a ticket of another group":          {ask(riya(in("billing", replier)), deskpolicy.TicketReply, ticketIn("sales")), deskpolicy.OtherWorkspace},
		"a ticket without a group":           {ask(riya(in("billing", replier)), deskpolicy.TicketReply, ticketIn("")), deskpolicy.OtherWorkspace},
		"a report of the group":              {ask(riya(in("billing", replier)), deskpolicy.ReportView, deskpolicy.Report{Account: "acme", Team: "billing"}), deskpolicy.AllowedAll},
		"a report of another group":          {ask(riya(in("billing", replier)), deskpolicy.ReportView, deskpolicy.Report{Account: "acme", Team: "sales"}), deskpolicy.OtherWorkspace},
		"settings of the group":              {ask(riya(in("billing", replier)), deskpolicy.SettingsManage, deskpolicy.Settings{Account: "acme", Team: "billing"}), deskpolicy.AllowedAll},
		"a contact has no group":             {ask(riya(in("billing", replier)), deskpolicy.ContactView, deskpolicy.Contact{ID: "c1", Account: "acme"}), deskpolicy.OtherWorkspace},
		"an agent has no group":              {ask(riya(in("billing", lead)), deskpolicy.AgentEdit, *tom()), deskpolicy.OtherWorkspace},
		"a conversation of the group":        {ask(editing(riya(in("billing", member)), "billing"), deskpolicy.ConversationReply, chat), deskpolicy.AllowedGroup},
		"a group that the holder is not in":  {ask(riya(in("billing", member)), deskpolicy.TicketReply, ticketIn("billing")), deskpolicy.OutOfScope},
		"a group that the holder only views": {ask(viewer, deskpolicy.TicketReply, ticketIn("billing")), deskpolicy.ViewOnly},
		"the queue of the group":             {ask(editing(riya(in("billing", queue)), "billing"), deskpolicy.TicketReply, free), deskpolicy.AllowedQueue},
		"nothing in a group is unrouted":     {ask(riya(in("billing", queue)), deskpolicy.TicketReply, unrouted), deskpolicy.OtherWorkspace},
		"held whatever the group as well":    {ask(riya(in("billing", replier), in("", replier)), deskpolicy.TicketReply, ticketIn("sales")), deskpolicy.AllowedAll},
		"two roles in two groups":            {ask(riya(in("billing", asker), in("sales", replier)), deskpolicy.TicketReply, ticketIn("billing")), deskpolicy.OutOfScope},
		"a host's ticket of the group":       {worlds.Question{Subject: riya(in("billing", inspector)), Action: worlds.HostActions["host.inspect"], Resource: worlds.On(&task{Ticket: ticketIn("billing"), onTicket: true})}, deskpolicy.AllowedAll},
		"a host's ticket of another group":   {worlds.Question{Subject: riya(in("billing", inspector)), Action: worlds.HostActions["host.inspect"], Resource: worlds.On(&task{Ticket: ticketIn("sales"), onTicket: true})}, deskpolicy.OtherWorkspace},
		"a host's action on a contact":       {worlds.Question{Subject: riya(in("billing", inspector)), Action: worlds.HostActions["host.inspect"], Resource: worlds.On(&deskpolicy.Contact{ID: "c1", Account: "acme"})}, deskpolicy.OtherWorkspace},

		// Workspaces and ticket scopes.
		"in its workspace":                    {ask(riya(at("it", in("billing", replier))), deskpolicy.TicketReply, inWorkspace("it", ticketIn("billing"))), deskpolicy.AllowedAll},
		"in another workspace":                {ask(riya(at("it", in("billing", replier))), deskpolicy.TicketReply, inWorkspace("hr", ticketIn("billing"))), deskpolicy.OtherWorkspace},
		"in the group of another workspace":   {ask(riya(at("it", in("billing", replier)), at("hr", in("sales", replier))), deskpolicy.TicketReply, inWorkspace("it", ticketIn("sales"))), deskpolicy.OtherWorkspace},
		"in an open workspace":                {ask(riya(at(deskpolicy.OpenWorkspaces, in("billing", replier))), deskpolicy.TicketReply, inWorkspace("it", ticketIn("billing"))), deskpolicy.AllowedAll},
		"in a restricted workspace":           {ask(riya(at(deskpolicy.OpenWorkspaces, in("billing", replier))), deskpolicy.TicketReply, inWorkspace("hr", ticketIn("billing"))), deskpolicy.OtherWorkspace},
		"everywhere":                          {ask(riya(at(deskpolicy.Everywhere, in("billing", replier))), deskpolicy.TicketReply, inWorkspace("hr", ticketIn("billing"))), deskpolicy.AllowedAll},
		"nowhere":                             {ask(riya(at("", in("billing", replier))), deskpolicy.TicketReply, ticketIn("billing")), deskpolicy.OtherWorkspace},
		"the ticket scope of the group":       {ask(riya(within(deskpolicy.Requested, in("billing", replier))), deskpolicy.TicketReply, mine), deskpolicy.AllowedRequested},
		"outside of its ticket scope":         {ask(riya(within(deskpolicy.Requested, in("billing", replier))), deskpolicy.TicketReply, ticketIn("billing")), deskpolicy.OutOfScope},
		"the ticket scope of another group":   {ask(riya(within(deskpolicy.Requested, in("billing", replier)), in("sales", replier)), deskpolicy.TicketReply, ticketIn("billing")), deskpolicy.OutOfScope},
		"no ticket scope":                     {ask(riya(within(0, in("billing", replier))), deskpolicy.TicketReply, ticketIn("billing")), deskpolicy.OutOfScope},
		"the ticket scope of a shared agent":  {ask(shared, deskpolicy.TicketReply, mentioned), deskpolicy.AllowedMentioned},
		"a shared agent outside of its group": {ask(shared, deskpolicy.TicketReply, ticketIn("sales")), deskpolicy.OtherWorkspace},

		// What is confidential.
		"cleared in the group":         {ask(riya(in("", replier), in("billing", cleared)), deskpolicy.TicketReply, confidential(ticketIn("billing"))), deskpolicy.AllowedAll},
		"cleared in another group":     {ask(riya(in("", replier), in("sales", cleared)), deskpolicy.TicketReply, confidential(ticketIn("billing"))), deskpolicy.Confidential},
		"cleared, permitted elsewhere": {ask(riya(in("", cleared), in("sales", replier)), deskpolicy.TicketReply, confidential(ticketIn("billing"))), deskpolicy.OtherWorkspace},
		"cleared in another workspace": {ask(riya(in("", replier), at("it", in("billing", cleared))), deskpolicy.TicketReply, confidential(ticketIn("billing"))), deskpolicy.Confidential},

		// Questions for which it does not matter where a role is held.
		"logging in":                 {ask(riya(in("billing", replier)), deskpolicy.SessionLogin, riya().Account), deskpolicy.AllowedAll},
		"one's own profile":          {ask(riya(in("billing", profiler)), deskpolicy.ProfileEditOwn, deskpolicy.AgentProfile{Account: "acme", Agent: "riya"}), deskpolicy.AllowedOwn},
		"the profile of a colleague": {ask(riya(in("billing", profiler)), deskpolicy.ProfileEditOwn, deskpolicy.AgentProfile{Account: "acme", Agent: "tom"}), deskpolicy.OutOfScope},

		// Assigning, routing and moving.
		"to a colleague in the group":         {ask(editing(riya(in("billing", mover)), "billing"), deskpolicy.TicketAssign, assigned(ticketIn("billing"), editing(tom(in("billing", taker)), "billing"), "")), deskpolicy.AllowedGroup},
		"to an agent of another group":        {ask(editing(riya(in("billing", mover)), "billing"), deskpolicy.TicketAssign, assigned(ticketIn("billing"), editing(tom(in("billing", taker)), "sales"), "")), deskpolicy.OutOfScope},
		"to one who takes in another group":   {ask(editing(riya(in("billing", mover)), "billing"), deskpolicy.TicketAssign, assigned(ticketIn("billing"), editing(tom(in("sales", taker)), "billing"), "")), deskpolicy.IneligibleTarget},
		"from another group":                  {ask(editing(riya(in("billing", mover)), "billing", "sales"), deskpolicy.TicketAssign, assigned(ticketIn("sales"), editing(tom(in("", taker)), "billing"), "")), deskpolicy.OtherWorkspace},
		"taking it":                           {ask(editing(riya(in("billing", mover), in("billing", taker)), "billing"), deskpolicy.TicketAssign, assigned(ticketIn("billing"), editing(riya(in("billing", mover), in("billing", taker)), "billing"), "")), deskpolicy.AllowedGroup},
		"to nobody":                           {ask(editing(riya(in("billing", mover)), "billing"), deskpolicy.TicketAssign, assigned(ticketIn("billing"), nil, "")), deskpolicy.AllowedGroup},
		"routed to one's other group":         {ask(editing(riya(in("billing", mover)), "billing", "sales"), deskpolicy.TicketRoute, assigned(ticketIn("billing"), nil, "sales")), deskpolicy.AllowedGroup},
		"routed to a group of others":         {ask(editing(riya(in("billing", mover)), "billing"), deskpolicy.TicketRoute, assigned(ticketIn("billing"), nil, "sales")), deskpolicy.OutOfScope},
		"routed to one who takes it there":    {ask(editing(riya(in("billing", mover)), "billing", "sales"), deskpolicy.TicketAssign, assigned(ticketIn("billing"), editing(tom(in("sales", taker)), "sales"), "sales")), deskpolicy.AllowedGroup},
		"routed to one who takes it here":     {ask(editing(riya(in("billing", mover)), "billing", "sales"), deskpolicy.TicketAssign, assigned(ticketIn("billing"), editing(tom(in("billing", taker)), "billing"), "sales")), deskpolicy.IneligibleTarget},
		"moved to another workspace":          {ask(riya(at(deskpolicy.Everywhere, in("billing", mover))), deskpolicy.TicketMove, deskpolicy.TicketPair{From: ticketIn("billing"), Into: inWorkspace("it", ticketIn("billing"))}), deskpolicy.AllowedAll},
		"moved to a group where it is held":   {ask(riya(at("it", in("sales", mover)), in("billing", mover)), deskpolicy.TicketMove, deskpolicy.TicketPair{From: ticketIn("billing"), Into: toSales}), deskpolicy.AllowedAll},
		"moved to another group":              {ask(riya(at(deskpolicy.Everywhere, in("billing", mover))), deskpolicy.TicketMove, deskpolicy.TicketPair{From: ticketIn("billing"), Into: toSales}), deskpolicy.OtherWorkspace},
		"merged with a ticket out of reach":   {ask(riya(in("billing", replier)), deskpolicy.TicketMerge, deskpolicy.TicketPair{From: ticketIn("billing"), Into: ticketIn("billing")}), deskpolicy.NoPermission},
		"a recipient who is cleared there":    {ask(riya(in("", boss)), deskpolicy.TicketAssign, assigned(confidential(ticketIn("billing")), tom(in("billing", taker), in("billing", cleared)), "")), deskpolicy.AllowedAll},
		"a recipient who is cleared not here": {ask(riya(in("", boss)), deskpolicy.TicketAssign, assigned(confidential(ticketIn("billing")), tom(in("billing", taker), in("sales", cleared)), "")), deskpolicy.IneligibleTarget},

		// Account administrators.
		"held in a group, the role makes nobody an administrator": {ask(riya(in("billing", boss)), deskpolicy.RoleUpdate, replier), deskpolicy.RoleAuthoringReserved},
		"held whatever the group, it makes one":                   {ask(riya(in("", boss)), deskpolicy.RoleUpdate, replier), deskpolicy.AllowedAll},
		"the last administrator":                                  {ask(riya(in("", boss)), deskpolicy.AgentRoleRemove, giving(tom(in("", boss)), in("", boss))), deskpolicy.LastAdministrator},
		"the last administrator's role in a group":                {ask(riya(in("", boss)), deskpolicy.AgentRoleRemove, giving(tom(in("", boss), in("billing", boss)), in("billing", boss))), deskpolicy.AllowedAll},
		"the last administrator has it in a group as well":        {ask(riya(in("", boss)), deskpolicy.AgentRoleRemove, giving(tom(in("", boss), at(deskpolicy.Everywhere, in("billing", boss))), in("", boss))), deskpolicy.LastAdministrator},

		"who is no administrator makes no roles": {ask(riya(in("", lead), at("it", in("", admin)), in("billing", admin)), deskpolicy.AgentEdit, *tom(at("it", in("", boss)), in("billing", boss))), deskpolicy.AllowedAll},

		// One's own roles.
		"one's own ticket scope in the group":  {ask(riya(in("", lead), in("billing", replier)), deskpolicy.AgentScopeEdit, giving(riya(in("", lead), in("billing", replier)), within(deskpolicy.Assigned, in("billing", replier)))), deskpolicy.AllowedAll},
		"more than one's own in the group":     {ask(riya(in("", lead), within(deskpolicy.Assigned, in("billing", replier)), in("sales", replier)), deskpolicy.AgentScopeEdit, giving(riya(in("", lead), within(deskpolicy.Assigned, in("billing", replier)), in("sales", replier)), in("billing", replier))), deskpolicy.OwnAuthority},
		"one's own role, given in a group":     {ask(riya(in("", lead), in("", replier)), deskpolicy.AgentRoleAssign, giving(riya(in("", lead), in("", replier)), in("billing", replier))), deskpolicy.AllowedAll},
		"the ticket scope of a role held so":   {ask(riya(in("", boss)), deskpolicy.AgentScopeEdit, giving(tom(in("billing", replier)), in("billing", replier))), deskpolicy.AllowedAll},
		"one's own role in a group, given up":  {ask(riya(in("", lead), in("billing", replier)), deskpolicy.AgentRoleRemove, giving(riya(in("", lead), in("billing", replier)), in("billing", replier))), deskpolicy.AllowedAll},
		"an agent created with a role so held": {ask(riya(in("", lead), in("billing", replier)), deskpolicy.AgentCreate, *agentOf("new", in("billing", replier))), deskpolicy.AllowedAll},

		// The authority over others.
		"giving it in the group":                    {ask(riya(in("", lead), in("billing", replier)), deskpolicy.AgentRoleAssign, giving(tom(), in("billing", replier))), deskpolicy.AllowedAll},
		"giving it in another group":                {ask(riya(in("", lead), in("billing", replier)), deskpolicy.AgentRoleAssign, giving(tom(), in("sales", replier))), deskpolicy.BeyondAuthority},
		"giving it whatever the group":              {ask(riya(in("", lead), in("billing", replier)), deskpolicy.AgentRoleAssign, giving(tom(), in("", replier))), deskpolicy.BeyondAuthority},
		"giving in a group what reaches all":        {ask(riya(in("", lead), in("", replier)), deskpolicy.AgentRoleAssign, giving(tom(), in("billing", replier))), deskpolicy.AllowedAll},
		"giving it in a workspace's group":          {ask(riya(in("", lead), at("it", in("billing", replier))), deskpolicy.AgentRoleAssign, giving(tom(), in("billing", replier))), deskpolicy.BeyondAuthority},
		"giving a wider ticket scope there":         {ask(riya(in("", lead), within(deskpolicy.Assigned, in("billing", replier))), deskpolicy.AgentRoleAssign, giving(tom(), in("billing", replier))), deskpolicy.BeyondAuthority},
		"an agent who holds it in the group":        {ask(riya(in("", lead), in("billing", replier)), deskpolicy.AgentEdit, *tom(in("billing", replier))), deskpolicy.AllowedAll},
		"an agent who holds it in another":          {ask(riya(in("", lead), in("billing", replier)), deskpolicy.AgentEdit, *tom(in("sales", replier))), deskpolicy.BeyondAuthority},
		"an agent with the role for contacts":       {ask(riya(in("", lead), in("billing", replier)), deskpolicy.AgentEdit, *tom(in("", contacts))), deskpolicy.BeyondAuthority},
		"a member, by a role in its group":          {ask(riya(in("", lead), in("billing", replier), in("", profiler)), deskpolicy.AgentEdit, *editing(tom(in("", asker), in("", lead)), "billing")), deskpolicy.BeyondAuthority},
		"a member of a group that is covered":       {ask(riya(in("", lead), in("billing", replier), in("billing", taker)), deskpolicy.AgentEdit, *editing(tom(in("", member)), "billing")), deskpolicy.AllowedAll},
		"a member of two groups, one covered":       {ask(riya(in("", lead), in("billing", replier), in("billing", taker)), deskpolicy.AgentEdit, *editing(tom(in("", member)), "billing", "accounts")), deskpolicy.BeyondAuthority},
		"a member of two groups, the first covered": {ask(riya(in("", lead), in("billing", replier), in("billing", taker)), deskpolicy.AgentEdit, *editing(tom(in("", member)), "billing", "sales")), deskpolicy.BeyondAuthority},
		"a member of two groups, both covered":      {ask(riya(in("", lead), in("billing", replier), in("billing", taker), in("accounts", replier), in("accounts", taker)), deskpolicy.AgentEdit, *editing(tom(in("", member)), "billing", "accounts")), deskpolicy.AllowedAll},
		"joining a group that is covered":           {ask(riya(in("", lead), in("billing", replier), in("billing", taker)), deskpolicy.AgentGroupAssign, deskpolicy.GroupMembership{Member: tom(in("", member)), Group: deskpolicy.AgentGroup{ID: "billing", Account: "acme"}, Access: deskpolicy.Edit}), deskpolicy.AllowedAll},
		"joining another group":                     {ask(riya(in("", lead), in("billing", replier), in("billing", taker)), deskpolicy.AgentGroupAssign, deskpolicy.GroupMembership{Member: tom(in("", member)), Group: deskpolicy.AgentGroup{ID: "sales", Account: "acme"}, Access: deskpolicy.Edit}), deskpolicy.BeyondAuthority},
		"one who is cleared in a second group":      {ask(riya(in("", lead), in("", replier), in("", taker)), deskpolicy.AgentEdit, *editing(tom(in("", member), in("sales", cleared)), "billing", "sales")), deskpolicy.BeyondAuthority},
		"one who is cleared where the other is":     {ask(riya(in("", lead), in("", replier), in("", taker), in("sales", cleared)), deskpolicy.AgentEdit, *editing(tom(in("", member), in("sales", cleared)), "billing", "sales")), deskpolicy.AllowedAll},
		"one who is cleared with nothing to it":     {ask(riya(in("", lead), in("", replier), in("", taker)), deskpolicy.AgentEdit, *tom(in("billing", replier), in("sales", cleared))), deskpolicy.BeyondAuthority},
		"clearing one in a second group":            {ask(riya(in("", lead), in("", replier), in("", taker)), deskpolicy.AgentRoleAssign, giving(editing(tom(in("", member)), "billing", "sales"), in("sales", cleared))), deskpolicy.BeyondAuthority},
		"one whose role gives nothing in a group":   {ask(riya(in("", lead)), deskpolicy.AgentEdit, *tom(in("billing", contacts))), deskpolicy.AllowedAll},
		"one who may edit the own profile":          {ask(riya(in("", lead)), deskpolicy.AgentEdit, *tom(in("billing", profiler))), deskpolicy.BeyondAuthority},
		"one who assigns in the group":              {ask(editing(riya(in("", lead), in("billing", mover)), "billing"), deskpolicy.AgentEdit, *editing(tom(in("billing", mover)), "billing")), deskpolicy.AllowedAll},
		"one who assigns to more groups":            {ask(editing(riya(in("", lead), in("billing", mover)), "billing"), deskpolicy.AgentEdit, *editing(tom(in("billing", mover)), "billing", "sales")), deskpolicy.BeyondAuthority},
	} {
		t.Run(what, func(t *testing.T) { agrees(t, e, what, c.q, c.want) })
	}
}

// Names that look like parts of what the export writes do not make two authorities one.
func TestNamesInAuthorities(t *testing.T) {
	exporter, err := cedarexport.New(nil, answerer, asker, lead)
	require.NoError(t, err)
	e, err := newEngine(exporter)
	require.NoError(t, err)
	for what, holds := range map[string][2]deskpolicy.Binding{
		"a group like a group and a relation":      {in("a", asker), in("a, requested", answerer)},
		"a workspace like a workspace and a group": {at("w", in("b@", answerer)), at("w@in b", in("", answerer))},
	} {
		t.Run(what, func(t *testing.T) {
			by := riya(in("", lead), holds[0])
			agrees(t, e, what, ask(by, deskpolicy.AgentEdit, *tom(holds[0])), deskpolicy.AllowedAll)
			agrees(t, e, what, ask(by, deskpolicy.AgentEdit, *tom(holds[1], holds[0])), deskpolicy.BeyondAuthority)
			agrees(t, e, what, ask(by, deskpolicy.AgentEdit, *tom(holds[0], holds[1])), deskpolicy.BeyondAuthority)
		})
	}
}
