package main

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/examples/internal/helpdesk"
)

// requireEqual compares what was read with what is wanted. Roles are opaque.
func requireEqual(t *testing.T, want, got any) {
	t.Helper()
	roles := cmp.Comparer(func(a, b deskpolicy.Role) bool { return a == b })
	require.Empty(t, cmp.Diff(want, got, roles, cmpopts.EquateEmpty()))
}

// Most questions depend on a few fields only: this test checks that every field is read.
func TestEveryFieldOfAPersonIsRead(t *testing.T) {
	const inCRM = `"account": "acme", "deactivated": true, "sees": "territory", "territories": ["france", "europe"],
		"visible": {"contacts": {"c1": "edit"}, "companies": {"c2": "view"}, "as_of": "2026-11-02T12:00:00Z", "max_age": "2h"}`
	const onDesk = `"account": "acme", "deactivated": true, "groups": {"emea": "view"},
		"bindings": [{"role": "Shared Agent", "workspace": "*", "ticket_scope": "group"}]`
	people := strings.NewReplacer(
		`"crm_users": [`, `"crm_users": [
			{"id": "u-tess", `+inCRM+`},
			{"id": "u-nina", "name": "Nina N.", `+inCRM+`},
			{"id": "u-sue", "account": "acme"},`,
		`"agents": [`, `"agents": [{"id": "alice", "name": "Alice A.", `+onDesk+`},`,
		`"shared_agents": [`, `"shared_agents": [
			{"id": "tess", "name": "Tess T.", "crm_user": "u-tess", "now": "2026-11-02T12:00:00Z", `+onDesk+`},
			{"id": "sue", "account": "acme", "crm_user": "u-sue"},`,
	).Replace(small)

	acme := deskpolicy.Account{
		ID: "acme", Plan: deskpolicy.Plan{Features: deskpolicy.FeatureCustomRoles},
		Integrated: true, OpenWorkspaces: []deskpolicy.WorkspaceID{"it"},
	}
	user := func(id deskpolicy.CRMUserID) deskpolicy.CRMUser {
		return deskpolicy.CRMUser{ID: id, Hierarchy: map[deskpolicy.TerritoryID]deskpolicy.TerritoryID{"europe": "", "france": "europe"}}
	}
	noon := time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC)
	full := func(id deskpolicy.CRMUserID) deskpolicy.CRMUser {
		u := user(id)
		u.Deactivated, u.Sees, u.Territories = true, deskpolicy.TerritoryRecords, []deskpolicy.TerritoryID{"france", "europe"}
		u.Visibility = deskpolicy.CRMVisibility{
			Contacts:  map[deskpolicy.ContactID]deskpolicy.Access{"c1": deskpolicy.Edit},
			Companies: map[deskpolicy.CompanyID]deskpolicy.Access{"c2": deskpolicy.View},
			AsOf:      noon,
			MaxAge:    2 * time.Hour,
		}
		return u
	}
	bindings := []deskpolicy.Binding{{Role: deskpolicy.SharedAgentRole.Role(), Workspace: deskpolicy.AccountWide, TicketScope: deskpolicy.ScopeGroup}}
	groups := map[deskpolicy.GroupID]deskpolicy.Access{"emea": deskpolicy.View}
	for _, test := range []struct {
		who, name string
		want      deskpolicy.Subject
	}{
		{"alice", "Alice A.", &deskpolicy.Agent{ID: "alice", Account: acme, Deactivated: true, Bindings: bindings, Groups: groups}},
		{"tess", "Tess T.", &deskpolicy.SharedAgent{ID: "tess", Account: acme, Deactivated: true, Now: noon, CRM: full("u-tess"), Bindings: bindings, Groups: groups}},
		{"sue", "sue", deskpolicy.NewSharedAgent("sue", acme, user("u-sue"))},
		{"crm_user:u-nina", "Nina N.", &deskpolicy.CRMOnlyUser{Account: acme, CRM: full("u-nina")}},
	} {
		t.Run(test.who, func(t *testing.T) {
			questions, err := helpdesk.Load([]byte(strings.Replace(people, `"who": "riya"`, `"who": "`+test.who+`"`, 1)))
			require.NoError(t, err)
			require.Equal(t, test.name, questions[0].Who)
			requireEqual(t, test.want, questions[0].Request.Subject)
		})
	}
}

