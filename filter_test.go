package deskpolicy_test

import (
	"cmp"
	"fmt"
	"iter"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/effort"
	"github.com/deskpolicy/deskpolicy/internal/oracle"
	"github.com/deskpolicy/deskpolicy/internal/worlds"
)

// ---- filters, read a second time

// A row is a resource as a host's tables store it.
type row struct {
	account   deskpolicy.AccountID
	builtIn   bool // a built-in role
	crmRole   bool // the Shared Agent role
	workspace deskpolicy.WorkspaceID
	group     deskpolicy.GroupID
	assignee  deskpolicy.AgentID
	owner     deskpolicy.AgentID
	mentions  map[deskpolicy.AgentID]bool
	takePart  map[deskpolicy.AgentID]deskpolicy.Access
	copied    map[deskpolicy.ContactID]deskpolicy.Access
	secret    bool // it is confidential
	requester *deskpolicy.Contact
	contact   *deskpolicy.Contact
	company   *deskpolicy.Company
}

// rowOf returns the resource as a row. It is written from the fields of the types and
// from the documentation of the conditions.
func rowOf(resource deskpolicy.Resource) row {
	switch r := resource.(type) {
	case *deskpolicy.Ticket:
		return row{
			account: r.Account, workspace: r.Workspace, group: r.Group, assignee: r.Assignee,
			mentions: r.Mentions, takePart: r.Participants, copied: r.CCs, requester: r.Requester, secret: r.Confidential,
		}
	case *deskpolicy.Note:
		about := rowOf(&r.Ticket)
		about.owner = r.Author
		return about
	case *deskpolicy.TimeEntry:
		about := rowOf(&r.Ticket)
		about.owner = r.Agent
		return about
	case *deskpolicy.Conversation:
		return row{
			account: r.Account, workspace: r.Workspace, group: r.Group, assignee: r.Assignee,
			mentions: r.Mentions, takePart: r.Participants, copied: r.CCs, requester: r.Requester, secret: r.Confidential,
		}
	case *deskpolicy.Contact:
		return row{account: r.Account, assignee: r.Owner, owner: r.Owner, contact: r}
	case *deskpolicy.Company:
		return row{account: r.Account, assignee: r.Owner, owner: r.Owner, company: r}
	case *deskpolicy.Account:
		return row{account: r.ID}
	case *deskpolicy.Agent:
		return row{account: r.Account.ID}
	case *deskpolicy.SharedAgent:
		return row{account: r.Account.ID}
	case *deskpolicy.Role:
		return row{account: r.Account(), builtIn: r.BuiltIn(), crmRole: *r == deskpolicy.SharedAgentRole.Role()}
	case *deskpolicy.SupportGrant:
		return row{account: r.Account()}
	case *deskpolicy.RoleAssignment:
		return row{account: r.Attributes().Account} // of both, if they belong to the same account
	case *deskpolicy.GroupMembership:
		return row{account: r.Attributes().Account}
	case *deskpolicy.TicketPair, *deskpolicy.ContactPair, *deskpolicy.TicketAssignment, *deskpolicy.ConversationAssignment:
		return row{} // two rows
	case *worlds.Invoice:
		return row{
			account: deskpolicy.AccountID(r.Account), workspace: deskpolicy.WorkspaceID(r.Workspace),
			group: deskpolicy.GroupID(r.Group), assignee: deskpolicy.AgentID(r.Assignee),
		}
	case *worlds.Task:
		return row{
			account: r.Account, workspace: r.Workspace, group: r.Group, assignee: r.Assignee, owner: r.Author,
			mentions: r.Mentions, takePart: r.Participants, copied: r.CCs, requester: r.Requester, secret: r.Confidential,
		}
	case *worlds.Visit:
		task := worlds.Task(*r)
		return rowOf(&task)
	default:
		return plainRow(resource)
	}
}

