package deskpolicy

import (
	"fmt"
	"time"
)

// When a grant may start and end [G10] [G11] [G12].

const (
	// leastMonth is how far ahead of now every grant may end, whatever the month [G12].
	leastMonth = 30 * 24 * time.Hour
	// longestMonth is longer than every calendar month is, whatever its location does
	// to its clocks on the way. A reader has no location and bounds ends by this.
	longestMonth = 31*24*time.Hour + 24*time.Hour
	// startSlack is how long ago a start may be that is meant to be now.
	startSlack = 5 * time.Minute
)

// LatestEnd returns the latest End for a grant that is made at now: 30 days ahead or one
// calendar month as [time.Time.AddDate] has it, whichever is later [G12] (A44). The
// month is one in the location of Start, or of now if there is no Start.
func (t SupportGrantTerms) LatestEnd(now time.Time) time.Time {
	if !t.Start.IsZero() {
		now = now.In(t.Start.Location())
	}
	latest := later(now.Add(leastMonth), now.AddDate(0, 1, 0))
	if longest := now.Add(longestMonth); longest.Before(latest) {
		return longest // which every reader accepts
	}
	return latest
}

// windowOf returns the start and the end that the terms ask for. What they leave
// open is filled in; an end that they set is never moved [G12].
func windowOf(terms SupportGrantTerms, now, latest time.Time) (start, end time.Time) {
	start, end = instant(terms.Start), instant(terms.End)
	if start.IsZero() || start.Before(now) && !start.Before(now.Add(-startSlack)) {
		start = now
	}
	if !end.IsZero() {
		return start, end
	}
	end = start.Add(DefaultSupportGrantDuration)
	if end.After(latest) && start.Before(latest) {
		end = instant(latest)
	}
	return start, end
}

func (d *grantDef) checkStart(now time.Time) error {
	if d.start.Before(now) {
		return d.problem("the start %s is in the past", text(d.start))
	}
	return nil
}

// checkEnd reports an end that is past or too far ahead [G12].
func (d *grantDef) checkEnd(now, latest time.Time) error {
	switch {
	case !d.end.After(now):
		return d.problem("the end %s is in the past", text(d.end))
	case !d.start.Before(latest):
		return d.problem("the start %s is too late; a grant made now ends by %s", text(d.start), text(latest))
	case d.end.After(latest):
		return d.problem("the end %s is more than a month ahead; the latest is %s", text(d.end), text(latest))
	}
	return nil
}

// checkAlive reports a grant that has come to its end.
func (g SupportGrant) checkAlive(now time.Time) error {
	if status := g.Status(now); status == SupportGrantRevoked || status == SupportGrantExpired {
		return g.known().problem("it is %v, and nothing revives it", status)
	}
	return nil
}

// checkLater reports a new end that is not after the present one.
func (g SupportGrant) checkLater(end time.Time) error {
	if !end.After(g.End()) {
		return g.known().problem("the end %s is not after the present one, %s", text(end), text(g.End()))
	}
	return nil
}

// firstInstant and lastInstant bound the times that mean something: a zero time
// is a forgotten one, and the far future does not compare.
var (
	firstInstant = time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC)
	lastInstant  = time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC)
)

func validInstant(t time.Time) bool { return !t.Before(firstInstant) && t.Before(lastInstant) }

func checkInstant(t time.Time) error {
	if !validInstant(t) {
		return fmt.Errorf("deskpolicy: %s is no instant between 1970 and 2200", text(t))
	}
	return nil
}

// instant returns t without zone and monotonic reading, so that equal instants are ==.
func instant(t time.Time) time.Time { return t.UTC() }

func text(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }
