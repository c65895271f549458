package seeds_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy/internal/seeds"
)

func keep(t *testing.T, text string) string {
	t.Helper()
	pkg := t.TempDir()
	dir := filepath.Join(pkg, seeds.Dir, "FuzzIt")
	require.NoError(t, os.MkdirAll(dir, 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "seed"), []byte(text), 0o644))
	return pkg
}

func TestOf(t *testing.T) {
	for text, want := range map[string]seeds.Seed{
		"go test fuzz v1\n[]byte(`{\"a\":1}`) // refused: a reason\n":            {Values: []any{[]byte(`{"a":1}`)}, Reason: "refused: a reason"},
		"go test fuzz v1\r\n[]byte(\"// \\x00\\u00e9)\")// refused: no reason":   {Values: []any{[]byte("// \x00é)")}, Reason: "refused: no reason"},
		"go test fuzz v1\nstring(\"x\") // accepted: two\n\nint64(-7)\n":         {Values: []any{"x", "-7"}, Reason: "accepted: two"},
		"go test fuzz v1\nuint16(7) // 7: first\nstring(\"\") // and no other\n": {Values: []any{"7", ""}, Reason: "7: first"},
		"go test fuzz v1\nstring(\"x // no reason\")\n":                          {Values: []any{"x // no reason"}},
	} {
		got, err := seeds.Of(keep(t, text), "FuzzIt")
		require.NoError(t, err, text)
		want.Name = "seed"
		assert.Equal(t, []seeds.Seed{want}, got)
	}
	for _, text := range []string{"", "go test fuzz v2\nstring(\"x\")\n", "go test fuzz v1\nstring(\"x\n", "go test fuzz v1\nx\n", "go test fuzz v1\nf(1, 2)\n"} {
		_, err := seeds.Of(keep(t, text), "FuzzIt")
		require.Error(t, err, text)
	}
	_, err := seeds.Of(keep(t, "go test fuzz v1\nint(1)\n"), "FuzzOther")
	require.Error(t, err)
	pkg := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(pkg, seeds.Dir, "FuzzIt"), 0o755))
	_, err = seeds.Of(pkg, "FuzzIt")
	require.ErrorContains(t, err, "has no seeds")
	assert.Equal(t, "accepted", seeds.Seed{Reason: "accepted: a: b"}.Outcome())
}

// Every target of the module has seeds, every seed is of a target, and says why it is kept.
func TestEverySeedHasAReason(t *testing.T) {
	declared := regexp.MustCompile(`(?m)^func (Fuzz\w*)\(`)
	root := filepath.Join("..", "..")
	targets, kept := make(map[string]bool), make(map[string]bool)
	require.NoError(t, filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case strings.HasSuffix(path, "_test.go"):
			source, err := os.ReadFile(path)
			for _, found := range declared.FindAllSubmatch(source, -1) {
				targets[filepath.Join(filepath.Dir(path), seeds.Dir, string(found[1]))] = true
			}
			return err
		case entry.IsDir() && strings.HasSuffix(filepath.Dir(path), seeds.Dir):
			kept[path] = true
		}
		return nil
	}))
	require.NotEmpty(t, targets)
	require.Equal(t, targets, kept)
	for dir := range kept {
		pkg, target := strings.TrimSuffix(filepath.Dir(dir), seeds.Dir), filepath.Base(dir)
		all, err := seeds.Of(pkg, target)
		require.NoError(t, err)
		assert.Greater(t, len(all), 5, "%s has few seeds", dir)
		reasons := make(map[string]string)
		for _, seed := range all {
			assert.Regexp(t, `^([a-z_]+|\d{3}): \S`, seed.Reason, "why %s of %s is kept, behind its value", seed.Name, dir)
			assert.Empty(t, reasons[seed.Reason], "%s is kept for another reason than %s", seed.Name, reasons[seed.Reason])
			reasons[seed.Reason] = seed.Name
		}
	}
}