// plainRow returns the row of a resource that has only a place and an owner.
func plainRow(resource deskpolicy.Resource) (r row) {
	for field := range fieldsOf(resource) {
		switch id := field.(type) {
		case *deskpolicy.AccountID:
			r.account = *id
		case *deskpolicy.WorkspaceID:
			r.workspace = *id
		case *deskpolicy.GroupID:
			r.group = *id
		case *deskpolicy.AgentID:
			r.assignee, r.owner = *id, *id
		default:
			panic(fmt.Sprintf("no row for %T", resource))
		}
	}
	return r
}

// selects reads the filter as a host that turns it into a query has to.
func selects(f worlds.Filter, r row) bool {
	if r.account != f.Account && !r.builtIn {
		return false
	}
	return slices.ContainsFunc(f.Clauses, func(clause deskpolicy.Clause) bool {
		for condition := range clause.Conditions() {
			if !r.meets(condition) {
				return false
			}
		}
		return true
	})
}

func (r row) meets(c deskpolicy.Condition) bool {
	has := func(id string) bool { return slices.Contains(c.IDs, id) }
	switch c.Kind {
	case deskpolicy.ConditionWorkspace:
		return has(string(r.workspace))
	case deskpolicy.ConditionGroup:
		return has(string(r.group))
	case deskpolicy.ConditionAssignee:
		return has(string(r.assignee))
	case deskpolicy.ConditionUnassigned:
		return r.assignee == ""
	case deskpolicy.ConditionNoGroup:
		return r.group == ""
	case deskpolicy.ConditionParticipant:
		return isEnough(r.takePart[deskpolicy.AgentID(c.IDs[0])], c.Access)
	case deskpolicy.ConditionCC:
		return isEnough(r.copied[deskpolicy.ContactID(c.IDs[0])], c.Access)
	case deskpolicy.ConditionOwn:
		return has(string(r.owner))
	case deskpolicy.ConditionNotConfidential:
		return !r.secret
	case deskpolicy.ConditionMentions:
		return r.mentions[deskpolicy.AgentID(c.IDs[0])]
	}
	return r.customerMeets(c)
}

// customerMeets is meets for the conditions about the customer or the requester.
func (r row) customerMeets(c deskpolicy.Condition) bool {
	has := func(id string) bool { return id != "" && slices.Contains(c.IDs, id) }
	requester := deskpolicy.Contact{}
	if r.requester != nil && r.requester.Account == r.account {
		requester = *r.requester
	}
	switch c.Kind {
	case deskpolicy.ConditionRequester:
		return has(string(requester.ID))
	case deskpolicy.ConditionRequesterCompany:
		return has(string(requester.Company))
	case deskpolicy.ConditionRequesterOwner:
		return has(string(requester.Owner))
	}
	contact, company := r.contact, r.company
	if r.requester != nil && r.requester.Account == r.account {
		contact = r.requester
	}
	var record deskpolicy.CRMRecord
	switch {
	case contact != nil:
		record = contact.CRM
	case company != nil:
		record = company.CRM
	default:
		return false
	}
	switch c.Kind {
	case deskpolicy.ConditionCustomerKnown:
		return true
	case deskpolicy.ConditionCustomerOwner:
		return has(string(record.Owner))
	case deskpolicy.ConditionCustomerTerritory:
		return has(string(record.Territory))
	case deskpolicy.ConditionCustomerTeam:
		return isEnough(record.Team[deskpolicy.CRMUserID(c.IDs[0])], c.Access)
	case deskpolicy.ConditionContact:
		return contact != nil && has(string(contact.ID))
	case deskpolicy.ConditionCompany:
		return company != nil && has(string(company.ID))
	default:
		panic(fmt.Sprintf("unknown condition kind %d", c.Kind))
	}
}

// isEnough reports whether the access, which may be no Access, is at least View or Edit.
func isEnough(access, least deskpolicy.Access) bool {
	return access == deskpolicy.Edit || access == deskpolicy.View && least == deskpolicy.View
}

// ---- the filter selects what Authorize allows

// uniform reports whether one filter can answer for all things of the kind.
func uniform(action, kind string) bool {
	switch kind {
	case "ticket_pair", "contact_pair", "ticket_assignment", "conversation_assignment":
		return false
	case "agent", "shared_agent", "role_assignment", "group_membership", "role", "support_grant":
		a := oracle.Actions[action]
		return a == nil || !a.Authority && !a.Authoring
	default:
		return true
	}
}

