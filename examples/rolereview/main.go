// Rolereview compares two files of custom roles, and shows what each role gains and loses to the
// person who approves the change.
//
//	go run ./examples/rolereview [before.json after.json]
//
// Without arguments it compares the before.json and after.json of this example. The exit status is
// 1 if a role permits more than before, 0 if none does, and 2 if there is a problem with the
// files. (go run itself exits with 1 for both 1 and 2.)
package main

import (
	_ "embed"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/deskpolicy/deskpolicy"
)

var (
	//go:embed before.json
	sampleBefore []byte
	//go:embed after.json
	sampleAfter []byte
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// The exit statuses.
const (
	nothingWider = iota
	somethingWider
	problem
)

// run returns the exit status.
func run(args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("rolereview", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() { fmt.Fprintln(stderr, "usage: rolereview [before.json after.json]") }
	if err := flags.Parse(args); err != nil {
		return problem
	}
	if flags.NArg() != 0 && flags.NArg() != 2 {
		flags.Usage()
		return problem
	}
	before, after, err := load(files(flags.Args()))
	if err != nil {
		fmt.Fprintln(stderr, err)
		return problem
	}
	changes := before.Diff(after)
	if err := write(stdout, changes); err != nil {
		fmt.Fprintln(stderr, err)
		return problem
	}
	if len(wider(changes)) > 0 {
		return somethingWider
	}
	return nothingWider
}

// A file is one of the two files to compare, or the error of reading it.
type file struct {
	name string
	data []byte
	err  error
}

// files returns the named files, or the samples if there are no names.
func files(names []string) (before, after file) {
	if len(names) == 0 {
		return file{"before.json", sampleBefore, nil}, file{"after.json", sampleAfter, nil}
	}
	return read(names[0]), read(names[1])
}

func read(name string) file {
	data, err := os.ReadFile(name)
	return file{name, data, err}
}

// load returns the roles of both files. The error describes the problems of both.
func load(b, a file) (before, after deskpolicy.RoleSet, err error) {
	before, beforeErr := b.roles()
	after, afterErr := a.roles()
	err = errors.Join(beforeErr, afterErr)
	if err == nil && before.Account() != after.Account() {
		err = fmt.Errorf("%s has the roles of account %q, %s those of %q", b.name, before.Account(), a.name, after.Account())
	}
	return before, after, err
}

func (f file) roles() (deskpolicy.RoleSet, error) {
	if f.err != nil {
		return deskpolicy.RoleSet{}, f.err
	}
	roles, err := deskpolicy.DecodeRoles(f.data, nil)
	if err != nil {
		err = fmt.Errorf("%s is refused:\n%w", f.name, err)
	}
	return roles, err
}
