package deskpolicy

import "slices"

// A formula is what a resource has to meet: one of its terms. A term is a set of relations
// that all hold, together with those that they imply, and perhaps notConfidential; the empty
// term always holds. No term
// of a formula implies another, so that formulas that say the same have the same terms. A
// formula without terms is never met.
type formula []Scope

// notConfidential is a bit of a term: the resource must not be confidential.
const notConfidential = everyRelation + 1

// and returns the formula that also requires one of the relations of the scope.
func (f formula) and(scope Scope) (both formula) {
	if scope&Anything != 0 {
		return f
	}
	both = make(formula, 0, 8)
	for _, term := range f {
		for left := scope; left != 0; left &^= left.first() {
			relation := left.first()
			both = both.orTerm(term | relation)
		}
	}
	return both
}

// times returns the formula that is met if both are.
func (f formula) times(other formula) (both formula) {
	both = make(formula, 0, len(f)*len(other))
	for _, term := range f {
		for _, more := range other {
			both = both.orTerm(term | more)
		}
	}
	return both
}

// or returns the formula that is met if either is.
func (f formula) or(other formula) formula {
	if len(f) == 0 {
		return other
	}
	f = slices.Clip(f)
	for _, term := range other {
		f = f.orTerm(term)
	}
	return f
}

// orTerm adds the term, unless it cannot hold or implies one that is there. It may append to
// f's array.
func (f formula) orTerm(term Scope) formula {
	term = implied(term)
	if contradicts(term) || f.impliedBy(term) {
		return f
	}
	if implies := func(other Scope) bool { return term&^other == 0 }; slices.ContainsFunc(f, implies) {
		f = slices.DeleteFunc(slices.Clone(f), implies)
	}
	return append(f, term)
}

// impliedBy reports whether the formula is met by whatever meets the term.
func (f formula) impliedBy(term Scope) bool {
	return slices.ContainsFunc(f, func(other Scope) bool { return other&^term == 0 })
}

// without returns the terms of f that do not imply other.
func (f formula) without(other formula) formula {
	if !slices.ContainsFunc(f, other.impliedBy) {
		return f
	}
	return slices.DeleteFunc(slices.Clone(f), other.impliedBy)
}

// implied returns the term with the relations that hold if its own do.
func implied(term Scope) Scope {
	if term&GroupQueue != 0 {
		term |= InGroup | Unassigned
	}
	if term&Unrouted != 0 {
		term |= Unassigned
	}
	if term&InGroup != 0 && term&Unassigned != 0 {
		term |= GroupQueue
	}
	return term
}

// contradicts reports whether the relations of the term never hold together.
func contradicts(term Scope) bool {
	const unassigned, ungrouped = Assigned | Unassigned, InGroup | Unrouted
	return term&unassigned == unassigned || term&ungrouped == ungrouped
}
