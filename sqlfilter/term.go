package sqlfilter

import (
	"slices"

	"github.com/deskpolicy/deskpolicy/internal/thresholds"
)

// A term is a condition on a row.
type term interface {
	// writeTo writes the term in SQL.
	writeTo(q *query, w *writer)
}

// oneOf requires that the column has one of the values or, if orNull, is NULL.
type oneOf struct {
	column Column
	values []any
	orNull bool
}

func (t oneOf) writeTo(q *query, w *writer) {
	ref := q.ref(t.column)
	switch {
	case !t.orNull:
		w.oneOf(ref, t.column, t.values)
	case len(t.values) == 0:
		w.write(ref, " IS NULL")
	default:
		w.write("(", ref, " IS NULL OR ")
		w.oneOf(ref, t.column, t.values)
		w.write(")")
	}
}

// inArray requires that the column's array contains the ID.
type inArray struct {
	column Column
	id     []any // one
}

func (t inArray) writeTo(q *query, w *writer) {
	w.write(q.ref(t.column), " @> CAST(").arg(arrayLiteral(t.id)).write(" AS ", t.column.kind.postgres(), "[])")
}

// inJSON requires that the column's JSON is an array that contains the ID.
type inJSON struct {
	column Column
	id     []any // one
}

func (t inJSON) writeTo(q *query, w *writer) {
	ref, name := q.ref(t.column), w.quote(q.prefix+"j")
	switch q.dialect {
	case PostgreSQL:
		w.write(ref, " @> CAST(").arg(jsonOf(t.id)).write(" AS jsonb)")
	case MariaDB: // where the type JSON is text
		t.inMariaDB(w, "CONVERT("+ref+" USING utf8mb4) COLLATE utf8mb4_bin")
	default:
		w.write("EXISTS (SELECT 1 FROM json_each(NULLIF(", ref, ", '')) AS ", name, " WHERE ", name, ".type = ", t.column.kind.json(), " AND ", name, ".value = ")
		w.arg(t.id[0]).write(")")
	}
}

// inMariaDB writes the term for JSON in utf8mb4. JSON_CONTAINS confuses integers
// beyond 2^53, so integers are searched for in the text of an array of integers.
func (t inJSON) inMariaDB(w *writer, json string) {
	if t.column.kind == integer {
		const others = `(-?[0-9]+,)*`
		w.write("JSON_COMPACT(", json, ") RLIKE ").arg(`^\[` + others + textOf(t.id[0]) + `(,-?[0-9]+)*\]$`)
		return
	}
	w.write("JSON_CONTAINS(", json, ", ")
	w.utf8(jsonOf(t.id))
	w.write(")")
}

// searches reports whether the term uses an index on arrays.
func searches(t term) bool {
	if all, ok := t.(whole); ok {
		t = all.term
	}
	switch t.(type) {
	case inArray, inJSON:
		return true
	}
	return false
}

// fromTable writes the table to select the clause's rows from, and returns the terms
// that remain to be tested. PostgreSQL expects an unknown array to match many rows, and
// would read all rows in order instead of searching the index; OFFSET makes it search
// first. That needs the right to read every column of the table.
func (q *query) fromTable(w *writer, cl clause) (rest clause) {
	i := slices.IndexFunc(cl, searches)
	if i < 0 || q.dialect != PostgreSQL {
		w.write(w.table(q.Name), " AS ", w.quote(q.alias))
		return cl
	}
	w.write("(SELECT * FROM ", w.table(q.Name), " AS ", w.quote(q.alias), " WHERE ")
	cl[i].writeTo(q, w)
	w.write(" OFFSET 0) AS ", w.quote(q.alias))
	return slices.Delete(slices.Clone(cl), i, i+1)
}

// hasRequester requires that the ticket has a requester who is a contact of its
// account.
type hasRequester struct{}

func (hasRequester) writeTo(q *query, w *writer) {
	ref := q.ref(q.Requester)
	switch {
	case q.looksUpRequester():
		rows := q.customers()
		rows.hasKey(q, w, q.prefix+"s", ref, q.Requester)
	case q.Requester.kind != text:
		w.write(ref, " IS NOT NULL")
	case q.dialect == MariaDB:
		w.write("CAST(", ref, " AS BINARY) <> ''") // its collation may ignore spaces
	default:
		w.write(ref, " <> ''")
	}
}

