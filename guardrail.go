package deskpolicy

import "slices"

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
	switch target := q.thing.(type) {
	case *Agent:
		if q.action == AgentCreate.ID() && slices.ContainsFunc(target.Bindings, Binding.ofSharedAgents) {
			return SharedOnlyFromCRM
		}
		return q.who.mayChange(target.ID, target.Bindings)
	case *SharedAgent:
		return q.who.mayChange(target.ID, target.Bindings)
	case *Appointment:
		return q.who.mayAppoint(target)
	case *Grant:
		return q.who.mayGrant(target)
	}
	switch q.what.kind {
	case kindAgent, kindSharedAgent, kindAppointment, kindGrant:
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

// makesRoles reports whether who is the built-in account administrator, not
// someone with a role that looks like it.
func (who *actor) makesRoles() bool {
	for i := range who.bindings {
		if b := &who.bindings[i]; b.Role == accountAdministratorRole && b.Workspace == AccountWide {
			return true
		}
	}
	return false
}

// mayChange returns the guardrail that keeps who from changing the one who has
// the ID and holds the bindings.
func (who *actor) mayChange(whom AgentID, held []Binding) Reason {
	if whom == who.id {
		return OwnAuthority
	}
	if !who.outranksAll(held) {
		return BeyondAuthority
	}
	return Undecided
}

// mayAppoint returns the guardrail that keeps who from giving somebody the binding.
func (who *actor) mayAppoint(a *Appointment) Reason {
	if _, desk := a.To.(*Agent); desk && a.Binding.ofSharedAgents() {
		return SharedOnlyFromCRM
	}
	var to actor
	to.is(a.To)
	if reason := who.mayChange(to.id, to.bindings); reason != Undecided {
		return reason
	}
	if !who.outranks(&a.Binding) {
		return BeyondAuthority
	}
	return Undecided
}

// mayGrant returns the guardrail that keeps who from letting somebody in with
// more than they have themselves.
func (who *actor) mayGrant(g *Grant) Reason {
	for _, bindings := range g.known().bindings {
		if !who.outranksAll(bindings) {
			return BeyondAuthority
		}
	}
	return Undecided
}

// outranksAll reports whether who outranks each of the bindings.
func (who *actor) outranksAll(held []Binding) bool {
	for i := range held {
		if !who.outranks(&held[i]) {
			return false
		}
	}
	return true
}

// outranks reports whether one of who's bindings, by itself, reaches everything
// that the binding could ever reach.
func (who *actor) outranks(held *Binding) bool {
	if held.roleIn(who.account) == nil {
		return true // it gives nothing
	}
	for i := range who.bindings {
		if who.bindings[i].covers(held, who.account) {
			return true
		}
	}
	return false
}

// covers reports whether b reaches everything that the other could reach in
// anybody's hands: everywhere where that is held, all it permits at Global.
func (b *Binding) covers(other *Binding, account *Account) bool {
	if b.roleIn(account) == nil || b.TicketScope != Global {
		return false
	}
	if b.Workspace != other.Workspace && !b.heldIn(other.Workspace, account) {
		return false
	}
	return b.Role.def.permissions.coversAtGlobal(&other.Role.def.permissions)
}
