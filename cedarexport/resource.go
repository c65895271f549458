package cedarexport

import (
	"maps"
	"reflect"
	"slices"

	"github.com/deskpolicy/deskpolicy"
)

// A part is what one question asks: whether somebody may do something to one thing.
type part struct {
	by       deskpolicy.Subject
	action   deskpolicy.ActionID
	receives bool // whether it is about them as who is to have it
	on       deskpolicy.Resource
	build    func(*draft) entity
}

// partsOf returns the parts of a request, none if the resource is missing or incomplete.
func partsOf(by deskpolicy.Subject, action deskpolicy.ActionID, resource deskpolicy.Resource) []part {
	on := deref(resource)
	about := func(build func(*draft) entity) part { return part{by: by, action: action, on: on, build: build} }
	switch r := on.(type) {
	case nil:
		return nil
	case deskpolicy.TicketPair:
		return []part{
			about(func(d *draft) entity { return d.ofTicket("Ticket", &r.From, "") }),
			about(func(d *draft) entity { return d.ofTicket("Ticket", &r.Into, "") }),
		}
	case deskpolicy.ContactPair:
		return []part{
			about(func(d *draft) entity { return d.contact(&r.From) }),
			about(func(d *draft) entity { return d.contact(&r.Into) }),
		}
	case deskpolicy.TicketAssignment:
		given := about(func(d *draft) entity { return d.ofTicket("TicketAssignment", &r.Ticket, "").to(r.To, r.Group) })
		return withTaking(given, r.To, r.Group, deskpolicy.TicketBeAssigned.ID(), func(d *draft, to deskpolicy.AgentID) entity {
			moved := r.Ticket
			moved.Account, moved.Group = movedTo(r.Group, moved.Account, moved.Group)
			moved.Assignee = to
			return d.ofTicket("Ticket", &moved, "")
		})
	case deskpolicy.ConversationAssignment:
		given := about(func(d *draft) entity {
			return d.ofConversation("ConversationAssignment", &r.Conversation).to(r.To, r.Group)
		})
		return withTaking(given, r.To, r.Group, deskpolicy.ConversationReply.ID(), func(d *draft, to deskpolicy.AgentID) entity {
			moved := r.Conversation
			moved.Account, moved.Group = movedTo(r.Group, moved.Account, moved.Group)
			moved.Assignee = to
			return d.ofConversation("Conversation", &moved)
		})
	case deskpolicy.Agent:
		if r.ID == "" && mutating(action) && action != deskpolicy.AgentCreate.ID() {
			return nil
		}
		return append([]part{about(func(d *draft) entity { return d.agent(&r) })}, given(by, action, r)...)
	case deskpolicy.SharedAgent:
		if r.ID == "" && mutating(action) {
			return nil
		}
		return []part{about(func(d *draft) entity { return d.colleague(&r) })}
	case deskpolicy.RoleAssignment:
		if _, ok := memberOf(r.Holder); !ok || action == deskpolicy.AgentScopeEdit.ID() && !onRecord(r.Holder, r.Binding) {
			return nil
		}
		return []part{about(func(d *draft) entity { return d.appointment(&r) })}
	case deskpolicy.GroupMembership:
		if _, ok := memberOf(r.Member); !ok || r.Group.ID == "" {
			return nil
		}
		return []part{about(func(d *draft) entity { return d.membership(&r) })}
	default:
		return []part{about(func(d *draft) entity { return d.plain(resource, r) })}
	}
}

// given returns what it also takes to create an agent with roles or groups: to
// be allowed to give any (A40).
func given(by deskpolicy.Subject, action deskpolicy.ActionID, a deskpolicy.Agent) (also []part) {
	if action != deskpolicy.AgentCreate.ID() {
		return nil
	}
	if a.ID == "" {
		a.ID = "a new agent"
	}
	if len(a.Bindings) > 0 {
		also = append(also, part{by: by, action: deskpolicy.AgentRoleAssign.ID(), build: func(d *draft) entity {
			return d.appointment(&deskpolicy.RoleAssignment{Holder: &a})
		}})
	}
	if len(a.Groups) > 0 {
		anyGroup := deskpolicy.AgentGroup{ID: "any", Account: a.Account.ID}
		also = append(also, part{by: by, action: deskpolicy.AgentGroupAssign.ID(), build: func(d *draft) entity {
			return d.membership(&deskpolicy.GroupMembership{Member: &a, Group: anyGroup})
		}})
	}
	return also
}

// onRecord reports whether somebody holds the binding's role in its workspace, as far
// as it has one (A40).
func onRecord(to deskpolicy.Subject, b deskpolicy.Binding) bool {
	if b.Role == (deskpolicy.Role{}) {
		return true
	}
	member, _ := memberOf(to)
	return slices.ContainsFunc(member.bindings, func(held deskpolicy.Binding) bool {
		return held.Workspace == b.Workspace && held.Role.Name() == b.Role.Name() && held.Role.Account() == b.Role.Account()
	})
}

