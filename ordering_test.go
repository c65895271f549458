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

	// For conversations, Group does not include Restricted (A9).
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
// three actions: on a ticket, on a conversation, whose Group scope is literal, and a host's.
func TestCompareExhaustively(t *testing.T) {
	pairs := crossed([]ActionID{TicketReply.ID(), ConversationReply.ID(), FirstHostEdit}, []Scope{ScopeRestricted, ScopeGroup, ScopeGlobal})
	sets := make([]slowSet, 1<<len(pairs))
	for bits := range sets {
		for i, p := range pairs {
			if bits>>i&1 == 1 {
				sets[bits].given = append(sets[bits].given, p)
			}
		}
		sets[bits].fast = NewPermissions(sets[bits].given...)
		for i, p := range pairs {
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
			if minus := after.fast.Minus(before.fast); minus != NewPermissions(after.widest(gained)...) {
				t.Fatalf("%v minus %v is %v", after.given, before.given, slices.Collect(minus.All()))
			}
			counts[want]++
		}
	}
	for ordering, n := range counts {
		require.NotZero(t, n, Ordering(ordering))
	}
}

// A slowSet holds, for each pair of an action and a scope, whether it is permitted.
type slowSet struct {
	given []Permission
	has   [9]bool
	fast  Permissions
}

// minus returns the indices of the pairs that s permits and other does not.
func (s *slowSet) minus(other *slowSet) (indices []int) {
	for i := range s.has {
		if s.has[i] && !other.has[i] {
			indices = append(indices, i)
		}
	}
	return indices
}

// widest returns the pairs at the indices that no other permission of s includes.
func (s *slowSet) widest(indices []int) (rest []Permission) {
	pairs := crossed([]ActionID{TicketReply.ID(), ConversationReply.ID(), FirstHostEdit}, []Scope{ScopeRestricted, ScopeGroup, ScopeGlobal})
	for _, i := range indices {
		included := slices.ContainsFunc(s.given, func(given Permission) bool {
			return given != pairs[i] && slowIncludes(given, pairs[i])
		})
		if !included {
			rest = append(rest, pairs[i])
		}
	}
	return rest
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

// slowIncludes reports whether the first permission includes the second, case by case (A9).
func slowIncludes(wide, narrow Permission) bool {
	switch {
	case wide.Action != narrow.Action:
		return false
	case wide.Action == ConversationReply.ID() && wide.Scope == ScopeGroup:
		return narrow.Scope == ScopeGroup
	default:
		return narrow.Scope <= wide.Scope
	}
}
