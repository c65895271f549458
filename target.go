package deskpolicy

// toward returns what of a permission's closed scope counts for where the action takes its
// resource (A50). InGroup and GroupQueue are about the subject's groups on both sides: a
// permission that reaches something by them takes it to these groups, and to the agents in
// them. Other relations, and a binding's ticket scope, only say what may be moved.
func (q *question) toward(scope Scope) Scope {
	if left := leaving(scope); left == scope || !q.staysInGroups() {
		return left
	}
	return scope
}

// leaving returns what of a permission's closed scope counts for taking something out of the
// subject's groups.
func leaving(scope Scope) Scope {
	if scope&Anything != 0 {
		return scope
	}
	return scope &^ (InGroup | GroupQueue)
}

// staysInGroups reports whether the resource goes to one of the subject's groups, to an agent
// in one of them, to the subject, or to nobody, or is not assigned or routed at all.
func (q *question) staysInGroups() bool {
	if !q.rule.moves() {
		return true
	}
	to, group := q.destination()
	if q.rule.class&routes != 0 {
		return q.who.canEditIn(group.ID)
	}
	var receiver actor
	if q.stays || !receiver.set(to) || receiver.id == q.who.id && !receiver.customer {
		return true
	}
	for id, access := range receiver.groups {
		if access.known() != NoAccess && q.who.canEditIn(id) {
			return true
		}
	}
	return false
}

// destination returns where an assignment takes its resource.
func (q *question) destination() (to Subject, group AgentGroup) {
	switch thing := q.thing.(type) {
	case *TicketAssignment:
		return thing.To, thing.Group
	case *ConversationAssignment:
		return thing.To, thing.Group
	}
	return nil, AgentGroup{}
}

// isMove reports whether the resource, which is a pair of tickets, is a move. All pairs
// together count as one.
func (q *question) isMove() bool {
	pair, _ := q.thing.(*TicketPair)
	return pair == nil || pair.isMove()
}

// isMove reports whether the pair is one ticket before and after a move: it changes neither its
// group without its workspace, which is routing, nor its assignee to another (A51).
func (p *TicketPair) isMove() bool {
	from, into := &p.From, &p.Into
	return (into.Assignee == "" || into.Assignee == from.Assignee) && (into.Workspace != from.Workspace || into.Group == from.Group)
}

// canEditIn reports whether the subject is a member of the group with Edit.
func (who *actor) canEditIn(group GroupID) bool { return group != "" && who.groups[group] == Edit }
