package deskhttp_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/deskhttp"
	"github.com/deskpolicy/deskpolicy/internal/effort"
)

// secret is what a handler must not write.
const secret = "the ticket's secret"

// A way is a way to write a response, and its status. What it writes is the secret.
type way struct {
	name   string
	status int
	write  http.HandlerFunc
}

// succeeding are the ways to write a response that succeeds.
var succeeding = []way{
	{"nothing at all", 200, func(http.ResponseWriter, *http.Request) {}},
	{"WriteHeader(200)", 200, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(200) }},
	{"WriteHeader(201) and Write", 201, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(201); fmt.Fprint(w, secret) }},
	{"WriteHeader(204)", 204, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) }},
	{"WriteHeader(299)", 299, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(299) }},
	{"WriteHeader(304)", 304, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(304) }},
	{"Write", 200, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(secret)) }},
	{"Write of nothing", 200, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(nil) }},
	{"WriteString", 200, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, secret) }},
	{"io.Copy", 200, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.Copy(w, onlyReader{strings.NewReader(secret)}) }},
	{"io.Copy from a WriterTo", 200, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.Copy(w, strings.NewReader(secret)) }},
	{"Flush of a Flusher", 200, func(w http.ResponseWriter, _ *http.Request) { w.(http.Flusher).Flush(); fmt.Fprint(w, secret) }},
	{"Flush of a ResponseController", 200, func(w http.ResponseWriter, _ *http.Request) {
		_ = http.NewResponseController(w).Flush()
		fmt.Fprint(w, secret)
	}},
	{"199 first", 200, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(199); fmt.Fprint(w, secret) }},
	{"103 first", 200, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(103); fmt.Fprint(w, secret) }},
	{"WriteHeader twice", 200, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(200)
		w.WriteHeader(103)
		w.WriteHeader(404)
		fmt.Fprint(w, secret)
	}},
	{"on and on", 200, func(w http.ResponseWriter, _ *http.Request) {
		for range 50 {
			fmt.Fprint(w, strings.Repeat(secret, 100))
		}
	}},
	{"ServeContent", 200, serveContent},
	{"ServeContent of a range", 206, func(w http.ResponseWriter, r *http.Request) {
		r.Header.Set("Range", "bytes=0-9")
		serveContent(w, r)
	}},
	{"ServeContent of what the client has", 304, func(w http.ResponseWriter, r *http.Request) {
		r.Header.Set("If-Modified-Since", time.Unix(1e9, 0).UTC().Format(http.TimeFormat))
		serveContent(w, r)
	}},
	{"a TimeoutHandler", 200, http.TimeoutHandler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, secret) }), time.Minute, "").ServeHTTP},
}

// failing are the ways to write a response that does not succeed, with the status. They pass.
var failing = []way{
	{"a redirect", 303, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/login", http.StatusSeeOther) }},
	{"a permanent one", 308, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/login", http.StatusPermanentRedirect)
	}},
	{"http.Error", 418, func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "", http.StatusTeapot) }},
	{"http.NotFound", 404, http.NotFound},
	{"Problem", 503, func(w http.ResponseWriter, r *http.Request) { deskhttp.Problem(w, r, deskhttp.ErrUnavailable) }},
	{"Problem of ErrNotFound", 404, func(w http.ResponseWriter, r *http.Request) { deskhttp.Problem(w, r, deskhttp.ErrNotFound) }},
	{"an error, flushed", 502, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(502); w.(http.Flusher).Flush() }},
	{"a TimeoutHandler that is over", 503, func(w http.ResponseWriter, r *http.Request) {
		slow := http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-r.Context().Done() }) // until the response is sent
		http.TimeoutHandler(slow, time.Millisecond, "").ServeHTTP(w, r)
	}},
}

func serveContent(w http.ResponseWriter, r *http.Request) {
	http.ServeContent(w, r, "ticket.txt", time.Unix(1e9, 0), strings.NewReader(secret))
}

// onlyReader hides the other methods of a reader.
type onlyReader struct{ io.Reader }

