package main

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy/examples/service/internal/seed"
	"github.com/deskpolicy/deskpolicy/examples/service/internal/testdb"
)

// Who gets which page: 200, 403 for what they know of, and 404 for what is hidden from them.
func TestPagesByWho(t *testing.T) {
	s := newService(t, testdb.SQLite(t))
	pages := []string{"", "roles", "role?role=Replier", "role?role=Agent", "role?new=yes", "people", "person?person=bob", "why", "why?person=bob&action=ticket.reply&about=17", "who?action=ticket.view&about=17", "access", "log"}
	for who, want := range map[string]string{
		"olga":         "200 200 200 200 200 200 200 200 200 200 200 200",
		"adam":         "200 200 200 200 403 200 200 200 200 200 200 200",
		"fay":          "200 200 200 200 403 200 200 200 200 200 200 200",
		"bob":          "200 404 404 404 404 404 403 404 404 404 404 403",
		"sam":          "200 404 404 404 404 404 404 404 404 404 404 403",
		"c-002?":       "403 404 404 404 404 404 404 404 404 404 404 403",
		"eve/slow-app": "200 404 404 404 404 404 404 404 404 404 404 403",
	} {
		b := login(t, s.url, who)
		var got []string
		for _, page := range pages {
			status, _ := b.get("/admin/" + page)
			got = append(got, http.StatusText(status))
			got[len(got)-1] = map[int]string{200: "200", 403: "403", 404: "404"}[status]
		}
		assert.Equal(t, want, strings.Join(got, " "), who)
	}
	response, err := http.Get(s.url + "/admin/roles")
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	assert.Equal(t, http.StatusUnauthorized, response.StatusCode, "nobody is logged in")
}

// A press is a button of a page: where it posts to, and what.
type press struct {
	path string
	form url.Values
	want string // is on the page afterwards
}

// done is the status of the response when the button does what it says.
func (p press) done() int {
	if p.path == "key/make" {
		return http.StatusOK // with the secret
	}
	return http.StatusSeeOther
}

