package deskpolicy

import (
	"cmp"
	"slices"
)

// An AllowedSubject is somebody who may do something, and how they get in.
type AllowedSubject struct {
	Subject  Subject
	Decision Decision // which allows
}

// WhoCan returns who of the subjects may do the action to the resource, by ID: an
// access review. Each is asked about by [Authorize]; who is denied is left out.
func WhoCan[R Resource](action Action[R], resource *R, subjects ...Subject) []AllowedSubject {
	var admitted []AllowedSubject
	for _, subject := range subjects {
		if d := Authorize(subject, action, resource); d.Allowed() {
			admitted = append(admitted, AllowedSubject{subject, d})
		}
	}
	slices.SortStableFunc(admitted, AllowedSubject.compare)
	return admitted
}

// compare orders admissions by the subject's ID; of one ID, as the decisions come.
func (a AllowedSubject) compare(other AllowedSubject) int {
	return cmp.Or(cmp.Compare(idOf(a.Subject), idOf(other.Subject)), a.Decision.compare(other.Decision))
}
