package lifecycle

import (
	"errors"
	"fmt"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/legible"
)

// An Event is something that can happen to a person. Its type is one of those from [ConnectCRM] to
// [ChangeAddress]. Other packages cannot define events.
type Event interface {
	// name returns the event as a command.
	name() string
	// plan returns the change to the person, without its Event and Seats.
	plan(Person) (Change, error)
}

// known reports whether the event has one of this package's types. A pointer to an event and a
// type that embeds one also implement Event, but are not known.
func known(event Event) bool {
	switch event.(type) {
	case ConnectCRM, DisconnectCRM,
		AddToCRM, ActivateInCRM, DeactivateInCRM,
		AddAgent, ConvertToAgent, EditAgent, EditRole, DeleteAgent,
		DeleteContact, RestoreContact, PurgeContact, ChangeAddress:
		return true
	}
	return false
}

// ConnectCRM connects the desk and the CRM, from either side [S12].
type ConnectCRM struct{}

func (ConnectCRM) name() string { return "integrate" }

func (e ConnectCRM) plan(p Person) (Change, error) { // LC-0, LC-6
	err := p.refuseUnless(e, p.Integration != Active, "the desk is integrated; to map the user, deactivate and activate them in the CRM")
	p.Integration = Active
	return mapped(p), err
}

// DisconnectCRM removes the integration.
type DisconnectCRM struct{}

func (DisconnectCRM) name() string { return "disconnect" }

func (e DisconnectCRM) plan(p Person) (Change, error) { // the counterpart of LC-0
	err := p.refuseUnless(e, p.Integration == Active, "the desk is not integrated; integrate it first")
	p.Integration = Inactive
	return Change{Person: p}, err
}

// AddToCRM adds the person to the CRM as a user.
type AddToCRM struct{}

func (AddToCRM) name() string { return "add to the CRM" }

func (e AddToCRM) plan(p Person) (Change, error) { // LC-0
	err := p.refuseUnless(e, p.CRM == 0, p.inCRM())
	p.CRM = Active
	return mapped(p), err
}

// ActivateInCRM activates a deactivated CRM user again [S53].
type ActivateInCRM struct{}

func (ActivateInCRM) name() string { return "activate in the CRM" }

func (e ActivateInCRM) plan(p Person) (Change, error) { // LC-0, LC-10
	err := p.refuseUnless(e, p.CRM == Inactive, p.inCRM())
	p.CRM = Active
	return mapped(p), err
}

// DeactivateInCRM deactivates a CRM user [S53].
type DeactivateInCRM struct{}

func (DeactivateInCRM) name() string { return "deactivate in the CRM" }

func (e DeactivateInCRM) plan(p Person) (Change, error) { // LC-10, LC-11
	err := p.refuseUnless(e, p.CRM == Active, p.inCRM())
	p.CRM = Inactive
	return Change{Person: p}, err
}

// mapped returns the change that mapping the CRM user makes to the person: LC-1, LC-2. Unless the
// user and the integration are active, the person stays the same.
func mapped(p Person) Change {
	if p.CRM != Active || p.Integration != Active {
		return Change{Person: p}
	}
	switch p.Desk {
	case nobody:
		p = p.as(SharedAgentRecord)
		p.Bindings = []deskpolicy.Binding{{
			Role: deskpolicy.SharedAgentRole.Role(), Workspace: deskpolicy.AccountWide, TicketScope: deskpolicy.ScopeRestricted,
		}}
	case ContactRecord, DeletedContactRecord:
		return Change{Person: p, Warnings: []Warning{UserNotMapped}}
	}
	return Change{Person: p}
}

// AddAgent adds an agent with the bindings on the desk.
type AddAgent struct{ Bindings []deskpolicy.Binding }

func (AddAgent) name() string { return "add an agent" }

func (e AddAgent) plan(p Person) (Change, error) { // LC-3
	return p.toAgent(e, p.Desk == nobody, e.Bindings)
}

// ConvertToAgent converts a contact to an agent with the bindings.
type ConvertToAgent struct{ Bindings []deskpolicy.Binding }

func (ConvertToAgent) name() string { return "convert to agent" }

func (e ConvertToAgent) plan(p Person) (Change, error) { // LC-5
	return p.toAgent(e, p.Desk == ContactRecord, e.Bindings)
}

// toAgent returns the change to an agent with the bindings. They must not include the shared
// agents' role.
func (p Person) toAgent(e Event, ok bool, bindings []deskpolicy.Binding) (Change, error) {
	next := p.as(AgentRecord)
	next.Bindings = bindings
	return Change{Person: next}, errors.Join(next.checkHeld(), p.refuseUnless(e, ok, p.onDesk()))
}

// EditAgent replaces what an agent or shared agent holds: roles with their ticket scopes [S17]
// [S23], and access to groups [S18].
type EditAgent struct {
	ByAddress string // the address of the person who edits
	Bindings  []deskpolicy.Binding
	Groups    map[deskpolicy.GroupID]deskpolicy.Access
}

