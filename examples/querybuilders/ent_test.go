package querybuilders

import (
	"context"
	"testing"

	"entgo.io/ent/dialect"
	entsql "entgo.io/ent/dialect/sql"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy/sqlfilter"
)

func (d desk) ent() dialect.Driver {
	if d.dialect == sqlfilter.PostgreSQL {
		return entsql.OpenDB(dialect.Postgres, d.DB)
	}
	return entsql.OpenDB(dialect.SQLite, d.DB)
}

// entQuery returns a query for the open tickets of the account that meet the predicate.
func (d desk) entQuery(where *entsql.Predicate) (string, []any) {
	return entsql.Dialect(d.ent().Dialect()).Select("id").From(entsql.Table("tickets")).
		Where(entsql.EQ("account_id", "acme")).
		Where(where).
		Where(entsql.EQ("status", "open")).
		OrderBy(entsql.Desc("updated_at"), entsql.Desc("id")).
		Query()
}

func (d desk) entList(where *entsql.Predicate) ([]int64, error) {
	text, args := d.entQuery(where)
	return ids(d.Query(text, args...))
}

func TestEnt(t *testing.T) {
	everywhere(t, func(t *testing.T, d desk) {
		d.lists(t, func(ctx context.Context, visible sqlfilter.Fragment) ([]int64, error) {
			return Ent(ctx, d.ent(), visible)
		})
	})
}

// Ent joins predicates without parentheses: in an OR, the account and the status
// restrict only one side.
func TestEntOr(t *testing.T) {
	byHand := func(left, right string) *entsql.Predicate {
		return entsql.P(func(b *entsql.Builder) {
			b.WriteString(left + "group_id = ").Arg("billing").WriteString(" OR assignee_id = ").Arg("riya").WriteString(right)
		})
	}
	everywhere(t, func(t *testing.T, d desk) {
		leaks(t, riya)(d.entList(byHand("", "")))
		selects(t)(d.entList(byHand("(", ")")))
		selects(t)(d.entList(EntPredicate(d.visibleTo(t, riya))))
	})
}

// ExprP does not change the text: in PostgreSQL "?" is not a placeholder, and numbers
// that begin with 1 refer to other arguments.
func TestEntExprP(t *testing.T) {
	d := postgres(t)
	visible := d.visibleTo(t, gina)
	for name, of := range map[string]func() (string, []any){
		"?":  func() (string, []any) { text, args, _ := visible.ToSql(); return text, args },
		"$1": func() (string, []any) { return visible.SQL(1) },
	} {
		text, args := of()
		query, _ := d.entQuery(entsql.ExprP(text, args...))
		assert.Contains(t, query, `WHERE ("account_id" = $1 AND `+text+`) AND "status" = $4`, name)
		_, err := d.entList(entsql.ExprP(text, args...))
		require.Error(t, err, name)
		t.Log(err)
	}
	query, args := d.entQuery(EntPredicate(visible))
	text, _ := visible.SQL(2)
	assert.Contains(t, query, `WHERE ("account_id" = $1 AND `+text+`) AND "status" = $4`)
	assert.Len(t, args, 4)
}
