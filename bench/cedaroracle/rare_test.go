package cedaroracle

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/cedarexport"
	"github.com/deskpolicy/deskpolicy/internal/worlds"
)

// TestRareCases asks questions that are rarely drawn.
func TestRareCases(t *testing.T) {
	role := func(name string, permissions ...deskpolicy.Permission) deskpolicy.Role {
		role, err := deskpolicy.NewRole("acme", name, deskpolicy.NewPermissions(permissions...), nil)
		require.NoError(t, err)
		return role
	}
	hosts := worlds.HostActions["host.inspect"]
	leads := role("Leads", deskpolicy.AgentScopeEdit.At(deskpolicy.ScopeGlobal))
	clerks := role("Clerks", deskpolicy.SharedAgentEdit.At(deskpolicy.ScopeGlobal), hosts.At(deskpolicy.ScopeRestricted))
	inspectors := role("Inspectors", hosts.At(deskpolicy.MyCustomers))
	channels := role("Channels", deskpolicy.ChannelManage.At(deskpolicy.ScopeGlobal))
	exporter, err := cedarexport.New(worlds.HostVocabulary, leads, clerks, inspectors, channels)
	require.NoError(t, err)
	e, err := newEngine(exporter)
	require.NoError(t, err)

	acme := deskpolicy.Account{ID: "acme", Integrated: true}
	agent := func(role deskpolicy.Role) *deskpolicy.Agent {
		return &deskpolicy.Agent{ID: "riya", Account: acme, Bindings: []deskpolicy.Binding{{Role: role, Workspace: deskpolicy.AccountWide, TicketScope: deskpolicy.ScopeGroup}}}
	}
	lead, clerk := agent(leads), agent(clerks)
	inspector := &deskpolicy.SharedAgent{ID: "shay", Account: acme, Bindings: []deskpolicy.Binding{{Role: inspectors, Workspace: deskpolicy.AccountWide}}}
	channelled := &deskpolicy.SharedAgent{ID: "shay", Account: acme, Bindings: []deskpolicy.Binding{{Role: channels, Workspace: deskpolicy.AccountWide}}}
	circled := deskpolicy.NewSharedAgent("sam", acme, deskpolicy.CRMUser{
		ID: "u1", Sees: deskpolicy.TerritoryRecords, Territories: []deskpolicy.TerritoryID{"south"},
		Hierarchy: map[deskpolicy.TerritoryID]deskpolicy.TerritoryID{"north": "south", "south": "west", "west": "north", "pole": "north"},
	})
	for what, rare := range map[string]struct {
		q    worlds.Question
		want deskpolicy.Reason
	}{
		"of one's own ticket scope nothing is kept": {
			worlds.Question{Subject: lead, Action: deskpolicy.AgentScopeEdit.ID(), Resource: worlds.On(&deskpolicy.RoleAssignment{
				Holder: lead, Binding: deskpolicy.Binding{Role: leads, Workspace: deskpolicy.AccountWide},
			})}, deskpolicy.AllowedAll,
		},
		"below a circle of territories, one of which is the user's": {
			worlds.Question{Subject: circled, Action: deskpolicy.ContactView.ID(), Resource: worlds.On(&deskpolicy.Contact{
				Account: "acme", CRM: deskpolicy.CRMRecord{Territory: "pole"},
			})}, deskpolicy.AllowedContact,
		},
		"a shared agent without ticket scope reaches contacts by a host's action": {
			worlds.Question{Subject: clerk, Action: deskpolicy.SharedAgentEdit.ID(), Resource: worlds.On(inspector)}, deskpolicy.BeyondAuthority,
		},
		"a shared agent's role on channels gives it nothing": {
			worlds.Question{Subject: clerk, Action: deskpolicy.SharedAgentEdit.ID(), Resource: worlds.On(channelled)}, deskpolicy.AllowedAll,
		},
	} {
		t.Run(what, func(t *testing.T) { agrees(t, e, what, rare.q, rare.want) })
	}
}

// agrees fails the test unless the library decides the question with the reason, and Cedar agrees.
func agrees(t *testing.T, e *engine, what string, q worlds.Question, want deskpolicy.Reason) {
	t.Helper()
	require.Equal(t, want, q.Authorize().Reason)
	got := newTally()
	got.compare(e, request{q, what})
	require.Empty(t, got.wrong)
	require.Equal(t, 1, got.carried)
}
