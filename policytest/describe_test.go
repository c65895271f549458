package policytest_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/policytest"
)

func TestDescribe(t *testing.T) {
	noon := time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC)
	olga := &deskpolicy.Agent{ID: "olga", Account: acme, Bindings: []deskpolicy.Binding{
		{Role: deskpolicy.AccountAdministratorRole.Role(), Workspace: deskpolicy.OpenWorkspaces, TicketScope: deskpolicy.ScopeGlobal},
	}}
	eve := deskpolicy.SupportEngineer{ID: "eve", Email: "eve@vendor.example"}
	grant, _, err := deskpolicy.NewSupportGrant(olga, deskpolicy.SupportGrantTerms{
		ID: "g1", Roles: []deskpolicy.Role{deskpolicy.AgentRole.Role()}, Engineers: []deskpolicy.SupportEngineer{eve},
		Workspaces: map[deskpolicy.WorkspaceID][]deskpolicy.Role{"it": {deskpolicy.SupervisorRole.Role()}},
	}, noon)
	require.NoError(t, err)
	revoked, _, err := deskpolicy.RevokeSupportGrant(olga, grant, noon.Add(1))
	require.NoError(t, err)
	shared := deskpolicy.NewSharedAgent("sam", deskpolicy.Account{ID: "acme"}, deskpolicy.CRMUser{
		ID: "u", Deactivated: true, Sees: deskpolicy.TerritoryRecords, Territories: []deskpolicy.TerritoryID{"emea"},
		Hierarchy: map[deskpolicy.TerritoryID]deskpolicy.TerritoryID{"berlin": "emea"},
		Visibility: deskpolicy.CRMVisibility{
			Contacts: map[deskpolicy.ContactID]deskpolicy.Access{"2": deskpolicy.Edit, "1": deskpolicy.View}, AsOf: noon.Add(-time.Hour), MaxAge: 2 * time.Hour,
		},
	})
	shared.Now = noon
	for _, c := range []struct {
		name string
		deskpolicy.Request
		want string
	}{
		{"an agent and a ticket", deskpolicy.Request{Subject: ana, Action: deskpolicy.TicketReply.ID(), Resource: refund},
			`agent "ana" is denied ticket.reply on ticket "7"
  agent "ana" of account "acme"; role "Agent" account-wide, tickets at group; group "billing": edit; group "refunds": view
  Ticket{ID: "7", Account: "acme", Group: "refunds"}`},
		{"a shared agent and a ticket assignment", deskpolicy.Request{Subject: shared, Action: deskpolicy.TicketAssign.ID(), Resource: deskpolicy.TicketAssignment{
			Ticket: deskpolicy.Ticket{ID: "7", Account: "acme", Requester: &deskpolicy.Contact{ID: "1", Account: "acme"}, Mentions: map[deskpolicy.AgentID]bool{"sam": true}},
			To:     &deskpolicy.Agent{ID: "bob", Deactivated: true},
		}},
			`shared agent "sam" is denied ticket.assign on ticket assignment "7" with "bob"
  shared agent "sam" of account "acme" without features; role "Shared Agent" account-wide, tickets at restricted; at 2026-11-02T12:00:00Z; not connected to the CRM; CRM user "u" deactivated; sees territory; territories ["emea"]; hierarchy {"berlin": emea}; answered at 2026-11-02T11:00:00Z, which counts for 2h0m0s: contacts {"1": view, "2": edit}
  TicketAssignment{Ticket: Ticket{ID: "7", Account: "acme", Requester: Contact{ID: "1", Account: "acme"}, Mentions: {"sam": true}}, To: agent "bob" of account "" without features; deactivated}`},
		{"a support engineer and a support grant", deskpolicy.Request{
			Subject: grant.Session(eve, acme, noon), Action: deskpolicy.SupportGrantView.ID(), Resource: &revoked,
		},
			`support engineer "eve" is denied support_grant.view on support grant "g1"
  support engineer "eve" at 2026-11-02T12:00:00Z under support grant "g1" of account "acme" from 2026-11-02T12:00:00Z to 2026-11-09T12:00:00Z: "Agent"; in "it": "Supervisor"
  support grant "g1" of account "acme" from 2026-11-02T12:00:00Z to 2026-11-09T12:00:00Z, revoked at 2026-11-02T12:00:00.000000001Z: "Agent"; in "it": "Supervisor"`},
		{"a CRM-only user and a role", deskpolicy.Request{
			Subject: &deskpolicy.CRMOnlyUser{Account: acme, CRM: deskpolicy.CRMUser{ID: "u"}}, Action: deskpolicy.RoleView.ID(), Resource: deskpolicy.AgentRole.Role(),
		},
			`CRM user "u" is denied role.view on role "Agent"
  CRM user "u" sees none; of account "acme"
  role "Agent" of account ""`},
		{"a role assignment", deskpolicy.Request{Subject: olga, Action: deskpolicy.AgentRoleAssign.ID(), Resource: deskpolicy.RoleAssignment{
			Holder: shared, Binding: deskpolicy.Binding{Role: deskpolicy.AgentRole.Role(), Workspace: "it", TicketScope: deskpolicy.ScopeGlobal},
		}},
			`agent "olga" is denied agent.role.assign on role assignment "sam" with "Agent"
  agent "olga" of account "acme"; role "Account Administrator" in open workspaces, tickets at global; administrators []
  RoleAssignment{Holder: shared agent "sam" of account "acme" without features; role "Shared Agent" account-wide, tickets at restricted; at 2026-11-02T12:00:00Z; not connected to the CRM; CRM user "u" deactivated; sees territory; territories ["emea"]; hierarchy {"berlin": emea}; answered at 2026-11-02T11:00:00Z, which counts for 2h0m0s: contacts {"1": view, "2": edit}, Binding: role "Agent" in workspace "it", tickets at global}`},
		{"people as resources, by value", deskpolicy.Request{Subject: olga, Action: deskpolicy.SharedAgentView.ID(), Resource: deskpolicy.SharedAgent{ID: "sam", Account: acme}},
			`agent "olga" is allowed shared_agent.view on shared agent "sam"
  agent "olga" of account "acme"; role "Account Administrator" in open workspaces, tickets at global; administrators []
  shared agent "sam" of account "acme"; not connected to the CRM; CRM user "" sees none`},
		{"a group membership", deskpolicy.Request{Subject: olga, Action: deskpolicy.AgentGroupAssign.ID(), Resource: &deskpolicy.GroupMembership{
			Member: ana, Group: deskpolicy.AgentGroup{ID: "refunds", Account: "acme"}, Access: deskpolicy.Edit,
		}},
			`agent "olga" is allowed agent.group.assign on group membership "ana" with "refunds"
  agent "olga" of account "acme"; role "Account Administrator" in open workspaces, tickets at global; administrators []
  GroupMembership{Member: agent "ana" of account "acme"; role "Agent" account-wide, tickets at group; group "billing": edit; group "refunds": view, Group: AgentGroup{ID: "refunds", Account: "acme"}, Access: edit}`},
		{"an account", deskpolicy.Request{Subject: olga, Action: deskpolicy.AuditView.ID(), Resource: acme},
			`agent "olga" is allowed audit.view on account "acme"
  agent "olga" of account "acme"; role "Account Administrator" in open workspaces, tickets at global; administrators []
  account "acme"`},
		{"nothing", deskpolicy.Request{}, "nobody is denied unknown(0) on nothing\n  nobody\n  nothing"},
		{"nil pointers", deskpolicy.Request{Subject: (*deskpolicy.Agent)(nil), Action: deskpolicy.TicketView.ID(), Resource: (*deskpolicy.Ticket)(nil)},
			"nobody is denied ticket.view on nothing\n  nobody\n  nothing"},
	} {
		t.Run(c.name, func(t *testing.T) { require.Equal(t, c.want, policytest.DescribeRequest(c.Request)) })
	}
}

// Every drawn request can be described, even if parts of it are missing.
func TestDescribeAnything(t *testing.T) {
	requests := policytest.Desk{}.Requests()
	rapid.Check(t, func(t *rapid.T) {
		r := requests.Draw(t, "request")
		text := policytest.DescribeRequest(r)
		if text != policytest.DescribeRequest(r) {
			t.Fatalf("described otherwise the second time: %s", text)
		}
	})
}
