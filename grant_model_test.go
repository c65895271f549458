package deskpolicy_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/effort"
	"github.com/deskpolicy/deskpolicy/internal/oracle"
)

// A small model of support access.

// supportInstants are four instants. The last is the latest possible end of a support grant.
var supportInstants = [...]int64{0, int64(time.Hour), int64(24 * time.Hour), int64(30 * 24 * time.Hour)}

// supportOwner returns the agent who creates the support grants: an account administrator
// in every workspace.
func supportOwner() *deskpolicy.Agent {
	boss := deskpolicy.AccountAdministratorRole.Role()
	owner := riya(wide(boss, deskpolicy.ScopeGlobal))
	for _, w := range []deskpolicy.WorkspaceID{"it", "hr"} {
		owner.Bindings = append(owner.Bindings, deskpolicy.Binding{Role: boss, Workspace: w, TicketScope: deskpolicy.ScopeGlobal})
	}
	return owner
}

// Roles that have each action at a different scope, at the same scope, or not at all.
var (
	supportBoss = &oracle.GivenRole{Name: "Account Administrator", All: true}
	supportDay  = &oracle.GivenRole{Name: "Day Shift", May: map[string]string{
		"ticket.view": "global", "ticket.reply": "global", "ticket.merge": "global", "ticket.note.edit_own": "global",
		"profile.edit_own": "global", "ticket.export": "global", "agent.edit": "global",
		"agent.view": "global", "ticket.attach": "group", "host(256)": "global", "host(352)": "global", "ticket.confidential": "restricted",
	}}
	supportNight = &oracle.GivenRole{Name: "Night Shift", May: map[string]string{
		"ticket.view": "group", "ticket.reply": "group", "ticket.merge": "restricted", "conversation.reply": "group", "settings.manage": "global",
		"support_grant.view": "global", "support_grant.create": "global", "support_grant.extend": "global", "support_grant.revoke": "global",
		"data.export": "global", "ticket.attach": "global", "agent.view": "global", "role.view": "global",
	}}
	supportNarrow = &oracle.GivenRole{Name: "Narrow", May: map[string]string{
		"ticket.view": "restricted", "ticket.reply": "restricted", "conversation.reply": "restricted", "profile.edit_own": "restricted",
		"ticket.note.edit_own": "restricted", "channel.phone.use": "global",
	}}
	supportRelated = &oracle.GivenRole{Name: "Related", May: map[string]string{
		"ticket.view": supportRelations, "ticket.reply": supportRelations, "conversation.reply": "mentioned",
	}}
	supportFree = &oracle.GivenRole{Name: "Dispatch", May: map[string]string{"ticket.view": "unassigned"}}
)

// supportRelations is a scope with relations that hold for a session and with the four that
// never do: it belongs to no group and no company, and is no contact.
const supportRelations = "in_group|unrouted|requested|participating|mentioned|my_customers|same_company"

// supportNever are the reasons of those four.
var supportNever = []string{"allowed_group", "allowed_queue", "allowed_requested", "allowed_company"}

// supportRoles maps the roles of the model to those of the library.
var supportRoles = func() map[*oracle.GivenRole]deskpolicy.Role {
	roles := map[*oracle.GivenRole]deskpolicy.Role{supportBoss: deskpolicy.AccountAdministratorRole.Role()}
	for _, model := range []*oracle.GivenRole{supportDay, supportNight, supportNarrow, supportRelated, supportFree} {
		var permissions []deskpolicy.Permission
		for name, level := range model.May {
			id := invoiceView.ID()
			switch name {
			case "host(256)":
			case "host(352)":
				id = invoiceExport.ID()
			default:
				var err error
				if id, err = library.ParseAction(name); err != nil {
					panic(err)
				}
			}
			scope, err := read[deskpolicy.Scope](level)
			if err != nil {
				panic(err)
			}
			permissions = append(permissions, id.At(scope))
		}
		role, err := deskpolicy.NewRole("acme", model.Name, deskpolicy.NewPermissions(permissions...), nil)
		if err != nil {
			panic(err)
		}
		roles[model] = role
	}
	return roles
}()

func supportRolesOf(models []*oracle.GivenRole) (roles []deskpolicy.Role) {
	for _, model := range models {
		roles = append(roles, supportRoles[model])
	}
	return roles
}

