package authzen_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy/internal/pinned"
)

func TestMain(m *testing.M) {
	pinned.Draws()
	m.Run()
}

// A response is a response of any endpoint.
type response struct {
	evaluated
	Evaluations []evaluated         `json:"evaluations"`
	Page        *responsePage       `json:"page"`
	Results     []map[string]string `json:"results"`

	status int
	header http.Header
	text   string // the body
}

type responsePage struct {
	NextToken *string `json:"next_token"`
	Count     *int    `json:"count"`
}

type evaluated struct {
	Decision *bool          `json:"decision"`
	Context  map[string]any `json:"context"`
}

// post sends the body to the path, as JSON.
func post(t testing.TB, pdp http.Handler, path, body string) response {
	t.Helper()
	request := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
	request.Header.Set("Content-Type", "application/json")
	return send(t, pdp, request)
}

// send sends the request. Every response is JSON, and an error is a string.
func send(t testing.TB, pdp http.Handler, request *http.Request) (got response) {
	t.Helper()
	recorder := httptest.NewRecorder()
	pdp.ServeHTTP(recorder, request)
	got.status, got.header, got.text = recorder.Code, recorder.Header(), recorder.Body.String()
	require.Equal(t, "application/json", got.header.Get("Content-Type"))
	if got.status != http.StatusOK {
		var message string
		require.NoError(t, json.Unmarshal(recorder.Body.Bytes(), &message), got.text)
		require.NotEmpty(t, message)
		return got
	}
	require.NoError(t, json.Unmarshal(recorder.Body.Bytes(), &got), got.text)
	return got
}

// roundTrip sends the body to the path, as JSON, and returns the status and the body.
func roundTrip(pdp http.Handler, path, body string) (status int, text string) {
	request := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
	request.Header.Set("Content-Type", "application/json")
	recorder := httptest.NewRecorder()
	pdp.ServeHTTP(recorder, request)
	return recorder.Code, recorder.Body.String()
}
