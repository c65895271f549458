package deskpolicy_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	. "github.com/deskpolicy/deskpolicy"
)

func init() {
	faults["F39"] = theCRMsRole
	faults["F45"] = givingCustomRoles
}

// disconnected returns the account administrator of an account that is not connected to the CRM.
func disconnected() *Agent {
	who := owner()
	who.Account.Integrated = false
	return who
}

// The Shared Agent role exists on a desk that is connected to the CRM, and on no
// other: there it is neither listed nor viewed, cloned or given.
func theCRMsRole(t *testing.T) {
	desk := disconnected().Account
	all, without := slices.Collect(acme.BuiltInRoles()), slices.Collect(desk.BuiltInRoles())
	assert.Contains(t, all, SharedAgentRole())
	assert.Equal(t, slices.DeleteFunc(slices.Clone(all), func(r Role) bool { return r == SharedAgentRole() }), without)
	assert.Empty(t, slices.Collect(Account{Integrated: true}.BuiltInRoles()))
	for range acme.BuiltInRoles() {
		break // and no panic
	}

	role := SharedAgentRole()
	for _, action := range []Action[Role]{RoleView, RoleClone, RoleUpdate, RoleDelete} {
		assert.NotEqual(t, OtherAccount, Authorize(owner(), action, &role).Reason, "%v", action)
		check(t, disconnected(), action, role, OtherAccount)
		assert.False(t, ptr(FilterFor(disconnected(), action)).Match(&role), "%v", action)
	}
	check(t, owner(), RoleView, role, AllowedAll)
	assert.True(t, ptr(FilterFor(owner(), RoleView)).Match(&role))
	for _, other := range without {
		check(t, disconnected(), RoleView, other, AllowedAll)
		assert.True(t, ptr(FilterFor(disconnected(), RoleView)).Match(&other), other.Name())
	}
	assert.Len(t, WhoMay(RoleView, &role, owner(), disconnected()), 1)
	assert.Equal(t, OtherAccount, Explain(NewRequest(disconnected(), RoleView, &role)).Decision.Reason)

	// A support engineer sees what there is on the desk.
	grant := granted(t, Terms{Roles: []Role{AdministratorRole()}})
	check(t, grant.Session(eve, acme, noon), RoleView, role, AllowedAll)
	check(t, grant.Session(eve, desk, noon), RoleView, role, OtherAccount)

	// A host's type that holds the role is no way round.
	check(t, owner(), roleInspect, roleCard{role}, AllowedAll)
	check(t, disconnected(), roleInspect, roleCard{role}, OtherAccount)

	// It is not given there, in whatever way; what was given before can be taken away.
	held := sam(wide(role, Restricted))
	check(t, owner(), AgentRoleAssign, Appointment{sam(), wide(role, Restricted)}, AllowedAll)
	check(t, disconnected(), AgentRoleAssign, Appointment{sam(), wide(role, Restricted)}, OtherAccount)
	check(t, disconnected(), AgentRoleAssign, Appointment{bob(), wide(role, Restricted)}, OtherAccount)
	check(t, disconnected(), AgentCreate, *bob(wide(AgentRole(), Global), wide(role, Restricted)), OtherAccount)
	check(t, owner(), AgentCreate, *bob(wide(role, Restricted)), SharedOnlyFromCRM)
	check(t, disconnected(), AgentRoleRemove, Appointment{held, wide(role, Restricted)}, AllowedAll)
	check(t, disconnected(), AgentScopeEdit, Appointment{held, wide(role, Group)}, AllowedAll)
	check(t, disconnected(), SharedAgentDelete, *held, AllowedAll)
	terms := Terms{ID: "g", Roles: []Role{AgentRole()}, Workspaces: map[WorkspaceID][]Role{"it": {role}}, Engineers: letIn}
	_, _, err := NewGrant(disconnected(), terms, noon)
	require.ErrorIs(t, err, ErrDenied)
	g, _, err := NewGrant(owner(), terms, noon)
	require.NoError(t, err)
	check(t, disconnected(), GrantExtend, g, OtherAccount)
	check(t, disconnected(), GrantRevoke, g, AllowedAll)

	// To connect the two is to have more, of the library's actions.
	gained := Compare(disconnected(), owner())
	assert.Equal(t, Wider, gained.Relation())
	assert.Equal(t, Narrower, Compare(owner(), disconnected()).Relation())
	assert.Equal(t, []string{"role.view", "role.custom.clone"}, sentences(gained.Gained()))
	assert.Empty(t, sentences(gained.Lost()))
	for d := range gained.Gained() {
		replays(t, d)
	}
	agent, other := riya(wide(AgentRole(), Global)), riya(wide(AgentRole(), Global))
	other.Account.Integrated = false
	assert.Equal(t, Equal, Compare(agent, other).Relation())
}

