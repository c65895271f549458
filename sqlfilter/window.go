package sqlfilter

import (
	"slices"
	"strconv"

	"github.com/deskpolicy/deskpolicy/internal/thresholds"
)

// If a filter has very many values, most pages consist of rows that are among the
// newest in their workspaces. So PostgreSQL scans the newest rows first, and looks up
// the values only if the scan does not fill the page. If it does, lookups would have
// found the same rows, because all other rows come later in the order.

// window writes the page of the clauses: from the first rows of the places if they
// fill the page, and otherwise from lookups.
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

// hits writes a query for those of the places' first rows that the filter selects. It
// computes the filter as a column of the rows, so that they stay in order and
// PostgreSQL stops reading when the page is full.
func (p *pager) hits(w *writer, places []clause, columns []string) {
	newest, hit := p.prefix+"n", p.prefix+"hit"
	first := *p
	first.limit = thresholds.Newest / len(places) // for each place, and so Newest for all of them
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

// writeTest writes the conjunction of the filter and the host's conditions.
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

// places returns clauses that select a superset of the filter's rows: one for each
// workspace in the filter, or one for the whole account.
func (p *pager) places() []clause {
	all, seen := oneOf{column: p.Workspace}, map[any]bool{}
	for _, cl := range p.clauses {
		i := slices.IndexFunc(cl, func(t term) bool {
			in, ok := t.(oneOf)
			return ok && p.Workspace.exists() && in.column == p.Workspace
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

// scansNewestFirst reports whether the first rows of the places are scanned before
// values are looked up, which pays if there can be very many values.
func (p *pager) scansNewestFirst(places []clause) bool {
	known, unknown := p.lookUps()
	return p.dialect == PostgreSQL && len(places) <= thresholds.Values && p.limit <= thresholds.Newest/len(places) &&
		(known > thresholds.Looked || len(unknown) > 0)
}

// lookUps returns the known number of values that are looked up, and the related
// rows whose number is not known.
func (p *pager) lookUps() (known int, unknown []relatedRows) {
	for _, cl := range p.splitNulls(p.clauses) {
		known += p.combinationCount(cl)
		for _, t := range cl {
			if in, ok := t.(inRelated); ok && in.rows.keyCount() == 0 {
				unknown = append(unknown, in.rows)
			}
		}
	}
	return known, unknown
}

// onlyIfMany writes the condition that there are very many values to look up,
// unless that is known already.
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
