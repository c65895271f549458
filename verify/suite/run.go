package suite

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A Binary is the compiled tests of a package.
type Binary struct {
	Package string
	Tests   []string // all of them, as the binary lists them

	dir   string // where it runs
	path  string
	flags []string // that make tests fail sooner
}

// Remove deletes the binary.
func (b *Binary) Remove() error { return os.RemoveAll(filepath.Dir(b.path)) }

// ErrStart is the error for a binary that exits before its tests start.
var ErrStart = errors.New("the tests cannot be listed")

// inspect asks the binary for its tests, and whether it draws.
func (b *Binary) inspect() error {
	help, _ := exec.Command(b.path, "-help").CombinedOutput() // -help exits with an error status
	if bytes.Contains(help, []byte("-rapid.nofailfile")) {
		b.flags = []string{"-rapid.nofailfile", "-rapid.shrinktime=0s"}
	}
	cmd := exec.Command(b.path, "-test.list", "^(Test|Example|Fuzz)")
	cmd.Dir = b.dir
	out, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("%s: %w: %w", b.Package, ErrStart, err)
	}
	b.Tests = strings.Fields(string(out))
	return nil
}

// A Result is the outcome of a run of some tests.
type Result struct {
	Killer  string // the first test that failed, with its subtest; "" if none did
	How     string // "failed", "panicked", "timed out" or "died"
	Output  string
	Elapsed time.Duration
	CPU     time.Duration // processor time
}

// Killed reports whether some test failed.
func (r Result) Killed() bool { return r.How != "" }

// String returns the killer, and how it ended unless it just failed.
func (r Result) String() string {
	switch r.How {
	case "", "failed":
		return r.Killer
	default:
		return cmp.Or(r.Killer, "start-up") + " (" + r.How + ")"
	}
}

// Run runs the named tests until one fails.
func (b *Binary) Run(tests []string, timeout time.Duration, env ...string) Result {
	ctx, cancel := context.WithTimeout(context.Background(), timeout+10*time.Second)
	defer cancel()
	args := append([]string{
		"-test.run", "^(" + strings.Join(tests, "|") + ")$",
		"-test.failfast", "-test.v", "-test.timeout", timeout.String(),
	}, b.flags...)
	cmd := exec.CommandContext(ctx, b.path, args...)
	cmd.Dir = b.dir
	cmd.Env = append(append(os.Environ(), "GOTRACEBACK=single"), env...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	start := time.Now()
	err := cmd.Run()
	r := Result{Output: out.String(), Elapsed: time.Since(start)}
	if cmd.ProcessState != nil {
		r.CPU = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	}
	if err != nil {
		r.Killer, r.How = verdict(r.Output)
	}
	return r
}

var (
	failed  = regexp.MustCompile(`(?m)^\s*--- FAIL: (\S+)`)
	running = regexp.MustCompile(`(?m)^=== RUN\s+(\S+)`)
	timeout = regexp.MustCompile(`(?m)^panic: test timed out after .*\n(?:\trunning tests:\n\t\t(\S+))?`)
	panics  = regexp.MustCompile(`(?m)^(panic|fatal error|runtime): `)
)

// verdict returns the test that failed according to the output, and how.
func verdict(output string) (killer, how string) {
	if found := timeout.FindStringSubmatch(output); found != nil {
		return found[1], "timed out"
	}
	for _, found := range failed.FindAllStringSubmatch(output, -1) { // a test, then its subtests
		if killer == "" || strings.HasPrefix(found[1], killer+"/") {
			killer = found[1]
		}
	}
	switch started := running.FindAllStringSubmatch(output, -1); {
	case panics.MatchString(output) && killer == "" && started != nil:
		return started[len(started)-1][1], "panicked"
	case panics.MatchString(output):
		return killer, "panicked"
	case killer == "":
		return "", "died"
	}
	return killer, "failed"
}

// Timings maps the names of tests to their durations.
type Timings map[string]time.Duration

// Time runs all tests of the binary and returns their durations. It returns an error if one fails.
func (b *Binary) Time() (Timings, error) {
	r := b.Run(b.Tests, time.Hour)
	if r.Killed() {
		return nil, fmt.Errorf("%s: %v fails on unchanged code:\n%s", b.Package, r, Tail(r.Output, 40))
	}
	return readTimings(r.Output), nil
}

var passed = regexp.MustCompile(`^--- (?:PASS|SKIP): (\S+) \(([0-9.]+)s\)`)

func readTimings(output string) Timings {
	timings := make(Timings)
	lines := bufio.NewScanner(strings.NewReader(output))
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		if found := passed.FindStringSubmatch(lines.Text()); found != nil {
			seconds, _ := strconv.ParseFloat(found[2], 64) // matches the pattern, so it parses
			timings[found[1]] = time.Duration(seconds * float64(time.Second))
		}
	}
	return timings
}

// A Stage is a group of tests that run in one process.
type Stage struct {
	Tests   []string
	Elapsed time.Duration // on unchanged code
}

// Tests of the first two stages take at most this long.
const (
	instant = 40 * time.Millisecond
	quick   = 300 * time.Millisecond
)

// Stages orders the tests: the quick ones together, then the others one by one, quicker
// ones first. A test without a timing is not quick. Tests of costs run last, because they
// say nothing about decisions.
func (t Timings) Stages(tests []string) []Stage {
	var first, second, costs Stage
	var rest []Stage
	for _, test := range tests {
		elapsed, known := t[test]
		switch {
		case Costs(test):
			costs.add(test, elapsed)
		case !known:
			rest = append(rest, Stage{[]string{test}, time.Minute})
		case elapsed <= instant:
			first.add(test, elapsed)
		case elapsed <= quick:
			second.add(test, elapsed)
		default:
			rest = append(rest, Stage{[]string{test}, elapsed})
		}
	}
	slices.SortFunc(rest, func(a, b Stage) int {
		return cmp.Or(cmp.Compare(a.Elapsed, b.Elapsed), cmp.Compare(a.Tests[0], b.Tests[0]))
	})
	stages := slices.Concat([]Stage{first, second}, rest, []Stage{costs})
	return slices.DeleteFunc(stages, func(s Stage) bool { return s.Tests == nil })
}

func (s *Stage) add(test string, elapsed time.Duration) {
	s.Tests, s.Elapsed = append(s.Tests, test), s.Elapsed+elapsed
}

// Costs reports whether the test, by its name, measures a cost.
func Costs(test string) bool { return strings.Contains(test, "Alloc") }

// Timeout returns the time after which the stage is assumed to hang.
func (s Stage) Timeout() time.Duration { return 20*time.Second + 12*s.Elapsed }

// RunStage runs the tests of the stage until one fails. Tests time out if they use far more
// processor time than on unchanged code, so a busy machine does not matter.
func (b *Binary) RunStage(s Stage, env ...string) Result {
	for timeout := s.Timeout(); ; timeout *= 4 {
		r := b.Run(s.Tests, timeout, env...)
		if r.How != "timed out" || r.CPU > 5*time.Second+6*s.Elapsed || timeout > 10*time.Minute {
			return r
		}
	}
}

// Tail returns the last n lines of a text.
func Tail(text string, lines int) string {
	all := strings.Split(strings.TrimRight(text, "\n"), "\n")
	return strings.Join(all[max(0, len(all)-lines):], "\n")
}
