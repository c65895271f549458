package integration

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/sqlfilter"
)

// The maximum cost of a first page, for every plan.
const (
	mostBuffers = 5_000
	moreForNull = 1_000 // if half of the lookups are for NULL
	mostRemoved = 10_000
)

// many creates 200,000 tickets. The tickets of the groups "old", of the agent "dora"
// and of the contacts "q1" to "q5" are the oldest.
const many = `
CREATE TABLE tickets (id bigint PRIMARY KEY, account_id text NOT NULL, workspace_id text, group_id text, assignee_id text, requester_id text,
	status text NOT NULL, subject text NOT NULL, updated_at timestamptz NOT NULL);
INSERT INTO tickets SELECT n, CASE WHEN n % 50 = 0 THEN 'globex' ELSE 'acme' END, OUTSIDE,
	CASE WHEN n <= 600 THEN 'old' || n % 2 WHEN n % 10 < 4 THEN 'big' || n % 3 ELSE 'g' || n % 40 END,
	CASE WHEN n BETWEEN 1000 AND 1800 AND n % 4 = 1 THEN 'dora' ELSE 'a' || n % 200 END,
	CASE WHEN n <= 20 THEN 'q' || 1 + n % 5 ELSE 'c' || n * 7919 % 20000 END,
	CASE WHEN n % 9 = 0 THEN 'open' ELSE 'closed' END, 'ticket ' || n, timestamptz '2026-01-01' + n / 3 * interval '1 second'
	FROM generate_series(1, 200000) n;
CREATE INDEX ON tickets (account_id, workspace_id, updated_at DESC, id DESC);
CREATE INDEX ON tickets (account_id, workspace_id, group_id, updated_at DESC, id DESC);
CREATE INDEX ON tickets (account_id, workspace_id, assignee_id, updated_at DESC, id DESC);
CREATE INDEX ON tickets (account_id, workspace_id, requester_id, updated_at DESC, id DESC);
CREATE TABLE contacts (id text PRIMARY KEY, account_id text NOT NULL, owner text, territory text);
INSERT INTO contacts SELECT 'c' || n, CASE WHEN n % 50 = 0 THEN 'globex' ELSE 'acme' END, 'u' || n % 40, 't' || n % 10 FROM generate_series(0, 19999) n;
INSERT INTO contacts SELECT 'q' || n, 'acme', 'quiet', 'quiet' FROM generate_series(1, 5) n;
CREATE INDEX ON contacts (account_id, owner);
CREATE INDEX ON contacts (account_id, territory);
CREATE TABLE team (contact_id text NOT NULL, user_id text NOT NULL, access text NOT NULL, PRIMARY KEY (user_id, contact_id));
INSERT INTO team SELECT 'c' || n, 'u' || n % 97, CASE WHEN n % 2 = 0 THEN 'view' ELSE 'edit' END FROM generate_series(0, 19999, 20) n;
CREATE TABLE mentions (ticket_id bigint NOT NULL, agent_id text NOT NULL, PRIMARY KEY (agent_id, ticket_id));
INSERT INTO mentions SELECT n, CASE WHEN n < 800 THEN 'sam' ELSE 'a' || n % 200 END FROM generate_series(1, 200000, 40) n;
VACUUM ANALYZE`

// A listCase is a subject that lists tickets.
type listCase struct {
	name    string
	subject deskpolicy.Subject
	crm     bool // the table of contacts is described
}

var acme = deskpolicy.Account{ID: "acme", Plan: deskpolicy.Plan{Features: deskpolicy.AllFeatures}, Integrated: true}

func agentWith(id deskpolicy.AgentID, scope deskpolicy.Scope, groups ...deskpolicy.GroupID) *deskpolicy.Agent {
	a := &deskpolicy.Agent{ID: id, Account: acme, Groups: map[deskpolicy.GroupID]deskpolicy.Access{}}
	a.Bindings = []deskpolicy.Binding{{Role: deskpolicy.AgentRole.Role(), Workspace: deskpolicy.AccountWide, TicketScope: scope}}
	for _, g := range groups {
		a.Groups[g] = deskpolicy.Edit
	}
	return a
}

