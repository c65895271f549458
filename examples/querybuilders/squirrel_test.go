package querybuilders

import (
	"context"
	"testing"

	"github.com/Masterminds/squirrel"

	"github.com/deskpolicy/deskpolicy/sqlfilter"
)

func (d desk) squirrel() squirrel.StatementBuilderType {
	sq := squirrel.StatementBuilder.RunWith(d.DB)
	if d.dialect == sqlfilter.PostgreSQL {
		return sq.PlaceholderFormat(squirrel.Dollar)
	}
	return sq
}

func TestSquirrel(t *testing.T) {
	everywhere(t, func(t *testing.T, d desk) {
		d.lists(t, func(ctx context.Context, visible sqlfilter.Fragment) ([]int64, error) {
			return Squirrel(ctx, d.squirrel(), visible)
		})
	})
}

// Squirrel joins conditions without parentheses: in an OR, the account and the status
// restrict only one side.
func TestSquirrelOr(t *testing.T) {
	everywhere(t, func(t *testing.T, d desk) {
		list := func(where any, args ...any) ([]int64, error) {
			return ids(d.squirrel().Select("id").From("tickets").
				Where(squirrel.Eq{"account_id": "acme"}).
				Where(where, args...).
				Where(squirrel.Eq{"status": "open"}).
				OrderBy("updated_at DESC", "id DESC").
				Query())
		}
		leaks(t, riya)(list(bare, bareArgs...))
		selects(t)(list("("+bare+")", bareArgs...))
		selects(t)(list(d.visibleTo(t, riya)))
	})
}
