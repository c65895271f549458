package authzen

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"

	"github.com/deskpolicy/deskpolicy"
)

// Subjects is a type of subjects. Its functions must be safe for concurrent use. The zero
// Subjects is refused.
type Subjects struct {
	// Load returns the subject with the ID, or nil or a nil pointer if there is none. It gets
	// the properties that Believe names, if the request has them, and can ignore them. An
	// error or a panic is the host's failure: nothing is decided. In a search one failure ends
	// the search, so return nil for a candidate that cannot be read.
	Load func(ctx context.Context, id string, believed map[string]any) (deskpolicy.Subject, error)

	// List returns up to limit IDs that come after the given one, and the first ones after "".
	// The order must not change, and must not depend on whether there still is a subject with
	// that ID. An empty list is the end; a short one is not. The limit is not that of the
	// request's page. Without List, searches for this type find nothing.
	List func(ctx context.Context, after string, limit int) ([]string, error)

	// Believe names the properties of a subject that Load gets. The service that asks is free
	// to make them up, so name only what it knows better than the host.
	Believe []string
}

// A ResourceType is a type of resources: [Resources] of any type.
type ResourceType interface {
	// compile returns the type without its type parameter, and what is wrong with it.
	compile(name string) (*resourceType, error)
}

// Resources is a type of resources with the actions on them. Its functions must be safe for
// concurrent use. The zero Resources is refused.
type Resources[R deskpolicy.Resource] struct {
	// Load, List and Believe are as for [Subjects].
	Load    func(ctx context.Context, id string, believed map[string]any) (*R, error)
	List    func(ctx context.Context, s Search[R]) ([]string, error)
	Believe []string

	// Actions and Questions have the actions by the names that requests use: Actions those
	// that need only the resource, Questions the others. Every other action is unknown, and
	// denied.
	Actions   map[string]deskpolicy.Action[R]
	Questions map[string]Question[R]
}

// A Search asks for candidates: resources that the subject may be allowed to act on.
type Search[R deskpolicy.Resource] struct {
	After string // the ID after which candidates are wanted; "" for the first ones
	Limit int    // how many are wanted at the most

	// Subject and Action are what is searched for. List can ignore them, because the handler
	// decides about every candidate. A host with many resources leaves out those that
	// [deskpolicy.FilterFor] does not select. The Action is 0 if it is one of the Questions.
	Subject deskpolicy.Subject
	Action  deskpolicy.Action[R]
}

// A Question is an action that needs more than the resource: properties of the action, such
// as the recipient of an assignment, or a resource of another type. The zero Question is
// refused.
type Question[R deskpolicy.Resource] struct {
	// Ask returns the request to decide. It gets the properties of the action that Believe
	// names, if the request has them; a search for actions has none. It must not change who or
	// on, which other evaluations share. The Request must be who's: one with another Subject is
	// the host's failure, as an error is. The zero Request is denied, as [deskpolicy.Undecided].
	Ask func(ctx context.Context, who deskpolicy.Subject, on *R, believed map[string]any) (deskpolicy.Request, error)

	// Believe names the properties of the action that Ask gets.
	Believe []string
}

// A subjectType is a type of subjects as a handler uses it.
type subjectType struct {
	source
	list lister
}

// A resourceType is a type of resources as a handler uses it: their values are pointers.
type resourceType struct {
	source
	list    func(who deskpolicy.Subject, action string) lister // nil if they cannot be listed
	actions map[string]*actionType
	names   []string // of the actions, sorted
}

// A source loads the subjects or resources of a type. load returns nil if there is none.
type source struct {
	kind    string // what they are, for errors
	load    func(ctx context.Context, id string, believed map[string]any) (any, error)
	believe []string
}

// A lister lists IDs, or the names of actions. It is nil if they cannot be listed.
type lister func(ctx context.Context, after string, limit int) ([]string, error)

// rescued returns the lister with its panics as errors.
func (list lister) rescued() lister {
	if list == nil {
		return nil
	}
	return func(ctx context.Context, after string, limit int) (names []string, err error) {
		defer rescue(&err)
		return list(ctx, after, limit)
	}
}

// An actionType decides about one action on the resources of a type.
type actionType struct {
	believe []string
	decide  func(ctx context.Context, who deskpolicy.Subject, on any, believed map[string]any) (deskpolicy.Decision, error)
}

// addSubjects adds the types of subjects, and returns what is wrong with them.
func (h *handler) addSubjects(types map[string]Subjects) error {
	var wrong []error
	if len(types) == 0 {
		wrong = append(wrong, errors.New("authzen: there are no Subjects; add a type"))
	}
	for _, name := range slices.Sorted(maps.Keys(types)) {
		t := types[name]
		wrong = append(wrong, checkName("Subjects", "a type", name))
		if t.Load == nil {
			wrong = append(wrong, fmt.Errorf("authzen: Subjects %q has no Load; set it", name))
		}
		load := func(ctx context.Context, id string, believed map[string]any) (_ any, err error) {
			defer rescue(&err)
			who, err := t.Load(ctx, id, believed)
			if v := reflect.ValueOf(who); !v.IsValid() || v.IsNil() { // every Subject is a pointer
				return nil, err
			}
			return who, err
		}
		h.subjects[name] = &subjectType{source{fmt.Sprintf("subject of type %q", name), load, t.Believe}, lister(t.List).rescued()}
	}
	return errors.Join(wrong...)
}

