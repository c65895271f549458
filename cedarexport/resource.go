package cedarexport

import (
	"cmp"
	"errors"
	"maps"
	"reflect"
	"slices"
	"time"

	"github.com/deskpolicy/deskpolicy"
)

// A part is one question about a request: whether the subject may do the action on one resource.
type part struct {
	by       deskpolicy.Subject
	action   deskpolicy.ActionID
	receives bool // whether the subject is the recipient of the resource
	on       deskpolicy.Resource
	build    func(*draft) entity
}

// withBuild returns the part with its build function set.
func (p part) withBuild(build func(*draft) entity) part {
	p.build = build
	return p
}

// partsOf returns the parts of a request, or nil if the resource is missing or incomplete.
func partsOf(by deskpolicy.Subject, action deskpolicy.ActionID, resource deskpolicy.Resource) []part {
	p := part{by: by, action: action, on: deref(resource)}
	switch r := p.on.(type) {
	case nil:
		return nil
	case deskpolicy.TicketPair:
		return []part{
			p.withBuild(func(d *draft) entity { return d.ticketEntity("Ticket", &r.From, "") }),
			p.withBuild(func(d *draft) entity { return d.ticketEntity("Ticket", &r.Into, "") }),
		}
	case deskpolicy.ContactPair:
		return []part{
			p.withBuild(func(d *draft) entity { return d.contact(&r.From) }),
			p.withBuild(func(d *draft) entity { return d.contact(&r.Into) }),
		}
	case deskpolicy.TicketAssignment:
		return p.ticketAssignmentParts(&r)
	case deskpolicy.ConversationAssignment:
		return p.conversationAssignmentParts(&r)
	case deskpolicy.Contact:
		return p.contactParts(&r)
	case deskpolicy.Agent:
		return p.agentParts(&r)
	case deskpolicy.SharedAgent:
		return p.sharedAgentParts(&r)
	case deskpolicy.RoleAssignment:
		return p.roleAssignmentParts(&r)
	case deskpolicy.GroupMembership:
		return p.membershipParts(&r)
	default:
		return []part{p.withBuild(func(d *draft) entity { return d.resource(resource, r) })}
	}
}

// contactParts returns the one part of an action on a contact, who is needed to give access as the
// contact (A73).
func (p part) contactParts(c *deskpolicy.Contact) []part {
	if c.ID == "" && (changesAuthority(p.action) || p.action == deskpolicy.ContactImpersonate.ID()) {
		return nil
	}
	return []part{p.withBuild(func(d *draft) entity { return d.contact(c) })}
}

// sharedAgentParts returns the one part of an action on a shared agent.
func (p part) sharedAgentParts(a *deskpolicy.SharedAgent) []part {
	if changesAuthority(p.action) && (a.ID == "" || !isWhole(a.Bindings, a.Groups)) {
		return nil
	}
	return []part{p.withBuild(func(d *draft) entity { return d.actedOn(d.sharedAgentResource(a), ofSharedAgent(a)) })}
}

// membershipParts returns the one part of a group membership.
func (p part) membershipParts(m *deskpolicy.GroupMembership) []part {
	member, ok := memberOf(m.Member)
	if !ok || m.Group.ID == "" || m.Access != known(m.Access) || changesAuthority(p.action) && !isWhole(member.bindings, member.groups) {
		return nil
	}
	return []part{p.withBuild(func(d *draft) entity { return d.groupMembership(m) })}
}

// ticketAssignmentParts returns the parts of a ticket assignment.
func (p part) ticketAssignmentParts(r *deskpolicy.TicketAssignment) []part {
	given := p.withBuild(func(d *draft) entity {
		return d.ticketEntity("TicketAssignment", &r.Ticket, "").withDestination(p, r.To, r.Group)
	})
	return assignmentParts(given, r.To, r.Group, deskpolicy.TicketBeAssigned.ID(), func(d *draft, to deskpolicy.AgentID) entity {
		moved := r.Ticket
		moved.Account, moved.Group = movedTo(r.Group, moved.Account, moved.Group)
		moved.Assignee = to
		return d.ticketEntity("Ticket", &moved, "")
	})
}

// conversationAssignmentParts returns the parts of a conversation assignment.
func (p part) conversationAssignmentParts(r *deskpolicy.ConversationAssignment) []part {
	given := p.withBuild(func(d *draft) entity {
		return d.conversationEntity("ConversationAssignment", &r.Conversation).withDestination(p, r.To, r.Group)
	})
	return assignmentParts(given, r.To, r.Group, deskpolicy.ConversationReply.ID(), func(d *draft, to deskpolicy.AgentID) entity {
		moved := r.Conversation
		moved.Account, moved.Group = movedTo(r.Group, moved.Account, moved.Group)
		moved.Assignee = to
		return d.conversationEntity("Conversation", &moved)
	})
}

