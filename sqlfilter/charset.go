package sqlfilter

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// MariaDB compares two strings in one character set. A column that does not say
// its own is compared in utf8mb4, in which every ID can be written: exactly,
// whatever it is in, but by an index only if it is in utf8mb4. One that says it is
// compared in its own, to which everything else is converted; an ID that cannot be
// converted is not in the column.

// A repertoire says which characters a character set has. Each has all of those before it.
type repertoire uint8

const (
	ascii   repertoire = 1 + iota
	western            // which MariaDB calls latin1: Windows-1252
	basic              // the first 65,536 characters
	everything
)

// binaryCharset is the character set of columns of bytes, which hold UTF-8.
const binaryCharset = "binary"

var charsets = map[string]repertoire{
	"": everything, "utf8mb4": everything, "utf16": everything, "utf32": everything,
	"utf8mb3": basic, "ucs2": basic, "latin1": western, "ascii": ascii, binaryCharset: everything,
}

// Charset returns the column as one whose text is in that character set of
// MariaDB's: ascii, latin1, ucs2, utf8mb3, utf8mb4, utf16, utf32 or binary.
//
// IDs compare exactly without it, but by an index only if the column is in
// utf8mb4; and in a column of bytes, what is not UTF-8 is compared as if it had
// question marks. If the column is in another one than it says, nothing is in it,
// or the database reports an error. Other databases do not need it.
func (c Column) Charset(name string) Column {
	c.charset = name
	return c
}

// comparedIn returns the character set in which values are compared with the column.
func (c Column) comparedIn() string {
	if c.charset == "" {
		return "utf8mb4"
	}
	return c.charset
}

// commonCharset returns the character set in which two columns are compared: that of the
// first, by whose index it is done, if all of the other's text can be written in it.
func (c Column) commonCharset(other Column) string {
	switch first, second := c.comparedIn(), other.comparedIn(); {
	case first == second:
		return first
	case first == binaryCharset, second == binaryCharset:
		return binaryCharset
	case charsets[first] >= charsets[second]:
		return first
	}
	return "utf8mb4"
}

// has reports whether all of the text can be written in the character set.
func (r repertoire) has(text string) bool {
	for _, c := range text {
		switch {
		case c < utf8.RuneSelf:
		case r == ascii, r == western && !isWestern(c), r == basic && c > 0xFFFF:
			return false
		}
	}
	return true
}

// isWestern reports whether MariaDB's latin1 has the character, which is not ASCII.
func isWestern(c rune) bool {
	return c >= 0xA0 && c <= 0xFF || strings.ContainsRune("€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ\u0081\u008D\u008F\u0090\u009D", c)
}

// collate returns the text as it is compared byte for byte in the character set.
func collate(text, charset string) string {
	if charset == binaryCharset {
		return text
	}
	return text + " COLLATE " + charset + "_nopad_bin"
}

// mariaTypeCheck returns the condition that the column holds what it is described to hold,
// which MariaDB decides before it reads any row: COERCIBILITY is 5 for whatever is
// no string, numbers and UUIDs among it.
func (c Column) mariaTypeCheck(ref string) string {
	switch {
	case c.kind != text:
		return "COERCIBILITY(" + ref + ") = 5"
	case c.charset == "":
		return "COERCIBILITY(" + ref + ") <> 5"
	case c.charset == binaryCharset:
		return "COERCIBILITY(" + ref + ") <> 5 AND CHARSET(" + ref + ") = 'binary'"
	}
	return "CHARSET(" + ref + ") = '" + c.charset + "'"
}

// converted returns the column of text as one in the character set.
func (c Column) converted(charset, ref string) string {
	switch {
	case charset == binaryCharset && c.charset == binaryCharset:
		return "CAST(" + ref + " AS BINARY)"
	case charset == binaryCharset:
		return "CAST(CONVERT(" + ref + " USING utf8mb4) AS BINARY)"
	case c.charset == charset:
		return collate(ref, charset)
	case c.charset == "" && charset != "utf8mb4":
		ref = "CONVERT(" + ref + " USING utf8mb4)" // which a column of bytes is in, and in no other
	}
	return collate("CONVERT("+ref+" USING "+charset+")", charset)
}

// indexedAs returns the column of text as one in the character set, as it is in the
// index if that is its own.
func (c Column) indexedAs(charset, ref string) string {
	if c.comparedIn() == charset {
		return ref
	}
	return c.converted(charset, ref)
}

// utf8 writes text in utf8mb4, whatever the character set of the connection.
func (w *writer) utf8(text string) {
	w.write("CONVERT(CAST(").arg(text).write(" AS BINARY) USING utf8mb4)")
}

// mariaText writes an ID in the character set.
func (w *writer) mariaText(charset string, id any) {
	switch charset {
	case binaryCharset:
		w.write("CAST(").arg(id).write(" AS BINARY)")
		return
	case "utf8mb4":
		w.utf8(id.(string))
	default:
		w.write("CONVERT(")
		w.utf8(id.(string))
		w.write(" USING ", charset, ")")
	}
	w.write(collate("", charset))
}

// mariaRows writes the values, which are distinct, as a table of one column, value.
// With a LIMIT, MariaDB fills a table with them, and looks them up by a key of it
// unless they are long text; without one it would read the JSON for every row.
func (w *writer) mariaRows(c Column, values []any) {
	of, value := "decimal(20)", "value"
	switch c.kind {
	case text:
		of = mariaType(c.comparedIn(), values)
	case uuid:
		of, value = "varchar(36) CHARACTER SET ascii", "CAST(value AS UUID)"
	}
	w.write("(SELECT ", value, " AS value FROM JSON_TABLE(")
	w.utf8(jsonOf(values))
	w.write(", '$[*]' COLUMNS (value ", of, " PATH '$')) AS j LIMIT 9223372036854775807)")
}

// mariaType returns the type of a column in which none of the values is cut off.
func mariaType(charset string, values []any) string {
	longest := 0
	for _, v := range values {
		longest = max(longest, len(v.(string)))
	}
	for _, size := range []int{32, 64, 128, 255} {
		switch {
		case longest > size:
		case charset == binaryCharset:
			return "varbinary(" + strconv.Itoa(size) + ")"
		default:
			return "varchar(" + strconv.Itoa(size) + ") CHARACTER SET " + charset + collate("", charset)
		}
	}
	if charset == binaryCharset {
		return "longblob"
	}
	return "longtext CHARACTER SET " + charset + collate("", charset)
}
