package sqlfilter

import (
	"slices"
	"strconv"
	"strings"
)

// A Fragment is a piece of SQL, either a condition or a whole statement, with the
// arguments of its placeholders. It is immutable and safe for concurrent use.
//
// The zero Fragment is a condition that no row meets.
type Fragment struct {
	parts   []part // empty for the zero Fragment
	dialect Dialect
}

// A part is text or, if isArg, the argument of a placeholder.
type part struct {
	text  string
	arg   any
	isArg bool
}

const never = "(1=0)"

// ToSql returns the text with a "?" for each argument. The error is always nil. ToSql
// implements the interface Sqlizer of package squirrel.
func (f Fragment) ToSql() (string, []any, error) {
	text, args := f.format(func(int) string { return "?" })
	return text, args, nil
}

// SQL returns the text with the dialect's placeholders: "?", or in PostgreSQL "$n"
// with n counted from first.
func (f Fragment) SQL(first int) (string, []any) {
	return f.format(func(i int) string {
		if f.dialect != PostgreSQL {
			return "?"
		}
		return "$" + strconv.Itoa(first+i)
	})
}

func (f Fragment) format(placeholder func(int) string) (string, []any) {
	var b strings.Builder
	var args []any
	f.Walk(func(text string) { b.WriteString(text) }, func(arg any) {
		b.WriteString(placeholder(len(args)))
		args = append(args, arg)
	})
	return b.String(), args
}

// Walk calls text and arg with the pieces of text and the arguments, in order. It is
// meant for query builders that number placeholders themselves.
func (f Fragment) Walk(text func(string), arg func(any)) {
	if len(f.parts) == 0 {
		text(never)
	}
	for _, p := range f.parts {
		if p.isArg {
			arg(p.arg)
		} else {
			text(p.text)
		}
	}
}

// A writer builds a Fragment.
type writer struct {
	dialect     Dialect
	inlineLimit int // MariaDB: the longest list with a separate argument for each value
	text        strings.Builder
	parts       []part
}

// write adds text.
func (w *writer) write(text ...string) *writer {
	for _, t := range text {
		w.text.WriteString(t)
	}
	return w
}

// arg adds a placeholder and its argument.
func (w *writer) arg(value any) *writer {
	w.flush()
	w.parts = append(w.parts, part{arg: value, isArg: true})
	return w
}

// fragment adds a Fragment in parentheses.
func (w *writer) fragment(f Fragment) {
	w.write("(")
	f.Walk(func(text string) { w.write(text) }, func(arg any) { w.arg(arg) })
	w.write(")")
}

func (w *writer) flush() {
	if w.text.Len() > 0 {
		w.parts = append(w.parts, part{text: w.text.String()})
		w.text.Reset()
	}
}

// done returns the Fragment.
func (w *writer) done() Fragment {
	w.flush()
	return Fragment{slices.Clip(w.parts), w.dialect}
}
