package deskpolicy

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
)

// A SupportAccessLog records which support engineers acted under which support grants, and
// when they last did [G21]. Together with the support grants, it shows who has access
// [G20]. A log can be written as JSON and read back, merged with another log, and rebuilt
// from audit records. Its contents do not depend on the order in which records are added.
//
// The zero SupportAccessLog is empty and ready to use. A SupportAccessLog is not safe for
// concurrent use: keep one for each goroutine or server, and merge them.
type SupportAccessLog struct {
	entries map[accessKey]*SupportAccessEntry
}

// An accessKey identifies an entry of a log.
type accessKey struct {
	account  AccountID
	grant    SupportGrantID
	engineer SupportEngineerID
}

// A SupportAccessEntry is the entry for one support engineer and one support grant in a
// [SupportAccessLog]. Allowed and denied decisions are counted separately, because a
// denied attempt is not activity.
type SupportAccessEntry struct {
	Account AccountID
	Grant   SupportGrantID // "" if the support engineer had no support grant
	// Engineer is the support engineer as of the latest decision or, if there is no
	// decision yet, as the support grant names them.
	Engineer SupportEngineer

	// Status is the status of the support grant at the instant passed to Entries. Until
	// is when the status changes next, or the zero time if it never does. Both are zero
	// if Entries was not passed a support grant with this ID that names the support
	// engineer.
	Status      SupportGrantStatus
	StatusUntil time.Time

	LastActive   time.Time // the instant of the latest allowed decision, in UTC; zero if there is none
	AllowedCount int       // the number of allowed decisions
	LastDenied   time.Time // the instant of the latest denied decision, in UTC; zero if there is none
	DeniedCount  int       // the number of denied decisions
}

// String returns the entry as one line, with the host's text quoted.
func (e SupportAccessEntry) String() string {
	text := fmt.Sprintf("support engineer %v %s for account %q", e.Engineer, e.Grant.text(), e.Account)
	if e.Status != 0 {
		text += fmt.Sprintf(": %v", e.Status)
	}
	if !e.StatusUntil.IsZero() {
		text += " until " + e.StatusUntil.Format(layout)
	}
	count := func(what string, n int, last time.Time) {
		if n > 0 {
			text += fmt.Sprintf("; %s: %d, last at %s", what, n, last.Format(layout))
		}
	}
	count("allowed", e.AllowedCount, e.LastActive)
	count("denied", e.DeniedCount, e.LastDenied)
	return text
}

// AuthorizeAndLogSupport returns the decision of [Authorize]. If the subject is a
// [SupportSession], it also adds the decision to l.
func AuthorizeAndLogSupport[R Resource](l *SupportAccessLog, subject Subject, action Action[R], resource *R) Decision {
	d := Authorize(subject, action, resource)
	if session, ok := subject.(*SupportSession); ok && session != nil {
		l.Add(NewRequest(session, action, resource).AuditRecord(d))
	}
	return d
}

// Add adds the decisions in the audit records. It skips a record if its subject is not a
// support engineer, if it has no valid instant, or if it contradicts itself. A record that
// is added twice counts twice.
func (l *SupportAccessLog) Add(records ...AuditRecord) {
	for i := range records {
		if r := &records[i]; r.isAccess() {
			l.merge(r.accessEntry())
		}
	}
}

// isAccess reports whether the record is a consistent record of a decision on a support
// engineer.
func (r *AuditRecord) isAccess() bool {
	outcome := slices.Index(outcomeNames[:], r.Outcome)
	return outcome >= 0 && r.SubjectKind == kindSession && r.Engineer != "" && r.Subject == supportID(r.Engineer) && validInstant(r.At) &&
		r.Allowed == (Outcome(outcome) == OutcomeAllowed) && (!r.Allowed || r.Grant != "") && r.Reason != Undecided.String()
}

// accessEntry returns an entry with this decision alone.
func (r *AuditRecord) accessEntry() SupportAccessEntry {
	e := SupportAccessEntry{Account: r.Account, Grant: r.Grant, Engineer: SupportEngineer{r.Engineer, r.EngineerName, r.EngineerEmail}}
	if r.Allowed {
		e.AllowedCount, e.LastActive = 1, instant(r.At)
	} else {
		e.DeniedCount, e.LastDenied = 1, instant(r.At)
	}
	return e
}

