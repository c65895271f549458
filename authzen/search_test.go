package authzen_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/authzen"
)

// searchFor returns a search for riya's tickets with a page.
func searchFor(page string) string {
	return `{` + riya + `,` + read + `,"resource":{"type":"ticket"},"page":` + page + `}`
}

func withToken(token, more string) string { return fmt.Sprintf(`{"token":%q%s}`, token, more) }

// firstToken returns the token of riya's first page of two tickets.
func firstToken(t *testing.T, pdp http.Handler) string {
	t.Helper()
	got := post(t, pdp, searchResource, searchFor(`{"limit":2,"properties":{"sort":"id"}}`))
	require.Equal(t, []map[string]string{{"type": "ticket", "id": "t1"}, {"type": "ticket", "id": "t2"}}, got.Results)
	require.NotEmpty(t, *got.Page.NextToken)
	return *got.Page.NextToken
}

// A token goes on with the search that it is from (8.2).
func TestPages(t *testing.T) {
	pdp := handler(t, newDesk().config())
	token := firstToken(t, pdp)
	for name, more := range map[string]string{
		"the token alone":     ``,
		"with the same limit": `,"limit":2`,
		"with all the same":   `,"limit":2,"properties":{"sort":"id"}`,
	} {
		second := post(t, pdp, searchResource, searchFor(withToken(token, more)))
		require.Equal(t, []map[string]string{{"type": "ticket", "id": "t3"}, {"type": "ticket", "id": "t4"}}, second.Results, name)
		third := post(t, pdp, searchResource, searchFor(withToken(*second.Page.NextToken, more)))
		require.Equal(t, page("", ticket("t5")), third.text, name)
	}
	// The same search in another form is the same search.
	other := `{"unknown":1,"page":` + withToken(token, "") + `,"resource":{"id":"x","type":"ticket"},"action":{"name":"read"},"subject":{"id":"riya","type":"user","x":1}}`
	require.Len(t, post(t, pdp, searchResource, other).Results, 2)
}

// A token is good for nothing else (8.2), and cannot be read or made.
func TestTokensAreBound(t *testing.T) {
	pdp := handler(t, newDesk().config())
	token := firstToken(t, pdp)
	const foreign = `"page.token: it is not from this search; begin again without a token"`
	sealed, err := base64.RawURLEncoding.DecodeString(token)
	require.NoError(t, err)
	for i := range sealed {
		changed := append([]byte(nil), sealed...)
		changed[i] ^= 1
		got := post(t, pdp, searchResource, searchFor(withToken(base64.RawURLEncoding.EncodeToString(changed), "")))
		require.Equal(t, foreign, got.text, "byte %d changed", i)
	}
	other := newDesk().config()
	other.PageKey = []byte("another key for tests of 32 bytes")
	for name, c := range map[string]struct {
		pdp        http.Handler
		path, body string
		want       string
	}{
		"another subject":            {pdp, searchResource, `{` + bob + `,` + read + `,"resource":{"type":"ticket"},"page":` + withToken(token, "") + `}`, foreign},
		"another action":             {pdp, searchResource, `{` + riya + `,` + reply + `,"resource":{"type":"ticket"},"page":` + withToken(token, "") + `}`, foreign},
		"another type":               {pdp, searchResource, `{` + riya + `,` + read + `,"resource":{"type":"archive"},"page":` + withToken(token, "") + `}`, foreign},
		"another property":           {pdp, searchResource, `{"subject":{"type":"user","id":"riya","properties":{"x":1}},` + read + `,"resource":{"type":"ticket"},"page":` + withToken(token, "") + `}`, foreign},
		"another context":            {pdp, searchResource, `{` + riya + `,` + read + `,"context":{},"resource":{"type":"ticket"},"page":` + withToken(token, "") + `}`, foreign},
		"another property of action": {pdp, searchResource, `{` + riya + `,"action":{"name":"read","properties":{}},"resource":{"type":"ticket"},"page":` + withToken(token, "") + `}`, foreign},
		"another endpoint":           {pdp, searchAction, `{` + riya + `,` + t1 + `,"page":` + withToken(token, "") + `}`, foreign},
		"another key":                {handler(t, other), searchResource, searchFor(withToken(token, "")), foreign},
		"another limit":              {pdp, searchResource, searchFor(withToken(token, `,"limit":3`)), `"page.limit: the search began with another limit; leave it as it was"`},
		"other page properties":      {pdp, searchResource, searchFor(withToken(token, `,"properties":{"sort":"age"}`)), `"page.properties: the search began with other properties; leave them as they were"`},
		"a nonce":                    {pdp, searchResource, searchFor(withToken(token[:16], "")), foreign},
		"a short token":              {pdp, searchResource, searchFor(withToken("AAAA", "")), foreign},
		"no base64":                  {pdp, searchResource, searchFor(withToken(token+"=", "")), foreign},
		"a token and more":           {pdp, searchResource, searchFor(withToken(token+"A", "")), foreign},
		"a token and a line break":   {pdp, searchResource, searchFor(withToken(token+"\n", "")), foreign},
		"a token on two lines":       {pdp, searchResource, searchFor(withToken(token[:8]+"\r\n"+token[8:], "")), foreign},
	} {
		got := post(t, c.pdp, c.path, c.body)
		assert.Equal(t, http.StatusBadRequest, got.status, name)
		assert.Equal(t, c.want, got.text, name)
	}
	assert.NotContains(t, string(sealed), "t2", "the position is encrypted")
	again := firstToken(t, pdp)
	assert.Equal(t, token, again, "the same request has the same response")
}

