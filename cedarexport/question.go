package cedarexport

import (
	"github.com/deskpolicy/deskpolicy"
)

// A Question is a request to a Cedar engine, with the entities that it takes to
// answer it.
type Question struct {
	Principal, Action, Resource UID

	// Context is a JSON object. Of a support engineer it has the instant as "now";
	// "receives" says that it is about somebody as whom a thing is to go to.
	Context []byte
	// Entities are a JSON list. They are of this question: what another one does
	// not ask about, such as authority, its entities do not have.
	Entities []byte
}

// Questions returns what to ask Cedar instead of asking [deskpolicy.Authorize]
// whether the subject may do the action to the resource: it may if the answer to
// each is allow. The resource is a value or a pointer, of the action's type; of a
// host's action it may be of any.
//
// What Authorize finds malformed is [ErrMalformed], what Cedar cannot say
// [ErrNotCarried]. With an error there are no questions.
func (e *Exporter) Questions(subject deskpolicy.Subject, action deskpolicy.ActionID, resource deskpolicy.Resource) ([]Question, error) {
	parts := partsOf(subject, action, resource)
	session, _ := subject.(*deskpolicy.SupportSession)
	switch {
	case nobody(subject):
		return nil, malformed("no subject")
	case !action.Valid():
		return nil, malformed("no such action")
	case session != nil && (session.Now().Before(firstInstant) || !session.Now().Before(lastInstant)):
		return nil, malformed("a support session without an instant")
	case len(parts) == 0, !action.IsHost() && !goesWith(action, resource):
		return nil, malformed("the resource is missing, incomplete or not of the action's type")
	case action.IsHost() && !e.names(action):
		return nil, notCarried("%v, which has no name in the vocabulary", action)
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

// question writes the question about one part.
func (e *Exporter) question(p part) (Question, error) {
	d := draft{Exporter: e, entities: make(entities), compares: mutating(p.action)}
	if d.compares {
		d.named = heldBy(p.by, p.on)
	}
	d.subject(p.by)
	what := p.build(&d)
	d.add(what)
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

// contextOf returns what is neither the subject's nor the resource's.
func contextOf(p part) record {
	context := record{}
	if session, ok := p.by.(*deskpolicy.SupportSession); ok {
		context["now"] = session.Now().UnixNano()
	}
	if p.receives {
		context["receives"] = true
	}
	return context
}
