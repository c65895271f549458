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

// A Cursor is the place of a row in an order, after which the next page starts.
// It is immutable, and == to another one of the same place. The zero Cursor is
// before all rows.
//
// Its text may go to clients: it tells them the order's column, the value there
// and the ID, and whoever changes it sees no more than the filter selects.
type Cursor struct {
	order     string
	ascending bool
	value     any // int64, string or time.Time; nil by ID alone
	id        string
}

// ErrInvalidCursor is among the errors of [Page] and [Cursor.UnmarshalText] if the cursor
// is of a page in another order, or is none. What a handler got from a client was
// wrong then; any other error is the host's own, and one of the database's may be
// of a cursor whose value was changed.
var ErrInvalidCursor = errors.New("sqlfilter: this is no cursor of the page")

// Next returns the cursor of a row on the page: of the last one for the next
// page. The value is the one of the order's column, an integer, a string or a
// time; nil if the order is by ID alone.
func (p PageRequest) Next(value any, id string) (Cursor, error) {
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
		return Cursor{}, fmt.Errorf("sqlfilter: no cursor goes by a %T", value)
	}
	if err := c.check(); err != nil {
		return Cursor{}, err
	}
	return c, nil
}

// check reports what is no place of a row.
func (c Cursor) check() error {
	if s, is := c.value.(string); is && !isText(s) || !isText(c.id) || !isText(c.order) {
		return errors.New("sqlfilter: a cursor's text is not UTF-8")
	}
	if at, is := c.value.(time.Time); is && (at.Year() < 0 || at.Year() > 9999) {
		return errors.New("sqlfilter: a cursor of a time that cannot be written")
	}
	if c.id == "" {
		return errors.New("sqlfilter: a cursor without an ID")
	}
	return nil
}

// cursorText is a Cursor as it is written.
type cursorText struct {
	Order     string `json:"o,omitempty"`
	Ascending bool   `json:"a,omitempty"`
	Kind      string `json:"k,omitempty"`
	Value     string `json:"v,omitempty"`
	ID        string `json:"i"`
}

// MarshalText implements [encoding.TextMarshaler]. The text needs no escapes in
// a URL; that of the zero Cursor is empty.
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

// UnmarshalText implements [encoding.TextUnmarshaler]. It takes nothing but what
// MarshalText returns; anything else is an [ErrInvalidCursor].
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
		c.value = at.UTC() // with another offset it is not what MarshalText returns
	}
	return c, err
}
