package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
)

// A Filler adds rows to the tables of a new account.
type Filler struct {
	ctx context.Context
	tx  *sql.Tx
	err error
}

// Fill adds an account, unless there is one with its ID, and calls fill to add the rest. Of
// several processes that start at once, one fills and the others wait.
func (s *Store) Fill(ctx context.Context, id, name, features string, fill func(*Filler)) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() // does nothing after Commit
	result, err := tx.ExecContext(ctx, `INSERT INTO accounts (id, name, features, integrated, version) VALUES ($1, $2, $3, TRUE, 0) ON CONFLICT DO NOTHING`, id, name, features)
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		return err
	}
	f := &Filler{ctx: ctx, tx: tx}
	if fill(f); f.err != nil {
		return f.err
	}
	return tx.Commit()
}

// Analyze has the database count its rows. Without that, SQLite reads whole tables for a list.
func (s *Store) Analyze(ctx context.Context) error {
	_, err := s.db.ExecContext(ctx, "ANALYZE")
	return err
}

// Insert adds rows with the values of the columns. After an error it does nothing.
func (f *Filler) Insert(table, columns string, rows ...[]any) {
	const most = 100 // rows in a statement
	for len(rows) > 0 && f.err == nil {
		part := rows[:min(most, len(rows))]
		rows = rows[len(part):]
		var args []any
		var values []string
		for _, row := range part {
			var places []string
			for _, value := range row {
				args = append(args, value)
				places = append(places, fmt.Sprintf("$%d", len(args)))
			}
			values = append(values, "("+strings.Join(places, ", ")+")")
		}
		if _, err := f.tx.ExecContext(f.ctx, "INSERT INTO "+table+" ("+columns+") VALUES "+strings.Join(values, ", "), args...); err != nil {
			f.err = fmt.Errorf("%s: %w", table, err)
		}
	}
}
