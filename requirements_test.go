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
		check(t, riya(wide(Role{}, ScopeGlobal)), TicketView, ticketOf("billing", "riya"), NoRole)
		check(t, riya(wide(AgentRole.Role(), ScopeGlobal)), TicketView, ticketOf("", ""), AllowedAll)
		check(t, riya(wide(AgentRole.Role(), ScopeGlobal)), SettingsManage, Settings{Account: "acme"}, NoPermission)
	})
	t.Run("R2", func(t *testing.T) { // support agents: conversations, people, own profile
		want := NewPermissions(
			ConversationView.At(ScopeGlobal), ConversationReply.At(ScopeGlobal), ConversationNotePrivate.At(ScopeGlobal),
			ConversationTake.At(ScopeGlobal), ConversationResolve.At(ScopeGlobal),
			PeopleView.At(ScopeGlobal), ContactView.At(ScopeGlobal), ProfileEditOwn.At(ScopeGlobal),
			TicketConfidential.At(Assigned|Requested|Participating|Mentioned), // (A52)
		)
		assert.Equal(t, want, SupportAgentRole.Role().Permissions())

		me := riya(wide(SupportAgentRole.Role(), 0))
		check(t, me, ConversationReply, chatOf("", ""), AllowedAll)
		check(t, me, PeopleView, acme, AllowedAll)
		check(t, me, ProfileEditOwn, AgentProfile{"acme", "riya"}, AllowedOwn)
		check(t, me, ProfileEditOwn, AgentProfile{"acme", "bob"}, NotOwn)
		check(t, me, FAQEdit, FAQ{Account: "acme"}, NoPermission)
	})
	t.Run("R3", func(t *testing.T) { // support managers: campaigns and FAQs as well
		more := NewPermissions(
			CampaignView.At(ScopeGlobal), CampaignCreate.At(ScopeGlobal), CampaignEdit.At(ScopeGlobal), FAQView.At(ScopeGlobal), FAQCreate.At(ScopeGlobal), FAQEdit.At(ScopeGlobal),
		)
		assert.Equal(t, SupportAgentRole.Role().Permissions().Union(more), SupportManagerRole.Role().Permissions())
		assert.Equal(t, more, SupportManagerRole.Role().Permissions().Minus(SupportAgentRole.Role().Permissions()))

		check(t, riya(wide(SupportManagerRole.Role(), 0)), CampaignEdit, Campaign{Account: "acme"}, AllowedAll)
		check(t, riya(wide(SupportManagerRole.Role(), 0)), CampaignLaunch, Campaign{Account: "acme"}, NoPermission) // (A24)
	})
	t.Run("R4", func(t *testing.T) { // administrators: everything but making custom roles (A22)
		reserved := Permissions{}
		for _, id := range authoring {
			reserved = reserved.Union(NewPermissions(id.At(ScopeGlobal)))
		}
		for id := ActionID(FirstHostInAllClasses); id < FirstHostInAllClasses+HostRangeLength; id++ {
			reserved = reserved.Union(NewPermissions(id.At(ScopeGlobal))) // unclassified actions are in the authoring class
		}
		assert.Equal(t, reserved, AccountAdministratorRole.Role().Permissions().Minus(AdministratorRole.Role().Permissions()))
		assert.Equal(t, AccountAdministratorRole.Role().Permissions().Minus(reserved), AdministratorRole.Role().Permissions())

		for _, held := range []WorkspaceID{AccountWide, OpenWorkspaces, Everywhere, "it", "legal"} {
			admin, owner := riya(Binding{Role: AdministratorRole.Role(), Workspace: held, TicketScope: ScopeGlobal}), riya(Binding{Role: AccountAdministratorRole.Role(), Workspace: held, TicketScope: ScopeGlobal})
			listsAlike(t, owner, admin, TicketPurge)
			listsAlike(t, owner, admin, ConversationExport)
			listsAlike(t, owner, admin, ContactDelete)
			listsAlike(t, owner, admin, ReportExport)
			listsAlike(t, owner, admin, CampaignLaunch)
			listsAlike(t, owner, admin, SettingsManage)
			for _, w := range []WorkspaceID{"", "it", "legal"} {
				for _, q := range questionsIn(t, w) {
					q.Subject = owner
					want := q.Authorize().Reason
					if slices.Contains(authoring, q.Action) {
						want = RoleAuthoringReserved
					}
					q.Subject = admin
					checkRequest(t, q, want)
				}
			}
		}
		admin, owner := riya(inOpen(AdministratorRole.Role(), ScopeGlobal)), riya(inOpen(AccountAdministratorRole.Role(), ScopeGlobal))
		for _, scope := range append([]Scope{0}, levels...) {
			me, boss := riya(inOpen(AdministratorRole.Role(), scope)), riya(inOpen(AccountAdministratorRole.Role(), scope))
			for _, ticket := range []Ticket{ticketOf("", ""), ticketOf("apac", "bob"), ticketOf("apac", "riya"), ticketOf("billing", "bob"), ticketOf("refunds", "bob")} {
				for id := range Actions() {
					q := Request{Subject: boss, Action: id, Resource: ticket}
					want := q.Authorize().Reason
					q.Subject = me
					checkRequest(t, q, want)
				}
			}
		}
		for i := range HostRangeLength {
			bill := invoice{account: "acme", team: "apac", approver: "bob"}
			for _, action := range []Action[invoice]{FirstHostView, FirstHostEdit, FirstHostExport, FirstHostChannel} {
				check(t, admin, action+Action[invoice](i), bill, AllowedAll)
			}
			check(t, admin, Action[invoice](FirstHostInAllClasses+i), bill, RoleAuthoringReserved)
		}
		for _, role := range []Role{AgentRole.Role(), SupportManagerRole.Role(), AdministratorRole.Role()} { // within the administrator's authority (A23)
			check(t, admin, AgentEdit, *bob(wide(role, ScopeGlobal)), AllowedAll)
			check(t, admin, AgentRoleAssign, RoleAssignment{bob(), wide(role, ScopeGlobal)}, AllowedAll)
		}
		check(t, admin, AgentEdit, *bob(inOpen(AccountAdministratorRole.Role(), ScopeGlobal)), BeyondAuthority)
		check(t, admin, RoleClone, SupervisorRole.Role(), RoleAuthoringReserved)
		check(t, owner, RoleClone, SupervisorRole.Role(), AllowedAll)
		for _, name := range []string{"Admin", "Administrator"} { // A33
			role, err := BuiltInRole(name)
			require.NoError(t, err)
			assert.Equal(t, AdministratorRole.Role(), role)
		}
	})
	t.Run("R5", func(t *testing.T) { // the account administrator: everything
		all := AccountAdministratorRole.Role().Permissions()
		for id := range Actions() {
			assert.Equal(t, id != SessionLogin.ID() && id != PortalLogin.ID(), all.Has(id.At(ScopeGlobal)), id.String()) // logging in needs no permission (A31)
		}
		for role := range acme.BuiltInRoles() {
			assert.True(t, all.Covers(role.Permissions()), role.Name())
		}
		for _, held := range []WorkspaceID{Everywhere, OpenWorkspaces, AccountWide, "it"} { // the role reaches where the binding says (A32)
			owner := riya(Binding{Role: AccountAdministratorRole.Role(), Workspace: held, TicketScope: ScopeGlobal})
			for _, w := range []WorkspaceID{"", "it", "legal"} {
				for _, q := range questionsIn(t, w) {
					q.Subject = owner
					within := q.Resource.Attributes().Workspace
					switch {
					case held == "it" && within != "it": // the role is not held there
					case held == OpenWorkspaces && within == "legal", held == AccountWide && within != "":
						checkRequest(t, q, OtherWorkspace)
					case slices.Contains(ownOnly, q.Action):
						checkRequest(t, q, AllowedOwn)
					default:
						checkRequest(t, q, AllowedAll)
					}
				}
			}
		}
		owner := riya(Binding{Role: AccountAdministratorRole.Role(), Workspace: Everywhere, TicketScope: ScopeGlobal})
		owner.Account.Administrators = []AgentID{"riya", "bob"}
		for i := range HostRangeLength {
			for _, action := range []Action[invoice]{FirstHostView, FirstHostEdit, FirstHostExport, FirstHostChannel, FirstHostInAllClasses} {
				check(t, owner, action+Action[invoice](i), invoice{account: "acme", team: "apac", approver: "bob"}, AllowedAll)
			}
		}
		for _, role := range rolesOfAgents() { // the other agent has any role
			for _, w := range []WorkspaceID{AccountWide, OpenWorkspaces, Everywhere, "it", "legal"} {
				their := Binding{Role: role, Workspace: w, TicketScope: ScopeGlobal}
				check(t, owner, AgentCreate, *bob(their), AllowedAll)
				check(t, owner, AgentEdit, *bob(their), AllowedAll)
				check(t, owner, AgentDelete, *bob(their), AllowedAll)
				check(t, owner, AgentImpersonate, *bob(their), AllowedAll)
				check(t, owner, AgentRoleAssign, RoleAssignment{bob(), their}, AllowedAll)
				check(t, owner, AgentRoleRemove, RoleAssignment{bob(their), their}, AllowedAll)

				outside := riya(inOpen(AccountAdministratorRole.Role(), ScopeGlobal)) // not in a restricted workspace
				outside.Account.Administrators = owner.Account.Administrators
				check(t, outside, AgentEdit, *bob(their), AllowedAll)
				check(t, outside, AgentDelete, *bob(their), AllowedAll)
				check(t, outside, AgentRoleAssign, RoleAssignment{bob(), their}, AllowedAll)
			}
		}
		assert.Equal(t, FilterAll, FilterFor(owner, TicketPurge).Kind())
		assert.Equal(t, FilterAll, FilterFor(owner, ConversationExport).Kind())
		assert.Equal(t, FilterAll, FilterFor(owner, ContactDelete).Kind())
		assert.Equal(t, FilterAll, FilterFor(owner, ReportExport).Kind())
		assert.Equal(t, FilterAll, FilterFor(owner, CampaignLaunch).Kind())
		assert.Equal(t, FilterAll, FilterFor(owner, SettingsManage).Kind())
		for _, name := range []string{"Account Administrator", "Account Admin", "Owner"} { // A33
			role, err := BuiltInRole(name)
			require.NoError(t, err)
			assert.Equal(t, AccountAdministratorRole.Role(), role)
		}
	})
	t.Run("R6", func(t *testing.T) { // custom roles, with any subset of the permissions
		for id := range Actions() {
			for _, scope := range levels {
				role, err := NewRole("acme", "Custom", NewPermissions(id.At(scope)), nil)
				if !grantable(id) || scoped(id, scope) != id.At(scope) {
					assert.Error(t, err, id.String()) // except [R9] (A31) and actions without a scope (A34)
					continue
				}
				require.NoError(t, err)
				assert.Equal(t, NewPermissions(id.At(scope)), role.Permissions())
			}
		}
	})
	t.Run("R8", func(t *testing.T) { // custom roles need the plan
		owner := riya(inOpen(AccountAdministratorRole.Role(), ScopeGlobal))
		check(t, owner, RoleCreate, newRole(t, "Tier 2"), AllowedAll)
		owner.Account.Plan = Plan{Features: AllFeatures &^ FeatureCustomRoles}
		check(t, owner, RoleCreate, newRole(t, "Tier 2"), PlanLacksFeature)
		check(t, owner, RoleUpdate, newRole(t, "Tier 2"), PlanLacksFeature)
		check(t, owner, RoleClone, SupervisorRole.Role(), PlanLacksFeature)
		check(t, owner, RoleDelete, newRole(t, "Tier 2"), AllowedAll) // deleting is always possible
	})
	t.Run("R9", func(t *testing.T) { // only account administrators make roles, by their built-in role
		clone, err := CloneRole(AccountAdministratorRole.Role(), "acme", "Second Owner")
		require.NoError(t, err)
		assert.True(t, clone.Permissions().Has(RoleUpdate.At(ScopeGlobal)), "which does not count (A68)")
		for _, role := range []Role{clone, AdministratorRole.Role()} {
			check(t, riya(wide(role, ScopeGlobal)), RoleUpdate, newRole(t, "Tier 2"), RoleAuthoringReserved)
			check(t, riya(wide(role, ScopeGlobal)), RoleClone, SupervisorRole.Role(), RoleAuthoringReserved)
		}
		inWorkspace := Binding{Role: AccountAdministratorRole.Role(), Workspace: "it", TicketScope: ScopeGlobal}
		check(t, riya(inWorkspace), RoleUpdate, newRole(t, "Tier 2"), RoleAuthoringReserved)
		check(t, riya(inOpen(AccountAdministratorRole.Role(), ScopeGlobal)), RoleUpdate, newRole(t, "Tier 2"), AllowedAll)
	})
	t.Run("R10", func(t *testing.T) { // can write FAQs but not launch campaigns
		writer := riya(custom(t, FAQCreate.At(ScopeGlobal)))
		check(t, writer, FAQCreate, FAQ{Account: "acme"}, AllowedAll)
		check(t, writer, CampaignLaunch, Campaign{Account: "acme"}, NoPermission)
	})
	t.Run("R11", func(t *testing.T) { // interns view conversations but do not reply
		intern := riya(custom(t, ConversationView.At(ScopeGlobal)))
		check(t, intern, ConversationView, chatOf("billing", ""), AllowedAll)
		check(t, intern, ConversationReply, chatOf("billing", ""), NoPermission)
	})
	t.Run("R12", func(t *testing.T) { // teams cannot see other regions' conversations
		emea := riya(custom(t, ConversationView.At(InGroup), ConversationReply.At(InGroup), ConversationExport.At(InGroup)))
		check(t, emea, ConversationView, chatOf("billing", ""), AllowedGroup)
		check(t, emea, ConversationView, chatOf("apac", ""), OutOfScope)
		check(t, emea, ConversationExport, chatOf("apac", ""), OutOfScope)
	})
	t.Run("R13", func(t *testing.T) { // an Admin role with settings, dashboards and reports limited to the holder's own teams
		configures := []Action[Settings]{
			SettingsManage, GroupManage, AutomationManage, AssignmentRuleManage, SLAManage, PortalManage, ScenarioManage, ArticleCategoryManage, ForumManage,
		}
		narrow := NewPermissions(DashboardView.At(ScopeGroup), ReportView.At(ScopeGroup))
		everywhere := NewPermissions(DashboardView.At(ScopeGlobal), ReportView.At(ScopeGlobal))
		for _, action := range configures {
			narrow, everywhere = narrow.Union(NewPermissions(action.At(ScopeGroup))), everywhere.Union(NewPermissions(action.At(ScopeGlobal)))
		}
		admin := AdministratorRole.Role().Permissions()
		require.True(t, admin.Covers(everywhere))
		role, err := NewRole("acme", "Team Admin", admin.Minus(everywhere).Union(narrow), nil)
		require.NoError(t, err)
		for held, w := range map[WorkspaceID]WorkspaceID{AccountWide: "", OpenWorkspaces: "it", Everywhere: "legal", "it": "it"} {
			lead, outsider := riya(Binding{Role: role, Workspace: held, TicketScope: ScopeGlobal}), bob(Binding{Role: role, Workspace: held, TicketScope: ScopeGlobal}) // bob is in no team
			for _, team := range []struct {
				id             GroupID
				manages, views Reason
			}{
				{"billing", AllowedGroup, AllowedGroup},
				{"refunds", ViewOnly, AllowedGroup},
				{"apac", OutOfScope, OutOfScope},
				{"", OutOfScope, OutOfScope}, // for the whole desk
			} {
				settings, dashboard, report := Settings{"acme", w, team.id}, Dashboard{"acme", w, team.id, "max"}, Report{"acme", w, team.id, "max"}
				for _, action := range configures {
					check(t, lead, action, settings, team.manages)
					check(t, outsider, action, settings, OutOfScope)
					check(t, riya(Binding{Role: AdministratorRole.Role(), Workspace: held, TicketScope: ScopeRestricted}), action, settings, AllowedAll) // that role is for all teams
					assert.Equal(t, team.manages == AllowedGroup, FilterFor(lead, action).Match(&settings))
				}
				check(t, lead, DashboardView, dashboard, team.views)
				check(t, lead, ReportView, report, team.views)
				check(t, outsider, DashboardView, dashboard, OutOfScope)
				check(t, outsider, ReportView, report, OutOfScope)
				check(t, riya(Binding{Role: AdministratorRole.Role(), Workspace: held, TicketScope: ScopeRestricted}), DashboardView, dashboard, AllowedAll)
				check(t, riya(Binding{Role: AdministratorRole.Role(), Workspace: held, TicketScope: ScopeRestricted}), ReportView, report, AllowedAll)
				assert.Equal(t, team.views == AllowedGroup, FilterFor(lead, DashboardView).Match(&dashboard))
				assert.Equal(t, team.views == AllowedGroup, FilterFor(lead, ReportView).Match(&report))
			}
		}
		lead := riya(inOpen(role, ScopeGlobal)) // it reaches open workspaces, but only the holder's teams there
		check(t, lead, SettingsManage, Settings{"acme", "it", "billing"}, AllowedGroup)
		check(t, lead, SettingsManage, Settings{"acme", "it", "apac"}, OutOfScope)
		check(t, lead, SettingsManage, Settings{"acme", "legal", "billing"}, OtherWorkspace)
		check(t, lead, AgentEdit, *bob(), AllowedAll) // the rest of the Admin role is unchanged
		check(t, lead, BillingManage, acme, AllowedAll)

		few := riya(custom(t, SettingsManage.At(ScopeGroup), DashboardView.At(ScopeGroup), ReportView.At(ScopeGroup))) // the three permissions alone
		check(t, few, SettingsManage, Settings{Account: "acme", Team: "billing"}, AllowedGroup)
		check(t, few, SettingsManage, Settings{Account: "acme"}, OutOfScope)
		check(t, few, DashboardView, Dashboard{Account: "acme", Team: "refunds"}, AllowedGroup)
		check(t, few, ReportView, Report{Account: "acme"}, OutOfScope)
	})
	t.Run("R14", func(t *testing.T) { // distinct names
		for _, name := range []string{" Tier 2", "Tier 2 ", "", " "} {
			_, err := NewRole("acme", name, Permissions{}, nil)
			require.ErrorContains(t, err, fmt.Sprintf("role %q", name))
		}
		for _, name := range []string{"Supervisor", "sUPERVISOR"} { // within the set (A67)
			require.ErrorContains(t, second(NewRoleSet("acme", newRole(t, name), SupervisorRole.Role())), fmt.Sprintf("role %q: the name is taken", name))
			require.NoError(t, second(NewRoleSet("acme", newRole(t, name), AgentRole.Role())))
		}
		require.NoError(t, roleNames(newRole(t, "Tier 2"), newRole(t, "Tier 3")))
		err := roleNames(newRole(t, "Tier 2"), newRole(t, "Tier 3"), newRole(t, "TIER 2"))
		require.EqualError(t, err, `deskpolicy: role "TIER 2": the name is taken by role "Tier 2"; choose another name`)
	})
	t.Run("R15", func(t *testing.T) { // a clone has the same permissions but is independent
		owner := riya(inOpen(AccountAdministratorRole.Role(), ScopeGlobal))
		byTeam, err := NewRole("acme", "Team", NewPermissions(
			TicketView.At(ScopeGroup), TicketReply.At(ScopeRestricted), ConversationNotePrivate.At(InGroup), ConversationNotePrivate.At(ScopeRestricted), SLAManage.At(ScopeGlobal), invoiceView.At(ScopeGroup),
		), nil)

		require.NoError(t, err)
		questions := slices.Concat(questionsIn(t, ""), questionsIn(t, "it"), questionsIn(t, "legal"))
		for _, source := range append(slices.Collect(acme.BuiltInRoles()), newRole(t, "Tier 2"), byTeam) {
			name, before := source.Name(), source.Permissions()
			check(t, owner, RoleClone, source, AllowedAll)
			clone, err := CloneRole(source, "acme", "Shift Lead")
			require.NoError(t, err)
			check(t, owner, RoleUpdate, clone, AllowedAll)
			check(t, owner, RoleDelete, clone, AllowedAll)
			if source.BuiltIn() {
				check(t, owner, RoleUpdate, source, BuiltInImmutable)
			}
			assert.Equal(t, []any{"Shift Lead", AccountID("acme"), false}, []any{clone.Name(), clone.Account(), clone.BuiltIn()})
			assert.Equal(t, []any{name, before}, []any{source.Name(), source.Permissions()}, "the source is unchanged")
			assert.Equal(t, before, clone.Permissions())
			for _, held := range []WorkspaceID{AccountWide, "legal"} {
				for _, q := range questions {
					if slices.Contains(authoring, q.Action) {
						continue
					}
					q.Subject = riya(Binding{Role: source, Workspace: held, TicketScope: ScopeGlobal})
					want := q.Authorize().Reason
					q.Subject = riya(Binding{Role: clone, Workspace: held, TicketScope: ScopeGlobal})
					checkRequest(t, q, want)
				}
			}
		}

		// After a change or deletion of one of the two, the other's holders can do the same as before.
		source := newRole(t, "Tier 2")
		clone, err := CloneRole(source, "acme", "Shift Lead")
		require.NoError(t, err)
		original := setOf(t, source, clone)
		as := func(set RoleSet, role Role) *Agent {
			return riya(set.UpdateBindings([]Binding{wide(role, ScopeGlobal)})...)
		}
		expect := func(set RoleSet, role Role, view, reply Reason) {
			t.Helper()
			check(t, as(set, role), TicketView, ticketOf("apac", "bob"), view)
			check(t, as(set, role), TicketReply, ticketOf("apac", "bob"), reply)
		}
		for _, pair := range [][2]Role{{source, clone}, {clone, source}} {
			one, other := pair[0], pair[1]
			wider, err := NewRole("acme", one.Name(), NewPermissions(TicketView.At(ScopeGlobal), TicketReply.At(ScopeGlobal)), nil)
			require.NoError(t, err)
			with, err := original.With(wider)
			require.NoError(t, err)
			expect(with, one, AllowedAll, AllowedAll)
			expect(with, other, AllowedAll, NoPermission)
			narrower, err := NewRole("acme", one.Name(), NewPermissions(TicketReply.At(ScopeGlobal)), nil)
			require.NoError(t, err)
			with, err = original.With(narrower)
			require.NoError(t, err)
			expect(with, one, NoPermission, AllowedAll)
			expect(with, other, AllowedAll, NoPermission)
			without, err := original.Without(one.Name())
			require.NoError(t, err)
			expect(without, one, NoRole, NoRole)
			expect(without, other, AllowedAll, NoPermission)
			expect(original, one, AllowedAll, NoPermission)
			expect(original, other, AllowedAll, NoPermission)
		}
	})
	t.Run("R16", func(t *testing.T) { // the named roles and custom roles can be cloned (A25)
		owner := riya(inOpen(AccountAdministratorRole.Role(), ScopeGlobal))
		drafts := NewPermissions(
			CampaignView.At(ScopeGlobal), CampaignCreate.At(ScopeGlobal), CampaignEdit.At(ScopeGlobal),
			PeopleView.At(ScopeGlobal), ContactView.At(ScopeGlobal), ProfileEditOwn.At(ScopeGlobal),
		)
		owns := NewPermissions(
			ContactCreate.At(ScopeGlobal), ContactView.At(ScopeRestricted), ContactEdit.At(ScopeRestricted), PeopleView.At(ScopeGlobal), ProfileEditOwn.At(ScopeGlobal),
		)
		sells := NewPermissions(
			ContactCreate.At(ScopeGlobal), ContactView.At(ScopeGlobal), ContactEdit.At(ScopeGlobal), ContactDelete.At(ScopeGlobal), ContactImport.At(ScopeGlobal),
			PeopleView.At(ScopeGlobal), ProfileEditOwn.At(ScopeGlobal),
		)
		custom := newRole(t, "Custom Role")
		copyOf := make(map[string]*Agent)
		for _, listed := range []struct {
			name, full string
			role       Role
			permits    Permissions // few for roles that the document does not describe (A27)
		}{
			{"Account Admin", "Account Administrator", AccountAdministratorRole.Role(), AccountAdministratorRole.Role().Permissions()}, // R5
			{"Administrator", "Administrator", AdministratorRole.Role(), AdministratorRole.Role().Permissions()},                       // R4
			{"Support Agent", "Support Agent", SupportAgentRole.Role(), SupportAgentRole.Role().Permissions()},                         // R2
			{"Support Manager", "Support Manager", SupportManagerRole.Role(), SupportManagerRole.Role().Permissions()},                 // R3
			{"Marketing User", "Marketing User", MarketingUserRole.Role(), drafts},
			{"Marketing Manager", "Marketing Manager", MarketingManagerRole.Role(), drafts},
			{"Restricted User", "Restricted User", RestrictedUserRole.Role(), owns},
			{"Sales User", "Sales User", SalesUserRole.Role(), sells},
			{"Sales Manager", "Sales Manager", SalesManagerRole.Role(), sells.Union(NewPermissions(ReportView.At(ScopeGlobal)))},
			{"Custom Role", "Custom Role", custom, NewPermissions(TicketView.At(ScopeGlobal))},
		} {
			role, err := setOf(t, append(everyBuiltIn, custom)...).Role(listed.name) // looked up by the document's name
			require.NoError(t, err)
			assert.True(t, role == listed.role, "%q is the role %q", listed.name, role)
			assert.Equal(t, listed.full, role.Name())
			assert.Equal(t, listed.permits, role.Permissions(), listed.name)
			assert.Equal(t, role != custom, slices.Contains(slices.Collect(acme.BuiltInRoles()), role), listed.name)
			check(t, owner, RoleClone, role, AllowedAll)
			clone, err := CloneRole(role, "acme", "Copy of "+listed.name)
			require.NoError(t, err)
			check(t, owner, RoleClone, clone, AllowedAll)
			check(t, owner, RoleUpdate, clone, AllowedAll)
			assert.Equal(t, "Copy of "+listed.name, clone.Name())
			copyOf[listed.name] = riya(wide(clone, ScopeGlobal))
		}
		foreign, err := NewRole("initech", "Custom Role", NewPermissions(TicketView.At(ScopeGlobal)), nil)
		require.NoError(t, err)
		check(t, owner, RoleClone, foreign, OtherAccount)

		// Each clone permits the work of its own role only.
		campaign, mine, theirs := Campaign{"acme", "", "bob"}, Contact{ID: "c-1", Account: "acme", Owner: "riya"}, Contact{ID: "c-2", Account: "acme", Owner: "bob"}
		check(t, copyOf["Account Admin"], BillingManage, acme, AllowedAll)
		check(t, copyOf["Administrator"], BillingManage, acme, AllowedAll)
		check(t, copyOf["Support Agent"], ConversationReply, chatOf("apac", "bob"), AllowedAll)
		check(t, copyOf["Support Agent"], CampaignEdit, campaign, NoPermission)
		check(t, copyOf["Support Manager"], CampaignEdit, campaign, AllowedAll)
		check(t, copyOf["Support Manager"], ConversationReply, chatOf("apac", "bob"), AllowedAll)
		for _, name := range []string{"Marketing User", "Marketing Manager"} {
			check(t, copyOf[name], CampaignEdit, campaign, AllowedAll)
			check(t, copyOf[name], CampaignLaunch, campaign, NoPermission)
			check(t, copyOf[name], ConversationReply, chatOf("apac", "bob"), NoPermission)
			check(t, copyOf[name], ContactEdit, mine, NoPermission)
		}
		check(t, copyOf["Restricted User"], ContactEdit, mine, AllowedOwn)
		check(t, copyOf["Restricted User"], ContactEdit, theirs, OutOfScope)
		check(t, copyOf["Restricted User"], ContactDelete, mine, NoPermission)
		check(t, copyOf["Sales User"], ContactEdit, theirs, AllowedAll)
		check(t, copyOf["Sales User"], ReportView, Report{Account: "acme"}, NoPermission)
		check(t, copyOf["Sales Manager"], ContactEdit, theirs, AllowedAll)
		check(t, copyOf["Sales Manager"], ReportView, Report{Account: "acme"}, AllowedAll)
		check(t, copyOf["Custom Role"], TicketView, ticketOf("apac", "bob"), AllowedAll)
		check(t, copyOf["Custom Role"], TicketReply, ticketOf("apac", "bob"), NoPermission)
	})
	t.Run("R17", func(t *testing.T) { // a level for each permission
		me := riya(custom(t, ConversationView.At(ScopeGlobal), ConversationReply.At(InGroup), ConversationNotePrivate.At(ScopeRestricted)))
		check(t, me, ConversationView, chatOf("apac", "bob"), AllowedAll)
		check(t, me, ConversationReply, chatOf("apac", "riya"), OutOfScope)
		check(t, me, ConversationReply, chatOf("billing", "bob"), AllowedGroup)
		check(t, me, ConversationNotePrivate, chatOf("billing", "bob"), OutOfScope)
		check(t, me, ConversationNotePrivate, chatOf("apac", "riya"), AllowedAssigned)
	})
	t.Run("R18", func(t *testing.T) { // ScopeGlobal: notes on all conversations
		check(t, riya(custom(t, ConversationNotePrivate.At(ScopeGlobal))), ConversationNotePrivate, chatOf("apac", "bob"), AllowedAll)
		check(t, riya(custom(t, ConversationNotePrivate.At(ScopeGlobal))), ConversationNotePrivate, chatOf("", ""), AllowedAll)
	})
	t.Run("R19", func(t *testing.T) { // ScopeGroup: only in the agent's groups, not on its own conversations elsewhere (A9)
		me := riya(custom(t, ConversationNotePrivate.At(InGroup)))
		check(t, me, ConversationNotePrivate, chatOf("billing", ""), AllowedGroup)
		check(t, me, ConversationNotePrivate, chatOf("apac", ""), OutOfScope)
		check(t, me, ConversationNotePrivate, chatOf("apac", "riya"), OutOfScope)
		check(t, me, ConversationNotePrivate, chatOf("", "riya"), OutOfScope)
		both := riya(custom(t, ConversationNotePrivate.At(InGroup), ConversationNotePrivate.At(ScopeRestricted))) // (A9) (A38)
		check(t, both, ConversationNotePrivate, chatOf("apac", "riya"), AllowedAssigned)
	})
	t.Run("R20", func(t *testing.T) { // ScopeRestricted: only on conversations assigned to the agent (A26)
		me := riya(custom(t, ConversationNotePrivate.At(ScopeRestricted)))
		check(t, me, ConversationNotePrivate, chatOf("apac", "riya"), AllowedAssigned)
		check(t, me, ConversationNotePrivate, chatOf("billing", "bob"), OutOfScope)
		check(t, me, ConversationNotePrivate, chatOf("billing", ""), OutOfScope)
	})
}

