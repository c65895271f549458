package main

import (
	"context"
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
	"github.com/deskpolicy/deskpolicy/examples/service/internal/testdb"
)

// aboutCustomer returns a question about a customer.
func aboutCustomer(customer, action, ticket string) url.Values {
	q := ask("", action, ticket)
	q.Set("customer", customer)
	return q
}

// ticketOf returns a ticket that the function selects, which is not confidential and outside of
// workspaces.
func ticketOf(t *testing.T, s *service, is func(*deskpolicy.Contact) bool) string {
	t.Helper()
	olga := login(t, s.url, "olga")
	for next := ""; ; {
		ids, after := listed(t, olga, next)
		for _, id := range ids {
			ticket, err := s.Ticket(context.Background(), seed.Account, deskpolicy.TicketID(id))
			require.NoError(t, err)
			if is(ticket.Requester) && ticket.Workspace == "" && !ticket.Confidential {
				return id
			}
		}
		require.NotEmpty(t, after)
		next = after
	}
}

// The page answers about a customer what the portal does, and offers what helps.
func TestWhyOfCustomers(t *testing.T) {
	onEach(t, func(t *testing.T, s *service) {
		olga := login(t, s.url, "olga")
		own := ticketOf(t, s, func(c *deskpolicy.Contact) bool { return c.ID == "c-001" })
		colleagues := ticketOf(t, s, func(c *deskpolicy.Contact) bool { return c.Company == "co-01" && c.ID != "c-001" })
		shared := ticketOf(t, s, func(c *deskpolicy.Contact) bool { return c.Company == "co-02" && c.ID != "c-002" })
		gone := ticketOf(t, s, func(c *deskpolicy.Contact) bool { return c.ID == "c-003" })
		for _, c := range []struct {
			customer, ticket, want string
		}{{"c-001", own, "Yes"}, {"c-001", colleagues, "No"}, {"c-001", shared, "No"}, {"c-002", shared, "Yes"}, {"c-003", gone, "No"}} {
			_, text := olga.get("/admin/why?" + aboutCustomer(c.customer, "ticket.view", c.ticket).Encode())
			assert.Contains(t, text, `">`+c.want+`</span>`, "%+v", c)
			status, _ := olga.get("/admin/who?" + ask("", "ticket.view", c.ticket).Encode())
			assert.Equal(t, http.StatusOK, status)
			_, text = olga.get("/admin/who?" + ask("", "ticket.view", c.ticket).Encode())
			assert.Equal(t, c.want == "Yes", strings.Contains(text, "customer="+c.customer+"&"), "%+v: %s", c, text)
		}

		button, kinds := regexp.MustCompile(`name="remedy" value="([^"]*)"`), make(map[string]bool)
		for _, q := range []url.Values{aboutCustomer("c-003", "ticket.view", gone), aboutCustomer("c-001", "ticket.view", colleagues), aboutCustomer("c-001", "ticket.reply", shared), aboutCustomer("c-002", "ticket.close", own)} {
			_, text := olga.get("/admin/why?" + q.Encode())
			offers := button.FindAllStringSubmatch(text, -1)
			require.NotEmpty(t, offers, "%v: %s", q, text)
			q.Set("remedy", html.UnescapeString(offers[len(offers)-1][1]))
			status, text := login(t, s.url, "fay").post("/admin/why/remedy", q)
			assert.NotEqual(t, http.StatusSeeOther, status, "fay: %v: %s", q, text)
			_, text = olga.get("/admin/why?" + q.Encode())
			assert.Regexp(t, `Then the answer is: <span class="good">`, text, "%v", q)
			status, text = olga.post("/admin/why/remedy", q)
			require.Equal(t, http.StatusSeeOther, status, "%v: %s", q, text)
			_, text = olga.follow()
			assert.Regexp(t, `<span class="good">Yes</span>`, text, "%v", q)
			kinds[strings.Fields(q.Get("remedy"))[0]] = true
		}
		t.Log(kinds)
		status, _ := login(t, s.url, "c-003?").get("/tickets/" + gone)
		assert.Equal(t, http.StatusOK, status, "c-003 is active again")
	})
}

