package deskpolicy

import (
	"fmt"
	"iter"
	"slices"
)

// A Difference is something that one subject is allowed to do and another is not, with
// an example request. The zero Difference is empty.
type Difference struct {
	Permission Permission  // the action, and the scope that allows it
	Workspace  WorkspaceID // an example of the workspaces with this difference; "" is outside of workspaces

	// Allowed and Denied are the same request by the subject who is allowed and by the
	// subject who is not; decide them with [Request.Authorize]. Both subjects have a
	// plan with every feature and, except in some results of [MissingAuthority], the same
	// ID. Each request's Vocabulary names the action if the comparison's Vocabulary does.
	Allowed, Denied Request
}

// String returns the permission and the workspace, such as `ticket.reply@group in workspace "it"`.
func (d Difference) String() string {
	permission := d.Allowed.Vocabulary.PermissionName(d.Permission)
	if d.Workspace == "" {
		return permission
	}
	return fmt.Sprintf("%s in workspace %q", permission, d.Workspace)
}

// differences yields what one side is allowed to do and the other is not. The example
// requests are by the two subjects. An example resource that is the allowed subject's own
// belongs to self.
func (p *authorityPair) differences(one, other int, subjects [2]Subject, self AgentID) iter.Seq[Difference] {
	return func(yield func(Difference) bool) {
		var workspaces []WorkspaceID
		p.eachWorkspace(func(w WorkspaceID) bool { workspaces = append(workspaces, w); return true })
		slices.Sort(workspaces)
		for _, w := range workspaces {
			if !p.holdsAny(one, w) {
				continue
			}
			found := p.differencesIn(w, one, other)
			for bit := range len(actionSet{}) * 64 {
				if example, differs := found[bit]; differs && !yield(p.difference(&example, bit, one, other, subjects, self)) {
					return
				}
			}
		}
	}
}

// differencesIn returns, for each action that differs, the first sample in the workspace
// where one side is allowed the action and the other is not. Its keys are bits of an
// actionSet.
func (p *authorityPair) differencesIn(w WorkspaceID, one, other int) map[int]sample {
	found := make(map[int]sample)
	reported := make(map[ActionID]bool)
	p.eachSampleIn(w, func() bool {
		for bit := range p.words * 64 {
			id, _ := action(bit)
			if !p.exceedsBy(bit, one, other) || reported[id] {
				continue
			}
			found[bit], reported[id] = p.sample, true
		}
		return true
	})
	return found
}

// difference returns the difference in the action of the bit, with an example that the
// sample describes.
func (p *authorityPair) difference(s *sample, bit, one, other int, subjects [2]Subject, self AgentID) Difference {
	id, on := action(bit)
	spec := exampleSpec{vocabulary: p.vocabulary, account: p.account(), workspace: s.workspace, author: self}
	spec.group = p.groups[s.relationships[0].group][s.relationships[1].group]
	switch {
	case s.relationships[one].own:
		spec.assignee = self
	case id.info().class&creates != 0: // a new resource without an assignee belongs to the subject
		spec.assignee = spec.otherAgent().ID
	}
	if s.relationships[one].mentioned {
		spec.mentioned = self
	}
	spec.contact, spec.company = p.customers[s.customer].in(spec.account)
	spec.crmRole = p.customers[s.customer].crmRole
	d := Difference{
		Workspace: s.workspace,
		Allowed:   spec.request(subjects[one], id, on),
		Denied:    spec.request(subjects[other], id, on),
	}
	d.Permission = id.At(d.Allowed.Authorize().Scope)
	return d
}
