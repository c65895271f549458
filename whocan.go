package deskpolicy

import (
	"cmp"
	"slices"
)

// An AllowedSubject is a subject that is allowed an action, and the decision.
type AllowedSubject struct {
	Subject  Subject
	Decision Decision // allows, with the role, scope and reason
}

// WhoCan returns the subjects that [Authorize] allows to perform the action on the
// resource, sorted by ID. Use it in an access review: who can do this, and why?
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

// compare orders allowed subjects by ID, then by decision, the better one first.
func (a AllowedSubject) compare(other AllowedSubject) int {
	return cmp.Or(cmp.Compare(idOf(a.Subject), idOf(other.Subject)), a.Decision.compare(other.Decision))
}
