package policytest

import (
	"fmt"
	"slices"
	"strings"
)

// A readMatrix is a matrix as it is read back, to say what changes.
type readMatrix struct {
	headings []string
	rows     map[string][]string // the actions under each heading
	cells    map[[2]string][]string
}

var denied = []string{"-", "-", "-", "-", "-"}

// parse reads a matrix. Of a line that is none, all that is known is its text.
func parse(text string) readMatrix {
	m := readMatrix{rows: make(map[string][]string), cells: make(map[[2]string][]string)}
	heading := ""
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		words := strings.Fields(line)
		switch {
		case len(words) == 0, strings.HasPrefix(line, "#"):
		case !strings.HasPrefix(line, " "):
			heading = line
			m.headings = append(m.headings, heading)
		case len(words) > len(columns):
			action := strings.Join(words[:len(words)-len(columns)], " ")
			m.rows[heading] = append(m.rows[heading], action)
			m.cells[[2]string{heading, action}] = words[len(words)-len(columns):]
		}
	}
	return m
}

// row returns the cells of an action; of one that is not listed, denials.
func (m readMatrix) row(heading, action string) []string {
	if cells, listed := m.cells[[2]string{heading, action}]; listed {
		return cells
	}
	return denied
}

// changes returns what differs from one matrix to another, role by role, in words.
func changes(before, after string) string {
	was, is := parse(before), parse(after)
	var text strings.Builder
	for _, heading := range union(is.headings, was.headings) {
		found := changesOf(was, is, heading)
		switch {
		case !slices.Contains(was.headings, heading):
			fmt.Fprintf(&text, "  %s: a new one\n%s", heading, found)
		case !slices.Contains(is.headings, heading):
			fmt.Fprintf(&text, "  %s: there no longer\n%s", heading, found)
		case found != "":
			fmt.Fprintf(&text, "  %s\n%s", heading, found)
		}
	}
	if text.Len() == 0 {
		return "  the same cells, written otherwise"
	}
	return strings.TrimSuffix(text.String(), "\n")
}

// changesOf returns what differs in one role, an action a line.
func changesOf(was, is readMatrix, heading string) (text string) {
	for _, action := range union(is.rows[heading], was.rows[heading]) {
		if w, i := was.row(heading, action), is.row(heading, action); !slices.Equal(w, i) {
			text += fmt.Sprintf("    %-7s %-28s %s\n", tendency(w, i), action, transitions(w, i))
		}
	}
	return text
}

// union returns what is in either list, in the order of the first.
func union(a, b []string) []string {
	all := slices.Clone(a)
	for _, s := range b {
		if !slices.Contains(a, s) {
			all = append(all, s)
		}
	}
	return all
}

// transitions returns the cells that differ, those that differ alike together, such
// as "global, group: - → all".
func transitions(was, is []string) string {
	var order []string
	columnsOf := make(map[string][]string)
	for i := range was {
		if was[i] != is[i] {
			step := was[i] + " → " + is[i]
			if columnsOf[step] == nil {
				order = append(order, step)
			}
			columnsOf[step] = append(columnsOf[step], columns[i])
		}
	}
	for i, step := range order {
		order[i] = strings.Join(columnsOf[step], ", ") + ": " + step
	}
	return strings.Join(order, "; ")
}

// tendency returns whether the cells come to more, to less, or to something else.
func tendency(was, is []string) string {
	more, less := true, true
	for i := range was {
		more = more && includes(is[i], was[i])
		less = less && includes(was[i], is[i])
	}
	switch {
	case more:
		return "more"
	case less:
		return "less"
	}
	return "other"
}

// includes reports whether a cell has all that another has.
func includes(cell, other string) bool {
	if other == "-" || cell == "all" {
		return true
	}
	own, limited := strings.CutPrefix(cell, "own:")
	rest, alike := strings.CutPrefix(other, "own:")
	if limited && !alike {
		return false
	}
	words := strings.Split(own, "+")
	for word := range strings.SplitSeq(rest, "+") {
		if !slices.Contains(words, word) && !slices.Contains(words, "all") && (word != "group:edit" || !slices.Contains(words, "group:view")) {
			return false
		}
	}
	return true
}
