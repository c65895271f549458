package cedarexport_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/cedarexport"
	"github.com/deskpolicy/deskpolicy/internal/golden"
)

func newRole(t *testing.T, account deskpolicy.AccountID, name string, permissions ...deskpolicy.Permission) deskpolicy.Role {
	t.Helper()
	role, err := deskpolicy.NewRole(account, name, deskpolicy.NewPermissions(permissions...), nil)
	require.NoError(t, err)
	return role
}

func exporter(t *testing.T, vocabulary *deskpolicy.Vocabulary, roles ...deskpolicy.Role) *cedarexport.Exporter {
	t.Helper()
	e, err := cedarexport.New(vocabulary, roles...)
	require.NoError(t, err)
	return e
}

// An invoice is a resource of the host application.
type invoice struct {
	Account deskpolicy.AccountID
	Group   deskpolicy.GroupID
}

func (i invoice) Attributes() deskpolicy.Attributes {
	return deskpolicy.Attributes{Account: i.Account, Group: i.Group}
}

const (
	invoiceView   deskpolicy.Action[invoice]          = deskpolicy.FirstHostView
	invoiceRefund deskpolicy.Action[invoice]          = deskpolicy.FirstHostEdit + 1
	agentPromote  deskpolicy.Action[deskpolicy.Agent] = deskpolicy.FirstHostInAllClasses
)

func vocabulary(t *testing.T) *deskpolicy.Vocabulary {
	t.Helper()
	v, err := deskpolicy.NewVocabulary(deskpolicy.NewHostAction(invoiceView, "invoice.view"), deskpolicy.NewHostAction(invoiceRefund, "invoice.refund"), deskpolicy.NewHostAction(agentPromote, "agent.promote"))
	require.NoError(t, err)
	return v
}

func TestGolden(t *testing.T) {
	plain := exporter(t, nil)
	golden.File(t, "builtin.cedar", string(plain.Policies()))
	golden.File(t, "schema.json", string(plain.Schema()))

	custom := exporter(t, vocabulary(t), newRole(t, "acme", "Refunds", invoiceView.At(deskpolicy.ScopeGroup), invoiceRefund.At(deskpolicy.ScopeRestricted),
		deskpolicy.TicketView.At(deskpolicy.ScopeGlobal), deskpolicy.TicketReply.At(deskpolicy.ScopeGroup), deskpolicy.ContactView.At(deskpolicy.ScopeRestricted),
		deskpolicy.ConversationReply.At(deskpolicy.ScopeGroup), deskpolicy.SettingsManage.At(deskpolicy.ScopeGlobal),
		deskpolicy.TicketStatusSet.At(deskpolicy.Unassigned|deskpolicy.Participating|deskpolicy.Requested|deskpolicy.SameCompany), deskpolicy.ConversationView.At(deskpolicy.ScopeShared)))
	with := custom.Policies()
	golden.File(t, "custom.cedar", string(with[bytes.Index(with, []byte(`@id("role/acme/Refunds/`)):]))
}

// acme is the account of the tests.
var acme = deskpolicy.Account{
	ID: "acme", Plan: deskpolicy.Plan{Features: deskpolicy.AllFeatures}, Integrated: true,
	OpenWorkspaces: []deskpolicy.WorkspaceID{"it", "", "*open"}, Administrators: []deskpolicy.AgentID{"olga", ""},
}

// now is an instant of the tests.
var now = time.Date(2026, 11, 5, 8, 0, 0, 1, time.UTC)

func agent(id deskpolicy.AgentID, bindings ...deskpolicy.Binding) *deskpolicy.Agent {
	return &deskpolicy.Agent{ID: id, Account: acme, Bindings: bindings, Groups: map[deskpolicy.GroupID]deskpolicy.Access{
		"billing": deskpolicy.Edit, "sales": deskpolicy.View, "gone": deskpolicy.NoAccess,
	}}
}

func held(role deskpolicy.Role, in deskpolicy.WorkspaceID, scope deskpolicy.Scope) deskpolicy.Binding {
	return deskpolicy.Binding{Role: role, Workspace: in, TicketScope: scope}
}

