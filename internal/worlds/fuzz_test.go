package worlds_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/deskpolicy/deskpolicy"
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

// What a seed's reason says that comes of it does, and all reasons do.
func TestSeeds(t *testing.T) {
	kept, err := seeds.Of(".", "FuzzAgreement")
	require.NoError(t, err)
	met := make(map[string]bool)
	for _, seed := range kept {
		var q oracle.Request
		rapid.MakeFuzz(func(t *rapid.T) { q = worlds.Requests.Draw(t, "request") })(t, draws(seed.Values[0].([]byte)))
		reason := worlds.Build(q).Authorize().Reason.String()
		assert.Equal(t, reason, seed.Outcome(), seed.Name)
		met[reason] = true
	}
	for reason := range deskpolicy.Reasons() {
		support := strings.HasPrefix(reason.String(), "support_") || strings.Contains(reason.String(), "grant") || reason == deskpolicy.NoInstant
		if reason != deskpolicy.Undecided && !support {
			assert.True(t, met[reason.String()], "a seed that is decided by %v", reason)
		}
	}
}
