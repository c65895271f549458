package authzen_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/authzen"
)

const (
	failed     = `"the decision point failed; try again"`
	failedItem = `{"decision":false,"context":{"error":{"status":500,"message":` + failed + `}}}`
)

// If the host's functions fail, nothing is decided: a status 500 (10.1.2), or a denial in a
// batch (7.2.1). The log has the error, and the response does not.
func TestHostFailures(t *testing.T) {
	broken := func(c *authzen.Config) {}
	brokenLists := func(c *authzen.Config) {
		users := c.Subjects["user"]
		users.List = func(context.Context, string, int) ([]string, error) { return nil, errBroken }
		c.Subjects["user"] = users
	}
	brokenCandidates := func(c *authzen.Config) {
		users := c.Subjects["user"]
		users.List = listing("broken", "riya")
		c.Subjects["user"] = users
	}
	brokenValues := func(c *authzen.Config) {
		riya, ticket := newDesk().users["riya"], newDesk().tickets["t1"]
		c.Subjects["half"] = authzen.Subjects{Load: func(context.Context, string, map[string]any) (deskpolicy.Subject, error) { return riya, errBroken }}
		c.Resources["half"] = authzen.Resources[deskpolicy.Ticket]{
			Load:    func(context.Context, string, map[string]any) (*deskpolicy.Ticket, error) { return ticket, errBroken },
			Actions: map[string]deskpolicy.Action[deskpolicy.Ticket]{"read": deskpolicy.TicketView},
		}
	}
	anotherSubject := func(c *authzen.Config) {
		tickets := c.Resources["ticket"].(authzen.Resources[deskpolicy.Ticket])
		tickets.Questions = map[string]authzen.Question[deskpolicy.Ticket]{
			"assume": {Ask: func(_ context.Context, _ deskpolicy.Subject, on *deskpolicy.Ticket, _ map[string]any) (deskpolicy.Request, error) {
				return deskpolicy.NewRequest(newDesk().users["olga"], deskpolicy.TicketDelete, on), nil
			}},
			"clone": {Ask: func(_ context.Context, who deskpolicy.Subject, on *deskpolicy.Ticket, _ map[string]any) (deskpolicy.Request, error) {
				same := *who.(*deskpolicy.Agent)
				return deskpolicy.NewRequest(&same, deskpolicy.TicketView, on), nil
			}},
			"forget": {Ask: func(_ context.Context, _ deskpolicy.Subject, on *deskpolicy.Ticket, _ map[string]any) (deskpolicy.Request, error) {
				return deskpolicy.NewRequest(nil, deskpolicy.TicketView, on), nil
			}},
		}
		c.Resources["ticket"] = tickets
	}
	panics := func(c *authzen.Config) {
		c.Subjects["bad"] = authzen.Subjects{
			Load: func(context.Context, string, map[string]any) (deskpolicy.Subject, error) { panic(errBroken) },
			List: func(context.Context, string, int) ([]string, error) { panic([]string{"no users"}) },
		}
		c.Resources["bad"] = authzen.Resources[deskpolicy.Ticket]{
			Load:    func(context.Context, string, map[string]any) (*deskpolicy.Ticket, error) { panic("no tickets") },
			List:    func(context.Context, authzen.Search[deskpolicy.Ticket]) ([]string, error) { panic("no list") },
			Actions: map[string]deskpolicy.Action[deskpolicy.Ticket]{"read": deskpolicy.TicketView},
		}
		c.Resources["worse"] = authzen.Resources[panicking]{
			Load:    func(context.Context, string, map[string]any) (*panicking, error) { return new(panicking), nil },
			Actions: map[string]deskpolicy.Action[panicking]{"read": deskpolicy.FirstHostView},
			Questions: map[string]authzen.Question[panicking]{
				"ask": {Ask: func(context.Context, deskpolicy.Subject, *panicking, map[string]any) (deskpolicy.Request, error) {
					var users map[string]*deskpolicy.Agent
					return deskpolicy.NewRequest(users["x"], deskpolicy.TicketView, &deskpolicy.Ticket{ID: deskpolicy.TicketID(users["x"].ID)}), nil
				}},
				"decide": {Ask: func(_ context.Context, who deskpolicy.Subject, on *panicking, _ map[string]any) (deskpolicy.Request, error) {
					return deskpolicy.NewRequest[panicking](who, deskpolicy.FirstHostView, on), nil
				}},
			},
		}
	}
	emptyCandidates := func(c *authzen.Config) {
		users := c.Subjects["user"]
		users.List = func(context.Context, string, int) ([]string, error) { return []string{""}, nil }
		c.Subjects["user"] = users
	}
	for _, c := range []struct {
		name       string
		change     func(*authzen.Config)
		path, body string
		want, log  string
	}{
		{"a subject cannot be loaded", broken, evaluation, `{"subject":{"type":"user","id":"broken"},` + read + `,` + t1 + `}`, failed, `load subject of type "user" "broken"`},
		{"a resource cannot be loaded", broken, evaluation, `{` + riya + `,` + read + `,"resource":{"type":"ticket","id":"broken"}}`, failed, `load resource of type "ticket" "broken"`},
		{"a question cannot be asked", broken, evaluation, `{` + riya + `,"action":{"name":"assign","properties":{"to":"broken"}},` + t1 + `}`, failed, `ask about action "assign" on resource of type "ticket" "t1"`},
		{"a subject is loaded with an error", brokenValues, evaluation, `{"subject":{"type":"half","id":"riya"},` + read + `,` + t1 + `}`, failed, "the database is gone"},
		{"a resource is loaded with an error", brokenValues, evaluation, `{` + riya + `,` + read + `,"resource":{"type":"half","id":"t1"}}`, failed, "the database is gone"},
		{"one of a batch", broken, evaluations, `{` + riya + `,` + read + `,"evaluations":[{"resource":{"type":"ticket","id":"broken"}},{` + t1 + `}]}`, `{"evaluations":[` + failedItem + `,` + yes + `]}`, "broken"},
		{"the first of a batch", broken, evaluations, `{` + riya + `,` + read + `,"options":{"evaluations_semantic":"deny_on_first_deny"},"evaluations":[{"resource":{"type":"ticket","id":"broken"}},{` + t1 + `}]}`, `{"evaluations":[` + failedItem + `]}`, "broken"},
		{"the subject of a batch", broken, evaluations, `{"subject":{"type":"user","id":"broken"},` + read + `,` + t1 + `,"evaluations":[{},{` + riya + `}]}`, `{"evaluations":[` + failedItem + `,` + yes + `]}`, "broken"},
		{"the subject of several of a batch", broken, evaluations, `{"subject":{"type":"user","id":"broken"},` + read + `,` + t1 + `,"evaluations":[{},{}]}`, `{"evaluations":[` + failedItem + `,` + failedItem + `]}`, "broken"},
		{"the resource of a search for subjects", broken, searchSubject, `{"subject":{"type":"user"},` + read + `,"resource":{"type":"ticket","id":"broken"}}`, failed, "broken"},
		{"the subject of a search for resources", broken, searchResource, `{"subject":{"type":"user","id":"broken"},` + read + `,"resource":{"type":"ticket"}}`, failed, "broken"},
		{"the subject of a search for actions", broken, searchAction, `{"subject":{"type":"user","id":"broken"},` + t1 + `}`, failed, "broken"},
		{"the resource of a search for actions", broken, searchAction, `{` + riya + `,"resource":{"type":"ticket","id":"broken"}}`, failed, "broken"},
		{"a list", brokenLists, searchSubject, `{"subject":{"type":"user"},` + read + `,` + t1 + `}`, failed, `list subjects of type "user" after ""`},
		{"a candidate", brokenCandidates, searchSubject, `{"subject":{"type":"user"},` + read + `,` + t1 + `}`, failed, "broken"},
		{"a candidate without an ID", emptyCandidates, searchSubject, `{"subject":{"type":"user"},` + read + `,` + t1 + `}`, failed, `list subjects of type "user" after "": the list has an empty ID; leave it out`},
		{"a question about an administrator", anotherSubject, evaluation, `{` + riya + `,"action":{"name":"assume"},` + t1 + `}`, failed, `ask about action "assume" on resource of type "ticket" "t1": the Request has another subject than the one that Ask was given; use that`},
		{"a question about a copy", anotherSubject, evaluation, `{` + riya + `,"action":{"name":"clone"},` + t1 + `}`, failed, "another subject"},
		{"a question about nobody", anotherSubject, evaluation, `{` + riya + `,"action":{"name":"forget"},` + t1 + `}`, failed, "another subject"},
		{"a question about an administrator in a batch", anotherSubject, evaluations, `{` + riya + `,` + t1 + `,"evaluations":[{"action":{"name":"assume"}},{` + read + `}]}`, `{"evaluations":[` + failedItem + `,` + yes + `]}`, "another subject"},
		{"Load of a subject panics", panics, evaluation, `{"subject":{"type":"bad","id":"x"},` + read + `,` + t1 + `}`, failed, `load subject of type "bad" "x": panic: the database is gone`},
		{"Load of a resource panics", panics, evaluation, `{` + riya + `,` + read + `,"resource":{"type":"bad","id":"x"}}`, failed, `load resource of type "bad" "x": panic: no tickets`},
		{"Attributes panics", panics, evaluation, `{` + riya + `,` + read + `,"resource":{"type":"worse","id":"x"}}`, failed, `ask about action "read" on resource of type "worse" "x": panic: no attributes`},
		{"Ask panics", panics, evaluation, `{` + riya + `,"action":{"name":"ask"},"resource":{"type":"worse","id":"x"}}`, failed, `panic: runtime error: invalid memory address`},
		{"Attributes panics in a question", panics, evaluation, `{` + riya + `,"action":{"name":"decide"},"resource":{"type":"worse","id":"x"}}`, failed, "panic: no attributes"},
		{"a panic in a batch", panics, evaluations, `{` + riya + `,` + read + `,"evaluations":[{"resource":{"type":"bad","id":"x"}},{` + t1 + `}]}`, `{"evaluations":[` + failedItem + `,` + yes + `]}`, "panic: no tickets"},
		{"List of subjects panics", panics, searchSubject, `{"subject":{"type":"bad"},` + read + `,` + t1 + `}`, failed, `list subjects of type "bad" after "": panic: [no users]`},
		{"List of resources panics", panics, searchResource, `{` + riya + `,` + read + `,"resource":{"type":"bad"}}`, failed, `list resources of type "bad" after "": panic: no list`},
		{"Load panics in a search", panics, searchResource, `{"subject":{"type":"bad","id":"x"},` + read + `,"resource":{"type":"ticket"}}`, failed, "panic: the database is gone"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var log bytes.Buffer
			config := newDesk().config()
			c.change(&config)
			config.Log = slog.New(slog.NewJSONHandler(&log, nil))
			got := post(t, handler(t, config), c.path, c.body)
			assert.Equal(t, c.want, got.text)
			assert.Equal(t, strings.HasPrefix(c.want, "{"), got.status == http.StatusOK)
			var line struct{ Level, Msg, Error string }
			first, _, _ := strings.Cut(log.String(), "\n")
			require.NoError(t, json.Unmarshal([]byte(first), &line), "%s", &log)
			assert.Equal(t, "authzen", line.Msg)
			assert.Contains(t, line.Error, c.log)
			assert.Equal(t, strings.Contains(c.log, "panic"), strings.Contains(line.Error, "failures_test.go"), "where it panicked: %s", line.Error)
			assert.NotContains(t, got.text, "hunter2")
			config.Log = nil
			assert.Equal(t, c.want, post(t, handler(t, config), c.path, c.body).text, "without a log")
		})
	}
}

