package deskpolicy_test

import (
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	. "github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/effort"
)

const (
	lifecycleAddress = "emily.dean@example.com"
	lifecycleDummy   = "emily.dean_placeholder@example.com"
	lifecycleAdmin   = "admin@example.com"
)

// lifecycleCustom is a custom role that goes as far as custom roles go: it has
// what no shared agent may ever do, too.
var lifecycleCustom = func() Role {
	role, _, err := AccountAdministratorRole().Clone("acme", "Sales Plus")
	if err != nil {
		panic(err)
	}
	return role
}()

func lifecycleHolding(role Role, scope Scope) []Binding {
	return []Binding{{Role: role, Workspace: AccountWide, TicketScope: scope}}
}

// knownAs returns Emily, an active user of the CRM of an integrated desk, if the
// desk knows her so.
func knownAs(desk DeskIdentity) Person {
	p := Person{Address: lifecycleAddress, Desk: desk, CRM: Active, Integration: Active}
	switch desk {
	case AsAgent:
		p.AssignedTickets = 3
		p.Bindings = lifecycleHolding(AgentRole(), Global)
	case AsSharedAgent:
		p.Bindings = lifecycleHolding(SharedAgentRole(), Restricted)
	}
	return p
}

// lastChange plans the events, and returns what the last of them comes to.
func lastChange(t *testing.T, p Person, events ...Event) Change {
	t.Helper()
	changes, err := p.Plan(events...)
	require.NoError(t, err)
	require.Len(t, changes, len(events))
	return changes[len(changes)-1]
}

// refused plans the event, and returns the error.
func refused(t *testing.T, p Person, event Event) error {
	t.Helper()
	changes, err := p.Plan(event)
	require.Error(t, err, "%v: %T", p.Desk, event)
	require.Nil(t, changes)
	return err
}

