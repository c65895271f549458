// Package golden compares what an example prints with what it is known to print.
package golden

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "rewrite the golden file in testdata")

// Output compares what was printed with testdata/output.golden.
func Output(t *testing.T, printed string) {
	t.Helper()
	path := filepath.Join("testdata", "output.golden")
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(path, []byte(printed), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	if diff := cmp.Diff(string(want), printed); diff != "" {
		t.Errorf("it prints something else (-file +now, go test . -update accepts):\n%s", diff)
	}
}
