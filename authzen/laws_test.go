package authzen_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/authzen"
	"github.com/deskpolicy/deskpolicy/internal/effort"
	"github.com/deskpolicy/deskpolicy/policytest"
)

// actions are the actions of a world, by name.
var actions = map[string]deskpolicy.Action[deskpolicy.Ticket]{
	"read": deskpolicy.TicketView, "reply": deskpolicy.TicketReply, "note": deskpolicy.TicketNotePrivate,
	"delete": deskpolicy.TicketDelete, "export": deskpolicy.TicketExport, "take": deskpolicy.TicketBeAssigned,
}

// A world is a desk with drawn subjects and tickets, and its handler.
type world struct {
	subjects map[string]deskpolicy.Subject
	tickets  map[string]*deskpolicy.Ticket
	pdp      http.Handler
}

func drawWorld(t *rapid.T) world {
	w := world{subjects: make(map[string]deskpolicy.Subject), tickets: make(map[string]*deskpolicy.Ticket)}
	desk := policytest.Desk{Roles: []deskpolicy.Role{deskpolicy.AgentRole.Role(), deskpolicy.SupervisorRole.Role(), deskpolicy.SharedAgentRole.Role()}}
	for i := range rapid.IntRange(1, 6).Draw(t, "subjects") {
		w.subjects[fmt.Sprintf("s%d", i)] = desk.Subjects().Draw(t, "subject")
	}
	for i := range rapid.IntRange(1, 8).Draw(t, "tickets") {
		about := w.subjects[rapid.SampledFrom(slices.Sorted(maps.Keys(w.subjects))).Draw(t, "subject near the ticket")]
		w.tickets[fmt.Sprintf("t%d", i)] = policytest.ResourcesNear(desk, about, anAction(t)).Draw(t, "ticket")
	}
	pdp, err := authzen.Handler(authzen.Config{
		URL:             "https://pdp.example",
		OperatorReasons: rapid.Bool().Draw(t, "operator's reasons"),
		Subjects: map[string]authzen.Subjects{"user": {
			Load: func(_ context.Context, id string, _ map[string]any) (deskpolicy.Subject, error) {
				return w.subjects[id], nil
			},
			List: listing(keys(w.subjects)...),
		}},
		Resources: map[string]authzen.ResourceType{"ticket": authzen.Resources[deskpolicy.Ticket]{
			Load: func(_ context.Context, id string, _ map[string]any) (*deskpolicy.Ticket, error) {
				return w.tickets[id], nil
			},
			List: func(_ context.Context, s authzen.Search[deskpolicy.Ticket]) ([]string, error) {
				ids := slices.Sorted(maps.Keys(w.tickets))
				if s.Action != 0 && s.Limit%2 == 0 { // as a host does that looks for candidates with a filter
					f := deskpolicy.FilterFor(s.Subject, s.Action)
					ids = slices.DeleteFunc(ids, func(id string) bool { return !f.Match(w.tickets[id]) })
				}
				return among(ids, s.After, s.Limit), nil
			},
			Actions: actions,
		}},
	})
	require.NoError(t, err)
	w.pdp = pdp
	return w
}

// anAction draws an action.
func anAction(t *rapid.T) deskpolicy.Action[deskpolicy.Ticket] {
	return actions[rapid.SampledFrom(slices.Sorted(maps.Keys(actions))).Draw(t, "action")]
}

// names draws a subject, an action and a ticket, a few of them unknown.
func (w world) names(t *rapid.T) (who, may, on string) {
	who = rapid.SampledFrom(slices.Sorted(maps.Keys(w.subjects))).Draw(t, "who")
	may = rapid.SampledFrom(slices.Sorted(maps.Keys(actions))).Draw(t, "may")
	on = rapid.SampledFrom(slices.Sorted(maps.Keys(w.tickets))).Draw(t, "on")
	switch rapid.IntRange(0, 11).Draw(t, "unknown") {
	case 9:
		who = "nobody"
	case 10:
		may = "fly"
	case 11:
		on = "nothing"
	}
	return who, may, on
}

// allows reports whether the library allows what is asked.
func (w world) allows(who, may, on string) bool {
	action, known := actions[may]
	return known && deskpolicy.Authorize(w.subjects[who], action, w.tickets[on]).Allowed()
}

func partsOf(who, may, on string) (subject, action, resource string) {
	return fmt.Sprintf(`"subject":{"type":"user","id":%q}`, who), fmt.Sprintf(`"action":{"name":%q}`, may), fmt.Sprintf(`"resource":{"type":"ticket","id":%q}`, on)
}

// ask returns the response to one evaluation.
func (w world) ask(t *rapid.T, who, may, on string) response {
	subject, action, resource := partsOf(who, may, on)
	return postRapid(t, w.pdp, evaluation, `{`+subject+`,`+action+`,`+resource+`}`)
}

