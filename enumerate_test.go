package deskpolicy_test

import (
	"cmp"
	"iter"
	"maps"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/effort"
	"github.com/deskpolicy/deskpolicy/internal/oracle"
	"github.com/deskpolicy/deskpolicy/internal/worlds"
)

// A block is a part of an enumeration: each subject asks about each action on each thing.
type block struct {
	subjects []enumSubject
	actions  []string
	things   []enumThing
	erased   bool // whether to ask by a Request as well
}

// An enumSubject and an enumThing are a value of the model with the library's value of it.
type (
	enumSubject struct {
		model   *oracle.Agent
		library deskpolicy.Subject
	}
	enumThing struct {
		model   *oracle.Thing
		library worlds.Resource
	}
)

// enumerations are the small models. Of those about authority, where a question takes a
// hundred times as long, every fourth block counts as all; with -long they are asked whole.
var enumerations = []struct {
	name   string
	blocks iter.Seq[block]
}{
	{"one binding, every action", enumerateActions},
	{"one binding, every gate", enumerateGates},
	{"every scope", enumerateScopes},
	{"two scopes", enumerateTwoScopes},
	{"two bindings", enumerateBindings},
	{"confidential", enumerateConfidential},
	{"held everywhere", enumerateEverywhere},
	{"every role", enumerateEveryRole},
	{"a host's actions", enumerateHosts},
	{"pairs", enumeratePairs},
	{"targets", enumerateTargets},
	{"authority", fourth(enumerateAuthority)},
	{"authority, appointments", fourth(enumerateRoleAssignments)},
	{"authority, memberships", fourth(enumerateMemberships)},
	{"authority, the last administrator", fourth(enumerateAdministrators)},
	{"authority, grants", fourth(enumerateGrants)},
	{"authority, held everywhere", fourth(enumerateWideAuthority)},
	{"authority, shared agents", fourth(enumerateSharedAuthority)},
	{"role authoring", enumerateRoles},
	{"shared agents, every gate", enumerateSharedGates},
	{"shared agents, every action", enumerateSharedActions},
	{"shared agents, every ground", enumerateSharedGrounds},
	{"shared agents, two bindings", enumerateSharedBindings},
	{"shared agents, the CRM", enumerateCRM},
	{"shared agents, pairs of contacts", enumerateSharedPairs},
	{"shared agents, as targets", enumerateSharedTargets},
	{"shared agents, appointed", enumerateSharedRoleAssignments},
	{"customers, every action", enumerateCustomers},
	{"customers, every part", enumerateCustomerParts},
	{"delegates, every action", enumerateDelegates},
	{"delegates, every limit", enumerateLimits},
	{"delegates, chains of limits", enumerateChains},
	{"delegates, incomplete or as targets", enumerateIncomplete},
}

// fourth returns every fourth block, starting with the first; with -long all.
func fourth(blocks iter.Seq[block]) iter.Seq[block] {
	return func(yield func(block) bool) {
		n := 0
		for b := range blocks {
			if n++; (n%4 == 1 || *long) && !yield(b) {
				return
			}
		}
	}
}

// TestEnumeration asks every question of the small models, and compares the decision, the
// reason, the role and the scope with the oracle's. With -full it takes every second block,
// with -long all; otherwise every tenth, and with -short every 80th, with fewer subjects.
func TestEnumeration(t *testing.T) {
	every, atLeast := effort.Of[uint64](80, 10, 2), effort.Of[uint64](150_000, 4_000_000, 20_000_000)
	if *long {
		every = 1
	}
	var total uint64
	reasons := map[deskpolicy.Reason]bool{deskpolicy.Undecided: true} // no question has it
	for _, family := range enumerations {
		t.Run(family.name, func(t *testing.T) {
			decisions, seen := compareBlocks(t, family.blocks, every)
			total += decisions
			t.Logf("%d decisions, %d reasons", decisions, len(seen))
			for _, reason := range seen {
				reasons[reason] = true
			}
		})
	}
	t.Logf("%d decisions in all", total)
	effort.Documented(t, ".", int(total))
	for reason := range deskpolicy.Reasons() {
		require.True(t, reasons[reason] || ofSessions[reason] || !effort.Full(), "no question is %v", reason)
	}
	require.GreaterOrEqual(t, total, atLeast)
}

