// Gateway is one process with two interfaces to the same policy: agents use the tickets over
// REST, and other services ask by the OpenID AuthZEN Authorization API what an agent may do.
//
//	go run ./examples/gateway                          # prints example requests and responses
//	go run ./examples/gateway -serve localhost:8080    # serves
package main

import (
	"crypto/sha256"
	"crypto/subtle"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"time"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/authzen"
	"github.com/deskpolicy/deskpolicy/examples/internal/curl"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// run runs the command and returns its exit status: 0 for success, 1 for an error and 2 for
// wrong arguments.
func run(args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("gateway", flag.ContinueOnError)
	flags.SetOutput(stderr)
	address := flags.String("serve", "", "serve at the `address`, such as localhost:8080")
	if err := flags.Parse(args); err != nil {
		return 2
	}
	if flags.NArg() > 0 {
		flags.Usage()
		return 2
	}
	if err := start(*address, stdout, stderr); err != nil {
		fmt.Fprintln(stderr, err)
		return 1
	}
	return 0
}

// start serves at the address or, if it is empty, prints the example requests.
func start(address string, stdout, stderr io.Writer) error {
	gateway, err := newGateway(slog.New(slog.NewTextHandler(stderr, nil)))
	if err != nil {
		return err
	}
	if address == "" {
		return walk(gateway, stdout)
	}
	server := http.Server{Addr: address, Handler: gateway, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second, WriteTimeout: 30 * time.Second}
	return server.ListenAndServe()
}

// The secrets of the example. Those of a real process are random, and not in its source.
const (
	serviceToken = "example"
	pageKey      = "the key of an example is no secret"
)

// newGateway returns the handler of the process.
func newGateway(log *slog.Logger) (http.Handler, error) {
	d := newDesk()
	pdp, err := authzen.Handler(authzen.Config{
		URL:      "https://desk.example",
		Subjects: map[string]authzen.Subjects{"agent": {Load: d.agent, List: d.agentIDs}},
		Resources: map[string]authzen.ResourceType{
			"ticket": authzen.Resources[deskpolicy.Ticket]{
				Load: d.ticket,
				List: d.ticketIDs,
				Actions: map[string]deskpolicy.Action[deskpolicy.Ticket]{
					"read":  deskpolicy.TicketView,
					"reply": deskpolicy.TicketReply,
				},
				Questions: map[string]authzen.Question[deskpolicy.Ticket]{
					"assign": {Believe: []string{"to"}, Ask: d.assign},
				},
			},
		},
		PageKey: []byte(pageKey),
		Log:     log,
	})
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("/.well-known/authzen-configuration", pdp)
	mux.Handle("/access/v1/", onlyServices(pdp))
	mux.Handle("/tickets/", d.rest(log))
	return mux, nil
}

// onlyServices answers only services that have the token, because the decision point tells
// what every agent may do.
func onlyServices(pdp http.Handler) http.Handler {
	want := sha256.Sum256([]byte("Bearer " + serviceToken))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		given := sha256.Sum256([]byte(r.Header.Get("Authorization")))
		if subtle.ConstantTimeCompare(given[:], want[:]) == 0 {
			w.Header().Set("WWW-Authenticate", `Bearer realm="desk"`)
			respond(w, http.StatusUnauthorized, "the service is unknown")
			return
		}
		pdp.ServeHTTP(w, r)
	})
}

// An exchange is an example request, as a curl command, with what it shows.
type exchange struct{ shows, command string }

const asked = `curl -H 'Authorization: Bearer ` + serviceToken + `' ` + curl.Host

