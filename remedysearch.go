package deskpolicy

import "slices"

// MaxRemedies is how many remedies of a denial are returned at most: if there are
// more, the first in their order. As many as this may not be all; to see the
// others, offer fewer roles.
//
// Of more than 250 roles on offer that permit the action, and of more than 250
// bindings that do, the first by name are tried.
const MaxRemedies = 100

const maxSources = 250

// combine returns each way of the one kind with each of the other that is wanted
// with it, in order; a nil function wants them all. Ways that a smaller one can
// replace are left out, and of either kind the first MaxRemedies are taken.
//
// A fix that ways of both kinds have, or that the function says may do for more,
// takes fewer fixes in all: it is replaced by none but its like.
func combine(ones, others []Remedy, forMore func(Fix) bool, wanted func(one, other Remedy) bool) (both []Remedy) {
	ones, others = leastOf(ones, others, forMore), leastOf(others, ones, forMore)
	for _, one := range ones {
		for _, other := range others {
			if wanted == nil || wanted(one, other) {
				both = append(both, one.and(other))
			}
		}
	}
	slices.SortFunc(both, Remedy.compare)
	return slices.CompactFunc(both, Remedy.equal)
}

// leastOf returns the ways than which no other is smaller, in order, up to
// MaxRemedies: see combine.
func leastOf(ways, others []Remedy, forMore func(Fix) bool) (least []Remedy) {
	shared := make(map[Fix]bool)
	for _, other := range others {
		for _, f := range other {
			shared[f.thing()] = true
		}
	}
	replaces := func(a, b Fix) bool {
		return a.within(b) && (a.alike(b) || !shared[b.thing()] && !forMore(b))
	}
	ways = slices.Clone(ways)
	slices.SortFunc(ways, Remedy.compare)
	ways = slices.CompactFunc(ways, Remedy.equal)
	for _, way := range ways {
		larger := slices.ContainsFunc(ways, func(other Remedy) bool {
			return other.fitsBy(replaces, way) && !way.fitsBy(Fix.within, other)
		})
		if !larger {
			least = append(least, way)
		}
		if len(least) == MaxRemedies {
			break
		}
	}
	return least
}

func (r Remedy) equal(other Remedy) bool { return slices.Equal(r, other) }

// has reports whether the other remedy's fixes are among r's.
func (r Remedy) has(other Remedy) bool {
	return !slices.ContainsFunc(other, func(f Fix) bool { return !slices.Contains(r, f) })
}

// fitsBy reports whether each fix is within another one of other's, as the function has it.
func (r Remedy) fitsBy(within func(a, b Fix) bool, other Remedy) bool {
	return len(r) <= len(other) && r.fits(within, other, 0)
}

// fits reports whether each fix is within another one of other's that is not taken.
func (r Remedy) fits(within func(a, b Fix) bool, other Remedy, taken uint) bool {
	if len(r) == 0 {
		return true
	}
	for i := range other {
		if taken&(1<<i) == 0 && within(r[0], other[i]) && r[1:].fits(within, other, taken|1<<i) {
			return true
		}
	}
	return false
}

// thing returns what the fix is about: the fix itself or, of a binding, however
// far it goes. Fixes of one thing are alike.
func (f Fix) thing() Fix {
	if f.binds() {
		f.Kind, f.Binding.TicketScope = 0, 0
	}
	return f
}

// firstOf returns the list or, of a long one, the first in order, of that many.
func firstOf[T any](n int, list []T, compare func(a, b T) int) []T {
	if len(list) <= n {
		return list
	}
	list = slices.Clone(list)
	slices.SortFunc(list, compare)
	return list[:n]
}

// enough reports whether there are remedies enough, less those that are larger than others.
func (f *finder) enough() bool {
	if len(f.found) < 2*MaxRemedies { // to weigh each with each is for now and then
		return false
	}
	f.found = smallest(f.found)
	return len(f.found) >= MaxRemedies
}

// givable returns those of the ways of which each change of a subject is one that
// the administrator may make as things are: what is left of others to judge is
// whether it is so once all is done.
func (f *finder) givable(ways []Remedy) []Remedy {
	if !f.judged {
		return ways
	}
	before, may := targetOf(f.thing), make(map[Fix]bool)
	return slices.DeleteFunc(ways, func(way Remedy) bool {
		return slices.ContainsFunc(way, func(fix Fix) bool {
			if fix.Kind != FixJoinGroup && fix.Kind != FixWidenScope && fix.Kind != FixHoldRole {
				return false
			}
			allowed, known := may[fix]
			if !known {
				who := f.e.request.Subject
				if fix.ForRecipient {
					who = *before.to
				}
				allowed = f.mayChange(fix, desked(who))
				may[fix] = allowed
			}
			return !allowed
		})
	})
}

// forBoth returns the function that reports whether a fix may do for both parts of
// what the question is about: one of a binding if it is held where both are, and
// any if the subject is the recipient as well.
func (q *question) forBoth(asks Subject) func(Fix) bool {
	switch thing := q.thing.(type) {
	case *TicketPair, *ContactPair:
		into := q.into()
		same := q.what.Workspace == into.what.Workspace
		return func(f Fix) bool { return !f.binds() || same || f.Binding.Workspace == AccountWide }
	case *TicketAssignment:
		return func(Fix) bool { return thing.To == asks }
	case *ConversationAssignment:
		return func(Fix) bool { return thing.To == asks }
	}
	return func(Fix) bool { return false }
}

// widestOf returns the index of the widest of the bindings of each role in each workspace.
func widestOf(bindings []Binding) map[Binding]int {
	widest := make(map[Binding]int, len(bindings))
	for i, b := range bindings {
		if first, known := widest[b.unscoped()]; !known || b.ticketScope() > bindings[first].ticketScope() {
			widest[b.unscoped()] = i
		}
	}
	return widest
}

// unscoped returns the binding without its ticket scope.
func (b Binding) unscoped() Binding {
	b.TicketScope = 0
	return b
}

// concerns reports whether the binding has the permission, where the part is.
func (q *question) concerns(b *Binding) bool {
	role := b.roleIn(q.who.account)
	return role != nil && role.levels(q.action) != 0 && b.heldFor(q)
}

// effective returns the fewest of the bindings that have the same effect on the
// part: one for each reach, and one that makes its holder an administrator of roles.
func (q *question) effective() (bindings []Binding) {
	type use struct {
		reach     levels
		makeRoles bool
	}
	known := make(map[use]bool)
	for i := range q.who.bindings {
		b := &q.who.bindings[i]
		if is := (use{q.reachOf(b), b.makesRoles()}); !known[is] {
			known[is], bindings = true, append(bindings, *b)
		}
	}
	return bindings
}

// reachOf returns the levels at which the binding reaches the part.
func (q *question) reachOf(b *Binding) levels {
	if !q.concerns(b) {
		return 0
	}
	return b.bound(b.Role.def.levels(q.action), q.what.kind)
}