// A panicking is a resource of a host's type with a mistake.
type panicking struct{}

func (panicking) Attributes() deskpolicy.Attributes { panic("no attributes") }

// http.ErrAbortHandler is for net/http, which cuts the connection and logs nothing.
func TestAbortedRequest(t *testing.T) {
	var log bytes.Buffer
	d, c := newDesk(), newDesk().config()
	c.Log = slog.New(slog.NewTextHandler(&log, nil))
	c.Subjects["user"] = authzen.Subjects{
		Load: func(context.Context, string, map[string]any) (deskpolicy.Subject, error) { panic(http.ErrAbortHandler) },
		List: d.userIDs,
	}
	pdp := handler(t, c)
	for path, body := range map[string]string{
		evaluation:    `{` + riya + `,` + read + `,` + t1 + `}`,
		evaluations:   `{` + riya + `,` + read + `,"evaluations":[{` + t1 + `}]}`,
		searchSubject: `{"subject":{"type":"user"},` + read + `,` + t1 + `}`,
	} {
		assert.PanicsWithValue(t, http.ErrAbortHandler, func() { roundTrip(pdp, path, body) }, path)
	}
	assert.Empty(t, log.String())
}

// A client that is gone ends the work on a batch and on a search, whether the host's functions
// notice or not.
func TestCancellation(t *testing.T) {
	for path, body := range map[string]string{
		evaluations:   `{` + riya + `,` + read + `,"evaluations":[` + strings.Repeat(`{"resource":{"type":"ticket","id":"t1"}},`, 999) + `{}]}`,
		searchSubject: `{"subject":{"type":"user"},` + read + `,` + t1 + `}`,
	} {
		for _, notices := range []bool{true, false} {
			d := newDesk()
			c := d.config()
			ctx, cancel := context.WithCancel(context.Background())
			users := c.Subjects["user"]
			users.Load = func(ctx context.Context, _ string, _ map[string]any) (deskpolicy.Subject, error) {
				cancel()
				if notices {
					return nil, ctx.Err()
				}
				return d.users["riya"], nil
			}
			var log bytes.Buffer
			c.Subjects["user"], c.Log = users, slog.New(slog.NewTextHandler(&log, nil))
			request := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body)).WithContext(ctx)
			request.Header.Set("Content-Type", "application/json")
			got := send(t, handler(t, c), request)
			assert.Equal(t, http.StatusInternalServerError, got.status)
			assert.LessOrEqual(t, d.loaded.Load(), int64(1), "nothing is loaded after the cancellation")
			assert.Empty(t, log.String(), "nobody failed")
		}
	}
}

