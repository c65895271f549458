package policytest

import (
	"slices"
	"strings"

	"pgregory.net/rapid"

	"github.com/deskpolicy/deskpolicy"
)

// Requests returns a generator of requests. The subject mostly asks for an action that one of its
// roles permits, on a resource within its reach or just beyond, so that about half of the requests
// are allowed. Resources are pointers. A few requests are malformed, such as one without a
// subject.
func (d Desk) Requests() *rapid.Generator[deskpolicy.Request] {
	return gen(d, func(t *rapid.T, w *fullDesk) deskpolicy.Request { return w.request(t) })
}

// request draws a request, malformed or not.
func (w *fullDesk) request(t *rapid.T) deskpolicy.Request {
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

// wellFormed draws a request that has all its parts, of the right types. About half of them are
// allowed; for that, wellFormed makes up to six attempts.
func (w *fullDesk) wellFormed(t *rapid.T) (r deskpolicy.Request) {
	beyond := rapid.Bool().Draw(t, "beyond")
	attempt := rapid.Custom(func(t *rapid.T) deskpolicy.Request { return w.attempt(t, beyond) })
	for range 6 {
		if r = attempt.Draw(t, "attempt"); r.Authorize().Allowed() != beyond {
			break
		}
	}
	return r
}

// attempt draws a request on a resource within reach, or just beyond.
func (w *fullDesk) attempt(t *rapid.T, beyond bool) deskpolicy.Request {
	subject := w.subject(t)
	by := holdingOf(subject)
	action := w.action(t, by)
	s := w.placement(t, by, action, beyond)
	return deskpolicy.Request{Subject: subject, Action: action, Resource: w.kindOf(action).build(&s), Vocabulary: w.vocabulary}
}

// action draws the action of a request, mostly one that a role of the subject permits.
func (w *fullDesk) action(t *rapid.T, by holding) deskpolicy.ActionID {
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

// notOnPeople reports whether the action is outside ClassAccessChange, which has its own
// guardrails.
func notOnPeople(action deskpolicy.ActionID) bool {
	return !action.InClass(deskpolicy.ClassAccessChange)
}

// permitted returns the desk's actions that p permits at any scope.
func (w *fullDesk) permitted(p deskpolicy.Permissions) (may []deskpolicy.ActionID) {
	for permission := range p.All() {
		if slices.Contains(w.Actions, permission.Action) && !slices.Contains(may, permission.Action) {
			may = append(may, permission.Action)
		}
	}
	return may
}

// placement draws the place of a resource and the people it is about: within the subject's reach,
// or a step beyond. For a nil subject it is anywhere on the desk.
func (w *fullDesk) placement(t *rapid.T, by holding, action deskpolicy.ActionID, beyond bool) placement {
	m := w.kindOf(action).properties
	if by.account.ID == "" {
		by.account = w.Account
	}
	s := w.within(t, by, action)
	w.setParts(t, &s, by, action, m)
	if m&isPair != 0 {
		second := s
		second.id = "2"
		s.second = &second
	}
	if beyond {
		w.beyond(t, &s, by, m)
	}
	return s
}

// within draws a placement that the subject reaches by one of its roles, if one permits the
// action.
func (w *fullDesk) within(t *rapid.T, by holding, action deskpolicy.ActionID) placement {
	s := placement{id: "1", account: by.account.ID}
	b, scope := w.bestOf(t, by, action)
	s.workspace = w.reachedIn(t, b, by.account)
	s.group, s.holder = w.reachedBy(t, by, action, scope)
	s.author = w.personID(t)
	if by.id != "" && !rarely(t, 2) {
		s.author = by.id
	}
	w.setCustomer(t, &s, by)
	s.secret = rarely(t, 3) && !w.NoConfidential
	return s
}

// reachedIn draws a workspace that the binding reaches.
func (w *fullDesk) reachedIn(t *rapid.T, b deskpolicy.Binding, account deskpolicy.Account) deskpolicy.WorkspaceID {
	switch open := account.OpenWorkspaces; {
	case b.Workspace == deskpolicy.Everywhere:
		return anyOf(t, append([]deskpolicy.WorkspaceID{"", "elsewhere"}, w.RestrictedWorkspaces...))
	case b.Workspace == deskpolicy.OpenWorkspaces && len(open) > 0 && !rarely(t, 1):
		return anyOf(t, open)
	case b.Workspace == deskpolicy.AccountWide, b.Workspace == deskpolicy.OpenWorkspaces:
		return ""
	}
	return b.Workspace
}

// bestOf draws one of the bindings that permit the action, or any binding if none does, and
// returns its reach.
func (w *fullDesk) bestOf(t *rapid.T, by holding, action deskpolicy.ActionID) (deskpolicy.Binding, deskpolicy.Scope) {
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

// reach estimates by which relations the binding's role permits the action: on tickets those
// of its ticket scope as well, or only those of the permission if there are none. Only
// Authorize decides.
func reach(b deskpolicy.Binding, action deskpolicy.ActionID) deskpolicy.Scope {
	scope := b.Role.Permissions().Scope(action)
	if action.Category() != deskpolicy.TicketView.ID().Category() || b.TicketScope.Covers(scope) {
		return scope
	}
	switch both := scope & b.TicketScope; {
	case !b.TicketScope.Valid():
		return 0
	case scope.Covers(b.TicketScope):
		return b.TicketScope
	case both != 0:
		return both
	}
	return scope
}

// reachedBy draws the group and the assignee of a resource that the scope reaches.
func (w *fullDesk) reachedBy(t *rapid.T, by holding, action deskpolicy.ActionID, scope deskpolicy.Scope) (deskpolicy.GroupID, deskpolicy.AgentID) {
	var group deskpolicy.GroupID
	if rapid.Bool().Draw(t, "in a group") {
		group = w.group(t)
	}
	holder := pick(t, "", w.People[0], w.personID(t))
	switch in := groupsOf(by, action.RequiredAccess()); {
	case scope.Covers(deskpolicy.Anything) && !ownOnly(action):
		return group, holder
	case scope.Covers(deskpolicy.InGroup) && len(in) > 0 && !rarely(t, 2):
		return anyOf(t, in), holder
	case scope.Covers(deskpolicy.Assigned), ownOnly(action):
		return group, by.id
	case scope.Covers(deskpolicy.GroupQueue) && len(in) > 0:
		return anyOf(t, in), ""
	case scope.Covers(deskpolicy.Unrouted):
		return "", ""
	}
	return group, holder
}

// ownOnly reports whether, by its name, the action is only for the subject's own resources.
func ownOnly(action deskpolicy.ActionID) bool { return strings.HasSuffix(action.String(), "_own") }

// groupsOf returns the groups to which the holder has at least that access, sorted.
func groupsOf(by holding, least deskpolicy.Access) (in []deskpolicy.GroupID) {
	for id, access := range by.groups {
		if access >= least && access <= deskpolicy.Edit && id != "" {
			in = append(in, id)
		}
	}
	slices.Sort(in)
	return in
}

// setCustomer sets the resource's customer and mentions.
func (w *fullDesk) setCustomer(t *rapid.T, s *placement, by holding) {
	s.record = w.record(t, by.user)
	if rapid.Bool().Draw(t, "requested") {
		s.requester = &deskpolicy.Contact{
			ID: pick(t, "1", by.contact), Account: s.account, Owner: pick(t, "", by.id), Company: pick(t, "1", by.company), CRM: w.record(t, by.user),
		}
	}
	if rarely(t, 1) {
		s.mentions = map[deskpolicy.AgentID]bool{by.id: !rarely(t, 3)}
	}
	if rarely(t, 1) {
		s.takePart = map[deskpolicy.AgentID]deskpolicy.Access{by.id: w.access(t)}
	}
	if rarely(t, 2) {
		s.ccs = map[deskpolicy.ContactID]deskpolicy.Access{pick(t, "1", by.contact): w.access(t)}
	}
}

// setParts sets the people, roles and support grants that the resource is about.
func (w *fullDesk) setParts(t *rapid.T, s *placement, by holding, action deskpolicy.ActionID, m properties) {
	if m&isAssignment != 0 {
		w.setRecipients(t, s, by, action)
	}
	if m&aboutPerson != 0 {
		s.person = w.person(t, by)
		s.team = deskpolicy.AgentGroup{ID: w.group(t), Account: holdingOf(s.person).account.ID}
		s.access = w.access(t)
		s.binding = w.bindingToGive(t, by, holdingOf(s.person))
	}
	if m&aboutRole != 0 {
		s.role = w.role(t)
		if rarely(t, 1) {
			s.role = w.customRole(t)
		}
	}
	if m&aboutGrant != 0 {
		s.grant = w.grant(t)
	}
}

// setRecipients sets where an assignment goes: to a person, to a group as well, or to nobody.
// Routing takes it to a group only.
func (w *fullDesk) setRecipients(t *rapid.T, s *placement, by holding, action deskpolicy.ActionID) {
	take := deskpolicy.TicketBeAssigned.ID()
	if action == deskpolicy.ConversationAssign.ID() {
		take = deskpolicy.ConversationReply.ID()
	}
	to := "group"
	if !routes(action) {
		to = pick(t, "nobody", "person", "both", "person")
	}
	if to == "group" || to == "both" {
		s.team = deskpolicy.AgentGroup{ID: anyOf(t, w.Groups), Account: s.account}
	}
	if to == "person" || to == "both" {
		s.person = w.recipient(t, by, take)
	}
}

// bindingToGive draws a binding to give or take: the subject's, the other person's, or any.
func (w *fullDesk) bindingToGive(t *rapid.T, by, other holding) deskpolicy.Binding {
	if held := append(slices.Clone(other.bindings), by.bindings...); len(held) > 0 && !rarely(t, 2) {
		return anyOf(t, held)
	}
	return w.binding(t)
}

// beyond changes one property of the resource, so that the subject might no longer reach it.
func (w *fullDesk) beyond(t *rapid.T, s *placement, by holding, m properties) {
	steps := []func(*placement){func(s *placement) { s.workspace = w.anyWorkspace(t) }}
	if !w.NoOtherAccounts && rarely(t, 3) {
		steps, m = []func(*placement){func(s *placement) { s.account = w.otherAccount(t) }}, 0
	}
	step := func(mark properties, times int, move func(*placement)) {
		if m&mark != 0 {
			steps = append(steps, slices.Repeat([]func(*placement){move}, times)...)
		}
	}
	step(hasGroup, 6, func(s *placement) { s.group, s.holder = w.beyondGroup(t, by), pick[deskpolicy.AgentID](t, "", "bob") })
	step(hasAssignee|hasOwner, 2, func(s *placement) { s.holder = pick[deskpolicy.AgentID](t, "", "bob") })
	step(hasAssignee, 1, func(s *placement) { s.secret = !w.NoConfidential })
	step(hasAuthor, 2, func(s *placement) { s.author = pick[deskpolicy.AgentID](t, "bob", "") })
	step(hasCustomer, 2, func(s *placement) {
		s.requester, s.mentions, s.takePart, s.ccs, s.record = nil, nil, nil, nil, deskpolicy.CRMRecord{}
	})
	step(aboutPerson, 2, func(s *placement) { s.person, s.binding = w.person(t, by), w.binding(t) })
	step(isAssignment, 2, func(s *placement) {
		if s.team == (deskpolicy.AgentGroup{}) {
			s.person = w.person(t, by)
			return
		}
		s.team.ID = w.beyondGroup(t, by)
	})
	move := anyOf(t, steps)
	if s.second != nil && rapid.Bool().Draw(t, "the second") {
		move(s.second)
		return
	}
	move(s)
}

// anyWorkspace draws a workspace: none, an open one, a restricted one, or an unknown one.
func (w *fullDesk) anyWorkspace(t *rapid.T) deskpolicy.WorkspaceID {
	if w.NoWorkspaces {
		return ""
	}
	return anyOf(t, slices.Concat([]deskpolicy.WorkspaceID{""}, w.Account.OpenWorkspaces, w.RestrictedWorkspaces, []deskpolicy.WorkspaceID{"elsewhere"}))
}

// beyondGroup draws no group, an unknown group, or a group that the subject can only view.
func (w *fullDesk) beyondGroup(t *rapid.T, by holding) deskpolicy.GroupID {
	beyond := []deskpolicy.GroupID{"", "elsewhere"}
	for _, id := range groupsOf(by, deskpolicy.View) {
		if by.groups[id] == deskpolicy.View {
			beyond = append(beyond, id, id, id, id)
		}
	}
	return anyOf(t, beyond)
}
