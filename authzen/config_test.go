package authzen_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/authzen"
)

func jsonNumber(text string) json.Number { return json.Number(text) }

// Every mistake in a Config is an error that names what is wrong.
func TestConfigIsChecked(t *testing.T) {
	d := newDesk()
	type (
		resources = authzen.Resources[deskpolicy.Ticket]
		action    = map[string]deskpolicy.Action[deskpolicy.Ticket]
		question  = map[string]authzen.Question[deskpolicy.Ticket]
	)
	read := action{"read": deskpolicy.TicketView}
	for _, c := range []struct {
		name   string
		change func(*authzen.Config)
		want   string
	}{
		{"no subjects", func(c *authzen.Config) { c.Subjects = nil }, "authzen: there are no Subjects; add a type"},
		{"no resources", func(c *authzen.Config) { c.Resources = nil }, "authzen: there are no Resources; add a type"},
		{"subjects without a name", func(c *authzen.Config) { c.Subjects[""] = c.Subjects["user"] }, "authzen: Subjects has a type without a name; give it one"},
		{"subjects with a name of bytes", func(c *authzen.Config) { c.Subjects["\xff"] = c.Subjects["user"] }, `authzen: Subjects has a type "\xff", which is not valid UTF-8, so no request can have it; choose another name`},
		{"zero subjects", func(c *authzen.Config) { c.Subjects["x"] = authzen.Subjects{} }, `authzen: Subjects "x" has no Load; set it`},
		{"resources without a name", func(c *authzen.Config) { c.Resources[""] = c.Resources["ticket"] }, "authzen: Resources has a type without a name; give it one"},
		{"nil resources", func(c *authzen.Config) { c.Resources["x"] = nil }, `authzen: Resources "x" is nil; set it or remove it`},
		{"zero resources", func(c *authzen.Config) { c.Resources["x"] = resources{} }, `authzen: Resources "x" has no Load; set it` + "\n" + `authzen: Resources "x" has no actions; add one to Actions or Questions`},
		{"an action without a name", func(c *authzen.Config) {
			c.Resources["x"] = resources{Load: d.ticket, Actions: action{"": deskpolicy.TicketView}}
		}, `authzen: Resources "x" has an action without a name; give it one`},
		{"an action with a name of bytes", func(c *authzen.Config) {
			c.Resources["x"] = resources{Load: d.ticket, Actions: action{"a\xff": deskpolicy.TicketView}}
		}, `authzen: Resources "x" has an action "a\xff", which is not valid UTF-8, so no request can have it; choose another name`},
		{"no action", func(c *authzen.Config) { c.Resources["x"] = resources{Load: d.ticket, Actions: action{"a": 0}} }, `authzen: Resources "x": action "a" has the number 0, which is not an action; use a constant of deskpolicy or of your own`},
		{"a number that is no action", func(c *authzen.Config) { c.Resources["x"] = resources{Load: d.ticket, Actions: action{"a": 9999}} }, `authzen: Resources "x": action "a" has the number 9999, which is not an action; use a constant of deskpolicy or of your own`},
		{"an action on another type", func(c *authzen.Config) {
			c.Resources["x"] = resources{Load: d.ticket, Actions: action{"a": deskpolicy.Action[deskpolicy.Ticket](deskpolicy.ContactView)}}
		}, `authzen: Resources "x": action "a" is contact.view, which is not an action on deskpolicy.Ticket; use one that is, or a Question`},
		{"an action of the library on a host's type", func(c *authzen.Config) {
			c.Resources["x"] = authzen.Resources[embeds]{
				Load:    func(context.Context, string, map[string]any) (*embeds, error) { return nil, nil },
				Actions: map[string]deskpolicy.Action[embeds]{"a": deskpolicy.Action[embeds](deskpolicy.TicketView), "b": deskpolicy.FirstHostView},
			}
		}, `authzen: Resources "x": action "a" is ticket.view, which is not an action on authzen_test.embeds; use one that is, or a Question`},
		{"a pointer", func(c *authzen.Config) {
			c.Resources["x"] = authzen.Resources[*deskpolicy.Ticket]{
				Load:    func(context.Context, string, map[string]any) (**deskpolicy.Ticket, error) { return nil, nil },
				Actions: map[string]deskpolicy.Action[*deskpolicy.Ticket]{"a": deskpolicy.FirstHostView},
			}
		}, `authzen: Resources "x" has a resource type that is a pointer or an interface; use the type itself`},
		{"an interface", func(c *authzen.Config) {
			c.Resources["x"] = authzen.Resources[deskpolicy.Resource]{
				Load:    func(context.Context, string, map[string]any) (*deskpolicy.Resource, error) { return nil, nil },
				Actions: map[string]deskpolicy.Action[deskpolicy.Resource]{"a": deskpolicy.FirstHostView},
			}
		}, `authzen: Resources "x" has a resource type that is a pointer or an interface; use the type itself`},
		{"a question without a name", func(c *authzen.Config) {
			c.Resources["x"] = resources{Load: d.ticket, Questions: question{"": {Ask: d.assign}}}
		}, `authzen: Resources "x" has an action without a name; give it one`},
		{"a zero question", func(c *authzen.Config) { c.Resources["x"] = resources{Load: d.ticket, Questions: question{"a": {}}} }, `authzen: Resources "x": question "a" has no Ask; set it`},
		{"an action that is a question", func(c *authzen.Config) {
			c.Resources["x"] = resources{Load: d.ticket, Actions: read, Questions: question{"read": {Ask: d.assign}}}
		}, `authzen: Resources "x": action "read" is in Actions and in Questions; remove one`},
		{"several mistakes", func(c *authzen.Config) {
			c.Subjects["a"], c.Subjects["b"], c.Resources["a"] = authzen.Subjects{}, authzen.Subjects{}, nil
			c.Resources["b"] = resources{Load: d.ticket, Actions: action{"x": 0, "y": 0}, Questions: question{"u": {}, "v": {}}}
		}, `authzen: Subjects "a" has no Load; set it
authzen: Subjects "b" has no Load; set it
authzen: Resources "a" is nil; set it or remove it
authzen: Resources "b": action "x" has the number 0, which is not an action; use a constant of deskpolicy or of your own
authzen: Resources "b": action "y" has the number 0, which is not an action; use a constant of deskpolicy or of your own
authzen: Resources "b": question "u" has no Ask; set it
authzen: Resources "b": question "v" has no Ask; set it`},
		{"no URL", func(c *authzen.Config) { c.URL = "" }, `authzen: URL "" does not begin with "https://" and a host`},
		{"no scheme", func(c *authzen.Config) { c.URL = "pdp.example" }, `authzen: URL "pdp.example" does not begin with "https://" and a host`},
		{"a URL without TLS", func(c *authzen.Config) { c.URL = "http://pdp.example" }, `authzen: URL "http://pdp.example" does not begin with "https://" and a host`},
		{"a URL without a host", func(c *authzen.Config) { c.URL = "https://:8080" }, `authzen: URL "https://:8080" does not begin with "https://" and a host`},
		{"a URL with a query", func(c *authzen.Config) { c.URL = "https://pdp.example?a=b" }, `authzen: URL "https://pdp.example?a=b" has a user, a query or a fragment; remove it`},
		{"a URL with an empty query", func(c *authzen.Config) { c.URL = "https://pdp.example?" }, `authzen: URL "https://pdp.example?" has a user, a query or a fragment; remove it`},
		{"a URL with a fragment", func(c *authzen.Config) { c.URL = "https://pdp.example#" }, `authzen: URL "https://pdp.example#" has a user, a query or a fragment; remove it`},
		{"a URL with a user", func(c *authzen.Config) { c.URL = "https://me@pdp.example" }, `authzen: URL "https://me@pdp.example" has a user, a query or a fragment; remove it`},
		{"a URL with a slash", func(c *authzen.Config) { c.URL = "https://pdp.example/" }, `authzen: URL "https://pdp.example/" has an escape, a slash at its end or a path that is not clean; remove that`},
		{"a path with a slash", func(c *authzen.Config) { c.URL = "https://pdp.example/acme/" }, `authzen: URL "https://pdp.example/acme/" has an escape, a slash at its end or a path that is not clean; remove that`},
		{"a path with dots", func(c *authzen.Config) { c.URL = "https://pdp.example/a/../b" }, `authzen: URL "https://pdp.example/a/../b" has an escape, a slash at its end or a path that is not clean; remove that`},
		{"a path with an escape", func(c *authzen.Config) { c.URL = "https://pdp.example/a%20b" }, `authzen: URL "https://pdp.example/a%20b" has an escape, a slash at its end or a path that is not clean; remove that`},
		{"a scheme in capitals", func(c *authzen.Config) { c.URL = "HTTPS://pdp.example" }, `authzen: URL "HTTPS://pdp.example" has an escape, a slash at its end or a path that is not clean; remove that`},
		{"no URL at all", func(c *authzen.Config) { c.URL = "https://pdp example" }, `authzen: URL "https://pdp example": invalid character " " in host name`},
		{"a short key", func(c *authzen.Config) { c.PageKey = make([]byte, 31) }, "authzen: PageKey has 31 bytes; use 32 random bytes or more"},
		{"an empty key", func(c *authzen.Config) { c.PageKey = []byte{} }, "authzen: PageKey has 0 bytes; use 32 random bytes or more"},
	} {
		t.Run(c.name, func(t *testing.T) {
			config := newDesk().config()
			c.change(&config)
			pdp, err := authzen.Handler(config)
			assert.EqualError(t, err, c.want)
			assert.Nil(t, pdp)
		})
	}
}

