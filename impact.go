package deskpolicy

import (
	"fmt"
	"slices"
)

// Impact returns the subjects whose authority would change if an account's custom roles
// changed from before to after, sorted by ID, each before what acts for it. It replaces the subjects' roles by name, as
// [RoleSet.UpdateBindings] does; for a delegate, it replaces those of its principal, and
// for a support session, the roles that its support grant gives.
//
// A role editor can show the result before saving, and a review of a roles file can show
// it next to [RoleSet.Diff].
func Impact(before, after RoleSet, on ...Subject) []AffectedSubject {
	var affected []AffectedSubject
	for _, subject := range on {
		c := Compare(before.updateSubject(subject), after.updateSubject(subject))
		if c.Ordering() != OrderingEqual {
			affected = append(affected, AffectedSubject{subject, c})
		}
	}
	slices.SortStableFunc(affected, func(a, b AffectedSubject) int { return compareSubjects(a.Subject, b.Subject) })
	return affected
}

// An AffectedSubject is a subject whose authority would change with the roles. The zero
// AffectedSubject has no subject.
type AffectedSubject struct {
	Subject    Subject // the subject as passed to Impact
	Comparison         // the subject's authority before and after the change
}

// String returns the subject and the change as `key "k-1" of "acme" for agent "riya": narrower`,
// with the host's text quoted.
func (a AffectedSubject) String() string {
	return fmt.Sprintf("%s: %v", nameOfSubject(a.Subject), a.Ordering())
}

// updateSubject returns the subject with the set's roles in place of roles of the same name.
func (s RoleSet) updateSubject(subject Subject) Subject {
	switch of := subject.(type) {
	case *Agent:
		if of != nil {
			copied := *of
			copied.Bindings = s.UpdateBindings(of.Bindings)
			return &copied
		}
	case *SharedAgent:
		if of != nil {
			copied := *of
			copied.Bindings = s.UpdateBindings(of.Bindings)
			return &copied
		}
	case *Customer:
		if of != nil {
			copied := *of
			copied.Bindings = s.UpdateBindings(of.Bindings)
			return &copied
		}
	case *Delegate:
		if of != nil {
			copied := *of
			copied.Principal = s.updateSubject(of.Principal)
			return &copied
		}
	case *SupportSession:
		if of != nil && of.grant.def != nil {
			copied := *of
			copied.grant = s.updateGrant(of.grant)
			return &copied
		}
	}
	return subject
}

// updateGrant returns the support grant with the set's roles in place of roles of the
// same name.
func (s RoleSet) updateGrant(g SupportGrant) SupportGrant {
	def := g.copy()
	def.bindings = make(map[WorkspaceID][]Binding, len(g.def.bindings))
	for w, bindings := range g.def.bindings {
		def.bindings[w] = s.UpdateBindings(bindings)
	}
	def.setAnywhere()
	return SupportGrant{def}
}
