package deskpolicy_test

import (
	"fmt"
	"strings"

	"github.com/deskpolicy/deskpolicy"
)

// A Scope is a set: combine relations with |. Some relations include others.
func ExampleScope() {
	queue := deskpolicy.Assigned | deskpolicy.GroupQueue // mine, and what waits in my groups
	fmt.Println(queue)
	fmt.Println(deskpolicy.ScopeGroup.Covers(queue), queue.Covers(deskpolicy.ScopeGroup))
	fmt.Println(deskpolicy.InGroup | deskpolicy.GroupQueue) // in_group includes group_queue
	fmt.Println(deskpolicy.Assigned|deskpolicy.InGroup == deskpolicy.ScopeGroup, deskpolicy.ScopeGroup)

	// Output:
	// assigned|group_queue
	// true false
	// in_group
	// true group
}

// A permission that reaches a ticket by the subject's groups keeps it in these groups. What
// is the subject's own goes anywhere. See docs/scopes.md.
func ExampleTicketAssignment() {
	role, err := deskpolicy.NewRole("acme", "Member", deskpolicy.NewPermissions(
		deskpolicy.TicketView.At(deskpolicy.ScopeGroup), deskpolicy.TicketReply.At(deskpolicy.ScopeGroup),
		deskpolicy.TicketAssign.At(deskpolicy.ScopeGroup), deskpolicy.TicketBeAssigned.At(deskpolicy.ScopeGroup),
	), nil)
	if err != nil {
		panic(err)
	}
	member := func(id deskpolicy.AgentID, group deskpolicy.GroupID) *deskpolicy.Agent {
		return &deskpolicy.Agent{
			ID: id, Account: deskpolicy.Account{ID: "acme"}, Groups: map[deskpolicy.GroupID]deskpolicy.Access{group: deskpolicy.Edit},
			Bindings: []deskpolicy.Binding{{Role: role, Workspace: deskpolicy.AccountWide, TicketScope: deskpolicy.ScopeGlobal}},
		}
	}
	riya, bob := member("riya", "billing"), member("bob", "sales")
	ticket := &deskpolicy.Ticket{Account: "acme", Group: "billing"}

	give := &deskpolicy.TicketAssignment{Ticket: *ticket, To: bob}
	fmt.Println(deskpolicy.Authorize(riya, deskpolicy.TicketAssign, give).Reason)
	take := &deskpolicy.TicketAssignment{Ticket: *ticket, To: riya} // without To, it clears the assignee
	fmt.Println(deskpolicy.Authorize(riya, deskpolicy.TicketAssign, take).Reason)
	give.Ticket.Assignee = "riya"
	fmt.Println(deskpolicy.Authorize(riya, deskpolicy.TicketAssign, give).Reason)

	// Output:
	// out_of_scope
	// allowed_group
	// allowed_assigned
}

// In a file, a scope is the names of its relations, or of a set. A name that another part
// includes is an error.
func ExampleScope_UnmarshalText() {
	for _, text := range []string{"assigned|unassigned", "group|unassigned", "asigned", "unassigned|unrouted"} {
		var s deskpolicy.Scope
		if err := s.UnmarshalText([]byte(text)); err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(s, s.Covers(deskpolicy.Unrouted))
	}

	// Output:
	// assigned|unassigned true
	// in_group|assigned|unassigned true
	// deskpolicy: unknown scope "asigned" (did you mean "assigned"?)
	// deskpolicy: scope "unassigned|unrouted": "unrouted" includes another part, or is included in one; write only the wider
}

// A rule is a rule of a helpdesk that says what its agents read, and the scope that says
// the same.
type rule struct {
	name  string
	scope deskpolicy.Scope
}

// A grid shows who reaches what. Its columns are places, and its rows are ways to stand to
// what is in them.
type grid struct {
	chat          bool // whether it is about conversations rather than tickets
	columns, rows []cell
}

