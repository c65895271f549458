package deskpolicy

import "cmp"

// vocabulary lists every action by category, in the order of a role editor [S22], with
// its name, the access that it needs, its class, and the feature that the account's plan
// must have.
//
// An agent with only View access to a ticket's group can read the ticket, add private
// notes, mention agents, print it, create child tickets, forward it and discuss it
// (P:FD-adv), so these actions need View. Changing the ticket needs Edit.
var vocabulary = [...]section{
	catTickets: {"tickets", []entry{
		row(TicketView, onTicket, "ticket.view", View, ordinary|public, 0),
		row(TicketCreate, onWorkspace, "ticket.create", Edit, ordinary|public, 0),
		row(TicketReply, onTicket, "ticket.reply", Edit, ordinary|public, 0),
		row(TicketNotePublic, onTicket, "ticket.note.public", Edit, ordinary|public, 0),
		row(TicketNotePrivate, onTicket, "ticket.note.private", View, ordinary, 0),
		row(TicketMention, onTicket, "ticket.mention", View, ordinary, 0),
		row(TicketPrint, onTicket, "ticket.print", View, ordinary, 0),
		row(TicketWatch, onTicket, "ticket.watch", View, ordinary, 0),
		row(TicketChildCreate, onTicket, "ticket.child.create", View, ordinary, 0),
		row(TicketForward, onTicket, "ticket.forward", View, ClassExport, 0),
		row(TicketPropertiesEdit, onTicket, "ticket.properties.edit", Edit, ordinary, 0),
		row(TicketStatusSet, onTicket, "ticket.status.set", Edit, ordinary, 0),
		row(TicketClose, onTicket, "ticket.close", Edit, ordinary|public, 0),
		row(TicketReopen, onTicket, "ticket.reopen", Edit, ordinary|public, 0),
		row(TicketTagEdit, onTicket, "ticket.tag.edit", Edit, ordinary, 0),
		row(TicketLink, onTicketPair, "ticket.link", Edit, ordinary, 0),
		row(TicketAssign, onTicketAssignment, "ticket.assign", Edit, ordinary|assigns, 0),
		row(TicketRoute, onTicketAssignment, "ticket.route", Edit, ordinary|routes, 0),
		row(TicketBeAssigned, onTicket, "ticket.be_assigned", Edit, ordinary, 0),
		row(TicketMove, onTicketPair, "ticket.move", Edit, ordinary, 0),
		row(TicketMerge, onTicketPair, "ticket.merge", Edit, ordinary, 0),
		row(TicketSplit, onTicket, "ticket.split", Edit, ordinary, 0),
		row(TicketNoteRead, onNote, "ticket.note.read", View, ordinary, 0),
		row(TicketNoteEditOwn, onNote, "ticket.note.edit_own", Edit, ordinary|ownOnly, 0),
		row(TicketNoteEditAny, onNote, "ticket.note.edit_any", Edit, ordinary, 0),
		row(TicketMessageDelete, onTicket, "ticket.message.delete", Edit, ordinary, 0),
		row(TicketSpam, onTicket, "ticket.spam", Edit, ordinary, 0),
		row(TicketDelete, onTicket, "ticket.delete", Edit, ordinary, 0),
		row(TicketRestore, onTicket, "ticket.restore", Edit, ordinary, 0),
		row(TicketPurge, onTicket, "ticket.purge", Edit, ordinary, 0),
		row(TicketExport, onTicket, "ticket.export", View, ClassExport, 0),
		row(TicketAttach, onTicket, "ticket.attach", Edit, ordinary|public, FeatureAttachments),
		row(TicketTemplateUse, onTicket, "ticket.template.use", Edit, ordinary, FeatureTicketTemplates),
		row(TicketDependentFieldsUse, onTicket, "ticket.field.dependent.use", Edit, ordinary, FeatureDependentFields),
		row(TicketDynamicSectionsUse, onTicket, "ticket.section.dynamic.use", Edit, ordinary, FeatureDynamicSections),
		row(TicketCollaborate, onTicket, "ticket.collaborate", View, ordinary, FeatureCollaboration),
		row(TicketConfidential, onTicket, "ticket.confidential", View, ordinary|public, 0),
		row(CannedResponseUse, onCannedResponse, "canned_response.use", View, ordinary, FeatureCannedResponses),
		row(CannedResponseManage, onCannedResponse, "canned_response.manage", Edit, ordinary, 0),
		row(ScenarioRun, onTicket, "scenario.run", Edit, ordinary, 0),
		row(ScenarioManage, onSettings, "scenario.manage", Edit, ordinary, 0),
		row(TicketListManageOwn, onTicketList, "ticket.list.manage_own", Edit, ordinary|ownOnly, 0),
		row(TicketListManageShared, onTicketList, "ticket.list.manage_shared", Edit, ordinary, 0),
		row(TimeView, onTimeEntry, "time.view", View, ordinary, 0),
		row(TimeLogOwn, onTimeEntry, "time.log_own", Edit, ordinary|ownOnly, 0),
		row(TimeEditAny, onTimeEntry, "time.edit_any", Edit, ordinary, 0),
	}},
	catConversations: {"conversations", []entry{
		row(ConversationView, onConversation, "conversation.view", View, ordinary, 0),
		row(ConversationReply, onConversation, "conversation.reply", Edit, ordinary, 0),
		row(ConversationNotePrivate, onConversation, "conversation.note.private", View, ordinary, 0),
		row(ConversationTake, onConversation, "conversation.take", Edit, ordinary, 0),
		row(ConversationAssign, onConversationAssignment, "conversation.assign", Edit, ordinary|assigns, 0),
		row(ConversationRoute, onConversationAssignment, "conversation.route", Edit, ordinary|routes, 0),
		row(ConversationResolve, onConversation, "conversation.resolve", Edit, ordinary, 0),
		row(ConversationExport, onConversation, "conversation.export", View, ClassExport, 0),
	}},
	catChannels: {"channels", []entry{
		row(ChannelPhoneUse, onChannel, "channel.phone.use", View, ClassChannel, 0),
		row(ChannelChatUse, onChannel, "channel.chat.use", View, ClassChannel, 0),
	}},
	catKnowledge: {"knowledge", []entry{
		row(ArticleView, onArticle, "article.view", View, ordinary|public, 0),
		row(ArticleDraft, onArticle, "article.draft", Edit, ordinary|creates, 0),
		row(ArticleEdit, onArticle, "article.edit", Edit, ordinary, 0),
		row(ArticleApprove, onArticle, "article.approve", Edit, ordinary, 0),
		row(ArticlePublish, onArticle, "article.publish", Edit, ordinary, 0),
		row(ArticleDelete, onArticle, "article.delete", Edit, ordinary, 0),
		row(ArticleCategoryManage, onSettings, "article.category.manage", Edit, ordinary, 0),
		row(FAQView, onFAQ, "faq.view", View, ordinary|public, 0),
		row(FAQCreate, onFAQ, "faq.create", Edit, ordinary|creates, 0),
		row(FAQEdit, onFAQ, "faq.edit", Edit, ordinary, 0),
	}},
	catForums: {"forums", []entry{
		row(TopicView, onTopic, "topic.view", View, ordinary|public, 0),
		row(TopicCreate, onTopic, "topic.create", Edit, ordinary|creates, 0),
		row(TopicEditOwn, onTopic, "topic.edit_own", Edit, ordinary|ownOnly, 0),
		row(TopicEditAny, onTopic, "topic.edit_any", Edit, ordinary, 0),
		row(TopicDelete, onTopic, "topic.delete", Edit, ordinary, 0),
		row(TopicModerate, onTopic, "topic.moderate", Edit, ordinary, 0),
		row(ForumManage, onSettings, "forum.manage", Edit, ordinary, 0),
	}},
	catCustomers: {"customers", []entry{
		row(ContactView, onContact, "contact.view", View, ordinary, 0),
		row(ContactCreate, onContact, "contact.create", Edit, ordinary|creates, 0),
		row(ContactEdit, onContact, "contact.edit", Edit, ordinary, 0),
		row(ContactDelete, onContact, "contact.delete", Edit, ordinary, 0),
		row(ContactPurge, onContact, "contact.purge", Edit, ordinary, 0),
		row(ContactMerge, onContactPair, "contact.merge", Edit, ordinary|merges, 0),
		row(ContactImport, onAccount, "contact.import", Edit, ordinary, 0),
		row(ContactExport, onContact, "contact.export", View, ClassExport, 0),
		row(ContactImpersonate, onContact, "contact.impersonate", Edit, ordinary, 0),
		row(CompanyView, onCompany, "company.view", View, ordinary, 0),
		row(CompanyEdit, onCompany, "company.edit", Edit, ordinary, 0),
		row(SegmentManage, onAccount, "segment.manage", Edit, ordinary, 0),
		row(PeopleView, onAccount, "people.view", View, ordinary, 0),
	}},
	catCampaigns: {"campaigns", []entry{
		row(CampaignView, onCampaign, "campaign.view", View, ordinary, 0),
		row(CampaignCreate, onCampaign, "campaign.create", Edit, ordinary|creates, 0),
		row(CampaignEdit, onCampaign, "campaign.edit", Edit, ordinary, 0),
		row(CampaignLaunch, onCampaign, "campaign.launch", Edit, ordinary, 0),
	}},
	catAnalytics: {"analytics", []entry{
		row(ReportView, onReport, "report.view", View, ordinary, 0),
		row(ReportCreate, onReport, "report.create", Edit, ordinary|creates, 0),
		row(ReportEdit, onReport, "report.edit", Edit, ordinary, 0),
		row(ReportSchedule, onReport, "report.schedule", View, ClassExport, 0),
		row(ReportExport, onReport, "report.export", View, ClassExport, 0),
		row(DashboardView, onDashboard, "dashboard.view", View, ordinary, 0),
		row(DashboardManage, onDashboard, "dashboard.manage", Edit, ordinary, 0),
	}},
	catApps: {"apps", []entry{
		row(AppUse, onApp, "app.use", View, ordinary, 0),
		row(AppManage, onApp, "app.manage", Edit, ordinary, 0),
	}},
	catHost: {"host", nil},
	catGeneral: {"general", []entry{
		row(ProfileEditOwn, onAgentProfile, "profile.edit_own", Edit, ordinary|ownOnly|anyPlace, 0),
		row(SessionLogin, onAccount, "session.login", View, ordinary|anyRole|anyPlace, 0),
		row(PortalLogin, onAccount, "portal.login", View, ordinary|public|anyRole|anyPlace, 0),
	}},
	catPeople: {"people", []entry{
		row(AgentView, onAgent, "agent.view", View, ordinary, 0),
		row(AgentCreate, onAgent, "agent.create", Edit, ClassAccessChange, 0),
		row(AgentEdit, onAgent, "agent.edit", Edit, ClassAccessChange, 0),
		row(AgentDeactivate, onAgent, "agent.deactivate", Edit, ClassAccessChange, 0),
		row(AgentDelete, onAgent, "agent.delete", Edit, ClassAccessChange, 0),
		row(AgentImpersonate, onAgent, "agent.impersonate", Edit, ClassAccessChange, 0),
		row(AgentKeyManage, onAgent, "agent.key.manage", Edit, ClassAccessChange, 0),
		row(AgentRoleAssign, onRoleAssignment, "agent.role.assign", Edit, ClassAccessChange, 0),
		row(AgentRoleRemove, onRoleAssignment, "agent.role.remove", Edit, ClassAccessChange, 0),
		row(AgentGroupAssign, onGroupMembership, "agent.group.assign", Edit, ClassAccessChange, 0),
		row(AgentScopeEdit, onRoleAssignment, "agent.scope.edit", Edit, ClassAccessChange, 0),
		row(SharedAgentView, onSharedAgent, "shared_agent.view", View, ordinary, 0),
		row(SharedAgentEdit, onSharedAgent, "shared_agent.edit", Edit, ClassAccessChange, 0),
		row(SharedAgentDelete, onSharedAgent, "shared_agent.delete", Edit, ClassAccessChange, 0),
		row(SharedAgentKeyManage, onSharedAgent, "shared_agent.key.manage", Edit, ClassAccessChange, 0),
		row(ContactKeyManage, onContact, "contact.key.manage", Edit, ClassAccessChange, 0),
	}},
	catRoles: {"roles", []entry{
		row(RoleView, onRole, "role.view", View, ordinary, 0),
		row(RoleCreate, onRole, "role.custom.create", Edit, ClassAccessChange|ClassRoleAuthoring, FeatureCustomRoles),
		row(RoleUpdate, onRole, "role.custom.update", Edit, ClassAccessChange|ClassRoleAuthoring, FeatureCustomRoles),
		row(RoleDelete, onRole, "role.custom.delete", Edit, ClassAccessChange|ClassRoleAuthoring, 0),
		row(RoleClone, onRole, "role.custom.clone", Edit, ClassAccessChange|ClassRoleAuthoring, FeatureCustomRoles),
	}},
	catOperations: {"operations", []entry{
		row(GroupManage, onSettings, "group.manage", Edit, ordinary, 0),
		row(AutomationManage, onSettings, "automation.manage", Edit, ordinary, 0),
		row(AssignmentRuleManage, onSettings, "assignment_rule.manage", Edit, ordinary, 0),
		row(SLAManage, onSettings, "sla.manage", Edit, ordinary, 0),
		row(SettingsManage, onSettings, "settings.manage", Edit, ordinary, 0),
		row(PortalManage, onSettings, "portal.manage", Edit, ordinary, 0),
		row(ChannelManage, onChannel, "channel.manage", Edit, ordinary, 0),
		row(WorkspaceManage, onWorkspace, "workspace.manage", Edit, ordinary, 0),
	}},
	catAccount: {"account", []entry{
		row(AccountManage, onAccount, "account.manage", Edit, ordinary, 0),
		row(BillingManage, onAccount, "billing.manage", Edit, ordinary, 0),
		row(AuditView, onAccount, "audit.view", View, ordinary, 0),
		row(DataExport, onAccount, "data.export", View, ClassExport, 0),
	}},
	catSupport: {"support access", []entry{
		row(SupportGrantView, onSupportGrant, "support_grant.view", View, ordinary, 0),
		row(SupportGrantCreate, onSupportGrant, "support_grant.create", Edit, ClassAccessChange, 0),
		row(SupportGrantExtend, onSupportGrant, "support_grant.extend", Edit, ClassAccessChange, 0),
		row(SupportGrantRevoke, onSupportGrant, "support_grant.revoke", Edit, ordinary, 0),
	}},
}

