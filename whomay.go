package deskpolicy

import (
	"cmp"
	"slices"
)

// An Admission is somebody who may do something, and how they get in.
type Admission struct {
	Subject  Subject
	Decision Decision // which allows
}

// WhoMay returns who of the subjects may do the action to the resource, by ID: an
// access review. Each is asked about by [Authorize]; who is denied is left out.
func WhoMay[R Resource](action Action[R], resource *R, subjects ...Subject) []Admission {
	var admitted []Admission
	for _, subject := range subjects {
		if d := Authorize(subject, action, resource); d.Allowed() {
			admitted = append(admitted, Admission{subject, d})
		}
	}
	slices.SortStableFunc(admitted, Admission.compare)
	return admitted
}

// compare orders admissions by the subject's ID; of one ID, as the decisions come.
func (a Admission) compare(other Admission) int {
	return cmp.Or(cmp.Compare(idOf(a.Subject), idOf(other.Subject)), a.Decision.compare(other.Decision))
}
