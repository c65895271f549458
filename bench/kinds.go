package main

import (
	"fmt"
	"math/rand/v2"
	"runtime"

	"github.com/deskpolicy/deskpolicy"
)

// usual returns the questions of an agent with one or two roles about a ticket, of which most of a
// helpdesk's work consists, and few at most, so that their records stay in the processor's cache.
func (r *report) usual() (of []int32) {
	for i, q := range r.asked {
		p := &r.helpdesk.people[q.who]
		if p.kind == anyAgent && len(p.bindings) > 0 && len(p.bindings) <= 2 && acts[q.act].on == aTicket && len(of) < few {
			of = append(of, int32(i))
		}
	}
	return of
}

// A sequence has usual questions in some order, and the times of the library and of the bitset of
// records.
type sequence struct {
	name  string
	of    []int32
	times [2]sample
}

// inTurn is the index in sequences of the usual questions in turn, which the figure is about.
const inTurn = 3

// sequences returns some of the questions, and all of them, in orders that the processor can learn
// or not: it predicts a branch by those that it has seen before.
func sequences(of []int32, seed uint64) []sequence {
	random := rand.New(rand.NewPCG(seed, 200))
	draw := func(from []int32, n int) (drawn []int32) {
		for range n {
			drawn = append(drawn, from[random.IntN(len(from))])
		}
		return drawn
	}
	some := of[:min(64, len(of))]
	return []sequence{
		{name: fmt.Sprintf("%d questions in turn", len(some)), of: some},
		{name: fmt.Sprintf("%s draws from these %d, in turn", thousands(few), len(some)), of: draw(some, few)},
		{name: fmt.Sprintf("%s draws from these %d", thousands(100*few), len(some)), of: draw(some, 100*few)},
		inTurn: {name: fmt.Sprintf("%s questions in turn", thousands(len(of))), of: of},
		{name: fmt.Sprintf("%s draws from these %s", thousands(100*few), thousands(len(of))), of: draw(of, 100*few)},
	}
}

// timeUsual times the usual questions by the library and by the bitset of records.
func (r *report) timeUsual(contestants []contestant) error {
	r.begin("timing agents about tickets")
	r.sequences = sequences(r.usual(), r.seed)
	for range r.repetitions {
		for s := range r.sequences {
			of := r.sequences[s].of
			for i, c := range [...]contestant{contestants[0], contestants[bitsets-1]} {
				runtime.GC()
				if err := r.sequences[s].times[i].add(subset{c.engine, of}, len(of), 1); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// A subjectSample has the times of one kind of subject that views tickets.
type subjectSample struct {
	name string
	asks viewing
	sample
}

// viewing is an engine whose subjects view a ticket each.
type viewing []viewed

type viewed struct {
	subject deskpolicy.Subject
	ticket  *deskpolicy.Ticket
}

func (v viewing) ask(n int) (bool, error) {
	return deskpolicy.Authorize(v[n].subject, deskpolicy.TicketView, v[n].ticket).Allowed(), nil
}

func (viewing) list(who, tickets int) (int, error) { return 0, nil }

// timeSubjects times in turn agents, delegates of the same agents with one limit, and customers,
// who all view the same tickets.
func (r *report) timeSubjects() error {
	r.begin("timing kinds of subject")
	r.subjects = r.helpdesk.viewers(r.asked, r.usual())
	for range r.repetitions {
		for i := range r.subjects {
			if err := r.subjects[i].add(r.subjects[i].asks, len(r.subjects[i].asks), 1); err != nil {
				return err
			}
		}
	}
	return nil
}

// viewers returns who views the tickets of the questions.
func (h *helpdesk) viewers(asked []question, of []int32) []subjectSample {
	all := []subjectSample{{name: "agent"}, {name: "delegate of that agent"}, {name: "customer"}}
	limit := deskpolicy.Limit{Permissions: deskpolicy.NewPermissions(deskpolicy.TicketView.At(deskpolicy.Anything)), Workspaces: []deskpolicy.WorkspaceID{deskpolicy.Everywhere}}
	for _, i := range of {
		agent, ticket := h.subjects[asked[i].who], h.resources[asked[i].on].(*deskpolicy.Ticket)
		customer := &deskpolicy.Customer{
			ID: "someone", Account: h.account, Now: now,
			Bindings: []deskpolicy.Binding{{Role: deskpolicy.CustomerRole.Role(), Workspace: deskpolicy.Everywhere, TicketScope: deskpolicy.Anything}},
		}
		if ticket.Requester != nil && i%2 == 0 {
			customer.ID = ticket.Requester.ID
		}
		for j, subject := range [...]deskpolicy.Subject{agent, deskpolicy.NewDelegate(agent, deskpolicy.Actor{Kind: deskpolicy.ActorKey, ID: "k-1"}, limit), customer} {
			all[j].asks = append(all[j].asks, viewed{subject, ticket})
		}
	}
	return all
}
