package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"time"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/deskhttp"
	"github.com/deskpolicy/deskpolicy/sqlfilter"
)

// tickets describes the table of tickets, for the filter.
var tickets = sqlfilter.Table[deskpolicy.Ticket]{
	Name:         "tickets",
	ID:           sqlfilter.TextColumn("id"),
	Account:      sqlfilter.TextColumn("account_id"),
	Workspace:    sqlfilter.TextColumn("workspace_id"),
	Group:        sqlfilter.TextColumn("group_id"),
	Assignee:     sqlfilter.TextColumn("assignee_id"),
	Requester:    sqlfilter.TextColumn("requester_id"),
	Confidential: "confidential",
	Mentions: sqlfilter.MentionColumns{
		Table: "mentions", Account: sqlfilter.TextColumn("account_id"), Ticket: sqlfilter.TextColumn("ticket_id"), Agent: sqlfilter.TextColumn("person_id"),
	},
	Participants: sqlfilter.ParticipantTable{
		Table: "participants", Account: sqlfilter.TextColumn("account_id"), Ticket: sqlfilter.TextColumn("ticket_id"),
		Participant: sqlfilter.TextColumn("person_id"), Access: sqlfilter.TextColumn("access"),
	},
	CCs: sqlfilter.ParticipantTable{
		Table: "ccs", Account: sqlfilter.TextColumn("account_id"), Ticket: sqlfilter.TextColumn("ticket_id"),
		Participant: sqlfilter.TextColumn("contact_id"), Access: sqlfilter.TextColumn("access"),
	},
	CRM: sqlfilter.CRMTable{
		Table: "contacts", Account: sqlfilter.TextColumn("account_id"), ID: sqlfilter.TextColumn("id"),
		Owner: sqlfilter.TextColumn("crm_owner"), Territory: sqlfilter.TextColumn("crm_territory"),
		Company: sqlfilter.TextColumn("company_id"), DeskOwner: sqlfilter.TextColumn("owner_id"),
		Team: sqlfilter.TeamTable{
			Table: "crm_teams", Account: sqlfilter.TextColumn("account_id"), Customer: sqlfilter.TextColumn("contact_id"),
			User: sqlfilter.TextColumn("user_id"), Access: sqlfilter.TextColumn("access"),
		},
		RequesterForeignKey: true,
	},
}

// A Summary is a ticket in a list.
type Summary struct {
	ID       string    `json:"id"`
	Updated  time.Time `json:"updated"`
	Subject  string    `json:"subject"`
	Status   string    `json:"status"`
	Group    string    `json:"group,omitempty"`
	Assignee string    `json:"assignee,omitempty"`
}

// Tickets returns a page of the newest tickets that the filter selects, and the cursor of the
// next page, which is empty after the last ticket. The error wraps sqlfilter.ErrInvalidCursor
// if the cursor is not one of this function.
func (s *Store) Tickets(ctx context.Context, filter deskpolicy.Filter[deskpolicy.Ticket], cursor string, limit int) ([]Summary, string, error) {
	request := sqlfilter.PageRequest{Order: "updated_at", Limit: limit, Columns: []string{"subject", "status", "group_id", "assignee_id"}}
	if cursor != "" {
		if err := request.After.UnmarshalText([]byte(cursor)); err != nil {
			return nil, "", err
		}
	}
	statement, err := sqlfilter.Page(filter, tickets, s.dialect, request)
	if err != nil {
		return nil, "", err
	}
	text, args := statement.SQL(1)
	page, err := summaries(ctx, s.reader(), text, args)
	if err != nil || len(page) < limit {
		return page, "", err
	}
	last := page[limit-1]
	after, err := request.CursorAfter(last.Updated.UnixMilli(), last.ID)
	if err != nil {
		return nil, "", err
	}
	next, err := after.MarshalText()
	return page, string(next), err
}

