package sqlfilter

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/deskpolicy/deskpolicy"
)

// A PageRequest selects a page of a filter's rows. The zero PageRequest is invalid,
// because Limit must be positive.
type PageRequest struct {
	// Order is the column that rows are ordered by; ties are ordered by ID. It
	// should be NOT NULL: a row with NULL in it does not appear on any page. If
	// Order is empty, rows are ordered by ID only.
	Order     string
	Ascending bool // smallest first; by default, greatest first

	Limit int    // the maximum number of rows
	After Cursor // the last row of the previous page; the zero Cursor for the first page

	// Columns are the columns to select after ID and Order.
	Columns []string

	// Conditions are the host application's own conditions. A row must meet all of
	// them in addition to the filter. They can qualify columns with the table's
	// alias.
	Conditions []Fragment
}

// Page returns a statement that selects a page of the rows that the filter selects.
//
// For each of the filter's values, such as a group, the statement reads at most
// Limit rows if there is an index on the account, the workspace, the value's
// column, the order's column and the ID. It reads all rows of a value only if the
// filter has more than about ten thousand values (a hundred in SQLite and MariaDB),
// or if it searches arrays for values.
//
// In PostgreSQL, if the filter has more than a thousand values, such as the
// contacts of a territory, and at most eight workspaces, the statement first scans
// the newest 4,000 rows of those workspaces, or the oldest if Ascending. This needs
// an index on the account, the workspace, the order's column and the ID. The
// statement looks up the values only if those rows do not fill the page.
//
// The statement's text depends on the number of values, up to a limit, but not on
// the values, so PostgreSQL can reuse the plan of a prepared statement. If the
// workspace can be NULL, PostgreSQL needs indexes in descending order, such as
// (account_id, workspace_id, group_id, updated_at DESC, id DESC).
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

// A pager writes SQL that selects the rows of clauses.
type pager struct {
	*query
	order     []Column // the ID last
	ordered   bool
	ascending bool
	limit     int   // 0 for no limit
	disjoint  bool  // the clauses have no rows in common
	after     []any // values of the order's columns; nil for the first page
	columns   []string
	where     []Fragment
}

// pager returns a pager for the request.
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
		wrong = append(wrong, fmt.Errorf("sqlfilter: page request: Limit is %d and must be positive", page.Limit))
	}
	return p, errors.Join(append(wrong, p.startAfter(page))...)
}

// startAfter sets after from the request's cursor.
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

// statement returns the statement that selects the page.
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

// page writes a query for the page of the clauses' rows.
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

// merged writes the page of clauses that each return rows in the page's order.
// PostgreSQL merges them and reads only as many rows as it needs. A row of two
// clauses appears twice in succession, and DISTINCT ON drops one of the two.
// Excluding the rows of the first clause from the second instead could discard all
// that PostgreSQL reads for the second.
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

// pageOfKeys writes the page of the clauses, with only the order's columns.
func (p *pager) pageOfKeys(w *writer, clauses []clause) {
	key := p.prefix + "k"
	w.write("SELECT ", p.selected(key, nil), " FROM (")
	p.union(w, clauses)
	w.write(") AS ", w.quote(key))
	p.orderAndLimit(w, key)
}

// joined writes the page of the clauses. It joins the other columns by ID, because
// lists can have many more rows than the page, for which only IDs should be read.
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

// union writes the distinct rows of the clauses.
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

// selectEach writes the rows of the clause, looking up each value separately.
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
	case SQLite: // SQLite has no LATERAL
		row := p.prefix + "r"
		w.write("SELECT ", p.selected(row, nil), " FROM ")
		p.fromLists(w, lists, " CROSS JOIN ")
		w.write(" CROSS JOIN ", w.table(p.Name), " AS ", w.quote(row), " WHERE ")
		p.query.account(w, row)
		w.write(" AND ", w.exact(w.column(row, p.ID), p.ID), " IN (")
		p.selectRows(w, rest, w.column(p.alias, p.ID))
		w.write(")")
		p.orderAndLimit(w, row)
	default: // MariaDB has neither LATERAL nor LIMIT under IN
		w.write("SELECT ", p.selected(p.alias, nil), " FROM ")
		p.fromLists(w, lists, "")
		w.write(p.joins(lists), w.table(p.Name), " AS ", w.quote(p.alias), " WHERE ")
		p.conditions(w, rest)
		p.orderAndLimit(w, p.alias)
	}
}

// joins returns the operator that joins a list to the table in MariaDB. Related rows
// are read first. For values, the optimizer chooses, because there can be more values
// than the account has rows.
func (p *pager) joins(lists clause) string {
	if _, ok := lists[0].(inRelated); ok {
		return " STRAIGHT_JOIN "
	}
	return " JOIN "
}

// selectRows writes a query for the account's rows that meet the clause's terms.
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

// nulls returns the columns that are NULL in all rows of the clause, in PostgreSQL.
// PostgreSQL does not treat IS NULL as a constant, so an index with such a column
// before the order's returns rows in order only if the statement orders by it too.
func (p *pager) nulls(cl clause) (columns []Column) {
	for _, t := range cl {
		if in, ok := t.(oneOf); ok && in.orNull && len(in.values) == 0 && p.dialect == PostgreSQL {
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

// afterCursor writes the condition that a row comes after the cursor.
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
	case p.dialect == MariaDB: // MariaDB does not use an index for a comparison of rows
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

// cursorID writes an ID for comparison in the collation of its column.
func (p *pager) cursorID(w *writer, c Column, id any) {
	if p.dialect == PostgreSQL || c.kind == integer {
		w.value(c, id)
		return
	}
	w.arg(id)
}

// otherColumns returns the columns that are not in the order, without duplicates.
func (p *pager) otherColumns(columns []string) (others []string) {
	for _, name := range columns {
		if !slices.Contains(others, name) && !slices.ContainsFunc(p.order, func(c Column) bool { return c.name == name }) {
			others = append(others, name)
		}
	}
	return others
}

// selected returns references to columns of the table with the alias: ID, the order's
// other column, and the others.
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

// orderAndLimit writes ORDER BY if the pager is ordered, starting with nulls, and
// LIMIT if it has a limit.
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
		if p.ascending == (i < len(nulls)) { // in ascending order, the index is read backwards
			w.write(" DESC")
		}
	}
}
