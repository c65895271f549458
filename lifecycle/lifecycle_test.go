package lifecycle_test

import (
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/pinned"
	. "github.com/deskpolicy/deskpolicy/lifecycle"
)

func TestMain(m *testing.M) {
	pinned.Draws()
	m.Run()
}

const (
	emilyAddress = "emily.dean@example.com"
	dummyAddress = "emily.dean_placeholder@example.com"
	adminAddress = "admin@example.com"
)

// custom is a custom role that permits all that a custom role can permit, also what
// shared agents are always denied.
var custom = func() deskpolicy.Role {
	role, err := deskpolicy.CloneRole(deskpolicy.AccountAdministratorRole.Role(), "acme", "Sales Plus")
	if err != nil {
		panic(err)
	}
	return role
}()

func holding(role deskpolicy.Role, scope deskpolicy.Scope) []deskpolicy.Binding {
	return []deskpolicy.Binding{{Role: role, Workspace: deskpolicy.AccountWide, TicketScope: scope}}
}

// knownAs returns Emily, an active CRM user on an integrated desk, with that identity.
func knownAs(desk DeskRecord) Person {
	p := Person{Address: emilyAddress, Desk: desk, CRM: Active, Integration: Active}
	switch desk {
	case AgentRecord:
		p.AssignedTickets = 3
		p.Bindings = holding(deskpolicy.AgentRole.Role(), deskpolicy.ScopeGlobal)
	case SharedAgentRecord:
		p.Bindings = holding(deskpolicy.SharedAgentRole.Role(), deskpolicy.ScopeRestricted)
	}
	return p
}

// lastChange plans the events, and returns the change of the last one.
func lastChange(t *testing.T, p Person, events ...Event) Change {
	t.Helper()
	changes, err := Plan(p, events...)
	require.NoError(t, err)
	require.Len(t, changes, len(events))
	return changes[len(changes)-1]
}

// refused plans the event, and returns the error.
func refused(t *testing.T, p Person, event Event) error {
	t.Helper()
	changes, err := Plan(p, event)
	require.Error(t, err, "%v: %T", p.Desk, event)
	require.Nil(t, changes)
	return err
}

// A shared agent stays on record when its user leaves the CRM, or the integration is
// removed (A29).
func TestKeepsTheRecord(t *testing.T) {
	edited := lastChange(t, knownAs(SharedAgentRecord), EditAgent{
		ByAddress: adminAddress, Bindings: holding(custom, deskpolicy.ScopeGroup), Groups: map[deskpolicy.GroupID]deskpolicy.Access{"billing": deskpolicy.View},
	}).Person
	for _, events := range [][]Event{
		{DeactivateInCRM{}}, {DisconnectCRM{}}, {DeactivateInCRM{}, DisconnectCRM{}}, {DisconnectCRM{}, ConnectCRM{}},
		{DeactivateInCRM{}, ActivateInCRM{}}, {DeactivateInCRM{}, DisconnectCRM{}, ActivateInCRM{}, ConnectCRM{}},
	} {
		change := lastChange(t, edited, events...)
		want := edited
		want.CRM, want.Integration = change.Person.CRM, change.Person.Integration
		assert.Equal(t, want, change.Person)
		assert.Empty(t, change.Warnings)
	}
	assert.Equal(t, Inactive, lastChange(t, edited, DeactivateInCRM{}).Person.CRM)
	assert.Equal(t, Inactive, lastChange(t, edited, DisconnectCRM{}).Person.Integration)
}

