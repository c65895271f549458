package deskpolicy_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	. "github.com/deskpolicy/deskpolicy"
)

// roleOf is a custom role of acme's.
func roleOf(t testing.TB, name string, permissions ...Permission) Role {
	t.Helper()
	role, err := NewRole("acme", name, PermissionsOf(permissions...), nil)
	require.NoError(t, err)
	return role
}

func TestDiff(t *testing.T) {
	same := roleOf(t, "Same", TicketView.At(Global))
	before := setOf(t, same, roleOf(t, "Gone", TicketView.At(Group)), roleOf(t, "Idle and gone"),
		roleOf(t, "Wider", TicketView.At(Restricted)), roleOf(t, "Narrower", TicketView.At(Global), TicketReply.At(Group)),
		roleOf(t, "Other", TicketView.At(Global), ConversationView.At(Group)), roleOf(t, "SLA", SLAManage.At(Group)), roleOf(t, "SLAs", SLAManage.At(Global)), roleOf(t, "cased"))
	after := setOf(t, roleOf(t, "Same", TicketView.At(Global), TicketView.At(Group)), roleOf(t, "New", TicketView.At(Group)), roleOf(t, "Idle and new"),
		roleOf(t, "Wider", TicketView.At(Global)), roleOf(t, "Narrower", TicketView.At(Group)),
		roleOf(t, "Other", TicketReply.At(Global), TicketView.At(Global), ConversationView.At(Restricted)), roleOf(t, "SLA", SLAManage.At(Global)), roleOf(t, "SLAs", SLAManage.At(Global), TicketView.At(Group)), roleOf(t, "Cased"))

	type change struct {
		Name           string
		Added, Removed bool
		Relation       Relation
		Gained, Lost   []Permission
		Promotes       bool
	}
	var got []change
	for _, c := range before.Diff(after) {
		got = append(got, change{c.Name, c.Added(), c.Removed(), c.Relation(), slices.Collect(c.Gained().All()), slices.Collect(c.Lost().All()), c.Promotes()})
	}
	assert.Equal(t, []change{
		{Name: "Cased", Added: true, Relation: Equal},
		{Name: "Gone", Removed: true, Relation: Narrower, Lost: []Permission{TicketView.At(Group)}},
		{Name: "Idle and gone", Removed: true, Relation: Equal},
		{Name: "Idle and new", Added: true, Relation: Equal},
		{Name: "Narrower", Relation: Narrower, Lost: []Permission{TicketView.At(Global), TicketReply.At(Group)}},
		{Name: "New", Added: true, Relation: Wider, Gained: []Permission{TicketView.At(Group)}},
		{Name: "Other", Relation: Incomparable, Gained: []Permission{TicketReply.At(Global), ConversationView.At(Restricted)}, Lost: []Permission{ConversationView.At(Group)}},
		{Name: "SLA", Relation: Wider, Gained: []Permission{SLAManage.At(Global)}, Promotes: true},
		{Name: "SLAs", Relation: Wider, Gained: []Permission{TicketView.At(Group)}},
		{Name: "Wider", Relation: Wider, Gained: []Permission{TicketView.At(Global)}},
		{Name: "cased", Removed: true, Relation: Equal},
	}, got)
	assert.Equal(t, []string{"Cased", "Idle and new", "Narrower", "New", "Other", "SLA", "SLAs", "Same", "Wider"}, namesIn(after), "a set stays as it was")

	assert.Empty(t, before.Diff(before))
	assert.Empty(t, RoleSet{}.Diff(RoleSet{}))
	assert.Equal(t, RoleChange{Name: "Same", Before: same}, setOf(t, same).Diff(RoleSet{})[0])
	var none RoleChange
	assert.False(t, none.Added() || none.Removed() || none.Promotes())
	assert.Equal(t, Equal, none.Relation())

	theirs, err := NewRoleSet(foreignRole(t).Account(), foreignRole(t))
	require.NoError(t, err)
	ours, _, err := CloneRole(foreignRole(t), "acme", foreignRole(t).Name())
	require.NoError(t, err)
	assert.Empty(t, theirs.Diff(setOf(t, ours)), "the accounts are not compared")
}

// A difference says all that the other set is, and backwards it is the reverse.
func TestDiffLaws(t *testing.T) {
	reversed := map[Relation]Relation{Equal: Equal, Incomparable: Incomparable, Wider: Narrower, Narrower: Wider}
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
			require.Equal(t, reversed[c.Relation()], back[i].Relation())
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