// Who may not view the contact learns nothing about the customer; nobody learns about one that does
// not exist.
func TestWhyOfCustomersHides(t *testing.T) {
	s := newService(t, testdb.SQLite(t))
	for who, want := range map[string]int{"olga": http.StatusOK, "fay": http.StatusNotFound, "bob": http.StatusNotFound} {
		status, text := login(t, s.url, who).get("/admin/why?" + aboutCustomer("c-001", "ticket.view", "17").Encode())
		assert.Equal(t, want, status, "%s: %s", who, text)
	}
	for _, customer := range []string{"c-004", "nobody", "olga", evil} {
		status, _ := login(t, s.url, "olga").get("/admin/why?" + aboutCustomer(customer, "ticket.view", "17").Encode())
		assert.Equal(t, http.StatusNotFound, status, customer)
	}
	own := ask("", "ticket.view", ticketOf(t, s, func(c *deskpolicy.Contact) bool { return c.ID == "c-001" }))
	for who, want := range map[string]bool{"olga": true, "fay": false} {
		status, text := login(t, s.url, who).get("/admin/who?" + own.Encode())
		assert.Equal(t, http.StatusOK, status, who)
		assert.Equal(t, want, strings.Contains(text, "are customers"), who)
	}
}

// A customer's key does what the customer may, in the portal only, until the customer is deactivated
// or the key is revoked. Agents' IDs are not those of customers.
func TestKeyOfCustomer(t *testing.T) {
	onEach(t, func(t *testing.T, s *service) {
		olga, customer := login(t, s.url, "olga"), login(t, s.url, "c-001?")
		form := changed(changed(newKey(time.Now()), "customer", "c-001"), "permissions", "ticket.view@global\nticket.create@global\nticket.note.private@global\n")
		status, text := olga.post("/admin/key/make", form)
		require.Equal(t, http.StatusOK, status, text)
		secret := secretOn(t, text)
		key := withKey(t, s.url, secret)
		want, _ := listed(t, customer, "")
		got, _ := listed(t, key, "")
		assert.NotEmpty(t, got)
		assert.Equal(t, want, got)
		strangers := ticketOf(t, s, func(c *deskpolicy.Contact) bool { return c.ID != "c-001" })
		status, _ = key.get("/api/tickets/" + strangers)
		assert.Equal(t, http.StatusNotFound, status)
		status, text = key.post("/tickets/"+want[0]+"/replies", url.Values{"text": {"I am a program"}})
		assert.Equal(t, http.StatusForbidden, status, "its limit lacks ticket.reply: %s", text)
		status, text = key.post("/tickets", url.Values{"subject": {"From a program"}, "text": {"I am one."}})
		require.Equal(t, http.StatusSeeOther, status, text)
		opened, _ := listed(t, customer, "")
		assert.Len(t, opened, len(want)+1)
		reading := withKey(t, s.url, seed.CustomerKey) // which may not open one
		status, text = reading.post("/tickets", url.Values{"subject": {"From a program"}, "text": {"I am one."}})
		assert.Contains(t, []int{http.StatusForbidden, http.StatusNotFound}, status, text)
		for _, page := range []string{"/admin/", "/admin/people", "/admin/access", "/admin/why"} {
			status, text = key.get(page)
			assert.Contains(t, []int{http.StatusForbidden, http.StatusNotFound}, status, "%s: %s", page, text)
		}

		_, text = olga.get("/admin/person?customer=c-001")
		assert.Contains(t, text, "Importer")
		_, text = olga.get("/admin/access?customer=c-001")
		assert.Contains(t, text, "Revoke the key Importer of Customer 1")
		assert.NotContains(t, text, "Revoke the key Intranet")
		who := url.Values{"customer": {"c-001"}}
		olga.post("/admin/person/deactivate", who)
		status, _ = key.get("/api/tickets")
		assert.Equal(t, http.StatusNotFound, status, "the customer is deactivated")
		olga.post("/admin/person/activate", who)
		olga.post("/admin/person/take", url.Values{"customer": {"c-001"}, "role": {"Customer"}, "workspace": {"*open*"}, "scope": {"global"}})
		status, _ = key.get("/api/tickets")
		assert.Equal(t, http.StatusNotFound, status, "the customer has no role")
		status, text = olga.post("/admin/key/revoke", url.Values{"id": {deskOf(t, s.Store).KeysOf(roster.Who{Customer: "c-001"})[0].ID}})
		require.Equal(t, http.StatusSeeOther, status, text)
		status, _ = key.get("/api/tickets")
		assert.Equal(t, http.StatusUnauthorized, status)
	})
}

