package querybuilders

import (
	"context"
	"testing"

	"github.com/doug-martin/goqu/v9"
	_ "github.com/doug-martin/goqu/v9/dialect/postgres"
	_ "github.com/doug-martin/goqu/v9/dialect/sqlite3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy/sqlfilter"
)

func (d desk) goqu() *goqu.Database {
	if d.dialect == sqlfilter.PostgreSQL {
		return goqu.New("postgres", d.DB)
	}
	return goqu.New("sqlite3", d.DB)
}

// goquList lists the tickets of the account that meet the conditions.
func (d desk) goquList(t *testing.T, prepared bool, where ...goqu.Expression) (list []int64, err error) {
	where = append(where, goqu.Ex{"account_id": "acme", "status": "open"})
	query := d.goqu().From("tickets").Prepared(prepared).Select("id").
		Where(where...).
		Order(goqu.C("updated_at").Desc(), goqu.C("id").Desc())
	text, args, _ := query.ToSQL()
	t.Log(text, args)
	return list, query.ScanValsContext(t.Context(), &list)
}

func TestGoqu(t *testing.T) {
	everywhere(t, func(t *testing.T, d desk) {
		d.lists(t, func(ctx context.Context, visible sqlfilter.Fragment) ([]int64, error) {
			return Goqu(ctx, d.goqu(), visible)
		})
	})
}

// Goqu joins literals without parentheses: in an OR, the account and the status
// restrict only one side.
func TestGoquOr(t *testing.T) {
	everywhere(t, func(t *testing.T, d desk) {
		text, args, _ := d.visibleTo(t, riya).ToSql()
		leaks(t, riya)(d.goquList(t, true, goqu.L(bare, bareArgs...)))
		selects(t)(d.goquList(t, true, goqu.L("("+bare+")", bareArgs...)))
		selects(t)(d.goquList(t, true, goqu.L(text, args...)))
	})
}

// Goqu reads every "?" in a literal as a placeholder, even in quotes. Here the text
// that a user searches for is inserted at the end of "Why?", outside quotes.
func TestGoquQuestionMark(t *testing.T) {
	everywhere(t, func(t *testing.T, d desk) {
		text, args, _ := d.visibleTo(t, riya).ToSql()
		search := ` OR 1=1))) --`
		why := "(subject <> 'Why?' OR subject = ?)"
		leaks(t, riya)(d.goquList(t, false, goqu.L("("+why+" AND "+text+")", append([]any{search}, args...)...)))

		// As separate literals, with the query's own condition as an expression, no value is shifted.
		own := goqu.Or(goqu.C("subject").Neq("Why?"), goqu.C("subject").Eq(search))
		list, err := d.goquList(t, true, own, goqu.L(text, args...))
		require.NoError(t, err)
		assert.Empty(t, list)
	})
}
