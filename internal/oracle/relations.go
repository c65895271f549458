package oracle

import (
	"slices"
	"strings"
	"sync"
)

// A relation is one way in which an agent can stand to a thing. The order is that in which
// scopes are written and, from narrow to wide, that in which they are preferred (step 9).
type relation int

const (
	inGroup relation = iota
	assigned
	groupQueue
	unassigned
	unrouted
	requested
	participating
	mentioned
	myCustomers
	sameCompany
	anything
	howMany
)

// relationNames are the names of the relations in scopes, in order. relationReasons are
// the reasons that say that one of them holds.
var (
	relationNames   = strings.Fields("in_group assigned group_queue unassigned unrouted requested participating mentioned my_customers same_company anything")
	relationReasons = strings.Fields("allowed_group allowed_assigned allowed_queue allowed_unassigned allowed_unrouted allowed_requested allowed_participating allowed_mentioned allowed_contact allowed_company allowed_all")
)

// A Held holds the relations at which a role was given a permission or a binding is
// bounded, without what they include: each relation for itself, or one of the sets with a
// name. The zero Held is none.
type Held struct {
	Restricted bool // what is assigned to the agent [R20]
	Group      bool // what is assigned to the agent or in one of its groups
	Shared     bool // what a shared agent reaches at any ticket scope [S13] (A8)
	Global     bool // anything [R18]

	InGroup, GroupQueue, Unassigned, Unrouted, Requested, Participating, Mentioned, MyCustomers, SameCompany bool
}

// A reach is the set of the relations that a scope has, with those that they include.
type reach [howMany]bool

// reach returns the relations with those that they include: anything includes all, and
// what is in the groups and not assigned is in the groups, and is not assigned.
func (h Held) reach() reach {
	r := reach{
		inGroup:       h.InGroup || h.Group || h.Shared,
		assigned:      h.Restricted || h.Group,
		groupQueue:    h.GroupQueue || h.InGroup || h.Group || h.Shared || h.Unassigned,
		unassigned:    h.Unassigned,
		unrouted:      h.Unrouted || h.Unassigned,
		requested:     h.Requested,
		participating: h.Participating,
		mentioned:     h.Mentioned || h.Shared,
		myCustomers:   h.MyCustomers || h.Shared,
		sameCompany:   h.SameCompany,
		anything:      h.Global,
	}
	for i := range r {
		r[i] = r[i] || h.Global
	}
	return r
}

// plus returns the relations of both.
func (h Held) plus(o Held) Held {
	return Held{
		Restricted: h.Restricted || o.Restricted, Group: h.Group || o.Group, Shared: h.Shared || o.Shared, Global: h.Global || o.Global,
		InGroup: h.InGroup || o.InGroup, GroupQueue: h.GroupQueue || o.GroupQueue,
		Unassigned: h.Unassigned || o.Unassigned, Unrouted: h.Unrouted || o.Unrouted,
		Requested: h.Requested || o.Requested, Participating: h.Participating || o.Participating, Mentioned: h.Mentioned || o.Mentioned,
		MyCustomers: h.MyCustomers || o.MyCustomers, SameCompany: h.SameCompany || o.SameCompany,
	}
}

// String returns the text of the scope, as in Verdict.Scope.
func (h Held) String() string { return h.reach().String() }

// ScopeOf returns the scope with the text: a set with a name, a relation, or several with
// "|" between them. Every other text, such as "" or "none", is the zero Held.
func ScopeOf(text string) Held {
	if h, ok := knownScopes.Load(text); ok {
		return h.(Held)
	}
	var all Held
	for _, word := range strings.Split(text, "|") {
		one := wordOf(word)
		if one == (Held{}) { // one part that is not a relation, and nothing is reached
			all = Held{}
			break
		}
		all = all.plus(one)
	}
	knownScopes.Store(text, all)
	return all
}

// knownScopes has the scopes of the texts that were asked about.
var knownScopes sync.Map

