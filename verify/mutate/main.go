// Mutate changes the library in thousands of small ways and shows that its tests
// notice each.
//
//	cd verify && go run ./mutate [flags]
//
// All mutants of a file are compiled into one test binary, from a copy of the
// module that is thrown away; each runs in a process of its own, the quick tests
// first, up to the first that fails. See operators.go for what is changed, and
// equivalent.txt for the mutants that no test can kill, each with the reason.
//
// The exit status is 1 if a mutant survives that is not listed there, and 2 if the
// tests could not be run.
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

  go run ./mutate                        all files of the library
  go run ./mutate -files policy.go       one, or several with commas
  go run ./mutate -files sqlfilter/      all files of a package
  go run ./mutate -since main            the files that changed since then
  go run ./mutate -policy                what the built-in roles permit
  go run ./mutate -planted [bug ...]     known bugs: see planted/
  go run ./mutate -list                  only list the mutants
  go run ./mutate -check                 which equivalent mutants and patches are of code that changed since

flags:
`

// options are what the flags say.
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
	flags.StringVar(&o.files, "files", "", "the `files` to mutate, with commas; a directory is all files in it")
	flags.StringVar(&o.since, "since", "", "mutate the files that changed since the git `commit`")
	flags.BoolVar(&o.list, "list", false, "list the mutants without running them")
	flags.BoolVar(&o.check, "check", false, "run nothing; list the equivalent mutants and the patches that do not fit the library any more")
	flags.BoolVar(&o.policy, "policy", false, "mutate what the built-in roles permit, instead of code")
	flags.BoolVar(&o.bugs, "planted", false, "plant the known bugs of planted/, instead of mutants")
	flags.BoolVar(&o.summary, "summary", false, "run nothing; print, and with -o write, what the -results say of mutants that exist")
	flags.IntVar(&o.jobs, "j", 1, "how many mutants to run at a time")
	flags.StringVar(&o.results, "results", "", "append what becomes of each mutant to the `file`; those that it says were killed are not run again")
	flags.StringVar(&o.report, "o", "", "write a report to the `file`, of all results")
	flags.StringVar(&o.timings, "timings", "", "how long each test takes, from an earlier run; made if there is no such `file`")
	flags.BoolVar(&o.repeat, "repeat", false, "run the mutants of equivalent.txt on all tests as well, not only on the quick ones")
	flags.BoolVar(&o.variables, "variables", true, "mutate all else than the values of constants")
	flags.BoolVar(&o.constants, "constants", true, "mutate the values of constants as well, each of which takes a compilation")
	flags.DurationVar(&o.longest, "longest", 0, "leave out the tests that take longer, to see the survivors soon")
	flags.Func("run", "run only the tests of the package itself that match the `regexp`, as those that -longest left out", func(text string) (err error) {
		o.only, err = regexp.Compile(text)
		return err
	})
	_ = flags.Parse(os.Args[1:]) // it exits
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

// packages are the directories of what is mutated.
var packages = []string{".", "lifecycle", "sqlfilter"}

// loadAll reads the packages that are mutated.
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

// A chosen file is one of a package to mutate.
type chosen struct{ dir, name string }

// chosen returns the files that the flags name; all of the library, if none.
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
	results *os.File // nil if they are not kept
	earlier outcomes
	now     outcomes // of this run
	stale   int      // survivors of this run that are not listed
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

// summarise takes the results of earlier runs for those of this one, where the
// mutant exists still and its like is not listed as equivalent since.
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

// existing returns the mutants of the packages that the results are about, or of the policy.
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

// done reports whether an earlier run killed the mutant, and counts it.
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

// emit notes what became of a mutant.
func (r *runner) emit(o outcome) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.now[o.key] = o
	if r.results != nil {
		line, _ := json.Marshal(o) // strings and numbers
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

// line prints how far the file is.
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
