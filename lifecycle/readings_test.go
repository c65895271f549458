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
	identities := []DeskRecord{0, ContactRecord, DeletedContactRecord, AgentRecord}
	onceMore := []Event{DeactivateInCRM{}, ActivateInCRM{}}

	t.Run("A1", func(t *testing.T) { // mapped only where there is neither an agent nor a contact
		for _, desk := range identities {
			for integration, events := range map[Status][]Event{0: {ConnectCRM{}}, Inactive: {ConnectCRM{}}, Active: onceMore} {
				p := knownAs(desk)
				p.Integration = integration
				want := desk
				if desk == 0 {
					want = SharedAgentRecord
				}
				assert.Equal(t, want, lastChange(t, p, events...).Person.Desk, "%v", desk)
			}
		}
	})
	t.Run("A3", func(t *testing.T) { // a deleted contact is in the way until it is purged or has another address
		room := map[string]Event{"purged": PurgeContact{}, "renamed": ChangeAddress{To: dummyAddress, AddressIsFree: true}}
		assert.Equal(t, DeletedContactRecord, lastChange(t, knownAs(DeletedContactRecord), onceMore...).Person.Desk)
		assert.Equal(t, ContactRecord, lastChange(t, knownAs(DeletedContactRecord), append([]Event{RestoreContact{}}, onceMore...)...).Person.Desk)
		for name, event := range room {
			assert.Equal(t, SharedAgentRecord, lastChange(t, knownAs(DeletedContactRecord), append([]Event{event}, onceMore...)...).Person.Desk, name)
		}
	})
	t.Run("A18", func(t *testing.T) { // deleting for good is three steps, which cannot be left out, with the warnings of each
		steps := []Event{DeleteAgent{}, DeleteContact{}, PurgeContact{}}
		changes, err := Plan(knownAs(AgentRecord), steps...)
		require.NoError(t, err)
		after, warnings := []DeskRecord{ContactRecord, DeletedContactRecord, 0}, [][]Warning{{TicketsBecomeUnassigned}, nil, nil}
		for i, change := range changes {
			assert.Equal(t, after[i], change.Person.Desk)
			assert.Equal(t, warnings[i], change.Warnings)
		}
		changes, err = Plan(knownAs(ContactRecord), steps[1:]...)
		require.NoError(t, err)
		for _, change := range changes {
			assert.Equal(t, []Warning{ActivitiesRemoved}, change.Warnings)
		}
		for _, skipped := range [][]Event{{DeleteContact{}}, {PurgeContact{}}, {DeleteAgent{}, PurgeContact{}}} {
			_, err := Plan(knownAs(AgentRecord), skipped...)
			assert.Error(t, err)
		}
	})
}
