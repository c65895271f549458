package main

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// The targets: one that holds, one that an input breaks, one at which the fuzzer
// stumbles the first time, and one at which it always does.
func TestRun(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a module")
	}
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module m\n\ngo 1.24.0\n"), 0o644))
	targets, err := os.ReadFile(filepath.Join("testdata", "targets.txt"))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "m_test.go"), targets, 0o644))
	try := func(match string) (string, error) {
		var lines []string
		err := run(context.Background(), dir, options{time.Second, 2, 5, regexp.MustCompile(match)}, func(line string) { lines = append(lines, line) })
		return strings.Join(lines, "\n"), err
	}

	log, err := try("Holds|Stumbles")
	require.NoError(t, err)
	require.Regexp(t, `2 targets, 1s each`, log)
	require.Regexp(t, `ok    m\.FuzzHolds +\d+ tries`, log)
	require.Regexp(t, `ok    m\.FuzzStumbles +\d+ tries`, log, "tried again")

	log, err = try("Breaks|Lies")
	require.ErrorContains(t, err, "that long")
	kept, globErr := filepath.Glob(filepath.Join(dir, "testdata", "fuzz", "FuzzBreaks", "*"))
	require.NoError(t, globErr)
	require.Len(t, kept, 1, "not tried again")
	require.ErrorContains(t, err, kept[0])
	require.Contains(t, log, "FAIL  m.FuzzBreaks")
	require.Contains(t, log, "FAIL  m.FuzzLies")

	_, err = try("Nothing")
	require.ErrorContains(t, err, "no such targets")
	require.NoError(t, os.WriteFile(filepath.Join(dir, "m_test.go"), []byte("package m\n\nfunc FuzzX("), 0o644))
	_, err = try("")
	require.Error(t, err, "what does not compile")
}