// isEmpty requires that the column has no ID.
type isEmpty struct{ column Column }

func (t isEmpty) writeTo(q *query, w *writer) {
	ref := q.ref(t.column)
	switch {
	case t.column.kind != text:
		w.write(ref, " IS NULL")
	case q.dialect == MariaDB:
		w.write("(", ref, " IS NULL OR CAST(", ref, " AS BINARY) = '')") // its collation may ignore spaces
	default:
		w.write("(", ref, " IS NULL OR ", w.exact(ref, t.column), " = '')")
	}
}

// isFalse requires that the boolean column is false.
type isFalse struct{ column string }

func (t isFalse) writeTo(q *query, w *writer) {
	w.write(q.ref(Column{name: t.column}), " = FALSE")
}

// inRelated requires that the column has the key of one of the related rows.
type inRelated struct {
	column Column
	rows   relatedRows
}

func (t inRelated) writeTo(q *query, w *writer) {
	if q.dialect == PostgreSQL { // unlike IN, this uses an index under OR
		w.write(q.ref(t.column), " = ANY(ARRAY(")
		t.rows.keys(q, w, t.column)
		w.write("))")
		return
	}
	ref := q.ref(t.column)
	w.withChecks(func() {
		w.write(w.bytewise(t.column, t.rows.key, ref), " IN (")
		t.rows.keys(q, w, t.column)
		w.write(")")
	}, w.typeCheck(ref, t.column))
}

// noneOf requires that a row meets none of the clauses.
type noneOf struct{ clauses []clause }

func (t noneOf) writeTo(q *query, w *writer) {
	q.anyOf(w, t.clauses)
	w.write(" IS NOT TRUE")
}

// without returns the clause restricted to rows that the others do not select.
func (q *query) without(cl clause, others []clause) clause {
	if len(others) == 0 {
		return cl
	}
	var none noneOf
	for _, other := range others {
		none.clauses = append(none.clauses, other.rechecked())
	}
	return append(slices.Clone(cl), none)
}

// rechecked is a term that is tested on rows found by other terms. PostgreSQL
// hashes a subquery that it expects to test often, unless it is too large, but not
// an unknown array, which it would scan for every row.
type rechecked struct{ term }

func (t rechecked) writeTo(q *query, w *writer) {
	if q.dialect == PostgreSQL {
		switch t := t.term.(type) {
		case inRelated:
			t.writeRecheck(q, w)
			return
		case oneOf:
			if len(t.values) >= thresholds.Hashed {
				t.writeHashed(q, w)
				return
			}
		}
	}
	t.term.writeTo(q, w)
}

// writeRecheck writes the term as a test of a row that was already found. If the keys
// are known, the related table is read through its index, only for rows that have one
// of them: OFFSET keeps PostgreSQL from reading and hashing the whole table.
func (t inRelated) writeRecheck(q *query, w *writer) {
	rows, name, ref := t.rows, q.prefix+"s", q.ref(t.column)
	if rows.keyCount() == 0 {
		rows.hasKey(q, w, name, ref, t.column)
		return
	}
	rows.where = nil
	w.write("(")
	for _, condition := range t.rows.where {
		if condition.column != rows.key {
			rows.where = append(rows.where, condition)
			continue
		}
		rechecked{oneOf{column: t.column, values: condition.values}}.writeTo(q, w)
		w.write(" AND ")
	}
	w.write("EXISTS (SELECT 1")
	rows.from(q, w, name)
	w.write(" AND ")
	w.equal(w.column(name, rows.key), rows.key, ref, t.column)
	w.write(" OFFSET 0))")
}

// writeHashed writes the term with its values as a subquery, which PostgreSQL hashes.
func (t oneOf) writeHashed(q *query, w *writer) {
	ref := q.ref(t.column)
	if t.orNull {
		w.write("(", ref, " IS NULL OR ")
	}
	w.write(ref, " IN (SELECT unnest(")
	w.list(t.column, t.values)
	w.write("))")
	if t.orNull {
		w.write(")")
	}
}

