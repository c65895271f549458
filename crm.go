package deskpolicy

import (
	"slices"
	"time"
)

// A CRMUser is somebody in the connected CRM. What they see there bounds which
// contacts, companies and tickets a [SharedAgent] reaches on the desk.
//
// The zero CRMUser is nobody and sees nothing.
type CRMUser struct {
	ID          CRMUserID
	Deactivated bool // sees nothing [S53]

	// Scope is how far the user sees in the CRM. Whatever the scope, they see
	// what they own and what they are on the team of.
	//
	//   - Global: every record
	//   - Group: the records of their territories
	//   - Restricted: no others
	//   - zero: nothing, for a host that knows the answers but not the records: see Visible
	Scope       Scope
	Territories []TerritoryID

	// Hierarchy holds the parent of each territory, if the CRM lets access flow
	// from a territory to those below it. It is nil if it does not. A cycle is harmless.
	Hierarchy map[TerritoryID]TerritoryID

	// Visible are records that the CRM said the user sees, for a host whose CRM
	// answers with IDs only. They add to what Scope reaches.
	Visible Visible
}

type (
	// A CRMUserID identifies a user of the CRM. The empty one is nobody.
	CRMUserID string
	// A TerritoryID identifies a sales territory of the CRM. The empty one matches nothing.
	TerritoryID string
)

// A CRMRecord is what the CRM says of a contact or a company. The zero
// CRMRecord is seen by users with Global scope only.
type CRMRecord struct {
	Owner     CRMUserID
	Territory TerritoryID
	Team      map[CRMUserID]Access // who else works on the record
}

// Visible is an answer of the CRM: which records a user sees. The zero Visible has none.
type Visible struct {
	Contacts  map[ContactID]Access
	Companies map[CompanyID]Access

	// Age is how old the answer is, and Limit the age from which on it counts
	// no longer. Without a Limit it never counts.
	Age, Limit time.Duration
}

// counts reports whether the answer is fresh enough.
func (v *Visible) counts() bool { return 0 <= v.Age && v.Age < v.Limit }

// contact returns what the user may do with the contact in the CRM.
func (u *CRMUser) contact(c *Contact) Access {
	return u.access(answered(u.Visible.counts(), u.Visible.Contacts, c.ID), &c.CRM)
}

// company returns what the user may do with the company in the CRM.
func (u *CRMUser) company(c *Company) Access {
	return u.access(answered(u.Visible.counts(), u.Visible.Companies, c.ID), &c.CRM)
}

// answered returns what the CRM's answer gives on the record of that ID.
func answered[ID ~string](counts bool, answer map[ID]Access, id ID) Access {
	if !counts || id == "" {
		return NoAccess
	}
	return answer[id]
}

// access returns the most that the CRM's answer and its record give the user,
// who is live: step 3 has seen to that.
func (u *CRMUser) access(answer Access, record *CRMRecord) Access {
	switch {
	case u.sees(record):
		return Edit
	case !u.Scope.Valid():
		return answer.known()
	default:
		return max(answer.known(), record.Team[u.ID].known())
	}
}

// live reports whether there is such a user, and not a deactivated one.
func (u *CRMUser) live() bool { return u.ID != "" && !u.Deactivated }

// sees reports whether the record is within the user's scope, or their own.
func (u *CRMUser) sees(record *CRMRecord) bool {
	switch u.Scope {
	case Global:
		return true
	case Group:
		return record.Owner == u.ID || u.covers(record.Territory)
	case Restricted:
		return record.Owner == u.ID
	default:
		return false
	}
}

// covers reports whether the territory is one of the user's or, if access
// flows down the hierarchy, below one of them.
func (u *CRMUser) covers(territory TerritoryID) bool {
	// A second walk at half the pace meets the first if there is a cycle.
	slow, wait := territory, false
	for territory != "" {
		if slices.Contains(u.Territories, territory) {
			return true
		}
		territory = u.Hierarchy[territory]
		if wait {
			slow = u.Hierarchy[slow]
		}
		if wait = !wait; territory == slow {
			return false
		}
	}
	return false
}