func grantOf(t *testing.T, roles ...deskpolicy.Role) deskpolicy.SupportGrant {
	t.Helper()
	grant, _, err := deskpolicy.NewSupportGrant(olga, deskpolicy.SupportGrantTerms{
		ID: "g1", Roles: roles, Engineers: []deskpolicy.SupportEngineer{eve}, Workspaces: map[deskpolicy.WorkspaceID][]deskpolicy.Role{"hr": {deskpolicy.SupervisorRole.Role()}},
	}, now)
	require.NoError(t, err)
	return grant
}

var eve = deskpolicy.SupportEngineer{ID: "eve", Email: "eve@vendor.example"}

var olga = agent("olga", held(deskpolicy.AccountAdministratorRole.Role(), deskpolicy.OpenWorkspaces, deskpolicy.ScopeGlobal))

// noon is when the shared agent asks.
var noon = time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC)

func shay() *deskpolicy.SharedAgent {
	s := deskpolicy.NewSharedAgent("shay", acme, deskpolicy.CRMUser{
		ID: "u1", Sees: deskpolicy.TerritoryRecords, Territories: []deskpolicy.TerritoryID{"", "north", "east"},
		Hierarchy: map[deskpolicy.TerritoryID]deskpolicy.TerritoryID{
			"berlin": "emea", "emea": "", "": "emea", "north": "south", "south": "west", "west": "north", "pole": "north", "self": "self",
		},
		Visibility: deskpolicy.CRMVisibility{Contacts: map[deskpolicy.ContactID]deskpolicy.Access{"c1": deskpolicy.View}, AsOf: noon.Add(-1), MaxAge: 2},
	})
	s.Now = noon
	return s
}

// guests is another account's role.
func guests(t *testing.T) deskpolicy.Role {
	t.Helper()
	return newRole(t, "globex", "Guests", deskpolicy.TicketView.At(deskpolicy.ScopeGlobal))
}

