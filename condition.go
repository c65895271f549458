package deskpolicy

import "slices"

// A Condition is one condition of a [Clause]. A host translates it in a switch on Kind, with
// a case for each kind that it supports. It must return an error for every other Kind
// rather than skip the condition: later versions may add kinds.
//
// A Condition is plain data. Do not change IDs, which it shares with the filter. The zero
// Condition matches nothing.
type Condition struct {
	Kind ConditionKind

	// IDs holds the IDs to compare with: workspaces, groups, agents, territories and so
	// on, as strings. It is sorted and has no duplicates. It is empty only for
	// ConditionUnassigned, ConditionNoGroup, ConditionNotConfidential and
	// ConditionCustomerKnown, which compare no IDs. Only ConditionWorkspace can have an
	// empty ID; in all other comparisons, a resource's empty ID must not match. If the Kind
	// is about the agent or the CRM user, IDs has exactly one element.
	IDs []string

	// Access is the least access that ConditionCustomerTeam, ConditionParticipant and
	// ConditionCC require, View or Edit. It is NoAccess for all other kinds.
	Access Access
}

// A ConditionKind says which resources a [Condition] matches. The zero ConditionKind
// matches none.
//
// For a host's own type, the kinds are about its Attributes.
type ConditionKind uint8

const (
	// ConditionWorkspace matches resources in one of the workspaces, and resources outside
	// of workspaces if one of the IDs is empty. A [Workspace] counts as in itself.
	ConditionWorkspace ConditionKind = 1 + iota
	// ConditionGroup matches resources that are now in one of the groups. A report is in
	// its team.
	ConditionGroup
	// ConditionAssignee matches resources that are assigned to the agent. If the type is
	// never assigned, such as a report, a contact or an article, it matches resources that
	// the agent owns or wrote.
	ConditionAssignee
	// ConditionUnassigned matches resources without an assignee. If the type is never
	// assigned, it matches resources without an owner or author; only filters for actions
	// that create such resources have it.
	ConditionUnassigned
	// ConditionNoGroup matches resources that are in no group.
	ConditionNoGroup
	// ConditionRequester matches resources that the contact requested. This kind and the
	// others about a requester do not match one of another account.
	ConditionRequester
	// ConditionRequesterCompany matches resources that a contact of the company requested.
	ConditionRequesterCompany
	// ConditionRequesterOwner matches resources with a requester that the agent owns on the
	// desk.
	ConditionRequesterOwner
	// ConditionParticipant matches resources in which the agent takes part, with at least
	// Access.
	ConditionParticipant
	// ConditionCC matches resources with the contact in CC, with at least Access.
	ConditionCC
	// ConditionOwn matches the agent's own resources: notes that the agent wrote, topics
	// that the agent started, and the agent's time entries, ticket lists and profile. Only
	// filters for actions on your own things have it. On notes and time entries, the other
	// conditions of the [Clause] are about the ticket.
	ConditionOwn
	// ConditionMentions matches resources that mention the agent [S15].
	ConditionMentions
	// ConditionNotConfidential matches resources that are not confidential (A52).
	ConditionNotConfidential
	// ConditionCustomerKnown matches tickets with a requester who belongs to the ticket's
	// account. It is for a CRM user who sees every contact [S16].
	//
	// This kind and those below are about the customer: the requester of a ticket, or the
	// contact or company itself. They do not match a ticket without a requester.
	ConditionCustomerKnown
	// ConditionCustomerOwner matches customers that the CRM user owns in the CRM.
	ConditionCustomerOwner
	// ConditionCustomerTerritory matches customers in one of the territories in the CRM. If
	// access extends down the hierarchy, IDs includes the territories below the CRM user's,
	// so the host does not need the hierarchy.
	ConditionCustomerTerritory
	// ConditionCustomerTeam matches customers in the CRM with the CRM user on their team,
	// with at least Access.
	ConditionCustomerTeam
	// ConditionContact matches the contacts to which the CRM gives the user enough access,
	// and their tickets; see [CRMVisibility].
	ConditionContact
	// ConditionCompany matches the companies to which the CRM gives the user enough access;
	// see [CRMVisibility].
	ConditionCompany
)

