package deskpolicy

import (
	"bytes"
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"
)

// A Window is a stretch of time: from an instant, up to but not including another. Either
// can be open. A [Binding] with a window is held in that time only.
//
// The zero Window is always. A Window is comparable with ==.
type Window struct {
	// In nanoseconds since 1970; 0 if open. The Until of a window that never holds, because
	// it was made of an invalid instant, is negative.
	from, until int64
}

// never is the window that is made of an invalid instant. A binding with it is not whole.
var never = Window{until: -1}

// NewWindow returns the window [from, until). A zero time leaves that side open. A window
// that is empty or inverted never holds. Neither does one with an instant outside the years
// 1970 to 2199, or whose end is the first instant of 1970. Such an instant cannot be read, so an
// agent who holds a role in that window cannot be changed either (A71). For a date that means
// no end, such as 9999-12-31, pass the zero time.
func NewWindow(from, until time.Time) (w Window) {
	for _, side := range [...]struct {
		at time.Time
		to *int64
	}{{from, &w.from}, {until, &w.until}} {
		switch {
		case side.at.IsZero():
		case !validInstant(side.at):
			return never
		default:
			*side.to = side.at.UnixNano()
		}
	}
	if w.until == 0 && !until.IsZero() { // 1970 itself is not open
		return never
	}
	return w
}

// From returns the first instant of the window, in UTC; the zero time if it is open.
func (w Window) From() time.Time { return timeOf(w.from) }

// Until returns the first instant after the window, in UTC; the zero time if it is open.
func (w Window) Until() time.Time { return timeOf(w.until) }

// Holds reports whether the instant is in the window. An instant outside the years 1970 to
// 2199, such as the zero time, is only in the zero Window.
func (w Window) Holds(at time.Time) bool { return w.holds(momentOf(at)) }

// String returns the window in words, such as "from 2026-11-21 09:30:00Z until 2026-11-28
// 09:30:00Z"; "always" for the zero Window and "never" for one that never holds.
func (w Window) String() string {
	switch from, until := w.From().Format(layout), w.Until().Format(layout); {
	case w == Window{}:
		return "always"
	case w.isEmpty():
		return "never"
	case w.until == 0:
		return "from " + from
	case w.from == 0:
		return "until " + until
	default:
		return "from " + from + " until " + until
	}
}

// MarshalText returns the window as an interval of ISO 8601, such as
// "2026-11-21T09:30:00Z/2026-11-28T09:30:00Z", with ".." for an open side. It returns "never"
// for a window that was made of an invalid instant.
func (w Window) MarshalText() ([]byte, error) {
	if w == never {
		return []byte("never"), nil
	}
	return []byte(w.side(w.from) + "/" + w.side(w.until)), nil
}

func (Window) side(at int64) string {
	if at == 0 {
		return ".."
	}
	return text(timeOf(at))
}

// UnmarshalText reads a window that MarshalText wrote. If it returns an error, w never
// holds.
func (w *Window) UnmarshalText(data []byte) error {
	*w = never
	if string(data) == "never" {
		return nil
	}
	from, until, isInterval := bytes.Cut(data, []byte("/"))
	if !isInterval {
		return fmt.Errorf("deskpolicy: %.*q is not a window such as %q; use two instants in UTC, or .. for an open side", maxQuoted, data, "2026-11-21T09:30:00Z/..")
	}
	var sides [2]time.Time
	for i, side := range [...][]byte{from, until} {
		if string(side) == ".." {
			continue
		}
		at, err := parseInstant(string(side))
		if err != nil {
			return fmt.Errorf("deskpolicy: window: %w", err)
		}
		sides[i] = at
	}
	*w = NewWindow(sides[0], sides[1])
	return nil
}

// timeOf returns the instant in UTC; the zero time if it is not after 1970.
func timeOf(at int64) time.Time {
	if at <= 0 {
		return time.Time{}
	}
	return time.Unix(0, at).UTC()
}

// forever is later than every instant, and endless later than forever.
const (
	forever = math.MaxInt64 - 1
	endless = math.MaxInt64
)

// end returns the first instant after the window; endless if it is open.
func (w Window) end() int64 {
	if w.until == 0 {
		return endless
	}
	return w.until
}

// isEmpty reports whether the window never holds.
func (w Window) isEmpty() bool { return w.from >= w.end() }

// Equal reports whether the windows are the same, as == does. Packages that compare values,
// such as go-cmp, use it.
func (w Window) Equal(other Window) bool { return w == other }

// compare orders windows by their start and then by their end.
func (w Window) compare(other Window) int {
	return cmp.Or(cmp.Compare(w.from, other.from), cmp.Compare(w.end(), other.end()))
}

