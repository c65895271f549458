package authzen_test

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/authzen"
	"github.com/deskpolicy/deskpolicy/sqlfilter"
)

// A helpdesk has the records of the examples.
type helpdesk struct {
	agents  map[string]*deskpolicy.Agent
	tickets map[string]*deskpolicy.Ticket
}

func newHelpdesk() *helpdesk {
	riya := &deskpolicy.Agent{ID: "riya", Account: acme, Groups: map[deskpolicy.GroupID]deskpolicy.Access{"billing": deskpolicy.Edit}}
	riya.Bindings = []deskpolicy.Binding{{Role: deskpolicy.AgentRole.Role(), Workspace: deskpolicy.AccountWide, TicketScope: deskpolicy.ScopeGroup}}
	bob := *riya
	bob.ID = "bob"
	return &helpdesk{
		agents:  map[string]*deskpolicy.Agent{"riya": riya, "bob": &bob},
		tickets: map[string]*deskpolicy.Ticket{"1": {ID: "1", Account: "acme", Group: "billing"}},
	}
}

func (d *helpdesk) agent(_ context.Context, id string, _ map[string]any) (deskpolicy.Subject, error) {
	return d.agents[id], nil
}

func (d *helpdesk) ticket(_ context.Context, id string, _ map[string]any) (*deskpolicy.Ticket, error) {
	return d.tickets[id], nil
}

