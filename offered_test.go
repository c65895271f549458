package deskpolicy_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	. "github.com/deskpolicy/deskpolicy"
)

// A set offers all, some or none of the built-in roles, and only an offered role takes its
// names (A67).
func TestOfferedRoles(t *testing.T) {
	own, admin := newRole(t, "Agent"), newRole(t, "owner")
	set := setOf(t, own, admin, SupervisorRole.Role())
	assert.Equal(t, []string{"Agent", "Supervisor", "owner"}, namesIn(set))
	for name, want := range map[string]Role{"Agent": own, "owner": admin, "Supervisor": SupervisorRole.Role()} {
		found, err := set.Role(name)
		require.NoError(t, err)
		assert.True(t, found == want, name)
	}
	for _, name := range []string{"Account Administrator", "Owner", "Admin", "Shared agent", "Support Agent"} {
		require.ErrorContains(t, second(set.Role(name)), "unknown role", "it is not offered")
	}
	for alias, role := range map[string]Role{"OWNER": AccountAdministratorRole.Role(), "admin": AdministratorRole.Role(), "shared  agent": SharedAgentRole.Role()} {
		_, err := NewRoleSet("acme", newRole(t, alias), role)
		require.EqualError(t, err, fmt.Sprintf("deskpolicy: role %q: the name is taken by the built-in role %q; choose another name", alias, role))
		require.NoError(t, second(NewRoleSet("acme", slices.Concat([]Role{newRole(t, alias)}, slices.DeleteFunc(slices.Clone(everyBuiltIn), func(r Role) bool { return r == role }))...)))
	}
	fewer, err := set.Without("Supervisor")
	require.NoError(t, err)
	assert.Equal(t, []string{"Agent", "owner"}, namesIn(fewer))
	more, err := fewer.With(AnalyticsCollaboratorRole.Role())
	require.NoError(t, err)
	again, err := more.With(AnalyticsCollaboratorRole.Role())
	require.NoError(t, err)
	assert.Equal(t, more, again)

	// What is held and not offered still holds, and a role of the same name does not replace it.
	held := []Binding{wide(AgentRole.Role(), ScopeGlobal), wide(own, ScopeGlobal)}
	replies, err := NewRole("acme", "Agent", NewPermissions(TicketReply.At(ScopeGlobal)), nil)
	require.NoError(t, err)
	updated := setOf(t, replies).UpdateBindings(held)
	assert.Equal(t, []Binding{held[0], wide(replies, ScopeGlobal)}, updated)
	assert.Equal(t, held[:1], setOf(t, AgentRole.Role()).UpdateBindings(held), "the custom role is gone, and the built-in one does not take its place")
}

// A change of what is offered is part of a role review, and so is a custom role in the place
// of a built-in one.
func TestDiffOfOfferedRoles(t *testing.T) {
	own := newRole(t, "Agent")
	changes := setOf(t, AgentRole.Role(), SupervisorRole.Role()).Diff(setOf(t, own, SupervisorRole.Role(), AdministratorRole.Role()))
	assert.Equal(t, []RoleChange{{"Administrator", Role{}, AdministratorRole.Role()}, {"Agent", AgentRole.Role(), Role{}}, {"Agent", Role{}, own}}, changes)
}

// A file says which built-in roles the account offers.
func TestDecodeOfferedRoles(t *testing.T) {
	file := func(offered string) []byte {
		return []byte(`{"version": 1, "account": "acme", "roles": [{"name": "Agent", "permissions": []}], "built_in": ` + offered + `}`)
	}
	set, err := DecodeRoles(file(`["Supervisor", "Administrator"]`), nil)
	require.NoError(t, err)
	assert.Equal(t, []string{"Administrator", "Agent", "Supervisor"}, namesIn(set))
	found, err := set.Role("Agent")
	require.NoError(t, err)
	assert.False(t, found.BuiltIn())
	data, err := set.Encode(nil)
	require.NoError(t, err)
	assert.Contains(t, strings.Join(strings.Fields(string(data)), " "), `"built_in": [ "Administrator", "Supervisor" ], "roles": [ { "name": "Agent", "permissions": [] } ]`)
	for offered, want := range map[string]string{
		`["Agent"]`:                    `line 1: roles[0].name: role "Agent": the name is taken by the built-in role "Agent"; choose another name`,
		`["Supervisor", "Supervisor"]`: `line 1: built_in[1]: the built-in role "Supervisor" is offered twice; offer it once`,
		`["Owner"]`:                    `line 1: built_in[0]: unknown built-in role "Owner"`,
		`["Supervsor"]`:                `line 1: built_in[0]: unknown built-in role "Supervsor" (did you mean "Supervisor"?)`,
		`"all"`:                        `line 1: built_in: want an array, not a string`,
	} {
		_, err := DecodeRoles(file(offered), nil)
		require.EqualError(t, err, want)
	}
	data, err = setOf(t).Encode(nil)
	require.NoError(t, err)
	assert.NotContains(t, string(data), "built_in", "none is offered")
}

