package deskpolicy_test

import (
	"cmp"
	"fmt"
	"iter"
	"maps"
	"reflect"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/effort"
	"github.com/deskpolicy/deskpolicy/internal/oracle"
	"github.com/deskpolicy/deskpolicy/internal/worlds"
)

// These tests hold Compare, Covers and MissingAuthority against brute force, which asks
// Authorize every question of a small enumeration of resources, for each subject.

// compareMe is the common ID of all subjects. It is a session's ID because a session's ID
// cannot be changed.
const compareMe = "support:eve"

// A compareSubject is a subject to compare.
type compareSubject struct {
	name    string
	subject deskpolicy.Subject // as passed to Compare
	alike   deskpolicy.Subject // with the common ID and a plan with every feature

	live        bool
	account     string
	bound, open []string // the workspaces with bindings, and the open workspaces
	may         []uint64 // the allowed questions, a bit for each
}

// A compareQuestion is an action on a resource of the enumeration.
type compareQuestion struct {
	action             deskpolicy.ActionID
	on                 worlds.Resource
	account, workspace string
	exact              bool // the resource is in one place: not a built-in role and not a pair of different resources
	covering           bool // the action requires the subject to cover an agent who is allowed something
}

// A compareWorld holds the subjects to compare and the questions to ask.
type compareWorld struct {
	subjects  []*compareSubject
	questions []compareQuestion
	covering  []uint64 // the questions with covering set, a bit for each
}

// compareRoles returns custom and built-in roles, some of which include others.
func compareRoles() []*oracle.Role {
	custom := func(name string, may map[string]oracle.Held) *oracle.Role {
		return &oracle.Role{Name: name, Account: "acme", May: may}
	}
	global, group, restricted := oracle.Held{Global: true}, oracle.Held{Group: true}, oracle.Held{Restricted: true}
	return []*oracle.Role{
		custom("Desk", map[string]oracle.Held{"ticket.view": global, "ticket.reply": group, "ticket.note.edit_own": restricted, "ticket.merge": group, "ticket.route": {InGroup: true}, "ticket.assign": {InGroup: true}, "ticket.confidential": group}),
		custom("Night", map[string]oracle.Held{"ticket.view": group, "ticket.reply": restricted, "ticket.route": group, "ticket.assign": {InGroup: true, Restricted: true}}),
		custom("Chats", map[string]oracle.Held{"conversation.view": group, "conversation.reply": {Group: true, Restricted: true}, "conversation.assign": global, "conversation.route": group, "ticket.confidential": {Mentioned: true, InGroup: true}}),
		custom("Chat Hands", map[string]oracle.Held{"conversation.view": restricted, "conversation.reply": group, "ticket.assign": restricted}),
		custom("Lead", enumAdmins(map[string]oracle.Held{"ticket.view": global, "settings.manage": group, "ticket.assign": group})),
		custom("Sales", map[string]oracle.Held{
			"contact.view": global, "contact.edit": group, "contact.create": restricted, "company.view": restricted, "contact.merge": global,
			"report.view": restricted, "ticket.list.manage_own": group, "profile.edit_own": restricted,
		}),
		custom("Hosts", map[string]oracle.Held{"host.inspect": group, "host.change": restricted, "host.bill": global, "host.call": group, "host.amend": group, "host.attend": restricted}),
		custom("Guests", map[string]oracle.Held{"host.inspect": restricted, "host.extract": group, "host.change": restricted, "host.amend": restricted, "host.attend": group, "ticket.confidential": restricted}),
		custom("Nothing", nil),
		worlds.BuiltIn("Account Administrator"), worlds.BuiltIn("Agent"), worlds.SharedAgentRole, worlds.BuiltIn("Administrator"), worlds.BuiltIn("Supervisor"),
	}
}

// compareUsers returns CRM users with different visibility.
func compareUsers() []oracle.User {
	parents := map[string]string{"berlin": "emea", "emea": "berlin", "mitte": "berlin"}
	return []oracle.User{
		{ID: "ursa", Sees: "own"},
		{ID: "ursa", Sees: "territory", Territories: []string{"emea"}},
		{ID: "ursa", Sees: "territory", Territories: []string{"emea", ""}, Parents: parents},
		{ID: "ugo", Sees: "territory", Territories: []string{"berlin"}},
		{ID: "ugo", Sees: "own", Contacts: map[string]string{"1": "edit", "2": "view"}, Limit: 2, AsOf: enumToday - 1},
		{ID: "ugo", Sees: "all"},
		{ID: "ursa", Sees: "none", Contacts: map[string]string{"1": "view", "": "edit"}, Companies: map[string]string{"1": "edit", "example": "view"}, Limit: 2, AsOf: enumToday},
		{ID: "ursa", Sees: "none", Contacts: map[string]string{"1": "edit"}, Companies: map[string]string{"1": "edit"}, Limit: 2, AsOf: enumToday - 2}, // expired
		{ID: "ursa", Sees: "none", Contacts: map[string]string{"1": "edit"}, Limit: 2, AsOf: enumToday + 1},                                            // of the future
		{ID: "ugo", Sees: "none", Companies: map[string]string{"2": "view", "1": "unknown"}, Limit: 1, AsOf: enumToday},
		{ID: "ursa", Sees: "unknown", Territories: []string{"emea"}, Contacts: map[string]string{"1": "edit", "2": "edit"}, Limit: 2, AsOf: enumToday},
		{ID: "ursa", Sees: "territory", Territories: []string{"apac"}, Parents: map[string]string{"emea": "apac", "berlin": "emea"}},
	}
}

// newCompareWorld returns every nth subject with the questions that each is allowed.
func newCompareWorld(t testing.TB, every int) *compareWorld {
	w, b := &compareWorld{}, worlds.NewBuilder(map[*oracle.Role]deskpolicy.Role{})
	roles := compareRoles()
	w.agents(b, roles)
	w.sharedAgents(b, roles)
	w.sessions(t, b, roles)
	w.nobodies(b, roles)
	if every > 1 {
		all := w.subjects
		w.subjects = nil
		for i, s := range all {
			if i%every == 0 {
				w.subjects = append(w.subjects, s)
			}
		}
	}
	w.ask(b, roles)
	w.askHosts()
	w.covering = make([]uint64, len(w.questions)/64+1)
	for i, q := range w.questions {
		if q.covering {
			w.covering[i/64] |= 1 << (i % 64)
		}
	}
	var workers sync.WaitGroup
	var next atomic.Int64
	for range runtime.GOMAXPROCS(0) {
		workers.Add(1)
		go func() {
			defer workers.Done()
			for i := next.Add(1) - 1; int(i) < len(w.subjects); i = next.Add(1) - 1 {
				w.subjects[i].may = w.answers(w.subjects[i].alike)
			}
		}()
	}
	workers.Wait()
	return w
}

