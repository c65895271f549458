package sqlfilter_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/seeds"
	"github.com/deskpolicy/deskpolicy/sqlfilter"
)

// The fuzz targets. Their seeds are in testdata/fuzz, each with a reason;
// verify/fuzz/run runs them.

// FuzzArguments tests that IDs are passed as arguments and never become SQL text:
// the statement does not depend on them.
func FuzzArguments(f *testing.F) {
	f.Fuzz(func(t *testing.T, id string) {
		if !isID(id) {
			t.Skip("no ID, or another one's")
		}
		for _, d := range dialects {
			var texts [2]string
			for i, name := range []string{id, "c1"} {
				filter := deskpolicy.FilterFor(sam(deskpolicy.AgentID(name), deskpolicy.ContactID(name)), deskpolicy.TicketView)
				request := sqlfilter.PageRequest{Order: "updated_at", Limit: 2}
				after, err := request.CursorAfter(name, name)
				require.NoError(t, err)
				request.After = after
				where, err := sqlfilter.Where(filter, whole(), d)
				require.NoError(t, err)
				page, err := sqlfilter.Page(filter, whole(), d, request)
				require.NoError(t, err)
				count, err := sqlfilter.Count(filter, whole(), d)
				require.NoError(t, err)
				for _, f := range []sqlfilter.Fragment{where, page, count} {
					text, args := f.SQL(1)
					texts[i] += text
					if name == id {
						assert.Contains(t, args, id)
					}
				}
			}
			require.Equal(t, texts[1], texts[0])
		}
	})
}

func isID(id string) bool {
	return id != "" && id != "c2" && !strings.ContainsRune(id, 0) && strings.ToValidUTF8(id, "") == id
}

// FuzzCursor unmarshals arbitrary text. Accepted text is the only form of its cursor,
// which Next could have returned; other text leaves the cursor unchanged.
func FuzzCursor(f *testing.F) {
	before, err := sqlfilter.PageRequest{Order: "updated_at"}.CursorAfter(7, "before")
	require.NoError(f, err)
	filter := deskpolicy.FilterFor(riya, deskpolicy.TicketView)
	f.Fuzz(func(t *testing.T, text []byte) {
		cursor := before
		if err := cursor.UnmarshalText(text); err != nil {
			require.Equal(t, before, cursor)
			return
		}
		again, err := cursor.MarshalText()
		require.NoError(t, err)
		require.Equal(t, string(text), string(again), "one text, one cursor")
		if len(text) == 0 {
			require.Equal(t, sqlfilter.Cursor{}, cursor)
			return
		}
		request, value, id := partsOf(t, text)
		made, err := request.CursorAfter(value, id)
		require.NoError(t, err, "what is read could have been made")
		require.True(t, made == cursor, "and is the same")

		for _, d := range dialects {
			request.After, request.Limit = cursor, 2
			page, err := sqlfilter.Page(filter, whole(), d, request)
			if err != nil {
				continue // the order names a column that cannot exist, or is by ID and has a value
			}
			request.After, err = request.CursorAfter("x", "y")
			require.NoError(t, err)
			other, err := sqlfilter.Page(filter, whole(), d, request)
			require.NoError(t, err)
			got, _ := page.SQL(1)
			want, _ := other.SQL(1)
			require.Equal(t, want, got, "nothing of a cursor becomes text")
		}
	})
}

// partsOf decodes a cursor's text.
func partsOf(t *testing.T, text []byte) (request sqlfilter.PageRequest, value any, id string) {
	t.Helper()
	plain, err := base64.RawURLEncoding.DecodeString(string(text))
	require.NoError(t, err)
	var parts struct {
		O, K, V, I string
		A          bool
	}
	require.NoError(t, json.Unmarshal(plain, &parts))
	switch parts.K {
	case "i":
		value, err = strconv.ParseInt(parts.V, 10, 64)
	case "s":
		value = parts.V
	case "t":
		value, err = time.Parse(time.RFC3339Nano, parts.V)
	}
	require.NoError(t, err)
	return sqlfilter.PageRequest{Order: parts.O, Ascending: parts.A}, value, parts.I
}