// What the evaluations of a batch share is loaded once, whether it is a default or named by
// each of them.
func TestWhatIsSharedIsLoadedOnce(t *testing.T) {
	d := newDesk()
	pdp := handler(t, d.config())
	post(t, pdp, evaluations, `{`+riya+`,`+read+`,"evaluations":[{`+t1+`},{`+t5+`},{`+t1+`}]}`)
	assert.Equal(t, int64(3), d.loaded.Load(), "the subject once, and two resources")
	d.loaded.Store(0)
	post(t, pdp, evaluations, `{`+riya+`,`+t1+`,"evaluations":[{`+read+`,`+riya+`},{`+reply+`,`+bob+`},{`+reply+`,`+t1+`},{`+read+`,`+riya+`,`+t5+`}]}`)
	assert.Equal(t, int64(4), d.loaded.Load(), "two subjects, two resources")
	d.loaded.Store(0)
	post(t, pdp, evaluations, `{`+read+`,"evaluations":[{"subject":{"type":"user","id":"riya"},"resource":{"type":"ticket","id":"riya"}},{"subject":{"type":"service","id":"riya"},"resource":{"type":"archive","id":"riya"}}]}`)
	assert.Equal(t, int64(4), d.loaded.Load(), "an ID is scoped to its type")
	d.loaded.Store(0)
	post(t, pdp, evaluations, `{"subject":{"type":"user","id":"nobody"},`+read+`,`+t1+`,"evaluations":[{},{},{}]}`)
	assert.Equal(t, int64(1), d.loaded.Load(), "also if there is none")
	d.loaded.Store(0)
	post(t, pdp, searchSubject, `{"subject":{"type":"user"},`+read+`,`+t1+`}`)
	assert.Equal(t, int64(5), d.loaded.Load(), "the resource once, and four candidates")
}