// disagrees returns how the filter disagrees with the decision on the thing; "" if it
// does not.
func disagrees(f worlds.Filter, d deskpolicy.Decision, thing worlds.Resource, row row) string {
	match := f.Match(thing)
	ours := d.Reason.Step() > 2 // the thing belongs to the account, and the request is well-formed
	switch {
	case match != d.Allowed():
		return fmt.Sprintf("it matches: %t", match)
	case match && f.Kind == deskpolicy.FilterNone, ours && !match && f.Kind == deskpolicy.FilterAll:
		return fmt.Sprintf("it matches: %t, and is %v", match, f.Kind)
	case row.crmRole && d.Reason == deskpolicy.OtherAccount: // a desk without the role has no such row
	case selects(f, row) != match && d.Reason.Step() != 1:
		return fmt.Sprintf("Match returns %t, but its clauses say otherwise", match)
	case ours && f.Reason != deskpolicy.Undecided && f.Reason != d.Reason:
		return fmt.Sprintf("it is %v for %v", f.Kind, f.Reason)
	case f.Reason != deskpolicy.Undecided && f.Kind != deskpolicy.FilterNone:
		return fmt.Sprintf("it is %v for %v", f.Kind, f.Reason)
	}
	return ""
}

// A tally counts questions and their answers.
type tally struct{ asked, matched, never, some, always int }

func (c *tally) add(f worlds.Filter, d deskpolicy.Decision) {
	c.asked++
	if d.Allowed() {
		c.matched++
	}
	switch f.Kind {
	case deskpolicy.FilterNone:
		c.never++
	case deskpolicy.FilterSome:
		c.some++
	case deskpolicy.FilterAll:
		c.always++
	}
}

// tells fails the test if the answers are too uniform to be a test.
func (c *tally) tells(t *testing.T) {
	t.Logf("%+v", *c)
	if !effort.Full() {
		return // there are too few
	}
	assert.Greater(t, c.asked, 1500)
	assert.Greater(t, 16*c.matched, c.asked, "more than a sixteenth match")
	assert.Greater(t, 8*c.some, c.asked, "more than an eighth of the filters are for some")
}

// TestFilterAgrees draws subjects, actions and things, and compares filters with decisions.
func TestFilterAgrees(t *testing.T) {
	checkOften(t)
	for name, requests := range map[string]*rapid.Generator[oracle.Request]{"agents": worlds.AgentRequests, "shared agents": worlds.SharedRequests, "customers": worlds.CustomerRequests} {
		var count tally
		t.Run(name, rapid.MakeCheck(func(t *rapid.T) {
			q := requests.Draw(t, "request")
			b := worlds.Build(q)
			f, d := b.Resource.Filter(b.Subject, b.Action), b.Authorize()
			switch {
			case q.Thing == nil:
				require.False(t, f.Match(b.Resource), "%#v", q)
			case !uniform(q.Action, q.Thing.Kind):
				require.Equal(t, deskpolicy.FilterNone, f.Kind, "%#v", q)
				require.False(t, f.Match(b.Resource), "%#v", q)
			default:
				if problem := disagrees(f, d, b.Resource, rowOf(b.Resource.Pointer)); problem != "" {
					t.Fatalf("%#v: %v, but %s; the clauses are %v", q, d, problem, f.Clauses)
				}
				count.add(f, d)
			}
		}))
		count.tells(t)
	}
}

