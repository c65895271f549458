package deskpolicy

import (
	"cmp"
	"slices"
)

// maxRoutes is the maximum number of groups to which a remedy tries to route the resource:
// the first by name.
const maxRoutes = 10

// reaches returns the lists of fixes that could bring the part within the reach of one of
// the sources: no fix, those for one relation, and those for two, if a permission's scope
// and a ticket scope may need different ones. Shorter lists are first.
func (q *question) reaches(sources []source, fixesFor func(q *question, wanted, relation Scope) []Remedy) []Remedy {
	wanted, two := q.wanted(sources)
	reaches := []Remedy{nil}
	for left := wanted; left != 0; left &^= left.first() {
		for _, fixes := range fixesFor(q, wanted, left.first()) {
			reaches = appendNew(reaches, fixes)
		}
	}
	if two {
		single := reaches[1:]
		for i, one := range single {
			for _, other := range single[i+1:] {
				if one.agreesWith(other) {
					reaches = appendNew(reaches, one.and(other))
				}
			}
		}
	}
	slices.SortStableFunc(reaches, func(a, b Remedy) int { return cmp.Compare(len(a), len(b)) })
	return reaches
}

// appendNew appends the remedy unless the list has an equal one.
func appendNew(list []Remedy, r Remedy) []Remedy {
	if slices.ContainsFunc(list, r.equal) {
		return list
	}
	return append(list, r)
}

// wanted returns the relations that the sources' permissions and ticket scopes have, without
// those that others of the same scope include. It reports whether a permission and a ticket
// scope, as held or widened, may need a relation each.
func (q *question) wanted(sources []source) (wanted Scope, two bool) {
	for _, s := range sources {
		scope, b := s.binding.Role.def.scope(q.action), s.binding
		if q.onlyInPerson() {
			wanted |= scope // of Anything, the relations that it includes can hold
		}
		wanted |= scope.reduced()
		for _, level := range [...]Scope{0, ScopeRestricted, ScopeGroup} {
			if !q.what.OnTicket {
				break
			}
			b.TicketScope = s.binding.TicketScope.closed() | level
			bound := b.bound(q)
			wanted |= bound.reduced()
			two = two || !scope.Covers(bound) && !bound.Covers(scope)
		}
	}
	return wanted &^ q.who.never, two
}

// fixesFor returns the lists of fixes that make the relation hold between the subject and
// the part.
func (q *question) fixesFor(wanted, relation Scope) []Remedy {
	f := Fix{ForSecond: q.second}
	switch relation {
	case Assigned:
		if q.canBeGiven() && q.who.crm == nil && q.what.Assignee != q.who.id && q.action != TicketMove.ID() {
			f.Kind = FixAssign
			return []Remedy{{f}}
		}
	case Unassigned, Unrouted:
		if relation == Unassigned || q.what.Group == "" {
			return q.unassigning()
		}
	case GroupQueue:
		return cross(q.unassigning(), q.grouping(wanted, false))
	case MyCustomers:
		return q.showing()
	}
	return q.fixesInPerson(wanted, relation, false)
}

// fixesForAssignee returns the lists of fixes that make the relation hold to a subject that
// is to be assigned the part.
func (q *question) fixesForAssignee(_, relation Scope) []Remedy {
	if relation == InGroup {
		return q.grouping(0, false)
	}
	return nil
}

// fixesForRecipient returns a function like fixesFor, for the recipient of an assignment.
func fixesForRecipient(recipient bool) func(q *question, wanted, relation Scope) []Remedy {
	return func(q *question, _, relation Scope) []Remedy { return q.fixesInPerson(0, relation, recipient) }
}

// fixesInPerson returns the lists of fixes for a relation that the resource's assignee and
// its customer do not matter for.
func (q *question) fixesInPerson(wanted, relation Scope, recipient bool) []Remedy {
	f := Fix{ForRecipient: recipient, ForCustomer: q.who.customer, ForSecond: q.second}
	switch {
	case relation == InGroup:
		return q.grouping(wanted, recipient)
	case !q.canBeGiven():
		return nil
	case relation == Mentioned && !q.what.Mentions[q.who.id]:
		f.Kind = FixMention
	case relation == Participating && q.participantAccess() < q.rule.need:
		f.Kind, f.Access = FixAddParticipant, q.rule.need
	default:
		return nil
	}
	return []Remedy{{f}}
}

// canBeGiven reports whether the part is a ticket or a conversation, or hangs on a ticket
// that the library knows.
func (q *question) canBeGiven() bool {
	return q.what.kind.ticketLike() || q.what.kind == kindConversation || q.what.kind == kindConversationAssignment
}

// unassigning returns the lists of fixes after which the part is assigned to nobody.
func (q *question) unassigning() []Remedy {
	switch {
	case q.isUnassigned():
		return []Remedy{nil}
	case !q.canBeGiven(), q.action == TicketMove.ID(): // a move keeps the assignee
		return nil
	}
	return []Remedy{{{Kind: FixUnassign, ForSecond: q.second}}}
}

