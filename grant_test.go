package deskpolicy_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	. "github.com/deskpolicy/deskpolicy"
)

// absurdInstants returns invalid instants, up to where clocks overflow.
func absurdInstants() []time.Time {
	return []time.Time{
		{},
		time.Date(1, 1, 1, 0, 0, 0, 1, time.UTC),
		time.Date(1969, 12, 31, 23, 59, 59, 999_999_999, time.UTC),
		time.Date(1970, 1, 1, 0, 0, 0, 0, time.FixedZone("east", 3600)),
		time.Date(2199, 12, 31, 23, 0, 0, 0, time.FixedZone("west", -3600)),
		time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC),
		time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC),
		time.Unix(math.MaxInt64, 0),
		time.Unix(math.MinInt64, 0),
		time.Unix(1<<62, 0),
	}
}

const (
	hour = time.Hour
	days = 24 * time.Hour
)

// problemsOf returns the lines of the error without the library's name, or nil.
func problemsOf(err error) []string {
	if err == nil {
		return nil
	}
	lines := strings.Split(err.Error(), "\n")
	for i, line := range lines {
		lines[i] = strings.TrimPrefix(line, "deskpolicy: ")
	}
	return lines
}

func isDenial(problem string) bool { return strings.HasPrefix(problem, "denied: ") }

// foreignRole returns a custom role of another account.
func foreignRole(t testing.TB) Role {
	role, err := NewRole("globex", "Night Shift", NewPermissions(TicketView.At(ScopeGlobal)), nil)
	require.NoError(t, err)
	return role
}

// inWorkspace returns a binding of the role in a workspace.
func inWorkspace(w WorkspaceID, role Role) Binding {
	return Binding{Role: role, Workspace: w, TicketScope: ScopeGlobal}
}

