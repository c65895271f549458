package deskpolicy

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// A Remedy is a list of fixes that together would allow a denied request. Every fix is
// needed, and none can be narrower. See [Remedies]. The zero Remedy changes nothing.
type Remedy []Fix

// Apply returns copies of the subject and the resource of a request with the fixes
// applied. It modifies neither argument. The copy of the resource is a pointer; a resource
// of a kind that no fix changes is returned unchanged.
//
// Use the copies to try a remedy, but do not store them: a support grant in them has no
// creator. Apply changes the subject, the resource and the recipient of an assignment. If
// the subject, or the principal of a delegate, and the recipient are the same [Subject] value, so are their copies. Other
// agents in the resource are not changed.
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

// apply is Apply with the resource as a pointer, or nil.
func (r Remedy) apply(subject Subject, thing any) (Subject, Resource) {
	who, on := copySubject(subject), copyResource(thing)
	recipient := &who
	if on.to != nil && *on.to != subject && !actsFor(subject, *on.to) {
		other := copySubject(*on.to)
		recipient = &other
	}
	var granted []Binding
	for _, f := range r {
		changed := &who
		if f.ForRecipient {
			changed = recipient
		}
		changed.apply(f)
		on.apply(f, changed)
		if f.Kind == FixCreateSupportGrant {
			granted = append(granted, f.Binding)
		}
	}
	who.obtainGrant(granted)
	switch {
	case on.to == nil:
	case actsFor(subject, *on.to):
		*on.to = who.subject.(*Delegate).Principal
	default:
		*on.to = recipient.subject
	}
	return who.subject, on.resource
}

// actsFor reports whether the subject is a delegate of the principal, the same Subject value.
func actsFor(subject, principal Subject) bool {
	d, is := subject.(*Delegate)
	return is && d != nil && d.Principal == principal
}

// String returns the fixes as instructions, each with the person who can carry it out,
// such as `reactivate the agent (by an administrator)`.
func (r Remedy) String() string {
	var instructions []string
	for _, f := range r {
		instructions = append(instructions, f.String()+" (by "+f.By().words()+")")
	}
	return cmp.Or(strings.Join(instructions, " and "), "change nothing")
}

// Remedies returns all the smallest changes that would allow the denied request. Remedies
// with fewer fixes are first; remedies of the same length are sorted by the kind, role,
// workspace, ticket scope and group of their fixes. Remedies has tried each one:
// [Authorize] allows the request with the remedy applied, and denies it with any smaller
// change. A request has no remedies if it is forbidden or malformed, or if it would be
// forbidden once the subject is active and the plan has the required features. Remedies
// returns at most [MaxRemedies].
//
// The roles are those that a remedy can give. A remedy does not give a role if a role that
// permits less is enough. It gives a role in the resource's workspace, or account-wide if
// the resource is not in a workspace, whatever the group, and at the narrowest ticket scope
// that is enough of restricted, group, that of the permission itself, and global. It
// also gives one role in the open workspaces instead of one for each resource of a pair.
// If the subject already holds the role there, it widens the ticket scope instead. A fix
// for a relation, such as a mention, is tried only if a role or a ticket scope has the
// relation, and a change of group only if one has [GroupQueue] and neither InGroup nor
// Unassigned; the assignee of a ticket that is to be moved is never changed. For what is
// confidential, a remedy also gives or widens a role with ticket.confidential, which can be
// another, or says that it is no longer confidential. Remedies gives no role that is not
// among the given ones. The remedies of a delegate are those of its principal, with the limits to
// widen; those that need nothing of the principal only say which limit. Pass what the account offers: the [RoleSet.All] of its set or, if it
// has no roles of its own, its [Account.BuiltInRoles]. It gives the Shared Agent role to
// shared agents only, and they get no other built-in role [S41]. A CRM-only user has no remedy
// without it, as it is the role that makes them a shared agent.
// Customers get only roles that permit nothing but what is open to customers, and agents get
// none of the built-in ones among these (A65).
func Remedies(denied Explanation, roles ...Role) []Remedy {
	f := finder{e: &denied, offered: roles}
	return f.find()
}

