package cedaroracle

import (
	"cmp"
	"maps"
	"math/rand/v2"
	"slices"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/oracle"
	"github.com/deskpolicy/deskpolicy/internal/worlds"
)

// A relater gives what worlds draws the relations that scopes can name.
type relater struct {
	*rand.Rand
	near    bool         // whether only relations keep people from resources, if the action is theirs
	grouped bool         // whether most roles are held in groups, and most tickets and conversations in one
	done    map[any]bool // the people that have been given theirs
}

func newRelater(i int) *relater {
	return &relater{rand.New(rand.NewPCG(uint64(i), 5)), aboutRelations(i), i%5 == 0, map[any]bool{}}
}

// often is sometimes true, and more often for the near.
func (r *relater) often() bool { return r.oneIn(2) || r.near && r.oneIn(2) }

func (r *relater) oneIn(n int) bool { return r.IntN(n) == 0 }

func anyOf[T any](r *relater, of ...T) T { return of[r.IntN(len(of))] }

// scope returns a named scope, a relation, or a union of a few.
func (r *relater) scope() deskpolicy.Scope {
	if r.near && r.oneIn(2) {
		return 1 << r.IntN(10)
	}
	scope := anyOf(r, deskpolicy.ScopeRestricted, deskpolicy.ScopeGroup, deskpolicy.ScopeShared, deskpolicy.ScopeGlobal, deskpolicy.Assigned, deskpolicy.InGroup, 0)
	if scope == 0 || r.oneIn(3) {
		for range 1 + r.IntN(3) {
			scope |= 1 << r.IntN(10)
		}
	}
	return scope
}

// rescoped returns the role with other scopes: at every scope that an action takes.
func (r *relater) rescoped(role deskpolicy.Role) deskpolicy.Role {
	if role.BuiltIn() || role.Name() == "" {
		return role
	}
	var permissions []deskpolicy.Permission
	for p := range role.Permissions().All() {
		if scope := r.scope() & (p.Action.Relations() | deskpolicy.Anything); scope != 0 && r.often() {
			p.Scope = scope
		}
		permissions = append(permissions, p)
	}
	changed, err := deskpolicy.NewRole(role.Account(), role.Name(), deskpolicy.NewPermissions(permissions...), nil)
	if err != nil {
		return role // an action that takes no scope
	}
	return changed
}

// rescope builds the roles of the request with other scopes.
func (r *relater) rescope(builder worlds.Builder, q oracle.Request) {
	fresh := worlds.NewBuilder(map[*oracle.Role]deskpolicy.Role{})
	fresh.Build(q)
	drawn := slices.SortedFunc(maps.Keys(fresh.Roles), func(a, b *oracle.Role) int { return cmp.Compare(a.Name, b.Name) })
	for _, role := range drawn {
		if _, known := builder.Roles[role]; !known {
			builder.Roles[role] = r.rescoped(fresh.Roles[role])
		}
	}
}

// relate gives the people and the resource of the question relations to each other.
func (r *relater) relate(q *worlds.Question) {
	r.person(q.Subject)
	if q.Action.IsHost() && r.often() {
		q.Resource = worlds.On(r.task())
	}
	if s, ok := q.Subject.(*deskpolicy.Agent); ok && r.near {
		s.Deactivated, s.Account.Plan.Features = false, deskpolicy.AllFeatures
	}
	r.resource(q.Resource.Pointer)
}

// person gives an agent a contact and a company, and the bindings other ticket scopes.
func (r *relater) person(subject deskpolicy.Subject) {
	if r.done[subject] {
		return
	}
	r.done[subject] = true
	switch s := subject.(type) {
	case *deskpolicy.Agent:
		if s != nil {
			s.Contact, s.Company = anyOf[deskpolicy.ContactID](r, "", "c1", "c1", "c2"), anyOf[deskpolicy.CompanyID](r, "", "co1", "co1", "co2")
			r.bindings(s.Bindings)
			r.members(s.Groups)
		}
	case *deskpolicy.SharedAgent:
		if s != nil {
			r.bindings(s.Bindings)
			r.members(s.Groups)
		}
	}
}

// group is the group of most roles and things, if they are in groups.
func (r *relater) group() deskpolicy.GroupID {
	return anyOf[deskpolicy.GroupID](r, "billing", "billing", "billing", "sales", "")
}

// members sometimes lets the person edit in the group.
func (r *relater) members(groups map[deskpolicy.GroupID]deskpolicy.Access) {
	if r.grouped && groups != nil && r.oneIn(2) {
		groups["billing"] = deskpolicy.Edit
	}
}

func (r *relater) bindings(bindings []deskpolicy.Binding) {
	for i := range bindings {
		if r.near {
			bindings[i].Workspace = deskpolicy.Everywhere
		}
		if r.grouped && (i > 0 || r.oneIn(2)) {
			bindings[i].Group = r.group()
		}
		if r.often() && bindings[i].TicketScope.Valid() {
			bindings[i].TicketScope = anyOf(r, deskpolicy.Anything, r.scope(), r.scope())
		}
	}
}

