package deskpolicy

import (
	"cmp"
	"encoding/json"
	"fmt"
	"log/slog"
	"time"
)

// Version is the version of the library, for records of what it decided: the
// newest in CHANGELOG.md, with "-dev" until that is released.
const Version = "0.1.0-dev"

// A AuditRecord is what an audit trail keeps of one decision, flat and stable: fields
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
//	action*         the name of the action, such as ticket.reply; a host's by the request's Vocabulary
//	resource_kind   the kind of the resource, such as ticket; host for a host's own
//	resource_id     the ID, or a role's name, where the library has one
//	second_id       the other of two parts: a ticket, who is to have it, a role, or a group
//	allowed*        whether
//	outcome*        allowed, not_granted, forbidden or malformed
//	reason*         the code of the [Reason]
//	role            the role that decided
//	scope           how far its permission reaches
//	engineer_name   the support engineer's name; see Redacted
//
// TextColumn is written as it is, but for bytes that are not UTF-8: each is U+FFFD and two
// hexadecimal digits, and U+FFFD itself is there twice. So IDs that differ differ in a
// file, too, and are read back as they were.
//
// It has no content of a resource. A AuditRecord is comparable with ==. The zero
// AuditRecord is of nothing.
type AuditRecord struct {
	Library       string            `json:"library"`
	At            time.Time         `json:"at,omitzero"`
	SubjectKind   string            `json:"subject_kind,omitempty"`
	Subject       AgentID           `json:"subject,omitempty"`
	Account       AccountID         `json:"account,omitempty"`
	CRMUser       CRMUserID         `json:"crm_user,omitempty"`
	Grant         SupportGrantID    `json:"grant,omitempty"`
	Engineer      SupportEngineerID `json:"engineer,omitempty"`
	EngineerEmail string            `json:"engineer_email,omitempty"`
	Action        string            `json:"action"`
	ResourceKind  string            `json:"resource_kind,omitempty"`
	ResourceID    string            `json:"resource_id,omitempty"`
	SecondID      string            `json:"second_id,omitempty"`
	Allowed       bool              `json:"allowed"`
	Outcome       string            `json:"outcome"`
	Reason        string            `json:"reason"`
	Role          string            `json:"role,omitempty"`
	Scope         string            `json:"scope,omitempty"`
	EngineerName  string            `json:"engineer_name,omitempty"`
}

// AuditRecord returns the record of a decision on the request. A host that keeps the
// time sets At.
func (r Request) AuditRecord(d Decision) AuditRecord {
	record := AuditRecord{
		Library: Version, Action: r.Vocabulary.Name(r.Action),
		Allowed: d.Allowed(), Outcome: d.Reason.Outcome().String(), Reason: d.Reason.String(), Role: d.Role,
	}
	if d.Scope != 0 {
		record.Scope = d.Scope.String()
	}
	record.ofSubject(r.Subject)
	if q := r.question(); q.thing != nil {
		record.ResourceKind = q.what.kind.String()
		record.ResourceID, record.SecondID = idsOf(q.thing)
	}
	return record
}

// Redacted returns the record without the engineer's name and address.
func (r AuditRecord) Redacted() AuditRecord {
	r.EngineerName, r.EngineerEmail = "", ""
	return r
}

// String returns the record as a line, with all text of a host quoted.
func (r AuditRecord) String() string {
	line := fmt.Sprintf("%s: %s: account %q: %s on %s, by %s", shown(r.Outcome), shown(r.Reason), r.Account, shown(r.Action), r.resource(), r.subject())
	if r.Role != "" {
		line += fmt.Sprintf(", role %q at %s", r.Role, shown(r.Scope))
	}
	if !r.At.IsZero() && r.SubjectKind != kindSession { // which is at an instant
		line = r.At.Format(layout) + ": " + line
	}
	return line
}

// MarshalJSON writes the record with the keys above.
func (r AuditRecord) MarshalJSON() ([]byte, error) {
	for _, text := range r.texts() {
		*text = jsonText(*text)
	}
	return json.Marshal(recordJSON(r))
}