// wordOf returns the scope with the one word.
func wordOf(word string) Held {
	return Held{
		Restricted: word == "restricted" || word == "assigned", Group: word == "group", Shared: word == "shared", Global: word == "global" || word == "anything",
		InGroup: word == "in_group", GroupQueue: word == "group_queue", Unassigned: word == "unassigned", Unrouted: word == "unrouted",
		Requested: word == "requested", Participating: word == "participating", Mentioned: word == "mentioned",
		MyCustomers: word == "my_customers", SameCompany: word == "same_company",
	}
}

// any reports whether the relation is such for any of the relations.
func (r reach) any(such func(relation) bool) bool {
	for i := range howMany {
		if r[i] && such(i) {
			return true
		}
	}
	return false
}

// none reports whether there is no relation.
func (r reach) none() bool { return r == reach{} }

// within returns the relations that both have.
func (r reach) within(o reach) (both reach) {
	for i := range r {
		both[i] = r[i] && o[i]
	}
	return both
}

// common returns what the verdict names of a permission and a bound that are not none: the
// relations of both or, if there are none, those of the permission.
func (r reach) common(bound reach) reach {
	if both := r.within(bound); !both.none() {
		return both
	}
	return r
}

// wider reports whether the scope is preferred to the other: the widest relation that only
// one of them has is its (step 9).
func (r reach) wider(o reach) bool {
	for i := howMany - 1; i >= 0; i-- {
		if r[i] != o[i] {
			return r[i]
		}
	}
	return false
}

// written returns the relations that none of the others includes.
func (r reach) written() reach {
	w := r
	if r[anything] {
		w = reach{anything: true}
	}
	if r[inGroup] || r[unassigned] {
		w[groupQueue] = false
	}
	if r[unassigned] {
		w[unrouted] = false
	}
	return w
}

// String returns the name of the set, or those of the relations that are written.
func (r reach) String() string {
	for _, named := range []struct {
		name string
		set  Held
	}{{"none", Held{}}, {"restricted", Held{Restricted: true}}, {"group", Held{Group: true}}, {"shared", Held{Shared: true}}, {"global", Held{Global: true}}} {
		if r == named.set.reach() {
			return named.name
		}
	}
	var names []string
	for i, has := range r.written() {
		if has {
			names = append(names, relationNames[i])
		}
	}
	return strings.Join(names, "|")
}

// compareScopes returns a positive number if the scope with the first text is the wider, a
// negative one if that with the second is.
func compareScopes(one, other string) int {
	if one == other {
		return 0
	}
	first, second := ScopeOf(one).reach(), ScopeOf(other).reach()
	switch {
	case first.wider(second):
		return 1
	case second.wider(first):
		return -1
	}
	return 0
}

// stands returns the access that each relation gives the agent to the thing, "" if it does
// not hold.
func (s *Agent) stands(a *Action, f facts) (gives [howMany]string) {
	if s.Customer() {
		return s.standsAsCustomer(f)
	}
	free := f.Assignable && f.Assignee == ""
	mine := f.Assignee == s.ID && !(s.Shared() && f.Assignable) // nothing is assigned to a shared agent [S14] (A26)
	created := a.Creates && f.Assignee == ""                    // a thing that is created without an owner (A34)
	byCRM := s.Shared() && f.Record != nil && !a.Creates        // the CRM does not know a new contact [S35] [S36] [S37]
	asked := f.Requester
	if asked == nil {
		asked = &Thing{}
	}
	return [howMany]string{
		inGroup:       s.access(f.Group), // [S18] [R19]
		assigned:      edit(mine || created),
		groupQueue:    given(free, s.access(f.Group)),
		unassigned:    edit(free),
		unrouted:      edit(free && f.Group == ""),
		requested:     edit(s.Contact != "" && asked.ID == s.Contact),
		participating: s.takesPart(f),
		mentioned:     edit(f.Mentions[s.ID]), // [S15] (A6)
		myCustomers:   s.customers(f),
		sameCompany:   edit(s.Company != "" && asked.Company == s.Company),
		anything:      edit(!byCRM), // [R18]
	}
}

