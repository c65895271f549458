package deskpolicy

import (
	"math/bits"
	"slices"
)

// Match reports whether the filter selects the resource: whether [Authorize] would have
// allowed the action on it when the filter was made.
func (f Filter[R]) Match(resource *R) bool { return match(f.def, resource) }

// match implements Match, which is a wrapper so that it is inlined; see authorize.
func match[R Resource](f *filter, resource *R) bool {
	var c candidate
	if f == nil || len(f.clauses) == 0 || attributesOf(resource, &c.what) == nil || !f.isFor(&c.what) {
		return false
	}
	clauses := f.matcher.clausesIn(c.what.Workspace)
	if clauses == 0 && len(f.matcher.rest) == 0 {
		return false
	}
	if f.onlyKnown && isUnknownContact(resource) {
		return false
	}
	if f.matcher.ofCustomers {
		c.customer = customerOf(&c.what, resource)
	}
	return f.matcher.selects(&c, clauses)
}

// isFor reports whether the resource is one of those that the filter selects from.
func (f *filter) isFor(what *Attributes) bool {
	sameType := what.kind == f.kind && what.Assignable == f.assignable && what.OnTicket == f.onTicket
	return sameType && what.in(f.account, f.integrated) && !(f.open && what.Confidential)
}

// A matcher has the clauses of a filter in the form in which Match evaluates them: the workspaces
// apart, and each other condition once. Clauses and conditions have numbers.
type matcher struct {
	workspaces  []string          // those that clauses name, sorted
	in          []bitSet          // the clauses for each of these
	elsewhere   bitSet            // the clauses for all other workspaces
	conditions  []sharedCondition // the other conditions, by number
	needs       []bitSet          // the other conditions of each clause
	rest        []Clause          // the clauses that have no number
	ofCustomers bool              // whether a condition is about the customer
}

// A sharedCondition is a condition with the clauses that have it.
type sharedCondition struct {
	Condition
	clauses bitSet
}

// clausesIn returns the clauses that are for the workspace.
func (m *matcher) clausesIn(w WorkspaceID) bitSet {
	if i := indexOf(m.workspaces, w); i >= 0 {
		return m.in[i]
	}
	return m.elsewhere
}

// selects reports whether the candidate meets all conditions of one of the clauses that are left, or
// of one that has no number. A condition that it does not meet rules out every clause that has it.
func (m *matcher) selects(c *candidate, left bitSet) bool {
	var met bitSet
	for left != 0 {
		unknown := m.needs[left.first()] &^ met
		if unknown == 0 {
			return true
		}
		n := unknown.first()
		if condition := &m.conditions[n]; c.meets(&condition.Condition) {
			met |= 1 << n
		} else {
			left &^= condition.clauses
		}
	}
	for i := range m.rest {
		if c.meetsAll(m.rest[i].conditions) {
			return true
		}
	}
	return false
}

// newMatcher returns the matcher of the clauses.
func newMatcher(clauses []Clause) (m matcher) {
	if len(clauses) == 0 {
		return m
	}
	named, others := 0, 0
	for _, clause := range clauses {
		workspaces, conditions := clause.split()
		named, others = named+len(workspaces), others+len(conditions)
	}
	sets := make([]bitSet, 0, min(len(clauses), maxBits)+named)
	m.needs, m.conditions = sets, make([]sharedCondition, 0, min(others, maxBits))
	for m.rest = clauses; len(m.rest) > 0 && m.add(m.rest[0]); {
		m.rest = m.rest[1:]
	}
	m.place(clauses[:len(m.needs)], sets[len(m.needs):len(m.needs)], make([]string, 0, named))
	for _, clause := range clauses {
		m.ofCustomers = m.ofCustomers || slices.ContainsFunc(clause.conditions, func(c Condition) bool { return c.Kind >= ConditionCustomerKnown })
	}
	return m
}

// split returns the clause's workspaces, nil if it is for all, and its other conditions.
func (clause Clause) split() (workspaces []string, others []Condition) {
	if len(clause.conditions) > 0 && clause.conditions[0].Kind == ConditionWorkspace {
		return clause.conditions[0].IDs, clause.conditions[1:]
	}
	return nil, clause.conditions
}

// add gives the clause the next number, and reports whether it could.
func (m *matcher) add(clause Clause) bool {
	number := len(m.needs)
	_, conditions := clause.split()
	if number == maxBits || len(m.conditions)+len(conditions) > maxBits {
		return false
	}
	var needs bitSet
	for i := range conditions {
		n := m.numberOf(&conditions[i])
		m.conditions[n].clauses |= 1 << number
		needs |= 1 << n
	}
	m.needs = append(m.needs, needs)
	return true
}

// numberOf returns the number of the condition, which it adds if it is new.
func (m *matcher) numberOf(condition *Condition) int {
	for n := range m.conditions {
		if known := &m.conditions[n]; known.Kind == condition.Kind && known.equal(condition) {
			return n
		}
	}
	m.conditions = append(m.conditions, sharedCondition{Condition: *condition})
	return len(m.conditions) - 1
}

// place sets which of the clauses, by number, are for which workspace.
func (m *matcher) place(clauses []Clause, sets []bitSet, names []string) {
	for number, clause := range clauses {
		workspaces, _ := clause.split()
		if names = append(names, workspaces...); workspaces == nil {
			m.elsewhere |= 1 << number
		}
	}
	slices.Sort(names)
	m.workspaces = slices.Compact(names)
	for range m.workspaces {
		sets = append(sets, m.elsewhere)
	}
	for number, clause := range clauses {
		workspaces, _ := clause.split()
		for _, id := range workspaces {
			sets[indexOf(m.workspaces, id)] |= 1 << number
		}
	}
	m.in = sets
}

// A bitSet is a set of numbers below maxBits.
type bitSet uint64

const maxBits = 64

// first returns the least number of s, which is not empty.
func (s bitSet) first() int { return bits.TrailingZeros64(uint64(s)) }
