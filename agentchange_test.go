package deskpolicy_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

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
				return held.Role == b.Role && held.Workspace == b.Workspace && held.Group == b.Group && held.Window == b.Window
			})
			if action != AgentRoleRemove {
				agent.Bindings = append(agent.Bindings, b)
			}
		},
		after: after,
	}
}

// formSteps returns the steps from one record of an agent to another, which hold each role
// once in each place and window.
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
	for _, group := range []GroupID{"billing", "refunds", "sales", "support"} {
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
func anyOrder(by, agent *Agent, steps []formStep) bool {
	return anyOrderAfter(by, agent, steps, make([]bool, len(steps)), make(map[string]bool))
}

// anyOrderAfter is anyOrder for the steps that are not done. The sets of steps that are dead are
// those after which the others cannot be done, in whatever order they were.
func anyOrderAfter(by, agent *Agent, steps []formStep, done []bool, dead map[string]bool) bool {
	set := fmt.Sprint(done)
	if dead[set] {
		return false
	}
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
		possible := anyOrderAfter(actor, &next, steps, done, dead)
		done[i] = false
		if possible {
			return true
		}
	}
	dead[set] = left
	return !left
}

// A form is allowed exactly if its steps are, one by one in some order (A70).
func TestAgentChangeIsItsSteps(t *testing.T) {
	effort.Checks(t, 3_000, 3_000, 30_000)
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
			Window:      rapid.SampledFrom(formWindows).Draw(t, "window"),
		}
	})
	place := func(b Binding) Binding { b.TicketScope = 0; return b }
	count := map[string]int{}
	rapid.Check(t, func(t *rapid.T) {
		record := func(id AgentID, of string, bindings ...Binding) *Agent {
			a := &Agent{ID: id, Account: acme, Bindings: bindings, Deactivated: rapid.SampledFrom([]bool{false, false, true}).Draw(t, of+" deactivated")}
			a.Groups = rapid.MapOfN(rapid.SampledFrom([]GroupID{"billing", "refunds", "sales", "support"}), rapid.SampledFrom([]Access{View, Edit}), 0, 4).Draw(t, of+" groups")
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
		now := rapid.SampledFrom([]time.Time{{}, day(2), day(5)}).Draw(t, "now")
		for _, a := range []*Agent{by, before, after} {
			a.Now = now
			a.Account.RoleAuthors, a.Account.Administrators, a.Account.Integrated = authors, administrators, integrated
		}
		steps := formSteps(as, before, after)
		if len(steps) > 10 {
			t.Skip("too many orders")
		}
		d, refused := AuthorizeAgentChange(by, as(before), as(after))
		want := anyOrder(by, before, steps) && !(len(steps) == 0 && by.Deactivated)
		require.Equal(t, want, d.Allowed(), "%v\nfrom %v %v %v\nto   %v %v %v\nby   %v: %v", refused.Action, before.Bindings, before.Groups, before.Deactivated, after.Bindings, after.Groups, after.Deactivated, by.Bindings, d)
		if !d.Allowed() && refused.Subject != nil {
			require.True(t, refused.Authorize() == d, "the step is refused for the reason")
		}
		if by == before && len(steps) > 6 {
			count[fmt.Sprint("many ", want)]++
		}
		if len(steps) > 1 {
			count[fmt.Sprint(shared, by == before, want)]++
		}
		if timed := func(b Binding) bool { return b.Window != Window{} }; slices.ContainsFunc(before.Bindings, timed) && slices.ContainsFunc(after.Bindings, timed) {
			count[fmt.Sprint("windows ", want)]++
		}
	})
	kinds := []string{"false false", "false true", "true false", "windows"}
	if !testing.Short() {
		kinds = append(kinds, "many")
	}
	for _, kind := range kinds {
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
	d, refused = AuthorizeAgentChange(riya(), bob(wide(roleOf(t, "Nothing"), ScopeGlobal)), bob())
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

// formWindows are mostly always.
var formWindows = []Window{{}, {}, {}, {}, {}, NewWindow(day(1), day(4)), NewWindow(day(4), day(9)), NewWindow(day(1), day(9)), NewWindow(day(9), day(1))}

// A role that is held in two windows of one place is held twice: each is given, taken away and
// given another ticket scope alone, and the form asks what the steps ask one by one (A40, A54).
func TestAgentChangeInTwoWindows(t *testing.T) {
	role := roleOf(t, "View", TicketView.At(ScopeGlobal))
	first, second, always := during(1, 4, wide(role, ScopeGlobal)), during(6, 9, wide(role, ScopeGlobal)), wide(role, ScopeGlobal)
	less := func(b Binding) Binding { b.TicketScope = ScopeGroup; return b }
	may := func(actions ...Action[RoleAssignment]) *Agent {
		held := []Permission{TicketView.At(ScopeGlobal)}
		for _, a := range actions {
			held = append(held, a.At(ScopeGlobal))
		}
		return askingOn(2, riya(custom(t, held...)))
	}
	all := []Action[RoleAssignment]{AgentRoleAssign, AgentRoleRemove, AgentScopeEdit}
	for name, c := range map[string]struct {
		before, after []Binding
		takes         []Action[RoleAssignment]
	}{
		"added":                         {[]Binding{first}, []Binding{first, second}, all[:1]},
		"removed":                       {[]Binding{first, second}, []Binding{second}, all[1:2]},
		"both removed":                  {[]Binding{first, second}, nil, all[1:2]},
		"one, of three, removed":        {[]Binding{first, second, always}, []Binding{first, always}, all[1:2]},
		"changed":                       {[]Binding{first}, []Binding{second}, all[:2]},
		"made always":                   {[]Binding{first}, []Binding{always}, all[:2]},
		"given an end":                  {[]Binding{always}, []Binding{first}, all[:2]},
		"one changed":                   {[]Binding{first, second}, []Binding{first, always}, all[:2]},
		"the scope of one":              {[]Binding{first, second}, []Binding{less(first), second}, all[2:]},
		"the scopes of both":            {[]Binding{first, second}, []Binding{less(first), less(second)}, all[2:]},
		"one removed, the other scoped": {[]Binding{first, second}, []Binding{less(second)}, all[1:]},
		"exchanged":                     {[]Binding{first, less(second)}, []Binding{less(first), second}, all[2:]},
		"in another order":              {[]Binding{first, second}, []Binding{second, first}, nil},
		"nothing":                       {[]Binding{first, second}, []Binding{first, second}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			before, after := askingOn(2, bob(c.before...)), askingOn(2, bob(c.after...))
			assert.True(t, allowedChange(may(c.takes...), before, after))
			for i, action := range c.takes {
				d, refused := AuthorizeAgentChange(may(slices.Delete(slices.Clone(c.takes), i, i+1)...), before, after)
				assert.Equal(t, NoPermission, d.Reason)
				assert.Equal(t, action.ID(), refused.Action)
			}
			used := map[ActionID]bool{}
			for _, step := range formSteps(asAgent, before, after) {
				assert.True(t, step.ask(may(all...), before).Allowed())
				for _, action := range all {
					if !step.ask(may(slices.DeleteFunc(slices.Clone(all), func(a Action[RoleAssignment]) bool { return a == action })...), before).Allowed() {
						used[action.ID()] = true
					}
				}
				step.do(before)
			}
			assert.Len(t, used, len(c.takes), "the steps take what the form does")
			assert.ElementsMatch(t, after.Bindings, before.Bindings, "and lead to the same")
		})
	}
	// The scope of a role is not edited in a window in which it is not held.
	lead, tom := may(AgentScopeEdit), bob(first, second)
	check(t, lead, AgentScopeEdit, RoleAssignment{tom, less(first)}, AllowedAll)
	check(t, lead, AgentScopeEdit, RoleAssignment{tom, less(second)}, AllowedAll)
	check(t, lead, AgentScopeEdit, RoleAssignment{tom, always}, WrongResource)
	check(t, lead, AgentScopeEdit, RoleAssignment{tom, during(1, 9, always)}, WrongResource)
	check(t, lead, AgentScopeEdit, RoleAssignment{bob(always), first}, WrongResource)
	assert.Contains(t, Explain(NewRequest(lead, AgentScopeEdit, &RoleAssignment{tom, always})).String(), `problem: the agent does not hold role "View" account-wide`)

	// Who gives a role for a time must hold as much for as long (A55).
	short := askingOn(2, riya(custom(t, AgentRoleAssign.At(ScopeGlobal), AgentRoleRemove.At(ScopeGlobal)), during(1, 9, always)))
	assert.True(t, allowedChange(short, bob(first), bob(first, second)))
	assert.False(t, allowedChange(short, bob(first), bob(first, during(6, 10, always))))
	assert.False(t, allowedChange(short, bob(first), bob(first, always)))
	assert.False(t, allowedChange(short, bob(first, always), bob(first)), "who holds it longer")
}

// Taking away the administrator's role in a window takes away no other, and one without a window
// is what keeps an administrator (A56).
func TestAdministratorInTwoWindows(t *testing.T) {
	boss := inOpen(AccountAdministratorRole.Role(), ScopeGlobal)
	timed := during(1, 9, boss)
	owner := askingOn(2, riya(boss))
	owner.Account.Administrators = []AgentID{"bob"}
	remove := func(of *Agent, b Binding, want Reason) {
		t.Helper()
		check(t, owner, AgentRoleRemove, RoleAssignment{of, b}, want)
	}
	remove(bob(boss, timed), timed, AllowedAll)
	remove(bob(boss, timed), boss, LastAdministrator)
	remove(bob(boss, timed), Binding{Role: boss.Role, Workspace: boss.Workspace, TicketScope: ScopeRestricted}, LastAdministrator) // at whatever ticket scope
	remove(bob(timed), timed, LastAdministrator)
	assert.False(t, allowedChange(owner, bob(boss, timed), bob(timed)))
	assert.True(t, allowedChange(owner, bob(boss, timed), bob(boss)))
	owner.Account.Administrators = []AgentID{"bob", "olga"}
	remove(bob(boss, timed), boss, AllowedAll)
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
