package querybuilders

import (
	"context"
	"database/sql"

	"github.com/deskpolicy/deskpolicy/sqlfilter"
)

// DatabaseSQL lists the tickets with the standard library.
func DatabaseSQL(ctx context.Context, db *sql.DB, visible sqlfilter.Fragment) ([]int64, error) {
	text, args := visible.SQL(1)
	return ids(db.QueryContext(ctx, "SELECT id FROM tickets WHERE status = 'open' AND "+text+" ORDER BY updated_at DESC, id DESC", args...))
}
