package cedaroracle

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/cedarexport"
	"github.com/deskpolicy/deskpolicy/internal/worlds"
)

// hostile has texts that resemble each other or try to break out of quotes.
var hostile = []string{
	"acme", "ACME", "acme ", "acme/", "acme%2F", "a/cme", `x"); permit(principal, action, resource); //`, `"`, `\`, `\"`, `\u{22}`, "'", "*", "**", "***",
	"é", "e\u0301", "日本", "🙂", "Desk::Role::\"Agent\"", "Agent", "", "\x00", "\n", "\r\n", "\u2028", "\u202e", "\ufffd", "\ufeff", "\x7f",
}

// TestHostileText uses all these texts as accounts and, where the library accepts them, as
// roles in one policy set, and asks with each text in each place.
func TestHostileText(t *testing.T) {
	var roles []deskpolicy.Role
	sets := make(map[deskpolicy.AccountID]deskpolicy.RoleSet)
	give := deskpolicy.NewPermissions(deskpolicy.TicketView.At(deskpolicy.ScopeGroup), deskpolicy.TicketReply.At(deskpolicy.ScopeRestricted))
	for _, account := range hostile {
		for _, name := range hostile {
			if role, err := deskpolicy.NewRole(deskpolicy.AccountID(account), name, give, nil); err == nil {
				if set, err := deskpolicy.NewRoleSet(role.Account(), append(slices.Collect(sets[role.Account()].All()), role)...); err == nil {
					sets[role.Account()] = set
					roles = append(roles, role)
				}
			}
		}
	}
	require.Greater(t, len(roles), 300)
	exporter, err := cedarexport.New(nil, roles...)
	require.NoError(t, err)
	e, err := newEngine(exporter)
	require.NoError(t, err)
	for _, p := range e.policies {
		require.NotEmpty(t, p.id)
	}

	got := newTally()
	for i, role := range roles {
		for j := range 4 {
			text := hostile[(4*i+j)%len(hostile)]
			other := hostile[(i/3+j)%len(hostile)]
			account := deskpolicy.Account{ID: role.Account()}
			if (i+j)%7 == 6 {
				account.ID = deskpolicy.AccountID(other)
			}
			who := &deskpolicy.Agent{
				ID: deskpolicy.AgentID("riya" + text), Account: account,
				Bindings: []deskpolicy.Binding{{Role: role, Workspace: deskpolicy.WorkspaceID(text), Group: deskpolicy.GroupID(pick(i/8, "", text, other)), TicketScope: deskpolicy.ScopeGroup}},
				Groups:   map[deskpolicy.GroupID]deskpolicy.Access{deskpolicy.GroupID(text): deskpolicy.View},
			}
			ticket := &deskpolicy.Ticket{
				ID: deskpolicy.TicketID(other), Account: role.Account(), Workspace: deskpolicy.WorkspaceID(pick(i, text, other, "", "*")),
				Group: deskpolicy.GroupID(pick(i/4, text, other)), Assignee: deskpolicy.AgentID("riya" + pick(i/2, text, other)),
			}
			q := worlds.Question{Subject: who, Action: pick(i, deskpolicy.TicketView, deskpolicy.TicketReply).ID(), Resource: worlds.On(ticket)}
			got.compare(e, request{q, role.Name()})
		}
	}
	for _, wrong := range got.wrong[:min(len(got.wrong), 3)] {
		t.Errorf("%s", wrong)
	}
	require.Zero(t, len(got.wrong), "disagreements")
	require.Equal(t, got.asked, got.carried)
	require.Greater(t, got.allowed*20, got.asked, "a twentieth is allowed")
	require.Greater(t, got.granted*60, got.asked, "a sixtieth is allowed by a role held in a group")
}

func pick[T any](i int, of ...T) T { return of[i%len(of)] }
