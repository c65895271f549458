package deskpolicy_test

import (
	"fmt"
	"go/ast"
	"go/doc"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/deskpolicy/deskpolicy/internal/effort"
)

// pages returns the documents with code: the README and the pages in docs.
func pages(t *testing.T) []string {
	return append(glob(t, "docs/*.md"), "README.md")
}

// blocks returns the code blocks of a page in a language, in order.
func blocks(page, language string) (found []string) {
	for _, block := range regexp.MustCompile("(?s)\n```"+language+"\n(.*?)```").FindAllStringSubmatch(page, -1) {
		found = append(found, block[1])
	}
	return found
}

// The Go code of each page compiles as it stands, from its first block to its last: each
// block can use what the blocks before it declare.
func TestPagesCompile(t *testing.T) {
	load := importerOf(t)
	for _, name := range pages(t) {
		if name == "docs/http.md" || name == "docs/authzen.md" {
			continue // parts of programs: see TestHTTPPage and authzen's tests
		}
		t.Run(name, func(t *testing.T) {
			for i, source := range filesOf(blocks(readFile(t, name), "go")) {
				compile(t, fmt.Sprintf("%s, part %d", name, i+1), source, load)
			}
		})
	}
}

// filesOf returns the files that the blocks of a page make: each whole file on its own, and
// one of all others, with their declarations at the top and their statements in a function.
func filesOf(blocks []string) (files []string) {
	var declarations, statements string
	for _, block := range blocks {
		_, err := parser.ParseFile(token.NewFileSet(), "", "package page\n"+block, 0)
		switch {
		case strings.Contains("\n"+block, "\npackage "):
			files = append(files, block)
		case err == nil:
			declarations += block + "\n"
		default:
			statements += "{\n" + block + "\n"
		}
	}
	rest := declarations + "func _() {\n" + statements + strings.Repeat("}\n", strings.Count("\n"+statements, "\n{\n")) + "}\n"
	return append(files, "package page\n"+importsFor(rest)+rest)
}

// importsFor returns the imports of the packages that the code names.
func importsFor(code string) (imports string) {
	for _, known := range []string{
		"context", "encoding/json", "errors", "fmt", "iter", "log/slog", "net/http", "slices", "strings", "sync", "testing", "time", "database/sql",
		module, module + "/authzen", module + "/cedarexport", module + "/deskhttp", module + "/lifecycle", module + "/policytest", module + "/sqlfilter",
	} {
		if regexp.MustCompile(`\b` + path.Base(known) + `\.[A-Z]`).MatchString(code) {
			imports += fmt.Sprintf("import %q\n", known)
		}
	}
	return imports
}

// compile checks the types of a file. A variable that the page does not use is no error.
func compile(t *testing.T, name, source string, load types.Importer) {
	t.Helper()
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, name, source, 0)
	require.NoError(t, err, "%s", source)
	config := types.Config{Importer: load, Error: func(err error) {
		if found := err.(types.Error); !found.Soft {
			t.Errorf("%v: %s\n%s", found, name, strings.Split(source, "\n")[files.Position(found.Pos).Line-1])
		}
	}}
	_, _ = config.Check("page", files, []*ast.File{file}, nil) // reports to Error
}

// importerOf returns an importer of the module's packages and of what they import.
func importerOf(t *testing.T) types.Importer {
	list := exec.Command("go", "list", "-export", "-deps", "-f", "{{.ImportPath}} {{.Export}}", "./...", "testing", "database/sql", "net/http", "log/slog", "encoding/json")
	list.Stderr = os.Stderr
	output, err := list.Output()
	require.NoError(t, err)
	exported := make(map[string]string)
	for line := range strings.Lines(string(output)) {
		if name, file, found := strings.Cut(strings.TrimSpace(line), " "); found {
			exported[name] = file
		}
	}
	return importer.ForCompiler(token.NewFileSet(), "gc", func(name string) (io.ReadCloser, error) { return os.Open(exported[name]) })
}

// The Go code of each page is in the examples, which run, and what it shows as output is
// what they print, or what a program of examples prints.
func TestPagesAreExamples(t *testing.T) {
	var code, printed strings.Builder
	for _, name := range slices.Concat(glob(t, "*_test.go"), glob(t, "*/*example*_test.go"), glob(t, "examples/*/*.go")) {
		source := readFile(t, name)
		code.WriteString(untabbed(source) + "\n")
		file, err := parser.ParseFile(token.NewFileSet(), name, source, parser.ParseComments)
		require.NoError(t, err)
		for _, example := range doc.Examples(file) {
			printed.WriteString("\n" + example.Output + "\n")
		}
	}
	var programs []string // what they print
	for _, name := range glob(t, "examples/*/testdata/*.golden") {
		output := readFile(t, name)
		printed.WriteString("\n" + output + "\n")
		if programs = append(programs, output); strings.Contains(name, "whydenied") { // for one question it prints one of these
			programs = append(programs, strings.Split(strings.ReplaceAll(output, "\n\n", "\n\x00"), "\x00")...)
		}
	}
	for _, name := range pages(t) {
		page := readFile(t, name)
		for _, block := range blocks(page, "go") {
			if _, body, whole := strings.Cut(block, "\nfunc main() {\n"); whole {
				block = strings.TrimSuffix(body, "}\n")
			}
			assert.True(t, strings.Contains(code.String(), untabbed(block)), "%s: no example has this code:\n%s", name, block)
		}
		for _, block := range blocks(page, "text") {
			for part := range strings.SplitSeq("\n"+block, "\n...\n") {
				part = strings.Trim(part, "\n")
				assert.True(t, strings.Contains(printed.String(), "\n"+part+"\n"), "%s: nothing prints this; put ... where lines are left out:\n%s", name, part)
			}
		}
		for _, block := range regexp.MustCompile("(?s)\n    go run [^\n]*\n\n```text\n(.*?)```").FindAllStringSubmatch(page, -1) {
			whole := regexp.MustCompile("^" + strings.ReplaceAll("\n"+regexp.QuoteMeta(block[1]), "\n\\.\\.\\.\n", "\n(?s:.*\n)?")[1:] + "\n*$")
			assert.True(t, slices.ContainsFunc(programs, whole.MatchString), "%s: no program prints this from its first line to its last; put ... where lines are left out:\n%s", name, block[1])
		}
	}
}

