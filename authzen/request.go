package authzen

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/deskpolicy/deskpolicy"
)

// The keys that the specification defines in the objects of a request.
var (
	questionKeys = []string{"subject", "action", "resource", "context"} // 6.1
	batchKeys    = append(slices.Clone(questionKeys), "evaluations", "options")
	searchKeys   = append(slices.Clone(questionKeys), "page")
	entityKeys   = []string{"type", "id", "properties"} // 5.1, 5.2
	actionKeys   = []string{"name", "properties"}       // 5.3
	optionKeys   = []string{"evaluations_semantic"}     // 7.1.2
	pageKeys     = []string{"token", "limit", "properties"}
)

// A question is the subject, the action and the resource of a request, each nil if it is
// missing. A search leaves out what it searches for.
type question struct {
	subject  *entity
	action   *action
	resource *entity
	context  any // checked, and then ignored
}

// An entity is a subject or a resource of a request.
type entity struct {
	typ, id    string
	properties map[string]any

	loaded bool // whether the following are set
	value  any  // what the host loaded; nil if there is none
	err    error
}

// An action is an action of a request.
type action struct {
	name       string
	properties map[string]any
}

// read sets the parts of the question that the object has. Of what is searched for, it
// ignores the ID (8.4, 8.5).
func (q *question) read(in map[string]any, searched string) (err error) {
	if given, has := in["subject"]; has {
		if q.subject, err = readEntity("subject", given, searched == "subject"); err != nil {
			return err
		}
	}
	if given, has := in["action"]; has && searched != "action" {
		if q.action, err = readAction(given); err != nil {
			return err
		}
	}
	if given, has := in["resource"]; has {
		if q.resource, err = readEntity("resource", given, searched == "resource"); err != nil {
			return err
		}
	}
	if given, has := in["context"]; has {
		q.context, err = object("context", given)
	}
	return err
}

// complete replaces the parts of the question that the object has, after which it must have
// all.
func (q *question) complete(in map[string]any) error {
	if err := q.read(in, ""); err != nil {
		return err
	}
	return q.check("")
}

// check returns an error if a part is missing that is not searched for.
func (q *question) check(searched string) error {
	switch {
	case q.subject == nil:
		return fault("subject: missing")
	case q.action == nil && searched != "action":
		return fault("action: missing")
	case q.resource == nil:
		return fault("resource: missing")
	}
	return nil
}

// identity returns a text that differs for different questions.
func (q *question) identity() []byte {
	parts := []any{q.subject.typ, q.subject.id, q.subject.properties, q.resource.typ, q.resource.id, q.resource.properties, q.context}
	if q.action != nil {
		parts = append(parts, q.action.name, q.action.properties)
	}
	text, _ := json.Marshal(parts) // they were JSON
	return text
}

func readEntity(what string, given any, searched bool) (*entity, error) {
	in, err := object(what, given, entityKeys...)
	if err != nil {
		return nil, err
	}
	e := new(entity)
	if e.typ, err = requiredText(what, in, "type"); err != nil {
		return nil, err
	}
	if !searched {
		if e.id, err = requiredText(what, in, "id"); err != nil {
			return nil, err
		}
	}
	e.properties, err = readProperties(what, in)
	return e, err
}

func readAction(given any) (*action, error) {
	in, err := object("action", given, actionKeys...)
	if err != nil {
		return nil, err
	}
	a := new(action)
	if a.name, err = requiredText("action", in, "name"); err != nil {
		return nil, err
	}
	a.properties, err = readProperties("action", in)
	return a, err
}

func readProperties(what string, in map[string]any) (map[string]any, error) {
	given, has := in["properties"]
	if !has {
		return nil, nil
	}
	return object(what+".properties", given)
}

// object returns the object, whose keys include the given ones. It refuses a key that
// differs from one of them only in case, which another reader might take for it, and ignores
// other keys (10.1.1).
func object(what string, given any, keys ...string) (map[string]any, error) {
	in, isObject := given.(map[string]any)
	if !isObject {
		return nil, faultf("%s: want an object, not %s", what, kindOf(given))
	}
	return in, checkCase(what+": ", in, keys)
}