// A section is a category's heading and its actions.
type section struct {
	heading string
	entries []entry
}

// An entry is one action.
type entry struct {
	id       ActionID
	on       kind
	name     string
	need     Access
	class    Class
	requires Features
}

// row returns the entry of an action on resources of type R.
func row[R Resource](action Action[R], on kindFor[R], name string, need Access, class Class, requires Features) entry {
	return entry{ActionID(action), kind(on), name, need, class, requires}
}

// A kindFor[R] is the kind of resources of type R. An action in a row with the kind of
// another type does not compile, and a row takes no code to start a program.
type kindFor[R Resource] kind

// The kinds of what the library's actions are on.
const (
	onTicket                 = kindFor[Ticket](kindTicket)
	onTicketPair             = kindFor[TicketPair](kindTicketPair)
	onTicketAssignment       = kindFor[TicketAssignment](kindTicketAssignment)
	onNote                   = kindFor[Note](kindNote)
	onTimeEntry              = kindFor[TimeEntry](kindTimeEntry)
	onConversation           = kindFor[Conversation](kindConversation)
	onConversationAssignment = kindFor[ConversationAssignment](kindConversationAssignment)
	onChannel                = kindFor[Channel](kindChannel)
	onContact                = kindFor[Contact](kindContact)
	onContactPair            = kindFor[ContactPair](kindContactPair)
	onCompany                = kindFor[Company](kindCompany)
	onAgent                  = kindFor[Agent](kindAgent)
	onSharedAgent            = kindFor[SharedAgent](kindSharedAgent)
	onRoleAssignment         = kindFor[RoleAssignment](kindRoleAssignment)
	onGroupMembership        = kindFor[GroupMembership](kindGroupMembership)
	onRole                   = kindFor[Role](kindRole)
	onSupportGrant           = kindFor[SupportGrant](kindSupportGrant)
	onAccount                = kindFor[Account](kindAccount)
	onCannedResponse         = kindFor[CannedResponse](kindCannedResponse)
	onTicketList             = kindFor[TicketList](kindTicketList)
	onArticle                = kindFor[Article](kindArticle)
	onFAQ                    = kindFor[FAQ](kindFAQ)
	onTopic                  = kindFor[Topic](kindTopic)
	onCampaign               = kindFor[Campaign](kindCampaign)
	onReport                 = kindFor[Report](kindReport)
	onDashboard              = kindFor[Dashboard](kindDashboard)
	onApp                    = kindFor[App](kindApp)
	onAgentProfile           = kindFor[AgentProfile](kindProfile)
	onSettings               = kindFor[Settings](kindSettings)
	onWorkspace              = kindFor[Workspace](kindWorkspace)
)

// catalogue is the vocabulary, indexed by action number.
var catalogue = func() (byID [lastAction + 1]actionInfo) {
	for id := range byID {
		byID[id].class = restricted // of what is not an action, or is unclassified
	}
	for c, section := range vocabulary {
		for _, e := range section.entries {
			byID[e.id] = actionInfo{e.name, category(c), e.on, e.need, cmp.Or(e.class, restricted), e.requires}
		}
	}
	return byID
}()