// lifecycleRequirements has a subtest for each rule of docs/requirements.md
// that the lifecycle decides, by its number.
func lifecycleRequirements(t *testing.T) {
	var (
		hired      = AddAgent{Bindings: lifecycleHolding(AgentRole(), Global)}
		converted  = ConvertToAgent{Bindings: lifecycleHolding(AgentRole(), Global)}
		renamed    = ChangeAddress{To: lifecycleDummy, Free: true}
		hardDelete = []Event{DeleteAgent{}, DeleteContact{}, PurgeContact{}}
		onceMore   = []Event{DeactivateInCRM{}, ActivateInCRM{}}
		onCRMOnly  = Person{Address: lifecycleAddress, CRM: Active}
	)
	t.Run("S1", func(t *testing.T) { // integrating adds the role that CRM users have on the desk
		next := lastChange(t, onCRMOnly, Integrate{}).Next
		assert.Equal(t, AsSharedAgent, next.Desk)
		assert.Equal(t, []Binding{{Role: SharedAgentRole(), Workspace: AccountWide, TicketScope: Restricted}}, next.Bindings)
		assert.Equal(t, Person{Address: lifecycleAddress, Integration: Active}, lastChange(t, Person{Address: lifecycleAddress}, Integrate{}).Next)
	})
	t.Run("S2", func(t *testing.T) { // mapped if neither on the desk nor a contact
		for _, desk := range []DeskIdentity{AsContact, AsDeletedContact, AsAgent} {
			p := knownAs(desk)
			p.Integration = 0
			assert.Equal(t, desk, lastChange(t, p, Integrate{}).Next.Desk)
		}
		assert.Equal(t, AsSharedAgent, lastChange(t, onCRMOnly, Integrate{}).Next.Desk)
	})
	t.Run("S3", func(t *testing.T) { // desk roles are kept when added to the CRM
		p := knownAs(AsAgent)
		p.CRM = 0
		change := lastChange(t, p, AddToCRM{})
		assert.Equal(t, knownAs(AsAgent), change.Next)
		assert.Empty(t, change.Warnings)
		assert.Equal(t, knownAs(AsAgent), lastChange(t, knownAs(AsAgent), onceMore...).Next)
	})
	t.Run("S6", func(t *testing.T) { // no licence for a shared agent
		purge := []Event{DeleteContact{}, PurgeContact{}}
		for _, mapped := range []Change{
			lastChange(t, onCRMOnly, Integrate{}),
			lastChange(t, Person{Address: lifecycleAddress, Integration: Active}, AddToCRM{}),
			lastChange(t, knownAs(0), onceMore...),
			lastChange(t, knownAs(AsContact), slices.Concat(purge, onceMore)...),
		} {
			assert.Equal(t, AsSharedAgent, mapped.Next.Desk)
			assert.Zero(t, mapped.Seats)
		}
		assert.Zero(t, lastChange(t, knownAs(AsSharedAgent), DeleteAgent{}).Seats)
		assert.Equal(t, 1, lastChange(t, knownAs(0), hired).Seats)
		assert.Equal(t, 1, lastChange(t, knownAs(AsContact), converted).Seats)
		assert.Equal(t, -1, lastChange(t, knownAs(AsAgent), DeleteAgent{}).Seats)
		assert.Zero(t, lastChange(t, knownAs(AsAgent), renamed).Seats, "the agent keeps its seat at the dummy address")
	})
	t.Run("S10", func(t *testing.T) { // administrators control and manage them
		edit := EditAgent{By: lifecycleAdmin, Bindings: lifecycleHolding(lifecycleCustom, Group)}
		assert.Equal(t, edit.Bindings, lastChange(t, knownAs(AsSharedAgent), edit).Next.Bindings)
		assert.Equal(t, AsContact, lastChange(t, knownAs(AsSharedAgent), DeleteAgent{}).Next.Desk)
	})
	t.Run("S12", func(t *testing.T) { // only an integrated desk has the role
		nobody := Person{Address: lifecycleAddress}
		assert.Zero(t, lastChange(t, nobody, AddToCRM{}, DeactivateInCRM{}, ActivateInCRM{}).Next.Desk)
		assert.Equal(t, AsSharedAgent, lastChange(t, nobody, AddToCRM{}, Integrate{}).Next.Desk)
		assert.Equal(t, AsSharedAgent, lastChange(t, nobody, Integrate{}, AddToCRM{}).Next.Desk)
		assert.Zero(t, lastChange(t, nobody, Integrate{}, Disconnect{}, AddToCRM{}).Next.Desk)
	})
	t.Run("S13", func(t *testing.T) { // restricted by default
		for _, binding := range lastChange(t, onCRMOnly, Integrate{}).Next.Bindings {
			assert.Equal(t, Restricted, binding.TicketScope)
		}
	})
	t.Run("S17", func(t *testing.T) { // the scope can be changed, by somebody else
		for scope := Restricted; scope <= Global; scope++ {
			edit := EditAgent{By: lifecycleAdmin, Bindings: lifecycleHolding(SharedAgentRole(), scope)}
			next := lastChange(t, knownAs(AsSharedAgent), edit).Next
			assert.Equal(t, AsSharedAgent, next.Desk)
			assert.Equal(t, scope, next.Bindings[0].TicketScope)
			edit.By = strings.ToUpper(lifecycleAddress)
			assert.ErrorContains(t, refused(t, knownAs(AsSharedAgent), edit), "nobody changes their own authority; let another administrator do it")
		}
		edit := EditAgent{By: lifecycleAdmin, Bindings: lifecycleHolding(SharedAgentRole(), 0)}
		assert.ErrorContains(t, refused(t, knownAs(AsSharedAgent), edit), `role "Shared Agent": unknown ticket scope 0`)
	})
	t.Run("S18", func(t *testing.T) { // View or Edit for the tickets of a group
		groups := map[GroupID]Access{"billing": Edit, "refunds": View, "apac": NoAccess}
		edit := EditAgent{By: lifecycleAdmin, Bindings: knownAs(AsSharedAgent).Bindings, Groups: groups}
		next := lastChange(t, knownAs(AsSharedAgent), edit).Next
		assert.Equal(t, groups, next.Groups)
		assert.Equal(t, knownAs(AsSharedAgent).Bindings, next.Bindings)
		edit.By = lifecycleAddress
		refused(t, knownAs(AsSharedAgent), edit)
	})
	t.Run("S19", func(t *testing.T) { // and no more than that
		edit := EditAgent{By: lifecycleAdmin, Groups: map[GroupID]Access{"billing": Edit + 1}}
		assert.ErrorContains(t, refused(t, knownAs(AsSharedAgent), edit), `group "billing": unknown access 3`)
	})
	t.Run("S20", func(t *testing.T) { // what the role permits can be viewed
		role := lastChange(t, onCRMOnly, Integrate{}).Next.Bindings[0].Role
		assert.False(t, role.Permissions().Empty())
		assert.Contains(t, slices.Collect(BuiltInRoles()), role)
	})
	t.Run("S21", func(t *testing.T) { // and not edited
		for role := range BuiltInRoles() {
			assert.EqualError(t, refused(t, knownAs(AsSharedAgent), EditRole{role}), fmt.Sprintf(
				`deskpolicy: "emily.dean@example.com": cannot edit the role: %q is built in; clone it, change the clone and give that instead`, role))
		}
	})
	t.Run("S22", func(t *testing.T) { // by category
		for p := range lastChange(t, onCRMOnly, Integrate{}).Next.Bindings[0].Role.Permissions().All() {
			assert.NotEmpty(t, p.Action.Category())
		}
	})
	t.Run("S23", func(t *testing.T) { // custom roles change the permissions, and nothing else
		clone, _, err := SharedAgentRole().Clone("acme", "Field Sales")
		require.NoError(t, err)
		edit := EditAgent{By: lifecycleAdmin, Bindings: append(lifecycleHolding(clone, Group), lifecycleHolding(lifecycleCustom, Global)...)}
		changes, err := knownAs(AsSharedAgent).Plan(EditRole{clone}, edit, Disconnect{}, Integrate{}, DeactivateInCRM{}, ActivateInCRM{})
		require.NoError(t, err)
		assert.Equal(t, knownAs(AsSharedAgent), changes[0].Next, "editing a custom role is nobody's change")
		for _, change := range changes[1:] {
			assert.Equal(t, AsSharedAgent, change.Next.Desk)
			assert.Equal(t, edit.Bindings, change.Next.Bindings)
		}
		edit.Bindings = lifecycleHolding(SupervisorRole(), Group)
		assert.ErrorContains(t, refused(t, knownAs(AsSharedAgent), edit), `shared agent, yet with the built-in role "Supervisor"; clone it and give the clone`)
	})
	t.Run("S41", func(t *testing.T) { // never added on the desk: of the built-in roles, the one that is not offered
		for role := range BuiltInRoles() {
			_, err := Person{Address: lifecycleAddress}.Plan(AddAgent{lifecycleHolding(role, Global)})
			assert.Equal(t, role == SharedAgentRole(), err != nil, role.Name())
		}
		shared := lifecycleHolding(SharedAgentRole(), Restricted)
		for _, desk := range []DeskIdentity{0, AsContact, AsDeletedContact, AsAgent, AsSharedAgent} {
			err := refused(t, knownAs(desk), AddAgent{shared})
			assert.ErrorIs(t, err, ErrOnlyViaCRM)
			assert.ErrorContains(t, err, `"emily.dean@example.com": agent, yet with the role "Shared Agent"; make sure that the desk has nobody at the address, `+
				`then add the user to the CRM, or deactivate and activate them there`)
		}
		mixed := append(lifecycleHolding(AgentRole(), Global), shared...)
		assert.ErrorIs(t, refused(t, knownAs(AsAgent), EditAgent{By: lifecycleAdmin, Bindings: mixed}), ErrOnlyViaCRM)
		_, err := knownAs(0).Plan(onceMore...)
		assert.NoError(t, err, "the way that the error gives")
	})
	t.Run("S42", func(t *testing.T) { // they can be deleted
		change := lastChange(t, knownAs(AsSharedAgent), DeleteAgent{})
		assert.Equal(t, Person{Address: lifecycleAddress, Desk: AsContact, WasAgent: true, CRM: Active, Integration: Active}, change.Next)
		assert.Zero(t, change.Unassigned)
		assert.Empty(t, change.Warnings)
	})
	t.Run("S43", func(t *testing.T) { // no tickets are theirs
		p := knownAs(AsSharedAgent)
		p.AssignedTickets = 1
		assert.ErrorContains(t, refused(t, p, Disconnect{}), "shared agent, yet 1 tickets are assigned")
		changes, err := knownAs(AsAgent).Plan(slices.Concat(hardDelete, onceMore)...)
		require.NoError(t, err)
		for _, change := range changes {
			assert.Zero(t, change.Next.AssignedTickets)
		}
	})
	t.Run("S45", func(t *testing.T) { // no contact is converted into one
		shared := ConvertToAgent{lifecycleHolding(SharedAgentRole(), Restricted)}
		for _, desk := range []DeskIdentity{0, AsContact, AsDeletedContact, AsAgent, AsSharedAgent} {
			assert.ErrorIs(t, refused(t, knownAs(desk), shared), ErrOnlyViaCRM)
		}
		next := lastChange(t, knownAs(AsContact), converted).Next
		assert.Equal(t, AsAgent, next.Desk)
		assert.Equal(t, converted.Bindings, next.Bindings)
	})
	t.Run("S46", func(t *testing.T) { // a contact is not mapped, and the plan says so
		for _, desk := range []DeskIdentity{AsContact, AsDeletedContact} {
			for _, was := range []bool{false, true} {
				p := knownAs(desk)
				p.WasAgent = was
				for _, events := range [][]Event{{Disconnect{}, Integrate{}}, onceMore} {
					change := lastChange(t, p, events...)
					assert.Equal(t, p, change.Next)
					assert.Equal(t, []Warning{NotMapped}, change.Warnings)
				}
			}
		}
		p := knownAs(AsContact)
		p.CRM = 0
		assert.Equal(t, []Warning{NotMapped}, lastChange(t, p, AddToCRM{}).Warnings)
	})
	t.Run("S47", func(t *testing.T) { // deleted for good before integrating, then converted by it
		for desk, events := range map[DeskIdentity][]Event{AsAgent: hardDelete, AsContact: hardDelete[1:]} {
			p := knownAs(desk)
			p.Integration = 0
			assert.Equal(t, knownAs(AsSharedAgent), lastChange(t, p, slices.Concat(events, []Event{Integrate{}})...).Next)
			for n := range events { // not before it is all done
				assert.NotEqual(t, AsSharedAgent, lastChange(t, p, slices.Concat(events[:n], []Event{Integrate{}})...).Next.Desk)
			}
		}
	})
	t.Run("S48", func(t *testing.T) { // integrated already: three steps, a warning at each that loses something
		changes, err := knownAs(AsAgent).Plan(slices.Concat(hardDelete, onceMore)...)
		require.NoError(t, err)
		assert.Equal(t, knownAs(AsSharedAgent), changes[4].Next)
		assert.Equal(t, []Warning{TicketsBecomeUnassigned}, changes[0].Warnings)

		changes, err = knownAs(AsContact).Plan(hardDelete[1:]...)
		require.NoError(t, err)
		assert.Equal(t, []Warning{ActivitiesRemoved}, changes[0].Warnings)
		assert.Equal(t, []Warning{ActivitiesRemoved}, changes[1].Warnings)
	})
	t.Run("S49", func(t *testing.T) { // a deleted agent is a contact
		next := lastChange(t, knownAs(AsAgent), DeleteAgent{}).Next
		assert.Equal(t, Person{Address: lifecycleAddress, Desk: AsContact, WasAgent: true, CRM: Active, Integration: Active}, next)
	})
	t.Run("S50", func(t *testing.T) { // whose tickets become unassigned
		assert.Equal(t, 3, lastChange(t, knownAs(AsAgent), DeleteAgent{}).Unassigned)
		idle := knownAs(AsAgent)
		idle.AssignedTickets = 0
		change := lastChange(t, idle, DeleteAgent{})
		assert.Zero(t, change.Unassigned)
		assert.Equal(t, []Warning{TicketsBecomeUnassigned}, change.Warnings, "there may be some by the time that it is done")
	})
	t.Run("S51", func(t *testing.T) { // unless the agent gets a dummy address
		assert.Equal(t, slog.LevelWarn, TicketsBecomeUnassigned.Level())
		assert.Contains(t, TicketsBecomeUnassigned.Effect(), "become unassigned")
		assert.Contains(t, TicketsBecomeUnassigned.Avoidance(), "dummy address")

		change := lastChange(t, knownAs(AsAgent), renamed)
		assert.Zero(t, change.Unassigned)
		assert.Empty(t, change.Warnings)
		assert.Equal(t, 3, change.Moved.AssignedTickets)
		assert.Equal(t, 3, lastChange(t, change.Moved, DeleteAgent{}).Unassigned, "instead of deleting, not before it (A17)")
	})
	t.Run("S52", func(t *testing.T) { // a contact is deleted, and then deleted from the deleted ones
		assert.Equal(t, knownAs(AsDeletedContact), lastChange(t, knownAs(AsContact), DeleteContact{}).Next)
		assert.Equal(t, knownAs(0), lastChange(t, knownAs(AsContact), DeleteContact{}, PurgeContact{}).Next)
		assert.Equal(t, knownAs(AsContact), lastChange(t, knownAs(AsContact), DeleteContact{}, RestoreContact{}).Next)
		assert.ErrorContains(t, refused(t, knownAs(AsContact), PurgeContact{}), "the desk knows it as contact")
	})
	t.Run("S53", func(t *testing.T) { // deactivated and activated in the CRM, which creates the shared agent
		assert.Zero(t, lastChange(t, knownAs(0), onceMore[0]).Next.Desk)
		assert.Equal(t, knownAs(AsSharedAgent), lastChange(t, knownAs(0), onceMore...).Next)
	})
	t.Run("S54", func(t *testing.T) { // with a contact goes what it did, unless it was an agent
		changes, err := knownAs(AsContact).Plan(DeleteContact{}, PurgeContact{})
		require.NoError(t, err)
		assert.Empty(t, changes[0].Removed, "not until it is purged (A19)")
		assert.Equal(t, []string{"forum topics", "emails", "tickets", "other activity"}, changes[1].Removed)

		changes, err = knownAs(AsAgent).Plan(hardDelete...)
		require.NoError(t, err)
		for _, change := range changes {
			assert.Empty(t, change.Removed)
			assert.NotContains(t, change.Warnings, ActivitiesRemoved)
		}
	})
	t.Run("S55", func(t *testing.T) { // unless the contact gets a dummy address
		assert.Equal(t, slog.LevelError, ActivitiesRemoved.Level())
		assert.Contains(t, ActivitiesRemoved.Effect(), "forum topics, emails, tickets and other activity")
		assert.Contains(t, ActivitiesRemoved.Avoidance(), "dummy address")

		change := lastChange(t, knownAs(AsContact), renamed)
		assert.Empty(t, change.Removed)
		assert.Empty(t, change.Warnings)
		assert.Equal(t, AsContact, change.Moved.Desk)
		assert.Equal(t, AsSharedAgent, lastChange(t, change.Next, onceMore...).Next.Desk)
	})
	t.Run("S56", func(t *testing.T) { // the example, before integrating and after
		for integration, events := range map[Status][]Event{0: {Integrate{}}, Active: onceMore} {
			for _, desk := range []DeskIdentity{AsAgent, AsContact} {
				emily := knownAs(desk)
				emily.Integration = integration
				change := lastChange(t, emily, ChangeAddress{To: "emily.dean_placeholder@example.com", Free: true})

				old := emily
				old.Address, old.CRM = "emily.dean_placeholder@example.com", 0
				assert.Equal(t, Change{
					Event: ChangeAddress{To: "emily.dean_placeholder@example.com", Free: true},
					Next:  Person{Address: "emily.dean@example.com", CRM: Active, Integration: integration},
					Moved: old,
				}, change, "nothing is lost and nothing is to be warned of")
				assert.NoError(t, change.Moved.Check())

				mapped := lastChange(t, change.Next, events...)
				assert.Equal(t, knownAs(AsSharedAgent), mapped.Next)
				assert.Empty(t, mapped.Warnings)
			}
		}
	})
}