// A cell is the title of a row or a column, and what it changes in the ticket.
type cell struct {
	title string
	set   func(*deskpolicy.Ticket)
}

func groupCell(title string, group deskpolicy.GroupID) cell {
	return cell{title, func(t *deskpolicy.Ticket) { t.Group = group }}
}

// privateCell is a group whose tickets are confidential.
func privateCell(title string, group deskpolicy.GroupID) cell {
	return cell{title, func(t *deskpolicy.Ticket) { t.Group, t.Confidential = group, true }}
}

func workspaceCell(title string, workspace deskpolicy.WorkspaceID) cell {
	return cell{title, func(t *deskpolicy.Ticket) { t.Workspace = workspace }}
}

func assignedCell(title string, assignee deskpolicy.AgentID) cell {
	return cell{title, func(t *deskpolicy.Ticket) { t.Assignee = assignee }}
}

func requestedCell(title string, requester deskpolicy.Contact) cell {
	requester.Account = "acme"
	return cell{title, func(t *deskpolicy.Ticket) { t.Assignee, t.Requester = "bob", &requester }}
}

func participatingCell(title string) cell {
	return cell{title, func(t *deskpolicy.Ticket) {
		t.Assignee, t.Participants = "bob", map[deskpolicy.AgentID]deskpolicy.Access{"riya": deskpolicy.Edit}
	}}
}

func ccCell(title string) cell {
	return cell{title, func(t *deskpolicy.Ticket) {
		t.Assignee, t.CCs = "bob", map[deskpolicy.ContactID]deskpolicy.Access{"c-riya": deskpolicy.Edit}
	}}
}

func mentionedCell(title string) cell {
	return cell{title, func(t *deskpolicy.Ticket) {
		t.Assignee, t.Mentions = "bob", map[deskpolicy.AgentID]bool{"riya": true}
	}}
}

var (
	gridGroups      = []cell{groupCell("my group", "billing"), groupCell("another group", "sales"), groupCell("no group", "")}
	gridAssignments = []cell{assignedCell("assigned to me", "riya"), assignedCell("to a colleague", "bob"), assignedCell("to nobody", "")}
)

// gridAgent returns the agent that the grids are about. Its groups are billing, to edit, and
// refunds, to view.
func gridAgent(bindings ...deskpolicy.Binding) *deskpolicy.Agent {
	return &deskpolicy.Agent{
		ID: "riya", Account: deskpolicy.Account{ID: "acme"}, Bindings: bindings, Contact: "c-riya", Company: "initech",
		Groups: map[deskpolicy.GroupID]deskpolicy.Access{"billing": deskpolicy.Edit, "refunds": deskpolicy.View},
	}
}

// readerAt returns a custom role that views and replies at the scope.
func readerAt(name string, scope deskpolicy.Scope) deskpolicy.Role {
	role, err := deskpolicy.NewRole("acme", name, deskpolicy.NewPermissions(
		deskpolicy.TicketView.At(scope), deskpolicy.TicketReply.At(scope),
		deskpolicy.ConversationView.At(scope), deskpolicy.ConversationReply.At(scope),
	), nil)
	if err != nil {
		panic(err)
	}
	return role
}

// heldIn binds the role in the workspace, without a limit of its own on tickets.
func heldIn(workspace deskpolicy.WorkspaceID, role deskpolicy.Role) deskpolicy.Binding {
	return deskpolicy.Binding{Role: role, Workspace: workspace, TicketScope: deskpolicy.ScopeGlobal}
}

// heldFor binds the role in one group.
func heldFor(group deskpolicy.GroupID, role deskpolicy.Role) deskpolicy.Binding {
	return deskpolicy.Binding{Role: role, Workspace: deskpolicy.AccountWide, Group: group, TicketScope: deskpolicy.ScopeGlobal}
}

// printRules prints a grid for each rule, held by one role in one place.
func (g grid) printRules(rules ...rule) {
	for _, r := range rules {
		g.print(fmt.Sprintf("%s: %s", r.name, r.scope), gridAgent(heldIn(deskpolicy.AccountWide, readerAt(r.name, r.scope))))
	}
}

// print prints what the subject can do in each cell: reply, only view, or nothing.
func (g grid) print(title string, who deskpolicy.Subject) {
	line := func(title string, cells func(cell) string) {
		text := fmt.Sprintf("%-30s", title)
		for _, column := range g.columns {
			text += fmt.Sprintf("%-*s", len(column.title)+3, cells(column))
		}
		fmt.Println(strings.TrimRight(text, " "))
	}
	fmt.Println(title)
	line("", func(column cell) string { return column.title })
	for _, row := range g.rows {
		line("- "+row.title, func(column cell) string {
			ticket := deskpolicy.Ticket{Account: "acme"}
			column.set(&ticket)
			row.set(&ticket)
			return g.decide(who, &ticket)
		})
	}
}

// decide returns what the subject can do with the ticket or with a conversation like it.
func (g grid) decide(who deskpolicy.Subject, t *deskpolicy.Ticket) string {
	view, reply := deskpolicy.Authorize(who, deskpolicy.TicketView, t), deskpolicy.Authorize(who, deskpolicy.TicketReply, t)
	if g.chat {
		chat := &deskpolicy.Conversation{
			Account: t.Account, Workspace: t.Workspace, Group: t.Group, Assignee: t.Assignee,
			Requester: t.Requester, Participants: t.Participants, CCs: t.CCs, Mentions: t.Mentions,
		}
		view, reply = deskpolicy.Authorize(who, deskpolicy.ConversationView, chat), deskpolicy.Authorize(who, deskpolicy.ConversationReply, chat)
	}
	switch {
	case view.Allowed() && reply.Allowed():
		return "reply"
	case view.Allowed():
		return "view"
	}
	return "-"
}

// Freshdesk sets the scope for each agent, as TicketScope does, and one role serves all.
func ExampleScope_freshdesk() {
	g := grid{
		columns: []cell{groupCell("my group", "billing"), groupCell("view only", "refunds"), groupCell("another group", "sales"), groupCell("no group", "")},
		rows:    append(gridAssignments, mentionedCell("mentions me"), participatingCell("I am secondary owner")),
	}
	for _, r := range []rule{
		{"All tickets", deskpolicy.ScopeGlobal},
		{"Tickets in a group", deskpolicy.ScopeGroup},
		{"Restricted", deskpolicy.ScopeRestricted},
		{"Assigned tickets", deskpolicy.Assigned | deskpolicy.Mentioned | deskpolicy.Participating},
	} {
		binding := deskpolicy.Binding{Role: deskpolicy.AgentRole.Role(), Workspace: deskpolicy.AccountWide, TicketScope: r.scope}
		g.print(fmt.Sprintf("%s: %s", r.name, r.scope), gridAgent(binding))
	}

	// Output:
	// All tickets: global
	//                               my group   view only   another group   no group
	// - assigned to me              reply      reply       reply           reply
	// - to a colleague              reply      reply       reply           reply
	// - to nobody                   reply      reply       reply           reply
	// - mentions me                 reply      reply       reply           reply
	// - I am secondary owner        reply      reply       reply           reply
	// Tickets in a group: group
	//                               my group   view only   another group   no group
	// - assigned to me              reply      reply       reply           reply
	// - to a colleague              reply      view        -               -
	// - to nobody                   reply      view        -               -
	// - mentions me                 reply      view        -               -
	// - I am secondary owner        reply      view        -               -
	// Restricted: restricted
	//                               my group   view only   another group   no group
	// - assigned to me              reply      reply       reply           reply
	// - to a colleague              -          -           -               -
	// - to nobody                   -          -           -               -
	// - mentions me                 -          -           -               -
	// - I am secondary owner        -          -           -               -
	// Assigned tickets: assigned|participating|mentioned
	//                               my group   view only   another group   no group
	// - assigned to me              reply      reply       reply           reply
	// - to a colleague              -          -           -               -
	// - to nobody                   -          -           -               -
	// - mentions me                 reply      reply       reply           reply
	// - I am secondary owner        reply      reply       reply           reply
}

