package deskpolicy

import "sync"

// A comparedAction is an action on a kind of resource, with what the comparison of two
// authorities needs to know about them. A host's action is compared on every kind that the
// rules treat in a way of its own.
type comparedAction struct {
	id         ActionID
	on         kind
	rule       *actionInfo
	relations  Scope // that subjects can have to it
	onTicket   bool  // whether a binding's ticket scope limits it
	assignable bool
	secret     bool // whether it can be confidential
}

// hostKinds are the kinds that a host's action is compared on: four kinds of a host's own,
// and the library's that the rules treat differently. An article is one that customers can
// reach and nobody requests.
var hostKinds = [...]comparedAction{
	{on: kindHost, assignable: true},
	{on: kindHost},
	{on: kindHost, assignable: true, onTicket: true},
	{on: kindHost, onTicket: true},
	{on: kindTicket, assignable: true, onTicket: true},
	{on: kindNote, assignable: true, onTicket: true},
	{on: kindConversation, assignable: true},
	{on: kindContact},
	{on: kindCompany},
	{on: kindSupportGrant},
	{on: kindArticle},
}

// comparedWords is the number of words of a set of indexes into comparisonRules.actions.
const comparedWords = (actionSpace + (actionSpace-FirstHostOwn)*len(hostKinds)) / 64

// An actionSet is a set of actions, by their indexes into comparisonRules.actions.
type actionSet [comparedWords]uint64

func (s *actionSet) add(i int) { s[i/64] |= 1 << (i % 64) }

// kindRules says what the rules forbid to a kind of subject.
type kindRules struct {
	forbidden actionSet
}

// comparisonRules is what all comparisons share.
type comparisonRules struct {
	actions   []comparedAction // the library's, then the host's, each by number
	library   int              // how many of actions are the library's
	anyPlace  []ActionID       // the actions for which a role held anywhere is enough
	authoring actionSet        // the actions that make or change roles

	agent, shared, support, customer, delegate kindRules
}

// comparedRules returns the rules. The first call derives them.
var comparedRules = sync.OnceValue(func() *comparisonRules {
	var rules comparisonRules
	for id := range Actions() {
		on := id.info().on
		rules.add(comparedAction{id: id, on: on, onTicket: on.ticketLike(), assignable: on.has(anAssignee)})
		if id.info().class&anyPlace != 0 {
			rules.anyPlace = append(rules.anyPlace, id)
		}
	}
	rules.library = len(rules.actions)
	for id := ActionID(FirstHostOwn); id < actionSpace; id++ {
		for _, on := range hostKinds {
			if on.id = id; id.Valid() {
				rules.add(on)
			}
		}
	}
	rules.agent.derive(actor{}, rules.actions)
	rules.shared.derive(actor{crm: &CRMUser{}}, rules.actions)
	rules.delegate.derive(actor{delegate: &Delegate{}}, rules.actions)
	rules.support.derive(actor{session: &SupportSession{}}, rules.actions)
	rules.customer.derive(actor{customer: true}, rules.actions)
	return &rules
})

// add adds the action with what follows from its fields.
func (r *comparisonRules) add(c comparedAction) {
	c.rule, c.secret = c.id.info(), c.on.has(aSecret)
	if c.relations = c.on.relations(); !c.assignable {
		c.relations &^= GroupQueue | Unassigned | Unrouted
	}
	if c.rule.class&ClassRoleAuthoring != 0 {
		r.authoring.add(len(r.actions))
	}
	r.actions = append(r.actions, c)
}

// derive fills the rules for the kind of subject that who is, by the functions that decide.
func (r *kindRules) derive(who actor, actions []comparedAction) {
	who.id = "self"
	q := question{who: who}
	for i := range actions {
		q.action, q.rule, q.what.kind = actions[i].id, actions[i].rule, actions[i].on
		if q.forbiddenToKind() != Undecided || q.neverTakes() {
			r.forbidden.add(i)
		}
	}
}

// onBuiltInRole reports whether the action is one on roles that is possible on a built-in one.
func onBuiltInRole(id ActionID, on kind) bool {
	return on == kindRole && (!id.InClass(ClassAccessChange|ClassRoleAuthoring) || id == RoleClone.ID())
}

