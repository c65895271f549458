package querybuilders

import (
	"context"

	"entgo.io/ent/dialect"
	entsql "entgo.io/ent/dialect/sql"

	"github.com/deskpolicy/deskpolicy/sqlfilter"
)

// EntPredicate returns the fragment as a predicate; ent numbers the placeholders. Use it
// with generated code like this:
//
//	client.Ticket.Query().Where(func(s *entsql.Selector) { s.Where(EntPredicate(visible)) })
func EntPredicate(visible sqlfilter.Fragment) *entsql.Predicate {
	return entsql.P(func(b *entsql.Builder) {
		visible.Walk(func(text string) { b.WriteString(text) }, func(arg any) { b.Arg(arg) })
	})
}

// Ent lists the tickets with the builder that ent's generated code uses.
func Ent(ctx context.Context, db dialect.Driver, visible sqlfilter.Fragment) (list []int64, err error) {
	text, args := entsql.Dialect(db.Dialect()).Select("id").From(entsql.Table("tickets")).
		Where(entsql.EQ("status", "open")).
		Where(EntPredicate(visible)).
		OrderBy(entsql.Desc("updated_at"), entsql.Desc("id")).
		Query()
	var rows entsql.Rows
	if err := db.Query(ctx, text, args, &rows); err != nil {
		return nil, err
	}
	defer rows.Close()
	return list, entsql.ScanSlice(&rows, &list)
}
