package deskpolicy

import (
	"errors"
	"fmt"
	"log/slog"
	"math/bits"
	"slices"
	"strings"
	"unicode"
)

// A Person is what is on record of one address, on the desk and in the CRM, and
// whether the two are integrated. [Person.Plan] says what would become of it.
//
// The host fills it with the facts as it finds them; [Person.Check] tells which
// of them cannot all be true. A Person may be shared as long as nobody changes
// it. The zero Person is nobody, on a desk that was never integrated; to plan
// anything it takes an address.
type Person struct {
	Address     string
	Desk        DeskIdentity // what the desk knows the address as
	CRM         Status       // of the CRM's user at the address
	Integration Status       // of the desk with the CRM

	// WasAgent marks a contact that an agent was turned into by deleting it [S49].
	WasAgent bool

	// AssignedTickets is how many tickets have an agent as their assignee.
	// Nobody else has any [S43].
	AssignedTickets int

	// Bindings and Groups are what an agent or a shared agent holds, as in [Agent].
	Bindings []Binding
	Groups   map[GroupID]Access
}

// A DeskIdentity is what the desk knows an address as. It is at most one thing;
// a union says that a host has found several, which is a contradiction. The zero
// DeskIdentity is nobody.
type DeskIdentity uint8

const (
	// AsContact is a customer.
	AsContact DeskIdentity = 1 << iota
	// AsDeletedContact is a contact among the deleted ones, which is still there (A3).
	AsDeletedContact
	// AsAgent is an agent of the desk's own.
	AsAgent
	// AsSharedAgent is an agent who came from the CRM [S1].
	AsSharedAgent
)

// deskIdentities are what the identities are called, and what can be done with each.
var deskIdentities = [...]struct{ name, instead string }{
	{"contact", "convert it, delete it or change its address"},
	{"deleted contact", "restore it or purge it"},
	{"agent", "edit it, delete it or change its address"},
	{"shared agent", "edit it or delete it; its address is the CRM's"},
}

// String returns the identity's name, such as "shared agent"; "nobody" for the
// zero DeskIdentity, and all the names of a union.
func (d DeskIdentity) String() string {
	var names []string
	for i, identity := range deskIdentities {
		if d&(1<<i) != 0 {
			names = append(names, identity.name)
		}
	}
	if unknown := d >> len(deskIdentities) << len(deskIdentities); unknown != 0 {
		names = append(names, fmt.Sprintf("unknown(%d)", uint8(unknown)))
	}
	if names == nil {
		return "nobody"
	}
	return strings.Join(names, " and ")
}

// A Status is how it stands with a user of the CRM, or with the integration. The
// zero Status is that there never was any.
type Status uint8

const (
	// Active is at work.
	Active Status = 1 + iota
	// Inactive was active and can be again: a user who is deactivated, an
	// integration that was removed. Shared agents keep their records (A29).
	Inactive
)

var statusNames = [...]string{"none", "active", "inactive"}

// String returns the status's name; "none" for the zero Status, "unknown" outside the three.
func (s Status) String() string { return nameOf(statusNames[:], s) }

// An Event is what may happen to a person: one of the types from [Integrate] to
// [ChangeAddress], as a value. The set is closed.
type Event interface{ event() string }

type (
	// Integrate connects the desk and the CRM, from either side [S12].
	Integrate struct{}
	// Disconnect removes the integration.
	Disconnect struct{}

	// AddToCRM makes the person a user of the CRM.
	AddToCRM struct{}
	// ActivateInCRM lets a deactivated user of the CRM in again [S53].
	ActivateInCRM struct{}
	// DeactivateInCRM shuts a user of the CRM out [S53].
	DeactivateInCRM struct{}

	// AddAgent adds an agent on the desk, who will hold the bindings.
	AddAgent struct{ Bindings []Binding }
	// ConvertToAgent turns a contact into an agent of the desk's, who will hold the bindings.
	ConvertToAgent struct{ Bindings []Binding }
	// EditAgent replaces what an agent or shared agent holds: the roles with
	// their ticket scopes [S17] [S23], and the access to groups [S18].
	EditAgent struct {
		By       string // the address of whoever does it
		Bindings []Binding
		Groups   map[GroupID]Access
	}
	// EditRole changes the permissions of a role.
	EditRole struct{ Role Role }
	// DeleteAgent deletes an agent or shared agent [S42] [S48].
	DeleteAgent struct{}

	// DeleteContact moves a contact to the deleted contacts [S52].
	DeleteContact struct{}
	// RestoreContact takes a contact back from the deleted contacts.
	RestoreContact struct{}
	// PurgeContact deletes a deleted contact's profile, for good [S52].
	PurgeContact struct{}

	// ChangeAddress gives a contact or an agent another address, such as a
	// dummy one that makes room at its own [S51] [S55].
	ChangeAddress struct {
		To   string
		Free bool // neither the desk nor the CRM has anybody there
	}
)

