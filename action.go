package deskpolicy

import (
	"fmt"
	"iter"
)

// An Action names one thing that can be done to one type of resource: a
// constant of type Action[Ticket] goes with a *Ticket and nothing else, so
// that a mismatch does not compile.
//
// The zero Action, like every number that no constant has, names nothing and
// is denied. An Action is a plain number: compare it, share it, use it as a map key.
type Action[R Resource] uint16

// ID returns the action without its resource type.
func (a Action[R]) ID() ActionID { return ActionID(a) }

// At returns the permission to do a to the resources within scope s. At the
// zero Scope the permission covers nothing.
func (a Action[R]) At(s Scope) Permission { return Permission{a.ID(), s} }

// String returns the action's name, such as "ticket.reply". A host's action
// reads "host(304)": its name is in the host's [Vocabulary].
func (a Action[R]) String() string { return a.ID().String() }

// The vocabulary, by category [S22]. The names are the library's own.
//
// The numbers may change between versions; the text names do not.
const (
	// Tickets.

	TicketView           Action[Ticket]           = 1 + iota // read a ticket, its properties and its attachments
	TicketCreate         Action[Workspace]        = 1 + iota // open a ticket in the workspace
	TicketReply          Action[Ticket]           = 1 + iota // answer the requester [S25]
	TicketNotePublic     Action[Ticket]           = 1 + iota // add a note that the requester sees [S26]
	TicketNotePrivate    Action[Ticket]           = 1 + iota // add a note that only the desk sees
	TicketMention        Action[Ticket]           = 1 + iota // mention a colleague
	TicketPrint          Action[Ticket]           = 1 + iota // print the ticket
	TicketWatch          Action[Ticket]           = 1 + iota // be told of changes; gives no access of its own (B43)
	TicketChildCreate    Action[Ticket]           = 1 + iota // open a child ticket
	TicketForward        Action[Ticket]           = 1 + iota // send the ticket to an outside address
	TicketPropertiesEdit Action[Ticket]           = 1 + iota // change priority, type, custom fields; clear the assignee [S9]
	TicketStatusSet      Action[Ticket]           = 1 + iota // change the status
	TicketTagEdit        Action[Ticket]           = 1 + iota // add and remove tags
	TicketLink           Action[TicketPair]       = 1 + iota // link two tickets; both must be reached
	TicketAssign         Action[TicketAssignment] = 1 + iota // give the ticket to an agent or a group
	TicketBeAssigned     Action[Ticket]           = 1 + iota // be the assignee of such tickets: see [TicketAssignment] for who can be given one
	TicketMerge          Action[TicketPair]       = 1 + iota // merge one ticket into another; both must be reached (B42)
	TicketSplit          Action[Ticket]           = 1 + iota // make a part of the ticket a ticket of its own (B45)
	TicketNoteEditOwn    Action[Note]             = 1 + iota // change a note that the subject wrote
	TicketNoteEditAny    Action[Note]             = 1 + iota // change anybody's note
	TicketMessageDelete  Action[Ticket]           = 1 + iota // delete a message of the ticket's conversation (B10)
	TicketSpam           Action[Ticket]           = 1 + iota // mark as spam
	TicketDelete         Action[Ticket]           = 1 + iota // move to the trash
	TicketRestore        Action[Ticket]           = 1 + iota // take out of the trash
	TicketPurge          Action[Ticket]           = 1 + iota // delete for good
	TicketExport         Action[Ticket]           = 1 + iota // include the ticket in an export (B37)
	TicketAttach         Action[Ticket]           = 1 + iota // attach a file [S4]
	TicketTemplateUse    Action[Ticket]           = 1 + iota // fill in a ticket from a template [S4]: one that is there or, with TicketCreate, one as it will be (A35)
	TicketFieldsUse      Action[Ticket]           = 1 + iota // fill in dependent fields [S4]
	TicketSectionsUse    Action[Ticket]           = 1 + iota // fill in dynamic sections [S4]
	TicketCollaborate    Action[Ticket]           = 1 + iota // take part in the internal discussion of a ticket [S4]
	CannedResponseUse    Action[CannedResponse]   = 1 + iota // insert a canned response [S4]
	CannedResponseManage Action[CannedResponse]   = 1 + iota // write and delete canned responses
	ScenarioRun          Action[Ticket]           = 1 + iota // run a scenario automation on a ticket
	ScenarioManage       Action[Settings]         = 1 + iota // define scenario automations
	TicketListManageOwn  Action[TicketList]       = 1 + iota // save and change one's own ticket lists
	TicketListManage     Action[TicketList]       = 1 + iota // save and change shared ticket lists
	TimeView             Action[TimeEntry]        = 1 + iota // read time entries
	TimeLogOwn           Action[TimeEntry]        = 1 + iota // log one's own time
	TimeEditAny          Action[TimeEntry]        = 1 + iota // change anybody's time entries

	// Conversations: the messenger's chats.

	ConversationView    Action[Conversation]           = 1 + iota // read a conversation
	ConversationReply   Action[Conversation]           = 1 + iota // answer in a conversation
	ConversationNote    Action[Conversation]           = 1 + iota // add a private note [R18] [R19] [R20]
	ConversationTake    Action[Conversation]           = 1 + iota // take a conversation up
	ConversationAssign  Action[ConversationAssignment] = 1 + iota // give the conversation to an agent or a group
	ConversationResolve Action[Conversation]           = 1 + iota // close a conversation
	ConversationExport  Action[Conversation]           = 1 + iota // include the conversation in an export

	// Channels.

	PhoneUse Action[Channel] = 1 + iota // make and receive calls [S28]
	ChatUse  Action[Channel] = 1 + iota // send and receive chat messages [S29]

	// Knowledge.

	ArticleView    Action[Article]  = 1 + iota // read knowledge-base articles [S30]
	ArticleDraft   Action[Article]  = 1 + iota // write an article as a draft, as it will be
	ArticleEdit    Action[Article]  = 1 + iota // add and edit articles [S31]
	ArticleApprove Action[Article]  = 1 + iota // approve a draft
	ArticlePublish Action[Article]  = 1 + iota // publish an article
	ArticleDelete  Action[Article]  = 1 + iota // delete an article
	ArticleFile    Action[Settings] = 1 + iota // manage the categories of the knowledge base
	FAQView        Action[FAQ]      = 1 + iota // read FAQs
	FAQCreate      Action[FAQ]      = 1 + iota // write a FAQ, as it will be [R3] [R10]
	FAQEdit        Action[FAQ]      = 1 + iota // change a FAQ [R3]

	// Forums.

	TopicView     Action[Topic]    = 1 + iota // read forum topics [S32]
	TopicCreate   Action[Topic]    = 1 + iota // open a topic, as it will be
	TopicEditOwn  Action[Topic]    = 1 + iota // change a topic that the subject opened [S33]
	TopicEditAny  Action[Topic]    = 1 + iota // change anybody's topic
	TopicDelete   Action[Topic]    = 1 + iota // delete a topic
	TopicModerate Action[Topic]    = 1 + iota // approve, lock and move topics
	ForumManage   Action[Settings] = 1 + iota // manage forums and their categories [S34]

	// Customers.

	ContactView        Action[Contact]     = 1 + iota // read a contact's profile [S37]
	ContactCreate      Action[Contact]     = 1 + iota // add a contact, as it will be [S35]
	ContactEdit        Action[Contact]     = 1 + iota // change a contact's profile [S36]
	ContactDelete      Action[Contact]     = 1 + iota // delete a contact
	ContactPurge       Action[Contact]     = 1 + iota // delete a contact and all it did, for good
	ContactMerge       Action[ContactPair] = 1 + iota // merge one contact into another; both must be reached
	ContactImport      Action[Account]     = 1 + iota // load contacts from a file
	ContactExport      Action[Contact]     = 1 + iota // include the contact in an export
	ContactImpersonate Action[Contact]     = 1 + iota // act as the contact in the portal
	CompanyView        Action[Company]     = 1 + iota // read a company's profile [S37]
	CompanyEdit        Action[Company]     = 1 + iota // change a company's profile
	SegmentManage      Action[Account]     = 1 + iota // define segments of contacts
	PeopleView         Action[Account]     = 1 + iota // open the people section [R2]

	// Campaigns.

	CampaignView   Action[Campaign] = 1 + iota // read a campaign
	CampaignCreate Action[Campaign] = 1 + iota // draft a campaign, as it will be [R3]
	CampaignEdit   Action[Campaign] = 1 + iota // change a campaign [R3]
	CampaignLaunch Action[Campaign] = 1 + iota // send a campaign [R10]

	// Analytics.

	ReportView      Action[Report]    = 1 + iota // read a report [S38] [R13]
	ReportCreate    Action[Report]    = 1 + iota // make a report, as it will be [S38]
	ReportEdit      Action[Report]    = 1 + iota // change a report
	ReportSchedule  Action[Report]    = 1 + iota // mail a report at set times
	ReportExport    Action[Report]    = 1 + iota // download a report's data
	DashboardView   Action[Dashboard] = 1 + iota // read a dashboard [R13]
	DashboardManage Action[Dashboard] = 1 + iota // make and change dashboards [S38]

	// Apps.

	AppUse    Action[App] = 1 + iota // use an installed app [S40]
	AppManage Action[App] = 1 + iota // install and remove apps

	// General: what everybody has.

	ProfileEditOwn Action[AgentProfile] = 1 + iota // change one's own profile [R2], by a role held anywhere in the account (A31)
	SessionLogin   Action[Account]      = 1 + iota // log in [G24]; every role that permits anything is enough, so that none holds this (A31)

	// People: the desk's agents.

	AgentView        Action[Agent]           = 1 + iota // read an agent's record; never its secrets (B41)
	AgentCreate      Action[Agent]           = 1 + iota // add an agent
	AgentEdit        Action[Agent]           = 1 + iota // change an agent's record
	AgentDeactivate  Action[Agent]           = 1 + iota // take an agent's access away, reversibly
	AgentDelete      Action[Agent]           = 1 + iota // remove an agent
	AgentImpersonate Action[Agent]           = 1 + iota // act as an agent
	AgentKeyManage   Action[Agent]           = 1 + iota // manage another agent's API keys
	AgentRoleAssign  Action[RoleAssignment]  = 1 + iota // give somebody a role
	AgentRoleRemove  Action[RoleAssignment]  = 1 + iota // take a role from somebody in a workspace, whatever the ticket scope
	AgentScopeEdit   Action[RoleAssignment]  = 1 + iota // change the ticket scope at which somebody holds a role [S17]
	AgentGroupAssign Action[GroupMembership] = 1 + iota // put somebody in a group, take them out, or change what they may do there [S18]

	SharedAgentView   Action[SharedAgent] = 1 + iota // read a shared agent's record [S10]
	SharedAgentEdit   Action[SharedAgent] = 1 + iota // change a shared agent's record
	SharedAgentDelete Action[SharedAgent] = 1 + iota // remove a shared agent; adding one is the CRM's [S41] [S42]

	// Roles.

	RoleView   Action[Role] = 1 + iota // read a role's permissions [S20]
	RoleCreate Action[Role] = 1 + iota // make a custom role [R6] [R9]
	RoleUpdate Action[Role] = 1 + iota // change a custom role [R9]
	RoleDelete Action[Role] = 1 + iota // delete a custom role
	RoleClone  Action[Role] = 1 + iota // make a custom role from another role [R15]

	// Operations: the configuration of the desk, each area of it with the team whose it is.

	GroupManage          Action[Settings]  = 1 + iota // define groups; who is in them is AgentGroupAssign's
	AutomationManage     Action[Settings]  = 1 + iota // define automation rules [S39]
	AssignmentRuleManage Action[Settings]  = 1 + iota // define how tickets are assigned [S39]
	SLAManage            Action[Settings]  = 1 + iota // define service levels
	SettingsManage       Action[Settings]  = 1 + iota // change other settings [R13]
	PortalManage         Action[Settings]  = 1 + iota // change the customer portal
	ChannelManage        Action[Channel]   = 1 + iota // set up mailboxes, phone numbers and chat
	WorkspaceManage      Action[Workspace] = 1 + iota // change a workspace

	// Account.

	AccountManage Action[Account] = 1 + iota // change or close the account
	BillingManage Action[Account] = 1 + iota // change plan and payment
	AuditView     Action[Account] = 1 + iota // read the audit log
	DataExport    Action[Account] = 1 + iota // export the account's data

	// Support access.

	SupportGrantView   Action[SupportGrant] = 1 + iota // see who has support access [G20]
	SupportGrantCreate Action[SupportGrant] = 1 + iota // let support engineers in [G7]
	SupportGrantExtend Action[SupportGrant] = 1 + iota // let them stay longer
	SupportGrantRevoke Action[SupportGrant] = 1 + iota // end their access [G5]

	// lastAction is the action above: add new ones before it.
	lastAction ActionID = iota
)

