package helpdesk

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/strictjson"
)

// A register holds values of one kind by ID.
type register[T any] struct {
	noun string
	byID map[string]T
}

func newRegister[T any](kind string) *register[T] {
	return &register[T]{kind, make(map[string]T)}
}

// add adds the value under the prefix and the ID in v. It refuses an ID that is taken.
func (r *register[T]) add(prefix string, v *strictjson.Value, thing T) {
	id := strictjson.As(v, identifier)
	if id == "" {
		return // it was refused
	}
	if _, taken := r.byID[prefix+id]; taken {
		v.Refuse(fmt.Errorf("duplicate %s %q", r.noun, prefix+id))
		return
	}
	r.set(prefix+id, thing)
}

// set sets the value of an ID that is not in the file or was already checked.
func (r *register[T]) set(id string, thing T) { r.byID[id] = thing }

// find returns the value with the ID. A refused account has nil registers, which return the zero
// value for every ID, without an error.
func (r *register[T]) find(id string) (T, error) {
	var none T
	if r == nil {
		return none, nil
	}
	if thing, ok := r.byID[id]; ok {
		return thing, nil
	}
	return none, fmt.Errorf("unknown %s %q", r.noun, id)
}

// within wraps find to refuse values of other accounts. If either account was refused, it accepts
// any value.
func within[T any](a account, find func(string) (T, error), home func(T) deskpolicy.AccountID) func(string) (T, error) {
	return func(id string) (T, error) {
		thing, err := find(id)
		if err != nil || a.record.ID == "" {
			return thing, err
		}
		if theirs := home(thing); theirs != "" && theirs != a.record.ID {
			return thing, fmt.Errorf("%q belongs to account %q, not %q", id, theirs, a.record.ID)
		}
		return thing, nil
	}
}

// newIDs reads a list of new IDs, and adds each to the register.
func newIDs[ID ~string](v *strictjson.Value, into *register[ID]) []ID {
	return strictjson.List(v, func(v *strictjson.Value) ID { return newID(v, into) })
}

func newID[ID ~string](v *strictjson.Value, into *register[ID]) ID {
	id := ID(strictjson.As(v, identifier))
	into.add("", v, id)
	return id
}

// readAccess reads an access for each ID.
func readAccess[ID ~string](v *strictjson.Value, find func(string) (ID, error)) map[ID]deskpolicy.Access {
	return keyed(v, find, func(v *strictjson.Value) deskpolicy.Access { return strictjson.AsText[deskpolicy.Access](v) })
}

// keyed reads a value for each ID.
func keyed[ID ~string, T any](v *strictjson.Value, find func(string) (ID, error), read func(*strictjson.Value) T) map[ID]T {
	given := make(map[ID]T)
	for key, value := range v.Members() {
		id, err := find(key)
		if err != nil {
			value.Refuse(err)
		}
		given[id] = read(value)
	}
	return given
}

var idPattern = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*$`)

// identifier refuses IDs with ':' or '/', which separate the parts of references.
func identifier(text string) (string, error) {
	if !idPattern.MatchString(text) {
		return "", fmt.Errorf("%q is not an ID; use letters, digits and ._-", text)
	}
	return text, nil
}

// printable refuses names that would break a line of the table.
func printable(text string) (string, error) {
	if strings.TrimSpace(text) == "" || strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return "", fmt.Errorf("%q is not a name; use one line of text", text)
	}
	return text, nil
}
