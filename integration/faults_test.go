package integration

import (
	"maps"
	"slices"
	"testing"
)

// faults has a test for each reported fault, by its number: for the wrong answer
// and for similar cases.
var faults = map[string]func(*testing.T){}

func TestFaults(t *testing.T) {
	for _, name := range slices.Sorted(maps.Keys(faults)) {
		t.Run(name, faults[name])
	}
}