// asked returns a question of every kind.
func asked(t *testing.T) []deskpolicy.Request {
	riya := agent("riya", held(deskpolicy.AgentRole.Role(), deskpolicy.AccountWide, deskpolicy.ScopeGroup), held(deskpolicy.SupervisorRole.Role(), "it", deskpolicy.ScopeRestricted),
		held(deskpolicy.Role{}, "", 1<<15))
	riya.Contact, riya.Company = "c1", "co1"
	known := *riya // who can be changed (A71)
	known.Bindings, known.Groups = riya.Bindings[:2], maps.Clone(riya.Groups)
	riya.Groups["odd"] = deskpolicy.Edit + 1
	contact := deskpolicy.Contact{ID: "c1", Account: "acme", Owner: "tom", Company: "co1", CRM: deskpolicy.CRMRecord{
		Owner: "u1", Territory: "pole", Team: map[deskpolicy.CRMUserID]deskpolicy.Access{"u1": deskpolicy.Edit, "u2": deskpolicy.View},
	}}
	ticket := deskpolicy.Ticket{
		ID: "t1", Account: "acme", Workspace: "it", Group: "billing", Assignee: "riya", Requester: &contact,
		Participants: map[deskpolicy.AgentID]deskpolicy.Access{"riya": deskpolicy.View, "odd": deskpolicy.Edit + 1},
		CCs:          map[deskpolicy.ContactID]deskpolicy.Access{"c1": deskpolicy.Edit, "": deskpolicy.View},
		Mentions:     map[deskpolicy.AgentID]bool{"shay": true, "tom": false},
	}
	chat := deskpolicy.Conversation{ID: "k1", Account: "acme", Group: "sales", Assignee: "tom", Requester: &contact}
	grant := grantOf(t, deskpolicy.AdministratorRole.Role())
	session := grant.Session(eve, acme, now)
	revoked, _, err := deskpolicy.RevokeSupportGrant(olga, grant, now.Add(time.Hour))
	require.NoError(t, err)
	group := deskpolicy.AgentGroup{ID: "sales", Account: "acme"}
	sage := shay()
	sage.ID, sage.Bindings = "sage", []deskpolicy.Binding{held(deskpolicy.AdministratorRole.Role(), deskpolicy.OpenWorkspaces, deskpolicy.ScopeGroup)}
	nonAgent := &deskpolicy.CRMOnlyUser{Account: acme, CRM: deskpolicy.CRMUser{ID: "u9"}}
	binding := held(deskpolicy.AgentRole.Role(), "*odd", deskpolicy.ScopeGroup)
	inBilling, inSales := binding, held(deskpolicy.AgentRole.Role(), deskpolicy.AccountWide, deskpolicy.ScopeRestricted)
	inBilling.Group, inSales.Group = "billing", "sales"
	gina := agent("gina", inSales)
	question := func(who deskpolicy.Subject, id deskpolicy.ActionID, what deskpolicy.Resource) deskpolicy.Request {
		return deskpolicy.Request{Subject: who, Action: id, Resource: what}
	}
	return []deskpolicy.Request{
		question(riya, deskpolicy.TicketReply.ID(), &ticket),
		question(riya, deskpolicy.TicketReply.ID(), ticket),
		question(shay(), deskpolicy.TicketView.ID(), ticket),
		question(session, deskpolicy.TicketView.ID(), ticket),
		question(revoked.Session(eve, acme, now), deskpolicy.TicketView.ID(), ticket),
		question(deskpolicy.SupportGrant{}.Session(eve, deskpolicy.Account{}, now), deskpolicy.TicketView.ID(), ticket),
		question(nonAgent, deskpolicy.TicketView.ID(), ticket),
		question(gina, deskpolicy.TicketReply.ID(), ticket),
		question(riya, deskpolicy.TicketMerge.ID(), deskpolicy.TicketPair{From: ticket, Into: ticket}),
		question(riya, deskpolicy.ContactMerge.ID(), deskpolicy.ContactPair{From: contact, Into: contact}),
		question(riya, deskpolicy.TicketAssign.ID(), deskpolicy.TicketAssignment{Ticket: ticket, To: riya}),
		question(riya, deskpolicy.TicketAssign.ID(), deskpolicy.TicketAssignment{Ticket: ticket, Group: group}),
		question(riya, deskpolicy.TicketAssign.ID(), deskpolicy.TicketAssignment{Ticket: ticket, To: shay(), Group: group}),
		question(riya, deskpolicy.ConversationAssign.ID(), deskpolicy.ConversationAssignment{Conversation: chat, To: session, Group: group}),
		question(riya, deskpolicy.ConversationAssign.ID(), deskpolicy.ConversationAssignment{Conversation: chat, To: nonAgent}),
		question(riya, deskpolicy.TicketNoteEditOwn.ID(), deskpolicy.Note{Ticket: ticket, Author: "riya"}),
		question(riya, deskpolicy.TimeLogOwn.ID(), deskpolicy.TimeEntry{Ticket: ticket, Agent: "riya"}),
		question(riya, deskpolicy.ConversationReply.ID(), chat),
		question(riya, deskpolicy.ChannelPhoneUse.ID(), deskpolicy.Channel{Account: "acme", Workspace: "*", Group: "sales"}),
		question(riya, deskpolicy.CannedResponseUse.ID(), deskpolicy.CannedResponse{Account: "acme"}),
		question(riya, deskpolicy.TicketListManageOwn.ID(), deskpolicy.TicketList{Account: "acme", Owner: "riya"}),
		question(riya, deskpolicy.ArticleView.ID(), deskpolicy.Article{Account: "acme", Author: "tom"}),
		question(riya, deskpolicy.FAQView.ID(), deskpolicy.FAQ{Account: "acme"}),
		question(riya, deskpolicy.TopicEditOwn.ID(), deskpolicy.Topic{Account: "acme", Author: "riya"}),
		question(riya, deskpolicy.ContactEdit.ID(), contact),
		question(riya, deskpolicy.CompanyView.ID(), deskpolicy.Company{ID: "co1", Account: "acme", Owner: "riya"}),
		question(riya, deskpolicy.CampaignView.ID(), deskpolicy.Campaign{Account: "acme"}),
		question(riya, deskpolicy.ReportView.ID(), deskpolicy.Report{Account: "acme", Team: "sales", Owner: "riya"}),
		question(riya, deskpolicy.DashboardView.ID(), deskpolicy.Dashboard{Account: "acme"}),
		question(riya, deskpolicy.AppUse.ID(), deskpolicy.App{Account: "acme"}),
		question(riya, deskpolicy.SettingsManage.ID(), deskpolicy.Settings{Account: "acme", Workspace: "it"}),
		question(riya, deskpolicy.WorkspaceManage.ID(), deskpolicy.Workspace{Account: "acme", ID: "it"}),
		question(riya, deskpolicy.AccountManage.ID(), acme),
		question(riya, deskpolicy.AccountManage.ID(), deskpolicy.Account{ID: "globex"}),
		question(riya, deskpolicy.ProfileEditOwn.ID(), deskpolicy.AgentProfile{Account: "acme", Agent: "riya"}),
		question(olga, deskpolicy.RoleUpdate.ID(), deskpolicy.AgentRole.Role()),
		question(olga, deskpolicy.AgentEdit.ID(), &known),
		question(olga, deskpolicy.AgentEdit.ID(), agent("gus", held(guests(t), deskpolicy.AccountWide, deskpolicy.ScopeGlobal))),
		question(olga, deskpolicy.AgentView.ID(), olga),
		question(olga, deskpolicy.SharedAgentEdit.ID(), sage),
		question(olga, deskpolicy.SharedAgentEdit.ID(), shay()),
		question(shay(), deskpolicy.SharedAgentEdit.ID(), shay()),
		question(olga, deskpolicy.AgentRoleAssign.ID(), deskpolicy.RoleAssignment{Holder: &known, Binding: binding}),
		question(olga, deskpolicy.AgentRoleAssign.ID(), deskpolicy.RoleAssignment{Holder: gina, Binding: inBilling}),
		question(olga, deskpolicy.AgentRoleRemove.ID(), deskpolicy.RoleAssignment{Holder: shay(), Binding: binding}),
		question(olga, deskpolicy.AgentGroupAssign.ID(), deskpolicy.GroupMembership{Member: &known, Group: group, Access: deskpolicy.Edit}),
		question(olga, deskpolicy.AgentGroupAssign.ID(), deskpolicy.GroupMembership{Member: shay(), Group: group, Access: deskpolicy.View}),
		question(olga, deskpolicy.SupportGrantCreate.ID(), grant),
		question(olga, deskpolicy.SupportGrantRevoke.ID(), grant),
		question(olga, deskpolicy.SupportGrantView.ID(), deskpolicy.SupportGrant{}),
		question(olga, invoiceView.ID(), invoice{Account: "acme", Group: "billing"}),
		question(olga, agentPromote.ID(), &known),
	}
}

