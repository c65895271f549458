package main

import (
	"fmt"
	"strings"
)

// A figure is a target for the library and the measured value.
type figure struct {
	what, wanted, got string
	met               bool
}

func (f figure) verdict() string {
	if f.met {
		return "met"
	}
	return "missed"
}

// figures returns the report's figures, except those that were not measured.
func (r *report) figures() (figures []figure) {
	library := &r.results[0]
	for _, bitset := range r.results[1:bitsets] {
		figures = append(figures, r.beside(&bitset)...)
	}
	allocating := 0
	for _, s := range append(r.kinds, r.reasons...) {
		if s.times[0].allocs >= .001 {
			allocating++
		}
	}
	figures = append(figures, figure{
		"allocations, by kind of subject and by reason", "0", fmt.Sprintf("%d of %d parts allocate", allocating, len(r.kinds)+len(r.reasons)), allocating == 0,
	})
	figures = append(figures, r.ahead("faster than the fastest general engine", r.fastestGeneral(false))...)
	figures = append(figures, r.ahead("faster than the fastest of them that starts from roles and bindings", r.fastestGeneral(true))...)
	median, low, high := library.speedUp().spread()
	figures = append(figures, figure{"two cores beside one", "≥ 1.8 ×", fmt.Sprintf("%.2f × (%.2f–%.2f)%s", median, low, high, r.disturbed()), median >= 1.8})
	if library.weight != nil {
		figures = append(figures, library.weight.figures()...)
	}
	return figures
}

// figures returns the figures for what the library adds to a program.
func (w *weight) figures() []figure {
	return []figure{
		{"added to the smallest binary", "≤ 200 kB", fmt.Sprintf("%s, of which importing log/slog takes %s", kilobytes(w.smallest), kilobytes(w.slog)), w.smallest <= 200_000},
		{"added to the smallest binary that logs by log/slog", "≤ 200 kB", kilobytes(w.smallest - w.slog), w.smallest-w.slog <= 200_000},
		{"added to a service over HTTP", "≤ 200 kB", kilobytes(w.service), w.service <= 200_000},
		{"added to a service with text/template beside one without", "≤ 1.2 ×", fmt.Sprintf("%.2f × (%s and %s)", w.desk.ratio(), kilobytes(w.desk.template), kilobytes(w.desk.plain)), w.desk.ratio() <= 1.2},
		{"modules added to a binary", "0", fmt.Sprint(w.compiled), w.compiled == 0},
		{"modules added to go.sum by `go mod tidy`", "0", fmt.Sprintf("%d, which its own tests import and no build needs", w.sums), w.sums == 0},
	}
}

// cells returns the figure as a row of a table.
func (f figure) cells() []string { return []string{f.what, f.wanted, f.got, f.verdict()} }

// beside returns the figures that compare the library with a bitset.
func (r *report) beside(bitset *result) []figure {
	library := &r.results[0]
	median, low, high := ratios(&library.times[0], &bitset.times[0]).spread()
	net := (library.times[0].median() - r.loop.median()) / (bitset.times[0].median() - r.loop.median())
	cold := figure{"a decision with its reason beside the " + bitset.name, "≤ 2 ×", fmt.Sprintf("%.1f × (%.1f–%.1f; %.1f × without the loop's %s)", median, low, high, net, nanoseconds(r.loop.median())), median <= 2}
	median, low, high = ratios(&library.warm, &bitset.warm).spread()
	warm := figure{"the same, of records in the processor's cache", "≤ 2 ×", fmt.Sprintf("%.1f × (%.1f–%.1f; %s and %s)", median, low, high, nanoseconds(library.warm.median()), nanoseconds(bitset.warm.median())), median <= 2}
	return []figure{cold, warm}
}

// ahead returns the figure that compares the library with a general engine, or nothing if
// there is no such engine.
func (r *report) ahead(what string, of *result) []figure {
	if of == nil {
		return nil
	}
	median, low, high := ratios(&of.times[0], &r.results[0].times[0]).spread()
	bitset := ratios(&of.times[0], &r.results[1].times[0])
	return []figure{{what, "≥ 100 ×", fmt.Sprintf("%.0f × (%.0f–%.0f; %s, which takes %.0f × the bitset)", median, low, high, of.name, bitset.median()), median >= 100}}
}

// fastestGeneral returns the fastest general engine, or nil if there is none. If binds is
// true, it considers only engines that start from roles and bindings.
func (r *report) fastestGeneral(binds bool) (fastest *result) {
	for i := range r.results {
		is := &r.results[i]
		if is.general && (is.binds || !binds) && (fastest == nil || is.times[0].median() < fastest.times[0].median()) {
			fastest = is
		}
	}
	return fastest
}

// ratios returns the ratio of two samples for each repetition.
func ratios(of, by *sample) (s sample) {
	for i := range of.ns {
		s.ns = append(s.ns, of.ns[i]/by.ns[i])
	}
	return s
}

// speedUp returns the ratio of the wall time on one core to that on two.
func (r *result) speedUp() sample {
	one, two := r.times[0].passed(), r.times[1].passed()
	return ratios(&one, &two)
}

// disturbed returns a note if other programs used the processors. That changes processor
// time little, but the speed-up of two cores much.
func (r *report) disturbed() string {
	if calm := r.results[0].times[0].calm(); calm < .9 {
		return fmt.Sprintf("; the machine was busy: the benchmark had %.0f %% of a core", 100*calm)
	}
	return ""
}

// summary returns the times of decisions and the figures as text.
func (r *report) summary() string {
	var b strings.Builder
	for i := range r.results {
		is := &r.results[i]
		median, low, high := is.times[0].spread()
		fmt.Fprintf(&b, "%-17s %10s (%s–%s), two cores %.2f x, %.0f B, %.1f allocations\n", is.name, nanoseconds(median), nanoseconds(low), nanoseconds(high), is.speedUp().median(), is.times[0].bytes, is.times[0].allocs)
	}
	b.WriteString(lines(r.figures()))
	fmt.Fprintf(&b, "in %.0f s\n", r.took.Seconds())
	return b.String()
}

// lines returns the figures, one on each line.
func lines(figures []figure) string {
	var b strings.Builder
	for _, f := range figures {
		fmt.Fprintf(&b, "%-6s %s: %s; wanted %s\n", f.verdict(), f.what, f.got, f.wanted)
	}
	return b.String()
}
