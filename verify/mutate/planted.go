package main

import (
	"bytes"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/deskpolicy/deskpolicy/verify/planted"
	"github.com/deskpolicy/deskpolicy/verify/suite"
)

// A bug is a patch with the result of the tests.
type bug struct {
	planted.Patch
	id      int
	changed map[string][]byte // the text of the changed files
	result  suite.Result
	err     error // if the patch does not apply or the result does not compile
}

func (b *bug) killed() bool { return b.err == nil && b.result.Killed() }

// String returns the result of the bug as a line.
func (b *bug) String() string {
	switch {
	case b.err != nil:
		return fmt.Sprintf("BROKEN   %-34s %v\n\t%s\n\t%s", b.Name, b.err, b.What, planted.Remake)
	case !b.killed():
		return fmt.Sprintf("SURVIVED %-34s %s", b.Name, b.What)
	}
	return fmt.Sprintf("killed   %-34s by %v, %.1f s", b.Name, b.result, b.result.Elapsed.Seconds())
}

// planted plants the bugs one by one. Bugs that only change functions of the library share
// one test binary, like mutants; each other bug has its own.
func (r *runner) planted(c *campaign) (status int, err error) {
	patches, err := r.chosenBugs()
	if err != nil {
		return 2, err
	}
	p, err := load(r.module, ".")
	if err != nil {
		return 2, err
	}
	bugs, err := r.plantAll(c, p, patches)
	if err != nil {
		return 2, err
	}
	if slices.ContainsFunc(bugs, func(b *bug) bool { return !b.killed() }) {
		status = 1
	}
	if r.report != "" {
		err = os.WriteFile(r.report, []byte(plantedReport(bugs)), 0o644)
	}
	return status, err
}

// plantAll plants the bugs and returns them with their results.
func (r *runner) plantAll(c *campaign, p *program, patches []planted.Patch) (bugs []*bug, err error) {
	within := make(map[string][]*mutant)
	imports := make(map[string][]string)
	var apart, together []*bug
	for i, patch := range patches {
		b := &bug{Patch: patch, id: i + 1}
		bugs = append(bugs, b)
		b.changed, b.err = patch.Apply(os.DirFS(r.module))
		switch {
		case b.err != nil:
			fmt.Fprintln(r.out, b)
		case b.within(p, within, imports):
			together = append(together, b)
		default:
			apart = append(apart, b)
		}
	}
	if err := c.plantTogether(p, together, within, imports); err != nil {
		return nil, err
	}
	for _, b := range apart {
		c.plantAlone(b)
		fmt.Fprintln(r.out, b)
	}
	return bugs, nil
}

// chosenBugs returns the named bugs, or all if none are named.
func (r *runner) chosenBugs() ([]planted.Patch, error) {
	patches, err := planted.Patches()
	if err != nil || len(r.names) == 0 {
		return patches, err
	}
	for _, name := range r.names {
		if !slices.ContainsFunc(patches, func(p planted.Patch) bool { return p.Name == name }) {
			return nil, fmt.Errorf("unknown bug %q; see planted/ for the names", name)
		}
	}
	return slices.DeleteFunc(patches, func(p planted.Patch) bool { return !slices.Contains(r.names, p.Name) }), nil
}

// within records the functions that the bug changes, and their new imports. If the bug
// changes anything else, within records nothing and returns false.
func (b *bug) within(p *program, mutants map[string][]*mutant, imports map[string][]string) bool {
	found, more := make(map[string][]*mutant), make(map[string][]string)
	for name, text := range b.changed {
		if p.files[name] == nil {
			return false // another package's
		}
		functions, imported, ok := b.changes(p, name, text)
		if !ok {
			return false
		}
		found[name], more[name] = functions, imported
	}
	for name := range found {
		mutants[name] = append(mutants[name], found[name]...)
		for _, path := range more[name] {
			if !slices.Contains(imports[name], path) {
				imports[name] = append(imports[name], path)
			}
		}
	}
	return true
}

