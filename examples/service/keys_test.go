package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy/examples/service/internal/seed"
	"github.com/deskpolicy/deskpolicy/examples/service/internal/testdb"
)

// A key does what its limit and its agent both may, until it is revoked or the agent is
// deactivated.
func TestKey(t *testing.T) {
	onEach(t, func(t *testing.T, s *service) {
		olga, riya, key := login(t, s.url, "olga"), login(t, s.url, "riya"), withKey(t, s.url, seed.ReadingKey)
		reply := ""
		ids, _ := listed(t, riya, "")
		for _, id := range ids {
			_, text := riya.get("/api/tickets/" + id)
			if strings.Contains(text, `"may_reply":true`) {
				reply = id
			}
			status, text := key.get("/api/tickets/" + id)
			assert.Equal(t, http.StatusOK, status, "%s: %s", id, text)
			assert.Contains(t, text, `"may_reply":false`)
		}
		require.NotEmpty(t, reply)
		status, _ := key.post("/tickets/"+reply+"/replies", url.Values{"text": {"I am a program"}})
		assert.Equal(t, http.StatusForbidden, status, "riya may reply, and her key may not")
		status, _ = key.get("/api/tickets/nothing")
		assert.Equal(t, http.StatusNotFound, status)

		form := url.Values{"person": {"riya"}}
		olga.post("/admin/person/deactivate", form)
		status, _ = key.get("/api/tickets")
		assert.Equal(t, http.StatusNotFound, status, "the agent is deactivated")
		olga.post("/admin/person/activate", form)
		status, _ = key.get("/api/tickets")
		assert.Equal(t, http.StatusOK, status)
		olga.post("/admin/key/revoke", url.Values{"id": {"k-1"}})
		status, text := key.get("/api/tickets")
		assert.Equal(t, http.StatusUnauthorized, status, "the key is revoked")
		assert.JSONEq(t, `{"error": "You are not logged in."}`, text)
		status, _ = riya.get("/api/tickets")
		assert.Equal(t, http.StatusOK, status)
	})
}

// listed returns a page of the tickets, and the cursor of the next one.
func listed(t *testing.T, b *browser, after string) (ids []string, next string) {
	t.Helper()
	var l struct {
		Tickets []struct{ ID string }
		Next    string
	}
	status, text := b.get("/api/tickets?after=" + url.QueryEscape(after))
	require.Equal(t, http.StatusOK, status, "%s", text)
	require.NoError(t, json.Unmarshal([]byte(text), &l))
	for _, ticket := range l.Tickets {
		ids = append(ids, ticket.ID)
	}
	return ids, l.Next
}

// What is no key gets nowhere: one that has ended, an unknown secret, the secret of a key as a
// cookie or that of a session as a key, and the hash that the database has.
func TestNoKey(t *testing.T) {
	onEach(t, func(t *testing.T, s *service) {
		status, _ := withKey(t, s.url, seed.EndedKey).get("/api/tickets")
		assert.Equal(t, http.StatusNotFound, status, "it has ended")
		at, err := url.Parse(s.url)
		require.NoError(t, err)
		riya := login(t, s.url, "riya")
		session := riya.http.Jar.Cookies(at)[0]
		sum := sha256.Sum256([]byte(seed.ReadingKey))
		for _, secret := range []string{" ", "nonsense", session.Value, hex.EncodeToString(sum[:]), "k-1", strings.ToUpper(seed.ReadingKey)} {
			status, _ := withKey(t, s.url, secret).get("/api/tickets")
			assert.Equal(t, http.StatusUnauthorized, status, "%q", secret)
		}
		session.Value = seed.ReadingKey
		riya.http.Jar.SetCookies(at, []*http.Cookie{session})
		status, _ = riya.get("/api/tickets")
		assert.Equal(t, http.StatusUnauthorized, status, "a key does not log in by cookie")
		riya = login(t, s.url, "riya")
		riya.key = "nonsense"
		status, _ = riya.get("/api/tickets")
		assert.Equal(t, http.StatusUnauthorized, status, "a wrong key is not made good by a cookie")
		riya.key = ""
		for header, want := range map[string]int{"bearer nonsense": http.StatusUnauthorized, "Bearer": http.StatusUnauthorized, "BEARER " + seed.ReadingKey: http.StatusOK} {
			request, err := http.NewRequest(http.MethodGet, s.url+"/api/tickets", nil)
			require.NoError(t, err)
			request.Header.Set("Authorization", header)
			status, _ = riya.do(request)
			assert.Equal(t, want, status, header)
		}
	})
}

