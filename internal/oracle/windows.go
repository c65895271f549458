package oracle

import "slices"

// Windows of bindings, read a second time from A54 to A56. Instants are days of a month: 1 is
// the first, and 0 is no instant. A negative one is not an instant at all.

// lastDay is later than every day on which something starts or ends.
const lastDay = 30

// counts reports whether the role is held on the day (A54).
func (b Binding) counts(day int) bool {
	switch {
	case b.From == 0 && b.Until == 0: // always
		return true
	case day <= 0 || b.From < 0 || b.Until < 0: // cannot be told
		return false
	}
	return day >= b.From && (b.Until == 0 || day < b.Until)
}

// on returns the agent with what it holds on the day, as if it always did.
func (s *Agent) on(day int) *Agent {
	then := *s
	then.Bindings, then.Now = nil, day
	for _, b := range s.Bindings {
		if b.counts(day) {
			b.From, b.Until = 0, 0
			then.Bindings = append(then.Bindings, b)
		}
	}
	return &then
}

// days returns the days that a giver answers for, the first and those on which a role starts or
// ends: from today on, or any if it does not know the day, and of a support grant those before it
// ends, unless it has ended (A55).
func (s *Agent) days(r *Thing) []int {
	first, last := max(s.Now, 1), lastDay
	if r.Kind == "support_grant" && s.Now < grantEnds {
		last = grantEnds - 1
	}
	bindings := append(slices.Clone(s.Bindings), r.Binding)
	if r.Agent != nil {
		bindings = append(bindings, r.Agent.Bindings...)
	}
	days := []int{first}
	for _, b := range bindings {
		for _, day := range []int{b.From, b.Until} {
			if first < day && day <= last && !slices.Contains(days, day) {
				days = append(days, day)
			}
		}
	}
	return days
}

// grantEnds is the first day without access of each support grant that is drawn.
const grantEnds = 7

// today returns the day for the giver, who holds nothing that has a window if it does not know it.
func (s *Agent) today(day int) *Agent {
	if s.Now <= 0 {
		day = 0
	}
	return s.on(day)
}

// forGood reports whether the role is held without a window.
func (b Binding) forGood() bool { return b.From == 0 && b.Until == 0 }
