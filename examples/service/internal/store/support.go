package store

import (
	"context"
	"crypto/rand"
	"encoding/json"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/deskhttp"
)

// ObserveSupport keeps a record of a decision, if it is on a support engineer. It is for the
// Guard. If the record cannot be written, it panics, so that the request fails: there is no
// access without a record. The records of a change are written with it, or after it failed.
func (s *Store) ObserveSupport(ctx context.Context, event deskhttp.Event) {
	if _, isEngineer := event.Request.Subject.(*deskpolicy.SupportSession); !isEngineer || event.List {
		return
	}
	record := event.Request.AuditRecord(event.Decision)
	if tx, ok := ctx.Value(txKey{}).(*Tx); ok {
		tx.support = append(tx.support, record)
		return
	}
	if err := writeSupport(ctx, s.db, []deskpolicy.AuditRecord{record}); err != nil {
		panic(err)
	}
}

func writeSupport(ctx context.Context, q querier, records []deskpolicy.AuditRecord) error {
	for _, record := range records {
		text, err := json.Marshal(record)
		if err != nil {
			return err
		}
		_, err = q.ExecContext(ctx, `INSERT INTO support_records (account_id, id, record) VALUES ($1, $2, $3)`, string(record.Account), rand.Text(), string(text))
		if err != nil {
			return err
		}
	}
	return nil
}

// SupportLog returns what support engineers did in the account, from the records.
func (s *Store) SupportLog(ctx context.Context, account deskpolicy.AccountID) (log deskpolicy.SupportAccessLog, err error) {
	rows, err := s.db.QueryContext(ctx, `SELECT record FROM support_records WHERE account_id = $1`, string(account))
	if err != nil {
		return log, err
	}
	defer rows.Close()
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return log, err
		}
		var record deskpolicy.AuditRecord
		if err := json.Unmarshal([]byte(text), &record); err != nil {
			return log, err
		}
		log.Add(record)
	}
	return log, rows.Err()
}
