package deskpolicy

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// parseName returns the index of text among the names. The error says what
// kind of name was wanted, quotes the text, and suggests the nearest name.
func parseName(kind, text string, names []string) (int, error) {
	if i := slices.Index(names, text); i >= 0 {
		return i, nil
	}
	hint := nearest(text, names)
	if hint == "" {
		return -1, fmt.Errorf("deskpolicy: unknown %s %q", kind, text)
	}
	return -1, fmt.Errorf("deskpolicy: unknown %s %q (did you mean %q?)", kind, text, hint)
}

// parseOne returns the one of all whose String is text, or the zero value and
// the error of parseName.
func parseOne[T fmt.Stringer](kind, text string, all []T) (one T, err error) {
	names := make([]string, len(all))
	for i, each := range all {
		names[i] = each.String()
	}
	i, err := parseName(kind, text, names)
	if err != nil {
		return one, err
	}
	return all[i], nil
}

// textOf returns the name at index i as text, or an error that says what kind of
// thing has no such number.
func textOf[T ~uint8](kind string, names []string, i T) ([]byte, error) {
	if int(i) >= len(names) {
		return nil, fmt.Errorf("deskpolicy: no %s has the number %d", kind, i)
	}
	return []byte(names[i]), nil
}

// nameOf returns the name at index i, or "unknown".
func nameOf[T ~uint8](names []string, i T) string {
	if int(i) >= len(names) {
		return "unknown"
	}
	return names[i]
}

// nearest returns the name with the fewest edits from text, the first of
// several, or "" if even that one is more than a third different.
func nearest(text string, names []string) string {
	best, fewest := "", 1+len(text)/3
	if len(text) > 100 {
		return "" // nobody mistyped that
	}
	for _, name := range names {
		if n := edits(strings.ToLower(text), strings.ToLower(name)); n < fewest {
			best, fewest = name, n
		}
	}
	return best
}

// edits returns how many bytes have to be added, dropped or replaced to turn a into b.
func edits(a, b string) int {
	row := make([]int, len(b)+1) // distances from a's prefix to each prefix of b
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0]++
		for j := range len(b) {
			replaced := diagonal
			if a[i] != b[j] {
				replaced++
			}
			diagonal = row[j+1]
			row[j+1] = min(replaced, row[j]+1, diagonal+1)
		}
	}
	return row[len(b)]
}

// fold returns the name as it is compared: two fold alike if they differ in
// upper and lower case only, as [strings.EqualFold] has it.
func fold(name string) string { return strings.Map(foldRune, name) }

// foldRune returns the least of the characters that differ from r in case only.
func foldRune(r rune) rune {
	least := r
	for other := unicode.SimpleFold(r); other != r; other = unicode.SimpleFold(other) {
		least = min(least, other)
	}
	return least
}

// hidden reports whether the character does not show, so that two names with
// and without it look alike, or stands for what is not UTF-8.
func hidden(r rune) bool {
	return !unicode.IsPrint(r) || r == unicode.ReplacementChar ||
		unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}
