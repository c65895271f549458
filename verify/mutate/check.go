package main

import (
	"fmt"
	"io"
	"maps"
	"os"
	"path"
	"slices"

	"github.com/deskpolicy/deskpolicy/verify/planted"
)

// check lists the equivalent mutants, patches and names that no longer match the library's
// source, with instructions for each. It returns 1 if there are any.
func check(module string, out io.Writer) (status int, err error) {
	all, err := loadAll(module)
	if err != nil {
		return 2, err
	}
	known, err := readEquivalents()
	if err != nil {
		return 2, err
	}
	patches, err := planted.Patches()
	if err != nil {
		return 2, err
	}
	stale := slices.Concat(known.stale(all), stalePatches(module, patches), all[0].staleNames())
	for _, line := range stale {
		fmt.Fprintln(out, line)
	}
	if len(stale) > 0 {
		fmt.Fprintf(out, "An equivalent mutant that no longer exists: delete its entry, or update it to the current code.\nA patch that does not apply or compile: %s\n\n", planted.Remake)
	}
	fmt.Fprintf(out, "%d equivalent mutants, %d patches: %d to fix\n", len(known), len(patches), len(stale))
	return min(1, len(stale)), nil
}

// stale returns the entries that do not match a mutant of the packages.
func (e equivalents) stale(all []*program) (lines []string) {
	exists := make(map[key]bool)
	elsewhere := make(map[key][]string) // functions, by the key without its function
	for _, p := range all {
		for _, name := range p.names {
			for _, m := range p.mutants(name) {
				exists[m.anywhere()] = true
				elsewhere[m.inAnyFunction()] = append(elsewhere[m.inAnyFunction()], m.Func)
			}
		}
	}
	for _, k := range slices.SortedFunc(maps.Keys(e), key.compare) {
		if exists[k] {
			continue
		}
		line := "equivalent.txt: " + entry(k)
		if now := elsewhere[k.inAnyFunction()]; len(now) == 1 {
			line += fmt.Sprintf("\tThere is a similar one in %s.\n", now[0])
		}
		lines = append(lines, line)
	}
	return lines
}

// stalePatches returns the patches that no longer apply or compile.
func stalePatches(module string, patches []planted.Patch) (lines []string) {
	loaded := make(map[string]*program)
	for _, patch := range patches {
		if err := tryPatch(module, patch, loaded); err != nil {
			lines = append(lines, fmt.Sprintf("planted/%s.patch: %v\n\t%s\n", patch.Name, err, patch.What))
		}
	}
	return lines
}

// tryPatch returns an error if the patch does not apply, or what it changes does not compile.
// It adds the packages that it loads, by directory.
func tryPatch(module string, patch planted.Patch, loaded map[string]*program) error {
	changed, err := patch.Apply(os.DirFS(module))
	if err != nil {
		return err
	}
	for name := range changed {
		dir := path.Dir(name)
		if loaded[dir] == nil {
			if loaded[dir], err = load(module, dir); err != nil {
				return err
			}
		}
		inDir := make(map[string][]byte)
		for other, text := range changed {
			if path.Dir(other) == dir {
				inDir[path.Base(other)] = text
			}
		}
		if problems := loaded[dir].problems(inDir); len(problems) > 0 {
			return fmt.Errorf("it does not compile: %w", problems[0])
		}
	}
	return nil
}

// staleNames returns the declarations that this command refers to by name but that do not exist.
func (p *program) staleNames() (lines []string) {
	if _, err := policyOverlay(p); err != nil {
		lines = append(lines, fmt.Sprintf("policy.go: %v; set the new name there, so that -policy can run\n", err))
	}
	if p.pkg.Scope().Lookup(policyTable) == nil {
		lines = append(lines, fmt.Sprintf("find.go: the variable %s does not exist; set there the name of the table of the built-in roles' permissions\n", policyTable))
	}
	return lines
}
