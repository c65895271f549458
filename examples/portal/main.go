// Portal serves one helpdesk to its customers and to its agents over HTTP: the list of
// tickets, a ticket with its messages, replies, notes, closing and reopening. Both ask at the
// same addresses, and one policy decides what each of them gets.
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
	"strings"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// run runs the command and returns its exit status: 0 for success, 1 for an error and
// 2 for wrong arguments.
func run(args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("portal", flag.ContinueOnError)
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

	w.say("Carla is a customer. Her list has what she asked for, and what she is in CC of.")
	w.get("customer:carla", "/tickets")
	w.say("Her colleague Cody holds the Company Customer role: his list has what his company asked for.")
	w.get("customer:cody", "/tickets")
	w.say("Riya is an agent in the billing group. The same address gives her the group's tickets.")
	w.get("agent:riya", "/tickets")

	w.say("One ticket, asked for by its requester, by an agent and by a colleague: the private note is for the agent only, and what each may do differs.")
	w.get("customer:carla", "/tickets/t1")
	w.get("agent:riya", "/tickets/t1")
	w.get("customer:cody", "/tickets/t1")
	w.say("For anyone else it does not exist. The answer is the same for a ticket that is not there.")
	w.get("customer:hana", "/tickets/t1")
	w.get("customer:hana", "/tickets/t99")

	w.changes()
	w.people()
	return w.err
}

// changes prints requests that change tickets.
func (w *walker) changes() {
	w.say("Carla replies, and so does the agent.")
	w.post("customer:carla", "/tickets/t1/reply", "It is invoice 4711.")
	w.post("agent:riya", "/tickets/t1/reply", "Thank you, I have corrected it.")
	w.say("Notes inside the desk are not for customers: Carla sees the ticket, so she is told that she may not.")
	w.post("customer:carla", "/tickets/t1/note", "Can I write here?")
	w.post("agent:riya", "/tickets/t1/note", "Credit note 12.")
	w.say("Carla closes her ticket. Cody may view it, and not reopen it.")
	w.post("customer:carla", "/tickets/t1/close", "")
	w.post("customer:cody", "/tickets/t1/reopen", "")
	w.say("A customer in CC who may only view cannot reply.")
	w.post("customer:carla", "/tickets/t3/reply", "Me too!")
	w.say("Hana asks for help. Whose ticket it is follows from who is logged in, and not from the request.")
	w.post("customer:hana", "/tickets", "How do I export?")
	w.get("customer:hana", "/tickets")
}

// people prints requests of people who are more, or less, than a customer.
func (w *walker) people() {
	w.say("Tom is an agent who also asks for help: his list has his own ticket, one that he follows, and those that are assigned to him.")
	w.get("agent:tom", "/tickets")
	w.say("Dora's record as a contact is deactivated.")
	w.get("customer:dora", "/tickets")
	w.get("customer:nobody", "/tickets")
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

func (w *walker) get(who, path string)        { w.send(http.MethodGet, who, path, "") }
func (w *walker) post(who, path, text string) { w.send(http.MethodPost, who, path, text) }

// send sends a request as the person, and prints it with the response.
func (w *walker) send(method, who, path, text string) {
	request, err := http.NewRequest(method, w.at+path, strings.NewReader(text))
	if err != nil {
		w.err = errors.Join(w.err, err)
		return
	}
	request.Header.Set(userHeader, who)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		w.err = errors.Join(w.err, err)
		return
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	w.err = errors.Join(w.err, err)
	if text != "" {
		text = "\n\n" + text
	}
	w.print("%s %s\n%s: %s%s\n\n%s\n%s\n", method, path, userHeader, who, text, response.Status, body)
}
