package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/golden"
	"github.com/deskpolicy/deskpolicy/sqlfilter"
)

func TestOutput(t *testing.T) {
	var stdout, stderr bytes.Buffer
	require.Zero(t, run(nil, &stdout, &stderr), &stderr)
	golden.File(t, "output.golden", stdout.String())
}

// A bench is a desk with its log and all tickets, newest first.
type bench struct {
	*testing.T
	desk http.Handler
	log  *bytes.Buffer
	all  []deskpolicy.Ticket
}

func newBench(t *testing.T) bench {
	t.Helper()
	db, err := openStore(t.Context())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	b := bench{T: t, log: &bytes.Buffer{}}
	b.desk = newDesk(db, slog.New(slog.NewTextHandler(b.log, nil)))

	type place struct {
		updated int64
		id      deskpolicy.TicketID
	}
	var places []place
	rows, err := db.Query("SELECT updated_at, id FROM tickets")
	require.NoError(t, err)
	for rows.Next() {
		var p place
		require.NoError(t, rows.Scan(&p.updated, &p.id))
		places = append(places, p)
	}
	require.NoError(t, rows.Err())
	slices.SortFunc(places, func(a, b place) int { return cmp.Or(cmp.Compare(b.updated, a.updated), cmp.Compare(b.id, a.id)) })
	for _, p := range places {
		ticket, _, err := load(t.Context(), db, p.id)
		require.NoError(t, err)
		b.all = append(b.all, ticket)
	}
	return b
}

// get returns the response.
func (b bench) get(who, path string) *httptest.ResponseRecorder {
	request := httptest.NewRequest(http.MethodGet, path, nil)
	if who != "" {
		request.Header.Set(agentHeader, who)
	}
	recorder := httptest.NewRecorder()
	b.desk.ServeHTTP(recorder, request)
	return recorder
}

// list returns the IDs on all pages.
func (b bench) list(who string, limit int) (ids []deskpolicy.TicketID) {
	b.Helper()
	for after := ""; ; {
		response := b.get(who, fmt.Sprintf("/tickets?limit=%d&after=%s", limit, after))
		require.Equal(b, http.StatusOK, response.Code, response.Body)
		p := pageOf(response.Body.Bytes())
		assert.LessOrEqual(b, len(p.Tickets), limit)
		for _, e := range p.Tickets {
			ids = append(ids, deskpolicy.TicketID(e.ID))
		}
		if after = p.Next; after == "" {
			return ids
		}
	}
}

// matching returns the IDs that the list should have.
func (b bench) matching(who string) (ids []deskpolicy.TicketID) {
	filter := deskpolicy.FilterFor(people[who], deskpolicy.TicketView)
	for _, ticket := range b.all {
		if filter.Match(&ticket) {
			ids = append(ids, ticket.ID)
		}
	}
	return ids
}

// The list, in pages of any size, has exactly the rows that the filter matches, and so
// does the count.
func TestList(t *testing.T) {
	b := newBench(t)
	require.Len(t, b.all, 60)
	for who, some := range map[string]bool{"riya": true, "bob": true, "olga": true, "sam": true, "tom": false} {
		want := b.matching(who)
		assert.Equal(t, some, len(want) > 0, who)
		assert.Less(t, len(want), 60, who)
		for _, limit := range []int{1, 2, 3, 7, 50, 100} {
			assert.Equal(t, want, b.list(who, limit), "%s, %d", who, limit)
		}
		var counted struct{ Count int }
		require.NoError(t, json.Unmarshal(b.get(who, "/tickets/count").Body.Bytes(), &counted))
		assert.Equal(t, len(want), counted.Count, who)
		assert.Len(t, pageOf(b.get(who, "/tickets").Body.Bytes()).Tickets, min(len(want), 20), who)
	}
	assert.Empty(t, b.log)
}

// An agent can open a ticket by its ID only if it is in the list. The response for a
// hidden ticket does not reveal that it exists [B30].
func TestOpen(t *testing.T) {
	b := newBench(t)
	for who := range people {
		absent := b.get(who, "/tickets/t99")
		require.Equal(t, http.StatusNotFound, absent.Code)
		listed := b.list(who, 100)
		for _, ticket := range b.all {
			b.log.Reset()
			response := b.get(who, "/tickets/"+string(ticket.ID))
			if slices.Contains(listed, ticket.ID) {
				assert.Equal(t, http.StatusOK, response.Code)
				var got opened
				require.NoError(t, json.Unmarshal(response.Body.Bytes(), &got))
				assert.Equal(t, string(ticket.ID), got.ID)
				assert.Equal(t, deskpolicy.Authorize(people[who], deskpolicy.TicketReply, &ticket).Allowed(), got.MayReply, "%s, %s", who, ticket.ID)
				continue
			}
			assert.Equal(t, absent.Code, response.Code, "%s, %s", who, ticket.ID)
			assert.Equal(t, absent.Header(), response.Header())
			assert.Equal(t, absent.Body.Bytes(), response.Body.Bytes())
			assert.Contains(t, b.log.String(), "decision.allowed=false", "the operator learns why")
		}
	}
	for _, id := range []string{"T1", "t1%20", "t1%00", "t1'--", "%ff", "count%2F", strings.Repeat("t", 5000)} {
		assert.Equal(t, b.get("olga", "/tickets/t99"), b.get("olga", "/tickets/"+id), id)
	}
}

