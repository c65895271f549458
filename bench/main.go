// Bench asks deskpolicy, three hand-written checks and several general policy engines
// the same questions about the same helpdesk. It verifies that all give the same answers
// and measures the cost of each.
//
//	cd bench && go run .
//	cd bench && go run . -only sizes -engines bitset    # only what the library adds to binaries
//
// It writes report.md and report.svg. With -only sizes, it updates the sizes in the existing
// report.md. A run takes minutes, and the first one longer, because it compiles the engines.
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

// options are the command's flags.
type options struct {
	seed          uint64
	questions     int
	repetitions   int
	engines       []maker
	machine, date string
	out           string // the directory of the report
	weighs        bool
	only          string // "sizes", or "" for everything
	footprint     string // if not "", only measure the footprint of this engine
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
	flags.Uint64Var(&o.seed, "seed", 1, "the seed of the helpdesk and the questions")
	flags.IntVar(&o.questions, "questions", 100_000, "the number of questions")
	flags.IntVar(&o.repetitions, "repetitions", 9, "the number of times that each engine is timed")
	names := flags.String("engines", "", "comma-separated `names` of engines to compare with deskpolicy and the bitsets (default all)")
	flags.StringVar(&o.machine, "machine", "an unnamed machine", "the description of the machine in the report")
	flags.StringVar(&o.date, "date", "", "the date in the report (default today)")
	flags.StringVar(&o.out, "out", ".", "the `directory` of the report")
	flags.BoolVar(&o.weighs, "sizes", true, "build programs to measure what each engine adds to a binary")
	flags.StringVar(&o.only, "only", "", "measure only `sizes`")
	flags.StringVar(&o.footprint, "footprint", "", "only print the memory that one `engine` takes in this process")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	o.date = cmp.Or(o.date, time.Now().UTC().Format(time.DateOnly))
	o.engines, err = choose(*names)
	switch {
	case err != nil:
	case flags.NArg() > 0:
		err = fmt.Errorf("unexpected argument %q", flags.Arg(0))
	case o.only != "" && o.only != "sizes":
		err = fmt.Errorf("-only %q is unknown; write -only sizes", o.only)
	case o.questions < 100 || o.repetitions < 1:
		err = errors.New("too few: at least 100 questions and one repetition are needed")
	}
	if err != nil {
		fmt.Fprintln(stderr, err)
	}
	return o, err
}

// choose returns the named engines, after the library and the bitsets.
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