// Freshdesk's shared agents reach tickets that mention them and those of their customers in
// the CRM, and what their ticket scope adds. Nothing is assigned to them.
func ExampleScope_sharedAgent() {
	customer := deskpolicy.Contact{ID: "c-1", CRM: deskpolicy.CRMRecord{Owner: "u-17"}}
	g := grid{
		columns: []cell{groupCell("my group", "billing"), groupCell("view only", "refunds"), groupCell("another group", "sales")},
		rows:    []cell{assignedCell("to nobody", ""), mentionedCell("mentions me"), requestedCell("by my customer in the CRM", customer)},
	}
	for _, r := range []rule{{"Restricted", deskpolicy.ScopeRestricted}, {"All tickets", deskpolicy.ScopeGlobal}} {
		sam := deskpolicy.NewSharedAgent("riya", deskpolicy.Account{ID: "acme", Integrated: true}, deskpolicy.CRMUser{ID: "u-17", Sees: deskpolicy.OwnRecords})
		sam.Groups = gridAgent().Groups
		sam.Bindings[0].TicketScope = r.scope
		g.print(fmt.Sprintf("%s: %s", r.name, r.scope), sam)
	}

	// Output:
	// Restricted: restricted
	//                               my group   view only   another group
	// - to nobody                   reply      view        -
	// - mentions me                 reply      reply       reply
	// - by my customer in the CRM   reply      reply       reply
	// All tickets: global
	//                               my group   view only   another group
	// - to nobody                   reply      reply       reply
	// - mentions me                 reply      reply       reply
	// - by my customer in the CRM   reply      reply       reply
}

// Freshchat has three levels of a permission. Group is the groups' conversations alone.
func ExampleScope_freshchat() {
	grid{chat: true, columns: gridGroups, rows: gridAssignments}.printRules(
		rule{"Global", deskpolicy.Anything},
		rule{"Group", deskpolicy.InGroup},
		rule{"Restricted", deskpolicy.Assigned},
	)

	// Output:
	// Global: global
	//                               my group   another group   no group
	// - assigned to me              reply      reply           reply
	// - to a colleague              reply      reply           reply
	// - to nobody                   reply      reply           reply
	// Group: in_group
	//                               my group   another group   no group
	// - assigned to me              reply      -               -
	// - to a colleague              reply      -               -
	// - to nobody                   reply      -               -
	// Restricted: restricted
	//                               my group   another group   no group
	// - assigned to me              reply      reply           reply
	// - to a colleague              -          -               -
	// - to nobody                   -          -               -
}