// grouping returns the lists of fixes after which the part is in one of the subject's
// groups, which is enough for a ticket scope, and those after which an assignment does not take
// it out of them either.
func (q *question) grouping(wanted Scope, recipient bool) []Remedy {
	joining := q.joining(wanted, recipient)
	return append(joining, cross(joining, q.joiningGoal())...)
}

// joiningGoal returns the lists of fixes after which an assignment does not take the part out
// of the subject's groups, if it does: with access to the group that it is routed to, or with a
// group in common with its recipient.
func (q *question) joiningGoal() (lists []Remedy) {
	if q.staysInGroups() {
		return nil
	}
	to, group := q.destination()
	if q.rule.class&routes != 0 {
		return []Remedy{{{Kind: FixGroupAccess, Group: group.ID, Access: Edit}}}
	}
	var receiver actor
	receiver.set(to)
	for _, goal := range firstGroups(receiver.groups, View) {
		lists = append(lists, Remedy{{Kind: FixGroupAccess, Group: GroupID(goal), Access: Edit}})
	}
	shared := firstGroups(q.who.groups, Edit)
	if own := string(q.what.Group); own != "" && !slices.Contains(shared, own) {
		shared = append(shared, own) // which the subject joins
	}
	for _, goal := range shared { // to view the thing's group can keep the recipient from taking it
		for _, access := range [...]Access{View, Edit} {
			lists = append(lists, Remedy{{Kind: FixGroupAccess, ForRecipient: true, Group: GroupID(goal), Access: access}})
		}
	}
	return lists
}

// firstGroups returns the groups with the access or more, the first maxRoutes by name.
func firstGroups(groups map[GroupID]Access, need Access) []string {
	all := atLeast(need, groups)
	return all[:min(len(all), maxRoutes)]
}

// joining returns the lists of fixes after which the part is in one of the subject's groups. It
// routes the part only if GroupQueue is wanted, and never that of an assignment, which has a
// group of its own.
func (q *question) joining(wanted Scope, recipient bool) (lists []Remedy) {
	if q.groupAccess() >= q.rule.need {
		return []Remedy{nil}
	}
	if q.what.Group != "" {
		lists = append(lists, Remedy{{Kind: FixGroupAccess, ForRecipient: recipient, Group: q.what.Group, Access: q.rule.need}})
	}
	if wanted&GroupQueue == 0 || !q.canBeGiven() || q.what.kind == kindTicketAssignment || q.what.kind == kindConversationAssignment {
		return lists
	}
	for _, group := range firstGroups(q.who.groups, q.rule.need) {
		lists = append(lists, Remedy{{Kind: FixRoute, ForSecond: q.second, Group: GroupID(group)}})
	}
	return lists
}

// showing returns the list of the fix that shows the part's customer to a shared agent.
func (q *question) showing() []Remedy {
	need := q.rule.need
	if !q.what.kind.customer() {
		need = View // is enough for work on what the customer requested (A6)
	}
	known := q.what.kind.customer() || q.canBeGiven() && q.what.requester() != nil
	if q.who.crm == nil || !known || q.crmAccess() >= need {
		return nil
	}
	return []Remedy{{{Kind: FixCustomerAccess, Access: need, ForSecond: q.second}}}
}

// assume changes the question as if the reach fix had been applied.
func (q *question) assume(fix Fix) {
	switch fix.Kind {
	case FixGroupAccess:
		if fix.ForRecipient && q.rule.class&assigns != 0 {
			q.stays = true
			break
		}
		q.who.groups = with(q.who.groups, fix.Group, fix.Access)
	case FixAssign:
		q.what.Assignee = q.who.id
	case FixUnassign:
		q.what.Assignee = ""
	case FixRoute:
		q.what.Group = fix.Group
	case FixMention:
		q.what.Mentions = with(q.what.Mentions, q.who.id, true)
	case FixAddParticipant:
		if fix.ForCustomer {
			q.what.CCs = with(q.what.CCs, q.who.contact, fix.Access)
			break
		}
		q.what.Participants = with(q.what.Participants, q.who.id, fix.Access)
	case FixCustomerAccess:
		q.crm, q.crmLooked = fix.Access, true
	}
	q.relations = holding{}
}

// agreesWith reports whether the fixes of both remedies can be made together: they do not
// both say who is assigned a resource, or in which group it is.
func (r Remedy) agreesWith(other Remedy) bool {
	return !slices.ContainsFunc(r, func(f Fix) bool {
		return slices.ContainsFunc(other, func(g Fix) bool {
			return f != g && f.decides() != 0 && f.decides() == g.decides()
		})
	})
}

// decides returns the relation that the fix decides about, Unassigned or InGroup, or 0 if
// other fixes may go with it.
func (f Fix) decides() Scope {
	switch f.Kind {
	case FixAssign, FixUnassign:
		return Unassigned
	case FixGroupAccess, FixRoute:
		return InGroup
	}
	return 0
}

// hasKind reports whether the remedy has a fix of the kind.
func (r Remedy) hasKind(kind FixKind) bool {
	return slices.ContainsFunc(r, func(f Fix) bool { return f.Kind == kind })
}
