// Package deskpolicy decides what people on a helpdesk may do.
//
// A helpdesk describes who asks and what it is about as plain values, and asks
// one question:
//
//	d := deskpolicy.Authorize(agent, deskpolicy.TicketReply, ticket)
//
// The answer is a [Decision]: whether, and why. There is no policy language, no
// engine to start and nothing to configure: the rules of the domain are the
// library's, the facts are the host's.
//
// Three things meet in a decision:
//
//   - A [Subject], such as an [Agent] or a [SharedAgent] with the roles that it holds. A [Role] is a
//     set of [Permissions], each an action at a [Scope]: Global, Group or Restricted.
//   - An [Action], tied to its type of resource: asking whether somebody may reply
//     to a contact does not compile.
//   - A [Resource], such as a [Ticket], in an account, a workspace and a group.
//
// [FilterFor] answers the same question for lists: on which resources it may.
//
// [Authorize] states the rules. Numbers in brackets and parentheses, such as
// [R19] and (A9), are those of docs/requirements.md.
//
// Every zero value denies, and so does every value that makes no sense. Nothing
// here reads a clock, holds state or starts a goroutine; all values may be
// shared as long as nobody changes them.
package deskpolicy

import "slices"

// Authorize decides whether the subject may do the action to the resource. It
// decides by these rules, in this order; the first that applies gives the Reason.
//
//  1. A malformed request is denied: no subject, an unknown action, a support
//     session without an instant, a resource that is missing, incomplete or of
//     another type than the action's, an agent without an ID, a ticket scope of
//     a role that the agent does not hold there.
//  2. Another account's resource is denied, before anything else is looked at. So is
//     the Shared Agent role, and giving it, in an account that is not connected to
//     the CRM: there is no such role there.
//  3. A subject that is not live is denied: a deactivated agent, a shared agent
//     without an active CRM user or in an account that is not connected to the
//     CRM, a CRM user who is no agent, a support engineer whose grant has not
//     started, has expired or was revoked.
//  4. Guardrails forbid, whatever the roles say. Nothing is ever assigned to a
//     shared agent, which has neither phone nor chat and administers no people,
//     roles or account; it holds its own role or custom ones, and only the CRM
//     makes one. A support engineer never
//     acts on grants, makes roles, modifies agents or exports data. A built-in role is never
//     changed. Only the built-in account administrator makes roles. Nobody
//     changes their own authority, but to let go of some of it. Nobody acts on
//     anybody whose authority theirs does not cover, nor gives what exceeds it;
//     the account administrator's covers everybody's, but to act in somebody's
//     name. An account keeps its last account administrator.
//  5. What the account's plan lacks is denied: a feature that the action requires
//     or, where it newly gives a custom role, custom roles. Those that are held
//     count on every plan.
//  6. Without a role that has the permission, in that workspace, it is denied.
//     Every role that permits anything is enough to log in, and one's own profile
//     is changed by the permission: both by a role held anywhere in the account.
//     To create an agent who has roles or groups takes the permissions to give
//     them as well.
//  7. What is out of reach of every such role's scope is denied. What is within
//     reach for viewing only is denied to an action that changes it. An action that
//     makes something is asked about it as it will be, and what nobody owns yet is
//     the subject's own.
//  8. An action on one's own things is denied on somebody else's. Giving
//     something to someone who cannot take it is denied, and so is their taking it.
//  9. Otherwise it is allowed, with the role, the scope and the ground. Of
//     several it is the first ground of: all, group, assigned, mentioned,
//     contact, own; of these the widest scope; of these the role whose name
//     sorts first.
//
// A resource of two parts is checked part by part; the earlier step denies, and
// at the same step the first part.
//
// Authorize never fails, changes nothing, and keeps nothing, and it never
// panics unless a host's own Attributes method does. It may be called from any
// number of goroutines. That the records which the host passes are current and
// true is the host's part.
func Authorize[R Resource](subject Subject, action Action[R], resource *R) Decision {
	return authorize(subject, ActionID(action), resource)
}

