package lifecycle_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/effort"
	. "github.com/deskpolicy/deskpolicy/lifecycle"
)

// A world is a desk with its people and their tickets, and the same people in the model. Plans are
// applied to both.
type world struct {
	addresses   []string
	integration string
	people      map[string]Person
	states      map[string]modelState
	tickets     map[int]string // the assignee's address, "" for none
	happened    map[string]int // how often each event was not refused
}

func drawWorld(t *rapid.T, happened map[string]int) *world {
	w := &world{nil, "", make(map[string]Person), make(map[string]modelState), make(map[int]string), happened}
	w.integration = rapid.SampledFrom(integrations).Draw(t, "integration")
	states := slices.DeleteFunc(allStates(), func(s modelState) bool { return s.integration != w.integration })
	for _, address := range []string{emilyAddress, "olaf@example.com", "sarah@example.com"} {
		state := states[rapid.IntRange(0, 1000).Draw(t, "state")%len(states)]
		p := personOf(state)
		for range p.AssignedTickets {
			w.tickets[len(w.tickets)] = address
		}
		w.put(address, p, state)
	}
	return w
}

func (w *world) put(address string, p Person, state modelState) {
	if _, known := w.people[address]; !known {
		w.addresses = append(w.addresses, address)
	}
	p.Address = address
	w.people[address], w.states[address] = p, state
}

func (w *world) address(t *rapid.T) string {
	return rapid.SampledFrom(w.addresses).Draw(t, "address")
}

// happen applies the event to the person at the address, unless it is refused.
func (w *world) happen(t *rapid.T, address string, event namedEvent) Change {
	before := w.people[address]
	state, person, change := compareWithModel(t, w.states[address], before, event)
	w.put(address, person, state)
	if change.Event != nil {
		w.happened[event.name]++
	}
	if before.Desk != SharedAgentRecord && person.Desk == SharedAgentRecord { // INV-3
		require.Contains(t, []string{"integrate", "add to crm", "activate"}, event.name, "shared agents come from the CRM")
		require.Equal(t, [2]Status{Active, Active}, [2]Status{person.CRM, person.Integration})
	}
	if before.Desk == SharedAgentRecord && person.Desk != SharedAgentRecord { // INV-2: no role lifts the limits of the kind
		require.Equal(t, "delete agent", event.name, "a shared agent remains one, whatever its roles")
	}
	return change
}

// integrate integrates the whole desk, or disconnects it.
func (w *world) integrate(t *rapid.T) {
	event := namedEvent{"integrate", ConnectCRM{}}
	if w.integration == "is" {
		event = namedEvent{"disconnect", DisconnectCRM{}}
	}
	for _, address := range w.addresses {
		w.happen(t, address, event)
	}
	w.integration = w.states[w.addresses[0]].integration
}

// person applies an event to one person, mostly an event that is possible.
func (w *world) person(t *rapid.T) {
	address := w.address(t)
	events := slices.DeleteFunc(allEvents(), func(e namedEvent) bool {
		return strings.HasPrefix(e.name, "change") || e.name == "integrate" || e.name == "disconnect" || e.name == "edit oneself"
	})
	if rapid.IntRange(0, 7).Draw(t, "possible") < 7 {
		events = slices.DeleteFunc(events, func(e namedEvent) bool {
			_, _, fits := model(w.states[address], e.name)
			return !fits
		})
	}
	event := events[rapid.IntRange(0, 1000).Draw(t, "event")%len(events)]
	change := w.happen(t, address, event)
	unassigned := 0
	for ticket, assignee := range w.tickets {
		if assignee == address && event.name == "delete agent" && change.Event != nil {
			w.tickets[ticket] = ""
			unassigned++
		}
	}
	require.Equal(t, unassigned, change.UnassignedTickets)
}

func (w *world) editOneself(t *rapid.T) {
	address := w.address(t)
	w.happen(t, address, namedEvent{"edit oneself", EditAgent{ByAddress: address, Bindings: holding(custom, deskpolicy.ScopeGlobal)}})
}

func (w *world) changeAddress(t *rapid.T) {
	from := w.address(t)
	to := rapid.SampledFrom(append([]string{fmt.Sprintf("placeholder%d@example.com", len(w.addresses))}, w.addresses...)).Draw(t, "to")
	event := namedEvent{"change address", ChangeAddress{To: to, AddressIsFree: w.people[to].Desk == 0 && w.people[to].CRM == 0}}
	if from == to || !event.event.(ChangeAddress).AddressIsFree {
		event.name = "change to a taken address"
	}
	state := w.states[from]
	change := w.happen(t, from, event)
	if change.Event == nil {
		return
	}
	state.crm = "none"
	w.put(to, change.AtNewAddress, state)
	for ticket, assignee := range w.tickets {
		if assignee == from {
			w.tickets[ticket] = to
		}
	}
}

// writeIn makes a contact for a customer without a record.
func (w *world) writeIn(t *rapid.T) {
	address := w.address(t)
	p, state := w.people[address], w.states[address]
	if p.Desk == 0 {
		p.Desk, state.desk = ContactRecord, "contact"
		w.put(address, p, state)
	}
}

func (w *world) assign(t *rapid.T) {
	address := w.address(t)
	p, state := w.people[address], w.states[address]
	if p.Desk == AgentRecord {
		p.AssignedTickets++
		state.desk = "busy"
		w.tickets[len(w.tickets)] = address
		w.put(address, p, state)
	}
}

func (w *world) invariants(t *rapid.T) {
	assigned := make(map[string]int)
	for _, assignee := range w.tickets {
		if assignee != "" {
			require.Equal(t, AgentRecord, w.people[assignee].Desk, "INV-1: no ticket has a shared agent as its assignee")
			assigned[assignee]++
		}
	}
	for _, address := range w.addresses {
		p := w.people[address]
		require.Equal(t, address, p.Address)
		require.NoError(t, p.Check(), "INV-4: one identity at each address")
		require.Equal(t, assigned[address], p.AssignedTickets)
		require.Equal(t, w.states[address], inWords(p))
		if p.Desk == SharedAgentRecord {
			w.happened["is a shared agent"]++
			require.NotZero(t, p.CRM, "INV-3: a shared agent is a user of the CRM")
			require.NotZero(t, p.Integration, "INV-3: a shared agent came by the integration")
		}
		for _, b := range p.Bindings {
			for permission := range b.Role.Permissions().All() {
				require.False(t, p.Desk == SharedAgentRecord && b.Role.BuiltIn() && permission.Action.InClass(deskpolicy.ClassChannel), "INV-2: no phone, no chat")
			}
		}
	}
}

// A whole desk follows the rules and the model, whatever happens to its people.
func TestDesk(t *testing.T) {
	effort.Checks(t, 20, 50, 500)
	happened := make(map[string]int)
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t, happened)
		t.Repeat(map[string]func(*rapid.T){
			"a person": w.person, "another person": w.person, "a third person": w.person, // what happens most
			"integrate":      w.integrate,
			"edit oneself":   w.editOneself,
			"change address": w.changeAddress,
			"write in":       w.writeIn,
			"assign":         w.assign,
			"":               w.invariants,
		})
	})
	t.Log(happened)
	for _, name := range []string{"integrate", "add to crm", "activate", "delete agent", "purge", "change address", "is a shared agent"} {
		assert.NotZero(t, happened[name], name)
	}
}
