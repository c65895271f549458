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

// equivalents are the mutants that no test can kill, each with the reason. Their keys
// name no file, so that a function may move to another one.
type equivalents map[key]string

// readEquivalents reads equivalent.txt.
func readEquivalents() (equivalents, error) { return parseEquivalents(equivalentText) }

// parseEquivalents reads a list of mutants: for each a line with the file, the function,
// the operator and, if there are several alike, which of them; a line with "-" and
// what was there, one with "+" and what is there instead; and then why that makes
// no difference. An empty line ends it. What begins with "#" is a comment. The file is
// there for the reader.
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
				return fmt.Errorf("%q wants a file, a function and an operator", line)
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
		return fmt.Errorf("%v: it says no reason", k)
	}
	e[k.anywhere()] = strings.Join(reason, " ")
	return nil
}

// reason returns why the mutant is equivalent, if it is listed.
func (e equivalents) reason(k key) (reason string, listed bool) {
	reason, listed = e[k.anywhere()]
	return reason, listed
}

// entry returns the mutant as the list has it, for a reason to be added.
func entry(k key) string {
	nth := ""
	if k.Nth > 1 {
		nth = fmt.Sprintf(" %d", k.Nth)
	}
	return fmt.Sprintf("%s %s %s%s\n\t- %s\n\t+ %s\n", cmp.Or(k.File, "*"), k.Func, k.Operator, nth, k.Before, k.After)
}