// sharedWith returns a shared agent whose CRM visibility has the contacts.
func sharedWith(contacts []string, groups ...deskpolicy.GroupID) *deskpolicy.SharedAgent {
	visible := deskpolicy.CRMVisibility{Contacts: map[deskpolicy.ContactID]deskpolicy.Access{}, AsOf: now, MaxAge: 1}
	for _, c := range contacts {
		visible.Contacts[deskpolicy.ContactID(c)] = deskpolicy.Edit
	}
	s := deskpolicy.NewSharedAgent("sam", acme, deskpolicy.CRMUser{ID: "u1", Visibility: visible})
	s.Now, s.Groups = now, map[deskpolicy.GroupID]deskpolicy.Access{}
	for _, g := range groups {
		s.Groups[g] = deskpolicy.View
	}
	return s
}

// sharedAs returns a shared agent who is the CRM user.
func sharedAs(user deskpolicy.CRMUserID, sees deskpolicy.CRMRecords, territories ...deskpolicy.TerritoryID) *deskpolicy.SharedAgent {
	return deskpolicy.NewSharedAgent("sam", acme, deskpolicy.CRMUser{ID: user, Sees: sees, Territories: territories})
}

func contactsFrom(prefix string, n int) (ids []string) {
	for i := range n {
		ids = append(ids, fmt.Sprint(prefix, i*37%20000+1))
	}
	return ids
}

var listCases = []listCase{
	{"global", agentWith("riya", deskpolicy.ScopeGlobal), false},
	{"dense groups", agentWith("a7", deskpolicy.ScopeGroup, "big0", "big1", "big2"), false},
	{"old groups", agentWith("riya", deskpolicy.ScopeGroup, "old0", "old1"), false},
	{"restricted", agentWith("a7", deskpolicy.ScopeRestricted), false},
	{"restricted, old", agentWith("dora", deskpolicy.ScopeRestricted), false},
	{"shared, 5 old contacts", sharedWith([]string{"q1", "q2", "q3", "q4", "q5"}), false},
	{"shared, 5 old contacts, joined", sharedWith([]string{"q1", "q2", "q3", "q4", "q5"}), true},
	{"shared, 500 contacts", sharedWith(contactsFrom("c", 500)), false},
	{"shared, 500 contacts, joined", sharedWith(contactsFrom("c", 500)), true},
	{"shared, 500 contacts and an old group", sharedWith(contactsFrom("c", 500), "old0"), false},
	{"shared, 500 contacts and big groups", sharedWith(contactsFrom("c", 500), "big0", "big1"), false},
	{"shared, 3,000 contacts", sharedWith(contactsFrom("c", 3000)), false},
	{"shared, a territory of 2,000", sharedAs("u1", deskpolicy.TerritoryRecords, "t1"), true},
	{"shared, owner and team of 500", sharedAs("u1", deskpolicy.OwnRecords), true},
	{"shared, owner of 5 old contacts", sharedAs("quiet", deskpolicy.OwnRecords), true},
	{"shared, everything in the CRM", sharedAs("u1", deskpolicy.AllRecords), true},
}

func ticketTable(crm bool) sqlfilter.Table[deskpolicy.Ticket] {
	table := sqlfilter.Table[deskpolicy.Ticket]{
		Name: "tickets", ID: sqlfilter.IntegerColumn("id"), Account: sqlfilter.TextColumn("account_id"), Workspace: sqlfilter.TextColumn("workspace_id"),
		Group: sqlfilter.TextColumn("group_id"), Assignee: sqlfilter.TextColumn("assignee_id"), Requester: sqlfilter.TextColumn("requester_id"), GloballyUniqueIDs: true, NoneConfidential: true,
		Mentions: sqlfilter.MentionColumns{Table: "mentions", Ticket: sqlfilter.IntegerColumn("ticket_id"), Agent: sqlfilter.TextColumn("agent_id")},
	}
	if crm {
		table.CRM = sqlfilter.CRMTable{
			Table: "contacts", ID: sqlfilter.TextColumn("id"), Account: sqlfilter.TextColumn("account_id"), Owner: sqlfilter.TextColumn("owner"), Territory: sqlfilter.TextColumn("territory"),
			Team: sqlfilter.TeamTable{Table: "team", Customer: sqlfilter.TextColumn("contact_id"), User: sqlfilter.TextColumn("user_id"), Access: sqlfilter.TextColumn("access")},
		}
	}
	return table
}

