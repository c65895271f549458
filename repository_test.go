package deskpolicy_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/internal/effort"
)

// Tests of the repository's own rules.

// module is the path of this module.
const module = "github.com/deskpolicy/deskpolicy"

// goTool runs the go command with environment settings added, and returns what it prints.
func goTool(t *testing.T, env []string, args ...string) string {
	t.Helper()
	cmd := exec.Command("go", args...)
	cmd.Env = append(os.Environ(), env...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	require.NoError(t, err, "go %s: %s", strings.Join(args, " "), &stderr)
	return string(out)
}

// The public packages need only the standard library, except policytest, which needs
// rapid. Packages that only tests use can have more dependencies.
func TestStandardLibraryOnly(t *testing.T) {
	const forTests = module + "/policytest"
	var public []string
	for _, path := range strings.Fields(goTool(t, nil, "list", "./...")) {
		if !strings.HasPrefix(path, module+"/internal/") && path != forTests {
			public = append(public, path)
		}
	}
	assert.Contains(t, public, module)
	needed := func(paths ...string) []string {
		list := []string{"list", "-deps", "-f", "{{if not .Standard}}{{.ImportPath}}{{end}}"}
		return strings.Fields(goTool(t, nil, append(list, paths...)...))
	}
	proofs := []string{module + "/internal/oracle", module + "/internal/worlds", module + "/internal/pinned", module + "/internal/golden", module + "/internal/effort"}
	for _, path := range needed(public...) {
		assert.True(t, path == module || strings.HasPrefix(path, module+"/"), "%s is not in the standard library", path)
		assert.NotContains(t, append(proofs, forTests), path, "is for tests only")
	}
	library := []string{module, module + "/internal/legible", module + "/internal/strictjson"}
	for _, path := range []string{module + "/lifecycle", module + "/deskhttp"} {
		assert.ElementsMatch(t, append(slices.Clone(library), path), needed(path))
	}
	assert.ElementsMatch(t, append(slices.Clone(library), module+"/internal/plaintype", "pgregory.net/rapid", forTests), needed(forTests))
}

// Decisions and plans do not use a clock, randomness, input or output. Reflection only
// tells whether a host type is a pointer.
func TestPureImports(t *testing.T) {
	for pkg, allowed := range map[string][]string{
		".": {
			module + "/internal/legible", module + "/internal/strictjson", "bytes", "cmp", "encoding/json", "errors", "fmt", "iter", "log/slog", "maps",
			"math", "math/bits", "reflect", "slices", "strconv", "strings", "sync", "time", "unicode", "unicode/utf8",
		},
		"./lifecycle": {module, module + "/internal/legible", "errors", "fmt", "log/slog", "math/bits", "slices", "strings"},
	} {
		imports := strings.Fields(goTool(t, nil, "list", "-f", "{{join .Imports \"\\n\"}}", pkg))
		assert.NotEmpty(t, imports)
		for _, name := range imports {
			assert.Contains(t, allowed, name, "%s imports it", pkg)
		}
	}
}

func TestBuildsOnOtherPlatforms(t *testing.T) {
	t.Parallel()
	for name, env := range map[string][]string{
		"WebAssembly":       {"GOOS=wasip1", "GOARCH=wasm"},
		"32 bits":           {"GOARCH=386"},
		"oldest Go release": {"GOTOOLCHAIN=go1.24.0"},
	} {
		t.Run(name, func(t *testing.T) {
			goTool(t, env, "build", "-o", os.DevNull, ".", "./lifecycle", "./deskhttp")
		})
	}
}

// The module's requirements are few, since its importers get them too, and the oldest
// versions that pass the tests; go.mod says what fails with older ones. The tests run
// with exactly these versions.
func TestModule(t *testing.T) {
	type version struct{ Path, Version string }
	var module struct {
		Go        string
		Toolchain *string
		Replace   []any
		Require   []struct {
			version
			Indirect bool
		}
	}
	require.NoError(t, json.Unmarshal([]byte(goTool(t, nil, "mod", "edit", "-json")), &module))
	assert.Equal(t, "1.24.0", module.Go)
	assert.Nil(t, module.Toolchain)
	assert.Empty(t, module.Replace)
	var direct []version
	for _, r := range module.Require {
		selected := goTool(t, nil, "list", "-m", "-f", "{{.Version}}", r.Path)
		assert.Equal(t, r.Version, strings.TrimSpace(selected), "the tests run with the required version of %s", r.Path)
		if !r.Indirect {
			direct = append(direct, r.version)
		}
	}
	assert.Equal(t, []version{
		{"github.com/google/go-cmp", "v0.5.8"},
		{"github.com/stretchr/testify", "v1.7.2"},
		{"pgregory.net/rapid", "v1.1.0"},
	}, direct)
}

// Each package has one package comment, and no file has unfinished work.
func TestSources(t *testing.T) {
	documented := make(map[string][]string)
	unfinished := regexp.MustCompile(`(?i)\b(TO` + `DO|FIX` + `ME|X` + `XX)\b`)
	err := filepath.WalkDir(".", func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(path) != ".go" {
			return err
		}
		source, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		assert.False(t, unfinished.Match(source), "%s has unfinished work", path)
		if regexp.MustCompile(`(?m)^(// .*\n|\*/\n)package `).Match(source) && !strings.HasSuffix(path, "_test.go") {
			documented[filepath.Dir(path)] = append(documented[filepath.Dir(path)], path)
		}
		return nil
	})
	require.NoError(t, err)
	for dir, files := range documented {
		assert.Len(t, files, 1, "%s has one package comment", dir)
	}
	assert.Contains(t, documented, ".")
}

