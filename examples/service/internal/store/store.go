// Package store keeps a helpdesk in SQLite or in PostgreSQL. Several processes can share a
// PostgreSQL database: nothing is kept in memory between two requests, so a change counts in
// all of them as soon as it is committed.
package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"runtime"
	"strings"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"github.com/deskpolicy/deskpolicy/sqlfilter"
)

// A Store is a helpdesk's database. It is safe for concurrent use.
type Store struct {
	db       *sql.DB
	dialect  sqlfilter.Dialect
	prepared prepared
}

// Open opens the database, creates its tables and applies what is new in this version. The
// source is the URL of a PostgreSQL database, or the path of an SQLite file. The program imports
// the drivers, which are named pgx and sqlite.
func Open(ctx context.Context, source string) (*Store, error) {
	s, err := connect(source)
	if err != nil {
		return nil, err
	}
	if err := s.migrate(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("migrate: %w", err), s.Close())
	}
	return s, nil
}

func connect(source string) (*Store, error) {
	if strings.HasPrefix(source, "postgres://") || strings.HasPrefix(source, "postgresql://") {
		return connectPostgreSQL(source)
	}
	// A commit is on the disk when it returns (synchronous is FULL): a revocation that a power
	// failure takes back would give access again. With a limit, ANALYZE keeps no samples of values:
	// with samples, SQLite plans a prepared statement anew whenever an argument differs.
	pragmas := url.Values{"_pragma": {"busy_timeout(10000)", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(ON)", "analysis_limit(1000)"}}
	return opened("sqlite", "file:"+(&url.URL{Path: source}).EscapedPath()+"?"+pragmas.Encode(), sqlfilter.SQLite)
}

// connectPostgreSQL plans each statement once a connection: planning a list anew takes longer
// than reading it.
func connectPostgreSQL(source string) (*Store, error) {
	at, err := url.Parse(source)
	if err != nil {
		return nil, err
	}
	query := at.Query()
	query.Set("plan_cache_mode", "force_generic_plan")
	at.RawQuery = query.Encode()
	return opened("pgx", at.String(), sqlfilter.PostgreSQL)
}

func opened(driver, source string, dialect sqlfilter.Dialect) (*Store, error) {
	db, err := sql.Open(driver, source)
	if err != nil {
		return nil, err
	}
	connections := 4 * runtime.NumCPU() // which stay open, as their statements are prepared
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	return &Store{db: db, dialect: dialect}, nil
}

// Close closes the database.
func (s *Store) Close() error { return s.db.Close() }

//go:embed migrations/*.sql
var migrations embed.FS

// migrate applies the migrations that are not applied yet. Of several processes that start at
// once on PostgreSQL, one applies them and the others wait.
func (s *Store) migrate(ctx context.Context) error {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	dialect, options := goose.DialectSQLite3, []goose.ProviderOption(nil)
	if s.dialect == sqlfilter.PostgreSQL {
		locker, err := lock.NewPostgresSessionLocker()
		if err != nil {
			return err
		}
		dialect, options = goose.DialectPostgres, []goose.ProviderOption{goose.WithSessionLocker(locker)}
	}
	provider, err := goose.NewProvider(dialect, s.db, files, options...)
	if err != nil {
		return err
	}
	_, err = provider.Up(ctx)
	return err
}
