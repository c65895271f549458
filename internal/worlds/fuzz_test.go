package worlds_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/golden"
	"github.com/deskpolicy/deskpolicy/internal/oracle"
	"github.com/deskpolicy/deskpolicy/internal/seeds"
	"github.com/deskpolicy/deskpolicy/internal/worlds"
)

// FuzzAgreement compares the library with the oracle on requests that the generators draw
// from the fuzzer's bytes. Its seeds are in testdata/fuzz, one for each reason.
func FuzzAgreement(f *testing.F) {
	agree := rapid.MakeFuzz(func(t *rapid.T) {
		q := worlds.Drawn.Draw(t, "request")
		if got, want := worlds.Build(q).Authorize(), oracle.Decide(q); !worlds.Agree(got, want) {
			t.Fatal(worlds.Disagreement(q, got, want))
		}
	})
	f.Fuzz(func(t *testing.T, data []byte) { agree(t, worlds.Draws(data)) })
}

// Nearly every reason has a seed, except the reasons of support sessions, which are not
// drawn here. Each seed states its request and decision. -update renews the seeds.
func TestSeeds(t *testing.T) {
	var outcomes []string
	for reason := range deskpolicy.Reasons() {
		if _, drawn := oracle.Steps[reason.String()]; drawn {
			outcomes = append(outcomes, reason.String())
		}
	}
	if golden.Updating() {
		require.NoError(t, seeds.Renew(".", "FuzzAgreement", outcomes, asksAndGets))
	}
	kept, err := seeds.Of(".", "FuzzAgreement")
	require.NoError(t, err)
	for _, seed := range kept {
		assert.Equal(t, asksAndGets(seed.Values[0].([]byte)), seed.Reason, "%s; go test ./internal/worlds -update makes another", seed.Name)
	}
	assert.LessOrEqual(t, len(seeds.Without(kept, outcomes)), len(outcomes)/10, "go test ./internal/worlds -update looks for seeds of %v", seeds.Without(kept, outcomes))
}

// asksAndGets returns the decision and the request of a seed, as in
// "allowed_all: an agent asks for ticket.view on a ticket".
func asksAndGets(data []byte) string {
	q := worlds.Replay(data)
	who, on := "nobody", "nothing"
	if q.Subject != nil {
		who = map[string]string{"": "an agent", "shared_agent": "a shared agent", "customer": "a customer", "non_agent": "a CRM user"}[q.Subject.Kind]
	}
	if q.Thing != nil {
		on = "a " + q.Thing.Kind
	}
	return fmt.Sprintf("%v: %s asks for %s on %s", worlds.Build(q).Authorize().Reason, who, q.Action, on)
}