// RemediesBy returns the remedies that the administrator is allowed to carry out. It checks
// with [Authorize] each change of agents, tickets, conversations, support grants, the
// account and the plan. Adding a participant to a ticket and saying that it is no longer
// confidential take ticket.properties.edit, and in a conversation conversation.assign; a
// mention there takes conversation.note.private. To change a customer takes contact.edit, and to widen a
// limit agent.key.manage. It does not check changes in the CRM. See [Remedies].
func RemediesBy(administrator Subject, denied Explanation, roles ...Role) []Remedy {
	f := finder{e: &denied, offered: roles, by: administrator, checked: true, started: make(map[Fix]bool)}
	return f.find()
}

// A finder looks for the remedies of a denial.
type finder struct {
	e       *Explanation
	offered []Role
	by      Subject // the administrator, if checked is true
	checked bool    // whether to find only remedies that the administrator is allowed to carry out

	thing   any            // a pointer to the resource
	actions []ActionID     // see usefulActions
	live    Subject        // the subject after the prerequisites
	both    func(Fix) bool // reports whether a fix can serve both parts of the request
	apart   bool           // whether the two resources of a pair are in different workspaces
	secret  bool           // whether the resource, or one of a pair, is confidential
	found   []Remedy

	tried   map[string]bool // the results of reduce, by the fixes' numbers
	numbers map[Fix]uint32
	started map[Fix]bool // the results of canStart

	useful    []Role  // the result of roles, once computed
	usefulFor [2]bool // whether useful is for a shared agent, and for a customer
}

// find returns the remedies. A remedy consists of the prerequisites, a way to get the first
// part of the request allowed by a role, and a way for each other part. A way is a list of
// fixes that is likely to work; Authorize confirms each combination of ways.
func (f *finder) find() []Remedy {
	if f.e.Decision.Reason.Outcome() != OutcomeNotGranted || f.staysOutside() {
		return nil
	}
	if d, acts := f.e.request.Subject.(*Delegate); acts {
		return f.delegateRemedies(d)
	}
	q := f.e.request.question()
	f.live, f.thing, f.actions, f.secret = f.e.request.Subject, q.thing, usefulActions(&q), q.isConfidential()
	needed := q.prerequisites(f.live)
	if len(needed) > 0 {
		f.live, q.thing = needed.apply(f.live, f.thing)
	}
	var ways []Remedy
	switch d := q.decide(f.live); {
	case d.Allowed():
		ways = []Remedy{nil}
	case d.Reason.Outcome() == OutcomeNotGranted:
		f.both, f.apart = q.forBoth(f.live), q.apart()
		ways = combine(f.ways(&q), f.otherWays(&q), f.both, nil)
		if into := q.into(); q.who.session != nil && f.secret { // the current support grant may be enough
			ways = append(ways, q.opening().and(into.opening()))
		}
	}
	for _, way := range cross([]Remedy{needed}, ways) {
		if !slices.ContainsFunc(f.found, way.has) {
			f.reduce(way)
		}
		if f.full() {
			break
		}
	}
	f.found = smallest(f.found)
	slices.SortFunc(f.found, Remedy.compare)
	return f.found[:min(len(f.found), MaxRemedies)]
}

// staysOutside reports whether the subject is a CRM-only user, and the role is not offered that makes
// a shared agent of one.
func (f *finder) staysOutside() bool {
	_, outside := f.e.request.Subject.(*CRMOnlyUser)
	return outside && !slices.Contains(f.offered, sharedAgentRole)
}

// isConfidential reports whether the resource, or one of a pair, is confidential.
func (q *question) isConfidential() bool {
	into := q.into()
	return q.what.Confidential || into.what.Confidential
}

// asAgent returns the subject or, for a CRM-only user, the shared agent that the user
// becomes by a remedy.
func asAgent(who Subject) Subject {
	if n, ok := who.(*CRMOnlyUser); ok {
		who, _ = Remedy{{Kind: FixMakeSharedAgent}}.apply(n, nil)
	}
	return who
}

// compare orders remedies by their number of fixes, and then fix by fix.
func (r Remedy) compare(other Remedy) int {
	return cmp.Or(cmp.Compare(len(r), len(other)), slices.CompareFunc(r, other, Fix.compare))
}

