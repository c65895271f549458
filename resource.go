package deskpolicy

import "cmp"

// A Resource is a thing that subjects act on. The library defines [Ticket],
// [Conversation], [Contact] and many more. A host adds its own: a type with this method, on
// a value receiver, and actions from the ranges that start at [FirstHostOwn].
//
// Resources are plain data that the host fills in from its own records. The zero value of
// a resource type belongs to no account, and every action on it is denied.
type Resource interface {
	// Attributes returns what the rules examine.
	Attributes() Attributes
}

// Attributes holds what the rules examine in a resource. An empty ID matches nothing, not
// even another empty ID. The zero Attributes belongs to no account.
//
// A host's type returns a literal. One that returns the Attributes of a library's type,
// changed or not, counts as that type: subjects relate to it in no other way, whatever it says
// of a group or a requester.
type Attributes struct {
	Account   AccountID   // the account that it belongs to; required
	Workspace WorkspaceID // the workspace that it is in; "" if it is outside of workspaces
	Group     GroupID     // its current group or team
	Assignee  AgentID     // its assignee
	Owner     AgentID     // its author or owner, for actions on your own things; of a type that is never assigned also its assignee, if that is empty

	// Assignable says that the type can be assigned, so that a resource without an Assignee
	// is assigned to nobody: see [Unassigned]. Unless it is set, or OnTicket, [Assigned] means
	// the Owner.
	Assignable bool
	// OnTicket says that the resource hangs on a ticket, as a task or a note does, and has
	// the ticket's other attributes. A binding's TicketScope limits what is on tickets.
	OnTicket bool

	Requester    *Contact             // the contact who asked for it; see [Ticket]
	Participants map[AgentID]Access   // see [Ticket]
	CCs          map[ContactID]Access // see [Ticket]
	Mentions     map[AgentID]bool     // see [Ticket]
	Confidential bool                 // see [Ticket]

	kind     kind
	embedded bool // whether a host's type embeds one of the library's; then only host actions are allowed
	builtIn  bool // a built-in role, which every account has
	ofCRM    bool // the built-in role that only integrated accounts have
}

// A WorkspaceID identifies a workspace within an account.
type WorkspaceID string

// in reports whether the resource belongs to the account with the ID, which is integrated or not.
func (a *Attributes) in(account AccountID, integrated bool) bool {
	if a.Account != account && !a.builtIn || account == "" {
		return false
	}
	return integrated || !a.ofCRM
}

// requester returns the contact who asked for the resource, if there is one of its account.
func (a *Attributes) requester() *Contact {
	if a.Requester != nil && a.Requester.Account == a.Account {
		return a.Requester
	}
	return nil
}

// neverAssigned reports whether the resource is of a host's type that is never assigned.
func (a *Attributes) neverAssigned() bool { return a.kind == kindHost && !a.Assignable && !a.OnTicket }

// withHolder returns the attributes with the owner as the assignee of what is never assigned, if it
// has no other. It takes and returns values: a change through a pointer would move the resource to the heap.
func (a Attributes) withHolder() Attributes {
	if a.neverAssigned() && a.Assignee == "" {
		a.Assignee = a.Owner
	}
	return a
}

// heldBy returns the ground on which an assignee or owner reaches the resource.
func (a *Attributes) heldBy() Reason {
	if a.Owner == a.Assignee {
		return AllowedOwn
	}
	return AllowedAssigned
}

// A Ticket is a customer's request.
type Ticket struct {
	ID        TicketID
	Account   AccountID
	Workspace WorkspaceID
	Group     GroupID // its current group; access changes as soon as the ticket moves (B06)
	Assignee  AgentID // the agent that it is assigned to

	// Requester is the contact who made the request. It must belong to the ticket's account.
	// A shared agent who sees the contact in the CRM reaches the ticket [S16].
	Requester *Contact
	// Participants holds the agents who take part in the ticket beside its assignee, such as
	// followers and collaborators, each with what they may do.
	Participants map[AgentID]Access
	// CCs holds the contacts in CC, each with what they may do. That the CRM shows one of
	// them to a shared agent does not count (A7).
	CCs map[ContactID]Access
	// Mentions holds the agents that the ticket currently mentions. Include only mentions
	// made by agents who can reach the ticket [S15].
	Mentions map[AgentID]bool

	// Confidential says that actions on the ticket, and on what hangs on it, also take
	// [TicketConfidential] (A52).
	Confidential bool
}

