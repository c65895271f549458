package main

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// All mutants of a file are compiled into one test binary, and an environment variable
// selects the one that runs. A mutated function is a copy that the original calls instead of
// running; a mutated value is a copy that a variable takes instead of its own.

// variable is the environment variable with the mutant's number.
const variable = "DESKPOLICY_MUTANT"

// helperName is the name of a file with declarations that the mutated file needs.
const helperName = "zz_mutant.go"

// helper returns that file. The tests' timeout stops a mutant that never ends; the helper
// stops one that takes too much memory. It does so without a mutant as well, so that a test
// that needs so much is ignored, and does not count as failing on every mutant.
func helper(pkg string) []byte {
	return []byte(`package ` + pkg + `

import (
	"os"
	"runtime/debug"
	"runtime/metrics"
	"strconv"
	"time"
)

var mutantID = func() int {
	id, _ := strconv.Atoi(os.Getenv("` + variable + `"))
	return id
}()

func init() {
	debug.SetMaxStack(64 << 20)
	go func() {
		sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
		for {
			time.Sleep(250 * time.Millisecond)
			if metrics.Read(sample); sample[0].Value.Uint64() > 4<<30 {
				os.Stderr.WriteString("fatal error: the test takes too much memory\n")
				os.Exit(3)
			}
		}
	}()
}

` + elements)
}

// elements has the declarations that a table with mutated elements needs.
const elements = `
type mutantOf[T any] struct {
	id    int
	value func() T
}

func mutantElement[T any](original T, mutants ...mutantOf[T]) T {
	for _, m := range mutants {
		if m.id == mutantID {
			return m.value()
		}
	}
	return original
}
`

// A schema is a file that contains its mutants.
type schema struct {
	*program
	file    string
	imports []string // quoted import paths that only the mutants need
	mutants []*mutant
	pieces  []piece // the appended text, in order
}

// A piece is the location of a mutant's text in the schema.
type piece struct {
	m          *mutant
	start, end int
}

// newSchema returns the file with the mutants that compile, and the mutants that do not.
// imports has the quoted import paths that only the mutants need.
func (p *program) newSchema(file string, all []*mutant, imports ...string) (text []byte, viable, unviable []*mutant, err error) {
	s := &schema{program: p, file: file, imports: imports}
	for _, m := range all {
		if m.in.how != alone {
			if m.text == "" {
				m.text = string(m.mutated(p))
			}
			s.mutants = append(s.mutants, m)
		}
	}
	for range 12 { // each round fixes unused variables of mutants, or gives mutants up
		text = s.write()
		refused, repaired, err := s.inspect(text)
		if err != nil {
			return nil, nil, nil, err
		}
		unviable = append(unviable, refused...)
		s.mutants = slices.DeleteFunc(s.mutants, func(m *mutant) bool { return slices.Contains(refused, m) })
		if !repaired && len(refused) == 0 {
			return text, s.mutants, unviable, nil
		}
	}
	return nil, nil, nil, fmt.Errorf("%s: its mutants do not compile", file)
}

// mutated returns the text of the mutated function, value or element.
func (m *mutant) mutated(p *program) []byte {
	start, end := p.offset(m.in.node.Pos()), p.offset(m.in.node.End())
	if m.edit == (edit{start, end, m.edit.text}) {
		return []byte(m.edit.text)
	}
	return apply(p.source[m.File][start:end], []edit{{m.edit.start - start, m.edit.end - start, m.edit.text}})
}

// write returns the file with the mutants, and records the location of each.
func (s *schema) write() []byte {
	var edits []edit
	var appended strings.Builder
	for _, path := range s.imports {
		at := s.offset(s.files[s.file].Name.End())
		edits = append(edits, edit{at, at, "; import " + path})
	}
	for start := 0; start < len(s.mutants); {
		end := start + 1
		for end < len(s.mutants) && s.mutants[end].in.node == s.mutants[start].in.node {
			end++
		}
		edits = append(edits, s.switches(s.mutants[start:end])...)
		start = end
	}
	head := apply(s.source[s.file], edits)
	s.pieces = nil
	for _, m := range s.mutants {
		before, after := s.wrapping(m)
		appended.WriteString("\n\n" + before)
		at := len(head) + appended.Len()
		appended.WriteString(m.text)
		s.pieces = append(s.pieces, piece{m, at, len(head) + appended.Len()})
		appended.WriteString(after)
	}
	return append(head, appended.String()+"\n"...)
}

