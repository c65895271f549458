package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/deskpolicy/deskpolicy"
)

// write writes each change, and a summary.
func write(to io.Writer, changes []deskpolicy.RoleChange) error {
	var text strings.Builder
	for _, c := range changes {
		fmt.Fprintf(&text, "%s: %s\n", c.Name, kindOf(c))
		if !c.Before.BuiltIn() && !c.After.BuiltIn() { // a built-in role permits what it always does
			for _, warning := range c.Warnings() {
				fmt.Fprintf(&text, "  ! %v\n", warning)
			}
			writePermissions(&text, c)
		}
		text.WriteString("\n")
	}
	text.WriteString(summary(changes))
	_, err := io.WriteString(to, text.String())
	return err
}

// kinds are the kinds of change, in the order of the summary.
var kinds = []string{"offered", "no longer offered", "added", "removed", "wider", "narrower", "wider and narrower"}

func kindOf(c deskpolicy.RoleChange) string {
	switch {
	case c.After.BuiltIn():
		return "offered"
	case c.Before.BuiltIn():
		return "no longer offered"
	case c.Added():
		return "added"
	case c.Removed():
		return "removed"
	case c.Ordering() == deskpolicy.OrderingIncomparable:
		return "wider and narrower"
	default:
		return c.Ordering().String()
	}
}

// writePermissions writes a line for each action that the role gains, loses, or now has at another
// level, by category.
func writePermissions(text *strings.Builder, c deskpolicy.RoleChange) {
	category := ""
	for _, id := range actions(c.Gained().Union(c.Lost())) {
		if id.Category() != category {
			category = id.Category()
			fmt.Fprintf(text, "  %s\n", category)
		}
		before, after := only(c.Before, id), only(c.After, id)
		fmt.Fprintf(text, "    %s %-26v %s\n", signs[before.Compare(after)], id, move(before, after))
	}
}

var signs = map[deskpolicy.Ordering]string{deskpolicy.OrderingWider: "+", deskpolicy.OrderingNarrower: "-", deskpolicy.OrderingIncomparable: "±"}

// actions returns the actions of the permissions, without duplicates.
func actions(permissions deskpolicy.Permissions) (ids []deskpolicy.ActionID) {
	for p := range permissions.All() {
		ids = append(ids, p.Action)
	}
	return slices.Compact(ids)
}

// only returns the role's permissions for one action.
func only(role deskpolicy.Role, id deskpolicy.ActionID) deskpolicy.Permissions {
	return role.Permissions().Intersect(deskpolicy.NewPermissions(id.At(deskpolicy.ScopeGlobal)))
}

// move returns the levels before and after, or only one if the other is empty.
func move(before, after deskpolicy.Permissions) string {
	switch {
	case before.Empty():
		return level(after)
	case after.Empty():
		return level(before)
	default:
		return level(before) + " → " + level(after)
	}
}

// level returns the levels of one action's permissions. There can be two: for conversations, group
// does not include what is assigned to the agent.
func level(permissions deskpolicy.Permissions) string {
	var scopes []string
	for p := range permissions.All() {
		scopes = append(scopes, p.Scope.String())
	}
	return strings.Join(scopes, " and ")
}

func summary(changes []deskpolicy.RoleChange) string {
	if len(changes) == 0 {
		return "No role changes.\n"
	}
	var counts []string
	for _, kind := range kinds {
		if n := count(changes, kind); n > 0 {
			counts = append(counts, fmt.Sprintf("%d %s", n, kind))
		}
	}
	names := "nothing"
	if w := wider(changes); len(w) > 0 {
		names = strings.Join(w, ", ")
	}
	return fmt.Sprintf("Roles that change: %s\nPermits more than before: %s\n", strings.Join(counts, ", "), names)
}

func count(changes []deskpolicy.RoleChange, kind string) (n int) {
	for _, c := range changes {
		if kindOf(c) == kind {
			n++
		}
	}
	return n
}

// wider returns the names of the roles that permit more than before.
func wider(changes []deskpolicy.RoleChange) (names []string) {
	for _, c := range changes {
		if !c.Gained().Empty() {
			names = append(names, c.Name)
		}
	}
	return names
}
