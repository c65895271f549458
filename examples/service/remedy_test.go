package main

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy/examples/service/internal/testdb"
)

// What a page offers to do about a denial can be done, is what its preview says, and helps.
func TestRemedies(t *testing.T) {
	onEach(t, func(t *testing.T, s *service) {
		olga, done := login(t, s.url, "olga"), make(map[string]bool)
		button := regexp.MustCompile(`name="remedy" value="([^"]*)"`)
		for i, q := range []url.Values{
			ask("bob", "ticket.reply", "17"), ask("bob", "ticket.view", "3"), ask("dora", "ticket.reply", "21"), ask("fay", "ticket.status.set", "9"),
			ask("eli", "ticket.view", "40"), ask("hal", "ticket.view", "41"), ask("gus", "ticket.view", "50"), ask("noor", "ticket.delete", "51"),
			ask("sam", "ticket.view", "61"), ask("tia", "ticket.reply", "62"), ask("riya", "ticket.collaborate", "70"), ask("bob", "agent.view", "riya"),
			ask("riya", "role.view", "Replier"), ask("riya", "audit.view", ""), askTo("chen", "riya", "81"), askTo("agent-05", "bob", "82"),
		} {
			_, text := olga.get("/admin/why?" + q.Encode())
			offers := button.FindAllStringSubmatch(text, -1)
			if len(offers) == 0 {
				continue
			}
			remedy := html.UnescapeString(offers[i%len(offers)][1])
			form := url.Values{"remedy": {remedy}}
			for name, values := range q {
				form[name] = values
			}
			_, text = olga.get("/admin/why?" + form.Encode())
			assert.Regexp(t, `Then the answer is: <span class="good">`, text, "%v", form)
			status, text := olga.post("/admin/why/remedy", form)
			require.Equal(t, http.StatusSeeOther, status, "%v: %s", form, text)
			_, text = olga.follow()
			assert.Regexp(t, `<span class="good">Yes</span>`, text, "%v", form)
			status, _ = olga.post("/admin/why/remedy", form)
			assert.Equal(t, http.StatusUnprocessableEntity, status, "again: %v", form)
			done[remedy] = true
		}
		assert.GreaterOrEqual(t, len(done), 10, "%v", done)
	})
}

// Each kind of remedy is carried out for at least one question.
func TestRemedyKinds(t *testing.T) {
	s := newService(t, testdb.SQLite(t))
	olga, kinds := login(t, s.url, "olga"), make(map[string]bool)
	button := regexp.MustCompile(`name="remedy" value="([^"]*)"`)
	first := regexp.MustCompile(`^\w+`)
	people := []string{"bob", "eli", "noor", "sam", "dora", "riya", "tia", "agent-07"}
	for i := 90; i < 170; i++ {
		q := ask(people[i%len(people)], []string{"ticket.view", "ticket.reply", "ticket.collaborate"}[i%3], strconv.Itoa(i))
		_, text := olga.get("/admin/why?" + q.Encode())
		for _, offer := range button.FindAllStringSubmatch(text, -1) {
			remedy := html.UnescapeString(offer[1])
			if kind := first.FindString(remedy); !kinds[kind] {
				q.Set("remedy", remedy)
				status, text := olga.post("/admin/why/remedy", q)
				require.Equal(t, http.StatusSeeOther, status, "%v: %s", q, text)
				_, text = olga.follow()
				assert.Regexp(t, `<span class="good">Yes</span>`, text, "%v", q)
				kinds[kind] = true
				break
			}
		}
	}
	for _, kind := range []string{"give", "widen", "assign", "reactivate", "mention", "move", "route"} {
		assert.True(t, kinds[kind], "%q in %v", kind, kinds)
	}
}

func ask(person, action, about string) url.Values {
	return url.Values{"person": {person}, "action": {action}, "about": {about}, "to": {""}}
}

func askTo(person, to, ticket string) url.Values {
	return url.Values{"person": {person}, "action": {"ticket.assign"}, "about": {ticket}, "to": {to}}
}