// authorize does what Authorize says. That one is a wrapper and small enough to be
// inlined: a generic function that is not has the types of its parameters in a
// dictionary, which counts as converting them to an interface, and a program with
// text/template then keeps all of their methods.
func authorize[R Resource](subject Subject, action ActionID, resource *R) Decision {
	q := question{action: action, rule: action.info()}
	q.thing = attributesOf(resource, &q.what)
	return q.decide(subject)
}

// A Request is a question as a value: it can be decided, recorded and explained.
// [NewRequest] makes one of typed values; a literal, whose types are erased, is for
// wire formats and tables. The zero Request is malformed.
type Request struct {
	Subject    Subject
	Action     ActionID
	Resource   Resource    // a value or a pointer
	Vocabulary *Vocabulary // the host's actions, and how they are called in what is printed; nil if there are none

	typed resourceReader // of a request that NewRequest made
}

// NewRequest returns the question that [Authorize] answers. It compiles only if the
// action is on resources of that type. A host with actions of its own sets the
// Vocabulary, for their names; the decision does not depend on it.
func NewRequest[R Resource](subject Subject, action Action[R], resource *R) Request {
	pointer, _ := any(resource).(Resource) // a pointer to a reference is no Resource, and Authorize refuses it
	return Request{Subject: subject, Action: action.ID(), Resource: pointer, typed: readerOf[R]{}}
}

// Authorize answers as [Authorize] does. In a literal, a resource that is not of the
// action's type is malformed, and so is a host's action that the Vocabulary lacks.
func (r Request) Authorize() Decision {
	q := r.question()
	return q.decide(r.Subject)
}

// question returns the request's question, before it is asked. It has the rule of no
// action if nobody knows the action.
func (r Request) question() (q question) {
	q.action, q.rule = r.Action, ActionID(0).info()
	if opener := r.reader(); opener != nil {
		q.rule = r.Action.info()
		q.what, q.thing = opener.read(r.Resource)
	}
	return q
}

// reader returns what takes the request's resource out of its interface, nil if
// the action is not known.
func (r Request) reader() resourceReader {
	if r.typed != nil {
		return r.typed
	}
	if r.Action.IsHost() {
		return r.Vocabulary.reader(r.Action)
	}
	if on := r.Action.info().on; on != kindHost {
		return on
	}
	return nil
}

// A question is a request about one part of a resource, on its way through the steps.
//
// There is one way in, whatever asks: an action and what it needs, a resource taken out,
// and malformed, which knows the subject and takes step 1. The resource is taken out by
// attributesOf where its type is known, by an opener of a [Request], and by
// attributesOfAll of a list, which has none and goes by its type.
type question struct {
	who    actor
	action ActionID
	rule   *actionInfo // what the action needs; that of no action if nobody knows it
	what   Attributes
	thing  any  // a pointer to the whole resource; nil if there is none
	second bool // whether it is about the second of a pair

	group, crm             Access // what the subject may do in the resource's group, and with its customer in the CRM,
	open                   bool   // whether the resource's workspace is an open one,
	groupLooked, crmLooked bool   // once that was looked up
	openLooked             bool
}

// decide takes the steps of [Authorize].
func (q *question) decide(subject Subject) Decision {
	// 1. A malformed request.
	if reason := q.malformed(subject); reason != Undecided {
		return Decision{Reason: reason}
	}
	d := q.judge()
	if q.what.kind.compound() {
		if second := q.judgeSecond(); second.Reason.Step() < d.Reason.Step() {
			d = second
		}
	}
	for _, action := range q.given() {
		give := q.alsoTo(action)
		if other := give.judge(); other.Reason.Step() < d.Reason.Step() {
			d = other
		}
	}
	if q.who.session != nil && d.Reason.Step() > 2 {
		d.until = q.who.session.until
	}
	return d
}

