package main

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/golden"
)

func TestOutput(t *testing.T) {
	var stdout, stderr bytes.Buffer
	require.Zero(t, run(nil, &stdout, &stderr), &stderr)
	golden.File(t, "output.golden", stdout.String())
}

func TestWrongArguments(t *testing.T) {
	var stderr bytes.Buffer
	for _, args := range [][]string{{"-port", "1"}, {"tickets"}} {
		assert.Equal(t, 2, run(args, &stderr, &stderr))
	}
	assert.Equal(t, 1, run([]string{"-serve", "nowhere"}, &stderr, &stderr))
}

// A bench is a desk with its database and log.
type bench struct {
	*testing.T
	db   *sql.DB
	log  *bytes.Buffer
	desk http.Handler
}

func newBench(t *testing.T) bench {
	t.Helper()
	db, err := openStore(t.Context())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	log := &bytes.Buffer{}
	return bench{t, db, log, newDesk(db, slog.New(slog.NewTextHandler(log, nil)))}
}

// ask returns the status and the body of the response.
func (b bench) ask(who, method, path, text string) (int, string) {
	request := httptest.NewRequest(method, path, strings.NewReader(text))
	request.Header.Set(userHeader, who)
	recorder := httptest.NewRecorder()
	b.desk.ServeHTTP(recorder, request)
	return recorder.Code, recorder.Body.String()
}

func (b bench) get(who, path string) (int, string) { return b.ask(who, http.MethodGet, path, "") }

func (b bench) run(statement string, args ...any) {
	b.Helper()
	_, err := b.db.Exec(statement, args...)
	require.NoError(b, err)
}

// listed returns the IDs of the person's list, and checks that it is as long as it says.
func (b bench) listed(who string) (ids []string) {
	b.Helper()
	status, body := b.get(who, "/tickets")
	require.Equal(b, http.StatusOK, status, body)
	var list struct {
		Count   int
		Tickets []struct{ ID string }
	}
	require.NoError(b, json.Unmarshal([]byte(body), &list))
	require.Equal(b, list.Count, len(list.Tickets))
	for _, t := range list.Tickets {
		ids = append(ids, t.ID)
	}
	return ids
}

// everyone are all people who may log in.
var everyone = []string{"customer:carla", "customer:cody", "customer:hana", "agent:riya", "agent:tom"}

// What is in the list can be opened, and nothing else.
func TestListAndTicketAgree(t *testing.T) {
	b := newBench(t)
	opened := 0
	for _, who := range everyone {
		listed := b.listed(who)
		for n := range 7 {
			id := fmt.Sprintf("t%d", n)
			status, body := b.get(who, "/tickets/"+id)
			if assert.Equal(t, status == http.StatusOK, contains(listed, id), "%s and %s: %s", who, id, body); status == http.StatusOK {
				opened++
			} else {
				assert.Equal(t, http.StatusNotFound, status)
				assert.JSONEq(t, `{"error": "This does not exist, or you do not have access to it."}`, body)
			}
		}
	}
	assert.Greater(t, opened, 8)
}

func contains(ids []string, id string) bool {
	for _, other := range ids {
		if other == id {
			return true
		}
	}
	return false
}

// No customer ever reads a private note, or who wrote it, whatever role is given to it.
func TestPrivateNotesStayInside(t *testing.T) {
	b := newBench(t)
	b.run(`INSERT INTO messages VALUES ('t1', 'secretive', TRUE, 'a secret')`)
	for role := range acme.BuiltInRoles() {
		b.run(`UPDATE contacts SET portal_role = ?`, role.Name())
		for _, who := range []string{"customer:carla", "customer:cody", "customer:hana"} {
			for _, path := range []string{"/tickets", "/tickets/t1"} {
				_, body := b.get(who, path)
				assert.NotContains(t, body, "secret", "%s with %v", who, role)
			}
			status, _ := b.ask(who, http.MethodPost, "/tickets/t1/note", "me too")
			assert.Contains(t, []int{http.StatusForbidden, http.StatusNotFound}, status)
		}
		assert.NotContains(t, b.listed("customer:hana"), "t1", "whatever the role")
	}
	_, body := b.get("agent:riya", "/tickets/t1")
	assert.Contains(t, body, "a secret")
}

