package authzen_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The code of docs/authzen.md is in the examples, except its program, which examples/pdp
// tests. The operator's reasons are as it shows them.
func TestPage(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "docs", "authzen.md"))
	require.NoError(t, err)
	examples, err := os.ReadFile("example_test.go")
	require.NoError(t, err)
	blocks := regexp.MustCompile("(?s)```go\n(.*?)```").FindAllStringSubmatch(string(text), -1)
	require.Len(t, blocks, 6)
	for _, block := range blocks {
		if !strings.HasPrefix(block[1], "package main\n") {
			assert.Contains(t, strings.ReplaceAll(string(examples), "\t", ""), strings.ReplaceAll(block[1], "\t", ""))
		}
	}
	c := newDesk().config()
	c.OperatorReasons = true
	shown := regexp.MustCompile("(?s)```json\n(.*?)```").FindStringSubmatch(string(text))
	require.NotNil(t, shown)
	assert.JSONEq(t, shown[1], post(t, handler(t, c), evaluation, `{`+riya+`,`+reply+`,`+t5+`}`).text)
}
