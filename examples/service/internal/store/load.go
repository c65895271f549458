package store

import (
	"context"
	_ "embed" // for load.sql
	"strings"
	"time"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/examples/service/internal/roster"
)

// load.sql is one statement, so that it reads one snapshot: no change is seen in parts. It
// exists for the subject of a request alone, and for the whole desk.
//
//go:embed load.sql
var loadSQL string

var (
	loadSubject = strings.NewReplacer("{people}", "me.kind IN ('person', 'key') AND p.id = me.subject_id", "{everything}", "FALSE").Replace(loadSQL)
	loadDesk    = strings.NewReplacer("{people}", "TRUE", "{everything}", "TRUE").Replace(loadSQL)
)

// Subject returns the subject that the token is for, as it is at the instant now, or nil if
// the token is unknown or out of date. It costs one statement, and every request pays it: what
// was revoked before is revoked in every process.
func (s *Store) Subject(ctx context.Context, token Token, now time.Time) (deskpolicy.Subject, error) {
	l, err := load(ctx, s.reader(), loadSubject, token, now)
	if err != nil {
		return nil, err
	}
	return l.subject()
}

// Desk returns the account that the token is for, with all of its people and roles.
func (s *Store) Desk(ctx context.Context, token Token, now time.Time) (*roster.Desk, error) {
	l, err := load(ctx, s.db, loadDesk, token, now)
	if err != nil {
		return nil, err
	}
	return &l.desk, nil
}

// load runs one of the two statements.
func load(ctx context.Context, q querier, statement string, token Token, now time.Time) (*loaded, error) {
	l := &loaded{rows: make(map[string][]row), now: now, desk: roster.Desk{Now: now}}
	if err := l.query(ctx, q, statement, token.session(), now.UnixMilli(), token.key()); err != nil {
		return nil, err
	}
	return l, l.assemble()
}

// query runs a statement and keeps its rows.
func (l *loaded) query(ctx context.Context, q querier, statement string, args ...any) error {
	rows, err := q.QueryContext(ctx, statement, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var r row
		if err := rows.Scan(&r.part, &r.a, &r.b, &r.c, &r.d, &r.e, &r.f); err != nil {
			return err
		}
		l.rows[r.part] = append(l.rows[r.part], r)
	}
	return rows.Err()
}
