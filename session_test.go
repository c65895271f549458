package deskpolicy_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	. "github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/plaintype"
)

// Each action that is forbidden to support engineers is denied whatever the role.
func TestForbiddenToSupport(t *testing.T) {
	forbidden := map[string]Reason{}
	for reason, actions := range map[Reason]string{
		SupportNoGrants: "support_grant.view support_grant.create support_grant.extend support_grant.revoke",
		SupportNoRoles:  "role.custom.create role.custom.update role.custom.delete role.custom.clone",
		SupportNoAgents: "agent.create agent.edit agent.deactivate agent.delete agent.impersonate agent.key.manage " +
			"agent.role.assign agent.role.remove agent.scope.edit agent.group.assign shared_agent.edit shared_agent.delete shared_agent.key.manage contact.key.manage",
		SupportNoExport: "ticket.export ticket.forward conversation.export contact.export report.export report.schedule data.export",
	} {
		for _, action := range strings.Fields(actions) {
			forbidden[action] = reason
		}
	}
	session := at(granted(t, SupportGrantTerms{Roles: []Role{AccountAdministratorRole.Role()}}), noon)
	bobs := Binding{Role: AgentRole.Role(), Workspace: AccountWide, TicketScope: ScopeGlobal}
	resources := []Resource{
		Ticket{Account: "acme"}, TicketPair{Ticket{Account: "acme"}, Ticket{Account: "acme"}},
		TicketAssignment{Ticket: Ticket{Account: "acme"}, To: bob(bobs)}, Note{Ticket{Account: "acme"}, session.ID()},
		TimeEntry{Ticket{Account: "acme"}, session.ID()}, Conversation{Account: "acme"},
		ConversationAssignment{Conversation{Account: "acme"}, bob(custom(t, ConversationReply.At(ScopeGlobal))), AgentGroup{}},
		TicketAssignment{Ticket: Ticket{Account: "acme"}, Group: AgentGroup{"billing", "acme"}},
		ConversationAssignment{Conversation: Conversation{Account: "acme"}, Group: AgentGroup{"billing", "acme"}},
		*customer("emea"), ContactPair{*customer("emea"), *customer("apac")}, Company{Account: "acme"}, *bob(), *sam(),
		RoleAssignment{bob(bobs), bobs}, inGroup(bob(), "billing", View), newRole(t, "Tier 2"), session.Grant(), acme,
	}
	for _, plain := range plaintype.All() {
		resources = append(resources, plain.New(plaintype.Place{Account: "acme", Owner: session.ID()}))
	}
	met := make(map[string]bool)
	for id := range Actions() {
		var got []Reason
		for _, resource := range resources {
			if d := (Request{Subject: session, Action: id, Resource: resource}).Authorize(); d.Reason != WrongResource && !routesToo(id, resource) {
				got = append(got, d.Reason)
			}
		}
		require.Len(t, got, 1, id)
		if want, never := forbidden[id.String()]; never {
			assert.Equal(t, want, got[0], id)
			met[id.String()] = true
		} else {
			assert.Contains(t, []Reason{AllowedAll, AllowedOwn, IneligibleTarget}, got[0], id)
			assert.Equal(t, id == TicketBeAssigned.ID() || id == ConversationTake.ID(), got[0] == IneligibleTarget, id)
		}
	}
	assert.Len(t, met, len(forbidden), "every name is the name of an action")
}

// A support engineer cannot be assigned a ticket or a conversation, be given a role, or join a group.
func TestSupportEngineersAsTargets(t *testing.T) {
	boss, session := owner(), at(granted(t, SupportGrantTerms{Roles: []Role{AccountAdministratorRole.Role()}}), noon)
	check(t, boss, TicketAssign, TicketAssignment{Ticket: Ticket{Account: "acme"}, To: session}, IneligibleTarget)
	check(t, boss, ConversationAssign, ConversationAssignment{Conversation: Conversation{Account: "acme"}, To: session}, IneligibleTarget)
	check(t, boss, AgentRoleAssign, RoleAssignment{session, wide(AgentRole.Role(), ScopeGlobal)}, WrongResource)
	check(t, boss, AgentGroupAssign, inGroup(session, "billing", View), WrongResource)
	check(t, session, TicketAssign, TicketAssignment{Ticket: Ticket{Account: "acme"}, To: session}, IneligibleTarget)
	check(t, session, TicketAssign, TicketAssignment{Ticket: Ticket{Account: "acme"}, To: bob(wide(AgentRole.Role(), ScopeGlobal))}, AllowedAll)
	check(t, boss, TicketAssign, TicketAssignment{Ticket: Ticket{Account: "acme"}, To: &SupportSession{}}, WrongResource)
}

