package change

import (
	"errors"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/examples/service/internal/roster"
	"github.com/deskpolicy/deskpolicy/examples/service/internal/store"
)

// carryOut asks about each fix of the remedy for the person, and writes what they change: the
// person, the key that acts for them, the recipient of an assignment, the ticket and the account.
func carryOut(tx *store.Tx, remedy deskpolicy.Remedy, p roster.Person, thing deskpolicy.Resource) error {
	after, changed := remedy.Apply(p.Subject, thing)
	delegate, isKey := after.(*deskpolicy.Delegate)
	before := parties{person: p.Principal(), ticket: ticketOf(thing), recipient: recipientOf(tx, thing)}
	if isKey {
		after = delegate.Principal
		key := *p.Key
		key.Limit, p.Key = delegate.Limits[0], &key
	}
	for _, fix := range remedy {
		if err := before.ask(tx, fix, after); err != nil {
			return err
		}
	}
	p.Subject = after
	err := put(tx, p)
	if to := recipientOf(tx, changed); to.Subject != nil && to.ID != p.ID {
		err = errors.Join(err, tx.PutPerson(to))
	}
	if t := ticketOf(changed); t != nil {
		err = errors.Join(err, tx.PutTicket(t))
	}
	return errors.Join(err, tx.PutAccount(accountOf(p)))
}

// put writes the person, and the key that acts for them if there is one.
func put(tx *store.Tx, p roster.Person) error {
	err := putPerson(tx, p)
	if p.Key != nil {
		err = errors.Join(err, tx.PutKey(*p.Key))
	}
	return err
}

func putPerson(tx *store.Tx, p roster.Person) error {
	if p.Contact != nil {
		return tx.PutCustomer(p)
	}
	return tx.PutPerson(p)
}

// parties are those that fixes change, before they do.
type parties struct {
	person, recipient roster.Person
	ticket            *deskpolicy.Ticket
}

// ask asks whether the actor may carry out the fix. After is the person as the whole remedy
// leaves them: a ticket can be assigned to them only then.
func (b parties) ask(tx *store.Tx, fix deskpolicy.Fix, after deskpolicy.Subject) error {
	p := b.person
	if fix.ForRecipient {
		p = b.recipient
	}
	if fix.ForCustomer && fix.Kind != deskpolicy.FixAddParticipant { // a customer's record is its contact's
		return store.Ask(tx, deskpolicy.ContactEdit, p.Contact)
	}
	switch fix.Kind {
	case deskpolicy.FixWidenLimit:
		return ask(tx, p, roster.ManageKeys)
	case deskpolicy.FixReactivate:
		return ask(tx, p, roster.Activate)
	case deskpolicy.FixConnectCRM:
		return store.Ask(tx, deskpolicy.AccountManage, &tx.Desk.Account)
	case deskpolicy.FixUpgradePlan:
		return store.Ask(tx, deskpolicy.BillingManage, &tx.Desk.Account)
	case deskpolicy.FixGroupAccess:
		group := deskpolicy.AgentGroup{ID: fix.Group, Account: tx.Desk.Account.ID}
		return store.Ask(tx, deskpolicy.AgentGroupAssign, &deskpolicy.GroupMembership{Member: p.Subject, Group: group, Access: fix.Access})
	case deskpolicy.FixWidenScope:
		return store.Ask(tx, deskpolicy.AgentScopeEdit, &deskpolicy.RoleAssignment{Holder: p.Subject, Binding: fix.Binding})
	case deskpolicy.FixAssignRole:
		return store.Ask(tx, deskpolicy.AgentRoleAssign, &deskpolicy.RoleAssignment{Holder: p.Subject, Binding: fix.Binding})
	}
	return b.askOnTicket(tx, fix, after)
}

func (b parties) askOnTicket(tx *store.Tx, fix deskpolicy.Fix, after deskpolicy.Subject) error {
	if b.ticket == nil {
		return roster.Refusal("This has to be done elsewhere.")
	}
	switch fix.Kind {
	case deskpolicy.FixAssign:
		return store.Ask(tx, deskpolicy.TicketAssign, &deskpolicy.TicketAssignment{Ticket: *b.ticket, To: after})
	case deskpolicy.FixUnassign:
		return store.Ask(tx, deskpolicy.TicketAssign, &deskpolicy.TicketAssignment{Ticket: *b.ticket})
	case deskpolicy.FixRoute:
		group := deskpolicy.AgentGroup{ID: fix.Group, Account: tx.Desk.Account.ID}
		return store.Ask(tx, deskpolicy.TicketRoute, &deskpolicy.TicketAssignment{Ticket: *b.ticket, Group: group})
	case deskpolicy.FixMention:
		return store.Ask(tx, deskpolicy.TicketMention, b.ticket)
	}
	return store.Ask(tx, deskpolicy.TicketPropertiesEdit, b.ticket) // a participant, a contact in CC, or no longer confidential
}

// ticketOf returns the ticket that the thing is or holds, or nil.
func ticketOf(thing deskpolicy.Resource) *deskpolicy.Ticket {
	switch t := thing.(type) {
	case *deskpolicy.Ticket:
		return t
	case *deskpolicy.TicketAssignment:
		return &t.Ticket
	}
	return nil
}

// recipientOf returns the person that an assignment is to, or nobody.
func recipientOf(tx *store.Tx, thing deskpolicy.Resource) roster.Person {
	assignment, ok := thing.(*deskpolicy.TicketAssignment)
	if !ok {
		return roster.Person{}
	}
	var id deskpolicy.AgentID
	switch to := assignment.To.(type) {
	case *deskpolicy.Agent:
		id = to.ID
	case *deskpolicy.SharedAgent:
		id = to.ID
	}
	p, _ := tx.Desk.Person(id)
	p.Subject = assignment.To
	return p
}

func accountOf(p roster.Person) deskpolicy.Account {
	switch s := p.Subject.(type) {
	case *deskpolicy.SharedAgent:
		return s.Account
	case *deskpolicy.Customer:
		return s.Account
	}
	return p.Agent().Account
}
