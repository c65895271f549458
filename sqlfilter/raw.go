package sqlfilter

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Raw returns a condition written by the host application, for use with a filter: see
// [PageRequest]. Each "?" outside quotes is the placeholder of one argument.
//
// The text must come from the program, never from a user. Raw returns an error for
// text that could reach outside its parentheses in any of the databases, even one
// that the program does not use:
//
//   - empty text, and text that is not UTF-8
//   - unclosed quotes, brackets or parentheses
//   - comments, ";", "#", "$", and a backslash, inside quotes too
//   - in backquotes and brackets, which only some databases treat as quotes, anything
//     except letters, digits, spaces and "_", and in brackets "," and ":"
//   - ":" and "@", which begin variables, except "::" before a type, "@>", and "@" or
//     "@@" before a space
//   - "?" next to a letter, a digit, a quote, "|", "&" or another "?"
//   - a number of arguments that differs from the number of placeholders
func Raw(text string, args ...any) (Fragment, error) {
	pieces, err := split(text)
	if err == nil && len(pieces) != len(args)+1 {
		err = fmt.Errorf("the numbers of placeholders (%d) and arguments (%d) differ", len(pieces)-1, len(args))
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

// split returns the text between the placeholders.
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

var errIncomplete = errors.New("text is empty, not UTF-8, or has an unclosed quote, bracket or parenthesis")

// token returns the length of the token at the position. It returns an error if
// the databases could read the token in different ways.
func token(text string, at int) (size int, err error) {
	rest := text[at:]
	switch c := rest[0]; c {
	case '\'', '"':
		return quoted(rest, c, func(c rune) bool { return c != 0 && c != '\\' })
	case '`':
		return quoted(rest, c, func(c rune) bool { return isWord(c) || c == ' ' })
	case '[':
		return quoted(rest, ']', func(c rune) bool { return isWord(c) || strings.ContainsRune(" ,:", c) })
	}
	size, allowed := symbol(text, at)
	if !allowed {
		return 0, fmt.Errorf("%q is not allowed", rest[:min(2, len(rest))])
	}
	return size, nil
}

// symbol returns the length of the unquoted token at the position, and reports
// whether the token is allowed.
func symbol(text string, at int) (size int, allowed bool) {
	rest := text[at:]
	switch rest[0] {
	case 0, '\\', ';', '#', '$', ']':
		return 1, false
	case '-', '/':
		return 1, !strings.HasPrefix(rest, "--") && !strings.HasPrefix(rest, "/*")
	case ':':
		return 2, len(rest) > 2 && rest[1] == ':' && isWord(rune(rest[2]))
	case '@':
		size = len(rest) - len(strings.TrimLeft(rest, "@>"))
		return size, strings.HasPrefix(rest, "@>") || size <= 2 && strings.HasPrefix(rest[size:], " ")
	case '?':
		before, after := byteAt(text, at-1), byteAt(text, at+1)
		return 1, !joinsPlaceholder(before) && !joinsPlaceholder(after) && after != '|' && after != '&'
	}
	return 1, true
}

// byteAt returns the byte at the position, or a space outside the text.
func byteAt(text string, at int) byte {
	if at < 0 || at >= len(text) {
		return ' '
	}
	return text[at]
}

// quoted returns the length of the quoted text that ends with the mark. It returns
// an error if the text is not closed or contains a character that is not allowed.
func quoted(text string, mark byte, allowed func(rune) bool) (size int, err error) {
	end := strings.IndexByte(text[1:], mark)
	if end < 0 {
		return 0, errIncomplete
	}
	for _, c := range text[1 : 1+end] {
		if !allowed(c) {
			return 0, fmt.Errorf("%q is not allowed inside %q", c, text[:1]+string(mark))
		}
	}
	return end + 2, nil
}

// joinsPlaceholder reports whether a database could read a placeholder together with
// the adjacent character. c is the byte of that character next to the placeholder.
func joinsPlaceholder(c byte) bool { return isWord(rune(c)) || strings.IndexByte("'\"`?", c) >= 0 }

// isWord reports whether the character can be part of a name.
func isWord(c rune) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= utf8.RuneSelf
}
