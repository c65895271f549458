package helpdesk

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/seeds"
)

// FuzzLoad loads any data as a helpdesk. Questions that it loads have the same answers every time.
func FuzzLoad(f *testing.F) {
	f.Fuzz(func(t *testing.T, data []byte) {
		questions, err := Load(data)
		if err != nil {
			require.Nil(t, questions, "what is refused gives nothing")
			return
		}
		again, err := Load(data)
		require.NoError(t, err)
		require.Len(t, again, len(questions))
		for i, q := range questions {
			d := q.Request.Authorize()
			require.Equal(t, d, again[i].Request.Authorize())
			require.Equal(t, d, deskpolicy.Explain(q.Request).Decision)
			require.NotEmpty(t, q.Who)
			require.NotEmpty(t, q.On)
		}
	})
}

// Each seed has the result that its comment says.
func TestSeeds(t *testing.T) {
	kept, err := seeds.Of(".", "FuzzLoad")
	require.NoError(t, err)
	for _, seed := range kept {
		_, err := Load(seed.Values[0].([]byte))
		assert.Equal(t, map[bool]string{true: "accepted", false: "refused"}[err == nil], seed.Outcome(), "%s: %v", seed.Name, err)
	}
}