// Who manages customers' keys and nothing else has the form for them; who changes customers does not.
func TestWhoManagesKeysOfCustomers(t *testing.T) {
	s := newService(t, testdb.SQLite(t))
	olga, hal := login(t, s.url, "olga"), halWith(t, s)
	for name, c := range map[string]struct {
		permissions string
		keys, edits bool
	}{
		"Key manager":    {"contact.view@global\nagent.view\ncontact.key.manage@global\n", true, false},
		"Contact editor": {"contact.view@global\nagent.view\ncontact.edit@global\ncontact.impersonate@global\n", false, true},
	} {
		status, text := olga.post("/admin/role/save", url.Values{"name": {name}, "before": {""}, "after": {c.permissions}})
		require.Equal(t, http.StatusSeeOther, status, text)
		role := url.Values{"person": {"hal"}, "role": {name}, "workspace": {"*"}, "group": {""}, "scope": {"global"}}
		status, text = olga.post("/admin/person/give", role)
		require.Equal(t, http.StatusSeeOther, status, text)
		_, text = hal.get("/admin/access")
		assert.Equal(t, c.keys, strings.Contains(text, "Make a key"), name)
		assert.NotContains(t, text, `name="person"`, "no keys of agents")
		status, text = hal.post("/admin/key/make", changed(newKey(time.Now()), "customer", "c-001"))
		assert.Equal(t, c.keys, status == http.StatusOK, "%s: %s", name, text)
		status, text = hal.post("/admin/key/make", newKey(time.Now()))
		assert.Equal(t, http.StatusForbidden, status, "%s: %s", name, text)
		for _, path := range []string{"deactivate", "activate"} {
			status, text = hal.post("/admin/person/"+path, url.Values{"customer": {"c-001"}})
			assert.Equal(t, c.edits, status == http.StatusSeeOther, "%s: %s", name, text)
		}
		status, text = olga.post("/admin/person/take", role)
		require.Equal(t, http.StatusSeeOther, status, text)
	}
}

// A role that a customer holds is not deleted, and its preview says what the customer loses.
func TestRoleOfCustomer(t *testing.T) {
	onEach(t, func(t *testing.T, s *service) {
		olga := login(t, s.url, "olga")
		status, text := olga.post("/admin/role/save", url.Values{"name": {"Reader"}, "before": {""}, "after": {"ticket.view@requested\n"}})
		require.Equal(t, http.StatusSeeOther, status, text)
		held := url.Values{"customer": {"c-001"}, "role": {"Reader"}, "workspace": {"*"}, "scope": {"global"}}
		olga.post("/admin/person/take", url.Values{"customer": {"c-001"}, "role": {"Customer"}, "workspace": {"*open*"}, "scope": {"global"}})
		status, text = olga.post("/admin/person/give", held)
		require.Equal(t, http.StatusSeeOther, status, text)
		status, text = olga.post("/admin/role/delete", url.Values{"role": {"Reader"}})
		assert.Equal(t, http.StatusUnprocessableEntity, status)
		assert.Contains(t, text, "Customers hold this role")
		_, text = olga.post("/admin/role/preview", url.Values{"role": {"Reader"}, "before": {"ticket.view@requested\n"}, "ticket.reply": {"requested"}})
		assert.Contains(t, text, "<bdi>Customer 1</bdi>: incomparable")
		status, _ = login(t, s.url, "c-001?").get("/tickets")
		assert.Equal(t, http.StatusOK, status)
		olga.post("/admin/person/take", held)
		status, text = olga.post("/admin/role/delete", url.Values{"role": {"Reader"}})
		assert.Equal(t, http.StatusSeeOther, status, text)
	})
}

// The customer's page is for who may view the contact.
func TestCustomerPage(t *testing.T) {
	s := newService(t, testdb.SQLite(t))
	for who, want := range map[string]int{"olga": http.StatusOK, "fay": http.StatusNotFound, "bob": http.StatusOK, "c-002?": http.StatusNotFound} {
		status, text := login(t, s.url, who).get("/admin/person?customer=c-001")
		assert.Equal(t, want, status, "%s: %s", who, text)
		assert.Equal(t, want == http.StatusOK, strings.Contains(text, "Give a role"), who)
	}
	for _, id := range []string{"c-004", "bob", "nobody", evil} {
		status, _ := login(t, s.url, "olga").get("/admin/person?customer=" + url.QueryEscape(id))
		assert.Equal(t, http.StatusNotFound, status, id)
	}
}
