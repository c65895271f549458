package strictjson_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy/internal/bounds"
	"github.com/deskpolicy/deskpolicy/internal/strictjson"
)

var limits = strictjson.Limits{Bytes: 200, Values: 50, Depth: 4}

// A rule is what most of the tests read: one field of each type.
type rule struct {
	Effect string
	Scope  []string
	Strict bool
	Levels map[string]string
	Owner  string
}

func readRule(root *strictjson.Value) rule {
	r := rule{
		Effect: strictjson.As(root.Required("effect"), effect),
		Scope:  strictjson.List(root.Optional("scope"), (*strictjson.Value).Text),
		Strict: root.Optional("strict").Bool(),
		Levels: make(map[string]string),
		Owner:  root.Optional("owner").Required("name").Text(),
	}
	for key, level := range root.Optional("levels").Members() {
		r.Levels[key] = level.Text()
	}
	return r
}

func effect(text string) (string, error) {
	if text != "allow" && text != "deny" {
		return "", fmt.Errorf("deskpolicy: unknown effect %q", text)
	}
	return text, nil
}

func TestDecodeReadsWhatIsAskedFor(t *testing.T) {
	got, err := strictjson.Decode([]byte(`{
		"effect": "de\u006ey",
		"scope": ["tickets", "\ud83d\ude00"],
		"strict": true,
		"levels": {"on call": "view", "Scope": "edit"},
		"owner": {"name": "riya"}
	}`), limits, readRule)
	require.NoError(t, err)
	want := rule{"deny", []string{"tickets", "😀"}, true, map[string]string{"on call": "view", "Scope": "edit"}, "riya"}
	require.Empty(t, cmp.Diff(want, got))
}

