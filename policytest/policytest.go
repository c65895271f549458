// Package policytest helps programs that use deskpolicy test their roles, their lists, and the
// permission checks that deskpolicy replaces.
//
//   - [AssertAllowed], [AssertDenied] and [AssertReason] assert one decision, and fail with a
//     sentence and an explanation.
//   - [AssertMatrix] compares what roles allow with a golden file that people review.
//   - A [Desk] has generators for package rapid, aimed at the program's own roles, groups and
//     workspaces.
//   - [Agree] and [AgreeList] compare a function or a list query with Authorize on generated
//     requests, and report the smallest request on which they differ.
//
// The package is for tests. It imports rapid, which the library does not.
package policytest

import (
	"fmt"

	"github.com/deskpolicy/deskpolicy"
)

// A TB is the part of [testing.TB] that assertions use. [*testing.T], [*testing.B] and [*rapid.T]
// implement it.
type TB interface {
	Helper()
	Logf(format string, args ...any)
	Errorf(format string, args ...any)
}

// AssertAllowed fails the test, with an explanation, unless the request is allowed. Like the other
// assertions, it names a host action as the request's Vocabulary does.
func AssertAllowed(t TB, request deskpolicy.Request) {
	t.Helper()
	e := deskpolicy.Explain(request)
	if !e.Decision.Allowed() {
		t.Errorf("%s:\n%s", sentence(request.AuditRecord(e.Decision)), indent(e.String()))
	}
}

// AssertDenied fails the test, with an explanation, unless the request is denied for exactly that
// reason. A test that ignored the reason would also pass if the account were misspelt.
func AssertDenied(t TB, request deskpolicy.Request, reason deskpolicy.Reason) {
	t.Helper()
	if reason.Outcome() == deskpolicy.OutcomeAllowed {
		t.Errorf("%v is a reason to allow; give the reason of a denial, or call AssertAllowed", reason)
		return
	}
	AssertReason(t, request, reason)
}

// AssertReason fails the test, with an explanation, unless the request is decided for exactly that
// reason, which can be one to allow or to deny. Use it for tables of requests.
func AssertReason(t TB, request deskpolicy.Request, reason deskpolicy.Reason) {
	t.Helper()
	e := deskpolicy.Explain(request)
	if e.Decision.Reason != reason {
		t.Errorf("%s, for %v; want %v, for %v:\n%s", sentence(request.AuditRecord(e.Decision)), e.Decision.Reason, verdict(reason), reason, indent(e.String()))
	}
}

// verdict returns "allowed" or "denied".
func verdict(r deskpolicy.Reason) string {
	if r.Outcome() == deskpolicy.OutcomeAllowed {
		return "allowed"
	}
	return "denied"
}

// sentence returns the record in words, such as `agent "ana" is denied ticket.reply on ticket "7"`.
func sentence(r deskpolicy.AuditRecord) string {
	verb := "is denied"
	if r.Allowed {
		verb = "is allowed"
	}
	return fmt.Sprintf("%s %s %s on %s", who(r), verb, r.Action, what(r))
}