// NewSupportGrant reports each problem alone, and all of them together in order.
func TestNewGrantRefuses(t *testing.T) {
	admin := inOpen(AdministratorRole.Role(), ScopeGlobal)
	gone := owner()
	gone.Deactivated = true
	elsewhere := owner()
	elsewhere.Account.ID = "globex"
	var nobody *Agent
	for _, c := range []struct {
		name   string
		by     Subject
		change func(*SupportGrantTerms)
		now    time.Time
		want   []string
	}{
		{"nothing", owner(), func(*SupportGrantTerms) {}, noon, nil},

		{"no ID", owner(), func(terms *SupportGrantTerms) { terms.ID = "" }, noon, []string{`support grant "": the ID is empty; set it`}},
		{"no role", owner(), func(terms *SupportGrantTerms) { terms.Roles = nil }, noon, []string{`support grant "g1": no role is named for the account; name at least one`}},
		{"a role for a workspace only", owner(), func(terms *SupportGrantTerms) { // A15
			terms.Roles, terms.Workspaces = nil, map[WorkspaceID][]Role{"it": {AgentRole.Role()}}
		}, noon, []string{`support grant "g1": no role is named for the account; name at least one`}},
		{"the zero role", owner(), func(terms *SupportGrantTerms) { terms.Roles = append(terms.Roles, Role{}) }, noon,
			[]string{`support grant "g1": role "" in "*" does not belong to account "acme"; name a built-in role or a role of the account`}},
		{"another account's role", owner(), func(terms *SupportGrantTerms) { terms.Roles = []Role{foreignRole(t)} }, noon,
			[]string{`support grant "g1": role "Night Shift" in "*" does not belong to account "acme"; name a built-in role or a role of the account`}},
		{"another account's role in a workspace", owner(), func(terms *SupportGrantTerms) { terms.Workspaces["it"] = []Role{foreignRole(t), {}} }, noon,
			[]string{`support grant "g1": role "Night Shift" in "it" does not belong to account "acme"; name a built-in role or a role of the account`, `support grant "g1": role "" in "it" does not belong to account "acme"; name a built-in role or a role of the account`}},
		{"a workspace without ID", owner(), func(terms *SupportGrantTerms) { terms.Workspaces[""] = nil }, noon, []string{`support grant "g1": "" is not the ID of a workspace; name a single workspace`}},
		{"the open workspaces", owner(), func(terms *SupportGrantTerms) { terms.Workspaces[OpenWorkspaces] = nil }, noon, []string{`support grant "g1": "*open*" is not the ID of a workspace; name a single workspace`}},
		{"all workspaces", owner(), func(terms *SupportGrantTerms) { terms.Workspaces[AccountWide] = nil }, noon, []string{`support grant "g1": "*" is not the ID of a workspace; name a single workspace`}},

		{"the end at the start", owner(), func(terms *SupportGrantTerms) { terms.Start, terms.End = noon.Add(hour), noon.Add(hour) }, noon,
			[]string{`support grant "g1": the end 2026-11-02T13:00:00Z is not after the start 2026-11-02T13:00:00Z; choose a later end`}},
		{"the end before the start", owner(), func(terms *SupportGrantTerms) { terms.Start, terms.End = noon.Add(2*hour), noon.Add(hour) }, noon,
			[]string{`support grant "g1": the end 2026-11-02T13:00:00Z is not after the start 2026-11-02T14:00:00Z; choose a later end`}},
		{"the end now", owner(), func(terms *SupportGrantTerms) { terms.End = noon }, noon, []string{
			`support grant "g1": the end 2026-11-02T12:00:00Z is not after the start 2026-11-02T12:00:00Z; choose a later end`,
			`support grant "g1": the end 2026-11-02T12:00:00Z is in the past; choose a later end`,
		}},
		{"a start just now", owner(), func(terms *SupportGrantTerms) { terms.Start = noon.Add(-1) }, noon, nil},
		{"a start in the past", owner(), func(terms *SupportGrantTerms) { terms.Start = noon.Add(-5*time.Minute - 1) }, noon,
			[]string{`support grant "g1": the start 2026-11-02T11:54:59.999999999Z is in the past; start now or later`}},
		{"a month and a little", owner(), func(terms *SupportGrantTerms) { terms.End = noon.Add(30*days + 1) }, noon,
			[]string{`support grant "g1": the end 2026-12-02T12:00:00.000000001Z is more than a month ahead; the latest is 2026-12-02T12:00:00Z`}},
		{"a week from a late start", owner(), func(terms *SupportGrantTerms) { terms.Start = noon.Add(30*days - 1) }, noon, nil},
		{"a start in a month", owner(), func(terms *SupportGrantTerms) { terms.Start = noon.Add(30 * days) }, noon,
			[]string{`support grant "g1": the start 2026-12-02T12:00:00Z is too late; start before the latest end, 2026-12-02T12:00:00Z`}},

		{"text that JSON cannot hold", owner(), func(terms *SupportGrantTerms) {
			terms.ID, terms.Engineers = "g\x00", []SupportEngineer{{"ok", "\uFFFD", "ok@vendor.example"}}
		}, noon,
			[]string{`support grant "g\x00": "g\x00" has NUL, U+FFFD or invalid UTF-8; remove it`, `support grant "g\x00": "�" has NUL, U+FFFD or invalid UTF-8; remove it`}},
		{"a workspace that JSON cannot hold", owner(), func(terms *SupportGrantTerms) {
			terms.Workspaces = map[WorkspaceID][]Role{"\xff": nil, "\xfe": nil}
		}, noon, []string{
			`support grant "g1": "\xfe" has NUL, U+FFFD or invalid UTF-8; remove it`,
			`support grant "g1": "\xff" has NUL, U+FFFD or invalid UTF-8; remove it`,
		}},

		{"an agent whose account and ID JSON cannot hold", &Agent{
			ID: "riya\x00", Account: Account{ID: "acme\x00"}, Bindings: []Binding{inOpen(AccountAdministratorRole.Role(), ScopeGlobal)},
		}, func(terms *SupportGrantTerms) { terms.ID, terms.Roles, terms.Workspaces = "g\x00", nil, nil }, noon, []string{
			`support grant "g\x00": "g\x00" has NUL, U+FFFD or invalid UTF-8; remove it`,
			`support grant "g\x00": "acme\x00" has NUL, U+FFFD or invalid UTF-8; remove it`,
			`support grant "g\x00": "riya\x00" has NUL, U+FFFD or invalid UTF-8; remove it`,
			`support grant "g\x00": no role is named for the account; name at least one`,
		}},
		{"no ID, and a start that is no instant", owner(), func(terms *SupportGrantTerms) { terms.ID, terms.Start = "", time.Time{}.Add(1) }, noon, []string{
			`support grant "": the ID is empty; set it`,
			`support grant "": the start 0001-01-01T00:00:00.000000001Z is outside the years 1970 to 2199; use an instant in that range`,
			`support grant "": the end 0001-01-08T00:00:00.000000001Z is outside the years 1970 to 2199; use an instant in that range`,
			`support grant "": the start 0001-01-01T00:00:00.000000001Z is in the past; start now or later`,
			`support grant "": the end 0001-01-08T00:00:00.000000001Z is in the past; choose a later end`,
		}},
		{"an end that is no instant, before the start", owner(), func(terms *SupportGrantTerms) { terms.Start, terms.End = noon.Add(hour), time.Time{}.Add(1) }, noon, []string{
			`support grant "g1": the end 0001-01-01T00:00:00.000000001Z is not after the start 2026-11-02T13:00:00Z; choose a later end`,
			`support grant "g1": the end 0001-01-01T00:00:00.000000001Z is outside the years 1970 to 2199; use an instant in that range`,
			`support grant "g1": the end 0001-01-01T00:00:00.000000001Z is in the past; choose a later end`,
		}},

		{"no subject", nil, func(terms *SupportGrantTerms) {}, noon, []string{"denied: the subject is missing or has no ID"}},
		{"no subject, the zero role", nil, func(terms *SupportGrantTerms) { terms.Roles = []Role{{}} }, noon, []string{
			"denied: the subject is missing or has no ID",
			`support grant "g1": role "" in "*" does not belong to account ""; name a built-in role or a role of the account`,
		}},
		{"an agent who is nil", nobody, func(terms *SupportGrantTerms) {}, noon, []string{"denied: the subject is missing or has no ID"}},
		{"a deactivated agent", gone, func(terms *SupportGrantTerms) {}, noon, []string{"denied: the agent or customer is deactivated"}},
		{"a supervisor", riya(wide(SupervisorRole.Role(), ScopeGlobal)), func(terms *SupportGrantTerms) { terms.Workspaces = nil }, noon, []string{
			"denied: none of the subject's roles has the permission here",
		}},
		{"an administrator of a workspace", riya(inWorkspace("it", AccountAdministratorRole.Role())), func(terms *SupportGrantTerms) {}, noon, []string{
			"denied: this takes authority that the subject does not have",
			`support grant "g1": role "Agent" in "*" exceeds the authority of "riya", who lacks ticket.view@global`,
		}},
		{"an administrator with group scope", riya(inOpen(AdministratorRole.Role(), ScopeGroup)), func(terms *SupportGrantTerms) { terms.Workspaces = nil }, noon,
			[]string{"denied: this takes authority that the subject does not have", `support grant "g1": role "Agent" in "*" exceeds the authority of "riya", who lacks ticket.view@global`}},
		{"an administrator and the account administrator's role", riya(admin), func(terms *SupportGrantTerms) { terms.Roles = []Role{AccountAdministratorRole.Role()} }, noon, []string{
			"denied: this takes authority that the subject does not have",
			`support grant "g1": role "Account Administrator" in "*" exceeds the authority of "riya", who lacks role.custom.create`,
		}},
		{"an administrator and that role in a workspace", riya(admin), func(terms *SupportGrantTerms) { terms.Workspaces["it"] = []Role{AccountAdministratorRole.Role()} }, noon, nil}, // in a workspace that role cannot make roles
		{"a restricted workspace", riya(admin), func(terms *SupportGrantTerms) { terms.Workspaces["legal"] = nil }, noon,
			[]string{"denied: this takes authority that the subject does not have", `support grant "g1": role "Agent" in "legal" exceeds the authority of "riya", who lacks ticket.view@global in workspace "legal"`}},
		{"a restricted workspace where the agent holds a role", riya(admin, inWorkspace("legal", AgentRole.Role())), func(terms *SupportGrantTerms) { terms.Workspaces["legal"] = nil }, noon, nil},
		{"an agent of another account", elsewhere, func(terms *SupportGrantTerms) { terms.Roles = []Role{newRole(t, "Tier 2")} }, noon,
			[]string{`support grant "g1": role "Tier 2" in "*" does not belong to account "globex"; name a built-in role or a role of the account`}},
		{"a support engineer", at(granted(t, SupportGrantTerms{Roles: []Role{AccountAdministratorRole.Role()}}), noon), func(terms *SupportGrantTerms) { terms.Workspaces = nil }, noon, []string{
			"denied: a support engineer cannot view or change support grants",
		}},
		{"a shared agent", sam(inOpen(AccountAdministratorRole.Role(), ScopeGlobal)), func(terms *SupportGrantTerms) {}, noon,
			[]string{"denied: a shared agent cannot administer people, roles, support access or the account"}},
		{"a CRM-only user", &CRMOnlyUser{Account: acme, CRM: CRMUser{ID: "u"}}, func(terms *SupportGrantTerms) { terms.ID, terms.Workspaces = "g1", nil }, noon, []string{
			"denied: this CRM user is not an agent; make them a shared agent to give access",
		}},
		{"no instant", owner(), func(*SupportGrantTerms) {}, time.Time{}, []string{
			`support grant "g1": the current time 0001-01-01T00:00:00Z is outside the years 1970 to 2199; use an instant in that range`,
			`support grant "g1": the start 0001-01-01T00:00:00Z is outside the years 1970 to 2199; use an instant in that range`,
			`support grant "g1": the end 0001-01-08T00:00:00Z is outside the years 1970 to 2199; use an instant in that range`,
		}},

		{"no subject at no instant", nil, func(*SupportGrantTerms) {}, time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC), []string{
			`support grant "g1": the current time 2200-01-01T00:00:00Z is outside the years 1970 to 2199; use an instant in that range`,
			"denied: the subject is missing or has no ID",
			`support grant "g1": the start 2200-01-01T00:00:00Z is outside the years 1970 to 2199; use an instant in that range`,
			`support grant "g1": the end 2200-01-08T00:00:00Z is outside the years 1970 to 2199; use an instant in that range`,
		}},

		{"everything", riya(wide(SupervisorRole.Role(), ScopeGlobal)), func(terms *SupportGrantTerms) {
			*terms = SupportGrantTerms{
				Start: noon.Add(-hour), End: noon.Add(-2 * hour), Roles: []Role{foreignRole(t), {}},
				Workspaces: map[WorkspaceID][]Role{"z": {AdministratorRole.Role()}, "": nil, "a": {{}}, AccountWide: {AgentRole.Role()}},
				Engineers:  []SupportEngineer{{"\x00", "", ""}, {}, {"eve", "", "eve"}, {"eve", "", ""}},
			}
		}, noon, []string{
			"denied: this takes authority that the subject does not have",
			`support grant "": role "Administrator" in "z" exceeds the authority of "riya", who lacks ticket.view@global in workspace "z"`,
			`support grant "": the ID is empty; set it`,
			`support grant "": "\x00" has NUL, U+FFFD or invalid UTF-8; remove it`,
			`support grant "": role "Night Shift" in "*" does not belong to account "acme"; name a built-in role or a role of the account`,
			`support grant "": role "" in "*" does not belong to account "acme"; name a built-in role or a role of the account`,
			`support grant "": "" is not the ID of a workspace; name a single workspace`,
			`support grant "": "*" is not the ID of a workspace; name a single workspace`,
			`support grant "": role "" in "a" does not belong to account "acme"; name a built-in role or a role of the account`,
			`support grant "": support engineer "\x00": "" is not an e-mail address such as eve@vendor.example`,
			`support grant "": a support engineer has no ID; set it`,
			`support grant "": support engineer "eve": "eve" is not an e-mail address such as eve@vendor.example`,
			`support grant "": support engineer "eve" is named twice; remove one`,
			`support grant "": the end 2026-11-02T10:00:00Z is not after the start 2026-11-02T11:00:00Z; choose a later end`,
			`support grant "": the start 2026-11-02T11:00:00Z is in the past; start now or later`,
			`support grant "": the end 2026-11-02T10:00:00Z is in the past; choose a later end`,
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			terms := SupportGrantTerms{ID: "g1", Engineers: letIn, Roles: []Role{AgentRole.Role()}, Workspaces: map[WorkspaceID][]Role{"it": nil}}
			c.change(&terms)
			for range 20 { // map order changes each time
				grant, event, err := NewSupportGrant(c.by, terms, c.now)
				require.Equal(t, c.want, problemsOf(err))
				if err != nil {
					require.Equal(t, SupportGrant{}, grant)
					require.Equal(t, SupportGrantEvent{}, event)
					require.Equal(t, slices.ContainsFunc(c.want, isDenial), errors.Is(err, ErrDenied))
				}
			}
		})
	}
}

