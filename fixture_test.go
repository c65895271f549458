package deskpolicy_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy"
)

// acme is an account with every feature and one open workspace, "it". Its workspace
// "legal" is restricted.
var acme = deskpolicy.Account{
	ID:             "acme",
	Plan:           deskpolicy.Plan{Features: deskpolicy.AllFeatures},
	Integrated:     true,
	OpenWorkspaces: []deskpolicy.WorkspaceID{"it"},
}

// riya returns an agent of acme who has Edit access in the group billing and View access
// in refunds.
func riya(bindings ...deskpolicy.Binding) *deskpolicy.Agent {
	return &deskpolicy.Agent{
		ID: "riya", Account: acme, Bindings: bindings,
		Groups: map[deskpolicy.GroupID]deskpolicy.Access{"billing": deskpolicy.Edit, "refunds": deskpolicy.View},
	}
}

// bob returns another agent of acme, who is not in a group.
func bob(bindings ...deskpolicy.Binding) *deskpolicy.Agent {
	return &deskpolicy.Agent{ID: "bob", Account: acme, Bindings: bindings}
}

// sam returns a shared agent as the CRM creates it. The CRM user sees the records of the
// territory emea and those that it owns.
func sam(bindings ...deskpolicy.Binding) *deskpolicy.SharedAgent {
	s := deskpolicy.NewSharedAgent("sam", acme, deskpolicy.CRMUser{
		ID: "u-sam", Sees: deskpolicy.TerritoryRecords, Territories: []deskpolicy.TerritoryID{"emea"},
	})
	if bindings != nil {
		s.Bindings = bindings
	}
	return s
}

// customer returns a contact of acme in the CRM territory.
func customer(territory deskpolicy.TerritoryID) *deskpolicy.Contact {
	return &deskpolicy.Contact{ID: "c-1", Account: "acme", CRM: deskpolicy.CRMRecord{Owner: "u-else", Territory: territory}}
}

// from returns a ticket of acme that the contact requested.
func from(requester *deskpolicy.Contact) deskpolicy.Ticket {
	return deskpolicy.Ticket{ID: "4711", Account: "acme", Requester: requester}
}

// inOpen returns a binding of the role, held outside of workspaces and in the open ones
// with the ticket scope.
func inOpen(role deskpolicy.Role, scope deskpolicy.Scope) deskpolicy.Binding {
	return deskpolicy.Binding{Role: role, Workspace: deskpolicy.OpenWorkspaces, TicketScope: scope}
}

// wide returns a binding of the role, held account-wide with the ticket scope.
func wide(role deskpolicy.Role, scope deskpolicy.Scope) deskpolicy.Binding {
	return deskpolicy.Binding{Role: role, Workspace: deskpolicy.AccountWide, TicketScope: scope}
}

// custom returns a binding of a custom role of acme with the permissions, held
// account-wide with Global ticket scope.
func custom(t testing.TB, permissions ...deskpolicy.Permission) deskpolicy.Binding {
	t.Helper()
	role, err := deskpolicy.NewRole("acme", "Custom", deskpolicy.NewPermissions(permissions...), nil)
	require.NoError(t, err)
	return wide(role, deskpolicy.ScopeGlobal)
}

// levels are the sets of relations that products' roles know by name, narrowest first.
var levels = []deskpolicy.Scope{deskpolicy.ScopeRestricted, deskpolicy.ScopeGroup, deskpolicy.ScopeGlobal}

// relationsOf returns the relations of the scope, one by one.
func relationsOf(s deskpolicy.Scope) (relations []deskpolicy.Scope) {
	for ; s != 0; s &= s - 1 {
		relations = append(relations, s&-s)
	}
	return relations
}

// grantable reports whether a custom role can hold the action. It cannot hold logging in,
// which is not a permission (A31).
func grantable(id deskpolicy.ActionID) bool {
	return id != deskpolicy.SessionLogin.ID() && id != deskpolicy.PortalLogin.ID()
}

// scoped returns the permission to do the action at the scope or, if the action takes no
// scope, at Global (A34).
func scoped(id deskpolicy.ActionID, scope deskpolicy.Scope) deskpolicy.Permission {
	if id.Relations() == deskpolicy.Anything {
		scope = deskpolicy.ScopeGlobal
	}
	return id.At(scope)
}

// ticketOf returns a ticket of acme. The group and the assignee can be empty.
func ticketOf(group deskpolicy.GroupID, assignee deskpolicy.AgentID) deskpolicy.Ticket {
	return deskpolicy.Ticket{ID: "4711", Account: "acme", Group: group, Assignee: assignee}
}

// chatOf returns a conversation of acme. The group and the assignee can be empty.
func chatOf(group deskpolicy.GroupID, assignee deskpolicy.AgentID) deskpolicy.Conversation {
	return deskpolicy.Conversation{ID: "c1", Account: "acme", Group: group, Assignee: assignee}
}

// inGroup returns a membership in a group of acme.
func inGroup(member deskpolicy.Subject, group deskpolicy.GroupID, access deskpolicy.Access) deskpolicy.GroupMembership {
	return deskpolicy.GroupMembership{Member: member, Group: deskpolicy.AgentGroup{ID: group, Account: "acme"}, Access: access}
}

// check fails with the whole question if the reason of the decision is not the one that
// is wanted.
func check[R deskpolicy.Resource](t *testing.T, subject deskpolicy.Subject, action deskpolicy.Action[R], resource R, want deskpolicy.Reason) {
	t.Helper()
	if got := deskpolicy.Authorize(subject, action, &resource); got.Reason != want {
		t.Errorf("may %s do %v to %+v?\n got %v (%v)\nwant %v", nameOf(subject), action, resource, got.Reason, got, want)
	}
}

// nameOf describes the subject in test failures.
func nameOf(subject deskpolicy.Subject) string {
	switch s := subject.(type) {
	case *deskpolicy.Agent:
		return string(s.ID) + rolesOf(s.Bindings)
	case *deskpolicy.SharedAgent:
		return "the shared agent " + string(s.ID) + rolesOf(s.Bindings)
	case *deskpolicy.Customer:
		return "the customer " + string(s.ID) + rolesOf(s.Bindings)
	case *deskpolicy.SupportSession:
		return "the engineer " + string(s.Engineer().ID)
	default:
		return fmt.Sprintf("%T", subject)
	}
}

// rolesOf describes the bindings in test failures.
func rolesOf(bindings []deskpolicy.Binding) (roles string) {
	for _, b := range bindings {
		roles += fmt.Sprintf(" (%v %v in %s)", b.Role, b.TicketScope, b.Workspace)
	}
	return roles
}

// library is the vocabulary without host actions.
var library *deskpolicy.Vocabulary

// rolesOfAgents returns the built-in roles that an agent can have.
func rolesOfAgents() []deskpolicy.Role {
	return slices.Collect(deskpolicy.Account{ID: "acme"}.BuiltInRoles())
}

// everyBuiltIn are the built-in roles of an integrated account.
var everyBuiltIn = slices.Collect(deskpolicy.Account{ID: "acme", Integrated: true}.BuiltInRoles())
