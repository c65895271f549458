// Package planted has bugs to plant in the library, to show that its tests notice them (go
// run ./mutate -planted). Other systems had these bugs: see lessons.md.
package planted

import (
	"embed"
	"errors"
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"strconv"
	"strings"
)

//go:embed *.patch
var directory embed.FS

// A Patch is one planted bug: a header that describes it, and a unified diff.
type Patch struct {
	Name    string   // the file's name without extension
	Title   string   // the kind of mistake
	Lessons []string // the systems that had it: see lessons.md
	What    string   // the mistake in this library
	files   []filePatch
}

// A filePatch is the change of one file.
type filePatch struct {
	name  string
	hunks []hunk
}

// A hunk replaces lines by others.
type hunk struct {
	line     int // the line number of the first one when the patch was made
	old, new []string
}

// Patches returns all patches, in the order of their names.
func Patches() ([]Patch, error) {
	names, err := fs.Glob(directory, "*.patch")
	if err != nil {
		return nil, err
	}
	patches := make([]Patch, len(names))
	for i, name := range names {
		text, err := fs.ReadFile(directory, name)
		if err != nil {
			return nil, err
		}
		if patches[i], err = Parse(strings.TrimSuffix(path.Base(name), ".patch"), string(text)); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return patches, nil
}

// Parse reads a patch: its header up to an empty line, and its diff.
func Parse(name, text string) (Patch, error) {
	header, diff, found := strings.Cut(text, "\n\n")
	p := Patch{Name: name}
	for _, line := range strings.Split(header, "\n") {
		switch key, value, _ := strings.Cut(line, ": "); key {
		case "Title":
			p.Title = value
		case "Lesson":
			p.Lessons = strings.Fields(value)
		case "What":
			p.What = value
		default:
			return Patch{}, fmt.Errorf("unknown line %q in the header", line)
		}
	}
	if !found || p.Title == "" || p.What == "" || len(p.Lessons) == 0 {
		return Patch{}, errors.New("the header needs Title, Lesson and What, and an empty line after them")
	}
	return p, p.parseDiff(diff)
}

func (p *Patch) parseDiff(diff string) error {
	for _, line := range strings.Split(strings.TrimSuffix(diff, "\n"), "\n") {
		if strings.HasPrefix(line, "diff --git ") || strings.HasPrefix(line, "index ") {
			continue // lines that git adds
		}
		if name, is := strings.CutPrefix(line, "--- a/"); is {
			p.files = append(p.files, filePatch{name: name})
			continue
		}
		if len(p.files) == 0 {
			return fmt.Errorf("%q comes before any file", line)
		}
		if err := p.files[len(p.files)-1].parseLine(line); err != nil {
			return err
		}
	}
	return nil
}

func (f *filePatch) parseLine(line string) error {
	switch {
	case strings.HasPrefix(line, "+++ b/"):
		return nil
	case strings.HasPrefix(line, "@@ -"):
		number, _, _ := strings.Cut(strings.TrimPrefix(line, "@@ -"), " ")
		number, _, _ = strings.Cut(number, ",") // without a number of lines, it is one line
		at, err := strconv.Atoi(number)
		f.hunks = append(f.hunks, hunk{line: at})
		return err
	case len(f.hunks) == 0:
		return fmt.Errorf("%q comes before any hunk", line)
	}
	h := &f.hunks[len(f.hunks)-1]
	switch {
	case strings.HasPrefix(line, "-"):
		h.old = append(h.old, line[1:])
	case strings.HasPrefix(line, "+"):
		h.new = append(h.new, line[1:])
	default:
		same := strings.TrimPrefix(line, " ")
		h.old, h.new = append(h.old, same), append(h.new, same)
	}
	return nil
}

// Remake says what to do about a patch that no longer applies.
const Remake = "Plant the bug in the current code, check that a test fails, and replace the diff below the patch's header by the output of git diff."

// Apply returns the changed files of the tree. It is an error if the lines of the patch are
// not found, if nothing changes, or if the result is not valid Go.
func (p Patch) Apply(tree fs.FS) (map[string][]byte, error) {
	changed := make(map[string][]byte)
	for _, f := range p.files {
		text, err := fs.ReadFile(tree, f.name)
		if err != nil {
			return nil, err
		}
		after, err := f.apply(string(text))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.name, err)
		}
		changed[f.name] = after
	}
	return changed, nil
}

func (f filePatch) apply(text string) (after []byte, err error) {
	lines := strings.Split(text, "\n")
	for _, h := range f.hunks {
		if lines, err = h.apply(lines); err != nil {
			return nil, err
		}
	}
	after = []byte(strings.Join(lines, "\n"))
	if string(after) == text {
		return nil, errors.New("the patch changes nothing")
	}
	if path.Ext(f.name) == ".go" {
		_, err = parser.ParseFile(token.NewFileSet(), f.name, after, parser.SkipObjectResolution)
	}
	return after, err
}

// apply replaces the lines at the match nearest to their old location.
func (h hunk) apply(lines []string) ([]string, error) {
	best, distance := -1, len(lines)
	for at := range lines {
		if off := max(at+1-h.line, h.line-at-1); off < distance && h.matches(lines[at:]) {
			best, distance = at, off
		}
	}
	if best < 0 {
		return nil, fmt.Errorf("the lines around line %d do not match", h.line)
	}
	rest := lines[best+len(h.old):]
	return append(append(append([]string{}, lines[:best]...), h.new...), rest...), nil
}

func (h hunk) matches(lines []string) bool {
	if len(lines) < len(h.old) {
		return false
	}
	for i, line := range h.old {
		if lines[i] != line {
			return false
		}
	}
	return true
}
