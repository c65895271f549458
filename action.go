package deskpolicy

import (
	"fmt"
	"iter"
)

// An Action is something that can be done to resources of type R. A constant of
// type Action[Ticket] goes with a *Ticket only: a mismatch does not compile.
//
// The zero Action and every other number without a constant are not actions, and are
// denied. An Action is a number: it is comparable and can be a map key.
type Action[R Resource] uint16

// ID returns the action without its resource type.
func (a Action[R]) ID() ActionID { return ActionID(a) }

// At returns the permission to do a within scope s. A permission at the zero Scope
// permits nothing.
func (a Action[R]) At(s Scope) Permission { return Permission{a.ID(), s} }

// String returns the name of the action, such as "ticket.reply". For an action of the
// host it returns the number, such as "host(304)": only the host's [Vocabulary] has the name.
func (a Action[R]) String() string { return a.ID().String() }

// The library's actions, by category [S22].
//
// For an action that creates a resource of its own type, such as [ContactCreate], pass
// the resource as it will be once created (A34). Numbers can change between versions;
// the names that [Action.String] returns do not.
const (
	// Tickets.

	TicketView               Action[Ticket]           = 1 + iota // read a ticket with its properties and attachments
	TicketCreate             Action[Workspace]        = 1 + iota // create a ticket in the workspace
	TicketReply              Action[Ticket]           = 1 + iota // reply to the requester [S25]
	TicketNotePublic         Action[Ticket]           = 1 + iota // add a note that the requester can see [S26]
	TicketNotePrivate        Action[Ticket]           = 1 + iota // add a note that the requester cannot see
	TicketMention            Action[Ticket]           = 1 + iota // mention another agent in a ticket
	TicketPrint              Action[Ticket]           = 1 + iota // print a ticket
	TicketWatch              Action[Ticket]           = 1 + iota // be notified of changes; gives no access to the ticket (B43)
	TicketChildCreate        Action[Ticket]           = 1 + iota // create a child ticket
	TicketForward            Action[Ticket]           = 1 + iota // forward a ticket to an external address
	TicketPropertiesEdit     Action[Ticket]           = 1 + iota // change the priority, type and custom fields [S9]
	TicketStatusSet          Action[Ticket]           = 1 + iota // change a ticket's status to any
	TicketClose              Action[Ticket]           = 1 + iota // close a ticket as solved, as its requester does too (A63)
	TicketReopen             Action[Ticket]           = 1 + iota // reopen a closed ticket, as its requester does too (A63)
	TicketTagEdit            Action[Ticket]           = 1 + iota // add and remove tags
	TicketLink               Action[TicketPair]       = 1 + iota // link two tickets; both must be within reach
	TicketAssign             Action[TicketAssignment] = 1 + iota // assign a ticket to an agent, take it, or clear its assignee (A50)
	TicketRoute              Action[TicketAssignment] = 1 + iota // route a ticket to a group (A50)
	TicketBeAssigned         Action[Ticket]           = 1 + iota // be the assignee of a ticket; to list who can be, ask TicketAssign of a [TicketAssignment]
	TicketMove               Action[TicketPair]       = 1 + iota // move a ticket to another workspace: from the ticket as it is into the ticket as it will be, with the same assignee or none (A51)
	TicketMerge              Action[TicketPair]       = 1 + iota // merge one ticket into another; both must be within reach (B42)
	TicketSplit              Action[Ticket]           = 1 + iota // split part of a ticket into a new ticket (B45)
	TicketNoteRead           Action[Note]             = 1 + iota // read a note that the requester cannot see
	TicketNoteEditOwn        Action[Note]             = 1 + iota // edit a note that the subject wrote
	TicketNoteEditAny        Action[Note]             = 1 + iota // edit any note
	TicketMessageDelete      Action[Ticket]           = 1 + iota // delete a message from a ticket's conversation (B10)
	TicketSpam               Action[Ticket]           = 1 + iota // mark a ticket as spam
	TicketDelete             Action[Ticket]           = 1 + iota // move a ticket to the trash
	TicketRestore            Action[Ticket]           = 1 + iota // restore a ticket from the trash
	TicketPurge              Action[Ticket]           = 1 + iota // delete a ticket permanently
	TicketExport             Action[Ticket]           = 1 + iota // include a ticket in an export (B37)
	TicketAttach             Action[Ticket]           = 1 + iota // attach a file to a ticket [S4]
	TicketTemplateUse        Action[Ticket]           = 1 + iota // fill in an existing ticket from a template [S4] or, with TicketCreate, a new one (A35)
	TicketDependentFieldsUse Action[Ticket]           = 1 + iota // fill in dependent fields [S4]
	TicketDynamicSectionsUse Action[Ticket]           = 1 + iota // fill in dynamic sections [S4]
	TicketCollaborate        Action[Ticket]           = 1 + iota // take part in a ticket's internal discussion [S4]
	TicketConfidential       Action[Ticket]           = 1 + iota // reach what is confidential, beside the permission for the action itself (A52)
	CannedResponseUse        Action[CannedResponse]   = 1 + iota // insert a canned response [S4]
	CannedResponseManage     Action[CannedResponse]   = 1 + iota // write and delete canned responses
	ScenarioRun              Action[Ticket]           = 1 + iota // run a scenario automation on a ticket
	ScenarioManage           Action[Settings]         = 1 + iota // define scenario automations
	TicketListManageOwn      Action[TicketList]       = 1 + iota // save and change the subject's own ticket lists
	TicketListManageShared   Action[TicketList]       = 1 + iota // save and change shared ticket lists
	TimeView                 Action[TimeEntry]        = 1 + iota // read time entries
	TimeLogOwn               Action[TimeEntry]        = 1 + iota // log the subject's own time
	TimeEditAny              Action[TimeEntry]        = 1 + iota // edit any time entry

	// Conversations: the messenger's chats.

	ConversationView        Action[Conversation]           = 1 + iota // read a conversation
	ConversationReply       Action[Conversation]           = 1 + iota // reply in a conversation
	ConversationNotePrivate Action[Conversation]           = 1 + iota // add a private note to a conversation [R18] [R19] [R20]
	ConversationTake        Action[Conversation]           = 1 + iota // take on a conversation
	ConversationAssign      Action[ConversationAssignment] = 1 + iota // assign a conversation to an agent, take it, or clear its assignee (A50)
	ConversationRoute       Action[ConversationAssignment] = 1 + iota // route a conversation to a group (A50)
	ConversationResolve     Action[Conversation]           = 1 + iota // close a conversation
	ConversationExport      Action[Conversation]           = 1 + iota // include a conversation in an export

	// Channels.

	ChannelPhoneUse Action[Channel] = 1 + iota // make and receive calls [S28]
	ChannelChatUse  Action[Channel] = 1 + iota // send and receive chat messages [S29]

	// Knowledge.

	ArticleView           Action[Article]  = 1 + iota // read a knowledge-base article [S30]
	ArticleDraft          Action[Article]  = 1 + iota // draft an article
	ArticleEdit           Action[Article]  = 1 + iota // add and edit articles [S31]
	ArticleApprove        Action[Article]  = 1 + iota // approve a draft
	ArticlePublish        Action[Article]  = 1 + iota // publish an article
	ArticleDelete         Action[Article]  = 1 + iota // delete an article
	ArticleCategoryManage Action[Settings] = 1 + iota // manage the categories of the knowledge base
	FAQView               Action[FAQ]      = 1 + iota // read a FAQ
	FAQCreate             Action[FAQ]      = 1 + iota // create a FAQ [R3] [R10]
	FAQEdit               Action[FAQ]      = 1 + iota // edit a FAQ [R3]

	// Forums.

	TopicView     Action[Topic]    = 1 + iota // read a forum topic [S32]
	TopicCreate   Action[Topic]    = 1 + iota // start a topic
	TopicEditOwn  Action[Topic]    = 1 + iota // edit a topic that the subject started [S33]
	TopicEditAny  Action[Topic]    = 1 + iota // edit any topic
	TopicDelete   Action[Topic]    = 1 + iota // delete a topic
	TopicModerate Action[Topic]    = 1 + iota // approve, lock and move topics
	ForumManage   Action[Settings] = 1 + iota // manage forums and their categories [S34]

	// Customers.

	ContactView        Action[Contact]     = 1 + iota // read a contact's profile [S37]
	ContactCreate      Action[Contact]     = 1 + iota // add a contact [S35]
	ContactEdit        Action[Contact]     = 1 + iota // edit a contact's profile [S36]
	ContactDelete      Action[Contact]     = 1 + iota // delete a contact
	ContactPurge       Action[Contact]     = 1 + iota // delete a contact and all its activity permanently
	ContactMerge       Action[ContactPair] = 1 + iota // merge one contact into another; both must be within reach, and neither the subject's own (A53)
	ContactImport      Action[Account]     = 1 + iota // import contacts from a file
	ContactExport      Action[Contact]     = 1 + iota // include a contact in an export
	ContactImpersonate Action[Contact]     = 1 + iota // act as a contact in the portal
	CompanyView        Action[Company]     = 1 + iota // read a company's profile [S37]
	CompanyEdit        Action[Company]     = 1 + iota // edit a company's profile
	SegmentManage      Action[Account]     = 1 + iota // define segments of contacts
	PeopleView         Action[Account]     = 1 + iota // open the people section, which lists contacts [R2]

	// Campaigns.

	CampaignView   Action[Campaign] = 1 + iota // read a campaign
	CampaignCreate Action[Campaign] = 1 + iota // draft a campaign [R3]
	CampaignEdit   Action[Campaign] = 1 + iota // edit a campaign [R3]
	CampaignLaunch Action[Campaign] = 1 + iota // send a campaign [R10]

	// Analytics.

	ReportView      Action[Report]    = 1 + iota // read a report [S38] [R13]
	ReportCreate    Action[Report]    = 1 + iota // create a report [S38]
	ReportEdit      Action[Report]    = 1 + iota // edit a report
	ReportSchedule  Action[Report]    = 1 + iota // schedule a report to be sent by email
	ReportExport    Action[Report]    = 1 + iota // download a report's data
	DashboardView   Action[Dashboard] = 1 + iota // read a dashboard [R13]
	DashboardManage Action[Dashboard] = 1 + iota // create and edit dashboards [S38]

	// Apps.

	AppUse    Action[App] = 1 + iota // use an installed app [S40]
	AppManage Action[App] = 1 + iota // install and remove apps

	// General: logging in and the subject's own profile. Roles do not list logging in, because
	// any role that permits anything is enough (A31).

	ProfileEditOwn Action[AgentProfile] = 1 + iota // edit the subject's own profile [R2], by a role held anywhere in the account (A31)
	SessionLogin   Action[Account]      = 1 + iota // log in to the desk [G24]; never as a customer (A64)
	PortalLogin    Action[Account]      = 1 + iota // log in to the customer portal (A64)

	// People: the desk's agents.

	AgentView        Action[Agent]           = 1 + iota // read an agent's record, but not its secrets (B41)
	AgentCreate      Action[Agent]           = 1 + iota // add an agent
	AgentEdit        Action[Agent]           = 1 + iota // edit an agent's record
	AgentDeactivate  Action[Agent]           = 1 + iota // deactivate an agent, reversibly
	AgentDelete      Action[Agent]           = 1 + iota // delete an agent
	AgentImpersonate Action[Agent]           = 1 + iota // act as another agent
	AgentKeyManage   Action[Agent]           = 1 + iota // manage another agent's API keys
	AgentRoleAssign  Action[RoleAssignment]  = 1 + iota // assign a role to an agent or a shared agent
	AgentRoleRemove  Action[RoleAssignment]  = 1 + iota // remove an agent's role in a workspace, group and window, whatever its ticket scope
	AgentScopeEdit   Action[RoleAssignment]  = 1 + iota // change the ticket scope of an agent's role in a workspace, group and window [S17]
	AgentGroupAssign Action[GroupMembership] = 1 + iota // add an agent to a group, remove them, or change their access there [S18]

	SharedAgentView   Action[SharedAgent] = 1 + iota // read a shared agent's record [S10]
	SharedAgentEdit   Action[SharedAgent] = 1 + iota // edit a shared agent's record
	SharedAgentDelete Action[SharedAgent] = 1 + iota // delete a shared agent; only the CRM adds one [S41] [S42]

	SharedAgentKeyManage Action[SharedAgent] = 1 + iota // manage a shared agent's API keys (A72)
	ContactKeyManage     Action[Contact]     = 1 + iota // manage the API keys of a contact who uses the portal (A73)

	// Roles.

	RoleView   Action[Role] = 1 + iota // read a role's permissions [S20]
	RoleCreate Action[Role] = 1 + iota // create a custom role [R6] [R9]
	RoleUpdate Action[Role] = 1 + iota // change a custom role [R9]
	RoleDelete Action[Role] = 1 + iota // delete a custom role
	RoleClone  Action[Role] = 1 + iota // clone a role as a custom role [R15]

	// Operations: the configuration of the desk. A part of it can belong to a team [R13].

	GroupManage          Action[Settings]  = 1 + iota // define groups; AgentGroupAssign changes who is in them
	AutomationManage     Action[Settings]  = 1 + iota // define automation rules [S39]
	AssignmentRuleManage Action[Settings]  = 1 + iota // define how tickets are assigned [S39]
	SLAManage            Action[Settings]  = 1 + iota // define service levels
	SettingsManage       Action[Settings]  = 1 + iota // change all other settings [R13]
	PortalManage         Action[Settings]  = 1 + iota // change the customer portal
	ChannelManage        Action[Channel]   = 1 + iota // set up mailboxes, phone numbers and chat
	WorkspaceManage      Action[Workspace] = 1 + iota // change a workspace

	// Account.

	AccountManage Action[Account] = 1 + iota // change or close the account
	BillingManage Action[Account] = 1 + iota // change the plan and the payment
	AuditView     Action[Account] = 1 + iota // read the audit log
	DataExport    Action[Account] = 1 + iota // export the account's data

	// Support access.

	SupportGrantView   Action[SupportGrant] = 1 + iota // see who has support access [G20]
	SupportGrantCreate Action[SupportGrant] = 1 + iota // give support engineers access [G7]
	SupportGrantExtend Action[SupportGrant] = 1 + iota // extend the access of support engineers
	SupportGrantRevoke Action[SupportGrant] = 1 + iota // end the access of support engineers [G5]

	// lastAction is the last action above. Add new actions before it.
	lastAction ActionID = iota
)

