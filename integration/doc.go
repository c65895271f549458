// Package integration tests the SQL of package sqlfilter on real databases. The
// command scale measures it.
package integration
