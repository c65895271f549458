package deskpolicy

import (
	"maps"
	"slices"
)

// forbidden returns the guardrail that forbids the action, whatever the roles permit, or
// Undecided.
func (q *question) forbidden() Reason {
	if reason := q.forbiddenToKind(); reason != Undecided {
		return reason
	}
	class := q.rule.class
	switch {
	case class&merges != 0 && q.mergesOwnContact():
		return OwnAuthority
	case class&(ClassAccessChange|ClassRoleAuthoring) == 0:
		return Undecided
	// A built-in role can only be cloned.
	case q.what.builtIn && q.action != RoleClone.ID():
		return BuiltInImmutable
	// A custom role with the permission is not enough, unless the account says so [R9] (A68).
	case class&ClassRoleAuthoring != 0 && !q.authorsRoles():
		return RoleAuthoringReserved
	}
	return q.forbiddenOn()
}

// mergesOwnContact reports whether the action merges the subject's own contact, by which the
// subject would then reach what the other contact requested (A53). A contact without an ID may be
// that (A71).
func (q *question) mergesOwnContact() bool {
	pair, two := q.thing.(*ContactPair)
	switch {
	case !two || q.who.contact == "":
		return false
	case q.second:
		return pair.Into.ID == q.who.contact || pair.Into.ID == ""
	}
	return pair.From.ID == q.who.contact || pair.From.ID == ""
}

// forbiddenOn returns the guardrail that protects the agent or the support grant that the
// action changes, or Undecided.
func (q *question) forbiddenOn() Reason {
	switch thing := q.thing.(type) {
	case *Agent:
		if q.action == AgentCreate.ID() && slices.ContainsFunc(thing.Bindings, Binding.ofSharedAgents) {
			return SharedOnlyFromCRM
		}
		target := thing.held()
		return q.mayChange(&target, revision{})
	case *SharedAgent:
		target := thing.held()
		return q.mayChange(&target, revision{})
	case *RoleAssignment:
		return q.mayAssign(thing)
	case *GroupMembership:
		var target actor
		target.set(thing.Member)
		return q.mayChange(&target, revision{in: thing})
	case *SupportGrant:
		return q.mayGrant(thing)
	case *Role:
		return q.mayAuthor(*thing)
	}
	switch q.what.kind {
	case kindAgent, kindSharedAgent, kindRoleAssignment, kindGroupMembership, kindSupportGrant:
		return WrongResource // a host type that embeds one of these would bypass the checks above
	}
	return Undecided
}

// mayAssign returns the guardrail that prevents the subject from giving or taking away the
// role, or Undecided.
func (q *question) mayAssign(a *RoleAssignment) Reason {
	var target actor
	target.set(a.Holder)
	switch shared := target.crm != nil; {
	case q.action == AgentRoleRemove.ID():
	case !shared && a.Binding.ofSharedAgents():
		return SharedOnlyFromCRM
	case shared && a.Binding.Role.BuiltIn() && !a.Binding.ofSharedAgents():
		return SharedRoleNotAllowed
	}
	return q.mayChange(&target, a.revision(q.action))
}

// forbiddenToKind returns the guardrail for the kind of subject, or Undecided.
func (q *question) forbiddenToKind() Reason {
	if q.who.delegate != nil {
		if reason := q.forbiddenToDelegate(); reason != Undecided {
			return reason
		}
	}
	switch {
	case q.who.crm != nil:
		return q.forbiddenToShared()
	case q.who.session != nil:
		return q.forbiddenToSupport()
	case q.who.customer:
		return q.forbiddenToCustomer()
	default:
		return Undecided
	}
}

// ofSharedAgents reports whether the binding's role is the Shared Agent role, which only
// the CRM gives [S41].
func (b Binding) ofSharedAgents() bool { return b.Role == sharedAgentRole }

// custom reports whether the binding's role is a custom role, which only some plans have [R8].
func (b Binding) custom() bool { return b.Role.Account() != "" }

// authorsRoles is that of the subject.
func (q *question) authorsRoles() bool {
	return q.who.account.RoleAuthors == AuthorsByPermission || q.makesRoles()
}

// authorsRoles reports whether a permission to create or change custom roles counts for who.
func (who *actor) authorsRoles() bool {
	return who.account.RoleAuthors == AuthorsByPermission || who.makesRoles()
}

// makesRoles reports whether who holds the built-in Account Administrator role, and so is an
// account administrator. A custom role with the same permissions is not enough.
func (who *actor) makesRoles() bool {
	for i := range who.bindings {
		if who.bindings[i].makesRoles() && who.bindings[i].Window.holds(who.at) {
			return true
		}
	}
	return false
}

// makesRoles is that of the subject.
func (q *question) makesRoles() bool {
	return q.holdsAny(func(i int) (Window, bool) {
		b := &q.who.bindings[i]
		return b.Window, b.makesRoles()
	})
}

