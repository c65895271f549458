package main

import (
	"context"
	"database/sql"
	"errors"

	_ "modernc.org/sqlite"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/sqlfilter"
)

const schema = `
CREATE TABLE contacts (
	id          TEXT NOT NULL,
	account_id  TEXT NOT NULL,
	company_id  TEXT,
	portal_role TEXT,    -- the role in the portal; NULL for contacts who do not use it
	deactivated BOOLEAN NOT NULL DEFAULT FALSE,
	PRIMARY KEY (account_id, id)
);
CREATE TABLE tickets (
	id           TEXT PRIMARY KEY,
	account_id   TEXT NOT NULL,
	group_id     TEXT,
	assignee_id  TEXT,
	requester_id TEXT,
	subject      TEXT NOT NULL,
	closed       BOOLEAN NOT NULL DEFAULT FALSE,
	updated_at   INTEGER NOT NULL,
	FOREIGN KEY (account_id, requester_id) REFERENCES contacts (account_id, id)
);
CREATE TABLE ccs (ticket_id TEXT NOT NULL, contact_id TEXT NOT NULL, access TEXT NOT NULL, PRIMARY KEY (contact_id, ticket_id));
CREATE TABLE followers (ticket_id TEXT NOT NULL, agent_id TEXT NOT NULL, access TEXT NOT NULL, PRIMARY KEY (agent_id, ticket_id));
CREATE TABLE messages (ticket_id TEXT NOT NULL, author TEXT NOT NULL, private BOOLEAN NOT NULL, body TEXT NOT NULL);
CREATE INDEX newest ON tickets (account_id, updated_at, id);
CREATE INDEX of_requester ON tickets (account_id, requester_id, updated_at, id);
CREATE INDEX of_company ON contacts (account_id, company_id, id);`

const contents = `
INSERT INTO contacts VALUES
	('carla', 'acme', 'initech', 'Customer', FALSE), ('cody', 'acme', 'initech', 'Company Customer', FALSE),
	('hana', 'acme', 'hooli', 'Customer', FALSE), ('dora', 'acme', 'hooli', 'Customer', TRUE), ('tom-at-acme', 'acme', NULL, NULL, FALSE);
INSERT INTO tickets VALUES
	('t1', 'acme', 'billing', 'riya', 'carla', 'Invoice is wrong', FALSE, 106), ('t2', 'acme', 'sales', NULL, 'cody', 'More seats', FALSE, 105),
	('t3', 'acme', 'billing', NULL, 'hana', 'Second invoice', FALSE, 104), ('t4', 'acme', 'sales', 'tom', 'dora', 'A new plan', TRUE, 103),
	('t5', 'acme', 'it', NULL, 'tom-at-acme', 'My screen flickers', FALSE, 102);
INSERT INTO ccs VALUES ('t3', 'carla', 'view');
INSERT INTO followers VALUES ('t2', 'tom', 'view');
INSERT INTO messages VALUES
	('t1', 'carla', FALSE, 'The sum on my invoice is wrong.'), ('t1', 'riya', TRUE, 'Looks like the old price list.'), ('t1', 'riya', FALSE, 'Which invoice is it?'),
	('t3', 'hana', FALSE, 'I got an invoice twice.');`

// tickets describes the tables for lists. Nothing on this desk is confidential.
var tickets = sqlfilter.Table[deskpolicy.Ticket]{
	Name:      "tickets",
	ID:        sqlfilter.TextColumn("id"),
	Account:   sqlfilter.TextColumn("account_id"),
	Group:     sqlfilter.TextColumn("group_id"),
	Assignee:  sqlfilter.TextColumn("assignee_id"),
	Requester: sqlfilter.TextColumn("requester_id"),
	CCs: sqlfilter.ParticipantTable{
		Table: "ccs", Ticket: sqlfilter.TextColumn("ticket_id"), Participant: sqlfilter.TextColumn("contact_id"), Access: sqlfilter.TextColumn("access"),
	},
	Participants: sqlfilter.ParticipantTable{
		Table: "followers", Ticket: sqlfilter.TextColumn("ticket_id"), Participant: sqlfilter.TextColumn("agent_id"), Access: sqlfilter.TextColumn("access"),
	},
	CRM: sqlfilter.CRMTable{
		Table: "contacts", ID: sqlfilter.TextColumn("id"), Account: sqlfilter.TextColumn("account_id"), Company: sqlfilter.TextColumn("company_id"),
		RequesterForeignKey: true,
	},
	NoneConfidential:  true,
	GloballyUniqueIDs: true,
}

