// Package deskpolicy decides what people on a helpdesk may do.
//
// The host application describes the person and the thing they want to act on as
// plain values, and asks one question:
//
//	d := deskpolicy.Authorize(agent, deskpolicy.TicketReply, ticket)
//
// The answer is a [Decision]: whether the agent may do it, and why. There is no policy
// language, no engine to start and nothing to configure: the library has the rules of a
// helpdesk, and the host application supplies the facts.
//
// In this page's index, functions with type parameters are listed below the type that they
// return: Authorize below [Decision], [FilterFor] below [Filter], [WhoCan] below
// [AllowedSubject]; [Explain] is below [Explanation].
//
// A decision combines three things:
//
//   - A [Subject], such as an [Agent] or a [SharedAgent], with the roles it holds. A
//     [Role] is a set of [Permissions], each an action at a [Scope]: the relations, such as
//     [Assigned] and [InGroup], by which it reaches a resource.
//   - An [Action], which is typed by the resource that it applies to: asking whether an
//     agent may reply to a contact does not compile.
//   - A [Resource], such as a [Ticket], in an account, a workspace and a group.
//
// [FilterFor] answers the same question for lists: it selects the resources on which the
// subject may perform the action, and package sqlfilter writes it as SQL. [Explain] says why
// a request is denied, and [Remedies] what would change that. [ActionsOn] decides every
// action on a resource, for the buttons of a page, and [CanView] separates what is refused
// from what is hidden. [Compare] and [Covers] compare what two subjects may do.
//
// [Authorize] states the rules. Numbers in brackets and parentheses, such as [R19] and
// (A9), refer to docs/requirements.md.
//
// Time is a value as well: a [Binding] can have a [Window], and each subject says at which
// instant it asks. [Decision.Until] says when the answer changes.
//
// Every zero value denies, and so does every invalid value. The package does not read a
// clock, hold state or start a goroutine. Values can be shared between goroutines as long
// as no goroutine changes them.
package deskpolicy

import "slices"

// Authorize decides whether the subject may perform the action on the resource. It
// applies these rules in order; the first one that decides sets the Reason.
//
//  1. A malformed request is denied. A request is malformed if it has no subject or an
//     unknown action; if its support session has no valid instant; if its delegate has no
//     principal, actor or limit; if its resource is
//     missing, incomplete or not of the action's type; or if it changes an agent that
//     has no ID, or of which a role, a workspace or a group is missing, or a ticket scope, a
//     window or the access to a group could not be read, or the ticket scope
//     of a role that the agent does not hold in that workspace; or if it gives access as a
//     contact that has no ID; or if it routes something to no group, or moves a ticket to another
//     assignee or from group to group within its workspace.
//  2. A resource that belongs to another account is denied. So are the Shared Agent role
//     and giving it, if the account is not connected to the CRM: such an account does
//     not have the role.
//  3. A subject that is not active is denied: a deactivated agent or customer; a shared
//     agent whose CRM user is missing or deactivated, or whose account is not connected to
//     the CRM; a CRM user who is not an agent; a support engineer without a support grant,
//     or whose support grant has not started, has expired or was revoked; a delegate
//     whose principal is not active, or with a limit that is not in force.
//  4. Guardrails forbid some actions, whatever the roles permit.
//     A shared agent is never assigned anything, cannot use phone or chat, and cannot
//     administer people, roles, support access or the account. It can hold only the
//     Shared Agent role and custom roles, and only the CRM can make a person a shared
//     agent.
//     A delegate cannot change agents, roles or groups, act on support grants, manage keys or
//     log in; otherwise what is forbidden to its principal is forbidden to it.
//     A support engineer cannot act on support grants, create or change roles, modify
//     agents or export data.
//     A customer can do only what is open to customers: with tickets, view, create, reply,
//     add public notes and files, close and reopen; and read articles, FAQs and forum
//     topics, and log in to the portal. A host opens actions of its own to customers by
//     their numbers.
//     A built-in role cannot be changed. Only a holder of the built-in Account
//     Administrator role can create or change custom roles, unless the account's
//     RoleAuthors says that a permission is enough; then the subject's authority must
//     cover whatever the role permits, wherever and by any agent it is held.
//     A subject cannot make its own authority wider: its authority before a change of its
//     own record, roles or groups must cover that after it, and it cannot merge its own
//     contact with another. It cannot act on people who may do anything that it may not,
//     or give anyone more authority than it has. All this holds now and at every later
//     instant. The account administrator's authority covers everyone's, except for acting
//     in another person's name. The last account administrator of an account cannot be
//     removed.
//  5. An action is denied if it requires a feature that the account's plan lacks. Giving
//     a custom role requires the custom roles feature; custom roles that are already
//     held count on every plan.
//  6. An action is denied if no role of the subject has the permission in the resource's
//     workspace, or none at the subject's instant. Some actions need only a role held
//     anywhere in the account: logging in,
//     with any role that permits something, and editing your own profile, with a role
//     that has the permission. Creating an agent with roles or groups also requires the
//     permissions to give them. Each limit of a delegate must have the permission, and be
//     for that workspace.
//  7. An action is denied if the scope of these roles does not reach the resource, or
//     reaches it for viewing only and the action changes it. On tickets, the binding's
//     ticket scope has to reach it as well, by a relation of its own. A permission that
//     reaches a thing only by the subject's groups assigns it to agents in these groups, and
//     routes it to these groups, and to no others. If the resource is confidential, the
//     action also takes ticket.confidential, with the same access and by any role that is
//     held there. Each limit of a delegate has to reach the resource as well. At any scope, a customer reaches a ticket, or a thing of a host's own
//     type, only as its requester, as a contact in CC or through its company. For an action
//     that creates something, pass the resource as it will be; if it has no assignee or
//     owner, it counts as the subject's own.
//  8. An action on your own things is denied on another person's. Assigning something to
//     a recipient who cannot take it is denied, and so is taking it as a support
//     engineer. Nothing is the own of a person who acts for another.
//  9. Otherwise the action is allowed, and the decision holds the role, the scope and the
//     ground. If several roles allow the action, the decision names the one with the
//     first ground in the order all, group, assigned, queue, unassigned, unrouted,
//     requested, participating, mentioned, contact, company, own; then the one with the
//     widest scope; then the one whose name sorts first.
//
// If a resource has two parts, both are checked, and so are both actions if something is
// assigned and routed at once. The part that is denied at the earlier step sets the Reason;
// at the same step, the first part does.
//
// Authorize does not change or keep its arguments. It panics only if the Attributes method
// of a host's type panics. It is safe for concurrent use. The host application must pass
// records that are current and correct.
func Authorize[R Resource](subject Subject, action Action[R], resource *R) Decision {
	return authorize(subject, ActionID(action), resource)
}

