package deskpolicy

import (
	"iter"
	"slices"
	"strings"
	"time"
)

// A Filter is the answer to the list question: on which resources may the
// subject do the action? It selects exactly those on which [Authorize] allows it;
// [FilterFor] names the few questions that no filter answers.
//
// What it selects is a union of arms, each a conjunction of conditions. Hosts
// turn them into a query of whatever keeps the resources. Nothing is ever
// excluded, so that a query needs no negation; but it must be bounded to the
// filter's account besides, and without an arm select nothing.
//
// The same question has the same arms in the same order, in whatever order the
// subject holds its bindings. The zero Filter is of no account and selects
// nothing. A Filter is immutable and safe to share. It does not follow what
// changes about the subject, nor the age of a CRM's answer: ask for another one
// at each request.
type Filter[R Resource] struct {
	def filter
}

// FilterFor returns the filter of the resources on which [Authorize] lets the
// subject do the action. It takes the same steps, once for all resources.
//
// Where one filter cannot say it for all, it is Never, whatever Authorize says
// one by one:
//
//   - for resources of two parts, such as an [TicketAssignment]
//   - for actions of [ClassAgentMutation] and [ClassRoleAuthoring], and unclassified
//     ones, on agents, shared agents, appointments, memberships, roles and grants:
//     each is compared with the subject's own authority
//
// A host's action on a host's own type takes all of its values for what the zero
// value is: one that embeds a [Ticket] is a ticket. Values that are anything else
// are not selected, and none is if the zero value cannot be asked, as that of a
// type that embeds a Resource.
//
// FilterFor never fails, never panics and changes nothing, and keeps nothing of
// the subject but copies. It may be called from any number of goroutines.
func FilterFor[R Resource](subject Subject, action Action[R]) Filter[R] {
	return Filter[R]{filterFor[R](subject, ActionID(action))}
}

// filterFor does what FilterFor says, which is a wrapper as Authorize is: see authorize.
func filterFor[R Resource](subject Subject, action ActionID) filter {
	l := listing{question: question{action: action, rule: action.info()}}
	l.thing, l.has = attributesOfAll[R](l.rule.on, &l.what)
	return l.filter(subject)
}

// A FilterKind says how much a filter selects. The zero FilterKind is Never.
type FilterKind uint8

const (
	// FilterNone selects nothing.
	FilterNone FilterKind = iota
	// FilterSome selects what meets the conditions of one of the arms.
	FilterSome
	// FilterAll selects every resource of the filter's account. Its one arm has no conditions.
	FilterAll
)

var filterKindNames = [...]string{"never", "some", "always"}

// String returns the kind's name, or "unknown" outside the three.
func (k FilterKind) String() string { return nameOf(filterKindNames[:], k) }

// An Clause is one way for a resource to be selected: all of its conditions are
// met. The zero Clause has none and is part of no filter but one that is Always.
type Clause struct {
	conditions []Condition
}

// Conditions yields the arm's conditions: the workspaces, the ground, and at
// last whose own it must be. Each of the three is left out where nothing is asked.
func (a Clause) Conditions() iter.Seq[Condition] { return slices.Values(a.conditions) }

// filter is what a Filter stands for.
type filter struct {
	account AccountID
	crm     bool // whether the account is integrated
	kind    kind // of the resources
	reason  Reason
	until   int64 // in nanoseconds since 1970, or 0
	clauses []Clause
}

// Kind returns how much the filter selects.
func (f Filter[R]) Kind() FilterKind {
	switch arms := f.def.clauses; {
	case len(arms) == 0:
		return FilterNone
	case len(arms[0].conditions) == 0:
		return FilterAll
	default:
		return FilterSome
	}
}

// Account returns the account whose resources the filter selects; those of any
// other never match. Built-in roles are of every account that has them: see
// [Account.BuiltInRoles]. It is empty for a
// question that is malformed.
func (f Filter[R]) Account() AccountID { return f.def.account }

// Clauses yields the arms, by ground: everything, the groups' resources, those
// assigned to the subject, those that mention it, those of customers whom it
// sees in the CRM. An arm that is bound to workspaces repeats nothing that another
// one selects there with fewer conditions.
func (f Filter[R]) Clauses() iter.Seq[Clause] { return slices.Values(f.def.clauses) }

// Reason returns why the filter is Never, if one reason of the steps 1 to 6 of
// [Authorize] holds for every resource of the account, and Undecided otherwise.
func (f Filter[R]) Reason() Reason { return f.def.reason }

// Until returns the next instant, in UTC, at which time alone changes what the
// filter selects, if only the reason why that is nothing; the zero time if time
// alone never does. Ask for another one then; see [Decision.Until].
func (f Filter[R]) Until() time.Time { return Decision{until: f.def.until}.Until() }

// Match reports whether the filter selects the resource: whether [Authorize]
// would have allowed it.
func (f Filter[R]) Match(resource *R) bool { return match(&f.def, resource) }

// match does what Match says, which is a wrapper as Authorize is: see authorize.
func match[R Resource](f *filter, resource *R) bool {
	var c candidate
	if len(f.clauses) == 0 || attributesOf(resource, &c.what) == nil {
		return false
	}
	c.customer = customerOf(&c.what, resource)
	return f.matches(&c)
}

func (f *filter) matches(c *candidate) bool {
	if c.what.kind != f.kind || !c.what.in(&Account{ID: f.account, Integrated: f.crm}) {
		return false
	}
	for i := range f.clauses {
		if f.clauses[i].matches(c) {
			return true
		}
	}
	return false
}

func (a *Clause) matches(c *candidate) bool {
	for i := range a.conditions {
		if !c.meets(&a.conditions[i]) {
			return false
		}
	}
	return true
}

// A listing is a question about all resources of a type at once: its thing is a
// nil pointer to that type.
type listing struct {
	question
	has fields
}

// filter takes the steps of [Authorize].
func (l *listing) filter(subject Subject) (f filter) {
	if f.reason = l.malformed(subject); f.reason != Undecided {
		return f
	}
	f.kind, f.account, f.crm = l.what.kind, l.who.account.ID, l.who.account.Integrated
	l.what.Account = f.account
	if l.who.session != nil {
		f.until = l.who.session.until
	}
	if f.reason = l.absent(); f.reason == Undecided && l.uniform() {
		f.reason, f.clauses = l.judgeAll()
	}
	return f
}

// uniform reports whether the steps before 6 come to the same for each resource.
func (l *listing) uniform() bool {
	switch l.what.kind {
	case kindAgent, kindSharedAgent, kindRoleAssignment, kindGroupMembership, kindRole, kindSupportGrant:
		return l.rule.classes()&(ClassAgentMutation|ClassRoleAuthoring) == 0
	default:
		return !l.what.kind.compound()
	}
}

// judgeAll takes the steps from 4 on.
func (l *listing) judgeAll() (Reason, []Clause) {
	if reason := l.forbidden(); reason != Undecided {
		return reason, nil
	}
	if !l.planned() {
		return PlanLacksFeature, nil
	}
	if l.neverTakes() {
		return Undecided, nil // the reason may be an earlier one
	}
	reason, places := l.places()
	return reason, l.clauses(places)
}

// A place is a workspace, what is outside of them, or [Everywhere], and the grounds
// on which the subject gets at things there.
type place struct {
	workspace WorkspaceID
	by        grounds
}

// places takes steps 6 and 7 for all workspaces: it returns those in which
// bindings are held, each once and sorted; if there are none, why.
func (l *listing) places() (furthest Reason, places []place) {
	furthest = NoRole
	var outside, open spread
	bindings := l.held()
	for i := range bindings {
		b := &bindings[i]
		by, reason := l.groundsOf(b)
		if furthest = max(furthest, reason); reason != OtherWorkspace {
			continue
		}
		switch {
		case b.Workspace == "":
		case b.Workspace == AccountWide:
			outside.add(by)
			if b.reachesOpen() {
				open.add(by)
			}
		case l.has&aWorkspace == 0 && (b.Workspace == Everywhere || l.rule.class&anyPlace != 0):
			outside.add(by)
		case l.has&aWorkspace != 0:
			places = append(places, place{b.Workspace, by})
		}
	}
	if outside.held {
		places = append(places, place{"", outside.by})
	}
	for _, w := range l.who.account.Workspaces {
		if open.held && w != Everywhere && (w == "" || l.has&aWorkspace != 0) { // nothing is in a workspace of that name
			places = append(places, place{w, open.by})
		}
	}
	if len(places) > 0 {
		furthest = Undecided
	}
	slices.SortFunc(places, func(a, b place) int { return strings.Compare(string(a.workspace), string(b.workspace)) })
	return furthest, merged(places)
}

// held returns all that the subject holds wherever a resource of the type may be.
func (l *listing) held() []Binding {
	if l.who.session == nil {
		return l.who.bindings
	}
	grant := l.who.session.grant.def
	if l.has&aWorkspace == 0 {
		return grant.bindingsFor(&l.question)
	}
	return grant.anywhere
}

// groundsOf returns the grounds on which the binding gets at anything where it is
// held, and OtherWorkspace, the reason elsewhere; or the reason why it is held nowhere.
func (l *listing) groundsOf(b *Binding) (grounds, Reason) {
	role := b.roleIn(l.who.account)
	if role == nil {
		return 0, NoRole
	}
	reach := role.levels(l.action)
	if reach == 0 {
		return 0, NoPermission
	}
	by := b.bound(reach, l.what.kind).grounds(&l.question)
	if by&byRecord != 0 && l.has&aRecord != 0 && l.who.crm.Scope.crmReach()&everyRecord != 0 {
		by = byAll // the customer is known: it is the resource
	}
	return by, OtherWorkspace
}

