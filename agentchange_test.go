package deskpolicy_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	. "github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/effort"
)

// A formStep is a step of a change in the test's own terms.
type formStep struct {
	ask   func(by, agent *Agent) Decision
	do    func(agent *Agent)
	after int // the index of the step that must come before, or -1
}

// A formMember returns the record as what the form is about: an agent or a shared agent.
type formMember func(*Agent) Subject

func asAgent(a *Agent) Subject { return a }

func asShared(a *Agent) Subject {
	return &SharedAgent{ID: a.ID, Account: a.Account, Deactivated: a.Deactivated, Bindings: a.Bindings, Groups: a.Groups, CRM: sam().CRM}
}

// roleStep returns a step about a role.
func roleStep(as formMember, action Action[RoleAssignment], b Binding, after int) formStep {
	return formStep{
		ask: func(by, agent *Agent) Decision { return Authorize(by, action, &RoleAssignment{as(agent), b}) },
		do: func(agent *Agent) {
			agent.Bindings = slices.DeleteFunc(slices.Clone(agent.Bindings), func(held Binding) bool {
				return held.Role == b.Role && held.Workspace == b.Workspace && held.Group == b.Group
			})
			if action != AgentRoleRemove {
				agent.Bindings = append(agent.Bindings, b)
			}
		},
		after: after,
	}
}

// formSteps returns the steps from one record of an agent to another, which hold each role
// once in each place.
func formSteps(as formMember, before, after *Agent) (steps []formStep) {
	place := func(b Binding) Binding { b.TicketScope = 0; return b }
	was, will := map[Binding]Binding{}, map[Binding]Binding{}
	for _, b := range before.Bindings {
		was[place(b)] = b
	}
	for _, b := range after.Bindings {
		will[place(b)] = b
		switch old, held := was[place(b)]; {
		case !held:
			steps = append(steps, roleStep(as, AgentRoleAssign, b, -1))
		case old.TicketScope.Covers(b.TicketScope) && b.TicketScope.Covers(old.TicketScope):
		case old.TicketScope.Covers(b.TicketScope) || b.TicketScope.Covers(old.TicketScope):
			steps = append(steps, roleStep(as, AgentScopeEdit, b, -1))
		default:
			wide := b
			wide.TicketScope |= old.TicketScope
			steps = append(steps, roleStep(as, AgentScopeEdit, wide, -1), roleStep(as, AgentScopeEdit, b, len(steps)))
		}
	}
	for _, b := range before.Bindings {
		if _, kept := will[place(b)]; !kept {
			steps = append(steps, roleStep(as, AgentRoleRemove, b, -1))
		}
	}
	for _, group := range []GroupID{"billing", "refunds"} {
		if access := after.Groups[group]; access != before.Groups[group] {
			steps = append(steps, formStep{
				ask: func(by, agent *Agent) Decision {
					return Authorize(by, AgentGroupAssign, &GroupMembership{as(agent), AgentGroup{group, "acme"}, access})
				},
				do: func(agent *Agent) {
					groups := maps.Clone(agent.Groups)
					if groups == nil {
						groups = map[GroupID]Access{}
					}
					groups[group] = access
					agent.Groups = groups
				},
				after: -1,
			})
		}
	}
	if before.Deactivated != after.Deactivated {
		action := AgentDeactivate
		if before.Deactivated {
			action = AgentEdit
		}
		steps = append(steps, formStep{
			ask: func(by, agent *Agent) Decision {
				if shared, is := as(agent).(*SharedAgent); is {
					return Authorize(by, SharedAgentEdit, shared)
				}
				return Authorize(by, action, agent)
			},
			do:    func(agent *Agent) { agent.Deactivated = !agent.Deactivated },
			after: -1,
		})
	}
	return steps
}

// anyOrder reports whether there is an order in which every step is allowed.
func anyOrder(by, agent *Agent, steps []formStep, done []bool) bool {
	left := false
	for i, step := range steps {
		if done[i] || step.after >= 0 && !done[step.after] {
			continue
		}
		left = true
		if !step.ask(by, agent).Allowed() {
			continue
		}
		next, actor := *agent, by
		step.do(&next)
		if by.ID == agent.ID {
			same := *by
			step.do(&same)
			actor = &same
		}
		done[i] = true
		possible := anyOrder(actor, &next, steps, done)
		done[i] = false
		if possible {
			return true
		}
	}
	return !left
}

// A form is allowed exactly if its steps are, one by one in some order (A70).
func TestAgentChangeIsItsSteps(t *testing.T) {
	effort.Checks(t, 3_000, 5_000, 30_000)
	people := []Permission{
		AgentRoleAssign.At(ScopeGlobal), AgentRoleRemove.At(ScopeGlobal), AgentScopeEdit.At(ScopeGlobal), AgentGroupAssign.At(ScopeGlobal),
		AgentDeactivate.At(ScopeGlobal), AgentEdit.At(ScopeGlobal), SharedAgentEdit.At(ScopeGlobal),
	}
	roles := []Role{
		roleOf(t, "People", people...), roleOf(t, "Removes", AgentRoleRemove.At(ScopeGlobal), TicketView.At(ScopeGlobal)),
		roleOf(t, "View", TicketView.At(ScopeGlobal)), roleOf(t, "Team", TicketView.At(ScopeGroup), ConversationView.At(InGroup), TicketConfidential.At(ScopeGlobal)),
		roleOf(t, "Groups", AgentGroupAssign.At(ScopeGlobal), AgentDeactivate.At(ScopeGlobal)),
		AccountAdministratorRole.Role(), AgentRole.Role(), SharedAgentRole.Role(),
		roleOf(t, "All", slices.Collect(AccountAdministratorRole.Role().Permissions().All())...),
	}
	binding := rapid.Custom(func(t *rapid.T) Binding {
		return Binding{
			Role: rapid.SampledFrom(roles).Draw(t, "role"), Workspace: rapid.SampledFrom([]WorkspaceID{AccountWide, AccountWide, Everywhere, "it"}).Draw(t, "workspace"),
			Group:       rapid.SampledFrom([]GroupID{"", "", "", "", "", "billing"}).Draw(t, "held in"),
			TicketScope: rapid.SampledFrom([]Scope{ScopeGlobal, ScopeGlobal, ScopeGroup, ScopeRestricted, Requested | InGroup}).Draw(t, "ticket scope"),
		}
	})
	place := func(b Binding) Binding { b.TicketScope = 0; return b }
	count := map[string]int{}
	rapid.Check(t, func(t *rapid.T) {
		record := func(id AgentID, of string, bindings ...Binding) *Agent {
			a := &Agent{ID: id, Account: acme, Bindings: bindings, Deactivated: rapid.SampledFrom([]bool{false, false, true}).Draw(t, of+" deactivated")}
			a.Groups = rapid.MapOfN(rapid.SampledFrom([]GroupID{"billing", "refunds"}), rapid.SampledFrom([]Access{View, Edit}), 0, 2).Draw(t, of+" groups")
			return a
		}
		before := record("riya", "before", rapid.SliceOfNDistinct(binding, 0, 3, place).Draw(t, "before")...)
		after := record("riya", "after", rapid.SliceOfNDistinct(binding, 0, 2, place).Draw(t, "after")...)
		for _, b := range before.Bindings { // most of which are kept
			if !slices.ContainsFunc(after.Bindings, func(other Binding) bool { return place(other) == place(b) }) && rapid.IntRange(0, 2).Draw(t, "kept") > 0 {
				after.Bindings = append(after.Bindings, b)
			}
		}
		authors := rapid.SampledFrom([]RoleAuthors{AuthorsAreAdministrators, AuthorsByPermission}).Draw(t, "authors")
		administrators := rapid.SampledFrom([][]AgentID{{"riya"}, {"riya", "olga"}}).Draw(t, "administrators")
		by := record("bob", "subject", rapid.SliceOfNDistinct(binding, 1, 3, place).Draw(t, "subject")...)
		as := rapid.SampledFrom([]formMember{asAgent, asAgent, asShared}).Draw(t, "member")
		_, shared := as(before).(*SharedAgent)
		if !shared && rapid.Bool().Draw(t, "oneself") {
			by = before
		}
		integrated := shared || rapid.Bool().Draw(t, "integrated")
		for _, a := range []*Agent{by, before, after} {
			a.Account.RoleAuthors, a.Account.Administrators, a.Account.Integrated = authors, administrators, integrated
		}
		steps := formSteps(as, before, after)
		if len(steps) > 6 {
			t.Skip("too many orders")
		}
		d, refused := AuthorizeAgentChange(by, as(before), as(after))
		want := anyOrder(by, before, steps, make([]bool, len(steps))) && !(len(steps) == 0 && by.Deactivated)
		require.Equal(t, want, d.Allowed(), "%v\nfrom %v %v %v\nto   %v %v %v\nby   %v: %v", refused.Action, before.Bindings, before.Groups, before.Deactivated, after.Bindings, after.Groups, after.Deactivated, by.Bindings, d)
		if !d.Allowed() && refused.Subject != nil {
			require.True(t, refused.Authorize() == d, "the step is refused for the reason")
		}
		if len(steps) > 1 {
			count[fmt.Sprint(shared, by == before, want)]++
		}
	})
	for _, kind := range []string{"false false", "false true", "true false"} {
		assert.Positive(t, count[kind+" true"], kind)
		assert.Positive(t, count[kind+" false"], kind)
	}
}

