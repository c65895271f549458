// Package deskhttp asks the policy in HTTP handlers, and answers for it.
//
// [WithSubject] puts the authenticated subject in the request's context. [Require] makes a
// handler that loads a resource and asks one question about it; [Authorize] and [FilterFor]
// ask inside of a handler. [Problem] answers an error of any of them: with 404 for what the
// subject cannot view, exactly as for what does not exist, and with 403 for what it can view.
//
// A [Guard] stops every response that succeeds although nothing was decided, or although the
// request was denied. A [Mux] lists the routes that ask nothing. [Public] marks a handler that
// needs no decision.
//
// docs/http.md shows a whole server.
package deskhttp

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/deskpolicy/deskpolicy"
)

// Errors of a loader, for [Problem]. Wrap them to say more: the text is for the log only.
var (
	// ErrNotFound says that the resource does not exist: 404.
	ErrNotFound = errors.New("deskhttp: not found")
	// ErrBadRequest says that the request is invalid, whatever the resource: 400. Return it
	// before the resource is loaded, so that it does not tell whether the resource exists.
	ErrBadRequest = errors.New("deskhttp: bad request")
	// ErrUnavailable says that the data cannot be had now: 503.
	ErrUnavailable = errors.New("deskhttp: unavailable")
)

type subjectKey struct{}

// WithSubject returns a context in which the subject makes the request. Authenticate the
// request first, and load the subject anew for each request, because a subject that is kept
// misses what was revoked since, and a support session stays at its instant. A nil subject
// removes the one of the given context.
func WithSubject(ctx context.Context, subject deskpolicy.Subject) context.Context {
	return context.WithValue(ctx, subjectKey{}, subject)
}

// SubjectFrom returns the subject of [WithSubject], or nil if there is none.
func SubjectFrom(ctx context.Context) deskpolicy.Subject {
	subject, _ := ctx.Value(subjectKey{}).(deskpolicy.Subject)
	return subject
}

// loggedIn reports whether the context has a valid subject. For a nil resource, the reason is
// WrongResource unless the subject is missing or incomplete, which is checked first.
func loggedIn(ctx context.Context) bool {
	d := deskpolicy.Authorize(SubjectFrom(ctx), deskpolicy.TicketView, nil)
	return d.Reason == deskpolicy.WrongResource
}

// Authorize asks whether the context's subject may perform the action on the resource. It
// returns nil if [deskpolicy.Authorize] allows it, and otherwise an error to answer with
// [Problem]. The error wraps [deskpolicy.ErrDenied] and a [*deskpolicy.DeniedError]; its text
// tells no more than the response. The [Guard] records the decision, and stops a response that
// succeeds after a denial.
//
// Use it to enforce, not to choose: to find out which buttons to show, or which of several
// actions applies, call [deskpolicy.Authorize] with the subject of [SubjectFrom]. For many resources at once, see
// [FilterFor].
//
// After a denial, the user is told that the resource exists only if the subject can view it:
// if [deskpolicy.CanView] reports true, or one of the actions in views is allowed. Pass the
// actions that view a resource of the host's own type; without any, it is always hidden.
//
// The resource can be nil, for what does not exist. Authorize is safe for concurrent use.
func Authorize[R deskpolicy.Resource](ctx context.Context, action deskpolicy.Action[R], resource *R, views ...deskpolicy.Action[R]) error {
	subject := SubjectFrom(ctx)
	d := deskpolicy.Authorize(subject, action, resource)
	asked := recordFrom(ctx)
	asked.note(d.Allowed())
	if guard := asked.guard(); guard.Observe != nil {
		request := deskpolicy.NewRequest(subject, action, resource)
		request.Vocabulary = guard.Vocabulary
		guard.Observe(ctx, Event{Request: request, Decision: d})
	}
	switch {
	case d.Allowed():
		return nil
	case d.Reason == deskpolicy.UnknownAction:
		return unknownAction(action.ID())
	}
	return &denial{d, canView(subject, resource, views)}
}

// canView reports whether the subject can view the resource, by the library's action or by
// one of the given.
func canView[R deskpolicy.Resource](subject deskpolicy.Subject, resource *R, views []deskpolicy.Action[R]) bool {
	seen := deskpolicy.CanView(subject, resource)
	for _, view := range views {
		seen = deskpolicy.Authorize(subject, view, resource).Allowed() || seen
	}
	return seen
}

// FilterFor returns the filter of [deskpolicy.FilterFor] for the context's subject, or an error
// to answer with [Problem] if there is no subject. If the filter selects nothing, that is not
// an error: the list is empty. The [Guard] records the filter as a decision that allows. Use
// its Match to decide many resources: what it does not select is not a denial for the Guard.
//
// FilterFor is safe for concurrent use.
func FilterFor[R deskpolicy.Resource](ctx context.Context, action deskpolicy.Action[R]) (deskpolicy.Filter[R], error) {
	subject := SubjectFrom(ctx)
	filter := deskpolicy.FilterFor(subject, action)
	d := deskpolicy.Decision{Reason: filter.Reason()}
	malformed := d.Reason.Step() == 1
	asked := recordFrom(ctx)
	asked.note(!malformed)
	if guard := asked.guard(); guard.Observe != nil {
		request := deskpolicy.Request{Subject: subject, Action: action.ID(), Vocabulary: guard.Vocabulary}
		guard.Observe(ctx, Event{Request: request, Decision: d, List: true})
	}
	switch {
	case d.Reason == deskpolicy.UnknownAction:
		return deskpolicy.Filter[R]{}, unknownAction(action.ID())
	case malformed:
		return deskpolicy.Filter[R]{}, &denial{decision: d}
	}
	return filter, nil
}

// unknownAction returns the error for a mistake in the program, which no user can make.
func unknownAction(action deskpolicy.ActionID) error {
	return fmt.Errorf("deskhttp: %v is not an action; use a constant of the library, or a number from the host ranges", action)
}

// A denial is the error for a decision that denies.
type denial struct {
	decision deskpolicy.Decision
	seen     bool // whether the subject can view the resource
}

// Error returns a text that tells no more than the response.
func (d *denial) Error() string {
	return fmt.Sprintf("deskhttp: denied: %d %s", d.status(), http.StatusText(d.status()))
}

// Unwrap returns the error with the decision.
func (d *denial) Unwrap() error { return d.decision.Err() }

// status returns the status of the response to the denial.
func (d *denial) status() int {
	switch {
	case d.decision.Reason == deskpolicy.NoSubject, d.decision.Reason == deskpolicy.NoInstant:
		return http.StatusUnauthorized
	case d.seen:
		return http.StatusForbidden
	}
	return http.StatusNotFound
}
