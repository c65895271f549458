package main

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/deskpolicy/deskpolicy/verify/suite"
)

// A status is the result of a mutant.
type status string

const (
	killed     status = "killed"     // a test failed
	survived   status = "survived"   // no test failed
	equivalent status = "equivalent" // no test can fail, for a known reason
	unviable   status = "unviable"   // it does not compile
)

// An outcome holds the result of one mutant.
type outcome struct {
	key
	Line    int
	Status  status
	Killer  string `json:",omitempty"`
	Seconds float64
}

// A campaign runs the tests on mutants.
type campaign struct {
	module    string
	tree      *suite.Tree
	timing    sync.Mutex // guards timings, which grow when other modules are timed
	timings   map[string]suite.Timings
	known     equivalents
	jobs      int
	longest   time.Duration  // skip tests that take longer; 0 means no limit
	only      *regexp.Regexp // if not nil, run only the package's own tests that match
	repeat    bool           // run all tests on equivalent mutants too
	variables bool           // run mutants that share a binary
	constants bool           // run mutants that need their own binary
	blind     []string       // tests that read source files, where they do not see the mutants
	log       io.Writer
	emit      func(outcome)
}

// blindTests returns the tests of the repository's rules. They read the source files, so
// they do not see mutants, which are only in the binary.
func blindTests(module string) ([]string, error) {
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(module, "repository_test.go"), nil, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, decl := range file.Decls {
		if decl, is := decl.(*ast.FuncDecl); is && strings.HasPrefix(decl.Name.Name, "Test") {
			names = append(names, decl.Name.Name)
		}
	}
	return names, nil
}

// timed returns the durations of the package's tests. It times tests of another module
// on the first call.
func (c *campaign) timed(pkg string) (timings suite.Timings, err error) {
	c.timing.Lock()
	defer c.timing.Unlock()
	if c.timings[pkg] == nil {
		c.timings[pkg], err = c.tree.Time(pkg)
	}
	return c.timings[pkg], err
}

// A target holds compiled tests with mutants. It is safe for concurrent use.
type target struct {
	*campaign
	dir     string            // of the package that is mutated
	overlay map[string][]byte // its mutated files

	mu       sync.Mutex
	binaries []*suite.Binary // the package's own first
	packages []string
	trusted  map[string]bool // whether a test passes without a mutant
	alone    bool            // every run has the mutant, so all failures count
	recent   []string        // tests that killed recently
}

// newTarget compiles the tests of the package in the directory with the overlay.
func (c *campaign) newTarget(dir string, overlay map[string][]byte) (*target, error) {
	packages, err := c.tree.Noticing(dir)
	if err != nil {
		return nil, err
	}
	t := &target{campaign: c, dir: dir, overlay: overlay, packages: packages, trusted: make(map[string]bool)}
	_, err = t.binary(0)
	return t, err
}

// binary returns the tests of the i-th package. It compiles them on the first call.
func (t *target) binary(i int) (*suite.Binary, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for len(t.binaries) <= i {
		b, err := t.tree.Build(t.packages[len(t.binaries)], t.overlay)
		if err != nil {
			return nil, err
		}
		if _, err := t.timed(b.Package); err != nil {
			return nil, err
		}
		t.binaries = append(t.binaries, b)
	}
	return t.binaries[i], nil
}

func (t *target) close() {
	for _, b := range t.binaries {
		_ = b.Remove() // ignore the error: the whole tree is removed at the end
	}
}

// kill runs tests on a mutant until one fails.
func (t *target) kill(env string, limit time.Duration) (suite.Result, error) {
	var total time.Duration
	for i := range t.packages {
		b, err := t.binary(i)
		if err != nil {
			return suite.Result{}, err
		}
		for _, stage := range t.stages(b, i, limit) {
			r, err := t.run(b, stage, env)
			total += r.Elapsed
			if err != nil || r.Killed() {
				r.Elapsed = total
				return r, err
			}
		}
		if limit > 0 && limit < time.Second || t.only != nil {
			break // only the package's own tests run
		}
	}
	return suite.Result{Elapsed: total}, nil
}

// stages returns the tests in the order to run them, recent killers first.
func (t *target) stages(b *suite.Binary, i int, limit time.Duration) []suite.Stage {
	timings, _ := t.timed(b.Package) // binary has already timed them
	tests := slices.DeleteFunc(slices.Clone(b.Tests), func(test string) bool {
		return slices.Contains(t.blind, test) || limit > 0 && timings[test] > limit || t.only != nil && !t.only.MatchString(test)
	})
	stages := timings.Stages(tests)
	t.mu.Lock()
	defer t.mu.Unlock()
	if i == 0 && len(t.recent) > 0 && t.only == nil {
		first := suite.Stage{Tests: slices.Clone(t.recent)}
		for _, test := range t.recent {
			first.Elapsed += timings[test]
		}
		stages = slices.Insert(stages, 0, first)
	}
	return stages
}

