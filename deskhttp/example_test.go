package deskhttp_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/deskhttp"
)

// An Order is a record of the program, with the ticket that the policy reads.
type Order struct {
	Ticket deskpolicy.Ticket
	Text   string
}

var orders = map[string]*Order{"7": {deskpolicy.Ticket{ID: "7", Account: "acme", Group: "refunds"}, "a blue kettle"}}

// findOrder stands for a query.
func findOrder(id string) (*Order, error) {
	if order := orders[id]; order != nil {
		return order, nil
	}
	return nil, deskhttp.ErrNotFound
}

// editOrder loads its record, and asks about the ticket in it.
func editOrder(w http.ResponseWriter, r *http.Request) {
	order, err := findOrder(r.PathValue("id"))
	if err == nil {
		err = deskhttp.Authorize(r.Context(), deskpolicy.TicketPropertiesEdit, &order.Ticket)
	}
	if err != nil {
		deskhttp.Problem(w, r, err)
		return
	}
	fmt.Fprintln(w, "edited:", order.Text)
}

// A handler that loads more than the policy reads asks on its own, and answers every error
// with Problem.
func ExampleAuthorize() {
	mux := new(deskhttp.Mux)
	mux.Handle("PUT /orders/{id}", deskhttp.Asks(http.HandlerFunc(editOrder)))
	for _, path := range []string{"/orders/7", "/orders/8"} {
		r := httptest.NewRequest(http.MethodPut, path, nil)
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, r.WithContext(deskhttp.WithSubject(r.Context(), riya())))
		fmt.Println(path, w.Code)
	}

	// Output:
	// /orders/7 403
	// /orders/8 404
}

// A host's type is seen by a subject who may do one of the actions that are named last.
func ExampleRequire() {
	loadInvoice := func(*http.Request) (*Invoice, error) { return &Invoice{Group: "billing"}, nil }
	refund := func(http.ResponseWriter, *http.Request, *Invoice) {}
	handler := deskhttp.Require(invoiceRefund, loadInvoice, refund, invoiceView)

	role, err := deskpolicy.NewRole("acme", "Bookkeeper", deskpolicy.NewPermissions(invoiceView.At(deskpolicy.InGroup)), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	bookkeeper := riya()
	bookkeeper.Bindings[0].Role = role
	for _, agent := range []*deskpolicy.Agent{bookkeeper, riya()} {
		r := httptest.NewRequest(http.MethodPost, "/", nil)
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r.WithContext(deskhttp.WithSubject(r.Context(), agent)))
		fmt.Println(w.Code)
	}

	// Output:
	// 403
	// 404
}

// An operation on many resources takes a filter, and does what that selects.
func ExampleFilterFor() {
	closeAll := func(w http.ResponseWriter, r *http.Request) {
		filter, err := deskhttp.FilterFor(r.Context(), deskpolicy.TicketStatusSet)
		if err != nil {
			deskhttp.Problem(w, r, err)
			return
		}
		for _, id := range r.URL.Query()["id"] {
			ticket := tickets[id] // nil if there is none
			fmt.Fprintln(w, id, map[bool]string{true: "closed", false: "not found"}[filter.Match(ticket)])
		}
	}
	r := httptest.NewRequest(http.MethodPost, "/tickets/close?id=editable&id=hidden&id=absent", nil)
	w := httptest.NewRecorder()
	deskhttp.Guard{}.Handler(http.HandlerFunc(closeAll)).ServeHTTP(w, r.WithContext(deskhttp.WithSubject(r.Context(), riya())))
	fmt.Print(w.Body)

	// Output:
	// editable closed
	// hidden not found
	// absent not found
}

// A handler that forgets to ask has a bug, and its response does not leave the server.
func ExampleGuard() {
	forgetful := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, "a secret") })
	log := slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{ReplaceAttr: withoutTime}))
	w := httptest.NewRecorder()
	deskhttp.Guard{Logger: log}.Handler(forgetful).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/tickets", nil))
	fmt.Println(w.Code, w.Body)

	// Output:
	// level=ERROR msg="deskhttp: a response succeeds although nothing was decided; use Require, Authorize, FilterFor or Public" status=200 route="GET /tickets"
	// 500 {"type":"about:blank","title":"Internal Server Error","status":500,"detail":"Something went wrong."}
}

// withoutTime leaves the time out of a log.
func withoutTime(groups []string, a slog.Attr) slog.Attr {
	if len(groups) == 0 && a.Key == slog.TimeKey {
		return slog.Attr{}
	}
	return a
}