func TestMistakes(t *testing.T) {
	b := newBench(t)
	first := b.get("riya", "/tickets?limit=2")
	foreign := func(p sqlfilter.PageRequest, value any, id string) string {
		cursor, err := p.CursorAfter(value, id)
		require.NoError(t, err)
		text, err := cursor.MarshalText()
		require.NoError(t, err)
		return string(text)
	}
	for _, path := range []string{
		"/tickets?limit=0", "/tickets?limit=-1", "/tickets?limit=101", "/tickets?limit=", "/tickets?limit=x", "/tickets?limit=1e1", "/tickets?limit=99999999999999999999",
		"/tickets?after=x", "/tickets?after=%00", "/tickets?after=" + pageOf(first.Body.Bytes()).Next + "x", "/tickets?after=" + pageOf(first.Body.Bytes()).Next[1:],
		"/tickets?after=" + foreign(sqlfilter.PageRequest{Order: "subject"}, "Question 1", "t1"),
		"/tickets?after=" + foreign(sqlfilter.PageRequest{Order: "updated_at", Ascending: true}, monday.Unix(), "t1"),
		"/tickets?after=" + foreign(sqlfilter.PageRequest{}, nil, "t1"),
	} {
		assert.Equal(t, http.StatusBadRequest, b.get("riya", path).Code, path)
	}
	for _, who := range []string{"", "nobody", "Riya", "riya "} {
		for _, path := range []string{"/tickets", "/tickets/count", "/tickets/t1", "/tickets/t99", "/tickets?limit=x"} {
			response := b.get(who, path)
			assert.Equal(t, http.StatusUnauthorized, response.Code, "%q, %s", who, path)
			assert.Equal(t, b.get("", "/tickets").Body, response.Body)
		}
	}
	assert.Equal(t, http.StatusMethodNotAllowed, func() int {
		recorder := httptest.NewRecorder()
		b.desk.ServeHTTP(recorder, httptest.NewRequest(http.MethodPost, "/tickets", nil))
		return recorder.Code
	}())
	assert.Empty(t, b.log)
}

// A client that changes a cursor sees only tickets in the list.
func TestForgedCursor(t *testing.T) {
	b := newBench(t)
	want := b.matching("bob")
	for _, value := range []any{monday.Add(time.Hour).Unix(), int64(0), "a text", monday} {
		cursor, err := sqlfilter.PageRequest{Order: "updated_at"}.CursorAfter(value, "t1")
		require.NoError(t, err)
		text, err := cursor.MarshalText()
		require.NoError(t, err)
		response := b.get("bob", "/tickets?limit=100&after="+string(text))
		require.Equal(t, http.StatusOK, response.Code)
		for _, e := range pageOf(response.Body.Bytes()).Tickets {
			assert.Contains(t, want, deskpolicy.TicketID(e.ID))
		}
	}
}

// Internal errors are logged and not sent to the client.
func TestFailure(t *testing.T) {
	db, err := openStore(t.Context())
	require.NoError(t, err)
	require.NoError(t, db.Close())
	b := bench{T: t, log: &bytes.Buffer{}}
	b.desk = newDesk(db, slog.New(slog.NewTextHandler(b.log, nil)))
	for _, path := range []string{"/tickets", "/tickets/count", "/tickets/t1"} {
		b.log.Reset()
		response := b.get("riya", path)
		assert.Equal(t, http.StatusInternalServerError, response.Code, path)
		assert.NotContains(t, response.Body.String(), "sql")
		assert.Contains(t, b.log.String(), "database is closed")
	}
}

func TestCommand(t *testing.T) {
	var stderr bytes.Buffer
	assert.Equal(t, 2, run([]string{"-nonsense"}, io.Discard, &stderr))
	assert.Equal(t, 2, run([]string{"more"}, io.Discard, &stderr))
	assert.Equal(t, 1, run([]string{"-serve", "nowhere"}, io.Discard, &stderr))
	assert.Equal(t, 1, run(nil, failing{}, &stderr))
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errors.New("disk full") }
