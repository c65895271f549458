package deskpolicy

import "slices"

// A Condition is one thing that an [Clause] asks of a resource. A host writes one
// switch on Kind, with a case for each of the constants that it needs, and refuses
// every other Kind: an unknown one selects nothing, and is never skipped. Later
// versions add kinds.
//
// A Condition is plain data, and belongs to its filter: do not change its lists.
// The zero Condition has no Kind and matches nothing.
type Condition struct {
	Kind ConditionKind

	// IDs is what the Kind compares with: workspaces, groups, agents, territories
	// and so on, each as a string whatever its Go type. They are sorted, without
	// duplicates, and never empty, except for ConditionUnowned and
	// ConditionCustomerKnown, which compare with nothing. No ID is the empty
	// string, except in ConditionWorkspace: an empty ID of a resource meets nothing
	// else. Where a Kind speaks of the agent or the user, IDs has exactly one.
	IDs []string

	// Access is the least access that ConditionCustomerTeam asks for, View or Edit.
	// It is NoAccess for all other kinds.
	Access Access
}

// A ConditionKind says what a [Condition] asks. The zero ConditionKind asks
// nothing that a resource could meet.
//
// For a host's own type the kinds are about its Attributes.
type ConditionKind uint8

const (
	// ConditionWorkspace: the resource is in one of the workspaces. The empty ID
	// stands for what is outside of workspaces; for a [Workspace] it is its own ID.
	ConditionWorkspace ConditionKind = 1 + iota
	// ConditionGroup: one of the groups has the resource now. That is a ticket's
	// group, or a report's team.
	ConditionGroup
	// ConditionAssignee: the resource is the agent's work. The agent is the assignee
	// of a ticket or a conversation; for what is never assigned, such as a report, a
	// contact or an article, the owner or author.
	ConditionAssignee
	// ConditionUnowned: the resource has no assignee yet and, if it is never
	// assigned, no owner or author. Actions that make such things ask for it.
	ConditionUnowned
	// ConditionOwner: the resource is the agent's own: the author of a note or a
	// topic, the agent of a time entry, the owner of a ticket list or a profile.
	// Actions on your own things ask for it. The other conditions of such an [Clause]
	// on notes and time entries are about the ticket.
	ConditionOwner
	// ConditionMentions: the ticket mentions the agent [S15].
	ConditionMentions
	// ConditionCustomerKnown: the ticket has a requester, who is a contact of the
	// ticket's account. The user of the CRM sees every contact [S16].
	//
	// This kind and those below are about that requester if the resource is a
	// ticket, and not met without one. For a contact or a company they are about
	// that contact or company.
	ConditionCustomerKnown
	// ConditionCustomerOwner: the user owns the customer in the CRM.
	ConditionCustomerOwner
	// ConditionCustomerTerritory: the CRM has the customer in one of the
	// territories. If access flows down the hierarchy, IDs has those below the
	// user's as well: there is no hierarchy left to follow.
	ConditionCustomerTerritory
	// ConditionCustomerTeam: the user is on the customer's team in the CRM, with at
	// least Access.
	ConditionCustomerTeam
	// ConditionContact: the contact, or the requester of the ticket, is one of those
	// that the CRM lets the user see well enough; see [CRMVisibility].
	ConditionContact
	// ConditionCompany: the company is one of those that the CRM lets the user see
	// well enough; see [CRMVisibility].
	ConditionCompany
)

var conditionKindNames = [...]string{
	"none", "workspace", "group", "assignee", "unowned", "owner", "mentions", "customer_known", "customer_owner",
	"customer_territory", "customer_team", "contact", "company",
}

// String returns the kind's name, such as "customer_owner"; "none" for the zero
// ConditionKind, "unknown" outside the kinds.
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
	case ConditionUnowned:
		return c.what.Assignee == ""
	case ConditionOwner:
		return slices.Contains(condition.IDs, string(c.what.owner))
	case ConditionMentions:
		return slices.ContainsFunc(condition.IDs, func(id string) bool { return c.what.mentions[AgentID(id)] })
	default:
		return c.customer.record != nil && c.customer.meets(condition)
	}
}

// meets reports whether the customer, who is known, meets the condition. A
// condition that is not about customers is not met.
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

// among reports whether the ID is in the sorted list, which may be long.
func among[ID ~string](ids []string, id ID) bool {
	_, found := slices.BinarySearch(ids, string(id))
	return found
}

// atLeast returns the IDs that have that access or more, sorted. The empty one has none.
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