// Check reports all contradictions with the address and both facts, in one order.
func TestContradictions(t *testing.T) {
	with := func(desk DeskRecord, change func(*Person)) Person {
		p := knownAs(desk)
		change(&p)
		return p
	}
	for want, p := range map[string]Person{
		`"": not an address; give one such as emily@example.com`:                       {},
		`"emily": not an address; give one such as emily@example.com`:                  {Address: "emily"},
		`"@example.com": not an address; give one such as emily@example.com`:           {Address: "@example.com"},
		`"emily@": not an address; give one such as emily@example.com`:                 {Address: "emily@"},
		`" emily@example.com": not an address; give one such as emily@example.com`:     {Address: " emily@example.com"},
		`"emily@example.com\n": not an address; give one such as emily@example.com`:    {Address: "emily@example.com\n"},
		`"emily dean@example.com": not an address; give one such as emily@example.com`: {Address: "emily dean@example.com"},

		`the identity is unknown(16)`:                   with(16, func(*Person) {}),
		`the status in the CRM is unknown(3)`:           with(0, func(p *Person) { p.CRM = 3 }),
		`the status of the integration is unknown(255)`: with(0, func(p *Person) { p.Integration = 255 }),
		`-1 tickets are assigned`:                       with(AgentRecord, func(p *Person) { p.AssignedTickets = -1 }),

		`contact and agent at one address`:           with(ContactRecord|AgentRecord, func(*Person) {}),
		`contact and deleted contact at one address`: with(ContactRecord|DeletedContactRecord, func(*Person) {}),
		`agent and shared agent at one address`:      with(AgentRecord|SharedAgentRecord, func(*Person) {}),

		`shared agent, but not a CRM user`:                                              with(SharedAgentRecord, func(p *Person) { p.CRM = 0 }),
		`shared agent, but the desk was never integrated with the CRM`:                  with(SharedAgentRecord, func(p *Person) { p.Integration = 0 }),
		`agent, but marked as a contact who was an agent`:                               with(AgentRecord, func(p *Person) { p.WasAgent = true }),
		`shared agent, but marked as a contact who was an agent`:                        with(SharedAgentRecord, func(p *Person) { p.WasAgent = true }),
		`nobody, but marked as a contact who was an agent`:                              with(0, func(p *Person) { p.WasAgent = true }),
		`shared agent, but 2 tickets are assigned`:                                      with(SharedAgentRecord, func(p *Person) { p.AssignedTickets = 2 }),
		`contact, but 2 tickets are assigned`:                                           with(ContactRecord, func(p *Person) { p.AssignedTickets = 2 }),
		`nobody, but 2 tickets are assigned`:                                            with(0, func(p *Person) { p.AssignedTickets = 2 }),
		`contact, but with roles or groups of an agent`:                                 with(ContactRecord, func(p *Person) { p.Bindings = holding(deskpolicy.AgentRole.Role(), deskpolicy.ScopeGlobal) }),
		`deleted contact, but with roles or groups of an agent`:                         with(DeletedContactRecord, func(p *Person) { p.Groups = map[deskpolicy.GroupID]deskpolicy.Access{"billing": deskpolicy.View} }),
		`nobody, but with roles or groups of an agent`:                                  with(0, func(p *Person) { p.Groups = map[deskpolicy.GroupID]deskpolicy.Access{"billing": deskpolicy.View} }),
		`shared agent, but with the built-in role "Agent"; clone it and give the clone`: with(SharedAgentRecord, func(p *Person) { p.Bindings = holding(deskpolicy.AgentRole.Role(), deskpolicy.ScopeGlobal) }),

		`a binding without a role`: with(AgentRecord, func(p *Person) { p.Bindings = holding(deskpolicy.Role{}, deskpolicy.ScopeGlobal) }),
		`role "Agent": no workspace`: with(AgentRecord, func(p *Person) {
			p.Bindings = []deskpolicy.Binding{{Role: deskpolicy.AgentRole.Role(), TicketScope: deskpolicy.ScopeGroup}}
		}),
		`role "Agent": unknown ticket scope 32768`:        with(AgentRecord, func(p *Person) { p.Bindings = holding(deskpolicy.AgentRole.Role(), deskpolicy.Scope(1<<15)) }),
		`role "Shared Agent": unknown ticket scope 32768`: with(SharedAgentRecord, func(p *Person) { p.Bindings = holding(deskpolicy.SharedAgentRole.Role(), deskpolicy.Scope(1<<15)) }),
		`access to a group without an ID`:                 with(SharedAgentRecord, func(p *Person) { p.Groups = map[deskpolicy.GroupID]deskpolicy.Access{"": deskpolicy.View} }),
		`group "billing": unknown access 3`:               with(AgentRecord, func(p *Person) { p.Groups = map[deskpolicy.GroupID]deskpolicy.Access{"billing": 3} }),
	} {
		if !strings.HasPrefix(want, `"`) {
			want = `"emily.dean@example.com": ` + want
		}
		require.EqualError(t, p.Check(), "lifecycle: "+want)
		for _, event := range allEvents() {
			changes, err := Plan(p, event.event)
			require.EqualError(t, err, "lifecycle: "+want, "nothing is planned")
			require.Nil(t, changes)
		}
		_, err := Plan(p)
		require.Error(t, err)
	}
	onDesk := with(AgentRecord, func(p *Person) { p.Bindings = holding(deskpolicy.SharedAgentRole.Role(), deskpolicy.ScopeRestricted) })
	require.ErrorIs(t, onDesk.Check(), ErrOnlyViaCRM)

	for _, c := range []struct {
		p    Person
		want []string
	}{
		{Person{Desk: SharedAgentRecord | 16, WasAgent: true, AssignedTickets: 2}, []string{
			`the identity is shared agent and unknown(16)`,
			`shared agent and unknown(16) at one address`,
			`shared agent, but not a CRM user`,
			`shared agent, but the desk was never integrated with the CRM`,
			`shared agent and unknown(16), but marked as a contact who was an agent`,
			`shared agent and unknown(16), but 2 tickets are assigned`,
		}},
		{Person{AssignedTickets: 2, Bindings: holding(deskpolicy.Role{}, deskpolicy.ScopeGlobal), Groups: map[deskpolicy.GroupID]deskpolicy.Access{"billing": deskpolicy.View}}, []string{
			`nobody, but 2 tickets are assigned`,
			`nobody, but with roles or groups of an agent`,
			`a binding without a role`,
		}},
		{Person{Desk: SharedAgentRecord, CRM: Active, Integration: Active, Bindings: []deskpolicy.Binding{{Role: deskpolicy.AgentRole.Role(), TicketScope: 1 << 15}}}, []string{
			`role "Agent": no workspace`,
			`role "Agent": unknown ticket scope 32768`,
			`shared agent, but with the built-in role "Agent"; clone it and give the clone`,
		}},
	} {
		c.p.Address = emilyAddress
		require.EqualError(t, c.p.Check(), inLines(c.want...))
	}

	everything := Person{
		Address: "emily", Desk: ContactRecord | DeletedContactRecord | AgentRecord | SharedAgentRecord | 128, AssignedTickets: -5, CRM: 9, Integration: 9,
		Bindings: []deskpolicy.Binding{{}, {Role: deskpolicy.AgentRole.Role(), Workspace: "it", TicketScope: 1 << 15}},
		Groups:   map[deskpolicy.GroupID]deskpolicy.Access{"sales": 7, "billing": 8, "": 9, "apac": 10},
	}
	const want = `lifecycle: "emily": not an address; give one such as emily@example.com
lifecycle: "emily": the identity is contact and deleted contact and agent and shared agent and unknown(128)
lifecycle: "emily": the status in the CRM is unknown(9)
lifecycle: "emily": the status of the integration is unknown(9)
lifecycle: "emily": -5 tickets are assigned
lifecycle: "emily": contact and deleted contact and agent and shared agent and unknown(128) at one address
lifecycle: "emily": a binding without a role
lifecycle: "emily": role "": no workspace
lifecycle: "emily": role "Agent": unknown ticket scope 32768
lifecycle: "emily": access to a group without an ID
lifecycle: "emily": group "": unknown access 9
lifecycle: "emily": group "apac": unknown access 10
lifecycle: "emily": group "billing": unknown access 8
lifecycle: "emily": group "sales": unknown access 7`
	for range 20 {
		require.EqualError(t, everything.Check(), want)
	}

	messenger := with(AgentRecord, func(p *Person) { p.Bindings = holding(deskpolicy.SupportAgentRole.Role(), 0) })
	assert.NoError(t, messenger.Check(), "a role that is not about tickets needs no ticket scope")
	contacts := with(SharedAgentRecord, func(p *Person) { p.Bindings = holding(custom, 0) })
	assert.NoError(t, contacts.Check(), "nor does a shared agent's")
}