// answers returns the questions that the subject is allowed.
func (w *compareWorld) answers(subject deskpolicy.Subject) []uint64 {
	may := make([]uint64, len(w.questions)/64+1)
	for i, q := range w.questions {
		if q.on.Authorize(subject, q.action).Allowed() {
			may[i/64] |= 1 << (i % 64)
		}
	}
	return may
}

// member adds an agent or a shared agent.
func (w *compareWorld) member(b worlds.Builder, m *oracle.Agent) {
	alike := *m
	if alike.Account.Features = enumFeatures; alike.ID != "" {
		alike.ID = compareMe
	}
	s := &compareSubject{name: m.String(), subject: b.Subject(m), alike: b.Subject(&alike), account: m.Account.ID, open: m.Account.Open}
	s.live = m.Somebody() && !m.Deactivated && m.Account.ID != "" && m.Kind != "non_agent"
	if m.Shared() {
		s.live = s.live && m.User.ID != "" && !m.User.Deactivated && m.Account.Integrated
	}
	for _, binding := range m.Bindings {
		s.bound = append(s.bound, binding.Workspace)
	}
	w.subjects = append(w.subjects, s)
}

func (w *compareWorld) agents(b worlds.Builder, roles []*oracle.Role) {
	accounts := []oracle.Account{{ID: "acme", Open: []string{"it", "legal"}}, {ID: "acme", Open: []string{"it"}, Authors: true}, {ID: "acme", Open: []string{"legal", "it", ""}, Integrated: true}, {ID: "acme"}}
	groups := append([]map[string]string{{"billing": "edit", "sales": "view"}, {"": "edit", "sales": "unknown"}}, enumGroups...)
	held := [][]oracle.Binding{}
	for i, role := range roles {
		for j, workspace := range []string{"*", "it", "*open*", "hr"} {
			scope := []string{"global", "group", "restricted", "global"}[(i+j)%4]
			held = append(held, []oracle.Binding{oracle.Bound(role, workspace, scope)})
			if j%2 == 0 {
				other := roles[(i*3+j+1)%len(roles)]
				held = append(held, []oracle.Binding{oracle.Bound(role, workspace, "global"), oracle.Bound(other, []string{"*open*", "it"}[i%2], "group")})
			}
		}
	}
	for i, role := range []*oracle.Role{roles[0], roles[1], roles[4], roles[5], roles[9], roles[12]} {
		everywhere := oracle.Bound(role, "**", []string{"global", "group"}[i/2%2])
		held = append(held, []oracle.Binding{everywhere}, []oracle.Binding{everywhere, oracle.Bound(roles[(i*5+1)%len(roles)], []string{"*open*", "it", "**"}[i%3], "global")})
	}
	for i, held := range held {
		w.member(b, &oracle.Agent{ID: []string{"riya", "tom"}[i%2], Account: accounts[i%3], Bindings: held, Groups: groups[i%len(groups)]})
	}
	for _, held := range [][]oracle.Binding{{oracle.Bound(roles[0], "*", "global")}, {oracle.Bound(roles[1], "*", "group")}, {oracle.Bound(roles[3], "*", "global")}} { // in every group
		for _, in := range groups {
			w.member(b, &oracle.Agent{ID: "riya", Account: accounts[1], Bindings: held, Groups: in})
		}
	}
	routes := map[string]oracle.Held{"ticket.assign": {Group: true}, "ticket.route": {Group: true}, "conversation.route": {InGroup: true}}
	sends := map[string]oracle.Held{"ticket.assign": {Global: true}, "ticket.route": {Global: true}, "conversation.route": {InGroup: true, Restricted: true}}
	for _, held := range []oracle.Binding{ // reach the same tickets, but do not take them to the same places
		oracle.Bound(&oracle.Role{Name: "Routes", Account: "acme", May: routes}, "*", "global"), oracle.Bound(&oracle.Role{Name: "Sends", Account: "acme", May: sends}, "*", "group"),
	} {
		for _, in := range groups {
			w.member(b, &oracle.Agent{ID: "riya", Account: accounts[1], Bindings: []oracle.Binding{held}, Groups: in})
		}
	}
	for _, account := range accounts { // in every workspace
		for _, scope := range []string{"none", "restricted", "global"} {
			w.member(b, &oracle.Agent{ID: "ann", Account: account, Bindings: []oracle.Binding{oracle.Bound(roles[4], "*", scope)}})
		}
	}
	together := []oracle.Binding{oracle.Bound(roles[4], "*", "restricted"), oracle.Bound(roles[0], "*", "global"), oracle.Bound(roles[0], "it", "global"), oracle.Bound(roles[0], "legal", "group")}
	for i := range together {
		w.member(b, &oracle.Agent{ID: "ann", Account: accounts[0], Bindings: together[:i+1], Groups: groups[0]})
	}
	strangers := oracle.Account{ID: "globex", Open: []string{"it"}}
	for _, role := range []*oracle.Role{roles[9], roles[10], roles[0], {Name: "Strangers", Account: "globex", May: map[string]oracle.Held{"ticket.view": {Global: true}}}} {
		w.member(b, &oracle.Agent{ID: "riya", Account: strangers, Bindings: []oracle.Binding{oracle.Bound(role, "*", "global")}})
	}
}

func (w *compareWorld) sharedAgents(b worlds.Builder, roles []*oracle.Role) {
	account := oracle.Account{ID: "acme", Open: []string{"it"}, Integrated: true}
	desk, sales, hosts, owner, shared := roles[0], roles[5], roles[6], roles[9], roles[11]
	for i, user := range compareUsers() {
		for j, held := range [][]oracle.Binding{
			{oracle.Bound(sales, "*", "restricted")}, {oracle.Bound(shared, "*", "restricted"), oracle.Bound(hosts, "*", "global")}, {oracle.Bound(desk, "*", "restricted"), oracle.Bound(shared, "it", "global")}, {oracle.Bound(owner, "*", "group")},
		} {
			if j == 3 && i%3 > 0 {
				continue
			}
			w.member(b, &oracle.Agent{ID: "sam", Kind: "shared_agent", Now: enumToday, Account: account, User: user, Bindings: held, Groups: enumGroups[(i+j)%2]})
		}
	}
	visitors := &oracle.Role{Name: "Visitors", Account: "acme", May: map[string]oracle.Held{"host.attend": {Restricted: true}}}
	for _, scope := range []string{"none", "restricted"} { // the shared agent has only visits that the agent has not
		held := []oracle.Binding{oracle.Bound(visitors, "*", scope)}
		w.member(b, &oracle.Agent{ID: "sam", Kind: "shared_agent", Now: enumToday, Account: account, User: enumUser, Bindings: held})
		w.member(b, &oracle.Agent{ID: "riya", Account: account, Bindings: held})
	}
}

