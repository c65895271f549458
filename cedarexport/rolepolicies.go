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
	may      []deskpolicy.ActionID // the actions that the role permits at any scope
	policies []policy
}

func (e *Exporter) permitterFor(role deskpolicy.Role) *permitter {
	p := &permitter{Exporter: e, role: role}
	p.may = e.actions(func(id deskpolicy.ActionID) bool {
		return p.has(id, deskpolicy.ScopeRestricted) || p.has(id, deskpolicy.ScopeGroup) // Global includes Restricted
	})
	return p
}

// permits returns the permits of a role: one for each kind of resource and each ground on which
// the role reaches it. If the ground can allow viewing only, there is one permit for each access.
func (e *Exporter) permits(role deskpolicy.Role) []policy {
	p := e.permitterFor(role)
	p.ticketPermits()
	p.customerPermits()
	p.otherPermits()
	p.anywherePermits()
	return p.policies
}

// filter returns the role's actions that are wanted.
func (p *permitter) filter(wanted func(deskpolicy.ActionID) bool) []deskpolicy.ActionID {
	var ids []deskpolicy.ActionID
	for _, id := range p.may {
		if wanted(id) {
			ids = append(ids, id)
		}
	}
	return ids
}

// onKinds returns the role's actions on the wanted kinds, and its host actions, which can be on
// any kind.
func (p *permitter) onKinds(wanted func(*kind) bool) []deskpolicy.ActionID {
	return p.filter(func(id deskpolicy.ActionID) bool { return id.IsHost() || wanted(kindOf()[id]) })
}

// atScope returns the actions of onKinds that the role permits at the scope.
func (p *permitter) atScope(scope deskpolicy.Scope, wanted func(*kind) bool) []deskpolicy.ActionID {
	return p.filter(func(id deskpolicy.ActionID) bool { return (id.IsHost() || wanted(kindOf()[id])) && p.has(id, scope) })
}

