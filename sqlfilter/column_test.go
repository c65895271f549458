package sqlfilter_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/sqlfilter"
)

// assignedTo returns the condition for tickets assigned to the agent with the ID, in
// a table with that assignee column.
func assignedTo(t *testing.T, id string, column sqlfilter.Column) (string, []any) {
	t.Helper()
	table := tickets
	table.Assignee = column
	agent := *riya
	agent.ID, agent.Groups = deskpolicy.AgentID(id), nil
	where, err := sqlfilter.Where(deskpolicy.FilterFor(&agent, deskpolicy.TicketView), table, sqlfilter.PostgreSQL)
	require.NoError(t, err)
	return where.SQL(1)
}

// A UUID has 36 characters: four dashes and lower-case hexadecimal digits.
func TestUUID(t *testing.T) {
	const good = "09af09af-09af-09af-09af-09af09af09af"
	is := func(id string) bool {
		text, _ := assignedTo(t, id, sqlfilter.UUIDColumn("assignee_id"))
		return text != "(1=0)"
	}
	assert.True(t, is(good))
	assert.False(t, is(good[1:]))
	assert.False(t, is(good+"0"))
	for i := range good {
		for _, wrong := range []string{"/", ":", "`", "g", "G", " "} {
			assert.False(t, is(good[:i]+wrong+good[i+1:]), "%q at %d", wrong, i)
		}
		dash := good[i] == '-'
		assert.Equal(t, dash, is(good[:i]+"-"+good[i+1:]), "a dash at %d", i)
		assert.Equal(t, !dash, is(good[:i]+"0"+good[i+1:]), "a digit at %d", i)
	}
}

// Integers of every size are passed as integers.
func TestIntegers(t *testing.T) {
	for id, want := range map[string]any{"7": int64(7), "-7": int64(-7), "9223372036854775807": int64(1<<63 - 1), "-9223372036854775808": int64(-1 << 63)} {
		text, args := assignedTo(t, id, sqlfilter.IntegerColumn("assignee_id"))
		assert.Contains(t, text, `"assignee_id" = CAST($3 AS bigint)`)
		assert.Equal(t, []any{"acme", "", want}, args)
	}
	text, _ := assignedTo(t, "09af09af-09af-09af-09af-09af09af09af", sqlfilter.UUIDColumn("assignee_id"))
	assert.Contains(t, text, `"assignee_id" = CAST($3 AS uuid)`)
}

// Lists are arrays of the column's type, with quotes and backslashes escaped.
func TestArrays(t *testing.T) {
	agent := *riya
	agent.Groups = map[deskpolicy.GroupID]deskpolicy.Access{`a"b`: deskpolicy.Edit, `c\d`: deskpolicy.Edit, "e,f}": deskpolicy.Edit}
	list := func(column sqlfilter.Column) (string, any) {
		table := tickets
		table.Group, table.Assignee = column, sqlfilter.Column{}
		where, err := sqlfilter.Where(deskpolicy.FilterFor(&agent, deskpolicy.TicketView), table, sqlfilter.PostgreSQL)
		require.NoError(t, err)
		text, args := where.SQL(1)
		return text, args[len(args)-1]
	}
	text, arg := list(sqlfilter.TextColumn("group_id"))
	assert.Contains(t, text, "AS text[])")
	assert.Equal(t, `{"a\"b","c\\d","e,f}"}`, arg)

	agent.Groups = map[deskpolicy.GroupID]deskpolicy.Access{"12": deskpolicy.Edit, "3": deskpolicy.Edit, "x": deskpolicy.Edit}
	text, arg = list(sqlfilter.IntegerColumn("group_id"))
	assert.Contains(t, text, "AS bigint[])")
	assert.Equal(t, "{12,3}", arg)

	const one, two = "00000000-0000-0000-0000-000000000001", "00000000-0000-0000-0000-000000000002"
	agent.Groups = map[deskpolicy.GroupID]deskpolicy.Access{one: deskpolicy.Edit, two: deskpolicy.Edit}
	text, arg = list(sqlfilter.UUIDColumn("group_id"))
	assert.Contains(t, text, "AS uuid[])")
	assert.Equal(t, `{"`+one+`","`+two+`"}`, arg)
}

