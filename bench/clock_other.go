//go:build !unix

package main

import "time"

var began = time.Now()

// processorTime returns the wall time since the program started, which is an upper bound
// on one core.
func processorTime() time.Duration { return time.Since(began) }