// embeds is a host's type that embeds one of the library's.
type embeds struct{ deskpolicy.Ticket }

// Handler accepts an action exactly if Authorize decides about it, and does not deny it as one
// that is not on the type.
func TestActionsAreCheckedAgainstTheType(t *testing.T) {
	d, of := newDesk(), newDesk().config
	olga, ticket := d.users["olga"], d.tickets["t1"]
	accepted := 0
	for id := range deskpolicy.ActionID(520) {
		c, action := of(), deskpolicy.Action[deskpolicy.Ticket](id)
		c.Resources["x"] = authzen.Resources[deskpolicy.Ticket]{Load: d.ticket, Actions: map[string]deskpolicy.Action[deskpolicy.Ticket]{"a": action}}
		_, err := authzen.Handler(c)
		denied := deskpolicy.Authorize(olga, action, ticket).Reason
		assert.Equal(t, denied != deskpolicy.WrongResource && denied != deskpolicy.UnknownAction, err == nil, "%v", action)
		if err == nil {
			accepted++
		}
	}
	assert.Greater(t, accepted, 6*deskpolicy.HostRangeLength)
}

// Every question is asked.
func TestQuestions(t *testing.T) {
	d, c := newDesk(), newDesk().config()
	ask := func(action deskpolicy.Action[deskpolicy.Ticket]) authzen.Question[deskpolicy.Ticket] {
		return authzen.Question[deskpolicy.Ticket]{Ask: func(_ context.Context, who deskpolicy.Subject, on *deskpolicy.Ticket, _ map[string]any) (deskpolicy.Request, error) {
			return deskpolicy.NewRequest(who, action, on), nil
		}}
	}
	c.Resources["ticket"] = authzen.Resources[deskpolicy.Ticket]{Load: d.ticket, Questions: map[string]authzen.Question[deskpolicy.Ticket]{
		"read": ask(deskpolicy.TicketView), "reply": ask(deskpolicy.TicketReply), "print": ask(deskpolicy.TicketPrint), "purge": ask(deskpolicy.TicketPurge),
	}}
	assert.Equal(t, page("", action("print"), action("read"), action("reply")), post(t, handler(t, c), searchAction, `{`+riya+`,`+t1+`}`).text)
}

// The error has everything that is wrong, always in the same order.
func TestConfigErrorsAreListed(t *testing.T) {
	_, err := authzen.Handler(authzen.Config{PageKey: []byte{1}})
	require.Equal(t, []string{
		`authzen: URL "" does not begin with "https://" and a host`,
		"authzen: there are no Subjects; add a type",
		"authzen: there are no Resources; add a type",
		"authzen: PageKey has 1 bytes; use 32 random bytes or more",
	}, strings.Split(err.Error(), "\n"))
}
