package deskpolicy

import (
	"math/bits"
	"slices"
)

// An authorityPair compares two authorities over the resources of one account.
//
// It enumerates samples. A sample settles a workspace, the access of each subject to the
// resource's group and, for shared agents, their access in the CRM to its customer. What
// is left is how the subjects stand to the resource in person: see [stance]. For each
// sample and action the pair computes the stances in which each side is allowed the action,
// and compares the two sets.
//
// This is exact because the rules only test the IDs of a resource for equality and look
// them up in what a subject holds, so all resources of one sample and stance get the same
// decisions. It is finite because workspaces that neither subject has bindings for are
// alike if they are open to the same subjects, and groups are alike if each subject has the
// same access to them.
type authorityPair struct {
	vocabulary *Vocabulary // names the host's actions
	sides      [2]authority
	oneCompany bool             // whether the subjects are two people of one company
	apart      Scope            // of Requested and SameCompany those that never hold for both sides: see prepareAsOneself
	distinct   bool             // whether the subjects are different agents: then also sample what stands only to the second in person
	hosts      [2]bool          // whether each side may hold host actions
	oneWay     bool             // whether only what the second is allowed and the first is not is looked for
	actions    []comparedAction // those to compare in the current direction
	space      int              // the numbers of the actions to compare are below this
	groups     [3][3]GroupID    // an example of the groups that no binding names, by the access of each side; "" if there is none
	alike      [3][3]bool       // which accesses without such an example the groups that bindings name have
	customers  []customerCase   // the combinations of the two subjects' access in the CRM to a customer

	// Where assignments can go: an example group by whether each side can edit in it; "" if
	// there is none.
	goals [2][2]GroupID

	coverage
	sample
}

// A sample is a class of resources that the rules tell apart only by stance.
type sample struct {
	workspace WorkspaceID
	named     GroupID // the group, if bindings name it
	standings [2]standing
	customer  int // index into the pair's customers
	goal      int // the class of places where an assignment goes: see goalOf
}

// preparePeople prepares a pair of two people in one account. It ignores a revision's drop,
// because the first must cover the second both before and after the change.
func (p *authorityPair) preparePeople() {
	p.customers, p.oneWay = noCustomers, true
	if p.sides[1].who.crm != nil {
		p.customers = anyCustomers
	}
	p.sides[0].prepare()
	p.sides[1].prepare()
	p.prepareAsPeople()
	p.prepare()
}

// prepareAsPeople settles which relations by a contact and a company count. The second
// person might be given both, so that what its role would then reach counts. The two count
// as one person, who asks by one contact; but a company gives access as a group does, so it
// counts for the first only if it is the second's.
func (p *authorityPair) prepareAsPeople() {
	first, second := &p.sides[0], &p.sides[1]
	p.oneCompany = first.who.company != "" && first.who.company == second.who.company
	first.impossible = 0
	if !p.oneCompany {
		first.impossible = SameCompany
	}
	if second.who.crm == nil { // a shared agent has neither
		second.impossible = 0
	}
}

// prepareAsOneself settles which relations by a contact and a company count for one agent or
// customer before and after a change. Those by a new one reach something else.
func (p *authorityPair) prepareAsOneself() {
	if p.sides[0].who.contact != p.sides[1].who.contact {
		p.apart |= Requested
	}
	if p.sides[0].who.company != p.sides[1].who.company {
		p.apart |= SameCompany
	}
}

// prepare computes what is the same in every sample.
func (p *authorityPair) prepare() {
	p.hosts = [2]bool{p.sides[0].hasHostActions(), p.sides[1].hasHostActions()}
	p.space = int(lastAction) + 1
	if p.hosts[1] || !p.oneWay && p.hosts[0] {
		p.space = actionSpace
	}
	for i := range p.sides {
		for group := range p.sides[i].who.groups {
			p.noteGroup(group)
		}
		if in := p.sides[i].gains.in; in != nil {
			p.noteGroup(in.Group.ID)
		}
	}
	other := p.otherGroup()
	p.groups[NoAccess][NoAccess], p.goals[0][0] = other, other
	for i := range p.sides {
		for group := range p.sides[i].boundGroups {
			if first, second := p.sides[0].access(group), p.sides[1].access(group); p.groups[first][second] == "" {
				p.alike[first][second] = true
			}
		}
	}
}

// otherGroup returns an example of a group that neither side is in.
func (p *authorityPair) otherGroup() GroupID {
	other := GroupID("another group")
	for p.sides[0].access(other)|p.sides[1].access(other) != NoAccess || p.sides[0].namesGroup(other) || p.sides[1].namesGroup(other) {
		other += "'"
	}
	return other
}

