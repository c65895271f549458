package deskpolicy

// An Ordering is the result of comparing what is permitted after a change with what was
// permitted before it. The zero Ordering is IncomparableAuthority.
type Ordering uint8

const (
	// IncomparableAuthority means that something is gained and something is lost.
	IncomparableAuthority Ordering = iota
	// EqualAuthority means that nothing is gained and nothing is lost.
	EqualAuthority
	// LessAuthority means that something is lost and nothing is gained.
	LessAuthority
	// MoreAuthority means that something is gained and nothing is lost.
	MoreAuthority
)

var orderingNames = [...]string{"incomparable", "equal", "narrower", "wider"}

// String returns "incomparable", "equal", "narrower" or "wider", or "unknown" for any
// other number.
func (o Ordering) String() string { return nameOf(orderingNames[:], o) }

// Compare compares the set after a change with s, the set before it. It returns
// MoreAuthority if after permits everything that s does, and more.
func (s Permissions) Compare(after Permissions) Ordering {
	return orderingOf(!s.Covers(after), !after.Covers(s))
}

// orderingOf returns the ordering for a change by which something was gained or lost.
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
