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
	class := q.rule.classes()
	switch {
	case class&(ClassAgentMutation|ClassRoleAuthoring) == 0:
		return Undecided
	// A built-in role can only be cloned.
	case q.what.builtIn && q.action != RoleClone.ID():
		return BuiltInImmutable
	// With a custom role that has the permission, its holder could widen that very role.
	case class&ClassRoleAuthoring != 0 && !q.who.makesRoles():
		return RoleAuthoringReserved
	}
	return q.forbiddenOn()
}

// forbiddenOn returns the guardrail that protects the authority of the agent or the
// support grant that the action changes, or Undecided.
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
	}
	switch q.what.kind {
	case kindAgent, kindSharedAgent, kindRoleAssignment, kindGroupMembership, kindSupportGrant:
		return WrongResource // a host type that embeds one of these would bypass the checks above
	}
	return Undecided
}

// mayAssign returns the guardrail that keeps the subject from giving or taking the role,
// or Undecided.
func (q *question) mayAssign(a *RoleAssignment) Reason {
	var target actor
	target.set(a.Holder)
	switch shared := target.crm != nil; {
	case q.action == AgentRoleRemove.ID():
	case !shared && a.Binding.ofSharedAgents():
		return SharedOnlyFromCRM
	case shared && a.Binding.Role.BuiltIn() && !a.Binding.ofSharedAgents():
		return SharedOwnRoles
	}
	return q.mayChange(&target, a.revision(q.action))
}

// forbiddenToKind returns the guardrail for the kind of subject, or Undecided.
func (q *question) forbiddenToKind() Reason {
	switch {
	case q.who.crm != nil:
		return q.forbiddenToShared()
	case q.who.session != nil:
		return q.forbiddenToSupport()
	default:
		return Undecided
	}
}

// ofSharedAgents reports whether the binding's role is the Shared Agent role, which only
// the CRM gives [S41].
func (b Binding) ofSharedAgents() bool { return b.Role == sharedAgentRole }

// custom reports whether the binding's role is a custom one, which only some plans have [R8].
func (b Binding) custom() bool { return b.Role.Account() != "" }

// makesRoles reports whether who is the built-in account administrator. A custom role
// with the same permissions is not enough.
func (who *actor) makesRoles() bool {
	for i := range who.bindings {
		if who.bindings[i].makesRoles() {
			return true
		}
	}
	return false
}

// makesRoles reports whether the binding makes its holder the account administrator.
func (b *Binding) makesRoles() bool {
	return b.Role == accountAdministratorRole && (b.Workspace == AccountWide || b.Workspace == Everywhere)
}

// A revision is a change to an agent's roles or groups. The zero revision changes nothing.
type revision struct {
	drop *Binding         // the role to take away in the binding's workspace
	add  *Binding         // the binding to add
	in   *GroupMembership // the new access to a group
}

// held returns the agent as the target of an action.
func (a *Agent) held() actor { return actor{id: a.ID, bindings: a.Bindings, groups: a.Groups} }

// held returns the shared agent as the target of an action.
func (a *SharedAgent) held() actor {
	return actor{id: a.ID, bindings: a.Bindings, groups: a.Groups, crm: &a.CRM}
}

// revision returns what the action changes of the role's holder.
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

// notOnRecord reports whether the action changes something that does not exist: an agent
// without an ID, which can only be created, or the ticket scope of a role that the agent
// does not hold in that workspace; [AgentRoleAssign] gives it (A40). It reports false for
// a list, whose resource is a nil pointer.
func (q *question) notOnRecord() bool {
	changes := q.rule.classes()&ClassAgentMutation != 0 && q.action != AgentCreate.ID()
	switch thing := q.thing.(type) {
	case *Agent:
		return thing != nil && thing.ID == "" && changes
	case *SharedAgent:
		return thing != nil && thing.ID == "" && changes
	case *RoleAssignment:
		return thing != nil && q.action == AgentScopeEdit.ID() && !thing.onRecord()
	}
	return false
}

// onRecord reports whether the agent holds the role in that workspace. It reports true
// for the zero Role, which other rules deny.
func (a *RoleAssignment) onRecord() bool {
	var holder actor
	holder.set(a.Holder)
	role := a.Binding.Role
	return role == (Role{}) || slices.ContainsFunc(holder.bindings, func(b Binding) bool {
		return b.Workspace == a.Binding.Workspace && b.Role.Name() == role.Name() && b.Role.Account() == role.Account()
	})
}

