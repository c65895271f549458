package store

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/deskpolicy/deskpolicy"
)

// ErrNoAccount says that there is no such account.
var ErrNoAccount = errors.New("store: there is no such account")

// Visitors are those who can log in, under a heading.
type Visitors struct {
	Title  string
	People []Visitor
}

// A Visitor is a person, a customer or, with a Grant, a support engineer.
type Visitor struct {
	Account, ID, Name, Grant, Roles string
	IsCustomer                      bool
}

// Visitors returns everybody who can log in. A real desk would not tell.
func (s *Store) Visitors(ctx context.Context, now time.Time) ([]Visitors, error) {
	rows, err := s.db.QueryContext(ctx, `
SELECT p.account_id, p.id, p.name, p.kind, CASE WHEN p.deactivated THEN 'deactivated' ELSE COALESCE(b.role, 'no role') END
FROM people p LEFT JOIN bindings b ON b.account_id = p.account_id AND b.person_id = p.id
UNION ALL SELECT c.account_id, c.contact_id, o.name, 'customer', CASE WHEN c.deactivated THEN 'deactivated' ELSE COALESCE(b.role, 'no role') END
FROM customers c JOIN contacts o ON o.account_id = c.account_id AND o.id = c.contact_id
LEFT JOIN customer_bindings b ON b.account_id = c.account_id AND b.contact_id = c.contact_id
UNION ALL SELECT account_id, id, document, 'engineer', '' FROM support_grants
ORDER BY 1, 2, 5`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	agents, shared, customers, engineers := Visitors{Title: "Agents"}, Visitors{Title: "Shared agents, from the CRM"}, Visitors{Title: "Customers"}, Visitors{Title: "Support engineers of the vendor"}
	for rows.Next() {
		var v Visitor
		var kind string
		if err := rows.Scan(&v.Account, &v.ID, &v.Name, &kind, &v.Roles); err != nil {
			return nil, err
		}
		switch kind {
		case "agent":
			agents.add(v)
		case "shared_agent":
			shared.add(v)
		case "customer":
			v.IsCustomer = true
			customers.add(v)
		default:
			engineers.People = append(engineers.People, engineersOf(v, now)...)
		}
	}
	return []Visitors{agents, shared, customers, engineers}, rows.Err()
}

// add adds the visitor, or another role of the last one.
func (v *Visitors) add(one Visitor) {
	if last := len(v.People) - 1; last >= 0 && v.People[last].ID == one.ID {
		if !strings.Contains(v.People[last].Roles, one.Roles) {
			v.People[last].Roles += ", " + one.Roles
		}
		return
	}
	v.People = append(v.People, one)
}

// engineersOf returns the engineers of the support grant. What its custom roles permit
// does not matter here.
func engineersOf(v Visitor, now time.Time) (visitors []Visitor) {
	grant, err := deskpolicy.DecodeSupportGrant([]byte(v.Name), func(name string) (deskpolicy.Role, error) {
		return deskpolicy.NewRole(deskpolicy.AccountID(v.Account), name, deskpolicy.Permissions{}, nil)
	})
	if err != nil {
		return nil
	}
	for _, engineer := range grant.Engineers() {
		visitors = append(visitors, Visitor{
			Account: v.Account, ID: string(engineer.ID), Name: engineer.Name, Grant: string(grant.ID()),
			Roles: "support access " + string(grant.ID()) + ", " + grant.Status(now).String(),
		})
	}
	return visitors
}
