// Package fetch tests what programs get that use this module. It makes the module's zip
// as the go command does, of the files that git does not ignore, committed or not. It
// serves the zip to programs outside the tree, which fetch, vendor and run the module.
package fetch

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/mod/module"
	modzip "golang.org/x/mod/zip"
)

// ours is this module, at a version that nothing but these tests serves.
var ours = module.Version{Path: "github.com/deskpolicy/deskpolicy", Version: "v0.1.0"}

var root = filepath.Join("..", "..")

// A file is a file of the work tree, by its path from the root with slashes.
type file string

func (f file) name() string                 { return filepath.Join(root, filepath.FromSlash(string(f))) }
func (f file) Path() string                 { return string(f) }
func (f file) Lstat() (os.FileInfo, error)  { return os.Lstat(f.name()) }
func (f file) Open() (io.ReadCloser, error) { return os.Open(f.name()) }

// files returns what git would commit.
func files(t *testing.T) []modzip.File {
	t.Helper()
	list := run(t, root, nil, "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate")
	var found []modzip.File
	for _, name := range strings.Split(strings.TrimSuffix(list, "\x00"), "\x00") {
		if _, err := file(name).Lstat(); !errors.Is(err, fs.ErrNotExist) {
			found = append(found, file(name))
		}
	}
	require.Greater(t, len(found), 100)
	return found
}

// run runs a command with environment settings added, and returns what it prints.
func run(t *testing.T, dir string, env []string, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), env...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	require.NoError(t, err, "%s %s: %s%s", name, strings.Join(args, " "), out, &stderr)
	return string(out)
}

// A zip refuses names that Windows reserves, names that differ in case only, and too
// much. To check the files of the nested modules as well, their go.mod is left out.
func TestPaths(t *testing.T) {
	all := slices.DeleteFunc(files(t), func(f modzip.File) bool {
		return f.Path() != "go.mod" && strings.HasSuffix(f.Path(), "/go.mod")
	})
	checked, err := modzip.CheckFiles(all)
	require.NoError(t, err)
	assert.Empty(t, checked.Omitted, "links, and directories called vendor")
	assert.Len(t, checked.Valid, len(all))
	t.Logf("%d paths", len(all))
}

// A consumer is a program that starts to use the module.
type consumer struct {
	name     string
	had      []string // the modules that it requires before
	before   []string // its files before, in testdata
	after    []string // the files that it adds
	prints   string   // its output
	tests    bool     // whether its tests are run
	requires []string // what its go.mod gains
	vendors  []string // the packages that its vendor folder gains
}

var consumers = []consumer{{
	name:     "authorizes and filters",
	after:    []string{"desk/main.go"},
	prints:   "1 true true\n2 false false\n",
	requires: []string{ours.String()},
	vendors:  []string{ours.Path, ours.Path + "/internal/legible", ours.Path + "/internal/strictjson"},
}, {
	name:     "lists by SQL",
	after:    []string{"list/main.go"},
	prints:   `["acme" "" "riya"]` + "\n",
	requires: []string{ours.String()},
	vendors:  []string{ours.Path, ours.Path + "/internal/legible", ours.Path + "/internal/strictjson", ours.Path + "/internal/thresholds", ours.Path + "/sqlfilter"},
}, {
	name:     "had the modules of our tests",
	had:      []string{"github.com/google/go-cmp@v0.5.8", "github.com/stretchr/testify@v1.10.0", "pgregory.net/rapid@v1.1.0"},
	before:   []string{"tested/desk_test.go"},
	after:    []string{"desk/main.go"},
	prints:   "1 true true\n2 false false\n",
	requires: []string{ours.String()},
	vendors:  []string{ours.Path, ours.Path + "/internal/legible", ours.Path + "/internal/strictjson"},
}, {
	name:     "tests with policytest",
	after:    []string{"desk/main.go", "policytest/desk_test.go"},
	prints:   "1 true true\n2 false false\n",
	tests:    true,
	requires: []string{ours.String(), "pgregory.net/rapid@v1.1.0 // indirect"},
	vendors:  []string{ours.Path, ours.Path + "/internal/legible", ours.Path + "/internal/plaintype", ours.Path + "/internal/strictjson", ours.Path + "/policytest", "pgregory.net/rapid"},
}}

func TestConsumers(t *testing.T) {
	env := serve(t)
	for _, c := range consumers {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.adopt(t, env)
		})
	}
}

// serve lays the module out as a module proxy in a directory. It returns the environment
// in which the go command takes it from there, and other modules from this machine's
// module cache or, if it does not have them, from the usual proxy.
func serve(t *testing.T) []string {
	t.Helper()
	proxy := t.TempDir()
	dir := filepath.Join(proxy, filepath.FromSlash(ours.Path), "@v")
	require.NoError(t, os.MkdirAll(dir, 0o755))
	var zipped bytes.Buffer
	require.NoError(t, modzip.Create(&zipped, ours, files(t)))
	gomod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	require.NoError(t, err)
	for name, data := range map[string][]byte{
		"list":                 []byte(ours.Version + "\n"),
		ours.Version + ".info": []byte(`{"Version":"` + ours.Version + `"}`),
		ours.Version + ".mod":  gomod,
		ours.Version + ".zip":  zipped.Bytes(),
	} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), data, 0o644))
	}
	archive, err := zip.NewReader(bytes.NewReader(zipped.Bytes()), int64(zipped.Len()))
	require.NoError(t, err)
	t.Logf("the zip has %d files and %d bytes", len(archive.File), zipped.Len())

	fetched := filepath.Join(goEnv(t, "GOMODCACHE"), "cache", "download")
	return []string{
		"GOPROXY=file://" + filepath.ToSlash(proxy) + ",file://" + filepath.ToSlash(fetched) + "," + goEnv(t, "GOPROXY"),
		"GONOPROXY=none", "GONOSUMDB=" + ours.Path, "GOMODCACHE=" + t.TempDir(), "GOFLAGS=-modcacherw", "GOWORK=off",
	}
}

