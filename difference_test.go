package deskpolicy_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	. "github.com/deskpolicy/deskpolicy"
)

// An agent who is given a role gains each of its permissions. Each gain has an example that
// is allowed with the role and denied without it.
func TestDifferencesOfEveryPermission(t *testing.T) {
	gained, ids := make(map[Scope]int), make(map[string]string)
	for _, id := range append(slices.Collect(Actions()), FirstHostView, FirstHostEdit, FirstHostExport, FirstHostChannel) {
		for _, scope := range levels {
			role, err := NewRole("acme", "Single", NewPermissions(id.At(scope)), nil)
			if err != nil || role.Permissions().Empty() {
				continue // only the account administrator has it
			}
			for _, where := range []WorkspaceID{AccountWide, OpenWorkspaces, "it"} {
				after := riya(Binding{Role: role, Workspace: where, TicketScope: ScopeGlobal})
				logsIn := 0
				for d := range Compare(riya(), after).Gained() {
					if d.Permission.Action == SessionLogin.ID() || d.Permission.Action == PortalLogin.ID() {
						logsIn++ // every permission allows a login (A31)
						continue
					}
					require.Equal(t, id, d.Permission.Action)
					require.True(t, d.Allowed.Authorize().Allowed(), "%v\n%v", d, Explain(d.Allowed))
					require.False(t, d.Denied.Authorize().Allowed(), "%v\n%v", d, Explain(d.Denied))
					gained[scope]++
					record := d.Allowed.AuditRecord(d.Allowed.Authorize())
					ids[record.ResourceKind] = record.ResourceID
					if scope == ScopeGlobal {
						assert.True(t, unassigned(d.Allowed.Resource), "%+v", d.Allowed.Resource)
					}
				}
				require.Equal(t, 2, logsIn, "to the desk and to the portal")
			}
		}
	}
	for scope, least := range map[Scope]int{ScopeRestricted: 158, ScopeGroup: 186, ScopeGlobal: 228} {
		assert.GreaterOrEqual(t, gained[scope], least, "%v", scope)
	}
	for _, kind := range []string{"ticket", "conversation", "contact", "company", "support_grant"} {
		assert.Equal(t, "example", ids[kind], kind)
	}
	assert.Equal(t, "somebody", ids["shared_agent"])
}

// unassigned reports whether a resource has no assignee and mentions no one.
func unassigned(thing Resource) bool {
	switch thing := thing.(type) {
	case Ticket:
		return thing.Assignee == "" && thing.Mentions == nil
	case Conversation:
		return thing.Assignee == ""
	case Company:
		return thing.Owner == ""
	default:
		return true
	}
}

// An example has a group if the access to the group matters: the first by name of the
// groups that are alike.
func TestDifferencesNameGroups(t *testing.T) {
	viewer, err := NewRole("acme", "Viewer", NewPermissions(TicketView.At(ScopeGroup)), nil)
	require.NoError(t, err)
	after := riya(Binding{Role: viewer, Workspace: AccountWide, TicketScope: ScopeGlobal})
	after.Groups = map[GroupID]Access{"idle": NoAccess, "e": View, "d": View, "c": View, "b": View, "a": View}
	before := riya(custom(t, AppUse.At(ScopeGlobal)))
	after.Bindings = append(after.Bindings, before.Bindings...)
	for range 8 { // map iteration order varies
		gained := slices.Collect(Compare(before, after).Gained())
		require.Len(t, gained, 1)
		assert.Equal(t, GroupID("a"), gained[0].Allowed.Resource.(Ticket).Group)
	}

	everything, err := NewRole("acme", "All tickets", NewPermissions(TicketView.At(ScopeGlobal)), nil)
	require.NoError(t, err)
	after.Bindings[0] = Binding{Role: everything, Workspace: AccountWide, TicketScope: ScopeGlobal}
	gained := slices.Collect(Compare(before, after).Gained())
	require.Len(t, gained, 1)
	assert.Empty(t, gained[0].Allowed.Resource.(Ticket).Group)
}