// A roleCard is a host's own view of a role.
type roleCard struct{ Role }

const roleInspect Action[roleCard] = HostViews + 23

// A custom role is newly given on a plan with custom roles only. Held it counts on
// every plan, and can be bounded and taken away (A37).
func givingCustomRoles(t *testing.T) {
	replies := custom(t, TicketReply.At(Global))
	on := func(features Features) *Agent {
		who := owner()
		who.Account.Plan.Features = features
		return who
	}
	bounded := func(holder Subject) Appointment {
		return Appointment{holder, Binding{replies.Role, AccountWide, Restricted}}
	}
	grant := func(roles, there []Role) Grant {
		g, _, err := NewGrant(owner(), Terms{ID: "g", Roles: roles, Workspaces: map[WorkspaceID][]Role{"it": there}, Engineers: letIn}, noon)
		require.NoError(t, err)
		return g
	}
	builtIn, inAccount, inWorkspace := grant([]Role{AgentRole()}, nil), grant([]Role{replies.Role}, nil), grant([]Role{AgentRole()}, []Role{replies.Role})
	fix := []Remedy{{{Kind: UpgradePlan, Features: CustomRoles}}}
	for _, features := range []Features{AllFeatures, CustomRoles, AllFeatures &^ CustomRoles, 0} {
		by, want := on(features), AllowedAll
		if !features.Has(CustomRoles) {
			want = PlanLacksFeature
		}
		newlyGives(t, by, AgentRoleAssign, Appointment{bob(), replies}, want, fix)
		newlyGives(t, by, AgentRoleAssign, Appointment{sam(), replies}, want, fix)
		newlyGives(t, by, AgentRoleAssign, Appointment{bob(replies), replies}, want, fix) // once more
		newlyGives(t, by, AgentCreate, *bob(wide(AgentRole(), Global), replies), want, fix)
		newlyGives(t, by, GrantCreate, inAccount, want, fix)
		newlyGives(t, by, GrantCreate, inWorkspace, want, fix)
		newlyGives(t, by, GrantExtend, inAccount, want, fix)
		newlyGives(t, by, agentSwap, Appointment{bob(), replies}, want, fix) // a host's way to appoint

		// What is built in is given on every plan, and what is there stays.
		check(t, by, AgentRoleAssign, Appointment{bob(), wide(AgentRole(), Global)}, AllowedAll)
		check(t, by, AgentCreate, *bob(wide(AgentRole(), Global)), AllowedAll)
		check(t, by, AgentCreate, *bob(), AllowedAll)
		check(t, by, GrantCreate, builtIn, AllowedAll)
		check(t, by, GrantExtend, builtIn, AllowedAll)
		check(t, by, GrantRevoke, inAccount, AllowedAll)
		check(t, by, AgentScopeEdit, bounded(bob(replies)), AllowedAll)
		check(t, by, AgentRoleRemove, Appointment{bob(replies), replies}, AllowedAll)
		check(t, by, AgentEdit, *bob(replies), AllowedAll)
		check(t, by, AgentGroupAssign, Membership{bob(replies), AgentGroup{"sales", "acme"}, Edit}, AllowedAll)
		holder := bob(replies)
		holder.Account = by.Account
		check(t, holder, TicketReply, Ticket{Account: "acme"}, AllowedAll)
		check(t, inAccount.Session(eve, by.Account, noon), TicketReply, Ticket{Account: "acme"}, AllowedAll)
	}

	// Who could not give it at all learns that first.
	lead := riya(wide(roleNamed(t, "Lead", AgentRoleAssign.At(Global), AgentCreate.At(Global)), Global))
	lead.Account.Plan = Plan{}
	check(t, lead, AgentRoleAssign, Appointment{bob(), replies}, BeyondAuthority)
	check(t, riya(replies), AgentRoleAssign, Appointment{bob(), replies}, NoPermission)

	// What would be of use only if it could be given is no remedy that they can carry out.
	denied := Explain(NewRequest(bob(), TicketReply, &Ticket{Account: "acme"}))
	assert.NotEmpty(t, RemediesBy(on(AllFeatures), denied, replies.Role))
	assert.Empty(t, RemediesBy(on(0), denied, replies.Role))
}

const agentSwap Action[Appointment] = HostActions + 23

// newlyGives asks whether the subject may give it; if the plan forbids, for what allows it.
func newlyGives[R Resource](t *testing.T, by Subject, action Action[R], what R, want Reason, fix []Remedy) {
	t.Helper()
	check(t, by, action, what, want)
	if want == PlanLacksFeature {
		assert.Equal(t, fix, Remedies(Explain(NewRequest(by, action, &what))), "%v", action)
	}
}
