package main

import (
	"fmt"
	"html"
	"math"
	"strings"
	"time"
)

// The plot's dimensions.
const (
	labels   = 310 // the x coordinate at which the plot begins
	decade   = 76
	decades  = 5 // from 0.05 ms on
	line     = 22
	top      = 62
	plotEnds = labels + decade*decades
)

// svg returns a plot of the times of the first pages on a logarithmic scale, each in
// the slower of the two modes.
func (r report) svg() string {
	var b strings.Builder
	height := top + line*len(r.scopes) + 34
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="system-ui, sans-serif" font-size="12" role="img">
<title>How long the newest 50 of %s tickets take</title>
<style>
text { fill: #24292f } .grid { stroke: #8884; } .or { fill: #cf5a1c } .page { fill: #0969da } .hand { fill: none; stroke: #24292f; stroke-width: 1.6 } .span { stroke: #8888 }
@media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .or { fill: #f0883e } .page { fill: #58a6ff } .hand { stroke: #e6edf3 } }
</style>
<text x="10" y="20" font-size="14" font-weight="600">The newest 50 that the subject can see, of %[3]s tickets</text>
`, plotEnds+40, height, thousands(r.sizes.Tickets))
	legend := func(x int, shape, text string) {
		fmt.Fprintf(&b, "%s<text x=\"%d\" y=\"44\">%s</text>\n", shape, x+11, text)
	}
	legend(labels, pageMark(labels, 40), "sqlfilter.Page")
	legend(labels+120, handMark(labels+120, 40), "by hand")
	legend(labels+205, orMark(labels+205, 40), "all in one OR")
	bottom := top + line*len(r.scopes)
	for d := range decades {
		at := scale(time.Duration(math.Pow10(d)) * 100 * time.Microsecond)
		fmt.Fprintf(&b, "<line class=\"grid\" x1=\"%d\" y1=\"%d\" x2=\"%[1]d\" y2=\"%[3]d\"/><text x=\"%[1]d\" y=\"%[4]d\" text-anchor=\"middle\">%[5]s</text>\n",
			at, top-6, bottom, bottom+16, []string{"0.1 ms", "1 ms", "10 ms", "100 ms", "1 s"}[d])
	}
	for i, scope := range r.scopes {
		y := top + line*i + line/2
		of := r.results[i][firstPage]
		l, h, or := scale(of.slower(library)), scale(of.slower(byHand)), scale(of.slower(plain))
		fmt.Fprintf(&b, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>", labels-14, y+4, html.EscapeString(scope.name))
		fmt.Fprintf(&b, "<line class=\"span\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%[2]d\"/>%[4]s%[5]s%[6]s\n", min(l, h, or), y, max(l, h, or), orMark(or, y), pageMark(l, y), handMark(h, y))
	}
	b.WriteString("</svg>\n")
	return b.String()
}

func pageMark(x, y int) string {
	return fmt.Sprintf(`<circle class="page" cx="%d" cy="%d" r="5"/>`, x, y)
}
func handMark(x, y int) string {
	return fmt.Sprintf(`<circle class="hand" cx="%d" cy="%d" r="7"/>`, x, y)
}
func orMark(x, y int) string {
	return fmt.Sprintf(`<path class="or" d="M%d %dl5 5l-5 5l-5 -5z"/>`, x, y-5)
}

// slower returns the writer's median in the slower mode.
func (r result) slower(writer int) (t time.Duration) {
	for _, of := range r.figures {
		switch f := of[writer]; {
		case f.tooLong:
			return patience
		case f.times != nil:
			t = max(t, f.quantile(.5))
		}
	}
	return t
}

// scale returns the x coordinate of the time.
func scale(t time.Duration) int {
	return labels + int(decade*math.Log10(max(1, float64(t)/float64(50*time.Microsecond))))
}
