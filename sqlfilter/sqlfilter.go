// Package sqlfilter turns a [deskpolicy.Filter] into SQL: a condition for the
// host application's own query ([Where]), a page of the newest or oldest rows
// ([Page]), the number of rows ([Count], [CountUpTo]), and arrays for a static
// query ([NewParams]).
//
// The host application describes its tables once, as a [Table]. If a filter needs
// a column that the description lacks, the functions return an error and SQL that
// selects nothing; they never leave out a condition. All values are passed as
// arguments of type string or int64, whichever driver is used. There is no limit
// on the length of a list. A list is passed as one string, an array literal or
// JSON; in MariaDB, only if the filter has more than 25,000 values.
//
// A list of what is assigned to no agent, such as a team's queue, wants a partial
// index in PostgreSQL, because the column is not compared with a value:
//
//	CREATE INDEX ON tickets (account_id, workspace_id, group_id, updated_at, id) WHERE assignee_id IS NULL OR assignee_id = '';
//	CREATE INDEX ON tickets (account_id, workspace_id, updated_at, id) WHERE assignee_id IS NULL OR assignee_id = '';
//	CREATE INDEX ON tickets (account_id, workspace_id, updated_at, id) WHERE (group_id IS NULL OR group_id = '') AND (assignee_id IS NULL OR assignee_id = '');
//
// The first is for the queues of groups, the second for everything unassigned, the
// third for what is in no group either. If the column's IDs are not text, the predicate
// is only IS NULL. Tables of participants, CCs and mentions want an index on the
// account, the participant and the ticket; lists by a requester's company or owner want
// one on that column in the contacts' table, and one on the tickets' requester.
//
// IDs compare character for character, as in package deskpolicy. Collations in
// MariaDB and SQLite do not change that, nor do character sets in MariaDB,
// including the connection's; see [Column.Charset]. In PostgreSQL collations must
// be deterministic, which is the default, and an ID that the database's encoding
// cannot represent is a database error. Text that is not UTF-8 or contains a NUL
// is not an ID and matches nothing. Neither does an ID that is not in its column's
// canonical form: "007" is not an integer, and a UUID in upper case is not a UUID.
// [Column] lists the column types that are supported.
//
// The package has no state. Its functions are safe for concurrent use.
package sqlfilter

import "github.com/deskpolicy/deskpolicy"

// A Dialect is the SQL dialect of a database. The zero Dialect is invalid; functions
// return an error for it.
type Dialect uint8

const (
	PostgreSQL Dialect = 1 + iota // 12 or later
	MariaDB                       // 10.6 or later; MySQL is not supported, because it lacks the collations used here
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

// Where returns the filter as a condition on the rows of the table, enclosed in
// parentheses. It qualifies columns with the table's alias. Combine it with the
// query's other conditions with AND: a condition added with OR selects rows that
// the filter does not. Do not negate it with NOT: rows that the filter does not select
// are not safe to show.
//
// Where is correct for every table but not always fast. Use [Page] for ordered
// lists and [Count] for counting.
func Where[R deskpolicy.Resource](filter deskpolicy.Filter[R], table Table[R], dialect Dialect) (Fragment, error) {
	q, err := newQuery(filter, table, dialect)
	if err != nil {
		return Fragment{}, err
	}
	return q.where(), nil
}

// where returns the condition on the account and the clauses.
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

// anyOf writes the disjunction of the clauses.
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

// allOf writes the conjunction of the clause's terms. If there are none, it is true.
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
