package main

import (
	"fmt"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/examples/service/internal/roster"
	"github.com/deskpolicy/deskpolicy/examples/service/internal/seed"
	"github.com/deskpolicy/deskpolicy/examples/service/internal/store"
	"github.com/deskpolicy/deskpolicy/examples/service/internal/testdb"
)

// aboutKey returns a question about an API key.
func aboutKey(key, action, about string) url.Values {
	q := ask("", action, about)
	q.Set("key", key)
	return q
}

// The pages answer about a key what the desk does with it.
func TestWhyOfKeys(t *testing.T) {
	onEach(t, func(t *testing.T, s *service) {
		olga, answers := login(t, s.url, "olga"), make(map[string]int)
		for key, secret := range map[string]string{"k-1": seed.ReadingKey, "k-2": seed.EndedKey, "k-3": seed.SharedKey, "k-4": seed.CustomerKey} {
			program := withKey(t, s.url, secret)
			for ticket := 1; ticket <= 120; ticket += 13 {
				id := fmt.Sprint(ticket)
				status, _ := program.get("/api/tickets/" + id)
				want := map[bool]string{true: "Yes", false: "No"}[status == http.StatusOK]
				_, text := olga.get("/admin/why?" + aboutKey(key, "ticket.view", id).Encode())
				assert.Contains(t, text, `">`+want+`</span>`, "%s and ticket %s", key, id)
				_, text = olga.get("/admin/who?" + ask("", "ticket.view", id).Encode())
				assert.Equal(t, want == "Yes", strings.Contains(text, "key="+key+"&"), "%s and ticket %s", key, id)
				assert.Contains(t, text, " of 4 API keys")
				answers[key+" "+want]++
			}
		}
		for _, answer := range []string{"k-1 Yes", "k-1 No", "k-2 No", "k-3 Yes", "k-3 No", "k-4 Yes", "k-4 No"} {
			assert.Positive(t, answers[answer], "%s in %v", answer, answers)
		}
	})
}

// What the page offers about a denied key is what its preview says, helps the key, and is denied
// to who may not.
func TestRemediesOfKeys(t *testing.T) {
	onEach(t, func(t *testing.T, s *service) {
		olga, button, kinds := login(t, s.url, "olga"), regexp.MustCompile(`name="remedy" value="([^"]*)"`), make(map[string]bool)
		for i, q := range []url.Values{
			aboutKey("k-1", "ticket.reply", "17"), aboutKey("k-1", "ticket.view", "3"), aboutKey("k-1", "ticket.delete", "24"), aboutKey("k-1", "agent.view", "bob"),
			aboutKey("k-1", "ticket.status.set", "31"), aboutKey("k-3", "ticket.view", "10"), aboutKey("k-1", "ticket.view", "52"), aboutKey("k-1", "ticket.close", "60"),
			aboutKey("k-3", "ticket.reply", "10"), aboutKey("k-4", "ticket.reply", "17"), aboutKey("k-4", "ticket.view", "18"),
		} {
			_, text := olga.get("/admin/why?" + q.Encode())
			offers := button.FindAllStringSubmatch(text, -1)
			if len(offers) == 0 {
				continue
			}
			q.Set("remedy", html.UnescapeString(offers[i%len(offers)][1]))
			status, text := login(t, s.url, "fay").post("/admin/why/remedy", q)
			assert.NotEqual(t, http.StatusSeeOther, status, "fay: %v: %s", q, text)
			_, text = olga.get("/admin/why?" + q.Encode())
			assert.Regexp(t, `Then the answer is: <span class="good">`, text, "%v", q)
			status, text = olga.post("/admin/why/remedy", q)
			require.Equal(t, http.StatusSeeOther, status, "%v: %s", q, text)
			_, text = olga.follow()
			assert.Regexp(t, `<span class="good">Yes</span>`, text, "%v", q)
			for _, fix := range strings.Split(q.Get("remedy"), " and ") {
				kinds[strings.Fields(fix)[0]] = true
			}
		}
		assert.True(t, kinds["widen"], "%v", kinds)
		assert.GreaterOrEqual(t, len(kinds), 2, "%v", kinds)
		desk := deskOf(t, s.Store)
		for _, key := range desk.Keys {
			assert.False(t, key.Limit.Window.Until().IsZero(), "a key ends")
		}
	})
}

