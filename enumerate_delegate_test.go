package deskpolicy_test

import (
	"maps"
	"slices"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/oracle"
	"github.com/deskpolicy/deskpolicy/internal/worlds"
)

// delegatesOf returns each of the agents as an actor of each kind acts for it within each of
// the chains of limits.
func delegatesOf(principals []*oracle.Agent, chains [][]oracle.Limit, kinds ...string) (delegates []*oracle.Agent) {
	for _, principal := range principals {
		for _, limits := range chains {
			for _, kind := range kinds {
				delegates = append(delegates, principal.ActedFor(&oracle.Acting{Kind: kind, ID: "k", Limits: limits}))
			}
		}
	}
	return delegates
}

// alone returns a chain of each limit alone.
func alone(limits []oracle.Limit) (chains [][]oracle.Limit) {
	for _, l := range limits {
		chains = append(chains, []oracle.Limit{l})
	}
	return chains
}

// enumLimits returns a limit for every combination of the permissions, the places and the days.
func enumLimits(mays []map[string]oracle.Held, places [][]string, days ...[2]int) (limits []oracle.Limit) {
	for _, may := range mays {
		for _, workspaces := range places {
			for _, day := range days {
				limits = append(limits, oracle.Limit{May: may, Workspaces: workspaces, From: day[0], Until: day[1]})
			}
		}
	}
	return limits
}

// mays returns the permissions at each of the scopes, with ticket.confidential at each of the
// others.
func mays(scopes, secrets []string, names ...string) (all []map[string]oracle.Held) {
	for _, scope := range scopes {
		for _, secret := range secrets {
			may := map[string]oracle.Held{"ticket.confidential": oracle.ScopeOf(secret)}
			for _, name := range names {
				if oracle.Grantable(name) {
					may[name] = oracle.Actions[name].Takes(oracle.ScopeOf(scope))
				}
			}
			all = append(all, may)
		}
	}
	return all
}

// enumToday is the day on which delegates ask. enumAlways is always; enumDays have a window
// that holds, one that starts, one that has just ended and one that is next.
var (
	enumToday  = 4
	enumAlways = [2]int{}
	enumDays   = [][2]int{{2, 5}, {4, 0}, {0, 4}, {5, 0}}
	anywhere   = [][]string{{"**"}}
)

// enumPrincipals returns agents with one or two bindings, shared agents and customers, who may
// do the action in different places and at different scopes.
func enumPrincipals(name string) (principals []*oracle.Agent) {
	names := append(enumRoutes(oracle.Actions[name].Kind), name)
	role := func(title, scope, secret string) *oracle.Role {
		return &oracle.Role{Name: title, Account: "acme", May: mays([]string{scope}, []string{secret}, names...)[0]}
	}
	group, all, own := role("Day Shift", "group", "restricted"), role("Night Shift", "global", "global"), role("Users", "requested|participating", "none")
	ended := oracle.Bound(all, "**", "global")
	ended.Until = enumToday
	account := oracle.Account{ID: "acme", Features: enumFeatures, Open: []string{"it"}, Integrated: true}
	person := oracle.Agent{ID: "riya", Account: account, Now: enumToday, Groups: map[string]string{"billing": "edit", "sales": "view"}, Contact: "1", Company: "c1"}
	for _, held := range [][]oracle.Binding{
		{oracle.Bound(group, "*", "global")},
		{oracle.Bound(all, "**", "global")},
		{oracle.Bound(all, "it", "restricted"), oracle.Bound(group, "*open*", "group")},
		{ended, oracle.Bound(group, "it", "global").For("billing")},
		{oracle.Bound(worlds.BuiltIns[0], "**", "global")},
	} {
		agent := person
		agent.Bindings = held
		principals = append(principals, &agent)
	}
	gone := *principals[1]
	gone.Deactivated = true
	shared := enumShared([]*oracle.Agent{principals[1]}, enumUser)[0]
	shared.Contact, shared.Company = "", ""
	customer := customersOf("1", account, [][]oracle.Binding{{oracle.Bound(own, "**", "global")}}, "c1")[0]
	customer.Now = enumToday
	return append(principals, &gone, shared, customer)
}

// enumAsked returns the things of the kind, from nobody and from the customer of enumPrincipals.
func enumAsked(kind string, workspaces, groups, people []string) []*oracle.Thing {
	things := enumThings(kind, []string{"acme"}, workspaces, groups, people)
	if !oracle.Kinds[kind].People && !oracle.Kinds[oracle.Parts[kind]].People {
		return things
	}
	asks := &oracle.Thing{Kind: "contact", ID: "1", Account: "acme", Company: "c1", Author: "tom", Record: oracle.Record{Territory: "emea"}}
	return enumPeople(things, []*oracle.Thing{nil, asks}, []map[string]bool{nil})
}