// standsAsCustomer does the same for a customer, who relates to a thing only by its own contact
// and its company. What can have a requester it never reaches because it is anything (A61).
func (s *Agent) standsAsCustomer(f facts) (gives [howMany]string) {
	asked := f.Requester
	if asked == nil {
		asked = &Thing{}
	}
	in := f.CCs[s.ID]
	return [howMany]string{
		requested:     edit(asked.ID == s.ID),
		participating: given(in == "view" || in == "edit", in),
		sameCompany:   edit(s.Company != "" && asked.Company == s.Company),
		anything:      edit(!f.Requestable),
	}
}

// toward returns what counts of a permission where an assignment takes the thing. What is
// reached as the groups' goes to their members and to these groups only (A50).
func (s *Agent) toward(a *Action, f facts, may reach) reach {
	leaves := false // whether it goes to somebody, or to a group, outside of the agent's groups
	switch {
	case f.Goes == nil || may[anything]:
	case a.Routes:
		leaves = s.access(f.Goes.Team.ID) != "edit"
	case a.Assigns && f.Goes.To != nil:
		leaves = !s.teamsUp(f.Goes.To)
	}
	if leaves {
		may[inGroup], may[groupQueue] = false, false
	}
	return may
}

// teamsUp reports whether the other is the agent, or is in one of the agent's groups.
func (s *Agent) teamsUp(other *Agent) bool {
	if other.Kind == "non_agent" || other.Customer() { // has neither an ID of an agent nor groups
		return false
	}
	together := other.ID == s.ID
	for group, access := range other.Groups {
		together = together || (access == "view" || access == "edit") && s.access(group) == "edit"
	}
	return together
}

// takesPart returns the access that the agent has as a participant or in CC.
func (s *Agent) takesPart(f facts) string {
	found := []string{f.Participants[s.ID], given(s.Contact != "", f.CCs[s.Contact])}
	if slices.Contains(found, "edit") {
		return "edit"
	}
	return given(slices.Contains(found, "view"), "view")
}

// customers returns the access of the agent to what is, or comes from, one of its
// customers: for a shared agent one that the CRM shows it (A6, A7, A30), for an agent one
// that it owns on the desk.
func (s *Agent) customers(f facts) string {
	switch {
	case f.Record != nil && s.Shared():
		return s.sees(f.Record) // [S36] [S37]
	case f.Record != nil:
		return edit(f.Record.Author == s.ID)
	case f.Requester != nil && s.Shared():
		return edit(s.knows(f.Requester)) // [S16]
	default:
		return edit(f.Requester != nil && f.Requester.Author == s.ID)
	}
}

// through judges what a permission reaches within a bound, each by a relation of its own
// (step 7). It reports whether both reach the thing at all, and returns the reason if both
// do with the access that the action needs.
func (s *Agent) through(a *Action, f facts, may, bound reach) (reached bool, enough string) {
	gives := s.stands(a, f)
	holds := func(i relation) bool { return gives[i] == "view" || gives[i] == "edit" }
	suffices := func(i relation) bool { return gives[i] == "edit" || gives[i] == "view" && a.Need == "view" }
	reached = may.any(holds) && bound.any(holds)
	if !may.any(suffices) || !bound.any(suffices) {
		return reached, ""
	}
	return reached, f.ground(may.only(suffices).common(bound.only(suffices)))
}

// throughToward is through for where an assignment takes the thing. What would be enough if
// the thing stayed in the agent's groups does not reach it, whatever the agent may view (A50).
func (s *Agent) throughToward(a *Action, f facts, may, bound reach) (reached bool, enough string) {
	reached, enough = s.through(a, f, s.toward(a, f, may), bound)
	if _, staying := s.through(a, f, may, bound); enough == "" && staying != "" {
		return false, ""
	}
	return reached, enough
}

// only returns the relations that are such.
func (r reach) only(such func(relation) bool) (left reach) {
	for i := range howMany {
		left[i] = r[i] && such(i)
	}
	return left
}

// ground returns the first of the reasons of the relations that hold, in order of
// preference (step 9). What somebody holds is their own if they also are its author.
func (f facts) ground(holds reach) (best string) {
	for i, has := range holds.written() {
		reason := relationReasons[i]
		if relation(i) == assigned && f.Author == f.Assignee {
			reason = "allowed_own"
		}
		if has && ranks[reason] > ranks[best] {
			best = reason
		}
	}
	return best
}