// issued creates the support grant and applies its revocations.
func issued(t testing.TB, g *oracle.Grant) deskpolicy.SupportGrant {
	t.Helper()
	terms := deskpolicy.SupportGrantTerms{
		ID: "g1", Start: noon.Add(time.Duration(g.Start)), End: noon.Add(time.Duration(g.End)),
		Roles: supportRolesOf(g.Roles), Workspaces: map[deskpolicy.WorkspaceID][]deskpolicy.Role{},
	}
	for _, id := range g.Engineers {
		terms.Engineers = append(terms.Engineers, deskpolicy.SupportEngineer{ID: deskpolicy.SupportEngineerID(id), Email: id + "@vendor.example"})
	}
	for w, roles := range g.Workspaces {
		terms.Workspaces[deskpolicy.WorkspaceID(w)] = supportRolesOf(roles)
	}
	owner := supportOwner()
	owner.Account.ID = deskpolicy.AccountID(g.Account)
	grant, _, err := deskpolicy.NewSupportGrant(owner, terms, noon)
	require.NoError(t, err)
	for _, r := range g.Revoked {
		grant, _, err = deskpolicy.RevokeSupportGrant(owner, grant, noon.Add(time.Duration(r)))
		require.NoError(t, err)
	}
	return grant
}

// A supportAsk is a question for the model with the same question for the library.
type supportAsk struct {
	model oracle.Errand
	ask   func(deskpolicy.Subject) deskpolicy.Decision
}

func supportOn[R deskpolicy.Resource](action deskpolicy.Action[R], resource R, model oracle.Errand) supportAsk {
	model.Action = action.String()
	return supportAsk{model, func(s deskpolicy.Subject) deskpolicy.Decision { return deskpolicy.Authorize(s, action, &resource) }}
}

const grantInspect deskpolicy.Action[deskpolicy.SupportGrant] = deskpolicy.FirstHostView + 7

// supportID is the session's ID as an agent.
const supportID = "support:eve"

// supportPeople returns questions about tickets with people: the session itself or, for
// which it gains nothing, somebody else.
func supportPeople() (asks []supportAsk) {
	add := func(action deskpolicy.Action[deskpolicy.Ticket], ticket deskpolicy.Ticket, model oracle.Errand) {
		ticket.Account, model.Account, model.Kind = "acme", "acme", "ticket"
		asks = append(asks, supportOn(action, ticket, model))
	}
	type access = map[deskpolicy.AgentID]deskpolicy.Access
	reply := deskpolicy.TicketReply
	add(reply, deskpolicy.Ticket{}, oracle.Errand{}) // without a group
	add(deskpolicy.TicketView, deskpolicy.Ticket{Assignee: "bob", Participants: access{supportID: deskpolicy.View}},
		oracle.Errand{Assignee: "bob", Participants: map[string]string{supportID: "view"}})
	for _, id := range []string{supportID, "bob"} {
		agent := deskpolicy.AgentID(id)
		add(reply, deskpolicy.Ticket{Assignee: "bob", Participants: access{agent: deskpolicy.Edit}},
			oracle.Errand{Assignee: "bob", Participants: map[string]string{id: "edit"}})
		add(reply, deskpolicy.Ticket{Assignee: "bob", Mentions: map[deskpolicy.AgentID]bool{agent: true}},
			oracle.Errand{Assignee: "bob", Mentions: map[string]bool{id: true}})
		add(reply, deskpolicy.Ticket{Assignee: "bob", Requester: &deskpolicy.Contact{Account: "acme", Owner: agent}},
			oracle.Errand{Assignee: "bob", RequesterOwner: id})
	}
	for _, assignee := range []string{supportID, "bob"} {
		add(reply, deskpolicy.Ticket{Assignee: deskpolicy.AgentID(assignee), Participants: access{supportID: deskpolicy.View}, Confidential: true},
			oracle.Errand{Assignee: assignee, Participants: map[string]string{supportID: "view"}, Confidential: true})
	}
	add(deskpolicy.TicketConfidential, deskpolicy.Ticket{Assignee: "bob", Confidential: true}, oracle.Errand{Assignee: "bob", Confidential: true})
	add(reply, deskpolicy.Ticket{Assignee: "bob", Requester: &deskpolicy.Contact{Account: "globex", Owner: supportID}},
		oracle.Errand{Assignee: "bob"})
	return asks
}

