package deskpolicy_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	. "github.com/deskpolicy/deskpolicy"
)

func TestRelations(t *testing.T) {
	assert.Equal(t, IncomparableAuthority, Ordering(0))
	for relation, name := range []string{"incomparable", "equal", "narrower", "wider", "unknown"} {
		assert.Equal(t, name, Ordering(relation).String())
	}
}

// before.Compare(after) says what after is.
func TestCompareReadsForward(t *testing.T) {
	least, most := NewPermissions(TicketView.At(ScopeRestricted)), NewPermissions(TicketView.At(ScopeGlobal))
	assert.Equal(t, MoreAuthority, least.Compare(most))
	assert.Equal(t, LessAuthority, most.Compare(least))
	assert.Equal(t, EqualAuthority, most.Compare(NewPermissions(TicketView.At(ScopeGroup), TicketView.At(ScopeGlobal))))
	assert.Equal(t, IncomparableAuthority, least.Compare(NewPermissions(TicketReply.At(ScopeRestricted))))
	assert.Equal(t, MoreAuthority, Permissions{}.Compare(least))
	assert.Equal(t, EqualAuthority, Permissions{}.Compare(Permissions{}))

	// A conversation's Group does not include what is one's own (A9).
	own, groups := NewPermissions(ConversationView.At(ScopeRestricted)), NewPermissions(ConversationView.At(ScopeGroup))
	assert.Equal(t, IncomparableAuthority, own.Compare(groups))
	assert.Equal(t, MoreAuthority, own.Compare(own.Union(groups)))
	assert.Equal(t, LessAuthority, NewPermissions(ConversationView.At(ScopeGlobal)).Compare(own.Union(groups)))
}

func TestPermissionsCompareLaws(t *testing.T) {
	reversed := map[Ordering]Ordering{EqualAuthority: EqualAuthority, IncomparableAuthority: IncomparableAuthority, MoreAuthority: LessAuthority, LessAuthority: MoreAuthority}
	rapid.Check(t, func(t *rapid.T) {
		before, after := permissionsGen.Draw(t, "before"), permissionsGen.Draw(t, "after")
		if rapid.Bool().Draw(t, "comparable") {
			after = after.Union(before) // two sets that are drawn apart seldom are
		}
		relation := before.Compare(after)
		require.Equal(t, after.Covers(before), relation == MoreAuthority || relation == EqualAuthority)
		require.Equal(t, before.Covers(after), relation == LessAuthority || relation == EqualAuthority)
		require.Equal(t, before == after, relation == EqualAuthority)
		require.Equal(t, reversed[relation], after.Compare(before))
		require.Equal(t, before.Covers(after), after.Minus(before).Empty())
		require.Equal(t, EqualAuthority, before.Compare(before))
	})
}

// Compare and Minus against sets of pairs, for all sets over three actions: a
// ticket's, a conversation's, whose Group scope is literal, and a host's.
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
	var met [4]int
	for i := range sets {
		for j := range sets {
			before, after := &sets[i], &sets[j]
			gained, lost := after.lacking(before), before.lacking(after)
			want := EqualAuthority
			switch {
			case gained != nil && lost != nil:
				want = IncomparableAuthority
			case gained != nil:
				want = MoreAuthority
			case lost != nil:
				want = LessAuthority
			}
			if got := before.fast.Compare(after.fast); got != want {
				t.Fatalf("%v -> %v: %v, want %v", before.given, after.given, got, want)
			}
			if minus := after.fast.Minus(before.fast); minus != NewPermissions(after.widest(gained)...) {
				t.Fatalf("%v less %v is %v", after.given, before.given, slices.Collect(minus.All()))
			}
			met[want]++
		}
	}
	for relation, n := range met {
		require.NotZero(t, n, Ordering(relation))
	}
}

// A slowSet says of each pair of an action and a scope whether it is permitted.
type slowSet struct {
	given []Permission
	has   [9]bool
	fast  Permissions
}

// lacking returns the places of what s permits and the other does not.
func (s *slowSet) lacking(other *slowSet) (places []int) {
	for i := range s.has {
		if s.has[i] && !other.has[i] {
			places = append(places, i)
		}
	}
	return places
}

// widest returns what was given to s of those pairs that no other of s includes.
func (s *slowSet) widest(places []int) (rest []Permission) {
	pairs := crossed([]ActionID{TicketReply.ID(), ConversationReply.ID(), FirstHostEdit}, []Scope{ScopeRestricted, ScopeGroup, ScopeGlobal})
	for _, place := range places {
		included := slices.ContainsFunc(s.given, func(given Permission) bool {
			return given != pairs[place] && slowIncludes(given, pairs[place])
		})
		if !included {
			rest = append(rest, pairs[place])
		}
	}
	return rest
}

func crossed(ids []ActionID, scopes []Scope) (pairs []Permission) {
	for _, id := range ids {
		for _, scope := range scopes {
			pairs = append(pairs, id.At(scope))
		}
	}
	return pairs
}

// slowIncludes is the order of permissions, spelt out (A9).
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
