// Ownroles shows how a helpdesk with roles of its own takes up the policy. The permissions, the two
// roles that it is installed with and the rules about conversations are those that LibreDesk documents.
//
//	go run ./examples/ownroles
//
// It compares the answers of the old checker and the policy about every kind of conversation, and then
// shows what the old checker lets users do to their own access.
package main

import (
	"fmt"
	"io"
	"os"
	"text/tabwriter"

	"github.com/deskpolicy/deskpolicy"
)

func main() {
	if err := show(os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// newAdapter returns the product with its roles, and two that an administrator added.
func newAdapter() *adapter {
	legacy := legacyDesk{roles: map[string][]string{
		"Team lead":  {"conversations:read", "conversations:read_team_all", "messages:read", "messages:write_private", "reports:manage"},
		"Operations": {"users:manage", "teams:manage", "roles:manage"},
	}}
	for name, permissions := range defaultRoles {
		legacy.roles[name] = permissions
	}
	account := deskpolicy.Account{ID: "acme", Plan: deskpolicy.Plan{Features: deskpolicy.AllFeatures}, RoleAuthors: deskpolicy.AuthorsByPermission}
	return &adapter{account: account, legacy: legacy}
}

func show(w io.Writer) error {
	a := newAdapter()
	agent := &user{id: "ana", roles: []string{"Agent"}, teams: []string{"billing"}}
	lead := &user{id: "lena", roles: []string{"Agent", "Team lead"}, teams: []string{"billing"}}
	fmt.Fprintln(w, "1. Who reads which conversation")
	if err := showReading(w, a, agent, lead); err != nil {
		return err
	}
	fmt.Fprintln(w, "\n2. Every set of reading permissions, every conversation, every permission about conversations")
	asked, different := compareAll()
	fmt.Fprintf(w, "%d questions, %d differences\n", asked, different)
	fmt.Fprintln(w, "\n3. What users could do to their own access")
	if err := showEscalations(w, a); err != nil {
		return err
	}
	fmt.Fprintln(w, "\n4. What otto lacks to change what bob holds")
	showMissing(w, a)
	return nil
}

// showReading prints both answers about the conversations of a small desk.
func showReading(w io.Writer, a *adapter, users ...*user) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, u := range users {
		for _, c := range conversations(u.id, u.teams[0]) {
			d := deskpolicy.Authorize(a.agent(u), deskpolicy.TicketView, a.ticket(c))
			fmt.Fprintf(table, "%s\t%s\tlegacy %v\t%v\n", u.id, c.id, a.legacy.mayOn(u, "conversations:read", c), d)
		}
	}
	return table.Flush()
}

// conversations returns one conversation for each way in which the user and a team can stand to it.
func conversations(me, team string) (all []*conversation) {
	for _, assignee := range []string{me, "bob", ""} {
		for _, of := range []string{team, "sales", ""} {
			id := fmt.Sprintf("of team %q, assigned to %q", of, assignee)
			all = append(all, &conversation{id: id, assignee: assignee, team: of})
		}
	}
	return all
}
