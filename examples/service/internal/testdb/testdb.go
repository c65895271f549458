// Package testdb has empty databases for tests.
package testdb

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib" // also the driver pgx
	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite" // the driver sqlite
)

// Each runs a test on each database, with the source of a new and empty one.
func Each(t *testing.T, test func(t *testing.T, source string)) {
	t.Run("SQLite", func(t *testing.T) { test(t, SQLite(t)) })
	t.Run("PostgreSQL", func(t *testing.T) { test(t, PostgreSQL(t)) })
}

// SQLite returns the path of a file that does not exist.
func SQLite(t testing.TB) string { return filepath.Join(t.TempDir(), "service.db") }

// PostgreSQL creates a database for the test, on the server at DESKPOLICY_POSTGRES. It skips the
// test if there is none, and fails it in continuous integration.
func PostgreSQL(t testing.TB) string {
	t.Helper()
	server := cmp.Or(os.Getenv("DESKPOLICY_POSTGRES"), "postgres://postgres@127.0.0.1:5432/postgres?sslmode=disable")
	config, err := pgx.ParseConfig(server)
	require.NoError(t, err)
	admin := stdlib.OpenDB(*config)
	switch err := admin.Ping(); {
	case err == nil:
	case os.Getenv("CI") == "true":
		t.Fatalf("PostgreSQL is not here: %v", err)
	default:
		t.Skipf("PostgreSQL is not here: %v", err)
	}
	name := fmt.Sprintf("deskpolicy_service_%d", rand.Uint64())
	_, err = admin.Exec("CREATE DATABASE " + name)
	require.NoError(t, err)
	t.Cleanup(func() {
		_, err := admin.Exec("DROP DATABASE " + name + " WITH (FORCE)")
		require.NoError(t, err)
		require.NoError(t, admin.Close())
	})
	at, err := url.Parse(server)
	require.NoError(t, err)
	at.Path = "/" + name
	return at.String()
}
