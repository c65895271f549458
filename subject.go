package deskpolicy

import (
	"slices"
	"time"
)

// A Subject is who wants to act: an [*Agent], a [*SharedAgent], a [*SupportSession], a
// [*Customer], a [*Delegate] or a [*CRMOnlyUser]. Only this package implements it, so that the
// rules know every kind of subject.
type Subject interface{ subject() }

// An Agent is a person who works on the desk. The host application fills it in; the
// library keeps nothing of it between decisions.
//
// The zero Agent is denied everything. An Agent is safe for concurrent use as long as it
// is not changed.
type Agent struct {
	ID          AgentID
	Account     Account
	Deactivated bool // whether the agent is still on record but denied everything

	// Now is the instant at which the agent asks. Without it, or outside the years 1970 to
	// 2199, nothing holds that has a window.
	Now time.Time

	// Bindings are the roles that the agent holds. The agent may do what any of them
	// permits, each within its own workspace and scope. Without a role it is denied
	// everything [R1].
	Bindings []Binding

	// Groups holds the agent's access to each group that it is a member of.
	Groups map[GroupID]Access

	// Contact and Company are the agent's own record as a contact and its company, if the
	// agent asks the desk for help as well: see [Requested] and [SameCompany].
	Contact ContactID
	Company CompanyID
}

// A Binding is a role that an agent holds in a workspace, perhaps in one group only. The
// zero Binding permits nothing, and neither does a binding to another account's custom role.
type Binding struct {
	Role Role

	// Workspace is where the role is held: one workspace, [AccountWide], [OpenWorkspaces]
	// or [Everywhere]. What the role permits does not change where it is held (A47).
	Workspace WorkspaceID

	// Group is the only group in which the role is held, or "" if it is held whatever the
	// group. A role that is held in a group reaches only what that group has.
	Group GroupID

	// TicketScope limits the role's permissions on tickets: each reaches only what both
	// its own scope and TicketScope reach, each by a relation of its own. The zero Scope
	// reaches no tickets. On conversations and all other resources that are not on tickets,
	// only the permission's scope counts [R17].
	TicketScope Scope

	// Window is when the role is held; always, if it is zero. Access that ends, a stand-in
	// during leave and a membership until a day are bindings with a window (A54).
	Window Window
}

const (
	// AccountWide as a Binding's workspace means that the role is held outside of
	// workspaces, for resources that are not in one.
	AccountWide WorkspaceID = "*"

	// OpenWorkspaces as a Binding's workspace means that the role is held outside of
	// workspaces and in the account's open workspaces: see [Account].
	OpenWorkspaces WorkspaceID = "*open*"

	// Everywhere as a Binding's workspace means that the role is held outside of
	// workspaces and in all of them, including restricted ones. The account's owner holds
	// the Account Administrator role this way (A32) [R5].
	Everywhere WorkspaceID = "**"
)

// single reports whether w is the ID of one workspace.
func (w WorkspaceID) single() bool {
	return w != "" && w != AccountWide && w != OpenWorkspaces && w != Everywhere
}

type (
	// An AgentID identifies an agent, a shared agent or a support engineer within an
	// account. The empty ID matches nothing.
	AgentID string
	// A GroupID identifies a group of agents, or team, within an account. The empty ID matches nothing.
	GroupID string
)

func (*Agent) subject() {}

// Attributes implements [Resource].
func (a Agent) Attributes() Attributes {
	return Attributes{Account: a.Account.ID, kind: kindAgent}
}

func (a Agent) ids() (id, second string) { return string(a.ID), "" }

// An actor is a subject in the form that the rules work on.
type actor struct {
	id       AgentID // of a customer, that of its contact, which is not an agent's
	account  *Account
	bindings []Binding
	groups   map[GroupID]Access
	at       moment // when the subject asks
	contact  ContactID
	company  CompanyID
	crm      *CRMUser        // nil except for a shared agent
	session  *SupportSession // nil except for a support engineer
	customer bool            // whether the subject is a customer
	never    Scope           // the relations that subjects of its kind never have
	delegate *Delegate       // nil except for a delegate, whose principal the rest is about
	dead     Reason          // why the subject is denied everything, or Undecided
}

