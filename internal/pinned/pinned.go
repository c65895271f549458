// Package pinned makes the draws of rapid the same in every run, so that a run of
// the tests can be repeated, and a change is not held up by another's luck.
package pinned

import "flag"

// Seed is what rapid draws from where nobody says otherwise.
const Seed = "20261122"

// Draws has rapid draw from [Seed]. -rapid.seed and RAPID_SEED stand;
// -rapid.seed=0 draws anew in each run. It is called before flags are parsed.
func Draws() {
	if seed := flag.Lookup("rapid.seed"); seed != nil && seed.DefValue == "0" {
		if err := seed.Value.Set(Seed); err != nil {
			panic(err)
		}
	}
}
