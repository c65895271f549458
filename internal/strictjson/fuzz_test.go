package strictjson

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy/internal/seeds"
)

var fuzzLimits = Limits{Bytes: 1 << 10, Values: 1 << 10, Depth: 4}

// FuzzDecode compares what Decode accepts with encoding/json: the values are the same, and
// none of them must be refused.
func FuzzDecode(f *testing.F) {
	f.Fuzz(func(t *testing.T, data []byte) {
		foreign := fuzzLimits
		foreign.AnyJSON = true
		anything, err := Decode(data, foreign, (*Value).Any)
		if err == nil {
			tokens := json.NewDecoder(bytes.NewReader(data))
			tokens.UseNumber()
			var want any
			require.NoError(t, tokens.Decode(&want))
			require.Empty(t, cmp.Diff(want, anything))
		}
		got, err := Decode(data, fuzzLimits, plain)
		if err != nil {
			require.Nil(t, got, "what is refused gives nothing")
			return
		}
		var want any
		tokens := json.NewDecoder(bytes.NewReader(data))
		tokens.UseNumber()
		require.NoError(t, tokens.Decode(&want))
		require.Empty(t, cmp.Diff(want, got))
		require.Empty(t, cmp.Diff(got, anything), "what a strict reader accepts, the other does")
		require.True(t, clean(want), "null, NUL or U+FFFD was let through")

		for values, accepted := range map[int]bool{valuesIn(want): true, valuesIn(want) - 1: false} {
			_, err := Decode(data, Limits{Bytes: fuzzLimits.Bytes, Values: values, Depth: fuzzLimits.Depth}, plain)
			require.Equal(t, accepted, err == nil, "%s with a limit of %d values: %v", data, values, err)
		}

		again, err := json.Marshal(got)
		require.NoError(t, err)
		reread, err := Decode(again, Limits{Bytes: 6 * len(data), Values: fuzzLimits.Values, Depth: fuzzLimits.Depth}, plain)
		require.NoError(t, err, "accepted once, accepted again")
		require.Empty(t, cmp.Diff(got, reread))

		whole, err := Decode(data, fuzzLimits, func(v *Value) int { n, _ := v.Int(); return n })
		var n int64
		number, isNumber := want.(json.Number)
		if isNumber {
			n, _ = number.Int64()
		}
		isWhole := isNumber && strconv.FormatInt(n, 10) == string(number)
		require.Equal(t, isWhole, err == nil, "%s is whole", data)
		require.True(t, int64(whole) == n || !isWhole)
	})
}

// Each seed has the outcome that its reason names.
func TestSeeds(t *testing.T) {
	kept, err := seeds.Of(".", "FuzzDecode")
	require.NoError(t, err)
	for _, seed := range kept {
		_, err := Decode(seed.Values[0].([]byte), fuzzLimits, plain)
		assert.Equal(t, map[bool]string{true: "accepted", false: "refused"}[err == nil], seed.Outcome(), "%s: %v", seed.Name, err)
	}
}

// plain reads any value as encoding/json would.
func plain(v *Value) any {
	switch v.kind {
	case boolean:
		return v.Bool()
	case text:
		return v.Text()
	case number:
		v.read = true
		return json.Number(v.str)
	case array:
		return append([]any{}, List(v, plain)...)
	case object:
		members := make(map[string]any)
		for key, member := range v.Members() {
			members[key] = plain(member)
		}
		return members
	default:
		return nil
	}
}

// valuesIn returns how many values a value of encoding/json's is, with those in it.
func valuesIn(value any) int {
	n := 1
	switch value := value.(type) {
	case []any:
		for _, element := range value {
			n += valuesIn(element)
		}
	case map[string]any:
		for _, member := range value {
			n += valuesIn(member)
		}
	}
	return n
}

// clean reports whether a value of encoding/json's has nothing in it that Decode
// is to refuse.
func clean(value any) bool {
	switch value := value.(type) {
	case nil:
		return false
	case string:
		return !strings.ContainsAny(value, "\x00\uFFFD")
	case []any:
		for _, element := range value {
			if !clean(element) {
				return false
			}
		}
	case map[string]any:
		for key, member := range value {
			if !clean(key) || !clean(member) {
				return false
			}
		}
	}
	return true
}
