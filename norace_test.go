//go:build !race

package deskpolicy_test

// raceDetector says that the race detector is on, and everything is some ten times slower.
const raceDetector = false
