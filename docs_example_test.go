package deskpolicy_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/deskpolicy/deskpolicy"
)

// These examples are the code of the pages in docs, in the order of each page.

// Decide whether an agent can reply, and choose what the client gets. See docs/decide.md.
func Example_decide() {
	riya := &deskpolicy.Agent{
		ID:      "riya",
		Account: deskpolicy.Account{ID: "acme"},
		Bindings: []deskpolicy.Binding{{
			Role:        deskpolicy.AgentRole.Role(),
			Workspace:   deskpolicy.AccountWide,
			TicketScope: deskpolicy.ScopeGroup,
		}},
		Groups: map[deskpolicy.GroupID]deskpolicy.Access{"billing": deskpolicy.Edit, "refunds": deskpolicy.View},
	}
	tickets := map[string]*deskpolicy.Ticket{
		"4711": {ID: "4711", Account: "acme", Group: "billing"},
		"4712": {ID: "4712", Account: "acme", Group: "refunds"},
		"4713": {ID: "4713", Account: "acme", Group: "board"},
	}
	reply := func(id string) string {
		ticket := tickets[id] // nil for an unknown ID, which is denied
		switch d := deskpolicy.Authorize(riya, deskpolicy.TicketReply, ticket); {
		case d.Allowed():
			return "201 sent"
		case deskpolicy.CanView(riya, ticket):
			return "403 " + d.ViewerMessage()
		default:
			return "404 " + d.UserMessage()
		}
	}
	for _, id := range []string{"4711", "4712", "4713", "9999"} {
		fmt.Println(id, reply(id))
	}

	for action, d := range deskpolicy.ActionsOn(riya, tickets["4712"], nil) {
		if d.Allowed() {
			fmt.Println(action)
		}
	}

	var names *deskpolicy.Vocabulary // the library's actions only
	action, err := names.ParseAction("ticket.reply")
	if err != nil {
		fmt.Println(err)
		return
	}
	request := deskpolicy.Request{Subject: riya, Action: action, Resource: tickets["4712"]}
	d := request.Authorize()

	record := request.AuditRecord(d)
	record.At = time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC)
	record.Library = "" // changes with every release
	line, err := json.Marshal(record)
	fmt.Println(string(line), err)

	// Output:
	// 4711 201 sent
	// 4712 403 You can view this, but you cannot change it.
	// 4713 404 This does not exist, or you do not have access to it.
	// 9999 404 This does not exist, or you do not have access to it.
	// ticket.view
	// ticket.note.private
	// ticket.mention
	// ticket.print
	// ticket.watch
	// ticket.child.create
	// ticket.forward
	// {"library":"","at":"2026-11-02T12:00:00Z","subject_kind":"agent","subject":"riya","account":"acme","action":"ticket.reply","resource_kind":"ticket","resource_id":"4712","allowed":false,"outcome":"not_granted","reason":"view_only","role":"Agent","scope":"group","role_built_in":true} <nil>
}

// Describe an account: its plan, workspaces and administrators. See docs/account.md.
func Example_account() {
	acme := deskpolicy.Account{
		ID:             "acme",
		Plan:           deskpolicy.Plan{Features: deskpolicy.FeatureAttachments | deskpolicy.FeatureCustomRoles},
		Integrated:     true, // shared agents can work on the desk
		OpenWorkspaces: []deskpolicy.WorkspaceID{"it", "facilities"},
		Administrators: []deskpolicy.AgentID{"olga"},
	}
	olga := &deskpolicy.Agent{ID: "olga", Account: acme, Bindings: []deskpolicy.Binding{{
		Role:        deskpolicy.AccountAdministratorRole.Role(),
		Workspace:   deskpolicy.OpenWorkspaces,
		TicketScope: deskpolicy.ScopeGlobal,
	}}}
	fmt.Println(deskpolicy.Authorize(olga, deskpolicy.TicketAttach, &deskpolicy.Ticket{Account: "acme", Workspace: "it"}))
	fmt.Println(deskpolicy.Authorize(olga, deskpolicy.TicketAttach, &deskpolicy.Ticket{Account: "acme", Workspace: "legal"}))
	fmt.Println(deskpolicy.Authorize(olga, deskpolicy.TicketCollaborate, &deskpolicy.Ticket{Account: "acme", Workspace: "it"}))
	giveUp := &deskpolicy.RoleAssignment{Holder: olga, Binding: olga.Bindings[0]}
	fmt.Println(deskpolicy.Authorize(olga, deskpolicy.AgentRoleRemove, giveUp))

	// Output:
	// allowed: role "Account Administrator" reaches everything here
	// denied: role "Account Administrator" has the permission, but is not held where this is
	// denied: the account's plan lacks a feature that this needs
	// denied: the account must keep its last account administrator
}

