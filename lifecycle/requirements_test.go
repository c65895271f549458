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
		next := lastChange(t, onCRMOnly, ConnectCRM{}).Person
		assert.Equal(t, SharedAgentRecord, next.Desk)
		assert.Equal(t, []deskpolicy.Binding{{Role: deskpolicy.SharedAgentRole.Role(), Workspace: deskpolicy.AccountWide, TicketScope: deskpolicy.ScopeRestricted}}, next.Bindings)
		assert.Equal(t, Person{Address: emilyAddress, Integration: Active}, lastChange(t, Person{Address: emilyAddress}, ConnectCRM{}).Person)
	})
	t.Run("S2", func(t *testing.T) { // mapped if neither on the desk nor a contact
		for _, desk := range []DeskRecord{ContactRecord, DeletedContactRecord, AgentRecord} {
			p := knownAs(desk)
			p.Integration = 0
			assert.Equal(t, desk, lastChange(t, p, ConnectCRM{}).Person.Desk)
		}
		assert.Equal(t, SharedAgentRecord, lastChange(t, onCRMOnly, ConnectCRM{}).Person.Desk)
	})
	t.Run("S3", func(t *testing.T) { // desk roles are kept when added to the CRM
		p := knownAs(AgentRecord)
		p.CRM = 0
		change := lastChange(t, p, AddToCRM{})
		assert.Equal(t, knownAs(AgentRecord), change.Person)
		assert.Empty(t, change.Warnings)
		assert.Equal(t, knownAs(AgentRecord), lastChange(t, knownAs(AgentRecord), onceMore...).Person)
	})
	t.Run("S6", func(t *testing.T) { // no licence for a shared agent
		purge := []Event{DeleteContact{}, PurgeContact{}}
		for _, mapped := range []Change{
			lastChange(t, onCRMOnly, ConnectCRM{}),
			lastChange(t, Person{Address: emilyAddress, Integration: Active}, AddToCRM{}),
			lastChange(t, knownAs(0), onceMore...),
			lastChange(t, knownAs(ContactRecord), slices.Concat(purge, onceMore)...),
		} {
			assert.Equal(t, SharedAgentRecord, mapped.Person.Desk)
			assert.Zero(t, mapped.Seats)
		}
		assert.Zero(t, lastChange(t, knownAs(SharedAgentRecord), DeleteAgent{}).Seats)
		assert.Equal(t, 1, lastChange(t, knownAs(0), hired).Seats)
		assert.Equal(t, 1, lastChange(t, knownAs(ContactRecord), converted).Seats)
		assert.Equal(t, -1, lastChange(t, knownAs(AgentRecord), DeleteAgent{}).Seats)
		assert.Zero(t, lastChange(t, knownAs(AgentRecord), renamed).Seats, "the agent keeps its seat at the dummy address")
	})
	t.Run("S10", func(t *testing.T) { // administrators control and manage them
		edit := EditAgent{ByAddress: adminAddress, Bindings: holding(custom, deskpolicy.ScopeGroup)}
		assert.Equal(t, edit.Bindings, lastChange(t, knownAs(SharedAgentRecord), edit).Person.Bindings)
		assert.Equal(t, ContactRecord, lastChange(t, knownAs(SharedAgentRecord), DeleteAgent{}).Person.Desk)
	})
	t.Run("S12", func(t *testing.T) { // only an integrated desk has the role, from whichever side it was integrated
		nobody := Person{Address: emilyAddress}
		assert.Zero(t, lastChange(t, nobody, AddToCRM{}, DeactivateInCRM{}, ActivateInCRM{}).Person.Desk)
		assert.Equal(t, SharedAgentRecord, lastChange(t, nobody, AddToCRM{}, ConnectCRM{}).Person.Desk)
		assert.Equal(t, SharedAgentRecord, lastChange(t, nobody, ConnectCRM{}, AddToCRM{}).Person.Desk)
		assert.Zero(t, lastChange(t, nobody, ConnectCRM{}, DisconnectCRM{}, AddToCRM{}).Person.Desk)
		assert.Equal(t, SharedAgentRecord, lastChange(t, nobody, ConnectCRM{}, DisconnectCRM{}, AddToCRM{}, ConnectCRM{}).Person.Desk)

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
					if after.Desk == SharedAgentRecord || holds(after) {
						assert.NotZero(t, after.Integration, "%v: %v", state, event.name)
					}
					if after.Desk == SharedAgentRecord && before.Desk != SharedAgentRecord {
						assert.Equal(t, [2]Status{Active, Active}, [2]Status{after.Integration, after.CRM}, "%v: %v", state, event.name)
						assert.True(t, holds(after))
						came[event.name] = true
					}
				}
			}
		}
		assert.Equal(t, map[string]bool{"integrate": true, "add to crm": true, "activate": true}, came)
		never := knownAs(SharedAgentRecord)
		never.Integration = 0
		assert.ErrorContains(t, never.Check(), "shared agent, but the desk was never integrated with the CRM")
	})
	t.Run("S13", func(t *testing.T) { // restricted by default
		for _, binding := range lastChange(t, onCRMOnly, ConnectCRM{}).Person.Bindings {
			assert.Equal(t, deskpolicy.ScopeRestricted, binding.TicketScope)
		}
	})
	t.Run("S17", func(t *testing.T) { // the scope can be changed, by another person
		for _, role := range []deskpolicy.Role{deskpolicy.SharedAgentRole.Role(), custom} {
			for _, from := range []deskpolicy.Scope{deskpolicy.ScopeRestricted, deskpolicy.ScopeGroup, deskpolicy.ScopeGlobal} {
				for _, to := range []deskpolicy.Scope{deskpolicy.ScopeRestricted, deskpolicy.ScopeGroup, deskpolicy.ScopeGlobal} {
					p := knownAs(SharedAgentRecord)
					p.Bindings = holding(role, from)
					want := p
					want.Bindings = holding(role, to)
					edit := EditAgent{ByAddress: adminAddress, Bindings: want.Bindings}
					assert.Equal(t, Change{Event: edit, Person: want}, lastChange(t, p, edit), "and nothing else")
					for _, self := range []string{emilyAddress, strings.ToUpper(emilyAddress)} {
						edit.ByAddress = self
						assert.ErrorContains(t, refused(t, p, edit), "agents cannot change their own roles, ticket scope or groups; ask another administrator")
					}
				}
			}
			for _, odd := range []deskpolicy.Scope{deskpolicy.Scope(1 << 15), 1<<15 | deskpolicy.Assigned} {
				edit := EditAgent{ByAddress: adminAddress, Bindings: holding(role, odd)}
				assert.ErrorContains(t, refused(t, knownAs(SharedAgentRecord), edit), fmt.Sprintf("role %q: unknown ticket scope %d", role, odd))
			}
		}
		for _, desk := range []DeskRecord{0, ContactRecord, DeletedContactRecord} {
			refused(t, knownAs(desk), EditAgent{ByAddress: adminAddress, Bindings: holding(deskpolicy.SharedAgentRole.Role(), deskpolicy.ScopeGlobal)})
		}
	})
	t.Run("S18", func(t *testing.T) { // View or Edit for the tickets of a group
		groups := map[deskpolicy.GroupID]deskpolicy.Access{"billing": deskpolicy.Edit, "refunds": deskpolicy.View, "apac": deskpolicy.NoAccess}
		edit := EditAgent{ByAddress: adminAddress, Bindings: knownAs(SharedAgentRecord).Bindings, Groups: groups}
		privileged := knownAs(SharedAgentRecord)
		privileged.Groups = groups
		assert.Equal(t, Change{Event: edit, Person: privileged}, lastChange(t, knownAs(SharedAgentRecord), edit), "and nothing else")

		taken := EditAgent{ByAddress: adminAddress, Bindings: edit.Bindings}
		assert.Equal(t, knownAs(SharedAgentRecord), lastChange(t, privileged, taken).Person)
		edit.Groups = map[deskpolicy.GroupID]deskpolicy.Access{"": deskpolicy.View}
		assert.ErrorContains(t, refused(t, privileged, edit), "access to a group without an ID")
		for access := deskpolicy.NoAccess; access <= deskpolicy.Edit; access++ {
			edit := EditAgent{ByAddress: emilyAddress, Bindings: edit.Bindings, Groups: map[deskpolicy.GroupID]deskpolicy.Access{"billing": access}}
			refused(t, knownAs(SharedAgentRecord), edit)
			refused(t, privileged, edit)
		}
	})
	t.Run("S19", func(t *testing.T) { // and no more than that
		edit := EditAgent{ByAddress: adminAddress, Groups: map[deskpolicy.GroupID]deskpolicy.Access{"billing": deskpolicy.Edit + 1}}
		assert.ErrorContains(t, refused(t, knownAs(SharedAgentRecord), edit), `group "billing": unknown access 3`)
	})
	t.Run("S20", func(t *testing.T) { // what the role permits can be viewed: who is mapped holds the built-in role
		for _, came := range []Change{lastChange(t, onCRMOnly, ConnectCRM{}), lastChange(t, knownAs(0), onceMore...)} {
			assert.Equal(t, holding(deskpolicy.SharedAgentRole.Role(), deskpolicy.ScopeRestricted), came.Person.Bindings)
		}
		assert.False(t, deskpolicy.SharedAgentRole.Role().Permissions().Empty())
		assert.Contains(t, slices.Collect(deskpolicy.Account{ID: "acme", Integrated: true}.BuiltInRoles()), deskpolicy.SharedAgentRole.Role())
	})
	t.Run("S21", func(t *testing.T) { // and not edited
		for role := range (deskpolicy.Account{ID: "acme", Integrated: true}).BuiltInRoles() {
			assert.EqualError(t, refused(t, knownAs(SharedAgentRecord), EditRole{role}), fmt.Sprintf(
				`lifecycle: "emily.dean@example.com": cannot edit the role: %q is built in; clone it, change the clone and give that instead`, role))
		}
	})
	t.Run("S22", func(t *testing.T) { // by category
		for p := range lastChange(t, onCRMOnly, ConnectCRM{}).Person.Bindings[0].Role.Permissions().All() {
			assert.NotEmpty(t, p.Action.Category())
		}
	})
	t.Run("S23", func(t *testing.T) { // custom roles change the permissions, and nothing else
		clone, err := deskpolicy.CloneRole(deskpolicy.SharedAgentRole.Role(), "acme", "Field Sales")
		require.NoError(t, err)
		edit := EditAgent{ByAddress: adminAddress, Bindings: append(holding(clone, deskpolicy.ScopeGroup), holding(custom, deskpolicy.ScopeGlobal)...)}
		changes, err := Plan(knownAs(SharedAgentRecord), EditRole{clone}, edit, DisconnectCRM{}, ConnectCRM{}, DeactivateInCRM{}, ActivateInCRM{})
		require.NoError(t, err)
		assert.Equal(t, knownAs(SharedAgentRecord), changes[0].Person, "editing a custom role changes no person")
		for _, change := range changes[1:] {
			assert.Equal(t, SharedAgentRecord, change.Person.Desk)
			assert.Equal(t, edit.Bindings, change.Person.Bindings)
		}

		// Each built-in role but their own has to be cloned first, alone or among others, in any place.
		for role := range (deskpolicy.Account{ID: "acme", Integrated: true}).BuiltInRoles() {
			clone, err := deskpolicy.CloneRole(role, "acme", "Field Sales")
			require.NoError(t, err)
			for _, place := range []deskpolicy.WorkspaceID{deskpolicy.AccountWide, "it", deskpolicy.Everywhere} {
				for _, scope := range []deskpolicy.Scope{deskpolicy.ScopeRestricted, deskpolicy.ScopeGroup, deskpolicy.ScopeGlobal} {
					for _, held := range [][]deskpolicy.Binding{nil, holding(custom, deskpolicy.ScopeGlobal), knownAs(SharedAgentRecord).Bindings} {
						edit := EditAgent{ByAddress: adminAddress, Bindings: append(slices.Clone(held), deskpolicy.Binding{Role: clone, Workspace: place, TicketScope: scope})}
						next := lastChange(t, knownAs(SharedAgentRecord), edit).Person
						assert.Equal(t, SharedAgentRecord, next.Desk)
						assert.Equal(t, edit.Bindings, next.Bindings)

						edit.Bindings = append(slices.Clone(held), deskpolicy.Binding{Role: role, Workspace: place, TicketScope: scope})
						if role == deskpolicy.SharedAgentRole.Role() {
							assert.Equal(t, edit.Bindings, lastChange(t, knownAs(SharedAgentRecord), edit).Person.Bindings)
							continue
						}
						assert.ErrorContains(t, refused(t, knownAs(SharedAgentRecord), edit),
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
		for _, desk := range []DeskRecord{0, ContactRecord, DeletedContactRecord, AgentRecord, SharedAgentRecord} {
			err := refused(t, knownAs(desk), AddAgent{shared})
			assert.ErrorIs(t, err, ErrOnlyViaCRM)
			assert.ErrorContains(t, err, `"emily.dean@example.com": agent, but with the role "Shared Agent"; make sure that the desk has no record at the address, `+
				`then add the user to the CRM, or deactivate and activate them there`)
		}
		mixed := append(holding(deskpolicy.AgentRole.Role(), deskpolicy.ScopeGlobal), shared...)
		assert.ErrorIs(t, refused(t, knownAs(AgentRecord), EditAgent{ByAddress: adminAddress, Bindings: mixed}), ErrOnlyViaCRM)
		_, err := Plan(knownAs(0), onceMore...)
		assert.NoError(t, err, "the way that the error gives")
	})
	t.Run("S42", func(t *testing.T) { // any shared agent can be deleted, with any roles, and any state of the user and the integration
		deleted := 0
		for _, state := range allStates() {
			p := personOf(state)
			if p.Desk != SharedAgentRecord {
				continue
			}
			deleted++
			want := Person{Address: emilyAddress, Desk: ContactRecord, WasAgent: true, CRM: p.CRM, Integration: p.Integration, Administrators: p.Administrators}
			assert.Equal(t, Change{Event: DeleteAgent{}, Person: want}, lastChange(t, p, DeleteAgent{}), "%v", state)
		}
		assert.Equal(t, 2*2*5, deleted)
		assert.Equal(t, ContactRecord, lastChange(t, knownAs(SharedAgentRecord), DeleteAgent{}, DeactivateInCRM{}, ActivateInCRM{}).Person.Desk, "for good")
	})
	t.Run("S43", func(t *testing.T) { // no tickets are theirs
		p := knownAs(SharedAgentRecord)
		p.AssignedTickets = 1
		assert.ErrorContains(t, refused(t, p, DisconnectCRM{}), "shared agent, but 1 tickets are assigned")
		changes, err := Plan(knownAs(AgentRecord), slices.Concat(hardDelete, onceMore)...)
		require.NoError(t, err)
		for _, change := range changes {
			assert.Zero(t, change.Person.AssignedTickets)
		}
	})
	t.Run("S45", func(t *testing.T) { // no roles or steps convert a contact into one
		shared := ConvertToAgent{holding(deskpolicy.SharedAgentRole.Role(), deskpolicy.ScopeRestricted)}
		for _, desk := range []DeskRecord{0, ContactRecord, DeletedContactRecord, AgentRecord, SharedAgentRecord} {
			assert.ErrorIs(t, refused(t, knownAs(desk), shared), ErrOnlyViaCRM)
		}
		clone, err := deskpolicy.CloneRole(deskpolicy.SharedAgentRole.Role(), "acme", "Field Sales")
		require.NoError(t, err)
		for _, state := range allStates() {
			p := personOf(state)
			if p.Desk != ContactRecord {
				continue
			}
			for role := range (deskpolicy.Account{ID: "acme", Integrated: true}).BuiltInRoles() {
				for _, place := range []deskpolicy.WorkspaceID{deskpolicy.AccountWide, "it", deskpolicy.Everywhere} {
					given := []deskpolicy.Binding{{Role: role, Workspace: place, TicketScope: deskpolicy.ScopeGroup}}
					for _, bindings := range [][]deskpolicy.Binding{given, append(converted.Bindings, given...), append(given, converted.Bindings...)} {
						if role == deskpolicy.SharedAgentRole.Role() {
							assert.ErrorIs(t, refused(t, p, ConvertToAgent{bindings}), ErrOnlyViaCRM)
							assert.ErrorIs(t, refused(t, lastChange(t, p, converted).Person, EditAgent{ByAddress: adminAddress, Bindings: bindings}), ErrOnlyViaCRM)
							continue
						}
						next := lastChange(t, p, ConvertToAgent{bindings}).Person
						assert.Equal(t, AgentRecord, next.Desk)
						assert.Equal(t, bindings, next.Bindings)
					}
				}
			}
			for _, roles := range []ConvertToAgent{converted, {holding(clone, deskpolicy.ScopeRestricted)}, {}} { // a clone makes none, nor do no roles
				plan := []Event{roles}
				if p.Integration == Active {
					plan = append(plan, DisconnectCRM{})
				}
				plan = append(plan, ConnectCRM{})
				switch p.CRM {
				case 0:
					plan = append(plan, AddToCRM{})
				case Inactive:
					plan = append(plan, ActivateInCRM{})
				}
				changes, err := Plan(p, append(plan, onceMore...)...)
				require.NoError(t, err)
				for _, change := range changes {
					assert.Equal(t, AgentRecord, change.Person.Desk)
					assert.Equal(t, roles.Bindings, change.Person.Bindings)
					assert.Empty(t, change.Warnings)
				}
			}
		}
	})
	t.Run("S46", func(t *testing.T) { // a contact is not mapped, and the plan says so
		for _, desk := range []DeskRecord{ContactRecord, DeletedContactRecord} {
			for _, was := range []bool{false, true} {
				p := knownAs(desk)
				p.WasAgent = was
				for _, events := range [][]Event{{DisconnectCRM{}, ConnectCRM{}}, onceMore} {
					change := lastChange(t, p, events...)
					assert.Equal(t, p, change.Person)
					assert.Equal(t, []Warning{UserNotMapped}, change.Warnings)
				}
			}
		}
		p := knownAs(ContactRecord)
		p.CRM = 0
		assert.Equal(t, []Warning{UserNotMapped}, lastChange(t, p, AddToCRM{}).Warnings)
	})
	t.Run("S47", func(t *testing.T) { // deleted for good before integrating, then converted by it
		for desk, events := range map[DeskRecord][]Event{AgentRecord: hardDelete, ContactRecord: hardDelete[1:]} {
			p := knownAs(desk)
			p.Integration = 0
			assert.Equal(t, knownAs(SharedAgentRecord), lastChange(t, p, slices.Concat(events, []Event{ConnectCRM{}})...).Person)
			for n := range events { // not before it is all done
				assert.NotEqual(t, SharedAgentRecord, lastChange(t, p, slices.Concat(events[:n], []Event{ConnectCRM{}})...).Person.Desk)
			}
		}
	})
	t.Run("S48", func(t *testing.T) { // integrated already: three steps, a warning at each that loses something
		changes, err := Plan(knownAs(AgentRecord), slices.Concat(hardDelete, onceMore)...)
		require.NoError(t, err)
		assert.Equal(t, knownAs(SharedAgentRecord), changes[4].Person)
		assert.Equal(t, []Warning{TicketsBecomeUnassigned}, changes[0].Warnings)

		changes, err = Plan(knownAs(ContactRecord), hardDelete[1:]...)
		require.NoError(t, err)
		assert.Equal(t, []Warning{ActivitiesRemoved}, changes[0].Warnings)
		assert.Equal(t, []Warning{ActivitiesRemoved}, changes[1].Warnings)
	})
	t.Run("S49", func(t *testing.T) { // a deleted agent is a contact
		next := lastChange(t, knownAs(AgentRecord), DeleteAgent{}).Person
		assert.Equal(t, Person{Address: emilyAddress, Desk: ContactRecord, WasAgent: true, CRM: Active, Integration: Active}, next)
	})
	t.Run("S50", func(t *testing.T) { // whose tickets become unassigned
		assert.Equal(t, 3, lastChange(t, knownAs(AgentRecord), DeleteAgent{}).UnassignedTickets)
		idle := knownAs(AgentRecord)
		idle.AssignedTickets = 0
		change := lastChange(t, idle, DeleteAgent{})
		assert.Zero(t, change.UnassignedTickets)
		assert.Equal(t, []Warning{TicketsBecomeUnassigned}, change.Warnings, "there may be some by the time that it is done")
	})
	t.Run("S51", func(t *testing.T) { // unless the agent gets a dummy address
		assert.Equal(t, slog.LevelWarn, TicketsBecomeUnassigned.Level())
		assert.Contains(t, TicketsBecomeUnassigned.Effect(), "become unassigned")
		assert.Contains(t, TicketsBecomeUnassigned.Advice(), "dummy address")

		change := lastChange(t, knownAs(AgentRecord), renamed)
		assert.Zero(t, change.UnassignedTickets)
		assert.Empty(t, change.Warnings)
		assert.Equal(t, 3, change.AtNewAddress.AssignedTickets)
		assert.Equal(t, 3, lastChange(t, change.AtNewAddress, DeleteAgent{}).UnassignedTickets, "instead of deleting, not before it (A17)")
	})
	t.Run("S52", func(t *testing.T) { // a contact is deleted, and then deleted from the deleted ones
		assert.Equal(t, knownAs(DeletedContactRecord), lastChange(t, knownAs(ContactRecord), DeleteContact{}).Person)
		assert.Equal(t, knownAs(0), lastChange(t, knownAs(ContactRecord), DeleteContact{}, PurgeContact{}).Person)
		assert.Equal(t, knownAs(ContactRecord), lastChange(t, knownAs(ContactRecord), DeleteContact{}, RestoreContact{}).Person)
		assert.ErrorContains(t, refused(t, knownAs(ContactRecord), PurgeContact{}), "the desk has a contact at the address")
	})
	t.Run("S53", func(t *testing.T) { // deactivated and activated in the CRM, which creates the shared agent
		assert.Zero(t, lastChange(t, knownAs(0), onceMore[0]).Person.Desk)
		assert.Equal(t, knownAs(SharedAgentRecord), lastChange(t, knownAs(0), onceMore...).Person)
	})
	t.Run("S54", func(t *testing.T) { // with a contact goes what it did, unless it was an agent
		changes, err := Plan(knownAs(ContactRecord), DeleteContact{}, PurgeContact{})
		require.NoError(t, err)
		assert.Empty(t, changes[0].RemovedActivity, "not until it is purged (A19)")
		assert.Equal(t, []string{"forum topics", "emails", "tickets", "other activity"}, changes[1].RemovedActivity)

		changes, err = Plan(knownAs(AgentRecord), hardDelete...)
		require.NoError(t, err)
		for _, change := range changes {
			assert.Empty(t, change.RemovedActivity)
			assert.NotContains(t, change.Warnings, ActivitiesRemoved)
		}
	})
	t.Run("S55", func(t *testing.T) { // unless the contact gets a dummy address
		assert.Equal(t, slog.LevelError, ActivitiesRemoved.Level())
		assert.Contains(t, ActivitiesRemoved.Effect(), "forum topics, emails, tickets and other activity")
		assert.Contains(t, ActivitiesRemoved.Advice(), "dummy address")

		change := lastChange(t, knownAs(ContactRecord), renamed)
		assert.Empty(t, change.RemovedActivity)
		assert.Empty(t, change.Warnings)
		assert.Equal(t, ContactRecord, change.AtNewAddress.Desk)
		assert.Equal(t, SharedAgentRecord, lastChange(t, change.Person, onceMore...).Person.Desk)
	})
	t.Run("S56", func(t *testing.T) { // the example, before integrating and after
		for integration, events := range map[Status][]Event{0: {ConnectCRM{}}, Active: onceMore} {
			for _, desk := range []DeskRecord{AgentRecord, ContactRecord} {
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
				assert.Equal(t, knownAs(SharedAgentRecord), mapped.Person)
				assert.Empty(t, mapped.Warnings)
			}
		}
	})
}
