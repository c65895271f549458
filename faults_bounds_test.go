package deskpolicy_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	. "github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/bounds"
	"github.com/deskpolicy/deskpolicy/internal/effort"
)

// Inputs that took unbounded work. hostileWork has more of them.
func init() {
	faults["F10"] = func(t *testing.T) {
		for _, element := range worthless {
			bytes := bounds.Allocated(func() { mustRefuse(second(DecodeRoles(rolesOfElements(element, 4<<20), nil))) })
			assert.LessOrEqual(t, bytes, uint64(64<<20), "%s", element)
		}
		_, err := DecodeRoles(rolesOfElements("\n1", 4<<20), nil)
		require.EqualError(t, err, "line 262141: there are more than 262144 values in the document; split it")
		_, err = DecodeRoles(rolesOfElements("\n1", 600<<10), nil)
		require.Len(t, strings.Split(err.Error(), "\n"), 1001)
		require.ErrorContains(t, err, "line 1001: roles[999]: want an object, not a number\nthere may be more problems than these")
	}
	faults["F11"] = func(t *testing.T) {
		for _, element := range worthless {
			bytes := bounds.Allocated(func() { mustRefuse(second(DecodeSupportGrant(grantOfElements(element, 1<<20), nil))) })
			assert.LessOrEqual(t, bytes, uint64(32<<20), "%s", element)
		}
		_, err := DecodeSupportGrant(grantOfElements("\n1", 1<<20), nil)
		require.EqualError(t, err, "line 131066: there are more than 131072 values in the document; split it")
		_, err = DecodeSupportGrant(grantOf("g", []string{"Agent", "Supervisor"}, 40_000), nil)
		require.EqualError(t, err, `line 1: support grant "g": more than 65536 roles are named, counting each in each workspace; name fewer roles or workspaces`)
	}
	faults["F12"] = func(t *testing.T) {
		roles := rolesNamed(t, "acme", append(longNames('x', 2500), "Night Shift"))
		unknown := append([]string{"Nigth Shift"}, longNames('y', 101)...)
		bounds.Check(t, 101, 4<<20, func(n int) func() {
			document := grantOf("g", unknown[:n], 0)
			return func() { mustRefuse(second(DecodeSupportGrant(document, roles.Role))) }
		})
		_, err := DecodeSupportGrant(grantOf("g", unknown, 0), roles.Role)
		require.ErrorContains(t, err, `roles[0]: unknown role "Nigth Shift" (did you mean "Night Shift"?)`)
		require.ErrorContains(t, err, fmt.Sprintf("roles[101]: unknown role %q\nnot every unknown name was compared with the known ones", unknown[101]))
	}
	faults["F13"] = func(t *testing.T) {
		for _, open := range []bool{false, true} {
			bounds.Check(t, 80, 16<<20, func(n int) func() {
				return remedies(acrossWorkspaces(open), incomparable(t, TicketMerge.ID(), n))
			})
			found := Remedies(Explain(acrossWorkspaces(open)), incomparable(t, TicketMerge.ID(), 80)...)
			require.Len(t, found, MaxRemedies)
			for _, remedy := range found {
				verify(t, acrossWorkspaces(open), remedy)
			}
		}
	}
	faults["F14"] = func(t *testing.T) {
		for name, shared := range map[string]func(int) *SharedAgent{"a chain": chain, "a tree": tree} {
			t.Run(name, func(t *testing.T) {
				bounds.Check(t, 8000, 2<<20, func(n int) func() {
					s := shared(n)
					return func() { FilterFor(s, TicketView) }
				})
			})
		}
		bounds.Check(t, 8000, 8<<20, func(n int) func() {
			before, after := chain(n), chain(n)
			after.CRM.Territories = []TerritoryID{territory(n / 2)}
			return func() { Compare(before, after) }
		})
		bounds.Check(t, 40_000, 16<<20, func(n int) func() {
			before, after := riya(inOpen(AdministratorRole.Role(), ScopeGlobal)), riya(inOpen(AdministratorRole.Role(), ScopeGlobal))
			for i := range n {
				before.Account.OpenWorkspaces = append(before.Account.OpenWorkspaces, WorkspaceID(territory(i)))
				after.Account.OpenWorkspaces = append(after.Account.OpenWorkspaces, WorkspaceID(territory(n-1-i)))
			}
			return func() { Compare(before, after) }
		})
		lead, agent := leadAndAgent(4000)
		require.Equal(t, AllowedAll, Authorize(lead, AgentEdit, agent).Reason, "everything is compared")
		bounds.Check(t, 4000, 4<<20, func(n int) func() {
			lead, agent := leadAndAgent(n)
			return func() { Authorize(lead, AgentEdit, agent) }
		})
	}
}