// FuzzRaw passes arbitrary text to Raw. Accepted conditions stay inside their
// parentheses in each of the databases' lexers, and keep their arguments.
func FuzzRaw(f *testing.F) {
	filter := deskpolicy.FilterFor(riya, deskpolicy.TicketView)
	f.Fuzz(func(t *testing.T, text string) {
		raw, args, accepted := accept(text)
		if !accepted {
			require.Equal(t, sqlfilter.Fragment{}, raw, "what is refused gives nothing")
			return
		}
		written, _, err := raw.ToSql()
		require.NoError(t, err)
		require.Equal(t, text, written)
		for _, l := range lexers {
			page, err := sqlfilter.Page(filter, whole(), l.dialect, sqlfilter.PageRequest{Limit: 1, Conditions: []sqlfilter.Fragment{raw}})
			require.NoError(t, err)
			statement, got := page.SQL(1)
			for _, arg := range args {
				require.Contains(t, got, arg)
			}
			if l.dialect != sqlfilter.PostgreSQL {
				require.Contains(t, statement, "("+text+")")
			}
			is := l.read(statement)
			if is.illegal {
				continue
			}
			require.True(t, is.contained, "%s: it does not stay within its parentheses", l.name)
			for i, placeholder := range is.placeholders {
				want := "?"
				if l.dialect == sqlfilter.PostgreSQL {
					want = fmt.Sprintf("$%d", i+1)
				}
				require.Equal(t, want, placeholder, l.name)
			}
			require.Len(t, is.placeholders, len(got), l.name)
			require.True(t, l.read(strings.ReplaceAll(text, "?", " ")).contained, "%s: it does not stay within its parentheses", l.name)
		}
	})
}

// accept returns the condition with as many arguments as it has placeholders, and
// the arguments.
func accept(text string) (raw sqlfilter.Fragment, args []any, accepted bool) {
	for i := range strings.Count(text, "?") + 1 {
		raw, err := sqlfilter.Raw(text, args...)
		if err == nil {
			return raw, args, true
		}
		args = append(args, fmt.Sprintf("argument %d", i))
	}
	return raw, nil, false
}

// FuzzColumns describes tables with arbitrary names. Accepted names are quoted
// everywhere, and the rest of the statement does not depend on them, except for
// generated aliases, whose prefix differs from every table's name.
func FuzzColumns(f *testing.F) {
	madeUp := regexp.MustCompile(`^(?i:vw*)?`)
	filter := deskpolicy.FilterFor(riya, deskpolicy.TicketView)
	f.Fuzz(func(t *testing.T, column, schema string) {
		if column == "" || strings.Contains(schema, ".") {
			t.Skip("no column, or two names")
		}
		described := func(column, schema string) sqlfilter.Table[deskpolicy.Ticket] {
			table := whole()
			table.Group, table.Alias = sqlfilter.TextColumn(column), "t"
			table.Name = schema + ".tickets"
			return table
		}
		plainSchema := madeUp.FindString(schema) + "PLAIN_SCHEMA"
		for _, d := range dialects {
			quote := func(name string) string {
				mark := map[bool]string{true: "`", false: `"`}[d == sqlfilter.MariaDB]
				return mark + strings.Join(strings.Split(name, mark), mark+mark) + mark
			}
			request := sqlfilter.PageRequest{Order: "updated_at", Limit: 3}
			page, err := sqlfilter.Page(filter, described(column, schema), d, request)
			if err != nil {
				require.Equal(t, sqlfilter.Fragment{}, page, "what is refused gives nothing")
				return
			}
			plain, err := sqlfilter.Page(filter, described("PLAIN_COLUMN", plainSchema), d, request)
			require.NoError(t, err)
			got, args, err := page.ToSql()
			require.NoError(t, err)
			want, plainArgs, err := plain.ToSql()
			require.NoError(t, err)
			want = strings.NewReplacer(quote("PLAIN_COLUMN"), quote(column), quote(plainSchema), quote(schema)).Replace(want)
			require.Equal(t, want, got)
			require.Equal(t, plainArgs, args)
		}
	})
}

// Each seed has the result that its reason states.
func TestSeeds(t *testing.T) {
	for target, accepts := range map[string]func(v []any) bool{
		"FuzzArguments": func(v []any) bool { return isID(v[0].(string)) },
		"FuzzCursor":    func(v []any) bool { return new(sqlfilter.Cursor).UnmarshalText(v[0].([]byte)) == nil },
		"FuzzRaw": func(v []any) bool {
			_, _, accepted := accept(v[0].(string))
			return accepted
		},
		"FuzzColumns": func(v []any) bool {
			table := whole()
			table.Group, table.Name = sqlfilter.TextColumn(v[0].(string)), v[1].(string)+".tickets"
			_, err := sqlfilter.Where(deskpolicy.FilterFor(riya, deskpolicy.TicketView), table, sqlfilter.PostgreSQL)
			return err == nil
		},
	} {
		t.Run(target, func(t *testing.T) {
			kept, err := seeds.Of(".", target)
			require.NoError(t, err)
			for _, seed := range kept {
				assert.Equal(t, map[bool]string{true: "accepted", false: "refused"}[accepts(seed.Values)], seed.Outcome(), seed.Name)
			}
		})
	}
}
