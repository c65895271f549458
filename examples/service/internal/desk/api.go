package desk

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/deskhttp"
	"github.com/deskpolicy/deskpolicy/examples/service/internal/store"
	"github.com/deskpolicy/deskpolicy/sqlfilter"
)

const (
	pageLength    = 25
	sessionLength = 12 * time.Hour
)

// A listing is a page of tickets.
type listing struct {
	Tickets []store.Summary `json:"tickets"`
	Next    string          `json:"next,omitempty"` // the cursor of the next page
}

// tickets returns a page of the tickets that the subject can view.
func (d *Desk) tickets(r *http.Request) (l listing, err error) {
	if err := askToEnter(r.Context()); err != nil {
		return l, err
	}
	filter, err := deskhttp.FilterFor(r.Context(), deskpolicy.TicketView)
	if err != nil {
		return l, err
	}
	l.Tickets, l.Next, err = d.Store.Tickets(r.Context(), filter, r.URL.Query().Get("after"), pageLength)
	if errors.Is(err, sqlfilter.ErrInvalidCursor) {
		err = errors.Join(deskhttp.ErrBadRequest, err)
	}
	return l, err
}

// askToEnter asks whether the subject may be here. A key cannot log in: it may list what its filter
// selects, unless that is nothing at all.
func askToEnter(ctx context.Context) error {
	subject := deskhttp.SubjectFrom(ctx)
	if _, isKey := subject.(*deskpolicy.Delegate); isKey {
		if deskpolicy.FilterFor(subject, deskpolicy.TicketView).Kind() == deskpolicy.FilterNone {
			return deskhttp.ErrNotFound
		}
		return nil
	}
	return deskhttp.Authorize(ctx, store.LoginOf(subject), &deskpolicy.Account{ID: store.AccountOf(subject)})
}

func (d *Desk) list(w http.ResponseWriter, r *http.Request) {
	l, err := d.tickets(r)
	if err != nil {
		deskhttp.Problem(w, r, err)
		return
	}
	respond(w, http.StatusOK, l)
}

// An opened ticket has its messages, and what the subject may do.
type opened struct {
	ID           string          `json:"id"`
	Subject      string          `json:"subject"`
	Status       string          `json:"status"`
	Group        string          `json:"group,omitempty"`
	Assignee     string          `json:"assignee,omitempty"`
	Requester    string          `json:"requester"`
	Confidential bool            `json:"confidential,omitempty"`
	Messages     []store.Message `json:"messages"`
	MayReply     bool            `json:"may_reply"`
}

// ticket returns the ticket that the path names, if the subject can view it.
func (d *Desk) ticket(r *http.Request) (o opened, err error) {
	t, err := d.find(r)
	if err != nil {
		return o, err
	}
	if err := deskhttp.Authorize(r.Context(), deskpolicy.TicketView, &t.Ticket); err != nil {
		return o, err
	}
	return opened{
		ID: string(t.ID), Subject: t.Subject, Status: t.Status, Group: string(t.Group), Assignee: string(t.Assignee),
		Requester: t.RequesterName, Confidential: t.Confidential, Messages: t.Messages,
		MayReply: deskpolicy.Authorize(deskhttp.SubjectFrom(r.Context()), deskpolicy.TicketReply, &t.Ticket).Allowed(),
	}, nil
}

func (d *Desk) open(w http.ResponseWriter, r *http.Request) {
	t, err := d.ticket(r)
	if err != nil {
		deskhttp.Problem(w, r, err)
		return
	}
	respond(w, http.StatusOK, t)
}

const maxBody = 64 << 10

// create opens a ticket of the customer who asks, which was decided on.
func (d *Desk) create(w http.ResponseWriter, r *http.Request, _ *deskpolicy.Workspace) {
	var body struct{ Subject, Text string }
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody)).Decode(&body); err != nil {
		deskhttp.Problem(w, r, errors.Join(deskhttp.ErrBadRequest, err))
		return
	}
	id, err := d.openTicket(r, body.Subject, body.Text)
	if err != nil {
		deskhttp.Problem(w, r, err)
		return
	}
	respond(w, http.StatusCreated, map[string]string{"created": string(id)})
}

// openTicket opens a ticket, whose requester is the customer who asks. Agents cannot open one
// here, as they are no contacts.
func (d *Desk) openTicket(r *http.Request, subject, text string) (deskpolicy.TicketID, error) {
	customer, isCustomer := customerOf(deskhttp.SubjectFrom(r.Context()))
	subject, text = strings.TrimSpace(subject), strings.TrimSpace(text)
	if !isCustomer || subject == "" || len(subject) > maxSubject || text == "" {
		return "", deskhttp.ErrBadRequest
	}
	return d.Store.Open(r.Context(), customer, subject, text, d.Now())
}

// customerOf returns the customer who asks, also by a key.
func customerOf(subject deskpolicy.Subject) (customer *deskpolicy.Customer, isCustomer bool) {
	if key, isKey := subject.(*deskpolicy.Delegate); isKey {
		subject = key.Principal
	}
	customer, isCustomer = subject.(*deskpolicy.Customer)
	return customer, isCustomer
}

const maxSubject = 200

// reply answers the ticket, which was decided on.
func (d *Desk) reply(w http.ResponseWriter, r *http.Request, t *deskpolicy.Ticket) {
	var body struct{ Text string }
	err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody)).Decode(&body)
	if err != nil || strings.TrimSpace(body.Text) == "" {
		deskhttp.Problem(w, r, errors.Join(deskhttp.ErrBadRequest, err))
		return
	}
	if err := d.Store.Reply(r.Context(), t, store.IDOf(deskhttp.SubjectFrom(r.Context())), body.Text, d.Now()); err != nil {
		deskhttp.Problem(w, r, err)
		return
	}
	respond(w, http.StatusCreated, map[string]string{"replied": string(t.ID)})
}

func respond(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // an error means that the client is gone
}
