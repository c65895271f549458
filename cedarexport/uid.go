package cedarexport

import (
	"strings"

	"github.com/deskpolicy/deskpolicy"
)

// A UID names an entity: its type, with the namespace, and its ID.
type UID struct {
	Type, ID string
}

// String returns the UID as Cedar writes it, such as Desk::Agent::"acme/riya".
func (u UID) String() string { return u.Type + "::" + string(quote(u.ID)) }

func uidOf(kind string, parts ...string) UID { return UID{Namespace + "::" + kind, key(parts...)} }

// literal returns the UID in a policy.
func (u UID) literal() expr { return expr(u.Type) + "::" + quote(u.ID) }

var partEscaper = strings.NewReplacer("%", "%25", "/", "%2F")

// key returns the parts as one ID, in which no two lists of as many parts are
// alike: "acme/riya".
func key(parts ...string) string {
	escaped := make([]string, len(parts))
	for i, part := range parts {
		escaped[i] = partEscaper.Replace(part)
	}
	return strings.Join(escaped, "/")
}

// roleKey returns the role's ID: its name and, before it, the account of a custom
// one. The zero Role's is empty.
func roleKey(role deskpolicy.Role) string {
	if role.Account() == "" {
		return key(role.Name())
	}
	return key(string(role.Account()), role.Name())
}

func roleUID(role deskpolicy.Role) UID { return UID{Namespace + "::Role", roleKey(role)} }

func accountUID(id deskpolicy.AccountID) UID { return uidOf("Account", string(id)) }

// outside is the workspace of what is in none, and of what is held account-wide.
const outside = string(deskpolicy.AccountWide)

// everywhere is the workspace of what is held everywhere, and stands for those that
// a question does not name. No workspace is written so.
const everywhere = outside + "everywhere"

// placeOf returns the workspace that a resource is in, as policies compare it: a
// workspace whose name begins like "outside" is another one.
func placeOf(w deskpolicy.WorkspaceID) string {
	if w == "" {
		return outside
	}
	return workspaceOf(w)
}

// heldPlace returns the workspace that a role is held in. Held in the empty
// workspace it counts nowhere.
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
