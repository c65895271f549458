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
	library, records := &r.results[0], &r.results[bitsets-1]
	figures = append(figures,
		beside("an agent with one or two roles about a ticket, warm, beside the bitset of records", 1.9, &r.sequences[inTurn].times[0], &r.sequences[inTurn].times[1]),
		beside("all questions, warm, beside the bitset of records", 2.4, &library.warm, &records.warm),
		beside("all questions, cold, beside the bitset of records", 2.0, &library.times[0], &records.times[0]),
		r.listedBeside("`Filter.Match` in a list beside the bitset of records", 1.2, "`Filter.Match`"),
		r.listedBeside("`Authorize` in a list beside the bitset of records", 1.8, library.lists),
		beside("a delegate's decision beside its principal's", 1.3, &r.subjects[1].sample, &r.subjects[0].sample),
		beside("a customer's decision beside an agent's", 1, &r.subjects[2].sample, &r.subjects[0].sample),
	)
	allocating := 0
	for _, s := range append(r.kinds, r.reasons...) {
		if s.times[0].allocs >= .001 {
			allocating++
		}
	}
	median, low, high := library.speedUp().spread()
	figures = append(figures,
		figure{"allocations, by kind of subject and by reason", "0", fmt.Sprintf("%d of %d parts allocate", allocating, len(r.kinds)+len(r.reasons)), allocating == 0},
		figure{"two cores beside one", "≥ 1.8 ×", fmt.Sprintf("%.2f × (%.2f–%.2f)%s", median, low, high, r.disturbed()), median >= 1.8},
	)
	if library.weight != nil {
		figures = append(figures, library.weight.figures()...)
	}
	return figures
}

// figures returns the figures for what the library adds to a program.
func (w *weight) figures() []figure {
	return []figure{
		{"added to a service over HTTP", "≤ 150 kB", kilobytes(w.service), w.service <= 150_000},
		{"added to a service with text/template beside one without", "≤ 1.2 ×", fmt.Sprintf("%.2f × (%s and %s)", w.desk.ratio(), kilobytes(w.desk.template), kilobytes(w.desk.plain)), w.desk.ratio() <= 1.2},
		{"modules added to a binary", "0", fmt.Sprint(w.compiled), w.compiled == 0},
	}
}

// cells returns the figure as a row of a table.
func (f figure) cells() []string { return []string{f.what, f.wanted, f.got, f.verdict()} }

// beside returns the figure that compares two samples.
func beside(what string, wanted float64, of, by *sample) figure {
	median, low, high := ratios(of, by).spread()
	return figure{what, fmt.Sprintf("≤ %.1f ×", wanted), fmt.Sprintf("%.2f × (%.2f–%.2f; %s and %s)", median, low, high, nanoseconds(of.median()), nanoseconds(by.median())), median <= wanted}
}

// listedBeside returns the figure that compares a way in which the library lists with the bitset of
// records.
func (r *report) listedBeside(what string, wanted float64, lists string) figure {
	of, by := r.listed(r.results[0].name+": "+lists), r.listed(r.results[bitsets-1].name+": "+r.results[bitsets-1].lists)
	f := beside(what, wanted, &of, &by)
	f.got += " for each of " + thousands(tickets) + " tickets"
	return f
}

// listed returns the times of the way to list, for each ticket.
func (r *report) listed(name string) (s sample) {
	for _, l := range r.listings {
		if l.name == name {
			for _, took := range l.ns {
				s.ns = append(s.ns, took/tickets)
			}
		}
	}
	return s
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