// The clauses of a filter select the tickets in exactly the territories that
// Authorize allows, in any hierarchy.
func TestCoveredTerritories(t *testing.T) {
	effort.Checks(t, 200, 2000, 20_000)
	id := rapid.Map(rapid.IntRange(0, 29), territory)
	rapid.Check(t, func(t *rapid.T) {
		s := sam()
		s.CRM.Territories = rapid.SliceOfN(rapid.OneOf(id, rapid.Just(TerritoryID(""))), 0, 25).Draw(t, "territories")
		s.CRM.Hierarchy = rapid.MapOfN(id, rapid.OneOf(id, rapid.Just(TerritoryID(""))), 0, 30).Draw(t, "hierarchy")
		filter := FilterFor(s, TicketView)
		for i := range 31 {
			ticket := from(customer(territory(i)))
			require.Equal(t, Authorize(s, TicketView, &ticket).Allowed(), filter.Match(&ticket), territory(i))
		}
		for clause := range filter.Clauses() {
			for condition := range clause.Conditions() {
				if condition.Kind == ConditionCustomerTerritory {
					require.IsIncreasing(t, condition.IDs)
				}
			}
		}
	})
}

// Repeated bindings decide as the same bindings once.
func TestRepeatedBindings(t *testing.T) {
	effort.Alone(t)
	effort.Checks(t, 500, 200, 1000)
	roles := []Role{AgentRole.Role(), SupervisorRole.Role(), AdministratorRole.Role(), AccountAdministratorRole.Role(), roleNamed(t, "Host", invoiceRefund.At(ScopeGlobal)), {}}
	binding := rapid.Custom(func(t *rapid.T) Binding {
		return Binding{Role: rapid.SampledFrom(roles).Draw(t, "role"), Workspace: rapid.SampledFrom([]WorkspaceID{AccountWide, "it", "legal", "hr", Everywhere, OpenWorkspaces, ""}).Draw(t, "workspace"), Group: rapid.SampledFrom([]GroupID{"", "", "billing", "refunds", "apac"}).Draw(t, "group"), TicketScope: rapid.SampledFrom([]Scope{0, ScopeRestricted, ScopeGroup, ScopeGlobal}).Draw(t, "scope")}
	})
	held := rapid.SliceOfN(binding, 1, 6)
	onRecord := binding.Filter(func(b Binding) bool { return b.Role != Role{} && b.Workspace != "" })
	groups := rapid.MapOfN(rapid.SampledFrom([]GroupID{"billing", "refunds", "apac", "emea"}), rapid.SampledFrom([]Access{View, Edit}), 0, 4)
	manager := wide(roleNamed(t, "Manager", AgentEdit.At(ScopeGlobal), AgentRoleAssign.At(ScopeGlobal), AgentImpersonate.At(ScopeGlobal)), ScopeGlobal)
	reasons := make(map[Reason]int)
	rapid.Check(t, func(t *rapid.T) {
		open := rapid.SliceOf(rapid.SampledFrom([]WorkspaceID{"it", "hr", "other", ""})).Draw(t, "open")
		lead, agent := riya(append(held.Draw(t, "lead's"), manager)...), bob(rapid.SliceOfN(onRecord, 1, 6).Draw(t, "agent's")...)
		lead.Account.OpenWorkspaces, agent.Account.OpenWorkspaces = open, open
		lead.Groups, agent.Groups = groups.Draw(t, "lead's groups"), groups.Draw(t, "agent's groups")
		more := onRecord.Draw(t, "more")
		often := func(a *Agent) *Agent {
			many := *a
			many.Bindings = nil
			for range 70 {
				many.Bindings = append(many.Bindings, a.Bindings...)
			}
			return &many
		}
		for _, ask := range []func(lead, agent *Agent) Decision{
			func(lead, agent *Agent) Decision { return Authorize(lead, AgentEdit, agent) },
			func(lead, agent *Agent) Decision { return Authorize(lead, AgentImpersonate, agent) },
			func(lead, agent *Agent) Decision {
				return Authorize(lead, AgentRoleAssign, &RoleAssignment{agent, more})
			},
		} {
			want := ask(lead, agent)
			reasons[want.Reason]++
			require.Equal(t, want, ask(often(lead), agent))
			require.Equal(t, want, ask(lead, often(agent)))
			require.Equal(t, want, ask(often(lead), often(agent)))
		}
		require.Equal(t, Compare(lead, agent).Ordering(), Compare(often(lead), often(agent)).Ordering())
		require.Equal(t, differencesOf(Compare(lead, agent)), differencesOf(Compare(often(lead), often(agent))))
		few, many := FilterFor(lead, TicketReply), FilterFor(often(lead), TicketReply)
		require.Equal(t, few, many)
	})
	assert.Greater(t, reasons[AllowedAll], 10)
	assert.Greater(t, reasons[BeyondAuthority], 10)
}

