package main

import (
	"fmt"
	"io"
	"maps"
	"os"
	"slices"

	"github.com/deskpolicy/deskpolicy/verify/planted"
)

// check lists what is kept here about the library's text and does not fit it any more,
// each with what to do, and returns 1 if there is anything.
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
		fmt.Fprintf(out, "An equivalent mutant that is gone: drop the entry, or write it as the mutant is now.\nA patch that does not apply: %s\n\n", planted.Remake)
	}
	fmt.Fprintf(out, "%d equivalent mutants, %d patches: %d to mend\n", len(known), len(patches), len(stale))
	return min(1, len(stale)), nil
}

// stale returns the entries that are not a mutant of the packages.
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
			line += fmt.Sprintf("\tThere is one like it in %s.\n", now[0])
		}
		lines = append(lines, line)
	}
	return lines
}

// stalePatches returns the patches that cannot be planted any more.
func stalePatches(module string, patches []planted.Patch) (lines []string) {
	for _, patch := range patches {
		if _, err := patch.Apply(os.DirFS(module)); err != nil {
			lines = append(lines, fmt.Sprintf("planted/%s.patch: %v\n\t%s\n", patch.Name, err, patch.What))
		}
	}
	return lines
}

// staleNames returns what this command looks for by name and does not find.
func (p *program) staleNames() (lines []string) {
	if _, err := policyOverlay(p); err != nil {
		lines = append(lines, fmt.Sprintf("policy.go: %v; name there the function that does, or -policy cannot run\n", err))
	}
	if p.pkg.Scope().Lookup(policyTable) == nil {
		lines = append(lines, fmt.Sprintf("find.go: there is no variable %s; name there the table of what built-in roles permit, which -policy mutates\n", policyTable))
	}
	return lines
}
