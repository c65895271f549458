package deskpolicy

// When time alone changes a decision or a filter.

// soon notes that time may change the answer at an instant, or never if that is 0.
func (q *question) soon(at int64) {
	if q.who.at.known() && at > q.who.at.from {
		q.next = earlier(q.next, at)
	}
}

// holdsAny reports whether any of the subject's bindings is held that counts, and notes when
// that changes. A binding that is always held settles it.
func (q *question) holdsAny(windows windowList) (holds bool) {
	timed, n := false, len(q.who.bindings)
	for i := range n {
		w, counts := windows(i)
		if counts && w == (Window{}) {
			return true
		}
		timed, holds = timed || counts, holds || counts && w.holds(q.who.at)
	}
	if timed && q.who.at.known() {
		q.soon(windows.nextChange(q.who.at.from, n))
	}
	return holds
}

// noteChange notes when the best decision by a single binding changes: when no binding is
// held any more that leads to it, or when one starts that leads to a better one.
func (q *question) noteChange(best Decision) {
	if !q.who.at.known() {
		return
	}
	now, n := q.who.at.from, len(q.who.bindings)
	q.asHeld = true
	same := windowList(func(i int) (Window, bool) {
		b := &q.who.bindings[i]
		return b.Window, b.decide(q) == best
	})
	if end := same.runEnd(now, n); end > now {
		q.soon(end % endless)
	}
	better := windowList(func(i int) (Window, bool) {
		b := &q.who.bindings[i]
		return b.Window, b.decide(q).better(best)
	})
	q.soon(better.firstStart(now, n))
	q.asHeld = false
}

// changes returns the first instant at which time changes the decision on all parts; 0 if
// there is none. It decides again at each instant that may change it.
func (q *question) changes(d Decision) int64 {
	now, at := q.who.at, d.until
	for at != 0 {
		later := q.judgePartsAt(momentAt(at))
		if later.Reason != d.Reason || later.Scope != d.Scope || later.Role != d.Role {
			break
		}
		at = later.until
	}
	q.setMoment(now)
	return at
}

func (q *question) judgePartsAt(at moment) Decision {
	q.setMoment(at)
	return q.andOtherParts(q.judge())
}

// setMoment sets the moment of the question and forgets what was looked up at another.
func (q *question) setMoment(at moment) {
	q.who.at, q.next, q.relations, q.crmLooked = at, 0, holding{}, false
}
