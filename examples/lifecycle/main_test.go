package main

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy"
)

var update = flag.Bool("update", false, "rewrite the golden file in testdata")

func TestLifecycleOutput(t *testing.T) {
	var output bytes.Buffer
	require.NoError(t, run(&output))
	path := filepath.Join("testdata", "output.golden")
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(path, output.Bytes(), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	if diff := cmp.Diff(string(want), output.String()); diff != "" {
		t.Errorf("a plan has changed (-file +now, go test ./examples/lifecycle -update accepts):\n%s", diff)
	}
}

// Whatever goes wrong is reported, and not only half a plan printed.
func TestLifecycleErrors(t *testing.T) {
	full := errors.New("disk full")
	require.ErrorIs(t, run(failing{full}), full)

	p := &printer{to: &bytes.Buffer{}}
	p.plan(emily.Plan(deskpolicy.PurgeContact{}))
	require.ErrorContains(t, p.err, "cannot purge the contact")
}

// What a contact did is removed with it, which Emily's case does not show.
func TestLifecycleRemovals(t *testing.T) {
	var output bytes.Buffer
	p := &printer{to: &output}
	customer := deskpolicy.Person{Address: "customer@example.com", Desk: deskpolicy.AsContact}
	p.plan(customer.Plan(deskpolicy.DeleteContact{}, deskpolicy.PurgeContact{}))
	require.NoError(t, p.err)
	require.Contains(t, output.String(), "ERROR activities_removed")
	require.Contains(t, output.String(), "removed for good: forum topics, emails, tickets, other activity")
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }
