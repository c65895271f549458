package deskpolicy

import "slices"

// An authorityPair compares two authorities over the resources of one account.
//
// It enumerates samples. A sample is a class of resources: a workspace and, for each of the
// two subjects, the relationship of the resource to the subject. That is the subject's
// access to the resource's group, whether the resource is the subject's own, whether it
// mentions the subject, and the subject's access in the CRM to its customer. For each
// sample the pair computes the set of actions that each side is allowed, and compares the
// two sets.
//
// The enumeration is exact because the rules only test the IDs of a resource for equality
// and look them up in what a subject holds, so all resources of one sample get the same
// decisions. It is finite because workspaces that neither subject has bindings for are
// alike if they are open to the same subjects, and groups are alike if each subject has the
// same access to them.
type authorityPair struct {
	vocabulary *Vocabulary // names the host's actions
	sides      [2]authority
	distinct   bool           // whether the subjects are different agents: then sample what only the second owns as well
	words      int            // how many words of an actionSet are in use
	groups     [3][3]GroupID  // an example group by the access of each side; "" if there is none
	customers  []customerCase // the combinations of the two subjects' access in the CRM to a customer

	sample
	allowed [2]actionSet // the actions that each side is allowed in the current sample
}

// A sample is a class of resources that the rules do not tell apart.
type sample struct {
	workspace      WorkspaceID
	relationships  [2]relationship
	customer       int  // index into the pair's customers
	onlySecondOwns bool // whether the resource belongs to the second subject and not to the first
}

// preparePeople prepares a pair of two people in one account. It ignores a revision's drop,
// because the first must cover the second both before and after the change.
func (p *authorityPair) preparePeople() {
	p.customers = noCustomers
	if p.sides[1].who.crm != nil {
		p.customers = anyCustomers
	}
	p.sides[0].prepare()
	p.sides[1].prepare()
	p.prepare()
}

// prepare computes what is the same in every sample.
func (p *authorityPair) prepare() {
	p.words = libraryWords
	if p.sides[0].hasHostActions() || p.sides[1].hasHostActions() {
		p.words = len(actionSet{})
	}
	for i := range p.sides {
		for group := range p.sides[i].who.groups {
			p.noteGroup(group)
		}
		if in := p.sides[i].gains.in; in != nil {
			p.noteGroup(in.Group.ID)
		}
	}
	p.groups[NoAccess][NoAccess] = "" // the example is a resource without a group
}

// noteGroup records the group as an example of its access. The first group by name wins.
func (p *authorityPair) noteGroup(group GroupID) {
	if group == "" {
		return
	}
	known := &p.groups[p.sides[0].access(group)][p.sides[1].access(group)]
	if *known == "" || group < *known {
		*known = group
	}
}

// sameAccount reports whether both sides belong to one account.
func (p *authorityPair) sameAccount() bool {
	return p.sides[0].who.account.ID == p.sides[1].who.account.ID
}

// account returns the ID of the pair's account. An empty authority has no account, so the
// larger ID is the one that is set.
func (p *authorityPair) account() AccountID {
	return max(p.sides[0].who.account.ID, p.sides[1].who.account.ID)
}

// covers reports whether the first side is allowed everything that the second is.
func (p *authorityPair) covers() bool {
	return p.eachWorkspace(func(w WorkspaceID) bool {
		return !p.holdsAny(1, w) || p.eachSampleIn(w, func() bool { return !p.exceeds(1, 0) })
	})
}

// holdsAny reports whether the side holds any permission in the workspace.
func (p *authorityPair) holdsAny(side int, w WorkspaceID) bool {
	p.sides[side].fillHeld(w, p.words)
	return p.sides[side].heldAny(p.words)
}

// exceeds reports whether one side is allowed an action in the current sample that the
// other is not.
func (p *authorityPair) exceeds(one, other int) bool {
	for word := range p.words {
		if p.allowed[one][word]&^p.allowed[other][word]&p.relevant(word) != 0 {
			return true
		}
	}
	return false
}

// exceedsBy is exceeds for one action.
func (p *authorityPair) exceedsBy(bit, one, other int) bool {
	word := bit / 64
	return p.allowed[one][word]&^p.allowed[other][word]&p.relevant(word)>>(bit%64)&1 != 0
}

// relevant returns a word of the set of actions that are compared in the current sample. If
// only the second subject owns the resource, it leaves out actions on a subject's own
// things, which the first cannot perform whatever it holds.
func (p *authorityPair) relevant(word int) uint64 {
	set := ^uint64(0)
	if only := p.customers[p.customer].only; only != nil {
		set = only[word]
	}
	if p.onlySecondOwns {
		set &^= rulebooks().ownOnly[word]
	}
	return set
}

// eachSample calls visit for each sample until it returns false, and reports whether it
// never did. Within a workspace the order is fixed.
func (p *authorityPair) eachSample(visit func() bool) bool {
	return p.eachWorkspace(func(w WorkspaceID) bool { return p.eachSampleIn(w, visit) })
}

