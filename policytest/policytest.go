// Package policytest helps to test what a program makes of deskpolicy: its own
// roles, its own lists, and the permission checks that it had before.
//
//   - [OutcomeAllowed], [AssertDenied] and [AssertReason] assert one decision, and fail with a
//     sentence and an explanation.
//   - [AssertMatrix] compares what roles come to with a golden file that is meant to be
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

// OutcomeAllowed fails the test, with an explanation, unless the request is allowed. It
// calls a host's action as the request's Vocabulary does, and so do the others here.
func AssertAllowed(t TB, request deskpolicy.Request) {
	t.Helper()
	e := deskpolicy.Explain(request)
	if !e.Decision.Allowed() {
		t.Errorf("%s:\n%s", sentence(request.AuditRecord(e.Decision)), indent(e.String()))
	}
}

// AssertDenied fails the test, with an explanation, unless the request is denied for that
// very reason. Without one, a test would hold as well if the account were misspelt.
func AssertDenied(t TB, request deskpolicy.Request, reason deskpolicy.Reason) {
	t.Helper()
	if reason.Outcome() == deskpolicy.OutcomeAllowed {
		t.Errorf("%v allows: no denial has that reason", reason)
		return
	}
	AssertReason(t, request, reason)
}

// AssertReason fails the test, with an explanation, unless the request is decided for
// that very reason, whether it allows or denies. It is for tables of requests.
func AssertReason(t TB, request deskpolicy.Request, reason deskpolicy.Reason) {
	t.Helper()
	e := deskpolicy.Explain(request)
	if e.Decision.Reason != reason {
		t.Errorf("%s, for %v; want %v, for %v:\n%s", sentence(request.AuditRecord(e.Decision)), e.Decision.Reason, verdict(reason), reason, indent(e.String()))
	}
}

// verdict returns what a reason comes to, in a word.
func verdict(r deskpolicy.Reason) string {
	if r.Outcome() == deskpolicy.OutcomeAllowed {
		return "allowed"
	}
	return "denied"
}

// sentence returns the record as `agent "ana" may not ticket.reply on ticket "7"`.
func sentence(r deskpolicy.AuditRecord) string {
	may := "may not"
	if r.Allowed {
		may = "may"
	}
	return fmt.Sprintf("%s %s %s on %s", who(r), may, r.Action, what(r))
}