func (Integrate) event() string       { return "integrate" }
func (Disconnect) event() string      { return "disconnect" }
func (AddToCRM) event() string        { return "add to the CRM" }
func (ActivateInCRM) event() string   { return "activate in the CRM" }
func (DeactivateInCRM) event() string { return "deactivate in the CRM" }
func (AddAgent) event() string        { return "add an agent" }
func (ConvertToAgent) event() string  { return "convert to agent" }
func (EditAgent) event() string       { return "edit the agent" }
func (EditRole) event() string        { return "edit the role" }
func (DeleteAgent) event() string     { return "delete the agent" }
func (DeleteContact) event() string   { return "delete the contact" }
func (RestoreContact) event() string  { return "restore the contact" }
func (PurgeContact) event() string    { return "purge the contact" }
func (ChangeAddress) event() string   { return "change the address" }

// A Change is what one event would come to. It shares bindings and groups with
// the person and the event. The zero Change is none.
type Change struct {
	Event Event
	Next  Person // who is at the address afterwards
	Moved Person // who is at the new address, if the event is a [ChangeAddress]

	Unassigned int       // the tickets that lose their assignee [S50]
	Removed    []string  // the kinds of activity that are removed for good [S54]
	Seats      int       // the licences that are taken up or, below 0, freed; a shared agent needs none [S6]
	Warnings   []Warning // what to tell whoever does it, beforehand
}

// String returns what is done, such as "delete the agent".
func (c Change) String() string {
	if c.Event == nil {
		return "nothing"
	}
	return c.Event.event()
}

// Plan returns what the events would come to, one after the other: a [Change]
// for each. If one of them is refused, nothing but an error is returned, which
// says why and what to do instead. Nothing is applied; that is the host's part.
//
// The rules, where an integration is of the whole desk but planned by person:
//
//   - LC-0. Integrating maps whoever is active in the CRM [S1] [S12]. So does being
//     added to the CRM, or activated there, once the desk is integrated.
//   - LC-1. Who is mapped, and nobody on the desk, becomes a shared agent, with
//     restricted ticket scope and without a seat [S2] [S6] [S13] [S46] (A1).
//   - LC-2. An agent who is mapped keeps its roles [S3]. A contact, deleted or
//     not, is not mapped, with a warning [S46] (A3).
//   - LC-3. No shared agent is added on the desk, only by way of the CRM [S41].
//   - LC-4. A shared agent can be deleted, which leaves a contact [S42] [S49].
//   - LC-5. A contact is never converted into a shared agent [S45].
//   - LC-6. Who is deleted for good before integrating is nobody, so LC-1 maps them [S47].
//   - LC-7. Deleting an agent leaves a contact; all its tickets become
//     unassigned, with a warning [S48] [S49] [S50].
//   - LC-8. A contact is deleted, and then purged or restored. Purging removes what it
//     did, unless it was an agent; both steps warn of that [S52] [S54] (A19).
//   - LC-9. A contact or an agent whose address is changed lives on there with
//     all that is its own, and leaves nobody behind [S51] [S55] [S56] (A17).
//   - LC-10. Deactivating and activating a user in the CRM maps them once more [S53].
//   - LC-11. A deactivated user's shared agent stays, and may do nothing (A29).
//   - LC-12. Custom roles change what shared agents may do; they remain shared agents [S23].
//   - LC-13. A built-in role is never edited [S21].
//   - LC-14. Nobody sets their own roles, ticket scope or access to groups [S17] [S18] [S19].
//
// So no ticket is ever assigned to a shared agent, and none came to be but by
// way of the CRM, whatever is planned [S41] [S43]. To delete for good is to plan
// DeleteAgent, DeleteContact and PurgeContact, each with its own warnings (A18).
func (p Person) Plan(events ...Event) ([]Change, error) {
	if err := p.Check(); err != nil {
		return nil, err
	}
	changes := make([]Change, 0, len(events))
	for _, event := range events {
		change, err := p.change(event)
		if err != nil {
			return nil, err
		}
		change.Seats = change.Next.seats() + change.Moved.seats() - p.seats()
		changes = append(changes, change)
		p = change.Next
	}
	return changes, nil
}

