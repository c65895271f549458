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

// key joins the parts to one ID, such as "acme/riya". Lists of the same length that differ have
// different IDs.
func key(parts ...string) string {
	escaped := make([]string, len(parts))
	for i, part := range parts {
		escaped[i] = partEscaper.Replace(part)
	}
	return strings.Join(escaped, "/")
}

// roleKey returns the role's ID: its name, after the account of a custom role. The zero Role's is
// empty.
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

// everywhere is the workspace of roles that are held everywhere, and of all workspaces that a
// question does not name. No workspace has this text.
const everywhere = outside + "everywhere"

// placeOf returns the workspace of a resource as policies compare it. A workspace whose name
// begins like outside gets a different name.
func placeOf(w deskpolicy.WorkspaceID) string {
	if w == "" {
		return outside
	}
	return workspaceOf(w)
}

// heldPlace returns the workspace in which a role is held. A role in the empty workspace has no
// effect.
func heldPlace(w deskpolicy.WorkspaceID) string {
	switch w {
	case deskpolicy.AccountWide:
		return outside
	case deskpolicy.Everywhere:
		return everywhere
	}
	return workspaceOf(w)
}

func workspaceOf(w deskpolicy.WorkspaceID) string {
	if strings.HasPrefix(string(w), outside) {
		return outside + string(w)
	}
	return string(w)
}
