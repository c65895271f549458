// Package integration tests the SQL of sqlfilter against databases. The command
// scale measures it there.
package integration
