package deskpolicy_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	. "github.com/deskpolicy/deskpolicy"
)

// sharedAgentRequirements tests the rules of the first document, about shared agents.
func sharedAgentRequirements(t *testing.T) {
	mentioned := ticketOf("apac", "")
	mentioned.Mentions = map[AgentID]bool{"sam": true}
	known, unknown := from(customer("emea")), from(customer("apac"))
	inGroup := func(group GroupID, access Access) *SharedAgent {
		s := sam()
		s.Groups = map[GroupID]Access{group: access}
		return s
	}
	onTickets := func(do func(Action[Ticket])) {
		for id := range Actions() {
			if got := (Request{Subject: riya(), Action: id, Resource: Ticket{Account: "acme"}}).Authorize(); got.Reason != WrongResource {
				do(Action[Ticket](id))
			}
		}
	}
	all := riya(inOpen(AccountAdministratorRole.Role(), ScopeGlobal)).Bindings[0]
	everyThing := sync.OnceValue(func() map[ActionID][]Resource { return thingsOnDesk(t) })

	t.Run("S1", func(t *testing.T) { // a role that controls what CRM users can do on the desk
		assert.Equal(t, SharedAgentRole.Role(), sam().Bindings[0].Role)
		check(t, sam(), TicketView, known, AllowedContact)
		check(t, sam(wide(Role{}, ScopeRestricted)), TicketView, known, NoRole)
	})
	t.Run("S4", func(t *testing.T) { // a CRM user who is not an agent has none of the six
		nobody := &CRMOnlyUser{Account: acme, CRM: sam().CRM}
		for _, action := range []Action[Ticket]{TicketAttach, TicketTemplateUse, TicketDependentFieldsUse, TicketDynamicSectionsUse, TicketCollaborate} {
			check(t, nobody, action, known, NotAnAgent)
		}
		check(t, nobody, CannedResponseUse, CannedResponse{Account: "acme"}, NotAnAgent)
		check(t, nobody, TicketView, Ticket{Account: "initech"}, OtherAccount)
		check(t, &CRMOnlyUser{Account: acme}, TicketView, known, NoSubject)
		assert.Contains(t, Authorize(nobody, TicketAttach, &known).String(), "make them a shared agent to give access")
	})
	t.Run("S5", func(t *testing.T) { // a shared agent has all six
		for _, action := range []Action[Ticket]{TicketAttach, TicketTemplateUse, TicketDependentFieldsUse, TicketDynamicSectionsUse, TicketCollaborate} {
			check(t, sam(), action, known, AllowedContact)
		}
		check(t, sam(), CannedResponseUse, CannedResponse{Account: "acme"}, AllowedAll)
	})
	t.Run("S7", func(t *testing.T) { // their tickets, directly on the desk
		check(t, sam(), TicketView, known, AllowedContact)
		check(t, sam(), TicketView, unknown, OutOfScope)
	})
	t.Run("S9", func(t *testing.T) { // support tasks: properties and replies
		check(t, sam(), TicketPropertiesEdit, known, AllowedContact)
		check(t, sam(), TicketStatusSet, known, AllowedContact)
		check(t, sam(), TicketReply, mentioned, AllowedMentioned)
	})
	t.Run("S10", func(t *testing.T) { // administrators control shared agents
		check(t, riya(inOpen(AdministratorRole.Role(), ScopeGlobal)), SharedAgentEdit, *sam(), AllowedAll)
		check(t, riya(inOpen(AdministratorRole.Role(), ScopeGlobal)), SharedAgentView, *sam(), AllowedAll)
		check(t, riya(wide(SupervisorRole.Role(), ScopeGlobal)), SharedAgentEdit, *sam(), NoPermission)
	})
	t.Run("S11", func(t *testing.T) { // exactly these features depend on the plan, for every subject
		requires := map[ActionID]Features{
			TicketAttach.ID():             FeatureAttachments,
			TicketTemplateUse.ID():        FeatureTicketTemplates,
			CannedResponseUse.ID():        FeatureCannedResponses,
			TicketDependentFieldsUse.ID(): FeatureDependentFields,
			TicketDynamicSectionsUse.ID(): FeatureDynamicSections,
			TicketCollaborate.ID():        FeatureCollaboration,
			RoleCreate.ID():               FeatureCustomRoles, // R8
			RoleUpdate.ID():               FeatureCustomRoles,
			RoleClone.ID():                FeatureCustomRoles,
		}
		plans := []Features{0}
		for feature := FeatureAttachments; feature <= FeatureCustomRoles; feature <<= 1 {
			plans = append(plans, feature, AllFeatures&^feature)
		}
		on, rich := everyThing(), everyHolder(t, acme)
		for _, plan := range plans {
			account := acme
			account.Plan.Features = plan
			lacking := make(map[ActionID]bool)
			for i, poor := range everyHolder(t, account) {
				for id := range Actions() {
					for _, thing := range threeOf(on[id]) {
						want := Request{Subject: rich[i], Action: id, Resource: thing}.Authorize().Reason
						if want.Step() > 4 && !plan.Has(requires[id]|toGive(id, thing)) {
							want, lacking[id] = PlanLacksFeature, true
						}
						checkRequest(t, Request{Subject: poor, Action: id, Resource: thing}, want)
					}
				}
			}
			for id, feature := range requires {
				assert.Equal(t, !plan.Has(feature), lacking[id], "%v with %v", id, plan)
			}
			assert.Equal(t, !plan.Has(FeatureCustomRoles), lacking[AgentRoleAssign.ID()], "with %v", plan)
		}
		poor := sam()
		poor.Account.Plan.Features &^= FeatureAttachments
		check(t, poor, TicketAttach, known, PlanLacksFeature)
		check(t, poor, TicketCollaborate, known, AllowedContact)
	})
	t.Run("S12", func(t *testing.T) { // only while desk and CRM are connected, with any role (A29); other subjects need no connection
		apart := acme
		apart.Integrated = false
		on, together := everyThing(), everyHolder(t, acme)
		for i, alone := range everyHolder(t, apart) {
			_, shared := alone.(*SharedAgent)
			for id := range Actions() {
				for _, thing := range threeOf(on[id]) {
					want := Request{Subject: together[i], Action: id, Resource: thing}.Authorize().Reason
					assert.NotEqual(t, NotIntegrated, want, "%v %v", nameOf(together[i]), id)
					if shared {
						want = NotIntegrated
					}
					checkRequest(t, Request{Subject: alone, Action: id, Resource: thing}, want)
				}
			}
		}
		alone := sam()
		alone.Account.Integrated = false
		check(t, alone, TicketView, known, NotIntegrated)
		check(t, alone, TicketView, mentioned, NotIntegrated)
		check(t, alone, SessionLogin, alone.Account, NotIntegrated)
		check(t, alone, TicketView, Ticket{Account: "initech"}, OtherAccount)
	})
	t.Run("S13", func(t *testing.T) { // ScopeRestricted by default
		assert.Equal(t, []Binding{{Role: SharedAgentRole.Role(), Workspace: AccountWide, TicketScope: ScopeRestricted}}, sam().Bindings)
		check(t, sam(), TicketView, ticketOf("", ""), OutOfScope)
	})
	t.Run("S14", func(t *testing.T) { // Restricted does not mean assigned, as it does for agents
		check(t, sam(), TicketView, ticketOf("", "sam"), OutOfScope)
		check(t, riya(wide(SharedAgentRole.Role(), ScopeRestricted)), TicketView, ticketOf("", "riya"), AllowedAssigned)
		check(t, sam(wide(SharedAgentRole.Role(), ScopeGroup)), TicketView, ticketOf("", "sam"), OutOfScope)
		withMention := mentioned
		withMention.Mentions = map[AgentID]bool{"riya": true}
		check(t, riya(wide(SharedAgentRole.Role(), ScopeRestricted)), TicketView, withMention, OutOfScope)
	})
	t.Run("S15", func(t *testing.T) { // by mention
		check(t, sam(), TicketView, mentioned, AllowedMentioned)
		check(t, sam(), TicketReply, mentioned, AllowedMentioned) // A6
		other := ticketOf("apac", "")
		other.Mentions = map[AgentID]bool{"bob": true, "sam": false, "": true}
		check(t, sam(), TicketView, other, OutOfScope)
		check(t, sam(), TicketNoteEditOwn, Note{mentioned, "sam"}, AllowedOwn)
		check(t, sam(), TicketNoteEditOwn, Note{other, "sam"}, OutOfScope) // B21
	})
	t.Run("S16", func(t *testing.T) { // by access to the requester in the CRM
		check(t, sam(), TicketView, known, AllowedContact)
		check(t, sam(), TicketReply, known, AllowedContact) // A6
		check(t, sam(), TicketView, unknown, OutOfScope)
		check(t, sam(), TicketView, from(nil), OutOfScope)
		stranger := *customer("emea")
		stranger.Account = "initech"
		check(t, sam(), TicketView, from(&stranger), OutOfScope)

		gone := sam()
		gone.CRM.Deactivated = true
		check(t, gone, TicketView, known, CRMInactive)
		check(t, gone, TicketView, mentioned, CRMInactive)
		gone.CRM = CRMUser{}
		check(t, gone, TicketView, mentioned, CRMInactive)
	})
	t.Run("S17", func(t *testing.T) { // the scope can be changed, by an administrator
		for _, test := range []struct {
			scope                    Scope
			elsewhere, mention, seen Reason
		}{
			{0, OutOfScope, OutOfScope, OutOfScope},
			{ScopeRestricted, OutOfScope, AllowedMentioned, AllowedContact},
			{ScopeGroup, OutOfScope, AllowedMentioned, AllowedContact},
			{ScopeGlobal, AllowedAll, AllowedAll, AllowedAll},
		} {
			for _, action := range onTicketsAllowed { // everything the role permits on tickets
				me := sam(wide(SharedAgentRole.Role(), test.scope))
				check(t, me, action, unknown, test.elsewhere)
				check(t, me, action, mentioned, test.mention)
				check(t, me, action, known, test.seen)
			}
		}
		for _, from := range levels {
			for _, to := range levels {
				nothing, role := wide(newRoleOf(t), from), wide(SharedAgentRole.Role(), from)
				change := func(held Binding) RoleAssignment {
					return RoleAssignment{sam(held), wide(held.Role, to)}
				}
				onlyAdministrators(t, AgentScopeEdit, change(nothing), SupportNoAgents)
				onlyAdministrators(t, AgentScopeEdit, change(role), SupportNoAgents, BeyondAuthority)
			}
		}
		check(t, riya(wide(AgentRole.Role(), ScopeGlobal)), AgentScopeEdit, RoleAssignment{sam(), wide(SharedAgentRole.Role(), ScopeGlobal)}, NoPermission)
		check(t, sam(all), AgentScopeEdit, RoleAssignment{sam(), wide(SharedAgentRole.Role(), ScopeGlobal)}, SharedNoAdministration)
	})
	t.Run("S18", func(t *testing.T) { // group privileges add to what the scope reaches (A5, A8)
		views := []Action[Ticket]{ // actions that need View; the others need Edit
			TicketView, TicketNotePrivate, TicketMention, TicketPrint, TicketWatch,
			TicketChildCreate, TicketForward, TicketCollaborate, TicketConfidential, TicketExport,
		}
		ticket := ticketOf("billing", "")
		for scope := ScopeRestricted; scope <= ScopeGroup; scope++ {
			for access := NoAccess; access <= Edit+1; access++ {
				me := inGroup("billing", access)
				me.Bindings = []Binding{wide(newRoleOf(t, grantablePermissions()...), scope)}
				viewing, editing := OutOfScope, OutOfScope
				switch access {
				case View:
					viewing, editing = AllowedGroup, ViewOnly
				case Edit:
					viewing, editing = AllowedGroup, AllowedGroup
				}
				onTickets(func(action Action[Ticket]) {
					switch {
					case action == TicketBeAssigned:
						check(t, me, action, ticket, SharedNeverAssigned)
						return
					case slices.Contains(views, action):
						check(t, me, action, ticket, viewing)
					default:
						check(t, me, action, ticket, editing)
					}
					check(t, me, action, ticketOf("apac", ""), OutOfScope)
					check(t, me, action, ticketOf("", ""), OutOfScope)
				})
				for _, action := range []Action[TicketPair]{TicketLink, TicketMerge} {
					check(t, me, action, TicketPair{ticket, ticket}, editing)
					check(t, me, action, TicketPair{ticketOf("apac", ""), ticket}, OutOfScope)
				}
				check(t, me, TicketAssign, TicketAssignment{Ticket: ticket, To: bob(wide(AgentRole.Role(), ScopeGlobal))}, editing)
				check(t, me, TicketRoute, TicketAssignment{Ticket: ticket, Group: AgentGroup{"apac", "acme"}}, editing)
				check(t, me, TicketNoteRead, Note{ticket, "bob"}, viewing)
				check(t, me, TicketNoteEditAny, Note{ticket, "bob"}, editing)
				check(t, me, TimeView, TimeEntry{ticket, "bob"}, viewing)
				check(t, me, TimeEditAny, TimeEntry{ticket, "bob"}, editing)
				if editing == AllowedGroup {
					editing = AllowedOwn
				}
				check(t, me, TicketNoteEditOwn, Note{ticket, "sam"}, editing)
				check(t, me, TimeLogOwn, TimeEntry{ticket, "sam"}, editing)
			}
			viewer, editor := inGroup("billing", View), inGroup("billing", Edit)
			viewer.Bindings[0].TicketScope, editor.Bindings[0].TicketScope = scope, scope
			check(t, viewer, TicketView, ticket, AllowedGroup)
			check(t, viewer, TicketReply, ticket, ViewOnly)
			check(t, editor, TicketReply, ticket, AllowedGroup)
			check(t, editor, TicketReply, ticketOf("apac", ""), OutOfScope)
			check(t, editor, TicketReply, known, AllowedContact)
			check(t, editor, TicketForward, ticket, NoPermission) // never more than the role permits
			editor.Bindings[0].Role = newRoleOf(t, TicketMerge.At(ScopeGlobal))
			check(t, editor, TicketMerge, TicketPair{ticket, ticketOf("apac", "")}, OutOfScope)
		}
		seen := known
		seen.Group = "billing"
		check(t, inGroup("billing", View), TicketReply, seen, AllowedContact) // never less than without the group

		// An administrator gives and removes them.
		for access := NoAccess; access <= Edit; access++ {
			of := func(s *SharedAgent) GroupMembership { return GroupMembership{s, AgentGroup{"billing", "acme"}, access} }
			onlyAdministrators(t, AgentGroupAssign, of(sam(light(t))), SupportNoAgents)
			onlyAdministrators(t, AgentGroupAssign, of(sam()), SupportNoAgents, BeyondAuthority)
		}
	})
	t.Run("S19", func(t *testing.T) { // view and edit, never assignment
		check(t, inGroup("billing", Edit), TicketBeAssigned, ticketOf("billing", ""), SharedNeverAssigned)
		check(t, inGroup("billing", Access(3)), TicketView, ticketOf("billing", ""), OutOfScope)
	})
	t.Run("S20", func(t *testing.T) { // administrators can view the role, and see what it permits
		onlyAdministrators(t, RoleView, SharedAgentRole.Role(), Undecided)
		on, me := everyThing(), sam(Binding{Role: SharedAgentRole.Role(), Workspace: Everywhere, TicketScope: ScopeGlobal})
		for id := range Actions() {
			permits := slices.ContainsFunc(on[id], func(thing Resource) bool {
				return Request{Subject: me, Action: id, Resource: thing}.Authorize().Allowed()
			})
			viewed := SharedAgentRole.Role().Permissions().Scope(id) != 0
			assert.Equal(t, permits, viewed || id == SessionLogin.ID() || id == PortalLogin.ID(), id.String())
			assert.Equal(t, viewed, SharedAgentRole.Role().Permissions().Has(id.At(ScopeRestricted)), id.String())
		}
		check(t, sam(), RoleView, SharedAgentRole.Role(), SharedNoAdministration)
	})
	t.Run("S21", func(t *testing.T) { // and cannot edit it
		check(t, riya(all), RoleUpdate, SharedAgentRole.Role(), BuiltInImmutable)
		assert.True(t, SharedAgentRole.Role().BuiltIn())
	})
	t.Run("S22", func(t *testing.T) { // by category
		var categories []string
		for p := range SharedAgentRole.Role().Permissions().All() {
			if c := p.Action.Category(); !slices.Contains(categories, c) {
				categories = append(categories, c)
			}
		}
		assert.Equal(t, []string{"tickets", "knowledge", "forums", "customers", "apps", "general"}, categories)
	})
	t.Run("S23", func(t *testing.T) { // other permissions by custom roles, within the limits of shared agents (A20)
		role := custom(t, TicketView.At(ScopeGlobal), TicketForward.At(ScopeGlobal), TicketBeAssigned.At(ScopeGlobal), ChannelPhoneUse.At(ScopeGlobal), SLAManage.At(ScopeGlobal), AgentView.At(ScopeGlobal))
		role.TicketScope = ScopeRestricted
		me := sam()
		check(t, owner(), RoleCreate, role.Role, AllowedAll)
		check(t, owner(), AgentRoleAssign, RoleAssignment{me, role}, AllowedAll)
		check(t, owner(), AgentRoleRemove, RoleAssignment{me, me.Bindings[0]}, AllowedAll)
		me.Bindings = []Binding{role}
		check(t, me, TicketForward, known, AllowedContact)
		check(t, me, TicketReply, known, NoPermission)
		check(t, me, TicketForward, unknown, OutOfScope)
		check(t, me, SLAManage, Settings{Account: "acme"}, AllowedAll)
		check(t, me, TicketBeAssigned, known, SharedNeverAssigned)
		check(t, me, ChannelPhoneUse, Channel{Account: "acme"}, SharedNoChannels)
		check(t, me, AgentView, *bob(), SharedNoAdministration) // A21

		// Each role permits exactly its own action.
		on := everyThing()
		for id := range Actions() {
			if !grantable(id) {
				continue
			}
			me := sam(Binding{Role: newRoleOf(t, id.At(ScopeGlobal)), Workspace: Everywhere, TicketScope: ScopeGlobal})
			for other := range Actions() {
				allowed := false
				for _, thing := range threeOf(on[other]) {
					got := Request{Subject: me, Action: other, Resource: thing}.Authorize().Reason
					switch limit := limitOfShared(other); {
					case limit != Undecided:
						assert.Equal(t, limit, got, "%v, with %v", other, id)
					case other != id && other != SessionLogin.ID() && other != PortalLogin.ID():
						assert.Equal(t, NoPermission, got, "%v, with %v", other, id)
					default:
						assert.NotContains(t, []Reason{NoPermission, NoRole}, got, "%v, with %v", other, id)
					}
				}
				for _, thing := range on[other] {
					allowed = allowed || other == id && Request{Subject: me, Action: other, Resource: thing}.Authorize().Allowed()
				}
				assert.Equal(t, other == id && limitOfShared(id) == Undecided, allowed, "%v, with %v", other, id)
			}
		}

		// Administrators give and remove custom roles and the Shared Agent role, but not agents' roles.
		onlyAdministrators(t, AgentRoleAssign, RoleAssignment{sam(light(t)), light(t)}, SupportNoAgents)
		onlyAdministrators(t, AgentRoleRemove, RoleAssignment{sam(light(t)), light(t)}, SupportNoAgents)
		for role := range acme.BuiltInRoles() {
			clone, err := CloneRole(role, "acme", "Field Sales")
			require.NoError(t, err)
			for _, place := range []WorkspaceID{AccountWide, "it", "legal", Everywhere} {
				for _, scope := range levels {
					given, held := Binding{Role: role, Workspace: place, TicketScope: scope}, sam(Binding{Role: role, Workspace: place, TicketScope: ScopeRestricted})
					want := SharedRoleNotAllowed
					if role == SharedAgentRole.Role() {
						want = AllowedAll
					}
					check(t, owner(), AgentRoleAssign, RoleAssignment{sam(), given}, want)
					check(t, owner(), AgentScopeEdit, RoleAssignment{held, given}, want)
					check(t, owner(), AgentRoleRemove, RoleAssignment{held, given}, AllowedAll)

					given, held = Binding{Role: clone, Workspace: place, TicketScope: scope}, sam(Binding{Role: clone, Workspace: place, TicketScope: ScopeRestricted})
					check(t, owner(), AgentRoleAssign, RoleAssignment{sam(), given}, AllowedAll)
					check(t, owner(), AgentScopeEdit, RoleAssignment{held, given}, AllowedAll)
					check(t, owner(), AgentRoleRemove, RoleAssignment{held, given}, AllowedAll)
				}
			}
			check(t, sam(all), AgentRoleAssign, RoleAssignment{sam(), wide(clone, ScopeRestricted)}, SharedNoAdministration) // a shared agent cannot give roles
			_, _, err = NewSupportGrant(sam(all), SupportGrantTerms{ID: "g1", Roles: []Role{clone}, Engineers: letIn}, noon) // nor make support grants
			require.ErrorIs(t, err, ErrDenied)
		}
		foreign, err := NewRole("initech", "Field Sales", SharedAgentRole.Role().Permissions(), nil)
		require.NoError(t, err)
		check(t, owner(), AgentRoleAssign, RoleAssignment{sam(), wide(foreign, ScopeRestricted)}, OtherAccount)
		check(t, sam(wide(foreign, ScopeRestricted)), TicketView, known, NoRole)

		// Creating a new agent with the role needs the permission to give it.
		hire := custom(t, AgentCreate.At(ScopeGlobal))
		check(t, riya(hire), AgentCreate, *bob(), AllowedAll)
		check(t, riya(hire), AgentCreate, *bob(light(t)), NoPermission)
		check(t, riya(hire, custom(t, AgentRoleAssign.At(ScopeGlobal))), AgentCreate, *bob(light(t)), AllowedAll)
	})
	t.Run("S25", func(t *testing.T) { check(t, sam(), TicketReply, known, AllowedContact) })
	t.Run("S26", func(t *testing.T) { check(t, sam(), TicketNotePublic, known, AllowedContact) })
	t.Run("S27", func(t *testing.T) { // never the assignee, for every subject and with any role
		for _, target := range []*SharedAgent{sam(), sam(all), inGroup("billing", Edit)} {
			check(t, riya(all), TicketAssign, TicketAssignment{Ticket: ticketOf("billing", ""), To: target}, SharedNeverAssigned)
			check(t, target, TicketBeAssigned, ticketOf("billing", ""), SharedNeverAssigned)
		}
		check(t, riya(all), ConversationAssign, ConversationAssignment{Conversation: chatOf("billing", ""), To: sam(all)}, SharedNeverAssigned)
		check(t, riya(wide(AgentRole.Role(), ScopeRestricted)), TicketAssign, TicketAssignment{Ticket: ticketOf("apac", ""), To: sam()}, SharedNeverAssigned)
		check(t, riya(), TicketAssign, TicketAssignment{Ticket: ticketOf("apac", ""), To: sam()}, SharedNeverAssigned)
		theirs := sam(all)
		theirs.Account.ID = "initech"
		check(t, riya(all), TicketAssign, TicketAssignment{Ticket: ticketOf("", ""), To: theirs}, OtherAccount)
	})
	t.Run("S28", func(t *testing.T) {
		check(t, sam(), ChannelPhoneUse, Channel{Account: "acme"}, SharedNoChannels)
		check(t, sam(all), ChannelPhoneUse, Channel{Account: "acme"}, SharedNoChannels)
	})
	t.Run("S29", func(t *testing.T) {
		check(t, sam(all), ChannelChatUse, Channel{Account: "acme"}, SharedNoChannels)
		for _, action := range []Action[Conversation]{ConversationView, ConversationReply, ConversationNotePrivate, ConversationTake, ConversationResolve, ConversationExport} {
			check(t, sam(all), action, chatOf("", "sam"), SharedNoChannels)
		}
	})
	t.Run("S30", func(t *testing.T) { check(t, sam(), ArticleView, Article{Account: "acme"}, AllowedAll) })
	t.Run("S31", func(t *testing.T) {
		for _, action := range []Action[Article]{ArticleDraft, ArticleEdit, ArticlePublish} {
			check(t, sam(), action, Article{Account: "acme", Author: "sam"}, NoPermission)
		}
	})
	t.Run("S32", func(t *testing.T) { check(t, sam(), TopicView, Topic{Account: "acme"}, AllowedAll) })
	t.Run("S33", func(t *testing.T) { // shared agents exist
		check(t, sam(), TopicCreate, Topic{Account: "acme", Author: "sam"}, AllowedAll)
		check(t, sam(), TopicEditOwn, Topic{Account: "acme", Author: "sam"}, AllowedOwn)
		check(t, sam(), TopicEditOwn, Topic{Account: "acme", Author: "bob"}, NotOwn)
		check(t, sam(), TopicEditAny, Topic{Account: "acme", Author: "bob"}, NoPermission)
	})
	t.Run("S34", func(t *testing.T) { check(t, sam(), ForumManage, Settings{Account: "acme"}, NoPermission) })
	t.Run("S35", func(t *testing.T) {
		check(t, sam(), ContactCreate, *customer("emea"), AllowedAll)
		check(t, sam(), ContactCreate, Contact{Account: "acme"}, AllowedAll) // the CRM does not have it yet
	})
	t.Run("S36", func(t *testing.T) {
		check(t, sam(), ContactEdit, *customer("emea"), AllowedContact)
		check(t, sam(), ContactEdit, *customer("apac"), OutOfScope)
		viewed := *customer("apac")
		viewed.CRM.Team = map[CRMUserID]Access{"u-sam": View}
		check(t, sam(), ContactView, viewed, AllowedContact)
		check(t, sam(), ContactEdit, viewed, ViewOnly)
		viewed.CRM.Team["u-sam"] = Edit
		check(t, sam(), ContactEdit, viewed, AllowedContact)
		// A wide role does not show what the CRM hides (A30).
		check(t, sam(all), ContactEdit, *customer("apac"), OutOfScope)
		check(t, sam(all), ContactMerge, ContactPair{*customer("emea"), *customer("apac")}, OutOfScope)
		check(t, sam(all), ContactMerge, ContactPair{*customer("apac"), *customer("emea")}, OutOfScope)
		check(t, sam(all), ContactMerge, ContactPair{*customer("emea"), *customer("emea")}, AllowedContact)
	})
	t.Run("S37", func(t *testing.T) {
		check(t, sam(), ContactView, *customer("emea"), AllowedContact)
		check(t, sam(), ContactView, *customer("apac"), OutOfScope)
		check(t, sam(), CompanyView, Company{Account: "acme", CRM: CRMRecord{Territory: "emea"}}, AllowedContact)
		check(t, sam(), CompanyView, Company{Account: "acme", CRM: CRMRecord{Owner: "u-sam"}}, AllowedContact)
		check(t, sam(), CompanyView, Company{Account: "acme"}, OutOfScope)
		check(t, sam(), CompanyEdit, Company{Account: "acme", CRM: CRMRecord{Owner: "u-sam"}}, NoPermission)
	})
	t.Run("S38", func(t *testing.T) {
		check(t, sam(), ReportCreate, Report{Account: "acme", Owner: "sam"}, NoPermission)
		check(t, sam(), ReportView, Report{Account: "acme", Owner: "sam"}, NoPermission)
		check(t, sam(), DashboardManage, Dashboard{Account: "acme", Owner: "sam"}, NoPermission)
	})
	t.Run("S39", func(t *testing.T) {
		for id := range Actions() {
			if id.Category() == "operations" {
				assert.False(t, SharedAgentRole.Role().Permissions().Has(id.At(ScopeRestricted)), id.String())
			}
		}
		check(t, sam(), TicketAssign, TicketAssignment{Ticket: known, To: bob(wide(AgentRole.Role(), ScopeGlobal))}, NoPermission)
		check(t, sam(), AssignmentRuleManage, Settings{Account: "acme"}, NoPermission)
		check(t, sam(), AutomationManage, Settings{Account: "acme"}, NoPermission)
	})
	t.Run("S40", func(t *testing.T) { check(t, sam(), AppUse, App{Account: "acme"}, AllowedAll) })
	t.Run("S41", func(t *testing.T) { // the desk cannot add shared agents, and does not offer the role
		remedies := Remedies(Explain(NewRequest(bob(), TicketReply, &Ticket{Account: "acme", Group: "billing"})), everyBuiltIn...)
		require.NotEmpty(t, remedies)
		for _, remedy := range remedies {
			assert.NotContains(t, remedy.String(), "Shared Agent")
		}
		check(t, riya(all), AgentCreate, *bob(wide(AgentRole.Role(), ScopeGlobal), wide(SharedAgentRole.Role(), ScopeRestricted)), SharedOnlyFromCRM)
		check(t, riya(all), AgentRoleAssign, RoleAssignment{bob(), wide(SharedAgentRole.Role(), ScopeRestricted)}, SharedOnlyFromCRM)
		check(t, riya(all), AgentRoleAssign, RoleAssignment{sam(), wide(SharedAgentRole.Role(), ScopeRestricted)}, AllowedAll)
		check(t, riya(all), AgentRoleAssign, RoleAssignment{&CRMOnlyUser{Account: acme, CRM: sam().CRM}, wide(SharedAgentRole.Role(), ScopeRestricted)}, WrongResource)

		// The role can be taken from an agent who holds it.
		odd := bob(wide(SharedAgentRole.Role(), ScopeRestricted))
		check(t, riya(all), AgentRoleRemove, RoleAssignment{odd, odd.Bindings[0]}, AllowedAll)
		check(t, riya(all), AgentScopeEdit, RoleAssignment{odd, odd.Bindings[0]}, SharedOnlyFromCRM)
		check(t, riya(all), AgentEdit, *odd, AllowedAll)
		check(t, riya(all), AgentDelete, *odd, AllowedAll)
	})
	t.Run("S42", func(t *testing.T) { // but the desk can remove them, in any state
		for change, heavy := range map[*SharedAgent][]Reason{
			sam(light(t)): nil,
			sam():         {BeyondAuthority},
			sam(wide(newRoleOf(t, grantablePermissions(TicketConfidential.ID())...), ScopeGlobal)): {BeyondAuthority}, // shared agents cannot administer
			inGroup("billing", Edit):   {BeyondAuthority},
			{ID: "sam", Account: acme}: nil,
			{ID: "sam", Account: acme, Deactivated: true, CRM: CRMUser{ID: "u-sam", Deactivated: true}}: nil,
			{ID: "sam", Account: Account{ID: "acme"}, Bindings: []Binding{light(t)}}:                    nil, // not integrated
		} {
			onlyAdministrators(t, SharedAgentDelete, *change, SupportNoAgents, heavy...)
		}
		for role := range acme.BuiltInRoles() {
			for _, scope := range levels {
				check(t, riya(inOpen(AccountAdministratorRole.Role(), ScopeGlobal)), SharedAgentDelete, *sam(wide(role, scope)), AllowedAll)
			}
		}
		apart := riya(inOpen(AdministratorRole.Role(), ScopeGlobal))
		apart.Account.Integrated = false
		check(t, apart, SharedAgentDelete, *sam(), AllowedAll)
		check(t, riya(custom(t, SharedAgentDelete.At(ScopeGlobal))), SharedAgentDelete, *sam(), BeyondAuthority)
		check(t, riya(custom(t, SharedAgentDelete.At(ScopeGlobal))), SharedAgentDelete, *sam(light(t)), AllowedAll)
	})
	t.Run("S43", func(t *testing.T) { // no assignment and no channels, with any role at any scope
		chat := ConversationAssignment{Conversation: chatOf("billing", ""), To: bob(wide(SupportAgentRole.Role(), ScopeGlobal))}
		check(t, riya(inOpen(AdministratorRole.Role(), ScopeGlobal)), ConversationAssign, chat, AllowedAll)
		check(t, sam(inOpen(AdministratorRole.Role(), ScopeGlobal)), ConversationAssign, chat, SharedNoChannels)
		for role := range acme.BuiltInRoles() {
			for _, scope := range levels {
				me := sam(wide(role, scope))
				me.Groups = map[GroupID]Access{"billing": Edit}
				for id := range Actions() {
					for _, resource := range []Resource{ticketOf("billing", "sam"), chatOf("billing", "sam"), Channel{Account: "acme", Group: "billing"}} {
						d := Request{Subject: me, Action: id, Resource: resource}.Authorize()
						if d.Allowed() {
							assert.NotEqual(t, TicketBeAssigned.ID(), id)
							assert.False(t, id.InClass(ClassChannel), id.String())
							assert.NotEqual(t, "conversations", id.Category())
						}
					}
				}
			}
		}
	})
	t.Run("S44", func(t *testing.T) { // actions that the document does not list are denied
		within := []Reason{AllowedContact, AllowedMentioned, AllowedGroup, OutOfScope}
		list := []struct {
			restricted, global []Reason // every reason that occurs at these scopes
			actions            []ActionID
		}{
			{within, []Reason{AllowedAll}, []ActionID{
				TicketView.ID(), TicketNotePrivate.ID(), TicketNoteRead.ID(), TicketMention.ID(), TicketPrint.ID(), TicketWatch.ID(), TicketCollaborate.ID(),
			}},
			{append(within, ViewOnly), []Reason{AllowedAll}, []ActionID{
				TicketReply.ID(), TicketNotePublic.ID(), TicketPropertiesEdit.ID(), TicketStatusSet.ID(), TicketClose.ID(), TicketReopen.ID(), TicketTagEdit.ID(),
				TicketAttach.ID(), TicketTemplateUse.ID(), TicketDependentFieldsUse.ID(), TicketDynamicSectionsUse.ID(),
			}},
			{[]Reason{AllowedOwn, NotOwn, OutOfScope, ViewOnly}, []Reason{AllowedOwn, NotOwn}, []ActionID{TicketNoteEditOwn.ID()}},
			{[]Reason{AllowedAll}, []Reason{AllowedAll}, []ActionID{
				CannedResponseUse.ID(), ArticleView.ID(), TopicView.ID(), TopicCreate.ID(), ContactCreate.ID(), AppUse.ID(), SessionLogin.ID(), PortalLogin.ID(),
			}},
			{[]Reason{AllowedMentioned, OutOfScope}, []Reason{AllowedMentioned, OutOfScope}, []ActionID{TicketConfidential.ID()}}, // (A52)
			{[]Reason{AllowedOwn, NotOwn}, []Reason{AllowedOwn, NotOwn}, []ActionID{TopicEditOwn.ID(), ProfileEditOwn.ID()}},
			{[]Reason{AllowedContact, AllowedOwn, OutOfScope}, []Reason{AllowedContact, AllowedOwn, OutOfScope}, []ActionID{ContactView.ID(), CompanyView.ID()}},
			{[]Reason{AllowedContact, AllowedOwn, OutOfScope, ViewOnly}, []Reason{AllowedContact, AllowedOwn, OutOfScope, ViewOnly}, []ActionID{ContactEdit.ID()}},
		}
		var listed Permissions
		for _, row := range list {
			for _, id := range row.actions {
				switch id {
				case SessionLogin.ID(), PortalLogin.ID(): // needs no permission (A31)
				case TicketConfidential.ID():
					listed = listed.Union(NewPermissions(id.At(Assigned | Requested | Participating | Mentioned)))
				default:
					listed = listed.Union(NewPermissions(id.At(ScopeGlobal)))
				}
			}
		}
		assert.Equal(t, listed, SharedAgentRole.Role().Permissions())

		on := everyThing()
		for _, scope := range levels {
			me := sam(Binding{Role: SharedAgentRole.Role(), Workspace: Everywhere, TicketScope: scope})
			me.Groups = map[GroupID]Access{"billing": Edit, "refunds": View}
			for id := range Actions() {
				want := []Reason{NoPermission}
				if limit := limitOfShared(id); limit != Undecided {
					want = []Reason{limit}
				}
				for _, row := range list {
					if slices.Contains(row.actions, id) {
						want = row.restricted
						if scope == ScopeGlobal {
							want = row.global
						}
					}
				}
				var got []Reason
				for _, thing := range on[id] {
					if r := (Request{Subject: me, Action: id, Resource: thing}).Authorize().Reason; !slices.Contains(got, r) {
						got = append(got, r)
					}
				}
				assert.ElementsMatch(t, want, got, "%v at %v", id, scope)
			}
			for id := ActionID(FirstHostView); id < FirstHostPublicEdit+HostRangeLength; id++ { // host actions are denied as well
				if id.IsHost() {
					for _, thing := range []Decision{
						Authorize(me, Action[Ticket](id), &known),
						Authorize(me, Action[Settings](id), &Settings{Account: "acme"}),
						Authorize(me, Action[invoice](id), &invoice{account: "acme", approver: "sam"}),
					} {
						assert.Contains(t, []Reason{NoPermission, SharedNoChannels}, thing.Reason, id.String())
					}
				}
			}
		}

		// A shared agent cannot create tickets: a template edits an existing ticket, or one to be created (A35).
		asItWillBe := Ticket{Account: "acme"}
		check(t, sam(), TicketTemplateUse, asItWillBe, OutOfScope)
		asItWillBe.Assignee = "sam"
		check(t, sam(), TicketTemplateUse, asItWillBe, OutOfScope)
		asItWillBe.Requester = customer("emea")
		check(t, sam(), TicketTemplateUse, asItWillBe, AllowedContact)
		for _, in := range []WorkspaceID{"", "it", "legal"} {
			check(t, sam(Binding{Role: SharedAgentRole.Role(), Workspace: Everywhere, TicketScope: ScopeGlobal}), TicketCreate, Workspace{in, "acme"}, NoPermission)
		}
		for _, action := range []Action[Ticket]{TicketChildCreate, TicketSplit, TicketForward, ScenarioRun, TicketRestore} {
			check(t, sam(), action, known, NoPermission)
			check(t, sam(), action, mentioned, NoPermission)
			check(t, inGroup("billing", Edit), action, ticketOf("billing", ""), NoPermission)
		}
		check(t, sam(), TicketMerge, TicketPair{known, known}, NoPermission)
		check(t, sam(), TicketLink, TicketPair{known, mentioned}, NoPermission)
		check(t, sam(), ContactImport, acme, NoPermission)
		check(t, sam(), ContactImpersonate, *customer("emea"), NoPermission)
	})
	t.Run("S45", func(t *testing.T) { // it cannot turn a contact into a shared agent, at once or in steps
		contact := func(bindings ...Binding) Agent {
			return Agent{ID: "c-1", Account: acme, Bindings: bindings, Groups: map[GroupID]Access{"billing": Edit}}
		}
		agent := wide(AgentRole.Role(), ScopeGlobal)
		for role := range acme.BuiltInRoles() {
			for _, place := range []WorkspaceID{AccountWide, "it", "legal", Everywhere} {
				for _, scope := range append([]Scope{0}, levels...) {
					given := Binding{Role: role, Workspace: place, TicketScope: scope}
					want := AllowedAll
					if role == SharedAgentRole.Role() {
						want = SharedOnlyFromCRM
					}
					boss := riya(Binding{Role: AccountAdministratorRole.Role(), Workspace: Everywhere, TicketScope: ScopeGlobal})
					check(t, boss, AgentCreate, contact(given), want)
					check(t, boss, AgentCreate, contact(agent, given), want)
					check(t, boss, AgentCreate, contact(given, agent), want)
					check(t, boss, AgentRoleAssign, RoleAssignment{ptr(contact()), given}, want)
					check(t, boss, AgentRoleAssign, RoleAssignment{ptr(contact(agent)), given}, want)
					check(t, boss, AgentScopeEdit, RoleAssignment{ptr(contact(given)), given}, want)
				}
			}
			// Other subjects cannot either, with any role, or without one.
			shared := contact(wide(SharedAgentRole.Role(), ScopeRestricted))
			check(t, riya(wide(role, ScopeGlobal)), AgentCreate, shared, SharedOnlyFromCRM)
			check(t, riya(wide(role, ScopeGlobal)), AgentRoleAssign, RoleAssignment{ptr(contact()), shared.Bindings[0]}, SharedOnlyFromCRM)
			check(t, sam(wide(role, ScopeGlobal)), AgentCreate, shared, SharedNoAdministration)
			check(t, at(granted(t, SupportGrantTerms{Roles: []Role{role}}), noon), AgentCreate, shared, SupportNoAgents)
		}
		user := &CRMOnlyUser{Account: acme, CRM: sam().CRM} // a contact who is a CRM user
		check(t, owner(), AgentRoleAssign, RoleAssignment{user, wide(SharedAgentRole.Role(), ScopeRestricted)}, WrongResource)
		check(t, owner(), AgentGroupAssign, GroupMembership{user, AgentGroup{"billing", "acme"}, Edit}, WrongResource)

		// No action makes a shared agent, and cloning its role does not either.
		for id := range Actions() {
			got := Request{Subject: owner(), Action: id, Resource: *sam()}.Authorize()
			want := slices.Contains([]ActionID{SharedAgentView.ID(), SharedAgentEdit.ID(), SharedAgentDelete.ID(), SharedAgentKeyManage.ID()}, id)
			assert.Equal(t, want, got.Allowed(), id.String())
			got = Request{Subject: owner(), Action: id, Resource: SharedAgent{Account: acme, CRM: sam().CRM}}.Authorize()
			assert.Equal(t, id == SharedAgentView.ID(), got.Allowed(), "%v without an ID", id)
		}
		clone, err := CloneRole(SharedAgentRole.Role(), "acme", "Field Sales")
		require.NoError(t, err)
		converted := contact(wide(clone, ScopeRestricted))
		check(t, owner(), AgentCreate, converted, AllowedAll)
		toCustomer := known
		toCustomer.Mentions = map[AgentID]bool{"c-1": true}
		check(t, &converted, TicketView, toCustomer, OutOfScope)
		toCustomer.Assignee = "c-1"
		check(t, &converted, TicketView, toCustomer, AllowedAssigned)
	})
}

