package sqlfilter

import (
	"slices"
	"strconv"

	"github.com/deskpolicy/deskpolicy/internal/thresholds"
)

// maxLookups returns how many values of an arm are looked up one by one.
func (p *pager) maxLookups() int {
	return [...]int{PostgreSQL: thresholds.PostgreSQL, MariaDB: thresholds.MariaDB, SQLite: thresholds.SQLite}[p.dialect]
}

// splitForLookup returns the arms with NULL apart from the values and, where each value
// is looked up in an arm of its own, the values from each other.
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

// mergeable returns an arm for each combination of values, and whether they are all and
// so few that PostgreSQL does best to merge them.
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
	return few, len(few) <= thresholds.Arms && !slices.ContainsFunc(few, p.isLong)
}

// lookupCount returns how many values the term has, if that is known.
func lookupCount(t term) int {
	switch t := t.(type) {
	case oneOf:
		return len(t.values)
	case inRelated:
		return t.rows.keyCount()
	}
	return 0
}

// splitNull returns the arm with the values of its first term, and that with NULL there.
func splitNull(cl clause) []clause {
	for i, t := range cl {
		in, is := t.(oneOf)
		if !is || !in.orNull {
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

// splitNulls returns the arms with NULL apart from the values, but for those whose
// rows are found all at once.
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

// combinationCount returns how many combinations of values the arm has, as far as is known.
func (p *pager) combinationCount(cl clause) int {
	n := 1
	for _, t := range cl {
		if _, is := t.(inRelated); !is || p.dialect != MariaDB { // which joins them
			n *= max(lookupCount(t), 1)
		}
	}
	return n
}

// whole returns the arm with terms that are not looked up value by value.
func (cl clause) whole() clause {
	tests := slices.Clone(cl)
	for i := range tests {
		tests[i] = whole{tests[i]}
	}
	return tests
}

// combinations returns the arm for each combination of values.
func (cl clause) combinations() []clause {
	for i, t := range cl {
		if in, is := t.(oneOf); is && len(in.values) > 1 {
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
		// MariaDB looks up arguments one by one anyway; NULL is not in a table of values.
		return len(t.values) > 1 && (p.dialect != MariaDB || len(t.values) > p.inlineLimit && !t.orNull)
	case inRelated:
		return true
	}
	return false
}

// lookedUp returns those terms whose values are looked up, and the others. Of terms
// that each have very many in MariaDB, only the last one's are.
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

// findsUnordered reports whether PostgreSQL finds all rows of the arm by an index that does
// not have them in order: by their IDs, or what they have in an array.
func (q *query) findsUnordered(cl clause) bool {
	return q.dialect == PostgreSQL && slices.ContainsFunc(cl, func(t term) bool {
		if all, is := t.(whole); is {
			t = all.term
		}
		in, is := t.(inRelated)
		return searches(t) || is && in.column == q.ID
	})
}

// isLong reports whether the arm may have many more rows than the page, of which
// the index has nothing but the order's columns.
func (p *pager) isLong(cl clause) bool {
	return slices.ContainsFunc(cl, func(t term) bool {
		all, is := t.(whole)
		return p.isLookedUp(t) || is && p.isLookedUp(all.term) && !p.findsUnordered(cl)
	})
}

// listed is a term whose values are the rows of a list.
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

// fromRelated writes the keys of the rows as a table. That they are an array in
// PostgreSQL hides how many they are, so that there is one plan for any number:
// for very many it would compile one.
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
