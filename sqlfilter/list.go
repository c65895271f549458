package sqlfilter

import (
	"slices"
	"strconv"

	"github.com/deskpolicy/deskpolicy/internal/thresholds"
)

// maxLookups returns the maximum number of combinations of a clause's values that are
// looked up one by one.
func (p *pager) maxLookups() int {
	return [...]int{PostgreSQL: thresholds.PostgreSQL, MariaDB: thresholds.MariaDB, SQLite: thresholds.SQLite}[p.dialect]
}

// splitForLookup splits NULL from the values of each clause. Where each value needs a
// clause of its own, it also splits by value.
func (p *pager) splitForLookup(clauses ...clause) (divided []clause) {
	if few, all := p.mergeable(clauses); all {
		return few
	}
	for _, cl := range p.splitNulls(clauses) {
		few := p.combinationCount(cl) <= p.maxLookups()
		switch {
		case p.findsUnordered(cl), !few && p.dialect != MariaDB:
			divided = append(divided, cl.whole())
		case few && p.dialect == MariaDB:
			divided = append(divided, cl.combinations()...)
		default:
			divided = append(divided, cl)
		}
	}
	return divided
}

// mergeable returns a clause for each combination of values, and reports whether
// they cover all clauses and are few enough for PostgreSQL to merge.
func (p *pager) mergeable(clauses []clause) (few []clause, all bool) {
	if p.dialect != PostgreSQL || !p.ordered {
		return nil, false
	}
	for _, cl := range p.splitNulls(clauses) {
		switch {
		case p.findsUnordered(cl):
			few = append(few, cl.whole())
		case slices.ContainsFunc(cl, func(t term) bool { return lookupCount(t) > thresholds.Values }):
			return nil, false
		default:
			few = append(few, cl.combinations()...)
		}
	}
	return few, len(few) <= thresholds.Clauses && !slices.ContainsFunc(few, p.isLong)
}

// lookupCount returns the number of values the term has, or 0 if it is not known.
func lookupCount(t term) int {
	switch t := t.(type) {
	case oneOf:
		return len(t.values)
	case inRelated:
		return t.rows.keyCount()
	}
	return 0
}

// splitNull splits the clause by its first term that allows NULL: into a clause with
// the term's values, if it has any, and one with NULL.
func splitNull(cl clause) []clause {
	for i, t := range cl {
		in, ok := t.(oneOf)
		if !ok || !in.orNull {
			continue
		}
		null := slices.Clone(cl)
		null[i] = oneOf{column: in.column, orNull: true}
		if len(in.values) == 0 {
			return []clause{null}
		}
		some := slices.Clone(cl)
		some[i] = oneOf{column: in.column, values: in.values}
		return []clause{some, null}
	}
	return []clause{cl}
}

// splitNulls splits NULL from the values in all clauses, except in those for which
// findsUnordered is true.
func (q *query) splitNulls(clauses []clause) (divided []clause) {
	for _, cl := range clauses {
		if q.findsUnordered(cl) {
			divided = append(divided, cl)
		} else {
			divided = append(divided, splitNull(cl)...)
		}
	}
	return divided
}

// combinationCount returns the number of combinations of the clause's values. A term
// with an unknown number of values counts as one.
func (p *pager) combinationCount(cl clause) int {
	n := 1
	for _, t := range cl {
		if _, ok := t.(inRelated); !ok || p.dialect != MariaDB { // MariaDB joins related rows
			n *= max(lookupCount(t), 1)
		}
	}
	return n
}

// whole returns the clause with all of its terms marked whole.
func (cl clause) whole() clause {
	tests := slices.Clone(cl)
	for i := range tests {
		tests[i] = whole{tests[i]}
	}
	return tests
}

// combinations returns a clause for each combination of the clause's values.
func (cl clause) combinations() []clause {
	for i, t := range cl {
		if in, ok := t.(oneOf); ok && len(in.values) > 1 {
			var all []clause
			for _, v := range in.values {
				one := slices.Clone(cl)
				one[i] = oneOf{column: in.column, values: []any{v}}
				all = append(all, one.combinations()...)
			}
			return all
		}
	}
	return []clause{cl}
}