// A TicketID identifies a ticket within an account. Decisions do not depend on it.
type TicketID string

// Attributes implements [Resource].
func (t Ticket) Attributes() (what Attributes) { t.fill(&what, kindTicket); return what }

func (t Ticket) ids() (id, second string) { return string(t.ID), "" }

// fill sets the attributes, which must be zero, of a thing of kind k that is reached like
// the ticket.
func (t *Ticket) fill(what *Attributes, k kind) {
	what.Account, what.Workspace, what.Group, what.Assignee, what.kind = t.Account, t.Workspace, t.Group, t.Assignee, k
	what.Requester, what.Participants, what.CCs, what.Mentions = t.Requester, t.Participants, t.CCs, t.Mentions
	what.Assignable, what.OnTicket, what.Confidential = true, true, t.Confidential
}

// A TicketPair holds two tickets to be merged or linked, or for [TicketMove] a ticket as it is
// and as it will be. Both are checked.
type TicketPair struct {
	From, Into Ticket
}

// Attributes implements [Resource].
func (p TicketPair) Attributes() (what Attributes) { p.From.fill(&what, kindTicketPair); return what }

func (p TicketPair) ids() (id, second string) { return string(p.From.ID), string(p.Into.ID) }

// A TicketAssignment holds a ticket and where it goes.
//
// [TicketAssign] gives it to the agent To, takes it if that is the subject, and clears its
// assignee if To is nil. If Group is set, it also routes the ticket, which takes
// [TicketRoute] as well. A request to only route a ticket, by TicketRoute, has a Group and no
// To, or is malformed.
//
// To decide whether an agent can be assigned a ticket, use a TicketAssignment: the
// recipient needs the permission [TicketBeAssigned] for the ticket as if it were already
// assigned to them. A member of its group with View cannot take it if, while it is assigned
// to nobody, that permission reaches it for viewing only. On a [Ticket], TicketBeAssigned
// only says which tickets the agent's role reaches (A43).
type TicketAssignment struct {
	Ticket Ticket
	To     Subject    // the new assignee, who must be able to take it; nil for none
	Group  AgentGroup // the new group; zero if the group does not change
}

// Attributes implements [Resource].
func (a TicketAssignment) Attributes() (what Attributes) {
	a.Ticket.fill(&what, kindTicketAssignment)
	return what
}

func (a TicketAssignment) ids() (id, second string) {
	return string(a.Ticket.ID), cmp.Or(string(idOf(a.To)), string(a.Group.ID))
}

// An AgentGroup is a group of agents, or team.
type AgentGroup struct {
	ID      GroupID
	Account AccountID
}

// A Note is a note on a ticket. It is reached like its ticket, even by its author (B21), and
// is as confidential.
type Note struct {
	Ticket Ticket
	Author AgentID
}

// Attributes implements [Resource].
func (n Note) Attributes() (what Attributes) { n.fill(&what); return what }

func (n Note) ids() (id, second string) { return string(n.Ticket.ID), "" }

func (n *Note) fill(what *Attributes) {
	n.Ticket.fill(what, kindNote)
	what.Owner = n.Author
}

// A TimeEntry is time that an agent spent on a ticket. It is reached like its ticket, and is
// as confidential.
type TimeEntry struct {
	Ticket Ticket
	Agent  AgentID
}

// Attributes implements [Resource].
func (e TimeEntry) Attributes() (what Attributes) { e.fill(&what); return what }

func (e TimeEntry) ids() (id, second string) { return string(e.Ticket.ID), "" }

