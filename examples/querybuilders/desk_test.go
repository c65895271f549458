package querybuilders

import (
	"cmp"
	"context"
	crand "crypto/rand"
	"database/sql"
	_ "embed"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/sqlfilter"
)

// A row is a ticket with columns that the policy does not use.
type row struct {
	deskpolicy.Ticket
	id      int64
	status  string
	updated int64
}

// odd is a group whose name contains the characters that query builders interpret.
const odd = `it's "odd" \? ?1 $1 @a :a {b}, -- /*`

var (
	workspaces = []deskpolicy.WorkspaceID{"", "emea", "amer"}
	groups     = []deskpolicy.GroupID{"", "billing", "refunds", odd}
	agents     = []deskpolicy.AgentID{"", "riya", "omar", "sam"}
	requesters = []deskpolicy.ContactID{"", "c1", "c2", "c3", "c4", "c5"}
	statuses   = []string{"open", "pending", "closed"}
)

// tickets are the tickets of two accounts, which use the same IDs for different things.
var tickets = sync.OnceValue(func() (rows []row) {
	random := rand.New(rand.NewPCG(1, 2))
	for id := range int64(400) {
		r := row{id: id, status: pick(random, statuses), updated: random.Int64N(40)}
		r.ID = deskpolicy.TicketID(strconv.FormatInt(id, 10))
		r.Account = pick(random, []deskpolicy.AccountID{"acme", "corner"})
		r.Workspace, r.Group, r.Assignee = pick(random, workspaces), pick(random, groups), pick(random, agents)
		if id := pick(random, requesters); id != "" {
			r.Requester = contact(r.Account, id)
		}
		if random.IntN(4) == 0 {
			r.Mentions = map[deskpolicy.AgentID]bool{pick(random, agents[1:]): true}
		}
		rows = append(rows, r)
	}
	return rows
})

func pick[T any](random *rand.Rand, from []T) T { return from[random.IntN(len(from))] }

// contact returns the contact. Its CRM record is the same in both accounts, except for
// c5.
func contact(account deskpolicy.AccountID, id deskpolicy.ContactID) *deskpolicy.Contact {
	c := &deskpolicy.Contact{ID: id, Account: account}
	switch {
	case id == "c1":
		c.CRM.Owner = "u-sam"
	case id == "c2":
		c.CRM.Territory = "north"
	case id == "c3":
		c.CRM.Team = map[deskpolicy.CRMUserID]deskpolicy.Access{"u-sam": deskpolicy.View, "u-omar": deskpolicy.Edit}
	case id == "c5" && account == "corner":
		c.CRM.Team = map[deskpolicy.CRMUserID]deskpolicy.Access{"u-sam": deskpolicy.View}
	}
	return c
}

// ---- subjects

var acme = deskpolicy.Account{ID: "acme", Integrated: true, OpenWorkspaces: []deskpolicy.WorkspaceID{"emea", "amer"}}

// anywhere is the list of places for a role that is held in the whole account.
var anywhere = []deskpolicy.WorkspaceID{deskpolicy.AccountWide, "emea", "amer"}

// agent returns an agent in the groups, with the role in the workspaces.
func agent(id deskpolicy.AgentID, scope deskpolicy.Scope, in []deskpolicy.WorkspaceID, groups ...deskpolicy.GroupID) *deskpolicy.Agent {
	a := &deskpolicy.Agent{ID: id, Account: acme, Groups: make(map[deskpolicy.GroupID]deskpolicy.Access)}
	for _, workspace := range in {
		a.Bindings = append(a.Bindings, deskpolicy.Binding{Role: deskpolicy.AgentRole.Role(), Workspace: workspace, TicketScope: scope})
	}
	for _, g := range groups {
		a.Groups[g] = deskpolicy.View
	}
	return a
}

var (
	// riya is in one group, and in the account that the mistaken queries use.
	riya = agent("riya", deskpolicy.ScopeGroup, anywhere, "billing")
	// idle has no role, and sees nothing.
	idle = &deskpolicy.Agent{ID: "idle", Account: acme}
	// gina sees all of the account.
	gina = agent("gina", deskpolicy.ScopeGlobal, anywhere)
	// sam sees tickets that mention him, and tickets of customers.
	sam = askingAtNoon(deskpolicy.NewSharedAgent("sam", acme, deskpolicy.CRMUser{
		ID: "u-sam", Sees: deskpolicy.TerritoryRecords, Territories: []deskpolicy.TerritoryID{"north", "south"},
		Visibility: deskpolicy.CRMVisibility{Contacts: map[deskpolicy.ContactID]deskpolicy.Access{"c4": deskpolicy.View}, AsOf: noon, MaxAge: time.Hour},
	}))
)

