package sqlfilter

import (
	"fmt"

	"github.com/deskpolicy/deskpolicy"
)

// Count returns a statement that selects one number: how many rows the filter
// selects that also meet the host application's conditions.
func Count[R deskpolicy.Resource](filter deskpolicy.Filter[R], table Table[R], dialect Dialect, where ...Fragment) (Fragment, error) {
	q, err := newQuery(filter, table, dialect)
	if err != nil {
		return Fragment{}, err
	}
	return q.count(where), nil
}

// count adds up the counts of the clauses, where each excludes the rows of the
// clauses before it. MariaDB would read all rows for that, so there it counts the
// union.
func (q *query) count(where []Fragment) Fragment {
	if q.dialect == MariaDB {
		return q.countOf(q.clauses, 0, where)
	}
	w := q.writer()
	if len(q.clauses) == 0 {
		return w.write("SELECT 0").done()
	}
	sum := "SELECT "
	for i := range q.clauses {
		for _, cl := range q.splitNulls(q.clauses[i : i+1]) {
			w.write(sum)
			q.countSubquery(w, q.without(cl, q.clauses[:i]), where)
			sum = " + "
		}
	}
	return w.done()
}

// countSubquery writes a subquery that counts the rows of the clause.
func (q *query) countSubquery(w *writer, cl clause, where []Fragment) {
	w.write("(SELECT COUNT(*) FROM ")
	cl = q.fromTable(w, cl)
	w.write(" WHERE ")
	q.account(w, q.alias)
	w.write(" AND ")
	q.allOf(w, cl)
	for _, f := range where {
		w.write(" AND ")
		w.fragment(f)
	}
	w.write(")")
}

// CountUpTo returns a statement that selects one number: how many rows the filter
// selects that also meet the host application's conditions, or most+1 if there are
// more than most. It counts at most most+1 rows of each of the filter's clauses; in
// PostgreSQL, at most that many in total, apart from rows that several clauses
// select.
func CountUpTo[R deskpolicy.Resource](filter deskpolicy.Filter[R], table Table[R], dialect Dialect, most int, where ...Fragment) (Fragment, error) {
	q, err := newQuery(filter, table, dialect)
	if err != nil {
		return Fragment{}, err
	}
	if most < 0 {
		return Fragment{}, fmt.Errorf("sqlfilter: count up to %d: must not be negative", most)
	}
	return q.countUpTo(most, where), nil
}

func (q *query) countUpTo(most int, where []Fragment) Fragment {
	p := &pager{query: q}
	if !q.countsInTurn() {
		return q.countOf(p.splitForLookup(q.clauses...), most+1, where)
	}
	var apart []clause
	for i, cl := range q.clauses {
		apart = append(apart, p.splitForLookup(q.without(cl, q.clauses[:i]))...)
	}
	return q.countOf(apart, most+1, where)
}

// countsInTurn reports whether countUpTo counts clause by clause, where each clause
// excludes the rows of the clauses before it.
func (q *query) countsInTurn() bool { return q.dialect == PostgreSQL }

// countOf returns a statement that counts the distinct rows of the clauses, up to
// the limit if there is one. Clauses that are counted in turn have no rows in
// common.
func (q *query) countOf(clauses []clause, limit int, where []Fragment) Fragment {
	w := q.writer()
	if len(clauses) == 0 {
		return w.write("SELECT 0").done()
	}
	p := &pager{query: q, order: []Column{q.ID}, limit: limit, disjoint: q.countsInTurn(), where: where}
	all, key := p.prefix+"n", p.prefix+"k"
	w.write("SELECT COUNT(*) FROM (SELECT ", p.selected(key, nil), " FROM (")
	p.union(w, clauses)
	w.write(") AS ", w.quote(key))
	p.orderAndLimit(w, key)
	w.write(") AS ", w.quote(all))
	return w.done()
}
