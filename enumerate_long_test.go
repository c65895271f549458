package deskpolicy_test

import (
	"flag"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/oracle"
	"github.com/deskpolicy/deskpolicy/internal/worlds"
)

var (
	long = flag.Bool("long", false, "also ask the larger model: a billion questions")
	part = flag.String("part", "1/1", "ask only this part of the larger model, as in 3/8")
)

// TestEnumerationLong asks every question of a larger model: three roles, each at every
// level, held in any workspace at any ticket scope, by an agent in any of two groups. It
// contains the model of two roles in [TestEnumeration], and takes most of an hour:
//
//	go test -run TestEnumeration -long -timeout 0 -v .
func TestEnumerationLong(t *testing.T) {
	if !*long {
		t.Skip("a billion decisions: with -long only")
	}
	var nth, of int
	_, err := fmt.Sscanf(*part, "%d/%d", &nth, &of)
	require.NoError(t, err, "-part is as in 3/8")
	require.True(t, 1 <= nth && nth <= of, "-part is as in 3/8")

	families, progress := largeFamilies(), &enumProgress{began: time.Now()}
	for _, f := range families {
		for i := nth - 1; i < f.blocks(); i += of {
			progress.expected += f.size()
		}
	}
	stop := progress.report(t)
	for _, f := range families {
		f.compare(t, progress, nth-1, of)
	}
	stop()
	t.Logf("%d decisions in %v, of part %d of %d", progress.decisions.Load(), time.Since(progress.began).Round(time.Second), nth, of)
	require.Equal(t, progress.expected, progress.decisions.Load(), "every question was asked")
	require.True(t, of > 1 || progress.expected >= 1_000_000_000)
}

// A largeFamily is people with three bindings each, who ask about the same actions on the
// same things. They hold every ordered triple with one binding of each list.
type largeFamily struct {
	name     string
	bindings [3][]oracle.Binding
	people   func(held [][]oracle.Binding) []*oracle.Agent
	each     int // people for each triple
	actions  []string
	things   []enumThing
	roles    map[*oracle.Role]deskpolicy.Role // all of them, built
}

func largeFamilies() []*largeFamily {
	groups := []map[string]string{}
	for _, billing := range []string{"none", "view", "edit"} {
		for _, sales := range []string{"none", "view", "edit"} {
			groups = append(groups, map[string]string{"billing": billing, "sales": sales})
		}
	}
	agents := func(held [][]oracle.Binding) []*oracle.Agent {
		return enumAgents("riya", enumOpen, []bool{false}, held, groups)
	}
	fewer := func(held [][]oracle.Binding) []*oracle.Agent {
		return enumAgents("riya", enumOpen, []bool{false}, held, enumAccess)
	}
	shared := func(held [][]oracle.Binding) []*oracle.Agent {
		return enumShared(enumAgents("riya", enumOpen[1:], []bool{false}, held, enumAccess), enumUser)
	}
	all, anyGroup := []string{"", "it", "hr"}, []string{"", "billing", "sales"}
	places := func(kind string) []*oracle.Thing {
		return enumPlaces(kind, []string{"acme"}, all, anyGroup, []string{"riya", "tom"})
	}
	notes := func(kind string) []*oracle.Thing {
		return enumPlaces(kind, []string{"acme"}, all[:2], anyGroup[:2], []string{"riya", "tom"})
	}
	tickets := enumPlaces("ticket", []string{"acme"}, all[:2], anyGroup[:2], []string{"tom"})
	return []*largeFamily{
		newLargeFamily(agents, places("ticket"), "ticket.view", "ticket.reply"),
		newLargeFamily(agents, places("conversation"), "conversation.view", "conversation.reply"),
		newLargeFamily(agents, places("dashboard"), "dashboard.view", "dashboard.manage"),
		newLargeFamily(fewer, notes("note"), "ticket.note.edit_own", "ticket.note.edit_any"),
		newLargeFamily(fewer, notes("time_entry"), "time.view", "time.log_own"),
		newLargeFamily(shared, enumPeople(tickets, []*oracle.Thing{nil, enumContact("acme", "emea")}, enumMentions[:2]), "ticket.view", "ticket.reply"),
	}
}

