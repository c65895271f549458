// Package policytest helps to test what a program makes of deskpolicy: its own
// roles, its own lists, and the permission checks that it had before.
//
//   - [Allowed], [Denied] and [Decides] assert one decision, and fail with a
//     sentence and an explanation.
//   - [Matrix] compares what roles come to with a golden file that is meant to be
//     reviewed.
//   - A [Desk] has generators for package rapid, aimed at the program's own roles,
//     groups and workspaces.
//   - [Agree] and [AgreeList] compare a function or a list query with Authorize
//     on generated requests, and report the smallest one on which they differ.
//
// It is for tests. It imports rapid, which the library does not.
package policytest

import (
	"fmt"

	"github.com/deskpolicy/deskpolicy"
)

// A TB is what assertions need of a test: a [*testing.T], [*testing.B] or
// [*rapid.T] has it.
type TB interface {
	Helper()
	Logf(format string, args ...any)
	Errorf(format string, args ...any)
}

// Allowed fails the test, with an explanation, unless the subject may do the
// action to the resource.
func Allowed[R deskpolicy.Resource](t TB, subject deskpolicy.Subject, action deskpolicy.Action[R], resource *R) {
	t.Helper()
	e := deskpolicy.Explain(subject, action, resource)
	if !e.Decision.Allowed() {
		t.Errorf("%s:\n%s", sentence(deskpolicy.RecordOf(subject, action, resource, e.Decision)), indent(e.String()))
	}
}

// Denied fails the test, with an explanation, unless the subject may not do the
// action to the resource, for that very reason. Without one, a test would hold as
// well if the account were misspelt.
func Denied[R deskpolicy.Resource](t TB, subject deskpolicy.Subject, action deskpolicy.Action[R], resource *R, reason deskpolicy.Reason) {
	t.Helper()
	e := deskpolicy.Explain(subject, action, resource)
	if reason.Outcome() == deskpolicy.Allowed {
		t.Errorf("%v allows: no denial has that reason", reason)
		return
	}
	decides(t, deskpolicy.RecordOf(subject, action, resource, e.Decision), e, reason)
}

// Decides fails the test, with an explanation, unless the request is decided for
// that very reason, whether it allows or denies. It is for tables of requests.
func Decides(t TB, request deskpolicy.Request, reason deskpolicy.Reason) {
	t.Helper()
	e := deskpolicy.ExplainRequest(request)
	decides(t, request.Record(e.Decision), e, reason)
}

func decides(t TB, r deskpolicy.Record, e deskpolicy.Explanation, want deskpolicy.Reason) {
	t.Helper()
	if e.Decision.Reason != want {
		t.Errorf("%s, for %v; want %v, for %v:\n%s", sentence(r), e.Decision.Reason, verdict(want), want, indent(e.String()))
	}
}

// verdict returns what a reason comes to, in a word.
func verdict(r deskpolicy.Reason) string {
	if r.Outcome() == deskpolicy.Allowed {
		return "allowed"
	}
	return "denied"
}

// sentence returns the record as `agent "ana" may not ticket.reply on ticket "7"`.
func sentence(r deskpolicy.Record) string {
	may := "may not"
	if r.Allowed {
		may = "may"
	}
	return fmt.Sprintf("%s %s %s on %s", who(r), may, r.Action, what(r))
}
