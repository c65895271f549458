package main

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/deskpolicy/deskpolicy"
)

// The size of the helpdesk.
const (
	agents    = 800 // without the shared agents
	shareds   = 200
	grants    = 50 // each with one engineer
	nonAgents = 10 // CRM-only users
	subjects  = agents + shareds + grants + nonAgents
	groups    = 50
	customs   = 20 // roles
	contacts  = 5_000
	tickets   = 10_000

	territories = 12
)

// A place is a workspace, or outside of all workspaces.
type place uint8

const (
	outside place = iota
	emea
	apac
	legal // restricted: only a role held there reaches it
	places

	accountWide place = 255 // of a binding: outside of workspaces
	inOpen      place = 254 // of a binding: also in the open ones
)

var workspaces = [places]deskpolicy.WorkspaceID{"", "emea", "apac", "legal"}

// now is the instant of all questions.
var now = time.Date(2026, 11, 5, 12, 0, 0, 0, time.UTC)

// A helpdesk holds what the questions are about: rows with numbers for IDs, which the
// engines convert, and the library's own values.
type helpdesk struct {
	roles    []deskpolicy.Role // the built-in ones first
	people   []person
	contacts []contact
	things   []thing             // tickets first, then contacts
	of       [thingKinds][]int32 // the things of a kind

	account   deskpolicy.Account
	subjects  []deskpolicy.Subject  // by person
	resources []deskpolicy.Resource // by thing: pointers
	grants    []deskpolicy.SupportGrant
}

// A person is a subject.
type person struct {
	kind        subjectKind
	deactivated bool
	bindings    []binding
	groups      map[int]deskpolicy.Access

	// For shared agents and CRM-only users.
	crm crmUser

	// For support engineers: the time of the grant; bindings are the roles that it gives.
	from, until int64 // seconds; half-open
}

type binding struct {
	role  int
	place place
	scope deskpolicy.Scope
}

// A crmUser has the number of the person.
type crmUser struct {
	deactivated bool
	sees        deskpolicy.CRMRecords
	own         []int // territories
	territories []int // those and all below
	visible     map[int]deskpolicy.Access
	fresh       bool // whether the answer is young enough
}

// A contact is a contact's CRM record.
type contact struct {
	owner     int // a person, or -1
	territory int
	team      map[int]deskpolicy.Access
}

// A thing is a resource. The number -1 means none.
type thing struct {
	kind      thingKind
	ours      bool // of the account
	place     place
	group     int
	holder    int // the assignee, or the owner if the kind is never assigned
	owner     int
	requester int   // a contact; of a contact itself, its number
	mentions  []int // people
	locked    bool  // a built-in role
}

// A generator draws the rows.
type generator struct {
	*rand.Rand
	*helpdesk
}

// chance returns true with that probability in percent.
func (g generator) chance(percent int) bool { return g.IntN(100) < percent }

// pick draws the index of a weight, in proportion to the weights.
func (g generator) pick(weights ...int) int {
	sum := 0
	for _, w := range weights {
		sum += w
	}
	n := g.IntN(sum)
	for i, w := range weights {
		if n -= w; n < 0 {
			return i
		}
	}
	panic("unreachable: n is less than the sum of the weights")
}

// permission returns the permission to do the action at some scope, if it takes one.
func (g generator) permission(id deskpolicy.ActionID) deskpolicy.Permission {
	scope := g.scope()
	if id.Relations() == deskpolicy.Anything {
		scope = deskpolicy.Anything
	}
	return id.At(scope)
}

func (g generator) scope() deskpolicy.Scope {
	return [...]deskpolicy.Scope{deskpolicy.ScopeGlobal, deskpolicy.ScopeGroup, deskpolicy.ScopeRestricted}[g.pick(15, 60, 25)]
}

func (g generator) place() place { return place(g.pick(45, 20, 20, 15)) }

func (g generator) access() deskpolicy.Access {
	return [...]deskpolicy.Access{deskpolicy.View, deskpolicy.Edit}[g.pick(35, 65)]
}