// wrapping returns the text before and after the mutant's text that makes it a function.
func (s *schema) wrapping(m *mutant) (before, after string) {
	if m.in.how != function {
		return fmt.Sprintf("func mutant%d() %s { return ", m.id, s.typeName(m.in.typ)), " }"
	}
	return "", ""
}

// switches returns the edits that make the original of a site call its mutants.
func (s *schema) switches(mutants []*mutant) []edit {
	in := mutants[0].in
	if in.how == function {
		return s.functionSwitch(in.node.(*ast.FuncDecl), mutants)
	}
	start, end := s.offset(in.node.Pos()), s.offset(in.node.End())
	var cases strings.Builder
	if in.how == value {
		fmt.Fprintf(&cases, "func() %s { switch mutantID {", s.typeName(in.typ))
		for _, m := range mutants {
			fmt.Fprintf(&cases, "\ncase %d: return mutant%d()", m.id, m.id)
		}
		return []edit{{start, start, cases.String() + "\n}\nreturn "}, {end, end, " }()"}}
	}
	name := s.typeName(in.typ)
	for _, m := range mutants {
		fmt.Fprintf(&cases, ", mutantOf[%s]{%d, mutant%d}", name, m.id, m.id)
	}
	prefix := ""
	if literal, is := in.node.(*ast.CompositeLit); is && literal.Type == nil {
		prefix = name
	}
	return []edit{{start, start, "mutantElement[" + name + "](" + prefix}, {end, end, cases.String() + ")"}}
}

// functionSwitch names unnamed receivers and parameters, and passes all of them to the
// mutated copies.
func (s *schema) functionSwitch(decl *ast.FuncDecl, mutants []*mutant) (edits []edit) {
	prefix, edits := s.receiver(decl)
	arguments, named := s.arguments(decl)
	edits = append(edits, named...)
	var cases strings.Builder
	fmt.Fprintf(&cases, " if %d <= mutantID && mutantID <= %d { switch mutantID {", mutants[0].id, mutants[len(mutants)-1].id)
	for _, m := range mutants {
		call := fmt.Sprintf("%s%s%s(%s)", prefix, m.copyName(), typeArguments(decl), arguments)
		if decl.Type.Results != nil {
			fmt.Fprintf(&cases, "\ncase %d: return %s", m.id, call)
		} else {
			fmt.Fprintf(&cases, "\ncase %d: %s; return", m.id, call)
		}
		m.text = s.renamed(m)
	}
	at := s.offset(decl.Body.Lbrace + 1)
	return append(edits, edit{at, at, cases.String() + "\n} }\n"})
}

// copyName returns the name of the mutated copy of the function.
func (m *mutant) copyName() string {
	return fmt.Sprintf("%s_mutant%d", m.in.node.(*ast.FuncDecl).Name.Name, m.id)
}

// renamed returns the mutant's text with that name, without its doc comment.
func (s *schema) renamed(m *mutant) string {
	decl := m.in.node.(*ast.FuncDecl)
	if strings.Contains(m.text, m.copyName()) {
		return m.text
	}
	comment := s.offset(decl.Type.Func) - s.offset(decl.Pos())
	name := s.offset(decl.Name.Pos()) - s.offset(decl.Pos())
	return m.text[comment:name] + m.copyName() + m.text[name+len(decl.Name.Name):]
}

// receiver returns the prefix of a call of the method, such as "q.".
func (s *schema) receiver(decl *ast.FuncDecl) (prefix string, edits []edit) {
	if decl.Recv == nil {
		return "", nil
	}
	field := decl.Recv.List[0]
	switch {
	case len(field.Names) == 0:
		at := s.offset(field.Type.Pos())
		return "mutantReceiver.", []edit{{at, at, "mutantReceiver "}}
	case field.Names[0].Name == "_":
		return "mutantReceiver.", []edit{s.rename(field.Names[0], "mutantReceiver")}
	}
	return field.Names[0].Name + ".", nil
}

func (s *schema) rename(ident *ast.Ident, name string) edit {
	return edit{s.offset(ident.Pos()), s.offset(ident.End()), name}
}

// arguments returns the function's parameters as arguments of a call.
func (s *schema) arguments(decl *ast.FuncDecl) (list string, edits []edit) {
	var names []string
	for i, field := range decl.Type.Params.List {
		dots := ""
		if _, variadic := field.Type.(*ast.Ellipsis); variadic {
			dots = "..."
		}
		if len(field.Names) == 0 {
			name, at := fmt.Sprintf("mutantArgument%d", i), s.offset(field.Type.Pos())
			edits = append(edits, edit{at, at, name + " "})
			names = append(names, name+dots)
		}
		for j, ident := range field.Names {
			name := ident.Name
			if name == "_" {
				name = fmt.Sprintf("mutantArgument%d_%d", i, j)
				edits = append(edits, s.rename(ident, name))
			}
			names = append(names, name+dots)
		}
	}
	return strings.Join(names, ", "), edits
}

