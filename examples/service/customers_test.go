package main

import (
	"context"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy"
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
