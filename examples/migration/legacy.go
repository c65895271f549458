package main

import (
	"slices"
	"strings"

	"github.com/deskpolicy/deskpolicy"
)

// permissions maps each legacy role to its permissions.
var permissions = map[string][]string{
	"agent":      {"ticket.view", "ticket.reply", "ticket.note", "contact.view"},
	"contractor": {"ticket.view"},
	"supervisor": {"ticket", "contact", "report"}, // a prefix permits everything that begins with it
	"admin":      {"*"},
}

// legacyMay is the legacy checker. It has typical bugs:
//
//   - It ignores the ticket, so it has no scopes, groups, workspaces or accounts: an agent who may
//     reply may reply to every ticket.
//   - It matches prefixes, so "ticket.note" permits ticket.note.edit_any, and "ticket" permits
//     ticket.export.
//   - It ignores deactivation.
//   - "*" permits everything, even making yourself an administrator.
func legacyMay(roles []string, permission string) bool {
	return slices.ContainsFunc(roles, func(role string) bool {
		return slices.ContainsFunc(permissions[role], func(p string) bool {
			return p == "*" || strings.HasPrefix(permission, p)
		})
	})
}

// legacyNames are the legacy names of the policy's roles.
var legacyNames = map[string]string{
	"Agent": "agent", "Contractor": "contractor", "Supervisor": "supervisor", "Administrator": "admin",
}

// legacy returns the legacy checker's answer to the request.
func legacy(r deskpolicy.Request) bool {
	agent, ok := r.Subject.(*deskpolicy.Agent)
	if !ok {
		return false // the checker knows only agents
	}
	var roles []string
	for _, b := range agent.Bindings {
		roles = append(roles, legacyNames[b.Role.Name()])
	}
	return legacyMay(roles, r.Action.String())
}