// roleAssignmentParts returns the one part of a role assignment.
func (p part) roleAssignmentParts(r *deskpolicy.RoleAssignment) []part {
	m, ok := memberOf(r.Holder)
	if !ok || !isWhole([]deskpolicy.Binding{r.Binding}, nil) || changesAuthority(p.action) && !isWhole(m.bindings, m.groups) {
		return nil
	}
	return []part{p.withBuild(func(d *draft) entity { return d.roleAssignment(r) })}
}

// isWhole reports whether nothing of what an agent holds is missing (A71).
func isWhole(bindings []deskpolicy.Binding, groups map[deskpolicy.GroupID]deskpolicy.Access) bool {
	for group, access := range groups {
		if group == "" || access != known(access) {
			return false
		}
	}
	return !slices.ContainsFunc(bindings, func(b deskpolicy.Binding) bool {
		unknownScope := b.TicketScope != 0 && !b.TicketScope.Valid()
		return b.Role == deskpolicy.Role{} || b.Workspace == "" || unknownScope || b.Window == unreadable
	})
}

// unreadable is the window that is made of an invalid instant.
var unreadable = deskpolicy.NewWindow(time.Unix(-1, 0), time.Time{})

// agentParts returns the parts of an action on an agent.
func (p part) agentParts(a *deskpolicy.Agent) []part {
	if changesAuthority(p.action) && (a.ID == "" && p.action != deskpolicy.AgentCreate.ID() || !isWhole(a.Bindings, a.Groups)) {
		return nil
	}
	return append([]part{p.withBuild(func(d *draft) entity { return d.actedOn(d.agent(a), ofAgent(a)) })}, creationParts(p.by, p.action, *a)...)
}

// creationParts returns the other parts of creating an agent with roles or groups: the subject
// must be allowed to assign roles or groups (A40).
func creationParts(by deskpolicy.Subject, action deskpolicy.ActionID, a deskpolicy.Agent) (also []part) {
	if action != deskpolicy.AgentCreate.ID() {
		return nil
	}
	if a.ID == "" {
		a.ID = "a new agent"
	}
	if len(a.Bindings) > 0 {
		also = append(also, part{by: by, action: deskpolicy.AgentRoleAssign.ID(), on: a, build: func(d *draft) entity {
			return d.roleAssignment(&deskpolicy.RoleAssignment{Holder: &a})
		}})
	}
	if len(a.Groups) > 0 {
		anyGroup := deskpolicy.AgentGroup{ID: "any", Account: a.Account.ID}
		also = append(also, part{by: by, action: deskpolicy.AgentGroupAssign.ID(), on: a, build: func(d *draft) entity {
			return d.groupMembership(&deskpolicy.GroupMembership{Member: &a, Group: anyGroup})
		}})
	}
	return also
}

// movedTo returns the account and the group of a resource after an assignment to the group, which
// can be zero.
func movedTo(group deskpolicy.AgentGroup, account deskpolicy.AccountID, present deskpolicy.GroupID) (deskpolicy.AccountID, deskpolicy.GroupID) {
	if group == (deskpolicy.AgentGroup{}) {
		return account, present
	}
	return group.Account, group.ID
}

// assignmentParts returns the parts of an assignment: given, whether the recipient could do the
// action take on the resource after the assignment, and whether the subject may also route it, if
// it does (A50). It returns nil if the assignment does not say where the resource goes.
func assignmentParts(given part, to deskpolicy.Subject, group deskpolicy.AgentGroup, take deskpolicy.ActionID, build func(*draft, deskpolicy.AgentID) entity) []part {
	routed, only := group != (deskpolicy.AgentGroup{}), slices.Contains(routing, given.action)
	if routed && group.ID == "" || to != nil && isMissing(to) || only && (to != nil || !routed) {
		return nil
	}
	parts := []part{given}
	if to != nil {
		parts = append(parts, part{by: to, action: take, receives: true, build: func(d *draft) entity { return build(d, idOf(to)) }})
	}
	if i := slices.Index(assigning, given.action); i >= 0 && routed {
		parts = append(parts, partsOf(given.by, routing[i], routedOnly(given.on))...)
	}
	return parts
}

// assigning and routing are the actions that assign resources and those that route them, by type.
var (
	assigning = []deskpolicy.ActionID{deskpolicy.TicketAssign.ID(), deskpolicy.ConversationAssign.ID()}
	routing   = []deskpolicy.ActionID{deskpolicy.TicketRoute.ID(), deskpolicy.ConversationRoute.ID()}
)

// routedOnly returns the assignment without its recipient.
func routedOnly(assignment deskpolicy.Resource) deskpolicy.Resource {
	switch r := assignment.(type) {
	case deskpolicy.TicketAssignment:
		r.To = nil
		return r
	case deskpolicy.ConversationAssignment:
		r.To = nil
		return r
	}
	return assignment
}

// deref returns what a pointer points to, or nil for a nil pointer.
func deref(resource deskpolicy.Resource) deskpolicy.Resource {
	v := reflect.ValueOf(resource)
	if v.Kind() != reflect.Pointer {
		return resource
	}
	if v.IsNil() {
		return nil
	}
	pointed, ok := v.Elem().Interface().(deskpolicy.Resource)
	if !ok {
		return resource // a host's type with its method on the pointer
	}
	return pointed
}

// resource returns the entity of a resource with only one part.
func (d *draft) resource(given, resource deskpolicy.Resource) entity {
	switch r := resource.(type) {
	case deskpolicy.Ticket:
		return d.ticketEntity("Ticket", &r, "")
	case deskpolicy.Contact:
		return d.contact(&r)
	case deskpolicy.Note:
		return d.ticketEntity("Note", &r.Ticket, r.Author)
	case deskpolicy.TimeEntry:
		return d.ticketEntity("TimeEntry", &r.Ticket, r.Agent)
	case deskpolicy.Conversation:
		return d.conversationEntity("Conversation", &r)
	case deskpolicy.Company:
		return d.company(&r)
	case deskpolicy.Workspace:
		return entity{uid: uidOf("Workspace", string(r.Account), string(r.ID)), attrs: placed(r.Attributes())}
	case deskpolicy.Account:
		return d.accountEntity(r.ID)
	case deskpolicy.AgentProfile:
		return ownedEntity("AgentProfile", string(r.Agent), r.Attributes(), r.Agent)
	case deskpolicy.Role:
		return roleEntity(r)
	case deskpolicy.SupportGrant:
		return d.grant(&r)
	}
	what, k := resource.Attributes(), kindOfType(resource)
	switch {
	case k == nil:
		return d.hostResource(given, what)
	case k.owned:
		return ownedEntity(k.name, "", what, what.Assignee)
	}
	return ownedEntity(k.name, "", what, "")
}

// ownedEntity returns the entity of a resource with an owner, which can be empty.
func ownedEntity(kind, id string, what deskpolicy.Attributes, owner deskpolicy.AgentID) entity {
	attrs := placed(what)
	if owner != "" {
		attrs["owner"] = string(owner)
	}
	return entity{uid: uidOf(kind, string(what.Account), id), attrs: attrs}
}

func (d *draft) company(c *deskpolicy.Company) entity {
	e := ownedEntity("Company", string(c.ID), c.Attributes(), c.Owner)
	maps.Copy(e.attrs, d.crmRecord(&c.CRM, c.Account))
	e.attrs["id"] = string(c.ID)
	return e
}

// sharedAgentResource returns the shared agent as a resource. If it is also the principal, it has
// its territories, so that equal records give equal entities.
func (d *draft) sharedAgentResource(a *deskpolicy.SharedAgent) entity {
	e := d.sharedAgent(a)
	if e.uid == d.principal {
		e.attrs["crm"] = crmUser(&a.CRM, d.territories(&a.CRM, a.Account.ID))
	}
	return e
}

// accountEntity returns the account. If it is the principal's, its entity was added before.
func (d *draft) accountEntity(id deskpolicy.AccountID) entity {
	if known, ok := d.entities[accountUID(id)]; ok {
		return known
	}
	return entity{uid: accountUID(id), attrs: accountAttrs(id)}
}

// placed returns the attributes for the resource's account, workspace, group and assignee.
func placed(what deskpolicy.Attributes) record {
	attrs := record{"workspace": placeOf(what.Workspace)}
	setAccount(attrs, "account", what.Account)
	if what.Group != "" {
		attrs["group"] = string(what.Group)
	}
	if what.Assignee != "" {
		attrs["assignee"] = string(what.Assignee)
	}
	return attrs
}