var exchanges = []exchange{
	{"Riya edits in the group billing and views in refunds. She reads a ticket of each over REST.",
		`curl -H 'X-Agent: riya' ` + curl.Host + `/tickets/4711`},
	{"", `curl -H 'X-Agent: riya' ` + curl.Host + `/tickets/4712`},
	{"She replies to the first. The second she can only view. The ticket of another group is answered as one that does not exist.",
		`curl -H 'X-Agent: riya' ` + curl.Host + `/tickets/4711/replies --json '{"text":"Sorry!"}'`},
	{"", `curl -H 'X-Agent: riya' ` + curl.Host + `/tickets/4712/replies --json '{"text":"Soon."}'`},
	{"", `curl -H 'X-Agent: riya' ` + curl.Host + `/tickets/4713/replies --json '{"text":"Who?"}'`},
	{"", `curl -H 'X-Agent: riya' ` + curl.Host + `/tickets/9999/replies --json '{"text":"Who?"}'`},
	{"A mail service asks the decision point before it replies in her name. It needs its token, and gets its request ID back.",
		`curl -i ` + curl.Host + `/access/v1/evaluation --json '{"subject":{"type":"agent","id":"riya"},"action":{"name":"reply"},"resource":{"type":"ticket","id":"4711"}}'`},
	{"", `curl -i -H 'X-Request-ID: 7f3a' -H 'Authorization: Bearer ` + serviceToken + `' ` + curl.Host + `/access/v1/evaluation --json '{"subject":{"type":"agent","id":"riya"},"action":{"name":"reply"},"resource":{"type":"ticket","id":"4711"}}'`},
	{"", asked + `/access/v1/evaluation --json '{"subject":{"type":"agent","id":"riya"},"action":{"name":"reply"},"resource":{"type":"ticket","id":"4712"}}'`},
	{"A mobile app asks about all buttons of a page at once. Nobody is called zed. The last evaluation has a mistake, and is denied alone.",
		asked + `/access/v1/evaluations --json '{"subject":{"type":"agent","id":"riya"},"resource":{"type":"ticket","id":"4711"},"evaluations":[{"action":{"name":"read"}},{"action":{"name":"assign","properties":{"to":"bob"}}},{"action":{"name":"assign","properties":{"to":"zed"}}},{"action":"reply"}]}'`},
	{"A gateway wants to know whether all of several tickets can be read, and no more.",
		asked + `/access/v1/evaluations --json '{"subject":{"type":"agent","id":"riya"},"action":{"name":"read"},"options":{"evaluations_semantic":"deny_on_first_deny"},"evaluations":[{"resource":{"type":"ticket","id":"4711"}},{"resource":{"type":"ticket","id":"4713"}},{"resource":{"type":"ticket","id":"4714"}}]}'`},
	{"Who can read a ticket? Which tickets can Riya read, two at a time? What can she do to one?",
		asked + `/access/v1/search/subject --json '{"subject":{"type":"agent"},"action":{"name":"read"},"resource":{"type":"ticket","id":"4713"}}'`},
	{"", asked + `/access/v1/search/resource --json '{"subject":{"type":"agent","id":"riya"},"action":{"name":"read"},"resource":{"type":"ticket"},"page":{"limit":2}}'`},
	{"", asked + `/access/v1/search/resource --json '{"subject":{"type":"agent","id":"riya"},"action":{"name":"read"},"resource":{"type":"ticket"},"page":{"token":"dZ3tBvEAPYQF8wSZm2h7w9S313KO2f01q1hjZOlTzQ7Ec2W9sGf78tjniK4eMN1RfKY"}}'`},
	{"", asked + `/access/v1/search/action --json '{"subject":{"type":"agent","id":"riya"},"resource":{"type":"ticket","id":"4712"}}'`},
	{"A request that is wrong as a whole is an error.",
		asked + `/access/v1/evaluation --json '{"subject":{"type":"agent"},"action":{"name":"read"},"resource":{"type":"ticket","id":"4711"}}'`},
	{"The metadata say where everything is.", `curl ` + curl.Host + `/.well-known/authzen-configuration`},
}

// walk prints the example requests and their responses.
func walk(gateway http.Handler, to io.Writer) error {
	for _, e := range exchanges {
		if e.shows != "" {
			if _, err := fmt.Fprintf(to, "# %s\n\n", e.shows); err != nil {
				return err
			}
		}
		if _, err := fmt.Fprintf(to, "$ %s\n", e.command); err != nil {
			return err
		}
		if err := curl.Run(gateway, e.command, to); err != nil {
			return err
		}
		if _, err := fmt.Fprintln(to); err != nil {
			return err
		}
	}
	return nil
}