// Hosts add actions of their own by numbers from these ranges, with a
// resource type of their own or one of the library's:
//
//	const (
//		InvoiceView deskpolicy.Action[Invoice] = deskpolicy.FirstHostView + iota
//		InvoiceList deskpolicy.Action[Invoice] = deskpolicy.FirstHostView + iota
//	)
//	const InvoiceRefund deskpolicy.Action[Invoice] = deskpolicy.FirstHostEdit
//
// The range says what the action needs and which class it is in. Each holds
// [HostRangeLength] numbers; one past the end of its range names nothing and is denied.
const (
	FirstHostView         = 256                        // read something: needs View
	FirstHostEdit         = FirstHostView + hostGap    // change something: needs Edit
	FirstHostExport       = FirstHostEdit + hostGap    // take data out: needs View, ClassExport
	FirstHostChannel      = FirstHostExport + hostGap  // phone, chat and the like: needs Edit, ClassChannel
	FirstHostUnclassified = FirstHostChannel + hostGap // unclassified: needs Edit and is in every restricted class at once

	HostRangeLength = 40 // how many numbers each range holds
)

const (
	hostGap     = 48 // the distance between ranges: an iota that runs over lands on no action
	firstAction = ActionID(TicketView)
	actionSpace = 512 // all action numbers are below
)

