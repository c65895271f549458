package deskpolicy_test

import (
	"iter"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/effort"
	"github.com/deskpolicy/deskpolicy/internal/oracle"
	"github.com/deskpolicy/deskpolicy/internal/worlds"
)

// drawnDelegate draws a request of a delegate.
func drawnDelegate(t *rapid.T) oracle.Request {
	q := drawn(t)
	if !q.Subject.Delegate() {
		q.Subject = q.Subject.ActedFor(worlds.DrawActing(t, q.Subject, q.Action))
	}
	return q
}

// within returns the request as asked within other limits.
func within(q oracle.Request, limits ...oracle.Limit) oracle.Request {
	acts := *q.Subject.Acts
	acts.Limits = limits
	q.Subject = q.Subject.ActedFor(&acts)
	return q
}

// widerLimit: what was allowed stays allowed if a limit has more permissions, places or time,
// or if a program acts and not a person.
func widerLimit(t *rapid.T) {
	q := drawnDelegate(t)
	limits := slices.Clone(q.Subject.Acts.Limits)
	if len(limits) == 0 {
		return
	}
	l := &limits[rapid.IntRange(0, len(limits)-1).Draw(t, "limit")]
	what := rapid.SampledFrom([]string{"permission", "reach", "place", "time", "actor"}).Draw(t, "wider")
	switch what {
	case "permission":
		l.May = maps.Clone(l.May)
		if l.May == nil {
			l.May = map[string]oracle.Held{}
		}
		for _, name := range oracle.Names {
			if rapid.Bool().Draw(t, name) {
				l.May[name] = oracle.Actions[name].Takes(oracle.ScopeOf("global"))
			}
		}
	case "reach":
		l.May = maps.Clone(l.May)
		for name, held := range l.May {
			if held != (oracle.Held{}) {
				l.May[name] = oracle.ScopeOf("global")
			}
		}
	case "place":
		l.Workspaces = append(slices.Clone(l.Workspaces), rapid.SampledFrom(worlds.Holds).Draw(t, "another place"))
	case "time":
		l.From, l.Until = 0, 0
	}
	wider := within(q, limits...)
	if acts := wider.Subject.Acts; what == "actor" && acts.Kind == "person" {
		acts.Kind = "key"
	}
	if before, after := decide(q), decide(wider); before.Allowed() && !after.Allowed() {
		t.Errorf("%#v: allowed (%v), but with a wider %s\n%#v: denied (%v)", q, before, what, wider, after)
	}
}

// anotherLimit: a further limit never adds, and neither does acting for somebody at all.
func anotherLimit(t *rapid.T) {
	q := drawnDelegate(t)
	if len(q.Subject.Acts.Limits) == 0 { // a further one is the first
		return
	}
	further := worlds.DrawActing(t, q.Subject, q.Action).Limits
	chain := decide(within(q, slices.Concat(q.Subject.Acts.Limits, further)...))
	principal := q
	principal.Subject = q.Subject.ActedFor(nil)
	if before := decide(q); chain.Allowed() && !before.Allowed() {
		t.Errorf("%#v: denied (%v), but with more limits %v: %v", q, before, further, chain)
	} else if of := decide(principal); before.Allowed() && (!of.Allowed() || before.Reason != of.Reason || before.Role != of.Role || before.Scope != of.Scope) {
		t.Errorf("%#v: %v, but its principal: %v", q, before, of)
	}
}

// limitsInAnyOrder: neither the order of the limits nor how often one is in the chain changes
// a decision, except for which of those that do not reach a thing is named. A chain that is
// made by Narrow is the one with all limits.
func limitsInAnyOrder(t *rapid.T) {
	q := drawnDelegate(t)
	limits := q.Subject.Acts.Limits
	if len(limits) == 0 || len(limits) > deskpolicy.MaxLimits {
		return
	}
	other := shuffled(t, limits, "limits")
	if len(other) > deskpolicy.MaxLimits {
		other = rapid.Permutation(limits).Draw(t, "limits in another order")
	}
	before, after := decide(q), decide(within(q, other...))
	if before.Reason == deskpolicy.OutOfLimit && after.Reason == deskpolicy.OutOfLimit {
		before.Scope = after.Scope
	}
	require.Equal(t, before, after, "%#v\nand with %v", q, other)

	asked := worlds.Build(q)
	whole, isDelegate := asked.Subject.(*deskpolicy.Delegate)
	require.True(t, isDelegate)
	another := deskpolicy.Actor{Kind: deskpolicy.ActorKey, ID: "another"} // whole's own may be invalid, and then nothing narrows it
	chain := deskpolicy.NewDelegate(whole.Principal, another, whole.Limits[0])
	for i, limit := range whole.Limits[1:] {
		first := *chain
		chain = chain.Narrow(another, limit)
		require.Len(t, first.Limits, 1+i, "Narrow does not change what it narrows")
	}
	chain.Actor = whole.Actor
	require.Equal(t, whole, chain)
	require.Equal(t, decide(q), asked.Resource.Authorize(chain, asked.Action), "%#v", q)
}

// Compare is exact for delegates: it agrees with every question about a small desk, for every
// pair of principals and delegates of them.
func TestCompareWithDelegates(t *testing.T) {
	subjects, questions := comparedDelegates(t), delegateQuestions()
	may := make([][]bool, len(subjects))
	for i, subject := range subjects {
		for _, q := range questions {
			may[i] = append(may[i], q(subject))
		}
	}
	orderings := map[deskpolicy.Ordering]int{}
	for i, before := range subjects {
		for j, after := range subjects {
			if (i+j*3)%effort.Of(41, 7, 1) != 0 {
				continue
			}
			var gained, lost bool
			for n := range questions {
				gained, lost = gained || may[j][n] && !may[i][n], lost || may[i][n] && !may[j][n]
			}
			c, want := deskpolicy.Compare(before, after), compareRelation(gained, lost)
			if c.Ordering() != want {
				t.Fatalf("%v %+v is %v than %v %+v, and not %v\ngained %v\nlost %v", after, after, want, before, before, c.Ordering(), named(c.Gained()), named(c.Lost()))
			}
			require.Equal(t, !gained, deskpolicy.Covers(before, after), "%v %+v, %v %+v", before, before, after, after)
			for _, differences := range []iter.Seq[deskpolicy.Difference]{c.Gained(), c.Lost()} {
				for d := range differences {
					if (i+3*j)%4 == 0 {
						replays(t, d)
					}
				}
			}
			orderings[want]++
		}
	}
	pairs := 0
	for _, n := range orderings {
		pairs += n
	}
	t.Log(pairs, "pairs,", len(questions), "questions:", orderings)
	effort.Documented(t, ".", pairs, len(questions))
	for o := range deskpolicy.OrderingIncomparable + 1 {
		assert.Greater(t, orderings[o], effort.Of(3, 20, 100), o)
	}
}

// comparedDelegates returns agents, a shared agent and customers, and delegates of each.
func comparedDelegates(t *testing.T) (subjects []deskpolicy.Subject) {
	role := func(permissions ...deskpolicy.Permission) deskpolicy.Role { return custom(t, permissions...).Role }
	all, group := deskpolicy.ScopeGlobal, deskpolicy.ScopeGroup
	most := role(deskpolicy.TicketView.At(all), deskpolicy.TicketReply.At(group), deskpolicy.TicketConfidential.At(deskpolicy.Assigned|deskpolicy.Requested), deskpolicy.TicketNoteEditOwn.At(all))
	some := role(deskpolicy.TicketView.At(deskpolicy.Assigned|deskpolicy.Unassigned), deskpolicy.TicketReply.At(all))
	users := role(deskpolicy.TicketView.At(deskpolicy.Requested), deskpolicy.TicketReply.At(deskpolicy.Requested), deskpolicy.TicketConfidential.At(deskpolicy.Requested))
	held := func(role deskpolicy.Role, workspace deskpolicy.WorkspaceID, scope deskpolicy.Scope) deskpolicy.Binding {
		return deskpolicy.Binding{Role: role, Workspace: workspace, TicketScope: scope}
	}
	agent := func(bindings ...deskpolicy.Binding) *deskpolicy.Agent {
		a := riya(bindings...)
		a.Now, a.Contact, a.Groups = day(4), "c-1", map[deskpolicy.GroupID]deskpolicy.Access{"billing": deskpolicy.Edit, "sales": deskpolicy.View}
		return a
	}
	ended := held(most, deskpolicy.Everywhere, all)
	ended.Window = deskpolicy.NewWindow(day(1), day(3))
	gone := agent(held(most, deskpolicy.Everywhere, all))
	gone.Deactivated = true
	principals := []deskpolicy.Subject{
		agent(held(most, deskpolicy.Everywhere, all)), agent(held(most, "it", group), held(some, deskpolicy.AccountWide, all)), agent(ended, held(some, deskpolicy.OpenWorkspaces, all)), gone,
		&deskpolicy.Customer{ID: "c-1", Account: acme, Now: day(4), Bindings: []deskpolicy.Binding{held(users, deskpolicy.Everywhere, all)}},
	}
	reach := func(view, reply, secret deskpolicy.Scope) deskpolicy.Permissions {
		return deskpolicy.NewPermissions(deskpolicy.TicketView.At(view), deskpolicy.TicketReply.At(reply), deskpolicy.TicketConfidential.At(secret), deskpolicy.TicketNoteEditOwn.At(view), deskpolicy.SessionLogin.ID().At(all))
	}
	within := func(permissions deskpolicy.Permissions, workspaces ...deskpolicy.WorkspaceID) deskpolicy.Limit {
		return deskpolicy.Limit{Permissions: permissions, Workspaces: workspaces}
	}
	over, now := within(reach(all, all, all), deskpolicy.Everywhere), within(reach(all, all, all), deskpolicy.Everywhere)
	over.Window, now.Window = deskpolicy.NewWindow(day(1), day(4)), deskpolicy.NewWindow(day(4), day(5))
	limits := []deskpolicy.Limit{
		within(reach(all, all, all), deskpolicy.Everywhere), within(reach(all, all, 0), deskpolicy.Everywhere), within(reach(group, all, deskpolicy.Assigned), deskpolicy.Everywhere),
		within(reach(deskpolicy.Assigned, 0, all), deskpolicy.Everywhere), within(reach(deskpolicy.Requested|deskpolicy.InGroup, deskpolicy.Unassigned, all), deskpolicy.OpenWorkspaces),
		within(reach(all, all, all), deskpolicy.AccountWide), within(reach(all, group, deskpolicy.Requested), "it", "hr"), within(reach(all, all, all)), over, now,
	}
	for _, principal := range principals {
		subjects = append(subjects, principal)
		for i, limit := range limits {
			kind := []deskpolicy.ActorKind{deskpolicy.ActorKey, deskpolicy.ActorPerson, deskpolicy.ActorAI}[i%3]
			d := deskpolicy.NewDelegate(principal, deskpolicy.Actor{Kind: kind, ID: "k"}, limit)
			subjects = append(subjects, d, d.Narrow(d.Actor, limits[(i*3+2)%len(limits)]))
		}
	}
	return append(subjects, &deskpolicy.Delegate{}, nil)
}

// delegateQuestions returns questions that tell apart what the roles and limits of
// comparedDelegates reach, in each place.
func delegateQuestions() (questions []func(deskpolicy.Subject) bool) {
	for n := range 3 * 3 * 3 * 4 {
		ticket := deskpolicy.Ticket{
			Account: "acme", Workspace: []deskpolicy.WorkspaceID{"", "it", "hr"}[n%3], Assignee: []deskpolicy.AgentID{"", "riya", "bob"}[n/3%3],
			Group: []deskpolicy.GroupID{"", "billing", "sales"}[n/9%3], Confidential: n/27%2 == 1,
		}
		if n/54 == 1 {
			ticket.Requester = &deskpolicy.Contact{ID: "c-1", Account: "acme"}
		}
		for _, action := range []deskpolicy.Action[deskpolicy.Ticket]{deskpolicy.TicketView, deskpolicy.TicketReply, deskpolicy.TicketConfidential} {
			questions = append(questions, func(s deskpolicy.Subject) bool { return deskpolicy.Authorize(s, action, &ticket).Allowed() })
		}
		for _, author := range []deskpolicy.AgentID{"riya", "bob"} {
			note := deskpolicy.Note{Ticket: ticket, Author: author}
			questions = append(questions, func(s deskpolicy.Subject) bool {
				return deskpolicy.Authorize(s, deskpolicy.TicketNoteEditOwn, &note).Allowed()
			})
		}
	}
	for _, id := range []deskpolicy.ActionID{deskpolicy.SessionLogin.ID(), deskpolicy.PortalLogin.ID()} {
		questions = append(questions, func(s deskpolicy.Subject) bool {
			return deskpolicy.Authorize(s, deskpolicy.Action[deskpolicy.Account](id), &acme).Allowed()
		})
	}
	return questions
}
