package policytest

import (
	"strconv"

	"pgregory.net/rapid"

	"github.com/deskpolicy/deskpolicy"
)

// A KnownDifference is a difference that the test tolerates for now, such as during a migration.
// It covers every decision with its Reason about its Action.
type KnownDifference struct {
	// Reason is the reason of the policy's decision; Undecided means any reason. With a reason to
	// deny, the legacy function may allow the request; with a reason to allow, it may deny it.
	Reason deskpolicy.Reason
	// Action is what the request asks for; zero means any action.
	Action deskpolicy.ActionID
	// Because says why the difference is tolerated. It is logged.
	Because string
}

// Agree compares legacy, the program's present permission function, with Authorize on thousands
// of the desk's requests, and fails if they differ. It reports how often, apart for each sort of
// difference: which of the two allows, and the reason of the policy's decision. Of each sort it
// explains an example, the smallest request that it finds for the eight most frequent sorts.
//
// Agree does not pass malformed requests, such as one without a subject, to legacy. If legacy
// supports only some actions, or only agents, set Desk.Actions and Desk.SubjectKinds.
//
// Agree counts and logs known differences. A known difference that no longer occurs fails the
// test: remove it, so that it cannot return unnoticed.
//
// The number of requests depends on -rapid.checks; by default it is about 3,000.
func Agree(t rapid.TB, d Desk, legacy func(deskpolicy.Request) bool, known ...KnownDifference) {
	t.Helper()
	c := newComparison(t, d, known, "legacy allows", "legacy denies")
	c.draw = func(t *rapid.T, w *fullDesk) (found []difference, asked int) {
		request := rapid.Custom(w.wellFormed)
		for _, some := range rapid.SliceOfN(rapid.SliceOfN(request, 1, 64), 1, 64).Draw(t, "requests") {
			for _, r := range some {
				decision := r.Authorize()
				if decision.Reason.Outcome() == deskpolicy.OutcomeMalformed {
					continue
				}
				asked++
				if legacy(r) != decision.Allowed() {
					found = append(found, difference{request: r, decision: decision})
				}
			}
		}
		return found, asked
	}
	c.run()
}

// AgreeList compares one of the program's list queries with Authorize: list returns the IDs of the
// stored resources that the subject is shown for the action, in any order. AgreeList fails if the
// list shows what Authorize denies, leaves out what it allows, shows a resource twice, or shows a
// resource that is not stored. Otherwise it works like [Agree].
//
// The function id returns a resource's ID, and no two stored resources have the same. Tickets,
// conversations, contacts and companies are numbered; of other resources with the same ID, only
// the first is stored.
func AgreeList[R deskpolicy.Resource, ID comparable](
	t rapid.TB, d Desk, action deskpolicy.Action[R], id func(R) ID, list func(by deskpolicy.Subject, stored []R) []ID, known ...KnownDifference,
) {
	t.Helper()
	c := newComparison(t, d, known, "the list shows", "the list leaves out")
	c.w.Actions = []deskpolicy.ActionID{action.ID()}
	c.draw = func(t *rapid.T, w *fullDesk) (found []difference, asked int) {
		question := rapid.Custom(func(t *rapid.T) listing[R, ID] { return drawListing(t, w, action, id) })
		for _, l := range rapid.SliceOfN(question, 1, 32).Draw(t, "lists") {
			shown := list(l.by, l.stored)
			found, asked = append(found, l.compare(shown)...), asked+len(l.stored)
		}
		return found, asked
	}
	c.run()
}

// A listing is a subject who asks for a list, and the resources that are stored.
type listing[R deskpolicy.Resource, ID comparable] struct {
	by       deskpolicy.Subject
	stored   []R
	ids      []ID
	requests []deskpolicy.Request
}

// drawListing draws a subject, and resources that it can reach or almost reach.
func drawListing[R deskpolicy.Resource, ID comparable](t *rapid.T, w *fullDesk, action deskpolicy.Action[R], id func(R) ID) listing[R, ID] {
	l := listing[R, ID]{by: w.subject(t)}
	by, taken := holdingOf(l.by), make(map[ID]bool)
	placements := rapid.Custom(func(t *rapid.T) placement { return w.placement(t, by, action.ID(), rapid.Bool().Draw(t, "beyond")) })
	for i, s := range rapid.SliceOfN(placements, 1, 8).Draw(t, "stored") {
		s.id = strconv.Itoa(i + 1)
		resource := any(w.kindOf(action.ID()).build(&s)).(*R)
		rid := id(*resource)
		if taken[rid] {
			continue
		}
		taken[rid] = true
		l.stored, l.ids = append(l.stored, *resource), append(l.ids, rid)
		l.requests = append(l.requests, deskpolicy.Request{
			Subject: l.by, Action: action.ID(), Resource: asResource(resource), Vocabulary: w.vocabulary,
		})
	}
	return l
}

// compare returns the differences between what the list shows and what Authorize allows.
func (l listing[R, ID]) compare(shown []ID) (found []difference) {
	times := make(map[ID]int)
	for _, rid := range shown {
		times[rid]++
	}
	for i, r := range l.requests {
		n := times[l.ids[i]]
		delete(times, l.ids[i])
		switch decision := r.Authorize(); {
		case n > 1:
			found = append(found, difference{request: r, decision: decision, fault: "the list shows a resource twice"})
		case (n > 0) != decision.Allowed():
			found = append(found, difference{request: r, decision: decision})
		}
	}
	if len(times) > 0 {
		found = append(found, difference{request: l.requests[0], fault: "the list shows a resource that is not stored"})
	}
	return found
}