// A refusal says why, and what to do instead.
func TestRefusals(t *testing.T) {
	unlinked := Person{Address: emilyAddress}
	inactive := Person{Address: emilyAddress, CRM: Inactive}
	dummy := ChangeAddress{To: dummyAddress, AddressIsFree: true}
	for _, c := range []struct {
		p     Person
		event Event
		want  string
	}{
		{knownAs(0), ConnectCRM{}, "cannot integrate: the desk is integrated; to map the user, deactivate and activate them in the CRM"},
		{unlinked, DisconnectCRM{}, "cannot disconnect: the desk is not integrated; integrate it first"},
		{knownAs(0), AddToCRM{}, "cannot add to the CRM: the user is active; deactivate them first"},
		{inactive, AddToCRM{}, "cannot add to the CRM: the user is deactivated; activate them"},
		{knownAs(0), ActivateInCRM{}, "cannot activate in the CRM: the user is active; deactivate them first"},
		{unlinked, ActivateInCRM{}, "cannot activate in the CRM: the CRM has no user at the address; add one"},
		{unlinked, DeactivateInCRM{}, "cannot deactivate in the CRM: the CRM has no user at the address; add one"},
		{knownAs(ContactRecord), AddAgent{}, "cannot add an agent: the desk has a contact at the address; convert it, delete it or change its address"},
		{knownAs(AgentRecord), ConvertToAgent{}, "cannot convert to agent: the desk has an agent at the address; edit it, delete it or change its address"},
		{knownAs(0), EditAgent{ByAddress: adminAddress}, "cannot edit the agent: the desk has no record at the address; add an agent"},
		{unlinked, EditAgent{ByAddress: adminAddress}, "cannot edit the agent: the desk has no record at the address; add an agent, or add the user to the CRM"},
		{knownAs(SharedAgentRecord), EditAgent{}, `cannot edit the agent: ByAddress is "", which is not an address; say who edits`},
		{knownAs(AgentRecord), EditAgent{ByAddress: emilyAddress}, "cannot edit the agent: agents cannot change their own roles, ticket scope or groups; ask another administrator"},
		{knownAs(AgentRecord), EditRole{}, "cannot edit the role: the event has no role; name one"},
		{knownAs(ContactRecord), DeleteAgent{}, "cannot delete the agent: the desk has a contact at the address; convert it, delete it or change its address"},
		{knownAs(DeletedContactRecord), DeleteContact{}, "cannot delete the contact: the desk has a deleted contact at the address; restore it, purge it or change its address"},
		{knownAs(SharedAgentRecord), RestoreContact{}, "cannot restore the contact: the desk has a shared agent at the address; edit it or delete it; its address is the CRM's"},
		{knownAs(AgentRecord), PurgeContact{}, "cannot purge the contact: the desk has an agent at the address; edit it, delete it or change its address"},
		{knownAs(SharedAgentRecord), dummy, "cannot change the address: the desk has a shared agent at the address; edit it or delete it; its address is the CRM's"},
		{knownAs(AgentRecord), ChangeAddress{AddressIsFree: true}, `cannot change the address: To is "", which is not an address; give another`},
		{knownAs(AgentRecord), ChangeAddress{To: "Emily.Dean@example.com", AddressIsFree: true}, "cannot change the address: the new address is the present one; give another"},
		{knownAs(AgentRecord), ChangeAddress{To: dummyAddress}, `cannot change the address: "emily.dean_placeholder@example.com" is not known to be free; give an address that neither the desk nor the CRM has`},
		{knownAs(AgentRecord), nil, "unknown event <nil>; plan an event of this package, by value"},
		{knownAs(AgentRecord), &DeleteAgent{}, "unknown event *lifecycle.DeleteAgent; plan an event of this package, by value"},
		{knownAs(AgentRecord), (*DeleteAgent)(nil), "unknown event *lifecycle.DeleteAgent; plan an event of this package, by value"},
		{knownAs(AgentRecord), struct{ DeleteAgent }{}, "unknown event struct { lifecycle.DeleteAgent }; plan an event of this package, by value"},
	} {
		assert.EqualError(t, refused(t, c.p, c.event), `lifecycle: "emily.dean@example.com": `+c.want)
	}
	// An error lists everything that is wrong with an event.
	const (
		isContact = ": the desk has a contact at the address; convert it, delete it or change its address"
		isAgent   = ": the desk has an agent at the address; edit it, delete it or change its address"
		isShared  = ": the desk has a shared agent at the address; edit it or delete it; its address is the CRM's"
	)
	nothing := holding(deskpolicy.Role{}, deskpolicy.ScopeGroup)
	for _, c := range []struct {
		p     Person
		event Event
		want  []string
	}{
		{knownAs(ContactRecord), AddAgent{nothing}, []string{`a binding without a role`, `cannot add an agent` + isContact}},
		{knownAs(AgentRecord), ConvertToAgent{nothing}, []string{`a binding without a role`, `cannot convert to agent` + isAgent}},
		{knownAs(ContactRecord), EditAgent{ByAddress: "emily", Bindings: nothing}, []string{
			`a binding without a role`,
			`cannot edit the agent` + isContact,
			`cannot edit the agent: ByAddress is "emily", which is not an address; say who edits`,
		}},
		{knownAs(SharedAgentRecord), ChangeAddress{To: "emily"}, []string{
			`cannot change the address` + isShared,
			`cannot change the address: To is "emily", which is not an address; give another`,
			`cannot change the address: "emily" is not known to be free; give an address that neither the desk nor the CRM has`,
		}},
		{knownAs(AgentRecord), ChangeAddress{To: emilyAddress}, []string{
			`cannot change the address: the new address is the present one; give another`,
			`cannot change the address: "emily.dean@example.com" is not known to be free; give an address that neither the desk nor the CRM has`,
		}},
	} {
		assert.EqualError(t, refused(t, c.p, c.event), inLines(c.want...))
	}
	err := refused(t, knownAs(0), AddAgent{[]deskpolicy.Binding{{Role: deskpolicy.SharedAgentRole.Role(), TicketScope: deskpolicy.ScopeGroup}}})
	assert.EqualError(t, err, inLines(`role "Shared Agent": no workspace`)+`
lifecycle: shared agents come only from the CRM: "emily.dean@example.com": agent, but with the role "Shared Agent"; `+
		`make sure that the desk has no record at the address, then add the user to the CRM, or deactivate and activate them there`)
}

