package cedarexport

import (
	"github.com/deskpolicy/deskpolicy"
)

// A Question is a request to a Cedar engine, with the entities that the answer depends on.
type Question struct {
	Principal, Action, Resource UID

	// Context is a JSON object. If the principal is a support engineer, or a shared agent with a
	// valid instant, "now" is the instant. If the question is whether the principal can receive the
	// resource, "receives" is true; if a customer asks about one of a pair, "pair" is.
	Context []byte
	// Entities is a JSON list. It leaves out what this question does not depend on, such as
	// authority for most actions.
	Entities []byte
}

// Questions returns the questions that together ask Cedar whether the subject may do the action on
// the resource, as [deskpolicy.Authorize] decides: it may if every answer is allow. The resource
// is a value or a pointer of the action's type, or of any type for a host action.
//
// The error wraps [ErrMalformed] for a request that Authorize finds malformed, and
// [ErrNotExpressible] for one that Cedar cannot express. With an error, there are no questions.
func (e *Exporter) Questions(subject deskpolicy.Subject, action deskpolicy.ActionID, resource deskpolicy.Resource) ([]Question, error) {
	parts := partsOf(subject, action, resource)
	session, _ := subject.(*deskpolicy.SupportSession)
	_, isDelegate := subject.(*deskpolicy.Delegate)
	switch {
	case isMissing(subject):
		return nil, malformed("the subject is missing; give one with an ID")
	case !action.Valid():
		return nil, malformed("the action is unknown; give one of the library's or the host's")
	case isDelegate:
		return nil, notExpressible("the subject is a delegate, and Cedar knows none; ask as its principal, and check its limits")
	case session != nil && (session.Now().Before(firstInstant) || !session.Now().Before(lastInstant)):
		return nil, malformed("the support session has no instant from 1970 to 2199; start it with one")
	case len(parts) == 0, !action.IsHost() && !appliesTo(action, resource):
		return nil, malformed("the resource is missing, incomplete or not of the action's type; give a complete one")
	case action.IsHost() && !e.isNamed(action):
		return nil, notExpressible("%v has no name in the vocabulary; add it", action)
	}
	questions := make([]Question, len(parts))
	for i, part := range parts {
		var err error
		if questions[i], err = e.question(part); err != nil {
			return nil, err
		}
	}
	return questions, nil
}

// question returns the question about one part.
func (e *Exporter) question(p part) (Question, error) {
	d := draft{Exporter: e, entities: make(entities), compares: changesAuthority(p.action)}
	if d.compares {
		d.by, d.compared = principalOf(p.by), make(map[string]*atom)
		d.findHeld(p.by, p.on)
		if role, ok := p.on.(deskpolicy.Role); ok && p.action.InClass(deskpolicy.ClassRoleAuthoring) {
			d.made = &role
		}
	}
	d.subject(p.by)
	what := p.build(&d)
	d.add(what)
	if d.compares {
		d.addAuthority(what.uid)
	}
	if d.err != nil {
		return Question{}, d.err
	}
	text, err := d.entities.encode()
	if err != nil {
		return Question{}, err
	}
	return Question{
		Principal: d.principal, Action: e.actionUID(p.action), Resource: what.uid,
		Context: appendValue(nil, contextOf(p)), Entities: text,
	}, nil
}

// contextOf returns the context of a part.
func contextOf(p part) record {
	context := record{}
	switch by := p.by.(type) {
	case *deskpolicy.SupportSession:
		context["now"] = by.Now().UnixNano()
	case *deskpolicy.SharedAgent:
		if !by.Now.Before(firstInstant) && by.Now.Before(lastInstant) {
			context["now"] = by.Now.UnixNano()
		}
	}
	if p.receives {
		context["receives"] = true
	}
	if _, customer := p.by.(*deskpolicy.Customer); customer && p.isPair() {
		context["pair"] = true
	}
	return context
}

// isPair reports whether the part is one of two tickets or contacts.
func (p part) isPair() bool {
	switch p.on.(type) {
	case deskpolicy.TicketPair, deskpolicy.ContactPair:
		return true
	}
	return false
}