// A29, and what becomes of a shared agent whom the CRM has let go: the record stays.
func TestLifecycleKeepsTheRecord(t *testing.T) {
	edited := lastChange(t, knownAs(AsSharedAgent), EditAgent{
		By: lifecycleAdmin, Bindings: lifecycleHolding(lifecycleCustom, Group), Groups: map[GroupID]Access{"billing": View},
	}).Next
	for _, events := range [][]Event{
		{DeactivateInCRM{}}, {Disconnect{}}, {DeactivateInCRM{}, Disconnect{}}, {Disconnect{}, Integrate{}},
		{DeactivateInCRM{}, ActivateInCRM{}}, {DeactivateInCRM{}, Disconnect{}, ActivateInCRM{}, Integrate{}},
	} {
		change := lastChange(t, edited, events...)
		want := edited
		want.CRM, want.Integration = change.Next.CRM, change.Next.Integration
		assert.Equal(t, want, change.Next)
		assert.Empty(t, change.Warnings)
	}
	assert.Equal(t, Inactive, lastChange(t, edited, DeactivateInCRM{}).Next.CRM)
	assert.Equal(t, Inactive, lastChange(t, edited, Disconnect{}).Next.Integration)
}

// Contradictions are reported with the address and both facts, all of them, in one order.
func TestLifecycleContradictions(t *testing.T) {
	with := func(desk DeskIdentity, change func(*Person)) Person {
		p := knownAs(desk)
		change(&p)
		return p
	}
	for want, p := range map[string]Person{
		`"": this is no address`:                       {},
		`"emily": this is no address`:                  {Address: "emily"},
		`"@example.com": this is no address`:           {Address: "@example.com"},
		`"emily@": this is no address`:                 {Address: "emily@"},
		`" emily@example.com": this is no address`:     {Address: " emily@example.com"},
		`"emily@example.com\n": this is no address`:    {Address: "emily@example.com\n"},
		`"emily dean@example.com": this is no address`: {Address: "emily dean@example.com"},

		`the identity is unknown(16)`:                   with(16, func(*Person) {}),
		`the status in the CRM is unknown(3)`:           with(0, func(p *Person) { p.CRM = 3 }),
		`the status of the integration is unknown(255)`: with(0, func(p *Person) { p.Integration = 255 }),
		`-1 tickets are assigned`:                       with(AsAgent, func(p *Person) { p.AssignedTickets = -1 }),

		`contact and agent at one address`:           with(AsContact|AsAgent, func(*Person) {}),
		`contact and deleted contact at one address`: with(AsContact|AsDeletedContact, func(*Person) {}),
		`agent and shared agent at one address`:      with(AsAgent|AsSharedAgent, func(*Person) {}),

		`shared agent, yet no user of the CRM`:                                          with(AsSharedAgent, func(p *Person) { p.CRM = 0 }),
		`shared agent, yet the desk was never integrated with the CRM`:                  with(AsSharedAgent, func(p *Person) { p.Integration = 0 }),
		`agent, yet marked as a contact who was an agent`:                               with(AsAgent, func(p *Person) { p.WasAgent = true }),
		`shared agent, yet marked as a contact who was an agent`:                        with(AsSharedAgent, func(p *Person) { p.WasAgent = true }),
		`nobody, yet marked as a contact who was an agent`:                              with(0, func(p *Person) { p.WasAgent = true }),
		`shared agent, yet 2 tickets are assigned`:                                      with(AsSharedAgent, func(p *Person) { p.AssignedTickets = 2 }),
		`contact, yet 2 tickets are assigned`:                                           with(AsContact, func(p *Person) { p.AssignedTickets = 2 }),
		`nobody, yet 2 tickets are assigned`:                                            with(0, func(p *Person) { p.AssignedTickets = 2 }),
		`contact, yet with roles or groups of an agent`:                                 with(AsContact, func(p *Person) { p.Bindings = lifecycleHolding(AgentRole(), Global) }),
		`deleted contact, yet with roles or groups of an agent`:                         with(AsDeletedContact, func(p *Person) { p.Groups = map[GroupID]Access{"billing": View} }),
		`nobody, yet with roles or groups of an agent`:                                  with(0, func(p *Person) { p.Groups = map[GroupID]Access{"billing": View} }),
		`shared agent, yet with the built-in role "Agent"; clone it and give the clone`: with(AsSharedAgent, func(p *Person) { p.Bindings = lifecycleHolding(AgentRole(), Global) }),

		`a binding without a role`:                    with(AsAgent, func(p *Person) { p.Bindings = lifecycleHolding(Role{}, Global) }),
		`role "Agent": no workspace`:                  with(AsAgent, func(p *Person) { p.Bindings = []Binding{{Role: AgentRole(), TicketScope: Group}} }),
		`role "Agent": unknown ticket scope 4`:        with(AsAgent, func(p *Person) { p.Bindings = lifecycleHolding(AgentRole(), Global+1) }),
		`role "Shared Agent": unknown ticket scope 0`: with(AsSharedAgent, func(p *Person) { p.Bindings = lifecycleHolding(SharedAgentRole(), 0) }),
		`access to a group without an ID`:             with(AsSharedAgent, func(p *Person) { p.Groups = map[GroupID]Access{"": View} }),
		`group "billing": unknown access 3`:           with(AsAgent, func(p *Person) { p.Groups = map[GroupID]Access{"billing": 3} }),
	} {
		if !strings.HasPrefix(want, `"`) {
			want = `"emily.dean@example.com": ` + want
		}
		require.EqualError(t, p.Check(), "deskpolicy: "+want)
		for _, event := range lifecycleEvents() {
			changes, err := p.Plan(event.event)
			require.EqualError(t, err, "deskpolicy: "+want, "nothing is planned")
			require.Nil(t, changes)
		}
		_, err := p.Plan()
		require.Error(t, err)
	}
	onDesk := with(AsAgent, func(p *Person) { p.Bindings = lifecycleHolding(SharedAgentRole(), Restricted) })
	require.ErrorIs(t, onDesk.Check(), ErrOnlyViaCRM)

	for _, c := range []struct {
		p    Person
		want []string
	}{
		{Person{Desk: AsSharedAgent | 16, WasAgent: true, AssignedTickets: 2}, []string{
			`the identity is shared agent and unknown(16)`,
			`shared agent and unknown(16) at one address`,
			`shared agent, yet no user of the CRM`,
			`shared agent, yet the desk was never integrated with the CRM`,
			`shared agent and unknown(16), yet marked as a contact who was an agent`,
			`shared agent and unknown(16), yet 2 tickets are assigned`,
		}},
		{Person{AssignedTickets: 2, Bindings: lifecycleHolding(Role{}, Global), Groups: map[GroupID]Access{"billing": View}}, []string{
			`nobody, yet 2 tickets are assigned`,
			`nobody, yet with roles or groups of an agent`,
			`a binding without a role`,
		}},
		{Person{Desk: AsSharedAgent, CRM: Active, Integration: Active, Bindings: []Binding{{Role: AgentRole()}}}, []string{
			`role "Agent": no workspace`,
			`role "Agent": unknown ticket scope 0`,
			`shared agent, yet with the built-in role "Agent"; clone it and give the clone`,
		}},
	} {
		c.p.Address = lifecycleAddress
		require.EqualError(t, c.p.Check(), inLines(c.want...))
	}

	everything := Person{
		Address: "emily", Desk: AsContact | AsDeletedContact | AsAgent | AsSharedAgent | 128, AssignedTickets: -5, CRM: 9, Integration: 9,
		Bindings: []Binding{{}, {Role: AgentRole(), Workspace: "it", TicketScope: 9}},
		Groups:   map[GroupID]Access{"sales": 7, "billing": 8, "": 9, "apac": 10},
	}
	const want = `deskpolicy: "emily": this is no address
deskpolicy: "emily": the identity is contact and deleted contact and agent and shared agent and unknown(128)
deskpolicy: "emily": the status in the CRM is unknown(9)
deskpolicy: "emily": the status of the integration is unknown(9)
deskpolicy: "emily": -5 tickets are assigned
deskpolicy: "emily": contact and deleted contact and agent and shared agent and unknown(128) at one address
deskpolicy: "emily": a binding without a role
deskpolicy: "emily": role "": no workspace
deskpolicy: "emily": role "Agent": unknown ticket scope 9
deskpolicy: "emily": access to a group without an ID
deskpolicy: "emily": group "": unknown access 9
deskpolicy: "emily": group "apac": unknown access 10
deskpolicy: "emily": group "billing": unknown access 8
deskpolicy: "emily": group "sales": unknown access 7`
	for range 20 {
		require.EqualError(t, everything.Check(), want)
	}

	messenger := with(AsAgent, func(p *Person) { p.Bindings = lifecycleHolding(SupportAgentRole(), 0) })
	assert.NoError(t, messenger.Check(), "a role that is not about tickets needs no ticket scope")
}

