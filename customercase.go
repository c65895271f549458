package deskpolicy

import (
	"maps"
	"slices"
)

// A customerCase is what two subjects may do in the CRM with some customer.
type customerCase struct {
	access  [2]Access
	only    *actionSet // the actions to which such a customer matters; nil if all
	contact *Contact   // such a customer, if it is a contact
	company *Company   // and if it is a company
	crmRole bool       // it is no customer but the Shared Agent role, which one of the accounts does not have
}

// noMatter is for agents, to whom it is no matter what the CRM says.
var noMatter = []customerCase{{}}

// anyCustomers are for an agent, and for a shared agent whom the CRM may let see
// whatever it will.
var anyCustomers = []customerCase{{}, {access: [2]Access{1: Edit}}}

// customersOf returns the cases that there are for the CRM users of two shared
// agents; nil stands for an agent.
func customersOf(first, second *CRMUser) []customerCase {
	if first == nil && second == nil {
		return noMatter
	}
	l, users := rulebooks(), [2]*CRMUser{first, second}
	cases := []customerCase{{only: &l.notOfCustomer}}
	records := recordsOf(users)
	for _, id := range answeredOf(users, func(v *CRMVisibility) map[ContactID]Access { return v.Contacts }) {
		for _, record := range records {
			c := &Contact{ID: id, CRM: record}
			access := accessOf(users, func(u *CRMUser) Access { return u.access(c.customer()) })
			cases = addCase(cases, customerCase{access: access, only: &l.notOfCompany, contact: c})
		}
	}
	for _, id := range answeredOf(users, func(v *CRMVisibility) map[CompanyID]Access { return v.Companies }) {
		for _, record := range records {
			c := &Company{ID: id, CRM: record}
			access := accessOf(users, func(u *CRMUser) Access { return u.access(c.customer()) })
			cases = addCase(cases, customerCase{access: access, only: &l.ofCompany, company: c})
		}
	}
	return cases
}

// addCase adds a case unless there is one like it.
func addCase(cases []customerCase, more customerCase) []customerCase {
	for i := range cases {
		if cases[i].access == more.access && cases[i].only == more.only {
			return cases
		}
	}
	return append(cases, more)
}

// accessOf returns what each of the users may do; who is none may do nothing.
func accessOf(users [2]*CRMUser, access func(*CRMUser) Access) (of [2]Access) {
	for i, user := range users {
		if user != nil {
			of[i] = access(user)
		}
	}
	return of
}

// recordsOf returns records that stand to the users in every way that matters. None
// has a team: it gives no more than owning the record does, to whoever is on it.
func recordsOf(users [2]*CRMUser) (records []CRMRecord) {
	owners := []CRMUserID{""}
	for _, user := range users {
		if user != nil {
			owners = append(owners, user.ID)
		}
	}
	for _, owner := range owners {
		for _, territory := range territoriesOf(users) {
			records = append(records, CRMRecord{Owner: owner, Territory: territory})
		}
	}
	return records
}

// territoriesOf returns, of the territories that the users see alike, the first each.
func territoriesOf(users [2]*CRMUser) (territories []TerritoryID) {
	all := []TerritoryID{""}
	for _, user := range users {
		if user != nil {
			all = append(all, user.Territories...)
			all = slices.AppendSeq(all, maps.Keys(user.Hierarchy))
		}
	}
	slices.Sort(all)
	var coverage [2]map[TerritoryID]bool
	for i, user := range users {
		if user != nil {
			coverage[i] = user.coverage()
		}
	}
	known := make(map[[2]bool]bool)
	for _, territory := range all {
		covered := [2]bool{coverage[0][territory], coverage[1][territory]}
		if !known[covered] {
			territories, known[covered] = append(territories, territory), true
		}
	}
	return territories
}

// answeredOf returns, of the IDs of which the CRM's answers to the users say the
// same, the first each, and one of which they say nothing.
func answeredOf[ID ~string](users [2]*CRMUser, answer func(*CRMVisibility) map[ID]Access) (ids []ID) {
	all := make(map[ID][2]Access)
	for i, user := range users {
		if user == nil {
			continue
		}
		for id, access := range answer(&user.Visibility) {
			said := all[id]
			said[i] = access
			all[id] = said
		}
	}
	unknown := ID("example")
	for all[unknown] != [2]Access{} {
		unknown += "'"
	}
	known := make(map[[2]Access]bool)
	for _, id := range append([]ID{unknown}, slices.Sorted(maps.Keys(all))...) {
		if !known[all[id]] && id != "" {
			ids, known[all[id]] = append(ids, id), true
		}
	}
	return ids
}

// in returns the customer as one of the account's.
func (c *customerCase) in(account AccountID) (*Contact, *Company) {
	switch {
	case c.contact != nil:
		contact := *c.contact
		contact.Account = account
		return &contact, nil
	case c.company != nil:
		company := *c.company
		company.Account = account
		return nil, &company
	default:
		return nil, nil
	}
}
