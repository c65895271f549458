package deskpolicy

import "slices"

// A authorityPair is two authorities over the resources of one account, face to face.
//
// Of IDs the rules only compare whether they are equal. So all the resources
// that there could be fall into finitely many encounters, within each of which
// one is as good as another: going through these is exact.
type authorityPair struct {
	vocabulary *Vocabulary // of the host's actions
	of         [2]authority
	apart      bool           // besides, what is the second's own is to be within reach of the first as somebody else's
	words      int            // how much of an actionSet matters
	groups     [3][3]GroupID  // a group in which the two have such access; "" if there is none
	customers  []customerCase // what the two may do in the CRM with the same customer

	sample
	may [2]actionSet // what each may do in the encounter
}

// An sample is how a resource stands to the two.
type sample struct {
	workspace     WorkspaceID
	relationships [2]relationship
	customer      int  // which of the meeting's
	apart         bool // it is the second's own only
}

// preparePeople prepares a meeting of two people of one account. Of what a revision takes
// from the second nothing is let go yet: who covers them covers them before and after.
func (m *authorityPair) preparePeople() {
	m.customers = noMatter
	if m.of[1].who.crm != nil {
		m.customers = anyCustomers
	}
	m.of[0].prepare()
	m.of[1].prepare()
	m.prepare()
}

// prepare looks up what is the same in every encounter.
func (m *authorityPair) prepare() {
	m.words = libraryWords
	if m.of[0].holdsHosts() || m.of[1].holdsHosts() {
		m.words = len(actionSet{})
	}
	for i := range m.of {
		for group := range m.of[i].who.groups {
			m.noteGroup(group)
		}
		if in := m.of[i].plus.in; in != nil {
			m.noteGroup(in.Group.ID)
		}
	}
	m.groups[NoAccess][NoAccess] = "" // which no group is as well
}

// noteGroup notes the group as an example, the first by name of those that are alike.
func (m *authorityPair) noteGroup(group GroupID) {
	if group == "" {
		return
	}
	known := &m.groups[m.of[0].access(group)][m.of[1].access(group)]
	if *known == "" || group < *known {
		*known = group
	}
}

// sameAccount reports whether the two are of one account.
func (m *authorityPair) sameAccount() bool { return m.of[0].who.account.ID == m.of[1].who.account.ID }

// account returns the ID of the account that the meeting is about; nobody has none.
func (m *authorityPair) account() AccountID {
	return max(m.of[0].who.account.ID, m.of[1].who.account.ID)
}

// covers reports whether the first may do all that the second may.
func (m *authorityPair) covers() bool {
	return m.eachWorkspace(func(w WorkspaceID) bool {
		return !m.of[1].holdsAny(w, m.words) || m.eachIn(w, func() bool { return !m.exceeds(1, 0) })
	})
}

// exceeds reports whether one may do what the other may not, in the present encounter.
func (m *authorityPair) exceeds(one, other int) bool {
	for word := range m.words {
		if m.may[one][word]&^m.may[other][word]&m.matters(word) != 0 {
			return true
		}
	}
	return false
}

// exceedsBy is exceeds for one action.
func (m *authorityPair) exceedsBy(bit, one, other int) bool {
	word := bit / 64
	return m.may[one][word]&^m.may[other][word]&m.matters(word)>>(bit%64)&1 != 0
}

// matters returns the word of the set of actions that the present encounter is
// about. What is allowed to the owner only, nobody else can do, whatever they hold.
func (m *authorityPair) matters(word int) uint64 {
	set := ^uint64(0)
	if only := m.customers[m.customer].only; only != nil {
		set = only[word]
	}
	if m.sample.apart {
		set &^= rulebooks().ownOnly[word]
	}
	return set
}

// each goes through the encounters, in a fixed order but for the workspaces, up to
// the first of which visit returns false, and reports whether there was none.
func (m *authorityPair) each(visit func() bool) bool {
	return m.eachWorkspace(func(w WorkspaceID) bool { return m.eachIn(w, visit) })
}

