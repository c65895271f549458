package main

import (
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/deskpolicy/deskpolicy"
)

// showEscalations prints what a user who manages users, but no conversations, can do to the access of
// people. The old checker looks at one permission and not at the people.
func showEscalations(w io.Writer, a *adapter) error {
	a.account.Administrators = []deskpolicy.AgentID{}
	otto := &user{id: "otto", roles: []string{"Operations"}}
	bob := &user{id: "bob", roles: []string{"Agent"}, teams: []string{"billing"}}
	boss := &user{id: "boss", roles: []string{"Admin"}}
	by := a.agent(otto)
	give := func(to *user, role string) *deskpolicy.RoleAssignment {
		more := *to
		more.roles = append(append([]string{}, to.roles...), role)
		return &deskpolicy.RoleAssignment{Holder: a.agent(to), Binding: a.agent(&more).Bindings[0]}
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, e := range []struct {
		what       string
		permission string
		decision   deskpolicy.Decision
	}{
		{"makes himself an admin", "users:manage", deskpolicy.Authorize(by, deskpolicy.AgentRoleAssign, give(otto, "Admin"))},
		{"makes bob an admin", "users:manage", deskpolicy.Authorize(by, deskpolicy.AgentRoleAssign, give(bob, "Admin"))},
		{"gives a new user what he has", "users:manage", deskpolicy.Authorize(by, deskpolicy.AgentRoleAssign, give(&user{id: "new"}, "Operations"))},
		{"edits the admin's record", "users:manage", deskpolicy.Authorize(by, deskpolicy.AgentEdit, a.agent(boss))},
		{"makes an API key for the admin", "users:manage", deskpolicy.Authorize(by, deskpolicy.AgentKeyManage, a.agent(boss))},
		{"deactivates the admin", "users:manage", deskpolicy.Authorize(by, deskpolicy.AgentDeactivate, a.agent(boss))},
	} {
		fmt.Fprintf(table, "otto %s\tlegacy %v\t%v\n", e.what, a.legacy.may(otto, e.permission), e.decision)
	}
	return table.Flush()
}
