package main

import (
	"time"

	"github.com/deskpolicy/deskpolicy"
)

var acme = deskpolicy.Account{ID: "acme", Plan: deskpolicy.Plan{Features: deskpolicy.AllFeatures}, Integrated: true}

// people are those who may ask. A host loads them at each request.
var people = map[string]deskpolicy.Subject{
	"riya": &deskpolicy.Agent{
		ID: "riya", Account: acme, Bindings: holding(deskpolicy.AgentRole(), deskpolicy.Group),
		Groups: map[deskpolicy.GroupID]deskpolicy.Access{"billing": deskpolicy.Edit, "refunds": deskpolicy.View},
	},
	"bob":  &deskpolicy.Agent{ID: "bob", Account: acme, Bindings: holding(deskpolicy.AgentRole(), deskpolicy.Restricted)},
	"olga": &deskpolicy.Agent{ID: "olga", Account: acme, Bindings: holding(deskpolicy.AccountAdministratorRole(), deskpolicy.Global)},
	"sam": deskpolicy.NewSharedAgent("sam", acme, deskpolicy.CRMUser{
		ID:      "u-17",
		Visible: deskpolicy.Visible{Contacts: map[deskpolicy.ContactID]deskpolicy.Access{"dov": deskpolicy.Edit}, Limit: time.Hour},
	}),
	"tom": &deskpolicy.Agent{ID: "tom", Account: acme, Deactivated: true, Bindings: holding(deskpolicy.AgentRole(), deskpolicy.Global)},
}

func holding(role deskpolicy.Role, scope deskpolicy.Scope) []deskpolicy.Binding {
	return []deskpolicy.Binding{{Role: role, Workspace: deskpolicy.AccountWide, TicketScope: scope}}
}
