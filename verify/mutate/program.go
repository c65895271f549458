package main

import (
	"bytes"
	"errors"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// A program is a type-checked package.
type program struct {
	dir    string // of the package, relative to the module
	fset   *token.FileSet
	names  []string // of its files except tests, sorted
	files  map[string]*ast.File
	source map[string][]byte
	pkg    *types.Package
	info   *types.Info

	exports map[string]string // files of export data, by import path
}

// load reads the package in a directory of the module.
func load(module, dir string) (*program, error) {
	p := &program{
		dir: filepath.ToSlash(dir), fset: token.NewFileSet(),
		files: make(map[string]*ast.File), source: make(map[string][]byte), exports: make(map[string]string),
	}
	pkg := "./" + p.dir
	names, err := goList(module, "-f", `{{join .GoFiles "\n"}}`, pkg)
	if err != nil {
		return nil, err
	}
	exports, err := goList(module, "-export", "-deps", "-f", "{{if .Export}}{{.ImportPath}}={{.Export}}{{end}}", pkg)
	if err != nil {
		return nil, err
	}
	for _, line := range exports {
		path, file, _ := strings.Cut(line, "=")
		p.exports[path] = file
	}
	for _, name := range names {
		if p.source[name], err = os.ReadFile(filepath.Join(module, dir, name)); err != nil {
			return nil, err
		}
		if p.files[name], err = parser.ParseFile(p.fset, name, p.source[name], parser.ParseComments|parser.SkipObjectResolution); err != nil {
			return nil, err
		}
	}
	p.names = names
	slices.Sort(p.names)
	var problems []error
	p.pkg, p.info, problems = p.check(p.fset, p.files)
	return p, errors.Join(problems...)
}

func goList(dir string, args ...string) ([]string, error) {
	cmd := exec.Command("go", append([]string{"list"}, args...)...)
	cmd.Dir = dir
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w\n%s", err, &stderr)
	}
	return strings.Fields(string(out)), nil
}

// check type-checks the files as the package and returns all errors.
func (p *program) check(fset *token.FileSet, files map[string]*ast.File) (*types.Package, *types.Info, []error) {
	var problems []error
	config := types.Config{
		GoVersion: "go1.24",
		Importer: importer.ForCompiler(fset, "gc", func(path string) (io.ReadCloser, error) {
			return os.Open(p.exports[path])
		}),
		Error: func(err error) { problems = append(problems, err) },
	}
	info := &types.Info{
		Types: make(map[ast.Expr]types.TypeAndValue), Defs: make(map[*ast.Ident]types.Object),
		Uses: make(map[*ast.Ident]types.Object), Selections: make(map[*ast.SelectorExpr]*types.Selection),
	}
	sorted := make([]*ast.File, 0, len(files))
	for _, name := range slices.Sorted(mapsKeys(files)) {
		sorted = append(sorted, files[name])
	}
	pkg, _ := config.Check(p.dir, fset, sorted, info) // its error is the first of the collected ones
	return pkg, info, problems
}

// offset returns the offset of the position in its file.
func (p *program) offset(pos token.Pos) int { return p.fset.Position(pos).Offset }

// qualify returns the name by which files refer to the package.
func (p *program) qualify(other *types.Package) string {
	if other == p.pkg {
		return ""
	}
	return other.Name()
}

// typeName returns the type as written in the package.
func (p *program) typeName(t types.Type) string { return types.TypeString(t, p.qualify) }

// compiles reports whether the package compiles with another text for one of its files.
func (p *program) compiles(name string, text []byte) bool {
	return p.problems(map[string][]byte{name: text}) == nil
}

// problems returns the errors of the package with other texts for some of its files.
func (p *program) problems(changed map[string][]byte) []error {
	fset, files := token.NewFileSet(), make(map[string]*ast.File)
	for name, source := range p.source {
		if text, is := changed[name]; is {
			source = text
		}
		file, err := parser.ParseFile(fset, name, source, parser.SkipObjectResolution)
		if err != nil {
			return []error{err}
		}
		files[name] = file
	}
	_, _, problems := p.check(fset, files)
	return problems
}
