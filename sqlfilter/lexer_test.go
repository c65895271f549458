package sqlfilter_test

import (
	"strings"

	"github.com/deskpolicy/deskpolicy/sqlfilter"
)

// A lexer splits SQL into tokens as one of the databases does in one of its modes,
// according to the database's documentation. It shares no code with Raw, which
// allows only text that all databases should read alike.
type lexer struct {
	name             string
	dialect          sqlfilter.Dialect
	brackets         bool // brackets quote names
	backquotes       bool // backquotes quote names
	escapes          bool // a backslash in quotes escapes the next character
	dollars          bool // $tag$ begins text that ends at the next $tag$
	hash             bool // # begins a comment
	dashes           bool // -- begins a comment, whatever follows
	nested, variable bool // comments nest; :x, @x and $x are variables, with parentheses
}

var lexers = []lexer{
	{name: "PostgreSQL", dialect: sqlfilter.PostgreSQL, dollars: true, dashes: true, nested: true},
	{name: "PostgreSQL with backslashes", dialect: sqlfilter.PostgreSQL, escapes: true, dollars: true, dashes: true, nested: true},
	{name: "MariaDB", dialect: sqlfilter.MariaDB, backquotes: true, escapes: true, hash: true},
	{name: "MariaDB without backslashes", dialect: sqlfilter.MariaDB, backquotes: true, hash: true},
	{name: "MariaDB as MSSQL", dialect: sqlfilter.MariaDB, backquotes: true, brackets: true, escapes: true, hash: true},
	{name: "SQLite", dialect: sqlfilter.SQLite, backquotes: true, brackets: true, dashes: true, variable: true},
}

// A reading is the result of a lexer.
type reading struct {
	placeholders []string // "?", or "$1"
	contained    bool     // parentheses are balanced, without a comment or a second statement
	illegal      bool     // the database rejects the statement, whatever follows
}

// read returns what the text contains.
func (l lexer) read(text string) (r reading) {
	depth := 0
	for len(text) > 0 {
		size := l.token(text)
		if size == illegal {
			return reading{illegal: true}
		}
		if size == 0 || size > len(text) {
			return r // a comment, the end of the statement, or an unclosed quote
		}
		switch token := text[:size]; {
		case token == "(":
			depth++
		case token == ")":
			depth--
		case token[0] == '?', l.dialect == sqlfilter.PostgreSQL && token[0] == '$', l.variable && size > 1 && strings.IndexByte(":@$#", token[0]) >= 0:
			r.placeholders = append(r.placeholders, token)
		}
		if depth < 0 {
			return r
		}
		text = text[size:]
	}
	r.contained = depth == 0
	return r
}

// illegal is the length of text that is not a token.
const illegal = -1

// token returns the length of the first token.
func (l lexer) token(text string) int {
	c := text[0]
	switch {
	case c == 0, c == ';', l.comments(text):
		return 0
	case c == '\'', c == '"', c == '`' && l.backquotes:
		return l.quote(text, c)
	case c == '[' && l.brackets:
		return 2 + until(text[1:], "]")
	case c == '\\':
		return 0 // a command of MariaDB's client, or not allowed
	case c == '?' && l.variable:
		return 1 + len(text[1:]) - len(strings.TrimLeft(text[1:], "0123456789"))
	case c == '$' && l.dollars:
		return l.dollar(text)
	case l.variable && strings.IndexByte(":@$#", c) >= 0:
		return tclVariable(text)
	case inName(c):
		size := 1
		for size < len(text) && (inName(text[size]) || text[size] == '$') {
			size++
		}
		return size
	}
	return 1
}

// comments reports whether the text begins with a comment.
func (l lexer) comments(text string) bool {
	switch {
	case strings.HasPrefix(text, "/*"), text[0] == '#' && l.hash:
		return true
	case strings.HasPrefix(text, "--"):
		return l.dashes || len(text) == 2 || text[2] <= ' '
	}
	return false
}

// quote returns the length of the quoted text, including its quotes.
func (l lexer) quote(text string, mark byte) int {
	for i := 1; i < len(text); i++ {
		switch {
		case text[i] == '\\' && l.escapes && mark != '`':
			i++
		case text[i] == mark && i+1 < len(text) && text[i+1] == mark:
			i++
		case text[i] == mark:
			return i + 1
		}
	}
	return len(text) + 1
}

// dollar returns the length of a parameter or of dollar-quoted text.
func (l lexer) dollar(text string) int {
	if digits := strings.TrimLeft(text[1:], "0123456789"); len(digits) < len(text)-1 {
		return len(text) - len(digits)
	}
	end := 1
	for end < len(text) && inName(text[end]) {
		end++
	}
	if end == len(text) || text[end] != '$' {
		return 0 // a syntax error
	}
	tag := text[:end+1]
	return 2*len(tag) + until(text[len(tag):], tag)
}

// tclVariable returns the length of an SQLite variable.
func tclVariable(text string) int {
	names := 0
	for i := 1; i < len(text); i++ {
		switch c := text[i]; {
		case inName(c), c == '$':
			names++
		case c == '(' && names > 0:
			return 2 + i + strings.IndexAny(text[i:]+")", " \t\n\f\r)")
		case c == ':' && i+1 < len(text) && text[i+1] == ':':
			i++
		case names == 0:
			return illegal
		default:
			return i
		}
	}
	return len(text)
}

// until returns the length of the text before the mark, or more than the text's
// length if there is no mark.
func until(text, mark string) int {
	if i := strings.Index(text, mark); i >= 0 {
		return i
	}
	return len(text) + 1
}

func inName(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
}
