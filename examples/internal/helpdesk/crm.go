package helpdesk

import (
	"fmt"
	"time"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/strictjson"
)

// A crmUser is a user of the CRM. The embedded person is a CRM-only user.
type crmUser struct {
	person
	record deskpolicy.CRMUser
}

func (h *helpdesk) readCRMUser(v *strictjson.Value) {
	p := h.readPerson(v)
	record := deskpolicy.CRMUser{
		ID:          deskpolicy.CRMUserID(p.id),
		Deactivated: v.Optional("deactivated").Bool(),
		Sees:        strictjson.AsText[deskpolicy.CRMRecords](v.Optional("sees")),
		Territories: strictjson.List(v.Optional("territories"), p.account.territory),
		Hierarchy:   p.account.hierarchy,
		Visibility:  readVisibility(v.Optional("visible")),
	}
	p.subject = &deskpolicy.CRMOnlyUser{Account: p.account.record, CRM: record}
	h.crmUsers.add("", v.Required("id"), crmUser{p, record})
}

func (a account) territory(v *strictjson.Value) deskpolicy.TerritoryID {
	return strictjson.As(v, a.territories.find)
}

// readVisibility reads what a user sees in the CRM. Customers are read later; then checkVisibility
// checks their IDs.
func readVisibility(v *strictjson.Value) deskpolicy.CRMVisibility {
	return deskpolicy.CRMVisibility{
		Contacts:  readAccess(v.Optional("contacts"), unchecked[deskpolicy.ContactID]),
		Companies: readAccess(v.Optional("companies"), unchecked[deskpolicy.CompanyID]),
		AsOf:      strictjson.As(v.Required("as_of"), instant),
		MaxAge:    strictjson.As(v.Required("max_age"), age),
	}
}

func unchecked[ID ~string](id string) (ID, error) { return ID(id), nil }

// age parses a duration in Go's syntax.
func age(text string) (time.Duration, error) {
	age, err := time.ParseDuration(text)
	if err != nil || age < 0 {
		return 0, fmt.Errorf(`%q is not an age; give one such as "2h" or "90m"`, text)
	}
	return age, nil
}

// checkVisibility refuses CRM visibility of customers that are not in the file. Customers refer to
// CRM users, so they are read after them.
func (h *helpdesk) checkVisibility(user *strictjson.Value) {
	for key, of := range map[string]string{"contacts": "contact", "companies": "company"} {
		find := within(h.accountOf(user), h.resourceOf(of), accountOfResource)
		for id, access := range user.Optional("visible").Optional(key).Members() {
			if _, err := find(id); err != nil {
				access.Refuse(err)
			}
		}
	}
}

// readCRMIdentity reads the CRM user of the shared agent. Every shared agent must have one, and no
// two the same.
func (h *helpdesk) readCRMIdentity(v *strictjson.Value, shared person) deskpolicy.CRMUser {
	ref := v.Optional("crm_user")
	if shared.id != "" && !ref.Present() {
		ref.Refuse(fmt.Errorf("shared agent %q has no CRM user; add crm_user", shared.id))
	}
	user := strictjson.As(ref, within(shared.account, h.crmUsers.find, crmUser.accountID)).record
	if user.ID == "" {
		return user // it was refused
	}
	if other := h.sharedAgentOf[user.ID]; other != "" && other != shared.id {
		ref.Refuse(fmt.Errorf("CRM user %q is already the shared agent %q; give %q another CRM user", user.ID, other, shared.id))
	}
	h.sharedAgentOf[user.ID] = shared.id
	return user
}

// crmRecord reads the CRM record of a contact or company.
func (f fields) crmRecord() deskpolicy.CRMRecord {
	account := f.accountOf(f.Value)
	user := func(id string) (deskpolicy.CRMUserID, error) {
		user, err := within(account, f.crmUsers.find, crmUser.accountID)(id)
		return user.record.ID, err
	}
	return deskpolicy.CRMRecord{
		Owner:     strictjson.As(f.Optional("crm_owner"), user),
		Territory: account.territory(f.Optional("territory")),
		Team:      readAccess(f.Optional("team"), user),
	}
}
