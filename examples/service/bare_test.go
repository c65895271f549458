//go:build unix

package main

import (
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/examples/service/internal/page"
	"github.com/deskpolicy/deskpolicy/examples/service/internal/seed"
	"github.com/deskpolicy/deskpolicy/examples/service/internal/store"
)

// A bare service has no guard and asks nothing. It finds out who asks and which tickets they get
// by the function.
type bare struct {
	*store.Store
	who func(*http.Request, store.Token) (deskpolicy.Filter[deskpolicy.Ticket], error)
}

// withoutAsking returns the service as it would be if decisions were free: it runs the same
// statements for the same rows, with filters that it made once for each session.
func withoutAsking(s *store.Store) http.Handler {
	var filters sync.Map
	return bare{s, func(r *http.Request, token store.Token) (f deskpolicy.Filter[deskpolicy.Ticket], err error) {
		subject, err := s.Subject(r.Context(), token, time.Now())
		if made, found := filters.Load(token); found {
			return made.(deskpolicy.Filter[deskpolicy.Ticket]), err
		}
		f = deskpolicy.FilterFor(subject, deskpolicy.TicketView)
		if f.Kind() != deskpolicy.FilterNone { // which it is while the agent is deactivated
			filters.Store(token, f)
		}
		return f, err
	}}.handler()
}

// withoutPolicy returns the service as it would be without a policy: it shows every ticket of the
// account to everybody.
func withoutPolicy(s *store.Store, source string) http.Handler {
	driver := "sqlite"
	if strings.HasPrefix(source, "postgres:") {
		driver = "pgx"
	}
	db, err := sql.Open(driver, source)
	if err != nil {
		panic(err)
	}
	db.SetMaxIdleConns(workers)
	who, err := db.Prepare(`SELECT subject_id FROM sessions WHERE token = $1 AND expires_at > $2`)
	if err != nil {
		panic(err)
	}
	everything := deskpolicy.FilterFor(&deskpolicy.Agent{
		ID: "anybody", Account: deskpolicy.Account{ID: seed.Account},
		Bindings: []deskpolicy.Binding{{Role: deskpolicy.AccountAdministratorRole.Role(), Workspace: deskpolicy.Everywhere, TicketScope: deskpolicy.ScopeGlobal}},
	}, deskpolicy.TicketView)
	return bare{s, func(r *http.Request, token store.Token) (deskpolicy.Filter[deskpolicy.Ticket], error) {
		var subject string
		hash := sha256.Sum256([]byte(token.Secret()))
		err := who.QueryRowContext(r.Context(), hex.EncodeToString(hash[:]), time.Now().UnixMilli()).Scan(&subject)
		return everything, err
	}}.handler()
}

func (b bare) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /api/tickets", b.answer(func(r *http.Request, filter deskpolicy.Filter[deskpolicy.Ticket]) (any, error) {
		tickets, next, err := b.Tickets(r.Context(), filter, r.URL.Query().Get("after"), 25)
		return map[string]any{"tickets": tickets, "next": next}, err
	}))
	mux.HandleFunc("GET /api/tickets/{id}", b.answer(func(r *http.Request, _ deskpolicy.Filter[deskpolicy.Ticket]) (any, error) {
		return b.Ticket(r.Context(), seed.Account, deskpolicy.TicketID(r.PathValue("id")))
	}))
	return page.Secure(mux)
}

func (b bare) answer(find func(*http.Request, deskpolicy.Filter[deskpolicy.Ticket]) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var body any
		cookie, err := r.Cookie("session")
		if err == nil {
			var filter deskpolicy.Filter[deskpolicy.Ticket]
			if filter, err = b.who(r, store.SessionToken(cookie.Value)); err == nil {
				body, err = find(r, filter)
			}
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(body)
	}
}
