package deskpolicy_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	. "github.com/deskpolicy/deskpolicy"
)

// setOf returns a set of acme's roles.
func setOf(t testing.TB, roles ...Role) RoleSet {
	t.Helper()
	set, err := NewRoleSet("acme", roles...)
	require.NoError(t, err)
	return set
}

func namesIn(set RoleSet) (names []string) {
	for role := range set.All() {
		names = append(names, role.Name())
	}
	return names
}

func TestRoleSet(t *testing.T) {
	roles := []Role{newRole(t, "Tier 3"), newRole(t, "Interns"), newRole(t, "Tier 2"), newRole(t, "Agents")}
	given := slices.Clone(roles)
	set := setOf(t, given...)
	offers := setOf(t, append(everyBuiltIn, roles...)...)
	assert.Equal(t, roles, given, "the slice that was passed is not modified")
	given[1] = Role{}
	assert.Equal(t, []string{"Agents", "Interns", "Tier 2", "Tier 3"}, namesIn(set))
	assert.Equal(t, AccountID("acme"), set.Account())

	found, err := set.Role("Tier 2")
	require.NoError(t, err)
	assert.True(t, found == roles[2])
	found, err = offers.Role("Supervisor")
	require.NoError(t, err)
	assert.True(t, found == SupervisorRole.Role())
	for name, want := range map[string]string{
		"Tier2":     `deskpolicy: unknown role "Tier2" (did you mean "Tier 2"?)`,
		"tier 2":    `deskpolicy: unknown role "tier 2" (did you mean "Tier 2"?)`,
		"Supervsor": `deskpolicy: unknown role "Supervsor" (did you mean "Supervisor"?)`,
		"Tier 1":    `deskpolicy: unknown role "Tier 1" (did you mean "Tier 2"?)`,
		"Agentz":    `deskpolicy: unknown role "Agentz" (did you mean "Agent"?)`, // "Agents" is equally near
		"":          `deskpolicy: unknown role ""`,
	} {
		found, err = offers.Role(name)
		require.EqualError(t, err, want)
		assert.Equal(t, Role{}, found)
	}

	_, err = set.Role("Agentz")
	require.EqualError(t, err, `deskpolicy: unknown role "Agentz" (did you mean "Agents"?)`, "no built-in role is offered")

	var zero RoleSet
	assert.Empty(t, namesIn(zero))
	assert.Empty(t, zero.Account())
	_, err = zero.Role("Agent")
	require.EqualError(t, err, `deskpolicy: unknown role "Agent"`)
	assert.Empty(t, namesIn(setOf(t)))
}

func TestNewRoleSetRefuses(t *testing.T) {
	set, err := NewRoleSet("acme", newRole(t, "Tier 2"), foreignRole(t), AgentRole.Role(), Role{}, newRole(t, "TIER 2"), newRole(t, "Tier 2"), AgentRole.Role())
	require.EqualError(t, err, `deskpolicy: role "Night Shift" is not a custom role of account "acme"; leave it out
deskpolicy: role "" is not a custom role of account "acme"; leave it out
deskpolicy: the built-in role "Agent" is offered twice; offer it once
deskpolicy: role "TIER 2": the name is taken by role "Tier 2"; choose another name
deskpolicy: role "Tier 2": the name is taken by role "Tier 2"; choose another name`)
	assert.Equal(t, RoleSet{}, set)
	for _, roles := range [][]Role{nil, {AgentRole.Role()}, {newRole(t, "Tier 2")}} {
		_, err = NewRoleSet("", roles...)
		require.EqualError(t, err, "deskpolicy: role set: the account ID is empty; give the account that the roles belong to")
	}
}

// With and Without return another set and leave the receiver unchanged.
func TestRoleSetChanges(t *testing.T) {
	tier2, tier3 := newRole(t, "Tier 2"), newRole(t, "Tier 3")
	set := setOf(t, tier3)
	added, err := set.With(tier2)
	require.NoError(t, err)
	assert.Equal(t, []string{"Tier 2", "Tier 3"}, namesIn(added))
	assert.Equal(t, []string{"Tier 3"}, namesIn(set))

	wider, err := NewRole("acme", "Tier 3", NewPermissions(TicketReply.At(ScopeGroup)), nil)
	require.NoError(t, err)
	replaced, err := added.With(wider)
	require.NoError(t, err)
	assert.Equal(t, []string{"Tier 2", "Tier 3"}, namesIn(replaced))
	requireRole := func(set RoleSet, want Role) {
		t.Helper()
		role, err := set.Role(want.Name())
		require.NoError(t, err)
		assert.True(t, role == want)
	}
	requireRole(replaced, wider)
	requireRole(added, tier3)

	fewer, err := added.Without("Tier 2")
	require.NoError(t, err)
	assert.Equal(t, []string{"Tier 3"}, namesIn(fewer))
	assert.Equal(t, []string{"Tier 2", "Tier 3"}, namesIn(added))
	requireRole(added, tier2)

	for _, c := range []struct {
		change func() (RoleSet, error)
		want   string
	}{
		{func() (RoleSet, error) { return set.With(newRole(t, "TIER 3")) }, `deskpolicy: role "TIER 3": the name is taken by role "Tier 3"; choose another name`},
		{func() (RoleSet, error) { return setOf(t, newRole(t, "Agent")).With(AgentRole.Role()) }, `deskpolicy: role "Agent": the name is taken by the built-in role "Agent"; choose another name`},
		{func() (RoleSet, error) { return setOf(t, AgentRole.Role()).With(newRole(t, "Agent")) }, `deskpolicy: role "Agent": the name is taken by the built-in role "Agent"; choose another name`},
		{func() (RoleSet, error) { return set.With(foreignRole(t)) }, `deskpolicy: role "Night Shift" is not a custom role of account "acme"; leave it out`},
		{func() (RoleSet, error) { return set.With(Role{}) }, `deskpolicy: role "" is not a custom role of account "acme"; leave it out`},
		{func() (RoleSet, error) { return RoleSet{}.With(tier2) }, `deskpolicy: role set: the account ID is empty; give the account that the roles belong to`},
		{func() (RoleSet, error) { return set.Without("tier 3") }, `deskpolicy: unknown role "tier 3" (did you mean "Tier 3"?)`},
		{func() (RoleSet, error) { return set.Without("Agent") }, `deskpolicy: unknown role "Agent"`},
		{func() (RoleSet, error) { return RoleSet{}.Without("Tier 3") }, `deskpolicy: unknown role "Tier 3"`},
	} {
		got, err := c.change()
		require.EqualError(t, err, c.want)
		assert.Equal(t, RoleSet{}, got)
	}
}

// After any sequence of changes, a set has the roles of a map by name.
func TestRoleSetHistories(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		set, err := NewRoleSet("acme")
		require.NoError(t, err)
		model := make(map[string]Permissions)
		names := rapid.SampledFrom([]string{"A", "B", "C", "Kiosk"})
		t.Repeat(map[string]func(*rapid.T){
			"with": func(t *rapid.T) {
				name, permissions := names.Draw(t, "name"), permissionsGen.Draw(t, "permissions")
				role, err := NewRole("acme", name, permissions, nil)
				if err != nil {
					t.Skip("a custom role cannot hold one of them")
				}
				set, err = set.With(role)
				require.NoError(t, err)
				model[name] = permissions
			},
			"with a name that is taken": func(t *rapid.T) {
				role, err := NewRole("acme", "\u212aiosk", Permissions{}, nil)
				require.NoError(t, err)
				_, err = set.With(role)
				_, taken := model["Kiosk"]
				require.Equal(t, taken, err != nil)
			},
			"without": func(t *rapid.T) {
				name := names.Draw(t, "name")
				_, known := model[name]
				fewer, err := set.Without(name)
				require.Equal(t, known, err == nil)
				if known {
					set = fewer
					delete(model, name)
				}
			},
			"": func(t *rapid.T) {
				require.True(t, slices.IsSorted(namesIn(set)))
				require.Len(t, namesIn(set), len(model))
				for role := range set.All() {
					want, known := model[role.Name()]
					require.True(t, known)
					require.Equal(t, want, role.Permissions())
				}
			},
		})
	})
}

// UpdateBindings replaces roles by name.
func TestUpdateBindings(t *testing.T) {
	tier2, tier3 := newRole(t, "Tier 2"), newRole(t, "Tier 3")
	wider, err := NewRole("acme", "Tier 2", NewPermissions(TicketReply.At(ScopeGlobal)), nil)
	require.NoError(t, err)
	after := setOf(t, wider)

	bindings := []Binding{
		{Role: tier3, Workspace: "it", TicketScope: ScopeGlobal}, wide(AgentRole.Role(), ScopeGroup), {Role: tier2, Workspace: "legal", TicketScope: ScopeRestricted}, wide(foreignRole(t), ScopeGroup), wide(tier2, ScopeGlobal), {},
	}
	given := slices.Clone(bindings)
	assert.Equal(t, []Binding{
		wide(AgentRole.Role(), ScopeGroup), {Role: wider, Workspace: "legal", TicketScope: ScopeRestricted}, wide(foreignRole(t), ScopeGroup), wide(wider, ScopeGlobal), {},
	}, after.UpdateBindings(bindings))
	assert.Equal(t, given, bindings, "the slice that was passed is not modified")

	assert.Equal(t, given, RoleSet{}.UpdateBindings(bindings), "the zero RoleSet replaces no roles")
	assert.Empty(t, after.UpdateBindings(nil))

	me := riya(bindings...)
	check(t, me, TicketReply, ticketOf("apac", ""), OutOfScope)
	me.Bindings = after.UpdateBindings(me.Bindings)
	check(t, me, TicketReply, ticketOf("apac", ""), AllowedAll)
}
