package main

import (
	"maps"
	"slices"
)

// What the product stores: users with the names of their roles, roles with their permissions, teams,
// and conversations.
type (
	user struct {
		id          string
		roles       []string // names, in the order in which they were given
		teams       []string
		deactivated bool

		permissions []string // of all of the roles, if they are loaded with the user
	}
	conversation struct {
		id       string
		assignee string // a user, or "" if it is assigned to nobody
		team     string // or "" if it is in no team
	}
)

// defaultRoles are the roles that the product is installed with.
var defaultRoles = map[string][]string{
	"Agent": {
		"conversations:read", "conversations:read_assigned", "conversations:read_team_inbox", "conversations:read_unassigned",
		"conversations:update_user_assignee", "conversations:update_team_assignee", "conversations:update_priority",
		"conversations:update_status", "conversations:update_tags", "messages:read", "messages:write", "view:manage",
	},
	"Admin": allPermissions(),
}

// A legacyDesk decides as the product did: by the names of permissions.
type legacyDesk struct {
	roles map[string][]string
}

// with returns the desk after a role was saved.
func (d legacyDesk) with(role string, permissions []string) legacyDesk {
	roles := maps.Clone(d.roles)
	roles[role] = permissions
	return legacyDesk{roles}
}

// permissionsOf returns the permissions of all of the user's roles.
func (d legacyDesk) permissionsOf(u *user) (all []string) {
	if u.permissions != nil {
		return u.permissions
	}
	for _, role := range u.roles {
		all = append(all, d.roles[role]...)
	}
	return all
}

// may reports whether the user has the permission.
func (d legacyDesk) may(u *user, permission string) bool {
	return !u.deactivated && slices.Contains(d.permissionsOf(u), permission)
}

// mayOn reports whether the user has the permission and reads the conversation.
func (d legacyDesk) mayOn(u *user, permission string, c *conversation) bool {
	return d.may(u, permission) && d.reads(u, c)
}

// mayDeleteNote reports whether the user may delete the author's note about a contact: users who write
// notes delete their own.
func (d legacyDesk) mayDeleteNote(u *user, author string) bool {
	return d.may(u, "contact_notes:delete") || author == u.id && d.may(u, "contact_notes:write")
}

// reads reports whether the user reads the conversation.
func (d legacyDesk) reads(u *user, c *conversation) bool {
	inTeam := c.team != "" && slices.Contains(u.teams, c.team)
	switch {
	case !d.may(u, "conversations:read"):
		return false
	case d.may(u, "conversations:read_all"):
		return true
	case d.may(u, "conversations:read_assigned") && c.assignee == u.id:
		return true
	case d.may(u, "conversations:read_team_all") && inTeam:
		return true
	case d.may(u, "conversations:read_team_inbox") && inTeam && c.assignee == "":
		return true
	case d.may(u, "conversations:read_unassigned") && c.assignee == "" && c.team == "":
		return true
	}
	return false
}
