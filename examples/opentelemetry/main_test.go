package main

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/attribute"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/deskpolicy/deskpolicy/internal/golden"
)

func TestOutput(t *testing.T) {
	for name, ids := range map[string]bool{"output.golden": false, "ids.golden": true} {
		var out bytes.Buffer
		require.NoError(t, run(ids, &out))
		golden.File(t, name, out.String())
	}
}

// reported returns everything about the example requests that leaves the program.
func reported(t *testing.T, ids bool) (spans tracetest.SpanStubs, metrics metricdata.ResourceMetrics) {
	t.Helper()
	exporter, reader := kept{tracetest.NewInMemoryExporter()}, sdkmetric.NewManualReader()
	require.NoError(t, report(ids, exporter, reader))
	require.NoError(t, reader.Collect(t.Context(), &metrics))
	return exporter.GetSpans(), metrics
}

// Every request is a span with one event, and every decision is counted once.
func TestReported(t *testing.T) {
	spans, metrics := reported(t, false)
	require.Len(t, spans, 8)
	for _, span := range spans {
		require.Len(t, span.Events, 1)
		require.Equal(t, "deskpolicy.decision", span.Events[0].Name)
	}
	require.Len(t, metrics.ScopeMetrics, 1)
	counter := metrics.ScopeMetrics[0].Metrics[0]
	require.Equal(t, "deskpolicy.decisions", counter.Name)
	counted := int64(0)
	for _, point := range counter.Data.(metricdata.Sum[int64]).DataPoints {
		counted += point.Value
	}
	require.EqualValues(t, 8, counted)
}

// No ID, no group and no role is in what leaves the program, except in events of spans if the
// operator asks for it. Attributes have few values.
func TestNoIDs(t *testing.T) {
	private := []string{"riya", "acme", "billing", "refunds", "board", "Agent", "4711", "4712", "4713", "4714"}
	for _, ids := range []bool{false, true} {
		spans, metrics := reported(t, ids)
		assert.Equal(t, ids, containsAny(fmt.Sprintf("%+v", spans), private), "spans")
		counters := lines(metrics)
		assert.False(t, containsAny(strings.Join(counters, "\n"), private), "metrics: %s", counters)
	}
	var keys []attribute.Key
	spans, _ := reported(t, false)
	for _, span := range spans {
		assert.Empty(t, span.Attributes)
		for _, a := range span.Events[0].Attributes {
			keys = append(keys, a.Key)
		}
	}
	slices.Sort(keys)
	assert.Equal(t, []attribute.Key{
		"deskpolicy.action", "deskpolicy.list", "deskpolicy.outcome", "deskpolicy.reason", "deskpolicy.resource.kind", "deskpolicy.subject.kind",
	}, slices.Compact(keys))
}

func containsAny(text string, words []string) bool {
	return slices.ContainsFunc(words, func(word string) bool { return strings.Contains(text, word) })
}

// A kept exporter keeps its spans when it is shut down.
type kept struct{ *tracetest.InMemoryExporter }

func (kept) Shutdown(context.Context) error { return nil }
