// Quickstart answers questions about a helpdesk: who may do what, until when, and why. A JSON file
// describes the helpdesk, its CRM and its support grants.
//
//	go run ./examples/quickstart [file.json]
//
// Without an argument it reads examples/internal/helpdesk/helpdesk.json.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/deskpolicy/deskpolicy/examples/internal/helpdesk"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// run returns the exit status: 0 if it answers the questions, 1 if it cannot, and 2 for wrong
// arguments.
func run(args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("quickstart", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() { fmt.Fprintln(stderr, "usage: quickstart [file.json]") }
	if err := flags.Parse(args); err != nil {
		return 2
	}
	if flags.NArg() > 1 {
		flags.Usage()
		return 2
	}
	name, data, err := read(flags.Args())
	if err == nil {
		err = answer(name, data, stdout)
	}
	if err != nil {
		fmt.Fprintln(stderr, err)
		return 1
	}
	return 0
}

// read returns the named file, or the embedded one if there is no name.
func read(names []string) (name string, data []byte, err error) {
	if len(names) == 0 {
		return "helpdesk.json", helpdesk.Sample, nil
	}
	data, err = os.ReadFile(names[0])
	return names[0], data, err
}

// answer writes the answers to the questions in the file.
func answer(name string, data []byte, to io.Writer) error {
	questions, err := helpdesk.Load(data)
	if err != nil {
		return fmt.Errorf("%s is refused:\n%w", name, err)
	}
	return table(to, questions)
}