func (w *compareWorld) sessions(t testing.TB, b worlds.Builder, roles []*oracle.Role) {
	t.Helper()
	terms := func(given []*oracle.Role, workspaces map[string][]*oracle.Role) deskpolicy.SupportGrant {
		grant := b.Grant(&oracle.Thing{Kind: "support_grant", Account: "acme", Gives: given, Granted: workspaces})
		return grant
	}
	for i, given := range [][]*oracle.Role{{roles[9]}, {roles[12]}, {roles[0]}, {roles[4], roles[2]}, {roles[6]}, nil} {
		for j, workspaces := range []map[string][]*oracle.Role{nil, {"it": nil}, {"hr": {roles[10]}, "it": {roles[1], roles[7]}}} {
			grant := terms(given, workspaces)
			now := grant.Start().Add(time.Hour)
			if i == 2 && j == 1 {
				now = grant.End()
			}
			account := deskpolicy.Account{ID: "acme", OpenWorkspaces: []deskpolicy.WorkspaceID{"it", "legal"}}
			everything := account
			everything.Plan.Features = deskpolicy.AllFeatures
			s := &compareSubject{
				name:    fmt.Sprintf("eve with %v and %v", given, workspaces),
				subject: grant.Session(eve, account, now), alike: grant.Session(eve, everything, now),
				account: "acme", live: now.Before(grant.End()), bound: slices.Sorted(maps.Keys(workspaces)),
			}
			w.subjects = append(w.subjects, s)
		}
	}
	grant := terms(nil, nil)
	foreign := grant.Session(eve, deskpolicy.Account{ID: "globex"}, grant.Start())
	w.subjects = append(w.subjects, &compareSubject{name: "eve elsewhere", subject: foreign, alike: foreign, account: "globex"})
}

func (w *compareWorld) nobodies(b worlds.Builder, roles []*oracle.Role) {
	held := []oracle.Binding{oracle.Bound(roles[9], "*", "global"), oracle.Bound(roles[9], "it", "global")}
	account := oracle.Account{ID: "acme", Open: []string{"it", "legal"}, Integrated: true}
	shared := oracle.Agent{ID: "sam", Kind: "shared_agent", Account: account, Bindings: held, User: enumUser}
	w.member(b, &oracle.Agent{ID: "riya", Account: account, Bindings: held, Deactivated: true})
	w.member(b, &oracle.Agent{ID: "riya", Bindings: held})
	w.member(b, &oracle.Agent{ID: "", Account: account, Bindings: held})
	w.member(b, &oracle.Agent{ID: "riya", Account: account})
	w.member(b, &oracle.Agent{Kind: "non_agent", Account: account, User: enumUser})
	for _, change := range []func(*oracle.Agent){
		func(s *oracle.Agent) { s.User.Deactivated = true }, func(s *oracle.Agent) { s.User.ID = "" }, func(s *oracle.Agent) { s.Account.Integrated = false },
	} {
		dead := shared
		change(&dead)
		w.member(b, &dead)
	}
	w.subjects = append(w.subjects, &compareSubject{name: "nobody"}, &compareSubject{name: "a nil agent", subject: (*deskpolicy.Agent)(nil), alike: (*deskpolicy.Agent)(nil)})
}

var (
	compareWorkspaces = []string{"", "it", "hr", "legal", "zz"}
	compareGroups     = []string{"", "billing", "sales", "zz"}
	comparePeople     = []string{compareMe, "zoe"}
)

// compareRecords returns contacts or companies in every relationship to the users.
func compareRecords(kind string) (records []*oracle.Thing) {
	for _, id := range []string{"1", "2", "3", ""} {
		for _, owner := range []string{"", "ursa", "ugo"} {
			for _, territory := range []string{"", "emea", "berlin", "mitte", "apac"} {
				for _, ursa := range []string{"none", "view", "edit"} {
					for _, ugo := range []string{"none", "view", "edit"} {
						team := map[string]string{"ursa": ursa, "ugo": ugo, "": "edit"}
						records = append(records, &oracle.Thing{Kind: kind, ID: id, Account: "acme", Author: "zoe", Record: oracle.Record{Owner: owner, Territory: territory, Team: team}})
					}
				}
			}
		}
	}
	return records
}

// seenAlike returns the first contact of each class that all users see alike.
func (w *compareWorld) seenAlike(b worlds.Builder, contacts []*oracle.Thing) (different []*oracle.Thing) {
	everyone := map[string]oracle.Held{"contact.view": {Global: true}, "contact.edit": {Global: true}}
	role, known := &oracle.Role{Name: "Everyone", Account: "acme", May: everyone}, map[string]bool{}
	for _, contact := range contacts {
		seen, on := "", b.Resource(contact)
		for _, user := range compareUsers() {
			shared := b.Subject(&oracle.Agent{ID: "sam", Kind: "shared_agent", Now: enumToday, Account: oracle.Account{ID: "acme", Integrated: true}, User: user, Bindings: []oracle.Binding{oracle.Bound(role, "*", "none")}})
			seen += fmt.Sprint(on.Authorize(shared, deskpolicy.ContactView.ID()).Allowed(), on.Authorize(shared, deskpolicy.ContactEdit.ID()).Allowed())
		}
		if !known[seen] {
			different, known[seen] = append(different, contact), true
		}
	}
	return different
}

// ownedBy returns copies of the records that belong to the person.
func ownedBy(person string, records []*oracle.Thing) (owned []*oracle.Thing) {
	for _, record := range records {
		record := *record
		record.Author = person
		owned = append(owned, &record)
	}
	return owned
}

