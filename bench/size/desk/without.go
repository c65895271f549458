//go:build without

package main

// A decision stands in for the library's.
type decision struct {
	Allowed bool `json:"allowed"`
}

func (q question) may(t ticket) bool { return t.Assignee == q.Who || t.Group == q.Group }

// decide decides whether the agent may reply to the ticket.
func decide(q question) decision { return decision{q.may(q.Ticket)} }

// list returns the tickets that the agent may view.
func list(q question) (visible []ticket) {
	for _, t := range q.Tickets {
		if q.may(t) {
			visible = append(visible, t)
		}
	}
	return visible
}