// hostResource returns a resource of a host's type. It refuses a type that embeds one of the
// library's, which has attributes that the entity would lack.
func (d *draft) hostResource(resource deskpolicy.Resource, what deskpolicy.Attributes) entity {
	shown := deskpolicy.Attributes{
		Account: what.Account, Workspace: what.Workspace, Group: what.Group, Assignee: what.Assignee, Owner: what.Owner,
		Assignable: what.Assignable, OnTicket: what.OnTicket,
		Requester: what.Requester, Participants: what.Participants, CCs: what.CCs, Mentions: what.Mentions, Confidential: what.Confidential,
	}
	if !reflect.DeepEqual(what, shown) {
		d.err = notExpressible("%T embeds a resource type of the library; give it its own Attributes", resource)
	}
	if !what.Assignable && !what.OnTicket {
		what.Assignee = cmp.Or(what.Assignee, what.Owner)
	}
	attrs := d.requested(what)
	attrs["onTicket"] = what.OnTicket
	if what.Owner != "" {
		attrs["owner"] = string(what.Owner)
	}
	return entity{uid: uidOf(hostKind.name, string(what.Account), ""), attrs: attrs}
}

// conversationEntity returns a conversation, or a resource that is reached like one.
func (d *draft) conversationEntity(kind string, c *deskpolicy.Conversation) entity {
	return entity{uid: uidOf(kind, string(c.Account), string(c.ID)), attrs: d.requested(c.Attributes())}
}

// ticketEntity returns a ticket, or a resource that is reached like one.
func (d *draft) ticketEntity(kind string, t *deskpolicy.Ticket, owner deskpolicy.AgentID) entity {
	attrs := d.requested(t.Attributes())
	if owner != "" {
		attrs["owner"] = string(owner)
	}
	return entity{uid: uidOf(kind, string(t.Account), string(t.ID)), attrs: attrs}
}

// requested returns the attributes of a resource that can have an assignee and a requester.
func (d *draft) requested(what deskpolicy.Attributes) record {
	attrs := placed(what)
	mentions := collection{}
	for id, mentioned := range what.Mentions {
		addIf(&mentions, mentioned, string(id))
	}
	view, edit := byAccess(what.Participants)
	viewInCC, editInCC := byAccess(what.CCs)
	maps.Copy(attrs, record{
		"assignable": what.Assignable, "confidential": what.Confidential, "mentions": mentions,
		"participants": record{"view": view, "edit": edit}, "ccs": record{"view": viewInCC, "edit": editInCC},
	})
	if what.Requester != nil {
		requester := d.contact(what.Requester)
		d.add(requester)
		attrs["requester"] = requester.uid
	}
	return attrs
}

func (d *draft) contact(c *deskpolicy.Contact) entity {
	attrs := placed(c.Attributes())
	if c.Owner != "" {
		attrs["owner"] = string(c.Owner)
	}
	if c.Company != "" {
		attrs["company"] = string(c.Company)
	}
	attrs["id"] = string(c.ID)
	maps.Copy(attrs, d.crmRecord(&c.CRM, c.Account))
	return entity{uid: uidOf("Contact", string(c.Account), string(c.ID)), attrs: attrs}
}

// crmRecord returns the attributes of the CRM record of a contact or company.
func (d *draft) crmRecord(r *deskpolicy.CRMRecord, account deskpolicy.AccountID) record {
	view, edit := byAccess(r.Team)
	attrs := record{"crmTeam": record{"view": view, "edit": edit}}
	if r.Owner != "" {
		attrs["crmOwner"] = string(r.Owner)
	}
	if r.Territory != "" {
		attrs["territory"] = uidOf("Territory", string(account), string(r.Territory))
	}
	return attrs
}

// withDestination returns the entity with where the assignment takes the resource: the recipient, the
// group, and whether that is out of the subject's groups (A50). It is not if the resource goes to the
// subject or to nobody, or to one of the subject's groups or a member of one.
func (e entity) withDestination(p part, to deskpolicy.Subject, group deskpolicy.AgentGroup) entity {
	routes := slices.Contains(routing, p.action)
	receiver, _ := memberOf(to)
	groups, _ := byAccess(receiver.groups)
	if routes {
		groups = collection{string(group.ID)}
	}
	maps.Copy(e.attrs, record{
		"moves": group != deskpolicy.AgentGroup{}, "targetGroups": groups, "stays": !routes && (to == nil || idOf(to) == idOf(p.by)),
	})
	setAccount(e.attrs, "groupAccount", group.Account)
	if kind, account := recipient(to); kind != "" {
		e.attrs["targetKind"] = kind
		setAccount(e.attrs, "targetAccount", account)
	}
	return e
}

