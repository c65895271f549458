//go:build unix

package bounds

import (
	"syscall"
	"time"
)

// cpu returns how long the program has been at work. What others do on the
// machine meanwhile does not count.
func cpu() time.Duration {
	var used syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &used) != nil {
		return 0
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