// malformed takes step 1: it returns what is wrong with the request, or Undecided.
func (q *question) malformed(subject Subject) Reason {
	switch {
	case !q.who.set(subject):
		return NoSubject
	case q.rule.need == NoAccess:
		return UnknownAction
	case q.who.session != nil && !validInstant(q.who.session.now):
		return NoInstant
	case q.thing == nil, q.what.kind == kindIncomplete, !q.action.IsHost() && (q.what.kind != q.rule.on || q.what.embedded):
		return WrongResource
	case q.what.kind.has(aPerson) && q.notOnRecord():
		return WrongResource
	}
	return Undecided
}

// absent takes the steps 2 and 3: it returns why the subject has no part in the
// resource's account, or Undecided.
func (q *question) absent() Reason {
	// 2. Another account's resource.
	if !q.what.in(q.who.account) || q.gives(Binding.ofSharedAgents) && !q.who.account.Integrated {
		return OtherAccount
	}
	// 3. A subject that is not live.
	return q.who.dead
}

// judge takes the steps from 2 on.
func (q *question) judge() Decision {
	if reason := q.absent(); reason != Undecided {
		return Decision{Reason: reason}
	}
	if q.who.session != nil {
		q.who.bindings = q.who.session.grant.def.bindingsFor(q)
	}
	// 4. Guardrails.
	if reason := q.forbidden(); reason != Undecided {
		return Decision{Reason: reason}
	}
	// 5. What the plan lacks.
	if !q.planned() {
		return Decision{Reason: PlanLacksFeature}
	}
	// 6. and 7. The roles and their reach: the best that any of them comes to by itself.
	best := Decision{Reason: NoRole}
	for i := range q.who.bindings {
		if d := q.who.bindings[i].decide(q); d.better(best) {
			best = d
		}
	}
	// 8. Somebody else's thing.
	if best.Allowed() && q.rule.class&ownOnly != 0 {
		best.Reason = NotOwn
		if q.isOwn() {
			best.Reason = AllowedOwn
		}
	}
	if best.Allowed() && q.neverTakes() {
		best.Reason = IneligibleTarget
	}
	// 9. Allowed, or the denial of the role that came furthest.
	return best
}

// neverTakes reports whether a support engineer is asked to take something as its
// assignee, which they never are (A43).
func (q *question) neverTakes() bool {
	return q.who.session != nil && (q.action == TicketBeAssigned.ID() || q.action == ConversationTake.ID())
}

// planned reports whether the account's plan has what is required.
func (q *question) planned() bool { return q.who.account.Plan.Features.Has(q.requires()) }

// requires returns the features that the action requires, and that giving a custom
// role does (A37).
func (q *question) requires() Features {
	if q.gives(Binding.custom) {
		return q.rule.requires | FeatureCustomRoles
	}
	return q.rule.requires
}

// gives reports whether the action newly gives somebody a role so bound: by
// appointing them, creating them, or a grant. To change the scope of what they hold
// gives nothing. A nil pointer stands for all of a list.
func (q *question) gives(so func(Binding) bool) bool {
	if q.rule.classes()&ClassAgentMutation == 0 {
		return false
	}
	switch thing := q.thing.(type) {
	case *RoleAssignment:
		return thing != nil && thing.revision(q.action).drop == nil && so(thing.Binding)
	case *Agent:
		creates := q.action == AgentCreate.ID() || q.action == AgentRoleAssign.ID()
		return thing != nil && creates && slices.ContainsFunc(thing.Bindings, so)
	case *SupportGrant:
		return thing != nil && slices.ContainsFunc(thing.known().anywhere, so)
	}
	return false
}

// judgeSecond judges the other part of a resource of two parts.
func (q *question) judgeSecond() Decision {
	switch pair := q.thing.(type) {
	case *TicketPair, *ContactPair:
		into := q.into()
		return into.judge()
	case *TicketAssignment:
		return q.receive(pair.To, pair.Group, TicketBeAssigned.ID())
	case *ConversationAssignment:
		return q.receive(pair.To, pair.Group, ConversationReply.ID())
	}
	return Decision{Reason: WrongResource}
}

