package deskhttp_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/deskhttp"
	"github.com/deskpolicy/deskpolicy/internal/seeds"
)

// A world is what a server has. Its responses say which tickets they are about.
type world struct {
	tickets map[string]*deskpolicy.Ticket
	agents  map[string]*deskpolicy.Agent
}

// everything is a world with each kind of ticket, and colleagues of riya.
func everything() world {
	w := world{tickets: make(map[string]*deskpolicy.Ticket), agents: make(map[string]*deskpolicy.Agent)}
	for id, ticket := range tickets {
		if ticket != nil {
			w.tickets[id] = ticket
		}
	}
	w.tickets["mine"] = &deskpolicy.Ticket{ID: "mine", Account: "acme", Group: "board", Assignee: "riya"}
	for id, access := range map[string]deskpolicy.Access{"bob": deskpolicy.Edit, "vera": deskpolicy.View} {
		w.agents[id] = changed(riya(), func(a *deskpolicy.Agent) {
			a.ID, a.Groups = deskpolicy.AgentID(id), map[deskpolicy.GroupID]deskpolicy.Access{"billing": access}
		})
	}
	w.agents["riya"] = riya()
	return w
}

// seenBy returns the world with only what the subject can view.
func (w world) seenBy(subject deskpolicy.Subject) world {
	seen := world{tickets: make(map[string]*deskpolicy.Ticket), agents: make(map[string]*deskpolicy.Agent)}
	for id, ticket := range w.tickets {
		if deskpolicy.CanView(subject, ticket) {
			seen.tickets[id] = ticket
		}
	}
	for id, agent := range w.agents {
		if deskpolicy.CanView(subject, agent) {
			seen.agents[id] = agent
		}
	}
	return seen
}

// server returns a server in which the header X-As names the subject.
func (w world) server() http.Handler {
	mux := new(deskhttp.Mux)
	mux.Handle("GET /health", deskhttp.Public(http.HandlerFunc(noContent)))
	mux.Handle("GET /tickets", deskhttp.Asks(http.HandlerFunc(w.list)))
	mux.Handle("GET /tickets/{id}", deskhttp.Require(deskpolicy.TicketView, w.load, w.show))
	mux.Handle("/tickets/{id}/reply", deskhttp.Require(deskpolicy.TicketReply, w.load, w.show))
	mux.Handle("PUT /tickets/{id}/assignee", deskhttp.Require(deskpolicy.TicketAssign, w.assignment, func(out http.ResponseWriter, r *http.Request, a *deskpolicy.TicketAssignment) {
		w.show(out, r, &a.Ticket)
	}))
	mux.Handle("POST /tickets/close", deskhttp.Asks(http.HandlerFunc(w.closeAll)))
	return http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		as(subjects[r.Header.Get("X-As")], deskhttp.Guard{Logger: slog.New(slog.DiscardHandler)}.Handler(mux)).ServeHTTP(out, r)
	})
}

func (w world) ticket(id string) (*deskpolicy.Ticket, error) {
	if id == "unavailable" {
		return nil, deskhttp.ErrUnavailable
	}
	if ticket := w.tickets[id]; ticket != nil {
		return ticket, nil
	}
	return nil, deskhttp.ErrNotFound
}

func (w world) load(r *http.Request) (*deskpolicy.Ticket, error) { return w.ticket(r.PathValue("id")) }

// assignment reads the recipient from the body, and then loads both.
func (w world) assignment(r *http.Request) (*deskpolicy.TicketAssignment, error) {
	var body struct{ To string }
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		return nil, fmt.Errorf("%w: %w", deskhttp.ErrBadRequest, err)
	}
	ticket, err := w.load(r)
	if err != nil {
		return nil, err
	}
	agent := w.agents[body.To]
	if agent == nil {
		return nil, deskhttp.ErrNotFound
	}
	return &deskpolicy.TicketAssignment{Ticket: *ticket, To: agent}, nil
}

func (w world) show(out http.ResponseWriter, _ *http.Request, ticket *deskpolicy.Ticket) {
	out.Header().Set("X-Ticket", string(ticket.ID))
}

func (w world) list(out http.ResponseWriter, r *http.Request) {
	filter, err := deskhttp.FilterFor(r.Context(), deskpolicy.TicketView)
	if err != nil {
		deskhttp.Problem(out, r, err)
		return
	}
	w.match(out, filter)
}