// TestFilterAgreesInSessions does the same with support grants and instants.
func TestFilterAgreesInSessions(t *testing.T) {
	checkOften(t)
	var count tally
	outer := t
	contents, lives, moments := supportContents(), supportLives(), supportMoments()
	w := worlds.World{Subject: &oracle.Agent{ID: "support:eve", Bindings: []oracle.Binding{{Workspace: "it"}, {Workspace: "hr"}, {Workspace: "*"}}}}
	rapid.Check(t, func(t *rapid.T) {
		g := oracle.Grant{Account: "acme", Engineers: []string{"eve"}, Start: 0, End: supportInstants[2]}
		if worlds.Rarely(t, 3, "any life") {
			g = rapid.SampledFrom(lives).Draw(t, "life")
		}
		content := rapid.SampledFrom(contents).Draw(t, "content")
		g.Roles, g.Workspaces = content.Roles, content.Workspaces
		now := noon.Add(time.Duration(rapid.SampledFrom(moments).Draw(t, "now")))
		account := acme
		if worlds.Rarely(t, 12, "in another account") {
			account.ID = "globex"
		}
		session := issued(outer, &g).Session(deskpolicy.SupportEngineer{ID: "eve"}, account, now)
		name := rapid.SampledFrom(sessionActions).Draw(t, "action")
		if worlds.Rarely(t, 3, "any action") {
			name = rapid.SampledFrom(oracle.Names).Draw(t, "action")
		}
		if !uniform(name, oracle.Actions[name].Kind) || slices.Contains(oracle.HostKinds, oracle.Actions[name].Kind) {
			return
		}
		thing := w.Place(t, oracle.Actions[name].Kind, "thing")
		switch thing.Kind {
		case "note", "time_entry":
			thing.Part = w.Place(t, "ticket", "ticket")
		case "agent", "shared_agent", "role", "role_assignment", "group_membership":
			return
		}
		if worlds.Rarely(t, 3, "their own") {
			thing.Assignee, thing.Author = "support:eve", "support:eve"
		}
		on, id := worlds.NewBuilder(map[*oracle.Role]deskpolicy.Role{}).Resource(thing), worlds.ActionID(name)
		f, d := on.Filter(session, id), on.Authorize(session, id)
		if d.Reason.Step() > 2 {
			require.Equal(t, d.Until(), f.Until)
		}
		if problem := disagrees(f, d, on, rowOf(on.Pointer)); problem != "" {
			t.Fatalf("%+v at %v asks %s of %s: %v, but %s; the clauses are %v", g, now, name, thing.String(), d, problem, f.Clauses)
		}
		count.add(f, d)
	})
	count.tells(t)
}

// sessionActions are what the roles of supportContents permit.
var sessionActions = []string{
	"ticket.view", "ticket.reply", "ticket.note.edit_own", "ticket.attach", "conversation.reply", "profile.edit_own",
	"session.login", "settings.manage", "ticket.export", "channel.phone.use",
}

// TestFilterClauses checks the form of every filter's clauses, and that the order in which
// the subject holds things does not matter.
func TestFilterClauses(t *testing.T) {
	checkOften(t)
	rapid.Check(t, func(t *rapid.T) {
		q := drawn(t)
		b := worlds.Build(q)
		f := b.Resource.Filter(b.Subject, b.Action)
		require.NoError(t, normal(f.Clauses), "%#v: %v", q, f.Clauses)

		bindings := append(slices.Clone(q.Subject.Bindings), q.Subject.Bindings...)
		shuffled := q.Holding(rapid.Permutation(bindings).Draw(t, "bindings")...).With(func(s *oracle.Agent) {
			s.Account.Open = rapid.Permutation(append(s.Account.Open, s.Account.Open...)).Draw(t, "open workspaces")
			s.User.Territories = rapid.Permutation(append(s.User.Territories, s.User.Territories...)).Draw(t, "territories")
		})
		again := worlds.Build(shuffled)
		g := again.Resource.Filter(again.Subject, again.Action)
		require.Equal(t, f.Clauses, g.Clauses, "%#v", q)
		require.Equal(t, f.Reason, g.Reason, "%#v", q)
		require.Equal(t, f.Kind, g.Kind, "%#v", q)
	})
}