// movedTo returns the account and the group of what goes to the group, if it is any.
func movedTo(group deskpolicy.AgentGroup, account deskpolicy.AccountID, present deskpolicy.GroupID) (deskpolicy.AccountID, deskpolicy.GroupID) {
	if group == (deskpolicy.AgentGroup{}) {
		return account, present
	}
	return group.Account, group.ID
}

// withTaking adds, to what is asked of whoever gives something away, what is
// asked of those who are to have it: whether they could do what taking it takes
// if they had it. It returns none if there is nobody whom it is to go to.
func withTaking(given part, to deskpolicy.Subject, group deskpolicy.AgentGroup, take deskpolicy.ActionID, build func(*draft, deskpolicy.AgentID) entity) []part {
	moves := group != (deskpolicy.AgentGroup{})
	switch {
	case to == nil && !moves, moves && group.ID == "", to != nil && nobody(to):
		return nil
	case to == nil:
		return []part{given}
	}
	taken := part{by: to, action: take, receives: true, build: func(d *draft) entity { return build(d, idOf(to)) }}
	return []part{given, taken}
}

// deref returns what a pointer points to; nil for a nil one.
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
		return resource // a host's method is on the pointer
	}
	return pointed
}

// plain returns a resource of one part.
func (d *draft) plain(given, resource deskpolicy.Resource) entity {
	what := resource.Attributes()
	attrs := placed(what)
	owner := func(kind, id string, owner deskpolicy.AgentID) entity {
		if owner != "" {
			attrs["owner"] = string(owner)
		}
		return entity{uid: uidOf(kind, string(what.Account), id), attrs: attrs}
	}
	switch r := resource.(type) {
	case deskpolicy.Ticket:
		return d.ofTicket("Ticket", &r, "")
	case deskpolicy.Contact:
		return d.contact(&r)
	case deskpolicy.Note:
		return d.ofTicket("Note", &r.Ticket, r.Author)
	case deskpolicy.TimeEntry:
		return d.ofTicket("TimeEntry", &r.Ticket, r.Agent)
	case deskpolicy.Conversation:
		return d.ofConversation("Conversation", &r)
	case deskpolicy.Company:
		maps.Copy(attrs, d.crmRecord(&r.CRM, r.Account))
		attrs["id"] = string(r.ID)
		return owner("Company", string(r.ID), r.Owner)
	case deskpolicy.Workspace:
		return entity{uid: uidOf("Workspace", string(r.Account), string(r.ID)), attrs: attrs}
	case deskpolicy.Account:
		return d.accountEntity(r.ID)
	case deskpolicy.AgentProfile:
		return owner("AgentProfile", string(r.Agent), r.Agent)
	case deskpolicy.Role:
		return roleEntity(r)
	case deskpolicy.SupportGrant:
		return d.grant(&r)
	}
	k := kindOfType(resource)
	switch {
	case k == nil:
		return d.hosts(given, what)
	case k.owned:
		return owner(k.name, "", what.Assignee)
	}
	return owner(k.name, "", "")
}

// colleague returns the shared agent or, if it is the principal, that very entity
// if their records are the same.
func (d *draft) colleague(a *deskpolicy.SharedAgent) entity {
	e := d.sharedAgent(a)
	if e.uid == d.principal {
		e.attrs["crm"] = crmUser(&a.CRM, d.territories(&a.CRM, a.Account.ID))
	}
	return e
}

// accountEntity returns the account: of the principal's own, that is there already.
func (d *draft) accountEntity(id deskpolicy.AccountID) entity {
	if known, ok := d.entities[accountUID(id)]; ok {
		return known
	}
	return entity{uid: accountUID(id), attrs: accountAttrs(id)}
}

// placed returns where the resource is, and whose work.
func placed(what deskpolicy.Attributes) record {
	attrs := record{"workspace": placeOf(what.Workspace)}
	belongs(attrs, "account", what.Account)
	if what.Group != "" {
		attrs["group"] = string(what.Group)
	}
	if what.Assignee != "" {
		attrs["assignee"] = string(what.Assignee)
	}
	return attrs
}

// hosts returns a resource of a host's own type. Of one that embeds a type of the
// library's more counts than what it shows.
func (d *draft) hosts(resource deskpolicy.Resource, what deskpolicy.Attributes) entity {
	shown := deskpolicy.Attributes{Account: what.Account, Workspace: what.Workspace, Group: what.Group, Assignee: what.Assignee}
	if !reflect.DeepEqual(what, shown) {
		d.err = notCarried("%T, which embeds a type of the library's", resource)
	}
	return entity{uid: uidOf(thing.name, string(what.Account), ""), attrs: placed(what)}
}

// ofConversation returns a conversation, or what is reached as it is.
func (d *draft) ofConversation(kind string, c *deskpolicy.Conversation) entity {
	return entity{uid: uidOf(kind, string(c.Account), string(c.ID)), attrs: placed(c.Attributes())}
}