func summaries(ctx context.Context, q querier, text string, args []any) ([]Summary, error) {
	rows, err := q.QueryContext(ctx, text, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	list := []Summary{}
	for rows.Next() {
		var t Summary
		var updated int64
		var group, assignee sql.NullString
		if err := rows.Scan(&t.ID, &updated, &t.Subject, &t.Status, &group, &assignee); err != nil {
			return nil, err
		}
		t.Updated, t.Group, t.Assignee = time.UnixMilli(updated).UTC(), group.String, assignee.String
		list = append(list, t)
	}
	return list, rows.Err()
}

// Count returns how many tickets the filter selects, up to limit.
func (s *Store) Count(ctx context.Context, filter deskpolicy.Filter[deskpolicy.Ticket], limit int) (n int, err error) {
	statement, err := sqlfilter.CountUpTo(filter, tickets, s.dialect, limit)
	if err != nil {
		return 0, err
	}
	text, args := statement.SQL(1)
	err = s.db.QueryRowContext(ctx, text, args...).Scan(&n)
	return n, err
}

// A Ticket is a ticket as the policy sees it, and what a page shows of it.
type Ticket struct {
	deskpolicy.Ticket
	Subject       string
	Status        string
	RequesterName string
	Messages      []Message
}

// A Message is a part of a ticket's conversation with its requester.
type Message struct {
	Author string    `json:"author"`
	At     time.Time `json:"at"`
	Text   string    `json:"text"`
}

// ErrNoTicket says that there is no such ticket. It wraps deskhttp.ErrNotFound.
var ErrNoTicket = fmt.Errorf("store: %w: ticket", deskhttp.ErrNotFound)

// Ticket returns the ticket, with its messages. It looks in one account only, as IDs are
// unique within an account. It reads the ticket in one statement, so that the policy decides
// on a state that existed.
func (s *Store) Ticket(ctx context.Context, account deskpolicy.AccountID, id deskpolicy.TicketID) (*Ticket, error) {
	return ticket(ctx, s.reader(), account, id)
}

const ticketSQL = `
SELECT 'ticket', COALESCE(t.workspace_id, ''), COALESCE(t.group_id, ''), COALESCE(t.assignee_id, ''), CASE WHEN t.confidential THEN 'yes' ELSE '' END, t.subject, t.status, 0
FROM tickets t WHERE t.account_id = $1 AND t.id = $2
UNION ALL
SELECT 'requester', c.id, c.name, COALESCE(c.company_id, ''), COALESCE(c.owner_id, ''), COALESCE(c.crm_owner, ''), COALESCE(c.crm_territory, ''), 0
FROM tickets t JOIN contacts c ON c.account_id = t.account_id AND c.id = t.requester_id WHERE t.account_id = $1 AND t.id = $2
UNION ALL
SELECT 'team', m.user_id, m.access, '', '', '', '', 0
FROM tickets t JOIN crm_teams m ON m.account_id = t.account_id AND m.contact_id = t.requester_id WHERE t.account_id = $1 AND t.id = $2
UNION ALL
SELECT 'participant', person_id, access, '', '', '', '', 0 FROM participants WHERE account_id = $1 AND ticket_id = $2
UNION ALL
SELECT 'cc', contact_id, access, '', '', '', '', 0 FROM ccs WHERE account_id = $1 AND ticket_id = $2
UNION ALL
SELECT 'mention', person_id, '', '', '', '', '', 0 FROM mentions WHERE account_id = $1 AND ticket_id = $2
UNION ALL
SELECT 'message', author, text, id, '', '', '', at FROM messages WHERE account_id = $1 AND ticket_id = $2`

func ticket(ctx context.Context, q querier, account deskpolicy.AccountID, id deskpolicy.TicketID) (*Ticket, error) {
	rows, err := q.QueryContext(ctx, ticketSQL, string(account), string(id))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	t := &Ticket{Ticket: deskpolicy.Ticket{Account: account, ID: id}}
	found := false
	for rows.Next() {
		var r row
		var at int64
		if err := rows.Scan(&r.part, &r.a, &r.b, &r.c, &r.d, &r.e, &r.f, &at); err != nil {
			return nil, err
		}
		found = found || r.part == "ticket"
		if err := t.add(r, time.UnixMilli(at).UTC()); err != nil {
			return nil, err
		}
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	if !found {
		return nil, ErrNoTicket
	}
	t.finish()
	return t, nil
}

// Open adds a ticket of the customer, in no workspace and no group, with its first message.
func (s *Store) Open(ctx context.Context, requester *deskpolicy.Customer, subject, text string, now time.Time) (deskpolicy.TicketID, error) {
	t := &deskpolicy.Ticket{ID: deskpolicy.TicketID(rand.Text()), Account: requester.Account.ID}
	return t.ID, s.write(ctx, t, `INSERT INTO tickets (account_id, id, updated_at, requester_id, subject, status) VALUES ($1, $2, $3, $4, $5, 'open')`,
		[]any{string(requester.ID), subject}, message{string(requester.ID), text}, now)
}

// Reply adds a message to the ticket.
func (s *Store) Reply(ctx context.Context, t *deskpolicy.Ticket, author, text string, now time.Time) error {
	return s.write(ctx, t, `UPDATE tickets SET updated_at = $3 WHERE account_id = $1 AND id = $2`, nil, message{author, text}, now)
}

// A message is one to add.
type message struct{ author, text string }

// write runs the statement, whose first three arguments are the account, the ticket and the
// instant, and adds the message to the ticket, in one transaction.
func (s *Store) write(ctx context.Context, t *deskpolicy.Ticket, statement string, args []any, m message, now time.Time) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() // does nothing after Commit
	account, id, at := string(t.Account), string(t.ID), now.UnixMilli()
	if _, err := tx.ExecContext(ctx, statement, append([]any{account, id, at}, args...)...); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO messages (account_id, ticket_id, id, at, author, text) VALUES ($1, $2, $3, $4, $5, $6)`,
		account, id, rand.Text(), at, m.author, m.text); err != nil {
		return err
	}
	return tx.Commit()
}
