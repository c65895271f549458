package deskpolicy

import (
	"fmt"
	"iter"
	"slices"
	"strings"
)

// parseName returns the index of text in names, which are few. The error gives the kind, quotes
// the text, and suggests the nearest name, or all names if none is near.
func parseName(kind, text string, names []string) (int, error) {
	if i := slices.Index(names, text); i >= 0 {
		return i, nil
	}
	return -1, &unknownName{kind: kind, text: text, few: names}
}

// parseOne returns the element of all with text as its String. The error is that of
// parseName.
func parseOne[T fmt.Stringer](kind, text string, all []T) (one T, err error) {
	i := slices.IndexFunc(all, func(each T) bool { return each.String() == text })
	if i < 0 {
		return one, &unknownName{kind: kind, text: text, names: stringsOf(all)}
	}
	return all[i], nil
}

// textOf returns the name at index i. The error gives the kind and the number.
func textOf[T ~uint8](kind string, names []string, i T) ([]byte, error) {
	if int(i) >= len(names) {
		return nil, fmt.Errorf("deskpolicy: no %s has the number %d", kind, i)
	}
	return []byte(names[i]), nil
}

// stringsOf yields the String of each element of the lists.
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

// An unknownName is the error for a text that is not a name of the kind. The search for
// the nearest name is slow, so it does not start until Error is called.
type unknownName struct {
	kind, text string
	names      iter.Seq[string]
	few        []string // instead of names: the error lists all of them if none is near
}

// hintSteps bounds the search for the nearest name. It is enough for a few thousand short
// names; the names after them are not compared.
const hintSteps = 1 << 18

// Error gives the kind, quotes the text, and suggests the nearest name; if there is none, and few
// names, all of them.
func (e *unknownName) Error() string {
	text, _ := e.Within(hintSteps)
	return text
}

// Within is Error with a bound on the steps of the search. It implements strictjson's
// Hinted.
func (e *unknownName) Within(steps int) (text string, took int) {
	names := e.names
	if e.few != nil {
		names = slices.Values(e.few)
	}
	hint, took := nearest(e.text, names, min(steps, hintSteps))
	text = fmt.Sprintf("deskpolicy: unknown %s %.*q", e.kind, maxQuoted, e.text)
	switch {
	case hint != "":
		text += fmt.Sprintf(" (did you mean %.*q?)", maxQuoted, hint)
	case e.few != nil:
		text += "; write one of " + strings.Join(e.few, ", ")
	}
	return text, took
}

// maxQuoted is the maximum number of characters of a name that an error quotes. It is
// longer than any valid role name.
const maxQuoted = 200

// nameOf returns the name at index i, or "unknown".
func nameOf[T ~uint8](names []string, i T) string {
	if int(i) >= len(names) {
		return "unknown"
	}
	return names[i]
}

// maxMistyped is the maximum length in bytes of a text for which nearest searches.
const maxMistyped = 100

// nearest returns the name with the fewest edits from text, and the number of steps that
// the search took. If several names are equally near, it returns the first. It returns ""
// if every name differs from text by more than a third of the text. The search stops when
// it would exceed the given number of steps; took is then one more than that number.
func nearest(text string, names iter.Seq[string], steps int) (best string, took int) {
	if len(text) > maxMistyped {
		return "", 0
	}
	fewest := 1 + len(text)/3
	text = strings.ToLower(text)
	var row []int // reused for each name
	for name := range names {
		if took += 1 + len(name)/4; took > steps {
			return best, steps + 1
		}
		if len(name) > 3*maxMistyped { // too long to be near, even if lower case is shorter
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

// edits returns the number of bytes to add, drop or replace to turn a into b, but at most
// limit, and the number of steps it took. The row is scratch space of length len(b)+1.
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
		if took += len(b); least >= limit { // the distance only grows from here
			return limit, took
		}
	}
	return min(row[len(b)], limit), took
}
