package deskpolicy_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	. "github.com/deskpolicy/deskpolicy"
)

func init() {
	faults["F6"] = permissionsDoNotWidenEachOther
	faults["F39"] = sharedAgentRoleNeedsCRM
	faults["F45"] = givingCustomRoles
}

// disconnected returns the account administrator of an account without a connected CRM.
func disconnected() *Agent {
	who := owner()
	who.Account.Integrated = false
	return who
}

// The Shared Agent role exists only while a CRM is connected. Without one it cannot
// be listed, viewed, cloned or given.
func sharedAgentRoleNeedsCRM(t *testing.T) {
	desk := disconnected().Account
	all, without := slices.Collect(acme.BuiltInRoles()), slices.Collect(desk.BuiltInRoles())
	assert.Contains(t, all, SharedAgentRole.Role())
	assert.Equal(t, slices.DeleteFunc(slices.Clone(all), func(r Role) bool { return r == SharedAgentRole.Role() }), without)
	assert.Empty(t, slices.Collect(Account{Integrated: true}.BuiltInRoles()))
	for range acme.BuiltInRoles() {
		break // must not panic
	}

	role := SharedAgentRole.Role()
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
	assert.Len(t, WhoCan(RoleView, &role, owner(), disconnected()), 1)
	assert.Equal(t, OtherAccount, Explain(NewRequest(disconnected(), RoleView, &role)).Decision.Reason)

	// A support engineer sees the roles that exist on the desk.
	grant := granted(t, SupportGrantTerms{Roles: []Role{AdministratorRole.Role()}})
	check(t, grant.Session(eve, acme, noon), RoleView, role, AllowedAll)
	check(t, grant.Session(eve, desk, noon), RoleView, role, OtherAccount)

	// A host type that embeds the role does not avoid the check.
	check(t, owner(), roleInspect, roleCard{role}, AllowedAll)
	check(t, disconnected(), roleInspect, roleCard{role}, OtherAccount)
	check(t, owner(), cardInspect, accountCard{role, "acme"}, AllowedAll)
	check(t, disconnected(), cardInspect, accountCard{role, "acme"}, OtherAccount)

	// It cannot be given without a CRM, by any action; if it was given before, it can be taken away.
	held := sam(wide(role, ScopeRestricted))
	check(t, owner(), AgentRoleAssign, RoleAssignment{sam(), wide(role, ScopeRestricted)}, AllowedAll)
	check(t, disconnected(), AgentRoleAssign, RoleAssignment{sam(), wide(role, ScopeRestricted)}, OtherAccount)
	check(t, disconnected(), AgentRoleAssign, RoleAssignment{bob(), wide(role, ScopeRestricted)}, OtherAccount)
	check(t, disconnected(), AgentCreate, *bob(wide(AgentRole.Role(), ScopeGlobal), wide(role, ScopeRestricted)), OtherAccount)
	check(t, owner(), AgentCreate, *bob(wide(role, ScopeRestricted)), SharedOnlyFromCRM)
	check(t, disconnected(), AgentRoleRemove, RoleAssignment{held, wide(role, ScopeRestricted)}, AllowedAll)
	check(t, disconnected(), AgentScopeEdit, RoleAssignment{held, wide(role, ScopeGroup)}, AllowedAll)
	check(t, disconnected(), SharedAgentDelete, *held, AllowedAll)
	terms := SupportGrantTerms{ID: "g", Roles: []Role{AgentRole.Role()}, Workspaces: map[WorkspaceID][]Role{"it": {role}}, Engineers: letIn}
	_, _, err := NewSupportGrant(disconnected(), terms, noon)
	require.ErrorIs(t, err, ErrDenied)
	g, _, err := NewSupportGrant(owner(), terms, noon)
	require.NoError(t, err)
	check(t, disconnected(), SupportGrantExtend, g, OtherAccount)
	check(t, disconnected(), SupportGrantRevoke, g, AllowedAll)

	// Connecting a CRM adds authority, for library actions.
	gained := Compare(disconnected(), owner())
	assert.Equal(t, OrderingWider, gained.Ordering())
	assert.Equal(t, OrderingNarrower, Compare(owner(), disconnected()).Ordering())
	assert.Equal(t, []string{"role.view", "role.custom.clone"}, sentences(gained.Gained()))
	assert.Empty(t, sentences(gained.Lost()))
	for d := range gained.Gained() {
		replays(t, d)
	}
	agent, other := riya(wide(AgentRole.Role(), ScopeGlobal)), riya(wide(AgentRole.Role(), ScopeGlobal))
	other.Account.Integrated = false
	assert.Equal(t, OrderingEqual, Compare(agent, other).Ordering())
}

// A roleCard is a host type that embeds a role.
type roleCard struct{ Role }

const roleInspect Action[roleCard] = FirstHostView + 23