// changes returns the functions of a file that differ in the text.
func (b *bug) changes(p *program, name string, text []byte) (functions []*mutant, imports []string, ok bool) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, name, text, parser.SkipObjectResolution)
	if err != nil || len(file.Decls) == 0 {
		return nil, nil, false
	}
	after := func(n ast.Node) []byte { return text[fset.Position(n.Pos()).Offset:fset.Position(n.End()).Offset] }
	before := func(n ast.Node) []byte { return p.source[name][p.offset(n.Pos()):p.offset(n.End())] }
	old, now := declarations(p.files[name]), declarations(file)
	if len(old) != len(now) {
		return nil, nil, false
	}
	for i := range now {
		if bytes.Equal(before(old[i]), after(now[i])) {
			continue
		}
		decl, is := old[i].(*ast.FuncDecl)
		if !is {
			return nil, nil, false
		}
		functions = append(functions, &mutant{
			key: key{File: name, Func: decl.Name.Name, Operator: "planted", Before: b.Name, Nth: 1},
			id:  b.id, in: site{how: function, node: decl}, text: string(after(now[i])),
		})
	}
	had := make(map[string]bool)
	for _, spec := range p.files[name].Imports {
		had[spec.Path.Value] = true
	}
	for _, spec := range file.Imports {
		if !had[spec.Path.Value] {
			imports = append(imports, spec.Path.Value)
		}
	}
	return functions, imports, true
}

// declarations returns the file's declarations except imports.
func declarations(file *ast.File) []ast.Decl {
	return slices.DeleteFunc(slices.Clone(file.Decls), func(decl ast.Decl) bool {
		general, is := decl.(*ast.GenDecl)
		return is && general.Tok == token.IMPORT
	})
}

func (c *campaign) plantTogether(p *program, bugs []*bug, mutants map[string][]*mutant, imports map[string][]string) error {
	overlay := map[string][]byte{helperName: helper(p.pkg.Name())}
	for _, name := range slices.Sorted(maps.Keys(mutants)) {
		slices.SortStableFunc(mutants[name], func(a, b *mutant) int { return int(a.in.node.Pos() - b.in.node.Pos()) })
		text, _, unviable, err := p.newSchema(name, mutants[name], imports[name]...)
		if err != nil {
			return err
		}
		for _, m := range unviable {
			bugs[slices.IndexFunc(bugs, func(b *bug) bool { return b.id == m.id })].err = errors.New("it does not compile")
		}
		overlay[name] = text
	}
	t, err := c.newTarget(".", overlay)
	if err != nil {
		return err
	}
	defer t.close()
	for _, b := range bugs {
		if b.err == nil {
			b.result, b.err = t.kill(variable+"="+strconv.Itoa(b.id), 0)
			t.recent = nil // so that the report names the quickest test of each bug
		}
		fmt.Fprintln(c.log, b)
	}
	return nil
}

func (c *campaign) plantAlone(b *bug) {
	dir := "."
	for name := range b.changed {
		dir = path.Dir(name)
	}
	t, err := c.newTarget(dir, b.changed)
	if err != nil {
		b.err = err
		return
	}
	defer t.close()
	t.alone = true
	b.result, b.err = t.kill(variable+"=0", 0)
}

// plantedReport returns the results of the bugs as a Markdown page.
func plantedReport(bugs []*bug) string {
	var b strings.Builder
	killed := 0
	for _, bug := range bugs {
		if bug.killed() {
			killed++
		}
	}
	fmt.Fprintf(&b, "# Planted bugs\n\nWritten by `go run ./mutate -planted -o %s` on %s with %s: %d of %d bugs were noticed. "+
		"The named test fails; others may fail too. Seconds are the time of the tests on a shared machine, without compiling.\n\n",
		filepath.ToSlash(filepath.Join("planted", "report.md")), time.Now().UTC().Format(time.DateOnly), runtime.Version(), killed, len(bugs))
	b.WriteString("| bug | lessons | in this library | noticed by | seconds |\n| --- | --- | --- | --- | ---: |\n")
	for _, bug := range bugs {
		by := "`" + bug.result.String() + "`"
		if !bug.killed() {
			by = "**nothing**"
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %.1f |\n", bug.Name, strings.Join(bug.Lessons, " "), bug.What, by, bug.result.Elapsed.Seconds())
	}
	return b.String()
}
