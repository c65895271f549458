package deskpolicy_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	. "github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/effort"
)

// A naming gives the IDs of the subjects of TestCompareIDs. The empty name is the last.
type naming struct{ agents, contacts, companies, groups, workspaces, users, territories [4]string }

// plainNames are IDs that no example has.
var plainNames = naming{
	[4]string{"a0", "a1", "a2"}, [4]string{"c0", "c1", "c2"}, [4]string{"k0", "k1", "k2"}, [4]string{"g0", "g1", "g2"},
	[4]string{"w0", "w1", "w2"}, [4]string{"u0", "u1", "u2"}, [4]string{"t0", "t1", "t2"},
}

// hostileNames draws IDs that examples have, as far as nobody else does.
func hostileNames(t *rapid.T) (n naming) {
	draw := func(into *[4]string, label string, names ...string) {
		copy(into[:3], rapid.Permutation(names).Draw(t, label))
	}
	draw(&n.agents, "agents", "somebody", "somebody'", "somebody''", "somebody else")
	draw(&n.contacts, "contacts", "example", "example'", "the agent's contact", "the agent's contact'")
	draw(&n.companies, "companies", "example", "example'", "the agent's company", "the agent's company'")
	draw(&n.groups, "groups", "another group", "another group'", "example")
	draw(&n.workspaces, "workspaces", "example", "example'", "\x00")
	draw(&n.users, "users", "example", "example'", "somebody")
	draw(&n.territories, "territories", "example", "example'", "\x00")
	return n
}

// A namedSubject makes a subject with IDs of the naming.
type namedSubject func(naming) Subject

// drawNamed draws a subject that holds some of the roles.
func drawNamed(t *rapid.T, roles []Role, kinds ...string) namedSubject {
	number := func(label string) int { return rapid.IntRange(0, 3).Draw(t, label) } // 3 is none
	kind, id, contact, company := rapid.SampledFrom(kinds).Draw(t, "kind"), rapid.IntRange(0, 2).Draw(t, "id"), number("contact"), number("company")
	access := rapid.SampledFrom([]Access{NoAccess, View, Edit})
	var in, sees [4]Access
	for i := range 3 {
		in[i], sees[i] = access.Draw(t, "in group"), access.Draw(t, "sees")
	}
	type held struct{ role, workspace, wide, group, scope int }
	bindings := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) held {
		return held{rapid.IntRange(0, len(roles)-1).Draw(t, "role"), number("workspace"), number("wide"), number("in"), number("scope")}
	}), 1, 3).Draw(t, "bindings")
	fresh := rapid.IntRange(0, 1).Draw(t, "fresh")
	records, user, territory := rapid.SampledFrom([]CRMRecords{0, OwnRecords, TerritoryRecords, AllRecords}).Draw(t, "records"), rapid.IntRange(0, 2).Draw(t, "user"), number("territory")
	return func(n naming) Subject {
		groups, contacts, companies := make(map[GroupID]Access), make(map[ContactID]Access), make(map[CompanyID]Access)
		for i := range 3 {
			groups[GroupID(n.groups[i])], contacts[ContactID(n.contacts[i])], companies[CompanyID(n.companies[i])] = in[i], sees[i], sees[i]
		}
		var all []Binding
		for _, b := range bindings {
			where := WorkspaceID(n.workspaces[b.workspace])
			if where == "" {
				where = []WorkspaceID{AccountWide, OpenWorkspaces, Everywhere, Everywhere}[b.wide]
			}
			all = append(all, Binding{Role: roles[b.role], Workspace: where, Group: GroupID(n.groups[b.group]), TicketScope: []Scope{Anything, Anything, ScopeGroup | SameCompany, Requested}[b.scope]})
		}
		account := acme
		account.OpenWorkspaces = []WorkspaceID{WorkspaceID(n.workspaces[0]), WorkspaceID(n.workspaces[1])}
		switch kind {
		case "agent":
			return &Agent{ID: AgentID(n.agents[id]), Account: account, Bindings: all, Groups: groups, Contact: ContactID(n.contacts[contact]), Company: CompanyID(n.companies[company])}
		case "customer":
			return &Customer{ID: ContactID(n.contacts[id]), Account: account, Bindings: all, Company: CompanyID(n.companies[company])}
		default:
			crm := CRMUser{ID: CRMUserID(n.users[user]), Sees: records, Territories: []TerritoryID{TerritoryID(n.territories[territory])}, Visibility: CRMVisibility{Contacts: contacts, Companies: companies, AsOf: day(3), MaxAge: []time.Duration{time.Hour, 48 * time.Hour}[fresh]}}
			return &SharedAgent{ID: AgentID(n.agents[id]), Account: account, Bindings: all, Groups: groups, CRM: crm, Now: day(4)}
		}
	}
}

