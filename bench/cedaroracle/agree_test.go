package cedaroracle

import (
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"regexp"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/cedarexport"
	"github.com/deskpolicy/deskpolicy/internal/oracle"
	"github.com/deskpolicy/deskpolicy/internal/worlds"
)

var (
	questions = flag.Int("questions", 24_000, "how many random questions Cedar is asked")
	from      = flag.Int("from", 0, "the number of the first one, to ask others")
)

func TestMain(m *testing.M) {
	debug.SetGCPercent(400) // every question leaves garbage
	os.Exit(m.Run())
}

// perEngine is the number of requests that share the policies of one exporter, which has the
// custom roles of all of them.
const perEngine = 48

// A request is a question to the library and to Cedar.
type request struct {
	worlds.Question
	drawn string
}

// draw returns the requests of one engine, and an exporter for their roles.
func draw(first int) ([]request, *cedarexport.Exporter, error) {
	builder := worlds.NewBuilder(map[*oracle.Role]deskpolicy.Role{})
	var requests []request
	for i := first; i < first+perEngine; i++ {
		q := drawn(i)
		rename(q, i)
		related := newRelater(i)
		related.rescope(builder, q)
		r := request{builder.Build(q), fmt.Sprintf("%#v", q)}
		related.relate(&r.Question)
		requests = append(requests, visits(builder, r, q, i))
	}
	var roles []deskpolicy.Role
	for _, role := range builder.Roles {
		if !slices.ContainsFunc(roles, role.Equal) && role.Name() != "" {
			roles = append(roles, role)
		}
	}
	exporter, err := cedarexport.New(worlds.HostVocabulary, roles...)
	return requests, exporter, err
}

// drawn returns the i-th request: one in three is about an action on another person, and
// some are about recipients or relations. The rest are drawn by worlds.
func drawn(i int) oracle.Request {
	q := worlds.WithoutWindows(drawnAnytime(i))
	if q.Subject.Delegate() {
		q.Subject = q.Subject.ActedFor(nil)
	}
	return q
}

// drawnAnytime is drawn with windows and delegates, which Cedar does not know.
func drawnAnytime(i int) oracle.Request {
	switch {
	case i%12 == 1:
		return givingRequests.Example(i)
	case i%12 == 7:
		return themselves(administeringRequests.Example(i), i)
	case i%3 == 2:
		return themselves(authorityRequests.Example(i), i)
	case aboutRelations(i):
		return reachRequests.Example(i)
	default:
		return worlds.Requests.Example(i)
	}
}

// aboutRelations reports whether the i-th request is about relations.
func aboutRelations(i int) bool { return i%6 == 3 }

// themselves puts the subject itself into a request about an agent with the subject's ID,
// usually, because otherwise there are two records of one agent. Sometimes it also makes the
// subject the agent of a role assignment or a group membership.
func themselves(q oracle.Request, i int) oracle.Request {
	if i%24 == 7 && (q.Thing.Kind == "role_assignment" || q.Thing.Kind == "group_membership") {
		q.Thing.Agent = q.Subject
	}
	if a := q.Thing.Agent; a != nil && q.Thing.Kind == "agent" && a.ID == q.Subject.ID && i%4 > 0 {
		q.Thing.Agent = q.Subject
	}
	return q
}

var (
	// authorityRequests are about people whose roles share a few actions of any kind, so that
	// one sometimes covers the other, or barely not.
	authorityRequests = focused(authorityActions, rapid.SliceOfN(rapid.SampledFrom(grantableNames), 1, 4))
	// givingRequests are about assignments and their recipients.
	givingRequests = focused([]string{"ticket.assign", "conversation.assign"}, rapid.Just([]string{"ticket.be_assigned", "conversation.reply"}))
	// reachRequests are about tickets and conversations, which people can have every relation to.
	reachRequests = focused(reachActions, rapid.Just([]string{"ticket.view"}))
	// administeringRequests are about people with actions of each kind that the comparison
	// treats differently, and with roles that have almost all permissions.
	administeringRequests = focused(authorityActions, rapid.SliceOfN(rapid.SampledFrom(unlikeNames), 1, 3), administratorRole, administratorRole)
)

