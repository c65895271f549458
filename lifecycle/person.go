package lifecycle

import (
	"errors"
	"fmt"
	"math/bits"
	"slices"
	"strings"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/legible"
)

// A Person holds the facts about one address, on the desk and in the CRM, and whether the two are
// integrated. [Plan] returns what events would change.
//
// The host application fills in the facts as it finds them; [Person.Check] reports contradictions.
// A Person is safe for concurrent use while it is not modified. The zero Person has no address, so
// nothing can be planned for it.
type Person struct {
	// Address is an e-mail address, without a display name or invisible characters. Case does not
	// matter. The host application normalises Unicode.
	Address     string
	Desk        DeskRecord // what the desk has at the address
	CRM         Status     // of the CRM user at the address
	Integration Status     // of the desk with the CRM

	// WasAgent reports whether the contact was an agent before [S49].
	WasAgent bool

	// AssignedTickets is the number of tickets assigned to this agent. It is 0 unless the person
	// is an agent [S43].
	AssignedTickets int

	// Bindings and Groups are the roles and groups of an agent or a shared agent, as in
	// [deskpolicy.Agent].
	Bindings []deskpolicy.Binding
	Groups   map[deskpolicy.GroupID]deskpolicy.Access

	// ID is the agent's ID, as in [deskpolicy.Agent]. Plans use it to tell account administrators
	// apart; it can be empty for other agents. An agent that a plan makes has no ID.
	ID deskpolicy.AgentID

	// Administrators are the account's administrators, as in [deskpolicy.Account]. Plans do not
	// change the list. An administrator is the last one if the list has no other ID, or if ID is
	// empty (A46).
	Administrators []deskpolicy.AgentID
}

// A DeskRecord is the kind of record that the desk has at an address. A desk has at most one; if
// the host application finds more, it sets their union, which [Person.Check] reports. The zero
// DeskRecord means that there is no record.
type DeskRecord uint8

const (
	// ContactRecord is a customer.
	ContactRecord DeskRecord = 1 << iota
	// DeletedContactRecord is a contact that was deleted, but not purged (A3).
	DeletedContactRecord
	// AgentRecord is an agent who is not a shared agent.
	AgentRecord
	// SharedAgentRecord is an agent from the CRM [S1].
	SharedAgentRecord
)

const nobody DeskRecord = 0

// identities are the names of the identities, and what to do with each.
var identities = [...]struct{ name, article, instead string }{
	{"contact", "a", "convert it, delete it or change its address"},
	{"deleted contact", "a", "restore it, purge it or change its address"},
	{"agent", "an", "edit it, delete it or change its address"},
	{"shared agent", "a", "edit it or delete it; its address is the CRM's"},
}

// String returns the record's name, such as "shared agent"; "nobody" for the zero DeskRecord, and
// all names of a union, such as "contact and agent".
func (d DeskRecord) String() string {
	var names []string
	for bit, identity := range identities {
		if d&(1<<bit) != 0 {
			names = append(names, identity.name)
		}
	}
	if unknown := d >> len(identities) << len(identities); unknown != 0 {
		names = append(names, fmt.Sprintf("unknown(%d)", uint8(unknown)))
	}
	if names == nil {
		return "nobody"
	}
	return strings.Join(names, " and ")
}

// A Status is the state of a CRM user, or of the integration. The zero Status means that there
// never was one.
type Status uint8

const (
	// Active is a user or an integration in use.
	Active Status = 1 + iota
	// Inactive is a deactivated user or a removed integration, which can be active again. Shared
	// agents keep their records (A29).
	Inactive
)

var statusNames = [...]string{"none", "active", "inactive"}

// String returns the status's name: "none" for the zero Status, "unknown" for an invalid one.
func (s Status) String() string {
	if int(s) < len(statusNames) {
		return statusNames[s]
	}
	return "unknown"
}

// as returns the person with another identity, without the roles, groups, tickets and ID of the
// present one.
func (p Person) as(d DeskRecord) Person {
	return Person{Address: p.Address, Desk: d, CRM: p.CRM, Integration: p.Integration, Administrators: p.Administrators}
}

// seats returns the number of licences that the person needs: 1 for an agent, 0 for a shared agent
// [S6].
func (p Person) seats() int {
	if p.Desk == AgentRecord {
		return 1
	}
	return 0
}

// Check returns an error for every invalid fact and every two facts that contradict each other, in
// a fixed order. Each error names the address and the facts. Check does not guess which fact is
// true; nothing can be planned until the host application has found out.
func (p Person) Check() error {
	contact := p.Desk&(ContactRecord|DeletedContactRecord) != 0
	agent := p.Desk&AgentRecord != 0
	shared := p.Desk&SharedAgentRecord != 0
	held := len(p.Bindings) + len(p.Groups)
	return errors.Join(
		p.errorUnless(legible.IsAddress(p.Address), "not an address; give one such as emily@example.com"),
		p.errorUnless(p.Desk>>len(identities) == 0, "the identity is %v", p.Desk),
		p.errorUnless(p.CRM <= Inactive, "the status in the CRM is unknown(%d)", p.CRM),
		p.errorUnless(p.Integration <= Inactive, "the status of the integration is unknown(%d)", p.Integration),
		p.errorUnless(p.AssignedTickets >= 0, "%d tickets are assigned", p.AssignedTickets),
		p.errorUnless(bits.OnesCount8(uint8(p.Desk)) <= 1, "%v at one address", p.Desk),
		p.errorUnless(!shared || p.CRM != 0, "shared agent, but not a CRM user"),
		p.errorUnless(!shared || p.Integration != 0, "shared agent, but the desk was never integrated with the CRM"),
		p.errorUnless(contact || !p.WasAgent, "%v, but marked as a contact who was an agent", p.Desk),
		p.errorUnless(agent || p.AssignedTickets <= 0, "%v, but %d tickets are assigned", p.Desk, p.AssignedTickets),
		p.errorUnless(agent || shared || held == 0, "%v, but with roles or groups of an agent", p.Desk),
		p.checkHeld(),
	)
}

