package policytest

import (
	"slices"
	"strings"

	"github.com/deskpolicy/deskpolicy"
)

// A situation is how a thing may stand to whoever holds a role, and what the
// matrix calls that.
type situation struct {
	word string
	standing
}

// cell returns in which situations the holder is allowed the action; "-" for none.
func (s *sheet) cell(who deskpolicy.Subject, k *kind, action deskpolicy.ActionID) string {
	all := s.situations(who, k)
	may := s.allowed(who, k, action, all)
	if k.marks&authored == 0 {
		return words(may, all)
	}
	for i := range all {
		all[i].author = holdingOf(who).id
	}
	if wrote := s.allowed(who, k, action, all); len(wrote) > len(may) {
		return "own:" + words(wrote, all)
	}
	return words(may, all)
}

// allowed returns the words of those situations in which the holder is allowed the action.
func (s *sheet) allowed(who deskpolicy.Subject, k *kind, action deskpolicy.ActionID, in []situation) (may []string) {
	for i := range in {
		if s.ask(who, k, action, &in[i].standing) {
			may = append(may, in[i].word)
		}
	}
	return may
}

func (s *sheet) ask(who deskpolicy.Subject, k *kind, action deskpolicy.ActionID, at *standing) bool {
	thing := k.put(at)
	if k == hostKind {
		return deskpolicy.Authorize(who, deskpolicy.Action[hostThing](action), thing.(*hostThing)).Allowed()
	}
	return deskpolicy.Request{Subject: who, Action: action, Resource: thing, Vocabulary: s.vocabulary}.Authorize().Allowed()
}

// reachesOpen reports whether the holder is allowed the action on anything in an
// open workspace.
func (s *sheet) reachesOpen(who deskpolicy.Subject, k *kind, action deskpolicy.ActionID) bool {
	return slices.ContainsFunc(s.situations(who, k), func(at situation) bool {
		at.workspace = "open"
		return k.put(&at.standing).Attributes().Workspace == "open" && s.ask(who, k, action, &at.standing)
	})
}

// words returns the words of a cell.
func words(may []string, all []situation) string {
	switch {
	case len(may) == 0:
		return "-"
	case len(may) == len(all):
		return "all"
	case slices.Contains(may, "group:view"):
		may = slices.DeleteFunc(may, func(word string) bool { return word == "group:edit" })
	}
	return strings.Join(may, "+")
}

// situations returns those that make a difference for things of the kind, the most
// remote first.
func (s *sheet) situations(who deskpolicy.Subject, k *kind) []situation {
	switch {
	case k.marks&peopled != 0:
		return s.people(who, func(at *standing, h holding) {
			at.person = &deskpolicy.Agent{ID: h.id, Account: s.account, Bindings: h.bindings, Groups: h.groups}
			at.team, at.access = deskpolicy.AgentGroup{ID: "edit", Account: s.account.ID}, deskpolicy.Edit
			if len(h.bindings) > 0 {
				at.binding = h.bindings[0]
			}
		})
	case k.marks&granted != 0:
		return s.people(who, func(at *standing, h holding) { at.grant = s.grantOf(h) })[:3]
	case k.marks&rolled != 0:
		custom, builtIn := s.at("custom"), s.at("built-in")
		custom.role, builtIn.role = s.nothing, deskpolicy.AgentRole.Role()
		return []situation{custom, builtIn}
	}
	return s.places(who, k.marks)
}

// grantOf returns a grant of what somebody holds.
func (s *sheet) grantOf(h holding) deskpolicy.SupportGrant {
	if len(h.bindings) == 0 {
		return s.grant(s.nothing)
	}
	return s.grant(h.bindings[0].Role)
}

// at returns the situation of something with which the holder has nothing to do.
func (s *sheet) at(word string) situation {
	return situation{word, standing{
		account: s.account.ID, group: elsewhere, holder: someone, author: someone,
		requester: &deskpolicy.Contact{Account: s.account.ID}, team: deskpolicy.AgentGroup{ID: elsewhere, Account: s.account.ID},
	}}
}

// places returns where a thing may stand that is not about people.
func (s *sheet) places(who deskpolicy.Subject, m marks) []situation {
	found := []situation{s.at("elsewhere")}
	place := func(mark marks, word string, move func(*standing)) {
		if m&mark != 0 {
			at := s.at(word)
			move(&at.standing)
			found = append(found, at)
		}
	}
	id := holdingOf(who).id
	place(grouped, "group:edit", func(at *standing) { at.group = "edit" })
	place(grouped, "group:view", func(at *standing) { at.group = "view" })
	place(assigned, "assigned", func(at *standing) { at.holder = id })
	place(owned, "own", func(at *standing) { at.holder = id })
	place(mentioned, "mentioned", func(at *standing) { at.mentions = map[deskpolicy.AgentID]bool{id: true} })
	place(customer, "contact", func(at *standing) {
		at.record.Owner = "user"
		at.requester = &deskpolicy.Contact{Account: s.account.ID, CRM: at.record}
	})
	return found
}

// people returns the situations of things about people, by what they hold.
func (s *sheet) people(who deskpolicy.Subject, involve func(*standing, holding)) []situation {
	h := holdingOf(who)
	lesser, peer, owner := h, h, h
	lesser.id, lesser.bindings, lesser.groups = someone, nil, nil
	peer.id = someone
	owner.id, owner.bindings = "olga", held(deskpolicy.AccountAdministratorRole.Role(), deskpolicy.ScopeGlobal)
	found := []situation{s.at("lesser"), s.at("peer"), s.at("owner"), s.at("self")}
	for i, of := range []holding{lesser, peer, owner, h} {
		involve(&found[i].standing, of)
	}
	return found
}
