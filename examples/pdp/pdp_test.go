package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy/examples/internal/curl"
)

// docs/authzen.md shows this program, and what it answers.
func TestPage(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "authzen.md"))
	require.NoError(t, err)
	program, err := os.ReadFile("main.go")
	require.NoError(t, err)
	_, code, _ := strings.Cut(string(program), "package main\n")
	assert.Contains(t, string(page), "```go\npackage main\n"+code+"```")

	pdp, err := newHelpdesk().pdp()
	require.NoError(t, err)
	exchanges := regexp.MustCompile("(?s)```console\n\\$ (curl [^\n]*)\n(.*?)```").FindAllStringSubmatch(string(page), -1)
	require.GreaterOrEqual(t, len(exchanges), 4)
	for _, exchange := range exchanges {
		var out strings.Builder
		require.NoError(t, curl.Run(pdp, exchange[1], &out))
		assert.Equal(t, exchange[2], out.String(), exchange[1])
	}
}
