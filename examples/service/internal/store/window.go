package store

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/deskpolicy/deskpolicy"
)

// parseWindow reads a window from two instants in milliseconds since 1970, with a slash between
// them. A side without one is open.
func parseWindow(text string) (deskpolicy.Window, error) {
	var sides [2]time.Time
	from, until, _ := strings.Cut(text, "/")
	for i, side := range []string{from, until} {
		if side == "" {
			continue
		}
		at, err := strconv.ParseInt(side, 10, 64)
		if err != nil {
			return deskpolicy.Window{}, err
		}
		sides[i] = time.UnixMilli(at)
	}
	return deskpolicy.NewWindow(sides[0], sides[1]), nil
}

var errNever = errors.New("store: a role that is never held cannot be kept")

// windowColumns returns the two instants of the window, in milliseconds since 1970; NULL for an
// open side. A window that never holds because it has an invalid instant is an error: it would
// read as one that is open.
func windowColumns(w deskpolicy.Window) (from, until any, err error) {
	if !w.From().IsZero() {
		from = w.From().UnixMilli()
	}
	if !w.Until().IsZero() {
		until = w.Until().UnixMilli()
	}
	if from == nil && until == nil && w != (deskpolicy.Window{}) {
		err = errNever
	}
	return from, until, err
}
