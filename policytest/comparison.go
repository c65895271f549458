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
	counts map[sort]int
	first  map[sort]difference
}

// A sort is a sort of difference, of which the report has one example: how the answers
// differ, and the reason of the policy's decision.
type sort struct {
	side   side
	reason deskpolicy.Reason
}

func (s sort) String() string {
	if s.reason == deskpolicy.Undecided {
		return string(s.side)
	}
	return string(s.side) + " for " + s.reason.String()
}

func newComparison(t rapid.TB, d Desk, known []KnownDifference, allows, lacks string) *comparison {
	return &comparison{
		t: t, w: d.full(), allows: allows, denies: lacks, known: known, seen: make([]int, len(known)),
		counts: make(map[sort]int), first: make(map[sort]difference),
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
		s := c.sort(d)
		if c.counts[s]++; c.counts[s] == 1 {
			c.first[s] = d
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

func (c *comparison) sort(d difference) sort { return sort{c.side(d), d.reason()} }

func (c *comparison) side(d difference) side {
	switch {
	case d.fault != "":
		return side(d.fault)
	case d.decision.Allowed():
		return side("policy allows, " + c.denies)
	}
	return side(c.allows + ", policy denies")
}

// maxShrunk is the maximum number of sorts of difference of which the report has the
// smallest example. Searching for one takes up to -rapid.shrinktime. Of the rarer sorts it
// has the first one found.
const maxShrunk = 8

// report returns how often the answers differ, and an example of each sort of difference,
// the most frequent first.
func (c *comparison) report() string {
	sorts := slices.SortedFunc(maps.Keys(c.counts), func(a, b sort) int {
		return cmp.Or(cmp.Compare(c.counts[b], c.counts[a]), cmp.Compare(a.side, b.side), cmp.Compare(a.reason, b.reason))
	})
	var text strings.Builder
	fmt.Fprintf(&text, "the program and the policy differ: %s\n", c.tally(sorts))
	for i, s := range sorts {
		smallest, how := c.first[s], ""
		if i < maxShrunk {
			smallest, how = c.shrink(s)
		}
		fmt.Fprintf(&text, "\n%v: %s\n%s\n", s, DescribeRequest(smallest.request), indent(deskpolicy.Explain(smallest.request).String()))
		if how != "" {
			fmt.Fprintf(&text, "  %s\n", how)
		}
	}
	return strings.TrimSuffix(text.String(), "\n")
}

// tally returns how often answers differ in all and in each of the sorts.
func (c *comparison) tally(sorts []sort) string {
	all, text := 0, ""
	for _, s := range sorts {
		all += c.counts[s]
		text += fmt.Sprintf("\n%7d  %v", c.counts[s], s)
	}
	return fmt.Sprintf("on %d of %d requests", all, c.asked) + text
}

// shrink returns the smallest difference of the sort that it finds, and how to reproduce it.
// If it finds none, it returns the first one from the survey.
func (c *comparison) shrink(s sort) (smallest difference, how string) {
	smallest = c.first[s]
	trouble := checkQuietly(c.t, func(t *rapid.T) {
		found, _ := c.draw(t, c.w)
		for _, d := range found {
			if c.sort(d) == s && c.knownAs(d) < 0 {
				smallest = d
				t.Fatalf("%v", s)
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
