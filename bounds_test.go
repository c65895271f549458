package deskpolicy_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	. "github.com/deskpolicy/deskpolicy"
)

// worthless are elements of which a document holds the most.
var worthless = []string{`1`, `{}`, `[]`, `""`, `null`, `[1]`, `{"":1}`, `"a"`}

// filled is a document of that many bytes, made of the element between the two.
func filled(before, element, after string, size int) []byte {
	n := max(1, (size-len(before)-len(after))/(len(element)+1))
	return []byte(before + strings.TrimSuffix(strings.Repeat(element+",", n), ",") + after)
}

// rolesOfElements is a file of roles that are the element.
func rolesOfElements(element string, size int) []byte {
	return filled(`{"version":1,"account":"acme","roles":[`, element, `]}`, size)
}

// grantOfElements is a grant whose roles are the element.
func grantOfElements(element string, size int) []byte {
	return filled(`{"id":"g","account":"acme","by":"riya","start":"2026-11-28T00:00:00Z","end":"2026-11-29T00:00:00Z","roles":[`, element, `]}`, size)
}

// grantOf is a grant of the roles, and of that many workspaces without any of their own.
func grantOf(id string, roles []string, workspaces int) []byte {
	grant := map[string]any{"id": id, "account": "acme", "by": "riya", "start": "2026-11-28T00:00:00Z", "end": "2026-11-29T00:00:00Z", "roles": roles}
	held := make(map[string][]string)
	for i := range workspaces {
		held[fmt.Sprint("w", i)] = []string{}
	}
	if workspaces > 0 {
		grant["workspaces"] = held
	}
	data, err := json.Marshal(grant)
	if err != nil {
		panic(err)
	}
	return data
}

// longNames are that many names of 97 letters, which differ from those of another kind in many places.
func longNames(kind rune, n int) []string {
	names := make([]string, n)
	for i := range names {
		unlike := strings.Repeat("ab", 32) + strings.Repeat(string(kind), 28)
		names[i] = fmt.Sprintf("%s%05d", unlike, i)
	}
	return names
}

// rolesNamed is a set of roles of acme's with those names.
func rolesNamed(t testing.TB, account AccountID, names []string) RoleSet {
	roles := make([]Role, len(names))
	for i, name := range names {
		role, err := NewRole(account, name, PermissionsOf(TicketView.At(Restricted)))
		require.NoError(t, err)
		roles[i] = role
	}
	set, err := NewRoleSet(account, roles...)
	require.NoError(t, err)
	return set
}

// incomparable are roles that permit the action, each with something of its own;
// the first are administrators' roles.
func incomparable(t testing.TB, action ActionID, n int) (roles []Role) {
	var others []Permission
	for id := range Actions() {
		if id != action && id != TicketBeAssigned.ID() && !id.In(ClassRoleAuthoring) {
			others = append(others, id.At(Global))
		}
	}
	slices.Reverse(others)
	for i := range n {
		own := []Permission{action.At(Global), TicketBeAssigned.At(Global), others[i%len(others)], others[(i+1+i/len(others))%len(others)]}
		role, err := NewRole("acme", fmt.Sprintf("Role %04d", i), PermissionsOf(own...))
		require.NoError(t, err)
		roles = append(roles, role)
	}
	return roles
}

// acrossWorkspaces asks to merge two tickets of different workspaces, open ones
// or not, by somebody who holds nothing.
func acrossWorkspaces(open bool) Request {
	pair := TicketPair{From: ticketOf("", "bob"), Into: ticketOf("", "bob")}
	pair.From.Workspace, pair.Into.Workspace = "legal", "hr"
	me := riya()
	if open {
		me.Account.Workspaces = []WorkspaceID{"legal", "hr"}
	}
	return Request{Subject: me, Action: TicketMerge.ID(), Resource: &pair}
}

// chain is a shared agent who covers the first of that many territories, each below the one before.
func chain(n int) *SharedAgent {
	s := sam()
	s.CRM.Territories, s.CRM.Hierarchy = []TerritoryID{territory(0)}, make(map[TerritoryID]TerritoryID)
	for i := range n - 1 {
		s.CRM.Hierarchy[territory(i+1)] = territory(i)
	}
	return s
}

// tree is a shared agent in a tree of that many territories, a tenth of which are theirs.
func tree(n int) *SharedAgent {
	s := sam()
	s.CRM.Territories, s.CRM.Hierarchy = nil, make(map[TerritoryID]TerritoryID)
	for i := range n - 1 {
		s.CRM.Hierarchy[territory(i+1)] = territory(i / 4)
	}
	for i := range n / 10 {
		s.CRM.Territories = append(s.CRM.Territories, territory(n-1-9*i))
	}
	return s
}

func territory(i int) TerritoryID { return TerritoryID(fmt.Sprintf("territory-%06d", i)) }

// manyBindings are that many, each in a workspace of its own.
func manyBindings(role Role, n int) []Binding {
	bindings := make([]Binding, n)
	for i := range bindings {
		bindings[i] = Binding{role, WorkspaceID(fmt.Sprintf("workspace-%06d", i)), Global}
	}
	return bindings
}

// lead and her agent have that many bindings each.
func leadAndAgent(n int) (lead, agent *Agent) {
	manager := Binding{SupervisorRole(), AccountWide, Global}
	lead = riya(append(manyBindings(SupervisorRole(), n), manager)...)
	return lead, bob(manyBindings(AgentRole(), n)...)
}

func BenchmarkBounds(b *testing.B) {
	roles := rolesNamed(b, "acme", longNames('x', 2500))
	unknown := grantOf("g", longNames('y', 101), 0)
	cases := map[string]func(){}
	for _, element := range []string{`1`, `{}`, `[]`} {
		cases["F10/"+element] = func() { _, _ = DecodeRoles(rolesOfElements(element, 4<<20), nil) }
		cases["F11/"+element] = func() { _, _ = DecodeGrant(grantOfElements(element, 1<<20), nil) }
	}
	cases["F12"] = func() { _, _ = DecodeGrant(unknown, roles.Role) }
	for _, n := range []int{10, 20, 40, 80} {
		offered, why, whyOpen := incomparable(b, TicketMerge.ID(), n), acrossWorkspaces(false).Explain(), acrossWorkspaces(true).Explain()
		cases[fmt.Sprint("F13/", n)] = func() { why.Remedies(offered...) }
		cases[fmt.Sprint("F13/open/", n)] = func() { whyOpen.Remedies(offered...) }
	}
	line, forest := chain(8000), tree(40_000)
	cases["F14/chain"] = func() { FilterFor(line, TicketView) }
	cases["F14/tree"] = func() { FilterFor(forest, TicketView) }
	lead, agent := leadAndAgent(4000)
	cases["F14/edit"] = func() { Authorize(lead, AgentEdit, agent) }
	names := make([]string, 0, len(cases))
	for name := range cases {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				cases[name]()
			}
		})
	}
}

var _ = time.Now