// A role of Zendesk has one of four levels of ticket access. Tickets of a private group
// are for its members, the requester, followers and agents in CC.
func ExampleScope_zendesk() {
	company := requestedCell("by my organization", deskpolicy.Contact{Company: "initech"})
	grid{columns: gridGroups, rows: append(gridAssignments, company)}.printRules(
		rule{"All", deskpolicy.Anything},
		rule{"Groups", deskpolicy.InGroup},
		rule{"Organization", deskpolicy.SameCompany},
		rule{"Assigned only", deskpolicy.Assigned},
	)
	grid{
		columns: []cell{groupCell("my private group", "billing"), groupCell("another private group", "sales")},
		rows:    []cell{assignedCell("to a colleague", "bob"), requestedCell("requested by me", deskpolicy.Contact{ID: "c-riya"}), participatingCell("I follow"), ccCell("I am in CC")},
	}.printRules(rule{"Private groups", deskpolicy.InGroup | deskpolicy.Requested | deskpolicy.Participating})

	// In an account with both, the tickets of private groups are confidential.
	member := deskpolicy.TicketConfidential.At(deskpolicy.InGroup | deskpolicy.Requested | deskpolicy.Participating)
	secrets, err := deskpolicy.NewRole("acme", "Member", deskpolicy.NewPermissions(member), nil)
	if err != nil {
		panic(err)
	}
	all := gridAgent(heldIn(deskpolicy.AccountWide, readerAt("All", deskpolicy.Anything)), heldIn(deskpolicy.AccountWide, secrets))
	grid{
		columns: []cell{groupCell("a public group", "support"), privateCell("my private group", "billing"), privateCell("another private group", "sales")},
		rows:    []cell{assignedCell("to a colleague", "bob"), requestedCell("requested by me", deskpolicy.Contact{ID: "c-riya"}), participatingCell("I follow")},
	}.print("All with private groups: global", all)

	// Output:
	// All: global
	//                               my group   another group   no group
	// - assigned to me              reply      reply           reply
	// - to a colleague              reply      reply           reply
	// - to nobody                   reply      reply           reply
	// - by my organization          reply      reply           reply
	// Groups: in_group
	//                               my group   another group   no group
	// - assigned to me              reply      -               -
	// - to a colleague              reply      -               -
	// - to nobody                   reply      -               -
	// - by my organization          reply      -               -
	// Organization: same_company
	//                               my group   another group   no group
	// - assigned to me              -          -               -
	// - to a colleague              -          -               -
	// - to nobody                   -          -               -
	// - by my organization          reply      reply           reply
	// Assigned only: restricted
	//                               my group   another group   no group
	// - assigned to me              reply      reply           reply
	// - to a colleague              -          -               -
	// - to nobody                   -          -               -
	// - by my organization          -          -               -
	// Private groups: in_group|requested|participating
	//                               my private group   another private group
	// - to a colleague              reply              -
	// - requested by me             reply              reply
	// - I follow                    reply              reply
	// - I am in CC                  reply              reply
	// All with private groups: global
	//                               a public group   my private group   another private group
	// - to a colleague              reply            reply              -
	// - requested by me             reply            reply              reply
	// - I follow                    reply            reply              reply
}

// Intercom limits a teammate to what is assigned to it or to its teams, with the unassigned
// conversations or without.
func ExampleScope_intercom() {
	grid{chat: true, columns: gridGroups, rows: gridAssignments}.printRules(
		rule{"All", deskpolicy.Anything},
		rule{"Them", deskpolicy.Assigned},
		rule{"Them, unassigned", deskpolicy.Assigned | deskpolicy.Unrouted},
		rule{"Teams", deskpolicy.ScopeGroup},
		rule{"Teams, unassigned", deskpolicy.ScopeGroup | deskpolicy.Unrouted},
	)

	// Output:
	// All: global
	//                               my group   another group   no group
	// - assigned to me              reply      reply           reply
	// - to a colleague              reply      reply           reply
	// - to nobody                   reply      reply           reply
	// Them: restricted
	//                               my group   another group   no group
	// - assigned to me              reply      reply           reply
	// - to a colleague              -          -               -
	// - to nobody                   -          -               -
	// Them, unassigned: assigned|unrouted
	//                               my group   another group   no group
	// - assigned to me              reply      reply           reply
	// - to a colleague              -          -               -
	// - to nobody                   -          -               reply
	// Teams: group
	//                               my group   another group   no group
	// - assigned to me              reply      reply           reply
	// - to a colleague              reply      -               -
	// - to nobody                   reply      -               -
	// Teams, unassigned: in_group|assigned|unrouted
	//                               my group   another group   no group
	// - assigned to me              reply      reply           reply
	// - to a colleague              reply      -               -
	// - to nobody                   reply      -               reply
}

