package deskhttp_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/deskhttp"
	"github.com/deskpolicy/deskpolicy/internal/effort"
)

// A sink is a writer that keeps nothing.
type sink struct{ header http.Header }

func (s sink) Header() http.Header               { return s.header }
func (s sink) Write(data []byte) (int, error)    { return len(data), nil }
func (s sink) WriteHeader(int)                   {}
func (s sink) WriteString(t string) (int, error) { return len(t), nil }

// costs are handlers that write the same; each adds to the first.
func costs() map[string]http.Handler {
	ticket := tickets["editable"]
	always := func(*http.Request) (*deskpolicy.Ticket, error) { return ticket, nil }
	write := func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(nil) }
	required := deskhttp.Require(deskpolicy.TicketReply, always, func(w http.ResponseWriter, r *http.Request, _ *deskpolicy.Ticket) { write(w, r) })
	return map[string]http.Handler{
		"bare":     http.HandlerFunc(write),
		"Require":  required,
		"Public":   deskhttp.Public(http.HandlerFunc(write)),
		"Guard":    deskhttp.Guard{}.Handler(deskhttp.Public(http.HandlerFunc(write))),
		"together": deskhttp.Guard{}.Handler(required),
		"Authorize": http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if deskhttp.Authorize(r.Context(), deskpolicy.TicketReply, ticket) == nil {
				write(w, r)
			}
		}),
	}
}

// Asking allocates nothing. A Guard allocates its writer, a context and a request.
func TestAllocations(t *testing.T) {
	if effort.Racing() {
		t.Skip("the race detector allocates")
	}
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r = r.WithContext(deskhttp.WithSubject(r.Context(), riya()))
	w := sink{http.Header{}}
	handlers := costs()
	for name, want := range map[string]float64{"bare": 0, "Require": 0, "Authorize": 0, "Public": 3, "Guard": 3, "together": 3} {
		assert.Equal(t, want, testing.AllocsPerRun(100, func() { handlers[name].ServeHTTP(w, r) }), name)
	}
}

func BenchmarkHandlers(b *testing.B) {
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r = r.WithContext(deskhttp.WithSubject(r.Context(), riya()))
	w := sink{http.Header{}}
	for name, handler := range costs() {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				handler.ServeHTTP(w, r)
			}
		})
	}
}

// Denials compares the time of what is hidden and what is absent, from the load on.
func BenchmarkDenials(b *testing.B) {
	mux := routes()
	for _, ticket := range []string{"hidden", "foreign", "absent"} {
		b.Run(ticket, func(b *testing.B) {
			r := httptest.NewRequest(http.MethodGet, "/require/view/"+ticket, nil)
			r = r.WithContext(deskhttp.WithSubject(r.Context(), riya()))
			w := sink{http.Header{}}
			for b.Loop() {
				mux.ServeHTTP(w, r)
			}
		})
	}
}