// The README has at most 900 words, and the two commands that do everything.
func TestReadme(t *testing.T) {
	readme, script := readFile(t, "README.md"), readFile(t, filepath.Join(".ci", "run"))
	assert.LessOrEqual(t, len(strings.Fields(readme)), 900)
	for _, command := range []string{"go run ./examples/quickstart", "go test ./..."} {
		assert.Contains(t, readme, "\n    "+command+"\n")
		assert.Contains(t, script, command)
	}
	for _, page := range glob(t, "docs/*.md") {
		if page != "docs/corpus.md" { // for those who change the library: CONTRIBUTING.md
			assert.Contains(t, readme, "("+page+")", "the README names every page")
		}
	}
}

// The grids of docs/scopes.md are what the examples print, and its tables have every rule of
// a grid, every relation and every named set.
func TestScopesPage(t *testing.T) {
	page := readFile(t, filepath.Join("docs", "scopes.md"))
	file, err := parser.ParseFile(token.NewFileSet(), "scopes_example_test.go", nil, parser.ParseComments)
	require.NoError(t, err)
	printed := make(map[string]string)
	for _, example := range doc.Examples(file) {
		if strings.HasPrefix(example.Name, "Scope_") && !strings.HasPrefix(example.Name, "Scope_U") {
			printed[example.Name] = example.Output
		}
	}
	for _, block := range regexp.MustCompile("(?s)```go\n(.*?)```").FindAllStringSubmatch(page, -1) {
		assert.Contains(t, readFile(t, "scopes_example_test.go"), block[1], "docs/scopes.md shows code that no example has")
	}
	titles, grids := 0, regexp.MustCompile("(?s)\n### ([^\n]*)\n[^#]*?`Example(\\w+)` prints:\n\n```text\n(.*?)```").FindAllStringSubmatch(page, -1)
	for _, grid := range grids {
		product, name, text := grid[1], grid[2], grid[3]
		assert.Equal(t, printed[name], text, name)
		for _, title := range regexp.MustCompile(`(?m)^(\w.*): (.*)$`).FindAllStringSubmatch(text, -1) {
			titles++
			scope := "`" + strings.ReplaceAll(title[2], "|", "`, `") + "`"
			assert.Contains(t, page, fmt.Sprintf("\n| %s | %s | %s |\n", product, title[1], scope))
		}
		delete(printed, name)
	}
	assert.Empty(t, printed, "docs/scopes.md does not show what these examples print")
	assert.GreaterOrEqual(t, len(grids), 12)
	_, table, found := strings.Cut(page, "| product | rule | scope |\n| --- | --- | --- |\n")
	require.True(t, found)
	table, _, _ = strings.Cut(table, "\n\n")
	assert.Equal(t, titles, strings.Count(table+"\n", "\n"), "each row of the table has a grid")
}

