package main

import (
	"fmt"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// module is the directory of this module.
var module = filepath.Join("..", "..")

// library is the root package, loaded once.
var library = sync.OnceValues(func() (*program, error) { return load(module, ".") })

func sample(t *testing.T) (*program, []*mutant) {
	t.Helper()
	p, err := load(module, filepath.Join("internal", "mutate", "testdata", "sample"))
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
	p, err := library()
	require.NoError(t, err)
	seen := make(map[key]bool)
	for _, name := range p.names {
		for _, m := range p.mutants(name) {
			assert.False(t, seen[m.key], "%v", m.key)
			seen[m.key] = true
		}
	}
}

// What is listed as equivalent is a mutant still, and has a reason.
func TestEquivalentsExist(t *testing.T) {
	known, err := readEquivalents("equivalent.txt")
	require.NoError(t, err)
	require.NotEmpty(t, known)
	exists := make(map[key]bool)
	p, err := library()
	require.NoError(t, err)
	for _, name := range p.names {
		for _, m := range p.mutants(name) {
			exists[m.key] = true
		}
	}
	for k, reason := range known {
		assert.True(t, exists[k], "there is no mutant %v any more", k)
		assert.NotEmpty(t, reason)
	}
}

func TestEquivalentsAreRead(t *testing.T) {
	file := filepath.Join(t.TempDir(), "equivalent.txt")
	k := key{"a.go", "f", "drop-operand", "a && b", "a", 2}
	require.NoError(t, os.WriteFile(file, []byte("# a comment\n\n"+entry(k)+"\tb always holds\n\tby then\n\n"+entry(key{"a.go", "f", "delete-statement", "a()", "", 1})+"\tit does nothing\n"), 0o600))
	known, err := readEquivalents(file)
	require.NoError(t, err)
	assert.Equal(t, equivalents{k: "b always holds by then", {"a.go", "f", "delete-statement", "a()", "", 1}: "it does nothing"}, known)

	for text, want := range map[string]string{"a.go f\n": "wants a file", "a.go f g\n\t- a\n\t+ b\n": "no reason"} {
		require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
		_, err := readEquivalents(file)
		assert.ErrorContains(t, err, want)
	}
}

// The tests that compare with a golden file are told from the others.
func TestGoldenTests(t *testing.T) {
	names, err := goldenTests(filepath.Join("..", ".."))
	require.NoError(t, err)
	assert.Contains(t, names, "TestBuiltInRolesGolden")
	assert.NotContains(t, names, "TestRequirements")
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
	p, err := library()
	require.NoError(t, err)
	overlay, err := policyOverlay(p)
	require.NoError(t, err)
	assert.Contains(t, string(overlay["builtin.go"]), `define(name, "", policyMutant(name, permissions))`)
}

func TestGremlinsLines(t *testing.T) {
	p, mutants := sample(t)
	ours := make(map[edit]bool)
	for _, m := range mutants {
		ours[m.edit] = true
	}
	before, _, found := strings.Cut(string(p.source["sample.go"]), "> most")
	require.True(t, found)
	line, column := 1+strings.Count(before, "\n"), len(before)-strings.LastIndex(before, "\n")
	for _, operator := range []string{"CONDITIONALS_BOUNDARY", "CONDITIONALS_NEGATION"} {
		e, ok := p.gremlinsEdit([]string{"", operator, "sample.go", fmt.Sprint(line), fmt.Sprint(column)})
		require.True(t, ok)
		assert.True(t, ours[e], "%v", e)
	}
}