// asked is what a handler asks before it writes, and whether it then may succeed.
var asked = map[string]struct {
	ask func(context.Context)
	may bool
}{
	"nothing": {func(context.Context) {}, false},
	"allowed": {func(ctx context.Context) { _ = deskhttp.Authorize(ctx, deskpolicy.TicketView, tickets["editable"]) }, true},
	"a list":  {func(ctx context.Context) { _, _ = deskhttp.FilterFor(ctx, deskpolicy.TicketView) }, true},
	"denied":  {func(ctx context.Context) { _ = deskhttp.Authorize(ctx, deskpolicy.TicketView, tickets["hidden"]) }, false},
	"allowed, and denied": {func(ctx context.Context) {
		_ = deskhttp.Authorize(ctx, deskpolicy.TicketView, tickets["editable"])
		_ = deskhttp.Authorize(ctx, deskpolicy.TicketView, tickets["hidden"])
	}, false},
	"denied, and allowed": {func(ctx context.Context) {
		_ = deskhttp.Authorize(ctx, deskpolicy.TicketView, tickets["hidden"])
		_ = deskhttp.Authorize(ctx, deskpolicy.TicketView, tickets["editable"])
	}, false},
	"a list for nobody": {func(ctx context.Context) {
		_, _ = deskhttp.FilterFor(deskhttp.WithSubject(ctx, nil), deskpolicy.TicketView)
	}, false},
	"to choose only": {func(ctx context.Context) {
		_ = deskpolicy.Authorize(deskhttp.SubjectFrom(ctx), deskpolicy.TicketView, tickets["editable"])
	}, false},
	"to choose, after": {func(ctx context.Context) {
		_ = deskhttp.Authorize(ctx, deskpolicy.TicketView, tickets["editable"])
		_ = deskpolicy.Authorize(deskhttp.SubjectFrom(ctx), deskpolicy.TicketView, tickets["hidden"])
	}, true},
}

// A lockedLog is a log that many requests write.
type lockedLog struct {
	mutex sync.Mutex
	text  strings.Builder
}

func (l *lockedLog) Write(data []byte) (int, error) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.text.Write(data)
}

// take returns what was logged, and empties the log.
func (l *lockedLog) take() string {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	defer l.text.Reset()
	return l.text.String()
}

// A guarded is a server whose handlers, all of riya, are guarded.
type guarded struct {
	*httptest.Server
	log *lockedLog
}

// guard starts a server that guards the handler.
func guard(t *testing.T, handler http.Handler, start func(*httptest.Server)) guarded {
	t.Helper()
	g := guarded{log: new(lockedLog)}
	logger := slog.New(slog.NewTextHandler(g.log, nil))
	g.Server = httptest.NewUnstartedServer(as(riya(), deskhttp.Guard{Logger: logger}.Handler(handler)))
	g.Config.ErrorLog = log.New(io.Discard, "", 0)
	start(g.Server)
	t.Cleanup(g.Close)
	return g
}

// protocols are how a server is started, by the protocol that it speaks.
var protocols = map[string]func(*httptest.Server){
	"HTTP/1.1": (*httptest.Server).Start,
	"HTTP/2.0": func(s *httptest.Server) { s.EnableHTTP2 = true; s.StartTLS() },
}

// get sends a request and returns the response with its body.
func (g guarded) get(t *testing.T, method, path string) (*http.Response, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, g.URL+path, nil)
	require.NoError(t, err)
	client := g.Client()
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	response, err := client.Do(request)
	require.NoError(t, err, path)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err, path)
	return response, string(body)
}

// handlers returns a mux with a route for each way after each question, and for each way in public.
func handlers(ways []way) http.Handler {
	mux := http.NewServeMux()
	for i, way := range ways {
		for what, question := range asked {
			mux.HandleFunc(path(i, what), func(w http.ResponseWriter, r *http.Request) {
				question.ask(r.Context())
				way.write(w, r)
			})
		}
		mux.Handle(path(i, "public"), deskhttp.Public(way.write))
	}
	return mux
}

func path(i int, what string) string {
	return fmt.Sprintf("/%d/%s", i, strings.NewReplacer(" ", "-", ",", "").Replace(what))
}

