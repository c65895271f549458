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

// A mutant is one small change of the package, which a test should notice.
type mutant struct {
	key
	Line, Column int

	id   int
	edit edit
	in   site
	text string // the whole declaration with the change, for a site that is copied
}

// A key identifies a mutant in its package. It does not change when other lines of the file
// change.
type key struct {
	File, Func, Operator, Before, After string
	Nth                                 int // its number among mutants that are otherwise equal, from 1
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

// apply returns the text with the edits made. Edits must not overlap; those at the same
// offset are made in the order of the slice.
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

// A site is the code that is compiled twice for a mutant: the original and the changed copy.
type site struct {
	how  way
	node ast.Node   // the function, the value of a variable, or the element of a table
	typ  types.Type // of the value or element
}

// A way is how a mutant is compiled into a test binary.
type way uint8

const (
	alone    way = iota // in its own binary
	function            // as a copy of its function, which is called in its place
	value               // as another value of its variable
	element             // as another element of its table
)

// number sets the IDs and Nth of the mutants. It drops mutants with the same edit as an
// earlier one.
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