// enumerateDelegates asks about every action, by a key and by a person who act for each of the
// principals, within one or two limits that permit it in different ways, or not.
func enumerateDelegates(yield func(block) bool) {
	ask := func(name, kind string) bool {
		scopes := mays([]string{"global", "group", "restricted", "none"}, []string{"global"}, append(enumRoutes(kind), name)...)
		wide := enumLimits(scopes[:1], anywhere, enumAlways)[0]
		chains := alone(append(enumLimits(scopes, anywhere, enumAlways), enumLimits(scopes[:1], [][]string{{"*"}, {"it"}}, enumAlways)...))
		for _, one := range enumLimits(scopes[1:], anywhere, enumAlways) {
			chains = append(chains, []oracle.Limit{one, wide}, []oracle.Limit{wide, one})
		}
		b := worlds.NewBuilder(map[*oracle.Role]deskpolicy.Role{})
		delegates := delegatesOf(enumPrincipals(name), chains, "key", "person")
		things := enumAsked(kind, []string{"", "it"}, []string{"", "billing"}, []string{"riya", "tom"})
		return block{subjects: asSubjects(b, delegates), actions: []string{name}, things: asThings(b, things)}.chunks(40, yield)
	}
	for _, name := range oracle.Names {
		if !ask(name, oracle.Actions[name].Kind) {
			return
		}
	}
	for _, kind := range slices.Sorted(maps.Keys(oracle.Kinds)) { // a host may tie its actions to any type
		for _, name := range []string{"host.amend", "host.act"} {
			if !ask(name, kind) {
				return
			}
		}
	}
}

// enumRoutes returns the other action that an assignment of the kind can take.
func enumRoutes(kind string) []string {
	return map[string][]string{"ticket_assignment": {"ticket.route"}, "conversation_assignment": {"conversation.route"}}[kind]
}

// enumerateLimits asks within every limit of a small set: each scope of the permission with
// each of ticket.confidential, in each place and each window, about things in each place,
// confidential or not.
func enumerateLimits(yield func(block) bool) {
	scopes := []string{"none", "restricted", "in_group", "group", "shared", "requested|participating", "global"}
	places := [][]string{nil, {""}, {"*"}, {"it"}, {"*open*"}, {"**"}, {"*", "hr"}}
	for _, name := range []string{"ticket.view", "ticket.reply", "ticket.note.edit_own", "conversation.reply", "ticket.assign", "contact.edit", "profile.edit_own"} {
		kind := oracle.Actions[name].Kind
		may := mays(scopes, []string{"none", "restricted", "global"}, append(enumRoutes(kind), name)...)
		limits := append(enumLimits(may, places, enumAlways), enumLimits(may[len(may)-1:], places, enumDays...)...)
		b := worlds.NewBuilder(map[*oracle.Role]deskpolicy.Role{})
		delegates := delegatesOf(enumPrincipals(name), alone(limits), "integration")
		models := enumAsked(kind, []string{"", "it", "hr"}, []string{"", "billing", "sales"}, []string{"riya", "tom"})
		if oracle.Kinds[kind].People || oracle.Kinds[oracle.Parts[kind]].People {
			models = append(models, enumSecret(enumAsked(kind, []string{"", "it"}, []string{"", "billing"}, []string{"riya", "tom"}))...)
		}
		if !(block{subjects: asSubjects(b, delegates), actions: []string{name}, things: asThings(b, models)}).chunks(20, yield) {
			return
		}
	}
}

