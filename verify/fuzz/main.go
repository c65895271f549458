// Fuzz runs the fuzz targets of the library for a while each, two at a time, and
// says how often each was tried.
//
//	cd verify && go run ./fuzz [-time 30s] [-jobs 2] [-retries 3] [-match regexp]
//
// Its exit status is 1 if a target fails. What made it fail is kept in testdata/fuzz
// then, as the go command does, and belongs there with a reason once it is mended.
// A target that fails without such an input is tried once more: the fuzzer itself
// stumbles at times.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"regexp"
	"time"

	"github.com/deskpolicy/deskpolicy/verify/suite"
)

func main() {
	log := func(line string) { fmt.Println(line) }
	var o options
	flag.DurationVar(&o.time, "time", 30*time.Second, "how long each target runs")
	flag.IntVar(&o.jobs, "jobs", 2, "how many targets run at once")
	flag.IntVar(&o.retries, "retries", 3, "how often a target is tried again that fails without an input")
	match := flag.String("match", "", "run those targets only whose package and name match")
	flag.Parse()
	var err error
	if o.match, err = regexp.Compile(*match); err != nil || flag.NArg() > 0 || o.jobs < 1 {
		flag.Usage()
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	module, err := suite.Module()
	if err == nil {
		err = run(ctx, module, o, log)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
