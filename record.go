package deskpolicy

import (
	"cmp"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"
)

// Version is the version of the library, as recorded in an [AuditRecord]: the newest
// version in CHANGELOG.md, with "-dev" until it is released.
const Version = "0.1.0-dev"

// An AuditRecord is a record of one decision for an audit trail. It is flat and stable: new
// fields are added at the end, and a field never changes its meaning. As JSON and as a
// log/slog group, it has the following keys. A key with an empty value is omitted unless
// it is marked *.
//
//	library*        the version of the library that decided
//	at              the instant at which the subject asks, or the instant that the host sets, as RFC 3339
//	subject_kind    agent, shared_agent, support_session, customer or crm_user
//	subject         the subject's ID on the desk; for a support session, "support:" and the support engineer's ID; for a customer, its contact's ID
//	account         the subject's account
//	crm_user        the subject's ID in the CRM
//	grant           the ID of the support session's support grant
//	engineer        the support engineer's ID at the vendor
//	engineer_email  the support engineer's e-mail address; see Redacted
//	action*         the name of the action, such as ticket.reply; the request's Vocabulary names the host's actions
//	resource_kind   the kind of resource, such as ticket; host for a type of the host
//	resource_id     the ID of the resource, or the name of a role; empty if the library does not know it
//	second_id       the ID of the second part: another ticket or contact, the recipient or group, or a role's name
//	allowed*        true or false
//	outcome*        allowed, not_granted, forbidden or malformed
//	reason*         the code of the Reason
//	role            the role that decided
//	scope           how far the permission of that role reaches
//	engineer_name   the support engineer's name; see Redacted
//	role_built_in   true if the role is a built-in one; a custom role can have the same name
//	actor_kind      what acts for the subject, if a delegate does: key, integration, ai or person
//	actor_issuer    who issued the actor's ID
//	actor           the ID of the actor
//
// Text is written unchanged, except that each byte that is not valid UTF-8 becomes U+FFFD
// and two hexadecimal digits, and each U+FFFD is doubled. Different IDs therefore stay
// different when written, and are read back unchanged.
//
// An AuditRecord does not hold the contents of the resource. It is comparable with ==. The
// zero AuditRecord records no decision.
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
	RoleBuiltIn   bool              `json:"role_built_in,omitempty"`
	ActorKind     string            `json:"actor_kind,omitempty"`
	ActorIssuer   string            `json:"actor_issuer,omitempty"`
	Actor         string            `json:"actor,omitempty"`
}

// AuditRecord returns a record of a decision on the request. At is the instant at which the
// subject asks; a host that records times sets At for subjects without one.
func (r Request) AuditRecord(d Decision) AuditRecord {
	record := AuditRecord{
		Library: Version, Action: r.Vocabulary.Name(r.Action),
		Allowed: d.Allowed(), Outcome: d.Reason.Outcome().String(), Reason: d.Reason.String(), Role: d.Role, RoleBuiltIn: r.byBuiltIn(d),
	}
	if d.Scope != 0 {
		record.Scope = d.Scope.String()
	}
	record.setSubject(r.Subject)
	if q := r.question(); q.thing != nil {
		record.ResourceKind = q.what.kind.String()
		record.ResourceID, record.SecondID = idsOf(q.thing)
	}
	return record
}

// byBuiltIn reports whether the role that made the decision on the request is a built-in one.
// If the subject also holds a custom role of that name, that one did if it decides alike.
func (r Request) byBuiltIn(d Decision) bool {
	var who actor
	who.set(r.Subject)
	bindings := who.bindings
	if who.session != nil {
		bindings = who.session.grant.known().anywhere
	}
	var held [2]bool // whether the subject holds a built-in and a custom role of the name
	for _, b := range bindings {
		if d.Role != "" && b.Role.Name() == d.Role {
			held[bit(b.custom())] = true
		}
	}
	if held != [2]bool{true, true} {
		return held[0]
	}
	return !slices.ContainsFunc(Explain(r).Parts, func(p ExplainedPart) bool {
		return slices.ContainsFunc(p.Bindings, func(b ExplainedBinding) bool {
			return b.Binding.custom() && b.Decision.Role == d.Role && b.Decision.Reason == d.Reason && b.Decision.Scope == d.Scope
		})
	})
}

// Redacted returns the record without the support engineer's name and e-mail address.
func (r AuditRecord) Redacted() AuditRecord {
	r.EngineerName, r.EngineerEmail = "", ""
	return r
}

// String returns the record as one line, with the host's text quoted.
func (r AuditRecord) String() string {
	line := fmt.Sprintf("%s: %s: account %q: %s on %s, by %s", shown(r.Outcome), shown(r.Reason), r.Account, shown(r.Action), r.resource(), r.subject())
	if r.Role != "" {
		line += fmt.Sprintf(", role %q at %s", r.Role, shown(r.Scope))
	}
	if !r.At.IsZero() && r.SubjectKind != kindSession { // a session's text includes the instant
		line = r.At.Format(layout) + ": " + line
	}
	return line
}

// MarshalJSON returns the record as JSON, with the keys that [AuditRecord] lists.
func (r AuditRecord) MarshalJSON() ([]byte, error) {
	for _, text := range r.texts() {
		*text = jsonText(*text)
	}
	return json.Marshal(recordJSON(r))
}

