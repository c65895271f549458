package cedarexport

import (
	"slices"

	"github.com/deskpolicy/deskpolicy"
)

// sharedAgentRole is only given by the CRM [S41], accountAdministrator makes its
// holder who makes roles [R9].
var (
	sharedAgentRole      = roleUID(deskpolicy.SharedAgentRole.Role()).literal()
	accountAdministrator = roleUID(deskpolicy.AccountAdministratorRole.Role()).literal()
)

// A permitter writes the permits of one role.
type permitter struct {
	*Exporter
	role     deskpolicy.Role
	may      []deskpolicy.ActionID // what the role has at any scope
	policies []policy
}

func (e *Exporter) permitterFor(role deskpolicy.Role) *permitter {
	p := &permitter{Exporter: e, role: role}
	p.may = e.actions(func(id deskpolicy.ActionID) bool {
		return p.has(id, deskpolicy.ScopeRestricted) || p.has(id, deskpolicy.ScopeGroup) // who has it at Global has it at Restricted
	})
	return p
}

// permits returns what the role permits: a policy for each ground on which it
// reaches the things of each kind, and each need where the ground may be one for
// viewing only.
func (e *Exporter) permits(role deskpolicy.Role) []policy {
	p := e.permitterFor(role)
	p.ticketPermits()
	p.customerPermits()
	p.otherPermits()
	p.anywherePermits()
	return p.policies
}

// those returns the role's actions that are wanted.
func (p *permitter) those(wanted func(deskpolicy.ActionID) bool) []deskpolicy.ActionID {
	var ids []deskpolicy.ActionID
	for _, id := range p.may {
		if wanted(id) {
			ids = append(ids, id)
		}
	}
	return ids
}

// anywhere returns the role's actions on kinds that are wanted, and the host's,
// which may be on any kind.
func (p *permitter) anywhere(wanted func(*kind) bool) []deskpolicy.ActionID {
	return p.those(func(id deskpolicy.ActionID) bool { return id.IsHost() || wanted(kindOf()[id]) })
}

// at returns those of them that the role has at the scope, below those that it
// does not have at Global besides.
func (p *permitter) at(scope deskpolicy.Scope, wanted func(*kind) bool) []deskpolicy.ActionID {
	return p.those(func(id deskpolicy.ActionID) bool { return (id.IsHost() || wanted(kindOf()[id])) && p.has(id, scope) })
}

func (p *permitter) below(scope deskpolicy.Scope, wanted func(*kind) bool) []deskpolicy.ActionID {
	return p.those(func(id deskpolicy.ActionID) bool {
		return (id.IsHost() || wanted(kindOf()[id])) && p.has(id, scope) && !p.has(id, deskpolicy.ScopeGlobal)
	})
}

func (p *permitter) has(id deskpolicy.ActionID, scope deskpolicy.Scope) bool {
	return p.role.Permissions().Has(id.At(scope))
}

// heldHere returns that the role is held where the resource is: in its workspace,
// everywhere, or account-wide in an open one if it is an administrator's role. The set says
// what of it: the principal's "roles", or "ticketRoles" of a scope.
func (p *permitter) heldHere(set expr) expr {
	role := roleUID(p.role).literal()
	here := either(contains("principal."+set, held(role, "resource.workspace")), contains("principal."+set, held(role, quote(everywhere))))
	if !p.role.Administrative() {
		return here
	}
	return either(here, all(
		not(is("principal", typeName("SupportSession"))), // a grant reaches the workspaces that it names (A11)
		has("principal", "account"),
		contains("principal.account.workspaces", "resource.workspace"),
		contains("principal."+set, held(role, quote(outside))),
	))
}

// permit adds a policy for those of the actions that have the need; the host's
// have one of their own, as they go with any kind of resource.
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

// permitOwn adds policies for the actions on what the principal has, and for those
// of them that create on what nobody has yet as well (A34).
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
	if account := p.role.Account(); account != "" { // a custom role counts in its account only (B09)
		when = append([]expr{has("principal", "account"), equal("principal.account", accountUID(account).literal())}, when...)
	}
	p.policies = append(p.policies, policy{
		effect: "permit", id: "role/" + roleKey(p.role) + "/" + ground,
		notes:     []note{{"role", p.role.Name()}},
		principal: scope, action: p.within(ids), when: when,
	})
}

// isKind returns that the resource is of one of the kinds.
func isKind(wanted func(*kind) bool) expr {
	var names []string
	for i := range everyKind() {
		if k := &everyKind()[i]; wanted(k) {
			names = append(names, k.name)
		}
	}
	return isAny("resource", names...)
}

// forNeed calls for the actions that need to view only, and for those that change something.
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

// inGroup returns that the principal may view or edit in the resource's group.
func inGroup(need string) []expr {
	may := map[string]expr{"view": "principal.groups.view", "edit": "principal.groups.edit"}[need]
	return []expr{has("resource", "group"), contains(may, "resource.group")}
}

