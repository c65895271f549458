package change

import (
	"cmp"
	"context"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/examples/service/internal/roster"
	"github.com/deskpolicy/deskpolicy/examples/service/internal/store"
)

// Admit makes the contact a customer of the portal, who holds no role yet.
func (m Maker) Admit(ctx context.Context, id deskpolicy.ContactID) error {
	return m.make(ctx, func(tx *store.Tx) error {
		p, err := tx.Contact(id)
		if err != nil {
			return err
		}
		if err := store.Ask(tx, deskpolicy.ContactEdit, p.Contact); err != nil {
			return err
		}
		if _, err := tx.Customer(id); err == nil {
			return roster.Refusal("This contact is a customer of the portal already.")
		}
		return tx.AddCustomer(id)
	}, "let the contact %s into the portal", id)
}

// SetCompany moves the customer to the company, or out of any if it is "": then it reaches what
// others there requested, if a role of its own says so.
func (m Maker) SetCompany(ctx context.Context, id deskpolicy.ContactID, company deskpolicy.CompanyID) error {
	return m.make(ctx, func(tx *store.Tx) error {
		p, err := tx.Customer(id)
		if err != nil {
			return err
		}
		if err := store.Ask(tx, deskpolicy.ContactEdit, p.Contact); err != nil {
			return err
		}
		if there, err := tx.PutCompany(id, company); err != nil || !there {
			return cmp.Or(err, error(roster.Refusal("There is no such company.")))
		}
		return nil
	}, "move the customer %s to the company %q", id, company)
}
