package policytest

import (
	"strconv"

	"pgregory.net/rapid"

	"github.com/deskpolicy/deskpolicy"
)

// A KnownDifference is a difference that is known and put up with for now, such as during a
// migration: in every decision that has the reason and is about the action.
type KnownDifference struct {
	// Reason is why the policy decides as it does; Undecided stands for any. That of a
	// denial tolerates what legacy allows, that of an allowance what it denies.
	Reason deskpolicy.Reason
	// Action is what is asked for; zero stands for any.
	Action deskpolicy.ActionID
	// Because says why, for whoever reads the log.
	Because string
}

// Agree compares a permission function that the program has had so far with
// Authorize, on thousands of the desk's requests, and fails if they differ. It
// reports the smallest request that it finds for each direction, explained, and how
// often they differ for which reason.
//
// OutcomeMalformed requests, such as one without a subject, are not put to the function. If
// it knows of some actions only, or of agents only, say so in Desk.Actions and
// Desk.SubjectKinds.
//
// KnownDifference differences are counted and logged. One that no longer occurs fails the
// test: strike it out, and it cannot come back unseen.
//
// How many requests it takes depends on -rapid.checks: by default some 3,000.
func Agree(t rapid.TB, d Desk, legacy func(deskpolicy.Request) bool, known ...KnownDifference) {
	t.Helper()
	c := newComparison(t, d, known, "legacy allows", "legacy denies")
	c.draw = func(t *rapid.T, w *world) (found []difference, asked int) {
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

// AgreeList compares a list query of the program's own with Authorize: list returns
// the IDs of those of the stored resources that the subject is shown for the action,
// in any order. It fails if the list shows what Authorize denies, leaves out what it
// allows, shows something twice, or shows what is not stored. Otherwise it is as
// [Agree].
//
// Stored resources have different IDs, by id: tickets, conversations, contacts and
// companies are numbered, and of others that have the same ID only the first is stored.
func AgreeList[R deskpolicy.Resource, ID comparable](
	t rapid.TB, d Desk, action deskpolicy.Action[R], id func(R) ID, list func(by deskpolicy.Subject, stored []R) []ID, known ...KnownDifference,
) {
	t.Helper()
	c := newComparison(t, d, known, "the list shows", "the list leaves out")
	c.w.Actions = []deskpolicy.ActionID{action.ID()}
	c.draw = func(t *rapid.T, w *world) (found []difference, asked int) {
		question := rapid.Custom(func(t *rapid.T) listing[R, ID] { return drawListing(t, w, action, id) })
		for _, l := range rapid.SliceOfN(question, 1, 32).Draw(t, "lists") {
			shown := list(l.by, l.stored)
			found, asked = append(found, l.compare(shown)...), asked+len(l.stored)
		}
		return found, asked
	}
	c.run()
}

// A listing is somebody who asks for a list, and what there is to be listed.
type listing[R deskpolicy.Resource, ID comparable] struct {
	by       deskpolicy.Subject
	stored   []R
	ids      []ID
	requests []deskpolicy.Request
}

// drawListing draws somebody and resources as they stand to them.
func drawListing[R deskpolicy.Resource, ID comparable](t *rapid.T, w *world, action deskpolicy.Action[R], id func(R) ID) listing[R, ID] {
	l := listing[R, ID]{by: w.subject(t)}
	by, taken := holdingOf(l.by), make(map[ID]bool)
	stand := rapid.Custom(func(t *rapid.T) standing { return w.stand(t, by, action.ID(), rapid.Bool().Draw(t, "beyond")) })
	for i, s := range rapid.SliceOfN(stand, 1, 8).Draw(t, "stored") {
		s.id = strconv.Itoa(i + 1)
		resource := any(w.kindOf(action.ID()).put(&s)).(*R)
		its := id(*resource)
		if taken[its] {
			continue
		}
		taken[its] = true
		l.stored, l.ids = append(l.stored, *resource), append(l.ids, its)
		l.requests = append(l.requests, deskpolicy.Request{
			Subject: l.by, Action: action.ID(), Resource: pointerTo(resource), Vocabulary: w.vocabulary,
		})
	}
	return l
}

// compare returns where the list shows other resources than Authorize allows.
func (l listing[R, ID]) compare(shown []ID) (found []difference) {
	times := make(map[ID]int)
	for _, its := range shown {
		times[its]++
	}
	for i, r := range l.requests {
		n := times[l.ids[i]]
		delete(times, l.ids[i])
		switch decision := r.Authorize(); {
		case n > 1:
			found = append(found, difference{request: r, decision: decision, fault: "the list shows it twice"})
		case (n > 0) != decision.Allowed():
			found = append(found, difference{request: r, decision: decision})
		}
	}
	if len(times) > 0 {
		found = append(found, difference{request: l.requests[0], fault: "the list shows something that is not stored"})
	}
	return found
}
