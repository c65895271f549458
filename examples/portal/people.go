package main

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"github.com/deskpolicy/deskpolicy"
)

var acme = deskpolicy.Account{ID: "acme", Plan: deskpolicy.Plan{Features: deskpolicy.AllFeatures}}

// agents are the desk's agents. A host application loads them from its database as well.
var agents = map[string]*deskpolicy.Agent{
	"riya": {
		ID: "riya", Account: acme, Bindings: holding(deskpolicy.AgentRole, deskpolicy.ScopeGroup),
		Groups: map[deskpolicy.GroupID]deskpolicy.Access{"billing": deskpolicy.Edit},
	},
	// Tom asks for help as well: by his own contact, with the role of a customer.
	"tom": {
		ID: "tom", Account: acme, Contact: "tom-at-acme",
		Bindings: append(holding(deskpolicy.AgentRole, deskpolicy.ScopeRestricted), holding(deskpolicy.CustomerRole, deskpolicy.Anything)...),
	},
}

// holding returns a binding of the role. The desk has no workspaces.
func holding(role deskpolicy.BuiltInRoleName, scope deskpolicy.Scope) []deskpolicy.Binding {
	return []deskpolicy.Binding{{Role: role.Role(), Workspace: deskpolicy.AccountWide, TicketScope: scope}}
}

// subjectOf returns the person who is logged in, such as "agent:riya" or "customer:carla"; nil
// if there is no such person.
func subjectOf(ctx context.Context, db *sql.DB, user string) (deskpolicy.Subject, error) {
	kind, id, _ := strings.Cut(user, ":")
	switch kind {
	case "agent":
		if agent := agents[id]; agent != nil {
			return agent, nil
		}
	case "customer":
		return customerOf(ctx, db, id)
	}
	return nil, nil
}

// customerOf returns the customer whose record as a contact has the ID; nil if there is none.
// The record is read for each request, so that a change of the company, or of the role, holds
// at once.
func customerOf(ctx context.Context, db *sql.DB, id string) (deskpolicy.Subject, error) {
	customer := &deskpolicy.Customer{ID: deskpolicy.ContactID(id), Account: acme}
	var company, role sql.NullString
	err := db.QueryRowContext(ctx, `SELECT company_id, portal_role, deactivated FROM contacts WHERE account_id = 'acme' AND id = ?`, id).
		Scan(&company, &role, &customer.Deactivated)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	customer.Company = deskpolicy.CompanyID(company.String)
	if role.Valid {
		// The binding's own scope does not limit the role: at any scope, a customer reaches only
		// what it has a part in.
		customer.Bindings = holding(deskpolicy.BuiltInRoleName(role.String), deskpolicy.Anything)
	}
	return customer, nil
}

// contactOf returns the contact that the person asks for help as; "" if there is none.
func contactOf(subject deskpolicy.Subject) deskpolicy.ContactID {
	switch s := subject.(type) {
	case *deskpolicy.Customer:
		return s.ID
	case *deskpolicy.Agent:
		return s.Contact
	}
	return ""
}

// login returns the action that the person needs to be here at all.
func login(subject deskpolicy.Subject) deskpolicy.Action[deskpolicy.Account] {
	if _, customer := subject.(*deskpolicy.Customer); customer {
		return deskpolicy.PortalLogin
	}
	return deskpolicy.SessionLogin
}
