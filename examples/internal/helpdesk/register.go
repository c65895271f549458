package helpdesk

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/strictjson"
)

// A register holds the things of one kind by ID.
type register[T any] struct {
	kind string
	byID map[string]T
}

func newRegister[T any](kind string) *register[T] {
	return &register[T]{kind, make(map[string]T)}
}

// add enters the thing whose ID v is, with a prefix, and refuses an ID that is taken.
func (r *register[T]) add(prefix string, v *strictjson.Value, thing T) {
	id := strictjson.As(v, identifier)
	if id == "" {
		return // it was refused
	}
	if _, taken := r.byID[prefix+id]; taken {
		v.Refuse(fmt.Errorf("duplicate %s %q", r.kind, prefix+id))
		return
	}
	r.put(prefix+id, thing)
}

// put enters a thing under an ID that is not in the file, or is seen to elsewhere.
func (r *register[T]) put(id string, thing T) { r.byID[id] = thing }

// find returns the thing with the ID. The register of an account that was
// refused is nil, and finds no fault with what would be in it.
func (r *register[T]) find(id string) (T, error) {
	var none T
	if r == nil {
		return none, nil
	}
	if thing, ok := r.byID[id]; ok {
		return thing, nil
	}
	return none, fmt.Errorf("unknown %s %q", r.kind, id)
}

// within returns find for what must be the account's own. Where either account
// was refused it finds no fault.
func within[T any](a account, find func(string) (T, error), home func(T) deskpolicy.AccountID) func(string) (T, error) {
	return func(id string) (T, error) {
		thing, err := find(id)
		if err != nil || a.record.ID == "" {
			return thing, err
		}
		if theirs := home(thing); theirs != "" && theirs != a.record.ID {
			return thing, fmt.Errorf("%q is of account %q, not %q", id, theirs, a.record.ID)
		}
		return thing, nil
	}
}

// newIDs returns the IDs of a list of new things, and enters each.
func newIDs[ID ~string](v *strictjson.Value, into *register[ID]) []ID {
	return strictjson.List(v, func(v *strictjson.Value) ID { return newID(v, into) })
}

func newID[ID ~string](v *strictjson.Value, into *register[ID]) ID {
	id := ID(strictjson.As(v, identifier))
	into.add("", v, id)
	return id
}

// readAccess reads what may be done with, or by, each whose ID is a key.
func readAccess[ID ~string](v *strictjson.Value, find func(string) (ID, error)) map[ID]deskpolicy.Access {
	return keyed(v, find, func(v *strictjson.Value) deskpolicy.Access { return strictjson.AsText[deskpolicy.Access](v) })
}

// keyed reads what there is for each whose ID is a key.
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

// identifier keeps ':' and '/' out of IDs, which references to them are made of.
func identifier(text string) (string, error) {
	if !idPattern.MatchString(text) {
		return "", fmt.Errorf("%q is no ID: want letters, digits and ._-", text)
	}
	return text, nil
}

// printable keeps what would break a line of the table out of names.
func printable(text string) (string, error) {
	if strings.TrimSpace(text) == "" || strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return "", fmt.Errorf("%q is no name: want one line of text", text)
	}
	return text, nil
}
