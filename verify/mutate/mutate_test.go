package main

import (
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy/verify/planted"
)

func sample(t *testing.T) (*program, []*mutant) {
	t.Helper()
	p, err := load(".", filepath.Join("testdata", "sample"))
	require.NoError(t, err)
	return p, p.mutants("sample.go")
}

// The operators find what they are for.
func TestOperators(t *testing.T) {
	_, mutants := sample(t)
	has := make(map[string]bool)
	for _, m := range mutants {
		has[strings.TrimPrefix(m.key.String(), "sample.go ")] = true
	}
	for _, want := range []string{
		`Low arithmetic-base: 1 + iota -> 1 - iota`,
		`most constant-plus-one: 3 -> 4`,
		`levels drop-element: Middle -> nothing`,
		`levels swap-elements: Low, Middle -> Middle, Low`,
		`levels adjacent-constant: High -> Middle`,
		`door.passes conditionals-boundary: n > most -> n >= most`,
		`door.passes conditionals-negation: level >= d.level -> level < d.level`,
		`door.passes condition-true: n > most -> true`,
		`door.passes condition-false: n > most -> false`,
		`door.passes constant-minus-one: most -> (most - 1)`,
		`door.passes condition-true: false -> true`,
		`door.passes drop-operand: d.open && !d.locked -> d.open`,
		`door.passes invert-logical (2): d.open && !d.locked -> d.open || !d.locked`,
		`door.passes negate-condition: d.open -> !(d.open)`,
		`door.passes remove-not: !d.locked -> d.locked`,
		`door.passes swap-field: d.open -> d.locked`,
		`door.passes swap-parameter: level -> other`,
		`count invert-loopctrl: continue -> break`,
		`count delete-statement: n++ -> nothing`,
		`count increment-decrement: n++ -> n--`,
		`count delete-loop: for _, each := range all { -> for _, each := range all { break`,
		`count break-loop: for _, each := range all { -> for _, each := range all { ... break`,
		`count return-zero: n -> 0`,
		`Level.name delete-case: case High: -> nothing`,
		`Level.name drop-case: case Low, Middle: -> case Low:`,
		`Level.name return-zero: "low" -> ""`,
		`away drop-element: 2 -> 0`,
	} {
		if !has[want] {
			want = strings.Replace(want, " (2)", "", 1)
		}
		assert.True(t, has[want], "there is no %q", want)
	}
}

// All mutants of a file compile beside each other; what cannot is known.
func TestSchema(t *testing.T) {
	p, mutants := sample(t)
	text, viable, unviable, err := p.newSchema("sample.go", mutants)
	require.NoError(t, err)
	_, err = parser.ParseFile(token.NewFileSet(), "sample.go", text, 0)
	require.NoError(t, err)

	assert.NotContains(t, string(text), "untyped nil", "nil is zero as it is")

	in := func(list []*mutant, operator, before string) bool {
		return slices.ContainsFunc(list, func(m *mutant) bool { return m.Operator == operator && m.Before == before })
	}
	assert.True(t, in(viable, "condition-true", "n > most"), "n, which is not used any more, is used")
	assert.True(t, in(viable, "return-zero", `"low"`), "receivers and parameters without a name get one")
	assert.True(t, in(viable, "delete-loop", "for _, each := range all {"))
	assert.True(t, in(unviable, "drop-element", "High"), "an array of two is none of three")
	for _, m := range viable {
		assert.Contains(t, string(text), fmt.Sprintf("mutant%d", m.id), m.key)
	}
	assert.NotContains(t, string(text), "1 - iota", "a constant is no variable")
}

// A key is that of one mutant.
func TestKeysAreDistinct(t *testing.T) {
	_, mutants := sample(t)
	seen := make(map[key]bool)
	for _, m := range mutants {
		assert.False(t, seen[m.key], "%v", m.key)
		seen[m.key] = true
	}
}