// prerequisites returns the fixes that make the subject active and the plan sufficient.
func (q *question) prerequisites(subject Subject) (needed Remedy) {
	add := func(lacks bool, kind FixKind) {
		if lacks {
			needed = append(needed, Fix{Kind: kind})
		}
	}
	var who actor
	who.set(subject)
	switch s := subject.(type) {
	case *Agent:
		add(s.Deactivated, FixReactivate)
	case *SharedAgent:
		add(s.Deactivated, FixReactivate)
	case *Customer:
		if s.Deactivated {
			needed = append(needed, Fix{Kind: FixReactivate, ForCustomer: true})
		}
	case *CRMOnlyUser:
		add(true, FixMakeSharedAgent)
		who.crm = &s.CRM
	}
	if who.crm != nil {
		add(who.crm.Deactivated, FixReactivateInCRM)
		add(!who.account.Integrated, FixConnectCRM)
	}
	if lacking := q.requires() &^ who.account.Plan.Features; lacking != 0 {
		needed = append(needed, Fix{Kind: FixUpgradePlan, Features: lacking})
	}
	return needed
}

// otherWays returns the ways to get the other parts of the request, if any, allowed.
func (f *finder) otherWays(q *question) []Remedy {
	ways := []Remedy{nil}
	switch {
	case q.what.kind.pair():
		into := q.into()
		return f.ways(&into)
	case q.what.kind.compound():
		to, _ := q.destination()
		ways = f.recipientWays(q, to)
	}
	for _, action := range q.given() {
		give := q.alsoTo(action)
		ways = pair(ways, f.ways(&give))
	}
	return ways
}

// ways returns the ways to get one part of the request allowed by a single binding, held
// or offered.
func (f *finder) ways(q *question) []Remedy {
	session := q.who.session != nil
	switch {
	case q.judge().Allowed() && !(session && q.what.kind.pair()): // a new support grant must cover both resources
		return []Remedy{nil}
	case session:
		return f.grantWays(q)
	}
	return f.routes(q, f.sources(q, false), approach{fixesFor: (*question).fixesFor, enough: allowsAlone})
}

// An approach says how routes gets a part allowed.
type approach struct {
	fixesFor  func(q *question, wanted, relation Scope) []Remedy // returns the lists of fixes that make the relation hold
	enough    func(on *question, s source, as Binding) bool      // reports whether the source, as the binding, is enough
	taking    bool                                               // whether the subject is to be assigned the part
	recipient bool                                               // whether the fixes are for the recipient
	held      []Binding                                          // what the subject holds, if its bindings are only the effective ones
}

// allowsAlone reports whether the binding allows the part alone.
func allowsAlone(on *question, _ source, as Binding) bool { return as.decide(on).Allowed() }

// routes returns the ways to get the part allowed by each source: with each list of reach
// fixes, unless the source needs no wider ticket scope with fewer of them. The first of the
// lists is empty. If the part is confidential, each way also has the fixes for that.
func (f *finder) routes(q *question, sources []source, by approach) (found []Remedy) {
	tried := make([][]Remedy, len(sources)) // the ways found with each source
	for _, fixes := range q.reaches(sources, by.fixesFor) {
		on := *q
		for _, fix := range fixes {
			on.assume(fix)
		}
		open := on
		open.what.Confidential = false
		var ways []Remedy
		for i, s := range sources {
			binding, ok := s.least(&open, s.limits(tried[i], fixes), by.enough)
			if ok {
				way := s.way(binding, fixes)
				tried[i], ways = append(tried[i], way), append(ways, way)
			}
		}
		ways = f.permitted(ways)
		if on.what.Confidential && on.action != TicketConfidential.ID() {
			ways = f.clear(&on, ways, by)
		}
		if fixes.hasKind(FixAssign) {
			ways = f.completeAssignment(&on, q.what.Assignee, ways)
		}
		found = append(found, ways...)
	}
	return found
}

// clear returns the ways, each with the fixes that clear the subject for what is
// confidential, or with the fix after which the part is not.
func (f *finder) clear(q *question, ways []Remedy, by approach) []Remedy {
	c := q.clearing()
	if by.taking {
		c.assignTo(c.who.id)
	}
	if len(ways) == 0 || c.cleared() {
		return ways
	}
	if by.held != nil {
		c.who.bindings = by.held
	}
	more := f.routes(&c, f.sources(&c, by.recipient), approach{fixesFor: by.fixesFor, enough: allowsAlone, recipient: by.recipient})
	return pair(ways, c.orOpen(more))
}

// opening returns the fix after which the part is no longer confidential, if it is and a fix
// can change that.
func (q *question) opening() Remedy {
	if !q.what.Confidential || !q.canBeGiven() {
		return nil
	}
	return Remedy{{Kind: FixNotConfidential, ForSecond: q.second}}
}