// answer prints the response of a handler to a request of riya's.
func (d *helpdesk) answer(tickets authzen.Resources[deskpolicy.Ticket], path, rest string) {
	pdp, err := authzen.Handler(authzen.Config{
		URL:       "https://desk.example",
		Subjects:  map[string]authzen.Subjects{"agent": {Load: d.agent}},
		Resources: map[string]authzen.ResourceType{"ticket": tickets},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	request := httptest.NewRequest(http.MethodPost, path, strings.NewReader(`{"subject":{"type":"agent","id":"riya"},`+rest+`}`))
	request.Header.Set("Content-Type", "application/json")
	response := httptest.NewRecorder()
	pdp.ServeHTTP(response, request)
	fmt.Println(response.Body)
}

// An action can need more than the resource: to assign a ticket takes a recipient. The service
// that asks knows the recipient, so that it is believed.
func ExampleQuestion() {
	desk := newHelpdesk()
	assign := authzen.Question[deskpolicy.Ticket]{
		Believe: []string{"to"},
		Ask: func(_ context.Context, who deskpolicy.Subject, on *deskpolicy.Ticket, believed map[string]any) (deskpolicy.Request, error) {
			name, _ := believed["to"].(string)
			to := desk.agents[name]
			if to == nil { // without To, the question would be to clear the assignee
				return deskpolicy.Request{}, nil // denied
			}
			return deskpolicy.NewRequest(who, deskpolicy.TicketAssign, &deskpolicy.TicketAssignment{Ticket: *on, To: to}), nil
		},
	}
	tickets := authzen.Resources[deskpolicy.Ticket]{
		Load:      desk.ticket,
		Questions: map[string]authzen.Question[deskpolicy.Ticket]{"assign": assign},
	}
	desk.answer(tickets, "/access/v1/evaluations", `"resource":{"type":"ticket","id":"1"},"evaluations":[
		{"action":{"name":"assign","properties":{"to":"bob"}}},
		{"action":{"name":"assign","properties":{"to":"nobody"}}}]`)

	// Output:
	// {"evaluations":[{"decision":true},{"decision":false,"context":{"reason_user":{"403":"This does not exist, or you do not have access to it."}}}]}
}

// A host can have actions of its own on a type of the library. Only a role that holds the
// action permits it, and the built-in roles of administrators.
func ExampleResources_hostAction() {
	desk := newHelpdesk()
	const TicketEscalate deskpolicy.Action[deskpolicy.Ticket] = deskpolicy.FirstHostEdit // it needs Edit

	tickets := authzen.Resources[deskpolicy.Ticket]{
		Load: desk.ticket,
		Actions: map[string]deskpolicy.Action[deskpolicy.Ticket]{
			"reply":    deskpolicy.TicketReply,
			"escalate": TicketEscalate,
		},
	}
	desk.answer(tickets, "/access/v1/search/action", `"resource":{"type":"ticket","id":"1"}`)

	escalation, err := deskpolicy.NewRole("acme", "Escalation", deskpolicy.NewPermissions(TicketEscalate.At(deskpolicy.ScopeGroup)), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	desk.agents["riya"].Bindings = append(desk.agents["riya"].Bindings, deskpolicy.Binding{
		Role: escalation, Workspace: deskpolicy.AccountWide, TicketScope: deskpolicy.ScopeGroup,
	})
	desk.answer(tickets, "/access/v1/search/action", `"resource":{"type":"ticket","id":"1"}`)

	// Output:
	// {"page":{"next_token":"","count":1},"results":[{"name":"reply"}]}
	// {"page":{"next_token":"","count":2},"results":[{"name":"escalate"},{"name":"reply"}]}
}

// A property counts only if the type believes it. Here the service that asks knows the ticket
// better than the host, which has it from a nightly copy.
func ExampleResources_believe() {
	desk := newHelpdesk()
	tickets := authzen.Resources[deskpolicy.Ticket]{
		Believe: []string{"group"},
		Load: func(_ context.Context, id string, believed map[string]any) (*deskpolicy.Ticket, error) {
			ticket := desk.tickets[id]
			if group, given := believed["group"].(string); given && ticket != nil {
				now := *ticket
				now.Group = deskpolicy.GroupID(group)
				ticket = &now
			}
			return ticket, nil
		},
		Actions: map[string]deskpolicy.Action[deskpolicy.Ticket]{"read": deskpolicy.TicketView},
	}
	desk.answer(tickets, "/access/v1/evaluation", `"action":{"name":"read"},"resource":{"type":"ticket","id":"1"}`)
	desk.answer(tickets, "/access/v1/evaluation", `"action":{"name":"read"},"resource":{"type":"ticket","id":"1","properties":{"group":"sales","assignee":"riya"}}`)

	// Output:
	// {"decision":true}
	// {"decision":false,"context":{"reason_user":{"403":"This does not exist, or you do not have access to it."}}}
}

// candidates returns the query for a page of the candidates of a search.
func candidates(s authzen.Search[deskpolicy.Ticket]) (string, []any, error) {
	request := sqlfilter.PageRequest{Ascending: true, Limit: s.Limit}
	if s.After != "" {
		after, err := request.CursorAfter(nil, s.After)
		if err != nil {
			return "", nil, err
		}
		request.After = after
	}
	filter := deskpolicy.FilterFor(s.Subject, cmp.Or(s.Action, deskpolicy.TicketView))
	page, err := sqlfilter.Page(filter, ticketTable, sqlfilter.PostgreSQL, request)
	if err != nil {
		return "", nil, err
	}
	query, args := page.SQL(1)
	return query, args, nil
}

var ticketTable = sqlfilter.Table[deskpolicy.Ticket]{
	Name:             "tickets",
	ID:               sqlfilter.TextColumn("id"),
	Account:          sqlfilter.TextColumn("account_id"),
	NoneConfidential: true,
}

// A host with many tickets lists only those that the subject can reach.
func ExampleSearch() {
	olga := &deskpolicy.Agent{ID: "olga", Account: acme}
	olga.Bindings = []deskpolicy.Binding{{Role: deskpolicy.AdministratorRole.Role(), Workspace: deskpolicy.Everywhere, TicketScope: deskpolicy.ScopeGlobal}}
	query, args, err := candidates(authzen.Search[deskpolicy.Ticket]{After: "4711", Limit: 100, Subject: olga, Action: deskpolicy.TicketReply})
	fmt.Println(query, args, err)

	// Output:
	// SELECT "tickets"."id" FROM "tickets" AS "tickets" WHERE "tickets"."account_id" = CAST($1 AS text) AND "tickets"."id" > CAST($2 AS text) ORDER BY "tickets"."id" LIMIT 100 [acme 4711] <nil>
}