// TestQuestionsGolden writes out a question of every kind.
func TestQuestionsGolden(t *testing.T) {
	e := exporter(t, vocabulary(t), guests(t))
	var text strings.Builder
	for _, request := range asked(t) {
		questions, err := e.Questions(request.Subject, request.Action, request.Resource)
		require.NoError(t, err, "%v", request.Action)
		for _, q := range questions {
			text.WriteString(strings.Join([]string{q.Principal.String(), q.Action.String(), q.Resource.String(), string(q.Context)}, " ") + "\n")
			text.Write(abridged(t, q.Entities))
			text.WriteString("\n")
		}
	}
	golden.File(t, "questions.txt", text.String())
}

// sample are the actions of an authority that the golden file has, on each kind of resource. With
// all actions the file would change with each new one.
var sample = []string{
	"ticket.reply", "ticket.note.edit_own", "conversation.reply", "contact.view", "contact.create", "topic.edit_own", "report.view", "settings.manage",
	"channel.manage", "profile.edit_own", "agent.edit", "role.custom.update", "invoice.view", "agent.promote", "",
}

// abridged returns the entities, one a line, with only the sample of each authority.
func abridged(t *testing.T, entities []byte) []byte {
	t.Helper()
	var all []struct {
		Attrs   map[string]any `json:"attrs"`
		Parents []any          `json:"parents"`
		UID     any            `json:"uid"`
	}
	require.NoError(t, json.Unmarshal(entities, &all))
	var text []byte
	for _, entity := range all {
		for _, name := range []string{"authority", "gives"} {
			sets, _ := entity.Attrs[name].(map[string]any)
			for of, set := range sets {
				sets[of] = sampleOf(set.([]any))
			}
		}
		line, err := json.Marshal(entity)
		require.NoError(t, err)
		text = append(append(text, line...), '\n')
	}
	return text
}

func sampleOf(set []any) []any {
	return slices.DeleteFunc(set, func(element any) bool {
		name, _, _ := strings.Cut(element.(string), "@")
		return !slices.Contains(sample, name)
	})
}

