package deskpolicy

import (
	"cmp"
	"iter"
	"maps"
	"slices"
)

// MissingAuthority yields what the subject lacks if [Request.Authorize] denies the request
// with [BeyondAuthority]: each action that the affected agent is, or would be, allowed and
// the subject is not. For any other decision it yields nothing.
//
// For a role it is each action that a holder of the role could be allowed.
//
// In each [Difference], the allowed subject is the affected agent as it would be after the
// change, but without taking anything away, in the subject's account. A shared agent is
// assumed to see everything in the CRM. Both subjects of a Difference have the ID of the
// request's subject, except for actions in another agent's name: then each keeps its own.
func MissingAuthority(r Request) iter.Seq[Difference] {
	return func(yield func(Difference) bool) {
		q := r.question()
		if q.decide(r.Subject).Reason != BeyondAuthority {
			return
		}
		for agent, gains := range q.toCover() {
			for d := range q.missing(r.Subject, agent, gains, r.Vocabulary) {
				if !yield(d) {
					return
				}
			}
		}
	}
}

// toCover yields the agents whose authority the subject must cover, and what the action
// gives each of them.
func (q *question) toCover() iter.Seq2[actor, revision] {
	return func(yield func(actor, revision) bool) {
		var agent actor
		switch thing := q.thing.(type) {
		case *Agent:
			yield(thing.held(), revision{})
		case *SharedAgent:
			yield(thing.held(), revision{})
		case *RoleAssignment:
			agent.set(thing.Holder)
			yield(agent, thing.revision(q.action))
		case *GroupMembership:
			agent.set(thing.Member)
			yield(agent, revision{in: thing})
		case *Role:
			for _, holder := range q.holdersOf(*thing) {
				if !yield(holder, revision{}) {
					return
				}
			}
		case *SupportGrant:
			bindings := thing.known().bindings
			for _, w := range slices.Sorted(maps.Keys(bindings)) {
				if !yield(actor{bindings: bindings[w]}, revision{during: thing.known().window()}) {
					return
				}
			}
		}
	}
}

// missing yields what the agent would be allowed with the gains and the subject is not.
func (q *question) missing(by Subject, agent actor, gains revision, v *Vocabulary) iter.Seq[Difference] {
	self, distinct := q.who.id, q.distinctFrom(&agent)
	if distinct {
		self = agent.id
	}
	if distinct && agent.contact == q.who.contact {
		agent.contact = "" // two people ask by two contacts
	}
	at, _ := q.exceeding(&agent, gains)
	p := authorityPair{vocabulary: v, sides: [2]authority{{who: q.who}, {who: agent, gains: gains}}, distinct: distinct}
	p.sides[0].who.at, p.sides[1].who.at = q.who.at.movedTo(momentAt(at)), momentAt(at)
	p.sides[1].who.account = q.who.account
	p.preparePeople()
	asks, has := withID(by, q.who.id), agent.withGains(gains, &q.who, self)
	if q.who.at.known() {
		asks = withNow(asks, at)
	}
	return p.differences(1, 0, [2]Subject{asks, withNow(has, at)}, self)
}

// withNow returns the agent or shared agent, a copy that [withID] or withGains made, as it asks
// at an instant.
func withNow(subject Subject, at int64) Subject {
	switch s := subject.(type) {
	case *Agent:
		s.Now = timeOf(at)
	case *SharedAgent:
		s.Now = timeOf(at)
	}
	return subject
}

// withGains returns who as a subject of the account of the other, with the given ID and the
// gains. It might be given a contact and a company, which the other does not have.
func (who *actor) withGains(gains revision, other *actor, id AgentID) Subject {
	bindings, groups := slices.Clone(who.bindings), maps.Clone(who.groups)
	if gains.add != nil {
		bindings = append(bindings, *gains.add)
	}
	if gains.in != nil {
		groups = with(groups, gains.in.Group.ID, max(groups[gains.in.Group.ID], gains.in.Access))
	}
	account := *other.account
	account.Plan.Features, account.Integrated = AllFeatures, true
	if who.crm == nil {
		return &Agent{
			ID: id, Account: account, Bindings: bindings, Groups: groups,
			Contact: cmp.Or(who.contact, unlike("the agent's contact", other.contact)),
			Company: cmp.Or(who.company, unlike("the agent's company", other.company)),
		}
	}
	seesAll := CRMUser{ID: "example", Sees: AllRecords}
	return &SharedAgent{ID: id, Account: account, CRM: seesAll, Bindings: bindings, Groups: groups}
}
