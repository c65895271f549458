package deskpolicy_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/effort"
	"github.com/deskpolicy/deskpolicy/internal/oracle"
	"github.com/deskpolicy/deskpolicy/internal/worlds"
)

// TestSnapshots has goroutines ask about a desk that all of them change. Each goroutine
// loads the published snapshot, asks about it, and sometimes publishes another one, in
// which people hold other roles and a support grant is extended or revoked. The goroutines
// share the roles, the things and the support grants. Every answer must be the oracle's for
// the loaded snapshot, and a goroutine must never load an older snapshot than before.
//
// With -long and the race detector it makes ten million decisions:
//
//	go test -race -run TestSnapshots -long -timeout 0 -v .
func TestSnapshots(t *testing.T) {
	decisions := effort.Of[uint64](100_000, 100_000, 400_000)
	if *long {
		decisions = 10_000_000
	}
	desk := newSharedDesk(t)
	var askers sync.WaitGroup
	for i := range uint64(8) {
		asker := &deskAsker{desk: desk, order: rand.New(rand.NewPCG(i, 8))}
		askers.Add(1)
		go func() {
			defer askers.Done()
			for desk.decisions.Load() < decisions && !desk.failed.Load() {
				asker.turn()
			}
		}()
	}
	askers.Wait()
	close(desk.problems)
	for problem := range desk.problems {
		t.Error(problem)
	}
	swaps := desk.published.Load().serial
	t.Logf("%d decisions on %d snapshots, of which %d were filtered, %d explained and %d of support engineers",
		desk.decisions.Load(), swaps, desk.filtered.Load(), desk.explained.Load(), desk.engineers.Load())
	assert.Greater(t, swaps, decisions/1000)
	for _, count := range []*atomic.Uint64{&desk.filtered, &desk.explained, &desk.engineers} {
		assert.Greater(t, count.Load(), decisions/1000)
	}
}

// A sharedDesk is the desk that the goroutines share.
type sharedDesk struct {
	people  []deskQuestion // with another subject in each version
	asks    []supportAsk
	owner   *deskpolicy.Agent
	granted deskpolicy.SupportGrant
	grants  [3]oracle.Grant // as issued, extended and then revoked

	published atomic.Pointer[deskSnapshot]

	decisions, filtered, explained, engineers atomic.Uint64
	failed                                    atomic.Bool
	problems                                  chan string
}

// deskVersions is the number of versions of each person.
const deskVersions = 4

// A deskQuestion is a request with its subject and the oracle's decision in each version.
type deskQuestion struct {
	asked    worlds.Question
	subjects [deskVersions]deskpolicy.Subject
	wants    [deskVersions]oracle.Verdict
	requests [deskVersions]oracle.Request
	uniform  bool // whether a filter can answer it
	typed    bool // whether the thing is of the library type that the action is on
}

// A deskSnapshot is the state of the desk. It does not change once it is published.
type deskSnapshot struct {
	serial uint64
	grant  deskpolicy.SupportGrant
}

// version is the version of the people, and life the stage of the support grant.
func (s *deskSnapshot) version() uint64 { return s.serial % deskVersions }
func (s *deskSnapshot) life() uint64    { return s.serial % 3 }

func newSharedDesk(t *testing.T) *sharedDesk {
	t.Helper()
	desk := &sharedDesk{asks: supportQuestions(t), owner: supportOwner(), problems: make(chan string, 100)}
	b, different := worlds.NewBuilder(map[*oracle.Role]deskpolicy.Role{}), 0
	for i := 0; len(desk.people) < 300; i++ {
		q := worlds.Requests.Example(i)
		if q.Subject == nil || q.Thing == nil || oracle.Actions[q.Action] == nil {
			continue
		}
		question := deskQuestion{asked: b.Build(q), uniform: uniform(q.Action, q.Thing.Kind), typed: oracle.Actions[q.Action].Category != "host"}
		for version := range deskVersions {
			changed := q.With(deskChanges[version])
			question.requests[version], question.subjects[version] = changed, b.Subject(changed.Subject)
			question.wants[version] = oracle.Decide(changed)
		}
		if question.wants[0] != question.wants[1] || question.wants[0] != question.wants[3] {
			different++
		}
		desk.people = append(desk.people, question)
	}
	require.Greater(t, different, 100, "questions whose answers tell the versions apart")

	desk.grants[0] = oracle.Grant{
		Account: "acme", Engineers: []string{"eve"}, Start: supportInstants[0], End: supportInstants[1],
		Roles: []*oracle.GivenRole{supportNight, supportDay}, Workspaces: map[string][]*oracle.GivenRole{"it": {supportNarrow}},
	}
	desk.grants[1] = desk.grants[0]
	desk.grants[1].End = supportInstants[2]
	desk.grants[2] = desk.grants[1]
	desk.grants[2].Revoked = []int64{supportInstants[1]}
	desk.granted = issued(t, &desk.grants[0])
	desk.published.Store(&deskSnapshot{grant: desk.granted})
	return desk
}

