package pinned_test

import (
	"flag"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/deskpolicy/deskpolicy/internal/pinned"
)

func TestDraws(t *testing.T) {
	seed := flag.Lookup("rapid.seed")
	was := seed.Value.String()
	t.Cleanup(func() { require.NoError(t, seed.Value.Set(was)) })

	pinned.Draws()
	drawn := func() (values []int) {
		rapid.Check(t, func(t *rapid.T) { values = append(values, rapid.Int().Draw(t, "value")) })
		return values
	}
	require.Equal(t, drawn(), drawn())
}

// A seed that the environment names is rapid's default, and stands.
func TestDrawsOfAnotherSeed(t *testing.T) {
	seed := flag.Lookup("rapid.seed")
	was, otherwise := seed.Value.String(), seed.DefValue
	t.Cleanup(func() { seed.DefValue = otherwise; require.NoError(t, seed.Value.Set(was)) })

	seed.DefValue = "7"
	require.NoError(t, seed.Value.Set("7"))
	pinned.Draws()
	require.Equal(t, "7", seed.Value.String())
}