// eachSampleIn visits the samples in one workspace, as eachSample does.
func (p *authorityPair) eachSampleIn(w WorkspaceID, visit func() bool) bool {
	p.workspace = w
	for i := range p.sides {
		p.sides[i].fillHeld(w, p.words)
	}
	for _, own := range [...][2]bool{{false, false}, {true, true}, {false, true}} {
		if p.onlySecondOwns = own[0] != own[1]; p.onlySecondOwns && !p.distinct {
			break
		}
		if !p.eachGroup(own, visit) {
			return false
		}
	}
	return true
}

// eachGroup visits a sample for each combination of access to the resource's group, and of
// what eachCustomer varies.
func (p *authorityPair) eachGroup(own [2]bool, visit func() bool) bool {
	for i := range p.groups {
		for j, group := range p.groups[i] {
			p.relationships[0] = relationship{group: Access(i), own: own[0]}
			p.relationships[1] = relationship{group: Access(j), own: own[1]}
			if (group != "" || i+j == 0) && !p.eachCustomer(visit) {
				return false
			}
		}
	}
	return true
}

// eachCustomer visits a sample for each combination of what matters to shared agents: the
// customer, and whether the subjects are mentioned.
func (p *authorityPair) eachCustomer(visit func() bool) bool {
	for i := range p.customers {
		p.customer = i
		p.relationships[0].customer, p.relationships[1].customer = p.customers[i].access[0], p.customers[i].access[1]
		for _, mentioned := range [...]bool{false, true} {
			p.relationships[0].mentioned, p.relationships[1].mentioned = mentioned, mentioned
			if mentioned && !p.hasShared() {
				break
			}
			if p.fillAllowed(); !visit() {
				return false
			}
		}
	}
	return true
}

// hasShared reports whether either subject is a shared agent.
func (p *authorityPair) hasShared() bool {
	return p.sides[0].who.crm != nil || p.sides[1].who.crm != nil
}

// fillAllowed sets allowed to the actions that each side is allowed in the current sample.
func (p *authorityPair) fillAllowed() {
	for i := range p.allowed {
		clear(p.allowed[i][:p.words])
		if p.customers[p.customer].crmRole && !p.sides[i].who.account.Integrated {
			continue // the account does not have the role
		}
		p.sides[i].addAllowed(p.relationships[i], p.words, &p.allowed[i])
	}
}

// eachWorkspace calls visit for one workspace of each class until it returns false, and
// reports whether it never did. The classes are: no workspace; each workspace with bindings
// of its own; the other open workspaces, by the subjects that they are open to; and all
// remaining workspaces.
func (p *authorityPair) eachWorkspace(visit func(WorkspaceID) bool) bool {
	if !visit("") {
		return false
	}
	for w := range p.sides[0].boundWorkspaces {
		if !visit(w) {
			return false
		}
	}
	for w := range p.sides[1].boundWorkspaces {
		if !p.sides[0].isBound(w) && !visit(w) {
			return false
		}
	}
	return p.eachOpen(visit) && p.visitOther(visit)
}

// visitOther visits a workspace that neither side names, if either side has a binding for
// every workspace.
func (p *authorityPair) visitOther(visit func(WorkspaceID) bool) bool {
	if !p.sides[0].boundEverywhere() && !p.sides[1].boundEverywhere() {
		return true
	}
	other := WorkspaceID("example")
	for p.isNamed(other) {
		other += "'"
	}
	return visit(other)
}

// isNamed reports whether the workspace has bindings of its own on either side, or is open
// to either side.
func (p *authorityPair) isNamed(w WorkspaceID) bool {
	for i := range p.sides {
		if p.sides[i].isBound(w) || p.sides[i].isOpen(w) {
			return true
		}
	}
	return false
}

// eachOpen visits examples of the open workspaces without bindings of their own: one that is
// open to both sides and, if the sides differ, one that is open only to the first and one
// that is open only to the second.
func (p *authorityPair) eachOpen(visit func(WorkspaceID) bool) bool {
	first, second := p.sides[0].who.account.OpenWorkspaces, p.sides[1].who.account.OpenWorkspaces
	if !p.visitOpen(first, second, true, visit) {
		return false
	}
	return slices.Equal(first, second) ||
		p.visitOpen(first, second, false, visit) && p.visitOpen(second, first, false, visit)
}

// visitOpen visits the first of the open workspaces that has no bindings of its own and is
// in others, if both is set, or is not in others, if it is not set.
func (p *authorityPair) visitOpen(open, others []WorkspaceID, both bool, visit func(WorkspaceID) bool) bool {
	for _, w := range open {
		if w != "" && !p.sides[0].isBound(w) && !p.sides[1].isBound(w) && slices.Contains(others, w) == both {
			return visit(w)
		}
	}
	return true
}
