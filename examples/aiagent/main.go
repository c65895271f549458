// Aiagent is the loop of an AI agent that triages tickets, without a model: a script stands in for
// it. The AI agent acts for riya, so each of its tool calls is decided as a delegate of hers.
//
//	go run ./examples/aiagent
package main

import (
	"fmt"
	"io"
	"os"
	"time"
)

func main() { run(os.Stdout) }

// now is when the AI agent works; a program would take it from the clock for each request.
var now = time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC)

func run(w io.Writer) {
	desk := newDesk()
	by, err := delegateOf(desk.agents["riya"], "tk-1", now)
	if err != nil {
		fmt.Fprintln(w, err)
		return
	}
	fmt.Fprintf(w, "%v, until %s\n", by, keys["tk-1"].limit.Window.Until().Format("15:04"))

	fmt.Fprintln(w, "\nThe tools that the server lists for ticket 7:")
	for _, t := range desk.listTools(by, desk.tickets["7"]) {
		fmt.Fprintf(w, "  %s\n", t.name)
	}

	fmt.Fprintln(w, "\nThe calls:")
	for _, c := range script {
		desk.call(w, by, c)
	}

	keys["tk-1"] = key{limit: keys["tk-1"].limit, revoked: true}
	_, err = delegateOf(desk.agents["riya"], "tk-1", now)
	fmt.Fprintf(w, "\nThe next call, after the key is revoked: %v\n", err)
}

// A call is what the model asks for: a tool and the ticket that it is about.
type call struct{ tool, ticket string }

// script stands in for the model.
var script = []call{
	{"get_ticket", "7"},
	{"add_note", "7"},
	{"reply", "7"},       // its limit has no permission for that
	{"get_ticket", "8"},  // its limit reaches only riya's own tickets
	{"get_ticket", "9"},  // riya may not see it herself
	{"assign_role", "7"}, // nothing that acts for somebody may
}