func (r *relater) resource(resource deskpolicy.Resource) {
	switch v := resource.(type) {
	case *deskpolicy.Ticket:
		if v != nil {
			r.ticket(v)
		}
	case *deskpolicy.TicketPair:
		r.ticket(&v.From)
		r.ticket(&v.Into)
	case *deskpolicy.Note:
		r.ticket(&v.Ticket)
	case *deskpolicy.TimeEntry:
		r.ticket(&v.Ticket)
	case *deskpolicy.TicketAssignment:
		r.ticket(&v.Ticket)
		r.person(v.To)
	case *deskpolicy.Conversation:
		r.conversation(v)
	case *deskpolicy.ConversationAssignment:
		r.conversation(&v.Conversation)
		r.person(v.To)
	case *deskpolicy.Agent:
		r.person(v)
	case *deskpolicy.SharedAgent:
		r.person(v)
	case *deskpolicy.RoleAssignment:
		r.person(v.Holder)
		if r.oneIn(2) && v.Binding.TicketScope.Valid() {
			v.Binding.TicketScope = r.scope()
		}
		if r.grouped {
			v.Binding.Group = r.group()
		}
	case *deskpolicy.GroupMembership:
		r.person(v.Member)
	}
}

func (r *relater) ticket(t *deskpolicy.Ticket) {
	if r.near {
		t.Account = "acme"
	}
	if t.Requester == nil && r.often() {
		t.Requester = r.requester(t.Account)
	}
	if t.Requester != nil && r.oneIn(2) {
		*t.Requester = *r.requester(anyOf(r, t.Account, t.Account, t.Account, "globex"))
	}
	t.Participants, t.CCs = r.taking()
	if r.oneIn(3) {
		t.Assignee = ""
	}
	if r.oneIn(4) {
		t.Group = ""
	}
	if r.grouped {
		t.Group = r.group()
	}
}

func (r *relater) conversation(c *deskpolicy.Conversation) {
	if r.near {
		c.Account = "acme"
	}
	if r.often() {
		c.Requester = r.requester(c.Account)
	}
	c.Participants, c.CCs = r.taking()
	if r.oneIn(4) {
		c.Mentions = map[deskpolicy.AgentID]bool{"riya": r.oneIn(2), "tom": true}
	}
	if r.oneIn(3) {
		c.Assignee = ""
	}
	if r.grouped {
		c.Group = r.group()
	}
}

// A task is a resource of the host's that people can have every relation to.
type task struct {
	deskpolicy.Ticket
	owner                deskpolicy.AgentID
	assignable, onTicket bool
}

func (t task) Attributes() deskpolicy.Attributes {
	return deskpolicy.Attributes{
		Account: t.Account, Workspace: t.Workspace, Group: t.Group, Assignee: t.Assignee, Owner: t.owner, Assignable: t.assignable, OnTicket: t.onTicket,
		Requester: t.Requester, Participants: t.Participants, CCs: t.CCs, Mentions: t.Mentions,
	}
}

func (r *relater) task() *task {
	var t task
	t.Account, t.Group = "acme", anyOf[deskpolicy.GroupID](r, "", "billing", "sales")
	t.Workspace = anyOf[deskpolicy.WorkspaceID](r, "", "it", "hr")
	t.Assignee, t.owner = anyOf[deskpolicy.AgentID](r, "", "riya", "tom"), anyOf[deskpolicy.AgentID](r, "", "riya", "tom")
	t.assignable, t.onTicket = r.oneIn(2), r.oneIn(2)
	r.ticket(&t.Ticket)
	if r.oneIn(4) {
		t.Mentions = map[deskpolicy.AgentID]bool{"riya": r.oneIn(2), "tom": true}
	}
	return &t
}

func (r *relater) requester(account deskpolicy.AccountID) *deskpolicy.Contact {
	return &deskpolicy.Contact{
		ID: anyOf[deskpolicy.ContactID](r, "", "c1", "c1", "c2"), Account: account, Company: anyOf[deskpolicy.CompanyID](r, "", "co1", "co1", "co2"),
		Owner: anyOf[deskpolicy.AgentID](r, "", "riya", "tom"), CRM: deskpolicy.CRMRecord{Owner: anyOf[deskpolicy.CRMUserID](r, "", "u1")},
	}
}

// taking returns participants and contacts in CC.
func (r *relater) taking() (participants map[deskpolicy.AgentID]deskpolicy.Access, ccs map[deskpolicy.ContactID]deskpolicy.Access) {
	access := func() deskpolicy.Access {
		return anyOf(r, deskpolicy.View, deskpolicy.Edit, deskpolicy.NoAccess, deskpolicy.Edit+1)
	}
	if r.often() {
		participants = map[deskpolicy.AgentID]deskpolicy.Access{"riya": access(), "tom": access(), "": deskpolicy.Edit}
	}
	if r.often() {
		ccs = map[deskpolicy.ContactID]deskpolicy.Access{"c1": access(), "": deskpolicy.Edit}
	}
	return participants, ccs
}
