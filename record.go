package deskpolicy

import (
	"cmp"
	"fmt"
	"log/slog"
	"time"
)

// Version is the version of the library, for records of what it decided: the
// newest in CHANGELOG.md, with "-dev" until that is released.
const Version = "0.1.0-dev"

// A Record is what an audit trail keeps of one decision, flat and stable: fields
// are added at the end and never change their meaning. As JSON, and as a group of
// log/slog, it has these keys, of which empty ones are left out but for those
// marked *:
//
//	library*        the version of the library that decided
//	at              the instant of a support session, or what the host sets; RFC 3339, which has the years up to 9999
//	subject_kind    agent, shared_agent, support_session or crm_user
//	subject         the subject's ID on the desk; of a support session "support:" and the engineer's
//	account         the subject's account
//	crm_user        the subject's ID in the CRM
//	grant           the support session's grant
//	engineer        the support engineer's ID at the vendor
//	engineer_email  their address; see Redacted
//	action*         the name of the action, such as ticket.reply
//	resource_kind   the kind of the resource, such as ticket; host for a host's own
//	resource_id     the ID, or a role's name, where the library has one
//	second_id       the other of two parts: a ticket, who is to have it, a role, or a group
//	allowed*        whether
//	outcome*        allowed, not_granted, forbidden or malformed
//	reason*         the code of the [Reason]
//	role            the role that decided
//	scope           how far its permission reaches
//
// It has no content of a resource. A Record is comparable with ==. The zero
// Record is of nothing.
type Record struct {
	Library       string     `json:"library"`
	At            time.Time  `json:"at,omitzero"`
	SubjectKind   string     `json:"subject_kind,omitempty"`
	Subject       AgentID    `json:"subject,omitempty"`
	Account       AccountID  `json:"account,omitempty"`
	CRMUser       CRMUserID  `json:"crm_user,omitempty"`
	Grant         GrantID    `json:"grant,omitempty"`
	Engineer      EngineerID `json:"engineer,omitempty"`
	EngineerEmail string     `json:"engineer_email,omitempty"`
	Action        string     `json:"action"`
	ResourceKind  string     `json:"resource_kind,omitempty"`
	ResourceID    string     `json:"resource_id,omitempty"`
	SecondID      string     `json:"second_id,omitempty"`
	Allowed       bool       `json:"allowed"`
	Outcome       string     `json:"outcome"`
	Reason        string     `json:"reason"`
	Role          string     `json:"role,omitempty"`
	Scope         string     `json:"scope,omitempty"`
}

// RecordOf returns the record of a decision on the subject, action and resource.
// A host that keeps the time sets At.
func RecordOf[R Resource](subject Subject, action Action[R], resource *R, d Decision) Record {
	q := question{action: action.ID()}
	if attributesOf(resource, &q.what) {
		q.thing = resource
	}
	return q.record(subject, nil, d)
}

// Record returns the record of a decision on the request: see [RecordOf].
func (r Request) Record(d Decision) Record {
	q := question{action: r.Action}
	if opener := r.opener(); opener != nil {
		q.what, q.thing = opener.open(r.Resource)
	}
	return q.record(r.Subject, r.Vocabulary, d)
}

// Redacted returns the record without the engineer's address.
func (r Record) Redacted() Record {
	r.EngineerEmail = ""
	return r
}

// LogValue returns the record as a group of its fields for log/slog.
func (r Record) LogValue() slog.Value {
	attrs := []slog.Attr{slog.String("library", r.Library)}
	if !r.At.IsZero() {
		attrs = append(attrs, slog.Time("at", r.At))
	}
	text := func(key, value string) {
		if value != "" {
			attrs = append(attrs, slog.String(key, value))
		}
	}
	text("subject_kind", r.SubjectKind)
	text("subject", string(r.Subject))
	text("account", string(r.Account))
	text("crm_user", string(r.CRMUser))
	text("grant", string(r.Grant))
	text("engineer", string(r.Engineer))
	text("engineer_email", r.EngineerEmail)
	attrs = append(attrs, slog.String("action", r.Action))
	text("resource_kind", r.ResourceKind)
	text("resource_id", r.ResourceID)
	text("second_id", r.SecondID)
	attrs = append(attrs, slog.Bool("allowed", r.Allowed), slog.String("outcome", r.Outcome), slog.String("reason", r.Reason))
	text("role", r.Role)
	text("scope", r.Scope)
	return slog.GroupValue(attrs...)
}

// record returns the record of a decision on the question.
func (q *question) record(subject Subject, v *Vocabulary, d Decision) Record {
	r := Record{
		Library: Version, Action: v.Name(q.action),
		Allowed: d.Allowed(), Outcome: d.Reason.Outcome().String(), Reason: d.Reason.String(), Role: d.Role,
	}
	if d.Scope != 0 {
		r.Scope = d.Scope.String()
	}
	r.ofSubject(subject)
	if q.thing != nil {
		r.ResourceKind = q.what.kind.String()
		r.ResourceID, r.SecondID = idsOf(q.thing)
	}
	return r
}

// ofSubject fills in who asked.
func (r *Record) ofSubject(subject Subject) {
	var who actor
	if !who.is(subject) {
		return
	}
	r.Subject, r.Account = who.id, who.account.ID
	switch s := subject.(type) {
	case *Agent:
		r.SubjectKind = "agent"
	case *SharedAgent:
		r.SubjectKind, r.CRMUser = "shared_agent", s.CRM.ID
	case *NonAgent:
		r.SubjectKind, r.CRMUser = "crm_user", s.CRM.ID
	case *SupportSession:
		r.SubjectKind, r.At, r.Grant = "support_session", writable(s.now), s.grant.ID()
		r.Engineer, r.EngineerEmail = s.engineer.ID, s.engineer.Email
	}
}

// writable returns the instant, or none if RFC 3339 has no year for it: the rest
// of what was denied there is still to be written.
func writable(at time.Time) time.Time {
	if year := at.Year(); year < 0 || year > 9999 {
		return time.Time{}
	}
	return at
}

// subject returns who asked, in words.
func (r *Record) subject() string {
	switch r.SubjectKind {
	case "":
		return "nobody"
	case "crm_user":
		return fmt.Sprintf("CRM user %q", r.CRMUser)
	case "shared_agent":
		return fmt.Sprintf("shared agent %q", r.Subject)
	case "support_session":
		return fmt.Sprintf("support engineer %q under %s at %s", r.Engineer, r.grant(), r.At.Format(layout))
	}
	return fmt.Sprintf("agent %q", r.Subject)
}

// grant returns what the support engineer acts under, in words.
func (r *Record) grant() string {
	if r.Grant == "" {
		return "no grant"
	}
	return fmt.Sprintf("grant %q", r.Grant)
}

// resource returns what it was about, in words.
func (r *Record) resource() string {
	text := cmp.Or(r.ResourceKind, "nothing")
	if r.ResourceID != "" {
		text += fmt.Sprintf(" %q", r.ResourceID)
	}
	if r.SecondID != "" {
		text += fmt.Sprintf(" with %q", r.SecondID)
	}
	return text
}

// idsOf returns the IDs that the library has of the thing, and of its second part.
func idsOf(thing any) (id, second string) {
	if identified, ok := thing.(interface{ ids() (id, second string) }); ok {
		return identified.ids()
	}
	return "", ""
}
