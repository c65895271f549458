package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// table writes the questions and their answers, a line each.
func table(to io.Writer, questions []question) error {
	lines := tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)
	fmt.Fprintln(lines, "WHO\tMAY\tON\tDECISION\tUNTIL\tSOURCE\tREASON")
	for _, q := range questions {
		decision, until, reason := q.answer()
		fmt.Fprintf(lines, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", q.who, q.request.Action, q.on, decision, until, q.source, reason)
	}
	return lines.Flush() // nothing is written before: the columns depend on every line
}

// answer returns the decision, the instant at which time changes it, if any, and
// its reason in words.
func (q question) answer() (decision, until, reason string) {
	d := q.request.Decide()
	_, reason, _ = strings.Cut(d.String(), ": ") // the first word is the decision again
	if d.Allowed() {
		return "allow", shown(d.Until()), reason
	}
	return "deny", shown(d.Until()), reason
}
