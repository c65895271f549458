// Package bounds holds work against its size, for tests: how many bytes it
// allocates, and how much longer it takes on an input of four times the size.
package bounds

import (
	"math"
	"runtime"
	"runtime/debug"
	"testing"
	"time"

	"github.com/deskpolicy/deskpolicy/internal/effort"
)

// A Work is something to do to an input of a size: it prepares the input, and
// returns what is measured.
type Work func(size int) func()

// Allocated returns how many bytes it takes to do it once.
func Allocated(do func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	do()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

const (
	attempts = 20
	maxRatio = 10 // of n and 4n: linear work has 4 and some for memory that is further away, quadratic work 16

	tooShort = 2 * time.Millisecond // to be compared
)

// Check fails the test if the work on the size allocates more than the bytes, or
// takes more than ten times as long as on a quarter of the size. Nothing is
// timed alone: the two are compared in one run, each at its fastest, and not
// under the race detector.
func Check(t testing.TB, size int, bytes uint64, work Work) {
	t.Helper()
	small, large := work(size/4), work(size)
	small() // what is made once is made now
	if got := Allocated(large); got > bytes {
		t.Errorf("size %d allocates %d bytes, more than %d", size, got, bytes)
	}
	if effort.Racing() {
		return
	}
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	fastest := [2]time.Duration{math.MaxInt64, math.MaxInt64}
	for range attempts {
		fastest[0], fastest[1] = min(fastest[0], elapsed(small)), min(fastest[1], elapsed(large))
		if fastest[1] <= max(tooShort, maxRatio*fastest[0]) {
			return
		}
	}
	t.Errorf("size %d takes %v, and size %d takes %v: more than %d times as long", size/4, fastest[0], size, fastest[1], maxRatio)
}

// elapsed returns how long it takes to do it, without what was done before to be cleared away.
func elapsed(do func()) time.Duration {
	runtime.GC()
	start := cpu()
	do()
	return cpu() - start
}
