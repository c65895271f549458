//go:build unix

package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/examples/service/internal/roster"
	"github.com/deskpolicy/deskpolicy/examples/service/internal/store"
	"github.com/deskpolicy/deskpolicy/examples/service/internal/testdb"
	"github.com/deskpolicy/deskpolicy/internal/effort"
)

// A page of a desk with 200 roles, 200 people, of which half hold a role for a time, and 200 API keys
// has at most 30 kB when compressed, and takes at most 20 ms of a processor, with the test that asks
// for it. A page takes longer when garbage is collected, so the best time counts.
func TestPageSizes(t *testing.T) {
	s, now := newService(t, testdb.SQLite(t)), time.Now()
	require.NoError(t, s.Fill(t.Context(), "large", "Large", "custom_roles", func(f *store.Filler) {
		f.Insert("agent_groups", "account_id, id, name", []any{"large", "g", "g"})
		for i := range 200 {
			name := fmt.Sprintf("Role number %d", i)
			f.Insert("roles", "account_id, name, permissions", []any{"large", name, fmt.Sprintf("ticket.view@group\nticket.reply@%s\nticket.note.private@group|unassigned\nticket.print@group\narticle.view@global\n",
				[]string{"group", "restricted", "global", "group_queue"}[i%4])})
			f.Insert("people", "account_id, id, kind, name", []any{"large", fmt.Sprintf("agent-%d", i), "agent", fmt.Sprintf("Agent %d", i)})
			f.Insert("bindings", "account_id, person_id, role, workspace_id, ticket_scope", []any{"large", fmt.Sprintf("agent-%d", i), name, "*", "group"})
			if i%2 == 1 {
				f.Insert("bindings", "account_id, person_id, role, workspace_id, ticket_scope, ends_at", []any{"large", fmt.Sprintf("agent-%d", i), "Agent", "*", "group", now.AddDate(0, 0, 1+i).UnixMilli()})
			}
			f.AddKey("large", roster.Key{ID: fmt.Sprintf("k-%d", i), Who: roster.Who{Person: deskpolicy.AgentID(fmt.Sprintf("agent-%d", i))}, Name: fmt.Sprintf("Program %d", i), Limit: deskpolicy.Limit{
				Permissions: deskpolicy.NewPermissions(deskpolicy.TicketView.At(deskpolicy.Anything), deskpolicy.TicketReply.At(deskpolicy.InGroup)),
				Workspaces:  []deskpolicy.WorkspaceID{deskpolicy.AccountWide}, Window: deskpolicy.NewWindow(now, now.AddDate(0, 0, 1+i)),
			}}, fmt.Sprintf("large %d", i))
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
		"why?person=agent-7&action=ticket.status.set&about=1", "why?key=k-7&action=ticket.reply&about=1",
		"who?action=ticket.view&about=1", "access", "log",
	} {
		best, longest := time.Hour, effort.Of[time.Duration](80, 80, 20)*time.Millisecond // on a machine that is busy with other things, work takes longer
		var text string
		for tries := 0; tries < 5 || best > longest && tries < 20; tries++ {
			began := processorTime()
			status, text = b.get("/admin/" + path)
			best = min(best, processorTime()-began)
			require.Equal(t, http.StatusOK, status, path)
		}
		size := gzipped(t, text)
		t.Logf("%-55s %6d bytes, %5d compressed, %v", path, len(text), size, best.Round(100*time.Microsecond))
		assert.LessOrEqual(t, size, 30_000, path)
		if !effort.Racing() {
			assert.LessOrEqual(t, best, longest, path)
		}
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
