// Package suite runs the library's tests on a copy with a planted mistake, quickest tests
// first, and reports which test failed.
package suite

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// library is the path of the module whose tests are run.
const library = "github.com/deskpolicy/deskpolicy"

// A Tree is a copy of the library's module and its nested modules. Tests run in the copy, so
// that they do not write to the module itself.
type Tree struct {
	Dir string // absolute
	bin string // where its test binaries are
}

// Module returns the directory of the library. The caller must run in a module that requires
// it.
func Module() (string, error) {
	out, err := goTool("", "list", "-m", "-f", "{{.Dir}}", library)
	return strings.TrimSpace(out), err
}

// Copy copies the module without its .git directory. Close removes the copy.
func Copy(module string) (*Tree, error) {
	dir, err := os.MkdirTemp("", "suite-")
	if err != nil {
		return nil, err
	}
	t := &Tree{Dir: filepath.Join(dir, "module"), bin: filepath.Join(dir, "bin")}
	if err := errors.Join(os.Mkdir(t.bin, 0o755), copyTree(module, t.Dir)); err != nil {
		return nil, errors.Join(err, t.Close())
	}
	return t, nil
}

// Close removes the copy and its test binaries.
func (t *Tree) Close() error { return os.RemoveAll(filepath.Dir(t.Dir)) }

func copyTree(from, to string) error {
	return filepath.WalkDir(from, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		switch {
		case name != "." && skipped(name, entry):
			if entry.IsDir() {
				return filepath.SkipDir
			}
			return nil
		case entry.IsDir():
			return os.MkdirAll(filepath.Join(to, name), 0o755)
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(to, name), text, 0o644)
	})
}

// skipped reports whether the copy leaves out the file or directory. It keeps .ci, because a
// test reads its script.
func skipped(name string, entry fs.DirEntry) bool {
	base := filepath.Base(name)
	return strings.HasPrefix(base, ".") && base != ".ci" || base == "rapid" && entry.IsDir()
}

// Write replaces a file of the copy.
func (t *Tree) Write(name string, text []byte) error {
	return os.WriteFile(filepath.Join(t.Dir, filepath.FromSlash(name)), text, 0o644)
}

// Packages returns the import paths of the library's packages with tests: first the one in
// the directory, then the root package, then the others.
func (t *Tree) Packages(first string) ([]string, error) {
	out, err := goTool(t.Dir, "list", "-f", "{{if or .TestGoFiles .XTestGoFiles}}{{.ImportPath}}{{end}}", "./...")
	if err != nil {
		return nil, err
	}
	packages := strings.Fields(out)
	rank := func(pkg string) int {
		switch pkg {
		case path.Join(library, filepath.ToSlash(first)):
			return 0
		case library:
			return 1
		}
		return 2
	}
	slices.SortStableFunc(packages, func(a, b string) int { return rank(a) - rank(b) })
	return packages, nil
}

// Noticing returns the packages whose tests can notice a change of the package in the
// directory, that package first. Only its own tests and module integration use sqlfilter.
func (t *Tree) Noticing(dir string) ([]string, error) {
	packages, err := t.Packages(dir)
	switch {
	case err != nil:
		return nil, err
	case dir == "sqlfilter":
		return []string{packages[0], library + "/integration"}, nil
	}
	return append(packages, library+"/verify/corpus"), nil
}

// home returns the directory of the module that contains the package.
func (t *Tree) home(pkg string) string {
	below, _, _ := strings.Cut(strings.TrimPrefix(pkg, library+"/"), "/")
	dir := filepath.Join(t.Dir, below)
	if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
		return dir
	}
	return t.Dir
}

// Timings returns the durations of each package's tests. It reads them from the file. If the
// file does not exist, it runs all tests and, unless the name is "", writes the file.
func (t *Tree) Timings(file string) (map[string]Timings, error) {
	timings := make(map[string]Timings)
	if text, err := os.ReadFile(file); err == nil {
		return timings, json.Unmarshal(text, &timings)
	}
	packages, err := t.Packages(".")
	if err != nil {
		return nil, err
	}
	for _, pkg := range packages {
		if timings[pkg], err = t.Time(pkg); err != nil {
			return nil, err
		}
	}
	if file == "" {
		return timings, nil
	}
	text, err := json.MarshalIndent(timings, "", "  ")
	if err != nil {
		return nil, err
	}
	return timings, os.WriteFile(file, text, 0o644)
}

// Time returns the duration of each test of the package on unchanged code.
func (t *Tree) Time(pkg string) (Timings, error) {
	b, err := t.Build(pkg, nil)
	if err != nil {
		return nil, err
	}
	timings, err := b.Time()
	return timings, errors.Join(err, b.Remove())
}

// ErrBuild is the error for tests that do not compile.
var ErrBuild = errors.New("the tests cannot be compiled")

// Build compiles the tests of a package. The overlay replaces files of the copy; its names
// are relative to the copy.
func (t *Tree) Build(pkg string, overlay map[string][]byte) (*Binary, error) {
	dir, err := goTool(t.home(pkg), "list", "-f", "{{.Dir}}", pkg)
	if err != nil {
		return nil, err
	}
	work, err := os.MkdirTemp(t.bin, "build-")
	if err != nil {
		return nil, err
	}
	b := &Binary{Package: pkg, dir: strings.TrimSpace(dir), path: filepath.Join(work, "test.exe")}
	args := []string{"test", "-c", "-vet=off", "-o", b.path}
	if len(overlay) > 0 {
		file, err := t.overlayFile(work, overlay)
		if err != nil {
			return nil, err
		}
		args = append(args, "-overlay", file)
	}
	if _, err := goTool(t.home(pkg), append(args, pkg)...); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBuild, err)
	}
	return b, b.inspect()
}

// overlayFile writes the overlay as a file for the go command's -overlay flag.
func (t *Tree) overlayFile(work string, overlay map[string][]byte) (string, error) {
	replace := make(map[string]string, len(overlay))
	for name, text := range overlay {
		path := filepath.Join(work, strings.ReplaceAll(name, "/", "_"))
		if err := os.WriteFile(path, text, 0o644); err != nil {
			return "", err
		}
		replace[filepath.Join(t.Dir, filepath.FromSlash(name))] = path
	}
	list, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	file := filepath.Join(work, "overlay.json")
	return file, os.WriteFile(file, list, 0o644)
}

// goTool runs the go command in the directory and returns what it prints.
func goTool(dir string, args ...string) (string, error) {
	cmd := exec.Command("go", args...)
	cmd.Dir = dir
	out, err := cmd.Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			return "", fmt.Errorf("go %s: %w\n%s", strings.Join(args, " "), err, exit.Stderr)
		}
		return "", err
	}
	return string(out), nil
}
