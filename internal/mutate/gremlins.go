package main

import (
	"fmt"
	"go/parser"
	"go/token"
	"io"
	"os"
	"regexp"
	"strconv"
	"strings"
)

// That our operators have all that another mutator has, this shows:
//
//	go tool -modfile=tools/go.mod gremlins unleash --dry-run \
//		--invert-assignments --invert-bitwise --invert-bwassign --invert-logical \
//		--invert-loopctrl --remove-self-assignments . > list.txt
//	go run ./internal/mutate -gremlins list.txt
//
// The first takes one run of all tests. It is no part of the tests, as it takes
// that tool; its operators are the first of ours.

// gremlinsLine is a line of gremlins unleash --dry-run.
var gremlinsLine = regexp.MustCompile(`([A-Z][A-Z_]+) at (\S+\.go):(\d+):(\d+)`)

// compareGremlins reports which mutants of gremlins' list are not among ours: the same
// token in the same place, with the same one instead.
func compareGremlins(module, file string, out io.Writer) (status int, err error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return 2, err
	}
	ours := make(map[string]map[edit]bool) // by file
	p, err := load(module, ".")
	if err != nil {
		return 2, err
	}
	for _, name := range p.names {
		ours[name] = make(map[edit]bool)
		for _, m := range p.mutants(name) {
			ours[name][m.edit] = true
		}
	}
	theirs, missing, broken := 0, 0, 0
	for _, found := range gremlinsLine.FindAllStringSubmatch(string(text), -1) {
		if ours[found[2]] == nil {
			continue // another package's
		}
		switch e, ok := p.gremlinsEdit(found); {
		case ok && !p.parses(found[2], e):
			broken++ // it takes the "&" of an address for one of bits
		case !ok || !ours[found[2]][e]:
			missing++
			fmt.Fprintln(out, "missing:", found[0])
			fallthrough
		default:
			theirs++
		}
	}
	fmt.Fprintf(out, "%d of the %d mutants that gremlins lists for the library are here; %d more are no Go\n", theirs-missing, theirs, broken)
	if missing > 0 || theirs == 0 {
		return 1, nil
	}
	return 0, nil
}

// parses reports whether the file is Go with the change.
func (p *program) parses(file string, e edit) bool {
	_, err := parser.ParseFile(token.NewFileSet(), file, apply(p.source[file], []edit{e}), parser.SkipObjectResolution)
	return err == nil
}

// gremlinsEdit returns the change that a line of the list stands for.
func (p *program) gremlinsEdit(found []string) (edit, bool) {
	name := strings.ReplaceAll(strings.ToLower(found[1]), "_", "-")
	name = strings.Replace(name, "-bwassign", "-bitwise-assignments", 1)
	line, _ := strconv.Atoi(found[3]) // digits, as the pattern has it
	column, _ := strconv.Atoi(found[4])
	file := p.fset.File(p.files[found[2]].Pos())
	start := p.offset(file.LineStart(line)) + column - 1
	if name == "invert-negatives" {
		return edit{start, start + 1, token.ADD.String()}, true
	}
	for _, operator := range tokenOperators {
		if operator.name != name {
			continue
		}
		var best edit // of the longest token that begins there
		for from, to := range operator.to {
			if end := start + len(from.String()); strings.HasPrefix(string(p.source[found[2]][start:]), from.String()) && end > best.end {
				best = edit{start, end, to.String()}
			}
		}
		return best, best.end > 0
	}
	return edit{}, false
}
