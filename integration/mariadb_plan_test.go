package integration

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/sqlfilter"
)

// manyInMariaDB creates 40,000 tickets, in columns of a character set. The tickets of
// the groups "old" and of the contacts "q0" to "q4" are the oldest.
const manyInMariaDB = `
CREATE TABLE digits (d int PRIMARY KEY);
INSERT INTO digits VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9);
CREATE TABLE tickets (id bigint PRIMARY KEY, account_id TEXT NOT NULL, workspace_id TEXT, group_id TEXT, assignee_id TEXT, requester_id TEXT, updated_at bigint NOT NULL,
	subject varchar(100) NOT NULL,
	KEY (account_id, workspace_id, group_id, updated_at, id), KEY (account_id, workspace_id, assignee_id, updated_at, id),
	KEY (account_id, workspace_id, requester_id, updated_at, id), KEY (account_id, workspace_id, updated_at, id));
INSERT INTO tickets SELECT n, IF(n % 50 = 0, 'globex', 'acme'), '', IF(n < 60, CONCAT('old', n % 2), CONCAT('g', n % 40)), CONCAT('a', n % 200),
	IF(n < 20, CONCAT('q', n % 5), CONCAT('c', n * 7919 % 4000)), n, CONCAT('ticket ', n)
	FROM (SELECT 1 + a.d + 10 * b.d + 100 * c.d + 1000 * d.d + 10000 * e.d AS n FROM digits a, digits b, digits c, digits d, digits e WHERE e.d < 4) AS numbers;
CREATE TABLE contacts (id TEXT NOT NULL, account_id TEXT NOT NULL, owner TEXT, territory TEXT, PRIMARY KEY (account_id, id), KEY (account_id, owner, id), KEY (account_id, territory, id));
INSERT INTO contacts SELECT CONCAT('c', n), 'acme', CONCAT('u', n % 40), CONCAT('t', n % 10)
	FROM (SELECT a.d + 10 * b.d + 100 * c.d + 1000 * d.d AS n FROM digits a, digits b, digits c, digits d WHERE d.d < 4) AS numbers;
INSERT INTO contacts SELECT CONCAT('q', d), 'acme', 'quiet', 'quiet' FROM digits WHERE d < 5;
ANALYZE TABLE tickets, contacts`

// TestMariaDBPlans pins the cost of pages and counts in MariaDB in rows read, which
// does not depend on the machine. Without an index, all 40,000 would be read.
func TestMariaDBPlans(t *testing.T) {
	for _, charset := range []struct {
		name string
		says bool
	}{{"utf8mb4", false}, {"latin1", true}, {"utf16", true}, {"binary", true}} {
		t.Run(fmt.Sprintf("%s, says so: %t", charset.name, charset.says), func(t *testing.T) {
			on := mariadb(t)
			for _, statement := range strings.Split(strings.ReplaceAll(manyInMariaDB, "TEXT", "varchar(64) CHARACTER SET "+charset.name), ";\n") {
				run(t, on.DB, statement)
			}
			conn, err := on.Conn(context.Background())
			require.NoError(t, err)
			defer conn.Close()
			text := sqlfilter.TextColumn
			if charset.says {
				text = func(name string) sqlfilter.Column { return sqlfilter.TextColumn(name).Charset(charset.name) }
			}
			for _, s := range mariaCases {
				t.Run(s.name, func(t *testing.T) { s.costs(t, conn, text) })
			}
		})
	}
}

// A mariaCase is a subject that lists tickets, and the maximum number of rows read.
type mariaCase struct {
	name             string
	subject          deskpolicy.Subject
	crm              bool // the table of contacts is described
	page, all, first int  // rows read for a page of 50, a count, and a count up to 100
}