// reachActions has actions that need each access, on a ticket, a part of one, and a conversation.
var reachActions = []string{"ticket.view", "ticket.reply", "ticket.reply", "ticket.note.edit_own", "ticket.merge", "conversation.view", "conversation.reply", "host.inspect", "host.change", "contact.edit", "ticket.assign"}

// unlikeNames has actions on resources with and without workspaces, groups, assignees,
// owners and customers, actions limited to the subject's own resources, and host actions.
var unlikeNames = []string{
	"ticket.view", "ticket.reply", "ticket.note.edit_own", "conversation.view", "conversation.reply", "report.view", "ticket.list.manage_own", "ticket.list.manage_shared",
	"topic.edit_own", "article.edit", "profile.edit_own", "settings.manage", "canned_response.use", "app.use", "contact.view", "contact.create",
	"host.inspect", "host.change", "host.call",
}

// administratorRole draws one of the roles with almost all permissions.
var administratorRole = rapid.Custom(func(t *rapid.T) *oracle.Role {
	everything := &oracle.Role{Name: "Everything", Account: "acme", May: map[string]oracle.Held{}}
	for _, name := range grantableNames {
		everything.May[name] = oracle.Held{Global: true}
	}
	return rapid.SampledFrom([]*oracle.Role{worlds.BuiltIns[0], worlds.BuiltIn("Administrator"), everything}).Draw(t, "administrator's role")
})

// focused draws requests about one of the actions. The roles of the subjects have this action
// and some of a pool, or come from the generators in more.
func focused(actions []string, pools *rapid.Generator[[]string], more ...*rapid.Generator[*oracle.Role]) *rapid.Generator[oracle.Request] {
	return rapid.Custom(func(t *rapid.T) oracle.Request {
		action := rapid.SampledFrom(actions).Draw(t, "action")
		pool := append(slices.Clone(pools.Draw(t, "pool")), action)
		w := worlds.World{Administrators: worlds.Rarely(t, 8, "administrators")}
		for i := range 3 {
			w.Roles = append(w.Roles, worlds.DrawRole(t, pool, fmt.Sprintf("role %d", i)))
		}
		if worlds.Rarely(t, 6, "a built-in role") {
			w.Roles = append(w.Roles, rapid.SampledFrom(worlds.BuiltIns).Draw(t, "built-in role"))
		}
		for _, role := range more {
			w.Roles = append(w.Roles, role.Draw(t, "another role"))
		}
		bindings := rapid.Custom(func(t *rapid.T) oracle.Binding { return worlds.DrawBinding(t, w.Roles, "binding") })
		w.Subject = worlds.DrawAgent(t, "riya", bindings, "subject")
		w.Subject.Account.ID = "acme"
		w.Close = bindings
		if len(w.Subject.Bindings) > 0 {
			w.Close = rapid.OneOf(rapid.SampledFrom(w.Subject.Bindings), bindings)
		}
		return oracle.Request{Subject: w.Subject, Action: action, Thing: w.Thing(t, oracle.Actions[action].Kind)}
	})
}

var authorityActions = namesOf(func(a *oracle.Action) bool { return a.Authority && a.Kind != "role" })

var grantableNames = namesOf(func(a *oracle.Action) bool { return oracle.Grantable(a.Name) })

// namesOf returns the names of the wanted actions in the vocabulary's order.
func namesOf(wanted func(*oracle.Action) bool) []string {
	return slices.DeleteFunc(slices.Clone(oracle.Names), func(name string) bool { return !wanted(oracle.Actions[name]) })
}

// rename gives the roles of a request unique names. The name of a role matters only for
// which of several grounds a decision names.
func rename(q oracle.Request, i int) {
	named := map[*oracle.Role]bool{}
	name := func(role *oracle.Role) {
		if role != nil && !role.BuiltIn && !named[role] {
			named[role] = true
			role.Name = fmt.Sprintf("%s %d.%d", role.Name, i, len(named))
		}
	}
	agent := func(a *oracle.Agent) {
		if a != nil {
			for _, b := range a.Bindings {
				name(b.Role)
			}
		}
	}
	agent(q.Subject)
	if q.Thing == nil {
		return
	}
	agent(q.Thing.Agent)
	agent(q.Thing.To)
	name(q.Thing.Binding.Role)
	name(q.Thing.Role)
	for _, role := range q.Thing.Gives {
		name(role)
	}
	for _, workspace := range slices.Sorted(maps.Keys(q.Thing.Granted)) {
		for _, role := range q.Thing.Granted[workspace] {
			name(role)
		}
	}
}

