package deskpolicy

import (
	"cmp"
	"slices"
)

// Impact returns the subjects whose authority a change of an account's custom roles
// would change, sorted by ID. It leaves out subjects whose authority stays equal.
// Subjects hold roles by name, as in [RoleSet.UpdateBindings]; a support session holds
// the roles that its support grant gives.
//
// A role editor can show the result before it saves, and a review of a roles file can
// show it next to [RoleSet.Diff].
func Impact(before, after RoleSet, on ...Subject) []AffectedSubject {
	var affected []AffectedSubject
	for _, subject := range on {
		c := Compare(before.rebound(subject), after.rebound(subject))
		if c.Ordering() != OrderingEqual {
			affected = append(affected, AffectedSubject{subject, c})
		}
	}
	slices.SortStableFunc(affected, func(a, b AffectedSubject) int { return cmp.Compare(idOf(a.Subject), idOf(b.Subject)) })
	return affected
}

// An AffectedSubject is a subject whose authority a change of roles would change. The
// zero AffectedSubject has no subject.
type AffectedSubject struct {
	Subject    Subject // the subject as passed to Impact
	Comparison         // the subject's authority before and after the change
}

// rebound returns the subject with the set's roles in place of roles of the same name.
func (s RoleSet) rebound(subject Subject) Subject {
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
	case *SupportSession:
		if of != nil && of.grant.def != nil {
			copied := *of
			copied.grant = s.reboundGrant(of.grant)
			return &copied
		}
	}
	return subject
}

// reboundGrant returns the support grant with the set's roles in place of roles of the
// same name.
func (s RoleSet) reboundGrant(g SupportGrant) SupportGrant {
	def := g.copy()
	def.bindings = make(map[WorkspaceID][]Binding, len(g.def.bindings))
	for w, bindings := range g.def.bindings {
		def.bindings[w] = s.UpdateBindings(bindings)
	}
	def.setAnywhere()
	return SupportGrant{def}
}
