// Package fuzz tests the script that runs the fuzz targets.
package fuzz

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// run runs the script for a second a target, in a module of its own, and returns its
// exit status, what it prints, and the inputs that are kept.
func run(t *testing.T, source string, targets ...string) (status int, output string, kept []string) {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module m\n\ngo 1.24.0\n"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "m_test.go"), []byte(source), 0o600))
	cmd := exec.Command("bash", append([]string{"run", "1s"}, targets...)...)
	cmd.Env = append(os.Environ(), "FUZZ_MODULE="+dir)
	out, err := cmd.CombinedOutput()
	if err != nil {
		require.IsType(t, &exec.ExitError{}, err)
	}
	kept, err = filepath.Glob(filepath.Join(dir, "testdata", "fuzz", "*", "*"))
	require.NoError(t, err)
	return cmd.ProcessState.ExitCode(), string(out), kept
}

func targets(t *testing.T) string {
	t.Helper()
	source, err := os.ReadFile(filepath.Join("testdata", "targets.txt"))
	require.NoError(t, err)
	return string(source)
}

func TestStumblesAreForgiven(t *testing.T) {
	status, output, kept := run(t, targets(t), "FuzzHolds", "FuzzStumblesOnce", "FuzzStumbles", "FuzzFlakes")
	assert.Zero(t, status, output)
	for _, target := range []string{"StumblesOnce", "Stumbles", "Flakes"} {
		assert.Contains(t, output, "The fuzzer stumbled: Fuzz"+target+" passes on all inputs that are kept.")
	}
	assert.NotContains(t, output, "stumbled: FuzzHolds")
	assert.Contains(t, output, "This input does not fail again, and is removed:\ngo test fuzz v1\n[]byte(")
	assert.Empty(t, kept)
}

func TestWhatFailsAgainFails(t *testing.T) {
	for target, inputs := range map[string]int{"FuzzBreaks": 1, "FuzzCrashes": 1, "FuzzSeed": 0, "FuzzNeverStarts": 0} {
		t.Run(target, func(t *testing.T) {
			status, output, kept := run(t, targets(t), "FuzzHolds", target)
			assert.Equal(t, 1, status, output)
			assert.Contains(t, output, "FAIL: m."+target+"\n")
			assert.NotContains(t, output, "stumbled: "+target+" ", "FuzzHolds may stumble on a busy machine")
			assert.Len(t, kept, inputs)
		})
	}
}

func TestNothingToRunFails(t *testing.T) {
	status, output, _ := run(t, targets(t), "FuzzHold")
	assert.Equal(t, 2, status, output)
	assert.Contains(t, output, "there is no such target")

	status, output, _ = run(t, "package m\n\nfunc FuzzX(f *testing.F) {}\n")
	assert.Equal(t, 1, status, output)
	assert.Contains(t, output, "undefined: testing")
}