// ask fills the questions: every action on resources of every kind.
func (w *compareWorld) ask(b worlds.Builder, roles []*oracle.Role) {
	contacts, companies := compareRecords("contact"), compareRecords("company")
	different := w.seenAlike(b, contacts)
	for _, kind := range slices.Sorted(maps.Keys(oracle.Kinds)) {
		var things, forHosts []*oracle.Thing
		add := func(added ...*oracle.Thing) { things, forHosts = append(things, added...), append(forHosts, added...) }
		for _, account := range []string{"acme", "globex"} {
			workspaces, groups := compareWorkspaces, compareGroups
			if account == "globex" {
				workspaces, groups = []string{"", "it", "hr"}, []string{"", "billing"}
			}
			switch kind {
			case "ticket_pair", "contact_pair", "ticket_assignment", "conversation_assignment":
				add(comparePairs(kind, account, workspaces, groups, different)...)
			case "agent", "shared_agent", "role_assignment", "group_membership", "role", "support_grant":
				add(comparePersons(kind, account, roles)...)
			default:
				add(enumPlaces(kind, []string{account}, workspaces, groups, comparePeople)...)
			}
		}
		if oracle.Kinds[kind].People {
			add(compareSecrets(kind, different)...)
		}
		switch kind {
		case "ticket", "note", "time_entry", "task", "visit":
			plain := enumPlaces(kind, []string{"acme"}, compareWorkspaces, compareGroups, comparePeople)
			add(enumPeople(plain, []*oracle.Thing{nil}, []map[string]bool{{compareMe: true}})...)
			add(enumPeople(plain, []*oracle.Thing{different[0], different[len(different)/3], different[len(different)/2]}, enumMentions[:1])...)
			things = append(things, enumPeople(enumPlaces(kind, []string{"acme"}, compareWorkspaces, []string{""}, comparePeople[map[bool]int{true: 1}[kind == "ticket"]:]), different, enumMentions[:1])...)
			if kind == "visit" { // which alone can be assigned to a shared agent and has a requester
				forHosts = append(forHosts, enumPeople(enumPlaces(kind, []string{"acme"}, compareWorkspaces[:1], compareGroups[:1], comparePeople[:1]), different, enumMentions[:1])...)
			}
		case "contact":
			things, forHosts = append(things, contacts...), append(forHosts, different...)
			add(ownedBy(compareMe, different)...)
		case "company":
			add(append(companies, ownedBy(compareMe, companies)...)...)
		case "role": // only connected accounts have the Shared Agent role; host actions on it are not compared
			things = append(things, &oracle.Thing{Kind: kind, Role: worlds.SharedAgentRole})
		case "contact_pair":
			for _, contact := range different {
				add(&oracle.Thing{Kind: kind, From: contact, Into: contact}, &oracle.Thing{Kind: kind, From: different[len(different)-1], Into: contact})
			}
		}
		for _, name := range oracle.Names {
			switch a := oracle.Actions[name]; {
			case a.Category == "host":
				w.about(b, name, forHosts)
			case a.Kind == kind:
				w.about(b, name, things)
			}
		}
	}
}

// askHosts adds questions about a host's own things that are confidential.
func (w *compareWorld) askHosts() {
	for _, name := range oracle.Names {
		if oracle.Actions[name].Category != "host" {
			continue
		}
		for _, place := range compareWorkspaces {
			for _, group := range compareGroups {
				for _, assignee := range append(slices.Clone(comparePeople), "") {
					for n := range 16 {
						what := deskpolicy.Attributes{
							Account: "acme", Workspace: deskpolicy.WorkspaceID(place), Group: deskpolicy.GroupID(group), Assignee: deskpolicy.AgentID(assignee),
							Assignable: n&1 != 0, OnTicket: n&2 != 0, Confidential: true,
						}
						if n&4 != 0 {
							what.Mentions = map[deskpolicy.AgentID]bool{compareMe: true}
						}
						if n&8 != 0 {
							what.Participants = map[deskpolicy.AgentID]deskpolicy.Access{compareMe: deskpolicy.Edit}
						}
						w.questions = append(w.questions, compareQuestion{
							action: worlds.ActionID(name), on: worlds.On(&hostThing{what}), account: "acme", workspace: place, exact: true,
						})
					}
				}
			}
		}
	}
}

// compareSecrets returns confidential things of the kind, to which the subject stands in
// each way in person that a role is held at.
func compareSecrets(kind string, requesters []*oracle.Thing) (things []*oracle.Thing) {
	people := append(slices.Clone(comparePeople), "")
	for _, takesPart := range []bool{false, true} {
		plain := enumSecret(enumPlaces(kind, []string{"acme"}, compareWorkspaces, compareGroups, people))
		secret := enumPeople(plain, []*oracle.Thing{nil}, []map[string]bool{nil, {compareMe: true}})
		from := enumSecret(enumPlaces(kind, []string{"acme"}, compareWorkspaces, []string{""}, comparePeople))
		secret = append(secret, enumPeople(from, requesters, enumMentions[:1])...)
		if takesPart {
			for _, thing := range secret {
				ticket := thing
				if thing.Part != nil {
					ticket = thing.Part
				}
				ticket.Participants = map[string]string{compareMe: "edit"}
			}
		}
		things = append(things, secret...)
	}
	return things
}

func (w *compareWorld) about(b worlds.Builder, action string, things []*oracle.Thing) {
	for _, thing := range things {
		place := thing
		for _, part := range []*oracle.Thing{thing.Part, thing.From} {
			if part != nil {
				place = part
			}
		}
		q := compareQuestion{action: worlds.ActionID(action), on: b.Resource(thing), account: place.Account, exact: thing.From == thing.Into && (thing.Role == nil || !thing.Role.BuiltIn || thing.Role == worlds.SharedAgentRole)}
		a := oracle.Actions[action]
		q.exact = q.exact && !(a.Assigns && thing.Team.ID != "") // which also takes the permission to route
		permits := func(b oracle.Binding) bool { return b.Role != nil && (b.Role.BuiltIn || len(b.Role.May) > 0) }
		mighty := len(thing.Gives)+len(thing.Granted) > 0 || permits(thing.Binding) || thing.Agent != nil && slices.ContainsFunc(thing.Agent.Bindings, permits)
		q.covering = (a.Authority || a.Authoring) && mighty
		if oracle.Kinds[place.Kind].Workspace {
			q.workspace = place.Workspace
		}
		if thing.Role != nil {
			q.account = thing.Role.Account
		}
		if thing.Agent != nil {
			q.account = thing.Agent.Account.ID
		}
		w.questions = append(w.questions, q)
		if q.on = offTicket(q.on); q.on.Pointer != nil {
			w.questions = append(w.questions, q)
		}
	}
}

// compareAssignments returns the assignment to nobody, and to each group and a member of it
// who can take everything.
func compareAssignments(to *oracle.Thing) []*oracle.Thing {
	assignments := []*oracle.Thing{to}
	for _, group := range compareGroups[1:] {
		routed, given := *to, *to
		routed.Team = oracle.Team{ID: group, Account: to.Account}
		given.To = &oracle.Agent{ID: "zoe", Account: oracle.Account{ID: to.Account}, Groups: map[string]string{group: "edit"}, Bindings: []oracle.Binding{oracle.Bound(worlds.BuiltIn("Account Administrator"), "**", "global")}}
		assignments = append(assignments, &routed, &given)
	}
	return assignments
}

