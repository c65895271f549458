package querybuilders

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/deskpolicy/deskpolicy/sqlfilter"
)

// Pgx lists the tickets with pgx. The query already has the placeholder $1, so those of the
// fragment start at $2.
func Pgx(ctx context.Context, db *pgx.Conn, visible sqlfilter.Fragment) ([]int64, error) {
	text, args := visible.SQL(2)
	rows, err := db.Query(ctx, "SELECT id FROM tickets WHERE status = $1 AND "+text+" ORDER BY updated_at DESC, id DESC",
		append([]any{"open"}, args...)...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[int64])
}
