// Package legible tells text that a reader can tell apart by looking at it from text
// that only a program can: characters that do not show, and addresses.
//
// Normalisation is not its business: "é" is one character or two, and looks the same.
// A host that takes names and addresses from a keyboard normalises them, to NFC for
// example, before it passes them on.
package legible

import (
	"strings"
	"unicode"
)

// Hidden reports whether the character does not show, so that two texts with and
// without it look alike, or stands for what is not UTF-8. The space shows.
func Hidden(r rune) bool {
	return !unicode.IsPrint(r) || r == unicode.ReplacementChar || unicode.In(r, ignorable...) || unicode.Is(blank, r)
}

// ignorable are the tables of Unicode that its property Default_Ignorable_Code_Point is
// derived from, without the format characters: IsPrint has none of them.
var ignorable = []*unicode.RangeTable{unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector}

// blank are the characters that Unicode assigns an empty glyph and gives no property
// that says so: the Braille pattern, the musical null notehead, the Khitan filler, and
// the two Egyptian blanks.
var blank = &unicode.RangeTable{
	R16: []unicode.Range16{{Lo: 0x2800, Hi: 0x2800, Stride: 1}},
	R32: []unicode.Range32{{Lo: 0x13441, Hi: 0x13442, Stride: 1}, {Lo: 0x16FE4, Hi: 0x16FE4, Stride: 1}, {Lo: 0x1D159, Hi: 0x1D159, Stride: 1}},
}

// Fold returns the text as it is compared: two fold alike if they differ in upper and
// lower case only, as [strings.EqualFold] has it, or in how many spaces are between
// words, which many a page shows as one.
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

// foldRune returns the least of the characters that differ from r in case only.
func foldRune(r rune) rune {
	least := r
	for other := unicode.SimpleFold(r); other != r; other = unicode.SimpleFold(other) {
		least = min(least, other)
	}
	return least
}