// A standing is what a sample settles about a subject and a resource: everything but the
// stance.
type standing struct {
	grouped   bool   // whether the resource is in a group
	group     Access // the subject's access to that group
	customer  Access // a shared agent's access in the CRM to the customer
	stranger  bool   // whether no relation to the subject in person holds
	without   Scope  // relations in person that do not hold: see eachPart
	colleague bool   // whether SameCompany holds for a stranger too
	leaves    bool   // whether an assignment takes it out of the subject's groups: see question.toward
}

// inPerson has the relations to a subject in person.
const inPerson = Assigned | Requested | Participating | Mentioned | MyCustomers | SameCompany

// stancesIn returns the stances in which the closed scope reaches the resource, with the
// access that the action needs. It says in terms of stances what [question.look] does.
func (a *authority) stancesIn(at *standing, scope Scope, c *comparedAction) stanceSet {
	if scope &= c.relations &^ a.who.never; scope&a.always(at, c) != 0 {
		return everyStance
	}
	member, creates := at.group >= c.rule.need, c.rule.class&creates != 0
	if scope&GroupQueue != 0 && member || scope&Unrouted != 0 && !at.grouped || scope&Assigned != 0 && creates {
		scope |= Unassigned
	}
	if scope&MyCustomers != 0 && c.on.customer() && a.who.crm == nil { // the agent whose customer it is owns it
		scope |= Assigned
	}
	return stancesOf(scope &^ a.settled(at, c))
}

// always returns the relations that hold in every stance of the sample.
func (a *authority) always(at *standing, c *comparedAction) (always Scope) {
	shared := a.who.crm != nil
	if !a.onlyInPerson(c) {
		always |= Anything
	}
	if at.group >= c.rule.need {
		always |= InGroup
	}
	if shared && at.customer >= c.customerNeed() {
		always |= MyCustomers
	}
	return always
}

// onlyInPerson reports whether Anything does not hold: see [question.onlyInPerson].
func (a *authority) onlyInPerson(c *comparedAction) bool {
	if a.who.customer {
		return c.on.has(aRequester)
	}
	return a.who.crm != nil && c.on.customer() && c.rule.class&creates == 0
}

// settled returns the relations that the sample settles, or the subject cannot have.
func (a *authority) settled(at *standing, c *comparedAction) Scope {
	settled := Anything | InGroup | GroupQueue | Unrouted | a.impossible | at.without
	if a.who.crm != nil || c.on.customer() {
		settled |= MyCustomers
	}
	if a.who.crm != nil && c.assignable {
		settled |= Assigned
	}
	if at.stranger {
		settled |= inPerson
	}
	if at.stranger && at.colleague {
		settled &^= SameCompany
	}
	return settled
}

// customerNeed returns the access in the CRM to a customer that the action needs: to see
// the requester is enough (A6).
func (c *comparedAction) customerNeed() Access {
	if c.on.customer() {
		return c.rule.need
	}
	return View
}

// stancesBy returns the stances in which a permission of the authority, for the action or for
// ticket.confidential, reaches the resource with the access that the action needs.
func (a *authority) stancesBy(permission ActionID, c *comparedAction, at *standing) (all stanceSet) {
	for held := &a.held; held != nil; held = held.more {
		for i := range held.n {
			all = all.or(a.stancesWithin(&held.within[i], permission, c, at))
		}
	}
	return all
}

// stancesWithin is stancesBy for what is held within one bound.
func (a *authority) stancesWithin(held *heldWithin, permission ActionID, c *comparedAction, at *standing) stanceSet {
	scope := held.permissions.at[permission]
	if at.leaves && permission == c.id && c.rule.moves() {
		scope = leaving(scope)
	}
	if scope == 0 {
		return stanceSet{}
	}
	reached := a.stancesIn(at, scope, c)
	if c.onTicket {
		reached = reached.and(a.stancesIn(at, held.bound, c))
	}
	return reached
}