// run runs one stage. It ignores tests that fail without a mutant too, such as tests of
// costs, which all the compiled mutants can slow down.
func (t *target) run(b *suite.Binary, stage suite.Stage, env string) (suite.Result, error) {
	for {
		stage.Tests = slices.DeleteFunc(slices.Clone(stage.Tests), func(test string) bool {
			t.mu.Lock()
			defer t.mu.Unlock()
			trusted, known := t.trusted[b.Package+" "+test]
			return known && !trusted
		})
		if len(stage.Tests) == 0 {
			return suite.Result{}, nil
		}
		r := b.RunStage(stage, env)
		test, _, _ := strings.Cut(r.Killer, "/")
		if !r.Killed() || t.trust(b, test) {
			if r.Killed() && test != "" {
				t.remember(b, test)
			}
			return r, nil
		}
		if test == "" {
			return r, fmt.Errorf("%s: the tests did not start:\n%s", b.Package, suite.Tail(r.Output, 20))
		}
	}
}

// trust reports whether the test passes without a mutant, or for "" whether any test does.
func (t *target) trust(b *suite.Binary, test string) bool {
	if t.alone {
		return true
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	trusted, known := t.trusted[b.Package+" "+test]
	if !known {
		name := test
		if name == "" {
			name = b.Tests[0]
		}
		trusted = !b.Run([]string{name}, 10*time.Minute).Killed()
		t.trusted[b.Package+" "+test] = trusted
		if !trusted {
			fmt.Fprintf(t.log, "%s is ignored because it also fails without a mutant\n", test)
		}
	}
	return trusted
}

// remember makes a quick test run first on the next mutant.
func (t *target) remember(b *suite.Binary, test string) {
	timings, _ := t.timed(b.Package)
	if b.Package != t.packages[0] || timings[test] > 100*time.Millisecond || suite.Costs(test) {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.recent = slices.DeleteFunc(t.recent, func(other string) bool { return other == test })
	t.recent = slices.Insert(t.recent, 0, test)
	t.recent = t.recent[:min(len(t.recent), 4)]
}

// files runs the tests on all mutants of the package's files, compiled into one binary.
func (c *campaign) files(p *program, names []string, skip func(key) bool) error {
	overlay := map[string][]byte{path.Join(p.dir, helperName): helper(p.pkg.Name())}
	var run, single []*mutant
	first := 1
	for _, name := range names {
		all := p.mutants(name)
		for _, m := range all {
			m.id += first - 1
		}
		first += len(all)
		text, viable, refused, err := p.newSchema(name, all)
		if err != nil {
			return err
		}
		overlay[path.Join(p.dir, name)] = text
		for _, m := range refused {
			c.emit(outcome{key: m.key, Line: m.Line, Status: unviable})
		}
		run = append(run, slices.DeleteFunc(viable, func(m *mutant) bool { return skip(m.key) })...)
		single = append(single, slices.DeleteFunc(all, func(m *mutant) bool { return m.in.how != alone || skip(m.key) })...)
	}
	if c.variables && len(run) > 0 {
		t, err := c.newTarget(p.dir, overlay)
		if err != nil {
			return err
		}
		defer t.close()
		if err := c.each(run, func(m *mutant) error { return t.judge(m, strconv.Itoa(m.id)) }); err != nil {
			return err
		}
	}
	if !c.constants {
		return nil
	}
	return c.each(single, func(m *mutant) error { return c.single(p, m) })
}

// single runs the tests on a mutant with its own binary.
func (c *campaign) single(p *program, m *mutant) error {
	text := apply(p.source[m.File], []edit{m.edit})
	if !p.compiles(m.File, text) {
		c.emit(outcome{key: m.key, Line: m.Line, Status: unviable})
		return nil
	}
	t, err := c.newTarget(p.dir, map[string][]byte{path.Join(p.dir, m.File): text})
	switch {
	case errors.Is(err, suite.ErrBuild): // a test uses the mutated constant as one
		c.emit(outcome{key: m.key, Line: m.Line, Status: unviable})
		return nil
	case errors.Is(err, suite.ErrStart):
		c.emit(outcome{key: m.key, Line: m.Line, Status: killed, Killer: suite.Result{How: "panicked"}.String()})
		return nil
	case err != nil:
		return err
	}
	defer t.close()
	t.alone = true
	return t.judge(m, "0")
}

// judge runs the tests on the mutant and records the outcome.
func (t *target) judge(m *mutant, id string) error {
	_, listed := t.known.reason(m.key)
	limit := t.longest
	if listed && !t.repeat {
		limit = 300 * time.Millisecond // it is known to be equivalent
	}
	r, err := t.kill(variable+"="+id, limit)
	if err != nil {
		return fmt.Errorf("%v: %w", m.key, err)
	}
	o := outcome{key: m.key, Line: m.Line, Status: survived, Killer: r.String(), Seconds: r.Elapsed.Seconds()}
	switch {
	case r.Killed():
		o.Status = killed
	case listed:
		o.Status = equivalent
	}
	t.emit(o)
	return nil
}

// each calls do for each mutant, several at a time.
func (c *campaign) each(mutants []*mutant, do func(*mutant) error) (err error) {
	var wait sync.WaitGroup
	var once sync.Once
	queue := make(chan *mutant)
	for range c.jobs {
		wait.Add(1)
		go func() {
			defer wait.Done()
			for m := range queue {
				if problem := do(m); problem != nil {
					once.Do(func() { err = problem })
				}
			}
		}()
	}
	for _, m := range mutants {
		queue <- m
	}
	close(queue)
	wait.Wait()
	return err
}
