//go:build unix

package bounds

import (
	"syscall"
	"time"
)

// CPU returns the processor time of the program. Other programs do not count.
func CPU() time.Duration {
	var used syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &used) != nil {
		return 0
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