// makesRoles reports whether the binding makes its holder an account administrator, while it is held.
func (b *Binding) makesRoles() bool {
	return b.Role == accountAdministratorRole && b.Group == "" && b.Workspace != "" && !b.Workspace.single()
}

// A revision is a change to an agent's roles or groups. The zero revision changes nothing.
type revision struct {
	drop *Binding         // the binding to take away
	add  *Binding         // the binding to add
	in   *GroupMembership // the new access to a group

	during Window // when what the target holds counts; always, but for a support grant
}

// held returns the agent as the target of an action.
func (a *Agent) held() actor {
	return actor{id: a.ID, bindings: a.Bindings, groups: a.Groups, contact: a.Contact, company: a.Company}
}

// held returns the shared agent as the target of an action.
func (a *SharedAgent) held() actor {
	return actor{id: a.ID, bindings: a.Bindings, groups: a.Groups, crm: &a.CRM}
}

// revision returns the change that the action makes to the role's holder.
func (a *RoleAssignment) revision(action ActionID) revision {
	switch action {
	case AgentRoleRemove.ID():
		return revision{drop: &a.Binding}
	case AgentScopeEdit.ID():
		return revision{drop: &a.Binding, add: &a.Binding}
	default:
		return revision{add: &a.Binding}
	}
}

// offRecord reports whether the action changes the access of an agent that is not fully on
// record: without an ID, unless it is created; with a part of a binding or a group that is missing
// (A71); or without the role, where and when the binding says, whose ticket scope
// changes, which [AgentRoleAssign] must give first (A40); or whether it gives access as a contact
// without an ID (A73). It reports false for a list, whose resource is a nil pointer.
func (q *question) offRecord() bool {
	if isUnknownContact(q.thing) {
		return true
	}
	target, known := q.target()
	a, assigns := q.thing.(*RoleAssignment)
	nobody := target.id == "" && q.action != AgentCreate.ID()
	return known && (nobody || !target.isWhole() || assigns && q.action == AgentScopeEdit.ID() && !target.holdsRoleOf(&a.Binding))
}

// givesAccess reports whether the action changes access, or lets the subject act as a contact.
func (q *question) givesAccess() bool {
	return q.changesAccess() || q.action == ContactImpersonate.ID()
}

// isUnknownContact reports whether the thing is a contact without an ID.
func isUnknownContact(thing any) bool {
	contact, is := thing.(*Contact)
	return is && contact != nil && contact.ID == ""
}

// target returns the agent or shared agent that the request is about, if it is about one.
func (q *question) target() (target actor, known bool) {
	switch thing := q.thing.(type) {
	case *Agent:
		if thing != nil {
			return thing.held(), true
		}
	case *SharedAgent:
		if thing != nil {
			return thing.held(), true
		}
	case *RoleAssignment:
		known = thing != nil && target.set(thing.Holder)
	case *GroupMembership:
		known = thing != nil && target.set(thing.Member)
	}
	return target, known
}

// holdsRoleOf reports whether who holds the binding's role where and when the binding says, at any
// ticket scope.
func (who *actor) holdsRoleOf(b *Binding) bool {
	role := b.heldRole()
	return slices.ContainsFunc(who.bindings, func(held Binding) bool { return held.heldRole() == role })
}

// mayChange returns the guardrail that prevents the subject from acting on the target or
// making the revision, or Undecided. A subject can change its own record, roles and groups
// only so that its authority does not become wider. To act on another agent, its authority
// must cover the agent's, before and after the change.
func (q *question) mayChange(target *actor, to revision) Reason {
	switch {
	case target.id == q.who.id && q.widens(target, to):
		return OwnAuthority
	case target.id != q.who.id && !q.outranks(target, to):
		return BeyondAuthority
	case q.removesAdministrator(target, to) && q.who.account.lacksOthers(target.id):
		return LastAdministrator
	}
	return Undecided
}

// mayGrant returns the guardrail that prevents the subject from giving by a support grant
// what it cannot give to an agent, or Undecided.
func (q *question) mayGrant(g *SupportGrant) Reason {
	given := g.known().bindings
	if len(given) > few { // compare them at once: each comparison would visit every workspace
		given = map[WorkspaceID][]Binding{"": slices.Concat(slices.Collect(maps.Values(given))...)}
	}
	to := revision{during: g.known().window()}
	for _, bindings := range given {
		if !q.outranks(&actor{bindings: bindings}, to) {
			return BeyondAuthority
		}
	}
	return Undecided
}

// mayAuthor returns the guardrail that prevents the subject from making the role, or changing
// it, or Undecided. It does not know who holds the role, now or later, so its authority must
// cover everyone who could. That includes the subject.
func (q *question) mayAuthor(role Role) Reason {
	if q.makesRoles() {
		return Undecided
	}
	for _, holder := range q.holdersOf(role) {
		if !q.outranks(&holder, revision{}) {
			return BeyondAuthority
		}
	}
	return Undecided
}