func (e *TimeEntry) fill(what *Attributes) {
	e.Ticket.fill(what, kindTimeEntry)
	what.Owner = e.Agent
}

// A Conversation is a conversation in the messenger.
type Conversation struct {
	ID        ConversationID
	Account   AccountID
	Workspace WorkspaceID
	Group     GroupID // its current group
	Assignee  AgentID // the agent who took it (A26)

	Requester    *Contact             // the contact who asks; see [Ticket]
	Participants map[AgentID]Access   // see [Ticket]
	CCs          map[ContactID]Access // see [Ticket]
	Mentions     map[AgentID]bool     // see [Ticket]
	Confidential bool                 // see [Ticket]
}

// A ConversationID identifies a conversation within an account. Decisions do not depend on it.
type ConversationID string

// Attributes implements [Resource].
func (c Conversation) Attributes() (what Attributes) { c.fill(&what, kindConversation); return what }

func (c Conversation) ids() (id, second string) { return string(c.ID), "" }

// fill sets the attributes, which must be zero, of a thing of kind k that is reached like
// the conversation.
func (c *Conversation) fill(what *Attributes, k kind) {
	what.Account, what.Workspace, what.Group, what.Assignee, what.kind = c.Account, c.Workspace, c.Group, c.Assignee, k
	what.Requester, what.Participants, what.CCs, what.Mentions = c.Requester, c.Participants, c.CCs, c.Mentions
	what.Assignable, what.Confidential = true, c.Confidential
}

// A ConversationAssignment holds a conversation and where it goes, by [ConversationAssign]
// and [ConversationRoute]; see [TicketAssignment].
type ConversationAssignment struct {
	Conversation Conversation
	To           Subject    // the new assignee, who must be able to reply in it; nil for none
	Group        AgentGroup // the new group; zero if the group does not change
}

// Attributes implements [Resource].
func (t ConversationAssignment) Attributes() (what Attributes) {
	t.Conversation.fill(&what, kindConversationAssignment)
	return what
}

func (t ConversationAssignment) ids() (id, second string) {
	return string(t.Conversation.ID), cmp.Or(string(idOf(t.To)), string(t.Group.ID))
}

// A Channel is a mailbox, a phone number or a chat inbox.
type Channel struct {
	Account   AccountID
	Workspace WorkspaceID
	Group     GroupID
}

// Attributes implements [Resource].
func (c Channel) Attributes() (what Attributes) {
	what.Account, what.Workspace, what.Group, what.kind = c.Account, c.Workspace, c.Group, kindChannel
	return what
}

// A CannedResponse is a saved reply, for one group or for the whole desk (B51).
type CannedResponse struct {
	Account   AccountID
	Workspace WorkspaceID
	Group     GroupID
}

// Attributes implements [Resource].
func (c CannedResponse) Attributes() (what Attributes) {
	what.Account, what.Workspace, what.Group, what.kind = c.Account, c.Workspace, c.Group, kindCannedResponse
	return what
}

// setOwned sets the attributes of a thing that is never assigned: its owner counts as its
// assignee.
func (what *Attributes) setOwned(k kind, account AccountID, workspace WorkspaceID, group GroupID, owner AgentID) {
	what.Account, what.Workspace, what.Group, what.Assignee, what.Owner, what.kind = account, workspace, group, owner, owner, k
}

// A TicketList is a saved view of tickets. Access to the list gives no access to its
// tickets; decide each of them separately.
type TicketList struct {
	Account   AccountID
	Workspace WorkspaceID
	Group     GroupID
	Owner     AgentID
}

// Attributes implements [Resource].
func (l TicketList) Attributes() (what Attributes) {
	what.setOwned(kindTicketList, l.Account, l.Workspace, l.Group, l.Owner)
	return what
}

// An Article is an article in the knowledge base.
type Article struct {
	Account   AccountID
	Workspace WorkspaceID
	Author    AgentID
}

// Attributes implements [Resource].
func (a Article) Attributes() (what Attributes) {
	what.setOwned(kindArticle, a.Account, a.Workspace, "", a.Author)
	return what
}

