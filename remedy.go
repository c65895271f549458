package deskpolicy

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// A Remedy is fixes that together turn a denial into an allowance, and of which
// none can be left out or go less far. See [Remedies]. The zero Remedy changes nothing.
type Remedy []Fix

// Apply returns the subject and the resource of the request as they would be:
// copies, of which what was given stays as it is. The resource is a pointer. A
// subject or a resource that a fix is not about stays itself.
//
// They are for trying out, not for keeping: a grant that they have was made by nobody.
// Only who asks and who is to receive the resource change. If it is one and the
// same [Subject], it stays one; whoever else the resource names stays as they are.
func (r Remedy) Apply(subject Subject, resource Resource) (Subject, Resource) {
	for _, k := range [...]kind{
		kindTicket, kindTicketPair, kindTicketAssignment, kindNote, kindTimeEntry, kindConversation, kindConversationAssignment, kindContact, kindContactPair, kindCompany,
	} {
		if _, thing := k.read(resource); thing != nil {
			return r.apply(subject, thing)
		}
	}
	changed, _ := r.apply(subject, nil)
	return changed, resource
}

// apply returns the subject and the thing, a pointer to a resource, as they would be.
func (r Remedy) apply(subject Subject, thing any) (Subject, Resource) {
	who, on := holderOf(subject), targetOf(thing)
	receiver := &who
	if on.to != nil && *on.to != subject {
		other := holderOf(*on.to)
		receiver = &other
	}
	var grant []Binding
	for _, f := range r {
		whom := &who
		if f.ForRecipient {
			whom = receiver
		}
		whom.fix(f)
		on.fix(f, whom)
		if f.Kind == FixObtainSupportGrant {
			grant = append(grant, f.Binding)
		}
	}
	who.obtain(grant)
	if on.to != nil {
		*on.to = receiver.subject
	}
	return who.subject, on.resource
}

// String returns the fixes as orders, each with who could carry it out.
func (r Remedy) String() string {
	var orders []string
	for _, f := range r {
		orders = append(orders, f.String()+" ("+f.By().words()+")")
	}
	return cmp.Or(strings.Join(orders, " and "), "change nothing")
}

// Remedies returns all the smallest changes that would allow what was denied: the
// fewest fixes first, and then by the fixes, by kind, role, workspace, ticket scope
// and group. Each was tried: with it applied, [Authorize] allows, and with less it
// does not. What is forbidden or malformed has none, and neither has what would
// be forbidden to a live subject: nobody can give it. There are at most [MaxRemedies].
//
// Of the roles offered those are named that suffice, each in the resource's
// workspace, or account-wide if it is in none, and at the least ticket scope, and
// not those that permit more than another that suffices. Without any on offer they are the
// built-in roles, for an agent without the Shared Agent role [S41], for a shared agent that one alone. A role that is held there is widened instead.
func Remedies(denied Explanation, roles ...Role) []Remedy {
	f := finder{e: &denied, offered: roles}
	return f.find()
}

// RemediesBy returns what [Remedies] does as far as the administrator may carry it
// out: each fix of agents, tickets, grants, the account or the plan is one that
// [Authorize] lets them make. What is done in the CRM it does not judge.
func RemediesBy(administrator Subject, denied Explanation, roles ...Role) []Remedy {
	f := finder{e: &denied, offered: roles, by: administrator, judged: true}
	return f.find()
}

// A finder looks for the remedies of a denial.
type finder struct {
	e       *Explanation
	offered []Role
	by      Subject // who is to carry them out,
	judged  bool    // if that is somebody in particular

	thing any            // a pointer to the resource
	on    kind           // what it is
	live  Subject        // who asks, once live
	both  func(Fix) bool // whether a fix may do for both parts
	found []Remedy

	useful []Role // the roles, once they were looked at,
	shared bool   // for a shared agent or for an agent
}

