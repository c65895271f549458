// Package thresholds has the numbers of values at which package sqlfilter changes the shape
// of a statement. Only tests change them, to get all shapes with few rows, and never while
// statements are written.
package thresholds

var (
	// Values is the number of values of a list that PostgreSQL looks up in subqueries of
	// their own, and Clauses the maximum number of these subqueries: PostgreSQL merges them as
	// it reads, but plans each.
	Values, Clauses = 8, 16

	// Looked is the number of values that PostgreSQL looks up at once. With more values, it
	// scans the Newest rows first. A look-up takes three or four pages of memory and a row
	// one, so that neither takes many more than 4,000.
	Looked, Newest = 1_000, 4_000

	// PostgreSQL, MariaDB and SQLite are the numbers of values of a clause that each
	// database looks up one by one. With more values, it is faster to take them at once.
	PostgreSQL, MariaDB, SQLite = 10_000, 100, 100

	// Inline is the number of values that MariaDB takes as separate arguments. A statement
	// has at most 65,535 arguments, and each value takes two where NULL is handled
	// separately; the rest are for the host's conditions.
	Inline = 25_000

	// Hashed is the number of values from which PostgreSQL uses a hash to test rows.
	Hashed = 9
)