func TestExtendAndRevokeRefuse(t *testing.T) {
	admin := riya(inOpen(AdministratorRole.Role(), ScopeGlobal))
	session := at(granted(t, SupportGrantTerms{Roles: []Role{AccountAdministratorRole.Role()}}), noon)
	foreign := owner()
	foreign.Account.ID = "globex"
	grant := granted(t, SupportGrantTerms{Roles: []Role{AgentRole.Role()}, Workspaces: map[WorkspaceID][]Role{"it": nil}}) // to the 9th
	boss := granted(t, SupportGrantTerms{Roles: []Role{AccountAdministratorRole.Role()}})
	revoked, _, err := RevokeSupportGrant(owner(), grant, noon.Add(hour))
	require.NoError(t, err)
	for _, c := range []struct {
		name     string
		grant    SupportGrant
		by       Subject
		end, now time.Time
		want     []string // of ExtendSupportGrant
		revoke   []string // of RevokeSupportGrant
	}{
		{"nothing", grant, admin, noon.Add(8 * days), noon.Add(days), nil, nil},
		{"to a month from now", grant, admin, noon.Add(31 * days), noon.Add(days), nil, nil},
		{"to the current end", grant, admin, noon.Add(7 * days), noon, []string{
			`support grant "g1": the new end 2026-11-09T12:00:00Z is not after the current end 2026-11-09T12:00:00Z; choose a later end`,
		}, nil},
		{"to an earlier end", grant, admin, noon.Add(6 * days), noon, []string{
			`support grant "g1": the new end 2026-11-08T12:00:00Z is not after the current end 2026-11-09T12:00:00Z; choose a later end`,
		}, nil},
		{"to more than a month", grant, admin, noon.Add(31*days + 1), noon.Add(days), []string{
			`support grant "g1": the end 2026-12-03T12:00:00.000000001Z is more than a month ahead; the latest is 2026-12-03T12:00:00Z`,
		}, nil},
		{"when it has expired", grant, admin, noon.Add(8 * days), noon.Add(7 * days), []string{`support grant "g1": expired support grants cannot be extended; create a new one`}, nil},
		{"when it is revoked", revoked, admin, noon.Add(8 * days), noon.Add(hour), []string{`support grant "g1": revoked support grants cannot be extended; create a new one`}, nil},
		{"by a supervisor", grant, riya(wide(SupervisorRole.Role(), ScopeGlobal)), noon.Add(8 * days), noon, []string{
			"denied: this takes authority that the subject does not have",
			`support grant "g1": role "Agent" in "it" exceeds the authority of "riya", who lacks ticket.view@global in workspace "it"`, // no supervisor reaches every workspace
		}, []string{"denied: none of the subject's roles has the permission here"}},
		{"by an agent with less authority", boss, admin, noon.Add(8 * days), noon, []string{
			"denied: this takes authority that the subject does not have",
			`support grant "g1": role "Account Administrator" in "*" exceeds the authority of "riya", who lacks role.custom.create`,
		}, nil}, // revoking never exceeds the authority
		{"by a support engineer", grant, session, noon.Add(8 * days), noon, []string{
			"denied: a support engineer cannot view or change support grants",
		}, []string{"denied: a support engineer cannot view or change support grants"}},
		{"by an agent of another account", grant, foreign, noon.Add(8 * days), noon, []string{
			"denied: the resource, or part of it, does not belong to the subject's account",
		}, []string{"denied: the resource, or part of it, does not belong to the subject's account"}},
		{"by no subject", grant, nil, noon.Add(8 * days), noon, []string{"denied: the subject is missing or has no ID"}, []string{"denied: the subject is missing or has no ID"}},
		{"the zero grant", SupportGrant{}, admin, noon.Add(8 * days), noon, []string{
			"denied: the resource, or part of it, does not belong to the subject's account",
		}, []string{"denied: the resource, or part of it, does not belong to the subject's account"}},
		{"by no subject when it has expired", grant, nil, noon.Add(8 * days), noon.Add(7 * days), []string{
			"denied: the subject is missing or has no ID",
			`support grant "g1": expired support grants cannot be extended; create a new one`,
		}, []string{"denied: the subject is missing or has no ID"}},
		{"now and end swapped", grant, admin, noon, noon.Add(8 * days), []string{
			`support grant "g1": expired support grants cannot be extended; create a new one`,
			`support grant "g1": the end 2026-11-02T12:00:00Z is in the past; choose a later end`,
			`support grant "g1": the new end 2026-11-02T12:00:00Z is not after the current end 2026-11-09T12:00:00Z; choose a later end`,
		}, nil},
		{"at no instant", grant, nil, time.Time{}, time.Time{}, []string{
			`support grant "g1": the current time 0001-01-01T00:00:00Z is outside the years 1970 to 2199; use an instant in that range`,
			"denied: the subject is missing or has no ID",
			`support grant "g1": the end 0001-01-01T00:00:00Z is in the past; choose a later end`,
			`support grant "g1": the new end 0001-01-01T00:00:00Z is not after the current end 2026-11-09T12:00:00Z; choose a later end`,
		}, []string{`support grant "g1": the current time 0001-01-01T00:00:00Z is outside the years 1970 to 2199; use an instant in that range`, "denied: the subject is missing or has no ID"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := writtenAs(t, c.grant)
			for range 20 {
				longer, event, err := ExtendSupportGrant(c.by, c.grant, c.end, c.now, nil)
				require.Equal(t, c.want, problemsOf(err))
				if err != nil {
					require.Equal(t, SupportGrant{}, longer)
					require.Equal(t, SupportGrantEvent{}, event)
				} else {
					require.Equal(t, c.end, longer.End())
					require.Equal(t, SupportGrantEvent{SupportGrantExtend.ID(), "riya", c.now, c.grant, longer}, event)
				}
			}
			ended, event, err := RevokeSupportGrant(c.by, c.grant, c.now)
			require.Equal(t, c.revoke, problemsOf(err))
			if err != nil {
				require.Equal(t, SupportGrant{}, ended)
				require.Equal(t, SupportGrantEvent{}, event)
			}
			require.Equal(t, before, writtenAs(t, c.grant), "the original is unchanged")
		})
	}
}