// find returns the remedies. A remedy is a fix for each gate before the roles, one
// way in by the roles, and one for each other part. The ways are guesses:
// Authorize has the last word.
func (f *finder) find() []Remedy {
	if f.e.Decision.Reason.Outcome() != OutcomeNotGranted {
		return nil
	}
	q := f.e.request.question()
	f.live, f.thing, f.on = f.e.request.Subject, q.thing, q.what.kind
	gate := q.gate(f.live)
	if len(gate) > 0 {
		f.live, q.thing = gate.apply(f.live, f.thing)
	}
	var ways []Remedy
	switch d := q.decide(f.live); {
	case d.Allowed():
		ways = []Remedy{nil}
	case d.Reason.Outcome() == OutcomeNotGranted:
		f.both = q.forBoth(f.live)
		ways = combine(f.givable(f.ways(&q)), f.givable(f.second(&q)), f.both, nil)
	}
	for _, way := range cross([]Remedy{gate}, ways) {
		if !slices.ContainsFunc(f.found, way.has) {
			f.reduce(way)
		}
		if f.enough() {
			break
		}
	}
	f.found = smallest(f.found)
	slices.SortFunc(f.found, Remedy.compare)
	return f.found[:min(len(f.found), MaxRemedies)]
}

// desked returns the subject; instead of a CRM user who is not an agent, the shared
// agent that a remedy makes of them.
func desked(who Subject) Subject {
	if n, ok := who.(*CRMOnlyUser); ok {
		who, _ = Remedy{{Kind: FixBecomeSharedAgent}}.apply(n, nil)
	}
	return who
}

// compare orders remedies: the fewest fixes first, then fix by fix.
func (r Remedy) compare(other Remedy) int {
	return cmp.Or(cmp.Compare(len(r), len(other)), slices.CompareFunc(r, other, Fix.compare))
}

// gate returns what makes the subject live and its plan sufficient.
func (q *question) gate(subject Subject) (gate Remedy) {
	add := func(needed bool, kind FixKind) {
		if needed {
			gate = append(gate, Fix{Kind: kind})
		}
	}
	var who actor
	who.set(subject)
	switch s := subject.(type) {
	case *Agent:
		add(s.Deactivated, FixReactivate)
	case *SharedAgent:
		add(s.Deactivated, FixReactivate)
	case *CRMOnlyUser:
		add(true, FixBecomeSharedAgent)
		who.crm = &s.CRM
	}
	if who.crm != nil {
		add(who.crm.Deactivated, FixReactivateInCRM)
		add(!who.account.Integrated, FixConnectCRM)
	}
	if lacking := q.requires() &^ who.account.Plan.Features; lacking != 0 {
		gate = append(gate, Fix{Kind: FixUpgradePlan, Features: lacking})
	}
	return gate
}

// second returns the ways to be allowed the second part, if there is one.
func (f *finder) second(q *question) []Remedy {
	switch thing := q.thing.(type) {
	case *TicketPair, *ContactPair:
		into := q.into()
		return f.ways(&into)
	case *TicketAssignment:
		return f.receiving(q, thing.To)
	case *ConversationAssignment:
		return f.receiving(q, thing.To)
	}
	ways := []Remedy{nil}
	for _, action := range q.given() {
		give := q.alsoTo(action)
		ways = cross(ways, f.ways(&give))
	}
	return ways
}

// ways returns the ways to be allowed one part by one role: the ways for a
// binding, held or offered, to reach it on one ground.
func (f *finder) ways(q *question) []Remedy {
	session := q.who.session != nil
	switch {
	case q.judge().Allowed() && !(session && q.what.kind.pair()): // another grant has to be for both
		return []Remedy{nil}
	case session:
		return f.grants(q)
	}
	return f.routes(q, f.sources(q, false), q.openings(), func(on *question, s source, as Binding) bool { return as.decide(on).Allowed() })
}

// routes returns the ways to be allowed the part by each source: with nothing
// else, and with each of the openings at a lesser ticket scope.
func (f *finder) routes(q *question, sources []source, openings []Fix, enough func(*question, source, Binding) bool) (found []Remedy) {
	limits := make([]Scope, len(sources)) // at and above which the source needs no opening
	for o, opening := range openings {
		on := *q
		on.pretend(opening)
		var ways []Remedy
		for i, s := range sources {
			if o == 0 {
				limits[i] = ScopeGlobal + 1
			}
			binding, ok := s.least(&on, limits[i], enough)
			if !ok {
				continue
			}
			if o == 0 {
				limits[i] = binding.ticketScope()
			}
			ways = append(ways, s.way(binding, opening))
		}
		if opening.Kind == FixBeAssigned {
			ways = f.assignable(&on, ways)
		}
		found = append(found, ways...)
	}
	return found
}