// one draws a number below n with that probability in percent, or else -1.
func (g generator) one(percent, n int) int {
	if !g.chance(percent) {
		return -1
	}
	return g.IntN(n)
}

// build draws the helpdesk from the seed.
func build(seed uint64) (*helpdesk, error) {
	g := generator{rand.New(rand.NewPCG(seed, 9)), &helpdesk{}}
	h := g.helpdesk
	h.account = deskpolicy.Account{ID: "acme", Plan: plan, Integrated: true, OpenWorkspaces: []deskpolicy.WorkspaceID{workspaces[emea], workspaces[apac]}}
	if err := g.drawRoles(); err != nil {
		return nil, err
	}
	for range agents {
		h.people = append(h.people, g.agent())
	}
	for who := range 3 { // at least three account administrators are active
		h.people[who].deactivated = false
		h.people[who].bindings = []binding{{accountAdministrator, inOpen, deskpolicy.ScopeGlobal}}
		h.account.Administrators = append(h.account.Administrators, agentID(who))
	}
	for range shareds {
		h.people = append(h.people, g.sharedAgent())
	}
	for range contacts {
		h.contacts = append(h.contacts, g.contact())
	}
	for who := range h.people {
		h.subjects = append(h.subjects, h.subject(who))
	}
	for range grants {
		if err := g.engineer(); err != nil {
			return nil, err
		}
	}
	for range nonAgents {
		who := len(h.people)
		h.people = append(h.people, person{kind: nonAgent})
		h.subjects = append(h.subjects, &deskpolicy.CRMOnlyUser{Account: h.accountOfSomebody(), CRM: deskpolicy.CRMUser{ID: crmID(who), Sees: deskpolicy.AllRecords}})
	}
	g.drawThings()
	return h, nil
}

// The built-in roles that are held.
const (
	agentRole = iota
	supervisor
	administrator
	accountAdministrator
	ticketCollaborator
	analyticsCollaborator
	sharedAgentRole
	supportAgent
	supportManager
	salesUser
	builtIns
)

// drawRoles makes the ten built-in roles and the custom ones.
func (g generator) drawRoles() error {
	g.roles = []deskpolicy.Role{
		deskpolicy.AgentRole.Role(), deskpolicy.SupervisorRole.Role(), deskpolicy.AdministratorRole.Role(), deskpolicy.AccountAdministratorRole.Role(),
		deskpolicy.TicketCollaboratorRole.Role(), deskpolicy.AnalyticsCollaboratorRole.Role(), deskpolicy.SharedAgentRole.Role(),
		deskpolicy.SupportAgentRole.Role(), deskpolicy.SupportManagerRole.Role(), deskpolicy.SalesUserRole.Role(),
	}
	for i := range customs {
		var held []deskpolicy.Permission
		for _, a := range acts {
			if g.chance(50) && !a.id.InClass(deskpolicy.ClassRoleAuthoring) {
				held = append(held, g.permission(a.id))
			}
		}
		role, err := deskpolicy.NewRole(g.account.ID, fmt.Sprint("Team ", i), deskpolicy.NewPermissions(held...), nil)
		if err != nil {
			return err
		}
		g.roles = append(g.roles, role)
	}
	return nil
}

func (g generator) agent() person {
	p := person{kind: anyAgent, deactivated: g.chance(2), groups: g.memberships(1 + g.IntN(6))}
	for range 1 + g.pick(40, 35, 15, 10) {
		role := g.pick(45, 10, 2, 1, 8, 3, 0, 4, 2, 3, 22)
		if role == builtIns {
			role += g.IntN(customs)
		}
		in := accountWide
		if role == administrator || role >= builtIns { // as administrators and custom roles are
			in = inOpen
		}
		if g.chance(50) {
			in = place(1 + g.IntN(3))
		}
		p.bindings = append(p.bindings, binding{role, in, g.scope()})
	}
	return p
}

func (g generator) sharedAgent() person {
	p := person{
		kind: sharedAgent, deactivated: g.chance(2), groups: g.memberships(g.pick(50, 20, 20, 10)),
		bindings: []binding{{sharedAgentRole, accountWide, deskpolicy.ScopeRestricted}},
		crm:      crmUser{deactivated: g.chance(3), sees: deskpolicy.CRMRecords(g.pick(20, 30, 45, 5)), fresh: g.chance(80)},
	}
	if g.chance(60) {
		role := sharedAgentRole
		if g.chance(50) {
			role = builtIns + g.IntN(customs)
		}
		p.bindings = append(p.bindings, binding{role, place(1 + g.IntN(3)), g.scope()})
	}
	for range 1 + g.IntN(2) {
		territory := g.IntN(territories)
		p.crm.own, p.crm.territories = append(p.crm.own, territory), below(p.crm.territories, territory)
	}
	if p.crm.sees == 0 || g.chance(10) {
		p.crm.visible = make(map[int]deskpolicy.Access)
		for range 200 {
			p.crm.visible[g.IntN(contacts)] = g.access()
		}
	}
	return p
}

// parent returns the territory above, -1 at the top.
func parent(territory int) int {
	if territory == 0 {
		return -1
	}
	return (territory - 1) / 3
}

// below adds the territory and those below it.
func below(to []int, territory int) []int {
	for t := range territories {
		for up := t; up >= 0; up = parent(up) {
			if up == territory && !slices.Contains(to, t) {
				to = append(to, t)
			}
		}
	}
	return to
}

func (g generator) memberships(n int) map[int]deskpolicy.Access {
	in := make(map[int]deskpolicy.Access)
	for range n {
		in[g.IntN(groups)] = g.access()
	}
	return in
}

func (g generator) contact() contact {
	c := contact{owner: -1, territory: g.IntN(territories), team: make(map[int]deskpolicy.Access)}
	if g.chance(70) {
		c.owner = agents + g.IntN(shareds)
	}
	for range g.IntN(4) {
		c.team[agents+g.IntN(shareds)] = g.access()
	}
	return c
}

// engineer adds a support engineer and a support grant that admits them.
func (g generator) engineer() error {
	who := len(g.people)
	p := person{kind: supportEngineer}
	id := fmt.Sprint("e", who)
	engineer := deskpolicy.SupportEngineer{ID: deskpolicy.SupportEngineerID(id), Email: id + "@vendor.example"}
	terms := deskpolicy.SupportGrantTerms{ID: deskpolicy.SupportGrantID(fmt.Sprint("g", who)), Engineers: []deskpolicy.SupportEngineer{engineer}}
	g.giveRoles(&terms, &p)
	grant, err := g.grant(terms, &p)
	if err != nil {
		return err
	}
	g.people = append(g.people, p)
	g.grants = append(g.grants, grant)
	g.subjects = append(g.subjects, grant.Session(engineer, g.accountOfSomebody(), now))
	return nil
}

// giveRoles draws the roles that a support grant gives, account-wide and in workspaces, and
// binds them to the engineer.
func (g generator) giveRoles(terms *deskpolicy.SupportGrantTerms, p *person) {
	bind := func(in place, roles ...int) {
		for _, role := range roles {
			p.bindings = append(p.bindings, binding{role, in, deskpolicy.ScopeGlobal})
		}
	}
	always := []int{g.grantedRole()}
	if g.chance(40) {
		always = append(always, g.grantedRole())
	}
	bind(accountWide, always...)
	terms.Workspaces = make(map[deskpolicy.WorkspaceID][]deskpolicy.Role)
	for in := emea; in < places; in++ {
		if g.chance(50) {
			continue
		}
		there := []int{}
		if g.chance(50) {
			there = append(there, g.grantedRole())
		}
		bind(in, always...)
		bind(in, there...)
		terms.Workspaces[workspaces[in]] = g.rolesOf(there)
	}
	terms.Roles = g.rolesOf(always)
}

