package deskpolicy

import "slices"

// A Subject is who asks: an [*Agent]. The set of subjects is closed, so that no
// host can pass one that the rules do not know.
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

// A Binding is one role as somebody holds it. The zero Binding gives nothing.
type Binding struct {
	Role Role

	// Workspace is where the role is held: one workspace, or [AccountWide].
	Workspace WorkspaceID

	// TicketScope bounds the role's permissions on tickets: each reaches as
	// far as its own scope and this one both do. Conversations and all else
	// go by the permission's scope alone [R17].
	TicketScope Scope
}

// AccountWide as a Binding's workspace holds the role outside of workspaces:
// for what belongs to none and, if it is an administrator's role, in the open
// workspaces of the account as well.
const AccountWide WorkspaceID = "*"

type (
	// An AgentID identifies a person on the desk, of whatever kind, within an account. The empty one is nobody.
	AgentID string
	// A GroupID identifies a group of agents, or team, within an account. The empty one matches nothing.
	GroupID string
)

func (*Agent) subject() {}

// Attributes returns what the rules look at when the agent is acted on.
func (a Agent) Attributes() Attributes {
	return Attributes{Account: a.Account.ID, kind: kindAgent, owner: a.ID}
}

// actor is a subject as the rules see it.
type actor struct {
	id       AgentID
	account  *Account
	bindings []Binding
	groups   map[GroupID]Access
	dead     Reason // why the subject may do nothing at all, or 0
}

// is makes who the subject, and reports whether that is anybody.
func (who *actor) is(subject Subject) bool {
	agent, ok := subject.(*Agent)
	if !ok || agent == nil || agent.ID == "" {
		return false
	}
	who.id, who.account, who.bindings, who.groups = agent.ID, &agent.Account, agent.Bindings, agent.Groups
	if agent.Deactivated {
		who.dead = Deactivated
	}
	return true
}

// decide returns what the binding alone comes to at steps 6, 7 and 9.
func (b *Binding) decide(q *question) Decision {
	role := b.Role.def
	if role == nil {
		return Decision{Reason: NoRole}
	}
	reach := role.permissions.levels(q.action)
	if reach == 0 {
		return Decision{Reason: NoPermission}
	}
	if !b.heldIn(q.what.Workspace, q.who.account) {
		return Decision{Reason: OtherWorkspace, Role: role.name}
	}
	if q.what.kind.ticketLike() {
		reach = reach.upTo(b.TicketScope)
	}
	access, ground := reach.reach(q)
	switch {
	case access >= q.rule.need:
	case access == View:
		ground = ViewOnly
	default:
		ground = OutOfScope
	}
	return Decision{ground, role.name, reach.widest()}
}

// heldIn reports whether the binding's role is held in the workspace; an empty
// workspace stands for what is outside of workspaces.
func (b *Binding) heldIn(w WorkspaceID, account *Account) bool {
	if b.Workspace != AccountWide {
		return w != "" && b.Workspace == w
	}
	return w == "" || b.Role.def.administrative && slices.Contains(account.Workspaces, w)
}
