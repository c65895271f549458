package deskpolicy

import "slices"

// A Subject is who asks: an [*Agent], a [*SharedAgent], a [*SupportSession] or a
// [*CRMOnlyUser]. The set of subjects is closed, so that no host can pass one that
// the rules do not know.
type Subject interface{ subject() }

// An Agent is a person who works on the desk. What it holds is data that the
// host loads; the library keeps nothing of it between decisions.
//
// The zero Agent may do nothing. An Agent may be shared between goroutines that
// do not change it.
type Agent struct {
	ID          AgentID
	Account     Account
	Deactivated bool // keeps its record and may do nothing

	// Bindings are the roles that the agent holds. They combine by union,
	// each within its own workspace and scope. Without any the agent may do nothing [R1].
	Bindings []Binding

	// Groups are the groups that the agent is in, and what it may do there.
	Groups map[GroupID]Access
}

// A Binding is one role as somebody holds it. The zero Binding gives nothing, and
// neither does one with another account's custom role.
type Binding struct {
	Role Role

	// Workspace is where the role is held: one workspace, [AccountWide] or [Everywhere].
	Workspace WorkspaceID

	// TicketScope bounds the role's permissions on tickets: each reaches as
	// far as its own scope and this one both do. Conversations and all else
	// go by the permission's scope alone [R17].
	TicketScope Scope
}

const (
	// AccountWide as a Binding's workspace holds the role outside of workspaces:
	// for what belongs to none and, if it is an administrator's role, in the open
	// workspaces of the account as well.
	AccountWide WorkspaceID = "*"

	// Everywhere as a Binding's workspace holds the role outside of workspaces and
	// in each of them, restricted ones included: it is how the account's owner
	// holds the Account Administrator role (A32) [R5].
	Everywhere WorkspaceID = "**"
)

// single reports whether w is one workspace.
func (w WorkspaceID) single() bool { return w != "" && w != AccountWide && w != Everywhere }

type (
	// An AgentID identifies a person on the desk, of whatever kind, within an account. The empty one is nobody.
	AgentID string
	// A GroupID identifies a group of agents, or team, within an account. The empty one matches nothing.
	GroupID string
)

func (*Agent) subject() {}

// Attributes returns what the rules look at when the agent is acted on.
func (a Agent) Attributes() Attributes {
	return Attributes{Account: a.Account.ID, kind: kindAgent}
}

func (a Agent) ids() (id, second string) { return string(a.ID), "" }

// actor is a subject as the rules see it.
type actor struct {
	id       AgentID
	account  *Account
	bindings []Binding
	groups   map[GroupID]Access
	crm      *CRMUser        // of a shared agent
	session  *SupportSession // of a support engineer
	dead     Reason          // why the subject may do nothing at all, or Undecided
}

// set makes who the subject, and reports whether that is anybody.
func (who *actor) set(subject Subject) bool {
	switch s := subject.(type) {
	case *Agent:
		return s != nil && who.setAgent(s)
	case *SharedAgent:
		return s != nil && who.setSharedAgent(s)
	case *SupportSession:
		return s != nil && who.setSession(s)
	case *CRMOnlyUser:
		return s != nil && who.setCRMOnlyUser(s)
	default:
		return false
	}
}

// setMember makes who somebody who holds roles and is in groups, and reports
// whether the subject is that.
func (who *actor) setMember(subject Subject) bool {
	return who.set(subject) && who.id != "" && who.session == nil
}

func (who *actor) setAgent(a *Agent) bool {
	who.id, who.account, who.bindings, who.groups = a.ID, &a.Account, a.Bindings, a.Groups
	if a.Deactivated {
		who.dead = Deactivated
	}
	return a.ID != ""
}

func (who *actor) setSharedAgent(a *SharedAgent) bool {
	who.id, who.account, who.bindings, who.groups, who.crm = a.ID, &a.Account, a.Bindings, a.Groups, &a.CRM
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
	who.account, who.dead = &n.Account, NotAnAgent
	return n.CRM.ID != ""
}

// decide returns what the binding alone comes to at steps 6, 7 and 9.
func (b *Binding) decide(q *question) Decision {
	role := b.roleIn(q.who.account)
	if role == nil {
		return Decision{Reason: NoRole}
	}
	reach := role.levels(q.action)
	if reach == 0 {
		return Decision{Reason: NoPermission}
	}
	if !b.heldFor(q) {
		return Decision{Reason: OtherWorkspace, Role: role.name}
	}
	reach = b.bound(reach, q.what.kind)
	access, ground := reach.reach(q)
	switch {
	case access >= q.rule.need:
	case access == View:
		ground = ViewOnly
	default:
		ground = OutOfScope
	}
	return Decision{Reason: ground, Role: role.name, Scope: reach.widest()}
}

// roleIn returns the role that the binding holds in the account, nil if it is
// none or another account's custom role.
func (b *Binding) roleIn(account *Account) *roleDef {
	if role := b.Role.def; role != nil && (role.account == "" || role.account == account.ID) {
		return role
	}
	return nil
}

// bound returns the levels of a permission on the kind of resource as far as the binding reaches.
func (b *Binding) bound(l levels, k kind) levels {
	if k.ticketLike() {
		return l.upTo(b.TicketScope)
	}
	return l
}

// heldFor reports whether the binding's role is held where the question is about.
func (b *Binding) heldFor(q *question) bool {
	if q.rule.class&anyPlace != 0 {
		return b.Workspace != ""
	}
	return b.heldIn(q.what.Workspace, b.reachesOpen() && q.isOpen())
}

// heldIn reports whether the binding's role is held in the workspace, which may be
// an open one; an empty workspace stands for what is outside of workspaces.
func (b *Binding) heldIn(w WorkspaceID, open bool) bool {
	switch b.Workspace {
	case Everywhere:
		return true
	case AccountWide:
		return w == "" || open && b.reachesOpen()
	default:
		return w != "" && b.Workspace == w
	}
}

// reachesOpen reports whether the binding is held in the account's open workspaces,
// and not in all.
func (b *Binding) reachesOpen() bool { return b.Workspace == AccountWide && b.Role.def.administrative }

// isOpen reports whether the resource is in one of the account's open workspaces.
// They may be many, and so may the bindings that ask: it looks once.
func (q *question) isOpen() bool {
	if !q.openLooked && q.what.Workspace != "" {
		q.openLooked = true
		q.open = slices.Contains(q.who.account.Workspaces, q.what.Workspace)
	}
	return q.open
}