// What the desk refuses, and what to do instead.
func TestLifecycleRefusals(t *testing.T) {
	unlinked := Person{Address: lifecycleAddress}
	inactive := Person{Address: lifecycleAddress, CRM: Inactive}
	dummy := ChangeAddress{To: lifecycleDummy, Free: true}
	for _, c := range []struct {
		p     Person
		event Event
		want  string
	}{
		{knownAs(0), Integrate{}, "cannot integrate: the desk is integrated; deactivate the user in the CRM and activate them to map them"},
		{unlinked, Disconnect{}, "cannot disconnect: the desk is not integrated; integrate it first"},
		{knownAs(0), AddToCRM{}, "cannot add to the CRM: the user is active; deactivate them first"},
		{inactive, AddToCRM{}, "cannot add to the CRM: the user is deactivated; activate them"},
		{knownAs(0), ActivateInCRM{}, "cannot activate in the CRM: the user is active; deactivate them first"},
		{unlinked, ActivateInCRM{}, "cannot activate in the CRM: the CRM has nobody there; add the user"},
		{unlinked, DeactivateInCRM{}, "cannot deactivate in the CRM: the CRM has nobody there; add the user"},
		{knownAs(AsContact), AddAgent{}, "cannot add an agent: the desk knows it as contact; convert it, delete it or change its address"},
		{knownAs(AsAgent), ConvertToAgent{}, "cannot convert to agent: the desk knows it as agent; edit it, delete it or change its address"},
		{knownAs(0), EditAgent{By: lifecycleAdmin}, "cannot edit the agent: the desk has nobody there; add an agent, or add the user to the CRM"},
		{knownAs(AsSharedAgent), EditAgent{}, `cannot edit the agent: "" is no address; say who does it`},
		{knownAs(AsAgent), EditAgent{By: lifecycleAddress}, "cannot edit the agent: nobody changes their own authority; let another administrator do it"},
		{knownAs(AsAgent), EditRole{}, "cannot edit the role: there is no role; name one"},
		{knownAs(AsContact), DeleteAgent{}, "cannot delete the agent: the desk knows it as contact; convert it, delete it or change its address"},
		{knownAs(AsDeletedContact), DeleteContact{}, "cannot delete the contact: the desk knows it as deleted contact; restore it or purge it"},
		{knownAs(AsSharedAgent), RestoreContact{}, "cannot restore the contact: the desk knows it as shared agent; edit it or delete it; its address is the CRM's"},
		{knownAs(AsAgent), PurgeContact{}, "cannot purge the contact: the desk knows it as agent; edit it, delete it or change its address"},
		{knownAs(AsSharedAgent), dummy, "cannot change the address: the desk knows it as shared agent; edit it or delete it; its address is the CRM's"},
		{knownAs(AsDeletedContact), dummy, "cannot change the address: the desk knows it as deleted contact; restore it or purge it"},
		{knownAs(AsAgent), ChangeAddress{Free: true}, `cannot change the address: "" is no address`},
		{knownAs(AsAgent), ChangeAddress{To: "Emily.Dean@example.com", Free: true}, "cannot change the address: it is the same address; give another one"},
		{knownAs(AsAgent), ChangeAddress{To: lifecycleDummy}, `cannot change the address: "emily.dean_placeholder@example.com" is not known to be free; give an address that neither the desk nor the CRM has`},
		{knownAs(AsAgent), nil, "unknown event <nil>"},
		{knownAs(AsAgent), &DeleteAgent{}, "unknown event *deskpolicy.DeleteAgent"},
		{knownAs(AsAgent), (*DeleteAgent)(nil), "unknown event *deskpolicy.DeleteAgent"},
		{knownAs(AsAgent), struct{ DeleteAgent }{}, "unknown event struct { deskpolicy.DeleteAgent }"},
	} {
		assert.EqualError(t, refused(t, c.p, c.event), `deskpolicy: "emily.dean@example.com": `+c.want)
	}
	// What is wrong with an event is said all at once.
	const (
		isContact = ": the desk knows it as contact; convert it, delete it or change its address"
		isAgent   = ": the desk knows it as agent; edit it, delete it or change its address"
		isShared  = ": the desk knows it as shared agent; edit it or delete it; its address is the CRM's"
	)
	nothing := lifecycleHolding(Role{}, Group)
	for _, c := range []struct {
		p     Person
		event Event
		want  []string
	}{
		{knownAs(AsContact), AddAgent{nothing}, []string{`a binding without a role`, `cannot add an agent` + isContact}},
		{knownAs(AsAgent), ConvertToAgent{nothing}, []string{`a binding without a role`, `cannot convert to agent` + isAgent}},
		{knownAs(AsContact), EditAgent{By: "emily", Bindings: nothing}, []string{
			`a binding without a role`,
			`cannot edit the agent` + isContact,
			`cannot edit the agent: "emily" is no address; say who does it`,
		}},
		{knownAs(AsSharedAgent), ChangeAddress{To: "emily"}, []string{
			`cannot change the address` + isShared,
			`cannot change the address: "emily" is no address`,
			`cannot change the address: "emily" is not known to be free; give an address that neither the desk nor the CRM has`,
		}},
		{knownAs(AsAgent), ChangeAddress{To: lifecycleAddress}, []string{
			`cannot change the address: it is the same address; give another one`,
			`cannot change the address: "emily.dean@example.com" is not known to be free; give an address that neither the desk nor the CRM has`,
		}},
	} {
		assert.EqualError(t, refused(t, c.p, c.event), inLines(c.want...))
	}
	err := refused(t, knownAs(0), AddAgent{[]Binding{{Role: SharedAgentRole(), TicketScope: Group}}})
	assert.EqualError(t, err, inLines(`role "Shared Agent": no workspace`)+`
deskpolicy: shared agents come only from the CRM: "emily.dean@example.com": agent, yet with the role "Shared Agent"; `+
		`make sure that the desk has nobody at the address, then add the user to the CRM, or deactivate and activate them there`)
}

