package deskpolicy

import (
	"fmt"
	"iter"
	"slices"
)

// A Difference is something that one may do and another may not, with a
// question that shows it.
type Difference struct {
	Permission Permission  // how far the one's permission reaches there
	Workspace  WorkspaceID // one of those that are alike in this; empty outside of workspaces

	// OutcomeAllowed and Denied are the same question, as whoever may and as whoever may
	// not. [Request.Authorize] replays them: the subjects have the same ID, and a plan
	// with every feature. Their Vocabulary names the action, if one was given that does.
	Allowed, Denied Request
}

// String returns the difference as "ticket.reply@group in workspace "it"".
func (d Difference) String() string {
	permission := d.Allowed.Vocabulary.PermissionName(d.Permission)
	if d.Workspace == "" {
		return permission
	}
	return fmt.Sprintf("%s in workspace %q", permission, d.Workspace)
}

// differences yields what the one may do and the other may not. The requests are
// those of the two subjects, who have the ID self.
func (m *authorityPair) differences(one, other int, subjects [2]Subject, self AgentID) iter.Seq[Difference] {
	return func(yield func(Difference) bool) {
		var workspaces []WorkspaceID
		m.eachWorkspace(func(w WorkspaceID) bool { workspaces = append(workspaces, w); return true })
		slices.Sort(workspaces)
		for _, w := range workspaces {
			if !m.of[one].holdsAny(w, m.words) {
				continue
			}
			found := m.differencesIn(w, one, other)
			for bit := range len(actionSet{}) * 64 {
				if met, differs := found[bit]; differs && !yield(m.difference(&met, bit, one, other, subjects, self)) {
					return
				}
			}
		}
	}
}

// differencesIn returns the first encounter in which the one may do something
// there that the other may not, by action.
func (m *authorityPair) differencesIn(w WorkspaceID, one, other int) map[int]sample {
	found := make(map[int]sample)
	named := make(map[ActionID]bool)
	m.eachIn(w, func() bool {
		for bit := range m.words * 64 {
			id, _ := action(bit)
			if !m.exceedsBy(bit, one, other) || named[id] {
				continue
			}
			found[bit], named[id] = m.sample, true
		}
		return true
	})
	return found
}

// difference returns what the encounter shows of the action.
func (m *authorityPair) difference(e *sample, bit, one, other int, subjects [2]Subject, self AgentID) Difference {
	id, on := action(bit)
	where := exampleSubject{vocabulary: m.vocabulary, account: m.account(), workspace: e.workspace, author: self}
	where.group = m.groups[e.relationships[0].group][e.relationships[1].group]
	switch {
	case e.relationships[one].own:
		where.assignee = self
	case id.info().class&creates != 0: // nobody's would be the subject's
		where.assignee = where.somebody().ID
	}
	if e.relationships[one].mentioned {
		where.mentioned = self
	}
	where.contact, where.company = m.customers[e.customer].in(where.account)
	where.crmRole = m.customers[e.customer].crmRole
	d := Difference{
		Workspace: e.workspace,
		Allowed:   where.ask(subjects[one], id, on),
		Denied:    where.ask(subjects[other], id, on),
	}
	d.Permission = id.At(d.Allowed.Authorize().Scope)
	return d
}
