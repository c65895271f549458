package deskpolicy_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	. "github.com/deskpolicy/deskpolicy"
)

func TestOrderings(t *testing.T) {
	assert.Equal(t, OrderingIncomparable, Ordering(0))
	for ordering, name := range []string{"incomparable", "equal", "narrower", "wider", "unknown"} {
		assert.Equal(t, name, Ordering(ordering).String())
	}
}

// before.Compare(after) describes the change from before to after.
func TestCompareReadsForward(t *testing.T) {
	least, most := NewPermissions(TicketView.At(ScopeRestricted)), NewPermissions(TicketView.At(ScopeGlobal))
	assert.Equal(t, OrderingWider, least.Compare(most))
	assert.Equal(t, OrderingNarrower, most.Compare(least))
	assert.Equal(t, OrderingEqual, most.Compare(NewPermissions(TicketView.At(ScopeGroup), TicketView.At(ScopeGlobal))))
	assert.Equal(t, OrderingIncomparable, least.Compare(NewPermissions(TicketReply.At(ScopeRestricted))))
	assert.Equal(t, OrderingWider, Permissions{}.Compare(least))
	assert.Equal(t, OrderingEqual, Permissions{}.Compare(Permissions{}))

	// InGroup does not include Assigned (A9).
	own, groups := NewPermissions(ConversationView.At(ScopeRestricted)), NewPermissions(ConversationView.At(InGroup))
	assert.Equal(t, OrderingIncomparable, own.Compare(groups))
	assert.Equal(t, OrderingWider, own.Compare(own.Union(groups)))
	assert.Equal(t, OrderingNarrower, NewPermissions(ConversationView.At(ScopeGlobal)).Compare(own.Union(groups)))
}

func TestPermissionsCompareLaws(t *testing.T) {
	reversed := map[Ordering]Ordering{OrderingEqual: OrderingEqual, OrderingIncomparable: OrderingIncomparable, OrderingWider: OrderingNarrower, OrderingNarrower: OrderingWider}
	rapid.Check(t, func(t *rapid.T) {
		before, after := permissionsGen.Draw(t, "before"), permissionsGen.Draw(t, "after")
		if rapid.Bool().Draw(t, "comparable") {
			after = after.Union(before) // two sets drawn independently seldom are comparable
		}
		ordering := before.Compare(after)
		require.Equal(t, after.Covers(before), ordering == OrderingWider || ordering == OrderingEqual)
		require.Equal(t, before.Covers(after), ordering == OrderingNarrower || ordering == OrderingEqual)
		require.Equal(t, before == after, ordering == OrderingEqual)
		require.Equal(t, reversed[ordering], after.Compare(before))
		require.Equal(t, before.Covers(after), after.Minus(before).Empty())
		require.Equal(t, OrderingEqual, before.Compare(before))
	})
}

// TestCompareExhaustively checks Compare and Minus against plain sets, for all sets over
// three actions at the levels.
func TestCompareExhaustively(t *testing.T) {
	pairs := crossed(slowActions, levels)
	sets := make([]slowSet, 1<<len(pairs))
	for bits := range sets {
		for i, p := range pairs {
			if bits>>i&1 == 1 {
				sets[bits].given = append(sets[bits].given, p)
			}
		}
		sets[bits].fast = NewPermissions(sets[bits].given...)
		for i, p := range crossed(slowActions, slowRelations) {
			sets[bits].has[i] = slices.ContainsFunc(sets[bits].given, func(given Permission) bool { return slowIncludes(given, p) })
		}
	}
	var counts [4]int
	for i := range sets {
		for j := range sets {
			before, after := &sets[i], &sets[j]
			gained, lost := after.minus(before), before.minus(after)
			want := OrderingEqual
			switch {
			case gained != nil && lost != nil:
				want = OrderingIncomparable
			case gained != nil:
				want = OrderingWider
			case lost != nil:
				want = OrderingNarrower
			}
			if got := before.fast.Compare(after.fast); got != want {
				t.Fatalf("%v -> %v: %v, want %v", before.given, after.given, got, want)
			}
			if minus := after.fast.Minus(before.fast); minus != NewPermissions(gained...) {
				t.Fatalf("%v minus %v is %v", after.given, before.given, slices.Collect(minus.All()))
			}
			counts[want]++
		}
	}
	for ordering, n := range counts {
		require.NotZero(t, n, Ordering(ordering))
	}
}

// slowActions are on a ticket, on a conversation and on a host's type, and slowRelations
// are the relations of the levels.
var (
	slowActions   = []ActionID{TicketReply.ID(), ConversationReply.ID(), FirstHostEdit}
	slowRelations = []Scope{Assigned, InGroup, Anything}
)

// A slowSet holds, for each pair of an action and a relation, whether it is permitted.
type slowSet struct {
	given []Permission
	has   [9]bool
	fast  Permissions
}

// minus returns the pairs that s permits and other does not.
func (s *slowSet) minus(other *slowSet) (pairs []Permission) {
	for i, p := range crossed(slowActions, slowRelations) {
		if s.has[i] && !other.has[i] {
			pairs = append(pairs, p)
		}
	}
	return pairs
}

// crossed returns the permission for each action at each scope.
func crossed(ids []ActionID, scopes []Scope) (pairs []Permission) {
	for _, id := range ids {
		for _, scope := range scopes {
			pairs = append(pairs, id.At(scope))
		}
	}
	return pairs
}

// slowIncludes reports whether the permission at a level includes the one at a relation,
// case by case.
func slowIncludes(level, relation Permission) bool {
	switch {
	case level.Action != relation.Action:
		return false
	case level.Scope == ScopeRestricted:
		return relation.Scope == Assigned
	case level.Scope == ScopeGroup:
		return relation.Scope == Assigned || relation.Scope == InGroup
	}
	return true
}
