package lifecycle_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy"
	. "github.com/deskpolicy/deskpolicy/lifecycle"
)

// keepsLast reports whether the error refuses to take the role from the last account
// administrator.
func keepsLast(err error) bool {
	var denied *deskpolicy.DeniedError
	return errors.As(err, &denied) && denied.Decision.Reason == deskpolicy.LastAdministrator
}

// held is what a person holds in the questions to both Plan and Authorize.
type held struct {
	bindings []deskpolicy.Binding
	groups   map[deskpolicy.GroupID]deskpolicy.Access
}

// everyHeld returns the ways to be an account administrator, ways to look like one, and others.
func everyHeld() []held {
	boss := deskpolicy.AccountAdministratorRole.Role()
	in := func(role deskpolicy.Role, where ...deskpolicy.WorkspaceID) (bindings []deskpolicy.Binding) {
		for _, w := range where {
			bindings = append(bindings, deskpolicy.Binding{Role: role, Workspace: w, TicketScope: deskpolicy.ScopeGlobal})
		}
		return bindings
	}
	groups := func(billing deskpolicy.Access) map[deskpolicy.GroupID]deskpolicy.Access {
		return map[deskpolicy.GroupID]deskpolicy.Access{"billing": billing}
	}
	return []held{
		{},
		{bindings: in(boss, deskpolicy.AccountWide)},
		{bindings: in(boss, deskpolicy.Everywhere)},
		{bindings: in(boss, deskpolicy.OpenWorkspaces)},
		{bindings: in(boss, deskpolicy.AccountWide, deskpolicy.Everywhere)},
		{bindings: in(boss, deskpolicy.AccountWide, deskpolicy.AccountWide)},
		{bindings: in(boss, "it")},
		{bindings: holding(boss, deskpolicy.ScopeRestricted)},
		{bindings: holding(boss, 0)},
		{bindings: append(in(deskpolicy.AgentRole.Role(), "it"), in(boss, deskpolicy.Everywhere)...), groups: groups(deskpolicy.Edit)},
		{bindings: in(deskpolicy.AdministratorRole.Role(), deskpolicy.AccountWide)},
		{bindings: in(custom, deskpolicy.AccountWide), groups: groups(deskpolicy.View)},
		{bindings: in(deskpolicy.AgentRole.Role(), deskpolicy.AccountWide)},
		{bindings: holding(deskpolicy.SharedAgentRole.Role(), deskpolicy.ScopeRestricted)},
		{bindings: holding(deskpolicy.SharedAgentRole.Role(), 0)},
		{bindings: holding(custom, 0)},
		{bindings: holding(deskpolicy.SharedAgentRole.Role(), deskpolicy.ScopeGlobal), groups: groups(deskpolicy.Edit)},
	}
}

