package suite

import (
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// The killer is the innermost subtest that failed first, however it did.
func TestVerdict(t *testing.T) {
	for output, want := range map[string]Result{
		"=== RUN   TestA\n--- PASS: TestA (0.00s)\n=== RUN   TestB\n=== RUN   TestB/x\n--- FAIL: TestB (0.00s)\n    --- FAIL: TestB/x (0.00s)\nFAIL\n": {
			Killer: "TestB/x", How: "failed",
		},
		"=== RUN   TestB\n--- FAIL: TestB (0.00s)\n    --- FAIL: TestB/x (0.00s)\n    --- FAIL: TestB/y (0.00s)\n        --- FAIL: TestB/y/z (0.00s)\n": {
			Killer: "TestB/x", How: "failed",
		},
		"=== RUN   TestA\n--- FAIL: TestA (0.00s)\npanic: runtime error: index out of range [recovered]\n": {
			Killer: "TestA", How: "panicked",
		},
		"=== RUN   TestA\n=== RUN   TestB\nfatal error: stack overflow\n": {Killer: "TestB", How: "panicked"},
		"panic: nil map\n": {How: "panicked"},
		"=== RUN   TestA\npanic: test timed out after 20s\n\trunning tests:\n\t\tTestA (20s)\n": {Killer: "TestA", How: "timed out"},
		"": {How: "died"},
	} {
		killer, how := verdict(output)
		assert.Equal(t, want, Result{Killer: killer, How: how}, output)
	}
}

func TestResultString(t *testing.T) {
	assert.Equal(t, "", Result{}.String())
	assert.Equal(t, "TestA", Result{Killer: "TestA", How: "failed"}.String())
	assert.Equal(t, "TestA (timed out)", Result{Killer: "TestA", How: "timed out"}.String())
	assert.Equal(t, "start-up (panicked)", Result{How: "panicked"}.String())
}

// A binary that does not start has no tests; this one has.
func TestInspect(t *testing.T) {
	b := Binary{path: os.Args[0]}
	assert.NoError(t, b.inspect())
	assert.Contains(t, b.Tests, "TestInspect")
	b.dir = "nowhere"
	assert.ErrorIs(t, b.inspect(), ErrStart)
}

// Quick tests run together, then one by one the slower ones, and costs are asked last.
func TestStages(t *testing.T) {
	timings := Timings{
		"TestA": 0, "TestB": time.Second, "TestC": 100 * time.Millisecond, "TestD": 10 * time.Millisecond,
		"TestE": 500 * time.Millisecond, "TestNoAllocations": 0,
	}
	var order [][]string
	for _, stage := range timings.Stages([]string{"TestB", "TestA", "TestNew", "TestNoAllocations", "TestC", "TestD", "TestE"}) {
		order = append(order, stage.Tests)
		assert.Greater(t, stage.Timeout(), stage.Elapsed)
	}
	assert.Equal(t, [][]string{{"TestA", "TestD"}, {"TestC"}, {"TestE"}, {"TestB"}, {"TestNew"}, {"TestNoAllocations"}}, order)
	assert.Empty(t, timings.Stages(nil))
}

func TestReadTimings(t *testing.T) {
	const output = "=== RUN   TestA\n    --- PASS: TestA/x (0.25s)\n--- PASS: TestA (0.50s)\n--- SKIP: TestB (0.00s)\n--- PASS: ExampleC (0.00s)\n"
	assert.Equal(t, Timings{"TestA": 500 * time.Millisecond, "TestB": 0, "ExampleC": 0}, readTimings(output))
}

func TestTail(t *testing.T) {
	assert.Equal(t, "c\nd", Tail("a\nb\nc\nd\n", 2))
	assert.Equal(t, "a", Tail("a\n", 2))
}