// An FAQ is a frequently asked question and its answer.
type FAQ struct {
	Account   AccountID
	Workspace WorkspaceID
	Author    AgentID
}

// Attributes implements [Resource].
func (f FAQ) Attributes() (what Attributes) {
	what.setOwned(kindFAQ, f.Account, f.Workspace, "", f.Author)
	return what
}

// A Topic is a topic in a forum.
type Topic struct {
	Account   AccountID
	Workspace WorkspaceID
	Author    AgentID // the agent who started it
}

// Attributes implements [Resource].
func (t Topic) Attributes() (what Attributes) {
	what.setOwned(kindTopic, t.Account, t.Workspace, "", t.Author)
	return what
}

// A Contact is a customer.
type Contact struct {
	ID      ContactID
	Account AccountID
	Owner   AgentID   // the agent who owns it on the desk
	Company CompanyID // the company that it belongs to
	CRM     CRMRecord // the contact's record in the CRM, for shared agents
}

// A ContactID identifies a contact within an account. Decisions on a contact depend on it only if
// the CRM answers with IDs, see [CRMVisibility], if it is the subject's own (A53), and if it is
// empty: then no action that gives access as the contact is allowed (A73).
type ContactID string

// Attributes implements [Resource].
func (c Contact) Attributes() (what Attributes) { c.fill(&what, kindContact); return what }

func (c Contact) ids() (id, second string) { return string(c.ID), "" }

func (c *Contact) fill(what *Attributes, k kind) {
	what.setOwned(k, c.Account, "", "", c.Owner)
}

// A ContactPair holds two contacts to be merged. Both are checked.
type ContactPair struct {
	From, Into Contact
}

// Attributes implements [Resource].
func (p ContactPair) Attributes() (what Attributes) { p.From.fill(&what, kindContactPair); return what }

func (p ContactPair) ids() (id, second string) { return string(p.From.ID), string(p.Into.ID) }

// A Company is an organisation that contacts belong to.
type Company struct {
	ID      CompanyID
	Account AccountID
	Owner   AgentID   // the agent who owns it on the desk
	CRM     CRMRecord // the company's record in the CRM, for shared agents
}

// A CompanyID identifies a company within an account. Decisions depend on it only if the
// CRM answers with IDs; see [CRMVisibility].
type CompanyID string

// Attributes implements [Resource].
func (c Company) Attributes() (what Attributes) { c.fill(&what); return what }

func (c Company) ids() (id, second string) { return string(c.ID), "" }

func (c *Company) fill(what *Attributes) {
	what.setOwned(kindCompany, c.Account, "", "", c.Owner)
}

// A Campaign is a message that is sent to many contacts.
type Campaign struct {
	Account   AccountID
	Workspace WorkspaceID
	Author    AgentID
}

// Attributes implements [Resource].
func (c Campaign) Attributes() (what Attributes) {
	what.setOwned(kindCampaign, c.Account, c.Workspace, "", c.Author)
	return what
}

// A Report is a report on one team's data or on the whole desk's [R13].
type Report struct {
	Account   AccountID
	Workspace WorkspaceID
	Team      GroupID
	Owner     AgentID
}

// Attributes implements [Resource].
func (r Report) Attributes() (what Attributes) {
	what.setOwned(kindReport, r.Account, r.Workspace, r.Team, r.Owner)
	return what
}

// A Dashboard shows current figures for one team or for the whole desk [R13].
type Dashboard struct {
	Account   AccountID
	Workspace WorkspaceID
	Team      GroupID
	Owner     AgentID
}

// Attributes implements [Resource].
func (d Dashboard) Attributes() (what Attributes) {
	what.setOwned(kindDashboard, d.Account, d.Workspace, d.Team, d.Owner)
	return what
}

// An App is an app installed from the marketplace.
type App struct {
	Account   AccountID
	Workspace WorkspaceID
}

// Attributes implements [Resource].
func (a App) Attributes() (what Attributes) {
	what.Account, what.Workspace, what.kind = a.Account, a.Workspace, kindApp
	return what
}

