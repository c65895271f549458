package deskpolicy_test

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"sync"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/effort"
	"github.com/deskpolicy/deskpolicy/internal/oracle"
	"github.com/deskpolicy/deskpolicy/internal/pinned"
	"github.com/deskpolicy/deskpolicy/internal/worlds"
)

func TestMain(m *testing.M) {
	pinned.Draws()
	m.Run()
}

// TestLaws checks laws that hold for every request, whatever the rules in detail. The
// oracle checks the steps themselves.
func TestLaws(t *testing.T) {
	checkOften(t)
	for _, law := range []struct {
		name string
		law  func(*rapid.T)
	}{
		{"agreement with the oracle", agreement},
		{"default deny", defaultDeny},
		{"minimal witness", minimalWitness},
		{"order and duplicates do not matter", orderAndDuplicates},
		{"adding never takes away", addingNeverTakesAway},
		{"removing never adds", removingNeverAdds},
		{"roles combine by union", union},
		{"a scope travels with its role", scopeTravels},
		{"locality", locality},
		{"renaming changes nothing", renaming},
		{"totality", totality},
		{"purity", purity},
		{"erased requests agree", erasedRequests},
		{"wrapping a thing gives no way around", wrapping},
		{"foreign accounts are never allowed", foreignAccounts},
		{"guardrails hold whatever the roles", guardrails},
		{"a shared agent's limits hold whatever its roles", sharedLimits},
		{"a wider limit never takes away", widerLimit},
		{"another limit never adds", anotherLimit},
		{"limits are a set", limitsInAnyOrder},
		{"losing a ground never adds", losingGround},
		{"a wider ticket scope never takes away", widerScope},
		{"a shared agent reaches no ticket that a Global scope would not", sharedWithinGlobal},
		{"concurrent calls agree", concurrent},
	} {
		t.Run(law.name, rapid.MakeCheck(law.law))
	}
}

// checkOften checks each law more often than rapid does by default, because most laws
// are about allowed requests only.
func checkOften(t *testing.T) {
	t.Helper()
	effort.Checks(t, 300, 1_000, 10_000)
}

// drawn draws a request with a subject.
func drawn(t *rapid.T) oracle.Request {
	q := worlds.Requests.Draw(t, "request")
	if q.Subject == nil {
		q.Subject = &oracle.Agent{ID: "riya", Account: oracle.Account{ID: "acme"}}
	}
	return q
}

func decide(q oracle.Request) deskpolicy.Decision { return worlds.Build(q).Authorize() }

// guarded reports whether the action compares the authority of two people, which
// depends on all of their bindings together.
func guarded(q oracle.Request) bool {
	a := oracle.Actions[q.Action]
	return a != nil && (a.Authority || a.Authoring)
}

// twofold reports whether the thing has two parts, which different bindings may reach.
func twofold(q oracle.Request) bool {
	return q.Thing != nil && (q.Thing.Kind == "ticket_pair" || q.Thing.Kind == "contact_pair")
}

func agreement(t *rapid.T) {
	q := worlds.Requests.Draw(t, "request")
	if got, want := decide(q), oracle.Decide(q); !worlds.Agree(got, want) {
		t.Error(worlds.Disagreement(q, got, want))
	}
}

// defaultDeny: nothing is allowed without a binding that has a role, and nothing is
// allowed on a zero thing.
func defaultDeny(t *rapid.T) {
	q := drawn(t)
	for _, bindings := range [][]oracle.Binding{nil, {}, {{}}, {{Workspace: "*", TicketScope: "global"}}} {
		q := q.Holding(bindings...)
		require.False(t, decide(q).Allowed(), "%#v", q)
	}
	if q.Thing != nil {
		q := q
		zero := oracle.Thing{Kind: q.Thing.Kind, From: &oracle.Thing{}, Into: &oracle.Thing{}, Part: &oracle.Thing{}, Agent: &oracle.Agent{}}
		if q.Thing.Kind == "shared_agent" {
			zero.Agent.Kind = "shared_agent"
		}
		q.Thing = &zero
		require.False(t, decide(q).Allowed(), "%#v", q)
	}
}

// isSecret reports whether the thing or a part of it is confidential.
func isSecret(thing *oracle.Thing) bool {
	return thing != nil && (thing.Confidential || isSecret(thing.Part) || isSecret(thing.From) || isSecret(thing.Into))
}

// minimalWitness: the deciding binding alone gives the same decision; for a thing of two
// parts, and for what is confidential, two bindings do (A52). For both, more may be needed.
func minimalWitness(t *rapid.T) {
	q := drawn(t)
	d := decide(q)
	if d.Role == "" || guarded(q) {
		return
	}
	witnesses := single(q.Subject.Bindings)[1:]
	if twofold(q) && isSecret(q.Thing) {
		witnesses = append(witnesses, q.Subject.Bindings)
	}
	if twofold(q) || isSecret(q.Thing) {
		for _, one := range q.Subject.Bindings {
			for _, two := range q.Subject.Bindings {
				witnesses = append(witnesses, []oracle.Binding{one, two})
			}
		}
	}
	decidesSo := func(held []oracle.Binding) bool { // though perhaps for longer
		alone := decide(q.Holding(held...))
		return alone.Reason == d.Reason && alone.Role == d.Role && alone.Scope == d.Scope
	}
	if !slices.ContainsFunc(witnesses, decidesSo) {
		t.Errorf("%#v: %v, but no binding alone decides so", q, d)
	}
}

// orderAndDuplicates: the bindings, the groups, the features, the open
// workspaces and the territories are sets (B46).
func orderAndDuplicates(t *rapid.T) {
	q := drawn(t)
	shuffled := q.With(func(s *oracle.Agent) { shuffle(t, s) })
	if q.Thing != nil {
		thing := *q.Thing
		for _, other := range []**oracle.Agent{&thing.To, &thing.Agent} {
			if *other != nil {
				agent := **other
				shuffle(t, &agent)
				*other = &agent
			}
		}
		shuffled.Thing = &thing
	}
	require.Equal(t, decide(q), decide(shuffled), "%#v\nand shuffled\n%#v", q, shuffled)
}

