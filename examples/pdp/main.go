// Pdp is the smallest server of package authzen: a policy decision point for the tickets of
// one desk. docs/authzen.md explains it.
package main

import (
	"context"
	"log"
	"maps"
	"net/http"
	"slices"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/authzen"
)

// A helpdesk has the host's records: here in maps, usually in a database.
type helpdesk struct {
	agents  map[string]*deskpolicy.Agent
	tickets map[string]*deskpolicy.Ticket
}

func (d *helpdesk) agent(_ context.Context, id string, _ map[string]any) (deskpolicy.Subject, error) {
	return d.agents[id], nil // nil if there is none, which is denied
}

func (d *helpdesk) ticket(_ context.Context, id string, _ map[string]any) (*deskpolicy.Ticket, error) {
	return d.tickets[id], nil
}

// ticketIDs lists the tickets among which a search looks, page by page.
func (d *helpdesk) ticketIDs(_ context.Context, s authzen.Search[deskpolicy.Ticket]) ([]string, error) {
	ids := slices.DeleteFunc(slices.Sorted(maps.Keys(d.tickets)), func(id string) bool { return id <= s.After })
	return ids[:min(len(ids), s.Limit)], nil
}

func (d *helpdesk) pdp() (http.Handler, error) {
	return authzen.Handler(authzen.Config{
		URL:      "https://desk.example", // what clients call it
		Subjects: map[string]authzen.Subjects{"agent": {Load: d.agent}},
		Resources: map[string]authzen.ResourceType{
			"ticket": authzen.Resources[deskpolicy.Ticket]{
				Load: d.ticket,
				List: d.ticketIDs,
				Actions: map[string]deskpolicy.Action[deskpolicy.Ticket]{
					"read":  deskpolicy.TicketView,
					"reply": deskpolicy.TicketReply,
				},
			},
		},
	})
}

func newHelpdesk() *helpdesk {
	riya := &deskpolicy.Agent{ID: "riya", Account: deskpolicy.Account{ID: "acme"}}
	riya.Groups = map[deskpolicy.GroupID]deskpolicy.Access{"billing": deskpolicy.Edit, "refunds": deskpolicy.View}
	riya.Bindings = []deskpolicy.Binding{{Role: deskpolicy.AgentRole.Role(), Workspace: deskpolicy.AccountWide, TicketScope: deskpolicy.ScopeGroup}}
	return &helpdesk{
		agents: map[string]*deskpolicy.Agent{"riya": riya},
		tickets: map[string]*deskpolicy.Ticket{
			"1": {ID: "1", Account: "acme", Group: "billing"},
			"2": {ID: "2", Account: "acme", Group: "refunds"},
			"3": {ID: "3", Account: "acme", Group: "sales"},
		},
	}
}

func main() {
	pdp, err := newHelpdesk().pdp()
	if err != nil {
		log.Fatal(err)
	}
	log.Fatal(http.ListenAndServe("localhost:8080", pdp)) // behind TLS and authentication
}
