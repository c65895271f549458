package querybuilders

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// All Go code in the README is in the sources, and the README shows each tool.
func TestReadme(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	require.NoError(t, err)
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	blocks := regexp.MustCompile("(?s)```go\n(.*?)```").FindAllStringSubmatch(string(readme), -1)
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		source, err := os.ReadFile(name)
		require.NoError(t, err)
		shown := false
		for i, block := range blocks {
			if block != nil && strings.Contains(unindented(string(source)), unindented(block[1])) {
				blocks[i], shown = nil, true
			}
		}
		assert.True(t, shown, "the README shows %s", name)
	}
	for _, block := range blocks {
		assert.Nil(t, block, "the README's Go is in the sources")
	}
}

func unindented(code string) string { return strings.ReplaceAll(code, "\t", "") }
