package deskhttp_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/deskhttp"
)

// acme is an account with every feature.
var acme = deskpolicy.Account{ID: "acme", Plan: deskpolicy.Plan{Features: deskpolicy.AllFeatures}}

// riya returns an agent who edits what is in billing and views what is in refunds.
func riya() *deskpolicy.Agent {
	return &deskpolicy.Agent{
		ID: "riya", Account: acme,
		Bindings: []deskpolicy.Binding{{Role: deskpolicy.AgentRole.Role(), Workspace: deskpolicy.AccountWide, TicketScope: deskpolicy.ScopeGroup}},
		Groups:   map[deskpolicy.GroupID]deskpolicy.Access{"billing": deskpolicy.Edit, "refunds": deskpolicy.View},
	}
}

// changed returns the agent after a change.
func changed(agent *deskpolicy.Agent, change func(*deskpolicy.Agent)) *deskpolicy.Agent {
	change(agent)
	return agent
}

// subjects are who can make a request. Only riya can be told that anything exists.
var subjects = map[string]deskpolicy.Subject{
	"riya":              riya(),
	"no subject":        nil,
	"a nil agent":       (*deskpolicy.Agent)(nil),
	"the zero agent":    &deskpolicy.Agent{},
	"the zero session":  &deskpolicy.SupportSession{},
	"a session of 1815": deskpolicy.SupportGrant{}.Session(deskpolicy.SupportEngineer{ID: "eve"}, acme, time.Date(1815, 12, 10, 0, 0, 0, 0, time.UTC)),
	"a stranger":        changed(riya(), func(a *deskpolicy.Agent) { a.Account.ID = "globex" }),
	"a former agent":    changed(riya(), func(a *deskpolicy.Agent) { a.Deactivated = true }),
	"an agent alone":    changed(riya(), func(a *deskpolicy.Agent) { a.Bindings = nil }),
}

// nobodys are the subjects that nobody is logged in as.
var nobodys = map[string]bool{"no subject": true, "a nil agent": true, "the zero agent": true, "the zero session": true, "a session of 1815": true}

// tickets are by the ID in the path. An ID that is not here is absent.
var tickets = map[string]*deskpolicy.Ticket{
	"editable": {ID: "editable", Account: "acme", Group: "billing"},
	"readable": {ID: "readable", Account: "acme", Group: "refunds"},
	"hidden":   {ID: "hidden", Account: "acme", Group: "board"},
	"foreign":  {ID: "foreign", Account: "globex", Group: "billing"},
	"zero":     {},
	"nil":      nil,
}

// failures are what loading the other tickets fails with.
var failures = map[string]error{
	"unavailable": fmt.Errorf("database db-7 is down: %w", deskhttp.ErrUnavailable),
	"slow":        fmt.Errorf("database db-7: %w", context.DeadlineExceeded),
	"canceled":    fmt.Errorf("database db-7: %w", context.Canceled),
	"invalid":     fmt.Errorf("db-7: %w", deskhttp.ErrBadRequest),
	"broken":      errors.New("table tickets of db-7 is broken"),
	"gone":        fmt.Errorf("no row in db-7: %w", deskhttp.ErrNotFound),
}

func load(r *http.Request) (*deskpolicy.Ticket, error) {
	id := r.PathValue("id")
	if ticket, ok := tickets[id]; ok {
		return ticket, nil
	}
	if err := failures[id]; err != nil {
		return tickets["editable"], err // the error counts, whatever is with it
	}
	return nil, deskhttp.ErrNotFound
}

// answer is what a handler writes that has been allowed.
const answer = "the ticket's secret"

func show(w http.ResponseWriter, _ *http.Request, _ *deskpolicy.Ticket) { fmt.Fprint(w, answer) }

// routes has a route with Require and one with Authorize, for viewing and for replying.
func routes() *deskhttp.Mux {
	mux := new(deskhttp.Mux)
	mux.Handle("/require/view/{id}", deskhttp.Require(deskpolicy.TicketView, load, show))
	mux.Handle("/require/reply/{id}", deskhttp.Require(deskpolicy.TicketReply, load, show))
	mux.Handle("/authorize/view/{id}", asking(deskpolicy.TicketView))
	mux.Handle("/authorize/reply/{id}", asking(deskpolicy.TicketReply))
	return mux
}