// The code of docs/http.md is in the examples of deskhttp, and its output is what they print.
func TestHTTPPage(t *testing.T) {
	page, code := readFile(t, filepath.Join("docs", "http.md")), ""
	printed := make(map[string]bool)
	for _, path := range glob(t, "deskhttp/example*_test.go") {
		code += strings.ReplaceAll(readFile(t, path), "\t", "")
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments)
		require.NoError(t, err)
		for _, example := range doc.Examples(file) {
			printed[example.Output] = true
		}
	}
	blocks := regexp.MustCompile("(?s)```(go|text)\n(.*?)```").FindAllStringSubmatch(page, -1)
	for _, block := range blocks {
		if block[1] == "go" {
			assert.True(t, strings.Contains(code, strings.ReplaceAll(block[2], "\t", "")), "no example of deskhttp has this code:\n%s", block[2])
		} else {
			assert.True(t, printed[block[2]], "no example of deskhttp prints this:\n%s", block[2])
		}
	}
	assert.GreaterOrEqual(t, len(blocks), 12)
}

// The tables of docs/scopes.md have every relation and every named set.
func TestScopesPageNames(t *testing.T) {
	page := readFile(t, filepath.Join("docs", "scopes.md"))
	constants := regexp.MustCompile("(?m)^\\| `(\\w+)` \\| `(\\w+)` \\|").FindAllStringSubmatch(page, -1)
	names := make(map[string]string)
	for _, row := range constants {
		names[row[1]] = row[2]
		var s deskpolicy.Scope
		assert.NoError(t, s.UnmarshalText([]byte(row[1])))
		assert.Contains(t, readFile(t, "scope.go"), "\t"+row[2])
	}
	for s := deskpolicy.InGroup; s <= deskpolicy.Anything; s <<= 1 {
		if name := s.String(); s != deskpolicy.Assigned && s != deskpolicy.Anything { // which are shown as sets
			assert.Contains(t, names, name)
		}
	}
	for _, name := range []string{"assigned", "restricted", "group", "shared", "global"} {
		assert.Contains(t, names, name)
	}
}

func readFile(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	return string(text)
}

// glob returns the files that match the pattern, at least one.
func glob(t *testing.T, pattern string) []string {
	t.Helper()
	files, err := filepath.Glob(pattern)
	require.NoError(t, err)
	require.NotEmpty(t, files)
	return files
}

// Every rule of docs/requirements.md has a subtest named after its number.
func TestEveryRequirementIsTested(t *testing.T) {
	tested := make(map[string]bool)
	for _, file := range slices.Concat(glob(t, "*_test.go"), glob(t, "lifecycle/*_test.go")) {
		for _, run := range regexp.MustCompile(`t\.Run\("([SGR]\d+)"`).FindAllStringSubmatch(readFile(t, file), -1) {
			tested[run[1]] = true
		}
	}
	rules := regexp.MustCompile(`(?m)^\| ([SGR]\d+) \| [NF] \|`).FindAllStringSubmatch(readFile(t, filepath.Join("docs", "requirements.md")), -1)
	require.NotEmpty(t, rules)
	for _, rule := range rules {
		assert.True(t, tested[rule[1]], "%s has no test", rule[1])
	}
}

