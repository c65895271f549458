package main

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/effort"
	"github.com/deskpolicy/deskpolicy/internal/golden"
	"github.com/deskpolicy/deskpolicy/policytest"
)

func TestOutput(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, show(&out))
	golden.File(t, "output.golden", out.String())
}

// The table has the product's 44 permissions, with 14 actions and one type that the library lacks,
// and the adapter has at most 120 lines of code.
func TestTheWholeAdapter(t *testing.T) {
	names := allPermissions()
	assert.Len(t, names, 44)
	assert.Len(t, slices.Compact(slices.Sorted(slices.Values(names))), 44)
	own := map[deskpolicy.ActionID]bool{}
	for _, row := range table {
		for _, action := range slices.Concat(row.onRead, row.anywhere, row.own) {
			own[action] = action.IsHost()
		}
		assert.True(t, row.reads != 0 || len(row.onRead)+len(row.anywhere) > 0, row.permission)
	}
	count := 0
	for _, host := range own {
		if host {
			count++
		}
	}
	assert.Equal(t, 14, count)
	source, err := os.ReadFile("adapter.go")
	require.NoError(t, err)
	code := slices.DeleteFunc(strings.Split(string(source), "\n"), func(line string) bool {
		line = strings.TrimSpace(line)
		return line == "" || strings.HasPrefix(line, "//")
	})
	assert.LessOrEqual(t, len(code), 120)
}

// aDesk draws the product's roles and a user who holds some of them.
func aDesk(t *rapid.T) (*adapter, *user) {
	a, names := newAdapter(), []string{"Agent", "Admin", "Team lead", "Operations", "A", "B"}
	permission := rapid.SampledFrom(allPermissions())
	a.legacy.roles["A"] = rapid.SliceOfN(permission, 0, 12).Draw(t, "A")
	a.legacy.roles["B"] = rapid.SliceOfN(permission, 0, 12).Draw(t, "B")
	u := &user{id: "ana", deactivated: rapid.IntRange(0, 9).Draw(t, "deactivated") == 0}
	u.roles = rapid.SliceOfNDistinct(rapid.SampledFrom(names), 0, 3, rapid.ID).Draw(t, "roles")
	u.teams = rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"billing", "sales"}), 0, 2, rapid.ID).Draw(t, "teams")
	return a, u
}

// Every check has the same answer by the old checker and by the policy, for users with several
// roles: 200,000 questions.
func TestAgreement(t *testing.T) {
	effort.Checks(t, 100, 700, 700)
	asked := 0
	rapid.Check(t, func(t *rapid.T) {
		a, u := aDesk(t)
		by := a.agent(u)
		for _, c := range conversations("ana", "billing") {
			for _, check := range a.checks() {
				d := check.decide(by, c)
				require.Equal(t, a.legacyMay(u, check.permission, c), d.Allowed(), "%s on %+v by %+v: %v", check.permission, c, u, d)
				asked++
			}
		}
	})
	t.Logf("%d questions", asked)
	require.GreaterOrEqual(t, asked, effort.Of(5_000, 200_000, 200_000))
}

// Agree draws subjects and resources that the product would not make, and finds no difference either.
func TestAgree(t *testing.T) {
	a := newAdapter()
	var roles []deskpolicy.Role
	for _, held := range [][]string{{"Agent"}, {"Admin"}, {"Agent", "Team lead"}, {"Operations"}, {"Team lead"}} {
		roles = append(roles, a.role(held))
	}
	permissions := map[deskpolicy.ActionID]string{
		deskpolicy.TicketView.ID(): "conversations:read", deskpolicy.TicketStatusSet.ID(): "conversations:update_status",
		deskpolicy.TicketTagEdit.ID(): "conversations:update_tags", deskpolicy.TicketReply.ID(): "messages:write",
		deskpolicy.TicketNotePrivate.ID(): "messages:write_private", deskpolicy.ReportView.ID(): "reports:manage",
		MessageWriteAsContact.ID(): "messages:write_as_contact", WebhooksManage.ID(): "webhooks:manage",
	}
	desk := policytest.Desk{
		Account: a.account, Roles: roles, SubjectKinds: policytest.Agents,
		NoWorkspaces: true, NoOtherAccounts: true, NoSharedAgents: true, NoBuiltInRoles: true, NoTicketScopes: true, NoConfidential: true, NoWindows: true,
		HostActions: []policytest.HostAction{
			policytest.NewHostAction(MessageWriteAsContact, "message.write_as_contact", nil),
			policytest.NewHostAction(WebhooksManage, "webhooks.manage", nil),
		},
	}
	for action := range permissions {
		desk.Actions = append(desk.Actions, action)
	}
	slices.Sort(desk.Actions)
	policytest.Agree(t, desk, func(r deskpolicy.Request) bool {
		agent := r.Subject.(*deskpolicy.Agent)
		u := &user{id: string(agent.ID), deactivated: agent.Deactivated}
		for group, access := range agent.Groups {
			if access >= r.Action.RequiredAccess() && access <= deskpolicy.Edit && group != "" {
				u.teams = append(u.teams, string(group))
			}
		}
		c := &conversation{}
		if ticket, ok := r.Resource.(*deskpolicy.Ticket); ok {
			c = &conversation{assignee: string(ticket.Assignee), team: string(ticket.Group)}
		}
		return slices.ContainsFunc(agent.Bindings, func(b deskpolicy.Binding) bool { // the product's users have one
			u.roles = strings.Split(b.Role.Name(), ", ")
			return b.Workspace == deskpolicy.AccountWide && // as Agree draws it
				a.legacyMay(u, permissions[r.Action], c)
		})
	})
}

