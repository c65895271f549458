package deskpolicy

import (
	"cmp"
	"iter"
	"slices"
)

// Compare returns how what after may do stands to what before may do: exactly,
// over every action and every resource that there could be.
//
// The two are taken for one person, to whom "assigned to me" and "my own" mean
// the same; so they may be one agent before and after a change, or two agents.
// Their account's plan is no matter: it counts as if it had every feature, lest
// a permission that sleeps pass for none. What a decision on other people takes
// besides, that the subject's authority covers theirs, follows from the rest if
// both have the same open workspaces.
//
// Of a host's own resource types anything is taken to be possible: that they
// are in a workspace, in a group, and assigned. That an account which is not connected
// to the CRM has no Shared Agent role is compared for the library's actions only.
func Compare(before, after Subject) Comparison {
	c := Comparison{before: before, after: after}
	var gained, lost bool
	for m := range c.meetings() {
		m.each(func() bool {
			gained = gained || m.exceeds(1, 0)
			lost = lost || m.exceeds(0, 1)
			return !gained || !lost
		})
	}
	c.relation = orderingOf(gained, lost)
	return c
}

// Covers reports whether a may do all that b may: see [Compare].
func Covers(a, b Subject) bool {
	relation := Compare(a, b).relation
	return relation == EqualAuthority || relation == LessAuthority
}

// A Comparison is what [Compare] finds. The zero Comparison is of nobody with
// nobody, who are incomparable.
type Comparison struct {
	// Vocabulary is how the host's actions are called in the differences; nil if
	// there are none. A host that has some sets it, and nothing else depends on it.
	Vocabulary *Vocabulary

	before, after Subject
	relation      Ordering
}

// Ordering returns how what after may do stands to what before may do.
func (c Comparison) Ordering() Ordering { return c.relation }

// Gained yields what after may do and before may not, by workspace, action by action.
func (c Comparison) Gained() iter.Seq[Difference] { return c.differences(1, 0) }

// Lost yields what before may do and after may not, by workspace, action by action.
func (c Comparison) Lost() iter.Seq[Difference] { return c.differences(0, 1) }

// meetings yields the two face to face or, if they are of different accounts,
// of which no resource is of both, each by itself with nobody.
func (c Comparison) meetings() iter.Seq[*authorityPair] {
	return func(yield func(*authorityPair) bool) {
		var m authorityPair
		m.of[0].of(c.before)
		m.of[1].of(c.after)
		if m.sameAccount() {
			m.customers = customersOf(m.of[0].who.crm, m.of[1].who.crm)
			if m.of[0].who.account.Integrated != m.of[1].who.account.Integrated {
				m.customers = append(slices.Clip(m.customers), customerCase{only: &rulebooks().onRoles, crmRole: true})
			}
			m.prepare()
			yield(&m)
			return
		}
		for i := range m.of {
			var alone authorityPair
			alone.of[i] = m.of[i]
			alone.of[1-i].of(nil)
			alone.customers = customersOf(alone.of[0].who.crm, alone.of[1].who.crm)
			alone.prepare()
			if !yield(&alone) {
				return
			}
		}
	}
}

// differences yields what the one of the two may do and the other may not.
func (c Comparison) differences(one, other int) iter.Seq[Difference] {
	return func(yield func(Difference) bool) {
		self := cmp.Or(idOf(c.before), idOf(c.after))
		subjects := [2]Subject{as(c.before, self), as(c.after, self)}
		for m := range c.meetings() {
			m.vocabulary = c.Vocabulary
			for d := range m.differences(one, other, subjects, self) {
				if !yield(d) {
					return
				}
			}
		}
	}
}

// idOf returns the subject's ID, "" if it is nobody.
func idOf(subject Subject) AgentID {
	var who actor
	if !who.set(subject) {
		return ""
	}
	return who.id
}

// as returns the subject as if it had the ID, and a plan with every feature.
func as(subject Subject, id AgentID) Subject {
	switch s := subject.(type) {
	case *Agent:
		if idOf(s) != "" {
			copied := *s
			copied.ID, copied.Account.Plan.Features = id, AllFeatures
			return &copied
		}
	case *SharedAgent:
		if idOf(s) != "" {
			copied := *s
			copied.ID, copied.Account.Plan.Features = id, AllFeatures
			return &copied
		}
	case *SupportSession:
		if idOf(s) != "" {
			copied := *s
			copied.id, copied.account.Plan.Features = id, AllFeatures
			return &copied
		}
	}
	return subject
}