// compareBlocks asks all questions of every n-th block. It returns how many it asked and
// which reasons the answers had.
func compareBlocks(t *testing.T, blocks iter.Seq[block], every uint64) (decisions uint64, reasons []deskpolicy.Reason) {
	queue, failures := make(chan block, 64), make(chan string, 1000)
	var count atomic.Uint64
	var seen [256]atomic.Bool
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Add(1)
		go func() {
			defer workers.Done()
			for b := range queue {
				count.Add(b.compare(&seen, failures))
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
	reportFailures(t, failures)
	for i := range seen {
		if seen[i].Load() {
			reasons = append(reasons, deskpolicy.Reason(i))
		}
	}
	return count.Load(), reasons
}

// reportFailures reports the first ten failures.
func reportFailures(t *testing.T, failures <-chan string) {
	t.Helper()
	shown := 0
	for failure := range failures {
		if shown++; shown <= 10 {
			t.Error(failure)
		}
	}
	if shown > 10 {
		t.Errorf("and %d more, at the least", shown-10)
	}
}

// compare asks all questions of the block.
func (b block) compare(seen *[256]atomic.Bool, failures chan<- string) (decisions uint64) {
	for _, action := range b.actions {
		id := worlds.ActionID(action)
		for _, subject := range b.subjects {
			for _, thing := range b.things {
				got := thing.library.Authorize(subject.library, id)
				q := oracle.Request{Subject: subject.model, Action: action, Thing: thing.model}
				want := oracle.Decide(q)
				decisions++
				if !seen[got.Reason].Load() {
					seen[got.Reason].Store(true)
				}
				if b.erased {
					for _, resource := range []deskpolicy.Resource{thing.library.Value, thing.library.Pointer} {
						if d := (deskpolicy.Request{Subject: subject.library, Action: id, Resource: resource, Vocabulary: worlds.HostVocabulary}).Authorize(); d != got {
							got = d
						}
					}
				}
				if worlds.Agree(got, want) {
					continue
				}
				if len(failures) < cap(failures)-8 { // more would not help
					failures <- worlds.Disagreement(q, got, want)
				}
			}
		}
	}
	return decisions
}

// ---- parts of the enumerations

// enumRoles returns custom roles with the name that hold all of the permissions at one
// of the levels, each with and without another permission, which must not widen them (A47).
func enumRoles(name string, levels []oracle.Held, permissions ...string) (roles []*oracle.Role) {
	for _, level := range levels {
		for _, more := range []bool{false, true} {
			may := map[string]oracle.Held{}
			for _, permission := range permissions {
				may[permission] = oracle.Actions[permission].Takes(level)
			}
			if more {
				may["portal.manage"] = oracle.Held{Global: true}
			}
			roles = append(roles, &oracle.Role{Name: name, Account: "acme", May: may})
		}
	}
	return roles
}

// enumLevels are the sets with a name at which a permission can be held. enumChatLevels are
// those of conversations, where roles also hold what is in the groups alone [R19].
var (
	enumLevels     = []oracle.Held{{}, {Restricted: true}, {Group: true}, {Global: true}}
	enumChatLevels = append(slices.Clone(enumLevels), oracle.Held{InGroup: true}, oracle.Held{GroupQueue: true, Unrouted: true})
)

// ofChats reports whether the action is on conversations.
func ofChats(action *oracle.Action) bool {
	return cmp.Or(oracle.Parts[action.Kind], action.Kind) == "conversation"
}

// enumBindings returns a binding for every combination. For "*", every second binding is
// also in the open workspaces.
func enumBindings(roles []*oracle.Role, workspaces, scopes []string) (bindings []oracle.Binding) {
	for i, role := range roles {
		for _, workspace := range workspaces {
			for j, scope := range scopes {
				if workspace == "*" && (i+j)%2 == 1 {
					bindings = append(bindings, oracle.Bound(role, "*open*", scope))
					continue
				}
				bindings = append(bindings, oracle.Bound(role, workspace, scope))
			}
		}
	}
	return bindings
}

// enumAgents returns an agent for every combination.
func enumAgents(id string, accounts []oracle.Account, deactivated []bool, bindings [][]oracle.Binding, groups []map[string]string) (agents []*oracle.Agent) {
	for _, account := range accounts {
		for _, gone := range deactivated {
			for _, held := range bindings {
				for _, in := range groups {
					agents = append(agents, &oracle.Agent{ID: id, Account: account, Deactivated: gone, Bindings: held, Groups: in})
				}
			}
		}
	}
	return agents
}

// enumPlaces returns a thing for every combination of the fields that the kind has.
func enumPlaces(kind string, accounts, workspaces, groups, people []string) (things []*oracle.Thing) {
	k := oracle.Kinds[kind]
	having := func(has bool, values []string) []string {
		if !has {
			return []string{""}
		}
		return values
	}
	for _, account := range accounts {
		for _, workspace := range having(k.Workspace, workspaces) {
			for _, group := range having(k.Group, groups) {
				for _, assignee := range having(k.Assignee, people) {
					for _, author := range having(k.Author, people) {
						thing := &oracle.Thing{Kind: kind, ID: "1", Account: account, Workspace: workspace, Group: group, Assignee: assignee, Author: author}
						if kind == "note" || kind == "time_entry" {
							part := *thing
							part.Kind, thing.Part = "ticket", &part
						}
						things = append(things, thing)
					}
				}
			}
		}
	}
	return things
}

// enumThings returns the things of the kind for an action, with agents and roles to act on
// if the kind has them.
func enumThings(kind string, accounts, workspaces, groups, people []string) (things []*oracle.Thing) {
	target := &oracle.Agent{ID: "tom", Account: oracle.Account{ID: "acme"}}
	for _, place := range enumPlaces(kind, accounts, workspaces, groups, people) {
		switch kind {
		case "ticket_pair", "contact_pair":
			kind := map[string]string{"ticket_pair": "ticket", "contact_pair": "contact"}[kind]
			for _, from := range enumPlaces(kind, accounts, workspaces, groups, people) {
				place := *place
				place.From, place.Into = from, &oracle.Thing{Kind: kind, ID: "2", Account: "acme", Group: groups[len(groups)-1], Author: people[0]}
				things = append(things, &place)
			}
		case "ticket_assignment", "conversation_assignment":
			kind := map[string]string{"ticket_assignment": "ticket", "conversation_assignment": "conversation"}[kind]
			for _, part := range enumPlaces(kind, accounts, workspaces, groups, people) {
				place := *place
				place.Part, place.Team = part, oracle.Team{ID: "sales", Account: "acme"}
				things = append(things, &place)
			}
		case "agent", "shared_agent", "role_assignment", "group_membership":
			for _, id := range people {
				for _, account := range accounts {
					place, target := *place, *target
					target.ID, target.Account.ID = id, account
					if kind == "shared_agent" {
						target.Kind = kind
					}
					place.Agent, place.Team = &target, oracle.Team{}
					if kind == "group_membership" {
						place.Team, place.Access = oracle.Team{ID: "billing", Account: "acme"}, "edit"
					}
					things = append(things, &place)
				}
			}
		case "role":
			for _, account := range accounts {
				if account == "" {
					things = append(things, place) // the zero role
					continue
				}
				place := *place
				place.Role = &oracle.Role{Name: "Interns", Account: account}
				things = append(things, &place)
			}
		default:
			things = append(things, place)
		}
	}
	return things
}

// asSubjects builds the agents; with -short only every fifth, because most are not asked then.
func asSubjects(b worlds.Builder, agents []*oracle.Agent) (subjects []enumSubject) {
	for i := 0; i < len(agents); i += effort.Of(5, 1, 1) {
		subjects = append(subjects, enumSubject{agents[i], b.Subject(agents[i])})
	}
	return subjects
}

// asAllSubjects builds the agents, whatever the effort.
func asAllSubjects(b worlds.Builder, agents []*oracle.Agent) (subjects []enumSubject) {
	for _, agent := range agents {
		subjects = append(subjects, enumSubject{agent, b.Subject(agent)})
	}
	return subjects
}

func asThings(b worlds.Builder, models []*oracle.Thing) (things []enumThing) {
	for _, model := range models {
		things = append(things, enumThing{model, b.Resource(model)})
	}
	return things
}

// chunks yields the block in pieces of a few subjects each, so that goroutines can share it.
func (b block) chunks(size int, yield func(block) bool) bool {
	for subjects := range slices.Chunk(b.subjects, size) {
		if !yield(block{subjects, b.actions, b.things, b.erased}) {
			return false
		}
	}
	return true
}

// single returns a set of each binding alone, and the empty set.
func single(bindings []oracle.Binding) [][]oracle.Binding {
	sets := [][]oracle.Binding{nil}
	for _, b := range bindings {
		sets = append(sets, []oracle.Binding{b})
	}
	return sets
}

var (
	enumOpen   = []oracle.Account{{ID: "acme"}, {ID: "acme", Open: []string{"it"}}}
	enumAccess = []map[string]string{nil, {"billing": "view"}, {"billing": "edit"}}
	enumHeldIn = []string{"*", "it", "hr", ""}
	enumScopes = []string{"none", "restricted", "group", "global"}
	enumNobody = []string{"", "riya", "tom"}

	enumFeatures = []string{"attachments", "ticket_templates", "canned_responses", "dependent_fields", "dynamic_sections", "collaboration", "custom_roles"}
)

// enumShared returns each agent as a shared agent of an integrated account, once for each
// of the CRM users.
func enumShared(agents []*oracle.Agent, users ...oracle.User) (shared []*oracle.Agent) {
	for _, agent := range agents {
		for _, user := range users {
			agent := *agent
			agent.Kind, agent.User, agent.Account.Integrated, agent.Now = "shared_agent", user, true, enumToday
			shared = append(shared, &agent)
		}
	}
	return shared
}

// enumPeople returns the things with every combination of requester and mentions on their
// ticket; of a pair, on the first.
func enumPeople(things []*oracle.Thing, requesters []*oracle.Thing, mentions []map[string]bool) (with []*oracle.Thing) {
	for _, thing := range things {
		for _, requester := range requesters {
			for _, mentioned := range mentions {
				thing := *thing
				ticket := &thing
				for _, part := range []**oracle.Thing{&thing.Part, &thing.From} {
					if *part != nil {
						copied := **part
						*part, ticket = &copied, &copied
					}
				}
				ticket.Requester, ticket.Mentions = requester, mentioned
				with = append(with, &thing)
			}
		}
	}
	return with
}

// enumContact returns a contact in the territory, owned by a CRM user other than the shared agent's.
func enumContact(account, territory string) *oracle.Thing {
	return &oracle.Thing{Kind: "contact", ID: "1", Account: account, Record: oracle.Record{Owner: "ugo", Territory: territory}}
}

var (
	enumUser     = oracle.User{ID: "ursa", Sees: "territory", Territories: []string{"emea"}}
	enumMentions = []map[string]bool{nil, {"riya": true}, {"riya": false, "tom": true, "": true}}
)

// ---- the enumerations

// enumerateActions asks about every action on every thing of the account, by a subject with
// one custom role or none.
func enumerateActions(yield func(block) bool) {
	for _, name := range oracle.Names {
		action, levels := oracle.Actions[name], enumLevels
		if ofChats(action) {
			levels = enumChatLevels
		}
		permissions := []string{name}
		if !oracle.Grantable(name) {
			permissions = nil
		}
		scopes := []string{"global"}
		if oracle.Kinds[action.Kind].Ticket || action.Kind == "ticket_pair" || action.Kind == "ticket_assignment" || action.Kind == "agent" || action.Kind == "role_assignment" {
			scopes = enumScopes
		}
		accounts := enumOpen
		if action.Feature != "" {
			accounts = slices.Clone(enumOpen)
			for i := range accounts {
				accounts[i].Features = []string{action.Feature}
			}
			accounts = append(accounts, enumOpen...)
		}
		b := worlds.NewBuilder(map[*oracle.Role]deskpolicy.Role{})
		bindings := enumBindings(append(enumRoles("Day Shift", levels, permissions...), nil), enumHeldIn, scopes)
		subjects := asSubjects(b, enumAgents("riya", accounts, []bool{false}, single(bindings), enumAccess))
		things := asThings(b, enumThings(action.Kind, []string{"acme"}, []string{"", "it", "hr"}, []string{"", "billing", "sales"}, enumNobody))
		if !(block{subjects: subjects, actions: []string{name}, things: things}).chunks(100, yield) {
			return
		}
	}
}

// enumerateGates combines everything that decides before the roles do: accounts,
// deactivated agents, features, scopes and accesses out of range, and all kinds of open
// workspaces.
func enumerateGates(yield func(block) bool) {
	for _, name := range []string{"ticket.view", "ticket.attach", "ticket.note.edit_own", "conversation.reply", "report.view", "settings.manage", "contact.edit", "agent.edit", "audit.view", "host.change"} {
		action := oracle.Actions[name]
		var accounts []oracle.Account
		for _, id := range []string{"acme", "globex", ""} {
			for _, features := range [][]string{nil, {"attachments"}, {"custom_roles", "collaboration"}} {
				if features != nil && action.Feature == "" {
					continue
				}
				for _, open := range [][]string{nil, {"hr"}, {"hr", "it"}, {"", "*"}} {
					accounts = append(accounts, oracle.Account{ID: id, Features: features, Open: open})
				}
			}
		}
		b := worlds.NewBuilder(map[*oracle.Role]deskpolicy.Role{})
		bindings := enumBindings(enumRoles("Day Shift", enumLevels[1:], name), []string{"*", "it", ""}, []string{"none", "group", "global", "unknown", "beyond"})
		access := []map[string]string{{"": "edit"}, {"billing": "none"}, {"billing": "unknown"}, {"billing": "edit", "": "view"}}
		subjects := []enumSubject{{nil, nil}, {nil, (*deskpolicy.Agent)(nil)}}
		subjects = append(subjects, asSubjects(b, []*oracle.Agent{{}, {Account: accounts[0], Bindings: bindings[:1]}})...)
		subjects = append(subjects, asSubjects(b, enumAgents("riya", accounts, []bool{false, true}, single(bindings), access))...)
		things := enumThings(action.Kind, []string{"acme", "globex", ""}, []string{"", "it", "*"}, []string{"", "billing"}, []string{"", "riya"})
		wrong := enumThings(map[bool]string{true: "article", false: "ticket"}[action.Kind == "ticket"], []string{"acme"}, []string{""}, []string{""}, []string{"riya"})
		if !(block{subjects: subjects, actions: append([]string{name}, worlds.UnknownActions[:2]...), things: asThings(b, append(things, wrong...))}).chunks(100, yield) {
			return
		}
	}
}

// closedScopes has a scope for every reach: the sets of relations of which none includes
// another, anything and none.
var closedScopes = func() (scopes []string) {
	for set := range 1 << len(worlds.Relations) {
		var words []string
		for i, word := range worlds.Relations {
			if set>>i&1 != 0 {
				words = append(words, word)
			}
		}
		if text := strings.Join(words, "|"); text != "" && oracle.ScopeOf(text).String() == worlds.ScopeOf(text).String() && includesNone(words) {
			scopes = append(scopes, text)
		}
	}
	return append(scopes, "global", "none")
}()

// includesNone reports whether none of the relations includes another.
func includesNone(words []string) bool {
	has := func(word string) bool { return slices.Contains(words, word) }
	return !(has("in_group") && has("group_queue")) && !(has("unassigned") && (has("group_queue") || has("unrouted")))
}

// enumStances returns a thing of the kind, which people can ask for, in every combination
// of group and assignee, each with nobody related to it in person, with one relation to
// the agent riya, and with all of them.
func enumStances(kind string) (things []*oracle.Thing) {
	customer := oracle.Thing{Kind: "contact", ID: "9", Account: "acme", Author: "tom"}
	own, colleagues, owned, strangers := customer, customer, customer, customer
	own.ID, colleagues.Company, owned.Author = "1", "c1", "riya"
	strangers.ID, strangers.Company, strangers.Author, strangers.Account = "1", "c1", "riya", "globex"
	everything := oracle.Thing{Kind: "contact", ID: "1", Account: "acme", Author: "riya", Company: "c1"}
	related := []oracle.Thing{
		{}, {Requester: &own}, {Requester: &colleagues}, {Requester: &owned}, {Requester: &strangers},
		{Participants: map[string]string{"riya": "view"}}, {Participants: map[string]string{"riya": "edit"}},
		{CCs: map[string]string{"1": "view", "9": "edit"}}, {CCs: map[string]string{"1": "edit", "": "edit"}}, {Mentions: map[string]bool{"riya": true}},
		{Requester: &everything, Participants: map[string]string{"riya": "edit"}, Mentions: map[string]bool{"riya": true}},
	}
	for _, place := range enumPlaces(kind, []string{"acme"}, []string{""}, []string{"", "billing", "sales", "legal"}, enumNobody) {
		for _, with := range related {
			thing := *place
			ticket := &thing
			if thing.Part != nil {
				part := *thing.Part
				thing.Part, ticket = &part, &part
			}
			ticket.Requester, ticket.Participants, ticket.CCs, ticket.Mentions = with.Requester, with.Participants, with.CCs, with.Mentions
			things = append(things, &thing)
		}
	}
	return things
}

// enumAskers returns an agent and a shared agent who hold the bindings.
func enumAskers(held ...oracle.Binding) []*oracle.Agent {
	agent := &oracle.Agent{ID: "riya", Account: enumOpen[0], Bindings: held, Groups: map[string]string{"billing": "edit", "sales": "view"}, Contact: "1", Company: "c1"}
	shared := &oracle.Agent{ID: "riya", Account: enumOpen[0], Bindings: held, Groups: agent.Groups}
	seeing := oracle.User{ID: "ursa", Contacts: map[string]string{"1": "view"}, Limit: 1}
	return append([]*oracle.Agent{agent}, enumShared([]*oracle.Agent{shared}, seeing)...)
}

// enumerateScopes asks about every scope in every stance, for an action of each need: of a
// permission that nothing else bounds, and as the ticket scope of a permission at anything.
func enumerateScopes(yield func(block) bool) {
	for _, name := range []string{"ticket.view", "ticket.reply", "ticket.note.edit_own", "conversation.view", "conversation.reply", "contact.edit", "contact.create", "host.amend", "host.attend"} {
		b := worlds.NewBuilder(map[*oracle.Role]deskpolicy.Role{})
		kind := oracle.Actions[name].Kind
		models := enumPlaces(kind, []string{"acme"}, []string{""}, nil, enumNobody)
		if oracle.Kinds[kind].People {
			models = enumStances(kind)
		}
		things := asThings(b, models)
		global := &oracle.Role{Name: "Day Shift", Account: "acme", May: map[string]oracle.Held{name: {Global: true}}}
		for scopes := range slices.Chunk(closedScopes, 16) {
			var askers []*oracle.Agent
			for _, scope := range scopes {
				role := &oracle.Role{Name: "Day Shift", Account: "acme", May: map[string]oracle.Held{name: oracle.ScopeOf(scope)}}
				askers = append(askers, enumAskers(oracle.Bound(role, "*", "global"))...)
				askers = append(askers, enumAskers(oracle.Bound(global, "*", scope))...)
			}
			if !yield(block{subjects: asAllSubjects(b, askers), actions: []string{name}, things: things}) {
				return
			}
		}
	}
}

// enumerateTwoScopes asks about pairs of a permission's scope and a ticket scope that differ:
// of each scope with eight others.
func enumerateTwoScopes(yield func(block) bool) {
	for _, name := range []string{"ticket.view", "ticket.reply"} {
		b := worlds.NewBuilder(map[*oracle.Role]deskpolicy.Role{})
		things := asThings(b, enumStances("ticket"))
		for i, scope := range closedScopes {
			var askers []*oracle.Agent
			role := &oracle.Role{Name: "Day Shift", Account: "acme", May: map[string]oracle.Held{name: oracle.ScopeOf(scope)}}
			for j := range 8 {
				askers = append(askers, enumAskers(oracle.Bound(role, "*", closedScopes[(i*31+j*67+j*j)%len(closedScopes)]))...)
			}
			if !yield(block{subjects: asAllSubjects(b, askers), actions: []string{name}, things: things}) {
				return
			}
		}
	}
}

// TestEveryScope asks about every scope in every stance, whatever the effort.
func TestEveryScope(t *testing.T) {
	require.Len(t, closedScopes, 513)
	decisions, reasons := compareBlocks(t, enumerateScopes, 1)
	t.Logf("%d decisions, %d reasons", decisions, len(reasons))
}

// enumerateBindings has subjects with two bindings ask, with roles that sort either way.
func enumerateBindings(yield func(block) bool) {
	for _, name := range []string{"ticket.view", "ticket.reply", "ticket.note.edit_own", "conversation.view", "conversation.reply", "report.view", "dashboard.manage", "ticket.list.manage_own"} {
		action, levels, scopes := oracle.Actions[name], enumLevels, []string{"global"}
		if ofChats(action) {
			levels = enumChatLevels
		}
		if oracle.Kinds[action.Kind].Ticket {
			scopes = enumScopes
		}
		b := worlds.NewBuilder(map[*oracle.Role]deskpolicy.Role{})
		first := enumBindings(append(enumRoles("Day Shift", levels, name), nil), []string{"*", "it", ""}, scopes)
		second := enumBindings(append(enumRoles("Night Shift", levels, name), nil), []string{"*", "it", ""}, scopes)
		things := asThings(b, enumThings(action.Kind, []string{"acme"}, []string{"", "it", "hr"}, []string{"", "billing"}, []string{"riya", "tom"}))
		for _, one := range first {
			var bindings [][]oracle.Binding
			for _, two := range second {
				bindings = append(bindings, []oracle.Binding{one, two})
			}
			subjects := asSubjects(worlds.NewBuilder(b.Roles), enumAgents("riya", enumOpen, []bool{false}, bindings, enumAccess))
			if !yield(block{subjects: subjects, actions: []string{name}, things: things}) {
				return
			}
		}
	}
}

// enumSecret returns the things as confidential.
func enumSecret(things []*oracle.Thing) []*oracle.Thing {
	for _, thing := range things {
		for _, ticket := range []*oracle.Thing{thing, thing.Part, thing.From} {
			if ticket != nil {
				ticket.Confidential = true
			}
		}
	}
	return things
}

// enumerateConfidential asks about what is confidential (A52): for actions of each need, at
// every scope of ticket.confidential, by the role that permits the action and by another;
// with the two roles held in every pair of places; and about every action, with the
// permission and without.
func enumerateConfidential(yield func(block) bool) {
	role := func(name string, may map[string]oracle.Held) *oracle.Role {
		return &oracle.Role{Name: name, Account: "acme", May: may}
	}
	global := oracle.Held{Global: true}
	for _, name := range []string{"ticket.view", "ticket.reply", "ticket.note.edit_own", "conversation.view", "conversation.reply", "ticket.confidential"} {
		b := worlds.NewBuilder(map[*oracle.Role]deskpolicy.Role{})
		things := asThings(b, enumSecret(enumStances(oracle.Actions[name].Kind)))
		for scopes := range slices.Chunk(closedScopes, 16) {
			var askers []*oracle.Agent
			for i, scope := range scopes {
				clears, other := oracle.ScopeOf(scope), oracle.ScopeOf(closedScopes[(i*31+17)%len(closedScopes)])
				one := role("Day Shift", map[string]oracle.Held{"ticket.confidential": clears, name: global})
				day, night := role("Day Shift", map[string]oracle.Held{name: other}), role("Night Shift", map[string]oracle.Held{"ticket.confidential": clears})
				askers = append(askers, enumAskers(oracle.Bound(one, "*", []string{"global", "group", "restricted"}[i%3]))...)
				askers = append(askers, enumAskers(oracle.Bound(day, "*", "global"), oracle.Bound(night, "*", "global"))...)
			}
			if !yield(block{subjects: asAllSubjects(b, askers), actions: []string{name}, things: things}) {
				return
			}
		}
	}
	for _, name := range []string{"ticket.view", "ticket.reply", "conversation.reply"} {
		b := worlds.NewBuilder(map[*oracle.Role]deskpolicy.Role{})
		day := role("Day Shift", map[string]oracle.Held{name: global})
		var held [][]oracle.Binding
		for _, level := range append(slices.Clone(enumLevels[1:]), oracle.Held{InGroup: true}) {
			night := role("Night Shift", map[string]oracle.Held{"ticket.confidential": level, "ticket.view": {Restricted: true}})
			for _, first := range []string{"*", "it", "*open*", "**"} {
				for _, second := range []string{"*", "it", "hr", "*open*", "**", ""} {
					for _, scope := range []string{"none", "restricted", "global"} {
						clears := oracle.Bound(night, second, scope)
						held = append(held, []oracle.Binding{oracle.Bound(day, first, "global"), clears}, []oracle.Binding{clears.For("billing"), oracle.Bound(day, first, "global")})
					}
				}
			}
		}
		subjects := asSubjects(b, enumAgents("riya", enumOpen, []bool{false}, held, enumAccess))
		things := asThings(b, enumSecret(enumPlaces(oracle.Actions[name].Kind, []string{"acme"}, []string{"", "it", "hr"}, []string{"", "billing", "sales"}, enumNobody)))
		if !(block{subjects: subjects, actions: []string{name}, things: things}).chunks(100, yield) {
			return
		}
	}
	for _, name := range oracle.Names {
		kind := oracle.Actions[name].Kind
		if !oracle.Kinds[kind].People && !oracle.Kinds[oracle.Parts[kind]].People {
			continue
		}
		b := worlds.NewBuilder(map[*oracle.Role]deskpolicy.Role{})
		var held [][]oracle.Binding
		for _, level := range enumChatLevels {
			held = append(held, []oracle.Binding{oracle.Bound(role("Day Shift", map[string]oracle.Held{name: global, "ticket.confidential": level}), "*", "global")})
		}
		accounts := []oracle.Account{{ID: "acme", Features: enumFeatures}}
		subjects := asSubjects(b, enumAgents("riya", accounts, []bool{false}, held, enumAccess))
		things := asThings(b, enumSecret(enumThings(kind, []string{"acme"}, []string{"", "it"}, []string{"", "billing", "sales"}, enumNobody)))
		if !yield(block{subjects: subjects, actions: []string{name}, things: things, erased: true}) {
			return
		}
	}
}

// enumerateEverywhere asks about every action, by subjects who hold a role everywhere, alone
// or with another in one workspace (A32).
func enumerateEverywhere(yield func(block) bool) {
	for _, name := range oracle.Names {
		b := worlds.NewBuilder(map[*oracle.Role]deskpolicy.Role{})
		day, night := []*oracle.Role{worlds.BuiltIn("Account Administrator")}, []*oracle.Role{nil}
		if oracle.Grantable(name) {
			day, night = enumRoles("Day Shift", enumLevels[1:], name), enumRoles("Night Shift", enumLevels[1:], name)
		}
		wide := enumBindings(day, []string{"**"}, []string{"none", "group", "global"})
		bindings := append(single(wide), enumPairs(wide, enumBindings(night, []string{"it", "*"}, []string{"global"}))[len(wide)+1:]...)
		subjects := asSubjects(b, enumAgents("riya", enumOpen, []bool{false}, bindings, enumAccess))
		things := asThings(b, enumThings(oracle.Actions[name].Kind, []string{"acme"}, []string{"", "it", "zz", "**"}, []string{"", "billing"}, enumNobody))
		if !(block{subjects: subjects, actions: []string{name}, things: things}).chunks(100, yield) {
			return
		}
	}
}

// enumerateEveryRole asks what each built-in role permits, and which permissions make a
// custom role an administrator's.
func enumerateEveryRole(yield func(block) bool) {
	b := worlds.NewBuilder(map[*oracle.Role]deskpolicy.Role{})
	var bindings []oracle.Binding
	for role := range acme.BuiltInRoles() {
		for _, workspace := range []string{"*", "it"} {
			bindings = append(bindings, oracle.Bound(worlds.BuiltIn(role.Name()), workspace, "global"))
		}
	}
	accounts := []oracle.Account{{ID: "acme", Features: enumFeatures, Open: []string{"it"}}}
	subjects := asSubjects(b, enumAgents("riya", accounts, []bool{false}, single(bindings), enumAccess))
	for _, name := range oracle.Names {
		things := asThings(b, enumThings(oracle.Actions[name].Kind, []string{"acme"}, []string{"", "it", "hr"}, []string{"", "billing"}, enumNobody))
		if !yield(block{subjects: subjects, actions: []string{name}, things: things, erased: true}) {
			return
		}
	}
	bindings = nil
	for _, name := range oracle.Names {
		for _, level := range enumLevels {
			if oracle.Grantable(name) && name != "ticket.view" {
				may := map[string]oracle.Held{"ticket.view": {Global: true}, name: oracle.Actions[name].Takes(level)}
				bindings = append(bindings, oracle.Bound(&oracle.Role{Name: "Day Shift", Account: "acme", May: may}, "*", "global"))
			}
		}
	}
	tickets := enumPlaces("ticket", []string{"acme"}, []string{"", "it", "hr"}, []string{"billing"}, []string{"tom"})
	subjects = asSubjects(b, enumAgents("riya", accounts, []bool{false}, single(bindings), enumAccess[:1]))
	yield(block{subjects: subjects, actions: []string{"ticket.view"}, things: asThings(b, tickets)})
}

// enumerateHosts asks about a host's actions on every kind of thing, because a host may tie
// them to any library type.
func enumerateHosts(yield func(block) bool) {
	actions := []string{"host.inspect", "host.change", "host.amend", "host.act"}
	roles := append(enumRoles("Day Shift", enumLevels[1:], actions[:3]...), worlds.BuiltIn("Account Administrator"), worlds.BuiltIn("Agent"))
	b := worlds.NewBuilder(map[*oracle.Role]deskpolicy.Role{})
	bindings := single(enumBindings(roles, []string{"*", "it"}, []string{"restricted", "global"}))
	subjects := asSubjects(b, enumAgents("riya", enumOpen, []bool{false}, bindings, enumAccess))
	for _, kind := range slices.Sorted(maps.Keys(oracle.Kinds)) {
		things := enumThings(kind, []string{"acme", ""}, []string{"", "it"}, []string{"", "billing"}, enumNobody)
		if kind == "role_assignment" {
			things = append(things, &oracle.Thing{Kind: kind})
		}
		if !yield(block{subjects: subjects, actions: actions, things: asThings(b, things)}) {
			return
		}
	}
}

// enumeratePairs asks about every pair of things by subjects with two bindings.
func enumeratePairs(yield func(block) bool) {
	for _, name := range []string{"ticket.merge", "contact.merge"} {
		kind := map[string]string{"ticket.merge": "ticket", "contact.merge": "contact"}[name]
		b := worlds.NewBuilder(map[*oracle.Role]deskpolicy.Role{})
		first := enumBindings(append(enumRoles("Day Shift", enumLevels[1:], name), nil), []string{"*", "it"}, []string{"group", "global"})
		second := enumBindings(enumRoles("Night Shift", enumLevels[1:], name)[1:], []string{"*", "it"}, []string{"restricted", "global"})
		var bindings [][]oracle.Binding
		for _, one := range first {
			for _, two := range second {
				bindings = append(bindings, []oracle.Binding{one, two})
			}
		}
		subjects := asSubjects(b, enumAgents("riya", enumOpen, []bool{false, true}, append(single(first), bindings...), enumAccess))
		halves := enumPlaces(kind, []string{"acme", "globex"}, []string{"", "it"}, []string{"", "billing"}, []string{"riya", "tom"})
		var pairs []*oracle.Thing
		for _, from := range halves {
			for _, into := range halves {
				pairs = append(pairs, &oracle.Thing{Kind: oracle.Actions[name].Kind, From: from, Into: into})
			}
		}
		if !(block{subjects: subjects, actions: []string{name}, things: asThings(b, pairs)}).chunks(50, yield) {
			return
		}
	}
}

// enumerateTargets asks about the assignment of every ticket and conversation to every agent
// and group.
func enumerateTargets(yield func(block) bool) {
	for _, name := range []string{"ticket.assign", "conversation.assign"} {
		part, take, levels, scopes := "ticket", "ticket.be_assigned", enumLevels, enumScopes
		if name == "conversation.assign" {
			part, take, levels, scopes = "conversation", "conversation.reply", enumChatLevels, []string{"global"}
		}
		roles := map[*oracle.Role]deskpolicy.Role{}
		given := enumBindings(enumRoles("Day Shift", enumLevels[1:], name, take)[1:], []string{"*"}, []string{"group", "global"})
		subjects := asSubjects(worlds.NewBuilder(roles), enumAgents("riya", enumOpen[1:], []bool{false}, single(given), enumAccess[1:]))
		var takers []*oracle.Agent
		taken := single(enumBindings(enumRoles("Night Shift", levels, take), []string{"*", "it"}, scopes))
		access := []map[string]string{nil}
		for _, billing := range []string{"none", "view", "edit"} {
			for _, sales := range []string{"none", "view", "edit"} {
				access = append(access, map[string]string{"billing": billing, "sales": sales})
			}
		}
		for _, id := range []string{"riya", "tom"} {
			takers = append(takers, enumAgents(id, enumOpen, []bool{false}, taken, access)...)
		}
		takers = append(takers, &oracle.Agent{Account: enumOpen[0], Bindings: taken[len(taken)-1]}) // without an ID
		takers = append(takers, enumAgents("tom", append(slices.Clone(enumOpen), oracle.Account{ID: "globex"}, oracle.Account{}), []bool{true, false}, taken[len(taken)-2:], access)...)
		takers = append(takers, nil, nil) // no recipient, and a nil pointer
		for i, to := range takers {
			var things []*oracle.Thing
			nilTo := ""
			if i == len(takers)-1 {
				nilTo = "agent"
			}
			for _, place := range enumPlaces(part, []string{"acme"}, []string{"", "it"}, []string{"", "billing", "sales"}, enumNobody) {
				for _, team := range []oracle.Team{{}, {ID: "billing", Account: "acme"}, {ID: "sales", Account: "acme"}, {ID: "sales", Account: "globex"}, {ID: "", Account: "acme"}} {
					things = append(things, &oracle.Thing{Kind: oracle.Actions[name].Kind, Part: place, To: to, NilTo: nilTo, Team: team})
				}
			}
			if !yield(block{subjects: subjects, actions: []string{name}, things: asThings(worlds.NewBuilder(roles), things)}) {
				return
			}
		}
	}
}

// enumAdmins returns the permissions with those to administer people.
func enumAdmins(may map[string]oracle.Held) map[string]oracle.Held {
	all := maps.Clone(may)
	for _, name := range []string{
		"agent.view", "agent.create", "agent.edit", "agent.deactivate", "agent.delete", "agent.impersonate", "agent.key.manage", "agent.role.assign",
		"agent.role.remove", "agent.scope.edit", "agent.group.assign", "shared_agent.edit", "support_grant.create", "support_grant.extend",
	} {
		all[name] = oracle.Held{Global: true}
	}
	return all
}

// enumPowers are roles of which some cover others, alone or together, in some workspaces.
// The first are roles that administer people.
func enumPowers() []*oracle.Role {
	custom := func(name string, may map[string]oracle.Held) *oracle.Role {
		return &oracle.Role{Name: name, Account: "acme", May: may}
	}
	global, group, restricted := oracle.Held{Global: true}, oracle.Held{Group: true}, oracle.Held{Restricted: true}
	return []*oracle.Role{
		worlds.BuiltIn("Account Administrator"),
		custom("Day Shift", enumAdmins(map[string]oracle.Held{"ticket.view": global})),
		custom("Night Shift", enumAdmins(map[string]oracle.Held{"ticket.view": group})),
		custom("Chat", enumAdmins(map[string]oracle.Held{"ticket.view": global, "conversation.view": global, "host.change": global})),
		custom("Authors", map[string]oracle.Held{"ticket.view": global, "ticket.note.edit_own": group, "article.edit": restricted}),
		custom("Interns", map[string]oracle.Held{"ticket.view": restricted, "profile.edit_own": {}}),
		custom("Chat Interns", map[string]oracle.Held{"conversation.view": group}), // but not at restricted
		custom("Chat Hands", map[string]oracle.Held{"conversation.view": {Restricted: true, Group: true}}),
		custom("Desk Hands", map[string]oracle.Held{"host.change": restricted, "report.view": group, "contact.edit": restricted}),
		custom("Nothing", nil),
		{Name: "Strangers", Account: "globex", May: map[string]oracle.Held{"ticket.view": global}},
	}
}

// enumPairs returns a set of each binding alone, the empty set, and every pair.
func enumPairs(first, second []oracle.Binding) [][]oracle.Binding {
	sets := single(first)
	for _, one := range first {
		for _, two := range second {
			sets = append(sets, []oracle.Binding{one, two})
		}
	}
	return sets
}

// enumGroups are memberships of groups, which some subjects share.
var enumGroups = []map[string]string{nil, {"billing": "view"}, {"billing": "edit", "sales": "unknown"}, {"sales": "edit", "billing": "view", "": "edit"}}

// enumTheirs are the memberships of those who are changed, of which no part is missing (A71).
var enumTheirs = []map[string]string{nil, {"billing": "view"}, {"billing": "edit", "sales": "none"}, {"sales": "edit", "billing": "view"}}

// enumerateAuthority asks which subjects may act on which agents. Both have up to two
// bindings; the subject may need both of its own.
func enumerateAuthority(yield func(block) bool) {
	roles, built := enumPowers(), map[*oracle.Role]deskpolicy.Role{}
	own := enumBindings(roles[:4], []string{"*", "it"}, []string{"group", "global"})
	others := enumBindings(roles[3:9], []string{"*", "hr"}, []string{"restricted", "global"})
	agents := enumAgents("riya", enumOpen[1:], []bool{false}, enumPairs(own[4:], append(others[:12:12], own[10:]...)), enumAccess[:1])
	agents = append(agents, enumAgents("riya", enumOpen[:1], []bool{false}, enumPairs(own[6:12], others[12:20]), enumGroups[2:])...)
	agents = append(agents, enumAgents("riya", enumOpen, []bool{false}, single(own[:4]), enumGroups)...)
	subjects := asSubjects(worlds.NewBuilder(built), agents)
	theirs := enumBindings(append(roles, nil), enumHeldIn, []string{"none", "group", "global"})
	held := append(single(theirs), enumPairs(theirs[14:34], others[2:4])...)
	for i, held := range held {
		for _, in := range enumTheirs[:1+(i%3)/2*3] {
			b, agent := worlds.NewBuilder(built), &oracle.Agent{ID: "tom", Account: oracle.Account{ID: "acme"}, Bindings: held, Groups: in}
			actions := []string{[]string{"agent.edit", "host.act"}[i%2], []string{"agent.impersonate", "agent.key.manage"}[i/2%2]}
			if !yield(block{subjects: subjects, actions: actions, things: asThings(b, []*oracle.Thing{{Kind: "agent", Agent: agent}})}) {
				return
			}
		}
	}
	actions := []string{"agent.create", "agent.edit", "agent.view", "profile.edit_own", "agent.impersonate", "agent.key.manage", "agent.delete", "host.act"}
	for _, id := range []string{"riya", ""} { // the subject itself, which it cannot act on, and an agent without an ID
		for _, held := range single(theirs[:40]) {
			agent := &oracle.Agent{ID: id, Account: oracle.Account{ID: "acme"}, Bindings: held}
			if !yield(block{subjects: subjects[:100], actions: actions, things: asThings(worlds.NewBuilder(built), []*oracle.Thing{{Kind: "agent", Agent: agent}})}) {
				return
			}
		}
	}
}

// enumerateRoleAssignments asks which subjects may give a role to which agents, themselves
// included, take it away and change its scope.
func enumerateRoleAssignments(yield func(block) bool) {
	roles, built := enumPowers(), map[*oracle.Role]deskpolicy.Role{}
	own := enumBindings(roles[:4], []string{"*", "it"}, []string{"restricted", "global"})
	bindings := append(single(own), enumPairs(own[4:10], enumBindings(roles[4:9], []string{"*", "it"}, []string{"global"}))...)
	subjects := asSubjects(worlds.NewBuilder(built), append(
		enumAgents("riya", enumOpen, []bool{false}, bindings, enumAccess[:1]),
		enumAgents("riya", enumOpen[1:], []bool{false}, single(own), enumGroups[1:3])...))
	given := enumBindings(append(roles, nil), []string{"*", "it", "hr"}, []string{"none", "restricted", "group", "global", "unknown"})
	given = append(given, oracle.Bound(roles[1], "", "global"), oracle.Bound(worlds.BuiltIn("Account Administrator"), "*", "group"), oracle.Bound(worlds.SharedAgentRole, "*", "global"))
	actions := []string{"agent.role.assign", "agent.role.remove", "agent.scope.edit", "host.act"}
	for _, id := range []string{"tom", "riya", ""} {
		for i, held := range append(single(given[:len(given)-1]), []oracle.Binding{given[0], given[4]}, []oracle.Binding{given[19], given[17]}, []oracle.Binding{given[150], given[17]}) {
			if id == "tom" && i%5 != 1 && i > 20 && i < 160 || id == "" && i > 3 {
				continue
			}
			account := oracle.Account{ID: "acme", Open: [][]string{nil, {"hr"}, {"zz", "it"}}[i/2%3]} // the holder's record lists these workspaces, which do not count
			agent := &oracle.Agent{ID: id, Account: account, Bindings: held, Groups: enumTheirs[i%3]}
			appointments := []*oracle.Thing{{Kind: "role_assignment"}}
			for j, binding := range given {
				alike := slices.ContainsFunc(held, func(b oracle.Binding) bool { return b.Like(binding) || id == "riya" && b.Role == binding.Role })
				if (i+j)%16 == 0 || alike {
					appointments = append(appointments, &oracle.Thing{Kind: "role_assignment", Agent: agent, Binding: binding})
				}
			}
			if !yield(block{subjects: subjects[i%2*len(subjects)/2:][:len(subjects)/2], actions: actions, things: asThings(worlds.NewBuilder(built), appointments)}) {
				return
			}
		}
	}
}

// enumerateMemberships asks which subjects may add which agents, themselves included, to a
// group, remove them and change their access.
func enumerateMemberships(yield func(block) bool) {
	roles, built := enumPowers(), map[*oracle.Role]deskpolicy.Role{}
	own := enumBindings(roles[:4], []string{"*", "it"}, []string{"restricted", "group", "global"})
	agents := enumAgents("riya", enumOpen[1:], []bool{false}, single(own), enumGroups)
	chats := oracle.Bound(roles[6], "*", "none") // it reaches only what the groups have
	agents = append(agents, enumAgents("riya", enumOpen, []bool{false}, [][]oracle.Binding{{own[3], chats}, {own[6], chats}, {own[8]}}, enumGroups)...)
	subjects := asSubjects(worlds.NewBuilder(built), append(agents, enumShared(agents[:2], enumUser)...))
	theirs := enumBindings(append(roles, worlds.SharedAgentRole, nil), []string{"*", "it"}, []string{"restricted", "group", "global"})
	for _, id := range []string{"tom", "riya", ""} {
		for i, held := range single(theirs) {
			for _, kind := range []string{"", "shared_agent", "non_agent"} {
				if kind != "" && i%12 != 1 || id == "riya" && i%3 != 1 || id == "" && i > 3 {
					continue
				}
				var things []*oracle.Thing
				memberships := enumTheirs
				if i%8 == 7 { // some of them unknown
					memberships = enumGroups
				}
				for _, account := range []string{"acme", "globex"} {
					for _, in := range memberships[i%2*2:][:2] {
						of := &oracle.Agent{Kind: kind, ID: id, Account: oracle.Account{ID: account, Open: enumOpen[i/2%2].Open}, Bindings: held, Groups: in, User: enumUser}
						for _, team := range []oracle.Team{{ID: "billing", Account: "acme"}, {ID: "sales", Account: "acme"}, {ID: "legal", Account: "globex"}, {ID: "", Account: "acme"}} {
							for _, access := range []string{"none", "view", "edit", "unknown"}[i%2*2:][:2] {
								if account == "acme" || access == "view" {
									things = append(things, &oracle.Thing{Kind: "group_membership", Agent: of, Team: team, Access: access})
								}
							}
						}
					}
				}
				things = append(things, &oracle.Thing{Kind: "group_membership", NilTo: cmp.Or(kind, "agent"), Team: oracle.Team{ID: "billing", Account: "acme"}}, &oracle.Thing{Kind: "group_membership"})
				if !yield(block{subjects: subjects, actions: []string{"agent.group.assign", "host.act"}, things: asThings(worlds.NewBuilder(built), things)}) {
					return
				}
			}
		}
	}
}

// enumerateAdministrators asks which subjects may remove the last account administrator.
func enumerateAdministrators(yield func(block) bool) {
	roles, built := enumPowers(), map[*oracle.Role]deskpolicy.Role{}
	administrator, again := oracle.Bound(roles[0], "*", "global"), oracle.Bound(worlds.BuiltIn("Account Administrator"), "*", "none")
	var accounts []oracle.Account
	for _, administrators := range worlds.AdministratorLists {
		accounts = append(accounts, oracle.Account{ID: "acme", Administrators: administrators}, oracle.Account{ID: "acme", Administrators: administrators, Open: []string{"it"}})
	}
	own := [][]oracle.Binding{{administrator}, {oracle.Bound(roles[1], "*", "global")}, {oracle.Bound(roles[0], "it", "global"), oracle.Bound(roles[1], "*", "global")}, {oracle.Bound(roles[3], "*", "global"), oracle.Bound(roles[0], "*", "none")}, nil}
	deputy := worlds.BuiltIn("Administrator") // everything but making roles
	own = append(own, []oracle.Binding{oracle.Bound(deputy, "*", "global")}, []oracle.Binding{oracle.Bound(deputy, "it", "global"), oracle.Bound(roles[1], "*", "global")})
	subjects := asSubjects(worlds.NewBuilder(built), enumAgents("riya", accounts, []bool{false, true}, own, enumGroups[:2]))
	theirs := [][]oracle.Binding{nil, {administrator}, {again}, {administrator, again}, {oracle.Bound(roles[0], "it", "global")}, {oracle.Bound(roles[1], "*", "global")}, {oracle.Bound(roles[9], "*", "global"), again}}
	bindings := enumBindings([]*oracle.Role{roles[0], again.Role, roles[1], roles[9], nil}, []string{"*", "it", ""}, []string{"none", "global"})
	for _, id := range []string{"riya", "tom", "ann", ""} {
		for _, held := range theirs {
			for _, gone := range []bool{false, true} {
				if gone && id != "tom" {
					continue
				}
				agent := &oracle.Agent{ID: id, Account: oracle.Account{ID: "acme"}, Bindings: held, Deactivated: gone}
				shared := *agent
				shared.Kind, shared.User = "shared_agent", enumUser
				b := worlds.NewBuilder(built)
				people := asThings(b, []*oracle.Thing{{Kind: "agent", Agent: agent}})
				actions := []string{"agent.create", "agent.edit", "agent.deactivate", "agent.delete", "agent.impersonate", "agent.key.manage", "host.act"}
				if !yield(block{subjects: subjects, actions: actions, things: people, erased: true}) {
					return
				}
				if !yield(block{subjects: subjects, actions: []string{"shared_agent.edit", "shared_agent.delete", "shared_agent.key.manage"}, things: asThings(b, []*oracle.Thing{{Kind: "shared_agent", Agent: &shared}})}) {
					return
				}
				var things []*oracle.Thing
				for _, binding := range bindings {
					things = append(things, &oracle.Thing{Kind: "role_assignment", Agent: agent, Binding: binding})
				}
				actions = []string{"agent.role.assign", "agent.role.remove", "agent.scope.edit", "host.act"}
				if !yield(block{subjects: subjects, actions: actions, things: asThings(b, things)}) {
					return
				}
				memberships := asThings(b, []*oracle.Thing{{Kind: "group_membership", Agent: agent, Team: oracle.Team{ID: "billing", Account: "acme"}}})
				if !yield(block{subjects: subjects, actions: []string{"agent.group.assign", "host.act"}, things: memberships}) {
					return
				}
			}
		}
	}
}

// enumerateGrants asks which subjects may make which support grants.
func enumerateGrants(yield func(block) bool) {
	roles, built := enumPowers(), map[*oracle.Role]deskpolicy.Role{}
	own := enumBindings(roles[:5], []string{"*", "it", "hr"}, []string{"group", "global"})
	subjects := asSubjects(worlds.NewBuilder(built), append(
		enumAgents("riya", enumOpen, []bool{false}, enumPairs(own[6:], own[10:18]), enumGroups[:1]),
		enumAgents("riya", enumOpen[1:], []bool{false}, single(own), enumGroups[1:3])...))
	given := [][]*oracle.Role{nil}
	for i, role := range roles[:10] { // the account's
		given = append(given, []*oracle.Role{role})
		for _, other := range roles[i+1 : 10] {
			given = append(given, []*oracle.Role{role, other})
		}
	}
	for i, gives := range given {
		things := []*oracle.Thing{{Kind: "support_grant", Account: "acme", Gives: gives}}
		for j, there := range given[:11] {
			if (i+j)%3 == 0 || i == 0 {
				granted := map[string][]*oracle.Role{"it": there}
				if j%2 == 1 {
					granted = map[string][]*oracle.Role{"hr": there, "it": nil}
				}
				things = append(things, &oracle.Thing{Kind: "support_grant", Account: "acme", Gives: gives, Granted: granted})
			}
		}
		actions := []string{[]string{"support_grant.create", "support_grant.extend"}[i%2], []string{"support_grant.revoke", "host.act", "host.inspect"}[i%3]}
		if !yield(block{subjects: subjects, actions: actions, things: asThings(worlds.NewBuilder(built), things)}) {
			return
		}
	}
}

// enumerateWideAuthority asks which subjects may act on which agents if one of them or both
// hold a role everywhere (A32).
func enumerateWideAuthority(yield func(block) bool) {
	roles, built := enumPowers(), map[*oracle.Role]deskpolicy.Role{}
	own := enumBindings(roles[:4], []string{"**", "*"}, []string{"group", "global"})
	held := append(single(own), enumPairs(own, enumBindings(roles[4:6], []string{"**", "it"}, []string{"global"}))[len(own)+1:]...)
	subjects := asSubjects(worlds.NewBuilder(built), enumAgents("riya", append(enumOpen, oracle.Account{ID: "acme", Open: []string{"it"}, Administrators: []string{"tom"}}), []bool{false}, held, enumGroups[:2]))
	theirs := enumBindings(append(roles, nil), []string{"**", "*", "hr"}, []string{"group", "global"})
	for i, binding := range theirs {
		for _, id := range []string{"tom", "riya"} {
			b, account := worlds.NewBuilder(built), oracle.Account{ID: "acme"}
			holding := &oracle.Agent{ID: id, Account: account, Bindings: []oracle.Binding{binding, theirs[(i*7+2)%len(theirs)]}, Groups: enumGroups[i%2]}
			people := []*oracle.Thing{{Kind: "agent", Agent: holding}, {Kind: "agent", Agent: &oracle.Agent{ID: id, Account: account, Bindings: []oracle.Binding{binding}}}}
			actions := []string{"agent.edit", "agent.delete", "agent.impersonate", "host.act"}
			if !yield(block{subjects: subjects, actions: actions, things: asThings(b, people)}) {
				return
			}
			given := []*oracle.Thing{{Kind: "role_assignment", Agent: holding, Binding: theirs[(i*7+2)%len(theirs)]}}
			for _, binding := range theirs[i%6*2:][:6] {
				given = append(given, &oracle.Thing{Kind: "role_assignment", Agent: holding, Binding: binding}, &oracle.Thing{Kind: "role_assignment", Agent: &oracle.Agent{ID: id, Account: account}, Binding: binding})
			}
			if !yield(block{subjects: subjects, actions: []string{"agent.role.assign", "agent.role.remove", "agent.scope.edit"}, things: asThings(b, given)}) {
				return
			}
		}
	}
}

// enumerateSharedAuthority asks which subjects may act on shared agents, which reach what
// they see in the CRM, what mentions them and what their groups have.
func enumerateSharedAuthority(yield func(block) bool) {
	built := map[*oracle.Role]deskpolicy.Role{}
	var roles []*oracle.Role
	for _, level := range enumLevels[1:] {
		for _, names := range [][]string{
			{"ticket.view", "ticket.reply"}, {"ticket.note.edit_own"}, {"contact.edit"}, {"company.view", "contact.create"}, {"host.inspect"},
			{"conversation.view", "agent.edit", "ticket.be_assigned", "channel.phone.use", "report.view"},
		} {
			may := map[string]oracle.Held{}
			for _, name := range names {
				may[name] = oracle.Actions[name].Takes(level)
			}
			roles = append(roles, &oracle.Role{Name: "Day Shift", Account: "acme", May: may})
		}
	}
	own := enumBindings(roles, []string{"*", "it"}, []string{"restricted", "global"})
	wide := enumBindings(roles[len(roles)-6:], []string{"*"}, []string{"global"})
	bindings := append(single(own), wide, append(slices.Clone(wide), own[2]), append(slices.Clone(wide[:2]), own[3]))
	bindings = append(bindings, enumPairs(wide[:2], append(own[8:16], wide[2:]...))...)
	subjects := asSubjects(worlds.NewBuilder(built), append(
		enumAgents("riya", enumOpen[1:], []bool{false}, bindings, enumAccess),
		enumAgents("riya", enumOpen[:1], []bool{false}, [][]oracle.Binding{{worlds.Administrator}, wide}, enumAccess[:1])...))
	all := subjects
	for i, held := range append(single(own), wide, []oracle.Binding{wide[0], own[9]}) {
		subjects = nil
		for j := i % 3; j < len(all); j += 3 {
			subjects = append(subjects, all[j])
		}
		for _, in := range enumAccess[i%2:][:1+i%2] {
			b := worlds.NewBuilder(built)
			sam := &oracle.Agent{ID: "sam", Kind: "shared_agent", Account: oracle.Account{ID: "acme"}, Bindings: held, Groups: in, User: oracle.User{ID: "ursa", Sees: []string{"none", "all"}[i%2]}}
			if !yield(block{subjects: subjects, actions: []string{"shared_agent.edit", "host.act"}[:1+i%2], things: asThings(b, []*oracle.Thing{{Kind: "shared_agent", Agent: sam}})}) {
				return
			}
			joins := &oracle.Thing{Kind: "group_membership", Agent: sam, Team: oracle.Team{ID: "billing", Account: "acme"}, Access: []string{"edit", "view", "none"}[i%3]}
			if !yield(block{subjects: subjects, actions: []string{"agent.group.assign"}, things: asThings(b, []*oracle.Thing{joins})}) {
				return
			}
			becomes := []*oracle.Thing{{Kind: "role_assignment", Agent: sam, Binding: own[(i*7)%len(own)]}, {Kind: "role_assignment", Agent: sam, Binding: oracle.Bound(worlds.SharedAgentRole, "*", "restricted")}}
			if !yield(block{subjects: subjects, actions: []string{"agent.role.assign", "agent.role.remove", "agent.scope.edit"}, things: asThings(b, becomes)}) {
				return
			}
		}
	}
}

// enumerateRoles asks about every action on every built-in and custom role.
func enumerateRoles(yield func(block) bool) {
	roles := []*oracle.Role{nil, {Name: "Interns", Account: "acme"}, {Name: "Interns", Account: "globex"}}
	var builtIns []*oracle.Role
	for role := range acme.BuiltInRoles() {
		builtIns = append(builtIns, worlds.BuiltIn(role.Name()))
	}
	// A custom role that has all of the account administrator's permissions that a custom role can have.
	copied := &oracle.Role{Name: "Second Owner", Account: "acme", May: map[string]oracle.Held{}}
	for _, name := range oracle.Names {
		if oracle.Grantable(name) {
			copied.May[name] = oracle.Held{Global: true}
		}
	}
	var accounts []oracle.Account
	for _, id := range []string{"acme", "globex", ""} {
		for _, features := range [][]string{nil, {"custom_roles"}, {"attachments", "collaboration"}} {
			accounts = append(accounts, oracle.Account{ID: id, Features: features, Open: []string{"it"}})
		}
	}
	b := worlds.NewBuilder(map[*oracle.Role]deskpolicy.Role{})
	held := enumBindings(append(slices.Clone(builtIns), copied, nil), enumHeldIn, []string{"none", "global"})
	bindings := single(held)
	for _, other := range held {
		bindings = append(bindings, []oracle.Binding{other, oracle.Bound(builtIns[3], "*", "none")})
	}
	var things []*oracle.Thing
	for _, role := range append(roles, append(builtIns, copied)...) {
		things = append(things, &oracle.Thing{Kind: "role", Role: role})
	}
	subjects := asSubjects(b, enumAgents("riya", accounts, []bool{false, true}, bindings, enumAccess[:1]))
	actions := []string{"role.view", "role.custom.create", "role.custom.update", "role.custom.delete", "role.custom.clone", "host.act"}
	(block{subjects: subjects, actions: actions, things: asThings(b, things)}).chunks(100, yield)
}

// enumerateSharedGates combines everything that decides on shared agents and CRM-only users
// before the roles do, for every action.
func enumerateSharedGates(yield func(block) bool) {
	administrator := oracle.Bound(worlds.BuiltIns[0], "*", "global")
	users := []oracle.User{enumUser, {}, {Sees: "all"}, {ID: "ursa", Deactivated: true}, {ID: "ursa"}}
	var agents []*oracle.Agent
	for _, kind := range []string{"shared_agent", "non_agent"} {
		for _, integrated := range []bool{true, false} {
			for _, account := range []string{"acme", "globex", ""} {
				for _, user := range users {
					for _, id := range []string{"riya", ""} {
						for _, held := range [][]oracle.Binding{nil, {administrator}} {
							for _, gone := range []bool{false, true} {
								agents = append(agents, &oracle.Agent{
									Kind: kind, ID: id, Account: oracle.Account{ID: account, Integrated: integrated}, User: user, Deactivated: gone, Bindings: held,
								})
							}
						}
					}
				}
			}
		}
	}
	for _, name := range oracle.Names {
		b := worlds.NewBuilder(map[*oracle.Role]deskpolicy.Role{})
		subjects := append(asSubjects(b, agents), enumSubject{nil, (*deskpolicy.SharedAgent)(nil)}, enumSubject{nil, (*deskpolicy.CRMOnlyUser)(nil)})
		kind := oracle.Actions[name].Kind
		things := enumThings(kind, []string{"acme", "globex"}, []string{""}, []string{"billing"}, []string{"tom"})
		wrong := &oracle.Thing{Kind: map[bool]string{true: "article", false: "ticket"}[kind == "ticket" || oracle.Actions[name].Category == "host"], Account: "acme"}
		if !yield(block{subjects: subjects, actions: []string{name, worlds.UnknownActions[1]}, things: asThings(b, append(things, wrong)), erased: oracle.Actions[name].Category != "host"}) {
			return
		}
	}
}

// enumerateSharedActions asks about every action on every thing, by shared agents with a
// custom role, with each built-in role, and with everything that custom roles can have.
func enumerateSharedActions(yield func(block) bool) {
	mighty := &oracle.Role{Name: "Second Owner", Account: "acme", May: map[string]oracle.Held{}}
	for _, name := range oracle.Names {
		if oracle.Grantable(name) {
			mighty.May[name] = oracle.Held{Global: true}
		}
	}
	wide := enumBindings([]*oracle.Role{mighty}, []string{"*", "it"}, []string{"restricted", "global"})
	for role := range acme.BuiltInRoles() {
		wide = append(wide, enumBindings([]*oracle.Role{worlds.BuiltIn(role.Name())}, []string{"*", "it"}, []string{"restricted", "global"})...)
	}
	account := []oracle.Account{{ID: "acme", Features: enumFeatures, Open: []string{"it"}}}
	requesters := []*oracle.Thing{nil, enumContact("acme", "emea"), enumContact("acme", "apac")}
	ask := func(name, kind string) bool {
		levels, permissions := enumLevels, []string{name}
		if ofChats(oracle.Actions[name]) {
			levels = enumChatLevels
		}
		if !oracle.Grantable(name) {
			permissions = nil
		}
		b := worlds.NewBuilder(map[*oracle.Role]deskpolicy.Role{})
		bindings := append(enumBindings(enumRoles("Day Shift", levels, permissions...), []string{"*", "it"}, enumScopes[1:]), wide...)
		subjects := asSubjects(b, enumShared(enumAgents("riya", account, []bool{false}, single(bindings), enumAccess), enumUser))
		things := enumThings(kind, []string{"acme"}, []string{"", "it", "hr"}, []string{"", "billing"}, []string{"riya", "tom"})
		switch {
		case oracle.Kinds[kind].Record:
			for _, territory := range []string{"emea", "apac"} {
				for _, thing := range things[:len(things):len(things)] {
					thing := *thing
					thing.Record.Territory = territory
					things = append(things, &thing)
				}
			}
		case oracle.Kinds[kind].Ticket || kind == "ticket_assignment" || kind == "ticket_pair":
			things = enumPeople(things, requesters, enumMentions)
		}
		return block{subjects: subjects, actions: []string{name}, things: asThings(b, things)}.chunks(100, yield)
	}
	for _, name := range oracle.Names {
		if !ask(name, oracle.Actions[name].Kind) {
			return
		}
	}
	for _, kind := range slices.Sorted(maps.Keys(oracle.Kinds)) { // a host may tie its actions to any type
		for _, name := range []string{"host.inspect", "host.change", "host.amend", "host.call", "host.act"} {
			if !ask(name, kind) {
				return
			}
		}
	}
}

// enumerateSharedGrounds asks about tickets that shared agents, and agents for comparison,
// reach on every combination of grounds, at every level and scope.
func enumerateSharedGrounds(yield func(block) bool) {
	users := []oracle.User{
		enumUser, {ID: "ursa", Sees: "own"}, {ID: "ursa", Sees: "all"},
		{ID: "ursa", Contacts: map[string]string{"1": "view"}, AsOf: enumToday, Limit: 1}, {ID: "ursa", Contacts: map[string]string{"1": "edit"}, AsOf: enumToday - 1, Limit: 1},
	}
	viewed, owned := enumContact("acme", ""), enumContact("acme", "")
	viewed.ID, viewed.Record.Team, owned.Record.Owner = "2", map[string]string{"ursa": "view"}, "ursa"
	requesters := []*oracle.Thing{nil, enumContact("acme", "emea"), enumContact("acme", "apac"), enumContact("globex", "emea"), enumContact("", "emea"), viewed, owned}
	access := append([]map[string]string{{"billing": "unknown", "": "edit"}, {"billing": "none", "sales": "edit"}}, enumAccess...)
	scopes := append([]string{"unknown", "beyond"}, enumScopes...)
	for _, name := range []string{"ticket.view", "ticket.reply", "ticket.note.edit_own", "ticket.note.edit_any", "time.log_own", "time.view", "ticket.assign", "ticket.merge", "host.change"} {
		b := worlds.NewBuilder(map[*oracle.Role]deskpolicy.Role{})
		bindings := enumBindings([]*oracle.Role{
			{Name: "Day Shift", Account: "acme", May: map[string]oracle.Held{name: {Restricted: true}}},
			{Name: "Day Shift", Account: "acme", May: map[string]oracle.Held{name: {Group: true}}},
			{Name: "Day Shift", Account: "acme", May: map[string]oracle.Held{name: {Global: true}}},
		}, []string{"*"}, scopes)
		agents := enumAgents("riya", enumOpen[:1], []bool{false}, single(bindings), access)
		subjects := asSubjects(b, append(enumShared(agents, users...), agents...))
		places := enumThings(oracle.Actions[name].Kind, []string{"acme"}, []string{""}, []string{"", "billing"}, []string{"riya", "tom"})
		things := asThings(b, enumPeople(places, requesters, append(enumMentions, map[string]bool{"tom": true})))
		if !(block{subjects: subjects, actions: []string{name}, things: things}).chunks(50, yield) {
			return
		}
	}
}

// enumerateSharedBindings has shared agents with two bindings ask. The bindings reach a
// ticket on different grounds and at different scopes.
func enumerateSharedBindings(yield func(block) bool) {
	requesters := []*oracle.Thing{nil, enumContact("acme", "emea")}
	for _, name := range []string{"ticket.view", "ticket.reply", "ticket.note.edit_own", "contact.edit", "topic.edit_own", "report.view"} {
		b := worlds.NewBuilder(map[*oracle.Role]deskpolicy.Role{})
		first := enumBindings(append(enumRoles("Day Shift", enumLevels, name), nil), []string{"*", "it"}, enumScopes[1:])
		second := enumBindings(append(enumRoles("Night Shift", enumLevels, name), nil), []string{"*", "it"}, enumScopes[1:])
		things := enumThings(oracle.Actions[name].Kind, []string{"acme"}, []string{"", "it"}, []string{"billing"}, []string{"riya", "tom"})
		if oracle.Kinds[oracle.Actions[name].Kind].Ticket {
			things = enumPeople(things, requesters, enumMentions[:2])
		}
		for _, one := range first {
			var bindings [][]oracle.Binding
			for _, two := range second {
				bindings = append(bindings, []oracle.Binding{one, two})
			}
			subjects := asSubjects(worlds.NewBuilder(b.Roles), enumShared(enumAgents("riya", enumOpen[1:], []bool{false}, bindings, enumAccess), enumUser))
			if !yield(block{subjects: subjects, actions: []string{name}, things: asThings(b, things)}) {
				return
			}
		}
	}
}

// enumerateCRM asks which records, and which tickets by their requester, each user of a
// small CRM sees.
func enumerateCRM(yield func(block) bool) {
	var users []oracle.User
	for _, sees := range []string{"none", "own", "territory", "all", "unknown", "beyond"} {
		for _, territories := range [][]string{nil, {"emea"}, {"berlin"}, {"", "apac"}} {
			for _, parents := range []map[string]string{
				nil, {"berlin": "emea"}, {"berlin": "mitte", "mitte": "emea"}, {"berlin": "apac", "apac": "mitte", "mitte": "apac", "emea": "emea"}, {"berlin": "", "": "emea"},
			} {
				user := oracle.User{ID: "ursa", Sees: sees, Territories: territories, Parents: parents, Limit: 2}
				users = append(users, user)
				for _, access := range []string{"none", "view", "edit", "unknown"} {
					for _, day := range []int{enumToday + 1, enumToday, enumToday - 1, enumToday - 2, 0} {
						user.AsOf, user.Contacts, user.Companies = day, map[string]string{"1": access, "": "edit"}, map[string]string{"2": access, "": "edit"}
						users = append(users, user)
					}
				}
			}
		}
	}
	never := oracle.User{ID: "ursa", Contacts: map[string]string{"1": "edit"}, Companies: map[string]string{"1": "edit"}, AsOf: enumToday} // without a limit
	users = append(users, never, oracle.User{Sees: "all"}, oracle.User{ID: "ursa", Sees: "all", Deactivated: true})
	var records []oracle.Thing
	for _, owner := range []string{"", "ursa", "ugo"} {
		for _, territory := range []string{"", "emea", "berlin", "apac"} {
			for _, team := range []map[string]string{nil, {"ursa": "view"}, {"ursa": "edit", "": "edit"}, {"ursa": "none", "ugo": "edit"}, {"ursa": "unknown", "": "edit"}} {
				for _, id := range worlds.RecordIDs {
					records = append(records, oracle.Thing{ID: id, Account: "acme", Record: oracle.Record{Owner: owner, Territory: territory, Team: team}})
				}
			}
		}
	}
	for _, name := range []string{"contact.view", "contact.edit", "company.view", "company.edit", "ticket.reply"} {
		b := worlds.NewBuilder(map[*oracle.Role]deskpolicy.Role{})
		role := &oracle.Role{Name: "Day Shift", Account: "acme", May: map[string]oracle.Held{name: {Restricted: true}}}
		held := &oracle.Agent{ID: "riya", Account: enumOpen[0], Bindings: []oracle.Binding{oracle.Bound(role, "*", "restricted")}}
		var things []*oracle.Thing
		for _, record := range records {
			if record.Kind = oracle.Actions[name].Kind; record.Kind == "ticket" {
				record.Kind = "contact"
				things = append(things, &oracle.Thing{Kind: "ticket", Account: "acme", Requester: &record})
				continue
			}
			things = append(things, &record)
		}
		if !(block{subjects: asSubjects(b, enumShared([]*oracle.Agent{held}, users...)), actions: []string{name}, things: asThings(b, things)}).chunks(50, yield) {
			return
		}
	}
}

// enumerateSharedPairs asks about every pair of contacts that a shared agent sees
// differently in the CRM.
func enumerateSharedPairs(yield func(block) bool) {
	b := worlds.NewBuilder(map[*oracle.Role]deskpolicy.Role{})
	bindings := enumBindings(append(enumRoles("Day Shift", enumLevels, "contact.merge"), nil), []string{"*", "it"}, []string{"none", "global"})
	users := []oracle.User{
		enumUser, {ID: "ursa", Sees: "own"}, {ID: "ursa", Sees: "all"}, {ID: "ursa"},
		{ID: "ursa", Sees: "own", Contacts: map[string]string{"2": "edit"}, Limit: 1},
	}
	var halves, pairs []*oracle.Thing
	for _, account := range []string{"acme", "globex"} {
		for _, id := range []string{"1", "2"} {
			for _, author := range []string{"riya", "tom"} {
				for _, record := range []oracle.Record{{}, {Owner: "ursa"}, {Territory: "emea"}, {Territory: "apac", Team: map[string]string{"ursa": "view"}}, {Team: map[string]string{"ursa": "edit"}}} {
					halves = append(halves, &oracle.Thing{Kind: "contact", ID: id, Account: account, Author: author, Record: record})
				}
			}
		}
	}
	for _, from := range halves {
		for _, into := range halves {
			pairs = append(pairs, &oracle.Thing{Kind: "contact_pair", From: from, Into: into})
		}
	}
	subjects := asSubjects(b, enumShared(enumAgents("riya", enumOpen[:1], []bool{false, true}, single(bindings), enumAccess[:1]), users...))
	(block{subjects: subjects, actions: []string{"contact.merge"}, things: asThings(b, pairs)}).chunks(5, yield)
}

// enumerateSharedTargets asks about assignments to shared agents, to CRM-only users and to
// nil pointers of every kind.
func enumerateSharedTargets(yield func(block) bool) {
	for _, name := range []string{"ticket.assign", "conversation.assign"} {
		part, take := "ticket", "ticket.be_assigned"
		if name == "conversation.assign" {
			part, take = "conversation", "conversation.reply"
		}
		roles := map[*oracle.Role]deskpolicy.Role{}
		given := single(enumBindings(enumRoles("Day Shift", enumLevels, name, take), []string{"*", "it"}, []string{"restricted", "global"}))
		askers := enumAgents("riya", append(slices.Clone(enumOpen), oracle.Account{ID: "globex"}), []bool{false, true}, given, enumAccess[1:])
		askers = append(askers, enumShared(askers, enumUser)...)
		askers = append(askers, &oracle.Agent{Kind: "non_agent", Account: enumOpen[0], User: enumUser})
		subjects := asSubjects(worlds.NewBuilder(roles), askers)
		var takers []*oracle.Agent
		for _, kind := range []string{"shared_agent", "non_agent"} {
			for _, account := range []string{"acme", "globex", ""} {
				for _, id := range []string{"tom", "riya", ""} {
					for _, user := range []oracle.User{enumUser, {}} {
						for _, held := range [][]oracle.Binding{nil, given[len(given)-1]} {
							takers = append(takers, &oracle.Agent{Kind: kind, ID: id, Account: oracle.Account{ID: account, Integrated: true}, User: user, Bindings: held})
						}
					}
				}
			}
		}
		var things []*oracle.Thing
		for _, place := range enumPlaces(part, []string{"acme", "globex"}, []string{""}, []string{"", "billing"}, []string{"tom"}) {
			for _, team := range []oracle.Team{{}, {ID: "billing", Account: "acme"}, {ID: "sales", Account: "globex"}, {ID: "", Account: "acme"}} {
				for _, to := range takers {
					things = append(things, &oracle.Thing{Kind: oracle.Actions[name].Kind, Part: place, To: to, Team: team})
				}
				for _, nilTo := range worlds.SubjectKinds {
					things = append(things, &oracle.Thing{Kind: oracle.Actions[name].Kind, Part: place, NilTo: nilTo, Team: team})
				}
			}
		}
		if !(block{subjects: subjects, actions: []string{name}, things: asThings(worlds.NewBuilder(roles), things)}).chunks(20, yield) {
			return
		}
	}
}

// enumerateSharedRoleAssignments asks which subjects may add, change and remove agents and
// their roles, if a shared agent or the Shared Agent role is involved.
func enumerateSharedRoleAssignments(yield func(block) bool) {
	changes := map[string]oracle.Held{"ticket.view": {Global: true}}
	actions := []string{"agent.create", "agent.edit", "shared_agent.view", "shared_agent.edit", "shared_agent.delete", "shared_agent.key.manage", "agent.role.assign", "agent.role.remove", "agent.scope.edit", "agent.group.assign", "host.inspect", "host.act"}
	for _, name := range actions {
		if oracle.Grantable(name) {
			changes[name] = oracle.Held{Global: true}
		}
	}
	likeShared := &oracle.Role{Name: "Shared Agents", Account: "acme", May: map[string]oracle.Held{"ticket.view": {Group: true}}} // not the CRM's role, though the name is alike
	roles := []*oracle.Role{worlds.BuiltIns[0], worlds.BuiltIns[1], {Name: "Day Shift", Account: "acme", May: changes}, worlds.SharedAgentRole, likeShared, nil}
	built := map[*oracle.Role]deskpolicy.Role{}
	own := enumBindings(roles[:4], []string{"*", "it"}, []string{"group", "global"})
	agents := enumAgents("riya", enumOpen, []bool{false, true}, single(own), enumAccess[:1])
	subjects := asSubjects(worlds.NewBuilder(built), append(agents, enumShared(agents, enumUser, oracle.User{})...))
	theirs := single(enumBindings(roles, []string{"*", "hr"}, []string{"restricted", "global"}))
	theirs = append(theirs, []oracle.Binding{oracle.Bound(roles[2], "*", "global"), oracle.Bound(worlds.SharedAgentRole, "it", "none")})
	for _, id := range []string{"tom", "riya", ""} {
		for _, account := range []string{"acme", "globex"} {
			for _, held := range theirs {
				desk := &oracle.Agent{ID: id, Account: oracle.Account{ID: account}, Bindings: held}
				crm := enumShared([]*oracle.Agent{desk}, enumUser, oracle.User{})
				b := worlds.NewBuilder(built)
				people := asThings(b, []*oracle.Thing{{Kind: "agent", Agent: desk}})
				if !yield(block{subjects: subjects, actions: []string{"agent.create", "agent.edit", "host.inspect", "host.act"}, things: people}) {
					return
				}
				shared := asThings(b, []*oracle.Thing{{Kind: "shared_agent", Agent: crm[0]}, {Kind: "shared_agent", Agent: crm[1]}})
				if !yield(block{subjects: subjects, actions: []string{"shared_agent.view", "shared_agent.edit", "shared_agent.delete", "shared_agent.key.manage", "host.inspect", "host.act"}, things: shared}) {
					return
				}
				nobodys := *desk
				nobodys.Kind, nobodys.User = "non_agent", enumUser
				var appointments []*oracle.Thing
				for _, role := range roles {
					for _, agent := range append(crm, desk, &nobodys) {
						appointments = append(appointments, &oracle.Thing{Kind: "role_assignment", Agent: agent, Binding: oracle.Bound(role, "*", "restricted")})
					}
				}
				for _, nilTo := range append(worlds.SubjectKinds, "") {
					appointments = append(appointments, &oracle.Thing{Kind: "role_assignment", NilTo: nilTo, Binding: oracle.Bound(worlds.SharedAgentRole, "*", "restricted")})
				}
				if !yield(block{subjects: subjects, actions: []string{"agent.role.assign", "agent.role.remove", "agent.scope.edit", "host.act"}, things: asThings(b, appointments)}) {
					return
				}
			}
		}
	}
}