// A host defines its own actions with numbers from these ranges. The resource type
// is the host's own or one of the library's:
//
//	const (
//		InvoiceView deskpolicy.Action[Invoice] = deskpolicy.FirstHostView + iota
//		InvoiceList deskpolicy.Action[Invoice] = deskpolicy.FirstHostView + iota
//	)
//	const InvoiceRefund deskpolicy.Action[Invoice] = deskpolicy.FirstHostEdit
//
// The range determines the access that the action needs and the class of the action. A
// range has [HostRangeLength] numbers. A number past its end is not an action and is
// denied. The built-in Account Administrator and Administrator roles permit host actions
// as well, also to a support engineer who is granted one of them, except that only the
// former permits those in all classes.
//
// An action that changes agents, roles or what agents can do belongs in the range of
// FirstHostInAllClasses: actions in the first three ranges are open
// to support engineers and shared agents who hold the permission. It is in
// [ClassRoleAuthoring] too, so only account administrators can perform it.
//
// Only actions in the last two ranges are open to customers who hold the permission. On
// the host's own types and on tickets, a [Customer] reaches by them what it has a part in,
// at any scope (A66).
const (
	FirstHostOwn          = 208                               // change something of the subject's own: needs Edit, and that the subject is the Owner
	FirstHostView         = FirstHostOwn + hostGap            // read something: needs View
	FirstHostEdit         = FirstHostView + hostGap           // change something: needs Edit
	FirstHostExport       = FirstHostEdit + hostGap           // take data out: needs View, ClassExport
	FirstHostChannel      = FirstHostExport + hostGap         // phone, chat and the like: needs Edit, ClassChannel
	FirstHostInAllClasses = FirstHostChannel + hostGap        // unclassified: needs Edit, in every class
	FirstHostPublicView   = FirstHostInAllClasses + 2*hostGap // read something, as a customer too: needs View
	FirstHostPublicEdit   = FirstHostPublicView + hostGap     // change something, as a customer too: needs Edit

	HostRangeLength = 40 // the number of actions in each range
)

