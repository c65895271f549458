package deskpolicy

import (
	"maps"
	"slices"
)

// An authority is all that somebody may do in one workspace, for all actions at
// once. How far a scope reaches and what a kind of subject is forbidden is not
// said here again: the rulebook has it from the functions that decide.
type authority struct {
	who  actor
	plus revision // what is to be held besides
	book *rulebook

	never actionSet         // what is for account administrators only, if it is none
	held  [scopes]actionSet // what is held in the workspace, by scope
	index *bindingIndex     // nil of few bindings and workspaces
}

// A bindingIndex finds what an authority holds where, without going through all
// its bindings and the account's workspaces for each.
type bindingIndex struct {
	in   map[WorkspaceID][]int // the bindings that are held in single workspaces
	open map[WorkspaceID]bool  // the account's open workspaces

	// What is held outside of workspaces, and by no single one of them in the open
	// ones and in the rest.
	outside, wide, everywhere [scopes]actionSet
}

// of makes a the authority of a subject as it is: an empty one, if it may do nothing at all.
func (a *authority) of(subject Subject) {
	if !a.who.set(subject) || a.who.dead != Undecided || a.who.account.ID == "" {
		a.who = actor{account: &Account{}}
	}
	a.prepare()
}

// prepare looks up what is the same in every workspace.
func (a *authority) prepare() {
	l := rulebooks()
	switch {
	case a.who.crm != nil:
		a.book = &l.shared
	case a.who.session != nil:
		a.book = &l.support
	default:
		a.book = &l.agent
	}
	if !a.who.makesRoles() && (a.plus.add == nil || !a.plus.add.makesRoles()) {
		a.never.include(&l.authoring)
	}
	if n := len(a.who.bindings); a.who.session == nil && n*(n+len(a.who.account.Workspaces)) > unindexed {
		a.makeIndex()
	}
}

// unindexed is up to which product of bindings, and bindings and workspaces, it
// takes longer to make an index than to do without, which allocates nothing.
const unindexed = 1 << 12

// unnamed stands for a workspace in which no binding is held by itself.
const unnamed WorkspaceID = "\x00"