// grants returns the roles each of which a grant could give to be allowed the part.
func (f *finder) grants(q *question) (found []Remedy) {
	for _, role := range f.roles(&q.who) {
		b := Binding{Role: role, Workspace: heldFor(q.what.Workspace), TicketScope: ScopeGlobal}
		if b.decide(q).Allowed() {
			b.TicketScope = 0
			found = append(found, Remedy{{Kind: FixObtainSupportGrant, Binding: b}})
		}
	}
	return found
}

// heldFor returns where a binding has to be held for what is in the workspace.
func heldFor(w WorkspaceID) WorkspaceID { return cmp.Or(w, AccountWide) }

// openings returns the fixes that could open the part to a role that has the
// permission, first the zero Fix for none.
func (q *question) openings() []Fix {
	fixes := []Fix{{}}
	if q.groupAccess() < q.rule.need {
		fixes = append(fixes, Fix{Kind: FixJoinGroup, Group: q.what.Group, Access: q.rule.need})
	}
	onTicket := q.what.kind.ticketLike()
	switch {
	case q.who.crm == nil:
		if (onTicket || q.what.kind == kindConversation || q.what.kind == kindConversationAssignment) && !q.isAssignee() {
			fixes = append(fixes, Fix{Kind: FixBeAssigned, ForSecond: q.second})
		}
	case onTicket:
		if !q.what.mentions[q.who.id] {
			fixes = append(fixes, Fix{Kind: FixBeMentioned, ForSecond: q.second})
		}
		if requester := q.what.requester; requester != nil && requester.Account == q.what.Account && q.crmAccess() == NoAccess {
			fixes = append(fixes, Fix{Kind: FixSeeCustomer, Access: View, ForSecond: q.second}) // enough to work on its tickets (A6)
		}
	case q.what.kind.customer() && q.crmAccess() < q.rule.need:
		fixes = append(fixes, Fix{Kind: FixSeeCustomer, Access: q.rule.need, ForSecond: q.second})
	}
	return fixes
}

// pretend makes the question one that is asked once the part is opened.
func (q *question) pretend(opened Fix) {
	switch opened.Kind {
	case FixJoinGroup:
		q.group, q.groupLooked = opened.Access, true
	case FixBeAssigned:
		q.what.Assignee = q.who.id
	case FixBeMentioned:
		q.what.mentions = map[AgentID]bool{q.who.id: true}
	case FixSeeCustomer:
		q.crm, q.crmLooked = opened.Access, true
	}
}

// A source is a binding that is held, or could be.
type source struct {
	binding   Binding
	held      bool
	recipient bool
}

// sources returns the bindings that who holds and that could reach the part, of
// those that are alike the widest, and those that they could hold for it as well.
func (f *finder) sources(q *question, recipient bool) (sources []source) {
	who, widest := &q.who, widestOf(q.who.bindings)
	for i, b := range who.bindings {
		if q.concerns(&b) && widest[b.unscoped()] == i {
			sources = append(sources, source{b, true, recipient})
		}
	}
	sources = firstOf(maxSources, sources, func(a, b source) int { return a.binding.compare(b.binding) })
	for _, role := range f.roles(who) {
		there, wide := Binding{Role: role, Workspace: heldFor(q.what.Workspace)}, Binding{Role: role, Workspace: AccountWide}
		for _, b := range [...]Binding{there, wide} {
			// Account-wide a role may reach both of a pair.
			if b == there || q.what.kind.pair() && wide.heldIn(q.what.Workspace, q.isOpen()) {
				if _, held := widest[b]; !held {
					sources = append(sources, source{b, false, recipient})
				}
			}
			if there == wide {
				break
			}
		}
	}
	return sources
}

// roles returns the roles that are offered to who: none that permits more than
// another without being of more use here.
func (f *finder) roles(who *actor) []Role {
	shared := who.crm != nil
	if f.useful == nil || f.shared != shared {
		f.useful, f.shared = f.usefulTo(who), shared
	}
	return f.useful
}