func TestTheSameBytes(t *testing.T) {
	roles := []deskpolicy.Role{
		newRole(t, "acme", "B", deskpolicy.TicketView.At(deskpolicy.ScopeGlobal)), newRole(t, "acme", "A", deskpolicy.TicketReply.At(deskpolicy.ScopeGroup)),
		newRole(t, "acm", "eA", deskpolicy.TicketReply.At(deskpolicy.ScopeGroup)), deskpolicy.AgentRole.Role(), guests(t),
	}
	want := exporter(t, vocabulary(t), roles...)
	draws := rand.New(rand.NewPCG(1, 2))
	for range 20 {
		draws.Shuffle(len(roles), func(i, j int) { roles[i], roles[j] = roles[j], roles[i] })
		got := exporter(t, vocabulary(t), roles...)
		require.Equal(t, string(want.Policies()), string(got.Policies()))
		require.Equal(t, string(want.Schema()), string(got.Schema()))
	}
	for _, request := range asked(t) {
		first, err := want.Questions(request.Subject, request.Action, request.Resource)
		require.NoError(t, err)
		if a, ok := request.Subject.(*deskpolicy.Agent); ok {
			permuted := *a
			permuted.Bindings = slices.Clone(a.Bindings)
			slices.Reverse(permuted.Bindings)
			request.Subject = &permuted
			if request.Resource == deskpolicy.Resource(a) {
				request.Resource = &permuted
			}
		}
		again, err := want.Questions(request.Subject, request.Action, request.Resource)
		require.NoError(t, err)
		require.Equal(t, first, again, "%v", request.Action)
	}
}

// Every action is in a policy and in the schema.
func TestEveryActionIsThere(t *testing.T) {
	e := exporter(t, nil)
	schema, policies := string(e.Schema()), string(e.Policies())
	for id := range deskpolicy.Actions() {
		assert.Contains(t, schema, `"`+id.String()+`":{`, "schema")
		assert.Contains(t, policies, `Desk::Action::"`+id.String()+`"`, "policies")
	}
	for reason := range deskpolicy.Reasons() {
		if reason == deskpolicy.LimitNotInForce || reason == deskpolicy.DelegateNoAdministration {
			continue // Cedar knows no delegates
		}
		if step := reason.Step(); 2 <= step && step <= 5 || step == 8 {
			assert.Contains(t, policies, `@reason("`+reason.String()+`")`)
		}
	}
}

func TestIDsAreTheirOwn(t *testing.T) {
	ids := map[string]bool{}
	e := exporter(t, nil, newRole(t, "a", "b/c", deskpolicy.TicketView.At(deskpolicy.ScopeGlobal)), newRole(t, "a/b", "c", deskpolicy.TicketView.At(deskpolicy.ScopeGlobal)),
		newRole(t, "a%2Fb", "c", deskpolicy.TicketView.At(deskpolicy.ScopeGlobal)), newRole(t, "role", "Agent/tickets-all", deskpolicy.TicketView.At(deskpolicy.ScopeGlobal)))
	for line := range strings.Lines(string(e.Policies())) {
		if strings.HasPrefix(line, "@id(") {
			require.False(t, ids[line], line)
			ids[line] = true
		}
	}
	require.Greater(t, len(ids), 100)
}

