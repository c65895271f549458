//go:build !template

package main

import (
	"fmt"
	"io"
)

// page writes the tickets.
func page(w io.Writer, who string, tickets []ticket) error {
	_, err := fmt.Fprintf(w, "%s: %v\n", who, tickets)
	return err
}