// closeAll closes those of the tickets in the body that the subject can close.
func (w world) closeAll(out http.ResponseWriter, r *http.Request) {
	filter, err := deskhttp.FilterFor(r.Context(), deskpolicy.TicketStatusSet)
	if err != nil {
		deskhttp.Problem(out, r, err)
		return
	}
	var ids map[string]bool
	if err := json.NewDecoder(r.Body).Decode(&ids); err != nil {
		deskhttp.Problem(out, r, deskhttp.ErrBadRequest)
		return
	}
	some := world{tickets: make(map[string]*deskpolicy.Ticket)}
	for id := range ids {
		ticket, err := w.ticket(id)
		if err == nil {
			some.tickets[id] = ticket
		}
	}
	some.match(out, filter)
}

// match counts the tickets that the filter selects.
func (w world) match(out http.ResponseWriter, filter deskpolicy.Filter[deskpolicy.Ticket]) {
	n := 0
	for _, ticket := range w.tickets {
		if filter.Match(ticket) {
			n++
		}
	}
	out.Header().Set("X-Count", strconv.Itoa(n))
}

// respond returns the response to the bytes of a request, or nil if they are not a request.
func (w world) respond(data []byte) *httptest.ResponseRecorder {
	r, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(data)))
	if err != nil {
		return nil
	}
	out := httptest.NewRecorder()
	w.server().ServeHTTP(out, r)
	return out
}

// FuzzRequests sends a request of any form. The server never fails, except that data can be
// unavailable; what succeeds is allowed; and what does not succeed is the same in a world
// without anything that the subject cannot view.
func FuzzRequests(f *testing.F) {
	all := everything()
	f.Fuzz(func(t *testing.T, data []byte) {
		got := all.respond(data)
		if got == nil {
			return
		}
		r, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(data)))
		require.NoError(t, err)
		subject := subjects[r.Header.Get("X-As")]
		require.True(t, got.Code < 500 || got.Code == http.StatusServiceUnavailable && strings.Contains(r.URL.Path, "unavailable"), "%d to %q", got.Code, data)
		if got.Code/100 == 2 {
			requireAllowed(t, all, subject, r, got.Header().Get("X-Ticket"))
			return
		}
		seen := all.seenBy(subject).respond(data)
		require.Empty(t, cmp.Diff(seen.Header(), got.Header()), "%q", data)
		require.Equal(t, seen.Code, got.Code, "%q", data)
		require.Equal(t, seen.Body.String(), got.Body.String(), "%q", data)
		if got.Header().Get("Content-Type") == "application/problem+json" { // others are of net/http, and can repeat the path
			for _, private := range []string{"board", "billing", "refunds", "globex", "Agent", "riya"} {
				require.NotContains(t, got.Body.String(), private)
			}
		}
	})
}

// requireAllowed checks a response that succeeds and is about the ticket, if it names one.
func requireAllowed(t *testing.T, w world, subject deskpolicy.Subject, r *http.Request, id string) {
	t.Helper()
	ticket, action := w.tickets[id], deskpolicy.TicketView
	switch {
	case id == "":
		return
	case strings.HasSuffix(r.URL.Path, "/reply"):
		action = deskpolicy.TicketReply
	case strings.HasSuffix(r.URL.Path, "/assignee"):
		action = deskpolicy.TicketBeAssigned // the least that the agents here can be given by
	}
	require.True(t, deskpolicy.Authorize(subject, action, ticket).Allowed(), "%v %s", action, id)
}

// A seed has the status that its reason names.
func TestSeeds(t *testing.T) {
	kept, err := seeds.Of(".", "FuzzRequests")
	require.NoError(t, err)
	statuses := make(map[string]bool)
	for _, seed := range kept {
		status := "malformed"
		if got := everything().respond(seed.Values[0].([]byte)); got != nil {
			status = strings.Replace(strconv.Itoa(got.Code), "301", "307", 1) // older versions of Go redirect with 301
		}
		statuses[status] = true
		require.Equal(t, seed.Outcome(), status, "%s: %s", seed.Name, seed.Reason)
	}
	for _, status := range []string{"200", "204", "400", "401", "403", "404", "405", "503", "malformed"} {
		require.True(t, statuses[status], "no seed for %s", status)
	}
}