// onTicketsAllowed are the ticket actions that the Shared Agent role permits [S44].
var onTicketsAllowed = []Action[Ticket]{
	TicketView, TicketReply, TicketNotePublic, TicketNotePrivate, TicketMention, TicketPrint, TicketWatch, TicketPropertiesEdit,
	TicketStatusSet, TicketTagEdit, TicketAttach, TicketTemplateUse, TicketDependentFieldsUse, TicketDynamicSectionsUse, TicketCollaborate,
}

// limitOfShared returns the reason that denies the action to every shared agent (A20), or Undecided.
func limitOfShared(id ActionID) Reason {
	switch {
	case id == TicketBeAssigned.ID():
		return SharedNeverAssigned
	case id == ChannelManage.ID(), slices.Contains([]string{"conversations", "channels"}, id.Category()):
		return SharedNoChannels
	case slices.Contains([]string{"people", "roles", "account", "support access"}, id.Category()):
		return SharedNoAdministration
	}
	return Undecided
}

// newRoleOf returns a custom role of acme with the permissions.
func newRoleOf(t testing.TB, permissions ...Permission) Role {
	t.Helper()
	role, err := NewRole("acme", "Custom", NewPermissions(permissions...), nil)
	require.NoError(t, err)
	return role
}

// light returns a binding with a role that permits nothing, which is within every agent's authority.
func light(t testing.TB) Binding { return wide(newRoleOf(t), ScopeRestricted) }

