package deskpolicy

import "cmp"

// A Resource is something that is acted on. The library's own are below; a host
// adds its own by giving a type this method on the value, and actions from the
// ranges that start at [FirstHostView].
//
// Resources are plain data, filled in by the host from its own records. A zero
// one belongs to no account, and nobody may do anything to it.
type Resource interface {
	// Attributes returns what the rules look at.
	Attributes() Attributes
}

// Attributes are what the rules look at in a resource. An empty ID matches
// nothing: not even an empty one on the other side.
type Attributes struct {
	Account   AccountID   // whose it is; always needed
	Workspace WorkspaceID // where it is; empty if outside of workspaces
	Group     GroupID     // the group or team that has it now
	Assignee  AgentID     // whose work it is: a ticket's assignee, a report's owner

	owner     AgentID // for actions on one's own: who wrote it, or has it
	kind      kind
	embedded  bool // in a host's type, which only a host's action is on
	builtIn   bool // a built-in role: part of every account,
	ofCRM     bool // but this one only of those that are integrated
	requester *Contact
	mentions  map[AgentID]bool
}

// A WorkspaceID identifies a workspace within an account.
type WorkspaceID string

// in reports whether the resource belongs to the account.
func (a *Attributes) in(account *Account) bool {
	return account.ID != "" && (a.Account == account.ID || a.builtIn && (account.Integrated || !a.ofCRM))
}

// heldBy returns the ground on which the assignee gets in.
func (a *Attributes) heldBy() Reason {
	if a.owner == a.Assignee {
		return AllowedOwn
	}
	return AllowedAssigned
}

// A Ticket is a request of a customer.
type Ticket struct {
	ID        TicketID
	Account   AccountID
	Workspace WorkspaceID
	Group     GroupID // its current group; access follows it when it moves (B06)
	Assignee  AgentID // the agent who has it

	// Requester is the contact who wants something. Users of the CRM who see the
	// contact there reach the ticket as shared agents [S16]; CCs do not count (A7).
	Requester *Contact
	// MentionColumns are the agents who are mentioned in the ticket now, by somebody
	// who could reach it. They are a ground for shared agents only [S15].
	Mentions map[AgentID]bool
}

// A TicketID identifies a ticket within an account. Decisions do not depend on it.
type TicketID string

// Attributes implements [Resource].
func (t Ticket) Attributes() (what Attributes) { t.fill(&what, kindTicket); return what }

func (t Ticket) ids() (id, second string) { return string(t.ID), "" }

// fill fills in empty attributes of something that is reached as the ticket is.
func (t *Ticket) fill(what *Attributes, k kind) {
	what.Account, what.Workspace, what.Group, what.Assignee, what.kind = t.Account, t.Workspace, t.Group, t.Assignee, k
	what.requester, what.mentions = t.Requester, t.Mentions
}

// A TicketPair is two tickets that become one or are linked. Both are checked.
type TicketPair struct {
	From, Into Ticket
}

// Attributes implements [Resource].
func (p TicketPair) Attributes() (what Attributes) { p.From.fill(&what, kindTicketPair); return what }

func (p TicketPair) ids() (id, second string) { return string(p.From.ID), string(p.Into.ID) }

