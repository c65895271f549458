package sqlfilter

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Raw returns the host's own condition, to go with a filter: see [PageRequest].
// Each "?" outside of quotes stands for one of the arguments.
//
// The text is the host's, never a user's. What would not stay within parentheses
// in one of the databases is an error, whichever it is for:
//
//   - quotes, brackets or parentheses that do not close, and text that is not UTF-8
//   - comments, ";", "#", "$" and, in quotes as well, a backslash
//   - in backquotes and brackets, which not every database takes for quotes, anything
//     but letters, digits, spaces and "_", and in brackets "," and ":"
//   - ":" and "@", which begin variables, but for "::" before a type, "@>", and "@" and
//     "@@" before a space
//   - "?" beside a letter, a digit, a quote, "|", "&" or another "?"
//   - another number of arguments than of "?"
func Raw(text string, args ...any) (Fragment, error) {
	pieces, err := split(text)
	if err == nil && len(pieces) != len(args)+1 {
		err = fmt.Errorf("%d arguments", len(args))
	}
	if err != nil {
		return Fragment{}, fmt.Errorf("sqlfilter: condition %q: %w", text, err)
	}
	w := writer{}
	for i, piece := range pieces {
		w.write(piece)
		if i < len(args) {
			w.arg(args[i])
		}
	}
	return w.done(), nil
}

// split returns the text around the placeholders.
func split(text string) (pieces []string, err error) {
	if !utf8.ValidString(text) || strings.TrimSpace(text) == "" {
		return nil, errIncomplete
	}
	start, depth := 0, 0
	for at := 0; at < len(text) && depth >= 0; {
		size, err := token(text, at)
		if err != nil {
			return nil, err
		}
		switch text[at] {
		case '?':
			pieces, start = append(pieces, text[start:at]), at+1
		case '(':
			depth++
		case ')':
			depth--
		}
		at += size
	}
	if depth != 0 {
		return nil, errIncomplete
	}
	return append(pieces, text[start:]), nil
}

var errIncomplete = errors.New("it is not whole")

// token returns how long the token is that begins there. Where the databases read
// the text in different ways, it is not allowed.
func token(text string, at int) (size int, err error) {
	rest, allowed := text[at:], true
	size = 1
	switch c := rest[0]; c {
	case '\'', '"':
		return quoted(rest, c, func(c rune) bool { return c != 0 && c != '\\' })
	case '`':
		return quoted(rest, c, func(c rune) bool { return isWord(c) || c == ' ' })
	case '[':
		return quoted(rest, ']', func(c rune) bool { return isWord(c) || strings.ContainsRune(" ,:", c) })
	case 0, '\\', ';', '#', '$', ']':
		allowed = false
	case '-', '/':
		allowed = !strings.HasPrefix(rest, "--") && !strings.HasPrefix(rest, "/*")
	case ':':
		size, allowed = 2, len(rest) > 2 && rest[1] == ':' && isWord(rune(rest[2]))
	case '@':
		size = len(rest) - len(strings.TrimLeft(rest, "@>"))
		allowed = strings.HasPrefix(rest, "@>") || size <= 2 && strings.HasPrefix(rest[size:], " ")
	case '?':
		before, after := byteAt(text, at-1), byteAt(text, at+1)
		allowed = !joinsPlaceholder(before) && !joinsPlaceholder(after) && after != '|' && after != '&'
	}
	if !allowed {
		return 0, fmt.Errorf("%q is not allowed", rest[:min(2, len(rest))])
	}
	return size, nil
}

// byteAt returns the byte there, a space beyond the ends.
func byteAt(text string, at int) byte {
	if at < 0 || at >= len(text) {
		return ' '
	}
	return text[at]
}

// quoted returns how long the quotation is that ends with the mark and has nothing
// in it but what is allowed.
func quoted(text string, mark byte, allowed func(rune) bool) (size int, err error) {
	end := strings.IndexByte(text[1:], mark)
	if end < 0 {
		return 0, errIncomplete
	}
	for _, c := range text[1 : 1+end] {
		if !allowed(c) {
			return 0, fmt.Errorf("%q is not allowed within %q", c, text[:1]+string(mark))
		}
	}
	return end + 2, nil
}

// joinsPlaceholder reports whether a placeholder beside a character that begins or ends so
// would be part of something else, or the character of the placeholder.
func joinsPlaceholder(c byte) bool { return isWord(rune(c)) || strings.IndexByte("'\"`?", c) >= 0 }

// isWord reports whether the character may be part of a name.
func isWord(c rune) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= utf8.RuneSelf
}
