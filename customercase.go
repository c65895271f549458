package deskpolicy

import (
	"maps"
	"slices"
)

// A customerCase is a class of customers to which the CRM gives two subjects the same access.
type customerCase struct {
	access  [2]Access
	only    func(ActionID, kind) bool // reports which actions to compare in this case; nil for all
	contact *Contact                  // an example, if the customer is a contact
	company *Company                  // an example, if the customer is a company
	nobody  bool                      // whether there is no customer, and so no requester
	mine    bool                      // whether the customer is an agent's own contact
	crmRole bool                      // whether the case is about the Shared Agent role, which one of the accounts does not have
}

// noCustomers is the single case for two agents, whose access does not depend on the CRM.
var noCustomers = []customerCase{{}}

// anyCustomers holds the cases for a second subject who is a shared agent, if what the CRM
// shows it is unknown. The contact without an ID stands for any stranger.
var anyCustomers = []customerCase{{nobody: true}, {access: [2]Access{1: Edit}, contact: &Contact{}}}

// customersOf returns the cases for the CRM users of two subjects, at the instant of each.
// The CRM user is nil for a subject who is not a shared agent; own is the contact of such a
// subject, if it has one.
func customersOf(first, second *actor, own ContactID) []customerCase {
	users, at := [2]*CRMUser{first.crm, second.crm}, [2]moment{first.at, second.at}
	if users == [2]*CRMUser{} {
		return noCustomers
	}
	cases := []customerCase{{only: notOnCustomer, nobody: true}}
	records := recordsOf(users)
	for _, id := range answeredOf(users, own, func(v *CRMVisibility) map[ContactID]Access { return v.Contacts }) {
		for _, record := range records {
			c := &Contact{ID: id, CRM: record}
			cases = addCase(cases, customerCase{access: accessOf(users, at, c.customer()), only: notOnCompany, contact: c})
		}
	}
	for _, record := range records {
		if c := (&Contact{ID: own, CRM: record}); own != "" {
			cases = addCase(cases, customerCase{access: accessOf(users, at, c.customer()), only: notOnCompany, contact: c, mine: true})
		}
	}
	for _, id := range answeredOf(users, "", func(v *CRMVisibility) map[CompanyID]Access { return v.Companies }) {
		for _, record := range records {
			c := &Company{ID: id, CRM: record}
			cases = addCase(cases, customerCase{access: accessOf(users, at, c.customer()), only: isOnCompany, company: c})
		}
	}
	return cases
}

func isOnCompany(_ ActionID, on kind) bool   { return on == kindCompany }
func notOnCompany(_ ActionID, on kind) bool  { return on != kindCompany }
func notOnCustomer(_ ActionID, on kind) bool { return !on.customer() }

// stances returns the stances that are possible in the case.
func (c *customerCase) stances() stanceSet {
	const byRequester = Requested | SameCompany | MyCustomers
	switch {
	case c.nobody:
		return everyStance.not(stancesOf(byRequester))
	case c.mine:
		return stancesOf(Requested)
	case c.contact != nil:
		return everyStance.not(stancesOf(Requested))
	}
	return everyStance
}

// addCase appends a case unless there already is a case for the same kind of customer with
// the same access.
func addCase(cases []customerCase, more customerCase) []customerCase {
	for i := range cases {
		if cases[i].access == more.access && cases[i].mine == more.mine && (cases[i].company == nil) == (more.company == nil) && (cases[i].contact == nil) == (more.contact == nil) {
			return cases
		}
	}
	return append(cases, more)
}

// accessOf returns each user's access to the customer in its moment; NoAccess for a nil user.
func accessOf(users [2]*CRMUser, at [2]moment, c customer) (of [2]Access) {
	for i, user := range users {
		if user != nil {
			of[i], _ = user.access(c, at[i])
		}
	}
	return of
}

// recordsOf returns a record for every combination of owner and territory that the rules
// distinguish. The records have no team, because being on the team gives a user no more
// than owning the record does.
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

// territoriesOf returns one territory for each combination of users who cover it: the
// first by name.
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

// answeredOf returns one ID, except own, for each combination of accesses that the CRM's
// answers give the two users. It is the first ID with the combination; for no access, it is
// an ID that the answers do not contain.
func answeredOf[ID ~string](users [2]*CRMUser, own ID, answer func(*CRMVisibility) map[ID]Access) (ids []ID) {
	all := make(map[ID][2]Access)
	for i, user := range users {
		if user == nil {
			continue
		}
		for id, access := range answer(&user.Visibility) {
			answers := all[id]
			answers[i] = access
			all[id] = answers
		}
	}
	delete(all, "")
	answered := slices.Sorted(maps.Keys(all))
	unknown := unlike("example", append(answered, own)...)
	known := make(map[[2]Access]bool)
	for _, id := range append([]ID{unknown}, answered...) {
		if !known[all[id]] && id != own {
			ids, known[all[id]] = append(ids, id), true
		}
	}
	return ids
}

// in returns a copy of the example customer, moved to the account.
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
