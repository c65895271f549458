package sqlfilter_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/bounds"
	"github.com/deskpolicy/deskpolicy/internal/effort"
	"github.com/deskpolicy/deskpolicy/internal/thresholds"
	"github.com/deskpolicy/deskpolicy/sqlfilter"
)

// ofMany returns an agent with the numbers of groups and workspaces.
func ofMany(groups, workspaces int) *deskpolicy.Agent {
	agent := *riya
	agent.Bindings, agent.Groups = nil, map[deskpolicy.GroupID]deskpolicy.Access{}
	for i := range groups {
		agent.Groups[deskpolicy.GroupID(fmt.Sprint("group ", i))] = deskpolicy.Edit
	}
	for i := range workspaces {
		workspace := deskpolicy.WorkspaceID(fmt.Sprint("workspace ", i))
		agent.Bindings = append(agent.Bindings, deskpolicy.Binding{Role: deskpolicy.AgentRole.Role(), Workspace: workspace, TicketScope: deskpolicy.ScopeGroup})
	}
	return &agent
}

// written returns all statements of a filter.
func written(t testing.TB, filter deskpolicy.Filter[deskpolicy.Ticket], table sqlfilter.Table[deskpolicy.Ticket], d sqlfilter.Dialect) map[string]sqlfilter.Fragment {
	where, err := sqlfilter.Where(filter, table, d)
	require.NoError(t, err)
	page, err := sqlfilter.Page(filter, table, d, sqlfilter.PageRequest{Order: "updated_at", Limit: 50, Columns: []string{"subject"}})
	require.NoError(t, err)
	count, err := sqlfilter.Count(filter, table, d)
	require.NoError(t, err)
	upTo, err := sqlfilter.CountUpTo(filter, table, d, 99)
	require.NoError(t, err)
	return map[string]sqlfilter.Fragment{"where": where, "page": page, "count": count, "count up to": upTo}
}

// For lists of every length, a statement stays below the maximum number of
// arguments: 65,535 in MariaDB, half of which are left to the host, and 32,766 in
// SQLite.
func TestArguments(t *testing.T) {
	nullable := tickets
	nullable.Workspace = sqlfilter.TextColumn("workspace_id")
	sizes := [][2]int{{1, 1}, {100, 100}, {101, 3}, {12_500, 6_250}, {thresholds.Inline - 2, 1}, {70_000, 1}, {3, 35_000}}
	for _, size := range sizes[:effort.Of(4, len(sizes), len(sizes))] {
		filter := deskpolicy.FilterFor(ofMany(size[0], size[1]), deskpolicy.TicketView)
		for _, d := range dialects {
			for what, f := range written(t, filter, nullable, d) {
				_, args := f.SQL(1)
				most := map[sqlfilter.Dialect]int{sqlfilter.PostgreSQL: 100, sqlfilter.MariaDB: 2*thresholds.Inline + 100, sqlfilter.SQLite: 1_000}[d]
				assert.LessOrEqual(t, len(args), most, "%v: %s of %d groups in %d workspaces", d, what, size[0], size[1])
			}
		}
	}
	inline := func(groups int) int {
		_, args := written(t, deskpolicy.FilterFor(ofMany(groups, 1), deskpolicy.TicketView), tickets, sqlfilter.MariaDB)["where"].SQL(1)
		return len(args)
	}
	others := 3 // two workspaces and the assignee
	assert.Equal(t, 1+thresholds.Inline, inline(thresholds.Inline-others), "all values and the account")
	assert.Equal(t, 1+others+1, inline(thresholds.Inline-others+1), "the groups are one")
}

// The time to write a statement is linear in the length of the lists.
func TestLongListsAreLinear(t *testing.T) {
	nullable := tickets
	nullable.Workspace = sqlfilter.TextColumn("workspace_id")
	for _, d := range dialects {
		bounds.Check(t, 12_000, 48<<20, func(n int) func() {
			filter := deskpolicy.FilterFor(ofMany(n, n), deskpolicy.TicketView)
			return func() { written(t, filter, nullable, d) }
		})
	}
}

// BenchmarkLongLists writes the condition and the page of an agent with 70,000 groups.
func BenchmarkLongLists(b *testing.B) {
	filter := deskpolicy.FilterFor(ofMany(70_000, 1), deskpolicy.TicketView)
	for _, d := range dialects {
		b.Run(d.String(), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				written(b, filter, tickets, d)
			}
		})
	}
}

