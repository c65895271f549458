// Migration moves a helpdesk from a typical permission checker, a map of roles to permission
// strings, to the policy. It goes step by step over one day's requests, and prints the differences
// at each step.
//
//	go run ./examples/migration
//
// The checker and its bugs are in legacy.go, the comparison of the two in shadow.go, and the desk
// in desk.go.
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

// run handles the day's requests once for each step.
func run(to io.Writer) error {
	p := &printer{to: to}
	for i, s := range steps {
		p.printf("%d. %s\n\n", i+1, s.title)
		p.day(s)
	}
	return p.err
}

// steps are the deployments of the migration. Each handles the same requests, so that you can
// compare them.
var steps = []step{
	{title: "Legacy: the checker decides alone, as before", mode: legacyAlone, roles: legacyRoles},
	{title: "Shadow: legacy decides; the policy is asked too, and differences are logged", mode: shadow, roles: legacyRoles},
	{title: "Shadow, corrected: contractors may view their groups' tickets, as the log showed they do", mode: shadow, roles: newRoles},
	{title: "Policy first: the policy decides; legacy is still asked, in case you need to go back", mode: policyFirst, roles: newRoles},
	{title: "Policy alone: the checker is deleted", mode: policyAlone, roles: newRoles},
}

// A printer writes until an error occurs, and keeps the error.
type printer struct {
	to  io.Writer
	err error
}

func (p *printer) printf(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.to, format, args...)
	}
}

// day prints how many requests were allowed, and where the two differ.
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