// A key that has ended is over: the page says so, and nothing makes it good again.
func TestEndedKeyStaysOver(t *testing.T) {
	s := newService(t, testdb.SQLite(t))
	olga, q := login(t, s.url, "olga"), aboutKey("k-2", "ticket.view", "17")
	_, text := olga.get("/admin/why?" + q.Encode())
	assert.Contains(t, text, "(by a new key)")
	for _, remedy := range regexp.MustCompile(`<li>([^<]*) <span class="quiet">\(by a new key\)`).FindAllStringSubmatch(text, -1) {
		q.Set("remedy", html.UnescapeString(remedy[1]))
		status, text := olga.post("/admin/why/remedy", q)
		assert.Equal(t, http.StatusUnprocessableEntity, status, text)
		assert.Contains(t, text, "elsewhere")
	}
	status, _ := withKey(t, s.url, seed.EndedKey).get("/api/tickets")
	assert.Equal(t, http.StatusNotFound, status)
}

// A question is about one of them, and about a key of somebody that one may view.
func TestWhyOfKeysHides(t *testing.T) {
	s := newService(t, testdb.SQLite(t))
	for who, want := range map[string]int{"olga": http.StatusOK, "fay": http.StatusOK, "bob": http.StatusNotFound} {
		status, _ := login(t, s.url, who).get("/admin/why?" + aboutKey("k-1", "ticket.view", "17").Encode())
		assert.Equal(t, want, status, who)
		status, text := login(t, s.url, who).get("/admin/why?" + aboutKey("k-3", "ticket.view", "17").Encode())
		assert.Equal(t, map[string]int{"olga": http.StatusOK}[who]+map[string]int{"fay": http.StatusNotFound, "bob": http.StatusNotFound}[who], status, "%s may not view shared agents: %s", who, text)
	}
	olga := login(t, s.url, "olga")
	status, _ := olga.get("/admin/why?" + aboutKey("k-9", "ticket.view", "17").Encode())
	assert.Equal(t, http.StatusNotFound, status)
	for who, want := range map[string]bool{"olga": true, "fay": false} {
		for _, page := range []string{"access", "why", "who?" + ask("", "ticket.view", "17").Encode()} {
			_, text := login(t, s.url, who).get("/admin/" + page)
			assert.Equal(t, want, strings.Contains(text, "Field app") || strings.Contains(text, "of 4 API keys"), "%s: %s", who, page)
		}
	}
	both := aboutKey("k-1", "ticket.view", "17")
	both.Set("customer", "c-001")
	status, text := olga.get("/admin/why?" + both.Encode())
	assert.Equal(t, http.StatusUnprocessableEntity, status)
	assert.Contains(t, text, "not about both")
}

