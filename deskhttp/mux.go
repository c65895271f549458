package deskhttp

import (
	"net/http"
	"slices"
	"strings"
)

// A Mux is an [http.ServeMux] that knows which of its routes have a rule. It takes the same
// patterns. The zero Mux is empty and ready to use. Register all routes before it serves.
type Mux struct {
	mux    http.ServeMux
	routes []route
}

type route struct {
	pattern string
	handler http.Handler
}

// Handle registers the handler for the pattern, as [http.ServeMux.Handle] does.
func (m *Mux) Handle(pattern string, handler http.Handler) {
	m.mux.Handle(pattern, handler)
	m.routes = append(m.routes, route{pattern, handler})
}

// HandleFunc registers a function, which has no rule, as [http.ServeMux.HandleFunc] does. To
// give it one, register it by Handle with [Asks] or [Public].
func (m *Mux) HandleFunc(pattern string, handler func(http.ResponseWriter, *http.Request)) {
	m.Handle(pattern, http.HandlerFunc(handler))
}

// ServeHTTP implements [http.Handler]. It answers a CONNECT with an empty segment in its path
// with 400: a wildcard of net/http matches that, and PathValue then panics.
func (m *Mux) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodConnect && strings.Contains(r.URL.EscapedPath(), "//") {
		Problem(w, r, ErrBadRequest)
		return
	}
	m.mux.ServeHTTP(w, r)
}

// WithoutRule returns the patterns of the routes that are not made by [Require], [Public] or
// [Asks], sorted. The routes of a Mux that is registered in m count in its place. A test can
// require that there are none.
//
// It does not look into middleware: mark a handler that middleware wraps with Asks, as a whole,
// and ask a Mux in [http.StripPrefix] on its own.
func (m *Mux) WithoutRule() (patterns []string) {
	for _, r := range m.routes {
		switch handler := r.handler.(type) {
		case rule:
		case *Mux:
			patterns = append(patterns, handler.WithoutRule()...)
		default:
			patterns = append(patterns, r.pattern)
		}
	}
	slices.Sort(patterns)
	return patterns
}
