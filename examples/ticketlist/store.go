package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	_ "modernc.org/sqlite"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/sqlfilter"
)

const schema = `
CREATE TABLE tickets (
	id           TEXT PRIMARY KEY,
	account_id   TEXT NOT NULL,
	group_id     TEXT,
	assignee_id  TEXT,
	requester_id TEXT, -- a contact of the account
	updated_at   INTEGER NOT NULL,
	subject      TEXT NOT NULL
);
CREATE TABLE mentions (ticket_id TEXT NOT NULL, agent_id TEXT NOT NULL, PRIMARY KEY (agent_id, ticket_id));
CREATE INDEX newest ON tickets (account_id, updated_at, id);
CREATE INDEX of_group ON tickets (account_id, group_id, updated_at, id);
CREATE INDEX of_assignee ON tickets (account_id, assignee_id, updated_at, id);
CREATE INDEX of_requester ON tickets (account_id, requester_id, updated_at, id);`

// tickets describes the table of tickets. The desk has no workspaces.
var tickets = sqlfilter.Table[deskpolicy.Ticket]{
	Name:              "tickets",
	ID:                sqlfilter.TextColumn("id"),
	Account:           sqlfilter.TextColumn("account_id"),
	Group:             sqlfilter.TextColumn("group_id"),
	Assignee:          sqlfilter.TextColumn("assignee_id"),
	NoneConfidential:  true,
	Requester:         sqlfilter.TextColumn("requester_id"),
	Mentions:          sqlfilter.MentionColumns{Table: "mentions", Ticket: sqlfilter.TextColumn("ticket_id"), Agent: sqlfilter.TextColumn("agent_id")},
	GloballyUniqueIDs: true,
}

// load returns the ticket as a resource, and its subject line. The error is
// sql.ErrNoRows if there is no such ticket. The query covers all accounts; the policy
// denies tickets of other accounts.
func load(ctx context.Context, db *sql.DB, id deskpolicy.TicketID) (t deskpolicy.Ticket, subject string, err error) {
	var group, assignee, requester sql.NullString
	err = db.QueryRowContext(ctx, `SELECT id, account_id, group_id, assignee_id, requester_id, subject FROM tickets WHERE id = ?`, string(id)).
		Scan(&t.ID, &t.Account, &group, &assignee, &requester, &subject)
	if err != nil {
		return t, "", err
	}
	t.Group, t.Assignee = deskpolicy.GroupID(group.String), deskpolicy.AgentID(assignee.String)
	if requester.Valid {
		t.Requester = &deskpolicy.Contact{ID: deskpolicy.ContactID(requester.String), Account: t.Account}
	}
	t.Mentions, err = mentions(ctx, db, id)
	return t, subject, err
}

func mentions(ctx context.Context, db *sql.DB, id deskpolicy.TicketID) (map[deskpolicy.AgentID]bool, error) {
	rows, err := db.QueryContext(ctx, `SELECT agent_id FROM mentions WHERE ticket_id = ?`, string(id))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	mentioned := map[deskpolicy.AgentID]bool{}
	for rows.Next() {
		var agent deskpolicy.AgentID
		if err := rows.Scan(&agent); err != nil {
			return nil, err
		}
		mentioned[agent] = true
	}
	return mentioned, rows.Err()
}

// openStore returns a database with the tickets of two accounts.
func openStore(ctx context.Context) (*sql.DB, error) {
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1) // each connection has its own database in memory
	if err := fill(ctx, db); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

func fill(ctx context.Context, db *sql.DB) error {
	if _, err := db.ExecContext(ctx, schema); err != nil {
		return err
	}
	or := func(i int, from ...any) any { return from[i%len(from)] }
	for i := 1; i <= 60; i++ {
		id, account := fmt.Sprintf("t%d", i), "acme"
		if i > 50 {
			id, account = fmt.Sprintf("g%d", i-50), "globex"
		}
		_, err := db.ExecContext(ctx, `INSERT INTO tickets VALUES (?, ?, ?, ?, ?, ?, ?)`, id, account,
			or(i, "refunds", "billing", "sales", nil, "sales"), or(i, nil, "riya", "bob", nil, "cleo", nil, nil), or(i, "ada", "ben", nil, "cai", "dov", "eli", "fay"),
			monday.Add(-time.Duration(i/3)*time.Hour).Unix(), fmt.Sprintf("Question %d", i))
		if err != nil {
			return err
		}
		if i%8 == 0 {
			if _, err := db.ExecContext(ctx, `INSERT INTO mentions VALUES (?, 'sam')`, id); err != nil {
				return err
			}
		}
	}
	return nil
}

var monday = time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)
