package deskpolicy

// forbidden returns the guardrail that forbids the action, whatever the roles
// say, or Undecided.
func (q *question) forbidden() Reason {
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
		return q.who.mayChange(target, nil)
	case *Appointment:
		return q.who.mayChange(target.Agent, &target.Binding)
	}
	if q.what.kind == kindAgent || q.what.kind == kindAppointment {
		return WrongResource // a host's type that embeds one would slip past
	}
	return Undecided
}

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

// mayChange returns the guardrail that keeps who from changing the agent, or
// from giving it the binding.
func (who *actor) mayChange(agent *Agent, given *Binding) Reason {
	if agent.ID == who.id {
		return OwnAuthority
	}
	if given != nil && !who.outranks(given) {
		return BeyondAuthority
	}
	for i := range agent.Bindings {
		if !who.outranks(&agent.Bindings[i]) {
			return BeyondAuthority
		}
	}
	return Undecided
}

// outranks reports whether one of who's bindings, by itself, reaches everything
// that the binding could ever reach.
func (who *actor) outranks(held *Binding) bool {
	if held.Role.def == nil {
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
	if b.Role.def == nil || b.TicketScope != Global {
		return false
	}
	if b.Workspace != other.Workspace && !b.heldIn(other.Workspace, account) {
		return false
	}
	return b.Role.def.permissions.coversAtGlobal(&other.Role.def.permissions)
}
