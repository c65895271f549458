package deskpolicy_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	. "github.com/deskpolicy/deskpolicy"
)

// permissionsGen draws sets over few actions, so that they overlap: actions on tickets and
// conversations, a host's actions, and numbers that are not actions.
var permissionsGen = rapid.Custom(func(t *rapid.T) Permissions {
	return NewPermissions(rapid.SliceOfN(permissionGen, 0, 6).Draw(t, "permissions")...)
})

var permissionGen = rapid.Custom(func(t *rapid.T) Permission {
	return Permission{
		Action: rapid.SampledFrom([]ActionID{
			TicketView.ID(), TicketReply.ID(), ConversationReply.ID(), ConversationAssign.ID(), SupportGrantRevoke.ID(), FirstHostEdit, FirstHostInAllClasses, 0, 200, 511, 65535,
		}).Draw(t, "action"),
		Scope: rapid.SampledFrom([]Scope{0, ScopeRestricted, ScopeGroup, ScopeGlobal, Unassigned, GroupQueue, Requested, Scope(1 << 15)}).Draw(t, "scope"),
	}
})

func TestPermissionsLattice(t *testing.T) {
	law := func(name string, holds func(a, b, c Permissions) bool) {
		t.Run(name, rapid.MakeCheck(func(t *rapid.T) {
			a, b, c := permissionsGen.Draw(t, "a"), permissionsGen.Draw(t, "b"), permissionsGen.Draw(t, "c")
			if !holds(a, b, c) {
				t.Fatalf("does not hold for\na = %v\nb = %v\nc = %v", slices.Collect(a.All()), slices.Collect(b.All()), slices.Collect(c.All()))
			}
		}))
	}
	law("union is commutative", func(a, b, _ Permissions) bool { return a.Union(b) == b.Union(a) })
	law("union is associative", func(a, b, c Permissions) bool { return a.Union(b).Union(c) == a.Union(b.Union(c)) })
	law("union is idempotent", func(a, _, _ Permissions) bool { return a.Union(a) == a && a.Union(Permissions{}) == a })
	law("intersect is commutative", func(a, b, _ Permissions) bool { return a.Intersect(b) == b.Intersect(a) })
	law("intersect is associative", func(a, b, c Permissions) bool {
		return a.Intersect(b).Intersect(c) == a.Intersect(b.Intersect(c))
	})
	law("each absorbs the other", func(a, b, _ Permissions) bool {
		return a.Union(a.Intersect(b)) == a && a.Intersect(a.Union(b)) == a
	})
	law("each distributes over the other", func(a, b, c Permissions) bool {
		return a.Intersect(b.Union(c)) == a.Intersect(b).Union(a.Intersect(c)) &&
			a.Union(b.Intersect(c)) == a.Union(b).Intersect(a.Union(c))
	})
	law("covers is the order", func(a, b, c Permissions) bool {
		return a.Covers(b) == (a.Union(b) == a) && a.Covers(b) == (a.Intersect(b) == b) &&
			(!a.Covers(b) || !b.Covers(a) || a == b) && (!a.Covers(b) || !b.Covers(c) || a.Covers(c))
	})
	law("minus is the least set whose union covers", func(a, b, c Permissions) bool {
		return c.Covers(a.Minus(b)) == c.Union(b).Covers(a)
	})
	law("a set has the permissions of a set that it covers", func(a, b, _ Permissions) bool {
		every := true
		for p := range b.All() {
			every = every && a.Has(p)
		}
		return a.Covers(b) == every
	})
	law("a set equals the set of what it yields", func(a, _, _ Permissions) bool {
		return NewPermissions(slices.Collect(a.All())...) == a
	})
	law("a yielded permission is not included in another", func(a, _, _ Permissions) bool {
		all := slices.Collect(a.All())
		for i := range all {
			rest := slices.Delete(slices.Clone(all), i, i+1)
			if NewPermissions(rest...).Has(all[i]) {
				return false
			}
		}
		return true
	})
	law("the empty set covers only the empty set", func(a, _, _ Permissions) bool {
		return a.Empty() == (Permissions{}).Covers(a) && a.Covers(Permissions{})
	})
}

func TestPermissionsHas(t *testing.T) {
	set := NewPermissions(TicketReply.At(ScopeGroup), ConversationReply.At(InGroup), ConversationView.At(InGroup), ConversationView.At(ScopeRestricted), TicketView.At(ScopeGlobal))
	for _, p := range []Permission{
		TicketReply.At(ScopeGroup), TicketReply.At(ScopeRestricted), ConversationReply.At(InGroup), ConversationView.At(InGroup), ConversationView.At(ScopeRestricted),
		TicketView.At(ScopeGlobal), TicketView.At(ScopeGroup), TicketView.At(ScopeRestricted),
	} {
		assert.True(t, set.Has(p), p.String())
	}
	for _, p := range []Permission{
		{}, TicketReply.At(0), TicketReply.At(ScopeGlobal), TicketReply.At(Scope(1 << 15)), TicketReply.At(1 << 15), TicketPrint.At(ScopeRestricted),
		ConversationReply.At(ScopeRestricted), // A9
		ConversationReply.At(ScopeGlobal), {Action: 65535, Scope: ScopeRestricted}, {Action: 512, Scope: ScopeRestricted},
	} {
		assert.False(t, set.Has(p), p.String())
	}
}

// All yields in the order of the vocabulary, and stops when yield returns false.
func TestPermissionsAll(t *testing.T) {
	all := []Permission{TicketView.At(ScopeGlobal), TicketReply.At(ScopeGroup), ConversationView.At(InGroup | Unassigned), SupportGrantRevoke.At(ScopeRestricted), ActionID(FirstHostView).At(ScopeGlobal)}
	shuffled := slices.Clone(all)
	slices.Reverse(shuffled)
	set := NewPermissions(shuffled...)
	require.Equal(t, all, slices.Collect(set.All()))
	for n := range all {
		var seen []Permission
		for p := range set.All() {
			if seen = append(seen, p); len(seen) > n {
				break
			}
		}
		assert.Equal(t, all[:n+1], seen)
	}
	assert.Equal(t, "ticket.view@global, ticket.reply@group, conversation.view@in_group|unassigned, support_grant.revoke@restricted, host(256)@global", set.String())
	assert.Equal(t, "none", Permissions{}.String())
	assert.Equal(t, "ticket.reply@group", TicketReply.At(ScopeGroup).String())
	assert.Equal(t, "unknown(0)@none", Permission{}.String())
}