// authorize implements Authorize, which is a wrapper so that it is inlined. A generic
// function that is not inlined gets its type arguments in a dictionary. The linker treats
// that as a conversion to an interface and, in a program that uses text/template, keeps
// all methods of these types.
func authorize[R Resource](subject Subject, action ActionID, resource *R) Decision {
	q := question{action: action, rule: action.info()}
	q.thing = attributesOf(resource, &q.what)
	return q.decide(subject)
}

// A Request holds the arguments of [Authorize] as a value that can be decided, recorded
// and explained. [NewRequest] returns one from typed values. Use a literal where the types
// are not known at compile time, as when decoding. The zero Request is malformed.
type Request struct {
	Subject    Subject
	Action     ActionID
	Resource   Resource    // a value or a pointer
	Vocabulary *Vocabulary // names the host's actions; nil if there are none; a literal needs it for a host's action

	typed    resourceReader // set by NewRequest, for the action that it was given
	typedFor ActionID
}

// NewRequest returns the request to perform the action on the resource. As with
// [Authorize], the types of the two must match. A host with actions of its own sets the
// Vocabulary so that they have names; the decision does not depend on it, as it does for a
// literal.
func NewRequest[R Resource](subject Subject, action Action[R], resource *R) Request {
	pointer, _ := any(resource).(Resource) // nil if R is a pointer or an interface, which Authorize denies
	return Request{Subject: subject, Action: action.ID(), Resource: pointer, typed: readerOf[R]{}, typedFor: action.ID()}
}

// Authorize returns the decision of [Authorize] on the request. A literal is also
// malformed if its resource is not of the action's type, or if the Vocabulary lacks its
// host action.
func (r Request) Authorize() Decision {
	q := r.question()
	return q.decide(r.Subject)
}

// question returns the request's question, without its subject. The rule of an unknown
// action is the zero rule.
func (r Request) question() (q question) {
	q.action, q.rule = r.Action, ActionID(0).info()
	if reader := r.reader(); reader != nil {
		q.rule = r.Action.info()
		q.what, q.thing = reader.read(r.Resource)
	}
	return q
}

