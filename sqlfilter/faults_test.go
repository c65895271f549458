package sqlfilter_test

import (
	"maps"
	"slices"
	"testing"
)

// faults has a test for each fault that was found from outside, by its number:
// what was answered wrongly, and the others of its kind.
var faults = map[string]func(*testing.T){}

func TestFaults(t *testing.T) {
	for _, name := range slices.Sorted(maps.Keys(faults)) {
		t.Run(name, faults[name])
	}
}
