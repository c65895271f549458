package deskpolicy_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	. "github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/bounds"
	"github.com/deskpolicy/deskpolicy/internal/effort"
)

// worthless are short elements, to fill a document with as many values as possible.
var worthless = []string{`1`, `{}`, `[]`, `""`, `null`, `[1]`, `{"":1}`, `"a"`}

// filled returns a document of that many bytes that repeats the element.
func filled(before, element, after string, size int) []byte {
	n := max(1, (size-len(before)-len(after))/(len(element)+1))
	return []byte(before + strings.TrimSuffix(strings.Repeat(element+",", n), ",") + after)
}

// rolesOfElements returns a file of roles with the element for every role.
func rolesOfElements(element string, size int) []byte {
	return filled(`{"version":1,"account":"acme","roles":[`, element, `]}`, size)
}

// grantOfElements returns a support grant with the element for every role.
func grantOfElements(element string, size int) []byte {
	return filled(`{"id":"g","account":"acme","by":"riya","start":"2026-11-28T00:00:00Z","end":"2026-11-29T00:00:00Z","roles":[`, element, `]}`, size)
}

// grantOf returns a support grant of the roles and of that many workspaces without their own roles.
func grantOf(id string, roles []string, workspaces int) []byte {
	grant := map[string]any{"id": id, "account": "acme", "by": "riya", "start": "2026-11-28T00:00:00Z", "end": "2026-11-29T00:00:00Z", "roles": roles,
		"engineers": []map[string]string{{"id": "eve", "email": "eve@vendor.example"}}}
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

// longNames returns n names of 97 letters; names of different kinds differ in many places.
func longNames(kind rune, n int) []string {
	names := make([]string, n)
	for i := range names {
		unlike := strings.Repeat("ab", 32) + strings.Repeat(string(kind), 28)
		names[i] = fmt.Sprintf("%s%05d", unlike, i)
	}
	return names
}

// rolesNamed returns a set of roles with the names.
func rolesNamed(t testing.TB, account AccountID, names []string) RoleSet {
	roles := make([]Role, len(names))
	for i, name := range names {
		role, err := NewRole(account, name, NewPermissions(TicketView.At(ScopeRestricted)), nil)
		require.NoError(t, err)
		roles[i] = role
	}
	set, err := NewRoleSet(account, roles...)
	require.NoError(t, err)
	return set
}

// incomparable returns roles that permit the action, each with a permission of its own that counts.
// The first are administrators' roles.
func incomparable(t testing.TB, action ActionID, n int) (roles []Role) {
	var others []Permission
	for id := range Actions() {
		if id != action && id != TicketBeAssigned.ID() && grantable(id) && !id.InClass(ClassRoleAuthoring) {
			others = append(others, id.At(ScopeGlobal))
		}
	}
	slices.Reverse(others)
	for i := range n {
		own := []Permission{action.At(ScopeGlobal), TicketBeAssigned.At(ScopeGlobal), others[i%len(others)], others[(i+1+i/len(others))%len(others)]}
		role, err := NewRole("acme", fmt.Sprintf("Role %04d", i), NewPermissions(own...), nil)
		require.NoError(t, err)
		roles = append(roles, role)
	}
	return roles
}

// inEachGroup is an agent who views tickets in one group of each of n workspaces, and of what is
// confidential those that mention the agent.
func inEachGroup(t testing.TB, n int) *Agent {
	role, me := roleNamed(t, "Viewer", TicketView.At(Anything), TicketConfidential.At(Mentioned)), riya()
	for i := range n {
		me.Bindings = append(me.Bindings, Binding{Role: role, Workspace: WorkspaceID(fmt.Sprint("w", i)), Group: GroupID(fmt.Sprint("g", i)), TicketScope: Anything})
	}
	return me
}

// secretAssignment is a request of an agent without roles to assign something confidential to
// another without roles, and to route it.
func secretAssignment() Request {
	to := &Agent{ID: "nina", Account: acme}
	return NewRequest(riya(), TicketAssign, &TicketAssignment{Ticket: secretOf("apac", "bob"), To: to, Group: AgentGroup{"emea", "acme"}})
}

// clearing returns n incomparable roles that permit the actions and what is confidential or, if
// halved, of which every other one permits the actions and the rest what is confidential.
func clearing(t testing.TB, n int, halved bool, actions ...ActionID) (roles []Role) {
	for i, role := range incomparable(t, TicketConfidential.ID(), n) {
		own := role.Permissions()
		if halved && i%2 == 0 {
			own = own.Minus(NewPermissions(TicketConfidential.At(ScopeGlobal)))
		}
		if !halved || i%2 == 0 {
			for _, action := range actions {
				own = own.Union(NewPermissions(action.At(ScopeGlobal)))
			}
		}
		roles = append(roles, roleNamed(t, role.Name(), slices.Collect(own.All())...))
	}
	return roles
}

// acrossWorkspaces is a request of an agent without roles to merge two tickets of
// different workspaces, both open or both closed.
func acrossWorkspaces(open bool) Request {
	pair := TicketPair{From: ticketOf("", "bob"), Into: ticketOf("", "bob")}
	pair.From.Workspace, pair.Into.Workspace = "legal", "hr"
	me := riya()
	if open {
		me.Account.OpenWorkspaces = []WorkspaceID{"legal", "hr"}
	}
	return Request{Subject: me, Action: TicketMerge.ID(), Resource: &pair}
}

// chain returns a shared agent who covers the top of a chain of n territories.
func chain(n int) *SharedAgent {
	s := sam()
	s.CRM.Territories, s.CRM.Hierarchy = []TerritoryID{territory(0)}, make(map[TerritoryID]TerritoryID)
	for i := range n - 1 {
		s.CRM.Hierarchy[territory(i+1)] = territory(i)
	}
	return s
}

// tree returns a shared agent who covers a tenth of a tree of n territories.
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

// manyBindings returns n role assignments, each in its own workspace.
func manyBindings(role Role, n int) []Binding {
	bindings := make([]Binding, n)
	for i := range bindings {
		bindings[i] = Binding{Role: role, Workspace: WorkspaceID(fmt.Sprintf("workspace-%06d", i)), TicketScope: ScopeGlobal}
	}
	return bindings
}

// inGroups returns n role assignments, each in its own group of every workspace.
func inGroups(n int) []Binding {
	bindings := make([]Binding, n)
	for i := range bindings {
		bindings[i] = Binding{Role: SupervisorRole.Role(), Workspace: Everywhere, Group: GroupID(fmt.Sprintf("group-%06d", i)), TicketScope: ScopeGlobal}
	}
	return bindings
}

// compares returns a comparison of the agent with itself.
func compares(agent *Agent) func() {
	return func() {
		if Compare(agent, agent).Ordering() != OrderingEqual {
			panic("an agent differs from itself")
		}
	}
}

// leadAndAgent returns a lead and an agent with n role assignments each.
func leadAndAgent(n int) (lead, agent *Agent) {
	manager := inOpen(AdministratorRole.Role(), ScopeGlobal)
	lead = riya(append(manyBindings(SupervisorRole.Role(), n), manager)...)
	return lead, bob(manyBindings(AgentRole.Role(), n)...)
}

// hostileWork are inputs of some size that are made to be slow, and the functions that take them.
var hostileWork = []struct {
	name  string
	size  int
	bytes uint64 // the most that it can allocate at that size
	work  func(t testing.TB, n int) func()
}{
	// The decoders.
	{"roles that are numbers", 4 << 20, 1 << 20, decodesRoles("1")},
	{"roles that are empty", 4 << 20, 1 << 20, decodesRoles("{}")},
	{"roles that are lists", 4 << 20, 1 << 20, decodesRoles("[]")},
	{"the maximum of numbers", 1 << 18, 64 << 20, decodesRolesTimes("1")},
	{"the maximum of empty roles", 1 << 18, 64 << 20, decodesRolesTimes("{}")},
	{"the maximum of lists", 1 << 18, 64 << 20, decodesRolesTimes("[]")},
	{"the maximum of names", 1 << 16, 64 << 20, decodesRolesTimes(`{"name":"a","permissions":[]}`)},
	{"unknown actions, with many host actions", 1000, 4 << 20, func(t testing.TB, n int) func() {
		document := filled(`{"version":1,"account":"acme","roles":[{"name":"R","permissions":[`, quoted(longNames('y', 1)[0]+"@globl"), `]}]}`, 108*n)
		return func() { mustRefuse(second(DecodeRoles(document, hostOfMany(t)))) }
	}},
	{"a role with a long name", 4 << 20, 64 << 20, func(_ testing.TB, n int) func() {
		document := filled(`{"version":1,"account":"acme","roles":[{"name":"`, "", strings.Repeat("é", n/2-60)+`","permissions":[]}]}`, n)
		return func() { mustRefuse(second(DecodeRoles(document, nil))) }
	}},
	{"a long unknown action", 4 << 20, 64 << 20, func(_ testing.TB, n int) func() {
		document := filled(`{"version":1,"account":"acme","roles":[{"name":"R","permissions":["`, "", strings.Repeat("\u00a0", n/2-60)+`"]}]}`, n)
		return func() { mustRefuse(second(DecodeRoles(document, nil))) }
	}},
	{"a large set of roles", 2000, 64 << 20, func(t testing.TB, n int) func() {
		document, err := manyRoles(t, n).Encode(nil)
		require.NoError(t, err)
		return func() { mustAccept(second(DecodeRoles(document, nil))) }
	}},
	{"a support grant of numbers", 1 << 20, 32 << 20, decodesGrant("1")},
	{"a support grant of objects", 1 << 20, 32 << 20, decodesGrant("{}")},
	{"a support grant of the maximum of unknown roles", 60_000, 16 << 20, func(_ testing.TB, n int) func() {
		document := grantOf("g", slices.Repeat([]string{"Agnt"}, n), 0)
		return func() { mustRefuse(second(DecodeSupportGrant(document, nil))) }
	}},
	{"unknown names among many", 1000, 16 << 20, func(t testing.TB, n int) func() {
		roles, document := rolesNamed(t, "acme", longNames('x', 2*n)), grantOf("g", longNames('y', n), 0)
		return func() { mustRefuse(second(DecodeSupportGrant(document, roles.Role))) }
	}},
	{"another account's roles, under a long ID", 60_000, 48 << 20, func(t testing.TB, n int) func() {
		roles, document := rolesNamed(t, "globex", []string{"A"}), grantOf(strings.Repeat("g", 8*n), slices.Repeat([]string{"A"}, n), 0)
		return func() { mustRefuse(second(DecodeSupportGrant(document, roles.Role))) }
	}},
	{"many roles in many workspaces", 30_000, 32 << 20, func(_ testing.TB, n int) func() {
		document := grantOf("g", slices.Repeat([]string{"Agent"}, n), n)
		return func() { mustRefuse(second(DecodeSupportGrant(document, nil))) }
	}},
	{"the maximum of roles in workspaces", 1 << 16, 48 << 20, func(_ testing.TB, n int) func() {
		document := grantOf("g", slices.Repeat([]string{"Agent"}, 8), n/8-1)
		return func() { mustAccept(second(DecodeSupportGrant(document, nil))) }
	}},
	{"an event of numbers", 1 << 20, 48 << 20, func(_ testing.TB, n int) func() {
		document := filled(`{"action":"grant.create","by":"riya","at":"2026-11-28T00:00:00Z","after":{"roles":[`, "1", `]}}`, n)
		return func() { mustRefuse(second(DecodeSupportGrantEvent(document, nil))) }
	}},

	// Values made from other values.
	{"roles with the same name", 20_000, 8 << 20, func(t testing.TB, n int) func() {
		roles := slices.Repeat([]Role{roleNamed(t, "R", TicketView.At(ScopeGlobal))}, n)
		return func() { mustRefuse(second(NewRoleSet("acme", roles...))) }
	}},
	{"another account's roles", 20_000, 16 << 20, func(t testing.TB, n int) func() {
		roles := slices.Collect(rolesNamed(t, "globex", longNames('x', n)).All())
		return func() { mustRefuse(second(NewRoleSet("acme", roles...))) }
	}},
	{"actions with the same name", 20_000, 4 << 20, func(_ testing.TB, n int) func() {
		actions := slices.Repeat([]HostAction{NewHostAction(invoiceView, "invoice.view")}, n)
		return func() { mustRefuse(second(NewVocabulary(actions...))) }
	}},
	{"a support grant of roles that its maker lacks", 4000, 80 << 20, func(t testing.TB, n int) func() {
		lead := riya(append(manyBindings(AgentRole.Role(), n/4), custom(t, SupportGrantCreate.At(ScopeGlobal)))...)
		terms := SupportGrantTerms{ID: "g", Engineers: []SupportEngineer{eve}, Roles: []Role{AdministratorRole.Role()}, Workspaces: make(map[WorkspaceID][]Role)}
		for _, b := range manyBindings(AgentRole.Role(), n) {
			terms.Workspaces[b.Workspace] = []Role{AgentRole.Role()}
		}
		return func() { _, _, err := NewSupportGrant(lead, terms, noon); mustRefuse(err) }
	}},
	{"a diff of roles", 2000, 1 << 20, func(t testing.TB, n int) func() {
		before, after := rolesNamed(t, "acme", longNames('x', n)), rolesNamed(t, "acme", longNames('y', n))
		return func() { before.Diff(after) }
	}},

	// The searches.
	{"a chain of territories", 8000, 2 << 20, func(_ testing.TB, n int) func() {
		s := chain(n)
		return func() { FilterFor(s, TicketView) }
	}},
	{"a tree of territories", 40_000, 8 << 20, func(_ testing.TB, n int) func() {
		s := tree(n)
		return func() { FilterFor(s, TicketView) }
	}},
	{"a territory below a long chain, of a user who has many others", 8000, 1 << 20, func(_ testing.TB, n int) func() {
		s := chain(n)
		s.CRM.Territories = nil
		for i := range n {
			s.CRM.Territories = append(s.CRM.Territories, territory(n+i))
		}
		ticket := from(customer(territory(n - 1)))
		return func() { Authorize(s, TicketView, &ticket) }
	}},
	{"many bindings in many open workspaces", 8000, 4 << 20, func(_ testing.TB, n int) func() {
		me := administrator(n)
		return func() { FilterFor(me, TicketView) }
	}},
	{"roles in a group of each of many workspaces, for what is confidential", 4000, 16 << 20, func(t testing.TB, n int) func() {
		me := inEachGroup(t, n)
		return func() { FilterFor(me, TicketView) }
	}},
	{"roles in a group of each of many workspaces, with nothing confidential", 4000, 16 << 20, func(t testing.TB, n int) func() {
		filter := FilterFor(inEachGroup(t, n), TicketView)
		return func() { filter.NoneConfidential() }
	}},
	{"a ticket in the last of many open workspaces", 40_000, 0, func(_ testing.TB, n int) func() {
		me, ticket := administrator(n), ticketOf("", "")
		ticket.Workspace = "restricted"
		return func() { Authorize(me, TicketView, &ticket) }
	}},
	{"an agent with many bindings", 4000, 4 << 20, func(_ testing.TB, n int) func() {
		lead, agent := leadAndAgent(n)
		return func() { Authorize(lead, AgentEdit, agent) }
	}},
	{"another role for an agent with many bindings", 4000, 4 << 20, func(_ testing.TB, n int) func() {
		lead, agent := leadAndAgent(n)
		to := RoleAssignment{agent, Binding{Role: AgentRole.Role(), Workspace: "workspace-000001", TicketScope: ScopeGlobal}}
		return func() { Authorize(lead, AgentRoleAssign, &to) }
	}},
	{"an agent with many bindings, what is missing", 1000, 16 << 20, func(_ testing.TB, n int) func() {
		lead, agent := leadAndAgent(n)
		lead.Bindings[0].TicketScope = ScopeRestricted
		return func() {
			for range MissingAuthority(NewRequest(lead, AgentEdit, agent)) {
			}
		}
	}},
	{"a comparison of roles in many groups, in some workspaces", 2000, 4 << 20, func(_ testing.TB, n int) func() {
		return compares(riya(append(manyBindings(AgentRole.Role(), 16), inGroups(n)...)...))
	}},
	{"a comparison of many repeated roles in a group, in many workspaces", 1000, 4 << 20, func(_ testing.TB, n int) func() {
		return compares(riya(append(manyBindings(AgentRole.Role(), n), slices.Repeat(inGroups(1), n)...)...))
	}},
	{"a comparison of roles in a group of each of many workspaces", 1000, 4 << 20, func(_ testing.TB, n int) func() {
		bindings := manyBindings(AgentRole.Role(), n)
		for i, b := range inGroups(n) {
			bindings[i].Group = b.Group
		}
		return compares(riya(bindings...))
	}},
	{"many account-wide bindings in many open workspaces", 2000, 8 << 20, func(_ testing.TB, n int) func() {
		lead, agent := administrator(n), administrator(n)
		lead.ID = "lead"
		return func() { Authorize(lead, AgentEdit, agent) }
	}},
	{"a support grant of many workspaces", 4000, 8 << 20, func(t testing.TB, n int) func() {
		lead, _ := leadAndAgent(n)
		lead.Bindings = append(lead.Bindings, custom(t, SupportGrantExtend.At(ScopeGlobal)))
		terms := SupportGrantTerms{Engineers: []SupportEngineer{eve}, Roles: []Role{AgentRole.Role()}, Workspaces: make(map[WorkspaceID][]Role)}
		for _, b := range lead.Bindings[:n] {
			terms.Workspaces[b.Workspace] = []Role{SupervisorRole.Role()}
		}
		grant := granted(t, terms)
		return func() { Authorize(lead, SupportGrantExtend, &grant) }
	}},
	{"an explanation of many bindings", 4000, 16 << 20, func(_ testing.TB, n int) func() {
		me, ticket := riya(manyBindings(AgentRole.Role(), n)...), ticketOf("", "")
		return func() { _ = Explain(NewRequest(me, TicketReply, &ticket)).String() }
	}},
	{"remedies by many roles, for two workspaces", 80, 16 << 20, func(t testing.TB, n int) func() {
		return remedies(acrossWorkspaces(true), incomparable(t, TicketMerge.ID(), n))
	}},
	{"remedies by very many roles, for two workspaces", 2000, 32 << 20, func(t testing.TB, n int) func() {
		return remedies(acrossWorkspaces(true), incomparable(t, TicketMerge.ID(), n))
	}},
	{"remedies by very many roles, or by being assigned", 2000, 32 << 20, func(t testing.TB, n int) func() {
		ticket := ticketOf("apac", "bob")
		return remedies(Request{Subject: riya(), Action: TicketReply.ID(), Resource: &ticket}, incomparable(t, TicketReply.ID(), n))
	}},
	{"remedies by being assigned, by a role of many and another of many", 320, 32 << 20, func(t testing.TB, n int) func() {
		ticket, roles := ticketOf("apac", "bob"), incomparable(t, TicketBeAssigned.ID(), n/2)
		for i, role := range incomparable(t, TicketReply.ID(), n/2) {
			other, err := NewRole("acme", fmt.Sprintf("Replier %04d", i), role.Permissions().Minus(NewPermissions(TicketBeAssigned.At(ScopeGlobal), TicketReply.At(ScopeGlobal))).Union(NewPermissions(TicketReply.At(ScopeRestricted))), nil)
			require.NoError(t, err)
			roles = append(roles, other)
		}
		roles = slices.DeleteFunc(roles, func(role Role) bool { return role.Permissions().Has(TicketReply.At(ScopeGroup)) })
		return remedies(Request{Subject: riya(), Action: TicketReply.ID(), Resource: &ticket}, roles)
	}},
	{"remedies by very many roles, for a recipient", 2000, 32 << 20, func(t testing.TB, n int) func() {
		give := TicketAssignment{Ticket: ticketOf("apac", ""), To: bob()}
		return remedies(Request{Subject: riya(), Action: TicketAssign.ID(), Resource: &give}, incomparable(t, TicketAssign.ID(), n))
	}},
	{"remedies by two roles of many for each part of what is confidential", 320, 128 << 20, func(t testing.TB, n int) func() {
		return remedies(secretAssignment(), clearing(t, n, true, TicketAssign.ID(), TicketRoute.ID()))
	}},
	{"remedies by two roles of many for each of two that are confidential", 320, 128 << 20, func(t testing.TB, n int) func() {
		secret := secretOf("apac", "bob")
		return remedies(NewRequest(riya(), TicketMerge, &TicketPair{secret, secret}), clearing(t, n, true, TicketMerge.ID()))
	}},
	{"remedies by many bindings", 4000, 64 << 20, func(t testing.TB, n int) func() {
		ticket, me := ticketOf("apac", "bob"), riya()
		for i, role := range incomparable(t, TicketReply.ID(), n) {
			me.Bindings = append(me.Bindings, Binding{Role: role, Workspace: AccountWide, TicketScope: Scope(i % 2)})
		}
		return remedies(Request{Subject: me, Action: TicketReply.ID(), Resource: &ticket}, nil)
	}},
	{"remedies by an administrator with many bindings", 1000, 64 << 20, func(t testing.TB, n int) func() {
		lead, agent := leadAndAgent(n)
		ticket := ticketOf("apac", "bob")
		why := Explain(Request{Subject: agent, Action: TicketReply.ID(), Resource: &ticket})
		return func() { RemediesBy(lead, why, everyBuiltIn...) }
	}},
}

// TestHostileInputs checks for every function that reads or searches what it allocates,
// and how that grows with the size of its input.
func TestHostileInputs(t *testing.T) {
	for _, c := range hostileWork {
		t.Run(c.name, func(t *testing.T) {
			bounds.Check(t, effort.Of(c.size/4, c.size/2, c.size), c.bytes, func(n int) func() { return c.work(t, n) })
		})
	}
}

func decodesRoles(element string) func(testing.TB, int) func() {
	return func(_ testing.TB, n int) func() {
		document := rolesOfElements(element, n)
		return func() { mustRefuse(second(DecodeRoles(document, nil))) }
	}
}

// decodesRolesTimes is decodesRoles with n values in all.
func decodesRolesTimes(element string) func(testing.TB, int) func() {
	return func(t testing.TB, n int) func() { return decodesRoles(element)(t, (n-8)*(len(element)+1)) }
}

func decodesGrant(element string) func(testing.TB, int) func() {
	return func(_ testing.TB, n int) func() {
		document := grantOfElements(element, n)
		return func() { mustRefuse(second(DecodeSupportGrant(document, nil))) }
	}
}

func quoted(text string) string { return `"` + text + `"` }

// mustRefuse panics unless err has a message.
func mustRefuse(err error) {
	if err == nil || err.Error() == "" {
		panic("the input was accepted")
	}
}

func mustAccept(err error) {
	if err != nil {
		panic(err)
	}
}

// remedies returns a search for remedies by the roles.
func remedies(r Request, roles []Role) func() {
	why := Explain(r)
	return func() {
		if len(Remedies(why, roles...)) == 0 {
			panic("nothing was found")
		}
	}
}

// hostOfMany returns a vocabulary of as many host actions as possible, all with long
// names.
func hostOfMany(t testing.TB) *Vocabulary {
	var actions []HostAction
	for id := ActionID(FirstHostView); id < FirstHostPublicEdit+HostRangeLength; id++ {
		if id.Valid() {
			actions = append(actions, NewHostAction(Action[invoice](id), fmt.Sprintf("%s%03d", strings.Repeat("ab", 47), id)))
		}
	}
	v, err := NewVocabulary(actions...)
	require.NoError(t, err)
	return v
}

// administrator holds the role n times, in an account with n open workspaces.
func administrator(n int) *Agent {
	me := bob(slices.Repeat([]Binding{inOpen(AdministratorRole.Role(), ScopeGlobal)}, n)...)
	me.Account.OpenWorkspaces = nil
	for i := range n {
		me.Account.OpenWorkspaces = append(me.Account.OpenWorkspaces, WorkspaceID(fmt.Sprintf("workspace-%06d", i)))
	}
	return me
}

// BenchmarkBounds measures the faults F10 to F14.
func BenchmarkBounds(b *testing.B) {
	roles := rolesNamed(b, "acme", longNames('x', 2500))
	unknown := grantOf("g", longNames('y', 101), 0)
	cases := map[string]func(){}
	for _, element := range []string{`1`, `{}`, `[]`} {
		file, grant := rolesOfElements(element, 4<<20), grantOfElements(element, 1<<20)
		cases["F10/"+element] = func() { _, _ = DecodeRoles(file, nil) }
		cases["F11/"+element] = func() { _, _ = DecodeSupportGrant(grant, nil) }
	}
	cases["F12"] = func() { _, _ = DecodeSupportGrant(unknown, roles.Role) }
	for _, n := range []int{10, 20, 40, 80} {
		offered, why, whyOpen := incomparable(b, TicketMerge.ID(), n), Explain(acrossWorkspaces(false)), Explain(acrossWorkspaces(true))
		cases[fmt.Sprint("F13/", n)] = func() { Remedies(why, offered...) }
		cases[fmt.Sprint("F13/open/", n)] = func() { Remedies(whyOpen, offered...) }
	}
	line, forest := chain(8000), tree(40_000)
	cases["F14/chain"] = func() { FilterFor(line, TicketView) }
	cases["F14/tree"] = func() { FilterFor(forest, TicketView) }
	lead, agent := leadAndAgent(4000)
	cases["F14/edit"] = func() { Authorize(lead, AgentEdit, agent) }
	for _, name := range slices.Sorted(maps.Keys(cases)) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				cases[name]()
			}
		})
	}
}
