package main

import (
	"html"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy/examples/service/internal/testdb"
)

var (
	forms  = regexp.MustCompile(`<form[^>]* method="post" action="([^"]*)"`)
	inners = regexp.MustCompile(`href="([^"]*)"`)
)

// crawl opens every page that links lead to, each kind of page a few times, and returns the paths
// to which forms post.
func crawl(t *testing.T, b *browser) map[string]bool {
	t.Helper()
	posts, seen, kinds := make(map[string]bool), make(map[string]bool), make(map[string]int)
	for next := append([]string{"/admin/person?person=eli"}, pages...); len(next) > 0; next = next[1:] {
		at, err := url.Parse(next[0])
		require.NoError(t, err)
		if kind := at.Path; seen[next[0]] || kinds[kind] > 10 || strings.HasPrefix(kind, "/tickets/") && kinds["/tickets/"] > 5 {
			continue
		}
		seen[next[0]] = true
		kinds[at.Path]++
		if strings.HasPrefix(at.Path, "/tickets/") {
			kinds["/tickets/"]++
		}
		status, text := b.get(next[0])
		if next[0] != "/tickets/nothing" {
			assert.Equal(t, http.StatusOK, status, "%s: %s", next[0], text)
		}
		for _, found := range forms.FindAllStringSubmatch(text, -1) {
			to, err := at.Parse(html.UnescapeString(found[1]))
			require.NoError(t, err)
			posts[to.Path] = true
		}
		for _, found := range inners.FindAllStringSubmatch(text, -1) {
			if to, err := at.Parse(html.UnescapeString(found[1])); err == nil && to.Scheme == "" {
				next = append(next, to.RequestURI())
			}
		}
	}
	return posts
}

// Every form that a page has is among the buttons that the tests press and forge, and every link
// leads somewhere.
func TestEveryFormIsPressed(t *testing.T) {
	s := newService(t, testdb.SQLite(t))
	pressed := map[string]bool{"/login": true, "/logout": true, "/tickets": true, "/admin/role/preview": true} // see TestDoor, TestOpen and TestKeyboard
	for _, p := range presses(time.Now()) {
		pressed["/admin/"+p.path] = true
	}
	posts := crawl(t, login(t, s.url, "olga"))
	maps.Copy(posts, crawlPortal(t, login(t, s.url, "c-001?")))
	posts["/admin/role/save"] = true // on the preview, which is no link
	for path := range posts {
		if strings.HasPrefix(path, "/tickets/") {
			path = "/tickets/17/replies" // see TestReply
			pressed[path] = true
		}
		assert.True(t, pressed[path], "no test presses %s", path)
	}
	for path := range pressed {
		assert.True(t, posts[path] || strings.HasPrefix(path, "/tickets/"), "no page has the form %s", path)
	}
}

// crawlPortal returns where the forms of a customer's pages post to.
func crawlPortal(t *testing.T, b *browser) map[string]bool {
	t.Helper()
	status, text := b.get("/tickets")
	require.Equal(t, http.StatusOK, status)
	posts := make(map[string]bool)
	for _, found := range forms.FindAllStringSubmatch(text, -1) {
		posts["/"+strings.TrimPrefix(found[1], "/")] = true
	}
	return posts
}

// What another site posts to the desk is refused as well, also to log in.
func TestCrossOriginOnTheDesk(t *testing.T) {
	s := newService(t, testdb.SQLite(t))
	for who, paths := range map[string][]string{"olga": {"/login", "/logout", "/tickets/17/replies", "/api/tickets/17/replies"}, "c-001?": {"/tickets", "/api/tickets"}} {
		b := login(t, s.url, who)
		for _, path := range paths {
			for _, header := range [][2]string{{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "https://evil.example"}} {
				form := url.Values{"account": {"acme"}, "who": {"bob"}, "subject": {"I"}, "text": {"I was not asked"}}
				request, err := http.NewRequest(http.MethodPost, s.url+path, strings.NewReader(form.Encode()))
				require.NoError(t, err)
				request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
				request.Header.Set(header[0], header[1])
				status, text := b.do(request)
				assert.Equal(t, http.StatusForbidden, status, "%s %v: %s", path, header, text)
			}
		}
	}
	_, text := login(t, s.url, "olga").get("/tickets/17")
	assert.NotContains(t, text, "I was not asked")
}

// Each response forbids scripts but its own, which has a nonce that is new each time; frames; and
// forms that post elsewhere.
func TestHeaders(t *testing.T) {
	s := newService(t, testdb.SQLite(t))
	olga, nonces := login(t, s.url, "olga"), make(map[string]bool)
	for i, path := range append(pages, "/style.css", "/nothing", "/admin/nothing", "/api/tickets", "/admin/person?person=nobody") {
		response, err := olga.open(path)
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
		policy := response.Header.Get("Content-Security-Policy")
		found := regexp.MustCompile(`^default-src 'none'; style-src 'self'; script-src 'nonce-(\w{20,})'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$`).FindStringSubmatch(policy)
		require.Len(t, found, 2, "%s: %s", path, policy)
		nonces[found[1]] = true
		assert.Len(t, nonces, i+1, "the nonce is new")
		assert.Equal(t, "nosniff", response.Header.Get("X-Content-Type-Options"), path)
	}
}

// A page that was opened before a role ended still has its buttons, which do nothing any more; one
// that was opened before another administrator changed the role is told so.
func TestStalePages(t *testing.T) {
	onEach(t, func(t *testing.T, s *service) {
		olga, hal := login(t, s.url, "olga"), halWith(t, s)
		role := url.Values{"person": {"hal"}, "role": {"Account Administrator"}, "workspace": {"*open*"}, "group": {""}, "scope": {"global"}}
		role.Set("end", time.Now().Add(time.Hour).UTC().Format("2006-01-02T15:04"))
		status, text := olga.post("/admin/person/give", role)
		require.Equal(t, http.StatusSeeOther, status, text)
		_, text = hal.get("/admin/role?role=Closer")
		require.Contains(t, text, "Show what this would change")

		late := lateService(t, s, time.Now().Add(2*time.Hour))
		hal.url = late
		for _, p := range presses(time.Now()) {
			status, text = hal.post("/admin/"+p.path, p.form)
			assert.Contains(t, []int{http.StatusForbidden, http.StatusNotFound, http.StatusUnauthorized}, status, "%s: %s", p.path, text)
		}

		aiko := login(t, s.url, "aiko")
		save := func(b *browser, before, after string) (int, string) {
			return b.post("/admin/role/save", url.Values{"role": {"Closer"}, "before": {before}, "after": {after}})
		}
		status, text = save(aiko, closerPermissions, "ticket.view@group\n")
		require.Equal(t, http.StatusSeeOther, status, text)
		status, text = save(olga, closerPermissions, "ticket.view@group\nticket.delete@global\n")
		assert.Equal(t, http.StatusUnprocessableEntity, status)
		assert.Contains(t, text, "changed in the meantime")
		status, text = olga.post("/admin/key/revoke", url.Values{"id": {"k-1"}})
		require.Equal(t, http.StatusSeeOther, status, text)
		status, _ = aiko.post("/admin/key/revoke", url.Values{"id": {"k-1"}})
		assert.Equal(t, http.StatusNotFound, status, "it is revoked already")
	})
}
