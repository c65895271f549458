package main

import (
	"bytes"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy/examples/internal/curl"
	"github.com/deskpolicy/deskpolicy/internal/golden"
)

func TestOutput(t *testing.T) {
	var stdout, stderr bytes.Buffer
	require.Zero(t, run(nil, &stdout, &stderr), "stderr: %s", &stderr)
	require.Empty(t, stderr.String())
	golden.File(t, "output.golden", stdout.String())
}

// The commands of the README, and what it shows of the responses, are in the output.
func TestReadme(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	require.NoError(t, err)
	output, err := os.ReadFile(filepath.Join("testdata", "output.golden"))
	require.NoError(t, err)
	blocks := regexp.MustCompile("(?s)```console\n(.*?)```").FindAllStringSubmatch(string(readme), -1)
	require.GreaterOrEqual(t, len(blocks), 5)
	for _, block := range blocks {
		assert.Contains(t, string(output), block[1])
	}
}

// A decision over REST is the decision point's, for each agent, ticket and action.
func TestBothInterfacesAgree(t *testing.T) {
	gateway, err := newGateway(slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	command := func(text string) string {
		var out strings.Builder
		require.NoError(t, curl.Run(gateway, text, &out))
		return out.String()
	}
	for _, agent := range []string{"riya", "bob", "sue", "zed"} {
		for _, ticket := range []string{"4711", "4712", "4713", "4714", "9999"} {
			for action, rest := range map[string]string{"read": ``, "reply": `/replies --json '{"text":"Hello"}'`} {
				got := command(`curl -i -H 'X-Agent: ` + agent + `' localhost:8080/tickets/` + ticket + rest)
				answer := command(asked + `/access/v1/evaluation --json '{"subject":{"type":"agent","id":"` + agent + `"},"action":{"name":"` + action + `"},"resource":{"type":"ticket","id":"` + ticket + `"}}'`)
				allowed := strings.HasPrefix(got, "HTTP/1.1 200 ") || strings.HasPrefix(got, "HTTP/1.1 201 ")
				assert.Equal(t, allowed, strings.Contains(answer, `"decision":true`), "%s %s %s: %s", agent, action, ticket, got)
			}
		}
	}
}

// Every route for agents has a rule.
func TestRoutesHaveRules(t *testing.T) {
	assert.Empty(t, newDesk().routes().WithoutRule())
}

func TestWrongArguments(t *testing.T) {
	for _, args := range [][]string{{"-nonsense"}, {"extra"}} {
		assert.Equal(t, 2, run(args, io.Discard, io.Discard), "%v", args)
	}
	var stderr bytes.Buffer
	assert.Equal(t, 1, run([]string{"-serve", "localhost:-1"}, io.Discard, &stderr))
	assert.Contains(t, stderr.String(), "invalid port")
	assert.Equal(t, 1, run(nil, broken{}, io.Discard), "nothing can be written")
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("broken") }