// normal returns what is wrong with the form of the clauses.
func normal(clauses []deskpolicy.Clause) error {
	var everything []string
	seen := map[string]bool{}
	for i, clause := range clauses {
		conditions := slices.Collect(clause.Conditions())
		var where []string
		rest := conditions
		if len(rest) > 0 && rest[0].Kind == deskpolicy.ConditionWorkspace {
			where, rest = rest[0].IDs, rest[1:]
		}
		key := fmt.Sprintf("%#v", rest)
		switch {
		case len(conditions) == 0 && len(clauses) > 1:
			return fmt.Errorf("clause %d selects everything, and is not alone", i)
		case seen[key]:
			return fmt.Errorf("clause %d differs from another in its workspaces only", i)
		case i > 0 && slices.ContainsFunc(where, func(w string) bool { return slices.Contains(everything, w) }):
			return fmt.Errorf("clause %d selects what the first one does", i)
		}
		seen[key] = true
		if i == 0 && !slices.ContainsFunc(rest, narrows) {
			everything = where
		}
		for _, condition := range conditions {
			if !written(condition) {
				return fmt.Errorf("%#v is not written as it should be", condition)
			}
		}
	}
	return nil
}

// narrows reports whether the condition is on a ground.
func narrows(c deskpolicy.Condition) bool { return c.Kind != deskpolicy.ConditionOwn }

// written reports whether the condition has what its kind needs and nothing else, and
// whether its IDs are sorted, without duplicates and, except for workspaces, not empty.
func written(c deskpolicy.Condition) bool {
	inOrder := len(c.IDs) > 0
	for i := range c.IDs {
		inOrder = inOrder && (i == 0 || c.IDs[i-1] < c.IDs[i])
	}
	team := c.Kind == deskpolicy.ConditionCustomerTeam || c.Kind == deskpolicy.ConditionParticipant || c.Kind == deskpolicy.ConditionCC
	if team != (c.Access == deskpolicy.View || c.Access == deskpolicy.Edit) || !team && c.Access != deskpolicy.NoAccess {
		return false
	}
	switch c.Kind {
	case deskpolicy.ConditionCustomerKnown, deskpolicy.ConditionUnassigned, deskpolicy.ConditionNoGroup, deskpolicy.ConditionNotConfidential:
		return c.IDs == nil
	case deskpolicy.ConditionWorkspace:
		return inOrder
	case deskpolicy.ConditionGroup, deskpolicy.ConditionCustomerTerritory, deskpolicy.ConditionContact, deskpolicy.ConditionCompany:
		return inOrder && c.IDs[0] != ""
	case deskpolicy.ConditionAssignee, deskpolicy.ConditionOwn, deskpolicy.ConditionMentions,
		deskpolicy.ConditionRequester, deskpolicy.ConditionRequesterCompany, deskpolicy.ConditionRequesterOwner, deskpolicy.ConditionParticipant, deskpolicy.ConditionCC,
		deskpolicy.ConditionCustomerOwner, deskpolicy.ConditionCustomerTeam:
		return len(c.IDs) == 1 && c.IDs[0] != ""
	default:
		return false
	}
}

// TestFilterIsShort makes the filter of one binding at every pair of a permission's scope and
// a ticket scope, for an agent who can stand to a ticket in every way. It has at most 34
// clauses if ticket.confidential is at the scope of the built-in roles, and few at any scope.
// Without -full it takes every 97th pair only.
func TestFilterIsShort(t *testing.T) {
	builtIn := deskpolicy.AgentRole.Role().Permissions().Scope(deskpolicy.TicketConfidential.ID())
	clauses := func(scope, clears, bound deskpolicy.Scope) int {
		me := riya(deskpolicy.Binding{
			Role:      custom(t, deskpolicy.TicketView.At(scope), deskpolicy.TicketConfidential.At(clears)).Role,
			Workspace: deskpolicy.AccountWide, TicketScope: bound,
		})
		me.Contact, me.Company = "c-riya", "m-riya"
		return len(slices.Collect(deskpolicy.FilterFor(me, deskpolicy.TicketView).Clauses()))
	}
	var scopes []deskpolicy.Scope
	for _, text := range closedScopes {
		if text != "none" {
			scopes = append(scopes, worlds.ScopeOf(text))
		}
	}
	most, mostOfAny, pairs := 0, 0, 0
	for i := 0; i < len(scopes)*len(scopes); i += effort.Of(97, 97, 1) {
		scope, bound := scopes[i/len(scopes)], scopes[i%len(scopes)]
		most = max(most, clauses(scope, builtIn, bound))
		if i%97 == 0 {
			mostOfAny = max(mostOfAny, clauses(scope, scopes[i*31%len(scopes)], bound))
		}
		pairs++
	}
	t.Logf("%d pairs of scopes: at most %d clauses, %d with any scope of ticket.confidential", pairs, most, mostOfAny)
	assert.LessOrEqual(t, most, 34)
	assert.LessOrEqual(t, mostOfAny, 44)
	assert.Equal(t, 43, clauses(deskpolicy.InGroup|deskpolicy.Assigned|deskpolicy.Unassigned, deskpolicy.Unrouted|deskpolicy.Participating,
		deskpolicy.GroupQueue|deskpolicy.Requested|deskpolicy.Mentioned|deskpolicy.MyCustomers|deskpolicy.SameCompany), "the most that is known")
}

