package policytest

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"pgregory.net/rapid"

	"github.com/deskpolicy/deskpolicy"
)

// A difference is a request that the program answers differently from Authorize.
type difference struct {
	request  deskpolicy.Request
	decision deskpolicy.Decision
	fault    string // what is wrong with the answer whatever the decision, or ""
}

// reason returns the reason of the decision, or Undecided if the difference is a fault.
func (d difference) reason() deskpolicy.Reason {
	if d.fault != "" {
		return deskpolicy.Undecided
	}
	return d.decision.Reason
}

// A side is a way that answers differ: which of the two allows, or what is wrong with the
// program's answer.
type side string

// A comparison finds differences, counts them, and searches for the smallest ones.
type comparison struct {
	t              rapid.TB
	w              *fullDesk
	allows, denies string // descriptions of the program's two answers
	draw           func(*rapid.T, *fullDesk) (found []difference, asked int)

	known  []KnownDifference
	seen   []int // how often each known difference occurred
	asked  int
	counts map[count]int
	first  map[side]difference
}

// A count is the key under which differences are counted.
type count struct {
	side   side
	reason deskpolicy.Reason
}

func newComparison(t rapid.TB, d Desk, known []KnownDifference, allows, lacks string) *comparison {
	return &comparison{
		t: t, w: d.full(), allows: allows, denies: lacks, known: known, seen: make([]int, len(known)),
		counts: make(map[count]int), first: make(map[side]difference),
	}
}

// run looks for differences. It fails if it finds an unknown one, or if a known one no longer
// occurs.
func (c *comparison) run() {
	c.t.Helper()
	for _, k := range c.known {
		if k.Reason == deskpolicy.Undecided && k.Action == 0 {
			c.t.Fatalf("a known difference has neither Reason nor Action, so it would cover everything; set one of them")
		}
	}
	if trouble := checkQuietly(c.t, c.survey); trouble != "" {
		c.t.Fatalf("%s", trouble)
	}
	switch {
	case len(c.first) > 0:
		c.t.Fatalf("%s", c.report())
	default:
		c.checkKnown()
	}
}

// survey counts the differences of one draw.
func (c *comparison) survey(t *rapid.T) {
	found, asked := c.draw(t, c.w)
	c.asked += asked
	for _, d := range found {
		if i := c.knownAs(d); i >= 0 {
			c.seen[i]++
			continue
		}
		side := c.side(d)
		c.counts[count{side, d.reason()}]++
		if _, any := c.first[side]; !any {
			c.first[side] = d
		}
	}
}

// knownAs returns the index of the known difference that covers d, or -1.
func (c *comparison) knownAs(d difference) int {
	return slices.IndexFunc(c.known, func(k KnownDifference) bool { return d.fault == "" && k.matches(d) })
}

func (k KnownDifference) matches(d difference) bool {
	return (k.Reason == deskpolicy.Undecided || k.Reason == d.decision.Reason) && (k.Action == 0 || k.Action == d.request.Action)
}

func (c *comparison) side(d difference) side {
	switch {
	case d.fault != "":
		return side(d.fault)
	case d.decision.Allowed():
		return side("policy allows, " + c.denies)
	}
	return side(c.allows + ", policy denies")
}

// report returns the smallest difference on each side, and how often the answers differ.
func (c *comparison) report() string {
	var text strings.Builder
	fmt.Fprintf(&text, "the program and the policy differ: %s\n", c.tally())
	for _, s := range slices.Sorted(maps.Keys(c.first)) {
		smallest, how := c.shrink(s)
		fmt.Fprintf(&text, "\n%s: %s\n%s\n", s, DescribeRequest(smallest.request), indent(deskpolicy.Explain(smallest.request).String()))
		if how != "" {
			fmt.Fprintf(&text, "  %s\n", how)
		}
	}
	return strings.TrimSuffix(text.String(), "\n")
}

