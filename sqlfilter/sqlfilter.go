// Package sqlfilter turns a [deskpolicy.Filter] into SQL: a condition for the
// host's own query ([Where]), a page of the newest or oldest ([Page]), how many
// there are ([Count], [CountUpTo]), and arrays for a static query ([ParamsOf]).
//
// The host describes its tables once ([Table]). What a filter asks and a
// description cannot say is an error, and with an error comes SQL that selects
// nothing; no condition is ever left out. All values are arguments, strings and
// int64s only, whichever the driver. Lists are as long as they have to be, and one
// string each, an array literal or JSON; in MariaDB, only those of filters with
// more than 25,000 values are.
//
// IDs compare character for character, as in the library, whatever the collation
// in MariaDB and SQLite, and whatever the character set in MariaDB, the
// connection's included; see [Column.Charset]. In PostgreSQL a collation must be
// deterministic, as all are unless declared otherwise, and an ID that the
// database's encoding cannot say is an error of the database's. Text that is not
// UTF-8 or has a NUL in it is not an ID and matches nothing, and neither does one
// that is not written as its column has it: "007" is not an integer, and upper
// case is not a UUID. What types of columns there may be, [Column] says.
//
// The package keeps nothing, and its functions may be called from any number of
// goroutines.
package sqlfilter

import "github.com/deskpolicy/deskpolicy"

// A Dialect is whose SQL is written. The zero Dialect is nobody's, and an error.
type Dialect uint8

const (
	PostgreSQL Dialect = 1 + iota // 12 or later
	MariaDB                       // 10.6 or later, but not MySQL, which lacks the collations that are used
	SQLite                        // 3.38 or later
)

var dialectNames = [...]string{"unknown", "PostgreSQL", "MariaDB", "SQLite"}

// String returns the dialect's name, or "unknown".
func (d Dialect) String() string {
	if int(d) < len(dialectNames) {
		return dialectNames[d]
	}
	return dialectNames[0]
}

// Where returns the filter as a condition on the rows of the table, in
// parentheses of its own. It names columns with the table's alias, and may stand
// wherever a condition may but under NOT: there is nothing that it is safe to
// select because a filter does not. What the host adds to it with OR, and not
// AND, is selected whatever the filter.
//
// It is right for every table and fast for some: for lists in an order, and for
// counting, there are [Page] and [Count].
func Where[R deskpolicy.Resource](filter deskpolicy.Filter[R], table Table[R], dialect Dialect) (Fragment, error) {
	q, err := newQuery(filter, table, dialect)
	if err != nil {
		return Fragment{}, err
	}
	return q.where(), nil
}

// where returns the account's condition and the arms'.
func (q *query) where() Fragment {
	w := q.writer()
	if len(q.clauses) == 0 {
		return w.write(never).done()
	}
	w.write("(")
	q.account(w, q.alias)
	if len(q.clauses[0]) > 0 {
		w.write(" AND ")
		q.anyOf(w, q.clauses)
	}
	return w.write(")").done()
}

// anyOf writes that one of the arms is met.
func (q *query) anyOf(w *writer, clauses []clause) {
	w.write("(")
	for i, cl := range clauses {
		if i > 0 {
			w.write(" OR ")
		}
		q.allOf(w, cl)
	}
	w.write(")")
}

// allOf writes that all terms of the arm are met; of none, that is true.
func (q *query) allOf(w *writer, cl clause) {
	if len(cl) == 0 {
		w.write("(1=1)")
		return
	}
	w.write("(")
	for i, t := range cl {
		if i > 0 {
			w.write(" AND ")
		}
		t.writeTo(q, w)
	}
	w.write(")")
}
