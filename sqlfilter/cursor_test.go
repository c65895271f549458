package sqlfilter_test

import (
	"encoding/base64"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy/sqlfilter"
)

// Next returns only cursors that can be marshaled and unmarshaled unchanged.
func TestCursorLimits(t *testing.T) {
	request := sqlfilter.PageRequest{Order: "updated_at"}
	year := func(n int) time.Time { return time.Date(n, 6, 1, 12, 0, 0, 0, time.UTC) }
	for _, value := range []any{year(0), year(9999), "", int32(-1)} {
		_, err := request.CursorAfter(value, "1")
		assert.NoError(t, err, "%v", value)
	}
	for _, refused := range []struct {
		value any
		why   string
	}{
		{1.5, "sqlfilter: cursor: value has type float64; use an integer, a string or a time.Time"},
		{"\xff", "sqlfilter: cursor: order, value and ID must be UTF-8 text without NUL"},
		{year(10000), "sqlfilter: cursor: the year of the time must be between 0 and 9999"},
		{year(-1), "sqlfilter: cursor: the year of the time must be between 0 and 9999"},
	} {
		_, err := request.CursorAfter(refused.value, "1")
		assert.EqualError(t, err, refused.why)
	}
	for _, made := range []struct {
		request sqlfilter.PageRequest
		id      string
	}{{request, "\xff"}, {request, "a\x00"}, {sqlfilter.PageRequest{Order: "\xff"}, "1"}} {
		_, err := made.request.CursorAfter(1, made.id)
		assert.EqualError(t, err, "sqlfilter: cursor: order, value and ID must be UTF-8 text without NUL")
	}
	_, err := request.CursorAfter("x", "")
	assert.EqualError(t, err, "sqlfilter: cursor: ID is empty; pass the row's ID")
	assert.EqualError(t, sqlfilter.ErrInvalidCursor, "sqlfilter: cursor is invalid or belongs to another order; start from the first page")

	small, err := request.CursorAfter(int32(7), "1")
	require.NoError(t, err)
	plain, err := request.CursorAfter(7, "1")
	require.NoError(t, err)
	large, err := request.CursorAfter(int64(7), "1")
	require.NoError(t, err)
	assert.Equal(t, []sqlfilter.Cursor{large, large}, []sqlfilter.Cursor{small, plain})
	noon, err := request.CursorAfter(year(2026), "1")
	require.NoError(t, err)
	elsewhere, err := request.CursorAfter(year(2026).In(time.FixedZone("", 3600)), "1")
	require.NoError(t, err)
	assert.Equal(t, noon, elsewhere)
}

// UnmarshalText accepts only text in the form that MarshalText writes.
func TestForeignCursors(t *testing.T) {
	for _, text := range []string{
		`{}`, `{"i":""}`, `{"i":"1","k":"i","v":"x"}`, `{"i":"1","k":"t","v":"today"}`, `{"i":"1","k":"t","v":"2026-06-01T12:00:00+01:00"}`,
		`{"i":"1","k":"x"}`, `{"i":"1","k":"s","v":"\u0000"}`, `{"i":"1","i":"2"}`, `{"i":1}`, `{"i":"1"} `, `{"i":"1"`, `null`, ``, "\xff",
	} {
		var c sqlfilter.Cursor
		if encoded := base64.RawURLEncoding.EncodeToString([]byte(text)); encoded != "" {
			assert.ErrorIs(t, c.UnmarshalText([]byte(encoded)), sqlfilter.ErrInvalidCursor, text)
		}
		assert.Zero(t, c, text)
	}
	var c sqlfilter.Cursor
	assert.ErrorIs(t, c.UnmarshalText([]byte("*")), sqlfilter.ErrInvalidCursor)
	require.NoError(t, c.UnmarshalText([]byte(base64.RawURLEncoding.EncodeToString([]byte(`{"i":"1"}`)))))
	byID, err := sqlfilter.PageRequest{}.CursorAfter(nil, "1")
	require.NoError(t, err)
	assert.Equal(t, byID, c)
}
