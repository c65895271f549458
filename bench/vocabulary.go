package main

import "github.com/deskpolicy/deskpolicy"

// A thingKind is a resource type of the questions.
type thingKind uint8

const (
	aTicket thingKind = iota
	aNote
	anAssignment
	aConversation
	aChannel
	anArticle
	aTopic
	aContact
	aReport
	someSettings
	theAccount
	anAgent
	aRole
	aGrant
	thingKinds
)

var thingNames = [...]string{
	"ticket", "note", "ticket_assignment", "conversation", "channel", "article", "topic", "contact", "report", "settings", "account", "agent", "role", "support_grant",
}

// ticketLike reports whether a binding's ticket scope limits what is held on the kind.
func (k thingKind) ticketLike() bool { return k <= anAssignment }

// A subjectKind is a kind of subject.
type subjectKind uint8

const (
	anyAgent subjectKind = iota
	sharedAgent
	supportEngineer
	nonAgent
	subjectKinds
)

var subjectNames = [...]string{"agent", "shared agent", "support engineer", "no agent"}

// An act is an action of the questions, with the properties that the rules use.
type act struct {
	id     deskpolicy.ActionID
	on     thingKind
	own    bool // only on the subject's own things
	need   deskpolicy.Access
	barred [subjectKinds]bool // forbidden to the kind of subject, whatever roles it holds
}

// acts are the actions of the questions, by number. The last one is asked only about the
// recipient of a ticket.
var acts = []act{
	on(aTicket, deskpolicy.TicketView.ID()),
	on(aTicket, deskpolicy.TicketReply.ID()),
	on(aTicket, deskpolicy.TicketNotePublic.ID()),
	on(aTicket, deskpolicy.TicketNotePrivate.ID()),
	on(aTicket, deskpolicy.TicketPrint.ID()),
	on(aTicket, deskpolicy.TicketForward.ID()),
	on(aTicket, deskpolicy.TicketPropertiesEdit.ID()),
	on(aTicket, deskpolicy.TicketStatusSet.ID()),
	on(aTicket, deskpolicy.TicketTagEdit.ID()),
	on(aTicket, deskpolicy.TicketSplit.ID()),
	on(aTicket, deskpolicy.TicketMessageDelete.ID()),
	on(aTicket, deskpolicy.TicketSpam.ID()),
	on(aTicket, deskpolicy.TicketDelete.ID()),
	on(aTicket, deskpolicy.TicketExport.ID()),
	on(aTicket, deskpolicy.TicketAttach.ID()),
	on(aTicket, deskpolicy.TicketCollaborate.ID()),
	on(aNote, deskpolicy.TicketNoteEditOwn.ID()).ofOwn(),
	on(aNote, deskpolicy.TicketNoteEditAny.ID()),
	on(anAssignment, deskpolicy.TicketAssign.ID()),
	on(aConversation, deskpolicy.ConversationView.ID()),
	on(aConversation, deskpolicy.ConversationReply.ID()),
	on(aConversation, deskpolicy.ConversationTake.ID()),
	on(aConversation, deskpolicy.ConversationExport.ID()),
	on(aChannel, deskpolicy.ChannelPhoneUse.ID()),
	on(anArticle, deskpolicy.ArticleView.ID()),
	on(anArticle, deskpolicy.ArticleEdit.ID()),
	on(aTopic, deskpolicy.TopicEditOwn.ID()).ofOwn(),
	on(aContact, deskpolicy.ContactView.ID()),
	on(aContact, deskpolicy.ContactEdit.ID()),
	on(aContact, deskpolicy.ContactExport.ID()),
	on(aReport, deskpolicy.ReportView.ID()),
	on(aReport, deskpolicy.ReportExport.ID()),
	on(someSettings, deskpolicy.SettingsManage.ID()),
	on(someSettings, deskpolicy.AssignmentRuleManage.ID()),
	on(theAccount, deskpolicy.PeopleView.ID()),
	on(theAccount, deskpolicy.AuditView.ID()),
	on(theAccount, deskpolicy.DataExport.ID()),
	on(anAgent, deskpolicy.AgentView.ID()),
	on(aRole, deskpolicy.RoleView.ID()),
	on(aRole, deskpolicy.RoleUpdate.ID()),
	on(aGrant, deskpolicy.SupportGrantView.ID()),
	on(aGrant, deskpolicy.SupportGrantRevoke.ID()),
	on(aTicket, deskpolicy.TicketBeAssigned.ID()),
}

// beAssigned is the number of the action that the recipient of a ticket needs.
var beAssigned = uint8(len(acts) - 1)

// plan has the features of the account's plan: all except collaboration on tickets.
var plan = deskpolicy.Plan{Features: deskpolicy.AllFeatures &^ deskpolicy.FeatureCollaboration}

// on returns the act of an action on a kind of thing.
func on(kind thingKind, id deskpolicy.ActionID) act {
	a := act{id: id, on: kind, need: id.RequiredAccess()}
	administers := false
	switch id.Category() {
	case "people", "roles", "account", "support access":
		administers = true
	}
	a.barred[sharedAgent] = id.InClass(deskpolicy.ClassChannel) || kind == aConversation || administers || id == deskpolicy.TicketBeAssigned.ID()
	a.barred[supportEngineer] = kind == aGrant || id.InClass(deskpolicy.ClassRoleAuthoring|deskpolicy.ClassAccessChange|deskpolicy.ClassExport) ||
		id == deskpolicy.ConversationTake.ID() || id == deskpolicy.TicketBeAssigned.ID()
	a.barred[nonAgent] = true
	return a
}

func (a act) ofOwn() act {
	a.own = true
	return a
}

// planned reports whether the account's plan has the features that the action needs.
func (a *act) planned() bool { return plan.Features.Has(a.id.RequiredFeatures()) }

// changesBuiltIn reports whether the action is forbidden on built-in roles.
func (a *act) changesBuiltIn() bool { return a.id.InClass(deskpolicy.ClassRoleAuthoring) }
