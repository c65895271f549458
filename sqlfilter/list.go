package sqlfilter

import (
	"slices"
	"strconv"

	"github.com/deskpolicy/deskpolicy/internal/thresholds"
)

// most returns how many values of an arm are looked up one by one.
func (p *pager) most() int {
	return [...]int{PostgreSQL: thresholds.PostgreSQL, MariaDB: thresholds.MariaDB, SQLite: thresholds.SQLite}[p.dialect]
}

// divide returns the arms with NULL apart from the values and, where each value
// is looked up in an arm of its own, the values from each other.
func (p *pager) divide(arms ...arm) (divided []arm) {
	if few, all := p.few(arms); all {
		return few
	}
	for _, a := range p.divided(arms) {
		few := p.size(a) <= p.most()
		switch {
		case p.finds(a), !few && p.dialect != MariaDB:
			divided = append(divided, a.whole())
		case few && p.dialect == MariaDB:
			divided = append(divided, a.apart()...)
		default:
			divided = append(divided, a)
		}
	}
	return divided
}

// few returns an arm for each combination of values, and whether they are all and
// so few that PostgreSQL does best to merge them.
func (p *pager) few(arms []arm) (few []arm, all bool) {
	if p.dialect != PostgreSQL || !p.ordered {
		return nil, false
	}
	for _, a := range p.divided(arms) {
		switch {
		case p.finds(a):
			few = append(few, a.whole())
		case slices.ContainsFunc(a, func(t term) bool { return length(t) > thresholds.Values }):
			return nil, false
		default:
			few = append(few, a.apart()...)
		}
	}
	return few, len(few) <= thresholds.Arms && !slices.ContainsFunc(few, p.long)
}

// length returns how many values the term has, if that is known.
func length(t term) int {
	switch t := t.(type) {
	case oneOf:
		return len(t.values)
	case inSide:
		return t.rows.size()
	}
	return 0
}

// nullApart returns the arm with the values of its first term, and that with NULL there.
func nullApart(a arm) []arm {
	for i, t := range a {
		in, is := t.(oneOf)
		if !is || !in.orNull {
			continue
		}
		null := slices.Clone(a)
		null[i] = oneOf{column: in.column, orNull: true}
		if len(in.values) == 0 {
			return []arm{null}
		}
		some := slices.Clone(a)
		some[i] = oneOf{column: in.column, values: in.values}
		return []arm{some, null}
	}
	return []arm{a}
}

// divided returns the arms with NULL apart from the values, but for those whose
// rows are found all at once.
func (q *query) divided(arms []arm) (divided []arm) {
	for _, a := range arms {
		if q.finds(a) {
			divided = append(divided, a)
		} else {
			divided = append(divided, nullApart(a)...)
		}
	}
	return divided
}

// size returns how many combinations of values the arm has, as far as is known.
func (p *pager) size(a arm) int {
	n := 1
	for _, t := range a {
		if _, is := t.(inSide); !is || p.dialect != MariaDB { // which joins them
			n *= max(length(t), 1)
		}
	}
	return n
}

// whole returns the arm with terms that are not looked up value by value.
func (a arm) whole() arm {
	tests := slices.Clone(a)
	for i := range tests {
		tests[i] = whole{tests[i]}
	}
	return tests
}

// apart returns the arm for each combination of values.
func (a arm) apart() []arm {
	for i, t := range a {
		if in, is := t.(oneOf); is && len(in.values) > 1 {
			var all []arm
			for _, v := range in.values {
				one := slices.Clone(a)
				one[i] = oneOf{column: in.column, values: []any{v}}
				all = append(all, one.apart()...)
			}
			return all
		}
	}
	return []arm{a}
}

// whole is a term that is not looked up value by value.
type whole struct{ term }

// lists reports whether the term is looked up value by value.
func (p *pager) lists(t term) bool {
	switch t := t.(type) {
	case oneOf:
		// MariaDB looks up arguments one by one anyway; NULL is not in a table of values.
		return len(t.values) > 1 && (p.dialect != MariaDB || len(t.values) > p.inline && !t.orNull)
	case inSide:
		return true
	}
	return false
}

// looked returns those terms whose values are looked up, and the others. Of terms
// that each have very many in MariaDB, only the last one's are.
func (p *pager) looked(a arm) (lists, rest arm) {
	for _, t := range a {
		switch {
		case !p.lists(t):
			rest = append(rest, t)
		case p.dialect == MariaDB && len(lists) > 0:
			rest, lists = append(rest, lists...), arm{t}
		default:
			lists = append(lists, t)
		}
	}
	return lists, rest
}

// finds reports whether PostgreSQL finds all rows of the arm by an index that does
// not have them in order: by their IDs, or what they have in an array.
func (q *query) finds(a arm) bool {
	return q.dialect == PostgreSQL && slices.ContainsFunc(a, func(t term) bool {
		if all, is := t.(whole); is {
			t = all.term
		}
		in, is := t.(inSide)
		return searches(t) || is && in.column == q.ID
	})
}

// long reports whether the arm may have many more rows than the page, of which
// the index has nothing but the order's columns.
func (p *pager) long(a arm) bool {
	return slices.ContainsFunc(a, func(t term) bool {
		all, is := t.(whole)
		return p.lists(t) || is && p.lists(all.term) && !p.finds(a)
	})
}

// listed is a term whose values are the rows of a list.
type listed struct {
	term
	name string
}

func (t listed) test(q *query, w *writer) {
	var c, values Column
	switch t := t.term.(type) {
	case oneOf:
		c, values = t.column, t.column
	case inSide:
		c, values = t.column, t.rows.key
	}
	ref, value := q.ref(c), w.quote(t.name)+".value"
	w.and(func() {
		if w.dialect == MariaDB && c.kind == text {
			charset := c.common(values)
			w.write(c.indexed(charset, ref), " = ", collate(value, charset))
			return
		}
		w.write(w.exact(ref, c), " = ", value)
	}, w.kept(ref, c))
}

// each writes the lists as tables.
func (p *pager) each(w *writer, lists arm, join string) {
	for i, list := range lists {
		if i > 0 {
			w.write(join)
		}
		name := w.quote(p.names + strconv.Itoa(i))
		switch t := list.(type) {
		case inSide:
			p.eachOf(w, t, name)
		case oneOf:
			p.eachValue(w, t, name)
		}
	}
}

// eachValue writes the values as a table.
func (p *pager) eachValue(w *writer, t oneOf, name string) {
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

// eachOf writes the keys of the rows as a table. That they are an array in
// PostgreSQL hides how many they are, so that there is one plan for any number:
// for very many it would compile one.
func (p *pager) eachOf(w *writer, t inSide, name string) {
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