// reader returns the reader for the request's resource; nil if the action is unknown.
func (r Request) reader() resourceReader {
	if r.typed != nil && r.typedFor == r.Action {
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

// A question is a request about one part of a resource, while it is being decided.
//
// Every caller sets the action, its rule and the attributes of the resource, and then
// calls malformed, which sets the subject and takes step 1. The attributes are read by
// attributesOf if the type is known, by a resourceReader in a [Request], and by
// attributesOfAll in a list, which depends on the type alone.
type question struct {
	who    actor
	action ActionID
	rule   *actionInfo // what the action needs; the zero rule if the action is unknown
	what   Attributes
	thing  any   // a pointer to the whole resource; nil if it is missing
	next   int64 // an instant before which time alone does not change the answer; 0 if it never does
	second bool  // whether the question is about the second of a pair
	stays  bool  // whether a remedy keeps what is assigned in the subject's groups
	timed  bool  // whether the window of a binding counted in its weight
	asHeld bool  // whether each binding is weighed as if it were held

	// The following are looked up at most once.
	relations  holding
	crm        Access // the subject's access in the CRM to the resource's customer
	open       bool   // whether the resource's workspace is open
	crmLooked  bool
	openLooked bool
}

// decide takes the steps of [Authorize] for each part of the resource.
func (q *question) decide(subject Subject) Decision {
	// 1. A malformed request.
	if reason := q.malformed(subject); reason != Undecided {
		return Decision{Reason: reason}
	}
	d := q.judge()
	if q.what.kind.has(aSecond | aTarget | aPerson) {
		d = q.andOtherParts(d)
	}
	switch {
	case d.until != 0:
		d.until = q.changes(d)
	case q.who.session != nil && d.Reason.Step() > 2:
		d.until = q.who.session.until
	}
	return d
}

// andOtherParts returns the decision on all parts of the resource and all actions that the
// request includes, given that on the first.
func (q *question) andOtherParts(d Decision) Decision {
	if q.what.kind.compound() {
		d = d.and(q.judgeSecond())
	}
	for _, action := range q.given() {
		give := q.alsoTo(action)
		d = d.and(give.judge())
	}
	return d
}

// and returns the decision on two parts: that of the earlier step.
func (d Decision) and(other Decision) Decision {
	until := earlier(d.until, other.until)
	if other.Reason.Step() < d.Reason.Step() {
		d = other
	}
	d.until = until
	return d
}

// malformed sets the subject and takes step 1. It returns why the request is malformed,
// or Undecided.
func (q *question) malformed(subject Subject) Reason {
	switch {
	case !q.who.set(subject):
		if q.who.delegate != nil {
			return IncompleteDelegate
		}
		return NoSubject
	case q.rule.need == NoAccess:
		return UnknownAction
	case q.who.session != nil && !validInstant(q.who.session.now):
		return NoInstant
	case q.thing == nil, !q.isOfType():
		return WrongResource
	case q.givesAccess() && q.offRecord():
		return WrongResource
	case q.action == TicketMove.ID() && !q.isMove():
		return WrongResource
	}
	return Undecided
}

// isOfType reports whether the resource is of the action's type; a host's action fits every type.
func (q *question) isOfType() bool {
	return q.what.kind == q.rule.on && !q.what.embedded || q.action.IsHost() && q.what.kind != kindIncomplete
}

// barred takes steps 2 and 3. It returns why the subject cannot do anything in the
// resource's account, or Undecided.
func (q *question) barred() Reason {
	switch account := q.who.account; {
	// 2. Another account's resource.
	case !q.in(account), !account.Integrated && q.gives(Binding.ofSharedAgents):
		return OtherAccount
	// 3. A subject that is not active.
	case q.who.dead != Undecided:
		return q.who.dead
	case q.who.delegate != nil:
		return q.limitsInForce()
	}
	return Undecided
}

// judge takes steps 2 to 9 for one part of the resource. Time alone does not change the decision
// before its until.
func (q *question) judge() Decision {
	if reason := q.barred(); reason != Undecided {
		return Decision{Reason: reason, until: q.next}
	}
	if q.who.session != nil {
		q.who.bindings = q.who.session.grant.def.bindingsFor(q)
	}
	if q.isGuarded() {
		// 4. Guardrails.
		if reason := q.forbidden(); reason != Undecided {
			return Decision{Reason: reason, until: q.next}
		}
		// 5. A feature that the plan lacks.
		if !q.planSuffices() {
			return Decision{Reason: PlanLacksFeature, until: q.next}
		}
	}
	// 6. The permissions of a delegate's limits.
	if q.who.delegate != nil && !q.withinPermissions() {
		return Decision{Reason: LimitLacksPermission, until: q.next}
	}
	// 6 to 8. The roles, their reach and what is the subject's own: the best decision by a
	// single binding.
	best := q.byBindings()
	// 6 and 7. What the limits of a delegate reach, which can deny at step 6 at the earliest.
	if q.who.delegate != nil && best.Reason.Step() > 6 {
		if w := q.byLimits(); w.reason().Step() < best.Reason.Step() {
			best = Decision{Reason: w.reason(), Scope: w.scope().reduced()}
		}
	}
	best.until = q.next
	// 8. A recipient who cannot take it.
	if q.neverTakes() && best.Allowed() {
		best.Reason = IneligibleTarget
	}
	// 9. Allowed, or the denial of the role that got furthest.
	return best
}

// isGuarded reports whether step 4 or 5 may deny. They never deny an agent or a delegate of one what
// changes no access and no roles, merges nothing, requires no feature, and is neither logging in nor
// about a support grant.
func (q *question) isGuarded() bool {
	return q.rule.class&(ClassAccessChange|ClassRoleAuthoring|merges|anyRole) != 0 || q.rule.requires != 0 ||
		q.what.kind == kindSupportGrant || q.who.crm != nil || q.who.session != nil || q.who.customer
}

// byBindings takes steps 6 to 8 for each binding alone, and returns the best decision.
func (q *question) byBindings() Decision {
	q.relations.clearedLooked, q.timed = false, false // by the bindings of another question
	best, by := weight(0), -1                         // of the bindings so far
	bindings := q.who.bindings
	for i := range bindings {
		w := bindings[i].weigh(q)
		if w > best || w == best && bindings[i].Role.Name() < bindings[by].Role.Name() {
			best, by = w, i
		}
	}
	if by < 0 {
		return Decision{Reason: NoRole}
	}
	d := bindings[by].decision(best)
	if q.timed {
		q.noteChange(d)
	}
	return d
}

// neverTakes reports whether the action would assign the resource to a support engineer,
// which is never allowed (A43).
func (q *question) neverTakes() bool {
	return q.who.session != nil && (q.action == TicketBeAssigned.ID() || q.action == ConversationTake.ID())
}

// planSuffices reports whether the account's plan has the features that the action requires.
func (q *question) planSuffices() bool { return q.who.account.Plan.Features.Has(q.requires()) }

// requires returns the features that the action requires, including custom roles if it
// gives one (A37).
func (q *question) requires() Features {
	if q.gives(Binding.custom) {
		return q.rule.requires | FeatureCustomRoles
	}
	return q.rule.requires
}

// gives reports whether the action gives a role by such a binding: it assigns the role to
// an agent, creates an agent with it, or gives it by a support grant. Changing the scope
// of a role that the agent holds gives nothing, and neither does a question about a list,
// whose resource is a nil pointer.
func (q *question) gives(such func(Binding) bool) bool {
	return q.changesAccess() && q.givesBinding(such)
}

// changesAccess reports whether the action is in [ClassAccessChange], or is unclassified.
func (q *question) changesAccess() bool { return q.rule.class&ClassAccessChange != 0 }

// givesBinding is gives for an action that changes access.
func (q *question) givesBinding(such func(Binding) bool) bool {
	switch thing := q.thing.(type) {
	case *RoleAssignment:
		return thing != nil && thing.revision(q.action).drop == nil && such(thing.Binding)
	case *Agent:
		creates := q.action == AgentCreate.ID() || q.action == AgentRoleAssign.ID()
		return thing != nil && creates && slices.ContainsFunc(thing.Bindings, such)
	case *SupportGrant:
		return thing != nil && slices.ContainsFunc(thing.known().anywhere, such)
	}
	return false
}

// judgeSecond judges the second part of a resource with two parts.
func (q *question) judgeSecond() Decision {
	switch q.thing.(type) {
	case *TicketPair, *ContactPair:
		into := q.into()
		return into.judge()
	case *TicketAssignment, *ConversationAssignment:
		return q.receive(q.destination())
	}
	return Decision{Reason: WrongResource} // a host's type that embeds one of these
}

// given returns the other actions that the request includes. Creating an agent with roles
// and groups gives these (A40), and assigning something can route it as well (A50).
func (q *question) given() []ActionID {
	switch {
	case q.rule.class&assigns != 0:
		return q.routed()
	case q.action != AgentCreate.ID():
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

// newAgentGives holds the actions that give an agent roles and groups, in that order.
var newAgentGives = [...]ActionID{AgentRoleAssign.ID(), AgentGroupAssign.ID()}

// routed returns the action that routes the thing, if the assignment names a group.
func (q *question) routed() []ActionID {
	_, group := q.destination()
	switch {
	case group == AgentGroup{}:
		return nil
	case q.what.kind == kindConversationAssignment:
		return conversationRouting[:]
	}
	return ticketRouting[:]
}

var (
	ticketRouting       = [...]ActionID{TicketRoute.ID()}
	conversationRouting = [...]ActionID{ConversationRoute.ID()}
)

// alsoTo returns the question about another action of the same subject on the same thing.
func (q *question) alsoTo(action ActionID) question {
	return question{who: q.who, action: action, rule: action.info(), what: q.what, thing: q.thing}
}

// into returns the question about the second of a pair.
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

// receive judges where the thing goes: to an agent, a group, both or nobody. They must belong
// to the thing's account. The agent must be able to take the thing: once it is assigned,
// the agent must be allowed its takingAction, and a group must not limit the agent to
// viewing.
func (q *question) receive(to Subject, group AgentGroup) Decision {
	take, known := q.ofReceiver(to, group)
	routed := group != (AgentGroup{})
	switch {
	case to != nil && !known, routed && group.ID == "", q.rule.class&routes != 0 && (to != nil || !routed):
		return Decision{Reason: WrongResource}
	case !take.in(q.who.account), known && !take.in(take.who.account):
		return Decision{Reason: OtherAccount}
	case take.who.crm != nil:
		return Decision{Reason: SharedNeverAssigned}
	case take.who.session != nil || take.who.delegate != nil:
		return Decision{Reason: IneligibleTarget}
	case !known:
		return Decision{Reason: AllowedAll}
	}
	taken := take.judgeTaking()
	if !taken.Allowed() {
		return Decision{Reason: IneligibleTarget, until: taken.until}
	}
	return taken
}

// in reports whether the resource belongs to the account.
func (q *question) in(account *Account) bool { return q.what.in(account.ID, account.Integrated) }

// takingAction returns the action that the assignee of such a thing must be allowed.
func takingAction(on kind) ActionID {
	if on == kindConversation || on == kindConversationAssignment {
		return ConversationReply.ID()
	}
	return TicketBeAssigned.ID()
}

// ofReceiver returns the question whether the recipient is allowed the takingAction on the
// thing once it is in the group. It reports whether to is a valid subject.
func (q *question) ofReceiver(to Subject, group AgentGroup) (take question, known bool) {
	need := takingAction(q.what.kind)
	take = question{action: need, rule: need.info(), what: q.what, thing: q.thing}
	if group != (AgentGroup{}) {
		take.what.Group, take.what.Account = group.ID, group.Account
	}
	known = take.who.set(to)
	take.who.at = q.who.at // it is the subject who asks
	return take, known
}

// judgeTaking judges the recipient as the thing's assignee. It denies a recipient who
// is a member of the thing's group for viewing only, and could only view the thing if it
// were not assigned.
func (q *question) judgeTaking() Decision {
	take := *q // changing q itself, or in a method, would move the resource to the heap
	take.what.Assignee, take.relations = take.who.id, holding{}
	taken := take.judge()
	if !taken.Allowed() || take.groupAccess() != View {
		return taken
	}
	take.what.Assignee, take.relations = "", holding{}
	without := take.judge()
	if without.Reason == ViewOnly {
		return without
	}
	taken.until = without.until
	return taken
}

// assignTo changes the question to one about the resource as assigned to the agent.
func (q *question) assignTo(agent AgentID) { q.what.Assignee, q.relations = agent, holding{} }

// onlyOwn takes step 8 for an action on the subject's own things, given the reason of step 7.
func (q *question) onlyOwn(reason Reason) Reason {
	switch {
	case q.rule.class&ownOnly == 0 || reason.Step() < 9:
		return reason
	case q.isOwn():
		return AllowedOwn
	}
	return NotOwn
}

// isOwn reports whether the resource is the subject's own. Nothing is that a person acts on for
// another (A60).
func (q *question) isOwn() bool { return q.what.Owner == q.who.id && !q.who.standsIn() }
