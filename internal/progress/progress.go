// Package progress shows on a terminal how far a long command is.
package progress

import (
	"fmt"
	"io"
	"strings"
)

// A Bar is a line that is written again and again. It is not for several goroutines.
type Bar struct {
	To io.Writer
	Of int // how many units there are to do

	done, percent int
	what          string
}

// Add says that n units are done, and what is being done. A line that would be the
// one that stands there is not written again.
func (b *Bar) Add(what string, n int) {
	b.done += n
	percent := min(100, 100*b.done/max(b.Of, 1))
	if percent == b.percent && what == b.what {
		return
	}
	b.percent, b.what = percent, what
	fmt.Fprintf(b.To, "\r\x1b[K[%-25s] %3d%% %.80s", strings.Repeat("#", percent/4), percent, what)
}

// End takes the line away.
func (b *Bar) End() { fmt.Fprint(b.To, "\r\x1b[K") }