// shuffle reorders what the agent has and repeats some of it.
func shuffle(t *rapid.T, s *oracle.Agent) {
	s.Bindings = shuffled(t, s.Bindings, "bindings")
	s.Account.Open = shuffled(t, s.Account.Open, "open workspaces")
	s.Account.Features = shuffled(t, s.Account.Features, "features")
	s.User.Territories = shuffled(t, s.User.Territories, "territories")
}

func shuffled[T any](t *rapid.T, values []T, label string) []T {
	if len(values) == 0 {
		return values
	}
	twice := rapid.SliceOfN(rapid.SampledFrom(values), 0, 2).Draw(t, label+" twice")
	return rapid.Permutation(append(slices.Clone(values), twice...)).Draw(t, label+" in another order")
}

// addingNeverTakesAway: what was allowed stays allowed with another binding, group,
// feature or open workspace, or with a wider scope. On conversations, ScopeGroup does not
// include ScopeRestricted [R19], so there a level is added, not replaced. A workspace that
// opens may give another agent more than the subject, and so put that agent above it.
func addingNeverTakesAway(t *rapid.T) {
	q := drawn(t)
	more := q.With(func(s *oracle.Agent) {
		switch rapid.SampledFrom([]string{"binding", "group", "ticket scope", "level", "open workspace", "feature", "activity"}).Draw(t, "more") {
		case "binding":
			s.Bindings = append(s.Bindings, worlds.DrawBinding(t, append(rolesIn(q), worlds.BuiltIns...), "another"))
		case "group":
			group := rapid.SampledFrom(worlds.Groups).Draw(t, "another group")
			if s.Groups == nil {
				s.Groups = map[string]string{}
			}
			s.Groups[group] = map[string]string{"": "view", "none": "view", "unknown": "view", "view": "edit", "edit": "edit"}[s.Groups[group]]
		case "ticket scope":
			for i := range s.Bindings {
				next, named := map[string]string{"": "restricted", "none": "restricted", "unknown": "restricted", "beyond": "restricted", "restricted": "group"}[s.Bindings[i].TicketScope]
				if s.Bindings[i].TicketScope = "global"; named {
					s.Bindings[i].TicketScope = next
				}
			}
		case "level":
			if guarded(q) { // the agent acted on may hold the role as it was
				return
			}
			for i, b := range s.Bindings {
				if b.Role == nil || b.Role.BuiltIn {
					continue
				}
				role := *b.Role
				role.May = map[string]oracle.Held{}
				for name, held := range b.Role.May {
					wider := oracle.Held{Global: true}
					switch held {
					case oracle.Held{}:
						wider = oracle.Held{Restricted: true}
					case oracle.Held{Restricted: true}:
						wider = oracle.Held{Group: true}
					}
					role.May[name] = oracle.Actions[name].Takes(wider)
				}
				s.Bindings[i].Role = &role
			}
		case "open workspace":
			if guarded(q) {
				return
			}
			s.Account.Open = append(s.Account.Open, rapid.SampledFrom(worlds.Workspaces).Draw(t, "another open workspace"))
		case "feature":
			s.Account.Features = append(s.Account.Features, "attachments", "custom_roles", "collaboration", "canned_responses", "dynamic_sections")
		case "activity":
			s.Deactivated = false
		}
	})
	if before, after := decide(q), decide(more); before.Allowed() && !after.Allowed() {
		t.Errorf("%#v: allowed (%v), but with more\n%#v: denied (%v)", q, before, more, after)
	}
}

// removingNeverAdds: what was denied stays denied without some of the bindings, groups,
// features and open workspaces, or with a narrower scope. A workspace that closes may
// take more from another agent than from the subject.
func removingNeverAdds(t *rapid.T) {
	q := drawn(t)
	less := q.With(func(s *oracle.Agent) {
		s.Bindings = some(t, s.Bindings, "bindings kept")
		if !guarded(q) {
			s.Account.Open = some(t, s.Account.Open, "open workspaces kept")
		}
		s.Account.Features = some(t, s.Account.Features, "features kept")
		for _, group := range slices.Sorted(maps.Keys(s.Groups)) {
			switch rapid.SampledFrom([]string{"keep", "keep", "lower", "leave"}).Draw(t, "group "+group) {
			case "lower":
				s.Groups[group] = map[string]string{"edit": "view"}[s.Groups[group]]
				s.Groups[group] = cmp.Or(s.Groups[group], "none")
			case "leave":
				delete(s.Groups, group)
			}
		}
		for i := range s.Bindings {
			if rapid.Bool().Draw(t, "narrower") {
				s.Bindings[i].TicketScope = map[string]string{"global": "group", "group": "restricted", "restricted": "none", "none": "none", "unknown": "unknown", "beyond": "beyond"}[s.Bindings[i].TicketScope]
			}
		}
	})
	if before, after := decide(q), decide(less); !before.Allowed() && after.Allowed() {
		t.Errorf("%#v: denied (%v), but with less\n%#v: allowed (%v)", q, before, less, after)
	}
}

// some returns some of the values, in their order.
func some[T any](t *rapid.T, values []T, label string) (kept []T) {
	for _, v := range values {
		if !rapid.SampledFrom([]bool{false, false, true}).Draw(t, label+" but one") {
			kept = append(kept, v)
		}
	}
	return kept
}

// roles returns the roles that the request names.
func rolesIn(q oracle.Request) (roles []*oracle.Role) {
	bindings := slices.Clone(q.Subject.Bindings)
	if q.Thing != nil && q.Thing.Agent != nil {
		bindings = append(bindings, q.Thing.Agent.Bindings...)
	}
	for _, b := range bindings {
		roles = append(roles, b.Role)
	}
	return append(roles, nil)
}

// union: two sets of bindings together allow a request if and only if one of them does.
// Two bindings never make a third, except for what is confidential (A52).
func union(t *rapid.T) {
	q := drawn(t)
	if guarded(q) || twofold(q) || isSecret(q.Thing) {
		return
	}
	var left, right []oracle.Binding
	for _, b := range q.Subject.Bindings {
		hand := rapid.SampledFrom([]string{"left", "right", "both"}).Draw(t, "hand")
		if hand != "right" {
			left = append(left, b)
		}
		if hand != "left" {
			right = append(right, b)
		}
	}
	if whole, l, r := decide(q), decide(q.Holding(left...)), decide(q.Holding(right...)); whole.Allowed() != (l.Allowed() || r.Allowed()) {
		t.Errorf("%#v: together %v, with %d of the bindings %v, with %d %v", q, whole, len(left), l, len(right), r)
	}
}