// hostileNames are strings that would break a policy if they were not quoted.
var hostileNames = []string{
	`x"); permit(principal, action, resource); //`, `\`, `\"`, "`", "'", "*", "**", "/", "%2F", "a/b", "//", "${x}", "é", "日本", "🙂", `{"type":"x"}`,
}

// hostileIDs are strings that cannot be names of roles.
var hostileIDs = append(hostileNames, "", "\x00", "\n", "\r\n", "\t", "\u2028", "\u202e", "\ufeff", "\ufffd", "\x7f", "e\u0301", "<&>")

// Text from outside is only in quotes: without the quoted text, the policies are the same.
func TestHostileText(t *testing.T) {
	skeleton := func(account deskpolicy.AccountID, name string) string {
		role := newRole(t, account, name, deskpolicy.TicketView.At(deskpolicy.ScopeGroup), deskpolicy.SettingsManage.At(deskpolicy.ScopeGlobal), deskpolicy.TicketBeAssigned.At(deskpolicy.ScopeGroup))
		return withoutText(t, string(exporter(t, nil, role).Policies()))
	}
	want := skeleton("acme", "Night Shift")
	for _, id := range hostileIDs {
		if id != "" {
			require.Equal(t, want, skeleton(deskpolicy.AccountID(id), "Night Shift"), "%q", id)
		}
	}
	for _, name := range hostileNames {
		require.Equal(t, want, skeleton("acme", name), "%q", name)
	}
	e := exporter(t, nil)
	for _, id := range hostileIDs {
		account := acme
		account.OpenWorkspaces = []deskpolicy.WorkspaceID{deskpolicy.WorkspaceID(id)}
		who := &deskpolicy.Agent{ID: deskpolicy.AgentID(id) + "x", Account: account, Groups: map[deskpolicy.GroupID]deskpolicy.Access{deskpolicy.GroupID(id): deskpolicy.View}}
		questions, err := e.Questions(who, deskpolicy.TicketView.ID(), deskpolicy.Ticket{ID: deskpolicy.TicketID(id), Account: "acme", Group: deskpolicy.GroupID(id)})
		require.NoError(t, err, "%q", id)
		var entities []struct {
			UID   struct{ ID string }
			Attrs map[string]any
		}
		require.NoError(t, json.Unmarshal(questions[0].Entities, &entities), "%q", id)
		require.Equal(t, id+"x", entities[1].Attrs["id"])
	}
}

// withoutText returns the policies without the text in quotes.
func withoutText(t *testing.T, policies string) string {
	t.Helper()
	var out strings.Builder
	for quoted, rest := false, policies; rest != ""; {
		switch {
		case quoted && rest[0] == '\\':
			rest = rest[2:]
			continue
		case rest[0] == '"':
			quoted = !quoted
		case !quoted:
			out.WriteByte(rest[0])
		}
		rest = rest[1:]
	}
	return out.String()
}

// Different resources have different UIDs.
func TestKeysAreInjective(t *testing.T) {
	e := exporter(t, nil)
	of := map[cedarexport.UID][2]string{}
	for _, account := range hostileIDs {
		for _, id := range hostileIDs {
			questions, err := e.Questions(olga, deskpolicy.TicketView.ID(), deskpolicy.Ticket{ID: deskpolicy.TicketID(id), Account: deskpolicy.AccountID(account)})
			require.NoError(t, err)
			other, taken := of[questions[0].Resource]
			require.False(t, taken, "%q and %q", other, [2]string{account, id})
			of[questions[0].Resource] = [2]string{account, id}
		}
	}
}

func TestRefusedRoles(t *testing.T) {
	nights := newRole(t, "acme", "Nights", deskpolicy.TicketView.At(deskpolicy.ScopeGroup))
	others := newRole(t, "acme", "Nights", deskpolicy.TicketReply.At(deskpolicy.ScopeGroup))
	refunds := newRole(t, "acme", "Refunds", invoiceRefund.At(deskpolicy.ScopeGroup))
	broken := newRole(t, "ac\xffme", "Broken")
	for _, refused := range []struct {
		roles []deskpolicy.Role
		want  string
	}{
		{[]deskpolicy.Role{{}}, "cedarexport: cannot be expressed in Cedar: the zero Role; leave it out"},
		{[]deskpolicy.Role{nights, others}, `deskpolicy: role "Nights": the name is taken by role "Nights"; choose another name`},
		{[]deskpolicy.Role{refunds}, `cedarexport: cannot be expressed in Cedar: role "Refunds": host(305) has no name in the vocabulary; add it`},
		{[]deskpolicy.Role{broken}, `cedarexport: cannot be expressed in Cedar: role "Broken": account "ac\xffme" is not UTF-8`},
	} {
		_, err := cedarexport.New(nil, refused.roles...)
		assert.EqualError(t, err, refused.want)
	}
	_, err := cedarexport.New(vocabulary(t), refunds)
	require.NoError(t, err)

	for _, binding := range []deskpolicy.Binding{held(others, deskpolicy.AccountWide, deskpolicy.ScopeGroup), held(refunds, deskpolicy.AccountWide, deskpolicy.ScopeGroup)} {
		_, err := exporter(t, nil, nights).Questions(agent("riya", binding), deskpolicy.TicketView.ID(), deskpolicy.Ticket{})
		assert.ErrorIs(t, err, cedarexport.ErrNotExpressible)
		assert.ErrorContains(t, err, "is not among the exported roles, or differs from the one exported")
	}
}

// A wrapped is a host's resource that embeds a ticket, which has more than its attributes.
type wrapped struct{ deskpolicy.Ticket }

// A pointed is a host's resource with its method on the pointer.
type pointed struct{ account deskpolicy.AccountID }

func (p *pointed) Attributes() deskpolicy.Attributes {
	return deskpolicy.Attributes{Account: p.account}
}

func TestRefusedQuestions(t *testing.T) {
	e := exporter(t, vocabulary(t))
	riya, ticket := agent("riya"), deskpolicy.Ticket{Account: "acme"}
	session := grantOf(t, deskpolicy.AgentRole.Role()).Session(eve, acme, time.Time{})
	grouped := func(group deskpolicy.GroupID) deskpolicy.Binding {
		return deskpolicy.Binding{Role: deskpolicy.AgentRole.Role(), Workspace: "it", Group: group, TicketScope: deskpolicy.ScopeGroup}
	}
	temporary := grouped("")
	temporary.Window = deskpolicy.NewWindow(time.Time{}, time.Date(2026, 12, 24, 0, 0, 0, 0, time.UTC))
	unreadable := grouped("")
	unreadable.Window = deskpolicy.NewWindow(time.Time{}, time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC))
	other := agent("riya", held(deskpolicy.AgentRole.Role(), "it", deskpolicy.ScopeGroup))
	for name, refused := range map[string]struct {
		subject  deskpolicy.Subject
		action   deskpolicy.ActionID
		resource deskpolicy.Resource
		want     error
	}{
		"nobody":               {nil, deskpolicy.TicketView.ID(), ticket, cedarexport.ErrMalformed},
		"a nil agent":          {(*deskpolicy.Agent)(nil), deskpolicy.TicketView.ID(), ticket, cedarexport.ErrMalformed},
		"a nil shared agent":   {(*deskpolicy.SharedAgent)(nil), deskpolicy.TicketView.ID(), ticket, cedarexport.ErrMalformed},
		"a nil session":        {(*deskpolicy.SupportSession)(nil), deskpolicy.TicketView.ID(), ticket, cedarexport.ErrMalformed},
		"a nil CRM user":       {(*deskpolicy.CRMOnlyUser)(nil), deskpolicy.TicketView.ID(), ticket, cedarexport.ErrMalformed},
		"no ID":                {agent(""), deskpolicy.TicketView.ID(), ticket, cedarexport.ErrMalformed},
		"no action":            {riya, 0, ticket, cedarexport.ErrMalformed},
		"no instant":           {session, deskpolicy.TicketView.ID(), ticket, cedarexport.ErrMalformed},
		"no resource":          {riya, deskpolicy.TicketView.ID(), nil, cedarexport.ErrMalformed},
		"a nil resource":       {riya, deskpolicy.TicketView.ID(), (*deskpolicy.Ticket)(nil), cedarexport.ErrMalformed},
		"another type":         {riya, deskpolicy.TicketView.ID(), deskpolicy.Contact{}, cedarexport.ErrMalformed},
		"no group to route to": {riya, deskpolicy.TicketRoute.ID(), deskpolicy.TicketAssignment{Ticket: ticket}, cedarexport.ErrMalformed},
		"routed to an agent":   {riya, deskpolicy.TicketRoute.ID(), deskpolicy.TicketAssignment{Ticket: ticket, To: riya, Group: deskpolicy.AgentGroup{ID: "billing", Account: "acme"}}, cedarexport.ErrMalformed},
		"a group without ID":   {riya, deskpolicy.TicketAssign.ID(), deskpolicy.TicketAssignment{Ticket: ticket, To: riya, Group: deskpolicy.AgentGroup{Account: "acme"}}, cedarexport.ErrMalformed},
		"no role holder":       {riya, deskpolicy.AgentRoleAssign.ID(), deskpolicy.RoleAssignment{}, cedarexport.ErrMalformed},
		"a nil holder":         {riya, deskpolicy.AgentRoleAssign.ID(), deskpolicy.RoleAssignment{Holder: (*deskpolicy.SharedAgent)(nil)}, cedarexport.ErrMalformed},
		"not held there":       {riya, deskpolicy.AgentScopeEdit.ID(), deskpolicy.RoleAssignment{Holder: agent("tom", grouped("sales")), Binding: grouped("billing")}, cedarexport.ErrMalformed},
		"a contact without ID": {riya, deskpolicy.ContactKeyManage.ID(), deskpolicy.Contact{Account: "acme"}, cedarexport.ErrMalformed},
		"an unknown access":    {riya, deskpolicy.AgentGroupAssign.ID(), deskpolicy.GroupMembership{Member: riya, Group: deskpolicy.AgentGroup{ID: "x", Account: "acme"}, Access: deskpolicy.Edit + 1}, cedarexport.ErrMalformed},
		"an unreadable window": {riya, deskpolicy.AgentEdit.ID(), agent("tom", unreadable), cedarexport.ErrMalformed},
		"an unreadable scope":  {riya, deskpolicy.AgentEdit.ID(), agent("tom", held(deskpolicy.AgentRole.Role(), "it", 1<<15)), cedarexport.ErrMalformed},
		"no group":             {riya, deskpolicy.AgentGroupAssign.ID(), deskpolicy.GroupMembership{Member: riya}, cedarexport.ErrMalformed},

		"a nameless action":   {riya, invoiceView.ID() + 7, invoice{}, cedarexport.ErrNotExpressible},
		"a wrapped ticket":    {riya, invoiceView.ID(), wrapped{ticket}, cedarexport.ErrNotExpressible},
		"held in \xff":        {agent("riya", grouped("\xff")), deskpolicy.TicketView.ID(), ticket, cedarexport.ErrNotExpressible},
		"given in \xff":       {riya, deskpolicy.AgentRoleAssign.ID(), deskpolicy.RoleAssignment{Holder: riya, Binding: grouped("\xff")}, cedarexport.ErrNotExpressible},
		"held in a window":    {agent("riya", temporary), deskpolicy.TicketView.ID(), ticket, cedarexport.ErrNotExpressible},
		"given for a time":    {riya, deskpolicy.AgentRoleAssign.ID(), deskpolicy.RoleAssignment{Holder: riya, Binding: temporary}, cedarexport.ErrNotExpressible},
		"a delegate":          {deskpolicy.NewDelegate(riya, deskpolicy.Actor{Kind: deskpolicy.ActorKey, ID: "k"}, deskpolicy.Limit{}), deskpolicy.TicketView.ID(), ticket, cedarexport.ErrNotExpressible},
		"two records":         {riya, deskpolicy.AgentEdit.ID(), other, cedarexport.ErrNotExpressible},
		"an ID not UTF-8":     {agent("ri\xffya"), deskpolicy.TicketView.ID(), ticket, cedarexport.ErrNotExpressible},
		"a group not UTF-8":   {riya, deskpolicy.TicketView.ID(), deskpolicy.Ticket{Account: "acme", Group: "\xff"}, cedarexport.ErrNotExpressible},
		"mentions not UTF-8":  {riya, deskpolicy.TicketView.ID(), deskpolicy.Ticket{Mentions: map[deskpolicy.AgentID]bool{"\xff": true}}, cedarexport.ErrNotExpressible},
		"an account not UTF8": {riya, deskpolicy.AccountManage.ID(), deskpolicy.Account{ID: "\xff"}, cedarexport.ErrNotExpressible},
	} {
		t.Run(name, func(t *testing.T) {
			questions, err := e.Questions(refused.subject, refused.action, refused.resource)
			require.ErrorIs(t, err, refused.want)
			require.Nil(t, questions)
		})
	}
	_, err := e.Questions(riya, invoiceView.ID(), &pointed{"acme"})
	require.NoError(t, err)
	_, err = e.Questions(riya, invoiceView.ID(), (*pointed)(nil))
	require.ErrorIs(t, err, cedarexport.ErrMalformed)
}

// Questions leave the subject and the resource unchanged: encoding does not sort in place.
func TestQuestionsDoNotChangeWhatTheyAskAbout(t *testing.T) {
	before, err := json.Marshal(acme)
	require.NoError(t, err)
	e := exporter(t, vocabulary(t), guests(t))
	for _, request := range asked(t) {
		_, err := e.Questions(request.Subject, request.Action, request.Resource)
		require.NoError(t, err)
	}
	after, err := json.Marshal(acme)
	require.NoError(t, err)
	require.Equal(t, string(before), string(after))
}
