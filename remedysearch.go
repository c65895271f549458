package deskpolicy

import "slices"

// MaxRemedies is the largest number of remedies that [Remedies] returns. If there are more,
// it returns the first in their order. To see others, offer fewer roles.
//
// If more than 250 offered roles or held bindings permit the action, only the first 250 by
// name are tried.
const MaxRemedies = 100

// maxSources is the largest number of roles, and of bindings, that are tried.
const maxSources = 250

// combine returns, in order, the pairs of a way in first and a way in second that the
// wanted function accepts, as one way each. A nil function accepts every pair. combine
// leaves out ways that a smaller one replaces, and uses at most MaxRemedies of each list.
//
// A fix that appears in both lists, or for which shareable reports true, may serve both
// parts and so save a fix. Only a fix with the same target replaces it.
func combine(first, second []Remedy, shareable func(Fix) bool, wanted func(one, other Remedy) bool) (both []Remedy) {
	first, second = leastOf(first, second, shareable), leastOf(second, first, shareable)
	for _, one := range first {
		for _, other := range second {
			if wanted == nil || wanted(one, other) {
				both = append(both, one.and(other))
			}
		}
	}
	slices.SortFunc(both, Remedy.compare)
	return slices.CompactFunc(both, Remedy.equal)
}

// leastOf returns the ways for which no other is smaller, in order and at most MaxRemedies.
// See combine.
func leastOf(ways, others []Remedy, shareable func(Fix) bool) (least []Remedy) {
	shared := make(map[Fix]bool)
	for _, other := range others {
		for _, f := range other {
			shared[f.target()] = true
		}
	}
	replaces := func(a, b Fix) bool {
		return a.within(b) && (a.sameTarget(b) || !shared[b.target()] && !shareable(b))
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

// equal reports whether the remedies have the same fixes in the same order.
func (r Remedy) equal(other Remedy) bool { return slices.Equal(r, other) }

// has reports whether r has all the fixes of other.
func (r Remedy) has(other Remedy) bool {
	return !slices.ContainsFunc(other, func(f Fix) bool { return !slices.Contains(r, f) })
}

// fitsBy reports whether each fix of r can be matched with a different fix of other that,
// according to the function, it is within.
func (r Remedy) fitsBy(within func(a, b Fix) bool, other Remedy) bool {
	return len(r) <= len(other) && r.fits(within, other, 0)
}

// fits is fitsBy without the fixes of other that are already taken, which are bits.
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

// target returns what the fix changes, as a key: the fix itself or, if it has a binding, the
// fix without its kind and ticket scope.
func (f Fix) target() Fix {
	if f.hasBinding() {
		f.Kind, f.Binding.TicketScope = 0, 0
	}
	return f
}

// firstOf returns the list if it has at most n items, and otherwise the first n in order.
func firstOf[T any](n int, list []T, compare func(a, b T) int) []T {
	if len(list) <= n {
		return list
	}
	list = slices.Clone(list)
	slices.SortFunc(list, compare)
	return list[:n]
}

// full reports whether MaxRemedies remedies are found that are not larger than others. It
// removes the larger ones from found, but only now and then, because that takes a
// comparison of every pair.
func (f *finder) full() bool {
	if len(f.found) < 2*MaxRemedies {
		return false
	}
	f.found = smallest(f.found)
	return len(f.found) >= MaxRemedies
}

// permitted returns the ways whose changes of groups and bindings the administrator is
// allowed to make before any fix. feasible later checks the same after all fixes.
func (f *finder) permitted(ways []Remedy) []Remedy {
	if !f.checked {
		return ways
	}
	before, decided := copyResource(f.thing), make(map[Fix]bool)
	return slices.DeleteFunc(ways, func(way Remedy) bool {
		return slices.ContainsFunc(way, func(fix Fix) bool {
			if fix.Kind != FixGroupAccess && fix.Kind != FixWidenScope && fix.Kind != FixAssignRole {
				return false
			}
			allowed, known := decided[fix]
			if !known {
				who := f.e.request.Subject
				if fix.ForRecipient {
					who = *before.to
				}
				allowed = f.isAllowedOn(fix, asAgent(who))
				decided[fix] = allowed
			}
			return !allowed
		})
	})
}

// forBoth returns a function that reports whether a fix can serve both parts of the
// request. For a pair that is a fix of a binding that applies to both resources, and every
// other fix. For an assignment it is every fix if the subject is the recipient.
func (q *question) forBoth(subject Subject) func(Fix) bool {
	switch thing := q.thing.(type) {
	case *TicketPair, *ContactPair:
		into := q.into()
		same := q.what.Workspace == into.what.Workspace
		return func(f Fix) bool { return !f.hasBinding() || same || f.Binding.Workspace == AccountWide }
	case *TicketAssignment:
		return func(Fix) bool { return thing.To == subject }
	case *ConversationAssignment:
		return func(Fix) bool { return thing.To == subject }
	}
	return func(Fix) bool { return false }
}

// widestOf returns the index of the widest binding for each role and workspace. The keys
// have no ticket scope.
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

// concerns reports whether the binding's role has the permission and applies to the part's
// workspace.
func (q *question) concerns(b *Binding) bool {
	role := b.roleIn(q.who.account)
	return role != nil && role.levels(q.action) != 0 && b.heldFor(q)
}

// effective returns a shortest list of bindings with the same effect on the part as all
// bindings: one for each combination of reach and of whether the binding makes its holder
// the account administrator.
func (q *question) effective() (bindings []Binding) {
	type use struct {
		reach     levels
		makeRoles bool
	}
	known := make(map[use]bool)
	for i := range q.who.bindings {
		b := &q.who.bindings[i]
		if u := (use{q.reachOf(b), b.makesRoles()}); !known[u] {
			known[u], bindings = true, append(bindings, *b)
		}
	}
	return bindings
}

// reachOf returns the scopes at which the binding permits the action on the part, as levels.
func (q *question) reachOf(b *Binding) levels {
	if !q.concerns(b) {
		return 0
	}
	return b.bound(b.Role.def.levels(q.action), q.what.kind)
}