// The permission to create support grants does not allow extending them, nor the reverse.
func TestGrantsNeedTheirOwnPermission(t *testing.T) {
	grant := granted(t, SupportGrantTerms{Roles: []Role{AgentRole.Role()}})
	with := func(action Action[SupportGrant]) Subject {
		return riya(wide(AgentRole.Role(), ScopeGlobal), wide(roleOf(t, "Liaison", action.At(ScopeGlobal)), ScopeGlobal))
	}
	make := func(by Subject) error {
		_, _, err := NewSupportGrant(by, SupportGrantTerms{ID: "g2", Engineers: letIn, Roles: []Role{AgentRole.Role()}}, noon)
		return err
	}
	extend := func(by Subject) error {
		_, _, err := ExtendSupportGrant(by, grant, noon.Add(8*days), noon, nil)
		return err
	}
	require.NoError(t, make(with(SupportGrantCreate)))
	require.NoError(t, extend(with(SupportGrantExtend)))
	require.ErrorIs(t, make(with(SupportGrantExtend)), ErrDenied)
	require.ErrorIs(t, extend(with(SupportGrantCreate)), ErrDenied)
}

// writtenAs returns the support grant as JSON, or "" for the zero one.
func writtenAs(t testing.TB, grant SupportGrant) string {
	t.Helper()
	if grant == (SupportGrant{}) {
		return ""
	}
	data, err := json.Marshal(grant)
	require.NoError(t, err)
	return string(data)
}

