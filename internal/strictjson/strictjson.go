// Package strictjson reads the JSON documents that roles, agents and grants are
// kept in. A mistake there must not pass for something else, so what
// encoding/json lets through or puts right in silence is refused here.
//
// The code that reads a document says what is in it, and nothing else may be:
//
//	plan, err := strictjson.Decode(data, limits, func(root *strictjson.Value) Plan {
//		return Plan{
//			Name:     root.Required("name").Text(),
//			Features: strictjson.List(root.Optional("features"), feature),
//		}
//	})
package strictjson

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Limits bound a document. The zero Limits let none through.
type Limits struct {
	Bytes int // how long it may be
	Depth int // how many objects and arrays may be within one another
}

// Decode returns what read makes of the document, or, if there is any problem,
// nothing but the problems: all of them, a line each, in the document's order.
//
// It refuses a document that is longer or deeper than the limits, not UTF-8,
// not JSON, or followed by anything but white space; and in it null, a key that
// its object already has, NUL, U+FFFD and half a surrogate pair. It refuses what
// read finds missing or of another type than it asks for, and what read itself
// refuses. And it refuses whatever read does not ask for; keys are exact.
//
// The read function is called even if there are problems already, to find the
// rest of them, but not if the document is not JSON at all.
func Decode[T any](data []byte, limits Limits, read func(root *Value) T) (T, error) {
	var none T
	if err := check(data, limits); err != nil {
		return none, err
	}
	d := &document{data: data, limits: limits, tokens: json.NewDecoder(bytes.NewReader(data)), line: 1}
	d.tokens.UseNumber()
	root := d.value(nil, "", -1)
	result := read(root)
	root.refuseUnread()
	if err := d.err(); err != nil {
		return none, err
	}
	return result, nil
}

// check refuses what is not a JSON document within the limit on its length.
func check(data []byte, limits Limits) error {
	switch {
	case len(data) > limits.Bytes:
		return fmt.Errorf("the document is longer than %d bytes", limits.Bytes)
	case len(bytes.TrimSpace(data)) == 0:
		return errors.New("the document is empty")
	case !utf8.Valid(data):
		return fmt.Errorf("line %d: invalid UTF-8", lineOf(data, bytes.IndexRune(data, utf8.RuneError)))
	}
	if err := json.Unmarshal(data, new(json.RawMessage)); err != nil {
		syntax := new(json.SyntaxError) // it always is one; if not, the line is the first
		errors.As(err, &syntax)
		return fmt.Errorf("line %d: %w", lineOf(data, int(syntax.Offset)-1), err)
	}
	return nil
}

// lineOf returns the number of the line that the byte at the offset is in.
func lineOf(data []byte, offset int) int {
	return 1 + bytes.Count(data[:max(offset, 0)], []byte("\n"))
}

// A document is what its values share.
type document struct {
	data     []byte
	limits   Limits
	tokens   *json.Decoder
	offset   int // where the last token ends
	line     int // the line of that
	depth    int // how many objects and arrays are around what is read now
	problems []problem
}

type problem struct {
	at   *Value
	text string
}

// next returns the next token. There is one: check has been through them all.
func (d *document) next() json.Token {
	token, _ := d.tokens.Token()
	end := int(d.tokens.InputOffset())
	d.line += bytes.Count(d.data[d.offset:end], []byte("\n"))
	d.offset = end
	return token
}

// value reads the next value: what in has under the key or in the place index.
func (d *document) value(in *Value, key string, index int) *Value {
	token := d.next()
	v := &Value{doc: d, in: in, key: key, index: index, line: d.line, offset: d.offset}
	switch token := token.(type) {
	case bool:
		v.kind, v.truth = boolean, token
	case json.Number:
		v.kind, v.str = number, token.String()
	case string:
		v.kind, v.str = text, token
		v.refuseBadText("the string", token)
	case json.Delim:
		d.container(v, token)
	default:
		v.refuse("null")
	}
	return v
}

// container reads what is within v, an object or an array, up to its end.
func (d *document) container(v *Value, bracket json.Delim) {
	v.kind = array
	if bracket == '{' {
		v.kind, v.members = object, make(map[string]*Value)
	}
	if d.depth == d.limits.Depth {
		v.refuse("more than %d objects and arrays within one another", d.limits.Depth)
		d.skip()
		return
	}
	d.depth++
	for d.tokens.More() {
		if v.kind == object {
			d.member(v)
		} else {
			v.items = append(v.items, d.value(v, "", len(v.items)))
		}
	}
	d.depth--
	d.next()
}

// skip passes over the rest of a container.
func (d *document) skip() {
	for open := 1; open > 0; {
		switch d.next() {
		case json.Delim('{'), json.Delim('['):
			open++
		case json.Delim('}'), json.Delim(']'):
			open--
		}
	}
}

// member reads a key of the object and its value.
func (d *document) member(of *Value) {
	key, _ := d.next().(string)
	member := d.value(of, key, -1)
	member.refuseBadText("the key", key)
	if of.members[key] != nil {
		member.refuse("duplicate key")
		return
	}
	of.members[key] = member
	of.items = append(of.items, member)
}

// refuseBadText refuses characters that no name or text should have. Half a
// surrogate pair, which UTF-8 cannot write, has become U+FFFD by now.
func (v *Value) refuseBadText(what, s string) {
	if strings.ContainsAny(s, "\x00\uFFFD") {
		v.refuse("%s has NUL, U+FFFD or half a surrogate pair", what)
	}
}

// err returns the problems as one error, or nil if there are none.
func (d *document) err() error {
	slices.SortStableFunc(d.problems, func(a, b problem) int { return a.at.offset - b.at.offset })
	lines := make([]error, len(d.problems))
	for i, p := range d.problems {
		where := p.at.path()
		if where != "" {
			where += ": "
		}
		lines[i] = fmt.Errorf("line %d: %s%s", p.at.line, where, p.text)
	}
	return errors.Join(lines...)
}