// A shared agent has keys, from who is allowed all that they are. The key does what they may.
func TestKeyOfSharedAgent(t *testing.T) {
	onEach(t, func(t *testing.T, s *service) {
		olga := login(t, s.url, "olga")
		form := changed(newKey(time.Now()), "person", "tia")
		status, text := olga.post("/admin/key/make", form)
		require.Equal(t, http.StatusOK, status, text)
		key, tia := withKey(t, s.url, secretOn(t, text)), login(t, s.url, "tia")
		want, _ := listed(t, tia, "")
		got, _ := listed(t, key, "")
		assert.NotEmpty(t, got)
		assert.Equal(t, want, got)
		status, text = key.get("/admin/")
		assert.NotEqual(t, http.StatusOK, status, "a key does not log in: %s", text)

		olga.post("/admin/person/deactivate", url.Values{"person": {"tia"}})
		status, _ = key.get("/api/tickets")
		assert.Equal(t, http.StatusNotFound, status, "tia is deactivated")
		status, _ = olga.post("/admin/key/revoke", url.Values{"id": {"k-3"}})
		assert.Equal(t, http.StatusSeeOther, status, "a key of who is deactivated is revoked as well")
		olga.post("/admin/person/activate", url.Values{"person": {"tia"}})
		status, _ = withKey(t, s.url, seed.SharedKey).get("/api/tickets")
		assert.Equal(t, http.StatusUnauthorized, status)

		// Aiko administers the account but for restricted workspaces. Once tia works in one, aiko
		// changes tia, and makes no key that would work there.
		aiko := login(t, s.url, "aiko")
		status, text = aiko.post("/admin/key/make", form)
		assert.Equal(t, http.StatusOK, status, text)
		hr := url.Values{"person": {"tia"}, "role": {"Shared Agent"}, "workspace": {"hr"}, "group": {""}, "scope": {"restricted"}}
		hr.Set("start", time.Now().AddDate(0, 1, 0).UTC().Format("2006-01-02T15:04"))
		status, text = olga.post("/admin/person/give", hr)
		require.Equal(t, http.StatusSeeOther, status, text)
		for _, p := range []press{{path: "key/make", form: form}, {path: "key/revoke", form: url.Values{"id": {deskOf(t, s.Store).KeysOf(roster.Who{Person: "tia"})[0].ID}}}} {
			status, text = aiko.post("/admin/"+p.path, p.form)
			assert.Equal(t, http.StatusForbidden, status, "%s: %s", p.path, text)
		}
		_, text = aiko.get("/admin/access")
		assert.NotContains(t, text, "Revoke the key Importer of Tia Koskinen")
		status, text = aiko.post("/admin/person/deactivate", url.Values{"person": {"tia"}})
		assert.Equal(t, http.StatusSeeOther, status, text)
	})
}

// An administrator for a time makes no keys of shared agents, which would outlast the role.
func TestKeyOfSharedAgentByAdministratorForATime(t *testing.T) {
	s := newService(t, testdb.SQLite(t))
	olga, hal := login(t, s.url, "olga"), halWith(t, s)
	role := url.Values{"person": {"hal"}, "role": {"Administrator"}, "workspace": {"*open*"}, "group": {""}, "scope": {"global"}}
	role.Set("end", time.Now().AddDate(0, 0, 1).UTC().Format("2006-01-02T15:04"))
	status, text := olga.post("/admin/person/give", role)
	require.Equal(t, http.StatusSeeOther, status, text)
	for _, who := range []string{"tia", "bob"} {
		status, text = hal.post("/admin/key/make", changed(newKey(time.Now()), "person", who))
		assert.Contains(t, []int{http.StatusUnprocessableEntity, http.StatusForbidden, http.StatusNotFound}, status, "%s: %s", who, text)
	}
	role.Del("end")
	status, text = olga.post("/admin/person/give", role)
	require.Equal(t, http.StatusSeeOther, status, text)
	for _, who := range []string{"tia", "bob"} {
		status, text = hal.post("/admin/key/make", changed(newKey(time.Now()), "person", who))
		assert.Equal(t, http.StatusOK, status, "%s: %s", who, text)
	}
}

