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
			ConversationView.At(ScopeGlobal), ConversationReply.At(ScopeGlobal), ConversationNote.At(ScopeGlobal),
			ConversationTake.At(ScopeGlobal), ConversationResolve.At(ScopeGlobal),
			PeopleView.At(ScopeGlobal), ContactView.At(ScopeGlobal), ProfileEditOwn.At(ScopeGlobal),
		)
		assert.Equal(t, want, SupportAgentRole.Role().Permissions())

		me := riya(wide(SupportAgentRole.Role(), 0))
		check(t, me, ConversationReply, chatOf("", ""), AllowedAll)
		check(t, me, PeopleView, acme, AllowedAll)
		check(t, me, ProfileEditOwn, AgentProfile{"acme", "riya"}, AllowedOwn)
		check(t, me, ProfileEditOwn, AgentProfile{"acme", "bob"}, NotOwn)
		check(t, me, FAQEdit, FAQ{Account: "acme"}, NoPermission)
	})
	t.Run("R3", func(t *testing.T) { // support managers: campaigns and FAQs besides
		more := NewPermissions(
			CampaignView.At(ScopeGlobal), CampaignCreate.At(ScopeGlobal), CampaignEdit.At(ScopeGlobal), FAQView.At(ScopeGlobal), FAQCreate.At(ScopeGlobal), FAQEdit.At(ScopeGlobal),
		)
		assert.Equal(t, SupportAgentRole.Role().Permissions().Union(more), SupportManagerRole.Role().Permissions())
		assert.Equal(t, more, SupportManagerRole.Role().Permissions().Minus(SupportAgentRole.Role().Permissions()))

		check(t, riya(wide(SupportManagerRole.Role(), 0)), CampaignEdit, Campaign{Account: "acme"}, AllowedAll)
		check(t, riya(wide(SupportManagerRole.Role(), 0)), CampaignLaunch, Campaign{Account: "acme"}, NoPermission) // (A24)
	})
	t.Run("R4", func(t *testing.T) { // administrators: all that the account administrator may, but custom roles (A22)
		reserved := Permissions{}
		for _, id := range authoring {
			reserved = reserved.Union(NewPermissions(id.At(ScopeGlobal)))
		}
		for id := ActionID(FirstHostUnclassified); id < FirstHostUnclassified+HostRangeLength; id++ {
			reserved = reserved.Union(NewPermissions(id.At(ScopeGlobal))) // unclassified, so taken for authoring
		}
		assert.Equal(t, reserved, AccountAdministratorRole.Role().Permissions().Minus(AdministratorRole.Role().Permissions()))
		assert.Equal(t, AccountAdministratorRole.Role().Permissions().Minus(reserved), AdministratorRole.Role().Permissions())

		for _, held := range []WorkspaceID{AccountWide, Everywhere, "it", "legal"} {
			admin, owner := riya(Binding{AdministratorRole.Role(), held, ScopeGlobal}), riya(Binding{AccountAdministratorRole.Role(), held, ScopeGlobal})
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
		admin, owner := riya(wide(AdministratorRole.Role(), ScopeGlobal)), riya(wide(AccountAdministratorRole.Role(), ScopeGlobal))
		for scope := Scope(0); scope <= ScopeGlobal; scope++ {
			me, boss := riya(wide(AdministratorRole.Role(), scope)), riya(wide(AccountAdministratorRole.Role(), scope))
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
			check(t, admin, Action[invoice](FirstHostUnclassified+i), bill, RoleAuthoringReserved)
		}
		for _, role := range []Role{AgentRole.Role(), SupportManagerRole.Role(), AdministratorRole.Role()} { // which have no more than the administrator's (A23)
			check(t, admin, AgentEdit, *bob(wide(role, ScopeGlobal)), AllowedAll)
			check(t, admin, AgentRoleAssign, RoleAssignment{bob(), wide(role, ScopeGlobal)}, AllowedAll)
		}
		check(t, admin, AgentEdit, *bob(wide(AccountAdministratorRole.Role(), ScopeGlobal)), BeyondAuthority)
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
			assert.Equal(t, id != SessionLogin.ID(), all.Has(id.At(ScopeGlobal)), id.String()) // to log in is no permission (A31)
		}
		for role := range acme.BuiltInRoles() {
			assert.True(t, all.Covers(role.Permissions()), role.Name())
		}
		for _, held := range []WorkspaceID{Everywhere, AccountWide, "it"} { // the binding says where (A32)
			owner := riya(Binding{AccountAdministratorRole.Role(), held, ScopeGlobal})
			for _, w := range []WorkspaceID{"", "it", "legal"} {
				for _, q := range questionsIn(t, w) {
					q.Subject = owner
					within := q.Resource.Attributes().Workspace
					switch {
					case held == "it" && within != "it": // the role is not held there
					case held == AccountWide && within == "legal":
						checkRequest(t, q, OtherWorkspace)
					case slices.Contains(ownOnly, q.Action):
						checkRequest(t, q, AllowedOwn)
					default:
						checkRequest(t, q, AllowedAll)
					}
				}
			}
		}
		owner := riya(Binding{AccountAdministratorRole.Role(), Everywhere, ScopeGlobal})
		owner.Account.Administrators = []AgentID{"riya", "bob"}
		for i := range HostRangeLength {
			for _, action := range []Action[invoice]{FirstHostView, FirstHostEdit, FirstHostExport, FirstHostChannel, FirstHostUnclassified} {
				check(t, owner, action+Action[invoice](i), invoice{account: "acme", team: "apac", approver: "bob"}, AllowedAll)
			}
		}
		for _, role := range rolesOfAgents() { // whatever role the other agent has
			for _, w := range []WorkspaceID{AccountWide, Everywhere, "it", "legal"} {
				their := Binding{role, w, ScopeGlobal}
				check(t, owner, AgentCreate, *bob(their), AllowedAll)
				check(t, owner, AgentEdit, *bob(their), AllowedAll)
				check(t, owner, AgentDelete, *bob(their), AllowedAll)
				check(t, owner, AgentImpersonate, *bob(their), AllowedAll)
				check(t, owner, AgentRoleAssign, RoleAssignment{bob(), their}, AllowedAll)
				check(t, owner, AgentRoleRemove, RoleAssignment{bob(their), their}, AllowedAll)

				outside := riya(wide(AccountAdministratorRole.Role(), ScopeGlobal)) // in no restricted workspace
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
			for scope := ScopeRestricted; scope <= ScopeGlobal; scope++ {
				role, err := NewRole("acme", "Custom", NewPermissions(id.At(scope)), nil)
				if !grantable(id) || scoped(id, scope) != id.At(scope) {
					assert.Error(t, err, id.String()) // but for [R9] (A31), and at no scope where none is taken (A34)
					continue
				}
				require.NoError(t, err)
				assert.Equal(t, NewPermissions(id.At(scope)), role.Permissions())
			}
		}
	})
	t.Run("R8", func(t *testing.T) { // custom roles need the plan
		owner := riya(wide(AccountAdministratorRole.Role(), ScopeGlobal))
		check(t, owner, RoleCreate, newRole(t, "Tier 2"), AllowedAll)
		owner.Account.Plan = Plan{Features: AllFeatures &^ FeatureCustomRoles}
		check(t, owner, RoleCreate, newRole(t, "Tier 2"), PlanLacksFeature)
		check(t, owner, RoleUpdate, newRole(t, "Tier 2"), PlanLacksFeature)
		check(t, owner, RoleClone, SupervisorRole.Role(), PlanLacksFeature)
		check(t, owner, RoleDelete, newRole(t, "Tier 2"), AllowedAll) // to do without is always possible
	})
	t.Run("R9", func(t *testing.T) { // only account administrators make roles, and no custom role is one
		_, err := NewRole("acme", "Second Owner", AccountAdministratorRole.Role().Permissions(), nil)
		require.ErrorContains(t, err, `role "Second Owner": a custom role cannot hold role.custom.create; remove it`)

		clone, dropped, err := CloneRole(AccountAdministratorRole.Role(), "acme", "Second Owner")
		require.NoError(t, err)
		assert.True(t, dropped.Has(RoleUpdate.At(ScopeGlobal)))
		assert.False(t, clone.Permissions().Has(RoleUpdate.At(ScopeGlobal)))
		for _, role := range []Role{clone, AdministratorRole.Role()} {
			check(t, riya(wide(role, ScopeGlobal)), RoleUpdate, newRole(t, "Tier 2"), RoleAuthoringReserved)
			check(t, riya(wide(role, ScopeGlobal)), RoleClone, SupervisorRole.Role(), RoleAuthoringReserved)
		}
		inWorkspace := Binding{Role: AccountAdministratorRole.Role(), Workspace: "it", TicketScope: ScopeGlobal}
		check(t, riya(inWorkspace), RoleUpdate, newRole(t, "Tier 2"), RoleAuthoringReserved)
		check(t, riya(wide(AccountAdministratorRole.Role(), ScopeGlobal)), RoleUpdate, newRole(t, "Tier 2"), AllowedAll)
	})
	t.Run("R10", func(t *testing.T) { // may write FAQs but not launch campaigns
		writer := riya(custom(t, FAQCreate.At(ScopeGlobal)))
		check(t, writer, FAQCreate, FAQ{Account: "acme"}, AllowedAll)
		check(t, writer, CampaignLaunch, Campaign{Account: "acme"}, NoPermission)
	})
	t.Run("R11", func(t *testing.T) { // interns view conversations and do not reply
		intern := riya(custom(t, ConversationView.At(ScopeGlobal)))
		check(t, intern, ConversationView, chatOf("billing", ""), AllowedAll)
		check(t, intern, ConversationReply, chatOf("billing", ""), NoPermission)
	})
	t.Run("R12", func(t *testing.T) { // teams are kept out of other regions' conversations
		emea := riya(custom(t, ConversationView.At(ScopeGroup), ConversationReply.At(ScopeGroup), ConversationExport.At(ScopeGroup)))
		check(t, emea, ConversationView, chatOf("billing", ""), AllowedGroup)
		check(t, emea, ConversationView, chatOf("apac", ""), OutOfScope)
		check(t, emea, ConversationExport, chatOf("apac", ""), OutOfScope)
	})
	t.Run("R13", func(t *testing.T) { // an Admin role, with settings, dashboards and reports of one's own teams only
		configures := []Action[Settings]{
			SettingsManage, GroupManage, AutomationManage, AssignmentRuleManage, SLAManage, PortalManage, ScenarioManage, ArticleFile, ForumManage,
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
		for held, w := range map[WorkspaceID]WorkspaceID{AccountWide: "", Everywhere: "legal", "it": "it"} {
			lead, outsider := riya(Binding{role, held, ScopeGlobal}), bob(Binding{role, held, ScopeGlobal}) // bob is in no team
			for _, team := range []struct {
				id             GroupID
				manages, views Reason
			}{
				{"billing", AllowedGroup, AllowedGroup},
				{"refunds", ViewOnly, AllowedGroup},
				{"apac", OutOfScope, OutOfScope},
				{"", OutOfScope, OutOfScope}, // all of the desk
			} {
				settings, dashboard, report := Settings{"acme", w, team.id}, Dashboard{"acme", w, team.id, "max"}, Report{"acme", w, team.id, "max"}
				for _, action := range configures {
					check(t, lead, action, settings, team.manages)
					check(t, outsider, action, settings, OutOfScope)
					check(t, riya(Binding{AdministratorRole.Role(), held, ScopeRestricted}), action, settings, AllowedAll) // that role is for all teams
					assert.Equal(t, team.manages == AllowedGroup, FilterFor(lead, action).Match(&settings))
				}
				check(t, lead, DashboardView, dashboard, team.views)
				check(t, lead, ReportView, report, team.views)
				check(t, outsider, DashboardView, dashboard, OutOfScope)
				check(t, outsider, ReportView, report, OutOfScope)
				check(t, riya(Binding{AdministratorRole.Role(), held, ScopeRestricted}), DashboardView, dashboard, AllowedAll)
				check(t, riya(Binding{AdministratorRole.Role(), held, ScopeRestricted}), ReportView, report, AllowedAll)
				assert.Equal(t, team.views == AllowedGroup, FilterFor(lead, DashboardView).Match(&dashboard))
				assert.Equal(t, team.views == AllowedGroup, FilterFor(lead, ReportView).Match(&report))
			}
		}
		lead := riya(wide(role, ScopeGlobal))
		assert.True(t, role.Administrative()) // it reaches open workspaces, and only the own teams there
		check(t, lead, SettingsManage, Settings{"acme", "it", "billing"}, AllowedGroup)
		check(t, lead, SettingsManage, Settings{"acme", "it", "apac"}, OutOfScope)
		check(t, lead, SettingsManage, Settings{"acme", "legal", "billing"}, OtherWorkspace)
		check(t, lead, AgentEdit, *bob(), AllowedAll) // the rest of the Admin role is as it was
		check(t, lead, BillingManage, acme, AllowedAll)

		few := riya(custom(t, SettingsManage.At(ScopeGroup), DashboardView.At(ScopeGroup), ReportView.At(ScopeGroup))) // the same without the rest of the role
		check(t, few, SettingsManage, Settings{Account: "acme", Team: "billing"}, AllowedGroup)
		check(t, few, SettingsManage, Settings{Account: "acme"}, OutOfScope)
		check(t, few, DashboardView, Dashboard{Account: "acme", Team: "refunds"}, AllowedGroup)
		check(t, few, ReportView, Report{Account: "acme"}, OutOfScope)
	})
	t.Run("R14", func(t *testing.T) { // distinct names
		for _, name := range []string{"Supervisor", "sUPERVISOR", " Tier 2", "Tier 2 ", "", " "} {
			_, err := NewRole("acme", name, Permissions{}, nil)
			require.ErrorContains(t, err, fmt.Sprintf("role %q", name))
		}
		require.NoError(t, roleNames(newRole(t, "Tier 2"), newRole(t, "Tier 3")))
		err := roleNames(newRole(t, "Tier 2"), newRole(t, "Tier 3"), newRole(t, "TIER 2"))
		require.EqualError(t, err, `deskpolicy: role "TIER 2": the name is taken by role "Tier 2"; choose another name`)
	})
	t.Run("R15", func(t *testing.T) { // a clone has the same permissions, and is a role of its own
		owner := riya(wide(AccountAdministratorRole.Role(), ScopeGlobal))
		byTeam, err := NewRole("acme", "Team", NewPermissions(
			TicketView.At(ScopeGroup), TicketReply.At(ScopeRestricted), ConversationNote.At(ScopeGroup), ConversationNote.At(ScopeRestricted), SLAManage.At(ScopeGlobal), invoiceView.At(ScopeGroup),
		), nil)

		require.NoError(t, err)
		questions := slices.Concat(questionsIn(t, ""), questionsIn(t, "it"), questionsIn(t, "legal"))
		for _, source := range append(slices.Collect(acme.BuiltInRoles()), newRole(t, "Tier 2"), byTeam) {
			name, before := source.Name(), source.Permissions()
			check(t, owner, RoleClone, source, AllowedAll)
			clone, dropped, err := CloneRole(source, "acme", "Shift Lead")
			require.NoError(t, err)
			check(t, owner, RoleUpdate, clone, AllowedAll)
			check(t, owner, RoleDelete, clone, AllowedAll)
			if source.BuiltIn() {
				check(t, owner, RoleUpdate, source, BuiltInImmutable)
			}
			assert.Equal(t, []any{"Shift Lead", AccountID("acme"), false}, []any{clone.Name(), clone.Account(), clone.BuiltIn()})
			assert.Equal(t, []any{name, before}, []any{source.Name(), source.Permissions()}, "the source is as it was")
			for id := range ActionID(FirstHostUnclassified + HostRangeLength) {
				reserved := id >= FirstHostUnclassified || slices.Contains(authoring, id) // which no custom role may hold [R9]
				for scope := ScopeRestricted; scope <= ScopeGlobal; scope++ {
					p := id.At(scope)
					assert.Equal(t, before.Has(p) && !reserved, clone.Permissions().Has(p), "%v has %v", clone, p)
					assert.Equal(t, before.Has(p) && reserved, dropped.Has(p), "%v is dropped", p)
				}
			}
			for _, held := range []WorkspaceID{AccountWide, "legal"} {
				for _, q := range questions {
					if slices.Contains(authoring, q.Action) {
						continue
					}
					q.Subject = riya(Binding{source, held, ScopeGlobal})
					want := q.Authorize().Reason
					q.Subject = riya(Binding{clone, held, ScopeGlobal})
					checkRequest(t, q, want)
				}
			}
		}

		// When one of the two is changed or deleted, holders of the other may do the same as before.
		source := newRole(t, "Tier 2")
		clone, _, err := CloneRole(source, "acme", "Shift Lead")
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
	t.Run("R16", func(t *testing.T) { // what can be cloned: the named roles, and custom ones (A25)
		owner := riya(wide(AccountAdministratorRole.Role(), ScopeGlobal))
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
			permits    Permissions // of roles that the document does not describe, little (A27)
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
			role, err := setOf(t, custom).Role(listed.name) // by the document's name
			require.NoError(t, err)
			assert.True(t, role == listed.role, "%q is the role %q", listed.name, role)
			assert.Equal(t, listed.full, role.Name())
			assert.Equal(t, listed.permits, role.Permissions(), listed.name)
			assert.Equal(t, role != custom, slices.Contains(slices.Collect(acme.BuiltInRoles()), role), listed.name)
			check(t, owner, RoleClone, role, AllowedAll)
			clone, _, err := CloneRole(role, "acme", "Copy of "+listed.name)
			require.NoError(t, err)
			check(t, owner, RoleClone, clone, AllowedAll)
			check(t, owner, RoleUpdate, clone, AllowedAll)
			assert.Equal(t, "Copy of "+listed.name, clone.Name())
			copyOf[listed.name] = riya(wide(clone, ScopeGlobal))
		}
		foreign, err := NewRole("initech", "Custom Role", NewPermissions(TicketView.At(ScopeGlobal)), nil)
		require.NoError(t, err)
		check(t, owner, RoleClone, foreign, OtherAccount)

		// Each clone does the work of its role, and not that of the next.
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
		me := riya(custom(t, ConversationView.At(ScopeGlobal), ConversationReply.At(ScopeGroup), ConversationNote.At(ScopeRestricted)))
		check(t, me, ConversationView, chatOf("apac", "bob"), AllowedAll)
		check(t, me, ConversationReply, chatOf("apac", "riya"), OutOfScope)
		check(t, me, ConversationReply, chatOf("billing", "bob"), AllowedGroup)
		check(t, me, ConversationNote, chatOf("billing", "bob"), OutOfScope)
		check(t, me, ConversationNote, chatOf("apac", "riya"), AllowedAssigned)
	})
	t.Run("R18", func(t *testing.T) { // ScopeGlobal: notes on all conversations
		check(t, riya(custom(t, ConversationNote.At(ScopeGlobal))), ConversationNote, chatOf("apac", "bob"), AllowedAll)
		check(t, riya(custom(t, ConversationNote.At(ScopeGlobal))), ConversationNote, chatOf("", ""), AllowedAll)
	})
	t.Run("R19", func(t *testing.T) { // ScopeGroup: only on those of the agent's groups, not even on its own elsewhere (A9)
		me := riya(custom(t, ConversationNote.At(ScopeGroup)))
		check(t, me, ConversationNote, chatOf("billing", ""), AllowedGroup)
		check(t, me, ConversationNote, chatOf("apac", ""), OutOfScope)
		check(t, me, ConversationNote, chatOf("apac", "riya"), OutOfScope)
		check(t, me, ConversationNote, chatOf("", "riya"), OutOfScope)
		both := riya(custom(t, ConversationNote.At(ScopeGroup), ConversationNote.At(ScopeRestricted))) // (A9) (A38)
		check(t, both, ConversationNote, chatOf("apac", "riya"), AllowedAssigned)
	})
	t.Run("R20", func(t *testing.T) { // ScopeRestricted: only on those that the agent takes up (A26)
		me := riya(custom(t, ConversationNote.At(ScopeRestricted)))
		check(t, me, ConversationNote, chatOf("apac", "riya"), AllowedAssigned)
		check(t, me, ConversationNote, chatOf("billing", "bob"), OutOfScope)
		check(t, me, ConversationNote, chatOf("billing", ""), OutOfScope)
	})
}

// TestBugs has a subtest for each bug of another helpdesk, by its number in
// docs/requirements.md, that the core must not have.
func TestBugs(t *testing.T) {
	agent, supervisor := wide(AgentRole.Role(), ScopeGlobal), wide(SupervisorRole.Role(), ScopeGlobal)
	foreign := Account{ID: "initech", Plan: acme.Plan}

	t.Run("B05", func(t *testing.T) { // whom a thing goes to is of the same account
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
	t.Run("B07", func(t *testing.T) { // losing the plan never widens
		me := riya(custom(t, ConversationView.At(ScopeGroup)))
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
		check(t, riya(wide(AccountAdministratorRole.Role(), ScopeGlobal)), TicketView, theirs, OtherAccount)
		theirs.Account = ""
		check(t, riya(wide(AccountAdministratorRole.Role(), ScopeGlobal)), TicketView, theirs, OtherAccount)
		nowhere := riya(agent)
		nowhere.Account.ID = ""
		check(t, nowhere, TicketView, theirs, OtherAccount)
		check(t, nowhere, RoleView, SupervisorRole.Role(), OtherAccount)

		// A custom role of another account gives nothing, and cannot be given.
		foreignRole, err := NewRole("initech", "Tier 2", AgentRole.Role().Permissions(), nil)
		require.NoError(t, err)
		check(t, riya(wide(foreignRole, ScopeGlobal)), TicketView, ticketOf("", "riya"), NoRole)
		check(t, riya(wide(AdministratorRole.Role(), ScopeGlobal)), AgentRoleAssign, RoleAssignment{bob(), wide(foreignRole, ScopeGlobal)}, OtherAccount)
	})
	t.Run("B10", func(t *testing.T) { // viewing never implies deleting
		check(t, riya(custom(t, TicketView.At(ScopeGlobal))), TicketDelete, ticketOf("", ""), NoPermission)
		check(t, riya(custom(t, TicketView.At(ScopeGlobal))), TicketMessageDelete, ticketOf("", ""), NoPermission)
	})
	t.Run("B11", func(t *testing.T) { // viewing a group refuses whatever changes a ticket; and B31, B52: every verb
		me := riya(wide(AccountAdministratorRole.Role(), ScopeGroup))
		for id := range Actions() {
			got := Request{Subject: me, Action: id, Resource: ticketOf("refunds", "")}.Authorize()
			switch {
			case got.Reason == WrongResource: // not on tickets
			case id.RequiredAccess() == Edit:
				assert.Equal(t, ViewOnly, got.Reason, id.String())
			default:
				assert.Equal(t, AllowedGroup, got.Reason, id.String())
			}
			got = Request{Subject: me, Action: id, Resource: ticketOf("apac", "")}.Authorize()
			assert.Contains(t, []Reason{WrongResource, OutOfScope}, got.Reason, id.String())
		}
	})
	t.Run("B13", func(t *testing.T) { // linking asks for both tickets; B42: merging has a permission of its own
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
	t.Run("B15", func(t *testing.T) { // nothing special about a single group, or none
		me := riya(wide(AgentRole.Role(), ScopeGroup))
		me.Groups = map[GroupID]Access{"refunds": View}
		check(t, me, TicketReply, ticketOf("refunds", ""), ViewOnly)
		me.Groups = nil
		check(t, me, TicketView, ticketOf("refunds", ""), OutOfScope)
		me.Groups = map[GroupID]Access{"": Edit}
		check(t, me, TicketView, ticketOf("", ""), OutOfScope)
	})
	t.Run("B16", func(t *testing.T) { // the scope travels with its role; B34: a permission widens no scope
		view, reply := custom(t, TicketView.At(ScopeGlobal)), custom(t, TicketReply.At(ScopeGlobal), TicketAssign.At(ScopeGlobal))
		reply.TicketScope = ScopeRestricted
		check(t, riya(view, reply), TicketView, ticketOf("apac", ""), AllowedAll)
		check(t, riya(view, reply), TicketReply, ticketOf("apac", ""), OutOfScope)
		check(t, riya(reply), TicketView, ticketOf("apac", ""), NoPermission)
	})
	t.Run("B18", func(t *testing.T) { // nobody promotes themselves; and B50
		for _, role := range []Role{AdministratorRole.Role(), AccountAdministratorRole.Role()} {
			me := riya(wide(role, ScopeGlobal))
			check(t, me, AgentRoleAssign, RoleAssignment{me, agent}, OwnAuthority)
			check(t, me, AgentScopeEdit, RoleAssignment{me, agent}, WrongResource) // she does not hold it (A40)
			check(t, me, AgentEdit, *me, OwnAuthority)
			check(t, me, AgentKeyManage, *me, OwnAuthority)
		}
		lead := riya(wide(AgentRole.Role(), ScopeGroup), custom(t, AgentRoleAssign.At(ScopeGlobal), AgentRoleRemove.At(ScopeGlobal), AgentScopeEdit.At(ScopeGlobal), AgentGroupAssign.At(ScopeGlobal)))
		check(t, lead, AgentRoleAssign, RoleAssignment{lead, lead.Bindings[0]}, OwnAuthority) // not even what adds nothing: it would stay
		check(t, lead, AgentScopeEdit, RoleAssignment{lead, wide(AgentRole.Role(), ScopeGlobal)}, OwnAuthority)
		check(t, lead, AgentScopeEdit, RoleAssignment{lead, wide(SupervisorRole.Role(), ScopeRestricted)}, WrongResource)
		check(t, lead, AgentScopeEdit, RoleAssignment{lead, Binding{AgentRole.Role(), "it", ScopeRestricted}}, WrongResource)
		check(t, lead, AgentGroupAssign, inGroup(lead, "apac", View), OwnAuthority)
		check(t, lead, AgentGroupAssign, inGroup(lead, "refunds", Edit), OwnAuthority)

		// To let go is free.
		check(t, lead, AgentRoleRemove, RoleAssignment{lead, wide(AgentRole.Role(), ScopeRestricted)}, AllowedAll)
		check(t, lead, AgentScopeEdit, RoleAssignment{lead, wide(AgentRole.Role(), ScopeRestricted)}, AllowedAll)
		check(t, lead, AgentScopeEdit, RoleAssignment{lead, wide(AgentRole.Role(), ScopeGroup)}, AllowedAll)
		check(t, lead, AgentGroupAssign, inGroup(lead, "billing", View), AllowedAll)
		check(t, lead, AgentGroupAssign, inGroup(lead, "refunds", NoAccess), AllowedAll)
		check(t, lead, AgentGroupAssign, inGroup(lead, "billing", Edit), AllowedAll)      // or to leave as it is
		check(t, lead, AgentGroupAssign, inGroup(lead, "billing", Access(9)), AllowedAll) // no access, then

		// What is no scope and no access is nothing to let go of.
		lead.Bindings[0].TicketScope, lead.Groups["odd"] = Scope(9), Access(9)
		check(t, lead, AgentScopeEdit, RoleAssignment{lead, wide(AgentRole.Role(), ScopeGlobal)}, OwnAuthority)
		check(t, lead, AgentGroupAssign, inGroup(lead, "odd", View), OwnAuthority)
	})
	t.Run("B21", func(t *testing.T) { // having written it never replaces reach; and B22
		me := riya(wide(AgentRole.Role(), ScopeGroup))
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
		admin := riya(wide(AdministratorRole.Role(), ScopeGlobal))
		check(t, admin, AgentRoleAssign, RoleAssignment{bob(), agent}, AllowedAll)
		check(t, admin, AgentRoleAssign, RoleAssignment{bob(), wide(AdministratorRole.Role(), ScopeGlobal)}, AllowedAll)
		check(t, admin, AgentRoleAssign, RoleAssignment{bob(), wide(AccountAdministratorRole.Role(), ScopeGlobal)}, BeyondAuthority)
		check(t, admin, AgentDelete, *bob(wide(AccountAdministratorRole.Role(), ScopeGlobal)), BeyondAuthority)
		check(t, admin, AgentDelete, *bob(supervisor), AllowedAll)
		check(t, admin, AgentCreate, *bob(agent, wide(AccountAdministratorRole.Role(), ScopeRestricted)), BeyondAuthority)

		inIT := riya(Binding{AdministratorRole.Role(), "it", ScopeGlobal})
		check(t, inIT, AgentRoleAssign, RoleAssignment{bob(), agent}, BeyondAuthority)
		check(t, riya(wide(AdministratorRole.Role(), ScopeGlobal)), AgentRoleAssign, RoleAssignment{bob(), Binding{AgentRole.Role(), "it", ScopeGlobal}}, AllowedAll)
		check(t, riya(wide(AdministratorRole.Role(), ScopeGlobal)), AgentRoleAssign, RoleAssignment{bob(), Binding{AgentRole.Role(), "legal", ScopeGlobal}}, BeyondAuthority)
		check(t, riya(wide(AdministratorRole.Role(), ScopeGroup)), AgentRoleAssign, RoleAssignment{bob(), agent}, BeyondAuthority)
		check(t, riya(wide(AdministratorRole.Role(), ScopeGroup)), AgentRoleAssign, RoleAssignment{bob(), Binding{}}, AllowedAll) // gives nothing

		// What one's roles come to together covers, as far as they reach.
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
		check(t, lead, AgentGroupAssign, inGroup(bob(both), "apac", View), AllowedAll) // which the lead sees as all others
		check(t, lead, AgentGroupAssign, inGroup(bob(both), "apac", Edit), BeyondAuthority)
		check(t, lead, AgentGroupAssign, inGroup(bob(agent), "billing", View), BeyondAuthority) // whom the lead does not cover
	})
	t.Run("B38", func(t *testing.T) { // to act in somebody's name is to have what they have
		boss := bob(wide(AccountAdministratorRole.Role(), ScopeGlobal))
		manage := custom(t, TicketView.At(ScopeGroup), AgentEdit.At(ScopeGlobal), AgentKeyManage.At(ScopeGlobal), AgentImpersonate.At(ScopeGlobal))
		check(t, riya(manage), AgentEdit, *boss, BeyondAuthority)
		check(t, riya(manage), AgentKeyManage, *boss, BeyondAuthority)

		same := bob(custom(t, TicketView.At(ScopeRestricted)))
		check(t, riya(manage), AgentEdit, *same, AllowedAll)
		check(t, riya(manage), AgentImpersonate, *same, BeyondAuthority) // who is assigned what the other is not
		check(t, riya(manage), AgentKeyManage, *same, BeyondAuthority)
		check(t, riya(manage, custom(t, TicketView.At(ScopeGlobal))), AgentImpersonate, *same, AllowedAll)
		check(t, riya(manage), AgentImpersonate, *bob(custom(t, ProfileEditOwn.At(ScopeGlobal))), BeyondAuthority)
		check(t, riya(manage, custom(t, ProfileEditOwn.At(ScopeGlobal))), AgentImpersonate, *bob(custom(t, ProfileEditOwn.At(ScopeGlobal))), AllowedAll) // the other's own is no matter

		inLegal := bob(Binding{AgentRole.Role(), "legal", ScopeGlobal})
		owner := riya(wide(AccountAdministratorRole.Role(), ScopeGlobal))
		check(t, owner, AgentEdit, *inLegal, AllowedAll)
		check(t, owner, AgentImpersonate, *inLegal, BeyondAuthority)
	})
	t.Run("B55", func(t *testing.T) { // nobody locks out who is above them, and nobody the last account administrator
		boss := bob(wide(AccountAdministratorRole.Role(), ScopeGlobal))
		admin, owner := riya(wide(AdministratorRole.Role(), ScopeGlobal)), riya(wide(AccountAdministratorRole.Role(), ScopeGlobal))
		check(t, admin, AgentDeactivate, *boss, BeyondAuthority)
		check(t, admin, AgentRoleRemove, RoleAssignment{boss, boss.Bindings[0]}, BeyondAuthority)

		for _, known := range [][]AgentID{nil, {""}, {"bob"}, {"bob", "bob"}} {
			owner.Account.Administrators = known
			check(t, owner, AgentDeactivate, *boss, LastAdministrator)
			check(t, owner, AgentDelete, *boss, LastAdministrator)
			check(t, owner, AgentRoleRemove, RoleAssignment{boss, wide(AccountAdministratorRole.Role(), ScopeRestricted)}, LastAdministrator)
		}
		owner.Account.Administrators = []AgentID{"riya"}
		check(t, owner, AgentRoleRemove, RoleAssignment{owner, owner.Bindings[0]}, LastAdministrator)
		owner.Account.Administrators = []AgentID{"riya", "bob"}
		check(t, owner, AgentRoleRemove, RoleAssignment{owner, owner.Bindings[0]}, AllowedAll)
		check(t, owner, AgentDelete, *boss, AllowedAll)
		check(t, owner, AgentRoleRemove, RoleAssignment{boss, boss.Bindings[0]}, AllowedAll)

		owner.Account.Administrators = nil // and what leaves an administrator is no matter
		check(t, owner, AgentRoleRemove, RoleAssignment{boss, wide(AgentRole.Role(), ScopeGlobal)}, AllowedAll)
		check(t, owner, AgentRoleRemove, RoleAssignment{boss, Binding{AccountAdministratorRole.Role(), "it", ScopeGlobal}}, AllowedAll)
		check(t, owner, AgentScopeEdit, RoleAssignment{boss, wide(AccountAdministratorRole.Role(), ScopeRestricted)}, AllowedAll)
		check(t, owner, AgentEdit, *boss, AllowedAll)
		check(t, owner, AgentRoleRemove, RoleAssignment{sam(boss.Bindings...), boss.Bindings[0]}, AllowedAll) // who administered nothing
		check(t, owner, AgentDelete, *bob(Binding{AccountAdministratorRole.Role(), "it", ScopeGlobal}), AllowedAll)

		// Above her is also who reaches more by groups, or by the CRM; and a shared agent of her ID is herself.
		lead := riya(custom(t, AgentEdit.At(ScopeGlobal), SharedAgentEdit.At(ScopeGlobal), ReportView.At(ScopeGroup), ContactView.At(ScopeRestricted)))
		for group, want := range map[GroupID]Reason{"billing": AllowedAll, "apac": BeyondAuthority} {
			agent, shared := bob(custom(t, ReportView.At(ScopeGroup))), sam(custom(t, ReportView.At(ScopeGroup)))
			agent.Groups, shared.Groups = map[GroupID]Access{group: Edit}, map[GroupID]Access{group: Edit}
			check(t, lead, AgentEdit, *agent, want)
			check(t, lead, SharedAgentEdit, *shared, want)
		}
		check(t, lead, SharedAgentEdit, *sam(custom(t, ContactView.At(ScopeRestricted))), BeyondAuthority)
		check(t, riya(custom(t, SharedAgentEdit.At(ScopeGlobal), ContactView.At(ScopeGlobal))), SharedAgentEdit, *sam(custom(t, ContactView.At(ScopeRestricted))), AllowedAll)
		herself := sam()
		herself.ID = "riya"
		check(t, admin, SharedAgentEdit, *herself, OwnAuthority)
	})
	t.Run("B30", func(t *testing.T) { // the ID in a URL is decided like the row in a list; and B53
		check(t, riya(wide(AgentRole.Role(), ScopeRestricted)), TicketView, ticketOf("billing", "bob"), OutOfScope)
		check(t, riya(wide(AgentRole.Role(), ScopeRestricted)), TicketView, ticketOf("billing", ""), OutOfScope)
	})
	t.Run("B33", func(t *testing.T) { // the assignee works on its ticket, in whatever group it is
		for scope := ScopeRestricted; scope <= ScopeGroup; scope++ {
			check(t, riya(wide(AgentRole.Role(), scope)), TicketReply, ticketOf("apac", "riya"), AllowedAssigned)
			check(t, riya(wide(AgentRole.Role(), scope)), TicketReply, ticketOf("refunds", "riya"), AllowedAssigned)
		}
	})
	t.Run("B36", func(t *testing.T) { // exactly the permission: no action stands for another
		for id := range Actions() {
			if !grantable(id) {
				continue // no custom role may hold it
			}
			me := riya(custom(t, id.At(ScopeGlobal)))
			for other := range Actions() {
				got := Request{Subject: me, Action: other, Resource: ticketOf("", "")}.Authorize()
				assert.Equal(t, other == id && got.Reason != WrongResource, got.Allowed(), "%v stands for %v", id, other)
			}
		}
	})
	t.Run("B37", func(t *testing.T) { // exporting is a permission, and a scope over each row
		me := riya(wide(SupervisorRole.Role(), ScopeGroup))
		check(t, me, TicketExport, ticketOf("refunds", ""), AllowedGroup)
		check(t, me, TicketExport, ticketOf("apac", ""), OutOfScope)
		check(t, riya(agent), TicketExport, ticketOf("apac", ""), NoPermission)
	})
	t.Run("B39", func(t *testing.T) { // forwarding is decided on the ticket that is forwarded; B45: so is splitting
		me := riya(wide(AgentRole.Role(), ScopeGroup))
		check(t, me, TicketForward, ticketOf("refunds", ""), AllowedGroup)
		check(t, me, TicketForward, ticketOf("apac", ""), OutOfScope)
		check(t, me, TicketSplit, ticketOf("refunds", ""), ViewOnly)
	})
	t.Run("B41", func(t *testing.T) { // reading an agent's record does not read its keys
		check(t, riya(custom(t, AgentView.At(ScopeGlobal))), AgentView, *bob(), AllowedAll)
		check(t, riya(custom(t, AgentView.At(ScopeGlobal))), AgentKeyManage, *bob(), NoPermission)
	})
	t.Run("B43", func(t *testing.T) { // watching wants a view and gives none
		me := riya(custom(t, TicketWatch.At(ScopeGlobal)))
		check(t, me, TicketWatch, ticketOf("apac", ""), AllowedAll)
		check(t, me, TicketView, ticketOf("apac", ""), NoPermission)
	})
	t.Run("B44", func(t *testing.T) { // IDs are equal or they are not
		me := riya(wide(AgentRole.Role(), ScopeGroup))
		for _, id := range []GroupID{"Billing", "billing ", "billin", "billings", "billing\x00", "bílling"} {
			check(t, me, TicketView, ticketOf(id, ""), OutOfScope)
		}
		for _, id := range []AgentID{"Riya", "riya ", "riy", "riyaa", ""} {
			check(t, me, TicketView, ticketOf("", id), OutOfScope)
		}
		inIT := riya(Binding{AgentRole.Role(), "it", ScopeGlobal})
		check(t, inIT, TicketView, Ticket{Account: "acme", Workspace: "it"}, AllowedAll)
		for _, other := range []WorkspaceID{"it-legal", "it/legal", "i", "IT", "it ", ""} { // no part, no path, no other case
			check(t, inIT, TicketView, Ticket{Account: "acme", Workspace: other}, OtherWorkspace)
		}
	})
	t.Run("B46", func(t *testing.T) { // the order of roles does not matter
		for _, scopes := range [][2]Scope{{ScopeRestricted, ScopeGroup}, {ScopeGroup, ScopeRestricted}} { // the widest decides
			ticket := ticketOf("", "riya")
			d := Authorize(riya(wide(AgentRole.Role(), scopes[0]), wide(AgentRole.Role(), scopes[1])), TicketView, &ticket)
			assert.Equal(t, Decision{Reason: AllowedAssigned, Scope: ScopeGroup, Role: "Agent"}, d)
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
	t.Run("B51", func(t *testing.T) { // saved replies of other groups stay closed
		me := riya(custom(t, CannedResponseUse.At(ScopeGroup)))
		check(t, me, CannedResponseUse, CannedResponse{Account: "acme", Group: "billing"}, AllowedGroup)
		check(t, me, CannedResponseUse, CannedResponse{Account: "acme", Group: "apac"}, OutOfScope)
	})
	t.Run("B54", func(t *testing.T) { // built-in roles are never changed, whoever asks
		owner := riya(wide(AccountAdministratorRole.Role(), ScopeGlobal))
		for role := range acme.BuiltInRoles() {
			check(t, owner, RoleUpdate, role, BuiltInImmutable)
			check(t, owner, RoleDelete, role, BuiltInImmutable)
			check(t, owner, RoleCreate, role, BuiltInImmutable)
			check(t, owner, RoleView, role, AllowedAll)
			check(t, riya(wide(AdministratorRole.Role(), ScopeGlobal)), RoleUpdate, role, BuiltInImmutable) // before who makes roles at all
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
	role, err := NewRole("acme", name, NewPermissions(TicketView.At(ScopeGlobal)), nil)
	require.NoError(t, err)
	return role
}

func ptr[T any](v T) *T { return &v }

// authoring are the actions by which custom roles are made, changed and deleted [R9] (A22).
var authoring = []ActionID{RoleCreate.ID(), RoleUpdate.ID(), RoleDelete.ID(), RoleClone.ID()}

// ownOnly are the actions on one's own things.
var ownOnly = []ActionID{TicketNoteEditOwn.ID(), TicketListManageOwn.ID(), TimeLogOwn.ID(), TopicEditOwn.ID(), ProfileEditOwn.ID()}

// thingsIn returns a resource of each type, in the workspace if the type has one. They
// belong to another team and to bob; those with an action on one's own belong to riya.
func thingsIn(t testing.TB, w WorkspaceID) []Resource {
	ticket := Ticket{ID: "4711", Account: "acme", Workspace: w, Group: "apac", Assignee: "bob", Requester: customer("emea")}
	chat := Conversation{ID: "c1", Account: "acme", Workspace: w, Group: "apac", Assignee: "bob"}
	contact, apac := Contact{ID: "c-1", Account: "acme", Owner: "bob"}, AgentGroup{"apac", "acme"}
	agent := bob(wide(AgentRole.Role(), ScopeRestricted))
	return []Resource{
		ticket, TicketPair{ticket, ticket}, TicketAssignment{Ticket: ticket, Group: apac}, Note{ticket, "riya"}, TimeEntry{ticket, "riya"},
		chat, ConversationAssignment{Conversation: chat, Group: apac},
		Channel{"acme", w, "apac"}, CannedResponse{"acme", w, "apac"}, TicketList{"acme", w, "apac", "riya"},
		Article{"acme", w, "bob"}, FAQ{"acme", w, "bob"}, Topic{"acme", w, "riya"},
		contact, ContactPair{contact, contact}, Company{ID: "co-1", Account: "acme", Owner: "bob"},
		Campaign{"acme", w, "bob"}, Report{"acme", w, "apac", "bob"}, Dashboard{"acme", w, "apac", "bob"},
		App{"acme", w}, Settings{"acme", w, "apac"}, Workspace{w, "acme"}, acme, AgentProfile{"acme", "riya"},
		*agent, *sam(), RoleAssignment{agent, agent.Bindings[0]}, inGroup(agent, "apac", View), newRole(t, "Tier 2"), granted(t, SupportGrantTerms{}),
	}
}

// questionsIn returns every action of the library on the resource of its type in the
// workspace: see thingsIn. The caller sets the subject.
func questionsIn(t testing.TB, w WorkspaceID) (questions []Request) {
	asked := make(map[ActionID]bool)
	for _, thing := range thingsIn(t, w) {
		for id := range Actions() {
			q := Request{Subject: riya(), Action: id, Resource: thing}
			if q.Authorize().Reason != WrongResource {
				questions, asked[id] = append(questions, q), true
			}
		}
	}
	for id := range Actions() {
		require.True(t, asked[id], "there is nothing to ask %v about", id)
	}
	return questions
}

// checkRequest is check for a request, as loops over actions make them.
func checkRequest(t *testing.T, q Request, want Reason) {
	t.Helper()
	if got := q.Authorize(); got.Reason != want {
		t.Errorf("may %s do %v to %T %+v?\n got %v (%v)\nwant %v", nameOf(q.Subject), q.Action, q.Resource, q.Resource, got.Reason, got, want)
	}
}

// listsAlike fails if the lists of one subject are not those of the other.
func listsAlike[R Resource](t *testing.T, one, other Subject, action Action[R]) {
	t.Helper()
	want, got := FilterFor(one, action), FilterFor(other, action)
	assert.Equal(t, want.Kind(), got.Kind(), "%v", action)
	assert.Equal(t, slices.Collect(want.Clauses()), slices.Collect(got.Clauses()), "%v", action)
}