// An errand and a delivery are a host's types like tasks and visits, but not on tickets.
type (
	errand   worlds.Task
	delivery worlds.Visit
)

func (e errand) Attributes() deskpolicy.Attributes {
	what := worlds.Task(e).Attributes()
	what.OnTicket = false
	return what
}

func (d delivery) Attributes() deskpolicy.Attributes {
	what := worlds.Visit(d).Attributes()
	what.OnTicket = false
	return what
}

// offTicket returns a task or a visit as one that is not on a ticket, and the zero Resource
// for every other resource.
func offTicket(on worlds.Resource) worlds.Resource {
	switch r := on.Value.(type) {
	case worlds.Task:
		return worlds.On((*errand)(&r))
	case worlds.Visit:
		return worlds.On((*delivery)(&r))
	}
	return worlds.Resource{}
}

// comparePairs returns resources of two parts: each part with itself and with another.
func comparePairs(kind, account string, workspaces, groups []string, different []*oracle.Thing) (pairs []*oracle.Thing) {
	parts := enumPlaces(oracle.Parts[kind], []string{account}, workspaces, groups, comparePeople)
	if oracle.Parts[kind] == "ticket" && account == "acme" {
		requesters := append([]*oracle.Thing{nil}, different...)
		parts = append(parts, enumPeople(parts, requesters[:1], []map[string]bool{{compareMe: true}})...)
		parts = append(parts, enumPeople(enumPlaces("ticket", []string{account}, workspaces, []string{"", "billing"}, []string{"zoe"}), requesters, enumMentions[:1])...)
	}
	if oracle.Kinds[oracle.Parts[kind]].People && account == "acme" {
		parts = append(parts, compareSecrets(oracle.Parts[kind], different)...)
	}
	for i, part := range parts {
		pair := &oracle.Thing{Kind: kind, Account: account}
		if kind == "ticket_assignment" || kind == "conversation_assignment" {
			pair.Part = part
			pairs = append(pairs, compareAssignments(pair)...)
			continue
		}
		pair.From, pair.Into = part, part
		other := *pair
		other.Into = parts[(i*7+1)%len(parts)]
		pairs = append(pairs, pair, &other)
	}
	return pairs
}

// comparePersons returns agents, roles and support grants to act on, from none to the most authority.
func comparePersons(kind, account string, roles []*oracle.Role) (things []*oracle.Thing) {
	bindings := [][]oracle.Binding{nil, {oracle.Bound(roles[0], "it", "group")}, {oracle.Bound(roles[4], "*", "global")}, {oracle.Bound(roles[9], "*", "global")}, {oracle.Bound(roles[1], "*", "global"), oracle.Bound(roles[2], "*", "global")}, {oracle.Bound(roles[6], "*", "restricted")}}
	people := []*oracle.Agent{}
	for i, held := range bindings {
		for _, user := range []string{"", "shared_agent"} { // not the subject: what it may change of itself, Compare does not examine
			of := &oracle.Agent{ID: "zoe", Account: oracle.Account{ID: account}, Bindings: held, Groups: enumGroups[i%3], Kind: user, User: enumUser}
			if (user == "shared_agent") == (kind == "shared_agent") || kind == "role_assignment" && i < 2 || kind == "group_membership" && i < 2 {
				people = append(people, of)
			}
		}
	}
	for i, of := range people {
		switch kind {
		case "agent", "shared_agent":
			things = append(things, &oracle.Thing{Kind: kind, Agent: of})
		case "role_assignment":
			for _, held := range bindings {
				for _, binding := range held {
					things = append(things, &oracle.Thing{Kind: kind, Agent: of, Binding: binding})
				}
			}
			nothing, holder := oracle.Bound(&oracle.Role{Name: "Example", Account: account}, "*", "none"), *of
			holder.Bindings = append(slices.Clone(of.Bindings), nothing)
			things = append(things, &oracle.Thing{Kind: kind, Agent: &holder, Binding: nothing})
		case "group_membership":
			for _, access := range []string{"none", "view", "edit"} {
				things = append(things, &oracle.Thing{Kind: kind, Agent: of, Team: oracle.Team{ID: []string{"billing", "sales"}[i%2], Account: account}, Access: access})
			}
		}
	}
	switch kind {
	case "role":
		things = append(things, &oracle.Thing{Kind: kind, Role: &oracle.Role{Name: "Example", Account: account}}, &oracle.Thing{Kind: kind, Role: roles[9]}, &oracle.Thing{Kind: kind, Role: roles[0]})
	case "support_grant":
		things = append(things, &oracle.Thing{Kind: kind, Account: account})
		if account == "acme" {
			for _, role := range roles {
				things = append(things, &oracle.Thing{Kind: kind, Account: account, Gives: []*oracle.Role{role}}, &oracle.Thing{Kind: kind, Account: account, Granted: map[string][]*oracle.Role{"it": {role}}})
			}
		}
	}
	return things
}

// exceeds reports whether s is allowed a question that other is not, except for those in but.
func (s *compareSubject) exceeds(other *compareSubject, but []uint64) bool {
	for i := range s.may {
		left := uint64(0)
		if but != nil {
			left = but[i]
		}
		if s.may[i]&^other.may[i]&^left != 0 {
			return true
		}
	}
	return false
}

// relation returns the ordering by brute force, and whether it depends on the questions
// with covering set. Whether a subject covers another depends on the subject's record of
// the account, so subjects whose records have different open workspaces can differ in it
// even if one is allowed everything else that the other is.
func (w *compareWorld) relation(before, after *compareSubject) (relation deskpolicy.Ordering, apart bool) {
	var but []uint64
	if !slices.Equal(oracle.Distinct(slices.Clone(before.open)), oracle.Distinct(slices.Clone(after.open))) {
		but = w.covering
	}
	relation = compareRelation(after.exceeds(before, but), before.exceeds(after, but))
	return relation, relation != compareRelation(after.exceeds(before, nil), before.exceeds(after, nil))
}

func compareRelation(gained, lost bool) deskpolicy.Ordering {
	switch {
	case gained && lost:
		return deskpolicy.OrderingIncomparable
	case gained:
		return deskpolicy.OrderingWider
	case lost:
		return deskpolicy.OrderingNarrower
	default:
		return deskpolicy.OrderingEqual
	}
}