// supportQuestions returns questions of each class, inside and outside workspaces.
func supportQuestions(t testing.TB) (asks []supportAsk) {
	const me, other = supportID, "bob"
	add := func(a supportAsk) { asks = append(asks, a) }
	ticket := func(account, workspace, assignee string) deskpolicy.Ticket {
		return deskpolicy.Ticket{Account: deskpolicy.AccountID(account), Workspace: deskpolicy.WorkspaceID(workspace), Assignee: deskpolicy.AgentID(assignee), Group: "billing"}
	}
	q := func(account, workspace string) oracle.Errand {
		return oracle.Errand{Kind: "ticket", Account: account, Workspace: workspace, Group: "billing"}
	}
	for _, w := range []string{"", "it", "hr", "zz", "*"} { // outside, granted or not, never granted
		add(supportOn(deskpolicy.TicketView, ticket("acme", w, ""), q("acme", w)))
		for _, assignee := range []string{me, other} {
			held := q("acme", w)
			held.Assignee = assignee
			about := ticket("acme", w, assignee)
			if assignee == other { // which the session may only view
				about.Participants = map[deskpolicy.AgentID]deskpolicy.Access{me: deskpolicy.View}
				held.Participants = map[string]string{me: "view"}
			}
			add(supportOn(deskpolicy.TicketReply, about, held))
		}
		attach := q("acme", w)
		attach.Feature = "attachments"
		add(supportOn(deskpolicy.TicketAttach, ticket("acme", w, ""), attach))
		export := q("acme", w)
		export.Export = true
		add(supportOn(deskpolicy.TicketExport, ticket("acme", w, ""), export))
		add(supportOn(deskpolicy.TicketBeAssigned, ticket("acme", w, ""), q("acme", w)))
	}
	for _, pair := range [][2]string{{"", "it"}, {"it", ""}, {"it", "hr"}, {"zz", "it"}} {
		from, into := q("acme", pair[0]), q("acme", pair[1])
		from.Assignee, into.Action = me, "ticket.merge"
		from.Into = &into
		add(supportOn(deskpolicy.TicketMerge, deskpolicy.TicketPair{From: ticket("acme", pair[0], me), Into: ticket("acme", pair[1], "")}, from))
	}
	for _, account := range []string{"globex", ""} {
		add(supportOn(deskpolicy.TicketView, ticket(account, "it", ""), q(account, "it")))
		from, into := q("acme", "it"), q(account, "it")
		into.Action, from.Into = "ticket.merge", &into
		add(supportOn(deskpolicy.TicketMerge, deskpolicy.TicketPair{From: ticket("acme", "it", ""), Into: ticket(account, "it", "")}, from))
	}
	for _, owner := range []string{me, other} {
		note := q("acme", "it")
		note.Own, note.Owner, note.Assignee = true, owner, me
		add(supportOn(deskpolicy.TicketNoteEditOwn, deskpolicy.Note{Ticket: ticket("acme", "it", me), Author: deskpolicy.AgentID(owner)}, note))
		add(supportOn(deskpolicy.ProfileEditOwn, deskpolicy.AgentProfile{Account: "acme", Agent: deskpolicy.AgentID(owner)},
			oracle.Errand{Account: "acme", Own: true, Anywhere: true, Owner: owner, Assignee: owner}))
		chat := deskpolicy.Conversation{Account: "acme", Workspace: "hr", Assignee: deskpolicy.AgentID(owner), Mentions: map[deskpolicy.AgentID]bool{me: true}}
		add(supportOn(deskpolicy.ConversationReply, chat,
			oracle.Errand{Kind: "conversation", Account: "acme", Workspace: "hr", Assignee: owner, Mentions: map[string]bool{me: true}}))
	}
	ofAccount := oracle.Errand{Account: "acme"}
	add(supportOn(deskpolicy.PortalLogin, acme, oracle.Errand{Account: "acme", Anywhere: true}))
	add(supportOn(deskpolicy.SessionLogin, acme, oracle.Errand{Account: "acme", Anywhere: true}))
	add(supportOn(deskpolicy.SettingsManage, deskpolicy.Settings{Account: "acme", Workspace: "hr"}, q("acme", "hr")))
	add(supportOn(deskpolicy.ChannelPhoneUse, deskpolicy.Channel{Account: "acme"}, ofAccount))
	add(supportOn(deskpolicy.DataExport, acme, oracle.Errand{Account: "acme", Export: true}))
	add(supportOn(invoiceView, invoice{account: "acme"}, ofAccount))
	add(supportOn(invoiceExport, invoice{account: "acme"}, oracle.Errand{Account: "acme", Export: true}))
	add(supportOn(invoiceAnnul, invoice{account: "acme"}, oracle.Errand{Account: "acme", Authoring: true, Authority: true, Export: true}))

	add(supportOn(deskpolicy.AgentView, *bob(), ofAccount))
	add(supportOn(deskpolicy.AgentEdit, *bob(), oracle.Errand{Account: "acme", Authority: true}))
	add(supportOn(deskpolicy.AgentEdit, deskpolicy.Agent{ID: me, Account: acme}, oracle.Errand{Account: "acme", Authority: true}))
	add(supportOn(deskpolicy.AgentRoleAssign, deskpolicy.RoleAssignment{Holder: bob(), Binding: wide(deskpolicy.AgentRole.Role(), deskpolicy.ScopeGroup)}, oracle.Errand{Account: "acme", Authority: true}))
	notHeld := deskpolicy.RoleAssignment{Holder: bob(), Binding: deskpolicy.Binding{Role: deskpolicy.AgentRole.Role(), Workspace: "it"}}
	add(supportOn(deskpolicy.AgentScopeEdit, notHeld, oracle.Errand{Account: "acme", Authority: true, NotHeld: true}))
	add(supportOn(deskpolicy.AgentRoleRemove, deskpolicy.RoleAssignment{Holder: bob(), Binding: wide(deskpolicy.AgentRole.Role(), deskpolicy.ScopeGroup)}, oracle.Errand{Account: "acme", Authority: true}))
	for _, account := range []string{"acme", "globex"} { // the account of the group
		joins := deskpolicy.GroupMembership{Member: bob(), Group: deskpolicy.AgentGroup{ID: "billing", Account: deskpolicy.AccountID(account)}}
		add(supportOn(deskpolicy.AgentGroupAssign, joins, oracle.Errand{Account: strings.TrimPrefix(account, "globex"), Authority: true}))
	}
	add(supportOn(deskpolicy.RoleView, deskpolicy.AgentRole.Role(), oracle.Errand{Account: "every"}))
	add(supportOn(deskpolicy.RoleView, deskpolicy.SharedAgentRole.Role(), oracle.Errand{Account: "every", CRMRole: true}))
	becomes := deskpolicy.RoleAssignment{Holder: bob(), Binding: wide(deskpolicy.SharedAgentRole.Role(), deskpolicy.ScopeRestricted)}
	add(supportOn(deskpolicy.AgentRoleAssign, becomes, oracle.Errand{Account: "acme", Authority: true, CRMRole: true}))
	add(supportOn(deskpolicy.AgentRoleRemove, becomes, oracle.Errand{Account: "acme", Authority: true}))
	add(supportOn(deskpolicy.RoleUpdate, deskpolicy.AgentRole.Role(), oracle.Errand{Account: "every", Authoring: true, Authority: true}))
	add(supportOn(deskpolicy.RoleDelete, newRole(t, "Tier 2"), oracle.Errand{Account: "acme", Authoring: true, Authority: true}))

	mine := issued(t, (&oracle.Grant{Account: "acme", Engineers: []string{"eve"}, End: supportInstants[3], Roles: []*oracle.GivenRole{supportBoss}}))
	theirs := issued(t, (&oracle.Grant{Account: "globex", Engineers: []string{"eve"}, End: supportInstants[3], Roles: []*oracle.GivenRole{supportBoss}}))
	for _, action := range []deskpolicy.Action[deskpolicy.SupportGrant]{deskpolicy.SupportGrantView, deskpolicy.SupportGrantCreate, deskpolicy.SupportGrantExtend, deskpolicy.SupportGrantRevoke, grantInspect} {
		add(supportOn(action, mine, oracle.Errand{Account: "acme", OnGrant: true}))
		add(supportOn(action, theirs, oracle.Errand{Account: "globex", OnGrant: true}))
	}
	return asks
}