// asking returns a handler that loads a ticket, describes it in headers and then asks.
func asking(action deskpolicy.Action[deskpolicy.Ticket]) http.Handler {
	return deskhttp.Asks(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ticket, err := load(r)
		if ticket != nil {
			for _, name := range []string{"ETag", "Last-Modified", "Content-Length", "Content-Type", "Content-Encoding", "Cache-Control", "Link"} {
				w.Header().Set(name, string(ticket.Group))
			}
		}
		if err == nil {
			err = deskhttp.Authorize(r.Context(), action, ticket)
		}
		if err != nil {
			deskhttp.Problem(w, r, err)
			return
		}
		w.Header().Del("Content-Length")
		show(w, r, ticket)
	}))
}

// as returns the handler with the subject in the context of its requests.
func as(subject deskpolicy.Subject, handler http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		handler.ServeHTTP(w, r.WithContext(deskhttp.WithSubject(r.Context(), subject)))
	})
}

// serve returns the handler's response to a request without a body.
func serve(handler http.Handler, method, path string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, httptest.NewRequest(method, path, nil))
	return w
}

// logger returns a logger and what it has logged.
func logger() (*slog.Logger, *bytes.Buffer) {
	var text bytes.Buffer
	return slog.New(slog.NewTextHandler(&text, &slog.HandlerOptions{Level: slog.LevelDebug})), &text
}

// wanted returns the status of an answer about the ticket.
func wanted(who, verb, ticket string) int {
	viewing := verb == "view"
	switch {
	case nobodys[who]:
		return http.StatusUnauthorized
	case ticket == "unavailable" || ticket == "slow" || ticket == "canceled":
		return http.StatusServiceUnavailable
	case ticket == "invalid":
		return http.StatusBadRequest
	case ticket == "broken":
		return http.StatusInternalServerError
	case who == "riya" && (ticket == "editable" || ticket == "readable" && viewing):
		return http.StatusOK
	case who == "riya" && ticket == "readable":
		return http.StatusForbidden
	case who == "a stranger" && ticket == "foreign":
		return http.StatusOK
	}
	return http.StatusNotFound
}

// allTickets are the tickets that requests are about.
var allTickets = []string{"editable", "readable", "hidden", "foreign", "zero", "nil", "absent", "gone", "unavailable", "slow", "canceled", "invalid", "broken"}

// Every subject gets the response that it must get about every ticket, whichever way the
// handler asks, with a Guard and without. A response with an error depends on its status only.
func TestResponses(t *testing.T) {
	byStatus := make(map[int]*httptest.ResponseRecorder)
	quiet := slog.New(slog.DiscardHandler)
	defer slog.SetDefault(slog.Default())
	slog.SetDefault(quiet)
	for who, subject := range subjects {
		for name, handler := range map[string]http.Handler{"guarded": deskhttp.Guard{}.Handler(routes()), "not guarded": routes()} {
			for _, way := range []string{"require", "authorize"} {
				for _, verb := range []string{"view", "reply"} {
					for _, ticket := range allTickets {
						path := "/" + way + "/" + verb + "/" + ticket
						if nobodys[who] && way == "authorize" && failures[ticket] != nil && ticket != "gone" {
							continue // this handler loads first, and fails
						}
						got, want := serve(as(subject, handler), http.MethodGet, path), wanted(who, verb, ticket)
						require.Equal(t, want, got.Code, "%s, %s: GET %s", who, name, path)
						if want == http.StatusOK {
							require.Equal(t, answer, got.Body.String())
							continue
						}
						first := byStatus[want]
						if first == nil {
							first, byStatus[want] = got, got
						}
						require.Empty(t, cmp.Diff(first.Header(), got.Header()), "%s, %s: GET %s", who, name, path)
						require.Equal(t, first.Body.String(), got.Body.String(), "%s, %s: GET %s", who, name, path)
					}
				}
			}
		}
	}
	require.Len(t, byStatus, 6)
}

