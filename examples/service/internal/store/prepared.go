package store

import (
	"context"
	"database/sql"
	"sync"
)

// A querier is a database, a transaction, or a database with prepared statements.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

// prepared are statements that are prepared once, instead of each time that they are run. That
// is all that the store keeps between requests.
type prepared struct {
	mu         sync.Mutex
	statements map[string]*sql.Stmt
}

// maxPrepared is how many statements are kept. A list has one for each shape of a filter, which
// are few; whatever else there may be is not prepared.
const maxPrepared = 200

// A reader runs prepared statements.
type reader struct{ *Store }

func (s *Store) reader() reader { return reader{s} }

func (r reader) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	statement, err := r.statement(ctx, query)
	if err != nil {
		return nil, err
	}
	if statement == nil {
		return r.db.QueryContext(ctx, query, args...)
	}
	return statement.QueryContext(ctx, args...)
}

func (r reader) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	return r.db.ExecContext(ctx, query, args...)
}

// statement returns the prepared statement, or nil if there are too many.
func (r reader) statement(ctx context.Context, query string) (*sql.Stmt, error) {
	r.prepared.mu.Lock()
	defer r.prepared.mu.Unlock()
	if statement := r.prepared.statements[query]; statement != nil || len(r.prepared.statements) >= maxPrepared {
		return statement, nil
	}
	statement, err := r.db.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	if r.prepared.statements == nil {
		r.prepared.statements = make(map[string]*sql.Stmt)
	}
	r.prepared.statements[query] = statement
	return statement, nil
}
