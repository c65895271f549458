package worlds

import (
	"bytes"
	"embed"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/deskpolicy/deskpolicy/internal/oracle"
	"github.com/deskpolicy/deskpolicy/internal/seeds"
)

// near draws requests like the seeds of FuzzAgreement, of which there is one for nearly
// each reason: so a reason that is rare otherwise, or new, is drawn often enough.
var near = rapid.Custom(func(t *rapid.T) oracle.Request {
	data := slices.Clone(rapid.SampledFrom(kept).Draw(t, "seed"))
	for range rapid.IntRange(0, 2).Draw(t, "other draws") {
		if len(data) > 0 {
			data[rapid.IntRange(0, len(data)-1).Draw(t, "draw")] = rapid.Byte().Draw(t, "drawn instead")
		}
	}
	return Replay(data)
})

//go:embed testdata/fuzz/FuzzAgreement
var files embed.FS

// kept are the values of the seeds.
var kept = func() (values [][]byte) {
	all, err := seeds.In(files, "testdata/fuzz/FuzzAgreement")
	if err != nil {
		panic(err)
	}
	for _, seed := range all {
		values = append(values, seed.Values[0].([]byte))
	}
	return values
}()

// Replay returns the request that the bytes stand for.
func Replay(data []byte) (q oracle.Request) {
	rapid.MakeFuzz(func(t *rapid.T) { q = Drawn.Draw(t, "request") })(new(testing.T), Draws(data))
	return q
}

// Draws returns what rapid draws from: each byte is one draw, in its low bits and
// in its high ones, so that the fuzzer changes one draw at a time. When there are
// none left, each is the simplest.
func Draws(data []byte) []byte {
	const width, simplest = 8, 2000
	bits := make([]byte, 0, width*(len(data)+simplest))
	for _, b := range data {
		bits = append(bits, bytes.Repeat([]byte{b}, width)...)
	}
	return append(bits, make([]byte, width*simplest)...)
}