// supportLives returns all windows over the four instants, each not revoked, revoked at
// each instant, and revoked at each two instants in either order.
func supportLives() (lives []oracle.Grant) {
	revocations := [][]int64{nil}
	for _, once := range supportInstants {
		revocations = append(revocations, []int64{once})
		for _, again := range supportInstants {
			revocations = append(revocations, []int64{once, again})
		}
	}
	for _, start := range supportInstants {
		for _, end := range supportInstants {
			for _, revoked := range revocations {
				if start < end {
					lives = append(lives, oracle.Grant{Account: "acme", Engineers: []string{"eve"}, Start: start, End: end, Revoked: revoked})
				}
			}
		}
	}
	return lives
}

// supportMoments returns each instant with the nanosecond before and after it.
func supportMoments() (moments []int64) {
	for _, instant := range supportInstants {
		moments = append(moments, instant-1, instant, instant+1)
	}
	return moments
}

// supportContents returns sets of roles and workspaces for support grants.
func supportContents() (contents []oracle.Grant) {
	for _, roles := range [][]*oracle.GivenRole{{supportBoss}, {supportDay}, {supportNight, supportRelated, supportFree}, {supportNarrow}, {supportNight, supportDay}} {
		for _, workspaces := range []map[string][]*oracle.GivenRole{
			nil, {"it": nil}, {"it": {supportDay}, "hr": {supportFree}}, {"it": {supportNarrow, supportNight}, "hr": {supportDay, supportBoss}},
		} {
			contents = append(contents, oracle.Grant{Roles: roles, Workspaces: workspaces})
		}
	}
	return contents
}

