package deskpolicy

// Authorize decides whether the subject may do the action to the resource. It
// decides by these rules, in this order; the first that applies gives the Reason.
//
//  1. A malformed request is denied: no subject, an unknown action, a resource
//     that is missing, incomplete or of another type than the action's.
//  2. Another account's resource is denied, before anything else is looked at.
//  3. A subject that is not live is denied: a deactivated agent.
//  4. Guardrails forbid, whatever the roles say. A built-in role is never
//     changed. Only the built-in account administrator makes roles. Nobody
//     changes their own authority, nor anybody's whose authority theirs does not cover.
//  5. What the account's plan lacks is denied.
//  6. Without a role that has the permission, in that workspace, it is denied.
//  7. What is out of reach of every such role's scope is denied. What is within
//     reach for viewing only is denied to an action that changes it.
//  8. An action on one's own things is denied on somebody else's. Giving
//     something to someone who cannot take it is denied.
//  9. Otherwise it is allowed, with the role, the scope and the ground. Of
//     several it is the first ground of: all, group, assigned, own; of these the
//     widest scope; of these the role whose name sorts first.
//
// A resource of two parts is checked part by part; the earlier step denies, and
// at the same step the first part.
//
// Authorize never fails, never panics, changes nothing, and keeps nothing. It
// may be called from any number of goroutines. That the records which the host
// passes are current and true is the host's part.
func Authorize[R Resource](subject Subject, action Action[R], resource *R) Decision {
	if resource == nil {
		return decide(subject, action.ID(), nil, nil)
	}
	what := attributesOf(resource)
	return decide(subject, action.ID(), &what, resource)
}

// A Request is a question whose types are erased, for wire formats and tables.
type Request struct {
	Subject    Subject
	Action     ActionID
	Resource   Resource    // a value or a pointer
	Vocabulary *Vocabulary // what knows the host's actions; nil if there are none
}

// Decide answers as [Authorize] does. A resource that is not of the action's
// type is malformed, and so is a host's action that the Vocabulary lacks.
func (r Request) Decide() Decision {
	open := openers[r.Action.info().on]
	if r.Action.Host() {
		i := r.Vocabulary.index(r.Action)
		if i < 0 {
			return decide(r.Subject, 0, nil, nil)
		}
		open = r.Vocabulary.host[i].open
	}
	what, thing, ok := open(r.Resource)
	if !ok {
		return decide(r.Subject, r.Action, nil, nil)
	}
	return decide(r.Subject, r.Action, &what, thing)
}

// decide takes the steps of [Authorize]. The thing is a pointer to the resource.
func decide(subject Subject, action ActionID, what *Attributes, thing any) Decision {
	who, known := actorOf(subject)

	// 1. A malformed request.
	switch {
	case !known:
		return Decision{Reason: NoSubject}
	case !action.Valid():
		return Decision{Reason: UnknownAction}
	case what == nil || what.kind != action.info().on && !action.Host():
		return Decision{Reason: WrongResource}
	}
	first := judge(&who, action, what, thing)
	if !what.kind.compound() {
		return first
	}
	if second := judgeSecond(&who, action, what, thing); second.Reason.Step() < first.Reason.Step() {
		return second
	}
	return first
}

// judge takes the steps from 2 on for one part of a resource.
func judge(who *actor, action ActionID, what *Attributes, thing any) Decision {
	// 2. Another account's resource.
	if !what.in(who.account) {
		return Decision{Reason: OtherAccount}
	}
	// 3. A subject that is not live.
	if who.dead != Undecided {
		return Decision{Reason: who.dead}
	}
	// 4. Guardrails.
	if reason := forbidden(who, action, what, thing); reason != Undecided {
		return Decision{Reason: reason}
	}
	// 5. What the plan lacks.
	if !who.account.Plan.Features.Has(action.Requires()) {
		return Decision{Reason: PlanLacksFeature}
	}
	// 6. and 7. The roles and their reach: the best that any of them alone comes to.
	best := Decision{Reason: NoRole}
	for i := range who.bindings {
		if d := who.bindings[i].decide(who, action, what); d.better(best) {
			best = d
		}
	}
	// 8. Somebody else's thing.
	if best.Allowed() && action.info().class&ownOnly != 0 {
		best.Reason = NotOwn
		if what.owner == who.id {
			best.Reason = AllowedOwn
		}
	}
	// 9. Allowed, or the denial of the role that came furthest.
	return best
}

// judgeSecond judges the other part of a resource of two parts.
func judgeSecond(who *actor, action ActionID, what *Attributes, thing any) Decision {
	switch pair := thing.(type) {
	case *TicketPair:
		if other := pair.Into.as(kindTicketPair, ""); pair.Into != nil {
			return judge(who, action, &other, thing)
		}
	case *ContactPair:
		if pair.Into != nil {
			other := pair.Into.Attributes()
			return judge(who, action, &other, thing)
		}
	case *Assignment:
		return receive(who, pair.To, pair.Group, TicketBeAssigned.ID(), what)
	case *Transfer:
		return receive(who, pair.To, pair.Group, ConversationReply.ID(), what)
	}
	return Decision{Reason: WrongResource}
}

// receive judges those to whom who would give a thing: they are of the same
// account, and an agent could take it: with it assigned, the agent may do what
// need says, and it is not in a group that the agent only views.
func receive(who *actor, to Subject, group *AgentGroup, need ActionID, what *Attributes) Decision {
	landed := *what
	if group != nil {
		landed.Group, landed.Account = group.ID, group.Account
	}
	taker, known := actorOf(to)
	switch {
	case to == nil && group == nil, to != nil && !known, group != nil && group.ID == "":
		return Decision{Reason: WrongResource}
	case !landed.in(who.account), known && !landed.in(taker.account):
		return Decision{Reason: OtherAccount}
	case !known:
		return Decision{Reason: AllowedAll}
	}
	landed.Assignee = ""
	unassigned := judge(&taker, need, &landed, nil)
	landed.Assignee = taker.id
	if assigned := judge(&taker, need, &landed, nil); assigned.Allowed() && unassigned.Reason != ViewOnly {
		return assigned
	}
	return Decision{Reason: IneligibleTarget}
}
