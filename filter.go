package deskpolicy

import (
	"cmp"
	"iter"
	"math/bits"
	"slices"
	"strings"
	"time"
)

// A Filter selects the resources on which a subject may perform an action: exactly those
// on which [Authorize] allows it. [FilterFor] lists the few exceptions.
//
// A Filter is a disjunction of clauses, and each [Clause] is a conjunction of conditions.
// The host translates them into a query for its store. The query needs no negation. It must
// be limited to the filter's account, and must select nothing if the filter has no clauses.
//
// Equal arguments give the same clauses in the same order, whatever the order of the
// subject's bindings. The zero Filter has no account and selects nothing. A Filter is
// immutable and safe for concurrent use, and == only to its copies. It does not reflect later changes to the subject,
// and what ends at its Until, such as a CRM's answer, so make a new one for each request.
type Filter[R Resource] struct {
	def *filter
}

// FilterFor returns the filter that selects the resources on which [Authorize] allows the
// subject the action. It takes the same steps, once for all resources.
//
// In two cases the filter selects nothing, although Authorize may allow the action on
// single resources:
//
//   - The resource has two parts, as a [TicketAssignment] has.
//   - The action is in [ClassAccessChange] or [ClassRoleAuthoring], or is unclassified,
//     and the resource is an agent, a shared agent, a role assignment, a group membership,
//     a role or a support grant. Authorize compares each of these with the subject's own
//     authority.
//
// The actions that give access as a contact are allowed only on contacts that have an ID (A73), which
// the rows of a table do: Match checks it, and no clause has a condition for it.
//
// For a host's own type, the zero value determines how all values are treated: a type that
// embeds a [Ticket] is a ticket. The filter does not select values that are anything else.
// It selects nothing if the zero value's Attributes method panics, which it does for a type
// that embeds a Resource.
//
// FilterFor never panics and does not change its arguments. It keeps only copies of what it
// uses. It is safe for concurrent use.
func FilterFor[R Resource](subject Subject, action Action[R]) Filter[R] {
	return Filter[R]{filterFor[R](subject, ActionID(action))}
}

// filterFor implements FilterFor, which is a wrapper so that it is inlined; see authorize.
func filterFor[R Resource](subject Subject, action ActionID) *filter {
	l := listing{question: question{action: action, rule: action.info()}}
	l.thing, l.has = attributesOfAll[R](l.rule.on, &l.what)
	f := l.filter(subject)
	return &f
}

// A FilterKind says how much a filter selects. The zero FilterKind is FilterNone.
type FilterKind uint8

const (
	// FilterNone selects nothing.
	FilterNone FilterKind = iota
	// FilterSome selects the resources that meet all conditions of at least one clause.
	FilterSome
	// FilterAll selects every resource of the filter's account. Its only clause has no conditions.
	FilterAll
)

var filterKindNames = [...]string{"none", "some", "all"}

// String returns the kind's name; "unknown" if k is not a FilterKind.
func (k FilterKind) String() string { return nameOf(filterKindNames[:], k) }

// A Clause is a conjunction of conditions: it selects the resources that meet all of them.
// The zero Clause has no conditions and selects every resource; only a filter of kind
// [FilterAll] has it.
type Clause struct {
	conditions []Condition
}

// Conditions yields the clause's conditions, in the order of workspace, ground, that it is
// not confidential, and owner.
func (clause Clause) Conditions() iter.Seq[Condition] { return slices.Values(clause.conditions) }

// A filter is a Filter without its type parameter.
type filter struct {
	account    AccountID
	integrated bool
	kind       kind // like the next two, what all resources share: see attributesOfAll
	assignable bool
	onTicket   bool
	onlyKnown  bool   // whether no contact without an ID is selected (A73)
	open       bool   // whether nothing that is confidential is selected: see Filter.NoneConfidential
	reason     Reason // see Filter.Reason
	until      int64  // in nanoseconds since 1970, or 0
	clauses    []Clause
	matcher    matcher // the clauses, for Match
}

// content returns what f holds; the zero Filter holds the zero filter.
func (f Filter[R]) content() *filter {
	if f.def == nil {
		return &noFilter
	}
	return f.def
}

var noFilter filter

