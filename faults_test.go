package deskpolicy_test

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

// faults maps the number of each externally reported fault to a test for it and
// for similar inputs.
var faults = map[string]func(*testing.T){}

func TestFaults(t *testing.T) {
	byNumber := func(a, b string) int {
		numbers := [2]int{}
		for i, name := range [2]string{a, b} {
			n, err := strconv.Atoi(name[1:])
			require.NoError(t, err)
			numbers[i] = n
		}
		return cmp.Compare(numbers[0], numbers[1])
	}
	for _, name := range slices.SortedFunc(maps.Keys(faults), byNumber) {
		t.Run(name, faults[name])
	}
}
