package deskhttp_test

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/deskhttp"
)

// A desk is a helpdesk with its agents and tickets, which a real one has in a database.
type desk struct {
	agents  map[string]*deskpolicy.Agent
	tickets []ticket
}

// A ticket is a record: the part that the policy reads, and the rest.
type ticket struct {
	policy  deskpolicy.Ticket
	subject string
}

// handler returns the whole server: what authenticates, the guard, and the routes.
func (d *desk) handler() http.Handler {
	guard := deskhttp.Guard{Challenge: `Basic realm="desk"`}
	return d.authenticate(guard.Handler(d.routes()))
}

func (d *desk) routes() *deskhttp.Mux {
	mux := new(deskhttp.Mux)
	mux.Handle("GET /health", deskhttp.Public(http.HandlerFunc(health)))
	mux.Handle("GET /tickets", deskhttp.Asks(http.HandlerFunc(d.list)))
	mux.Handle("GET /tickets/{id}", deskhttp.Asks(http.HandlerFunc(d.show)))
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

// find stands for a query. It returns a copy of the record, which no other request has.
func (d *desk) find(id string) (*ticket, error) {
	for _, t := range d.tickets {
		if string(t.policy.ID) == id {
			return &t, nil
		}
	}
	return nil, deskhttp.ErrNotFound
}

// load returns what the policy reads of the ticket that the path names.
func (d *desk) load(r *http.Request) (*deskpolicy.Ticket, error) {
	t, err := d.find(r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	return &t.policy, nil
}

func (d *desk) reply(w http.ResponseWriter, r *http.Request, t *deskpolicy.Ticket) {
	w.WriteHeader(http.StatusCreated)
	fmt.Fprintln(w, "replied to", t.ID)
}

// show asks on its own, because it shows more than the policy reads.
func (d *desk) show(w http.ResponseWriter, r *http.Request) {
	t, err := d.find(r.PathValue("id"))
	if err == nil {
		err = deskhttp.Authorize(r.Context(), deskpolicy.TicketView, &t.policy)
	}
	if err != nil {
		deskhttp.Problem(w, r, err)
		return
	}
	canReply := deskpolicy.Authorize(deskhttp.SubjectFrom(r.Context()), deskpolicy.TicketReply, &t.policy).Allowed()
	fmt.Fprintf(w, "%s, reply button: %v\n", t.subject, canReply)
}

func (d *desk) list(w http.ResponseWriter, r *http.Request) {
	filter, err := deskhttp.FilterFor(r.Context(), deskpolicy.TicketView)
	if err != nil {
		deskhttp.Problem(w, r, err)
		return
	}
	for _, t := range d.tickets { // with a database, package sqlfilter writes the filter as SQL
		if filter.Match(&t.policy) {
			fmt.Fprintln(w, t.policy.ID, t.subject)
		}
	}
}

func health(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, "ok") }

func newDesk() *desk {
	return &desk{
		agents: map[string]*deskpolicy.Agent{"riya": {
			ID:       "riya",
			Account:  deskpolicy.Account{ID: "acme"}, // with a Plan, if actions are used that need a feature
			Bindings: []deskpolicy.Binding{{Role: deskpolicy.AgentRole.Role(), Workspace: deskpolicy.AccountWide, TicketScope: deskpolicy.ScopeGroup}},
			Groups:   map[deskpolicy.GroupID]deskpolicy.Access{"billing": deskpolicy.Edit, "refunds": deskpolicy.View},
		}},
		tickets: []ticket{
			{deskpolicy.Ticket{ID: "1", Account: "acme", Group: "billing"}, "Invoice paid twice"},
			{deskpolicy.Ticket{ID: "2", Account: "acme", Group: "refunds"}, "Where is my refund?"},
			{deskpolicy.Ticket{ID: "3", Account: "acme", Group: "board"}, "A new office"},
		},
	}
}

func main() {
	log.Fatal(http.ListenAndServe("localhost:8080", newDesk().handler()))
}

var _ = main // which docs/http.md shows

// Every route has a rule.
func TestRoutes(t *testing.T) {
	if routes := newDesk().routes().WithoutRule(); len(routes) > 0 {
		t.Errorf("routes without a rule: %q", routes)
	}
}

// A server with four routes. Riya edits tickets of billing and reads those of refunds; ticket
// 3 is hidden from her, ticket 4 does not exist, and the answer for both is the same.
func Example() {
	server := httptest.NewServer(newDesk().handler()) // a program calls http.ListenAndServe with it
	defer server.Close()
	for _, command := range []string{
		"curl localhost:8080/health",
		"curl -u riya: localhost:8080/tickets",
		"curl -u riya: localhost:8080/tickets/1",
		"curl -u riya: localhost:8080/tickets/2",
		"curl -u riya: localhost:8080/tickets/3",
		"curl -u riya: localhost:8080/tickets/4",
		"curl -u riya: -X POST localhost:8080/tickets/1/replies",
		"curl -u riya: -X POST localhost:8080/tickets/2/replies",
		"curl localhost:8080/tickets/1",
	} {
		fmt.Printf("$ %s\n%s\n", command, run(server, command))
	}

	// Output:
	// $ curl localhost:8080/health
	// ok
	// $ curl -u riya: localhost:8080/tickets
	// 1 Invoice paid twice
	// 2 Where is my refund?
	// $ curl -u riya: localhost:8080/tickets/1
	// Invoice paid twice, reply button: true
	// $ curl -u riya: localhost:8080/tickets/2
	// Where is my refund?, reply button: false
	// $ curl -u riya: localhost:8080/tickets/3
	// {"type":"about:blank","title":"Not Found","status":404,"detail":"This does not exist, or you do not have access to it."}
	// $ curl -u riya: localhost:8080/tickets/4
	// {"type":"about:blank","title":"Not Found","status":404,"detail":"This does not exist, or you do not have access to it."}
	// $ curl -u riya: -X POST localhost:8080/tickets/1/replies
	// replied to 1
	// $ curl -u riya: -X POST localhost:8080/tickets/2/replies
	// {"type":"about:blank","title":"Forbidden","status":403,"detail":"You can view this, but you cannot do this to it."}
	// $ curl localhost:8080/tickets/1
	// {"type":"about:blank","title":"Unauthorized","status":401,"detail":"You are not logged in."}
}

// run does what the curl command does, with the server, and returns the body of the response.
func run(server *httptest.Server, command string) string {
	method, user, address := http.MethodGet, "", ""
	words := strings.Fields(command)
	for i := 1; i < len(words); i++ {
		switch words[i] {
		case "-u":
			i++
			user = strings.TrimSuffix(words[i], ":")
		case "-X":
			i++
			method = words[i]
		default:
			address = strings.Replace(words[i], "localhost:8080", server.URL, 1)
		}
	}
	request, err := http.NewRequest(method, address, nil)
	if err != nil {
		return err.Error()
	}
	if user != "" {
		request.SetBasicAuth(user, "")
	}
	response, err := server.Client().Do(request)
	if err != nil {
		return err.Error()
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return err.Error()
	}
	return strings.TrimSuffix(string(body), "\n")
}