// scopeTravels: a role that lacks the permission adds nothing to one that has it: not
// its scope, workspace or rank (B16). One permission of a role does not add its level to
// another either. Every role that permits something permits logging in (A31).
func scopeTravels(t *rapid.T) {
	q := drawn(t)
	if guarded(q) || q.Action == "session.login" || q.Action == "portal.login" {
		return
	}
	other := &oracle.Role{Name: "A Helper", Account: cmp.Or(q.Subject.Account.ID, "acme"), May: map[string]oracle.Held{}}
	for _, name := range []string{"ticket.view", "ticket.reply", "conversation.reply", "report.view", "settings.manage", "agent.edit", "ticket.be_assigned"} {
		if name != q.Action {
			other.May[name] = oracle.Held{Global: true}
		}
	}
	lent := oracle.Bound(other, rapid.SampledFrom(worlds.Holds).Draw(t, "held in"), worlds.DrawScope(t, "ticket scope"))
	before := decide(q)
	after := decide(q.With(func(s *oracle.Agent) { s.Bindings = append(s.Bindings, lent) }))
	if before.Reason == deskpolicy.NoRole {
		before.Reason = deskpolicy.NoPermission
	}
	require.Equal(t, before, after, "%#v\nand the same with %s", q, lent.String())

	raised := q.With(func(s *oracle.Agent) {
		for i, b := range s.Bindings {
			if b.Role == nil || b.Role.BuiltIn {
				continue
			}
			role := *b.Role
			role.May = map[string]oracle.Held{"ticket.view": {Global: true}, "conversation.view": {Global: true}, "report.edit": {Global: true}, "audit.view": {Global: true}}
			for _, name := range []string{q.Action, "ticket.confidential"} { // which also counts for what is confidential
				delete(role.May, name)
				if held, ok := b.Role.May[name]; ok {
					role.May[name] = held
				}
			}
			s.Bindings[i].Role = &role
		}
	})
	require.Equal(t, decide(q), decide(raised), "%#v\nand with other permissions raised\n%#v", q, raised)
}

// locality: what the request is not about does not matter: the IDs of things, groups
// that do not have the thing, what other people hold where the rules need only their ID,
// and what the CRM lets other users do. For an agent, the whole CRM does not matter.
func locality(t *rapid.T) {
	q := drawn(t)
	if q.Thing == nil {
		return
	}
	before := decide(q)

	about := []string{q.Thing.Group, q.Thing.Team.ID}
	thing := unheard(q, *q.Thing)
	for _, part := range []**oracle.Thing{&thing.From, &thing.Into, &thing.Part} {
		if *part != nil {
			changed := unheard(q, **part)
			changed.Assignee, changed.Author = elsewhere(changed.Assignee, q), elsewhere(changed.Author, q)
			about = append(about, changed.Group)
			*part = &changed
		}
	}
	thing.Assignee, thing.Author = elsewhere(thing.Assignee, q), elsewhere(thing.Author, q)
	if thing.Agent != nil {
		agent := *thing.Agent
		agent.Deactivated = !agent.Deactivated
		agent.Account.Features, agent.Account.Open = []string{"attachments"}, []string{"it", "hr"}
		agent.Account.Integrated, agent.User, agent.Account.Administrators = !agent.Account.Integrated, oracle.User{}, []string{"zoe"}
		thing.Agent = &agent
	}
	if thing.To != nil {
		to := *thing.To
		to.Account.Features = []string{"attachments", "custom_roles"}
		thing.To = &to
	}
	after := q.With(func(s *oracle.Agent) {
		if guarded(q) && thing.Agent != nil {
			return // to give access to a group, the subject needs that access itself
		}
		if s.Groups == nil {
			s.Groups = map[string]string{}
		}
		for _, group := range []string{"billing", "sales", "legal"} {
			if !slices.Contains(about, group) {
				s.Groups[group] = rapid.SampledFrom(worlds.Accesses).Draw(t, "access to another group")
			}
		}
	})
	after.Thing = &thing
	require.Equal(t, before, decide(after), "%#v\nand elsewhere changed\n%#v", q, after)
}

// unheard returns the thing with other IDs in the fields that matter only to others: to the
// CRM, to who is mentioned and takes part, and to readers.
func unheard(q oracle.Request, thing oracle.Thing) oracle.Thing {
	if !q.Subject.Shared() {
		thing.Record = oracle.Record{Owner: "ursa", Territory: "emea", Team: map[string]string{"ursa": "edit"}}
	}
	if !oracle.Kinds[thing.Kind].Record {
		thing.ID += "7"
	}
	if thing.Record.Owner != q.Subject.User.ID {
		thing.Record.Owner = "uma"
	}
	thing.Record.Team = maps.Clone(thing.Record.Team)
	if thing.Record.Team != nil {
		thing.Record.Team["uma"] = "edit"
	}
	thing.Mentions = maps.Clone(thing.Mentions)
	if thing.Mentions != nil {
		thing.Mentions["zoe"] = true
	}
	thing.Participants = maps.Clone(thing.Participants)
	if thing.Participants != nil {
		thing.Participants["zoe"] = "edit"
	}
	if thing.Requester != nil {
		requester := unheard(q, *thing.Requester)
		requester.Workspace = "hr"
		if requester.Author != q.Subject.ID || q.Subject.Shared() {
			requester.Author = "zoe"
		}
		thing.Requester = &requester
	}
	return thing
}

// elsewhere returns the ID of another person who is not part of the request.
func elsewhere(person string, q oracle.Request) string {
	if person == "" || person == q.Subject.ID || q.Thing.To != nil && person == q.Thing.To.ID {
		return person
	}
	return "zoe"
}