// inLines is an error about Emily with these problems.
func inLines(problems ...string) string {
	const about = `deskpolicy: "emily.dean@example.com": `
	return about + strings.Join(problems, "\n"+about)
}

func TestLifecycleNames(t *testing.T) {
	for d, want := range map[DeskIdentity]string{
		0: "nobody", AsContact: "contact", AsDeletedContact: "deleted contact", AsAgent: "agent", AsSharedAgent: "shared agent",
		AsContact | AsSharedAgent: "contact and shared agent", 16: "unknown(16)", AsAgent | 192: "agent and unknown(192)",
	} {
		assert.Equal(t, want, d.String())
	}
	for s, want := range map[Status]string{0: "none", Active: "active", Inactive: "inactive", 3: "unknown"} {
		assert.Equal(t, want, s.String())
	}
	for w, want := range map[Warning]string{
		0: "unknown", TicketsBecomeUnassigned: "tickets_become_unassigned", ActivitiesRemoved: "activities_removed", NotMapped: "not_mapped_existing_identity", 4: "unknown",
	} {
		assert.Equal(t, want, w.String())
		assert.NotEmpty(t, w.Effect())
		assert.NotEmpty(t, w.Avoidance())
		assert.Equal(t, want == "unknown", w.Effect() == "unknown")
	}
	assert.Equal(t, slog.LevelInfo, NotMapped.Level())
	assert.Contains(t, NotMapped.Avoidance(), "dummy address")
	assert.Equal(t, slog.LevelError, Warning(4).Level())
	assert.Equal(t, []string{"1", "2", "3"}, strings.Fields(fmt.Sprintf("%d %d %d", TicketsBecomeUnassigned, ActivitiesRemoved, NotMapped)), "numbers do not change")

	assert.Equal(t, "nothing", Change{}.String())
	seen := make(map[string]bool)
	for _, event := range lifecycleEvents() {
		seen[Change{Event: event.event}.String()] = true
	}
	assert.Len(t, seen, 14, "each event has words of its own")
	assert.Contains(t, seen, "delete the agent")
}

// The model: the lifecycle once more, in words.
//
// On the desk somebody is nobody, contact, ex-contact (a contact who was an
// agent), deleted, ex-deleted, agent, busy (an agent with tickets) or shared.
// Each holds nothing "-", or one of a few sets of roles and groups.
type lifecycleState struct{ desk, holds, crm, integration string }