var conditionKindNames = [...]string{
	"none", "workspace", "group", "assignee", "unassigned", "no_group", "requester", "requester_company", "requester_owner", "participant", "cc", "own", "mentions", "not_confidential", "customer_known", "customer_owner",
	"customer_territory", "customer_team", "contact", "company",
}

// String returns the kind's name, such as "customer_owner"; "none" for the zero
// ConditionKind, "unknown" if k is not a ConditionKind.
func (k ConditionKind) String() string { return nameOf(conditionKindNames[:], k) }

// A candidate is a resource that a filter may select.
type candidate struct {
	what     Attributes
	customer customer // if a condition of the filter is about it
}

// meetsAll reports whether the candidate meets all conditions.
func (c *candidate) meetsAll(conditions []Condition) bool {
	for i := range conditions {
		if !c.meets(&conditions[i]) {
			return false
		}
	}
	return true
}

// meets reports whether the candidate meets the condition.
func (c *candidate) meets(condition *Condition) bool {
	switch condition.Kind {
	case ConditionWorkspace:
		return among(condition.IDs, c.what.Workspace)
	case ConditionGroup:
		return among(condition.IDs, c.what.Group)
	case ConditionAssignee:
		return is(condition, c.what.Assignee)
	case ConditionUnassigned:
		return c.what.Assignee == ""
	case ConditionNoGroup:
		return c.what.Group == ""
	case ConditionOwn:
		return is(condition, c.what.Owner)
	case ConditionNotConfidential:
		return !c.what.Confidential
	case ConditionMentions:
		return has(condition, func(id AgentID) bool { return c.what.Mentions[id] })
	case ConditionParticipant:
		return has(condition, func(id AgentID) bool { return c.what.Participants[id].known() >= condition.Access })
	case ConditionCC:
		return has(condition, func(id ContactID) bool { return c.what.CCs[id].known() >= condition.Access })
	case ConditionRequester, ConditionRequesterCompany, ConditionRequesterOwner:
		requester := c.what.requester()
		return requester != nil && requester.meets(condition)
	default:
		return c.customer.record != nil && c.customer.meets(condition)
	}
}

// is reports whether the condition's only ID, which is not empty, is the given one.
func is[ID ~string](condition *Condition, id ID) bool {
	return slices.Contains(condition.IDs, string(id))
}

// has reports whether the condition's only ID is one for which with reports true.
func has[ID ~string](condition *Condition, with func(ID) bool) bool {
	return slices.ContainsFunc(condition.IDs, func(id string) bool { return with(ID(id)) })
}

// meets reports whether the contact, as a requester, meets the condition.
func (c *Contact) meets(condition *Condition) bool {
	switch condition.Kind {
	case ConditionRequester:
		return is(condition, c.ID)
	case ConditionRequesterCompany:
		return is(condition, c.Company)
	default:
		return is(condition, c.Owner)
	}
}

// meets reports whether the customer, whose record must not be nil, meets the condition.
// No customer meets a condition that is not about customers.
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

// among reports whether id is in the sorted list.
func among[ID ~string](ids []string, id ID) bool { return indexOf(ids, id) >= 0 }

// indexOf returns the index of id in the sorted list, which may be long; -1 if it is not there.
func indexOf[ID ~string](ids []string, id ID) int { return indexOfString(ids, string(id)) }

func indexOfString(ids []string, id string) int {
	if len(ids) <= 8 { // most lists; strings are faster to compare for equality than for order
		return slices.Index(ids, id)
	}
	if i, found := slices.BinarySearch(ids, id); found {
		return i
	}
	return -1
}

// atLeast returns the IDs with the access or more, sorted and without the empty ID.
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