// holdersOf returns those who can do the most with the role: an agent and, if the account is
// connected to the CRM, a shared agent, who hold it everywhere, at every ticket scope, and edit
// in a group that the subject has no access to.
func (q *question) holdersOf(role Role) []actor {
	group := GroupID("a group of a holder")
	named := func(b Binding) bool { return b.Group == group }
	for q.who.groups[group] != NoAccess || slices.ContainsFunc(q.who.bindings, named) {
		group += "'"
	}
	holder := actor{bindings: []Binding{{Role: role, Workspace: Everywhere, TicketScope: ScopeGlobal}}, groups: map[GroupID]Access{group: Edit}}
	if !q.who.account.Integrated {
		return []actor{holder}
	}
	shared := holder
	shared.crm = new(CRMUser)
	return []actor{holder, shared}
}

// distinctFrom reports whether the subject must also reach what is assigned to the target.
// Nothing is assigned to a target without an ID.
func (q *question) distinctFrom(target *actor) bool { return q.inTheirName() && target.id != "" }

// inTheirName reports whether the action lets the subject act in another agent's name.
func (q *question) inTheirName() bool {
	return q.action == AgentImpersonate.ID() || q.action == AgentKeyManage.ID() || q.action == SharedAgentKeyManage.ID()
}

// covers reports whether who may do everything that other may do, before and after the
// revision. Unless distinct is set, it treats the two as the same person, so that what is
// assigned to one is assigned to both. If it is set, who must also reach what is assigned
// to other.
func (who *actor) covers(other *actor, to revision, distinct bool) bool {
	var p authorityPair // a literal with the sides would be built elsewhere and copied
	p.sides[0].who, p.sides[1].who, p.sides[1].gains, p.distinct = *who, *other, to, distinct
	p.sides[1].who.account = who.account
	p.preparePeople()
	return p.covers()
}

// widens reports whether the action on the subject itself would make its authority wider, by
// its own record or by the target's (A41). The target's record is what the agent will be for
// an action that creates or edits it. A record of another kind always does, except to remove
// a role.
func (q *question) widens(target *actor, to revision) bool {
	switch {
	case target.crm != nil:
		return to.drop == nil || to.add != nil
	case q.action == AgentCreate.ID():
		return !q.staysWithin(&q.who, target, to)
	case q.action == AgentEdit.ID():
		edited := q.who
		edited.contact, edited.company = target.contact, target.company
		return !q.staysWithin(&q.who, &edited, to)
	case to.add == nil && to.in == nil:
		return false
	}
	before := *target
	before.account = q.who.account
	return !q.staysWithin(&q.who, &q.who, to) || !q.staysWithin(&before, &before, to)
}

// staysWithin reports whether the authority of one agent before a change covers that after it, with
// what the revision adds, at every instant from now on (A55).
func (q *question) staysWithin(before, after *actor, to revision) bool {
	_, exceeds := q.exceedingBy(after, to, func(holds, held moment) bool {
		was, will := *before, *after
		was.at, will.at = q.who.at.movedTo(holds), held
		return was.coversAfter(&will, to)
	})
	return !exceeds
}

// coversAfter reports whether who may do everything that after may, with what the revision
// adds. Both are one agent, before and after a change. What the revision drops need not be
// dropped: where a role's new ticket scope reaches, its old one adds nothing.
func (who *actor) coversAfter(after *actor, to revision) bool {
	var p authorityPair
	p.sides[0].who, p.sides[1].who, p.sides[1].gains = *who, *after, to
	p.sides[1].who.account, p.customers, p.oneWay = who.account, noCustomers, true
	p.sides[0].prepare()
	p.sides[1].prepare()
	p.prepareAsOneself()
	p.prepare()
	return p.covers()
}

// removesAdministrator reports whether the action would stop the target from being an account
// administrator. A role that is held for a time only does not keep one (A56).
func (q *question) removesAdministrator(target *actor, to revision) bool {
	makesRoles := func(b Binding) bool { return b.makesRoles() }
	switch {
	case !slices.ContainsFunc(target.bindings, makesRoles) || target.crm != nil: // a shared agent is never an administrator
		return false
	case q.action == AgentDeactivate.ID(), q.action == AgentDelete.ID():
		return true
	}
	keeps := to.add != nil && to.add.Window == Window{}
	return to.drop != nil && to.drop.makesRoles() && !keeps && !target.makesRolesBut(to.drop)
}

// makesRolesBut reports whether who is also an account administrator by a binding that is held
// elsewhere or in another window than the dropped one.
func (who *actor) makesRolesBut(dropped *Binding) bool {
	return slices.ContainsFunc(who.bindings, func(b Binding) bool {
		return b.makesRoles() && b.heldRole() != dropped.heldRole() && b.Window == Window{}
	})
}

// lacksOthers reports whether the account lists no other administrator.
func (a *Account) lacksOthers(administrator AgentID) bool {
	return !slices.ContainsFunc(a.Administrators, func(id AgentID) bool { return id != "" && id != administrator })
}