func TestEveryFieldOfAGrantIsRead(t *testing.T) {
	questions, err := helpdesk.Load([]byte(strings.NewReplacer(
		`"grants": [`, `"grants": [
			{"id": "g2", "account": "acme", "by": "olga", "at": "2026-11-02T12:00:00Z", "roles": ["Agent", "Supervisor"], "engineers": ["eve"]},`,
		`"questions": [`, `"questions": [
			{"who": "olga", "may": "support_grant.view", "on": "support_grant:g1", "source": "-"},
			{"who": "olga", "may": "support_grant.view", "on": "support_grant:g2", "source": "-"},`,
	).Replace(small)))
	require.NoError(t, err)

	type grant struct {
		ID                  deskpolicy.SupportGrantID
		Account             deskpolicy.AccountID
		By                  deskpolicy.AgentID
		Start, End, Revoked string
		Roles               []deskpolicy.Role
		Workspaces          map[deskpolicy.WorkspaceID][]deskpolicy.Role
		Engineers           []deskpolicy.SupportEngineer
	}
	intern := questions[2].Request.Subject.(*deskpolicy.Agent).Bindings[0].Role
	require.Equal(t, "Intern", intern.Name())
	eve := []deskpolicy.SupportEngineer{{ID: "eve", Name: "Eve Novak", Email: "eve@vendor.example"}}
	for i, want := range []grant{
		{
			ID: "g1", Account: "acme", By: "olga", Start: "2026-11-03 08:00", End: "2026-11-06 08:00", Revoked: "2026-11-05 12:00",
			Roles:      []deskpolicy.Role{intern},
			Workspaces: map[deskpolicy.WorkspaceID][]deskpolicy.Role{"it": {deskpolicy.AgentRole.Role()}},
			Engineers:  eve,
		},
		{
			ID: "g2", Account: "acme", By: "olga", Start: "2026-11-02 12:00", End: "2026-11-09 12:00",
			Roles: []deskpolicy.Role{deskpolicy.AgentRole.Role(), deskpolicy.SupervisorRole.Role()}, Engineers: eve,
		},
	} {
		g := questions[i].Request.Resource.(deskpolicy.SupportGrant)
		requireEqual(t, want, grant{
			g.ID(), g.Account(), g.CreatedBy(), helpdesk.Shown(g.Start()), helpdesk.Shown(g.End()), helpdesk.Shown(g.RevokedAt()), g.Roles(), g.Workspaces(), g.Engineers(),
		})
	}
}

func TestEveryFieldOfASessionIsRead(t *testing.T) {
	questions, err := helpdesk.Load([]byte(strings.Replace(small, `"questions": [`, `"questions": [
		{"who": "olga", "may": "support_grant.view", "on": "support_grant:g1", "source": "-"},`, 1)))
	require.NoError(t, err)
	q := questions[2]
	require.Equal(t, "Eve Novak at 2026-11-03 08:00", q.Who)
	session := q.Request.Subject.(*deskpolicy.SupportSession)
	require.Equal(t, deskpolicy.SupportEngineer{ID: "eve", Name: "Eve Novak", Email: "eve@vendor.example"}, session.Engineer())
	require.Equal(t, questions[0].Request.Resource, session.Grant())
	require.Equal(t, "2026-11-03 08:00", helpdesk.Shown(session.Now()))
}