// A supportTally compares the library with the oracle and counts the decisions.
type supportTally struct {
	t       testing.TB
	count   int
	failed  int
	reasons map[string]bool
}

func (c *supportTally) compare(v *oracle.Visit, session *deskpolicy.SupportSession, a *supportAsk) {
	got, want := a.ask(session), v.Decide(&a.model)
	until := time.Time{}
	if want.Until != oracle.Never {
		until = noon.Add(time.Duration(want.Until))
	}
	c.count++
	c.reasons[want.Reason] = true
	if got.Reason.String() == want.Reason && got.Role == want.Role && got.Scope.String() == want.Scope && got.Until() == until {
		return
	}
	if c.failed++; c.failed <= 10 {
		c.t.Errorf("%+v\nunder %+v\nat %v of %q asks %+v\n got %v, role %q, scope %v, until %v\nwant %+v, until %v",
			v.Engineer, v.Grant, time.Duration(v.Now), v.Account, a.model, got.Reason, got.Role, got.Scope, got.Until(), want, until)
	}
}

// TestSupportEnumeration compares the library with the oracle on every question of the
// small model.
func TestSupportEnumeration(t *testing.T) {
	t.Parallel()
	contents := supportContents()
	contents = effort.Of(contents[8:9], contents[8:12], contents)
	atLeast := effort.Of(100_000, 500_000, 3_500_000)
	asks := append(supportQuestions(t), supportPeople()...)
	tally := supportTally{t: t, reasons: map[string]bool{}}
	for _, grant := range supportLives() {
		for _, content := range contents {
			grant.Roles, grant.Workspaces = content.Roles, content.Workspaces
			library := issued(t, &grant)
			for _, now := range supportMoments() {
				for _, features := range [][]string{nil, {"attachments"}} {
					v := oracle.Visit{Engineer: "eve", Grant: &grant, Account: "acme", Features: features, CRM: len(features) > 0, Now: now, Absurd: false}
					account := acme // whose open workspaces do not count
					account.Plan.Features, account.Integrated = deskpolicy.Features(len(features))*deskpolicy.FeatureAttachments, v.CRM
					session := library.Session(eve, account, noon.Add(time.Duration(now)))
					for i := range asks {
						tally.compare(&v, session, &asks[i])
					}
				}
			}
		}
	}
	t.Logf("%d decisions", tally.count)
	assert.GreaterOrEqual(t, tally.count, atLeast)

	// The rest of steps 1 to 3: no ID, no instant, no support grant, another account.
	asks = supportQuestions(t)
	for _, grant := range supportLives() {
		grant.Roles = []*oracle.GivenRole{supportBoss}
		for _, of := range []*oracle.Grant{&grant, nil} {
			library := deskpolicy.SupportGrant{}
			if of != nil {
				library = issued(t, of)
			}
			for _, engineer := range []string{"eve", "", "zoe", "EVE"} {
				for _, id := range []string{"acme", "globex", ""} {
					account := acme
					account.ID = deskpolicy.AccountID(id)
					v := oracle.Visit{Engineer: engineer, Grant: of, Account: id, Features: []string{"attachments"}, CRM: true, Now: 0, Absurd: false}
					for _, v.Now = range supportMoments() {
						session := library.Session(deskpolicy.SupportEngineer{ID: deskpolicy.SupportEngineerID(engineer)}, account, noon.Add(time.Duration(v.Now)))
						for i := range asks {
							tally.compare(&v, session, &asks[i])
						}
					}
					v.Absurd = true
					for _, now := range absurdInstants() {
						session := library.Session(deskpolicy.SupportEngineer{ID: deskpolicy.SupportEngineerID(engineer)}, account, now)
						for i := range asks {
							tally.compare(&v, session, &asks[i])
						}
					}
				}
			}
		}
	}
	t.Logf("%d decisions with those on no session", tally.count)
	effort.Documented(t, ".", tally.count)
	for _, step := range oracle.SupportSteps {
		assert.Equal(t, !slices.Contains(supportNever, step.Reason), tally.reasons[step.Reason], "whether %s occurs", step.Reason)
	}
}

