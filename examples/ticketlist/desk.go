package main

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strconv"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/sqlfilter"
)

// agentHeader names the agent. It replaces authentication, which is not part of this
// example.
const agentHeader = "X-Agent"

// A desk handles requests.
type desk struct {
	db  *sql.DB
	log *slog.Logger
}

func newDesk(db *sql.DB, log *slog.Logger) http.Handler {
	d := &desk{db, log}
	mux := http.NewServeMux()
	for path, answer := range map[string]func(deskpolicy.Subject, *http.Request) (any, error){
		"GET /tickets":       d.list,
		"GET /tickets/count": d.count,
		"GET /tickets/{id}":  d.open,
	} {
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) { d.serve(w, r, answer) })
	}
	return mux
}

// A failure is an error response. The client learns nothing else about the error.
type failure struct {
	Status int    `json:"-"`
	Text   string `json:"error"`
}

func (f failure) Error() string { return f.Text }

var (
	errUnknown  = failure{http.StatusUnauthorized, "The agent is unknown."}
	errLimit    = failure{http.StatusBadRequest, "The limit must be between 1 and 100."}
	errCursor   = failure{http.StatusBadRequest, "The cursor is invalid. Start from the first page."}
	errHidden   = failure{http.StatusNotFound, deskpolicy.Decision{Reason: deskpolicy.OutOfScope}.UserMessage()}
	errInternal = failure{http.StatusInternalServerError, "Something went wrong."}
)

// serve handles a request.
func (d *desk) serve(w http.ResponseWriter, r *http.Request, answer func(deskpolicy.Subject, *http.Request) (any, error)) {
	status := http.StatusOK
	body, err := any(nil), error(errUnknown)
	if subject := people[r.Header.Get(agentHeader)]; subject != nil {
		body, err = answer(subject, r)
	}
	if err != nil {
		var f failure
		if !errors.As(err, &f) {
			d.log.Error("ticketlist", "path", r.URL.Path, "error", err)
			f = errInternal
		}
		status, body = f.Status, f
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(body); err != nil {
		d.log.Error("ticketlist", "error", err)
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(text.Bytes()) // an error means that the client is gone
}

// A page is the response to a list request.
type page struct {
	Tickets []entry `json:"tickets"`
	Next    string  `json:"next,omitempty"` // the cursor of the next page; empty if this page is not full
}

// An entry is a ticket in a list.
type entry struct {
	ID       string `json:"id"`
	Updated  int64  `json:"updated"`
	Subject  string `json:"subject"`
	Group    string `json:"group,omitempty"`
	Assignee string `json:"assignee,omitempty"`
}

// pageOf returns the page in the body, or the zero page.
func pageOf(body []byte) (p page) {
	if json.Unmarshal(body, &p) != nil {
		return page{}
	}
	return p
}

// list returns a page of the newest tickets that the subject can view.
func (d *desk) list(subject deskpolicy.Subject, r *http.Request) (any, error) {
	request := sqlfilter.PageRequest{Order: "updated_at", Limit: 20, Columns: []string{"subject", "group_id", "assignee_id"}}
	query := r.URL.Query()
	if query.Has("limit") {
		limit, err := strconv.Atoi(query.Get("limit"))
		if err != nil || limit < 1 || limit > 100 {
			return nil, errLimit
		}
		request.Limit = limit
	}
	filter := deskpolicy.FilterFor(subject, deskpolicy.TicketView)
	statement, err := sqlfilter.Page(filter, tickets, sqlfilter.SQLite, request)
	if err != nil {
		return nil, err
	}
	if query.Has("after") { // the statement without a cursor was valid, so an error now is the client's
		if request.After.UnmarshalText([]byte(query.Get("after"))) != nil {
			return nil, errCursor
		}
		if statement, err = sqlfilter.Page(filter, tickets, sqlfilter.SQLite, request); err != nil {
			return nil, errCursor
		}
	}
	return d.page(r, request, statement)
}

// page returns the rows of the statement, with the cursor of the next page.
func (d *desk) page(r *http.Request, request sqlfilter.PageRequest, statement sqlfilter.Fragment) (p page, err error) {
	text, args := statement.SQL(1)
	rows, err := d.db.QueryContext(r.Context(), text, args...)
	if err != nil {
		return p, err
	}
	defer rows.Close()
	p.Tickets = []entry{}
	for rows.Next() {
		var e entry
		var group, assignee sql.NullString
		if err := rows.Scan(&e.ID, &e.Updated, &e.Subject, &group, &assignee); err != nil {
			return p, err
		}
		e.Group, e.Assignee = group.String, assignee.String
		p.Tickets = append(p.Tickets, e)
	}
	if len(p.Tickets) == request.Limit {
		last := p.Tickets[request.Limit-1]
		cursor, err := request.CursorAfter(last.Updated, last.ID)
		if err != nil {
			return p, err
		}
		next, err := cursor.MarshalText()
		if err != nil {
			return p, err
		}
		p.Next = string(next)
	}
	return p, rows.Err()
}

// count returns the number of tickets that the subject can view.
func (d *desk) count(subject deskpolicy.Subject, r *http.Request) (any, error) {
	statement, err := sqlfilter.Count(deskpolicy.FilterFor(subject, deskpolicy.TicketView), tickets, sqlfilter.SQLite)
	if err != nil {
		return nil, err
	}
	text, args := statement.SQL(1)
	var n struct {
		Count int `json:"count"`
	}
	err = d.db.QueryRowContext(r.Context(), text, args...).Scan(&n.Count)
	return n, err
}

// open returns one ticket, if the policy allows the subject to view it. Knowing the ID
// is not enough. The response for a ticket that the subject cannot view is the same as
// for one that does not exist.
func (d *desk) open(subject deskpolicy.Subject, r *http.Request) (any, error) {
	ticket, subjectLine, err := load(r.Context(), d.db, deskpolicy.TicketID(r.PathValue("id")))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, errHidden
	}
	if err != nil {
		return nil, err
	}
	if decision := deskpolicy.Authorize(subject, deskpolicy.TicketView, &ticket); !decision.Allowed() {
		d.log.Info("ticketlist", "ticket", ticket.ID, "who", r.Header.Get(agentHeader), "decision", decision)
		return nil, errHidden
	}
	return opened{
		ID: string(ticket.ID), Subject: subjectLine, Group: string(ticket.Group), Assignee: string(ticket.Assignee),
		MayReply: deskpolicy.Authorize(subject, deskpolicy.TicketReply, &ticket).Allowed(),
	}, nil
}

// opened is the response for a single ticket.
type opened struct {
	ID       string `json:"id"`
	Subject  string `json:"subject"`
	Group    string `json:"group,omitempty"`
	Assignee string `json:"assignee,omitempty"`
	MayReply bool   `json:"may_reply"`
}