// Changing the terms, or what the accessors return, does not change a support grant.
func TestGrantsAreImmutable(t *testing.T) {
	terms := SupportGrantTerms{
		ID: "g1", Roles: []Role{TicketCollaboratorRole.Role()}, Workspaces: map[WorkspaceID][]Role{"it": {TicketCollaboratorRole.Role()}}, Engineers: []SupportEngineer{eve},
	}
	grant := granted(t, terms)
	longer, _, err := ExtendSupportGrant(owner(), grant, noon.Add(8*days), noon, nil)
	require.NoError(t, err)
	session := at(grant, noon)
	before, beforeLonger := writtenAs(t, grant), writtenAs(t, longer)

	boss := AccountAdministratorRole.Role()
	spoil := func(roles []Role, workspaces map[WorkspaceID][]Role, engineers []SupportEngineer) {
		roles[0], engineers[0], workspaces["it"][0], workspaces["legal"] = boss, SupportEngineer{ID: "mallory"}, boss, []Role{boss}
		delete(workspaces, "it")
	}
	spoil(terms.Roles, terms.Workspaces, terms.Engineers)
	spoil(grant.Roles(), grant.Workspaces(), grant.Engineers())
	spoil(longer.Roles(), longer.Workspaces(), longer.Engineers())
	assert.Equal(t, before, writtenAs(t, grant))
	assert.Equal(t, beforeLonger, writtenAs(t, longer))
	for _, s := range []*SupportSession{session, at(grant, noon), at(longer, noon)} {
		check(t, s, TicketNotePrivate, Ticket{Account: "acme", Workspace: "it"}, AllowedAll)
		check(t, s, TicketReply, Ticket{Account: "acme", Workspace: "it"}, NoPermission)
		check(t, s, TicketReply, Ticket{Account: "acme"}, NoPermission)
		check(t, s, TicketNotePrivate, Ticket{Account: "acme", Workspace: "legal"}, OtherWorkspace)
	}
}