// orOpen returns the ways and, if there is one, that after which the part is no longer
// confidential.
func (q *question) orOpen(ways []Remedy) []Remedy {
	if open := q.opening(); open != nil {
		ways = append(ways, open)
	}
	return ways
}

// grantWays returns a way for each role that would allow the part if a new support grant
// gave it and, if the part is confidential, another that clears the engineer for it.
func (f *finder) grantWays(q *question) []Remedy {
	open := *q
	open.what.Confidential = false
	ways := f.grantedRoles(&open)
	if !q.what.Confidential {
		return ways
	}
	clearing := open.clearing()
	return pair(ways, q.orOpen(f.grantedRoles(&clearing)))
}

// grantedRoles returns a way for each role that would allow the part, which is not
// confidential, if a new support grant gave it.
func (f *finder) grantedRoles(q *question) (found []Remedy) {
	for _, role := range f.roles(&q.who) {
		b := Binding{Role: role, Workspace: heldFor(q.what.Workspace), TicketScope: ScopeGlobal}
		if b.decide(q).Allowed() {
			b.TicketScope = 0
			found = append(found, Remedy{{Kind: FixCreateSupportGrant, Binding: b}})
		}
	}
	return found
}

// heldFor returns the workspace in which to hold a role for resources in w.
func heldFor(w WorkspaceID) WorkspaceID { return cmp.Or(w, AccountWide) }

// A source is a binding that the subject or the recipient holds or could be given.
type source struct {
	binding   Binding
	held      bool
	recipient bool
	customer  bool // whether the subject is a customer
	narrow    bool // whether the same role is held there more widely, so that a fix would widen that
}

// sources returns the bindings that could reach the part: the held bindings, without those
// that a wider one covers, and the offered bindings that are not held yet.
func (f *finder) sources(q *question, recipient bool) (sources []source) {
	who, widest := &q.who, widestOf(q.who.bindings)
	for i, b := range who.bindings {
		if first := widest[b.unscoped()]; q.concerns(&b) && (first == i || !who.bindings[first].TicketScope.Covers(b.TicketScope)) {
			sources = append(sources, source{b, true, recipient, who.customer, first != i})
		}
	}
	sources = firstOf(maxSources, sources, func(a, b source) int { return a.binding.compare(b.binding) })
	for _, role := range f.roles(who) {
		there, open := Binding{Role: role, Workspace: heldFor(q.what.Workspace)}, Binding{Role: role, Workspace: OpenWorkspaces}
		for _, b := range [...]Binding{there, open} {
			// A role held in the open workspaces can reach both resources of a pair.
			if b == there || f.apart && open.heldIn(q.what.Workspace, q.isOpen()) {
				if _, held := widest[b]; !held {
					sources = append(sources, source{b, false, recipient, who.customer, false})
				}
			}
		}
	}
	return sources
}

// roles returns the offered roles that are useful to who. It leaves out a role if another
// role is as useful and permits less.
func (f *finder) roles(who *actor) []Role {
	if of := [...]bool{who.crm != nil, who.customer}; f.useful == nil || f.usefulFor != of {
		f.useful, f.usefulFor = f.usefulTo(who), of
	}
	return f.useful
}

// usefulTo computes the result of roles for who.
func (f *finder) usefulTo(who *actor) []Role {
	roles := make([]Role, 0, len(f.offered))
	for _, role := range f.offered {
		b := Binding{Role: role}
		if b.roleIn(who.account) != nil && f.isUseful(role) && b.suits(who) {
			roles = append(roles, role)
		}
	}
	roles = firstOf(maxSources, roles, func(a, b Role) int { return Binding{Role: a}.compare(Binding{Role: b}) })
	if f.checked { // an administrator who cannot widen a held role might be allowed to give a larger one
		return roles
	}
	all := slices.Clone(roles)
	return slices.DeleteFunc(roles, func(role Role) bool {
		return slices.ContainsFunc(all, func(other Role) bool { return f.isSmaller(other, role) })
	})
}

// suits reports whether a remedy can give who the binding's role: only shared agents hold the
// Shared Agent role, and they hold no other built-in role [S41]; and customers get the roles
// that permit only what is open to customers, of which agents get no built-in one (A65).
func (b Binding) suits(who *actor) bool {
	if who.customer || b.Role == customerRole || b.Role == companyCustomerRole {
		return who.customer && b.Role.forCustomers()
	}
	return !b.Role.BuiltIn() || b.ofSharedAgents() == (who.crm != nil)
}