// presses are each button once, in an order in which they make sense.
func presses(now time.Time) []press {
	end := now.Add(8 * 24 * time.Hour).UTC().Format("2006-01-02T15:04")
	binding := url.Values{"person": {"bob"}, "role": {"Replier"}, "workspace": {"*"}, "group": {""}, "scope": {"restricted"}}
	wider := url.Values{"person": {"bob"}, "role": {"Replier"}, "workspace": {"*"}, "group": {""}, "scope": {"restricted"}, "to": {"group"}}
	taken := url.Values{"person": {"bob"}, "role": {"Replier"}, "workspace": {"*"}, "group": {""}, "scope": {"group"}}
	return []press{
		{"role/save", url.Values{"name": {"Reader"}, "before": {""}, "after": {"ticket.view@group\r\n"}}, "Reader"},
		{"role/save", url.Values{"role": {"Reader"}, "before": {"ticket.view@group\n"}, "after": {"ticket.view@group\nticket.print@group\n"}}, "ticket.print"},
		{"role/clone", url.Values{"from": {"Agent"}, "name": {"Our agents"}}, "Our agents"},
		{"role/delete", url.Values{"role": {"Reader"}}, "Replier"},
		{"person/give", binding, "&#34;Replier&#34; account-wide, tickets at restricted"},
		{"person/scope", wider, "&#34;Replier&#34; account-wide, tickets at group"},
		{"person/take", taken, "Bob Jansen"},
		{"person/give", url.Values{"person": {"bob"}, "role": {"Closer"}, "workspace": {"it"}, "group": {""}, "scope": {"group"}, "end": {"2199-01-01T00:00"}}, "in workspace &#34;it&#34;, tickets at group, until 2199-01-01 00:00:00Z"},
		{"person/scope", url.Values{"person": {"bob"}, "role": {"Closer"}, "workspace": {"it"}, "group": {""}, "scope": {"group"}, "window": {"../2199-01-01T00:00:00Z"}, "to": {"restricted"}}, "tickets at restricted, until 2199-01-01 00:00:00Z"},
		{"person/take", url.Values{"person": {"bob"}, "role": {"Closer"}, "workspace": {"it"}, "group": {""}, "scope": {"restricted"}, "window": {"../2199-01-01T00:00:00Z"}}, "Bob Jansen"},
		{"person/group", url.Values{"person": {"bob"}, "group": {"billing"}, "access": {"view"}}, "<td>view</td>"},
		{"person/deactivate", url.Values{"person": {"bob"}}, "deactivated"},
		{"person/activate", url.Values{"person": {"bob"}}, "active"},
		{"why/remedy", url.Values{"person": {"bob"}, "action": {"ticket.reply"}, "about": {"17"}, "to": {""}, "remedy": {"assign it to the agent (by an administrator)"}}, "The remedy was carried out"},
		{"access/give", url.Values{"id": {"printer"}, "engineer": {"pat"}, "name": {"Pat"}, "email": {"pat@vendor.example"}, "role": {"Agent"}, "workspace": {"it"}, "end": {""}}, "printer</bdi>: active"},
		{"access/extend", url.Values{"id": {"printer"}, "end": {end}}, "printer</bdi>: active"},
		{"access/revoke", url.Values{"id": {"printer"}}, "printer</bdi>: revoked"},
		{"key/make", newKey(now), "shown this once"},
		{"key/make", changed(newKey(now), "person", "tia"), "shown this once"},
		{"key/make", changed(newKey(now), "customer", "c-001"), "shown this once"},
		{"key/revoke", url.Values{"id": {"k-1"}}, "Wallboard"},
		{"key/revoke", url.Values{"id": {"k-3"}}, "Wallboard"},
		{"key/revoke", url.Values{"id": {"k-4"}}, "Wallboard"},
		{"person/admit", url.Values{"customer": {"c-006"}}, "a customer of the company <bdi>co-06</bdi>, active"},
		{"person/give", url.Values{"customer": {"c-006"}, "role": {"Customer"}, "workspace": {"*"}, "scope": {"global"}}, "&#34;Customer&#34; account-wide, tickets at global"},
		{"person/scope", url.Values{"customer": {"c-006"}, "role": {"Customer"}, "workspace": {"*"}, "scope": {"global"}, "to": {"group"}}, "&#34;Customer&#34; account-wide, tickets at group"},
		{"person/take", url.Values{"customer": {"c-006"}, "role": {"Customer"}, "workspace": {"*"}, "scope": {"group"}}, "None."},
		{"person/company", url.Values{"customer": {"c-006"}, "company": {"co-05"}}, "of the company <bdi>co-05</bdi>"},
		{"person/company", url.Values{"customer": {"c-006"}, "company": {""}}, "a customer, active"},
		{"person/deactivate", url.Values{"customer": {"c-006"}}, "deactivated"},
		{"person/activate", url.Values{"customer": {"c-006"}}, "a customer, active"},
	}
}

// newKey is the form of a key of bob's.
func newKey(now time.Time) url.Values {
	return url.Values{
		"person": {"bob"}, "name": {"Importer"}, "permissions": {"ticket.view@global\r\nticket.reply@assigned\r\n"}, "workspace": {"*", "it"},
		"end": {now.Add(24 * time.Hour).UTC().Format("2006-01-02T15:04")},
	}
}

// Each button does what it says, and leaves an event that says who could do it why.
func TestButtons(t *testing.T) {
	onEach(t, func(t *testing.T, s *service) {
		olga := login(t, s.url, "olga")
		for i, p := range presses(time.Now()) {
			status, text := olga.post("/admin/"+p.path, p.form)
			require.Equal(t, p.done(), status, "%s: %s", p.path, text)
			if status == http.StatusSeeOther {
				_, text = olga.follow()
			}
			assert.Contains(t, text, p.want, p.path)
			events, err := s.Events(t.Context(), seed.Account, 100)
			require.NoError(t, err)
			require.Len(t, events, i+1, p.path)
			assert.Equal(t, int64(i+1), events[0].Version)
			assert.Equal(t, "olga", events[0].Actor)
			require.NotEmpty(t, events[0].Records)
			assert.True(t, events[0].Records[0].Allowed, "%v", events[0].Records)
		}
		_, text := olga.get("/admin/log")
		for _, what := range []string{"revoke support access &#34;printer&#34;", "make the key &#34;Importer&#34; for bob", "revoke the key k-1", "agent.key.manage as", "make the key &#34;Importer&#34; for customer c-001",
			"contact.key.manage as", "shared_agent.key.manage as", "let the contact c-006 into the portal", "move the customer c-006 to the company &#34;co-05&#34;"} {
			assert.Contains(t, text, what)
		}
	})
}