// Kind returns how much the filter selects.
func (f Filter[R]) Kind() FilterKind {
	switch clauses := f.content().clauses; {
	case len(clauses) == 0:
		return FilterNone
	case len(clauses[0].conditions) == 0:
		return FilterAll
	default:
		return FilterSome
	}
}

// Account returns the account that the selected resources belong to; resources of other
// accounts never match. A built-in role belongs to every account that has it; see
// [Account.BuiltInRoles]. The account is empty if the question was malformed.
func (f Filter[R]) Account() AccountID { return f.content().account }

// Clauses yields the filter's clauses, ordered by the relations that they require, those
// that require none first. A clause omits the workspaces in which another clause selects
// the same resources.
func (f Filter[R]) Clauses() iter.Seq[Clause] { return slices.Values(f.content().clauses) }

// Reason returns why the filter selects nothing, if [Authorize] denies every resource of
// the account for the same reason at one of the steps 1 to 6. Otherwise it returns
// Undecided.
func (f Filter[R]) Reason() Reason { return f.content().reason }

// Until returns the next instant, in UTC, at which the passing of time changes what the
// filter selects or its reason; make a new filter then. It returns the zero time if there
// is none. See [Decision.Until].
func (f Filter[R]) Until() time.Time { return timeOf(f.content().until) }

// NoneConfidential returns the filter for a host that has nothing confidential. None of its
// clauses has [ConditionNotConfidential], and it omits those that others then include. It
// selects nothing that is confidential.
func (f Filter[R]) NoneConfidential() Filter[R] {
	open := *f.content()
	open.open, open.clauses = true, openClauses(open.clauses)
	open.matcher = newMatcher(open.clauses)
	return Filter[R]{&open}
}

// A listing is a question about all resources of a type at once. Its thing is a nil
// pointer to that type.
type listing struct {
	question
	has fields // what the resources can have

	groups  []string                      // those to which the subject has the access that the action needs, once groupIDs has looked
	grouped bool                          // whether it has
	known   [len(grounds) + 1][]Condition // the results of conditions, by the bit of the relation or of notConfidential
	self    []string                      // the subject's ID, once ids has made it
	seen    []Condition                   // for the customers that a shared agent sees, once customers has made them
	written []Condition                   // those of all clauses
	openSet map[WorkspaceID]bool          // the open workspaces, once isWithin has looked
}

// filter takes the steps of [Authorize] and returns the filter.
func (l *listing) filter(subject Subject) (f filter) {
	if f.reason = l.malformed(subject); f.reason != Undecided {
		return f
	}
	f = l.filterNow()
	f.until = earlier(f.until, l.changes())
	f.matcher = newMatcher(f.clauses)
	return f
}

// filterNow is filter for the subject that is set, at its moment.
func (l *listing) filterNow() (f filter) {
	f.kind, f.assignable, f.onTicket = l.what.kind, l.what.Assignable, l.what.OnTicket
	f.account, f.integrated = l.who.account.ID, l.who.account.Integrated
	l.what.Account, f.onlyKnown = f.account, l.givesAccess()
	if l.who.session != nil {
		f.until = l.who.session.until
	}
	if f.reason = l.barred(); f.reason == Undecided && l.uniform() {
		f.reason, f.clauses = l.judgeAll()
	}
	return f
}

// uniform reports whether the steps before step 6 decide alike for all resources.
func (l *listing) uniform() bool {
	switch l.what.kind {
	case kindAgent, kindSharedAgent, kindRoleAssignment, kindGroupMembership, kindRole, kindSupportGrant:
		return l.rule.class&(ClassAccessChange|ClassRoleAuthoring) == 0
	default:
		return !l.what.kind.compound()
	}
}

// judgeAll takes steps 4 to 9.
func (l *listing) judgeAll() (Reason, []Clause) {
	if reason := l.forbidden(); reason != Undecided {
		return reason, nil
	}
	if !l.planSuffices() {
		return PlanLacksFeature, nil
	}
	if l.who.delegate != nil && !l.withinPermissions() {
		return LimitLacksPermission, nil
	}
	if l.neverTakes() || l.rule.class&ownOnly != 0 && l.who.standsIn() {
		return Undecided, nil // a single resource may be denied for an earlier reason
	}
	reason, places := l.places()
	return reason, l.clauses(places)
}