// The names of all columns and tables are checked.
func TestNamesAreChecked(t *testing.T) {
	type change = func(*sqlfilter.Table[deskpolicy.Ticket], sqlfilter.Column)
	columns := map[string]change{
		"id":        func(t *sqlfilter.Table[deskpolicy.Ticket], c sqlfilter.Column) { t.ID = c },
		"account":   func(t *sqlfilter.Table[deskpolicy.Ticket], c sqlfilter.Column) { t.Account = c },
		"workspace": func(t *sqlfilter.Table[deskpolicy.Ticket], c sqlfilter.Column) { t.Workspace = c },
		"group":     func(t *sqlfilter.Table[deskpolicy.Ticket], c sqlfilter.Column) { t.Group = c },
		"assignee":  func(t *sqlfilter.Table[deskpolicy.Ticket], c sqlfilter.Column) { t.Assignee = c },
		"owner":     func(t *sqlfilter.Table[deskpolicy.Ticket], c sqlfilter.Column) { t.Owner = c },
		"requester": func(t *sqlfilter.Table[deskpolicy.Ticket], c sqlfilter.Column) { t.Requester = c },
		"array": func(t *sqlfilter.Table[deskpolicy.Ticket], c sqlfilter.Column) {
			t.Mentions = sqlfilter.MentionColumns{Array: c}
		},
		"json": func(t *sqlfilter.Table[deskpolicy.Ticket], c sqlfilter.Column) {
			t.Mentions = sqlfilter.MentionColumns{JSON: c}
		},
		"mentions ticket":  func(t *sqlfilter.Table[deskpolicy.Ticket], c sqlfilter.Column) { t.Mentions.Ticket = c },
		"mentions agent":   func(t *sqlfilter.Table[deskpolicy.Ticket], c sqlfilter.Column) { t.Mentions.Agent = c },
		"mentions account": func(t *sqlfilter.Table[deskpolicy.Ticket], c sqlfilter.Column) { t.Mentions.Account = c },
		"crm id":           func(t *sqlfilter.Table[deskpolicy.Ticket], c sqlfilter.Column) { t.CRM.ID = c },
		"crm account":      func(t *sqlfilter.Table[deskpolicy.Ticket], c sqlfilter.Column) { t.CRM.Account = c },
		"crm owner":        func(t *sqlfilter.Table[deskpolicy.Ticket], c sqlfilter.Column) { t.CRM.Owner = c },
		"crm territory":    func(t *sqlfilter.Table[deskpolicy.Ticket], c sqlfilter.Column) { t.CRM.Territory = c },
		"team customer":    func(t *sqlfilter.Table[deskpolicy.Ticket], c sqlfilter.Column) { t.CRM.Team.Customer = c },
		"team user":        func(t *sqlfilter.Table[deskpolicy.Ticket], c sqlfilter.Column) { t.CRM.Team.User = c },
		"team access":      func(t *sqlfilter.Table[deskpolicy.Ticket], c sqlfilter.Column) { t.CRM.Team.Access = c },
		"team account":     func(t *sqlfilter.Table[deskpolicy.Ticket], c sqlfilter.Column) { t.CRM.Team.Account = c },
	}
	for name, change := range columns {
		for _, wrong := range []string{name + "?", name + `\`, name + "\x00", name + "\xff"} {
			table := whole()
			change(&table, sqlfilter.TextColumn(wrong))
			_, err := sqlfilter.Where(deskpolicy.FilterFor(riya, deskpolicy.TicketView), table, sqlfilter.PostgreSQL)
			assert.ErrorContains(t, err, "name of a table or column", "%q", wrong)
		}
	}
	for name, change := range map[string]func(*sqlfilter.Table[deskpolicy.Ticket]){
		"table":          func(t *sqlfilter.Table[deskpolicy.Ticket]) { t.Name = "desk.a?" },
		"schema":         func(t *sqlfilter.Table[deskpolicy.Ticket]) { t.Name = "a?.tickets" },
		"alias":          func(t *sqlfilter.Table[deskpolicy.Ticket]) { t.Alias = "a?" },
		"mentions":       func(t *sqlfilter.Table[deskpolicy.Ticket]) { t.Mentions.Table = "desk.a?" },
		"mentions, none": func(t *sqlfilter.Table[deskpolicy.Ticket]) { t.Mentions.Table = "desk." },
		"crm":            func(t *sqlfilter.Table[deskpolicy.Ticket]) { t.CRM.Table = "a?.contacts" },
		"team":           func(t *sqlfilter.Table[deskpolicy.Ticket]) { t.CRM.Team.Table = "crm.a?" },
	} {
		table := whole()
		change(&table)
		_, err := sqlfilter.Where(deskpolicy.FilterFor(riya, deskpolicy.TicketView), table, sqlfilter.PostgreSQL)
		assert.ErrorContains(t, err, "name of a table or column", name)
	}
}

// One error lists everything that is wrong with a description, in the order of its
// fields.
func TestEveryProblem(t *testing.T) {
	table := sqlfilter.Table[deskpolicy.Contact]{
		Requester: sqlfilter.TextColumn("requester?"),
		Mentions:  sqlfilter.MentionColumns{Array: sqlfilter.TextColumn("mentions"), JSON: sqlfilter.TextColumn("mentions?")},
		CRM:       sqlfilter.CRMTable{Account: sqlfilter.TextColumn("account?"), Team: sqlfilter.TeamTable{Table: "team?", Access: sqlfilter.UUIDColumn("access")}},
	}
	_, err := sqlfilter.Where(deskpolicy.FilterFor(riya, deskpolicy.ContactView), table, sqlfilter.MariaDB)
	require.Error(t, err)
	assert.Equal(t, []string{
		`sqlfilter: table "": Name is empty; set it to the table's name`,
		`sqlfilter: table "": ID is missing; set it to the column of the ID`,
		`sqlfilter: table "": set either Account or SingleAccount`,
		`sqlfilter: table "": contacts and companies have no requester; leave Requester zero`,
		`sqlfilter: table "": Mentions: set only one of Array, JSON and Table`,
		`sqlfilter: table "": Mentions.Array: MariaDB has no arrays; use JSON or Table`,
		`sqlfilter: table "": CRM: ID and Account need Table`,
		`sqlfilter: table "": CRM.Team needs Table, Customer, User and Access`,
		`sqlfilter: table "": CRM.Team.Access cannot be a UUID; use TextColumn or IntegerColumn`,
		`sqlfilter: table "": CRM.Team needs Account, or set GloballyUniqueIDs`,
		`sqlfilter: name of a table or column "requester?": must be non-empty UTF-8 text without NUL, ? or \`,
		`sqlfilter: name of a table or column "mentions?": must be non-empty UTF-8 text without NUL, ? or \`,
		`sqlfilter: name of a table or column "account?": must be non-empty UTF-8 text without NUL, ? or \`,
		`sqlfilter: name of a table or column "": must be non-empty UTF-8 text without NUL, ? or \`,
		`sqlfilter: name of a table or column "": must be non-empty UTF-8 text without NUL, ? or \`,
		`sqlfilter: name of a table or column "team?": must be non-empty UTF-8 text without NUL, ? or \`,
	}, strings.Split(err.Error(), "\n"))
	mentions := whole()
	mentions.Mentions = sqlfilter.MentionColumns{Account: sqlfilter.TextColumn("account_id")}
	_, err = sqlfilter.Where(deskpolicy.FilterFor(riya, deskpolicy.TicketView), mentions, sqlfilter.SQLite)
	assert.EqualError(t, err, `sqlfilter: table "tickets": Mentions: Ticket, Agent and Account need Table`)
}
