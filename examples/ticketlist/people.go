package main

import (
	"time"

	"github.com/deskpolicy/deskpolicy"
)

var acme = deskpolicy.Account{ID: "acme", Plan: deskpolicy.Plan{Features: deskpolicy.AllFeatures}, Integrated: true}

// noon is when the CRM answered, and sam asks. A host application takes the instant of the request.
var noon = time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC)

// people are the known subjects. A host application loads them for each request.
var people = map[string]deskpolicy.Subject{
	"riya": &deskpolicy.Agent{
		ID: "riya", Account: acme, Bindings: holding(deskpolicy.AgentRole.Role(), deskpolicy.ScopeGroup),
		Groups: map[deskpolicy.GroupID]deskpolicy.Access{"billing": deskpolicy.Edit, "refunds": deskpolicy.View},
	},
	"bob":  &deskpolicy.Agent{ID: "bob", Account: acme, Bindings: holding(deskpolicy.AgentRole.Role(), deskpolicy.ScopeRestricted)},
	"olga": &deskpolicy.Agent{ID: "olga", Account: acme, Bindings: holding(deskpolicy.AccountAdministratorRole.Role(), deskpolicy.ScopeGlobal)},
	"sam":  sam(),
	"tom":  &deskpolicy.Agent{ID: "tom", Account: acme, Deactivated: true, Bindings: holding(deskpolicy.AgentRole.Role(), deskpolicy.ScopeGlobal)},
}

// sam returns a shared agent who sees one contact.
func sam() *deskpolicy.SharedAgent {
	agent := deskpolicy.NewSharedAgent("sam", acme, deskpolicy.CRMUser{
		ID:         "u-17",
		Visibility: deskpolicy.CRMVisibility{Contacts: map[deskpolicy.ContactID]deskpolicy.Access{"dov": deskpolicy.Edit}, AsOf: noon, MaxAge: time.Hour},
	})
	agent.Now = noon
	return agent
}

func holding(role deskpolicy.Role, scope deskpolicy.Scope) []deskpolicy.Binding {
	return []deskpolicy.Binding{{Role: role, Workspace: deskpolicy.AccountWide, TicketScope: scope}}
}