// A key loses what the person that it acts for loses, and what their role loses, at once; and
// gets it back with them. A role that they hold until an instant ends for the key as well.
func TestKeyLosesWithItsPerson(t *testing.T) {
	onEach(t, func(t *testing.T, s *service) {
		olga := login(t, s.url, "olga")
		reads := func() bool {
			status, _ := withKey(t, s.url, seed.ReadingKey).get("/api/tickets")
			return status == http.StatusOK
		}
		role := url.Values{"person": {"riya"}, "role": {"Agent"}, "workspace": {"*open*"}, "group": {""}, "scope": {"group"}}
		closer := url.Values{"person": {"riya"}, "role": {"Closer"}, "workspace": {"*"}, "group": {"refunds"}, "scope": {"group"}}
		press := func(path string, form url.Values) {
			t.Helper()
			status, text := olga.post("/admin/"+path, form)
			require.Equal(t, http.StatusSeeOther, status, text)
		}
		assert.True(t, reads())
		press("person/take", role)
		assert.True(t, reads(), "she is still a Closer")
		press("role/save", url.Values{"role": {"Closer"}, "before": {closerPermissions}, "after": {"ticket.reply@group\n"}})
		assert.False(t, reads(), "Closers view no tickets any more")
		press("role/save", url.Values{"role": {"Closer"}, "after": {closerPermissions}, "before": {"ticket.reply@group\n"}})
		assert.True(t, reads())
		press("person/take", closer)
		assert.False(t, reads(), "she holds no role")
		press("person/give", role)
		assert.True(t, reads())

		_, text := olga.get("/admin/person?person=riya")
		assert.Contains(t, text, `href="access?person=riya#key-k-1"`)
		token := store.KeyToken(seed.ReadingKey)
		for after, want := range map[time.Duration]bool{time.Hour: true, 91 * 24 * time.Hour: false} {
			subject, err := s.Subject(t.Context(), token, time.Now().Add(after))
			require.NoError(t, err)
			assert.Equal(t, want, deskpolicy.FilterFor(subject, deskpolicy.TicketView).Kind() != deskpolicy.FilterNone, after)
		}
	})
}

const closerPermissions = "ticket.view@group\nticket.status.set@group\nticket.reply@group\nticket.tag.edit@group\n"

// A preview of a role says what its change does to keys.
func TestPreviewOfKeys(t *testing.T) {
	s := newService(t, testdb.SQLite(t))
	_, text := login(t, s.url, "olga").post("/admin/role/preview", url.Values{"role": {"Closer"}, "before": {closerPermissions}, "ticket.reply": {"in_group"}})
	assert.Contains(t, text, "<bdi>Dora Silva</bdi>: narrower")
	assert.NotContains(t, text, "<bdi>key ", "the key of riya, who is also an agent, loses nothing")
	_, text = login(t, s.url, "olga").post("/admin/key/make", changed(changed(newKey(time.Now()), "person", "dora"), "permissions", "ticket.status.set@global"))
	require.Contains(t, text, "shown this once")
	_, text = login(t, s.url, "olga").post("/admin/role/preview", url.Values{"role": {"Closer"}, "before": {closerPermissions}, "ticket.print": {"in_group"}})
	assert.Contains(t, text, "<bdi>key Importer of Dora Silva</bdi>: narrower")
}

// A page has eight keys at most, and a link to the next ones. A person's are on a page of their own.
func TestManyKeys(t *testing.T) {
	s := newService(t, testdb.SQLite(t))
	olga := login(t, s.url, "olga")
	for i := range 19 {
		status, text := olga.post("/admin/key/make", changed(newKey(time.Now()), "name", fmt.Sprintf("Importer %d", i)))
		require.Equal(t, http.StatusOK, status, text)
	}
	shown := regexp.MustCompile(`aria-label="Revoke the key ([^"]*)"`)
	more := regexp.MustCompile(`<a href="([^"#]*)#keys">More keys, of 23</a>`)
	seen, counts := make(map[string]bool), []int(nil)
	for next := "access"; next != ""; {
		_, text := olga.get("/admin/" + next)
		found := shown.FindAllStringSubmatch(text, -1)
		for _, key := range found {
			assert.False(t, seen[key[1]], key[1])
			seen[key[1]] = true
		}
		counts, next = append(counts, len(found)), ""
		if to := more.FindStringSubmatch(text); to != nil {
			next = html.UnescapeString(to[1])
		}
	}
	assert.Equal(t, []int{8, 8, 7}, counts)
	_, text := olga.get("/admin/access?person=riya")
	assert.Len(t, shown.FindAllString(text, -1), 1)
	for _, odd := range []string{"from=x", "from=-4", "from=99", "person=nobody", "person=" + url.QueryEscape(evil)} {
		status, _ := olga.get("/admin/access?" + odd)
		assert.Equal(t, http.StatusOK, status, odd)
	}
}