// grantablePermissions returns all permissions that a custom role can hold, except those for the given actions.
func grantablePermissions(except ...ActionID) (permissions []Permission) {
	for id := range Actions() {
		if grantable(id) && !slices.Contains(except, id) {
			permissions = append(permissions, id.At(ScopeGlobal))
		}
	}
	return permissions
}

// toGive returns the feature that the plan needs before a custom role can be given (A37).
func toGive(id ActionID, thing Resource) Features {
	var roles []Role
	switch thing := thing.(type) {
	case RoleAssignment:
		if id == AgentRoleAssign.ID() {
			roles = []Role{thing.Binding.Role}
		}
	case Agent:
		if id == AgentCreate.ID() {
			for _, b := range thing.Bindings {
				roles = append(roles, b.Role)
			}
		}
	case SupportGrant:
		if id == SupportGrantCreate.ID() || id == SupportGrantExtend.ID() {
			roles = thing.Roles()
		}
	}
	if slices.ContainsFunc(roles, func(r Role) bool { return r.Account() != "" }) {
		return FeatureCustomRoles
	}
	return 0
}

// onlyAdministrators checks that the two administrators can do the action on any plan,
// and that everyone else is denied: an agent with any other role, with all of them, or
// with every permission but that one; a shared agent with any role; a CRM-only user.
//
// A support engineer is denied for the reason engineer with any role; if that is
// Undecided, the role decides as for an agent. Agents can be denied for one of the
// refusals instead of NoPermission, if the resource exceeds their authority.
func onlyAdministrators[R Resource](t *testing.T, action Action[R], on R, engineer Reason, refusals ...Reason) {
	t.Helper()
	refusals = append(refusals, NoPermission)
	deny := func(who Subject) {
		t.Helper()
		if got := Authorize(who, action, &on); !slices.Contains(refusals, got.Reason) {
			t.Errorf("may %s do %v to %+v?\n got %v (%v)", nameOf(who), action, on, got.Reason, got)
		}
	}
	others := riya()
	for role := range acme.BuiltInRoles() {
		me, visitor := riya(inOpen(role, ScopeGlobal)), engineerWith(t, role, acme)
		poor := riya(inOpen(role, ScopeGlobal))
		poor.Account.Plan = Plan{}
		if action.ID() == AgentRoleAssign.ID() {
			poor.Account.Plan.Features = FeatureCustomRoles // to give a custom role (A37)
		}
		check(t, sam(wide(role, ScopeGlobal)), action, on, SharedNoAdministration)
		if engineer != Undecided {
			check(t, visitor, action, on, engineer)
		}
		if role == AdministratorRole.Role() || role == AccountAdministratorRole.Role() {
			check(t, me, action, on, AllowedAll)
			check(t, poor, action, on, AllowedAll)
			if engineer == Undecided {
				check(t, visitor, action, on, AllowedAll)
			}
			continue
		}
		others.Bindings = append(others.Bindings, wide(role, ScopeGlobal))
		deny(me)
		deny(poor)
		if engineer == Undecided {
			deny(visitor)
		}
	}
	deny(others)
	deny(riya(custom(t, grantablePermissions(action.ID())...)))
	check(t, &CRMOnlyUser{Account: acme, CRM: sam().CRM}, action, on, NotAnAgent)
}

