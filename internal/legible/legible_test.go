package legible

import (
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// ignorableByUnicode has the characters that have the property
// Default_Ignorable_Code_Point in Unicode 15: 4174 of them, as
// DerivedCoreProperties.txt says.
var ignorableByUnicode = [][2]rune{
	{0xAD, 0xAD}, {0x34F, 0x34F}, {0x61C, 0x61C}, {0x115F, 0x1160}, {0x17B4, 0x17B5}, {0x180B, 0x180F}, {0x200B, 0x200F},
	{0x202A, 0x202E}, {0x2060, 0x206F}, {0x3164, 0x3164}, {0xFE00, 0xFE0F}, {0xFEFF, 0xFEFF}, {0xFFA0, 0xFFA0},
	{0xFFF0, 0xFFF8}, {0x1BCA0, 0x1BCA3}, {0x1D173, 0x1D17A}, {0xE0000, 0xE0FFF},
}

// The property is derived here from Go's tables, as Unicode does; those whose
// characters do not show are that, the controls, the white space, and the blanks.
func TestHidden(t *testing.T) {
	listed := make(map[rune]bool)
	for _, r := range ignorableByUnicode {
		for c := r[0]; c <= r[1]; c++ {
			listed[c] = true
		}
	}
	require.Len(t, listed, 4174)
	for c := rune(0); c <= unicode.MaxRune; c++ {
		derived := unicode.In(c, unicode.Other_Default_Ignorable_Code_Point, unicode.Cf, unicode.Variation_Selector) &&
			!unicode.Is(unicode.White_Space, c) && (c < 0xFFF9 || c > 0xFFFB) && (c < 0x13430 || c > 0x13440) &&
			!unicode.Is(unicode.Prepended_Concatenation_Mark, c)
		require.Equal(t, listed[c], derived, "%U", c)
		if derived || unicode.IsControl(c) || unicode.IsSpace(c) && c != ' ' {
			require.True(t, Hidden(c), "%U", c)
		}
	}
	for _, c := range "\u2800\U0001D159\U00016FE4\U00013441\U00013442\ufffd\ue000\u0378" {
		assert.True(t, Hidden(c), "%U", c)
	}
	for _, c := range " aÉ日👍\u0301\u2801\U0001D158\U00013440\U00013443" {
		assert.False(t, Hidden(c), "%U", c)
	}
}

func TestFold(t *testing.T) {
	for _, same := range [][2]string{
		{"Night Shift", "night   SHIFT"}, {"Kelvin \u212a", "kelvin  k"}, {"ſ", "S"}, {"a  b  c", "A b c"}, {"", ""}, {"  ", " "},
	} {
		assert.Equal(t, Fold(same[0]), Fold(same[1]), "%q", same)
	}
	for _, other := range [][2]string{{"Night Shift", "NightShift"}, {"a b", "ab "}, {"Caf\u00e9", "Cafe\u0301"}, {"ß", "ss"}, {" ", ""}} {
		assert.NotEqual(t, Fold(other[0]), Fold(other[1]), "%q", other)
	}
	rapid.Check(t, func(t *rapid.T) {
		a := strings.ToValidUTF8(rapid.String().Draw(t, "a"), "")
		b := strings.ToValidUTF8(rapid.OneOf(rapid.String(), rapid.Just(strings.ToUpper(a)), rapid.Just(strings.ToLower(a))).Draw(t, "b"), "")
		if !strings.Contains(a+b, "  ") {
			require.Equal(t, strings.EqualFold(a, b), Fold(a) == Fold(b))
		}
		require.Equal(t, Fold(a), Fold(Fold(a)))
	})
}
