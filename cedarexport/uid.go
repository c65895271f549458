package cedarexport

import (
	"strings"

	"github.com/deskpolicy/deskpolicy"
)

// A UID identifies an entity by its type, with the namespace, and its ID.
type UID struct {
	Type, ID string
}

// String returns the UID in Cedar's syntax, such as Desk::Agent::"acme/riya".
func (u UID) String() string { return u.Type + "::" + string(quote(u.ID)) }

func uidOf(kind string, parts ...string) UID { return UID{Namespace + "::" + kind, key(parts...)} }

// literal returns the UID for use in a policy.
func (u UID) literal() expr { return expr(u.Type) + "::" + quote(u.ID) }

var partEscaper = strings.NewReplacer("%", "%25", "/", "%2F")

// key joins the parts into one ID, such as "acme/riya". Different lists of the same length have
// different IDs.
func key(parts ...string) string {
	escaped := make([]string, len(parts))
	for i, part := range parts {
		escaped[i] = partEscaper.Replace(part)
	}
	return strings.Join(escaped, "/")
}

// roleKey returns the role's ID: the name of a built-in role, or the account and name of a custom
// one. It is empty for the zero Role.
func roleKey(role deskpolicy.Role) string {
	if role.Account() == "" {
		return key(role.Name())
	}
	return key(string(role.Account()), role.Name())
}

func roleUID(role deskpolicy.Role) UID { return UID{Namespace + "::Role", roleKey(role)} }

func accountUID(id deskpolicy.AccountID) UID { return uidOf("Account", string(id)) }

// outside is the workspace of resources in no workspace, and of roles that are held account-wide.
const outside = string(deskpolicy.AccountWide)

// everywhere is the workspace of roles that are held everywhere, and represents all workspaces that
// a question does not name. workspaceOf never returns it.
const everywhere = outside + "everywhere"

// inOpen is the workspace of roles that are held outside of workspaces and in the open ones.
// workspaceOf never returns it.
const inOpen = outside + "open"

// placeOf returns the workspace of a resource as policies compare it.
func placeOf(w deskpolicy.WorkspaceID) string {
	if w == "" {
		return outside
	}
	return workspaceOf(w)
}

// heldPlace returns the workspace where a role is held, as policies compare it. A role that is held
// in the empty workspace has no effect.
func heldPlace(w deskpolicy.WorkspaceID) string {
	switch w {
	case deskpolicy.AccountWide:
		return outside
	case deskpolicy.OpenWorkspaces:
		return inOpen
	case deskpolicy.Everywhere:
		return everywhere
	}
	return workspaceOf(w)
}

// workspaceOf returns the ID of the workspace. If the ID begins with outside, it adds a prefix, so
// that the result differs from outside, inOpen and everywhere.
func workspaceOf(w deskpolicy.WorkspaceID) string {
	if strings.HasPrefix(string(w), outside) {
		return outside + string(w)
	}
	return string(w)
}
