package main

import (
	"context"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"

	"github.com/deskpolicy/deskpolicy/deskhttp"
)

// An observer reports decisions: each as an event in the span of its request, and their
// number as a counter. It is safe for concurrent use.
type observer struct {
	decisions metric.Int64Counter
	ids       bool // whether events in spans name the subject and the resource
}

func newObserver(meter metric.Meter, ids bool) (*observer, error) {
	decisions, err := meter.Int64Counter("deskpolicy.decisions", metric.WithDescription("Decisions about who can do what."))
	return &observer{decisions, ids}, err
}

// observe implements the Observe field of a deskhttp.Guard.
func (o *observer) observe(ctx context.Context, event deskhttp.Event) {
	attributes := describe(event)
	o.decisions.Add(ctx, 1, metric.WithAttributes(attributes...)) // never with IDs: each is a time series of its own
	if o.ids {
		attributes = append(attributes, identify(event)...)
	}
	trace.SpanFromContext(ctx).AddEvent("deskpolicy.decision", trace.WithAttributes(attributes...))
}

// describe returns attributes with few values each. None of them is an ID, or a name that a
// customer chose, as a custom role has.
func describe(event deskhttp.Event) []attribute.KeyValue {
	record := event.Request.AuditRecord(event.Decision)
	attributes := []attribute.KeyValue{
		attribute.String("deskpolicy.action", record.Action),
		attribute.String("deskpolicy.subject.kind", record.SubjectKind),
		attribute.String("deskpolicy.resource.kind", record.ResourceKind),
	}
	if event.List {
		return append(attributes, attribute.Bool("deskpolicy.list", true))
	}
	return append(attributes, attribute.String("deskpolicy.outcome", record.Outcome), attribute.String("deskpolicy.reason", record.Reason))
}

// identify returns attributes that name the people and the things.
func identify(event deskhttp.Event) []attribute.KeyValue {
	record := event.Request.AuditRecord(event.Decision)
	return []attribute.KeyValue{
		attribute.String("deskpolicy.account", string(record.Account)),
		attribute.String("deskpolicy.subject.id", string(record.Subject)),
		attribute.String("deskpolicy.resource.id", record.ResourceID),
		attribute.String("deskpolicy.role", record.Role),
	}
}