func TestLaws(t *testing.T) {
	effort.Checks(t, 50, 300, 3000)
	asked, allowed := 0, 0
	t.Run("an evaluation is a decision of Authorize", rapid.MakeCheck(func(t *rapid.T) {
		w := drawWorld(t)
		for range 8 {
			who, may, on := w.names(t)
			want := w.allows(who, may, on)
			require.Equal(t, want, *w.ask(t, who, may, on).Decision, "%s %s %s", who, may, on)
			if asked++; want {
				allowed++
			}
		}
	}))
	require.Greater(t, 10*allowed, asked, "a tenth of the evaluations is allowed")
	t.Run("a batch is its evaluations one by one", rapid.MakeCheck(batchLaw))
	t.Run("a search finds the candidates that an evaluation allows, whatever the pages", rapid.MakeCheck(searchLaw))
}

// batchLaw draws a batch in which some evaluations take parts from the defaults.
func batchLaw(t *rapid.T) {
	w := drawWorld(t)
	who, may, on := w.names(t)
	subject, action, resource := partsOf(who, may, on)
	var items, answers []string
	var decisions []bool
	for range rapid.IntRange(1, 6).Draw(t, "evaluations") {
		who, may, on := who, may, on
		otherWho, otherMay, otherOn := w.names(t)
		var own []string
		subject, action, resource := partsOf(otherWho, otherMay, otherOn)
		if rapid.Bool().Draw(t, "own subject") {
			who, own = otherWho, append(own, subject)
		}
		if rapid.Bool().Draw(t, "own action") {
			may, own = otherMay, append(own, action)
		}
		if rapid.Bool().Draw(t, "own resource") {
			on, own = otherOn, append(own, resource)
		}
		alone := w.ask(t, who, may, on)
		items = append(items, `{`+strings.Join(own, ",")+`}`)
		answers, decisions = append(answers, alone.text), append(decisions, *alone.Decision)
	}
	ends := map[string]int{"execute_all": len(items), "deny_on_first_deny": 1 + slices.Index(decisions, false), "permit_on_first_permit": 1 + slices.Index(decisions, true)}
	for semantic, end := range ends {
		if end == 0 {
			end = len(items)
		}
		got := postRapid(t, w.pdp, evaluations, fmt.Sprintf(`{%s,%s,%s,"options":{"evaluations_semantic":%q},"evaluations":[%s]}`, subject, action, resource, semantic, strings.Join(items, ",")))
		require.Equal(t, `{"evaluations":[`+strings.Join(answers[:end], ",")+`]}`, got.text, semantic)
	}
}

// searchLaw searches for each part of a question.
func searchLaw(t *rapid.T) {
	w := drawWorld(t)
	who, may, on := w.names(t)
	subject, action, resource := partsOf(who, may, on)
	var users, tickets, names []string
	for id := range w.subjects {
		if w.allows(id, may, on) {
			users = append(users, id)
		}
	}
	for id := range w.tickets {
		if w.allows(who, may, id) {
			tickets = append(tickets, id)
		}
	}
	for name := range actions {
		if w.allows(who, name, on) {
			names = append(names, name)
		}
	}
	limit := rapid.IntRange(1, 4).Draw(t, "limit")
	require.Equal(t, sorted(users), w.search(t, searchSubject, action+`,`+resource+`,"subject":{"type":"user"}`, limit))
	require.Equal(t, sorted(tickets), w.search(t, searchResource, subject+`,`+action+`,"resource":{"type":"ticket"}`, limit))
	require.Equal(t, sorted(names), w.search(t, searchAction, subject+`,`+resource, limit))
}

func sorted(names []string) []string {
	slices.Sort(names)
	return append([]string{}, names...)
}

// search returns what all pages of a search have. Every page is full except the last one, which
// is not empty unless it is the only one.
func (w world) search(t *rapid.T, path, parts string, limit int) []string {
	all, token := []string{}, ""
	for {
		page := fmt.Sprintf(`{"limit":%d}`, limit)
		if token != "" {
			page = fmt.Sprintf(`{"token":%q}`, token)
		}
		got := postRapid(t, w.pdp, path, `{`+parts+`,"page":`+page+`}`)
		require.Equal(t, len(got.Results), *got.Page.Count)
		for _, result := range got.Results {
			all = append(all, result["id"]+result["name"])
		}
		if token = *got.Page.NextToken; token == "" {
			require.True(t, len(got.Results) > 0 || len(all) == 0, "the last page is not empty")
			return all
		}
		require.Len(t, got.Results, limit, "a page that is not the last is full")
	}
}

// postRapid is post for a rapid.T.
func postRapid(t *rapid.T, pdp http.Handler, path, body string) (got response) {
	code, text := roundTrip(pdp, path, body)
	require.Equal(t, http.StatusOK, code, text)
	require.NoError(t, json.Unmarshal([]byte(text), &got))
	got.text = text
	return got
}