// ---- hosts' own types

// Host types that embed one of the library's, and one whose values are of any kind.
type (
	ticketRow    struct{ deskpolicy.Ticket }
	ticketRef    struct{ *deskpolicy.Ticket }
	contactRow   struct{ deskpolicy.Contact }
	contactIn    struct{ deskpolicy.Contact } // with its own attributes
	noteRow      struct{ deskpolicy.Note }
	roleRow      struct{ deskpolicy.Role }
	anythingElse struct{ deskpolicy.Resource }
)

func (c contactIn) Attributes() deskpolicy.Attributes {
	what := c.Contact.Attributes()
	what.Workspace, what.Group = "it", "billing"
	return what
}

// asHosts is the question whether the subjects who may do the library's action may do a
// host's.
func asHosts(q oracle.Request) oracle.Request {
	host := "host.inspect"
	if oracle.Actions[q.Action] != nil && oracle.Actions[q.Action].Need == "edit" {
		host = "host.change"
	}
	asked := q.With(func(s *oracle.Agent) {
		bindings := slices.Clone(s.Bindings)
		for i, b := range bindings {
			if b.Role != nil {
				bindings[i].Role = &oracle.Role{Name: b.Role.Name + ", the host's", Account: cmp.Or(s.Account.ID, "acme"), May: map[string]oracle.Held{host: b.Role.May[q.Action]}}
			}
		}
		s.Bindings = bindings
	})
	asked.Action = host
	return asked
}

// TestFilterOfHostTypes asks about the host's actions on the host's own types. The
// library's actions are on none of them.
func TestFilterOfHostTypes(t *testing.T) {
	checkOften(t)
	var count tally
	rapid.Check(t, func(t *rapid.T) {
		requests := worlds.Requests
		if rapid.Bool().Draw(t, "shared") {
			requests = worlds.SharedRequests
		}
		q := requests.Draw(t, "request")
		if q.Thing == nil || q.Subject == nil {
			return
		}
		b := worlds.Build(asHosts(q))
		var rows []worlds.Resource
		switch r := b.Resource.Pointer.(type) {
		case *deskpolicy.Ticket:
			rows = []worlds.Resource{worlds.On(&ticketRow{*r})}
		case *deskpolicy.Contact:
			rows = []worlds.Resource{worlds.On(&contactRow{*r}), worlds.On(&contactIn{*r})}
		case *deskpolicy.Note:
			rows = []worlds.Resource{worlds.On(&noteRow{*r})}
		case *deskpolicy.Role:
			rows = []worlds.Resource{worlds.On(&roleRow{*r})}
		}
		for _, row := range rows {
			f, d := row.Filter(b.Subject, b.Action), row.Authorize(b.Subject, b.Action)
			require.Equal(t, d.Allowed(), f.Match(row), "%T: %#v: %v", row.Pointer, q, d)
			count.add(f, d)
			if library := worlds.ActionID(q.Action); library.Valid() && !library.IsHost() {
				f, d := row.Filter(b.Subject, library), row.Authorize(b.Subject, library)
				require.Equal(t, deskpolicy.OutcomeMalformed, d.Reason.Outcome(), "%T: %v", row.Pointer, library)
				require.Equal(t, d.Reason, f.Reason, "%T: %v", row.Pointer, library)
				require.Empty(t, f.Clauses, "%T: %v", row.Pointer, library)
			}
		}
	})
	count.tells(t)
}

