package deskpolicy

import "math/bits"

// A holding says which relations hold between a question's subject and its resource. Only
// those in looked have been looked up.
type holding struct {
	looked, view, edit Scope  // view has those that hold with View or Edit
	group              Access // the subject's access to the resource's group, once groupLooked
	groupLooked        bool

	cleared, clearedLooked bool // whether a role reaches the resource if it is confidential; see question.cleared
}

// with returns the relations that hold with the access or more.
func (h *holding) with(access Access) Scope {
	if access == Edit {
		return h.edit
	}
	return h.view
}

// add notes that a relation holds with the access.
func (h *holding) add(r Scope, access Access) {
	if access >= View {
		h.view |= r
	}
	if access == Edit {
		h.edit |= r
	}
}

// addIf notes, if a relation holds that always gives Edit, that it does.
func (h *holding) addIf(r Scope, holds bool) {
	if holds {
		h.view |= r
		h.edit |= r
	}
}

// look looks up the relations of s, each with the access that it gives the subject to the
// resource. It is the definition of all relations but Anything, which reach decides: whatever
// another relation reaches, Anything reaches as well. A host's type that embeds one of the
// library's has the relations of that type only, whatever else it says.
func (q *question) look(s Scope) {
	have, want := &q.relations, s&^(q.relations.looked|q.who.never)
	have.looked |= s
	if q.what.embedded {
		want &= q.what.kind.relations()
	}
	if want&InGroup != 0 {
		have.add(InGroup, q.groupAccess())
	}
	if want&Assigned != 0 {
		have.addIf(Assigned, q.isHolder() || q.createsUnowned())
	}
	if want &^= InGroup | Assigned; want == 0 {
		return
	}
	if want&GroupQueue != 0 {
		have.add(GroupQueue, min(q.groupAccess(), editIf(q.isUnassigned())))
	}
	if want&Unassigned != 0 {
		have.addIf(Unassigned, q.isUnassigned())
	}
	if want&Unrouted != 0 {
		have.addIf(Unrouted, q.isUnassigned() && q.what.Group == "")
	}
	if want&Participating != 0 {
		have.add(Participating, q.participantAccess())
	}
	if want&Mentioned != 0 {
		have.addIf(Mentioned, q.what.Mentions[q.who.id])
	}
	if want&byRequester != 0 {
		q.lookByRequester(want)
	}
}

// byRequester are the relations by way of the contact who asked for something.
const byRequester = Requested | MyCustomers | SameCompany

// lookByRequester looks up those of them that are in s.
func (q *question) lookByRequester(s Scope) {
	for _, r := range [...]Scope{Requested, MyCustomers, SameCompany} {
		if s&r != 0 {
			q.relations.add(r, q.requesterAccess(r))
		}
	}
}

// requesterAccess returns the access that a relation to the requester gives. On a contact
// or a company, MyCustomers is about that customer itself.
func (q *question) requesterAccess(r Scope) Access {
	if q.what.kind.customer() {
		return min(q.customerAccess(q.what.Assignee), editIf(r == MyCustomers))
	}
	requester := q.what.requester()
	switch {
	case requester == nil:
		return NoAccess
	case r == Requested:
		return editIf(requester.ID == q.who.contact && requester.ID != "")
	case r == SameCompany:
		return editIf(requester.Company == q.who.company && requester.Company != "")
	default:
		return editIf(q.customerAccess(requester.Owner) != NoAccess) // to see the customer is enough (A6)
	}
}

// editIf returns Edit if a relation holds that always gives it.
func editIf(holds bool) Access {
	if holds {
		return Edit
	}
	return NoAccess
}

// groupAccess returns the subject's access to the resource's group; NoAccess if the
// resource has no group.
func (q *question) groupAccess() Access {
	if !q.relations.groupLooked && q.what.Group != "" {
		q.relations.group, q.relations.groupLooked = q.who.groups[q.what.Group].known(), true
	}
	return q.relations.group
}

// isHolder reports whether the resource is assigned to the subject or, if its type is
// never assigned, belongs to it. Nothing is ever assigned to a shared agent.
func (q *question) isHolder() bool {
	return q.what.Assignee == q.who.id && !(q.who.crm != nil && q.what.Assignable)
}

