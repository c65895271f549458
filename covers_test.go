package deskpolicy_test

import (
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/effort"
	"github.com/deskpolicy/deskpolicy/internal/oracle"
	"github.com/deskpolicy/deskpolicy/internal/worlds"
)

// coversAtoms are ten permissions. Some include others, a conversation's Group and
// Restricted do not include each other, and one makes an administrator's role.
var coversAtoms = []struct {
	action string
	level  oracle.Held
}{
	{"ticket.view", oracle.Held{Restricted: true}}, {"ticket.view", oracle.Held{Group: true}}, {"ticket.view", oracle.Held{Global: true}},
	{"conversation.reply", oracle.Held{Restricted: true}}, {"conversation.reply", oracle.Held{Group: true}}, {"conversation.reply", oracle.Held{Global: true}},
	{"ticket.reply", oracle.Held{Group: true}}, {"ticket.note.edit_own", oracle.Held{Restricted: true}},
	{"report.view", oracle.Held{Global: true}}, {"settings.manage", oracle.Held{Global: true}},
}

// TestCoversEverySet checks Covers against brute force for every pair of sets of ten
// permissions: one agent covers another if and only if every question that is allowed for
// the other is allowed for it.
func TestCoversEverySet(t *testing.T) {
	every := effort.Of(32, 8, 1)
	var agents []deskpolicy.Subject
	var may [][2]uint64
	resources := coversResources()
	for set := 0; set < 1<<len(coversAtoms); set += every {
		agent := coversAgent(set)
		agents, may = append(agents, agent), append(may, coversMay(agent, resources))
	}
	var pairs, covered, next atomic.Int64
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Add(1)
		go func() {
			defer workers.Done()
			for i := next.Add(1) - 1; int(i) < len(agents); i = next.Add(1) - 1 {
				for j := range agents {
					want := may[j][0]&^may[i][0] == 0 && may[j][1]&^may[i][1] == 0
					if deskpolicy.Covers(agents[i], agents[j]) != want {
						t.Errorf("%v covers %v: brute force says %t", nameOf(agents[i]), nameOf(agents[j]), want)
					}
					if want {
						covered.Add(1)
					}
				}
				pairs.Add(int64(len(agents)))
			}
		}()
	}
	workers.Wait()
	t.Logf("%d pairs, of which %d cover, by %d questions of each", pairs.Load(), covered.Load(), coversQuestions(resources))
	assert.EqualValues(t, len(agents)*len(agents), pairs.Load())
	effort.Documented(t, ".", len(agents)*len(agents))
	assert.Greater(t, covered.Load(), pairs.Load()/50)
	assert.Less(t, covered.Load(), pairs.Load()/2)
}

// coversAgent returns an agent who holds the permissions of the set, a bit for each,
// account-wide.
func coversAgent(set int) deskpolicy.Subject {
	role := &oracle.Role{Name: "Day Shift", Account: "acme", May: map[string]oracle.Held{}}
	for i, atom := range coversAtoms {
		if set>>i&1 == 1 {
			held := role.May[atom.action]
			held.Restricted, held.Group, held.Global = held.Restricted || atom.level.Restricted, held.Group || atom.level.Group, held.Global || atom.level.Global
			role.May[atom.action] = held
		}
	}
	return worlds.NewBuilder(map[*oracle.Role]deskpolicy.Role{}).Subject(&oracle.Agent{
		ID: "riya", Account: oracle.Account{ID: "acme", Open: []string{"it"}}, Groups: map[string]string{"billing": "edit"},
		Bindings: []oracle.Binding{oracle.Bound(role, "*", "global")},
	})
}

// coversResources returns the resources for each action: in and outside workspaces and groups,
// and with different owners.
func coversResources() map[deskpolicy.ActionID][]worlds.Resource {
	resources := map[deskpolicy.ActionID][]worlds.Resource{}
	b := worlds.NewBuilder(map[*oracle.Role]deskpolicy.Role{})
	for _, atom := range coversAtoms {
		id := worlds.ActionID(atom.action)
		if len(resources[id]) > 0 {
			continue
		}
		for _, resource := range enumPlaces(oracle.Actions[atom.action].Kind, []string{"acme"}, []string{"", "it", "hr"}, []string{"billing", "sales"}, []string{"riya", "tom"}) {
			resources[id] = append(resources[id], b.Resource(resource))
		}
	}
	return resources
}

// coversQuestions returns the number of questions about the resources.
func coversQuestions(resources map[deskpolicy.ActionID][]worlds.Resource) (questions int) {
	for _, on := range resources {
		questions += len(on)
	}
	return questions
}

// coversMay returns the questions that the library allows, a bit for each.
func coversMay(agent deskpolicy.Subject, resources map[deskpolicy.ActionID][]worlds.Resource) (may [2]uint64) {
	i := 0
	for id := range deskpolicy.Actions() { // in their order
		for _, resource := range resources[id] {
			if resource.Authorize(agent, id).Allowed() {
				may[i/64] |= 1 << (i % 64)
			}
			i++
		}
	}
	return may
}