// However a handler writes a response that succeeds, it takes a decision that allows, and none
// that denies. Otherwise the client gets a 500 without a byte of the response, and the log an
// error.
func TestGuardStops(t *testing.T) {
	for protocol, start := range protocols {
		g := guard(t, handlers(succeeding), start)
		for i, way := range succeeding {
			for what, question := range asked {
				response, body := g.get(t, http.MethodGet, path(i, what))
				require.Equal(t, protocol, response.Proto)
				logged := g.log.take()
				if question.may {
					require.Equal(t, way.status, response.StatusCode, "%s: %s after %s", protocol, way.name, what)
					require.Empty(t, logged, "%s: %s after %s", protocol, way.name, what)
					continue
				}
				require.Equal(t, http.StatusInternalServerError, response.StatusCode, "%s: %s after %s", protocol, way.name, what)
				require.Equal(t, problem500, body, "%s: %s after %s", protocol, way.name, what)
				require.Equal(t, "application/problem+json", response.Header.Get("Content-Type"))
				require.Empty(t, response.Header.Get("Last-Modified"))
				require.Equal(t, 1, strings.Count(logged, "\n"), logged)
				require.Contains(t, logged, fmt.Sprintf("status=%d route=%s\n", way.status, path(i, what)))
			}
			response, body := g.get(t, http.MethodGet, path(i, "public"))
			require.Equal(t, way.status, response.StatusCode, "%s: %s in public", protocol, way.name)
			require.Equal(t, !silent[way.name], strings.Contains(body, secret), "%s: %s in public: %s", protocol, way.name, body)
			require.Empty(t, g.log.take())
			response, _ = g.get(t, http.MethodHead, path(i, "nothing"))
			require.Equal(t, http.StatusInternalServerError, response.StatusCode, "%s: HEAD, %s", protocol, way.name)
			g.log.take()
		}
	}
}

// silent are the ways that write no secret.
var silent = map[string]bool{
	"nothing at all": true, "WriteHeader(200)": true, "WriteHeader(204)": true, "WriteHeader(299)": true, "WriteHeader(304)": true,
	"Write of nothing": true, "ServeContent of a range": true, "ServeContent of what the client has": true,
}

const problem500 = `{"type":"about:blank","title":"Internal Server Error","status":500,"detail":"Something went wrong."}`

// Responses that do not succeed pass, whatever was asked.
func TestGuardPasses(t *testing.T) {
	for protocol, start := range protocols {
		g := guard(t, handlers(failing), start)
		for i, way := range failing {
			for what := range asked {
				response, _ := g.get(t, http.MethodGet, path(i, what))
				require.Equal(t, way.status, response.StatusCode, "%s: %s after %s", protocol, way.name, what)
			}
		}
	}
}

// The log says what is wrong with the handler.
func TestGuardLogs(t *testing.T) {
	log, text := logger()
	handler := as(riya(), deskhttp.Guard{Logger: log}.Handler(handlers(succeeding)))
	for what, message := range map[string]string{
		"nothing": `level=ERROR msg="deskhttp: a response succeeds although nothing was decided; use Require, Authorize, FilterFor or Public" status=200 route=/0/nothing`,
		"denied":  `level=ERROR msg="deskhttp: a response succeeds although the request was denied; answer the error with Problem" status=200 route=/0/denied`,
	} {
		text.Reset()
		assert.Equal(t, http.StatusInternalServerError, serve(handler, http.MethodGet, path(0, what)).Code)
		assert.Contains(t, text.String(), message)
	}
}

// After a denial, a response that has begun is cut off: nothing more is written, and the client
// can tell that it is not whole.
func TestDenialTooLate(t *testing.T) {
	for name, late := range map[string]func(http.ResponseWriter, *http.Request) error{
		"between two writes": func(w http.ResponseWriter, r *http.Request) error {
			fmt.Fprint(w, "begin")
			_ = http.NewResponseController(w).Flush()
			asked["denied"].ask(r.Context())
			_, err := fmt.Fprint(w, secret)
			return err
		},
		"after the last": func(w http.ResponseWriter, r *http.Request) error {
			w.(http.Flusher).Flush()
			asked["denied"].ask(r.Context())
			return http.NewResponseController(w).Flush()
		},
	} {
		for protocol, start := range protocols {
			errs := make(chan error, 1)
			g := guard(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				asked["allowed"].ask(r.Context())
				errs <- late(w, r)
			}), start)
			response, getErr := g.Client().Get(g.URL)
			require.NoError(t, getErr)
			body, readErr := io.ReadAll(response.Body)
			require.Error(t, readErr, "%s, %s: %s", name, protocol, body)
			require.Equal(t, map[string]string{"between two writes": "begin", "after the last": ""}[name], string(body))
			require.EqualError(t, <-errs, "deskhttp: the response was stopped, see the log")
			require.Equal(t, 1, strings.Count(g.log.take(), "denied"))
			require.NoError(t, response.Body.Close())
		}
	}
}

