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

// permits returns the permits of a role: one for each scope at which it has permissions, apart for
// tickets, for contacts and companies, and for all other resources, and for each access if that
// matters. What can be in a group has a second one, for people who hold the role only there.
func (e *Exporter) permits(role deskpolicy.Role) []policy {
	p := permitter{Exporter: e, role: role}
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

// A bundle has what the actions of one permit have in common.
type bundle struct {
	scope   deskpolicy.Scope
	need    string // "" if the permit is the same for each access
	creates bool
	assigns bool // whether where the resource goes matters
	host    bool
}

// areaPermits adds the permits on the resources of the area. Host actions can be on any of them.
func (p *permitter) areaPermits(a *area) {
	var bundles []bundle
	actions := map[bundle][]deskpolicy.ActionID{}
	for _, id := range p.actions(func(id deskpolicy.ActionID) bool { return id.IsHost() || a.has(kindOf()[id]) }) {
		scope := p.role.Permissions().Scope(id)
		b := bundle{scope, id.RequiredAccess().String(), slices.Contains(creating, id), goes(id) && leaving(scope) != scope, id.IsHost()}
		if b.scope == 0 || slices.Contains(givenAnywhere, id) {
			continue
		}
		if !a.dependsOnAccess(b.scope) {
			b.need = ""
		}
		if actions[b] == nil {
			bundles = append(bundles, b)
		}
		actions[b] = append(actions[b], id)
	}
	for _, b := range bundles {
		p.addBundle(a, b, actions[b])
	}
}

// dependsOnAccess reports whether the scope can reach a resource of the area for viewing only.
func (a *area) dependsOnAccess(scope deskpolicy.Scope) bool {
	const byAccess = deskpolicy.InGroup | deskpolicy.GroupQueue | deskpolicy.Participating
	return a.name != "others" || !scope.Covers(deskpolicy.Anything) && scope&byAccess != 0
}

// grouped returns those of the actions that can be on a resource of the area that is in a group.
func (a *area) grouped(ids []deskpolicy.ActionID) []deskpolicy.ActionID {
	some := slices.ContainsFunc(allKinds(), func(k kind) bool { return k.grouped && a.has(&k) })
	return slices.DeleteFunc(slices.Clone(ids), func(id deskpolicy.ActionID) bool {
		return !some || !id.IsHost() && !kindOf()[id].grouped
	})
}

// addBundle adds the permit for the actions and, if the resource can be in a group, the one for
// people who hold the role only there.
func (p *permitter) addBundle(a *area, b bundle, ids []deskpolicy.ActionID) {
	at := reach{need: b.need, customers: a.name == "customers", creates: b.creates, assigns: b.assigns}
	roles, when := anyRole{p.role}, []expr(nil)
	if b.host {
		when = append(when, a.includes)
	}
	if by := at.by(b.scope); by != "" {
		when = append(when, by)
	}
	heldIn := func(group expr) expr { return at.held(roles, group, a.name == "tickets") }
	p.add(b.name(a), ids, slices.Concat(when, []expr{heldIn(whateverGroup)}))
	if grouped := a.grouped(ids); len(grouped) > 0 {
		p.add(b.name(a)+"-held-in-group", grouped, slices.Concat(someInGroup, when, []expr{heldIn(itsGroup)}))
	}
}

// name returns the name of the bundle's permit in the area.
func (b *bundle) name(a *area) string {
	name := a.name + "-" + b.scope.String()
	if b.creates {
		name += "-new"
	}
	if b.assigns {
		name += "-assign"
	}
	if b.need != "" {
		name += "-" + b.need
	}
	if b.host {
		name += "-host"
	}
	return name
}

func (p *permitter) has(id deskpolicy.ActionID, scope deskpolicy.Scope) bool {
	return p.role.Permissions().Has(id.At(scope))
}

// An anyRole has roles of one account, or built-in ones. A condition is true of it if it is true of
// one of them.
type anyRole []deskpolicy.Role

// The group in which a role is held: whatever the group, or only the resource's.
const (
	whateverGroup expr = `""`
	itsGroup      expr = "resource.group"
)

// someInGroup has the conditions that the principal holds some role only in the resource's group. For
// most people they are false, so that an engine need not evaluate what follows.
var someInGroup = []expr{has("resource", "group"), contains("principal.roleGroups", "resource.group")}

// inEitherGroup returns the condition for roles that are held whatever the group, or in the
// resource's group only.
func inEitherGroup(condition func(group expr) expr) expr {
	return either(condition(whateverGroup), all(slices.Concat(someInGroup, []expr{condition(itsGroup)})...))
}

// heldHere returns the condition that a role is held in the group, and where the resource is: in its
// workspace, everywhere, or in open workspaces if it is in one of these or outside of workspaces.
// The set is the principal's "roles", or "ticketRoles" of a relation.
func (r anyRole) heldHere(set, group expr) expr {
	at := func(place expr) expr {
		var rows []expr
		for _, role := range r {
			rows = append(rows, held(roleUID(role).literal(), place, group))
		}
		return containsOne("principal."+set, rows)
	}
	open := all(has("principal", "account"), contains("principal.account.workspaces", "resource.workspace"))
	return either(at("resource.workspace"), at(quote(everywhere)), all(at(quote(inOpen)), either(equal("resource.workspace", quote(outside)), open)))
}

// counts returns the conditions that the roles count in the principal's account: custom roles
// count only in their own (B09).
func (r anyRole) counts() []expr {
	account := r[0].Account()
	if account == "" {
		return nil
	}
	return []expr{has("principal", "account"), equal("principal.account", accountUID(account).literal())}
}

// add adds a permit for the actions.
func (p *permitter) add(name string, ids []deskpolicy.ActionID, when []expr) {
	p.policies = append(p.policies, policy{
		effect: "permit", id: "role/" + roleKey(p.role) + "/" + name,
		notes:     []note{{"role", p.role.Name()}},
		principal: "in " + roleUID(p.role).literal(), action: p.within(ids), when: append(anyRole{p.role}.counts(), when...),
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
	customer    = typeName("Customer")
	notShared   = not(is("principal", sharedAgent))
	notCustomer = not(is("principal", customer))

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
		all( // CRM visibility counts from its instant until it is too old
			has("context", "now"), "context.now >= principal.crm.asOf", "context.now < principal.crm.until",
			contains("principal.crm."+answers+access, customer+".id"),
		),
	)
}

// anywherePermits adds the permits that a role gives wherever it is held.
func (p *permitter) anywherePermits() {
	somewhere := contains("principal.rolesAnywhere", roleUID(p.role).literal())
	if !p.role.Permissions().Empty() {
		p.add("login", []deskpolicy.ActionID{login, portalLogin}, []expr{somewhere})
	}
	switch own := deskpolicy.ProfileEditOwn.ID(); {
	case p.has(own, deskpolicy.ScopeGlobal):
		p.add("profile", []deskpolicy.ActionID{own}, []expr{somewhere})
	case p.has(own, deskpolicy.Assigned):
		p.add("profile", []deskpolicy.ActionID{own}, append([]expr{somewhere}, assigned...))
	}
}
