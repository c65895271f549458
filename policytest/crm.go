package policytest

import (
	"time"

	"pgregory.net/rapid"

	"github.com/deskpolicy/deskpolicy"
)

// CRMUsers returns a generator of users of the connected CRM. Their territories can be nested,
// also in a circle. Some answers of the CRM are just fresh enough, others just too old.
func (d Desk) CRMUsers() *rapid.Generator[deskpolicy.CRMUser] {
	return gen(d, func(t *rapid.T, w *world) deskpolicy.CRMUser { return w.user(t) })
}

// CRMRecords returns a generator of CRM records of contacts and companies.
func (d Desk) CRMRecords() *rapid.Generator[deskpolicy.CRMRecord] {
	return gen(d, func(t *rapid.T, w *world) deskpolicy.CRMRecord { return w.record(t, "ursa") })
}

// user draws a CRM user.
func (w *world) user(t *rapid.T) deskpolicy.CRMUser {
	user := deskpolicy.CRMUser{
		ID:          "ursa",
		Deactivated: rarely(t, 6),
		Scope:       pick(t, deskpolicy.ScopeRestricted, deskpolicy.ScopeGroup, deskpolicy.ScopeGlobal, 0),
		Territories: rapid.SliceOfN(rapid.SampledFrom(w.Territories), 0, 2).Draw(t, "territories"),
	}
	if rarely(t, 6) {
		user.ID = ""
	}
	if rarely(t, 2) {
		territory := rapid.SampledFrom(append([]deskpolicy.TerritoryID{"earth"}, w.Territories...))
		user.Hierarchy = rapid.MapOfN(territory, territory, 1, 3).Draw(t, "hierarchy")
	}
	if rarely(t, 2) {
		user.Visibility = w.visible(t)
	}
	return user
}

// visible draws an answer of the CRM whose age is close to the limit.
func (w *world) visible(t *rapid.T) deskpolicy.CRMVisibility {
	return deskpolicy.CRMVisibility{
		Contacts:  rapid.MapOfN(rapid.SampledFrom([]deskpolicy.ContactID{"1", "2"}), rapid.Custom(w.access), 0, 2).Draw(t, "contacts"),
		Companies: rapid.MapOfN(rapid.SampledFrom([]deskpolicy.CompanyID{"1", "2"}), rapid.Custom(w.access), 0, 2).Draw(t, "companies"),
		MaxAge:    time.Hour,
		Age:       pick(t, 0, time.Hour-1, time.Hour, time.Hour+1),
	}
}

// record draws a CRM record of a customer, which the user sees about every second time.
func (w *world) record(t *rapid.T, user deskpolicy.CRMUserID) deskpolicy.CRMRecord {
	record := deskpolicy.CRMRecord{Owner: "ugo", Territory: pick(t, append([]deskpolicy.TerritoryID{""}, w.Territories...)...)}
	switch anyOf(t, []string{"owner", "owner", "team", "other"}) {
	case "owner":
		record.Owner = user
	case "team":
		record.Team = map[deskpolicy.CRMUserID]deskpolicy.Access{user: w.access(t)}
	}
	return record
}
