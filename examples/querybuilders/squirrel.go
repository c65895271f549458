package querybuilders

import (
	"context"

	"github.com/Masterminds/squirrel"

	"github.com/deskpolicy/deskpolicy/sqlfilter"
)

// Squirrel lists the tickets with squirrel. The fragment is a Sqlizer, so squirrel numbers
// its placeholders together with the query's other ones.
func Squirrel(ctx context.Context, sq squirrel.StatementBuilderType, visible sqlfilter.Fragment) ([]int64, error) {
	return ids(sq.Select("id").From("tickets").
		Where(squirrel.Eq{"status": "open"}).
		Where(visible).
		OrderBy("updated_at DESC", "id DESC").
		QueryContext(ctx))
}
