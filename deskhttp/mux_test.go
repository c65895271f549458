package deskhttp_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/deskhttp"
)

func noContent(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }

// A mux lists the routes without a rule: functions, handlers, and rules that something hides.
func TestWithoutRule(t *testing.T) {
	assert.Empty(t, new(deskhttp.Mux).WithoutRule())
	assert.Empty(t, routes().WithoutRule())

	teams := new(deskhttp.Mux)
	teams.Handle("GET /teams/", deskhttp.Public(http.HandlerFunc(noContent)))
	teams.HandleFunc("GET /teams/{id}", noContent)
	mux := new(deskhttp.Mux)
	mux.Handle("GET /tickets/{id}", deskhttp.Require(deskpolicy.TicketView, load, show))
	mux.Handle("GET /tickets", deskhttp.Asks(http.HandlerFunc(noContent)))
	mux.Handle("GET /z", http.HandlerFunc(noContent))
	mux.HandleFunc("GET /a", noContent)
	mux.Handle("/teams/", teams)
	mux.Handle("/old/", http.StripPrefix("/old", teams))
	mux.Handle("/plain/", http.NewServeMux())
	slow := http.TimeoutHandler(deskhttp.Require(deskpolicy.TicketView, load, show), time.Minute, "")
	mux.Handle("GET /slow", slow)
	mux.Handle("GET /marked", deskhttp.Asks(slow))
	assert.Equal(t, []string{"/old/", "/plain/", "GET /a", "GET /slow", "GET /teams/{id}", "GET /z"}, mux.WithoutRule())
	assert.Equal(t, mux.WithoutRule(), mux.WithoutRule(), "asking changes nothing")
}

// A path of CONNECT is not cleaned, and one with an empty segment is answered with 400: with
// an http.ServeMux, PathValue panics.
func TestConnect(t *testing.T) {
	for path, want := range map[string]int{"//reply": 400, "/editable/reply": 200, "/hidden/reply": 404, "/editable//": 400, "/%2f/reply": 404} {
		mux := new(deskhttp.Mux)
		mux.Handle("/{id}/reply", deskhttp.Require(deskpolicy.TicketReply, load, show))
		r := httptest.NewRequest(http.MethodConnect, path, nil)
		w := httptest.NewRecorder()
		as(riya(), deskhttp.Guard{}.Handler(mux)).ServeHTTP(w, r)
		assert.Equal(t, want, w.Code, path)
	}
}

// A Mux serves and refuses what an http.ServeMux does.
func TestMuxServes(t *testing.T) {
	mux := new(deskhttp.Mux)
	mux.HandleFunc("GET /teams/{id}", func(w http.ResponseWriter, r *http.Request) {
		assert.Equal(t, "7", r.PathValue("id"))
		assert.Equal(t, "GET /teams/{id}", r.Pattern)
		noContent(w, r)
	})
	for request, want := range map[[2]string]int{{"GET", "/teams/7"}: 204, {"HEAD", "/teams/7"}: 204, {"POST", "/teams/7"}: 405, {"GET", "/"}: 404, {"GET", "/teams//7"}: 307} {
		got := serve(mux, request[0], request[1]).Code
		assert.True(t, got == want || want == 307 && got == 301, "%s: %d", request, got) // Go 1.26 says 307
	}
	for _, refused := range []func(){
		func() { mux.HandleFunc("GET /teams/{name}", noContent) },
		func() { mux.Handle("no path", http.NotFoundHandler()) },
		func() { mux.Handle("/nil", nil) },
		func() { mux.HandleFunc("/nil", nil) },
	} {
		assert.Panics(t, refused)
	}
	assert.Equal(t, []string{"GET /teams/{id}"}, mux.WithoutRule(), "what was refused is not listed")
}
