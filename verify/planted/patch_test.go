package planted

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Every lesson has a patch, or says why it has none, and every patch is under its lessons.
func TestEveryLessonIsPlanted(t *testing.T) {
	patches, err := Patches()
	require.NoError(t, err)
	lessons, err := os.ReadFile("lessons.md")
	require.NoError(t, err)
	rows := regexp.MustCompile(`(?m)^\| .* \|$`).FindAllString(string(lessons), -1)
	require.NotEmpty(t, rows)
	planted := make(map[string]bool)
	for _, row := range rows {
		cells := strings.Split(strings.Trim(row, "| "), " | ")
		if strings.HasPrefix(cells[0], "-") || cells[0] == "lesson" || cells[0] == "class" {
			continue
		}
		names := strings.Split(cells[len(cells)-1], ", ")
		if strings.HasPrefix(names[0], "nothing: ") {
			continue
		}
		for _, name := range names {
			i := slices.IndexFunc(patches, func(p Patch) bool { return p.Name == name })
			require.GreaterOrEqual(t, i, 0, "%s: there is no patch %q", cells[0], name)
			of := cells[0] + " " + cells[1]
			assert.True(t, slices.ContainsFunc(patches[i].Lessons, func(lesson string) bool { return slices.Contains(strings.Fields(of), lesson) }),
				"%s is not of %s", name, of)
			planted[name] = true
		}
	}
	for _, p := range patches {
		assert.True(t, planted[p.Name], "%s is in no row of lessons.md", p.Name)
	}
}

func TestPatchFindsLinesThatMoved(t *testing.T) {
	p, err := Parse("moved", "Title: t\nLesson: L1\nWhat: w\n\n--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n one\n-two\n+three\n")
	require.NoError(t, err)
	dir := t.TempDir()
	for text, want := range map[string]string{
		"one\ntwo\n":              "one\nthree\n",
		"zero\none\ntwo\n":        "zero\none\nthree\n",
		"one\ntwo\none\ntwo\n":    "one\nthree\none\ntwo\n",
		"one\n\ntwo\none\ntwo\nx": "one\n\ntwo\none\nthree\nx",
	} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, "x"), []byte(text), 0o600))
		changed, err := p.Apply(os.DirFS(dir))
		require.NoError(t, err)
		assert.Equal(t, want, string(changed["x"]))
	}
	require.NoError(t, os.WriteFile(filepath.Join(dir, "x"), []byte("one\nfour\n"), 0o600))
	_, err = p.Apply(os.DirFS(dir))
	assert.ErrorContains(t, err, "do not match")
	require.NoError(t, os.Remove(filepath.Join(dir, "x")))
	_, err = p.Apply(os.DirFS(dir))
	assert.ErrorIs(t, err, fs.ErrNotExist)
}

// A patch as git writes it is read; one that changes nothing, or leaves no Go, does not apply.
func TestPatchOfGit(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "x.go"), []byte("package x\n\nvar one = 1\n"), 0o600))
	for instead, want := range map[string]string{"var one = 2": "", "var one = 1": "changes nothing", "var one =": "expected operand"} {
		p, err := Parse("git", "Title: t\nLesson: L1\nWhat: w\n\ndiff --git a/x.go b/x.go\nindex 5626abf..814f4a4 100644\n--- a/x.go\n+++ b/x.go\n@@ -3 +3 @@\n-var one = 1\n+"+instead+"\n")
		require.NoError(t, err)
		changed, err := p.Apply(os.DirFS(dir))
		if want != "" {
			assert.ErrorContains(t, err, want)
			continue
		}
		require.NoError(t, err)
		assert.Equal(t, "package x\n\nvar one = 2\n", string(changed["x.go"]))
	}
}

func TestPatchIsRefused(t *testing.T) {
	for text, want := range map[string]string{
		"":                      "in the header",
		"Title: t\n":            "the header",
		"Title: t\nWhat: w\n\n": "the header needs",
		"Title: t\nWho: me\n\n": "in the header",
		"Title: t\nLesson: L1\nWhat: w\n\n@@ -1,1 +1,1 @@\n": "before any file",
		"Title: t\nLesson: L1\nWhat: w\n\n--- a/x\n-one\n":   "before any hunk",
	} {
		_, err := Parse("bad", text)
		assert.ErrorContains(t, err, want)
	}
}
