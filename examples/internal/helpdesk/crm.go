package helpdesk

import (
	"fmt"
	"time"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/strictjson"
)

// A crmUser is a user of the CRM: as a person, a non-agent of the desk.
type crmUser struct {
	person
	record deskpolicy.CRMUser
}

func (h *helpdesk) readCRMUser(v *strictjson.Value) {
	p := h.readPerson(v)
	record := deskpolicy.CRMUser{
		ID:          deskpolicy.CRMUserID(p.id),
		Deactivated: v.Optional("deactivated").Bool(),
		Scope:       strictjson.AsText[deskpolicy.Scope](v.Optional("scope")),
		Territories: strictjson.List(v.Optional("territories"), p.account.territory),
		Hierarchy:   p.account.hierarchy,
		Visibility:  readVisible(v.Optional("visible")),
	}
	p.subject = &deskpolicy.CRMOnlyUser{Account: p.account.record, CRM: record}
	h.crmUsers.add("", v.Required("id"), crmUser{p, record})
}

func (a account) territory(v *strictjson.Value) deskpolicy.TerritoryID {
	return strictjson.As(v, a.territories.find)
}

// readVisible reads an answer of the CRM. Whether its IDs are known has to wait: see checkVisible.
func readVisible(v *strictjson.Value) deskpolicy.CRMVisibility {
	return deskpolicy.CRMVisibility{
		Contacts:  readAccess(v.Optional("contacts"), unchecked[deskpolicy.ContactID]),
		Companies: readAccess(v.Optional("companies"), unchecked[deskpolicy.CompanyID]),
		Age:       strictjson.As(v.Required("age"), age),
		MaxAge:    strictjson.As(v.Required("limit"), age),
	}
}

func unchecked[ID ~string](id string) (ID, error) { return ID(id), nil }

// age reads a duration as Go writes it.
func age(text string) (time.Duration, error) {
	age, err := time.ParseDuration(text)
	if err != nil || age < 0 {
		return 0, fmt.Errorf(`%q is no age: want one such as "2h" or "90m"`, text)
	}
	return age, nil
}

// checkVisible refuses an answer about customers who are not in the file. They
// are read after the CRM users, whom they refer to.
func (h *helpdesk) checkVisible(user *strictjson.Value) {
	for key, of := range map[string]string{"contacts": "contact", "companies": "company"} {
		find := within(h.accountOf(user), h.resourceOf(of), homeOf)
		for id, access := range user.Optional("visible").Optional(key).Members() {
			if _, err := find(id); err != nil {
				access.Refuse(err)
			}
		}
	}
}

// readIdentity returns who the shared agent is in the CRM. It is somebody there,
// and nobody there is two shared agents.
func (h *helpdesk) readIdentity(v *strictjson.Value, shared person) deskpolicy.CRMUser {
	ref := v.Optional("crm_user")
	if shared.id != "" && !ref.Present() {
		ref.Refuse(fmt.Errorf("%q is a shared agent, and has no CRM user", shared.id))
	}
	user := strictjson.As(ref, within(shared.account, h.crmUsers.find, crmUser.home)).record
	if user.ID == "" {
		return user // as it was refused
	}
	if other := h.sharedAs[user.ID]; other != "" && other != shared.id {
		ref.Refuse(fmt.Errorf("CRM user %q is the shared agent %q, and cannot be %q as well", user.ID, other, shared.id))
	}
	h.sharedAs[user.ID] = shared.id
	return user
}

// crmRecord reads what the CRM says of a contact or company.
func (f fields) crmRecord() deskpolicy.CRMRecord {
	account := f.accountOf(f.Value)
	user := func(id string) (deskpolicy.CRMUserID, error) {
		user, err := within(account, f.crmUsers.find, crmUser.home)(id)
		return user.record.ID, err
	}
	return deskpolicy.CRMRecord{
		Owner:     strictjson.As(f.Optional("crm_owner"), user),
		Territory: account.territory(f.Optional("territory")),
		Team:      readAccess(f.Optional("team"), user),
	}
}
