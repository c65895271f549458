//go:build !unix

package bounds

import "time"

var started = time.Now()

// cpu returns how long the program has run, which is the best that it can know.
func cpu() time.Duration { return time.Since(started) }
