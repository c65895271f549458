package main

import (
	"fmt"
	"runtime"
	"strings"
	"time"
)

var questions = [...]string{"first page", "later page", "count", "count to 1000"}

var titles = [...]string{
	"First page: the newest 50",
	"Later page: 50 after row 1,000, or after half of them",
	"Exact count",
	"Count up to 1,000",
}

// markdown returns the report in Markdown.
func (r report) markdown() string {
	var b strings.Builder
	s := r.sizes
	fmt.Fprintf(&b, `# Lists of %s tickets in PostgreSQL

Made by `+"`go run ./scale`"+` in this module, on %s: %s; PostgreSQL %s with its default settings, %s.
%s tickets, %s groups, %s agents, %s contacts, %s mentions; [build.go](build.go) has tables and indexes, all in memory
of the server or its machine.

**Page** and **Count** are the statements of package sqlfilter, **by hand** those of [hand.go](hand.go), written for the
one kind of agent, and **OR** those of `+"`sqlfilter.Where`"+`, the filter as a condition, with ORDER BY and LIMIT or count(*).
Before they were measured, the answers of all statements were compared with the library's Match, row by row.

Times are medians in milliseconds, as the client sees them, of prepared statements that had run %d times before, with the
middle half in parentheses. Statements in the same row and mode ran in turns. Other load on the machine affects the
times, affects their ratio (×) less, and does not affect the buffers. "auto" and "generic" are the plan_cache_mode; a generic
plan is the same for all arguments. Buffers are shared buffers of 8 kB. "thrown away" is the number of rows that were read and
filtered out. Both are the worse of the two modes.

Four rows exceed the targets of 5,000 buffers and 1.2 times the time by hand. The contacts of "all quiet" have no ticket
among the newest 4,000, so that those are read in vain, and then each contact is looked up, in three buffers. In "each looked
up", the host does not set CRM.RequesterForeignKey, as it does in "those in a table", so that the library looks up
whether requesters are contacts of the account, and the statement by hand does not. In "participating" and "participating
much", all tickets in which the agent takes part are looked up, and those of the page once more.
`, thousands(s.Tickets), r.date, r.machine, r.version, runtime.Version(),
		thousands(s.Tickets), thousands(s.Groups), thousands(s.Agents), thousands(s.Contacts), thousands(s.Mentions), settled)
	for q, title := range titles {
		r.table(&b, question(q), title)
	}
	return b.String()
}

func (r report) table(b *strings.Builder, q question, title string) {
	name := "Page"
	if q == count || q == countUpTo {
		name = "Count"
	}
	fmt.Fprintf(b, "\n## %s\n\n| | rows | %s, auto | by hand | × | %s, generic | by hand | × | OR | buffers: %[2]s | by hand | OR | thrown away |\n", title, name, name)
	b.WriteString("| --- |" + strings.Repeat(" ---: |", 12) + "\n")
	for i, scope := range r.scopes {
		of := r.results[i][q]
		fmt.Fprintf(b, "| %s | %s |", scope.name, thousands(r.visible[i]))
		for mode := range modes {
			fmt.Fprintf(b, " %s | %s | %.2f |", of.figures[mode][library].cell(), of.figures[mode][byHand].cell(), of.ratio(mode))
		}
		or := of.figures[0][plain]
		l, h := of.worst(library), of.worst(byHand)
		buffers := "?"
		if !or.tooLong {
			buffers = thousands(or.plan.buffers)
		}
		fmt.Fprintf(b, " %s | %s | %s | %s | %s |\n", or.cell(), thousands(l.buffers), thousands(h.buffers), buffers, thousands(l.removed))
	}
}

// cell returns the median and the quartiles.
func (f figure) cell() string {
	if f.tooLong {
		return fmt.Sprintf("> %s", milliseconds(patience))
	}
	return fmt.Sprintf("%s (%s–%s)", milliseconds(f.quantile(.5)), milliseconds(f.quantile(.25)), milliseconds(f.quantile(.75)))
}

func milliseconds(d time.Duration) string {
	ms := float64(d) / float64(time.Millisecond)
	switch {
	case ms < 10:
		return fmt.Sprintf("%.2f", ms)
	case ms < 100:
		return fmt.Sprintf("%.1f", ms)
	default:
		return thousands(int(ms + .5))
	}
}

// thousands returns the number with commas.
func thousands(n int) string {
	if n < 1000 {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("%s,%03d", thousands(n/1000), n%1000)
}
