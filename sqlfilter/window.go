package sqlfilter

import (
	"slices"
	"strconv"

	"github.com/deskpolicy/deskpolicy/internal/thresholds"
)

// Where very many values would have to be looked up, most pages are full of rows
// that are among the newest of all. So PostgreSQL looks through the newest first,
// and looks up the values only if those do not fill the page. What fills it is
// what the look-ups would have found: all other rows come later in the order.

// window writes the page of the arms, of which those rows come first that are
// among the first of the places.
func (p *pager) window(w *writer, places, clauses []clause) {
	hits, key := w.quote(p.prefix+"hits"), p.prefix+"k"
	found := func(than string) {
		w.write(" WHERE (SELECT COUNT(*) FROM ", hits, ")", than, strconv.Itoa(p.limit))
	}
	inner := p.otherColumns(p.columns)
	w.write("WITH ", hits, " AS MATERIALIZED (")
	p.hits(w, places, inner)
	w.write(") SELECT ", p.selected(key, p.columns), " FROM (SELECT ", p.selected(p.prefix+"hits", inner), " FROM ", hits)
	found(" = ")
	w.write(" UNION ALL SELECT ", p.selected(key, inner), " FROM (")
	p.page(w, clauses, inner)
	w.write(") AS ", w.quote(key))
	found(" < ")
	w.write(") AS ", w.quote(key))
	p.orderBy(w, key)
}

// hits writes those of the first rows that the filter selects. Whether it does is
// a column of theirs, so that they stay in order, and no more of them are read
// than fill the page.
func (p *pager) hits(w *writer, places []clause, columns []string) {
	newest, hit := p.prefix+"n", p.prefix+"hit"
	first := *p
	first.limit = thresholds.Newest / len(places) // of each, and so of all of them
	first.where = nil
	var nulls []Column
	if len(places) == 1 {
		nulls = p.nulls(places[0])
	}
	inner := columns
	for _, c := range nulls {
		if !slices.Contains(inner, c.name) {
			inner = append(slices.Clone(inner), c.name)
		}
	}
	w.write("SELECT ", p.selected(newest, columns), " FROM (")
	for i, place := range places {
		if len(places) > 1 {
			w.write([]string{"SELECT * FROM ((", ") UNION ALL ("}[min(i, 1)])
		}
		w.write("SELECT ", p.selected(p.alias, inner), ", ")
		p.writeTest(w)
		w.write(" AS ", w.quote(hit))
		first.fromRows(w, place)
	}
	if len(places) > 1 {
		w.write(")) AS ", w.quote(newest))
		first.orderAndLimit(w, newest)
	}
	w.write(") AS ", w.quote(newest), " WHERE ", w.column(newest, Column{name: hit}))
	p.onlyIfMany(w)
	p.orderAndLimit(w, newest, nulls...)
}

// writeTest writes whether the filter selects the row, and the host's conditions do.
func (p *pager) writeTest(w *writer) {
	var tested []clause
	for _, cl := range p.clauses {
		tested = append(tested, cl.rechecked())
	}
	w.write("(")
	p.anyOf(w, tested)
	for _, f := range p.where {
		w.write(" AND ")
		w.fragment(f)
	}
	w.write(")")
}

// places returns arms that have all rows that the filter's arms have, and more:
// one for each workspace that one of them is in, or one for the account.
func (p *pager) places() []clause {
	all, seen := oneOf{column: p.Workspace}, map[any]bool{}
	for _, cl := range p.clauses {
		i := slices.IndexFunc(cl, func(t term) bool {
			in, is := t.(oneOf)
			return is && p.Workspace.exists() && in.column == p.Workspace
		})
		if i < 0 {
			return []clause{{}}
		}
		in := cl[i].(oneOf)
		all.orNull = all.orNull || in.orNull
		for _, v := range in.values {
			if !seen[v] {
				all.values, seen[v] = append(all.values, v), true
			}
		}
	}
	var places []clause
	for _, cl := range splitNull(clause{all}) {
		places = append(places, cl.combinations()...)
	}
	return places
}

// scansNewestFirst reports whether rows are looked for among the first of the places
// before values are looked up: if there may be very many.
func (p *pager) scansNewestFirst(places []clause) bool {
	known, unknown := p.lookUps()
	return p.dialect == PostgreSQL && len(places) <= thresholds.Values && p.limit <= thresholds.Newest/len(places) &&
		(known > thresholds.Looked || len(unknown) > 0)
}

// lookUps returns how many values are looked up, as far as that is known, and the
// queries of the others.
func (p *pager) lookUps() (known int, unknown []relatedRows) {
	for _, cl := range p.splitNulls(p.clauses) {
		known += p.combinationCount(cl)
		for _, t := range cl {
			if in, is := t.(inRelated); is && in.rows.keyCount() == 0 {
				unknown = append(unknown, in.rows)
			}
		}
	}
	return known, unknown
}

// onlyIfMany writes that very many values would have to be looked up, unless that
// is known.
func (p *pager) onlyIfMany(w *writer) {
	known, unknown := p.lookUps()
	if known > thresholds.Looked {
		return
	}
	w.write(" AND EXISTS (")
	for i, rows := range unknown {
		w.write([]string{"SELECT 1", " UNION ALL SELECT 1"}[min(i, 1)])
		rows.from(p.query, w, p.prefix+"s")
	}
	w.write(" OFFSET CAST(").arg(int64(thresholds.Looked - known)).write(" AS bigint))")
}