// belowGlobal returns the actions of atScope that the role does not permit at Global.
func (p *permitter) belowGlobal(scope deskpolicy.Scope, wanted func(*kind) bool) []deskpolicy.ActionID {
	return p.filter(func(id deskpolicy.ActionID) bool {
		return (id.IsHost() || wanted(kindOf()[id])) && p.has(id, scope) && !p.has(id, deskpolicy.ScopeGlobal)
	})
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

// permit adds a permit for the library's actions, and one for the host actions, which can be on
// any kind of resource.
func (p *permitter) permit(ground string, who expr, ids []deskpolicy.ActionID, wanted func(*kind) bool, when ...expr) {
	var library, hosts []deskpolicy.ActionID
	for _, id := range ids {
		if id.IsHost() {
			hosts = append(hosts, id)
		} else {
			library = append(library, id)
		}
	}
	p.add(ground, who, library, when)
	p.add(ground+"-host", who, hosts, append([]expr{isKind(wanted)}, when...))
}

// permitOwn adds permits for the actions on what is assigned to the principal. Actions that create
// a resource are also permitted if it has no assignee yet (A34).
func (p *permitter) permitOwn(ground string, who expr, ids []deskpolicy.ActionID, wanted func(*kind) bool, when ...expr) {
	isNew := func(id deskpolicy.ActionID) bool { return slices.Contains(creating, id) }
	p.permit(ground, who, slices.DeleteFunc(slices.Clone(ids), isNew), wanted, append(slices.Clone(when), assigned...)...)
	isKnown := func(id deskpolicy.ActionID) bool { return !isNew(id) }
	p.permit(ground+"-new", who, slices.DeleteFunc(slices.Clone(ids), isKnown), wanted, append(slices.Clone(when), either(not(has("resource", "assignee")), all(assigned...)))...)
}

func (p *permitter) add(ground string, who expr, ids []deskpolicy.ActionID, when []expr) {
	if len(ids) == 0 {
		return
	}
	scope := "in " + roleUID(p.role).literal()
	if who != "" {
		scope = "is " + who + " " + scope
	}
	if account := p.role.Account(); account != "" { // a custom role counts only in its account (B09)
		when = append([]expr{has("principal", "account"), equal("principal.account", accountUID(account).literal())}, when...)
	}
	p.policies = append(p.policies, policy{
		effect: "permit", id: "role/" + roleKey(p.role) + "/" + ground,
		notes:     []note{{"role", p.role.Name()}},
		principal: scope, action: p.within(ids), when: when,
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

// forNeed calls each with the actions that need view access, and with those that need edit access.
func forNeed(ids []deskpolicy.ActionID, each func(need string, ids []deskpolicy.ActionID)) {
	for _, need := range []deskpolicy.Access{deskpolicy.View, deskpolicy.Edit} {
		each(need.String(), slices.DeleteFunc(slices.Clone(ids), func(id deskpolicy.ActionID) bool { return id.RequiredAccess() != need }))
	}
}

var (
	agent       = typeName("Agent")
	sharedAgent = typeName("SharedAgent")
	notShared   = not(is("principal", sharedAgent))

	assigned = []expr{has("resource", "assignee"), equal("resource.assignee", "principal.id")}
)

// inGroup returns the conditions that the principal has the needed access to the resource's group.
func inGroup(need string) []expr {
	may := map[string]expr{"view": "principal.groups.view", "edit": "principal.groups.edit"}[need]
	return []expr{has("resource", "group"), contains(may, "resource.group")}
}

// ticketPermits adds the permits on tickets and their parts.
func (p *permitter) ticketPermits() {
	tickets := func(k *kind) bool { return k.bounded }
	on := func(scope deskpolicy.Scope) []deskpolicy.ActionID { return p.atScope(scope, tickets) }
	global, group, restricted := p.heldHere("ticketRoles.global"), p.heldHere("ticketRoles.group"), p.heldHere("ticketRoles.restricted")

	p.permit("tickets-all", "", on(deskpolicy.ScopeGlobal), tickets, global)
	forNeed(on(deskpolicy.ScopeGroup), func(need string, ids []deskpolicy.ActionID) {
		p.permit("tickets-group-"+need, agent, ids, tickets, append(inGroup(need), group)...)
	})
	p.permit("tickets-assigned", "", on(deskpolicy.ScopeRestricted), tickets, append([]expr{notShared, restricted}, assigned...)...)

	// Below Global, shared agents never reach tickets by assignment [S14].
	forNeed(on(deskpolicy.ScopeRestricted), func(need string, ids []deskpolicy.ActionID) { // at any scope [S18] (A8)
		p.permit("tickets-shared-group-"+need, sharedAgent, ids, tickets, append(inGroup(need), restricted)...)
	})
	p.permit("tickets-shared-mentioned", sharedAgent, on(deskpolicy.ScopeRestricted), tickets, // [S15]
		restricted, contains("resource.mentions", "principal.id"))
	p.permit("tickets-shared-contact", sharedAgent, on(deskpolicy.ScopeRestricted), tickets, // [S16] (A6)
		restricted, has("resource", "requester"), sameAccount("resource.requester", "resource"), seesInCRM("view", "resource.requester", "contacts"))
}

// sameAccount returns the condition that a and b belong to the same account.
func sameAccount(a, b expr) expr {
	return all(has(a, "account"), has(b, "account"), equal(a+".account", b+".account"))
}

// customerPermits adds the permits on contacts and companies. Shared agents reach those that they
// see in the CRM, at any scope [S36] [S37].
func (p *permitter) customerPermits() {
	customers := func(k *kind) bool { return k.customer }
	p.permit("customers-all", "", p.atScope(deskpolicy.ScopeGlobal, customers), customers, notShared, p.heldHere("roles"))
	p.permitOwn("customers-own", "", p.belowGlobal(deskpolicy.ScopeRestricted, customers), customers, notShared, p.heldHere("roles"))

	// The CRM does not know a new contact [S35].
	adds := deskpolicy.ContactCreate.ID()
	create := slices.DeleteFunc(p.onKinds(customers), func(id deskpolicy.ActionID) bool { return id != adds })
	known := slices.DeleteFunc(p.onKinds(customers), func(id deskpolicy.ActionID) bool { return id == adds })
	if p.has(adds, deskpolicy.ScopeGlobal) {
		p.permit("customers-shared-create", sharedAgent, create, customers, p.heldHere("roles"))
	} else {
		p.permitOwn("customers-shared-create", sharedAgent, create, customers, p.heldHere("roles"))
	}
	p.permitOwn("customers-shared-own", sharedAgent, known, customers, p.heldHere("roles")) // on the desk (A35)
	forNeed(known, func(need string, ids []deskpolicy.ActionID) {
		p.permit("customers-shared-crm-"+need, sharedAgent, ids, customers, p.heldHere("roles"), either(
			all(is("resource", typeName("Contact")), seesInCRM(need, "resource", "contacts")),
			all(is("resource", typeName("Company")), seesInCRM(need, "resource", "companies")),
		))
	})
}

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

// otherPermits adds the permits on everything else, where ticket scopes do not count.
func (p *permitter) otherPermits() {
	others := func(k *kind) bool { return !k.bounded && !k.customer }
	grouped := func(k *kind) bool { return others(k) && k.grouped }
	owned := func(k *kind) bool { return others(k) && k.held }
	here := p.heldHere("roles")
	p.may = p.filter(func(id deskpolicy.ActionID) bool { return !slices.Contains(givenAnywhere, id) })

	p.permit("all", "", p.atScope(deskpolicy.ScopeGlobal, others), others, here)
	forNeed(p.belowGlobal(deskpolicy.ScopeGroup, grouped), func(need string, ids []deskpolicy.ActionID) {
		p.permit("group-"+need, agent, ids, grouped, append(inGroup(need), here)...)
		p.permit("shared-group-"+need, sharedAgent, ids, grouped, append(inGroup(need), here)...)
	})
	p.permitOwn("assigned", "", p.belowGlobal(deskpolicy.ScopeRestricted, owned), owned, here)
}

// anywherePermits adds the permits that a role gives wherever it is held.
func (p *permitter) anywherePermits() {
	somewhere := contains("principal.rolesAnywhere", roleUID(p.role).literal())
	if !p.role.Permissions().Empty() {
		p.add("login", "", []deskpolicy.ActionID{login}, []expr{somewhere})
	}
	switch own := deskpolicy.ProfileEditOwn.ID(); {
	case p.has(own, deskpolicy.ScopeGlobal):
		p.add("profile", "", []deskpolicy.ActionID{own}, []expr{somewhere})
	case p.has(own, deskpolicy.ScopeRestricted):
		p.add("profile", "", []deskpolicy.ActionID{own}, append([]expr{somewhere}, assigned...))
	}
}
