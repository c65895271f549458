package querybuilders

import (
	"context"

	"github.com/uptrace/bun"

	"github.com/deskpolicy/deskpolicy/sqlfilter"
)

// A BunTicket is a row of the desk's tickets, for bun, which would call the table
// "bun_ticket" if it were not told what the fragment calls it.
type BunTicket struct {
	bun.BaseModel `bun:"table:tickets,alias:tickets"`

	ID     int64 `bun:"id,pk"`
	Status string
}

// BunVisible returns the fragment as what Apply takes.
func BunVisible(visible sqlfilter.Fragment) func(*bun.SelectQuery) *bun.SelectQuery {
	return func(q *bun.SelectQuery) *bun.SelectQuery {
		text, args, _ := visible.ToSql()
		return q.Where(text, args...)
	}
}

// Bun lists the tickets with bun.
func Bun(ctx context.Context, db *bun.DB, visible sqlfilter.Fragment) (list []int64, err error) {
	err = db.NewSelect().Model((*BunTicket)(nil)).Column("id").
		Apply(BunVisible(visible)).
		Where("status = ?", "open").
		Order("updated_at DESC", "id DESC").
		Scan(ctx, &list)
	return list, err
}
