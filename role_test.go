package deskpolicy_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	. "github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/effort"
	"github.com/deskpolicy/deskpolicy/internal/golden"
)

// The golden file is what each built-in role permits, a row per action. A changed cell is
// a changed decision.
func TestBuiltInRolesGolden(t *testing.T) {
	var text strings.Builder
	table := tabwriter.NewWriter(&text, 0, 0, 1, ' ', 0)
	for role := range acme.BuiltInRoles() {
		fmt.Fprintf(table, "\t%s", strings.ReplaceAll(role.Name(), " ", ""))
	}
	fmt.Fprintln(table)
	for id := range Actions() {
		if id == SessionLogin.ID() || id == PortalLogin.ID() {
			continue // not a permission: any role that permits something is enough (A31)
		}
		fmt.Fprintf(table, "%v", id)
		for role := range acme.BuiltInRoles() {
			fmt.Fprintf(table, "\t%v", widest(role.Permissions(), id))
		}
		fmt.Fprintln(table)
	}
	require.NoError(t, table.Flush())
	lines := strings.Split(text.String(), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	golden.File(t, "roles.golden", strings.Join(lines, "\n"))
}

// widest returns the name of the widest scope at which the set permits the action, or "-".
func widest(set Permissions, id ActionID) string {
	if scope := set.Scope(id); scope != 0 {
		return scope.String()
	}
	return "-"
}

func TestBuiltInRoles(t *testing.T) {
	all := []Role{
		AgentRole.Role(), SupervisorRole.Role(), AdministratorRole.Role(), AccountAdministratorRole.Role(), TicketCollaboratorRole.Role(), AnalyticsCollaboratorRole.Role(), SharedAgentRole.Role(), CustomerRole.Role(), CompanyCustomerRole.Role(),
		SupportAgentRole.Role(), SupportManagerRole.Role(), MarketingUserRole.Role(), MarketingManagerRole.Role(), RestrictedUserRole.Role(), SalesUserRole.Role(), SalesManagerRole.Role(),
	}
	require.Equal(t, all, slices.Collect(acme.BuiltInRoles()))
	assert.Equal(t, Role{}, BuiltInRoleName("Owner").Role(), "only BuiltInRole knows the other names")
	for _, role := range all {
		found, err := BuiltInRole(role.Name())
		require.NoError(t, err)
		assert.Equal(t, role, found)
		assert.True(t, role.BuiltIn())
		assert.Empty(t, role.Account())
		assert.Equal(t, role.Name(), role.String())
	}
	for role := range acme.BuiltInRoles() {
		assert.Equal(t, AgentRole.Role(), role)
		break
	}
	assert.Len(t, byLowerName(all), len(all), "names are distinct")

	_, err := BuiltInRole("Supervsor")
	require.EqualError(t, err, `deskpolicy: unknown built-in role "Supervsor" (did you mean "Supervisor"?)`)

	collaborators := []Role{TicketCollaboratorRole.Role(), AnalyticsCollaboratorRole.Role()}
	assert.True(t, collaborators[1].Permissions().Covers(collaborators[0].Permissions()))
	ranks := []Role{AgentRole.Role(), SupervisorRole.Role(), AdministratorRole.Role(), AccountAdministratorRole.Role()}
	for i := range ranks[1:] {
		assert.True(t, ranks[i+1].Permissions().Covers(ranks[i].Permissions()), "%v covers %v", ranks[i+1], ranks[i])
		assert.False(t, ranks[i].Permissions().Covers(ranks[i+1].Permissions()))
	}
}

func TestZeroRole(t *testing.T) {
	var zero Role
	assert.True(t, zero.Permissions().Empty())
	assert.False(t, zero.BuiltIn())
	assert.True(t, zero.Equal(Role{}))
	assert.Empty(t, zero.Name())
	assert.Empty(t, zero.Account())
	check(t, riya(inOpen(AccountAdministratorRole.Role(), ScopeGlobal)), RoleView, zero, OtherAccount)
}

// NewRole reports every problem, in a stable order, and returns the zero Role.
func TestNewRoleRefuses(t *testing.T) {
	role, err := NewRole("", " Supervisor", NewPermissions(RoleClone.At(ScopeRestricted), RoleCreate.At(ScopeGlobal), TicketView.At(ScopeGlobal), ActionID(FirstHostInAllClasses).At(ScopeGroup)), nil)
	require.EqualError(t, err, strings.Join([]string{
		`deskpolicy: role " Supervisor": the account ID is empty; give the account that the role belongs to`,
		`deskpolicy: role " Supervisor": the name begins or ends with a space; remove it`,
		`deskpolicy: role " Supervisor": role.custom.clone takes no scope; hold it at global`,
	}, "\n"))
	assert.Equal(t, Role{}, role)

	_, err = NewRole("acme", "\u200b"+strings.Repeat("x", 200), Permissions{}, nil)
	require.ErrorContains(t, err, "the name contains an invisible character; remove it")

	clone, err := CloneRole(SupervisorRole.Role(), "acme", "")
	require.EqualError(t, err, `deskpolicy: role "": the name is blank; give the role a name`)
	assert.Equal(t, Role{}, clone)
}

// Names that look alike or fold alike are the same name [R14].
func TestRoleNames(t *testing.T) {
	long := strings.Repeat("é", 100)
	for _, name := range []string{"R", "R&D", "Tier 2 <b>", "Über-Tester", "営業", "it's \"us\"", "a@b", "👍", long} {
		role, err := NewRole("acme", name, Permissions{}, nil)
		require.NoError(t, err)
		assert.Equal(t, name, role.Name())
	}
	const hidden = `the name contains an invisible character; remove it`
	for name, want := range map[string]string{
		"\u00a0R":  "role \"\\u00a0R\": the name begins or ends with a space; remove it",
		"R\t":      `role "R\t": the name begins or ends with a space; remove it`,
		"\u2003":   `role "\u2003": the name is blank; give the role a name`,
		"a\u00a0b": `role "a\u00a0b": ` + hidden,
		"a\tb":     `role "a\tb": ` + hidden,
		"a\nb":     `role "a\nb": ` + hidden,
		"a\x00b":   `role "a\x00b": ` + hidden,
		"a\x7fb":   `role "a\x7fb": ` + hidden,
		"a\u200bb": `role "a\u200bb": ` + hidden,
		"a\u202eb": `role "a\u202eb": ` + hidden,
		"\ufeffab": `role "\ufeffab": ` + hidden,
		"ab\u3164": "role \"ab\u3164\": " + hidden,
		"a\ufe0fb": "role \"a\ufe0fb\": " + hidden,
		"a\ufffdb": "role \"a\ufffdb\": " + hidden,
		"a\xffb":   `role "a\xffb": ` + hidden,
		long + "x": `role "` + long + `"...: the name is longer than 100 characters; shorten it`,
	} {
		_, err := NewRole("acme", name, Permissions{}, nil)
		require.EqualError(t, err, "deskpolicy: "+want)
	}

	err := roleNames(newRole(t, "Kiosk"), newRole(t, "\u212aio\u017f\u212a"), newRole(t, "ΣΑΣ"), newRole(t, "σας"))
	require.EqualError(t, err, "deskpolicy: role \"\u212aio\u017f\u212a\": the name is taken by role \"Kiosk\"; choose another name\ndeskpolicy: role \"σας\": the name is taken by role \"ΣΑΣ\"; choose another name")
	require.NoError(t, roleNames(newRole(t, "strasse"), newRole(t, "straße")), "ß is not folded to ss")
}

// Two names are distinct if and only if they differ in more than case.
func TestRoleNamesFold(t *testing.T) {
	nameGen := rapid.StringOfN(rapid.SampledFrom([]rune("kK\u212asS\u017fσςΣåÅ\u212bǅǆi")), 1, 3, -1)
	rapid.Check(t, func(t *rapid.T) {
		a, errA := NewRole("acme", nameGen.Draw(t, "a"), Permissions{}, nil)
		b, errB := NewRole("acme", nameGen.Draw(t, "b"), Permissions{}, nil)
		require.NoError(t, errors.Join(errA, errB))
		require.Equal(t, strings.EqualFold(a.Name(), b.Name()), roleNames(a, b) != nil)
	})
}

// A role does not change: NewRole with the same name returns a different role.
func TestRoleChanges(t *testing.T) {
	role := newRole(t, "Tier 2")
	wider, err := NewRole(role.Account(), role.Name(), NewPermissions(TicketView.At(ScopeGlobal), TicketReply.At(ScopeGroup)), nil)
	require.NoError(t, err)
	assert.Equal(t, "Tier 2", wider.Name())
	assert.Equal(t, AccountID("acme"), wider.Account())
	assert.True(t, wider.Permissions().Has(TicketReply.At(ScopeGroup)))
	assert.False(t, role.Permissions().Has(TicketReply.At(ScopeGroup)))
	assert.False(t, role.Equal(wider))

	renamed, err := NewRole(role.Account(), "Tier 3", role.Permissions(), nil)
	require.NoError(t, err)
	assert.Equal(t, "Tier 2", role.Name())
	assert.False(t, role.Equal(renamed))

	again, err := NewRole(role.Account(), role.Name(), role.Permissions(), nil)
	require.NoError(t, err)
	assert.True(t, role.Equal(again))
	assert.False(t, role == again, "a copy is ==, an equal role is not")
	theirs, err := NewRole("initech", "Tier 2", role.Permissions(), nil)
	require.NoError(t, err)
	assert.False(t, role.Equal(theirs))
}

// A built-in role and the zero Role cannot be changed [S21].
func TestBuiltInRolesCannotChange(t *testing.T) {
	for _, role := range append(slices.Collect(acme.BuiltInRoles()), Role{}) {
		for _, name := range []string{role.Name(), "Tier 1"} {
			got, err := NewRole(role.Account(), name, Permissions{}, nil)
			require.ErrorContains(t, err, fmt.Sprintf("role %q: the account ID is empty; give the account that the role belongs to", name))
			assert.Equal(t, Role{}, got)
		}
	}
}

func byLowerName(roles []Role) map[string]Role {
	byName := make(map[string]Role)
	for _, role := range roles {
		byName[strings.ToLower(role.Name())] = role
	}
	return byName
}

// roleNames returns the errors of NewRoleSet for the roles of each account.
func roleNames(roles ...Role) error {
	var wrong []error
	sets := make(map[AccountID][]Role)
	for _, role := range roles {
		sets[role.Account()] = append(sets[role.Account()], role)
	}
	for _, account := range slices.Sorted(maps.Keys(sets)) {
		_, err := NewRoleSet(account, sets[account]...)
		wrong = append(wrong, err)
	}
	return errors.Join(wrong...)
}

// Roles of different accounts can have the same name.
func TestRoleNamesByAccount(t *testing.T) {
	theirs, err := NewRole("initech", "Tier 2", Permissions{}, nil)
	require.NoError(t, err)
	require.NoError(t, roleNames(newRole(t, "Tier 2"), theirs))
	require.EqualError(t, roleNames(newRole(t, "Tier 2"), theirs, newRole(t, "tier 2"), newRole(t, "TIER 2")),
		"deskpolicy: role \"tier 2\": the name is taken by role \"Tier 2\"; choose another name\ndeskpolicy: role \"TIER 2\": the name is taken by role \"Tier 2\"; choose another name")
	check(t, riya(inOpen(AccountAdministratorRole.Role(), ScopeGlobal)), RoleUpdate, theirs, OtherAccount)
}

// A role reaches the open workspaces if its binding says so, whatever the role permits (A47).
func TestOpenWorkspaces(t *testing.T) {
	inIT, inLegal, outside := ticketOf("", ""), ticketOf("", ""), ticketOf("", "")
	inIT.Workspace, inLegal.Workspace = "it", "legal"
	for _, role := range []Role{
		AgentRole.Role(), SupervisorRole.Role(), AdministratorRole.Role(), AccountAdministratorRole.Role(),
		roleNamed(t, "Views", TicketView.At(ScopeGlobal)), roleNamed(t, "Manages", TicketView.At(ScopeGlobal), SLAManage.At(ScopeGlobal)),
	} {
		for held, want := range map[WorkspaceID][3]Reason{ // outside of workspaces, in an open one, in a restricted one
			AccountWide:    {AllowedAll, OtherWorkspace, OtherWorkspace},
			OpenWorkspaces: {AllowedAll, AllowedAll, OtherWorkspace},
			Everywhere:     {AllowedAll, AllowedAll, AllowedAll},
			"it":           {OtherWorkspace, AllowedAll, OtherWorkspace},
			"legal":        {OtherWorkspace, OtherWorkspace, AllowedAll},
			"":             {OtherWorkspace, OtherWorkspace, OtherWorkspace},
		} {
			me := riya(Binding{Role: role, Workspace: held, TicketScope: ScopeGlobal})
			check(t, me, TicketView, outside, want[0])
			check(t, me, TicketView, inIT, want[1])
			check(t, me, TicketView, inLegal, want[2])
		}
	}
	named := ticketOf("", "")
	named.Workspace = OpenWorkspaces // no workspace has that ID
	check(t, riya(inOpen(AgentRole.Role(), ScopeGlobal)), TicketView, named, OtherWorkspace)
}

// No permission widens another (A47) (B34): adding any permission to a role changes no
// decision on another action. Excepted are logging in, which any permission allows, and
// actions that compare what the subject can do with what another person can.
func TestPermissionsAreIndependent(t *testing.T) {
	effort.Alone(t)
	all := allPermissions()
	for id, questions := range independentQuestions(t) {
		for _, held := range slices.Concat([]Permissions{{}}, permissionsOf(id)) {
			base, err := NewRole("acme", "Role", held, nil)
			require.NoError(t, err)
			before := decideAll(questions, base)
			for _, p := range all {
				if p.Action == id {
					continue
				}
				more, err := NewRole("acme", "Role", held.Union(NewPermissions(p)), nil)
				require.NoError(t, err)
				require.Equal(t, before, decideAll(questions, more), "%v, and %v as well", held, p)
			}
		}
	}
}

// allPermissions returns the permissions that a custom role can hold, and one of a host.
func allPermissions() (all []Permission) {
	for _, id := range append(slices.Collect(Actions()), FirstHostEdit) {
		for _, permissions := range permissionsOf(id) {
			all = slices.AppendSeq(all, permissions.All())
		}
	}
	return all
}

// permissionsOf returns the action at each scope at which a custom role can hold it.
func permissionsOf(id ActionID) (each []Permissions) {
	for _, scope := range levels {
		if p := NewPermissions(id.At(scope)); scopeHolds(id, p) {
			each = append(each, p)
		}
	}
	return each
}

func scopeHolds(id ActionID, p Permissions) bool {
	_, err := NewRole("acme", "Role", p, nil)
	return err == nil && id != SessionLogin.ID() && id != PortalLogin.ID()
}

// independentQuestions returns, for each action that takes its own permission alone,
// requests in every kind of workspace.
func independentQuestions(t *testing.T) map[ActionID][]Request {
	questions := make(map[ActionID][]Request)
	for _, w := range []WorkspaceID{"", "it", "legal"} {
		for _, q := range questionsIn(t, w) {
			if q.Action != SessionLogin.ID() && q.Action != PortalLogin.ID() && !q.Action.InClass(ClassAccessChange) && !q.Action.InClass(ClassRoleAuthoring) {
				questions[q.Action] = append(questions[q.Action], q)
			}
		}
	}
	return questions
}

// decideAll returns the decisions on the questions for holders of the role in each kind
// of place.
func decideAll(questions []Request, role Role) (decisions []Decision) {
	for _, held := range []WorkspaceID{AccountWide, OpenWorkspaces, Everywhere, "it", "legal"} {
		b := Binding{Role: role, Workspace: held, TicketScope: ScopeGlobal}
		for _, who := range []Subject{riya(b), sam(b)} {
			for _, q := range questions {
				q.Subject = who
				decisions = append(decisions, q.Authorize())
			}
		}
	}
	return decisions
}

// NewRole refuses what RoleSet.Encode could not write: a host's action without a name.
func TestNewRoleWithoutAName(t *testing.T) {
	v, err := NewVocabulary(NewHostAction(invoiceView, "invoice.view"))
	require.NoError(t, err)
	named, unnamed := NewPermissions(invoiceView.At(ScopeGroup), TicketView.At(ScopeGroup)), NewPermissions(invoiceRefund.At(ScopeGlobal))
	for _, c := range []struct {
		permissions Permissions
		v           *Vocabulary
		want        string
	}{
		{named, v, ""}, {named, nil, ""}, {unnamed, nil, ""}, {named, &Vocabulary{}, `deskpolicy: role "R": the vocabulary does not name ` + ActionID(invoiceView).String() + "; name it there"},
		{unnamed, v, `deskpolicy: role "R": the vocabulary does not name ` + ActionID(invoiceRefund).String() + "; name it there"},
	} {
		role, err := NewRole("acme", "R", c.permissions, c.v)
		if c.want == "" {
			require.NoError(t, err)
			continue
		}
		require.EqualError(t, err, c.want)
		assert.Equal(t, Role{}, role)
	}
}