// given returns the actions by which a new agent is given what it comes with. To
// create it takes them as well (A40).
func (q *question) given() []ActionID {
	if q.action != AgentCreate.ID() {
		return nil
	}
	a, _ := q.thing.(*Agent)
	switch {
	case a == nil, len(a.Bindings) == 0 && len(a.Groups) == 0:
		return nil
	case len(a.Groups) == 0:
		return newAgentGives[:1]
	case len(a.Bindings) == 0:
		return newAgentGives[1:]
	}
	return newAgentGives[:]
}

// newAgentGives are the actions that give an agent roles and groups.
var newAgentGives = [...]ActionID{AgentRoleAssign.ID(), AgentGroupAssign.ID()}

// alsoTo returns the question whether the subject may do another action to the same thing.
func (q *question) alsoTo(action ActionID) question {
	return question{who: q.who, action: action, rule: action.info(), what: q.what, thing: q.thing}
}

// into returns the question about the second of a pair by itself.
func (q *question) into() question {
	into := question{who: q.who, action: q.action, rule: q.rule, thing: q.thing, second: true}
	switch pair := q.thing.(type) {
	case *TicketPair:
		pair.Into.fill(&into.what, q.what.kind)
	case *ContactPair:
		pair.Into.fill(&into.what, q.what.kind)
	}
	return into
}

// receive judges those to whom the thing is to go. They are of the same account,
// and an agent could take it: with the thing assigned, the agent could do what
// need says, and does not have it in a group for viewing only.
func (q *question) receive(to Subject, group AgentGroup, need ActionID) Decision {
	take, known := q.ofReceiver(to, group, need)
	moves := group != (AgentGroup{})
	switch {
	case to == nil && !moves, to != nil && !known, moves && group.ID == "":
		return Decision{Reason: WrongResource}
	case !take.what.in(q.who.account), known && !take.what.in(take.who.account):
		return Decision{Reason: OtherAccount}
	case take.who.crm != nil:
		return Decision{Reason: SharedNeverAssigned}
	case take.who.session != nil:
		return Decision{Reason: IneligibleTarget}
	case !known:
		return Decision{Reason: AllowedAll}
	}
	if taken := take.judgeTaking(); taken.Allowed() {
		return taken
	}
	return Decision{Reason: IneligibleTarget}
}

// ofReceiver returns the question whether somebody could do what need says to the
// thing in the group, and whether to is anybody.
func (q *question) ofReceiver(to Subject, group AgentGroup, need ActionID) (take question, known bool) {
	take = question{action: need, rule: need.info(), what: q.what, thing: q.thing}
	if group != (AgentGroup{}) {
		take.what.Group, take.what.Account = group.ID, group.Account
	}
	known = take.who.set(to)
	return take, known
}

// judgeTaking judges whoever is to have the thing as if they had it, and denies
// those who without it would only view it.
func (q *question) judgeTaking() Decision {
	take := *q // what is stored by way of q would move the resource onto the heap
	take.what.Assignee = take.who.id
	taken := take.judge()
	if taken.Allowed() {
		take.what.Assignee = ""
		if without := take.judge(); without.Reason == ViewOnly {
			return without
		}
	}
	return taken
}

// groupAccess returns what the subject may do in the group that has the
// resource. Belonging to no group matches nobody.
func (q *question) groupAccess() Access {
	if q.groupLooked || q.what.Group == "" {
		return q.group
	}
	q.groupLooked = true
	q.group = q.who.groups[q.what.Group].known()
	return q.group
}

// isOwn reports whether the resource is the subject's own.
func (q *question) isOwn() bool { return q.what.owner == q.who.id }

// createsUnowned reports whether the resource is about to be made, and nobody has it.
func (q *question) createsUnowned() bool { return q.rule.class&creates != 0 && q.what.Assignee == "" }

// isAssignee reports whether the resource is assigned to the subject.
func (q *question) isAssignee() bool { return q.what.Assignee == q.who.id }