// The same buttons, pressed by people who may not, change nothing. Adam may do what an
// administrator may, and no more.
func TestForgedButtons(t *testing.T) {
	onEach(t, func(t *testing.T, s *service) {
		editsCustomers := map[string]bool{"bob": true, "chen": true, "eve/slow-app": true} // by contact.edit
		reserved := map[string]bool{"role/save": true, "role/clone": true, "role/delete": true}
		for _, who := range []string{"adam", "fay", "bob", "chen", "sam", "c-002?", "eve/slow-app"} {
			b := login(t, s.url, who)
			for _, p := range presses(time.Now()) {
				if who == "adam" && !reserved[p.path] || editsCustomers[who] && p.form.Has("customer") && strings.HasPrefix(p.path, "person/") {
					continue
				}
				status, text := b.post("/admin/"+p.path, p.form)
				assert.Contains(t, []int{http.StatusForbidden, http.StatusNotFound, http.StatusUnprocessableEntity}, status, "%s: %s: %s", who, p.path, text)
			}
			for _, form := range []url.Values{{"name": {"Reader"}}, {"role": {"Closer"}, "before": {closerPermissions}}} {
				status, text := b.post("/admin/role/preview", form)
				assert.Contains(t, []int{http.StatusForbidden, http.StatusNotFound}, status, "%s: %s", who, text)
			}
		}
		events, err := s.Events(t.Context(), seed.Account, 1)
		require.NoError(t, err)
		assert.Empty(t, events)
		log, err := s.SupportLog(t.Context(), seed.Account)
		require.NoError(t, err)
		assert.Contains(t, log.String(), "denied", "there is a record of what the engineer tried")
	})
}

// What another site posts in the name of who is logged in is refused.
func TestCrossOrigin(t *testing.T) {
	s := newService(t, testdb.SQLite(t))
	olga := login(t, s.url, "olga")
	for _, p := range presses(time.Now()) {
		request, err := http.NewRequest(http.MethodPost, s.url+"/admin/"+p.path, strings.NewReader(p.form.Encode()))
		require.NoError(t, err)
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		request.Header.Set("Sec-Fetch-Site", "cross-site")
		status, _ := olga.do(request)
		assert.Equal(t, http.StatusForbidden, status, p.path)
	}
	events, err := s.Events(t.Context(), seed.Account, 1)
	require.NoError(t, err)
	assert.Empty(t, events)
}

// changed returns the form with other values of a field.
func changed(form url.Values, name string, values ...string) url.Values {
	form[name] = values
	return form
}