// asked returns the reasons of Authorize for the actions of an owner that make up the event: to
// delete the person, or to give, take and change what they hold one by one. It returns nil for an
// event without such actions.
func asked(p Person, event Event) (reasons []deskpolicy.Reason) {
	account := deskpolicy.Account{ID: "acme", Integrated: true, Plan: deskpolicy.Plan{Features: deskpolicy.AllFeatures}, Administrators: p.Administrators}
	owner := &deskpolicy.Agent{ID: "owner", Account: account, Bindings: []deskpolicy.Binding{
		{Role: deskpolicy.AccountAdministratorRole.Role(), Workspace: deskpolicy.Everywhere, TicketScope: deskpolicy.ScopeGlobal},
	}}
	agent := &deskpolicy.Agent{ID: p.ID, Account: account, Bindings: slices.Clone(p.Bindings), Groups: maps.Clone(p.Groups)}
	shared := &deskpolicy.SharedAgent{ID: p.ID, Account: account, Bindings: agent.Bindings, Groups: agent.Groups, CRM: deskpolicy.CRMUser{ID: "emily"}}
	who := func() deskpolicy.Subject {
		if shared.Bindings = agent.Bindings; p.Desk == SharedAgentRecord {
			return shared
		}
		return agent
	}
	appoint := func(action deskpolicy.Action[deskpolicy.RoleAssignment], b deskpolicy.Binding) {
		d := deskpolicy.Authorize(owner, action, &deskpolicy.RoleAssignment{Holder: who(), Binding: b})
		reasons = append(reasons, d.Reason)
	}
	alike := func(b deskpolicy.Binding) func(deskpolicy.Binding) bool {
		return func(c deskpolicy.Binding) bool { return c.Role == b.Role && c.Workspace == b.Workspace }
	}
	switch e := event.(type) {
	case DeleteAgent:
		if p.Desk == SharedAgentRecord {
			return []deskpolicy.Reason{deskpolicy.Authorize(owner, deskpolicy.SharedAgentDelete, shared).Reason}
		}
		return []deskpolicy.Reason{deskpolicy.Authorize(owner, deskpolicy.AgentDelete, agent).Reason}
	case EditAgent:
		for _, b := range e.Bindings {
			switch i := slices.IndexFunc(agent.Bindings, alike(b)); {
			case i < 0:
				appoint(deskpolicy.AgentRoleAssign, b)
				agent.Bindings = append(agent.Bindings, b)
			case agent.Bindings[i].TicketScope != b.TicketScope:
				appoint(deskpolicy.AgentScopeEdit, b)
				agent.Bindings[i].TicketScope = b.TicketScope
			}
		}
		for _, b := range p.Bindings {
			if !slices.ContainsFunc(e.Bindings, alike(b)) {
				appoint(deskpolicy.AgentRoleRemove, b)
				agent.Bindings = slices.DeleteFunc(slices.Clone(agent.Bindings), alike(b))
			}
		}
		for _, group := range []deskpolicy.GroupID{"billing"} {
			if e.Groups[group] != p.Groups[group] {
				d := deskpolicy.Authorize(owner, deskpolicy.AgentGroupAssign, &deskpolicy.GroupMembership{
					Member: who(), Group: deskpolicy.AgentGroup{Account: "acme", ID: group}, Access: e.Groups[group],
				})
				reasons = append(reasons, d.Reason)
			}
		}
	}
	return reasons
}

