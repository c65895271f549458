package worlds_test

import (
	"bytes"
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

// FuzzAgreement asks the library and the oracle what the generators draw where the
// fuzzer leads them. Its seeds are in testdata/fuzz, one for each reason.
func FuzzAgreement(f *testing.F) {
	agree := rapid.MakeFuzz(func(t *rapid.T) {
		q := worlds.Requests.Draw(t, "request")
		if got, want := worlds.Build(q).Authorize(), oracle.Decide(q); !worlds.Agree(got, want) {
			t.Fatal(worlds.Disagreement(q, got, want))
		}
	})
	f.Fuzz(func(t *testing.T, data []byte) { agree(t, draws(data)) })
}

// draws returns what rapid draws from: each byte is one draw, in its low bits and
// in its high ones, so that the fuzzer changes one draw at a time. When there are
// none left, each is the simplest.
func draws(data []byte) []byte {
	const width, simplest = 8, 2000
	bits := make([]byte, 0, width*(len(data)+simplest))
	for _, b := range data {
		bits = append(bits, bytes.Repeat([]byte{b}, width)...)
	}
	return append(bits, make([]byte, width*simplest)...)
}

// Nearly every reason has a seed, but for those of support sessions, which are not drawn here; and
// each seed says what it asks and what is decided. With -update they are made so.
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

// asksAndGets says what a seed asks, and what is decided, as in
// "allowed_all: an agent asks for ticket.view on a ticket".
func asksAndGets(data []byte) string {
	var q oracle.Request
	rapid.MakeFuzz(func(t *rapid.T) { q = worlds.Requests.Draw(t, "request") })(new(testing.T), draws(data))
	who, on := "nobody", "nothing"
	if q.Subject != nil {
		who = map[string]string{"": "an agent", "shared_agent": "a shared agent", "non_agent": "a CRM user"}[q.Subject.Kind]
	}
	if q.Thing != nil {
		on = "a " + q.Thing.Kind
	}
	return fmt.Sprintf("%v: %s asks for %s on %s", worlds.Build(q).Authorize().Reason, who, q.Action, on)
}
