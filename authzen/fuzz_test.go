package authzen_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/seeds"
)

// FuzzRequest sends arbitrary bodies to the endpoints. The response is never a failure of the
// server and always JSON; what is allowed, the library allows on what the body says; and every
// result of a search is allowed.
func FuzzRequest(f *testing.F) {
	d := newDesk()
	pdp := handler(f, d.config())
	f.Fuzz(func(t *testing.T, endpoint string, body []byte) {
		got := fuzzed(t, pdp, endpoint, body)
		require.Less(t, got.status, http.StatusInternalServerError, got.text)
		if got.status != http.StatusOK {
			return
		}
		var in map[string]any
		require.NoError(t, json.Unmarshal(body, &in), "what is answered is a JSON object")
		switch {
		case got.Results != nil:
			for _, result := range got.Results {
				require.True(t, d.finds(in, endpoint, result), "%s: %v", body, result)
			}
		case got.Decision != nil:
			require.Equal(t, d.allows(in, nil), *got.Decision, "%s: %s", body, got.text)
		default:
			items := in["evaluations"].([]any)
			require.LessOrEqual(t, len(got.Evaluations), len(items))
			for i, evaluated := range got.Evaluations {
				item, _ := items[i].(map[string]any)
				require.Equal(t, item != nil && d.allows(item, in), *evaluated.Decision, "%s: %s", body, got.text)
			}
		}
	})
}

// fuzzed sends the body to the endpoint.
func fuzzed(t testing.TB, pdp http.Handler, endpoint string, body []byte) response {
	request := httptest.NewRequest(http.MethodPost, "/", bytes.NewReader(body))
	request.URL = &url.URL{Path: "/access/v1/" + endpoint}
	request.Header.Set("Content-Type", "application/json")
	return send(t, pdp, request)
}

// allows reports whether the library allows what the item says, or where it says nothing, what
// the defaults say. It is a second reader of requests, which shares no code with the handler.
func (d *desk) allows(item, defaults map[string]any) bool {
	part := func(name string) map[string]any {
		given, has := item[name]
		if !has {
			given = defaults[name]
		}
		in, _ := given.(map[string]any)
		return in
	}
	subject, action, resource := part("subject"), part("action"), part("resource")
	who, on := d.users[text(subject["id"])], d.tickets[text(resource["id"])]
	if subject["type"] != "user" && subject["type"] != "service" || who == nil || on == nil || !isWell(item) {
		return false
	}
	properties, _ := action["properties"].(map[string]any)
	switch name := text(resource["type"]) + " " + text(action["name"]); name {
	case "ticket read", "archive read":
		return deskpolicy.Authorize(who, deskpolicy.TicketView, on).Allowed()
	case "ticket reply":
		return deskpolicy.Authorize(who, deskpolicy.TicketReply, on).Allowed()
	case "ticket delete":
		return deskpolicy.Authorize(who, deskpolicy.TicketDelete, on).Allowed()
	case "ticket assign":
		assignment := deskpolicy.TicketAssignment{Ticket: *on}
		if to := properties["to"]; to != nil {
			name, isText := to.(string)
			if !isText {
				return false
			}
			assignment.To = d.users[name]
		}
		return deskpolicy.Authorize(who, deskpolicy.TicketAssign, &assignment).Allowed()
	}
	return false
}

// wellKeys has the keys of an evaluation, and those of its parts.
var wellKeys = map[string][]string{
	"": {"subject", "action", "resource", "context"}, "subject": {"type", "id", "properties"},
	"action": {"name", "properties"}, "resource": {"type", "id", "properties"}, "context": nil,
}

// isWell reports whether the parts that an item has are objects, also their properties, and
// whether no key is in another case.
func isWell(item map[string]any) bool {
	if !inCase(item, wellKeys[""]) {
		return false
	}
	for _, name := range wellKeys[""] {
		given, has := item[name]
		if !has {
			continue
		}
		in, isObject := given.(map[string]any)
		properties, hasProperties := in["properties"]
		if _, are := properties.(map[string]any); !isObject || !inCase(in, wellKeys[name]) || name != "context" && hasProperties && !are {
			return false
		}
	}
	return true
}

func inCase(in map[string]any, keys []string) bool {
	for name := range in {
		for _, key := range keys {
			if name != key && bytes.EqualFold([]byte(name), []byte(key)) {
				return false
			}
		}
	}
	return true
}

// finds reports whether the library allows what a search found.
func (d *desk) finds(in map[string]any, endpoint string, result map[string]string) bool {
	question := make(map[string]any)
	for name, part := range in {
		question[name] = part
	}
	searched := map[string]string{"search/subject": "subject", "search/resource": "resource", "search/action": "action"}[endpoint]
	if part, is := in[searched].(map[string]any); is && searched != "action" && part["type"] != result["type"] {
		return false
	}
	found := make(map[string]any)
	for key, value := range result {
		found[key] = value
	}
	question[searched] = found
	return d.allows(question, nil)
}

func text(value any) string { s, _ := value.(string); return s }

// Each seed has the outcome that its reason names.
func TestSeeds(t *testing.T) {
	pdp := handler(t, newDesk().config())
	kept, err := seeds.Of(".", "FuzzRequest")
	require.NoError(t, err)
	for _, seed := range kept {
		got := fuzzed(t, pdp, seed.Values[0].(string), seed.Values[1].([]byte))
		outcome := "refused"
		switch {
		case got.Results != nil:
			outcome = "found"
			if len(got.Results) == 0 {
				outcome = "nothing"
			}
		case got.Decision != nil && *got.Decision:
			outcome = "allowed"
		case got.Decision != nil:
			outcome = "denied"
		case got.Evaluations != nil:
			outcome = "batch"
		}
		assert.Equal(t, outcome, seed.Outcome(), "%s: %s", seed.Name, got.text)
	}
}
