package deskpolicy

import "slices"

// When time alone changes a filter.

// changes, of a filter that is made, returns the first instant at which time changes the filter's clauses or its reason;
// 0 if there is none.
//
// What is selected by what holds throughout a period is least, and by what holds at any time
// in it most, of all that is selected in the period. Where the two agree nothing changes, so
// that a search by halves finds the first instant that matters.
func (l *listing) changes() int64 {
	instants := l.instants()
	if len(instants) == 0 {
		return 0
	}
	now := l.who.at.from
	f := l.filterAt(momentAt(now))
	for len(instants) > 0 {
		n, _ := slices.BinarySearchFunc(instants, f, func(at int64, f filter) int {
			always, ever := l.filterAt(moment{from: now, to: at}), l.filterAt(moment{from: now, to: at, ever: true})
			return -bit(always.equal(f) && ever.equal(f))
		})
		if n == len(instants) {
			return 0
		}
		now, instants = instants[n], instants[n+1:]
		if later := l.filterAt(momentAt(now)); !later.equal(f) {
			return now
		}
	}
	return 0
}

// filterAt returns the filter at another moment.
func (l *listing) filterAt(at moment) filter {
	later := listing{question: l.question, has: l.has, seen: l.seen}
	later.who.at = at
	return later.filterNow()
}

// equal reports whether the filters for one question have the same clauses and reason.
func (f filter) equal(other filter) bool {
	return f.reason == other.reason && slices.EqualFunc(f.clauses, other.clauses, func(a, b Clause) bool {
		return slices.EqualFunc(a.conditions, b.conditions, func(a, b Condition) bool { return a.equal(&b) })
	})
}

// A use is what a binding is of use for in a filter.
type use struct {
	place       Binding // without its role, unless that makes its holder an account administrator, and its window
	own, clears Scope   // the scopes of the action and of ticket.confidential
}

// instants returns the instants after that of the question at which a window of the subject
// or its CRM's answer starts or ends, sorted.
func (l *listing) instants() (instants []int64) {
	if !l.who.at.known() {
		return nil
	}
	note := func(w Window) { instants = w.appendBoundaries(instants, l.who.at.from, forever) }
	timed := l.isTimed()
	if l.who.crm != nil && (timed || l.seen != nil) { // otherwise no clause is about customers, now or later
		l.customers()
		if n := len(l.seen) - 1; n >= 0 && l.seen[n].isOfAnswer() {
			note(l.who.crm.Visibility.window())
		}
	}
	if timed {
		l.joinWindows(note)
	}
	slices.Sort(instants)
	return slices.Compact(instants)
}

// joinWindows replaces the bindings that are of the same use in windows that follow on each
// other by one, and leaves out those in a window that are of no use. It notes the windows
// that are left, and those of limits.
func (l *listing) joinWindows(note func(Window)) {
	for _, limit := range l.who.limits() {
		note(limit.Window)
	}
	var joined []Binding
	windows, example := make(map[use][]Window), make(map[use]Binding)
	for _, b := range l.who.bindings {
		if b.Window == (Window{}) {
			joined = append(joined, b)
		} else if u := l.useOf(b); u.own|u.clears != 0 || u.place.Role != (Role{}) {
			windows[u], example[u] = append(windows[u], b.Window), b
		}
	}
	for u, all := range windows {
		b := example[u]
		union := unionOf(all)
		if len(union) == 0 {
			union = append(union, never) // which can still be the reason why nothing is selected
		}
		for _, b.Window = range union {
			joined = append(joined, b)
			note(b.Window)
		}
	}
	l.who.bindings = joined
}

// isTimed reports whether a binding or a limit of the subject has a window.
func (l *listing) isTimed() bool {
	return slices.ContainsFunc(l.who.bindings, func(b Binding) bool { return b.Window != Window{} }) ||
		slices.ContainsFunc(l.who.limits(), func(limit Limit) bool { return limit.Window != Window{} })
}

// useOf returns what the binding is of use for.
func (l *listing) useOf(b Binding) use {
	u := use{place: b}
	if role := b.roleIn(l.who.account); role != nil {
		u.own, u.clears = role.scope(l.action), role.permissions.scope(TicketConfidential.ID())
	}
	u.place.Window = Window{}
	if !b.makesRoles() {
		u.place.Role = Role{}
	}
	return u
}

// unionOf returns the windows, without those that never hold and joined where they follow on
// each other.
func unionOf(windows []Window) (union []Window) {
	slices.SortFunc(windows, Window.compare)
	for _, w := range windows {
		switch last := len(union) - 1; {
		case w.isEmpty():
		case last >= 0 && w.from <= union[last].end():
			if w.end() > union[last].end() {
				union[last].until = w.until
			}
		default:
			union = append(union, w)
		}
	}
	return union
}