// deskChanges are the changes to people in each version.
var deskChanges = [deskVersions]func(*oracle.Agent){
	func(*oracle.Agent) {},
	func(s *oracle.Agent) { s.Bindings = nil },
	func(s *oracle.Agent) {
		maps.DeleteFunc(s.Groups, func(string, string) bool { return true })
		s.Account.Open = nil
	},
	func(s *oracle.Agent) { s.Deactivated = !s.Deactivated },
}

// A deskAsker is a goroutine that asks and sometimes publishes.
type deskAsker struct {
	desk  *sharedDesk
	order *rand.Rand
	last  uint64 // the last serial that it loaded
}

// turn asks some questions about one snapshot and publishes the next.
func (a *deskAsker) turn() {
	taken := a.desk.published.Load()
	if taken.serial < a.last {
		a.desk.problem("snapshot %d was published after %d", taken.serial, a.last)
	}
	a.last = taken.serial
	for range 100 {
		a.ask(taken, &a.desk.people[a.order.IntN(len(a.desk.people))])
	}
	a.visit(taken)
	a.desk.decisions.Add(100 + uint64(len(a.desk.asks)))
	for !a.desk.failed.Load() && !a.desk.published.CompareAndSwap(taken, a.next(taken)) {
		taken = a.desk.published.Load() // another goroutine was faster
	}
}

// ask asks one question in one of the possible ways.
func (a *deskAsker) ask(on *deskSnapshot, q *deskQuestion) {
	version := on.version()
	subject, want, asked := q.subjects[version], q.wants[version], q.asked
	asked.Subject = subject
	got := asked.Authorize()
	switch way := a.order.IntN(40); {
	case way < 2 && q.typed:
		got = deskpolicy.Explain(asked.Request()).Decision
		a.desk.explained.Add(1)
	case way < 4 && q.typed:
		got = asked.Request().Authorize()
	case way == 4:
		if match := asked.Resource.Filter(subject, asked.Action).Match(asked.Resource); match != (q.uniform && want.Allowed) {
			a.desk.problem("%#v: the filter matches: %t, oracle says %s", q.requests[version], match, want.Reason)
		}
		a.desk.filtered.Add(1)
	}
	if !worlds.Agree(got, want) {
		a.desk.problem("version %d: %s", version, worlds.Disagreement(q.requests[version], got, want))
	}
}

// visit asks as a support engineer under the current support grant.
func (a *deskAsker) visit(on *deskSnapshot) {
	moments := supportMoments()
	now := moments[a.order.IntN(len(moments))]
	session := on.grant.Session(eve, acme, noon.Add(time.Duration(now)))
	v := oracle.Visit{Engineer: "eve", Grant: &a.desk.grants[on.life()], Account: "acme", Features: []string{"attachments"}, CRM: true, Now: now}
	for i := range a.desk.asks {
		got, want := a.desk.asks[i].ask(session), v.Decide(&a.desk.asks[i].model)
		until := time.Time{}
		if want.Until != oracle.Never {
			until = noon.Add(time.Duration(want.Until))
		}
		if got.Reason.String() != want.Reason || got.Role != want.Role || got.Scope.String() != want.Scope || got.Until() != until {
			a.desk.problem("%+v at %v asks %+v: %v until %v, oracle says %+v", v.Grant, time.Duration(now), a.desk.asks[i].model, got, got.Until(), want)
		}
	}
	a.desk.engineers.Add(uint64(len(a.desk.asks)))
}

// next returns the snapshot that follows: the support grant is extended, then revoked, and
// then replaced by another.
func (a *deskAsker) next(taken *deskSnapshot) *deskSnapshot {
	next, err := &deskSnapshot{serial: taken.serial + 1, grant: a.desk.granted}, error(nil)
	switch next.life() {
	case 1:
		next.grant, _, err = deskpolicy.ExtendSupportGrant(a.desk.owner, taken.grant, noon.Add(time.Duration(a.desk.grants[1].End)), noon, nil)
	case 2:
		next.grant, _, err = deskpolicy.RevokeSupportGrant(a.desk.owner, taken.grant, noon.Add(time.Duration(a.desk.grants[2].Revoked[0])))
	}
	if err != nil {
		a.desk.problem("grant of snapshot %d: %v", taken.serial, err)
	}
	return next
}

// problem reports what is wrong and stops all goroutines.
func (d *sharedDesk) problem(format string, args ...any) {
	d.failed.Store(true)
	select {
	case d.problems <- fmt.Sprintf(format, args...):
	default: // enough problems are reported
	}
}
