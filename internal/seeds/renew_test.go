package seeds_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy/internal/seeds"
)

// What comes of bytes: how long they are, and which the first is.
func length(data []byte) string {
	if len(data) == 0 {
		return "empty: it has none"
	}
	return fmt.Sprintf("%s: it begins with %d", map[bool]string{true: "long", false: "short"}[len(data) > 2], data[0])
}

func TestRenew(t *testing.T) {
	pkg := t.TempDir()
	dir := filepath.Join(pkg, seeds.Dir, "FuzzIt")
	require.NoError(t, os.MkdirAll(dir, 0o755))
	for name, line := range map[string]string{
		"kept":    `[]byte("\x01\x02") // short: it begins with 1`,
		"changed": `[]byte("\x03") // short: it begins with 2`,
		"gone":    `[]byte("\x05") // shorter: it begins with 5`,
	} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte("go test fuzz v1\n"+line+"\n"), 0o600))
	}
	require.NoError(t, seeds.Renew(pkg, "FuzzIt", []string{"long", "short"}, length))

	all, err := seeds.Of(pkg, "FuzzIt")
	require.NoError(t, err)
	byName := make(map[string]seeds.Seed)
	for _, seed := range all {
		byName[seed.Name] = seed
		assert.Equal(t, length(seed.Values[0].([]byte)), seed.Reason)
	}
	require.Len(t, byName, 3)
	assert.Equal(t, []any{[]byte{1, 2}}, byName["kept"].Values)
	assert.Equal(t, []any{[]byte{2}}, byName["changed"].Values)
	assert.Len(t, byName["long"].Values[0], 3, "and no longer than it has to be")

	before, err := os.ReadFile(filepath.Join(dir, "long"))
	require.NoError(t, err)
	require.NoError(t, seeds.Renew(pkg, "FuzzIt", []string{"long", "short"}, length), "and again")
	after, err := os.ReadFile(filepath.Join(dir, "long"))
	require.NoError(t, err)
	assert.Equal(t, string(before), string(after))

	require.NoError(t, seeds.Renew(pkg, "FuzzIt", []string{"longest"}, length), "which is not found")
	kept, err := seeds.Of(pkg, "FuzzIt")
	require.NoError(t, err)
	require.Equal(t, []string{"longest"}, seeds.Without(kept, []string{"longest"}))
	require.Error(t, seeds.Renew(pkg, "FuzzOther", nil, length))
}
