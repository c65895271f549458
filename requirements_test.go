package deskpolicy_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	. "github.com/deskpolicy/deskpolicy"
)

// TestRequirements has a subtest for each rule of docs/requirements.md, by its number.
func TestRequirements(t *testing.T) {
	sharedAgentRequirements(t)
	grantRequirements(t)

	t.Run("R1", func(t *testing.T) { // restricted by role
		check(t, riya(), TicketView, ticketOf("billing", "riya"), NoRole)
		check(t, riya(wide(Role{}, Global)), TicketView, ticketOf("billing", "riya"), NoRole)
		check(t, riya(wide(AgentRole(), Global)), TicketView, ticketOf("", ""), AllowedAll)
		check(t, riya(wide(AgentRole(), Global)), SettingsManage, Settings{Account: "acme"}, NoPermission)
	})
	t.Run("R2", func(t *testing.T) { // support agents: conversations, people, own profile
		want := PermissionsOf(
			ConversationView.At(Global), ConversationReply.At(Global), ConversationNote.At(Global),
			ConversationTake.At(Global), ConversationResolve.At(Global),
			PeopleView.At(Global), ContactView.At(Global), ProfileEditOwn.At(Global),
		)
		assert.Equal(t, want, SupportAgentRole().Permissions())

		me := riya(wide(SupportAgentRole(), 0))
		check(t, me, ConversationReply, chatOf("", ""), AllowedAll)
		check(t, me, PeopleView, acme, AllowedAll)
		check(t, me, ProfileEditOwn, Profile{"acme", "riya"}, AllowedOwn)
		check(t, me, ProfileEditOwn, Profile{"acme", "bob"}, NotOwn)
		check(t, me, FAQEdit, FAQ{Account: "acme"}, NoPermission)
	})
	t.Run("R3", func(t *testing.T) { // support managers: campaigns and FAQs besides
		more := PermissionsOf(
			CampaignView.At(Global), CampaignCreate.At(Global), CampaignEdit.At(Global), FAQView.At(Global), FAQCreate.At(Global), FAQEdit.At(Global),
		)
		assert.Equal(t, SupportAgentRole().Permissions().Union(more), SupportManagerRole().Permissions())
		assert.Equal(t, more, SupportManagerRole().Permissions().Minus(SupportAgentRole().Permissions()))

		check(t, riya(wide(SupportManagerRole(), 0)), CampaignEdit, Campaign{Account: "acme"}, AllowedAll)
		check(t, riya(wide(SupportManagerRole(), 0)), CampaignLaunch, Campaign{Account: "acme"}, NoPermission) // (A24)
	})
	t.Run("R4", func(t *testing.T) { // administrators: all that the account administrator may, but custom roles
		authoring := PermissionsOf(RoleCreate.At(Global), RoleUpdate.At(Global), RoleDelete.At(Global), RoleClone.At(Global))
		for id := ActionID(HostActions); id < HostActions+HostRange; id++ {
			authoring = authoring.Union(PermissionsOf(id.At(Global))) // unclassified, so taken for authoring
		}
		assert.Equal(t, authoring, AccountAdministratorRole().Permissions().Minus(AdministratorRole().Permissions()))
		assert.Equal(t, AccountAdministratorRole().Permissions().Minus(authoring), AdministratorRole().Permissions())

		check(t, riya(wide(AdministratorRole(), Global)), BillingManage, acme, AllowedAll)
		check(t, riya(wide(AdministratorRole(), Global)), RoleCreate, newRole(t, "Tier 2"), RoleAuthoringReserved)
	})
	t.Run("R5", func(t *testing.T) { // the account administrator: everything
		all := AccountAdministratorRole().Permissions()
		for id := range Actions() {
			assert.Equal(t, id != SessionLogin.ID(), all.Has(id.At(Global)), id.String()) // to log in is no permission (A31)
		}
		for role := range acme.BuiltInRoles() {
			assert.True(t, all.Covers(role.Permissions()), role.Name())
		}
		check(t, riya(wide(AccountAdministratorRole(), Global)), BillingManage, acme, AllowedAll)
	})
	t.Run("R6", func(t *testing.T) { // custom roles, with any subset of the permissions
		for id := range Actions() {
			for scope := Restricted; scope <= Global; scope++ {
				role, err := NewRole("acme", "Custom", PermissionsOf(id.At(scope)))
				if !grantable(id) || scoped(id, scope) != id.At(scope) {
					assert.Error(t, err, id.String()) // but for [R9] (A31), and at no scope where none is taken (A34)
					continue
				}
				require.NoError(t, err)
				assert.Equal(t, PermissionsOf(id.At(scope)), role.Permissions())
			}
		}
	})
	t.Run("R8", func(t *testing.T) { // custom roles need the plan
		owner := riya(wide(AccountAdministratorRole(), Global))
		check(t, owner, RoleCreate, newRole(t, "Tier 2"), AllowedAll)
		owner.Account.Plan = Plan{Features: AllFeatures &^ CustomRoles}
		check(t, owner, RoleCreate, newRole(t, "Tier 2"), PlanLacksFeature)
		check(t, owner, RoleUpdate, newRole(t, "Tier 2"), PlanLacksFeature)
		check(t, owner, RoleClone, SupervisorRole(), PlanLacksFeature)
		check(t, owner, RoleDelete, newRole(t, "Tier 2"), AllowedAll) // to do without is always possible
	})
	t.Run("R9", func(t *testing.T) { // only account administrators make roles, and no custom role is one
		_, err := NewRole("acme", "Second Owner", AccountAdministratorRole().Permissions())
		require.ErrorContains(t, err, `role "Second Owner": no custom role may hold role.custom.create`)

		clone, dropped, err := CloneRole(AccountAdministratorRole(), "acme", "Second Owner")
		require.NoError(t, err)
		assert.True(t, dropped.Has(RoleUpdate.At(Global)))
		assert.False(t, clone.Permissions().Has(RoleUpdate.At(Global)))
		for _, role := range []Role{clone, AdministratorRole()} {
			check(t, riya(wide(role, Global)), RoleUpdate, newRole(t, "Tier 2"), RoleAuthoringReserved)
			check(t, riya(wide(role, Global)), RoleClone, SupervisorRole(), RoleAuthoringReserved)
		}
		inWorkspace := Binding{Role: AccountAdministratorRole(), Workspace: "it", TicketScope: Global}
		check(t, riya(inWorkspace), RoleUpdate, newRole(t, "Tier 2"), RoleAuthoringReserved)
		check(t, riya(wide(AccountAdministratorRole(), Global)), RoleUpdate, newRole(t, "Tier 2"), AllowedAll)
	})
	t.Run("R10", func(t *testing.T) { // may write FAQs but not launch campaigns
		writer := riya(custom(t, FAQCreate.At(Global)))
		check(t, writer, FAQCreate, FAQ{Account: "acme"}, AllowedAll)
		check(t, writer, CampaignLaunch, Campaign{Account: "acme"}, NoPermission)
	})
	t.Run("R11", func(t *testing.T) { // interns view conversations and do not reply
		intern := riya(custom(t, ConversationView.At(Global)))
		check(t, intern, ConversationView, chatOf("billing", ""), AllowedAll)
		check(t, intern, ConversationReply, chatOf("billing", ""), NoPermission)
	})
	t.Run("R12", func(t *testing.T) { // teams are kept out of other regions' conversations
		emea := riya(custom(t, ConversationView.At(Group), ConversationReply.At(Group), ConversationExport.At(Group)))
		check(t, emea, ConversationView, chatOf("billing", ""), AllowedGroup)
		check(t, emea, ConversationView, chatOf("apac", ""), OutOfScope)
		check(t, emea, ConversationExport, chatOf("apac", ""), OutOfScope)
	})
	t.Run("R13", func(t *testing.T) { // settings, dashboards and reports of one's own teams only
		lead := riya(custom(t, SettingsManage.At(Group), DashboardView.At(Group), ReportView.At(Group)))
		check(t, lead, SettingsManage, Settings{Account: "acme", Team: "billing"}, AllowedGroup)
		check(t, lead, SettingsManage, Settings{Account: "acme", Team: "refunds"}, ViewOnly)
		check(t, lead, SettingsManage, Settings{Account: "acme"}, OutOfScope)
		check(t, lead, DashboardView, Dashboard{Account: "acme", Team: "refunds"}, AllowedGroup)
		check(t, lead, DashboardView, Dashboard{Account: "acme", Team: "apac"}, OutOfScope)
		check(t, lead, ReportView, Report{Account: "acme", Team: "billing"}, AllowedGroup)
		check(t, lead, ReportView, Report{Account: "acme"}, OutOfScope)
	})
	t.Run("R14", func(t *testing.T) { // distinct names
		for _, name := range []string{"Supervisor", "sUPERVISOR", " Tier 2", "Tier 2 ", "", " "} {
			_, err := NewRole("acme", name, Permissions{})
			require.ErrorContains(t, err, fmt.Sprintf("role %q", name))
		}
		require.NoError(t, DistinctNames(newRole(t, "Tier 2"), newRole(t, "Tier 3")))
		err := DistinctNames(newRole(t, "Tier 2"), newRole(t, "Tier 3"), newRole(t, "TIER 2"))
		require.EqualError(t, err, `deskpolicy: role "TIER 2": the name is taken by role "Tier 2"`)
	})
	t.Run("R15", func(t *testing.T) { // a clone has the same permissions, and is a role of its own
		clone, dropped, err := CloneRole(SupervisorRole(), "acme", "Shift Lead")
		require.NoError(t, err)
		assert.Equal(t, SupervisorRole().Permissions(), clone.Permissions())
		assert.True(t, dropped.Empty())
		assert.False(t, clone.BuiltIn())
		assert.Equal(t, "Shift Lead", clone.Name())
		assert.NotEqual(t, SupervisorRole(), clone)
		check(t, riya(wide(AccountAdministratorRole(), Global)), RoleUpdate, clone, AllowedAll)
	})
	t.Run("R16", func(t *testing.T) { // what can be cloned: the named roles, and custom ones
		owner := riya(wide(AccountAdministratorRole(), Global))
		for _, name := range []string{
			"Account Administrator", "Administrator", "Support Agent", "Support Manager", "Marketing User",
			"Marketing Manager", "Restricted User", "Sales User", "Sales Manager",
		} {
			role, err := BuiltInRole(name)
			require.NoError(t, err)
			assert.True(t, role.BuiltIn())
			assert.False(t, role.Permissions().Empty())
			check(t, owner, RoleClone, role, AllowedAll)
			_, _, err = CloneRole(role, "acme", "Copy")
			require.NoError(t, err)
		}
		clone, _, err := CloneRole(newRole(t, "Tier 2"), "acme", "Tier 3") // (A25)
		require.NoError(t, err)
		check(t, owner, RoleClone, clone, AllowedAll)
		for _, role := range []Role{MarketingUserRole(), MarketingManagerRole(), RestrictedUserRole(), SalesUserRole(), SalesManagerRole()} {
			for p := range role.Permissions().All() { // (A27)
				assert.NotContains(t, []string{"people", "roles", "operations", "account", "support access"}, p.Action.Category(), "%v %v", role, p)
			}
		}
	})
	t.Run("R17", func(t *testing.T) { // a level for each permission
		me := riya(custom(t, ConversationView.At(Global), ConversationReply.At(Group), ConversationNote.At(Restricted)))
		check(t, me, ConversationView, chatOf("apac", "bob"), AllowedAll)
		check(t, me, ConversationReply, chatOf("apac", "riya"), OutOfScope)
		check(t, me, ConversationReply, chatOf("billing", "bob"), AllowedGroup)
		check(t, me, ConversationNote, chatOf("billing", "bob"), OutOfScope)
		check(t, me, ConversationNote, chatOf("apac", "riya"), AllowedAssigned)
	})
	t.Run("R18", func(t *testing.T) { // Global: notes on all conversations
		check(t, riya(custom(t, ConversationNote.At(Global))), ConversationNote, chatOf("apac", "bob"), AllowedAll)
		check(t, riya(custom(t, ConversationNote.At(Global))), ConversationNote, chatOf("", ""), AllowedAll)
	})
	t.Run("R19", func(t *testing.T) { // Group: only on those of the agent's groups, not even on its own elsewhere (A9)
		me := riya(custom(t, ConversationNote.At(Group)))
		check(t, me, ConversationNote, chatOf("billing", ""), AllowedGroup)
		check(t, me, ConversationNote, chatOf("apac", ""), OutOfScope)
		check(t, me, ConversationNote, chatOf("apac", "riya"), OutOfScope)
		check(t, me, ConversationNote, chatOf("", "riya"), OutOfScope)
		both := riya(custom(t, ConversationNote.At(Group), ConversationNote.At(Restricted))) // (A9) (A38)
		check(t, both, ConversationNote, chatOf("apac", "riya"), AllowedAssigned)
	})
	t.Run("R20", func(t *testing.T) { // Restricted: only on those that the agent takes up (A26)
		me := riya(custom(t, ConversationNote.At(Restricted)))
		check(t, me, ConversationNote, chatOf("apac", "riya"), AllowedAssigned)
		check(t, me, ConversationNote, chatOf("billing", "bob"), OutOfScope)
		check(t, me, ConversationNote, chatOf("billing", ""), OutOfScope)
	})
}

