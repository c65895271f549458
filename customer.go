package deskpolicy

import "time"

// A Customer is an end user of the desk's portal: a contact, perhaps of a company. It holds
// roles like an agent, such as [CustomerRole], each within its own workspace and scope.
//
// Whatever its roles, a customer gets only at what is public (A62): it can view tickets,
// create them, reply to them, add public notes and files, close and reopen them, and read
// articles, FAQs and forum topics. A host opens actions of its own to customers by their
// numbers: see [FirstHostPublicView].
//
// Of tickets, and of a host's own types, a customer reaches at any scope only what it has a
// part in (A61): what it requested, what it is in CC of, and what somebody of its company
// requested, as far as its roles have [Requested], [Participating] and [SameCompany]. No
// other relation holds for a customer: an agent with the same ID is somebody else.
//
// The host changes a customer's record, with its roles, as a contact: ask about
// [ContactEdit], and about [ContactKeyManage] for its API keys. The actions that change agents
// do not take a customer (A65).
//
// The zero Customer is denied everything. A Customer is safe for concurrent use as long as
// it is not changed.
type Customer struct {
	ID          ContactID // its own record as a contact
	Account     Account
	Deactivated bool      // whether the customer is still on record but denied everything
	Company     CompanyID // the company that it belongs to; "" for none
	Now         time.Time // the instant at which it asks, as an [Agent]'s

	// Bindings are the roles that the customer holds. Without a role it is denied everything.
	Bindings []Binding
}

func (*Customer) subject() {}

// record returns what a customer's record says of its contact.
func (c *Customer) record() *Contact {
	return &Contact{ID: c.ID, Account: c.Account.ID, Company: c.Company}
}

// neverOfCustomers has the relations that no customer has: those of agents, and those that
// do not depend on who asks.
const neverOfCustomers = everyRelation &^ (Requested | Participating | SameCompany | Anything)

func (who *actor) setCustomer(c *Customer) bool {
	who.id, who.account, who.bindings = AgentID(c.ID), &c.Account, c.Bindings
	who.contact, who.company, who.at = c.ID, c.Company, momentOf(c.Now)
	who.customer, who.never = true, neverOfCustomers
	if c.Deactivated {
		who.dead = Deactivated
	}
	return c.ID != ""
}

// forbiddenToCustomer returns the reason why no customer can perform the action, whatever its
// roles, or Undecided.
func (q *question) forbiddenToCustomer() Reason {
	if q.rule.class&public == 0 || !q.what.kind.has(isPublic) {
		return NotForCustomers
	}
	return Undecided
}