// Every reading of docs/requirements.md is cited by a test, as the name of a subtest or in
// parentheses, and every number cited anywhere is in docs/requirements.md.
func TestEveryCitationExists(t *testing.T) {
	requirements := readFile(t, filepath.Join("docs", "requirements.md"))
	listed := make(map[string]bool)
	for _, row := range regexp.MustCompile(`(?m)^\| \[?([ABGRS]\d+)\b`).FindAllStringSubmatch(requirements, -1) {
		assert.False(t, listed[row[1]], "docs/requirements.md has %s twice", row[1])
		listed[row[1]] = true
	}
	cited := make(map[string]bool)
	inTest := regexp.MustCompile(`t\.Run\("(A\d+)"|\(((?:A\d+(?:, )?)+)\)`)
	number := regexp.MustCompile(`\b[ABGRS]\d+\b`)
	for path, text := range sourcesAndDocuments(t) {
		text = strings.ReplaceAll(text, "R32:", "") // a field of unicode.RangeTable
		for _, name := range number.FindAllString(text, -1) {
			assert.True(t, listed[name], "%s cites %s, which docs/requirements.md does not have: add it there, or cite another", path, name)
		}
		if strings.HasSuffix(path, "_test.go") {
			for _, match := range inTest.FindAllStringSubmatch(text, -1) {
				for _, reading := range strings.Split(match[1]+match[2], ", ") {
					cited[reading] = true
				}
			}
		}
	}
	readings := 0
	for name := range listed {
		if strings.HasPrefix(name, "A") {
			readings++
			assert.True(t, cited[name], "no test cites %s: name a subtest after it, or cite it as (%s)", name, name)
		}
	}
	assert.GreaterOrEqual(t, readings, 43)
}

// sourcesAndDocuments returns the texts of all Go files, documents and data of examples.
func sourcesAndDocuments(t *testing.T) map[string]string {
	t.Helper()
	texts := make(map[string]string)
	require.NoError(t, filepath.WalkDir(".", func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !slices.Contains([]string{".go", ".md", ".json", ".cedar", ".txt"}, filepath.Ext(path)) {
			return err
		}
		if !slices.Contains(strings.Split(path, string(filepath.Separator)), "testdata") {
			texts[path] = readFile(t, path)
		}
		return nil
	}))
	return texts
}

// Readings cannot be configured: the packages that decide export no variables except
// errors (A38).
func TestNoSwitches(t *testing.T) {
	for _, name := range slices.Concat(glob(t, "*.go"), glob(t, "lifecycle/*.go")) {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		require.NoError(t, err)
		for _, decl := range file.Decls {
			if variables, ok := decl.(*ast.GenDecl); ok && variables.Tok == token.VAR {
				for _, spec := range variables.Specs {
					for _, variable := range spec.(*ast.ValueSpec).Names {
						assert.False(t, variable.IsExported() && !strings.HasPrefix(variable.Name, "Err"), "%s: %s can be set; export a function", name, variable)
					}
				}
			}
		}
	}
}

func init() { faults["F49"] = figures }

// The figures on the verification page agree with the repository: the numbers of fuzz
// targets and planted bugs exactly, the others as lower bounds. Tests that count
// requests check their own figures: see effort.Documented.
func figures(t *testing.T) {
	page := readFile(t, filepath.FromSlash(effort.Page))
	targets, seeds, planted := 0, 0, len(glob(t, "verify/planted/*.patch"))
	require.NoError(t, filepath.WalkDir(".", func(path string, entry os.DirEntry, err error) error {
		switch {
		case err != nil || entry.IsDir():
			return err
		case strings.HasSuffix(path, "_test.go"):
			targets += len(regexp.MustCompile(`(?m)^func Fuzz`).FindAllString(readFile(t, path), -1))
		case strings.Contains(filepath.ToSlash(path), "testdata/fuzz/"):
			seeds++
		}
		return nil
	}))
	corpus := readFile(t, filepath.FromSlash("verify/corpus/testdata/requests.jsonl"))
	requests, allowed := strings.Count(corpus, "\n"), strings.Count(corpus, `"allowed":true`)
	for pattern, counted := range map[string][]int{
		`\| (\S+) requests \| \|\n`:             {requests},
		`\n(\S+ requests, \S+) of them allowed`: {requests, allowed},
		`from (\S+) seeds`:                      {seeds},
	} {
		found := regexp.MustCompile(pattern).FindStringSubmatch(page)
		if assert.NotNil(t, found, pattern) {
			assert.True(t, effort.Matches(effort.Figures(found[1]), counted), "%s says %q, but there are %d", effort.Page, found[0], counted)
		}
	}
	for pattern, counted := range map[string]int{`(\d+) targets`: targets, `plants (\d+) bugs`: planted, `: (\d+) of \d+\n`: planted} {
		found := regexp.MustCompile(pattern).FindAllStringSubmatch(page, -1)
		assert.NotEmpty(t, found, pattern)
		for _, row := range found {
			assert.Equal(t, []int{counted}, effort.Figures(row[1]), "%s says %q", effort.Page, row[0])
		}
	}
}