// stances returns the stances in which the authority allows the action in the sample.
func (a *authority) stances(c *comparedAction, at *standing) stanceSet {
	all := a.stancesBy(c.id, c, at)
	if c.secret && !all.empty() {
		all = all.and(openStances.or(a.stancesBy(TicketConfidential.ID(), c, at)))
	}
	all = a.withinLimits(all, c, at)
	switch {
	case c.rule.class&ownOnly != 0 && a.who.standsIn():
		return stanceSet{}
	case c.rule.class&ownOnly != 0 && c.on == kindHost && !c.assignable && !c.onTicket:
		return all.not(stancesOf(Unassigned)) // what is never assigned belongs to its author
	case c.rule.class&ownOnly == 0, c.on.has(anAuthor): // the author of an example is the subject
		return all
	case c.on.has(anOwner):
		return all.and(stancesOf(Assigned))
	}
	return stanceSet{}
}

// allows reports whether the rules let the subject do the action with the index at all.
func (a *authority) allows(i int) bool { return a.allowed(i/64)>>(i%64)&1 != 0 }

// allowed returns a word of the set of the actions that the rules let the subject do at all.
func (a *authority) allowed(word int) uint64 {
	forbidden := a.rules.forbidden[word]
	if a.who.delegate != nil {
		forbidden |= comparedRules().delegate.forbidden[word]
	}
	if !a.authors {
		forbidden |= comparedRules().authoring[word]
	}
	return ^forbidden
}

// coversEach reports whether each permission of other for the action is covered by a single
// one of a, and reaches nothing by the relations that a lacks.
func (a *authority) coversEach(other *authority, c *comparedAction, lacks Scope) bool {
	inPerson := other.who.crm != nil || other.who.customer // they may reach nothing by Anything
	depends := func(scope Scope) bool { return scope&lacks != 0 && (inPerson || scope&Anything == 0) }
	for held := &other.held; held != nil; held = held.more {
		for i := range held.n {
			within := &held.within[i]
			scope := within.permissions.at[c.id]
			if scope != 0 && (!a.coversOne(within, c) || depends(scope) || c.onTicket && depends(within.bound)) {
				return false
			}
		}
	}
	return true
}

// coversOne reports whether a permission of a for the action covers the one that is held within
// a bound. To assign or route something, it must not depend on where that goes.
func (a *authority) coversOne(one *heldWithin, c *comparedAction) bool {
	for held := &a.held; held != nil; held = held.more {
		for i := range held.n {
			within := &held.within[i]
			scope := within.permissions.at[c.id]
			if one.permissions.at[c.id]&^scope == 0 && (!c.onTicket || one.bound&^within.bound == 0) && (!c.rule.moves() || leaving(scope) == scope) {
				return true
			}
		}
	}
	return false
}

// holding returns the set of the actions, at most 64, that the authority has a permission for.
func (a *authority) holding(actions []comparedAction) (set uint64) {
	for held := &a.held; held != nil; held = held.more {
		for i := range held.n {
			at := &held.within[i].permissions.at
			for j := range actions {
				if at[actions[j].id] != 0 {
					set |= 1 << j
				}
			}
		}
	}
	return set
}

// reachesAll reports whether a permission for the action reaches everything.
func (a *authority) reachesAll(c *comparedAction) bool {
	if a.who.crm != nil || a.who.customer {
		return false
	}
	for held := &a.held; held != nil; held = held.more {
		for i := range held.n {
			if within := &held.within[i]; within.permissions.at[c.id]&Anything != 0 && (!c.onTicket || within.bound&Anything != 0) {
				return true
			}
		}
	}
	return false
}

// reachesAllOf reports whether one set of permissions of a reaches everything by each action that
// other holds, as ticket.confidential. Then a is allowed whatever other is.
func (a *authority) reachesAllOf(other *authority) bool {
	if a.rules != other.rules || a.who.crm != nil || a.who.customer || a.who.delegate != nil || other.authors && !a.authors {
		return false
	}
	for held := &a.held; held != nil; held = held.more {
		for i := range held.n {
			all := &held.within[i]
			if all.bound&Anything != 0 && other.holdsOnly(&all.permissions) {
				return true
			}
		}
	}
	return false
}

// holdsOnly reports whether the set has each action that the authority holds, at Anything.
func (a *authority) holdsOnly(set *Permissions) bool {
	for held := &a.held; held != nil; held = held.more {
		for i := range held.n {
			at := &held.within[i].permissions.at
			for id := range a.space {
				if at[id] != 0 && set.at[id]&Anything == 0 {
					return false
				}
			}
		}
	}
	return true
}
