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

	// CRMVisibility are records that the CRM said the user sees, for a host whose CRM
	// answers with IDs only. They add to what Scope reaches.
	Visibility CRMVisibility
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

// CRMVisibility is an answer of the CRM: which records a user sees. The zero CRMVisibility has none.
type CRMVisibility struct {
	Contacts  map[ContactID]Access
	Companies map[CompanyID]Access

	// Age is how old the answer is, and Limit the age from which on it counts
	// no longer. Without a Limit it never counts.
	Age, MaxAge time.Duration
}

// counts reports whether the answer is fresh enough.
func (v *CRMVisibility) counts() bool { return 0 <= v.Age && v.Age < v.MaxAge }

// A customer is a contact or a company as the CRM knows it. The zero customer is nobody.
type customer struct {
	record  *CRMRecord
	contact ContactID // one of the two
	company CompanyID
}

func (c *Contact) customer() customer { return customer{record: &c.CRM, contact: c.ID} }
func (c *Company) customer() customer { return customer{record: &c.CRM, company: c.ID} }

// customerOf returns the customer whom the thing, with its attributes, is about:
// a contact or a company itself, or the requester of a ticket, if there is one
// of the ticket's account (A7).
func customerOf(what *Attributes, thing any) customer {
	switch thing := thing.(type) {
	case *Contact:
		return thing.customer()
	case *Company:
		return thing.customer()
	}
	if requester := what.requester; requester != nil && requester.Account == what.Account {
		return requester.customer()
	}
	return customer{}
}

// answered returns what the CRM's answer gives on the customer.
func (v *CRMVisibility) answered(c customer) Access {
	switch {
	case !v.counts():
		return NoAccess
	case c.contact != "":
		return v.Contacts[c.contact].known()
	case c.company != "":
		return v.Companies[c.company].known()
	}
	return NoAccess
}

// crmReach is how a user comes to see records of the CRM, as bits.
type crmReach uint8

const (
	everyRecord crmReach = 1 << iota
	ownRecords
	territoryRecords
	teamRecords // as far as each team has it; whatever else is seen may be edited
)

// crmReach returns how a user with the scope comes to see records.
func (s Scope) crmReach() crmReach {
	switch s {
	case ScopeGlobal:
		return everyRecord
	case ScopeGroup:
		return ownRecords | territoryRecords | teamRecords
	case ScopeRestricted:
		return ownRecords | teamRecords
	default:
		return 0
	}
}

// access returns the most that the CRM's answer and its record of the customer
// give the user, who is live: step 3 has seen to that.
func (u *CRMUser) access(c customer) Access {
	if c.record == nil {
		return NoAccess
	}
	switch by := u.Scope.crmReach(); {
	case by&everyRecord != 0, by&ownRecords != 0 && c.record.Owner == u.ID, by&territoryRecords != 0 && u.covers(c.record.Territory):
		return Edit
	case by&teamRecords != 0:
		return max(u.Visibility.answered(c), c.record.Team[u.ID].known())
	default:
		return u.Visibility.answered(c)
	}
}

// live reports whether there is such a user, and not a deactivated one.
func (u *CRMUser) live() bool { return u.ID != "" && !u.Deactivated }

// covers reports whether the territory is one of the user's or, if access
// flows down the hierarchy, below one of them.
func (u *CRMUser) covers(territory TerritoryID) bool {
	// A second walk at half the pace meets the first if there is a cycle.
	slow, wait := territory, false
	var own map[TerritoryID]bool // once it is not quicker to look through the list
	for steps := 0; territory != ""; steps++ {
		if steps == few && len(u.Territories) > few {
			own = asSet(u.Territories)
		}
		if own[territory] || own == nil && slices.Contains(u.Territories, territory) {
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

// few is up to how many of anything a list is looked through again and again:
// with more, a set is made of it, which allocates.
const few = 16

// asSet returns what is in the list.
func asSet[ID comparable](list []ID) map[ID]bool {
	set := make(map[ID]bool, len(list))
	for _, id := range list {
		set[id] = true
	}
	return set
}

// coverage returns of all territories whether the user covers them. Each walk up
// the hierarchy ends where an earlier one has been.
func (u *CRMUser) coverage() map[TerritoryID]bool {
	covered := make(map[TerritoryID]bool, len(u.Hierarchy)+len(u.Territories))
	for _, territory := range u.Territories {
		covered[territory] = territory != ""
	}
	var walked []TerritoryID
	for territory := range u.Hierarchy {
		walked = walked[:0]
		for known := false; territory != ""; territory = u.Hierarchy[territory] {
			if _, known = covered[territory]; known {
				break
			}
			covered[territory] = false // if it meets itself, there is a cycle
			walked = append(walked, territory)
		}
		if covered[territory] {
			for _, below := range walked {
				covered[below] = true
			}
		}
	}
	return covered
}

// territories returns all those that the user covers, sorted.
func (u *CRMUser) territories() (covered []string) {
	for territory, is := range u.coverage() {
		if is {
			covered = append(covered, string(territory))
		}
	}
	slices.Sort(covered)
	return covered
}