// A user of Help Scout sees everything in their inboxes. An inbox is a workspace.
func ExampleScope_helpScout() {
	user := readerAt("User", deskpolicy.Anything)
	inboxes := []cell{workspaceCell("my inbox", "support"), workspaceCell("my second inbox", "sales"), workspaceCell("another inbox", "legal")}
	grid{chat: true, columns: inboxes, rows: gridAssignments}.print("User: global", gridAgent(heldIn("support", user), heldIn("sales", user)))

	// Output:
	// User: global
	//                               my inbox   my second inbox   another inbox
	// - assigned to me              reply      reply             -
	// - to a colleague              reply      reply             -
	// - to nobody                   reply      reply             -
}

// A custom role of Chatwoot manages conversations at one of three levels, in the agent's
// inboxes. An inbox is a workspace.
func ExampleScope_chatwoot() {
	g := grid{
		chat:    true,
		columns: []cell{workspaceCell("my inbox", "web"), workspaceCell("another inbox", "email")},
		rows:    append(gridAssignments, participatingCell("I am a participant")),
	}
	for _, r := range []rule{
		{"All", deskpolicy.Anything},
		{"Unassigned and own", deskpolicy.Assigned | deskpolicy.Unassigned},
		{"Participating", deskpolicy.Assigned | deskpolicy.Participating},
	} {
		g.print(fmt.Sprintf("%s: %s", r.name, r.scope), gridAgent(heldIn("web", readerAt(r.name, r.scope))))
	}

	// Output:
	// All: global
	//                               my inbox   another inbox
	// - assigned to me              reply      -
	// - to a colleague              reply      -
	// - to nobody                   reply      -
	// - I am a participant          reply      -
	// Unassigned and own: assigned|unassigned
	//                               my inbox   another inbox
	// - assigned to me              reply      -
	// - to a colleague              -          -
	// - to nobody                   reply      -
	// - I am a participant          -          -
	// Participating: assigned|participating
	//                               my inbox   another inbox
	// - assigned to me              reply      -
	// - to a colleague              -          -
	// - to nobody                   -          -
	// - I am a participant          reply      -
}

// LibreDesk has five permissions to read, and a role has any of them.
func ExampleScope_libreDesk() {
	grid{chat: true, columns: gridGroups, rows: gridAssignments}.printRules(
		rule{"read_all", deskpolicy.Anything},
		rule{"read_unassigned", deskpolicy.Unrouted},
		rule{"read_assigned", deskpolicy.Assigned},
		rule{"read_team_inbox", deskpolicy.GroupQueue},
		rule{"read_team_all", deskpolicy.InGroup},
	)

	// Output:
	// read_all: global
	//                               my group   another group   no group
	// - assigned to me              reply      reply           reply
	// - to a colleague              reply      reply           reply
	// - to nobody                   reply      reply           reply
	// read_unassigned: unrouted
	//                               my group   another group   no group
	// - assigned to me              -          -               -
	// - to a colleague              -          -               -
	// - to nobody                   -          -               reply
	// read_assigned: restricted
	//                               my group   another group   no group
	// - assigned to me              reply      reply           reply
	// - to a colleague              -          -               -
	// - to nobody                   -          -               -
	// read_team_inbox: group_queue
	//                               my group   another group   no group
	// - assigned to me              -          -               -
	// - to a colleague              -          -               -
	// - to nobody                   reply      -               -
	// read_team_all: in_group
	//                               my group   another group   no group
	// - assigned to me              reply      -               -
	// - to a colleague              reply      -               -
	// - to nobody                   reply      -               -
}

