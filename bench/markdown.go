package main

import (
	_ "embed"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"github.com/deskpolicy/deskpolicy"
)

// notes is the part of the report that does not depend on measurements.
//
//go:embed notes.md
var notes string

// markdown returns the report in Markdown. The README has its first table too.
func (r *report) markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, `# Side by side

Made by `+"`cd bench && go run .`"+` on %s: %s, %d cores, %s/%s, %s. Engines: %s.

%s agents (%d shared), %d groups, %d workspaces, %d roles (%d custom), %d support grants, %s contacts and
%s tickets, drawn from one seed; %s questions on %d actions, half of them allowed. All engines gave the library's answer to
each question that they were asked before they were timed.

`, r.date, r.machine, runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, runtime.Version(), strings.Join(r.versions(), ", "),
		thousands(agents+shareds), shareds, groups, places-1, builtIns+customs, customs, grants, thousands(contacts), thousands(tickets), thousands(len(r.asked)), len(acts)-1)
	r.overview(&b)
	r.figureTable(&b)
	r.decisions(&b)
	r.parts(&b)
	r.lists(&b)
	r.keeps(&b)
	r.weights(&b)
	r.symbols(&b)
	b.WriteString("\n" + notes)
	return b.String()
}

// versions returns the other engines and their versions.
func (r *report) versions() (versions []string) {
	built, ok := debug.ReadBuildInfo()
	if !ok {
		return nil
	}
	for _, is := range r.results[1:] {
		for _, dep := range built.Deps {
			if dep.Path == is.module {
				versions = append(versions, is.name+" "+dep.Version)
			}
		}
	}
	return versions
}

// overview writes a row for each engine.
func (r *report) overview(b *strings.Builder) {
	library := &r.results[0]
	b.WriteString("| | a decision | × | allocations | listing the tickets that someone can view | kept in memory | a binary grows by | modules |\n| --- |" + strings.Repeat(" ---: |", 7) + "\n")
	for i := range r.results {
		is := &r.results[i]
		times, _, _ := ratios(&is.times[0], &library.times[0]).spread()
		timed := []string{is.name, nanoseconds(is.times[0].median()), times2(times), allocations(is.times[0].allocs), r.listOf(is.name), bytesKept(is.footprint.Heap)}
		b.WriteString(row(append(timed, is.weight.overview()...)))
	}
}

// listOf returns the time of the engine's fastest way to list all tickets.
func (r *report) listOf(name string) string {
	best := 0.0
	for _, l := range r.listings {
		if strings.HasPrefix(l.name, name+":") && !l.pages && (best == 0 || l.median() < best) {
			best = l.median()
		}
	}
	return nanoseconds(best)
}

func (r *report) figureTable(b *strings.Builder) {
	b.WriteString("\n## Figures to reach\n\n| | wanted | measured | |\n| --- | --- | --- | --- |\n")
	for _, f := range r.figures() {
		b.WriteString(row(f.cells()))
	}
}

func (r *report) decisions(b *strings.Builder) {
	fmt.Fprintf(b, `
## Decisions

Processor time per decision, over all questions in turn: the median of %d repetitions, with the minimum and the maximum.
The engines take turns in each repetition. × is the ratio to deskpolicy in the same repetition. Every time includes %s for
the loop. "Warm" is the processor time when %s of the questions are repeated, so that their records stay in the cache, like
those of one request; all records together do not fit. "Two cores" is the wall time per decision with two goroutines, and
"speed-up" its ratio to one goroutine's. "Asked" is the number of questions that an engine was timed with, and "agreed" the
number that it had to answer correctly first; the questions are in random order, so the first ones are a sample of all%s.

| | one core | × | warm | × | two cores | speed-up | bytes | allocations | asked | agreed |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
`, r.repetitions, nanoseconds(r.loop.median()), thousands(few), r.disturbed())
	for i := range r.results {
		is := &r.results[i]
		one, two := &is.times[0], &is.times[1]
		times, _, _ := ratios(one, &r.results[0].times[0]).spread()
		faster, low, high := is.speedUp().spread()
		warm, _, _ := ratios(&is.warm, &r.results[0].warm).spread()
		fmt.Fprintf(b, "| %s | %s | %s | %s | %s | %s | %.2f (%.2f–%.2f) | %.0f | %s | %s | %s |\n",
			is.name, one.cell(), times2(times), is.warm.cell(), times2(warm), two.passed().cell(), faster, low, high, one.bytes, allocations(one.allocs), thousands(is.asked), thousands(is.agreed))
	}
}

