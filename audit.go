package deskpolicy

import (
	"slices"
	"strings"
	"time"
)

// A GrantEvent is one change of a grant, for the audit trail and for those who
// are to be told [G2] [G19].
type GrantEvent struct {
	Action ActionID // GrantCreate, GrantExtend or GrantRevoke
	By     AgentID  // who changed it
	At     time.Time
	Before Grant // zero for a new grant
	After  Grant
}

// An AccessLog says which support engineers were there, and when last [G20]
// [G21]. Feed it every decision on a session, in any order. The zero AccessLog
// is empty and ready to use. Keep one for each account. It is not safe for
// concurrent use.
type AccessLog struct {
	entries map[EngineerID]*AccessEntry
}

// An AccessEntry is one support engineer's line of the [AccessLog]. Attempts are
// kept apart from uses: being turned away is not activity.
type AccessEntry struct {
	Engineer    Engineer  // as of the latest decision
	LastActive  time.Time // when last allowed something, in UTC; zero if never
	Uses        int       // how often allowed something
	LastAttempt time.Time // when last denied something, in UTC; zero if never
	Attempts    int       // how often denied something
}

// Record adds what was decided on the session's question.
func (l *AccessLog) Record(session *SupportSession, d Decision) {
	if session == nil || session.engineer.ID == "" || !validInstant(session.now) {
		return // nobody was there, or at no time
	}
	if l.entries == nil {
		l.entries = make(map[EngineerID]*AccessEntry)
	}
	e := l.entries[session.engineer.ID]
	if e == nil {
		e = &AccessEntry{}
		l.entries[session.engineer.ID] = e
	}
	if !session.now.Before(later(e.LastActive, e.LastAttempt)) {
		e.Engineer = session.engineer
	}
	if d.Allowed() {
		e.Uses, e.LastActive = e.Uses+1, later(e.LastActive, session.now)
	} else {
		e.Attempts, e.LastAttempt = e.Attempts+1, later(e.LastAttempt, session.now)
	}
}

// Entries returns the lines of the log, by engineer's ID.
func (l *AccessLog) Entries() []AccessEntry {
	entries := make([]AccessEntry, 0, len(l.entries))
	for _, e := range l.entries {
		entries = append(entries, *e)
	}
	slices.SortFunc(entries, func(a, b AccessEntry) int {
		return strings.Compare(string(a.Engineer.ID), string(b.Engineer.ID))
	})
	return entries
}

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}
