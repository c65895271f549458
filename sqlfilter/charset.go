package sqlfilter

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// MariaDB compares two strings in one character set. A column without Charset is
// compared in utf8mb4, which has every character: exactly, whatever its character
// set, but through an index only if that is utf8mb4. A column with Charset is
// compared in its own character set, to which the other side is converted; an ID
// that cannot be converted is not in the column.

// A repertoire is the set of characters in a character set. Each repertoire includes
// the smaller ones.
type repertoire uint8

const (
	ascii   repertoire = 1 + iota
	western            // Windows-1252, which MariaDB calls latin1
	basic              // the first 65,536 characters
	everything
)

// binaryCharset is the character set of columns of bytes, which must hold UTF-8.
const binaryCharset = "binary"

var charsets = map[string]repertoire{
	"": everything, "utf8mb4": everything, "utf16": everything, "utf32": everything,
	"utf8mb3": basic, "ucs2": basic, "latin1": western, "ascii": ascii, binaryCharset: everything,
}

// Charset returns a copy of c whose text is in the given MariaDB character set:
// ascii, latin1, ucs2, utf8mb3, utf8mb4, utf16, utf32 or binary.
//
// Without Charset, IDs compare exactly, but through an index only if the column is
// in utf8mb4; in a column of bytes, bytes that are not UTF-8 compare as question
// marks. If the column's character set is not the given one, the column matches no
// ID, or the database reports an error. Other databases ignore Charset.
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

// commonCharset returns the character set for comparing two columns. It is the one of
// c, so that the index of c is used, if that has all characters of the other one.
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

// has reports whether the character set has all characters of the text.
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

// isWestern reports whether MariaDB's latin1 has c, a character beyond ASCII.
func isWestern(c rune) bool {
	return c >= 0xA0 && c <= 0xFF || strings.ContainsRune("€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ\u0081\u008D\u008F\u0090\u009D", c)
}

// collate returns the text with the binary collation of the character set.
func collate(text, charset string) string {
	if charset == binaryCharset {
		return text
	}
	return text + " COLLATE " + charset + "_nopad_bin"
}

// mariaTypeCheck returns the condition that the column has the described type.
// MariaDB evaluates it before it reads any row. COERCIBILITY is 5 for everything
// except strings, such as numbers and UUIDs.
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

// converted returns the text column converted to the character set.
func (c Column) converted(charset, ref string) string {
	switch {
	case charset == binaryCharset && c.charset == binaryCharset:
		return "CAST(" + ref + " AS BINARY)"
	case charset == binaryCharset:
		return "CAST(CONVERT(" + ref + " USING utf8mb4) AS BINARY)"
	case c.charset == charset:
		return collate(ref, charset)
	case c.charset == "" && charset != "utf8mb4":
		ref = "CONVERT(" + ref + " USING utf8mb4)" // a column of bytes is in no other character set
	}
	return collate("CONVERT("+ref+" USING "+charset+")", charset)
}

// indexedAs is like converted, but leaves a column that is already in the character
// set unconverted, so that its index is used.
func (c Column) indexedAs(charset, ref string) string {
	if c.comparedIn() == charset {
		return ref
	}
	return c.converted(charset, ref)
}

// utf8 writes an argument as text in utf8mb4, whatever the connection's character set.
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

// mariaRows writes the values, which are distinct, as a table with one column, value.
// The LIMIT makes MariaDB fill a temporary table, with a key unless the values are
// long text; without it, MariaDB would parse the JSON for every row.
func (w *writer) mariaRows(c Column, values []any) {
	columnType, value := "decimal(20)", "value"
	switch c.kind {
	case text:
		columnType = mariaType(c.comparedIn(), values)
	case uuid:
		columnType, value = "varchar(36) CHARACTER SET ascii", "CAST(value AS UUID)"
	}
	w.write("(SELECT ", value, " AS value FROM JSON_TABLE(")
	w.utf8(jsonOf(values))
	w.write(", '$[*]' COLUMNS (value ", columnType, " PATH '$')) AS j LIMIT 9223372036854775807)")
}

// mariaType returns the type of a column that is wide enough for all of the values.
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
