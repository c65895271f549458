// Scale measures the cost of listing tickets in PostgreSQL, in a table of a million
// tickets. It compares the statements of package sqlfilter with statements written
// by hand for one kind of agent.
//
//	cd integration && go run ./scale
//
// Scale builds its own database on the server at DESKPOLICY_POSTGRES (a URL;
// postgres@127.0.0.1:5432 if empty) and keeps it for the next run; -drop drops it.
// It writes scale/report.md and scale/report.svg.
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"time"

	"github.com/jackc/pgx/v5"
)

// options are the command's flags.
type options struct {
	sizes          Sizes
	database       string
	to             string // the directory of the report
	only           *regexp.Regexp
	machine, date  string
	time           time.Duration
	drop, explains bool
}

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// run runs the command and returns its exit status: 0 for success, 1 for an error and
// 2 for wrong arguments.
func run(args []string, stdout, stderr io.Writer) int {
	o, err := parseOptions(args, stderr)
	if err != nil {
		return 2
	}
	if err := o.do(context.Background(), stdout, stderr); err != nil {
		fmt.Fprintln(stderr, err)
		return 1
	}
	return 0
}

// parseOptions returns the options that the arguments set. It prints errors to
// stderr.
func parseOptions(args []string, stderr io.Writer) (o options, err error) {
	flags := flag.NewFlagSet("scale", flag.ContinueOnError)
	flags.SetOutput(stderr)
	isQuick := flags.Bool("quick", false, "build a tenth of everything, for a trial run")
	only := flags.String("only", "", "measure only the scopes whose names match the `regexp`, and write no report")
	o.define(flags)
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if flags.NArg() > 0 {
		fmt.Fprintf(stderr, "argument %q is unknown; the command takes flags only\n", flags.Arg(0))
		return o, flag.ErrHelp
	}
	if err := o.complete(*isQuick, *only); err != nil {
		fmt.Fprintln(stderr, err)
		return o, err
	}
	return o, nil
}

// define defines the flags that set o directly.
func (o *options) define(flags *flag.FlagSet) {
	for _, size := range []struct {
		name   string
		number *int
	}{
		{"tickets", &o.sizes.Tickets},
		{"groups", &o.sizes.Groups},
		{"agents", &o.sizes.Agents},
		{"contacts", &o.sizes.Contacts},
		{"mentions", &o.sizes.Mentions},
	} {
		flags.IntVar(size.number, size.name, 0, "the number of `"+size.name+"`")
	}
	flags.StringVar(&o.database, "database", "", "the `name` of the database (default deskpolicy_scale, or deskpolicy_scale_quick)")
	flags.StringVar(&o.to, "to", "scale", "the `directory` of the report")
	flags.StringVar(&o.machine, "machine", "an unnamed machine", "the machine that the report names")
	flags.StringVar(&o.date, "date", "", "the date that the report names (default today)")
	flags.DurationVar(&o.time, "time", time.Second, "how long to run each pair of statements")
	flags.BoolVar(&o.drop, "drop", false, "drop the database, and measure nothing")
	flags.BoolVar(&o.explains, "explain", false, "print statements and plans as well")
}

// complete sets the defaults of options that are not set, and checks the others.
func (o *options) complete(isQuick bool, only string) (err error) {
	standard, name := full, "deskpolicy_scale"
	if isQuick {
		standard, name = quick, "deskpolicy_scale_quick"
	}
	o.sizes.setDefaults(standard)
	o.database, o.date = cmp.Or(o.database, name), cmp.Or(o.date, time.Now().UTC().Format(time.DateOnly))
	if err := o.sizes.check(); err != nil {
		return err
	}
	if only != "" {
		o.only, err = regexp.Compile(only)
	}
	return err
}

// setDefaults sets the sizes that are 0.
func (s *Sizes) setDefaults(standard Sizes) {
	*s = Sizes{
		cmp.Or(s.Tickets, standard.Tickets), cmp.Or(s.Groups, standard.Groups), cmp.Or(s.Agents, standard.Agents),
		cmp.Or(s.Contacts, standard.Contacts), cmp.Or(s.Mentions, standard.Mentions),
	}
}

// check returns an error if no data of these sizes can be built.
func (s Sizes) check() error {
	if s.Tickets < 1000 || s.Groups < 10 || s.Agents < 10 || s.Contacts < 1000 || s.Mentions < 0 || s.Mentions > s.Tickets {
		return errors.New("sizes are too small: at least 1000 tickets, 10 groups, 10 agents and 1000 contacts are needed, and no more mentions than tickets")
	}
	return nil
}

// server returns the configuration of a connection to the database.
func server(database string) (*pgx.ConnConfig, error) {
	config, err := pgx.ParseConfig(cmp.Or(os.Getenv("DESKPOLICY_POSTGRES"), "postgres://postgres@127.0.0.1:5432/postgres?sslmode=disable"))
	if err == nil {
		config.Database = database
	}
	return config, err
}

func (o options) do(ctx context.Context, stdout, stderr io.Writer) error {
	at, err := server(o.database)
	if err != nil {
		return err
	}
	if o.drop {
		return administer(ctx, at, "DROP DATABASE IF EXISTS "+pgx.Identifier{o.database}.Sanitize())
	}
	if err := build(ctx, at, o.sizes, stderr); err != nil {
		return err
	}
	r, err := o.measureAll(ctx, at, stdout, stderr)
	if err != nil || o.only != nil {
		return err
	}
	return errors.Join(
		os.WriteFile(filepath.Join(o.to, "report.md"), []byte(r.markdown()), 0o644),
		os.WriteFile(filepath.Join(o.to, "report.svg"), []byte(r.svg()), 0o644),
	)
}