// noon is the start of the support grants that worlds builds; they last a week.
var noon = time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC)

const week = 7 * 24 * time.Hour

// moments has the instants around the start, the end and the revocation of a grant, and
// invalid instants.
var moments = []time.Time{
	noon.Add(time.Hour), noon, noon.Add(-1), noon.Add(week - 1), noon.Add(week), noon.Add(48*time.Hour - 1), noon.Add(48 * time.Hour),
	noon.Add(time.Hour), noon.Add(2 * time.Hour), {}, time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC),
}

// revocations has the instants of revocations: before the end of the grant, at it, and after
// it, which has no effect.
var revocations = []time.Duration{48 * time.Hour, 48 * time.Hour, week, 48 * time.Hour, week + time.Hour}

// visits replaces the subject of one request in four by a support engineer with the same
// roles, and the recipient of some others.
func visits(builder worlds.Builder, r request, q oracle.Request, i int) request {
	agent, ok := r.Subject.(*deskpolicy.Agent)
	if !ok || i%3 == 2 || i%4 > 0 && i%16 != 1 {
		return r
	}
	session := sessionFor(builder, q.Subject, agent.Account, i/16)
	if i%4 == 0 {
		if _, ok := r.Resource.Pointer.(*deskpolicy.SupportGrant); ok {
			grant := session.Grant()
			r.Resource = worlds.On(&grant)
		}
		r.Subject, r.drawn = session, fmt.Sprintf("support engineer at %v under %v, as %s", session.Now(), session.Grant(), r.drawn)
		return r
	}
	switch pair := r.Resource.Pointer.(type) {
	case *deskpolicy.TicketAssignment:
		r.Resource = worlds.On(&deskpolicy.TicketAssignment{Ticket: pair.Ticket, To: session, Group: pair.Group})
	case *deskpolicy.ConversationAssignment:
		r.Resource = worlds.On(&deskpolicy.ConversationAssignment{Conversation: pair.Conversation, To: session, Group: pair.Group})
	}
	return r
}

// sessionFor returns a session of a support grant with the agent's roles.
func sessionFor(builder worlds.Builder, agent *oracle.Agent, account deskpolicy.Account, i int) *deskpolicy.SupportSession {
	gives := &oracle.Thing{Account: agent.Account.ID, Granted: map[string][]*oracle.Role{}}
	for _, b := range agent.Bindings {
		switch {
		case b.Role == nil || b.Role.Name == "":
		case b.Workspace == "it" || b.Workspace == "hr":
			gives.Granted[b.Workspace] = append(gives.Granted[b.Workspace], b.Role)
		case !slices.Contains(gives.Gives, b.Role):
			gives.Gives = append(gives.Gives, b.Role)
		}
	}
	grant := builder.Grant(gives)
	if i%5 == 0 {
		grant = deskpolicy.SupportGrant{}
	}
	if i%3 == 0 && grant != (deskpolicy.SupportGrant{}) {
		owner := &deskpolicy.Agent{ID: "owner", Account: account, Bindings: []deskpolicy.Binding{{Role: deskpolicy.AccountAdministratorRole.Role(), Workspace: deskpolicy.OpenWorkspaces}}}
		revoked, _, err := deskpolicy.RevokeSupportGrant(owner, grant, noon.Add(revocations[i%len(revocations)]))
		if err != nil {
			panic(err)
		}
		grant = revoked
	}
	engineer := deskpolicy.SupportEngineer{ID: "eve"}
	if i%31 == 30 {
		engineer.ID = ""
	}
	if i%37 == 36 {
		engineer.ID = "zoe" // no support grant names zoe
	}
	if i%29 == 28 {
		account.ID = "globex"
	}
	return grant.Session(engineer, account, moments[i%len(moments)])
}

// A tally counts requests and keeps disagreements.
type tally struct {
	asked, allowed, carried, parts int
	covering                       int // allowed because one authority covers another
	granted, limited               int // allowed by a role that is held in a group, and denied because it is held only there

	reasons, refused map[string]int
	wrong            []string
}

func newTally() *tally { return &tally{reasons: map[string]int{}, refused: map[string]int{}} }

func (t *tally) add(other *tally) {
	t.asked, t.allowed, t.carried, t.parts = t.asked+other.asked, t.allowed+other.allowed, t.carried+other.carried, t.parts+other.parts
	for reason, n := range other.reasons {
		t.reasons[reason] += n
	}
	for cause, n := range other.refused {
		t.refused[cause] += n
	}
	t.covering, t.granted, t.limited = t.covering+other.covering, t.granted+other.granted, t.limited+other.limited
	t.wrong = append(t.wrong, other.wrong...)
}

// compare asks the library and Cedar, and counts the result.
func (t *tally) compare(e *engine, r request) {
	want := r.Authorize()
	t.asked++
	asked, err := e.exporter.Questions(r.Subject, r.Action, r.Resource.Pointer)
	switch {
	case errors.Is(err, cedarexport.ErrMalformed) != (want.Reason.Step() == 1):
		t.disagree(r, want, nil, fmt.Sprintf("the exporter says %v", err))
		return
	case err != nil:
		t.refused[cause(err)]++
		return
	}
	t.carried++
	t.reasons[want.Reason.String()]++
	answers, err := e.ask(asked)
	t.parts += len(answers)
	switch reason := forbidden(answers); {
	case err != nil:
		t.disagree(r, want, answers, err.Error())
	case allowed(answers) != want.Allowed():
		t.disagree(r, want, answers, fmt.Sprintf("Cedar says %v", allowed(answers)))
	case want.Reason.Step() < 6 && reason != want.Reason.String(), want.Reason.Step() > 5 && reason != "":
		t.disagree(r, want, answers, fmt.Sprintf("Cedar forbids it by %q", reason))
	}
	t.countGroups(r, want.Allowed())
	if want.Allowed() {
		t.allowed++
		if r.Action.InClass(deskpolicy.ClassAccessChange) {
			t.covering++
		}
	}
}

// countGroups counts the request if the decision depends on the groups in which the subject holds
// roles.
func (t *tally) countGroups(r request, allowed bool) {
	without, anyGroup := r, r
	without.Subject = rebound(r.Subject, func(b deskpolicy.Binding) deskpolicy.Binding {
		if b.Group != "" {
			return deskpolicy.Binding{}
		}
		return b
	})
	anyGroup.Subject = rebound(r.Subject, func(b deskpolicy.Binding) deskpolicy.Binding {
		b.Group = ""
		return b
	})
	switch {
	case allowed && !without.Authorize().Allowed():
		t.granted++
	case !allowed && anyGroup.Authorize().Allowed():
		t.limited++
	}
}

// rebound returns a copy of the person with changed bindings.
func rebound(subject deskpolicy.Subject, change func(deskpolicy.Binding) deskpolicy.Binding) deskpolicy.Subject {
	changed := func(bindings []deskpolicy.Binding) (all []deskpolicy.Binding) {
		for _, b := range bindings {
			all = append(all, change(b))
		}
		return all
	}
	switch s := subject.(type) {
	case *deskpolicy.Agent:
		agent := *s
		agent.Bindings = changed(s.Bindings)
		return &agent
	case *deskpolicy.SharedAgent:
		agent := *s
		agent.Bindings = changed(s.Bindings)
		return &agent
	}
	return subject
}

// disagree records the question, the policies that determined Cedar's answer and the
// library's explanation.
func (t *tally) disagree(r request, want deskpolicy.Decision, answers []answer, what string) {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n%s, the library: %v\n", r.drawn, what, want)
	for _, a := range answers {
		fmt.Fprintf(&b, "%v %v %v %s: %v by %q\n%s", a.question.Principal, a.question.Action, a.question.Resource, a.question.Context, a.allowed, a.by, a.question.Entities)
	}
	fmt.Fprintf(&b, "%v\n", deskpolicy.Explain(r.Request()))
	t.wrong = append(t.wrong, b.String())
}

