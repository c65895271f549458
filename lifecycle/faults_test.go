package lifecycle_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy"
	. "github.com/deskpolicy/deskpolicy/lifecycle"
)

// faults has a test for each reported fault of this package, by its number.
var faults = map[string]func(*testing.T){
	"F28": addressesThatLookAlike,
	"F38": adviceThatWorks,
	"F46": planAndAuthorizeAgree,
}

func TestFaults(t *testing.T) {
	for _, name := range slices.Sorted(maps.Keys(faults)) {
		t.Run(name, faults[name])
	}
}

// An address that looks like another is refused wherever an address is given.
func addressesThatLookAlike(t *testing.T) {
	for _, address := range []string{
		emilyAddress + "\u200b", "emily.dean\u200b@example.com", "emily.dean@example.com\x00", "emily\x00.dean@example.com", "emily.dean@example.com.",
		"emily.dean\xff@example.com", "emily.dean@exam\u00adple.com", "emily.dean@example\u3002com", "emily.dean\ufeff@example.com", "emily.dean@example.com\u2800",
		"\"emily.dean\"@example.com", "emily.dean@example..com", "Emily <emily.dean@example.com>", "\u202eemily.dean@example.com", "emily.dean@example.com\ufe0f",
	} {
		p := knownAs(AgentRecord)
		p.Address = address
		assert.ErrorContains(t, p.Check(), "not an address", "%q", address)
		err := refused(t, knownAs(AgentRecord), EditAgent{ByAddress: address, Bindings: holding(custom, deskpolicy.ScopeGlobal)})
		assert.ErrorContains(t, err, "which is not an address", "%q", address)
		err = refused(t, knownAs(AgentRecord), ChangeAddress{To: address, AddressIsFree: true})
		assert.ErrorContains(t, err, "which is not an address", "%q", address)
	}
	for _, same := range []string{emilyAddress, "EMILY.DEAN@example.com", "emily.dean@EXAMPLE.com"} {
		err := refused(t, knownAs(AgentRecord), EditAgent{ByAddress: same, Bindings: holding(custom, deskpolicy.ScopeGlobal)})
		assert.ErrorContains(t, err, "agents cannot change their own roles", "%q", same)
	}
	p := knownAs(AgentRecord)
	p.Address = "jürgen@müller.example"
	assert.NoError(t, p.Check())
	err := refused(t, p, EditAgent{ByAddress: "JÜRGEN@müller.example"})
	assert.ErrorContains(t, err, "agents cannot change their own roles")
}

// advice is the advice of each warning, as plans to try instead of the event with the warning, or,
// for UserNotMapped, after it.
var advice = map[Warning][][]Event{
	TicketsBecomeUnassigned: {{ChangeAddress{To: dummyAddress, AddressIsFree: true}}},
	ActivitiesRemoved:       {{ChangeAddress{To: dummyAddress, AddressIsFree: true}}},
	UserNotMapped: {
		{ChangeAddress{To: dummyAddress, AddressIsFree: true}, DeactivateInCRM{}, ActivateInCRM{}},
		{DeleteContact{}, PurgeContact{}, DeactivateInCRM{}, ActivateInCRM{}},
	},
}

// The advice of a warning works in every state that has the warning, and so does what a refusal says
// to do instead.
func adviceThatWorks(t *testing.T) {
	warned, followed := map[Warning]int{}, map[string]bool{}
	for _, state := range allStates() {
		p := personOf(state)
		for _, event := range allEvents() {
			changes, err := Plan(p, event.event)
			if err != nil {
				for line := range strings.Lines(err.Error()) {
					_, why, _ := strings.Cut(line, ": cannot ")
					_, why, _ = strings.Cut(why, ": ")
					followRefusal(t, p, event.event, why, followed)
				}
				continue
			}
			for _, w := range changes[0].Warnings {
				warned[w]++
				from := p
				if w == UserNotMapped {
					from = changes[0].Person
				}
				for _, plan := range advice[w] {
					follow(t, w, from, plan)
				}
			}
		}
	}
	for w := range advice {
		assert.NotZero(t, warned[w], w)
	}
	assert.Len(t, followed, len(instead)+len(insteadOnRecord), "all that refusals say to do is tried")
	assert.Len(t, warned, len(advice), "advice of every warning is followed")
}

