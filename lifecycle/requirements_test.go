package lifecycle_test

import (
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy"
	. "github.com/deskpolicy/deskpolicy/lifecycle"
)

// TestRequirements has a subtest for each statement of docs/requirements.md that
// this package decides, by its number.
func TestRequirements(t *testing.T) {
	var (
		hired      = AddAgent{Bindings: holding(deskpolicy.AgentRole.Role(), deskpolicy.ScopeGlobal)}
		converted  = ConvertToAgent{Bindings: holding(deskpolicy.AgentRole.Role(), deskpolicy.ScopeGlobal)}
		renamed    = ChangeAddress{To: dummyAddress, AddressIsFree: true}
		hardDelete = []Event{DeleteAgent{}, DeleteContact{}, PurgeContact{}}
		onceMore   = []Event{DeactivateInCRM{}, ActivateInCRM{}}
		onCRMOnly  = Person{Address: emilyAddress, CRM: Active}
	)
	t.Run("S1", func(t *testing.T) { // integrating adds the role that CRM users have on the desk
		next := lastChange(t, onCRMOnly, Integrate{}).Person
		assert.Equal(t, SharedAgent, next.Desk)
		assert.Equal(t, []deskpolicy.Binding{{Role: deskpolicy.SharedAgentRole.Role(), Workspace: deskpolicy.AccountWide, TicketScope: deskpolicy.ScopeRestricted}}, next.Bindings)
		assert.Equal(t, Person{Address: emilyAddress, Integration: Active}, lastChange(t, Person{Address: emilyAddress}, Integrate{}).Person)
	})
	t.Run("S2", func(t *testing.T) { // mapped if neither on the desk nor a contact
		for _, desk := range []Identity{Contact, DeletedContact, Agent} {
			p := knownAs(desk)
			p.Integration = 0
			assert.Equal(t, desk, lastChange(t, p, Integrate{}).Person.Desk)
		}
		assert.Equal(t, SharedAgent, lastChange(t, onCRMOnly, Integrate{}).Person.Desk)
	})
	t.Run("S3", func(t *testing.T) { // desk roles are kept when added to the CRM
		p := knownAs(Agent)
		p.CRM = 0
		change := lastChange(t, p, AddToCRM{})
		assert.Equal(t, knownAs(Agent), change.Person)
		assert.Empty(t, change.Warnings)
		assert.Equal(t, knownAs(Agent), lastChange(t, knownAs(Agent), onceMore...).Person)
	})
	t.Run("S6", func(t *testing.T) { // no licence for a shared agent
		purge := []Event{DeleteContact{}, PurgeContact{}}
		for _, mapped := range []Change{
			lastChange(t, onCRMOnly, Integrate{}),
			lastChange(t, Person{Address: emilyAddress, Integration: Active}, AddToCRM{}),
			lastChange(t, knownAs(0), onceMore...),
			lastChange(t, knownAs(Contact), slices.Concat(purge, onceMore)...),
		} {
			assert.Equal(t, SharedAgent, mapped.Person.Desk)
			assert.Zero(t, mapped.Seats)
		}
		assert.Zero(t, lastChange(t, knownAs(SharedAgent), DeleteAgent{}).Seats)
		assert.Equal(t, 1, lastChange(t, knownAs(0), hired).Seats)
		assert.Equal(t, 1, lastChange(t, knownAs(Contact), converted).Seats)
		assert.Equal(t, -1, lastChange(t, knownAs(Agent), DeleteAgent{}).Seats)
		assert.Zero(t, lastChange(t, knownAs(Agent), renamed).Seats, "the agent keeps its seat at the dummy address")
	})
	t.Run("S10", func(t *testing.T) { // administrators control and manage them
		edit := EditAgent{By: adminAddress, Bindings: holding(custom, deskpolicy.ScopeGroup)}
		assert.Equal(t, edit.Bindings, lastChange(t, knownAs(SharedAgent), edit).Person.Bindings)
		assert.Equal(t, Contact, lastChange(t, knownAs(SharedAgent), DeleteAgent{}).Person.Desk)
	})
	t.Run("S12", func(t *testing.T) { // only an integrated desk has the role, from whichever side it was integrated
		nobody := Person{Address: emilyAddress}
		assert.Zero(t, lastChange(t, nobody, AddToCRM{}, DeactivateInCRM{}, ActivateInCRM{}).Person.Desk)
		assert.Equal(t, SharedAgent, lastChange(t, nobody, AddToCRM{}, Integrate{}).Person.Desk)
		assert.Equal(t, SharedAgent, lastChange(t, nobody, Integrate{}, AddToCRM{}).Person.Desk)
		assert.Zero(t, lastChange(t, nobody, Integrate{}, Disconnect{}, AddToCRM{}).Person.Desk)
		assert.Equal(t, SharedAgent, lastChange(t, nobody, Integrate{}, Disconnect{}, AddToCRM{}, Integrate{}).Person.Desk)

		holds := func(p Person) bool {
			return slices.ContainsFunc(p.Bindings, func(b deskpolicy.Binding) bool { return b.Role == deskpolicy.SharedAgentRole.Role() })
		}
		came := make(map[string]bool)
		for _, state := range allStates() {
			before := personOf(state)
			for _, event := range allEvents() {
				changes, err := Plan(before, event.event)
				if err != nil {
					continue
				}
				for _, after := range []Person{changes[0].Person, changes[0].AtNewAddress} {
					if after.Desk == SharedAgent || holds(after) {
						assert.NotZero(t, after.Integration, "%v: %v", state, event.name)
					}
					if after.Desk == SharedAgent && before.Desk != SharedAgent {
						assert.Equal(t, [2]Status{Active, Active}, [2]Status{after.Integration, after.CRM}, "%v: %v", state, event.name)
						assert.True(t, holds(after))
						came[event.name] = true
					}
				}
			}
		}
		assert.Equal(t, map[string]bool{"integrate": true, "add to crm": true, "activate": true}, came)
		never := knownAs(SharedAgent)
		never.Integration = 0
		assert.ErrorContains(t, never.Check(), "shared agent, but the desk was never integrated with the CRM")
	})
	t.Run("S13", func(t *testing.T) { // restricted by default
		for _, binding := range lastChange(t, onCRMOnly, Integrate{}).Person.Bindings {
			assert.Equal(t, deskpolicy.ScopeRestricted, binding.TicketScope)
		}
	})
	t.Run("S17", func(t *testing.T) { // the scope can be changed, by another person
		for _, role := range []deskpolicy.Role{deskpolicy.SharedAgentRole.Role(), custom} {
			for from := deskpolicy.ScopeRestricted; from <= deskpolicy.ScopeGlobal; from++ {
				for to := deskpolicy.ScopeRestricted; to <= deskpolicy.ScopeGlobal; to++ {
					p := knownAs(SharedAgent)
					p.Bindings = holding(role, from)
					want := p
					want.Bindings = holding(role, to)
					edit := EditAgent{By: adminAddress, Bindings: want.Bindings}
					assert.Equal(t, Change{Event: edit, Person: want}, lastChange(t, p, edit), "and nothing else")
					for _, self := range []string{emilyAddress, strings.ToUpper(emilyAddress)} {
						edit.By = self
						assert.ErrorContains(t, refused(t, p, edit), "agents cannot change their own roles, ticket scope or groups; ask another administrator")
					}
				}
			}
			for _, odd := range []deskpolicy.Scope{deskpolicy.ScopeGlobal + 1, 255} {
				edit := EditAgent{By: adminAddress, Bindings: holding(role, odd)}
				assert.ErrorContains(t, refused(t, knownAs(SharedAgent), edit), fmt.Sprintf("role %q: unknown ticket scope %d", role, odd))
			}
		}
		for _, desk := range []Identity{0, Contact, DeletedContact} {
			refused(t, knownAs(desk), EditAgent{By: adminAddress, Bindings: holding(deskpolicy.SharedAgentRole.Role(), deskpolicy.ScopeGlobal)})
		}
	})
	t.Run("S18", func(t *testing.T) { // View or Edit for the tickets of a group
		groups := map[deskpolicy.GroupID]deskpolicy.Access{"billing": deskpolicy.Edit, "refunds": deskpolicy.View, "apac": deskpolicy.NoAccess}
		edit := EditAgent{By: adminAddress, Bindings: knownAs(SharedAgent).Bindings, Groups: groups}
		privileged := knownAs(SharedAgent)
		privileged.Groups = groups
		assert.Equal(t, Change{Event: edit, Person: privileged}, lastChange(t, knownAs(SharedAgent), edit), "and nothing else")

		taken := EditAgent{By: adminAddress, Bindings: edit.Bindings}
		assert.Equal(t, knownAs(SharedAgent), lastChange(t, privileged, taken).Person)
		edit.Groups = map[deskpolicy.GroupID]deskpolicy.Access{"": deskpolicy.View}
		assert.ErrorContains(t, refused(t, privileged, edit), "access to a group without an ID")
		for access := deskpolicy.NoAccess; access <= deskpolicy.Edit; access++ {
			edit := EditAgent{By: emilyAddress, Bindings: edit.Bindings, Groups: map[deskpolicy.GroupID]deskpolicy.Access{"billing": access}}
			refused(t, knownAs(SharedAgent), edit)
			refused(t, privileged, edit)
		}
	})
	t.Run("S19", func(t *testing.T) { // and no more than that
		edit := EditAgent{By: adminAddress, Groups: map[deskpolicy.GroupID]deskpolicy.Access{"billing": deskpolicy.Edit + 1}}
		assert.ErrorContains(t, refused(t, knownAs(SharedAgent), edit), `group "billing": unknown access 3`)
	})
	t.Run("S20", func(t *testing.T) { // what the role permits can be viewed: who is mapped holds the built-in role
		for _, came := range []Change{lastChange(t, onCRMOnly, Integrate{}), lastChange(t, knownAs(0), onceMore...)} {
			assert.Equal(t, holding(deskpolicy.SharedAgentRole.Role(), deskpolicy.ScopeRestricted), came.Person.Bindings)
		}
		assert.False(t, deskpolicy.SharedAgentRole.Role().Permissions().Empty())
		assert.Contains(t, slices.Collect(deskpolicy.Account{ID: "acme", Integrated: true}.BuiltInRoles()), deskpolicy.SharedAgentRole.Role())
	})
	t.Run("S21", func(t *testing.T) { // and not edited
		for role := range (deskpolicy.Account{ID: "acme", Integrated: true}).BuiltInRoles() {
			assert.EqualError(t, refused(t, knownAs(SharedAgent), EditRole{role}), fmt.Sprintf(
				`lifecycle: "emily.dean@example.com": cannot edit the role: %q is built in; clone it, change the clone and give that instead`, role))
		}
	})
	t.Run("S22", func(t *testing.T) { // by category
		for p := range lastChange(t, onCRMOnly, Integrate{}).Person.Bindings[0].Role.Permissions().All() {
			assert.NotEmpty(t, p.Action.Category())
		}
	})
	t.Run("S23", func(t *testing.T) { // custom roles change the permissions, and nothing else
		clone, _, err := deskpolicy.CloneRole(deskpolicy.SharedAgentRole.Role(), "acme", "Field Sales")
		require.NoError(t, err)
		edit := EditAgent{By: adminAddress, Bindings: append(holding(clone, deskpolicy.ScopeGroup), holding(custom, deskpolicy.ScopeGlobal)...)}
		changes, err := Plan(knownAs(SharedAgent), EditRole{clone}, edit, Disconnect{}, Integrate{}, DeactivateInCRM{}, ActivateInCRM{})
		require.NoError(t, err)
		assert.Equal(t, knownAs(SharedAgent), changes[0].Person, "editing a custom role changes no person")
		for _, change := range changes[1:] {
			assert.Equal(t, SharedAgent, change.Person.Desk)
			assert.Equal(t, edit.Bindings, change.Person.Bindings)
		}

		// Each built-in role but their own has to be cloned first, alone or among others, in any place.
		for role := range (deskpolicy.Account{ID: "acme", Integrated: true}).BuiltInRoles() {
			clone, _, err := deskpolicy.CloneRole(role, "acme", "Field Sales")
			require.NoError(t, err)
			for _, place := range []deskpolicy.WorkspaceID{deskpolicy.AccountWide, "it", deskpolicy.Everywhere} {
				for scope := deskpolicy.ScopeRestricted; scope <= deskpolicy.ScopeGlobal; scope++ {
					for _, held := range [][]deskpolicy.Binding{nil, holding(custom, deskpolicy.ScopeGlobal), knownAs(SharedAgent).Bindings} {
						edit := EditAgent{By: adminAddress, Bindings: append(slices.Clone(held), deskpolicy.Binding{Role: clone, Workspace: place, TicketScope: scope})}
						next := lastChange(t, knownAs(SharedAgent), edit).Person
						assert.Equal(t, SharedAgent, next.Desk)
						assert.Equal(t, edit.Bindings, next.Bindings)

						edit.Bindings = append(slices.Clone(held), deskpolicy.Binding{Role: role, Workspace: place, TicketScope: scope})
						if role == deskpolicy.SharedAgentRole.Role() {
							assert.Equal(t, edit.Bindings, lastChange(t, knownAs(SharedAgent), edit).Person.Bindings)
							continue
						}
						assert.ErrorContains(t, refused(t, knownAs(SharedAgent), edit),
							fmt.Sprintf("shared agent, but with the built-in role %q; clone it and give the clone", role))
					}
				}
			}
		}
	})
	t.Run("S41", func(t *testing.T) { // never added on the desk: of the built-in roles, the one that is not offered
		for role := range (deskpolicy.Account{ID: "acme", Integrated: true}).BuiltInRoles() {
			_, err := Plan(Person{Address: emilyAddress}, AddAgent{holding(role, deskpolicy.ScopeGlobal)})
			assert.Equal(t, role == deskpolicy.SharedAgentRole.Role(), err != nil, role.Name())
		}
		shared := holding(deskpolicy.SharedAgentRole.Role(), deskpolicy.ScopeRestricted)
		for _, desk := range []Identity{0, Contact, DeletedContact, Agent, SharedAgent} {
			err := refused(t, knownAs(desk), AddAgent{shared})
			assert.ErrorIs(t, err, ErrOnlyViaCRM)
			assert.ErrorContains(t, err, `"emily.dean@example.com": agent, but with the role "Shared Agent"; make sure that the desk has no record at the address, `+
				`then add the user to the CRM, or deactivate and activate them there`)
		}
		mixed := append(holding(deskpolicy.AgentRole.Role(), deskpolicy.ScopeGlobal), shared...)
		assert.ErrorIs(t, refused(t, knownAs(Agent), EditAgent{By: adminAddress, Bindings: mixed}), ErrOnlyViaCRM)
		_, err := Plan(knownAs(0), onceMore...)
		assert.NoError(t, err, "the way that the error gives")
	})
	t.Run("S42", func(t *testing.T) { // any shared agent can be deleted, with any roles, and any state of the user and the integration
		deleted := 0
		for _, state := range allStates() {
			p := personOf(state)
			if p.Desk != SharedAgent {
				continue
			}
			deleted++
			want := Person{Address: emilyAddress, Desk: Contact, WasAgent: true, CRM: p.CRM, Integration: p.Integration, Administrators: p.Administrators}
			assert.Equal(t, Change{Event: DeleteAgent{}, Person: want}, lastChange(t, p, DeleteAgent{}), "%v", state)
		}
		assert.Equal(t, 2*2*5, deleted)
		assert.Equal(t, Contact, lastChange(t, knownAs(SharedAgent), DeleteAgent{}, DeactivateInCRM{}, ActivateInCRM{}).Person.Desk, "for good")
	})
	t.Run("S43", func(t *testing.T) { // no tickets are theirs
		p := knownAs(SharedAgent)
		p.AssignedTickets = 1
		assert.ErrorContains(t, refused(t, p, Disconnect{}), "shared agent, but 1 tickets are assigned")
		changes, err := Plan(knownAs(Agent), slices.Concat(hardDelete, onceMore)...)
		require.NoError(t, err)
		for _, change := range changes {
			assert.Zero(t, change.Person.AssignedTickets)
		}
	})
	t.Run("S45", func(t *testing.T) { // no roles or steps convert a contact into one
		shared := ConvertToAgent{holding(deskpolicy.SharedAgentRole.Role(), deskpolicy.ScopeRestricted)}
		for _, desk := range []Identity{0, Contact, DeletedContact, Agent, SharedAgent} {
			assert.ErrorIs(t, refused(t, knownAs(desk), shared), ErrOnlyViaCRM)
		}
		clone, _, err := deskpolicy.CloneRole(deskpolicy.SharedAgentRole.Role(), "acme", "Field Sales")
		require.NoError(t, err)
		for _, state := range allStates() {
			p := personOf(state)
			if p.Desk != Contact {
				continue
			}
			for role := range (deskpolicy.Account{ID: "acme", Integrated: true}).BuiltInRoles() {
				for _, place := range []deskpolicy.WorkspaceID{deskpolicy.AccountWide, "it", deskpolicy.Everywhere} {
					given := []deskpolicy.Binding{{Role: role, Workspace: place, TicketScope: deskpolicy.ScopeGroup}}
					for _, bindings := range [][]deskpolicy.Binding{given, append(converted.Bindings, given...), append(given, converted.Bindings...)} {
						if role == deskpolicy.SharedAgentRole.Role() {
							assert.ErrorIs(t, refused(t, p, ConvertToAgent{bindings}), ErrOnlyViaCRM)
							assert.ErrorIs(t, refused(t, lastChange(t, p, converted).Person, EditAgent{By: adminAddress, Bindings: bindings}), ErrOnlyViaCRM)
							continue
						}
						next := lastChange(t, p, ConvertToAgent{bindings}).Person
						assert.Equal(t, Agent, next.Desk)
						assert.Equal(t, bindings, next.Bindings)
					}
				}
			}
			for _, roles := range []ConvertToAgent{converted, {holding(clone, deskpolicy.ScopeRestricted)}, {}} { // a clone makes none, nor do no roles
				plan := []Event{roles}
				if p.Integration == Active {
					plan = append(plan, Disconnect{})
				}
				plan = append(plan, Integrate{})
				switch p.CRM {
				case 0:
					plan = append(plan, AddToCRM{})
				case Inactive:
					plan = append(plan, ActivateInCRM{})
				}
				changes, err := Plan(p, append(plan, onceMore...)...)
				require.NoError(t, err)
				for _, change := range changes {
					assert.Equal(t, Agent, change.Person.Desk)
					assert.Equal(t, roles.Bindings, change.Person.Bindings)
					assert.Empty(t, change.Warnings)
				}
			}
		}
	})
	t.Run("S46", func(t *testing.T) { // a contact is not mapped, and the plan says so
		for _, desk := range []Identity{Contact, DeletedContact} {
			for _, was := range []bool{false, true} {
				p := knownAs(desk)
				p.WasAgent = was
				for _, events := range [][]Event{{Disconnect{}, Integrate{}}, onceMore} {
					change := lastChange(t, p, events...)
					assert.Equal(t, p, change.Person)
					assert.Equal(t, []Warning{UserNotMapped}, change.Warnings)
				}
			}
		}
		p := knownAs(Contact)
		p.CRM = 0
		assert.Equal(t, []Warning{UserNotMapped}, lastChange(t, p, AddToCRM{}).Warnings)
	})
	t.Run("S47", func(t *testing.T) { // deleted for good before integrating, then converted by it
		for desk, events := range map[Identity][]Event{Agent: hardDelete, Contact: hardDelete[1:]} {
			p := knownAs(desk)
			p.Integration = 0
			assert.Equal(t, knownAs(SharedAgent), lastChange(t, p, slices.Concat(events, []Event{Integrate{}})...).Person)
			for n := range events { // not before it is all done
				assert.NotEqual(t, SharedAgent, lastChange(t, p, slices.Concat(events[:n], []Event{Integrate{}})...).Person.Desk)
			}
		}
	})
	t.Run("S48", func(t *testing.T) { // integrated already: three steps, a warning at each that loses something
		changes, err := Plan(knownAs(Agent), slices.Concat(hardDelete, onceMore)...)
		require.NoError(t, err)
		assert.Equal(t, knownAs(SharedAgent), changes[4].Person)
		assert.Equal(t, []Warning{TicketsBecomeUnassigned}, changes[0].Warnings)

		changes, err = Plan(knownAs(Contact), hardDelete[1:]...)
		require.NoError(t, err)
		assert.Equal(t, []Warning{ActivitiesRemoved}, changes[0].Warnings)
		assert.Equal(t, []Warning{ActivitiesRemoved}, changes[1].Warnings)
	})
	t.Run("S49", func(t *testing.T) { // a deleted agent is a contact
		next := lastChange(t, knownAs(Agent), DeleteAgent{}).Person
		assert.Equal(t, Person{Address: emilyAddress, Desk: Contact, WasAgent: true, CRM: Active, Integration: Active}, next)
	})
	t.Run("S50", func(t *testing.T) { // whose tickets become unassigned
		assert.Equal(t, 3, lastChange(t, knownAs(Agent), DeleteAgent{}).Unassigned)
		idle := knownAs(Agent)
		idle.AssignedTickets = 0
		change := lastChange(t, idle, DeleteAgent{})
		assert.Zero(t, change.Unassigned)
		assert.Equal(t, []Warning{TicketsBecomeUnassigned}, change.Warnings, "there may be some by the time that it is done")
	})
	t.Run("S51", func(t *testing.T) { // unless the agent gets a dummy address
		assert.Equal(t, slog.LevelWarn, TicketsBecomeUnassigned.Level())
		assert.Contains(t, TicketsBecomeUnassigned.Effect(), "become unassigned")
		assert.Contains(t, TicketsBecomeUnassigned.Advice(), "dummy address")

		change := lastChange(t, knownAs(Agent), renamed)
		assert.Zero(t, change.Unassigned)
		assert.Empty(t, change.Warnings)
		assert.Equal(t, 3, change.AtNewAddress.AssignedTickets)
		assert.Equal(t, 3, lastChange(t, change.AtNewAddress, DeleteAgent{}).Unassigned, "instead of deleting, not before it (A17)")
	})
	t.Run("S52", func(t *testing.T) { // a contact is deleted, and then deleted from the deleted ones
		assert.Equal(t, knownAs(DeletedContact), lastChange(t, knownAs(Contact), DeleteContact{}).Person)
		assert.Equal(t, knownAs(0), lastChange(t, knownAs(Contact), DeleteContact{}, PurgeContact{}).Person)
		assert.Equal(t, knownAs(Contact), lastChange(t, knownAs(Contact), DeleteContact{}, RestoreContact{}).Person)
		assert.ErrorContains(t, refused(t, knownAs(Contact), PurgeContact{}), "the desk has a contact at the address")
	})
	t.Run("S53", func(t *testing.T) { // deactivated and activated in the CRM, which creates the shared agent
		assert.Zero(t, lastChange(t, knownAs(0), onceMore[0]).Person.Desk)
		assert.Equal(t, knownAs(SharedAgent), lastChange(t, knownAs(0), onceMore...).Person)
	})
	t.Run("S54", func(t *testing.T) { // with a contact goes what it did, unless it was an agent
		changes, err := Plan(knownAs(Contact), DeleteContact{}, PurgeContact{})
		require.NoError(t, err)
		assert.Empty(t, changes[0].Removed, "not until it is purged (A19)")
		assert.Equal(t, []string{"forum topics", "emails", "tickets", "other activity"}, changes[1].Removed)

		changes, err = Plan(knownAs(Agent), hardDelete...)
		require.NoError(t, err)
		for _, change := range changes {
			assert.Empty(t, change.Removed)
			assert.NotContains(t, change.Warnings, ActivitiesRemoved)
		}
	})
	t.Run("S55", func(t *testing.T) { // unless the contact gets a dummy address
		assert.Equal(t, slog.LevelError, ActivitiesRemoved.Level())
		assert.Contains(t, ActivitiesRemoved.Effect(), "forum topics, emails, tickets and other activity")
		assert.Contains(t, ActivitiesRemoved.Advice(), "dummy address")

		change := lastChange(t, knownAs(Contact), renamed)
		assert.Empty(t, change.Removed)
		assert.Empty(t, change.Warnings)
		assert.Equal(t, Contact, change.AtNewAddress.Desk)
		assert.Equal(t, SharedAgent, lastChange(t, change.Person, onceMore...).Person.Desk)
	})
	t.Run("S56", func(t *testing.T) { // the example, before integrating and after
		for integration, events := range map[Status][]Event{0: {Integrate{}}, Active: onceMore} {
			for _, desk := range []Identity{Agent, Contact} {
				emily := knownAs(desk)
				emily.Integration = integration
				change := lastChange(t, emily, ChangeAddress{To: "emily.dean_placeholder@example.com", AddressIsFree: true})

				old := emily
				old.Address, old.CRM = "emily.dean_placeholder@example.com", 0
				assert.Equal(t, Change{
					Event:        ChangeAddress{To: "emily.dean_placeholder@example.com", AddressIsFree: true},
					Person:       Person{Address: "emily.dean@example.com", CRM: Active, Integration: integration},
					AtNewAddress: old,
				}, change, "nothing is lost and nothing is to be warned of")
				assert.NoError(t, change.AtNewAddress.Check())

				mapped := lastChange(t, change.Person, events...)
				assert.Equal(t, knownAs(SharedAgent), mapped.Person)
				assert.Empty(t, mapped.Warnings)
			}
		}
	})
}
