// Scale measures what lists of tickets cost in PostgreSQL, when there are a
// million of them: the statements of package sqlfilter, beside such as are
// written by hand for one kind of agent.
//
//	cd integration && go run ./scale
//
// It builds a database of its own on the server at DESKPOLICY_POSTGRES (a URL;
// postgres@127.0.0.1:5432 if empty) and leaves it there for the next time;
// -drop drops it. It writes scale/report.md and scale/report.svg.
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

// options are what the command is asked to do.
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

// run returns the exit status: 0 if it was measured, 1 if it cannot be, and 2 for wrong arguments.
func run(args []string, stdout, stderr io.Writer) int {
	o, err := read(args, stderr)
	if err != nil {
		return 2
	}
	if err := o.do(context.Background(), stdout, stderr); err != nil {
		fmt.Fprintln(stderr, err)
		return 1
	}
	return 0
}

func read(args []string, stderr io.Writer) (o options, err error) {
	flags := flag.NewFlagSet("scale", flag.ContinueOnError)
	flags.SetOutput(stderr)
	isQuick := flags.Bool("quick", false, "a tenth of everything, for trying out")
	only := flags.String("only", "", "measure only the scopes whose names match, and write no report")
	for _, size := range []struct {
		name string
		is   *int
	}{
		{"tickets", &o.sizes.Tickets},
		{"groups", &o.sizes.Groups},
		{"agents", &o.sizes.Agents},
		{"contacts", &o.sizes.Contacts},
		{"mentions", &o.sizes.Mentions},
	} {
		flags.IntVar(size.is, size.name, 0, "how many `"+size.name+"`")
	}
	flags.StringVar(&o.database, "database", "", "the `name` of the database (default deskpolicy_scale, or deskpolicy_scale_quick)")
	flags.StringVar(&o.to, "to", "scale", "the `directory` of the report")
	flags.StringVar(&o.machine, "machine", "an unnamed machine", "what it is measured on")
	flags.StringVar(&o.date, "date", "", "when it is measured (default today)")
	flags.DurationVar(&o.time, "time", time.Second, "how long to run each pair of statements")
	flags.BoolVar(&o.drop, "drop", false, "drop the database, and measure nothing")
	flags.BoolVar(&o.explains, "explain", false, "print statements and plans as well")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if flags.NArg() > 0 {
		fmt.Fprintf(stderr, "what is %q?\n", flags.Arg(0))
		return o, flag.ErrHelp
	}
	standard, name := full, "deskpolicy_scale"
	if *isQuick {
		standard, name = quick, "deskpolicy_scale_quick"
	}
	o.sizes.orElse(standard)
	o.database, o.date = cmp.Or(o.database, name), cmp.Or(o.date, time.Now().UTC().Format(time.DateOnly))
	if err := o.sizes.check(); err != nil {
		fmt.Fprintln(stderr, err)
		return o, err
	}
	if *only != "" {
		if o.only, err = regexp.Compile(*only); err != nil {
			fmt.Fprintln(stderr, err)
		}
	}
	return o, err
}

// orElse takes over the sizes that are not said.
func (s *Sizes) orElse(standard Sizes) {
	*s = Sizes{
		cmp.Or(s.Tickets, standard.Tickets), cmp.Or(s.Groups, standard.Groups), cmp.Or(s.Agents, standard.Agents),
		cmp.Or(s.Contacts, standard.Contacts), cmp.Or(s.Mentions, standard.Mentions),
	}
}

// check reports sizes with which there is no such world.
func (s Sizes) check() error {
	if s.Tickets < 1000 || s.Groups < 10 || s.Agents < 10 || s.Contacts < 1000 || s.Mentions < 0 || s.Mentions > s.Tickets {
		return errors.New("it takes 1000 tickets, 10 groups, 10 agents and 1000 contacts, and no more mentions than tickets")
	}
	return nil
}

// server returns where the database is.
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