// renaming: the IDs of accounts, workspaces, groups and people do not matter, as long as
// different ones have different IDs (B44).
func renaming(t *rapid.T) {
	q := drawn(t)
	names := rapid.SampledFrom([]map[string]string{
		{
			"acme": "globex", "globex": "acme", "it": "hr", "hr": "it", "billing": "sales", "sales": "billing", "riya": "tom", "tom": "riya",
			"ursa": "ugo", "ugo": "ursa", "emea": "apac", "apac": "berlin", "berlin": "emea", "1": "2", "2": "1",
		},
		{
			"acme": "a", "globex": "aa", "it": "a", "hr": "A", "billing": "a", "sales": "a ", "riya": "a", "tom": "Ａ", "ann": "a\x00",
			"ursa": "a", "ugo": "A", "emea": "a", "berlin": "a ", "apac": "A", "1": "aaa", "2": "aaaa", // a customer has a name of people and an ID of contacts
		},
	}).Draw(t, "names")
	r := renamer{names, map[*oracle.Role]*oracle.Role{}}
	renamed := oracle.Request{Subject: r.agent(q.Subject), Action: q.Action, Thing: r.thing(q.Thing)}
	require.Equal(t, decide(q), decide(renamed), "%#v\nand by other names\n%#v", q, renamed)
}

// A renamer gives everything but roles another ID.
type renamer struct {
	names map[string]string
	roles map[*oracle.Role]*oracle.Role
}

func (r renamer) name(s string) string { return cmp.Or(r.names[s], s) }

func (r renamer) account(a oracle.Account) oracle.Account {
	a.ID, a.Open, a.Administrators = r.name(a.ID), slices.Clone(a.Open), slices.Clone(a.Administrators)
	for i := range a.Administrators {
		a.Administrators[i] = r.name(a.Administrators[i])
	}
	for i := range a.Open {
		a.Open[i] = r.name(a.Open[i])
	}
	return a
}

func (r renamer) role(m *oracle.Role) *oracle.Role {
	if m == nil || m.BuiltIn {
		return m
	}
	if r.roles[m] == nil {
		role := *m
		role.Account = r.name(m.Account)
		r.roles[m] = &role
	}
	return r.roles[m]
}

func (r renamer) rolesOf(roles []*oracle.Role) (renamed []*oracle.Role) {
	for _, role := range roles {
		renamed = append(renamed, r.role(role))
	}
	return renamed
}

func (r renamer) binding(b oracle.Binding) oracle.Binding {
	b.Role, b.Workspace, b.Group = r.role(b.Role), r.name(b.Workspace), r.name(b.Group)
	return b
}

func (r renamer) agent(m *oracle.Agent) *oracle.Agent {
	if m == nil {
		return nil
	}
	agent := *m
	agent.ID, agent.Account, agent.Bindings, agent.Groups = r.name(m.ID), r.account(m.Account), nil, r.keys(m.Groups)
	for _, b := range m.Bindings {
		agent.Bindings = append(agent.Bindings, r.binding(b))
	}
	agent.User, agent.Contact, agent.Company = r.user(m.User), r.name(m.Contact), r.name(m.Company)
	if m.Acts != nil {
		agent.Acts = r.acting(*m.Acts)
	}
	return &agent
}

func (r renamer) acting(m oracle.Acting) *oracle.Acting {
	m.Limits = slices.Clone(m.Limits)
	for i := range m.Limits {
		workspaces := slices.Clone(m.Limits[i].Workspaces)
		for j := range workspaces {
			workspaces[j] = r.name(workspaces[j])
		}
		m.Limits[i].Workspaces = workspaces
	}
	return &m
}

func (r renamer) user(m oracle.User) oracle.User {
	user := m
	user.ID, user.Contacts, user.Companies = r.name(m.ID), r.keys(m.Contacts), r.keys(m.Companies)
	user.Territories, user.Parents = slices.Clone(m.Territories), r.keys(m.Parents)
	for i := range user.Territories {
		user.Territories[i] = r.name(user.Territories[i])
	}
	for territory, parent := range user.Parents {
		user.Parents[territory] = r.name(parent)
	}
	return user
}

// keys returns the map with its keys renamed.
func (r renamer) keys(m map[string]string) map[string]string {
	renamed := map[string]string{}
	for key, value := range m {
		renamed[r.name(key)] = value
	}
	return renamed
}

func (r renamer) thing(m *oracle.Thing) *oracle.Thing {
	if m == nil {
		return nil
	}
	thing := *m
	thing.Account, thing.Workspace, thing.Group = r.name(m.Account), r.name(m.Workspace), r.name(m.Group)
	thing.Assignee, thing.Author = r.name(m.Assignee), r.name(m.Author)
	thing.From, thing.Into, thing.Part = r.thing(m.From), r.thing(m.Into), r.thing(m.Part)
	thing.To, thing.Agent, thing.Role, thing.Binding = r.agent(m.To), r.agent(m.Agent), r.role(m.Role), r.binding(m.Binding)
	thing.Team = oracle.Team{ID: r.name(m.Team.ID), Account: r.name(m.Team.Account)}
	thing.ID, thing.Requester, thing.Company = r.name(m.ID), r.thing(m.Requester), r.name(m.Company)
	thing.Participants, thing.CCs = r.keys(m.Participants), r.keys(m.CCs)
	thing.Record = oracle.Record{Owner: r.name(m.Record.Owner), Territory: r.name(m.Record.Territory), Team: r.keys(m.Record.Team)}
	thing.Gives, thing.Granted = r.rolesOf(m.Gives), map[string][]*oracle.Role{}
	for workspace, roles := range m.Granted {
		thing.Granted[r.name(workspace)] = r.rolesOf(roles)
	}
	thing.Mentions = map[string]bool{}
	for agent, mentioned := range m.Mentions {
		thing.Mentions[r.name(agent)] = mentioned
	}
	return &thing
}

// A host type that embeds an agent and still is not one.
type (
	stranger struct{ *deskpolicy.Agent }
	partner  struct{ *deskpolicy.SharedAgent }
	lead     struct{ *deskpolicy.CRMOnlyUser }
)

