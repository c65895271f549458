package deskpolicy

import (
	"iter"
	"maps"
	"slices"
)

// Missing yields what the subject lacks to be allowed the action, where
// [Authorize] answers [BeyondAuthority]: each thing that the other may do, or is
// to be able to do, and the subject may not. Where it answers otherwise, Missing
// yields nothing.
//
// In each [Difference] the one who may is the other as a change would leave them,
// with nothing taken away and in the subject's account; of a shared agent the
// CRM is taken to let it see everything. The two have the subject's ID, but where
// the one would act in the name of the other: there each has its own.
func Missing[R Resource](by Subject, action Action[R], resource *R) iter.Seq[Difference] {
	return func(yield func(Difference) bool) {
		r, opener := erase(by, action, resource)
		q := r.question(opener)
		q.eachMissing(by, yield)
	}
}

// eachMissing yields what the subject lacks for the question.
func (q *question) eachMissing(by Subject, yield func(Difference) bool) {
	if q.decide(by).Reason != BeyondAuthority {
		return
	}
	for whom, to := range q.toCover() {
		for d := range q.missing(by, whom, to) {
			if !yield(d) {
				return
			}
		}
	}
}

// toCover yields those whom the subject has to cover, and how they are to be revised.
func (q *question) toCover() iter.Seq2[actor, revision] {
	return func(yield func(actor, revision) bool) {
		var whom actor
		switch thing := q.thing.(type) {
		case *Agent:
			yield(thing.held(), revision{})
		case *SharedAgent:
			yield(thing.held(), revision{})
		case *Appointment:
			whom.is(thing.To)
			yield(whom, thing.revision(q.action))
		case *Membership:
			whom.is(thing.Of)
			yield(whom, revision{in: thing})
		case *Grant:
			bindings := thing.known().bindings
			for _, w := range slices.Sorted(maps.Keys(bindings)) {
				if !yield(actor{bindings: bindings[w]}, revision{}) {
					return
				}
			}
		}
	}
}

// missing yields what the other may do once revised, and the subject may not.
func (q *question) missing(by Subject, whom actor, to revision) iter.Seq[Difference] {
	self, apart := q.who.id, q.apartFrom(&whom)
	if apart {
		self = whom.id
	}
	m := meeting{of: [2]authority{{who: q.who}, {who: whom, plus: to}}, apart: apart}
	m.of[1].who.account = q.who.account
	m.face()
	return m.differences(1, 0, [2]Subject{as(by, q.who.id), whom.revised(to, q.who.account, self)}, self)
}

// revised returns who as a subject of the account with the ID, once more is given to them.
func (who *actor) revised(to revision, in *Account, id AgentID) Subject {
	bindings, groups := slices.Clone(who.bindings), maps.Clone(who.groups)
	if to.add != nil {
		bindings = append(bindings, *to.add)
	}
	if to.in != nil {
		groups = with(groups, to.in.Group.ID, max(groups[to.in.Group.ID].known(), to.in.Access.known()))
	}
	account := *in
	account.Plan.Features, account.Integrated = AllFeatures, true
	if who.crm == nil {
		return &Agent{ID: id, Account: account, Bindings: bindings, Groups: groups}
	}
	seesAll := CRMUser{ID: "example", Scope: Global}
	return &SharedAgent{ID: id, Account: account, CRM: seesAll, Bindings: bindings, Groups: groups}
}