func (f *finder) usefulTo(who *actor) []Role {
	offered := f.offered
	switch {
	case len(offered) == 0 && who.crm != nil:
		offered = []Role{sharedAgentRole}
	case len(offered) == 0:
		offered = builtIns
	}
	roles := make([]Role, 0, len(offered))
	for _, role := range offered {
		b := Binding{Role: role}
		if b.roleIn(who.account) != nil && f.permits(role) && (who.crm != nil || !b.ofSharedAgents()) { // which only the CRM gives [S41]
			roles = append(roles, role)
		}
	}
	roles = firstOf(maxSources, roles, func(a, b Role) int { return Binding{Role: a}.compare(Binding{Role: b}) })
	if f.judged { // whoever may not widen what is held may be allowed to give more
		return roles
	}
	all := slices.Clone(roles)
	return slices.DeleteFunc(roles, func(role Role) bool {
		return slices.ContainsFunc(all, func(other Role) bool { return f.lesser(other, role) })
	})
}

// asked returns what a role can be of use for: the action and, of what can be
// assigned or is to be received, to be able to take it.
func (f *finder) asked() [2]ActionID {
	return [...]ActionID{f.e.request.Action, takenBy(f.on)}
}

// permits reports whether the role can be of any use.
func (f *finder) permits(role Role) bool {
	actions := f.asked()
	return role.def.levels(actions[0])|role.def.levels(actions[1]) != 0
}

// lesser reports whether a is of the same use as b, and permits less.
func (f *finder) lesser(a, b Role) bool {
	for _, id := range f.asked() {
		if a.def.levels(id) != b.def.levels(id) {
			return false
		}
	}
	wide := f.on.pair() && a.def.administrative != b.def.administrative // the parts may be in different workspaces
	return !wide && b.def.permissions.covers(&a.def.permissions) && !a.def.permissions.covers(&b.def.permissions)
}

// least returns the source at the least ticket scope, below a limit, at which it is enough.
func (s source) least(q *question, limit Scope, enough func(*question, source, Binding) bool) (Binding, bool) {
	b := s.binding
	if b.Role.def.levels(q.action) == 0 {
		return b, false
	}
	if s.held && b.ticketScope() < limit && enough(q, s, b) {
		return b, true
	}
	for b.TicketScope = b.ticketScope() + 1; b.TicketScope < limit; b.TicketScope++ {
		if enough(q, s, b) {
			return b, true
		}
		if !q.what.kind.ticketLike() {
			break // ticket scopes do not matter
		}
	}
	return b, false
}

// way returns what makes the binding of the source, with the opening if there is one.
func (s source) way(binding Binding, opening Fix) (way Remedy) {
	if opening.Kind != 0 {
		way = append(way, opening)
	}
	if binding != s.binding {
		way = append(way, s.fix(binding)) // the last of the kinds
	}
	return way
}

// fix returns what makes the binding of the source.
func (s source) fix(binding Binding) Fix {
	kind := FixHoldRole
	if s.held {
		kind = FixWidenScope
	}
	return Fix{Kind: kind, ForRecipient: s.recipient, Binding: binding}
}

// assignable returns the ways to be assigned the part, each with what it takes to
// be able to: that goes by what the way adds for it, and is the same for many.
func (f *finder) assignable(q *question, ways []Remedy) (able []Remedy) {
	take, unassigned := q.assigning(), *q
	sources := f.sources(&take, false)
	take.who.bindings, unassigned.who.bindings, unassigned.what.Assignee = take.effective(), q.effective(), ""
	byReach := make(map[levels][]Remedy)
	for _, way := range ways {
		reach := take.reachOf(way.binding())
		byReach[reach] = append(byReach[reach], way)
	}
	for _, reach := range slices.Sorted(maps.Keys(byReach)) {
		alike, to := byReach[reach], take
		to.who.bindings = append(slices.Clip(take.who.bindings), *alike[0].binding())
		found := combine(alike, f.taking(&to, sources, false), f.both, func(way, more Remedy) bool {
			return len(more) == 0 || !unassigned.allowedWith(way, more)
		})
		able = append(able, found[:min(len(found), MaxRemedies)]...)
	}
	return able
}

// binding returns the binding that the remedy makes, or an empty one.
func (r Remedy) binding() *Binding {
	for i := range r {
		if r[i].binds() {
			return &r[i].Binding
		}
	}
	return new(Binding)
}

