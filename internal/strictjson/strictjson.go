// Package strictjson reads the JSON documents of roles, agents and support grants. It
// refuses mistakes that encoding/json accepts or silently corrects, so that a document
// cannot be misread.
//
// The code that reads a document requests its values. Other values are refused:
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
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Limits are the limits of a document. The zero Limits refuse every document.
type Limits struct {
	Bytes  int // the maximum length
	Values int // the maximum number of values; an object or array is one
	Depth  int // the maximum depth of nested objects and arrays

	AnyText bool // whether strings can contain NUL and U+FFFD, which the caller then checks

	// AnyJSON says that the document is another program's: null, NUL and U+FFFD are values
	// like any other. Half of a surrogate pair is refused still.
	AnyJSON bool
}

// Decode returns the result of read on the document. If there are problems it returns only
// an error with a line for each, in the document's order. After a thousand problems reading
// stops, and the last line says that there may be more. Hints are limited too: see [Hinted].
//
// Decode refuses a document that exceeds the limits, is not UTF-8, is not JSON, or is
// followed by anything except white space. It refuses duplicate keys and, unless the limits
// say otherwise, null, NUL, U+FFFD and unpaired surrogates. It refuses values that are
// missing, of another type than read requests, refused by read, or not requested at all. Keys
// are case-sensitive.
//
// Decode calls read even if there are problems already, to find the others, but not if the
// document is not JSON.
func Decode[T any](data []byte, limits Limits, read func(root *Value) T) (T, error) {
	var none T
	if err := check(data, limits); err != nil {
		return none, err
	}
	d := &document{data: data, limits: limits, line: 1, effort: hintEffort}
	root := d.value(nil, "", -1)
	result := read(root)
	root.refuseUnread()
	if err := d.err(); err != nil {
		return none, err
	}
	return result, nil
}

// check refuses a document that is not JSON, too long or has too many values, because values
// need many times the memory of the document.
func check(data []byte, limits Limits) error {
	switch {
	case len(data) > limits.Bytes:
		return fmt.Errorf("the document is longer than %d bytes", limits.Bytes)
	case len(bytes.TrimSpace(data)) == 0:
		return errors.New("the document is empty")
	case !utf8.Valid(data):
		return fmt.Errorf("line %d: invalid UTF-8", lineOf(data, bytes.IndexRune(data, utf8.RuneError)))
	}
	if json.Valid(data) {
		return checkValues(data, limits.Values)
	}
	err := json.Unmarshal(data, new(json.RawMessage))
	syntax := new(json.SyntaxError) // it always is one; if not, the line is the first
	errors.As(err, &syntax)
	return fmt.Errorf("line %d: %w", lineOf(data, int(syntax.Offset)-1), err)
}

// checkValues refuses a document with too many values.
func checkValues(data []byte, limit int) error {
	values, opened := 0, true // whether the current object, array or document is still empty
	for i := 0; i < len(data); i++ {
		switch c := data[i]; {
		case between(c) && c != ',':
			continue
		case c == ',', opened && c != '}' && c != ']':
			values++
		}
		if values > limit {
			return fmt.Errorf("line %d: there are more than %d values in the document; split it", lineOf(data, i), limit)
		}
		if opened = data[i] == '{' || data[i] == '['; data[i] == '"' {
			i += stringLen(data[i:]) - 1
		}
	}
	return nil
}

// lineOf returns the line number of the byte at the offset.
func lineOf(data []byte, offset int) int {
	return 1 + bytes.Count(data[:max(offset, 0)], []byte("\n"))
}

// A document holds what its values share.
type document struct {
	data     []byte
	limits   Limits
	offset   int // the end of the last token
	line     int // the line of offset
	depth    int // the number of objects and arrays around the current token
	spare    []Value
	problems []problem
	effort   int // the steps left for hints; below 0 if some hints were left out
}

const (
	maxProblems = 1000    // the number of problems reported one by one
	hintEffort  = 1 << 22 // in steps; a millisecond is about 500,000 steps
)

// full reports whether the maximum number of problems is reached.
func (d *document) full() bool { return len(d.problems) >= maxProblems }

type problem struct {
	at   *Value
	text string
}

// next returns the text of the next token. There is always one and it is well formed,
// because check has read the whole document.
func (d *document) next() []byte {
	start := d.peek()
	end := start + tokenLen(d.data[start:])
	d.line += bytes.Count(d.data[d.offset:end], []byte("\n"))
	d.offset = end
	return d.data[start:end]
}

// peek returns the offset of the next token.
func (d *document) peek() int {
	start := d.offset
	for between(d.data[start]) {
		start++
	}
	return start
}

// between reports whether c is white space or a separator of tokens.
func between(c byte) bool {
	switch c {
	case ' ', '\t', '\r', '\n', ',', ':':
		return true
	default:
		return false
	}
}

// tokenLen returns the length of the token at the start of the data.
func tokenLen(data []byte) int {
	switch data[0] {
	case '{', '}', '[', ']':
		return 1
	case '"':
		return stringLen(data)
	}
	if end := bytes.IndexAny(data, " \t\r\n,]}"); end >= 0 {
		return end
	}
	return len(data)
}