func TestEveryFieldOfAResourceIsRead(t *testing.T) {
	people, _, _ := strings.Cut(small, `"resources"`)
	questions, err := helpdesk.Load([]byte(people + `"resources": {
		"contact": [{"id": "1", "account": "acme", "owner": "riya", "crm_owner": "u-sam", "territory": "france", "team": {"u-nora": "view"}},
			{"id": "c1", "account": "acme"}],
		"company": [{"id": "c2", "account": "acme", "owner": "sam", "crm_owner": "u-nora", "territory": "europe", "team": {"u-sam": "edit"}}],
		"ticket": [{"id": "1", "account": "acme", "workspace": "it", "group": "emea", "assignee": "riya", "requester": "1", "mentions": ["sam", "riya"]},
			{"id": "2", "account": "acme"}],
		"ticket_pair": [{"id": "1", "from": "2", "into": "1"}],
		"ticket_assignment": [{"id": "1", "ticket": "2", "to": "sam"}],
		"note": [{"id": "1", "ticket": "2", "author": "sam"}],
		"canned_response": [{"id": "1", "account": "acme", "workspace": "it", "group": "emea"}],
		"conversation": [{"id": "1", "account": "acme", "workspace": "it", "group": "emea", "assignee": "riya"}],
		"conversation_assignment": [{"id": "1", "conversation": "1", "to": "riya"}],
		"channel": [{"id": "1", "account": "acme", "workspace": "it", "group": "emea"}],
		"article": [{"id": "1", "account": "acme", "workspace": "it", "author": "riya"}],
		"faq": [{"id": "1", "account": "acme", "workspace": "it", "author": "riya"}],
		"topic": [{"id": "1", "account": "acme", "workspace": "it", "author": "riya"}],
		"campaign": [{"id": "1", "account": "acme", "workspace": "it", "author": "riya"}],
		"report": [{"id": "1", "account": "acme", "workspace": "it", "team": "emea", "owner": "riya"}],
		"dashboard": [{"id": "1", "account": "acme", "workspace": "it", "team": "emea", "owner": "riya"}],
		"app": [{"id": "1", "account": "acme", "workspace": "it"}],
		"settings": [{"id": "1", "account": "acme", "workspace": "it", "team": "emea"}],
		"role_assignment": [{"id": "1", "to": "sam", "role": "Shared Agent", "workspace": "it", "ticket_scope": "global"}],
		"group_membership": [{"id": "1", "of": "sam", "group": "emea", "access": "edit"}]
	},
	"questions": [
		{"who": "riya", "may": "contact.view", "on": "contact:1", "source": "-"},
		{"who": "riya", "may": "company.view", "on": "company:c2", "source": "-"},
		{"who": "riya", "may": "ticket.view", "on": "ticket:1", "source": "-"},
		{"who": "riya", "may": "ticket.merge", "on": "ticket_pair:1", "source": "-"},
		{"who": "riya", "may": "ticket.assign", "on": "ticket_assignment:1", "source": "-"},
		{"who": "riya", "may": "ticket.note.edit_own", "on": "note:1", "source": "-"},
		{"who": "riya", "may": "canned_response.use", "on": "canned_response:1", "source": "-"},
		{"who": "riya", "may": "conversation.view", "on": "conversation:1", "source": "-"},
		{"who": "riya", "may": "conversation.assign", "on": "conversation_assignment:1", "source": "-"},
		{"who": "riya", "may": "channel.manage", "on": "channel:1", "source": "-"},
		{"who": "riya", "may": "article.view", "on": "article:1", "source": "-"},
		{"who": "riya", "may": "faq.view", "on": "faq:1", "source": "-"},
		{"who": "riya", "may": "topic.view", "on": "topic:1", "source": "-"},
		{"who": "riya", "may": "campaign.view", "on": "campaign:1", "source": "-"},
		{"who": "riya", "may": "report.view", "on": "report:1", "source": "-"},
		{"who": "riya", "may": "dashboard.view", "on": "dashboard:1", "source": "-"},
		{"who": "riya", "may": "app.use", "on": "app:1", "source": "-"},
		{"who": "riya", "may": "settings.manage", "on": "settings:1", "source": "-"},
		{"who": "riya", "may": "agent.role.assign", "on": "role_assignment:1", "source": "-"},
		{"who": "riya", "may": "agent.group.assign", "on": "group_membership:1", "source": "-"},

		{"who": "riya", "may": "account.manage", "on": "account:acme", "source": "-"},
		{"who": "riya", "may": "workspace.manage", "on": "workspace:acme", "source": "-"},
		{"who": "riya", "may": "workspace.manage", "on": "workspace:acme/hr", "source": "-"},
		{"who": "riya", "may": "profile.edit_own", "on": "agent_profile:riya", "source": "-"},
		{"who": "riya", "may": "profile.edit_own", "on": "agent_profile:sam", "source": "-"},
		{"who": "riya", "may": "agent.view", "on": "agent:riya", "source": "-"},
		{"who": "riya", "may": "shared_agent.view", "on": "shared_agent:sam", "source": "-"}
	]}`))
	require.NoError(t, err)

	riya := questions[0].Request.Subject.(*deskpolicy.Agent)
	sam := questions[len(questions)-1].Request.Resource.(*deskpolicy.SharedAgent)
	require.EqualValues(t, "sam", sam.ID)
	contact := deskpolicy.Contact{ID: "1", Account: "acme", Owner: "riya", CRM: deskpolicy.CRMRecord{
		Owner: "u-sam", Territory: "france", Team: map[deskpolicy.CRMUserID]deskpolicy.Access{"u-nora": deskpolicy.View},
	}}
	ticket := deskpolicy.Ticket{
		Account: "acme", Workspace: "it", Group: "emea", Assignee: "riya",
		Requester: &contact, Mentions: map[deskpolicy.AgentID]bool{"sam": true, "riya": true},
	}
	other := deskpolicy.Ticket{Account: "acme"}
	conversation := deskpolicy.Conversation{Account: "acme", Workspace: "it", Group: "emea", Assignee: "riya"}
	want := []deskpolicy.Resource{
		contact,
		deskpolicy.Company{ID: "c2", Account: "acme", Owner: "sam", CRM: deskpolicy.CRMRecord{
			Owner: "u-nora", Territory: "europe", Team: map[deskpolicy.CRMUserID]deskpolicy.Access{"u-sam": deskpolicy.Edit},
		}},
		ticket,
		deskpolicy.TicketPair{From: other, Into: ticket},
		deskpolicy.TicketAssignment{Ticket: other, To: sam},
		deskpolicy.Note{Ticket: other, Author: "sam"},
		deskpolicy.CannedResponse{Account: "acme", Workspace: "it", Group: "emea"},
		conversation,
		deskpolicy.ConversationAssignment{Conversation: conversation, To: riya},
		deskpolicy.Channel{Account: "acme", Workspace: "it", Group: "emea"},
		deskpolicy.Article{Account: "acme", Workspace: "it", Author: "riya"},
		deskpolicy.FAQ{Account: "acme", Workspace: "it", Author: "riya"},
		deskpolicy.Topic{Account: "acme", Workspace: "it", Author: "riya"},
		deskpolicy.Campaign{Account: "acme", Workspace: "it", Author: "riya"},
		deskpolicy.Report{Account: "acme", Workspace: "it", Team: "emea", Owner: "riya"},
		deskpolicy.Dashboard{Account: "acme", Workspace: "it", Team: "emea", Owner: "riya"},
		deskpolicy.App{Account: "acme", Workspace: "it"},
		deskpolicy.Settings{Account: "acme", Workspace: "it", Team: "emea"},
		deskpolicy.RoleAssignment{Holder: sam, Binding: deskpolicy.Binding{Role: deskpolicy.SharedAgentRole.Role(), Workspace: "it", TicketScope: deskpolicy.ScopeGlobal}},
		deskpolicy.GroupMembership{Member: sam, Group: deskpolicy.AgentGroup{ID: "emea", Account: "acme"}, Access: deskpolicy.Edit},

		riya.Account,
		deskpolicy.Workspace{Account: "acme"},
		deskpolicy.Workspace{ID: "hr", Account: "acme"},
		deskpolicy.AgentProfile{Account: "acme", Agent: "riya"},
		deskpolicy.AgentProfile{Account: "acme", Agent: "sam"},
		riya,
		sam,
	}
	require.Len(t, questions, len(want))
	seen := make(map[string]bool)
	for i, q := range questions {
		of, _, _ := strings.Cut(q.On, ":")
		seen[of] = true
		t.Run(q.On, func(t *testing.T) { requireEqual(t, want[i], q.Request.Resource) })
	}
	for _, of := range helpdesk.Types() {
		require.True(t, seen[of], "no %s is read here", of)
	}
}
