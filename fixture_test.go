package deskpolicy_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy"
)

// acme is an account on a plan with every feature and one open workspace; the
// workspace "legal" is restricted.
var acme = deskpolicy.Account{
	ID:         "acme",
	Plan:       deskpolicy.Plan{Features: deskpolicy.AllFeatures},
	Integrated: true,
	Workspaces: []deskpolicy.WorkspaceID{"it"},
}

// riya is an agent of acme who views and edits the tickets of billing, and only
// views those of refunds, as far as the bindings let her.
func riya(bindings ...deskpolicy.Binding) *deskpolicy.Agent {
	return &deskpolicy.Agent{
		ID: "riya", Account: acme, Bindings: bindings,
		Groups: map[deskpolicy.GroupID]deskpolicy.Access{"billing": deskpolicy.Edit, "refunds": deskpolicy.View},
	}
}

// bob is a colleague of riya's, in no group.
func bob(bindings ...deskpolicy.Binding) *deskpolicy.Agent {
	return &deskpolicy.Agent{ID: "bob", Account: acme, Bindings: bindings}
}

// sam is a shared agent, as the CRM creates it: a CRM user who sees the records
// of EMEA's territory and those that are its own.
func sam(bindings ...deskpolicy.Binding) *deskpolicy.SharedAgent {
	s := deskpolicy.NewSharedAgent("sam", acme, deskpolicy.CRMUser{
		ID: "u-sam", Scope: deskpolicy.ScopeGroup, Territories: []deskpolicy.TerritoryID{"emea"},
	})
	if bindings != nil {
		s.Bindings = bindings
	}
	return s
}

// customer is a contact of acme's in a territory of the CRM.
func customer(territory deskpolicy.TerritoryID) *deskpolicy.Contact {
	return &deskpolicy.Contact{ID: "c-1", Account: "acme", CRM: deskpolicy.CRMRecord{Owner: "u-else", Territory: territory}}
}

// from is a ticket of acme's that the contact requested.
func from(requester *deskpolicy.Contact) deskpolicy.Ticket {
	return deskpolicy.Ticket{ID: "4711", Account: "acme", Requester: requester}
}

// wide holds the role account-wide, with a ticket scope.
func wide(role deskpolicy.Role, scope deskpolicy.Scope) deskpolicy.Binding {
	return deskpolicy.Binding{Role: role, Workspace: deskpolicy.AccountWide, TicketScope: scope}
}

// custom is a custom role of acme with the permissions, held account-wide with
// ScopeGlobal ticket scope.
func custom(t testing.TB, permissions ...deskpolicy.Permission) deskpolicy.Binding {
	t.Helper()
	role, err := deskpolicy.NewRole("acme", "Custom", deskpolicy.NewPermissions(permissions...), nil)
	require.NoError(t, err)
	return wide(role, deskpolicy.ScopeGlobal)
}

// grantable reports whether a custom role may hold the action: it is neither the
// authoring of roles [R9] nor logging in, which takes no permission (A31).
func grantable(id deskpolicy.ActionID) bool {
	return !id.InClass(deskpolicy.ClassRoleAuthoring) && id != deskpolicy.SessionLogin.ID()
}

// scoped is the permission to do the action at the scope or, if it takes none, at all (A34).
func scoped(id deskpolicy.ActionID, scope deskpolicy.Scope) deskpolicy.Permission {
	if slices.Equal(id.Scopes(), []deskpolicy.Scope{deskpolicy.ScopeGlobal}) {
		scope = deskpolicy.ScopeGlobal
	}
	return id.At(scope)
}

// ticketOf is a ticket of acme's, in a group and assigned to an agent or neither.
func ticketOf(group deskpolicy.GroupID, assignee deskpolicy.AgentID) deskpolicy.Ticket {
	return deskpolicy.Ticket{ID: "4711", Account: "acme", Group: group, Assignee: assignee}
}

// chatOf is a conversation of acme's, in a group and taken up by an agent or neither.
func chatOf(group deskpolicy.GroupID, assignee deskpolicy.AgentID) deskpolicy.Conversation {
	return deskpolicy.Conversation{ID: "c1", Account: "acme", Group: group, Assignee: assignee}
}

// inGroup is a membership in a group of acme's.
func inGroup(of deskpolicy.Subject, group deskpolicy.GroupID, access deskpolicy.Access) deskpolicy.GroupMembership {
	return deskpolicy.GroupMembership{Member: of, Group: deskpolicy.AgentGroup{ID: group, Account: "acme"}, Access: access}
}

// check asks whether the subject may do the action, and fails with the whole
// question if the reason is another one.
func check[R deskpolicy.Resource](t *testing.T, subject deskpolicy.Subject, action deskpolicy.Action[R], resource R, want deskpolicy.Reason) {
	t.Helper()
	if got := deskpolicy.Authorize(subject, action, &resource); got.Reason != want {
		t.Errorf("may %s do %v to %+v?\n got %v (%v)\nwant %v", nameOf(subject), action, resource, got.Reason, got, want)
	}
}

func nameOf(subject deskpolicy.Subject) string {
	switch s := subject.(type) {
	case *deskpolicy.Agent:
		return string(s.ID) + rolesOf(s.Bindings)
	case *deskpolicy.SharedAgent:
		return "the shared agent " + string(s.ID) + rolesOf(s.Bindings)
	case *deskpolicy.SupportSession:
		return "the engineer " + string(s.Engineer().ID)
	default:
		return fmt.Sprintf("%T", subject)
	}
}

func rolesOf(bindings []deskpolicy.Binding) (roles string) {
	for _, b := range bindings {
		roles += fmt.Sprintf(" (%v %v in %s)", b.Role, b.TicketScope, b.Workspace)
	}
	return roles
}

// library is the vocabulary without a host's actions.
var library *deskpolicy.Vocabulary

// rolesOfAgents are the built-in roles that an agent can be given.
func rolesOfAgents() []deskpolicy.Role {
	return slices.Collect(deskpolicy.Account{ID: "acme"}.BuiltInRoles())
}
