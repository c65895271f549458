// Package lifecycle plans how a CRM user becomes a shared agent, and what becomes
// of the agent or the contact that the desk has at the same address.
//
// A shared agent comes only from the CRM: by integrating the desk with it, or by
// adding or activating a user there. It comes only where the desk has neither an
// agent nor a contact yet, and making room for it can unassign tickets or remove a
// customer's activity for good. So plan first:
//
//	changes, err := lifecycle.Plan(emily, lifecycle.DeleteAgent{}, lifecycle.DeleteContact{})
//
// [Plan] takes the facts on record about one address, a [Person], and events such
// as [Integrate] and [DeleteAgent]. It returns a [Change] for each event: what is
// at the address afterwards, what is lost, and every [Warning] with a way to avoid
// it. An event that the rules refuse is an error that says what to do instead.
//
// Planning changes nothing and stores nothing; the host carries out the plans that
// it wants. A plan depends on its arguments alone, and any number of goroutines may
// plan at once.
//
// Numbers such as [S46] and (A3) are those of docs/requirements.md.
package lifecycle

// A Change is what one event does. It shares bindings and groups with the person
// and the event. The zero Change is none.
type Change struct {
	Event        Event
	Person       Person // who is at the address afterwards
	AtNewAddress Person // who is at the new address, if the event is a [ChangeAddress]

	Unassigned int       // the tickets that lose their assignee [S50]
	Removed    []string  // the kinds of activity that are removed for good [S54]
	Seats      int       // the licences taken up or, below 0, freed; a shared agent needs none [S6]
	Warnings   []Warning // what the user should know before making the change
}

// String returns what is done, such as "delete the agent".
func (c Change) String() string {
	if c.Event == nil {
		return "nothing"
	}
	return c.Event.name()
}

// Plan returns what the events do to the person, one after the other: a [Change]
// for each. If an event is refused, there is no plan, and the error says why and
// what to do instead. The facts of a person must not contradict each other
// ([Person.Check]).
//
// The rules follow. Integrating affects the whole desk, but is planned person by
// person.
//
//   - LC-0. Integrating maps each active CRM user [S1] [S12]. On an integrated desk,
//     so does adding a user to the CRM, or activating one there.
//   - LC-1. A user who is mapped, and has no record on the desk, becomes a shared
//     agent with restricted ticket scope, and takes no seat [S2] [S6] [S13] [S46] (A1).
//   - LC-2. An agent who is mapped keeps its roles [S3]. A contact, deleted or not,
//     is not mapped, with a warning [S46] (A3).
//   - LC-3. A shared agent cannot be added on the desk, only through the CRM [S41].
//   - LC-4. A shared agent can be deleted, which leaves a contact [S42] [S49].
//   - LC-5. A contact cannot be converted to a shared agent [S45].
//   - LC-6. Deleting for good leaves no record, so that integrating maps the user by
//     LC-1 [S47].
//   - LC-7. Deleting an agent leaves a contact and unassigns all its tickets, with a
//     warning [S48] [S49] [S50].
//   - LC-8. A contact is deleted, and then purged or restored. Purging removes its
//     activity, unless it was an agent; both steps warn of that [S52] [S54] (A19).
//   - LC-9. Changing the address of a contact, deleted or not, or an agent moves it
//     there with all that it has, and leaves no record behind [S51] [S55] [S56] (A3) (A17).
//   - LC-10. Deactivating and activating a user in the CRM maps the user again [S53].
//   - LC-11. The shared agent of a deactivated user stays, and is denied everything (A29).
//   - LC-12. Custom roles change what shared agents may do; they remain shared agents [S23].
//   - LC-13. A built-in role cannot be edited [S21].
//   - LC-14. Agents cannot set their own roles, ticket scope or groups [S17] [S18] [S19].
//   - LC-15. An account keeps its last account administrator (B55). An event that takes
//     the role from them is refused: the error wraps a [deskpolicy.DeniedError] with the
//     reason [deskpolicy.LastAdministrator], as [deskpolicy.Authorize] decides (A46).
//
// So whatever is planned, no shared agent has a ticket assigned to it, and none
// comes from anywhere but the CRM [S41] [S43]. To delete a person for good, plan
// DeleteAgent, DeleteContact and PurgeContact, each with its own warnings (A18).
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

// changeOf returns what the event does to the person.
func changeOf(p Person, event Event) (Change, error) {
	if !known(event) {
		return Change{}, p.errorUnless(false, "unknown event %T; plan one of this package's, by value", event)
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
