// Mutate changes the library in thousands of small ways and checks that its tests notice
// each change.
//
//	cd verify && go run ./mutate [flags]
//
// It compiles all mutants of a file into one test binary, from a temporary copy of the
// module. Each mutant runs in its own process, quick tests first, until a test fails. See
// operators.go for the kinds of changes, and equivalent.txt for the mutants that no test
// can kill, each with the reason.
//
// The exit status is 1 if a mutant survives that is not listed there, and 2 if the tests
// cannot run.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/deskpolicy/deskpolicy/verify/suite"
)

const usage = `usage: cd verify && go run ./mutate [flags]

Changes the library in small ways, one at a time, and runs its tests on each.

  go run ./mutate                        all files of the root package
  go run ./mutate -files policy.go       one file, or several separated by commas
  go run ./mutate -files sqlfilter/      all files of a package
  go run ./mutate -since main            the files that changed since main
  go run ./mutate -policy                what the built-in roles permit
  go run ./mutate -planted [bug ...]     known bugs: see planted/
  go run ./mutate -list                  only list the mutants
  go run ./mutate -check                 list equivalent mutants and patches that no longer match the code

flags:
`

// options are the command's flags.
type options struct {
	files, since, results, report, timings                           string
	list, check, policy, bugs, repeat, variables, constants, summary bool
	jobs                                                             int
	longest                                                          time.Duration
	only                                                             *regexp.Regexp
	names                                                            []string // of planted bugs
}

func main() {
	var o options
	flags := flag.NewFlagSet("mutate", flag.ExitOnError)
	flags.Usage = func() {
		fmt.Fprint(flags.Output(), usage)
		flags.PrintDefaults()
	}
	flags.StringVar(&o.files, "files", "", "the comma-separated `files` to mutate; a directory means all files in it")
	flags.StringVar(&o.since, "since", "", "mutate the files that changed since the git `commit`")
	flags.BoolVar(&o.list, "list", false, "list the mutants without running them")
	flags.BoolVar(&o.check, "check", false, "only list the equivalent mutants and the patches that no longer match the library")
	flags.BoolVar(&o.policy, "policy", false, "mutate the permissions of the built-in roles instead of code")
	flags.BoolVar(&o.bugs, "planted", false, "plant the known bugs in planted/ instead of mutants")
	flags.BoolVar(&o.summary, "summary", false, "only print, and with -o write, the -results for mutants that still exist")
	flags.IntVar(&o.jobs, "j", 1, "the number of mutants to run at a time")
	flags.StringVar(&o.results, "results", "", "append the outcome of each mutant to the `file`, and skip those that it has as killed")
	flags.StringVar(&o.report, "o", "", "write a report of all results to the `file`")
	flags.StringVar(&o.timings, "timings", "", "the `file` with the durations of tests, written if it does not exist")
	flags.BoolVar(&o.repeat, "repeat", false, "run all tests on the mutants of equivalent.txt, not only the quick ones")
	flags.BoolVar(&o.variables, "variables", true, "mutate everything except the values of constants")
	flags.BoolVar(&o.constants, "constants", true, "mutate the values of constants, which needs a compilation for each mutant")
	flags.DurationVar(&o.longest, "longest", 0, "skip tests that take longer, to find survivors sooner")
	flags.Func("run", "run only the package's own tests that match the `regexp`, such as those that -longest skipped", func(text string) (err error) {
		o.only, err = regexp.Compile(text)
		return err
	})
	_ = flags.Parse(os.Args[1:]) // exits on an error
	o.names = flags.Args()
	status, err := run(o, os.Stdout)
	if err != nil {
		fmt.Fprintln(os.Stderr, "mutate:", err)
		status = 2
	}
	os.Exit(status)
}

func run(o options, out io.Writer) (status int, err error) {
	module, err := suite.Module()
	if err != nil {
		return 2, err
	}
	if o.check {
		return check(module, out)
	}
	files, err := o.chosen(module)
	if err != nil {
		return 2, err
	}
	if o.list {
		return 0, list(module, files, out)
	}
	r := &runner{options: o, module: module, out: out, start: time.Now()}
	return r.run(files)
}

