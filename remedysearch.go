package deskpolicy

import (
	"cmp"
	"slices"
)

// MaxRemedies is the maximum number of remedies that [Remedies] returns. If there are more,
// it returns the first ones in its order. To see others, offer fewer roles.
//
// If more than 250 offered roles or held bindings permit the action, Remedies tries only
// the first 250 by name. It tries to route a ticket or a conversation to the first 10 groups
// of the agent by name.
const MaxRemedies = 100

// maxSources is the maximum number of roles, and of bindings, that are tried.
const maxSources = 250

const (
	maxWays  = 250 // the maximum number of combinations that pair returns
	maxAlike = 4   // the maximum number of ways by a role that pair combines with another by the same role
)

// combine returns, in order, the combinations of a way in first with a way in second that
// wanted accepts. A nil wanted accepts every pair. combine leaves out ways that a smaller
// way replaces, and uses at most MaxRemedies ways of each list.
//
// A fix that appears in both lists, or that shareable accepts, might serve both parts and
// so save a fix. Only a fix with the same target replaces it.
func combine(first, second []Remedy, shareable func(Fix) bool, wanted func(one, other Remedy) bool) (both []Remedy) {
	first, second = leastOf(first, second, shareable), leastOf(second, first, shareable)
	for _, one := range first {
		for _, other := range second {
			if wanted == nil || wanted(one, other) {
				both = append(both, one.and(other))
			}
		}
	}
	return inOrder(both)
}

// pair returns, in order, the first maxWays combinations of a way in first with a way in
// second, of those that have a role in common and those of two ways that come early in their
// lists. So its work is linear; all combinations, combined again, would take quartic work.
func pair(first, second []Remedy) (both []Remedy) {
	first, second = inOrder(first), inOrder(second)
	withRole := make(map[Fix][]Remedy)
	for _, other := range second {
		for _, role := range other.roles() {
			withRole[role] = append(withRole[role], other)
		}
	}
	for i, one := range first {
		for _, other := range second[:min(len(second), maxWays/(i+1))] {
			both = append(both, one.and(other))
		}
		for _, role := range one.roles() {
			for _, other := range withRole[role][:min(len(withRole[role]), maxAlike)] {
				both = append(both, one.and(other))
			}
		}
	}
	both = inOrder(both)
	return both[:min(len(both), maxWays)]
}

// roles returns the targets of the fixes that give or widen roles.
func (r Remedy) roles() (roles []Fix) {
	for _, f := range r {
		if f.hasBinding() {
			roles = append(roles, f.target())
		}
	}
	return roles
}

// inOrder returns the ways in order, each once.
func inOrder(ways []Remedy) []Remedy {
	ways = slices.Clone(ways)
	slices.SortFunc(ways, Remedy.compare)
	return slices.CompactFunc(ways, Remedy.equal)
}

// leastOf returns, in order, the first MaxRemedies ways that no smaller way replaces. See
// combine.
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
	ways = inOrder(ways)
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

// fitsBy reports whether each fix of r can be paired with a different fix of other such
// that within reports true for every pair.
func (r Remedy) fitsBy(within func(a, b Fix) bool, other Remedy) bool {
	return len(r) <= len(other) && r.fits(within, other, 0)
}

// fits is fitsBy without the fixes of other that are in taken, a bit set of indexes.
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

// target returns a key for what the fix changes: the fix itself or, if it has a binding,
// the fix without its kind and ticket scope.
func (f Fix) target() Fix {
	if f.hasBinding() {
		f.Kind, f.Binding.TicketScope = 0, 0
	}
	return f
}

// firstOf returns the list unchanged if it has at most n items, and otherwise the first n
// items in order.
func firstOf[T any](n int, list []T, compare func(a, b T) int) []T {
	if len(list) <= n {
		return list
	}
	list = slices.Clone(list)
	slices.SortFunc(list, compare)
	return list[:n]
}

// full reports whether found has MaxRemedies remedies, not counting those that are larger
// than others. It removes the larger ones, but only once found is twice as long, because
// that compares every pair.
func (f *finder) full() bool {
	if len(f.found) < 2*MaxRemedies {
		return false
	}
	f.found = smallest(f.found)
	return len(f.found) >= MaxRemedies
}

