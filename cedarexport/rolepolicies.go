package cedarexport

import (
	"slices"

	"github.com/deskpolicy/deskpolicy"
)

// Only the CRM gives sharedAgentRole [S41]. Only holders of accountAdministrator can make roles [R9].
var (
	sharedAgentRole      = roleUID(deskpolicy.SharedAgentRole.Role()).literal()
	accountAdministrator = roleUID(deskpolicy.AccountAdministratorRole.Role()).literal()
)

// A permitter collects the permits of one role.
type permitter struct {
	*Exporter
	role     deskpolicy.Role
	policies []policy
}

func (e *Exporter) permitterFor(role deskpolicy.Role) *permitter {
	return &permitter{Exporter: e, role: role}
}

// permits returns the permits of a role: one for each scope at which it has permissions, apart for
// tickets, for contacts and companies, and for all other resources, and for each access if that
// matters.
func (e *Exporter) permits(role deskpolicy.Role) []policy {
	p := e.permitterFor(role)
	for i := range areas {
		p.areaPermits(&areas[i])
	}
	p.anywherePermits()
	return p.policies
}

// An area is a part of the resources on which scopes mean the same.
type area struct {
	name     string
	has      func(*kind) bool
	includes expr // the condition that a resource is in the area
}

// isBounded is the condition that ticket scopes count for the resource.
var isBounded = either(isKind(func(k *kind) bool { return k.bounded }), all(is("resource", typeName(hostKind.name)), "resource.onTicket"))

// areas are the parts of the resources.
var areas = []area{
	{"tickets", func(k *kind) bool { return k.bounded }, isBounded},
	{"customers", func(k *kind) bool { return k.customer }, isKind(func(k *kind) bool { return k.customer })},
	{"others", func(k *kind) bool { return !k.bounded && !k.customer }, not(either(isBounded, isKind(func(k *kind) bool { return k.customer })))},
}

// A group has what the actions of one permit have in common.
type group struct {
	scope   deskpolicy.Scope
	need    string // "" if the permit is the same for each access
	creates bool
	assigns bool // whether where the resource goes matters
	host    bool
}

// areaPermits adds the permits on the resources of the area. Host actions can be on any of them.
func (p *permitter) areaPermits(a *area) {
	var groups []group
	actions := map[group][]deskpolicy.ActionID{}
	for _, id := range p.actions(func(id deskpolicy.ActionID) bool { return id.IsHost() || a.has(kindOf()[id]) }) {
		scope := p.role.Permissions().Scope(id)
		g := group{scope, id.RequiredAccess().String(), slices.Contains(creating, id), goes(id) && leaving(scope) != scope, id.IsHost()}
		if g.scope == 0 || slices.Contains(givenAnywhere, id) {
			continue
		}
		if !a.dependsOnAccess(g.scope) {
			g.need = ""
		}
		if actions[g] == nil {
			groups = append(groups, g)
		}
		actions[g] = append(actions[g], id)
	}
	for _, g := range groups {
		p.addGroup(a, g, actions[g])
	}
}

// dependsOnAccess reports whether the scope can reach a resource of the area for viewing only.
func (a *area) dependsOnAccess(scope deskpolicy.Scope) bool {
	const byAccess = deskpolicy.InGroup | deskpolicy.GroupQueue | deskpolicy.Participating
	return a.name != "others" || !scope.Covers(deskpolicy.Anything) && scope&byAccess != 0
}

func (p *permitter) addGroup(a *area, g group, ids []deskpolicy.ActionID) {
	at := reach{need: g.need, customers: a.name == "customers", creates: g.creates, assigns: g.assigns}
	name, when := a.name+"-"+g.scope.String(), []expr(nil)
	if g.creates {
		name += "-new"
	}
	if g.assigns {
		name += "-assign"
	}
	if g.need != "" {
		name += "-" + g.need
	}
	if g.host {
		name, when = name+"-host", append(when, a.includes)
	}
	if by := at.by(g.scope); by != "" {
		when = append(when, by)
	}
	if a.name == "tickets" {
		when = append(when, at.within(p))
	} else {
		when = append(when, p.heldHere("roles"))
	}
	p.add(name, ids, when)
}

