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
	return d.agents[id], nil // nil or, as here, a nil *Agent if there is none, which is denied
}

func (d *helpdesk) ticket(_ context.Context, id string, _ map[string]any) (*deskpolicy.Ticket, error) {
	return d.tickets[id], nil
}

// agentIDs and ticketIDs list the candidates of a search.
func (d *helpdesk) agentIDs(_ context.Context, after string, limit int) ([]string, error) {
	return next(d.agents, after, limit), nil
}

func (d *helpdesk) ticketIDs(_ context.Context, s authzen.Search[deskpolicy.Ticket]) ([]string, error) {
	return next(d.tickets, s.After, s.Limit), nil
}

// next returns the IDs that follow the given one, up to the limit.
func next[T any](records map[string]T, after string, limit int) []string {
	ids := slices.DeleteFunc(slices.Sorted(maps.Keys(records)), func(id string) bool { return id <= after })
	return ids[:min(len(ids), limit)]
}

func (d *helpdesk) pdp() (http.Handler, error) {
	return authzen.Handler(authzen.Config{
		URL:      "https://desk.example", // what clients call it
		Subjects: map[string]authzen.Subjects{"agent": {Load: d.agent, List: d.agentIDs}},
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
