package deskpolicy_test

import (
	"testing"
	"time"
	_ "time/tzdata" // the locations are the same on every machine

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	. "github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/oracle"
)

// locationsOfGrants returns locations whose clocks change by an hour, by half an hour and by
// a whole day.
func locationsOfGrants(t testing.TB) (locations []*time.Location) {
	for _, name := range []string{"UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "Pacific/Kwajalein", "America/Caracas"} {
		location, err := time.LoadLocation(name)
		require.NoError(t, err)
		locations = append(locations, location)
	}
	return locations
}

// LatestEnd agrees with the oracle on every day of years with and without a leap day, in
// every location.
func TestLatestEnd(t *testing.T) {
	for _, location := range locationsOfGrants(t) {
		for _, year := range []int{1970, 1993, 2000, 2011, 2024, 2026, 2100, 2199} {
			for day := range 366 {
				for _, hour := range []int{0, 2, 9, 23} {
					now := time.Date(year, 1, 1+day, hour, 30, 0, 1, location)
					last := SupportGrantTerms{}.LatestEnd(now)
					require.True(t, last.Equal(oracle.LastEnd(now)), "%v", now)
					require.True(t, last.Equal(SupportGrantTerms{Start: now}.LatestEnd(now.UTC())), "the location of the start counts")
					require.GreaterOrEqual(t, last.Sub(now), 30*days)
					require.LessOrEqual(t, last.Sub(now), 32*days)
				}
			}
		}
	}
}

// LatestEnd is within the limit of readers even if clocks are set back by days (A44).
func TestLatestEndIsBounded(t *testing.T) {
	zones := append([]byte("TZif\x00"), make([]byte, 15)...)
	zones = append(zones, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 8) // one change, two zones, eight letters
	zones = append(zones, 0x6a, 0x00, 0x00, 0x00)                                                 // in 2026
	zones = append(zones, 1)                                                                      // from the first zone to the second
	zones = append(zones, 0x00, 0x05, 0x46, 0x00, 0, 0)                                           // four days ahead
	zones = append(zones, 0xff, 0xfa, 0xba, 0x00, 0, 4)                                           // four days behind
	zones = append(zones, "AHD\x00BHD\x00"...)
	odd, err := time.LoadLocationFromTZData("Odd", zones)
	require.NoError(t, err)
	change := time.Unix(0x6a000000, 0)
	now := change.Add(-hour).In(odd)
	require.Greater(t, now.AddDate(0, 1, 0).Sub(now), 32*days)
	end := SupportGrantTerms{}.LatestEnd(now)
	assert.Equal(t, 32*days, end.Sub(now))

	_, event, err := NewSupportGrant(owner(), SupportGrantTerms{ID: "g1", Engineers: letIn, Roles: []Role{AgentRole.Role()}, End: end}, now)
	require.NoError(t, err)
	requireReadBack(t, event)
}

// Start, end and refusal agree with the oracle.
func TestGrantWindows(t *testing.T) {
	checkOften(t)
	locations := rapid.SampledFrom(locationsOfGrants(t))
	offsets := []time.Duration{0, 1, -1, hour, -5 * time.Minute, -5*time.Minute - 1, -4 * time.Minute, 7 * days, 24 * days, 25 * days, 28 * days, 29 * days, 30 * days, 31 * days, 32 * days}
	rapid.Check(t, func(t *rapid.T) {
		offset := rapid.Custom(func(t *rapid.T) time.Duration {
			return rapid.SampledFrom(offsets).Draw(t, "") + rapid.SampledFrom([]time.Duration{0, 0, 1, -1, hour, -hour}).Draw(t, "")
		})
		now := time.Unix(rapid.Int64Range(0, 7_000_000_000).Draw(t, "now"), 0).In(locations.Draw(t, "location"))
		terms := SupportGrantTerms{ID: "g1", Engineers: letIn, Roles: []Role{AgentRole.Role()}}
		if rapid.Bool().Draw(t, "start") {
			terms.Start = now.Add(offset.Draw(t, "start")).In(locations.Draw(t, "the start's location"))
		}
		if rapid.Bool().Draw(t, "end") {
			terms.End = now.Add(offset.Draw(t, "end"))
		}
		from, to, ok := oracle.Window(terms.Start, terms.End, now)
		grant, event, err := NewSupportGrant(owner(), terms, now)
		require.Equal(t, ok, err == nil, "%v", err)
		if ok {
			require.True(t, grant.Start().Equal(from), "%v, %v", grant.Start(), from)
			require.True(t, grant.End().Equal(to), "%v, %v", grant.End(), to)
			requireReadBack(t, event)
		}
	})
}
