//go:build !unix

package bounds

import "time"

var started = time.Now()

// cpu returns the wall time since the start of the program, as there is no processor time.
func cpu() time.Duration { return time.Since(started) }