// No one order of the steps is best for oneself: what is given can widen nothing only before
// something is given up, or only after.
func TestAgentChangeOfOneself(t *testing.T) {
	people := wide(roleOf(t, "People", AgentRoleAssign.At(ScopeGlobal), AgentRoleRemove.At(ScopeGlobal), AgentGroupAssign.At(ScopeGlobal), AgentScopeEdit.At(ScopeGlobal)), ScopeGlobal)
	team, view, less := wide(roleOf(t, "Team", TicketView.At(InGroup)), ScopeGlobal), wide(roleOf(t, "View", TicketView.At(ScopeGlobal)), ScopeGlobal), wide(roleOf(t, "Less", TicketView.At(Assigned)), ScopeGlobal)
	chats := wide(roleOf(t, "Chats", ConversationView.At(InGroup)), ScopeGlobal)
	scoped := func(b Binding, scope Scope) Binding { b.TicketScope = scope; return b }
	for _, c := range []struct {
		before, after []Binding
		want          Reason
	}{
		{[]Binding{people, team}, []Binding{people}, AllowedAll}, // the role first, then the group
		{[]Binding{people, view}, []Binding{people, less}, AllowedAll},
		{[]Binding{people, team, view}, []Binding{people, less}, AllowedAll},                                              // the new role, the old ones, the group
		{[]Binding{people, view, chats, scoped(team, Assigned)}, []Binding{people, scoped(team, Unassigned)}, AllowedAll}, // a scope that is first widened and then narrowed
		{[]Binding{people, team}, []Binding{team}, OwnAuthority},
		{[]Binding{people, less}, []Binding{people, team}, OwnAuthority},
		{[]Binding{view, team}, []Binding{view}, NoPermission},
	} {
		before, after := riya(c.before...), riya(c.after...)
		before.Groups = nil
		after.Groups = map[GroupID]Access{"billing": View}
		d, refused := AuthorizeAgentChange(before, before, after)
		assert.Equal(t, c.want, d.Reason, "%v to %v: %v", c.before, c.after, refused.Action)
		assert.Equal(t, c.want == AllowedAll, refused == Request{})
	}

	// With very many roles it looks at no other order than the usual one.
	before, after := riya(people, team), riya(people)
	for n := range 1 << 14 {
		other := team
		other.Workspace = WorkspaceID(fmt.Sprint("w", n))
		before.Bindings, after.Bindings = append(before.Bindings, other), append(after.Bindings, other)
	}
	before.Groups, after.Groups = nil, map[GroupID]Access{"billing": View}
	d, _ := AuthorizeAgentChange(before, before, after)
	assert.Equal(t, OwnAuthority, d.Reason)
}

