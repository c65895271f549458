package deskhttp

import (
	"log/slog"

	"github.com/deskpolicy/deskpolicy"
)

// An Event is a decision of [Authorize], [Require] or [FilterFor], for an observer. As a value
// in a log it has no IDs; [deskpolicy.Request.AuditRecord] of the Request, with the Decision,
// is a record that has them.
type Event struct {
	// Request is the request. Its resource is nil for a list, and for what does not exist. It
	// refers to the subject and the resource, which an observer must not change.
	Request deskpolicy.Request

	// Decision is the decision. For a list it only has a Reason, the filter's: why nothing is
	// selected, or [deskpolicy.Undecided].
	Decision deskpolicy.Decision

	// List says that the question was about a list.
	List bool
}

// LogValue returns the action, the kinds of the subject, of what acts for it and of the resource,
// and the decision as a log/slog group. There are no IDs in it.
func (e Event) LogValue() slog.Value {
	record := e.Request.AuditRecord(e.Decision)
	attrs := []slog.Attr{slog.String("action", record.Action)}
	if record.SubjectKind != "" {
		attrs = append(attrs, slog.String("subject_kind", record.SubjectKind))
	}
	if record.ActorKind != "" {
		attrs = append(attrs, slog.String("actor_kind", record.ActorKind))
	}
	if record.ResourceKind != "" {
		attrs = append(attrs, slog.String("resource_kind", record.ResourceKind))
	}
	if !e.List {
		return slog.GroupValue(append(attrs, slog.Any("decision", e.Decision))...)
	}
	attrs = append(attrs, slog.Bool("list", true))
	if e.Decision.Reason != deskpolicy.Undecided {
		attrs = append(attrs, slog.String("reason", record.Reason))
	}
	return slog.GroupValue(attrs...)
}