// A place is a workspace with what a resource there has to meet for the subject to reach it.
type place struct {
	workspace WorkspaceID // "" is outside of workspaces; can be Everywhere
	group     GroupID     // "" is whatever the group
	by        formula
}

// compare orders places by workspace and group.
func (p place) compare(other place) int {
	if p.workspace != other.workspace {
		return strings.Compare(string(p.workspace), string(other.workspace))
	}
	return strings.Compare(string(p.group), string(other.group))
}

// places takes steps 6 and 7 for all workspaces. It returns the places where bindings that
// permit the action are held, each once and sorted by workspace; if there are none, it
// returns the reason.
func (l *listing) places() (furthest Reason, places []place) {
	furthest, places = l.placesOf(l.action)
	if l.has&aSecret != 0 && len(places) > 0 {
		_, clearing := l.placesOf(TicketConfidential.ID())
		places = l.unlessConfidential(places, clearing)
	}
	for i := range l.who.limits() {
		places = l.conjunction(places, l.limitPlaces(&l.who.limits()[i]))
	}
	return furthest, l.merged(combined(l.ofOnlyGroup(l.opened(places))))
}

// combined sorts the places and combines those that are the same.
func combined(places []place) []place {
	slices.SortFunc(places, place.compare)
	once := places[:0]
	for _, p := range places {
		if n := len(once); n > 0 && once[n-1].compare(p) == 0 {
			once[n-1].by = once[n-1].by.or(p.by)
			continue
		}
		once = append(once, p)
	}
	return once
}

// formulaAt returns the formula of one of the places, which are combined.
func formulaAt(places []place, w WorkspaceID, group GroupID) formula {
	if len(places) <= 8 { // most lists
		for i := range places {
			if places[i].workspace == w && places[i].group == group {
				return places[i].by
			}
		}
		return nil
	}
	if i, found := slices.BinarySearchFunc(places, place{workspace: w, group: group}, place.compare); found {
		return places[i].by
	}
	return nil
}

// unlessConfidential returns the places for an action, given its own and those of
// ticket.confidential, both combined: for what is not confidential the action's own, and for
// all else where both are held (A52).
func (l *listing) unlessConfidential(own, clearing []place) (places []place) {
	places = l.commonPlaces(own, clearing)
	for i := range places {
		p := &places[i]
		p.by = formulaAt(own, p.workspace, p.group).times(formula{notConfidential}).or(l.inForce(own, p).times(l.inForce(clearing, p)))
	}
	return places
}

// isWithin reports whether the workspace is one of those that wide, which can be
// OpenWorkspaces or Everywhere, stands for.
func (l *listing) isWithin(w, wide WorkspaceID) bool {
	if wide != OpenWorkspaces {
		return wide == Everywhere
	}
	open := l.who.account.OpenWorkspaces
	if w == OpenWorkspaces || len(open) <= 8 { // most accounts
		return w == OpenWorkspaces || slices.Contains(open, w)
	}
	if l.openSet == nil {
		l.openSet = asSet(open)
	}
	return l.openSet[w]
}

// commonPlaces returns every place that two places have in common, one of each list, without
// formulas. Some of those that it returns are of one list only.
func (l *listing) commonPlaces(one, other []place) []place {
	common := make([]place, 0, len(one)+len(other))
	for _, pair := range [...][2][]place{{one, other}, {other, one}} {
		for _, p := range pair[0] {
			common = append(common, place{workspace: p.workspace, group: p.group})
			if p.workspace != Everywhere && p.workspace != OpenWorkspaces || p.group == "" {
				continue
			}
			for _, in := range pair[1] { // a group in many workspaces, and one of these whatever the group
				if in.group == "" && l.isWithin(in.workspace, p.workspace) {
					common = append(common, place{workspace: in.workspace, group: p.group})
				}
			}
		}
	}
	return combined(common)
}