// cell returns the median, the minimum and the maximum.
func (s sample) cell() string {
	median, low, high := s.spread()
	return fmt.Sprintf("%s (%s–%s)", nanoseconds(median), nanoseconds(low), nanoseconds(high))
}

// parts writes the times by kind of subject and by reason.
func (r *report) parts(b *strings.Builder) {
	b.WriteString("\n## By kind of subject and by reason\n\n| | questions | share | deskpolicy | bitset | × | allocations |\n| --- |" + strings.Repeat(" ---: |", 6) + "\n")
	for _, of := range [][]share{r.kinds, r.reasons} {
		for _, s := range of {
			library, bitset := s.times[0].median(), s.times[1].median()
			fmt.Fprintf(b, "| %s | %s | %.2f %% | %s | %s | %.1f | %s |\n", s.name, thousands(s.n), 100*float64(s.n)/float64(len(r.asked)),
				nanoseconds(library), nanoseconds(bitset), library/bitset, allocations(s.times[0].allocs))
		}
	}
	fmt.Fprintf(b, "\nWho views the same tickets, warm: %s.\n", r.bySubject())
	r.orders(b)
	allowed := 0
	for _, q := range r.asked {
		if q.allowed() {
			allowed++
		}
	}
	fmt.Fprintf(b, "\nAllowed: %s of %s. Making a support session, once in a request, takes another %s and %.1f allocations. %d of the library's\n%d reasons occur. The others are for malformed questions or for comparisons of authorities, which the other engines are not\nasked for; deciding whether an administrator can change an agent takes the library %s.\n",
		thousands(allowed), thousands(len(r.asked)), nanoseconds(r.session.median()), r.session.allocs, len(r.reasons), countReasons(), nanoseconds(r.compared.median()))
}

// orders writes the times of the same questions in other orders.
func (r *report) orders(b *strings.Builder) {
	fmt.Fprintf(b, `
An agent with one or two roles about a ticket, in other orders. The processor predicts a branch by those before it. It learns
much of an order that is repeated, but not one of %s draws, nor the order in which a host's users ask. Each row has its
records in the cache; fewer of them fit nearer to the processor.

| | deskpolicy | bitset of records | × |
| --- | ---: | ---: | ---: |
`, thousands(100*few))
	for _, s := range r.sequences {
		fmt.Fprintf(b, "| %s | %s | %s | %.2f |\n", s.name, s.times[0].cell(), s.times[1].cell(), ratios(&s.times[0], &s.times[1]).median())
	}
}

// bySubject returns the times of kinds of subject as text.
func (r *report) bySubject() string {
	var all []string
	for _, s := range r.subjects {
		all = append(all, fmt.Sprintf("%s %s", s.name, s.cell()))
	}
	return strings.Join(all, ", ")
}

func countReasons() (n int) {
	for range deskpolicy.Reasons() {
		n++
	}
	return n
}

func (r *report) lists(b *strings.Builder) {
	fmt.Fprintf(b, `
## Lists

Which of the %s tickets a person can view: the mean over %d people, as the median of %d repetitions (of %d for the other
engines and SQLite) with the minimum and the maximum. The ways take turns for each person. Times for fewer tickets are scaled
up. All ways found as many tickets as the library.

| | time | tickets |
| --- | ---: | ---: |
`, thousands(tickets), r.listers, r.repetitions, min(fewest, r.repetitions))
	for _, l := range r.listings {
		scaled := ""
		if l.tickets < tickets {
			scaled = ", scaled up"
		}
		fmt.Fprintf(b, "| %s | %s | %s%s |\n", l.name, l.cell(), thousands(l.way.tickets), scaled)
	}
}

func (r *report) keeps(b *strings.Builder) {
	fmt.Fprintf(b, `
## Building and memory

Each engine runs in a separate process that already has the host's records. The columns are the time to load policy and
data, their size on the heap after a garbage collection, and the growth of the process after %s questions, which it includes.

| | load | heap | resident |
| --- | ---: | ---: | ---: |
`, thousands(footAsked))
	for _, is := range r.results {
		fmt.Fprintf(b, "| %s | %s | %s | %s |\n", is.name, loadTime(is.footprint.Built), bytesKept(is.footprint.Heap), bytesKept(is.footprint.Resident))
	}
}

