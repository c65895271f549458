package policytest

import (
	"slices"
	"strings"

	"pgregory.net/rapid"

	"github.com/deskpolicy/deskpolicy"
)

// Requests returns a generator of requests. A subject asks for what one of its
// roles permits for the most part, of a resource that is within its reach or just
// beyond: about half of the requests are allowed. Resources are pointers. Now and
// then a request is malformed, such as one without a subject.
func (d Desk) Requests() *rapid.Generator[deskpolicy.Request] {
	return gen(d, func(t *rapid.T, w *world) deskpolicy.Request { return w.request(t) })
}

// request draws a request, malformed or not.
func (w *world) request(t *rapid.T) deskpolicy.Request {
	r := w.wellFormed(t)
	if rarely(t, 5) {
		switch pick(t, "subject", "resource", "type", "action") {
		case "subject":
			r.Subject = nil
		case "resource":
			r.Resource = nil
		case "type":
			r.Resource = &deskpolicy.App{Account: w.Account.ID}
		case "action":
			r.Action = pick[deskpolicy.ActionID](t, 0, 1<<16-1)
		}
	}
	return r
}

// wellFormed draws a request that has all its parts, of the right types. Every other
// one is to be allowed, which a few attempts bring about whatever the roles are.
func (w *world) wellFormed(t *rapid.T) (r deskpolicy.Request) {
	beyond := rapid.Bool().Draw(t, "beyond")
	attempt := rapid.Custom(func(t *rapid.T) deskpolicy.Request { return w.attempt(t, beyond) })
	for range 4 {
		if r = attempt.Draw(t, "attempt"); r.Authorize().Allowed() != beyond {
			break
		}
	}
	return r
}

// attempt draws a request about something within reach, or just beyond.
func (w *world) attempt(t *rapid.T, beyond bool) deskpolicy.Request {
	subject := w.subject(t)
	by := holdingOf(subject)
	action := w.action(t, by)
	s := w.stand(t, by, action, beyond)
	return deskpolicy.Request{Subject: subject, Action: action, Resource: w.kindOf(action).put(&s), Vocabulary: w.vocabulary}
}

// action draws what is asked for: what one of the roles permits, for the most part.
func (w *world) action(t *rapid.T, by holding) deskpolicy.ActionID {
	if len(by.bindings) > 0 && !rarely(t, 2) {
		role := anyOf(t, by.bindings).Role
		may := w.permitted(role.Permissions())
		if people := slices.DeleteFunc(slices.Clone(may), notOnPeople); len(people) > 0 && rarely(t, 3) {
			may = people
		}
		if len(may) > 0 {
			return anyOf(t, may)
		}
	}
	return anyOf(t, w.Actions)
}

// notOnPeople reports whether the action is in no class of those on people and
// roles, which have guardrails of their own.
func notOnPeople(action deskpolicy.ActionID) bool {
	return !action.InClass(deskpolicy.ClassAgentMutation)
}

// permitted returns those of the desk's actions that the set permits at any scope.
func (w *world) permitted(p deskpolicy.Permissions) (may []deskpolicy.ActionID) {
	for permission := range p.All() {
		if slices.Contains(w.Actions, permission.Action) && !slices.Contains(may, permission.Action) {
			may = append(may, permission.Action)
		}
	}
	return may
}

// stand draws where a resource stands: within the reach of whoever asks, or a step
// beyond; for nobody, anywhere on the desk.
func (w *world) stand(t *rapid.T, by holding, action deskpolicy.ActionID, beyond bool) standing {
	m := w.kindOf(action).marks
	if by.account.ID == "" {
		by.account = w.Account
	}
	s := w.within(t, by, action)
	w.involve(t, &s, by, action, m)
	if m&paired != 0 {
		second := s
		second.id = "2"
		s.second = &second
	}
	if beyond {
		w.beyond(t, &s, by, m)
	}
	return s
}

// within draws where a resource stands that the subject reaches by one of its
// roles, as far as one permits the action.
func (w *world) within(t *rapid.T, by holding, action deskpolicy.ActionID) standing {
	s := standing{id: "1", account: by.account.ID}
	b, scope := w.bestOf(t, by, action)
	s.workspace = w.reachedIn(t, b, by.account)
	s.group, s.holder = w.reachedBy(t, by, action, scope)
	s.author = w.person(t)
	if by.id != "" && !rarely(t, 2) {
		s.author = by.id
	}
	w.customer(t, &s, by)
	return s
}

// reachedIn draws where a resource is that the binding reaches.
func (w *world) reachedIn(t *rapid.T, b deskpolicy.Binding, account deskpolicy.Account) deskpolicy.WorkspaceID {
	switch open := account.Workspaces; {
	case b.Workspace == deskpolicy.Everywhere:
		return anyOf(t, append([]deskpolicy.WorkspaceID{"", "elsewhere"}, w.Workspaces...))
	case b.Workspace != deskpolicy.AccountWide:
		return b.Workspace
	case b.Role.Administrative() && len(open) > 0 && rarely(t, 1):
		return anyOf(t, open)
	}
	return ""
}

// bestOf draws one of the bindings that permit the action, of any if none does, and
// returns how far it does.
func (w *world) bestOf(t *rapid.T, by holding, action deskpolicy.ActionID) (deskpolicy.Binding, deskpolicy.Scope) {
	may := slices.DeleteFunc(slices.Clone(by.bindings), func(b deskpolicy.Binding) bool { return reach(b, action) == 0 })
	if len(may) == 0 {
		may = by.bindings
	}
	if len(may) == 0 {
		return deskpolicy.Binding{Workspace: w.heldIn(t)}, deskpolicy.ScopeRestricted
	}
	b := anyOf(t, may)
	return b, reach(b, action)
}

// reach returns how far the binding's role permits the action. That is a guess, to
// aim by; Authorize knows.
func reach(b deskpolicy.Binding, action deskpolicy.ActionID) deskpolicy.Scope {
	for scope := deskpolicy.ScopeGlobal; scope > 0; scope-- {
		if b.Role.Permissions().Has(action.At(scope)) {
			if action.Category() == deskpolicy.TicketView.ID().Category() {
				return min(scope, b.TicketScope)
			}
			return scope
		}
	}
	return 0
}

// reachedBy draws the group and the assignee of something that the scope reaches.
func (w *world) reachedBy(t *rapid.T, by holding, action deskpolicy.ActionID, scope deskpolicy.Scope) (deskpolicy.GroupID, deskpolicy.AgentID) {
	var group deskpolicy.GroupID
	if rapid.Bool().Draw(t, "in a group") {
		group = w.group(t)
	}
	holder := pick(t, "", w.People[0], w.person(t))
	switch in := groupsOf(by, action.RequiredAccess()); {
	case scope == deskpolicy.ScopeGroup && len(in) > 0 && !rarely(t, 2):
		return anyOf(t, in), holder
	case scope < deskpolicy.ScopeGlobal, ownOnly(action):
		return group, by.id
	}
	return group, holder
}

// ownOnly reports whether the action is for one's own things, by its name.
func ownOnly(action deskpolicy.ActionID) bool { return strings.HasSuffix(action.String(), "_own") }

// groupsOf returns the groups in which somebody may do at least that, sorted.
func groupsOf(by holding, least deskpolicy.Access) (in []deskpolicy.GroupID) {
	for id, access := range by.groups {
		if access >= least && access <= deskpolicy.Edit && id != "" {
			in = append(in, id)
		}
	}
	slices.Sort(in)
	return in
}

// customer draws whom it is about, and who is mentioned.
func (w *world) customer(t *rapid.T, s *standing, by holding) {
	s.record = w.record(t, by.user)
	if rapid.Bool().Draw(t, "requested") {
		s.requester = &deskpolicy.Contact{ID: "1", Account: s.account, CRM: w.record(t, by.user)}
	}
	if rarely(t, 1) {
		s.mentions = map[deskpolicy.AgentID]bool{by.id: !rarely(t, 3)}
	}
}

// involve draws the people, roles and grants that the resource is about.
func (w *world) involve(t *rapid.T, s *standing, by holding, action deskpolicy.ActionID, m marks) {
	if m&handed != 0 {
		w.hand(t, s, by, action)
	}
	if m&peopled != 0 {
		s.person = w.somebody(t, by)
		s.team = deskpolicy.AgentGroup{ID: w.group(t), Account: holdingOf(s.person).account.ID}
		s.access = w.access(t)
		s.binding = w.toGive(t, by, holdingOf(s.person))
	}
	if m&rolled != 0 {
		s.role = w.role(t)
		if rarely(t, 1) {
			s.role = w.customRole(t)
		}
	}
	if m&granted != 0 {
		s.grant = w.grant(t)
	}
}

// hand draws whom something is to go to: a group, somebody, both or neither.
func (w *world) hand(t *rapid.T, s *standing, by holding, action deskpolicy.ActionID) {
	take := deskpolicy.TicketBeAssigned.ID()
	if action == deskpolicy.ConversationAssign.ID() {
		take = deskpolicy.ConversationReply.ID()
	}
	to := pick(t, "group", "person", "both", "person")
	if to != "person" {
		s.team = deskpolicy.AgentGroup{ID: anyOf(t, w.Groups), Account: s.account}
	}
	if to != "group" {
		s.person = w.receiver(t, by, take)
	}
}

// toGive draws a binding that is to be given or taken: the subject's, the other's, or any.
func (w *world) toGive(t *rapid.T, by, whom holding) deskpolicy.Binding {
	if held := append(slices.Clone(whom.bindings), by.bindings...); len(held) > 0 && !rarely(t, 2) {
		return anyOf(t, held)
	}
	return w.binding(t)
}

// beyond moves the resource to where the subject may not reach it: by one step.
func (w *world) beyond(t *rapid.T, s *standing, by holding, m marks) {
	steps := []func(*standing){func(s *standing) { s.workspace = w.anyWorkspace(t) }}
	if rarely(t, 3) {
		steps, m = []func(*standing){func(s *standing) { s.account = w.otherAccount(t) }}, 0
	}
	step := func(mark marks, times int, move func(*standing)) {
		if m&mark != 0 {
			steps = append(steps, slices.Repeat([]func(*standing){move}, times)...)
		}
	}
	step(grouped, 6, func(s *standing) { s.group, s.holder = w.beyondGroup(t, by), pick[deskpolicy.AgentID](t, "", "bob") })
	step(assigned|owned, 2, func(s *standing) { s.holder = pick[deskpolicy.AgentID](t, "", "bob") })
	step(authored, 2, func(s *standing) { s.author = pick[deskpolicy.AgentID](t, "bob", "") })
	step(customer, 2, func(s *standing) { s.requester, s.mentions, s.record = nil, nil, deskpolicy.CRMRecord{} })
	step(peopled, 2, func(s *standing) { s.person, s.binding = w.somebody(t, by), w.binding(t) })
	step(handed, 2, func(s *standing) { s.person, s.team = w.somebody(t, by), deskpolicy.AgentGroup{} })
	move := anyOf(t, steps)
	if s.second != nil && rapid.Bool().Draw(t, "the second") {
		move(s.second)
		return
	}
	move(s)
}

// anyWorkspace draws where something may be: outside of workspaces, in one, or in
// one that nobody has heard of.
func (w *world) anyWorkspace(t *rapid.T) deskpolicy.WorkspaceID {
	return anyOf(t, slices.Concat([]deskpolicy.WorkspaceID{""}, w.Account.Workspaces, w.Workspaces, []deskpolicy.WorkspaceID{"elsewhere"}))
}

// beyondGroup draws no group, one for viewing only, or one that the subject is not in.
func (w *world) beyondGroup(t *rapid.T, by holding) deskpolicy.GroupID {
	beyond := []deskpolicy.GroupID{"", "elsewhere"}
	for _, id := range groupsOf(by, deskpolicy.View) {
		if by.groups[id] == deskpolicy.View {
			beyond = append(beyond, id, id, id, id)
		}
	}
	return anyOf(t, beyond)
}