// TestCompareIsExact compares every two subjects and holds the ordering and, for a sample
// of them, all differences against brute force.
func TestCompareIsExact(t *testing.T) {
	every, sample, atLeast := effort.Of(11, 5, 1), effort.Of(11, 11, 83), effort.Of[int64](100, 800, 20_000)
	began := time.Now()
	w := newCompareWorld(t, every)
	t.Logf("%d subjects, %d questions each, in %v", len(w.subjects), len(w.questions), time.Since(began))
	var count, sets, differences, byRecord atomic.Int64
	var relations [4]atomic.Int64
	var workers sync.WaitGroup
	var next atomic.Int64
	for range runtime.GOMAXPROCS(0) {
		workers.Add(1)
		go func() {
			defer workers.Done()
			for i := next.Add(1) - 1; int(i) < len(w.subjects); i = next.Add(1) - 1 {
				for j, after := range w.subjects {
					before := w.subjects[i]
					c := deskpolicy.Compare(before.subject, after.subject)
					want, differ := w.relation(before, after)
					if differ {
						byRecord.Add(1)
					}
					count.Add(1)
					relations[want].Add(1)
					if c.Ordering() != want {
						t.Errorf("%s\ncompared with\n%s\nlibrary says %v, brute force says %v%s", before.name, after.name, c.Ordering(), want, w.example(before, after))
					}
					if covers := want == deskpolicy.OrderingEqual || want == deskpolicy.OrderingNarrower; (int(i)+j)%8 == 0 && deskpolicy.Covers(before.subject, after.subject) != covers {
						t.Errorf("%s\ncovers\n%s\nbrute force says %v", before.name, after.name, covers)
					}
					if (int(i)+j*5)%sample == 0 {
						sets.Add(1)
						differences.Add(w.replay(t, before, after, c.Gained()))
						differences.Add(w.replay(t, after, before, c.Lost()))
					}
				}
			}
		}()
	}
	workers.Wait()
	t.Logf("%d pairs; all differences of %d pairs: %d", count.Load(), sets.Load(), differences.Load())
	t.Logf("%d pairs have another ordering because their records of the account differ", byRecord.Load())
	assert.Less(t, byRecord.Load(), count.Load()/300)
	assert.GreaterOrEqual(t, count.Load(), atLeast)
	effort.Documented(t, ".", int(count.Load()), len(w.questions))
	for relation := range relations {
		share := float64(relations[relation].Load()) / float64(count.Load())
		t.Logf("%-12v %5.2f %%", deskpolicy.Ordering(relation), 100*share)
		assert.Greater(t, share, 0.01, "%v is too rare", deskpolicy.Ordering(relation))
	}
}

// example returns up to three questions that one subject is allowed and the other is not.
func (w *compareWorld) example(before, after *compareSubject) (examples string) {
	shown := 0
	for i, q := range w.questions {
		b, a := before.may[i/64]>>(i%64)&1, after.may[i/64]>>(i%64)&1
		if a != b && shown < 3 {
			examples += fmt.Sprintf("\n%v on %#v: %v, %v", q.action, q.on.Value, q.on.Authorize(before.alike, q.action), q.on.Authorize(after.alike, q.action))
			shown++
		}
	}
	return examples
}

// A compareKey identifies a difference. Workspaces without bindings of either subject have
// one key if they are open to the same subjects.
type compareKey struct {
	account, workspace string
	action             deskpolicy.ActionID
}

func (w *compareWorld) key(one, other *compareSubject, account, workspace string, action deskpolicy.ActionID) compareKey {
	k := compareKey{account, workspace, action}
	if workspace == "" {
		return k
	}
	like := "neither's"
	for i, s := range []*compareSubject{one, other} {
		if !s.live || s.account != account {
			continue
		}
		if slices.Contains(s.bound, workspace) {
			return k
		}
		if slices.Contains(s.open, workspace) {
			like += fmt.Sprintf(", open to %d", i)
		}
	}
	k.workspace = like
	return k
}

// replay holds the differences against brute force, replays each and returns how many there are.
func (w *compareWorld) replay(t testing.TB, other, one *compareSubject, differences iter.Seq[deskpolicy.Difference]) (count int64) {
	want, got := map[compareKey]bool{}, map[compareKey]bool{}
	for i, q := range w.questions {
		if q.exact && !q.covering && (one.may[i/64]&^other.may[i/64])>>(i%64)&1 != 0 {
			want[w.key(one, other, q.account, q.workspace, q.action)] = true
		}
	}
	for _, account := range []string{"acme", "globex"} { // one difference shows the action, on a role of the account first
		for k := range want {
			if k.account == "" && want[compareKey{account: account, action: k.action}] {
				delete(want, k)
			}
		}
	}
	var before deskpolicy.Difference
	for d := range differences {
		count++
		replays(t, d)
		at := d.Allowed.Resource.Attributes()
		if string(d.Workspace) != string(at.Workspace) {
			t.Errorf("%v is about workspace %q", d, at.Workspace)
		}
		if count > 1 && at.Account == before.Allowed.Resource.Attributes().Account && d.Workspace < before.Workspace {
			t.Errorf("%v comes after %v", d, before)
		}
		before = d
		k := w.key(one, other, string(at.Account), string(d.Workspace), d.Permission.Action)
		if d.Permission.Action.IsHost() && !slices.Contains(slices.Collect(maps.Values(worlds.HostActions)), d.Permission.Action) {
			continue // a host action that the enumeration does not have
		}
		if got[k] {
			t.Errorf("%v, %v is shown twice", d, k)
		}
		got[k] = true
	}
	if diff := gocmp.Diff(want, got, gocmp.AllowUnexported(compareKey{})); diff != "" {
		t.Errorf("%s\nand not\n%s\n(-brute force +library)\n%s", one.name, other.name, diff)
	}
	return count
}

// comparesRoles compares roles and support grants by their content instead of by identity.
var comparesRoles = gocmp.Options{
	gocmp.Comparer(func(a, b deskpolicy.Role) bool {
		return a.Name() == b.Name() && a.Account() == b.Account() && a.Permissions() == b.Permissions()
	}),
	gocmp.Comparer(func(a, b deskpolicy.SupportGrant) bool { return a.ID() == b.ID() && a.Account() == b.Account() }),
	gocmp.Exporter(func(reflect.Type) bool { return true }),
}

// replays replays the two requests of a difference.
func replays(t require.TestingT, d deskpolicy.Difference) {
	allowed, denied := d.Allowed.Authorize(), d.Denied.Authorize()
	if !allowed.Allowed() || denied.Allowed() || d.Allowed.Action != d.Permission.Action || d.Denied.Action != d.Permission.Action ||
		d.Permission.Scope != allowed.Scope || denied.Reason.Outcome() == deskpolicy.OutcomeMalformed && denied.Reason != deskpolicy.NoSubject && denied.Reason != deskpolicy.IncompleteDelegate {
		t.Errorf("%v does not replay:\n%#v\n%v\n%#v\n%v", d, d.Allowed, allowed, d.Denied, denied)
	}
	if diff := gocmp.Diff(d.Allowed.Resource, d.Denied.Resource, comparesRoles); diff != "" {
		t.Errorf("%v is about two things: %s", d, diff)
	}
}

