package main

import (
	"database/sql"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy/examples/service/internal/desk"
	"github.com/deskpolicy/deskpolicy/examples/service/internal/seed"
	"github.com/deskpolicy/deskpolicy/examples/service/internal/testdb"
)

// A list has exactly the tickets that can be opened, newest first, for everybody.
func TestListAgreesWithOpening(t *testing.T) {
	onEach(t, func(t *testing.T, s *service) {
		for _, who := range []string{"olga", "bob", "chen", "dora", "fay", "gus", "noor", "riya", "sam", "tia", "agent-03", "eve/slow-app", "c-001?", "c-002?", seed.ReadingKey, seed.SharedKey} {
			b, got := withKey(t, s.url, who), make(map[string]bool)
			if who != seed.ReadingKey && who != seed.SharedKey {
				b = login(t, s.url, who)
			}
			for next := ""; ; {
				ids, after := listed(t, b, next)
				for _, id := range ids {
					assert.False(t, got[id], "%s gets ticket %s twice", who, id)
					got[id] = true
				}
				if next = after; next == "" {
					break
				}
			}
			assert.NotEmpty(t, got, who)
			for i := 1; i <= seed.Tickets; i += 29 {
				id := strconv.Itoa(i)
				status, text := b.get("/api/tickets/" + id)
				want := map[bool]int{true: http.StatusOK, false: http.StatusNotFound}[got[id]]
				assert.Equal(t, want, status, "%s and ticket %s: %s", who, id, text)
			}
		}
	})
}

func TestReply(t *testing.T) {
	onEach(t, func(t *testing.T, s *service) {
		olga := login(t, s.url, "olga")
		status, _ := olga.post("/tickets/17/replies", url.Values{"text": {"Hello <b>there</b>"}})
		assert.Equal(t, http.StatusSeeOther, status)
		_, text := olga.get("/tickets/17")
		assert.Contains(t, text, "Hello &lt;b&gt;there&lt;/b&gt;")
		status, _ = olga.post("/tickets/17/replies", url.Values{"text": {"  "}})
		assert.Equal(t, http.StatusBadRequest, status)
		status, _ = login(t, s.url, "fay").post("/tickets/17/replies", url.Values{"text": {"I only read"}})
		assert.Equal(t, http.StatusForbidden, status)
		status, _ = login(t, s.url, "c-001?").post("/tickets/17/replies", url.Values{"text": {"It is not mine"}})
		assert.Equal(t, http.StatusNotFound, status)
		status, _ = login(t, s.url, "gus").post("/tickets/17/replies", url.Values{"text": {"I am in another workspace"}})
		assert.Equal(t, http.StatusNotFound, status)
		_, text = olga.get("/api/tickets/17")
		assert.Equal(t, 2, strings.Count(text, `"author"`), text)
	})
}

// A customer opens a ticket, which agents see and other customers do not. Nobody else does here.
func TestOpen(t *testing.T) {
	onEach(t, func(t *testing.T, s *service) {
		customer := login(t, s.url, "c-001?")
		_, text := customer.get("/tickets")
		assert.Contains(t, text, "New ticket")
		form := url.Values{"subject": {"No <i>heat</i>"}, "text": {"It is cold."}}
		status, _ := customer.post("/tickets", form)
		require.Equal(t, http.StatusSeeOther, status)
		opened := customer.next
		for who, want := range map[string]int{"c-001?": http.StatusOK, "c-002?": http.StatusNotFound, "olga": http.StatusOK, "fay": http.StatusOK, "gus": http.StatusNotFound} {
			status, text := login(t, s.url, who).get(opened)
			assert.Equal(t, want, status, "%s: %s", who, text)
			assert.Equal(t, want == http.StatusOK, strings.Contains(text, "No &lt;i&gt;heat&lt;/i&gt;"), who)
		}
		status, _ = customer.post(opened+"/replies", url.Values{"text": {"It is very cold."}})
		assert.Equal(t, http.StatusSeeOther, status)

		for _, bad := range []url.Values{{}, {"subject": {"No heat"}}, {"text": {"It is cold."}, "subject": {" "}}, {"text": {"It is cold."}, "subject": {strings.Repeat("x", 201)}}} {
			status, _ = customer.post("/tickets", bad)
			assert.Equal(t, http.StatusBadRequest, status, "%.50v", bad)
		}
		olga := login(t, s.url, "olga")
		_, text = olga.get("/tickets")
		assert.NotContains(t, text, "New ticket")
		for who, want := range map[string]int{"olga": http.StatusBadRequest, "fay": http.StatusForbidden, "gus": http.StatusForbidden} {
			status, text := login(t, s.url, who).post("/tickets", form)
			assert.Equal(t, want, status, "%s: %s", who, text)
		}
	})
}

// Who is deactivated, or whose support access has not started or is over, cannot log in.
func TestDoor(t *testing.T) {
	onEach(t, func(t *testing.T, s *service) {
		b := login(t, s.url, "olga")
		for _, form := range []url.Values{
			{"account": {seed.Account}, "who": {"eli"}}, {"account": {seed.Account}, "who": {"hal"}}, {"account": {seed.Account}, "who": {"c-003"}, "customer": {"yes"}}, {"account": {seed.Account}, "who": {"c-001"}}, {"account": {seed.Account}, "who": {"nobody"}},
			{"account": {"other"}, "who": {"olga"}}, {}, {"account": {seed.Account}, "who": {"max"}, "grant": {"upgrade"}},
			{"account": {seed.Account}, "who": {"max"}, "grant": {"import"}}, {"account": {seed.Account}, "who": {"max"}, "grant": {"slow-app"}},
		} {
			status, _ := b.post("/login", form)
			assert.Contains(t, []int{http.StatusNotFound, http.StatusForbidden, http.StatusUnauthorized}, status, "%v", form)
		}
		_, text := b.get("/")
		for _, name := range []string{"Olga Petrova", "Eli Cohen", "Sam Okoro", "Eve Novotna"} {
			assert.Contains(t, text, "Log in as <bdi>"+strings.ReplaceAll(name, "'", "&#39;"))
		}
		b.post("/logout", nil)
		status, _ := b.get("/tickets")
		assert.Equal(t, http.StatusUnauthorized, status)
	})
}

func TestRoutesHaveRules(t *testing.T) {
	assert.Empty(t, routes(&desk.Desk{}).WithoutRule())
}

// SQLite knows how many rows there are, and has no samples of their values, which would have it plan a
// prepared statement anew for each argument.
func TestNoSamples(t *testing.T) {
	source := testdb.SQLite(t)
	newService(t, source)
	db, err := sql.Open("sqlite", "file:"+source)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	var counts, samples int
	require.NoError(t, db.QueryRow(`SELECT (SELECT count(*) FROM sqlite_stat1), (SELECT count(*) FROM sqlite_stat4)`).Scan(&counts, &samples))
	assert.Positive(t, counts)
	assert.Zero(t, samples)
}
