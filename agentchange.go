package deskpolicy

import (
	"cmp"
	"maps"
	"reflect"
	"slices"
)

// AuthorizeAgentChange decides whether the subject may turn the agent as it was into the agent
// as it will be, as a form saves it: deactivated or not, with other roles, ticket scopes and
// groups, all at once (A70).
//
// The change is allowed exactly if there is an order in which [Authorize] allows each step,
// asked of what the earlier steps left: [AgentRoleAssign], [AgentRoleRemove], [AgentScopeEdit],
// [AgentGroupAssign], [AgentDeactivate] and, to reactivate an agent, [AgentEdit]; for a shared
// agent, [SharedAgentEdit] for both. A ticket scope that is neither wider nor narrower than
// the old one is first widened to both. Another window is the role in the old one removed and in
// the new one assigned. A change of nothing is allowed to every active subject
// of the account.
//
// If the change is denied, AuthorizeAgentChange returns the first step that is, as a request.
// [MissingAuthority] lists what the subject lacks for it, and [Explain] shows why.
//
// Both records are an [*Agent] or both a [*SharedAgent], with the same ID and account. They
// have the same Account, Contact, Company and CRM user, as [AgentEdit] is asked about the contact and
// the company, and the same version of each role; other changes are [WrongResource], and so are one of
// more than 250 steps and one of an agent with a part that is missing (A71). Each step takes as long as its own question.
// For a change of oneself it asks at most 6,000 questions, and fewer if the agent has more
// than 20 roles before and after. They find an order of up to ten steps if there is one, and most others.
func AuthorizeAgentChange(subject, before, after Subject) (Decision, Request) {
	var by, was, will actor
	switch {
	case !by.set(subject):
		return Decision{Reason: NoSubject}, Request{}
	case !was.setMember(before) || !will.setMember(after) || !was.isWhole() || !will.isWhole() || !was.canBecome(&will):
		return Decision{Reason: WrongResource}, Request{}
	case !(&Attributes{Account: was.account.ID}).in(by.account.ID, by.account.Integrated):
		return Decision{Reason: OtherAccount}, Request{}
	case by.dead != Undecided:
		return Decision{Reason: by.dead}, Request{}
	case by.delegate != nil: // not even a change of nothing
		return Decision{Reason: DelegateNoAdministration}, Request{}
	}
	oneself := by.id == was.id
	steps := was.stepsTo(&will, oneself)
	if len(steps) > maxSteps {
		return Decision{Reason: WrongResource}, Request{}
	}
	c := agentChange{steps: steps, oneself: oneself, asks: min(maxAsks, 1<<17/(1+len(was.bindings)+len(will.bindings))), dead: make(map[uint64]bool)}
	d, refused := c.inOrder(subject, before)
	if !d.Allowed() && oneself && len(c.steps) < 64 {
		if found := c.inAnyOrder(subject, before, 0, d); found.Allowed() {
			return found, Request{}
		}
	}
	return d, refused
}

// maxSteps bounds the steps of a change, as each of them compares all that the agent holds.
const maxSteps = 250

// maxAsks bounds the questions about orders of the steps: each of ten steps after each set of others.
const maxAsks = 6000

// An agentChange is a change of an agent in steps.
type agentChange struct {
	steps   []changeStep
	oneself bool            // whether the subject is the agent, and changes with it
	asks    int             // how many questions inAnyOrder can still ask
	dead    map[uint64]bool // the sets of steps, a bit for each, after which the others cannot be done
}

// ask returns the request for a step, given what earlier steps left.
func (c *agentChange) ask(step *changeStep, subject, agent Subject) Request {
	return Request{Subject: subject, Action: step.action, Resource: step.resource(agent)}
}

// apply returns the subject and the agent after the step.
func (c *agentChange) apply(step *changeStep, subject, agent Subject) (Subject, Subject) {
	if c.oneself {
		subject = step.apply(subject)
	}
	return subject, step.apply(agent)
}

// inOrder decides about one step after the other. It returns the request that is denied, if
// there is one.
func (c *agentChange) inOrder(subject, agent Subject) (Decision, Request) {
	d := Decision{Reason: AllowedAll}
	for i := range c.steps {
		r := c.ask(&c.steps[i], subject, agent)
		if d = r.Authorize(); !d.Allowed() {
			return d, r
		}
		subject, agent = c.apply(&c.steps[i], subject, agent)
	}
	return d, Request{}
}

