package deskpolicy

import (
	"errors"
	"fmt"
	"slices"
)

// A Vocabulary is the library's actions and the named actions of a host, for
// where names are read or written. The zero Vocabulary, like a nil one, has
// the library's only. It is immutable and safe to share.
type Vocabulary struct {
	host []HostAction
}

// A HostAction is an action of the host's and its name: see [Named].
type HostAction struct {
	id   ActionID
	name string
	open opener
}

// Named names an action of the host's. Names are the host's to choose, in the
// manner of "invoice.refund".
func Named[R Resource](action Action[R], name string) HostAction {
	return HostAction{action.ID(), name, open[R]}
}

// NewVocabulary returns the library's actions and the host's. It refuses a
// number outside the ranges for hosts, a number or a name that occurs twice,
// an empty name, and a name of the library's.
func NewVocabulary(host ...HostAction) (*Vocabulary, error) {
	var err error
	v := &Vocabulary{}
	for _, action := range host {
		switch taken, parseErr := v.ParseAction(action.name); {
		case !action.id.Host():
			err = errors.Join(err, fmt.Errorf("deskpolicy: action %q: number %d is in no range for hosts", action.name, action.id))
		case action.name == "":
			err = errors.Join(err, fmt.Errorf("deskpolicy: action %d has no name", action.id))
		case parseErr == nil:
			err = errors.Join(err, fmt.Errorf("deskpolicy: action %q: the name is taken by action %d", action.name, taken))
		case v.Name(action.id) != action.id.String():
			err = errors.Join(err, fmt.Errorf("deskpolicy: action %q: number %d is taken by %q", action.name, action.id, v.Name(action.id)))
		default:
			v.host = append(v.host, action)
		}
	}
	if err != nil {
		return nil, err
	}
	return v, nil
}

// ParseAction returns the action of that exact name. The error quotes the name
// and suggests the nearest.
func (v *Vocabulary) ParseAction(name string) (ActionID, error) {
	var names []string
	for id := range Actions() {
		names = append(names, id.String())
	}
	for _, action := range v.hosts() {
		names = append(names, action.name)
	}
	i, err := parseName("action", name, names)
	switch {
	case err != nil:
		return 0, err
	case i < int(lastAction):
		return firstAction + ActionID(i), nil
	default:
		return v.host[i-int(lastAction)].id, nil
	}
}

// Name returns the name of the action, or its number in words if v does not name it.
func (v *Vocabulary) Name(id ActionID) string {
	if i := v.index(id); i >= 0 {
		return v.host[i].name
	}
	return id.String()
}

// ParseAction returns the library's action of that exact name. The error quotes
// the name and suggests the nearest. A host's names are in its [Vocabulary].
func ParseAction(name string) (ActionID, error) { return (*Vocabulary)(nil).ParseAction(name) }

func (v *Vocabulary) hosts() []HostAction {
	if v == nil {
		return nil
	}
	return v.host
}

// opener returns what opens the resources of the host's action, nil if v does not name it.
func (v *Vocabulary) opener(id ActionID) opener {
	if i := v.index(id); i >= 0 {
		return v.host[i].open
	}
	return nil
}

func (v *Vocabulary) index(id ActionID) int {
	return slices.IndexFunc(v.hosts(), func(action HostAction) bool { return action.id == id })
}
