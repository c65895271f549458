package deskpolicy

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/deskpolicy/deskpolicy/internal/legible"
)

// A Vocabulary is the library's actions and the named actions of a host, for
// where names are read or written. The zero Vocabulary, like a nil one, has
// the library's only. It is immutable and safe to share.
type Vocabulary struct {
	host   []HostAction
	byName map[string]ActionID // the host's
}

// A HostAction is an action of the host's and its name: see [NewHostAction].
type HostAction struct {
	id        ActionID
	name      string
	opener    resourceReader
	reference bool // its type is a pointer or an interface
}

// NewHostAction names an action of the host's. Names are the host's to choose, in the
// manner of "invoice.refund". R is the type of the resource itself, as in
// Action[Invoice]: no pointer, and no interface.
func NewHostAction[R Resource](action Action[R], name string) HostAction {
	return HostAction{action.ID(), name, readerOf[R]{}, isReference[R]()}
}

// NewVocabulary returns the library's actions and the host's. It refuses a
// number outside the ranges for hosts, a number or a name that occurs twice,
// an empty name, a name of the library's, one that differs from another in upper and
// lower case or in spaces only, and one that could not be read back: with an "@", with
// a character that does not show, or with a space at its begin or end. It refuses an
// action whose resource type is a pointer or an interface: what that leads to may be
// missing.
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
			wrong.add(fmt.Errorf("deskpolicy: action %q: number %d is in no range for hosts", action.name, action.id))
		case action.reference:
			wrong.add(fmt.Errorf("deskpolicy: action %q: its resource type is a pointer or an interface; name the type itself", action.name))
		case action.name == "":
			wrong.add(fmt.Errorf("deskpolicy: action %d has no name", action.id))
		case exists:
			wrong.add(fmt.Errorf("deskpolicy: action %q: the name is taken by action %d", action.name, taken))
		case v.Name(action.id) != action.id.String():
			wrong.add(fmt.Errorf("deskpolicy: action %q: number %d is taken by %q", action.name, action.id, v.Name(action.id)))
		case strings.Contains(action.name, "@") || strings.ContainsFunc(action.name, legible.Hidden):
			wrong.add(fmt.Errorf("deskpolicy: action %q: the name has an \"@\" or a character that does not show", action.name))
		case strings.TrimSpace(action.name) != action.name:
			wrong.add(fmt.Errorf("deskpolicy: action %q: the name begins or ends with a space", action.name))
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

// ParseAction returns the action of that exact name. The error quotes the name
// and suggests the nearest.
func (v *Vocabulary) ParseAction(name string) (ActionID, error) {
	if id, ok := v.action(name); ok {
		return id, nil
	}
	return 0, &unknownName{"action", name, v.names}
}

// ParsePermission returns the permission that text names, such as
// "ticket.reply@group". Without a scope it is at Restricted, the least [R17], or at
// ScopeGlobal if the action needs none (A34). The error is that of the action, of the
// scope, or of both.
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

// checkScope reports a scope that the action does not take. What no custom role may
// hold anyway is refused as that.
func (v *Vocabulary) checkScope(p Permission) error {
	if p.Scope == ScopeGlobal || !p.Action.scopeless() || !customisable.Has(p) {
		return nil
	}
	name := v.Name(p.Action)
	return fmt.Errorf("deskpolicy: permission %q: %s takes no scope; write %q", name+"@"+p.Scope.String(), name, name)
}

// Name returns the name of the action, or its number in words if v does not name it.
func (v *Vocabulary) Name(id ActionID) string {
	if i := v.index(id); i >= 0 {
		return v.host[i].name
	}
	return id.String()
}

// PermissionName returns the permission as ParsePermission reads it, if it is a
// valid one of an action that v names.
func (v *Vocabulary) PermissionName(p Permission) string {
	return p.named(v.Name(p.Action))
}

// libraryActions are the library's actions by their names.
var libraryActions = func() map[string]ActionID {
	byName := make(map[string]ActionID)
	for id := range Actions() {
		byName[id.String()] = id
	}
	return byName
}()

// action returns the action of that exact name, if there is one.
func (v *Vocabulary) action(name string) (ActionID, bool) {
	if id, ok := libraryActions[name]; ok || v == nil {
		return id, ok
	}
	id, ok := v.byName[name]
	return id, ok
}

// actions returns the library's actions, and then the host's.
func (v *Vocabulary) actions() []ActionID {
	all := slices.Collect(Actions())
	for _, action := range v.hosts() {
		all = append(all, action.id)
	}
	return all
}

// names yields the names of the actions, in that order.
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

// reader returns what opens the resources of the host's action, nil if v does not name it.
func (v *Vocabulary) reader(id ActionID) resourceReader {
	if i := v.index(id); i >= 0 {
		return v.host[i].opener
	}
	return nil
}

func (v *Vocabulary) index(id ActionID) int {
	return slices.IndexFunc(v.hosts(), func(action HostAction) bool { return action.id == id })
}
