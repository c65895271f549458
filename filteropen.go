package deskpolicy

import "slices"

// openClauses returns the clauses as they are if nothing is confidential, in their order.
// Each omits the workspaces in which another selects the same resources.
func openClauses(clauses []Clause) (open []Clause) {
	var parts []spread
	for _, clause := range clauses {
		p := spreadOf(clause)
		same := slices.IndexFunc(parts, func(other spread) bool { return len(p.rest) == len(other.rest) && p.implies(other) })
		if same < 0 {
			parts = append(parts, p)
			continue
		}
		parts[same].include(p)
	}
	for i, p := range parts {
		for j, other := range parts {
			if i != j && p.implies(other) {
				p.exclude(other)
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
}

func spreadOf(clause Clause) (p spread) {
	p.anywhere = true
	for _, c := range clause.conditions {
		switch c.Kind {
		case ConditionWorkspace:
			p.anywhere, p.where = false, c.IDs
		case ConditionNotConfidential:
		default:
			p.rest = append(p.rest, c)
		}
	}
	return p
}

// implies reports whether p, in a workspace of both, selects only what other does.
func (p spread) implies(other spread) bool {
	return len(other.rest) <= len(p.rest) && !slices.ContainsFunc(other.rest, func(c Condition) bool {
		return !slices.ContainsFunc(p.rest, c.equal)
	})
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
		return clauseOf(p.rest)
	}
	return clauseOf(append([]Condition{{Kind: ConditionWorkspace, IDs: p.where}}, p.rest...))
}

// equal reports whether the conditions are the same. Lists are often the same slice.
func (c Condition) equal(other Condition) bool {
	return c.Kind == other.Kind && c.Access == other.Access && len(c.IDs) == len(other.IDs) && (len(c.IDs) == 0 || &c.IDs[0] == &other.IDs[0] || slices.Equal(c.IDs, other.IDs))
}
