package strictjson

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
)

// FuzzDecode holds what Decode accepts against encoding/json: the same values,
// and none of what must not be in a document.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		`{"agents": [{"id": "riya", "role": "Agent", "live": true}]}`, // accepted, every kind of value but one
		`-1.50e+3`,                     // the last kind, which must stay as it is written
		`[[], {}, ""]`,                 // nothing within is something
		`{"a": 1, "\u0061": 2}`,        // one key, written in two ways
		`{"a": {"a": {}}}`,             // the same key in another object is none
		`["\ud83d\ude00"]`,             // a whole surrogate pair is a character
		`{"\"\\": "\\\"]"}`,            // quotation marks that end nothing
		`["\ud83d", "\ude00"]`,         // two halves are none
		"[\"\xed\xa0\xbd\"]",           // nor is a half in UTF-8
		`[[[[[]]]]]`,                   // deeper than the limit
		"[1,\n2,\r\n{\"a\":\n\nnull}]", // lines of all sorts before a problem
		`{} {}`,                        // two documents
		`{"a" 1}`,                      // none
		`[1] ` + "\x00",                // a NUL outside of the strings
	} {
		f.Add([]byte(seed))
	}
	limits := Limits{Bytes: 1 << 10, Depth: 4}
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := Decode(data, limits, plain)
		if err != nil {
			require.Nil(t, got, "what is refused gives nothing")
			return
		}
		var want any
		tokens := json.NewDecoder(bytes.NewReader(data))
		tokens.UseNumber()
		require.NoError(t, tokens.Decode(&want))
		require.Empty(t, cmp.Diff(want, got))
		require.True(t, clean(want), "null, NUL or U+FFFD was let through")

		again, err := json.Marshal(got)
		require.NoError(t, err)
		reread, err := Decode(again, Limits{Bytes: 6 * len(data), Depth: limits.Depth}, plain)
		require.NoError(t, err, "accepted once, accepted again")
		require.Empty(t, cmp.Diff(got, reread))
	})
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
