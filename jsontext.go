package deskpolicy

import (
	"errors"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/deskpolicy/deskpolicy/internal/legible"
)

// Escapes for the host's text. An ID can be any bytes, but JSON can hold only UTF-8, and a
// terminal interprets control characters.

// badByte starts the escape of a byte that is not valid UTF-8. It is doubled to escape itself.
const badByte = "\uFFFD"

// jsonText escapes s for JSON and logs so that different texts stay different. Each byte
// that is not valid UTF-8 becomes U+FFFD and two hexadecimal digits, each U+FFFD is doubled,
// and everything else is unchanged.
func jsonText(s string) string {
	if utf8.ValidString(s) && !strings.Contains(s, badByte) {
		return s
	}
	var written []byte
	for i, r := range s {
		switch {
		case r != utf8.RuneError:
			written = utf8.AppendRune(written, r)
		case strings.HasPrefix(s[i:], badByte):
			written = append(written, badByte+badByte...)
		default:
			written = append(written, badByte...)
			written = append(written, hexDigits[s[i]>>4], hexDigits[s[i]&0xF])
		}
	}
	return string(written)
}

const hexDigits = "0123456789abcdef"

// parseJSONText returns the text that jsonText escapes as written.
func parseJSONText(written string) (string, error) {
	var text []byte
	for rest := written; rest != ""; {
		plain, marked, found := strings.Cut(rest, badByte)
		text, rest = append(text, plain...), marked
		if !found {
			break
		}
		if strings.HasPrefix(rest, badByte) {
			text, rest = append(text, badByte...), rest[len(badByte):]
		} else if n, err := strconv.ParseUint(rest[:min(2, len(rest))], 16, 8); err == nil && len(rest) >= 2 {
			text, rest = append(text, byte(n)), rest[2:]
		}
	}
	if jsonText(string(text)) != written {
		return "", errors.New("U+FFFD is neither doubled nor followed by the two hexadecimal digits of a byte that is not UTF-8")
	}
	return string(text), nil
}

// shown returns s, quoted if it has an invisible character.
func shown(s string) string {
	if strings.ContainsFunc(s, legible.Hidden) {
		return strconv.Quote(s)
	}
	return s
}