// TestBugs has a subtest for each bug of another helpdesk, by its number in
// docs/requirements.md, that the core must not have.
func TestBugs(t *testing.T) {
	agent, supervisor := wide(AgentRole(), Global), wide(SupervisorRole(), Global)
	foreign := Account{ID: "initech", Plan: acme.Plan}

	t.Run("B05", func(t *testing.T) { // whom a thing goes to is of the same account
		stranger := &Agent{ID: "bob", Account: foreign, Bindings: []Binding{agent}}
		check(t, riya(agent), TicketAssign, Assignment{Ticket: ticketOf("", ""), To: stranger}, OtherAccount)
		check(t, riya(agent), TicketAssign, Assignment{Ticket: ticketOf("", ""), Group: AgentGroup{"billing", "initech"}}, OtherAccount)
		check(t, riya(agent), TicketAssign, Assignment{Ticket: ticketOf("", ""), To: bob(agent), Group: AgentGroup{"apac", "acme"}}, AllowedAll)
	})
	t.Run("B06", func(t *testing.T) { // access follows the current group
		me := riya(wide(AgentRole(), Group))
		check(t, me, TicketView, ticketOf("billing", ""), AllowedGroup)
		check(t, me, TicketView, ticketOf("apac", ""), OutOfScope)
	})
	t.Run("B07", func(t *testing.T) { // losing the plan never widens
		me := riya(custom(t, ConversationView.At(Group)))
		for _, conversation := range []Conversation{chatOf("billing", ""), chatOf("apac", "")} {
			with := Authorize(me, ConversationView, &conversation)
			me.Account.Plan = Plan{}
			assert.Equal(t, with, Authorize(me, ConversationView, &conversation))
			me.Account.Plan = acme.Plan
		}
	})
	t.Run("B09", func(t *testing.T) { // the account comes first
		theirs := ticketOf("billing", "riya")
		theirs.Account = "initech"
		check(t, riya(wide(AccountAdministratorRole(), Global)), TicketView, theirs, OtherAccount)
		theirs.Account = ""
		check(t, riya(wide(AccountAdministratorRole(), Global)), TicketView, theirs, OtherAccount)
		nowhere := riya(agent)
		nowhere.Account.ID = ""
		check(t, nowhere, TicketView, theirs, OtherAccount)
		check(t, nowhere, RoleView, SupervisorRole(), OtherAccount)

		// A custom role of another account gives nothing, and cannot be given.
		foreignRole, err := NewRole("initech", "Tier 2", AgentRole().Permissions())
		require.NoError(t, err)
		check(t, riya(wide(foreignRole, Global)), TicketView, ticketOf("", "riya"), NoRole)
		check(t, riya(wide(AdministratorRole(), Global)), AgentRoleAssign, Appointment{bob(), wide(foreignRole, Global)}, OtherAccount)
	})
	t.Run("B10", func(t *testing.T) { // viewing never implies deleting
		check(t, riya(custom(t, TicketView.At(Global))), TicketDelete, ticketOf("", ""), NoPermission)
		check(t, riya(custom(t, TicketView.At(Global))), TicketMessageDelete, ticketOf("", ""), NoPermission)
	})
	t.Run("B11", func(t *testing.T) { // viewing a group refuses whatever changes a ticket; and B31, B52: every verb
		me := riya(wide(AccountAdministratorRole(), Group))
		for id := range Actions() {
			got := Request{Subject: me, Action: id, Resource: ticketOf("refunds", "")}.Decide()
			switch {
			case got.Reason == WrongResource: // not on tickets
			case id.Need() == Edit:
				assert.Equal(t, ViewOnly, got.Reason, id.String())
			default:
				assert.Equal(t, AllowedGroup, got.Reason, id.String())
			}
			got = Request{Subject: me, Action: id, Resource: ticketOf("apac", "")}.Decide()
			assert.Contains(t, []Reason{WrongResource, OutOfScope}, got.Reason, id.String())
		}
	})
	t.Run("B13", func(t *testing.T) { // linking asks for both tickets; B42: merging has a permission of its own
		me := riya(wide(AgentRole(), Group))
		mine, theirs := ticketOf("billing", ""), ticketOf("apac", "")
		for _, action := range []Action[TicketPair]{TicketLink, TicketMerge} {
			check(t, me, action, TicketPair{mine, mine}, AllowedGroup)
			check(t, me, action, TicketPair{mine, theirs}, OutOfScope)
			check(t, me, action, TicketPair{theirs, mine}, OutOfScope)
			check(t, me, action, TicketPair{mine, Ticket{}}, OtherAccount)
		}
		check(t, riya(custom(t, TicketPropertiesEdit.At(Global))), TicketMerge, TicketPair{mine, mine}, NoPermission)
	})
	t.Run("B15", func(t *testing.T) { // nothing special about a single group, or none
		me := riya(wide(AgentRole(), Group))
		me.Groups = map[GroupID]Access{"refunds": View}
		check(t, me, TicketReply, ticketOf("refunds", ""), ViewOnly)
		me.Groups = nil
		check(t, me, TicketView, ticketOf("refunds", ""), OutOfScope)
		me.Groups = map[GroupID]Access{"": Edit}
		check(t, me, TicketView, ticketOf("", ""), OutOfScope)
	})
	t.Run("B16", func(t *testing.T) { // the scope travels with its role; B34: a permission widens no scope
		view, reply := custom(t, TicketView.At(Global)), custom(t, TicketReply.At(Global), TicketAssign.At(Global))
		reply.TicketScope = Restricted
		check(t, riya(view, reply), TicketView, ticketOf("apac", ""), AllowedAll)
		check(t, riya(view, reply), TicketReply, ticketOf("apac", ""), OutOfScope)
		check(t, riya(reply), TicketView, ticketOf("apac", ""), NoPermission)
	})
	t.Run("B18", func(t *testing.T) { // nobody promotes themselves; and B50
		for _, role := range []Role{AdministratorRole(), AccountAdministratorRole()} {
			me := riya(wide(role, Global))
			check(t, me, AgentRoleAssign, Appointment{me, agent}, OwnAuthority)
			check(t, me, AgentScopeEdit, Appointment{me, agent}, WrongResource) // she does not hold it (A40)
			check(t, me, AgentEdit, *me, OwnAuthority)
			check(t, me, AgentKeyManage, *me, OwnAuthority)
		}
		lead := riya(wide(AgentRole(), Group), custom(t, AgentRoleAssign.At(Global), AgentRoleRemove.At(Global), AgentScopeEdit.At(Global), AgentGroupAssign.At(Global)))
		check(t, lead, AgentRoleAssign, Appointment{lead, lead.Bindings[0]}, OwnAuthority) // not even what adds nothing: it would stay
		check(t, lead, AgentScopeEdit, Appointment{lead, wide(AgentRole(), Global)}, OwnAuthority)
		check(t, lead, AgentScopeEdit, Appointment{lead, wide(SupervisorRole(), Restricted)}, WrongResource)
		check(t, lead, AgentScopeEdit, Appointment{lead, Binding{AgentRole(), "it", Restricted}}, WrongResource)
		check(t, lead, AgentGroupAssign, inGroup(lead, "apac", View), OwnAuthority)
		check(t, lead, AgentGroupAssign, inGroup(lead, "refunds", Edit), OwnAuthority)

		// To let go is free.
		check(t, lead, AgentRoleRemove, Appointment{lead, wide(AgentRole(), Restricted)}, AllowedAll)
		check(t, lead, AgentScopeEdit, Appointment{lead, wide(AgentRole(), Restricted)}, AllowedAll)
		check(t, lead, AgentScopeEdit, Appointment{lead, wide(AgentRole(), Group)}, AllowedAll)
		check(t, lead, AgentGroupAssign, inGroup(lead, "billing", View), AllowedAll)
		check(t, lead, AgentGroupAssign, inGroup(lead, "refunds", NoAccess), AllowedAll)
		check(t, lead, AgentGroupAssign, inGroup(lead, "billing", Edit), AllowedAll)      // or to leave as it is
		check(t, lead, AgentGroupAssign, inGroup(lead, "billing", Access(9)), AllowedAll) // no access, then

		// What is no scope and no access is nothing to let go of.
		lead.Bindings[0].TicketScope, lead.Groups["odd"] = Scope(9), Access(9)
		check(t, lead, AgentScopeEdit, Appointment{lead, wide(AgentRole(), Global)}, OwnAuthority)
		check(t, lead, AgentGroupAssign, inGroup(lead, "odd", View), OwnAuthority)
	})
	t.Run("B21", func(t *testing.T) { // having written it never replaces reach; and B22
		me := riya(wide(AgentRole(), Group))
		check(t, me, TicketNoteEditOwn, Note{ticketOf("billing", ""), "riya"}, AllowedOwn)
		check(t, me, TicketNoteEditOwn, Note{ticketOf("apac", ""), "riya"}, OutOfScope)
		check(t, me, TicketNoteEditOwn, Note{ticketOf("refunds", ""), "riya"}, ViewOnly)
		check(t, me, TicketNoteEditOwn, Note{ticketOf("billing", ""), "bob"}, NotOwn)
		check(t, me, TicketNoteEditOwn, Note{ticketOf("billing", ""), ""}, NotOwn)
	})
	t.Run("B23", func(t *testing.T) { // a decision that nobody made denies
		assert.False(t, Decision{}.Allowed())
		assert.True(t, errors.Is(Decision{}.Err(), ErrDenied))
	})
	t.Run("B26", func(t *testing.T) { // nobody gives what they do not have
		admin := riya(wide(AdministratorRole(), Global))
		check(t, admin, AgentRoleAssign, Appointment{bob(), agent}, AllowedAll)
		check(t, admin, AgentRoleAssign, Appointment{bob(), wide(AdministratorRole(), Global)}, AllowedAll)
		check(t, admin, AgentRoleAssign, Appointment{bob(), wide(AccountAdministratorRole(), Global)}, BeyondAuthority)
		check(t, admin, AgentDelete, *bob(wide(AccountAdministratorRole(), Global)), BeyondAuthority)
		check(t, admin, AgentDelete, *bob(supervisor), AllowedAll)
		check(t, admin, AgentCreate, *bob(agent, wide(AccountAdministratorRole(), Restricted)), BeyondAuthority)

		inIT := riya(Binding{AdministratorRole(), "it", Global})
		check(t, inIT, AgentRoleAssign, Appointment{bob(), agent}, BeyondAuthority)
		check(t, riya(wide(AdministratorRole(), Global)), AgentRoleAssign, Appointment{bob(), Binding{AgentRole(), "it", Global}}, AllowedAll)
		check(t, riya(wide(AdministratorRole(), Global)), AgentRoleAssign, Appointment{bob(), Binding{AgentRole(), "legal", Global}}, BeyondAuthority)
		check(t, riya(wide(AdministratorRole(), Group)), AgentRoleAssign, Appointment{bob(), agent}, BeyondAuthority)
		check(t, riya(wide(AdministratorRole(), Group)), AgentRoleAssign, Appointment{bob(), Binding{}}, AllowedAll) // gives nothing

		// What one's roles come to together covers, as far as they reach.
		reading, replying := custom(t, TicketView.At(Global)), custom(t, TicketReply.At(Global), AgentRoleAssign.At(Global), AgentGroupAssign.At(Global))
		both := custom(t, TicketView.At(Global), TicketReply.At(Global))
		check(t, riya(reading, replying), AgentRoleAssign, Appointment{bob(), both}, AllowedAll)
		replying.TicketScope = Group
		check(t, riya(reading, replying), AgentRoleAssign, Appointment{bob(), both}, BeyondAuthority)
		both.TicketScope = Group
		lead := riya(reading, replying)
		check(t, lead, AgentRoleAssign, Appointment{bob(), both}, AllowedAll)
		check(t, lead, AgentGroupAssign, inGroup(bob(both), "billing", Edit), AllowedAll)
		check(t, lead, AgentGroupAssign, inGroup(bob(both), "refunds", View), AllowedAll)
		check(t, lead, AgentGroupAssign, inGroup(bob(both), "refunds", Edit), BeyondAuthority)
		check(t, lead, AgentGroupAssign, inGroup(bob(both), "apac", View), AllowedAll) // which the lead sees as all others
		check(t, lead, AgentGroupAssign, inGroup(bob(both), "apac", Edit), BeyondAuthority)
		check(t, lead, AgentGroupAssign, inGroup(bob(agent), "billing", View), BeyondAuthority) // whom the lead does not cover
	})
	t.Run("B38", func(t *testing.T) { // to act in somebody's name is to have what they have
		boss := bob(wide(AccountAdministratorRole(), Global))
		manage := custom(t, TicketView.At(Group), AgentEdit.At(Global), AgentKeyManage.At(Global), AgentImpersonate.At(Global))
		check(t, riya(manage), AgentEdit, *boss, BeyondAuthority)
		check(t, riya(manage), AgentKeyManage, *boss, BeyondAuthority)

		same := bob(custom(t, TicketView.At(Restricted)))
		check(t, riya(manage), AgentEdit, *same, AllowedAll)
		check(t, riya(manage), AgentImpersonate, *same, BeyondAuthority) // who is assigned what the other is not
		check(t, riya(manage), AgentKeyManage, *same, BeyondAuthority)
		check(t, riya(manage, custom(t, TicketView.At(Global))), AgentImpersonate, *same, AllowedAll)
		check(t, riya(manage), AgentImpersonate, *bob(custom(t, ProfileEditOwn.At(Global))), BeyondAuthority)
		check(t, riya(manage, custom(t, ProfileEditOwn.At(Global))), AgentImpersonate, *bob(custom(t, ProfileEditOwn.At(Global))), AllowedAll) // the other's own is no matter

		inLegal := bob(Binding{AgentRole(), "legal", Global})
		owner := riya(wide(AccountAdministratorRole(), Global))
		check(t, owner, AgentEdit, *inLegal, AllowedAll)
		check(t, owner, AgentImpersonate, *inLegal, BeyondAuthority)
	})
	t.Run("B55", func(t *testing.T) { // nobody locks out who is above them, and nobody the last account administrator
		boss := bob(wide(AccountAdministratorRole(), Global))
		admin, owner := riya(wide(AdministratorRole(), Global)), riya(wide(AccountAdministratorRole(), Global))
		check(t, admin, AgentDeactivate, *boss, BeyondAuthority)
		check(t, admin, AgentRoleRemove, Appointment{boss, boss.Bindings[0]}, BeyondAuthority)

		for _, known := range [][]AgentID{nil, {""}, {"bob"}, {"bob", "bob"}} {
			owner.Account.Administrators = known
			check(t, owner, AgentDeactivate, *boss, LastAdministrator)
			check(t, owner, AgentDelete, *boss, LastAdministrator)
			check(t, owner, AgentRoleRemove, Appointment{boss, wide(AccountAdministratorRole(), Restricted)}, LastAdministrator)
		}
		owner.Account.Administrators = []AgentID{"riya"}
		check(t, owner, AgentRoleRemove, Appointment{owner, owner.Bindings[0]}, LastAdministrator)
		owner.Account.Administrators = []AgentID{"riya", "bob"}
		check(t, owner, AgentRoleRemove, Appointment{owner, owner.Bindings[0]}, AllowedAll)
		check(t, owner, AgentDelete, *boss, AllowedAll)
		check(t, owner, AgentRoleRemove, Appointment{boss, boss.Bindings[0]}, AllowedAll)

		owner.Account.Administrators = nil // and what leaves an administrator is no matter
		check(t, owner, AgentRoleRemove, Appointment{boss, wide(AgentRole(), Global)}, AllowedAll)
		check(t, owner, AgentRoleRemove, Appointment{boss, Binding{AccountAdministratorRole(), "it", Global}}, AllowedAll)
		check(t, owner, AgentScopeEdit, Appointment{boss, wide(AccountAdministratorRole(), Restricted)}, AllowedAll)
		check(t, owner, AgentEdit, *boss, AllowedAll)
		check(t, owner, AgentRoleRemove, Appointment{sam(boss.Bindings...), boss.Bindings[0]}, AllowedAll) // who administered nothing
		check(t, owner, AgentDelete, *bob(Binding{AccountAdministratorRole(), "it", Global}), AllowedAll)

		// Above her is also who reaches more by groups, or by the CRM; and a shared agent of her ID is herself.
		lead := riya(custom(t, AgentEdit.At(Global), SharedAgentEdit.At(Global), ReportView.At(Group), ContactView.At(Restricted)))
		for group, want := range map[GroupID]Reason{"billing": AllowedAll, "apac": BeyondAuthority} {
			agent, shared := bob(custom(t, ReportView.At(Group))), sam(custom(t, ReportView.At(Group)))
			agent.Groups, shared.Groups = map[GroupID]Access{group: Edit}, map[GroupID]Access{group: Edit}
			check(t, lead, AgentEdit, *agent, want)
			check(t, lead, SharedAgentEdit, *shared, want)
		}
		check(t, lead, SharedAgentEdit, *sam(custom(t, ContactView.At(Restricted))), BeyondAuthority)
		check(t, riya(custom(t, SharedAgentEdit.At(Global), ContactView.At(Global))), SharedAgentEdit, *sam(custom(t, ContactView.At(Restricted))), AllowedAll)
		herself := sam()
		herself.ID = "riya"
		check(t, admin, SharedAgentEdit, *herself, OwnAuthority)
	})
	t.Run("B30", func(t *testing.T) { // the ID in a URL is decided like the row in a list; and B53
		check(t, riya(wide(AgentRole(), Restricted)), TicketView, ticketOf("billing", "bob"), OutOfScope)
		check(t, riya(wide(AgentRole(), Restricted)), TicketView, ticketOf("billing", ""), OutOfScope)
	})
	t.Run("B33", func(t *testing.T) { // the assignee works on its ticket, in whatever group it is
		for scope := Restricted; scope <= Group; scope++ {
			check(t, riya(wide(AgentRole(), scope)), TicketReply, ticketOf("apac", "riya"), AllowedAssigned)
			check(t, riya(wide(AgentRole(), scope)), TicketReply, ticketOf("refunds", "riya"), AllowedAssigned)
		}
	})
	t.Run("B36", func(t *testing.T) { // exactly the permission: no action stands for another
		for id := range Actions() {
			if !grantable(id) {
				continue // no custom role may hold it
			}
			me := riya(custom(t, id.At(Global)))
			for other := range Actions() {
				got := Request{Subject: me, Action: other, Resource: ticketOf("", "")}.Decide()
				assert.Equal(t, other == id && got.Reason != WrongResource, got.Allowed(), "%v stands for %v", id, other)
			}
		}
	})
	t.Run("B37", func(t *testing.T) { // exporting is a permission, and a scope over each row
		me := riya(wide(SupervisorRole(), Group))
		check(t, me, TicketExport, ticketOf("refunds", ""), AllowedGroup)
		check(t, me, TicketExport, ticketOf("apac", ""), OutOfScope)
		check(t, riya(agent), TicketExport, ticketOf("apac", ""), NoPermission)
	})
	t.Run("B39", func(t *testing.T) { // forwarding is decided on the ticket that is forwarded; B45: so is splitting
		me := riya(wide(AgentRole(), Group))
		check(t, me, TicketForward, ticketOf("refunds", ""), AllowedGroup)
		check(t, me, TicketForward, ticketOf("apac", ""), OutOfScope)
		check(t, me, TicketSplit, ticketOf("refunds", ""), ViewOnly)
	})
	t.Run("B41", func(t *testing.T) { // reading an agent's record does not read its keys
		check(t, riya(custom(t, AgentView.At(Global))), AgentView, *bob(), AllowedAll)
		check(t, riya(custom(t, AgentView.At(Global))), AgentKeyManage, *bob(), NoPermission)
	})
	t.Run("B43", func(t *testing.T) { // watching wants a view and gives none
		me := riya(custom(t, TicketWatch.At(Global)))
		check(t, me, TicketWatch, ticketOf("apac", ""), AllowedAll)
		check(t, me, TicketView, ticketOf("apac", ""), NoPermission)
	})
	t.Run("B44", func(t *testing.T) { // IDs are equal or they are not
		me := riya(wide(AgentRole(), Group))
		for _, id := range []GroupID{"Billing", "billing ", "billin", "billings", "billing\x00", "bílling"} {
			check(t, me, TicketView, ticketOf(id, ""), OutOfScope)
		}
		for _, id := range []AgentID{"Riya", "riya ", "riy", "riyaa", ""} {
			check(t, me, TicketView, ticketOf("", id), OutOfScope)
		}
		inIT := riya(Binding{AgentRole(), "it", Global})
		check(t, inIT, TicketView, Ticket{Account: "acme", Workspace: "it"}, AllowedAll)
		for _, other := range []WorkspaceID{"it-legal", "it/legal", "i", "IT", "it ", ""} { // no part, no path, no other case
			check(t, inIT, TicketView, Ticket{Account: "acme", Workspace: other}, OtherWorkspace)
		}
	})
	t.Run("B46", func(t *testing.T) { // the order of roles does not matter
		for _, scopes := range [][2]Scope{{Restricted, Group}, {Group, Restricted}} { // the widest decides
			ticket := ticketOf("", "riya")
			d := Authorize(riya(wide(AgentRole(), scopes[0]), wide(AgentRole(), scopes[1])), TicketView, &ticket)
			assert.Equal(t, Decision{Reason: AllowedAssigned, Scope: Group, Role: "Agent"}, d)
		}
		bindings := []Binding{wide(AgentRole(), Restricted), wide(SupervisorRole(), Group), wide(TicketCollaboratorRole(), Global), wide(AgentRole(), Group)}
		want := Authorize(riya(bindings...), TicketReply, ptr(ticketOf("billing", "riya")))
		for range bindings {
			bindings = append(bindings[1:], bindings[0])
			assert.Equal(t, want, Authorize(riya(bindings...), TicketReply, ptr(ticketOf("billing", "riya"))))
		}
		slices.Reverse(bindings)
		assert.Equal(t, want, Authorize(riya(bindings...), TicketReply, ptr(ticketOf("billing", "riya"))))
	})
	t.Run("B51", func(t *testing.T) { // saved replies of other groups stay closed
		me := riya(custom(t, CannedResponseUse.At(Group)))
		check(t, me, CannedResponseUse, CannedResponse{Account: "acme", Group: "billing"}, AllowedGroup)
		check(t, me, CannedResponseUse, CannedResponse{Account: "acme", Group: "apac"}, OutOfScope)
	})
	t.Run("B54", func(t *testing.T) { // built-in roles are never changed, whoever asks
		owner := riya(wide(AccountAdministratorRole(), Global))
		for role := range acme.BuiltInRoles() {
			check(t, owner, RoleUpdate, role, BuiltInImmutable)
			check(t, owner, RoleDelete, role, BuiltInImmutable)
			check(t, owner, RoleCreate, role, BuiltInImmutable)
			check(t, owner, RoleView, role, AllowedAll)
			check(t, riya(wide(AdministratorRole(), Global)), RoleUpdate, role, BuiltInImmutable) // before who makes roles at all
		}
	})
	t.Run("B56", func(t *testing.T) { // a decision is made on what the subject holds now
		me := riya(agent)
		check(t, me, TicketView, ticketOf("apac", ""), AllowedAll)
		me.Bindings = nil
		check(t, me, TicketView, ticketOf("apac", ""), NoRole)
		me = riya(agent)
		me.Deactivated = true
		check(t, me, TicketView, ticketOf("apac", "riya"), Deactivated)
	})
}

func newRole(t testing.TB, name string) Role {
	t.Helper()
	role, err := NewRole("acme", name, PermissionsOf(TicketView.At(Global)))
	require.NoError(t, err)
	return role
}

func ptr[T any](v T) *T { return &v }
