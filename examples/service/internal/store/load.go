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
// exists for the subject of a request alone, and for the whole desk; for a session, and for an
// API key.
//
//go:embed load.sql
var loadSQL string

const (
	bySession = `SELECT account_id, kind, subject_id, grant_id FROM sessions WHERE token = $1 AND expires_at > $2`
	byKey     = `SELECT account_id, CASE WHEN contact_id IS NULL THEN 'key' ELSE 'customer key' END AS kind, COALESCE(person_id, contact_id) AS subject_id, id AS grant_id
		FROM api_keys WHERE secret = $1`
)

// statements are for a session and for a key.
type statements struct{ session, key string }

var (
	loadSubject = newStatements("me.kind IN ('person', 'key') AND p.id = me.subject_id", theCustomer+" AND u.contact_id = me.subject_id", "FALSE")
	loadDesk    = newStatements("TRUE", `u.contact_id IN (SELECT k.contact_id FROM api_keys k JOIN me ON k.account_id = me.account_id WHERE k.contact_id IS NOT NULL
		UNION SELECT me.subject_id FROM me WHERE `+theCustomer+`)`, "TRUE")
)

const theCustomer = `me.kind IN ('customer', 'customer key')`

func newStatements(people, customers, everything string) statements {
	with := func(me string) string {
		return strings.NewReplacer("{me}", me, "{people}", people, "{customers}", customers, "{everything}", everything, "{customer rows}", customersSQL).Replace(loadSQL)
	}
	return statements{with(bySession), with(byKey)}
}

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
	l, err := load(ctx, s.reader(), loadDesk, token, now)
	if err != nil {
		return nil, err
	}
	return &l.desk, nil
}

// load runs one of the statements.
func load(ctx context.Context, q querier, by statements, token Token, now time.Time) (*loaded, error) {
	l := &loaded{rows: make(map[string][]row), now: now, desk: roster.Desk{Now: now}}
	statement, args := by.session, []any{token.session(), now.UnixMilli()}
	if token.isKey {
		statement, args = by.key, []any{token.key()}
	}
	if err := l.query(ctx, q, statement, args...); err != nil {
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