// loadTime returns the time, or "0" if it is below the resolution of processor time.
func loadTime(d time.Duration) string {
	if d < 10*time.Microsecond {
		return "0"
	}
	return nanoseconds(float64(d))
}

func (r *report) weights(b *strings.Builder) {
	if !r.weighs {
		return
	}
	b.WriteString(`
## Binaries and modules

What the engine adds to a program that decides one question with it (` + "[size](size)" + `), built with ` + "`-trimpath -ldflags='-s -w'`" + `: to an
almost empty program, and to a small service that already has net/http, encoding/json and log/slog. The figure for
text/template is from [size/desk](size/desk), which decides, lists, logs the decision and answers with it.

| | smallest program | service | modules in the binary | modules in go.sum |
| --- | ---: | ---: | ---: | ---: |
`)
	for _, is := range r.results {
		if w := is.weight; w != nil {
			b.WriteString(row(append([]string{is.name}, w.cells()...)))
		}
	}
}

// symbols writes what the service grows by with the library.
func (r *report) symbols(b *strings.Builder) {
	w := r.results[0].weight
	if w == nil {
		return
	}
	b.WriteString("\nWhat the service grows by with the library, by package and by symbol (`go tool nm -size`):\n\n| package | bytes | symbol | bytes |\n| --- | ---: | --- | ---: |\n")
	for i := range max(len(w.packages), len(w.symbols)) {
		cells := []string{"", "", "", ""}
		if i < len(w.packages) {
			cells[0], cells[1] = w.packages[i].name, thousands(w.packages[i].bytes)
		}
		if i < len(w.symbols) {
			cells[2], cells[3] = "`"+w.symbols[i].name+"`", thousands(w.symbols[i].bytes)
		}
		b.WriteString(row(cells))
	}
}

// row returns the cells as a row of a Markdown table.
func row(cells []string) string { return "| " + strings.Join(cells, " | ") + " |\n" }

// overview returns the last cells of an engine's row in the first table.
func (w *weight) overview() []string {
	if w == nil {
		return []string{"–", "–"}
	}
	return []string{kilobytes(w.smallest), thousands(w.compiled)}
}

// cells returns the cells of an engine's row in the table of sizes, after its name.
func (w *weight) cells() []string {
	return []string{kilobytes(w.smallest), kilobytes(w.service), fmt.Sprint(w.compiled), fmt.Sprint(w.sums)}
}

// nanoseconds formats the time in a suitable unit.
func nanoseconds(ns float64) string {
	switch {
	case ns < 10:
		return fmt.Sprintf("%.1f ns", ns)
	case ns < 10_000:
		return fmt.Sprintf("%s ns", thousands(int(ns+.5)))
	case ns < 1e6:
		return fmt.Sprintf("%.1f µs", ns/1e3)
	case ns < 1e9:
		return fmt.Sprintf("%.1f ms", ns/1e6)
	default:
		return fmt.Sprintf("%.1f s", ns/1e9)
	}
}

// times2 formats a ratio with two significant digits, and larger ones as integers.
func times2(x float64) string {
	switch {
	case x < 1:
		return fmt.Sprintf("%.2f", x)
	case x < 10:
		return fmt.Sprintf("%.1f", x)
	default:
		return thousands(int(x + .5))
	}
}

func allocations(n float64) string {
	if n < .001 {
		return "0"
	}
	return fmt.Sprintf("%.1f", n)
}

func kilobytes(n int) string { return thousands((n+500)/1000) + " kB" }

// bytesKept formats an amount of memory, or "0" if it is too small to measure.
func bytesKept(n int64) string {
	switch {
	case n < 100_000:
		return "0"
	case n < 1_000_000_000:
		return fmt.Sprintf("%.1f MB", float64(n)/1e6)
	default:
		return fmt.Sprintf("%.1f GB", float64(n)/1e9)
	}
}

// thousands formats the number with commas.
func thousands(n int) string {
	if n < 1000 {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("%s,%03d", thousands(n/1000), n%1000)
}