// An ActionID is an [Action] whose resource type has been erased, for lists,
// wire formats and role editors. The zero ActionID names no action.
type ActionID uint16

// Actions yields the library's own actions, by category, in a fixed order.
func Actions() iter.Seq[ActionID] {
	return func(yield func(ActionID) bool) {
		for id := firstAction; id <= lastAction; id++ {
			if !yield(id) {
				return
			}
		}
	}
}

// Valid reports whether id names an action: one of the library's, or a number
// in a range for hosts.
func (id ActionID) Valid() bool { return id.info().need != NoAccess }

// IsHost reports whether id is a number of a host's own action.
func (id ActionID) IsHost() bool { return id >= FirstHostView && id.Valid() }

// At returns the permission to do the action to the resources within scope s.
func (id ActionID) At(s Scope) Permission { return Permission{id, s} }

// Category returns the heading under which a role editor shows the action, in
// lower case, such as "tickets" [S22]; "host" for a host's own, "" for none.
func (id ActionID) Category() string { return vocabulary[id.info().category].heading }

// RequiredAccess returns the access to its resource that the action needs: View, or
// Edit if it changes anything. It is NoAccess only for a number that names no action.
func (id ActionID) RequiredAccess() Access { return id.info().need }

// InClass reports whether the action is in class c. A number that names no action
// is in every class.
func (id ActionID) InClass(c Class) bool { return id.info().classes()&c != 0 }

