package deskpolicy

import (
	"cmp"
	"iter"
	"slices"
)

// Compare compares what before and after are allowed to do. The result is exact: it
// covers every action and every possible resource.
//
// Before and after can be one agent before and after a change, or two agents. Compare
// treats them as the same person, so "assigned to me" and "my own" mean the same for both,
// and two agents or customers as people with the same contact and company. If they have one
// ID, a change of the contact or the company counts as a change of what they reach by it.
// It assumes that the account's plan has every feature, so a permission that the plan
// disables still counts. Actions on other people also require the subject's authority to
// cover theirs; Compare does not examine that, because it follows from the rest if both
// subjects have the same open workspaces. Nor does it examine changes of the subject's own
// record, roles and groups, which never make its authority wider, and whose contact is merged,
// which cannot be the subject's own. Nor does it examine whether the recipient of an
// assignment can take it, which the subject itself may be: that is about the recipient.
//
// For a host's own resource types, Compare assumes that a resource can be in any workspace
// and group and can be assigned to any agent. An account that is not connected to the CRM
// does not have the Shared Agent role; Compare considers this only for the library's
// actions.
func Compare(before, after Subject) Comparison {
	c := Comparison{before: before, after: after}
	var gained, lost bool
	for p := range c.pairs() {
		p.eachPlace(func() bool {
			gained = gained || p.exceeds(1, 0)
			lost = lost || p.exceeds(0, 1)
			return !gained || !lost
		})
	}
	c.ordering = orderingOf(gained, lost)
	return c
}

// Covers reports whether a is allowed to do everything that b is, as [Compare] defines it.
func Covers(a, b Subject) bool {
	ordering := Compare(a, b).ordering
	return ordering == OrderingEqual || ordering == OrderingNarrower
}

// A Comparison is the result of [Compare]. The zero Comparison has no subjects, and its
// Ordering is OrderingIncomparable.
type Comparison struct {
	// Vocabulary names the host's actions in the differences; nil if the host has no
	// actions. The caller sets it. Nothing else depends on it.
	Vocabulary *Vocabulary

	before, after Subject
	ordering      Ordering
}

// Ordering returns how the authority of after compares with that of before.
func (c Comparison) Ordering() Ordering { return c.ordering }

// Gained yields what after is allowed to do and before is not, ordered by workspace and
// action.
func (c Comparison) Gained() iter.Seq[Difference] { return c.differences(1, 0) }

// Lost yields what before is allowed to do and after is not, ordered by workspace and
// action.
func (c Comparison) Lost() iter.Seq[Difference] { return c.differences(0, 1) }

// pairs yields the pair of the two authorities. If the subjects belong to different
// accounts, no resource is common to both; pairs then yields each authority paired with an
// empty one.
func (c Comparison) pairs() iter.Seq[*authorityPair] {
	return func(yield func(*authorityPair) bool) {
		var p authorityPair
		p.sides[0].set(c.before)
		p.sides[1].set(c.after)
		if p.sameAccount() {
			p.customers = customersOf(&p.sides[0].who, &p.sides[1].who, cmp.Or(p.sides[0].who.contact, p.sides[1].who.contact))
			if p.sides[0].who.account.Integrated != p.sides[1].who.account.Integrated {
				p.customers = append(slices.Clip(p.customers), customerCase{only: onBuiltInRole, crmRole: true})
			}
			if areOne(c.before, c.after) {
				p.prepareAsOneself()
			}
			p.prepare()
			yield(&p)
			return
		}
		for i := range p.sides {
			var single authorityPair
			single.sides[i] = p.sides[i]
			single.sides[1-i].set(nil)
			single.customers = customersOf(&single.sides[0].who, &single.sides[1].who, "")
			single.prepare()
			if !yield(&single) {
				return
			}
		}
	}
}

// differences yields what one side is allowed to do and the other is not. The sides are
// 0 for before and 1 for after.
func (c Comparison) differences(one, other int) iter.Seq[Difference] {
	return func(yield func(Difference) bool) {
		self := cmp.Or(idOf(c.before), idOf(c.after))
		subjects := [2]Subject{withID(c.before, self), withID(c.after, self)}
		if !areOne(c.before, c.after) {
			asOne(subjects)
		}
		for p := range c.pairs() {
			p.vocabulary = c.Vocabulary
			for d := range p.differences(one, other, subjects, self) {
				if !yield(d) {
					return
				}
			}
		}
	}
}

// idOf returns the subject's ID, or "" if the subject is not valid.
func idOf(subject Subject) AgentID {
	var who actor
	if !who.set(subject) {
		return ""
	}
	return who.id
}

// areOne reports whether both are one agent or one customer.
func areOne(before, after Subject) bool {
	var first, second actor
	return first.set(before) && second.set(after) && first.id == second.id && first.customer == second.customer
}

// asOne gives two subjects who both have a contact or a company the same one. The subjects
// are copies that [withID] made.
func asOne(subjects [2]Subject) {
	first, of := personOf(subjects[0])
	second, in := personOf(subjects[1])
	if first == nil || second == nil {
		return
	}
	if *second != "" && *first != "" {
		*second = *first
	}
	if *in != "" && *of != "" {
		*in = *of
	}
}

// personOf returns pointers to the contact and the company of the subject; nil if it cannot
// have them.
func personOf(subject Subject) (*ContactID, *CompanyID) {
	switch s := subject.(type) {
	case *Agent:
		if idOf(s) != "" {
			return &s.Contact, &s.Company
		}
	case *Customer:
		if idOf(s) != "" {
			return &s.ID, &s.Company
		}
	case *Delegate:
		if idOf(s) != "" {
			return personOf(s.Principal)
		}
	}
	return nil, nil
}

// withID returns a copy of the subject with the given ID and a plan with every feature. A
// customer keeps its ID. A subject without an ID is returned unchanged.
func withID(subject Subject, id AgentID) Subject {
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
	case *Customer:
		if idOf(s) != "" {
			copied := *s
			copied.Account.Plan.Features = AllFeatures
			return &copied
		}
	case *Delegate:
		if idOf(s) != "" {
			copied := *s
			copied.Principal = withID(s.Principal, id)
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
