package deskpolicy

// A Relation says how what is permitted after a change stands to what was
// permitted before it. The zero Relation is Incomparable.
type Relation uint8

const (
	// Incomparable is something gained and something lost: neither covers the other.
	Incomparable Relation = iota
	// Equal is nothing gained and nothing lost.
	Equal
	// Narrower is something lost and nothing gained.
	Narrower
	// Wider is something gained and nothing lost.
	Wider
)

var relationNames = [...]string{"incomparable", "equal", "narrower", "wider"}

// String returns the relation's name, or "unknown" outside the four.
func (r Relation) String() string { return nameOf(relationNames[:], r) }

// Compare returns how the set after a change stands to s, the one before it:
// Wider if it permits all that s does, and more.
func (s Permissions) Compare(after Permissions) Relation {
	return relationOf(!s.Covers(after), !after.Covers(s))
}

// relationOf returns the relation of what gained something and lost something, or either or neither.
func relationOf(gained, lost bool) Relation {
	switch {
	case gained && lost:
		return Incomparable
	case gained:
		return Wider
	case lost:
		return Narrower
	default:
		return Equal
	}
}
