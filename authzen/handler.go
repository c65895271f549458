package authzen

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"runtime/debug"
	"strings"

	"github.com/deskpolicy/deskpolicy/internal/strictjson"
)

// The limits of a request. 11.7 asks for limits and leaves the numbers to each server.
const (
	maxBytes       = 1 << 20
	maxValues      = 1 << 16
	maxDepth       = 32
	maxEvaluations = 1000
)

// A handler serves the API.
type handler struct {
	subjects        map[string]*subjectType
	resources       map[string]*resourceType
	operatorReasons bool
	tokens          *tokens
	log             *slog.Logger
	endpoints       map[string]endpoint // by path
}

// An endpoint answers the requests to one path: POST requests by answer, or GET requests by
// a document.
type endpoint struct {
	answer   func(ctx context.Context, in map[string]any) (any, error)
	document []byte
}

// A fault is what is wrong with a request. Its text is for the developer of the service that
// asks. It does not depend on what the directory has.
type fault string

func (f fault) Error() string { return string(f) }

// errTooLong is the error for a body over maxBytes.
var errTooLong = fmt.Errorf("the body is longer than %d bytes", maxBytes)

// faultf returns a formatted fault.
func faultf(format string, args ...any) error { return fault(fmt.Sprintf(format, args...)) }

// ServeHTTP answers a request. Errors have a JSON string as their body (10.1.2).
func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if id := r.Header.Get("X-Request-ID"); id != "" { // 10.1.3
		w.Header().Set("X-Request-ID", id)
	}
	w.Header().Set("Cache-Control", "no-store")
	switch at, served := h.endpoints[r.URL.Path]; {
	case !served:
		respond(w, http.StatusNotFound, "there is no such endpoint")
	case at.document != nil && r.Method != http.MethodGet && r.Method != http.MethodHead:
		w.Header().Set("Allow", "GET, HEAD")
		respond(w, http.StatusMethodNotAllowed, "use GET")
	case at.document != nil:
		w.Header().Set("Cache-Control", "max-age=3600") // 11.9
		respond(w, http.StatusOK, json.RawMessage(at.document))
	case r.Method != http.MethodPost:
		w.Header().Set("Allow", "POST")
		respond(w, http.StatusMethodNotAllowed, "use POST")
	default:
		h.answer(w, r, at)
	}
}

// answer answers a POST request.
func (h *handler) answer(w http.ResponseWriter, r *http.Request, at endpoint) {
	in, err := read(w, r)
	var answer any
	if err == nil {
		answer, err = at.answer(r.Context(), in)
	}
	switch {
	case err == nil:
		respond(w, http.StatusOK, answer)
	case errors.Is(err, errTooLong):
		respond(w, http.StatusRequestEntityTooLarge, err.Error())
	default:
		status, text := h.failure(r.Context(), err)
		respond(w, status, text)
	}
}

// failure returns the status and the text for an error. It logs the error if the host failed,
// and keeps its text from the service that asks.
func (h *handler) failure(ctx context.Context, err error) (status int, text string) {
	if wrong := fault(""); errors.As(err, &wrong) {
		return http.StatusBadRequest, wrong.Error()
	}
	if !errors.Is(err, context.Canceled) { // the client is gone
		h.log.ErrorContext(ctx, "authzen", "error", err)
	}
	return http.StatusInternalServerError, "the decision point failed; try again"
}

// rescue makes a panic of one of the host's functions the error, so that it is answered and
// logged like other failures. http.ErrAbortHandler goes on: with it a function asks net/http
// to cut the connection.
func rescue(err *error) {
	switch value := recover(); value {
	case nil:
	case http.ErrAbortHandler:
		panic(value)
	default:
		*err = fmt.Errorf("panic: %v\n%s", value, debug.Stack())
	}
}

// respond writes a response.
func respond(w http.ResponseWriter, status int, body any) {
	text, _ := json.Marshal(body) // every body is a value that JSON has
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(text) // an error means that the client is gone
}

// read returns the object in the body of the request.
func read(w http.ResponseWriter, r *http.Request) (map[string]any, error) {
	if !isJSON(r.Header.Values("Content-Type")) {
		return nil, fault("the Content-Type is not application/json")
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBytes))
	if tooLong := new(http.MaxBytesError); errors.As(err, &tooLong) {
		return nil, errTooLong
	} else if err != nil {
		return nil, fault("the body cannot be read")
	}
	limits := strictjson.Limits{Bytes: maxBytes, Values: maxValues, Depth: maxDepth, AnyJSON: true}
	document, err := strictjson.Decode(body, limits, (*strictjson.Value).Any)
	if err != nil {
		first, _, _ := strings.Cut(err.Error(), "\n")
		return nil, fault(first)
	}
	in, isObject := document.(map[string]any)
	if !isObject {
		return nil, faultf("want an object, not %s", kindOf(document))
	}
	return in, nil
}

// isJSON reports whether the header is one application/json. It ignores parameters: JSON is
// always UTF-8.
func isJSON(header []string) bool {
	if len(header) != 1 {
		return false
	}
	kind, _, err := mime.ParseMediaType(header[0])
	return err == nil && kind == "application/json"
}