// outOfRange gives the subject any number that the types allow.
func outOfRange(t *rapid.T, subject deskpolicy.Subject) {
	features := deskpolicy.Features(rapid.Uint16().Draw(t, "features"))
	var bindings []deskpolicy.Binding
	var groups map[deskpolicy.GroupID]deskpolicy.Access
	var user *deskpolicy.CRMUser
	switch s := subject.(type) {
	case *deskpolicy.Agent:
		s.Account.Plan.Features, bindings, groups = features, s.Bindings, s.Groups
	case *deskpolicy.SharedAgent:
		s.Account.Plan.Features, bindings, groups, user = features, s.Bindings, s.Groups, &s.CRM
	case *deskpolicy.CRMOnlyUser:
		s.Account.Plan.Features, user = features, &s.CRM
	}
	for i := range bindings {
		if rapid.Bool().Draw(t, "any ticket scope") {
			bindings[i].TicketScope = deskpolicy.Scope(rapid.Uint8().Draw(t, "ticket scope"))
		}
	}
	for _, group := range slices.Sorted(maps.Keys(groups)) {
		groups[group] = deskpolicy.Access(rapid.Uint8().Draw(t, "access"))
	}
	if user != nil && rapid.Bool().Draw(t, "any CRM records") {
		user.Sees = deskpolicy.CRMRecords(rapid.Uint8().Draw(t, "sees"))
		user.Visibility.AsOf, user.Visibility.MaxAge = time.Unix(0, rapid.Int64().Draw(t, "as of")), time.Duration(rapid.Int64().Draw(t, "limit"))
	}
}

// totality: every number, every missing part and every wrong type gets a decision. An
// action or a thing that does not exist is never allowed.
func totality(t *rapid.T) {
	q := drawn(t)
	b := worlds.Build(q)
	id := deskpolicy.ActionID(rapid.OneOf(rapid.Uint16Range(0, 520), rapid.Uint16Range(0, math.MaxUint16)).Draw(t, "number"))
	agent := b.Subject
	outOfRange(t, agent)
	for _, d := range nothings(b) {
		require.Equal(t, deskpolicy.OutcomeMalformed, d.Reason.Outcome(), "%#v on nothing: %v", q, d)
	}
	known := slices.Collect(deskpolicy.Reasons())
	nobodies := []deskpolicy.Subject{nil, (*deskpolicy.Agent)(nil), (*deskpolicy.SharedAgent)(nil), (*deskpolicy.CRMOnlyUser)(nil), stranger{}, partner{}, lead{}}
	switch s := agent.(type) {
	case *deskpolicy.Agent:
		nobodies = append(nobodies, stranger{s}, &stranger{s})
	case *deskpolicy.SharedAgent:
		nobodies = append(nobodies, partner{s}, &partner{s})
	case *deskpolicy.CRMOnlyUser:
		nobodies = append(nobodies, lead{s}, &lead{s})
	}
	for _, subject := range append(nobodies, agent) {
		for _, action := range []deskpolicy.ActionID{b.Action, id} {
			for _, about := range []worlds.Resource{b.Resource, worlds.On[deskpolicy.Ticket](nil), worlds.On[deskpolicy.ConversationAssignment](nil), worlds.On[worlds.Invoice](nil)} {
				for _, d := range []deskpolicy.Decision{
					about.Authorize(subject, action),
					deskpolicy.Request{Subject: subject, Action: action, Resource: about.Value, Vocabulary: worlds.HostVocabulary}.Authorize(),
					deskpolicy.Request{Subject: subject, Action: action, Resource: about.Pointer, Vocabulary: &deskpolicy.Vocabulary{}}.Authorize(),
				} {
					require.Contains(t, known, d.Reason)
					require.NotEqual(t, deskpolicy.Undecided, d.Reason)
					if !action.Valid() || subject != agent || about.Value == nil {
						require.Equal(t, deskpolicy.OutcomeMalformed, d.Reason.Outcome(), "%#v by %T, action %v: %v", q, subject, action, d)
					}
				}
			}
		}
	}
}

// nothings are all forms of a missing resource, except a nil pointer to a host type,
// because its method is the host's own.
func nothings(b worlds.Question) []deskpolicy.Decision {
	asResource, asInvoice := deskpolicy.Resource((*deskpolicy.Ticket)(nil)), deskpolicy.Resource((*worlds.Invoice)(nil))
	decisions := []deskpolicy.Decision{
		wrap[deskpolicy.Resource](b, nil), wrap[deskpolicy.Ticket](b, nil), wrap[*deskpolicy.Ticket](b, nil), wrap[worlds.Invoice](b, nil),
		wrap(b, new(deskpolicy.Resource)), wrap(b, &asResource), wrap(b, &asInvoice),
	}
	for _, c := range everyType {
		decisions = append(decisions, c.nothing(b))
	}
	return decisions
}

// purity: a decision does not change the request.
func purity(t *rapid.T) {
	q := drawn(t)
	roles := map[*oracle.Role]deskpolicy.Role{}
	asked, untouched := worlds.NewBuilder(roles).Build(q), worlds.NewBuilder(roles).Build(q)
	same := gocmp.Options{
		gocmp.Comparer(func(a, b deskpolicy.Role) bool { return a == b }),
		gocmp.Comparer(func(a, b deskpolicy.Permissions) bool { return a == b }),
		gocmp.Comparer(func(a, b deskpolicy.SupportGrant) bool {
			return fmt.Sprint(a.MarshalJSON()) == fmt.Sprint(b.MarshalJSON())
		}),
	}
	for _, ask := range []func() deskpolicy.Decision{asked.Authorize, asked.Request().Authorize} {
		ask()
		require.Empty(t, gocmp.Diff(untouched.Subject, asked.Subject, same), "the subject of %#v", q)
		require.Empty(t, gocmp.Diff(untouched.Resource.Value, asked.Resource.Value, same), "the thing of %#v", q)
		require.Empty(t, gocmp.Diff(untouched.Resource.Pointer, asked.Resource.Pointer, same), "the thing of %#v", q)
	}
}

// erasedRequests: Request.Authorize agrees with Authorize, for a value and for a pointer.
// A host's action must be on one type and known to the Vocabulary.
func erasedRequests(t *rapid.T) {
	q := worlds.Requests.Draw(t, "request")
	b := worlds.Build(q)
	want := b.Authorize()
	a := oracle.Actions[q.Action]
	if host := a != nil && a.Category == "host"; host && q.Subject.Somebody() {
		for _, ignorant := range []*deskpolicy.Vocabulary{nil, {}} {
			r := b.Request()
			r.Vocabulary = ignorant
			require.Equal(t, deskpolicy.Decision{Reason: deskpolicy.UnknownAction}, r.Authorize(), "%#v", q)
		}
		if q.Thing != nil && q.Thing.Kind != a.Kind {
			want = deskpolicy.Decision{Reason: deskpolicy.WrongResource}
		}
	}
	r := b.Request()
	require.Equal(t, want, r.Authorize(), "%#v as a value", q)
	r.Resource = b.Resource.Pointer
	require.Equal(t, want, r.Authorize(), "%#v as a pointer", q)
	if a == nil || a.Category != "host" {
		r.Vocabulary = nil
		require.Equal(t, want, r.Authorize(), "%#v without a vocabulary", q)
	}
}

