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

// near draws requests that resemble the seeds of FuzzAgreement. Nearly every reason has a
// seed, so that rare and new reasons are drawn often enough.
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

// kept holds the values of the seeds.
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

// Replay returns the request that the bytes encode.
func Replay(data []byte) (q oracle.Request) {
	rapid.MakeFuzz(func(t *rapid.T) { q = Drawn.Draw(t, "request") })(new(testing.T), Draws(data))
	return q
}

// Draws returns the bit stream that rapid draws from. Each byte of data is one draw,
// repeated in the low and the high bits, so that the fuzzer changes one draw at a time.
// After the data, every draw is the simplest value.
func Draws(data []byte) []byte {
	const width, simplest = 8, 2000
	bits := make([]byte, 0, width*(len(data)+simplest))
	for _, b := range data {
		bits = append(bits, bytes.Repeat([]byte{b}, width)...)
	}
	return append(bits, make([]byte, width*simplest)...)
}
