// Package thresholds has the numbers from which on package sqlfilter writes a
// statement of another shape. Tests lower them, to have all shapes of a few rows;
// nobody else changes them, and nobody while statements are written.
package thresholds

var (
	// Values is how many values of a list PostgreSQL looks up in arms of their
	// own, and Arms how many arms in all: it merges them as it reads them, but
	// plans each.
	Values, Arms = 8, 16

	// Looked is how many values PostgreSQL looks up at once. If there are more, it
	// looks through the newest rows first, and Newest is how many. A look-up takes
	// three or four pages of memory and a row one: neither takes many more than 4,000.
	Looked, Newest = 1_000, 4_000

	// PostgreSQL, MariaDB and SQLite are how many values of an arm each database
	// looks up one by one. Where there are more, it is faster to take them at once.
	PostgreSQL, MariaDB, SQLite = 10_000, 100, 100

	// Inline is up to how many values MariaDB takes as arguments of their own. A
	// statement has 65,535 arguments at the most, and each value is one twice where
	// NULL is apart; what is left is for the host's conditions.
	Inline = 25_000

	// Hashed is from how many values on PostgreSQL hashes those that rows are tested for.
	Hashed = 9
)
