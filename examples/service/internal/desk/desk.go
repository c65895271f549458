// Package desk is what people do on the desk: log in, list tickets, open and answer one. Each
// route has a rule of deskhttp, and a list is the policy's own filter as SQL.
package desk

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/deskhttp"
	"github.com/deskpolicy/deskpolicy/examples/service/internal/store"
)

// A Desk serves the people of a store.
type Desk struct {
	Store *store.Store
	Now   func() time.Time
	Log   *slog.Logger
}

// Routes returns the routes, each with its rule.
func (d *Desk) Routes() *deskhttp.Mux {
	mux := new(deskhttp.Mux)
	mux.Handle("GET /{$}", deskhttp.Public(http.HandlerFunc(d.door)))
	mux.Handle("POST /login", deskhttp.Public(http.HandlerFunc(d.login)))
	mux.Handle("POST /logout", deskhttp.Public(http.HandlerFunc(d.logout)))
	mux.Handle("GET /tickets", deskhttp.Asks(http.HandlerFunc(d.listPage)))
	mux.Handle("POST /tickets", deskhttp.Require(deskpolicy.TicketCreate, d.place, d.createForm))
	mux.Handle("GET /tickets/{id}", deskhttp.Asks(http.HandlerFunc(d.ticketPage)))
	mux.Handle("POST /tickets/{id}/replies", deskhttp.Require(deskpolicy.TicketReply, d.load, d.replyForm))
	mux.Handle("GET /api/tickets", deskhttp.Asks(http.HandlerFunc(d.list)))
	mux.Handle("POST /api/tickets", deskhttp.Require(deskpolicy.TicketCreate, d.place, d.create))
	mux.Handle("GET /api/tickets/{id}", deskhttp.Asks(http.HandlerFunc(d.open)))
	mux.Handle("POST /api/tickets/{id}/replies", deskhttp.Require(deskpolicy.TicketReply, d.load, d.reply))
	return mux
}

type tokenKey struct{}

// TokenFrom returns the token of the request that the context is of, or the zero one.
func TokenFrom(ctx context.Context) store.Token {
	token, _ := ctx.Value(tokenKey{}).(store.Token)
	return token
}

// Authenticate finds out who asks: by the cookie of a browser, or by the API key of a program.
// It loads the subject anew for each request.
func (d *Desk) Authenticate(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token := tokenOf(r)
		if token == (store.Token{}) {
			next.ServeHTTP(w, r)
			return
		}
		subject, err := d.Store.Subject(r.Context(), token, d.Now())
		if err != nil {
			d.Log.ErrorContext(r.Context(), "authenticate", "error", err)
			http.Error(w, "Try again later.", http.StatusServiceUnavailable)
			return
		}
		ctx := context.WithValue(r.Context(), tokenKey{}, token)
		next.ServeHTTP(w, r.WithContext(deskhttp.WithSubject(ctx, subject)))
	})
}

const cookieName = "session"

func tokenOf(r *http.Request) store.Token {
	if scheme, secret, _ := strings.Cut(r.Header.Get("Authorization"), " "); strings.EqualFold(scheme, "Bearer") {
		return store.KeyToken(secret)
	}
	if cookie, err := r.Cookie(cookieName); err == nil {
		return store.SessionToken(cookie.Value)
	}
	return store.Token{}
}

// load loads the ticket that the path names, from the account of who asks.
func (d *Desk) load(r *http.Request) (*deskpolicy.Ticket, error) {
	t, err := d.find(r)
	if err != nil {
		return nil, err
	}
	return &t.Ticket, nil
}

// place returns where a customer's new ticket goes: outside of workspaces.
func (d *Desk) place(r *http.Request) (*deskpolicy.Workspace, error) {
	return &deskpolicy.Workspace{Account: store.AccountOf(deskhttp.SubjectFrom(r.Context()))}, nil
}

// find loads the ticket with its messages. It does not ask.
func (d *Desk) find(r *http.Request) (*store.Ticket, error) {
	return d.Store.Ticket(r.Context(), store.AccountOf(deskhttp.SubjectFrom(r.Context())), deskpolicy.TicketID(r.PathValue("id")))
}

// IsAPI reports whether a program asks, which gets JSON.
func IsAPI(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, "/api/") }
