package cedarexport

import (
	"github.com/deskpolicy/deskpolicy"
)

// A relation is one of the relations of scopes, with its name as an attribute of ticketRoles.
type relation struct {
	scope deskpolicy.Scope
	name  expr
}

// relations has all relations, first the one that most scopes have.
var relations = []relation{
	{deskpolicy.Anything, "anything"}, {deskpolicy.Assigned, "assigned"}, {deskpolicy.InGroup, "inGroup"}, {deskpolicy.GroupQueue, "groupQueue"},
	{deskpolicy.Unassigned, "unassigned"}, {deskpolicy.Unrouted, "unrouted"}, {deskpolicy.Requested, "requested"}, {deskpolicy.Participating, "participating"},
	{deskpolicy.Mentioned, "mentioned"}, {deskpolicy.MyCustomers, "myCustomers"}, {deskpolicy.SameCompany, "sameCompany"},
}

// relationsOf returns the relations of the scope that no other of its relations includes.
func relationsOf(scope deskpolicy.Scope) (all []relation) {
	for _, r := range relations {
		if !scope.Covers(r.scope) {
			continue
		}
		rest := deskpolicy.Scope(0)
		for _, other := range relations {
			if scope.Covers(other.scope) && !r.scope.Covers(other.scope) {
				rest |= other.scope
			}
		}
		if !rest.Covers(r.scope) {
			all = append(all, r)
		}
	}
	return all
}

// A reach is a way to ask whether scopes reach a resource.
type reach struct {
	need      string // the access that the action needs: "view" or "edit"
	customers bool   // whether the resource is a contact or a company
	creates   bool   // whether the action creates it
	assigns   bool   // whether the action assigns or routes it
	free      bool   // whether to take the resource as assigned to nobody, and the principal as an agent
}

// by returns the condition that a relation of the scope holds with the needed access; "" if one
// always does.
func (at reach) by(scope deskpolicy.Scope) expr {
	var any []expr
	for _, r := range relationsOf(scope) {
		condition := at.holds(r.scope)
		if condition == "" {
			return ""
		}
		any = append(any, condition)
	}
	if scope.Covers(deskpolicy.Anything) && at.customers { // for a shared agent, only these
		any = append(any, at.holds(deskpolicy.Assigned), at.holds(deskpolicy.MyCustomers))
	}
	return either(any...)
}

// held returns the condition that one of the roles is held in the group and where the resource is.
// On a ticket, a relation of the ticket scope with which it is held there has to hold.
func (at reach) held(roles anyRole, group expr, bounded bool) expr {
	if bounded {
		return at.within(roles, group)
	}
	return roles.heldHere("roles", group)
}

// within returns the condition that a relation of a ticket scope holds, of those that the
// principal's bindings of the roles have in the group and where the resource is.
func (at reach) within(roles anyRole, group expr) expr {
	at.assigns = false // the ticket scope says which tickets, and not where they go
	var any []expr
	for _, r := range relations {
		if r.scope == deskpolicy.Unrouted && group != whateverGroup {
			continue // what is in a group is routed
		}
		conditions := []expr{roles.heldHere("ticketRoles."+r.name, group)}
		if condition := at.holds(r.scope); condition != "" {
			conditions = append(conditions, condition)
		}
		any = append(any, all(conditions...))
	}
	return either(any...)
}

// holds returns the condition that the relation holds with the needed access; "" if it always does.
func (at reach) holds(r deskpolicy.Scope) expr {
	switch r {
	case deskpolicy.Anything:
		return at.anything()
	case deskpolicy.InGroup:
		return at.inGroup()
	case deskpolicy.Assigned:
		return at.assigned()
	case deskpolicy.GroupQueue:
		return all(at.unassigned(), at.inGroup())
	case deskpolicy.Unassigned:
		return all(notCustomer, at.unassigned())
	case deskpolicy.Unrouted:
		return all(notCustomer, at.unassigned(), not(has("resource", "group")))
	case deskpolicy.Mentioned:
		return all(has("resource", "mentions"), contains("resource.mentions", "principal.id"))
	case deskpolicy.Participating:
		return at.participating()
	case deskpolicy.MyCustomers:
		return at.myCustomers()
	case deskpolicy.Requested:
		return ofRequester(has("principal", "contact"), equal("resource.requester.id", "principal.contact"))
	default:
		return ofRequester(has("principal", "company"), has("resource.requester", "company"), equal("resource.requester.company", "principal.company"))
	}
}

