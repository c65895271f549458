package strictjson

import (
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"reflect"
	"strconv"
	"strings"
)

// A Value is a value of a document, or the place of an absent one.
//
// A Value that is not of the requested type is refused: the problem is recorded and the
// method returns a zero value, so that reading continues and finds the other problems. The
// methods of an absent or refused Value return zero values and record no further problem.
type Value struct {
	doc    *document
	in     *Value     // the object or array that contains it, nil at the top
	key    string     // its key in an object
	str    string     // a string, or a number as it is written
	within *container // nil if it is empty and nothing was requested

	index        int32 // its place in an array, or -1
	line, offset int32
	kind         kind
	truth        bool
	read         bool // it was requested
	refused      bool
}

// A container holds the contents of an object or an array.
type container struct {
	items  []*Value          // the members or elements, in the document's order
	byKey  map[string]*Value // the members, of an object that has many
	absent []*Value          // requested members that the document does not have
}

// manyMembers is the number of members from which an object has a map of them.
const manyMembers = 9

// items returns the members or elements, in the document's order.
func (v *Value) items() []*Value {
	if v.within == nil {
		return nil
	}
	return v.within.items
}

// append adds a member or an element.
func (v *Value) append(item *Value) {
	c := v.contents()
	if c.items = append(c.items, item); v.kind != object || len(c.items) < manyMembers {
		return
	}
	if c.byKey == nil {
		c.byKey = make(map[string]*Value)
		for _, member := range c.items {
			c.byKey[member.key] = member
		}
	}
	c.byKey[item.key] = item
}

// contents returns the value's container, and makes it if there is none.
func (v *Value) contents() *container {
	if v.within == nil {
		v.within = new(container)
	}
	return v.within
}

// member returns the object's member with the key, nil if there is none.
func (v *Value) member(key string) *Value {
	if v.within == nil {
		return nil
	}
	if v.within.byKey != nil {
		return v.within.byKey[key]
	}
	return withKey(v.within.items, key)
}

func withKey(members []*Value, key string) *Value {
	for _, member := range members {
		if member.key == key {
			return member
		}
	}
	return nil
}

type kind uint8

const (
	absent kind = iota // or null where it is refused
	boolean
	number
	text
	array
	object
	null
)

func (k kind) String() string {
	return [...]string{"nothing", "a boolean", "a number", "a string", "an array", "an object", "null"}[k]
}

// Present reports whether the document has the value.
func (v *Value) Present() bool { return v.kind != absent }

// Required returns the object's member with that key. An absent one is refused.
func (v *Value) Required(key string) *Value {
	member := v.Optional(key)
	if v.is(object) && !member.Present() && !member.refused {
		member.refuse("missing")
	}
	return member
}

// Optional returns the object's member with that key, which may be absent.
func (v *Value) Optional(key string) *Value {
	none := Value{doc: v.doc, in: v, key: key, index: -1, line: v.line, offset: v.offset}
	if !v.is(object) {
		return &none
	}
	if member := v.member(key); member != nil {
		return member
	}
	c := v.contents()
	member := withKey(c.absent, key) // a second request gets the same value, which is refused only once
	if member == nil {
		member = v.doc.add(none)
		c.absent = append(c.absent, member)
	}
	return member
}

// Members yields the object's keys and values, in the document's order.
func (v *Value) Members() iter.Seq2[string, *Value] {
	return func(yield func(string, *Value) bool) {
		for member := range v.each(object) {
			if !yield(member.key, member) {
				return
			}
		}
	}
}

// Elements yields the array's elements. Like Members, it stops after a thousand problems.
func (v *Value) Elements() iter.Seq[*Value] { return v.each(array) }

// each yields the contents of an object or array, if the value is of that kind.
func (v *Value) each(want kind) iter.Seq[*Value] {
	return func(yield func(*Value) bool) {
		if !v.is(want) {
			return
		}
		for _, item := range v.items() {
			if v.doc.full() || !yield(item) {
				return
			}
		}
	}
}

// List returns the results of read on each of the array's elements.
func List[T any](v *Value, read func(element *Value) T) []T {
	var list []T
	for element := range v.Elements() {
		list = append(list, read(element))
	}
	return list
}

// As returns the result of parse on the string. If parse fails, the value is refused.
func As[T any](v *Value, parse func(string) (T, error)) T {
	var none T
	if !v.is(text) || v.doc.full() {
		return none // the document is refused in any case
	}
	parsed, err := parse(v.str)
	if err != nil {
		v.Refuse(err)
		return none
	}
	return parsed
}