// makeIndex goes through the bindings once.
func (a *authority) makeIndex() {
	x := &bindingIndex{in: make(map[WorkspaceID][]int), open: asSet(a.who.account.Workspaces)}
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

// hold makes held what is held in the workspace.
func (a *authority) hold(w WorkspaceID, words int) {
	for scope := range a.held {
		clear(a.held[scope][:words])
	}
	open := a.opens(w)
	if a.index != nil {
		a.holdIndexed(w, open, words)
	} else {
		a.holdListed(w, open, words)
	}
	if a.plus.add != nil {
		a.add(a.plus.add, w, open, words)
	}
	never := a.never
	if w != "" {
		never.include(&rulebooks().unplaced)
	}
	for scope := range a.held {
		for word := range words {
			a.held[scope][word] &^= never[word]
		}
	}
}

// holdsAny makes held what is held in the workspace, and reports whether that is anything.
func (a *authority) holdsAny(w WorkspaceID, words int) bool {
	a.hold(w, words)
	for scope := range a.held {
		for word := range words {
			if a.held[scope][word] != 0 {
				return true
			}
		}
	}
	return false
}

// holdListed adds what the bindings hold there, each of which it looks at.
func (a *authority) holdListed(w WorkspaceID, open bool, words int) {
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

// holdIndexed adds what the bindings hold there, as the index has it.
func (a *authority) holdIndexed(w WorkspaceID, open bool, words int) {
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

// opens reports whether the workspace is one of the account's open ones.
func (a *authority) opens(w WorkspaceID) bool {
	if a.index != nil {
		return a.index.open[w]
	}
	return slices.Contains(a.who.account.Workspaces, w)
}

// add adds what one binding holds there, as [Binding.decide] finds it action by action.
func (a *authority) add(b *Binding, w WorkspaceID, open bool, words int) {
	a.addTo(&a.held, b, w, open, words)
}

// addTo adds it to the set. Outside of workspaces that is also what takes a role held
// anywhere in the account.
func (a *authority) addTo(to *[scopes]actionSet, b *Binding, w WorkspaceID, open bool, words int) {
	role := b.roleIn(a.who.account)
	if role == nil {
		return
	}
	here := b.heldIn(w, open)
	if !here && (w != "" || b.Workspace == "") {
		return
	}
	l := rulebooks()
	for scope := ScopeRestricted; scope <= ScopeGlobal; scope++ {
		held, at := &to[scope-1], &role.permissions.at[scope-1]
		bounded := !levels(1 << scope).upTo(b.TicketScope).has(scope)
		for word := range words {
			bits := at[sourceWord(word)] &^ l.anyRole[word]
			if role.permits {
				bits |= l.anyRole[word]
			}
			if !here {
				bits &= l.anyPlace[word]
			}
			if bounded {
				bits &^= l.ticketLike[word]
			}
			held[word] |= bits
		}
	}
}

// may adds to the set what the authority comes to where a resource stands so.
func (a *authority) may(s relationship, words int, into *actionSet) {
	index := s.index()
	for i := range a.book.rules {
		rule := &a.book.rules[i]
		for scope := ScopeRestricted; scope <= ScopeGlobal; scope++ {
			if !rule.by[index].has(scope) {
				continue
			}
			held := &a.held[scope-1]
			for word := range words {
				into[word] |= held[word] & rule.of[word]
			}
		}
	}
}

// access returns what may be done in the group.
func (a *authority) access(group GroupID) Access {
	access := a.who.groups[group].known()
	if a.plus.in != nil && group == a.plus.in.Group.ID {
		access = max(access, a.plus.in.Access.known())
	}
	return access
}

// holdsHosts reports whether an action of a host's may be in the authority.
func (a *authority) holdsHosts() bool {
	if a.who.session != nil {
		return true // to look would take as long
	}
	for i := range a.who.bindings {
		if a.who.bindings[i].Role.hasHosts() {
			return true
		}
	}
	return a.plus.add != nil && a.plus.add.Role.hasHosts()
}

// hasHosts reports whether the role has an action of a host's at any scope: then
// it has it at Restricted.
func (r Role) hasHosts() bool {
	return r.def != nil && [hostWords]uint64(r.def.permissions.at[ScopeRestricted-1][hostWord:]) != [hostWords]uint64{}
}

// boundTo yields the single workspaces in which something is held, each once.
func (a *authority) boundTo(yield func(WorkspaceID) bool) {
	if a.who.session != nil {
		for _, w := range slices.Sorted(maps.Keys(a.who.session.grant.known().workspaces)) {
			if !yield(w) {
				return
			}
		}
	}
	for i := range a.who.bindings {
		if w := a.who.bindings[i].Workspace; w.single() && a.first(w) == i && !yield(w) {
			return
		}
	}
	if a.plus.add != nil && a.plus.add.Workspace.single() && a.first(a.plus.add.Workspace) < 0 {
		yield(a.plus.add.Workspace)
	}
}

// first returns the index of the first binding of the workspace, -1 if there is none.
func (a *authority) first(w WorkspaceID) int {
	if a.index == nil {
		return slices.IndexFunc(a.who.bindings, func(b Binding) bool { return b.Workspace == w })
	}
	if in := a.index.in[w]; in != nil {
		return in[0]
	}
	return -1
}

// everywhere reports whether something is held in workspaces that nobody names.
func (a *authority) everywhere() bool {
	for i := range a.who.bindings {
		if a.who.bindings[i].Workspace == Everywhere {
			return true
		}
	}
	return a.plus.add != nil && a.plus.add.Workspace == Everywhere
}

// bound reports whether something is held in that single workspace.
func (a *authority) bound(w WorkspaceID) bool {
	switch {
	case !w.single():
		return false
	case a.plus.add != nil && a.plus.add.Workspace == w:
		return true
	case a.who.session != nil:
		_, granted := a.who.session.grant.known().workspaces[w]
		return granted
	}
	return a.first(w) >= 0
}
