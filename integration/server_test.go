package integration

import (
	"cmp"
	"database/sql"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"github.com/go-sql-driver/mysql"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite"

	"github.com/deskpolicy/deskpolicy/internal/pinned"
	"github.com/deskpolicy/deskpolicy/sqlfilter"
)

// TestMain lowers rapid's default number of checks, so that the tests take two
// minutes unless a flag says otherwise.
func TestMain(m *testing.M) {
	pinned.Draws()
	flag.Parse()
	said := false
	flag.Visit(func(f *flag.Flag) { said = said || f.Name == "rapid.checks" })
	if !said {
		if err := flag.Set("rapid.checks", "5"); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}

// A server is a database for one test, which is dropped when the test ends.
type server struct {
	name    string
	dialect sqlfilter.Dialect
	*sql.DB
}

// servers are those that the tests run against.
var servers = []struct {
	name string
	open func(*testing.T) server
}{
	{"PostgreSQL", func(t *testing.T) server { return postgres(t, "auto") }},
	{"PostgreSQL with generic plans", func(t *testing.T) server { return postgres(t, "force_generic_plan") }},
	{"MariaDB", mariadb},
	{"SQLite", sqlite},
}

// postgres returns a database on the server at DESKPOLICY_POSTGRES, with the
// plan_cache_mode for prepared statements.
func postgres(t *testing.T, plans string) server {
	t.Helper()
	config, err := pgx.ParseConfig(cmp.Or(os.Getenv("DESKPOLICY_POSTGRES"), "postgres://postgres@127.0.0.1:5432/postgres?sslmode=disable"))
	require.NoError(t, err)
	admin := stdlib.OpenDB(*config)
	absent(t, "PostgreSQL", admin.Ping())
	own := ownDatabase(t, admin, "DROP DATABASE %s WITH (FORCE)")
	config = config.Copy()
	config.Database = own
	config.RuntimeParams["plan_cache_mode"] = plans
	return server{"PostgreSQL", sqlfilter.PostgreSQL, opened(t, stdlib.OpenDB(*config))}
}

// mariadb returns a database on the server at DESKPOLICY_MARIADB, with a default
// collation in which "A" and "a " equal "a".
func mariadb(t *testing.T) server {
	t.Helper()
	config, err := mysql.ParseDSN(cmp.Or(os.Getenv("DESKPOLICY_MARIADB"), "root@tcp(127.0.0.1:3306)/"))
	require.NoError(t, err)
	admin, err := sql.Open("mysql", config.FormatDSN())
	require.NoError(t, err)
	absent(t, "MariaDB", admin.Ping())
	config.DBName = ownDatabase(t, admin, "DROP DATABASE %s")
	db, err := sql.Open("mysql", config.FormatDSN())
	require.NoError(t, err)
	return server{"MariaDB", sqlfilter.MariaDB, opened(t, db)}
}

func sqlite(t *testing.T) server {
	t.Helper()
	db, err := sql.Open("sqlite", ":memory:")
	require.NoError(t, err)
	db.SetMaxOpenConns(1) // each connection has its own database in memory
	return server{"SQLite", sqlfilter.SQLite, opened(t, db)}
}

// absent skips the test if the server does not answer, or fails it in continuous
// integration.
func absent(t *testing.T, name string, err error) {
	t.Helper()
	switch {
	case err == nil:
	case os.Getenv("CI") == "true":
		t.Fatalf("%s is not here: %v", name, err)
	default:
		t.Skipf("%s is not here: %v", name, err)
	}
}

// ownDatabase creates a database that is dropped when the test ends, and returns its
// name.
func ownDatabase(t *testing.T, admin *sql.DB, drop string) string {
	t.Helper()
	name := fmt.Sprintf("deskpolicy_test_%d", rand.Uint64())
	run(t, admin, "CREATE DATABASE "+name)
	t.Cleanup(func() {
		run(t, admin, fmt.Sprintf(drop, name))
		require.NoError(t, admin.Close())
	})
	return name
}

func opened(t *testing.T, db *sql.DB) *sql.DB {
	t.Helper()
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db
}

func run(t testing.TB, db *sql.DB, statement string, args ...any) {
	t.Helper()
	_, err := db.Exec(statement, args...)
	require.NoError(t, err, "%.300s", statement)
}

// insert adds rows to a table in one statement.
func (s server) insert(t testing.TB, table string, rows [][]any) {
	t.Helper()
	if len(rows) == 0 {
		return
	}
	var b strings.Builder
	var args []any
	b.WriteString("INSERT INTO " + table + " VALUES ")
	for i, row := range rows {
		for j, value := range row {
			b.WriteString([]string{", ", "(", "), ("}[open(i, j)])
			args = append(args, value)
			if s.dialect == sqlfilter.PostgreSQL {
				fmt.Fprintf(&b, "$%d", len(args))
			} else {
				b.WriteString("?")
			}
		}
	}
	run(t, s.DB, b.String()+")", args...)
}

// open returns the text before a value: 0 within a row, 1 in the first row, 2 in others.
func open(i, j int) int {
	switch {
	case j > 0:
		return 0
	case i == 0:
		return 1
	default:
		return 2
	}
}
