// Package seeds reads the seeds of fuzz targets in testdata/fuzz, with the reason why each
// is kept. The reason is a comment after the value, which the go command ignores:
//
//	go test fuzz v1
//	[]byte(`{"a":1,"a":2}`) // refused: a duplicate key
package seeds

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Dir is the directory of a package's seeds, with a directory for each target.
var Dir = filepath.Join("testdata", "fuzz")

// A Seed is one input of a target.
type Seed struct {
	Name   string
	Values []any  // each a []byte, a string, or the text of a number
	Reason string // why it is kept, or ""
}

// Outcome returns the part of the reason before the colon.
func (s Seed) Outcome() string {
	outcome, _, _ := strings.Cut(s.Reason, ":")
	return outcome
}

// Of returns the seeds of the target in the package's directory, by name. It is an error if
// there are none.
func Of(pkg, target string) ([]Seed, error) {
	dir := filepath.Join(pkg, Dir, target)
	found, err := In(os.DirFS(dir), ".")
	if err != nil {
		return nil, fmt.Errorf("%s: %w", dir, err)
	}
	return found, nil
}

// In returns the seeds in the directory.
func In(files fs.FS, dir string) ([]Seed, error) {
	entries, err := fs.ReadDir(files, dir)
	if err != nil {
		return nil, err
	}
	var found []Seed
	for _, entry := range entries {
		data, err := fs.ReadFile(files, path.Join(dir, entry.Name()))
		if err != nil {
			return nil, err
		}
		seed, err := parse(data)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path.Join(dir, entry.Name()), err)
		}
		seed.Name = entry.Name()
		found = append(found, seed)
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("%s has no seeds", dir)
	}
	return found, nil
}

// Without returns the outcomes that no seed has.
func Without(kept []Seed, outcomes []string) []string {
	return slices.DeleteFunc(slices.Clone(outcomes), func(outcome string) bool {
		return slices.ContainsFunc(kept, func(seed Seed) bool { return seed.Outcome() == outcome })
	})
}

const header = "go test fuzz v1"

// parse reads a seed as the go command does. The first comment is the reason.
func parse(data []byte) (seed Seed, err error) {
	first, rest, _ := bytes.Cut(data, []byte("\n"))
	if string(bytes.TrimSpace(first)) != header {
		return seed, fmt.Errorf("the first line is not %q", header)
	}
	for line := range strings.Lines(string(rest)) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		value, length, err := parseValue(line)
		if err != nil {
			return seed, err
		}
		seed.Values = append(seed.Values, value)
		if _, comment, has := strings.Cut(line[length:], "//"); has && seed.Reason == "" {
			seed.Reason = strings.TrimSpace(comment)
		}
	}
	return seed, nil
}

// parseValue reads a conversion such as string("x") or uint8(7), and returns its length.
func parseValue(line string) (value any, length int, err error) {
	expr, err := parser.ParseExprFrom(token.NewFileSet(), "", line, 0)
	if err != nil {
		return nil, 0, err
	}
	call, is := expr.(*ast.CallExpr)
	if !is || len(call.Args) != 1 {
		return nil, 0, fmt.Errorf("%s is not a value: write a conversion such as string(\"x\")", line)
	}
	length = int(call.End()) - 1
	arg := line[call.Lparen : call.Rparen-1]
	literal, is := call.Args[0].(*ast.BasicLit)
	if !is || literal.Kind != token.STRING {
		return arg, length, nil
	}
	text, err := strconv.Unquote(literal.Value)
	if _, isBytes := call.Fun.(*ast.ArrayType); isBytes {
		return []byte(text), length, err
	}
	return text, length, err
}