// change returns what the event comes to, but for the seats.
func (p Person) change(event Event) (c Change, err error) {
	c = Change{Event: event, Next: p}
	switch e := event.(type) {
	case Integrate: // LC-0, LC-6
		err = p.may(e, p.Integration != Active, "the desk is integrated; deactivate the user in the CRM and activate them to map them")
		c.Next.Integration = Active
		c.mapUser()
	case Disconnect: // the counterpart of LC-0
		err = p.may(e, p.Integration == Active, "the desk is not integrated; integrate it first")
		c.Next.Integration = Inactive

	case AddToCRM: // LC-0
		err = p.may(e, p.CRM == 0, p.inCRM())
		c.Next.CRM = Active
		c.mapUser()
	case ActivateInCRM: // LC-0, LC-10
		err = p.may(e, p.CRM == Inactive, p.inCRM())
		c.Next.CRM = Active
		c.mapUser()
	case DeactivateInCRM: // LC-10, LC-11
		err = p.may(e, p.CRM == Active, p.inCRM())
		c.Next.CRM = Inactive

	case AddAgent: // LC-3: what is held is checked as an agent's, who never holds the shared agents' role
		c.Next = p.as(AsAgent)
		c.Next.Bindings = e.Bindings
		err = errors.Join(c.Next.checkHeld(), p.may(e, p.Desk == 0, p.onDesk()))
	case ConvertToAgent: // LC-5, likewise
		c.Next = p.as(AsAgent)
		c.Next.Bindings = e.Bindings
		err = errors.Join(c.Next.checkHeld(), p.may(e, p.Desk == AsContact, p.onDesk()))
	case EditAgent: // LC-12, LC-14
		c.Next.Bindings, c.Next.Groups = e.Bindings, e.Groups
		err = errors.Join(
			c.Next.checkHeld(),
			p.may(e, p.Desk == AsAgent || p.Desk == AsSharedAgent, p.onDesk()),
			p.may(e, isAddress(e.By), fmt.Sprintf("%q is no address; say who does it", e.By)),
			p.may(e, !strings.EqualFold(e.By, p.Address), "nobody changes their own authority; let another administrator do it"),
		)
	case EditRole: // LC-13
		err = errors.Join(
			p.may(e, e.Role != Role{}, "there is no role; name one"),
			p.may(e, !e.Role.BuiltIn(), fmt.Sprintf("%q is built in; clone it, change the clone and give that instead", e.Role)),
		)
	case DeleteAgent: // LC-4, LC-7: with a warning even if no ticket is assigned yet
		err = p.may(e, p.Desk == AsAgent || p.Desk == AsSharedAgent, p.onDesk())
		c.Next = p.as(AsContact)
		c.Next.WasAgent = true
		c.Unassigned = p.AssignedTickets
		c.warnIf(p.Desk == AsAgent, TicketsBecomeUnassigned)

	case DeleteContact: // LC-8: nothing is removed yet
		err = p.may(e, p.Desk == AsContact, p.onDesk())
		c.Next.Desk = AsDeletedContact
		c.warnIf(!p.WasAgent, ActivitiesRemoved)
	case RestoreContact: // LC-8
		err = p.may(e, p.Desk == AsDeletedContact, p.onDesk())
		c.Next.Desk = AsContact
	case PurgeContact: // LC-8
		err = p.may(e, p.Desk == AsDeletedContact, p.onDesk())
		c.Next = p.as(0)
		if !p.WasAgent {
			c.Removed = []string{"forum topics", "emails", "tickets", "other activity"}
		}
		c.warnIf(!p.WasAgent, ActivitiesRemoved)

	case ChangeAddress: // LC-9
		err = errors.Join(
			p.may(e, p.Desk == AsContact || p.Desk == AsAgent, p.onDesk()),
			p.may(e, isAddress(e.To), fmt.Sprintf("%q is no address", e.To)),
			p.may(e, !strings.EqualFold(e.To, p.Address), "it is the same address; give another one"),
			p.may(e, e.Free, fmt.Sprintf("%q is not known to be free; give an address that neither the desk nor the CRM has", e.To)),
		)
		c.Next = p.as(0)
		c.Moved = p
		c.Moved.Address, c.Moved.CRM = e.To, 0

	default: // nil, or a pointer to an event
		err = p.fact(false, "unknown event %T", event)
	}
	if err != nil {
		return Change{}, err
	}
	return c, nil
}