// A session returns what it was created from, and does not change when that changes.
func TestSessions(t *testing.T) {
	grant := granted(t, SupportGrantTerms{Roles: []Role{AdministratorRole.Role()}})
	account := acme
	account.OpenWorkspaces = []WorkspaceID{"it"}
	now := noon.Add(time.Hour)
	session := grant.Session(eve, account, now.In(time.FixedZone("CET", 3600)))
	assert.Equal(t, AgentID("support:eve"), session.ID())
	assert.Equal(t, eve, session.Engineer())
	assert.Equal(t, grant, session.Grant())
	within := acme
	within.OpenWorkspaces = nil // the support grant decides
	assert.Equal(t, within, session.Account())
	assert.True(t, now == session.Now(), "in UTC")

	assert.Equal(t, []WorkspaceID{"it"}, account.OpenWorkspaces, "the caller's account is unchanged")
	account.ID, account.Plan = "globex", Plan{}
	check(t, session, TicketAttach, Ticket{Account: "acme"}, AllowedAll)
	check(t, session, TicketView, Ticket{Account: "acme", Workspace: "it"}, OtherWorkspace)
	check(t, session, WorkspaceManage, Workspace{"it", "acme"}, OtherWorkspace)
	check(t, session, ProfileEditOwn, AgentProfile{"acme", "support:eve"}, AllowedOwn) // A13: the display profile, if the host has one
	check(t, session, ProfileEditOwn, AgentProfile{"acme", "eve"}, NotOwn)

	var none *SupportSession
	check(t, none, TicketView, Ticket{Account: "acme"}, NoSubject)
	check(t, grant.Session(SupportEngineer{Name: "Eve"}, acme, noon), TicketView, Ticket{Account: "acme"}, NoSubject)
	check(t, SupportGrant{}.Session(eve, Account{}, noon), TicketView, Ticket{}, OtherAccount)
}

// Another account's resource is denied at every instant, and a session that lacks a
// permission for its own reason.
func TestSessionsDenied(t *testing.T) {
	session := at(granted(t, SupportGrantTerms{Roles: []Role{roleNamed(t, "Views", TicketView.At(Anything))}}), noon)
	theirs, ours := Ticket{Account: "globex"}, Ticket{Account: "acme"}
	assert.Equal(t, Decision{Reason: OtherAccount}, Authorize(session, TicketView, &theirs), "and Until is zero")
	assert.NotZero(t, Authorize(session, TicketView, &ours).Until())
	check(t, session, TicketBeAssigned, ours, NoPermission)
}

// The status of another account's support grant does not show in the decision.
func TestSessionsUnderAnotherAccountsGrant(t *testing.T) {
	foreign := acme
	foreign.ID = "globex"
	grant := granted(t, SupportGrantTerms{Start: noon.Add(time.Hour)})
	revoked, _, err := RevokeSupportGrant(owner(), grant, grant.Start())
	require.NoError(t, err)
	for _, g := range []SupportGrant{grant, revoked, {}} {
		for _, now := range []time.Time{noon, grant.Start(), grant.End().Add(-1), grant.End()} {
			d := Authorize(g.Session(eve, foreign, now), TicketView, &Ticket{Account: "globex"})
			assert.Equal(t, Decision{Reason: NoGrant}, d, "and Until is zero")
		}
	}
}

// richGrant returns a support grant of ten roles and fifty workspaces, and an agent with
// the same roles.
func richGrant(t testing.TB) (SupportGrant, *Agent) {
	agent, maker := bob(), owner()
	var roles []Role
	for i := range 10 {
		name := fmt.Sprint("Role ", i)
		b := wide(roleNamed(t, name, SettingsManage.At(ScopeGlobal), TicketView.At(ScopeGroup), AppUse.At(ScopeGlobal)), ScopeGlobal)
		if i == 9 { // only the last role allows
			b = wide(roleNamed(t, name, SettingsManage.At(ScopeGlobal), TicketReply.At(ScopeGlobal)), ScopeGlobal)
		}
		agent.Bindings, roles = append(agent.Bindings, b), append(roles, b.Role)
	}
	workspaces := make(map[WorkspaceID][]Role)
	maker.Account.OpenWorkspaces = nil
	for i := range 50 {
		w := WorkspaceID(fmt.Sprint("workspace-", i))
		workspaces[w] = nil
		maker.Account.OpenWorkspaces = append(maker.Account.OpenWorkspaces, w)
	}
	agent.Account.OpenWorkspaces = maker.Account.OpenWorkspaces
	grant, _, err := NewSupportGrant(maker, SupportGrantTerms{ID: "g1", Engineers: letIn, Roles: roles, Workspaces: workspaces}, noon)
	require.NoError(t, err)
	return grant, agent
}

