package main

import (
	"slices"

	"github.com/deskpolicy/deskpolicy"
)

// stringMaps is a check as services often write it: roles and actions by name, and
// scopes and accesses as words.
type stringMaps struct {
	roles    map[string]stringRole
	actions  map[string]stringAction
	people   map[string]*stringPerson
	contacts map[string]*stringContact
	open     map[string]bool // workspaces
	features map[string]bool
	things   []stringThing
	now      int64
}

type stringRole struct {
	permissions map[string]string // the widest scope by action
}

type stringAction struct {
	needsEdit, own, ticketLike, authoring bool
	feature                               string
	barred                                map[string]bool // by kind of subject
}

type stringPerson struct {
	id, kind    string
	deactivated bool
	from, until int64
	bindings    []stringBinding
	groups      map[string]string
	crm         string // which records it sees there
	inactive    bool   // there
	territories map[string]bool
	visible     map[string]string
}

type stringBinding struct{ role, workspace, scope string }

type stringThing struct {
	id, account, workspace, group, holder, owner, requester string
	kind                                                    thingKind
	builtIn                                                 bool
	mentions                                                map[string]bool
}

type stringContact struct {
	owner, territory string
	team             map[string]string
}

func loadMaps(h *helpdesk) (loaded, error) {
	m := &stringMaps{
		roles: make(map[string]stringRole), actions: make(map[string]stringAction), people: make(map[string]*stringPerson),
		contacts: make(map[string]*stringContact), open: make(map[string]bool), features: make(map[string]bool), now: now.Unix(),
	}
	for _, w := range h.account.OpenWorkspaces {
		m.open[string(w)] = true
	}
	for i := range acts {
		a := &acts[i]
		action := stringAction{needsEdit: a.need == deskpolicy.Edit, own: a.own, ticketLike: a.on.ticketLike(), authoring: a.changesBuiltIn(), barred: make(map[string]bool)}
		if requires := a.id.RequiredFeatures(); requires != 0 {
			action.feature = requires.String()
			m.features[action.feature] = a.planned()
		}
		for kind, barred := range a.barred {
			action.barred[subjectNames[kind]] = barred
		}
		m.actions[a.id.String()] = action
	}
	for _, role := range h.roles {
		m.roles[role.Name()] = stringRoleOf(role)
	}
	for who := range h.people {
		m.people[string(agentID(who))] = h.stringPerson(who)
	}
	for n, c := range h.contacts {
		team := make(map[string]string)
		for who, access := range c.team {
			team[string(agentID(who))] = access.String()
		}
		m.contacts[string(contactID(n))] = &stringContact{string(orNone(agentID, c.owner)), string(territory(c.territory)), team}
	}
	for n := range h.things {
		m.things = append(m.things, h.stringThing(n))
	}
	return m, nil
}

func stringRoleOf(role deskpolicy.Role) stringRole {
	permissions := role.Permissions()
	r := stringRole{make(map[string]string)}
	for i := range acts {
		id := acts[i].id
		for _, scope := range ladder {
			if permissions.Has(id.At(scope)) {
				r.permissions[id.String()] = scope.String()
			}
		}
	}
	return r
}

func (h *helpdesk) stringPerson(who int) *stringPerson {
	p := &h.people[who]
	person := &stringPerson{
		id: string(agentID(who)), kind: subjectNames[p.kind], deactivated: p.deactivated, from: p.from, until: p.until,
		groups: make(map[string]string), crm: p.crm.sees.String(), inactive: p.crm.deactivated,
		territories: make(map[string]bool), visible: make(map[string]string),
	}
	for _, b := range p.bindings {
		person.bindings = append(person.bindings, stringBinding{h.roles[b.role].Name(), string(b.place.id()), b.scope.String()})
	}
	for group, access := range p.groups {
		person.groups[string(groupID(group))] = access.String()
	}
	for _, t := range p.crm.territories {
		person.territories[string(territory(t))] = true
	}
	for n, access := range p.crm.visible {
		if p.crm.fresh {
			person.visible[string(contactID(n))] = access.String()
		}
	}
	return person
}

func (h *helpdesk) stringThing(n int) stringThing {
	t := &h.things[n]
	s := stringThing{
		account: string(accountID()), workspace: string(t.place.id()), group: string(orNone(groupID, t.group)), holder: string(orNone(agentID, t.holder)),
		owner: string(orNone(agentID, t.owner)), requester: string(orNone(contactID, t.requester)), kind: t.kind, builtIn: t.locked, mentions: make(map[string]bool),
	}
	if !t.ours {
		s.account = "initech"
	}
	for _, who := range t.mentions {
		s.mentions[string(agentID(who))] = true
	}
	return s
}

// allowed decides one part of a question.
func (m *stringMaps) allowed(p *stringPerson, name string, t *stringThing) bool {
	action := m.actions[name]
	switch {
	case t.account != "acme", p.deactivated, p.inactive, action.barred[p.kind]:
		return false
	case p.kind == "support engineer" && (m.now < p.from || m.now >= p.until):
		return false
	case t.builtIn && action.authoring, action.feature != "" && !m.features[action.feature], action.own && t.owner != p.id:
		return false
	}
	for i := range p.bindings {
		if m.reaches(p, &p.bindings[i], name, &action, t) {
			return true
		}
	}
	return false
}

func (m *stringMaps) reaches(p *stringPerson, b *stringBinding, name string, action *stringAction, t *stringThing) bool {
	role := m.roles[b.role]
	scope, held := role.permissions[name]
	if !held || !m.heldIn(b, t.workspace) {
		return false
	}
	shared := p.kind == "shared agent"
	switch {
	case shared && t.kind == aContact:
		return scope == "global" && action.satisfiedBy(m.sees(p, t.requester))
	case shared && action.ticketLike:
		return m.sharedReaches(p, scope, b.scope, action, t)
	case action.ticketLike:
		scope = narrower(scope, b.scope)
	}
	switch {
	case scope == "global":
		return true
	case scope == "group" && p.inGroup(t.group, action):
		return true
	}
	return t.holder == p.id
}

// sharedReaches reports whether a shared agent reaches the ticket at the scope within the
// binding's, which includes what it reaches at any.
func (m *stringMaps) sharedReaches(p *stringPerson, scope, within string, action *stringAction, t *stringThing) bool {
	switch {
	case scope == "restricted":
		return false
	case scope == "global" && within == "global", p.inGroup(t.group, action):
		return true
	}
	return scope == "global" && (t.mentions[p.id] || t.requester != "" && m.sees(p, t.requester) != "none")
}

// inGroup reports whether the person has enough access to the group for the action.
func (p *stringPerson) inGroup(group string, action *stringAction) bool {
	return group != "" && action.satisfiedBy(p.groups[group])
}

// satisfiedBy reports whether the access is enough for the action.
func (a *stringAction) satisfiedBy(access string) bool {
	return access == "edit" || access == "view" && !a.needsEdit
}

func (m *stringMaps) heldIn(b *stringBinding, workspace string) bool {
	switch b.workspace {
	case "*":
		return workspace == ""
	case "*open*":
		return workspace == "" || m.open[workspace]
	}
	return b.workspace == workspace
}

var widths = []string{"none", "restricted", "group", "global"}

func narrower(a, b string) string {
	return widths[min(slices.Index(widths, a), slices.Index(widths, b))]
}

func (m *stringMaps) sees(p *stringPerson, requester string) string {
	c := m.contacts[requester]
	switch {
	case p.crm == "all", p.crm != "none" && c.owner == p.id, p.crm == "territory" && p.territories[c.territory]:
		return "edit"
	}
	access := p.visible[requester]
	if team := c.team[p.id]; p.crm != "none" && (access == "" || team == "edit") {
		access = team
	}
	if access == "" {
		return "none"
	}
	return access
}

// takes reports whether the ticket can be assigned to the person.
func (m *stringMaps) takes(p *stringPerson, t *stringThing) bool {
	const name = "ticket.be_assigned"
	theirs, nobodys := *t, *t
	theirs.holder, nobodys.holder = p.id, ""
	if p.kind != "agent" || !m.allowed(p, name, &theirs) {
		return false
	}
	return m.allowed(p, name, &nobodys) || !m.allowedToView(p, name, &nobodys)
}

// allowedToView is like allowed, but treats the action as one that only needs View access.
func (m *stringMaps) allowedToView(p *stringPerson, name string, t *stringThing) bool {
	action := m.actions[name]
	action.needsEdit = false
	for i := range p.bindings {
		if m.reaches(p, &p.bindings[i], name, &action, t) {
			return true
		}
	}
	return false
}

// A stringQuestion is a question with its records.
type stringQuestion struct {
	who, to *stringPerson
	action  string
	on      *stringThing
}

func (m *stringMaps) prepare(questions []question) (engine, error) {
	e := stringEngine{m, nil}
	names := make(map[int32]*stringPerson)
	for _, q := range questions {
		names[q.who], names[q.to] = nil, nil
	}
	for who := range names {
		names[who] = m.people[string(agentID(int(who)))]
	}
	for _, q := range questions {
		e.questions = append(e.questions, stringQuestion{names[q.who], names[q.to], acts[q.act].id.String(), &m.things[q.on]})
	}
	return e, nil
}

type stringEngine struct {
	*stringMaps
	questions []stringQuestion
}

func (e stringEngine) ask(n int) (bool, error) {
	q := &e.questions[n]
	return e.allowed(q.who, q.action, q.on) && (q.to == nil || e.takes(q.to, q.on)), nil
}

func (e stringEngine) list(who, tickets int) (n int, err error) {
	p := e.people[string(agentID(who))]
	for i := range tickets {
		if e.allowed(p, "ticket.view", &e.things[i]) {
			n++
		}
	}
	return n, nil
}
