package cedarexport_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/cedarexport"
	"github.com/deskpolicy/deskpolicy/internal/bounds"
)

// Export time is linear in the number of roles, and in the number that a person holds.
func TestManyRoles(t *testing.T) {
	roles := func(n int) (roles []deskpolicy.Role) {
		for i := range n {
			role, err := deskpolicy.NewRole("acme", fmt.Sprintf("Role %d", i), deskpolicy.NewPermissions(deskpolicy.TicketView.At(deskpolicy.ScopeGlobal)), nil)
			require.NoError(t, err)
			roles = append(roles, role)
		}
		return roles
	}
	bounds.Check(t, 400, 128<<20, func(n int) func() {
		custom := roles(n)
		return func() {
			e, err := cedarexport.New(nil, custom...)
			require.NoError(t, err)
			e.Policies()
			e.Schema()
		}
	})
	bounds.Check(t, 400, 64<<20, func(n int) func() {
		custom := roles(n)
		e, err := cedarexport.New(nil, custom...)
		require.NoError(t, err)
		agent := &deskpolicy.Agent{ID: "riya", Account: deskpolicy.Account{ID: "acme"}}
		for i, role := range custom {
			agent.Bindings = append(agent.Bindings, deskpolicy.Binding{Role: role, Workspace: deskpolicy.WorkspaceID(fmt.Sprint("w", i)), TicketScope: deskpolicy.ScopeGlobal})
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
}