// Evaluations share an entity only if they say the same of it.
func TestWhatDiffersIsNotShared(t *testing.T) {
	d, c := newDesk(), newDesk().config()
	c.Subjects["thing"] = authzen.Subjects{Load: d.user}
	c.Resources["thing"] = authzen.Resources[deskpolicy.Ticket]{
		Believe: []string{"group"},
		Load: func(_ context.Context, id string, believed map[string]any) (*deskpolicy.Ticket, error) {
			group, _ := believed["group"].(string)
			return &deskpolicy.Ticket{ID: deskpolicy.TicketID(id), Account: "acme", Group: deskpolicy.GroupID(group)}, nil
		},
		Actions: map[string]deskpolicy.Action[deskpolicy.Ticket]{"read": deskpolicy.TicketView},
	}
	in := func(group string) string {
		return `{"resource":{"type":"thing","id":"riya","properties":{"group":"` + group + `"}}}`
	}
	got := post(t, handler(t, c), evaluations, `{"subject":{"type":"thing","id":"riya"},`+read+`,"evaluations":[`+
		in("billing")+`,`+in("sales")+`,{"resource":{"type":"thing","id":"riya"}},`+in("billing")+`]}`)
	assert.Equal(t, `{"evaluations":[`+yes+`,`+no+`,`+no+`,`+yes+`]}`, got.text)
}