// lifecycleTable has a row for each transition: the event, who the person is, and
// what becomes of that. A comma is "or", "*" anything, "=" as before. The first row
// that fits counts, and an event that fits none is refused.
const lifecycleTable = `
event              | desk               | crm      | integr.   | desk       | holds   | crm      | integr. | effects

integrate          | nobody             | active   | never,was | shared     | default | =        | is      |
integrate          | contact,ex-contact | active   | never,was | =          | =       | =        | is      | !unmapped
integrate          | deleted,ex-deleted | active   | never,was | =          | =       | =        | is      | !unmapped
integrate          | *                  | *        | never,was | =          | =       | =        | is      |
disconnect         | *                  | *        | is        | =          | =       | =        | was     |

add to crm         | nobody             | none     | is        | shared     | default | active   | =       |
add to crm         | contact,ex-contact | none     | is        | =          | =       | active   | =       | !unmapped
add to crm         | deleted,ex-deleted | none     | is        | =          | =       | active   | =       | !unmapped
add to crm         | *                  | none     | *         | =          | =       | active   | =       |
activate           | nobody             | inactive | is        | shared     | default | active   | =       |
activate           | contact,ex-contact | inactive | is        | =          | =       | active   | =       | !unmapped
activate           | deleted,ex-deleted | inactive | is        | =          | =       | active   | =       | !unmapped
activate           | *                  | inactive | *         | =          | =       | active   | =       |
deactivate         | *                  | active   | *         | =          | =       | inactive | =       |

add agent          | nobody             | *        | *         | agent      | plain   | =        | =       | seat+1
convert            | contact,ex-contact | *        | *         | agent      | plain   | =        | =       | seat+1
edit: custom       | shared,agent,busy  | *        | *         | =          | custom  | =        | =       |
edit: plain        | agent,busy         | *        | *         | =          | plain   | =        | =       |
edit: wide         | shared             | *        | *         | =          | wide    | =        | =       |
edit: groups       | shared             | *        | *         | =          | groups  | =        | =       |
edit: nothing      | shared,agent,busy  | *        | *         | =          | -       | =        | =       |
edit custom role   | *                  | *        | *         | =          | =       | =        | =       |
delete agent       | shared             | *        | *         | ex-contact | -       | =        | =       |
delete agent       | agent              | *        | *         | ex-contact | -       | =        | =       | seat-1 !unassigned
delete agent       | busy               | *        | *         | ex-contact | -       | =        | =       | unassigned seat-1 !unassigned

delete contact     | contact            | *        | *         | deleted    | =       | =        | =       | !removed
delete contact     | ex-contact         | *        | *         | ex-deleted | =       | =        | =       |
restore            | deleted            | *        | *         | contact    | =       | =        | =       |
restore            | ex-deleted         | *        | *         | ex-contact | =       | =        | =       |
purge              | deleted            | *        | *         | nobody     | =       | =        | =       | removed !removed
purge              | ex-deleted         | *        | *         | nobody     | =       | =        | =       |

change address     | contact,ex-contact | *        | *         | nobody     | -       | =        | =       | moved
change address     | agent,busy         | *        | *         | nobody     | -       | =        | =       | moved
`

// lifecycleRows is the table, as rows of cells.
var lifecycleRows = func() [][]string {
	var rows [][]string
	for _, line := range strings.Split(strings.TrimSpace(lifecycleTable), "\n")[1:] {
		if line == "" {
			continue
		}
		row := strings.Split(line, "|")
		for i := range row {
			row[i] = strings.TrimSpace(row[i])
		}
		rows = append(rows, row)
	}
	return rows
}()

// lifecycleModel looks the event up.
func lifecycleModel(s lifecycleState, event string) (next lifecycleState, effects string, fits bool) {
	is := func(cell, now string) bool { return cell == "*" || slices.Contains(strings.Split(cell, ","), now) }
	then := func(cell, now string) string {
		if cell == "=" {
			return now
		}
		return cell
	}
	for _, row := range lifecycleRows {
		if row[0] == event && is(row[1], s.desk) && is(row[2], s.crm) && is(row[3], s.integration) {
			return lifecycleState{then(row[4], s.desk), then(row[5], s.holds), then(row[6], s.crm), then(row[7], s.integration)}, row[8], true
		}
	}
	return s, "", false
}

// lifecycleStates are all states there are.
func lifecycleStates() []lifecycleState {
	holds := map[string][]string{"agent": {"plain", "custom", "-"}, "busy": {"plain", "custom", "-"}, "shared": {"default", "wide", "groups", "custom", "-"}}
	var states []lifecycleState
	for _, desk := range []string{"nobody", "contact", "ex-contact", "deleted", "ex-deleted", "agent", "busy", "shared"} {
		for _, crm := range []string{"none", "active", "inactive"} {
			for _, integration := range []string{"never", "is", "was"} {
				if desk == "shared" && (crm == "none" || integration == "never") {
					continue
				}
				for _, held := range append(holds[desk], "-")[:max(1, len(holds[desk]))] {
					states = append(states, lifecycleState{desk, held, crm, integration})
				}
			}
		}
	}
	return states
}

// The words of the model, and what they are in the library.
var (
	lifecycleStatuses = []string{"none", "active", "inactive"}
	lifecycleLinks    = []string{"never", "is", "was"}
	lifecycleHolds    = map[string]Person{
		"-":       {},
		"plain":   {Bindings: lifecycleHolding(AgentRole(), Global)},
		"custom":  {Bindings: lifecycleHolding(lifecycleCustom, Group)},
		"default": {Bindings: lifecycleHolding(SharedAgentRole(), Restricted)},
		"wide":    {Bindings: lifecycleHolding(SharedAgentRole(), Global)},
		"groups":  {Bindings: lifecycleHolding(SharedAgentRole(), Restricted), Groups: map[GroupID]Access{"billing": Edit, "refunds": View}},
	}
	lifecycleDesk = map[string]Person{
		"nobody":     {},
		"contact":    {Desk: AsContact},
		"ex-contact": {Desk: AsContact, WasAgent: true},
		"deleted":    {Desk: AsDeletedContact},
		"ex-deleted": {Desk: AsDeletedContact, WasAgent: true},
		"agent":      {Desk: AsAgent},
		"busy":       {Desk: AsAgent, AssignedTickets: 3},
		"shared":     {Desk: AsSharedAgent},
	}
	sameRoles = cmp.Options{cmp.Comparer(func(a, b Role) bool { return a == b })}
)

type lifecycleEvent struct {
	name  string
	event Event
}

// lifecycleEvents are the events that the model knows, and others that it refuses.
func lifecycleEvents() []lifecycleEvent {
	edit := func(holds string) EditAgent {
		return EditAgent{By: lifecycleAdmin, Bindings: slices.Clone(lifecycleHolds[holds].Bindings), Groups: lifecycleHolds[holds].Groups}
	}
	byMyself := edit("wide")
	byMyself.By = lifecycleAddress
	return []lifecycleEvent{
		{"integrate", Integrate{}},
		{"disconnect", Disconnect{}},
		{"add to crm", AddToCRM{}},
		{"activate", ActivateInCRM{}},
		{"deactivate", DeactivateInCRM{}},
		{"add agent", AddAgent{lifecycleHolding(AgentRole(), Global)}},
		{"add shared agent", AddAgent{lifecycleHolding(SharedAgentRole(), Restricted)}},
		{"convert", ConvertToAgent{lifecycleHolding(AgentRole(), Global)}},
		{"convert to shared agent", ConvertToAgent{lifecycleHolding(SharedAgentRole(), Restricted)}},
		{"edit: plain", edit("plain")},
		{"edit: custom", edit("custom")},
		{"edit: wide", edit("wide")},
		{"edit: groups", edit("groups")},
		{"edit: nothing", edit("-")},
		{"edit oneself", byMyself},
		{"edit built-in role", EditRole{SharedAgentRole()}},
		{"edit custom role", EditRole{lifecycleCustom}},
		{"delete agent", DeleteAgent{}},
		{"delete contact", DeleteContact{}},
		{"restore", RestoreContact{}},
		{"purge", PurgeContact{}},
		{"change address", ChangeAddress{To: lifecycleDummy, Free: true}},
		{"change to a taken address", ChangeAddress{To: lifecycleDummy}},
	}
}