// Host types that contain one of the library's.
type (
	wrappedTicket       struct{ deskpolicy.Ticket }
	wrappedConversation struct{ deskpolicy.Conversation }
	wrappedContact      struct{ deskpolicy.Contact }
	wrappedAgent        struct{ deskpolicy.Agent }
	wrappedSharedAgent  struct{ deskpolicy.SharedAgent }
	wrappedAppointment  struct{ deskpolicy.RoleAssignment }
	wrappedMembership   struct{ deskpolicy.GroupMembership }
	wrappedRole         struct{ deskpolicy.Role }
)

// wrapping: passing a pointer, an interface or a host type where a library action takes
// a library type never allows more.
func wrapping(t *rapid.T) {
	q := drawn(t)
	b := worlds.Build(q)
	if b.Action.IsHost() {
		return // it is on any type of the host
	}
	want := b.Authorize()
	wrapped := []deskpolicy.Decision{wrap(b, &b.Resource.Value)}
	switch r := b.Resource.Pointer.(type) {
	case *deskpolicy.Ticket:
		wrapped = append(wrapped, wrap(b, &r))
		if r != nil {
			wrapped = append(wrapped, wrap(b, &wrappedTicket{*r}))
		}
	case *deskpolicy.Conversation:
		wrapped = append(wrapped, wrap(b, &r), wrap(b, &wrappedConversation{*r}))
	case *deskpolicy.Contact:
		wrapped = append(wrapped, wrap(b, &r), wrap(b, &wrappedContact{*r}))
	case *deskpolicy.Agent:
		wrapped = append(wrapped, wrap(b, &r), wrap(b, &wrappedAgent{*r}))
	case *deskpolicy.SharedAgent:
		wrapped = append(wrapped, wrap(b, &r), wrap(b, &wrappedSharedAgent{*r}))
	case *deskpolicy.Role:
		wrapped = append(wrapped, wrap(b, &r), wrap(b, &wrappedRole{*r}))
	case *deskpolicy.RoleAssignment:
		wrapped = append(wrapped, wrap(b, &r), wrap(b, &wrappedAppointment{*r}))
	case *deskpolicy.GroupMembership:
		wrapped = append(wrapped, wrap(b, &r), wrap(b, &wrappedMembership{*r}))
	case *deskpolicy.TicketAssignment:
		wrapped = append(wrapped, wrap(b, &r))
	}
	for _, d := range wrapped {
		if d.Allowed() && !want.Allowed() {
			t.Errorf("%#v: denied (%v), but wrapped allowed (%v)", q, want, d)
		}
	}
}

func wrap[R deskpolicy.Resource](b worlds.Question, r *R) deskpolicy.Decision {
	return deskpolicy.Authorize(b.Subject, deskpolicy.Action[R](b.Action), r)
}

// foreignAccounts: a subject is never allowed anything in another account, and an empty
// account belongs to no subject (B09).
func foreignAccounts(t *rapid.T) {
	q := drawn(t)
	for _, account := range []string{"umbrella", "ACME", "acme ", ""} {
		foreign := q.With(func(s *oracle.Agent) { s.Account.ID = account })
		d := decide(foreign)
		builtIn := q.Thing != nil && q.Thing.Role != nil && q.Thing.Role.BuiltIn && account != ""
		if !builtIn && d.Reason.Outcome() != deskpolicy.OutcomeMalformed {
			require.Equal(t, deskpolicy.Decision{Reason: deskpolicy.OtherAccount}, d, "%#v", foreign)
		}
	}
}

// guardrails: not even a subject with every role can change a built-in role; only the account
// administrator can change other roles, unless the account says otherwise. A host type that embeds an agent does not bypass this.
func guardrails(t *rapid.T) {
	q := drawn(t)
	if !guarded(q) || q.Thing == nil {
		return
	}
	mighty := q.With(func(s *oracle.Agent) {
		s.Bindings = nil
		for _, role := range worlds.BuiltIns {
			if role.Name != "Account Administrator" || q.Thing.Kind != "role" {
				s.Bindings = append(s.Bindings, oracle.Bound(role, "*", "global"), oracle.Bound(role, "it", "global"))
			}
		}
	})
	d := decide(mighty)
	if q.Thing.Kind == "role" && oracle.Actions[q.Action].Authoring && !q.Subject.Account.Authors {
		require.False(t, d.Allowed(), "%#v: %v", mighty, d)
	}
	owner := q.Holding(oracle.Bound(worlds.BuiltIns[0], "*", "global"))
	if q.Thing.Role != nil && q.Thing.Role.BuiltIn && q.Action != "role.custom.clone" {
		require.False(t, decide(owner).Allowed(), "%#v: %v", owner, decide(owner))
	}
	owner.Action = "host.act"
	switch b := worlds.Build(owner); r := b.Resource.Pointer.(type) {
	case *deskpolicy.Agent:
		d = wrap(b, &wrappedAgent{*r})
	case *deskpolicy.SharedAgent:
		d = wrap(b, &wrappedSharedAgent{*r})
	case *deskpolicy.RoleAssignment:
		d = wrap(b, &wrappedAppointment{*r})
	case *deskpolicy.GroupMembership:
		d = wrap(b, &wrappedMembership{*r})
	default:
		return
	}
	require.False(t, d.Allowed(), "%#v, embedded: %v", owner, d)
}

// drawnShared draws a request by a shared agent.
func drawnShared(t *rapid.T) oracle.Request {
	return worlds.SharedRequests.Filter(func(q oracle.Request) bool { return q.Subject != nil && q.Subject.Shared() }).Draw(t, "request")
}