// inForce returns what a resource in the place has to meet: by a formula of the place itself,
// of its workspace, of the open ones or of everywhere.
func (l *listing) inForce(places []place, at *place) (by formula) {
	for _, w := range [...]WorkspaceID{at.workspace, OpenWorkspaces, Everywhere} {
		there := formulaAt(places, w, at.group)
		if at.group != "" {
			there = there.or(l.inside(formulaAt(places, w, ""), at.group))
		}
		if len(there) > 0 && (w == at.workspace || l.isWithin(at.workspace, w)) {
			by = by.or(there)
		}
	}
	return by
}

// placesOf returns the places where bindings that permit one action are held, combined, with
// the open workspaces as one; if there are none, it returns the reason. A binding that is not
// held now has places where nothing is within its reach.
func (l *listing) placesOf(action ActionID) (furthest Reason, places []place) {
	furthest = NoRole
	inForce, outside := 0, false // how many places are for bindings that are held now; whether one that is not holds for all resources
	bindings := l.held()
	places = make([]place, 0, 2*len(bindings))
	for i := range bindings {
		b := &bindings[i]
		by, reason := l.formulaOf(b, action)
		if furthest = max(furthest, min(reason, OtherWorkspace)); reason < OtherWorkspace {
			continue
		}
		before := len(places)
		places = l.appendPlaces(places, b, by)
		if reason == OutsideWindow {
			outside = outside || l.isHeldForAll(b)
		} else {
			inForce += len(places) - before
		}
	}
	switch {
	case outside && inForce == 0:
		furthest = OutsideWindow
	case len(places) > 0:
		furthest = Undecided
	}
	return furthest, combined(places)
}

// appendPlaces appends the places where the binding is held, each with the formula.
func (l *listing) appendPlaces(places []place, b *Binding, by formula) []place {
	switch {
	case b.Workspace == "", !l.canBeIn(b.Group):
	case b.Workspace == AccountWide:
		places = append(places, place{"", b.Group, by})
	case b.reachesOpen():
		places = append(places, place{"", b.Group, by}, place{OpenWorkspaces, b.Group, by})
	case l.has&aWorkspace == 0 && (b.Workspace == Everywhere || l.rule.class&anyPlace != 0):
		places = append(places, place{"", b.Group, by})
	case l.has&aWorkspace != 0:
		places = append(places, place{b.Workspace, b.Group, by})
	}
	return places
}

// limitPlaces returns the places that a limit of a delegate is for, combined, with what a
// resource there has to meet.
func (l *listing) limitPlaces(limit *Limit) []place {
	in := func(scope Scope) (places []place) {
		by := formula{0}.and(l.possible(scope))
		for _, w := range limit.Workspaces {
			places = l.appendPlaces(places, &Binding{Workspace: w}, by)
		}
		return combined(places)
	}
	places := in(limit.Permissions.scope(l.action))
	if l.has&aSecret != 0 {
		places = l.unlessConfidential(places, in(limit.Permissions.scope(TicketConfidential.ID())))
	}
	return places
}

// conjunction returns the places of two lists, which are combined, with what meets both.
func (l *listing) conjunction(one, other []place) []place {
	places := l.commonPlaces(one, other)
	for i := range places {
		places[i].by = l.inForce(one, &places[i]).times(l.inForce(other, &places[i]))
	}
	return places
}

// isHeldForAll reports whether the binding's role is held, perhaps not now, for every resource
// of the type.
func (l *listing) isHeldForAll(b *Binding) bool {
	if l.rule.class&anyPlace != 0 {
		return b.Workspace != ""
	}
	anywhere := b.Workspace == Everywhere || l.has&aWorkspace == 0 && (b.Workspace == AccountWide || b.reachesOpen())
	return anywhere && b.Group == ""
}

// ofOnlyGroup moves the terms that require one of the subject's groups into that group's
// places, if it is only one: so they are alike to those of a role that is held in it.
func (l *listing) ofOnlyGroup(places []place) []place {
	for i, p := range places {
		switch {
		case p.group != "" || !slices.ContainsFunc(p.by, requiresGroup):
			continue
		case len(l.groupIDs()) != 1:
			return places
		}
		group := GroupID(l.groupIDs()[0])
		inGroup, others := formula(nil), formula(nil)
		for _, term := range p.by {
			if requiresGroup(term) {
				inGroup = append(inGroup, term)
			} else {
				others = append(others, term)
			}
		}
		places[i].by = others
		places = append(places, place{p.workspace, group, l.inside(inGroup, group)})
	}
	return places
}

