// Package effort sets how much a long test checks: little with -short, between two edits; a
// part before a commit; all with -full, in CI.
package effort

import (
	"flag"
	"strconv"
	"testing"
)

var full = flag.Bool("full", false, "check all that CI checks: minutes instead of seconds")

// Of returns the amount for the chosen level. Under the race detector, where tests take about
// ten times as long, it returns short.
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

// Short reports whether the level is the lowest, with too few checks for statistics.
func Short() bool { return Of(true, false, false) }

// Racing reports whether the race detector is on, so that times mean nothing.
func Racing() bool { return raceDetector }

// Alone skips a long test in one goroutine under the race detector, which finds nothing in it
// and takes ten times as long.
func Alone(t testing.TB) {
	t.Helper()
	if raceDetector {
		t.Skip("it is one goroutine")
	}
}

// Full reports whether the level is the highest.
func Full() bool { return Of(false, false, true) }

// Checks sets the number of rapid's checks while the test runs. A higher -rapid.checks
// takes precedence.
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