// A change of the contact's record holds at the next request.
func TestContactsChange(t *testing.T) {
	b := newBench(t)
	assert.Equal(t, []string{"t1", "t2"}, b.listed("customer:cody"))
	b.run(`UPDATE contacts SET company_id = 'hooli' WHERE id = 'cody'`)
	assert.Equal(t, []string{"t2", "t3", "t4"}, b.listed("customer:cody"), "the new company's, and his own")
	b.run(`UPDATE contacts SET portal_role = 'Customer' WHERE id = 'cody'`)
	assert.Equal(t, []string{"t2"}, b.listed("customer:cody"))
	b.run(`UPDATE contacts SET deactivated = TRUE WHERE id = 'cody'`)
	status, _ := b.get("customer:cody", "/tickets")
	assert.Equal(t, http.StatusUnauthorized, status)
	assert.Contains(t, b.log.String(), "reason=deactivated")

	assert.Equal(t, []string{"t1", "t3"}, b.listed("customer:carla"))
	b.run(`DELETE FROM ccs`)
	assert.Equal(t, []string{"t1"}, b.listed("customer:carla"))
}

// Nobody else gets in: no agent as a customer, nor the other way round.
func TestUnknown(t *testing.T) {
	b := newBench(t)
	for _, who := range []string{"", "riya", "customer:riya", "agent:carla", "customer:", "agent:", "customer:tom-at-acme", "robot:carla"} {
		status, body := b.get(who, "/tickets")
		assert.Equal(t, http.StatusUnauthorized, status, who)
		assert.JSONEq(t, `{"error": "You cannot log in."}`, body)
	}
	status, _ := b.ask("customer:carla", http.MethodPost, "/tickets/t1/reply", strings.Repeat("a", 10_001))
	assert.Equal(t, http.StatusRequestEntityTooLarge, status)
}

// Closing and reopening, and what a page offers of it.
func TestButtons(t *testing.T) {
	b := newBench(t)
	for _, step := range []struct{ path, can string }{
		{"/tickets/t1/close", "[ticket.reply ticket.reopen]"}, {"/tickets/t1/reopen", "[ticket.reply ticket.close]"},
	} {
		status, body := b.ask("customer:carla", http.MethodPost, step.path, "")
		require.Equal(t, http.StatusOK, status, body)
		var ticket opened
		require.NoError(t, json.Unmarshal([]byte(body), &ticket))
		assert.Equal(t, step.can, fmt.Sprint(ticket.Can))
	}
}

// An error of the database says nothing to the client.
func TestFailures(t *testing.T) {
	b := newBench(t)
	b.run(`UPDATE ccs SET access = 'owner'`)
	status, body := b.get("customer:hana", "/tickets/t3")
	assert.Equal(t, http.StatusInternalServerError, status)
	assert.JSONEq(t, `{"error": "Something went wrong."}`, body)
	b.run(`DROP TABLE messages`)
	b.run(`DELETE FROM ccs`)
	for _, path := range []string{"/tickets/t3", "/tickets/t3/reply"} {
		method := map[bool]string{true: http.MethodPost, false: http.MethodGet}[strings.HasSuffix(path, "reply")]
		status, _ = b.ask("customer:hana", method, path, "Hello?")
		assert.Equal(t, http.StatusInternalServerError, status)
	}
	assert.Contains(t, b.log.String(), "no such table: messages")
	b.run(`DROP TABLE tickets`)
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		status, _ = b.ask("customer:hana", method, "/tickets", "Hello?")
		assert.Equal(t, http.StatusInternalServerError, status)
	}
	b.run(`DROP TABLE contacts`)
	status, _ = b.get("customer:hana", "/tickets")
	assert.Equal(t, http.StatusInternalServerError, status)
	assert.Equal(t, deskpolicy.ContactID(""), contactOf(nil))
}