// requiresGroup reports whether the term requires one of the subject's groups.
func requiresGroup(term Scope) bool { return term&InGroup != 0 }

// canBeIn reports whether a role that is held in the group, if it is not empty, can be held
// for resources of the type.
func (l *listing) canBeIn(group GroupID) bool {
	return group == "" || l.has&aGroup != 0 || l.rule.class&anyPlace != 0
}

// opened returns the places with each open workspace in the place of all of them.
func (l *listing) opened(places []place) []place {
	open := 0
	for _, p := range places {
		open += bit(p.workspace == OpenWorkspaces)
	}
	if open == 0 {
		return places
	}
	each := make([]place, 0, len(places)+open*len(l.who.account.OpenWorkspaces))
	for _, p := range places {
		if p.workspace == OpenWorkspaces {
			each = l.appendOpen(each, p)
		} else {
			each = append(each, p)
		}
	}
	return each
}

// appendOpen appends a place for each of the account's open workspaces that resources of
// the type can be in.
func (l *listing) appendOpen(places []place, open place) []place {
	for _, w := range l.who.account.OpenWorkspaces {
		if w != Everywhere && (w == "" || l.has&aWorkspace != 0) { // Everywhere is not the ID of a workspace
			places = append(places, place{w, open.group, open.by})
		}
	}
	return places
}

// held returns the bindings that the subject holds where a resource of the type can be.
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

// formulaOf returns what a resource has to meet for the binding to reach it where it is
// held, and OtherWorkspace, the reason for denying all others. If the binding does not
// permit the action, or not now, it returns no formula and the reason.
func (l *listing) formulaOf(b *Binding, action ActionID) (formula, Reason) {
	role := b.roleIn(l.who.account)
	if role == nil {
		return nil, NoRole
	}
	scope := role.scope(action)
	switch {
	case scope == 0:
		return nil, NoPermission
	case !b.Window.holds(l.who.at):
		return nil, OutsideWindow
	}
	by := formula{0}.and(l.possible(scope)).and(l.possible(b.bound(&l.question)))
	return l.inside(by, b.Group), OtherWorkspace
}

// possible returns the relations of the closed scope that the subject can have to resources
// of the type, with enough access for the action. Where one always holds, it returns Anything.
func (l *listing) possible(scope Scope) Scope {
	who := &l.who
	if l.what.kind.customer() && scope&MyCustomers != 0 {
		switch {
		case who.crm == nil && (l.rule.class&creates == 0 || scope&Assigned != 0):
			scope |= Assigned // the owner of a customer is the agent whose customer it is
			scope &^= MyCustomers
		case who.crm == nil: // and a customer without an owner is Assigned only, when it is created
		case l.has&aRecord == 0:
			scope &^= MyCustomers // the CRM knows only the library's contacts and companies
		case who.crm.Sees == AllRecords:
			return Anything
		}
	}
	for _, impossible := range [...]struct {
		is        bool
		relations Scope
	}{
		{true, who.never},
		{l.onlyInPerson(), Anything},
		{who.crm != nil && l.what.Assignable, Assigned},
		{!l.what.Assignable, GroupQueue | Unassigned | Unrouted},
		{scope&(InGroup|GroupQueue) != 0 && len(l.groupIDs()) == 0, InGroup | GroupQueue},
		{who.contact == "", Requested},
		{who.company == "", SameCompany},
	} {
		if impossible.is {
			scope &^= impossible.relations
		}
	}
	return (scope & l.what.kind.relations()).reduced()
}

// inside returns what is left of the formula for resources that are in the group, if it is
// not empty.
func (l *listing) inside(by formula, group GroupID) formula {
	if group == "" || l.has&aGroup == 0 {
		return by
	}
	impossible := Unrouted
	if l.who.groups[group].known() < l.rule.need {
		impossible |= InGroup
	}
	var left formula
	for _, term := range by {
		if term&impossible == 0 {
			left = left.orTerm(term &^ (InGroup | GroupQueue))
		}
	}
	return left
}