// Nothing is loaded for what cannot be allowed. A nil pointer is no subject.
func TestNothingIsLoadedInVain(t *testing.T) {
	d := newDesk()
	c := d.config()
	users := c.Subjects["user"]
	users.Load = func(context.Context, string, map[string]any) (deskpolicy.Subject, error) {
		return (*deskpolicy.Agent)(nil), nil
	}
	c.Subjects["user"] = users
	require.Equal(t, page(""), post(t, handler(t, c), searchResource, `{`+riya+`,`+read+`,"resource":{"type":"ticket"}}`).text)
	assert.Zero(t, d.loaded.Load()+d.listed.Load(), "no candidate")
	pdp := handler(t, d.config())
	for path, body := range map[string]string{
		evaluation:            `{` + riya + `,"action":{"name":"fly"},` + t1 + `}`,
		evaluations:           `{"subject":{"type":"user","id":""},` + read + `,` + t1 + `}`,
		searchSubject:         `{"subject":{"type":"service"},` + read + `,` + t1 + `}`,
		searchSubject + "?1":  `{"subject":{"type":"user"},"action":{"name":"fly"},` + t1 + `}`,
		searchSubject + "?2":  `{"subject":{"type":"user"},` + read + `,"resource":{"type":"ticket","id":""}}`,
		searchResource:        `{` + riya + `,` + read + `,"resource":{"type":"archive"}}`,
		searchResource + "?1": `{` + riya + `,"action":{"name":"fly"},"resource":{"type":"ticket"}}`,
		searchResource + "?2": `{"subject":{"type":"user","id":""},` + read + `,"resource":{"type":"ticket"}}`,
	} {
		require.Equal(t, http.StatusOK, post(t, pdp, path, body).status)
		assert.Zero(t, d.loaded.Load()+d.listed.Load(), path)
	}
	require.Equal(t, page(""), post(t, pdp, searchSubject, `{"subject":{"type":"user"},`+read+`,"resource":{"type":"ticket","id":"t99"}}`).text)
	assert.Equal(t, int64(1), d.loaded.Load()+d.listed.Load(), "the resource that there is not, and no candidate")
}

// The operator's reasons name roles, and say what is unknown.
func TestOperatorReasons(t *testing.T) {
	c := newDesk().config()
	c.OperatorReasons = true
	pdp := handler(t, c)
	for body, want := range map[string]string{
		`{` + riya + `,` + read + `,` + t1 + `}`: `{"decision":true,"context":{"reason_admin":{"200":"allowed: role \"Agent\" reaches this through its group"},` +
			`"policy":{"allowed":true,"outcome":"allowed","reason":"allowed_group","role":"Agent","scope":"group"}}}`,
		`{` + riya + `,` + reply + `,` + t5 + `}`: `{"decision":false,"context":{"reason_user":{"403":` + hidden + `},"reason_admin":{"403":"denied: role \"Agent\" has the permission, but reaches this for viewing only"},` +
			`"policy":{"allowed":false,"outcome":"not_granted","reason":"view_only","role":"Agent","scope":"group"}}}`,
		`{"subject":{"type":"user","id":"nobody"},` + read + `,` + t1 + `}`:          unknown("the subject is missing or has no ID", "no_subject"),
		`{"subject":{"type":"robot","id":"riya"},` + read + `,` + t1 + `}`:           unknown("the subject is missing or has no ID", "no_subject"),
		`{` + riya + `,"action":{"name":"fly"},` + t1 + `}`:                          unknown("the action is unknown", "unknown_action"),
		`{` + riya + `,` + read + `,"resource":{"type":"ticket","id":"t99"}}`:        unknown("the resource is missing, incomplete or not of the action's type", "wrong_resource"),
		`{` + riya + `,` + read + `,"resource":{"type":"spaceship","id":"t1"}}`:      unknown("the resource is missing, incomplete or not of the action's type", "wrong_resource"),
		`{` + riya + `,"action":{"name":"assign","properties":{"to":7}},` + t1 + `}`: unknown("no decision was made", "undecided"),
	} {
		assert.Equal(t, want, post(t, pdp, evaluation, body).text, body)
	}
}