// Merge adds the entries of the other log to l. A decision that is in both logs counts
// twice.
func (l *SupportAccessLog) Merge(other SupportAccessLog) {
	for _, e := range other.entries {
		l.merge(*e)
	}
}

// merge adds the entry to the log.
func (l *SupportAccessLog) merge(e SupportAccessEntry) {
	if l.entries == nil {
		l.entries = make(map[accessKey]*SupportAccessEntry)
	}
	if known := l.entries[e.key()]; known != nil {
		known.merge(&e)
	} else {
		l.entries[e.key()] = &e
	}
}

func (e *SupportAccessEntry) key() accessKey { return accessKey{e.Account, e.Grant, e.Engineer.ID} }

// merge adds the counts of another entry with the same key.
func (e *SupportAccessEntry) merge(other *SupportAccessEntry) {
	if later := cmp.Or(other.latest().Compare(e.latest()), other.Engineer.compare(e.Engineer)); later > 0 {
		e.Engineer = other.Engineer
	}
	e.AllowedCount, e.LastActive = sum(e.AllowedCount, other.AllowedCount), later(e.LastActive, other.LastActive)
	e.DeniedCount, e.LastDenied = sum(e.DeniedCount, other.DeniedCount), later(e.LastDenied, other.LastDenied)
}

// latest returns the instant of the latest decision.
func (e *SupportAccessEntry) latest() time.Time { return later(e.LastActive, e.LastDenied) }

// Entries returns the entries of the log with the status of their support grants at an
// instant, sorted by account, support grant and support engineer. It adds an entry without
// decisions for each support engineer named by a support grant but not yet in the log.
// Pass every support grant of the account, including expired and revoked ones. If two have
// the same account and ID, the last one counts.
func (l SupportAccessLog) Entries(at time.Time, grants ...SupportGrant) []SupportAccessEntry {
	listed := make(map[accessKey]SupportAccessEntry)
	for key, e := range l.entries {
		listed[key] = *e
	}
	for _, g := range grants {
		for _, named := range g.known().engineers {
			key := accessKey{g.Account(), g.ID(), named.ID}
			e := listed[key]
			if e.Engineer.Name == "" && e.Engineer.Email == "" {
				e.Engineer = named
			}
			e.Account, e.Grant = key.account, key.grant
			e.Status, e.StatusUntil = g.Status(at), time.Time{}
			if e.Status != 0 {
				e.StatusUntil = g.nextChange(at)
			}
			listed[key] = e
		}
	}
	entries := make([]SupportAccessEntry, 0, len(listed))
	for _, e := range listed {
		entries = append(entries, e)
	}
	slices.SortFunc(entries, func(a, b SupportAccessEntry) int { return a.key().compare(b.key()) })
	return entries
}

// WhoHasAccess returns the entries of the support engineers who have access at an instant
// under one of the support grants, whether or not they have used it [G20]. The result is
// exact: at that instant, [SupportGrant.Session] gives access to these support engineers
// and to no others.
func (l SupportAccessLog) WhoHasAccess(at time.Time, grants ...SupportGrant) []SupportAccessEntry {
	return slices.DeleteFunc(l.Entries(at, grants...), func(e SupportAccessEntry) bool { return e.Status != SupportGrantActive })
}

// String returns the entries of the log, one line each.
func (l SupportAccessLog) String() string {
	var lines strings.Builder
	for _, e := range l.Entries(time.Time{}) {
		fmt.Fprintln(&lines, e)
	}
	return lines.String()
}

func (k accessKey) compare(other accessKey) int {
	return cmp.Or(cmp.Compare(k.account, other.account), cmp.Compare(k.grant, other.grant), cmp.Compare(k.engineer, other.engineer))
}

// sum returns a + b, or math.MaxInt if that overflows.
func sum(a, b int) int {
	if a > math.MaxInt-b {
		return math.MaxInt
	}
	return a + b
}

// later returns the later of two instants.
func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}