// What Authorize allows an owner can be planned, and what cannot be planned Authorize
// denies: the removal of the last account administrator in any way, and all else that an
// owner may not do to an agent or a shared agent [S23] (B55) (A46).
func planAndAuthorizeAgree(t *testing.T) {
	events := allEvents()
	for i, h := range everyHeld() {
		events = append(events, namedEvent{fmt.Sprintf("edit: %d", i), EditAgent{ByAddress: adminAddress, Bindings: h.bindings, Groups: h.groups}})
	}
	lists := [][]deskpolicy.AgentID{nil, {""}, {"emily"}, {"emily", "", "emily"}, {"ada"}, {"emily", "ada"}, {"", "ada"}} // emily is deactivated if she is not listed
	kept, allowed, denied := map[string]int{}, 0, 0
	for _, desk := range []DeskRecord{AgentRecord, SharedAgentRecord} {
		for _, h := range everyHeld() {
			for _, list := range lists {
				p := knownAs(desk)
				p.ID, p.Bindings, p.Groups, p.Administrators = "emily", h.bindings, h.groups, list
				if p.Check() != nil {
					continue // a shared agent who is to be an administrator, or the reverse
				}
				for _, event := range events {
					reasons := asked(p, event.event)
					isDenied := func(r deskpolicy.Reason) bool { return r.Outcome() != deskpolicy.OutcomeAllowed }
					isOther := func(r deskpolicy.Reason) bool { return isDenied(r) && r != deskpolicy.LastAdministrator }
					last := slices.Contains(reasons, deskpolicy.LastAdministrator) && !slices.ContainsFunc(reasons, isOther)
					_, err := Plan(p, event.event)
					if event.name == "edit oneself" { // where reasons are those of an owner who edits them
						require.Error(t, err)
						continue
					}
					require.Equal(t, last, keepsLast(err), "%s: %+v: %v: %v", event.name, p, reasons, err)
					if len(reasons) > 0 {
						require.Equal(t, slices.ContainsFunc(reasons, isDenied), err != nil, "%s: %+v: %v: %v", event.name, p, reasons, err)
					}
					if last {
						kept[fmt.Sprintf("%T", event.event)]++
						require.ErrorIs(t, err, deskpolicy.ErrDenied)
						require.ErrorContains(t, err, `"emily.dean@example.com": cannot `)
					}
					if err == nil {
						allowed++
					} else {
						denied++
					}

					// Without an ID no other administrator is known, so the person may be the last one.
					unknown, alone := p, p
					unknown.ID, alone.Administrators = "", nil
					_, err = Plan(unknown, event.event)
					_, errAlone := Plan(alone, event.event)
					require.Equal(t, keepsLast(errAlone), keepsLast(err), "%s: %+v: %v", event.name, unknown, err)
					require.Equal(t, errAlone == nil, err == nil)
				}
			}
		}
	}
	t.Log(kept, allowed, denied)
	assert.ElementsMatch(t, []string{"lifecycle.DeleteAgent", "lifecycle.EditAgent"}, slices.Collect(maps.Keys(kept)), "no other event takes a role away")

	// The refusal names the person and says what to do, also in the middle of a plan.
	boss := knownAs(AgentRecord)
	boss.ID, boss.Bindings = "emily", holding(deskpolicy.AccountAdministratorRole.Role(), deskpolicy.ScopeGlobal)
	const refusal = `lifecycle: "emily.dean@example.com": cannot delete the agent: deskpolicy: denied: the account must keep its last account administrator; `
	assert.EqualError(t, refused(t, boss, DeleteAgent{}), refusal+"make another agent an account administrator first; Administrators must name that agent")
	_, err := Plan(boss, DeactivateInCRM{}, ActivateInCRM{}, DisconnectCRM{}, DeleteAgent{}, DeleteContact{})
	assert.True(t, keepsLast(err), "%v", err)
	unknown := boss
	unknown.ID, unknown.Administrators = "", []deskpolicy.AgentID{"emily", "ada"}
	assert.EqualError(t, refused(t, unknown, DeleteAgent{}), refusal+"set ID, which tells this administrator from the others")
	_, err = Plan(knownAs(ContactRecord), ConvertToAgent{boss.Bindings}, DeleteAgent{})
	assert.True(t, keepsLast(err), "who was just made an agent has no ID: %v", err)

	// What an event would take from the last administrator does not matter if it cannot happen.
	for _, event := range []Event{AddAgent{}, ConvertToAgent{}, PurgeContact{}, EditAgent{ByAddress: emilyAddress}} {
		assert.False(t, keepsLast(refused(t, boss, event)), "%T", event)
	}

	// The administrator's own ID does not count as another.
	for _, id := range []deskpolicy.AgentID{"unknown", "other than ", "other than emily"} {
		boss.ID = id
		for _, list := range [][]deskpolicy.AgentID{nil, {id}, {id, "emily"}} {
			boss.Administrators = list
			_, err := Plan(boss, DeleteAgent{})
			assert.Equal(t, len(list) < 2, keepsLast(err), "%q: %v", id, err)
		}
	}
	boss.ID, boss.Administrators = "emily", nil

	// At another address the agent is still the administrator, by the same ID.
	moved := lastChange(t, boss, ChangeAddress{To: dummyAddress, AddressIsFree: true})
	assert.Empty(t, moved.Person.ID)
	assert.Equal(t, boss.ID, moved.AtNewAddress.ID)
	assert.True(t, keepsLast(refused(t, moved.AtNewAddress, DeleteAgent{})))
}