// UnmarshalJSON reads what MarshalJSON writes. Keys that it does not know are left out:
// later versions have more.
func (r *AuditRecord) UnmarshalJSON(data []byte) error {
	var read recordJSON
	if err := json.Unmarshal(data, &read); err != nil {
		return err
	}
	record := AuditRecord(read)
	for _, text := range record.texts() {
		plain, err := parseJSONText(*text)
		if err != nil {
			return fmt.Errorf("deskpolicy: a record with %q: %w", *text, err)
		}
		*text = plain
	}
	*r = record
	return nil
}

// recordJSON is a AuditRecord with the fields only.
type recordJSON AuditRecord

// texts returns all text of the record, to be changed in place.
func (r *AuditRecord) texts() []*string {
	return []*string{
		&r.Library, &r.SubjectKind, (*string)(&r.Subject), (*string)(&r.Account), (*string)(&r.CRMUser), (*string)(&r.Grant),
		(*string)(&r.Engineer), &r.EngineerEmail, &r.Action, &r.ResourceKind, &r.ResourceID, &r.SecondID, &r.Outcome,
		&r.Reason, &r.Role, &r.Scope, &r.EngineerName,
	}
}

// LogValue returns the record as a group of its fields for log/slog.
func (r AuditRecord) LogValue() slog.Value {
	attrs := []slog.Attr{slog.String("library", jsonText(r.Library))}
	if !r.At.IsZero() {
		attrs = append(attrs, slog.Time("at", r.At))
	}
	text := func(key, value string) {
		if value != "" {
			attrs = append(attrs, slog.String(key, jsonText(value)))
		}
	}
	text("subject_kind", r.SubjectKind)
	text("subject", string(r.Subject))
	text("account", string(r.Account))
	text("crm_user", string(r.CRMUser))
	text("grant", string(r.Grant))
	text("engineer", string(r.Engineer))
	text("engineer_email", r.EngineerEmail)
	attrs = append(attrs, slog.String("action", jsonText(r.Action)))
	text("resource_kind", r.ResourceKind)
	text("resource_id", r.ResourceID)
	text("second_id", r.SecondID)
	attrs = append(attrs, slog.Bool("allowed", r.Allowed), slog.String("outcome", jsonText(r.Outcome)), slog.String("reason", jsonText(r.Reason)))
	text("role", r.Role)
	text("scope", r.Scope)
	text("engineer_name", r.EngineerName)
	return slog.GroupValue(attrs...)
}

// kindSession is what records call a support session.
const kindSession = "support_session"

// ofSubject fills in who asked.
func (r *AuditRecord) ofSubject(subject Subject) {
	var who actor
	if !who.set(subject) {
		return
	}
	r.Subject, r.Account = who.id, who.account.ID
	switch s := subject.(type) {
	case *Agent:
		r.SubjectKind = "agent"
	case *SharedAgent:
		r.SubjectKind, r.CRMUser = "shared_agent", s.CRM.ID
	case *CRMOnlyUser:
		r.SubjectKind, r.CRMUser = "crm_user", s.CRM.ID
	case *SupportSession:
		r.SubjectKind, r.At, r.Grant = kindSession, writable(s.now), s.grant.ID()
		r.Engineer, r.EngineerName, r.EngineerEmail = s.engineer.ID, s.engineer.Name, s.engineer.Email
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
func (r *AuditRecord) subject() string {
	switch r.SubjectKind {
	case "":
		return "nobody"
	case "crm_user":
		return fmt.Sprintf("CRM user %q", r.CRMUser)
	case "shared_agent":
		return fmt.Sprintf("shared agent %q", r.Subject)
	case kindSession:
		return fmt.Sprintf("support engineer %q under %s at %s", r.Engineer, r.Grant.text(), r.At.Format(layout))
	}
	return fmt.Sprintf("agent %q", r.Subject)
}

// text returns what a support engineer acts under, in words.
func (id SupportGrantID) text() string {
	if id == "" {
		return "no grant"
	}
	return fmt.Sprintf("grant %q", id)
}

// resource returns what it was about, in words.
func (r *AuditRecord) resource() string {
	text := cmp.Or(shown(r.ResourceKind), "nothing")
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