// mapUser maps the user of the CRM to the desk, if there is one to map: LC-1, LC-2.
func (c *Change) mapUser() {
	if c.Next.CRM != Active || c.Next.Integration != Active {
		return
	}
	switch c.Next.Desk {
	case 0:
		c.Next = c.Next.as(AsSharedAgent)
		c.Next.Bindings = []Binding{{SharedAgentRole(), AccountWide, Restricted}}
	case AsContact, AsDeletedContact:
		c.warnIf(true, NotMapped)
	}
}

func (c *Change) warnIf(due bool, w Warning) {
	if due {
		c.Warnings = append(c.Warnings, w)
	}
}

// as returns the person with another identity, and nothing of what the one before held.
func (p Person) as(d DeskIdentity) Person {
	return Person{Address: p.Address, Desk: d, CRM: p.CRM, Integration: p.Integration}
}

// seats returns how many licences the person needs: an agent one, a shared agent none [S6].
func (p Person) seats() int {
	if p.Desk == AsAgent {
		return 1
	}
	return 0
}

// Check returns all contradictions in what is on record, in a fixed order: the
// address, and the two facts that cannot both be true. Which of them is true is
// not guessed; nothing can be planned until the host has found out.
func (p Person) Check() error {
	contact := p.Desk&(AsContact|AsDeletedContact) != 0
	agent := p.Desk&AsAgent != 0
	shared := p.Desk&AsSharedAgent != 0
	held := len(p.Bindings) + len(p.Groups)
	return errors.Join(
		p.fact(isAddress(p.Address), "this is no address"),
		p.fact(p.Desk>>len(deskIdentities) == 0, "the identity is %v", p.Desk),
		p.fact(p.CRM <= Inactive, "the status in the CRM is unknown(%d)", p.CRM),
		p.fact(p.Integration <= Inactive, "the status of the integration is unknown(%d)", p.Integration),
		p.fact(p.AssignedTickets >= 0, "%d tickets are assigned", p.AssignedTickets),
		p.fact(bits.OnesCount8(uint8(p.Desk)) <= 1, "%v at one address", p.Desk),
		p.fact(!shared || p.CRM != 0, "shared agent, yet no user of the CRM"),
		p.fact(!shared || p.Integration != 0, "shared agent, yet the desk was never integrated with the CRM"),
		p.fact(contact || !p.WasAgent, "%v, yet marked as a contact who was an agent", p.Desk),
		p.fact(agent || p.AssignedTickets <= 0, "%v, yet %d tickets are assigned", p.Desk, p.AssignedTickets),
		p.fact(agent || shared || held == 0, "%v, yet with roles or groups of an agent", p.Desk),
		p.checkHeld(),
	)
}

// checkHeld returns an error for each binding and group that the person cannot hold.
func (p Person) checkHeld() error {
	var wrong []error // joined at once: one by one, they would take the square of their number to read
	for _, b := range p.Bindings {
		wrong = append(wrong, p.checkBinding(b))
	}
	groups := make([]GroupID, 0, len(p.Groups))
	for group := range p.Groups {
		groups = append(groups, group)
	}
	slices.Sort(groups)
	for _, group := range groups {
		wrong = append(wrong,
			p.fact(group != "", "access to a group without an ID"),
			p.fact(p.Groups[group] <= Edit, "group %q: unknown access %d", group, p.Groups[group]),
		)
	}
	return errors.Join(wrong...)
}