func differencesOf(c Comparison) [2][]string {
	return [2][]string{sentences(c.Gained()), sentences(c.Lost())}
}

// A support grant of many workspaces is within an agent's authority if it is in each workspace.
func TestManyWorkspaces(t *testing.T) {
	effort.Alone(t)
	effort.Checks(t, 30, 200, 500)
	roles := []Role{AgentRole.Role(), SupervisorRole.Role(), AdministratorRole.Role()}
	extender := custom(t, SupportGrantExtend.At(ScopeGlobal))
	reasons := make(map[Reason]int)
	rapid.Check(t, func(t *rapid.T) {
		role := rapid.SampledFrom(roles)
		lead := riya(extender, wide(role.Draw(t, "outside"), ScopeGlobal))
		together, want := SupportGrantTerms{ID: "g", Engineers: []SupportEngineer{eve}, Roles: []Role{AgentRole.Role()}, Workspaces: make(map[WorkspaceID][]Role)}, AllowedAll
		ask := func(terms SupportGrantTerms) Reason {
			grant, _, err := NewSupportGrant(everywhere(20), terms, noon)
			require.NoError(t, err)
			return Authorize(lead, SupportGrantExtend, &grant).Reason
		}
		for _, b := range manyBindings(SupervisorRole.Role(), 20) {
			if rapid.IntRange(0, 60).Draw(t, "another") == 0 {
				b.Role = role.Draw(t, "her role")
			}
			lead.Bindings = append(lead.Bindings, b)
		}
		for _, b := range lead.Bindings[2:] {
			together.Workspaces[b.Workspace] = []Role{AgentRole.Role()}
			if rapid.IntRange(0, 60).Draw(t, "more") == 0 {
				together.Workspaces[b.Workspace] = []Role{role.Draw(t, "role")}
			}
			if reason := ask(SupportGrantTerms{ID: "g", Engineers: []SupportEngineer{eve}, Roles: together.Roles, Workspaces: map[WorkspaceID][]Role{b.Workspace: together.Workspaces[b.Workspace]}}); reason != AllowedAll {
				want = reason
			}
		}
		require.Equal(t, want, ask(together))
		reasons[want]++
	})
	assert.Greater(t, reasons[AllowedAll], 3)
	assert.Greater(t, reasons[BeyondAuthority], 3)
}

// everywhere returns an account administrator who also holds the role in each of the workspaces.
func everywhere(workspaces int) *Agent {
	return riya(append(manyBindings(AccountAdministratorRole.Role(), workspaces), inOpen(AccountAdministratorRole.Role(), ScopeGlobal))...)
}
