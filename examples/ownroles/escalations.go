package main

import (
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/deskpolicy/deskpolicy"
)

// Users who manage users and roles, but no conversations; who work; and who may do everything.
var (
	otto = &user{id: "otto", roles: []string{"Operations"}}
	bob  = &user{id: "bob", roles: []string{"Agent"}, teams: []string{"billing"}}
	boss = &user{id: "boss", roles: []string{"Admin"}}
)

// An attempt is to save a form about a user or a role.
type attempt struct {
	who, what string
	legacy    bool
	decision  deskpolicy.Decision
}

// showEscalations prints what users can do to the access of people. The old checker looks at one
// permission, and not at the people and roles.
func showEscalations(w io.Writer, a *adapter) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, e := range append(a.userAttempts(), a.roleAttempts()...) {
		fmt.Fprintf(table, "%s %s\tlegacy %v\t%v\n", e.who, e.what, e.legacy, e.decision)
	}
	return table.Flush()
}

// userAttempts are to save users.
func (a *adapter) userAttempts() []attempt {
	save := func(by *user, what string, was, will *user) attempt {
		d, _ := deskpolicy.AuthorizeAgentChange(a.agent(by), a.agent(was), a.agent(will))
		return attempt{by.id, what, a.legacy.may(by, "users:manage"), d}
	}
	on := func(by *user, what string, action deskpolicy.Action[deskpolicy.Agent], u *user) attempt {
		return attempt{by.id, what, a.legacy.may(by, "users:manage"), deskpolicy.Authorize(a.agent(by), action, a.agent(u))}
	}
	left := *boss
	left.deactivated = true
	return []attempt{
		save(otto, "makes himself an admin", otto, withRole(otto, "Admin")),
		save(otto, "makes bob an admin", bob, withRole(bob, "Admin")),
		save(otto, "takes bob's role away", bob, &user{id: "bob"}),
		save(otto, "deactivates the admin", boss, &left),
		on(otto, "edits the admin's record", deskpolicy.AgentEdit, boss),
		on(otto, "makes an API key for the admin", deskpolicy.AgentKeyManage, boss),
		save(otto, "gives a new user what he has", &user{id: "new"}, &user{id: "new", roles: otto.roles}),
		on(otto, "saves his own record", deskpolicy.AgentEdit, otto),
		on(boss, "saves her own record", deskpolicy.AgentEdit, boss),
		save(boss, "makes bob an admin", bob, withRole(bob, "Admin")),
	}
}

// roleAttempts are to save roles.
func (a *adapter) roleAttempts() []attempt {
	save := func(by *user, what, role string, permissions []string, heldIn ...[]string) attempt {
		return attempt{by.id, what, a.legacy.may(by, "roles:manage"), a.mayChange(a.agent(by), role, permissions, heldIn...)}
	}
	operations := a.legacy.roles["Operations"]
	return []attempt{
		save(otto, "puts everything into his own role", "Operations", allPermissions()),
		save(otto, "puts everything into bob's role", "Agent", allPermissions()),
		save(otto, "empties the role Admin", "Admin", nil),
		save(otto, "makes a role of what he has", "Deputy", operations),
		save(otto, "lets that role write messages", "Deputy", append([]string{"messages:write"}, operations...)),
		save(otto, "does so where a user reads as well", "Deputy", append([]string{"messages:write"}, operations...), []string{"Agent", "Deputy"}),
		save(boss, "lets bob's role read everything", "Agent", append([]string{"conversations:read_all"}, defaultRoles["Agent"]...)),
	}
}

// withRole returns the user with one role more.
func withRole(u *user, role string) *user {
	more := *u
	more.roles = append(append([]string{}, u.roles...), role)
	return &more
}

// showMissing prints what otto would need to change what bob holds, as a form shows it.
func showMissing(w io.Writer, a *adapter) {
	_, refused := deskpolicy.AuthorizeAgentChange(a.agent(otto), a.agent(bob), a.agent(withRole(bob, "Admin")))
	refused.Vocabulary = vocabulary
	count := 0
	for missing := range deskpolicy.MissingAuthority(refused) {
		if count++; count <= 5 {
			fmt.Fprintln(w, missing)
		}
	}
	fmt.Fprintf(w, "and %d more\n", count-5)
}