// Columns that are compared with each other must be of the same kind, and only text
// columns can have a character set, which must be a known one.
func TestKindsAreChecked(t *testing.T) {
	for want, change := range map[string]func(*sqlfilter.Table[deskpolicy.Ticket]){
		`columns "id" (text) and "m" (integer) are compared`:           func(t *sqlfilter.Table[deskpolicy.Ticket]) { t.Mentions.Ticket = sqlfilter.IntegerColumn("m") },
		`columns "requester_id" (text) and "c" (UUID) are compared`:    func(t *sqlfilter.Table[deskpolicy.Ticket]) { t.CRM.ID = sqlfilter.UUIDColumn("c") },
		`columns "requester_id" (text) and "t" (integer) are compared`: func(t *sqlfilter.Table[deskpolicy.Ticket]) { t.CRM.Team.Customer = sqlfilter.IntegerColumn("t") },
		`column "group_id" (integer) cannot have the character set "latin1"`: func(t *sqlfilter.Table[deskpolicy.Ticket]) {
			t.Group = sqlfilter.IntegerColumn("group_id").Charset("latin1")
		},
		`column "group_id" (text) cannot have the character set "utf8"`: func(t *sqlfilter.Table[deskpolicy.Ticket]) {
			t.Group = sqlfilter.TextColumn("group_id").Charset("utf8")
		},
		`column "group_id" (text) cannot have the character set "' OR"`: func(t *sqlfilter.Table[deskpolicy.Ticket]) {
			t.Group = sqlfilter.TextColumn("group_id").Charset("' OR")
		},
	} {
		for _, d := range dialects {
			table := whole()
			change(&table)
			where, err := sqlfilter.Where(deskpolicy.FilterFor(riya, deskpolicy.TicketView), table, d)
			assert.ErrorContains(t, err, `sqlfilter: table "tickets": `+want)
			assert.Zero(t, where)
		}
	}
}

// A column does not match an ID that its character set cannot represent.
func TestCharsets(t *testing.T) {
	for charset, has := range map[string]string{
		"": "aé€ж慢😀", "utf8mb4": "aé€ж慢😀", "utf16": "aé€ж慢😀", "utf32": "aé€ж慢😀", "binary": "aé€ж慢😀",
		"utf8mb3": "aé€ж慢", "ucs2": "aé€ж慢", "latin1": "aé€", "ascii": "a",
	} {
		for _, id := range "aé€ж慢😀" {
			agent, table := *riya, tickets
			agent.ID, agent.Groups, table.Assignee = deskpolicy.AgentID(id), nil, sqlfilter.TextColumn("assignee_id").Charset(charset)
			for _, d := range dialects {
				where, err := sqlfilter.Where(deskpolicy.FilterFor(&agent, deskpolicy.TicketView), table, d)
				require.NoError(t, err)
				text, _ := where.SQL(1)
				assert.Equal(t, d != sqlfilter.MariaDB || strings.ContainsRune(has, id), text != "(1=0)", "%v: %q in %q", d, id, charset)
			}
		}
	}
}

// Integers have the range of the database's; MariaDB's can be unsigned.
func TestUnsigned(t *testing.T) {
	for id, in := range map[string][]sqlfilter.Dialect{
		"-1": dialects, "9223372036854775807": dialects, "-9223372036854775809": nil, "18446744073709551616": nil, "09223372036854775808": nil,
		"9223372036854775808": {sqlfilter.MariaDB}, "18446744073709551615": {sqlfilter.MariaDB},
	} {
		agent, table := *riya, tickets
		agent.ID, agent.Groups, table.Assignee = deskpolicy.AgentID(id), nil, sqlfilter.IntegerColumn("assignee_id")
		for _, d := range dialects {
			where, err := sqlfilter.Where(deskpolicy.FilterFor(&agent, deskpolicy.TicketView), table, d)
			require.NoError(t, err)
			text, args := where.SQL(1)
			if assert.Equal(t, strings.Contains(fmt.Sprint(in), d.String()), text != "(1=0)", "%v: %s", d, id) && text != "(1=0)" {
				assert.Equal(t, id, fmt.Sprint(args[len(args)-1]))
			}
		}
	}
}
