package curl_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy/examples/internal/curl"
)

var echo = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	w.Header().Set("X-Seen", r.Header.Get("X-Agent"))
	w.WriteHeader(http.StatusAccepted)
	fmt.Fprintln(w, r.Method, r.Host, r.URL, r.Header.Get("Content-Type"), string(body))
})

func TestRun(t *testing.T) {
	for command, want := range map[string]string{
		`curl localhost:8080/x?a=b`: "GET localhost:8080 http://localhost:8080/x?a=b  \n",
		`curl -i -H 'X-Agent: riya' localhost:8080/x --json '{"a": "b c"}'`: "HTTP/1.1 202 Accepted\nX-Seen: riya\n\n" +
			"POST localhost:8080 http://localhost:8080/x application/json {\"a\": \"b c\"}\n",
	} {
		var got strings.Builder
		require.NoError(t, curl.Run(echo, command, &got))
		assert.Equal(t, want, got.String())
	}
}

func TestWrongCommands(t *testing.T) {
	for _, command := range []string{``, `wget localhost:8080/`, `curl localhost:9090/`, `curl localhost:8080/ --json`, `curl 'localhost:8080/`} {
		assert.Error(t, curl.Run(echo, command, io.Discard), command)
	}
	assert.ErrorIs(t, curl.Run(echo, `curl localhost:8080/`, broken{}), errBroken)
}

var errBroken = errors.New("broken")

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errBroken }
