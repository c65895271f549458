package main

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy/examples/service/internal/store"
)

// A role that is given until a date is over on that date, without a change.
func TestRoleForATime(t *testing.T) {
	onEach(t, func(t *testing.T, s *service) {
		clock := time.Now()
		server := httptest.NewServer(newHandler(s.Store, func() time.Time { return clock }, slog.New(slog.DiscardHandler)))
		t.Cleanup(server.Close)
		olga, hal := login(t, server.URL, "olga"), halWith(t, s)
		hal.url = server.URL
		ask := func() int { status, _ := hal.get("/admin/log"); return status }
		assert.NotEqual(t, http.StatusOK, ask())
		form := url.Values{
			"person": {"hal"}, "role": {"Auditor"}, "workspace": {"*open*"}, "group": {""}, "scope": {"global"},
			"start": {clock.Add(2 * time.Hour).UTC().Format("2006-01-02T15:04")}, "end": {clock.Add(4 * time.Hour).UTC().Format("2006-01-02T15:04")},
		}
		status, text := olga.post("/admin/person/give", form)
		require.Equal(t, http.StatusSeeOther, status, text)
		for _, step := range []struct {
			after   time.Duration
			allowed bool
			page    string
		}{{time.Minute, false, "(starts in "}, {3 * time.Hour, true, "(ends in "}, {5 * time.Hour, false, `<span class="bad">ended</span>`}} {
			clock = time.Now().Add(step.after)
			assert.Equal(t, step.allowed, ask() == http.StatusOK, step.page)
			_, text := olga.get("/admin/person?person=hal")
			assert.Contains(t, text, step.page)
		}
	})
}

// halWith returns the browser of hal, who cannot log in as he has no role.
func halWith(t *testing.T, s *service) *browser {
	t.Helper()
	token, err := s.Login(t.Context(), store.Login{Account: "acme", Subject: "hal"}, time.Now().AddDate(1, 0, 0))
	require.NoError(t, err)
	b := login(t, s.url, "olga")
	at, err := url.Parse(s.url)
	require.NoError(t, err)
	b.http.Jar.SetCookies(at, []*http.Cookie{{Name: "session", Value: token.Secret(), Path: "/"}})
	return b
}

// An administrator for a time only does not keep the account from losing its last
// administrator.
func TestLastAdministratorForATime(t *testing.T) {
	onEach(t, func(t *testing.T, s *service) {
		olga := login(t, s.url, "olga")
		role := func(who, workspace string) url.Values {
			return url.Values{"person": {who}, "role": {"Account Administrator"}, "workspace": {workspace}, "group": {""}, "scope": {"global"}}
		}
		status, text := olga.post("/admin/person/take", role("aiko", "*open*"))
		require.Equal(t, http.StatusSeeOther, status, text)
		status, text = olga.post("/admin/person/give", changed(role("adam", "**"), "end", time.Now().AddDate(0, 0, 7).UTC().Format("2006-01-02T15:04")))
		require.Equal(t, http.StatusSeeOther, status, text)
		status, _ = olga.post("/admin/person/take", role("olga", "**"))
		assert.Contains(t, []int{http.StatusForbidden, http.StatusNotFound}, status, "adam is not one for good")
		status, text = olga.post("/admin/person/give", role("adam", "**"))
		require.Equal(t, http.StatusSeeOther, status, text)
		status, text = olga.post("/admin/person/take", role("olga", "**"))
		require.Equal(t, http.StatusSeeOther, status, text)
	})
}

// lateService returns the address of the service at another instant.
func lateService(t *testing.T, s *service, at time.Time) string {
	t.Helper()
	server := httptest.NewServer(newHandler(s.Store, func() time.Time { return at }, slog.New(slog.DiscardHandler)))
	t.Cleanup(server.Close)
	return server.URL
}