const (
	hostGap     = 48 // the distance between ranges; an iota that overruns its range is not an action
	firstAction = ActionID(TicketView)
	actionSpace = 640 // every action number is below this
)

// An ActionID is an [Action] without its resource type, for lists, wire formats and
// role editors. The zero ActionID is not an action.
type ActionID uint16

// Actions yields the library's actions, by category, in a fixed order.
func Actions() iter.Seq[ActionID] {
	return func(yield func(ActionID) bool) {
		for id := firstAction; id <= lastAction; id++ {
			if !yield(id) {
				return
			}
		}
	}
}

// Valid reports whether id is an action: one of the library's, or a number in a
// host range.
func (id ActionID) Valid() bool { return id.info().need != NoAccess }

// IsHost reports whether id is in a host range.
func (id ActionID) IsHost() bool { return id >= FirstHostOwn && id.Valid() }

// At returns the permission to do the action within scope s.
func (id ActionID) At(s Scope) Permission { return Permission{id, s} }

// Category returns the heading under which a role editor lists the action, such as
// "tickets" [S22]. It returns "host" for an action of the host and "" for a number that
// is not an action.
func (id ActionID) Category() string { return vocabulary[id.info().category].heading }

// RequiredAccess returns the access to the resource that the action needs: View or
// Edit. It returns NoAccess only for a number that is not an action.
func (id ActionID) RequiredAccess() Access { return id.info().need }

