package cedarexport

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A value is an attribute's value: a string, a bool, an int64, a UID, a record, or a collection of
// these.
type value any

// A record holds attributes by name.
type record map[string]value

// A collection is a set. It is written sorted and without duplicates.
type collection []value

// stringSet returns a set of strings.
func stringSet[S ~string](texts []S) collection {
	c := make(collection, len(texts))
	for i, text := range texts {
		c[i] = string(text)
	}
	return c
}

// An entity is a principal, a resource, or what one of them refers to, with its attributes and
// parents.
type entity struct {
	uid     UID
	attrs   record
	parents []UID
}

// entities are the entities of one question, by UID.
type entities map[UID]entity

// add adds an entity. It returns an error if es has a different entity with the same UID.
func (es entities) add(e entity) error {
	before, exists := es[e.uid]
	if exists && !slices.Equal(before.encode(), e.encode()) {
		return notExpressible("two records of %v", e.uid)
	}
	es[e.uid] = e
	return nil
}

// encode returns the entities as a JSON list, sorted.
func (es entities) encode() ([]byte, error) {
	all := make([][]byte, 0, len(es))
	for _, e := range es {
		all = append(all, e.encode())
	}
	slices.SortFunc(all, slices.Compare)
	text := []byte{'['}
	for i, each := range all {
		if i > 0 {
			text = append(text, ",\n"...)
		}
		text = append(text, each...)
	}
	text = append(text, "]\n"...)
	if !utf8.Valid(text) {
		return nil, notExpressible("text that is not UTF-8")
	}
	return text, nil
}

func (e *entity) encode() []byte {
	text := append([]byte(`{"uid":`), e.uid.encode()...)
	text = append(text, `,"attrs":`...)
	text = appendValue(text, e.attrs)
	text = append(text, `,"parents":[`...)
	parents := make([]string, len(e.parents))
	for i, parent := range e.parents {
		parents[i] = string(parent.encode())
	}
	slices.Sort(parents)
	text = append(text, strings.Join(slices.Compact(parents), ",")...)
	return append(text, "]}"...)
}

func (u UID) encode() []byte {
	text := appendString([]byte(`{"type":`), u.Type)
	text = appendString(append(text, `,"id":`...), u.ID)
	return append(text, '}')
}

func appendValue(text []byte, v value) []byte {
	switch v := v.(type) {
	case string:
		return appendString(text, v)
	case bool:
		return strconv.AppendBool(text, v)
	case int64:
		return strconv.AppendInt(text, v, 10)
	case UID:
		return append(append(append(text, `{"__entity":`...), v.encode()...), '}')
	case record:
		return appendRecord(text, v)
	default:
		return appendCollection(text, v.(collection))
	}
}

func appendRecord(text []byte, r record) []byte {
	names := make([]string, 0, len(r))
	for name := range r {
		names = append(names, name)
	}
	slices.Sort(names)
	text = append(text, '{')
	for i, name := range names {
		if i > 0 {
			text = append(text, ',')
		}
		text = append(appendString(text, name), ':')
		text = appendValue(text, r[name])
	}
	return append(text, '}')
}

func appendCollection(text []byte, c collection) []byte {
	elements := make([]string, len(c))
	for i, element := range c {
		elements[i] = string(appendValue(nil, element))
	}
	slices.Sort(elements)
	text = append(text, '[')
	text = append(text, strings.Join(slices.Compact(elements), ",")...)
	return append(text, ']')
}

// appendString appends the string in JSON. It appends a string that is not UTF-8 unchanged, so that
// encode refuses it: encoding/json would silently replace the invalid bytes.
func appendString(text []byte, s string) []byte {
	if !utf8.ValidString(s) || needsNoEscape(s) {
		return append(append(append(text, '"'), s...), '"')
	}
	quoted, _ := json.Marshal(s) // a string always has a JSON form
	return append(text, quoted...)
}

// needsNoEscape reports whether JSON can hold the string unchanged.
func needsNoEscape(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r > '~' || strings.ContainsRune(`"\<>&`, r) })
}