func (EditAgent) name() string { return "edit the agent" }

func (e EditAgent) plan(p Person) (Change, error) { // LC-12, LC-14
	next := p
	next.Bindings, next.Groups = e.Bindings, e.Groups
	return Change{Person: next}, errors.Join(
		next.checkHeld(),
		p.refuseUnless(e, p.Desk == AgentRecord || p.Desk == SharedAgentRecord, p.onDesk()),
		p.refuseUnless(e, legible.IsAddress(e.ByAddress), fmt.Sprintf("ByAddress is %q, which is not an address; say who edits", e.ByAddress)),
		p.refuseUnless(e, !legible.SameAddress(e.ByAddress, p.Address), "agents cannot change their own roles, ticket scope or groups; ask another administrator"),
	)
}

// EditRole changes the permissions of a role.
type EditRole struct{ Role deskpolicy.Role }

func (EditRole) name() string { return "edit the role" }

func (e EditRole) plan(p Person) (Change, error) { // LC-13
	return Change{Person: p}, errors.Join(
		p.refuseUnless(e, e.Role != deskpolicy.Role{}, "the event has no role; name one"),
		p.refuseUnless(e, !e.Role.BuiltIn(), fmt.Sprintf("%q is built in; clone it, change the clone and give that instead", e.Role)),
	)
}

// DeleteAgent deletes an agent or shared agent and leaves a contact [S42] [S48] [S49].
type DeleteAgent struct{}

func (DeleteAgent) name() string { return "delete the agent" }

func (e DeleteAgent) plan(p Person) (Change, error) { // LC-4, LC-7
	c := Change{Person: p.as(ContactRecord), UnassignedTickets: p.AssignedTickets}
	c.Person.WasAgent = true
	if p.Desk == AgentRecord { // even with no tickets now: the agent can have some when it is deleted
		c.Warnings = []Warning{TicketsBecomeUnassigned}
	}
	return c, p.refuseUnless(e, p.Desk == AgentRecord || p.Desk == SharedAgentRecord, p.onDesk())
}

// DeleteContact moves a contact to the deleted contacts [S52].
type DeleteContact struct{}

func (DeleteContact) name() string { return "delete the contact" }

func (e DeleteContact) plan(p Person) (Change, error) { // LC-8: nothing is removed yet
	err := p.refuseUnless(e, p.Desk == ContactRecord, p.onDesk())
	p.Desk = DeletedContactRecord
	return Change{Person: p, Warnings: p.warnOfRemoval()}, err
}

// RestoreContact restores a deleted contact.
type RestoreContact struct{}

func (RestoreContact) name() string { return "restore the contact" }

func (e RestoreContact) plan(p Person) (Change, error) { // LC-8
	err := p.refuseUnless(e, p.Desk == DeletedContactRecord, p.onDesk())
	p.Desk = ContactRecord
	return Change{Person: p}, err
}

// PurgeContact removes a deleted contact for good [S52].
type PurgeContact struct{}

func (PurgeContact) name() string { return "purge the contact" }

func (e PurgeContact) plan(p Person) (Change, error) { // LC-8
	c := Change{Person: p.as(nobody), Warnings: p.warnOfRemoval()}
	if !p.WasAgent {
		c.RemovedActivity = []string{"forum topics", "emails", "tickets", "other activity"}
	}
	return c, p.refuseUnless(e, p.Desk == DeletedContactRecord, p.onDesk())
}

// warnOfRemoval returns the warning that purging the contact removes its activity. It returns nil
// if the contact was an agent, because an agent's activity stays.
func (p Person) warnOfRemoval() []Warning {
	if p.WasAgent {
		return nil
	}
	return []Warning{ActivitiesRemoved}
}

// ChangeAddress gives an agent or a contact, deleted or not, another address, such as a dummy
// address to make room at the present one [S51] [S55] (A3).
type ChangeAddress struct {
	To            string
	AddressIsFree bool // neither the desk nor the CRM has a record at To
}

func (ChangeAddress) name() string { return "change the address" }

func (e ChangeAddress) plan(p Person) (Change, error) { // LC-9
	c := Change{Person: p.as(nobody), AtNewAddress: p}
	c.AtNewAddress.Address, c.AtNewAddress.CRM = e.To, 0
	return c, errors.Join(
		p.refuseUnless(e, p.Desk == ContactRecord || p.Desk == DeletedContactRecord || p.Desk == AgentRecord, p.onDesk()),
		p.refuseUnless(e, legible.IsAddress(e.To), fmt.Sprintf("To is %q, which is not an address; give another", e.To)),
		p.refuseUnless(e, !legible.SameAddress(e.To, p.Address), "the new address is the present one; give another"),
		p.refuseUnless(e, e.AddressIsFree, fmt.Sprintf("%q is not known to be free; give an address that neither the desk nor the CRM has", e.To)),
	)
}
