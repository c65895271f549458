package effort_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/deskpolicy/deskpolicy/internal/effort"
)

func TestFigures(t *testing.T) {
	for text, want := range map[string][]int{
		" 51 million decisions ":              {51_000_000},
		"1.06 billion":                        {1_060_000_000},
		"3,541 states, 36,213 deeds done, 8,": {3541, 36_213, 8},
		"all":                                 nil,
	} {
		assert.Equal(t, want, effort.Figures(text), text)
	}
	for _, c := range []struct {
		said, counts []int
		want         bool
	}{
		{[]int{75}, []int{100}, true},
		{[]int{100, 8}, []int{100, 8}, true},
		{[]int{74}, []int{100}, false},
		{[]int{101}, []int{100}, false},
		{[]int{100, 9}, []int{100, 8}, false},
		{[]int{100}, []int{100, 8}, false},
		{nil, []int{1}, false},
	} {
		assert.Equal(t, c.want, effort.Matches(c.said, c.counts), "%v of %v", c.said, c.counts)
	}
}