// rechecked returns the clause with every term rechecked.
func (cl clause) rechecked() (terms clause) {
	for _, t := range cl {
		terms = append(terms, rechecked{t})
	}
	return terms
}

// relatedRows are rows of a table that refers to the resources' table, such as the
// mentions of an agent.
type relatedRows struct {
	table         string
	key           Column
	account       Column // if the table has one
	where         []oneOf
	onlyCustomers bool // only keys that are customers of the account
}

// customers returns the rows of the account's customers.
func (q *query) customers() relatedRows {
	return relatedRows{table: q.CRM.Table, key: q.CRM.ID, account: q.CRM.Account}
}

// restrict requires one of the values in the column, and reports whether there are any.
func (s *relatedRows) restrict(c Column, values []any) bool {
	s.where = append(s.where, oneOf{column: c, values: values})
	return len(values) > 0
}

// keyCount returns the number of keys, or 0 if it is not known.
func (s *relatedRows) keyCount() (n int) {
	for _, condition := range s.where {
		if condition.column == s.key {
			n = max(n, len(condition.values))
		}
	}
	return n
}

// keys writes a query that selects the keys, for comparison with the column.
func (s *relatedRows) keys(q *query, w *writer, c Column) {
	w.write("SELECT ", s.ref(w, q.prefix+"s", c))
	s.fromChecked(q, w, q.prefix+"s")
}

// list writes a query that selects each key once, for comparison with the column. The
// CRM's table has only one row for each customer, so list leaves out DISTINCT there:
// PostgreSQL can then return the first key before it has read all of them.
func (s *relatedRows) list(q *query, w *writer, c Column) {
	distinct := "DISTINCT "
	if q.dialect == PostgreSQL && s.table == q.CRM.Table && s.key == q.CRM.ID {
		distinct = ""
	}
	w.write("SELECT ", distinct, s.ref(w, q.prefix+"s", c), " AS value")
	s.fromChecked(q, w, q.prefix+"s")
}

// ref returns the key in the form that is compared with the column.
func (s *relatedRows) ref(w *writer, name string, c Column) string {
	ref := w.column(name, s.key)
	if w.dialect == MariaDB && s.key.kind == text {
		return s.key.converted(c.commonCharset(s.key), ref)
	}
	return ref
}

// fromChecked writes the FROM and WHERE of the rows whose key has the described type.
func (s *relatedRows) fromChecked(q *query, w *writer, name string) {
	s.from(q, w, name)
	if check := w.typeCheck(w.column(name, s.key), s.key); check != "" {
		w.write(" AND ", check)
	}
}

func (s *relatedRows) from(q *query, w *writer, name string) {
	w.write(" FROM ", w.table(s.table), " AS ", w.quote(name), " WHERE ")
	s.conditions(q, w, name)
}

// hasKey writes the condition that the other column equals the key of one of the rows.
func (s *relatedRows) hasKey(q *query, w *writer, name, other string, c Column) {
	if w.dialect == MariaDB {
		// MariaDB caches EXISTS by the value of the other column, under that
		// column's collation, so that "A" gets the result for "a". It does not
		// do so for a binary left side of IN.
		w.withChecks(func() {
			w.write(w.bytewise(c, s.key, other), " IN (SELECT ", s.ref(w, name, c))
			s.fromChecked(q, w, name)
			w.write(")")
		}, w.typeCheck(other, c))
		return
	}
	w.write("EXISTS (SELECT 1")
	s.from(q, w, name)
	w.write(" AND ")
	w.equal(w.column(name, s.key), s.key, other, c)
	w.write(")")
}

func (s *relatedRows) conditions(q *query, w *writer, name string) {
	if s.account.exists() {
		w.oneOf(w.column(name, s.account), s.account, values(q.dialect, s.account, q.accountID))
	} else {
		w.write("(1=1)")
	}
	for _, condition := range s.where {
		w.write(" AND ")
		w.oneOf(w.column(name, condition.column), condition.column, condition.values)
	}
	if s.onlyCustomers {
		w.write(" AND ")
		rows := q.customers()
		rows.hasKey(q, w, q.prefix+"c", w.column(name, s.key), s.key)
	}
}
