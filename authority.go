package deskpolicy

import (
	"maps"
	"slices"
)

// An authority is everything that a subject is allowed to do in one workspace, for all
// actions at once.
type authority struct {
	who   actor
	gains revision // what the subject would be given

	rules      *kindRules // of the kind of subject
	authors    bool       // whether the subject's permissions to make roles count
	impossible Scope      // the relations in person that the subject cannot have
	held       held       // what the subject holds in the current workspace
	space      int        // held has the actions below this number
	index      *bindingIndex
	limited    [MaxLimits]bool // which limits of a delegate are for the current workspace
}

// A held is what a subject holds in a workspace: what its roles permit, apart for each
// ticket bound.
type held struct {
	n      int
	within [4]heldWithin
	more   *held // for further bounds; a slice to append to would move the resource to the heap
}

// A heldWithin is what is held by the bindings with one bound on tickets.
type heldWithin struct {
	bound       Scope // closed; see Binding.ticketBound
	permissions Permissions
}

// clear removes everything.
func (h *held) clear() { h.n, h.more = 0, nil }

// add adds the permissions within the bound for the actions below the number space. It returns all
// within the bound, to add to. The first are copied, which costs less than to add them.
func (h *held) add(bound Scope, permissions *Permissions, space int) *Permissions {
	for i := range h.n {
		if within := &h.within[i]; within.bound == bound {
			within.permissions.include(permissions, space)
			return &within.permissions
		}
	}
	if h.n < len(h.within) {
		within := &h.within[h.n]
		h.n++
		within.bound = bound
		copy(within.permissions.at[:space], permissions.at[:])
		return &within.permissions
	}
	if h.more == nil {
		h.more = new(held)
	}
	return h.more.add(bound, permissions, space)
}

// include adds everything in other for the actions below the number space.
func (h *held) include(other *held, space int) {
	for ; other != nil; other = other.more {
		for i := range other.n {
			h.add(other.within[i].bound, &other.within[i].permissions, space)
		}
	}
}

// A bindingIndex finds the bindings of a workspace and a group without a search through all
// bindings and all workspaces of the account.
type bindingIndex struct {
	in      map[WorkspaceID]bindingsIn // those for single workspaces and, under "", those for single groups only
	inGroup map[bindingPlace][]int     // the indexes of those for a single group, by it and as in does
	groups  map[GroupID]int            // the first binding for each single group
	open    map[WorkspaceID]bool       // the account's open workspaces

	// What is held outside workspaces, and, by bindings that are for neither a single
	// workspace nor a group, in the open workspaces and in all others.
	outside, wide, everywhere held
}

// A bindingsIn says which bindings have a workspace.
type bindingsIn struct {
	first   int       // the index of the first
	whole   []int     // the indexes of those that are held whatever the group
	inGroup []GroupID // the groups of the others
}

// A bindingPlace is a workspace and a group.
type bindingPlace struct {
	workspace WorkspaceID
	group     GroupID
}

// note notes a binding for a single workspace or group.
func (x *bindingIndex) note(bindings []Binding, i int) {
	b, at := &bindings[i], bindingPlace{group: bindings[i].Group}
	if b.Workspace.single() {
		at.workspace = b.Workspace
	}
	in, bound := x.in[at.workspace]
	if !bound {
		in.first = i
	}
	if b.Group == "" {
		in.whole = appendUnlike(in.whole, bindings, i)
		x.in[at.workspace] = in
		return
	}
	if x.inGroup[at] == nil {
		in.inGroup = append(in.inGroup, b.Group)
		x.in[at.workspace] = in
	}
	x.inGroup[at] = appendUnlike(x.inGroup[at], bindings, i)
	if _, named := x.groups[b.Group]; !named {
		x.groups[b.Group] = i
	}
}

// appendUnlike appends the index of a binding, unless that repeats one of the last few: every
// place that they are held in would add both.
func appendUnlike(indexes []int, bindings []Binding, i int) []int {
	if slices.ContainsFunc(indexes[max(0, len(indexes)-few):], func(other int) bool { return bindings[other] == bindings[i] }) {
		return indexes
	}
	return append(indexes, i)
}

// set fills a with the authority of the subject, which is empty if the subject is invalid,
// is denied everything or has no account.
func (a *authority) set(subject Subject) {
	if !a.who.set(subject) || a.who.dead != Undecided || a.who.account.ID == "" || !a.who.inForce() {
		a.who = actor{account: &Account{}}
	}
	a.prepare()
}

// prepare computes what is the same in every workspace.
func (a *authority) prepare() {
	rules := comparedRules()
	switch {
	case a.who.crm != nil:
		a.rules = &rules.shared
	case a.who.session != nil:
		a.rules = &rules.support
	case a.who.customer:
		a.rules = &rules.customer
	default:
		a.rules = &rules.agent
	}
	if a.who.contact == "" {
		a.impossible |= Requested
	}
	if a.who.company == "" {
		a.impossible |= SameCompany
	}
	a.authors = a.who.authorsRoles() || a.gains.add != nil && a.gains.add.makesRoles() && a.gains.add.Window.holds(a.who.at)
	if n := len(a.who.bindings); a.who.session == nil && n*(n+len(a.who.account.OpenWorkspaces)) > unindexed {
		a.makeIndex()
	}
}

