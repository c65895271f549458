// Package bounds checks in tests how work grows with its input: how many bytes it allocates,
// and how much longer it takes on an input of four times the size.
package bounds

import (
	"math"
	"runtime"
	"runtime/debug"
	"testing"
	"time"

	"github.com/deskpolicy/deskpolicy/internal/effort"
)

// A Work prepares an input of the size and returns the function to measure.
type Work func(size int) func()

// Allocated returns the number of bytes that do allocates.
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
// takes more than ten times as long as on a quarter of the size. It compares the fastest
// times of both in one run. Under the race detector, where both mean nothing, it does neither.
func Check(t testing.TB, size int, bytes uint64, work Work) {
	t.Helper()
	if effort.Racing() {
		return
	}
	small, large := work(size/4), work(size)
	small() // initialise what is made only once
	least := Allocated(large)
	for range 2 {
		if least > bytes { // the runtime allocates as well, now and then
			least = min(least, Allocated(large))
		}
	}
	if least > bytes {
		t.Errorf("size %d allocates %d bytes, more than %d", size, least, bytes)
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

// elapsed returns the processor time of do, without garbage collection of earlier work.
func elapsed(do func()) time.Duration {
	runtime.GC()
	start := CPU()
	do()
	return CPU() - start
}