// A handler that has been stopped gets an error from everything that writes.
func TestStoppedWriter(t *testing.T) {
	g := guard(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n, copied := w.(io.ReaderFrom).ReadFrom(strings.NewReader(secret))
		m, written := w.Write([]byte(secret))
		k, said := io.WriteString(w, secret)
		assert.Zero(t, [...]int{int(n), m, k})
		_, _, taken := http.NewResponseController(w).Hijack()
		for _, err := range []error{copied, written, said, taken, http.NewResponseController(w).Flush()} {
			assert.EqualError(t, err, "deskhttp: the response was stopped, see the log")
		}
		w.WriteHeader(103)
		w.WriteHeader(200)
	}), (*httptest.Server).Start)
	response, body := g.get(t, http.MethodGet, "/")
	assert.Equal(t, http.StatusInternalServerError, response.StatusCode)
	assert.Equal(t, problem500, body)
}

// Nothing reaches the server's writer after a response has been stopped.
func TestNothingAfterTheStop(t *testing.T) {
	below := &counter{ResponseWriter: httptest.NewRecorder()}
	as(riya(), deskhttp.Guard{Logger: slog.New(slog.DiscardHandler)}.Handler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for _, status := range []int{200, 103, 201, 404} {
			w.WriteHeader(status)
		}
		fmt.Fprint(w, secret)
	}))).ServeHTTP(below, httptest.NewRequest(http.MethodGet, "/", nil))
	assert.Equal(t, []int{500}, below.statuses)
	assert.Equal(t, 1, below.writes)

	below = &counter{ResponseWriter: httptest.NewRecorder()}
	late := as(riya(), deskhttp.Guard{Logger: slog.New(slog.DiscardHandler)}.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked["allowed"].ask(r.Context())
		fmt.Fprint(w, "begin")
		asked["denied"].ask(r.Context())
		fmt.Fprint(w, secret)
		w.WriteHeader(500)
	})))
	assert.PanicsWithValue(t, http.ErrAbortHandler, func() { late.ServeHTTP(below, httptest.NewRequest(http.MethodGet, "/", nil)) })
	assert.Empty(t, below.statuses)
	assert.Equal(t, 1, below.writes)
}

// A counter is a writer that counts what is written to it.
type counter struct {
	http.ResponseWriter
	statuses []int
	writes   int
}

func (c *counter) WriteHeader(status int)         { c.statuses = append(c.statuses, status) }
func (c *counter) Write(data []byte) (int, error) { c.writes++; return len(data), nil }

// dial opens a connection to the server.
func dial(t *testing.T, server *httptest.Server) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	require.NoError(t, conn.SetDeadline(time.Now().Add(time.Minute)))
	return conn
}

// Taking over the connection takes a decision, whichever way the handler does it.
func TestHijack(t *testing.T) {
	for name, hijack := range map[string]func(http.ResponseWriter) (net.Conn, *bufio.ReadWriter, error){
		"Hijacker": func(w http.ResponseWriter) (net.Conn, *bufio.ReadWriter, error) { return w.(http.Hijacker).Hijack() },
		"ResponseController": func(w http.ResponseWriter) (net.Conn, *bufio.ReadWriter, error) {
			return http.NewResponseController(w).Hijack()
		},
	} {
		for what, question := range asked {
			g := guard(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				question.ask(r.Context())
				conn, buffered, err := hijack(w)
				if err != nil {
					return
				}
				defer conn.Close()
				_, err = w.Write(nil)
				assert.ErrorIs(t, err, http.ErrHijacked)
				line, err := buffered.ReadString('\n')
				assert.NoError(t, err)
				assert.Equal(t, "more\n", line)
				_, err = fmt.Fprint(conn, "HTTP/1.1 101 Switching Protocols\r\n\r\n"+secret)
				assert.NoError(t, err)
				asked["denied"].ask(r.Context()) // the connection is the handler's now
			}), (*httptest.Server).Start)
			conn := dial(t, g.Server)
			_, err := fmt.Fprint(conn, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\nmore\n")
			require.NoError(t, err)
			all, err := io.ReadAll(conn)
			require.NoError(t, err)
			require.Equal(t, question.may, strings.Contains(string(all), secret), "%s after %s: %s", name, what, all)
			require.Equal(t, !question.may, strings.HasPrefix(string(all), "HTTP/1.1 500"), "%s after %s: %s", name, what, all)
			require.Equal(t, question.may, g.log.take() == "", "%s after %s", name, what)
		}
	}
}

// Taking over the connection after an error was written takes a decision too.
func TestHijackAfterError(t *testing.T) {
	for what, question := range asked {
		g := guard(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			question.ask(r.Context())
			w.WriteHeader(http.StatusTeapot)
			conn, _, err := http.NewResponseController(w).Hijack()
			assert.Equal(t, question.may, err == nil, what)
			if err == nil {
				_, err = fmt.Fprint(conn, secret)
				assert.NoError(t, err)
				assert.NoError(t, conn.Close())
			}
		}), (*httptest.Server).Start)
		conn := dial(t, g.Server)
		_, err := fmt.Fprint(conn, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
		require.NoError(t, err)
		all, err := io.ReadAll(conn)
		require.NoError(t, err)
		require.Equal(t, question.may, strings.Contains(string(all), secret), "%s: %s", what, all)
		require.Equal(t, question.may, g.log.take() == "", what)
	}
}

// A change of protocols by WriteHeader takes a decision as well.
func TestSwitchingProtocols(t *testing.T) {
	for what, question := range asked {
		w := httptest.NewRecorder()
		as(riya(), deskhttp.Guard{Logger: slog.New(slog.DiscardHandler)}.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			question.ask(r.Context())
			w.WriteHeader(http.StatusSwitchingProtocols)
		}))).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
		assert.Equal(t, question.may, w.Code == http.StatusSwitchingProtocols, what)
	}
}

// A writer that can neither flush nor be taken over says so, and the response goes on.
func TestPlainWriter(t *testing.T) {
	plain := struct{ http.ResponseWriter }{httptest.NewRecorder()}
	deskhttp.Guard{}.Handler(deskhttp.Public(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		control := http.NewResponseController(w)
		assert.ErrorIs(t, control.Flush(), http.ErrNotSupported)
		_, _, err := control.Hijack()
		assert.ErrorIs(t, err, http.ErrNotSupported)
		assert.ErrorIs(t, control.SetReadDeadline(time.Time{}), http.ErrNotSupported)
		assert.ErrorIs(t, control.SetWriteDeadline(time.Time{}), http.ErrNotSupported)
		assert.ErrorIs(t, control.EnableFullDuplex(), http.ErrNotSupported)
		w.WriteHeader(http.StatusAccepted)
	}))).ServeHTTP(plain, httptest.NewRequest(http.MethodGet, "/", nil))
	assert.Equal(t, http.StatusAccepted, plain.ResponseWriter.(*httptest.ResponseRecorder).Code)
}

// The other methods of a ResponseController reach the server's writer.
func TestResponseController(t *testing.T) {
	g := guard(t, deskhttp.Public(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		control := http.NewResponseController(w)
		for _, err := range []error{control.SetReadDeadline(time.Now().Add(time.Hour)), control.SetWriteDeadline(time.Now().Add(time.Hour)), control.EnableFullDuplex()} {
			assert.NoError(t, err)
		}
		_, unwraps := w.(interface{ Unwrap() http.ResponseWriter })
		assert.False(t, unwraps, "a handler could write past the Guard")
	})), (*httptest.Server).Start)
	response, _ := g.get(t, http.MethodGet, "/")
	assert.Equal(t, http.StatusOK, response.StatusCode)
}

// Panics pass, before and after the first byte, and nothing is said about the response.
func TestPanicsPass(t *testing.T) {
	for _, value := range []any{"boom", errors.New("boom"), http.ErrAbortHandler} {
		log, text := logger()
		handler := deskhttp.Guard{Logger: log}.Handler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusTeapot)
			panic(value)
		}))
		assert.PanicsWithValue(t, value, func() { serve(handler, http.MethodGet, "/") })
		silent := deskhttp.Guard{Logger: log}.Handler(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(value) }))
		assert.PanicsWithValue(t, value, func() { serve(silent, http.MethodGet, "/") })
		assert.Empty(t, text.String())
	}
}

// A Guard within a Guard checks its own part of the responses. A decision counts for both, and
// a denial that the inner one has seen answered does not count for the outer one.
func TestNestedGuards(t *testing.T) {
	quiet := deskhttp.Guard{Logger: slog.New(slog.DiscardHandler)}
	inner := func(what string) http.Handler {
		return quiet.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			asked[what].ask(r.Context())
			fmt.Fprint(w, secret)
		}))
	}
	for what, question := range asked {
		got := serve(as(riya(), quiet.Handler(inner(what))), http.MethodGet, "/")
		assert.Equal(t, question.may, got.Code == http.StatusOK, what)
		assert.Equal(t, question.may, got.Body.String() == secret, what)
	}
	batch := quiet.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for _, what := range []string{"allowed", "denied", "nothing"} {
			part := httptest.NewRecorder()
			inner(what).ServeHTTP(part, r)
			fmt.Fprint(w, part.Code, " ")
		}
	}))
	got := serve(as(riya(), batch), http.MethodGet, "/")
	assert.Equal(t, "200 500 500 ", got.Body.String())

	first := quiet.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		inner("nothing").ServeHTTP(httptest.NewRecorder(), r)
		fmt.Fprint(w, secret)
	}))
	assert.Equal(t, http.StatusInternalServerError, serve(as(riya(), first), http.MethodGet, "/").Code)
}

// Decisions in one request can be made at once, and one denial among them counts.
func TestDecisionsAtOnce(t *testing.T) {
	var events atomic.Int64
	quiet := deskhttp.Guard{
		Logger:  slog.New(slog.DiscardHandler),
		Observe: func(context.Context, deskhttp.Event) { events.Add(1) },
	}
	parts := effort.Of(50, 200, 1000)
	for _, denials := range []int{0, 1} {
		events.Store(0)
		handler := quiet.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			var all sync.WaitGroup
			for i := range parts {
				all.Add(1)
				go func() {
					defer all.Done()
					ticket := tickets["editable"]
					if i < denials {
						ticket = tickets["hidden"]
					}
					_ = deskhttp.Authorize(r.Context(), deskpolicy.TicketView, ticket)
				}()
			}
			all.Wait()
			fmt.Fprint(w, secret)
		}))
		assert.Equal(t, denials == 0, serve(as(riya(), handler), http.MethodGet, "/").Code == http.StatusOK, "%d denials", denials)
		assert.EqualValues(t, parts, events.Load())
	}
}

// A Guard answers in the program's own format if it has one. That learns the status alone.
func TestAnswer(t *testing.T) {
	own := deskhttp.Guard{
		Logger:    slog.New(slog.DiscardHandler),
		Challenge: `Session realm="desk"`,
		Answer: func(w http.ResponseWriter, r *http.Request, status int) {
			w.Header().Set("Content-Type", "text/plain")
			w.WriteHeader(status)
			fmt.Fprintf(w, "%s: %d", r.URL.Path, status)
		},
	}
	for ticket, want := range map[string]int{"hidden": 404, "absent": 404, "invalid": 400, "broken": 500, "unavailable": 503} {
		got := serve(as(riya(), own.Handler(routes())), http.MethodGet, "/authorize/view/"+ticket)
		assert.Equal(t, fmt.Sprintf("/authorize/view/%s: %d", ticket, want), got.Body.String())
		assert.Empty(t, cmp.Diff(http.Header{
			"Cache-Control": {"no-store"}, "Content-Length": {strconv.Itoa(got.Body.Len())}, "Content-Type": {"text/plain"},
		}, got.Header()))
	}
	got := serve(own.Handler(routes()), http.MethodGet, "/require/view/editable")
	assert.Equal(t, http.StatusUnauthorized, got.Code)
	assert.Equal(t, `Session realm="desk"`, got.Header().Get("WWW-Authenticate"))

	for name, c := range map[string]struct {
		answer func(http.ResponseWriter, *http.Request)
		status int
		body   string
	}{
		"no status": {func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "no", "thing") }, 404, "nothing"},
		"nothing":   {func(http.ResponseWriter, *http.Request) {}, 404, ""},
		"its own": {func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(103)
			w.WriteHeader(410)
			w.WriteHeader(200)
		}, 410, ""},
		"a redirect":    {func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/login", http.StatusSeeOther) }, 303, "<a href=\"/login\">See Other</a>.\n\n"},
		"that succeeds": {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(200); fmt.Fprint(w, "fine") }, 500, problem500},
	} {
		own.Answer = func(w http.ResponseWriter, r *http.Request, _ int) { c.answer(w, r) }
		for _, ticket := range []string{"hidden", "absent"} {
			got = serve(as(riya(), own.Handler(routes())), http.MethodGet, "/require/view/"+ticket)
			assert.Equal(t, c.status, got.Code, name)
			assert.Equal(t, c.body, got.Body.String(), name)
		}
	}
}

// A stopped response has the headers that were set outside of the Guard, and none of the
// handler's, in trailers neither.
func TestStoppedHeaders(t *testing.T) {
	quiet := deskhttp.Guard{Logger: slog.New(slog.DiscardHandler)}
	for protocol, start := range protocols {
		for _, what := range []string{"nothing", "denied"} {
			inner := as(riya(), quiet.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				asked[what].ask(r.Context())
				part := httptest.NewRecorder()
				deskhttp.Problem(part, r, deskhttp.ErrNotFound)
				part.Header()["Vary"][0] = secret
				w.Header()["Set-Cookie"][0] = "secret=" + secret
				w.Header().Add("Set-Cookie", secret)
				w.Header().Set("X-Secret", secret)
				w.Header().Set("Trailer", "X-Secret")
				w.Header().Del("Vary")
				fmt.Fprint(w, secret)
				w.Header().Set("X-Secret", secret)
				w.Header().Set(http.TrailerPrefix+"X-Late", secret)
			})))
			server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Set-Cookie", "id=7")
				w.Header().Set("Vary", "Origin")
				inner.ServeHTTP(w, r)
			}))
			start(server)
			response, err := server.Client().Get(server.URL)
			require.NoError(t, err)
			body, err := io.ReadAll(response.Body)
			require.NoError(t, err)
			require.Equal(t, problem500, string(body))
			response.Header.Del("Date")
			require.Empty(t, cmp.Diff(http.Header{
				"Cache-Control": {"no-store"}, "Content-Length": {strconv.Itoa(len(problem500))}, "Content-Type": {"application/problem+json"},
				"X-Content-Type-Options": {"nosniff"}, "Set-Cookie": {"id=7"}, "Vary": {"Origin"},
			}, response.Header), "%s, %s", protocol, what)
			require.Empty(t, response.Trailer, "%s, %s", protocol, what)
			require.NoError(t, response.Body.Close())
			server.Close()
		}
	}
}

// A handler adds no trailers to a Problem.
func TestTrailersAfterProblem(t *testing.T) {
	for protocol, start := range protocols {
		g := guard(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Trailer", "X-Secret")
			deskhttp.Problem(w, r, deskhttp.ErrNotFound)
			w.Header().Set("X-Secret", secret)
			w.Header().Set(http.TrailerPrefix+"X-Late", secret)
		}), start)
		response, body := g.get(t, http.MethodGet, "/")
		require.Equal(t, problem404, body)
		require.Empty(t, response.Trailer, protocol)
		require.Empty(t, g.log.take(), protocol)
	}
}

// Early hints before a decision that allows are left out, and those after it are sent.
func TestEarlyHints(t *testing.T) {
	for what, question := range asked {
		below := &counter{ResponseWriter: httptest.NewRecorder()}
		as(riya(), deskhttp.Guard{Logger: slog.New(slog.DiscardHandler)}.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Link", secret)
			w.WriteHeader(http.StatusEarlyHints)
			question.ask(r.Context())
			w.WriteHeader(http.StatusEarlyHints)
			w.WriteHeader(http.StatusAccepted)
		}))).ServeHTTP(below, httptest.NewRequest(http.MethodGet, "/", nil))
		want := []int{500}
		if question.may {
			want = []int{103, 202}
		}
		assert.Equal(t, want, below.statuses, what)
	}
}