// groupIDs returns the groups to which the subject has the access that the action needs, sorted.
func (l *listing) groupIDs() []string {
	if !l.grouped {
		l.groups, l.grouped = atLeast(l.rule.need, l.who.groups), true
	}
	return l.groups
}

// merged returns the places, which are combined, without what wider places select.
func (l *listing) merged(places []place) []place {
	everywhere := func(group GroupID) formula { return formulaAt(places, Everywhere, group) }
	var whole place // the place that is the current one's workspace, whatever the group
	for i := range places {
		p := &places[i]
		if p.workspace != Everywhere {
			p.by = p.by.without(l.inside(everywhere(""), p.group))
		}
		if p.group == "" {
			whole = *p
			continue
		}
		if p.workspace != Everywhere {
			p.by = p.by.without(everywhere(p.group))
		}
		if whole.workspace == p.workspace {
			p.by = p.by.without(l.inside(whole.by, p.group))
		}
	}
	return places
}

// clauses returns the filter's clauses, by term and group.
func (l *listing) clauses(places []place) (clauses []Clause) {
	type row struct {
		term Scope
		at   *place
	}
	if len(places) == 0 {
		return nil
	}
	rows := make([]row, 0, 2*len(places))
	for i := range places {
		for _, term := range places[i].by {
			rows = append(rows, row{term, &places[i]})
		}
	}
	compare := func(a, b row) int {
		if a.term != b.term {
			return cmp.Or(cmp.Compare(a.term&^notConfidential, b.term&^notConfidential), cmp.Compare(a.term, b.term))
		}
		return strings.Compare(string(a.at.group), string(b.at.group))
	}
	if len(rows) == 0 {
		return nil
	}
	slices.SortStableFunc(rows, compare)
	several := min(len(rows), 8) // usually all: rows that differ in workspaces only share a clause
	clauses, l.written = make([]Clause, 0, several), make([]Condition, 0, 4*several)
	workspaces, conditions := make([]string, 0, len(rows)), make([]Condition, 0, 8)
	for len(rows) > 0 {
		first, from := rows[0], len(workspaces)
		for len(rows) > 0 && compare(first, rows[0]) == 0 {
			workspaces = append(workspaces, string(rows[0].at.workspace))
			rows = rows[1:]
		}
		clauses = l.appendWays(clauses, first.term, l.placeConditions(conditions, workspaces[from:], first.at.group))
	}
	return clauses
}

// placeConditions appends the conditions that require one of the workspaces and the group, if
// it is not empty.
func (l *listing) placeConditions(conditions []Condition, where []string, group GroupID) []Condition {
	if l.has&aWorkspace != 0 && where[0] != string(Everywhere) {
		conditions = append(conditions, Condition{Kind: ConditionWorkspace, IDs: slices.Clip(where)})
	}
	if group != "" && l.has&aGroup != 0 {
		conditions = append(conditions, Condition{Kind: ConditionGroup, IDs: []string{string(group)}})
	}
	return conditions
}

// appendWays appends a clause for each way to meet the conditions and the term on resources
// of the type. A resource needs to meet only one of them.
func (l *listing) appendWays(clauses []Clause, term Scope, conditions []Condition) []Clause {
	relation := term.first()
	switch {
	case relation == GroupQueue: // InGroup and Unassigned are in the term as well
		return l.appendWays(clauses, term&^relation, conditions)
	case relation != 0:
		for _, one := range l.conditionsFor(relation) {
			clauses = l.appendWays(clauses, term&^relation, append(conditions, one))
		}
		return clauses
	case l.rule.class&ownOnly != 0:
		conditions = append(conditions, Condition{Kind: ConditionOwn, IDs: l.ids()})
	}
	from := len(l.written)
	l.written = append(l.written, conditions...)
	return append(clauses, Clause{conditions: l.written[from:len(l.written):len(l.written)]})
}

// conditionsFor is conditions, which it calls only once for each relation: the lists can be
// long, and several terms have the relation.
func (l *listing) conditionsFor(relation Scope) []Condition {
	known := &l.known[bits.TrailingZeros16(uint16(relation))]
	if *known == nil {
		*known = l.conditions(relation)
		for i := range *known {
			(*known)[i].IDs = slices.Clip((*known)[i].IDs)
		}
	}
	return *known
}