// A key of an administrator, whatever its permissions, changes no people, roles, support access
// or keys. It shows what the administrator made it for.
func TestKeyNeverAdministers(t *testing.T) {
	onEach(t, func(t *testing.T, s *service) {
		olga := login(t, s.url, "olga")
		all := "ticket.view@global\nagent.view\nagent.edit\nagent.key.manage\nagent.role.assign\nagent.role.remove\nagent.scope.edit\nagent.group.assign\nagent.deactivate\n" +
			"role.view\nrole.custom.create\nrole.custom.update\nrole.custom.delete\nrole.custom.clone\nsupport_grant.view\nsupport_grant.create\nsupport_grant.extend\nsupport_grant.revoke\naudit.view\n"
		form := changed(changed(changed(newKey(time.Now()), "person", "adam"), "permissions", all), "workspace", "**")
		status, text := olga.post("/admin/key/make", form)
		require.Equal(t, http.StatusOK, status, text)
		key := withKey(t, s.url, secretOn(t, text))
		for path, want := range map[string]int{"/api/tickets": http.StatusOK, "/admin/people": http.StatusOK, "/admin/roles": http.StatusOK, "/admin/access": http.StatusOK, "/admin/log": http.StatusOK} {
			status, text := key.get(path)
			assert.Equal(t, want, status, "%s: %s", path, text)
			assert.NotContains(t, text, `method="post" action="key/`)
		}
		for _, p := range presses(time.Now()) {
			status, text := key.post("/admin/"+p.path, p.form)
			assert.Contains(t, []int{http.StatusForbidden, http.StatusNotFound, http.StatusUnprocessableEntity}, status, "%s: %s", p.path, text)
		}
		events, err := s.Events(t.Context(), seed.Account, 10)
		require.NoError(t, err)
		assert.Len(t, events, 1)
	})
}

// A key that may assign tickets carries out a remedy that takes no more, and the log names it.
func TestKeyInLog(t *testing.T) {
	onEach(t, func(t *testing.T, s *service) {
		olga := login(t, s.url, "olga")
		form := changed(changed(newKey(time.Now()), "person", "adam"), "permissions", "ticket.view@global\nticket.assign@global\nagent.view\n")
		_, text := olga.post("/admin/key/make", form)
		key := withKey(t, s.url, secretOn(t, text))
		remedy := ask("bob", "ticket.reply", "17")
		remedy.Set("remedy", "assign it to the agent (by an administrator)")
		status, text := key.post("/admin/why/remedy", remedy)
		require.Equal(t, http.StatusSeeOther, status, text)
		events, err := s.Events(t.Context(), seed.Account, 10)
		require.NoError(t, err)
		require.Len(t, events, 2)
		assert.Regexp(t, `^adam, by key \w{26}$`, events[0].Actor)
		desk := deskOf(t, s.Store)
		assert.Contains(t, events[0].Actor, desk.Keys[0].ID)
	})
}

// secretOn returns the secret that the page of a new key shows.
func secretOn(t *testing.T, text string) string {
	t.Helper()
	found := regexp.MustCompile(`<pre><code>(\w+)</code>`).FindStringSubmatch(text)
	require.Len(t, found, 2, text)
	return found[1]
}

// The secret of a new key is on one page, and nowhere else.
func TestSecretIsShownOnce(t *testing.T) {
	s := newService(t, testdb.SQLite(t))
	olga := login(t, s.url, "olga")
	_, text := olga.post("/admin/key/make", newKey(time.Now()))
	secret := secretOn(t, text)
	status, _ := withKey(t, s.url, secret).get("/api/tickets")
	assert.Equal(t, http.StatusOK, status)
	for _, path := range pages {
		_, text := olga.get(path)
		for _, hidden := range []string{secret, seed.ReadingKey, seed.EndedKey} {
			assert.NotContains(t, text, hidden, path)
		}
	}
}
