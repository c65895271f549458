package roster

import (
	"fmt"
	"time"

	"github.com/deskpolicy/deskpolicy"
)

// A Holding is a role that a person or a customer holds, by the names that a form has.
type Holding struct {
	Who
	Role      string
	Workspace deskpolicy.WorkspaceID
	Group     deskpolicy.GroupID
	Scope     deskpolicy.Scope  // of tickets
	Window    deskpolicy.Window // when it is held
}

// String returns the holding as `the role "Agent" in it, tickets at group`, with its window if it
// has one.
func (h Holding) String() string {
	text := fmt.Sprintf("the role %q in %s, tickets at %s", h.Role, h.Workspace, h.Scope)
	if h.Window != (deskpolicy.Window{}) {
		text += ", " + h.Window.String()
	}
	return text
}

// SupportAccess is support access to give: roles by name, in the account and in workspaces.
type SupportAccess struct {
	ID         deskpolicy.SupportGrantID
	Roles      []string
	Workspaces []deskpolicy.WorkspaceID
	Engineer   deskpolicy.SupportEngineer
	End        time.Time // zero for a week
}

// NewKey is a key to make.
type NewKey struct {
	Who         // who it acts for
	Name        string
	Permissions deskpolicy.Permissions
	Workspaces  []deskpolicy.WorkspaceID
	End         time.Time // which every key needs
}

// A Refusal says why a change makes no sense, for the person who tries to make it.
type Refusal string

func (r Refusal) Error() string { return string(r) }

// ErrStale says that a role is no longer what the person saw who changes it.
const ErrStale = Refusal("The role was changed in the meantime. Look at it again.")