// A string ends at the first quotation mark that is not escaped.
func TestDecodeReadsEscapedStrings(t *testing.T) {
	for document, want := range map[string]string{
		`"\""`: `"`, `"\\"`: `\`, `"\\\""`: `\"`, `"a\"],\"b"`: `a"],"b`, `"\/\n\u0022"`: "/\n\"", `""`: ``,
	} {
		got, err := strictjson.Decode([]byte("["+document+"]"), limits, func(root *strictjson.Value) []string {
			return strictjson.List(root, (*strictjson.Value).Text)
		})
		require.NoError(t, err, document)
		require.Equal(t, []string{want}, got)
	}
}

// Each of these is let through or put right by encoding/json, or by a decoder
// built on it that was meant to be strict.
func TestDecodeRefuses(t *testing.T) {
	tests := []struct {
		name     string
		document string
		problems []string
	}{
		{"a duplicate key", `{"effect": "deny", "effect": "allow"}`, []string{`line 1: effect: duplicate key`}},
		{"a duplicate key, escaped", `{"effect": "deny", "\u0065ffect": "allow"}`, []string{`line 1: effect: duplicate key`}},
		{"a duplicate key within", `{"effect": "deny", "levels": {"a": "x", "b": "y", "a": "z"}}`, []string{`line 1: levels.a: duplicate key`}},
		{"a key in other case", `{"effect": "deny", "EFFECT": "allow"}`, []string{`line 1: EFFECT: unknown key`}},
		{"a key in other case alone", `{"Effect": "deny"}`, []string{`line 1: effect: missing`, `line 1: Effect: unknown key`}},
		{"a key that folds to a known one", `{"effect": "deny", "\u017fcope": ["x"]}`, []string{`line 1: ["ſcope"]: unknown key`}},
		{"an unknown key", "{\"effect\": \"deny\",\n\"expect\": {\"a\": [1]}}", []string{`line 2: expect: unknown key`}},
		{"an unknown key within", `{"effect": "deny", "owner": {"name": "riya", "age": 7}}`, []string{`line 1: owner.age: unknown key`}},

		{"a trailing object", "{\"effect\": \"deny\"}\n{}", []string{`line 2: invalid character '{' after top-level value`}},
		{"trailing text", `{"effect": "deny"} x`, []string{`line 1: invalid character 'x' after top-level value`}},
		{"a trailing bracket", `{"effect": "deny"}}`, []string{`line 1: invalid character '}' after top-level value`}},
		{"a trailing comma", "{\n\"effect\": \"deny\",\n}", []string{`line 3: invalid character '}' looking for beginning of object key string`}},
		{"a byte order mark", "\ufeff{}", []string{`line 1: invalid character 'ï' looking for beginning of value`}},
		{"half a document", "{\n\"effect\":\n", []string{`line 2: unexpected end of JSON input`}},

		{"a null document", `null`, []string{`line 1: null`}},
		{"a null member", `{"effect": null}`, []string{`line 1: effect: null`}},
		{"a null optional member", `{"effect": "deny", "scope": null}`, []string{`line 1: scope: null`}},
		{"a null element", `{"effect": "deny", "scope": ["x", null]}`, []string{`line 1: scope[1]: null`}},
		{"a missing member", "\n\n{}", []string{`line 3: effect: missing`}},
		{"a missing member within", `{"effect": "deny", "owner": {}}`, []string{`line 1: owner.name: missing`}},

		{"a NUL character", `{"effect": "deny", "scope": ["a\u0000b"]}`, []string{`line 1: scope[0]: the string has NUL, U+FFFD or half a surrogate pair`}},
		{"a NUL character in a key", `{"effect": "deny", "levels": {"a\u0000b": "x"}}`, []string{`line 1: levels["a\x00b"]: the key has NUL, U+FFFD or half a surrogate pair`}},
		{"U+FFFD", `{"effect": "deny�"}`, []string{`line 1: effect: the string has NUL, U+FFFD or half a surrogate pair`}},
		{"U+FFFD, escaped", `{"effect": "deny\ufffd"}`, []string{`line 1: effect: the string has NUL, U+FFFD or half a surrogate pair`}},
		{"half a surrogate pair", `{"effect": "deny\ud83d"}`, []string{`line 1: effect: the string has NUL, U+FFFD or half a surrogate pair`}},
		{"half a surrogate pair in a key", `{"effect": "deny", "\udc00": "x"}`, []string{`line 1: ["�"]: the key has NUL, U+FFFD or half a surrogate pair`}},
		{"invalid UTF-8", "{\n\"effect\": \"deny\xff\"}", []string{`line 2: invalid UTF-8`}},

		{"an empty document", "", []string{`the document is empty`}},
		{"a blank document", " \r\n\t", []string{`the document is empty`}},
		{"as many values as may be", "{\"effect\": \"deny\",\n\"deep\": [" + strings.Repeat("[1],", 23) + "\n[]]}", []string{`line 2: deep: unknown key`}},
		{"too many values", "{\"effect\": \"deny\",\n\"deep\": [" + strings.Repeat("[1],", 23) + "\n[], {}]}", []string{`line 3: there are more than 50 values in the document; split it`}},
		{"a long document", `{"effect": "deny"}` + strings.Repeat(" ", 183), []string{`the document is longer than 200 bytes`}},
		{"a deep document", `{"effect": "deny", "deep": [[[[{"a": [null]}], 1]]]}`, []string{
			`line 1: deep: unknown key`,
			`line 1: deep[0][0][0]: more than 4 objects and arrays within one another`,
		}},
		{"a deep document with more after it", `{"effect": "deny", "deep": [[[[[], {"a": {}}], {}, 7]]], "scope": [null]}`, []string{
			`line 1: deep: unknown key`,
			`line 1: deep[0][0][0]: more than 4 objects and arrays within one another`,
			`line 1: deep[0][0][1]: more than 4 objects and arrays within one another`,
			`line 1: scope[0]: null`,
		}},

		{"an object for a string", `{"effect": {"a": 1}}`, []string{`line 1: effect: want a string, not an object`}},
		{"a number for a string", `{"effect": 1}`, []string{`line 1: effect: want a string, not a number`}},
		{"a string for an array", `{"effect": "deny", "scope": "x"}`, []string{`line 1: scope: want an array, not a string`}},
		{"a number for an element", `{"effect": "deny", "scope": ["x", 2]}`, []string{`line 1: scope[1]: want a string, not a number`}},
		{"a string for a boolean", `{"effect": "deny", "strict": "true"}`, []string{`line 1: strict: want a boolean, not a string`}},
		{"a boolean for an object", `{"effect": "deny", "levels": true}`, []string{`line 1: levels: want an object, not a boolean`}},
		{"an array for an object", `{"effect": "deny", "owner": ["name"]}`, []string{`line 1: owner: want an object, not an array`}},
		{"an array for the document", `[]`, []string{`line 1: want an object, not an array`}},
		{"an unknown name", `{"effect": "alow"}`, []string{`line 1: effect: unknown effect "alow"`}},

		{"a key that is no word", `{"effect": "deny", "levels": {"a.b\n": 1, "": 2, "0": 3}}`, []string{
			`line 1: levels["a.b\n"]: want a string, not a number`,
			`line 1: levels[""]: want a string, not a number`,
			`line 1: levels["0"]: want a string, not a number`,
		}},
		{"a long key", `{"effect": "deny", "` + strings.Repeat("k", 41) + `": 1}`, []string{`line 1: ["` + strings.Repeat("k", 40) + `"]: unknown key`}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := strictjson.Decode([]byte(test.document), limits, readRule)
			require.EqualError(t, err, strings.Join(test.problems, "\n"))
			require.Empty(t, cmp.Diff(rule{}, got), "what is refused gives nothing")
		})
	}
}

func TestDecodeReportsAllProblemsInTheDocumentsOrder(t *testing.T) {
	_, err := strictjson.Decode([]byte(`{
		"levels": {"a": 1, "b": null},
		"colour": "red",
		"owner": {"name": "\u0000", "name": ""},
		"scope": [
			"x", false],
		"effect": "alow"
	}`), limits, readRule)
	require.EqualError(t, err, `line 2: levels.a: want a string, not a number
line 2: levels.b: null
line 3: colour: unknown key
line 4: owner.name: the string has NUL, U+FFFD or half a surrogate pair
line 4: owner.name: duplicate key
line 6: scope[1]: want a string, not a boolean
line 7: effect: unknown effect "alow"`)
}

func TestProblemsOfOneValueStayInTheReadersOrder(t *testing.T) {
	const n = 40 // so many, and in such an order, that an unstable sort would show
	var want []string
	for i := range n {
		want = append(want, fmt.Sprintf("line 1: [%d]: first\nline 1: [%d]: second", i, i))
	}
	_, err := strictjson.Decode([]byte("["+strings.Repeat("0,", n-1)+"0]"), limits, func(root *strictjson.Value) bool {
		elements := slices.Collect(root.Elements())
		for i := range elements {
			elements[i*7%n].Refuse(errors.New("first"))
			elements[i*7%n].Refuse(errors.New("second"))
		}
		return true
	})
	require.EqualError(t, err, strings.Join(want, "\n"))
}

func TestZeroLimitsRefuse(t *testing.T) {
	text := func(root *strictjson.Value) string { return root.Text() }
	_, err := strictjson.Decode([]byte(`"x"`), strictjson.Limits{Values: 1, Depth: 1}, text)
	require.EqualError(t, err, "the document is longer than 0 bytes")
	_, err = strictjson.Decode([]byte(`[]`), strictjson.Limits{Bytes: 2, Values: 2}, text)
	require.EqualError(t, err, "line 1: more than 0 objects and arrays within one another")
	_, err = strictjson.Decode([]byte(`"x"`), strictjson.Limits{Bytes: 3, Values: 1}, text)
	require.NoError(t, err, "the limits themselves are within the limits")
}

func TestAProblemIsReportedOnce(t *testing.T) {
	_, err := strictjson.Decode([]byte(`{"a": 1}`), limits, func(root *strictjson.Value) string {
		return root.Required("a").Text() + root.Required("a").Text() + root.Required("b").Text() + root.Required("b").Text()
	})
	require.EqualError(t, err, "line 1: b: missing\nline 1: a: want a string, not a number")
}

func TestWhatIsNotReadIsRefused(t *testing.T) {
	_, err := strictjson.Decode([]byte(`{"a": 1}`), limits, func(*strictjson.Value) bool { return true })
	require.EqualError(t, err, "line 1: unknown key", "nobody looked at the document")

	_, err = strictjson.Decode([]byte(`{"a": 1}`), limits, func(root *strictjson.Value) bool { return root.Optional("a").Present() })
	require.EqualError(t, err, "line 1: a: unknown key", "that it is there is not what it is")

	_, err = strictjson.Decode([]byte(`{"a": "x", "b": "y"}`), limits, func(root *strictjson.Value) string {
		for _, member := range root.Members() {
			return member.Text()
		}
		return ""
	})
	require.EqualError(t, err, "line 1: b: unknown key", "the reader stopped at the first")
}

func TestTheReaderRefuses(t *testing.T) {
	_, err := strictjson.Decode([]byte(`{"a": ["x"], "b": {"c": "y", "C": "z"}}`), limits, func(root *strictjson.Value) bool {
		root.Optional("b").Required("c").Text()
		root.Optional("b").Refuse(errors.Join(errors.New("deskpolicy: first"), errors.New("deskpolicy: second")))
		root.Optional("b").Required("d")
		root.Optional("a").Refuse(errors.New("third"))
		root.Optional("e").Refuse(errors.New("fourth"))
		return true
	})
	require.EqualError(t, err, `line 1: e: fourth
line 1: a: third
line 1: b: first
line 1: b: second
line 1: b.C: unknown key`, "a line for each, and of what is refused only what was not read")
}

// A number is read as it is written, and a whole one in one way only.
func TestInt(t *testing.T) {
	whole := func(root *strictjson.Value) int {
		n, ok := root.Required("n").Int()
		if !ok && n != 0 {
			return -1
		}
		return n
	}
	for _, n := range []int{0, 1, -7, 1 << 30} {
		got, err := strictjson.Decode([]byte(fmt.Sprintf(`{"n": %d}`, n)), limits, whole)
		require.NoError(t, err)
		require.Equal(t, n, got)
	}
	for number, problem := range map[string]string{
		"1.0":                          "want a whole number, not 1.0",
		"1e0":                          "want a whole number, not 1e0",
		"-0":                           "want a whole number, not -0",
		"99999999999999999999":         "want a whole number, not 99999999999999999999",
		"1" + strings.Repeat("0", 100): "want a whole number, not 1" + strings.Repeat("0", 39),
		`"1"`:                          "want a number, not a string",
		"true":                         "want a number, not a boolean",
	} {
		_, err := strictjson.Decode([]byte(`{"n": `+number+`}`), limits, whole)
		require.EqualError(t, err, "line 1: n: "+problem)
	}
	_, err := strictjson.Decode([]byte(`{}`), limits, whole)
	require.EqualError(t, err, "line 1: n: missing")
}

// Of many problems the first thousand are reported, and no more are worked out.
func TestManyProblems(t *testing.T) {
	asked := 0
	read := func(root *strictjson.Value) []string {
		return strictjson.List(root, func(v *strictjson.Value) string {
			return strictjson.As(v, func(string) (string, error) { asked++; return "", errors.New("no") })
		})
	}
	refused := func(elements string) []string {
		asked = 0
		got, err := strictjson.Decode([]byte("["+strings.TrimSuffix(elements, ",\n")+"]"), strictjson.Limits{Bytes: 1 << 20, Values: 1 << 16, Depth: 1}, read)
		require.Nil(t, got)
		return strings.Split(err.Error(), "\n")
	}
	require.Len(t, refused(strings.Repeat("\"x\",\n", 999)), 999)
	for _, document := range []string{strings.Repeat("\"x\",\n", 5000), strings.Repeat("7,\n", 5000), strings.Repeat("null,\n", 5000)} {
		lines := refused(document)
		require.Len(t, lines, 1001)
		require.Contains(t, lines[999], "line 1000: [999]: ")
		require.Equal(t, "there may be more problems than these", lines[1000])
		require.LessOrEqual(t, asked, 1000)
	}
}

// A hinted error is worded within an effort that the document has once.
func TestHintsShareOneEffort(t *testing.T) {
	var offered []int
	read := func(root *strictjson.Value) []string {
		return strictjson.List(root, func(v *strictjson.Value) string {
			return strictjson.As(v, func(text string) (string, error) {
				return "", hinted(func(steps int) (string, int) {
					offered = append(offered, steps)
					took := len(text) << 20
					if took > steps {
						return "without", steps + 1
					}
					return "with", took
				})
			})
		})
	}
	_, err := strictjson.Decode([]byte(`["a", "bb", "cc", "d"]`), limits, read)
	require.EqualError(t, err, `line 1: [0]: with
line 1: [1]: with
line 1: [2]: without
line 1: [3]: without
not every unknown name was compared with the known ones`)
	require.Equal(t, []int{4 << 20, 3 << 20, 1 << 20, 0}, offered)
	_, err = strictjson.Decode([]byte(`["a", "bb"]`), limits, read)
	require.EqualError(t, err, "line 1: [0]: with\nline 1: [1]: with", "another document has its own")
}

type hinted func(steps int) (string, int)

func (h hinted) Error() string                  { return "wrongly asked" }
func (h hinted) Within(steps int) (string, int) { return h(steps) }

// Nothing in a document makes it cost more than its length, whatever it is made of.
func TestDecodeIsBounded(t *testing.T) {
	read := func(root *strictjson.Value) []string {
		return strictjson.List(root, func(v *strictjson.Value) string { return v.Required("a").Text() + v.Optional("b").Text() })
	}
	keys := func(n int) (object strings.Builder) {
		for i := range n {
			fmt.Fprintf(&object, `"k%d":0,`, i)
		}
		return object
	}
	for name, document := range map[string]func(n int) string{
		"numbers":       func(n int) string { return "[" + strings.Repeat("1,", n) + "1]" },
		"empty objects": func(n int) string { return "[" + strings.Repeat("{},", n) + "{}]" },
		"empty arrays":  func(n int) string { return "[" + strings.Repeat("[],", n) + "[]]" },
		"what is read":  func(n int) string { return "[" + strings.Repeat(`{"a":""},`, n/2) + `{"a":""}]` },
		"what is not":   func(n int) string { return `{"a":[` + strings.Repeat(`{"a":""},`, n/2) + `{"a":""}]}` },
		"keys":          func(n int) string { object := keys(n); return "{" + object.String() + `"a":0}` },
		"one key":       func(n int) string { return "{" + strings.Repeat(`"a":0,`, n) + `"a":0}` },
		"spaces":        func(n int) string { return "[" + strings.Repeat(" ", 8*n) + "]" },
		"one string":    func(n int) string { return `["` + strings.Repeat(`\u0001`, 2*n) + `"]` },
	} {
		t.Run(name, func(t *testing.T) {
			bounds.Check(t, 1<<16, 32<<20, func(n int) func() {
				data, limits := []byte(document(n-4)), strictjson.Limits{Bytes: 1 << 20, Values: 1 << 16, Depth: 8}
				return func() { _, _ = strictjson.Decode(data, limits, read) }
			})
		})
	}
}

// What a document means is asked only while nothing in it was refused.
func TestSound(t *testing.T) {
	var before, after bool
	_, err := strictjson.Decode([]byte(`{"a":1}`), strictjson.Limits{Bytes: 100, Values: 9, Depth: 2}, func(root *strictjson.Value) string {
		before = root.Sound()
		text := root.Required("a").Text()
		after = root.Sound()
		return text
	})
	require.Error(t, err)
	require.True(t, before)
	require.False(t, after)
}

// A reader that looks at text itself is given NUL and U+FFFD; half a surrogate pair is U+FFFD.
func TestAnyText(t *testing.T) {
	const document = "{\"a\\u0000\":\"\uFFFD\\ud83d\"}"
	read := func(root *strictjson.Value) string { return root.Required("a\x00").Text() }
	got, err := strictjson.Decode([]byte(document), strictjson.Limits{Bytes: 100, Values: 50, Depth: 1, AnyText: true}, read)
	require.NoError(t, err)
	require.Equal(t, "\uFFFD\uFFFD", got)
	_, err = strictjson.Decode([]byte(document), strictjson.Limits{Bytes: 100, Values: 50, Depth: 1}, read)
	require.Error(t, err)
	_, err = strictjson.Decode([]byte("{\"\xff\":1}"), strictjson.Limits{Bytes: 100, Values: 50, Depth: 1, AnyText: true}, read)
	require.Error(t, err, "invalid UTF-8 is refused in any case")
}

// Another program's document can have null and any text, but half of a surrogate pair is no text.
func TestAnyJSON(t *testing.T) {
	foreign := strictjson.Limits{Bytes: 200, Values: 50, Depth: 3, AnyJSON: true}
	const document = `{"a":null,"b":[true,false,1.50,"\u0000\uFFFD\ud83d\ude00"],"":{"c":{}},"d":"\\ud83d"}`
	got, err := strictjson.Decode([]byte(document), foreign, (*strictjson.Value).Any)
	require.NoError(t, err)
	require.Equal(t, map[string]any{
		"a": nil, "b": []any{true, false, json.Number("1.50"), "\x00\uFFFD😀"}, "": map[string]any{"c": map[string]any{}}, "d": `\ud83d`,
	}, got)
	for document, problem := range map[string]string{
		`["\ud83d"]`:             "line 1: [0]: the string has half a surrogate pair",
		`["\uDE00\uD83D"]`:       "line 1: [0]: the string has half a surrogate pair",
		`["\ud83d\n"]`:           "line 1: [0]: the string has half a surrogate pair",
		`["\ud83dx\ude00"]`:      "line 1: [0]: the string has half a surrogate pair",
		`["\ud83d\u00e9"]`:       "line 1: [0]: the string has half a surrogate pair",
		`["\ud83d\ude00\ud83d"]`: "line 1: [0]: the string has half a surrogate pair",
		`{"\ud83d":1}`:           `line 1: ["�"]: the key has half a surrogate pair`,
		`{"a":1,"\u0061":null}`:  "line 1: a: duplicate key",
		`[[[[]]]]`:               "line 1: [0][0][0]: more than 3 objects and arrays within one another",
		"[\"\xff\"]":             "line 1: invalid UTF-8",
	} {
		got, err := strictjson.Decode([]byte(document), foreign, (*strictjson.Value).Any)
		require.EqualError(t, err, problem, document)
		require.Nil(t, got)
	}
	_, err = strictjson.Decode([]byte(`{"a":null}`), foreign, func(root *strictjson.Value) string {
		require.True(t, root.Required("a").Present())
		return root.Required("a").Text()
	})
	require.EqualError(t, err, "line 1: a: want a string, not null")
}
