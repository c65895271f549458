package main

import (
	"net/http"

	"go.opentelemetry.io/otel/trace"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/deskhttp"
)

// riya edits the tickets of billing and reads those of refunds.
var riya = &deskpolicy.Agent{
	ID:       "riya",
	Account:  deskpolicy.Account{ID: "acme"},
	Bindings: []deskpolicy.Binding{{Role: deskpolicy.AgentRole.Role(), Workspace: deskpolicy.AccountWide, TicketScope: deskpolicy.ScopeGroup}},
	Groups:   map[deskpolicy.GroupID]deskpolicy.Access{"billing": deskpolicy.Edit, "refunds": deskpolicy.View},
}

// tickets are all tickets of the desk, by ID.
var tickets = map[string]*deskpolicy.Ticket{
	"4711": {ID: "4711", Account: "acme", Group: "billing"},
	"4712": {ID: "4712", Account: "acme", Group: "refunds"},
	"4713": {ID: "4713", Account: "acme", Group: "board"},
}

// newDesk returns a server in which riya makes every request with the header X-Agent. Each
// request is a span, and each decision an event in it.
func newDesk(tracer trace.Tracer, decisions *observer) http.Handler {
	mux := new(deskhttp.Mux)
	mux.Handle("GET /tickets", deskhttp.Asks(http.HandlerFunc(list)))
	mux.Handle("GET /tickets/{id}", deskhttp.Require(deskpolicy.TicketView, load, done))
	mux.Handle("POST /tickets/{id}/replies", deskhttp.Require(deskpolicy.TicketReply, load, done))
	return traced(tracer, deskhttp.Guard{Observe: decisions.observe}.Handler(mux))
}

// traced returns a handler that makes a span of each request, named after its method: the
// path has IDs. A program can use package otelhttp instead.
func traced(tracer trace.Tracer, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, span := tracer.Start(r.Context(), r.Method, trace.WithSpanKind(trace.SpanKindServer))
		defer span.End()
		if r.Header.Get("X-Agent") == string(riya.ID) {
			ctx = deskhttp.WithSubject(ctx, riya)
		}
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

func load(r *http.Request) (*deskpolicy.Ticket, error) {
	if ticket := tickets[r.PathValue("id")]; ticket != nil {
		return ticket, nil
	}
	return nil, deskhttp.ErrNotFound
}

func done(w http.ResponseWriter, _ *http.Request, _ *deskpolicy.Ticket) {
	w.WriteHeader(http.StatusNoContent)
}

func list(w http.ResponseWriter, r *http.Request) {
	if _, err := deskhttp.FilterFor(r.Context(), deskpolicy.TicketView); err != nil {
		deskhttp.Problem(w, r, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}