// unknown is the denial of what is unknown, with the operator's reasons.
func unknown(sentence, reason string) string {
	return fmt.Sprintf(`{"decision":false,"context":{"reason_user":{"403":%s},"reason_admin":{"403":"denied: %s"},"policy":{"allowed":false,"outcome":"malformed","reason":%q}}}`, hidden, sentence, reason)
}

// A session without an instant is a mistake of the host's, which its message says.
func TestRequestThatCannotBeAnswered(t *testing.T) {
	c := newDesk().config()
	c.Subjects["user"] = authzen.Subjects{Load: func(context.Context, string, map[string]any) (deskpolicy.Subject, error) {
		return deskpolicy.SupportGrant{}.Session(deskpolicy.SupportEngineer{ID: "eve"}, acme, time.Time{}), nil
	}}
	got := post(t, handler(t, c), evaluation, `{`+riya+`,`+read+`,`+t1+`}`)
	assert.Equal(t, `{"decision":false,"context":{"reason_user":{"403":"This request cannot be answered."}}}`, got.text)
}

// The requester's voice is the same for whatever is denied, so that it cannot be used to find
// out what exists.
func TestRequesterCannotTellWhatExists(t *testing.T) {
	pdp := handler(t, newDesk().config())
	for _, on := range []string{"t1", "t99", "g1", ""} {
		for _, who := range []string{"bob", "zoe", "nobody"} {
			for _, may := range []string{"read", "fly"} {
				subject, action, resource := partsOf(who, may, on)
				assert.Equal(t, no, post(t, pdp, evaluation, `{`+subject+`,`+action+`,`+resource+`}`).text)
			}
		}
	}
}

// Only the properties that the host names are given to it, and they are exactly as sent.
func TestBelieve(t *testing.T) {
	given := make(map[string]map[string]any)
	d, c := newDesk(), newDesk().config()
	c.Subjects["user"] = authzen.Subjects{
		Believe: []string{"role", "level"},
		Load: func(ctx context.Context, id string, believed map[string]any) (deskpolicy.Subject, error) {
			given["subject"] = believed
			return d.user(ctx, id, nil)
		},
	}
	c.Resources["ticket"] = authzen.Resources[deskpolicy.Ticket]{
		Believe: []string{"status"},
		Load: func(ctx context.Context, id string, believed map[string]any) (*deskpolicy.Ticket, error) {
			given["resource"] = believed
			return d.ticket(ctx, id, nil)
		},
		Questions: map[string]authzen.Question[deskpolicy.Ticket]{"read": {
			Believe: []string{"soft"},
			Ask: func(_ context.Context, who deskpolicy.Subject, on *deskpolicy.Ticket, believed map[string]any) (deskpolicy.Request, error) {
				given["action"] = believed
				return deskpolicy.NewRequest(who, deskpolicy.TicketView, on), nil
			},
		}},
	}
	pdp := handler(t, c)
	require.Equal(t, yes, post(t, pdp, evaluation, `{
		"subject":{"type":"user","id":"riya","properties":{"role":null,"Role":"x","level":1e400,"soft":true}},
		"action":{"name":"read","properties":{"soft":[true,{"a":"b"}],"role":"x"}},
		"resource":{"type":"ticket","id":"t1","properties":{"STATUS":"open","status ":"open"}}}`).text)
	assert.Equal(t, map[string]map[string]any{
		"subject":  {"role": nil, "level": jsonNumber("1e400")},
		"action":   {"soft": []any{true, map[string]any{"a": "b"}}},
		"resource": nil,
	}, given)
}

// Many requests at once are answered like one at a time.
func TestConcurrency(t *testing.T) {
	d := newDesk()
	pdp := handler(t, d.config())
	var group sync.WaitGroup
	for i := range 8 {
		group.Add(1)
		go func() {
			defer group.Done()
			for range 40 {
				row := specRows[(i*31)%len(specRows)]
				status, text := roundTrip(pdp, row.path, row.body)
				if status == http.StatusOK {
					assert.Equal(t, row.want, text)
				} else {
					assert.Equal(t, quoted(row.want), text)
				}
				i++
			}
		}()
	}
	group.Wait()
}
