package integration

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/sqlfilter"
)

// manyInSQLite creates the tables of the cases, with their indexes.
const manyInSQLite = `
CREATE TABLE tickets (id integer PRIMARY KEY, account_id text NOT NULL, workspace_id text, group_id text, assignee_id text, requester_id text, updated_at integer NOT NULL, subject text);
CREATE INDEX by_time ON tickets (account_id, workspace_id, updated_at, id);
CREATE INDEX by_group ON tickets (account_id, workspace_id, group_id, updated_at, id);
CREATE INDEX by_assignee ON tickets (account_id, workspace_id, assignee_id, updated_at, id);
CREATE INDEX by_requester ON tickets (account_id, workspace_id, requester_id, updated_at, id);
CREATE TABLE contacts (id text NOT NULL, account_id text NOT NULL, owner text, territory text, PRIMARY KEY (account_id, id)) WITHOUT ROWID;
CREATE INDEX by_owner ON contacts (account_id, owner);
CREATE INDEX by_territory ON contacts (account_id, territory);
CREATE TABLE team (contact_id text NOT NULL, user_id text NOT NULL, access text NOT NULL, PRIMARY KEY (user_id, contact_id)) WITHOUT ROWID;
CREATE TABLE mentions (ticket_id integer NOT NULL, agent_id text NOT NULL, PRIMARY KEY (agent_id, ticket_id)) WITHOUT ROWID`

// TestSQLitePlans checks that no page or count of any case scans a table: the type
// checks do not prevent the use of indexes.
func TestSQLitePlans(t *testing.T) {
	on := sqlite(t)
	for _, statement := range strings.Split(manyInSQLite, ";\n") {
		run(t, on.DB, statement)
	}
	for _, s := range listCases {
		t.Run(s.name, func(t *testing.T) {
			filter, table := deskpolicy.FilterFor(s.subject, deskpolicy.TicketView), ticketTable(s.crm)
			table.Workspace = table.Workspace.NotNull()
			page, err := sqlfilter.Page(filter, table, sqlfilter.SQLite, sqlfilter.PageRequest{Order: "updated_at", Limit: 50, Columns: []string{"subject"}})
			require.NoError(t, err)
			count, err := sqlfilter.Count(filter, table, sqlfilter.SQLite)
			require.NoError(t, err)
			for _, f := range []sqlfilter.Fragment{page, count} {
				for _, step := range stepsOf(t, on, f) {
					for _, of := range []string{"tickets", "contacts", "team", "mentions", "vs", "vc", "vr"} {
						assert.NotEqual(t, "SCAN "+of, step)
					}
				}
			}
		})
	}
}

// stepsOf returns the steps of the statement's plan.
func stepsOf(t *testing.T, on server, f sqlfilter.Fragment) (steps []string) {
	t.Helper()
	text, args := f.SQL(1)
	rows, err := on.Query("EXPLAIN QUERY PLAN "+text, args...)
	require.NoError(t, err)
	defer rows.Close()
	for rows.Next() {
		var id, parent, unused int
		var detail string
		require.NoError(t, rows.Scan(&id, &parent, &unused, &detail))
		steps = append(steps, detail)
	}
	require.NoError(t, rows.Err())
	require.NotEmpty(t, steps)
	return steps
}
