package policytest

import (
	"slices"
	"strings"

	"github.com/deskpolicy/deskpolicy"
)

// A situation is a resource's placement relative to the holder of a role, and the word for it in
// the matrix.
type situation struct {
	word string
	placement
}

// cell returns the situations where the holder may do the action, or "-".
func (s *sheet) cell(who deskpolicy.Subject, k *kind, action deskpolicy.ActionID) string {
	all := s.situations(who, k)
	may := s.allowedIn(who, k, action, all)
	if k.properties&hasAuthor == 0 {
		return words(may, all)
	}
	for i := range all {
		all[i].author = holdingOf(who).id
	}
	if wrote := s.allowedIn(who, k, action, all); len(wrote) > len(may) {
		return "own:" + words(wrote, all)
	}
	return words(may, all)
}

// allowedIn returns the words of the situations where the holder may do the action.
func (s *sheet) allowedIn(who deskpolicy.Subject, k *kind, action deskpolicy.ActionID, in []situation) (may []string) {
	for i := range in {
		if s.allows(who, k, action, &in[i].placement) {
			may = append(may, in[i].word)
		}
	}
	return may
}

func (s *sheet) allows(who deskpolicy.Subject, k *kind, action deskpolicy.ActionID, at *placement) bool {
	if routes(action) { // to the holder's group
		to := *at
		to.team = deskpolicy.AgentGroup{ID: "edit", Account: s.account.ID}
		at = &to
	}
	thing := k.build(at)
	if k == hostKind {
		return deskpolicy.Authorize(who, deskpolicy.Action[hostThing](action), thing.(*hostThing)).Allowed()
	}
	return deskpolicy.Request{Subject: who, Action: action, Resource: thing, Vocabulary: s.vocabulary}.Authorize().Allowed()
}

// words returns the text of a cell.
func words(may []string, all []situation) string {
	switch {
	case len(may) == 0:
		return "-"
	case len(may) == len(all):
		return "all"
	}
	for _, word := range may {
		may = slices.DeleteFunc(slices.Clone(may), func(other string) bool { return slices.Contains(included[word], other) })
	}
	return strings.Join(may, "+")
}

// included has the words that another word includes.
var included = map[string][]string{
	"group:view": {"group:edit", "queue"}, "group:edit": {"queue"}, "unassigned": {"queue", "unrouted"}, "part:view": {"part:edit"},
}

// situations returns the situations to test for a kind of resource, starting with those furthest
// from the holder.
func (s *sheet) situations(who deskpolicy.Subject, k *kind) []situation {
	switch {
	case k.properties&aboutPerson != 0:
		return s.people(who, func(at *placement, h holding) {
			if len(h.bindings) == 0 && k.name == "role assignment" { // of a role that permits nothing
				h.bindings = []deskpolicy.Binding{{Role: s.nothing, Workspace: deskpolicy.AccountWide}}
			}
			at.person = &deskpolicy.Agent{ID: h.id, Account: s.account, Bindings: h.bindings, Groups: h.groups}
			at.team, at.access = deskpolicy.AgentGroup{ID: "edit", Account: s.account.ID}, deskpolicy.Edit
			if len(h.bindings) > 0 {
				at.binding = h.bindings[0]
			}
		})
	case k.properties&aboutGrant != 0:
		return s.people(who, func(at *placement, h holding) { at.grant = s.grantOf(h) }, "self")
	case k.properties&aboutRole != 0:
		custom, builtIn := s.at("custom"), s.at("built-in")
		custom.role, builtIn.role = s.nothing, deskpolicy.AgentRole.Role()
		if s.noBuiltIns {
			return []situation{custom}
		}
		return []situation{custom, builtIn}
	}
	return s.places(who, k.properties)
}

// grantOf returns a support grant of the first role that h holds.
func (s *sheet) grantOf(h holding) deskpolicy.SupportGrant {
	if len(h.bindings) == 0 {
		return s.grant(s.nothing)
	}
	return s.grant(h.bindings[0].Role)
}

// at returns the situation of a resource that has no relationship to the holder.
func (s *sheet) at(word string) situation {
	return situation{word, placement{
		account: s.account.ID, group: elsewhere, holder: someone, author: someone,
		requester: &deskpolicy.Contact{Account: s.account.ID},
	}}
}

// places returns the situations of resources that are not about people.
func (s *sheet) places(who deskpolicy.Subject, m properties) []situation {
	found := []situation{s.at("elsewhere")}
	place := func(mark properties, word string, move func(*placement)) {
		if m&mark != 0 {
			at := s.at(word)
			move(&at.placement)
			found = append(found, at)
		}
	}
	h := holdingOf(who)
	id := h.id
	ask := func(at *placement, by deskpolicy.Contact) {
		by.Account = s.account.ID
		at.requester = &by
	}
	place(hasGroup, "group:edit", func(at *placement) { at.group = "edit" })
	place(hasGroup, "group:view", func(at *placement) { at.group = "view" })
	place(hasAssignee, "assigned", func(at *placement) { at.holder = id })
	place(hasAssignee, "queue", func(at *placement) { at.holder, at.group = "", "edit" })
	place(hasAssignee, "unassigned", func(at *placement) { at.holder = "" })
	place(hasAssignee, "unrouted", func(at *placement) { at.holder, at.group = "", "" })
	place(hasOwner, "own", func(at *placement) { at.holder = id })
	place(hasMentions, "requested", func(at *placement) { ask(at, deskpolicy.Contact{ID: h.contact}) })
	place(hasMentions, "part:edit", func(at *placement) { at.takePart = map[deskpolicy.AgentID]deskpolicy.Access{id: deskpolicy.Edit} })
	place(hasMentions, "part:view", func(at *placement) { at.takePart = map[deskpolicy.AgentID]deskpolicy.Access{id: deskpolicy.View} })
	place(hasMentions, "mentioned", func(at *placement) { at.mentions = map[deskpolicy.AgentID]bool{id: true} })
	place(hasMentions, "customer", func(at *placement) { ask(at, deskpolicy.Contact{Owner: id}) })
	place(hasMentions, "company", func(at *placement) { ask(at, deskpolicy.Contact{Company: h.company}) })
	place(hasCustomer, "contact", func(at *placement) {
		at.record.Owner = "user"
		at.requester = &deskpolicy.Contact{Account: s.account.ID, CRM: at.record}
	})
	return found
}

// people returns the situations of resources about people: those who hold nothing, the same as the
// holder, or more, and the holder. It leaves out the situations of the given words and, if there are
// no built-in roles, account administrators.
func (s *sheet) people(who deskpolicy.Subject, involve func(*placement, holding), without ...string) []situation {
	h := holdingOf(who)
	lesser, peer, owner := h, h, h
	lesser.id, lesser.bindings, lesser.groups = someone, nil, nil
	peer.id = someone
	owner.id, owner.bindings = "olga", held(deskpolicy.AccountAdministratorRole.Role(), deskpolicy.ScopeGlobal)
	found := []situation{s.at("lesser"), s.at("peer"), s.at("owner"), s.at("self")}
	for i, of := range []holding{lesser, peer, owner, h} {
		involve(&found[i].placement, of)
	}
	return slices.DeleteFunc(found, func(at situation) bool {
		return slices.Contains(without, at.word) || at.word == "owner" && s.noBuiltIns
	})
}