// What a handler writes after Problem is refused, and the log says so once, whether an error or
// an answer of the program's own was written, and whatever was decided.
func TestWriteAfterProblem(t *testing.T) {
	refused := map[string]func(http.ResponseWriter) error{
		"Write":       func(w http.ResponseWriter) error { _, err := w.Write([]byte(secret)); return err },
		"WriteString": func(w http.ResponseWriter) error { _, err := io.WriteString(w, secret); return err },
		"io.Copy":     func(w http.ResponseWriter) error { _, err := io.Copy(w, strings.NewReader(secret)); return err },
		"Hijack":      func(w http.ResponseWriter) error { _, _, err := http.NewResponseController(w).Hijack(); return err },
		"WriteHeader, Write": func(w http.ResponseWriter) error {
			w.WriteHeader(http.StatusOK)
			_, err := fmt.Fprint(w, secret)
			return err
		},
	}
	answers := map[string]func(http.ResponseWriter, *http.Request, int){
		problem404: nil,
		"no":       func(w http.ResponseWriter, _ *http.Request, _ int) { fmt.Fprint(w, "no") },
	}
	for protocol, start := range protocols {
		for want, answer := range answers {
			for what, question := range asked {
				for name, write := range refused {
					log := new(lockedLog)
					guard := deskhttp.Guard{Logger: slog.New(slog.NewTextHandler(log, nil)), Answer: answer}
					server := httptest.NewUnstartedServer(as(riya(), guard.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
						question.ask(r.Context())
						deskhttp.Problem(w, r, deskhttp.ErrNotFound)
						for range 2 {
							assert.EqualError(t, write(w), "deskhttp: the response was stopped, see the log", name)
						}
						w.Header().Set(http.TrailerPrefix+"X-Late", secret)
					}))))
					start(server)
					response, err := server.Client().Get(server.URL)
					require.NoError(t, err)
					body, err := io.ReadAll(response.Body)
					require.NoError(t, err, "%s, %s after %s", protocol, name, what)
					require.NoError(t, response.Body.Close())
					require.Equal(t, http.StatusNotFound, response.StatusCode)
					require.Equal(t, want, string(body), "%s, %s after %s", protocol, name, what)
					require.Empty(t, response.Trailer)
					server.Close()
					logged := log.take()
					require.Contains(t, logged, `level=ERROR msg="deskhttp: the handler writes after Problem; return after it" status=404 route="GET /"`)
					require.Equal(t, 1, strings.Count(logged, "\n"), logged)
				}
			}
		}
	}
}

const problem404 = `{"type":"about:blank","title":"Not Found","status":404,"detail":"This does not exist, or you do not have access to it."}`

// If middleware holds back what is written, Problem's answer passes, and its length keeps
// what follows from the client.
func TestWriteAfterProblemInMiddleware(t *testing.T) {
	for _, forgetful := range []bool{false, true} {
		answer := func(w http.ResponseWriter, _ *http.Request, _ int) { fmt.Fprint(w, "no") }
		handler := http.TimeoutHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			deskhttp.Problem(w, r, deskhttp.ErrNotFound)
			if forgetful {
				fmt.Fprint(w, secret)
			}
		}), time.Minute, "")
		server := httptest.NewUnstartedServer(as(riya(), deskhttp.Guard{Answer: answer}.Handler(handler)))
		server.Config.ErrorLog = log.New(io.Discard, "", 0)
		server.Start()
		response, err := server.Client().Get(server.URL)
		require.NoError(t, err)
		body, err := io.ReadAll(response.Body)
		assert.Equal(t, forgetful, err != nil)
		assert.Equal(t, http.StatusNotFound, response.StatusCode)
		assert.Equal(t, map[bool]string{false: "no", true: ""}[forgetful], string(body))
		require.NoError(t, response.Body.Close())
		server.Close()
	}
}

// A redirect in reply to a form takes a decision, except for a user who is not logged in. Other
// redirects take none.
func TestRedirects(t *testing.T) {
	quiet := deskhttp.Guard{Logger: slog.New(slog.DiscardHandler)}
	for _, status := range []int{301, 302, 303, 307, 308} {
		for _, method := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"} {
			for what, question := range asked {
				for who, subject := range subjects {
					w := httptest.NewRecorder()
					as(subject, quiet.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
						question.ask(deskhttp.WithSubject(r.Context(), riya()))
						http.Redirect(w, r, "/tickets/7", status)
					}))).ServeHTTP(w, httptest.NewRequest(method, "/", nil))
					passes := question.may || method == "GET" || method == "HEAD" || status != 302 && status != 303 || nobodys[who]
					require.Equal(t, map[bool]int{true: status, false: 500}[passes], w.Code, "%s: %s %d after %s", who, method, status, what)
					require.Equal(t, passes, w.Header().Get("Location") != "")
				}
			}
		}
	}
}

// What is public needs no subject, with a Guard or without; what it does not have is not found.
func TestPublic(t *testing.T) {
	health := deskhttp.Public(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/" {
			deskhttp.Problem(w, r, deskhttp.ErrNotFound)
		}
	}))
	for name, handler := range map[string]http.Handler{"guarded": deskhttp.Guard{}.Handler(health), "not guarded": health} {
		for who, subject := range subjects {
			assert.Equal(t, http.StatusOK, serve(as(subject, handler), http.MethodGet, "/").Code, "%s, %s", name, who)
			assert.Equal(t, http.StatusNotFound, serve(as(subject, handler), http.MethodGet, "/x").Code, "%s, %s", name, who)
		}
	}
}
