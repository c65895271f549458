package deskpolicy

// A SharedAgent is a user of the connected CRM who works on the desk as well
// [S1]. It is a kind of its own: whatever roles it holds, nothing is ever
// assigned to it, it has no phone and no chat [S43], and it administers nothing
// (A21).
//
// NewHostAction tickets its scope below Global reaches what it was mentioned in [S15],
// what was requested by a contact that it sees in the CRM [S16], and what the
// groups that it has privileges in allow [S18]; never what is assigned to it [S14].
// Contacts and companies it reaches as far as it sees them in the CRM [S36] [S37],
// and those that it owns on the desk (A35).
//
// The zero SharedAgent may do nothing. A SharedAgent may be shared between
// goroutines that do not change it.
type SharedAgent struct {
	ID          AgentID
	Account     Account
	Deactivated bool

	CRM CRMUser // who it is in the CRM; without one it may do nothing

	// Bindings are the roles that it holds: the Shared Agent role, or custom ones [S23].
	Bindings []Binding

	// Groups are its privileges on the tickets of groups. They add to what it
	// reaches otherwise, whatever its scope (A8).
	Groups map[GroupID]Access
}

// NewSharedAgent returns a shared agent as the CRM creates it: with the Shared
// Agent role at Restricted scope [S13], outside of workspaces. To work inside a
// workspace it wants a binding there, like an agent.
func NewSharedAgent(id AgentID, account Account, user CRMUser) *SharedAgent {
	return &SharedAgent{
		ID: id, Account: account, CRM: user,
		Bindings: []Binding{{Role: sharedAgentRole, Workspace: AccountWide, TicketScope: ScopeRestricted}},
	}
}

// A CRMOnlyUser is a user of the CRM who is no agent of the desk. It may do
// nothing there [S4]; as a shared agent it could.
type CRMOnlyUser struct {
	Account Account
	CRM     CRMUser
}

func (*SharedAgent) subject() {}
func (*CRMOnlyUser) subject() {}

// Attributes returns what the rules look at when the shared agent is acted on.
func (a SharedAgent) Attributes() Attributes {
	return Attributes{Account: a.Account.ID, kind: kindSharedAgent}
}

func (a SharedAgent) ids() (id, second string) { return string(a.ID), "" }

// forbiddenToShared returns what the kind forbids to a shared agent (A20).
func (q *question) forbiddenToShared() Reason {
	switch {
	case q.action == TicketBeAssigned.ID():
		return SharedNeverAssigned
	case q.rule.classes()&ClassChannel != 0, q.what.kind == kindChannel, q.what.kind == kindConversation, q.what.kind == kindConversationAssignment:
		return SharedNoChannels
	case q.rule.category.administers() && q.rule.category != catOperations:
		return SharedNoAdministration
	}
	return Undecided
}

// sharedGrounds returns the ways in which the levels of a permission reach the
// kind of resource for a shared agent. On tickets they are the same at Restricted
// and at Group: moving up takes nothing away.
func (l levels) sharedGrounds(q *question) grounds {
	switch {
	case q.what.kind.customer() && q.action != ContactCreate.ID():
		return byRecord | grounds(l)&byHolder
	case q.what.kind.ticketLike() && l.has(ScopeRestricted) && !l.has(ScopeGlobal):
		return byGroup | byMention | byContact
	default:
		return grounds(l)
	}
}

// crmAccess returns what the subject may do in the CRM with the customer whom
// the resource is about: a contact, a company, or the requester of a ticket (A7).
func (q *question) crmAccess() Access {
	if !q.crmLooked {
		q.crmLooked, q.crm = true, q.askCRM(q.who.crm)
	}
	return q.crm
}

func (q *question) askCRM(user *CRMUser) Access {
	if pair, two := q.thing.(*ContactPair); two {
		if q.second {
			return user.access(pair.Into.customer())
		}
		return user.access(pair.From.customer())
	}
	return user.access(customerOf(&q.what, q.thing))
}