// InClass reports whether the action is in any of the classes c. A number that is not
// an action is in every class.
func (id ActionID) InClass(c Class) bool { return id.info().class&c != 0 }

// RequiredFeatures returns the features that the account's plan must have for the
// action: one feature or none.
func (id ActionID) RequiredFeatures() Features { return id.info().requires }

// Relations returns the relations that a custom role's permission to do the action can
// reach a resource by, for a role editor to offer. For an action that takes no scope, such
// as one on the account, a workspace, an app, people, a role or a support grant, it returns
// only Anything (A34). For an action that a custom role cannot hold, it returns none. Look
// for each relation with &: the text of the whole set is "global", as Anything includes all.
func (id ActionID) Relations() Scope {
	if !everything.Has(id.At(Anything)) {
		return 0
	}
	return id.info().on.relations()
}

// narrowest returns the narrowest named scope that reaches resources of the action's type.
func (id ActionID) narrowest() Scope {
	relations := id.info().on.relations()
	for _, s := range [...]Scope{ScopeRestricted, ScopeGroup} {
		if relations&s != 0 {
			return s
		}
	}
	return ScopeGlobal
}

// scopeless reports whether the action takes no scope, because only Anything reaches its resources.
func (id ActionID) scopeless() bool { return id.info().on.relations() == Anything }