// A refused form names the step and what the subject lacks for it.
func TestAgentChangeNamesWhatIsLacking(t *testing.T) {
	lead := riya(custom(t, AgentRoleAssign.At(ScopeGlobal), AgentGroupAssign.At(ScopeGlobal), TicketView.At(ScopeGlobal)))
	view, remove := roleOf(t, "View", TicketView.At(ScopeGlobal)), roleOf(t, "Delete", TicketDelete.At(ScopeGlobal))
	before, after := bob(), bob(wide(view, ScopeGlobal))
	after.Groups = map[GroupID]Access{"billing": View}
	d, refused := AuthorizeAgentChange(lead, before, after)
	require.True(t, d.Allowed(), "%v", d)
	assert.Equal(t, Request{}, refused)

	after.Bindings = append(after.Bindings, wide(remove, ScopeGlobal))
	d, refused = AuthorizeAgentChange(lead, before, after)
	assert.Equal(t, BeyondAuthority, d.Reason)
	assert.Equal(t, AgentRoleAssign.ID(), refused.Action)
	var lacks []string
	for missing := range MissingAuthority(refused) {
		lacks = append(lacks, missing.Permission.String())
	}
	assert.Equal(t, []string{"ticket.delete@global"}, lacks)

	d, refused = AuthorizeAgentChange(lead, after, before)
	assert.Equal(t, BeyondAuthority, d.Reason)
	d, refused = AuthorizeAgentChange(lead, bob(wide(view, ScopeGlobal)), bob())
	assert.Equal(t, NoPermission, d.Reason)
	assert.Equal(t, AgentRoleRemove.ID(), refused.Action)

	shared, gone := sam(), sam()
	gone.Deactivated = true
	for _, c := range [][2]*SharedAgent{{shared, gone}, {gone, shared}} {
		d, refused = AuthorizeAgentChange(owner(), c[0], c[1])
		assert.True(t, d.Allowed(), "%v", d)
		d, refused = AuthorizeAgentChange(lead, c[0], c[1])
		assert.False(t, d.Allowed())
		assert.Equal(t, SharedAgentEdit.ID(), refused.Action)
	}

	// What is not a change of one agent.
	other, foreign, called, reloaded := bob(), bob(), bob(), bob(wide(roleOf(t, "View", TicketView.At(ScopeGroup)), ScopeGlobal))
	other.ID, foreign.Account.ID, called.Contact = "mara", "globex", "c-1"
	for _, c := range []struct {
		by, before, after Subject
		want              Reason
	}{
		{nil, before, after, NoSubject}, {lead, nil, after, WrongResource}, {lead, before, (*Agent)(nil), WrongResource}, {lead, before, other, WrongResource},
		{lead, before, foreign, WrongResource}, {lead, before, sam(), WrongResource}, {lead, before, called, WrongResource}, {lead, bob(wide(view, ScopeGlobal)), reloaded, WrongResource},
		{lead, foreign, foreign, OtherAccount}, {lead, before, before, AllowedAll}, {&Agent{ID: "riya", Account: acme, Deactivated: true}, before, before, Deactivated},
	} {
		d, refused := AuthorizeAgentChange(c.by, c.before, c.after)
		assert.Equal(t, c.want, d.Reason)
		assert.Equal(t, Request{}, refused)
	}

	// Two bindings of one role in one place are one, at both ticket scopes.
	twice := bob(wide(view, ScopeRestricted), wide(view, InGroup))
	d, _ = AuthorizeAgentChange(lead, twice, bob(wide(view, ScopeGroup)))
	assert.Equal(t, AllowedAll, d.Reason)
	d, refused = AuthorizeAgentChange(riya(), bob(Binding{Workspace: "it"}), bob())
	assert.Equal(t, NoRole, d.Reason)
	assert.Equal(t, AgentRoleRemove.ID(), refused.Action)
}

