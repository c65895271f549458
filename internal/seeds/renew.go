package seeds

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Renew updates the seeds of a fuzz target that takes bytes, for tests run with -update. The
// reason function returns the outcome of a value, such as "refused: a duplicate key". Renew
// replaces a seed whose reason is no longer true by a similar one for which it is, and adds
// seeds for outcomes without one.
func Renew(pkg, target string, outcomes []string, reason func(data []byte) string) error {
	kept, err := Of(pkg, target)
	if err != nil {
		return err
	}
	r := renewal{dir: filepath.Join(pkg, Dir, target), reason: reason, taken: make(map[string]bool)}
	var stale []Seed
	for _, seed := range kept {
		data := seed.Values[0].([]byte)
		r.pool = append(r.pool, data)
		if reason(data) != seed.Reason {
			stale = append(stale, seed)
			continue
		}
		r.taken[seed.Reason] = true
	}
	for _, seed := range stale {
		err = errors.Join(err, r.replace(seed))
	}
	return errors.Join(err, r.add(slices.DeleteFunc(slices.Clone(outcomes), r.has)))
}

// A renewal holds the reasons that have a seed, and the values of all seeds.
type renewal struct {
	dir    string
	reason func([]byte) string
	taken  map[string]bool
	pool   [][]byte
}

func (r *renewal) has(outcome string) bool {
	for reason := range r.taken {
		if strings.HasPrefix(reason, outcome+":") {
			return true
		}
	}
	return false
}

// replace changes one byte of the seed so that its reason is true again. If no byte does
// that, it removes the seed, and add looks for its outcome elsewhere.
func (r *renewal) replace(seed Seed) error {
	data := slices.Clone(seed.Values[0].([]byte))
	for at, was := range data {
		for b := range 256 {
			if data[at] = byte(b); r.reason(data) == seed.Reason {
				return r.write(seed.Name, data)
			}
		}
		data[at] = was
	}
	return os.Remove(filepath.Join(r.dir, seed.Name))
}

// tries is the number of values tried to find missing outcomes.
const tries = 3_000_000

// add looks for a value for each of the outcomes, in seeds with a few bytes changed and, one
// time in four, in random bytes. It tries the same values in each run. A rare outcome can
// stay without a seed.
func (r *renewal) add(outcomes []string) (err error) {
	random := rand.New(rand.NewPCG(1, 2))
	for try := 0; len(outcomes) > 0 && try < tries; try++ {
		data := slices.Clone(r.pool[random.IntN(len(r.pool))])
		if try%4 == 3 {
			data = anyBytes(random)
		}
		for range 1 + random.IntN(4) {
			if at := random.IntN(len(data) + 1); at < len(data) {
				data[at] = byte(random.IntN(256))
			} else {
				data = append(data, byte(random.IntN(256)))
			}
		}
		outcome, _, _ := strings.Cut(r.reason(data), ":")
		if at := slices.Index(outcomes, outcome); at >= 0 {
			err = errors.Join(err, r.write(outcome, data))
			outcomes = slices.Delete(outcomes, at, at+1)
		}
	}
	return err
}

// anyBytes returns up to two hundred random bytes.
func anyBytes(random *rand.Rand) []byte {
	data := make([]byte, random.IntN(200))
	for i := range data {
		data[i] = byte(random.IntN(256))
	}
	return data
}

// write writes the seed, without trailing bytes that do not change its reason.
func (r *renewal) write(name string, data []byte) error {
	reason := r.reason(data)
	for len(data) > 0 && r.reason(data[:len(data)-1]) == reason {
		data = data[:len(data)-1]
	}
	r.taken[reason] = true
	r.pool = append(r.pool, data)
	return os.WriteFile(filepath.Join(r.dir, name), fmt.Appendf(nil, "%s\n[]byte(%q) // %s\n", header, data, reason), 0o644)
}
