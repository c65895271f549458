package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"go.opentelemetry.io/otel/attribute"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

// A printer is an exporter that prints spans with their events.
type printer struct{ to io.Writer }

// ExportSpans implements [sdktrace.SpanExporter].
func (p printer) ExportSpans(_ context.Context, spans []sdktrace.ReadOnlySpan) error {
	for _, span := range spans {
		fmt.Fprintf(p.to, "span %s\n", span.Name())
		for _, event := range span.Events() {
			set := attribute.NewSet(event.Attributes...)
			fmt.Fprintf(p.to, "  %s  %s\n", event.Name, set.Encoded(encoder{}))
		}
	}
	return nil
}

// Shutdown implements [sdktrace.SpanExporter].
func (printer) Shutdown(context.Context) error { return nil }

// An encoder writes attributes without the prefix that all of them have, and without those
// that are empty.
type encoder struct{}

// Encode implements [attribute.Encoder].
func (encoder) Encode(attributes attribute.Iterator) string {
	var words []string
	for attributes.Next() {
		a := attributes.Attribute()
		if value := a.Value.String(); value != "" {
			words = append(words, strings.TrimPrefix(string(a.Key), "deskpolicy.")+"="+value)
		}
	}
	return strings.Join(words, " ")
}

// ID implements [attribute.Encoder].
func (encoder) ID() attribute.EncoderID { return encoderID }

var encoderID = attribute.NewEncoderID()
