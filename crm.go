package deskpolicy

import (
	"slices"
	"time"
)

// A CRMUser is a user of the connected CRM. What the user sees there determines which
// contacts, companies and tickets a [SharedAgent] reaches on the desk.
//
// The zero CRMUser has no ID and sees nothing.
type CRMUser struct {
	ID          CRMUserID
	Deactivated bool // whether the user is deactivated and sees nothing [S53]

	// Sees says which records the user sees in the CRM. Leave it zero if the host knows only
	// the IDs that are in Visibility.
	Sees        CRMRecords
	Territories []TerritoryID // see TerritoryRecords

	// Hierarchy maps each territory to its parent, if the CRM extends access from a
	// territory to the territories below it. Otherwise it is nil. Cycles are allowed.
	Hierarchy map[TerritoryID]TerritoryID

	// Visibility lists records that the user sees in addition to those that Sees includes.
	// It is for a host whose CRM returns only IDs.
	Visibility CRMVisibility
}

type (
	// A CRMUserID identifies a user of the CRM. The empty ID identifies no user.
	CRMUserID string
	// A TerritoryID identifies a sales territory of the CRM. The empty ID matches nothing.
	TerritoryID string
)

// CRMRecords says which records a user of the CRM sees: OwnRecords < TerritoryRecords <
// AllRecords. The zero CRMRecords includes no record.
type CRMRecords uint8

const (
	// OwnRecords are the records that the user owns, and the records with a team that
	// includes the user.
	OwnRecords CRMRecords = 1 + iota
	// TerritoryRecords are OwnRecords and the records in the user's territories.
	TerritoryRecords
	// AllRecords are all records.
	AllRecords
)

var crmRecordsNames = [...]string{"none", "own", "territory", "all"}

const crmRecordsKind = "level of CRM records" // in errors

// MarshalText returns the name of r. It returns an error if r is not a CRMRecords.
func (r CRMRecords) MarshalText() ([]byte, error) {
	return textOf(crmRecordsKind, crmRecordsNames[:], r)
}

// UnmarshalText sets r to the records that text names; "none" is the zero CRMRecords. For
// an unknown name it returns an error that quotes the text and suggests the nearest name.
func (r *CRMRecords) UnmarshalText(text []byte) error {
	i, err := parseName(crmRecordsKind, string(text), crmRecordsNames[:])
	*r = CRMRecords(max(i, 0))
	return err
}

// String returns the name of r: "none", "own", "territory" or "all"; "unknown" if r is not
// a CRMRecords.
func (r CRMRecords) String() string { return nameOf(crmRecordsNames[:], r) }

// A CRMRecord holds what the CRM knows about a contact or a company. The zero CRMRecord is
// visible only to users who see [AllRecords] and to users with the ID in their Visibility.
type CRMRecord struct {
	Owner     CRMUserID
	Territory TerritoryID
	Team      map[CRMUserID]Access // the access of other users who work on the record
}

// CRMVisibility is the CRM's answer to the question which records a user sees. The answer
// counts from AsOf up to, but not including, MaxAge later, at the instant of the
// [SharedAgent] (A57). The zero CRMVisibility makes nothing visible.
type CRMVisibility struct {
	Contacts  map[ContactID]Access
	Companies map[CompanyID]Access

	// AsOf is the instant at which the CRM gave the answer, and MaxAge is the age at which
	// the answer expires. It never counts without an AsOf, or with one outside the years 1970
	// to 2199; without a positive MaxAge; or if the shared agent has no instant.
	AsOf   time.Time
	MaxAge time.Duration
}

// window returns when the answer counts. If it expires after 2199, its end is open.
func (v *CRMVisibility) window() Window {
	if v.MaxAge <= 0 || !validInstant(v.AsOf) {
		return never
	}
	w := Window{from: v.AsOf.UnixNano()}
	if until := w.from + int64(v.MaxAge); validInstant(time.Unix(0, until)) { // an overflow is negative
		w.until = until
	}
	return w
}

// counts reports whether the answer counts in the moment. Even one without a start and an end
// does not count in no moment.
func (v *CRMVisibility) counts(at moment) bool { return v.window().holdsWithin(at) }

