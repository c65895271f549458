package policytest

import (
	"fmt"
	"slices"
	"strings"
)

// A parsedMatrix is a matrix read from its text, to report what changes.
type parsedMatrix struct {
	headings []string
	rows     map[string][]string // the actions under each heading
	cells    map[[2]string][]string
}

var denied = []string{"-", "-", "-", "-", "-"}

// parse reads a matrix. It skips comments, and lines that are not rows.
func parse(text string) parsedMatrix {
	m := parsedMatrix{rows: make(map[string][]string), cells: make(map[[2]string][]string)}
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

// row returns the cells of an action, which are all denied if the action is not listed.
func (m parsedMatrix) row(heading, action string) []string {
	if cells, listed := m.cells[[2]string{heading, action}]; listed {
		return cells
	}
	return denied
}

// changes describes the differences between two matrices, role by role.
func changes(before, after string) string {
	was, is := parse(before), parse(after)
	var text strings.Builder
	for _, heading := range union(is.headings, was.headings) {
		found := changesOf(was, is, heading)
		switch {
		case !slices.Contains(was.headings, heading):
			fmt.Fprintf(&text, "  %s: added\n%s", heading, found)
		case !slices.Contains(is.headings, heading):
			fmt.Fprintf(&text, "  %s: removed\n%s", heading, found)
		case found != "":
			fmt.Fprintf(&text, "  %s\n%s", heading, found)
		}
	}
	if text.Len() == 0 {
		return "  only the layout differs; the cells are the same"
	}
	return strings.TrimSuffix(text.String(), "\n")
}

// changesOf describes the differences for one role, with a line for each action.
func changesOf(was, is parsedMatrix, heading string) (text string) {
	for _, action := range union(is.rows[heading], was.rows[heading]) {
		if w, i := was.row(heading, action), is.row(heading, action); !slices.Equal(w, i) {
			text += fmt.Sprintf("    %-7s %-28s %s\n", tendency(w, i), action, transitions(w, i))
		}
	}
	return text
}

// union returns the elements of both lists without duplicates, those of the first list first.
func union(a, b []string) []string {
	all := slices.Clone(a)
	for _, s := range b {
		if !slices.Contains(a, s) {
			all = append(all, s)
		}
	}
	return all
}

// transitions returns the cells that differ, grouped by the change, such as "global, group: - →
// all".
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

// tendency returns "more" if the role only gains, "less" if it only loses, and otherwise "other".
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

// includes reports whether a cell contains everything that the other one does.
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