// The go command passes everything after a flag of the test binary to the tests, so
// packages named after such a flag are not tested.
func TestPackagesComeBeforeFlagsOfTests(t *testing.T) {
	for _, path := range []string{".ci/run", "CONTRIBUTING.md", "README.md", effort.Page} {
		behind := regexp.MustCompile("go test [^\n`|]*-(full|long|part|questions)[^\n`|]* \\./").FindString(readFile(t, filepath.FromSlash(path)))
		assert.Empty(t, behind, "%s: name the packages first", path)
	}
}

// The newest version in the changelog is the library's version, with the suffix "-dev"
// until it has a date. Each version starts with the decisions that it changes.
func TestChangelog(t *testing.T) {
	versions := strings.Split(readFile(t, "CHANGELOG.md"), "\n## ")[1:]
	require.NotEmpty(t, versions)
	for i, text := range versions {
		heading := regexp.MustCompile(`^v(\d+\.\d+\.\d+) - (unreleased|\d{4}-\d{2}-\d{2})\n\n\*\*Decisions changed\*\*`).FindStringSubmatch(text)
		require.NotNil(t, heading, "the start of version %.40q of the changelog", text)
		version, date := heading[1], heading[2]
		if date == "unreleased" {
			version += "-dev"
			assert.Zero(t, i, "only the newest version is unreleased")
		}
		if i == 0 {
			assert.Equal(t, version, deskpolicy.Version)
		}
	}
}

// Every exported identifier has a doc comment.
func TestExportedIsDocumented(t *testing.T) {
	for _, name := range slices.Concat(glob(t, "*.go"), glob(t, "lifecycle/*.go"), glob(t, "deskhttp/*.go")) {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
		require.NoError(t, err)
		for _, decl := range file.Decls {
			switch decl := decl.(type) {
			case *ast.FuncDecl:
				if decl.Name.IsExported() && decl.Doc == nil {
					t.Errorf("%s: %s is not documented", name, decl.Name)
				}
			case *ast.GenDecl:
				for _, spec := range decl.Specs {
					checkDocumented(t, name, decl, spec)
				}
			}
		}
	}
}

func checkDocumented(t *testing.T, file string, decl *ast.GenDecl, spec ast.Spec) {
	t.Helper()
	switch spec := spec.(type) {
	case *ast.TypeSpec:
		if spec.Name.IsExported() && spec.Doc == nil && decl.Doc == nil {
			t.Errorf("%s: %s is not documented", file, spec.Name)
		}
	case *ast.ValueSpec:
		if spec.Names[0].IsExported() && spec.Doc == nil && spec.Comment == nil && decl.Doc == nil {
			t.Errorf("%s: %s is not documented", file, spec.Names[0])
		}
	}
}

// The table of engines in docs/costs.md is in the report of the bench.
func TestSideBySide(t *testing.T) {
	_, section, found := strings.Cut(readFile(t, "docs/costs.md"), "\n## Side by side\n")
	require.True(t, found)
	section, _, _ = strings.Cut(section, "\n## ")
	report, rows := readFile(t, filepath.Join("bench", "report.md")), 0
	for line := range strings.Lines(section) {
		if strings.HasPrefix(line, "|") {
			rows++
			assert.Contains(t, report, line)
		}
	}
	assert.Greater(t, rows, 5)
}
