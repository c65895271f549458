package deskpolicy_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	. "github.com/deskpolicy/deskpolicy"
)

// noon is when the grants of the tests are made.
var noon = time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC)

// eve is a support engineer of the vendor's.
var eve = Engineer{ID: "eve", Name: "Eve Novak", Email: "eve@vendor.example"}

// letIn are who the grants of the tests let in.
var letIn = []Engineer{eve}

// owner is the account administrator of acme, in its restricted workspace as
// well, who makes the grants of the tests.
func owner() *Agent {
	return riya(wide(AccountAdministratorRole(), Global), Binding{AccountAdministratorRole(), "legal", Global})
}

// granted is a grant that the owner makes at noon on the terms.
func granted(t testing.TB, terms Terms) Grant {
	t.Helper()
	if terms.ID == "" {
		terms.ID = "g1"
	}
	if terms.Roles == nil {
		terms.Roles = []Role{AdministratorRole()}
	}
	if terms.Engineers == nil {
		terms.Engineers = letIn
	}
	grant, _, err := NewGrant(owner(), terms, noon)
	require.NoError(t, err)
	return grant
}

// at is eve acting under the grant at an instant.
func at(grant Grant, now time.Time) *SupportSession { return grant.Session(eve, acme, now) }

// grantRequirements are the rules of the second document, of support access.
func grantRequirements(t *testing.T) {
	in := func(w WorkspaceID) Ticket { return Ticket{Account: "acme", Workspace: w} }
	day := 24 * time.Hour

	t.Run("G1", func(t *testing.T) { // temporary: every grant has an end
		grant := granted(t, Terms{})
		assert.False(t, grant.End().IsZero())
		check(t, at(grant, grant.End().Add(-1)), TicketView, in(""), AllowedAll)
		check(t, at(grant, grant.End()), TicketView, in(""), GrantExpired)
		check(t, at(grant, noon.Add(100*365*day)), TicketView, in(""), GrantExpired)
	})
	t.Run("G2", func(t *testing.T) { // auditable: each change leaves who, what, before, after and when
		grant, created, err := NewGrant(owner(), Terms{ID: "g1", Roles: []Role{AgentRole()}, Engineers: letIn}, noon)
		require.NoError(t, err)
		assert.Equal(t, GrantEvent{GrantCreate.ID(), "riya", noon, Grant{}, grant}, created)

		longer, extended, err := ExtendGrant(owner(), grant, noon.Add(20*day), noon.Add(day))
		require.NoError(t, err)
		assert.Equal(t, GrantEvent{GrantExtend.ID(), "riya", noon.Add(day), grant, longer}, extended)

		ended, revoked, err := RevokeGrant(owner(), longer, noon.Add(2*day))
		require.NoError(t, err)
		assert.Equal(t, GrantEvent{GrantRevoke.ID(), "riya", noon.Add(2 * day), longer, ended}, revoked)
	})
	t.Run("G3", func(t *testing.T) { // roles give real permissions on configurations
		check(t, at(granted(t, Terms{}), noon), SettingsManage, Settings{Account: "acme"}, AllowedAll)
	})
	t.Run("G4", func(t *testing.T) { // time-bound, half-open
		grant := granted(t, Terms{Start: noon.Add(day), End: noon.Add(2 * day)})
		for _, c := range []struct {
			at     time.Time
			status GrantStatus
			want   Reason
			until  time.Time
		}{
			{noon, StatusScheduled, GrantNotStarted, grant.Start()},
			{grant.Start().Add(-1), StatusScheduled, GrantNotStarted, grant.Start()},
			{grant.Start(), StatusActive, AllowedAll, grant.End()},
			{grant.End().Add(-1), StatusActive, AllowedAll, grant.End()},
			{grant.End(), StatusExpired, GrantExpired, time.Time{}},
			{grant.End().Add(1), StatusExpired, GrantExpired, time.Time{}},
		} {
			assert.Equal(t, c.status, grant.Status(c.at))
			d := Authorize(at(grant, c.at), TicketView, ptr(in("")))
			assert.Equal(t, c.want, d.Reason)
			assert.Equal(t, c.until, d.Until())
		}
	})
	t.Run("G5", func(t *testing.T) { // revoked at any time
		grant := granted(t, Terms{Start: noon.Add(day)})
		for _, when := range []time.Time{noon, grant.Start(), grant.Start().Add(1), grant.End().Add(-1)} {
			ended, _, err := RevokeGrant(owner(), grant, when)
			require.NoError(t, err)
			check(t, at(ended, when), TicketView, in(""), GrantRevoked)
			check(t, at(ended, grant.End()), TicketView, in(""), GrantRevoked)
		}
	})
	t.Run("G6", func(t *testing.T) { // no more than the chosen roles
		session := at(granted(t, Terms{Roles: []Role{AgentRole()}}), noon)
		check(t, session, TicketReply, in(""), AllowedAll)
		check(t, session, SettingsManage, Settings{Account: "acme"}, NoPermission)
	})
	t.Run("G7", func(t *testing.T) { // administrators give access, and nobody else (A16)
		for role := range acme.BuiltInRoles() {
			_, _, err := NewGrant(riya(wide(role, Global)), Terms{ID: "g1", Engineers: letIn, Roles: []Role{TicketCollaboratorRole()}}, noon)
			switch role {
			case AdministratorRole(), AccountAdministratorRole():
				assert.NoError(t, err, role.Name())
			default:
				assert.ErrorIs(t, err, ErrDenied, role.Name())
			}
		}
		_, _, err := NewGrant(nil, Terms{ID: "g1", Engineers: letIn, Roles: []Role{AgentRole()}}, noon)
		assert.ErrorIs(t, err, ErrDenied)
		_, _, err = NewGrant(at(granted(t, Terms{}), noon), Terms{ID: "g2", Engineers: letIn, Roles: []Role{AgentRole()}}, noon)
		assert.ErrorIs(t, err, ErrDenied)
	})
	t.Run("G9", func(t *testing.T) { // without a grant, nothing
		check(t, at(Grant{}, noon), TicketView, in(""), NoGrant)
		check(t, &SupportSession{}, TicketView, in(""), NoSubject)
		foreign := acme
		foreign.ID = "initech"
		session := granted(t, Terms{}).Session(eve, foreign, noon)
		check(t, session, TicketView, Ticket{Account: "initech"}, NoGrant)
		check(t, session, TicketView, in(""), OtherAccount)
		for _, other := range []EngineerID{"zoe", "EVE", "eve "} { // a grant lets in those that it names (A45)
			session := granted(t, Terms{}).Session(Engineer{other, eve.Name, eve.Email}, acme, noon)
			check(t, session, TicketView, in(""), NoGrant)
			check(t, session, SessionLogin, acme, NoGrant)
			assert.Zero(t, Authorize(session, TicketView, ptr(in(""))).Until())
		}
		renamed := granted(t, Terms{}).Session(Engineer{eve.ID, "Eve Okafor", "okafor@vendor.example"}, acme, noon)
		check(t, renamed, TicketView, in(""), AllowedAll)
	})
	t.Run("G10", func(t *testing.T) { // a date and a time, to the instant and in any zone
		end := time.Date(2026, 11, 5, 1, 2, 3, 4, time.FixedZone("elsewhere", -5*3600))
		grant := granted(t, Terms{End: end})
		assert.True(t, grant.End().Equal(end))
		check(t, at(grant, end.Add(-1)), TicketView, in(""), AllowedAll)
		check(t, at(grant, end.In(time.FixedZone("far", 9*3600))), TicketView, in(""), GrantExpired)
	})
	t.Run("G11", func(t *testing.T) { // one week, where nothing is said
		assert.Equal(t, noon.Add(7*day), granted(t, Terms{}).End())
		assert.Equal(t, noon.Add(9*day), granted(t, Terms{Start: noon.Add(2 * day)}).End())
	})
	t.Run("G12", func(t *testing.T) { // at most 30 days or a calendar month, whichever is later, and never cut to it (A10, A44)
		berlin, err := time.LoadLocation("Europe/Berlin")
		require.NoError(t, err)
		for _, c := range []struct{ now, latest time.Time }{
			{noon, noon.Add(30 * day)},
			{time.Date(2026, 1, 31, 9, 0, 0, 0, time.UTC), time.Date(2026, 3, 3, 9, 0, 0, 0, time.UTC)},
			{time.Date(2026, 2, 1, 9, 0, 0, 0, time.UTC), time.Date(2026, 3, 3, 9, 0, 0, 0, time.UTC)},
			{time.Date(2026, 10, 1, 9, 0, 0, 0, berlin), time.Date(2026, 11, 1, 9, 0, 0, 0, berlin)},
		} {
			end := func(end time.Time) error {
				_, _, err := NewGrant(owner(), Terms{ID: "g1", Engineers: letIn, Roles: []Role{AgentRole()}, End: end}, c.now)
				return err
			}
			grant, _, err := NewGrant(owner(), Terms{ID: "g1", Engineers: letIn, Roles: []Role{AgentRole()}, End: c.now.Add(day)}, c.now)
			require.NoError(t, err)
			extend := func(end time.Time) error {
				_, _, err := ExtendGrant(owner(), grant, end, c.now)
				return err
			}
			for _, set := range []func(time.Time) error{end, extend} {
				assert.NoError(t, set(c.latest))
				require.ErrorContains(t, set(c.latest.Add(1)), `is more than a month ahead; the latest is `+c.latest.UTC().Format(time.RFC3339Nano))
			}
		}
	})
	t.Run("G13", func(t *testing.T) { // one role for the account, or more
		_, _, err := NewGrant(owner(), Terms{ID: "g1", Engineers: letIn}, noon)
		require.EqualError(t, err, `deskpolicy: grant "g1": it gives no role`)
		both := at(granted(t, Terms{Roles: []Role{TicketCollaboratorRole(), SupportManagerRole()}}), noon)
		check(t, both, TicketForward, in(""), SupportNoExport)
		check(t, both, TicketNotePrivate, in(""), AllowedAll)
		check(t, both, FAQEdit, FAQ{Account: "acme"}, AllowedAll)
	})
	t.Run("G14", func(t *testing.T) { // never modifies agents, whatever the role
		session := at(granted(t, Terms{Roles: []Role{AccountAdministratorRole()}}), noon)
		for id := range Actions() {
			for _, resource := range []Resource{*bob(), *sam(), Appointment{bob(), wide(AgentRole(), Restricted)}, newRole(t, "Tier 2")} {
				d := Request{Subject: session, Action: id, Resource: resource}.Decide()
				if id.In(ClassAgentMutation) && d.Reason != WrongResource {
					assert.Contains(t, []Reason{SupportNoAgents, SupportNoRoles}, d.Reason, id.String())
				}
			}
		}
		check(t, session, AgentView, *bob(), AllowedAll)
		check(t, session, AgentRoleAssign, Appointment{session, wide(AgentRole(), Restricted)}, WrongResource) // (A13)
	})
	t.Run("G15", func(t *testing.T) { // never exports, whatever the role (A14)
		session := at(granted(t, Terms{Roles: []Role{AccountAdministratorRole()}}), noon)
		check(t, session, TicketExport, in(""), SupportNoExport)
		check(t, session, DataExport, acme, SupportNoExport)
		check(t, session, ReportSchedule, Report{Account: "acme"}, SupportNoExport)
		check(t, session, ContactExport, *customer("emea"), SupportNoExport)
		check(t, session, ReportView, Report{Account: "acme"}, AllowedAll)
		check(t, session, invoiceExport, invoice{account: "acme"}, SupportNoExport)
		check(t, session, invoiceAnnul, invoice{account: "acme"}, SupportNoRoles)
	})
	t.Run("G16", func(t *testing.T) { // in the chosen workspaces only (A11)
		session := at(granted(t, Terms{Roles: []Role{AdministratorRole()}, Workspaces: map[WorkspaceID][]Role{"legal": nil}}), noon)
		check(t, session, TicketView, in("legal"), AllowedAll)
		check(t, session, TicketView, in("it"), OtherWorkspace) // although it is an open one
		check(t, session, TicketView, in(""), AllowedAll)
		check(t, session, TicketMerge, TicketPair{in("legal"), in("it")}, OtherWorkspace)
		check(t, session, TicketMerge, TicketPair{in("it"), in("legal")}, OtherWorkspace)
		check(t, session, TicketMerge, TicketPair{in("legal"), in("")}, AllowedAll)
	})
	t.Run("G17", func(t *testing.T) { // with roles of their own there
		session := at(granted(t, Terms{
			Roles:      []Role{TicketCollaboratorRole()},
			Workspaces: map[WorkspaceID][]Role{"it": {AgentRole()}, "legal": nil},
		}), noon)
		check(t, session, TicketReply, in("it"), AllowedAll)
		check(t, session, TicketReply, in("legal"), NoPermission)
		check(t, session, TicketReply, in(""), NoPermission)
		check(t, session, TicketNotePrivate, in("legal"), AllowedAll)
	})
	t.Run("G18", func(t *testing.T) { // effective as a whole, or not at all
		grant, event, err := NewGrant(owner(), Terms{ID: "g1", Engineers: letIn, Roles: []Role{AgentRole()}, End: noon.Add(-1)}, noon)
		require.Error(t, err)
		assert.Equal(t, Grant{}, grant)
		assert.Equal(t, GrantEvent{}, event)
		check(t, at(granted(t, Terms{}), noon), TicketView, in(""), AllowedAll)
	})
	t.Run("G19", func(t *testing.T) { // the engineers who are let in are told, each at an address of their own (A45)
		zoe := Engineer{ID: "zoe", Name: "Zoe", Email: "zoe@vendor.example"}
		create := func(engineers ...Engineer) (GrantEvent, error) {
			_, event, err := NewGrant(owner(), Terms{ID: "g1", Roles: []Role{AgentRole()}, Engineers: engineers}, noon)
			return event, err
		}
		event, err := create(eve, zoe)
		require.NoError(t, err)
		assert.Equal(t, []Engineer{eve, zoe}, event.After.Engineers())
		for want, engineers := range map[string][]Engineer{
			`it names no engineer, so nobody can be told of it`:            nil,
			`engineer "zoe": "" is not an address such as`:                 {eve, {ID: "zoe"}},
			`engineer "zoe": "not an address" is not an address such as`:   {eve, {ID: "zoe", Email: "not an address"}},
			`engineer "zoe": "Z <zoe@vendor.example>" is not an address`:   {eve, {ID: "zoe", Email: "Z <zoe@vendor.example>"}},
			`engineer "zoe": "zoe@vendor.example\u200b" is not an address`: {eve, {ID: "zoe", Email: "zoe@vendor.example\u200b"}},
			`engineer "zoe": another has the address "EVE@vendor.example"`: {eve, {ID: "zoe", Email: "EVE@vendor.example"}},
			`engineer "eve" is named twice`:                                {eve, {ID: "eve", Email: "zoe@vendor.example"}},
			`an engineer has no ID`:                                        {eve, {Email: "zoe@vendor.example"}},
			`"zoe\x00" has NUL, U+FFFD or invalid UTF-8`:                   {eve, {ID: "zoe\x00", Email: "zoe@vendor.example"}},
			`"\xff" has NUL, U+FFFD or invalid UTF-8`:                      {eve, {ID: "zoe", Name: "\xff", Email: "zoe@vendor.example"}},
		} {
			_, err := create(engineers...)
			require.ErrorContains(t, err, `grant "g1": `+want)
		}
	})
	t.Run("G20", func(t *testing.T) { // administrators see who has access, also who has not come yet, and nobody else
		check(t, riya(wide(AdministratorRole(), Global)), GrantView, granted(t, Terms{}), AllowedAll)
		check(t, riya(wide(SupervisorRole(), Global)), GrantView, granted(t, Terms{}), NoPermission)
		check(t, at(granted(t, Terms{}), noon), GrantView, granted(t, Terms{}), SupportNoGrants)
		embedded := struct{ Grant }{granted(t, Terms{})} // which comes before what an unclassified action may be
		check(t, at(granted(t, Terms{}), noon), Action[struct{ Grant }](HostActions), embedded, SupportNoGrants)

		both := granted(t, Terms{ID: "both", Engineers: []Engineer{eve, zoe}, End: noon.Add(day)})
		late := granted(t, Terms{ID: "late", Engineers: []Engineer{zoe}, Start: noon.Add(day)})
		ended, _, err := RevokeGrant(owner(), granted(t, Terms{ID: "ended"}), noon.Add(1))
		require.NoError(t, err)
		var log AccessLog
		AuthorizeAndLog(&log, at(both, noon), TicketView, ptr(in("")))
		for now, want := range map[time.Time]string{
			noon.Add(-1):      "",
			noon:              "both eve, both zoe, ended eve",
			noon.Add(1):       "both eve, both zoe",
			noon.Add(day - 1): "both eve, both zoe",
			noon.Add(day):     "late zoe",
			late.End():        "",
		} {
			var got []string
			for _, e := range log.WhoHasAccess(now, ended, both, late) {
				got = append(got, fmt.Sprint(e.Grant, " ", e.Engineer.ID))
				assert.Contains(t, []Engineer{eve, zoe}, e.Engineer, "with name and address")
			}
			assert.Equal(t, want, strings.Join(got, ", "), "%v", now)
		}
	})
	t.Run("G21", func(t *testing.T) { // the log: name, address, last active; attempts apart
		var log AccessLog
		grant := granted(t, Terms{Roles: []Role{AgentRole()}, Engineers: []Engineer{eve, zoe, {ID: "max", Email: "max@vendor.example"}}})
		ask := func(e Engineer, action Action[Ticket], now time.Time) {
			AuthorizeAndLog(&log, grant.Session(e, acme, now), action, ptr(in("")))
		}
		ask(zoe, TicketPurge, noon.Add(3*time.Hour))
		ask(eve, TicketView, noon.Add(2*time.Hour))
		ask(eve, TicketReply, noon.Add(time.Hour)) // told late
		ask(eve, TicketPurge, noon.Add(4*time.Hour))
		ask(eve, TicketView, grant.End())
		AuthorizeAndLog(&log, &SupportSession{}, TicketView, ptr(in("")))
		entry := func(status GrantStatus, until time.Time, e AccessEntry) AccessEntry {
			e.Account, e.Grant, e.Status, e.Until = "acme", "g1", status, until
			return e
		}
		of := func(status GrantStatus, until time.Time) []AccessEntry {
			return []AccessEntry{
				entry(status, until, AccessEntry{Engineer: eve, LastActive: noon.Add(2 * time.Hour), Uses: 2, LastAttempt: grant.End(), Attempts: 2}),
				entry(status, until, AccessEntry{Engineer: Engineer{ID: "max", Email: "max@vendor.example"}}),
				entry(status, until, AccessEntry{Engineer: zoe, LastAttempt: noon.Add(3 * time.Hour), Attempts: 1}),
			}
		}
		assert.Equal(t, of(StatusActive, grant.End()), log.Entries(noon, grant))
		assert.Equal(t, of(StatusExpired, time.Time{}), log.Entries(grant.End(), grant))
		ended, _, err := RevokeGrant(owner(), grant, noon)
		require.NoError(t, err)
		assert.Equal(t, of(StatusRevoked, time.Time{}), log.Entries(noon, ended))
	})
	t.Run("G22", func(t *testing.T) { // revoking again changes nothing; the earliest counts, and nothing revives (A12)
		grant := granted(t, Terms{})
		once, _, err := RevokeGrant(owner(), grant, noon.Add(2*day))
		require.NoError(t, err)
		for _, again := range []time.Time{noon.Add(day), noon.Add(2 * day), noon.Add(3 * day)} {
			twice, _, err := RevokeGrant(owner(), once, again)
			require.NoError(t, err)
			assert.Equal(t, slices.MinFunc([]time.Time{noon.Add(2 * day), again}, time.Time.Compare), twice.RevokedAt())
		}
		_, _, err = ExtendGrant(owner(), once, noon.Add(10*day), noon.Add(3*day))
		require.EqualError(t, err, `deskpolicy: grant "g1": it is revoked, and nothing revives it`)
		_, _, err = ExtendGrant(owner(), grant, noon.Add(10*day), grant.End())
		require.EqualError(t, err, `deskpolicy: grant "g1": it is expired, and nothing revives it`)
	})
	t.Run("G23", func(t *testing.T) { // at once
		grant, _, err := RevokeGrant(owner(), granted(t, Terms{}), noon.Add(day))
		require.NoError(t, err)
		check(t, at(grant, noon.Add(day).Add(-1)), TicketView, in(""), AllowedAll)
		check(t, at(grant, noon.Add(day)), TicketView, in(""), GrantRevoked)
		assert.Equal(t, noon.Add(day), Authorize(at(grant, noon), TicketView, ptr(in(""))).Until())
	})
	t.Run("G24", func(t *testing.T) { // logging in is lost as well
		grant := granted(t, Terms{})
		check(t, at(grant, noon), SessionLogin, acme, AllowedAll)
		ended, _, err := RevokeGrant(owner(), grant, noon)
		require.NoError(t, err)
		check(t, at(ended, noon), SessionLogin, acme, GrantRevoked)
		check(t, at(grant, grant.End()), SessionLogin, acme, GrantExpired)
	})
}
