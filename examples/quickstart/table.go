package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/deskpolicy/deskpolicy/examples/internal/helpdesk"
)

// table writes a line for each question and its answer.
func table(to io.Writer, questions []helpdesk.Question) error {
	lines := tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)
	fmt.Fprintln(lines, "WHO\tMAY\tON\tDECISION\tUNTIL\tSTATEMENT\tREASON")
	for _, q := range questions {
		decision, until, reason := answerTo(q)
		fmt.Fprintf(lines, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", q.Who, q.Request.Action, q.On, decision, until, q.Source, reason)
	}
	return lines.Flush() // writes everything: the columns depend on every line
}

// answerTo returns the decision, the instant until which it holds, or "" if it does not depend on
// time, and the reason in words.
func answerTo(q helpdesk.Question) (decision, until, reason string) {
	d := q.Request.Authorize()
	_, reason, _ = strings.Cut(d.String(), ": ") // the first word repeats the decision
	if d.Allowed() {
		return "allow", helpdesk.Shown(d.Until()), reason
	}
	return "deny", helpdesk.Shown(d.Until()), reason
}