// lifecyclePerson builds the person of a state.
func lifecyclePerson(s lifecycleState) Person {
	p := lifecycleDesk[s.desk]
	p.Address = lifecycleAddress
	p.Bindings, p.Groups = slices.Clone(lifecycleHolds[s.holds].Bindings), lifecycleHolds[s.holds].Groups
	p.CRM = Status(slices.Index(lifecycleStatuses, s.crm))
	p.Integration = Status(slices.Index(lifecycleLinks, s.integration))
	return p
}

// inWords describes a person in the model's words, or as a whole if they do not do.
func inWords(p Person) lifecycleState {
	s := lifecycleState{desk: fmt.Sprintf("%+v", p), holds: fmt.Sprintf("%+v", p)}
	for word, q := range lifecycleDesk {
		if p.Desk == q.Desk && p.WasAgent == q.WasAgent && (p.AssignedTickets > 0) == (q.AssignedTickets > 0) {
			s.desk = word
		}
	}
	for word, q := range lifecycleHolds {
		if cmp.Equal(p.Bindings, q.Bindings, sameRoles) && cmp.Equal(p.Groups, q.Groups) {
			s.holds = word
		}
	}
	s.crm, s.integration = lifecycleStatuses[p.CRM], lifecycleLinks[p.Integration]
	return s
}

// effectsInWords describes what a change does besides, in the model's words.
func effectsInWords(before Person, c Change) string {
	var words []string
	switch c.Unassigned {
	case 0:
	case before.AssignedTickets:
		words = append(words, "unassigned")
	default:
		words = append(words, fmt.Sprintf("unassigned %d of %d", c.Unassigned, before.AssignedTickets))
	}
	if !cmp.Equal(c.Moved, Person{}, sameRoles) {
		old := before
		old.Address, old.CRM = c.Event.(ChangeAddress).To, 0
		words = append(words, "moved"+cmp.Diff(old, c.Moved, sameRoles))
	}
	if len(c.Removed) > 0 {
		words = append(words, "removed")
	}
	if c.Seats != 0 {
		words = append(words, fmt.Sprintf("seat%+d", c.Seats))
	}
	for _, w := range c.Warnings {
		words = append(words, map[Warning]string{TicketsBecomeUnassigned: "!unassigned", ActivitiesRemoved: "!removed", NotMapped: "!unmapped"}[w])
	}
	return strings.Join(words, " ")
}

// compareWithModel plans the event, and checks that the library and the model agree about it.
func compareWithModel(t require.TestingT, s lifecycleState, p Person, event lifecycleEvent) (lifecycleState, Person, Change) {
	next, effects, fits := lifecycleModel(s, event.name)
	changes, err := p.Plan(event.event)
	require.Equal(t, fits, err == nil, "%+v: %s: %v", s, event.name, err)
	if err != nil {
		require.Nil(t, changes)
		require.Contains(t, err.Error(), fmt.Sprintf("%q", p.Address))
		return s, p, Change{}
	}
	require.Len(t, changes, 1)
	require.Equal(t, next, inWords(changes[0].Next), "%+v: %s", s, event.name)
	require.Equal(t, effects, effectsInWords(p, changes[0]), "%+v: %s", s, event.name)
	require.Equal(t, p.Address, changes[0].Next.Address)
	require.NoError(t, changes[0].Next.Check(), "%+v: %s: what is planned is no contradiction", s, event.name)
	return next, changes[0].Next, changes[0]
}

// Every history of six events, refused ones included, from every state.
// What follows depends on the state alone, so each is compared once at each length.
func TestLifecycleHistories(t *testing.T) {
	type point struct {
		state  lifecycleState
		person string
		left   int
	}
	const length = 6
	events := lifecycleEvents()
	counted := make(map[point]int)
	compared := 0
	var histories func(s lifecycleState, p Person, left int) int
	histories = func(s lifecycleState, p Person, left int) int {
		if left == 0 {
			return 1
		}
		at := point{s, fmt.Sprintf("%+v", p), left}
		if n, known := counted[at]; known {
			return n
		}
		n := 0
		for _, event := range events {
			compared++
			next, person, _ := compareWithModel(t, s, p, event)
			n += histories(next, person, left-1)
		}
		counted[at] = n
		return n
	}
	total, want := 0, len(lifecycleStates())
	for _, state := range lifecycleStates() {
		require.NoError(t, lifecyclePerson(state).Check())
		require.Equal(t, state, inWords(lifecyclePerson(state)))
		total += histories(state, lifecyclePerson(state), length)
	}
	for range length {
		want *= len(events)
	}
	require.Equal(t, want, total)
	t.Logf("%d histories of %d events out of %d, from %d states, in %d comparisons", total, length, len(events), len(lifecycleStates()), compared)

	rows := make(map[string]bool)
	for _, row := range lifecycleRows {
		require.False(t, rows[strings.Join(row, "|")], "%v is there twice", row)
		rows[strings.Join(row, "|")] = true
	}
}

// Planning several events is planning one after the other, all or nothing; it
// gives the same every time, and changes neither the person nor the events.
func TestLifecyclePlansAreValues(t *testing.T) {
	events, untouched := lifecycleEvents(), lifecycleEvents()
	equal := func(want, got any) {
		t.Helper()
		if diff := cmp.Diff(want, got, sameRoles); diff != "" {
			t.Fatal(diff)
		}
	}
	for _, state := range lifecycleStates() {
		p := lifecyclePerson(state)
		for _, first := range events {
			one, err := p.Plan(first.event)
			again, errAgain := p.Plan(first.event)
			require.Equal(t, err, errAgain)
			equal(one, again)
			for _, second := range events {
				both, errBoth := p.Plan(first.event, second.event)
				if err != nil {
					require.Equal(t, err, errBoth)
					require.Nil(t, both)
					continue
				}
				two, errTwo := one[0].Next.Plan(second.event)
				require.Equal(t, errTwo, errBoth)
				if errTwo != nil {
					require.Nil(t, both)
					continue
				}
				equal(slices.Concat(one, two), both)
			}
		}
		equal(lifecyclePerson(state), p)
		none, err := p.Plan()
		require.NoError(t, err)
		require.Empty(t, none)
	}
	for i := range events {
		equal(untouched[i].event, events[i].event)
	}

	// What the caller does to one plan is not seen in the next.
	purged := func() Change { return lastChange(t, knownAs(AsDeletedContact), PurgeContact{}) }
	purged().Removed[0] = "nothing"
	equal("forum topics", purged().Removed[0])
	mapped := func() Change { return lastChange(t, knownAs(0), DeactivateInCRM{}, ActivateInCRM{}) }
	mapped().Next.Bindings[0].TicketScope = Global
	equal(Restricted, mapped().Next.Bindings[0].TicketScope)
}