// ofTicket returns a ticket, or what is reached as it is.
func (d *draft) ofTicket(kind string, t *deskpolicy.Ticket, owner deskpolicy.AgentID) entity {
	attrs := placed(t.Attributes())
	if owner != "" {
		attrs["owner"] = string(owner)
	}
	mentions := collection{}
	for id, mentioned := range t.Mentions {
		add(&mentions, mentioned, string(id))
	}
	attrs["mentions"] = mentions
	if t.Requester != nil {
		requester := d.contact(t.Requester)
		d.add(requester)
		attrs["requester"] = requester.uid
	}
	return entity{uid: uidOf(kind, string(t.Account), string(t.ID)), attrs: attrs}
}

func (d *draft) contact(c *deskpolicy.Contact) entity {
	attrs := placed(c.Attributes())
	if c.Owner != "" {
		attrs["owner"] = string(c.Owner)
	}
	attrs["id"] = string(c.ID)
	maps.Copy(attrs, d.crmRecord(&c.CRM, c.Account))
	return entity{uid: uidOf("Contact", string(c.Account), string(c.ID)), attrs: attrs}
}

// crmRecord returns what the CRM says of a contact or a company.
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

// to returns the entity with what is said of whom it is to go to.
func (e entity) to(to deskpolicy.Subject, group deskpolicy.AgentGroup) entity {
	e.attrs["moves"] = group != (deskpolicy.AgentGroup{})
	belongs(e.attrs, "groupAccount", group.Account)
	var account deskpolicy.AccountID
	switch to := to.(type) {
	case *deskpolicy.Agent:
		e.attrs["targetKind"], account = "agent", to.Account.ID
	case *deskpolicy.SharedAgent:
		e.attrs["targetKind"], account = "shared_agent", to.Account.ID
	case *deskpolicy.SupportSession:
		e.attrs["targetKind"], account = "support_session", to.Account().ID
	case *deskpolicy.CRMOnlyUser:
		e.attrs["targetKind"], account = "non_agent", to.Account.ID
	}
	belongs(e.attrs, "targetAccount", account)
	return e
}

// A member is somebody who holds roles and is in groups, as whom others act on.
type member struct {
	id       deskpolicy.AgentID
	account  deskpolicy.AccountID
	bindings []deskpolicy.Binding
	groups   map[deskpolicy.GroupID]deskpolicy.Access
	shared   bool
}

// memberOf returns the subject as a member, and whether it is one.
func memberOf(subject deskpolicy.Subject) (member, bool) {
	switch s := subject.(type) {
	case *deskpolicy.Agent:
		if s != nil && s.ID != "" {
			return member{s.ID, s.Account.ID, s.Bindings, s.Groups, false}, true
		}
	case *deskpolicy.SharedAgent:
		if s != nil && s.ID != "" {
			return member{s.ID, s.Account.ID, s.Bindings, s.Groups, true}, true
		}
	}
	return member{}, false
}

// about returns the entity of an act on somebody: it says of them what matters.
func (d *draft) about(kind string, m member) entity {
	e := d.member(uidOf(kind, string(m.account), string(m.id)), m.id, m.bindings, m.groups, m.shared)
	e.parents, e.attrs["shared"] = nil, m.shared
	belongs(e.attrs, "account", m.account)
	return e
}

// appointment returns somebody with the role that they are to hold, or to hold no longer.
func (d *draft) appointment(a *deskpolicy.RoleAssignment) entity {
	to, _ := memberOf(a.Holder)
	e := d.about("RoleAssignment", to)
	e.attrs["role"], e.attrs["roleWorkspace"] = d.role(a.Binding.Role), heldPlace(a.Binding.Workspace)
	e.attrs["ticketScope"] = a.Binding.TicketScope.String()
	if d.compares {
		view, edit := byAccess(to.groups)
		bindings := []deskpolicy.Binding{a.Binding}
		e.attrs["gives"] = d.authorityOf(person{
			account: d.account, bindings: bindings, shared: to.shared, author: administersAccount(bindings),
			views: len(view) > 0, edits: len(edit) > 0,
		}).record()
	}
	return e
}

// membership returns somebody with the group that they are to be in. What they are
// given is what they may do in groups, if they were in one.
func (d *draft) membership(m *deskpolicy.GroupMembership) entity {
	of, _ := memberOf(m.Member)
	e := d.about("GroupMembership", of)
	e.attrs["inGroup"], e.attrs["access"] = string(m.Group.ID), "none"
	belongs(e.attrs, "groupAccount", m.Group.Account)
	if m.Access <= deskpolicy.Edit {
		e.attrs["access"] = m.Access.String()
	}
	if d.compares {
		e.attrs["gives"] = d.authorityOf(person{
			account: d.account, bindings: of.bindings, shared: of.shared, author: administersAccount(of.bindings), views: true, edits: true,
		}).record()
	}
	return e
}