func TestEquivalentsAreRead(t *testing.T) {
	k := key{"a.go", "f", "drop-operand", "a && b", "a", 2}
	known, err := parseEquivalents("# a comment\n\n" + entry(k) + "\tb always holds\n\tby then\n\n" + entry(key{"a.go", "f", "delete-statement", "a()", "", 1}) + "\tit does nothing\n")
	require.NoError(t, err)
	assert.Equal(t, equivalents{{"", "f", "drop-operand", "a && b", "a", 2}: "b always holds by then", {"", "f", "delete-statement", "a()", "", 1}: "it does nothing"}, known)
	k.File = "b.go"
	reason, listed := known.reason(k)
	assert.True(t, listed, "in whichever file")
	assert.Equal(t, "b always holds by then", reason)

	for text, want := range map[string]string{"a.go f\n": "write a file", "a.go f g\n\t- a\n\t+ b\n": "add the reason", "a.go f g x\n\t- a\n": "invalid syntax"} {
		_, err := parseEquivalents(text)
		assert.ErrorContains(t, err, want)
	}
	known, err = readEquivalents()
	require.NoError(t, err)
	assert.NotEmpty(t, known)
}

// What is kept about code that changed is listed, with what to do about it.
func TestCheck(t *testing.T) {
	p, _ := sample(t)
	known, err := parseEquivalents("sample.go count delete-statement\n\t- n++\n\t+\n\tr\n\n" +
		"sample.go counted delete-statement\n\t- n++\n\t+\n\tr\n\n" + "sample.go count delete-statement\n\t- m++\n\t+\n\tr\n")
	require.NoError(t, err)
	lines := known.stale([]*program{p})
	require.Len(t, lines, 2)
	assert.Contains(t, lines[0], "- m++")
	assert.NotContains(t, lines[0], "similar one")
	assert.Contains(t, lines[1], "There is a similar one in count.")

	patches, err := planted.Patches()
	require.NoError(t, err)
	lines = stalePatches(t.TempDir(), patches[:1])
	require.Len(t, lines, 1, "there is no such file")
	assert.Contains(t, lines[0], "planted/"+patches[0].Name+".patch: open ")
	assert.Contains(t, lines[0], patches[0].What)
	assert.Contains(t, (&bug{Patch: patches[0], err: fs.ErrNotExist}).String(), planted.Remake)

	const sampled = "Title: t\nLesson: L1\nWhat: w\n\n--- a/testdata/sample/sample.go\n+++ b/testdata/sample/sample.go\n@@ -13 +13 @@\n-const most = 3\n+const most = "
	for most, want := range map[string]string{"4\n": "", "least\n": "undefined: least"} {
		patch, err := planted.Parse("sampled", sampled+most)
		require.NoError(t, err)
		lines = stalePatches(".", []planted.Patch{patch})
		if want == "" {
			assert.Empty(t, lines)
			continue
		}
		require.Len(t, lines, 1)
		assert.Contains(t, lines[0], "planted/sampled.patch: it does not compile: ")
		assert.Contains(t, lines[0], want)
	}

	assert.Empty(t, p.staleNames())
	other, err := load("..", "planted")
	require.NoError(t, err)
	lines = other.staleNames()
	require.Len(t, lines, 2)
	assert.Contains(t, lines[0], "the function builtIn")
	assert.Contains(t, lines[1], "the variable deskTable does not exist")
}

// The tests that compare with a golden file are told from the others.
func TestGoldenTests(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "x_test.go"), []byte("package x\n\nfunc TestFile(t *T) { golden.File(t, 1) }\n\nfunc TestOther(t *T) { gilded.File(t, 1) }\n"), 0o600))
	names, err := goldenTests(dir)
	require.NoError(t, err)
	assert.Equal(t, []string{"TestFile"}, names)
}

// The mutants of the policy are every built-in role with every action.
func TestPolicyMutants(t *testing.T) {
	count := make(map[string]int)
	seen := make(map[string]bool)
	for _, m := range policyMutants() {
		count[m.Operator]++
		assert.False(t, seen[m.env], m.env)
		seen[m.env] = true
	}
	for _, operator := range []string{"drop-permission", "add-permission", "narrow-permission", "widen-permission"} {
		assert.Positive(t, count[operator], operator)
	}
	p, _ := sample(t)
	overlay, err := policyOverlay(p)
	require.NoError(t, err)
	assert.Contains(t, string(overlay["sample.go"]), "len(policyMutant(name, permissions))")
}
