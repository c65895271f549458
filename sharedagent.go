package deskpolicy

// A SharedAgent is a user of the connected CRM who also works on the desk [S1]. Whatever
// roles it holds, a shared agent is never assigned anything, has no phone and no chat
// [S43], and administers nothing (A21).
//
// Below Global scope, a shared agent reaches the tickets that mention it [S15], the tickets
// whose requester it sees in the CRM [S16], and the tickets of groups in which it has
// access [S18]. An assignment is not a way to reach a ticket [S14]. It reaches the contacts
// and companies that it sees in the CRM [S36] [S37] or owns on the desk (A35).
//
// The zero SharedAgent is denied everything. A SharedAgent is safe for concurrent use as
// long as it is not changed.
type SharedAgent struct {
	ID          AgentID
	Account     Account
	Deactivated bool

	CRM CRMUser // the user in the CRM; without an ID or deactivated, everything is denied

	// Bindings are the roles that the shared agent holds: the Shared Agent role or custom
	// roles [S23].
	Bindings []Binding

	// Groups is the access to the tickets of each group. It adds to what the shared agent
	// reaches in other ways, whatever its scope (A8).
	Groups map[GroupID]Access
}

// NewSharedAgent returns a shared agent as the CRM creates it: with the Shared Agent role
// at Restricted scope [S13], account-wide. To work inside a workspace it needs a binding
// there, like an agent.
func NewSharedAgent(id AgentID, account Account, user CRMUser) *SharedAgent {
	return &SharedAgent{
		ID: id, Account: account, CRM: user,
		Bindings: []Binding{{Role: sharedAgentRole, Workspace: AccountWide, TicketScope: ScopeRestricted}},
	}
}

// A CRMOnlyUser is a user of the CRM who is not an agent. A CRM-only user is denied
// everything on the desk [S4]; make them a [SharedAgent] to give access.
type CRMOnlyUser struct {
	Account Account
	CRM     CRMUser
}

func (*SharedAgent) subject() {}
func (*CRMOnlyUser) subject() {}

// Attributes returns the facts about the shared agent that the rules use when it is the
// resource.
func (a SharedAgent) Attributes() Attributes {
	return Attributes{Account: a.Account.ID, kind: kindSharedAgent}
}

func (a SharedAgent) ids() (id, second string) { return string(a.ID), "" }

// forbiddenToShared returns the reason why no shared agent can do what is asked, whatever
// the roles, or Undecided (A20).
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

// sharedGrounds returns the grounds on which a shared agent reaches the kind of resource
// with the levels of a permission. On tickets they are the same at Restricted and at
// Group, so that a wider scope never takes anything away.
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

// crmAccess returns the subject's access in the CRM to the customer of the resource: a
// contact, a company, or the requester of a ticket (A7).
func (q *question) crmAccess() Access {
	if !q.crmLooked {
		q.crmLooked, q.crm = true, q.askCRM(q.who.crm)
	}
	return q.crm
}

// askCRM returns the user's access to the customer of the resource, or of its part that is
// asked about.
func (q *question) askCRM(user *CRMUser) Access {
	if pair, two := q.thing.(*ContactPair); two {
		if q.second {
			return user.access(pair.Into.customer())
		}
		return user.access(pair.From.customer())
	}
	return user.access(customerOf(&q.what, q.thing))
}