// addResources adds the types of resources, and returns what is wrong with them.
func (h *handler) addResources(types map[string]ResourceType) error {
	var wrong []error
	if len(types) == 0 {
		wrong = append(wrong, errors.New("authzen: there are no Resources; add a type"))
	}
	for _, name := range slices.Sorted(maps.Keys(types)) {
		wrong = append(wrong, checkName("Resources", "a type", name))
		if types[name] == nil {
			wrong = append(wrong, fmt.Errorf("authzen: Resources %q is nil; set it or remove it", name))
			continue
		}
		compiled, err := types[name].compile(name)
		h.resources[name], wrong = compiled, append(wrong, err)
	}
	return errors.Join(wrong...)
}

func (t Resources[R]) compile(name string) (*resourceType, error) {
	compiled := &resourceType{actions: make(map[string]*actionType)}
	compiled.kind, compiled.believe = fmt.Sprintf("resource of type %q", name), t.Believe
	compiled.load = func(ctx context.Context, id string, believed map[string]any) (_ any, err error) {
		defer rescue(&err)
		resource, err := t.Load(ctx, id, believed)
		if resource == nil {
			return nil, err
		}
		return resource, err
	}
	if t.List != nil {
		compiled.list = func(who deskpolicy.Subject, action string) lister {
			return lister(func(ctx context.Context, after string, limit int) ([]string, error) {
				return t.List(ctx, Search[R]{after, limit, who, t.Actions[action]})
			}).rescued()
		}
	}
	for action, id := range t.Actions {
		compiled.actions[action] = &actionType{decide: decides(id)}
	}
	for action, question := range t.Questions {
		compiled.actions[action] = &actionType{question.Believe, asks(question)}
	}
	compiled.names = slices.Sorted(maps.Keys(compiled.actions))
	return compiled, t.check(name)
}

// check returns what is wrong with the type.
func (t Resources[R]) check(name string) error {
	var wrong []error
	if t.Load == nil {
		wrong = append(wrong, fmt.Errorf("authzen: Resources %q has no Load; set it", name))
	}
	if kind := reflect.TypeFor[R]().Kind(); kind == reflect.Pointer || kind == reflect.Interface {
		wrong = append(wrong, fmt.Errorf("authzen: Resources %q has a resource type that is a pointer or an interface; use the type itself", name))
	}
	if len(t.Actions)+len(t.Questions) == 0 {
		wrong = append(wrong, fmt.Errorf("authzen: Resources %q has no actions; add one to Actions or Questions", name))
	}
	for _, action := range slices.Sorted(maps.Keys(t.Actions)) {
		wrong = append(wrong, checkName(fmt.Sprintf("Resources %q", name), "an action", action))
		switch id := t.Actions[action].ID(); {
		case !id.Valid():
			wrong = append(wrong, fmt.Errorf("authzen: Resources %q: action %q has the number %d, which is not an action; use a constant of deskpolicy or of your own", name, action, id))
		case !id.IsHost() && !isOn[R](id):
			wrong = append(wrong, fmt.Errorf("authzen: Resources %q: action %q is %v, which is not an action on %v; use one that is, or a Question", name, action, id, reflect.TypeFor[R]()))
		}
	}
	for _, action := range slices.Sorted(maps.Keys(t.Questions)) {
		wrong = append(wrong, checkName(fmt.Sprintf("Resources %q", name), "an action", action))
		if _, twice := t.Actions[action]; twice {
			wrong = append(wrong, fmt.Errorf("authzen: Resources %q: action %q is in Actions and in Questions; remove one", name, action))
		}
		if t.Questions[action].Ask == nil {
			wrong = append(wrong, fmt.Errorf("authzen: Resources %q: question %q has no Ask; set it", name, action))
		}
	}
	return errors.Join(wrong...)
}

// isOn reports whether the library's action is on resources of type R.
func isOn[R deskpolicy.Resource](id deskpolicy.ActionID) bool {
	for action := range deskpolicy.ActionsOn[R](nil, nil, nil) {
		if action.ID() == id {
			return true
		}
	}
	return false
}

// decides returns the function that decides about an action of the library or the host.
func decides[R deskpolicy.Resource](action deskpolicy.Action[R]) func(context.Context, deskpolicy.Subject, any, map[string]any) (deskpolicy.Decision, error) {
	return func(_ context.Context, who deskpolicy.Subject, on any, _ map[string]any) (_ deskpolicy.Decision, err error) {
		defer rescue(&err) // of a host's Attributes
		return deskpolicy.Authorize(who, action, on.(*R)), nil
	}
}

// asks returns the function that decides about a question.
func asks[R deskpolicy.Resource](q Question[R]) func(context.Context, deskpolicy.Subject, any, map[string]any) (deskpolicy.Decision, error) {
	return func(ctx context.Context, who deskpolicy.Subject, on any, believed map[string]any) (_ deskpolicy.Decision, err error) {
		defer rescue(&err)
		switch request, err := q.Ask(ctx, who, on.(*R), believed); {
		case err != nil:
			return deskpolicy.Decision{}, err
		case request == deskpolicy.Request{}:
			return deskpolicy.Decision{}, nil
		case request.Subject != who:
			return deskpolicy.Decision{}, errors.New("the Request has another subject than the one that Ask was given; use that")
		default:
			return request.Authorize(), nil
		}
	}
}
