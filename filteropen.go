package deskpolicy

import "slices"

// openClauses returns the clauses as they are if nothing is confidential, in their order.
// Each omits the workspaces in which another selects the same resources.
func openClauses(clauses []Clause) (open []Clause) {
	var parts []spread
	var known conditionNumbers
	byRest := make(map[string]int) // the indexes of the parts, by their other conditions
	for _, clause := range clauses {
		p := spreadOf(clause)
		p.numbers = known.of(p.rest)
		key := keyOf(p.numbers, -1)
		if same, found := byRest[key]; found {
			parts[same].include(p)
			continue
		}
		byRest[key] = len(parts)
		parts = append(parts, p)
	}
	for _, p := range parts {
		for some := range 1<<len(p.numbers) - 1 { // not all of them, which is the part itself
			if i, found := byRest[keyOf(p.numbers, some)]; found {
				p.exclude(parts[i])
			}
		}
		if !p.nowhere() {
			open = append(open, p.clause())
		}
	}
	return open
}

// A spread is a clause apart from its workspaces and from notConfidential.
type spread struct {
	anywhere bool     // whether the clause has no condition on the workspace
	where    []string // otherwise the workspaces
	rest     []Condition
	numbers  []uint32 // of rest, in order: see conditionNumbers
}

func spreadOf(clause Clause) (p spread) {
	where, others := clause.split()
	p.anywhere, p.where = where == nil, where
	for _, c := range others {
		if c.Kind != ConditionNotConfidential {
			p.rest = append(p.rest, c)
		}
	}
	return p
}

// conditionNumbers numbers conditions, equal ones alike, to find clauses without comparing
// each with every other.
type conditionNumbers struct {
	conditions []Condition
	alike      map[conditionKey][]uint32
}

// A conditionKey has what most conditions that differ differ in.
type conditionKey struct {
	kind   ConditionKind
	access Access
	n      int // of IDs
	first  string
}

// of returns the numbers of the conditions, in order.
func (known *conditionNumbers) of(conditions []Condition) (numbers []uint32) {
	for _, c := range conditions {
		numbers = append(numbers, known.number(c))
	}
	slices.Sort(numbers)
	return numbers
}

// number returns the condition's number.
func (known *conditionNumbers) number(c Condition) uint32 {
	key := conditionKey{kind: c.Kind, access: c.Access, n: len(c.IDs)}
	if key.n > 0 {
		key.first = c.IDs[0]
	}
	for _, n := range known.alike[key] {
		if known.conditions[n].equal(&c) {
			return n
		}
	}
	if known.alike == nil {
		known.alike = make(map[conditionKey][]uint32)
	}
	n := uint32(len(known.conditions))
	known.conditions, known.alike[key] = append(known.conditions, c), append(known.alike[key], n)
	return n
}

// keyOf returns a key for those of the numbers that are in some, a bit set of indexes.
func keyOf(numbers []uint32, some int) string {
	var key []byte
	for i, n := range numbers {
		if some&(1<<i) != 0 {
			key = append(key, byte(n), byte(n>>8), byte(n>>16), byte(n>>24))
		}
	}
	return string(key)
}

// include adds the workspaces of other.
func (p *spread) include(other spread) {
	p.anywhere = p.anywhere || other.anywhere
	p.where = slices.Concat(p.where, other.where)
	slices.Sort(p.where)
	p.where = slices.Clip(slices.Compact(p.where))
}

// exclude removes the workspaces of other.
func (p *spread) exclude(other spread) {
	if other.anywhere {
		p.anywhere, p.where = false, nil
		return
	}
	p.where = slices.Clip(slices.DeleteFunc(slices.Clone(p.where), func(w string) bool { return among(other.where, w) }))
}

// nowhere reports whether no workspace is left.
func (p spread) nowhere() bool { return !p.anywhere && len(p.where) == 0 }

// clause returns the clause that p is of.
func (p spread) clause() Clause {
	if p.anywhere {
		return Clause{conditions: p.rest}
	}
	return Clause{conditions: append([]Condition{{Kind: ConditionWorkspace, IDs: p.where}}, p.rest...)}
}

// equal reports whether the conditions are the same. Lists are often the same slice.
func (c *Condition) equal(other *Condition) bool {
	return c.Kind == other.Kind && c.Access == other.Access && len(c.IDs) == len(other.IDs) && (len(c.IDs) == 0 || &c.IDs[0] == &other.IDs[0] || slices.Equal(c.IDs, other.IDs))
}