var mariaCases = []mariaCase{
	{"global", agentWith("riya", deskpolicy.ScopeGlobal), false, 60, 40_000, 400},
	{"three groups", agentWith("nobody", deskpolicy.ScopeGroup, "g1", "g2", "g3"), false, 1_000, 10_000, 1_400},
	{"old groups", agentWith("nobody", deskpolicy.ScopeGroup, "old0", "old1"), false, 600, 300, 400},
	{"restricted", agentWith("a7", deskpolicy.ScopeRestricted), false, 60, 300, 400},
	{"shared, 50 contacts", sharedWith(contactsFrom("c", 50)), false, 3_000, 700, 2_500},
	{"shared, 5 old contacts, joined", sharedWith([]string{"q0", "q1", "q2", "q3", "q4"}), true, 250, 60, 120},
	{"shared, owner of 5 old contacts", sharedAs("quiet", deskpolicy.OwnRecords), true, 300, 120, 180},
	{"shared, a territory of 400", sharedAs("u1", deskpolicy.TerritoryRecords, "t1"), true, 16_000, 20_000, 2_500},
	{"shared, 2,000 contacts", sharedWith(contactsFrom("c", 2_000)), false, 10_000, 10_000, 4_000},
	{"shared, 30,000 contacts, most of them without tickets", sharedWith(append(contactsFrom("c", 2_000), farAway(28_000)...)), false, 150_000, 150_000, 100_000},
}

// farAway are contacts without tickets.
func farAway(n int) (ids []string) {
	for i := range n {
		ids = append(ids, fmt.Sprint("far away ", i))
	}
	return ids
}

func (s mariaCase) costs(t *testing.T, conn *sql.Conn, text func(string) sqlfilter.Column) {
	table := sqlfilter.Table[deskpolicy.Ticket]{
		Name: "tickets", ID: sqlfilter.IntegerColumn("id"), Account: text("account_id"), Workspace: text("workspace_id").NotNull(),
		Group: text("group_id"), Assignee: text("assignee_id"), Requester: text("requester_id"), GloballyUniqueIDs: true, NoneConfidential: true,
	}
	if s.crm {
		table.CRM = sqlfilter.CRMTable{Table: "contacts", ID: text("id"), Account: text("account_id"), Owner: text("owner"), Territory: text("territory"),
			Team: sqlfilter.TeamTable{Table: "contacts", Customer: text("id"), User: text("owner"), Access: text("territory"), Account: text("account_id")}}
	}
	filter := deskpolicy.FilterFor(s.subject, deskpolicy.TicketView)
	page, err := sqlfilter.Page(filter, table, sqlfilter.MariaDB, sqlfilter.PageRequest{Order: "updated_at", Limit: 50, Columns: []string{"subject"}})
	require.NoError(t, err)
	count, err := sqlfilter.Count(filter, table, sqlfilter.MariaDB)
	require.NoError(t, err)
	upTo, err := sqlfilter.CountUpTo(filter, table, sqlfilter.MariaDB, 100)
	require.NoError(t, err)
	paged, counted, first := rowsRead(t, conn, page), rowsRead(t, conn, count), rowsRead(t, conn, upTo)
	t.Logf("rows read: page %d, count %d, up to 100 %d", paged, counted, first)
	assert.LessOrEqual(t, paged, s.page, "page")
	assert.LessOrEqual(t, counted, s.all, "count")
	assert.LessOrEqual(t, first, s.first, "up to 100")
}

// rowsRead runs the statement and returns the number of rows that it read.
func rowsRead(t *testing.T, conn *sql.Conn, f sqlfilter.Fragment) (read int) {
	t.Helper()
	ctx := context.Background()
	_, err := conn.ExecContext(ctx, "FLUSH STATUS")
	require.NoError(t, err)
	text, args := f.SQL(1)
	rows, err := conn.QueryContext(ctx, text, args...)
	require.NoError(t, err, "%s %q", text, args)
	for rows.Next() {
	}
	require.NoError(t, rows.Err())
	require.NoError(t, rows.Close())
	rows, err = conn.QueryContext(ctx, "SHOW SESSION STATUS LIKE 'Handler_read%'")
	require.NoError(t, err)
	defer rows.Close()
	for rows.Next() {
		var name, value string
		require.NoError(t, rows.Scan(&name, &value))
		n, err := strconv.Atoi(value)
		require.NoError(t, err)
		read += n
	}
	require.NoError(t, rows.Err())
	return read
}
