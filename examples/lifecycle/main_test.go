package main

import (
	"bytes"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy/internal/golden"
	"github.com/deskpolicy/deskpolicy/lifecycle"
)

func TestLifecycleOutput(t *testing.T) {
	var output bytes.Buffer
	require.NoError(t, run(&output))
	golden.File(t, "output.golden", output.String())
}

// A write error is reported; a plan is not just cut off.
func TestLifecycleErrors(t *testing.T) {
	full := errors.New("disk full")
	require.ErrorIs(t, run(failing{full}), full)

	p := &printer{to: &bytes.Buffer{}}
	p.plan(lifecycle.Plan(emily, lifecycle.PurgeContact{}))
	require.ErrorContains(t, p.err, "cannot purge the contact")
}

// Purging a contact removes its activity, which Emily's plans do not show.
func TestLifecycleRemovals(t *testing.T) {
	var output bytes.Buffer
	p := &printer{to: &output}
	customer := lifecycle.Person{Address: "customer@example.com", Desk: lifecycle.ContactRecord}
	p.plan(lifecycle.Plan(customer, lifecycle.DeleteContact{}, lifecycle.PurgeContact{}))
	require.NoError(t, p.err)
	require.Contains(t, output.String(), "ERROR activities_removed")
	require.Contains(t, output.String(), "removed for good: forum topics, emails, tickets, other activity")
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }
