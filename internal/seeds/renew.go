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

// Renew rewrites the seeds of a target of bytes, for a test that is run with -update. What
// comes of a value, as in "refused: a duplicate key", says the function. A seed whose reason
// says something else gives way to one like it that says the same; an outcome that has no
// seed gets one.
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

// A renewal knows which reasons have a seed, and the values that there were.
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

// replace changes one byte of the seed so that its reason is true again. If none does, the
// seed goes, and its outcome is looked for elsewhere.
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

// tries is how many values are tried for what is missing.
const tries = 300_000

// add looks for a value of each of the outcomes: among the seeds with a few other bytes, and
// one time in four among any bytes. It looks in the same places each time. A rare one may
// stay without: the fuzzer has the others.
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

// anyBytes returns up to two hundred bytes.
func anyBytes(random *rand.Rand) []byte {
	data := make([]byte, random.IntN(200))
	for i := range data {
		data[i] = byte(random.IntN(256))
	}
	return data
}

// write keeps the value, without what is of no consequence at its end.
func (r *renewal) write(name string, data []byte) error {
	reason := r.reason(data)
	for len(data) > 0 && r.reason(data[:len(data)-1]) == reason {
		data = data[:len(data)-1]
	}
	r.taken[reason] = true
	r.pool = append(r.pool, data)
	return os.WriteFile(filepath.Join(r.dir, name), fmt.Appendf(nil, "%s\n[]byte(%q) // %s\n", header, data, reason), 0o644)
}