// Settings is one area of configuration, for one team or for the whole desk [R13].
type Settings struct {
	Account   AccountID
	Workspace WorkspaceID
	Team      GroupID
}

// Attributes implements [Resource].
func (s Settings) Attributes() (what Attributes) {
	what.Account, what.Workspace, what.Group, what.kind = s.Account, s.Workspace, s.Team, kindSettings
	return what
}

// A Workspace is a part of an account with its own tickets and settings. A desk without
// workspaces is a Workspace with an empty ID.
type Workspace struct {
	ID      WorkspaceID
	Account AccountID
}

// Attributes implements [Resource].
func (w Workspace) Attributes() (what Attributes) {
	what.Account, what.Workspace, what.kind = w.Account, w.ID, kindWorkspace
	return what
}

func (w Workspace) ids() (id, second string) { return string(w.ID), "" }

// Attributes implements [Resource].
func (a Account) Attributes() (what Attributes) {
	what.Account, what.kind = a.ID, kindAccount
	return what
}

func (a Account) ids() (id, second string) { return string(a.ID), "" }

// Attributes implements [Resource]. A built-in role belongs to every account, except that
// the Shared Agent role belongs only to integrated accounts [S12].
func (r Role) Attributes() (what Attributes) {
	what.Account, what.kind, what.builtIn, what.ofCRM = r.Account(), kindRole, r.BuiltIn(), r == sharedAgentRole
	return what
}

func (r Role) ids() (id, second string) { return r.Name(), "" }

// A RoleAssignment holds an agent and a binding to give to the agent or to take away.
//
// A role that is held in two windows, groups or workspaces is held twice. To take one away, or
// to change its ticket scope, name its window as well as its place: it leaves the other. Bindings
// that differ in the ticket scope alone are taken away together.
//
// Without a role or a workspace, or with a ticket scope or a window that could not be read, the
// binding is incomplete, and the request is malformed (A71).
type RoleAssignment struct {
	Holder  Subject // an [*Agent] or a [*SharedAgent]
	Binding Binding
}

// Attributes implements [Resource].
func (a RoleAssignment) Attributes() Attributes {
	var to actor
	if !to.setMember(a.Holder) || !a.Binding.isWhole() {
		return Attributes{kind: kindIncomplete}
	}
	if of := a.Binding.Role.Account(); of != "" && of != to.account.ID {
		return Attributes{kind: kindRoleAssignment} // no account, because the role and the holder belong to different ones
	}
	return Attributes{Account: to.account.ID, kind: kindRoleAssignment}
}

func (a RoleAssignment) ids() (id, second string) {
	return string(idOf(a.Holder)), a.Binding.Role.Name()
}

// A GroupMembership holds an agent and the access that the agent will have to a group.
//
// Without the group's ID, or with an unknown access, the request is malformed (A71).
type GroupMembership struct {
	Member Subject // an [*Agent] or a [*SharedAgent]
	Group  AgentGroup
	Access Access // NoAccess to remove the agent from the group
}

// Attributes implements [Resource].
func (m GroupMembership) Attributes() Attributes {
	var of actor
	if !of.setMember(m.Member) || m.Group.ID == "" || m.Access != m.Access.known() {
		return Attributes{kind: kindIncomplete}
	}
	if m.Group.Account != of.account.ID {
		return Attributes{kind: kindGroupMembership} // no account, because the group and the member belong to different ones
	}
	return Attributes{Account: of.account.ID, kind: kindGroupMembership}
}

func (m GroupMembership) ids() (id, second string) { return string(idOf(m.Member)), string(m.Group.ID) }

// An AgentProfile is what others on the desk see about an agent.
type AgentProfile struct {
	Account AccountID
	Agent   AgentID
}

// Attributes implements [Resource].
func (p AgentProfile) Attributes() (what Attributes) {
	what.setOwned(kindProfile, p.Account, "", "", p.Agent)
	return what
}

func (p AgentProfile) ids() (id, second string) { return string(p.Agent), "" }
