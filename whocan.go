package deskpolicy

import (
	"cmp"
	"fmt"
	"slices"
)

// An AllowedSubject is a subject that is allowed an action, and the decision.
type AllowedSubject struct {
	Subject  Subject
	Decision Decision // allows, with the role, scope and reason
}

// String returns the subject and the decision as
// `key "k-1" of "acme" for agent "riya": allowed: role "Agent" reaches everything here`, with
// the host's text quoted. It is for operators, as the text of a decision is.
func (a AllowedSubject) String() string {
	return fmt.Sprintf("%s: %v", nameOfSubject(a.Subject), a.Decision)
}

// WhoCan returns the subjects that [Authorize] allows to perform the action on the
// resource, sorted by ID, each before what acts for it. Use it in an access review: who can do
// this, and why? Passed an account's delegates as well, it says which keys reach the resource.
//
// Other systems call this LookupSubjects. What they call LookupResources, the resources
// that a subject can act on, is [FilterFor].
func WhoCan[R Resource](action Action[R], resource *R, subjects ...Subject) []AllowedSubject {
	var allowed []AllowedSubject
	for _, subject := range subjects {
		if d := Authorize(subject, action, resource); d.Allowed() {
			allowed = append(allowed, AllowedSubject{subject, d})
		}
	}
	slices.SortStableFunc(allowed, AllowedSubject.compare)
	return allowed
}

// compare orders allowed subjects as compareSubjects does, then by decision, the better one
// first.
func (a AllowedSubject) compare(other AllowedSubject) int {
	if order := compareSubjects(a.Subject, other.Subject); order != 0 {
		return order
	}
	return a.Decision.compare(other.Decision)
}

// compareSubjects orders subjects by ID, and delegates of one principal, after the principal, by
// actor.
func compareSubjects(a, b Subject) int {
	if order := cmp.Compare(idOf(a), idOf(b)); order != 0 {
		return order
	}
	return actorOf(a).compare(actorOf(b))
}