func newLargeFamily(people func([][]oracle.Binding) []*oracle.Agent, things []*oracle.Thing, actions ...string) *largeFamily {
	f := &largeFamily{people: people, actions: actions, roles: map[*oracle.Role]deskpolicy.Role{}}
	action, levels, scopes := oracle.Actions[actions[0]], enumLevels, []string{"global"}
	if ofChats(action) {
		levels = enumChatLevels
	}
	if oracle.Kinds[action.Kind].Ticket {
		scopes = enumScopes
	}
	b := worlds.NewBuilder(f.roles)
	for i, name := range []string{"Night Shift", "Day Shift", "Interns"} { // not sorted as decisions sort them
		f.bindings[i] = append(enumBindings(enumRoles(name, levels, actions...), []string{"*", "it", ""}, scopes), oracle.Bound(nil, "*", "global"))
		for _, binding := range f.bindings[i] {
			b.Role(binding.Role)
		}
	}
	f.things = asThings(b, things)
	f.each = len(people([][]oracle.Binding{nil}))
	f.name = fmt.Sprintf("%s, by %s", actions, people([][]oracle.Binding{nil})[0].Kind)
	return f
}

// blocks returns the number of blocks: one for each pair of the first two bindings.
func (f *largeFamily) blocks() int { return len(f.bindings[0]) * len(f.bindings[1]) }

// size returns the number of questions in a block.
func (f *largeFamily) size() uint64 {
	return uint64(len(f.bindings[2]) * f.each * len(f.actions) * len(f.things))
}

// block returns the i-th block, with every third binding.
func (f *largeFamily) block(i int) block {
	one, two := f.bindings[0][i/len(f.bindings[1])], f.bindings[1][i%len(f.bindings[1])]
	var held [][]oracle.Binding
	for _, three := range f.bindings[2] {
		held = append(held, []oracle.Binding{one, two, three})
	}
	return block{subjects: asSubjects(worlds.NewBuilder(f.roles), f.people(held)), actions: f.actions, things: f.things}
}

// compare asks the blocks first, first+step, first+2*step and so on.
func (f *largeFamily) compare(t *testing.T, progress *enumProgress, first, step int) {
	failures := make(chan string, 1000)
	var seen [256]atomic.Bool
	var next atomic.Int64
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Add(1)
		go func() {
			defer workers.Done()
			for i := first + step*int(next.Add(1)-1); i < f.blocks(); i = first + step*int(next.Add(1)-1) {
				progress.decisions.Add(f.block(i).compare(&seen, failures))
			}
		}()
	}
	workers.Wait()
	close(failures)
	reportFailures(t, failures)
	reasons := 0
	for i := range seen {
		if seen[i].Load() {
			reasons++
		}
	}
	t.Logf("%s: %d questions of each of %d blocks, %d reasons", f.name, f.size(), f.blocks(), reasons)
}

// An enumProgress counts the questions that an enumeration has asked.
type enumProgress struct {
	began     time.Time
	expected  uint64
	decisions atomic.Uint64
}

// report logs the progress every ten seconds until stop is called.
func (p *enumProgress) report(t *testing.T) (stop func()) {
	done, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		tick := time.NewTicker(10 * time.Second)
		defer tick.Stop()
		for {
			select {
			case <-done:
				return
			case <-tick.C:
				t.Log(p)
			}
		}
	}()
	return func() { close(done); <-stopped }
}

// String returns the count, the rate and the time left.
func (p *enumProgress) String() string {
	asked, took := p.decisions.Load(), time.Since(p.began)
	rate := float64(asked) / took.Seconds()
	left := time.Duration(float64(p.expected-asked) / max(rate, 1) * float64(time.Second))
	return fmt.Sprintf("%d of %d decisions (%.1f %%), %.0f a second, %v to go", asked, p.expected, 100*float64(asked)/float64(p.expected), rate, left.Round(time.Second))
}