// RequiredFeatures returns the features that the account's plan must have for the
// action: one, or none.
func (id ActionID) RequiredFeatures() Features { return id.info().requires }

// Scopes returns the scopes at which a custom role can hold the action and reach
// something by it, the least first. It is Global alone for an action that needs no
// scope, as it is on the account, a workspace, an app, people, a role or a grant
// (A34), and none for what no custom role may hold.
func (id ActionID) Scopes() []Scope {
	if !customisable.Has(id.At(ScopeGlobal)) {
		return nil
	}
	return id.scopes()
}

// scopes returns those that reach something.
func (id ActionID) scopes() (scopes []Scope) {
	if on := id.info().on; on.has(aHolder) {
		scopes = append(scopes, ScopeRestricted)
	}
	if on := id.info().on; on.has(aGroup) {
		scopes = append(scopes, ScopeGroup)
	}
	return append(scopes, ScopeGlobal)
}

// scopeless reports whether nothing but Global reaches what the action is on.
func (id ActionID) scopeless() bool { return !id.info().on.has(aGroup | aHolder) }

// String returns the action's name, such as "ticket.reply". A host's action
// reads "host(304)": its name is in the host's [Vocabulary].
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

// A Class is a set of the kinds of action that some subjects may never do,
// whatever their roles. Hard rules speak of classes, so that a new action
// falls under them by being classified.
type Class uint16