// The bodies and the headers of all problems, literally.
func TestProblems(t *testing.T) {
	for status, want := range map[int]struct{ path, body string }{
		400: {"/require/view/invalid", `{"type":"about:blank","title":"Bad Request","status":400,"detail":"This request is not valid."}`},
		401: {"", `{"type":"about:blank","title":"Unauthorized","status":401,"detail":"You are not logged in."}`},
		403: {"/require/reply/readable", `{"type":"about:blank","title":"Forbidden","status":403,"detail":"You can view this, but you cannot do this to it."}`},
		404: {"/require/reply/hidden", `{"type":"about:blank","title":"Not Found","status":404,"detail":"This does not exist, or you do not have access to it."}`},
		500: {"/require/view/broken", `{"type":"about:blank","title":"Internal Server Error","status":500,"detail":"Something went wrong."}`},
		503: {"/require/view/unavailable", `{"type":"about:blank","title":"Service Unavailable","status":503,"detail":"This cannot be answered now. Try again later."}`},
	} {
		handler, log := as(riya(), deskhttp.Guard{Logger: slog.New(slog.DiscardHandler)}.Handler(routes())), http.Header{
			"Cache-Control":          {"no-store"},
			"Content-Length":         {fmt.Sprint(len(want.body))},
			"Content-Type":           {"application/problem+json"},
			"X-Content-Type-Options": {"nosniff"},
		}
		if status == 401 {
			handler, want.path = routes(), "/require/view/editable"
			log["Www-Authenticate"] = []string{"Bearer"}
		}
		got := serve(handler, http.MethodPost, want.path)
		assert.Equal(t, status, got.Code)
		assert.Equal(t, want.body, got.Body.String())
		assert.Empty(t, cmp.Diff(log, got.Header()))
	}
}

// A hidden ticket and an absent one give the same bytes on the wire, for any method.
func TestHiddenIsAbsentOnTheWire(t *testing.T) {
	server := httptest.NewServer(as(riya(), deskhttp.Guard{}.Handler(routes())))
	defer server.Close()
	for _, method := range []string{"GET", "HEAD", "POST", "DELETE", "BREW"} {
		for _, way := range []string{"require/view", "require/reply", "authorize/view", "authorize/reply"} {
			absent := onTheWire(t, server, method, "/"+way+"/absent")
			require.Contains(t, absent, "404 Not Found")
			for _, ticket := range []string{"hidden", "foreign", "zero", "nil", "gone"} {
				require.Equal(t, absent, onTheWire(t, server, method, "/"+way+"/"+ticket), "%s %s of %s", method, way, ticket)
			}
		}
	}
}

// onTheWire returns the bytes of the response, without the date.
func onTheWire(t *testing.T, server *httptest.Server, method, path string) string {
	t.Helper()
	conn := dial(t, server)
	_, err := fmt.Fprintf(conn, "%s %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", method, path)
	require.NoError(t, err)
	all, err := io.ReadAll(conn)
	require.NoError(t, err)
	before, after, found := strings.Cut(string(all), "Date: ")
	require.True(t, found, "%s", all)
	return before + after[strings.Index(after, "\r\n"):]
}

// Nothing is loaded for nobody, and the loader's mistakes are in the log only.
func TestLoading(t *testing.T) {
	loads := 0
	handler := deskhttp.Require(deskpolicy.TicketView, func(r *http.Request) (*deskpolicy.Ticket, error) { loads++; return load(r) }, show)
	for who, subject := range subjects {
		before := loads
		serve(as(subject, handler), http.MethodGet, "/")
		assert.Equal(t, !nobodys[who], loads > before, who)
	}
	for ticket, want := range map[string]string{
		"broken":      `level=ERROR msg="deskhttp: the request failed" error="table tickets of db-7 is broken" route=/require/view/{id}`,
		"unavailable": `level=WARN msg="deskhttp: the data cannot be had" error="database db-7 is down: deskhttp: unavailable" route=/require/view/{id}`,
		"invalid":     "",
		"gone":        "",
		"hidden":      "",
	} {
		log, text := logger()
		serve(as(riya(), deskhttp.Guard{Logger: log}.Handler(routes())), http.MethodGet, "/require/view/"+ticket)
		_, logged, _ := strings.Cut(text.String(), " ")
		assert.Equal(t, want, strings.TrimSpace(logged), ticket)
	}
}

// If the client is gone, that its request was cut short is not logged.
func TestClientIsGone(t *testing.T) {
	log, text := logger()
	handler := as(riya(), deskhttp.Guard{Logger: log}.Handler(routes()))
	gone, leave := context.WithCancel(t.Context())
	leave()
	for _, ctx := range []context.Context{gone, t.Context()} {
		text.Reset()
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, httptest.NewRequestWithContext(ctx, http.MethodGet, "/require/view/canceled", nil))
		assert.Equal(t, http.StatusServiceUnavailable, w.Code)
		assert.Equal(t, ctx == gone, text.Len() == 0, text)
	}
}

