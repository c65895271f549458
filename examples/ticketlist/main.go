// Ticketlist serves a helpdesk's tickets over HTTP: pages of the newest tickets, the
// number of tickets, and one ticket by its ID. The same policy decides which tickets an
// agent's list contains and which ones the agent can open.
//
//	go run .                  # prints example requests and responses
//	go run . -serve :8080     # serves
//
// The tickets are in an in-memory SQLite database.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// run runs the command and returns its exit status: 0 for success, 1 for an error and
// 2 for wrong arguments.
func run(args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("ticketlist", flag.ContinueOnError)
	flags.SetOutput(stderr)
	address := flags.String("serve", "", "serve at the `address`, such as :8080")
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
	db, err := openStore(context.Background())
	if err != nil {
		return err
	}
	defer db.Close()
	if address == "" {
		return walk(newDesk(db, slog.New(slog.DiscardHandler)), stdout)
	}
	return http.ListenAndServe(address, newDesk(db, slog.New(slog.NewTextHandler(stderr, nil))))
}

// walk prints the example requests and their responses.
func walk(desk http.Handler, to io.Writer) error {
	server := httptest.NewServer(desk)
	defer server.Close()
	w := &walker{at: server.URL, to: to}

	w.say("Riya is in two groups. She lists the newest tickets, page by page.")
	next := w.get("riya", "/tickets?limit=3").Next
	w.get("riya", "/tickets?limit=3&after="+next)
	w.get("riya", "/tickets/count")
	w.say("Bob's scope is restricted: he sees only tickets assigned to him.")
	w.get("bob", "/tickets?limit=3")
	w.get("bob", "/tickets/count")
	w.say("Sam is a shared agent. He sees tickets that mention him, and the tickets of one contact.")
	w.get("sam", "/tickets")
	w.say("Riya can open every ticket in her list. In the refunds group she has view access only.")
	w.get("riya", "/tickets/t1")
	w.get("riya", "/tickets/t5")
	w.say("Bob cannot open other tickets, even if he knows the ID. The answer is the same as for a ticket that does not exist.")
	w.get("bob", "/tickets/t1")
	w.get("bob", "/tickets/t99")
	w.get("bob", "/tickets/g1")
	w.say("Olga sees all tickets of her account, and no tickets of another.")
	w.get("olga", "/tickets/count")
	w.get("olga", "/tickets/g1")
	w.say("Invalid requests.")
	w.get("", "/tickets")
	w.get("riya", "/tickets?limit=1000")
	w.get("riya", "/tickets?after=nonsense")
	return w.err
}

// A walker sends requests and prints the responses, until an error occurs.
type walker struct {
	at  string
	to  io.Writer
	err error
}

func (w *walker) say(text string) { w.print("# %s\n\n", text) }

func (w *walker) print(format string, args ...any) {
	if w.err == nil {
		_, w.err = fmt.Fprintf(w.to, format, args...)
	}
}

// get sends a request as the agent, and returns the page if the response is one.
func (w *walker) get(agent, path string) (p page) {
	request, err := http.NewRequest(http.MethodGet, w.at+path, nil)
	if err != nil {
		w.err = errors.Join(w.err, err)
		return p
	}
	request.Header.Set(agentHeader, agent)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		w.err = errors.Join(w.err, err)
		return p
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	w.err = errors.Join(w.err, err)
	w.print("GET %s\n%s: %s\n\n%s\n%s\n", path, agentHeader, agent, response.Status, body)
	return pageOf(body)
}