// A form that changes when a role is held removes it and assigns it, and neither an own role that
// lasts longer nor a delegate passes as a change of nothing (A55, A59).
func TestAgentChangeOfWindows(t *testing.T) {
	agent := AgentRole.Role()
	boss := riya(inOpen(AccountAdministratorRole.Role(), ScopeGlobal))
	before, after := bob(during(1, 9, wide(agent, ScopeGroup))), bob(wide(agent, ScopeGroup))
	assert.True(t, allowedChange(boss, before, after))
	d, refused := AuthorizeAgentChange(riya(wide(agent, ScopeGroup)), before, after)
	assert.False(t, d.Allowed())
	assert.Contains(t, []ActionID{AgentRoleRemove.ID(), AgentRoleAssign.ID()}, refused.Action)

	admin := AdministratorRole.Role()
	ends := askingOn(4, riya(during(1, 9, inOpen(admin, ScopeGlobal))))
	lasts := askingOn(4, riya(inOpen(admin, ScopeGlobal)))
	shorter := askingOn(4, riya(during(1, 6, inOpen(admin, ScopeGlobal))))
	assert.False(t, allowedChange(ends, ends, lasts), "what ends does not cover what lasts")
	check(t, ends, AgentRoleAssign, RoleAssignment{ends, lasts.Bindings[0]}, OwnAuthority)
	check(t, ends, AgentRoleAssign, RoleAssignment{ends, shorter.Bindings[0]}, AllowedAll)
	assert.True(t, allowedChange(lasts, lasts, shorter))

	key := NewDelegate(boss, Actor{Kind: ActorKey, ID: "k"}, Limit{})
	d, _ = AuthorizeAgentChange(key, before, before)
	assert.Equal(t, DelegateNoAdministration, d.Reason)
}

func allowedChange(by, before, after Subject) bool {
	d, _ := AuthorizeAgentChange(by, before, after)
	return d.Allowed()
}

// What a form cannot change is refused, and so is more than it can be expected to.
func TestAgentChangeIsOfTheForm(t *testing.T) {
	lead := teamLead(t)
	sees := sam()
	sees.CRM.Sees = AllRecords
	integrated, other := bob(), bob()
	integrated.Account.Integrated = !integrated.Account.Integrated
	other.Account.OpenWorkspaces = append(slices.Clone(other.Account.OpenWorkspaces), "another")
	many, groups := make(map[GroupID]Access), 250
	for i := range groups {
		many[GroupID(fmt.Sprint("g", i))] = View
	}
	joins := bob()
	joins.Groups = many
	d, _ := AuthorizeAgentChange(owner(), bob(), joins)
	assert.Equal(t, AllowedAll, d.Reason)
	more := bob()
	more.Groups = maps.Clone(many)
	more.Groups["another"] = View
	for _, c := range []struct{ before, after Subject }{{sam(), sees}, {bob(), integrated}, {bob(), other}, {bob(), more}} {
		for _, by := range []Subject{lead, owner()} {
			d, refused := AuthorizeAgentChange(by, c.before, c.after)
			assert.Equal(t, WrongResource, d.Reason)
			assert.Equal(t, Request{}, refused)
		}
	}
	d, _ = AuthorizeAgentChange(lead, bob(), bob())
	assert.Equal(t, "allowed: this takes no permission", d.String())
}