// forCustomers reports whether the role permits only what is open to customers.
func (r Role) forCustomers() bool {
	for p := range r.Permissions().All() {
		if p.Action.info().class&public == 0 {
			return false
		}
	}
	return true
}

// usefulActions returns the actions that make a role useful: the requested action with those
// that the request includes, the action that an assignee must be allowed and, if something is
// confidential, the one for that.
func usefulActions(q *question) []ActionID {
	actions := append([]ActionID{q.action, takingAction(q.what.kind)}, q.given()...)
	if q.isConfidential() {
		actions = append(actions, TicketConfidential.ID())
	}
	return actions
}

// isUseful reports whether the role permits one of the useful actions.
func (f *finder) isUseful(role Role) bool {
	return slices.ContainsFunc(f.actions, func(id ActionID) bool { return role.def.scope(id) != 0 })
}

// isSmaller reports whether a is as useful as b and permits less.
func (f *finder) isSmaller(a, b Role) bool {
	for _, id := range f.actions {
		if a.def.scope(id) != b.def.scope(id) {
			return false
		}
	}
	return b.def.permissions.covers(&a.def.permissions) && !a.def.permissions.covers(&b.def.permissions)
}

// limits returns the ticket scopes at which the source needs only some of the fixes, given
// the ways that are known.
func (s source) limits(known []Remedy, fixes Remedy) (limits []Scope) {
	for _, way := range known {
		scope := s.binding.TicketScope
		if last := len(way) - 1; last >= 0 && way[last].hasBinding() {
			scope, way = way[last].Binding.TicketScope, way[:last]
		}
		if fixes.has(way) {
			limits = append(limits, scope)
		}
	}
	return limits
}

// least returns the source's binding at the narrowest ticket scope that is enough, of
// restricted, group, that of the permission itself, and global. It reports whether there is
// such a scope that covers none of the limits.
func (s source) least(q *question, limits []Scope, enough func(*question, source, Binding) bool) (Binding, bool) {
	b := s.binding
	scope := b.Role.def.scope(q.action)
	if scope == 0 {
		return b, false
	}
	if s.held && !coversAny(b.TicketScope, limits) && enough(q, s, b) {
		return b, true
	}
	held := b.TicketScope.closed()
	for _, level := range [...]Scope{ScopeRestricted, ScopeGroup, scope, ScopeGlobal} {
		wider := held | level
		if s.narrow || held.Covers(level) || coversAny(wider, limits) {
			continue
		}
		if b.TicketScope = wider.reduced(); enough(q, s, b) {
			return b, true
		}
		if !q.what.OnTicket {
			break // ticket scopes do not matter
		}
	}
	return b, false
}

// coversAny reports whether the scope covers one of the others.
func coversAny(scope Scope, others []Scope) bool { return slices.ContainsFunc(others, scope.Covers) }

// way returns the reach fixes and the fix that turns the source into the binding, unless
// the source is that binding already.
func (s source) way(binding Binding, fixes Remedy) Remedy {
	if binding == s.binding {
		return fixes
	}
	return append(slices.Clip(fixes), s.fix(binding)) // sorts last by kind
}

// fix returns the fix that turns the source into the binding.
func (s source) fix(binding Binding) Fix {
	kind := FixAssignRole
	if s.held {
		kind = FixWidenScope
	}
	return Fix{Kind: kind, ForRecipient: s.recipient, ForCustomer: s.customer, Binding: binding}
}

// completeAssignment returns the ways that assign the part, which was assigned to before, to
// the subject, each combined
// with the other fixes that the subject needs before it can be assigned the part. Those
// fixes depend only on the reach of the binding that the way adds, so ways with the same
// reach share them.
func (f *finder) completeAssignment(q *question, before AgentID, ways []Remedy) (complete []Remedy) {
	take, unassigned := q.assigning(), *q
	sources, held := f.sources(&take, false), take.who.bindings
	take.who.bindings, unassigned.who.bindings = take.effective(), q.effective()
	unassigned.assignTo(before)
	byReach := make(map[[2]uses][]Remedy)
	for _, way := range ways {
		var reach [2]uses // a way has at most two bindings
		for i, b := range way.bindings() {
			reach[i] = take.usesOf(&b)
		}
		byReach[reach] = append(byReach[reach], way)
	}
	for _, reach := range slices.SortedFunc(maps.Keys(byReach), compareUses) {
		alike, to := byReach[reach], take
		to.who.bindings = append(slices.Clip(take.who.bindings), alike[0].bindings()...)
		by := approach{fixesFor: (*question).fixesForAssignee, held: append(slices.Clip(held), alike[0].bindings()...)}
		found := combine(alike, f.takingWays(&to, sources, by), f.both, func(way, more Remedy) bool {
			return len(more) == 0 || !unassigned.allowedWith(way, more)
		})
		complete = append(complete, found[:min(len(found), MaxRemedies)]...)
	}
	return complete
}

