package main

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/types"
	"iter"
	"maps"
	"slices"
	"strings"
)

// A mutant is the package with one small change in it, which its tests should notice.
type mutant struct {
	key
	Line, Column int

	id   int
	edit edit
	in   site
	text string // of the whole declaration with the change in it, for a site that is copied
}

// A key tells a mutant from all others of its package, and stays the same when
// lines come and go elsewhere.
type key struct {
	File, Func, Operator, Before, After string
	Nth                                 int // of those that are otherwise alike, from 1
}

// String returns the key as a line.
func (k key) String() string {
	nth := ""
	if k.Nth > 1 {
		nth = fmt.Sprintf(" (%d)", k.Nth)
	}
	return fmt.Sprintf("%s %s %s%s: %s -> %s", k.File, k.Func, k.Operator, nth, k.Before, cmp.Or(k.After, "nothing"))
}

// anywhere returns the key without its file.
func (k key) anywhere() key {
	k.File = ""
	return k
}

// inAnyFunction returns the key without its file and function.
func (k key) inAnyFunction() key {
	k.File, k.Func = "", ""
	return k
}

func (k key) compare(other key) int {
	return cmp.Or(strings.Compare(k.File, other.File), strings.Compare(k.String(), other.String()))
}

// An edit replaces a part of a file.
type edit struct {
	start, end int // offsets
	text       string
}

// apply returns the text with the edits made. None of them overlap; of two in
// the same place the first comes first.
func apply(text []byte, edits []edit) []byte {
	slices.SortStableFunc(edits, func(a, b edit) int { return cmp.Compare(a.start, b.start) })
	var b strings.Builder
	at := 0
	for _, e := range edits {
		b.Write(text[at:e.start])
		b.WriteString(e.text)
		at = e.end
	}
	b.Write(text[at:])
	return []byte(b.String())
}

// A site is what is compiled twice for a mutant: as it was, and with the change.
type site struct {
	how  way
	node ast.Node   // the function, the value of a variable, or the element of a table
	typ  types.Type // of the value or element
}

// A way is how a mutant gets into a test binary.
type way uint8

const (
	alone    way = iota // each has a binary of its own
	function            // as a copy of its function, which is called in its place
	value               // as another value of its variable
	element             // as another element of its table
)

// number gives equal mutants their Nth and drops those that change the same place
// to the same text as one before.
func number(all []*mutant) []*mutant {
	seen := make(map[edit]bool)
	count := make(map[key]int)
	var kept []*mutant
	for _, m := range all {
		if seen[m.edit] {
			continue
		}
		seen[m.edit] = true
		count[m.key]++
		m.Nth = count[m.key]
		m.id = len(kept) + 1
		kept = append(kept, m)
	}
	return kept
}

// mapsKeys yields the keys of a map.
func mapsKeys[K cmp.Ordered, V any](m map[K]V) iter.Seq[K] { return maps.Keys(m) }

// brief returns the text on one line.
func brief(text string) string { return strings.Join(strings.Fields(text), " ") }