// mayChange returns the guardrail that keeps the subject from acting on the target, or
// from changing what the target holds. The subject can only give up its own roles and
// groups, by its own record and by the record that is changed (A41). To act on another
// agent, it needs an authority that covers the agent's, before and after the change.
func (q *question) mayChange(target *actor, to revision) Reason {
	switch {
	case target.id == q.who.id && !(target.onlyLoses(to) && q.who.onlyLoses(to)):
		return OwnAuthority
	case target.id != q.who.id && !q.outranks(target, to):
		return BeyondAuthority
	case q.unseats(target, to) && q.who.account.lacksOthers(target.id):
		return LastAdministrator
	}
	return Undecided
}

// mayGrant returns the guardrail that keeps the subject from giving, by a support grant,
// what it could not give to an agent.
func (q *question) mayGrant(g *SupportGrant) Reason {
	given := g.known().bindings
	if len(given) > few { // compare them together: each alone would be compared in every workspace
		given = map[WorkspaceID][]Binding{"": slices.Concat(slices.Collect(maps.Values(given))...)}
	}
	for _, bindings := range given {
		if !q.outranks(&actor{bindings: bindings}, revision{}) {
			return BeyondAuthority
		}
	}
	return Undecided
}

// outranks reports whether the subject's authority covers the target's, before and after
// the revision. The account administrator's covers everyone's, in restricted workspaces
// too [R5]. But to act in the target's name, even the account administrator must be able
// to do everything that the target can.
func (q *question) outranks(target *actor, to revision) bool {
	return !q.inTheirName() && q.who.makesRoles() || q.who.covers(target, to, q.apartFrom(target))
}

// apartFrom reports whether the subject must also reach what is assigned to the target.
// Nothing is assigned to a target without an ID.
func (q *question) apartFrom(target *actor) bool { return q.inTheirName() && target.id != "" }

// inTheirName reports whether the action lets the subject act in another agent's name.
func (q *question) inTheirName() bool {
	return q.action == AgentImpersonate.ID() || q.action == AgentKeyManage.ID()
}

// covers reports whether who may do everything that other may do, before and after the
// revision. It takes what is assigned to either for the same person's, unless they are
// apart: then who must reach what is assigned to other as well.
func (who *actor) covers(other *actor, to revision, apart bool) bool {
	p := authorityPair{sides: [2]authority{{who: *who}, {who: *other, gains: to}}, distinct: apart}
	p.sides[1].who.account = who.account
	p.preparePeople()
	return p.covers()
}

// onlyLoses reports whether the revision only takes away from who: a role, or part of a
// ticket scope or of the access to a group. Adding a role that who already holds is not
// that, because it would stay when the first binding is taken away.
func (who *actor) onlyLoses(to revision) bool {
	switch {
	case to.in != nil:
		return to.in.Access.known() <= who.groups[to.in.Group.ID].known()
	case to.drop == nil:
		return false
	}
	return to.add == nil || slices.ContainsFunc(who.bindings, func(b Binding) bool {
		return b.Role.Equal(to.add.Role) && b.Workspace == to.add.Workspace && b.TicketScope.Valid() && to.add.TicketScope <= b.TicketScope
	})
}

// unseats reports whether the action takes the account administrator's role from the target.
func (q *question) unseats(target *actor, to revision) bool {
	switch {
	case !target.makesRoles() || target.crm != nil: // a shared agent is never an administrator
		return false
	case q.action == AgentDeactivate.ID(), q.action == AgentDelete.ID():
		return true
	}
	return to.drop != nil && to.drop.makesRoles() && to.add == nil && !target.makesRolesBut(to.drop)
}

// makesRolesBut reports whether who is the account administrator by a binding in another
// workspace than the dropped one.
func (who *actor) makesRolesBut(dropped *Binding) bool {
	return slices.ContainsFunc(who.bindings, func(b Binding) bool { return b.makesRoles() && b.Workspace != dropped.Workspace })
}

// lacksOthers reports whether the account lists no other administrator.
func (a *Account) lacksOthers(administrator AgentID) bool {
	return !slices.ContainsFunc(a.Administrators, func(id AgentID) bool { return id != "" && id != administrator })
}