// String returns the name of the action, such as "ticket.reply". For an action of the
// host it returns the number, such as "host(304)": only the host's [Vocabulary] has the name.
func (id ActionID) String() string {
	switch info := id.info(); {
	case info.name != "":
		return info.name
	case id.IsHost():
		return fmt.Sprintf("host(%d)", uint16(id))
	default:
		return fmt.Sprintf("unknown(%d)", uint16(id))
	}
}

// A Class is a set of action classes. The guardrails deny the actions of a class to some
// subjects, whatever their roles. The zero Class is the empty set.
type Class uint16

const (
	// ClassExport has the actions that take data out of the desk [G15].
	ClassExport Class = 1 << iota
	// ClassAccessChange has the actions that change agents, roles, support grants or API keys [G14].
	ClassAccessChange
	// ClassChannel has the actions on phone and chat [S43].
	ClassChannel
	// ClassRoleAuthoring has the actions that create, change or delete custom roles [R9].
	ClassRoleAuthoring

	anyRole    Class = 1 << 4  // not a permission: any role that permits anything is enough (A31)
	anyPlace   Class = 1 << 5  // a role held anywhere in the account is enough (A31)
	ordinary   Class = 1 << 6  // classified, but in none of the exported classes
	ownOnly    Class = 1 << 7  // only on the subject's own resources, and only within reach (B21)
	creates    Class = 1 << 8  // creates the resource that it takes; one without an owner is the subject's own (A34)
	assigns    Class = 1 << 9  // assigns its resource to an agent (A50)
	routes     Class = 1 << 10 // routes its resource to a group (A50)
	public     Class = 1 << 11 // open to customers, within their reach (A62)
	merges     Class = 1 << 12 // merges contacts, of which neither can be the subject's own (A53)
	restricted       = ClassExport | ClassAccessChange | ClassChannel | ClassRoleAuthoring
)

