package deskpolicy

import (
	"maps"
	"slices"
)

// forbidden returns the guardrail that forbids the action, whatever the roles
// say, or Undecided.
func (q *question) forbidden() Reason {
	if reason := q.forbiddenToKind(); reason != Undecided {
		return reason
	}
	class := q.rule.classes()
	switch {
	case class&(ClassAgentMutation|ClassRoleAuthoring) == 0:
		return Undecided
	// A built-in role is only ever the source of a clone.
	case q.what.builtIn && q.action != RoleClone.ID():
		return BuiltInImmutable
	// Held by way of a custom role, the permission would let its holder widen that very role.
	case class&ClassRoleAuthoring != 0 && !q.who.makesRoles():
		return RoleAuthoringReserved
	}
	var whom actor
	switch thing := q.thing.(type) {
	case *Agent:
		if q.action == AgentCreate.ID() && slices.ContainsFunc(thing.Bindings, Binding.ofSharedAgents) {
			return SharedOnlyFromCRM
		}
		whom = thing.held()
		return q.mayChange(&whom, revision{})
	case *SharedAgent:
		whom = thing.held()
		return q.mayChange(&whom, revision{})
	case *RoleAssignment:
		whom.set(thing.Holder)
		if q.action != AgentRoleRemove.ID() && whom.crm == nil && thing.Binding.ofSharedAgents() {
			return SharedOnlyFromCRM
		}
		if q.action != AgentRoleRemove.ID() && whom.crm != nil && thing.Binding.Role.BuiltIn() && !thing.Binding.ofSharedAgents() {
			return SharedOwnRoles
		}
		return q.mayChange(&whom, thing.revision(q.action))
	case *GroupMembership:
		whom.set(thing.Member)
		return q.mayChange(&whom, revision{in: thing})
	case *SupportGrant:
		return q.mayGrant(thing)
	}
	switch q.what.kind {
	case kindAgent, kindSharedAgent, kindRoleAssignment, kindGroupMembership, kindSupportGrant:
		return WrongResource // a host's type that embeds one would slip past
	}
	return Undecided
}

// forbiddenToKind returns what the kind of the subject forbids.
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

// ofSharedAgents reports whether the binding holds the role that only the CRM gives [S41].
func (b Binding) ofSharedAgents() bool { return b.Role == sharedAgentRole }

// custom reports whether the binding holds a custom role, which only some plans have [R8].
func (b Binding) custom() bool { return b.Role.Account() != "" }

// makesRoles reports whether who is the built-in account administrator, not
// someone with a role that looks like it.
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

// A revision is a change of what somebody holds. The zero revision changes nothing.
type revision struct {
	drop *Binding         // whose role is held no longer in its workspace
	add  *Binding         // what is held besides
	in   *GroupMembership // what may be done in its group
}

// held returns the agent as somebody on whom others act.
func (a *Agent) held() actor { return actor{id: a.ID, bindings: a.Bindings, groups: a.Groups} }

// held returns the shared agent as somebody on whom others act.
func (a *SharedAgent) held() actor {
	return actor{id: a.ID, bindings: a.Bindings, groups: a.Groups, crm: &a.CRM}
}

// revision returns what the action makes of the one who is to be appointed.
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

// notOnRecord reports whether what the action changes is not there: an agent without
// an ID, who can only be created, or a role that the agent does not hold in that
// workspace, whose ticket scope is to be changed: giving it is [AgentRoleAssign]'s
// (A40). A nil pointer stands for all of a list.
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

// onRecord reports whether the agent holds the role in that workspace. Of no role
// there is nothing to be changed.
func (a *RoleAssignment) onRecord() bool {
	var whom actor
	whom.set(a.Holder)
	role := a.Binding.Role
	return role == (Role{}) || slices.ContainsFunc(whom.bindings, func(b Binding) bool {
		return b.Workspace == a.Binding.Workspace && b.Role.Name() == role.Name() && b.Role.Account() == role.Account()
	})
}

// mayChange returns the guardrail that keeps the subject from acting on somebody,
// or from changing what they hold. You can only give up what is your own, by the
// record of you that asks and by the one that is changed (A41); of others it takes an
// authority that covers theirs, and what they are to have.
func (q *question) mayChange(whom *actor, to revision) Reason {
	switch {
	case whom.id == q.who.id && !(whom.letsGo(to) && q.who.letsGo(to)):
		return OwnAuthority
	case whom.id != q.who.id && !q.outranks(whom, to):
		return BeyondAuthority
	case q.unseats(whom, to) && q.who.account.lacksOthers(whom.id):
		return LastAdministrator
	}
	return Undecided
}

// mayGrant returns the guardrail that keeps the subject from letting somebody in
// with what they could not give to an agent.
func (q *question) mayGrant(g *SupportGrant) Reason {
	given := g.known().bindings
	if len(given) > few { // together: each alone would be compared in all the workspaces
		given = map[WorkspaceID][]Binding{"": slices.Concat(slices.Collect(maps.Values(given))...)}
	}
	for _, bindings := range given {
		if !q.outranks(&actor{bindings: bindings}, revision{}) {
			return BeyondAuthority
		}
	}
	return Undecided
}

// outranks reports whether the subject's authority covers that of the other, once
// revised. The account administrator's covers everybody's, in restricted
// workspaces too [R5]; but to act in somebody's name it takes being able to do
// in one's own what they can.
func (q *question) outranks(whom *actor, to revision) bool {
	return !q.inTheirName() && q.who.makesRoles() || q.who.covers(whom, to, q.apartFrom(whom))
}

// apartFrom reports whether what is assigned to the other has to be within reach
// as well. To who has no ID yet nothing is assigned.
func (q *question) apartFrom(whom *actor) bool { return q.inTheirName() && whom.id != "" }

// inTheirName reports whether the action makes the subject act as somebody else.
func (q *question) inTheirName() bool {
	return q.action == AgentImpersonate.ID() || q.action == AgentKeyManage.ID()
}

// covers reports whether who may do all that the other may, and will once that
// is revised, were they one person. If they are apart, what is assigned to the
// other has to be within reach besides.
func (who *actor) covers(other *actor, to revision, apart bool) bool {
	p := authorityPair{sides: [2]authority{{who: *who}, {who: *other, gains: to}}, distinct: apart}
	p.sides[1].who.account = who.account
	p.preparePeople()
	return p.covers()
}

// letsGo reports whether the revision only takes away from who. To take a role
// that one has the like of is not that: it stays when the other is taken.
func (who *actor) letsGo(to revision) bool {
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

// unseats reports whether the action takes away the account administrator's role.
func (q *question) unseats(whom *actor, to revision) bool {
	switch {
	case !whom.makesRoles() || whom.crm != nil: // a shared agent administers nothing
		return false
	case q.action == AgentDeactivate.ID(), q.action == AgentDelete.ID():
		return true
	}
	return to.drop != nil && to.drop.makesRoles() && to.add == nil && !whom.makesRolesBut(to.drop)
}

// makesRolesBut reports whether who is the account administrator by another
// binding than those of that role in that workspace.
func (who *actor) makesRolesBut(dropped *Binding) bool {
	return slices.ContainsFunc(who.bindings, func(b Binding) bool { return b.makesRoles() && b.Workspace != dropped.Workspace })
}

// lacksOthers reports whether the account is not known to have another administrator.
func (a *Account) lacksOthers(administrator AgentID) bool {
	return !slices.ContainsFunc(a.Administrators, func(id AgentID) bool { return id != "" && id != administrator })
}