// A decision on a session does not allocate, whatever the support grant and the answer.
func TestSupportDoesNotAllocate(t *testing.T) {
	grant, _ := richGrant(t)
	revoked, _, err := RevokeSupportGrant(owner(), grant, noon)
	require.NoError(t, err)
	account := acme
	for _, session := range []*SupportSession{
		at(grant, noon), at(grant, noon.Add(-1)), at(grant, grant.End()), at(revoked, noon), at(SupportGrant{}, noon), at(grant, time.Time{}),
	} {
		for _, w := range []WorkspaceID{"", "workspace-0", "workspace-49", "elsewhere"} {
			ticket, pair := Ticket{Account: "acme", Workspace: w}, TicketPair{Ticket{Account: "acme", Workspace: w}, Ticket{Account: "acme"}}
			assert.Zero(t, testing.AllocsPerRun(20, func() {
				Authorize(session, TicketReply, &ticket)
				Authorize(session, TicketExport, &ticket)
				Authorize(session, TicketMerge, &pair)
				Authorize(session, SessionLogin, &account)
				Authorize(session, SupportGrantView, &grant)
			}))
		}
	}
}

// BenchmarkSupport compares the decision on a session with that on an agent who holds the
// same roles.
func BenchmarkSupport(b *testing.B) {
	small := bob(wide(AgentRole.Role(), ScopeGlobal))
	rich, many := richGrant(b)
	for _, c := range []struct {
		name   string
		grant  SupportGrant
		agent  *Agent
		places []WorkspaceID
	}{
		{"roles=1", granted(b, SupportGrantTerms{Roles: []Role{AgentRole.Role()}}), small, []WorkspaceID{""}},
		{"roles=10,workspaces=50", rich, many, []WorkspaceID{"", "workspace-0", "workspace-49", "elsewhere"}},
	} {
		session := at(c.grant, noon)
		for _, w := range c.places {
			ticket := Ticket{Account: "acme", Workspace: w}
			b.Run(c.name+"/in="+string(w), func(b *testing.B) {
				require.Equal(b, Authorize(c.agent, TicketReply, &ticket).Reason, Authorize(session, TicketReply, &ticket).Reason)
				b.ReportAllocs()
				for b.Loop() {
					Authorize(session, TicketReply, &ticket)
				}
				ours := b.Elapsed()
				start := time.Now()
				for range b.N {
					Authorize(c.agent, TicketReply, &ticket)
				}
				b.ReportMetric(float64(ours)/float64(time.Since(start)), "x-agent")
			})
		}
	}
}

// A permission below Global reaches what is assigned to the support engineer, but nothing
// through a group, because a support engineer is in no group.
func TestNarrowRolesInSessions(t *testing.T) {
	narrow := custom(t, TicketView.At(ScopeGroup), TicketReply.At(ScopeRestricted), ConversationReply.At(InGroup)).Role
	session := at(granted(t, SupportGrantTerms{Roles: []Role{narrow}}), noon)
	check(t, session, TicketView, ticketOf("billing", "bob"), OutOfScope)
	check(t, session, TicketView, ticketOf("billing", "support:eve"), AllowedAssigned)
	check(t, session, TicketReply, ticketOf("", "support:eve"), AllowedAssigned)
	check(t, session, TicketReply, ticketOf("", "eve"), OutOfScope)
	check(t, session, ConversationReply, chatOf("billing", "support:eve"), OutOfScope) // A9
}

// LogValue has the support grant, the support engineer and the instant.
func TestSessionLogValue(t *testing.T) {
	session := at(granted(t, SupportGrantTerms{}), noon)
	assert.Equal(t, "[grant=g1 engineer=eve at=2026-11-02 12:00:00 +0000 UTC]", session.LogValue().String())
}
