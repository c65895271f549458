package deskpolicy

// An Ordering is the result of comparing what is permitted after a change with what was
// permitted before it. The zero Ordering is OrderingIncomparable.
type Ordering uint8

const (
	// OrderingIncomparable means that the change both adds and removes something.
	OrderingIncomparable Ordering = iota
	// OrderingEqual means that the change neither adds nor removes anything.
	OrderingEqual
	// OrderingNarrower means that the change removes something and adds nothing.
	OrderingNarrower
	// OrderingWider means that the change adds something and removes nothing.
	OrderingWider
)

var orderingNames = [...]string{"incomparable", "equal", "narrower", "wider"}

// String returns "incomparable", "equal", "narrower" or "wider", or "unknown" for any
// other number.
func (o Ordering) String() string { return nameOf(orderingNames[:], o) }

// Compare compares the set after a change with s, the set before it. It returns
// OrderingWider if after permits everything that s does, and more.
func (s Permissions) Compare(after Permissions) Ordering {
	return orderingOf(!s.Covers(after), !after.Covers(s))
}

// orderingOf returns the ordering for a change that gained something, lost something, or
// both.
func orderingOf(gained, lost bool) Ordering {
	switch {
	case gained && lost:
		return OrderingIncomparable
	case gained:
		return OrderingWider
	case lost:
		return OrderingNarrower
	default:
		return OrderingEqual
	}
}
