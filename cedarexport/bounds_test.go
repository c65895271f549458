package cedarexport_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/bounds"
)

// rolesWith returns that many custom roles with the permissions.
func rolesWith(t *testing.T, n int, permissions ...deskpolicy.Permission) (roles []deskpolicy.Role) {
	t.Helper()
	for i := range n {
		roles = append(roles, newRole(t, "acme", fmt.Sprintf("Role %d", i), permissions...))
	}
	return roles
}

// Export time is linear in the number of roles.
func TestManyRoles(t *testing.T) {
	bounds.Check(t, 400, 224<<20, func(n int) func() {
		custom := rolesWith(t, n, deskpolicy.TicketView.At(deskpolicy.ScopeGlobal))
		return func() {
			e := exporter(t, nil, custom...)
			e.Policies()
			e.Schema()
		}
	})
}

// The time of a question is linear in the number of roles that a person holds in as many
// workspaces or groups, and in the number of groups that the person is in.
func TestManyBindings(t *testing.T) {
	for name, hold := range map[string]func(b *deskpolicy.Binding, i int){
		"in workspaces": func(b *deskpolicy.Binding, i int) { b.Workspace = deskpolicy.WorkspaceID(fmt.Sprint("w", i)) },
		"in groups":     func(b *deskpolicy.Binding, i int) { b.Group = deskpolicy.GroupID(fmt.Sprint("g", i)) },
		"in groups of workspaces": func(b *deskpolicy.Binding, i int) {
			b.Workspace, b.Group = deskpolicy.WorkspaceID(fmt.Sprint("w", i)), deskpolicy.GroupID(fmt.Sprint("g", i))
		},
	} {
		t.Run(name, func(t *testing.T) {
			bounds.Check(t, 400, 64<<20, func(n int) func() {
				custom := rolesWith(t, n, deskpolicy.TicketView.At(deskpolicy.ScopeGlobal), deskpolicy.TicketAssign.At(deskpolicy.InGroup), deskpolicy.TicketConfidential.At(deskpolicy.InGroup))
				e := exporter(t, nil, custom...)
				agent := &deskpolicy.Agent{ID: "riya", Account: deskpolicy.Account{ID: "acme"}, Groups: make(map[deskpolicy.GroupID]deskpolicy.Access)}
				for i, role := range custom {
					b := deskpolicy.Binding{Role: role, Workspace: deskpolicy.AccountWide, TicketScope: deskpolicy.ScopeGroup}
					hold(&b, i)
					agent.Bindings = append(agent.Bindings, b)
					agent.Groups[deskpolicy.GroupID(fmt.Sprint("g", i))] = deskpolicy.Edit
					agent.Account.OpenWorkspaces = append(agent.Account.OpenWorkspaces, deskpolicy.WorkspaceID(fmt.Sprint("w", i)))
				}
				ticket := deskpolicy.Ticket{ID: "1", Account: "acme"}
				return func() {
					_, err := e.Questions(agent, deskpolicy.TicketView.ID(), &ticket)
					require.NoError(t, err)
					_, err = e.Questions(agent, deskpolicy.AgentEdit.ID(), agent)
					require.NoError(t, err)
				}
			})
		})
	}
}
