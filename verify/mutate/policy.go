package main

import (
	"cmp"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/deskpolicy/deskpolicy"
	"github.com/deskpolicy/deskpolicy/verify/suite"
)

// policyVariable is the environment variable with a mutant of the policy: a role, the number of
// an action, and the number of the scope at which the role has it instead.
const policyVariable = "DESKPOLICY_POLICY"

// A policyMutant is a built-in role with one action at another scope, or without it.
type policyMutant struct {
	key
	env string
}

// policyMutants returns the mutants of each built-in role and each action of the library. A
// permitted action is dropped, widened or narrowed by one scope; another is added at the
// narrowest and the widest scope.
func policyMutants() (all []policyMutant) {
	for role := range (deskpolicy.Account{ID: "any", Integrated: true}).BuiltInRoles() {
		for action := range deskpolicy.Actions() {
			held := widest(role.Permissions(), action)
			for _, scope := range ladder {
				if operator := policyOperator(held, scope); operator != "" {
					all = append(all, newPolicyMutant(role, operator, action, held, scope))
				}
			}
		}
	}
	return all
}

// ladder has the scopes that are tried, each of which covers those before it.
var ladder = []deskpolicy.Scope{0, deskpolicy.ScopeRestricted, deskpolicy.ScopeGroup, deskpolicy.ScopeGlobal}

// widest returns the widest scope of the ladder at which the set has the action, or 0.
func widest(set deskpolicy.Permissions, action deskpolicy.ActionID) deskpolicy.Scope {
	for _, scope := range slices.Backward(ladder) {
		if set.Has(action.At(scope)) {
			return scope
		}
	}
	return 0
}

// policyOperator returns the name of a change from one scope to another, or "" if it is not tried.
func policyOperator(from, to deskpolicy.Scope) string {
	wider := slices.Index(ladder, to) - slices.Index(ladder, from)
	switch {
	case wider == 0:
	case to == 0:
		return "drop-permission"
	case from == 0 && to != deskpolicy.ScopeGroup:
		return "add-permission"
	case from != 0 && wider == 1:
		return "widen-permission"
	case from != 0 && wider == -1:
		return "narrow-permission"
	}
	return ""
}

func newPolicyMutant(role deskpolicy.Role, operator string, action deskpolicy.ActionID, from, to deskpolicy.Scope) policyMutant {
	written := func(scope deskpolicy.Scope) string {
		if scope == 0 {
			return ""
		}
		return action.At(scope).String()
	}
	return policyMutant{
		key: key{File: "policy", Func: role.Name(), Operator: operator, Before: cmp.Or(written(from), action.String()), After: written(to), Nth: 1},
		env: fmt.Sprintf("%s=%s|%d|%d", policyVariable, role.Name(), action, to),
	}
}

// policyHelper is a source file with a function that changes the built-in roles.
func policyHelper(pkg string) []byte {
	return []byte(`package ` + pkg + `

import (
	"fmt"
	"os"
	"strings"
)

func policyMutant(role string, permissions Permissions) (changed Permissions) {
	name, change, _ := strings.Cut(os.Getenv("` + policyVariable + `"), "|")
	if name != role || change == "" {
		return permissions
	}
	var action ActionID
	var scope Scope
	if _, err := fmt.Sscanf(change, "%d|%d", &action, &scope); err != nil {
		panic(err)
	}
	for p := range permissions.All() {
		if p.Action != action {
			changed.add(p)
		}
	}
	changed.add(action.At(scope))
	return changed
}
`)
}

// policyOverlay returns the changed files of a library whose built-in roles can be mutated.
func policyOverlay(p *program) (map[string][]byte, error) {
	for name, file := range p.files {
		for _, decl := range file.Decls {
			if decl, is := decl.(*ast.FuncDecl); is && decl.Name.Name == "builtIn" && decl.Recv == nil {
				return map[string][]byte{name: apply(p.source[name], p.wrapPermissions(decl)), helperName: policyHelper(p.pkg.Name())}, nil
			}
		}
	}
	return nil, errors.New("the function builtIn, which makes the built-in roles, does not exist")
}

// wrapPermissions makes the function change the permissions that it is given.
func (p *program) wrapPermissions(decl *ast.FuncDecl) (edits []edit) {
	ast.Inspect(decl.Body, func(n ast.Node) bool {
		if ident, is := n.(*ast.Ident); is && ident.Name == "permissions" {
			edits = append(edits, edit{p.offset(n.Pos()), p.offset(n.End()), "policyMutant(name, permissions)"})
		}
		return true
	})
	return edits
}