// Two support grants for one support engineer overlap in every way. A session under one
// never gains from the other, and when one has ended the other still gives access.
func TestOverlappingGrants(t *testing.T) {
	t.Parallel()
	var lives []oracle.Grant
	for _, life := range supportLives() {
		if len(life.Revoked) < 2 {
			lives = append(lives, life)
		}
	}
	asks := supportQuestions(t)
	asks = slices.DeleteFunc(asks, func(a supportAsk) bool {
		return a.model.Action != "ticket.reply" && a.model.Action != "settings.manage" && a.model.Action != "session.login" && a.model.Action != "portal.login"
	})
	tally := supportTally{t: t, reasons: map[string]bool{}}
	var outlived int
	for _, one := range lives {
		one.Roles, one.Workspaces = []*oracle.GivenRole{supportDay}, map[string][]*oracle.GivenRole{"it": nil}
		first := issued(t, &one)
		for _, other := range lives {
			other.Roles, other.Workspaces = []*oracle.GivenRole{supportNight}, map[string][]*oracle.GivenRole{"hr": {supportDay}}
			second := issued(t, &other)
			for _, now := range supportMoments() {
				at := noon.Add(time.Duration(now))
				v, w := oracle.Visit{Engineer: "eve", Grant: &one, Account: "acme", Features: nil, CRM: true, Now: now, Absurd: false}, oracle.Visit{Engineer: "eve", Grant: &other, Account: "acme", Features: nil, CRM: true, Now: now, Absurd: false}
				s, r := first.Session(eve, acme, at), second.Session(eve, acme, at)
				for i := range asks {
					tally.compare(&v, s, &asks[i])
					tally.compare(&w, r, &asks[i])
				}
				if one.Status(now) == "grant_expired" && other.Status(now) == "active" {
					outlived++
				}
			}
		}
	}
	t.Logf("%d decisions", tally.count)
	assert.Positive(t, outlived)
	assert.Greater(t, tally.count, 200_000)
	effort.Documented(t, ".", tally.count)
}

// Windows that do not end after they start are refused.
func TestInvalidWindows(t *testing.T) {
	for i, start := range supportInstants {
		for _, end := range supportInstants[:i+1] {
			_, _, err := deskpolicy.NewSupportGrant(supportOwner(), deskpolicy.SupportGrantTerms{
				ID: "g1", Start: noon.Add(time.Duration(start)), End: noon.Add(time.Duration(end)), Roles: []deskpolicy.Role{deskpolicy.AgentRole.Role()},
			}, noon)
			assert.ErrorContains(t, err, "is not after the start")
		}
	}
}

// Until is exact: the answer is the same up to the nanosecond before it, and different at
// it. If Until is zero, the answer does not change.
func TestUntilIsExact(t *testing.T) {
	moments := supportMoments()
	for _, instant := range supportInstants {
		moments = append(moments, instant+int64(time.Minute)) // between the boundaries
	}
	slices.Sort(moments)
	asks := supportQuestions(t)
	foreign := acme
	foreign.ID = "globex"
	var steps int
	for i, life := range supportLives() {
		if i%effort.Of(10, 1, 1) != 0 {
			continue
		}
		life.Roles = []*oracle.GivenRole{supportDay}
		grant := issued(t, &life)
		for _, account := range []deskpolicy.Account{acme, foreign} {
			for i := range asks {
				answer := func(now time.Time) deskpolicy.Decision { return asks[i].ask(grant.Session(eve, account, now)) }
				for j, moment := range moments {
					now := noon.Add(time.Duration(moment))
					d := answer(now)
					if d.Until().IsZero() {
						for _, later := range moments[j:] {
							require.Equal(t, d, answer(noon.Add(time.Duration(later))), "%+v, %+v", life, asks[i].model)
						}
						break // the later answers are the same
					}
					require.True(t, d.Until().After(now))
					require.Equal(t, d, answer(d.Until().Add(-1)), "%+v, %+v", life, asks[i].model)
					require.NotEqual(t, d.Reason, answer(d.Until()).Reason, "%+v, %+v", life, asks[i].model)
					for _, later := range moments[j:] {
						if then := noon.Add(time.Duration(later)); then.Before(d.Until()) {
							require.Equal(t, d, answer(then), "%+v, %+v", life, asks[i].model)
						}
					}
					steps++
				}
			}
		}
	}
	t.Logf("%d steps", steps)
	assert.Greater(t, steps, effort.Of(2_000, 20_000, 20_000))
	effort.Documented(t, ".", steps)
}