// A customer is a contact or a company in the CRM. The zero customer is neither.
type customer struct {
	record  *CRMRecord
	contact ContactID // set for a contact; otherwise company is
	company CompanyID
}

func (c *Contact) customer() customer { return customer{record: &c.CRM, contact: c.ID} }
func (c *Company) customer() customer { return customer{record: &c.CRM, company: c.ID} }

// customerOf returns the customer of a resource with these attributes: the contact or
// company itself, or the requester of a ticket, if it belongs to the ticket's account (A7). The
// CRM does not know a host's type that embeds a contact or a company.
func customerOf(what *Attributes, thing any) customer {
	switch thing := thing.(type) {
	case *Contact:
		return thing.customer()
	case *Company:
		return thing.customer()
	}
	if requester := what.requester(); requester != nil && !what.kind.customer() {
		return requester.customer()
	}
	return customer{}
}

// access returns the access that the answer gives to the customer while it counts.
func (v *CRMVisibility) access(c customer) Access {
	switch {
	case c.contact != "":
		return v.Contacts[c.contact].known()
	case c.company != "":
		return v.Companies[c.company].known()
	}
	return NoAccess
}

// crmReach is a set of the ways in which a user sees records of the CRM.
type crmReach uint8

const (
	seesEvery crmReach = 1 << iota
	seesOwn
	seesTerritories
	seesTeams // with the access given in the team; the other ways give Edit
)

// crmReach returns the ways in which a user who sees these records sees them; none if r is
// not a CRMRecords.
func (r CRMRecords) crmReach() crmReach {
	switch r {
	case AllRecords:
		return seesEvery
	case TerritoryRecords:
		return seesOwn | seesTerritories | seesTeams
	case OwnRecords:
		return seesOwn | seesTeams
	default:
		return 0
	}
}

// access returns the user's access to the customer in the moment: the higher of what the
// CRM's answer and the customer's record give. It reports whether it depends on the moment,
// because the answer gives more than the record. It assumes that the user is active, which
// step 3 checks.
func (u *CRMUser) access(c customer, at moment) (access Access, ages bool) {
	if c.record == nil {
		return NoAccess, false
	}
	access = u.accessByRecord(c.record)
	answered := u.Visibility.access(c)
	if ages = answered > access; ages && u.Visibility.counts(at) {
		access = answered
	}
	return access, ages
}

// accessByRecord returns the access that the customer's record gives the user.
func (u *CRMUser) accessByRecord(record *CRMRecord) Access {
	switch by := u.Sees.crmReach(); {
	case by&seesEvery != 0, by&seesOwn != 0 && record.Owner == u.ID, by&seesTerritories != 0 && u.covers(record.Territory):
		return Edit
	case by&seesTeams != 0:
		return record.Team[u.ID].known()
	default:
		return NoAccess
	}
}

// isActive reports whether the user has an ID and is not deactivated.
func (u *CRMUser) isActive() bool { return u.ID != "" && !u.Deactivated }

// covers reports whether the territory is one of the user's or, according to the
// hierarchy, below one of them.
func (u *CRMUser) covers(territory TerritoryID) bool {
	// To detect a cycle, slow follows at half the pace: in a cycle the two become equal.
	slow, wait := territory, false
	var own map[TerritoryID]bool // set once it is faster than searching the list
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

// few is the longest list that is searched repeatedly. A longer list is converted to a
// set, which allocates.
const few = 16

// asSet returns the elements of the list as a set.
func asSet[ID comparable](list []ID) map[ID]bool {
	set := make(map[ID]bool, len(list))
	for _, id := range list {
		set[id] = true
	}
	return set
}

// coverage returns for each territory whether the user covers it. Each walk up the
// hierarchy stops at a territory that an earlier walk has visited.
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
			covered[territory] = false // so that a cycle ends the walk
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

// territories returns the territories that the user covers, sorted.
func (u *CRMUser) territories() (covered []string) {
	for territory, is := range u.coverage() {
		if is {
			covered = append(covered, string(territory))
		}
	}
	slices.Sort(covered)
	return covered
}