// goldenTests returns the tests that compare a text with a file that -update rewrites.
func goldenTests(module string) (names []string, err error) {
	files, err := filepath.Glob(filepath.Join(module, "*_test.go"))
	if err != nil {
		return nil, err
	}
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		for _, decl := range file.Decls {
			if decl, is := decl.(*ast.FuncDecl); is && strings.HasPrefix(decl.Name.Name, "Test") && callsGolden(decl) {
				names = append(names, decl.Name.Name)
			}
		}
	}
	return names, nil
}

func callsGolden(decl *ast.FuncDecl) (calls bool) {
	ast.Inspect(decl, func(n ast.Node) bool {
		if function, is := n.(*ast.SelectorExpr); is {
			pkg, named := function.X.(*ast.Ident)
			calls = calls || named && pkg.Name == "golden"
		}
		return !calls
	})
	return calls
}

// policy runs the tests on all mutants of the policy: first quick tests without golden
// files, then quick tests with them, then all.
func (c *campaign) policy(skip func(key) bool) error {
	p, err := load(c.module, ".")
	if err != nil {
		return err
	}
	overlay, err := policyOverlay(p)
	if err != nil {
		return err
	}
	golden, err := goldenTests(c.module)
	if err != nil {
		return err
	}
	t, err := c.newTarget(".", overlay)
	if err != nil {
		return err
	}
	defer t.close()
	byEnv := make(map[*mutant]string)
	var mutants []*mutant
	for _, each := range policyMutants() {
		if !skip(each.key) {
			m := &mutant{key: each.key}
			byEnv[m] = each.env
			mutants = append(mutants, m)
		}
	}
	return c.each(mutants, func(m *mutant) error { return t.judgePolicy(m, byEnv[m], golden) })
}

func (t *target) judgePolicy(m *mutant, env string, golden []string) error {
	b := t.binaries[0]
	quick := t.stages(b, 0, 300*time.Millisecond)
	var r suite.Result
	for i := 0; i < len(quick) && !r.Killed(); i++ {
		stage := quick[i]
		stage.Tests = slices.DeleteFunc(slices.Clone(stage.Tests), func(test string) bool { return slices.Contains(golden, test) || suite.Costs(test) })
		var err error
		if r, err = t.run(b, stage, env); err != nil {
			return err
		}
	}
	how := ""
	if !r.Killed() {
		how = goldenOnly
		var err error
		if r, err = t.run(b, suite.Stage{Tests: golden}, env); err != nil {
			return err
		}
	}
	if !r.Killed() {
		how = ""
		var err error
		if r, err = t.kill(env, t.longest); err != nil {
			return err
		}
	}
	o := outcome{key: m.key, Status: survived, Seconds: r.Elapsed.Seconds()}
	if r.Killed() {
		o.Status, o.Killer = killed, r.String()+how
	}
	t.emit(o)
	return nil
}

// goldenOnly marks a killer if no quick test without a golden file kills the mutant.
const goldenOnly = " [golden]"

// policyReport returns the outcomes of the mutants of the policy, by role.
func (all outcomes) policyReport() string {
	type count struct{ mutants, killed, otherwise int }
	by, killers := make(map[string]*count), make(map[string]int)
	total := new(count)
	for _, o := range all {
		if o.File != "policy" {
			continue
		}
		if by[o.Func] == nil {
			by[o.Func] = new(count)
		}
		for _, c := range []*count{by[o.Func], total} {
			c.mutants++
			if o.Status == killed {
				c.killed++
				if !strings.HasSuffix(o.Killer, goldenOnly) {
					c.otherwise++
				}
			}
		}
		test, _, _ := strings.Cut(o.Killer, " ")
		killers[test]++
	}
	var b strings.Builder
	fmt.Fprintf(&b, "# Mutants of the policy\n\nWritten by `go run ./mutate -policy -o` on %s. A mutant changes one action in one built-in role: "+
		"it drops the action, widens or narrows it by one scope, or adds it at Restricted or at Global. "+
		"\"Otherwise\" counts those that a quick test without a golden file kills too.\n\n", time.Now().UTC().Format(time.DateOnly))
	b.WriteString("| role | mutants | killed | otherwise |\n| --- | ---: | ---: | ---: |\n")
	for _, role := range slices.Sorted(maps.Keys(by)) {
		fmt.Fprintf(&b, "| %s | %d | %d | %d |\n", role, by[role].mutants, by[role].killed, by[role].otherwise)
	}
	fmt.Fprintf(&b, "| **all** | %d | %d | %d |\n\n| first killer | mutants |\n| --- | ---: |\n", total.mutants, total.killed, total.otherwise)
	for _, test := range slices.SortedFunc(maps.Keys(killers), func(a, b string) int { return cmp.Or(killers[b]-killers[a], strings.Compare(a, b)) }) {
		fmt.Fprintf(&b, "| `%s` | %d |\n", cmp.Or(test, "none"), killers[test])
	}
	return b.String()
}
