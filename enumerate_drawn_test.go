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
// deciding, so each of many people is asked about each of many things. Two of five are
// delegates, within one to four drawn limits, and the roles of two of three are held for a time.
func TestDrawnQuestions(t *testing.T) {
	const people, things = 60, 60
	crowds, byDelegates := worlds.Crowds(people, things), 0
	drawn := func(yield func(block) bool) {
		for seed := range effort.Of(20, 140, 1500) {
			c := crowds.Example(seed)
			for _, person := range c.People {
				if person.Delegate() {
					byDelegates += len(c.Things)
				}
			}
			b := worlds.NewBuilder(map[*oracle.Role]deskpolicy.Role{})
			if !yield(block{subjects: asAllSubjects(b, c.People), actions: []string{c.Action}, things: asThings(b, c.Things)}) {
				return
			}
		}
	}
	decisions, reasons := compareBlocks(t, drawn, 1)
	t.Logf("%d decisions, %d of them by delegates, %d reasons", decisions, byDelegates, len(reasons))
	effort.Documented(t, ".", int(decisions), byDelegates)
	require.GreaterOrEqual(t, len(reasons), effort.Of(25, 35, 40))
}
