package deskpolicy_test

import (
	"maps"
	"slices"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/oracle"
	"github.com/deskpolicy/deskpolicy/internal/worlds"
)

// customersOf returns the customer with that ID for every combination of bindings and
// companies.
func customersOf(id string, account oracle.Account, bindings [][]oracle.Binding, companies ...string) (customers []*oracle.Agent) {
	for _, held := range bindings {
		for _, company := range companies {
			customers = append(customers, &oracle.Agent{Kind: "customer", ID: id, Company: company, Account: account, Bindings: held})
		}
	}
	return customers
}

// everyCustomRole returns a role with everything that a custom role can have, at anything.
func everyCustomRole() *oracle.Role {
	mighty := &oracle.Role{Name: "Second Owner", Account: "acme", May: map[string]oracle.Held{}}
	for _, name := range oracle.Names {
		if oracle.Grantable(name) {
			mighty.May[name] = oracle.Held{Global: true}
		}
	}
	return mighty
}

// enumerateCustomers asks about every action on every thing, by customers with each built-in
// role, with everything that custom roles can have, and with the ID of an agent.
func enumerateCustomers(yield func(block) bool) {
	roles := []*oracle.Role{everyCustomRole()}
	for role := range acme.BuiltInRoles() {
		roles = append(roles, worlds.BuiltIn(role.Name()))
	}
	held := single(enumBindings(roles, []string{"*", "it"}, []string{"requested|same_company", "global"}))
	account := oracle.Account{ID: "acme", Features: enumFeatures, Open: []string{"it"}, Integrated: true}
	customers := append(customersOf("1", account, held, "c1"), customersOf("riya", account, held, "")...)
	own, colleagues, strangers := &oracle.Thing{Kind: "contact", ID: "1", Account: "acme", Company: "c2"}, &oracle.Thing{Kind: "contact", ID: "2", Account: "acme", Company: "c1", Author: "riya"}, &oracle.Thing{Kind: "contact", ID: "3", Account: "acme"}
	ask := func(name, kind string) bool {
		b := worlds.NewBuilder(map[*oracle.Role]deskpolicy.Role{})
		things := enumThings(kind, []string{"acme"}, []string{"", "it", "hr"}, []string{"", "billing"}, []string{"riya", "tom", ""})
		if of := oracle.Kinds[kind]; of.People || oracle.Kinds[oracle.Parts[kind]].People {
			things = enumPeople(things, []*oracle.Thing{nil, own, colleagues, strangers}, []map[string]bool{{"riya": true, "1": true}})
		}
		return block{subjects: asSubjects(b, customers), actions: []string{name}, things: asThings(b, things)}.chunks(20, yield)
	}
	for _, name := range oracle.Names {
		if !ask(name, oracle.Actions[name].Kind) {
			return
		}
	}
	for _, kind := range slices.Sorted(maps.Keys(oracle.Kinds)) { // a host may tie its actions to any type
		for _, name := range []string{"host.inspect", "host.amend", "host.act", "host.follow", "host.rate"} {
			if !ask(name, kind) {
				return
			}
		}
	}
}

// enumerateCustomerParts asks about what customers have a part in, in every way and together
// with what only agents have, at every relation and within every bound.
func enumerateCustomerParts(yield func(block) bool) {
	scopes := append([]string{"global", "group", "shared", "requested|participating", "requested|participating|same_company", "none"}, worlds.Relations...)
	contact := func(id, account, company string) *oracle.Thing {
		return &oracle.Thing{Kind: "contact", ID: id, Account: account, Company: company, Author: "riya"}
	}
	requesters := []*oracle.Thing{nil, contact("1", "acme", ""), contact("2", "acme", "c1"), contact("2", "acme", "c2"), contact("1", "globex", "c1"), contact("", "acme", "")}
	for _, name := range []string{"ticket.view", "ticket.reply", "ticket.confidential", "host.follow"} {
		var things []*oracle.Thing
		for i, thing := range enumPeople(enumPlaces(oracle.Actions[name].Kind, []string{"acme"}, []string{""}, []string{"", "billing"}, []string{"", "1"}), requesters, []map[string]bool{nil, {"1": true}}) {
			for j, access := range []string{"none", "view", "edit", "unknown"} {
				for _, secret := range []bool{false, true} {
					thing := *thing
					thing.CCs, thing.Participants, thing.Confidential = map[string]string{"1": access, "2": "edit", "": "edit"}, map[string]string{"1": []string{"edit", "none"}[(i+j)%2]}, secret
					things = append(things, &thing)
				}
			}
		}
		var held [][]oracle.Binding
		for i, scope := range scopes {
			may := map[string]oracle.Held{name: oracle.ScopeOf(scope), "ticket.confidential": oracle.ScopeOf(scopes[(i*5+2)%len(scopes)])}
			role := &oracle.Role{Name: "Users", Account: "acme", May: may}
			for _, bound := range scopes {
				held = append(held, []oracle.Binding{oracle.Bound(role, "*", bound)})
			}
		}
		b := worlds.NewBuilder(map[*oracle.Role]deskpolicy.Role{})
		subjects := asSubjects(b, customersOf("1", oracle.Account{ID: "acme"}, held, "", "c1"))
		if !(block{subjects: subjects, actions: []string{name}, things: asThings(b, things), erased: name == "ticket.view"}).chunks(20, yield) {
			return
		}
	}
}