// whole is a term that is not looked up value by value.
type whole struct{ term }

// isLookedUp reports whether the term is looked up value by value.
func (p *pager) isLookedUp(t term) bool {
	switch t := t.(type) {
	case oneOf:
		// MariaDB looks up arguments one by one anyway; a table of values cannot hold NULL.
		return len(t.values) > 1 && (p.dialect != MariaDB || len(t.values) > p.inlineLimit && !t.orNull)
	case inRelated:
		return true
	}
	return false
}

// lookedUp splits the clause into the terms that are looked up value by value and
// the rest. In MariaDB, only the last such term is looked up.
func (p *pager) lookedUp(cl clause) (lists, rest clause) {
	for _, t := range cl {
		switch {
		case !p.isLookedUp(t):
			rest = append(rest, t)
		case p.dialect == MariaDB && len(lists) > 0:
			rest, lists = append(rest, lists...), clause{t}
		default:
			lists = append(lists, t)
		}
	}
	return lists, rest
}

// findsUnordered reports whether PostgreSQL finds all rows of the clause through an
// index that does not return them in order: on their IDs or on arrays.
func (q *query) findsUnordered(cl clause) bool {
	return q.dialect == PostgreSQL && slices.ContainsFunc(cl, func(t term) bool {
		if unsplit, ok := t.(whole); ok {
			t = unsplit.term
		}
		in, ok := t.(inRelated)
		return searches(t) || ok && in.column == q.ID
	})
}

// isLong reports whether the clause can have many more rows than the page, so that
// only the order's columns are read for them.
func (p *pager) isLong(cl clause) bool {
	return slices.ContainsFunc(cl, func(t term) bool {
		all, ok := t.(whole)
		return p.isLookedUp(t) || ok && p.isLookedUp(all.term) && !p.findsUnordered(cl)
	})
}

// listed is a term that compares its column with the rows of a list.
type listed struct {
	term
	name string
}

func (t listed) writeTo(q *query, w *writer) {
	var c, values Column
	switch t := t.term.(type) {
	case oneOf:
		c, values = t.column, t.column
	case inRelated:
		c, values = t.column, t.rows.key
	}
	ref, value := q.ref(c), w.quote(t.name)+".value"
	w.withChecks(func() {
		if w.dialect == MariaDB && c.kind == text {
			charset := c.commonCharset(values)
			w.write(c.indexedAs(charset, ref), " = ", collate(value, charset))
			return
		}
		w.write(w.exact(ref, c), " = ", value)
	}, w.typeCheck(ref, c))
}

// fromLists writes the lists as tables.
func (p *pager) fromLists(w *writer, lists clause, join string) {
	for i, list := range lists {
		if i > 0 {
			w.write(join)
		}
		name := w.quote(p.prefix + strconv.Itoa(i))
		switch t := list.(type) {
		case inRelated:
			p.fromRelated(w, t, name)
		case oneOf:
			p.fromValues(w, t, name)
		}
	}
}

// fromValues writes the values as a table.
func (p *pager) fromValues(w *writer, t oneOf, name string) {
	switch p.dialect {
	case PostgreSQL:
		w.write("unnest(")
		w.list(t.column, t.values)
		w.write(") AS ", name, "(value)")
	case SQLite:
		w.write("json_each(").arg(jsonOf(t.values)).write(") AS ", name)
	default:
		w.mariaRows(t.column, t.values)
		w.write(" AS ", name)
	}
}

// fromRelated writes the keys of the related rows as a table. In PostgreSQL they
// are an array, which hides their number from the planner: the plan is the same for
// any number, and not compiled for very large ones.
func (p *pager) fromRelated(w *writer, t inRelated, name string) {
	if p.dialect == PostgreSQL && p.ordered {
		w.write("unnest(ARRAY(")
		t.rows.list(p.query, w, t.column)
		w.write(")) AS ", name, "(value)")
		return
	}
	w.write("(")
	t.rows.list(p.query, w, t.column)
	w.write(") AS ", name)
}
