package main

import (
	"slices"
	"strings"

	"github.com/deskpolicy/deskpolicy"
)

// permissions is the legacy checker's table: what each role may do.
var permissions = map[string][]string{
	"agent":      {"ticket.view", "ticket.reply", "ticket.note", "contact.view"},
	"contractor": {"ticket.view"},
	"supervisor": {"ticket", "contact", "report"}, // a prefix stands for all that begins with it
	"admin":      {"*"},
}

// legacyMay is the legacy checker. It has what such functions have:
//
//   - It does not look at the ticket, so there are neither scopes, groups and
//     workspaces, nor accounts: who may reply may reply to any.
//   - It matches prefixes, so that "ticket.note" permits ticket.note.edit_any, and
//     "ticket" permits ticket.export.
//   - It does not know who was deactivated.
//   - "*" is everything, making oneself administrator included.
func legacyMay(roles []string, permission string) bool {
	return slices.ContainsFunc(roles, func(role string) bool {
		return slices.ContainsFunc(permissions[role], func(p string) bool {
			return p == "*" || strings.HasPrefix(permission, p)
		})
	})
}

// legacyNames are what the legacy checker calls the roles of the policy.
var legacyNames = map[string]string{
	"Agent": "agent", "Contractor": "contractor", "Supervisor": "supervisor", "Administrator": "admin",
}

// legacy answers a request as the legacy checker would have, had it been asked.
func legacy(r deskpolicy.Request) bool {
	agent, ok := r.Subject.(*deskpolicy.Agent)
	if !ok {
		return false // it knows of agents only
	}
	var roles []string
	for _, b := range agent.Bindings {
		roles = append(roles, legacyNames[b.Role.Name()])
	}
	return legacyMay(roles, r.Action.String())
}
