// Package legible recognises text that looks alike to a reader but differs for a program:
// hidden characters, names that fold alike, and e-mail addresses.
//
// It does not normalise: "é" can be one character or two, which look the same. A host that
// takes names and addresses from a keyboard should normalise them, for example to NFC.
package legible

import (
	"strings"
	"unicode"
)

// Hidden reports whether the character is invisible, so that text looks the same without it,
// or is U+FFFD, which replaces invalid UTF-8. A space is not hidden.
func Hidden(r rune) bool {
	return !unicode.IsPrint(r) || r == unicode.ReplacementChar || isIgnorable(r) || unicode.Is(blank, r)
}

// isIgnorable reports whether the character is in a Unicode table from which the property
// Default_Ignorable_Code_Point is derived, except format characters, which IsPrint already rejects.
func isIgnorable(r rune) bool {
	return unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

// blank has characters with an empty glyph for which Unicode has no property: the Braille
// pattern, the musical null notehead, the Khitan filler and the two Egyptian blanks.
var blank = &unicode.RangeTable{
	R16: []unicode.Range16{{Lo: 0x2800, Hi: 0x2800, Stride: 1}},
	R32: []unicode.Range32{{Lo: 0x13441, Hi: 0x13442, Stride: 1}, {Lo: 0x16FE4, Hi: 0x16FE4, Stride: 1}, {Lo: 0x1D159, Hi: 0x1D159, Stride: 1}},
}

// Fold returns a form of the text for comparison. Two texts fold alike if they differ only
// in case, as defined by [strings.EqualFold], or in the number of spaces between words,
// which HTML shows as one.
func Fold(text string) string {
	spaced := false
	return strings.Map(func(r rune) rune {
		again := spaced && r == ' '
		if spaced = r == ' '; again {
			return -1
		}
		return foldRune(r)
	}, text)
}

// foldRune returns the smallest of the characters that differ from r only in case.
func foldRune(r rune) rune {
	least := r
	for other := unicode.SimpleFold(r); other != r; other = unicode.SimpleFold(other) {
		least = min(least, other)
	}
	return least
}