// unindexed is the largest n*(n+m), for n bindings and m open workspaces, for which a search
// is faster than an index. A search also allocates nothing.
const unindexed = 1 << 12

// unnamed is an example of a workspace that no binding names.
const unnamed WorkspaceID = "\x00"

// makeIndex builds the index in one pass over the bindings.
func (a *authority) makeIndex() {
	a.space = actionSpace
	single := 0
	for i := range a.who.bindings {
		if a.who.bindings[i].Workspace.single() {
			single++
		}
	}
	x := &bindingIndex{
		in: make(map[WorkspaceID]bindingsIn, single), inGroup: make(map[bindingPlace][]int), groups: make(map[GroupID]int), open: asSet(a.who.account.OpenWorkspaces),
	}
	for i := range a.who.bindings {
		b := &a.who.bindings[i]
		a.addTo(&x.outside, b, "", "", false)
		if b.Workspace.single() || b.Group != "" {
			x.note(a.who.bindings, i)
			continue
		}
		a.addTo(&x.wide, b, unnamed, "", true)
		a.addTo(&x.everywhere, b, unnamed, "", false)
	}
	a.index = x
}

// fillHeld sets held to what the subject holds in the workspace, or outside of workspaces
// if w is empty, and in the group, or in any that no binding names if g is empty. It sets
// the actions below the number space.
func (a *authority) fillHeld(w WorkspaceID, g GroupID, space int) {
	a.space = space
	a.held.clear()
	open := a.isOpen(w)
	for i := range a.who.limits() {
		a.limited[i] = a.who.limits()[i].isIn(w, open)
	}
	if a.index != nil {
		a.addIndexed(w, g, open)
	} else {
		a.addListed(w, g, open)
	}
	if a.gains.add != nil {
		a.addTo(&a.held, a.gains.add, w, g, open)
	}
}

// addListed adds to held what the bindings give in the workspace, by a search.
func (a *authority) addListed(w WorkspaceID, g GroupID, open bool) {
	bindings := a.who.bindings
	if a.who.session != nil {
		grant := a.who.session.grant.known()
		if bindings = grant.bindingsIn(w); w == "" {
			bindings = grant.anywhere
		}
	}
	for i := range bindings {
		a.addTo(&a.held, &bindings[i], w, g, open)
	}
}

// addIndexed adds to held what the bindings give in the workspace, by the index.
func (a *authority) addIndexed(w WorkspaceID, g GroupID, open bool) {
	switch {
	case w == "":
		a.held.include(&a.index.outside, a.space)
	case open:
		a.held.include(&a.index.wide, a.space)
	default:
		a.held.include(&a.index.everywhere, a.space)
	}
	for _, indexes := range [...][]int{a.index.in[w].whole, a.index.inGroup[bindingPlace{w, g}], a.index.inGroup[bindingPlace{"", g}]} {
		for _, i := range indexes {
			a.addTo(&a.held, &a.who.bindings[i], w, g, open)
		}
	}
}

// noPermissions is what a role permits where it is not held.
var noPermissions Permissions

// addTo adds to the set what one binding gives in the workspace and group: the permissions
// that [Binding.decide] finds. Outside of workspaces, that includes those for which a role held
// anywhere in the account is enough.
func (a *authority) addTo(set *held, b *Binding, w WorkspaceID, g GroupID, open bool) {
	role := b.roleIn(a.who.account)
	if role == nil || !b.Window.holds(a.who.at) {
		return
	}
	here := b.heldIn(w, open) && b.heldInGroup(g)
	if !here && (w != "" || b.Workspace == "") {
		return
	}
	given := &noPermissions
	if here {
		given = &role.permissions
	}
	permissions := set.add(b.ticketBound(a.who.crm != nil), given, a.space)
	for _, id := range comparedRules().anyPlace { // every role with a permission permits some of these
		permissions.at[id] |= role.scope(id)
	}
}

// isOpen reports whether the workspace is one of the account's open workspaces.
func (a *authority) isOpen(w WorkspaceID) bool {
	if a.index != nil {
		return a.index.open[w]
	}
	return slices.Contains(a.who.account.OpenWorkspaces, w)
}

// access returns the subject's access to the group, with the gains.
func (a *authority) access(group GroupID) Access {
	access := a.who.groups[group].known()
	if a.gains.in != nil && group == a.gains.in.Group.ID {
		access = max(access, a.gains.in.Access)
	}
	return access
}

// hasHostActions reports whether the authority may include host actions.
func (a *authority) hasHostActions() bool {
	if a.who.session != nil {
		return true // searching its roles would cost as much as it saves
	}
	for i := range a.who.bindings {
		if a.who.bindings[i].Role.hasHostActions() {
			return true
		}
	}
	return a.gains.add != nil && a.gains.add.Role.hasHostActions()
}

