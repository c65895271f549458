package deskpolicy

import (
	"cmp"
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
	// plan with every feature and, unless one is a customer and except in some results of
	// [MissingAuthority], the same ID. Each request's Vocabulary names the action if the comparison's Vocabulary does.
	Allowed, Denied Request
}

// String returns the permission with the group and the workspace of the example, if it is in
// one, such as `ticket.reply@group in group "billing" in workspace "it"`. If the example is
// confidential, the difference is only about what is, and String says so.
func (d Difference) String() string {
	text := d.Allowed.Vocabulary.PermissionName(d.Permission)
	q := d.Allowed.question()
	if q.what.Confidential {
		text += " on what is confidential"
	}
	if q.what.Group != "" {
		text += fmt.Sprintf(" in group %q", q.what.Group)
	}
	if d.Workspace != "" {
		text += fmt.Sprintf(" in workspace %q", d.Workspace)
	}
	return text
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
			found := p.differencesIn(w, one, other)
			for i := range p.actions {
				if example, differs := found[p.actions[i].id]; differs && example.action == &p.actions[i] && !yield(p.difference(&example, one, other, subjects, self)) {
					return
				}
			}
		}
	}
}

// A differing is an action and a sample with a stance in which it differs.
type differing struct {
	sample
	action *comparedAction
	stance stance
}

// differencesIn returns, for each action that differs, a sample in the workspace where one
// side is allowed the action and the other is not: of those with the lowest stance the first
// in the first group by name, so that it does not depend on how the groups are found.
func (p *authorityPair) differencesIn(w WorkspaceID, one, other int) map[ActionID]differing {
	found := make(map[ActionID]differing)
	p.eachPlaceIn(w, func() bool {
		return p.eachExcess(one, other, func(i int, at stance) bool {
			c := &p.actions[i]
			if plainer, reported := found[c.id]; !reported || cmp.Or(cmp.Compare(at, plainer.stance), cmp.Compare(p.named, plainer.named)) < 0 {
				found[c.id] = differing{p.sample, c, at}
			}
			return true
		})
	})
	return found
}

// difference returns the difference, with an example of the sample and the stance.
func (p *authorityPair) difference(d *differing, one, other int, subjects [2]Subject, self AgentID) Difference {
	id, on := d.action.id, d.action.on
	var asks, denied actor
	asks.set(subjects[one])
	denied.set(subjects[other])
	spec := exampleSpec{
		vocabulary: p.vocabulary, account: p.account(), workspace: d.workspace, author: self, action: d.action,
		other: unlike("somebody", self, asks.id, denied.id), stranger: unlike("example", asks.contact, denied.contact),
	}
	switch {
	case d.named != "":
		spec.group = d.named
	case d.standings[0].grouped:
		spec.group = p.groups[d.standings[0].group][d.standings[1].group]
	}
	spec.contact, spec.company = p.customers[d.customer].in(spec.account)
	if spec.contact != nil && spec.contact.ID == "" {
		spec.contact.ID = spec.stranger
	}
	spec.crmRole = p.customers[d.customer].crmRole
	spec.goal = p.goalOf(d)
	spec.take(d.stance, self, cmp.Or(asks.contact, denied.contact), asks.company)
	if d.stance.holds(Participating) {
		spec.takesPart, spec.inCC = p.participants(d, subjects, self)
	}
	difference := Difference{
		Workspace: d.workspace,
		Allowed:   spec.request(subjects[one], id, on),
		Denied:    spec.request(subjects[other], id, on),
	}
	difference.Permission = id.At(difference.Allowed.Authorize().Scope)
	return difference
}

// participants returns who takes part in the example of the difference: an agent, with the ID
// self, as a participant, and in CC a customer, and an agent in whose place the other side does
// not take part.
func (p *authorityPair) participants(d *differing, subjects [2]Subject, self AgentID) (agent AgentID, contact ContactID) {
	for i := range p.sides {
		own, _ := personOf(subjects[i])
		switch side, other := &p.sides[i].who, &p.sides[1-i].who; {
		case d.standings[i].without&Participating != 0:
		case own != nil && (side.customer || d.standings[1-i].without&Participating != 0 && !other.customer):
			contact = *own
		default:
			agent = self
		}
	}
	return agent, contact
}
