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

// notes are what the report says that does not change with the figures.
//
//go:embed notes.md
var notes string

// markdown returns the report. Its first table is the README's.
func (r *report) markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, `# Side by side

Made by `+"`cd bench && go run .`"+` on %s: %s, %d cores, %s/%s, %s. Engines: %s.

%s agents (%d shared), %d groups, %d workspaces, %d roles (%d custom), %d support grants, %s contacts and
%s tickets, drawn from one seed; %s questions on %d actions, half of them allowed. All engines gave the library's answer to
each question that was put to them before they were timed.

`, r.date, r.machine, runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, runtime.Version(), strings.Join(r.versions(), ", "),
		thousands(agents+shareds), shareds, groups, places-1, builtIns+customs, customs, grants, thousands(contacts), thousands(tickets), thousands(len(r.asked)), len(acts)-1)
	r.overview(&b)
	r.figureTable(&b)
	r.decisions(&b)
	r.parts(&b)
	r.lists(&b)
	r.keeps(&b)
	r.weights(&b)
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
	b.WriteString("| | a decision | × | allocations | the tickets that somebody may see | kept in memory | a binary grows by | modules |\n| --- |" + strings.Repeat(" ---: |", 7) + "\n")
	for i := range r.results {
		is := &r.results[i]
		times, _, _ := ratios(&is.times[0], &library.times[0]).spread()
		timed := []string{is.name, nanoseconds(is.times[0].median()), times2(times), allocations(is.times[0].allocs), r.listOf(is.name), bytesKept(is.footprint.Heap)}
		b.WriteString(row(append(timed, is.weight.overview()...)))
	}
}

// listOf returns what the engine's quickest way to list takes that finds every ticket.
func (r *report) listOf(name string) string {
	var best time.Duration
	for _, l := range r.listings {
		if strings.HasPrefix(l.name, name+":") && !l.pages && (best == 0 || l.median() < best) {
			best = l.median()
		}
	}
	return nanoseconds(float64(best.Nanoseconds()))
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

Processor time for a decision, over all questions in turn: the median of %d repetitions in which the engines took turns,
and the least and the most. × is how many times deskpolicy's, in the same repetition. The loop itself, which is in all
of them, takes %s. Warm is the processor time when %s of the questions are asked again and again, so that their
records are in its cache, as those of one request are: all records together are not. Two cores is the time that passes
for a decision when two goroutines ask, and the speed-up how much less that is than with one. "Asked" is how many
questions an engine was timed with, and "agreed" how many it had to answer alike first; the questions are in no order,
so that the first of them are a sample of all%s.

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

// cell returns the median, and the least and the most.
func (s sample) cell() string {
	median, low, high := s.spread()
	return fmt.Sprintf("%s (%s–%s)", nanoseconds(median), nanoseconds(low), nanoseconds(high))
}

// parts writes what the parts of the questions take.
func (r *report) parts(b *strings.Builder) {
	b.WriteString("\n## By kind of subject and by reason\n\n| | questions | share | deskpolicy | bitset | × | allocations |\n| --- |" + strings.Repeat(" ---: |", 6) + "\n")
	for _, of := range [][]share{r.kinds, r.reasons} {
		for _, s := range of {
			library, bitset := s.times[0].median(), s.times[1].median()
			fmt.Fprintf(b, "| %s | %s | %.2f %% | %s | %s | %.1f | %s |\n", s.name, thousands(s.n), 100*float64(s.n)/float64(len(r.asked)),
				nanoseconds(library), nanoseconds(bitset), library/bitset, allocations(s.times[0].allocs))
		}
	}
	allowed := 0
	for _, q := range r.asked {
		if q.allowed() {
			allowed++
		}
	}
	fmt.Fprintf(b, "\nAllowed: %s of %s. A support session is made once in a request, which takes another %s and %.1f allocations. %d of the library's\n%d reasons occur. The rest are for malformed questions, or compare authorities, which no engine is asked to do; to decide\nwhether an administrator can change an agent takes the library %s.\n",
		thousands(allowed), thousands(len(r.asked)), nanoseconds(r.session.median()), r.session.allocs, len(r.reasons), countReasons(), nanoseconds(r.compared.median()))
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

Which of the %s tickets somebody may view, for one of %d people: the mean over them, the median of %d repetitions, and
the least and the most. What has gone through fewer tickets is scaled up. All ways found as many tickets as the library.

| | time | tickets |
| --- | ---: | ---: |
`, thousands(tickets), r.listers, min(3, r.repetitions))
	for _, l := range r.listings {
		scaled := ""
		if l.tickets < tickets {
			scaled = ", scaled up"
		}
		fmt.Fprintf(b, "| %s | %s (%s–%s) | %s%s |\n", l.name, nanoseconds(float64(l.median())), nanoseconds(float64(l.times[0])), nanoseconds(float64(l.times[len(l.times)-1])), thousands(l.way.tickets), scaled)
	}
}

func (l listing) median() time.Duration { return l.times[len(l.times)/2] }

func (r *report) keeps(b *strings.Builder) {
	fmt.Fprintf(b, `
## Building and memory

Each engine in a process of its own, which has the host's records already: how long policy and data take to load, what
the heap keeps of that after a garbage collection, and by how much the process has grown after %s questions, those included.

| | load | heap | resident |
| --- | ---: | ---: | ---: |
`, thousands(footAsked))
	for _, is := range r.results {
		fmt.Fprintf(b, "| %s | %s | %s | %s |\n", is.name, loadTime(is.footprint.Built), bytesKept(is.footprint.Heap), bytesKept(is.footprint.Resident))
	}
}

// loadTime returns the time; "0" for what is less than a clock of processor time can tell.
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

What a program gains that decides one question by the engine (` + "[size](size)" + `), built with ` + "`-trimpath -ldflags='-s -w'`" + `: beside an
almost empty one, and beside a small service that has net/http, encoding/json and log/slog anyway. The figure beside
text/template is that of [size/desk](size/desk), which decides, lists, logs the decision and answers with it.

| | smallest program | service | modules in the binary | modules in go.sum |
| --- | ---: | ---: | ---: | ---: |
`)
	for _, is := range r.results {
		if w := is.weight; w != nil {
			b.WriteString(row(append([]string{is.name}, w.cells()...)))
		}
	}
}

// row returns the cells as a row of a table.
func row(cells []string) string { return "| " + strings.Join(cells, " | ") + " |\n" }

// overview are the last cells of an engine's row in the first table.
func (w *weight) overview() []string {
	if w == nil {
		return []string{"–", "–"}
	}
	return []string{kilobytes(w.smallest), thousands(w.compiled)}
}

// cells are those of an engine's row in the table of sizes, after its name.
func (w *weight) cells() []string {
	return []string{kilobytes(w.smallest), kilobytes(w.service), fmt.Sprint(w.compiled), fmt.Sprint(w.sums)}
}

// nanoseconds returns the time in its unit.
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

// times2 returns a ratio with two digits that mean something.
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

// bytesKept returns an amount of memory; "0" for what is lost in the noise.
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

// thousands returns the number with commas.
func thousands(n int) string {
	if n < 1000 {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("%s,%03d", thousands(n/1000), n%1000)
}
