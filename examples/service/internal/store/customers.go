package store

import (
	"cmp"
	"context"
	_ "embed" // for customers.sql
	"errors"
	"slices"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/deskhttp"
	"github.com/deskpolicy/deskpolicy/examples/service/internal/roster"
)

// customers.sql reads the customers of portal, in the statement of a request and in one of their own.
//
//go:embed customers.sql
var customersSQL string

var (
	oneCustomer     = customersWhere("JOIN", "c.id = $2")
	oneContact      = customersWhere("LEFT JOIN", "c.id = $2")
	customersWith   = customersWhere("JOIN", "c.id IN (SELECT b.contact_id FROM customer_bindings b WHERE b.account_id = $1 AND b.role = $2)")
	ticketCustomers = customersWhere("JOIN", `(c.id IN (SELECT t.requester_id FROM tickets t WHERE t.account_id = $1 AND t.id = $2)
	OR c.id IN (SELECT s.contact_id FROM ccs s WHERE s.account_id = $1 AND s.ticket_id = $2)
	OR c.company_id IN (SELECT r.company_id FROM tickets t JOIN contacts r ON r.account_id = t.account_id AND r.id = t.requester_id WHERE t.account_id = $1 AND t.id = $2))`)
)

// customersWhere returns the statement that reads the customers whose contacts meet the condition; by a
// left join also contacts that are no customers.
func customersWhere(join, contacts string) string {
	return "WITH portal AS (SELECT c.*, u.deactivated FROM contacts c " + join + " customers u ON u.account_id = c.account_id AND u.contact_id = c.id WHERE c.account_id = $1 AND " + contacts + ")\n" + customersSQL
}

// Customer returns the desk's customer with the ID, or deskhttp.ErrNotFound.
func (s *Store) Customer(ctx context.Context, desk *roster.Desk, id deskpolicy.ContactID) (roster.Person, error) {
	return customer(ctx, s.db, oneCustomer, desk, id)
}

// Customer returns the customer with the ID, as the changes before left it, or
// deskhttp.ErrNotFound.
func (tx *Tx) Customer(id deskpolicy.ContactID) (roster.Person, error) {
	return customer(tx.ctx, tx.tx, oneCustomer, tx.Desk, id)
}

// Contact returns the contact with the ID as a customer without roles, if it is not one yet, or
// deskhttp.ErrNotFound.
func (tx *Tx) Contact(id deskpolicy.ContactID) (roster.Person, error) {
	return customer(tx.ctx, tx.tx, oneContact, tx.Desk, id)
}

func customer(ctx context.Context, q querier, statement string, desk *roster.Desk, id deskpolicy.ContactID) (roster.Person, error) {
	found, err := customers(ctx, q, statement, desk, string(id))
	if err != nil || len(found) == 0 {
		return roster.Person{}, cmp.Or(err, deskhttp.ErrNotFound)
	}
	return found[0], nil
}

// CustomersOf returns the customers who could have a part in the ticket: its requester, the
// contacts in CC, and who is of the requester's company. No other customer can view it, whatever
// their roles.
func (s *Store) CustomersOf(ctx context.Context, desk *roster.Desk, ticket deskpolicy.TicketID) ([]roster.Person, error) {
	return customers(ctx, s.db, ticketCustomers, desk, string(ticket))
}

// CustomersWith returns the customers who hold the role.
func (s *Store) CustomersWith(ctx context.Context, desk *roster.Desk, role string) ([]roster.Person, error) {
	return customers(ctx, s.db, customersWith, desk, role)
}

// CustomersWith returns the customers who hold the role, as the changes before left it.
func (tx *Tx) CustomersWith(role string) ([]roster.Person, error) {
	return customers(tx.ctx, tx.tx, customersWith, tx.Desk, role)
}

// customers runs one of the statements.
func customers(ctx context.Context, q querier, statement string, desk *roster.Desk, about string) ([]roster.Person, error) {
	l := &loaded{rows: make(map[string][]row), now: desk.Now, desk: *desk}
	if err := l.query(ctx, q, statement, string(desk.Account.ID), about); err != nil {
		return nil, err
	}
	return l.customers()
}

// customers returns the customers that were read, sorted by ID.
func (l *loaded) customers() ([]roster.Person, error) {
	desk := &l.desk
	bindings, err := l.bindings("customer_binding")
	if err != nil {
		return nil, err
	}
	gone := make(map[string]bool)
	for _, r := range l.rows["deactivated"] {
		gone[r.a] = true
	}
	var found []roster.Person
	for _, r := range l.rows["customer"] {
		contact := &deskpolicy.Contact{
			ID: deskpolicy.ContactID(r.a), Account: desk.Account.ID, Company: deskpolicy.CompanyID(r.c), Owner: deskpolicy.AgentID(r.d),
			CRM: deskpolicy.CRMRecord{Owner: deskpolicy.CRMUserID(r.e), Territory: deskpolicy.TerritoryID(r.f)},
		}
		for _, member := range l.rows["team"] {
			if member.a == r.a {
				if err := put(&contact.CRM.Team, deskpolicy.CRMUserID(member.b), member.c); err != nil {
					return nil, err
				}
			}
		}
		found = append(found, roster.Person{ID: deskpolicy.AgentID(r.a), Name: r.b, Contact: contact, Subject: &deskpolicy.Customer{
			ID: contact.ID, Account: desk.Account, Company: contact.Company, Deactivated: gone[r.a], Now: desk.Now, Bindings: bindings[r.a],
		}})
	}
	slices.SortFunc(found, func(a, b roster.Person) int { return cmp.Compare(a.ID, b.ID) })
	return found, nil
}

// AddCustomer makes the contact a customer.
func (tx *Tx) AddCustomer(id deskpolicy.ContactID) error {
	return tx.exec(`INSERT INTO customers (account_id, contact_id) VALUES ($1, $2)`, string(id))
}

// PutCompany makes the contact one of the company, or of none if it is "". It reports whether there is
// such a company.
func (tx *Tx) PutCompany(id deskpolicy.ContactID, company deskpolicy.CompanyID) (bool, error) {
	result, err := tx.tx.ExecContext(tx.ctx, `UPDATE contacts SET company_id = NULLIF(CAST($3 AS TEXT), '') WHERE account_id = $1 AND id = $2
		AND (CAST($3 AS TEXT) = '' OR EXISTS (SELECT 1 FROM companies WHERE account_id = $1 AND id = $3))`, string(tx.Desk.Account.ID), string(id), string(company))
	if err != nil {
		return false, err
	}
	n, err := result.RowsAffected()
	return n > 0, err
}

// PutCustomer writes the customer's roles and activation.
func (tx *Tx) PutCustomer(p roster.Person) error {
	id := string(p.ID)
	err := errors.Join(
		tx.exec(`UPDATE customers SET deactivated = $3 WHERE account_id = $1 AND contact_id = $2`, id, p.Deactivated()),
		tx.exec(`DELETE FROM customer_bindings WHERE account_id = $1 AND contact_id = $2`, id),
	)
	for _, b := range p.Bindings() {
		if b.Window != (deskpolicy.Window{}) || b.Group != "" {
			return errors.New("store: a customer holds roles for always, and in no group")
		}
		err = errors.Join(err, tx.exec(`INSERT INTO customer_bindings (account_id, contact_id, role, workspace_id, ticket_scope) VALUES ($1, $2, $3, $4, $5)`,
			id, b.Role.Name(), string(b.Workspace), b.TicketScope.String()))
	}
	return err
}
