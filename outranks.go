package deskpolicy

import "slices"

// outranks reports whether the subject's authority covers the target's, before and after
// the revision, at every instant from now on: an agent cannot give for longer what it holds
// until a day (A55). The account administrator's covers everyone's, in restricted workspaces
// too [R5]. But to act in the target's name, even the account administrator must be
// allowed everything that the target is.
func (q *question) outranks(target *actor, to revision) bool {
	_, exceeds := q.exceeding(target, to)
	return !exceeds
}

// exceeding returns the last of the instants from now on from which the target's authority
// exceeds the subject's. It reports whether there is one; if there is none, it returns the
// first. It notes when the last of them is over.
func (q *question) exceeding(target *actor, to revision) (at int64, exceeds bool) {
	return q.exceedingBy(target, to, func(holds, held moment) bool { return q.outranksIn(target, to, holds, held) })
}

// exceedingBy is exceeding where covered reports whether what the subject holds in one moment
// covers what the target holds in another.
func (q *question) exceedingBy(target *actor, to revision, covered func(holds, held moment) bool) (at int64, exceeds bool) {
	first, last := max(q.who.at.from, to.during.from), to.during.end()-1
	if last < first { // as if it were extended
		last = forever
	} else {
		q.soon(to.during.until)
	}
	first = max(first, 1) // 0 is no instant
	lasting, ever := moment{from: first, to: last}, moment{from: first, to: last, ever: true}
	if covered(lasting, ever) {
		return first, false
	}
	instants := append([]int64{first}, q.boundaries(target, to, first, last)...)
	for i, at := range slices.Backward(instants) {
		if !covered(momentAt(at), momentAt(at)) {
			if i+1 < len(instants) {
				q.soon(instants[i+1])
			}
			return at, true
		}
	}
	return first, false
}

// outranksIn is outranks by what the subject holds in one moment and the target in another.
func (q *question) outranksIn(target *actor, to revision, holds, held moment) bool {
	who, other := q.who, *target
	who.at, other.at = who.at.movedTo(holds), held
	return !q.inTheirName() && who.makesRoles() || who.covers(&other, to, q.distinctFrom(target))
}

// boundaries returns the instants after first, up to last, at which a binding of the subject,
// of the target or of the revision starts or ends, sorted.
func (q *question) boundaries(target *actor, to revision, first, last int64) (instants []int64) {
	for _, bindings := range [...][]Binding{q.who.bindings, target.bindings} {
		for i := range bindings {
			instants = bindings[i].Window.appendBoundaries(instants, first, last)
		}
	}
	if to.add != nil {
		instants = to.add.Window.appendBoundaries(instants, first, last)
	}
	slices.Sort(instants)
	return slices.Compact(instants)
}