// A user who manages users and roles, and nothing else, gets no further than what they have.
func TestEscalations(t *testing.T) {
	a := newAdapter()
	allowed := []string{"gives a new user what he has", "saves his own record", "makes a role of what he has", "lets that role write messages"}
	for _, e := range append(a.userAttempts(), a.roleAttempts()...) {
		assert.True(t, e.legacy, e.what)
		assert.Equal(t, e.who == "boss" || slices.Contains(allowed, e.what), e.decision.Allowed(), "%s %s: %v", e.who, e.what, e.decision)
	}
}

// What the README says about managers of teams, and about giving up what one has.
func TestWhatToDecide(t *testing.T) {
	for _, test := range []struct {
		permissions   []string
		place, giveUp bool
	}{
		{[]string{"teams:manage"}, false, false},
		{append([]string{"teams:manage"}, defaultRoles["Agent"]...), false, false},
		{append([]string{"teams:manage", "conversations:read_all"}, defaultRoles["Agent"]...), true, false},
		{[]string{"users:manage"}, false, true},
		{defaultRoles["Agent"], false, false},
		{defaultRoles["Admin"], true, true},
	} {
		a := newAdapter()
		a.legacy.roles["Manager"] = test.permissions
		manager := a.agent(&user{id: "mia", roles: []string{"Manager"}})
		out, in := a.agent(&user{id: "bob", roles: []string{"Agent"}}), a.agent(&user{id: "bob", roles: []string{"Agent"}, teams: []string{"sales"}})
		d, _ := deskpolicy.AuthorizeAgentChange(manager, out, in)
		assert.Equal(t, test.place, d.Allowed(), "%v: %v", test.permissions, d)
		d, _ = deskpolicy.AuthorizeAgentChange(manager, in, out)
		assert.Equal(t, test.place, d.Allowed(), "%v: %v", test.permissions, d)
		d, _ = deskpolicy.AuthorizeAgentChange(manager, manager, a.agent(&user{id: "mia"}))
		assert.Equal(t, test.giveUp, d.Allowed(), "%v: %v", test.permissions, d)
	}
}

// odd are names of roles that the policy refuses, or that are too long beside others.
var odd = []string{"", " ", "Agent ", " Agent", "Agent\u00a0A", "x\u200dy", "a\x00b", "\xff", strings.Repeat("a", 99), strings.Repeat("é", 101)}

// The policy takes roles whatever they are called, and those who lack what a role permits cannot give
// it, take it away, or act on those who hold it.
func TestOddNames(t *testing.T) {
	a := newAdapter()
	for _, name := range odd {
		a.legacy.roles[name] = []string{"view:manage"}
		u := &user{id: "max", roles: []string{"Admin", name}}
		c := &conversation{id: "1", assignee: "bob"}
		assert.True(t, deskpolicy.Authorize(a.agent(u), deskpolicy.TicketReply, a.ticket(c)).Allowed(), "%q", name)
		left := *u
		left.deactivated = true
		for _, change := range [][2]*user{
			{{id: "max"}, u}, // somebody becomes an admin
			{{id: otto.id, roles: otto.roles}, {id: otto.id, roles: u.roles}}, // otto himself
			{u, &left}, {u, {id: "max"}},
		} {
			d, _ := deskpolicy.AuthorizeAgentChange(a.agent(otto), a.agent(change[0]), a.agent(change[1]))
			assert.False(t, d.Allowed(), "%q: %v", name, d)
			d, _ = deskpolicy.AuthorizeAgentChange(a.agent(boss), a.agent(change[0]), a.agent(change[1]))
			assert.True(t, d.Allowed(), "%q: %v", name, d)
		}
		assert.False(t, deskpolicy.Authorize(a.agent(otto), deskpolicy.AgentKeyManage, a.agent(u)).Allowed(), "%q", name)
		assert.False(t, a.mayChange(a.agent(otto), name, allPermissions(), u.roles).Allowed(), "%q", name)
		assert.True(t, a.mayChange(a.agent(boss), name, allPermissions(), u.roles).Allowed(), "%q", name)
	}
}