// A grantLife models the statuses of a support grant over time.
type grantLife struct {
	grant deskpolicy.SupportGrant
	turns []grantTurn // in order of time
	over  bool        // seen revoked or expired
}

// A grantTurn is a change of the status.
type grantTurn struct {
	from time.Duration // since noon
	is   deskpolicy.SupportGrantStatus
}

func newGrantLife(grant deskpolicy.SupportGrant, start, end time.Duration) *grantLife {
	return &grantLife{grant: grant, turns: []grantTurn{
		{oracle.Never, deskpolicy.SupportGrantScheduled}, {start, deskpolicy.SupportGrantActive}, {end, deskpolicy.SupportGrantExpired},
	}}
}

// at returns the status at an instant, and when it changes next.
func (l *grantLife) at(when time.Duration) (is deskpolicy.SupportGrantStatus, next time.Duration) {
	for _, turn := range l.turns {
		if turn.from > when {
			return is, turn.from
		}
		is = turn.is
	}
	return is, oracle.Never
}

// last returns the change that ends access.
func (l *grantLife) last() *grantTurn { return &l.turns[len(l.turns)-1] }

// revoke ends access, if that is earlier than the current end.
func (l *grantLife) revoke(when time.Duration) {
	if when < l.last().from {
		l.turns = slices.DeleteFunc(l.turns, func(turn grantTurn) bool { return turn.from >= when })
		l.turns = append(l.turns, grantTurn{when, deskpolicy.SupportGrantRevoked})
	}
}

// grantReasons are the reasons of a decision on a ticket in each status.
var grantReasons = map[deskpolicy.SupportGrantStatus]deskpolicy.Reason{
	deskpolicy.SupportGrantScheduled: deskpolicy.GrantNotStarted, deskpolicy.SupportGrantActive: deskpolicy.AllowedAll,
	deskpolicy.SupportGrantExpired: deskpolicy.GrantExpired, deskpolicy.SupportGrantRevoked: deskpolicy.GrantRevoked,
}

// agrees compares the library with the model at an instant.
func (l *grantLife) agrees(t *rapid.T, when time.Duration) {
	is, next := l.at(when)
	role, scope, until := "", deskpolicy.Scope(0), time.Time{}
	if is == deskpolicy.SupportGrantActive {
		role, scope = "Agent", deskpolicy.ScopeGlobal
	}
	if next != oracle.Never {
		until = noon.Add(next)
	}
	now := noon.Add(when)
	require.Equal(t, is, l.grant.Status(now), "at %v of %+v", when, l.turns)
	d := deskpolicy.Authorize(at(l.grant, now), deskpolicy.TicketView, &deskpolicy.Ticket{Account: "acme"})
	require.Equal(t, grantReasons[is], d.Reason, "at %v of %+v", when, l.turns)
	require.Equal(t, []any{role, scope, until}, []any{d.Role, d.Scope, d.Until()}, "at %v of %+v", when, l.turns)
}