// An agent of osTicket has a role in each department, and its primary role for what is
// assigned to it or to its teams in others. A department is a workspace, a team is a group.
func ExampleScope_osTicket() {
	viewer, err := deskpolicy.NewRole("acme", "View only", deskpolicy.NewPermissions(deskpolicy.TicketView.At(deskpolicy.Anything)), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	primary := readerAt("Expanded Access", deskpolicy.Anything)
	bindings := []deskpolicy.Binding{heldIn("support", primary), heldIn("sales", viewer), heldIn("legal", primary)}
	g := grid{
		columns: []cell{workspaceCell("primary", "support"), workspaceCell("extended", "sales"), workspaceCell("another department", "legal")},
		rows:    append(gridAssignments, groupCell("to my team", "billing")),
	}
	bindings[2].TicketScope = deskpolicy.ScopeGroup
	g.print("Departments: global", gridAgent(bindings...))
	for i := range bindings {
		bindings[i].TicketScope = deskpolicy.ScopeGroup
	}
	g.print("Only assigned tickets: group", gridAgent(bindings...))

	// Output:
	// Departments: global
	//                               primary   extended   another department
	// - assigned to me              reply     view       reply
	// - to a colleague              reply     view       -
	// - to nobody                   reply     view       -
	// - to my team                  reply     view       reply
	// Only assigned tickets: group
	//                               primary   extended   another department
	// - assigned to me              reply     view       reply
	// - to a colleague              -         -          -
	// - to nobody                   -         -          -
	// - to my team                  reply     view       reply
}

// A user of FreeScout works in its mailboxes: it holds a role in the group of each.
func ExampleScope_freeScout() {
	g := grid{chat: true, columns: []cell{groupCell("my mailbox", "support"), groupCell("another mailbox", "sales")}, rows: gridAssignments}
	g.print("User: global", gridAgent(heldFor("support", readerAt("User", deskpolicy.Anything))))
	g.print("Administrator: global", gridAgent(heldIn(deskpolicy.AccountWide, readerAt("All mailboxes", deskpolicy.Anything))))

	// Output:
	// User: global
	//                               my mailbox   another mailbox
	// - assigned to me              reply        -
	// - to a colleague              reply        -
	// - to nobody                   reply        -
	// Administrator: global
	//                               my mailbox   another mailbox
	// - assigned to me              reply        reply
	// - to a colleague              reply        reply
	// - to nobody                   reply        reply
}

// An agent of Zammad has a level of access for each group: a role that is held there. To be
// the owner of a ticket gives nothing.
func ExampleScope_zammad() {
	reader, err := deskpolicy.NewRole("acme", "Read", deskpolicy.NewPermissions(deskpolicy.TicketView.At(deskpolicy.Anything)), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	levels := []cell{groupCell("read, change", "billing"), groupCell("read", "refunds"), groupCell("none", "sales")}
	grid{columns: levels, rows: gridAssignments}.print("Group access: global", gridAgent(heldFor("billing", readerAt("Change", deskpolicy.Anything)), heldFor("refunds", reader)))

	// Output:
	// Group access: global
	//                               read, change   read   none
	// - assigned to me              reply          view   -
	// - to a colleague              reply          view   -
	// - to nobody                   reply          view   -
}

// A customer of Jira Service Management reaches its own requests, those that it takes part
// in, and those of its organization.
func ExampleScope_jiraServiceManagement() {
	grid{
		columns: []cell{{"request", func(*deskpolicy.Ticket) {}}},
		rows: []cell{
			requestedCell("raised by me", deskpolicy.Contact{ID: "c-riya", Company: "initech"}),
			ccCell("I am a request participant"),
			requestedCell("raised in my organization", deskpolicy.Contact{ID: "c-2", Company: "initech"}),
			requestedCell("raised by another customer", deskpolicy.Contact{ID: "c-3", Company: "umbrella"}),
		},
	}.printRules(
		rule{"Customer", deskpolicy.Requested | deskpolicy.Participating},
		rule{"Organization", deskpolicy.Requested | deskpolicy.Participating | deskpolicy.SameCompany},
	)

	// Output:
	// Customer: requested|participating
	//                               request
	// - raised by me                reply
	// - I am a request participant  reply
	// - raised in my organization   -
	// - raised by another customer  -
	// Organization: requested|participating|same_company
	//                               request
	// - raised by me                reply
	// - I am a request participant  reply
	// - raised in my organization   reply
	// - raised by another customer  -
}