// sharedLimits: even with every role, every group and every contact, a shared agent is
// not allowed what its kind forbids, and no subject can assign anything to it [S27] [S28] [S29] [S43] (A20, A21).
func sharedLimits(t *rapid.T) {
	q := drawnShared(t)
	q.Action = rapid.SampledFrom(oracle.Names).Draw(t, "another action")
	if q.Thing != nil && oracle.Actions[q.Action].Category != "host" && oracle.Actions[q.Action].Kind != q.Thing.Kind {
		q.Thing = worlds.World{Subject: q.Subject, Roles: worlds.BuiltIns, Close: rapid.Just(oracle.Bound(worlds.BuiltIns[0], "*", "global"))}.Thing(t, oracle.Actions[q.Action].Kind)
	}
	everything := &oracle.Role{Name: "Everything", Account: "acme", May: map[string]oracle.Held{}}
	for _, name := range oracle.Names {
		if oracle.Grantable(name) {
			everything.May[name] = oracle.Held{Global: true}
		}
	}
	mighty := q.With(func(s *oracle.Agent) {
		s.Account = oracle.Account{ID: "acme", Features: enumFeatures, Open: []string{"it", "hr"}, Integrated: true}
		s.Deactivated, s.User = false, oracle.User{ID: "ursa", Sees: "all"}
		s.Groups = map[string]string{"billing": "edit", "sales": "edit"}
		s.Bindings = append(s.Bindings, oracle.Bound(everything, "*", "global"), oracle.Bound(everything, "it", "global"))
		for _, role := range worlds.BuiltIns {
			s.Bindings = append(s.Bindings, oracle.Bound(role, "*", "global"), oracle.Bound(role, "it", "global"))
		}
	})
	if q.Thing == nil {
		return
	}
	a, b := oracle.Actions[q.Action], worlds.Build(mighty)
	conversation := q.Thing.Kind == "conversation" || q.Thing.Kind == "conversation_assignment"
	if a.Name == "ticket.be_assigned" || a.Channel || conversation || a.Administers() {
		require.False(t, b.Authorize().Allowed(), "%#v: %v", mighty, b.Authorize())
	}
	if chat, ok := b.Resource.Pointer.(*deskpolicy.Conversation); ok {
		require.False(t, wrap(b, &wrappedConversation{*chat}).Allowed(), "%#v on a host's kind of conversation", mighty)
	}
	if q.Thing.Kind == "ticket_assignment" || q.Thing.Kind == "conversation_assignment" {
		to := *q.Thing
		to.To, to.NilTo = mighty.Subject, ""
		for _, asker := range []*oracle.Agent{mighty.Subject, {ID: "tom", Account: mighty.Subject.Account, Bindings: mighty.Subject.Bindings}} {
			given := oracle.Request{Subject: asker, Action: q.Action, Thing: &to}
			require.False(t, decide(given).Allowed(), "%#v: %v", given, decide(given))
		}
	}
}

// losingGround: what a shared agent was denied stays denied without a mention, the
// requester, a territory, the hierarchy, membership of a CRM team, the CRM's answer or its
// freshness, a level of CRM records, the CRM user or the integration.
func losingGround(t *rapid.T) {
	q := drawnShared(t)
	lose := func(label string) bool { return rapid.SampledFrom([]bool{false, false, true}).Draw(t, "lose "+label) }
	less := q.With(func(s *oracle.Agent) {
		u := &s.User
		u.Territories = some(t, u.Territories, "territories kept")
		if lose("the hierarchy") {
			u.Parents = nil
		}
		for _, territory := range slices.Sorted(maps.Keys(u.Parents)) {
			if lose("the parent of " + territory) {
				delete(u.Parents, territory)
			}
		}
		for _, answer := range []map[string]string{u.Contacts, u.Companies} {
			lower(answer, lose)
		}
		if lose("freshness") {
			u.Limit = min(u.Limit, max(s.Now-u.AsOf, 0)) // so that it has expired
		}
		if lose("a level of CRM records") {
			u.Sees = map[string]string{"all": "territory", "territory": "own", "own": "none", "none": "none", "unknown": "unknown", "beyond": "beyond"}[u.Sees]
		}
		u.Deactivated = u.Deactivated || lose("the user, by deactivation")
		if lose("the user") {
			u.ID = ""
		}
		s.Account.Integrated = s.Account.Integrated && !lose("the integration")
	})
	less.Thing = withoutGrounds(q.Thing, lose)
	if before, after := decide(q), decide(less); !before.Allowed() && after.Allowed() {
		t.Errorf("%#v: denied (%v), but with less\n%#v: allowed (%v)", q, before, less, after)
	}
}

// without returns the thing without some of the grounds on which shared agents reach it.
func withoutGrounds(r *oracle.Thing, lose func(string) bool) *oracle.Thing {
	if r == nil {
		return nil
	}
	less := *r
	less.From, less.Into, less.Part, less.Requester = withoutGrounds(r.From, lose), withoutGrounds(r.Into, lose), withoutGrounds(r.Part, lose), withoutGrounds(r.Requester, lose)
	if lose("the requester") {
		less.Requester = nil
	}
	if lose("the territory") {
		less.Record.Territory = ""
	}
	if lose("the owner") {
		less.Record.Owner = ""
	}
	less.Mentions, less.Record.Team = maps.Clone(r.Mentions), maps.Clone(r.Record.Team)
	lower(less.Record.Team, lose)
	for _, agent := range slices.Sorted(maps.Keys(less.Mentions)) {
		if lose("the mention of " + agent) {
			less.Mentions[agent] = false
		}
	}
	return &less
}

// lower removes or lowers some of the accesses.
func lower(access map[string]string, lose func(string) bool) {
	for _, id := range slices.Sorted(maps.Keys(access)) {
		if lose("edit of " + id) {
			access[id] = cmp.Or(map[string]string{"edit": "view"}[access[id]], "none")
		}
		if lose("all of " + id) {
			delete(access, id)
		}
	}
}