// A filter omits conditions on what the resources of a type never have, and no others: it
// has one on every field that sets a workspace, a group or an assignee.
func TestFilterFields(t *testing.T) {
	holding := func(scopes ...deskpolicy.Scope) *deskpolicy.Agent {
		var permissions []deskpolicy.Permission
		for _, scope := range scopes {
			permissions = append(permissions, worlds.HostInspect.At(scope))
		}
		return riya(custom(t, permissions...))
	}
	for kind := range oracle.Kinds {
		if !uniform("host.inspect", kind) {
			continue
		}
		on := plain(kind)
		fill(reflect.ValueOf(on.Pointer).Elem())
		has := on.Pointer.Attributes()

		asked := map[deskpolicy.ConditionKind]bool{}
		for _, who := range []*deskpolicy.Agent{holding(deskpolicy.ScopeGlobal), holding(deskpolicy.ScopeGroup)} {
			for _, clause := range on.Filter(who, worlds.HostInspect.ID()).Clauses {
				for condition := range clause.Conditions() {
					asked[condition.Kind] = true
				}
			}
		}
		assert.Equal(t, has.Workspace != "", asked[deskpolicy.ConditionWorkspace], "a %s is in a workspace", kind)
		assert.Equal(t, has.Group != "", asked[deskpolicy.ConditionGroup], "a %s is a group's", kind)
		assert.Equal(t, has.Assignee != "", asked[deskpolicy.ConditionAssignee], "a %s has an assignee or an owner", kind)
	}
}

// An action on one library type is malformed on another.
func TestFilterOfAnotherType(t *testing.T) {
	for kind := range oracle.Kinds {
		on := plain(kind)
		for _, name := range oracle.Names {
			if a := oracle.Actions[name]; a.Category != "host" && !slices.Contains(oracle.HostKinds, kind) {
				reason := on.Filter(riya(), worlds.ActionID(name)).Reason
				assert.Equal(t, a.Kind != kind, reason == deskpolicy.WrongResource, "%s on a %s: %v", name, kind, reason)
			}
		}
	}
}

// plain is a thing of the kind with the parts that it must have.
func plain(kind string) worlds.Resource {
	thing := &oracle.Thing{Kind: kind, Part: &oracle.Thing{}, From: &oracle.Thing{}, Into: &oracle.Thing{}}
	if kind == "agent" || kind == "shared_agent" {
		thing.Agent = &oracle.Agent{ID: "tom", Kind: strings.TrimPrefix(kind, "agent")}
	}
	return worlds.NewBuilder(map[*oracle.Role]deskpolicy.Role{}).Resource(thing)
}

// fill sets every string in the value.
func fill(v reflect.Value) {
	switch {
	case v.Kind() == reflect.String && v.CanSet():
		v.SetString("x")
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i))
		}
	}
}

// ---- every question of small models

// TestFilterEnumeration compares filters with decisions on every question of the small
// models, by agents, shared agents and support engineers at every instant. Without -full
// it takes every tenth block only; with -short every 80th, with fewer subjects.
func TestFilterEnumeration(t *testing.T) {
	every, atLeast := effort.Of[uint64](80, 10, 1), effort.Of[uint64](10_000, 500_000, 5_000_000)
	var asked, matched uint64
	for _, family := range []struct {
		name   string
		blocks iter.Seq[block]
	}{
		{"one binding, every action", enumerateActions},
		{"one binding, every gate", enumerateGates},
		{"two bindings", enumerateBindings},
		{"confidential", enumerateConfidential},
		{"every role", enumerateEveryRole},
		{"a host's actions", enumerateHosts},
		{"role authoring", enumerateRoles},
		{"shared agents, every gate", enumerateSharedGates},
		{"shared agents, every action", enumerateSharedActions},
		{"shared agents, every ground", enumerateSharedGrounds},
		{"shared agents, two bindings", enumerateSharedBindings},
		{"shared agents, the CRM", enumerateCRM},
		{"support engineers", func(yield func(block) bool) { enumerateSessions(t, yield) }},
	} {
		t.Run(family.name, func(t *testing.T) {
			n, m := compareFilters(t, family.blocks, every)
			t.Logf("%d comparisons, %d of them match", n, m)
			asked, matched = asked+n, matched+m
		})
	}
	t.Logf("%d comparisons in all, %d of them match", asked, matched)
	require.GreaterOrEqual(t, asked, atLeast)
	require.Greater(t, 40*matched, asked, "one in 40 matches")
}

