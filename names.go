package deskpolicy

import (
	"fmt"
	"iter"
	"slices"
	"strings"
)

// parseName returns the index of text among the names. The error says what
// kind of name was wanted, quotes the text, and suggests the nearest name.
func parseName(kind, text string, names []string) (int, error) {
	if i := slices.Index(names, text); i >= 0 {
		return i, nil
	}
	return -1, &unknownName{kind, text, slices.Values(names)}
}

// parseOne returns the one of all whose String is text, or the zero value and
// the error of parseName.
func parseOne[T fmt.Stringer](kind, text string, all []T) (one T, err error) {
	i := slices.IndexFunc(all, func(each T) bool { return each.String() == text })
	if i < 0 {
		return one, &unknownName{kind, text, stringsOf(all)}
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

// stringsOf yields what each of the lists' elements is called.
func stringsOf[T fmt.Stringer](lists ...[]T) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, list := range lists {
			for _, each := range list {
				if !yield(each.String()) {
					return
				}
			}
		}
	}
}

// An unknownName is the error of a text that is no name of the kind. The nearest
// of the names is looked for when somebody reads the error: that takes a while.
type unknownName struct {
	kind, text string
	names      iter.Seq[string]
}

// hintSteps are what looking for the nearest name may take: enough for some
// thousand names that are not long. The names after that are not looked at.
const hintSteps = 1 << 18

// Error says what kind of name was wanted, quotes the text, and suggests the nearest name.
func (e *unknownName) Error() string {
	text, _ := e.Within(hintSteps)
	return text
}

// Within is Error within an effort: see strictjson's Hinted.
func (e *unknownName) Within(steps int) (text string, took int) {
	hint, took := nearest(e.text, e.names, min(steps, hintSteps))
	text = fmt.Sprintf("deskpolicy: unknown %s %.*q", e.kind, maxQuoted, e.text)
	if hint != "" {
		text += fmt.Sprintf(" (did you mean %.*q?)", maxQuoted, hint)
	}
	return text, took
}

// maxQuoted is how many characters of a name an error quotes: no less than any
// name has, and no document's worth.
const maxQuoted = 200

// nameOf returns the name at index i, or "unknown".
func nameOf[T ~uint8](names []string, i T) string {
	if int(i) >= len(names) {
		return "unknown"
	}
	return names[i]
}

// maxMistyped is how many bytes a name may have that somebody mistyped.
const maxMistyped = 100

// nearest returns the name with the fewest edits from text, the first of
// several, or "" if even that one is more than a third different; and how many
// steps it took. After so many steps it looks no further, and says one more.
func nearest(text string, names iter.Seq[string], steps int) (best string, took int) {
	if len(text) > maxMistyped {
		return "", 0
	}
	fewest := 1 + len(text)/3
	text = strings.ToLower(text)
	var row []int // as it is grown, it is used again
	for name := range names {
		if took += 1 + len(name)/4; took > steps {
			return best, steps + 1
		}
		if len(name) > 3*maxMistyped { // in lower case it is still longer than all that is like the text
			continue
		}
		lower := strings.ToLower(name)
		row = slices.Grow(row[:0], len(lower)+1)[:len(lower)+1]
		n, more := edits(text, lower, fewest, row)
		if took += more; n < fewest {
			best, fewest = name, n
		}
	}
	return best, took
}

// edits returns how many bytes have to be added, dropped or replaced to turn a
// into b, or the limit if it is no less; and how many steps it took. The row has
// room for b and one more.
func edits(a, b string, limit int, row []int) (n, took int) {
	if len(a)-len(b) >= limit || len(b)-len(a) >= limit {
		return limit, 0
	}
	for j := range row {
		row[j] = j // the distances from a's prefix to each prefix of b
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0]++
		least := row[0]
		for j := range len(b) {
			replaced := diagonal
			if a[i] != b[j] {
				replaced++
			}
			diagonal = row[j+1]
			row[j+1] = min(replaced, row[j]+1, diagonal+1)
			least = min(least, row[j+1])
		}
		if took += len(b); least >= limit { // further down it only grows
			return limit, took
		}
	}
	return min(row[len(b)], limit), took
}
