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

// noon is when the tests make support grants.
var noon = time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC)

// eve is a support engineer of the vendor.
var eve = SupportEngineer{ID: "eve", Name: "Eve Novak", Email: "eve@vendor.example"}

// letIn are the support engineers of the tests' support grants.
var letIn = []SupportEngineer{eve}

// owner returns the account administrator of acme, who also holds the role in its
// restricted workspace, and makes the tests' support grants.
func owner() *Agent {
	return riya(inOpen(AccountAdministratorRole.Role(), ScopeGlobal), Binding{Role: AccountAdministratorRole.Role(), Workspace: "legal", TicketScope: ScopeGlobal})
}

// granted returns a support grant on the terms, made by the owner at noon.
func granted(t testing.TB, terms SupportGrantTerms) SupportGrant {
	t.Helper()
	if terms.ID == "" {
		terms.ID = "g1"
	}
	if terms.Roles == nil {
		terms.Roles = []Role{AdministratorRole.Role()}
	}
	if terms.Engineers == nil {
		terms.Engineers = letIn
	}
	grant, _, err := NewSupportGrant(owner(), terms, noon)
	require.NoError(t, err)
	return grant
}

// at returns eve's session under the support grant.
func at(grant SupportGrant, now time.Time) *SupportSession { return grant.Session(eve, acme, now) }

// underEveryRole returns eve's sessions under support grants of each built-in role, of a
// custom role with every permission it can hold, of all of these together, and of
// administrators' roles in two workspaces.
func underEveryRole(t testing.TB) (sessions []*SupportSession) {
	roles := slices.Collect(acme.BuiltInRoles())
	clone, err := CloneRole(AccountAdministratorRole.Role(), "acme", "Everything a custom role can hold")
	require.NoError(t, err)
	roles = append(roles, clone)
	for _, role := range roles {
		sessions = append(sessions, at(granted(t, SupportGrantTerms{Roles: []Role{role}}), noon))
	}
	in := map[WorkspaceID][]Role{"it": {AdministratorRole.Role()}, "legal": {AccountAdministratorRole.Role()}}
	return append(sessions, at(granted(t, SupportGrantTerms{Roles: roles}), noon), at(granted(t, SupportGrantTerms{Roles: []Role{AgentRole.Role()}, Workspaces: in}), noon))
}

