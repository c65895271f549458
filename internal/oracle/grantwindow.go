package oracle

import "time"

// The start and end of a support grant, implemented a second time from G10 to G12 and
// from how docs/requirements.md reads "one month".

// Window returns the start and end of a support grant made at now on terms with these
// instants; a zero instant asks for the default. ok is false if such a grant is refused.
func Window(start, end, now time.Time) (from, to time.Time, ok bool) {
	where := now.Location()
	if !start.IsZero() {
		where = start.Location()
	}
	last := LastEnd(now.In(where))
	from = start
	if age := now.Sub(start); start.IsZero() || 0 <= age && age <= 5*time.Minute {
		from = now
	}
	to = end
	if end.IsZero() { // a week, cut to what is allowed
		to = from.Add(7 * 24 * time.Hour)
		if to.Sub(last) > 0 {
			to = last
		}
	}
	ok = now.Sub(from) <= 0 && to.Sub(from) > 0 && last.Sub(to) >= 0
	return from, to, ok
}

// LastEnd returns the latest end of a support grant made or extended at now: the later of
// 30 days of 24 hours ahead and as many days ahead as this month has, at the same time of
// day.
func LastEnd(now time.Time) time.Time {
	y, m, d := now.Date()
	last := time.Date(y, m, d+daysIn(y, m), now.Hour(), now.Minute(), now.Second(), now.Nanosecond(), now.Location())
	if days := now.Add(30 * 24 * time.Hour); days.Sub(last) > 0 {
		last = days
	}
	return last
}

// daysIn returns the number of days in the month.
func daysIn(year int, month time.Month) int {
	switch month {
	case time.February:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	case time.April, time.June, time.September, time.November:
		return 30
	}
	return 31
}

// MayExtend reports whether a live support grant can be extended at now to the end.
func MayExtend(present, end, now time.Time) bool {
	return end.Sub(present) > 0 && LastEnd(now).Sub(end) >= 0
}
