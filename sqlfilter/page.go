package sqlfilter

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/deskpolicy/deskpolicy"
)

// A PageRequest says which page of what a filter selects is wanted. It needs a Limit.
type PageRequest struct {
	// Order is the column that the rows are ordered by, and then by ID, so that
	// there is one order only. It should be NOT NULL: what is NULL there is on no
	// page. By ID alone if left out.
	Order     string
	Ascending bool // the least first, not the greatest

	Limit int    // how many rows at most
	After Cursor // of the last row of the page before; the zero Cursor for the first page

	// Columns are what to select besides ID and Order, which come first.
	Columns []string

	// Conditions are conditions of the host's, each of which has to hold besides. They
	// may name columns with the table's alias.
	Conditions []Fragment
}

// Page returns the statement that selects a page of what the filter selects.
//
// It looks at no more rows of each of the filter's values, such as each group,
// than the page is long, if there is an index of the account, the workspace, the
// value's column, the order's column and the ID; and at all rows of a value only
// if it is one of some ten thousand, a hundred in SQLite and MariaDB, or if it is
// searched for in arrays.
//
// In PostgreSQL, a filter that has more than a thousand values, such as the
// contacts of a territory, is first tried on the newest 4,000 rows of its
// workspaces, if they are no more than eight (on the oldest, for the oldest
// first). That takes an index of the account, the workspace, the order's column
// and the ID. Values are looked up only if those rows do not fill the page.
//
// PostgreSQL may keep the plan of a prepared statement, whatever the arguments;
// the text depends on how many values there are, up to some, but not on which.
// Where the workspace may be NULL, it needs the indexes in the order of the
// newest, such as (account_id, workspace_id, group_id, updated_at DESC, id DESC).
func Page[R deskpolicy.Resource](filter deskpolicy.Filter[R], table Table[R], dialect Dialect, page PageRequest) (Fragment, error) {
	q, err := newQuery(filter, table, dialect)
	if err != nil {
		return Fragment{}, err
	}
	p, err := q.pager(page)
	if err != nil {
		return Fragment{}, err
	}
	return p.statement(), nil
}

// A pager writes the rows of arms up to a limit, in an order if it has one.
type pager struct {
	*query
	order     []Column // the ID last; only the ID is no ID's column, but compared like one
	ordered   bool
	ascending bool
	limit     int
	disjoint  bool  // the arms have no rows in common
	after     []any // of the order's columns; nil from the beginning
	columns   []string
	where     []Fragment
}

// pager returns the pager of the request.
func (q *query) pager(page PageRequest) (*pager, error) {
	p := &pager{query: q, ordered: true, ascending: page.Ascending, limit: page.Limit, columns: page.Columns, where: page.Conditions}
	if page.Order != "" && page.Order != q.ID.name {
		p.order = append(p.order, Column{name: page.Order})
	}
	p.order = append(p.order, q.ID)
	var wrong []error
	for _, name := range append([]string{p.order[0].name}, page.Columns...) {
		wrong = append(wrong, checkName(name))
	}
	if page.Limit < 1 {
		wrong = append(wrong, fmt.Errorf("sqlfilter: a page of %d rows", page.Limit))
	}
	return p, errors.Join(append(wrong, p.startAfter(page))...)
}

// startAfter has the pager start after the cursor.
func (p *pager) startAfter(page PageRequest) error {
	c := page.After
	if c == (Cursor{}) {
		return nil
	}
	id := values(p.dialect, p.ID, c.id)
	if c.order != page.Order || c.ascending != page.Ascending || len(id) == 0 || c.value == nil && len(p.order) > 1 {
		return ErrInvalidCursor
	}
	if len(p.order) > 1 {
		p.after = append(p.after, c.value)
	}
	p.after = append(p.after, id...)
	return nil
}

// statement returns the page.
func (p *pager) statement() Fragment {
	w := p.writer()
	clauses := p.splitForLookup(p.clauses...)
	if places := p.places(); p.scansNewestFirst(places) {
		p.window(w, places, clauses)
	} else {
		p.page(w, clauses, p.columns)
	}
	return w.done()
}

// page writes the page of the arms.
func (p *pager) page(w *writer, clauses []clause, columns []string) {
	long := slices.ContainsFunc(clauses, p.isLong)
	switch {
	case len(clauses) == 0:
		w.write("SELECT ", p.selected(p.alias, columns), " FROM ", w.table(p.Name), " AS ", w.quote(p.alias), " WHERE ", never)
	case len(clauses) == 1 && !slices.ContainsFunc(clauses[0], p.isLookedUp):
		p.selectRows(w, clauses[0], p.selected(p.alias, columns))
	case p.dialect == PostgreSQL && !long:
		p.merged(w, clauses, columns)
	case len(columns) == 0:
		p.pageOfKeys(w, clauses)
	default:
		p.joined(w, clauses, columns)
	}
}

