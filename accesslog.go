package deskpolicy

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
)

// An SupportAccessLog says which support engineers acted under which grants, and when last
// [G21]; with the grants it says who has access [G20]. It can be written as JSON and
// read back, merged with another, and made again from records. What it has does not
// depend on the order in which it was told.
//
// The zero SupportAccessLog is empty and ready to use. It is not safe for concurrent use: keep
// one for each goroutine or server, and merge them.
type SupportAccessLog struct {
	entries map[accessKey]*SupportAccessEntry
}

// An accessKey identifies an entry.
type accessKey struct {
	account  AccountID
	grant    SupportGrantID
	engineer SupportEngineerID
}

// An SupportAccessEntry is the line of one support engineer and one grant in an [SupportAccessLog].
// Attempts are kept apart from uses: being turned away is not activity.
type SupportAccessEntry struct {
	Account AccountID
	Grant   SupportGrantID // "" if the engineer came without one
	// SupportEngineer is as of the latest decision, or as the grant names an engineer who has
	// not come.
	Engineer SupportEngineer

	// Status is where the grant that lets the engineer in was in its life when the
	// entries were asked for, and Until when that changes, zero if never. Without such a
	// grant both are zero.
	Status SupportGrantStatus
	Until  time.Time

	LastActive  time.Time // when last allowed something, in UTC; zero if never
	Uses        int       // how often allowed something
	LastAttempt time.Time // when last denied something, in UTC; zero if never
	Attempts    int       // how often denied something
}

// String returns the entry as a line, with all text of a host quoted.
func (e SupportAccessEntry) String() string {
	text := fmt.Sprintf("engineer %v under %s of account %q", e.Engineer, e.Grant.text(), e.Account)
	if e.Status != 0 {
		text += fmt.Sprintf(": %v", e.Status)
	}
	if !e.Until.IsZero() {
		text += " until " + e.Until.Format(layout)
	}
	count := func(what string, n int, last time.Time) {
		if n > 0 {
			text += fmt.Sprintf("; %s: %d, last at %s", what, n, last.Format(layout))
		}
	}
	count("uses", e.Uses, e.LastActive)
	count("attempts", e.Attempts, e.LastAttempt)
	return text
}

// AuthorizeAndLog decides as [Authorize] does, and adds the decision to the log if the
// subject is a support session.
func AuthorizeAndLog[R Resource](l *SupportAccessLog, subject Subject, action Action[R], resource *R) Decision {
	d := Authorize(subject, action, resource)
	if session, ok := subject.(*SupportSession); ok && session != nil {
		l.Add(NewRequest(session, action, resource).AuditRecord(d))
	}
	return d
}

// Add adds decisions by their records, such as an audit trail keeps. It passes over
// records that are not a support engineer's at an instant, and those that contradict
// themselves. A record that is added twice counts twice.
func (l *SupportAccessLog) Add(records ...AuditRecord) {
	for i := range records {
		if r := &records[i]; r.isAccess() {
			l.merge(r.accessEntry())
		}
	}
}

// isAccess reports whether the record is of a support engineer's decision.
func (r *AuditRecord) isAccess() bool {
	outcome := slices.Index(outcomeNames[:], r.Outcome)
	return outcome >= 0 && r.SubjectKind == kindSession && r.Engineer != "" && r.Subject == supportID(r.Engineer) && validInstant(r.At) &&
		r.Allowed == (Outcome(outcome) == OutcomeAllowed) && (!r.Allowed || r.Grant != "") && r.Reason != Undecided.String()
}

// accessEntry returns the entry of the one decision.
func (r *AuditRecord) accessEntry() SupportAccessEntry {
	e := SupportAccessEntry{Account: r.Account, Grant: r.Grant, Engineer: SupportEngineer{r.Engineer, r.EngineerName, r.EngineerEmail}}
	if r.Allowed {
		e.Uses, e.LastActive = 1, instant(r.At)
	} else {
		e.Attempts, e.LastAttempt = 1, instant(r.At)
	}
	return e
}

// Merge adds what the other log has. A decision that is in both counts twice.
func (l *SupportAccessLog) Merge(other SupportAccessLog) {
	for _, e := range other.entries {
		l.merge(*e)
	}
}

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

// merge adds another entry of the same engineer and grant.
func (e *SupportAccessEntry) merge(other *SupportAccessEntry) {
	if later := cmp.Or(other.latest().Compare(e.latest()), other.Engineer.compare(e.Engineer)); later > 0 {
		e.Engineer = other.Engineer
	}
	e.Uses, e.LastActive = sum(e.Uses, other.Uses), later(e.LastActive, other.LastActive)
	e.Attempts, e.LastAttempt = sum(e.Attempts, other.Attempts), later(e.LastAttempt, other.LastAttempt)
}

// latest returns the instant of the latest decision.
func (e *SupportAccessEntry) latest() time.Time { return later(e.LastActive, e.LastAttempt) }

// Entries returns the log's entries with the status of their grants at the instant, and
// an entry without uses for each engineer of a grant who has not come. They are sorted
// by account, grant and engineer. Pass all grants of the account, also those that are
// over; of two versions of a grant the last one counts.
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
			e.Status, e.Until = g.Status(at), time.Time{}
			if e.Status != 0 {
				e.Until = g.nextChange(at)
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

// WhoHasAccess returns the entries of the engineers that one of the grants lets in at
// the instant, also of those who have not come yet [G20]. It is exact: these engineers,
// and no others, are let in by [SupportGrant.Session] then.
func (l SupportAccessLog) WhoHasAccess(at time.Time, grants ...SupportGrant) []SupportAccessEntry {
	return slices.DeleteFunc(l.Entries(at, grants...), func(e SupportAccessEntry) bool { return e.Status != SupportGrantActive })
}

// String returns what is on record, a line for each entry.
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

// sum returns the sum of two counts, or the greatest count there is.
func sum(a, b int) int {
	if a > math.MaxInt-b {
		return math.MaxInt
	}
	return a + b
}

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}