func goEnv(t *testing.T, name string) string {
	t.Helper()
	return strings.TrimSpace(run(t, root, nil, "go", "env", name))
}

// adopt fetches and vendors the module, checks what the program gained, and builds and
// runs it without a network.
func (c consumer) adopt(t *testing.T, env []string) {
	dir := t.TempDir()
	goTool := func(args ...string) string { return run(t, dir, env, "go", args...) }
	goTool("mod", "init", "helpdesk.example/desk")
	goTool("mod", "edit", "-go=1.24.0")
	for _, m := range c.had {
		goTool("mod", "edit", "-require="+m)
	}
	copyFiles(t, dir, c.before)
	goTool("mod", "tidy")
	goTool("mod", "vendor")
	before := required(t, goTool("mod", "edit", "-json"))
	sums, packages := lines(t, filepath.Join(dir, "go.sum")), vendored(t, dir)

	copyFiles(t, dir, c.after)
	goTool("get", ours.String())
	goTool("mod", "tidy")
	goTool("mod", "vendor")
	after := required(t, goTool("mod", "edit", "-json"))
	assert.Equal(t, slices.Sorted(slices.Values(slices.Concat(before, c.requires))), after, "the go.mod")
	t.Logf("go.mod gained %q", without(after, before))
	c.checkSums(t, without(lines(t, filepath.Join(dir, "go.sum")), sums))
	c.checkVendor(t, dir, without(vendored(t, dir), packages))

	offline := append(slices.Clone(env), "GOPROXY=off", "GOMODCACHE="+t.TempDir())
	run(t, dir, offline, "go", "build", "-mod=vendor", "-o", "desk", ".")
	assert.Equal(t, c.prints, run(t, dir, nil, filepath.Join(dir, "desk")), "what it prints")
	if c.tests {
		run(t, dir, offline, "go", "test", "-mod=vendor", ".")
	}
}

func copyFiles(t *testing.T, dir string, names []string) {
	t.Helper()
	for _, name := range names {
		data, err := os.ReadFile(filepath.Join("testdata", filepath.FromSlash(name)))
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(dir, filepath.Base(name)), data, 0o644))
	}
}

// required returns what a go.mod requires, sorted: modules, Go and a toolchain.
func required(t *testing.T, text string) []string {
	t.Helper()
	var parsed struct {
		Go, Toolchain string
		Require       []struct {
			module.Version
			Indirect bool
		}
	}
	require.NoError(t, json.Unmarshal([]byte(text), &parsed))
	all := []string{"go " + parsed.Go, "toolchain " + parsed.Toolchain}
	for _, r := range parsed.Require {
		line := r.String()
		if r.Indirect {
			line += " // indirect"
		}
		all = append(all, line)
	}
	slices.Sort(all)
	return all
}

// lines returns the lines of a file, and none of a file that is missing.
func lines(t *testing.T, name string) []string {
	t.Helper()
	text, err := os.ReadFile(name)
	if !errors.Is(err, fs.ErrNotExist) {
		require.NoError(t, err)
	}
	return strings.Split(strings.TrimSpace(string(text)), "\n")
}

func without(all, some []string) []string {
	return slices.DeleteFunc(slices.Clone(all), func(one string) bool { return slices.Contains(some, one) })
}

// checkSums checks that a go.sum gained the two sums of the module and otherwise only
// lines of the module's own go.sum.
func (c consumer) checkSums(t *testing.T, gained []string) {
	t.Helper()
	known := lines(t, filepath.Join(root, "go.sum"))
	isOurs := func(line string) bool { return strings.HasPrefix(line, ours.Path+" ") }
	others := slices.DeleteFunc(slices.Clone(gained), isOurs)
	assert.Len(t, gained, len(others)+2, "the sums of the module and of its go.mod")
	assert.Subset(t, known, others, "go.sum")
	var modules []string // without their hashes
	for _, line := range gained {
		modules = append(modules, line[:strings.LastIndex(line, " ")])
	}
	t.Logf("go.sum gained %d lines: %s", len(gained), strings.Join(modules, ", "))
}

// vendored returns the packages that a vendor folder says it has.
func vendored(t *testing.T, dir string) []string {
	t.Helper()
	return slices.DeleteFunc(lines(t, filepath.Join(dir, "vendor", "modules.txt")), func(line string) bool {
		return line == "" || strings.HasPrefix(line, "#")
	})
}

// checkVendor checks that a vendor folder gained the packages that are imported, and no
// tests. Other files of a package's directory are copied too, such as the README.
func (c consumer) checkVendor(t *testing.T, dir string, gained []string) {
	t.Helper()
	assert.Equal(t, c.vendors, gained, "the packages in the vendor folder")
	var others []string
	sources, lines, size := 0, 0, 0
	vendor := os.DirFS(filepath.Join(dir, "vendor"))
	require.NoError(t, fs.WalkDir(vendor, ours.Path, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		assert.Contains(t, gained, path.Dir(name), "the package of %s", name)
		assert.False(t, strings.HasSuffix(name, "_test.go"), "%s is for our tests", name)
		text, err := fs.ReadFile(vendor, name)
		size += len(text)
		if path.Ext(name) == ".go" {
			sources, lines = sources+1, lines+bytes.Count(text, []byte("\n"))
		} else {
			others = append(others, path.Base(name))
		}
		return err
	}))
	t.Logf("the vendor folder gained %q: of ours %d lines of Go in %d files, and %q; %d bytes", gained, lines, sources, others, size)
}