// TestGrantHistories applies random changes to support grants, and compares each with the
// model.
func TestGrantHistories(t *testing.T) {
	effort.Checks(t, 30, 100, 1_000)
	const day, month, slack = 24 * time.Hour, 30 * 24 * time.Hour, 5 * time.Minute
	spans := []time.Duration{
		time.Hour, 7 * day, 0, month, day, month + 1, 31 * day, 31*day + 1, 31*day + time.Hour, 28 * day, 1, -1, month - 1, -day, -slack, -slack - 1, 50 * 365 * day,
	}
	session := at(granted(t, deskpolicy.SupportGrantTerms{Roles: []deskpolicy.Role{deskpolicy.AccountAdministratorRole.Role()}}), noon)
	happened, revived, locations := map[string]int{}, 0, locationsOfGrants(t)
	rapid.Check(t, func(t *rapid.T) {
		var now time.Duration // since noon
		var lives []*grantLife
		people := []struct {
			who deskpolicy.Subject
			may bool
		}{
			{supportOwner(), true}, {supportOwner(), true}, {supportOwner(), true},
			{riya(wide(deskpolicy.AdministratorRole.Role(), deskpolicy.ScopeGlobal)), true},
			{riya(wide(deskpolicy.SupervisorRole.Role(), deskpolicy.ScopeGlobal)), false},
			{session, false},
			{nil, false},
		}
		span := rapid.OneOf(rapid.SampledFrom(spans[:2]), rapid.SampledFrom(spans)) // mostly valid ones
		person, location := rapid.SampledFrom(people), rapid.SampledFrom(locations)
		pick := func(t *rapid.T) *grantLife {
			if len(lives) == 0 {
				t.Skip("there is no support grant")
			}
			return rapid.SampledFrom(lives).Draw(t, "grant")
		}
		// foreseen compares the library's answer with the model's, and counts it.
		foreseen := func(t *rapid.T, what string, ok bool, err error) bool {
			require.Equal(t, ok, err == nil, "%v", err)
			if !ok {
				what += " in vain"
			}
			happened[what]++
			return ok
		}
		t.Repeat(map[string]func(*rapid.T){
			"issue": func(t *rapid.T) {
				terms := deskpolicy.SupportGrantTerms{ID: deskpolicy.SupportGrantID(fmt.Sprint(len(lives))), Engineers: letIn, Roles: []deskpolicy.Role{deskpolicy.AgentRole.Role()}}
				at := noon.Add(now).In(location.Draw(t, "now's location"))
				if later := span.Draw(t, "start"); later != 0 {
					terms.Start = at.Add(later).In(location.Draw(t, "the start's location"))
				}
				if long := span.Draw(t, "life"); long != 0 {
					terms.End = at.Add(long)
					if !terms.Start.IsZero() {
						terms.End = terms.Start.Add(long)
					}
				}
				from, to, ok := oracle.Window(terms.Start, terms.End, at)
				by := person.Draw(t, "by")
				grant, event, err := deskpolicy.NewSupportGrant(by.who, terms, at)
				if !foreseen(t, "issue", by.may && ok, err) {
					require.Zero(t, grant)
					return
				}
				require.Equal(t, at.UTC(), event.At)
				require.Equal(t, []time.Time{from.UTC(), to.UTC()}, []time.Time{grant.Start(), grant.End()})
				lives = append(lives, newGrantLife(grant, from.Sub(noon), to.Sub(noon)))
			},
			"extend": func(t *rapid.T) {
				life, by := pick(t), person.Draw(t, "by")
				end := rapid.SampledFrom([]time.Duration{life.last().from, now}).Draw(t, "from") + span.Draw(t, "life")
				is, _ := life.at(now)
				alive := is == deskpolicy.SupportGrantScheduled || is == deskpolicy.SupportGrantActive
				at := noon.Add(now).In(location.Draw(t, "location"))
				longer, _, err := deskpolicy.ExtendSupportGrant(by.who, life.grant, noon.Add(end), at, nil)
				if foreseen(t, "extend", by.may && alive && oracle.MayExtend(noon.Add(life.last().from), noon.Add(end), at), err) {
					life.grant, life.last().from = longer, end
				}
			},
			"revoke": func(t *rapid.T) {
				life, by := pick(t), person.Draw(t, "by")
				when := now + min(span.Draw(t, "when"), 0) // possibly reported late
				ended, _, err := deskpolicy.RevokeSupportGrant(by.who, life.grant, noon.Add(when))
				if foreseen(t, "revoke", by.may, err) {
					life.grant = ended
					life.revoke(when)
				}
			},
			"let time pass": func(t *rapid.T) {
				then := now + max(span.Draw(t, "time"), 1)
				if len(lives) > 0 && rapid.Bool().Draw(t, "to a turn") {
					if _, next := pick(t).at(now); next != oracle.Never {
						then = max(now, next+rapid.SampledFrom([]time.Duration{0, -1, 1}).Draw(t, "off"))
					}
				}
				if then > 100*365*day {
					t.Skip("beyond the valid instants")
				}
				now = then
			},
			"ask": func(t *rapid.T) { pick(t).agrees(t, now+span.Draw(t, "when")) },
			"write and read": func(t *rapid.T) {
				life := pick(t)
				data, err := life.grant.MarshalJSON()
				require.NoError(t, err)
				life.grant, err = deskpolicy.DecodeSupportGrant(data, nil)
				require.NoError(t, err)
			},
			"": func(t *rapid.T) {
				for _, life := range lives {
					for _, turn := range life.turns[1:] {
						for off := range time.Duration(3) {
							life.agrees(t, turn.from+off-1)
						}
					}
					life.agrees(t, now)
					is, _ := life.at(now)
					over := is == deskpolicy.SupportGrantRevoked || is == deskpolicy.SupportGrantExpired
					if life.over && !over {
						revived++
					}
					life.over = life.over || over
				}
			},
		})
	})
	assert.Zero(t, revived, "no support grant becomes active again")
	t.Log(happened)
	for _, what := range []string{"issue", "issue in vain", "extend", "extend in vain", "revoke", "revoke in vain"} {
		assert.True(t, effort.Short() || happened[what] > 0, what)
	}
}