// A token has one text, so that it cannot be changed at all.
func TestTokensHaveOneText(t *testing.T) {
	pdp := handler(t, many(200).config())
	for _, limit := range []string{"1", "10", "100"} { // tokens of three lengths
		token := *post(t, pdp, searchResource, searchFor(`{"limit":`+limit+`}`)).Page.NextToken
		for _, last := range "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_" {
			changed := token[:len(token)-1] + string(last)
			got := post(t, pdp, searchResource, searchFor(withToken(changed, "")))
			require.Equal(t, changed == token, got.status == http.StatusOK, "%s %s", token, changed)
		}
	}
}

// Tokens stay as they are, because processes of different versions share a key. Different
// contents have different nonces, and so do equal contents for different searches: with equal
// nonces, AES-GCM would be broken.
func TestTokenFormat(t *testing.T) {
	pdp := handler(t, newDesk().config())
	assert.Equal(t, "EK_jDyzXSmu8wg6v4-39fK7nFryikOaTf1OPtAmHbFqMf_ywKYZ3Ucp_nYZEz6kNLhaTLdHv_dSELDM0Pn-du_AlpweIVjMu5xizw3Gsio_9OLeYwhPegNfgjBYdWAixrh5B-gbDrDe57CElgYRrl7Kq5j2F", firstToken(t, pdp))
	nonces := make(map[string]bool)
	for _, who := range []string{"riya", "olga"} {
		for limit := 1; limit <= 4; limit++ {
			for _, properties := range []string{``, `,"properties":{}`} {
				got := post(t, pdp, searchResource, fmt.Sprintf(`{"subject":{"type":"user","id":%q},%s,"resource":{"type":"ticket"},"page":{"limit":%d%s}}`, who, read, limit, properties))
				nonces[(*got.Page.NextToken)[:16]] = true
			}
		}
	}
	assert.Len(t, nonces, 16)
}