// untabbed returns the code without its indentation, which depends on where it stands.
func untabbed(code string) string { return strings.ReplaceAll(code, "\t", "") }

// commands returns the commands of a page: lines of their own and parts of sentences that
// start with go or cd.
func commands(page string) (found []string) {
	for _, line := range regexp.MustCompile("(?m)(?:^    |`)((?:go (?:get|run|test)|cd) [^\n`]*)").FindAllStringSubmatch(page, -1) {
		found = append(found, strings.TrimSpace(strings.SplitN(line[1], " #", 2)[0]))
	}
	return found
}

// A flag of the tests themselves ends what go test reads: it would take the packages after it for
// the tests' arguments, and test the package of the directory alone.
func TestFlagsFollowPackages(t *testing.T) {
	first := regexp.MustCompile("go test( -(run|bench|v|short|count|timeout)[= ]\\S*)* -(full|long|load|update|screenshots|policytest)[^\n`#]* \\.")
	for _, name := range slices.Concat(pages(t), glob(t, "*.md"), glob(t, "examples/*/README.md")) {
		assert.NotRegexp(t, first, readFile(t, name), name)
	}
}

func init() { faults["F51"] = runCommands }

func TestCommands(t *testing.T) { runCommands(t) }

// runCommands checks that every command of the pages works. Those that only run a program are run here, with -full;
// .ci/run has a step for the others, or the flags name something that exists.
func runCommands(t *testing.T) {
	steps := readFile(t, ".ci/run")
	for _, name := range pages(t) {
		for _, command := range commands(readFile(t, name)) {
			checkCommand(t, name, command, steps)
		}
	}
}

func checkCommand(t *testing.T, page, command, steps string) {
	t.Helper()
	dir, rest := ".", command
	if in, then, found := strings.Cut(command, " && "); found {
		dir, rest = strings.TrimPrefix(in, "cd "), then
	}
	words := strings.Fields(rest)
	switch {
	case words[1] == "get":
		assert.Equal(t, "go get "+module, rest, page)
	case dir != ".":
		assert.FileExists(t, filepath.Join(dir, "go.mod"), page)
		assert.Contains(t, steps, " "+dir+" ", "%s: %s", page, command)
	case words[1] == "run" && len(sourceFiles(words[2])) == 0:
		nested := slices.Concat(sourceFiles("verify", words[2]), sourceFiles("bench", words[2]), sourceFiles("integration", words[2]))
		assert.NotEmpty(t, nested, "%s: %s", page, command)
	case words[1] == "run" && serves(t, words[2]):
		assert.NoError(t, exec.Command("go", "vet", words[2]).Run(), page) // its own test runs it
	case words[1] == "run" && effort.Full():
		output, err := exec.Command(words[0], words[1:]...).CombinedOutput()
		permitsMore := strings.Contains(command, "rolereview") // it exits with 1 if a role permits more than before
		assert.Equal(t, permitsMore, err != nil, "%s: %s: %v\n%s", page, command, err, output)
	case rest == "go test ./...":
		assert.Contains(t, steps, rest, page)
	}
	for i, word := range words {
		if (word == "-run" || word == "-bench") && words[1] == "test" && !strings.Contains(command, "policytest.update") {
			checkPattern(t, page, strings.Trim(words[i+1], "'"))
		}
	}
}

// sourceFiles returns the Go files in a directory.
func sourceFiles(dir ...string) []string {
	names, _ := filepath.Glob(filepath.Join(append(dir, "*.go")...)) // the pattern is well-formed
	return names
}

// serves reports whether the program is a server, which does not end.
func serves(t *testing.T, program string) bool {
	return slices.ContainsFunc(sourceFiles(program), func(name string) bool {
		return strings.Contains(readFile(t, name), ".ListenAndServe(")
	})
}

// checkPattern fails unless each alternative of a pattern names a test or a benchmark. A
// shorter one means all or none.
func checkPattern(t *testing.T, page, pattern string) {
	t.Helper()
	var functions strings.Builder
	for _, name := range slices.Concat(glob(t, "*_test.go"), glob(t, "*/*_test.go"), glob(t, "*/*/*_test.go")) {
		functions.WriteString(readFile(t, name))
	}
	for one := range strings.SplitSeq(pattern, "|") {
		if one, _, _ = strings.Cut(strings.TrimRight(one, "$"), "/"); len(one) > 3 {
			named := regexp.MustCompile(`\nfunc \w*` + strings.TrimPrefix(one, "^"))
			assert.True(t, named.MatchString(functions.String()), "%s: no test is named %s", page, one)
		}
	}
}