// ---- laws

// drawCompared draws n subjects who hold roles of one pool in one account. Each is a changed
// copy of the one before, or a new one.
func drawCompared(t *rapid.T, n int) (subjects []*oracle.Agent) {
	var roles []*oracle.Role
	names := append(append([]string{"agent.edit", "host.bill", "support_grant.view"}, worlds.AgentActions[:22]...), slices.Concat(worlds.SharedActions[:16], worlds.CustomerActions[:12])...)
	for i := range 3 {
		roles = append(roles, worlds.DrawRole(t, names, fmt.Sprintf("role %d", i)))
	}
	builtIns := worlds.BuiltIns[1:6]
	if worlds.Rarely(t, 24, "with all that a host may have") {
		builtIns = worlds.BuiltIns
	}
	roles = append(roles, rapid.SampledFrom(builtIns).Draw(t, "built-in role"), nil)
	bindings := rapid.Custom(func(t *rapid.T) oracle.Binding { return worlds.DrawBinding(t, roles, "binding") })
	draw := func(label string) *oracle.Agent {
		if worlds.Rarely(t, 3, label+" is shared") {
			return worlds.DrawShared(t, "riya", bindings, label)
		}
		if worlds.Rarely(t, 4, label+" is a customer") {
			return worlds.DrawCustomer(t, "riya", bindings, label)
		}
		return worlds.DrawAgent(t, rapid.SampledFrom([]string{"riya", "tom", "riya", "ann", ""}).Draw(t, label), bindings, label)
	}
	subjects = append(subjects, draw("the first"))
	for i := range n - 1 {
		label := fmt.Sprintf("number %d", i+2)
		if worlds.Rarely(t, 4, label+" is another agent") {
			subjects = append(subjects, draw(label))
			continue
		}
		changed := oracle.Request{Subject: subjects[i]}.With(func(s *oracle.Agent) {
			if worlds.Rarely(t, 3, label+" holds more") {
				s.Bindings = append(s.Bindings, bindings.Draw(t, "another"))
			} else {
				s.Bindings = some(t, s.Bindings, "bindings kept")
			}
			for _, group := range slices.Sorted(maps.Keys(s.Groups)) {
				s.Groups[group] = rapid.SampledFrom([]string{s.Groups[group], s.Groups[group], "edit", "none"}).Draw(t, "in "+group)
			}
			s.Deactivated = false
		})
		subjects = append(subjects, changed.Subject)
	}
	return subjects
}

func compared(before, after *oracle.Agent) deskpolicy.Comparison {
	b := worlds.NewBuilder(map[*oracle.Role]deskpolicy.Role{})
	return deskpolicy.Compare(b.Subject(before), b.Subject(after))
}

var reversed = map[deskpolicy.Ordering]deskpolicy.Ordering{
	deskpolicy.OrderingWider: deskpolicy.OrderingNarrower, deskpolicy.OrderingNarrower: deskpolicy.OrderingWider,
	deskpolicy.OrderingEqual: deskpolicy.OrderingEqual, deskpolicy.OrderingIncomparable: deskpolicy.OrderingIncomparable,
}