// ticketPermits are about tickets and what is reached as its ticket is.
func (p *permitter) ticketPermits() {
	tickets := func(k *kind) bool { return k.bounded }
	on := func(scope deskpolicy.Scope) []deskpolicy.ActionID { return p.at(scope, tickets) }
	global, group, restricted := p.heldHere("ticketRoles.global"), p.heldHere("ticketRoles.group"), p.heldHere("ticketRoles.restricted")

	p.permit("tickets-all", "", on(deskpolicy.ScopeGlobal), tickets, global)
	forNeed(on(deskpolicy.ScopeGroup), func(need string, ids []deskpolicy.ActionID) {
		p.permit("tickets-group-"+need, agent, ids, tickets, append(inGroup(need), group)...)
	})
	p.permit("tickets-assigned", "", on(deskpolicy.ScopeRestricted), tickets, append([]expr{notShared, restricted}, assigned...)...)

	// A shared agent's scope below Global: never what is assigned to it [S14].
	forNeed(on(deskpolicy.ScopeRestricted), func(need string, ids []deskpolicy.ActionID) { // at any scope [S18] (A8)
		p.permit("tickets-shared-group-"+need, sharedAgent, ids, tickets, append(inGroup(need), restricted)...)
	})
	p.permit("tickets-shared-mentioned", sharedAgent, on(deskpolicy.ScopeRestricted), tickets, // [S15]
		restricted, contains("resource.mentions", "principal.id"))
	p.permit("tickets-shared-contact", sharedAgent, on(deskpolicy.ScopeRestricted), tickets, // [S16] (A6)
		restricted, has("resource", "requester"), sameAccount("resource.requester", "resource"), sees("view", "resource.requester", "contacts"))
}

// sameAccount returns that the two are of one account.
func sameAccount(a, b expr) expr {
	return all(has(a, "account"), has(b, "account"), equal(a+".account", b+".account"))
}

// customerPermits are about contacts and companies, which shared agents reach as
// the CRM has it, whatever the scope [S36] [S37].
func (p *permitter) customerPermits() {
	customers := func(k *kind) bool { return k.customer }
	p.permit("customers-all", "", p.at(deskpolicy.ScopeGlobal, customers), customers, notShared, p.heldHere("roles"))
	p.permitOwn("customers-own", "", p.below(deskpolicy.ScopeRestricted, customers), customers, notShared, p.heldHere("roles"))

	// What is new the CRM does not know [S35].
	adds := deskpolicy.ContactCreate.ID()
	create := slices.DeleteFunc(p.anywhere(customers), func(id deskpolicy.ActionID) bool { return id != adds })
	known := slices.DeleteFunc(p.anywhere(customers), func(id deskpolicy.ActionID) bool { return id == adds })
	if p.has(adds, deskpolicy.ScopeGlobal) {
		p.permit("customers-shared-create", sharedAgent, create, customers, p.heldHere("roles"))
	} else {
		p.permitOwn("customers-shared-create", sharedAgent, create, customers, p.heldHere("roles"))
	}
	p.permitOwn("customers-shared-own", sharedAgent, known, customers, p.heldHere("roles")) // on the desk (A35)
	forNeed(known, func(need string, ids []deskpolicy.ActionID) {
		p.permit("customers-shared-crm-"+need, sharedAgent, ids, customers, p.heldHere("roles"), either(
			all(is("resource", typeName("Contact")), sees(need, "resource", "contacts")),
			all(is("resource", typeName("Company")), sees(need, "resource", "companies")),
		))
	})
}

// sees returns that the CRM lets the shared agent view or edit the customer,
// which the CRM's answers have among their contacts or companies.
func sees(need string, customer, answers expr) expr {
	access := map[string]expr{"view": ".view", "edit": ".edit"}[need]
	return either(
		equal("principal.crm.scope", quote("global")),
		all(
			contains(set(quote("restricted"), quote("group")), "principal.crm.scope"),
			either(
				all(has(customer, "crmOwner"), equal(customer+".crmOwner", "principal.crm.id")),
				contains(customer+".crmTeam"+access, "principal.crm.id"),
			),
		),
		all(
			equal("principal.crm.scope", quote("group")),
			has(customer, "territory"),
			in(customer+".territory", "principal.crm.territories"),
		),
		all( // an answer that has aged counts no longer
			"principal.crm.age >= 0", "principal.crm.age < principal.crm.limit",
			contains("principal.crm."+answers+access, customer+".id"),
		),
	)
}

// otherPermits are about everything else, which a ticket scope does not bound.
func (p *permitter) otherPermits() {
	others := func(k *kind) bool { return !k.bounded && !k.customer }
	grouped := func(k *kind) bool { return others(k) && k.grouped }
	owned := func(k *kind) bool { return others(k) && k.held }
	here := p.heldHere("roles")
	p.may = p.those(func(id deskpolicy.ActionID) bool { return !slices.Contains(anywhere, id) })

	p.permit("all", "", p.at(deskpolicy.ScopeGlobal, others), others, here)
	forNeed(p.below(deskpolicy.ScopeGroup, grouped), func(need string, ids []deskpolicy.ActionID) {
		p.permit("group-"+need, agent, ids, grouped, append(inGroup(need), here)...)
		p.permit("shared-group-"+need, sharedAgent, ids, grouped, append(inGroup(need), here)...)
	})
	p.permitOwn("assigned", "", p.below(deskpolicy.ScopeRestricted, owned), owned, here)
}

// anywherePermits are about what a role gives wherever it is held.
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