// bindings returns the bindings of the fixes.
func (r Remedy) bindings() (all []Binding) {
	for _, f := range r {
		if f.hasBinding() {
			all = append(all, f.Binding)
		}
	}
	return all
}

// allowedWith reports whether the fixes are enough even if the part is not assigned.
func (q *question) allowedWith(way, more Remedy) bool {
	on := *q
	on.who.bindings = slices.Clip(on.who.bindings)
	for _, fixes := range [...]Remedy{way, more} {
		for _, fix := range fixes {
			if fix.hasBinding() { // a narrower binding that it replaces can stay: it adds nothing
				on.who.bindings = append(on.who.bindings, fix.Binding)
			}
			if fix.Kind == FixGroupAccess {
				on.assume(fix)
			}
		}
	}
	return on.judge().Allowed()
}

// assigning returns the question of whether the subject can be assigned the ticket or
// conversation.
func (q *question) assigning() question {
	need := takingAction(q.what.kind)
	return question{who: q.who, action: need, rule: need.info(), what: q.what}
}

// recipientWays returns the ways to let the recipient take the resource.
func (f *finder) recipientWays(q *question, to Subject) []Remedy {
	if q.judgeSecond().Allowed() {
		return []Remedy{nil}
	}
	take := q.recipient()
	var needed Remedy
	if take.who.dead == Deactivated {
		needed, take.who.dead = Remedy{{Kind: FixReactivate, ForRecipient: true}}, Undecided
	}
	recipient := to != f.live
	sources, held := f.sources(&take, recipient), take.who.bindings
	take.who.bindings = take.effective()
	return cross([]Remedy{needed}, f.takingWays(&take, sources, approach{fixesFor: fixesForRecipient(recipient), recipient: recipient, held: held}))
}

// takingWays returns the ways to let the subject or the recipient take the resource, by
// one of the sources, with the fixes for each relation.
func (f *finder) takingWays(take *question, sources []source, by approach) []Remedy {
	if take.judgeTaking().Allowed() {
		return []Remedy{nil}
	}
	by.taking, by.enough = true, func(on *question, s source, as Binding) bool {
		changed := *on
		if as != s.binding { // a narrower binding that it replaces can stay: it adds nothing
			changed.who.bindings = append(slices.Clip(on.who.bindings), as)
		}
		return changed.judgeTaking().Allowed()
	}
	return f.routes(take, sources, by)
}

// reduce adds the remedy to found if it allows the request, is feasible and needs all of
// its fixes. If fewer fixes are enough, reduce adds the smaller remedies instead. It reports
// whether it added any.
func (f *finder) reduce(r Remedy) bool {
	key := f.keyOf(r)
	added, known := f.tried[key]
	if !known {
		added = f.reduceAnew(r)
		f.tried[key] = added
	}
	return added
}

// keyOf returns a key for the remedy.
func (f *finder) keyOf(r Remedy) string {
	if f.tried == nil {
		f.tried, f.numbers = make(map[string]bool), make(map[Fix]uint32)
	}
	var key []byte
	for _, fix := range r {
		n, known := f.numbers[fix]
		if !known {
			n = uint32(len(f.numbers))
			f.numbers[fix] = n
		}
		key = append(key, byte(n), byte(n>>8), byte(n>>16), byte(n>>24))
	}
	return string(key)
}

// reduceAnew is reduce for a remedy that was not tried before: many ways have parts in common.
func (f *finder) reduceAnew(r Remedy) (added bool) {
	subject, resource := r.apply(f.e.request.Subject, f.thing)
	if !f.allows(subject, resource) {
		return false
	}
	for i := range r {
		if len(r) > 1 && f.reduce(slices.Delete(slices.Clone(r), i, i+1)) {
			added = true
		}
	}
	for _, less := range f.narrower(r) {
		if f.reduce(less) {
			added = true
		}
	}
	if !added && f.feasible(r, subject, resource) {
		f.found, added = append(f.found, r), true
	}
	return added
}

