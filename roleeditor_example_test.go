package deskpolicy_test

import (
	"errors"
	"fmt"
	"iter"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/deskpolicy/deskpolicy"
)

// newAdmin returns a role that permits everything that a role can permit.
func newAdmin(account deskpolicy.AccountID, own ...deskpolicy.ActionID) (deskpolicy.Role, error) {
	var all []deskpolicy.Permission
	for _, action := range slices.AppendSeq(own, deskpolicy.Actions()) {
		if action.Relations() != 0 { // not logging in, which every role permits
			all = append(all, action.At(deskpolicy.ScopeGlobal))
		}
	}
	return deskpolicy.NewRole(account, "Admin", deskpolicy.NewPermissions(all...), nil)
}

// scopesOf returns the scopes that a form offers for the action, one for each checkbox.
func scopesOf(action deskpolicy.ActionID) (scopes []deskpolicy.Scope) {
	for scope := deskpolicy.InGroup; scope <= deskpolicy.Anything; scope <<= 1 {
		if action.Relations()&scope != 0 {
			scopes = append(scopes, scope)
		}
	}
	return scopes
}

// A roleEditor has what the page for editing roles needs, as it was loaded from the database.
type roleEditor struct {
	account deskpolicy.Account
	names   *deskpolicy.Vocabulary // nil: the library's actions only
	roles   deskpolicy.RoleSet
	people  []deskpolicy.Subject // everybody in the account, also the deactivated: agents, shared agents, customers, API keys
}

// mayEdit reports whether the agent may edit roles at all: whether they may edit one that permits nothing.
func (e *roleEditor) mayEdit(by *deskpolicy.Agent) bool {
	empty, err := deskpolicy.NewRole(e.account.ID, "empty", deskpolicy.Permissions{}, nil)
	return err == nil && deskpolicy.Authorize(by, deskpolicy.RoleUpdate, &empty).Allowed()
}

// parse returns the account's roles with the role that the form describes, by a permission in each line.
func (e *roleEditor) parse(name string, lines []string) (deskpolicy.RoleSet, error) {
	var permissions []deskpolicy.Permission
	var wrong []error
	for _, line := range lines {
		p, err := e.names.ParsePermission(line)
		permissions, wrong = append(permissions, p), append(wrong, err)
	}
	if err := errors.Join(wrong...); err != nil {
		return deskpolicy.RoleSet{}, err
	}
	role, err := deskpolicy.NewRole(e.account.ID, name, deskpolicy.NewPermissions(permissions...), e.names)
	if err != nil {
		return deskpolicy.RoleSet{}, err
	}
	return e.roles.With(role) // adds the role, or replaces the one with exactly that name
}

// holders returns the agents and shared agents who hold the role.
func (e *roleEditor) holders(name string) (holders []deskpolicy.Subject) {
	for _, person := range e.people {
		var held []deskpolicy.Binding
		switch who := person.(type) {
		case *deskpolicy.Agent:
			held = who.Bindings
		case *deskpolicy.SharedAgent:
			held = who.Bindings
		}
		if slices.ContainsFunc(held, func(b deskpolicy.Binding) bool { return b.Role.Name() == name }) {
			holders = append(holders, person)
		}
	}
	return holders
}

// named returns the permissions of the differences, each once.
func (e *roleEditor) named(differences iter.Seq[deskpolicy.Difference]) (permissions []string) {
	for d := range differences {
		if name := e.names.PermissionName(d.Permission); !slices.Contains(permissions, name) {
			permissions = append(permissions, name)
		}
	}
	return permissions
}

// canUndo reports whether somebody could edit each role, as it was and as it will be.
func (e *roleEditor) canUndo(after deskpolicy.RoleSet) bool {
	roles := slices.AppendSeq(slices.Collect(e.roles.All()), after.All())
	return slices.ContainsFunc(e.people, func(person deskpolicy.Subject) bool {
		agent, isAgent := person.(*deskpolicy.Agent)
		if !isAgent {
			return false // nobody else edits roles
		}
		then := *agent
		then.Bindings = after.UpdateBindings(agent.Bindings)
		then.Now = time.Time{} // so that a role that is held for a time only does not count
		return !slices.ContainsFunc(roles, func(role deskpolicy.Role) bool {
			return !role.BuiltIn() && !deskpolicy.Authorize(&then, deskpolicy.RoleUpdate, &role).Allowed()
		})
	})
}

// check decides whether the agent may save what the form has. It returns the roles to save, or a status and an answer.
func (e *roleEditor) check(by *deskpolicy.Agent, name string, lines ...string) (deskpolicy.RoleSet, int, string) {
	if !e.mayEdit(by) {
		return deskpolicy.RoleSet{}, http.StatusNotFound, deskpolicy.Decision{}.UserMessage()
	}
	after, err := e.parse(name, lines)
	if err != nil {
		return deskpolicy.RoleSet{}, http.StatusUnprocessableEntity, err.Error()
	}
	for _, change := range e.roles.Diff(after) { // here at most one
		holders := e.holders(change.Name)
		if d := deskpolicy.AuthorizeRoleChange(by, change, holders...); !d.Allowed() {
			lacking := e.named(deskpolicy.MissingRoleAuthority(by, change, e.names, holders...))
			return deskpolicy.RoleSet{}, http.StatusForbidden, d.ViewerMessage() + "\n" + strings.Join(lacking, "\n")
		}
	}
	if !e.canUndo(after) {
		return deskpolicy.RoleSet{}, http.StatusConflict, "Nobody could undo this."
	}
	return after, http.StatusOK, e.preview(after)
}

