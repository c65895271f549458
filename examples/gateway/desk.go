package main

import (
	"context"
	"encoding/json"
	"log/slog"
	"maps"
	"net/http"
	"slices"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/authzen"
	"github.com/deskpolicy/deskpolicy/deskhttp"
)

// agentHeader names the agent. It replaces authentication, which is not part of this example.
const agentHeader = "X-Agent"

// A desk has the records of this process. Its own handlers and the decision point load them
// with the same functions.
type desk struct {
	agents  map[string]*deskpolicy.Agent
	tickets map[string]*ticket
}

// A ticket is a ticket of the process, with the part that the policy looks at.
type ticket struct {
	policy  deskpolicy.Ticket
	subject string
}

func newDesk() *desk {
	acme := deskpolicy.Account{ID: "acme"}
	agent := func(id deskpolicy.AgentID, role deskpolicy.BuiltInRoleName, scope deskpolicy.Scope) *deskpolicy.Agent {
		return &deskpolicy.Agent{ID: id, Account: acme, Bindings: []deskpolicy.Binding{
			{Role: role.Role(), Workspace: deskpolicy.AccountWide, TicketScope: scope},
		}}
	}
	d := &desk{
		agents: map[string]*deskpolicy.Agent{
			"riya": agent("riya", deskpolicy.AgentRole, deskpolicy.ScopeGroup),
			"bob":  agent("bob", deskpolicy.AgentRole, deskpolicy.ScopeRestricted),
			"sue":  agent("sue", deskpolicy.SupervisorRole, deskpolicy.ScopeGlobal),
		},
		tickets: map[string]*ticket{
			"4711": {deskpolicy.Ticket{ID: "4711", Account: "acme", Group: "billing"}, "Invoice paid twice"},
			"4712": {deskpolicy.Ticket{ID: "4712", Account: "acme", Group: "refunds"}, "Where is my refund?"},
			"4713": {deskpolicy.Ticket{ID: "4713", Account: "acme", Group: "sales", Assignee: "bob"}, "A quote for ten seats"},
			"4714": {deskpolicy.Ticket{ID: "4714", Account: "acme", Group: "billing"}, "Change of address"},
		},
	}
	d.agents["riya"].Groups = map[deskpolicy.GroupID]deskpolicy.Access{"billing": deskpolicy.Edit, "refunds": deskpolicy.View}
	return d
}

// agent loads an agent, for the decision point.
func (d *desk) agent(_ context.Context, id string, _ map[string]any) (deskpolicy.Subject, error) {
	return d.agents[id], nil
}

// ticket loads a ticket, for both. It returns nil if there is none.
func (d *desk) ticket(_ context.Context, id string, _ map[string]any) (*deskpolicy.Ticket, error) {
	if t := d.tickets[id]; t != nil {
		return &t.policy, nil
	}
	return nil, nil
}

func (d *desk) agentIDs(_ context.Context, after string, limit int) ([]string, error) {
	return next(slices.Sorted(maps.Keys(d.agents)), after, limit), nil
}

func (d *desk) ticketIDs(_ context.Context, s authzen.Search[deskpolicy.Ticket]) ([]string, error) {
	return next(slices.Sorted(maps.Keys(d.tickets)), s.After, s.Limit), nil
}

// next returns the IDs that follow the given one.
func next(ids []string, after string, limit int) []string {
	ids = slices.DeleteFunc(ids, func(id string) bool { return id <= after })
	return ids[:min(len(ids), limit)]
}

// assign asks whether the ticket can be assigned to the agent that the action's property "to"
// names. The zero Request, without such an agent, is denied: an assignment to nil would clear
// the assignee.
func (d *desk) assign(_ context.Context, who deskpolicy.Subject, on *deskpolicy.Ticket, believed map[string]any) (deskpolicy.Request, error) {
	name, _ := believed["to"].(string)
	to := d.agents[name]
	if to == nil {
		return deskpolicy.Request{}, nil
	}
	return deskpolicy.NewRequest(who, deskpolicy.TicketAssign, &deskpolicy.TicketAssignment{Ticket: *on, To: to}), nil
}

// rest returns the handler for agents.
func (d *desk) rest(log *slog.Logger) http.Handler {
	guard := deskhttp.Guard{Logger: log, Challenge: `X-Agent realm="desk"`}
	return d.authenticate(guard.Handler(d.routes()))
}

func (d *desk) routes() *deskhttp.Mux {
	mux := new(deskhttp.Mux)
	mux.Handle("GET /tickets/{id}", deskhttp.Require(deskpolicy.TicketView, d.load, d.open))
	mux.Handle("POST /tickets/{id}/replies", deskhttp.Require(deskpolicy.TicketReply, d.load, d.reply))
	return mux
}

// authenticate finds out which agent asks.
func (d *desk) authenticate(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if agent := d.agents[r.Header.Get(agentHeader)]; agent != nil {
			r = r.WithContext(deskhttp.WithSubject(r.Context(), agent))
		}
		next.ServeHTTP(w, r)
	})
}

// load loads the ticket that the path names.
func (d *desk) load(r *http.Request) (*deskpolicy.Ticket, error) {
	return d.ticket(r.Context(), r.PathValue("id"), nil)
}

func (d *desk) open(w http.ResponseWriter, _ *http.Request, t *deskpolicy.Ticket) {
	respond(w, http.StatusOK, map[string]string{"id": string(t.ID), "subject": d.tickets[string(t.ID)].subject})
}

func (d *desk) reply(w http.ResponseWriter, _ *http.Request, t *deskpolicy.Ticket) {
	respond(w, http.StatusCreated, map[string]string{"replied": string(t.ID)})
}

func respond(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // an error means that the client is gone
}