// Text returns the string.
func (v *Value) Text() string {
	if !v.is(text) {
		return ""
	}
	return v.str
}

// Bool returns the boolean.
func (v *Value) Bool() bool { return v.is(boolean) && v.truth }

// Int returns the number, and reports whether it is an integer written without a fraction or exponent.
func (v *Value) Int() (n int, ok bool) {
	if !v.is(number) {
		return 0, false
	}
	n, err := strconv.Atoi(v.str)
	if err != nil || strconv.Itoa(n) != v.str {
		v.refuse("want a whole number, not %.40s", v.str)
		return 0, false
	}
	return n, true
}

// Any returns the value as encoding/json decodes it into an any, with each number as a
// [json.Number].
func (v *Value) Any() any {
	v.read = true
	switch v.kind {
	case boolean:
		return v.truth
	case number:
		return json.Number(v.str)
	case text:
		return v.str
	case array:
		elements := make([]any, len(v.items()))
		for i, element := range v.items() {
			elements[i] = element.Any()
		}
		return elements
	case object:
		members := make(map[string]any, len(v.items()))
		for _, member := range v.items() {
			members[member.key] = member.Any()
		}
		return members
	}
	return nil
}

// Sound reports whether the document has no problem so far.
func (v *Value) Sound() bool { return len(v.doc.problems) == 0 }

// A Hinted error suggests what was meant, which takes some time to find.
type Hinted interface {
	error
	// Within returns the error's text and the number of steps that it took to find the hint.
	// If that would exceed steps, it leaves out the hint and returns a larger number.
	Within(steps int) (text string, took int)
}

// Refuse refuses the value with the error; each line of its text is a problem. All hints of
// a document share one limit.
func (v *Value) Refuse(err error) {
	v.refused = true
	if v.doc.full() {
		return
	}
	for line := range strings.SplitSeq(v.doc.words(err), "\n") {
		v.refuse("%s", strings.TrimPrefix(line, "deskpolicy: "))
	}
}

// words returns the error's text, with hints while there are steps left.
func (d *document) words(err error) string {
	if hinted, is := err.(Hinted); is { // of what wraps one, the text is wanted as it is
		text, took := hinted.Within(max(d.effort, 0))
		d.effort -= took
		return text
	}
	if reflect.TypeOf(err) != reflect.TypeOf(errors.Join(err)) {
		return err.Error()
	}
	var texts []string
	for _, part := range err.(interface{ Unwrap() []error }).Unwrap() {
		texts = append(texts, d.words(part))
	}
	return strings.Join(texts, "\n")
}

func (v *Value) refuse(format string, args ...any) {
	v.refused = true
	if !v.doc.full() {
		v.doc.problems = append(v.doc.problems, problem{v, fmt.Sprintf(format, args...)})
	}
}

// is reports whether the value is of the kind. It refuses a value of another kind.
func (v *Value) is(want kind) bool {
	if v.kind == absent || v.refused {
		return false
	}
	v.read = v.kind == want
	if !v.read {
		v.refuse("want %v, not %v", want, v.kind)
	}
	return v.read
}

// refuseUnread refuses the values that were not requested.
func (v *Value) refuseUnread() {
	if !v.read && !v.refused {
		v.refuse("unknown key")
	}
	if v.read && !v.doc.full() {
		for _, item := range v.items() {
			item.refuseUnread()
		}
	}
}

// isPlain reports whether a path shows the key without quotes: it has up to 40 letters,
// digits and underscores, and does not start with a digit.
func isPlain(key string) bool {
	for i := range len(key) {
		switch c := key[i]; {
		case 'A' <= c && c <= 'Z', 'a' <= c && c <= 'z', c == '_':
		case '0' <= c && c <= '9' && i > 0:
		default:
			return false
		}
	}
	return key != "" && len(key) <= 40
}

// path returns the location of the value, such as `agents[2].groups["on call"]`. It cuts
// long keys, because otherwise the problems could be a thousand times as long as the document.
func (v *Value) path() string {
	switch {
	case v.in == nil:
		return ""
	case v.index >= 0:
		return fmt.Sprintf("%s[%d]", v.in.path(), v.index)
	case isPlain(v.key):
		return strings.TrimPrefix(v.in.path()+"."+v.key, ".")
	default:
		return fmt.Sprintf("%s[%.40q]", v.in.path(), v.key)
	}
}