func (p Person) checkBinding(b Binding) error {
	foreign := p.Desk == AsSharedAgent && b.Role.BuiltIn() && b.Role != SharedAgentRole()
	// Without a ticket scope an agent may still hold a role that is not about tickets.
	unscoped := b.TicketScope == 0 && p.Desk != AsSharedAgent
	err := errors.Join(
		p.fact(b.Role != Role{}, "a binding without a role"),
		p.fact(b.Workspace != "", "role %q: no workspace", b.Role),
		p.fact(unscoped || b.TicketScope.Valid(), "role %q: unknown ticket scope %d", b.Role, b.TicketScope),
		p.fact(!foreign, "shared agent, yet with the built-in role %q; clone it and give the clone", b.Role),
	)
	if p.Desk == AsAgent && b.Role == SharedAgentRole() {
		err = errors.Join(err, fmt.Errorf("%w: %q: agent, yet with the role %q; %s", ErrOnlyViaCRM, p.Address, b.Role, viaCRM))
	}
	return err
}

// ErrOnlyViaCRM is what an error wraps if somebody is to be a shared agent, or
// is said to be one, by way of the desk [S41] [S45].
var ErrOnlyViaCRM = errors.New("deskpolicy: shared agents come only from the CRM")

const viaCRM = "make sure that the desk has nobody at the address, then add the user to the CRM, or deactivate and activate them there"

// fact returns nil if it is as it must be, and otherwise an error about the person.
func (p Person) fact(ok bool, format string, args ...any) error {
	if ok {
		return nil
	}
	return fmt.Errorf("deskpolicy: %q: "+format, append([]any{p.Address}, args...)...)
}

// may returns nil if the event may happen, and otherwise an error with the reason and the way out.
func (p Person) may(e Event, ok bool, otherwise string) error {
	return p.fact(ok, "cannot %s: %s", e.event(), otherwise)
}

// onDesk says what the person is on the desk, and what can be done with that.
func (p Person) onDesk() string {
	for i, identity := range deskIdentities {
		if p.Desk == 1<<i {
			return fmt.Sprintf("the desk knows it as %s; %s", identity.name, identity.instead)
		}
	}
	return "the desk has nobody there; add an agent, or add the user to the CRM"
}

// inCRM says what the person is in the CRM, and what can be done with that.
func (p Person) inCRM() string {
	switch p.CRM {
	case Active:
		return "the user is active; deactivate them first"
	case Inactive:
		return "the user is deactivated; activate them"
	default:
		return "the CRM has nobody there; add the user"
	}
}

// isAddress tells addresses from what was left out, or put there by mistake.
func isAddress(text string) bool {
	local, domain, _ := strings.Cut(text, "@")
	return local != "" && domain != "" && !strings.ContainsFunc(text, unicode.IsSpace)
}

// A Warning is what a change does that its maker may not want. Numbers and names
// do not change between versions. The zero Warning is none.
type Warning uint8

const (
	// TicketsBecomeUnassigned comes with deleting an agent [S50]. How many is [Change.Unassigned].
	TicketsBecomeUnassigned Warning = 1 + iota
	// ActivitiesRemoved comes with deleting a contact, and again with purging it [S54].
	ActivitiesRemoved
	// NotMapped comes with mapping a user of the CRM whom the desk has as a contact [S46].
	NotMapped
)

var warnings = [...]struct {
	name          string
	level         slog.Level
	effect, avoid string
}{
	{"unknown", slog.LevelError, "unknown", "do nothing"},
	{
		"tickets_become_unassigned", slog.LevelWarn,
		"all tickets that are assigned to the agent become unassigned",
		"give the agent a dummy address instead of deleting it",
	},
	{
		"activities_removed", slog.LevelError,
		"purging the contact removes its forum topics, emails, tickets and other activity for good",
		"give the contact a dummy address instead of deleting it",
	},
	{
		"not_mapped_existing_identity", slog.LevelInfo,
		"the user of the CRM does not become a shared agent, as the desk has a contact at the address",
		"give the contact a dummy address, or delete it for good; then deactivate the user in the CRM and activate them",
	},
}

// String returns the warning's name, such as "tickets_become_unassigned".
func (w Warning) String() string { return warnings[w.known()].name }

// Level returns how severe it is: Info if nothing is lost, Warn if something is
// changed that could be put right, Error if something is lost for good.
func (w Warning) Level() slog.Level { return warnings[w.known()].level }

// Effect returns what happens, as a sentence.
func (w Warning) Effect() string { return warnings[w.known()].effect }

// Avoidance returns how to have the change without the effect [S51] [S55].
func (w Warning) Avoidance() string { return warnings[w.known()].avoid }

func (w Warning) known() Warning {
	if int(w) < len(warnings) {
		return w
	}
	return 0
}
