package cedarexport

import (
	"fmt"
	"strings"
	"unicode"
)

// An expr is Cedar text. It consists of constants of this package and of values that the functions
// below quote. Unquoted input cannot get into it, because a string variable is not an expr.
type expr string

// quote returns the text as a string literal.
func quote(text string) expr {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range text {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case unicode.IsPrint(r):
			b.WriteRune(r)
		default:
			fmt.Fprintf(&b, `\u{%x}`, r)
		}
	}
	b.WriteByte('"')
	return expr(b.String())
}

// typeName returns the name of a type with the namespace.
func typeName(name string) expr { return Namespace + "::" + expr(name) }

// all returns the conjunction of the conditions; either returns their disjunction.
func all(conditions ...expr) expr    { return join(" &&", conditions) }
func either(conditions ...expr) expr { return join(" ||", conditions) }

func join(operator expr, parts []expr) expr {
	if len(parts) == 1 {
		return parts[0]
	}
	text := list(operator+" ", parts)
	if len(text) > longLine {
		text = expr(strings.ReplaceAll(string(list(operator+"\n", parts)), "\n", "\n  ")) // string literals have no line breaks
	}
	return "(" + text + ")"
}

// longLine is the length above which a condition is broken into lines.
const longLine = 120

func list(separator expr, parts []expr) expr {
	texts := make([]string, len(parts))
	for i, part := range parts {
		texts[i] = string(part)
	}
	return expr(strings.Join(texts, string(separator)))
}

func not(condition expr) expr         { return "!(" + condition + ")" }
func equal(a, b expr) expr            { return a + " == " + b }
func has(what, attribute expr) expr   { return what + " has " + attribute }
func is(what, kind expr) expr         { return what + " is " + kind }
func in(what, group expr) expr        { return what + " in " + group }
func contains(set, element expr) expr { return set + ".contains(" + element + ")" }
func meets(set, other expr) expr      { return set + ".containsAny(" + other + ")" }
func covers(set, of expr) expr        { return set + ".containsAll(" + of + ")" }
func set(elements ...expr) expr       { return "[" + list(", ", elements) + "]" }

// isAny returns the condition that what has one of the types.
func isAny(what expr, names ...string) expr {
	kinds := make([]expr, len(names))
	for i, name := range names {
		kinds[i] = is(what, typeName(name))
	}
	return either(kinds...)
}

// containsOne returns the condition that the set has one of the elements, of which there is at least
// one.
func containsOne(set expr, elements []expr) expr {
	if len(elements) == 1 {
		return contains(set, elements[0])
	}
	return set + ".containsAny([\n  " + list(",\n  ", elements) + "\n])"
}

// held returns a role with the workspace and the group where it is held.
func held(role, workspace, group expr) expr {
	return "{role: " + role + ", workspace: " + workspace + ", group: " + group + "}"
}

// A policy is one permit or forbid.
type policy struct {
	effect expr
	id     string
	notes  []note

	principal, action, resource expr // scopes; empty for any
	when, unless                []expr
}

// A note is an annotation.
type note struct {
	name expr
	text string
}

func (p *policy) write(b *strings.Builder) {
	for _, n := range append([]note{{"id", p.id}}, p.notes...) {
		fmt.Fprintf(b, "@%s(%s)\n", n.name, quote(n.text))
	}
	fmt.Fprintf(b, "%s (\n  %s,\n  %s,\n  %s\n)", p.effect,
		scope("principal", p.principal), scope("action", p.action), scope("resource", p.resource))
	writeClause(b, "when", p.when)
	writeClause(b, "unless", p.unless)
	b.WriteString(";\n")
}

func scope(variable, constraint expr) expr {
	if constraint == "" {
		return variable
	}
	return variable + " " + constraint
}

func writeClause(b *strings.Builder, keyword expr, conditions []expr) {
	if len(conditions) > 0 {
		text := strings.ReplaceAll(string(list(" &&\n", conditions)), "\n", "\n  ")
		fmt.Fprintf(b, "\n%s {\n  %s\n}", keyword, text)
	}
}
