package deskhttp_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/deskhttp"
)

// A desk is a helpdesk with its agents and tickets, which a real one has in a database.
type desk struct {
	agents  map[string]*deskpolicy.Agent
	tickets map[string]*deskpolicy.Ticket
}

// handler returns the whole server: what authenticates, the guard, and the routes.
func (d *desk) handler() http.Handler {
	return d.authenticate(deskhttp.Guard{}.Handler(d.routes()))
}

func (d *desk) routes() *deskhttp.Mux {
	mux := new(deskhttp.Mux)
	mux.Handle("GET /health", deskhttp.Public(http.HandlerFunc(health)))
	mux.Handle("GET /tickets", deskhttp.Asks(http.HandlerFunc(d.list)))
	mux.Handle("GET /tickets/{id}", deskhttp.Require(deskpolicy.TicketView, d.load, d.show))
	mux.Handle("POST /tickets/{id}/replies", deskhttp.Require(deskpolicy.TicketReply, d.load, d.reply))
	return mux
}

// authenticate finds out who asks. A name and no password is for this example only.
func (d *desk) authenticate(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name, _, _ := r.BasicAuth()
		if agent := d.agents[name]; agent != nil {
			r = r.WithContext(deskhttp.WithSubject(r.Context(), agent))
		}
		next.ServeHTTP(w, r)
	})
}

// load finds the ticket that the path names.
func (d *desk) load(r *http.Request) (*deskpolicy.Ticket, error) {
	ticket := d.tickets[r.PathValue("id")]
	if ticket == nil {
		return nil, deskhttp.ErrNotFound
	}
	return ticket, nil
}

func (d *desk) show(w http.ResponseWriter, r *http.Request, ticket *deskpolicy.Ticket) {
	mayReply := deskpolicy.Authorize(deskhttp.SubjectFrom(r.Context()), deskpolicy.TicketReply, ticket).Allowed()
	fmt.Fprintf(w, "ticket %s of %s, reply button: %v\n", ticket.ID, ticket.Group, mayReply)
}

func (d *desk) reply(w http.ResponseWriter, r *http.Request, ticket *deskpolicy.Ticket) {
	w.WriteHeader(http.StatusCreated)
	fmt.Fprintf(w, "replied to %s\n", ticket.ID)
}

func (d *desk) list(w http.ResponseWriter, r *http.Request) {
	filter, err := deskhttp.FilterFor(r.Context(), deskpolicy.TicketView)
	if err != nil {
		deskhttp.Problem(w, r, err)
		return
	}
	for _, id := range []string{"1", "2", "3"} { // package sqlfilter writes the filter as SQL
		if filter.Match(d.tickets[id]) {
			fmt.Fprintln(w, "ticket", id)
		}
	}
}

func health(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, "ok") }

// A server with four routes. Riya edits tickets of billing and reads those of refunds; ticket
// 3 is hidden from her, ticket 4 does not exist, and the answer for both is the same.
func Example() {
	acme := deskpolicy.Account{ID: "acme"}
	d := &desk{
		agents: map[string]*deskpolicy.Agent{"riya": {
			ID: "riya", Account: acme,
			Bindings: []deskpolicy.Binding{{Role: deskpolicy.AgentRole.Role(), Workspace: deskpolicy.AccountWide, TicketScope: deskpolicy.ScopeGroup}},
			Groups:   map[deskpolicy.GroupID]deskpolicy.Access{"billing": deskpolicy.Edit, "refunds": deskpolicy.View},
		}},
		tickets: map[string]*deskpolicy.Ticket{
			"1": {ID: "1", Account: "acme", Group: "billing"},
			"2": {ID: "2", Account: "acme", Group: "refunds"},
			"3": {ID: "3", Account: "acme", Group: "board"},
		},
	}
	server := httptest.NewServer(d.handler()) // a program calls http.ListenAndServe with it
	defer server.Close()
	for _, ask := range []string{
		"riya GET /tickets", "riya GET /tickets/1", "riya GET /tickets/2", "riya GET /tickets/3", "riya GET /tickets/4",
		"riya POST /tickets/1/replies", "riya POST /tickets/2/replies", "nobody GET /tickets/1", "nobody GET /health",
	} {
		fmt.Print(ask, ": ", send(server, ask))
	}
	fmt.Println("routes without a rule:", d.routes().WithoutRule())

	// Output:
	// riya GET /tickets: 200 ticket 1
	// ticket 2
	// riya GET /tickets/1: 200 ticket 1 of billing, reply button: true
	// riya GET /tickets/2: 200 ticket 2 of refunds, reply button: false
	// riya GET /tickets/3: 404 {"type":"about:blank","title":"Not Found","status":404,"detail":"This does not exist, or you do not have access to it."}
	// riya GET /tickets/4: 404 {"type":"about:blank","title":"Not Found","status":404,"detail":"This does not exist, or you do not have access to it."}
	// riya POST /tickets/1/replies: 201 replied to 1
	// riya POST /tickets/2/replies: 403 {"type":"about:blank","title":"Forbidden","status":403,"detail":"You can view this, but you cannot do this to it."}
	// nobody GET /tickets/1: 401 {"type":"about:blank","title":"Unauthorized","status":401,"detail":"You are not logged in."}
	// nobody GET /health: 200 ok
	// routes without a rule: []
}

// send sends a request such as "riya GET /tickets", and returns the status and the body.
func send(server *httptest.Server, ask string) string {
	words := strings.Fields(ask)
	request, err := http.NewRequest(words[1], server.URL+words[2], nil)
	if err != nil {
		return err.Error()
	}
	request.SetBasicAuth(words[0], "")
	response, err := server.Client().Do(request)
	if err != nil {
		return err.Error()
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return err.Error()
	}
	return fmt.Sprintf("%d %s\n", response.StatusCode, strings.TrimSpace(string(body)))
}
