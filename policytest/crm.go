package policytest

import (
	"time"

	"pgregory.net/rapid"

	"github.com/deskpolicy/deskpolicy"
)

// CRMUsers returns a generator of users of the connected CRM. Their territories can be nested,
// even in a cycle. Some have CRM visibility, which at Now can be just fresh enough, just too old or of a later instant.
func (d Desk) CRMUsers() *rapid.Generator[deskpolicy.CRMUser] {
	return gen(d, func(t *rapid.T, w *fullDesk) deskpolicy.CRMUser { return w.user(t) })
}

// CRMRecords returns a generator of CRM records of contacts and companies.
func (d Desk) CRMRecords() *rapid.Generator[deskpolicy.CRMRecord] {
	return gen(d, func(t *rapid.T, w *fullDesk) deskpolicy.CRMRecord { return w.record(t, "ursa") })
}

// user draws a CRM user.
func (w *fullDesk) user(t *rapid.T) deskpolicy.CRMUser {
	user := deskpolicy.CRMUser{
		ID:          "ursa",
		Deactivated: rarely(t, 6),
		Sees:        pick(t, deskpolicy.OwnRecords, deskpolicy.TerritoryRecords, deskpolicy.AllRecords, 0),
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

// visible draws CRM visibility that is new, is about to expire or just has, or is yet to come.
func (w *fullDesk) visible(t *rapid.T) deskpolicy.CRMVisibility {
	return deskpolicy.CRMVisibility{
		Contacts:  rapid.MapOfN(rapid.SampledFrom([]deskpolicy.ContactID{"1", "2"}), rapid.Custom(w.access), 0, 2).Draw(t, "contacts"),
		Companies: rapid.MapOfN(rapid.SampledFrom([]deskpolicy.CompanyID{"1", "2"}), rapid.Custom(w.access), 0, 2).Draw(t, "companies"),
		AsOf:      w.Now.Add(-pick(t, 0, time.Hour-1, time.Hour, -1)),
		MaxAge:    time.Hour,
	}
}

// record draws the CRM record of a customer. The user mostly owns the customer or is on its team.
func (w *fullDesk) record(t *rapid.T, user deskpolicy.CRMUserID) deskpolicy.CRMRecord {
	record := deskpolicy.CRMRecord{Owner: "ugo", Territory: pick(t, append([]deskpolicy.TerritoryID{""}, w.Territories...)...)}
	switch anyOf(t, []string{"owner", "owner", "team", "other"}) {
	case "owner":
		record.Owner = user
	case "team":
		record.Team = map[deskpolicy.CRMUserID]deskpolicy.Access{user: w.access(t)}
	}
	return record
}