func stringLen(data []byte) int {
	for i := 1; ; i++ {
		switch data[i] {
		case '\\':
			i++ // the escaped character can be a quotation mark
		case '"':
			return i + 1
		}
	}
}

// unquote returns the string of a token.
func unquote(token []byte) (s string) {
	if bytes.IndexByte(token, '\\') < 0 {
		return string(token[1 : len(token)-1])
	}
	_ = json.Unmarshal(token, &s) // it is a string
	return s
}

// value reads the next value, which in has under the key or at the index.
func (d *document) value(in *Value, key string, index int) *Value {
	token := d.next()
	v := d.add(Value{doc: d, in: in, key: key, index: int32(index), line: int32(d.line), offset: int32(d.offset)})
	switch token[0] {
	case 't', 'f':
		v.kind, v.truth = boolean, token[0] == 't'
	case 'n':
		v.kind = null
		if !d.limits.AnyJSON {
			v.kind = absent
			v.refuse("null")
		}
	case '"':
		v.kind, v.str = text, unquote(token)
		v.refuseBadText("the string", token, v.str)
	case '{', '[':
		d.container(v, token[0])
	default:
		v.kind, v.str = number, string(token)
	}
	return v
}

// add stores the value and returns its place. It allocates values in blocks, because they
// are many and small.
func (d *document) add(v Value) *Value {
	if len(d.spare) == 0 {
		d.spare = make([]Value, 32)
	}
	place := &d.spare[0]
	d.spare = d.spare[1:]
	*place = v
	return place
}

// container reads the contents of v, an object or an array, up to its end.
func (d *document) container(v *Value, bracket byte) {
	v.kind = array
	if bracket == '{' {
		v.kind = object
	}
	if d.depth == d.limits.Depth {
		v.refuse("more than %d objects and arrays within one another", d.limits.Depth)
		d.skip()
		return
	}
	d.depth++
	for !d.closes() {
		if v.kind == object {
			d.member(v)
		} else {
			v.append(d.value(v, "", len(v.items())))
		}
	}
	d.depth--
	d.next()
}

// closes reports whether the next token ends a container.
func (d *document) closes() bool {
	next := d.data[d.peek()]
	return next == '}' || next == ']'
}

// skip skips the rest of a container.
func (d *document) skip() {
	for open := 1; open > 0; {
		switch d.next()[0] {
		case '{', '[':
			open++
		case '}', ']':
			open--
		}
	}
}

// member reads a key of the object and its value.
func (d *document) member(of *Value) {
	token := d.next()
	key := unquote(token)
	member := d.value(of, key, -1)
	member.refuseBadText("the key", token, key)
	if of.member(key) != nil {
		member.refuse("duplicate key")
		return
	}
	of.append(member)
}

// BadText reports whether a text contains NUL or U+FFFD, which invalid UTF-8 is read as.
// Text that is read from a document must not contain them.
func BadText(s string) bool { return strings.ContainsAny(s, "\x00\uFFFD") }

// refuseBadText refuses bad text, which the token is written as. An unpaired surrogate, which
// UTF-8 cannot encode, is U+FFFD in s.
func (v *Value) refuseBadText(what string, token []byte, s string) {
	switch limits := v.doc.limits; {
	case limits.AnyText, !BadText(s):
	case !limits.AnyJSON:
		v.refuse("%s has NUL, U+FFFD or half a surrogate pair", what)
	case halfPair(token):
		v.refuse("%s has half a surrogate pair", what)
	}
}

// halfPair reports whether the string of a token has an escaped surrogate without the other
// half of its pair.
func halfPair(token []byte) bool {
	for i := 0; i < len(token); i++ {
		if token[i] != '\\' {
			continue
		}
		i++ // the escaped character
		if token[i] != 'u' {
			continue
		}
		r := escaped(token[i-1:])
		if i += len("XXXX"); !utf16.IsSurrogate(r) {
			continue
		}
		if utf16.DecodeRune(r, escaped(token[i+1:])) == utf8.RuneError {
			return true
		}
		i += len(`\uXXXX`)
	}
	return false
}

// escaped returns the number of an escape such as \u00e9 at the start of the text, or 0 if
// there is none.
func escaped(text []byte) rune {
	if len(text) < len(`\uXXXX`) || text[0] != '\\' || text[1] != 'u' {
		return 0
	}
	r, _ := strconv.ParseUint(string(text[2:len(`\uXXXX`)]), 16, 16) // the document is valid JSON
	return rune(r)
}

// err returns the problems as one error, or nil if there are none.
func (d *document) err() error {
	slices.SortStableFunc(d.problems, func(a, b problem) int { return int(a.at.offset - b.at.offset) })
	lines := make([]error, len(d.problems))
	for i, p := range d.problems {
		where := p.at.path()
		if where != "" {
			where += ": "
		}
		lines[i] = fmt.Errorf("line %d: %s%s", p.at.line, where, p.text)
	}
	if d.full() {
		lines = append(lines, errors.New("there may be more problems than these"))
	}
	if d.effort < 0 {
		lines = append(lines, errors.New("not every unknown name was compared with the known ones"))
	}
	return errors.Join(lines...)
}