// A form that makes no sense is refused with a reason, and changes nothing.
func TestRefusals(t *testing.T) {
	s := newService(t, testdb.SQLite(t))
	olga := login(t, s.url, "olga")
	for _, c := range []press{
		{"role/save", url.Values{"name": {"agent"}, "after": {"ticket.view@group"}}, "built-in"},
		{"role/save", url.Values{"name": {"Replier"}, "after": {"ticket.view@group"}}, "already"},
		{"role/save", url.Values{"role": {"Replier"}, "before": {"ticket.view@global"}, "after": {"ticket.view@group"}}, "in the meantime"},
		{"role/save", url.Values{"name": {"Odd"}, "after": {"ticket.veiw@group"}}, "ticket.view"},
		{"role/delete", url.Values{"role": {"Replier"}}, "hold this role"},
		{"person/give", url.Values{"person": {"bob"}, "role": {"Agent"}, "workspace": {"mars"}, "scope": {"group"}}, "no such workspace"},
		{"person/give", url.Values{"person": {"bob"}, "role": {"Agent"}, "workspace": {"*"}, "scope": {"grup"}}, "group"},
		{"person/take", url.Values{"person": {"bob"}, "role": {"Agent"}, "workspace": {"*"}, "scope": {"global"}}, "do not hold"},
		{"person/take", url.Values{"person": {"dora"}, "role": {"Closer"}, "workspace": {"*"}, "scope": {"group"}}, "do not hold"}, // but until a date
		{"person/take", url.Values{"person": {"dora"}, "role": {"Closer"}, "workspace": {"*"}, "scope": {"group"}, "window": {"soon"}}, "is not a window"},
		{"person/give", url.Values{"person": {"bob"}, "role": {"Closer"}, "workspace": {"*"}, "scope": {"group"}, "end": {"2020-01-01T00:00"}}, "never be held"},
		{"person/give", url.Values{"person": {"bob"}, "role": {"Closer"}, "workspace": {"*"}, "scope": {"group"}, "start": {"2150-01-01T00:00"}, "end": {"2140-01-01T00:00"}}, "never be held"},
		{"person/give", url.Values{"person": {"bob"}, "role": {"Closer"}, "workspace": {"*"}, "scope": {"group"}, "end": {"9999-01-01T00:00"}}, "never be held"},
		{"person/give", url.Values{"person": {"bob"}, "role": {"Closer"}, "workspace": {"*"}, "scope": {"group"}, "start": {"soon"}}, "start is not a date"},
		{"access/extend", url.Values{"id": {"slow-app"}, "end": {"tomorrow"}}, "not a date"},
		{"access/extend", url.Values{"id": {"slow-app"}, "end": {"2099-01-01T00:00"}}, "end"},
		{"access/give", url.Values{"id": {"slow-app"}, "engineer": {"pat"}, "email": {"pat@vendor.example"}, "role": {"Agent"}}, "already"},
		{"key/make", changed(newKey(time.Now()), "end", ""), "needs an end"},
		{"key/make", changed(newKey(time.Now()), "end", "soon"), "not a date"},
		{"key/make", changed(newKey(time.Now()), "end", "2020-01-01T00:00"), "in the future"},
		{"key/make", changed(newKey(time.Now()), "end", "9999-01-01T00:00"), "before the year 2200"},
		{"key/make", changed(newKey(time.Now()), "permissions", "ticket.veiw@group"), "ticket.view"},
		{"key/make", changed(newKey(time.Now()), "permissions", ""), "needs a permission"},
		{"key/make", changed(newKey(time.Now()), "workspace", "mars"), "no such workspace"},
		{"key/make", changed(newKey(time.Now()), "workspace"), "in which workspaces"},
		{"key/make", changed(newKey(time.Now()), "name", " "), "what the key is for"},
		{"key/make", changed(newKey(time.Now()), "name", long+long), "what the key is for"},
		{"person/admit", url.Values{"customer": {"c-003"}}, "already"},
		{"person/company", url.Values{"customer": {"c-003"}, "company": {"nothing"}}, "no such company"},
		{"person/give", url.Values{"customer": {"c-001"}, "role": {"Customer"}, "workspace": {"*"}, "scope": {"global"}, "end": {"2150-01-01T00:00"}}, "for always"},
		{"person/give", url.Values{"customer": {"c-001"}, "role": {"Customer"}, "workspace": {"*"}, "scope": {"global"}, "group": {"billing"}}, "in no group"},
		{"why/remedy", url.Values{"person": {"bob"}, "action": {"ticket.reply"}, "about": {"17"}, "remedy": {"make me an administrator"}}, "not possible"},
	} {
		status, text := olga.post("/admin/"+c.path, c.form)
		assert.Equal(t, http.StatusUnprocessableEntity, status, "%s %v", c.path, c.form)
		assert.Contains(t, text, c.want, "%s %v", c.path, c.form)
	}
	for _, c := range []press{ // there is nobody and nothing of the kind
		{"key/make", changed(newKey(time.Now()), "person", "nobody"), ""}, {"key/make", changed(newKey(time.Now()), "person", "c-001"), ""}, {"key/revoke", url.Values{"id": {"k-9"}}, ""},
		{"key/make", changed(newKey(time.Now()), "customer", "c-006"), ""}, {"key/make", changed(newKey(time.Now()), "customer", "bob"), ""}, {"person/admit", url.Values{"customer": {"nobody"}}, ""},
		{"person/admit", url.Values{"person": {"bob"}}, ""}, {"person/company", url.Values{"customer": {"c-006"}, "company": {"co-05"}}, ""}, {"person/group", url.Values{"customer": {"c-001"}, "group": {"billing"}, "access": {"view"}}, ""},
	} {
		status, text := olga.post("/admin/"+c.path, c.form)
		assert.Contains(t, []int{http.StatusForbidden, http.StatusNotFound}, status, "%s %v: %s", c.path, c.form, text)
	}
	events, err := s.Events(t.Context(), seed.Account, 1)
	require.NoError(t, err)
	assert.Empty(t, events)
}