// A token is bound to each part of a search that is not searched for.
func TestTokensAreBoundToEachPart(t *testing.T) {
	c := newDesk().config()
	pdp := handler(t, c)
	body := func(subject, resource, more string) string {
		return `{"subject":{` + subject + `},"resource":{` + resource + `}` + more + `}`
	}
	const who, on = `"type":"user","id":"riya"`, `"type":"ticket","id":"t1"`
	got := post(t, pdp, searchAction, body(who, on, `,"page":{"limit":1}`))
	require.Len(t, got.Results, 1)
	next := `,"page":` + withToken(*got.Page.NextToken, "")
	require.Equal(t, http.StatusOK, post(t, pdp, searchAction, body(who, on, next)).status)
	for name, other := range map[string]string{
		"the subject's type":        body(`"type":"service","id":"riya"`, on, next),
		"the subject's ID":          body(`"type":"user","id":"olga"`, on, next),
		"the subject's properties":  body(who+`,"properties":{}`, on, next),
		"the resource's type":       body(who, `"type":"archive","id":"t1"`, next),
		"the resource's ID":         body(who, `"type":"ticket","id":"t2"`, next),
		"the resource's properties": body(who, on+`,"properties":{"x":1}`, next),
		"the context":               body(who, on, `,"context":{"x":1}`+next),
	} {
		assert.Equal(t, http.StatusBadRequest, post(t, pdp, searchAction, other).status, name)
	}
}

// Actions are in pages as well.
func TestPagesOfActions(t *testing.T) {
	c := newDesk().config()
	tickets := c.Resources["ticket"].(authzen.Resources[deskpolicy.Ticket])
	tickets.Actions, tickets.Questions = make(map[string]deskpolicy.Action[deskpolicy.Ticket]), nil
	var want []string
	for i := range 250 {
		name := fmt.Sprintf("a%03d", i)
		tickets.Actions[name] = deskpolicy.TicketView
		if i%3 == 0 {
			tickets.Actions[name] = deskpolicy.TicketPurge
			continue
		}
		want = append(want, name)
	}
	c.Resources["ticket"] = tickets
	pdp := handler(t, c)
	var got []string
	for token := ""; ; {
		next := `{"limit":40}`
		if token != "" {
			next = withToken(token, "")
		}
		page := post(t, pdp, searchAction, `{`+riya+`,`+t1+`,"page":`+next+`}`)
		for _, result := range page.Results {
			got = append(got, result["name"])
		}
		if token = *page.Page.NextToken; token == "" {
			break
		}
	}
	assert.Equal(t, want, got)
}

// A token is short, however long the request is.
func TestTokensAreShort(t *testing.T) {
	pdp := handler(t, newDesk().config())
	long := strings.Repeat("x", 500_000)
	body := func(page string) string {
		return `{` + riya + `,` + read + `,"context":{"x":"` + long + `"},"resource":{"type":"ticket"},"page":` + page + `}`
	}
	got := post(t, pdp, searchResource, body(`{"limit":2,"properties":{"x":"`+long+`"}}`))
	require.Len(t, got.Results, 2)
	assert.Less(t, len(*got.Page.NextToken), 250)
	assert.Len(t, post(t, pdp, searchResource, body(withToken(*got.Page.NextToken, ""))).Results, 2)
}

// Without a PageKey the tokens are of one handler.
func TestTokensWithoutAKey(t *testing.T) {
	c := newDesk().config()
	c.PageKey = nil
	pdp, other := handler(t, c), handler(t, c)
	token := firstToken(t, pdp)
	assert.Len(t, post(t, pdp, searchResource, searchFor(withToken(token, ""))).Results, 2)
	assert.Equal(t, http.StatusBadRequest, post(t, other, searchResource, searchFor(withToken(token, ""))).status)
}

// A page without room for a result is the last one: a token for the next page would be the
// same for ever, because the limit must stay as it is (8.2.1).
func TestLimitZero(t *testing.T) {
	d := newDesk()
	pdp := handler(t, d.config())
	for path, body := range map[string]string{
		searchSubject:  `{"subject":{"type":"user"},` + read + `,` + t1 + `,"page":{"limit":0}}`,
		searchResource: searchFor(`{"limit":0}`),
		searchAction:   `{` + riya + `,` + t1 + `,"page":{"limit":0}}`,
	} {
		d.loaded.Store(0)
		assert.Equal(t, page(""), post(t, pdp, path, body).text, path)
		assert.LessOrEqual(t, d.loaded.Load(), int64(1), "no candidate is loaded")
	}
	assert.Zero(t, d.listed.Load())
}