// preview says who would gain or lose what.
func (e *roleEditor) preview(after deskpolicy.RoleSet) string {
	var text strings.Builder
	for _, affected := range deskpolicy.Impact(e.roles, after, e.people...) {
		fmt.Fprintf(&text, "%v\n  gains: %s\n  loses: %s\n", affected,
			strings.Join(e.named(affected.Gained()), ", "), strings.Join(e.named(affected.Lost()), ", "))
	}
	return text.String()
}

// save stores what the form has, if the agent may: the editor and the agent were loaded in the transaction that stores it.
func (e *roleEditor) save(store func(column []byte) error, by *deskpolicy.Agent, name string, lines ...string) (int, string) {
	after, status, answer := e.check(by, name, lines...)
	if status != http.StatusOK {
		return status, answer
	}
	column, err := after.Encode(e.names) // DecodeRoles reads it
	if err == nil {
		err = store(column)
	}
	if err != nil {
		return http.StatusInternalServerError, "Something went wrong." // and the error to the log
	}
	return status, answer
}

// A page on which administrators edit roles. See docs/roleeditor.md.
func Example_roleEditor() {
	acme := deskpolicy.Account{
		ID:          "acme",
		Plan:        deskpolicy.Plan{Features: deskpolicy.AllFeatures}, // or what the account has paid for, with FeatureCustomRoles
		RoleAuthors: deskpolicy.AuthorsByPermission,
		Integrated:  true, // for shared agents
	}
	admin, err := newAdmin(acme.ID)
	if err != nil {
		fmt.Println(err)
		return
	}
	olga := &deskpolicy.Agent{
		ID: "olga", Account: acme,
		Bindings: []deskpolicy.Binding{{Role: admin, Workspace: deskpolicy.Everywhere, TicketScope: deskpolicy.ScopeGlobal}},
	}

	for _, action := range []deskpolicy.ActionID{deskpolicy.TicketView.ID(), deskpolicy.ArticleView.ID(), deskpolicy.AgentView.ID(), deskpolicy.SessionLogin.ID()} {
		fmt.Println(action, scopesOf(action))
	}

	column := []byte(`{"version": 1, "account": "acme", "roles": [
		{"name": "Agent", "permissions": ["ticket.view@group", "ticket.reply@group"]},
		{"name": "Lead", "permissions": ["ticket.view@global", "ticket.reply@global", "role.custom.update"]}
	]}`)
	roles, err := deskpolicy.DecodeRoles(column, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	roles, err = roles.With(admin)
	if err != nil {
		fmt.Println(err)
		return
	}
	holding := func(id deskpolicy.AgentID, name string) *deskpolicy.Agent {
		role, _ := roles.Role(name) // the zero Role, which permits nothing, if there is none
		return &deskpolicy.Agent{
			ID: id, Account: acme, Groups: map[deskpolicy.GroupID]deskpolicy.Access{"billing": deskpolicy.Edit},
			Bindings: []deskpolicy.Binding{{Role: role, Workspace: deskpolicy.Everywhere, TicketScope: deskpolicy.ScopeGlobal}},
		}
	}
	ana, lea := holding("ana", "Agent"), holding("lea", "Lead")

	key := deskpolicy.NewDelegate(ana, deskpolicy.Actor{Kind: deskpolicy.ActorKey, Issuer: "acme", ID: "k-1"}, deskpolicy.Limit{
		Permissions: deskpolicy.NewPermissions(deskpolicy.TicketReply.At(deskpolicy.Anything), deskpolicy.TicketClose.At(deskpolicy.Anything)),
		Workspaces:  []deskpolicy.WorkspaceID{deskpolicy.Everywhere},
	})
	sam := deskpolicy.NewSharedAgent("sam", acme, deskpolicy.CRMUser{ID: "u-17"}) // its roles can be custom ones as well
	sam.Bindings, sam.Groups = ana.Bindings, ana.Groups

	editor := &roleEditor{account: acme, roles: roles, people: []deskpolicy.Subject{ana, key, sam, lea, olga}}
	store := func(saved []byte) error { column = saved; return nil }
	show := func(status int, answer string) { fmt.Println(status, answer) }
	show(editor.save(store, ana, "Agent", "ticket.view@global"))
	show(editor.save(store, lea, "Agent", "ticket.veiw@group", "ticket.reply@grop"))
	show(editor.save(store, lea, "Agent", "ticket.view@group", "ticket.delete@group"))
	show(editor.save(store, olga, "Admin", "ticket.view@global", "role.custom.update"))
	show(editor.save(store, olga, "Agent", "ticket.view@group", "ticket.close@group"))

	roles, err = deskpolicy.DecodeRoles(column, nil)
	agent, _ := roles.Role("Agent")
	fmt.Println(agent.Permissions(), err)

	// Output:
	// ticket.view [in_group restricted group_queue unassigned unrouted requested participating mentioned my_customers same_company global]
	// article.view [restricted global]
	// agent.view [global]
	// session.login []
	// 404 This does not exist, or you do not have access to it.
	// 422 deskpolicy: unknown action "ticket.veiw" (did you mean "ticket.view"?)
	// deskpolicy: unknown scope "grop" (did you mean "group"?)
	// 403 This takes access that you do not have yourself.
	// ticket.delete@group
	// 409 Nobody could undo this.
	// 200 agent "ana": incomparable
	//   gains: ticket.close@group
	//   loses: ticket.reply@group
	// key "k-1" of "acme" for agent "ana": incomparable
	//   gains: ticket.close@group
	//   loses: ticket.reply@group
	// shared agent "sam": incomparable
	//   gains: ticket.close@group
	//   loses: ticket.reply@group
	//
	// ticket.view@group, ticket.close@group <nil>
}
