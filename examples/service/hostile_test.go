package main

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/examples/service/internal/roster"
	"github.com/deskpolicy/deskpolicy/examples/service/internal/store"
	"github.com/deskpolicy/deskpolicy/examples/service/internal/testdb"
)

const (
	evil  = `<script>alert(1)</script>"><img src=x onerror=alert(2)>`
	right = "\u202eمدير التذاكر\u202e"
)

var long = strings.Repeat("W", 100)

// hostile fills an account in which every name and ID wants to be more than text.
func hostile(t *testing.T, s *service) {
	require.NoError(t, s.Fill(t.Context(), evil, evil, "custom_roles", func(f *store.Filler) {
		f.Insert("workspaces", "account_id, id, name, open", []any{evil, evil, evil, true}, []any{evil, right, right, false})
		f.Insert("agent_groups", "account_id, id, name", []any{evil, evil, evil}, []any{evil, right, right}, []any{evil, long, long})
		f.Insert("roles", "account_id, name, permissions", []any{evil, evil, "ticket.view@group\n"}, []any{evil, "مدير", "ticket.view@group\n"}, []any{evil, long, "ticket.view@group\n"})
		for _, name := range []string{evil, right, long} {
			f.Insert("people", "account_id, id, kind, name", []any{evil, name, "agent", name})
			f.Insert("bindings", "account_id, person_id, role, workspace_id, ticket_scope", []any{evil, name, evil, "*", "group"})
			f.Insert("memberships", "account_id, person_id, group_id, access", []any{evil, name, name, "edit"})
			f.Insert("contacts", "account_id, id, name", []any{evil, name, name})
			f.Insert("customers", "account_id, contact_id", []any{evil, name})
			f.Insert("customer_bindings", "account_id, contact_id, role, workspace_id, ticket_scope", []any{evil, name, "Customer", "*", "global"})
			f.Insert("tickets", "account_id, id, group_id, assignee_id, requester_id, subject, status, updated_at", []any{evil, name, name, name, name, name, name, time.Now().UnixMilli()})
			f.AddKey(evil, roster.Key{ID: name, Who: roster.Who{Person: deskpolicy.AgentID(name)}, Name: name, Limit: deskpolicy.Limit{
				Permissions: deskpolicy.NewPermissions(deskpolicy.TicketView.At(deskpolicy.Anything)),
				Workspaces:  []deskpolicy.WorkspaceID{evil, right, deskpolicy.AccountWide}, Window: deskpolicy.NewWindow(time.Now(), time.Now().Add(time.Hour)),
			}}, name)
			f.AddKey(evil, roster.Key{ID: name + "'s", Who: roster.Who{Customer: deskpolicy.ContactID(name)}, Name: name, Limit: deskpolicy.Limit{
				Permissions: deskpolicy.NewPermissions(deskpolicy.TicketView.At(deskpolicy.Anything)),
				Workspaces:  []deskpolicy.WorkspaceID{deskpolicy.Everywhere}, Window: deskpolicy.NewWindow(time.Now(), time.Now().Add(time.Hour)),
			}}, "for "+name)
			f.Insert("messages", "account_id, ticket_id, id, at, author, text", []any{evil, name, name, 1, name, name})
		}
		f.Insert("people", "account_id, id, kind, name", []any{evil, "boss", "agent", evil})
		f.Insert("bindings", "account_id, person_id, role, workspace_id, ticket_scope", []any{evil, "boss", "Account Administrator", "**", "global"})
	}))
}

