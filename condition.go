package deskpolicy

import "slices"

// A Condition is what an [Arm] asks of a resource. The set of conditions is
// closed: whoever turns filters into queries needs a case for each of the types
// that follow, and must refuse any other.
//
// Conditions are plain data. Their lists are sorted, without duplicates and never
// empty, and belong to the filter: nobody may change them. An empty ID of a
// resource's meets no condition but [InWorkspaces]. Of a host's own type they are
// about its Attributes.
type Condition interface{ condition() }

// InWorkspaces asks that the resource is in one of the workspaces. The empty
// one stands for what is outside of workspaces; of a [Workspace] it is the ID.
type InWorkspaces struct{ IDs []WorkspaceID }

// InGroups asks that one of the groups has the resource now: a ticket's group, a
// report's team. The empty group is never among them.
type InGroups struct{ IDs []GroupID }

// AssignedTo asks that the resource is the agent's work: the assignee of a ticket
// or a conversation; of what is never assigned, such as a report, a contact or
// an article, the owner or author.
type AssignedTo struct{ Agent AgentID }

// Unowned asks that nobody has the resource yet: neither an assignee nor, of what is
// never assigned, an owner or author. It is for actions that make such things.
type Unowned struct{}

// OwnedBy asks that the resource is the agent's own, for actions on one's own
// things only: the author of a note or a topic, the agent of a time entry, the
// owner of a ticket list, whose profile it is. The other conditions of such an
// [Arm] on notes and time entries are about the ticket.
type OwnedBy struct{ Agent AgentID }

// Mentioning asks that the agent is mentioned in the ticket [S15].
type Mentioning struct{ Agent AgentID }

// CustomerKnown asks that the ticket has a requester, who is a contact of the
// ticket's account. The user of the CRM sees every contact [S16].
//
// So does each of the conditions that follow, when it is asked of a ticket: it
// is about that requester, and not met without one. Asked of a contact or a
// company, it is about that contact or company itself.
type CustomerKnown struct{}

// CustomerOwnedBy asks that the user owns the customer in the CRM.
type CustomerOwnedBy struct{ User CRMUserID }

// CustomerIn asks that the CRM has the customer in one of the territories. Those
// below a territory of the user's are among them, if access flows down to them:
// there is no hierarchy left to follow.
type CustomerIn struct{ Territories []TerritoryID }

// CustomerTeam asks that the user is on the customer's team in the CRM, with at
// least that access: View or Edit.
type CustomerTeam struct {
	User    CRMUserID
	AtLeast Access
}

// ContactAmong asks that the contact, or the requester of the ticket, is among
// those that the CRM said the user sees well enough; see [Visible].
type ContactAmong struct{ IDs []ContactID }

// CompanyAmong asks that the company is among those that the CRM said the user
// sees well enough; see [Visible].
type CompanyAmong struct{ IDs []CompanyID }

func (InWorkspaces) condition()    {}
func (InGroups) condition()        {}
func (AssignedTo) condition()      {}
func (Unowned) condition()         {}
func (OwnedBy) condition()         {}
func (Mentioning) condition()      {}
func (CustomerKnown) condition()   {}
func (CustomerOwnedBy) condition() {}
func (CustomerIn) condition()      {}
func (CustomerTeam) condition()    {}
func (ContactAmong) condition()    {}
func (CompanyAmong) condition()    {}

// A candidate is a resource that a filter may select.
type candidate struct {
	what     Attributes
	customer customer
}

// meets reports whether the condition holds of the candidate. A method of each
// condition would move the candidate onto the heap.
func (c *candidate) meets(condition Condition) bool {
	switch is := condition.(type) {
	case InWorkspaces:
		return among(is.IDs, c.what.Workspace)
	case InGroups:
		return among(is.IDs, c.what.Group)
	case AssignedTo:
		return c.what.Assignee == is.Agent
	case Unowned:
		return c.what.Assignee == ""
	case OwnedBy:
		return c.what.owner == is.Agent
	case Mentioning:
		return c.what.mentions[is.Agent]
	default:
		return c.customer.record != nil && c.customer.meets(condition)
	}
}

// meets reports whether the condition, which is about a customer, holds of this
// one. What is no such condition does not.
func (c *customer) meets(condition Condition) (met bool) {
	switch is := condition.(type) {
	case CustomerKnown:
		met = true
	case CustomerOwnedBy:
		met = c.record.Owner == is.User
	case CustomerIn:
		met = among(is.Territories, c.record.Territory)
	case CustomerTeam:
		met = c.record.Team[is.User].known() >= is.AtLeast
	case ContactAmong:
		met = among(is.IDs, c.contact)
	case CompanyAmong:
		met = among(is.IDs, c.company)
	}
	return met
}

// among reports whether the ID is in the sorted list.
func among[ID ~string](ids []ID, id ID) bool {
	_, found := slices.BinarySearch(ids, id)
	return found
}

// atLeast returns the IDs that have that access or more, sorted. The empty one has none.
func atLeast[ID ~string](access Access, accesses map[ID]Access) (ids []ID) {
	for id, has := range accesses {
		if id != "" && has.known() >= access {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}
