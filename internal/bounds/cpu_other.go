//go:build !unix

package bounds

import "time"

var started = time.Now()

// CPU returns the wall time since the start of the program, as there is no processor time.
func CPU() time.Duration { return time.Since(started) }
