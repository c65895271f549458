package deskpolicy

// CanView reports whether the subject can view the resource: whether [Authorize] allows the
// action that views it. A program that has denied another action then knows whether it can
// tell the user "you cannot do this". If CanView reports false, even that the resource exists
// is a secret: answer as if it did not, see [Decision.UserMessage].
//
// A note takes [TicketNoteRead], an app [AppUse], and the account [SessionLogin]; a
// [Workspace] without an ID is the account's desk, and is viewed like the account. Agents and
// shared agents who can log in can view their own record, and so can customers who can log in
// to the portal: their contact. If a resource consists of several
// things, the subject must be able to view each of them: both tickets of a pair; the ticket,
// the recipient and the group of an assignment, a group only as one of its members.
//
// CanView reports false for a nil pointer, and for the types without an action that views
// them: [Channel], [TicketList], [AgentProfile], [Settings], a Workspace with an ID and all of
// a host's types. There, ask Authorize about an action of your choice.
//
// CanView does not change or keep its arguments, and is safe for concurrent use.
func CanView[R Resource](subject Subject, resource *R) bool {
	thing, _ := any(resource).(Resource)
	return resource != nil && thing != nil && canView(subject, thing)
}

// canView implements CanView. The thing is a pointer that is not nil.
func canView(subject Subject, thing Resource) bool {
	switch t := thing.(type) {
	case *TicketPair:
		return canViewBoth(subject, &t.From, &t.Into)
	case *ContactPair:
		return canViewBoth(subject, &t.From, &t.Into)
	case *TicketAssignment:
		return canViewAssignment(subject, &t.Ticket, t.To, t.Group)
	case *ConversationAssignment:
		return canViewAssignment(subject, &t.Conversation, t.To, t.Group)
	case *RoleAssignment:
		return canViewPerson(subject, t.Holder) && canView(subject, &t.Binding.Role)
	case *GroupMembership:
		return canViewPerson(subject, t.Member) && canViewGroup(subject, t.Group)
	case *Agent:
		return canViewPerson(subject, t)
	case *SharedAgent:
		return canViewPerson(subject, t)
	case *Contact:
		return isOwnContact(subject, t) || viewed(subject, t)
	case *Workspace:
		return t.ID == "" && canView(subject, &Account{ID: t.Account})
	}
	return viewed(subject, thing)
}

// canViewBoth reports whether the subject can view both things.
func canViewBoth(subject Subject, from, into Resource) bool {
	return canView(subject, from) && canView(subject, into)
}

// canViewAssignment reports whether the subject can view the thing, and where it goes.
func canViewAssignment(subject Subject, thing Resource, to Subject, group AgentGroup) bool {
	return canView(subject, thing) && (to == nil || canViewPerson(subject, to)) &&
		(group == AgentGroup{} || canViewGroup(subject, group))
}

// viewed reports whether the subject is allowed the action that views things of this type.
func viewed(subject Subject, thing Resource) bool {
	action := viewAction(thing.Attributes().kind)
	if _, inPortal := subject.(*Customer); inPortal && action == SessionLogin.ID() {
		action = PortalLogin.ID()
	}
	return Request{Subject: subject, Action: action, Resource: thing}.Authorize().Allowed()
}

// isOwnContact reports whether the contact is the subject's own record, and the subject a
// customer who can log in to the portal.
func isOwnContact(subject Subject, contact *Contact) bool {
	customer, inPortal := subject.(*Customer)
	return inPortal && customer != nil && customer.ID == contact.ID && customer.Account.ID == contact.Account && viewed(subject, &customer.Account)
}

// viewAction returns the action that views resources of the kind, or 0.
func viewAction(k kind) ActionID {
	switch k {
	case kindNote:
		return TicketNoteRead.ID()
	case kindAccount:
		return SessionLogin.ID()
	case kindApp:
		return AppUse.ID()
	}
	return viewActions[k]
}

// canViewPerson reports whether the subject can view the record of an agent or a shared agent.
func canViewPerson(subject, person Subject) bool {
	var who, whose actor
	if !who.set(subject) || !whose.set(person) {
		return false
	}
	if who.id == whose.id && who.customer == whose.customer && who.account.ID == whose.account.ID {
		return viewed(subject, &Account{ID: who.account.ID})
	}
	record, isRecord := person.(Resource) // an agent or a shared agent
	return isRecord && viewed(subject, record)
}

// canViewGroup reports whether the subject is a member of the group.
func canViewGroup(subject Subject, group AgentGroup) bool {
	var who actor
	return who.set(subject) && group.ID != "" && group.Account == who.account.ID && who.groups[group.ID].known() != NoAccess
}