// nextBoundary returns the first instant after now at which the window starts or ends; 0 if
// there is none.
func (w Window) nextBoundary(now int64) int64 {
	switch {
	case now < w.from:
		return w.from
	case now < w.until:
		return w.until
	}
	return 0
}

// appendBoundaries appends the instants after one, up to and with another, at which the window
// starts or ends.
func (w Window) appendBoundaries(instants []int64, after, last int64) []int64 {
	for _, at := range [...]int64{w.from, w.until} {
		if after < at && at <= last {
			instants = append(instants, at)
		}
	}
	return instants
}

// isNearer reports whether w, which does not hold now, starts next of two windows that do not,
// or ended last if neither will hold.
func (w Window) isNearer(other Window, now int64) bool {
	comes, otherComes := w.from > now && !w.isEmpty(), other.from > now && !other.isEmpty()
	if comes != otherComes {
		return comes
	}
	return comes && w.from < other.from || !comes && w.until > other.until
}

// A moment is the instants at which a question is asked: one, or all from one to another. A
// window holds in a moment if it holds at all of them or, if ever is set, at any.
type moment struct {
	from, to int64 // in nanoseconds since 1970, both included; from is negative if there is no instant
	ever     bool
}

// noMoment has no instant. Only the zero Window holds in it.
var noMoment = moment{from: -1, to: -1}

// momentOf returns the moment of one instant; noMoment if it is not valid.
func momentOf(at time.Time) moment {
	if !validInstant(at) {
		return noMoment
	}
	return momentAt(at.UnixNano())
}

func momentAt(at int64) moment { return moment{from: at, to: at} }

// known reports whether there is an instant.
func (m moment) known() bool { return m.from >= 0 }

// movedTo returns the other moment, unless m has no instant: then it returns noMoment.
func (m moment) movedTo(other moment) moment {
	if m.known() {
		return other
	}
	return noMoment
}

// isAlways reports whether the window is the zero Window.
func (w Window) isAlways() bool { return w.from|w.until == 0 }

// holds reports whether the window holds in the moment.
func (w Window) holds(m moment) bool { return w.isAlways() || w.holdsWithin(m) }

// holdsWithin is holds for a window that is not always.
func (w Window) holdsWithin(m moment) bool {
	if m.ever {
		return w.from <= m.to && m.from < w.end() && !w.isEmpty()
	}
	return m.known() && w.from <= m.from && m.to < w.end()
}

// earlier returns the earlier of two instants of which 0 is none.
func earlier(a, b int64) int64 {
	if a == 0 || b != 0 && b < a {
		return b
	}
	return a
}

// A windowList has windows by index. It reports whether a window counts.
type windowList func(i int) (w Window, counts bool)

// nextChange returns the first instant after now at which it changes whether any of the n
// windows holds; 0 if it never does.
func (windows windowList) nextChange(now int64, n int) int64 {
	if end := windows.runEnd(now, n); end > now {
		return end % endless
	}
	return windows.firstStart(now, n)
}

// firstStart returns the first instant after now at which one of the n windows starts; 0 if
// none does.
func (windows windowList) firstStart(now int64, n int) (first int64) {
	for i := range n {
		if w, counts := windows(i); counts && w.from > now && !w.isEmpty() {
			first = earlier(first, w.from)
		}
	}
	return first
}

// runEnd returns the first instant from now on at which none of the n windows holds; endless
// if there is none.
func (windows windowList) runEnd(now int64, n int) (end int64) {
	end = now
	for range unsortedPasses {
		before := end
		for i := range n {
			if w, counts := windows(i); counts && w.from <= end && w.end() > end {
				end = w.end()
			}
		}
		if end == before {
			return end
		}
	}
	return windows.sortedRunEnd(end, n)
}

// unsortedPasses is how often runEnd looks at all windows, which may be listed in an order
// that takes it one step further each time. Sorting them allocates.
const unsortedPasses = 4

// sortedRunEnd is runEnd for windows in any order. It sorts the starts apart from the ends: after
// the first n of both, no window holds from the last of these ends to the next start.
func (windows windowList) sortedRunEnd(end int64, n int) int64 {
	var starts, ends []int64
	for i := range n {
		if w, counts := windows(i); counts && w.end() > end && !w.isEmpty() {
			starts, ends = append(starts, w.from), append(ends, w.end())
		}
	}
	slices.Sort(starts)
	slices.Sort(ends)
	for i, start := range starts {
		if start <= end {
			end = ends[i]
		}
	}
	return end
}

// orNone returns the window as MarshalText does; "" for the zero Window.
func (w Window) orNone() string {
	if w == (Window{}) {
		return ""
	}
	written, _ := w.MarshalText()
	return string(written)
}
