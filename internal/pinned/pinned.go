// Package pinned makes rapid draw the same values in every run, so that test runs can be
// repeated and a change does not fail by chance.
package pinned

import "flag"

// Seed is rapid's default seed in the tests.
const Seed = "20261122"

// Draws makes rapid draw from [Seed]. -rapid.seed and RAPID_SEED take precedence;
// -rapid.seed=0 draws new values in each run. Call Draws before flags are parsed.
func Draws() {
	if seed := flag.Lookup("rapid.seed"); seed != nil && seed.DefValue == "0" {
		if err := seed.Value.Set(Seed); err != nil {
			panic(err)
		}
	}
}