// Several roles for a user, from a product that stores their names. See docs/adopting.md.
func Example_adopting() {
	// What the product stores about a user.
	type user struct {
		ID    string
		Roles []string
		Teams []string
	}
	ana := user{ID: "ana", Roles: []string{"agent", "reviewer", "gone"}, Teams: []string{"billing"}}

	// One role for each name, made once when the program starts.
	reviewer, err := deskpolicy.NewRole("acme", "Reviewer", deskpolicy.NewPermissions(
		deskpolicy.TicketView.At(deskpolicy.ScopeGlobal),
		deskpolicy.TicketNotePrivate.At(deskpolicy.ScopeGlobal),
	), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	roles := map[string]deskpolicy.Role{
		"agent":    deskpolicy.AgentRole.Role(),
		"reviewer": reviewer,
	}
	scopes := map[string]deskpolicy.Scope{
		"agent":    deskpolicy.ScopeGroup,
		"reviewer": deskpolicy.ScopeGlobal,
	}

	acme := deskpolicy.Account{ID: "acme", Plan: deskpolicy.Plan{Features: deskpolicy.AllFeatures}} // if you sell no plans

	// A binding for each of the user's roles. An unknown name gives the zero Role, which permits nothing.
	load := func(u user) *deskpolicy.Agent {
		agent := &deskpolicy.Agent{ID: deskpolicy.AgentID(u.ID), Account: acme}
		for _, name := range u.Roles {
			agent.Bindings = append(agent.Bindings, deskpolicy.Binding{
				Role: roles[name], Workspace: deskpolicy.Everywhere, TicketScope: scopes[name],
			})
		}
		agent.Groups = make(map[deskpolicy.GroupID]deskpolicy.Access)
		for _, team := range u.Teams {
			agent.Groups[deskpolicy.GroupID(team)] = deskpolicy.Edit
		}
		return agent
	}
	sales := &deskpolicy.Ticket{Account: "acme", Group: "sales"}
	fmt.Println(deskpolicy.Authorize(load(ana), deskpolicy.TicketView, sales))
	fmt.Println(deskpolicy.Authorize(load(ana), deskpolicy.TicketReply, sales))

	// Output:
	// allowed: role "Reviewer" reaches everything here
	// denied: role "Agent" has the permission, but its scope (group) does not reach this
}

// Roles in place of a casbin policy. See docs/casbin.md.
func Example_casbin() {
	lines := strings.Split(`p, agent, ticket, view
p, agent, ticket, reply
p, lead, ticket, assign
g, lead, agent
g, ana, lead`, "\n")

	// The permissions of each role, with those of the roles that it inherits.
	own, inherits := make(map[string]deskpolicy.Permissions), make(map[string][]string)
	var names *deskpolicy.Vocabulary
	for _, line := range lines {
		switch f := strings.Split(line, ", "); f[0] {
		case "p":
			p, err := names.ParsePermission(f[2] + "." + f[3] + "@group") // casbin's policy has no scopes: choose one
			if err != nil {
				fmt.Println(line, err)
				return
			}
			own[f[1]] = own[f[1]].Union(deskpolicy.NewPermissions(p))
		case "g":
			inherits[f[1]] = append(inherits[f[1]], f[2])
		}
	}
	var all func(name string, above ...string) deskpolicy.Permissions
	all = func(name string, above ...string) deskpolicy.Permissions {
		set := own[name]
		for _, other := range inherits[name] {
			if !slices.Contains(above, other) { // casbin tolerates cycles
				set = set.Union(all(other, append(above, name)...))
			}
		}
		return set
	}
	lead, err := deskpolicy.NewRole("acme", "Lead", all("lead"), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for p := range lead.Permissions().All() {
		fmt.Println(p)
	}

	// Output:
	// ticket.view@group
	// ticket.reply@group
	// ticket.assign@group
}

// inForce reports whether all limits of a key are in force. If not, answer 401 before anything is asked.
func inForce(key *deskpolicy.Delegate, now time.Time) bool {
	return !slices.ContainsFunc(key.Limits, func(limit deskpolicy.Limit) bool { return !limit.Window.Holds(now) })
}

// A key that has ended is told so with a 401, when the key is read.
func ExampleWindow_Holds() {
	created := time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)
	riya := &deskpolicy.Agent{ID: "riya", Account: deskpolicy.Account{ID: "acme"}}
	key := deskpolicy.NewDelegate(riya, deskpolicy.Actor{Kind: deskpolicy.ActorKey, ID: "k-1"}, deskpolicy.Limit{
		Window: deskpolicy.NewWindow(created, created.Add(90*24*time.Hour)),
	})
	for _, now := range []time.Time{created, created.Add(90 * 24 * time.Hour)} {
		if !inForce(key, now) {
			fmt.Println("401 the key has ended")
			continue
		}
		fmt.Println("in force until", key.Limits[0].Window.Until().Format(time.DateOnly))
	}

	// Output:
	// in force until 2027-01-31
	// 401 the key has ended
}

// An API key of an agent. See docs/delegates.md.
func ExampleDelegate() {
	created := time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)
	now := created.Add(24 * time.Hour)

	riya := &deskpolicy.Agent{
		ID: "riya", Account: deskpolicy.Account{ID: "acme"}, Now: now, Groups: map[deskpolicy.GroupID]deskpolicy.Access{"billing": deskpolicy.Edit},
		Bindings: []deskpolicy.Binding{{Role: deskpolicy.AgentRole.Role(), Workspace: deskpolicy.AccountWide, TicketScope: deskpolicy.ScopeGroup}},
	}
	key := deskpolicy.NewDelegate(riya, deskpolicy.Actor{Kind: deskpolicy.ActorKey, Issuer: "acme", ID: "k-1"}, deskpolicy.Limit{
		Permissions: deskpolicy.NewPermissions(deskpolicy.TicketView.At(deskpolicy.Anything), deskpolicy.TicketReply.At(deskpolicy.Assigned)),
		Workspaces:  []deskpolicy.WorkspaceID{deskpolicy.AccountWide},
		Window:      deskpolicy.NewWindow(created, created.Add(90*24*time.Hour)),
	})

	team := &deskpolicy.Ticket{Account: "acme", Group: "billing"}
	sales := &deskpolicy.Ticket{Account: "acme", Group: "sales"}
	fmt.Println(deskpolicy.Authorize(key, deskpolicy.TicketView, team))
	fmt.Println(deskpolicy.Authorize(key, deskpolicy.TicketReply, team))
	fmt.Println(deskpolicy.Authorize(key, deskpolicy.TicketView, sales))

	tool := key.Narrow(deskpolicy.Actor{Kind: deskpolicy.ActorAI, Issuer: "acme", ID: "search"}, deskpolicy.Limit{
		Permissions: deskpolicy.NewPermissions(deskpolicy.TicketView.At(deskpolicy.Assigned)),
		Workspaces:  []deskpolicy.WorkspaceID{deskpolicy.AccountWide},
	})
	fmt.Println(tool)
	fmt.Println(deskpolicy.Authorize(tool, deskpolicy.TicketView, team))

	// Output:
	// allowed: role "Agent" reaches this through its group
	// denied: a limit of the delegate (restricted) does not reach this
	// denied: role "Agent" has the permission, but its scope (group) does not reach this
	// AI agent "search" of "acme" for agent "riya"
	// denied: a limit of the delegate (restricted) does not reach this
}

// Which keys reach a ticket? See docs/delegates.md.
func ExampleWhoCan_keys() {
	created := time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)
	riya := &deskpolicy.Agent{
		ID: "riya", Account: deskpolicy.Account{ID: "acme"}, Now: created.Add(24 * time.Hour), Groups: map[deskpolicy.GroupID]deskpolicy.Access{"billing": deskpolicy.Edit},
		Bindings: []deskpolicy.Binding{{Role: deskpolicy.AgentRole.Role(), Workspace: deskpolicy.AccountWide, TicketScope: deskpolicy.ScopeGroup}},
	}
	key := deskpolicy.NewDelegate(riya, deskpolicy.Actor{Kind: deskpolicy.ActorKey, Issuer: "acme", ID: "k-1"}, deskpolicy.Limit{
		Permissions: deskpolicy.NewPermissions(deskpolicy.TicketView.At(deskpolicy.Anything)),
		Workspaces:  []deskpolicy.WorkspaceID{deskpolicy.AccountWide},
	})
	team := &deskpolicy.Ticket{Account: "acme", Group: "billing"}

	triage := deskpolicy.NewDelegate(riya, deskpolicy.Actor{Kind: deskpolicy.ActorAI, Issuer: "acme", ID: "triage"}, deskpolicy.Limit{
		Permissions: deskpolicy.NewPermissions(deskpolicy.TicketView.At(deskpolicy.Assigned)),
		Workspaces:  []deskpolicy.WorkspaceID{deskpolicy.AccountWide},
		Window:      deskpolicy.NewWindow(created, created.Add(7*24*time.Hour)),
	})
	mine := &deskpolicy.Ticket{Account: "acme", Assignee: "riya"}
	for _, ticket := range []*deskpolicy.Ticket{mine, team} {
		for _, who := range deskpolicy.WhoCan(deskpolicy.TicketView, ticket, triage, key, riya) {
			fmt.Println(who)
		}
	}

	// Output:
	// agent "riya": allowed: role "Agent" reaches this because it is assigned to the subject
	// key "k-1" of "acme" for agent "riya": allowed: role "Agent" reaches this because it is assigned to the subject
	// AI agent "triage" of "acme" for agent "riya": allowed: role "Agent" reaches this because it is assigned to the subject
	// agent "riya": allowed: role "Agent" reaches this through its group
	// key "k-1" of "acme" for agent "riya": allowed: role "Agent" reaches this through its group
}