// inLines returns the text of an error about Emily with these problems.
func inLines(problems ...string) string {
	const about = `lifecycle: "emily.dean@example.com": `
	return about + strings.Join(problems, "\n"+about)
}

func TestNames(t *testing.T) {
	for d, want := range map[DeskRecord]string{
		0: "nobody", ContactRecord: "contact", DeletedContactRecord: "deleted contact", AgentRecord: "agent", SharedAgentRecord: "shared agent",
		ContactRecord | SharedAgentRecord: "contact and shared agent", 16: "unknown(16)", AgentRecord | 192: "agent and unknown(192)",
	} {
		assert.Equal(t, want, d.String())
	}
	for s, want := range map[Status]string{0: "none", Active: "active", Inactive: "inactive", 3: "unknown"} {
		assert.Equal(t, want, s.String())
	}
	for w, want := range map[Warning]string{
		0: "unknown", TicketsBecomeUnassigned: "tickets_become_unassigned", ActivitiesRemoved: "activities_removed", UserNotMapped: "not_mapped_existing_identity", 4: "unknown",
	} {
		assert.Equal(t, want, w.String())
		assert.NotEmpty(t, w.Effect())
		assert.NotEmpty(t, w.Advice())
		assert.Equal(t, want == "unknown", w.Effect() == "unknown")
	}
	assert.Equal(t, slog.LevelInfo, UserNotMapped.Level())
	assert.Contains(t, UserNotMapped.Advice(), "dummy address")
	assert.Equal(t, slog.LevelError, Warning(4).Level())
	assert.Equal(t, []string{"1", "2", "3"}, strings.Fields(fmt.Sprintf("%d %d %d", TicketsBecomeUnassigned, ActivitiesRemoved, UserNotMapped)), "numbers do not change")

	assert.Equal(t, "nothing", Change{}.String())
	seen := make(map[string]bool)
	for _, event := range allEvents() {
		seen[Change{Event: event.event}.String()] = true
	}
	assert.Len(t, seen, 14, "each event has words of its own")
	assert.Contains(t, seen, "delete the agent")
}