// A record is a ticket with what the policy does not need.
type record struct {
	deskpolicy.Ticket
	subject string
	closed  bool
}

// load returns the ticket. The error is sql.ErrNoRows if there is none. The query covers all
// accounts; the policy denies tickets of other accounts.
func load(ctx context.Context, db *sql.DB, id string) (t record, err error) {
	var group, assignee, requester, company sql.NullString
	err = db.QueryRowContext(ctx, `SELECT t.id, t.account_id, t.group_id, t.assignee_id, t.requester_id, c.company_id, t.subject, t.closed
		FROM tickets t LEFT JOIN contacts c ON c.account_id = t.account_id AND c.id = t.requester_id WHERE t.id = ?`, id).
		Scan(&t.ID, &t.Account, &group, &assignee, &requester, &company, &t.subject, &t.closed)
	if err != nil {
		return t, err
	}
	t.Group, t.Assignee = deskpolicy.GroupID(group.String), deskpolicy.AgentID(assignee.String)
	if requester.Valid {
		t.Requester = &deskpolicy.Contact{ID: deskpolicy.ContactID(requester.String), Account: t.Account, Company: deskpolicy.CompanyID(company.String)}
	}
	if t.CCs, err = accesses[deskpolicy.ContactID](ctx, db, `SELECT contact_id, access FROM ccs WHERE ticket_id = ?`, id); err != nil {
		return t, err
	}
	t.Participants, err = accesses[deskpolicy.AgentID](ctx, db, `SELECT agent_id, access FROM followers WHERE ticket_id = ?`, id)
	return t, err
}

// accesses returns who takes part in the ticket, each with what they may do.
func accesses[ID ~string](ctx context.Context, db *sql.DB, query, ticket string) (map[ID]deskpolicy.Access, error) {
	rows, err := db.QueryContext(ctx, query, ticket)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	takePart := map[ID]deskpolicy.Access{}
	for rows.Next() {
		var id, name string
		var access deskpolicy.Access
		if err := rows.Scan(&id, &name); err != nil {
			return nil, err
		}
		if err := access.UnmarshalText([]byte(name)); err != nil {
			return nil, err
		}
		takePart[ID(id)] = access
	}
	return takePart, rows.Err()
}

// A message is a reply, or a note inside the desk.
type message struct {
	From    string `json:"from"`
	Private bool   `json:"private,omitempty"`
	Text    string `json:"text"`
}

// messagesOf returns the messages of the ticket, in order; the private ones only if wanted.
func messagesOf(ctx context.Context, db *sql.DB, id deskpolicy.TicketID, private bool) ([]message, error) {
	rows, err := db.QueryContext(ctx, `SELECT author, private, body FROM messages WHERE ticket_id = ? AND (? OR NOT private) ORDER BY rowid`, string(id), private)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := []message{}
	for rows.Next() {
		var m message
		if err := rows.Scan(&m.From, &m.Private, &m.Text); err != nil {
			return nil, err
		}
		all = append(all, m)
	}
	return all, rows.Err()
}

// openStore returns a database with the example tickets.
func openStore(ctx context.Context) (*sql.DB, error) {
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1) // each connection has its own database in memory
	if _, err := db.ExecContext(ctx, schema+contents); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}