// engineerWith returns a support engineer with the role in all of acme's workspaces.
func engineerWith(t testing.TB, role Role, account Account) *SupportSession {
	t.Helper()
	grant := granted(t, SupportGrantTerms{Roles: []Role{role}, Workspaces: map[WorkspaceID][]Role{"it": nil, "legal": nil}})
	return grant.Session(eve, account, noon)
}

// everyHolder returns an agent, a shared agent and a support engineer of the account for
// each built-in role, held everywhere.
func everyHolder(t testing.TB, account Account) (who []Subject) {
	t.Helper()
	for role := range acme.BuiltInRoles() {
		held := Binding{Role: role, Workspace: Everywhere, TicketScope: ScopeGlobal}
		agent, shared := riya(held), sam(held)
		agent.Account, shared.Account, shared.Groups = account, account, agent.Groups
		who = append(who, agent, shared, engineerWith(t, role, account))
	}
	return who
}

// thingsOnDesk returns resources of acme for each action, with every relationship to sam:
// outside of workspaces and in each of them; in a group that sam edits, one that sam views
// and others; owned by sam, by bob or unowned; from a customer that the CRM shows to sam
// or hides; with sam mentioned or not.
func thingsOnDesk(t testing.TB) map[ActionID][]Resource {
	t.Helper()
	agent := bob(wide(AgentRole.Role(), ScopeGlobal))
	all := []Resource{
		acme, AgentProfile{"acme", "sam"}, AgentProfile{"acme", "bob"}, *bob(), *agent, *sam(), newRole(t, "Tier 2"), SupervisorRole.Role(),
		RoleAssignment{agent, agent.Bindings[0]}, RoleAssignment{sam(), light(t)}, RoleAssignment{sam(light(t)), light(t)},
		inGroup(agent, "billing", View), inGroup(sam(), "refunds", Edit), granted(t, SupportGrantTerms{}),
	}
	people := []AgentID{"", "sam", "bob"}
	for _, owner := range people {
		for _, record := range []CRMRecord{
			{}, {Territory: "emea"}, {Territory: "apac"}, {Owner: "u-sam"}, {Owner: "u-else"},
			{Team: map[CRMUserID]Access{"u-sam": View}}, {Team: map[CRMUserID]Access{"u-sam": Edit}},
		} {
			contact := Contact{ID: "c-1", Account: "acme", Owner: owner, CRM: record}
			all = append(all, contact, ContactPair{contact, contact}, Company{Account: "acme", Owner: owner, CRM: record})
		}
	}
	for _, in := range []WorkspaceID{"", "it", "legal"} {
		all = append(all, Workspace{in, "acme"}, App{"acme", in})
		for _, of := range people {
			all = append(all, Article{"acme", in, of}, FAQ{"acme", in, of}, Topic{"acme", in, of}, Campaign{"acme", in, of})
		}
		for _, group := range []GroupID{"", "billing", "refunds", "apac"} {
			all = append(all, Channel{"acme", in, group}, CannedResponse{"acme", in, group}, Settings{"acme", in, group})
			for _, of := range people {
				chat := Conversation{Account: "acme", Workspace: in, Group: group, Assignee: of}
				all = append(all, chat, ConversationAssignment{Conversation: chat, Group: AgentGroup{"apac", "acme"}}, ConversationAssignment{Conversation: chat, To: agent}, TicketList{"acme", in, group, of}, Report{"acme", in, group, of}, Dashboard{"acme", in, group, of})
				for _, requester := range []*Contact{nil, customer("emea"), customer("apac")} {
					for _, mentions := range []map[AgentID]bool{nil, {"sam": true}} {
						ticket := Ticket{Account: "acme", Workspace: in, Group: group, Assignee: of, Requester: requester, Mentions: mentions}
						all = append(all, ticket, TicketPair{ticket, ticket}, TicketAssignment{Ticket: ticket, Group: AgentGroup{"apac", "acme"}}, TicketAssignment{Ticket: ticket, To: agent})
						for _, author := range people {
							all = append(all, Note{ticket, author}, TimeEntry{ticket, author})
						}
					}
				}
			}
		}
	}
	byType := make(map[string][]Resource)
	for _, thing := range all {
		byType[fmt.Sprintf("%T", thing)] = append(byType[fmt.Sprintf("%T", thing)], thing)
	}
	on := make(map[ActionID][]Resource)
	for id := range Actions() {
		malformed := func(thing Resource) bool {
			return Request{Subject: riya(), Action: id, Resource: thing}.Authorize().Reason == WrongResource
		}
		for _, things := range byType {
			on[id] = append(on[id], slices.DeleteFunc(slices.Clone(things), func(thing Resource) bool { return malformed(thing) || routesToo(id, thing) })...)
		}
		require.NotEmpty(t, on[id], id.String())
	}
	return on
}

// threeOf returns the first, the middle and the last of the things.
func threeOf(things []Resource) []Resource {
	return []Resource{things[0], things[len(things)/2], things[len(things)-1]}
}
