package deskpolicy_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/effort"
	"github.com/deskpolicy/deskpolicy/internal/oracle"
	"github.com/deskpolicy/deskpolicy/internal/worlds"
)

// TestDrawnQuestions compares drawn questions with the oracle. Drawing takes longer than
// deciding, so each of many people is asked about each of many things.
func TestDrawnQuestions(t *testing.T) {
	const people, things = 60, 60
	crowds := worlds.Crowds(people, things)
	drawn := func(yield func(block) bool) {
		for seed := range effort.Of(20, 140, 1400) {
			c := crowds.Example(seed)
			b := worlds.NewBuilder(map[*oracle.Role]deskpolicy.Role{})
			if !yield(block{subjects: asAllSubjects(b, c.People), actions: []string{c.Action}, things: asThings(b, c.Things)}) {
				return
			}
		}
	}
	decisions, reasons := compareBlocks(t, drawn, 1)
	t.Logf("%d decisions, %d reasons", decisions, len(reasons))
	effort.Documented(t, ".", int(decisions))
	require.GreaterOrEqual(t, len(reasons), effort.Of(20, 30, 35))
}