// grantedRole draws the number of a role.
func (g generator) grantedRole() int {
	if g.chance(50) {
		return builtIns + g.IntN(customs)
	}
	return g.pick(40, 20, 25, 15)
}

// grant makes the support grant: most are active now, the others have not started, have
// expired or were revoked.
func (g generator) grant(terms deskpolicy.SupportGrantTerms, p *person) (deskpolicy.SupportGrant, error) {
	const day = 24 * time.Hour
	made, revoked := now.Add(-5*day), time.Time{}
	terms.End = now.Add(5 * day)
	switch g.pick(70, 10, 10, 10) {
	case 1:
		terms.Start = now.Add(day)
	case 2:
		terms.End = now.Add(-day)
	case 3:
		revoked = now.Add(-2 * day)
	}
	owner := g.subjects[0]
	grant, _, err := deskpolicy.NewSupportGrant(owner, terms, made)
	if err != nil {
		return grant, err
	}
	p.from, p.until = grant.Start().Unix(), grant.End().Unix()
	if !revoked.IsZero() {
		grant, _, err = deskpolicy.RevokeSupportGrant(owner, grant, revoked)
		p.until = revoked.Unix()
	}
	return grant, err
}

func (h *helpdesk) rolesOf(numbers []int) (roles []deskpolicy.Role) {
	for _, n := range numbers {
		roles = append(roles, h.roles[n])
	}
	return roles
}

// drawThings draws all resources.
func (g generator) drawThings() {
	for range tickets {
		g.add(g.ticket())
	}
	for i := range contacts {
		t := thing{kind: aContact, ours: true, group: -1, holder: g.one(60, agents), requester: i}
		t.owner = t.holder
		g.add(t)
	}
	for range 2_000 {
		note := g.things[g.IntN(tickets)]
		note.kind, note.owner = aNote, g.IntN(agents+shareds)
		g.add(note)
	}
	for range 2_000 {
		g.add(thing{kind: aConversation, ours: true, place: g.place(), group: g.one(90, groups), holder: g.one(70, agents), owner: -1, requester: -1})
	}
	for range 50 {
		g.add(thing{kind: aChannel, ours: true, place: g.place(), group: g.one(60, groups), holder: -1, owner: -1, requester: -1})
		g.add(thing{kind: someSettings, ours: true, place: g.place(), group: g.one(60, groups), holder: -1, owner: -1, requester: -1})
	}
	for range 500 {
		g.add(g.owned(anArticle, -1))
		g.add(g.owned(aTopic, -1))
		g.add(g.owned(aReport, g.one(60, groups)))
	}
	for who := range agents {
		g.add(thing{kind: anAgent, ours: true, group: -1, holder: -1, owner: who, requester: -1})
	}
	for i := range g.roles {
		g.add(thing{kind: aRole, ours: true, group: -1, holder: -1, owner: -1, requester: -1, locked: i < builtIns})
	}
	for range g.grants {
		g.add(thing{kind: aGrant, ours: true, group: -1, holder: -1, owner: -1, requester: -1})
	}
	g.add(thing{kind: theAccount, ours: true, group: -1, holder: -1, owner: -1, requester: -1})
}

func (g generator) ticket() thing {
	t := thing{
		kind: aTicket, ours: !g.chance(1), place: g.place(), group: g.one(90, groups), holder: g.one(75, agents), owner: -1, requester: g.one(92, contacts),
	}
	if g.chance(30) {
		for range 1 + g.IntN(3) {
			t.mentions = append(t.mentions, g.IntN(agents+shareds))
		}
	}
	return t
}

func (g generator) owned(kind thingKind, group int) thing {
	author := g.IntN(agents + shareds)
	return thing{kind: kind, ours: true, place: g.place(), group: group, holder: author, owner: author, requester: -1}
}

func (g generator) add(t thing) {
	g.of[t.kind] = append(g.of[t.kind], int32(len(g.things)))
	g.things = append(g.things, t)
	g.resources = append(g.resources, g.resource(len(g.things)-1))
}