// UnmarshalJSON reads a record that MarshalJSON wrote. It ignores unknown keys, so that it
// can read records of later versions. If it returns an error, r is unchanged.
func (r *AuditRecord) UnmarshalJSON(data []byte) error {
	var read recordJSON
	if err := json.Unmarshal(data, &read); err != nil {
		return err
	}
	record := AuditRecord(read)
	for _, text := range record.texts() {
		plain, err := parseJSONText(*text)
		if err != nil {
			return fmt.Errorf("deskpolicy: audit record with text %q: %w", *text, err)
		}
		*text = plain
	}
	*r = record
	return nil
}

// recordJSON is an AuditRecord without its methods.
type recordJSON AuditRecord

// texts returns pointers to all the text fields of the record.
func (r *AuditRecord) texts() []*string {
	return []*string{
		&r.Library, &r.SubjectKind, (*string)(&r.Subject), (*string)(&r.Account), (*string)(&r.CRMUser), (*string)(&r.Grant),
		(*string)(&r.Engineer), &r.EngineerEmail, &r.Action, &r.ResourceKind, &r.ResourceID, &r.SecondID, &r.Outcome,
		&r.Reason, &r.Role, &r.Scope, &r.EngineerName, &r.ActorKind, &r.ActorIssuer, &r.Actor,
	}
}

// LogValue returns the record as a log/slog group, with the keys that [AuditRecord]
// lists.
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
	if r.RoleBuiltIn {
		attrs = append(attrs, slog.Bool("role_built_in", true))
	}
	text("actor_kind", r.ActorKind)
	text("actor_issuer", r.ActorIssuer)
	text("actor", r.Actor)
	return slog.GroupValue(attrs...)
}

// kindSession is the SubjectKind of a support session.
const kindSession = "support_session"

// setSubject sets the fields that describe the subject.
func (r *AuditRecord) setSubject(subject Subject) {
	var who actor
	if !who.set(subject) {
		return
	}
	if d, acts := subject.(*Delegate); acts {
		r.setSubject(d.Principal)
		r.ActorKind, r.ActorIssuer, r.Actor = d.Actor.Kind.String(), d.Actor.Issuer, d.Actor.ID
		return
	}
	r.Subject, r.Account = who.id, who.account.ID
	switch s := subject.(type) {
	case *Agent:
		r.SubjectKind, r.At = "agent", writable(instant(s.Now))
	case *SharedAgent:
		r.SubjectKind, r.CRMUser, r.At = "shared_agent", s.CRM.ID, writable(instant(s.Now))
	case *Customer:
		r.SubjectKind, r.At = "customer", writable(instant(s.Now))
	case *CRMOnlyUser:
		r.SubjectKind, r.CRMUser, r.At = "crm_user", s.CRM.ID, writable(instant(s.Now))
	case *SupportSession:
		r.SubjectKind, r.At, r.Grant = kindSession, writable(s.now), s.grant.ID()
		r.Engineer, r.EngineerName, r.EngineerEmail = s.engineer.ID, s.engineer.Name, s.engineer.Email
	}
}

// writable returns the instant, or the zero time if RFC 3339 cannot represent its year.
// A denial at such an instant is still recorded.
func writable(at time.Time) time.Time {
	if year := at.Year(); year < 0 || year > 9999 {
		return time.Time{}
	}
	return at
}

// subject describes the subject for String.
func (r *AuditRecord) subject() string {
	if kind := slices.Index(actorKindNames[:], r.ActorKind); kind > 0 {
		principal := *r
		principal.ActorKind = ""
		return fmt.Sprintf("%v for %s", Actor{ActorKind(kind), r.ActorIssuer, r.Actor}, principal.subject())
	}
	switch r.SubjectKind {
	case "":
		return "no subject"
	case "crm_user":
		return fmt.Sprintf("CRM user %q", r.CRMUser)
	case "customer":
		return fmt.Sprintf("customer %q", r.Subject)
	case "shared_agent":
		return fmt.Sprintf("shared agent %q", r.Subject)
	case kindSession:
		return fmt.Sprintf("support engineer %q %s at %s", r.Engineer, r.Grant.text(), r.At.Format(layout))
	}
	return fmt.Sprintf("agent %q", r.Subject)
}

// text describes the support grant under which a support engineer acts.
func (id SupportGrantID) text() string {
	if id == "" {
		return "without a support grant"
	}
	return fmt.Sprintf("under support grant %q", id)
}

// resource describes the resource for String, such as `ticket assignment "4711" with "bob"`.
func (r *AuditRecord) resource() string {
	text := cmp.Or(shown(strings.ReplaceAll(r.ResourceKind, "_", " ")), "no resource")
	if r.ResourceID != "" {
		text += fmt.Sprintf(" %q", r.ResourceID)
	}
	if r.SecondID != "" {
		text += fmt.Sprintf(" with %q", r.SecondID)
	}
	return text
}

// idsOf returns the ID of the resource and the ID of its second part. Each is "" if the
// library does not know it.
func idsOf(thing any) (id, second string) {
	if identified, ok := thing.(interface{ ids() (id, second string) }); ok {
		return identified.ids()
	}
	return "", ""
}