// narrower returns the remedies with one narrower ticket scope. Only what is confidential needs
// them: a fix by which one permission reaches can help another, for which it was not made.
func (f *finder) narrower(r Remedy) (all []Remedy) {
	for i, fix := range r {
		if !f.secret || fix.Kind != FixAssignRole && fix.Kind != FixWidenScope {
			continue
		}
		held := f.heldScope(fix)
		for _, level := range [...]Scope{ScopeRestricted, ScopeGroup} {
			scope := (held | level).reduced()
			if fix.Binding.TicketScope.Covers(scope) && !scope.Covers(fix.Binding.TicketScope) && !held.Covers(scope) {
				less := slices.Clone(r)
				less[i].Binding.TicketScope = scope
				all = append(all, less)
			}
		}
	}
	return all
}

// heldScope returns the ticket scope, closed, that the fix of a binding widens; 0 if it gives
// the role.
func (f *finder) heldScope(fix Fix) Scope {
	who := copySubject(f.e.request.Subject)
	if on := copyResource(f.thing); fix.ForRecipient {
		who = copySubject(*on.to)
	}
	if who.bindings != nil && fix.Kind == FixWidenScope {
		if i := widest(*who.bindings, fix.Binding); i >= 0 {
			return (*who.bindings)[i].TicketScope.closed()
		}
	}
	return 0
}

// allows reports whether the request is allowed with the changed subject and resource.
func (f *finder) allows(subject Subject, resource Resource) bool {
	changed := f.e.request
	changed.Subject, changed.Resource = subject, resource
	return changed.Authorize().Allowed()
}

// feasible reports whether the administrator is allowed to carry out each fix. Without an
// administrator, it checks only that the subject can be assigned what a fix assigns.
func (f *finder) feasible(r Remedy, subject Subject, resource Resource) bool {
	if !f.checked && !r.hasKind(FixAssign) {
		return true
	}
	before, after := copyResource(f.thing), copyResource(resource)
	for _, fix := range r {
		to := change{f.e.request.Subject, subject, before.part(fix.ForSecond)}
		if fix.ForRecipient {
			to.before, to.after = *before.to, *after.to
		}
		if fix.Kind == FixAssign && !to.part.canGoTo(to.after) || f.checked && !f.isAllowed(fix, to) {
			return false
		}
	}
	return true
}

// A change holds the subject or the recipient of a fix, before and after the whole remedy.
// An administrator must be allowed the fix on both: before, because the fix is still to be
// made, and after, because the agent then has the most authority to cover.
type change struct {
	before, after Subject
	part          assignable // the part of the resource that the fix is about, before the remedy
}

// An assignable is a ticket or a conversation. At most one of its fields is set.
type assignable struct {
	ticket       *Ticket
	conversation *Conversation
}

// part returns the first or the second ticket of the resource, or its conversation.
func (c *resourceCopy) part(second bool) assignable {
	if second {
		return assignable{c.tickets[1], nil}
	}
	return assignable{c.tickets[0], c.conversation}
}

// canGoTo reports whether the part can be assigned to the subject.
func (a assignable) canGoTo(who Subject) bool {
	if a.ticket != nil {
		return canReceive(&TicketAssignment{Ticket: *a.ticket, To: who}, who)
	}
	return canReceive(&ConversationAssignment{Conversation: *a.conversation, To: who}, who)
}

// canBeAssigned reports whether the administrator is allowed to assign the part to the subject.
func (a assignable) canBeAssigned(by, to Subject) bool {
	if a.ticket != nil {
		return Authorize(by, TicketAssign, &TicketAssignment{Ticket: *a.ticket, To: to}).Allowed()
	}
	return Authorize(by, ConversationAssign, &ConversationAssignment{Conversation: *a.conversation, To: to}).Allowed()
}

// canBeChanged reports whether the administrator is allowed to mention somebody in the part,
// to add a participant, to clear its assignee, to route it to the group or to say that it is
// not confidential.
func (a assignable) canBeChanged(by Subject, fix Fix) bool {
	if a.ticket == nil {
		return a.conversation.canBeChanged(by, fix)
	}
	switch fix.Kind {
	case FixMention:
		return Authorize(by, TicketMention, a.ticket).Allowed()
	case FixRoute:
		return Authorize(by, TicketRoute, &TicketAssignment{Ticket: *a.ticket, Group: AgentGroup{fix.Group, a.ticket.Account}}).Allowed()
	case FixUnassign:
		return Authorize(by, TicketAssign, &TicketAssignment{Ticket: *a.ticket}).Allowed()
	}
	return Authorize(by, TicketPropertiesEdit, a.ticket).Allowed()
}