// A built-in role and a custom one of its name are told apart in decisions, records and
// support grants, in whatever order they are held.
func TestBuiltInRolesAreToldApart(t *testing.T) {
	own, err := NewRole("acme", "Agent", NewPermissions(TicketReply.At(ScopeGlobal), TicketMerge.At(ScopeGlobal)), nil)
	require.NoError(t, err)
	ticket := ticketOf("", "")
	record := func(roles ...Role) AuditRecord {
		agent := riya()
		for _, role := range roles {
			agent.Bindings = append(agent.Bindings, wide(role, ScopeGlobal))
		}
		request := NewRequest(agent, TicketReply, &ticket)
		return request.AuditRecord(request.Authorize())
	}
	custom, builtIn := record(own), record(AgentRole.Role())
	assert.Equal(t, "Agent", custom.Role)
	assert.Equal(t, "Agent", builtIn.Role)
	assert.False(t, custom.RoleBuiltIn)
	assert.True(t, builtIn.RoleBuiltIn)
	assert.Equal(t, custom, record(own, AgentRole.Role()))
	assert.Equal(t, custom, record(AgentRole.Role(), own))
	less, err := NewRole("acme", "Agent", NewPermissions(TicketReply.At(ScopeGroup)), nil)
	require.NoError(t, err)
	assert.Equal(t, builtIn, record(less, AgentRole.Role()), "which reaches further")
	assert.False(t, record(less).RoleBuiltIn)
	assert.False(t, record().RoleBuiltIn)

	// A support grant of a built-in role is read back as one, although the account has its own
	// role of that name, and does not offer the built-in one.
	for _, role := range []Role{AgentRole.Role(), own} {
		grant := granted(t, SupportGrantTerms{ID: "g", Roles: []Role{role}, Workspaces: map[WorkspaceID][]Role{"it": {role}}, Engineers: []SupportEngineer{eve}})
		data, err := json.Marshal(grant)
		require.NoError(t, err)
		read, err := DecodeSupportGrant(data, setOf(t, own).Role)
		require.NoError(t, err)
		assert.True(t, read.Roles()[0] == role)
		assert.True(t, read.Workspaces()["it"][0] == role)
		session := at(grant, noon)
		request := NewRequest(session, TicketReply, &ticket)
		assert.Equal(t, role.BuiltIn(), request.AuditRecord(request.Authorize()).RoleBuiltIn)
	}
	require.EqualError(t, second(DecodeSupportGrant([]byte(strings.Replace(leastGrant, `"built_in":["Agent"]`, `"built_in":["Owner"]`, 1)), nil)),
		`line 1: built_in[0]: unknown built-in role "Owner"`)
}

func init() { faults["F22"] = remediesGiveOfferedRoles }

// Remedies give only roles that the account offers, and none if it offers none (F22).
func remediesGiveOfferedRoles(t *testing.T) {
	replies, err := NewRole("acme", "Tier 2", NewPermissions(TicketReply.At(ScopeGlobal)), nil)
	require.NoError(t, err)
	ticket := ticketOf("", "bob")
	denied := Explain(NewRequest(riya(), TicketReply, &ticket))
	assert.Empty(t, Remedies(denied), "nothing is offered")
	for _, set := range []RoleSet{setOf(t, replies), setOf(t, replies, TicketCollaboratorRole.Role())} {
		assert.Equal(t, `give the agent the role "Tier 2" account-wide, tickets at global (by an administrator)`, said(Remedies(denied, slices.Collect(set.All())...)))
	}
	for name, role := range map[string]BuiltInRoleName{"Agent": AgentRole, "Supervisor": SupervisorRole} {
		assert.Contains(t, said(Remedies(denied, role.Role())), name)
	}
	assert.Empty(t, Remedies(Explain(NewRequest(sam(), TicketDelete, &ticket)), AgentRole.Role(), SupervisorRole.Role()), "a shared agent cannot be given them")
}