// merged writes the page of arms in the page's order. PostgreSQL merges them, and
// reads no more of them than it takes. A row of two arms comes twice in
// succession, and is left out once: to look for it in the other arm could mean to
// throw away all that there is of the one.
func (p *pager) merged(w *writer, clauses []clause, columns []string) {
	key, inner := p.prefix+"k", p.otherColumns(columns)
	w.write("SELECT ")
	if len(p.clauses) > 1 {
		w.write("DISTINCT ON (", p.selected(key, nil), ") ")
	}
	w.write(p.selected(key, columns), " FROM (")
	for i, cl := range clauses {
		w.write([]string{"(", ") UNION ALL ("}[min(i, 1)])
		p.selectRows(w, cl, p.selected(p.alias, inner))
	}
	w.write(")) AS ", w.quote(key))
	p.orderAndLimit(w, key)
}

// pageOfKeys writes the order's columns of the page of the arms.
func (p *pager) pageOfKeys(w *writer, clauses []clause) {
	key := p.prefix + "k"
	w.write("SELECT ", p.selected(key, nil), " FROM (")
	p.union(w, clauses)
	w.write(") AS ", w.quote(key))
	p.orderAndLimit(w, key)
}

// joined writes the page of the arms, whose other columns are looked up by the
// IDs: lists may have many more rows than the page, and of those only IDs are read.
func (p *pager) joined(w *writer, clauses []clause, columns []string) {
	key := p.prefix + "k"
	w.write("SELECT ", p.selected(p.alias, columns), " FROM (")
	p.pageOfKeys(w, clauses)
	w.write(") AS ", w.quote(key), " JOIN ", w.table(p.Name), " AS ", w.quote(p.alias), " ON ")
	p.account(w, p.alias)
	w.write(" AND ")
	w.equal(p.ref(p.ID), p.ID, w.column(key, p.ID), p.ID)
	p.orderBy(w, key)
}

// union writes the rows of the arms, each once.
func (p *pager) union(w *writer, clauses []clause) {
	if len(clauses) == 1 {
		p.selectEach(w, clauses[0])
		return
	}
	union := " UNION "
	if p.disjoint {
		union = " UNION ALL "
	}
	for i, cl := range clauses {
		if i > 0 {
			w.write(union)
		}
		name := p.prefix + "a"
		w.write("SELECT ", p.selected(name, nil), " FROM (")
		p.selectEach(w, cl)
		w.write(") AS ", w.quote(name))
	}
}

// selectEach writes the rows of the arm, in which each value is looked up by itself.
func (p *pager) selectEach(w *writer, cl clause) {
	lists, rest := p.lookedUp(cl)
	if len(lists) == 0 {
		p.selectRows(w, rest, p.selected(p.alias, nil))
		return
	}
	for i, list := range lists {
		rest = append(rest, listed{list, p.prefix + strconv.Itoa(i)})
	}
	switch p.dialect {
	case PostgreSQL:
		row := p.prefix + "r"
		w.write("SELECT ", p.selected(row, nil), " FROM ")
		p.fromLists(w, lists, " CROSS JOIN ")
		w.write(" CROSS JOIN LATERAL (")
		p.selectRows(w, rest, p.selected(p.alias, nil))
		w.write(") AS ", w.quote(row))
		p.orderAndLimit(w, row)
	case SQLite: // which has no LATERAL
		row := p.prefix + "r"
		w.write("SELECT ", p.selected(row, nil), " FROM ")
		p.fromLists(w, lists, " CROSS JOIN ")
		w.write(" CROSS JOIN ", w.table(p.Name), " AS ", w.quote(row), " WHERE ")
		p.query.account(w, row)
		w.write(" AND ", w.exact(w.column(row, p.ID), p.ID), " IN (")
		p.selectRows(w, rest, w.column(p.alias, p.ID))
		w.write(")")
		p.orderAndLimit(w, row)
	default: // which has neither LATERAL nor LIMIT under IN
		w.write("SELECT ", p.selected(p.alias, nil), " FROM ")
		p.fromLists(w, lists, "")
		w.write(p.joins(lists), w.table(p.Name), " AS ", w.quote(p.alias), " WHERE ")
		p.conditions(w, rest)
		p.orderAndLimit(w, p.alias)
	}
}

