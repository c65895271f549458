package deskpolicy

import "slices"

// A Condition is one condition of a [Clause]. A host handles it in one switch on Kind,
// with a case for each of the constants that it needs. It must refuse every other Kind
// rather than skip it: later versions may add kinds.
//
// A Condition is plain data and shares its list with the filter: do not change the list.
// The zero Condition matches nothing.
type Condition struct {
	Kind ConditionKind

	// IDs holds what the Kind compares with: workspaces, groups, agents, territories
	// and so on, as strings. It is sorted and has no duplicates. It is empty only for
	// ConditionUnassigned and ConditionCustomerKnown, which compare with nothing. An ID is
	// empty only in ConditionWorkspace; a resource's empty ID meets no other condition.
	// If the Kind is about the agent or the user, IDs has exactly one element.
	IDs []string

	// Access is the least access that ConditionCustomerTeam requires, View or Edit. It is
	// NoAccess for all other kinds.
	Access Access
}

// A ConditionKind says what a [Condition] requires of a resource. No resource meets the
// zero ConditionKind.
//
// For a host's own type, the kinds are about its Attributes.
type ConditionKind uint8

const (
	// ConditionWorkspace: the resource is in one of the workspaces, or outside of
	// workspaces if an ID is empty. A [Workspace] is in itself.
	ConditionWorkspace ConditionKind = 1 + iota
	// ConditionGroup: the resource's group now is one of the groups. A report's group is
	// its team.
	ConditionGroup
	// ConditionAssignee: the resource's assignee is the agent. For a type that is never
	// assigned, such as a report, a contact or an article, its owner or author is.
	ConditionAssignee
	// ConditionUnassigned: the resource has no assignee yet. For a type that is never
	// assigned, it has no owner or author. Only actions that make things have it.
	ConditionUnassigned
	// ConditionOwner: the resource is the agent's own: the agent is the author of the note
	// or topic, or has the time entry, ticket list or profile. Only actions on your own
	// things have it. On notes and time entries, the other conditions of the [Clause] are
	// about the ticket.
	ConditionOwner
	// ConditionMentions: the ticket mentions the agent [S15].
	ConditionMentions
	// ConditionCustomerKnown: the ticket has a requester, who is a contact of the
	// ticket's account. It is for a CRM user who sees every contact [S16].
	//
	// This kind and those below are about the customer. The customer is the requester of
	// a ticket, or the contact or company itself. A ticket without a requester does not
	// meet them.
	ConditionCustomerKnown
	// ConditionCustomerOwner: the CRM user owns the customer in the CRM.
	ConditionCustomerOwner
	// ConditionCustomerTerritory: the customer is in one of the territories in the CRM. If
	// access flows down the hierarchy, IDs includes the territories below the CRM user's,
	// so that the host need not follow the hierarchy.
	ConditionCustomerTerritory
	// ConditionCustomerTeam: the CRM user is on the customer's team in the CRM, with at
	// least Access.
	ConditionCustomerTeam
	// ConditionContact: the contact, or the requester of the ticket, is one of those to
	// which the CRM gives the user enough access; see [CRMVisibility].
	ConditionContact
	// ConditionCompany: the company is one of those to which the CRM gives the user enough
	// access; see [CRMVisibility].
	ConditionCompany
)

var conditionKindNames = [...]string{
	"none", "workspace", "group", "assignee", "unowned", "owner", "mentions", "customer_known", "customer_owner",
	"customer_territory", "customer_team", "contact", "company",
}

// String returns the kind's name, such as "customer_owner"; "none" for the zero
// ConditionKind, "unknown" if k is not a ConditionKind.
func (k ConditionKind) String() string { return nameOf(conditionKindNames[:], k) }

// A candidate is a resource that a filter may select.
type candidate struct {
	what     Attributes
	customer customer
}

// meets reports whether the candidate meets the condition.
func (c *candidate) meets(condition *Condition) bool {
	switch condition.Kind {
	case ConditionWorkspace:
		return among(condition.IDs, c.what.Workspace)
	case ConditionGroup:
		return among(condition.IDs, c.what.Group)
	case ConditionAssignee:
		return slices.Contains(condition.IDs, string(c.what.Assignee))
	case ConditionUnassigned:
		return c.what.Assignee == ""
	case ConditionOwner:
		return slices.Contains(condition.IDs, string(c.what.owner))
	case ConditionMentions:
		return slices.ContainsFunc(condition.IDs, func(id string) bool { return c.what.mentions[AgentID(id)] })
	default:
		return c.customer.record != nil && c.customer.meets(condition)
	}
}

// meets reports whether the customer, who must be known, meets the condition. No customer
// meets a condition that is not about customers.
func (c *customer) meets(condition *Condition) (met bool) {
	switch condition.Kind {
	case ConditionCustomerKnown:
		met = true
	case ConditionCustomerOwner:
		met = slices.Contains(condition.IDs, string(c.record.Owner))
	case ConditionCustomerTerritory:
		met = among(condition.IDs, c.record.Territory)
	case ConditionCustomerTeam:
		met = slices.ContainsFunc(condition.IDs, func(id string) bool { return c.record.Team[CRMUserID(id)].known() >= condition.Access })
	case ConditionContact:
		met = among(condition.IDs, c.contact)
	case ConditionCompany:
		met = among(condition.IDs, c.company)
	}
	return met
}

// among reports whether id is in the sorted list. It searches by bisection, because the
// list may be long.
func among[ID ~string](ids []string, id ID) bool {
	_, found := slices.BinarySearch(ids, string(id))
	return found
}

// atLeast returns the IDs that have the access or more, sorted and without the empty ID.
func atLeast[ID ~string](access Access, accesses map[ID]Access) []string {
	ids := make([]string, 0, len(accesses))
	for id, has := range accesses {
		if id != "" && has.known() >= access {
			ids = append(ids, string(id))
		}
	}
	slices.Sort(ids)
	return ids
}