// A spread is the grounds of all the bindings that are held in the same workspaces.
type spread struct {
	held bool
	by   grounds
}

func (s *spread) add(by grounds) { s.held, s.by = true, s.by|by }

// merged returns the sorted places with each workspace once.
func merged(places []place) []place {
	once := places[:0]
	for _, p := range places {
		if n := len(once); n > 0 && once[n-1].workspace == p.workspace {
			once[n-1].by |= p.by
			continue
		}
		once = append(once, p)
	}
	return once
}

// clauses returns the arms by ground.
func (l *listing) clauses(places []place) (arms []Clause) {
	for _, ground := range [...]grounds{byAll, byGroup, byHolder, byMention, byContact, byRecord} {
		where := reachedBy(ground, places)
		if len(where) == 0 {
			continue
		}
		if ground == byAll {
			arms = append(arms, l.clause(where))
			continue
		}
		var room [4]Condition
		for _, way := range l.ways(room[:0], ground) {
			arms = append(arms, l.clause(where, way))
		}
	}
	return arms
}

// reachedBy returns the workspaces in which there is that ground, and not
// everything is reached anyway; Everywhere alone, if it is there everywhere.
func reachedBy(ground grounds, places []place) (where []string) {
	for _, p := range places {
		all := p.by&byAll != 0
		switch {
		case p.workspace == Everywhere && all && ground != byAll:
			return nil
		case p.by&ground == 0, all && ground != byAll:
		case p.workspace == Everywhere:
			return []string{string(Everywhere)}
		default:
			if where == nil {
				where = make([]string, 0, len(places))
			}
			where = append(where, string(p.workspace))
		}
	}
	return where
}

// clause returns the arm of the workspaces and the ways, all of which are to be met.
func (l *listing) clause(where []string, ways ...Condition) Clause {
	var room [3]Condition
	conditions := room[:0]
	if l.has&aWorkspace != 0 && where[0] != string(Everywhere) {
		conditions = append(conditions, Condition{Kind: ConditionWorkspace, IDs: where})
	}
	conditions = append(conditions, ways...)
	if l.rule.class&ownOnly != 0 {
		conditions = append(conditions, Condition{Kind: ConditionOwner, IDs: []string{string(l.who.id)}})
	}
	return Clause{append([]Condition(nil), conditions...)}
}

// ways appends what the ground, which is not everything, asks of resources of the
// type: each condition is a way of its own.
func (l *listing) ways(ways []Condition, ground grounds) []Condition {
	switch {
	case ground == byGroup && l.has&aGroup != 0:
		ways = appendAmong(ways, ConditionGroup, atLeast(l.rule.need, l.who.groups))
	case ground == byHolder && l.has&aHolder != 0:
		ways = append(ways, Condition{Kind: ConditionAssignee, IDs: []string{string(l.who.id)}})
		if l.rule.class&creates != 0 {
			ways = append(ways, Condition{Kind: ConditionUnowned})
		}
	case ground == byMention:
		ways = append(ways, Condition{Kind: ConditionMentions, IDs: []string{string(l.who.id)}})
	case ground == byContact:
		ways = l.who.crm.ways(ways, View, kindContact)
	case ground == byRecord && l.has&aRecord != 0:
		ways = l.who.crm.ways(ways, l.rule.need, l.what.kind)
	}
	return ways
}

// appendAmong appends the condition of the kind, unless there are no IDs to meet it.
func appendAmong(conditions []Condition, kind ConditionKind, ids []string) []Condition {
	if len(ids) == 0 {
		return conditions
	}
	return append(conditions, Condition{Kind: kind, IDs: ids})
}

// ways appends the ways in which the user sees the customers of the kind with at
// least that access.
func (u *CRMUser) ways(ways []Condition, access Access, k kind) []Condition {
	by := u.Scope.crmReach()
	if by&everyRecord != 0 {
		return append(ways, Condition{Kind: ConditionCustomerKnown})
	}
	if by&ownRecords != 0 {
		ways = append(ways, Condition{Kind: ConditionCustomerOwner, IDs: []string{string(u.ID)}})
	}
	if by&territoryRecords != 0 {
		ways = appendAmong(ways, ConditionCustomerTerritory, u.territories())
	}
	if by&teamRecords != 0 {
		ways = append(ways, Condition{Kind: ConditionCustomerTeam, IDs: []string{string(u.ID)}, Access: access})
	}
	return u.Visibility.ways(ways, access, k)
}

// ways appends the way in by the CRM's answer, if it counts and gives that access to any.
func (v *CRMVisibility) ways(ways []Condition, access Access, k kind) []Condition {
	switch {
	case !v.isFresh():
		return ways
	case k == kindCompany:
		return appendAmong(ways, ConditionCompany, atLeast(access, v.Companies))
	default:
		return appendAmong(ways, ConditionContact, atLeast(access, v.Contacts))
	}
}