// An observer gets every decision, and every filter. An Event in a log has no IDs; its record for
// an audit trail has them.
func ExampleGuard_observe() {
	logger := slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{ReplaceAttr: withoutTime}))
	guard := deskhttp.Guard{
		Observe: func(ctx context.Context, event deskhttp.Event) {
			logger.InfoContext(ctx, "asked", "event", event)
			record := event.Request.AuditRecord(event.Decision)
			if event.List { // a filter: it has no decision, and no resource
				fmt.Println("audit:", record.Subject, record.Action, "list")
				return
			}
			fmt.Println("audit:", record.Subject, record.Action, record.ResourceID, record.Reason)
		},
	}
	mux := new(deskhttp.Mux)
	mux.Handle("GET /tickets/{id}", deskhttp.Require(deskpolicy.TicketView, load, show))
	mux.Handle("GET /tickets", deskhttp.Asks(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = deskhttp.FilterFor(r.Context(), deskpolicy.TicketView)
	})))
	for _, path := range []string{"/tickets/hidden", "/tickets"} {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		guard.Handler(mux).ServeHTTP(httptest.NewRecorder(), r.WithContext(deskhttp.WithSubject(r.Context(), riya())))
	}

	// Output:
	// level=INFO msg=asked event.action=ticket.view event.subject_kind=agent event.resource_kind=ticket event.decision.allowed=false event.decision.outcome=not_granted event.decision.reason=out_of_scope event.decision.role=Agent event.decision.scope=group
	// audit: riya ticket.view hidden out_of_scope
	// level=INFO msg=asked event.action=ticket.view event.subject_kind=agent event.list=true
	// audit: riya ticket.view list
}

// A Mux answers an unknown path and a wrong method in plain text, as http.ServeMux does. A last
// route can answer both with 404 instead.
func ExampleProblem() {
	mux := new(deskhttp.Mux)
	mux.Handle("GET /tickets/{id}", deskhttp.Require(deskpolicy.TicketView, load, show))
	requests := []string{"GET /nothing", "PUT /tickets/7"}
	for _, request := range requests {
		method, path, _ := strings.Cut(request, " ")
		got := serve(mux, method, path)
		fmt.Print(request, ": ", got.Code, " ", got.Body)
	}
	mux.Handle("/", deskhttp.Public(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		deskhttp.Problem(w, r, deskhttp.ErrNotFound)
	})))
	for _, request := range requests {
		method, path, _ := strings.Cut(request, " ")
		got := serve(mux, method, path)
		fmt.Println(request+":", got.Code, got.Header().Get("Content-Type"))
	}

	// Output:
	// GET /nothing: 404 404 page not found
	// PUT /tickets/7: 405 Method Not Allowed
	// GET /nothing: 404 application/problem+json
	// PUT /tickets/7: 404 application/problem+json
}

// A program with its own format of errors writes them itself.
func ExampleGuard_answer() {
	guard := deskhttp.Guard{
		Challenge: `Session realm="desk"`,
		Answer: func(w http.ResponseWriter, _ *http.Request, status int) {
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprintf(w, `{"status":"error","message":%q}`, http.StatusText(status))
		},
	}
	w := httptest.NewRecorder()
	guard.Handler(routes()).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/require/view/editable", nil))
	fmt.Println(w.Code, w.Header().Get("WWW-Authenticate"), w.Body)

	// Output:
	// 401 Session realm="desk" {"status":"error","message":"Unauthorized"}
}

// A test can require that every route has a rule.
func ExampleMux_WithoutRule() {
	mux := new(deskhttp.Mux)
	mux.Handle("GET /tickets/{id}", deskhttp.Require(deskpolicy.TicketView, load, show))
	mux.HandleFunc("DELETE /tickets/{id}", func(http.ResponseWriter, *http.Request) {})
	fmt.Println(mux.WithoutRule())

	// Output:
	// [DELETE /tickets/{id}]
}

// The error of Authorize tells the program what was decided, and its text tells a user nothing.
func ExampleAuthorize_error() {
	ctx := deskhttp.WithSubject(context.Background(), riya())
	err := deskhttp.Authorize(ctx, deskpolicy.TicketReply, tickets["readable"])
	fmt.Println(err)
	var denied *deskpolicy.DeniedError
	if errors.As(err, &denied) {
		fmt.Println(denied.Decision.Reason)
	}

	// Output:
	// deskhttp: denied: 403 Forbidden
	// view_only
}

// refuse answers as Problem does, but tells a user who can view the ticket why.
func refuse(w http.ResponseWriter, r *http.Request, ticket *deskpolicy.Ticket, err error) {
	var denied *deskpolicy.DeniedError
	if errors.As(err, &denied) && deskpolicy.CanView(deskhttp.SubjectFrom(r.Context()), ticket) {
		http.Error(w, denied.Decision.ViewerMessage(), http.StatusForbidden)
		return
	}
	deskhttp.Problem(w, r, err)
}

// A handler can say why in a 403, which Problem does not.
func ExampleAuthorize_why() {
	for _, id := range []string{"readable", "hidden"} {
		r := httptest.NewRequest(http.MethodPost, "/tickets/"+id+"/replies", nil)
		r = r.WithContext(deskhttp.WithSubject(r.Context(), riya()))
		w := httptest.NewRecorder()
		if err := deskhttp.Authorize(r.Context(), deskpolicy.TicketReply, tickets[id]); err != nil {
			refuse(w, r, tickets[id], err)
		}
		fmt.Println(w.Code, w.Body)
	}

	// Output:
	// 403 You can view this, but you cannot change it.
	//
	// 404 {"type":"about:blank","title":"Not Found","status":404,"detail":"This does not exist, or you do not have access to it."}
}
