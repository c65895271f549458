package main

import (
	"bufio"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"
)

// outcomes maps mutants to their latest outcomes.
type outcomes map[key]outcome

// readOutcomes reads the outcomes of earlier runs. It returns none if the file does not exist.
func readOutcomes(file string) (outcomes, error) {
	all := make(outcomes)
	f, err := os.Open(file)
	if errors.Is(err, fs.ErrNotExist) || file == "" {
		return all, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var o outcome
		if err := json.Unmarshal(lines.Bytes(), &o); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		all[o.key] = o
	}
	return all, lines.Err()
}

// A tally counts the mutants of a file.
type tally struct{ viable, killed, equivalent, survived, unviable int }

func (t *tally) add(s status) {
	switch s {
	case killed:
		t.killed++
	case survived:
		t.survived++
	case equivalent:
		t.equivalent++
	case unviable:
		t.unviable++
		return
	}
	t.viable++
}

// score returns the percentage of killed mutants among those that are not equivalent.
func (t tally) score() string {
	if t.viable == t.equivalent {
		return "-"
	}
	return fmt.Sprintf("%.1f %%", 100*float64(t.killed)/float64(t.viable-t.equivalent))
}

// tallies counts the outcomes by file and in total.
func (all outcomes) tallies() (files []string, by map[string]*tally, total tally) {
	by = make(map[string]*tally)
	for _, o := range all {
		if by[o.File] == nil {
			by[o.File] = new(tally)
		}
		by[o.File].add(o.Status)
		total.add(o.Status)
	}
	return slices.Sorted(maps.Keys(by)), by, total
}

// table returns the counts as a Markdown table.
func (all outcomes) table() string {
	var b strings.Builder
	b.WriteString("| file | mutants | killed | equivalent | survived | score |\n| --- | ---: | ---: | ---: | ---: | ---: |\n")
	files, by, total := all.tallies()
	row := func(name string, t tally) {
		fmt.Fprintf(&b, "| %s | %d | %d | %d | %d | %s |\n", name, t.viable, t.killed, t.equivalent, t.survived, t.score())
	}
	for _, file := range files {
		row(file, *by[file])
	}
	row("**all**", total)
	return b.String()
}

// killers returns a table of the tests with the number of mutants that each was the first to kill.
func (all outcomes) killers() string {
	count := make(map[string]int)
	for _, o := range all {
		if o.Status == killed {
			test, _, _ := strings.Cut(o.Killer, "/")
			test, how, odd := strings.Cut(test, " (")
			if odd {
				test = strings.TrimSuffix("("+how, ")") + ")"
			}
			count[test]++
		}
	}
	tests := slices.SortedFunc(maps.Keys(count), func(a, b string) int { return cmp.Or(count[b]-count[a], strings.Compare(a, b)) })
	var b strings.Builder
	b.WriteString("| test | mutants |\n| --- | ---: |\n")
	for _, test := range tests {
		fmt.Fprintf(&b, "| `%s` | %d |\n", test, count[test])
	}
	return b.String()
}

// with returns the outcomes with the status, sorted by file and line.
func (all outcomes) with(s status) []outcome {
	var found []outcome
	for _, o := range all {
		if o.Status == s {
			found = append(found, o)
		}
	}
	slices.SortFunc(found, func(a, b outcome) int {
		return cmp.Or(strings.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), strings.Compare(a.key.String(), b.key.String()))
	})
	return found
}

// report returns the outcomes as a Markdown page.
func (all outcomes) report(known equivalents) string {
	var b strings.Builder
	_, _, total := all.tallies()
	fmt.Fprintf(&b, "# Mutants of the code\n\nWritten by `go run ./mutate -o` on %s with %s. A mutant is one small change of the library. "+
		"It is killed if a test fails, panics or times out, and equivalent if no test can fail, for a reason in `equivalent.txt`. "+
		"%d more do not compile. Tests of costs run last.\n\n", time.Now().UTC().Format(time.DateOnly), runtime.Version(), total.unviable)
	b.WriteString(all.table())
	b.WriteString("\n## Who killed them\n\nThe first test that failed. Quick tests run first, and recent killers before all others.\n\n")
	b.WriteString(all.killers())
	if left := all.with(survived); len(left) > 0 {
		b.WriteString("\n## Survivors\n\n")
		for _, o := range left {
			fmt.Fprintf(&b, "- `%s`\n", strings.ReplaceAll(o.key.String(), "`", "'"))
		}
	}
	if alike := all.with(equivalent); len(alike) > 0 {
		b.WriteString("\n## Equivalent\n\n")
		for _, o := range alike {
			reason, _ := known.reason(o.key)
			fmt.Fprintf(&b, "- `%s`: %s\n", strings.ReplaceAll(o.key.String(), "`", "'"), reason)
		}
	}
	return b.String()
}
