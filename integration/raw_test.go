package integration

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy/sqlfilter"
)

// rawTexts returns texts made of the marks of quotes, comments, variables and
// placeholders in any of the databases: short combinations of all marks, and texts
// that would leave their parentheses if quotes were misread. Texts that Raw rejects
// are left out.
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

// odd are column names that some of the databases read as quotes.
var odd = []string{"'", `"`, "`", "[", "]", "$$", "$a$", "/*", "*/", "--", "#", "x"}

// TestRawIsContained runs conditions that Raw accepts inside an expression that is
// false, with an argument after them: if the database accepts the statement, the
// expression is still false, and the argument is still the last one.
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
