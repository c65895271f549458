package deskpolicy

import "time"

// The start and end of a support grant [G10] [G11] [G12].

const (
	// leastMonth is how far ahead of now a support grant can end in any month [G12].
	leastMonth = 30 * 24 * time.Hour
	// longestMonth is longer than every calendar month, including its clock changes.
	// A reader of JSON does not know the location, so it bounds the end by longestMonth.
	longestMonth = 31*24*time.Hour + 24*time.Hour
	// startSlack is how far in the past a start can be and still mean now.
	startSlack = 5 * time.Minute
)

// LatestEnd returns the latest possible End of a support grant created at the instant
// now: 30 days ahead or one calendar month ahead, as [time.Time.AddDate] counts it,
// whichever is later [G12] (A44), but at most 32 days ahead. The month is counted in the
// location of Start, or of now if Start is zero.
func (t SupportGrantTerms) LatestEnd(now time.Time) time.Time {
	if !t.Start.IsZero() {
		now = now.In(t.Start.Location())
	}
	latest := later(now.Add(leastMonth), now.AddDate(0, 1, 0))
	if longest := now.Add(longestMonth); longest.Before(latest) {
		return longest // a reader accepts no later end
	}
	return latest
}

// windowOf returns the start and the end of the terms, with defaults for those that are
// zero. It never changes an end that the terms set [G12].
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

// checkStart reports a start in the past.
func (d *grantDef) checkStart(now time.Time) error {
	if d.start.Before(now) {
		return d.problem("the start %s is in the past; start now or later", text(d.start))
	}
	return nil
}

// checkEnd reports an end in the past, and a start or an end too far ahead [G12].
func (d *grantDef) checkEnd(now, latest time.Time) error {
	switch {
	case !d.end.After(now):
		return d.problem("the end %s is in the past; choose a later end", text(d.end))
	case !d.start.Before(latest):
		return d.problem("the start %s is too late; start before the latest end, %s", text(d.start), text(latest))
	case d.end.After(latest):
		return d.problem("the end %s is more than a month ahead; the latest is %s", text(d.end), text(latest))
	}
	return nil
}

// checkAlive reports a support grant that is revoked or expired.
func (g SupportGrant) checkAlive(now time.Time) error {
	if status := g.Status(now); status == SupportGrantRevoked || status == SupportGrantExpired {
		return g.known().problem("%v support grants cannot be extended; create a new one", status)
	}
	return nil
}

// checkLater reports a new end that is not after the current one.
func (g SupportGrant) checkLater(end time.Time) error {
	if !end.After(g.End()) {
		return g.known().problem("the new end %s is not after the current end %s; choose a later end", text(end), text(g.End()))
	}
	return nil
}

// validInstant reports whether t is in the years 1970 to 2199. A zero time means that the
// caller forgot to set it, and times in the far future overflow.
func validInstant(t time.Time) bool { return 0 <= t.Unix() && t.Unix() < startOf2200 }

// In seconds since 1970.
var startOf2200 = time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC).Unix()

// instantRange describes the valid instants in errors.
const instantRange = "outside the years 1970 to 2199; use an instant in that range"

// checkInstant reports an invalid instant; what is its name in the error, such as "start".
func (d *grantDef) checkInstant(what string, t time.Time) error {
	if !validInstant(t) {
		return d.problem("the %s %s is %s", what, text(t), instantRange)
	}
	return nil
}

// instant returns t in UTC. The result also has no monotonic clock reading, so that equal
// instants are ==.
func instant(t time.Time) time.Time { return t.UTC() }

// text returns t in UTC as RFC 3339.
func text(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }
