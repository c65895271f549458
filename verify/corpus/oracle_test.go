package corpus_test

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/oracle"
	"github.com/deskpolicy/deskpolicy/internal/worlds"
	"github.com/deskpolicy/deskpolicy/verify/corpus"
)

// An asker asks the oracle, whose values it makes of a world's, each one once.
type asker struct {
	world  *corpus.World
	roles  map[string]*oracle.Role
	agents map[string]*oracle.Agent
}

func newAsker(world *corpus.World) *asker {
	return &asker{world, map[string]*oracle.Role{"": nil}, map[string]*oracle.Agent{"": nil}}
}

// expect returns what the oracle decides.
func (a *asker) expect(r *corpus.Request) corpus.Expected {
	if s := a.world.Subjects[r.Subject]; s != nil && s.Kind == "support_session" {
		return a.expectSupport(r, s)
	}
	q := oracle.Request{Subject: a.agent(r.Subject), Action: r.Action, Thing: a.thing(a.world.Resources[r.Resource])}
	v := oracle.Decide(q)
	e := corpus.Expected{Allowed: v.Allowed, Reason: v.Reason, Role: v.Role, Scope: strings.TrimPrefix(v.Scope, "none")}
	for _, day := range laterDays(q) {
		if oracle.Decide(q.With(func(s *oracle.Agent) { s.Now = day })) != v {
			e.Until = worlds.Day(day).Format(time.RFC3339Nano)
			break
		}
	}
	return e
}

// laterDays returns the days after that of the request on which a role, or what the CRM says, starts or
// ends, sorted.
func laterDays(q oracle.Request) (days []int) {
	if q.Subject == nil || q.Subject.Now <= 0 {
		return nil
	}
	bindings := slices.Clone(q.Subject.Bindings)
	if q.Subject.Delegate() {
		for _, l := range q.Subject.Acts.Limits {
			bindings = append(bindings, oracle.Binding{From: l.From, Until: l.Until})
		}
	}
	if q.Thing != nil {
		bindings = append(bindings, q.Thing.Binding)
		for _, agent := range []*oracle.Agent{q.Thing.Agent, q.Thing.To} {
			if agent != nil {
				bindings = append(bindings, agent.Bindings...)
			}
		}
	}
	for _, b := range bindings {
		for _, day := range []int{b.From, b.Until} {
			if day > q.Subject.Now {
				days = append(days, day)
			}
		}
	}
	if user := q.Subject.User; user.AsOf > 0 {
		for _, day := range []int{user.AsOf, user.AsOf + user.Limit} {
			if day > q.Subject.Now && worlds.Day(day).Year() < 2200 { // no subject asks later
				days = append(days, day)
			}
		}
	}
	slices.Sort(days)
	return days
}

func (a *asker) role(key string) *oracle.Role {
	if role, known := a.roles[key]; known {
		return role
	}
	m := a.world.Roles[key]
	role := &oracle.Role{Name: m.Name, Account: m.Account, BuiltIn: m.Account == "", May: may(m.Permissions)}
	a.roles[key] = role
	return role
}

// may returns the permissions with these texts by action.
func may(permissions []string) map[string]oracle.Held {
	may := map[string]oracle.Held{}
	for _, permission := range permissions {
		action, scope, _ := strings.Cut(permission, "@")
		may[action] = oracle.ScopeOf(scope)
	}
	return may
}

func (a *asker) rolesOf(keys []string) (roles []*oracle.Role) {
	for _, key := range keys {
		roles = append(roles, a.role(key))
	}
	return roles
}

func (a *asker) binding(m *corpus.Binding) oracle.Binding {
	if m == nil {
		return oracle.Binding{}
	}
	b := oracle.Bound(a.role(m.Role), m.Workspace, cmp.Or(m.TicketScope, "none")).For(m.Group)
	b.From, b.Until = daysOf(m.Window)
	return b
}

// daysOf returns the days of a window, as of an oracle.Binding.
func daysOf(window string) (from, until int) {
	if first, end, interval := strings.Cut(window, "/"); interval {
		return dayOf(first), dayOf(end)
	} else if window != "" {
		return -1, 0
	}
	return 0, 0
}

// dayOf returns the day that the text is the first instant of, 0 for none and -1 for one that is
// not an instant.
func dayOf(text string) int {
	at, err := time.Parse(time.RFC3339, text)
	switch {
	case text == "" || text == "..":
		return 0
	case err != nil || at.Year() < 1970:
		return -1
	}
	return int(at.Sub(time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC)) / (24 * time.Hour))
}

func (a *asker) agent(key string) *oracle.Agent {
	if agent, known := a.agents[key]; known {
		return agent
	}
	m := a.world.Subjects[key]
	if m.Kind == "delegate" {
		a.agents[key] = a.delegate(m)
		return a.agents[key]
	}
	account := a.world.Accounts[m.Account]
	agent := &oracle.Agent{
		ID: m.ID, Deactivated: m.Deactivated, Groups: m.Groups, Now: dayOf(m.Now), Kind: map[string]string{"shared_agent": "shared_agent", "customer": "customer", "crm_user": "non_agent"}[m.Kind],
		Account: oracle.Account{ID: account.ID, Features: account.Features, Open: account.Workspaces, Integrated: account.Integrated, Authors: account.Authors, Administrators: account.Administrators},
	}
	agent.Contact, agent.Company = m.Contact, m.Company
	for _, b := range m.Bindings {
		agent.Bindings = append(agent.Bindings, a.binding(&b))
	}
	if u := m.CRM; u != nil {
		agent.User = oracle.User{
			ID: u.ID, Deactivated: u.Deactivated, Sees: u.Sees, Territories: u.Territories, Parents: u.Parents,
			Contacts: u.Contacts, Companies: u.Companies, AsOf: dayOf(u.AsOf), Limit: u.MaxAge / secondsInDay,
		}
	}
	a.agents[key] = agent
	return agent
}

// delegate returns the principal as the delegate's actor acts for it.
func (a *asker) delegate(m *corpus.Subject) *oracle.Agent {
	acts := &oracle.Acting{Kind: m.Actor.Kind, ID: m.Actor.ID}
	for _, l := range m.Limits {
		from, until := daysOf(l.Window)
		acts.Limits = append(acts.Limits, oracle.Limit{May: may(l.Permissions), Workspaces: l.Workspaces, From: from, Until: until})
	}
	return a.agent(m.Principal).ActedFor(acts)
}

func (a *asker) thing(m *corpus.Resource) *oracle.Thing {
	if m == nil {
		return nil
	}
	thing := &oracle.Thing{
		Kind: m.Kind, ID: m.ID, Account: m.Account, Workspace: m.Workspace, Group: m.Group, Assignee: m.Assignee, Author: m.Author,
		Requester: a.thing(m.Requester), Mentions: m.Mentions, Participants: m.Participants, CCs: m.CCs, Company: m.Company, Confidential: m.Confidential, From: a.thing(m.From), Into: a.thing(m.Into), Part: a.thing(m.Part),
		Binding: a.binding(m.Binding), Access: m.Access, Role: a.role(m.Role),
	}
	switch m.Kind {
	case "ticket_assignment", "conversation_assignment":
		thing.To = a.agent(m.Subject)
	case "support_grant":
		g := a.world.Grants[m.Grant]
		thing.Account, thing.Gives, thing.Granted = g.Account, a.rolesOf(g.Roles), map[string][]*oracle.Role{}
		for workspace, roles := range g.Workspaces {
			thing.Granted[workspace] = a.rolesOf(roles)
		}
	default:
		thing.Agent = a.agent(m.Subject)
	}
	if m.Record != nil {
		thing.Record = oracle.Record{Owner: m.Record.Owner, Territory: m.Record.Territory, Team: m.Record.Team}
	}
	if m.Team != nil {
		thing.Team = oracle.Team{ID: m.Team.ID, Account: m.Team.Account}
	}
	return thing
}

var (
	noon  = time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC)
	first = time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC)
	last  = time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC)
)

// since returns the nanoseconds from noon to the instant.
func since(instant string) int64 {
	at, err := time.Parse(time.RFC3339Nano, instant)
	if err != nil {
		panic(err)
	}
	return int64(at.Sub(noon))
}

// expectSupport returns what the oracle of support access decides.
func (a *asker) expectSupport(r *corpus.Request, s *corpus.Subject) corpus.Expected {
	account := a.world.Accounts[s.Account]
	at, err := time.Parse(time.RFC3339Nano, r.Instant)
	if err != nil {
		panic(err)
	}
	visit := oracle.Visit{
		Engineer: s.ID, Grant: a.support(s.Grant), Account: account.ID, Features: account.Features, CRM: account.Integrated,
		Now: since(r.Instant), Absurd: at.Before(first) || !at.Before(last),
	}
	answer := visit.Decide(a.errand(r.Action, a.world.Resources[r.Resource]))
	e := corpus.Expected{Allowed: strings.HasPrefix(answer.Reason, "allowed"), Reason: answer.Reason, Role: answer.Role, Scope: strings.TrimPrefix(answer.Scope, "none")}
	if answer.Until != oracle.Never {
		e.Until = noon.Add(time.Duration(answer.Until)).Format(time.RFC3339Nano)
	}
	return e
}

// support returns a grant as engineers act under it: each action is at one level there.
func (a *asker) support(key string) *oracle.Grant {
	if key == "" {
		return nil
	}
	g := a.world.Grants[key]
	given := func(keys []string) (roles []*oracle.GivenRole) {
		for _, key := range keys {
			m := a.world.Roles[key]
			role := &oracle.GivenRole{Name: m.Name, May: map[string]string{}}
			for _, permission := range m.Permissions {
				action, scope, _ := strings.Cut(permission, "@")
				role.May[action] = scope
			}
			roles = append(roles, role)
		}
		return roles
	}
	grant := &oracle.Grant{Account: g.Account, Start: since(g.Start), End: since(g.End), Roles: given(g.Roles), Workspaces: map[string][]*oracle.GivenRole{}}
	for _, e := range g.Engineers {
		grant.Engineers = append(grant.Engineers, e.ID)
	}
	if g.Revoked != "" {
		grant.Revoked = []int64{since(g.Revoked)}
	}
	for workspace, roles := range g.Workspaces {
		grant.Workspaces[workspace] = given(roles)
	}
	return grant
}

// errand returns the action on the resource as a support engineer's.
func (a *asker) errand(action string, m *corpus.Resource) *oracle.Errand {
	if m.From != nil {
		from := a.errand(action, m.From)
		from.Into = a.errand(action, m.Into)
		return from
	}
	known, kind, place := oracle.Actions[action], oracle.Kinds[m.Kind], m
	if m.Part != nil {
		place = m.Part
	}
	id := worlds.ActionID(action)
	e := &oracle.Errand{
		Action: action, Kind: m.Kind, Account: place.Account, Own: known.Own, Anywhere: known.Anywhere, Feature: known.Feature,
		OnGrant: m.Kind == "support_grant", Authoring: known.Authoring, Authority: known.Authority, Export: id.InClass(deskpolicy.ClassExport),
		NotHeld: m.Kind == "role_assignment" && a.thing(m).NotHeld(known),
		Nobody:  (m.Kind == "contact" || strings.HasSuffix(m.Kind, "agent")) && a.thing(m).Nobody(known) || m.Subject != "" && !a.thing(m).Whole(known),
		CRMRole: slices.Contains([]string{"role", "role_assignment", "agent", "support_grant"}, m.Kind) && a.thing(m).OfCRMRole(known),
	}
	if kind.Workspace {
		e.Workspace = place.Workspace
	}
	if kind.Author {
		e.Owner, e.Assignee = m.Author, m.Author
	}
	if kind.Assignee {
		e.Assignee, e.Participants, e.Mentions, e.Confidential = place.Assignee, place.Participants, place.Mentions, place.Confidential
	}
	if kind.Group {
		e.Group = place.Group
	}
	if place.Requester != nil && place.Requester.Account == place.Account {
		e.RequesterOwner = place.Requester.Author
	}
	if m.Subject != "" {
		e.Account = a.agent(m.Subject).Account.ID
		foreignRole := m.Binding != nil && m.Binding.Role != "" && !slices.Contains([]string{"", e.Account}, a.world.Roles[m.Binding.Role].Account)
		if foreignRole || m.Team != nil && m.Team.Account != e.Account {
			e.Account = ""
		}
	}
	switch m.Kind {
	case "role":
		if role := a.role(m.Role); role != nil && role.BuiltIn {
			e.Account = "every"
		} else if role != nil {
			e.Account = role.Account
		}
	case "support_grant":
		e.Account = a.world.Grants[m.Grant].Account
	}
	return e
}