// enumerateSessions has engineers ask under every support grant, at every stage of its life.
func enumerateSessions(t testing.TB, yield func(block) bool) {
	var things []enumThing
	var actions []string
	b := worlds.NewBuilder(map[*oracle.Role]deskpolicy.Role{})
	for _, name := range sessionActions {
		things = asThings(b, enumThings(oracle.Actions[name].Kind, []string{"acme", "globex"}, []string{"", "it", "hr", "zz", "*"}, []string{"", "billing"}, []string{"support:eve", "bob"}))
		actions = []string{name}
		for _, content := range supportContents() {
			var subjects []enumSubject
			for _, life := range supportLives() {
				if len(life.Revoked) > 1 {
					continue // one instant is enough
				}
				life.Roles, life.Workspaces = content.Roles, content.Workspaces
				grant := issued(t, &life)
				for _, now := range supportMoments() {
					session := grant.Session(deskpolicy.SupportEngineer{ID: "eve"}, acme, noon.Add(time.Duration(now)))
					subjects = append(subjects, enumSubject{nil, session})
				}
			}
			if !yield(block{subjects: subjects, actions: actions, things: things}) {
				return
			}
		}
	}
}

// compareFilters asks all questions of every n-th block. It returns how many it asked and
// how many were allowed.
func compareFilters(t *testing.T, blocks iter.Seq[block], every uint64) (asked, matched uint64) {
	queue, failures := make(chan block, 64), make(chan string, 10)
	var asks, matches atomic.Uint64
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Add(1)
		go func() {
			defer workers.Done()
			for b := range queue {
				n, m := b.compareFilters(failures)
				asks.Add(n)
				matches.Add(m)
			}
		}()
	}
	n := uint64(0)
	for b := range blocks {
		if n++; n%every == 1 || every == 1 {
			queue <- b
		}
	}
	close(queue)
	workers.Wait()
	close(failures)
	for failure := range failures {
		t.Error(failure)
	}
	return asks.Load(), matches.Load()
}

// compareFilters asks all questions of the block, by one filter for each kind of thing.
func (b block) compareFilters(failures chan<- string) (asked, matched uint64) {
	fail := func(subject enumSubject, action string, thing enumThing, problem string) {
		select {
		case failures <- fmt.Sprintf("%s %s: %s", oracle.Request{Subject: subject.model, Action: action, Thing: thing.model}.GoString(), nameOf(subject.library), problem):
		default: // enough failures are reported
		}
	}
	rows := make([]row, len(b.things))
	for i, thing := range b.things {
		rows[i] = rowOf(thing.library.Pointer)
	}
	for _, action := range b.actions {
		id := worlds.ActionID(action)
		for _, subject := range b.subjects {
			kind, f, same := "", worlds.Filter{}, false
			for i, thing := range b.things {
				if thing.model.Kind != kind {
					kind = thing.model.Kind
					f, same = thing.library.Filter(subject.library, id), uniform(action, kind)
				}
				if !same {
					if f.Kind != deskpolicy.FilterNone || f.Match(thing.library) {
						fail(subject, action, thing, "it should be never")
					}
					continue
				}
				d := thing.library.Authorize(subject.library, id)
				asked++
				if d.Allowed() {
					matched++
				}
				if problem := disagrees(f, d, thing.library, rows[i]); problem != "" {
					fail(subject, action, thing, fmt.Sprintf("%v, but %s; the clauses are %v", d, problem, f.Clauses))
				}
			}
		}
	}
	return asked, matched
}
