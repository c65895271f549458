package sqlfilter

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"
)

// A Cursor is the position of a row in an ordered list. The next page starts after it.
// Cursors are immutable and comparable with ==. The zero Cursor is the position
// before all rows.
//
// The text of a Cursor can be sent to clients. It reveals the name of the order's
// column, the row's value in it and the row's ID. A client that changes it still
// sees only rows that the filter selects.
type Cursor struct {
	order     string
	ascending bool
	value     any // int64, string or time.Time; nil if ordered by ID only
	id        string
}

// ErrInvalidCursor is returned by [Page] and [Cursor.UnmarshalText], possibly joined
// with other errors, if the text is not a cursor or the cursor belongs to a page in
// another order. It means that the client sent a wrong cursor; other errors are the
// host application's own. A cursor whose value the client changed can also cause a
// database error.
var ErrInvalidCursor = errors.New("sqlfilter: cursor is invalid or belongs to another order; start from the first page")

// CursorAfter returns the position of a row on the page. Pass the page's last row to
// get After for the next page. The value is the row's value in the Order column, of
// type int, int32, int64, string or [time.Time], or nil if the order is by ID only.
func (p PageRequest) CursorAfter(value any, id string) (Cursor, error) {
	c := Cursor{order: p.Order, ascending: p.Ascending, id: id}
	switch v := value.(type) {
	case nil:
	case int:
		c.value = int64(v)
	case int32:
		c.value = int64(v)
	case int64, string:
		c.value = v
	case time.Time:
		c.value = v.Round(0).UTC()
	default:
		return Cursor{}, fmt.Errorf("sqlfilter: cursor: value has type %T; use an integer, a string or a time.Time", value)
	}
	if err := c.check(); err != nil {
		return Cursor{}, err
	}
	return c, nil
}

// check returns an error if the cursor cannot be the position of a row.
func (c Cursor) check() error {
	if s, ok := c.value.(string); ok && !isText(s) || !isText(c.id) || !isText(c.order) {
		return errors.New("sqlfilter: cursor: order, value and ID must be UTF-8 text without NUL")
	}
	if at, ok := c.value.(time.Time); ok && (at.Year() < 0 || at.Year() > 9999) {
		return errors.New("sqlfilter: cursor: the year of the time must be between 0 and 9999")
	}
	if c.id == "" {
		return errors.New("sqlfilter: cursor: ID is empty; pass the row's ID")
	}
	return nil
}

// cursorText is the JSON form of a Cursor.
type cursorText struct {
	Order     string `json:"o,omitempty"`
	Ascending bool   `json:"a,omitempty"`
	Kind      string `json:"k,omitempty"`
	Value     string `json:"v,omitempty"`
	ID        string `json:"i"`
}

// MarshalText implements [encoding.TextMarshaler]. The text needs no escaping in a
// URL. The text of the zero Cursor is empty.
func (c Cursor) MarshalText() ([]byte, error) {
	if c == (Cursor{}) {
		return nil, nil
	}
	t := cursorText{Order: c.order, Ascending: c.ascending, ID: c.id}
	switch v := c.value.(type) {
	case int64:
		t.Kind, t.Value = "i", strconv.FormatInt(v, 10)
	case string:
		t.Kind, t.Value = "s", v
	case time.Time:
		t.Kind, t.Value = "t", v.Format(time.RFC3339Nano)
	}
	plain, err := json.Marshal(t)
	return base64.RawURLEncoding.AppendEncode(nil, plain), err
}

// UnmarshalText implements [encoding.TextUnmarshaler]. It accepts exactly the text
// that MarshalText returns, and returns [ErrInvalidCursor] for any other.
func (c *Cursor) UnmarshalText(encoded []byte) error {
	if len(encoded) == 0 {
		*c = Cursor{}
		return nil
	}
	var t cursorText
	read, err := decodeCursor(encoded, &t)
	if err == nil {
		err = read.check()
	}
	if again, _ := read.MarshalText(); err != nil || !bytes.Equal(again, encoded) {
		return ErrInvalidCursor
	}
	*c = read
	return nil
}

func decodeCursor(encoded []byte, t *cursorText) (c Cursor, err error) {
	plain, err := base64.RawURLEncoding.AppendDecode(nil, encoded)
	if err == nil {
		err = json.Unmarshal(plain, t)
	}
	if err != nil {
		return c, err
	}
	c = Cursor{order: t.Order, ascending: t.Ascending, id: t.ID}
	switch t.Kind {
	case "i":
		c.value, err = strconv.ParseInt(t.Value, 10, 64)
	case "s":
		c.value = t.Value
	case "t":
		var at time.Time
		at, err = time.Parse(time.RFC3339Nano, t.Value)
		c.value = at.UTC() // MarshalText writes UTC only
	}
	return c, err
}
