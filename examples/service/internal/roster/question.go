package roster

import (
	"errors"
	"fmt"

	"github.com/deskpolicy/deskpolicy"
)

// A Question asks whether a person may do something: "may Bob reply to ticket 17?"
type Question struct {
	Person deskpolicy.AgentID
	Action deskpolicy.ActionID
	About  string             // the ID of the ticket or the person, or the name of the role
	To     deskpolicy.AgentID // who gets the ticket, for [deskpolicy.TicketAssign]; "" for nobody
}

// A Kind is what an action is done to, in a question.
type Kind string

// The kinds that questions are about.
const (
	OnTicket  Kind = "ticket"
	OnPerson  Kind = "person"
	OnRole    Kind = "role"
	OnAccount Kind = "account"
)

// Actions returns the actions that questions of the kind can be about.
func (k Kind) Actions() []deskpolicy.ActionID {
	switch k {
	case OnTicket:
		return append(actionsOn(deskpolicy.Ticket{}), deskpolicy.TicketAssign.ID())
	case OnPerson:
		return actionsOn(deskpolicy.Agent{})
	case OnRole:
		return actionsOn(deskpolicy.Role{})
	case OnAccount:
		return actionsOn(deskpolicy.Account{})
	}
	return nil
}

func actionsOn[R deskpolicy.Resource](thing R) (actions []deskpolicy.ActionID) {
	for action := range deskpolicy.ActionsOn(nil, &thing, nil) {
		actions = append(actions, action.ID())
	}
	return actions
}

// Kinds are all kinds, in the order of a form.
var Kinds = []Kind{OnTicket, OnPerson, OnRole, OnAccount}

var kindOf = func() map[deskpolicy.ActionID]Kind {
	kinds := make(map[deskpolicy.ActionID]Kind)
	for _, kind := range Kinds {
		for _, action := range kind.Actions() {
			kinds[action] = kind
		}
	}
	return kinds
}()

// Kind returns what the question is about, or "" if its action is none of a [Kind].
func (q Question) Kind() Kind { return kindOf[q.Action] }

// ErrNoSuch says that the question is about somebody or something that does not exist.
var ErrNoSuch = errors.New("roster: there is no such person or thing")

// Request returns the question as a request, and the person. The function finds a ticket. The
// error wraps ErrNoSuch if there is no such person or thing.
func (d *Desk) Request(q Question, ticket func(deskpolicy.TicketID) (*deskpolicy.Ticket, error)) (deskpolicy.Request, Person, error) {
	person, found := d.Person(q.Person)
	if !found {
		return deskpolicy.Request{}, person, fmt.Errorf("%w: person %q", ErrNoSuch, q.Person)
	}
	thing, err := d.thing(q, ticket)
	return deskpolicy.Request{Subject: person.Subject, Action: q.Action, Resource: thing}, person, err
}

func (d *Desk) thing(q Question, ticket func(deskpolicy.TicketID) (*deskpolicy.Ticket, error)) (deskpolicy.Resource, error) {
	switch q.Kind() {
	case OnTicket:
		t, err := ticket(deskpolicy.TicketID(q.About))
		if err != nil || q.Action != deskpolicy.TicketAssign.ID() {
			return t, err
		}
		return d.assignment(t, q.To)
	case OnPerson:
		return d.asThing(q.About)
	case OnRole:
		role, err := d.Roles.Role(q.About)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrNoSuch, err)
		}
		return &role, nil
	case OnAccount:
		return &d.Account, nil
	}
	return nil, fmt.Errorf("%w: action %v", ErrNoSuch, q.Action)
}

func (d *Desk) assignment(t *deskpolicy.Ticket, to deskpolicy.AgentID) (deskpolicy.Resource, error) {
	assignment := &deskpolicy.TicketAssignment{Ticket: *t}
	if to != "" {
		person, found := d.Person(to)
		if !found {
			return nil, fmt.Errorf("%w: person %q", ErrNoSuch, to)
		}
		assignment.To = person.Subject
	}
	return assignment, nil
}

// asThing returns the agent with the ID, to act on.
func (d *Desk) asThing(id string) (deskpolicy.Resource, error) {
	person, found := d.Person(deskpolicy.AgentID(id))
	if agent := person.Agent(); found && agent != nil {
		return agent, nil
	}
	return nil, fmt.Errorf("%w: agent %q", ErrNoSuch, id)
}
