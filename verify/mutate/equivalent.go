package main

import (
	"cmp"
	_ "embed"
	"fmt"
	"strconv"
	"strings"
)

//go:embed equivalent.txt
var equivalentText string

// equivalents maps the mutants that no test can kill to their reasons. The keys have no
// file, so that functions can move between files.
type equivalents map[key]string

// readEquivalents reads equivalent.txt.
func readEquivalents() (equivalents, error) { return parseEquivalents(equivalentText) }

// parseEquivalents parses a list of mutants. An entry has a line with the file, the function,
// the operator and, for the second and later of equal mutants, its number; a line with "-"
// and the original; a line with "+" and the mutant; and lines with the reason. An empty line
// ends it. Lines that start with "#" are comments. The file name is only for readers.
func parseEquivalents(text string) (equivalents, error) {
	known := make(equivalents)
	for _, entry := range strings.Split(text, "\n\n") {
		if err := known.add(entry); err != nil {
			return nil, fmt.Errorf("equivalent.txt: %w", err)
		}
	}
	return known, nil
}

func (e equivalents) add(entry string) error {
	var k key
	var reason []string
	for _, line := range strings.Split(entry, "\n") {
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
		case strings.HasPrefix(line, "\t- "), line == "\t-":
			k.Before = strings.TrimSpace(line[2:])
		case strings.HasPrefix(line, "\t+ "), line == "\t+":
			k.After = strings.TrimSpace(line[2:])
		case strings.HasPrefix(line, "\t"):
			reason = append(reason, strings.TrimSpace(line))
		default:
			fields := append(strings.Fields(line), "1")
			if len(fields) < 4 {
				return fmt.Errorf("%q: write a file, a function and an operator", line)
			}
			k.File, k.Func, k.Operator = fields[0], fields[1], fields[2]
			nth, err := strconv.Atoi(fields[3])
			if err != nil {
				return err
			}
			k.Nth = nth
		}
	}
	if k == (key{}) {
		return nil
	}
	if len(reason) == 0 {
		return fmt.Errorf("%v: add the reason", k)
	}
	e[k.anywhere()] = strings.Join(reason, " ")
	return nil
}

// reason returns the reason why the mutant is equivalent, and whether it is listed.
func (e equivalents) reason(k key) (reason string, listed bool) {
	reason, listed = e[k.anywhere()]
	return reason, listed
}

// entry returns the mutant's entry for the list, without the reason.
func entry(k key) string {
	nth := ""
	if k.Nth > 1 {
		nth = fmt.Sprintf(" %d", k.Nth)
	}
	return fmt.Sprintf("%s %s %s%s\n\t- %s\n\t+ %s\n", cmp.Or(k.File, "*"), k.Func, k.Operator, nth, k.Before, k.After)
}
