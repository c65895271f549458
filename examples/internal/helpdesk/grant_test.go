package helpdesk

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Other spellings of an instant are refused, and so is text that is not an instant.
func TestInstantsAreStrict(t *testing.T) {
	for _, text := range []string{
		"", " 2026-11-02T12:00:00Z", "2026-11-02t12:00:00z", "2026-11-02 12:00:00Z", "2026-11-02T12:00Z", "2026-11-02", "1793620800",
		"2026-11-02T12:00:00", "2026-11-02T13:00:00+01:00", "2026-11-02T12:00:00+00:00", "2026-11-02T12:00:00-00:00",
		"2026-11-02T12:00:00.5Z", "2026-11-02T12:00:00.0Z", "2026-11-02T12:00:00,5Z", "2026-11-02T9:00:00Z",
		"2026-11-31T12:00:00Z", "2026-02-29T12:00:00Z", "2026-11-02T24:00:00Z", "2026-11-02T12:00:60Z",
		"0001-01-01T00:00:00Z", "1969-12-31T23:59:59Z", "2200-01-01T00:00:00Z", "9999-12-31T23:59:59Z",
	} {
		got, err := instant(text)
		require.ErrorContains(t, err, " is not an instant; give one", text)
		require.Zero(t, got)
	}
	for _, text := range []string{"1970-01-01T00:00:00Z", "2028-02-29T12:00:00Z", "2199-12-31T23:59:59Z"} {
		got, err := instant(text)
		require.NoError(t, err)
		require.Equal(t, text, got.Format(time.RFC3339Nano))
	}
}
