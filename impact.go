package deskpolicy

import (
	"cmp"
	"slices"
)

// Impact returns for whom a change of an account's custom roles changes what
// they may do, sorted by ID: of the subjects given, those of whom that is not
// EqualAuthority. What they hold they hold by name: see [RoleSet.UpdateBindings]. A support
// engineer's session holds what its grant gives.
//
// It is what a role editor shows before it saves, and a review of a file of
// roles says besides [RoleSet.Diff].
func Impact(before, after RoleSet, on ...Subject) []AffectedSubject {
	var affected []AffectedSubject
	for _, subject := range on {
		c := Compare(before.rebound(subject), after.rebound(subject))
		if c.Ordering() != EqualAuthority {
			affected = append(affected, AffectedSubject{subject, c})
		}
	}
	slices.SortStableFunc(affected, func(a, b AffectedSubject) int { return cmp.Compare(idOf(a.Subject), idOf(b.Subject)) })
	return affected
}

// An AffectedSubject is somebody for whom a change makes a difference.
type AffectedSubject struct {
	Subject    Subject // as it was given
	Comparison         // how what it may do after the change stands to what it could do before
}

// rebound returns the subject as it is under the set.
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

// reboundGrant returns the grant as what it gives is under the set.
func (s RoleSet) reboundGrant(g SupportGrant) SupportGrant {
	def := g.copy()
	def.bindings = make(map[WorkspaceID][]Binding, len(g.def.bindings))
	for w, bindings := range g.def.bindings {
		def.bindings[w] = s.UpdateBindings(bindings)
	}
	def.setAnywhere()
	return SupportGrant{def}
}
