package querybuilders

import (
	"context"

	"github.com/doug-martin/goqu/v9"

	"github.com/deskpolicy/deskpolicy/sqlfilter"
)

// Goqu lists the tickets with goqu. The fragment must be a separate literal, not part of a
// longer one. Without Prepared, goqu writes the values into the text.
func Goqu(ctx context.Context, db *goqu.Database, visible sqlfilter.Fragment) (list []int64, err error) {
	text, args, _ := visible.ToSql()
	err = db.From("tickets").Prepared(true).Select("id").
		Where(goqu.Ex{"status": "open"}, goqu.L(text, args...)).
		Order(goqu.C("updated_at").Desc(), goqu.C("id").Desc()).
		ScanValsContext(ctx, &list)
	return list, err
}