// recipient returns the kind of the recipient and its account; "" for nobody.
func recipient(to deskpolicy.Subject) (kind string, account deskpolicy.AccountID) {
	switch to := to.(type) {
	case *deskpolicy.Agent:
		return "agent", to.Account.ID
	case *deskpolicy.SharedAgent:
		return "shared_agent", to.Account.ID
	case *deskpolicy.SupportSession:
		return "support_session", to.Account().ID
	case *deskpolicy.Customer:
		return "customer", to.Account.ID
	case *deskpolicy.CRMOnlyUser:
		return "non_agent", to.Account.ID
	}
	return "", ""
}

// A member is a person that others act on, who holds roles and is in groups.
type member struct {
	id       deskpolicy.AgentID
	account  deskpolicy.AccountID
	bindings []deskpolicy.Binding
	groups   map[deskpolicy.GroupID]deskpolicy.Access
	contact  deskpolicy.ContactID
	company  deskpolicy.CompanyID
	shared   bool
}

func ofAgent(a *deskpolicy.Agent) member {
	return member{a.ID, a.Account.ID, a.Bindings, a.Groups, a.Contact, a.Company, false}
}

func ofSharedAgent(a *deskpolicy.SharedAgent) member {
	return member{id: a.ID, account: a.Account.ID, bindings: a.Bindings, groups: a.Groups, shared: true}
}

// memberOf returns the subject as a member, and reports whether it is one.
func memberOf(subject deskpolicy.Subject) (member, bool) {
	switch s := subject.(type) {
	case *deskpolicy.Agent:
		if s != nil && s.ID != "" {
			return ofAgent(s), true
		}
	case *deskpolicy.SharedAgent:
		if s != nil && s.ID != "" {
			return ofSharedAgent(s), true
		}
	}
	return member{}, false
}

// personActedOn returns an entity of that kind with the person's attributes.
func (d *draft) personActedOn(kind string, m member) entity {
	e := d.member(uidOf(kind, string(m.account), string(m.id)), m)
	e.parents, e.attrs["shared"] = nil, m.shared
	if d.compares {
		e.attrs["authority"] = d.authorityOf(d.personOf(m))
	}
	setAccount(e.attrs, "account", m.account)
	return e
}

// checkSelf reports a record of the principal that differs from the principal: a change is compared
// with what the principal is, by both records (A41).
func (d *draft) checkSelf(subject deskpolicy.Subject, m member) {
	if !d.compares || m.shared || m.id != d.by.id {
		return
	}
	if agent, ok := subject.(*deskpolicy.Agent); ok && d.differs(agent) {
		d.err = errors.Join(d.err, notExpressible("two different records of agent %q; give the subject's own record", m.id))
	}
}

// differs reports whether the record of the principal holds something else than the principal.
func (d *draft) differs(a *deskpolicy.Agent) bool {
	return !slices.Equal(a.Bindings, d.by.bindings) || !maps.Equal(a.Groups, d.by.groups) || a.Contact != d.by.contact || a.Company != d.by.company
}

// roleAssignment returns the person, with the role that the person would gain or lose. "gives" is
// what the person may do if the role is gained.
func (d *draft) roleAssignment(a *deskpolicy.RoleAssignment) entity {
	to, _ := memberOf(a.Holder)
	d.checkWindow(a.Binding)
	e := d.personActedOn("RoleAssignment", to)
	d.checkSelf(a.Holder, to)
	e.attrs["role"], e.attrs["roleWorkspace"], e.attrs["roleGroup"] = d.role(a.Binding.Role), heldPlace(a.Binding.Workspace), string(a.Binding.Group)
	if d.compares {
		to.bindings = append(slices.Clone(to.bindings), a.Binding)
		e.attrs["gives"] = d.authorityOf(d.personOf(to))
	}
	return e
}

// groupMembership returns the person, with the group that the person would join or leave. "gives"
// is what the person may do after joining.
func (d *draft) groupMembership(m *deskpolicy.GroupMembership) entity {
	of, _ := memberOf(m.Member)
	e := d.personActedOn("GroupMembership", of)
	d.checkSelf(m.Member, of)
	e.attrs["inGroup"], e.attrs["access"] = string(m.Group.ID), m.Access.String()
	setAccount(e.attrs, "groupAccount", m.Group.Account)
	if d.compares {
		groups := map[deskpolicy.GroupID]deskpolicy.Access{}
		maps.Copy(groups, of.groups)
		groups[m.Group.ID] = max(groups[m.Group.ID], m.Access)
		of.groups = groups
		e.attrs["gives"] = d.authorityOf(d.personOf(of))
	}
	return e
}