// inAnyOrder looks for an order of the steps that are not done yet. No one order is best for
// oneself: a group can widen nothing only after a role is gone, and a role only before another
// one is. It returns the last decision of an order in which each step is allowed, or a denial.
func (c *agentChange) inAnyOrder(subject, agent Subject, done uint64, last Decision) Decision {
	if done == 1<<len(c.steps)-1 {
		return last
	}
	for i := range c.steps {
		if done>>i&1 != 0 || c.dead[done] || c.asks == 0 || !c.isReady(i, done) {
			continue
		}
		c.asks--
		d := c.ask(&c.steps[i], subject, agent).Authorize()
		if !d.Allowed() {
			continue
		}
		nextSubject, nextAgent := c.apply(&c.steps[i], subject, agent)
		if d = c.inAnyOrder(nextSubject, nextAgent, done|1<<i, d); d.Allowed() {
			return d
		}
	}
	c.dead[done] = true
	return Decision{}
}

// isReady reports whether the step can come next: a ticket scope is narrowed only after it was
// widened.
func (c *agentChange) isReady(i int, done uint64) bool {
	narrow := &c.steps[i]
	if narrow.order != narrowing {
		return true
	}
	widen := slices.IndexFunc(c.steps, func(s changeStep) bool { return s.action == narrow.action && narrow.replaces(s.binding) })
	return done>>widen&1 != 0
}

// canBecome reports whether both are one agent, before and after a change of what a form can
// change.
func (who *actor) canBecome(after *actor) bool {
	if who.id != after.id || !reflect.DeepEqual(who.account, after.account) || !reflect.DeepEqual(who.crm, after.crm) || who.contact != after.contact || who.company != after.company {
		return false
	}
	roles := make(map[heldRole]Role)
	for _, b := range slices.Concat(who.bindings, after.bindings) {
		key := heldRole{name: b.Role.Name(), account: b.Role.Account()}
		if other, known := roles[key]; known && !other.Equal(b.Role) {
			return false
		}
		roles[key] = b.Role
	}
	return true
}

// A heldRole is a role, and where and when it is held, without the ticket scope. Roles are told apart by
// their names, because a host may have loaded a role twice.
type heldRole struct {
	name      string
	account   AccountID
	workspace WorkspaceID
	group     GroupID
	window    Window
}

func (b Binding) heldRole() heldRole {
	return heldRole{b.Role.Name(), b.Role.Account(), b.Workspace, b.Group, b.Window}
}

// held returns the bindings by the role and where it is held. Several of one role in one place
// reach together what one at both ticket scopes does.
func (who *actor) held() map[heldRole]Binding {
	all := make(map[heldRole]Binding)
	for _, b := range who.bindings {
		key := b.heldRole()
		if other, known := all[key]; known {
			b.TicketScope = other.TicketScope.closed() | b.TicketScope.closed()
		}
		all[key] = b
	}
	return all
}

// A changeStep is one step of a change of an agent.
type changeStep struct {
	action  ActionID
	binding Binding // of a step about a role
	group   GroupID // of a step about a group
	access  Access
	order   int // steps with a smaller number come first
}

// The order of the steps. Of another agent, what is taken away comes first: then there is less
// that the subject has to cover. Of oneself, what is given comes first, as long as one's
// authority covers it, and what the steps need is given up last, if that can be: see inAnyOrder.
const (
	ofOthersLosing    = iota - 10
	ofOthersLeaving   // the agent is deactivated, before a new administrator's role makes it the last one
	ofOthersSwapping  // an administrator's role is held somewhere else, before it is removed
	ofOthersRemoving  // an administrator's role
	ofOthersReturning // the agent is edited
	inAnyCase         // what is given
	narrowing         // from both ticket scopes to the new one
	ofOneselfLosing
	ofOneselfRemoving // a role that lets its holder remove roles
	ofOneselfLeaving
)

// stepsTo returns the steps of the change in the best order.
func (who *actor) stepsTo(after *actor, oneself bool) []changeStep {
	steps := slices.Concat(who.roleSteps(after, oneself), who.groupSteps(after, oneself))
	edit := changeStep{action: AgentEdit.ID(), order: ofOthersReturning}
	leave := changeStep{action: AgentDeactivate.ID(), order: ofOthersLeaving}
	if oneself {
		leave.order = ofOneselfLeaving
	}
	if who.crm != nil {
		edit.action, leave.action = SharedAgentEdit.ID(), SharedAgentEdit.ID()
	}
	switch was, will := who.dead == Deactivated, after.dead == Deactivated; {
	case was && !will:
		steps = append(steps, edit)
	case !was && will:
		steps = append(steps, leave)
	}
	slices.SortStableFunc(steps, changeStep.compare)
	return steps
}