// A plan of several events equals plans of one event after the other, all or nothing. It is the same
// every time, and changes neither the person nor the events.
func TestPlansAreValues(t *testing.T) {
	events, untouched := allEvents(), allEvents()
	equal := func(want, got any) {
		t.Helper()
		if diff := cmp.Diff(want, got, sameRoles); diff != "" {
			t.Fatal(diff)
		}
	}
	for _, state := range allStates() {
		p := personOf(state)
		for _, first := range events {
			one, err := Plan(p, first.event)
			again, errAgain := Plan(p, first.event)
			require.Equal(t, err, errAgain)
			equal(one, again)
			for _, second := range events {
				both, errBoth := Plan(p, first.event, second.event)
				if err != nil {
					require.Equal(t, err, errBoth)
					require.Nil(t, both)
					continue
				}
				two, errTwo := Plan(one[0].Person, second.event)
				require.Equal(t, errTwo, errBoth)
				if errTwo != nil {
					require.Nil(t, both)
					continue
				}
				equal(slices.Concat(one, two), both)
			}
		}
		equal(personOf(state), p)
		none, err := Plan(p)
		require.NoError(t, err)
		require.Empty(t, none)
	}
	for i := range events {
		equal(untouched[i].event, events[i].event)
	}

	// Changing one plan does not change the next.
	purged := func() Change { return lastChange(t, knownAs(DeletedContactRecord), PurgeContact{}) }
	purged().RemovedActivity[0] = "nothing"
	equal("forum topics", purged().RemovedActivity[0])
	mapped := func() Change { return lastChange(t, knownAs(0), DeactivateInCRM{}, ActivateInCRM{}) }
	mapped().Person.Bindings[0].TicketScope = deskpolicy.ScopeGlobal
	equal(deskpolicy.ScopeRestricted, mapped().Person.Bindings[0].TicketScope)
}
