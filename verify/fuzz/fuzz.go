package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/deskpolicy/deskpolicy/internal/seeds"
)

type options struct {
	time    time.Duration
	jobs    int
	retries int
	match   *regexp.Regexp
}

// A target is a function to fuzz, in the test binary of its package.
type target struct {
	name, pkg, dir, binary string
}

func (t target) String() string { return t.pkg + "." + t.name }

// run fuzzes the targets of the module in the directory, and logs a line for
// each. The error is that of the targets that fail, or of the go command.
func run(ctx context.Context, dir string, o options, log func(string)) error {
	binaries, err := os.MkdirTemp("", "fuzz")
	if err != nil {
		return err
	}
	defer os.RemoveAll(binaries)
	targets, err := find(ctx, dir, binaries, o.match)
	if err != nil {
		return err
	}
	log(fmt.Sprintf("%d targets, %v each, %d at a time", len(targets), o.time, o.jobs))
	return fuzzAll(ctx, targets, o, log)
}

// find returns the targets that match, with their packages' binaries built.
func find(ctx context.Context, dir, binaries string, match *regexp.Regexp) (targets []target, err error) {
	listed, err := output(ctx, dir, "go", "list", "-f", "{{if or .TestGoFiles .XTestGoFiles}}{{.ImportPath}} {{.Dir}}{{end}}", "./...")
	if err != nil {
		return nil, err
	}
	for i, line := range strings.Split(listed, "\n") {
		pkg, at, _ := strings.Cut(line, " ")
		if names := declared(at); len(names) == 0 {
			continue
		}
		binary := filepath.Join(binaries, fmt.Sprint(i))
		if _, err := output(ctx, at, "go", "test", "-c", "-fuzz", ".", "-o", binary, "."); err != nil {
			return nil, err
		}
		names, err := output(ctx, at, binary, "-test.list", "^Fuzz")
		if err != nil {
			return nil, err
		}
		for _, name := range strings.Fields(names) {
			if t := (target{name, pkg, at, binary}); match.MatchString(t.String()) {
				targets = append(targets, t)
			}
		}
	}
	if len(targets) == 0 {
		return nil, errors.New("there are no such targets")
	}
	return targets, nil
}

var declaration = regexp.MustCompile(`(?m)^func (Fuzz\w*)\(`)

// declared returns the names of the targets that the package in the directory declares.
func declared(dir string) (names []string) {
	files, _ := filepath.Glob(filepath.Join(dir, "*_test.go")) // the pattern is a good one
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			continue // the go command says so too
		}
		for _, found := range declaration.FindAllSubmatch(source, -1) {
			names = append(names, string(found[1]))
		}
	}
	return names
}

// fuzzAll fuzzes the targets, so many at a time.
func fuzzAll(ctx context.Context, targets []target, o options, log func(string)) error {
	var lock sync.Mutex
	var failed error
	free := make(chan struct{}, o.jobs)
	var running sync.WaitGroup
	for _, t := range targets {
		free <- struct{}{}
		running.Add(1)
		go func() {
			defer func() { <-free; running.Done() }()
			line, err := t.fuzz(ctx, o)
			lock.Lock()
			defer lock.Unlock()
			log(line)
			failed = errors.Join(failed, err)
		}()
	}
	running.Wait()
	return failed
}

// fuzz fuzzes the target, once more if it fails without an input that made it fail.
func (t target) fuzz(ctx context.Context, o options) (line string, err error) {
	before := t.inputs()
	for again := 0; ; again++ {
		started := time.Now()
		out, err := t.try(ctx, o.time)
		added := difference(t.inputs(), before)
		switch {
		case err == nil:
			return fmt.Sprintf("ok    %-60s %s", t, t.tries(out, time.Since(started))), nil
		case len(added) > 0 || again == o.retries || ctx.Err() != nil:
			return fmt.Sprintf("FAIL  %s", t), fmt.Errorf("%v: %w %s\n%s", t, err, strings.Join(added, " "), out)
		}
	}
}

// try runs the target for a while and returns what it printed. Inputs are not
// made smaller, which takes long and finds nothing.
func (t target) try(ctx context.Context, howLong time.Duration) (string, error) {
	cache, err := output(ctx, t.dir, "go", "env", "GOCACHE")
	if err != nil {
		return "", err
	}
	cmd := exec.CommandContext(ctx, t.binary, "-test.run", "^$", "-test.fuzz", "^"+t.name+"$", "-test.fuzztime", howLong.String(),
		"-test.fuzzminimizetime", "1x", "-test.parallel", "1", "-test.timeout", "0", "-test.fuzzcachedir", filepath.Join(cache, "fuzz", t.pkg))
	cmd.Dir = t.dir
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 10 * time.Second
	out, err := cmd.CombinedOutput()
	return string(out), err
}

var progress = regexp.MustCompile(`execs: (\d+) .*new interesting: (\d+) \(total: (\d+)\)`)

// tries returns how often the target was tried, by its last line of progress.
func (t target) tries(out string, took time.Duration) string {
	lines := progress.FindAllStringSubmatch(out, -1)
	if len(lines) == 0 {
		return "no progress"
	}
	last := lines[len(lines)-1]
	var n float64
	fmt.Sscan(last[1], &n)
	return fmt.Sprintf("%9s tries  %6.0f/s  %s inputs, %s new", last[1], n/took.Seconds(), last[3], last[2])
}

// inputs are the names of what is kept for the target.
func (t target) inputs() map[string]bool {
	files, _ := filepath.Glob(filepath.Join(t.dir, seeds.Dir, t.name, "*"))
	names := make(map[string]bool)
	for _, file := range files {
		names[file] = true
	}
	return names
}

func difference(now, before map[string]bool) (added []string) {
	for name := range now {
		if !before[name] {
			added = append(added, name)
		}
	}
	return added
}

// output runs a program in the directory and returns what it prints.
func output(ctx context.Context, dir, program string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir = dir
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s %s: %w\n%s", program, strings.Join(args, " "), err, &stderr)
	}
	return strings.TrimSpace(string(out)), nil
}