// TestCompareLaws states laws that hold for every two or three subjects.
func TestCompareLaws(t *testing.T) {
	relations, missing := map[deskpolicy.Ordering]int{}, 0
	effort.Checks(t, 30, 100, 1_000)
	for name, law := range map[string]func(*rapid.T){
		"reflexive, and reversed in the other direction": func(t *rapid.T) {
			s := drawCompared(t, 2)
			there, back := compared(s[0], s[1]), compared(s[1], s[0])
			require.Equal(t, deskpolicy.OrderingEqual, compared(s[0], s[0]).Ordering())
			require.Equal(t, reversed[there.Ordering()], back.Ordering(), "%s\n%s", s[0].String(), s[1].String())
			gained, lost := named(there.Gained()), named(there.Lost())
			if slices.Equal(s[0].Account.Open, s[1].Account.Open) { // otherwise the example workspaces depend on the order
				require.Empty(t, gocmp.Diff(sentences(there.Gained()), sentences(back.Lost())))
				require.Empty(t, gocmp.Diff(sentences(there.Lost()), sentences(back.Gained())))
			}
			require.Equal(t, there.Ordering(), compareRelation(len(gained) > 0, len(lost) > 0), "%s\n%s", s[0].String(), s[1].String())
			relations[there.Ordering()]++
		},
		"transitive": func(t *rapid.T) {
			s, b := drawCompared(t, 3), worlds.NewBuilder(map[*oracle.Role]deskpolicy.Role{})
			one, two, three := b.Subject(s[0]), b.Subject(s[1]), b.Subject(s[2])
			if deskpolicy.Covers(one, two) && deskpolicy.Covers(two, three) && !deskpolicy.Covers(one, three) {
				t.Errorf("%s\ncovers\n%s\nwho covers\n%s", s[0].String(), s[1].String(), s[2].String())
			}
		},
		"order and duplicates do not matter": func(t *rapid.T) {
			s := drawCompared(t, 2)
			was := s[1]
			other := oracle.Request{Subject: s[1]}.With(func(s *oracle.Agent) {
				open := s.Account.Open
				shuffle(t, s)
				require.Equal(t, deskpolicy.OrderingEqual, compared(was, s).Ordering(), "%s\n%s", was.String(), s.String())
				s.Account.Open = open // the first of the open workspaces is the example
			}).Subject
			b := worlds.NewBuilder(map[*oracle.Role]deskpolicy.Role{})
			require.Equal(t, deskpolicy.OrderingEqual, deskpolicy.Compare(b.Subject(s[1]), b.Subject(other)).Ordering())
			before, after := deskpolicy.Compare(b.Subject(s[0]), b.Subject(s[1])), deskpolicy.Compare(b.Subject(s[0]), b.Subject(other))
			require.Equal(t, before.Ordering(), after.Ordering())
			for range 2 {
				require.Empty(t, gocmp.Diff(named(before.Gained()), named(after.Gained())))
				require.Empty(t, gocmp.Diff(named(before.Lost()), named(after.Lost())))
			}
			require.Empty(t, gocmp.Diff(things(before.Gained()), things(after.Gained()), comparesRoles))
		},
		"more is never less": func(t *rapid.T) {
			s := drawCompared(t, 2)
			more := oracle.Request{Subject: s[0]}.With(func(agent *oracle.Agent) {
				switch rapid.SampledFrom([]string{"bindings", "group", "workspace"}).Draw(t, "more") {
				case "bindings":
					agent.Bindings = append(agent.Bindings, s[1].Bindings...)
				case "group":
					if agent.Groups == nil {
						agent.Groups = map[string]string{}
					}
					for _, group := range worlds.Groups {
						agent.Groups[group] = cmp.Or(map[string]string{"view": "edit", "edit": "edit"}[agent.Groups[group]], "view")
					}
				case "workspace":
					agent.Account.Open = append(agent.Account.Open, "hr", "it")
				}
			}).Subject
			require.Contains(t, []deskpolicy.Ordering{deskpolicy.OrderingEqual, deskpolicy.OrderingWider}, compared(s[0], more).Ordering(), "%s\n%s", s[0].String(), more.String())
		},
		"a subject is allowed what the subjects it covers are": func(t *rapid.T) {
			s := drawCompared(t, 2)
			one, two := *s[0], *s[1]
			for _, of := range []*oracle.Agent{&one, &two} {
				if of.Account.Features = enumFeatures; of.ID != "" {
					of.ID = "riya"
				}
				of.Account.Open, of.Account.Administrators = s[0].Account.Open, s[0].Account.Administrators
			}
			b := worlds.NewBuilder(map[*oracle.Role]deskpolicy.Role{})
			covers := deskpolicy.Covers(b.Subject(&one), b.Subject(&two))
			world := worlds.World{Subject: &two, Roles: worlds.BuiltIns, Close: rapid.Just(oracle.Bound(worlds.BuiltIns[3], "*", "group"))}
			for range 4 {
				var held []string
				for _, binding := range two.Bindings {
					if binding.Role != nil {
						held = slices.AppendSeq(held, maps.Keys(binding.Role.May))
					}
				}
				held = slices.DeleteFunc(append(oracle.Distinct(held), "ticket.view"), func(name string) bool { return oracle.Actions[name] == nil })
				name := rapid.SampledFrom(held).Draw(t, "action")
				on, id := b.Resource(world.Thing(t, oracle.Actions[name].Kind)), worlds.ActionID(name)
				if d, e := on.Authorize(b.Subject(&one), id), on.Authorize(b.Subject(&two), id); covers && e.Allowed() && !d.Allowed() {
					t.Errorf("%s\ncovers\n%s\nwho may %s on %#v: %v, %v", one.String(), two.String(), name, on.Value, e, d)
				}
			}
		},
		"what is missing is missing": func(t *rapid.T) {
			q := worlds.Requests.Draw(t, "request")
			if a := oracle.Actions[q.Action]; a == nil || !a.Authority {
				q.Action = rapid.SampledFrom([]string{"agent.edit", "agent.role.assign", "agent.group.assign", "agent.impersonate", "support_grant.create", "shared_agent.edit", "host.act"}).Draw(t, "guarded")
				q.Thing = worlds.World{Subject: q.Subject, Roles: worlds.BuiltIns, Close: rapid.Just(oracle.Bound(worlds.BuiltIns[3], "*", "group"))}.Thing(t, oracle.Actions[q.Action].Kind)
			}
			b := worlds.Build(q)
			var all []string
			for d := range missingOf(b) {
				replays(t, d)
				all = append(all, d.String())
			}
			require.Equal(t, b.Authorize().Reason == deskpolicy.BeyondAuthority, len(all) > 0, "%#v", q)
			if !givesTwice(q) {
				require.Equal(t, len(all), len(oracle.Distinct(slices.Clone(all))), "%#v: %q", q, all)
			}
			if len(all) > 0 {
				missing++
			}
		},
	} {
		t.Run(name, rapid.MakeCheck(law))
	}
	t.Log(relations, missing)
	if !effort.Full() {
		return // too few for the shares to mean anything
	}
	for relation := range reversed {
		assert.Greater(t, relations[relation], 20, "%v is drawn too rarely", relation)
	}
	assert.Greater(t, missing, 100)
}

// named returns the differences as text, each with its example resource.
func named(differences iter.Seq[deskpolicy.Difference]) (names []string) {
	for d := range differences {
		at := d.Allowed.Resource.Attributes()
		names = append(names, fmt.Sprintf("%v: %T of %q in %q with %q assigned to %q", d, d.Allowed.Resource, at.Account, at.Workspace, at.Group, at.Assignee))
	}
	return names
}

// things returns the example resources of the differences.
func things(differences iter.Seq[deskpolicy.Difference]) (resources []deskpolicy.Resource) {
	for d := range differences {
		resources = append(resources, d.Allowed.Resource)
	}
	return resources
}

// givesTwice reports whether a difference can be yielded twice: for a support grant with
// workspaces, once for an account-wide role and once for the role in an open workspace.
func givesTwice(q oracle.Request) bool { return q.Thing != nil && len(q.Thing.Granted) > 0 }

// missingOf returns the missing authority for the question.
func missingOf(b worlds.Question) iter.Seq[deskpolicy.Difference] {
	switch r := b.Resource.Pointer.(type) {
	case *deskpolicy.Agent:
		return deskpolicy.MissingAuthority(deskpolicy.NewRequest(b.Subject, deskpolicy.Action[deskpolicy.Agent](b.Action), r))
	case *deskpolicy.SharedAgent:
		return deskpolicy.MissingAuthority(deskpolicy.NewRequest(b.Subject, deskpolicy.Action[deskpolicy.SharedAgent](b.Action), r))
	case *deskpolicy.RoleAssignment:
		return deskpolicy.MissingAuthority(deskpolicy.NewRequest(b.Subject, deskpolicy.Action[deskpolicy.RoleAssignment](b.Action), r))
	case *deskpolicy.GroupMembership:
		return deskpolicy.MissingAuthority(deskpolicy.NewRequest(b.Subject, deskpolicy.Action[deskpolicy.GroupMembership](b.Action), r))
	case *deskpolicy.SupportGrant:
		return deskpolicy.MissingAuthority(deskpolicy.NewRequest(b.Subject, deskpolicy.Action[deskpolicy.SupportGrant](b.Action), r))
	case *deskpolicy.Role:
		return deskpolicy.MissingAuthority(deskpolicy.NewRequest(b.Subject, deskpolicy.Action[deskpolicy.Role](b.Action), r))
	case *deskpolicy.Ticket:
		return deskpolicy.MissingAuthority(deskpolicy.NewRequest(b.Subject, deskpolicy.Action[deskpolicy.Ticket](b.Action), r))
	default:
		return func(func(deskpolicy.Difference) bool) {}
	}
}
