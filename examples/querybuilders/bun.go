package querybuilders

import (
	"context"

	"github.com/uptrace/bun"

	"github.com/deskpolicy/deskpolicy/sqlfilter"
)

// A BunTicket is a row of the desk's tickets, for bun. Its tag sets the alias that the
// fragment uses; bun's default would be "bun_ticket".
type BunTicket struct {
	bun.BaseModel `bun:"table:tickets,alias:tickets"`

	ID     int64 `bun:"id,pk"`
	Status string
}

// BunVisible returns the fragment as a function for Apply.
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