// noteGroup records the group as an example of its access. A group that bindings name is a
// sample of its own.
func (p *authorityPair) noteGroup(group GroupID) {
	if group == "" {
		return
	}
	first, second := p.sides[0].access(group), p.sides[1].access(group)
	noteFirst(&p.goals[bit(first == Edit)][bit(second == Edit)], group)
	if !p.sides[0].namesGroup(group) && !p.sides[1].namesGroup(group) {
		noteFirst(&p.groups[first][second], group)
	}
}

// noteFirst sets the example to the group if that is the first by name.
func noteFirst(example *GroupID, group GroupID) {
	if *example == "" || group < *example {
		*example = group
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
	return p.eachPlace(func() bool { return !p.exceeds(1, 0) })
}

// eachPlace calls visit for each workspace and each group in it that bindings name, and for
// all other groups together, prepared by fill.
func (p *authorityPair) eachPlace(visit func() bool) bool {
	return p.eachWorkspace(func(w WorkspaceID) bool { return p.eachPlaceIn(w, visit) })
}

// eachPlaceIn is eachPlace for one workspace.
func (p *authorityPair) eachPlaceIn(w WorkspaceID, visit func() bool) bool {
	if p.fill(w, ""); !visit() {
		return false
	}
	inGroup := func(g GroupID) bool { p.fill(w, g); return visit() }
	return p.sides[0].eachGroupIn(w, inGroup) &&
		p.sides[1].eachGroupIn(w, func(g GroupID) bool { return p.sides[0].holdsIn(w, g) || inGroup(g) }) &&
		p.eachAlikeIn(w, inGroup)
}

// eachAlikeIn calls visit for one group of each access that alike has, if there is one that
// no binding is held in there. Such a group is like one that no binding names.
func (p *authorityPair) eachAlikeIn(w WorkspaceID, visit func(GroupID) bool) bool {
	left := p.alike
	for i := range p.sides {
		if left == [3][3]bool{} {
			break // most often at once
		}
		for g := range p.sides[i].boundGroups {
			like := &left[p.sides[0].access(g)][p.sides[1].access(g)]
			if !*like || p.sides[0].holdsIn(w, g) || p.sides[1].holdsIn(w, g) {
				continue
			}
			if *like = false; !visit(g) {
				return false
			}
			if left == [3][3]bool{} {
				return true
			}
		}
	}
	return true
}

// fill prepares the pair for the samples in a workspace and a group that bindings name, or
// all others if g is empty.
func (p *authorityPair) fill(w WorkspaceID, g GroupID) {
	p.workspace, p.named = w, g
	for i := range p.sides {
		p.sides[i].fillHeld(w, g, p.space)
	}
}

// exceeds reports whether one side is allowed anything in the current place that the other
// is not.
func (p *authorityPair) exceeds(one, other int) bool {
	return !p.eachExcess(one, other, func(int, stance) bool { return false })
}

// eachExcess calls visit, until it returns false, for each sample in the current place
// and each action, by its index, that one side is allowed in it and the other is not. It
// reports whether visit never returned false. In each sample, the order is that of the
// actions.
func (p *authorityPair) eachExcess(one, other int, visit func(action int, example stance) bool) bool {
	rules := comparedRules()
	p.actions = rules.actions[:rules.library]
	if p.hosts[one] {
		p.actions = rules.actions
	}
	if p.sides[one].held.n == 0 {
		return true
	}
	p.startCoverage(one, other)
	for _, stranger := range [...]bool{false, true} {
		if stranger && !p.distinct {
			break
		}
		p.standings[0], p.standings[1] = standing{stranger: stranger, colleague: p.oneCompany}, standing{}
		if !p.eachPart(one, other, func() bool { return p.excessIn(one, other, visit) }) {
			return false
		}
	}
	return true
}

// eachPart visits the samples in which Participating, in a stance, holds for both sides or,
// if it can, only for the first, until visit returns false, and reports whether it never did.
// Nor do the relations that are apart hold for the other: where they do, it is allowed more.
func (p *authorityPair) eachPart(one, other int, visit func() bool) bool {
	p.standings[other].without = p.apart
	if !p.eachSample(visit) {
		return false
	}
	if !p.takesPartAlone(one, other) {
		return true
	}
	p.standings[other].without |= Participating
	return p.eachSample(visit)
}

// takesPartAlone reports whether one side can take part where the other does not. Both do as
// participants, except for a customer, and in CC if they ask by one contact.
func (p *authorityPair) takesPartAlone(one, other int) bool {
	first, second := &p.sides[one], &p.sides[other]
	byContact := first.impossible&Requested == 0 && (p.apart|second.impossible)&Requested != 0
	return byContact || second.who.customer && !first.who.customer
}

// A coverage says which actions of one side need a look at a sample in the current place. Its sets
// are found word by word; their other words may be of an earlier place.
type coverage struct {
	settled   actionSet // need no look: the one side is not allowed them, or the other is on everything
	uncovered actionSet // need a look at every sample: see settle
	words     int       // of the sets that are found

	coversAll  bool    // whether the other side is allowed whatever the one is
	coversNone bool    // whether the other side holds nothing: the first action to look at will do
	lacks      Scope   // see lacks
	cleared    [2]bool // whether the other side's ticket.confidential covers that of the one; by whether it is on tickets
	clearsAll  [2]bool // whether it reaches everything
}

// startCoverage prepares for the actions that one side is allowed in the current place and the
// other is perhaps not.
func (p *authorityPair) startCoverage(one, other int) {
	first, second := &p.sides[one], &p.sides[other]
	p.words, p.coverage.lacks = 0, p.lacks(one, other)
	p.coversAll, p.coversNone = second.reachesAllOf(first), p.oneWay && second.held.n == 0
	if p.coversAll || p.coversNone {
		return
	}
	for i, onTicket := range [...]bool{false, true} {
		secret := comparedAction{id: TicketConfidential.ID(), rule: TicketConfidential.ID().info(), onTicket: onTicket}
		p.cleared[i], p.clearsAll[i] = second.coversEach(first, &secret, p.coverage.lacks), second.reachesAll(&secret)
	}
}

// settle finds the next word of the sets.
func (p *authorityPair) settle(one, other int) {
	settled, uncovered := &p.settled[p.words], &p.uncovered[p.words]
	switch {
	case p.coversAll:
		*settled, *uncovered = ^uint64(0), 0
	case p.coversNone:
		*uncovered = p.allowed(one, p.words)
		*settled = ^*uncovered
	default:
		*settled, *uncovered = p.settleEach(one, other, p.words)
	}
	p.words++
}

// settleEach finds a word of the sets action by action. An action is uncovered if the one side is
// allowed it by a permission that no single permission of the other covers, or if it can be
// confidential and no single ticket.confidential of the other covers that of the one.
func (p *authorityPair) settleEach(one, other, word int) (settled, uncovered uint64) {
	first, second := &p.sides[one], &p.sides[other]
	actions := p.actions[64*word : min(64*word+64, len(p.actions))]
	allowed := first.holding(actions) & first.allowed(word)
	both := allowed & second.allowed(word)
	if second.who.delegate != nil {
		both = 0
	}
	settled, uncovered = ^allowed, allowed&^both
	for left := both; left != 0; left &= left - 1 {
		c := &actions[bits.TrailingZeros64(left)]
		switch at := bit(c.onTicket); {
		case second.reachesAll(c) && (!c.secret || p.clearsAll[at]):
			settled |= left & -left
		case !second.coversEach(first, c, p.coverage.lacks), c.secret && !p.cleared[at]:
			uncovered |= left & -left
		}
	}
	return settled, uncovered
}

// lacks returns the relations that one side can have where the other, in every sample, does not.
func (p *authorityPair) lacks(one, other int) Scope {
	return (p.sides[other].impossible | p.apart) &^ p.sides[one].impossible
}

// isAlike reports whether what one side's permission reaches in the current sample, by other
// relations than those that lacks returns, the other side's reaches by the same permission.
func (p *authorityPair) isAlike(one, other int) bool {
	first, second, is, as := &p.sides[one], &p.sides[other], &p.standings[one], &p.standings[other]
	return first.rules == second.rules && is.group <= as.group && is.customer <= as.customer &&
		as.without&^(p.apart|first.impossible) == 0 && !as.stranger && p.customers[p.customer].only == nil
}

// eachSample visits a sample for each combination of access to the resource's group and to
// its customer, until visit returns false, and reports whether it never did.
func (p *authorityPair) eachSample(visit func() bool) bool {
	if p.named != "" {
		p.setGroup(p.sides[0].access(p.named), p.sides[1].access(p.named), true)
		return p.eachCustomer(visit)
	}
	for i := range p.groups {
		for j, group := range p.groups[i] {
			for grouped := range 2 { // without access, the resource can be in a group or in none
				p.setGroup(Access(i), Access(j), grouped == 1)
				if (grouped == 1 && group == "" || grouped == 0 && i+j > 0) || p.eachCustomer(visit) {
					continue
				}
				return false
			}
		}
	}
	return true
}

// setGroup sets the access of each side to the group of the sample's resources.
func (p *authorityPair) setGroup(first, second Access, grouped bool) {
	p.standings[0].group, p.standings[1].group = first, second
	p.standings[0].grouped, p.standings[1].grouped = grouped, grouped
}

// eachCustomer is eachSample for one group.
func (p *authorityPair) eachCustomer(visit func() bool) bool {
	for i := range p.customers {
		p.customer = i
		p.standings[0].customer, p.standings[1].customer = p.customers[i].access[0], p.customers[i].access[1]
		if !visit() {
			return false
		}
	}
	return true
}

// excessIn is eachExcess for the current sample.
func (p *authorityPair) excessIn(one, other int, visit func(action int, example stance) bool) bool {
	if p.lacksRole(one) {
		return true
	}
	alike := p.isAlike(one, other)
	for word := range (len(p.actions) + 63) / 64 {
		for left := p.toCompare(one, other, word, alike); left != 0; left &= left - 1 {
			i := word*64 + bits.TrailingZeros64(left)
			c := &p.actions[i]
			if !p.isCompared(c) {
				continue
			}
			for p.goal = range c.goals() {
				if p.setGoal(c) && !p.excessOf(i, one, other, visit) {
					return false
				}
			}
		}
	}
	return true
}

// allowed returns a word of the set of the actions to compare that the rules let one side do at
// all.
func (p *authorityPair) allowed(one, word int) uint64 {
	allowed := p.sides[one].allowed(word)
	if n := len(p.actions) - 64*word; n < 64 {
		allowed &= 1<<n - 1
	}
	return allowed
}

// toCompare returns a word of the set of the actions to compare in the current sample. Alike is what
// isAlike returns.
func (p *authorityPair) toCompare(one, other, word int, alike bool) uint64 {
	for p.words <= word {
		p.settle(one, other)
	}
	all := ^uint64(0)
	if alike {
		all = p.uncovered[word]
	}
	if p.lacksRole(other) {
		return all & p.allowed(one, word)
	}
	return all &^ p.settled[word]
}

// excessOf is excessIn for one action.
func (p *authorityPair) excessOf(i, one, other int, visit func(action int, example stance) bool) bool {
	c := &p.actions[i]
	excess := p.sides[one].stances(c, &p.standings[one]).and(p.customers[p.customer].stances())
	if excess.empty() {
		return true
	}
	if p.sides[other].allows(i) && !p.lacksRole(other) {
		excess = excess.not(p.sides[other].stances(c, &p.standings[other]))
	}
	return excess.empty() || visit(i, excess.first())
}

// goals returns the number of classes of places that the action can take its resource to.
func (c *comparedAction) goals() int {
	if c.rule.moves() {
		return 4
	}
	return 1
}

// setGoal prepares the pair for the class of places in goal. It reports whether there is such
// a place.
func (p *authorityPair) setGoal(c *comparedAction) bool {
	first, second := p.goal&1 != 0, p.goal&2 != 0
	p.standings[0].leaves, p.standings[1].leaves = first, second
	return !c.rule.moves() || p.goal == 0 && c.rule.class&assigns != 0 || p.goals[bit(!first)][bit(!second)] != ""
}

// goalOf returns where the action of a difference takes its resource: to a group or, if it
// assigns, a member of one. It returns "" for nobody, who is like a member of groups in which
// both subjects can edit.
func (p *authorityPair) goalOf(d *differing) GroupID {
	if d.goal == 0 && d.action.rule.class&assigns != 0 {
		return ""
	}
	return p.goals[bit(d.goal&1 == 0)][bit(d.goal&2 == 0)]
}

// isCompared reports whether the action is possible in the sample. If only the second
// subject stands to the resource in person, an action on a subject's own things is not,
// because the first cannot do it whatever it holds.
func (p *authorityPair) isCompared(c *comparedAction) bool {
	if p.workspace != "" && !c.on.has(aWorkspace) || p.named != "" && !c.on.has(aGroup) || p.standings[0].stranger && c.rule.class&ownOnly != 0 {
		return false
	}
	only := p.customers[p.customer].only
	return only == nil || only(c.id, c.on)
}

// lacksRole reports whether the sample is about a role that the side's account does not have.
func (p *authorityPair) lacksRole(side int) bool {
	return p.customers[p.customer].crmRole && !p.sides[side].who.account.Integrated
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
	if !p.visitOpen(0, 1, true, visit) {
		return false
	}
	return slices.Equal(p.sides[0].who.account.OpenWorkspaces, p.sides[1].who.account.OpenWorkspaces) ||
		p.visitOpen(0, 1, false, visit) && p.visitOpen(1, 0, false, visit)
}

// visitOpen visits the first of the workspaces open to one side that has no bindings of its
// own and is open to the other, if both is set, or is not, if it is not set.
func (p *authorityPair) visitOpen(one, other int, both bool, visit func(WorkspaceID) bool) bool {
	for _, w := range p.sides[one].who.account.OpenWorkspaces {
		if w != "" && !p.sides[0].isBound(w) && !p.sides[1].isBound(w) && p.sides[other].isOpen(w) == both {
			return visit(w)
		}
	}
	return true
}
