// Desk is a small HTTP service that decides, logs decisions with log/slog and answers in
// JSON. It is built only to measure its size: with the library, or with the build tag
// without; and each with text/template, with the build tag template, or without it.
package main

import (
	"encoding/json"
	"log/slog"
	"net/http"
)

// A question is the body of a request.
type question struct {
	Who, Group string
	Ticket     ticket   // to reply to
	Tickets    []ticket // to list
}

// A ticket is a ticket in a request.
type ticket struct{ ID, Group, Assignee string }

func main() {
	http.HandleFunc("GET /tickets", answer(func(w http.ResponseWriter, asked question) error {
		return page(w, asked.Who, list(asked))
	}))
	http.HandleFunc("POST /reply", answer(func(w http.ResponseWriter, asked question) error {
		d := decide(asked)
		slog.Info("decided", "who", asked.Who, "decision", d)
		return json.NewEncoder(w).Encode(d)
	}))
	slog.Error("ended", "error", http.ListenAndServe("localhost:8080", nil))
}

func answer(by func(http.ResponseWriter, question) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var asked question
		err := json.NewDecoder(r.Body).Decode(&asked)
		if err == nil {
			err = by(w, asked)
		}
		if err != nil {
			slog.Error("cannot answer", "error", err)
		}
	}
}
