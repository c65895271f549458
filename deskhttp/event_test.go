package deskhttp_test

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/deskhttp"
)

// observed returns the events of the requests that a handler makes as riya, and what they are
// in a log.
func observed(t *testing.T, guard deskhttp.Guard, subject deskpolicy.Subject, handle http.HandlerFunc) (events []deskhttp.Event, logged []string) {
	t.Helper()
	guard.Observe = func(ctx context.Context, event deskhttp.Event) {
		assert.Equal(t, subject, deskhttp.SubjectFrom(ctx))
		log, text := logger()
		log.Info("asked", "event", event)
		_, line, _ := strings.Cut(text.String(), "msg=asked ")
		events, logged = append(events, event), append(logged, strings.TrimSpace(line))
	}
	serve(as(subject, guard.Handler(handle)), http.MethodGet, "/")
	return events, logged
}

// Every decision is observed once, with the request, and is without IDs in a log.
func TestEvents(t *testing.T) {
	invoices, err := deskpolicy.NewVocabulary(deskpolicy.NewHostAction(invoiceRefund, "invoice.refund"))
	require.NoError(t, err)
	events, logged := observed(t, deskhttp.Guard{Vocabulary: invoices, Logger: slog.New(slog.DiscardHandler)}, riya(), func(w http.ResponseWriter, r *http.Request) {
		ctx := r.Context()
		_ = deskhttp.Authorize(ctx, deskpolicy.TicketReply, tickets["editable"])
		_ = deskhttp.Authorize(ctx, deskpolicy.TicketReply, tickets["readable"])
		_ = deskhttp.Authorize(ctx, deskpolicy.TicketReply, nil)
		_ = deskhttp.Authorize(ctx, invoiceRefund, &Invoice{"billing"}, invoiceView)
		_, _ = deskhttp.FilterFor(ctx, deskpolicy.TicketView)
		_, _ = deskhttp.FilterFor(ctx, deskpolicy.ReportView)
		_, _ = deskhttp.FilterFor(ctx, invoiceRefund)
	})
	assert.Equal(t, []string{
		`event.action=ticket.reply event.subject_kind=agent event.resource_kind=ticket event.decision.allowed=true event.decision.outcome=allowed event.decision.reason=allowed_group event.decision.role=Agent event.decision.scope=group`,
		`event.action=ticket.reply event.subject_kind=agent event.resource_kind=ticket event.decision.allowed=false event.decision.outcome=not_granted event.decision.reason=view_only event.decision.role=Agent event.decision.scope=group`,
		`event.action=ticket.reply event.subject_kind=agent event.decision.allowed=false event.decision.outcome=malformed event.decision.reason=wrong_resource`,
		`event.action=invoice.refund event.subject_kind=agent event.resource_kind=host event.decision.allowed=false event.decision.outcome=not_granted event.decision.reason=no_permission`,
		`event.action=ticket.view event.subject_kind=agent event.list=true`,
		`event.action=report.view event.subject_kind=agent event.list=true event.reason=no_permission`,
		`event.action=invoice.refund event.subject_kind=agent event.list=true event.reason=no_permission`,
	}, logged)
	for i, event := range events {
		assert.Equal(t, i >= 4, event.List)
		if !event.List {
			assert.Equal(t, event.Decision, event.Request.Authorize(), "the request can be asked again")
		}
	}
	record := events[0].Request.AuditRecord(events[0].Decision)
	assert.Equal(t, "riya", string(record.Subject))
	assert.Equal(t, "editable", record.ResourceID)
}

// An event names the kind of what acts for its subject.
func TestEventsOfKeys(t *testing.T) {
	key := deskpolicy.NewDelegate(riya(), deskpolicy.Actor{Kind: deskpolicy.ActorKey, ID: "k-1"}, deskpolicy.Limit{})
	_, logged := observed(t, deskhttp.Guard{Logger: slog.New(slog.DiscardHandler)}, key, func(w http.ResponseWriter, r *http.Request) {
		_ = deskhttp.Authorize(r.Context(), deskpolicy.TicketReply, tickets["editable"])
	})
	assert.Equal(t, []string{`event.action=ticket.reply event.subject_kind=agent event.actor_kind=key event.resource_kind=ticket event.decision.allowed=false event.decision.outcome=not_granted event.decision.reason=limit_lacks_permission`}, logged)
}

// Nobody's questions are observed as well, and so is what Require asks: one question, also
// about what is absent, and none if loading fails.
func TestEventsOfRequire(t *testing.T) {
	for ticket, ofRiya := range map[string][]deskpolicy.Reason{
		"editable": {deskpolicy.AllowedGroup}, "hidden": {deskpolicy.OutOfScope}, "absent": {deskpolicy.WrongResource}, "nil": {deskpolicy.WrongResource}, "gone": {deskpolicy.WrongResource}, "broken": nil,
	} {
		for name, subject := range map[string]deskpolicy.Subject{"riya": riya(), "nobody": nil} {
			want := ofRiya
			if subject == nil {
				want = []deskpolicy.Reason{deskpolicy.NoSubject}
			}
			events, _ := observed(t, deskhttp.Guard{Logger: slog.New(slog.DiscardHandler)}, subject, func(w http.ResponseWriter, r *http.Request) {
				r.SetPathValue("id", ticket)
				deskhttp.Require(deskpolicy.TicketView, load, show).ServeHTTP(w, r)
			})
			var got []deskpolicy.Reason
			for _, event := range events {
				got = append(got, event.Decision.Reason)
			}
			assert.Equal(t, want, got, "%s, %s", name, ticket)
		}
	}
	_, logged := observed(t, deskhttp.Guard{Logger: slog.New(slog.DiscardHandler)}, nil, func(_ http.ResponseWriter, r *http.Request) {
		_ = deskhttp.Authorize(r.Context(), deskpolicy.TicketView, tickets["editable"])
		_, _ = deskhttp.FilterFor(r.Context(), deskpolicy.TicketView)
	})
	assert.Equal(t, []string{
		`event.action=ticket.view event.resource_kind=ticket event.decision.allowed=false event.decision.outcome=malformed event.decision.reason=no_subject`,
		`event.action=ticket.view event.list=true event.reason=no_subject`,
	}, logged)
}

// An observer that panics fails the request, allowed or not, and the handler goes no further.
func TestObserverPanics(t *testing.T) {
	guard := deskhttp.Guard{Observe: func(context.Context, deskhttp.Event) { panic("the observer's") }}
	for _, ticket := range []string{"editable", "hidden", "absent"} {
		handled := false
		handler := deskhttp.Require(deskpolicy.TicketView, load, func(http.ResponseWriter, *http.Request, *deskpolicy.Ticket) { handled = true })
		mux := new(deskhttp.Mux)
		mux.Handle("/{id}", handler)
		assert.PanicsWithValue(t, "the observer's", func() { serve(as(riya(), guard.Handler(mux)), http.MethodGet, "/"+ticket) })
		assert.False(t, handled)
	}
}

// Of nested Guards, the innermost observes, once.
func TestObserverOfNestedGuards(t *testing.T) {
	var names []string
	named := func(name string) deskhttp.Guard {
		return deskhttp.Guard{Observe: func(context.Context, deskhttp.Event) { names = append(names, name) }}
	}
	handler := named("outer").Handler(named("inner").Handler(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		asked["allowed"].ask(r.Context())
	})))
	assert.Equal(t, http.StatusOK, serve(as(riya(), handler), http.MethodGet, "/").Code)
	assert.Equal(t, []string{"inner"}, names)
}