// allowedWith reports whether the fixes are enough without being assigned the part.
func (q *question) allowedWith(way, more Remedy) bool {
	on := *q
	on.who.bindings = slices.Clip(on.who.bindings)
	for _, fixes := range [...]Remedy{way, more} {
		for _, fix := range fixes {
			if fix.binds() { // next to a widened binding, what it was before adds nothing
				on.who.bindings = append(on.who.bindings, fix.Binding)
			}
			if fix.Kind == FixJoinGroup {
				on.pretend(fix)
			}
		}
	}
	return on.judge().Allowed()
}

// assigning returns the question whether who asks could take the ticket or conversation.
func (q *question) assigning() question {
	need := takenBy(q.what.kind)
	return question{who: q.who, action: need, rule: need.info(), what: q.what}
}

// takenBy returns what somebody has to be able to do to be assigned a thing of the kind.
func takenBy(on kind) ActionID {
	if on == kindConversation || on == kindConversationAssignment {
		return ConversationReply.ID()
	}
	return TicketBeAssigned.ID()
}

// receiving returns the ways for whoever is to receive the thing to be able to.
func (f *finder) receiving(q *question, to Subject) []Remedy {
	if q.judgeSecond().Allowed() {
		return []Remedy{nil}
	}
	take := q.recipient()
	var gate Remedy
	if take.who.dead == Deactivated {
		gate, take.who.dead = Remedy{{Kind: FixReactivate, ForRecipient: true}}, Undecided
	}
	recipient := to != f.live
	sources := f.sources(&take, recipient)
	take.who.bindings = take.effective()
	return cross([]Remedy{gate}, f.taking(&take, sources, recipient))
}

// taking returns the ways for somebody to be able to take what they are to be
// given, by one of the sources.
func (f *finder) taking(take *question, sources []source, recipient bool) []Remedy {
	if take.judgeTaking().Allowed() {
		return []Remedy{nil}
	}
	openings := []Fix{{}}
	if take.groupAccess() < take.rule.need {
		openings = append(openings, Fix{Kind: FixJoinGroup, ForRecipient: recipient, Group: take.what.Group, Access: take.rule.need})
	}
	return f.routes(take, sources, openings, func(on *question, s source, as Binding) bool {
		changed := *on
		if as != s.binding { // next to a widened binding, what it was before adds nothing
			changed.who.bindings = append(slices.Clip(on.who.bindings), as)
		}
		return changed.judgeTaking().Allowed()
	})
}

// reduce keeps the remedy if it can be carried out, allows what was denied and
// does not with any fix less; or else those parts of it of which that is true. It
// reports whether there are any.
func (f *finder) reduce(r Remedy) (any bool) {
	subject, resource := r.apply(f.e.request.Subject, f.thing)
	if !f.allows(subject, resource) {
		return false
	}
	for i := range r {
		if len(r) > 1 && f.reduce(slices.Delete(slices.Clone(r), i, i+1)) {
			any = true
		}
	}
	if !any && f.feasible(r, subject, resource) {
		f.found, any = append(f.found, r), true
	}
	return any
}

// allows reports whether the request is allowed as it would be.
func (f *finder) allows(subject Subject, resource Resource) bool {
	changed := f.e.request
	changed.Subject, changed.Resource = subject, resource
	return changed.Authorize().Allowed()
}

// feasible reports whether each fix is one that the administrator may make or, of
// nobody in particular, somebody could.
func (f *finder) feasible(r Remedy, subject Subject, resource Resource) bool {
	if !f.judged && !slices.ContainsFunc(r, func(fix Fix) bool { return fix.Kind == FixBeAssigned }) {
		return true
	}
	before, after := targetOf(f.thing), targetOf(resource)
	for _, fix := range r {
		whom := change{f.e.request.Subject, subject, before.part(fix.ForSecond)}
		if fix.ForRecipient {
			whom.before, whom.after = *before.to, *after.to
		}
		if fix.Kind == FixBeAssigned && !whom.of.goesTo(whom.after) || f.judged && !f.may(fix, whom) {
			return false
		}
	}
	return true
}

// A change is what a remedy as a whole makes of whom a fix is about. An
// administrator has to be allowed the fix of both: before it is not done yet, and
// after there is most to cover.
type change struct {
	before, after Subject
	of            handover // the part of the resource that is about, before
}

// A handover is a ticket or a conversation that could be assigned.
type handover struct {
	ticket       *Ticket
	conversation *Conversation
}

