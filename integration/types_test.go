package integration

import (
	"database/sql"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/thresholds"
	"github.com/deskpolicy/deskpolicy/sqlfilter"
)

func init() {
	faults["F30"] = func(t *testing.T) {
		t.Run("types of columns", columnTypes)
		t.Run("longest lists", longestLists)
	}
}

// A verdict says which rows a column of a type selects, among those whose ID, as the
// host reads it, is the library's.
type verdict byte

const (
	exact   verdict = '=' // all of them
	some    verdict = '<' // some of them, or none
	refused verdict = '!' // the database reports an error
	tooMany verdict = '>' // other rows too, as documented
)

// A columnType is a database type, with the verdicts for it as TextColumn,
// IntegerColumn and UUIDColumn.
type columnType struct {
	name     string
	verdicts string
}

// typesOf are the database types that can hold IDs, and others. The documentation of
// sqlfilter.Column agrees with this table.
var typesOf = map[string][]columnType{
	"PostgreSQL": {
		{"text", "=!!"}, {"varchar(60)", "=!!"}, {"words", "=!!"}, {`varchar(60) COLLATE "C"`, "=!!"}, {"name", "=!!"},
		{"char(40)", ">!!"}, {"text COLLATE sloppy", ">>>"},
		{"smallint", "!=!"}, {"integer", "!=!"}, {"bigint", "!=!"}, {"numeric(20)", "!=!"},
		{"numeric(20, 2)", "!>!"}, {"real", "!>!"}, {"double precision", "!>!"},
		{"uuid", "!!="}, {"bytea", "!!!"}, {"boolean", "!!!"}, {"date", "!!!"}, {"inet", "!!!"}, {"letter", "!!!"},
	},
	"MariaDB": {
		{"varchar(60)", "=<<"}, {"varchar(60) COLLATE utf8mb4_nopad_bin", "=<<"}, {"char(60)", "=<<"}, {"text", "=<<"},
		{"varbinary(60)", "=<<"}, {"blob", "=<<"}, {"enum('7', 'a', '1')", "=<="}, {"json", "=<="},
		{"tinyint", "<=!"}, {"int", "<=!"}, {"bigint", "<=!"}, {"bigint unsigned", "<=!"}, {"decimal(20)", "<=!"},
		{"decimal(20, 2)", "<>!"}, {"double", "<>!"}, {"uuid", "<!="}, {"inet6", "<!!"},
	},
	"SQLite": {
		{"TEXT", "=<="}, {"VARCHAR(60)", "=<="}, {"TEXT COLLATE NOCASE", "=<="}, {"TEXT COLLATE RTRIM", "=<="},
		{"", "=<="}, {"BLOB", "=<="}, {"STRING", "<=="}, {"UUID", "<=="}, {"NUMERIC", "<=="}, {"DECIMAL(20)", "<=="},
		{"INTEGER", "<=="}, {"BIGINT", "<=="}, {"REAL", "<<="},
	},
}

// stored are the values that are inserted into the columns, if they accept them, and
// selected.
var stored = []string{
	"7", "007", "7.0", "7e0", " 7", "7 ", "+7", "a", "A", "a ", "á", "é", "0", "-1", "1", "true", "7abc", "x",
	"9007199254740992", "9007199254740993", "9223372036854775807", "9223372036854775808", "18446744073709551615", "18446744073709551616",
	"0000000a-00ff-4000-8000-000000000001", "0000000A-00FF-4000-8000-000000000001", "::1", "0:0:0:0:0:0:0:1", "2026-11-05", "20261105", "[1]",
}

// columnTypes describes columns of every type as every kind, and compares the
// selected rows with the library's decisions on the values as they are read.
func columnTypes(t *testing.T) {
	sqliteIn := func(encoding string) func(*testing.T) server {
		return func(t *testing.T) server {
			on := sqlite(t)
			run(t, on.DB, "PRAGMA encoding = '"+encoding+"'")
			return on
		}
	}
	for _, s := range []struct {
		name string
		open func(*testing.T) server
	}{{"PostgreSQL", servers[0].open}, {"MariaDB", mariadb}, {"SQLite", sqlite}, {"SQLite in UTF-16", sqliteIn("UTF-16le")}} {
		t.Run(s.name, func(t *testing.T) {
			on := s.open(t)
			if on.dialect == sqlfilter.PostgreSQL {
				run(t, on.DB, "CREATE DOMAIN words AS text")
				run(t, on.DB, "CREATE TYPE letter AS ENUM ('7', 'a', '1')")
				run(t, on.DB, "CREATE COLLATION sloppy (provider = icu, locale = 'und-u-ks-level2', deterministic = false)")
			}
			for i, ty := range typesOf[on.dialect.String()] {
				got := ""
				for kind, described := range []func(string) sqlfilter.Column{sqlfilter.TextColumn, sqlfilter.IntegerColumn, sqlfilter.UUIDColumn} {
					got += string(typed{t, on, ty.name, fmt.Sprintf("_%d_%d", i, kind), kind, described("id")}.verdict())
				}
				assert.Equal(t, ty.verdicts, got, ty.name)
			}
		})
	}
}

// typed is a column of a type and the kind it is described as.
type typed struct {
	*testing.T
	on     server
	name   string
	suffix string // of the tables' names, because plans are cached by name
	kind   int    // text, integer or UUID
	column sqlfilter.Column
}