// enumerateChains asks within every two limits of a small set, and within some chains of three
// and four.
func enumerateChains(yield func(block) bool) {
	for _, name := range []string{"ticket.view", "ticket.reply", "ticket.merge", "conversation.assign"} {
		kind := oracle.Actions[name].Kind
		may := mays([]string{"restricted", "group", "global"}, []string{"restricted", "global"}, append(enumRoutes(kind), name)...)
		limits := append(enumLimits(may, [][]string{{"**"}, {"*"}, {"it", "hr"}}, enumAlways), enumLimits(may[5:], anywhere, enumDays...)...)
		limits = append(limits, oracle.Limit{Workspaces: []string{"**"}})
		var chains [][]oracle.Limit
		for i, one := range limits {
			for j, two := range limits {
				three, four := limits[(i*5+j)%len(limits)], limits[(i+j*7+3)%len(limits)]
				chains = append(chains, []oracle.Limit{one, two}, [][]oracle.Limit{{one, two, three}, {one, two, three, four}, {one, one, two, four}}[(i+j)%3])
			}
		}
		b, principals := worlds.NewBuilder(map[*oracle.Role]deskpolicy.Role{}), enumPrincipals(name)
		delegates := delegatesOf([]*oracle.Agent{principals[0], principals[1], principals[6]}, chains, "ai")
		things := enumAsked(kind, []string{"", "it"}, []string{"", "billing"}, []string{"riya", "tom"})
		if kind == "ticket_pair" {
			things = things[:16]
		} else {
			things = append(things, enumSecret(enumAsked(kind, []string{""}, []string{"billing"}, []string{"riya", "tom"}))...)
		}
		if !(block{subjects: asSubjects(b, delegates), actions: []string{name}, things: asThings(b, things)}).chunks(100, yield) {
			return
		}
	}
}

// enumerateIncomplete has delegates ask that lack a principal, an actor or limits, or have too
// many, or whose principal is not active; and asks about assigning and appointing delegates.
func enumerateIncomplete(yield func(block) bool) {
	wide := oracle.Limit{May: mays([]string{"global"}, []string{"global"}, "ticket.view", "ticket.attach", "ticket.assign", "ticket.route", "agent.edit")[0], Workspaces: []string{"**"}}
	actings := []*oracle.Acting{nil}
	for _, kind := range []string{"key", "person", "nobody", ""} {
		for _, id := range []string{"k", ""} {
			for n := range deskpolicy.MaxLimits + 2 {
				actings = append(actings, &oracle.Acting{Kind: kind, ID: id, Limits: slices.Repeat([]oracle.Limit{wide}, n)})
			}
		}
	}
	var principals, asking []*oracle.Agent
	for _, name := range []string{"ticket.attach", "ticket.assign", "agent.edit"} {
		for _, principal := range enumPrincipals(name) {
			for _, change := range []func(*oracle.Agent){
				func(*oracle.Agent) {},
				func(s *oracle.Agent) { s.ID = "" },
				func(s *oracle.Agent) { s.Account = oracle.Account{ID: "globex"} },
				func(s *oracle.Agent) { s.Account = oracle.Account{} },
				func(s *oracle.Agent) { s.Account.Features = nil },
				func(s *oracle.Agent) { s.User.Deactivated = true },
				func(s *oracle.Agent) { s.Account.Integrated = false },
				func(s *oracle.Agent) { s.Kind, s.User = "non_agent", enumUser },
			} {
				principals = append(principals, oracle.Request{Subject: principal}.With(change).Subject)
			}
		}
	}
	var things []*oracle.Thing
	for i, principal := range principals {
		for j, acts := range actings {
			if (i+j)%5 == 0 {
				asking = append(asking, principal.ActedFor(acts))
			}
			if i%8 == 0 && (i/8+j)%3 == 0 {
				taker := principal.ActedFor(acts)
				taker.ID = "tom"
				things = append(things,
					&oracle.Thing{Kind: "ticket_assignment", Part: &oracle.Thing{Kind: "ticket", Account: "acme", Group: "billing"}, To: taker},
					&oracle.Thing{Kind: "role_assignment", Agent: taker, Binding: oracle.Bound(worlds.BuiltIns[3], "*", "group")},
					&oracle.Thing{Kind: "group_membership", Agent: taker, Team: oracle.Team{ID: "billing", Account: "acme"}, Access: "view"})
			}
		}
	}
	b := worlds.NewBuilder(map[*oracle.Role]deskpolicy.Role{})
	tickets := append(enumThings("ticket", []string{"acme", "globex"}, []string{"", "it"}, []string{"billing"}, []string{"riya", "tom"}), enumThings("agent", []string{"acme"}, nil, nil, []string{"tom"})...)
	if !(block{subjects: asSubjects(b, asking), actions: []string{"ticket.attach", "agent.edit", "session.login", worlds.UnknownActions[0]}, things: asThings(b, tickets), erased: true}).chunks(50, yield) {
		return
	}
	for targets := range slices.Chunk(asThings(b, things), 20) {
		askers := asSubjects(b, append(enumPrincipals("ticket.assign"), delegatesOf(enumPrincipals("ticket.assign"), [][]oracle.Limit{{wide}}, "key")...))
		if !yield(block{subjects: askers, actions: []string{"ticket.assign", "agent.role.assign", "agent.group.assign"}, things: targets}) {
			return
		}
	}
}
