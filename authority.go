package deskpolicy

import (
	"maps"
	"slices"
)

// An authority is everything that a subject is allowed to do in one workspace, for all
// actions at once. It does not repeat the rules: the rulebook derives how far a scope
// reaches, and what is forbidden to the kind of subject, from the functions that decide.
type authority struct {
	who   actor
	gains revision // what the subject would be given
	book  *rulebook

	excluded actionSet         // the actions for account administrators only, if the subject is not one
	held     [scopes]actionSet // the actions that the subject holds in the workspace, by scope
	index    *bindingIndex     // nil if there are few bindings and workspaces
}

// A bindingIndex finds the bindings of a workspace without a search through all bindings
// and all workspaces of the account.
type bindingIndex struct {
	in   map[WorkspaceID][]int // the indexes of the bindings for single workspaces
	open map[WorkspaceID]bool  // the account's open workspaces

	// The actions held outside workspaces, and, by bindings that are not for a single
	// workspace, in the open workspaces and in all others.
	outside, wide, everywhere [scopes]actionSet
}

// set fills a with the authority of the subject, which is empty if the subject is invalid,
// is denied everything or has no account.
func (a *authority) set(subject Subject) {
	if !a.who.set(subject) || a.who.dead != Undecided || a.who.account.ID == "" {
		a.who = actor{account: &Account{}}
	}
	a.prepare()
}

// prepare computes what is the same in every workspace.
func (a *authority) prepare() {
	books := rulebooks()
	switch {
	case a.who.crm != nil:
		a.book = &books.shared
	case a.who.session != nil:
		a.book = &books.support
	default:
		a.book = &books.agent
	}
	if !a.who.makesRoles() && (a.gains.add == nil || !a.gains.add.makesRoles()) {
		a.excluded.include(&books.authoring)
	}
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
	x := &bindingIndex{in: make(map[WorkspaceID][]int), open: asSet(a.who.account.OpenWorkspaces)}
	for i := range a.who.bindings {
		b := &a.who.bindings[i]
		a.addTo(&x.outside, b, "", false, len(actionSet{}))
		if b.Workspace.single() {
			x.in[b.Workspace] = append(x.in[b.Workspace], i)
			continue
		}
		a.addTo(&x.wide, b, unnamed, true, len(actionSet{}))
		a.addTo(&x.everywhere, b, unnamed, false, len(actionSet{}))
	}
	a.index = x
}

// fillHeld sets held to the actions that the subject holds in the workspace, or outside of
// workspaces if w is empty.
func (a *authority) fillHeld(w WorkspaceID, words int) {
	for scope := range a.held {
		clear(a.held[scope][:words])
	}
	open := a.isOpen(w)
	if a.index != nil {
		a.addIndexed(w, open, words)
	} else {
		a.addListed(w, open, words)
	}
	if a.gains.add != nil {
		a.add(a.gains.add, w, open, words)
	}
	excluded := a.excluded
	if w != "" {
		excluded.include(&rulebooks().unplaced)
	}
	for scope := range a.held {
		for word := range words {
			a.held[scope][word] &^= excluded[word]
		}
	}
}

// heldAny reports whether held contains any action.
func (a *authority) heldAny(words int) bool {
	for scope := range a.held {
		for word := range words {
			if a.held[scope][word] != 0 {
				return true
			}
		}
	}
	return false
}

// addListed adds to held what the bindings give in the workspace, by a search.
func (a *authority) addListed(w WorkspaceID, open bool, words int) {
	bindings := a.who.bindings
	if a.who.session != nil {
		grant := a.who.session.grant.known()
		if bindings = grant.bindingsIn(w); w == "" {
			bindings = grant.anywhere
		}
	}
	for i := range bindings {
		a.add(&bindings[i], w, open, words)
	}
}

// addIndexed adds to held what the bindings give in the workspace, by the index.
func (a *authority) addIndexed(w WorkspaceID, open bool, words int) {
	switch {
	case w == "":
		a.held = a.index.outside
	case open:
		a.held = a.index.wide
	default:
		a.held = a.index.everywhere
	}
	for _, i := range a.index.in[w] {
		a.add(&a.who.bindings[i], w, open, words)
	}
}

// isOpen reports whether the workspace is one of the account's open workspaces.
func (a *authority) isOpen(w WorkspaceID) bool {
	if a.index != nil {
		return a.index.open[w]
	}
	return slices.Contains(a.who.account.OpenWorkspaces, w)
}

// add adds to held what one binding gives in the workspace: the actions for which
// [Binding.decide] finds the permission.
func (a *authority) add(b *Binding, w WorkspaceID, open bool, words int) {
	a.addTo(&a.held, b, w, open, words)
}

// addTo adds to the set what one binding gives in the workspace. Outside of workspaces, that
// includes the actions for which a role held anywhere in the account is enough.
func (a *authority) addTo(set *[scopes]actionSet, b *Binding, w WorkspaceID, open bool, words int) {
	role := b.roleIn(a.who.account)
	if role == nil {
		return
	}
	here := b.heldIn(w, open)
	if !here && (w != "" || b.Workspace == "") {
		return
	}
	books := rulebooks()
	for scope := ScopeRestricted; scope <= ScopeGlobal; scope++ {
		held, at := &set[scope-1], &role.permissions.at[scope-1]
		bounded := !levels(1 << scope).upTo(b.TicketScope).has(scope)
		for word := range words {
			bits := at[sourceWord(word)] &^ books.anyRole[word]
			if role.permits {
				bits |= books.anyRole[word]
			}
			if !here {
				bits &= books.anyPlace[word]
			}
			if bounded {
				bits &^= books.ticketLike[word]
			}
			held[word] |= bits
		}
	}
}

// addAllowed adds to the set the actions that held allows on a resource with the given
// relationship to the subject.
func (a *authority) addAllowed(r relationship, words int, set *actionSet) {
	index := r.index()
	for i := range a.book.rules {
		rule := &a.book.rules[i]
		for scope := ScopeRestricted; scope <= ScopeGlobal; scope++ {
			if !rule.reach[index].has(scope) {
				continue
			}
			held := &a.held[scope-1]
			for word := range words {
				set[word] |= held[word] & rule.actions[word]
			}
		}
	}
}

// access returns the subject's access to the group, with the gains.
func (a *authority) access(group GroupID) Access {
	access := a.who.groups[group].known()
	if a.gains.in != nil && group == a.gains.in.Group.ID {
		access = max(access, a.gains.in.Access.known())
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

// hasHostActions reports whether the role permits a host action at any scope. A wider scope
// includes ScopeRestricted, so that is the only scope to examine.
func (r Role) hasHostActions() bool {
	return r.def != nil && [hostWords]uint64(r.def.permissions.at[ScopeRestricted-1][hostWord:]) != [hostWords]uint64{}
}

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
	if a.gains.add != nil && a.gains.add.Workspace.single() && a.firstBinding(a.gains.add.Workspace) < 0 {
		yield(a.gains.add.Workspace)
	}
}

// firstBinding returns the index of the first binding for the workspace, or -1.
func (a *authority) firstBinding(w WorkspaceID) int {
	if a.index == nil {
		return slices.IndexFunc(a.who.bindings, func(b Binding) bool { return b.Workspace == w })
	}
	if in := a.index.in[w]; in != nil {
		return in[0]
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
	return a.firstBinding(w) >= 0
}
