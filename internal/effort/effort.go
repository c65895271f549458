// Package effort says how much a test asks that could ask for hours: little with
// -short, between two edits; a part before a commit; all with -full, in CI.
package effort

import (
	"flag"
	"strconv"
	"testing"
)

var full = flag.Bool("full", false, "ask all that CI asks: minutes instead of seconds")

// Of returns the amount for the level that was chosen. Under the race detector,
// where everything takes some ten times longer, that is the least.
func Of[T any](short, usual, all T) T {
	switch {
	case raceDetector || testing.Short():
		return short
	case *full:
		return all
	default:
		return usual
	}
}

// Short reports whether the level is the least: too little for shares to say anything.
func Short() bool { return Of(true, false, false) }

// Racing reports whether the race detector is on, which makes time say nothing.
func Racing() bool { return raceDetector }

// Full reports whether the level is the greatest.
func Full() bool { return Of(false, false, true) }

// Checks sets how many times rapid checks a law, for as long as the test runs. A
// higher -rapid.checks stands.
func Checks(t testing.TB, short, usual, all int) {
	t.Helper()
	checks, often := flag.Lookup("rapid.checks"), Of(short, usual, all)
	was := checks.Value.String()
	if n, err := strconv.Atoi(was); err != nil || n >= often {
		return
	}
	set := func(value string) {
		if err := checks.Value.Set(value); err != nil {
			t.Fatal(err)
		}
	}
	set(strconv.Itoa(often))
	t.Cleanup(func() { set(was) })
}