var particulars = regexp.MustCompile(`"[^"]*"|host\(\d+\)|Desk::(\w+)::`)

// cause returns the error without the details of the question.
func cause(err error) string { return particulars.ReplaceAllString(err.Error(), "$1") }

// least is the minimum number of requests with each reason among 10,000. A new reason must
// be drawn too.
const least = 1

// beyondCedar are the reasons that only windows and delegates have, which Cedar does not know.
var beyondCedar = []deskpolicy.Reason{
	deskpolicy.OutsideWindow, deskpolicy.LimitNotInForce, deskpolicy.DelegateNoAdministration,
	deskpolicy.LimitLacksPermission, deskpolicy.LimitOtherWorkspace, deskpolicy.OutOfLimit,
}

// Cedar gives the library's answer to every drawn request, with the same reason to forbid.
// Nearly every request can be exported.
func TestCedarAgrees(t *testing.T) {
	start := time.Now()
	got := askAll(t, *questions)
	t.Logf("%d questions in %v: %d carried over, in %d parts; %d allowed, %d of them on who may do what, %d by a role held in a group; %d denied because a role is held only there",
		got.asked, time.Since(start).Round(time.Second), got.carried, got.parts, got.allowed, got.covering, got.granted, got.limited)
	for _, reason := range slices.Sorted(maps.Keys(got.reasons)) {
		t.Logf("%8d %s", got.reasons[reason], reason)
	}
	for _, cause := range slices.Sorted(maps.Keys(got.refused)) {
		t.Logf("%8d refused: %s", got.refused[cause], cause)
	}
	for _, wrong := range got.wrong[:min(len(got.wrong), 3)] {
		t.Errorf("%s", wrong)
	}
	require.Zero(t, len(got.wrong), "disagreements")

	for reason := range deskpolicy.Reasons() {
		if reason.Step() > 1 && !slices.Contains(beyondCedar, reason) {
			assert.GreaterOrEqual(t, got.reasons[reason.String()]*10_000, least*got.asked, "%v is drawn too rarely", reason)
		}
	}
	assert.GreaterOrEqual(t, got.allowed*12, got.asked, "a twelfth is allowed")
	assert.GreaterOrEqual(t, got.covering*50, got.asked, "a fiftieth is allowed because an authority covers another")
	assert.GreaterOrEqual(t, got.granted*300, got.asked, "one in 300 is allowed by a role held in a group")
	assert.GreaterOrEqual(t, got.limited*100, got.asked, "a hundredth is denied because a role is held only in a group")
	twice := 0
	for cause, n := range got.refused {
		if !strings.Contains(cause, cedarexport.ErrMalformed.Error()) {
			twice += n
			assert.Regexp(t, "two (different )?records of ", cause, "the only other cause")
		}
	}
	assert.Less(t, twice*50, got.asked, "a fiftieth is not carried over")
}

// askAll asks that many questions on all cores.
func askAll(t *testing.T, n int) *tally {
	firsts := make(chan int)
	go func() {
		for first := 0; first < n; first += perEngine {
			firsts <- *from + first
		}
		close(firsts)
	}()
	var (
		all  = newTally()
		lock sync.Mutex
		wait sync.WaitGroup
	)
	for range runtime.GOMAXPROCS(0) {
		wait.Go(func() {
			own := newTally()
			for first := range firsts {
				if err := askSome(own, first); err != nil {
					t.Errorf("requests from %d: %v", first, err)
				}
			}
			lock.Lock()
			defer lock.Unlock()
			all.add(own)
		})
	}
	wait.Wait()
	return all
}

func askSome(t *tally, first int) error {
	requests, exporter, err := draw(first)
	if err != nil {
		return err
	}
	e, err := newEngine(exporter)
	if err != nil {
		return err
	}
	for _, r := range requests {
		t.compare(e, r)
	}
	return nil
}