// A list that ignores After, or includes it, would make a search endless. Nothing but the first
// page is answered.
func TestListThatRepeatsItself(t *testing.T) {
	d, c := many(500), many(500).config()
	ids := slices.Sorted(slices.Values(keys(d.tickets)))
	for name, list := range map[string]func(after string, limit int) []string{
		"one ID":         func(string, int) []string { return ids[:1] },
		"some IDs":       func(string, int) []string { return ids[:50] },
		"all IDs":        func(string, int) []string { return ids },
		"the first ones": func(_ string, limit int) []string { return ids[:limit] },
		"what it was given": func(after string, limit int) []string {
			at, _ := slices.BinarySearch(ids, after)
			return ids[at:min(at+limit, len(ids))]
		},
	} {
		t.Run(name, func(t *testing.T) {
			tickets := c.Resources["ticket"].(authzen.Resources[deskpolicy.Ticket])
			tickets.List = func(_ context.Context, s authzen.Search[deskpolicy.Ticket]) ([]string, error) {
				return list(s.After, s.Limit), nil
			}
			c.Resources["ticket"] = tickets
			for _, who := range []string{riya, bob} { // who can read all tickets and none
				var log bytes.Buffer
				c.Log = slog.New(slog.NewJSONHandler(&log, nil))
				pdp, pages := handler(t, c), 1
				search := `{` + who + `,` + read + `,"resource":{"type":"ticket"}`
				got := post(t, pdp, searchResource, search+`}`)
				for ; got.status == http.StatusOK; pages++ {
					require.NotEmpty(t, *got.Page.NextToken, "the search has not found its end")
					require.Less(t, pages, 3)
					got = post(t, pdp, searchResource, search+`,"page":`+withToken(*got.Page.NextToken, "")+`}`)
				}
				assert.Equal(t, failed, got.text)
				assert.Regexp(t, `list resources of type .*ticket.* after .*t\d+.*: the list has that ID itself; list only what follows it`, log.String())
			}
		})
	}
}

// many is a desk with many tickets, which bob cannot see except those that he is assigned.
func many(tickets int, bobs ...int) *desk {
	d := newDesk()
	clear(d.tickets)
	for i := range tickets {
		d.tickets[fmt.Sprintf("t%05d", i)] = &deskpolicy.Ticket{Account: "acme", Group: "billing"}
	}
	for _, i := range bobs {
		d.tickets[fmt.Sprintf("t%05d", i)].Assignee = "bob"
	}
	return d
}

// A page takes bounded work, however few of the candidates are results.
func TestPagesAreBounded(t *testing.T) {
	d := many(4500, 100, 2050, 4499)
	pdp := handler(t, d.config())
	search := `{` + bob + `,` + read + `,"resource":{"type":"ticket"}`
	var found []string
	token, pages := "", 0
	for ; pages == 0 || token != ""; pages++ {
		body := search + `}`
		if token != "" {
			body = search + `,"page":` + withToken(token, "") + `}`
		}
		d.loaded.Store(0)
		d.listed.Store(0)
		got := post(t, pdp, searchResource, body)
		if pages < 2 {
			require.Equal(t, int64(2001), d.loaded.Load(), "the subject and 2,000 candidates")
		}
		require.LessOrEqual(t, d.listed.Load(), int64(21))
		for _, result := range got.Results {
			found = append(found, result["id"])
		}
		token = *got.Page.NextToken
	}
	assert.Equal(t, []string{"t00100", "t02050", "t04499"}, found)
	assert.Equal(t, 3, pages, "of 2,000 candidates each")
}

