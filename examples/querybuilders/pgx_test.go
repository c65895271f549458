package querybuilders

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy/sqlfilter"
)

// withPgx runs the test with a connection in the query execution mode.
func (d desk) withPgx(t *testing.T, mode pgx.QueryExecMode, test func(*pgx.Conn)) {
	t.Helper()
	config := d.server.Copy()
	config.DefaultQueryExecMode = mode
	db, err := pgx.ConnectConfig(t.Context(), config)
	require.NoError(t, err)
	defer db.Close(t.Context())
	test(db)
}

var pgxModes = []pgx.QueryExecMode{
	pgx.QueryExecModeCacheStatement, pgx.QueryExecModeCacheDescribe, pgx.QueryExecModeDescribeExec,
	pgx.QueryExecModeExec, pgx.QueryExecModeSimpleProtocol, // as with a connection pooler
}

func TestPgx(t *testing.T) {
	d := postgres(t)
	for _, mode := range pgxModes {
		t.Run(mode.String(), func(t *testing.T) {
			d.withPgx(t, mode, func(db *pgx.Conn) {
				d.lists(t, func(ctx context.Context, visible sqlfilter.Fragment) ([]int64, error) {
					return Pgx(ctx, db, visible)
				})
			})
		})
	}
}

// Numbers that begin with 1 refer to the query's own arguments. PostgreSQL reports an
// error here, because there are more arguments than numbers.
func TestPgxNumbers(t *testing.T) {
	d := postgres(t)
	d.withPgx(t, pgx.QueryExecModeCacheStatement, func(db *pgx.Conn) {
		text, args := d.visibleTo(t, riya).SQL(1)
		rows, err := db.Query(t.Context(), "SELECT id FROM tickets WHERE status = $1 AND "+text, append([]any{"open"}, args...)...)
		if err == nil {
			_, err = pgx.CollectRows(rows, pgx.RowTo[int64])
		}
		require.Error(t, err)
		t.Log(err)
	})
}