// checkHeld returns an error for each binding and group that the person cannot hold.
func (p Person) checkHeld() error {
	var wrong []error // joined once: joining one by one takes quadratic time
	for _, b := range p.Bindings {
		wrong = append(wrong, p.checkBinding(b))
	}
	groups := make([]deskpolicy.GroupID, 0, len(p.Groups))
	for group := range p.Groups {
		groups = append(groups, group)
	}
	slices.Sort(groups)
	for _, group := range groups {
		wrong = append(wrong,
			p.errorUnless(group != "", "access to a group without an ID"),
			p.errorUnless(p.Groups[group] <= deskpolicy.Edit, "group %q: unknown access %d", group, p.Groups[group]),
		)
	}
	return errors.Join(wrong...)
}

func (p Person) checkBinding(b deskpolicy.Binding) error {
	sharedAgentRole := b.Role == deskpolicy.SharedAgentRole.Role()
	foreign := p.Desk == SharedAgentRecord && b.Role.BuiltIn() && !sharedAgentRole
	unscoped := b.TicketScope == 0 // valid: the role reaches no tickets, but everything else that it permits
	err := errors.Join(
		p.errorUnless(b.Role != deskpolicy.Role{}, "a binding without a role"),
		p.errorUnless(b.Workspace != "", "role %q: no workspace", b.Role),
		p.errorUnless(unscoped || b.TicketScope.Valid(), "role %q: unknown ticket scope %d", b.Role, b.TicketScope),
		p.errorUnless(!foreign, "shared agent, but with the built-in role %q; clone it and give the clone", b.Role),
	)
	if p.Desk == AgentRecord && sharedAgentRole {
		err = errors.Join(err, fmt.Errorf("%w: %q: agent, but with the role %q; %s", ErrOnlyViaCRM, p.Address, b.Role, viaCRM))
	}
	return err
}

// ErrOnlyViaCRM is wrapped by errors about an agent with the shared agents' role. The desk cannot
// make shared agents, so such an agent is a contradiction [S41] [S45].
var ErrOnlyViaCRM = errors.New("lifecycle: shared agents come only from the CRM")

const viaCRM = "make sure that the desk has no record at the address, then add the user to the CRM, or deactivate and activate them there"

// errorUnless returns nil if ok, and otherwise an error about the person.
func (p Person) errorUnless(ok bool, format string, args ...any) error {
	if ok {
		return nil
	}
	return fmt.Errorf("lifecycle: %q: "+format, append([]any{p.Address}, args...)...)
}

// refuseUnless returns nil if ok, and otherwise an error that says why the event is refused and
// what to do instead.
func (p Person) refuseUnless(e Event, ok bool, why string) error {
	return p.errorUnless(ok, "cannot %s: %s", e.name(), why)
}

// refuseLast returns an error if the change removes the account's last administrator: the person
// is that administrator before the change, and afterwards neither the person at this address nor
// the one at the new address is.
func (p Person) refuseLast(e Event, c Change) error {
	denied := p.denyDeletion()
	if denied == nil || c.Person.denyDeletion() != nil || c.AtNewAddress.denyDeletion() != nil {
		return nil
	}
	instead := "make another agent an account administrator first; Administrators must name that agent"
	if p.ID == "" {
		instead = "set ID, which tells this administrator from the others"
	}
	return p.errorUnless(false, "cannot %s: %w; %s", e.name(), denied, instead)
}

// denyDeletion returns the error of [deskpolicy.Authorize] for the deletion of this agent, or nil
// if it is allowed. The subject is an account administrator, who can delete every agent except the
// last account administrator. An agent without an ID could be any of the administrators, so none
// of them counts as another one. A person who is not an agent holds nothing, and a shared agent
// holds no built-in role except its own.
func (p Person) denyDeletion() error {
	account := deskpolicy.Account{ID: "the account", Administrators: p.Administrators}
	agent := deskpolicy.Agent{ID: p.ID, Account: account, Bindings: p.Bindings}
	if p.ID == "" {
		agent.ID, account.Administrators = "unknown", nil
	}
	owner := deskpolicy.Agent{ID: "other than " + agent.ID, Account: account, Bindings: []deskpolicy.Binding{
		{Role: deskpolicy.AccountAdministratorRole.Role(), Workspace: deskpolicy.Everywhere},
	}}
	return deskpolicy.Authorize(&owner, deskpolicy.AgentDelete, &agent).Err()
}

// onDesk says what the desk has at the address, and what to do with it.
func (p Person) onDesk() string {
	for bit, identity := range identities {
		if p.Desk == 1<<bit {
			return fmt.Sprintf("the desk has %s %s at the address; %s", identity.article, identity.name, identity.instead)
		}
	}
	if p.CRM != 0 {
		return "the desk has no record at the address; add an agent"
	}
	return "the desk has no record at the address; add an agent, or add the user to the CRM"
}

// inCRM says what the CRM has at the address, and what to do with it.
func (p Person) inCRM() string {
	switch p.CRM {
	case Active:
		return "the user is active; deactivate them first"
	case Inactive:
		return "the user is deactivated; activate them"
	default:
		return "the CRM has no user at the address; add one"
	}
}