// hostilePages are pages with such names.
func hostilePages() []string {
	q := url.QueryEscape
	return []string{
		"/", "/tickets", "/tickets/" + url.PathEscape(evil), "/tickets/" + url.PathEscape(right), "/admin/roles", "/admin/role?role=" + q(evil), "/admin/role?role=" + q(long), "/admin/people",
		"/admin/person?person=" + q(evil), "/admin/person?person=" + q(right), "/admin/why?person=" + q(evil) + "&action=ticket.delete&about=" + q(evil),
		"/admin/why?person=" + q(right) + "&action=ticket.assign&about=" + q(right) + "&to=" + q(evil) + "&remedy=" + q(evil), "/admin/why?action=" + q(evil), "/admin/why?customer=" + q(evil) + "&action=ticket.view&about=" + q(evil), "/admin/why?customer=" + q(right) + "&action=ticket.view&about=" + q(evil),
		"/admin/who?action=ticket.view&about=" + q(right), "/admin/roles?q=" + q(evil) + "&category=" + q(evil), "/admin/access", "/admin/access?person=" + q(long), "/admin/access?customer=" + q(evil), "/admin/person?customer=" + q(evil), "/admin/person?customer=" + q(right), "/admin/person?person=" + q(long), "/admin/why?key=" + q(long) + "&action=ticket.view&about=" + q(evil), "/admin/log", "/tickets?after=" + q(evil),
	}
}

// enterAs logs the browser in as the administrator of the hostile account.
func enterAs(t *testing.T, b *browser) {
	status, text := b.post("/login", url.Values{"account": {evil}, "who": {"boss"}})
	require.Equal(t, http.StatusSeeOther, status, text)
}

// Names are text on every page, and in the log after changes with them.
func TestHostileNames(t *testing.T) {
	s := newService(t, testdb.SQLite(t))
	hostile(t, s)
	b := login(t, s.url, "olga")
	enterAs(t, b)
	for _, p := range []press{
		{"role/clone", url.Values{"from": {evil}, "name": {`<b>"` + long[:90]}}, ""},
		{"person/group", url.Values{"person": {evil}, "group": {right}, "access": {"view"}}, ""},
		{"key/make", changed(changed(changed(newKey(time.Now()), "person", evil), "workspace", evil, right), "name", evil), ""},
		{"key/make", changed(changed(newKey(time.Now()), "customer", evil), "workspace", evil), ""},
		{"person/company", url.Values{"customer": {evil}, "company": {""}}, ""},
		{"access/give", url.Values{"id": {evil}, "engineer": {evil}, "name": {evil}, "email": {"eve@vendor.example"}, "role": {evil}}, ""},
	} {
		status, text := b.post("/admin/"+p.path, p.form)
		require.Equal(t, p.done(), status, "%s: %s", p.path, text)
		if status == http.StatusSeeOther {
			b.follow()
		}
		assert.NotContains(t, strings.ToLower(text), "<img", p.path)
	}
	for _, path := range hostilePages() {
		_, text := b.get(path)
		lower := strings.ToLower(text)
		assert.Equal(t, 1, strings.Count(lower, "<script"), "%s has its own script only", path)
		assert.NotContains(t, lower, "<img", path)
		assert.NotContains(t, lower, "<b>", path)
	}
	_, text := b.get("/admin/log")
	assert.Contains(t, text, "&lt;script&gt;alert(1)&lt;/script&gt;")
}

// overflowing are the elements that make the page wider than the window, unless they scroll by themselves.
const overflowing = `document.documentElement.scrollWidth <= innerWidth ? [] :
	[...document.querySelectorAll("main *, header *")].filter(e => e.getBoundingClientRect().right > innerWidth && !e.closest(".wide")).map(e => e.outerHTML.slice(0, 200)).slice(0, 5)`

// In a real browser, no name runs, axe-core finds nothing, and no page is wider than a window or a
// telephone.
func TestHostileNamesInBrowser(t *testing.T) {
	t.Parallel()
	script := axe(t)
	s := newService(t, testdb.SQLite(t))
	hostile(t, s)
	b := openTab(t, s.url)
	b.open("/")
	as := login(t, s.url, "olga")
	enterAs(t, as)
	b.become(as)
	for _, path := range hostilePages() {
		b.open(path)
		evaluate[chromedp.Void](b, script+";undefined")
		assert.Empty(t, b.violations(wcag), path)
		assert.Empty(t, evaluate[[]string](b, `[...document.images].map(i => i.src)`), path)
		for _, width := range []int64{1200, 360} {
			b.resize(width)
			assert.Empty(t, evaluate[[]string](b, overflowing), "%s is wider than %d pixels", path, width)
		}
	}
	assert.Zero(t, b.dialogs)
	assert.Equal(t, map[string]bool{s.url: true}, b.asked)
}
