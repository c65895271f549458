package deskhttp

import (
	"cmp"
	"context"
	"log/slog"
	"net/http"
	"sync/atomic"

	"github.com/deskpolicy/deskpolicy"
)

// A Guard stops responses that succeed although nothing was decided, or although the request
// was denied. They become a 500 and an error in the log: the handler has a bug. It also holds
// what [Authorize], [FilterFor], [Require] and [Problem] need to know of the program; outside
// of a Guard, they use the zero Guard, which is ready to use.
//
// A response succeeds with a status of 2xx, with 304, which stands for a 200, with 101 or by
// taking over the connection, and with 302 or 303 if a subject that is logged in has sent
// anything but GET or HEAD. It then needs a decision of Authorize or FilterFor that allows, or
// [Public], before its first byte, and none that denies. Informational responses, such as 103,
// are left out until then. Other redirects and errors always pass: use [Mux.WithoutRule] to find
// the routes without a rule. Panics pass as well.
//
// The 500 has the headers that were set outside of the Guard, and none of the handler's. If a
// denial follows the first byte, nothing more is written, and the connection is cut. What a
// handler writes after [Problem] is refused, and an error in the log.
//
// A Guard stops the response, not what the handler has done by then: it cannot undo a change.
type Guard struct {
	// Logger is for mistakes of the program and for data that cannot be had; nil means
	// [slog.Default].
	Logger *slog.Logger

	// Observe is called with each decision before it takes effect, if it is not nil. It must be
	// safe for concurrent use. It cannot change the decision; if it panics, the request fails.
	Observe func(context.Context, Event)

	// Vocabulary names the host's actions for the observer.
	Vocabulary *deskpolicy.Vocabulary

	// Challenge is the WWW-Authenticate header of a 401, which HTTP requires; "" means "Bearer".
	Challenge string

	// Answer writes the responses of [Problem] instead of problem+json, if it is not nil. It
	// learns the status alone, so that hidden and absent look alike. If it writes no status, the
	// response has the given one. Problem sends what it has written when it returns. The 500 of
	// a stopped response is always problem+json.
	Answer func(w http.ResponseWriter, r *http.Request, status int)
}

// Handler returns a handler that guards the responses of next. Put the Guard directly around
// the [Mux], inside of what authenticates. Guards can be nested: a decision counts for each of
// them, a denial only for the innermost.
func (g Guard) Handler(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx := r.Context()
		guarded := &response{ResponseWriter: w, record: record{of: &g, outer: recordFrom(ctx)}}
		guarded.record.in = guarded
		if len(w.Header()) > 0 {
			guarded.before = w.Header().Clone()
		}
		guarded.request = r.WithContext(context.WithValue(ctx, recordKey{}, &guarded.record))
		next.ServeHTTP(guarded, guarded.request)
		guarded.finish()
	})
}

// log logs the message with the route and the attributes.
func (g *Guard) log(r *http.Request, level slog.Level, message string, attrs ...slog.Attr) {
	logger := g.Logger
	if logger == nil {
		logger = slog.Default()
	}
	route := slog.String("route", cmp.Or(r.Pattern, r.Method+" "+r.URL.Path))
	logger.LogAttrs(r.Context(), level, message, append(attrs, route)...)
}

type recordKey struct{}

// A record holds what was decided in a request. The nil record is that of a request without a
// Guard that is not Public. A record is safe for concurrent use.
type record struct {
	of      *Guard
	in      *response   // nil without a Guard
	outer   *record     // of the Guard around this one; nil if there is none
	public  atomic.Bool // whether the route is Public
	decided atomic.Bool
	denied  atomic.Bool
}

// recordFrom returns the record of the innermost Guard, or nil.
func recordFrom(ctx context.Context) *record {
	asked, _ := ctx.Value(recordKey{}).(*record)
	return asked
}

// unguarded is the Guard of a request without one.
var unguarded Guard

// guard returns the Guard.
func (a *record) guard() *Guard {
	if a == nil {
		return &unguarded
	}
	return a.of
}

// restore sets the header to what it was outside of the Guard, if there is one.
func (a *record) restore(header http.Header) {
	if a != nil && a.in != nil {
		a.in.restore(header)
	}
}

// answered records that Problem has written to w. A writer of middleware can hold back what
// was written, so that only the Guard's own counts.
func (a *record) answered(w http.ResponseWriter) {
	if a != nil && w == http.ResponseWriter(a.in) {
		a.in.answered = true
	}
}

// isPublic reports whether the route is Public.
func (a *record) isPublic() bool { return a != nil && a.public.Load() }

// note records a decision.
func (a *record) note(allowed bool) {
	if a != nil && !allowed {
		a.denied.Store(true)
	}
	for ; a != nil; a = a.outer {
		a.decided.Store(true)
	}
}

// fault says why the response must not succeed, or returns "".
func (a *record) fault() string {
	switch {
	case a.denied.Load():
		return "deskhttp: a response succeeds although the request was denied; answer the error with Problem"
	case !a.decided.Load():
		return "deskhttp: a response succeeds although nothing was decided; use Require, Authorize, FilterFor or Public"
	}
	return ""
}