// createsUnowned reports whether the action creates the resource without an owner.
func (q *question) createsUnowned() bool { return q.rule.class&creates != 0 && q.what.Assignee == "" }

// isUnassigned reports whether the resource could be assigned and is not.
func (q *question) isUnassigned() bool { return q.what.Assignable && q.what.Assignee == "" }

// participantAccess returns the access of the subject as a participant or, in the person of
// its contact, in CC. Customers are not participants.
func (q *question) participantAccess() (access Access) {
	if !q.who.customer {
		access = q.what.Participants[q.who.id].known()
	}
	if q.who.contact != "" {
		access = max(access, q.what.CCs[q.who.contact].known())
	}
	return access
}

// customerAccess returns the subject's access to the customer of the resource: for a
// shared agent what the CRM gives, for an agent Edit if it owns the customer on the desk.
func (q *question) customerAccess(owner AgentID) Access {
	if q.who.crm != nil {
		return q.crmAccess()
	}
	return editIf(owner == q.who.id)
}

// onlyInPerson reports whether the subject reaches the resource only by relations in person,
// at Anything too: a shared agent the contacts and companies that it sees or owns [S36] [S37],
// except one that is being created, and a customer what it has a part in (A61).
func (q *question) onlyInPerson() bool {
	if q.who.customer {
		return q.what.kind.has(aRequester)
	}
	return q.who.crm != nil && q.what.kind.customer() && q.rule.class&creates == 0
}

// both returns the largest scope that the two closed scopes cover or, if there is none, the
// first: then each reaches by a relation that the other does not have. It is zero if either
// reaches nothing.
func both(scope, bound Scope) Scope {
	switch {
	case scope&bound != 0:
		return scope & bound
	case bound == 0:
		return 0
	}
	return scope
}

// reach takes step 7 for a permission at the scope within the bound, both closed: each has
// to reach the resource, with the access that the action needs.
func (q *question) reach(scope, bound Scope) Reason {
	common := scope & bound
	if common&Anything != 0 && !q.onlyInPerson() {
		return AllowedAll
	}
	decisive := (common &^ Anything).reduced()
	if common != scope && common != bound { // otherwise the wider of the two reaches whatever the other does
		decisive |= scope.reduced() | bound.reduced()
	}
	if want := decisive &^ q.relations.looked; want != 0 {
		q.look(want)
	}
	switch have, seen := q.relations.with(q.rule.need), q.relations.view; {
	case scope&have != 0 && bound&have != 0:
		return q.ground(both(scope&have, bound&have))
	case scope&seen != 0 && bound&seen != 0:
		return ViewOnly
	}
	return OutOfScope
}

// cleared reports whether a role that the subject holds there permits ticket.confidential,
// and reaches the resource by it with the access that the action needs (A52).
func (q *question) cleared() bool {
	if !q.relations.clearedLooked {
		q.relations.clearedLooked = true
		q.relations.cleared = q.holdsAny(func(i int) (Window, bool) {
			b := &q.who.bindings[i]
			return b.Window, b.clears(q)
		})
	}
	return q.relations.cleared
}

// clearing returns the question whether ticket.confidential reaches the part, with the
// access that the action needs.
func (q *question) clearing() question {
	c, rule := *q, *TicketConfidential.ID().info()
	rule.need = q.rule.need
	c.action, c.rule, c.relations = TicketConfidential.ID(), &rule, holding{}
	return c
}

// ground returns the reason of the first of the relations that hold, in the order of
// [Authorize]'s step 9, which is that of their bits. That a resource is the subject's own
// comes last.
func (q *question) ground(holds Scope) Reason {
	holds = holds.reduced()
	if holds.first() == Assigned && q.what.heldBy() == AllowedOwn {
		if holds &^= Assigned; holds == 0 {
			return AllowedOwn
		}
	}
	return grounds[bits.TrailingZeros16(uint16(holds))]
}

// grounds has the reason of each relation, in the order of their bits.
var grounds = [...]Reason{
	AllowedGroup, AllowedAssigned, AllowedQueue, AllowedUnassigned, AllowedUnrouted, AllowedRequested, AllowedParticipating, AllowedMentioned, AllowedContact, AllowedCompany, AllowedAll,
}
