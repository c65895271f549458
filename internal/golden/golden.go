// Package golden compares the output of tests with files in testdata.
package golden

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// Updating reports whether the tests run with -update.
func Updating() bool { return *update }

// File compares the text with the file of that name in testdata. With -update it writes the
// file first.
func File(t *testing.T, name, text string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if Updating() {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	if diff := cmp.Diff(string(want), text); diff != "" {
		t.Errorf("%s differs (-file +now, go test . -run %s -update accepts):\n%s", path, t.Name(), diff)
	}
}