// Problem outside of a Guard logs to the default logger, and names the route of a request
// without a pattern.
func TestProblemWithoutGuard(t *testing.T) {
	log, text := logger()
	defer slog.SetDefault(slog.Default())
	slog.SetDefault(log)
	for _, err := range []error{errors.New("odd"), nil} {
		w := httptest.NewRecorder()
		deskhttp.Problem(w, httptest.NewRequest(http.MethodPut, "/x/1?y=2", nil), err)
		assert.Equal(t, http.StatusInternalServerError, w.Code)
	}
	assert.Contains(t, text.String(), `error=odd route="PUT /x/1"`)
	assert.Contains(t, text.String(), `error=<nil> route="PUT /x/1"`)
}

// Problem answers errors by their meaning, however they are wrapped. A denial that was not
// asked by this package is hidden.
func TestErrors(t *testing.T) {
	ctx := deskhttp.WithSubject(t.Context(), riya())
	seen := deskhttp.Authorize(ctx, deskpolicy.TicketReply, tickets["readable"])
	hidden := deskhttp.Authorize(ctx, deskpolicy.TicketReply, tickets["hidden"])
	core := deskpolicy.Authorize(riya(), deskpolicy.TicketReply, tickets["readable"])
	for _, c := range []struct {
		err  error
		want int
	}{
		{seen, 403}, {hidden, 404}, {core.Err(), 404}, {fmt.Errorf("replying: %w", seen), 403}, {errors.Join(errors.New("odd"), hidden), 404},
		{deskhttp.ErrNotFound, 404}, {deskhttp.ErrBadRequest, 400}, {deskhttp.ErrUnavailable, 503}, {io.EOF, 500},
		{errors.Join(deskhttp.ErrBadRequest, deskhttp.ErrNotFound), 404}, {errors.Join(deskhttp.ErrUnavailable, deskhttp.ErrBadRequest), 400},
	} {
		w := httptest.NewRecorder()
		deskhttp.Problem(w, httptest.NewRequestWithContext(ctx, http.MethodGet, "/", nil), c.err)
		assert.Equal(t, c.want, w.Code, "%v", c.err)
	}
	var denied *deskpolicy.DeniedError
	require.ErrorAs(t, seen, &denied)
	require.ErrorIs(t, seen, deskpolicy.ErrDenied)
	assert.Equal(t, core, denied.Decision)
	assert.EqualError(t, deskhttp.ErrNotFound, "deskhttp: not found")
	assert.EqualError(t, deskhttp.ErrBadRequest, "deskhttp: bad request")
	assert.EqualError(t, deskhttp.ErrUnavailable, "deskhttp: unavailable")
	assert.EqualError(t, seen, "deskhttp: denied: 403 Forbidden")
	assert.EqualError(t, hidden, "deskhttp: denied: 404 Not Found")
}

// A Problem under a Guard has the headers that were set outside of it, whatever the handler did
// to them, and Retry-After for a 503. Without a Guard, it has all that describe no representation.
func TestHeadersOfProblems(t *testing.T) {
	describe := []string{
		"Accept-Ranges", "Age", "Cache-Control", "Content-Digest", "Content-Disposition", "Content-Encoding", "Content-Language", "Content-Length",
		"Content-Location", "Content-Range", "Content-Type", "ETag", "Expires", "Last-Modified", "Link", "Location", "Repr-Digest",
	}
	of := func(err error) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			for _, values := range w.Header() {
				values[0] = "changed"
			}
			w.Header().Del("Vary")
			for _, name := range append(describe, "X-Group", "Retry-After", "Set-Cookie", "Trailer") {
				w.Header().Set(name, "1")
			}
			deskhttp.Problem(w, r, err)
		})
	}
	around := func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header()["Set-Cookie"] = []string{"id=7", "theme=dark"}
			for _, name := range append(describe, "Access-Control-Allow-Origin", "Vary") {
				w.Header().Set(name, "outside")
			}
			next.ServeHTTP(w, r)
		})
	}
	quiet := deskhttp.Guard{Logger: slog.New(slog.DiscardHandler), Answer: func(http.ResponseWriter, *http.Request, int) {}}
	always := http.Header{"Cache-Control": {"no-store"}, "Content-Length": {"0"}}
	outside := http.Header{"Access-Control-Allow-Origin": {"outside"}, "Vary": {"outside"}, "Set-Cookie": {"id=7", "theme=dark"}}
	for err, own := range map[error]http.Header{deskhttp.ErrNotFound: {}, deskhttp.ErrBadRequest: {}, io.EOF: {}, deskhttp.ErrUnavailable: {"Retry-After": {"1"}}} {
		want := always.Clone()
		maps.Copy(want, own)
		got := serve(as(riya(), quiet.Handler(of(err))), http.MethodGet, "/")
		assert.Empty(t, cmp.Diff(want, got.Header()), "%v", err)
		maps.Copy(want, outside)
		got = serve(as(riya(), around(quiet.Handler(of(err)))), http.MethodGet, "/")
		assert.Empty(t, cmp.Diff(want, got.Header()), "%v", err)
	}
	got := serve(as(riya(), of(deskhttp.ErrNotFound)), http.MethodGet, "/")
	assert.Empty(t, cmp.Diff(http.Header{
		"X-Group": {"1"}, "Retry-After": {"1"}, "Set-Cookie": {"1"}, "Trailer": {"1"},
		"Cache-Control": {"no-store"}, "Content-Length": {"120"}, "Content-Type": {"application/problem+json"}, "X-Content-Type-Options": {"nosniff"},
	}, got.Header()))
}

