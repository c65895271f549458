package lifecycle_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	. "github.com/deskpolicy/deskpolicy/lifecycle"
)

// TestReadings has a subtest for each reading of docs/requirements.md that this
// package decides and that has no other test, by its number.
func TestReadings(t *testing.T) {
	identities := []Identity{0, Contact, DeletedContact, Agent}
	onceMore := []Event{DeactivateInCRM{}, ActivateInCRM{}}

	t.Run("A1", func(t *testing.T) { // mapped only where there is neither an agent nor a contact
		for _, desk := range identities {
			for integration, events := range map[Status][]Event{0: {Integrate{}}, Inactive: {Integrate{}}, Active: onceMore} {
				p := knownAs(desk)
				p.Integration = integration
				want := desk
				if desk == 0 {
					want = SharedAgent
				}
				assert.Equal(t, want, lastChange(t, p, events...).Person.Desk, "%v", desk)
			}
		}
	})
	t.Run("A3", func(t *testing.T) { // a deleted contact is in the way until it is purged or has another address
		room := map[string]Event{"purged": PurgeContact{}, "renamed": ChangeAddress{To: dummyAddress, AddressIsFree: true}}
		assert.Equal(t, DeletedContact, lastChange(t, knownAs(DeletedContact), onceMore...).Person.Desk)
		assert.Equal(t, Contact, lastChange(t, knownAs(DeletedContact), append([]Event{RestoreContact{}}, onceMore...)...).Person.Desk)
		for name, event := range room {
			assert.Equal(t, SharedAgent, lastChange(t, knownAs(DeletedContact), append([]Event{event}, onceMore...)...).Person.Desk, name)
		}
	})
	t.Run("A18", func(t *testing.T) { // deleting for good is three steps, which cannot be left out, with the warnings of each
		steps := []Event{DeleteAgent{}, DeleteContact{}, PurgeContact{}}
		changes, err := Plan(knownAs(Agent), steps...)
		require.NoError(t, err)
		after, warnings := []Identity{Contact, DeletedContact, 0}, [][]Warning{{TicketsBecomeUnassigned}, nil, nil}
		for i, change := range changes {
			assert.Equal(t, after[i], change.Person.Desk)
			assert.Equal(t, warnings[i], change.Warnings)
		}
		changes, err = Plan(knownAs(Contact), steps[1:]...)
		require.NoError(t, err)
		for _, change := range changes {
			assert.Equal(t, []Warning{ActivitiesRemoved}, change.Warnings)
		}
		for _, skipped := range [][]Event{{DeleteContact{}}, {PurgeContact{}}, {DeleteAgent{}, PurgeContact{}}} {
			_, err := Plan(knownAs(Agent), skipped...)
			assert.Error(t, err)
		}
	})
}
