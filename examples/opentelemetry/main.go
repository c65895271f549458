// Opentelemetry reports the decisions of an HTTP server to OpenTelemetry, without the IDs of
// people and things.
//
//	go run .         # sends example requests, and prints the spans and the metrics
//	go run . -ids    # the same, with IDs in the spans
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"

	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

func main() {
	ids := flag.Bool("ids", false, "name subjects and resources in the spans")
	flag.Parse()
	if err := run(*ids, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run sends the example requests, and prints what was reported about them.
func run(ids bool, to io.Writer) error {
	reader := sdkmetric.NewManualReader()
	if err := report(ids, printer{to}, reader); err != nil {
		return err
	}
	var all metricdata.ResourceMetrics
	if err := reader.Collect(context.Background(), &all); err != nil {
		return err
	}
	for _, line := range lines(all) {
		fmt.Fprintln(to, line)
	}
	return nil
}

// lines returns the counters, a line for each combination of attributes, sorted.
func lines(all metricdata.ResourceMetrics) (lines []string) {
	for _, scope := range all.ScopeMetrics {
		for _, m := range scope.Metrics {
			for _, point := range m.Data.(metricdata.Sum[int64]).DataPoints {
				lines = append(lines, fmt.Sprintf("%s %d  %s", m.Name, point.Value, point.Attributes.Encoded(encoder{})))
			}
		}
	}
	slices.Sort(lines)
	return lines
}

// report sends the example requests to a desk whose spans go to the exporter and whose
// metrics go to the reader. A program has exporters that send both to a collector.
func report(ids bool, spans sdktrace.SpanExporter, metrics sdkmetric.Reader) (err error) {
	tracing := sdktrace.NewTracerProvider(sdktrace.WithSyncer(spans))
	measuring := sdkmetric.NewMeterProvider(sdkmetric.WithReader(metrics))
	defer func() { err = errors.Join(err, tracing.Shutdown(context.Background())) }()
	decisions, err := newObserver(measuring.Meter("desk"), ids)
	if err != nil {
		return err
	}
	desk := newDesk(tracing.Tracer("desk"), decisions)
	for _, request := range []string{
		"riya GET /tickets", "riya GET /tickets/4711", "riya GET /tickets/4712", "riya GET /tickets/4713", "riya GET /tickets/4714",
		"riya POST /tickets/4711/replies", "riya POST /tickets/4712/replies", "nobody GET /tickets/4711",
	} {
		words := strings.Fields(request)
		r := httptest.NewRequest(words[1], words[2], http.NoBody)
		r.Header.Set("X-Agent", words[0])
		desk.ServeHTTP(httptest.NewRecorder(), r)
	}
	return nil
}
