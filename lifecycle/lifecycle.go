// Package lifecycle plans how a CRM user becomes a shared agent, and what happens to the agent or
// contact that the desk has at the same address.
//
// A shared agent can be made only through the CRM: by integrating the desk with it, or by adding
// or activating a user there. The desk must have neither an agent nor a contact at the address,
// and removing one can unassign tickets or delete a customer's activity for good. So plan first:
//
//	changes, err := lifecycle.Plan(emily, lifecycle.DeleteAgent{}, lifecycle.DeleteContact{})
//
// [Plan] takes the facts about one address, a [Person], and events such as [ConnectCRM] and
// [DeleteAgent]. It returns a [Change] for each event: the person afterwards, what is lost, and
// each [Warning] with a way to avoid the loss. If the rules refuse an event, Plan returns an error
// that says what to do instead.
//
// Plan neither changes nor stores anything; the host application carries out the changes that it
// wants. The result depends only on the arguments. Plan is safe for concurrent use by multiple
// goroutines.
//
// Numbers such as [S46] and (A3) refer to docs/requirements.md.
package lifecycle

// A Change is the effect of one event. It shares bindings and groups with the person and the
// event. The zero Change has no event and changes nothing.
type Change struct {
	Event        Event
	Person       Person // the person at the address afterwards
	AtNewAddress Person // the person at the new address, if the event is a [ChangeAddress]

	UnassignedTickets int       // number of tickets that lose their assignee [S50]
	RemovedActivity   []string  // kinds of activity that are removed for good [S54]
	Seats             int       // additional licences needed, or freed if negative; a shared agent needs none [S6]
	Warnings          []Warning // warnings to show before the change is made
}

// String returns the change as a command, such as "delete the agent"; "nothing" for the zero
// Change.
func (c Change) String() string {
	if c.Event == nil {
		return "nothing"
	}
	return c.Event.name()
}

// Plan returns the changes that the events make to the person, one [Change] for each event in order.
// If an event is refused, Plan returns no changes, and the error says why and what to do instead. Plan
// also returns an error if the facts about the person contradict each other: see [Person.Check].
//
// These are the rules. Integrating affects the whole desk, but is planned for each person.
//
//   - LC-0. Integrating maps each active CRM user [S1] [S12]. On an integrated desk, adding
//     or activating a user in the CRM maps that user.
//   - LC-1. A mapped user without a record on the desk becomes a shared agent with
//     restricted ticket scope, and takes no seat [S2] [S6] [S13] [S46] (A1).
//   - LC-2. A mapped agent keeps its roles [S3]. A contact, deleted or not, is not mapped;
//     the change has a warning [S46] (A3).
//   - LC-3. A shared agent can be added only through the CRM, not on the desk [S41].
//   - LC-4. A shared agent can be deleted, which leaves a contact [S42] [S49].
//   - LC-5. A contact cannot be converted to a shared agent [S45].
//   - LC-6. Deleting a person for good leaves no record, so LC-1 applies when the user is
//     mapped again [S47].
//   - LC-7. Deleting an agent leaves a contact and unassigns all the agent's tickets; the
//     change has a warning [S48] [S49] [S50].
//   - LC-8. A contact is deleted, and then purged or restored. Purging removes its
//     activity, unless it was an agent; both steps warn of that [S52] [S54] (A19).
//   - LC-9. Changing the address of an agent or a contact, deleted or not, moves the whole
//     record to the new address, and leaves none at the old one [S51] [S55] [S56] (A3) (A17).
//   - LC-10. Deactivating and activating a user in the CRM maps the user again [S53].
//   - LC-11. The shared agent of a deactivated user keeps its record, and is denied everything (A29).
//   - LC-12. Custom roles change what shared agents may do; they remain shared agents [S23].
//   - LC-13. A built-in role cannot be edited [S21].
//   - LC-14. Agents cannot set their own roles, ticket scope or groups [S17] [S18] [S19].
//   - LC-15. An account keeps its last account administrator (B55). An event that would
//     remove the role from that agent is refused: the error wraps a [deskpolicy.DeniedError]
//     with the reason [deskpolicy.LastAdministrator], as [deskpolicy.Authorize] decides (A46).
//
// So no plan assigns a ticket to a shared agent, or makes a shared agent other than through the CRM
// [S41] [S43]. To delete a person for good, plan DeleteAgent, DeleteContact and PurgeContact, each
// with its own warnings (A18).
func Plan(p Person, events ...Event) ([]Change, error) {
	if err := p.Check(); err != nil {
		return nil, err
	}
	changes := make([]Change, 0, len(events))
	for _, event := range events {
		change, err := changeOf(p, event)
		if err != nil {
			return nil, err
		}
		changes = append(changes, change)
		p = change.Person
	}
	return changes, nil
}

// changeOf returns the change that the event makes to the person.
func changeOf(p Person, event Event) (Change, error) {
	if !known(event) {
		return Change{}, p.errorUnless(false, "unknown event %T; plan an event of this package, by value", event)
	}
	change, err := event.plan(p)
	if err == nil {
		err = p.refuseLast(event, change)
	}
	if err != nil {
		return Change{}, err
	}
	change.Event = event
	change.Seats = change.Person.seats() + change.AtNewAddress.seats() - p.seats()
	return change, nil
}
