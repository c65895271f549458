//go:build race

package effort

// raceDetector says that the race detector is on, and everything is some ten times slower.
const raceDetector = true