// packages has the directories of the packages to mutate.
var packages = []string{".", "lifecycle", "sqlfilter"}

// loadAll loads these packages.
func loadAll(module string) (all []*program, err error) {
	for _, dir := range packages {
		if _, err := os.Stat(filepath.Join(module, dir)); errors.Is(err, fs.ErrNotExist) {
			continue
		}
		p, err := load(module, dir)
		if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return all, nil
}

// A chosen is a file to mutate.
type chosen struct{ dir, name string }

// chosen returns the files that the flags name, by default all files of the root package.
func (o options) chosen(module string) ([]chosen, error) {
	var names []string
	switch {
	case o.since != "":
		cmd := exec.Command("git", "diff", "--name-only", "--diff-filter=d", o.since, "--", "*.go")
		cmd.Dir = module
		out, err := cmd.Output()
		if err != nil {
			return nil, fmt.Errorf("git diff: %w", err)
		}
		names = slices.DeleteFunc(strings.Fields(string(out)), func(name string) bool { return !slices.Contains(packages, filepath.Dir(name)) })
	case o.files != "":
		names = strings.Split(o.files, ",")
	default:
		names = []string{"./"}
	}
	var files []chosen
	for _, name := range names {
		found, err := expand(module, name)
		if err != nil {
			return nil, err
		}
		files = append(files, found...)
	}
	return files, nil
}

func expand(module, name string) (files []chosen, err error) {
	if !strings.HasSuffix(name, "/") {
		if strings.HasSuffix(name, "_test.go") {
			return nil, nil
		}
		_, err := os.Stat(filepath.Join(module, name))
		return []chosen{{filepath.Dir(name), filepath.Base(name)}}, err
	}
	names, err := goList(module, "-f", `{{join .GoFiles "\n"}}`, "./"+name)
	for _, file := range names {
		files = append(files, chosen{filepath.Clean(name), file})
	}
	return files, err
}

// list prints the mutants without compiling them.
func list(module string, files []chosen, out io.Writer) error {
	for _, dir := range directories(files) {
		p, err := load(module, dir)
		if err != nil {
			return err
		}
		for _, file := range files {
			if file.dir != dir {
				continue
			}
			for _, m := range p.mutants(file.name) {
				fmt.Fprintf(out, "%d:%d %v\n", m.Line, m.Column, m.key)
			}
		}
	}
	return nil
}

func directories(files []chosen) (dirs []string) {
	for _, file := range files {
		if !slices.Contains(dirs, file.dir) {
			dirs = append(dirs, file.dir)
		}
	}
	return dirs
}

// A runner runs a campaign and keeps its results.
type runner struct {
	options
	module string
	out    io.Writer
	start  time.Time

	mu      sync.Mutex
	results *os.File // nil if results are not kept
	earlier outcomes
	now     outcomes // of this run
	stale   int      // number of survivors that are not listed as equivalent
}

func (r *runner) run(files []chosen) (status int, err error) {
	known, err := readEquivalents()
	if err != nil {
		return 2, err
	}
	if r.earlier, err = readOutcomes(r.options.results); err != nil {
		return 2, err
	}
	if r.options.results != "" {
		if r.results, err = os.OpenFile(r.options.results, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644); err != nil {
			return 2, err
		}
		defer r.results.Close()
	}
	r.now = make(outcomes)
	if r.summary {
		return r.summarise(known)
	}
	c, err := r.campaign(known)
	if err != nil {
		return 2, err
	}
	defer c.tree.Close()
	switch {
	case r.bugs:
		return r.planted(c)
	case r.policy:
		err = c.policy(r.done)
	default:
		err = r.mutateFiles(c, files)
	}
	if err != nil {
		return 2, err
	}
	return r.finish(known)
}

// summarise takes over the results of earlier runs for mutants that still exist. Survivors
// that are now listed as equivalent count as such.
func (r *runner) summarise(known equivalents) (status int, err error) {
	exists, err := r.existing()
	if err != nil {
		return 2, err
	}
	for k, o := range r.earlier {
		if !exists[k] {
			delete(r.earlier, k)
			continue
		}
		if _, listed := known.reason(k); listed && o.Status == survived {
			o.Status = equivalent
		}
		r.earlier[k], r.now[k] = o, o
		if o.Status == survived {
			r.stale++
		}
	}
	return r.finish(known)
}

// existing returns the current mutants of the packages or, with -policy, of the policy.
func (r *runner) existing() (map[key]bool, error) {
	exists := make(map[key]bool)
	for _, m := range policyMutants() {
		exists[m.key] = r.policy
	}
	if r.policy {
		return exists, nil
	}
	all, err := loadAll(r.module)
	if err != nil {
		return nil, err
	}
	for _, p := range all {
		for _, name := range p.names {
			for _, m := range p.mutants(name) {
				exists[m.key] = true
			}
		}
	}
	return exists, nil
}

func (r *runner) campaign(known equivalents) (*campaign, error) {
	tree, err := suite.Copy(r.module)
	if err != nil {
		return nil, err
	}
	c := &campaign{module: r.module, tree: tree, known: known, jobs: r.jobs, longest: r.longest, only: r.only, repeat: r.repeat, variables: r.variables, constants: r.constants, log: r.out, emit: r.emit}
	if c.timings, err = tree.Timings(r.timings); err == nil {
		c.blind, err = blindTests(r.module)
	}
	if err != nil {
		tree.Close()
		return nil, err
	}
	return c, nil
}

func (r *runner) mutateFiles(c *campaign, files []chosen) error {
	for _, dir := range directories(files) {
		p, err := load(r.module, dir)
		if err != nil {
			return err
		}
		var names []string
		for _, file := range files {
			if file.dir == dir {
				names = append(names, file.name)
			}
		}
		if err := c.files(p, names, r.done); err != nil {
			return err
		}
	}
	return nil
}

// done reports whether an earlier run killed the mutant. If so, it takes over the result.
func (r *runner) done(k key) bool {
	earlier, has := r.earlier[k]
	if !has || earlier.Status != killed {
		return false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.now[k] = earlier
	return true
}

// emit records the outcome of a mutant.
func (r *runner) emit(o outcome) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.now[o.key] = o
	if r.results != nil {
		line, _ := json.Marshal(o) // cannot fail: o has only strings and numbers
		_, _ = r.results.Write(append(line, '\n'))
	}
	if o.Status == survived {
		r.stale++
		fmt.Fprintf(r.out, "SURVIVED %s:%d\n%s", o.File, o.Line, entry(o.key))
	}
	if len(r.now)%50 == 0 {
		r.line(o.File)
	}
}

// line prints the progress of the file.
func (r *runner) line(file string) {
	_, by, _ := r.now.tallies()
	if t := by[file]; t != nil {
		fmt.Fprintf(r.out, "%6.0f s  %-20s %d mutants, %d killed, %d equivalent, %d survived\n",
			time.Since(r.start).Seconds(), file, t.viable, t.killed, t.equivalent, t.survived)
	}
}

// finish prints the table and writes the report.
func (r *runner) finish(known equivalents) (status int, err error) {
	fmt.Fprintf(r.out, "\n%s", r.now.table())
	if r.report != "" {
		all := r.earlier
		for k, o := range r.now {
			all[k] = o
		}
		text := all.report(known)
		if r.policy {
			text = all.policyReport()
		}
		if err := os.WriteFile(r.report, []byte(text), 0o644); err != nil {
			return 2, err
		}
	}
	if r.stale > 0 {
		fmt.Fprintf(r.out, "\n%d mutants survived that are not listed in mutate/equivalent.txt\n", r.stale)
		return 1, nil
	}
	return 0, nil
}
