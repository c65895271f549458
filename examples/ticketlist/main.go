// Ticketlist is a helpdesk's list of tickets over HTTP: pages of the newest, how
// many there are, and one by its ID. What an agent finds in the list and what it
// may open are one answer, of one policy.
//
//	go run .                  # walks through it and ends
//	go run . -serve :8080     # serves
//
// The tickets are in SQLite, in memory.
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

// run returns the exit status: 0 if all went well, 1 if not, and 2 for wrong arguments.
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

// start serves at the address, or walks through the answers if there is none.
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

// walk asks what there is to ask, and prints the requests and the answers.
func walk(desk http.Handler, to io.Writer) error {
	server := httptest.NewServer(desk)
	defer server.Close()
	w := &walker{at: server.URL, to: to}

	w.say("Riya is in two groups. She lists the newest, page after page.")
	next := w.get("riya", "/tickets?limit=3").Next
	w.get("riya", "/tickets?limit=3&after="+next)
	w.get("riya", "/tickets/count")
	w.say("Bob's scope is restricted to what is assigned to him.")
	w.get("bob", "/tickets?limit=3")
	w.get("bob", "/tickets/count")
	w.say("Sam is a shared agent: he sees where he is mentioned, and the tickets of one contact.")
	w.get("sam", "/tickets")
	w.say("What is in the list can be opened; in the group of refunds Riya only looks.")
	w.get("riya", "/tickets/t1")
	w.get("riya", "/tickets/t5")
	w.say("What is not cannot, whoever knows the ID. It looks as if there were none.")
	w.get("bob", "/tickets/t1")
	w.get("bob", "/tickets/t99")
	w.get("bob", "/tickets/g1")
	w.say("Olga sees all of the account, and nothing of another one.")
	w.get("olga", "/tickets/count")
	w.get("olga", "/tickets/g1")
	w.say("Mistakes.")
	w.get("", "/tickets")
	w.get("riya", "/tickets?limit=1000")
	w.get("riya", "/tickets?after=nonsense")
	return w.err
}

// A walker prints answers until one fails.
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

// get asks as the agent, and returns the page if the answer is one.
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
