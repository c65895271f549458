// Migration takes a helpdesk from a permission checker as services have it, a map of
// roles to permission strings, to the policy: step by step, on one day's requests,
// with the difference printed at each step.
//
//	go run ./examples/migration
//
// The checker and its bugs are in legacy.go; what decides at each step, and what
// the other would have said, in shadow.go; the desk in desk.go.
package main

import (
	"fmt"
	"io"
	"os"
)

func main() {
	if err := run(os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run goes through the day once for each step.
func run(to io.Writer) error {
	p := &printer{to: to}
	for i, s := range steps {
		p.printf("%d. %s\n\n", i+1, s.title)
		p.day(s)
	}
	return p.err
}

// steps are the migration. Each is a deployment; the day is the same, to compare them.
var steps = []step{
	{title: "The legacy checker alone, as it was", mode: legacyAlone, roles: legacyRoles},
	{title: "Shadow: legacy decides, the policy is asked as well, differences are logged", mode: shadow, roles: legacyRoles},
	{title: "Shadow, with contractors who may view what their group has, as it turned out they do", mode: shadow, roles: newRoles},
	{title: "The policy decides; legacy is still asked, to go back to if need be", mode: policyFirst, roles: newRoles},
	{title: "The policy alone; the checker is deleted", mode: policyAlone, roles: newRoles},
}

// A printer writes until something goes wrong, and keeps what it was.
type printer struct {
	to  io.Writer
	err error
}

func (p *printer) printf(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.to, format, args...)
	}
}

// day prints who was let through, and where the two differed.
func (p *printer) day(s step) {
	d := newDesk(s.roles)
	g := newGate(s.mode)
	allowed := 0
	for _, r := range d.day() {
		if g.may(r) {
			allowed++
		}
	}
	p.printf("   %d of %d requests allowed\n", allowed, g.asked)
	for _, line := range g.lines() {
		p.printf("   %s\n", line)
	}
	p.printf("\n")
}