// A category is a section of the vocabulary.
type category uint8

const (
	catTickets category = 1 + iota
	catConversations
	catChannels
	catKnowledge
	catForums
	catCustomers
	catCampaigns
	catAnalytics
	catApps
	catHost
	catGeneral
	// The categories from here on administer the desk.
	catPeople
	catRoles
	catOperations
	catAccount
	catSupport
)

// administers reports whether the category is about administering the desk.
func (c category) administers() bool { return c >= catPeople }

// actionInfo is what the library knows about an action.
type actionInfo struct {
	name     string
	category category
	on       kind // the kind of its resources
	need     Access
	class    Class    // restricted if the action is unclassified
	requires Features // that the account's plan must have
}

// moves reports whether the action assigns or routes its resource (A50).
func (a *actionInfo) moves() bool { return a.class&(assigns|routes) != 0 }

// info returns what the library knows about the action, or the zero actionInfo if id is
// not an action.
func (id ActionID) info() *actionInfo {
	switch {
	case id <= lastAction:
		return &catalogue[id]
	case id < FirstHostOwn || id >= FirstHostPublicEdit+HostRangeLength || (id-FirstHostOwn)%hostGap >= HostRangeLength:
		return &catalogue[0]
	}
	return &hostRanges[(id-FirstHostOwn)/hostGap]
}

// hostRanges describes the actions in each host range, in the order of their numbers.
var hostRanges = [...]actionInfo{
	{category: catHost, need: Edit, class: ordinary | ownOnly},
	{category: catHost, need: View, class: ordinary},
	{category: catHost, need: Edit, class: ordinary},
	{category: catHost, need: View, class: ClassExport},
	{category: catHost, need: Edit, class: ClassChannel},
	{category: catHost, need: Edit, class: restricted}, // unclassified
	{class: restricted}, // not actions: the corpus promises that 511 and 512 never will be
	{category: catHost, need: View, class: ordinary | public},
	{category: catHost, need: Edit, class: ordinary | public},
}
