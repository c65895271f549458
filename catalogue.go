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
		row(TicketView, "ticket.view", View, ordinary|public, 0),
		row(TicketCreate, "ticket.create", Edit, ordinary|public, 0),
		row(TicketReply, "ticket.reply", Edit, ordinary|public, 0),
		row(TicketNotePublic, "ticket.note.public", Edit, ordinary|public, 0),
		row(TicketNotePrivate, "ticket.note.private", View, ordinary, 0),
		row(TicketMention, "ticket.mention", View, ordinary, 0),
		row(TicketPrint, "ticket.print", View, ordinary, 0),
		row(TicketWatch, "ticket.watch", View, ordinary, 0),
		row(TicketChildCreate, "ticket.child.create", View, ordinary, 0),
		row(TicketForward, "ticket.forward", View, ClassExport, 0),
		row(TicketPropertiesEdit, "ticket.properties.edit", Edit, ordinary, 0),
		row(TicketStatusSet, "ticket.status.set", Edit, ordinary, 0),
		row(TicketClose, "ticket.close", Edit, ordinary|public, 0),
		row(TicketReopen, "ticket.reopen", Edit, ordinary|public, 0),
		row(TicketTagEdit, "ticket.tag.edit", Edit, ordinary, 0),
		row(TicketLink, "ticket.link", Edit, ordinary, 0),
		row(TicketAssign, "ticket.assign", Edit, ordinary|assigns, 0),
		row(TicketRoute, "ticket.route", Edit, ordinary|routes, 0),
		row(TicketBeAssigned, "ticket.be_assigned", Edit, ordinary, 0),
		row(TicketMove, "ticket.move", Edit, ordinary, 0),
		row(TicketMerge, "ticket.merge", Edit, ordinary, 0),
		row(TicketSplit, "ticket.split", Edit, ordinary, 0),
		row(TicketNoteRead, "ticket.note.read", View, ordinary, 0),
		row(TicketNoteEditOwn, "ticket.note.edit_own", Edit, ordinary|ownOnly, 0),
		row(TicketNoteEditAny, "ticket.note.edit_any", Edit, ordinary, 0),
		row(TicketMessageDelete, "ticket.message.delete", Edit, ordinary, 0),
		row(TicketSpam, "ticket.spam", Edit, ordinary, 0),
		row(TicketDelete, "ticket.delete", Edit, ordinary, 0),
		row(TicketRestore, "ticket.restore", Edit, ordinary, 0),
		row(TicketPurge, "ticket.purge", Edit, ordinary, 0),
		row(TicketExport, "ticket.export", View, ClassExport, 0),
		row(TicketAttach, "ticket.attach", Edit, ordinary|public, FeatureAttachments),
		row(TicketTemplateUse, "ticket.template.use", Edit, ordinary, FeatureTicketTemplates),
		row(TicketDependentFieldsUse, "ticket.field.dependent.use", Edit, ordinary, FeatureDependentFields),
		row(TicketDynamicSectionsUse, "ticket.section.dynamic.use", Edit, ordinary, FeatureDynamicSections),
		row(TicketCollaborate, "ticket.collaborate", View, ordinary, FeatureCollaboration),
		row(TicketConfidential, "ticket.confidential", View, ordinary|public, 0),
		row(CannedResponseUse, "canned_response.use", View, ordinary, FeatureCannedResponses),
		row(CannedResponseManage, "canned_response.manage", Edit, ordinary, 0),
		row(ScenarioRun, "scenario.run", Edit, ordinary, 0),
		row(ScenarioManage, "scenario.manage", Edit, ordinary, 0),
		row(TicketListManageOwn, "ticket.list.manage_own", Edit, ordinary|ownOnly, 0),
		row(TicketListManageShared, "ticket.list.manage_shared", Edit, ordinary, 0),
		row(TimeView, "time.view", View, ordinary, 0),
		row(TimeLogOwn, "time.log_own", Edit, ordinary|ownOnly, 0),
		row(TimeEditAny, "time.edit_any", Edit, ordinary, 0),
	}},
	catConversations: {"conversations", []entry{
		row(ConversationView, "conversation.view", View, ordinary, 0),
		row(ConversationReply, "conversation.reply", Edit, ordinary, 0),
		row(ConversationNotePrivate, "conversation.note.private", View, ordinary, 0),
		row(ConversationTake, "conversation.take", Edit, ordinary, 0),
		row(ConversationAssign, "conversation.assign", Edit, ordinary|assigns, 0),
		row(ConversationRoute, "conversation.route", Edit, ordinary|routes, 0),
		row(ConversationResolve, "conversation.resolve", Edit, ordinary, 0),
		row(ConversationExport, "conversation.export", View, ClassExport, 0),
	}},
	catChannels: {"channels", []entry{
		row(ChannelPhoneUse, "channel.phone.use", View, ClassChannel, 0),
		row(ChannelChatUse, "channel.chat.use", View, ClassChannel, 0),
	}},
	catKnowledge: {"knowledge", []entry{
		row(ArticleView, "article.view", View, ordinary|public, 0),
		row(ArticleDraft, "article.draft", Edit, ordinary|creates, 0),
		row(ArticleEdit, "article.edit", Edit, ordinary, 0),
		row(ArticleApprove, "article.approve", Edit, ordinary, 0),
		row(ArticlePublish, "article.publish", Edit, ordinary, 0),
		row(ArticleDelete, "article.delete", Edit, ordinary, 0),
		row(ArticleCategoryManage, "article.category.manage", Edit, ordinary, 0),
		row(FAQView, "faq.view", View, ordinary|public, 0),
		row(FAQCreate, "faq.create", Edit, ordinary|creates, 0),
		row(FAQEdit, "faq.edit", Edit, ordinary, 0),
	}},
	catForums: {"forums", []entry{
		row(TopicView, "topic.view", View, ordinary|public, 0),
		row(TopicCreate, "topic.create", Edit, ordinary|creates, 0),
		row(TopicEditOwn, "topic.edit_own", Edit, ordinary|ownOnly, 0),
		row(TopicEditAny, "topic.edit_any", Edit, ordinary, 0),
		row(TopicDelete, "topic.delete", Edit, ordinary, 0),
		row(TopicModerate, "topic.moderate", Edit, ordinary, 0),
		row(ForumManage, "forum.manage", Edit, ordinary, 0),
	}},
	catCustomers: {"customers", []entry{
		row(ContactView, "contact.view", View, ordinary, 0),
		row(ContactCreate, "contact.create", Edit, ordinary|creates, 0),
		row(ContactEdit, "contact.edit", Edit, ordinary, 0),
		row(ContactDelete, "contact.delete", Edit, ordinary, 0),
		row(ContactPurge, "contact.purge", Edit, ordinary, 0),
		row(ContactMerge, "contact.merge", Edit, ordinary|merges, 0),
		row(ContactImport, "contact.import", Edit, ordinary, 0),
		row(ContactExport, "contact.export", View, ClassExport, 0),
		row(ContactImpersonate, "contact.impersonate", Edit, ordinary, 0),
		row(CompanyView, "company.view", View, ordinary, 0),
		row(CompanyEdit, "company.edit", Edit, ordinary, 0),
		row(SegmentManage, "segment.manage", Edit, ordinary, 0),
		row(PeopleView, "people.view", View, ordinary, 0),
	}},
	catCampaigns: {"campaigns", []entry{
		row(CampaignView, "campaign.view", View, ordinary, 0),
		row(CampaignCreate, "campaign.create", Edit, ordinary|creates, 0),
		row(CampaignEdit, "campaign.edit", Edit, ordinary, 0),
		row(CampaignLaunch, "campaign.launch", Edit, ordinary, 0),
	}},
	catAnalytics: {"analytics", []entry{
		row(ReportView, "report.view", View, ordinary, 0),
		row(ReportCreate, "report.create", Edit, ordinary|creates, 0),
		row(ReportEdit, "report.edit", Edit, ordinary, 0),
		row(ReportSchedule, "report.schedule", View, ClassExport, 0),
		row(ReportExport, "report.export", View, ClassExport, 0),
		row(DashboardView, "dashboard.view", View, ordinary, 0),
		row(DashboardManage, "dashboard.manage", Edit, ordinary, 0),
	}},
	catApps: {"apps", []entry{
		row(AppUse, "app.use", View, ordinary, 0),
		row(AppManage, "app.manage", Edit, ordinary, 0),
	}},
	catHost: {"host", nil},
	catGeneral: {"general", []entry{
		row(ProfileEditOwn, "profile.edit_own", Edit, ordinary|ownOnly|anyPlace, 0),
		row(SessionLogin, "session.login", View, ordinary|anyRole|anyPlace, 0),
		row(PortalLogin, "portal.login", View, ordinary|public|anyRole|anyPlace, 0),
	}},
	catPeople: {"people", []entry{
		row(AgentView, "agent.view", View, ordinary, 0),
		row(AgentCreate, "agent.create", Edit, ClassAccessChange, 0),
		row(AgentEdit, "agent.edit", Edit, ClassAccessChange, 0),
		row(AgentDeactivate, "agent.deactivate", Edit, ClassAccessChange, 0),
		row(AgentDelete, "agent.delete", Edit, ClassAccessChange, 0),
		row(AgentImpersonate, "agent.impersonate", Edit, ClassAccessChange, 0),
		row(AgentKeyManage, "agent.key.manage", Edit, ClassAccessChange, 0),
		row(AgentRoleAssign, "agent.role.assign", Edit, ClassAccessChange, 0),
		row(AgentRoleRemove, "agent.role.remove", Edit, ClassAccessChange, 0),
		row(AgentGroupAssign, "agent.group.assign", Edit, ClassAccessChange, 0),
		row(AgentScopeEdit, "agent.scope.edit", Edit, ClassAccessChange, 0),
		row(SharedAgentView, "shared_agent.view", View, ordinary, 0),
		row(SharedAgentEdit, "shared_agent.edit", Edit, ClassAccessChange, 0),
		row(SharedAgentDelete, "shared_agent.delete", Edit, ClassAccessChange, 0),
		row(SharedAgentKeyManage, "shared_agent.key.manage", Edit, ClassAccessChange, 0),
		row(ContactKeyManage, "contact.key.manage", Edit, ClassAccessChange, 0),
	}},
	catRoles: {"roles", []entry{
		row(RoleView, "role.view", View, ordinary, 0),
		row(RoleCreate, "role.custom.create", Edit, ClassAccessChange|ClassRoleAuthoring, FeatureCustomRoles),
		row(RoleUpdate, "role.custom.update", Edit, ClassAccessChange|ClassRoleAuthoring, FeatureCustomRoles),
		row(RoleDelete, "role.custom.delete", Edit, ClassAccessChange|ClassRoleAuthoring, 0),
		row(RoleClone, "role.custom.clone", Edit, ClassAccessChange|ClassRoleAuthoring, FeatureCustomRoles),
	}},
	catOperations: {"operations", []entry{
		row(GroupManage, "group.manage", Edit, ordinary, 0),
		row(AutomationManage, "automation.manage", Edit, ordinary, 0),
		row(AssignmentRuleManage, "assignment_rule.manage", Edit, ordinary, 0),
		row(SLAManage, "sla.manage", Edit, ordinary, 0),
		row(SettingsManage, "settings.manage", Edit, ordinary, 0),
		row(PortalManage, "portal.manage", Edit, ordinary, 0),
		row(ChannelManage, "channel.manage", Edit, ordinary, 0),
		row(WorkspaceManage, "workspace.manage", Edit, ordinary, 0),
	}},
	catAccount: {"account", []entry{
		row(AccountManage, "account.manage", Edit, ordinary, 0),
		row(BillingManage, "billing.manage", Edit, ordinary, 0),
		row(AuditView, "audit.view", View, ordinary, 0),
		row(DataExport, "data.export", View, ClassExport, 0),
	}},
	catSupport: {"support access", []entry{
		row(SupportGrantView, "support_grant.view", View, ordinary, 0),
		row(SupportGrantCreate, "support_grant.create", Edit, ClassAccessChange, 0),
		row(SupportGrantExtend, "support_grant.extend", Edit, ClassAccessChange, 0),
		row(SupportGrantRevoke, "support_grant.revoke", Edit, ordinary, 0),
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
	on       any // the mark of its resource type
	name     string
	need     Access
	class    Class
	requires Features
}

// row returns the entry of an action on resources of type R.
func row[R Resource](action Action[R], name string, need Access, class Class, requires Features) entry {
	return entry{ActionID(action), mark[R]{}, name, need, class, requires}
}

// catalogue is the vocabulary, indexed by action number.
var catalogue = func() (byID [lastAction + 1]actionInfo) {
	for id := range byID {
		byID[id].class = restricted // of what is not an action, or is unclassified
	}
	for c, section := range vocabulary {
		for _, e := range section.entries {
			byID[e.id] = actionInfo{e.name, category(c), kindOf(e.on, kindTicket), e.need, cmp.Or(e.class, restricted), e.requires}
		}
	}
	return byID
}()
