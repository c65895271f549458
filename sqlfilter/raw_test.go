package sqlfilter_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy/sqlfilter"
)

func init() { faults["F29"] = rawIsReadAlike }

// Raw accepts only conditions that stay inside their parentheses, and says what is
// wrong with others.
func TestRaw(t *testing.T) {
	for text, want := range map[string]string{
		"a = ?":       "the numbers of placeholders (1) and arguments (0) differ",
		"":            "text is empty, not UTF-8, or has an unclosed quote",
		" ":           "text is empty, not UTF-8, or has an unclosed quote",
		"a = '\xff'":  "text is empty, not UTF-8, or has an unclosed quote",
		"(a":          "text is empty, not UTF-8, or has an unclosed quote",
		"a'":          "text is empty, not UTF-8, or has an unclosed quote",
		`a"`:          "text is empty, not UTF-8, or has an unclosed quote",
		"a`":          "text is empty, not UTF-8, or has an unclosed quote",
		"a[1":         "text is empty, not UTF-8, or has an unclosed quote",
		"a)(":         "text is empty, not UTF-8, or has an unclosed quote",
		"a; b":        `"; " is not allowed`,
		"a # b":       `"# " is not allowed`,
		"$1":          `"$1" is not allowed`,
		"a--b":        `"--" is not allowed`,
		"a/*b*/":      `"/*" is not allowed`,
		"a/*!b*/":     `"/*" is not allowed`,
		`a\b`:         `"\\b" is not allowed`,
		`'\'`:         `'\\' is not allowed inside "''"`,
		"'\x00'":      `'\x00' is not allowed inside "''"`,
		"a\x00":       `"\x00" is not allowed`,
		"`a'`":        "'\\'' is not allowed inside \"``\"",
		"[a']":        `'\'' is not allowed inside "[]"`,
		"a[?]":        `'?' is not allowed inside "[]"`,
		"a]":          `"]" is not allowed`,
		"a = :b":      `":b" is not allowed`,
		"a := b":      `":=" is not allowed`,
		"a:::b":       `"::" is not allowed`,
		"a::":         `"::" is not allowed`,
		"@a":          `"@a" is not allowed`,
		"@@a":         `"@@" is not allowed`,
		"a @@@ b":     `"@@" is not allowed`,
		"@":           `"@" is not allowed`,
		"a = ?1":      `"?1" is not allowed`,
		"a = b?":      `"?" is not allowed`,
		"a = é?":      `"?" is not allowed`,
		"a = ?é":      `"?\xc3" is not allowed`,
		"a = '1'?":    `"?" is not allowed`,
		"a = ??":      `"??" is not allowed`,
		"a ?| b":      `"?|" is not allowed`,
		"a ?& b":      `"?&" is not allowed`,
		"a @? b":      `"@?" is not allowed`,
		"a = ?`b`":    "\"?`\" is not allowed",
		"a = \"b\"?_": `"?_" is not allowed`,
	} {
		f, err := sqlfilter.Raw(text)
		require.ErrorContains(t, err, "sqlfilter: condition ", "%q", text)
		assert.ErrorContains(t, err, ": "+want, "%q", text)
		assert.Zero(t, f)
	}
	_, err := sqlfilter.Raw("a = 1", 1)
	assert.EqualError(t, err, `sqlfilter: condition "a = 1": the numbers of placeholders (0) and arguments (1) differ`)
	for _, text := range []string{
		"'?;--/*#$(`[]:@)' = a", "\"?;--/*#$(`[]:@)\" = a", "`a 1_é` = b", "(a - 1) / 2 > (b)", `'a"b' = "c'd"`, "a[1] = b[2:3, 4]", "a = ARRAY[b, c]::text[]",
		"a @> b", "b <@ a", "a @@ b", "@ a > 1", "a = U&'x'", "a::text = 'b'",
	} {
		raw, err := sqlfilter.Raw(text)
		require.NoError(t, err, text)
		got, args := raw.SQL(1)
		assert.Equal(t, text, got)
		assert.Empty(t, args)
	}
	raw, err := sqlfilter.Raw("? < a AND (a < ?) AND a @>?::text", 1, 2, 3)
	require.NoError(t, err)
	got, args, err := raw.ToSql()
	require.NoError(t, err)
	assert.Equal(t, "? < a AND (a < ?) AND a @>?::text", got)
	assert.Equal(t, []any{1, 2, 3}, args)
}

// rawIsReadAlike passes Raw every short text of parentheses and of the quotes of one
// of the databases: all databases read accepted text alike.
func rawIsReadAlike(t *testing.T) {
	_, err := sqlfilter.Raw("[x'] = 1) OR ([x'] = 1")
	require.Error(t, err)
	accepted := 0
	for _, quotes := range [][]string{
		{"[", "]"}, {"`", "\""}, {"$", "$a$"}, {"--", "\n"}, {"#", "\n"}, {"/*", "*/"}, {"/*!", "*/"}, {`\`, "E"}, {":a", "::"}, {"@a", "@>"}, {"?", "1"}, {";", "é"},
	} {
		for text := range texts(6, append(quotes, "'", "(", ")", "x")...) {
			raw, args, ok := accept(text)
			if !ok {
				continue
			}
			accepted++
			for _, l := range lexers {
				written, _ := raw.SQL(1)
				if l.dialect == sqlfilter.PostgreSQL {
					written = numbered(raw)
				}
				is := l.read(written)
				require.True(t, is.illegal || is.contained && len(is.placeholders) == len(args), "%s: %q", l.name, text)
			}
		}
	}
	require.Greater(t, accepted, 10_000)
}

// numbered returns the text with PostgreSQL's placeholders.
func numbered(f sqlfilter.Fragment) string {
	var b strings.Builder
	n := 0
	f.Walk(func(text string) { b.WriteString(text) }, func(any) { n++; fmt.Fprintf(&b, "$%d", n) })
	return b.String()
}

// texts yields all texts of up to most tokens.
func texts(most int, tokens ...string) func(func(string) bool) {
	return func(yield func(string) bool) {
		var more func(text string, left int) bool
		more = func(text string, left int) bool {
			if !yield(text) {
				return false
			}
			for _, token := range tokens {
				if left > 0 && !more(text+token, left-1) {
					return false
				}
			}
			return true
		}
		more("", most)
	}
}