// Two lists of names are one role if they have the same names, and otherwise two roles with two names.
func TestOneRoleForOneSet(t *testing.T) {
	effort.Checks(t, 1_000, 10_000, 100_000)
	pieces := rapid.SampledFrom(append([]string{"A", "B", "A, B", ",", ", ", "A,", ", B", `"A" "B"`, `A" "B`}, odd...))
	a := newAdapter()
	hash := a.role([]string{"A, B"}).Name()
	rapid.Check(t, func(t *rapid.T) {
		one := rapid.SliceOfN(rapid.OneOf(pieces, rapid.Just(hash)), 0, 4).Draw(t, "one")
		other := rapid.OneOf(rapid.Permutation(append(one, one...)), rapid.SliceOfN(pieces, 0, 4)).Draw(t, "other")
		same := !slices.ContainsFunc(one, func(name string) bool { return !slices.Contains(other, name) }) &&
			!slices.ContainsFunc(other, func(name string) bool { return !slices.Contains(one, name) })
		require.NotEmpty(t, a.role(one).Name())
		require.Equal(t, same, a.role(one) == a.role(other))
		require.Equal(t, same, a.role(one).Name() == a.role(other).Name())
	})
	assert.Equal(t, "Agent, Team lead", a.role([]string{"Team lead", "Agent", "Agent"}).Name())
}

// What saves a user's roles in another order, or a role that is called as two roles together, is
// decided by what changes.
func TestOrderOfNames(t *testing.T) {
	a := newAdapter()
	pair, turned := &user{id: "lena", roles: []string{"Agent", "Team lead"}}, &user{id: "lena", roles: []string{"Team lead", "Agent"}}
	d, _ := deskpolicy.AuthorizeAgentChange(a.agent(otto), a.agent(pair), a.agent(turned))
	assert.True(t, d.Allowed(), d)
	a.legacy.roles["Agent, Team lead"] = []string{"reports:manage"}
	single := &user{id: "lena", roles: []string{"Agent, Team lead"}}
	d, _ = deskpolicy.AuthorizeAgentChange(a.agent(boss), a.agent(single), a.agent(pair))
	assert.True(t, d.Allowed(), d)
	d, _ = deskpolicy.AuthorizeAgentChange(a.agent(otto), a.agent(single), a.agent(pair))
	assert.False(t, d.Allowed(), d)
}

// If a role cannot be made, nothing that depends on it is allowed: here because the vocabulary lacks
// the actions of an admin, and of the roles Hooks and Tags.
func TestRoleThatCannotBeMade(t *testing.T) {
	defer func(v *deskpolicy.Vocabulary) { vocabulary = v }(vocabulary)
	a := newAdapter()
	a.legacy.roles["Hooks"], a.legacy.roles["Deputy"] = []string{"webhooks:manage"}, []string{"users:manage"}
	everything := &user{id: "eve", roles: []string{"Admin"}}
	manager := a.agent(otto)
	vocabulary = mustName()
	for name, d := range map[string]deskpolicy.Decision{
		"as a subject":                     deskpolicy.Authorize(a.agent(everything), deskpolicy.TicketListManageOwn, &deskpolicy.TicketList{Account: "acme", Owner: "eve"}),
		"a key":                            deskpolicy.Authorize(manager, deskpolicy.AgentKeyManage, a.agent(everything)),
		"her record":                       deskpolicy.Authorize(manager, deskpolicy.AgentEdit, a.agent(everything)),
		"an assignment to her":             deskpolicy.Authorize(a.agent(bob), deskpolicy.TicketAssign, &deskpolicy.TicketAssignment{Ticket: *a.ticket(&conversation{assignee: "bob"}), To: a.agent(everything)}),
		"a role that is not made any more": a.mayChange(manager, "Deputy", []string{"webhooks:manage"}),
		"a role that was not made before":  a.mayChange(manager, "Hooks", nil),
		"neither":                          a.mayChange(manager, "Hooks", []string{"tags:manage"}),
		"beside another":                   a.mayChange(manager, "Deputy", nil, []string{"Deputy", "Hooks"}),
	} {
		assert.False(t, d.Allowed(), "%s: %v", name, d)
	}
	for _, change := range [][2]*user{{{id: "eve"}, everything}, {everything, {id: "eve"}}, {everything, everything}} {
		d, _ := deskpolicy.AuthorizeAgentChange(manager, a.agent(change[0]), a.agent(change[1]))
		assert.False(t, d.Allowed(), d)
	}
	assert.True(t, a.mayChange(manager, "Deputy", nil).Allowed())
}

