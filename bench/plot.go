package main

import (
	"fmt"
	"html"
	"math"
	"strings"
)

// The plot's dimensions.
const (
	labels   = 130 // the x coordinate at which the plot begins
	decade   = 90
	decades  = 5 // from 10 ns on
	line     = 26
	top      = 40
	plotEnds = labels + decade*decades
)

// svg returns a plot of the decisions' times on a logarithmic scale.
func (r *report) svg() string {
	var b strings.Builder
	bottom := top + line*len(r.results)
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="system-ui, sans-serif" font-size="12" role="img">
<title>How long a decision takes</title>
<style>
text { fill: #24292f } .grid { stroke: #8884 } .library { fill: #0969da } .hand { fill: #6e7781 } .general { fill: #cf5a1c } .span { stroke: #24292f; stroke-width: 1.4 }
@media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .library { fill: #58a6ff } .hand { fill: #9198a1 } .general { fill: #f0883e } .span { stroke: #e6edf3 } }
</style>
<text x="10" y="20" font-size="14" font-weight="600">A decision about the same helpdesk, on one core</text>
`, plotEnds+90, bottom+34)
	for d := range decades + 1 {
		at := scale(math.Pow10(d + 1))
		fmt.Fprintf(&b, "<line class=\"grid\" x1=\"%d\" y1=\"%d\" x2=\"%[1]d\" y2=\"%[3]d\"/><text x=\"%[1]d\" y=\"%[4]d\" text-anchor=\"middle\">%[5]s</text>\n",
			at, top-6, bottom, bottom+16, []string{"10 ns", "100 ns", "1 µs", "10 µs", "100 µs", "1 ms"}[d])
	}
	for i := range r.results {
		is := &r.results[i]
		y := top + line*i
		median, low, high := is.times[0].spread()
		class := "hand"
		switch {
		case i == 0:
			class = "library"
		case is.general:
			class = "general"
		}
		fmt.Fprintf(&b, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>", labels-10, y+15, html.EscapeString(is.name))
		fmt.Fprintf(&b, "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"14\" rx=\"2\"/>", class, labels, y+4, max(1, scale(median)-labels))
		fmt.Fprintf(&b, "<line class=\"span\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%[2]d\"/><text x=\"%[4]d\" y=\"%d\">%s</text>\n", scale(low), y+11, scale(high), max(scale(median), scale(high))+8, y+15, nanoseconds(median))
	}
	b.WriteString("</svg>\n")
	return b.String()
}

// scale returns the x coordinate of the time.
func scale(ns float64) int {
	return labels + int(decade*min(decades, max(0, math.Log10(ns/10))))
}
