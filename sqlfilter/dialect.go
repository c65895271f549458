package sqlfilter

import (
	"encoding/json"
	"strconv"
	"strings"
	"unicode/utf8"
)

// values returns the IDs as the column stores them. It leaves out IDs that the column
// cannot hold.
func values[ID ~string](d Dialect, c Column, ids ...ID) (valid []any) {
	for _, id := range ids {
		valid = append(valid, c.value(d, string(id))...)
	}
	return valid
}

// value returns a slice with the ID as the column stores it, or nil if the column
// cannot hold the ID.
func (c Column) value(d Dialect, id string) []any {
	switch {
	case !c.exists() || id == "":
		return nil
	case c.kind == integer:
		return integerOf(d, id)
	case c.kind == uuid && !isUUID(id), !isText(id), d == MariaDB && !charsets[c.charset].has(id):
		return nil
	}
	return []any{id}
}

// integerOf returns a slice with the integer, or nil if the ID is not an integer in
// canonical form. An unsigned integer of MariaDB that overflows int64 is returned as
// text.
func integerOf(d Dialect, id string) []any {
	if n, err := strconv.ParseInt(id, 10, 64); err == nil && strconv.FormatInt(n, 10) == id {
		return []any{n}
	}
	if n, err := strconv.ParseUint(id, 10, 64); d == MariaDB && err == nil && strconv.FormatUint(n, 10) == id {
		return []any{id}
	}
	return nil
}

// isText reports whether every database can store the text.
func isText(s string) bool { return utf8.ValidString(s) && !strings.Contains(s, "\x00") }

// isUUID reports whether the ID is a UUID in canonical form, in lower case.
func isUUID(id string) bool {
	if len(id) != 36 {
		return false
	}
	for i := range len(id) {
		switch c := id[i]; i {
		case 8, 13, 18, 23:
			if c != '-' {
				return false
			}
		default:
			if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
				return false
			}
		}
	}
	return true
}

// postgres returns the name of the PostgreSQL type.
func (k columnKind) postgres() string { return [...]string{"text", "bigint", "uuid"}[k] }

// json returns SQLite's name of the JSON type, as an SQL literal.
func (k columnKind) json() string { return [...]string{"'text'", "'integer'", "'text'"}[k] }

// textOf returns the value as text.
func textOf(value any) string {
	if n, ok := value.(int64); ok {
		return strconv.FormatInt(n, 10)
	}
	return value.(string)
}

// jsonOf returns the values as a JSON array.
func jsonOf(values []any) string {
	text, _ := json.Marshal(values) // strings and integers
	return string(text)
}

// arrayLiteral returns the values as a PostgreSQL array literal.
func arrayLiteral(values []any) string {
	var b strings.Builder
	for i, v := range values {
		b.WriteByte("{,"[min(i, 1)])
		if s, ok := v.(string); ok {
			b.WriteString(`"` + arrayEscapes.Replace(s) + `"`)
		} else {
			b.WriteString(textOf(v))
		}
	}
	return b.String() + "}"
}

