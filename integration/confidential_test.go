package integration

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/sqlfilter"
)

// SQLite selects what Match does of tickets that are confidential and of those that are not;
// a ticket of which that is not known counts as confidential.
func TestConfidential(t *testing.T) {
	on := sqlite(t)
	for _, statement := range []string{
		"CREATE TABLE tickets (id integer PRIMARY KEY, account_id text NOT NULL, group_id text, assignee_id text, is_private boolean)",
		"CREATE TABLE mentions (ticket_id integer NOT NULL, agent_id text NOT NULL)",
		"CREATE TABLE participants (ticket_id integer NOT NULL, agent_id text NOT NULL, access text NOT NULL)",
	} {
		run(t, on.DB, statement)
	}
	var tickets []deskpolicy.Ticket
	for _, group := range []deskpolicy.GroupID{"billing", "sales"} {
		for _, assignee := range []deskpolicy.AgentID{"", "riya", "tom"} {
			for _, private := range []string{"FALSE", "TRUE", "NULL"} {
				for related := range 3 {
					ticket := deskpolicy.Ticket{Account: "acme", Group: group, Assignee: assignee, Confidential: private != "FALSE"}
					n := len(tickets) + 1
					run(t, on.DB, fmt.Sprintf("INSERT INTO tickets VALUES (%d, 'acme', '%s', NULLIF('%s', ''), %s)", n, group, assignee, private))
					switch related {
					case 1:
						ticket.Mentions = map[deskpolicy.AgentID]bool{"riya": true}
						run(t, on.DB, fmt.Sprintf("INSERT INTO mentions VALUES (%d, 'riya')", n))
					case 2:
						ticket.Participants = map[deskpolicy.AgentID]deskpolicy.Access{"riya": deskpolicy.View}
						run(t, on.DB, fmt.Sprintf("INSERT INTO participants VALUES (%d, 'riya', 'view')", n))
					}
					tickets = append(tickets, ticket)
				}
			}
		}
	}
	id, text := sqlfilter.IntegerColumn("ticket_id"), sqlfilter.TextColumn
	table := sqlfilter.Table[deskpolicy.Ticket]{
		Name: "tickets", ID: sqlfilter.IntegerColumn("id"), Account: text("account_id"), Group: text("group_id"), Assignee: text("assignee_id"),
		GloballyUniqueIDs: true, Confidential: "is_private",
		Mentions:     sqlfilter.MentionColumns{Table: "mentions", Ticket: id, Agent: text("agent_id")},
		Participants: sqlfilter.ParticipantTable{Table: "participants", Ticket: id, Participant: text("agent_id"), Access: text("access")},
	}
	member, err := deskpolicy.NewRole("acme", "Member", deskpolicy.NewPermissions(deskpolicy.TicketConfidential.At(deskpolicy.InGroup)), nil)
	require.NoError(t, err)
	bind := func(role deskpolicy.Role, scope deskpolicy.Scope) deskpolicy.Binding {
		return deskpolicy.Binding{Role: role, Workspace: deskpolicy.AccountWide, TicketScope: scope}
	}
	agent, boss := deskpolicy.AgentRole.Role(), deskpolicy.AccountAdministratorRole.Role()
	counts := map[int]bool{}
	for _, bindings := range [][]deskpolicy.Binding{
		{bind(agent, deskpolicy.ScopeGlobal)}, {bind(agent, deskpolicy.ScopeGroup)}, {bind(agent, deskpolicy.ScopeRestricted)}, {bind(boss, deskpolicy.ScopeGlobal)},
		{bind(agent, deskpolicy.ScopeGlobal), bind(member, deskpolicy.ScopeGlobal)}, {bind(member, deskpolicy.ScopeGlobal), bind(agent, deskpolicy.ScopeGroup)}, {bind(member, deskpolicy.ScopeGlobal)},
	} {
		for _, action := range []deskpolicy.Action[deskpolicy.Ticket]{deskpolicy.TicketView, deskpolicy.TicketReply, deskpolicy.TicketConfidential} {
			riya := &deskpolicy.Agent{ID: "riya", Account: deskpolicy.Account{ID: "acme"}, Bindings: bindings, Groups: map[deskpolicy.GroupID]deskpolicy.Access{"billing": deskpolicy.View}}
			filter := deskpolicy.FilterFor(riya, action)
			where, err := sqlfilter.Where(filter, table, sqlfilter.SQLite)
			require.NoError(t, err)
			condition, args := where.SQL(1)
			rows, err := on.Query("SELECT id FROM tickets WHERE "+condition+" ORDER BY id", args...)
			require.NoError(t, err)
			var selected, matched []string
			for rows.Next() {
				var n int
				require.NoError(t, rows.Scan(&n))
				selected = append(selected, fmt.Sprint(n))
			}
			require.NoError(t, rows.Err())
			for i := range tickets {
				if filter.Match(&tickets[i]) {
					matched = append(matched, fmt.Sprint(i+1))
				}
				assert.Equal(t, deskpolicy.Authorize(riya, action, &tickets[i]).Allowed(), filter.Match(&tickets[i]))
			}
			assert.Equal(t, strings.Join(matched, " "), strings.Join(selected, " "), "%v by %v", action, bindings)
			counts[len(matched)] = true
		}
	}
	assert.Greater(t, len(counts), 5, "they differ")
}