func TestLongPages(t *testing.T) {
	d := many(2100)
	pdp := handler(t, d.config())
	got := post(t, pdp, searchResource, `{`+riya+`,`+read+`,"resource":{"type":"ticket"}}`)
	assert.Len(t, got.Results, 100, "by default")
	d.listed.Store(0)
	got = post(t, pdp, searchResource, searchFor(`{"limit":5000}`))
	assert.Len(t, got.Results, 1000, "at the most")
	assert.Equal(t, int64(1), d.listed.Load(), "listed at once, with one more to know that there are more")
	got = post(t, pdp, searchResource, searchFor(withToken(*got.Page.NextToken, `,"limit":5000`)))
	assert.Len(t, got.Results, 1000)
	got = post(t, pdp, searchResource, searchFor(withToken(*got.Page.NextToken, ``)))
	assert.Len(t, got.Results, 100)
	assert.Empty(t, *got.Page.NextToken)
}

// A list can have more or fewer candidates than asked for. An ID that is not UTF-8 is in no
// response, because nobody can ask about it.
func TestLists(t *testing.T) {
	for name, list := range map[string]func(after string, limit int) []string{
		"one at a time": func(after string, _ int) []string { return among([]string{"t1", "t2", "t3", "t5"}, after, 1) },
		"all at once":   func(after string, _ int) []string { return among([]string{"t1", "t2", "t3", "t5"}, after, 100) },
		"with what is gone": func(after string, limit int) []string {
			return among([]string{"t0", "t1", "t2", "t3", "t4x", "t5"}, after, limit)
		},
		"with what is bytes": func(after string, limit int) []string {
			return among([]string{"t1", "t2", "t3", "t5", "t\xff"}, after, limit)
		},
	} {
		t.Run(name, func(t *testing.T) {
			d, c := newDesk(), newDesk().config()
			d.tickets["t\xff"] = d.tickets["t1"]
			c.Resources["ticket"] = authzen.Resources[deskpolicy.Ticket]{
				Load: d.ticket,
				List: func(_ context.Context, s authzen.Search[deskpolicy.Ticket]) ([]string, error) {
					return list(s.After, s.Limit), nil
				},
				Actions: map[string]deskpolicy.Action[deskpolicy.Ticket]{"read": deskpolicy.TicketView},
			}
			pdp := handler(t, c)
			got := post(t, pdp, searchResource, searchFor(`{"limit":3}`))
			require.Len(t, got.Results, 3)
			got = post(t, pdp, searchResource, searchFor(withToken(*got.Page.NextToken, "")))
			require.Equal(t, page("", ticket("t5")), got.text)
		})
	}
}

// List is told what is searched for, so that it can leave out what a filter does not select.
func TestListKnowsTheQuestion(t *testing.T) {
	d, c := newDesk(), newDesk().config()
	var asked []authzen.Search[deskpolicy.Ticket]
	resources := c.Resources["ticket"].(authzen.Resources[deskpolicy.Ticket])
	resources.List = func(_ context.Context, s authzen.Search[deskpolicy.Ticket]) ([]string, error) {
		asked = append(asked, s)
		return nil, nil
	}
	c.Resources["ticket"] = resources
	c.Subjects["user"] = authzen.Subjects{Load: d.user}
	pdp := handler(t, c)
	post(t, pdp, searchResource, searchFor(`{"limit":7}`))
	post(t, pdp, searchResource, strings.Replace(searchFor(`{"limit":700}`), `"read"`, `"assign"`, 1))
	listed := func(_ context.Context, s authzen.Search[deskpolicy.Ticket]) ([]string, error) {
		asked = append(asked, s)
		return among([]string{"t1", "t2", "t3"}, s.After, 2), nil
	}
	resources.List = listed
	c.Resources["ticket"] = resources
	post(t, handler(t, c), searchResource, searchFor(`{"limit":300}`))
	require.Equal(t, []authzen.Search[deskpolicy.Ticket]{
		{Limit: 100, Subject: d.users["riya"], Action: deskpolicy.TicketView},
		{Limit: 701, Subject: d.users["riya"]},
		{Limit: 301, Subject: d.users["riya"], Action: deskpolicy.TicketView},
		{Limit: 299, Subject: d.users["riya"], Action: deskpolicy.TicketView, After: "t2"},
		{Limit: 298, Subject: d.users["riya"], Action: deskpolicy.TicketView, After: "t3"},
	}, asked)
}