// TestBugs has a subtest for each bug of other helpdesks that the core must not have,
// by its number in docs/requirements.md.
func TestBugs(t *testing.T) {
	agent, supervisor := wide(AgentRole.Role(), ScopeGlobal), wide(SupervisorRole.Role(), ScopeGlobal)
	foreign := Account{ID: "initech", Plan: acme.Plan}

	t.Run("B05", func(t *testing.T) { // the recipient belongs to the same account
		stranger := &Agent{ID: "bob", Account: foreign, Bindings: []Binding{agent}}
		check(t, riya(agent), TicketAssign, TicketAssignment{Ticket: ticketOf("", ""), To: stranger}, OtherAccount)
		check(t, riya(agent), TicketAssign, TicketAssignment{Ticket: ticketOf("", ""), Group: AgentGroup{"billing", "initech"}}, OtherAccount)
		check(t, riya(agent), TicketAssign, TicketAssignment{Ticket: ticketOf("", ""), To: bob(agent), Group: AgentGroup{"apac", "acme"}}, AllowedAll)
	})
	t.Run("B06", func(t *testing.T) { // access follows the current group
		me := riya(wide(AgentRole.Role(), ScopeGroup))
		check(t, me, TicketView, ticketOf("billing", ""), AllowedGroup)
		check(t, me, TicketView, ticketOf("apac", ""), OutOfScope)
	})
	t.Run("B07", func(t *testing.T) { // losing the plan never widens access
		me := riya(custom(t, ConversationView.At(InGroup)))
		for _, conversation := range []Conversation{chatOf("billing", ""), chatOf("apac", "")} {
			with := Authorize(me, ConversationView, &conversation)
			me.Account.Plan = Plan{}
			assert.Equal(t, with, Authorize(me, ConversationView, &conversation))
			me.Account.Plan = acme.Plan
		}
	})
	t.Run("B09", func(t *testing.T) { // the account is checked first
		theirs := ticketOf("billing", "riya")
		theirs.Account = "initech"
		check(t, riya(inOpen(AccountAdministratorRole.Role(), ScopeGlobal)), TicketView, theirs, OtherAccount)
		theirs.Account = ""
		check(t, riya(inOpen(AccountAdministratorRole.Role(), ScopeGlobal)), TicketView, theirs, OtherAccount)
		nowhere := riya(agent)
		nowhere.Account.ID = ""
		check(t, nowhere, TicketView, theirs, OtherAccount)
		check(t, nowhere, RoleView, SupervisorRole.Role(), OtherAccount)

		// A custom role of another account permits nothing and cannot be given.
		foreignRole, err := NewRole("initech", "Tier 2", AgentRole.Role().Permissions(), nil)
		require.NoError(t, err)
		check(t, riya(wide(foreignRole, ScopeGlobal)), TicketView, ticketOf("", "riya"), NoRole)
		check(t, riya(inOpen(AdministratorRole.Role(), ScopeGlobal)), AgentRoleAssign, RoleAssignment{bob(), wide(foreignRole, ScopeGlobal)}, OtherAccount)
	})
	t.Run("B10", func(t *testing.T) { // viewing never implies deleting
		check(t, riya(custom(t, TicketView.At(ScopeGlobal))), TicketDelete, ticketOf("", ""), NoPermission)
		check(t, riya(custom(t, TicketView.At(ScopeGlobal))), TicketMessageDelete, ticketOf("", ""), NoPermission)
	})
	t.Run("B11", func(t *testing.T) { // view access to a group denies every change of a ticket; and B31, B52: for every action
		me := riya(inOpen(AccountAdministratorRole.Role(), ScopeGroup))
		for id := range Actions() {
			got := Request{Subject: me, Action: id, Resource: ticketOf("refunds", "")}.Authorize()
			switch {
			case got.Reason == WrongResource: // not a ticket action
			case id.RequiredAccess() == Edit:
				assert.Equal(t, ViewOnly, got.Reason, id.String())
			default:
				assert.Equal(t, AllowedGroup, got.Reason, id.String())
			}
			got = Request{Subject: me, Action: id, Resource: ticketOf("apac", "")}.Authorize()
			assert.Contains(t, []Reason{WrongResource, OutOfScope}, got.Reason, id.String())
		}
	})
	t.Run("B13", func(t *testing.T) { // linking needs access to both tickets; B42: merging has its own permission
		me := riya(wide(AgentRole.Role(), ScopeGroup))
		mine, theirs := ticketOf("billing", ""), ticketOf("apac", "")
		for _, action := range []Action[TicketPair]{TicketLink, TicketMerge} {
			check(t, me, action, TicketPair{mine, mine}, AllowedGroup)
			check(t, me, action, TicketPair{mine, theirs}, OutOfScope)
			check(t, me, action, TicketPair{theirs, mine}, OutOfScope)
			check(t, me, action, TicketPair{mine, Ticket{}}, OtherAccount)
		}
		check(t, riya(custom(t, TicketPropertiesEdit.At(ScopeGlobal))), TicketMerge, TicketPair{mine, mine}, NoPermission)
	})
	t.Run("B15", func(t *testing.T) { // one group or none is not a special case
		me := riya(wide(AgentRole.Role(), ScopeGroup))
		me.Groups = map[GroupID]Access{"refunds": View}
		check(t, me, TicketReply, ticketOf("refunds", ""), ViewOnly)
		me.Groups = nil
		check(t, me, TicketView, ticketOf("refunds", ""), OutOfScope)
		me.Groups = map[GroupID]Access{"": Edit}
		check(t, me, TicketView, ticketOf("", ""), OutOfScope)
	})
	t.Run("B16", func(t *testing.T) { // the ticket scope applies to its own role only; B34: a permission does not widen it
		view, reply := custom(t, TicketView.At(ScopeGlobal)), custom(t, TicketReply.At(ScopeGlobal), TicketAssign.At(ScopeGlobal))
		reply.TicketScope = ScopeRestricted
		check(t, riya(view, reply), TicketView, ticketOf("apac", ""), AllowedAll)
		check(t, riya(view, reply), TicketReply, ticketOf("apac", ""), OutOfScope)
		check(t, riya(reply), TicketView, ticketOf("apac", ""), NoPermission)
	})
	t.Run("B18", func(t *testing.T) { // users cannot promote themselves; and B50
		for _, role := range []Role{AdministratorRole.Role(), AccountAdministratorRole.Role()} {
			me := riya(wide(role, ScopeGlobal))
			check(t, me, AgentRoleAssign, RoleAssignment{me, Binding{Role: AgentRole.Role(), Workspace: "it", TicketScope: ScopeGlobal}}, OwnAuthority)
			check(t, me, AgentRoleAssign, RoleAssignment{me, agent}, AllowedAll)   // which adds nothing (A69)
			check(t, me, AgentScopeEdit, RoleAssignment{me, agent}, WrongResource) // not a role that she holds (A40)
			check(t, me, AgentEdit, *me, AllowedAll)
			check(t, me, AgentKeyManage, *me, AllowedAll)
		}
		lead := riya(wide(AgentRole.Role(), ScopeGroup), custom(t, AgentRoleAssign.At(ScopeGlobal), AgentRoleRemove.At(ScopeGlobal), AgentScopeEdit.At(ScopeGlobal), AgentGroupAssign.At(ScopeGlobal)))
		check(t, lead, AgentRoleAssign, RoleAssignment{lead, wide(AgentRole.Role(), ScopeGlobal)}, OwnAuthority)
		check(t, lead, AgentRoleAssign, RoleAssignment{lead, lead.Bindings[0]}, AllowedAll) // a role already held
		check(t, lead, AgentScopeEdit, RoleAssignment{lead, wide(AgentRole.Role(), ScopeGlobal)}, OwnAuthority)
		check(t, lead, AgentScopeEdit, RoleAssignment{lead, wide(SupervisorRole.Role(), ScopeRestricted)}, WrongResource)
		check(t, lead, AgentScopeEdit, RoleAssignment{lead, Binding{Role: AgentRole.Role(), Workspace: "it", TicketScope: ScopeRestricted}}, WrongResource)
		check(t, lead, AgentGroupAssign, inGroup(lead, "apac", View), OwnAuthority)
		check(t, lead, AgentGroupAssign, inGroup(lead, "refunds", Edit), OwnAuthority)

		// Giving up access is always allowed.
		check(t, lead, AgentRoleRemove, RoleAssignment{lead, wide(AgentRole.Role(), ScopeRestricted)}, AllowedAll)
		check(t, lead, AgentScopeEdit, RoleAssignment{lead, wide(AgentRole.Role(), ScopeRestricted)}, AllowedAll)
		check(t, lead, AgentScopeEdit, RoleAssignment{lead, wide(AgentRole.Role(), ScopeGroup)}, AllowedAll)
		check(t, lead, AgentGroupAssign, inGroup(lead, "billing", View), AllowedAll)
		check(t, lead, AgentGroupAssign, inGroup(lead, "refunds", NoAccess), AllowedAll)
		check(t, lead, AgentGroupAssign, inGroup(lead, "billing", Edit), AllowedAll) // or keeping it unchanged

		// What could not be read might be more than she is left with (A71).
		check(t, lead, AgentGroupAssign, inGroup(lead, "billing", Access(9)), WrongResource)
		lead.Groups["odd"] = Access(9)
		check(t, lead, AgentGroupAssign, inGroup(lead, "odd", View), WrongResource)
		delete(lead.Groups, "odd")
		lead.Bindings[0].TicketScope = Scope(1 << 15)
		check(t, lead, AgentScopeEdit, RoleAssignment{lead, wide(AgentRole.Role(), ScopeGlobal)}, WrongResource)
	})
	t.Run("B21", func(t *testing.T) { // having written a note does not replace access to the ticket; and B22
		me := riya(wide(AgentRole.Role(), ScopeGroup))
		check(t, me, TicketNoteEditOwn, Note{ticketOf("billing", ""), "riya"}, AllowedOwn)
		check(t, me, TicketNoteEditOwn, Note{ticketOf("apac", ""), "riya"}, OutOfScope)
		check(t, me, TicketNoteEditOwn, Note{ticketOf("refunds", ""), "riya"}, ViewOnly)
		check(t, me, TicketNoteEditOwn, Note{ticketOf("billing", ""), "bob"}, NotOwn)
		check(t, me, TicketNoteEditOwn, Note{ticketOf("billing", ""), ""}, NotOwn)
	})
	t.Run("B23", func(t *testing.T) { // the zero Decision denies
		assert.False(t, Decision{}.Allowed())
		assert.True(t, errors.Is(Decision{}.Err(), ErrDenied))
	})
	t.Run("B26", func(t *testing.T) { // users cannot give what they do not have
		admin := riya(inOpen(AdministratorRole.Role(), ScopeGlobal))
		check(t, admin, AgentRoleAssign, RoleAssignment{bob(), agent}, AllowedAll)
		check(t, admin, AgentRoleAssign, RoleAssignment{bob(), inOpen(AdministratorRole.Role(), ScopeGlobal)}, AllowedAll)
		check(t, admin, AgentRoleAssign, RoleAssignment{bob(), inOpen(AccountAdministratorRole.Role(), ScopeGlobal)}, BeyondAuthority)
		check(t, admin, AgentDelete, *bob(inOpen(AccountAdministratorRole.Role(), ScopeGlobal)), BeyondAuthority)
		check(t, admin, AgentDelete, *bob(supervisor), AllowedAll)
		check(t, admin, AgentCreate, *bob(agent, inOpen(AccountAdministratorRole.Role(), ScopeRestricted)), BeyondAuthority)

		inIT := riya(Binding{Role: AdministratorRole.Role(), Workspace: "it", TicketScope: ScopeGlobal})
		check(t, inIT, AgentRoleAssign, RoleAssignment{bob(), agent}, BeyondAuthority)
		check(t, riya(inOpen(AdministratorRole.Role(), ScopeGlobal)), AgentRoleAssign, RoleAssignment{bob(), Binding{Role: AgentRole.Role(), Workspace: "it", TicketScope: ScopeGlobal}}, AllowedAll)
		check(t, riya(inOpen(AdministratorRole.Role(), ScopeGlobal)), AgentRoleAssign, RoleAssignment{bob(), Binding{Role: AgentRole.Role(), Workspace: "legal", TicketScope: ScopeGlobal}}, BeyondAuthority)
		check(t, riya(inOpen(AdministratorRole.Role(), ScopeGroup)), AgentRoleAssign, RoleAssignment{bob(), agent}, BeyondAuthority)
		check(t, riya(inOpen(AdministratorRole.Role(), ScopeGroup)), AgentRoleAssign, RoleAssignment{bob(), Binding{}}, WrongResource) // what could not be loaded

		// All roles of the subject count together, each as far as it reaches.
		reading, replying := custom(t, TicketView.At(ScopeGlobal)), custom(t, TicketReply.At(ScopeGlobal), AgentRoleAssign.At(ScopeGlobal), AgentGroupAssign.At(ScopeGlobal))
		both := custom(t, TicketView.At(ScopeGlobal), TicketReply.At(ScopeGlobal))
		check(t, riya(reading, replying), AgentRoleAssign, RoleAssignment{bob(), both}, AllowedAll)
		replying.TicketScope = ScopeGroup
		check(t, riya(reading, replying), AgentRoleAssign, RoleAssignment{bob(), both}, BeyondAuthority)
		both.TicketScope = ScopeGroup
		lead := riya(reading, replying)
		check(t, lead, AgentRoleAssign, RoleAssignment{bob(), both}, AllowedAll)
		check(t, lead, AgentGroupAssign, inGroup(bob(both), "billing", Edit), AllowedAll)
		check(t, lead, AgentGroupAssign, inGroup(bob(both), "refunds", View), AllowedAll)
		check(t, lead, AgentGroupAssign, inGroup(bob(both), "refunds", Edit), BeyondAuthority)
		check(t, lead, AgentGroupAssign, inGroup(bob(both), "apac", View), AllowedAll) // the lead sees all groups
		check(t, lead, AgentGroupAssign, inGroup(bob(both), "apac", Edit), BeyondAuthority)
		check(t, lead, AgentGroupAssign, inGroup(bob(agent), "billing", View), BeyondAuthority) // the lead lacks this agent's authority
	})
	t.Run("B38", func(t *testing.T) { // impersonating an agent needs all that the agent has
		boss := bob(inOpen(AccountAdministratorRole.Role(), ScopeGlobal))
		manage := custom(t, TicketView.At(ScopeGroup), AgentEdit.At(ScopeGlobal), AgentKeyManage.At(ScopeGlobal), AgentImpersonate.At(ScopeGlobal))
		check(t, riya(manage), AgentEdit, *boss, BeyondAuthority)
		check(t, riya(manage), AgentKeyManage, *boss, BeyondAuthority)

		same := bob(custom(t, TicketView.At(ScopeRestricted)))
		check(t, riya(manage), AgentEdit, *same, AllowedAll)
		check(t, riya(manage), AgentImpersonate, *same, BeyondAuthority) // each is assigned other tickets
		check(t, riya(manage), AgentKeyManage, *same, BeyondAuthority)
		check(t, riya(manage, custom(t, TicketView.At(ScopeGlobal))), AgentImpersonate, *same, AllowedAll)
		check(t, riya(manage), AgentImpersonate, *bob(custom(t, ProfileEditOwn.At(ScopeGlobal))), BeyondAuthority)
		check(t, riya(manage, custom(t, ProfileEditOwn.At(ScopeGlobal))), AgentImpersonate, *bob(custom(t, ProfileEditOwn.At(ScopeGlobal))), AllowedAll) // the right to their own profile does not count

		inLegal := bob(Binding{Role: AgentRole.Role(), Workspace: "legal", TicketScope: ScopeGlobal})
		owner := riya(inOpen(AccountAdministratorRole.Role(), ScopeGlobal))
		check(t, owner, AgentEdit, *inLegal, AllowedAll)
		check(t, owner, AgentImpersonate, *inLegal, BeyondAuthority)
	})
	t.Run("B55", func(t *testing.T) { // users cannot lock out those with more authority, nor the last account administrator
		boss := bob(inOpen(AccountAdministratorRole.Role(), ScopeGlobal))
		admin, owner := riya(inOpen(AdministratorRole.Role(), ScopeGlobal)), riya(inOpen(AccountAdministratorRole.Role(), ScopeGlobal))
		check(t, admin, AgentDeactivate, *boss, BeyondAuthority)
		check(t, admin, AgentRoleRemove, RoleAssignment{boss, boss.Bindings[0]}, BeyondAuthority)

		for _, known := range [][]AgentID{nil, {""}, {"bob"}, {"bob", "bob"}} {
			owner.Account.Administrators = known
			check(t, owner, AgentDeactivate, *boss, LastAdministrator)
			check(t, owner, AgentDelete, *boss, LastAdministrator)
			check(t, owner, AgentRoleRemove, RoleAssignment{boss, inOpen(AccountAdministratorRole.Role(), ScopeRestricted)}, LastAdministrator)
		}
		owner.Account.Administrators = []AgentID{"riya"}
		check(t, owner, AgentRoleRemove, RoleAssignment{owner, owner.Bindings[0]}, LastAdministrator)
		owner.Account.Administrators = []AgentID{"riya", "bob"}
		check(t, owner, AgentRoleRemove, RoleAssignment{owner, owner.Bindings[0]}, AllowedAll)
		check(t, owner, AgentDelete, *boss, AllowedAll)
		check(t, owner, AgentRoleRemove, RoleAssignment{boss, boss.Bindings[0]}, AllowedAll)

		owner.Account.Administrators = nil // the host lists no administrators
		check(t, owner, AgentRoleRemove, RoleAssignment{boss, wide(AgentRole.Role(), ScopeGlobal)}, AllowedAll)
		check(t, owner, AgentRoleRemove, RoleAssignment{boss, Binding{Role: AccountAdministratorRole.Role(), Workspace: "it", TicketScope: ScopeGlobal}}, AllowedAll)
		check(t, owner, AgentScopeEdit, RoleAssignment{boss, inOpen(AccountAdministratorRole.Role(), ScopeRestricted)}, AllowedAll)
		check(t, owner, AgentEdit, *boss, AllowedAll)
		check(t, owner, AgentRoleRemove, RoleAssignment{sam(boss.Bindings...), boss.Bindings[0]}, AllowedAll) // a shared agent never was an administrator
		check(t, owner, AgentDelete, *bob(Binding{Role: AccountAdministratorRole.Role(), Workspace: "it", TicketScope: ScopeGlobal}), AllowedAll)

		// Groups and the CRM count as more authority too. A shared agent with her ID is herself.
		lead := riya(custom(t, AgentEdit.At(ScopeGlobal), SharedAgentEdit.At(ScopeGlobal), ReportView.At(ScopeGroup), ContactView.At(MyCustomers)))
		for group, want := range map[GroupID]Reason{"billing": AllowedAll, "apac": BeyondAuthority} {
			agent, shared := bob(custom(t, ReportView.At(ScopeGroup))), sam(custom(t, ReportView.At(ScopeGroup)))
			agent.Groups, shared.Groups = map[GroupID]Access{group: Edit}, map[GroupID]Access{group: Edit}
			check(t, lead, AgentEdit, *agent, want)
			check(t, lead, SharedAgentEdit, *shared, want)
		}
		check(t, lead, SharedAgentEdit, *sam(custom(t, ContactView.At(MyCustomers))), BeyondAuthority)
		check(t, riya(custom(t, SharedAgentEdit.At(ScopeGlobal), ContactView.At(ScopeGlobal))), SharedAgentEdit, *sam(custom(t, ContactView.At(MyCustomers))), AllowedAll)
		herself := sam()
		herself.ID = "riya"
		check(t, admin, SharedAgentEdit, *herself, OwnAuthority)
	})
	t.Run("B30", func(t *testing.T) { // a record fetched by ID is decided like a row of a list; and B53
		check(t, riya(wide(AgentRole.Role(), ScopeRestricted)), TicketView, ticketOf("billing", "bob"), OutOfScope)
		check(t, riya(wide(AgentRole.Role(), ScopeRestricted)), TicketView, ticketOf("billing", ""), OutOfScope)
	})
	t.Run("B33", func(t *testing.T) { // the assignee can work on the ticket in any group
		for scope := ScopeRestricted; scope <= ScopeGroup; scope++ {
			check(t, riya(wide(AgentRole.Role(), scope)), TicketReply, ticketOf("apac", "riya"), AllowedAssigned)
			check(t, riya(wide(AgentRole.Role(), scope)), TicketReply, ticketOf("refunds", "riya"), AllowedAssigned)
		}
	})
	t.Run("B36", func(t *testing.T) { // exactly the permission: an action does not permit another
		for id := range Actions() {
			if !grantable(id) {
				continue // custom roles cannot hold it
			}
			me := riya(custom(t, id.At(ScopeGlobal)))
			for other := range Actions() {
				got := Request{Subject: me, Action: other, Resource: ticketOf("", "")}.Authorize()
				assert.Equal(t, other == id && got.Reason != WrongResource, got.Allowed(), "%v permits %v", id, other)
			}
		}
	})
	t.Run("B37", func(t *testing.T) { // exporting is a permission, with a scope checked on each row
		me := riya(wide(SupervisorRole.Role(), ScopeGroup))
		check(t, me, TicketExport, ticketOf("refunds", ""), AllowedGroup)
		check(t, me, TicketExport, ticketOf("apac", ""), OutOfScope)
		check(t, riya(agent), TicketExport, ticketOf("apac", ""), NoPermission)
	})
	t.Run("B39", func(t *testing.T) { // forwarding is decided on the forwarded ticket; B45: so is splitting
		me := riya(wide(AgentRole.Role(), ScopeGroup))
		check(t, me, TicketForward, ticketOf("refunds", ""), AllowedGroup)
		check(t, me, TicketForward, ticketOf("apac", ""), OutOfScope)
		check(t, me, TicketSplit, ticketOf("refunds", ""), ViewOnly)
	})
	t.Run("B41", func(t *testing.T) { // viewing an agent does not show its keys
		check(t, riya(custom(t, AgentView.At(ScopeGlobal))), AgentView, *bob(), AllowedAll)
		check(t, riya(custom(t, AgentView.At(ScopeGlobal))), AgentKeyManage, *bob(), NoPermission)
	})
	t.Run("B43", func(t *testing.T) { // watching needs view access and does not give it
		me := riya(custom(t, TicketWatch.At(ScopeGlobal)))
		check(t, me, TicketWatch, ticketOf("apac", ""), AllowedAll)
		check(t, me, TicketView, ticketOf("apac", ""), NoPermission)
		check(t, riya(custom(t, TicketWatch.At(ScopeGroup))), TicketWatch, ticketOf("apac", ""), OutOfScope)
	})
	t.Run("B44", func(t *testing.T) { // IDs are compared exactly
		me := riya(wide(AgentRole.Role(), ScopeGroup))
		for _, id := range []GroupID{"Billing", "billing ", "billin", "billings", "billing\x00", "bílling"} {
			check(t, me, TicketView, ticketOf(id, ""), OutOfScope)
		}
		for _, id := range []AgentID{"Riya", "riya ", "riy", "riyaa", ""} {
			check(t, me, TicketView, ticketOf("", id), OutOfScope)
		}
		inIT := riya(Binding{Role: AgentRole.Role(), Workspace: "it", TicketScope: ScopeGlobal})
		check(t, inIT, TicketView, Ticket{Account: "acme", Workspace: "it"}, AllowedAll)
		for _, other := range []WorkspaceID{"it-legal", "it/legal", "i", "IT", "it ", ""} { // not a prefix, a path or another case
			check(t, inIT, TicketView, Ticket{Account: "acme", Workspace: other}, OtherWorkspace)
		}
	})
	t.Run("B46", func(t *testing.T) { // the order of roles does not matter
		for _, scopes := range [][2]Scope{{ScopeRestricted, ScopeGroup}, {ScopeGroup, ScopeRestricted}} { // the widest scope decides
			ticket := ticketOf("", "riya")
			d := Authorize(riya(wide(AgentRole.Role(), scopes[0]), wide(AgentRole.Role(), scopes[1])), TicketView, &ticket)
			assert.Equal(t, []any{AllowedAssigned, ScopeGroup, "Agent"}, []any{d.Reason, d.Scope, d.Role})
		}
		bindings := []Binding{wide(AgentRole.Role(), ScopeRestricted), wide(SupervisorRole.Role(), ScopeGroup), wide(TicketCollaboratorRole.Role(), ScopeGlobal), wide(AgentRole.Role(), ScopeGroup)}
		want := Authorize(riya(bindings...), TicketReply, ptr(ticketOf("billing", "riya")))
		for range bindings {
			bindings = append(bindings[1:], bindings[0])
			assert.Equal(t, want, Authorize(riya(bindings...), TicketReply, ptr(ticketOf("billing", "riya"))))
		}
		slices.Reverse(bindings)
		assert.Equal(t, want, Authorize(riya(bindings...), TicketReply, ptr(ticketOf("billing", "riya"))))
	})
	t.Run("B51", func(t *testing.T) { // saved replies of other groups cannot be used
		me := riya(custom(t, CannedResponseUse.At(ScopeGroup)))
		check(t, me, CannedResponseUse, CannedResponse{Account: "acme", Group: "billing"}, AllowedGroup)
		check(t, me, CannedResponseUse, CannedResponse{Account: "acme", Group: "apac"}, OutOfScope)
	})
	t.Run("B54", func(t *testing.T) { // built-in roles cannot be changed, not even by administrators
		owner := riya(inOpen(AccountAdministratorRole.Role(), ScopeGlobal))
		for role := range acme.BuiltInRoles() {
			check(t, owner, RoleUpdate, role, BuiltInImmutable)
			check(t, owner, RoleDelete, role, BuiltInImmutable)
			check(t, owner, RoleCreate, role, BuiltInImmutable)
			check(t, owner, RoleView, role, AllowedAll)
			check(t, riya(inOpen(AdministratorRole.Role(), ScopeGlobal)), RoleUpdate, role, BuiltInImmutable) // checked before the authority to make roles
		}
	})
	t.Run("B56", func(t *testing.T) { // a decision uses the subject's current roles
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
	role, err := NewRole("acme", name, NewPermissions(TicketView.At(ScopeGlobal)), nil)
	require.NoError(t, err)
	return role
}

func ptr[T any](v T) *T { return &v }

// authoring are the actions that make, change, delete and clone custom roles [R9] (A22).
var authoring = []ActionID{RoleCreate.ID(), RoleUpdate.ID(), RoleDelete.ID(), RoleClone.ID()}

// ownOnly are the actions on the subject's own resources.
var ownOnly = []ActionID{TicketNoteEditOwn.ID(), TicketListManageOwn.ID(), TimeLogOwn.ID(), TopicEditOwn.ID(), ProfileEditOwn.ID()}

// thingsIn returns a resource of each type, in the workspace if the type has one. They
// are in another group and assigned to bob, except those for ownOnly actions, which belong to riya.
func thingsIn(t testing.TB, w WorkspaceID) []Resource {
	ticket := Ticket{ID: "4711", Account: "acme", Workspace: w, Group: "apac", Assignee: "bob", Requester: customer("emea")}
	chat := Conversation{ID: "c1", Account: "acme", Workspace: w, Group: "apac", Assignee: "bob"}
	contact, apac := Contact{ID: "c-1", Account: "acme", Owner: "bob"}, AgentGroup{"apac", "acme"}
	agent := bob(wide(AgentRole.Role(), ScopeRestricted))
	return []Resource{
		ticket, TicketPair{ticket, ticket}, TicketAssignment{Ticket: ticket}, TicketAssignment{Ticket: ticket, Group: apac}, Note{ticket, "riya"}, TimeEntry{ticket, "riya"},
		chat, ConversationAssignment{Conversation: chat}, ConversationAssignment{Conversation: chat, Group: apac},
		Channel{"acme", w, "apac"}, CannedResponse{"acme", w, "apac"}, TicketList{"acme", w, "apac", "riya"},
		Article{"acme", w, "bob"}, FAQ{"acme", w, "bob"}, Topic{"acme", w, "riya"},
		contact, ContactPair{contact, contact}, Company{ID: "co-1", Account: "acme", Owner: "bob"},
		Campaign{"acme", w, "bob"}, Report{"acme", w, "apac", "bob"}, Dashboard{"acme", w, "apac", "bob"},
		App{"acme", w}, Settings{"acme", w, "apac"}, Workspace{w, "acme"}, acme, AgentProfile{"acme", "riya"},
		*agent, *sam(), RoleAssignment{agent, agent.Bindings[0]}, inGroup(agent, "apac", View), newRole(t, "Tier 2"), granted(t, SupportGrantTerms{}),
	}
}

// questionsIn returns a request without a subject for every library action, on the
// resource of its type in the workspace: see thingsIn.
func questionsIn(t testing.TB, w WorkspaceID) (questions []Request) {
	asked := make(map[ActionID]bool)
	for _, thing := range thingsIn(t, w) {
		for id := range Actions() {
			q := Request{Subject: riya(), Action: id, Resource: thing}
			if q.Authorize().Reason != WrongResource && !routesToo(id, thing) {
				questions, asked[id] = append(questions, q), true
			}
		}
	}
	for id := range Actions() {
		require.True(t, asked[id], "thingsIn has no resource for %v", id)
	}
	return questions
}

// routesToo reports whether the action assigns the thing and also routes it, which takes
// another permission (A50).
func routesToo(id ActionID, thing Resource) bool {
	ticket, _ := thing.(TicketAssignment)
	chat, _ := thing.(ConversationAssignment)
	return id == TicketAssign.ID() && ticket.Group != (AgentGroup{}) || id == ConversationAssign.ID() && chat.Group != (AgentGroup{})
}

// checkRequest is check for a Request.
func checkRequest(t *testing.T, q Request, want Reason) {
	t.Helper()
	if got := q.Authorize(); got.Reason != want {
		t.Errorf("may %s do %v to %T %+v?\n got %v (%v)\nwant %v", nameOf(q.Subject), q.Action, q.Resource, q.Resource, got.Reason, got, want)
	}
}

// listsAlike fails if the two subjects' filters differ.
func listsAlike[R Resource](t *testing.T, one, other Subject, action Action[R]) {
	t.Helper()
	want, got := FilterFor(one, action), FilterFor(other, action)
	assert.Equal(t, want.Kind(), got.Kind(), "%v", action)
	assert.Equal(t, slices.Collect(want.Clauses()), slices.Collect(got.Clauses()), "%v", action)
}