// follow plans the advice of the warning, and checks that the effect is avoided.
func follow(t *testing.T, w Warning, p Person, plan []Event) {
	t.Helper()
	if p.Desk == DeletedContactRecord {
		plan = slices.DeleteFunc(slices.Clone(plan), func(e Event) bool { return e == DeleteContact{} }) // which it is
	}
	changes, err := Plan(p, plan...)
	require.NoError(t, err, "%v of %+v", w, p)
	for _, c := range changes {
		require.Zero(t, c.UnassignedTickets)
		require.NotContains(t, c.Warnings, UserNotMapped)
	}
	if w == UserNotMapped {
		require.Equal(t, SharedAgentRecord, changes[len(changes)-1].Person.Desk)
		return
	}
	require.Empty(t, changes[0].Warnings)
	require.Empty(t, changes[0].RemovedActivity)
	require.Equal(t, p.Desk, changes[0].AtNewAddress.Desk, "all of it lives on")
	require.Equal(t, p.AssignedTickets, changes[0].AtNewAddress.AssignedTickets)
}

// instead maps what refusals say to do to the event.
var instead = map[string]Event{
	"convert it":                   ConvertToAgent{holding(deskpolicy.AgentRole.Role(), deskpolicy.ScopeGlobal)},
	"change its address":           ChangeAddress{To: dummyAddress, AddressIsFree: true},
	"restore it":                   RestoreContact{},
	"purge it":                     PurgeContact{},
	"edit it":                      EditAgent{ByAddress: adminAddress},
	"add an agent":                 AddAgent{holding(deskpolicy.AgentRole.Role(), deskpolicy.ScopeGlobal)},
	"add the user":                 AddToCRM{},
	"user at the address; add one": AddToCRM{},
	"deactivate them first":        DeactivateInCRM{},
	"deactivated; activate":        ActivateInCRM{},
	"integrate it first":           ConnectCRM{},
}

// insteadOnRecord is what refusals say to change in the Person first.
var insteadOnRecord = map[string]func(*Person){
	"set ID":             func(p *Person) { p.ID = "emily" },
	"make another agent": func(p *Person) { p.Administrators = []deskpolicy.AgentID{"emily", "ada"} },
}

// followRefusal plans what the refusal says to do instead. For an error about the shared
// agents' role, whose way out takes several steps, see S41.
func followRefusal(t *testing.T, p Person, event Event, refusal string, followed map[string]bool) {
	t.Helper()
	for phrase, put := range insteadOnRecord {
		if strings.Contains(refusal, phrase) {
			followed[phrase] = true
			put(&p)
			_, err := Plan(p, event)
			require.NoError(t, err, "%s", refusal)
			return
		}
	}
	for phrase, event := range instead {
		if strings.Contains(refusal, phrase) {
			followed[phrase] = true
			worksOrSays(t, p, event, refusal, followed)
		}
	}
	if strings.Contains(refusal, "delete it") {
		event := Event(DeleteAgent{})
		if p.Desk == ContactRecord {
			event = DeleteContact{}
		}
		worksOrSays(t, p, event, refusal, followed)
	}
}

// worksOrSays plans the event that a refusal advises. It works, or says what else to do
// if that would take the role from the last account administrator.
func worksOrSays(t *testing.T, p Person, event Event, refusal string, followed map[string]bool) {
	t.Helper()
	_, err := Plan(p, event)
	if keepsLast(err) {
		followRefusal(t, p, event, err.Error(), followed)
		return
	}
	require.NoError(t, err, "%s", refusal)
}
