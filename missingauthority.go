package deskpolicy

import (
	"iter"
	"maps"
	"slices"
)

// MissingAuthority yields what the subject of the request lacks to be allowed it, where
// [Request.Authorize] answers [BeyondAuthority]: each thing that the other may do, or is
// to be able to do, and the subject may not. Where it answers otherwise, Missing
// yields nothing.
//
// In each [Difference] the one who may is the other as a change would leave them,
// with nothing taken away and in the subject's account; of a shared agent the
// CRM is taken to let it see everything. The two have the subject's ID, but where
// the one would act in the name of the other: there each has its own.
func MissingAuthority(r Request) iter.Seq[Difference] {
	return func(yield func(Difference) bool) {
		q := r.question()
		if q.decide(r.Subject).Reason != BeyondAuthority {
			return
		}
		for whom, to := range q.toCover() {
			for d := range q.missing(r.Subject, whom, to, r.Vocabulary) {
				if !yield(d) {
					return
				}
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
		case *RoleAssignment:
			whom.set(thing.Holder)
			yield(whom, thing.revision(q.action))
		case *GroupMembership:
			whom.set(thing.Member)
			yield(whom, revision{in: thing})
		case *SupportGrant:
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
func (q *question) missing(by Subject, whom actor, to revision, v *Vocabulary) iter.Seq[Difference] {
	self, apart := q.who.id, q.apartFrom(&whom)
	if apart {
		self = whom.id
	}
	m := authorityPair{vocabulary: v, of: [2]authority{{who: q.who}, {who: whom, plus: to}}, apart: apart}
	m.of[1].who.account = q.who.account
	m.preparePeople()
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
	seesAll := CRMUser{ID: "example", Scope: ScopeGlobal}
	return &SharedAgent{ID: id, Account: account, CRM: seesAll, Bindings: bindings, Groups: groups}
}