// hasHostActions reports whether the role permits a host action.
func (r Role) hasHostActions() bool { return r.def != nil && r.def.hosts }

// boundWorkspaces yields the workspaces that have bindings of their own, each once.
func (a *authority) boundWorkspaces(yield func(WorkspaceID) bool) {
	if a.who.session != nil {
		for _, w := range slices.Sorted(maps.Keys(a.who.session.grant.known().workspaces)) {
			if !yield(w) {
				return
			}
		}
	}
	for i := range a.who.bindings {
		if w := a.who.bindings[i].Workspace; w.single() && a.firstBinding(w) == i && !yield(w) {
			return
		}
	}
	for _, w := range a.furtherWorkspaces() {
		if !yield(w) {
			return
		}
	}
}

// furtherWorkspaces returns the workspaces, each once, that are named by what is gained or by the
// limits of a delegate, and not by a binding.
func (a *authority) furtherWorkspaces() (further []WorkspaceID) {
	add := func(w WorkspaceID) {
		if w.single() && a.firstBinding(w) < 0 {
			further = append(further, w)
		}
	}
	if a.gains.add != nil {
		add(a.gains.add.Workspace)
	}
	for i := range a.who.limits() {
		for _, w := range a.who.limits()[i].Workspaces {
			add(w)
		}
	}
	slices.Sort(further)
	return slices.Compact(further)
}

// boundGroups yields the groups that bindings name, each once.
func (a *authority) boundGroups(yield func(GroupID) bool) {
	for i := range a.who.bindings {
		if g := a.who.bindings[i].Group; g != "" && a.firstInGroup(g) == i && !yield(g) {
			return
		}
	}
	if a.gains.add != nil && a.gains.add.Group != "" && a.firstInGroup(a.gains.add.Group) < 0 {
		yield(a.gains.add.Group)
	}
}

// eachGroupIn calls visit for each group of a binding that is held in the workspace until it
// returns false, and reports whether it never did. It may visit a group twice.
func (a *authority) eachGroupIn(w WorkspaceID, visit func(GroupID) bool) bool {
	if a.index == nil {
		for g := range a.boundGroups {
			if a.holdsIn(w, g) && !visit(g) {
				return false
			}
		}
		return true
	}
	for _, of := range slices.Compact([]WorkspaceID{"", w}) {
		for _, g := range a.index.in[of].inGroup {
			if !visit(g) {
				return false
			}
		}
	}
	add := a.gains.add
	return add == nil || add.Group == "" || !a.holdsIn(w, add.Group) || visit(add.Group)
}

// firstInGroup returns the index of the first binding in the group, or -1.
func (a *authority) firstInGroup(g GroupID) int {
	if a.index != nil {
		if first, named := a.index.groups[g]; named {
			return first
		}
		return -1
	}
	return slices.IndexFunc(a.who.bindings, func(b Binding) bool { return b.Group == g })
}

// namesGroup reports whether a binding names the group.
func (a *authority) namesGroup(g GroupID) bool {
	return g != "" && (a.gains.add != nil && a.gains.add.Group == g || a.firstInGroup(g) >= 0)
}

// holdsIn reports whether a binding that names the group is held in the workspace.
func (a *authority) holdsIn(w WorkspaceID, g GroupID) bool {
	if add := a.gains.add; add != nil && add.Group == g && (add.Workspace == w || !add.Workspace.single()) {
		return true
	}
	if a.index == nil {
		return slices.ContainsFunc(a.who.bindings, func(b Binding) bool { return b.Group == g && (b.Workspace == w || !b.Workspace.single()) })
	}
	return a.index.inGroup[bindingPlace{w, g}] != nil || a.index.inGroup[bindingPlace{"", g}] != nil
}

// firstBinding returns the index of the first binding for the workspace, or -1.
func (a *authority) firstBinding(w WorkspaceID) int {
	if a.index == nil {
		return slices.IndexFunc(a.who.bindings, func(b Binding) bool { return b.Workspace == w })
	}
	if in, bound := a.index.in[w]; bound {
		return in.first
	}
	return -1
}

// boundEverywhere reports whether a binding applies in every workspace.
func (a *authority) boundEverywhere() bool {
	for i := range a.who.bindings {
		if a.who.bindings[i].Workspace == Everywhere {
			return true
		}
	}
	return a.gains.add != nil && a.gains.add.Workspace == Everywhere
}

// isLimitedTo reports whether a limit of a delegate names the workspace.
func (a *authority) isLimitedTo(w WorkspaceID) bool {
	for i := range a.who.limits() {
		if slices.Contains(a.who.limits()[i].Workspaces, w) {
			return true
		}
	}
	return false
}

// isBound reports whether the workspace has bindings of its own.
func (a *authority) isBound(w WorkspaceID) bool {
	switch {
	case !w.single():
		return false
	case a.gains.add != nil && a.gains.add.Workspace == w:
		return true
	case a.who.session != nil:
		_, granted := a.who.session.grant.known().workspaces[w]
		return granted
	}
	return a.firstBinding(w) >= 0 || a.isLimitedTo(w)
}