// conditions returns the conditions for a relation that can hold, or for notConfidential, of
// which a resource needs to meet one. For Unrouted and GroupQueue, the term has Unassigned as well.
func (l *listing) conditions(relation Scope) []Condition {
	switch self := l.ids(); relation {
	case InGroup:
		return []Condition{{Kind: ConditionGroup, IDs: l.groupIDs()}}
	case Assigned:
		ways := []Condition{{Kind: ConditionAssignee, IDs: self}}
		if l.rule.class&creates != 0 {
			ways = append(ways, Condition{Kind: ConditionUnassigned})
		}
		return ways
	case Unassigned:
		return []Condition{{Kind: ConditionUnassigned}}
	case Unrouted:
		return []Condition{{Kind: ConditionNoGroup}}
	case Requested:
		return []Condition{{Kind: ConditionRequester, IDs: []string{string(l.who.contact)}}}
	case Participating:
		var ways []Condition
		if !l.who.customer {
			ways = append(ways, Condition{Kind: ConditionParticipant, IDs: self, Access: l.rule.need})
		}
		if l.who.contact != "" {
			ways = append(ways, Condition{Kind: ConditionCC, IDs: []string{string(l.who.contact)}, Access: l.rule.need})
		}
		return ways
	case Mentioned:
		return []Condition{{Kind: ConditionMentions, IDs: self}}
	case SameCompany:
		return []Condition{{Kind: ConditionRequesterCompany, IDs: []string{string(l.who.company)}}}
	case MyCustomers:
		return l.customers()
	default: // notConfidential
		return []Condition{{Kind: ConditionNotConfidential}}
	}
}

// ids returns the subject's ID as a list, the same each time.
func (l *listing) ids() []string {
	if l.self == nil {
		l.self = []string{string(l.who.id)}
	}
	return l.self
}

// customers returns the conditions for the customers that the subject sees.
func (l *listing) customers() []Condition {
	switch {
	case l.who.crm == nil && l.what.kind.customer():
		return []Condition{{Kind: ConditionAssignee, IDs: l.ids()}}
	case l.who.crm == nil:
		return []Condition{{Kind: ConditionRequesterOwner, IDs: l.ids()}}
	case l.seen == nil && l.what.kind.customer():
		l.seen = l.who.crm.ways(l.rule.need, l.what.kind)
	case l.seen == nil:
		l.seen = l.who.crm.ways(View, kindContact) // to see the requester is enough (A6)
	}
	if n := len(l.seen) - 1; n >= 0 && l.seen[n].isOfAnswer() && !l.who.crm.Visibility.counts(l.who.at) {
		return l.seen[:n]
	}
	return l.seen
}

// isOfAnswer reports whether the condition is for the customers in the CRM's answer.
func (c *Condition) isOfAnswer() bool {
	return c.Kind == ConditionContact || c.Kind == ConditionCompany
}

// appendAmong appends a condition of the kind, unless there are no IDs.
func appendAmong(conditions []Condition, kind ConditionKind, ids []string) []Condition {
	if len(ids) == 0 {
		return conditions
	}
	return append(conditions, Condition{Kind: kind, IDs: ids})
}

// ways returns the conditions under which the CRM user has at least the access to customers
// of the kind, while the CRM's answer counts. A customer needs to meet only one of them; that
// of the answer is the last.
func (u *CRMUser) ways(access Access, k kind) (ways []Condition) {
	by := u.Sees.crmReach()
	if by&seesEvery != 0 {
		return []Condition{{Kind: ConditionCustomerKnown}}
	}
	if by&seesOwn != 0 {
		ways = append(ways, Condition{Kind: ConditionCustomerOwner, IDs: []string{string(u.ID)}})
	}
	if by&seesTerritories != 0 {
		ways = appendAmong(ways, ConditionCustomerTerritory, u.territories())
	}
	if by&seesTeams != 0 {
		ways = append(ways, Condition{Kind: ConditionCustomerTeam, IDs: []string{string(u.ID)}, Access: access})
	}
	if k == kindCompany {
		return appendAmong(ways, ConditionCompany, atLeast(access, u.Visibility.Companies))
	}
	return appendAmong(ways, ConditionContact, atLeast(access, u.Visibility.Contacts))
}
