package sqlfilter_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy/sqlfilter"
)

// A host's condition stays within its parentheses, or is refused with the reason.
func TestRaw(t *testing.T) {
	for text, want := range map[string]string{
		"a = ?":  "0 arguments",
		"":       "it is not whole",
		" ":      "it is not whole",
		"(a":     "it is not whole",
		"a'":     "it is not whole",
		`a"`:     "it is not whole",
		"a`":     "it is not whole",
		"a)(":    "it is not whole",
		"a; b":   `"; " is not allowed`,
		"a # b":  `"# " is not allowed`,
		"$1":     `"$1" is not allowed`,
		"a--b":   `"--" is not allowed`,
		"a/*b*/": `"/*" is not allowed`,
		`'\'`:    `'\\' is not allowed`,
		"a\x00":  `'\x00' is not allowed`,
	} {
		f, err := sqlfilter.Raw(text)
		require.ErrorContains(t, err, "sqlfilter: condition ", "%q", text)
		assert.ErrorContains(t, err, ": "+want, "%q", text)
		assert.Zero(t, f)
	}
	_, err := sqlfilter.Raw("a = 1", 1)
	assert.EqualError(t, err, `sqlfilter: condition "a = 1": 1 arguments`)
	for _, text := range []string{`'?;--/*#$()' = a`, `"?;--/*#$()" = a`, "`?;--/*#$()` = a", "(a - 1) / 2 > (b)", `'a"b' = "c'd"`} {
		raw, err := sqlfilter.Raw(text)
		require.NoError(t, err, text)
		got, args := raw.SQL(1)
		assert.Equal(t, text, got)
		assert.Empty(t, args)
	}
	raw, err := sqlfilter.Raw("? < a AND a < ?", 1, 2)
	require.NoError(t, err)
	got, args, err := raw.ToSql()
	require.NoError(t, err)
	assert.Equal(t, "? < a AND a < ?", got)
	assert.Equal(t, []any{1, 2}, args)
}
