package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/deskhttp"
	"github.com/deskpolicy/deskpolicy/examples/service/internal/roster"
)

// A Tx is a change that is being made. No other change of the account is made meanwhile.
type Tx struct {
	Desk  *roster.Desk       // as the changes before left it
	Actor deskpolicy.Subject // who makes the change, as it is now
	Now   time.Time

	ctx     context.Context
	tx      *sql.Tx
	records []deskpolicy.AuditRecord // the decisions that allow the change
	support []deskpolicy.AuditRecord // all decisions, if the actor is a support engineer
}

// Change makes a change of roles, people, grants or tickets: it locks the account, loads the
// actor and the desk anew, calls make, which asks and writes, adds an event to the log, and
// commits. If anything fails, nothing has changed. The actor's rights cannot be older than the
// change, as whatever takes them away needs the same lock.
//
// The text says what the change was, in the log.
func (s *Store) Change(ctx context.Context, token Token, now time.Time, what string, make func(*Tx) error) error {
	change := &Tx{Now: now}
	err := s.change(ctx, token, change, what, make)
	if err != nil { // the records of what was asked are kept
		err = errors.Join(err, writeSupport(ctx, s.db, change.support))
	}
	return err
}

func (s *Store) change(ctx context.Context, token Token, change *Tx, what string, make func(*Tx) error) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() // does nothing after Commit
	version, account, err := lockAccount(ctx, tx, token)
	if err != nil {
		return err
	}
	l, err := load(ctx, tx, loadDesk, token, change.Now)
	if err != nil {
		return err
	}
	change.Desk, change.tx = &l.desk, tx
	if change.Actor, err = l.subject(); err != nil {
		return err
	}
	change.ctx = context.WithValue(deskhttp.WithSubject(ctx, change.Actor), txKey{}, change)
	if err := make(change); err != nil {
		return err
	}
	if err := change.writeEvent(account, version, what); err != nil {
		return err
	}
	if err := writeSupport(ctx, tx, change.support); err != nil {
		return err
	}
	return tx.Commit()
}

type txKey struct{}

// lockAccount locks the account of the token until the end of the transaction, and returns its new
// version.
func lockAccount(ctx context.Context, tx *sql.Tx, token Token) (version int64, account string, err error) {
	err = tx.QueryRowContext(ctx, `UPDATE accounts SET version = version + 1
		WHERE id = (SELECT account_id FROM sessions WHERE token = $1 UNION ALL SELECT account_id FROM api_keys WHERE secret = $2) RETURNING version, id`,
		token.session(), token.key()).Scan(&version, &account)
	if err == sql.ErrNoRows { // there is nobody to ask about
		err = deskhttp.ErrNotFound
	}
	return version, account, err
}

// Ask asks whether the actor may do the action. The error is for deskhttp.Problem. A change
// that asks nothing is not written.
func Ask[R deskpolicy.Resource](tx *Tx, action deskpolicy.Action[R], resource *R) error {
	if err := deskhttp.Authorize(tx.ctx, action, resource); err != nil {
		return err
	}
	tx.records = append(tx.records, deskpolicy.NewRequest(tx.Actor, action, resource).AuditRecord(deskpolicy.Authorize(tx.Actor, action, resource)))
	return nil
}

// Context is the context of the change, with the actor as its subject.
func (tx *Tx) Context() context.Context { return tx.ctx }

func (tx *Tx) writeEvent(account string, version int64, what string) error {
	if len(tx.records) == 0 {
		return errUnasked
	}
	records, err := json.Marshal(tx.records)
	if err != nil {
		return err
	}
	_, err = tx.tx.ExecContext(tx.ctx, `INSERT INTO events (account_id, version, at, actor, what, records) VALUES ($1, $2, $3, $4, $5, $6)`,
		account, version, tx.Now.UnixMilli(), madeBy(tx.records[0]), what, string(records))
	return err
}

// madeBy returns who made the change that the record allowed: a subject, or a key of theirs.
func madeBy(record deskpolicy.AuditRecord) string {
	if record.Actor != "" {
		return fmt.Sprintf("%s, by %s %s", record.Subject, record.ActorKind, record.Actor)
	}
	return string(record.Subject)
}

// Events returns the last changes of the account, newest first.
func (s *Store) Events(ctx context.Context, account deskpolicy.AccountID, limit int) (events []roster.Event, err error) {
	rows, err := s.db.QueryContext(ctx, `SELECT version, at, actor, what, records FROM events WHERE account_id = $1 ORDER BY version DESC LIMIT $2`, string(account), limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var e roster.Event
		var at int64
		var records string
		if err := rows.Scan(&e.Version, &at, &e.Actor, &e.What, &records); err != nil {
			return nil, err
		}
		if err := json.Unmarshal([]byte(records), &e.Records); err != nil {
			return nil, err
		}
		e.At = time.UnixMilli(at).UTC()
		events = append(events, e)
	}
	return events, rows.Err()
}