// compare orders steps, and those that could come in any order by what they change.
func (s changeStep) compare(other changeStep) int {
	return cmp.Or(cmp.Compare(s.order, other.order), cmp.Compare(s.group, other.group), s.binding.compare(other.binding))
}

// roleSteps returns the steps that change roles and ticket scopes.
func (who *actor) roleSteps(after *actor, oneself bool) (steps []changeStep) {
	was, will := who.held(), after.held()
	losing := ofOthersLosing
	if oneself {
		losing = ofOneselfLosing
	}
	for key, b := range was {
		if _, kept := will[key]; !kept {
			steps = append(steps, changeStep{action: AgentRoleRemove.ID(), binding: b, order: b.removal(oneself)})
		}
	}
	for key, b := range will {
		old, held := was[key]
		from, to := old.TicketScope.closed(), b.TicketScope.closed()
		given := inAnyCase
		if b.makesRoles() && !oneself {
			given = ofOthersSwapping
		}
		edit := changeStep{action: AgentScopeEdit.ID(), binding: b, order: given}
		switch {
		case !held:
			edit.action = AgentRoleAssign.ID()
			steps = append(steps, edit)
		case from == to:
		case from&^to == 0:
			steps = append(steps, edit)
		case to&^from == 0:
			edit.order = losing
			steps = append(steps, edit)
		default:
			narrow := edit
			edit.binding.TicketScope, narrow.order = from|to, narrowing
			steps = append(steps, edit, narrow)
		}
	}
	return steps
}

// removal returns when the binding's role is removed.
func (b *Binding) removal(oneself bool) int {
	switch {
	case !oneself && b.makesRoles():
		return ofOthersRemoving
	case !oneself:
		return ofOthersLosing
	case b.Group == "" && b.Workspace != "" && !b.Workspace.single() && b.Role.Permissions().Scope(AgentRoleRemove.ID()) != 0:
		return ofOneselfRemoving
	}
	return ofOneselfLosing
}

// groupSteps returns the steps that change groups.
func (who *actor) groupSteps(after *actor, oneself bool) (steps []changeStep) {
	groups := slices.AppendSeq(slices.Collect(maps.Keys(who.groups)), maps.Keys(after.groups))
	slices.Sort(groups)
	for _, group := range slices.Compact(groups) {
		from, to := who.groups[group], after.groups[group]
		step := changeStep{action: AgentGroupAssign.ID(), group: group, access: to, order: inAnyCase}
		if to < from {
			if step.order = ofOthersLosing; oneself {
				step.order = ofOneselfLosing
			}
		}
		if from != to {
			steps = append(steps, step)
		}
	}
	return steps
}

// resource returns what the step is asked of, with the agent as it is.
func (s changeStep) resource(agent Subject) Resource {
	switch s.action {
	case AgentGroupAssign.ID():
		var who actor
		who.set(agent)
		return &GroupMembership{Member: agent, Group: AgentGroup{ID: s.group, Account: who.account.ID}, Access: s.access}
	case AgentRoleAssign.ID(), AgentRoleRemove.ID(), AgentScopeEdit.ID():
		return &RoleAssignment{Holder: agent, Binding: s.binding}
	}
	if a, ok := agent.(*SharedAgent); ok {
		return a
	}
	return agent.(*Agent)
}

// apply returns a copy of the agent or shared agent after the step.
func (s changeStep) apply(agent Subject) Subject {
	c := copySubject(agent)
	switch s.action {
	case AgentGroupAssign.ID():
		*c.groups = with(*c.groups, s.group, s.access)
	case AgentRoleAssign.ID(), AgentScopeEdit.ID(), AgentRoleRemove.ID():
		*c.bindings = slices.DeleteFunc(slices.Clone(*c.bindings), s.replaces)
		if s.action != AgentRoleRemove.ID() {
			*c.bindings = append(*c.bindings, s.binding)
		}
	default:
		*c.deactivated = !*c.deactivated
	}
	return c.subject
}

// replaces reports whether the step takes away the binding: the role where it is held, at any
// ticket scope, in the same window.
func (s changeStep) replaces(b Binding) bool {
	return b.heldRole() == s.binding.heldRole()
}
