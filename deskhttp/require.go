package deskhttp

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/deskpolicy/deskpolicy"
)

// Require returns a handler that loads a resource and, if the subject may perform the action
// on it, calls handle with the resource. Any other outcome is answered by [Problem].
//
// Without a subject, nothing is loaded. The loader returns [ErrNotFound] or a nil resource if
// there is none, [ErrBadRequest] if the request is invalid, and [ErrUnavailable] if the data
// cannot be had. It must find the resource in the host's records, never make it from the
// request. Its views are those of [Authorize].
//
// Require panics if the action is not an action, or if load or handle is nil.
func Require[R deskpolicy.Resource](action deskpolicy.Action[R], load func(*http.Request) (*R, error), handle func(http.ResponseWriter, *http.Request, *R), views ...deskpolicy.Action[R]) http.Handler {
	switch {
	case !action.ID().Valid():
		panic(unknownAction(action.ID()).Error())
	case load == nil || handle == nil:
		panic(fmt.Sprintf("deskhttp: Require for %v needs a loader and a handler, and one of them is nil", action))
	}
	return rule{func(w http.ResponseWriter, r *http.Request) {
		resource, err := loaded(r, load)
		if err == nil {
			err = Authorize(r.Context(), action, resource, views...)
		}
		if err != nil {
			Problem(w, r, err)
			return
		}
		handle(w, r, resource)
	}}
}

// loaded returns the resource; nil if there is none, or no valid subject to load it for.
func loaded[R deskpolicy.Resource](r *http.Request, load func(*http.Request) (*R, error)) (*R, error) {
	if !loggedIn(r.Context()) {
		return nil, nil
	}
	resource, err := load(r)
	if errors.Is(err, ErrNotFound) {
		return nil, nil
	}
	return resource, err
}

// Public returns a handler for what needs no decision, such as a login page. A [Guard] lets its
// responses pass, and [Problem] answers [ErrNotFound] with 404 even without a subject. Public
// panics if the handler is nil.
func Public(handler http.Handler) http.Handler {
	open := Asks(handler)
	return rule{func(w http.ResponseWriter, r *http.Request) {
		asked := recordFrom(r.Context())
		if asked == nil {
			asked = &record{of: &unguarded}
			r = r.WithContext(context.WithValue(r.Context(), recordKey{}, asked))
		}
		asked.public.Store(true)
		asked.note(true)
		open.ServeHTTP(w, r)
	}}
}

// Asks marks a handler that calls [Authorize] or [FilterFor], so that [Mux.WithoutRule] does
// not list its route. A [Guard] ensures that it does call them. Asks panics if the handler is
// nil.
func Asks(handler http.Handler) http.Handler {
	if handler == nil {
		panic("deskhttp: the handler is nil")
	}
	return rule{handler.ServeHTTP}
}

// A rule is a handler that asks the policy, or needs no decision.
type rule struct{ serve http.HandlerFunc }

// ServeHTTP implements [http.Handler].
func (h rule) ServeHTTP(w http.ResponseWriter, r *http.Request) { h.serve(w, r) }
