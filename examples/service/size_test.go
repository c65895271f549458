package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy/examples/service/internal/store"
	"github.com/deskpolicy/deskpolicy/examples/service/internal/testdb"
)

// A page of a desk with 200 roles has at most 30 kB when compressed. The time that it takes is in
// the log.
func TestPageSizes(t *testing.T) {
	s := newService(t, testdb.SQLite(t))
	require.NoError(t, s.Fill(t.Context(), "large", "Large", "custom_roles", func(f *store.Filler) {
		f.Insert("agent_groups", "account_id, id, name", []any{"large", "g", "g"})
		for i := range 200 {
			name := fmt.Sprintf("Role number %d", i)
			f.Insert("roles", "account_id, name, permissions", []any{"large", name, fmt.Sprintf("ticket.view@group\nticket.reply@%s\nticket.note.private@group|unassigned\nticket.print@group\narticle.view@global\n",
				[]string{"group", "restricted", "global", "group_queue"}[i%4])})
			f.Insert("people", "account_id, id, kind, name", []any{"large", fmt.Sprintf("agent-%d", i), "agent", fmt.Sprintf("Agent %d", i)})
			f.Insert("bindings", "account_id, person_id, role, workspace_id, ticket_scope", []any{"large", fmt.Sprintf("agent-%d", i), name, "*", "group"})
		}
		f.Insert("bindings", "account_id, person_id, role, workspace_id, ticket_scope", []any{"large", "agent-0", "Account Administrator", "**", "global"})
		f.Insert("contacts", "account_id, id, name", []any{"large", "c", "c"})
		f.Insert("tickets", "account_id, id, group_id, requester_id, subject, status, updated_at", []any{"large", "1", "g", "c", "Help", "open", 1})
	}))
	b := login(t, s.url, "olga")
	status, _ := b.post("/login", url.Values{"account": {"large"}, "who": {"agent-0"}})
	require.Equal(t, http.StatusSeeOther, status)
	for _, path := range []string{
		"roles", "roles?category=administration", "role?role=Role+number+7", "role?new=yes", "people", "person?person=agent-7", "why",
		"why?person=agent-7&action=ticket.status.set&about=1", "who?action=ticket.view&about=1", "access", "log",
	} {
		var times []time.Duration
		var text string
		for range 5 {
			began := time.Now()
			status, text = b.get("/admin/" + path)
			times = append(times, time.Since(began))
			require.Equal(t, http.StatusOK, status, path)
		}
		slices.Sort(times)
		size := gzipped(t, text)
		t.Logf("%-55s %6d bytes, %5d compressed, %v", path, len(text), size, times[0].Round(100*time.Microsecond))
		assert.LessOrEqual(t, size, 30_000, path)
	}
}

func gzipped(t *testing.T, text string) int {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := w.Write([]byte(text))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return b.Len()
}
