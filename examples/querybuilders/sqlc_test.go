package querybuilders

import (
	"os"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/examples/querybuilders/sqlc"
	"github.com/deskpolicy/deskpolicy/sqlfilter"
)

// paramsOf returns the arguments for the subject.
func paramsOf(t *testing.T, who deskpolicy.Subject) sqlfilter.Params {
	t.Helper()
	params, err := sqlfilter.NewParams(deskpolicy.FilterFor(who, deskpolicy.TicketView).NoneConfidential())
	require.NoError(t, err)
	return params
}

// withSqlc runs the test with each mode of pgx, which sqlc's code uses.
func withSqlc(t *testing.T, test func(*testing.T, *pgx.Conn)) {
	d := postgres(t)
	for _, mode := range pgxModes {
		t.Run(mode.String(), func(t *testing.T) {
			d.withPgx(t, mode, func(db *pgx.Conn) { test(t, db) })
		})
	}
}

func TestSqlc(t *testing.T) {
	withSqlc(t, func(t *testing.T, db *pgx.Conn) {
		for name, who := range subjects() {
			got, err := Sqlc(t.Context(), db, paramsOf(t, who))
			require.NoError(t, err, name)
			same(t, matching(who, "open"), got, name)
		}
	})
}

// An optional filter of a static query, which is disabled if its argument is NULL, is
// disabled for an agent without groups. In the example, NULL lists select nothing, and
// so do the zero Params.
func TestSqlcNull(t *testing.T) {
	const optional = `SELECT id FROM tickets
WHERE account_id = $1 AND status = 'open' AND ($2::text[] IS NULL OR group_id = ANY ($2::text[]))
ORDER BY updated_at DESC, id DESC`
	withSqlc(t, func(t *testing.T, db *pgx.Conn) {
		params := paramsOf(t, idle)
		rows, err := db.Query(t.Context(), optional, "acme", params.Groups)
		require.NoError(t, err)
		leaks(t, idle)(pgx.CollectRows(rows, pgx.RowTo[int64]))

		for _, nothing := range []sqlfilter.Params{params, {}, {Account: "acme"}} {
			got, err := Sqlc(t.Context(), db, nothing)
			require.NoError(t, err)
			assert.Empty(t, got)
		}
	})
}

// Every field of Params is an argument of the query, except those that a filter for
// TicketView never sets.
func TestSqlcParams(t *testing.T) {
	arguments := reflect.TypeFor[sqlc.OpenTicketsParams]()
	params := reflect.TypeFor[sqlfilter.Params]()
	var missing []string
	for i := range params.NumField() {
		field, found := arguments.FieldByName(params.Field(i).Name)
		if !found {
			missing = append(missing, params.Field(i).Name)
			continue
		}
		assert.Equal(t, params.Field(i).Type, field.Type, field.Name)
	}
	assert.Equal(t, []string{"Companies"}, missing)
	for name, who := range subjects() {
		p := paramsOf(t, who)
		assert.Empty(t, p.Companies, name)
	}
}

// The generated code is up to date with the query.
func TestSqlcGenerated(t *testing.T) {
	query, err := os.ReadFile("sqlc/queries.sql")
	require.NoError(t, err)
	code, err := os.ReadFile("sqlc/queries.sql.go")
	require.NoError(t, err)
	var names []string
	numbered := regexp.MustCompile(`@\w+`).ReplaceAllStringFunc(string(query), func(name string) string {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
		return "$" + strconv.Itoa(1+slices.Index(names, name))
	})
	assert.Contains(t, string(code), "`"+strings.TrimSuffix(strings.TrimSpace(numbered), ";")+"\n`")
}