var arrayEscapes = strings.NewReplacer(`\`, `\\`, `"`, `\"`)

func (q *query) writer() *writer { return &writer{dialect: q.dialect, inlineLimit: q.inlineLimit} }

// ref returns a reference to the column of the host's table.
func (q *query) ref(c Column) string {
	w := writer{dialect: q.dialect}
	return w.column(q.alias, c)
}

// account writes the condition that a row of the table with the alias belongs to the
// account.
func (q *query) account(w *writer, alias string) {
	if q.SingleAccount != "" {
		w.write("(1=1)")
		return
	}
	w.oneOf(w.column(alias, q.Account), q.Account, values(q.dialect, q.Account, q.accountID))
}

// quote returns the name as a quoted identifier.
func (w *writer) quote(name string) string {
	mark := `"`
	if w.dialect == MariaDB {
		mark = "`"
	}
	return mark + strings.ReplaceAll(name, mark, mark+mark) + mark
}

// table returns the table's name as a quoted identifier, with its schema if it has one.
func (w *writer) table(name string) string {
	parts := strings.Split(name, ".")
	for i := range parts {
		parts[i] = w.quote(parts[i])
	}
	return strings.Join(parts, ".")
}

// column returns a reference to the column of the table with the alias.
func (w *writer) column(alias string, c Column) string { return w.quote(alias) + "." + w.quote(c.name) }

// exact returns the left side of a bytewise comparison.
func (w *writer) exact(ref string, c Column) string {
	if w.dialect == SQLite && c.kind != integer {
		return ref + " COLLATE BINARY"
	}
	return ref
}

// typeCheck returns the condition that the column has the described type, or "" for
// PostgreSQL, which rejects comparisons of different types. SQLite
// compares text with a number as numbers if the column has numeric affinity;
// MariaDB always does.
func (w *writer) typeCheck(ref string, c Column) string {
	switch w.dialect {
	case SQLite:
		return "typeof(" + ref + ") = " + c.kind.json()
	case MariaDB:
		return c.mariaTypeCheck(ref)
	}
	return ""
}

// withChecks writes a comparison and the type checks of its columns.
func (w *writer) withChecks(compare func(), checks ...string) {
	if w.dialect == PostgreSQL {
		compare()
		return
	}
	w.write("(")
	compare()
	for _, check := range checks {
		w.write(" AND ", check)
	}
	w.write(")")
}

// oneOf writes the condition that the column has one of the values.
func (w *writer) oneOf(ref string, c Column, values []any) {
	if len(values) == 0 {
		w.write(never)
		return
	}
	w.withChecks(func() { w.hasOne(ref, c, values) }, w.typeCheck(ref, c))
}

func (w *writer) hasOne(ref string, c Column, values []any) {
	switch {
	case len(values) == 1:
		w.write(w.exact(ref, c), " = ")
		w.value(c, values[0])
	case w.dialect == PostgreSQL:
		w.write(ref, " = ANY(")
		w.list(c, values)
		w.write(")")
	case w.dialect == SQLite:
		w.write(w.exact(ref, c), " IN (SELECT value FROM json_each(").arg(jsonOf(values)).write("))")
	case len(values) > w.inlineLimit:
		w.write(w.bytewise(c, c, ref), " IN (SELECT value FROM ")
		w.mariaRows(c, values)
		w.write(" AS v)")
	default:
		w.write(ref, " IN ")
		for i, v := range values {
			w.write([]string{"(", ", "}[min(i, 1)])
			w.value(c, v)
		}
		w.write(")")
	}
}

// value writes a value, converted to the type that the column is compared in.
func (w *writer) value(c Column, value any) {
	switch {
	case w.dialect == PostgreSQL:
		w.write("CAST(").arg(value).write(" AS ", c.kind.postgres(), ")")
	case w.dialect == SQLite:
		w.arg(value)
	case c.kind == text:
		w.mariaText(c.comparedIn(), value)
	default:
		w.write("CAST(").arg(value).write(" AS ", [...]string{integer: "DECIMAL(20)", uuid: "UUID"}[c.kind], ")")
	}
}

// list writes the values as a PostgreSQL array.
func (w *writer) list(c Column, values []any) {
	w.write("CAST(").arg(arrayLiteral(values)).write(" AS ", c.kind.postgres(), "[])")
}

// equal writes the condition that two columns are equal.
func (w *writer) equal(ref string, c Column, otherRef string, other Column) {
	w.withChecks(func() {
		if w.dialect == MariaDB && c.kind == text {
			charset := c.commonCharset(other)
			w.write(c.indexedAs(charset, ref), " = ", other.converted(charset, otherRef))
			return
		}
		w.write(w.exact(ref, c), " = ", otherRef)
	}, w.typeCheck(ref, c), w.typeCheck(otherRef, other))
}

// bytewise returns the column c as the left side of a bytewise comparison with the
// other column, whatever the collation of c.
func (w *writer) bytewise(c, other Column, ref string) string {
	if w.dialect == MariaDB && c.kind == text {
		return c.converted(c.commonCharset(other), ref)
	}
	return w.exact(ref, c)
}
