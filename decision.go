package deskpolicy

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"
)

// A Decision is the result of [Authorize]. The zero Decision denies. Decisions are
// comparable with ==.
type Decision struct {
	Reason Reason
	Scope  Scope  // the scope at which the deciding role permits the action there, or 0
	Role   string // the name of the deciding role; "" if no role decided

	until int64 // in nanoseconds since 1970, or 0: see Until
}

// better reports whether d is preferred to other. Both are decisions by single bindings of
// one subject. The later step or the better ground is preferred, then the wider
// scope, then the role whose name sorts first, so that the order of the bindings does not
// matter.
func (d Decision) better(other Decision) bool {
	if w, o := weightOf(d.Reason, d.Scope.closed()), weightOf(other.Reason, other.Scope.closed()); w != o {
		return w > o
	}
	return d.Role < other.Role
}

// A weight is the reason of a decision by a single binding and its scope, closed. The larger of
// two is preferred: as a number, a later step, a better ground and a wider scope is larger.
type weight uint32

func weightOf(r Reason, s Scope) weight { return weight(r)<<16 | weight(s) }

func (w weight) reason() Reason { return Reason(w >> 16) }

func (w weight) scope() Scope { return Scope(w) }

// compare orders decisions, better ones first.
func (d Decision) compare(other Decision) int {
	switch {
	case d.better(other):
		return -1
	case other.better(d):
		return +1
	}
	return 0
}

// ErrDenied is wrapped by every error that [Decision.Err] returns.
var ErrDenied = errors.New("deskpolicy: denied")

// Allowed reports whether the subject may do the action to the resource.
func (d Decision) Allowed() bool { return d.Reason.Outcome() == OutcomeAllowed }

// Until returns the next instant, in UTC, at which the passing of time alone changes the
// decision, with its reason, role and scope; ask again then. It returns the zero time if
// there is none, or if the subject has no instant.
func (d Decision) Until() time.Time {
	return timeOf(d.until)
}

// Err returns nil if the decision allows, and a [*DeniedError], which wraps [ErrDenied], if
// it denies.
func (d Decision) Err() error {
	if d.Allowed() {
		return nil
	}
	return &DeniedError{d}
}

// String returns the decision as one sentence for the operator. The sentence names roles,
// so do not show it to the user who asked; show them UserMessage.
func (d Decision) String() string {
	verdict := "denied: "
	if d.Allowed() {
		verdict = "allowed: "
	}
	if d.Reason.info().name == "" {
		return fmt.Sprintf("%sunknown reason %d", verdict, d.Reason)
	}
	return verdict + d.sentence()
}

// UserMessage returns a sentence for the user who asked. It is the same for every denial
// of a well-formed request and for a missing resource, so that users cannot tell hidden
// things from absent ones. If a thing does not exist, answer with the same sentence, which
// the zero Decision has too, and the same status code. If [CanView] reports true, tell the user
// why by ViewerMessage. [Request.UserMessage] also names a delegate.
func (d Decision) UserMessage() string {
	switch {
	case d.Allowed():
		return "You have access."
	case d.Reason.Outcome() == OutcomeMalformed && d.Reason != WrongResource && d.Reason != Undecided:
		return unanswerable
	default:
		return "This does not exist, or you do not have access to it."
	}
}

// ViewerMessage returns a sentence for the user who asked, if they can view the resource: see
// [CanView]. It says why, such as "You can view this, but you cannot change it.", and names no role,
// group or person. For a decision that allows, and for a reason that only users have who
// cannot view the resource, it is UserMessage.
func (d Decision) ViewerMessage() string {
	return cmp.Or(d.Reason.info().toViewer, d.UserMessage())
}

// UserMessage returns [Decision.UserMessage] of the decision on the request. For a [Delegate],
// the sentence names the actor and the principal:
//
//	This does not exist, or you do not have access to it as key "k-1" of "acme" for agent "riya".
//
// It names nothing but the subject, and is the same for every denial of a well-formed request
// and for a missing resource. For one, pass the zero Decision; the Subject is all that the
// Request needs.
func (r Request) UserMessage(d Decision) string {
	text := d.UserMessage()
	if delegate, acts := r.Subject.(*Delegate); acts && idOf(delegate) != "" && text != unanswerable {
		text = strings.TrimSuffix(text, ".") + " as " + delegate.String() + "."
	}
	return text
}

// unanswerable is the UserMessage of a malformed request.
const unanswerable = "This request cannot be answered."

// LogValue returns the decision as a group of its fields for log/slog.
func (d Decision) LogValue() slog.Value {
	attrs := []slog.Attr{
		slog.Bool("allowed", d.Allowed()),
		slog.String("outcome", d.Reason.Outcome().String()),
		slog.String("reason", d.Reason.String()),
	}
	if d.Role != "" {
		attrs = append(attrs, slog.String("role", d.Role))
	}
	if d.Scope != 0 {
		attrs = append(attrs, slog.String("scope", d.Scope.String()))
	}
	if d.until != 0 {
		attrs = append(attrs, slog.Time("until", d.Until()))
	}
	return slog.GroupValue(attrs...)
}

// MarshalJSON encodes the decision with names rather than numbers:
//
//	{"allowed":true,"outcome":"allowed","reason":"allowed_group","role":"Agent","scope":"group"}
//
// There is no UnmarshalJSON: decide again instead of reading a decision back.
func (d Decision) MarshalJSON() ([]byte, error) {
	fields := struct {
		Allowed bool   `json:"allowed"`
		Outcome string `json:"outcome"`
		Reason  string `json:"reason"`
		Role    string `json:"role,omitempty"`
		Scope   string `json:"scope,omitempty"`
		Until   string `json:"until,omitempty"`
	}{Allowed: d.Allowed(), Outcome: d.Reason.Outcome().String(), Reason: d.Reason.String(), Role: d.Role}
	if d.Scope != 0 {
		fields.Scope = d.Scope.String()
	}
	if d.until != 0 {
		fields.Until = text(d.Until())
	}
	return json.Marshal(fields)
}

// A DeniedError is the error for a denial. Its text is for the operator; see [Decision.String].
type DeniedError struct {
	Decision Decision
}

// Error returns the sentence of [Decision.String].
func (e *DeniedError) Error() string { return "deskpolicy: " + e.Decision.String() }

// Unwrap returns [ErrDenied].
func (e *DeniedError) Unwrap() error { return ErrDenied }