// Nobody learns what exists from a handler that asks before it looks, or the other way round.
func TestNotFoundForNobody(t *testing.T) {
	for name, handler := range map[string]http.HandlerFunc{
		"looks only": func(w http.ResponseWriter, r *http.Request) { deskhttp.Problem(w, r, deskhttp.ErrNotFound) },
		"asks first": func(w http.ResponseWriter, r *http.Request) {
			_ = deskhttp.Authorize(r.Context(), deskpolicy.TicketView, tickets["editable"])
			deskhttp.Problem(w, r, deskhttp.ErrNotFound)
		},
	} {
		assert.Equal(t, http.StatusUnauthorized, serve(deskhttp.Guard{}.Handler(handler), http.MethodGet, "/").Code, name)
		assert.Equal(t, http.StatusNotFound, serve(as(riya(), deskhttp.Guard{}.Handler(handler)), http.MethodGet, "/").Code, name)
	}
}

// The subject is that of the innermost WithSubject. A nil subject takes an outer one away.
func TestSubject(t *testing.T) {
	ctx := t.Context()
	assert.Nil(t, deskhttp.SubjectFrom(ctx))
	one, other := riya(), riya()
	ctx = deskhttp.WithSubject(ctx, one)
	assert.Same(t, one, deskhttp.SubjectFrom(ctx))
	assert.Same(t, other, deskhttp.SubjectFrom(deskhttp.WithSubject(ctx, other)))
	assert.Nil(t, deskhttp.SubjectFrom(deskhttp.WithSubject(ctx, nil)))
	assert.NoError(t, deskhttp.Authorize(ctx, deskpolicy.TicketView, tickets["readable"]))
	assert.EqualError(t, deskhttp.Authorize(deskhttp.WithSubject(ctx, nil), deskpolicy.TicketView, tickets["readable"]), "deskhttp: denied: 401 Unauthorized")
}

// An Invoice is a resource type of the host's.
type Invoice struct{ Group deskpolicy.GroupID }

func (i Invoice) Attributes() deskpolicy.Attributes {
	return deskpolicy.Attributes{Account: "acme", Group: i.Group}
}

const (
	invoiceView   deskpolicy.Action[Invoice] = deskpolicy.FirstHostView
	invoicePrint  deskpolicy.Action[Invoice] = deskpolicy.FirstHostView + 1
	invoiceRefund deskpolicy.Action[Invoice] = deskpolicy.FirstHostEdit
)

// bookkeeper returns riya with a role that views invoices of her groups.
func bookkeeper(t *testing.T) *deskpolicy.Agent {
	t.Helper()
	role, err := deskpolicy.NewRole("acme", "Bookkeeper", deskpolicy.NewPermissions(
		invoiceView.At(deskpolicy.InGroup), deskpolicy.ChannelPhoneUse.At(deskpolicy.Anything)), nil)
	require.NoError(t, err)
	return changed(riya(), func(a *deskpolicy.Agent) { a.Bindings[0].Role = role })
}