func typeArguments(decl *ast.FuncDecl) string {
	if decl.Type.TypeParams == nil {
		return ""
	}
	var names []string
	for _, field := range decl.Type.TypeParams.List {
		for _, ident := range field.Names {
			names = append(names, ident.Name)
		}
	}
	return "[" + strings.Join(names, ", ") + "]"
}

// inspect type-checks the schema. It repairs mutants that no longer use a variable, and
// refuses mutants with other type errors. A type error outside of the mutants is an error.
func (s *schema) inspect(text []byte) (refused []*mutant, repaired bool, err error) {
	fset := token.NewFileSet()
	files, err := s.parse(fset, text)
	if err != nil {
		return nil, false, err
	}
	_, _, problems := s.check(fset, files)
	inserts := make(map[*mutant][]edit)
	for _, problem := range problems {
		mistake, is := problem.(types.Error)
		if !is {
			return nil, false, problem
		}
		at := fset.Position(mistake.Pos)
		m, start := s.at(at)
		if m == nil {
			if strings.HasPrefix(mistake.Msg, "\t") {
				continue // it continues the previous error
			}
			return nil, false, fmt.Errorf("%s: %w", at, problem)
		}
		name, unused := strings.CutPrefix(mistake.Msg, "declared and not used: ")
		where, mendable := useAt(files[s.file], mistake.Pos)
		if !unused || !mendable {
			if !slices.Contains(refused, m) {
				refused = append(refused, m)
			}
			continue
		}
		offset := fset.Position(where).Offset - start
		inserts[m] = append(inserts[m], edit{offset, offset, "; _ = " + name + "; "})
	}
	for m, edits := range inserts {
		m.text, repaired = string(apply([]byte(m.text), edits)), true
	}
	return refused, repaired, nil
}

// parse parses the package with that text of the mutated file, and the helper file.
func (s *schema) parse(fset *token.FileSet, text []byte) (map[string]*ast.File, error) {
	files := make(map[string]*ast.File)
	for _, name := range s.names {
		source := s.source[name]
		if name == s.file {
			source = text
		}
		file, err := parser.ParseFile(fset, name, source, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		files[name] = file
	}
	helper, err := parser.ParseFile(fset, helperName, "package "+s.pkg.Name()+"\n\nvar mutantID int\n"+elements, 0)
	files[helperName] = helper
	return files, err
}

// at returns the mutant whose text contains the position, and the offset of that text.
func (s *schema) at(position token.Position) (*mutant, int) {
	if position.Filename != s.file {
		return nil, 0
	}
	i, _ := slices.BinarySearchFunc(s.pieces, position.Offset, func(p piece, offset int) int { return cmp.Compare(p.end, offset) })
	if i < len(s.pieces) && s.pieces[i].start <= position.Offset {
		return s.pieces[i].m, s.pieces[i].start
	}
	return nil, 0
}

// useAt returns the first position where a variable declared at pos can be used.
func useAt(file *ast.File, pos token.Pos) (token.Pos, bool) {
	var around []ast.Node
	ast.Inspect(file, func(n ast.Node) bool {
		if n == nil || pos < n.Pos() || n.End() <= pos {
			return false
		}
		around = append(around, n)
		return true
	})
	for i := len(around) - 1; i > 0; i-- {
		switch n := around[i].(type) {
		case *ast.RangeStmt:
			return n.Body.Lbrace + 1, true
		case *ast.AssignStmt, *ast.DeclStmt:
			return useAfter(n, around[i-1])
		}
	}
	return 0, false
}

func useAfter(n, parent ast.Node) (token.Pos, bool) {
	var body *ast.BlockStmt
	switch parent := parent.(type) {
	case *ast.BlockStmt, *ast.CaseClause:
		return n.End(), true
	case *ast.IfStmt:
		return parent.Body.Lbrace + 1, true
	case *ast.ForStmt:
		return parent.Body.Lbrace + 1, true
	case *ast.SwitchStmt:
		body = parent.Body
	case *ast.TypeSwitchStmt:
		body = parent.Body
	}
	if body == nil || len(body.List) == 0 {
		return 0, false
	}
	return body.List[0].(*ast.CaseClause).Colon + 1, true
}
