package querybuilders

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"
	"github.com/uptrace/bun/dialect/sqlitedialect"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/sqlfilter"
)

func (d desk) bun() *bun.DB {
	if d.dialect == sqlfilter.PostgreSQL {
		return bun.NewDB(d.DB, pgdialect.New())
	}
	return bun.NewDB(d.DB, sqlitedialect.New())
}

// bunIDs runs the query.
func bunIDs(t *testing.T, q *bun.SelectQuery) (list []int64, err error) {
	err = q.Column("id").Order("updated_at DESC", "id DESC").Scan(t.Context(), &list)
	return list, err
}

func TestBun(t *testing.T) {
	everywhere(t, func(t *testing.T, d desk) {
		d.lists(t, func(ctx context.Context, visible sqlfilter.Fragment) ([]int64, error) {
			return Bun(ctx, d.bun(), visible)
		})
	})
}

// Bun puts each Where into parentheses, but a WhereOr is an alternative to all of them.
// The query's own conditions go into one group, or apply to a table of only the visible
// tickets.
func TestBunWhereOr(t *testing.T) {
	unsolved := func(q *bun.SelectQuery) *bun.SelectQuery {
		return q.Where("status = ?", "open").WhereOr("status = ?", "pending")
	}
	everywhere(t, func(t *testing.T, d desk) {
		seen := func() *bun.SelectQuery {
			return d.bun().NewSelect().Model((*BunTicket)(nil)).Apply(BunVisible(d.visibleTo(t, riya)))
		}
		leaks(t, riya)(bunIDs(t, unsolved(seen())))

		list, err := bunIDs(t, seen().WhereGroup(" AND ", unsolved))
		require.NoError(t, err)
		assert.Equal(t, matching(riya, "open", "pending"), list)

		list, err = bunIDs(t, unsolved(d.bun().NewSelect().TableExpr("(?) AS tickets", seen().Column("id", "status", "updated_at"))))
		require.NoError(t, err)
		assert.Equal(t, matching(riya, "open", "pending"), list)
	})
}

// Bun gives tables an alias that a fragment does not use, unless the model or the
// fragment's table sets it.
func TestBunAlias(t *testing.T) {
	type Ticket struct {
		ID     int64 `bun:"id,pk"`
		Status string
	}
	everywhere(t, func(t *testing.T, d desk) {
		query := d.bun().NewSelect().Model((*Ticket)(nil)).Where("status = ?", "open")
		_, err := bunIDs(t, query.Clone().Apply(BunVisible(d.visibleTo(t, riya))))
		require.Error(t, err)
		t.Log(err)

		table := Tickets
		table.Alias = "ticket"
		visible, err := sqlfilter.Where(deskpolicy.FilterFor(riya, deskpolicy.TicketView), table, d.dialect)
		require.NoError(t, err)
		selects(t)(bunIDs(t, query.Clone().Apply(BunVisible(visible))))
	})
}