// What keys lose when a role loses a permission. See docs/delegates.md.
func ExampleImpact_keys() {
	tier2 := func(permissions ...deskpolicy.Permission) deskpolicy.RoleSet {
		role, err := deskpolicy.NewRole("acme", "Tier 2", deskpolicy.NewPermissions(permissions...), nil)
		if err != nil {
			panic(err)
		}
		set, err := deskpolicy.NewRoleSet("acme", role)
		if err != nil {
			panic(err)
		}
		return set
	}
	before := tier2(deskpolicy.TicketView.At(deskpolicy.Anything), deskpolicy.TicketReply.At(deskpolicy.Anything))
	after := tier2(deskpolicy.TicketView.At(deskpolicy.Anything))

	held, _ := before.Role("Tier 2")
	riya := &deskpolicy.Agent{
		ID: "riya", Account: deskpolicy.Account{ID: "acme"},
		Bindings: []deskpolicy.Binding{{Role: held, Workspace: deskpolicy.AccountWide, TicketScope: deskpolicy.Anything}},
	}
	keyTo := func(id string, actions deskpolicy.Permissions) *deskpolicy.Delegate {
		return deskpolicy.NewDelegate(riya, deskpolicy.Actor{Kind: deskpolicy.ActorKey, Issuer: "acme", ID: id}, deskpolicy.Limit{
			Permissions: actions, Workspaces: []deskpolicy.WorkspaceID{deskpolicy.AccountWide},
		})
	}
	subjects := []deskpolicy.Subject{
		keyTo("k-2", deskpolicy.NewPermissions(deskpolicy.TicketView.At(deskpolicy.Anything))), // loses nothing
		keyTo("k-1", deskpolicy.NewPermissions(deskpolicy.TicketReply.At(deskpolicy.Anything))),
		riya,
	}

	for _, affected := range deskpolicy.Impact(before, after, subjects...) {
		fmt.Println(affected)
		for d := range affected.Lost() {
			fmt.Println("-", d)
		}
	}

	// Output:
	// agent "riya": narrower
	// - ticket.reply@global
	// key "k-1" of "acme" for agent "riya": narrower
	// - ticket.reply@global
}

// A delegate's text for the requester names both, and reads alike whether a ticket is hidden or
// does not exist. See docs/delegates.md.
func ExampleRequest_UserMessage() {
	riya := &deskpolicy.Agent{ID: "riya", Account: deskpolicy.Account{ID: "acme"}}
	key := deskpolicy.NewDelegate(riya, deskpolicy.Actor{Kind: deskpolicy.ActorKey, Issuer: "acme", ID: "k-1"}, deskpolicy.Limit{})
	sales := &deskpolicy.Ticket{Account: "acme", Group: "sales"}

	request := deskpolicy.NewRequest(key, deskpolicy.TicketView, sales)
	fmt.Println(request.UserMessage(request.Authorize()))
	fmt.Println(deskpolicy.Request{Subject: key}.UserMessage(deskpolicy.Decision{})) // there is no such ticket

	// Output:
	// This does not exist, or you do not have access to it as key "k-1" of "acme" for agent "riya".
	// This does not exist, or you do not have access to it as key "k-1" of "acme" for agent "riya".
}
