package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// weighOnly builds the programs with and without the engines, prints the sizes, and updates
// them in the existing report.
func (o options) weighOnly(stdout, stderr io.Writer) error {
	path := filepath.Join(o.out, "report.md")
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	t := tables{lines: strings.Split(string(text), "\n")}
	for _, m := range o.engines {
		if !weighed(m.name) {
			continue
		}
		fmt.Fprintln(stderr, "binaries with "+m.name)
		w, err := weigh(m.name, m.module)
		if err != nil {
			return err
		}
		t.put(m.name, &w)
		fmt.Fprint(stdout, row(append([]string{m.name}, w.cells()...)))
		if m.name == makers[0].name {
			fmt.Fprint(stdout, lines(w.figures()))
		}
	}
	if t.missing != nil {
		return fmt.Errorf("%s has no row %q; run the whole bench first", path, t.missing)
	}
	return os.WriteFile(path, []byte(strings.Join(t.lines, "\n")), 0o644)
}

// tables holds the lines of an existing report.
type tables struct {
	lines   []string
	missing []string // the rows that were not found
}

// put updates an engine's weight in every table that has it.
func (t *tables) put(name string, w *weight) {
	t.set("", name, w.overview())
	t.set("Binaries and modules", name, w.cells())
	if name == makers[0].name {
		for _, f := range w.figures() {
			t.set("Figures to reach", f.what, f.cells()[1:])
		}
	}
}

// set sets the last cells of the named row in the section with the heading.
func (t *tables) set(heading, name string, last []string) {
	section := ""
	for i, line := range t.lines {
		if under, is := strings.CutPrefix(line, "## "); is {
			section = under
		}
		if section != heading || !strings.HasPrefix(line, "| "+name+" |") {
			continue
		}
		cells := strings.Split(strings.TrimSuffix(strings.TrimPrefix(line, "| "), " |"), " | ")
		copy(cells[max(0, len(cells)-len(last)):], last)
		t.lines[i] = strings.TrimSuffix(row(cells), "\n")
		return
	}
	t.missing = append(t.missing, name)
}