// eachIn goes through the encounters in the workspace.
func (m *authorityPair) eachIn(w WorkspaceID, visit func() bool) bool {
	m.workspace = w
	for i := range m.of {
		m.of[i].hold(w, m.words)
	}
	for _, own := range [...][2]bool{{false, false}, {true, true}, {false, true}} {
		if m.sample.apart = own[0] != own[1]; m.sample.apart && !m.apart {
			break
		}
		if !m.eachGroup(own, visit) {
			return false
		}
	}
	return true
}

// eachGroup goes through the encounters that differ in what the two may do in
// the resource's group.
func (m *authorityPair) eachGroup(own [2]bool, visit func() bool) bool {
	for i := range m.groups {
		for j, group := range m.groups[i] {
			m.relationships[0] = relationship{group: Access(i), own: own[0]}
			m.relationships[1] = relationship{group: Access(j), own: own[1]}
			if (group != "" || i+j == 0) && !m.eachCustomer(visit) {
				return false
			}
		}
	}
	return true
}

// eachCustomer goes through the encounters that differ in what shared agents
// look at: the customer, and whether they are mentioned.
func (m *authorityPair) eachCustomer(visit func() bool) bool {
	for i := range m.customers {
		m.customer = i
		m.relationships[0].customer, m.relationships[1].customer = m.customers[i].access[0], m.customers[i].access[1]
		for _, mentioned := range [...]bool{false, true} {
			m.relationships[0].mentioned, m.relationships[1].mentioned = mentioned, mentioned
			if mentioned && !m.hasShared() {
				break
			}
			if m.meet(); !visit() {
				return false
			}
		}
	}
	return true
}

func (m *authorityPair) hasShared() bool { return m.of[0].who.crm != nil || m.of[1].who.crm != nil }

// meet makes may what each may do in the present encounter.
func (m *authorityPair) meet() {
	for i := range m.may {
		clear(m.may[i][:m.words])
		if m.customers[m.customer].crmRole && !m.of[i].who.account.Integrated {
			continue // there is no such role
		}
		m.of[i].may(m.relationships[i], m.words, &m.may[i])
	}
}

// eachWorkspace goes through the workspaces that matter: outside of them, each
// in which anything is held by itself, of the others the open ones that differ, and
// one that stands for the rest.
func (m *authorityPair) eachWorkspace(visit func(WorkspaceID) bool) bool {
	if !visit("") {
		return false
	}
	for w := range m.of[0].boundTo {
		if !visit(w) {
			return false
		}
	}
	for w := range m.of[1].boundTo {
		if !m.of[0].bound(w) && !visit(w) {
			return false
		}
	}
	return m.eachOpen(visit) && m.visitOther(visit)
}

// visitOther visits a workspace that neither names, if anything is held in it.
func (m *authorityPair) visitOther(visit func(WorkspaceID) bool) bool {
	if !m.of[0].everywhere() && !m.of[1].everywhere() {
		return true
	}
	other := WorkspaceID("example")
	for m.names(other) {
		other += "'"
	}
	return visit(other)
}

// names reports whether something is held in the workspace by itself, or it is open, to either.
func (m *authorityPair) names(w WorkspaceID) bool {
	for i := range m.of {
		if m.of[i].bound(w) || m.of[i].opens(w) {
			return true
		}
	}
	return false
}

// eachOpen goes through the open workspaces in which nothing is held by itself:
// one that is open to both and, if they differ, one that is open to one only.
func (m *authorityPair) eachOpen(visit func(WorkspaceID) bool) bool {
	first, second := m.of[0].who.account.Workspaces, m.of[1].who.account.Workspaces
	if !m.visitOpen(first, second, true, visit) {
		return false
	}
	return slices.Equal(first, second) ||
		m.visitOpen(first, second, false, visit) && m.visitOpen(second, first, false, visit)
}

// visitOpen visits the first of the workspaces that the others have as well, or have not.
func (m *authorityPair) visitOpen(open, others []WorkspaceID, both bool, visit func(WorkspaceID) bool) bool {
	for _, w := range open {
		if w != "" && !m.of[0].bound(w) && !m.of[1].bound(w) && slices.Contains(others, w) == both {
			return visit(w)
		}
	}
	return true
}