// permitted removes the ways with a change of groups or bindings that the administrator is
// not allowed to make before the other fixes. feasible later makes the same check after all
// fixes.
func (f *finder) permitted(ways []Remedy) []Remedy {
	if !f.checked {
		return ways
	}
	return slices.DeleteFunc(ways, func(way Remedy) bool {
		return slices.ContainsFunc(way, func(fix Fix) bool { return !f.canStart(fix) })
	})
}

// canStart reports whether the administrator is allowed to make the fix before the others, if
// it changes groups or bindings.
func (f *finder) canStart(fix Fix) bool {
	if fix.Kind != FixGroupAccess && fix.Kind != FixWidenScope && fix.Kind != FixAssignRole {
		return true
	}
	allowed, known := f.started[fix]
	if !known {
		who := f.e.request.Subject
		if fix.ForRecipient {
			who = *copyResource(f.thing).to
		}
		allowed = f.isAllowedOn(fix, asAgent(who))
		f.started[fix] = allowed
	}
	return allowed
}

// forBoth returns a function that reports whether a fix can serve both parts of the
// request. For a pair, every fix can, except one with a binding that applies to only one of
// the resources. For an assignment, every fix can if the subject is the recipient.
func (q *question) forBoth(subject Subject) func(Fix) bool {
	switch q.thing.(type) {
	case *TicketPair, *ContactPair:
		apart := q.apart()
		return func(f Fix) bool { return !f.hasBinding() || !apart || f.Binding.reachesOpen() }
	case *TicketAssignment, *ConversationAssignment:
		to, _ := q.destination()
		return func(Fix) bool { return to == subject }
	}
	return func(Fix) bool { return false }
}

// apart reports whether the resource is a pair with parts in different workspaces.
func (q *question) apart() bool {
	into := q.into()
	return q.what.kind.pair() && q.what.Workspace != into.what.Workspace
}

// widestOf returns the index of the widest binding for each role and workspace. The keys
// have no ticket scope.
func widestOf(bindings []Binding) map[Binding]int {
	widest := make(map[Binding]int, len(bindings))
	for i, b := range bindings {
		if first, known := widest[b.unscoped()]; !known || b.TicketScope.closed() > bindings[first].TicketScope.closed() {
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

// concerns reports whether the binding's role has the permission and is held where the
// part is, now.
func (q *question) concerns(b *Binding) bool {
	role := b.roleIn(q.who.account)
	return role != nil && role.scope(q.action) != 0 && q.isWhere(b.Workspace, b.Group) && b.Window.holds(q.who.at)
}

// effective returns the fewest bindings that have the same effect on the part as all the
// bindings do: one for each combination of reach and whether the binding makes its holder
// an account administrator.
func (q *question) effective() (bindings []Binding) {
	type use struct {
		uses      uses
		makeRoles bool
	}
	known := make(map[use]bool)
	for i := range q.who.bindings {
		b := &q.who.bindings[i]
		if u := (use{q.usesOf(b), b.makesRoles()}); !known[u] {
			known[u], bindings = true, append(bindings, *b)
		}
	}
	return bindings
}

// A span is how far a binding reaches: the scope of its permission and its bound, both of
// which have to reach. The zero span reaches nothing.
type span struct{ scope, bound Scope }

// compare orders spans by scope and bound.
func (s span) compare(other span) int {
	return cmp.Or(cmp.Compare(s.scope, other.scope), cmp.Compare(s.bound, other.bound))
}

// spanOf returns how far the binding permits the action on the part.
func (q *question) spanOf(b *Binding) span {
	if !q.concerns(b) {
		return span{}
	}
	return span{b.Role.def.scope(q.action), b.bound(q)}
}

// A uses is what a binding is of use for: the action and, if the part is confidential, what
// is confidential.
type uses struct{ own, clears span }

// usesOf returns what the binding is of use for on the part.
func (q *question) usesOf(b *Binding) uses {
	u := uses{own: q.spanOf(b)}
	if q.what.Confidential {
		c := q.clearing()
		u.clears = c.spanOf(b)
	}
	return u
}

// compareUses orders what two bindings are of use for.
func compareUses(a, b [2]uses) int {
	return cmp.Or(a[0].own.compare(b[0].own), a[0].clears.compare(b[0].clears), a[1].own.compare(b[1].own), a[1].clears.compare(b[1].clears))
}
