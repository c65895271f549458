package deskpolicy_test

import (
	"encoding/json"
	"errors"
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

// underEveryRole returns sessions of eve under a grant of each built-in role, of a custom
// role with all that one may hold, of all of these together, and of administrators' roles
// in two workspaces.
func underEveryRole(t testing.TB) (sessions []*SupportSession) {
	roles := slices.Collect(acme.BuiltInRoles())
	clone, _, err := CloneRole(AccountAdministratorRole(), "acme", "All that a custom role may")
	require.NoError(t, err)
	roles = append(roles, clone)
	for _, role := range roles {
		sessions = append(sessions, at(granted(t, Terms{Roles: []Role{role}}), noon))
	}
	in := map[WorkspaceID][]Role{"it": {AdministratorRole()}, "legal": {AccountAdministratorRole()}}
	return append(sessions, at(granted(t, Terms{Roles: roles}), noon), at(granted(t, Terms{Roles: []Role{AgentRole()}, Workspaces: in}), noon))
}

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

		longer, extended, err := ExtendGrant(owner(), grant, noon.Add(20*day), noon.Add(day), nil)
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
	t.Run("G5", func(t *testing.T) { // revoked at any time, by any administrator, whatever it gives
		grant := granted(t, Terms{
			Start: noon.Add(day), Roles: []Role{AccountAdministratorRole()}, Workspaces: map[WorkspaceID][]Role{"legal": nil},
		})
		onlyAdministrators(t, GrantRevoke, grant, SupportNoGrants)
		for role := range acme.BuiltInRoles() {
			may := role == AdministratorRole() || role == AccountAdministratorRole()
			for who, may := range map[Subject]bool{
				bob(wide(role, Global)): may, sam(wide(role, Global)): false, engineerWith(t, role, acme): false,
			} {
				ended, event, err := RevokeGrant(who, grant, noon)
				assert.Equal(t, may, err == nil, "%v: %v", nameOf(who), err)
				assert.Equal(t, may, ended != Grant{} && event != GrantEvent{}, nameOf(who))
				assert.Equal(t, !may, errors.Is(err, ErrDenied), nameOf(who))
			}
		}
		poor := bob(wide(AdministratorRole(), Restricted)) // without a plan, and without the authority to give as much
		poor.Account.Plan = Plan{}
		things := []Resource{acme, in(""), in("legal"), Settings{Account: "acme"}, *bob(), Contact{Account: "acme"}}
		for _, by := range []Subject{owner(), poor, riya(custom(t, GrantRevoke.At(Global)))} {
			for _, when := range []time.Time{
				noon, noon.Add(1), grant.Start().Add(-1), grant.Start(), grant.Start().Add(1),
				grant.End().Add(-1), grant.End(), grant.End().Add(1000 * day),
			} {
				ended, _, err := RevokeGrant(by, grant, when)
				require.NoError(t, err)
				assert.Equal(t, when, ended.RevokedAt())
				for _, now := range []time.Time{when, when.Add(1), grant.Start(), grant.End().Add(-1), grant.End()} {
					want := GrantRevoked
					switch {
					case !when.Before(grant.End()):
						want = GrantExpired // before it could be revoked
						if now.Before(grant.End()) {
							continue
						}
					case now.Before(when):
						continue
					}
					check(t, at(ended, now), TicketView, in(""), want)
					for id := range Actions() {
						for _, thing := range things {
							got := Request{Subject: at(ended, now), Action: id, Resource: thing}.Decide().Reason
							assert.Contains(t, []Reason{want, WrongResource}, got, id.String())
						}
					}
				}
				again, _, err := RevokeGrant(owner(), ended, when.Add(day)) // the earliest revocation counts
				require.NoError(t, err)
				assert.Equal(t, when, again.RevokedAt())
			}
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
				_, _, err := ExtendGrant(owner(), grant, end, c.now, nil)
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
	t.Run("G14", func(t *testing.T) { // never modifies agents or what they may do, itself included, whatever the role (A13)
		people := []ActionID{
			AgentCreate.ID(), AgentEdit.ID(), AgentDeactivate.ID(), AgentDelete.ID(), AgentImpersonate.ID(), AgentKeyManage.ID(),
			AgentRoleAssign.ID(), AgentRoleRemove.ID(), AgentScopeEdit.ID(), AgentGroupAssign.ID(), SharedAgentEdit.ID(), SharedAgentDelete.ID(),
		}
		agent, inLegal := wide(AgentRole(), Restricted), Binding{AgentRole(), "legal", Global}
		boss, self := bob(wide(AccountAdministratorRole(), Global)), bob(agent)
		self.ID = at(granted(t, Terms{}), noon).ID()
		things := []Resource{
			Agent{Account: acme}, Agent{Account: acme, Bindings: []Binding{agent}}, // as they will be
			*bob(), *bob(agent), *bob(inLegal), *boss, *self, *sam(),
			Appointment{bob(agent), agent}, Appointment{bob(inLegal), inLegal}, Appointment{boss, boss.Bindings[0]},
			Appointment{self, agent}, Appointment{sam(), sam().Bindings[0]},
			inGroup(bob(agent), "billing", Edit), inGroup(boss, "billing", NoAccess), inGroup(self, "billing", View), inGroup(sam(), "billing", View),
			newRole(t, "Tier 2"), SupervisorRole(), granted(t, Terms{}),
		}
		for _, session := range underEveryRole(t) {
			refused := make(map[ActionID]bool)
			for id := range Actions() {
				for _, thing := range things {
					q := Request{Subject: session, Action: id, Resource: thing}
					switch got := q.Decide().Reason; {
					case got == WrongResource: // not on such things
					case slices.Contains(people, id):
						checkRequest(t, q, SupportNoAgents)
						refused[id] = true
					case slices.Contains(authoring, id):
						checkRequest(t, q, SupportNoRoles)
						refused[id] = true
					case slices.Contains([]ActionID{AgentView.ID(), SharedAgentView.ID(), RoleView.ID()}, id):
						assert.Contains(t, []Reason{AllowedAll, NoPermission, OtherWorkspace}, got, "%v by %v", id, session)
					default: // on a grant; an action on people that is new belongs in one of the lists above
						checkRequest(t, q, SupportNoGrants)
					}
				}
			}
			assert.Len(t, refused, len(people)+len(authoring), "each was asked")
			for i := range HostRange { // unclassified
				check(t, session, Action[Agent](HostActions+i), *bob(), SupportNoRoles)
				check(t, session, Action[invoice](HostActions+i), invoice{account: "acme"}, SupportNoRoles)
			}
			check(t, session, ProfileEditOwn, Profile{"acme", "bob"}, NotOwn)
			check(t, session, ProfileEditOwn, Profile{"acme", session.ID()}, AllowedOwn)
			check(t, session, AgentRoleAssign, Appointment{session, agent}, WrongResource)
			check(t, session, AgentGroupAssign, inGroup(session, "billing", View), WrongResource)
		}
		check(t, at(granted(t, Terms{}), noon), AgentView, *bob(), AllowedAll)
		check(t, at(granted(t, Terms{}), noon), SharedAgentView, *sam(), AllowedAll)
		check(t, riya(wide(AdministratorRole(), Global)), AgentEdit, *bob(agent), AllowedAll) // an agent of the role does
	})
	t.Run("G15", func(t *testing.T) { // never exports, whatever the role (A14)
		exports := []ActionID{
			TicketForward.ID(), TicketExport.ID(), ConversationExport.ID(), ContactExport.ID(), ReportSchedule.ID(), ReportExport.ID(), DataExport.ID(),
		}
		for id := range Actions() {
			if strings.Contains(id.String(), "export") {
				assert.Contains(t, exports, id)
			}
		}
		questions := slices.Concat(questionsIn(t, ""), questionsIn(t, "it"), questionsIn(t, "legal"))
		for _, session := range underEveryRole(t) {
			for _, q := range questions {
				q.Subject = session
				if slices.Contains(exports, q.Action) {
					checkRequest(t, q, SupportNoExport)
				} else {
					assert.NotEqual(t, SupportNoExport, q.Decide().Reason, "%v is no export", q.Action)
				}
			}
			for i := range HostRange {
				check(t, session, Action[invoice](HostExports+i), invoice{account: "acme"}, SupportNoExport)
				check(t, session, Action[Ticket](HostExports+i), in("legal"), SupportNoExport)
			}
			never(t, session, TicketForward, SupportNoExport)
			never(t, session, TicketExport, SupportNoExport)
			never(t, session, ConversationExport, SupportNoExport)
			never(t, session, ContactExport, SupportNoExport)
			never(t, session, ReportSchedule, SupportNoExport)
			never(t, session, ReportExport, SupportNoExport)
			never(t, session, DataExport, SupportNoExport)
			never(t, session, invoiceExport, SupportNoExport)
		}
		for _, q := range questionsIn(t, "") { // an agent of the role exports
			if q.Subject = riya(wide(AdministratorRole(), Global)); slices.Contains(exports, q.Action) {
				checkRequest(t, q, AllowedAll)
			}
		}
		check(t, at(granted(t, Terms{}), noon), ReportView, Report{Account: "acme"}, AllowedAll)
		check(t, at(granted(t, Terms{}), noon), invoiceView, invoice{account: "acme"}, AllowedAll)
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
			event, err := create(engineers...)
			require.ErrorContains(t, err, `grant "g1": `+want)
			assert.Equal(t, GrantEvent{}, event, "nobody is told of access that is not given")
		}

		// What is not an address is refused, and so is an event that has it.
		written, err := json.Marshal(event)
		require.NoError(t, err)
		read := func(text string) (GrantEvent, error) { return DecodeGrantEvent([]byte(text), BuiltInRole) }
		stored, err := read(string(written))
		require.NoError(t, err)
		assert.Equal(t, []Engineer{eve, zoe}, stored.After.Engineers())
		for _, text := range []string{
			"", " ", "zoe", "@vendor.example", "zoe@", "zoe@@vendor.example", "zoe@vendor example", "zoe@vendor.example ", " zoe@vendor.example",
			"zoe@vendor..example", ".zoe@vendor.example", "zoe@-vendor.example", "zoe, eve@vendor.example", "<zoe@vendor.example>", "zoe@[127.0.0.1]",
			"zoe@vendor.example\r\nBcc: all", "z\u200boe@vendor.example", strings.Repeat("z", 65) + "@vendor.example", "zoe@" + strings.Repeat("vendor.", 40) + "example",
			"eve@vendor.example", "Eve@Vendor.Example",
		} {
			_, err := create(eve, Engineer{ID: "zoe", Email: text})
			assert.Error(t, err, "%q", text)
			address, err := json.Marshal(text)
			require.NoError(t, err)
			_, err = read(strings.ReplaceAll(string(written), `"zoe@vendor.example"`, string(address)))
			assert.Error(t, err, "%q", text)
		}
		for _, text := range []string{"zoe@vendor.example", "Zoë.Nováková+desk@müller.example", "z@v"} {
			_, err := create(eve, Engineer{ID: "zoe", Email: text})
			assert.NoError(t, err, "%q", text)
		}

		// The engineers in the events have access, and nobody else.
		named := []Engineer{eve, zoe}
		grant, created, err := NewGrant(owner(), Terms{ID: "g1", Roles: []Role{AgentRole()}, Engineers: named}, noon)
		require.NoError(t, err)
		mia := Engineer{"mia", "Mia", "mia@vendor.example"}
		named[1] = mia // which changes the host's slice, not the grant
		grant.Engineers()[0], created.After.Engineers()[0] = mia, mia
		longer, extended, err := ExtendGrant(owner(), grant, noon.Add(20*day), noon, nil)
		require.NoError(t, err)
		_, revoked, err := RevokeGrant(owner(), longer, noon.Add(day))
		require.NoError(t, err)
		for _, event := range []GrantEvent{created, extended, revoked} {
			assert.Equal(t, []Engineer{eve, zoe}, event.After.Engineers(), "%v", event.Action)
			for e, want := range map[Engineer]Reason{
				eve: AllowedAll, zoe: AllowedAll, mia: NoGrant,
				{ID: "Zoe", Name: zoe.Name, Email: zoe.Email}: NoGrant, {ID: "zo", Email: zoe.Email}: NoGrant, {ID: "zoe2", Email: zoe.Email}: NoGrant,
			} {
				check(t, event.After.Session(e, acme, noon), TicketView, in(""), want)
				check(t, event.After.Session(e, acme, noon), SessionLogin, acme, want)
			}
		}
	})
	t.Run("G20", func(t *testing.T) { // administrators see who has access, also who has not come yet, and nobody else
		highest := granted(t, Terms{ID: "highest", Roles: []Role{AccountAdministratorRole()}, Workspaces: map[WorkspaceID][]Role{"legal": nil}})
		over, _, err := RevokeGrant(owner(), granted(t, Terms{ID: "over"}), noon)
		require.NoError(t, err)
		states := []Grant{granted(t, Terms{}), highest, over, granted(t, Terms{ID: "later", Start: noon.Add(day)})}
		for _, grant := range states {
			for role := range acme.BuiltInRoles() {
				want := NoPermission
				if role == AdministratorRole() || role == AccountAdministratorRole() {
					want = AllowedAll
				}
				for scope := Restricted; scope <= Global; scope++ {
					check(t, riya(wide(role, scope)), GrantView, grant, want)
					assert.Equal(t, want == AllowedAll, FilterFor(riya(wide(role, scope)), GrantView).Match(&grant), "%v lists", role)
				}
				check(t, sam(wide(role, Global)), GrantView, grant, SharedNoAdministration)
			}
			check(t, riya(custom(t, GrantView.At(Global))), GrantView, grant, AllowedAll)
			check(t, riya(custom(t, GrantCreate.At(Global), GrantRevoke.At(Global))), GrantView, grant, NoPermission)
			abroad := riya(wide(AccountAdministratorRole(), Global))
			abroad.Account.ID = "initech"
			check(t, abroad, GrantView, grant, OtherAccount)
			for _, session := range underEveryRole(t) {
				check(t, session, GrantView, grant, SupportNoGrants)
				never(t, session, GrantView, SupportNoGrants)
			}
			check(t, at(grant, noon.Add(2*day)), GrantView, grant, map[bool]Reason{true: GrantRevoked, false: SupportNoGrants}[grant == over])
		}
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

		// The list has those who can log in, whether or not they came, were denied, or have a grant of another account.
		mia, mallory := Engineer{"mia", "Mia", "mia@vendor.example"}, Engineer{"mallory", "Mallory", "mallory@vendor.example"}
		initech := acme
		initech.ID = "initech"
		boss := &Agent{ID: "ann", Account: initech, Bindings: []Binding{wide(AccountAdministratorRole(), Global)}}
		abroad, _, err := NewGrant(boss, Terms{ID: "both", Roles: []Role{AgentRole()}, Engineers: []Engineer{mia, eve}, Start: noon.Add(time.Hour)}, noon)
		require.NoError(t, err)
		visitors := []Engineer{eve, zoe, mia, mallory}
		for _, e := range visitors[1:] {
			AuthorizeAndLog(&log, both.Session(e, acme, noon), TicketView, ptr(in("")))
			AuthorizeAndLog(&log, late.Session(e, acme, noon), TicketView, ptr(in("")))
			AuthorizeAndLog(&log, ended.Session(e, acme, noon), TicketView, ptr(in("")))
			AuthorizeAndLog(&log, Grant{}.Session(e, acme, noon), TicketView, ptr(in("")))
		}
		grants := []Grant{ended, both, late, abroad}
		for _, now := range []time.Time{noon.Add(-1), noon, noon.Add(1), noon.Add(time.Hour), noon.Add(day - 1), noon.Add(day), abroad.End(), late.End()} {
			var want, got, unvisited []string
			for _, grant := range grants {
				for _, e := range visitors {
					account := map[AccountID]Account{"acme": acme, "initech": initech}[grant.Account()]
					if Authorize(grant.Session(e, account, now), SessionLogin, &account).Allowed() {
						want = append(want, fmt.Sprint(grant.Account(), " ", grant.ID(), " ", e))
					}
				}
			}
			for _, e := range log.WhoHasAccess(now, grants...) {
				got = append(got, fmt.Sprint(e.Account, " ", e.Grant, " ", e.Engineer))
				assert.Equal(t, StatusActive, e.Status)
				assert.True(t, e.Until.After(now), "%v until %v", e.Engineer, e.Until)
			}
			for _, e := range (AccessLog{}).WhoHasAccess(now, grants...) {
				unvisited = append(unvisited, fmt.Sprint(e.Account, " ", e.Grant, " ", e.Engineer))
				assert.Zero(t, e.LastActive)
			}
			assert.ElementsMatch(t, want, got, "%v", now)
			assert.ElementsMatch(t, want, unvisited, "%v", now)
			assert.Empty(t, log.WhoHasAccess(now), "without a grant")
		}
		assert.Equal(t, noon, log.WhoHasAccess(noon, both)[0].LastActive)
		revoked, _, err := RevokeGrant(owner(), both, noon.Add(2))
		require.NoError(t, err)
		assert.Empty(t, log.WhoHasAccess(noon.Add(2), both, revoked), "the last version counts")
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
		_, _, err = ExtendGrant(owner(), once, noon.Add(10*day), noon.Add(3*day), nil)
		require.EqualError(t, err, `deskpolicy: grant "g1": it is revoked, and nothing revives it`)
		_, _, err = ExtendGrant(owner(), grant, noon.Add(10*day), grant.End(), nil)
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
