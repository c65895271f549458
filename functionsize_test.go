package deskpolicy_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	maxFunctionLines = 40 // without tables of data
	maxComplexity    = 15 // cyclomatic
)

// longFunctions are the functions that are larger than the limits, each with the reason.
var longFunctions = map[string]string{
	"internal/oracle/oracle.go judgeGoing": "the list of gates, one a line, in their order",
}

// No function outside of tests has over 40 lines, not counting tables, or a cyclomatic
// complexity over 15.
func TestFunctionSizes(t *testing.T) {
	needed := make(map[string]bool)
	for path, text := range sourcesAndDocuments(t) {
		if filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
			continue
		}
		files := token.NewFileSet()
		file, err := parser.ParseFile(files, path, text, parser.SkipObjectResolution)
		require.NoError(t, err)
		for name, function := range namedFunctions(file) {
			lines, complexity := functionLines(files, function), cyclomaticComplexity(function)
			if lines <= maxFunctionLines && complexity <= maxComplexity {
				continue
			}
			key := fmt.Sprintf("%s %s", filepath.ToSlash(path), name)
			needed[key] = true
			if longFunctions[key] == "" {
				t.Errorf("%s: %s has %d lines and complexity %d, over %d or %d; split it",
					files.Position(function.Pos()), name, lines, complexity, maxFunctionLines, maxComplexity)
			}
		}
	}
	for key := range longFunctions {
		assert.True(t, needed[key], "%s is within the limits: take it from longFunctions", key)
	}
}

// namedFunctions yields the functions and methods of a file by name, and the function
// literals in its variables by the name of the first variable.
func namedFunctions(file *ast.File) func(yield func(string, ast.Node) bool) {
	return func(yield func(string, ast.Node) bool) {
		for _, decl := range file.Decls {
			switch decl := decl.(type) {
			case *ast.FuncDecl:
				if !yield(declaredAs(decl), decl) {
					return
				}
			case *ast.GenDecl:
				for _, spec := range decl.Specs {
					value, ok := spec.(*ast.ValueSpec)
					if !ok {
						continue
					}
					for _, literal := range functionLiterals(value) {
						if !yield(value.Names[0].Name, literal) {
							return
						}
					}
				}
			}
		}
	}
}

// functionLiterals returns the outermost function literals in a node.
func functionLiterals(node ast.Node) (literals []ast.Node) {
	ast.Inspect(node, func(n ast.Node) bool {
		if literal, ok := n.(*ast.FuncLit); ok {
			literals = append(literals, literal)
			return false
		}
		return true
	})
	return literals
}

// functionLines returns the number of lines of a function, without the lines inside of
// composite literals that contain data only.
func functionLines(files *token.FileSet, function ast.Node) int {
	span := func(n ast.Node) int { return files.Position(n.End()).Line - files.Position(n.Pos()).Line }
	lines := span(function) + 1
	ast.Inspect(function, func(n ast.Node) bool {
		if table, ok := n.(*ast.CompositeLit); ok && len(functionLiterals(table)) == 0 {
			lines -= span(table)
			return false
		}
		return true
	})
	return lines
}

// cyclomaticComplexity returns one more than the number of branches in a function.
func cyclomaticComplexity(function ast.Node) int {
	complexity := 1
	ast.Inspect(function, func(n ast.Node) bool {
		branches := false
		switch n := n.(type) {
		case *ast.IfStmt, *ast.ForStmt, *ast.RangeStmt:
			branches = true
		case *ast.CaseClause:
			branches = n.List != nil
		case *ast.CommClause:
			branches = n.Comm != nil
		case *ast.BinaryExpr:
			branches = n.Op == token.LAND || n.Op == token.LOR
		}
		if branches {
			complexity++
		}
		return true
	})
	return complexity
}
