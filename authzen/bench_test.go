package authzen

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/bounds"
)

const (
	benchPath = "/access/v1/evaluation"
	benchBody = `{"subject":{"type":"user","id":"riya"},"action":{"name":"reply"},"resource":{"type":"ticket","id":"4711"},"context":{"ip":"192.0.2.1"}}`
)

// BenchmarkEvaluation measures an evaluation through the handler, and the same handler if it
// always says yes. To make the request and to record the response is part of each: no_handler
// has what that takes. Other programs do not count in the processor time.
func BenchmarkEvaluation(b *testing.B) {
	batch := `{"subject":{"type":"user","id":"riya"},"action":{"name":"reply"},"evaluations":[` +
		strings.Repeat(`{"resource":{"type":"ticket","id":"4711"}},`, 99) + `{"resource":{"type":"ticket","id":"4711"}}]}`
	for _, run := range []struct {
		name       string
		pdp        http.Handler
		path, body string
	}{
		{"decides", benchHandler(b), benchPath, benchBody},
		{"says_yes", saysYes(b), benchPath, benchBody},
		{"batch_of_100", benchHandler(b), benchPath + "s", batch},
		{"no_handler", http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}), benchPath, benchBody},
	} {
		b.Run(run.name, func(b *testing.B) {
			b.ReportAllocs()
			began := bounds.CPU()
			for b.Loop() {
				serveOnce(b, run.pdp, run.path, run.body)
			}
			b.ReportMetric(float64(bounds.CPU()-began)/float64(b.N), "cpu-ns/op")
		})
	}
}

// BenchmarkRatio reports how much longer the handler takes than if it always says yes. It
// alternates between both, so that a busy machine slows both.
func BenchmarkRatio(b *testing.B) {
	decides, yes := benchHandler(b), saysYes(b)
	took := func(pdp http.Handler) time.Duration {
		began := bounds.CPU()
		for range 200 {
			serveOnce(b, pdp, benchPath, benchBody)
		}
		return bounds.CPU() - began
	}
	var deciding, saying time.Duration
	for b.Loop() {
		deciding, saying = deciding+took(decides), saying+took(yes)
	}
	b.ReportMetric(float64(deciding)/float64(saying), "decides/says_yes")
}

func serveOnce(b *testing.B, pdp http.Handler, path, body string) {
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	pdp.ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		b.Fatal(w.Body)
	}
}

// saysYes returns a handler that reads requests and always says yes.
func saysYes(b *testing.B) http.Handler {
	h := benchHandler(b)
	h.endpoints[benchPath] = endpoint{answer: func(context.Context, map[string]any) (any, error) { return decision{Decision: true}, nil }}
	return h
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