func TestGrantAccessors(t *testing.T) {
	workspaces := map[WorkspaceID][]Role{"it": {AgentRole.Role()}, "legal": nil}
	grant := granted(t, SupportGrantTerms{
		ID: "g7", Start: noon.Add(hour), End: noon.Add(days), Roles: []Role{SupervisorRole.Role(), AgentRole.Role()}, Workspaces: workspaces, Engineers: []SupportEngineer{{"b", "", "b@x"}, {"a", "A", "a@x"}},
	})
	grant, _, err := RevokeSupportGrant(owner(), grant, noon.Add(2*hour))
	require.NoError(t, err)
	assert.Equal(t, SupportGrantID("g7"), grant.ID())
	assert.Equal(t, AccountID("acme"), grant.Account())
	assert.Equal(t, AgentID("riya"), grant.CreatedBy())
	assert.Equal(t, noon.Add(hour), grant.Start())
	assert.Equal(t, noon.Add(days), grant.End())
	assert.Equal(t, noon.Add(2*hour), grant.RevokedAt())
	assert.Equal(t, []Role{SupervisorRole.Role(), AgentRole.Role()}, grant.Roles())
	assert.Equal(t, workspaces, grant.Workspaces())
	assert.Equal(t, []SupportEngineer{{"b", "", "b@x"}, {"a", "A", "a@x"}}, grant.Engineers())

	zero := SupportGrant{}
	assert.Zero(t, zero.ID())
	assert.Zero(t, zero.Account())
	assert.Zero(t, zero.CreatedBy())
	assert.Zero(t, zero.Start())
	assert.Zero(t, zero.End())
	assert.Zero(t, zero.RevokedAt())
	assert.Empty(t, zero.Roles())
	assert.Empty(t, zero.Workspaces())
	assert.Empty(t, zero.Engineers())
	assert.Zero(t, zero.Status(noon))

	assert.Equal(t, "no support grant", zero.String())
	assert.Equal(t, `support grant "g7" for account "acme" from 2026-11-02 13:00:00Z until 2026-11-03 12:00:00Z, revoked at 2026-11-02 14:00:00Z`, grant.String())
	assert.Equal(t, `support grant "g1" for account "acme" from 2026-11-02 12:00:00Z until 2026-11-09 12:00:00Z`, granted(t, SupportGrantTerms{}).String())
}

