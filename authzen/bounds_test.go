package authzen_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/deskpolicy/deskpolicy/internal/bounds"
)

// The work on a request is linear in its length, whatever it has and whether it is answered,
// and its memory is bounded.
func TestWorkIsBounded(t *testing.T) {
	pdp := handler(t, newDesk().config())
	single := `{` + riya + `,` + read + `,` + t1
	for _, row := range []struct {
		name string
		path string
		size int
		body func(size int) string
		max  uint64 // bytes
	}{
		{"a long batch", evaluations, 1000, func(n int) string {
			return single + `,"evaluations":[{}` + strings.Repeat(`,{`+t5+`}`, n-1) + `]}`
		}, 8 << 20},
		{"a batch of faults", evaluations, 1000, func(n int) string {
			return single + `,"evaluations":[{}` + strings.Repeat(`,{"subject":[]}`, n-1) + `]}`
		}, 8 << 20},
		{"many values", evaluation, 60_000, func(n int) string { return single + `,"context":{"x":[1` + strings.Repeat(`,1`, n-1) + `]}}` }, 24 << 20},
		{"too many values", evaluation, 400_000, func(n int) string { return single + `,"context":{"x":[1` + strings.Repeat(`,1`, n-1) + `]}}` }, 8 << 20},
		{"many keys", evaluation, 50_000, func(n int) string { return single + `,"context":{"x":1` + keysFrom(n) + `}}` }, 48 << 20},
		{"many duplicate keys", evaluation, 60_000, func(n int) string { return single + `,"context":{"x":1` + strings.Repeat(`,"x":1`, n-1) + `}}` }, 48 << 20},
		{"much text", searchResource, 1_000_000, func(n int) string {
			return single + `,"context":{"x":"` + strings.Repeat("x", n) + `"},"page":{"limit":1}}`
		}, 32 << 20},
		{"much escaped text", searchResource, 160_000, func(n int) string {
			return single + `,"context":{"x":"` + strings.Repeat(`\ud83d`, n) + `"},"page":{"limit":1}}`
		}, 32 << 20},
		{"much that is nested", evaluation, 500_000, func(n int) string {
			return single + `,"context":{"x":` + strings.Repeat("[", n) + strings.Repeat("]", n) + `}}`
		}, 32 << 20},
		{"a long ID", evaluation, 1_000_000, func(n int) string {
			return `{"subject":{"type":"user","id":"` + strings.Repeat("x", n) + `"},` + read + `,` + t1 + `}`
		}, 16 << 20},
		{"many keys in another case", evaluation, 60_000, func(n int) string { return single + `,"SUBJECT":1` + keysFrom(n) + `}` }, 48 << 20},
		{"a long token", searchResource, 1_000_000, func(n int) string { return single + `,"page":{"token":"` + strings.Repeat("A", n) + `"}}` }, 16 << 20},
		{"a long number", searchResource, 1_000_000, func(n int) string { return single + `,"page":{"limit":` + strings.Repeat("9", n) + `}}` }, 16 << 20},
	} {
		t.Run(row.name, func(t *testing.T) {
			bounds.Check(t, row.size, row.max, func(size int) func() {
				body := row.body(size)
				return func() { roundTrip(pdp, row.path, body) }
			})
		})
	}
}

// keysFrom returns n members with different keys.
func keysFrom(n int) string {
	var members strings.Builder
	for i := range n {
		fmt.Fprintf(&members, `,"k%d":1`, i)
	}
	return members.String()
}
