package deskpolicy

// A Ordering says how what is permitted after a change stands to what was
// permitted before it. The zero Ordering is Incomparable.
type Ordering uint8

const (
	// IncomparableAuthority is something gained and something lost: neither covers the other.
	IncomparableAuthority Ordering = iota
	// EqualAuthority is nothing gained and nothing lost.
	EqualAuthority
	// LessAuthority is something lost and nothing gained.
	LessAuthority
	// MoreAuthority is something gained and nothing lost.
	MoreAuthority
)

var orderingNames = [...]string{"incomparable", "equal", "narrower", "wider"}

// String returns the relation's name, or "unknown" outside the four.
func (r Ordering) String() string { return nameOf(orderingNames[:], r) }

// Compare returns how the set after a change stands to s, the one before it:
// MoreAuthority if it permits all that s does, and more.
func (s Permissions) Compare(after Permissions) Ordering {
	return orderingOf(!s.Covers(after), !after.Covers(s))
}

// orderingOf returns the relation of what gained something and lost something, or either or neither.
func orderingOf(gained, lost bool) Ordering {
	switch {
	case gained && lost:
		return IncomparableAuthority
	case gained:
		return MoreAuthority
	case lost:
		return LessAuthority
	default:
		return EqualAuthority
	}
}
