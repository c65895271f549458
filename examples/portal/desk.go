package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/sqlfilter"
)

// userHeader names the person who is logged in, such as "customer:carla". It replaces
// authentication, which is not part of this example.
const userHeader = "X-User"

// A desk handles requests.
type desk struct {
	db  *sql.DB
	log *slog.Logger
}

func newDesk(db *sql.DB, log *slog.Logger) http.Handler {
	d := &desk{db, log}
	mux := http.NewServeMux()
	for path, answer := range map[string]func(*call) (any, error){
		"GET /tickets":              d.list,
		"POST /tickets":             d.create,
		"GET /tickets/{id}":         d.open,
		"POST /tickets/{id}/reply":  d.act(deskpolicy.TicketReply, d.reply),
		"POST /tickets/{id}/note":   d.act(deskpolicy.TicketNotePrivate, d.note),
		"POST /tickets/{id}/close":  d.act(deskpolicy.TicketClose, d.close),
		"POST /tickets/{id}/reopen": d.act(deskpolicy.TicketReopen, d.reopen),
	} {
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) { d.serve(w, r, answer) })
	}
	return mux
}

// A call is a request by a person who may log in.
type call struct {
	context.Context
	subject deskpolicy.Subject
	user    string // as in userHeader, for the log
	id      string // of the ticket
	text    string // the body
}

// author returns the name to show as the author of what the person writes.
func (c *call) author() string {
	_, name, _ := strings.Cut(c.user, ":")
	return name
}

// A failure is an error response. The client learns nothing else about the error.
type failure struct {
	Status int    `json:"-"`
	Text   string `json:"error"`
}

func (f failure) Error() string { return f.Text }

var (
	errUnknown   = failure{http.StatusUnauthorized, "You cannot log in."}
	errForbidden = failure{http.StatusForbidden, "You cannot do this."}
	errTooLong   = failure{http.StatusRequestEntityTooLarge, "The text is too long."}
	errHidden    = failure{http.StatusNotFound, deskpolicy.Decision{}.UserMessage()}
	errInternal  = failure{http.StatusInternalServerError, "Something went wrong."}
)

// serve handles a request.
func (d *desk) serve(w http.ResponseWriter, r *http.Request, answer func(*call) (any, error)) {
	status := http.StatusOK
	body, err := d.answer(w, r, answer)
	if err != nil {
		var f failure
		if !errors.As(err, &f) {
			d.log.Error("portal", "path", r.URL.Path, "error", err)
			f = errInternal
		}
		status, body = f.Status, f
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(body); err != nil {
		d.log.Error("portal", "error", err)
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(text.Bytes()) // an error means that the client is gone
}

// answer finds out who asks, and answers if they may log in.
func (d *desk) answer(w http.ResponseWriter, r *http.Request, answer func(*call) (any, error)) (any, error) {
	user := r.Header.Get(userHeader)
	subject, err := subjectOf(r.Context(), d.db, user)
	if err != nil {
		return nil, err
	}
	if decision := deskpolicy.Authorize(subject, login(subject), &acme); !decision.Allowed() { // denies if there is no subject
		d.log.Info("portal", "who", user, "decision", decision)
		return nil, errUnknown
	}
	text, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 10_000))
	if err != nil {
		return nil, errTooLong
	}
	return answer(&call{r.Context(), subject, user, r.PathValue("id"), string(text)})
}

// An entry is a ticket in a list.
type entry struct {
	ID      string `json:"id"`
	Subject string `json:"subject"`
}