// A node is a node of a plan.
type node struct {
	Type    string  `json:"Node Type"`
	Of      string  `json:"Relation Name"`
	Removed float64 `json:"Rows Removed by Filter"`
	Loops   float64 `json:"Actual Loops"`
	Hit     int     `json:"Shared Hit Blocks"`
	Read    int     `json:"Shared Read Blocks"`
	Plans   []node
}

// removed returns the greatest number of tickets that a node discarded.
func (n node) removed() (most float64) {
	if n.Of != "contacts" { // contacts can be scanned if there are few
		most = n.Removed * max(n.Loops, 1)
	}
	for _, below := range n.Plans {
		most = max(most, below.removed())
	}
	return most
}

// explain runs the statement as a prepared statement and returns its plan.
func explain(t *testing.T, conn *sql.Conn, f sqlfilter.Fragment) (plan node, ms float64) {
	t.Helper()
	ctx := context.Background()
	text, args := f.SQL(1)
	_, err := conn.ExecContext(ctx, "PREPARE p AS "+text)
	require.NoError(t, err, text)
	var literals []string
	for _, arg := range args {
		literals = append(literals, "'"+strings.ReplaceAll(fmt.Sprint(arg), "'", "''")+"'")
	}
	execute := "EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) EXECUTE p"
	if len(args) > 0 {
		execute += "(" + strings.Join(literals, ", ") + ")"
	}
	var raw string
	for range 2 { // the second run measures pages in memory
		require.NoError(t, conn.QueryRowContext(ctx, execute).Scan(&raw), text)
	}
	_, err = conn.ExecContext(ctx, "DEALLOCATE p")
	require.NoError(t, err)
	var plans []struct {
		Plan node
		Time float64 `json:"Execution Time"`
	}
	require.NoError(t, json.Unmarshal([]byte(raw), &plans))
	return plans[0].Plan, plans[0].Time
}

// TestPlans pins the cost of pages and counts in PostgreSQL in memory pages read and
// rows discarded, which does not depend on the machine.
func TestPlans(t *testing.T) {
	for _, outside := range []string{"''", "NULL"} {
		t.Run("outside of workspaces is "+outside, func(t *testing.T) {
			on := postgres(t, "auto")
			for _, statement := range strings.Split(strings.Replace(many, "OUTSIDE", outside, 1), ";\n") {
				run(t, on.DB, statement)
			}
			conn, err := on.Conn(context.Background())
			require.NoError(t, err)
			defer conn.Close()
			for _, mode := range []string{"force_custom_plan", "force_generic_plan"} {
				_, err := conn.ExecContext(context.Background(), "SET plan_cache_mode = "+mode)
				require.NoError(t, err)
				for _, s := range listCases {
					t.Run(mode+"/"+s.name, func(t *testing.T) { planned(t, conn, s, outside != "NULL") })
				}
			}
		})
	}
}

func planned(t *testing.T, conn *sql.Conn, s listCase, notNull bool) {
	filter := deskpolicy.FilterFor(s.subject, deskpolicy.TicketView)
	table := ticketTable(s.crm)
	most := mostBuffers + moreForNull
	if notNull {
		table.Workspace, most = table.Workspace.NotNull(), mostBuffers
	}
	page, err := sqlfilter.Page(filter, table, sqlfilter.PostgreSQL, sqlfilter.PageRequest{Order: "updated_at", Limit: 50, Columns: []string{"subject"}})
	require.NoError(t, err)
	plan, ms := explain(t, conn, page)
	count, err := sqlfilter.Count(filter, table, sqlfilter.PostgreSQL)
	require.NoError(t, err)
	counted, countMS := explain(t, conn, count)
	upTo, err := sqlfilter.CountUpTo(filter, table, sqlfilter.PostgreSQL, 1000)
	require.NoError(t, err)
	capped, cappedMS := explain(t, conn, upTo)
	t.Logf("page %d buffers, %.0f removed, %.1f ms; count %d, %.1f ms; up to 1000 %d, %.0f removed, %.1f ms",
		plan.Hit+plan.Read, plan.removed(), ms, counted.Hit+counted.Read, countMS, capped.Hit+capped.Read, capped.removed(), cappedMS)
	assert.LessOrEqual(t, plan.Hit+plan.Read, most)
	assert.LessOrEqual(t, plan.removed(), float64(mostRemoved))
	assert.LessOrEqual(t, capped.removed(), float64(mostRemoved))
}
