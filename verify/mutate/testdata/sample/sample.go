// Package sample is mutated by the tests of the mutator.
package sample

// A Level is one of three.
type Level uint8

const (
	Low Level = 1 + iota
	Middle
	High
)

const most = 3

type door struct {
	open, locked bool
	level        Level
}

var levels = [...]Level{Low, Middle, High}

func (d *door) passes(level, other Level) bool {
	if n := int(level); n > most {
		return false
	}
	return d.open && !d.locked && level >= d.level
}

func count[T comparable](all []T, one T) (n int) {
	for _, each := range all {
		if each != one {
			continue
		}
		n++
	}
	return n
}

func (Level) name(level Level, _ int, more ...string) string {
	switch level {
	case Low, Middle:
		return "low"
	case High:
		return "high"
	}
	return ""
}

type stay struct {
	in     *door
	nights int
}

var away = stay{nil, 2}

func builtIn(name string, permissions []int) int { return len(name) + len(permissions) }

var deskTable = [...]bool{true, false}