// However users with some permissions save users and roles, and whatever a role is held beside, they
// reach no conversation and no action that none of them reached before.
func TestNoHistoryWidensAnybody(t *testing.T) {
	effort.Checks(t, 30, 300, 3_000)
	long := strings.Repeat("C", 99) // too long beside another
	sets := [][]string{{"A"}, {"B "}, {"A", "B "}, {"A", long}, {"B ", long}, {"A", "B ", long}, {long}}
	saved := 0
	rapid.Check(t, func(t *rapid.T) {
		a := newAdapter()
		permission := rapid.SampledFrom(append([]string{"users:manage", "roles:manage", "roles:manage", "conversations:read", "conversations:read", "messages:write", "conversations:read_team_all", "conversations:read_all"}, allPermissions()...))
		for _, role := range []string{"A", "B ", long} {
			a.legacy.roles[role] = rapid.SliceOfN(permission, 0, 8).Draw(t, role)
		}
		users := []*user{}
		for _, id := range []string{"ana", "bob", "cleo"} {
			users = append(users, &user{id: id, roles: rapid.SampledFrom(sets).Draw(t, id), teams: []string{"billing"}})
		}
		before := a
		started := slices.Clone(users)
		for range rapid.IntRange(1, 6).Draw(t, "steps") {
			by, i := a.agent(rapid.SampledFrom(users).Draw(t, "by")), rapid.IntRange(0, len(users)-1).Draw(t, "user")
			if rapid.Bool().Draw(t, "save a user") {
				will := &user{id: users[i].id, roles: rapid.SampledFrom(sets).Draw(t, "roles"), teams: users[i].teams}
				if d, _ := deskpolicy.AuthorizeAgentChange(by, a.agent(users[i]), a.agent(will)); d.Allowed() {
					users[i] = will
					saved++
				}
				continue
			}
			role, to := rapid.SampledFrom([]string{"A", "B ", long}).Draw(t, "role"), rapid.SliceOfN(permission, 0, 8).Draw(t, "permissions")
			var heldIn [][]string
			for _, u := range users {
				if slices.Contains(u.roles, role) {
					heldIn = append(heldIn, u.roles)
				}
			}
			if a.mayChange(by, role, to, heldIn...).Allowed() {
				a = &adapter{account: a.account, legacy: a.legacy.with(role, to)}
				saved++
			}
		}
		for _, u := range users {
			for _, c := range conversations("ana", "billing") {
				for _, check := range a.checks() {
					if check.decide(a.agent(u), c).Allowed() {
						require.True(t, slices.ContainsFunc(started, func(was *user) bool { // by one of them, in the place of the user
							other := *was
							other.id = u.id
							return check.decide(before.agent(&other), c).Allowed()
						}), "%s: %s on %s", u.id, check.permission, c.id)
					}
				}
			}
		}
	})
	assert.Greater(t, saved, effort.Of(3, 50, 500))
}

func TestSubjectAllocations(t *testing.T) {
	a, u := newAdapter(), &user{id: "lena", roles: []string{"Agent", "Team lead"}, teams: []string{"billing"}}
	a.agent(u)
	assert.LessOrEqual(t, testing.AllocsPerRun(100, func() { a.agent(u) }), 6.0)
}

func BenchmarkDecision(b *testing.B) {
	a, u := newAdapter(), &user{id: "lena", roles: []string{"Agent", "Team lead"}, teams: []string{"billing"}}
	c := &conversation{assignee: "bob", team: "billing"}
	by, ticket := a.agent(u), a.ticket(c)
	u.permissions = a.legacy.permissionsOf(u)
	for _, run := range []struct {
		name string
		ask  func() bool
	}{
		{"legacy", func() bool { return a.legacy.mayOn(u, "messages:read", c) }},
		{"policy", func() bool { return deskpolicy.Authorize(by, deskpolicy.TicketView, ticket).Allowed() }},
	} {
		b.Run(run.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if !run.ask() {
					b.Fatal(fmt.Sprint(run.name, " denies"))
				}
			}
		})
	}
}

func BenchmarkSubject(b *testing.B) {
	a, u := newAdapter(), &user{id: "lena", roles: []string{"Agent", "Team lead"}, teams: []string{"billing"}}
	b.ReportAllocs()
	for b.Loop() {
		a.agent(u)
	}
}

// What the README shows is what the program prints.
func TestReadme(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	require.NoError(t, err)
	var out bytes.Buffer
	require.NoError(t, show(&out))
	_, block, _ := strings.Cut(string(readme), "```text\n")
	block, _, found := strings.Cut(block, "```")
	require.True(t, found)
	assert.Contains(t, out.String(), block)
}
