package deskpolicy_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	. "github.com/deskpolicy/deskpolicy"
)

// sharedAgentRequirements are the rules of the first document, of shared agents.
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
			if got := (Request{Subject: riya(), Action: id, Resource: Ticket{Account: "acme"}}).Decide(); got.Reason != WrongResource {
				do(Action[Ticket](id))
			}
		}
	}
	all := riya(wide(AccountAdministratorRole(), Global)).Bindings[0]

	t.Run("S1", func(t *testing.T) { // a role that controls what CRM users may do on the desk
		assert.Equal(t, SharedAgentRole(), sam().Bindings[0].Role)
		check(t, sam(), TicketView, known, AllowedContact)
		check(t, sam(wide(Role{}, Restricted)), TicketView, known, NoRole)
	})
	t.Run("S4", func(t *testing.T) { // who is no agent has none of the six
		nobody := &NonAgent{Account: acme, CRM: sam().CRM}
		for _, action := range []Action[Ticket]{TicketAttach, TicketTemplateUse, TicketFieldsUse, TicketSectionsUse, TicketCollaborate} {
			check(t, nobody, action, known, NotAnAgent)
		}
		check(t, nobody, CannedResponseUse, CannedResponse{Account: "acme"}, NotAnAgent)
		check(t, nobody, TicketView, Ticket{Account: "initech"}, OtherAccount)
		check(t, &NonAgent{Account: acme}, TicketView, known, NoSubject)
		assert.Contains(t, Authorize(nobody, TicketAttach, &known).String(), "as a shared agent they would")
	})
	t.Run("S5", func(t *testing.T) { // a shared agent has all six
		for _, action := range []Action[Ticket]{TicketAttach, TicketTemplateUse, TicketFieldsUse, TicketSectionsUse, TicketCollaborate} {
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
		check(t, riya(wide(AdministratorRole(), Global)), SharedAgentEdit, *sam(), AllowedAll)
		check(t, riya(wide(AdministratorRole(), Global)), SharedAgentView, *sam(), AllowedAll)
		check(t, riya(wide(SupervisorRole(), Global)), SharedAgentEdit, *sam(), NoPermission)
	})
	t.Run("S11", func(t *testing.T) { // features depend on the plan
		poor := sam()
		poor.Account.Plan.Features &^= Attachments
		check(t, poor, TicketAttach, known, PlanLacksFeature)
		check(t, poor, TicketCollaborate, known, AllowedContact)
	})
	t.Run("S12", func(t *testing.T) { // only where desk and CRM are connected (A29)
		alone := sam()
		alone.Account.Integrated = false
		check(t, alone, TicketView, known, NotIntegrated)
		check(t, alone, TicketView, Ticket{Account: "initech"}, OtherAccount)
	})
	t.Run("S13", func(t *testing.T) { // Restricted by default
		assert.Equal(t, []Binding{{SharedAgentRole(), AccountWide, Restricted}}, sam().Bindings)
		check(t, sam(), TicketView, ticketOf("", ""), OutOfScope)
	})
	t.Run("S14", func(t *testing.T) { // which is not what Restricted is for agents: assignment is no ground
		check(t, sam(), TicketView, ticketOf("", "sam"), OutOfScope)
		check(t, riya(wide(SharedAgentRole(), Restricted)), TicketView, ticketOf("", "riya"), AllowedAssigned)
		check(t, sam(wide(SharedAgentRole(), Group)), TicketView, ticketOf("", "sam"), OutOfScope)
		withMention := mentioned
		withMention.Mentions = map[AgentID]bool{"riya": true}
		check(t, riya(wide(SharedAgentRole(), Restricted)), TicketView, withMention, OutOfScope)
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
			{Restricted, OutOfScope, AllowedMentioned, AllowedContact},
			{Group, OutOfScope, AllowedMentioned, AllowedContact},
			{Global, AllowedAll, AllowedAll, AllowedAll},
		} {
			me := sam(wide(SharedAgentRole(), test.scope))
			check(t, me, TicketView, unknown, test.elsewhere)
			check(t, me, TicketView, mentioned, test.mention)
			check(t, me, TicketView, known, test.seen)
		}
		check(t, riya(wide(AdministratorRole(), Global)), AgentScopeEdit, Appointment{sam(), wide(SharedAgentRole(), Global)}, AllowedAll)
		check(t, riya(wide(AgentRole(), Global)), AgentScopeEdit, Appointment{sam(), wide(SharedAgentRole(), Global)}, NoPermission)
		check(t, sam(all), AgentScopeEdit, Appointment{sam(), wide(SharedAgentRole(), Global)}, SharedNoAdministration)
	})
	t.Run("S18", func(t *testing.T) { // privileges by group, which add to whatever the scope reaches (A5, A8)
		for scope := Restricted; scope <= Group; scope++ {
			viewer, editor := inGroup("billing", View), inGroup("billing", Edit)
			viewer.Bindings[0].TicketScope, editor.Bindings[0].TicketScope = scope, scope
			check(t, viewer, TicketView, ticketOf("billing", ""), AllowedGroup)
			check(t, viewer, TicketReply, ticketOf("billing", ""), ViewOnly)
			check(t, editor, TicketReply, ticketOf("billing", ""), AllowedGroup)
			check(t, editor, TicketReply, ticketOf("apac", ""), OutOfScope)
			check(t, editor, TicketReply, known, AllowedContact)
		}
		seen := known
		seen.Group = "billing"
		check(t, inGroup("billing", View), TicketReply, seen, AllowedContact) // never narrower
	})
	t.Run("S19", func(t *testing.T) { // view and edit, never assignment
		check(t, inGroup("billing", Edit), TicketBeAssigned, ticketOf("billing", ""), SharedNeverAssigned)
		check(t, inGroup("billing", Access(3)), TicketView, ticketOf("billing", ""), OutOfScope)
	})
	t.Run("S20", func(t *testing.T) { // administrators view the role
		check(t, riya(wide(AdministratorRole(), Global)), RoleView, SharedAgentRole(), AllowedAll)
		check(t, sam(), RoleView, SharedAgentRole(), SharedNoAdministration)
	})
	t.Run("S21", func(t *testing.T) { // and do not edit it
		check(t, riya(all), RoleUpdate, SharedAgentRole(), BuiltInImmutable)
		assert.True(t, SharedAgentRole().BuiltIn())
	})
	t.Run("S22", func(t *testing.T) { // by category
		var categories []string
		for p := range SharedAgentRole().Permissions().All() {
			if c := p.Action.Category(); !slices.Contains(categories, c) {
				categories = append(categories, c)
			}
		}
		assert.Equal(t, []string{"tickets", "knowledge", "forums", "customers", "apps", "general"}, categories)
	})
	t.Run("S23", func(t *testing.T) { // other permissions by custom roles, within the limits of the kind (A20)
		role := custom(t, TicketView.At(Global), TicketForward.At(Global), TicketBeAssigned.At(Global), PhoneUse.At(Global), SLAManage.At(Global), AgentView.At(Global))
		role.TicketScope = Restricted
		me := sam(role)
		check(t, me, TicketForward, known, AllowedContact)
		check(t, me, TicketReply, known, NoPermission)
		check(t, me, TicketForward, unknown, OutOfScope)
		check(t, me, SLAManage, Settings{Account: "acme"}, AllowedAll)
		check(t, me, TicketBeAssigned, known, SharedNeverAssigned)
		check(t, me, PhoneUse, Channel{Account: "acme"}, SharedNoChannels)
		check(t, me, AgentView, *bob(), SharedNoAdministration) // A21
	})
	t.Run("S25", func(t *testing.T) { check(t, sam(), TicketReply, known, AllowedContact) })
	t.Run("S26", func(t *testing.T) { check(t, sam(), TicketNotePublic, known, AllowedContact) })
	t.Run("S27", func(t *testing.T) { // never the assignee, whoever asks and whatever its roles
		for _, target := range []*SharedAgent{sam(), sam(all), inGroup("billing", Edit)} {
			check(t, riya(all), TicketAssign, Assignment{Ticket: ticketOf("billing", ""), To: target}, SharedNeverAssigned)
			check(t, target, TicketBeAssigned, ticketOf("billing", ""), SharedNeverAssigned)
		}
		check(t, riya(all), ConversationAssign, Transfer{Conversation: chatOf("billing", ""), To: sam(all)}, SharedNeverAssigned)
		check(t, riya(wide(AgentRole(), Restricted)), TicketAssign, Assignment{Ticket: ticketOf("apac", ""), To: sam()}, SharedNeverAssigned)
		check(t, riya(), TicketAssign, Assignment{Ticket: ticketOf("apac", ""), To: sam()}, SharedNeverAssigned)
		theirs := sam(all)
		theirs.Account.ID = "initech"
		check(t, riya(all), TicketAssign, Assignment{Ticket: ticketOf("", ""), To: theirs}, OtherAccount)
	})
	t.Run("S28", func(t *testing.T) {
		check(t, sam(), PhoneUse, Channel{Account: "acme"}, SharedNoChannels)
		check(t, sam(all), PhoneUse, Channel{Account: "acme"}, SharedNoChannels)
	})
	t.Run("S29", func(t *testing.T) {
		check(t, sam(all), ChatUse, Channel{Account: "acme"}, SharedNoChannels)
		for _, action := range []Action[Conversation]{ConversationView, ConversationReply, ConversationNote, ConversationTake, ConversationResolve, ConversationExport} {
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
	t.Run("S33", func(t *testing.T) { // and there are some
		check(t, sam(), TopicCreate, Topic{Account: "acme", Author: "sam"}, AllowedAll)
		check(t, sam(), TopicEditOwn, Topic{Account: "acme", Author: "sam"}, AllowedOwn)
		check(t, sam(), TopicEditOwn, Topic{Account: "acme", Author: "bob"}, NotOwn)
		check(t, sam(), TopicEditAny, Topic{Account: "acme", Author: "bob"}, NoPermission)
	})
	t.Run("S34", func(t *testing.T) { check(t, sam(), ForumManage, Settings{Account: "acme"}, NoPermission) })
	t.Run("S35", func(t *testing.T) {
		check(t, sam(), ContactCreate, *customer("emea"), AllowedAll)
		check(t, sam(), ContactCreate, Contact{Account: "acme"}, AllowedAll) // the CRM knows nothing of it yet
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
		// However wide the role: what the CRM hides stays hidden (A30).
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
				assert.False(t, SharedAgentRole().Permissions().Has(id.At(Restricted)), id.String())
			}
		}
		check(t, sam(), TicketAssign, Assignment{Ticket: known, To: bob(wide(AgentRole(), Global))}, NoPermission)
		check(t, sam(), AssignmentRuleManage, Settings{Account: "acme"}, NoPermission)
		check(t, sam(), AutomationManage, Settings{Account: "acme"}, NoPermission)
	})
	t.Run("S40", func(t *testing.T) { check(t, sam(), AppUse, App{Account: "acme"}, AllowedAll) })
	t.Run("S41", func(t *testing.T) { // the desk adds none, and does not offer the role
		assert.NotContains(t, slices.Collect(OfferedRoles()), SharedAgentRole())
		assert.Len(t, slices.Collect(OfferedRoles()), len(slices.Collect(acme.BuiltInRoles()))-1)
		for range OfferedRoles() {
			break
		}
		check(t, riya(all), AgentCreate, *bob(wide(AgentRole(), Global), wide(SharedAgentRole(), Restricted)), SharedOnlyFromCRM)
		check(t, riya(all), AgentRoleAssign, Appointment{bob(), wide(SharedAgentRole(), Restricted)}, SharedOnlyFromCRM)
		check(t, riya(all), AgentRoleAssign, Appointment{sam(), wide(SharedAgentRole(), Restricted)}, AllowedAll)
		check(t, riya(all), AgentRoleAssign, Appointment{&NonAgent{Account: acme, CRM: sam().CRM}, wide(SharedAgentRole(), Restricted)}, WrongResource)

		// Of an agent who has it all the same it can be taken.
		odd := bob(wide(SharedAgentRole(), Restricted))
		check(t, riya(all), AgentRoleRemove, Appointment{odd, odd.Bindings[0]}, AllowedAll)
		check(t, riya(all), AgentScopeEdit, Appointment{odd, odd.Bindings[0]}, SharedOnlyFromCRM)
		check(t, riya(all), AgentEdit, *odd, AllowedAll)
		check(t, riya(all), AgentDelete, *odd, AllowedAll)
	})
	t.Run("S42", func(t *testing.T) { // but it removes them
		check(t, riya(wide(AdministratorRole(), Global)), SharedAgentDelete, *sam(), AllowedAll)
		check(t, riya(wide(AdministratorRole(), Global)), SharedAgentDelete, *sam(all), AllowedAll) // who administers nothing
		check(t, riya(custom(t, SharedAgentDelete.At(Global))), SharedAgentDelete, *sam(), BeyondAuthority)
	})
	t.Run("S43", func(t *testing.T) { // no assignment, no channels, with any role at any scope
		chat := Transfer{Conversation: chatOf("billing", ""), To: bob(wide(SupportAgentRole(), Global))}
		check(t, riya(wide(AdministratorRole(), Global)), ConversationAssign, chat, AllowedAll)
		check(t, sam(wide(AdministratorRole(), Global)), ConversationAssign, chat, SharedNoChannels)
		for role := range acme.BuiltInRoles() {
			for scope := Restricted; scope <= Global; scope++ {
				me := sam(wide(role, scope))
				me.Groups = map[GroupID]Access{"billing": Edit}
				for id := range Actions() {
					for _, resource := range []Resource{ticketOf("billing", "sam"), chatOf("billing", "sam"), Channel{Account: "acme", Group: "billing"}} {
						d := Request{Subject: me, Action: id, Resource: resource}.Decide()
						if d.Allowed() {
							assert.NotEqual(t, TicketBeAssigned.ID(), id)
							assert.False(t, id.In(ClassChannel), id.String())
							assert.NotEqual(t, "conversations", id.Category())
						}
					}
				}
			}
		}
	})
	t.Run("S44", func(t *testing.T) { // a closed list: what the document does not name is denied
		allowed := []Action[Ticket]{
			TicketView, TicketReply, TicketNotePublic, TicketNotePrivate, TicketMention, TicketPrint, TicketWatch, TicketPropertiesEdit,
			TicketStatusSet, TicketTagEdit, TicketAttach, TicketTemplateUse, TicketFieldsUse, TicketSectionsUse, TicketCollaborate,
		}
		onTickets(func(action Action[Ticket]) {
			switch {
			case slices.Contains(allowed, action):
				check(t, sam(), action, known, AllowedContact)
			case action == TicketBeAssigned:
				check(t, sam(), action, known, SharedNeverAssigned)
			default:
				check(t, sam(), action, known, NoPermission)
			}
		})
	})
	t.Run("S45", func(t *testing.T) { // nor does it make one of a contact
		check(t, riya(all), AgentCreate, Agent{ID: "c-1", Account: acme, Bindings: []Binding{wide(SharedAgentRole(), Restricted)}}, SharedOnlyFromCRM)
	})
}