// A custom role can be given only on a plan with custom roles. A role already held
// keeps working on every plan, and can be narrowed and taken away (A37).
func givingCustomRoles(t *testing.T) {
	replies := custom(t, TicketReply.At(ScopeGlobal))
	on := func(features Features) *Agent {
		who := owner()
		who.Account.Plan.Features = features
		return who
	}
	bounded := func(holder Subject) RoleAssignment {
		return RoleAssignment{holder, Binding{Role: replies.Role, Workspace: AccountWide, TicketScope: ScopeRestricted}}
	}
	grant := func(roles, there []Role) SupportGrant {
		g, _, err := NewSupportGrant(owner(), SupportGrantTerms{ID: "g", Roles: roles, Workspaces: map[WorkspaceID][]Role{"it": there}, Engineers: letIn}, noon)
		require.NoError(t, err)
		return g
	}
	builtIn, inAccount, inWorkspace := grant([]Role{AgentRole.Role()}, nil), grant([]Role{replies.Role}, nil), grant([]Role{AgentRole.Role()}, []Role{replies.Role})
	fix := []Remedy{{{Kind: FixUpgradePlan, Features: FeatureCustomRoles}}}
	for _, features := range []Features{AllFeatures, FeatureCustomRoles, AllFeatures &^ FeatureCustomRoles, 0} {
		by, want := on(features), AllowedAll
		if !features.Has(FeatureCustomRoles) {
			want = PlanLacksFeature
		}
		newlyGives(t, by, AgentRoleAssign, RoleAssignment{bob(), replies}, want, fix)
		newlyGives(t, by, AgentRoleAssign, RoleAssignment{sam(), replies}, want, fix)
		newlyGives(t, by, AgentRoleAssign, RoleAssignment{bob(replies), replies}, want, fix) // already held
		newlyGives(t, by, AgentCreate, *bob(wide(AgentRole.Role(), ScopeGlobal), replies), want, fix)
		newlyGives(t, by, SupportGrantCreate, inAccount, want, fix)
		newlyGives(t, by, SupportGrantCreate, inWorkspace, want, fix)
		newlyGives(t, by, SupportGrantExtend, inAccount, want, fix)
		newlyGives(t, by, agentSwap, RoleAssignment{bob(), replies}, want, fix) // a host action that gives roles

		// Built-in roles can be given on every plan, and roles already held can be kept.
		check(t, by, AgentRoleAssign, RoleAssignment{bob(), wide(AgentRole.Role(), ScopeGlobal)}, AllowedAll)
		check(t, by, AgentCreate, *bob(wide(AgentRole.Role(), ScopeGlobal)), AllowedAll)
		check(t, by, AgentCreate, *bob(), AllowedAll)
		check(t, by, SupportGrantCreate, builtIn, AllowedAll)
		check(t, by, SupportGrantExtend, builtIn, AllowedAll)
		check(t, by, SupportGrantRevoke, inAccount, AllowedAll)
		check(t, by, AgentScopeEdit, bounded(bob(replies)), AllowedAll)
		check(t, by, AgentRoleRemove, RoleAssignment{bob(replies), replies}, AllowedAll)
		check(t, by, AgentEdit, *bob(replies), AllowedAll)
		check(t, by, AgentGroupAssign, GroupMembership{bob(replies), AgentGroup{"sales", "acme"}, Edit}, AllowedAll)
		holder := bob(replies)
		holder.Account = by.Account
		check(t, holder, TicketReply, Ticket{Account: "acme"}, AllowedAll)
		check(t, inAccount.Session(eve, by.Account, noon), TicketReply, Ticket{Account: "acme"}, AllowedAll)
	}

	// A subject without the authority to give the role learns that first.
	lead := riya(wide(roleNamed(t, "Lead", AgentRoleAssign.At(ScopeGlobal), AgentCreate.At(ScopeGlobal)), ScopeGlobal))
	lead.Account.Plan = Plan{}
	check(t, lead, AgentRoleAssign, RoleAssignment{bob(), replies}, BeyondAuthority)
	check(t, riya(replies), AgentRoleAssign, RoleAssignment{bob(), replies}, NoPermission)

	// A remedy is not offered if the plan forbids giving the role.
	denied := Explain(NewRequest(bob(), TicketReply, &Ticket{Account: "acme"}))
	assert.NotEmpty(t, RemediesBy(on(AllFeatures), denied, replies.Role))
	assert.Empty(t, RemediesBy(on(0), denied, replies.Role))
}

const agentSwap Action[RoleAssignment] = FirstHostInAllClasses + 23

// newlyGives checks the decision, and the remedies if the plan denies.
func newlyGives[R Resource](t *testing.T, by Subject, action Action[R], what R, want Reason, fix []Remedy) {
	t.Helper()
	check(t, by, action, what, want)
	if want == PlanLacksFeature {
		assert.Equal(t, fix, Remedies(Explain(NewRequest(by, action, &what)), everyBuiltIn...), "%v", action)
	}
}

// An accountCard shows a role and says whose it is.
type accountCard struct {
	role Role
	of   AccountID
}

func (c accountCard) Attributes() Attributes {
	what := c.role.Attributes()
	what.Account = c.of
	return what
}

const cardInspect Action[accountCard] = FirstHostView + 7

// Where a role is held, the binding says: permissions that administer the desk do not
// move the role's other permissions into the open workspaces (A47).
func permissionsDoNotWidenEachOther(t *testing.T) {
	inIT := Ticket{Account: "acme", Workspace: "it", Assignee: "bob"}
	for _, other := range []Permission{
		AuditView.At(ScopeGlobal), RoleView.At(ScopeGlobal), AgentView.At(ScopeGlobal), SupportGrantView.At(ScopeGlobal),
		SharedAgentView.At(ScopeGlobal), SLAManage.At(ScopeGlobal),
	} {
		role := custom(t, TicketReply.At(ScopeGlobal), other).Role
		me := riya(wide(role, ScopeGlobal))
		check(t, me, TicketReply, inIT, OtherWorkspace)
		check(t, me, TicketReply, ticketOf("", "bob"), AllowedAll)
		lists(t, me, TicketReply, clause(asks(ConditionWorkspace, "")))
		assert.Empty(t, slices.Collect(Compare(me, riya(custom(t, TicketReply.At(ScopeGlobal)), custom(t, other))).Lost()))
		check(t, riya(inOpen(role, ScopeGlobal)), TicketReply, inIT, AllowedAll)
		check(t, riya(inOpen(custom(t, TicketReply.At(ScopeGlobal)).Role, ScopeGlobal)), TicketReply, inIT, AllowedAll)
	}
}