// isWhole reports whether each binding is whole, and each group has an ID and an access that is
// known. Where one could not be loaded, who may have more authority than the rest gives.
func (who actor) isWhole() bool {
	for i := range who.bindings {
		if !who.bindings[i].isWhole() {
			return false
		}
	}
	for id, access := range who.groups {
		if id == "" || access != access.known() {
			return false
		}
	}
	return true
}

// isWhole reports whether the binding has a role and a workspace, and a ticket scope and a window
// that could be read. A window that is empty or inverted could: it is known never to hold.
func (b *Binding) isWhole() bool {
	return b.Role.def != nil && b.Workspace != "" && b.TicketScope <= everyRelation && b.Window != never
}

// set fills who from the subject and reports whether the subject is valid: not nil and
// with an ID.
func (who *actor) set(subject Subject) bool {
	a, is := subject.(*Agent)
	if !is {
		return who.setOther(subject)
	}
	if a == nil {
		return false
	}
	who.at = momentOf(a.Now)
	who.id, who.account, who.bindings, who.groups, who.contact, who.company = a.ID, &a.Account, a.Bindings, a.Groups, a.Contact, a.Company
	if a.Deactivated {
		who.dead = Deactivated
	}
	return a.ID != ""
}

// setOther is set for a subject that is not an [*Agent].
func (who *actor) setOther(subject Subject) bool {
	switch s := subject.(type) {
	case *SharedAgent:
		return s != nil && who.setSharedAgent(s)
	case *SupportSession:
		return s != nil && who.setSession(s)
	case *Customer:
		return s != nil && who.setCustomer(s)
	case *CRMOnlyUser:
		return s != nil && who.setCRMOnlyUser(s)
	case *Delegate:
		return s != nil && who.setDelegate(s)
	default:
		return false
	}
}

// setMember fills who from the subject and reports whether the subject can hold roles and
// be a member of groups: whether it is an agent or a shared agent.
func (who *actor) setMember(subject Subject) bool {
	return who.set(subject) && who.id != "" && who.session == nil && !who.customer && who.delegate == nil
}

func (who *actor) setSharedAgent(a *SharedAgent) bool {
	who.id, who.account, who.bindings, who.groups, who.crm = a.ID, &a.Account, a.Bindings, a.Groups, &a.CRM
	who.at = momentOf(a.Now)
	switch {
	case a.Deactivated:
		who.dead = Deactivated
	case !a.CRM.isActive():
		who.dead = CRMInactive
	case !a.Account.Integrated:
		who.dead = NotIntegrated
	}
	return a.ID != ""
}

func (who *actor) setCRMOnlyUser(n *CRMOnlyUser) bool {
	who.account, who.dead, who.at = &n.Account, NotAnAgent, momentOf(n.Now)
	return n.CRM.ID != ""
}

// decide takes steps 6 to 9 for one binding.
func (b *Binding) decide(q *question) Decision {
	return b.decision(b.weigh(q))
}

// weigh is decide without the role.
func (b *Binding) weigh(q *question) weight {
	role := b.roleIn(q.who.account)
	if role == nil {
		return weightOf(NoRole, 0)
	}
	scope := role.scopeBy(q.action, q.rule)
	if scope == 0 {
		return weightOf(NoPermission, 0)
	}
	if !q.isWhere(b.Workspace, b.Group) {
		return weightOf(OtherWorkspace, 0)
	}
	if !b.Window.isAlways() && !q.asHeld {
		q.timed = true
		if !b.Window.holds(q.who.at) {
			return weightOf(OutsideWindow, 0)
		}
	}
	bound, toward := b.bound(q), scope
	if q.rule.moves() {
		toward = q.toward(scope)
	}
	reason := q.reach(toward, bound)
	if reason == ViewOnly && toward != scope && q.reach(scope, bound).Step() > 7 {
		reason = OutOfScope // the subject has Edit, but not to take it out of its groups (A50)
	}
	if q.what.Confidential && reason.Step() > 7 && !q.cleared() {
		reason = Confidential
	}
	return weightOf(q.onlyOwn(reason), both(scope, bound))
}

