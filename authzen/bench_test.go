package authzen

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy"
)

// BenchmarkEvaluation compares an evaluation through the handler with the same handler if it
// always says yes, and with a batch of a hundred.
func BenchmarkEvaluation(b *testing.B) {
	const path = "/access/v1/evaluation"
	const asked = `{"subject":{"type":"user","id":"riya"},"action":{"name":"reply"},"resource":{"type":"ticket","id":"4711"},"context":{"ip":"192.0.2.1"}}`
	batch := `{"subject":{"type":"user","id":"riya"},"action":{"name":"reply"},"evaluations":[` +
		strings.Repeat(`{"resource":{"type":"ticket","id":"4711"}},`, 99) + `{"resource":{"type":"ticket","id":"4711"}}]}`
	decides, saysYes := benchHandler(b), benchHandler(b)
	saysYes.endpoints[path] = endpoint{answer: func(context.Context, map[string]any) (any, error) { return decision{Decision: true}, nil }}
	for name, run := range map[string]struct {
		pdp        http.Handler
		path, body string
	}{
		"decides":    {decides, path, asked},
		"says yes":   {saysYes, path, asked},
		"batch_100":  {decides, path + "s", batch},
		"of nothing": {http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(nil) }), path, asked},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				r := httptest.NewRequest(http.MethodPost, run.path, strings.NewReader(run.body))
				r.Header.Set("Content-Type", "application/json")
				w := httptest.NewRecorder()
				run.pdp.ServeHTTP(w, r)
				if w.Code != http.StatusOK {
					b.Fatal(w.Body)
				}
			}
		})
	}
}

// benchHandler returns the handler for an agent with five roles, and a ticket in reach of one.
func benchHandler(b *testing.B) *handler {
	agent := &deskpolicy.Agent{ID: "riya", Account: deskpolicy.Account{ID: "acme"}, Groups: map[deskpolicy.GroupID]deskpolicy.Access{"billing": deskpolicy.Edit}}
	for _, workspace := range []deskpolicy.WorkspaceID{"it", "hr", "legal", "sales", deskpolicy.AccountWide} {
		agent.Bindings = append(agent.Bindings, deskpolicy.Binding{Role: deskpolicy.AgentRole.Role(), Workspace: workspace, TicketScope: deskpolicy.ScopeGroup})
	}
	ticket := &deskpolicy.Ticket{ID: "4711", Account: "acme", Group: "billing"}
	pdp, err := Handler(Config{
		URL: "https://pdp.example",
		Subjects: map[string]Subjects{"user": {
			Load: func(context.Context, string, map[string]any) (deskpolicy.Subject, error) { return agent, nil },
		}},
		Resources: map[string]ResourceType{"ticket": Resources[deskpolicy.Ticket]{
			Load:    func(context.Context, string, map[string]any) (*deskpolicy.Ticket, error) { return ticket, nil },
			Actions: map[string]deskpolicy.Action[deskpolicy.Ticket]{"reply": deskpolicy.TicketReply},
		}},
	})
	require.NoError(b, err)
	return pdp.(*handler)
}