// checkCase refuses an object with a key that differs from one of the keys only in case.
func checkCase(where string, in map[string]any, keys []string) error {
	var similar []string
	for name := range in {
		for _, key := range keys {
			if name != key && strings.EqualFold(name, key) {
				similar = append(similar, fmt.Sprintf("%sthe key %q differs from %q in case", where, name, key))
			}
		}
	}
	if len(similar) > 0 {
		return fault(slices.Min(similar)) // the same each time
	}
	return nil
}

func requiredText(what string, in map[string]any, key string) (string, error) {
	given, has := in[key]
	if !has {
		return "", faultf("%s.%s: missing", what, key)
	}
	return text(what+"."+key, given)
}

func text(what string, given any) (string, error) {
	s, isText := given.(string)
	if !isText {
		return "", faultf("%s: want a string, not %s", what, kindOf(given))
	}
	return s, nil
}

// kindOf describes the type of a JSON value.
func kindOf(value any) string {
	switch value.(type) {
	case nil:
		return "null"
	case bool:
		return "a boolean"
	case json.Number:
		return "a number"
	case string:
		return "a string"
	case []any:
		return "an array"
	default:
		return "an object"
	}
}

// load returns what the source has for the entity, nil if there is nothing or an error. It
// loads an entity once, because evaluations of a batch share it.
func (e *entity) load(ctx context.Context, from source) (any, error) {
	if e.loaded || e.id == "" { // no ID is empty
		return e.value, e.err
	}
	if e.value, e.err = from.load(ctx, e.id, believed(e.properties, from.believe)); e.err != nil {
		e.value, e.err = nil, fmt.Errorf("load %s %q: %w", from.kind, e.id, e.err)
	}
	e.loaded = true
	return e.value, e.err
}

// believed returns the properties with these names, nil if there are none.
func believed(properties map[string]any, names []string) (chosen map[string]any) {
	for _, name := range names {
		if value, has := properties[name]; has {
			if chosen == nil {
				chosen = make(map[string]any)
			}
			chosen[name] = value
		}
	}
	return chosen
}

// subjectOf returns the subject of the question, nil if it is unknown.
func (h *handler) subjectOf(ctx context.Context, q *question) (deskpolicy.Subject, error) {
	t := h.subjects[q.subject.typ]
	if t == nil {
		return nil, nil
	}
	value, err := q.subject.load(ctx, t.source)
	who, _ := value.(deskpolicy.Subject)
	return who, err
}

// resourceOf returns a pointer to the resource of the question, whose type is known; nil if the
// resource is unknown.
func (h *handler) resourceOf(ctx context.Context, q *question) (any, error) {
	return q.resource.load(ctx, h.resources[q.resource.typ].source)
}

// actionOf returns the action of the question on resources of its type, nil if it is unknown.
func (h *handler) actionOf(q *question) *actionType {
	t := h.resources[q.resource.typ]
	if t == nil {
		return nil
	}
	return t.actions[q.action.name]
}

// decide decides the question. What is unknown is denied.
func (h *handler) decide(ctx context.Context, q *question) (deskpolicy.Decision, error) {
	act := h.actionOf(q)
	switch {
	case h.resources[q.resource.typ] == nil:
		return deskpolicy.Decision{Reason: deskpolicy.WrongResource}, nil
	case act == nil:
		return deskpolicy.Decision{Reason: deskpolicy.UnknownAction}, nil
	}
	who, err := h.subjectOf(ctx, q)
	if who == nil {
		return deskpolicy.Decision{Reason: deskpolicy.NoSubject}, err
	}
	on, err := h.resourceOf(ctx, q)
	if on == nil {
		return deskpolicy.Decision{Reason: deskpolicy.WrongResource}, err
	}
	d, err := act.decide(ctx, who, on, believed(q.action.properties, act.believe))
	if err != nil {
		return deskpolicy.Decision{}, fmt.Errorf("ask about action %q on %s %q: %w", q.action.name, h.resources[q.resource.typ].kind, q.resource.id, err)
	}
	return d, nil
}
