package roster

import (
	"cmp"
	"errors"
	"fmt"

	"github.com/deskpolicy/deskpolicy"
)

// A Question asks whether a person may do something: "may Bob reply to ticket 17?"
type Question struct {
	Person   deskpolicy.AgentID
	Customer deskpolicy.ContactID // who asks instead of Person, if it is not ""
	Key      string               // the ID of the API key that asks instead, if it is not ""
	Action   deskpolicy.ActionID
	About    string             // the ID of the ticket or the person, or the name of the role
	To       deskpolicy.AgentID // who gets the ticket, for [deskpolicy.TicketAssign]; "" for nobody
}

// Who returns the ID of who the question is about.
func (q Question) Who() string {
	if q.Key != "" {
		return "key " + q.Key
	}
	return cmp.Or(string(q.Customer), string(q.Person))
}

// A Finder finds what a [Desk] does not have. Its errors say if there is none.
type Finder interface {
	Ticket(deskpolicy.TicketID) (*deskpolicy.Ticket, error)
	Customer(deskpolicy.ContactID) (Person, error)
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

// Request returns the question as a request, and the person. The error wraps ErrNoSuch if there is
// no such person or thing, unless it is one of the Finder.
func (d *Desk) Request(q Question, in Finder) (deskpolicy.Request, Person, error) {
	person, err := d.asker(q, in)
	if err != nil {
		return deskpolicy.Request{}, person, err
	}
	request, err := d.RequestOf(person, q, in)
	return request, person, err
}

// RequestOf is Request for a person that was found.
func (d *Desk) RequestOf(person Person, q Question, in Finder) (deskpolicy.Request, error) {
	thing, err := d.thing(q, in)
	return deskpolicy.Request{Subject: person.Subject, Action: q.Action, Resource: thing}, err
}

func (d *Desk) asker(q Question, in Finder) (Person, error) {
	if q.Customer != "" {
		return in.Customer(q.Customer)
	}
	if q.Key != "" {
		key, isKey := d.Key(q.Key)
		if person, found := d.Asking(key); isKey && found {
			return person, nil
		}
		return Person{}, fmt.Errorf("%w: key %q", ErrNoSuch, q.Key)
	}
	person, found := d.Person(q.Person)
	if !found {
		return person, fmt.Errorf("%w: person %q", ErrNoSuch, q.Person)
	}
	return person, nil
}

func (d *Desk) thing(q Question, in Finder) (deskpolicy.Resource, error) {
	switch q.Kind() {
	case OnTicket:
		t, err := in.Ticket(deskpolicy.TicketID(q.About))
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