// A host's resource, and one that no action of the library views, is hidden unless an action
// is named that views it.
func TestViews(t *testing.T) {
	ctx := deskhttp.WithSubject(t.Context(), bookkeeper(t))
	ours, theirs, phone := &Invoice{"billing"}, &Invoice{"board"}, &deskpolicy.Channel{Account: "acme"}
	for want, errs := range map[string][]error{
		"deskhttp: denied: 403 Forbidden": {
			deskhttp.Authorize(ctx, invoiceRefund, ours, invoiceView),
			deskhttp.Authorize(ctx, invoiceRefund, ours, invoiceView, invoicePrint),
			deskhttp.Authorize(ctx, invoiceRefund, ours, invoicePrint, invoiceView),
			deskhttp.Authorize(ctx, deskpolicy.ChannelManage, phone, deskpolicy.ChannelPhoneUse),
		},
		"deskhttp: denied: 404 Not Found": {
			deskhttp.Authorize(ctx, invoiceRefund, ours),
			deskhttp.Authorize(ctx, invoiceRefund, ours, invoicePrint),
			deskhttp.Authorize(ctx, invoiceRefund, theirs, invoiceView),
			deskhttp.Authorize(ctx, invoiceRefund, nil, invoiceView),
			deskhttp.Authorize(ctx, deskpolicy.ChannelManage, phone),
		},
	} {
		for i, err := range errs {
			assert.EqualError(t, err, want, "%d", i)
		}
	}
	handler := deskhttp.Require(invoiceRefund, func(*http.Request) (*Invoice, error) { return ours, nil }, nothing[Invoice], invoiceView)
	assert.Equal(t, http.StatusForbidden, serve(as(bookkeeper(t), handler), http.MethodPost, "/").Code)
}

// nothing is a handler that does nothing.
func nothing[R deskpolicy.Resource](http.ResponseWriter, *http.Request, *R) {}

// An action that does not exist is a mistake of the program: Require panics, and the error of
// the others is a 500.
func TestUnknownAction(t *testing.T) {
	const odd deskpolicy.Action[deskpolicy.Ticket] = 9999
	const want = "deskhttp: unknown(9999) is not an action; use a constant of the library, or a number from the host ranges"
	assert.PanicsWithValue(t, want, func() { deskhttp.Require(odd, load, show) })
	ctx := deskhttp.WithSubject(t.Context(), riya())
	_, filterErr := deskhttp.FilterFor(ctx, odd)
	for _, err := range []error{deskhttp.Authorize(ctx, odd, tickets["editable"]), filterErr} {
		assert.EqualError(t, err, want)
		w := httptest.NewRecorder()
		deskhttp.Problem(w, httptest.NewRequest(http.MethodGet, "/", nil).WithContext(deskhttp.WithSubject(ctx, nil)), err)
		assert.Equal(t, http.StatusInternalServerError, w.Code)
	}
}

// What is missing when routes are registered panics there, as in net/http.
func TestMissingParts(t *testing.T) {
	const want = "deskhttp: Require for ticket.view needs a loader and a handler, and one of them is nil"
	assert.PanicsWithValue(t, want, func() { deskhttp.Require(deskpolicy.TicketView, nil, show) })
	assert.PanicsWithValue(t, want, func() { deskhttp.Require(deskpolicy.TicketView, load, nil) })
	assert.PanicsWithValue(t, "deskhttp: the handler is nil", func() { deskhttp.Public(nil) })
	assert.PanicsWithValue(t, "deskhttp: the handler is nil", func() { deskhttp.Asks(nil) })
}

// A list is a filter for the subject; without one there is no list.
func TestFilterFor(t *testing.T) {
	for who, subject := range subjects {
		ctx := deskhttp.WithSubject(t.Context(), subject)
		filter, err := deskhttp.FilterFor(ctx, deskpolicy.TicketView)
		if nobodys[who] {
			require.EqualError(t, err, "deskhttp: denied: 401 Unauthorized", who)
			require.Equal(t, deskpolicy.FilterNone, filter.Kind())
			continue
		}
		require.NoError(t, err, who)
		for id, ticket := range tickets {
			require.Equal(t, deskpolicy.Authorize(subject, deskpolicy.TicketView, ticket).Allowed(), filter.Match(ticket), "%s, %s", who, id)
		}
	}
	_, err := deskhttp.FilterFor(deskhttp.WithSubject(t.Context(), riya()), deskpolicy.Action[*deskpolicy.Ticket](deskpolicy.TicketView))
	require.EqualError(t, err, "deskhttp: denied: 404 Not Found", "a type that is a pointer")
}