// says reports whether a column of the kind can hold the ID.
func (c typed) says(id string) bool {
	signed, err := strconv.ParseInt(id, 10, 64)
	unsigned, unsignedErr := strconv.ParseUint(id, 10, 64)
	switch c.kind {
	case 0:
		return true
	case 1:
		return err == nil && strconv.FormatInt(signed, 10) == id ||
			c.on.dialect == sqlfilter.MariaDB && unsignedErr == nil && strconv.FormatUint(unsigned, 10) == id
	}
	return len(id) == 36 && strings.ToLower(id) == id
}

// verdict returns which rows of a table are selected by constants, by lists and by
// joins.
func (c typed) verdict() verdict {
	read := c.fill("things" + c.suffix)
	c.fill("others" + c.suffix)
	of := exact
	judge := func(ids []string, found map[string]bool, err error) {
		for _, id := range read {
			is, has := slices.Contains(ids, id), found[id]
			switch {
			case err != nil && of != tooMany:
				of = refused
			case has && !is:
				of = tooMany
			case is && !has && of == exact && c.says(id):
				of = some
			}
		}
	}
	for _, id := range stored {
		found, err := c.selected(agentWith("nobody", deskpolicy.ScopeGroup, deskpolicy.GroupID(id)), c.table())
		judge([]string{id}, found, err)
		for _, long := range []int{1, 100} {
			was, many := thresholds.Inline, thresholds.MariaDB
			thresholds.Inline, thresholds.MariaDB = long, long
			found, err = c.selected(agentWith("nobody", deskpolicy.ScopeGroup, deskpolicy.GroupID(id), "1", "nothing"), c.table())
			judge([]string{id, "1", "nothing"}, found, err)
			thresholds.Inline, thresholds.MariaDB = was, many
		}
	}
	for i, id := range read {
		found, err := c.selected(sharedAs(deskpolicy.CRMUserID(fmt.Sprint("u", i)), deskpolicy.OwnRecords), c.joined())
		judge([]string{id}, found, err)
	}
	return of
}

func (c typed) table() sqlfilter.Table[deskpolicy.Ticket] {
	return sqlfilter.Table[deskpolicy.Ticket]{Name: "things" + c.suffix, ID: sqlfilter.IntegerColumn("seq"), SingleAccount: "acme", Group: c.column, NoneConfidential: true}
}

func (c typed) joined() sqlfilter.Table[deskpolicy.Ticket] {
	table := c.table()
	table.Group, table.Requester = sqlfilter.Column{}, c.column
	table.CRM = sqlfilter.CRMTable{
		Table: "others" + c.suffix, ID: c.column, Owner: sqlfilter.TextColumn("owner"),
		Team: sqlfilter.TeamTable{Table: "others" + c.suffix, Customer: c.column, User: sqlfilter.TextColumn("owner"), Access: sqlfilter.TextColumn("access")},
	}
	return table
}

// fill creates a table with the values that the column accepts, and returns them as
// they are read.
func (c typed) fill(name string) (read []string) {
	text := map[sqlfilter.Dialect]string{sqlfilter.PostgreSQL: "text", sqlfilter.MariaDB: "varchar(99)", sqlfilter.SQLite: "TEXT"}[c.on.dialect]
	run(c, c.on.DB, fmt.Sprintf("CREATE TABLE %s (seq integer, owner %s, access %[2]s, id %s)", name, text, c.name))
	for _, id := range stored {
		literal := "'" + id + "'"
		if c.on.dialect == sqlfilter.MariaDB && slices.Contains([]string{"double", "bigint unsigned", "bigint", "int", "tinyint", "decimal(20)", "decimal(20, 2)"}, c.name) && !isNumber(id) {
			continue // the database would store another number
		}
		if _, err := c.on.Exec(fmt.Sprintf("INSERT INTO %s SELECT %d, 'u%[2]d', 'edit', %s", name, len(read), literal)); err != nil {
			continue
		}
		var back any
		require.NoError(c, c.on.QueryRow(fmt.Sprintf("SELECT id FROM %s WHERE seq = %d", name, len(read))).Scan(&back))
		read = append(read, testDB{}.id(back))
	}
	return read
}

func isNumber(id string) bool {
	return strings.Trim(id, "0123456789") == "" || id == "-1"
}

// selected returns the IDs of the selected rows, as they are read.
func (c typed) selected(subject deskpolicy.Subject, table sqlfilter.Table[deskpolicy.Ticket]) (map[string]bool, error) {
	where, err := sqlfilter.Where(deskpolicy.FilterFor(subject, deskpolicy.TicketView), table, c.on.dialect)
	require.NoError(c, err)
	text, args := where.SQL(1)
	rows, err := c.on.Query("SELECT id FROM things"+c.suffix+" WHERE "+text, args...)
	if err != nil {
		return nil, err
	}
	return c.read(rows)
}

func (c typed) read(rows *sql.Rows) (map[string]bool, error) {
	defer rows.Close()
	found := map[string]bool{}
	for rows.Next() {
		var id any
		require.NoError(c, rows.Scan(&id))
		found[testDB{}.id(id)] = true
	}
	return found, rows.Err()
}