// joins returns how MariaDB joins the rows of a list: from the list, unless its
// values are so very many that the rows of the account may be fewer.
func (p *pager) joins(lists clause) string {
	if _, is := lists[0].(inRelated); is {
		return " STRAIGHT_JOIN "
	}
	return " JOIN "
}

// selectRows writes the rows of the account that meet the terms.
func (p *pager) selectRows(w *writer, cl clause, columns string) {
	w.write("SELECT ", columns)
	p.fromRows(w, cl)
}

func (p *pager) fromRows(w *writer, cl clause) {
	w.write(" FROM ")
	rest := p.fromTable(w, cl)
	w.write(" WHERE ")
	p.conditions(w, rest)
	p.orderAndLimit(w, p.alias, p.nulls(cl)...)
}

// nulls returns the columns that are NULL in all rows of the arm. PostgreSQL does
// not see that they are the same in all of them, and so that an index with such a
// column before the order's has the rows in order, unless they are ordered by it.
func (p *pager) nulls(cl clause) (columns []Column) {
	for _, t := range cl {
		if in, is := t.(oneOf); is && in.orNull && len(in.values) == 0 && p.dialect == PostgreSQL {
			columns = append(columns, in.column)
		}
	}
	return columns
}

func (p *pager) conditions(w *writer, cl clause) {
	p.query.account(w, p.alias)
	for _, t := range cl {
		w.write(" AND ")
		t.writeTo(p.query, w)
	}
	p.afterCursor(w)
	for _, f := range p.where {
		w.write(" AND ")
		w.fragment(f)
	}
}

// afterCursor writes that a row comes after the cursor.
func (p *pager) afterCursor(w *writer) {
	if !p.ordered {
		return
	}
	than, first := " < ", p.ref(p.order[0])
	if p.ascending {
		than = " > "
	}
	switch {
	case p.after == nil && len(p.order) == 1:
	case p.after == nil:
		w.write(" AND ", first, " IS NOT NULL")
	case len(p.order) == 1:
		w.write(" AND ", first, than)
		p.cursorID(w, p.ID, p.after[0])
	case p.dialect == MariaDB: // for which a comparison of rows is none of an index
		w.write(" AND ", first, than[:2], "= ").arg(p.after[0]).write(" AND (", first, than).arg(p.after[0])
		w.write(" OR ", p.ref(p.ID), than)
		p.cursorID(w, p.ID, p.after[1])
		w.write(")")
	default:
		w.write(" AND (", first, ", ", p.ref(p.ID), ")", than, "(").arg(p.after[0]).write(", ")
		p.cursorID(w, p.ID, p.after[1])
		w.write(")")
	}
}

// cursorID writes an ID as it is ordered: in the collation of its column.
func (p *pager) cursorID(w *writer, c Column, id any) {
	if p.dialect == PostgreSQL || c.kind == integer {
		w.value(c, id)
		return
	}
	w.arg(id)
}

// otherColumns returns the columns without those of the order, each once.
func (p *pager) otherColumns(columns []string) (others []string) {
	for _, name := range columns {
		if !slices.Contains(others, name) && !slices.ContainsFunc(p.order, func(c Column) bool { return c.name == name }) {
			others = append(others, name)
		}
	}
	return others
}

// selected returns the columns of the order, ID first, and others of the table with the alias.
func (p *pager) selected(alias string, others []string) (columns string) {
	w := p.writer()
	columns = w.column(alias, p.ID)
	for _, c := range p.order[:len(p.order)-1] {
		columns += ", " + w.column(alias, c)
	}
	for _, name := range others {
		columns += ", " + w.column(alias, Column{name: name})
	}
	return columns
}

// orderAndLimit writes the order, after columns that are NULL, and the limit, if there is one.
func (p *pager) orderAndLimit(w *writer, alias string, nulls ...Column) {
	p.orderBy(w, alias, nulls...)
	if p.limit > 0 {
		w.write(" LIMIT ", strconv.Itoa(p.limit))
	}
}

func (p *pager) orderBy(w *writer, alias string, nulls ...Column) {
	if !p.ordered {
		return
	}
	for i, c := range slices.Concat(nulls, p.order) {
		w.write([]string{" ORDER BY ", ", "}[min(i, 1)], w.column(alias, c))
		if p.ascending == (i < len(nulls)) { // for the oldest, the index is read backwards
			w.write(" DESC")
		}
	}
}
