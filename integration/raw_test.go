package integration

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy/sqlfilter"
)

// rawTexts are texts of what quotes, comments, variables and placeholders are made
// of, in any of the databases: short ones of all of it, and those that get out of
// their parentheses if what is in quotes is read as if it was not. What Raw refuses
// is left out.
func rawTexts() (accepted []sqlfilter.Fragment) {
	try := func(text string) {
		var args []any
		for i := range strings.Count(text, "?") + 1 {
			if raw, err := sqlfilter.Raw(text, args...); err == nil {
				accepted = append(accepted, raw)
			}
			args = append(args, fmt.Sprint("argument ", i))
		}
	}
	for _, special := range [][]string{{"[", "]"}, {"`", `"`}, {"$a$", "$"}, {"--", "\n"}, {"/*", "*/"}, {":a", "@a"}, {"?", "1"}, {"#", "\\"}, {"E", "::"}} {
		tokens := append(special, "'", "(", ")", " OR 1=1", "1=0")
		var more func(text string, left int)
		more = func(text string, left int) {
			try(text)
			for _, token := range tokens {
				if left > 0 {
					more(text+token, left-1)
				}
			}
		}
		more("", 4)
	}
	forms := []string{"[%s]", "`%s`", `"%s"`, "'%s'", "E'%s'", "$$%s$$", "$a$%s$a$", ":a(%s)", "@a(%s)", "/*%s*/1", "/*!%s*/1", "1--%s\n", "1 #%s\n", "%s"}
	for _, first := range forms {
		for _, second := range forms {
			for _, inner := range odd {
				try(fmt.Sprintf(first, inner) + ") OR 1=1 OR (" + fmt.Sprintf(second, inner))
			}
		}
	}
	return accepted
}

// odd are names of columns that are quotes somewhere.
var odd = []string{"'", `"`, "`", "[", "]", "$$", "$a$", "/*", "*/", "--", "#", "x"}

// TestRawIsContained runs conditions that Raw lets through in a place that nothing
// gets out of that is not false, and with an argument behind them: if the database
// takes the statement, it is still false, and the argument the last one.
func TestRawIsContained(t *testing.T) {
	texts := rawTexts()
	kinds := map[sqlfilter.Dialect]string{sqlfilter.PostgreSQL: "text", sqlfilter.MariaDB: "char", sqlfilter.SQLite: "text"}
	for _, s := range servers {
		t.Run(s.name, func(t *testing.T) {
			on := s.open(t)
			ran, columns := 0, ""
			for _, name := range odd {
				mark := map[bool]string{true: "`", false: `"`}[on.dialect == sqlfilter.MariaDB]
				columns += ", 0 AS " + mark + strings.ReplaceAll(name, mark, mark+mark) + mark
			}
			for _, raw := range texts {
				var b strings.Builder
				var args []any
				arg := func(value any) {
					args = append(args, value)
					b.WriteString(map[bool]string{true: fmt.Sprintf("$%d", len(args)), false: "?"}[on.dialect == sqlfilter.PostgreSQL])
				}
				b.WriteString("SELECT CASE WHEN 1=0 AND (")
				raw.Walk(func(text string) { b.WriteString(text) }, arg)
				b.WriteString(") THEN 'it is out' ELSE CAST(")
				arg("the last")
				b.WriteString(" AS " + kinds[on.dialect] + ") END FROM (SELECT 1 AS one" + columns + ") AS named")
				var is string
				if on.QueryRow(b.String(), args...).Scan(&is) == nil {
					require.Equal(t, "the last", is, "%s", b.String())
					ran++
				}
			}
			t.Logf("%d of %d conditions ran", ran, len(texts))
			require.Greater(t, ran, 20)
		})
	}
}
