package integration

import (
	"cmp"
	"database/sql"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/go-sql-driver/mysql"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/thresholds"
	"github.com/deskpolicy/deskpolicy/sqlfilter"
)

func init() { faults["F3"] = charsetsOfMariaDB }

// declaredCharsets are the character sets that Charset accepts, otherCharsets
// others.
var (
	declaredCharsets = []string{"ascii", "latin1", "ucs2", "utf8mb3", "utf8mb4", "utf16", "utf32", "binary"}
	otherCharsets    = []string{"swe7", "koi8r", "sjis", "gbk", "cp850", "utf16le"}
)

// words are IDs that are confused in some character set or collation: because of
// their bytes, case, accents or trailing space, or because the character set has
// neither.
var words = []string{
	"é", "Ã©", "ÃÂ©", "e", "E", "É", "g7", "G7", "g7 ", "g", "?", "??", "é?", "ж", "Ж", "Р¶", "慢", "ab", "a", "b",
	"😀", "ðŸ˜€", "€", "â‚¬", "\u0080", "\u0081", "Å", "]", "}", "ß", "ss", "ı", "ﾊ", "\u00a0", " ", "'", `\`, "7", "07", "á", "a\u0301", "~", "¥", "\u203e",
}

// charsetsOfMariaDB stores tickets and contacts with each of the words in a column
// of each character set, and selects them: by a constant, by a list, by a list in
// one argument, and by a join with a column in each other character set. Columns
// with and without Charset select the same.
func charsetsOfMariaDB(t *testing.T) {
	on := mariadb(t)
	kept := inEveryCharset(t, on)
	for _, connection := range []string{"utf8mb4", "latin1"} {
		db, all := on.DB, slices.Concat(declaredCharsets, otherCharsets)
		if connection != "utf8mb4" {
			db, all = connectedIn(t, on, connection), []string{"latin1", "utf8mb4", "utf16", "binary"}
		}
		for _, charset := range all {
			for _, says := range []string{"", charset} {
				if says != "" && !slices.Contains(declaredCharsets, charset) {
					continue
				}
				t.Run(fmt.Sprintf("%s in a connection in %s, says %q", charset, connection, says), func(t *testing.T) {
					c := charsetColumn{t, db, charset, says, kept}
					c.constants()
					c.lists()
					if connection == "utf8mb4" {
						c.joins()
					}
				})
			}
		}
	}
}

// A charsetColumn is a column of words in a character set.
type charsetColumn struct {
	*testing.T
	db            *sql.DB
	charset, says string
	kept          map[string][]string // the words that each character set can store
}

func (c charsetColumn) column(charset, says string) sqlfilter.Column {
	column := sqlfilter.TextColumn("in_" + charset)
	if says != "" {
		column = column.Charset(says)
	}
	return column
}

// table describes tickets whose groups are the words in the column.
func (c charsetColumn) table() sqlfilter.Table[deskpolicy.Ticket] {
	return sqlfilter.Table[deskpolicy.Ticket]{
		Name: "words", ID: sqlfilter.IntegerColumn("seq"), Account: sqlfilter.TextColumn("account"), Group: c.column(c.charset, c.says), GloballyUniqueIDs: true, NoneConfidential: true,
	}
}

func (c charsetColumn) constants() {
	for _, word := range words {
		want := []string{}
		if slices.Contains(c.kept[c.charset], word) {
			want = append(want, word)
		}
		require.Equal(c, want, c.selected(agentWith("nobody", deskpolicy.ScopeGroup, deskpolicy.GroupID(word)), c.table()), "%q", word)
	}
}

func (c charsetColumn) lists() {
	was, long := thresholds.Inline, thresholds.MariaDB
	defer func() { thresholds.Inline, thresholds.MariaDB = was, long }()
	for _, most := range []int{was, 1} {
		thresholds.Inline, thresholds.MariaDB = most, min(most, long)
		for i := range 3 { // every third word, and all words
			var asked []deskpolicy.GroupID
			for j, word := range words {
				if i == 2 || j%2 == i {
					asked = append(asked, deskpolicy.GroupID(word))
				}
			}
			want := []string{}
			for _, word := range c.kept[c.charset] {
				if slices.Contains(asked, deskpolicy.GroupID(word)) {
					want = append(want, word)
				}
			}
			require.Equal(c, want, c.selected(agentWith("nobody", deskpolicy.ScopeGroup, asked...), c.table()))
		}
	}
}

// joins stores contacts whose IDs are in another character set than in tickets.
func (c charsetColumn) joins() {
	for _, other := range declaredCharsets {
		for _, says := range []string{"", other} {
			table := c.table()
			table.Requester, table.Group = table.Group, sqlfilter.Column{}
			contacts := c.column(other, says)
			table.CRM = sqlfilter.CRMTable{
				Table: "contacts", ID: contacts, Account: sqlfilter.TextColumn("account"), Owner: sqlfilter.TextColumn("owner"),
				Team: sqlfilter.TeamTable{Table: "contacts", Customer: contacts, User: sqlfilter.TextColumn("owner"), Access: sqlfilter.TextColumn("access")},
			}
			want := []string{}
			for _, word := range c.kept[c.charset] {
				if slices.Contains(c.kept[other], word) {
					want = append(want, word)
				}
			}
			require.Equal(c, want, c.selected(sharedAs("u1", deskpolicy.OwnRecords), table), "%s, which says %q", other, says)

			owned := fmt.Sprintf("SELECT requester.word FROM words AS requester JOIN contacts ON contacts.in_%s IS NOT NULL AND contacts.word = requester.word WHERE requester.in_%s IS NOT NULL", other, c.charset)
			require.Len(c, column(c, c.db, owned), len(want), "as another query has it")
		}
	}
}

// selected returns the words of the tickets that the statements select, which must
// agree.
func (c charsetColumn) selected(subject deskpolicy.Subject, table sqlfilter.Table[deskpolicy.Ticket]) []string {
	filter := deskpolicy.FilterFor(subject, deskpolicy.TicketView)
	where, err := sqlfilter.Where(filter, table, sqlfilter.MariaDB)
	require.NoError(c, err)
	page, err := sqlfilter.Page(filter, table, sqlfilter.MariaDB, sqlfilter.PageRequest{Ascending: true, Limit: len(words)})
	require.NoError(c, err)
	count, err := sqlfilter.Count(filter, table, sqlfilter.MariaDB)
	require.NoError(c, err)
	text, args := where.SQL(1)
	seqs := column(c, c.db, "SELECT seq FROM words WHERE "+text+" ORDER BY seq", args...)
	text, args = page.SQL(1)
	require.Equal(c, seqs, column(c, c.db, text, args...), "the page")
	text, args = count.SQL(1)
	require.Equal(c, []int{len(seqs)}, column(c, c.db, text, args...), "the count")
	selected := []string{}
	for _, seq := range seqs {
		selected = append(selected, words[seq-1])
	}
	return selected
}

// column returns the first column of the rows that the query selects.
func column(t testing.TB, db *sql.DB, query string, args ...any) (numbers []int) {
	t.Helper()
	rows, err := db.Query(query, args...)
	require.NoError(t, err, "%s %q", query, args)
	defer rows.Close()
	numbers = []int{}
	for rows.Next() {
		var n int
		require.NoError(t, rows.Scan(&n))
		numbers = append(numbers, n)
	}
	require.NoError(t, rows.Err(), "%s %q", query, args)
	return numbers
}

// inEveryCharset creates tables of words with a column in each character set, and
// returns the words that each can store.
func inEveryCharset(t *testing.T, on server) map[string][]string {
	t.Helper()
	kept := map[string][]string{}
	all := slices.Concat(declaredCharsets, otherCharsets)
	columns := ""
	for _, charset := range all {
		columns += fmt.Sprintf(", in_%[1]s varchar(40) CHARACTER SET %[1]s", charset)
	}
	for _, table := range []string{"words", "contacts"} {
		run(t, on.DB, "CREATE TABLE "+table+" (seq int PRIMARY KEY, word int, account varchar(40), owner varchar(40), access varchar(40)"+columns+")")
	}
	for i, word := range words {
		run(t, on.DB, "INSERT INTO words (seq, word, account, owner, access) VALUES (?, ?, 'acme', 'u1', 'edit')", i+1, i+1)
		for _, charset := range all {
			in := "CONVERT(? USING " + charset + ")"
			if charset == "binary" {
				in = "CAST(? AS BINARY)"
			}
			var back string
			require.NoError(t, on.QueryRow("SELECT CONVERT("+in+" USING utf8mb4)", word).Scan(&back))
			if back == word {
				kept[charset] = append(kept[charset], word)
				run(t, on.DB, fmt.Sprintf("UPDATE words SET in_%s = %s WHERE seq = ?", charset, in), word, i+1)
			}
		}
	}
	run(t, on.DB, "INSERT INTO contacts SELECT * FROM words")
	for _, charset := range all {
		require.NotEmpty(t, kept[charset], charset)
	}
	return kept
}

// connectedIn returns the database over a connection in the character set.
func connectedIn(t *testing.T, on server, charset string) *sql.DB {
	t.Helper()
	config, err := mysql.ParseDSN(cmp.Or(os.Getenv("DESKPOLICY_MARIADB"), "root@tcp(127.0.0.1:3306)/"))
	require.NoError(t, err)
	require.NoError(t, on.QueryRow("SELECT DATABASE()").Scan(&config.DBName))
	require.NoError(t, config.Apply(mysql.Charset(charset, "")))
	db, err := sql.Open("mysql", config.FormatDSN())
	require.NoError(t, err)
	return opened(t, db)
}

// TestWrongCharset describes columns with another character set than they have:
// statements select the right rows or none, or the database reports an error.
func TestWrongCharset(t *testing.T) {
	on := mariadb(t)
	kept := inEveryCharset(t, on)
	for _, charset := range slices.Concat(declaredCharsets, otherCharsets) {
		for _, says := range declaredCharsets {
			if charset == says {
				continue
			}
			c := charsetColumn{t, on.DB, charset, says, kept}
			for _, word := range words {
				for _, groups := range [][]deskpolicy.GroupID{{deskpolicy.GroupID(word)}, {deskpolicy.GroupID(word), "nothing has it"}} {
					where, err := sqlfilter.Where(deskpolicy.FilterFor(agentWith("nobody", deskpolicy.ScopeGroup, groups...), deskpolicy.TicketView), c.table(), sqlfilter.MariaDB)
					require.NoError(t, err)
					text, args := where.SQL(1)
					var selected sql.NullString
					err = on.QueryRow("SELECT GROUP_CONCAT(seq) FROM words WHERE "+text, args...).Scan(&selected)
					if err == nil && selected.Valid {
						assert.Equal(t, fmt.Sprint(slices.Index(words, word)+1), selected.String, "%s, which says %s", charset, says)
					}
				}
			}
		}
	}
}

// TestRepertoire stores each character that MariaDB's latin1 has, and selects the
// others of the first 65,536: they match no group.
func TestRepertoire(t *testing.T) {
	on := mariadb(t)
	run(t, on.DB, "CREATE TABLE things (seq int PRIMARY KEY, account varchar(9), grp varchar(9) CHARACTER SET latin1)")
	var rows []string
	for b := 1; b < 256; b++ {
		rows = append(rows, fmt.Sprintf("(%d, 'acme', CONVERT(UNHEX('%02X') USING latin1))", b, b))
	}
	run(t, on.DB, "INSERT INTO things VALUES "+strings.Join(rows, ", "))
	in := map[string]bool{}
	for _, back := range texts(t, on.DB, "SELECT CONVERT(grp USING utf8mb4) FROM things") {
		in[back] = true
	}
	require.Len(t, in, 255)
	table := sqlfilter.Table[deskpolicy.Ticket]{Name: "things", ID: sqlfilter.IntegerColumn("seq"), Account: sqlfilter.TextColumn("account"), Group: sqlfilter.TextColumn("grp").Charset("latin1"), NoneConfidential: true}
	with := agentWith("nobody", deskpolicy.ScopeGroup)
	without := agentWith("nobody", deskpolicy.ScopeGroup)
	for c := rune(1); c <= 0xFFFF; c++ {
		if in[string(c)] {
			with.Groups[deskpolicy.GroupID(c)] = deskpolicy.Edit
		} else if c < 0xD800 || c > 0xDFFF {
			without.Groups[deskpolicy.GroupID(c)] = deskpolicy.Edit
		}
	}
	for _, agent := range []*deskpolicy.Agent{with, without} {
		count, err := sqlfilter.Count(deskpolicy.FilterFor(agent, deskpolicy.TicketView), table, sqlfilter.MariaDB)
		require.NoError(t, err)
		text, args := count.SQL(1)
		require.Equal(t, map[bool][]int{true: {255}, false: {0}}[agent == with], column(t, on.DB, text, args...))
	}
}

func texts(t testing.TB, db *sql.DB, query string) (all []string) {
	t.Helper()
	rows, err := db.Query(query)
	require.NoError(t, err)
	defer rows.Close()
	for rows.Next() {
		var text string
		require.NoError(t, rows.Scan(&text))
		all = append(all, text)
	}
	require.NoError(t, rows.Err())
	return all
}