// An TicketAssignment is a ticket and its recipient: an agent, a group, or both. With
// neither it is malformed.
//
// Whether somebody can be given a ticket is asked by an TicketAssignment alone: the
// recipient needs the permission [TicketBeAssigned] for the ticket as if it were
// already theirs, and does not have it in a group that they only view. Asked of
// the ticket as it is, TicketBeAssigned says what their role reaches (A43).
type TicketAssignment struct {
	Ticket Ticket
	To     Subject    // who must be able to take it
	Group  AgentGroup // zero if it stays where it is
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

// A Note is a note on a ticket. It is reached as its ticket is; having written
// it never replaces that (B21).
type Note struct {
	Ticket Ticket
	Author AgentID
}

// Attributes implements [Resource].
func (n Note) Attributes() (what Attributes) { n.fill(&what); return what }

func (n Note) ids() (id, second string) { return string(n.Ticket.ID), "" }

func (n *Note) fill(what *Attributes) {
	n.Ticket.fill(what, kindNote)
	what.owner = n.Author
}

// A TimeEntry is time that an agent spent on a ticket. It is reached as its ticket is.
type TimeEntry struct {
	Ticket Ticket
	Agent  AgentID
}

// Attributes implements [Resource].
func (e TimeEntry) Attributes() (what Attributes) { e.fill(&what); return what }

func (e TimeEntry) ids() (id, second string) { return string(e.Ticket.ID), "" }

func (e *TimeEntry) fill(what *Attributes) {
	e.Ticket.fill(what, kindTimeEntry)
	what.owner = e.Agent
}

// A Conversation is a chat of the messenger.
type Conversation struct {
	ID        ConversationID
	Account   AccountID
	Workspace WorkspaceID
	Group     GroupID // its current group
	Assignee  AgentID // the agent who has taken it up (A26)
}

// A ConversationID identifies a conversation within an account. Decisions do not depend on it.
type ConversationID string

// Attributes implements [Resource].
func (c Conversation) Attributes() (what Attributes) { c.fill(&what, kindConversation); return what }

func (c Conversation) ids() (id, second string) { return string(c.ID), "" }

// fill fills in empty attributes of something that is reached as the conversation is.
func (c *Conversation) fill(what *Attributes, k kind) {
	what.Account, what.Workspace, what.Group, what.Assignee, what.kind = c.Account, c.Workspace, c.Group, c.Assignee, k
}

// A ConversationAssignment is a conversation and whom it is to go to: an agent, a group, or
// both. With neither it is malformed.
type ConversationAssignment struct {
	Conversation Conversation
	To           Subject    // who must be able to answer in it
	Group        AgentGroup // zero if it stays where it is
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

// A CannedResponse is a saved answer, of a group if it is not for everybody (B51).
type CannedResponse struct {
	Account   AccountID
	Workspace WorkspaceID
	Group     GroupID
}

var kindCannedResponse = kindOf(mark[CannedResponse]{}, kindHost)

// Attributes implements [Resource].
func (c CannedResponse) Attributes() (what Attributes) {
	what.Account, what.Workspace, what.Group, what.kind = c.Account, c.Workspace, c.Group, kindCannedResponse
	return what
}

// owned fills in what is looked at in something that is never assigned: whoever owns it holds it.
func (what *Attributes) owned(k kind, account AccountID, workspace WorkspaceID, group GroupID, owner AgentID) {
	what.Account, what.Workspace, what.Group, what.Assignee, what.owner, what.kind = account, workspace, group, owner, owner, k
}

// A TicketList is a saved selection of tickets. What it shows is decided ticket by ticket.
type TicketList struct {
	Account   AccountID
	Workspace WorkspaceID
	Group     GroupID
	Owner     AgentID
}

var kindTicketList = kindOf(mark[TicketList]{}, kindHost)

// Attributes implements [Resource].
func (l TicketList) Attributes() (what Attributes) {
	what.owned(kindTicketList, l.Account, l.Workspace, l.Group, l.Owner)
	return what
}

// An Article is an article of the knowledge base.
type Article struct {
	Account   AccountID
	Workspace WorkspaceID
	Author    AgentID
}

var kindArticle = kindOf(mark[Article]{}, kindHost)

// Attributes implements [Resource].
func (a Article) Attributes() (what Attributes) {
	what.owned(kindArticle, a.Account, a.Workspace, "", a.Author)
	return what
}

// A FAQ is a frequently asked question and its answer.
type FAQ struct {
	Account   AccountID
	Workspace WorkspaceID
	Author    AgentID
}

var kindFAQ = kindOf(mark[FAQ]{}, kindHost)

// Attributes implements [Resource].
func (f FAQ) Attributes() (what Attributes) {
	what.owned(kindFAQ, f.Account, f.Workspace, "", f.Author)
	return what
}

// A Topic is a topic of a forum.
type Topic struct {
	Account   AccountID
	Workspace WorkspaceID
	Author    AgentID // the agent who opened it
}

var kindTopic = kindOf(mark[Topic]{}, kindHost)

// Attributes implements [Resource].
func (t Topic) Attributes() (what Attributes) {
	what.owned(kindTopic, t.Account, t.Workspace, "", t.Author)
	return what
}

// A Contact is a customer.
type Contact struct {
	ID      ContactID
	Account AccountID
	Owner   AgentID   // the agent who owns it on the desk
	CRM     CRMRecord // what the CRM says of it, for shared agents
}

// A ContactID identifies a contact within an account. Decisions depend on it
// only where the CRM answered with IDs: see [CRMVisibility].
type ContactID string

// Attributes implements [Resource].
func (c Contact) Attributes() (what Attributes) { c.fill(&what, kindContact); return what }

func (c Contact) ids() (id, second string) { return string(c.ID), "" }

func (c *Contact) fill(what *Attributes, k kind) {
	what.owned(k, c.Account, "", "", c.Owner)
}

// A ContactPair is two contacts that become one. Both are checked.
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
	CRM     CRMRecord // what the CRM says of it, for shared agents
}

// A CompanyID identifies a company within an account. Decisions depend on it
// only where the CRM answered with IDs: see [CRMVisibility].
type CompanyID string

// Attributes implements [Resource].
func (c Company) Attributes() (what Attributes) { c.fill(&what); return what }

func (c Company) ids() (id, second string) { return string(c.ID), "" }

func (c *Company) fill(what *Attributes) {
	what.owned(kindCompany, c.Account, "", "", c.Owner)
}

// A Campaign is a message that goes out to many contacts.
type Campaign struct {
	Account   AccountID
	Workspace WorkspaceID
	Author    AgentID
}

var kindCampaign = kindOf(mark[Campaign]{}, kindHost)

// Attributes implements [Resource].
func (c Campaign) Attributes() (what Attributes) {
	what.owned(kindCampaign, c.Account, c.Workspace, "", c.Author)
	return what
}

// A Report is a report over the desk's data, of a team if it is not over all of it [R13].
type Report struct {
	Account   AccountID
	Workspace WorkspaceID
	Team      GroupID
	Owner     AgentID
}

var kindReport = kindOf(mark[Report]{}, kindHost)

// Attributes implements [Resource].
func (r Report) Attributes() (what Attributes) {
	what.owned(kindReport, r.Account, r.Workspace, r.Team, r.Owner)
	return what
}

// A Dashboard shows figures as they change, of a team if it is not over all of the desk [R13].
type Dashboard struct {
	Account   AccountID
	Workspace WorkspaceID
	Team      GroupID
	Owner     AgentID
}

var kindDashboard = kindOf(mark[Dashboard]{}, kindHost)

// Attributes implements [Resource].
func (d Dashboard) Attributes() (what Attributes) {
	what.owned(kindDashboard, d.Account, d.Workspace, d.Team, d.Owner)
	return what
}

// An App is an installed app of the marketplace.
type App struct {
	Account   AccountID
	Workspace WorkspaceID
}

var kindApp = kindOf(mark[App]{}, kindHost)

// Attributes implements [Resource].
func (a App) Attributes() (what Attributes) {
	what.Account, what.Workspace, what.kind = a.Account, a.Workspace, kindApp
	return what
}

// Settings are one area of the desk's configuration, of a team if they are not for all of it [R13].
type Settings struct {
	Account   AccountID
	Workspace WorkspaceID
	Team      GroupID
}

var kindSettings = kindOf(mark[Settings]{}, kindHost)

// Attributes implements [Resource].
func (s Settings) Attributes() (what Attributes) {
	what.Account, what.Workspace, what.Group, what.kind = s.Account, s.Workspace, s.Team, kindSettings
	return what
}

// A Workspace is a part of an account with tickets and settings of its own. A
// desk without workspaces is one whose ID is empty.
type Workspace struct {
	ID      WorkspaceID
	Account AccountID
}

var kindWorkspace = kindOf(mark[Workspace]{}, kindHost)

// Attributes implements [Resource].
func (w Workspace) Attributes() (what Attributes) {
	what.Account, what.Workspace, what.kind = w.Account, w.ID, kindWorkspace
	return what
}

func (w Workspace) ids() (id, second string) { return string(w.ID), "" }

// Attributes returns what the rules look at when the account itself is acted on.
func (a Account) Attributes() (what Attributes) {
	what.Account, what.kind = a.ID, kindAccount
	return what
}

func (a Account) ids() (id, second string) { return string(a.ID), "" }

// Attributes returns what the rules look at when the role is acted on. A
// built-in role belongs to every account, the Shared Agent role to those that are
// integrated [S12].
func (r Role) Attributes() (what Attributes) {
	what.Account, what.kind, what.builtIn, what.ofCRM = r.Account(), kindRole, r.BuiltIn(), r == sharedAgentRole
	return what
}

func (r Role) ids() (id, second string) { return r.Name(), "" }

// An RoleAssignment is somebody and a role that they are to hold, or to hold no
// longer, as a whole binding.
type RoleAssignment struct {
	Holder  Subject // an agent or a shared agent
	Binding Binding
}

// Attributes implements [Resource].
func (a RoleAssignment) Attributes() Attributes {
	var to actor
	if !to.setMember(a.Holder) {
		return Attributes{kind: kindIncomplete}
	}
	if of := a.Binding.Role.Account(); of != "" && of != to.account.ID {
		return Attributes{kind: kindRoleAssignment} // of no account, as the two are not of one
	}
	return Attributes{Account: to.account.ID, kind: kindRoleAssignment}
}

func (a RoleAssignment) ids() (id, second string) {
	return string(idOf(a.Holder)), a.Binding.Role.Name()
}

// A GroupMembership is somebody and what they are to be able to do in a group:
// nothing, if they are to leave it.
type GroupMembership struct {
	Member Subject // an agent or a shared agent
	Group  AgentGroup
	Access Access
}

// Attributes implements [Resource].
func (m GroupMembership) Attributes() Attributes {
	var of actor
	if !of.setMember(m.Member) || m.Group.ID == "" {
		return Attributes{kind: kindIncomplete}
	}
	if m.Group.Account != of.account.ID {
		return Attributes{kind: kindGroupMembership} // of no account, as the two are not of one
	}
	return Attributes{Account: of.account.ID, kind: kindGroupMembership}
}

func (m GroupMembership) ids() (id, second string) { return string(idOf(m.Member)), string(m.Group.ID) }

// A AgentProfile is what somebody on the desk shows of themselves.
type AgentProfile struct {
	Account AccountID
	Agent   AgentID
}

var kindProfile = kindOf(mark[AgentProfile]{}, kindHost)

// Attributes implements [Resource].
func (p AgentProfile) Attributes() (what Attributes) {
	what.owned(kindProfile, p.Account, "", "", p.Agent)
	return what
}

func (p AgentProfile) ids() (id, second string) { return string(p.Agent), "" }