func (p *permitter) has(id deskpolicy.ActionID, scope deskpolicy.Scope) bool {
	return p.role.Permissions().Has(id.At(scope))
}

// heldHere returns the condition that the role is held where the resource is: in its workspace,
// everywhere, or in open workspaces if it is in one of these or outside of workspaces. The set is
// the principal's "roles", or "ticketRoles" of a scope.
func (p *permitter) heldHere(set expr) expr {
	at := func(place expr) expr { return contains("principal."+set, held(roleUID(p.role).literal(), place)) }
	open := all(has("principal", "account"), contains("principal.account.workspaces", "resource.workspace"))
	return either(at("resource.workspace"), at(quote(everywhere)), all(at(quote(inOpen)), either(equal("resource.workspace", quote(outside)), open)))
}

// add adds a permit for the actions.
func (p *permitter) add(name string, ids []deskpolicy.ActionID, when []expr) {
	if account := p.role.Account(); account != "" { // a custom role counts only in its account (B09)
		when = append([]expr{has("principal", "account"), equal("principal.account", accountUID(account).literal())}, when...)
	}
	p.policies = append(p.policies, policy{
		effect: "permit", id: "role/" + roleKey(p.role) + "/" + name,
		notes:     []note{{"role", p.role.Name()}},
		principal: "in " + roleUID(p.role).literal(), action: p.within(ids), when: when,
	})
}

// isKind returns the condition that the resource has one of the wanted kinds.
func isKind(wanted func(*kind) bool) expr {
	var names []string
	for i := range allKinds() {
		if k := &allKinds()[i]; wanted(k) {
			names = append(names, k.name)
		}
	}
	return isAny("resource", names...)
}

var (
	agent       = typeName("Agent")
	sharedAgent = typeName("SharedAgent")
	notShared   = not(is("principal", sharedAgent))

	assigned = []expr{has("resource", "assignee"), equal("resource.assignee", "principal.id")}
)

// seesInCRM returns the condition that the CRM lets the shared agent view or edit the customer.
// answers is the attribute with the CRM visibility of contacts or companies.
func seesInCRM(need string, customer, answers expr) expr {
	access := map[string]expr{"view": ".view", "edit": ".edit"}[need]
	return either(
		equal("principal.crm.sees", quote("all")),
		all(
			contains(set(quote("own"), quote("territory")), "principal.crm.sees"),
			either(
				all(has(customer, "crmOwner"), equal(customer+".crmOwner", "principal.crm.id")),
				contains(customer+".crmTeam"+access, "principal.crm.id"),
			),
		),
		all(
			equal("principal.crm.sees", quote("territory")),
			has(customer, "territory"),
			in(customer+".territory", "principal.crm.territories"),
		),
		all( // CRM visibility that is too old does not count
			"principal.crm.age >= 0", "principal.crm.age < principal.crm.limit",
			contains("principal.crm."+answers+access, customer+".id"),
		),
	)
}

// anywherePermits adds the permits that a role gives wherever it is held.
func (p *permitter) anywherePermits() {
	somewhere := contains("principal.rolesAnywhere", roleUID(p.role).literal())
	if !p.role.Permissions().Empty() {
		p.add("login", []deskpolicy.ActionID{login}, []expr{somewhere})
	}
	switch own := deskpolicy.ProfileEditOwn.ID(); {
	case p.has(own, deskpolicy.ScopeGlobal):
		p.add("profile", []deskpolicy.ActionID{own}, []expr{somewhere})
	case p.has(own, deskpolicy.Assigned):
		p.add("profile", []deskpolicy.ActionID{own}, append([]expr{somewhere}, assigned...))
	}
}
