package deskpolicy

import (
	"cmp"
	"iter"
	"slices"
)

// A RoleChange describes how one role differs between two sets: a custom role in what it
// permits, a built-in role in whether it is offered. The zero RoleChange describes no change.
type RoleChange struct {
	Name   string
	Before Role // the zero Role if the role is added
	After  Role // the zero Role if the role is removed
}

// Added reports whether the role is new.
func (c RoleChange) Added() bool { return c.Before == Role{} && c.After != Role{} }

// Removed reports whether the role no longer exists.
func (c RoleChange) Removed() bool { return c.After == Role{} && c.Before != Role{} }

// Gained returns the permissions that the role has after the change but not before, each
// at its scope after the change.
func (c RoleChange) Gained() Permissions { return c.After.Permissions().Minus(c.Before.Permissions()) }

// Lost returns the permissions that the role has before the change but not after, each
// at its scope before the change.
func (c RoleChange) Lost() Permissions { return c.Before.Permissions().Minus(c.After.Permissions()) }

// Ordering compares what the role permits after the change with what it permits before.
// It returns OrderingWider if the role permits everything that it did before, and more.
func (c RoleChange) Ordering() Ordering { return c.Before.Permissions().Compare(c.After.Permissions()) }

// Warnings returns the warnings that the role has after the change but not before: see
// [Role.Warnings].
func (c RoleChange) Warnings() []RoleWarning {
	before := c.Before.Warnings()
	return slices.DeleteFunc(c.After.Warnings(), func(w RoleWarning) bool { return slices.Contains(before, w) })
}

// AuthorizeRoleChange decides whether the subject may make the change: create the role, delete
// it or, if it has both sides, change it from the one into the other. A change is allowed if
// [Authorize] allows [RoleUpdate] on the role as it is and on the role as it will be, so that
// an editor of roles should ask here.
//
// The holders are the agents and shared agents who hold the role, as they are now. Where two
// permissions work together, as [TicketConfidential] does with every other, the role can mean more
// beside a holder's other roles than alone. If a holder would gain anything, the subject's
// authority must cover all that the holder can do after the change. Without holders, the role
// alone counts (A68). Each holder takes as long as a question about giving them the role.
//
// Customers who hold the role need not be passed, and count for nothing: to give them a role takes no
// authority (A65).
//
// Nobody holds a role that is added: a change of such a role with holders is WrongResource. If a role
// is renamed and its holders keep it, ask about the change from the one into the other, which Diff
// does not return.
//
// A change that changes no role is [WrongResource], and so is one with a holder who is no agent
// or shared agent, or has a part that is missing (A71). Built-in roles cannot be changed, and which of them are offered is for the host
// to say. A role that could not be loaded must not be passed as the zero Role, which says that the
// role is added or removed.
func AuthorizeRoleChange(subject Subject, c RoleChange, holders ...Subject) Decision {
	d := c.authorize(subject)
	switch {
	case !d.Allowed() || c.Before.covers(c.After):
		return d
	case c.Before == Role{} && len(holders) > 0:
		return Decision{Reason: WrongResource}
	}
	q := updatesRole(subject)
	for _, holder := range holders {
		if _, reason := c.forbiddenBeside(&q, holder); reason != Undecided {
			return Decision{Reason: reason, until: q.next}
		}
	}
	d.until = earlier(d.until, q.next)
	return d
}

// updatesRole returns the question of the subject about changing a role, without the role.
func updatesRole(subject Subject) (q question) {
	q.action, q.rule = RoleUpdate.ID(), RoleUpdate.ID().info()
	q.who.set(subject)
	return q
}