// tally returns how often answers differ, by side and reason, the most frequent first.
func (c *comparison) tally() string {
	counts := slices.SortedFunc(maps.Keys(c.counts), func(a, b count) int {
		return cmp.Or(cmp.Compare(c.counts[b], c.counts[a]), cmp.Compare(a.side, b.side), cmp.Compare(a.reason, b.reason))
	})
	all, text := 0, ""
	for _, k := range counts {
		all += c.counts[k]
		text += fmt.Sprintf("\n%7d  %s", c.counts[k], k.side)
		if k.reason != deskpolicy.Undecided {
			text += " for " + k.reason.String()
		}
	}
	return fmt.Sprintf("on %d of %d requests", all, c.asked) + text
}

// shrink returns the smallest difference that it finds on that side, and how to reproduce it. If
// it finds none, it returns the first one from the survey.
func (c *comparison) shrink(s side) (smallest difference, how string) {
	smallest = c.first[s]
	trouble := checkQuietly(c.t, func(t *rapid.T) {
		found, _ := c.draw(t, c.w)
		for _, d := range found {
			if c.side(d) == s && c.knownAs(d) < 0 {
				smallest = d
				t.Fatalf("%s", s)
			}
		}
	})
	for line := range strings.Lines(trouble) {
		if strings.HasPrefix(line, "To reproduce") {
			return smallest, strings.TrimSpace(line)
		}
	}
	return smallest, ""
}

// checkKnown logs the known differences, and fails if one no longer occurs.
func (c *comparison) checkKnown() {
	c.t.Helper()
	var gone string
	for i, k := range c.known {
		if c.seen[i] == 0 && !c.search(i) {
			gone += "\n  " + c.sentence(k)
		}
	}
	if gone != "" {
		c.t.Fatalf("known differences no longer occur; remove them:%s", gone)
	}
	for i, k := range c.known {
		c.t.Logf("%6d of %d requests: %s", c.seen[i], c.asked, c.sentence(k))
	}
}

// search draws requests about a known difference's action, and reports whether the difference
// occurs in them.
func (c *comparison) search(i int) bool {
	about := *c.w
	if c.known[i].Action != 0 {
		about.Actions = []deskpolicy.ActionID{c.known[i].Action}
	}
	draw := rapid.Custom(func(t *rapid.T) []difference {
		found, asked := c.draw(t, &about)
		c.asked += asked
		return found
	})
	for seed := range 500 {
		for _, d := range draw.Example(seed) {
			if c.knownAs(d) == i {
				c.seen[i]++
			}
		}
		if c.seen[i] > 0 {
			return true
		}
	}
	return false
}

// sentence returns the known difference in words.
func (c *comparison) sentence(k KnownDifference) string {
	text := string(c.side(difference{decision: deskpolicy.Decision{Reason: k.Reason}}))
	if k.Reason == deskpolicy.Undecided {
		text = "differing"
	} else {
		text += " for " + k.Reason.String()
	}
	if k.Action != 0 {
		text += " on " + c.w.vocabulary.Name(k.Action)
	}
	if k.Because != "" {
		text += ": " + k.Because
	}
	return text
}

// checkQuietly checks a property without reporting to t. It returns the errors as text, or "" if
// the property holds.
func checkQuietly(t rapid.TB, property func(*rapid.T)) (trouble string) {
	quiet := &quietTB{TB: t}
	defer func() {
		if stopped := recover(); stopped != nil && stopped != any(quiet) {
			panic(stopped)
		}
		trouble = strings.Join(quiet.errors, "\n")
	}()
	rapid.Check(quiet, property)
	return ""
}

// A quietTB collects errors instead of reporting them.
type quietTB struct {
	rapid.TB
	errors []string
}

func (l *quietTB) Logf(string, ...any) {}
func (l *quietTB) Log(...any)          {}

func (l *quietTB) Errorf(format string, args ...any) {
	l.errors = append(l.errors, fmt.Sprintf(format, args...))
}
func (l *quietTB) Failed() bool { return len(l.errors) > 0 }

// FailNow panics to end the check. checkQuietly recovers.
func (l *quietTB) FailNow() { panic(l) }