// clears reports whether the binding's role, while it is held, reaches the resource by
// ticket.confidential: see [question.cleared].
func (b *Binding) clears(q *question) bool {
	role := b.roleIn(q.who.account)
	if role == nil {
		return false
	}
	scope := role.permissions.scope(TicketConfidential.ID())
	return scope != 0 && q.isWhere(b.Workspace, b.Group) && q.reach(scope, b.bound(q)).Step() > 7
}

// decision returns the decision with the weight.
func (b *Binding) decision(w weight) Decision {
	d := Decision{Reason: w.reason(), Scope: w.scope().reduced()}
	if d.Reason >= OtherWorkspace {
		d.Role = b.Role.def.name
	}
	return d
}

// roleIn returns the binding's role; nil if it is the zero Role or another account's.
func (b *Binding) roleIn(account *Account) *roleDef {
	if role := b.Role.def; role != nil && (role.account == "" || role.account == account.ID) {
		return role
	}
	return nil
}

// bound returns the scope, closed, that has to reach the question's resource as well as
// the permission's: on tickets the ticket bound, otherwise one that always does.
func (b *Binding) bound(q *question) Scope {
	if !q.what.OnTicket {
		return everyRelation
	}
	return b.ticketBound(q.who.crm != nil)
}

// ticketBound returns the binding's ticket scope, closed. That of a shared agent includes
// [ScopeShared], unless it is zero (A8), and not Assigned: nothing is assigned to it.
func (b *Binding) ticketBound(shared bool) Scope {
	if shared && b.TicketScope.Valid() {
		return (b.TicketScope&^Assigned | ScopeShared).closed()
	}
	return b.TicketScope.closed()
}

// isWhere reports whether the question's resource is where a role is held: in the workspace and,
// unless it is empty, the group.
func (q *question) isWhere(held WorkspaceID, group GroupID) bool {
	if q.rule.class&anyPlace != 0 {
		return held != ""
	}
	return group.includes(q.what.Group) && held.includes(q.what.Workspace, held == OpenWorkspaces && q.isOpen())
}

// heldInGroup reports whether the binding's role is held for what the group has, or for
// what is in no group if g is empty.
func (b *Binding) heldInGroup(g GroupID) bool { return b.Group.includes(g) }

// includes is heldInGroup for what is held there.
func (held GroupID) includes(g GroupID) bool { return held == "" || held == g }

// heldIn reports whether the binding's role is held in the workspace, or outside of
// workspaces if w is empty. Open says whether w is one of the account's open workspaces.
func (b *Binding) heldIn(w WorkspaceID, open bool) bool { return b.Workspace.includes(w, open) }

// includes is heldIn for what is held there.
func (held WorkspaceID) includes(w WorkspaceID, open bool) bool {
	switch held {
	case Everywhere:
		return true
	case AccountWide:
		return w == ""
	case OpenWorkspaces:
		return w == "" || open
	default:
		return w != "" && held == w
	}
}

// reachesOpen reports whether the binding's role is held in the account's open workspaces
// but not in its restricted ones.
func (b *Binding) reachesOpen() bool { return b.Workspace == OpenWorkspaces }

// isOpen reports whether the resource is in one of the account's open workspaces. It
// searches them once and keeps the answer, because many bindings may need it.
func (q *question) isOpen() bool {
	if !q.openLooked && q.what.Workspace != "" {
		q.openLooked = true
		q.open = slices.Contains(q.who.account.OpenWorkspaces, q.what.Workspace)
	}
	return q.open
}