// forbiddenBeside returns the holder as it will be, and why the change gives the holder, by the
// role beside their other roles, what the subject cannot give, or Undecided.
func (c RoleChange) forbiddenBeside(q *question, holder Subject) (will actor, reason Reason) {
	var was actor
	switch customer, is := holder.(*Customer); {
	case is && customer != nil && customer.Account.ID == q.who.account.ID:
		return was, Undecided // whose role takes no authority to give (A65)
	case !was.setMember(holder) || !was.isWhole():
		return was, WrongResource
	case was.account.ID != q.who.account.ID:
		return was, OtherAccount
	}
	will = was
	will.bindings = slices.Clone(was.bindings)
	for i := range will.bindings {
		if role := &will.bindings[i].Role; role.Name() == c.Before.Name() && role.Account() == c.Before.Account() {
			*role = c.After
		}
	}
	will.account, was.account = q.who.account, q.who.account
	gains := was.crm != nil || !q.staysWithin(&was, &will, revision{}) // what the CRM shows is not known
	if gains && !q.outranks(&will, revision{}) {
		return will, BeyondAuthority
	}
	return will, Undecided
}

// MissingRoleAuthority yields what the subject lacks if [AuthorizeRoleChange] denies the change
// with [BeyondAuthority]: what [MissingAuthority] yields for the role as it is and for the role
// as it will be or, if the subject covers both, each action that a holder would be allowed, for each
// of the holders who would gain something, and the subject is not. For any other decision it
// yields nothing. The vocabulary names the host's actions; it is nil if there are none.
func MissingRoleAuthority(subject Subject, c RoleChange, v *Vocabulary, holders ...Subject) iter.Seq[Difference] {
	return func(yield func(Difference) bool) {
		if AuthorizeRoleChange(subject, c, holders...).Reason != BeyondAuthority {
			return
		}
		for missing := range c.missing(subject, v, holders) {
			for d := range missing {
				if !yield(d) {
					return
				}
			}
		}
	}
}

// missing yields what is missing for each version of the role and, if the subject covers both,
// for each holder.
func (c RoleChange) missing(subject Subject, v *Vocabulary, holders []Subject) iter.Seq[iter.Seq[Difference]] {
	return func(yield func(iter.Seq[Difference]) bool) {
		q := updatesRole(subject)
		if c.authorize(subject).Reason != BeyondAuthority {
			for _, holder := range holders {
				if will, reason := c.forbiddenBeside(&q, holder); reason == BeyondAuthority && !yield(q.missing(subject, will, revision{}, v)) {
					return
				}
			}
			return
		}
		for _, role := range [...]Role{c.Before, c.After} {
			if !yield(MissingAuthority(Request{Subject: subject, Action: RoleUpdate.ID(), Resource: role, Vocabulary: v})) {
				return
			}
		}
	}
}

// authorize decides about the role alone.
func (c RoleChange) authorize(subject Subject) Decision {
	switch {
	case c.Before == Role{} && c.After == Role{}:
		return Decision{Reason: WrongResource}
	case c.Added():
		return Authorize(subject, RoleCreate, &c.After)
	case c.Removed():
		return Authorize(subject, RoleDelete, &c.Before)
	}
	before, after := Authorize(subject, RoleUpdate, &c.Before), Authorize(subject, RoleUpdate, &c.After)
	if after.Reason.Step() < before.Reason.Step() {
		return after
	}
	return before
}

// Diff returns the changes from s to after, sorted by name: roles that are added, roles
// that are removed, and roles whose permissions change. A role that is renamed is
// removed under one name and added under the other. A built-in role and a custom role of
// the same name are two roles. Diff does not compare the accounts.
func (s RoleSet) Diff(after RoleSet) []RoleChange {
	either := slices.Concat(s.roles, after.roles)
	slices.SortFunc(either, byNameThenKind)
	var changes []RoleChange
	for _, role := range slices.CompactFunc(either, func(a, b Role) bool { return byNameThenKind(a, b) == 0 }) {
		c := RoleChange{role.Name(), s.like(role), after.like(role)}
		if c.Added() || c.Removed() || c.Ordering() != OrderingEqual {
			changes = append(changes, c)
		}
	}
	return changes
}

// byNameThenKind orders roles by name, built-in roles before custom ones.
func byNameThenKind(a, b Role) int {
	return cmp.Or(byName(a, b), cmp.Compare(bit(b.BuiltIn()), bit(a.BuiltIn())))
}