const (
	// ClassExport takes data out of the desk [G15].
	ClassExport Class = 1 << iota
	// ClassAgentMutation changes who may do what: agents, roles, grants, keys [G14].
	ClassAgentMutation
	// ClassChannel is phone and chat [S43].
	ClassChannel
	// ClassRoleAuthoring makes, changes and deletes custom roles [R9].
	ClassRoleAuthoring

	anyRole    Class = 1 << 4 // no permission of its own: every role that permits anything is enough (A31)
	anyPlace   Class = 1 << 5 // by a role wherever in the account it is held (A31)
	ordinary   Class = 1 << 6 // classified, in none of the above
	ownOnly    Class = 1 << 7 // only on what is the subject's own; the need and the reach hold as well (B21)
	creates    Class = 1 << 8 // asked about a thing as it will be: what nobody has yet is the subject's own (A34)
	restricted       = ClassExport | ClassAgentMutation | ClassChannel | ClassRoleAuthoring
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
	// The administration of the desk begins here.
	catPeople
	catRoles
	catOperations
	catAccount
	catSupport
)

// administers reports whether the category is about the desk itself and not the work on it.
func (c category) administers() bool { return c >= catPeople }

// actionInfo is what the library knows about an action.
type actionInfo struct {
	name     string
	category category
	on       kind // the kind of resource
	need     Access
	class    Class
	requires Features // what the account's plan must have
}

// classes returns the classes of the action. What nobody has classified is in all of them.
func (a *actionInfo) classes() Class {
	if a.class == 0 {
		return restricted
	}
	return a.class
}

// info returns the facts of an action; for a number that names none, the zero actionInfo.
func (id ActionID) info() *actionInfo {
	switch {
	case id <= lastAction:
		return &catalogue[id]
	case id < FirstHostView || id >= FirstHostUnclassified+HostRangeLength || (id-FirstHostView)%hostGap >= HostRangeLength:
		return &catalogue[0]
	}
	return &hostRanges[(id-FirstHostView)/hostGap]
}

// literalGroup reports whether the action's Group scope reaches the group's
// resources only, and not also what is assigned to the subject itself (A9, [R19]).
func (id ActionID) literalGroup() bool {
	on := id.info().on
	return on == kindConversation || on == kindConversationAssignment
}

// hostRanges are the facts of the hosts' ranges, in the order of their numbers.
var hostRanges = [...]actionInfo{
	{category: catHost, need: View, class: ordinary},
	{category: catHost, need: Edit, class: ordinary},
	{category: catHost, need: View, class: ClassExport},
	{category: catHost, need: Edit, class: ClassChannel},
	{category: catHost, need: Edit}, // unclassified
}
