package deskpolicy_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	. "github.com/deskpolicy/deskpolicy"
)

// roleOf returns a custom role of acme.
func roleOf(t testing.TB, name string, permissions ...Permission) Role {
	t.Helper()
	role, err := NewRole("acme", name, NewPermissions(permissions...), nil)
	require.NoError(t, err)
	return role
}

func TestDiff(t *testing.T) {
	same := roleOf(t, "Same", TicketView.At(ScopeGlobal))
	before := setOf(t, same, roleOf(t, "Gone", TicketView.At(ScopeGroup)), roleOf(t, "Idle and gone"),
		roleOf(t, "Wider", TicketView.At(ScopeRestricted)), roleOf(t, "Narrower", TicketView.At(ScopeGlobal), TicketReply.At(ScopeGroup)),
		roleOf(t, "Other", TicketView.At(ScopeGlobal), ConversationView.At(InGroup)), roleOf(t, "SLA", SLAManage.At(ScopeGroup)), roleOf(t, "SLAs", SLAManage.At(ScopeGlobal)), roleOf(t, "cased"))
	after := setOf(t, roleOf(t, "Same", TicketView.At(ScopeGlobal), TicketView.At(ScopeGroup)), roleOf(t, "New", TicketView.At(ScopeGroup)), roleOf(t, "Idle and new"),
		roleOf(t, "Wider", TicketView.At(ScopeGlobal)), roleOf(t, "Narrower", TicketView.At(ScopeGroup)),
		roleOf(t, "Other", TicketReply.At(ScopeGlobal), TicketView.At(ScopeGlobal), ConversationView.At(ScopeRestricted)), roleOf(t, "SLA", SLAManage.At(ScopeGlobal)), roleOf(t, "SLAs", SLAManage.At(ScopeGlobal), TicketView.At(ScopeGroup)), roleOf(t, "Cased"))

	type change struct {
		Name           string
		Added, Removed bool
		Ordering       Ordering
		Gained, Lost   []Permission
	}
	var got []change
	for _, c := range before.Diff(after) {
		got = append(got, change{c.Name, c.Added(), c.Removed(), c.Ordering(), slices.Collect(c.Gained().All()), slices.Collect(c.Lost().All())})
	}
	assert.Equal(t, []change{
		{Name: "Cased", Added: true, Ordering: OrderingEqual},
		{Name: "Gone", Removed: true, Ordering: OrderingNarrower, Lost: []Permission{TicketView.At(ScopeGroup)}},
		{Name: "Idle and gone", Removed: true, Ordering: OrderingEqual},
		{Name: "Idle and new", Added: true, Ordering: OrderingEqual},
		{Name: "Narrower", Ordering: OrderingNarrower, Lost: []Permission{TicketView.At(ScopeGlobal), TicketReply.At(ScopeGroup)}},
		{Name: "New", Added: true, Ordering: OrderingWider, Gained: []Permission{TicketView.At(ScopeGroup)}},
		{Name: "Other", Ordering: OrderingIncomparable, Gained: []Permission{TicketReply.At(ScopeGlobal), ConversationView.At(ScopeRestricted)}, Lost: []Permission{ConversationView.At(InGroup)}},
		{Name: "SLA", Ordering: OrderingWider, Gained: []Permission{SLAManage.At(ScopeGlobal)}},
		{Name: "SLAs", Ordering: OrderingWider, Gained: []Permission{TicketView.At(ScopeGroup)}},
		{Name: "Wider", Ordering: OrderingWider, Gained: []Permission{TicketView.At(ScopeGlobal)}},
		{Name: "cased", Removed: true, Ordering: OrderingEqual},
	}, got)
	assert.Equal(t, []string{"Cased", "Idle and new", "Narrower", "New", "Other", "SLA", "SLAs", "Same", "Wider"}, namesIn(after), "Diff does not modify a set")

	assert.Empty(t, before.Diff(before))
	assert.Empty(t, RoleSet{}.Diff(RoleSet{}))
	assert.Equal(t, RoleChange{Name: "Same", Before: same}, setOf(t, same).Diff(RoleSet{})[0])
	var none RoleChange
	assert.False(t, none.Added() || none.Removed())
	assert.Equal(t, OrderingEqual, none.Ordering())

	theirs, err := NewRoleSet(foreignRole(t).Account(), foreignRole(t))
	require.NoError(t, err)
	ours, err := CloneRole(foreignRole(t), "acme", foreignRole(t).Name())
	require.NoError(t, err)
	assert.Empty(t, theirs.Diff(setOf(t, ours)), "the accounts are not compared")
}

// Applying the changes to the first set gives the second, and Diff in the other direction
// is the reverse.
func TestDiffLaws(t *testing.T) {
	reversed := map[Ordering]Ordering{OrderingEqual: OrderingEqual, OrderingIncomparable: OrderingIncomparable, OrderingWider: OrderingNarrower, OrderingNarrower: OrderingWider}
	rapid.Check(t, func(t *rapid.T) {
		before, after := roleSetGen.Draw(t, "before"), roleSetGen.Draw(t, "after")
		for role := range before.All() {
			if kept, err := after.With(role); err == nil && rapid.Bool().Draw(t, "kept") {
				after = kept
			}
		}
		changes, back := before.Diff(after), after.Diff(before)
		require.Len(t, back, len(changes))
		applied := before
		for i, c := range changes {
			require.Equal(t, RoleChange{c.Name, c.After, c.Before}, back[i])
			require.Equal(t, reversed[c.Ordering()], back[i].Ordering())
			require.Equal(t, c.Gained(), back[i].Lost())
			require.Equal(t, c.After.Permissions().Union(c.Lost()), c.Before.Permissions().Union(c.Gained()))
			if c.Before != (Role{}) {
				var err error
				applied, err = applied.Without(c.Name)
				require.NoError(t, err)
			}
		}
		for _, c := range changes {
			if c.After != (Role{}) {
				var err error
				applied, err = applied.With(c.After)
				require.NoError(t, err)
			}
		}
		requireSameRoles(t, after, applied)
	})
}
