package deskpolicy

import (
	"errors"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/deskpolicy/deskpolicy/internal/legible"
)

// How text of a host is written where it is kept: IDs may be any bytes, JSON has UTF-8
// only, and a terminal obeys what it is shown.

// badByte begins what stands for a byte that is not UTF-8, or for itself.
const badByte = "\uFFFD"

// jsonText returns the text as JSON and logs have it, so that texts that differ are
// written differently: a byte that is not UTF-8 as U+FFFD and its two hexadecimal
// digits, U+FFFD twice, and all else, which is to say nearly every text, as it is.
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

// parseJSONText returns the text that jsonText writes so.
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
		return "", errors.New("U+FFFD stands neither for itself nor for a byte that is not UTF-8")
	}
	return string(text), nil
}

// shown returns the text for a line of a log: quoted if it has a character that does
// not show, and as it is if not.
func shown(s string) string {
	if strings.ContainsFunc(s, legible.Hidden) {
		return strconv.Quote(s)
	}
	return s
}
