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
}

// of makes a the authority of a subject as it is: an empty one, if it may do nothing at all.
func (a *authority) of(subject Subject) {
	if !a.who.is(subject) || a.who.dead != Undecided || a.who.account.ID == "" {
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
}

// hold makes held what is held in the workspace.
func (a *authority) hold(w WorkspaceID, words int) {
	for scope := range a.held {
		clear(a.held[scope][:words])
	}
	bindings := a.who.bindings
	if a.who.session != nil {
		grant := a.who.session.grant.known()
		if bindings = grant.heldIn(w); w == "" {
			bindings = grant.anywhere
		}
	}
	for i := range bindings {
		a.add(&bindings[i], w, words)
	}
	if a.plus.add != nil {
		a.add(a.plus.add, w, words)
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

// add adds what one binding holds there, as [Binding.decide] finds it action by action.
func (a *authority) add(b *Binding, w WorkspaceID, words int) {
	role := b.roleIn(a.who.account)
	if role == nil {
		return
	}
	here := b.heldIn(w, a.who.account)
	if !here && (w != "" || b.Workspace == "") {
		return
	}
	l := rulebooks()
	for scope := Restricted; scope <= Global; scope++ {
		held, at := &a.held[scope-1], &role.permissions.at[scope-1]
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
func (a *authority) may(s stance, words int, into *actionSet) {
	index := s.index()
	for i := range a.book.rules {
		rule := &a.book.rules[i]
		for scope := Restricted; scope <= Global; scope++ {
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
	return r.def != nil && [hostWords]uint64(r.def.permissions.at[Restricted-1][hostWord:]) != [hostWords]uint64{}
}

// boundTo yields the single workspaces in which something is held, each as often as it is.
func (a *authority) boundTo(yield func(WorkspaceID) bool) {
	if a.who.session != nil {
		for _, w := range slices.Sorted(maps.Keys(a.who.session.grant.known().workspaces)) {
			if !yield(w) {
				return
			}
		}
	}
	for i := range a.who.bindings {
		if w := a.who.bindings[i].Workspace; w.single() && !yield(w) {
			return
		}
	}
	if a.plus.add != nil && a.plus.add.Workspace.single() {
		yield(a.plus.add.Workspace)
	}
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
	for bound := range a.boundTo {
		if bound == w {
			return true
		}
	}
	return false
}