// An event names the agent who made the change, not the one who created the support grant.
func TestGrantEventsSayWho(t *testing.T) {
	grant := granted(t, SupportGrantTerms{Roles: []Role{AgentRole.Role()}})
	admin := bob(inOpen(AdministratorRole.Role(), ScopeGlobal))
	longer, event, err := ExtendSupportGrant(admin, grant, noon.Add(8*days), noon.Add(hour), nil)
	require.NoError(t, err)
	assert.Equal(t, SupportGrantEvent{SupportGrantExtend.ID(), "bob", noon.Add(hour), grant, longer}, event)
	ended, event, err := RevokeSupportGrant(admin, longer, noon.Add(2*hour))
	require.NoError(t, err)
	assert.Equal(t, SupportGrantEvent{SupportGrantRevoke.ID(), "bob", noon.Add(2 * hour), longer, ended}, event)
	assert.Equal(t, AgentID("riya"), ended.CreatedBy())
}

func TestGrantStatusNames(t *testing.T) {
	var names []string
	for s := range SupportGrantStatus(6) {
		names = append(names, s.String())
	}
	assert.Equal(t, []string{"none", "scheduled", "active", "expired", "revoked", "unknown"}, names)
}

// Invalid instants are refused everywhere, and nothing overflows.
func TestAbsurdInstants(t *testing.T) {
	grant := granted(t, SupportGrantTerms{})
	for _, absurd := range absurdInstants() {
		t.Run(absurd.UTC().Format(time.RFC3339Nano), func(t *testing.T) {
			_, _, err := NewSupportGrant(owner(), SupportGrantTerms{ID: "g1", Engineers: letIn, Roles: []Role{AgentRole.Role()}}, absurd)
			require.ErrorContains(t, err, "is outside the years 1970 to 2199")
			if !absurd.IsZero() { // a zero start is now, a zero end a week later
				_, _, err = NewSupportGrant(owner(), SupportGrantTerms{ID: "g1", Engineers: letIn, Roles: []Role{AgentRole.Role()}, Start: absurd}, noon)
				require.ErrorContains(t, err, "is outside the years 1970 to 2199")
				_, _, err = NewSupportGrant(owner(), SupportGrantTerms{ID: "g1", Engineers: letIn, Roles: []Role{AgentRole.Role()}, End: absurd}, noon)
				require.ErrorContains(t, err, "is outside the years 1970 to 2199")
			}
			_, _, err = NewSupportGrant(owner(), SupportGrantTerms{ID: "g1", Engineers: letIn, Roles: []Role{AgentRole.Role()}, Start: absurd, End: absurd.Add(days)}, absurd)
			require.ErrorContains(t, err, "is outside the years 1970 to 2199")

			_, _, err = ExtendSupportGrant(owner(), grant, absurd, noon, nil)
			require.Error(t, err)
			_, _, err = ExtendSupportGrant(owner(), grant, noon.Add(8*days), absurd, nil)
			require.ErrorContains(t, err, "is outside the years 1970 to 2199")
			_, _, err = RevokeSupportGrant(owner(), grant, absurd)
			require.EqualError(t, err, `deskpolicy: support grant "g1": the current time `+absurd.UTC().Format(time.RFC3339Nano)+" is outside the years 1970 to 2199; use an instant in that range")

			assert.Zero(t, grant.Status(absurd))
			check(t, at(grant, absurd), TicketView, Ticket{Account: "acme"}, NoInstant)
			check(t, at(grant, absurd), TicketView, Ticket{Account: "globex"}, NoInstant)
			check(t, at(SupportGrant{}, absurd), TicketView, Ticket{Account: "acme"}, NoInstant)
			check(t, at(grant, absurd), Action[Ticket](0), Ticket{Account: "acme"}, UnknownAction) // checked first
			assert.Equal(t, NoInstant, Authorize(at(grant, absurd), TicketView, nil).Reason)
			assert.Zero(t, Authorize(at(grant, absurd), TicketView, &Ticket{Account: "acme"}).Until())
		})
	}
	first, last := time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2199, 12, 31, 23, 59, 59, 999_999_999, time.UTC)
	for _, sound := range [][2]time.Time{{first, first.Add(1)}, {last.Add(-1), last}, {last.Add(-30 * days), last}} {
		old, _, err := NewSupportGrant(owner(), SupportGrantTerms{ID: "g1", Engineers: letIn, Roles: []Role{AgentRole.Role()}, End: sound[1]}, sound[0])
		require.NoError(t, err)
		check(t, at(old, sound[0]), TicketView, Ticket{Account: "acme"}, AllowedAll)
		check(t, at(old, sound[1]), TicketView, Ticket{Account: "acme"}, GrantExpired)
	}
}

