package deskpolicy

import (
	"cmp"
	"slices"
)

// An AllowedSubject is a subject that is allowed to do something, with the decision.
type AllowedSubject struct {
	Subject  Subject
	Decision Decision // allows, with the role, scope and reason
}

// WhoCan returns the subjects that [Authorize] allows to do the action to the resource,
// sorted by ID. It answers an access review: who can do this, and why?
//
// Other systems call this LookupSubjects. Their LookupResources, which resources a subject
// can act on, is [FilterFor] here.
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
