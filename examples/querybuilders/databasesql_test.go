package querybuilders

import (
	"context"
	"database/sql"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/sqlfilter"
)

func TestDatabaseSQL(t *testing.T) {
	everywhere(t, func(t *testing.T, d desk) {
		d.lists(t, func(ctx context.Context, visible sqlfilter.Fragment) ([]int64, error) {
			return DatabaseSQL(ctx, d.DB, visible)
		})
	})
}

// If a condition is left out when a list is empty, an agent without groups sees the
// whole account.
func TestDatabaseSQLEmptyList(t *testing.T) {
	naive := func(db *sql.DB, who *deskpolicy.Agent) ([]int64, error) {
		query, args := "SELECT id FROM tickets WHERE account_id = 'acme' AND status = 'open'", []any(nil)
		for group := range who.Groups {
			args = append(args, group)
		}
		if len(args) > 0 {
			query += " AND group_id IN (?" + strings.Repeat(", ?", len(args)-1) + ")"
		}
		return ids(db.Query(query, args...))
	}
	everywhere(t, func(t *testing.T, d desk) {
		leaks(t, idle)(naive(d.DB, idle))
		list, err := DatabaseSQL(t.Context(), d.DB, d.visibleTo(t, idle))
		require.NoError(t, err)
		assert.Empty(t, list)
	})
}