func (at reach) anything() expr {
	if at.customers && !at.creates {
		return notShared
	}
	return ""
}

func (at reach) inGroup() expr {
	may := map[string]expr{"view": "principal.groups.view", "edit": "principal.groups.edit"}[at.need]
	in := all(has("principal", "groups"), has("resource", "group"), contains(may, "resource.group"))
	if at.assigns { // only to the principal's groups, and to who is in them (A50)
		return all(in, either("resource.stays", meets("principal.groups.edit", "resource.targetGroups")))
	}
	return in
}

// assigned returns the condition that the resource is assigned to the principal or, if it is being
// created, to nobody (A34). Nothing is ever assigned to a shared agent [S14].
func (at reach) assigned() expr {
	switch {
	case at.free:
		return "false"
	case at.customers && at.creates:
		return either(not(has("resource", "assignee")), all(assigned...))
	case at.customers:
		return all(assigned...)
	}
	mine := all(append([]expr{not(all(is("principal", sharedAgent), canBeAssigned))}, assigned...)...)
	if at.creates {
		return either(not(has("resource", "assignee")), mine)
	}
	return mine
}

// canBeAssigned is the condition that the resource can be assigned.
var canBeAssigned = all(has("resource", "assignable"), "resource.assignable")

func (at reach) unassigned() expr {
	if at.free {
		return canBeAssigned
	}
	return all(canBeAssigned, not(has("resource", "assignee")))
}

func (at reach) participating() expr {
	access := map[string]expr{"view": ".view", "edit": ".edit"}[at.need]
	return all(has("resource", "participants"), either(
		contains("resource.participants"+access, "principal.id"),
		at.inCC(),
	))
}

// inCC returns the condition that the principal's contact is in CC. The resource has participants.
func (at reach) inCC() expr {
	access := map[string]expr{"view": ".view", "edit": ".edit"}[at.need]
	return all(has("principal", "contact"), contains("resource.ccs"+access, "principal.contact"))
}

// hasPart returns the condition that the customer has a part in the resource (A61).
func (at reach) hasPart() expr {
	return either(at.holds(deskpolicy.Requested), all(has("resource", "ccs"), at.inCC()), at.holds(deskpolicy.SameCompany))
}

// myCustomers returns the condition that the contact or company, or the requester, is the
// principal's customer: for a shared agent, that the CRM shows it [S16] [S36] [S37]. To see the
// requester is enough (A6).
func (at reach) myCustomers() expr {
	if at.customers {
		return either(
			all(append([]expr{notShared}, assigned...)...),
			all(is("principal", sharedAgent), is("resource", typeName("Contact")), seesInCRM(at.need, "resource", "contacts")),
			all(is("principal", sharedAgent), is("resource", typeName("Company")), seesInCRM(at.need, "resource", "companies")),
		)
	}
	owns := all(notShared, has("resource.requester", "owner"), equal("resource.requester.owner", "principal.id"))
	if at.free {
		return ofRequester(owns)
	}
	return ofRequester(either(owns, all(is("principal", sharedAgent), seesInCRM("view", "resource.requester", "contacts"))))
}

// ofRequester returns the condition that the resource has a requester of its own account who meets
// the conditions (A7).
func ofRequester(conditions ...expr) expr {
	return all(append([]expr{has("resource", "requester"), sameAccount("resource.requester", "resource")}, conditions...)...)
}

// sameAccount returns the condition that a and b belong to the same account.
func sameAccount(a, b expr) expr {
	return all(has(a, "account"), has(b, "account"), equal(a+".account", b+".account"))
}