// noon is when the CRM answered.
var noon = time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC)

func askingAtNoon(s *deskpolicy.SharedAgent) *deskpolicy.SharedAgent {
	s.Now = noon
	return s
}

func subjects() map[string]deskpolicy.Subject {
	return map[string]deskpolicy.Subject{
		"one group":     riya,
		"no role":       idle,
		"everything":    gina,
		"many groups":   agent("riya", deskpolicy.ScopeGroup, anywhere, "billing", "refunds", odd),
		"odd group":     agent("omar", deskpolicy.ScopeGroup, anywhere, odd),
		"one workspace": agent("omar", deskpolicy.ScopeGroup, anywhere[1:2], "refunds"),
		"no workspace":  agent("riya", deskpolicy.ScopeGlobal, anywhere[:1]),
		"own tickets":   agent("omar", deskpolicy.ScopeRestricted, anywhere),
		"shared agent":  sam,
		"whole CRM":     deskpolicy.NewSharedAgent("sam", acme, deskpolicy.CRMUser{ID: "u-sam", Sees: deskpolicy.AllRecords}),
		"CRM team":      deskpolicy.NewSharedAgent("omar", acme, deskpolicy.CRMUser{ID: "u-omar", Sees: deskpolicy.OwnRecords}),
	}
}

// matching returns the IDs of the tickets with one of the statuses that the policy
// selects, newest first.
func matching(who deskpolicy.Subject, statuses ...string) (list []int64) {
	filter := deskpolicy.FilterFor(who, deskpolicy.TicketView)
	rows := slices.Clone(tickets())
	slices.SortFunc(rows, func(a, b row) int { return cmp.Or(cmp.Compare(b.updated, a.updated), cmp.Compare(b.id, a.id)) })
	for _, r := range rows {
		if slices.Contains(statuses, r.status) && filter.Match(&r.Ticket) {
			list = append(list, r.id)
		}
	}
	return list
}

// ---- databases

// A desk is a database with the tickets in it.
type desk struct {
	dialect sqlfilter.Dialect
	*sql.DB
	server *pgx.ConnConfig // of PostgreSQL
}

//go:embed schema.sql
var schema string

// everywhere runs the test in each database.
func everywhere(t *testing.T, test func(*testing.T, desk)) {
	t.Run("SQLite", func(t *testing.T) { test(t, sqlite(t)) })
	t.Run("PostgreSQL", func(t *testing.T) { test(t, postgres(t)) })
}

var openSQLite = sync.OnceValues(func() (desk, error) {
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		return desk{}, err
	}
	db.SetMaxOpenConns(1) // each connection has its own database in memory
	return desk{sqlfilter.SQLite, db, nil}, fill(db)
})

func sqlite(t *testing.T) desk {
	t.Helper()
	d, err := openSQLite()
	require.NoError(t, err)
	return d
}

// ownSchema is the PostgreSQL schema with the tickets.
var ownSchema = strings.ToLower("querybuilders_" + crand.Text())

var openPostgres = sync.OnceValues(func() (desk, error) {
	server, err := pgx.ParseConfig(cmp.Or(os.Getenv("DESKPOLICY_POSTGRES"), "postgres://postgres@127.0.0.1:5432/postgres?sslmode=disable"))
	if err != nil {
		return desk{}, err
	}
	server.ConnectTimeout = 5 * time.Second
	server.RuntimeParams["search_path"] = ownSchema
	db := stdlib.OpenDB(*server)
	if _, err := db.Exec("CREATE SCHEMA " + ownSchema); err != nil {
		return desk{}, err
	}
	atEnd = func() { _, _ = db.Exec("DROP SCHEMA " + ownSchema + " CASCADE") }
	return desk{sqlfilter.PostgreSQL, db, server}, fill(db)
})

// postgres returns the desk on the server at DESKPOLICY_POSTGRES.
func postgres(t *testing.T) desk {
	t.Helper()
	d, err := openPostgres()
	if err != nil && os.Getenv("CI") != "true" {
		t.Skipf("no PostgreSQL at DESKPOLICY_POSTGRES: %v", err)
	}
	require.NoError(t, err)
	return d
}

