package deskpolicy

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/deskpolicy/deskpolicy/internal/legible"
)

// A Vocabulary holds the names of actions: the library's and a host's. Functions that read
// or write action names take a Vocabulary. A nil or zero Vocabulary has only the library's
// actions. A Vocabulary is immutable and safe for concurrent use.
type Vocabulary struct {
	host   []HostAction
	byName map[string]ActionID // the host's actions by name
}

// A HostAction is an action of the host with its name. Use [NewHostAction] to create one;
// [NewVocabulary] refuses the zero HostAction.
type HostAction struct {
	id        ActionID
	name      string
	reader    resourceReader
	reference bool // reports whether the resource type is a pointer or an interface
}

// NewHostAction returns an action of the host with the name that the host chose, such as
// "invoice.refund". R must be the resource type itself, as in Action[Invoice], not a
// pointer or an interface.
func NewHostAction[R Resource](action Action[R], name string) HostAction {
	return HostAction{action.ID(), name, readerOf[R]{}, isReference[R]()}
}

// NewVocabulary returns the vocabulary of the library's actions and the given actions of
// the host. The error lists every invalid action:
//
//   - Its number is outside the host ranges, or an earlier action has it.
//   - Its resource type is a pointer or an interface, so that a resource could be nil.
//   - Its name is empty, or an action of the library or an earlier action has it,
//     ignoring case and the number of spaces between words.
//   - Its name contains "@" or an invisible character, or begins or ends with a space.
func NewVocabulary(host ...HostAction) (*Vocabulary, error) {
	var wrong problems
	v, names := &Vocabulary{byName: make(map[string]ActionID)}, make(map[string]ActionID)
	for id := range Actions() {
		names[legible.Fold(id.String())] = id
	}
	for _, action := range host {
		folded := legible.Fold(action.name)
		switch taken, exists := names[folded]; {
		case !action.id.IsHost():
			wrong.add(fmt.Errorf("deskpolicy: action %q: number %d is outside the host ranges; count from a FirstHost constant", action.name, action.id))
		case action.reference:
			wrong.add(fmt.Errorf("deskpolicy: action %q: its resource type is a pointer or an interface; use the type itself", action.name))
		case action.name == "":
			wrong.add(fmt.Errorf("deskpolicy: action %d has no name; give it one", action.id))
		case exists:
			wrong.add(fmt.Errorf("deskpolicy: action %q: the name is taken by action %d; choose another name", action.name, taken))
		case v.Name(action.id) != action.id.String():
			wrong.add(fmt.Errorf("deskpolicy: action %q: number %d is taken by action %q; choose another number", action.name, action.id, v.Name(action.id)))
		case strings.Contains(action.name, "@") || strings.ContainsFunc(action.name, legible.Hidden):
			wrong.add(fmt.Errorf("deskpolicy: action %q: the name contains \"@\" or an invisible character; remove it", action.name))
		case strings.TrimSpace(action.name) != action.name:
			wrong.add(fmt.Errorf("deskpolicy: action %q: the name begins or ends with a space; remove it", action.name))
		default:
			v.host = append(v.host, action)
			v.byName[action.name], names[folded] = action.id, action.id
		}
	}
	if err := wrong.err(); err != nil {
		return nil, err
	}
	return v, nil
}

// ParseAction returns the action with exactly that name. The error quotes an unknown
// name and suggests the nearest.
func (v *Vocabulary) ParseAction(name string) (ActionID, error) {
	if id, ok := v.action(name); ok {
		return id, nil
	}
	return 0, &unknownName{kind: "action", text: name, names: v.names}
}

// ParsePermission returns the permission that text names, such as "ticket.reply@group".
// Without a scope, the permission is at Restricted, the narrowest [R17], or at Global if
// the action takes no scope (A34). The error is about the action, the scope, or both.
func (v *Vocabulary) ParsePermission(text string) (Permission, error) {
	name, at, given := strings.Cut(text, "@")
	action, err := v.ParseAction(name)
	p := action.At(ScopeRestricted)
	switch {
	case given:
		scope, scopeErr := parseScope(at)
		if p.Scope = scope; scopeErr == nil && err == nil {
			scopeErr = v.checkScope(p)
		}
		err = errors.Join(err, scopeErr)
	case err == nil && action.scopeless():
		p.Scope = ScopeGlobal
	}
	if err != nil {
		return Permission{}, err
	}
	return p, nil
}

// checkScope returns an error if p is narrower than Global but its action takes no scope.
// It accepts a permission that a custom role cannot hold, because checkCustom refuses it.
func (v *Vocabulary) checkScope(p Permission) error {
	if p.Scope == ScopeGlobal || !p.Action.scopeless() || !everything.Has(p) {
		return nil
	}
	name := v.Name(p.Action)
	return fmt.Errorf("deskpolicy: permission %q: %s takes no scope; write %q", name+"@"+p.Scope.String(), name, name)
}

// Name returns the name of the action, or the result of [ActionID.String] if v has no name
// for it.
func (v *Vocabulary) Name(id ActionID) string {
	if i := v.index(id); i >= 0 {
		return v.host[i].name
	}
	return id.String()
}

// PermissionName returns the permission as text, such as "invoice.refund@group".
// [Vocabulary.ParsePermission] reads it back if p is valid and v names its action.
func (v *Vocabulary) PermissionName(p Permission) string {
	return p.withAction(v.Name(p.Action))
}

// libraryActions maps names to the library's actions.
var libraryActions = func() map[string]ActionID {
	byName := make(map[string]ActionID)
	for id := range Actions() {
		byName[id.String()] = id
	}
	return byName
}()

// action returns the action with exactly that name, and whether there is one.
func (v *Vocabulary) action(name string) (ActionID, bool) {
	if id, ok := libraryActions[name]; ok || v == nil {
		return id, ok
	}
	id, ok := v.byName[name]
	return id, ok
}

// actions returns the library's actions, followed by the host's.
func (v *Vocabulary) actions() []ActionID {
	all := slices.Collect(Actions())
	for _, action := range v.hosts() {
		all = append(all, action.id)
	}
	return all
}

// names yields the names of the actions, in the order of v.actions.
func (v *Vocabulary) names(yield func(string) bool) {
	for id := range Actions() {
		if !yield(id.String()) {
			return
		}
	}
	for _, action := range v.hosts() {
		if !yield(action.name) {
			return
		}
	}
}

func (v *Vocabulary) hosts() []HostAction {
	if v == nil {
		return nil
	}
	return v.host
}

// reader returns the reader for resources of the host's action, or nil if v does not have
// the action.
func (v *Vocabulary) reader(id ActionID) resourceReader {
	if i := v.index(id); i >= 0 {
		return v.host[i].reader
	}
	return nil
}

func (v *Vocabulary) index(id ActionID) int {
	return slices.IndexFunc(v.hosts(), func(action HostAction) bool { return action.id == id })
}
