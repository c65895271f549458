//go:build template

package main

import (
	"io"
	"text/template"
)

var tickets = template.Must(template.New("tickets").Parse("{{.Who}}:\n{{range .Tickets}}- {{.ID}} {{.Group}}\n{{end}}"))

// page writes the tickets with a template.
func page(w io.Writer, who string, visible []ticket) error {
	return tickets.Execute(w, question{Who: who, Tickets: visible})
}