// canBeChanged does the same for a conversation. Adding a participant requires the
// permission to assign it.
func (c *Conversation) canBeChanged(by Subject, fix Fix) bool {
	switch fix.Kind {
	case FixMention:
		return Authorize(by, ConversationNotePrivate, c).Allowed()
	case FixRoute:
		return Authorize(by, ConversationRoute, &ConversationAssignment{Conversation: *c, Group: AgentGroup{fix.Group, c.Account}}).Allowed()
	}
	return Authorize(by, ConversationAssign, &ConversationAssignment{Conversation: *c}).Allowed()
}

// canReceive reports whether the assignment's recipient can take the ticket or conversation,
// which belongs to the recipient's account.
func canReceive[R interface {
	TicketAssignment | ConversationAssignment
	Resource
}](assignment *R, recipient Subject) bool {
	q := question{rule: ActionID(0).info()}
	q.who.set(recipient)
	q.thing = attributesOf(assignment, &q.what)
	return q.judgeSecond().Allowed()
}

// isAllowed reports whether the administrator is allowed to carry out the fix.
func (f *finder) isAllowed(fix Fix, to change) bool {
	to.before = asAgent(to.before)
	var of actor
	of.set(to.after)
	switch fix.Kind {
	case FixConnectCRM:
		return Authorize(f.by, AccountManage, of.account).Allowed()
	case FixUpgradePlan:
		return Authorize(f.by, BillingManage, of.account).Allowed()
	case FixCreateSupportGrant:
		return Authorize(f.by, SupportGrantCreate, &of.session.grant).Allowed()
	case FixAssign:
		return to.part.canBeAssigned(f.by, to.after)
	case FixMention, FixAddParticipant, FixUnassign, FixRoute, FixNotConfidential:
		return to.part.canBeChanged(f.by, fix)
	}
	return f.isAllowedOn(fix, to.before) && f.isAllowedOn(fix, to.after)
}

// isAllowedOn reports whether the administrator is allowed to carry out the fix of the
// subject's activation, groups or bindings. It returns true for a fix in the CRM.
func (f *finder) isAllowedOn(fix Fix, who Subject) bool {
	if c, isCustomer := who.(*Customer); isCustomer {
		return Authorize(f.by, ContactEdit, c.record()).Allowed()
	}
	var of actor
	of.set(who)
	switch fix.Kind {
	case FixReactivate:
		if agent, ok := who.(*Agent); ok {
			return Authorize(f.by, AgentEdit, agent).Allowed()
		}
		return Authorize(f.by, SharedAgentEdit, who.(*SharedAgent)).Allowed()
	case FixGroupAccess:
		return Authorize(f.by, AgentGroupAssign, &GroupMembership{who, AgentGroup{fix.Group, of.account.ID}, fix.Access}).Allowed()
	case FixWidenScope:
		return Authorize(f.by, AgentScopeEdit, &RoleAssignment{who, fix.Binding}).Allowed()
	case FixAssignRole:
		return Authorize(f.by, AgentRoleAssign, &RoleAssignment{who, fix.Binding}).Allowed()
	}
	return true // a change in the CRM
}

// cross returns every combination of a remedy in first with a remedy in second.
func cross(first, second []Remedy) []Remedy {
	crossed := make([]Remedy, 0, len(first)*len(second))
	for _, one := range first {
		for _, other := range second {
			crossed = append(crossed, one.and(other))
		}
	}
	return crossed
}

// and returns the fixes of both remedies, in order. It merges fixes with the same target.
func (r Remedy) and(other Remedy) Remedy {
	switch {
	case len(r) == 0:
		return other
	case len(other) == 0:
		return r
	}
	both := slices.Clone(r)
	for _, f := range other {
		if i := slices.IndexFunc(both, f.sameTarget); i >= 0 {
			both[i] = both[i].merge(f)
		} else {
			both = append(both, f)
		}
	}
	slices.SortFunc(both, Fix.compare)
	return both
}

// smallest returns the remedies without duplicates and without those that permit more than
// another remedy.
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