// An instant is the same in every location, with and without a monotonic clock reading,
// rounded, and after it was written and read.
func TestInstantsAreAbsolute(t *testing.T) {
	berlin := time.FixedZone("CET", 3600)
	local := time.Local
	defer func() { time.Local = local }()
	monotonic := time.Now() // the only use of the clock in tests: no other time has a monotonic reading
	ways := []func(time.Time) time.Time{
		func(t time.Time) time.Time { return t },
		time.Time.UTC,
		time.Time.Local,
		func(t time.Time) time.Time { return t.In(berlin) },
		func(t time.Time) time.Time { return t.In(time.FixedZone("far west", -12*3600-1)) },
		func(t time.Time) time.Time { return t.Round(0) },
		func(t time.Time) time.Time { return monotonic.Add(t.Sub(monotonic)) },
		func(t time.Time) (read time.Time) {
			data, err := json.Marshal(t)
			if err == nil {
				err = json.Unmarshal(data, &read)
			}
			if err != nil {
				panic(err)
			}
			return read
		},
	}
	start, revoked, end := monotonic.Add(hour), monotonic.Add(2*hour), monotonic.Add(days)
	made := func(way func(time.Time) time.Time) (grant SupportGrant, told [5]time.Time) {
		first, event, err := NewSupportGrant(owner(), SupportGrantTerms{ID: "g1", Engineers: letIn, Roles: []Role{AgentRole.Role()}, Start: way(start), End: way(end)}, way(monotonic))
		require.NoError(t, err)
		told[0], told[1], told[2] = first.Start(), first.End(), event.At
		grant, event, err = ExtendSupportGrant(owner(), first, way(end.Add(hour)), way(monotonic), nil)
		require.NoError(t, err)
		told[3] = event.At
		grant, event, err = RevokeSupportGrant(owner(), grant, way(revoked))
		require.NoError(t, err)
		told[4] = event.At
		return grant, told
	}
	plain, told := made(ways[0])
	for _, zone := range []*time.Location{time.UTC, berlin} {
		time.Local = zone
		for i, way := range ways {
			grant, likewise := made(way)
			require.True(t, told == likewise, "%d: %v, %v", i, told, likewise)
			require.Equal(t, writtenAs(t, plain), writtenAs(t, grant), i)
			require.True(t, grant.Start() == plain.Start() && grant.End() == plain.End() && grant.RevokedAt() == plain.RevokedAt(), i)
			for _, boundary := range []time.Time{start, revoked, end} {
				for off := range time.Duration(3) {
					now := boundary.Add(off - 1)
					for j, other := range ways {
						require.Equal(t, plain.Status(now), grant.Status(other(now)), j)
						one, two := at(plain, now), at(grant, other(now))
						require.True(t, one.Now() == two.Now(), j)
						d := Authorize(one, TicketView, &Ticket{Account: "acme"})
						require.True(t, d == Authorize(two, TicketView, &Ticket{Account: "acme"}), "%d, %d: %v", i, j, d)
					}
				}
			}
		}
	}
}

// Results do not depend on map order.
func TestGrantsAreDeterministic(t *testing.T) {
	var first string
	for range 50 {
		workspaces := make(map[WorkspaceID][]Role)
		rich := owner()
		for i := range 30 {
			w := WorkspaceID(fmt.Sprint("w", i))
			workspaces[w] = []Role{AgentRole.Role(), SupervisorRole.Role()}
			rich.Account.OpenWorkspaces = append(rich.Account.OpenWorkspaces, w)
		}
		grant, event, err := NewSupportGrant(rich, SupportGrantTerms{ID: "g1", Engineers: letIn, Roles: []Role{SupervisorRole.Role(), AgentRole.Role()}, Workspaces: workspaces}, noon)
		require.NoError(t, err)
		data, err := json.Marshal(event)
		require.NoError(t, err)
		d := Authorize(at(grant, noon), TicketView, &Ticket{Account: "acme", Workspace: "w7"})
		if first == "" {
			first = string(data)
		}
		require.Equal(t, first, string(data))
		require.Equal(t, "Agent", d.Role)
		require.Len(t, slices.Collect(maps.Keys(grant.Workspaces())), 30)
	}
}