// widerScope: on tickets, what is allowed at a ticket scope or at a level of the
// permission is allowed at every wider one. That holds for shared agents too, although
// their ScopeRestricted reaches other tickets [S14].
func widerScope(t *rapid.T) {
	q := worlds.Requests.Draw(t, "request")
	if rapid.Bool().Draw(t, "a shared agent") {
		q = drawnShared(t)
	}
	if !onTickets(q) || q.Subject == nil {
		return
	}
	at := func(scope string, level oracle.Held) oracle.Request {
		return q.With(func(s *oracle.Agent) {
			for i := range s.Bindings {
				if scope != "" {
					s.Bindings[i].TicketScope = scope
				}
				s.Bindings[i].Role = roleAt(s.Bindings[i].Role, q.Action, level)
			}
		})
	}
	scopes := []oracle.Request{at("none", oracle.Held{}), at("restricted", oracle.Held{}), at("group", oracle.Held{}), at("global", oracle.Held{})}
	levels := []oracle.Request{at("", oracle.Held{Restricted: true}), at("", oracle.Held{Group: true}), at("", oracle.Held{Global: true})}
	for _, widening := range [][]oracle.Request{scopes, levels} {
		for i := range widening[1:] {
			if before, after := decide(widening[i]), decide(widening[i+1]); before.Allowed() && !after.Allowed() {
				t.Errorf("%#v: allowed (%v), but wider\n%#v: denied (%v)", widening[i], before, widening[i+1], after)
			}
		}
	}
}

// onTickets reports whether the ticket scope bounds the request.
func onTickets(q oracle.Request) bool {
	return q.Thing != nil && (oracle.Kinds[q.Thing.Kind].Ticket || q.Thing.Kind == "ticket_pair" || q.Thing.Kind == "ticket_assignment")
}

// at returns the role with the action at the level, if the role has the action and a
// custom role may have it. Without a level it returns the role unchanged.
func roleAt(r *oracle.Role, action string, level oracle.Held) *oracle.Role {
	if level = oracle.Actions[action].Takes(level); r == nil || level == (oracle.Held{}) || r.May[action] == (oracle.Held{}) || !oracle.Grantable(action) {
		return r
	}
	role := oracle.Role{Name: "My " + r.Name, Account: "acme", May: maps.Clone(r.May)}
	maps.DeleteFunc(role.May, func(name string, _ oracle.Held) bool { return oracle.Actions[name] == nil || !oracle.Grantable(name) })
	role.May[action] = level
	return &role
}

// sharedWithinGlobal: an agent who holds the same at ScopeGlobal may do everything that a
// shared agent may do with a ticket, on that ground alone.
func sharedWithinGlobal(t *rapid.T) {
	q := drawnShared(t)
	if !onTickets(q) {
		return
	}
	agents := q.With(func(s *oracle.Agent) {
		s.Kind, s.User, s.Groups, s.Acts = "", oracle.User{}, nil, nil // a limit may still depend on the groups
		for i := range s.Bindings {
			s.Bindings[i].TicketScope = "global"
			s.Bindings[i].Role = roleAt(s.Bindings[i].Role, q.Action, oracle.Held{Global: true})
			s.Bindings[i].Role = roleAt(s.Bindings[i].Role, "ticket.confidential", oracle.Held{Global: true}) // which also counts (A52)
		}
	})
	if shared, agent := decide(q), decide(agents); shared.Allowed() && !agent.Allowed() {
		t.Errorf("%#v: allowed (%v), but the agent\n%#v: denied (%v)", q, shared, agents, agent)
	}
}

// concurrent: goroutines that ask the same question at the same time get the same answer.
func concurrent(t *rapid.T) {
	q := drawn(t)
	b := worlds.Build(q)
	want := b.Authorize()
	answers := make([]deskpolicy.Decision, 4)
	var askers sync.WaitGroup
	for i := range answers {
		askers.Add(1)
		go func() {
			defer askers.Done()
			for range 4 {
				if answers[i] = b.Authorize(); answers[i] != want {
					return
				}
			}
		}()
	}
	askers.Wait()
	for _, d := range answers {
		require.Equal(t, want, d, "%#v", q)
	}
}

// ofSessions are the reasons that only support sessions get; see grant_model_test.go.
var ofSessions = map[deskpolicy.Reason]bool{
	deskpolicy.NoInstant: true, deskpolicy.NoGrant: true, deskpolicy.GrantNotStarted: true,
	deskpolicy.GrantExpired: true, deskpolicy.GrantRevoked: true, deskpolicy.SupportNoGrants: true,
	deskpolicy.SupportNoRoles: true, deskpolicy.SupportNoAgents: true, deskpolicy.SupportNoExport: true,
}

// TestReasonShares checks the generators: if a reason is almost never drawn, the laws do
// not test it.
func TestReasonShares(t *testing.T) {
	effort.Alone(t)
	n := effort.Of(8_000, 8_000, 20_000)
	count, allowed := map[deskpolicy.Reason]int{}, 0
	for seed := range n {
		q := worlds.Requests.Example(seed + 1)
		d := decide(q)
		if want := oracle.Decide(q); !worlds.Agree(d, want) {
			t.Error(worlds.Disagreement(q, d, want))
		}
		count[d.Reason]++
		if d.Allowed() {
			allowed++
		}
	}
	for reason := range deskpolicy.Reasons() {
		share := float64(count[reason]) / float64(n)
		t.Logf("%-24v %5.2f %%", reason, 100*share)
		if reason != deskpolicy.Undecided && !ofSessions[reason] {
			assert.Greater(t, share, 0.0002, "%v is drawn too rarely", reason)
		}
	}
	t.Logf("%-24s %5.2f %%", "allowed", 100*float64(allowed)/float64(n))
	require.Greater(t, float64(allowed)/float64(n), 0.15, "too little is allowed")
}

// Creating an agent with a role and a group requires the permission to give each (A40).
func TestNewAgentInAGroup(t *testing.T) {
	held := custom(t, deskpolicy.AgentCreate.At(deskpolicy.Anything), deskpolicy.AgentRoleAssign.At(deskpolicy.Anything))
	tom := &deskpolicy.Agent{ID: "tom", Account: acme, Bindings: []deskpolicy.Binding{held}}
	check(t, riya(held), deskpolicy.AgentCreate, *tom, deskpolicy.AllowedAll)
	tom.Groups = map[deskpolicy.GroupID]deskpolicy.Access{"billing": deskpolicy.View}
	check(t, riya(held), deskpolicy.AgentCreate, *tom, deskpolicy.NoPermission)
	check(t, riya(held, custom(t, deskpolicy.AgentGroupAssign.At(deskpolicy.Anything))), deskpolicy.AgentCreate, *tom, deskpolicy.AllowedAll)
}