// A lifecycleWorld is a desk with its people and their tickets, to which plans
// are applied, and the same people in the model.
type lifecycleWorld struct {
	addresses   []string
	integration string
	people      map[string]Person
	states      map[string]lifecycleState
	tickets     map[int]string // the assignee's address, "" for none
	happened    map[string]int // how often each event was not refused
}

func drawLifecycleWorld(t *rapid.T, happened map[string]int) *lifecycleWorld {
	w := &lifecycleWorld{nil, "", make(map[string]Person), make(map[string]lifecycleState), make(map[int]string), happened}
	w.integration = rapid.SampledFrom(lifecycleLinks).Draw(t, "integration")
	states := slices.DeleteFunc(lifecycleStates(), func(s lifecycleState) bool { return s.integration != w.integration })
	for _, address := range []string{lifecycleAddress, "olaf@example.com", "sarah@example.com"} {
		state := states[rapid.IntRange(0, 1000).Draw(t, "state")%len(states)]
		p := lifecyclePerson(state)
		for range p.AssignedTickets {
			w.tickets[len(w.tickets)] = address
		}
		w.put(address, p, state)
	}
	return w
}

func (w *lifecycleWorld) put(address string, p Person, state lifecycleState) {
	if _, known := w.people[address]; !known {
		w.addresses = append(w.addresses, address)
	}
	p.Address = address
	w.people[address], w.states[address] = p, state
}

func (w *lifecycleWorld) address(t *rapid.T) string {
	return rapid.SampledFrom(w.addresses).Draw(t, "address")
}

// happen lets the event happen, as far as it is not refused.
func (w *lifecycleWorld) happen(t *rapid.T, address string, event lifecycleEvent) Change {
	before := w.people[address]
	state, person, change := compareWithModel(t, w.states[address], before, event)
	w.put(address, person, state)
	if change.Event != nil {
		w.happened[event.name]++
	}
	if before.Desk != AsSharedAgent && person.Desk == AsSharedAgent { // INV-3
		require.Contains(t, []string{"integrate", "add to crm", "activate"}, event.name, "shared agents come from the CRM")
		require.Equal(t, [2]Status{Active, Active}, [2]Status{person.CRM, person.Integration})
	}
	if before.Desk == AsSharedAgent && person.Desk != AsSharedAgent { // INV-2: no role lifts the limits of the kind
		require.Equal(t, "delete agent", event.name, "a shared agent remains one, whatever its roles")
	}
	return change
}

// integrate is of the whole desk, and so is its opposite.
func (w *lifecycleWorld) integrate(t *rapid.T) {
	event := lifecycleEvent{"integrate", Integrate{}}
	if w.integration == "is" {
		event = lifecycleEvent{"disconnect", Disconnect{}}
	}
	for _, address := range w.addresses {
		w.happen(t, address, event)
	}
	w.integration = w.states[w.addresses[0]].integration
}

// somebody has something happen to them, mostly something that is possible.
func (w *lifecycleWorld) somebody(t *rapid.T) {
	address := w.address(t)
	events := slices.DeleteFunc(lifecycleEvents(), func(e lifecycleEvent) bool {
		return strings.HasPrefix(e.name, "change") || e.name == "integrate" || e.name == "disconnect" || e.name == "edit oneself"
	})
	if rapid.IntRange(0, 7).Draw(t, "possible") < 7 {
		events = slices.DeleteFunc(events, func(e lifecycleEvent) bool {
			_, _, fits := lifecycleModel(w.states[address], e.name)
			return !fits
		})
	}
	event := events[rapid.IntRange(0, 1000).Draw(t, "event")%len(events)]
	change := w.happen(t, address, event)
	unassigned := 0
	for ticket, assignee := range w.tickets {
		if assignee == address && event.name == "delete agent" {
			w.tickets[ticket] = ""
			unassigned++
		}
	}
	require.Equal(t, unassigned, change.Unassigned)
}

func (w *lifecycleWorld) editOneself(t *rapid.T) {
	address := w.address(t)
	w.happen(t, address, lifecycleEvent{"edit oneself", EditAgent{By: address, Bindings: lifecycleHolding(lifecycleCustom, Global)}})
}

func (w *lifecycleWorld) changeAddress(t *rapid.T) {
	from := w.address(t)
	to := rapid.SampledFrom(append([]string{fmt.Sprintf("placeholder%d@example.com", len(w.addresses))}, w.addresses...)).Draw(t, "to")
	event := lifecycleEvent{"change address", ChangeAddress{To: to, Free: w.people[to].Desk == 0 && w.people[to].CRM == 0}}
	if from == to || !event.event.(ChangeAddress).Free {
		event.name = "change to a taken address"
	}
	state := w.states[from]
	change := w.happen(t, from, event)
	if change.Event == nil {
		return
	}
	state.crm = "none"
	w.put(to, change.Moved, state)
	for ticket, assignee := range w.tickets {
		if assignee == from {
			w.tickets[ticket] = to
		}
	}
}

// writeIn makes a contact of a customer whom nobody knew.
func (w *lifecycleWorld) writeIn(t *rapid.T) {
	address := w.address(t)
	p, state := w.people[address], w.states[address]
	if p.Desk == 0 {
		p.Desk, state.desk = AsContact, "contact"
		w.put(address, p, state)
	}
}

func (w *lifecycleWorld) assign(t *rapid.T) {
	address := w.address(t)
	p, state := w.people[address], w.states[address]
	if p.Desk == AsAgent {
		p.AssignedTickets++
		state.desk = "busy"
		w.tickets[len(w.tickets)] = address
		w.put(address, p, state)
	}
}

func (w *lifecycleWorld) invariants(t *rapid.T) {
	assigned := make(map[string]int)
	for _, assignee := range w.tickets {
		if assignee != "" {
			require.Equal(t, AsAgent, w.people[assignee].Desk, "INV-1: no ticket has a shared agent as its assignee")
			assigned[assignee]++
		}
	}
	for _, address := range w.addresses {
		p := w.people[address]
		require.Equal(t, address, p.Address)
		require.NoError(t, p.Check(), "INV-4: one identity at each address")
		require.Equal(t, assigned[address], p.AssignedTickets)
		require.Equal(t, w.states[address], inWords(p))
		if p.Desk == AsSharedAgent {
			w.happened["somebody is a shared agent"]++
			require.NotZero(t, p.CRM, "INV-3: a shared agent is a user of the CRM")
			require.NotZero(t, p.Integration, "INV-3: a shared agent came by the integration")
		}
		for _, b := range p.Bindings {
			for permission := range b.Role.Permissions().All() {
				require.False(t, p.Desk == AsSharedAgent && b.Role.BuiltIn() && permission.Action.In(ClassChannel), "INV-2: no phone, no chat")
			}
		}
	}
}

// A desk at large stays as the lifecycle wants it, and as the model has it,
// whatever happens to the people on it.
func TestLifecycleOfADesk(t *testing.T) {
	effort.Checks(t, 20, 50, 500)
	happened := make(map[string]int)
	rapid.Check(t, func(t *rapid.T) {
		w := drawLifecycleWorld(t, happened)
		t.Repeat(map[string]func(*rapid.T){
			"somebody": w.somebody, "somebody else": w.somebody, "and another": w.somebody, // what happens most
			"integrate":      w.integrate,
			"edit oneself":   w.editOneself,
			"change address": w.changeAddress,
			"write in":       w.writeIn,
			"assign":         w.assign,
			"":               w.invariants,
		})
	})
	t.Log(happened)
	for _, name := range []string{"integrate", "add to crm", "activate", "delete agent", "purge", "change address", "somebody is a shared agent"} {
		assert.NotZero(t, happened[name], name)
	}
}