// grantRequirements tests the rules of the second document, about support access.
func grantRequirements(t *testing.T) {
	in := func(w WorkspaceID) Ticket { return Ticket{Account: "acme", Workspace: w} }
	day := 24 * time.Hour

	t.Run("G1", func(t *testing.T) { // temporary: every support grant ends
		grant := granted(t, SupportGrantTerms{})
		assert.False(t, grant.End().IsZero())
		check(t, at(grant, grant.End().Add(-1)), TicketView, in(""), AllowedAll)
		check(t, at(grant, grant.End()), TicketView, in(""), GrantExpired)
		check(t, at(grant, noon.Add(100*365*day)), TicketView, in(""), GrantExpired)
	})
	t.Run("G2", func(t *testing.T) { // auditable: each change has an event with who, what, before, after and when
		grant, created, err := NewSupportGrant(owner(), SupportGrantTerms{ID: "g1", Roles: []Role{AgentRole.Role()}, Engineers: letIn}, noon)
		require.NoError(t, err)
		assert.Equal(t, SupportGrantEvent{SupportGrantCreate.ID(), "riya", noon, SupportGrant{}, grant}, created)

		longer, extended, err := ExtendSupportGrant(owner(), grant, noon.Add(20*day), noon.Add(day), nil)
		require.NoError(t, err)
		assert.Equal(t, SupportGrantEvent{SupportGrantExtend.ID(), "riya", noon.Add(day), grant, longer}, extended)

		ended, revoked, err := RevokeSupportGrant(owner(), longer, noon.Add(2*day))
		require.NoError(t, err)
		assert.Equal(t, SupportGrantEvent{SupportGrantRevoke.ID(), "riya", noon.Add(2 * day), longer, ended}, revoked)
	})
	t.Run("G3", func(t *testing.T) { // roles give real permissions on configurations
		check(t, at(granted(t, SupportGrantTerms{}), noon), SettingsManage, Settings{Account: "acme"}, AllowedAll)
	})
	t.Run("G4", func(t *testing.T) { // access from the start until just before the end
		grant := granted(t, SupportGrantTerms{Start: noon.Add(day), End: noon.Add(2 * day)})
		for _, c := range []struct {
			at     time.Time
			status SupportGrantStatus
			want   Reason
			until  time.Time
		}{
			{noon, SupportGrantScheduled, GrantNotStarted, grant.Start()},
			{grant.Start().Add(-1), SupportGrantScheduled, GrantNotStarted, grant.Start()},
			{grant.Start(), SupportGrantActive, AllowedAll, grant.End()},
			{grant.End().Add(-1), SupportGrantActive, AllowedAll, grant.End()},
			{grant.End(), SupportGrantExpired, GrantExpired, time.Time{}},
			{grant.End().Add(1), SupportGrantExpired, GrantExpired, time.Time{}},
		} {
			assert.Equal(t, c.status, grant.Status(c.at))
			d := Authorize(at(grant, c.at), TicketView, ptr(in("")))
			assert.Equal(t, c.want, d.Reason)
			assert.Equal(t, c.until, d.Until())
		}
	})
	t.Run("G5", func(t *testing.T) { // any administrator can revoke at any time, whatever the roles
		grant := granted(t, SupportGrantTerms{
			Start: noon.Add(day), Roles: []Role{AccountAdministratorRole.Role()}, Workspaces: map[WorkspaceID][]Role{"legal": nil},
		})
		onlyAdministrators(t, SupportGrantRevoke, grant, SupportNoGrants)
		for role := range acme.BuiltInRoles() {
			may := role == AdministratorRole.Role() || role == AccountAdministratorRole.Role()
			for who, may := range map[Subject]bool{
				bob(wide(role, ScopeGlobal)): may, sam(wide(role, ScopeGlobal)): false, engineerWith(t, role, acme): false,
			} {
				ended, event, err := RevokeSupportGrant(who, grant, noon)
				assert.Equal(t, may, err == nil, "%v: %v", nameOf(who), err)
				assert.Equal(t, may, ended != SupportGrant{} && event != SupportGrantEvent{}, nameOf(who))
				assert.Equal(t, !may, errors.Is(err, ErrDenied), nameOf(who))
			}
		}
		poor := bob(inOpen(AdministratorRole.Role(), ScopeRestricted)) // no plan, and less authority than the support grant
		poor.Account.Plan = Plan{}
		things := []Resource{acme, in(""), in("legal"), Settings{Account: "acme"}, *bob(), Contact{Account: "acme"}}
		for _, by := range []Subject{owner(), poor, riya(custom(t, SupportGrantRevoke.At(ScopeGlobal)))} {
			for _, when := range []time.Time{
				noon, noon.Add(1), grant.Start().Add(-1), grant.Start(), grant.Start().Add(1),
				grant.End().Add(-1), grant.End(), grant.End().Add(1000 * day),
			} {
				ended, _, err := RevokeSupportGrant(by, grant, when)
				require.NoError(t, err)
				assert.Equal(t, when, ended.RevokedAt())
				for _, now := range []time.Time{when, when.Add(1), grant.Start(), grant.End().Add(-1), grant.End()} {
					want := GrantRevoked
					switch {
					case !when.Before(grant.End()):
						want = GrantExpired // expired before the revocation
						if now.Before(grant.End()) {
							continue
						}
					case now.Before(when):
						continue
					}
					check(t, at(ended, now), TicketView, in(""), want)
					for id := range Actions() {
						for _, thing := range things {
							got := Request{Subject: at(ended, now), Action: id, Resource: thing}.Authorize().Reason
							assert.Contains(t, []Reason{want, WrongResource}, got, id.String())
						}
					}
				}
				again, _, err := RevokeSupportGrant(owner(), ended, when.Add(day)) // the earliest revocation counts
				require.NoError(t, err)
				assert.Equal(t, when, again.RevokedAt())
			}
		}
	})
	t.Run("G6", func(t *testing.T) { // no more than the chosen roles permit
		session := at(granted(t, SupportGrantTerms{Roles: []Role{AgentRole.Role()}}), noon)
		check(t, session, TicketReply, in(""), AllowedAll)
		check(t, session, SettingsManage, Settings{Account: "acme"}, NoPermission)
	})
	t.Run("G7", func(t *testing.T) { // only administrators give access (A16)
		for role := range acme.BuiltInRoles() {
			_, _, err := NewSupportGrant(riya(wide(role, ScopeGlobal)), SupportGrantTerms{ID: "g1", Engineers: letIn, Roles: []Role{TicketCollaboratorRole.Role()}}, noon)
			switch role {
			case AdministratorRole.Role(), AccountAdministratorRole.Role():
				assert.NoError(t, err, role.Name())
			default:
				assert.ErrorIs(t, err, ErrDenied, role.Name())
			}
		}
		_, _, err := NewSupportGrant(nil, SupportGrantTerms{ID: "g1", Engineers: letIn, Roles: []Role{AgentRole.Role()}}, noon)
		assert.ErrorIs(t, err, ErrDenied)
		_, _, err = NewSupportGrant(at(granted(t, SupportGrantTerms{}), noon), SupportGrantTerms{ID: "g2", Engineers: letIn, Roles: []Role{AgentRole.Role()}}, noon)
		assert.ErrorIs(t, err, ErrDenied)
	})
	t.Run("G9", func(t *testing.T) { // no access without a support grant
		check(t, at(SupportGrant{}, noon), TicketView, in(""), NoGrant)
		check(t, &SupportSession{}, TicketView, in(""), NoSubject)
		foreign := acme
		foreign.ID = "initech"
		session := granted(t, SupportGrantTerms{}).Session(eve, foreign, noon)
		check(t, session, TicketView, Ticket{Account: "initech"}, NoGrant)
		check(t, session, TicketView, in(""), OtherAccount)
		for _, other := range []SupportEngineerID{"zoe", "EVE", "eve "} { // only the named support engineers have access (A45)
			session := granted(t, SupportGrantTerms{}).Session(SupportEngineer{other, eve.Name, eve.Email}, acme, noon)
			check(t, session, TicketView, in(""), NoGrant)
			check(t, session, SessionLogin, acme, NoGrant)
			assert.Zero(t, Authorize(session, TicketView, ptr(in(""))).Until())
		}
		renamed := granted(t, SupportGrantTerms{}).Session(SupportEngineer{eve.ID, "Eve Okafor", "okafor@vendor.example"}, acme, noon)
		check(t, renamed, TicketView, in(""), AllowedAll)
	})
	t.Run("G10", func(t *testing.T) { // an exact date and time, in any time zone
		end := time.Date(2026, 11, 5, 1, 2, 3, 4, time.FixedZone("elsewhere", -5*3600))
		grant := granted(t, SupportGrantTerms{End: end})
		assert.True(t, grant.End().Equal(end))
		check(t, at(grant, end.Add(-1)), TicketView, in(""), AllowedAll)
		check(t, at(grant, end.In(time.FixedZone("far", 9*3600))), TicketView, in(""), GrantExpired)
	})
	t.Run("G11", func(t *testing.T) { // one week by default
		assert.Equal(t, noon.Add(7*day), granted(t, SupportGrantTerms{}).End())
		assert.Equal(t, noon.Add(9*day), granted(t, SupportGrantTerms{Start: noon.Add(2 * day)}).End())
	})
	t.Run("G12", func(t *testing.T) { // at most 30 days or a calendar month, whichever is longer; a later end is refused, not shortened (A10, A44)
		berlin, err := time.LoadLocation("Europe/Berlin")
		require.NoError(t, err)
		for _, c := range []struct{ now, latest time.Time }{
			{noon, noon.Add(30 * day)},
			{time.Date(2026, 1, 31, 9, 0, 0, 0, time.UTC), time.Date(2026, 3, 3, 9, 0, 0, 0, time.UTC)},
			{time.Date(2026, 2, 1, 9, 0, 0, 0, time.UTC), time.Date(2026, 3, 3, 9, 0, 0, 0, time.UTC)},
			{time.Date(2026, 10, 1, 9, 0, 0, 0, berlin), time.Date(2026, 11, 1, 9, 0, 0, 0, berlin)},
		} {
			end := func(end time.Time) error {
				_, _, err := NewSupportGrant(owner(), SupportGrantTerms{ID: "g1", Engineers: letIn, Roles: []Role{AgentRole.Role()}, End: end}, c.now)
				return err
			}
			grant, _, err := NewSupportGrant(owner(), SupportGrantTerms{ID: "g1", Engineers: letIn, Roles: []Role{AgentRole.Role()}, End: c.now.Add(day)}, c.now)
			require.NoError(t, err)
			extend := func(end time.Time) error {
				_, _, err := ExtendSupportGrant(owner(), grant, end, c.now, nil)
				return err
			}
			for _, set := range []func(time.Time) error{end, extend} {
				assert.NoError(t, set(c.latest))
				require.ErrorContains(t, set(c.latest.Add(1)), `is more than a month ahead; the latest is `+c.latest.UTC().Format(time.RFC3339Nano))
			}
		}
	})
	t.Run("G13", func(t *testing.T) { // one or more roles for the account
		_, _, err := NewSupportGrant(owner(), SupportGrantTerms{ID: "g1", Engineers: letIn}, noon)
		require.EqualError(t, err, `deskpolicy: support grant "g1": no role is named for the account; name at least one`)
		both := at(granted(t, SupportGrantTerms{Roles: []Role{TicketCollaboratorRole.Role(), SupportManagerRole.Role()}}), noon)
		check(t, both, TicketForward, in(""), SupportNoExport)
		check(t, both, TicketNotePrivate, in(""), AllowedAll)
		check(t, both, FAQEdit, FAQ{Account: "acme"}, AllowedAll)
	})
	t.Run("G14", func(t *testing.T) { // never changes agents or their permissions, including its own, with any role (A13)
		people := []ActionID{
			AgentCreate.ID(), AgentEdit.ID(), AgentDeactivate.ID(), AgentDelete.ID(), AgentImpersonate.ID(), AgentKeyManage.ID(),
			AgentRoleAssign.ID(), AgentRoleRemove.ID(), AgentScopeEdit.ID(), AgentGroupAssign.ID(), SharedAgentEdit.ID(), SharedAgentDelete.ID(), SharedAgentKeyManage.ID(),
		}
		agent, inLegal := wide(AgentRole.Role(), ScopeRestricted), Binding{Role: AgentRole.Role(), Workspace: "legal", TicketScope: ScopeGlobal}
		boss, self := bob(inOpen(AccountAdministratorRole.Role(), ScopeGlobal)), bob(agent)
		self.ID = at(granted(t, SupportGrantTerms{}), noon).ID()
		things := []Resource{
			Agent{Account: acme}, Agent{Account: acme, Bindings: []Binding{agent}}, // agents to be created
			*bob(), *bob(agent), *bob(inLegal), *boss, *self, *sam(),
			RoleAssignment{bob(agent), agent}, RoleAssignment{bob(inLegal), inLegal}, RoleAssignment{boss, boss.Bindings[0]},
			RoleAssignment{self, agent}, RoleAssignment{sam(), sam().Bindings[0]},
			inGroup(bob(agent), "billing", Edit), inGroup(boss, "billing", NoAccess), inGroup(self, "billing", View), inGroup(sam(), "billing", View),
			newRole(t, "Tier 2"), SupervisorRole.Role(), granted(t, SupportGrantTerms{}),
		}
		for _, session := range underEveryRole(t) {
			refused := make(map[ActionID]bool)
			for id := range Actions() {
				for _, thing := range things {
					q := Request{Subject: session, Action: id, Resource: thing}
					switch got := q.Authorize().Reason; {
					case got == WrongResource: // not an action on people
					case slices.Contains(people, id):
						checkRequest(t, q, SupportNoAgents)
						refused[id] = true
					case slices.Contains(authoring, id):
						checkRequest(t, q, SupportNoRoles)
						refused[id] = true
					case slices.Contains([]ActionID{AgentView.ID(), SharedAgentView.ID(), RoleView.ID()}, id):
						assert.Contains(t, []Reason{AllowedAll, NoPermission, OtherWorkspace}, got, "%v by %v", id, session)
					default: // on a support grant; a new action on people belongs in one of the lists above
						checkRequest(t, q, SupportNoGrants)
					}
				}
			}
			assert.Len(t, refused, len(people)+len(authoring), "each was tested")
			for i := range HostRangeLength { // unclassified actions
				check(t, session, Action[Agent](FirstHostInAllClasses+i), *bob(), SupportNoRoles)
				check(t, session, Action[invoice](FirstHostInAllClasses+i), invoice{account: "acme"}, SupportNoRoles)
			}
			if role := session.Grant().Roles()[0]; role != CustomerRole.Role() && role != CompanyCustomerRole.Role() { // which lack the permission
				check(t, session, ProfileEditOwn, AgentProfile{"acme", "bob"}, NotOwn)
				check(t, session, ProfileEditOwn, AgentProfile{"acme", session.ID()}, AllowedOwn)
			}
			check(t, session, AgentRoleAssign, RoleAssignment{session, agent}, WrongResource)
			check(t, session, AgentGroupAssign, inGroup(session, "billing", View), WrongResource)
		}
		check(t, at(granted(t, SupportGrantTerms{}), noon), AgentView, *bob(), AllowedAll)
		check(t, at(granted(t, SupportGrantTerms{}), noon), SharedAgentView, *sam(), AllowedAll)
		check(t, riya(inOpen(AdministratorRole.Role(), ScopeGlobal)), AgentEdit, *bob(agent), AllowedAll) // an agent with the role can
	})
	t.Run("G15", func(t *testing.T) { // never exports, with any role (A14)
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
					assert.NotEqual(t, SupportNoExport, q.Authorize().Reason, "%v is not an export", q.Action)
				}
			}
			for i := range HostRangeLength {
				check(t, session, Action[invoice](FirstHostExport+i), invoice{account: "acme"}, SupportNoExport)
				check(t, session, Action[Ticket](FirstHostExport+i), in("legal"), SupportNoExport)
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
		for _, q := range questionsIn(t, "") { // an agent with the role can export
			if q.Subject = riya(inOpen(AdministratorRole.Role(), ScopeGlobal)); slices.Contains(exports, q.Action) {
				checkRequest(t, q, AllowedAll)
			}
		}
		check(t, at(granted(t, SupportGrantTerms{}), noon), ReportView, Report{Account: "acme"}, AllowedAll)
		check(t, at(granted(t, SupportGrantTerms{}), noon), invoiceView, invoice{account: "acme"}, AllowedAll)
	})
	t.Run("G16", func(t *testing.T) { // in the chosen workspaces only (A11)
		session := at(granted(t, SupportGrantTerms{Roles: []Role{AdministratorRole.Role()}, Workspaces: map[WorkspaceID][]Role{"legal": nil}}), noon)
		check(t, session, TicketView, in("legal"), AllowedAll)
		check(t, session, TicketView, in("it"), OtherWorkspace) // even an open workspace
		check(t, session, TicketView, in(""), AllowedAll)
		check(t, session, TicketMerge, TicketPair{in("legal"), in("it")}, OtherWorkspace)
		check(t, session, TicketMerge, TicketPair{in("it"), in("legal")}, OtherWorkspace)
		check(t, session, TicketMerge, TicketPair{in("legal"), in("")}, AllowedAll)
	})
	t.Run("G17", func(t *testing.T) { // with separate roles in each workspace
		session := at(granted(t, SupportGrantTerms{
			Roles:      []Role{TicketCollaboratorRole.Role()},
			Workspaces: map[WorkspaceID][]Role{"it": {AgentRole.Role()}, "legal": nil},
		}), noon)
		check(t, session, TicketReply, in("it"), AllowedAll)
		check(t, session, TicketReply, in("legal"), NoPermission)
		check(t, session, TicketReply, in(""), NoPermission)
		check(t, session, TicketNotePrivate, in("legal"), AllowedAll)
	})
	t.Run("G18", func(t *testing.T) { // in effect as a whole or not at all
		grant, event, err := NewSupportGrant(owner(), SupportGrantTerms{ID: "g1", Engineers: letIn, Roles: []Role{AgentRole.Role()}, End: noon.Add(-1)}, noon)
		require.Error(t, err)
		assert.Equal(t, SupportGrant{}, grant)
		assert.Equal(t, SupportGrantEvent{}, event)
		check(t, at(granted(t, SupportGrantTerms{}), noon), TicketView, in(""), AllowedAll)
	})
	t.Run("G19", func(t *testing.T) { // each support engineer is notified at their own address (A45)
		zoe := SupportEngineer{ID: "zoe", Name: "Zoe", Email: "zoe@vendor.example"}
		create := func(engineers ...SupportEngineer) (SupportGrantEvent, error) {
			_, event, err := NewSupportGrant(owner(), SupportGrantTerms{ID: "g1", Roles: []Role{AgentRole.Role()}, Engineers: engineers}, noon)
			return event, err
		}
		event, err := create(eve, zoe)
		require.NoError(t, err)
		assert.Equal(t, []SupportEngineer{eve, zoe}, event.After.Engineers())
		for want, engineers := range map[string][]SupportEngineer{
			`no support engineer is named; name at least one`:                                                                          nil,
			`support engineer "zoe": "" is not an e-mail address such as`:                                                              {eve, {ID: "zoe"}},
			`support engineer "zoe": "not an address" is not an e-mail address such as`:                                                {eve, {ID: "zoe", Email: "not an address"}},
			`support engineer "zoe": "Z <zoe@vendor.example>" is not an e-mail address`:                                                {eve, {ID: "zoe", Email: "Z <zoe@vendor.example>"}},
			`support engineer "zoe": "zoe@vendor.example\u200b" is not an e-mail address`:                                              {eve, {ID: "zoe", Email: "zoe@vendor.example\u200b"}},
			`support engineer "zoe": the e-mail address "EVE@vendor.example" belongs to another support engineer; use a different one`: {eve, {ID: "zoe", Email: "EVE@vendor.example"}},
			`support engineer "eve" is named twice; remove one`:                                                                        {eve, {ID: "eve", Email: "zoe@vendor.example"}},
			`a support engineer has no ID; set it`:                                                                                     {eve, {Email: "zoe@vendor.example"}},
			`"zoe\x00" has NUL, U+FFFD or invalid UTF-8; remove it`:                                                                    {eve, {ID: "zoe\x00", Email: "zoe@vendor.example"}},
			`"\xff" has NUL, U+FFFD or invalid UTF-8; remove it`:                                                                       {eve, {ID: "zoe", Name: "\xff", Email: "zoe@vendor.example"}},
		} {
			event, err := create(engineers...)
			require.ErrorContains(t, err, `support grant "g1": `+want)
			assert.Equal(t, SupportGrantEvent{}, event, "nobody is told of access that is not given")
		}

		// An invalid address is refused, and so is an event with one.
		written, err := json.Marshal(event)
		require.NoError(t, err)
		read := func(text string) (SupportGrantEvent, error) {
			return DecodeSupportGrantEvent([]byte(text), BuiltInRole)
		}
		stored, err := read(string(written))
		require.NoError(t, err)
		assert.Equal(t, []SupportEngineer{eve, zoe}, stored.After.Engineers())
		for _, text := range []string{
			"", " ", "zoe", "@vendor.example", "zoe@", "zoe@@vendor.example", "zoe@vendor example", "zoe@vendor.example ", " zoe@vendor.example",
			"zoe@vendor..example", ".zoe@vendor.example", "zoe@-vendor.example", "zoe, eve@vendor.example", "<zoe@vendor.example>", "zoe@[127.0.0.1]",
			"zoe@vendor.example\r\nBcc: all", "z\u200boe@vendor.example", strings.Repeat("z", 65) + "@vendor.example", "zoe@" + strings.Repeat("vendor.", 40) + "example",
			"eve@vendor.example", "Eve@Vendor.Example",
		} {
			_, err := create(eve, SupportEngineer{ID: "zoe", Email: text})
			assert.Error(t, err, "%q", text)
			address, err := json.Marshal(text)
			require.NoError(t, err)
			_, err = read(strings.ReplaceAll(string(written), `"zoe@vendor.example"`, string(address)))
			assert.Error(t, err, "%q", text)
		}
		for _, text := range []string{"zoe@vendor.example", "Zoë.Nováková+desk@müller.example", "z@v"} {
			_, err := create(eve, SupportEngineer{ID: "zoe", Email: text})
			assert.NoError(t, err, "%q", text)
		}

		// The support engineers in the events have access, and no others.
		named := []SupportEngineer{eve, zoe}
		grant, created, err := NewSupportGrant(owner(), SupportGrantTerms{ID: "g1", Roles: []Role{AgentRole.Role()}, Engineers: named}, noon)
		require.NoError(t, err)
		mia := SupportEngineer{"mia", "Mia", "mia@vendor.example"}
		named[1] = mia // changes the host's slice, not the support grant
		grant.Engineers()[0], created.After.Engineers()[0] = mia, mia
		longer, extended, err := ExtendSupportGrant(owner(), grant, noon.Add(20*day), noon, nil)
		require.NoError(t, err)
		_, revoked, err := RevokeSupportGrant(owner(), longer, noon.Add(day))
		require.NoError(t, err)
		for _, event := range []SupportGrantEvent{created, extended, revoked} {
			assert.Equal(t, []SupportEngineer{eve, zoe}, event.After.Engineers(), "%v", event.Action)
			for e, want := range map[SupportEngineer]Reason{
				eve: AllowedAll, zoe: AllowedAll, mia: NoGrant,
				{ID: "Zoe", Name: zoe.Name, Email: zoe.Email}: NoGrant, {ID: "zo", Email: zoe.Email}: NoGrant, {ID: "zoe2", Email: zoe.Email}: NoGrant,
			} {
				check(t, event.After.Session(e, acme, noon), TicketView, in(""), want)
				check(t, event.After.Session(e, acme, noon), SessionLogin, acme, want)
			}
		}
	})
	t.Run("G20", func(t *testing.T) { // only administrators see who has access, including those who have not logged in
		highest := granted(t, SupportGrantTerms{ID: "highest", Roles: []Role{AccountAdministratorRole.Role()}, Workspaces: map[WorkspaceID][]Role{"legal": nil}})
		over, _, err := RevokeSupportGrant(owner(), granted(t, SupportGrantTerms{ID: "over"}), noon)
		require.NoError(t, err)
		states := []SupportGrant{granted(t, SupportGrantTerms{}), highest, over, granted(t, SupportGrantTerms{ID: "later", Start: noon.Add(day)})}
		for _, grant := range states {
			for role := range acme.BuiltInRoles() {
				want := NoPermission
				if role == AdministratorRole.Role() || role == AccountAdministratorRole.Role() {
					want = AllowedAll
				}
				for _, scope := range levels {
					check(t, riya(wide(role, scope)), SupportGrantView, grant, want)
					assert.Equal(t, want == AllowedAll, FilterFor(riya(wide(role, scope)), SupportGrantView).Match(&grant), "%v lists", role)
				}
				check(t, sam(wide(role, ScopeGlobal)), SupportGrantView, grant, SharedNoAdministration)
			}
			check(t, riya(custom(t, SupportGrantView.At(ScopeGlobal))), SupportGrantView, grant, AllowedAll)
			check(t, riya(custom(t, SupportGrantCreate.At(ScopeGlobal), SupportGrantRevoke.At(ScopeGlobal))), SupportGrantView, grant, NoPermission)
			abroad := riya(inOpen(AccountAdministratorRole.Role(), ScopeGlobal))
			abroad.Account.ID = "initech"
			check(t, abroad, SupportGrantView, grant, OtherAccount)
			for _, session := range underEveryRole(t) {
				check(t, session, SupportGrantView, grant, SupportNoGrants)
				never(t, session, SupportGrantView, SupportNoGrants)
			}
			check(t, at(grant, noon.Add(2*day)), SupportGrantView, grant, map[bool]Reason{true: GrantRevoked, false: SupportNoGrants}[grant == over])
		}
		embedded := struct{ SupportGrant }{granted(t, SupportGrantTerms{})} // checked before the class of the action
		check(t, at(granted(t, SupportGrantTerms{}), noon), Action[struct{ SupportGrant }](FirstHostInAllClasses), embedded, SupportNoGrants)

		both := granted(t, SupportGrantTerms{ID: "both", Engineers: []SupportEngineer{eve, zoe}, End: noon.Add(day)})
		late := granted(t, SupportGrantTerms{ID: "late", Engineers: []SupportEngineer{zoe}, Start: noon.Add(day)})
		ended, _, err := RevokeSupportGrant(owner(), granted(t, SupportGrantTerms{ID: "ended"}), noon.Add(1))
		require.NoError(t, err)
		var log SupportAccessLog
		AuthorizeAndLogSupport(&log, at(both, noon), TicketView, ptr(in("")))
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
				assert.Contains(t, []SupportEngineer{eve, zoe}, e.Engineer, "with name and address")
			}
			assert.Equal(t, want, strings.Join(got, ", "), "%v", now)
		}

		// The list has those who can log in, whether or not they did or were denied, but not those of another account.
		mia, mallory := SupportEngineer{"mia", "Mia", "mia@vendor.example"}, SupportEngineer{"mallory", "Mallory", "mallory@vendor.example"}
		initech := acme
		initech.ID = "initech"
		boss := &Agent{ID: "ann", Account: initech, Bindings: []Binding{inOpen(AccountAdministratorRole.Role(), ScopeGlobal)}}
		abroad, _, err := NewSupportGrant(boss, SupportGrantTerms{ID: "both", Roles: []Role{AgentRole.Role()}, Engineers: []SupportEngineer{mia, eve}, Start: noon.Add(time.Hour)}, noon)
		require.NoError(t, err)
		visitors := []SupportEngineer{eve, zoe, mia, mallory}
		for _, e := range visitors[1:] {
			AuthorizeAndLogSupport(&log, both.Session(e, acme, noon), TicketView, ptr(in("")))
			AuthorizeAndLogSupport(&log, late.Session(e, acme, noon), TicketView, ptr(in("")))
			AuthorizeAndLogSupport(&log, ended.Session(e, acme, noon), TicketView, ptr(in("")))
			AuthorizeAndLogSupport(&log, SupportGrant{}.Session(e, acme, noon), TicketView, ptr(in("")))
		}
		grants := []SupportGrant{ended, both, late, abroad}
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
				assert.Equal(t, SupportGrantActive, e.Status)
				assert.True(t, e.StatusUntil.After(now), "%v until %v", e.Engineer, e.StatusUntil)
			}
			for _, e := range (SupportAccessLog{}).WhoHasAccess(now, grants...) {
				unvisited = append(unvisited, fmt.Sprint(e.Account, " ", e.Grant, " ", e.Engineer))
				assert.Zero(t, e.LastActive)
			}
			assert.ElementsMatch(t, want, got, "%v", now)
			assert.ElementsMatch(t, want, unvisited, "%v", now)
			assert.Empty(t, log.WhoHasAccess(now), "without a support grant")
		}
		assert.Equal(t, noon, log.WhoHasAccess(noon, both)[0].LastActive)
		revoked, _, err := RevokeSupportGrant(owner(), both, noon.Add(2))
		require.NoError(t, err)
		assert.Empty(t, log.WhoHasAccess(noon.Add(2), both, revoked), "the last version counts")
	})
	t.Run("G21", func(t *testing.T) { // the log: name, address, last active; denied attempts separately
		var log SupportAccessLog
		grant := granted(t, SupportGrantTerms{Roles: []Role{AgentRole.Role()}, Engineers: []SupportEngineer{eve, zoe, {ID: "max", Email: "max@vendor.example"}}})
		ask := func(e SupportEngineer, action Action[Ticket], now time.Time) {
			AuthorizeAndLogSupport(&log, grant.Session(e, acme, now), action, ptr(in("")))
		}
		ask(zoe, TicketPurge, noon.Add(3*time.Hour))
		ask(eve, TicketView, noon.Add(2*time.Hour))
		ask(eve, TicketReply, noon.Add(time.Hour)) // logged out of order
		ask(eve, TicketPurge, noon.Add(4*time.Hour))
		ask(eve, TicketView, grant.End())
		AuthorizeAndLogSupport(&log, &SupportSession{}, TicketView, ptr(in("")))
		entry := func(status SupportGrantStatus, until time.Time, e SupportAccessEntry) SupportAccessEntry {
			e.Account, e.Grant, e.Status, e.StatusUntil = "acme", "g1", status, until
			return e
		}
		of := func(status SupportGrantStatus, until time.Time) []SupportAccessEntry {
			return []SupportAccessEntry{
				entry(status, until, SupportAccessEntry{Engineer: eve, LastActive: noon.Add(2 * time.Hour), AllowedCount: 2, LastDenied: grant.End(), DeniedCount: 2}),
				entry(status, until, SupportAccessEntry{Engineer: SupportEngineer{ID: "max", Email: "max@vendor.example"}}),
				entry(status, until, SupportAccessEntry{Engineer: zoe, LastDenied: noon.Add(3 * time.Hour), DeniedCount: 1}),
			}
		}
		assert.Equal(t, of(SupportGrantActive, grant.End()), log.Entries(noon, grant))
		assert.Equal(t, of(SupportGrantExpired, time.Time{}), log.Entries(grant.End(), grant))
		ended, _, err := RevokeSupportGrant(owner(), grant, noon)
		require.NoError(t, err)
		assert.Equal(t, of(SupportGrantRevoked, time.Time{}), log.Entries(noon, ended))
	})
	t.Run("G22", func(t *testing.T) { // revoking again changes nothing; the earliest counts, and a revoked support grant stays revoked (A12)
		grant := granted(t, SupportGrantTerms{})
		once, _, err := RevokeSupportGrant(owner(), grant, noon.Add(2*day))
		require.NoError(t, err)
		for _, again := range []time.Time{noon.Add(day), noon.Add(2 * day), noon.Add(3 * day)} {
			twice, _, err := RevokeSupportGrant(owner(), once, again)
			require.NoError(t, err)
			assert.Equal(t, slices.MinFunc([]time.Time{noon.Add(2 * day), again}, time.Time.Compare), twice.RevokedAt())
		}
		_, _, err = ExtendSupportGrant(owner(), once, noon.Add(10*day), noon.Add(3*day), nil)
		require.EqualError(t, err, `deskpolicy: support grant "g1": revoked support grants cannot be extended; create a new one`)
		_, _, err = ExtendSupportGrant(owner(), grant, noon.Add(10*day), grant.End(), nil)
		require.EqualError(t, err, `deskpolicy: support grant "g1": expired support grants cannot be extended; create a new one`)
	})
	t.Run("G23", func(t *testing.T) { // at once
		grant, _, err := RevokeSupportGrant(owner(), granted(t, SupportGrantTerms{}), noon.Add(day))
		require.NoError(t, err)
		check(t, at(grant, noon.Add(day).Add(-1)), TicketView, in(""), AllowedAll)
		check(t, at(grant, noon.Add(day)), TicketView, in(""), GrantRevoked)
		assert.Equal(t, noon.Add(day), Authorize(at(grant, noon), TicketView, ptr(in(""))).Until())
	})
	t.Run("G24", func(t *testing.T) { // logging in is denied as well
		grant := granted(t, SupportGrantTerms{})
		check(t, at(grant, noon), SessionLogin, acme, AllowedAll)
		ended, _, err := RevokeSupportGrant(owner(), grant, noon)
		require.NoError(t, err)
		check(t, at(ended, noon), SessionLogin, acme, GrantRevoked)
		check(t, at(grant, grant.End()), SessionLogin, acme, GrantExpired)
	})
}
