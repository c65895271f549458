package deskpolicy

import "time"

// A SharedAgent is a user of the connected CRM who also works on the desk [S1]. Whatever
// its roles, a shared agent is never assigned anything, cannot use phone or chat [S43], and
// cannot administer people, roles, support access or the account (A21).
//
// At any ticket scope, a shared agent reaches the tickets that mention it [S15], the tickets
// whose requester it sees in the CRM [S16], and the tickets of groups that it has access
// to [S18]: see [ScopeShared]. Being a ticket's assignee gives it no access [S14]. It
// reaches the contacts and companies that it sees in the CRM [S36] [S37] or owns on the
// desk (A35), and no others.
//
// The zero SharedAgent is denied everything. A SharedAgent is safe for concurrent use as
// long as it is not changed.
type SharedAgent struct {
	ID          AgentID
	Account     Account
	Deactivated bool

	// Now is the instant at which the shared agent asks, as an [Agent]'s. The CRM's answer ages
	// with it: see [CRMVisibility].
	Now time.Time

	CRM CRMUser // the CRM user; if it has no ID or is deactivated, everything is denied

	// Bindings are the roles that the shared agent holds: the Shared Agent role or custom
	// roles [S23].
	Bindings []Binding

	// Groups holds the shared agent's access to each group's tickets. It adds to what the
	// shared agent reaches in other ways, even at Restricted scope (A8).
	Groups map[GroupID]Access
}

// NewSharedAgent returns a shared agent as the CRM creates it: with the Shared Agent role
// at Restricted scope [S13], account-wide. Like an agent, it needs a binding in a workspace
// to work there.
func NewSharedAgent(id AgentID, account Account, user CRMUser) *SharedAgent {
	return &SharedAgent{
		ID: id, Account: account, CRM: user,
		Bindings: []Binding{{Role: sharedAgentRole, Workspace: AccountWide, TicketScope: ScopeRestricted}},
	}
}

// A CRMOnlyUser is a user of the CRM who is not an agent. It is denied everything on the
// desk [S4]; to give the user access, make them a [SharedAgent].
type CRMOnlyUser struct {
	Account Account
	CRM     CRMUser

	// Now is the instant of the request, for records and [Remedies]: that of the shared agent
	// that a remedy makes of the user.
	Now time.Time
}

func (*SharedAgent) subject() {}
func (*CRMOnlyUser) subject() {}

// Attributes implements [Resource].
func (a SharedAgent) Attributes() Attributes {
	return Attributes{Account: a.Account.ID, kind: kindSharedAgent}
}

func (a SharedAgent) ids() (id, second string) { return string(a.ID), "" }

// forbiddenToShared returns the reason why no shared agent can perform the action, whatever
// its roles, or Undecided (A20).
func (q *question) forbiddenToShared() Reason {
	switch {
	case q.action == TicketBeAssigned.ID():
		return SharedNeverAssigned
	case q.rule.class&ClassChannel != 0, q.what.kind == kindChannel, q.what.kind == kindConversation, q.what.kind == kindConversationAssignment:
		return SharedNoChannels
	case q.rule.category.administers() && q.rule.category != catOperations:
		return SharedNoAdministration
	}
	return Undecided
}

// crmAccess returns the subject's access in the CRM to the customer of the resource: a
// contact, a company, or the requester of a ticket (A7).
func (q *question) crmAccess() Access {
	if !q.crmLooked {
		q.crmLooked, q.crm = true, q.askCRM(q.who.crm)
	}
	return q.crm
}

// askCRM returns the user's access to the customer of the resource, and notes when the CRM's
// answer starts or ceases to count.
func (q *question) askCRM(user *CRMUser) Access {
	access, ages := user.access(q.customer(), q.who.at)
	if ages {
		q.soon(user.Visibility.window().nextBoundary(q.who.at.from))
	}
	return access
}

// customer returns the customer of the resource or, for a pair, of the part that the question
// is about.
func (q *question) customer() customer {
	if pair, two := q.thing.(*ContactPair); two {
		if q.second {
			return pair.Into.customer()
		}
		return pair.From.customer()
	}
	return customerOf(&q.what, q.thing)
}