// list returns the newest tickets that the person can view, and how many there are.
func (d *desk) list(c *call) (any, error) {
	filter := deskpolicy.FilterFor(c.subject, deskpolicy.TicketView)
	page, err := sqlfilter.Page(filter, tickets, sqlfilter.SQLite, sqlfilter.PageRequest{Order: "updated_at", Limit: 20, Columns: []string{"subject"}})
	if err != nil {
		return nil, err
	}
	count, err := sqlfilter.Count(filter, tickets, sqlfilter.SQLite)
	if err != nil {
		return nil, err
	}
	var all struct {
		Count   int     `json:"count"`
		Tickets []entry `json:"tickets"`
	}
	text, args := count.SQL(1)
	if err := d.db.QueryRowContext(c, text, args...).Scan(&all.Count); err != nil {
		return nil, err
	}
	text, args = page.SQL(1)
	rows, err := d.db.QueryContext(c, text, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all.Tickets = []entry{}
	for rows.Next() {
		var e entry
		var updated int64
		if err := rows.Scan(&e.ID, &updated, &e.Subject); err != nil {
			return nil, err
		}
		all.Tickets = append(all.Tickets, e)
	}
	return all, rows.Err()
}

// An opened is a single ticket.
type opened struct {
	ID       string    `json:"id"`
	Subject  string    `json:"subject"`
	Closed   bool      `json:"closed"`
	Messages []message `json:"messages"`
	Can      []string  `json:"can"` // what the person can do, for the buttons of a page
}

// open returns one ticket, if the person can view it. The response for a ticket that the person
// cannot view is the same as for one that does not exist.
func (d *desk) open(c *call) (any, error) {
	t, err := d.load(c, deskpolicy.TicketView)
	if err != nil {
		return nil, err
	}
	return d.show(c, t)
}

// show returns the ticket as the person sees it: with what is private only for who may read it,
// and with the buttons for what they can do.
func (d *desk) show(c *call, t record) (any, error) {
	private := deskpolicy.Authorize(c.subject, deskpolicy.TicketNoteRead, &deskpolicy.Note{Ticket: t.Ticket}).Allowed()
	messages, err := messagesOf(c, d.db, t.ID, private)
	if err != nil {
		return nil, err
	}
	can := []string{}
	for _, action := range []deskpolicy.Action[deskpolicy.Ticket]{
		deskpolicy.TicketReply, deskpolicy.TicketNotePrivate, deskpolicy.TicketClose, deskpolicy.TicketReopen,
	} {
		if deskpolicy.Authorize(c.subject, action, &t.Ticket).Allowed() && fits(action, t.closed) {
			can = append(can, action.String())
		}
	}
	return opened{string(t.ID), t.subject, t.closed, messages, can}, nil
}

// fits reports whether the action makes sense for a ticket that is closed or open. That is no
// matter of permission, and the policy does not know about it.
func fits(action deskpolicy.Action[deskpolicy.Ticket], closed bool) bool {
	switch action {
	case deskpolicy.TicketClose:
		return !closed
	case deskpolicy.TicketReopen:
		return closed
	}
	return true
}

// load returns the ticket of the call, if the person can do the action on it.
func (d *desk) load(c *call, action deskpolicy.Action[deskpolicy.Ticket]) (record, error) {
	t, err := load(c, d.db, c.id)
	if errors.Is(err, sql.ErrNoRows) {
		return t, errHidden
	}
	if err != nil {
		return t, err
	}
	decision := deskpolicy.Authorize(c.subject, action, &t.Ticket)
	if decision.Allowed() {
		return t, nil
	}
	d.log.Info("portal", "ticket", t.ID, "who", c.user, "action", action, "decision", decision)
	if deskpolicy.CanView(c.subject, &t.Ticket) {
		return t, errForbidden
	}
	return t, errHidden
}

// act returns a handler of the action: it changes the ticket of the call by do, if the person can
// do the action, and returns the ticket.
func (d *desk) act(action deskpolicy.Action[deskpolicy.Ticket], do func(*call) error) func(*call) (any, error) {
	return func(c *call) (any, error) {
		if _, err := d.load(c, action); err != nil {
			return nil, err
		}
		if err := do(c); err != nil {
			return nil, err
		}
		return d.open(c)
	}
}

func (d *desk) reply(c *call) error  { return d.write(c, false) }
func (d *desk) note(c *call) error   { return d.write(c, true) }
func (d *desk) close(c *call) error  { return d.setClosed(c, true) }
func (d *desk) reopen(c *call) error { return d.setClosed(c, false) }

func (d *desk) write(c *call, private bool) error {
	_, err := d.db.ExecContext(c, `INSERT INTO messages VALUES (?, ?, ?, ?)`, c.id, c.author(), private, c.text)
	return err
}

func (d *desk) setClosed(c *call, closed bool) error {
	_, err := d.db.ExecContext(c, `UPDATE tickets SET closed = ? WHERE id = ?`, closed, c.id)
	return err
}

// create opens a ticket for the person's own contact.
func (d *desk) create(c *call) (any, error) {
	desk := deskpolicy.Workspace{Account: acme.ID}
	if decision := deskpolicy.Authorize(c.subject, deskpolicy.TicketCreate, &desk); !decision.Allowed() {
		return nil, errForbidden
	}
	requester := sql.NullString{String: string(contactOf(c.subject)), Valid: contactOf(c.subject) != ""}
	err := d.db.QueryRowContext(c, `INSERT INTO tickets (id, account_id, requester_id, subject, updated_at)
		SELECT 't' || (COUNT(*) + 1), 'acme', ?, ?, MAX(updated_at) + 1 FROM tickets RETURNING id`, requester, c.text).Scan(&c.id)
	if err != nil {
		return nil, err
	}
	return d.open(c)
}
