package sqlfilter

import (
	"encoding/json"
	"strconv"
	"strings"
	"unicode/utf8"
)

// values returns the IDs as the column has them, without those that it cannot have.
func values[ID ~string](c Column, ids ...ID) (valid []any) {
	for _, id := range ids {
		valid = append(valid, c.value(string(id))...)
	}
	return valid
}

// value returns the ID as the column has it, if it can.
func (c Column) value(id string) []any {
	switch {
	case !c.exists() || id == "":
		return nil
	case c.kind == integer:
		if n, err := strconv.ParseInt(id, 10, 64); err == nil && strconv.FormatInt(n, 10) == id {
			return []any{n}
		}
		return nil
	case c.kind == uuid && !isUUID(id), !isText(id):
		return nil
	}
	return []any{id}
}

// isText reports whether every database can keep the text.
func isText(s string) bool { return utf8.ValidString(s) && !strings.Contains(s, "\x00") }

// isUUID reports whether the ID is a UUID as databases write it.
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

// postgres returns the type's name in PostgreSQL.
func (k columnKind) postgres() string { return [...]string{"text", "bigint", "uuid"}[k] }

// json returns the type's name in SQLite's JSON, as a literal.
func (k columnKind) json() string { return [...]string{"'text'", "'integer'", "'text'"}[k] }

// textOf returns the value as text.
func textOf(value any) string {
	if n, is := value.(int64); is {
		return strconv.FormatInt(n, 10)
	}
	return value.(string)
}

// jsonOf returns the values as an array in JSON.
func jsonOf(values []any) string {
	text, _ := json.Marshal(values) // strings and integers
	return string(text)
}

// arrayLiteral returns the values as an array of PostgreSQL's.
func arrayLiteral(values []any) string {
	var b strings.Builder
	for i, v := range values {
		b.WriteByte("{,"[min(i, 1)])
		if s, is := v.(string); is {
			b.WriteString(`"` + arrayEscapes.Replace(s) + `"`)
		} else {
			b.WriteString(textOf(v))
		}
	}
	return b.String() + "}"
}

var arrayEscapes = strings.NewReplacer(`\`, `\\`, `"`, `\"`)

func (q *query) writer() *writer { return &writer{dialect: q.dialect} }

// ref returns the column of the host's table.
func (q *query) ref(c Column) string {
	w := writer{dialect: q.dialect}
	return w.column(q.alias, c)
}

// account writes that a row of the table with that alias is the account's.
func (q *query) account(w *writer, alias string) {
	if q.OnlyOf != "" {
		w.write("(1=1)")
		return
	}
	w.oneOf(w.column(alias, q.Account), q.Account, values(q.Account, q.of))
}

// quote returns the name as an identifier.
func (w *writer) quote(name string) string {
	mark := `"`
	if w.dialect == MariaDB {
		mark = "`"
	}
	return mark + strings.ReplaceAll(name, mark, mark+mark) + mark
}

// table returns the table's name as an identifier, with the schema's if it has one.
func (w *writer) table(name string) string {
	parts := strings.Split(name, ".")
	for i := range parts {
		parts[i] = w.quote(parts[i])
	}
	return strings.Join(parts, ".")
}

// column returns the column of the table with the alias.
func (w *writer) column(alias string, c Column) string { return w.quote(alias) + "." + w.quote(c.name) }

// exact returns the left side of a comparison byte for byte.
func (w *writer) exact(ref string, c Column) string {
	if w.dialect == SQLite && c.kind != integer {
		return ref + " COLLATE BINARY"
	}
	return ref
}

// oneOf writes that the column has one of the values.
func (w *writer) oneOf(ref string, c Column, values []any) {
	switch {
	case len(values) == 0:
		w.write(never)
	case len(values) == 1:
		w.write(w.exact(ref, c), " = ")
		w.value(c, values[0])
	case w.dialect == PostgreSQL:
		w.write(ref, " = ANY(")
		w.list(c, values)
		w.write(")")
	case w.dialect == SQLite:
		w.write(w.exact(ref, c), " IN (SELECT value FROM json_each(").arg(jsonOf(values)).write("))")
	default:
		w.write(ref, " IN ")
		for i, v := range values {
			w.write([]string{"(", ", "}[min(i, 1)])
			w.value(c, v)
		}
		w.write(")")
	}
}

// value writes a value as what the column is compared with. In MariaDB a binary
// string is compared byte for byte, and an index in any collation still serves.
func (w *writer) value(c Column, value any) {
	switch {
	case w.dialect == PostgreSQL:
		w.write("CAST(").arg(value).write(" AS ", c.kind.postgres(), ")")
	case w.dialect == MariaDB && c.kind == text:
		w.write("CAST(").arg(value).write(" AS BINARY)")
	default:
		w.arg(value)
	}
}

// list writes the values as an array of PostgreSQL's.
func (w *writer) list(c Column, values []any) {
	w.write("CAST(").arg(arrayLiteral(values)).write(" AS ", c.kind.postgres(), "[])")
}

// same writes that the column has the value of another one.
func (w *writer) same(ref string, c Column, other string) {
	w.write(w.exact(ref, c), " = ", w.bytes(other, c))
}

// bytes returns a column of that kind as it is compared byte for byte.
func (w *writer) bytes(ref string, c Column) string {
	if w.dialect == MariaDB && c.kind == text {
		return "CAST(" + ref + " AS BINARY)"
	}
	return ref
}
