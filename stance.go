package deskpolicy

import (
	"math/bits"
	"sync"
)

// A stance is how a subject stands to a resource in person: who holds it, and which of the
// relations in personal hold; and whether the resource is confidential. All combinations are
// possible.
type stance int

const (
	heldByNobody stance = iota * personalStances
	heldByOther         // assigned to, or owned by, somebody else
	heldBySelf
	confidentialStances                           // from here on, the same again for what is confidential
	stanceCount         = 2 * confidentialStances // the number of stances

	personalStances = 32 // the combinations of the relations in personal
)

// personal has the relations to a person other than Assigned, by their bit in a stance.
var personal = [...]Scope{Requested, Participating, Mentioned, MyCustomers, SameCompany}

// holder returns who holds the resource: heldByOther, heldByNobody or heldBySelf.
func (s stance) holder() stance { return s % confidentialStances / personalStances * personalStances }

// confidential reports whether the resource is confidential.
func (s stance) confidential() bool { return s >= confidentialStances }

// holds reports whether the relation, which is in a stance, holds.
func (s stance) holds(relation Scope) bool {
	switch relation {
	case Anything:
		return true
	case Assigned:
		return s.holder() == heldBySelf
	case Unassigned:
		return s.holder() == heldByNobody
	}
	for i, of := range personal {
		if relation == of {
			return s>>i&1 != 0
		}
	}
	return false
}

// A stanceSet is a set of stances.
type stanceSet [stanceCount / 64]uint64

var (
	everyStance = stanceSet{^uint64(0), ^uint64(0), ^uint64(0)}
	openStances = stanceSet{^uint64(0), 1<<(confidentialStances-64) - 1} // those to what is not confidential
)

func (s stanceSet) or(o stanceSet) stanceSet {
	return stanceSet{s[0] | o[0], s[1] | o[1], s[2] | o[2]}
}

func (s stanceSet) and(o stanceSet) stanceSet {
	return stanceSet{s[0] & o[0], s[1] & o[1], s[2] & o[2]}
}

func (s stanceSet) not(o stanceSet) stanceSet {
	return stanceSet{s[0] &^ o[0], s[1] &^ o[1], s[2] &^ o[2]}
}

func (s stanceSet) empty() bool { return s == stanceSet{} }

// first returns the lowest stance of the set, which is not empty.
func (s stanceSet) first() stance {
	i := 0
	for s[i] == 0 {
		i++
	}
	return stance(64*i + bits.TrailingZeros64(s[i]))
}

// stancesOf returns the stances in which a relation of the scope holds.
func stancesOf(s Scope) stanceSet { return stanceTable()[s&everyRelation] }

// stanceTable has the stances of each scope.
var stanceTable = sync.OnceValue(func() *[everyRelation + 1]stanceSet {
	var table [everyRelation + 1]stanceSet
	for s := Scope(1); s <= everyRelation; s++ {
		if lowest := s & -s; s != lowest {
			table[s] = table[lowest].or(table[s-lowest])
			continue
		}
		for n := range stanceCount {
			if n.holds(s) {
				table[s][n/64] |= 1 << (n % 64)
			}
		}
	}
	return &table
})