// part returns the ticket or conversation of the target.
func (t *target) part(second bool) handover {
	if second {
		return handover{t.tickets[1], nil}
	}
	return handover{t.tickets[0], t.conversation}
}

// goesTo reports whether who could take it.
func (h handover) goesTo(who Subject) bool {
	if h.ticket != nil {
		return takes(&TicketAssignment{Ticket: *h.ticket, To: who}, who)
	}
	return takes(&ConversationAssignment{Conversation: *h.conversation, To: who}, who)
}

// assignable reports whether the administrator may give it to who.
func (h handover) assignable(by, to Subject) bool {
	if h.ticket != nil {
		return Authorize(by, TicketAssign, &TicketAssignment{Ticket: *h.ticket, To: to}).Allowed()
	}
	return Authorize(by, ConversationAssign, &ConversationAssignment{Conversation: *h.conversation, To: to}).Allowed()
}

// takes reports whether who, of the same account, could take what is handed over.
func takes[R interface {
	TicketAssignment | ConversationAssignment
	Resource
}](over *R, who Subject) bool {
	var q question
	q.who.set(who)
	q.thing = attributesOf(over, &q.what)
	return q.judgeSecond().Allowed()
}

// may reports whether the administrator may make the fix.
func (f *finder) may(fix Fix, to change) bool {
	to.before = desked(to.before)
	var of actor
	of.set(to.after)
	switch fix.Kind {
	case FixConnectCRM:
		return Authorize(f.by, AccountManage, of.account).Allowed()
	case FixUpgradePlan:
		return Authorize(f.by, BillingManage, of.account).Allowed()
	case FixObtainSupportGrant:
		return Authorize(f.by, SupportGrantCreate, &of.session.grant).Allowed()
	case FixBeAssigned:
		return to.of.assignable(f.by, to.after)
	case FixBeMentioned:
		return Authorize(f.by, TicketMention, to.of.ticket).Allowed()
	}
	return f.mayChange(fix, to.before) && f.mayChange(fix, to.after)
}

// mayChange reports whether the administrator may make the fix to who as they are.
func (f *finder) mayChange(fix Fix, who Subject) bool {
	var of actor
	of.set(who)
	switch fix.Kind {
	case FixReactivate:
		if agent, ok := who.(*Agent); ok {
			return Authorize(f.by, AgentEdit, agent).Allowed()
		}
		return Authorize(f.by, SharedAgentEdit, who.(*SharedAgent)).Allowed()
	case FixJoinGroup:
		return Authorize(f.by, AgentGroupAssign, &GroupMembership{who, AgentGroup{fix.Group, of.account.ID}, fix.Access}).Allowed()
	case FixWidenScope:
		return Authorize(f.by, AgentScopeEdit, &RoleAssignment{who, fix.Binding}).Allowed()
	case FixHoldRole:
		return Authorize(f.by, AgentRoleAssign, &RoleAssignment{who, fix.Binding}).Allowed()
	}
	return true // what is done in the CRM
}

// cross returns each of the ones with each of the others, as one remedy.
func cross(ones, others []Remedy) []Remedy {
	crossed := make([]Remedy, 0, len(ones)*len(others))
	for _, one := range ones {
		for _, other := range others {
			crossed = append(crossed, one.and(other))
		}
	}
	return crossed
}

// and returns the fixes of both in order, of those that are alike the one that goes as far as both.
func (r Remedy) and(other Remedy) Remedy {
	switch {
	case len(r) == 0:
		return other
	case len(other) == 0:
		return r
	}
	both := slices.Clone(r)
	for _, f := range other {
		if i := slices.IndexFunc(both, f.alike); i >= 0 {
			both[i] = both[i].join(f)
		} else {
			both = append(both, f)
		}
	}
	slices.SortFunc(both, Fix.compare)
	return both
}

// smallest returns the remedies that none of the others is less than, each once.
func smallest(all []Remedy) (least []Remedy) {
	for i, r := range all {
		larger := slices.ContainsFunc(all, func(other Remedy) bool { return other.fitsBy(Fix.within, r) && !r.fitsBy(Fix.within, other) })
		again := slices.ContainsFunc(all[:i], func(other Remedy) bool { return slices.Equal(other, r) })
		if !larger && !again {
			least = append(least, r)
		}
	}
	return least
}
