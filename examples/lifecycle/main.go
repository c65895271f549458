// Lifecycle shows two ways to turn an agent into a shared agent: by deleting her record, and by
// keeping it under a dummy address.
//
//	go run ./examples/lifecycle
package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/lifecycle"
)

func main() {
	if err := run(os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// emily answers tickets on the desk, and was added to the CRM.
var emily = lifecycle.Person{
	Address:         "emily.dean@example.com",
	Desk:            lifecycle.AgentRecord,
	CRM:             lifecycle.Active,
	Integration:     lifecycle.Active,
	AssignedTickets: 3,
	Bindings: []deskpolicy.Binding{
		{Role: deskpolicy.AgentRole.Role(), Workspace: deskpolicy.AccountWide, TicketScope: deskpolicy.ScopeGlobal},
	},
}

// run prints the plans. It does not carry them out.
func run(to io.Writer) error {
	p := &printer{to: to}
	p.printf("Emily is an agent. She is to become a shared agent, who needs no seat.\n\n")
	p.person(emily)

	p.title("On the desk: refused")
	shared := []deskpolicy.Binding{
		{Role: deskpolicy.SharedAgentRole.Role(), Workspace: deskpolicy.AccountWide, TicketScope: deskpolicy.ScopeRestricted},
	}
	p.refusal(lifecycle.Plan(emily, lifecycle.EditAgent{ByAddress: "admin@example.com", Bindings: shared}))
	p.refusal(lifecycle.Plan(emily, lifecycle.EditRole{Role: deskpolicy.SharedAgentRole.Role()}))

	p.title("Delete the agent only: not enough, as a contact remains")
	p.plan(lifecycle.Plan(emily,
		lifecycle.DeleteAgent{},
		lifecycle.DeactivateInCRM{},
		lifecycle.ActivateInCRM{},
	))

	p.title("Delete everything: works, but her tickets become unassigned")
	p.plan(lifecycle.Plan(emily,
		lifecycle.DeleteAgent{},
		lifecycle.DeleteContact{},
		lifecycle.PurgeContact{},
		lifecycle.DeactivateInCRM{},
		lifecycle.ActivateInCRM{},
	))

	p.title("Use a dummy address: works, and nothing is lost")
	p.plan(lifecycle.Plan(emily,
		lifecycle.ChangeAddress{To: "emily.dean_placeholder@example.com", AddressIsFree: true},
		lifecycle.DeactivateInCRM{},
		lifecycle.ActivateInCRM{},
	))
	return p.err
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

func (p *printer) title(text string) { p.printf("\n== %s ==\n\n", text) }

// plan writes each change, and the totals.
func (p *printer) plan(changes []lifecycle.Change, err error) {
	if err != nil {
		p.err = err
		return
	}
	var warnings, unassigned, seats int
	for i, change := range changes {
		p.printf("%d. %v\n", i+1, change)
		p.change(change)
		warnings += len(change.Warnings)
		unassigned += change.UnassignedTickets
		seats += change.Seats
	}
	p.printf("Total: %d warnings, %d tickets unassigned, seats %+d\n", warnings, unassigned, seats)
}

// change writes a change. Warnings are first, for the person who decides about it.
func (p *printer) change(c lifecycle.Change) {
	for _, w := range c.Warnings {
		p.printf("   %v %v\n", w.Level(), w)
		p.printf("      effect: %s\n", w.Effect())
		p.printf("      to avoid it: %s\n", w.Advice())
	}
	if c.UnassignedTickets > 0 {
		p.printf("   %d tickets become unassigned\n", c.UnassignedTickets)
	}
	if len(c.RemovedActivity) > 0 {
		p.printf("   removed for good: %s\n", strings.Join(c.RemovedActivity, ", "))
	}
	if c.Seats != 0 {
		p.printf("   seats %+d\n", c.Seats)
	}
	p.person(c.Person)
	if c.AtNewAddress.Address != "" {
		p.person(c.AtNewAddress)
	}
}

func (p *printer) person(who lifecycle.Person) {
	p.printf("   %-35s %s\n", who.Address, strings.Join(facts(who), ", "))
}

// facts returns the facts about the person.
func facts(who lifecycle.Person) []string {
	all := []string{who.Desk.String()}
	if who.WasAgent {
		all[0] += " who was an agent"
	}
	for _, b := range who.Bindings {
		all[0] += fmt.Sprintf(" (%v, %v)", b.Role, b.TicketScope)
	}
	if who.AssignedTickets > 0 {
		all = append(all, fmt.Sprintf("%d tickets", who.AssignedTickets))
	}
	if who.CRM != 0 {
		all = append(all, fmt.Sprintf("%v in the CRM", who.CRM))
	}
	return all
}

// refusal writes the error, broken into short lines.
func (p *printer) refusal(_ []lifecycle.Change, err error) {
	p.printf("- %s\n", strings.ReplaceAll(err.Error(), "; ", ";\n  "))
}