var atEnd = func() {}

func TestMain(m *testing.M) {
	code := m.Run()
	atEnd()
	os.Exit(code)
}

// fill inserts the tickets.
func fill(db *sql.DB) error {
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	for _, statement := range append(strings.Split(strings.TrimSpace(schema), ";\n"), inserts()...) {
		if _, err := tx.Exec(statement); err != nil {
			return fmt.Errorf("%s: %w", statement, err)
		}
	}
	return tx.Commit()
}

// inserts returns the statements. Empty values are alternately NULL and empty strings.
func inserts() (statements []string) {
	empty := 0
	value := func(s string) string {
		if empty++; s == "" && empty%2 == 0 {
			return "NULL"
		}
		return "'" + strings.ReplaceAll(s, "'", "''") + "'"
	}
	insert := func(format string, args ...any) {
		statements = append(statements, fmt.Sprintf("INSERT INTO "+format, args...))
	}
	for _, account := range []deskpolicy.AccountID{"acme", "corner"} {
		for _, id := range requesters[1:] {
			crm := contact(account, id).CRM
			insert("contacts VALUES ('%s', '%s', %s, %s)", account, id, value(string(crm.Owner)), value(string(crm.Territory)))
			for user, access := range crm.Team {
				insert("contact_team VALUES ('%s', '%s', '%s', '%s')", account, id, user, access)
			}
		}
	}
	for _, r := range tickets() {
		requester := ""
		if r.Requester != nil {
			requester = string(r.Requester.ID)
		}
		insert("tickets VALUES (%d, '%s', %s, %s, %s, %s, '%s', 'Why?', %d)", r.id, r.Account,
			value(string(r.Workspace)), value(string(r.Group)), value(string(r.Assignee)), value(requester), r.status, r.updated)
		for agent := range r.Mentions {
			insert("ticket_mentions VALUES (%d, '%s')", r.id, agent)
		}
	}
	return statements
}

// ---- checks

// lists asserts, for each subject, that the list has the tickets that the policy selects.
func (d desk) lists(t *testing.T, list func(context.Context, sqlfilter.Fragment) ([]int64, error)) {
	t.Helper()
	for name, who := range subjects() {
		visible, err := Visible(who, d.dialect)
		require.NoError(t, err)
		got, err := list(t.Context(), visible)
		if assert.NoError(t, err, name) {
			same(t, matching(who, "open"), got, name)
		}
	}
}

// selects returns a check that a list has the tickets that the policy selects for riya.
func selects(t *testing.T) func([]int64, error) {
	return func(got []int64, err error) {
		t.Helper()
		require.NoError(t, err)
		same(t, matching(riya, "open"), got)
	}
}

// leaks returns a check that a list has tickets that the agent must not see.
func leaks(t *testing.T, who deskpolicy.Subject) func([]int64, error) {
	may := matching(who, statuses...)
	return func(got []int64, err error) {
		t.Helper()
		require.NoError(t, err)
		others := slices.DeleteFunc(slices.Clone(got), func(id int64) bool { return slices.Contains(may, id) })
		assert.NotEmpty(t, others, "the mistaken query leaks no tickets")
		t.Logf("%d of %d tickets must not be seen", len(others), len(got))
	}
}

// same asserts that the lists are the same, or both empty.
func same(t *testing.T, want, got []int64, message ...any) {
	t.Helper()
	assert.Equal(t, slices.Concat([]int64{}, want), slices.Concat([]int64{}, got), message...)
}

// bare is the condition for riya's tickets, written by hand without parentheses.
const bare = "group_id = ? OR assignee_id = ?"

var bareArgs = []any{"billing", "riya"}

// visibleTo returns the condition for the subject.
func (d desk) visibleTo(t *testing.T, who deskpolicy.Subject) sqlfilter.Fragment {
	t.Helper()
	visible, err := Visible(who, d.dialect)
	require.NoError(t, err)
	return visible
}

// Each subject sees some tickets but not all, so that the tests can fail.
func TestDesk(t *testing.T) {
	for name, who := range subjects() {
		n := len(matching(who, "open"))
		assert.Less(t, n, len(tickets())/4, name)
		if who != deskpolicy.Subject(idle) {
			assert.NotZero(t, n, name)
		}
	}
	assert.Empty(t, matching(idle, statuses...))
}
