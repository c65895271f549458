// Bench puts the same questions about the same helpdesk to deskpolicy, to three
// checks written by hand, and to general policy engines; makes sure that all
// answer alike; and measures what each costs.
//
//	cd bench && go run .
//	cd bench && go run . -only sizes -engines bitset    # what the library adds to binaries, alone
//
// It writes report.md and report.svg; with -only sizes, what it weighs into the report.md
// that there is. The first run also compiles the engines, which takes minutes; after that
// it takes some.
package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// options are what the command is asked to do.
type options struct {
	seed          uint64
	questions     int
	repetitions   int
	engines       []maker
	machine, date string
	out           string // the directory of the report
	weighs        bool
	only          string // "sizes", or "" for everything
	footprint     string // the engine whose footprint it measures, and nothing else
}

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// run returns the exit status: 0 if it was measured, 1 if it cannot be or engines
// disagree, and 2 for wrong arguments.
func run(args []string, stdout, stderr io.Writer) int {
	o, err := read(args, stderr)
	if err != nil {
		return 2
	}
	if err := o.do(stdout, stderr); err != nil {
		fmt.Fprintln(stderr, err)
		return 1
	}
	return 0
}

func read(args []string, stderr io.Writer) (o options, err error) {
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Uint64Var(&o.seed, "seed", 1, "what the helpdesk and the questions are drawn from")
	flags.IntVar(&o.questions, "questions", 100_000, "how many questions")
	flags.IntVar(&o.repetitions, "repetitions", 9, "how often each engine is timed")
	names := flags.String("engines", "", "comma-separated `names` of engines to compare with deskpolicy and the bitsets (default all)")
	flags.StringVar(&o.machine, "machine", "an unnamed machine", "what it is measured on")
	flags.StringVar(&o.date, "date", "", "when it is measured (default today)")
	flags.StringVar(&o.out, "out", ".", "the `directory` of the report")
	flags.BoolVar(&o.weighs, "sizes", true, "build programs to see what each engine adds to a binary")
	flags.StringVar(&o.only, "only", "", "measure `sizes`, and nothing else")
	flags.StringVar(&o.footprint, "footprint", "", "print the memory of one `engine` in this process, and do nothing else")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	o.date = cmp.Or(o.date, time.Now().UTC().Format(time.DateOnly))
	o.engines, err = choose(*names)
	switch {
	case err != nil:
	case flags.NArg() > 0:
		err = fmt.Errorf("what is %q?", flags.Arg(0))
	case o.only != "" && o.only != "sizes":
		err = fmt.Errorf("there is no measuring %q only", o.only)
	case o.questions < 100 || o.repetitions < 1:
		err = errors.New("it takes 100 questions and a repetition")
	}
	if err != nil {
		fmt.Fprintln(stderr, err)
	}
	return o, err
}

// choose returns the engines of the names, and what they are compared with.
func choose(names string) (chosen []maker, err error) {
	if names == "" {
		return makers, nil
	}
	wanted := strings.Split(names, ",")
	for _, name := range wanted {
		if _, err := makerOf(name); err != nil {
			return nil, err
		}
	}
	for i, m := range makers {
		if i < bitsets || slices.Contains(wanted, m.name) {
			chosen = append(chosen, m)
		}
	}
	return chosen, nil
}

func (o options) do(stdout, stderr io.Writer) error {
	if o.footprint != "" {
		m, err := makerOf(o.footprint)
		if err != nil {
			return err
		}
		f, err := footprintOf(m, o.seed)
		if err != nil {
			return err
		}
		return json.NewEncoder(stdout).Encode(f)
	}
	if o.only == "sizes" {
		return o.weighOnly(stdout, stderr)
	}
	r, err := o.measureAll(stderr)
	if err != nil {
		return err
	}
	fmt.Fprint(stdout, r.summary())
	return errors.Join(
		os.WriteFile(filepath.Join(o.out, "report.md"), []byte(r.markdown()), 0o644),
		os.WriteFile(filepath.Join(o.out, "report.svg"), []byte(r.svg()), 0o644),
	)
}
