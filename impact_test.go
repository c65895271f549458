package deskpolicy_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	. "github.com/deskpolicy/deskpolicy"
)

// roleNamed returns a custom role of acme.
func roleNamed(t testing.TB, name string, permissions ...Permission) Role {
	t.Helper()
	role, err := NewRole("acme", name, NewPermissions(permissions...), nil)
	require.NoError(t, err)
	return role
}

// rolesOfAcme returns a role set of acme.
func rolesOfAcme(t testing.TB, roles ...Role) RoleSet {
	t.Helper()
	set, err := NewRoleSet("acme", roles...)
	require.NoError(t, err)
	return set
}

func TestImpact(t *testing.T) {
	tier2, night := roleNamed(t, "Tier 2", TicketView.At(ScopeGroup)), roleNamed(t, "Night Shift", TicketView.At(ScopeGlobal), TicketReply.At(ScopeGlobal))
	before := rolesOfAcme(t, tier2, night)
	after := rolesOfAcme(t, roleNamed(t, "Tier 2", TicketView.At(ScopeGroup), TicketReply.At(ScopeGroup), DataExport.At(ScopeGlobal)))

	zoe := bob(wide(tier2, ScopeGlobal), wide(AgentRole.Role(), ScopeGlobal))
	zoe.ID = "zoe"
	grant := granted(t, SupportGrantTerms{Roles: []Role{tier2}, Workspaces: map[WorkspaceID][]Role{"it": {night}}})
	session := at(grant, noon)
	member := sam(inOpen(tier2, ScopeRestricted))
	member.Groups = map[GroupID]Access{"apac": Edit}
	affected := Impact(before, after,
		zoe,
		session,
		member,
		riya(wide(tier2, ScopeGroup)),
		bob(wide(night, ScopeGlobal)),
		bob(wide(AgentRole.Role(), ScopeGlobal)),
		&CRMOnlyUser{Account: acme, CRM: sam().CRM},
		nil, (*Agent)(nil), (*SharedAgent)(nil), (*SupportSession)(nil), at(SupportGrant{}, noon),
	)

	var found []string
	for _, a := range affected {
		found = append(found, nameOf(a.Subject)+": "+a.Ordering().String())
	}
	assert.Equal(t, []string{
		"bob (Night Shift global in *): narrower",
		"riya (Tier 2 group in *): wider",
		"the shared agent sam (Tier 2 restricted in *open*): wider", // a shared agent is never allowed to export
		"the engineer eve: incomparable",
		"zoe (Tier 2 global in *) (Agent global in *): wider", // the Agent role already allowed replies
	}, found)
	assert.Equal(t, []string{`ticket.reply@in_group in group "apac"`, `ticket.reply@in_group in group "apac" in workspace "it"`}, sentences(affected[2].Gained()))
	assert.Equal(t, []string{"data.export"}, sentences(affected[4].Gained()), "an administrator's permission moves no other into the open workspace")
	assert.Equal(t, []string{"ticket.reply@group"}, sentences(affected[3].Gained()))
	assert.Equal(t, []string{`ticket.view@global in workspace "it"`, `ticket.reply@global in workspace "it"`}, sentences(affected[3].Lost()))
	assert.Equal(t, tier2, zoe.Bindings[0].Role, "what was given stays as it is")

	// A subject can hold an old or a new version of the role. Only the name counts.
	stale, early := bob(wide(roleNamed(t, "Tier 2"), ScopeGlobal)), riya()
	tier2, err := after.Role("Tier 2")
	require.NoError(t, err)
	early.Bindings = []Binding{wide(tier2, ScopeGlobal)}
	assert.Empty(t, Impact(before, before, stale, early))
	assert.Len(t, Impact(before, after, stale, early), 2)

	assert.Empty(t, Impact(before, before, zoe, session))
	assert.Empty(t, Impact(before, before, bob(wide(roleNamed(t, "Tier 2", DataExport.At(ScopeGlobal)), ScopeGlobal))), "the name counts, and not what the role was")
	assert.Empty(t, Impact(RoleSet{}, RoleSet{}, bob(wide(AgentRole.Role(), ScopeGlobal))))
}

// sentences returns the differences as text.
func sentences(differences func(func(Difference) bool)) (all []string) {
	for d := range differences {
		all = append(all, d.String())
	}
	return all
}