// TestCompareIDs checks that a comparison does not depend on how a host names its agents,
// contacts, groups and so on: every difference replays, and there are the same ones whether
// the host's IDs are those that examples have or not.
func TestCompareIDs(t *testing.T) {
	manager := wide(roleNamed(t, "Lead", AgentEdit.At(Anything), SharedAgentEdit.At(Anything), AgentImpersonate.At(Anything)), Anything)
	effort.Checks(t, 1000, 5000, 30_000)
	roles := []Role{
		roleNamed(t, "Asks", TicketView.At(Requested|Participating), TicketReply.At(SameCompany), TicketConfidential.At(Requested)),
		roleNamed(t, "Desk", TicketView.At(InGroup|MyCustomers), TicketReply.At(Unassigned), TicketAssign.At(InGroup), TicketRoute.At(Assigned|InGroup), CannedResponseUse.At(InGroup)),
		roleNamed(t, "Sales", ContactView.At(MyCustomers), ContactMerge.At(MyCustomers), ContactEdit.At(Assigned), CompanyView.At(MyCustomers), TicketView.At(MyCustomers)),
		roleNamed(t, "Leads", TicketView.At(Anything), TicketConfidential.At(Assigned|SameCompany), AgentEdit.At(Anything), AgentDeactivate.At(Anything), AgentImpersonate.At(Anything), ContactMerge.At(Anything)),
	}
	differences := 0
	permissions := func(t *rapid.T, all func(func(Difference) bool)) (found []string) {
		for d := range all {
			require.True(t, d.Allowed.Authorize().Allowed(), "%v\n%v", d, Explain(d.Allowed))
			require.False(t, d.Denied.Authorize().Allowed(), "%v\n%v", d, Explain(d.Denied))
			found = append(found, fmt.Sprint(d.Permission.Action, d.Workspace == ""))
			differences++
		}
		slices.Sort(found)
		return slices.Compact(found)
	}
	rapid.Check(t, func(t *rapid.T) {
		before, after, hostile := drawNamed(t, roles, "agent", "shared agent", "customer"), drawNamed(t, roles, "agent", "shared agent", "customer"), hostileNames(t)
		plain, other := Compare(before(plainNames), after(plainNames)), Compare(before(hostile), after(hostile))
		require.Equal(t, plain.Ordering(), other.Ordering())
		require.Equal(t, permissions(t, plain.Gained()), permissions(t, other.Gained()))
		require.Equal(t, permissions(t, plain.Lost()), permissions(t, other.Lost()))

		agent := drawNamed(t, roles, "agent", "shared agent")
		action := rapid.SampledFrom([]ActionID{AgentEdit.ID(), AgentImpersonate.ID()}).Draw(t, "action")
		lacks := func(n naming) func(func(Difference) bool) {
			r := Request{Action: action, Resource: agent(n).(Resource)}
			if shared, is := r.Resource.(*SharedAgent); is {
				r.Action = SharedAgentEdit.ID()
				shared.ID += "+"
			} else {
				r.Resource.(*Agent).ID += "+" // not the lead
			}
			lead, is := before(n).(*Agent)
			if !is {
				return func(func(Difference) bool) {}
			}
			lead.Bindings = append(lead.Bindings, manager)
			r.Subject = lead
			return MissingAuthority(r)
		}
		require.Equal(t, permissions(t, lacks(plainNames)), permissions(t, lacks(hostile)))
	})
	assert.Greater(t, differences, 1000)
}
